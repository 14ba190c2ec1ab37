"""Class expressions of the small fragment that criteria are written in, and the three-valued logic they are judged by.

The fragment: named classes, existential restrictions, values, numeric bounds, minimum counts, union, intersection and
complement. Truth is `True`, `False`, or `None` for unknown; and, or, not are those of strong Kleene logic.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TypeAlias

from gistkg.record import Record

__all__ = [
    "And",
    "AtLeast",
    "Bound",
    "Expression",
    "Has",
    "Named",
    "Not",
    "Or",
    "Some",
    "Truth",
    "bound_implies",
    "either",
    "every",
    "flatten",
    "negate",
    "within",
]

Truth: TypeAlias = bool | None
"""`True`, `False`, or `None` for unknown."""


class Named(Record):
    """Membership of a named class."""

    iri: str


class Some(Record):
    """At least one link by a property to something of a kind."""

    property: str
    filler: Expression


class Has(Record):
    """A data property with one value."""

    property: str
    value: Decimal | bool | str


class Bound(Record):
    """A data property with a number on one side of a limit; `facet` is the local name of an XSD facet."""

    property: str
    facet: str
    limit: Decimal


class AtLeast(Record):
    """At least so many links by a property to different things of a kind."""

    count: int
    property: str
    filler: Expression


class And(Record):
    """The conjunction of its parts."""

    parts: tuple[Expression, ...]


class Or(Record):
    """The disjunction of its parts."""

    parts: tuple[Expression, ...]


class Not(Record):
    """The negation of one part."""

    part: Expression


Expression: TypeAlias = Named | Some | Has | Bound | AtLeast | And | Or | Not


def flatten(facts: Iterable[Expression]) -> Iterator[Expression]:
    """The facts with every conjunction taken apart, and a link to one of several kinds told as one of several links."""
    for fact in facts:
        if isinstance(fact, And):
            yield from flatten(fact.parts)
        elif isinstance(fact, Some) and isinstance(fact.filler, Or):
            yield Or(tuple(Some(fact.property, part) for part in fact.filler.parts))
        else:
            yield fact


def every(truths: Iterable[Truth]) -> Truth:
    """The conjunction of truths: the least of them."""
    seen = set(truths)
    return False if False in seen else None if None in seen else True


def either(truths: Iterable[Truth]) -> Truth:
    """The disjunction of truths: the greatest of them."""
    seen = set(truths)
    return True if True in seen else None if None in seen else False


def negate(truth: Truth) -> Truth:
    """The negation of a truth; unknown stays unknown.

    >>> negate(True), negate(None)
    (False, None)
    """
    return None if truth is None else not truth


def within(value: Decimal, facet: str, limit: Decimal) -> bool:
    """Whether a number lies on the inner side of a limit."""
    match facet:
        case "minInclusive":
            return value >= limit
        case "minExclusive":
            return value > limit
        case "maxInclusive":
            return value <= limit
        case _:
            return value < limit


def bound_implies(known: Bound, facet: str, limit: Decimal) -> Truth:
    """Whether every number within a known bound lies within another; `False` if none does, else `None`.

    >>> at_most_two = Bound("months", "maxInclusive", Decimal(2))
    >>> bound_implies(at_most_two, "maxExclusive", Decimal(3)), bound_implies(at_most_two, "minExclusive", Decimal(2))
    (True, False)
    """
    upward = facet.startswith("min")
    if known.facet.startswith("min") == upward:
        strict = known.facet.endswith("Exclusive") or facet.endswith("Inclusive")
        inside = known.limit > limit if upward else known.limit < limit
        return True if inside or (known.limit == limit and strict) else None
    apart = known.limit < limit if upward else known.limit > limit
    touching = known.limit == limit and "Exclusive" in known.facet + facet
    return False if apart or touching else None
