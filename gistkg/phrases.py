"""What one phrase says of a case: a name of the graph, an alteration or a number."""

from __future__ import annotations

from gistkg.criteria import Conditions
from gistkg.errors import CaseError
from gistkg.expressions import Expression, Has, Named, Not, Some
from gistkg.graph import Graph
from gistkg.record import Record
from gistkg.resolve import find, label_of, normalise
from gistkg.results import Iri
from gistkg.terms import GISTKG, XSD
from gistkg.wording import mark_of

__all__ = ["ARTICLES", "DRUG", "GIST", "LONGEST", "Fact", "Phrases"]

ARTICLES = ("a", "an", "the")
DRUG = GISTKG + "Drug"
GIST = Named(GISTKG + "GastrointestinalStromalTumour")
LONGEST = 24
"""No name has more words; trying longer ones would only take time."""


class Fact(Record):
    """One thing said of a case: the words, the term they name with its label, and what that means."""

    words: str
    term: Iri
    label: str
    expression: Expression
    warnings: tuple[str, ...] = ()


class Phrases:
    """Finds the fact that a phrase names, and the drug, with the classes and properties of the graph.

    >>> from gistkg.criteria import conditions
    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> phrases = Phrases(graph, conditions(graph))
    >>> phrases.fact("KIT wild type").label, phrases.fact("imatinib"), phrases.drug_length(["imatinib", "failed"])
    ('no KIT mutation', None, 1)
    """

    def __init__(self, graph: Graph, conditions: Conditions) -> None:
        self.graph = graph
        self.conditions = conditions
        self.may_be_time: set[str] = set()
        """Numbers with a unit alone that lengths of time have too, such as `3 years`."""

    def fact(self, phrase: str) -> Fact | None:
        """The fact a phrase names, or `None`.

        Raises `CaseError` for a name with a question mark, or with a dash that may be a minus.
        """
        mark = mark_of(phrase)
        if mark is not None:
            return None if mark[1] == "" else self.marked(phrase, *mark)
        plain, is_turned = normalise(phrase), False
        for prefix in _ACQUIRED:
            if plain.startswith(prefix):
                is_turned = True
                found = self.alteration(phrase, plain.removeprefix(prefix), GISTKG + "hasAcquiredAlteration")
                if found is not None:
                    return Fact(phrase, found.term, f"acquired {found.label}", found.expression, found.warnings)
        for suffix in _WILD_TYPE:
            if plain.endswith(suffix):
                is_turned = True
                found = self.alteration(phrase, plain.removesuffix(suffix) + " mutation", GISTKG + "hasAlteration")
                if found is not None:
                    return Fact(phrase, found.term, f"no {found.label}", Not(found.expression))
        for term in find(self.graph, phrase):
            expression = self.meaning(term) or self.flag(term)
            if expression is not None:
                return Fact(phrase, term, label_of(self.graph, term), expression)
        for first in _WILD_TYPE_FIRST:
            if plain.startswith(first) and not is_turned:
                return self.as_said(phrase, f"{plain.removeprefix(first)} wild type")
        if plain.endswith(_NEGATIVE):
            return self.negative(phrase, plain.removesuffix(_NEGATIVE))
        if is_turned:
            return None
        found = self.alteration(phrase, phrase, GISTKG + "hasAlteration")
        if found is not None:
            return found
        from gistkg.quantities import find_quantity  # here, because most words need neither this nor HGVS

        quantity = find_quantity(self.graph, phrase)
        if quantity is not None:
            if quantity.may_be_time:
                self.may_be_time.add(phrase)
            return Fact(phrase, quantity.property, quantity.label, quantity.expression)
        return None

    def as_said(self, phrase: str, other: str) -> Fact | None:
        """The fact that a phrase names if it is said in other words."""
        fact = self.fact(other)
        return fact and Fact(phrase, fact.term, fact.label, fact.expression, fact.warnings)

    def marked(self, phrase: str, name: str, mark: str) -> Fact | None:
        """The fact of a name with a plus.  Raises `CaseError` if a fact, or its denial, is marked otherwise."""
        fact = self.fact(name)
        is_found = fact is not None and self.is_a(fact.term, "Alteration")
        if mark == "+":
            return self.as_said(phrase, f"{name} positive") or (self.as_said(phrase, name) if is_found else None)
        denial = self.fact(name + _NEGATIVE)
        if fact is None and denial is None:
            return None
        if mark == "?":
            raise CaseError(f"{phrase!r} is not certain; leave out what is not known, else the question mark.")
        ways = [repr(way.words) + when for way, when in ((denial, " if it was not found"), (fact, " if it was")) if way]
        if denial is None:
            ways = [f"{name!r} without a dash if it is so"]
        raise CaseError(f"{phrase!r} can be read in more than one way; say {', '.join(ways)}.")

    def negative(self, phrase: str, name: str) -> Fact | None:
        """The fact that a test did not find an alteration of a gene."""
        from gistkg.loci import loci

        found = self.alteration(phrase, name, GISTKG + "hasAlteration")
        if found is None or found.term.full not in loci(self.graph).classes:
            return None
        return Fact(phrase, found.term, f"no {found.label}", Not(found.expression))

    def flag(self, term: Iri) -> Expression | None:
        """What a property that is true or false says of a case by its name alone."""
        from gistkg.case_keys import case_keys

        keys = case_keys(self.graph).case.values()
        is_flag = any(key.property == term.full and key.range == XSD + "boolean" for key in keys)
        return Has(term.full, True) if is_flag else None

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
        if term.full == GIST.iri:
            return GIST
        for kind, property_ in _SAID_OF_A_CASE:
            if self.is_a(term, kind):
                return Some(GISTKG + property_, Named(term.full))
        return None

    def is_a(self, term: Iri, kind: str) -> bool:
        """Whether a class is one of a kind of ours, and not the kind itself."""
        return GISTKG + kind in self.conditions.ancestors.get(term.full, frozenset()) and term.full != GISTKG + kind

    def said(self, lead: str, drug: str) -> Fact | None:
        """The fact that some words say of a drug, by this name or its label, or of a kind of drugs, with an article."""
        names = dict.fromkeys([drug, *(label_of(self.graph, term) for term in find(self.graph, drug))])
        forms = (f"{lead} {article}{name}" for name in names for article in ("", "a "))
        return next((fact for fact in map(self.fact, forms) if fact is not None), None)

    def lead(self, phrase: str) -> str:
        """What stands before the drug that a phrase ends in, without articles; nothing if it does not end in one."""
        words = phrase.split()
        start = next((at for at in range(1, len(words)) if self.drug_length(words[at:]) == len(words) - at), 0)
        while start and words[start - 1].casefold() in ARTICLES:
            start -= 1
        return " ".join(words[:start])

    def drug_length(self, words: list[str]) -> int:
        """How many words, at most, name a drug or a kind of drugs."""
        for length in range(min(len(words), LONGEST), 0, -1):
            for term in find(self.graph, " ".join(words[:length])):
                if DRUG in self.conditions.ancestors.get(term.full, ()):
                    return length
        return 0


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
_ACQUIRED = ("acquired ", "secondary ")
_WILD_TYPE = (" wild type", " wildtype", " wt")
_WILD_TYPE_FIRST = ("wild type ", "wildtype ", "wt ")
_NEGATIVE = " negative"
