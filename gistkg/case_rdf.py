"""A case as plain RDF about one node, so that a query can judge it in any store.

`<case> gistkg:mayBe` leads to descriptions, of which one is true: as many as the facts leave alternatives. Each has
types, links and values; what is known to be absent hangs on it by `gistkg:lacks`. `applicability.rq` reads all this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import product
from typing import TypeAlias

import pyoxigraph as ox

from gistkg.criteria import Conditions
from gistkg.errors import CaseError
from gistkg.expressions import And, AtLeast, Bound, Expression, Has, Named, Not, Or, Some
from gistkg.terms import GISTKG, OWL, RDF, RDFS, XSD, compact

__all__ = ["CASE", "case_triples"]

CASE = "urn:gistkg:case"
"""The IRI of a case that is given no other."""

_MOST = 256
"""More descriptions than this are refused."""


def case_triples(conditions: Conditions, facts: Iterable[Expression], *, case: str = CASE) -> list[ox.Triple]:
    """The facts of a case as triples; functional properties lead to one node, whatever is said of it.

    A count of links can be told only of a named class; that there are not so many is told as the most there can be, as
    a complete list of drugs tells it. Alternatives that the other facts rule out are left out.
    Raises `CaseError` for any other count, and for facts with more alternatives than a query should go through.

    >>> from gistkg.case import case_from_words
    >>> from gistkg.criteria import conditions
    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> known = conditions(graph)
    >>> facts = case_from_words(graph, known, "metastatic").expressions
    >>> sorted(compact(one.object.value) for one in case_triples(known, facts) if one.predicate.value == RDF + "type")
    ['gistkg:Case', 'gistkg:GastrointestinalStromalTumour', 'gistkg:MetastaticDisease']
    """
    return list(dict.fromkeys(_Writer(conditions).case(ox.NamedNode(case), tuple(facts))))


_Way: TypeAlias = tuple[Expression, ...]


class _Writer:
    """Writes descriptions; each is one alternative of what was said, as a conjunction."""

    def __init__(self, conditions: Conditions) -> None:
        self.conditions = conditions
        self.functional = conditions.functional

    def case(self, case: ox.NamedNode, facts: tuple[Expression, ...]) -> Iterator[ox.Triple]:
        for parts in self.alternatives(And(facts)):
            description = ox.BlankNode()
            yield ox.Triple(case, _term("mayBe"), description)
            yield from self.description(description, parts)

    def alternatives(self, expression: Expression) -> list[tuple[Expression, ...]]:
        """The ways an expression can hold: conjunctions without a disjunction outside a negation."""
        match expression:
            case And(parts):
                ways = [self.alternatives(part) for part in parts]
                count = 1
                for way in ways:
                    count *= len(way)
                if count > _MOST:
                    raise CaseError(f"The facts leave {count} alternatives, more than {_MOST}; say some of them apart.")
                choices = [chosen for chosen in product(*ways) if count == 1 or self.can_be(ways, chosen)]
                return [tuple(one for some in chosen for one in some) for chosen in choices or product(*ways)]
            case Or(parts):
                return [way for part in parts for way in self.alternatives(part)]
            case Some(property_, filler):
                return [(Some(property_, And(way)),) for way in self.alternatives(filler)]
            case Not(Not(part)):
                return self.alternatives(part)
            case Not(Or(parts)):
                return self.alternatives(And(tuple(Not(part) for part in parts)))
            case _:
                return [(expression,)]

    def can_be(
        self, ways: Sequence[Sequence[tuple[Expression, ...]]], chosen: Sequence[tuple[Expression, ...]]
    ) -> bool:
        """Whether none of the alternatives that were chosen is ruled out by the rest."""
        for index, (way, some) in enumerate(zip(ways, chosen, strict=True)):
            rest = And(tuple(one for other in (*chosen[:index], *chosen[index + 1 :]) for one in other))
            if len(way) > 1 and self.conditions.evaluate([rest], And(some)) is False:
                return False
        return True

    def description(self, node: ox.BlankNode, parts: Iterable[Expression]) -> Iterator[ox.Triple]:
        """What a conjunction says of a node."""
        single: dict[str, list[Expression]] = {}
        for part in parts:
            match part:
                case Named(iri):
                    yield ox.Triple(node, _TYPE, ox.NamedNode(iri))
                case Some(property_, filler) if property_ in self.functional:
                    single.setdefault(property_, []).append(filler)
                case Some(property_, filler):
                    yield from self.link(node, property_, filler)
                case Has(property_, value):
                    yield ox.Triple(node, ox.NamedNode(property_), _literal(value))
                case Bound(property_, facet, limit):
                    yield from self.bound(node, property_, facet, limit)
                case AtLeast(count, property_, filler):
                    yield from self.count(node, "minQualifiedCardinality", count, property_, filler)
                case Not(Some(property_, filler)):
                    yield from self.absence(node, property_, filler)
                case Not(AtLeast(count, property_, filler)):
                    yield from self.count(node, "maxQualifiedCardinality", count - 1, property_, filler)
                case Not(denied):
                    yield from self.others(node, denied)
                case _:  # alternatives() has taken the others apart
                    raise AssertionError(part)
        for property_, fillers in single.items():
            yield from self.link(node, property_, And(tuple(fillers)))

    def link(self, node: ox.BlankNode, property_: str, filler: Expression) -> Iterator[ox.Triple]:
        other = ox.BlankNode()
        yield ox.Triple(node, ox.NamedNode(property_), other)
        (parts,) = self.alternatives(filler)
        yield from self.description(other, parts)

    def absence(self, node: ox.BlankNode, property_: str, filler: Expression) -> Iterator[ox.Triple]:
        """That nothing of a kind is linked: one pattern for each way of being of that kind."""
        for parts in self.alternatives(filler):
            pattern = ox.BlankNode()
            yield ox.Triple(node, _term("lacks"), pattern)
            yield ox.Triple(pattern, _term("linkedBy"), ox.NamedNode(property_))
            yield from self.description(pattern, parts)

    def others(self, node: ox.BlankNode, denied: Expression) -> Iterator[ox.Triple]:
        for parts in self.alternatives(denied):
            other = ox.BlankNode()
            yield ox.Triple(node, _term("otherThan"), other)
            yield from self.description(other, parts)

    def count(
        self, node: ox.BlankNode, limit: str, count: int, property_: str, filler: Expression
    ) -> Iterator[ox.Triple]:
        """The least or the most links there are to things of a class."""
        if not isinstance(filler, Named):
            raise CaseError(f"A count of {compact(property_)} is told of a named class only; name the class.")
        kind = ox.BlankNode()
        yield from self.restriction(node, kind, property_)
        number = ox.Literal(str(count), datatype=ox.NamedNode(XSD + "nonNegativeInteger"))
        yield ox.Triple(kind, ox.NamedNode(OWL + limit), number)
        yield ox.Triple(kind, ox.NamedNode(OWL + "onClass"), ox.NamedNode(filler.iri))

    def bound(self, node: ox.BlankNode, property_: str, facet: str, limit: Decimal) -> Iterator[ox.Triple]:
        """A number known by a limit only."""
        kind, numbers, limits, one = ox.BlankNode(), ox.BlankNode(), ox.BlankNode(), ox.BlankNode()
        yield from self.restriction(node, kind, property_)
        yield ox.Triple(kind, ox.NamedNode(OWL + "someValuesFrom"), numbers)
        yield ox.Triple(numbers, _TYPE, ox.NamedNode(RDFS + "Datatype"))
        yield ox.Triple(numbers, ox.NamedNode(OWL + "onDatatype"), ox.NamedNode(XSD + "decimal"))
        yield ox.Triple(numbers, ox.NamedNode(OWL + "withRestrictions"), limits)
        yield ox.Triple(limits, ox.NamedNode(RDF + "first"), one)
        yield ox.Triple(limits, ox.NamedNode(RDF + "rest"), ox.NamedNode(RDF + "nil"))
        yield ox.Triple(one, ox.NamedNode(XSD + facet), _literal(limit))

    def restriction(self, node: ox.BlankNode, kind: ox.BlankNode, property_: str) -> Iterator[ox.Triple]:
        """The class of whatever keeps a bound or a count, in the form that criteria have."""
        yield ox.Triple(node, _TYPE, kind)
        yield ox.Triple(kind, _TYPE, ox.NamedNode(OWL + "Restriction"))
        yield ox.Triple(kind, ox.NamedNode(OWL + "onProperty"), ox.NamedNode(property_))


_TYPE = ox.NamedNode(RDF + "type")


def _term(name: str) -> ox.NamedNode:
    return ox.NamedNode(GISTKG + name)


def _literal(value: Decimal | bool | str) -> ox.Literal:
    if isinstance(value, Decimal):
        return ox.Literal(format(value, "f"), datatype=ox.NamedNode(XSD + "decimal"))
    return ox.Literal(value)
