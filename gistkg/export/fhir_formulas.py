"""Formulas of FHIRPath tests: three-valued as FHIRPath is, with every test written once, however often it counts.

FHIRPath has no names for parts of an expression. So whatever counts more than once is tested first and leaves a mark in
a text, of which the formula itself is then a test. Whether a list is complete is the first mark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from gistkg.record import Record

__all__ = [
    "CLOSED",
    "NOWHERE",
    "UNKNOWN",
    "AllOf",
    "AnyOf",
    "Atom",
    "Formula",
    "NotOf",
    "all_of",
    "any_of",
    "can_be",
    "not_of",
    "rendered",
]  # fmt: skip

UNKNOWN = "{}"
"""The empty collection, which is what FHIRPath has for unknown."""
CLOSED = "$this.contains('c')"
"""What a test has in it where it turns on what is complete (see `rendered`)."""


class Atom(Record):
    """True where `holds` is, false where only `fails` is, else unknown; an empty text is true nowhere."""

    holds: str = ""
    fails: str = ""

    def __str__(self) -> str:
        """The FHIRPath of it.

        >>> str(Atom("a.exists()", "b.exists()")), str(Atom("a.exists()")), str(Atom(fails="b")), str(Atom())
        ('iif(a.exists(), true, iif(b.exists(), false, {}))', 'iif(a.exists(), true, {})', 'iif(b, false, {})', '{}')
        """
        otherwise = f"iif({self.fails}, false, {UNKNOWN})" if self.fails else UNKNOWN
        return f"iif({self.holds}, true, {otherwise})" if self.holds else otherwise

    def mark(self, number: int) -> str:
        """A text that tells what the test gives."""
        otherwise = f"iif({self.fails}, ' {number}-', '')" if self.fails else "''"
        return f"iif({self.holds}, ' {number}+', {otherwise})" if self.holds else otherwise

    def of_mark(self, number: int) -> Atom:
        """The same test, of what `mark` left in a text."""
        holds = f"$this.contains(' {number}+')" if self.holds else ""
        return Atom(holds, f"$this.contains(' {number}-')" if self.fails else "")


class AllOf(Record):
    """The conjunction of its parts."""

    parts: tuple[Formula, ...]


class AnyOf(Record):
    """The disjunction of its parts."""

    parts: tuple[Formula, ...]


class NotOf(Record):
    """What is true where its part is false, and false where its part is true."""

    part: Formula


Formula: TypeAlias = Atom | AllOf | AnyOf | NotOf
NOWHERE = Atom()
"""What is never true and never false."""


def all_of(parts: Iterable[Formula]) -> Formula:
    """The conjunction of some parts, each of them once."""
    found = list(dict.fromkeys(inner for one in parts for inner in (one.parts if isinstance(one, AllOf) else (one,))))
    return found[0] if len(found) == 1 else AllOf(tuple(found))


def any_of(parts: Iterable[Formula]) -> Formula:
    """The disjunction of some parts, each of them once."""
    found = list(dict.fromkeys(inner for one in parts for inner in (one.parts if isinstance(one, AnyOf) else (one,))))
    return found[0] if len(found) == 1 else AnyOf(tuple(found))


def not_of(part: Formula) -> Formula:
    """The negation of a part."""
    return part.part if isinstance(part, NotOf) else part if part == NOWHERE else NotOf(part)


def can_be(truth: bool, formula: Formula) -> bool:
    """Whether a formula becomes true, or false, if its tests give what they can, each for itself.

    Tests may exclude each other: so what cannot be is certain, and what can be is not.

    >>> some, never = Atom("a", "b"), Atom("", "b")
    >>> [can_be(True, one) for one in (all_of([some, never]), any_of([some, never]), not_of(never), NOWHERE)]
    [False, True, True, False]
    """
    match formula:
        case Atom(holds, fails):
            return bool(holds if truth else fails)
        case NotOf(part):
            return can_be(not truth, part)
        case AllOf(parts):
            return (all if truth else any)(can_be(truth, part) for part in parts)
        case AnyOf(parts):
            return (any if truth else all)(can_be(truth, part) for part in parts)


def rendered(formula: Formula, complete: str) -> str:
    """The FHIRPath of a formula; `complete` is the test that `CLOSED` stands for.

    >>> once, twice = Atom(f"{CLOSED} and x"), Atom("a")
    >>> rendered(once, "list.exists()")
    "iif(list.exists(), 'c', '-').select(iif($this.contains('c') and x, true, {}))"
    >>> rendered(any_of([twice, not_of(twice)]), "list.exists()").split(".select")[1]
    "($this & iif(a, ' 1+', ''))"
    """
    counted = Counter(one for one in _tests(formula) if one != NOWHERE)
    marked = {one: number for number, one in enumerate((one for one, count in counted.items() if count > 1), 1)}
    closed = any(CLOSED in text for one in counted for text in (one.holds, one.fails))
    text = _text(formula, marked)
    if not marked and not closed:
        return text
    first = f"iif({complete}, 'c', '-')" if closed else "'-'"
    marks = "".join(f" & {one.mark(number)}" for one, number in marked.items())
    return f"{first}.select({text})" if not marks else f"{first}.select($this{marks}).select({text})"


def _tests(formula: Formula) -> Iterator[Atom]:
    match formula:
        case Atom():
            yield formula
        case NotOf(part):
            yield from _tests(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _tests(part)


def _text(formula: Formula, marked: dict[Atom, int]) -> str:
    match formula:
        case Atom():
            return str(formula.of_mark(marked[formula]) if formula in marked else formula)
        case NotOf(part):
            return f"{_text(part, marked)}.not()"
        case AllOf(parts):
            return f"({' and '.join(_text(part, marked) for part in parts)})"
        case AnyOf(parts):
            return f"({' or '.join(_text(part, marked) for part in parts)})"
