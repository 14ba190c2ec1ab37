"""A document of a foreign format, walked by names that must hold what they should hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from gistkg.case_keys import shown
from gistkg.errors import CaseValueError
from gistkg.record import Record

__all__ = ["Node", "Translation", "months_between"]


class Translation(Record):
    """A foreign document as a case document, what of it was not understood, and whether it has all drugs given."""

    document: dict[str, object]
    notes: tuple[str, ...]
    all_drugs: bool = False


class Node:
    """One object of a document: its members by name, in camel case or with underscores, and where it stands.

    >>> packet = Node({"disease_stage": [{"id": "NCIT:C27971"}]}, "diseases[0]")
    >>> [(stage.path, stage.text("id")) for stage in packet.nodes("diseaseStage")]
    [('diseases[0].diseaseStage[0]', 'NCIT:C27971')]
    """

    def __init__(self, members: Mapping[str, object], path: str = "") -> None:
        self.members = members
        self.path = path

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def place(self, name: str) -> str:
        """The path of a member."""
        return f"{self.path}.{name}" if self.path else name

    def get(self, name: str) -> object:
        """The member of a name, or `None`."""
        found = self.members.get(name)
        return self.members.get(re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()) if found is None else found

    def text(self, name: str) -> str | None:
        """A text, without spaces around it; `None` if it is missing or empty.  Raises `CaseValueError`."""
        value = self.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise CaseValueError(self.place(name), f"{shown(value)} is no text.")
        return value.strip() or None

    def truth(self, name: str) -> bool:
        """Whether a member is true; a missing one is not.  Raises `CaseValueError`."""
        value = self.get(name)
        if value is not None and not isinstance(value, bool):
            raise CaseValueError(self.place(name), f"{shown(value)} is neither true nor false.")
        return value is True

    def number(self, name: str) -> Decimal | None:
        """A number, or `None` if it is missing.  Raises `CaseValueError`."""
        value = self.get(name)
        if value is None:
            return None
        number = (
            Decimal(str(value)) if isinstance(value, int | float | Decimal) and value not in (True, False) else None
        )
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            number = Decimal(value)
        if number is None or not number.is_finite():
            raise CaseValueError(self.place(name), f"{shown(value)} is no number.")
        return number

    def node(self, name: str) -> Node | None:
        """An object, or `None` if it is missing.  Raises `CaseValueError`."""
        value = self.get(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise CaseValueError(self.place(name), f"{shown(value)} is no object.")
        return Node(value, self.place(name))

    def nodes(self, name: str) -> Iterator[Node]:
        """The objects of a list.  Raises `CaseValueError`."""
        value = self.get(name)
        if value is None:
            return
        if not isinstance(value, list | tuple):
            raise CaseValueError(self.place(name), f"{shown(value)} is no list.")
        for index, item in enumerate(value):
            path = f"{self.place(name)}[{index}]"
            if not isinstance(item, Mapping):
                raise CaseValueError(path, f"{shown(item)} is no object.")
            yield Node(item, path)

    def date(self, name: str) -> date | None:
        """A date to the day; `None` if it is missing, or given to the month or year only.  Raises `CaseValueError`."""
        text = self.text(name)
        if text is None or re.fullmatch(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?", text):
            return None
        try:
            if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T|$)", text):
                raise ValueError
            return date.fromisoformat(text[:10])
        except ValueError:
            raise CaseValueError(self.place(name), f"{shown(text)} is no date; write it as in 2026-02-25.") from None


def months_between(start: date, end: date) -> Decimal:
    """Calendar months from one day to another, and the rest as a share of 30 days and a bit; to one hundredth.

    >>> months_between(date(2026, 1, 10), date(2026, 3, 10)), months_between(date(2026, 1, 10), date(2026, 2, 24))
    (Decimal('2'), Decimal('1.46'))
    """
    whole = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    years, month = divmod(start.month - 1 + whole, 12)
    last = (date(start.year + years + (month == 11), (month + 1) % 12 + 1, 1) - date.resolution).day
    begun = date(start.year + years, month + 1, min(start.day, last))
    return (whole + round(Decimal((end - begun).days) / Decimal("30.4375"), 2)).normalize() + 0
