"""Conditions compiled for speed: one case against every population in some microseconds.

Every condition of every criterion is split into atoms, each about one property of the case. What a group of facts about
one property says of all atoms at once is two integers, the atoms known to be true and those known to be false; it is
worked out once for each group of facts by `Conditions.evaluate` and remembered. Criteria and populations are masks over
these planes. A number counts only by the limits it lies between, so that the groups stay few.

The evaluator says what `Conditions` says, and beyond that what a reasoner has proved of the criteria (`gistkg.proof`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Sequence
from decimal import Decimal

from gistkg.criteria import Conditions
from gistkg.expressions import And, AtLeast, Bound, Expression, Has, Named, Not, Or, Some, Truth, flatten
from gistkg.record import Record

__all__ = ["Evaluator", "Verdict"]


class Verdict(Record):
    """What is known of one case: for each population, and for each criterion, true, false or unknown."""

    populations: dict[str, Truth]
    criteria: dict[str, Truth]


class Evaluator:
    """Judges cases against all the criteria and populations of a graph.

    >>> from gistkg.case import case_from_words
    >>> from gistkg.criteria import conditions
    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> known = conditions(graph)
    >>> verdict = Evaluator(known).judge(case_from_words(graph, known, "metastatic, KIT exon 9, untreated").expressions)
    >>> verdict.populations["https://w3id.org/gistkg/FirstLineAdvancedKitExon9Population"]
    True
    """

    def __init__(
        self,
        conditions: Conditions,
        implied: Iterable[tuple[str, str]] = (),
        excluded: Iterable[tuple[str, str]] = (),
    ) -> None:
        self._conditions = conditions
        self._nodes: dict[Expression, int] = {}
        self._programme: list[tuple[str, int, int]] = []
        self._atoms: dict[str, list[tuple[int, Expression]]] = {}
        self._limits: dict[str, list[Decimal]] = {}
        self._criteria = {iri: self._node(expression) for iri, expression in sorted(conditions.criteria.items())}
        self._gather_limits()
        self._populations = [
            (iri, self._mask(population.requires), self._mask(population.excludes))
            for iri, population in sorted(conditions.populations.items())
        ]
        self._proved = self._gathered(implied, excluded)
        self._planes: dict[tuple[Expression, ...], tuple[int, int]] = {}
        self._plain: dict[Expression, tuple[tuple[Expression, ...], frozenset[str]]] = {}
        self._verdicts: dict[tuple[int, int], Verdict] = {}

    def __getstate__(self) -> dict[str, object]:
        """What is kept: not the conditions, which are kept already (see `with_conditions`), nor what was worked out."""
        return {**self.__dict__, "_conditions": None, "_planes": {}, "_plain": {}, "_verdicts": {}}

    def with_conditions(self, conditions: Conditions) -> Evaluator:
        """Give this evaluator, read back from where it was kept, with the conditions it was made of."""
        self._conditions = conditions
        return self

    def judge(self, facts: Iterable[Expression]) -> Verdict:
        """The verdict on a case of which all these facts hold."""
        true, false = self._planes_of(facts)
        verdict = self._verdicts.get((true, false))
        if verdict is None:
            verdict = self._verdicts[true, false] = self._verdict(true, false)
        return verdict

    def suppose(
        self,
        facts: Iterable[Expression],
        populations: Container[str],
        *,
        met: Iterable[str] = (),
        unmet: Iterable[str] = (),
    ) -> dict[str, Truth]:
        """What these populations would be if these criteria were met besides, and those not.

        What follows from a criterion is what was proved of it; without proofs, the criteria are judged as facts.
        """
        criteria = self._conditions.criteria
        if not self._proved:
            supposed = [*facts, *(criteria[iri] for iri in met), *(Not(criteria[iri]) for iri in unmet)]
            return self._truths(*self._settled(*self._planes_of(supposed)), populations)
        true, false = self._planes_of(facts)
        return self._truths(*self._settled(true | self._mask(met), false | self._mask(unmet)), populations)

    def _planes_of(self, facts: Iterable[Expression]) -> tuple[int, int]:
        """The atoms known to be true and those known to be false."""
        true = false = 0
        for group in self._groups(facts):
            planes = self._planes.get(group)
            if planes is None:
                planes = self._planes[group] = self._evaluate(group)
            true |= planes[0]
            false |= planes[1]
            for fact in group:  # a condition that is said, or denied, as such
                denied = fact.part if isinstance(fact, Not) else None
                if isinstance(denied, Named) and denied.iri in self._criteria:
                    false |= 1 << self._criteria[denied.iri]
        return true, false

    def broader(self, population: str) -> frozenset[str]:
        """The populations that every case of this one belongs to as well, itself left out."""
        holding = self.inside(population).populations.items()
        return frozenset(iri for iri, truth in holding if truth and iri != population)

    def inside(self, population: str) -> Verdict:
        """What holds of every case of a population, as far as its criteria tell one by one."""
        members = self._conditions.populations[population]
        true, false = self._mask(members.requires), self._mask(members.excludes)
        for part in self._conditions.parts_of(population):  # one by one, so that each is worked out once
            planes = self._planes_of([part])
            true |= planes[0]
            false |= planes[1]
        return self._verdict(true, false)

    def _node(self, expression: Expression) -> int:
        """The bit of an expression: an atom, or a step of the programme that combines others."""
        if expression in self._nodes:
            return self._nodes[expression]
        roots = self._roots(expression)
        parts: Sequence[Expression] = ()
        kind = "atom"
        if len(roots) != 1:
            match expression:
                case And(inner):
                    kind, parts = "and", inner
                case Or(inner):
                    kind, parts = "or", inner
                case Not(inner_part):
                    kind, parts = "not", (inner_part,)
                case Named(iri) if iri in self._conditions.criteria:
                    kind, parts = "and", (self._conditions.criteria[iri],)
        mask = 0
        for part in parts:
            mask |= 1 << self._node(part)
        bit = self._nodes[expression] = len(self._nodes)
        if kind == "atom":
            for root in roots:
                self._atoms.setdefault(root, []).append((bit, expression))
        else:
            self._programme.append((kind, 1 << bit, mask))
        return bit

    def _roots(self, expression: Expression) -> frozenset[str]:
        """The properties of a case that an expression turns on; of a class of cases, the word "kind"."""
        match expression:
            case Some(property_, _) | Has(property_, _) | Bound(property_, _, _) | AtLeast(_, property_, _):
                broader = self._conditions.broader_properties.get(property_, frozenset((property_,)))
                return frozenset(
                    (min(broader, key=lambda one: len(self._conditions.broader_properties.get(one, (one,)))),)
                )
            case And(parts) | Or(parts):
                return frozenset().union(*(self._roots(part) for part in parts))
            case Not(part):
                return self._roots(part)
            case Named(iri) if iri in self._conditions.criteria:
                return self._roots(self._conditions.criteria[iri])
            case _:
                return frozenset(("kind",))

    def _mask(self, criteria: Iterable[str]) -> int:
        mask = 0
        for iri in criteria:
            mask |= 1 << self._criteria[iri]
        return mask

    def _gathered(
        self, implied: Iterable[tuple[str, str]], excluded: Iterable[tuple[str, str]]
    ) -> list[tuple[int, int, int, int]]:
        """For each criterion its bit, what it implies, what it rules out, and what implies it."""
        found: dict[str, list[int]] = {}
        for place, pairs in ((0, implied), (1, excluded)):
            for one, other in pairs:
                found.setdefault(one, [0, 0, 0])[place] |= self._mask([other])
                if place == 0:
                    found.setdefault(other, [0, 0, 0])[2] |= self._mask([one])
        return [(self._mask([iri]), masks[0], masks[1], masks[2]) for iri, masks in sorted(found.items())]

    def _gather_limits(self) -> None:
        found: dict[str, set[Decimal]] = {}

        def walk(expression: Expression) -> None:
            match expression:
                case Bound(property_, _, limit):
                    found.setdefault(property_, set()).add(limit)
                case Has(property_, Decimal() as value):
                    found.setdefault(property_, set()).add(value)
                case Some(_, filler) | AtLeast(_, _, filler):
                    walk(filler)
                case And(parts) | Or(parts):
                    for part in parts:
                        walk(part)
                case Not(part):
                    walk(part)

        for expression in self._conditions.criteria.values():
            walk(expression)
        self._limits = {property_: sorted(values) for property_, values in found.items()}

    def _groups(self, facts: Iterable[Expression]) -> list[tuple[Expression, ...]]:
        """The facts by the property they are about; facts about several properties join their groups."""
        by_root: dict[str, list[Expression]] = {}
        joined: list[frozenset[str]] = []
        for fact in facts:
            known = self._plain.get(fact)
            if known is None:
                plain = tuple(flatten([self._coarse(fact)]))
                known = self._plain[fact] = (plain, frozenset())
            for part in known[0]:
                roots = self._roots_of(part)
                if len(roots) > 1:
                    joined.append(roots)
                by_root.setdefault(min(roots), []).append(part)
        if joined:  # rare: one group of everything says all that the parts say together
            return [tuple(part for parts in by_root.values() for part in parts)]
        return [tuple(parts) for parts in by_root.values()]

    def _roots_of(self, fact: Expression) -> frozenset[str]:
        known = self._plain.get(fact)
        if known is None or not known[1]:
            known = self._plain[fact] = ((fact,), self._roots(fact))
        return known[1]

    def _coarse(self, fact: Expression) -> Expression:
        """The fact with every number replaced by one that lies between the same limits."""
        match fact:
            case Has(property_, Decimal() as value):
                return Has(property_, self._stand_in(property_, value))
            case Some(property_, filler):
                return Some(property_, self._coarse(filler))
            case AtLeast(count, property_, filler):
                return AtLeast(count, property_, self._coarse(filler))
            case And(parts):
                return And(tuple(self._coarse(part) for part in parts))
            case Or(parts):
                return Or(tuple(self._coarse(part) for part in parts))
            case Not(part):
                return Not(self._coarse(part))
        return fact

    def _stand_in(self, property_: str, value: Decimal) -> Decimal:
        limits = self._limits.get(property_, [])
        place = bisect_left(limits, value)
        if place < len(limits) and limits[place] == value:
            return limits[place]
        if not limits:
            return Decimal(0)
        if place == 0:
            return limits[0] - 1
        return limits[-1] + 1 if place == len(limits) else (limits[place - 1] + limits[place]) / 2

    def _evaluate(self, group: tuple[Expression, ...]) -> tuple[int, int]:
        true = false = 0
        roots = frozenset().union(*(self._roots_of(fact) for fact in group))
        for root in roots:
            for bit, atom in self._atoms.get(root, ()):
                truth = self._conditions.evaluate(group, atom)
                if truth:
                    true |= 1 << bit
                elif truth is False:
                    false |= 1 << bit
        return true, false

    def _verdict(self, true: int, false: int) -> Verdict:
        true, false = self._settled(true, false)
        criteria = {iri: _truth(true, false, 1 << bit) for iri, bit in self._criteria.items()}
        return Verdict(self._truths(true, false), criteria)

    def _settled(self, true: int, false: int) -> tuple[int, int]:
        """With all that follows from what is known of the atoms."""
        for kind, bit, mask in self._programme:
            if kind == "and":
                holds, fails = true & mask == mask, bool(false & mask)
            elif kind == "or":
                holds, fails = bool(true & mask), false & mask == mask
            else:
                holds, fails = bool(false & mask), bool(true & mask)
            true |= bit if holds else 0
            false |= bit if fails else 0
        return self._closed(true, false)

    def _truths(self, true: int, false: int, chosen: Container[str] | None = None) -> dict[str, Truth]:
        populations: dict[str, Truth] = {}
        for iri, need, bar in self._populations:
            if chosen is not None and iri not in chosen:
                continue
            if false & need or true & bar:
                populations[iri] = False
            else:
                populations[iri] = True if true & need == need and false & bar == bar else None
        return populations

    def _closed(self, true: int, false: int) -> tuple[int, int]:
        """With all that the proofs add, until they add nothing more."""
        while True:
            before = true, false
            for bit, implies, rules_out, implied_by in self._proved:
                if true & bit:
                    true |= implies
                    false |= rules_out
                if false & bit:
                    false |= implied_by
            if before == (true, false):
                return before


def _truth(true: int, false: int, bit: int) -> Truth:
    return True if true & bit else False if false & bit else None
