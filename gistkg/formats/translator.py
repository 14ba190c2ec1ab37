"""What the readers of foreign formats share: they collect what they understood, and say what they did not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from gistkg.alterations import Finding, find_alteration
from gistkg.case_keys import case_keys, list_names
from gistkg.criteria import Conditions
from gistkg.errors import CaseError, CaseValueError, VariantError
from gistkg.formats.concepts import Concept, Concepts
from gistkg.formats.tree import Translation, months_between
from gistkg.graph import Graph
from gistkg.resolve import find, label_of
from gistkg.results import Iri
from gistkg.terms import GISTKG
from gistkg.treatments import milligrams_per_day

__all__ = ["Translator"]

_GIST = GISTKG + "GastrointestinalStromalTumour"


class Translator:
    """Collects what one record says, key by key, as a case document holds it."""

    def __init__(self, graph: Graph, conditions: Conditions) -> None:
        self.graph = graph
        self.conditions = conditions
        self.concepts = Concepts(graph, conditions)
        self.keys = case_keys(graph)
        self.notes: list[str] = []
        self.tested: list[str] = []
        self.treatments: list[dict[str, object]] = []
        self.all_drugs = False
        self._words: dict[str, list[str]] = {}
        self._numbers: dict[str, set[Decimal]] = {}
        self._found: list[tuple[str, str, Finding]] = []
        self._kept: list[tuple[str, str, Finding]] = []
        self._untaken: dict[str, None] = {}

    def translation(self) -> Translation:
        """The case document and the notes."""
        document: dict[str, object] = {
            key: words[0] if len(words) == 1 else words for key, words in self._words.items()
        }
        for key, numbers in self._numbers.items():
            if len(numbers) > 1:
                self.note(key, f"there are several values, {list_names(map(str, sorted(numbers)), 'and')}; not taken")
            else:
                document[key] = next(iter(numbers))
        genotype = {"found": self._primary(), "tested": self._closed()}
        if any(genotype.values()):
            document["genotype"] = {key: words for key, words in genotype.items() if words}
        if self.treatments or self.all_drugs:
            document["treatments"] = [one for n, one in enumerate(self.treatments) if one not in self.treatments[:n]]
            what = "has all drugs; of procedures" if self.all_drugs else "read as a list that may not be complete"
            self.note("treatments", f"{what} there may be others" if self.all_drugs else what)
        return Translation(document, tuple(dict.fromkeys(self.notes)), self.all_drugs)

    def note(self, path: str, problem: str) -> None:
        """Say what was not understood, and why."""
        self.notes.append(f"{path}: {problem}")

    def unknown(self, concept: Concept) -> None:
        """Say that a concept means nothing to the graph."""
        self.note(concept.path, f"{concept} says nothing that the graph knows")

    def say(self, key: str, term: Iri) -> None:
        """Let a key hold the words for a term."""
        words = self._words.setdefault(key, [])
        if label_of(self.graph, term) not in words:
            words.append(label_of(self.graph, term))

    def say_all(self, terms: Iterable[Iri]) -> bool:
        """Let keys hold what terms say, each under the key whose kind it is of; whether any was such a term."""
        said = False
        for term in terms:
            above = self.conditions.ancestors.get(term.full, frozenset())
            for key in self.keys.case.values():
                if key.is_link and key.range in above:
                    self.say(key.name, term)
                    said = True
        return said

    def measure(self, concept: Concept, value: Decimal, unit: str | None) -> bool:
        """Let a key hold a number, if a code says of which property it is; whether one does.

        Raises `CaseValueError` for a unit that the property is not measured in.
        """
        properties = {term.full for term in self.concepts.said(concept)}
        for key in self.keys.case.values():
            if key.property in properties:
                factors = _FACTORS.get(key.name.rpartition("_")[2], _PLAIN)
                if (unit or "").casefold() not in factors:
                    name = label_of(self.graph, Iri(key.property))
                    raise CaseValueError(concept.path, f"{value} {unit or 'without a unit'} is no {name}.")
                self._numbers.setdefault(key.name, set()).add(
                    (value * factors[(unit or "").casefold()]).normalize() + 0
                )
                return True
        return False

    def say_number(self, property_: str, value: Decimal) -> None:
        """Let the key of a property hold a number."""
        for key in self.keys.case.values():
            if key.property == property_:
                self._numbers.setdefault(key.name, set()).add(value)

    def spread(self, text: str) -> Iri | None:
        """The extent that a TNM category of metastasis within a text stands for, or `None`."""
        for word in re.findall(r"(?<![\w-])[acpry]*M[0-9][a-d]?(?![\w-])", text):
            for term in find(self.graph, word):
                if GISTKG + "DiseaseExtent" in self.conditions.ancestors.get(term.full, ()):
                    return term
        return None

    def variant(self, path: str, gene: Iri | None, words: Sequence[str]) -> None:
        """Take the first of some words that names an alteration of a gene, or note that none does.

        Raises `CaseValueError` for a change that the gene cannot have.
        """
        symbol = label_of(self.graph, gene).removesuffix(" gene") if gene else ""
        for text in words:
            protein = re.search(r"p\.\(?([A-Za-z*][^\s()\[\],;]*)\)?", text)
            try:
                named = f"{symbol} p.{protein[1]}".strip() if protein else text
                found = find_alteration(self.graph, named)
            except VariantError as error:
                raise CaseValueError(path, str(error)) from None
            if found is not None and (gene is None or found.gene in (None, gene)):
                self._found.append((path, named, found))
                return
        said = list_names(dict.fromkeys(words), "and") if words else "nothing"
        self.untaken(gene)
        self.note(path, f"the variant ({said}{f', {symbol}' if symbol else ''}) is none that the graph can place")

    def untaken(self, *genes: Iri | None) -> None:
        """Say that genes have a variant that is not taken, so that they are not free of variants, tested or not."""
        self._untaken |= {label_of(self.graph, gene): None for gene in genes if gene is not None}

    def _closed(self) -> list[str]:
        """The genes that were tested, and that nothing was found in but what is taken.

        A gene that has a variant which is taken and one which is not can be neither: then no test is.
        """
        left = [gene for gene in dict.fromkeys(self.tested) if gene in self._untaken]
        both = [
            gene for gene in left if any(gene == label_of(self.graph, one.gene) for _, _, one in self._kept if one.gene)
        ]
        if left:
            what = "any gene" if both else list_names(left, "and")
            self.note("genotype", f"not taken as a full test of {what}: a variant was found there that is not taken")
        return [] if both else [gene for gene in dict.fromkeys(self.tested) if gene not in left]

    def _primary(self) -> list[str]:
        """The variants as words; of a treated tumour only one that is alone in its gene: others may be acquired."""
        kept: list[str] = []
        for path, words, found in self._found:
            same_gene = {other.expression for _, _, other in self._found if other.gene == found.gene}
            if self.treatments and len(same_gene) > 1:
                self.note(path, f"not taken: of several mutations of one gene after treatment, {words} may be acquired")
                self.untaken(found.gene)
                continue
            self._kept.append((path, words, found))
            if words not in kept:
                kept.append(words)
        return kept

    def dose(self, entry: dict[str, object], path: str, words: str) -> None:
        """Let a treatment hold a dose, or note that it is none in milligrams a day."""
        try:
            amount = milligrams_per_day(self.graph, path, words, self.keys.frequencies)
            entry["dose"] = f"{amount.normalize():f} mg/day"
        except CaseValueError as error:
            self.note(path, f"not taken: {error.problem}")

    def months(self, path: str, start: date | None, end: date | None) -> Decimal | None:
        """The months between two days, if both are known.  Raises `CaseValueError` if they are the wrong way round."""
        if start is None or end is None:
            return None
        if end < start:
            raise CaseValueError(path, f"it ends on {end}, before it begins on {start}.")
        return months_between(start, end)

    def state(self, entry: dict[str, object], concept: Concept | None, *names: str) -> None:
        """Let keys of a treatment hold what a concept says, or note that it says nothing under any of them."""
        if concept is None:
            return
        found = {name: self.concepts.find(concept, self.keys.episode[name].range) for name in names}
        for name, term in found.items():
            if term is not None:
                entry[name] = label_of(self.graph, term)
        if not any(found.values()):
            self.unknown(concept)

    def is_gist(self, concept: Concept) -> bool:
        """Whether a disease is a GIST: by its codes or, if it has none, by its words."""
        terms = self.concepts.said(concept)
        if not concept.codes:
            terms = tuple(term for text in concept.texts for term in find(self.graph, text))
        return any(self.concepts.is_a(term, _GIST) for term in terms)

    def other_disease(self, what: str, diseases: Iterable[Concept]) -> CaseError:
        """The error for a record of another disease."""
        named = list_names(dict.fromkeys(map(str, diseases)), "and")
        codes = [str(row["code"]) for row in self.graph.rows(_CODES, term=Iri(_GIST))]
        prefixes = [code.partition(":")[0] for code in codes]
        single = [code for code, prefix in zip(codes, prefixes, strict=True) if prefixes.count(prefix) == 1]
        return CaseError(
            f"This {what} is about {named}, and gistkg knows gastrointestinal stromal tumours only; "
            f"among the codes that mean one are {list_names(single, 'and')}."
        )


_CODES = "SELECT ?code ?term WHERE { ?iri gistkg:codeFor ?term ; skos:notation ?code } ORDER BY ?code"
_PLAIN = {"": Decimal(1), "1": Decimal(1), "{score}": Decimal(1)}
_CM, _MM = Decimal(1), Decimal("0.1")
_FACTORS = {
    "cm": {"cm": _CM, "centimeter": _CM, "centimetre": _CM, "mm": _MM, "millimeter": _MM, "millimetre": _MM},
}
"""What a number is multiplied by, by the unit at the end of a key and the unit of the record."""
