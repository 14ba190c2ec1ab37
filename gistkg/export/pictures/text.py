"""How wide text is at most, and where to break it, without asking for a font."""

from __future__ import annotations

from collections.abc import Iterable

from gistkg.record import Record

__all__ = ["Line", "Style", "broken", "width_of"]

_BOLD = 1.16
_WIDTHS = {
    **dict.fromkeys("ijl'|", 0.29),
    **dict.fromkeys(" .,/\\:;IJ!", 0.35),
    **dict.fromkeys("ft()[]-r", 0.42),
    **dict.fromkeys('szckvxy"_?*L–', 0.6),
    **dict.fromkeys("ABCEFKPRSTVXYZ", 0.71),
    **dict.fromkeys("DGHNOQU&", 0.8),
    **dict.fromkeys("+<>=±×~→←≥≤·w", 0.85),
    **dict.fromkeys("mMW@%—…", 1.0),
}
_OTHER_LATIN = 0.65
_OTHER = 1.05
"""Widths in units of the font size: at least those of the wide fonts among the usual ones without serifs."""


class Style(Record):
    """How a line is set: its size in pixels, its weight and its colour."""

    size: int
    bold: bool
    colour: str

    @property
    def height(self) -> float:
        """From one line of this style to the next."""
        return round(self.size * 1.35, 1)


class Line(Record):
    """One line of a box; `href` makes it a link."""

    text: str
    style: Style
    href: str | None = None


def width_of(text: str, style: Style) -> float:
    """The width of a text in pixels, rather too large than too small.

    >>> width_of("ill", Style(10, False, "#000")) < width_of("www", Style(10, False, "#000"))
    True
    """
    widths = (_WIDTHS.get(one, _OTHER_LATIN if ord(one) < 0x250 else _OTHER) for one in text)
    return sum(widths) * style.size * (_BOLD if style.bold else 1)


def broken(text: str, style: Style, room: float) -> list[str]:
    """A text in lines that fit into the room: broken between words, and inside a word only where it is too long.

    >>> broken("one two three", Style(10, False, "#000"), 45)
    ['one two', 'three']
    """
    lines: list[str] = []
    current = ""
    for word in _words(text, style, room):
        joined = f"{current} {word}" if current else word
        if current and width_of(joined, style) > room:
            lines.append(current)
            current = word
        else:
            current = joined
    return [*lines, current] if current else lines


def _words(text: str, style: Style, room: float) -> Iterable[str]:
    """The words of a text; one that does not fit by itself is cut, if possible behind a hyphen or slash."""
    for whole in text.split():
        word = whole
        while width_of(word, style) > room and len(word) > 1:
            fitting = max(1, next(n for n in range(len(word), 0, -1) if n == 1 or width_of(word[:n], style) <= room))
            soft = max(word.rfind(mark, 0, fitting) for mark in "-/_.:") + 1
            cut = soft if soft > fitting // 3 else fitting
            yield word[:cut]
            word = word[cut:]
        if word:
            yield word
