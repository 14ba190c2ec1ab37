"""What a case file says of a genotype: which genes were tested, what was found, and what was acquired later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gistkg.alterations import find_alteration
from gistkg.case_keys import CaseKeys, case_keys, check_keys, list_names, shown
from gistkg.criteria import Conditions
from gistkg.errors import CaseValueError, ContradictionError, VariantError
from gistkg.expressions import And, Expression, Named, Not, Or, Some
from gistkg.graph import Graph
from gistkg.phrases import Fact
from gistkg.record import Record
from gistkg.resolve import find, kind_of, label_of, nearest
from gistkg.results import Iri
from gistkg.terms import GISTKG

__all__ = ["Genotype", "genotype_facts"]


class Genotype(Record):
    """The facts of a genotype, and what should be said of how they were read."""

    facts: tuple[Fact, ...]
    notes: tuple[str, ...]


class _Alteration(Record):
    """An alteration as it stands under a path: the term it is of, and what it says of whatever the case has."""

    path: str
    words: str
    term: Iri
    label: str
    expression: Expression


def genotype_facts(
    graph: Graph, conditions: Conditions, given: object, *, path: str = "genotype", complete: bool = True
) -> Genotype:
    """Read `tested`, `found` and `acquired`; each is a list of words, or absent.

    A gene or an exon in `tested` has nothing but what is in `found`; without `tested`, `found` says nothing of other
    genes. `acquired` is a complete list, unless `complete` is false.
    Raises `CaseValueError`, and `ContradictionError` for a finding in a gene that was not tested.

    >>> from gistkg.criteria import conditions
    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> read = genotype_facts(graph, conditions(graph), {"tested": ["KIT exon 9", "PDGFRA"]})
    >>> [fact.label for fact in read.facts]
    ['no KIT exon 9 mutation', 'no PDGFRA mutation']
    """
    reader = _Reader(graph, conditions, path)
    keys = check_keys(path, given, ("acquired", "found", "tested"), example="tested: [GENE]")
    found = reader.alterations("found", keys.get("found"))
    acquired = reader.alterations("acquired", keys.get("acquired"))
    tested = reader.regions(keys.get("tested"))
    if tested is not None:
        reader.check_tested(found or [], tested)
    facts = [reader.fact("hasAlteration", one) for one in found or ()]
    facts += [fact for region in tested or () for fact in reader.closing("hasAlteration", region, found or [])]
    facts += [reader.fact("hasAcquiredAlteration", one) for one in acquired or ()]
    if acquired is not None and complete:
        whole = Iri(GISTKG + "Alteration")
        words = f"{path}.acquired: {'all' if acquired else 'none'}"
        every = _Alteration("", words, whole, f"acquired {label_of(graph, whole)}", Named(whole.full))
        facts += reader.closing("hasAcquiredAlteration", every, acquired)
    return Genotype(tuple(facts), tuple(reader.notes))


class _Reader:
    def __init__(self, graph: Graph, conditions: Conditions, path: str) -> None:
        self.graph = graph
        self.conditions = conditions
        self.path = path
        self.keys: CaseKeys = case_keys(graph)
        self.notes: list[str] = []

    def words(self, key: str, values: object) -> Iterator[tuple[str, str]]:
        """The words of a list, each with its path."""
        path = f"{self.path}.{key}"
        if not isinstance(values, list | tuple):
            raise CaseValueError(path, f"{shown(values)} is no list; write [{shown(values, bare=True)}].")
        for index, value in enumerate(values):
            if not isinstance(value, str) or not value.strip():
                raise CaseValueError(f"{path}[{index}]", f"{shown(value)} is no word that names a gene or a mutation.")
            yield f"{path}[{index}]", value.strip()

    def alterations(self, key: str, values: object) -> list[_Alteration] | None:
        """The alterations of a list, each once; `None` if there is no list."""
        if values is None:
            return None
        found: dict[Expression, _Alteration] = {}
        for path, word in self.words(key, values):
            alteration = self.alteration(path, word)
            found.setdefault(alteration.expression, alteration)
        return list(found.values())

    def alteration(self, path: str, word: str) -> _Alteration:
        try:
            found = find_alteration(self.graph, word)
        except VariantError as error:
            raise CaseValueError(path, str(error)) from None
        if found is None:
            raise CaseValueError(path, self.unknown(word))
        self.notes += [f"{path}: {warning}" for warning in found.warnings]
        return _Alteration(path, f"{path}: {word}", found.term, found.label, found.expression)

    def unknown(self, word: str) -> str:
        """What is wrong with a word that names no alteration."""
        for suffix in (" wild type", " wildtype", " wt"):
            gene = word[: -len(suffix)].strip()
            if word.casefold().endswith(suffix):
                return f"{shown(word)} is no mutation; put {gene} in tested: a tested gene without a finding has none."
        regions = [region for gene in find(self.graph, word) for region in self.keys.regions.get(gene.full, ())]
        if regions:
            labels = list_names([label_of(self.graph, Iri(region)) for region in regions], "or")
            return f"{shown(word)} is a gene, not a mutation; say {labels}, or which exon or protein change."
        others = find(self.graph, word)
        if others:
            kind = kind_of(self.graph, others[0])
            return f"{shown(word)} names a {kind}, which is no molecular alteration."
        close = nearest(self.graph, word, kind=Iri(GISTKG + "Alteration"))
        hint = f"Did you mean {list_names(close, 'or')}?" if close else "Write a gene with an exon or a protein change."
        return f"{shown(word)} names no molecular alteration that the graph knows. {hint}"

    def regions(self, values: object) -> list[_Alteration] | None:
        """What was tested, as classes of alterations: of a gene the widest, of an exon its own."""
        if values is None:
            return None
        regions: dict[str, _Alteration] = {}
        for path, word in self.words("tested", values):
            genes = [self.keys.regions[term.full] for term in find(self.graph, word) if term.full in self.keys.regions]
            classes = genes[0] if genes else (self.alteration(path, word).term.full,)
            for iri in classes:
                named = _Alteration(path, f"{path}: {word}", Iri(iri), label_of(self.graph, Iri(iri)), Named(iri))
                regions.setdefault(iri, named)
        return list(regions.values())

    def check_tested(self, found: Sequence[_Alteration], tested: Sequence[_Alteration]) -> None:
        """Raise `ContradictionError` for a finding in a gene, or in an exon, that was not tested."""
        for one in found:
            ancestors = self.conditions.ancestors.get(one.term.full, frozenset())
            of_genes = {region for regions in self.keys.regions.values() for region in regions}
            if ancestors & of_genes and not any(self.related(one, region) for region in tested):
                words = list_names([region.words.partition(": ")[2] for region in tested], "and") if tested else "none"
                advice = f"add to tested what was tested beside it, or take {one.words.partition(': ')[2]} out of found"
                raise ContradictionError(one.words, f"{self.path}.tested: {words}", advice)

    def related(self, one: _Alteration, region: _Alteration) -> bool:
        """Whether an alteration lies in a region, or holds it, so that it may lie there."""
        inside = self.conditions.evaluate([one.expression], region.expression)
        return bool(inside) or bool(self.conditions.evaluate([region.expression], one.expression))

    def fact(self, property_: str, one: _Alteration) -> Fact:
        return Fact(one.words, one.term, one.label, Some(GISTKG + property_, one.expression))

    def closing(self, property_: str, region: _Alteration, found: Sequence[_Alteration]) -> Iterator[Fact]:
        """That a region holds nothing but what was found in it."""
        inside = tuple(one.expression for one in found if self.related(one, region))
        if any(self.conditions.evaluate([region.expression], one) for one in inside):
            return  # what was found may be anything in the region
        filler: Expression = region.expression
        if inside:
            filler = And((filler, Not(inside[0] if len(inside) == 1 else Or(inside))))
        label = f"no {'other ' if inside else ''}{region.label}"
        yield Fact(region.words, region.term, label, Not(Some(GISTKG + property_, filler)))
