"""Numbers in words: `6 cm`, `7 mitoses` and `ECOG 1` as what a property of a case says."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from gistkg.errors import CaseValueError
from gistkg.expressions import Bound, Has
from gistkg.files import query_text
from gistkg.graph import Graph
from gistkg.record import Record
from gistkg.resolve import label_of, lexicon
from gistkg.results import Iri
from gistkg.terms import XSD

__all__ = ["Quantity", "find_quantity"]


class Quantity(Record):
    """One number said of a case: the property that holds it, with its label, and what that means.

    `may_be_time` is true where only a unit names the property, and lengths of time are counted in it as well.
    """

    property: Iri
    label: str
    expression: Has | Bound
    may_be_time: bool = False


_NUMBER = r"(?P<sign>[<>]=?|[≤≥=])?\s*(?P<number>\d{1,9}(?:\.\d{1,9})?)(?!\d)"
_NUMBER_FIRST = re.compile(rf"{_NUMBER}\s*(?P<after>.*)", re.DOTALL)
_NAME_FIRST = re.compile(rf"(?P<before>[^\d<>=≤≥]*[^\d<>=≤≥.\s])\s*:?\s*{_NUMBER}(?:\s*(?P<after>\D.*))?", re.DOTALL)
_FACETS = {
    "<": "maxExclusive",
    "<=": "maxInclusive",
    "≤": "maxInclusive",
    ">": "minExclusive",
    ">=": "minInclusive",
    "≥": "minInclusive",
}


def find_quantity(graph: Graph, text: str) -> Quantity | None:
    """What a number with its name says of a case; `None` if the text is not exactly that.

    The name is a label or a synonym of a property that case files have a key for, or of the unit it is measured in, if
    no other property is; it stands before the number or after it. A sign such as `>` makes the number a bound.
    Raises `CaseValueError` for a number that the property cannot have.

    >>> from gistkg.graph import load_graph
    >>> find_quantity(load_graph(), "size 6.5 cm").expression
    Has(property='https://w3id.org/gistkg/tumourSizeCm', value=Decimal('6.5'))
    >>> find_quantity(load_graph(), ">5 mitoses").expression.facet
    'minExclusive'
    >>> find_quantity(load_graph(), "19 years").may_be_time, find_quantity(load_graph(), "19-year-old").may_be_time
    (True, False)
    >>> find_quantity(load_graph(), "6 kg"), find_quantity(load_graph(), "KIT exon 9")
    (None, None)
    """
    text = text.strip()
    found = _NUMBER_FIRST.fullmatch(text) or _NAME_FIRST.fullmatch(text)
    if found is None:
        return None
    known = lexicon(graph)
    names = [name for name in (found.groupdict().get("before"), found["after"]) if name]
    meant = [frozenset(term for _, term in known.terms(name)) for name in names]
    if not meant or not all(meant):  # so that words without a number to them cost no look at the graph
        return None
    number = Decimal(found["number"])
    fitting = {fact.property: fact for fact in graph.derived("measured-facts", _read) if fact.fits(meant)}
    if len(fitting) != 1:
        return None
    ((property_, fact),) = fitting.items()
    fact.check(text, number)
    facet = _FACETS.get(found["sign"] or "=")
    expression = Bound(property_.full, facet, number) if facet else Has(property_.full, number)
    may_be_time = fact.counts_time and not any(property_.full in names for names in meant)
    return Quantity(property_, label_of(graph, property_), expression, may_be_time)


class _Measured(NamedTuple):
    """A property that holds a number, with its unit and its bounds."""

    property: Iri
    whole: bool
    unit: str | None
    counts_time: bool
    lowest: Decimal | None
    highest: Decimal | None

    def fits(self, meant: list[frozenset[str]]) -> bool:
        """Whether the names are this property, its unit, or the property and then its unit, or a name of it again."""
        named = self.property.full in meant[0]
        first = named or (len(meant) == 1 and self.unit in meant[0])
        second = len(meant) == 1 or self.unit in meant[1] or self.property.full in meant[1]
        return first and second

    def check(self, text: str, number: Decimal) -> None:
        """Raise `CaseValueError` for a number that this cannot be."""
        if self.whole and number != number.to_integral_value():
            raise CaseValueError(text, f"{number} is not a whole number.")
        if self.lowest is not None and number < self.lowest:
            raise CaseValueError(text, f"{number} cannot be; it is {self.lowest} or more.")
        if self.highest is not None and number > self.highest:
            raise CaseValueError(text, f"{number} cannot be; it is {self.highest} or less.")


def _read(graph: Graph) -> tuple[_Measured, ...]:
    sparql = query_text("records", "measured-facts")
    return tuple(
        _Measured(
            property_,
            _full(row["datatype"]) == XSD + "integer",
            _full(row["unit"]),
            row["counts_time"] is True,
            _number(row["lowest"]),
            _number(row["highest"]),
        )
        for row in graph.rows(sparql)
        if isinstance(property_ := row["property"], Iri)
    )


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _full(value: object) -> str | None:
    return value.full if isinstance(value, Iri) else None
