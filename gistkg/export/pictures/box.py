"""A box of a picture before it has a place."""

from __future__ import annotations

from gistkg.export.pictures.text import Line
from gistkg.record import Record

__all__ = ["LABEL_PADDING", "PADDING", "Box"]

PADDING = 9.0
"""Between the edge of a box and its text."""

LABEL_PADDING = 3.0
"""Beside the text of a label."""


class Box(Record):
    """A box before it has a place: its lines, and a look (see `gistkg.export.pictures.draw`)."""

    name: str
    lines: tuple[Line, ...]
    width: float
    look: str
    href: str | None = None
    tip: str = ""

    @property
    def height(self) -> float:
        """The height that the lines need."""
        return round(sum(line.style.height for line in self.lines) + 2 * self.padding, 1)

    @property
    def padding(self) -> float:
        """Between the edge and the text."""
        return LABEL_PADDING if self.look == "label" else PADDING
