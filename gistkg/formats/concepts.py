"""Codes of other vocabularies, and the words beside them: what a record means by them in the graph."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from gistkg.case_keys import case_keys, shown, term_of_kind
from gistkg.criteria import Conditions
from gistkg.errors import CaseValueError
from gistkg.files import folder
from gistkg.graph import Graph
from gistkg.record import Record
from gistkg.resolve import find, label_of, lexicon, normalise
from gistkg.results import Iri
from gistkg.terms import GISTKG

__all__ = ["Concept", "Concepts", "canonical", "fhir_systems"]


class Concept(Record):
    """What a record says at one place: codes with their vocabularies, the words beside them, and the codes alone."""

    path: str
    codes: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Show the words with their codes."""
        words = " / ".join(dict.fromkeys(self.texts))
        codes = ", ".join(self.codes)
        return shown(f"{words} ({codes})" if words and codes else words or codes or "nothing", bare=True)


def canonical(code: str) -> str:
    """A code with its vocabulary, as the graph compares them: prefixes are known under several names.

    >>> canonical("SCTID:420120006"), canonical("UBERON_0000945"), canonical("ORPHA:44890")
    ('snomedct:420120006', 'uberon:0000945', 'orphanet:44890')
    """
    prefix, colon, local = code.partition(":")
    if not colon:
        prefix, _, local = code.partition("_")
    plain = re.sub(r"[^a-z0-9]", "", prefix.casefold())
    return f"{_PREFIXES.get(plain, plain)}:{local.strip().casefold()}"


@cache
def fhir_systems() -> Mapping[str, tuple[str, ...]]:
    """The FHIR URIs of code systems by our prefix: the one that we write, and others that records have for it.

    >>> fhir_systems()["HGNC"]
    ('http://www.genenames.org', 'http://www.genenames.org/geneId')
    """
    path = folder("ontology") / "mappings" / "fhir" / "systems.tsv"
    found: dict[str, tuple[str, ...]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        prefix, uri = line.split("\t")[:2]
        found[prefix] = (*found.get(prefix, ()), uri)
    return found


class Concepts:
    """Looks concepts up: by code, then by words; where both are known they must agree."""

    def __init__(self, graph: Graph, conditions: Conditions) -> None:
        self.graph = graph
        self.conditions = conditions
        self._codes: dict[str, tuple[Iri, ...]] = graph.derived("case codes", _codes)

    def said(self, concept: Concept) -> tuple[Iri, ...]:
        """Everything that the codes of a concept say in the graph."""
        terms = [term for code in concept.codes for term in self._by_code(code)]
        return tuple(dict.fromkeys(terms))

    def find(self, concept: Concept, kind: str) -> Iri | None:
        """The term of a kind that a concept means, the narrowest; `None` if neither code nor words name one.

        Raises `CaseValueError` where code and words name different things.
        """
        named = [(code, term) for code in concept.codes for term in self._by_code(code) if self.is_a(term, kind)]
        for text in concept.texts:
            for words in (text, re.sub(r"\s*\([^()]*\)$", "", text)):
                term = term_of_kind(self.graph, self.conditions, words, kind) if words else None
                if term is not None:
                    named.append((repr(words), term))
                    break
        return self._agreed(concept, named)

    def gene(self, concept: Concept) -> Iri | None:
        """The gene that a concept means; `None` also if its words do not hold the symbol that its code stands for.

        Raises `CaseValueError` where code and words name different genes.
        """
        genes = case_keys(self.graph).regions
        named = [(code, term) for code in concept.codes for term in self._by_code(code) if term.full in genes]
        named += [(repr(text), term) for text in concept.texts for term in find(self.graph, text) if term.full in genes]
        gene = self._agreed(concept, named)
        symbol = label_of(self.graph, gene).split()[0] if gene else ""
        agrees = not concept.texts or any(symbol in re.split(r"\W+", text) for text in concept.texts)
        return gene if agrees or any(name.startswith("'") for name, _ in named) else None

    def _agreed(self, concept: Concept, named: list[tuple[str, Iri]]) -> Iri | None:
        """The narrowest of some terms, if each holds the next."""
        narrowest: tuple[str, Iri] | None = None
        for source, term in named:
            if narrowest is None or narrowest[1].full in self._above(term):
                narrowest = source, term
            elif term.full not in self._above(narrowest[1]):
                one, other = (f"{name} means {label_of(self.graph, iri)}" for name, iri in (narrowest, (source, term)))
                raise CaseValueError(concept.path, f"{one}, but {other}; correct the one that is wrong.")
        return narrowest[1] if narrowest else None

    def drug(self, concept: Concept) -> Iri | None:
        """The drug that a concept means; also one that is named within a longer text, if it is the only one."""
        found = self.find(concept, GISTKG + "Drug")
        if found is not None:
            return found
        texts = [f" {normalise(_OTHER.sub(' ', text))} " for text in concept.texts]
        ancestors = self.conditions.ancestors
        named = {
            term
            for term, name in lexicon(self.graph).texts()
            if GISTKG + "Drug" in ancestors.get(term, ()) and any(f" {normalise(name)} " in text for text in texts)
        }
        narrow = [term for term in named if not any(term in ancestors[other] and term != other for other in named)]
        return Iri(narrow[0]) if len(narrow) == 1 else None

    def require_drug(self, concept: Concept) -> Iri:
        """The drug that a concept means.  Raises `CaseValueError` if the graph knows none."""
        found = self.drug(concept)
        if found is None:
            raise CaseValueError(
                concept.path,
                f"the graph knows no drug {str(concept)!r}, so what it did cannot be judged; "
                "if it was not given for the tumour, take it out.",
            )
        return found

    def is_a(self, term: Iri, kind: str) -> bool:
        """Whether a term is of a kind, or is just what is asked for."""
        return term.full == kind or kind in self._above(term)

    def _above(self, term: Iri) -> frozenset[str]:
        return self.conditions.ancestors.get(term.full, frozenset((term.full,)))

    def _by_code(self, code: str) -> tuple[Iri, ...]:
        return self._codes.get(code) or self._codes.get(canonical(code), ())


_OTHER = re.compile(r"[^\w-]+")
_PREFIXES = {
    "icd10": "icd10cm",
    "icdo": "icdo",
    "icdo3": "icdo",
    "chembl": "chemblcompound",
    "mim": "omim",
    "ncbigene": "ncbigene",
    "entrez": "ncbigene",
    "nci": "ncit",
    "orpha": "orphanet",
    "ordo": "orphanet",
    "rxcui": "rxnorm",
    "sctid": "snomedct",
    "sct": "snomedct",
    "snomed": "snomedct",
}

_CODES = (
    "SELECT ?code ?notation ?term WHERE { ?code gistkg:codeFor ?term ; skos:notation ?notation } ORDER BY ?code ?term"
)


def _codes(graph: Graph) -> dict[str, tuple[Iri, ...]]:
    found: dict[str, tuple[Iri, ...]] = {}
    for row in graph.rows(_CODES):
        term = row["term"]
        if isinstance(term, Iri):
            code = row["code"].full if isinstance(row["code"], Iri) else str(row["code"])
            for name in (code, canonical(str(row["notation"]))):
                found[name] = (*found.get(name, ()), term)
    return found
