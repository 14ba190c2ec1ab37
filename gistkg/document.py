"""A case read from keys and values, as YAML, JSON or a program holds them.

A key that is absent, or null, is unknown. A list that is present is complete. A gene in `tested` without a finding has
none. So `treatments: []` says that nothing was given, and leaving `treatments` out says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gistkg.case import Case, Fact
from gistkg.case_keys import (
    Key,
    case_keys,
    check_keys,
    closed,
    data_fact,
    list_names,
    shown,
    term_of_kind,
    value_expression,
)
from gistkg.criteria import Conditions
from gistkg.errors import CaseError, CaseValueError, ContradictionError
from gistkg.expressions import And, Expression, Named, Not, Some
from gistkg.genotype import genotype_facts
from gistkg.graph import Graph
from gistkg.resolve import label_of, lexicon, normalise
from gistkg.results import Iri
from gistkg.terms import GISTKG
from gistkg.treatments import treatment_facts

__all__ = ["case_from_document", "check_contradictions"]

_GENOTYPE = "genotype"


def case_from_document(
    graph: Graph,
    conditions: Conditions,
    document: Mapping[str, object],
    *,
    complete: bool = True,
    all_drugs: bool = False,
) -> Case:
    """Read a case from a mapping of keys, which `gistkg/case.schema.json` describes.

    Without `complete`, lists say what there was and not that there was nothing else, as in a record that was written
    for another purpose; genes that were tested count all the same. With `all_drugs` the treatments have all drugs.
    Raises `CaseValueError` with the path of a key that is unknown or of a value it cannot have, and
    `ContradictionError` naming two facts that cannot both hold.

    >>> from gistkg.criteria import conditions
    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> document = {"extent": "metastatic", "genotype": {"tested": ["KIT"], "found": ["KIT exon 9"]}, "treatments": []}
    >>> for fact in case_from_document(graph, conditions(graph), document).facts:
    ...     print(fact.words, "=", fact.label)
    extent: metastatic = metastatic disease
    genotype.found[0]: KIT exon 9 = KIT exon 9 mutation
    genotype.tested[0]: KIT = no other KIT mutation
    treatments: none = no treatment
    """
    reader = _Reader(graph, conditions, complete=complete, all_drugs=all_drugs)
    facts = tuple(reader.facts(document))
    if not facts:
        raise CaseError("Nothing is said of the tumour; write for instance extent: metastatic")
    check_contradictions(conditions, facts)
    return Case(facts, tuple(reader.notes))


def check_contradictions(conditions: Conditions, facts: Sequence[Fact]) -> None:
    """Raise `ContradictionError` for the first two facts that cannot both hold.

    What appeared under treatment contradicts that there was none, by the definition of an acquired alteration.
    """
    acquired = [one for one in facts if _links(one.expression, GISTKG + "hasAcquiredAlteration")]
    treated = Some(GISTKG + "hadTreatment", Named(GISTKG + "TreatmentEpisode"))
    untreated = [one for one in facts if acquired and conditions.evaluate([one.expression], treated) is False]
    if acquired and untreated:
        raise ContradictionError(acquired[0].words, untreated[0].words)
    for index, later in enumerate(facts):
        for earlier in facts[:index]:
            for one, other in ((earlier, later), (later, earlier)):
                if conditions.evaluate([one.expression], other.expression) is False:
                    raise ContradictionError(earlier.words, later.words)


class _Reader:
    """Turns keys into facts, one kind of value after the other."""

    def __init__(self, graph: Graph, conditions: Conditions, *, complete: bool, all_drugs: bool) -> None:
        self.graph = graph
        self.conditions = conditions
        self.complete = complete
        self.all_drugs = all_drugs
        self.keys = case_keys(graph)
        self.notes: list[str] = []

    def facts(self, document: Mapping[str, object]) -> Iterator[Fact]:
        known = self.keys.case
        given = check_keys("", document, [*known, _GENOTYPE], example="extent: metastatic")
        for name in [name for name in given if name not in (_GENOTYPE, *self.histories)]:
            yield from self.value(name, given[name], known[name])
        if given.get(_GENOTYPE) is not None:
            found = genotype_facts(self.graph, self.conditions, given[_GENOTYPE], complete=self.complete)
            self.notes += found.notes
            yield from found.facts
        for name in self.histories:
            if given.get(name) is not None:
                yield from treatment_facts(
                    self.graph, self.conditions, given[name], name, complete=self.complete, all_drugs=self.all_drugs
                )

    @property
    def histories(self) -> list[str]:
        """The keys that hold treatment episodes."""
        return [name for name, key in self.keys.case.items() if key.range == GISTKG + "TreatmentEpisode"]

    def value(self, path: str, value: object, key: Key) -> Iterator[Fact]:
        """What a key says with one value; nothing if it is null."""
        if value is None:
            return
        if not key.is_link:
            yield data_fact(path, value, key)
        elif isinstance(value, Mapping) and not key.functional:
            for name, result in value.items():
                if result is not None:
                    yield self.result(path, name, result, key)
        elif isinstance(value, list | tuple):
            yield from self.words(path, value, key)
        else:
            yield self.word(path, value, key)

    def word(self, path: str, value: object, key: Key) -> Fact:
        term, expression = value_expression(self.graph, self.conditions, path, value, key)
        return Fact(f"{path}: {shown(value, bare=True)}", term, label_of(self.graph, term), expression)

    def words(self, path: str, values: Sequence[object], key: Key) -> Iterator[Fact]:
        """Several words: kinds of one and the same thing, or a list of things, which is complete."""
        found = [self.word(f"{path}[{index}]", value, key) for index, value in enumerate(values)]
        if key.functional and not found:
            raise CaseValueError(path, "is an empty list. Leave the key out if it is not known.")
        yield from found
        if not key.functional and self.complete:
            fillers = tuple(fact.expression.filler for fact in found if isinstance(fact.expression, Some))
            kind = label_of(self.graph, Iri(key.range))
            label = f"no {'other ' if found else ''}{kind}"
            absent = self.others(key.range, [fact.term.full for fact in found]) if found else []
            expression = And((closed(key, fillers), *(Not(Some(key.property, Named(term))) for term in absent)))
            words = f"{path}: {'all' if found else 'none'}"
            yield Fact(words, Iri(key.property), label, expression if absent else expression.parts[0])

    def others(self, kind: str, listed: Sequence[str]) -> list[str]:
        """The widest classes of a kind that none of some classes lies in, and that lie in none of them.

        Two things of a kind need not exclude each other; a list that is complete does.
        """
        ancestors = self.conditions.ancestors
        above = frozenset().union(*(ancestors.get(term, frozenset()) for term in listed))
        apart = {term for term, over in ancestors.items() if kind in over and term != kind and term not in above}
        apart -= {term for term in apart if not ancestors[term].isdisjoint(listed)}
        return sorted(term for term in apart if ancestors[term].isdisjoint(apart - {term}))

    def result(self, path: str, name: object, value: object, key: Key) -> Fact:
        """The result of one test, such as a stain: it excludes the other results of the same test."""
        place = f"{path}.{shown(name, bare=True)}"
        if not isinstance(name, str) or not isinstance(value, str):
            raise CaseValueError(place, f"{shown(value)} is no result; write a word such as positive.")
        if term_of_kind(self.graph, self.conditions, f"{name} {value}", key.range) is None:
            results = [label_of(self.graph, Iri(term)) for term in self.results(name, key.range)]
            if results:
                raise CaseValueError(
                    place, f"{shown(value)} is no result of it; there are {list_names(results, 'and')}."
                )
        fact = self.word(place, f"{name} {value}", key)
        ancestors, found = self.conditions.ancestors, fact.term.full
        others = [
            one for one in self.results(name, key.range) if one not in ancestors[found] and found not in ancestors[one]
        ]
        absent = [Not(Some(key.property, Named(term))) for term in others]
        expression = And((fact.expression, *absent)) if absent else fact.expression
        return Fact(f"{place}: {value}", fact.term, fact.label, expression)

    def results(self, name: str, kind: str) -> list[str]:
        """What a test can show: the terms of a kind whose names begin like that of the test."""
        start = normalise(name) + " "
        same = {term for term, text in lexicon(self.graph).texts() if normalise(text).startswith(start)}
        return sorted(term for term in same if kind in self.conditions.ancestors.get(term, ()) and term != kind)


def _links(expression: Expression, property_: str) -> bool:
    return isinstance(expression, Some) and expression.property == property_
