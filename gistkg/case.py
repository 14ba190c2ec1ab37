"""What is known of one tumour: words in, facts out.

A fact is a class expression that holds of the case. What is not said is unknown; "untreated" and "KIT wild type" say
what silence does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gistkg.criteria import Conditions
from gistkg.errors import CaseError, ContradictionError, UnknownWordError
from gistkg.expressions import Expression, Named, Not, Some
from gistkg.graph import Graph
from gistkg.record import Record
from gistkg.resolve import find, label_of, lexicon, near, normalise, same_but_spelt
from gistkg.results import Iri
from gistkg.terms import GISTKG

__all__ = ["Case", "Fact", "case_from_words"]


class Fact(Record):
    """One thing said of a case: the words, the term they name with its label, and what that means."""

    words: str
    term: Iri
    label: str
    expression: Expression
    warnings: tuple[str, ...] = ()


class Case(Record):
    """A tumour described by facts; `notes` say what was read with a warning, or not understood."""

    facts: tuple[Fact, ...]
    notes: tuple[str, ...] = ()

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """What is known, as class expressions that all hold; that the tumour is a GIST comes first."""
        return (Named(GISTKG + "Case"), _GIST, *(fact.expression for fact in self.facts))


_GIST = Named(GISTKG + "GastrointestinalStromalTumour")
_FILLERS = frozenset({"a", "an", "and", "but", "in", "of", "the", "with"})
_LONGEST = 24
"""No name has more words; trying longer ones would only take time."""
_ACQUIRED = ("acquired ", "secondary ")
_WILD_TYPE = (" wild type", " wildtype", " wt")


def case_from_words(graph: Graph, conditions: Conditions, words: str) -> Case:
    """Read a case from words such as `metastatic, KIT exon 9, untreated`.

    Commas and semicolons part the facts; within a part the longest known names are taken. No word is passed over but
    `a an and but in of the with`. Raises `UnknownWordError` with the nearest names, `CaseError` for a term that is no
    fact of a tumour, and `ContradictionError` naming two facts that cannot both hold.

    >>> from gistkg.criteria import conditions
    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> [str(fact.term) for fact in case_from_words(graph, conditions(graph), "metastatic, KIT exon 9").facts]
    ['gistkg:MetastaticDisease', 'gistkg:KitExon9Mutation']
    """
    reader = _Words(graph, conditions)
    parts = re.split(r"[,;\n]", words)
    facts = list(dict.fromkeys(fact for part in parts for fact in reader.facts(part.split())))
    if not facts:
        raise CaseError('Nothing is said of the tumour; try: gistkg ask "metastatic, KIT exon 9, untreated"')
    for index, later in enumerate(facts):
        for earlier in facts[:index]:
            if conditions.evaluate([earlier.expression], later.expression) is False:
                raise ContradictionError(earlier.words, later.words)
        if conditions.evaluate([earlier.expression for earlier in facts[:index]], later.expression) is False:
            raise ContradictionError(", ".join(earlier.words for earlier in facts[:index]), later.words)
    return Case(tuple(facts), tuple(warning for fact in facts for warning in fact.warnings))


class _Words:
    """Finds the facts that words name, with the classes and properties of the graph."""

    def __init__(self, graph: Graph, conditions: Conditions) -> None:
        self.graph = graph
        self.conditions = conditions

    def facts(self, words: list[str]) -> Iterator[Fact]:
        """The facts of one part, longest names first."""
        while words and words[0].casefold() in _FILLERS:
            words = words[1:]
        if not words:
            return
        for length in range(min(len(words), _LONGEST), 0, -1):
            phrase = " ".join(words[:length])
            fact = self.fact(phrase)
            if fact is not None:
                yield fact
                yield from self.facts(words[length:])
                return
        raise self.unknown(" ".join(words[:_LONGEST]))

    def fact(self, phrase: str) -> Fact | None:
        """The fact a phrase names, or `None`."""
        plain = normalise(phrase)
        for prefix in _ACQUIRED:
            if plain.startswith(prefix):
                found = self.alteration(phrase, plain.removeprefix(prefix), GISTKG + "hasAcquiredAlteration")
                return found and Fact(phrase, found.term, f"acquired {found.label}", found.expression, found.warnings)
        for suffix in _WILD_TYPE:
            if plain.endswith(suffix):
                found = self.alteration(phrase, plain.removesuffix(suffix) + " mutation", GISTKG + "hasAlteration")
                return found and Fact(phrase, found.term, f"no {found.label}", Not(found.expression))
        for term in find(self.graph, phrase):
            expression = self.meaning(term)
            if expression is not None:
                return Fact(phrase, term, label_of(self.graph, term), expression)
        found = self.alteration(phrase, phrase, GISTKG + "hasAlteration")
        if found is not None:
            return found
        from gistkg.quantities import find_quantity  # here, because most words need neither this nor HGVS

        quantity = find_quantity(self.graph, phrase)
        if quantity is not None:
            return Fact(phrase, quantity.property, quantity.label, quantity.expression)
        return None

    def alteration(self, phrase: str, name: str, property_: str) -> Fact | None:
        """The fact that an alteration is there: a class by its label, or a change by its HGVS name."""
        for term in find(self.graph, name):
            if self.is_a(term, "Alteration"):
                return Fact(phrase, term, label_of(self.graph, term), Some(property_, Named(term.full)))
        from gistkg.alterations import find_alteration

        found = find_alteration(self.graph, name)
        if found is None:
            return None
        return Fact(phrase, found.term, found.label, Some(property_, found.expression), found.warnings)

    def meaning(self, term: Iri) -> Expression | None:
        """What a term says when it is said of a case, or `None` if it says nothing."""
        if term.full in self.conditions.criteria:
            return self.conditions.criteria[term.full]
        if term.full == _GIST.iri:
            return _GIST
        for kind, property_ in _SAID_OF_A_CASE:
            if self.is_a(term, kind):
                return Some(GISTKG + property_, Named(term.full))
        return None

    def is_a(self, term: Iri, kind: str) -> bool:
        return GISTKG + kind in self.conditions.ancestors.get(term.full, frozenset()) and term.full != GISTKG + kind

    def unknown(self, phrase: str) -> CaseError:
        """The error for words that are no fact: of a known term its kind, else the nearest names."""
        known = find(self.graph, phrase)
        if known:
            facts = [name for term, name in lexicon(self.graph).texts() if term in self.conditions.criteria]
            plain = normalise(phrase)
            about = [name for name in facts if f" {plain} " in f" {normalise(name)} "][:3]
            say = f"; say for instance {' or '.join(map(repr, about))}" if about else ""
            return CaseError(f"{phrase!r} ({label_of(self.graph, known[0])}) is no fact about a tumour by itself{say}.")
        sayable = [name for term, name in lexicon(self.graph).texts() if self.meaning(Iri(term)) is not None]
        return UnknownWordError(
            phrase, [name for name in near(phrase, sayable, limit=12) if same_but_spelt(phrase, name)][:3]
        )


_SAID_OF_A_CASE = (
    ("DiseaseExtent", "hasExtent"),
    ("AnatomicalSite", "hasSite"),
    ("TumourFeature", "hasFeature"),
    ("Alteration", "hasAlteration"),
    ("ResectionMargin", "hasMargin"),
    ("Immunostain", "hasImmunostain"),
    ("RecurrenceRiskJudgement", "judgedRecurrenceRisk"),
)
"""Kinds of terms that state a fact when they are said of a case, and the property they state it with."""
