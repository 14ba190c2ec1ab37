"""Trying out what is not known: every way a case may be, as far as some conditions can tell the ways apart."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise, product
from typing import NamedTuple, TypeAlias

from gistkg.case import Case
from gistkg.criteria import Conditions
from gistkg.expressions import (
    And,
    AtLeast,
    Bound,
    Expression,
    Has,
    Named,
    Not,
    Or,
    Some,
    Truth,
    either,
    every,
    flatten,
    negate,
)

__all__ = ["Trial", "World", "deciding"]

_Truths: TypeAlias = tuple[tuple[Expression, Truth], ...]
"""Which conditions on one property hold."""


class World(NamedTuple):
    """One way a case may be: for each property the number of its value, and which conditions hold.

    It is `between` if some value lies where the conditions name none, such as 5.5 where they turn on 5 and 6.
    """

    values: tuple[int, ...]
    table: Mapping[Expression, Truth]
    between: bool


class Trial:
    """Tries every value of the properties that some conditions turn on, as far as a case leaves them open.

    A value stands for all that meet the same conditions. Every property is taken to have some value, known or not.
    """

    def __init__(self, conditions: Conditions, case: Case, judged: Sequence[Expression]) -> None:
        self.conditions = conditions
        self.known = tuple(flatten(case.expressions))
        self.kinds = tuple(fact for fact in self.known if isinstance(fact, Named))
        self.compound = tuple(fact for fact in self.known if isinstance(fact, Or | Not))
        # Dictionaries, because sets forget the order, in which missing facts are told.
        self.on: dict[str, dict[Expression, None]] = {}
        for expression in judged:
            for property_, leaf in self.leaves(expression):
                self.on.setdefault(property_, {})[leaf] = None
        self.properties = tuple(self.on)
        self.steps = {property_: _step(self.atoms(property_)) for property_ in self.properties}
        for fact in self.known:
            for property_, leaf in self.leaves(fact):
                if property_ in self.on:
                    self.on[property_][leaf] = None

    def worlds(self) -> Iterator[World]:
        """Every way the case may be; one alone if the facts decide all conditions."""
        choices = [list(enumerate(self.values(property_))) for property_ in self.properties]
        for chosen in product(*choices):
            table = {leaf: truth for _, (truths, _) in chosen for leaf, truth in truths}
            if all(self.truth(fact, table) is not False for fact in self.compound):
                yield World(tuple(number for number, _ in chosen), table, any(between for _, (_, between) in chosen))

    def truth(self, expression: Expression, table: Mapping[Expression, Truth]) -> Truth:
        """Whether a condition holds in the world of this table."""
        if expression in table:
            return table[expression]
        match expression:
            case And(parts):
                return every(self.truth(part, table) for part in parts)
            case Or(parts):
                return either(self.truth(part, table) for part in parts)
            case Not(part):
                return negate(self.truth(part, table))
            case Named(iri) if iri in self.conditions.criteria:
                return self.truth(self.conditions.criteria[iri], table)
        return self.conditions.evaluate(self.known, expression)

    def values(self, property_: str) -> list[tuple[_Truths, bool]]:
        """The values that the facts leave a property: which conditions hold, and whether all such lie between."""
        found: dict[_Truths, bool] = {}
        for value, between in _candidates(property_, self.atoms(property_), self.steps[property_]):
            parts = tuple(flatten([value]))
            others = ((part, (*self.known, *parts[:place], *parts[place + 1 :])) for place, part in enumerate(parts))
            if any(self.conditions.evaluate(facts, part) is False for part, facts in others):
                continue
            truths = tuple((leaf, self.conditions.evaluate(self.kinds + parts, leaf)) for leaf in self.on[property_])
            found[truths] = found.get(truths, True) and between
        return list(found.items())

    def atoms(self, property_: str) -> tuple[Expression, ...]:
        """The conditions on a property, with named ones taken apart."""

        def apart(expression: Expression) -> Iterator[Expression]:
            for _, leaf in self.leaves(expression):
                if isinstance(leaf, Named):
                    yield from apart(self.conditions.criteria[leaf.iri])
                else:
                    yield leaf

        return tuple(dict.fromkeys(atom for leaf in self.on[property_] for atom in apart(leaf)))

    def leaves(self, expression: Expression) -> Iterator[tuple[str, Expression]]:
        """The conditions on one property that an expression is made of, each with its property."""
        match expression:
            case And(parts) | Or(parts):
                for part in parts:
                    yield from self.leaves(part)
            case Not(part):
                yield from self.leaves(part)
            case Named(iri):
                inner = list(self.leaves(self.conditions.criteria[iri])) if iri in self.conditions.criteria else []
                whole = len({property_ for property_, _ in inner}) == 1
                yield from [(inner[0][0], expression)] if whole else inner
            case Some(property_) | Has(property_) | Bound(property_) | AtLeast(_, property_):
                yield property_, expression


def deciding(outcomes: Sequence[tuple[tuple[int, ...], Hashable]]) -> tuple[int, ...]:
    """The places of the values that decide outcomes: a change of that value alone changes the outcome somewhere.

    >>> deciding([((0, 0), "low"), ((0, 1), "low"), ((1, 0), "high"), ((1, 1), "high")])
    (0,)

    Where no value is free to change alone, all that differ are named.
    """
    places = range(len(outcomes[0][0])) if outcomes else range(0)
    found = tuple(place for place in places if _ambiguous(outcomes, [one for one in places if one != place]))
    if _ambiguous(outcomes, found):
        return tuple(place for place in places if len({values[place] for values, _ in outcomes}) > 1)
    return found


def _ambiguous(outcomes: Iterable[tuple[tuple[int, ...], Hashable]], places: Sequence[int]) -> bool:
    """Whether the values at these places leave more than one outcome."""
    seen: dict[tuple[int, ...], Hashable] = {}
    return any(
        seen.setdefault(tuple(values[place] for place in places), outcome) != outcome for values, outcome in outcomes
    )


def _candidates(property_: str, atoms: Sequence[Expression], step: Decimal) -> Iterator[tuple[Expression, bool]]:
    """Values that meet the conditions on a property in every way there is, each with whether it lies between."""
    limits = set(_limits(atoms))
    if limits:
        tried = sorted({limit + shift for limit in limits for shift in (-step, Decimal(0), step)})
        yield from ((Has(property_, number), False) for number in tried)
        yield from ((Has(property_, (one + other) / 2), True) for one, other in pairwise(tried))
    elif any(isinstance(atom, Has) and isinstance(atom.value, bool) for atom in atoms):
        yield from ((Has(property_, value), False) for value in (True, False))
    else:
        for signs in product((True, False), repeat=len(atoms)):
            parts = (atom if sign else Not(atom) for atom, sign in zip(atoms, signs, strict=True))
            yield And(tuple(parts)), False


def _limits(atoms: Iterable[Expression]) -> Iterator[Decimal]:
    for atom in atoms:
        if isinstance(atom, Bound):
            yield atom.limit
        elif isinstance(atom, Has) and isinstance(atom.value, Decimal):
            yield atom.value


def _step(atoms: Iterable[Expression]) -> Decimal:
    """The unit of the last place that limits are printed with: 0.1 for 2.1 and 5.

    >>> str(_step([Has("size", Decimal("2.1")), Has("size", Decimal("5.0"))])), str(_step([Has("size", Decimal(10))]))
    ('0.1', '1')
    """
    exponents = [limit.normalize().as_tuple().exponent for limit in _limits(atoms)]
    return Decimal(1).scaleb(min([0, *(exponent for exponent in exponents if isinstance(exponent, int))]))
