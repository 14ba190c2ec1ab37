"""Pictures as SVG: boxes, wires, a heading above and notes below, readable without colours and without a mouse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from gistkg.export.pictures.box import PADDING, Box
from gistkg.export.pictures.layout import Layout, Place, Route
from gistkg.export.pictures.text import Line, Style, broken
from gistkg.record import Record
from gistkg.render import NOTICE

__all__ = ["BODY", "GREY", "HEADING", "INK", "LOOKS", "NOTE", "SMALL", "TITLE", "Look", "Picture"]
__all__ += ["box", "svg", "texts_of"]

INK, GREY = "#1b1f24", "#4b5563"
HEADING = Style(18, True, INK)
TITLE = Style(13, True, INK)
BODY = Style(12, False, INK)
SMALL = Style(11, False, GREY)
NOTE = Style(11, False, INK)

_FONTS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
_MARGIN = 20.0
_LEAST_WIDTH = 760.0


class Look(Record):
    """How boxes or wires of a kind look; `dashes` as in SVG."""

    fill: str
    stroke: str
    dashes: str = ""
    thick: float = 1.3


LOOKS = {
    "plain": Look("#ffffff", "#5b6470"),
    "label": Look("#ffffff", "none"),
    "gene": Look("#e7effb", "#2b5fa8"),
    "protein": Look("#e2f3f1", "#1d756b"),
    "mechanism": Look("#fdf1dc", "#96610a"),
    "drug": Look("#efe9fa", "#6a45b0"),
    "failure": Look("#fbe6e8", "#a8324a"),
    "population": Look("#e7effb", "#2b5fa8"),
    "required": Look("#e6f4ea", "#23703c"),
    "excluded": Look("#fbe6e8", "#a8324a", "6 3"),
    "claim": Look("#fdf8ec", "#7d6414", thick=2.0),
    "result": Look("#ffffff", "#5b6470"),
    "source": Look("#f1f3f5", "#5b6470"),
    "group": Look("#f6f7f9", "#5b6470"),
    "class": Look("#ffffff", "#2b5fa8"),
    "hedged": Look("none", "#96610a", "6 4"),
    "for": Look("none", "#0b6b2e", thick=2.2),
    "against": Look("none", "#a61b1b", thick=2.2),
    "used": Look("none", "#5b6470", "6 4"),
    "kind": Look("none", "#2b5fa8", "1.5 3"),
}
"""By the name that boxes and wires give."""


class Picture(Record):
    """Everything a picture shows: what it is of, the boxes in their places, and numbered or plain notes below."""

    title: str
    subtitle: str
    description: str
    layout: Layout
    notes: tuple[Line, ...]
    stamp: str


def box(
    name: str,
    rows: Iterable[tuple[str, Style]],
    width: float,
    look: str,
    *,
    href: str | None = None,
    tip: str = "",
) -> Box:
    """A box with its text broken to fit.

    >>> [line.text for line in box("a", [("one two three", BODY)], 70, "plain").lines]
    ['one two', 'three']
    """
    lines = [Line(text, style) for row, style in rows for text in broken(row, style, width - 2 * PADDING)]
    return Box(name, tuple(lines), width, look, href, tip)


def svg(picture: Picture) -> bytes:
    """Write a picture; text that is too long for it has been broken before, but for notes, which are broken here.

    >>> empty = Picture("t & t", "", "nothing", Layout((), (), (), 0, 0), (), "gistkg")
    >>> svg(empty).decode().splitlines()[1]
    '<title id="title">t &amp; t</title>'
    """
    return "\n".join(_lines(picture)).encode() + b"\n"


def texts_of(place: Place) -> list[tuple[float, float, Line]]:
    """Where the lines of a box begin, on their base line."""
    y = place.y + place.box.padding
    found = []
    for line in place.box.lines:
        y += line.style.height
        found.append((place.x + place.box.padding, round(y - line.style.size * 0.33, 1), line))
    return found


def _lines(picture: Picture) -> Iterable[str]:
    layout = picture.layout
    width = max(_LEAST_WIDTH, layout.width + 2 * _MARGIN)
    room = width - 2 * _MARGIN
    head = [Line(text, HEADING) for text in broken(picture.title, HEADING, room)]
    head += [Line(text, SMALL) for text in broken(picture.subtitle, SMALL, room)]
    foot = [
        Line(text, line.style, line.href)
        for line in (*picture.notes, Line(f"{NOTICE} {picture.stamp}", SMALL))
        for text in broken(line.text, line.style, room)
    ]
    top = _MARGIN + sum(line.style.height for line in head) + 14
    below = top + layout.height + 18
    height = round(below + sum(line.style.height for line in foot) + _MARGIN, 1)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" role="graphics-document document" aria-labelledby="title desc" '
        f'font-family="{_FONTS}">'
    )
    yield f'<title id="title">{escape(picture.title)}</title>'
    yield f'<desc id="desc">{escape(picture.description)}</desc>'
    yield f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>'
    yield from _stacked(head, _MARGIN, _MARGIN)
    yield f'<g transform="translate({_MARGIN + (room - layout.width) / 2:g} {top:g})">'
    for route in layout.routes:
        yield _route(route)
    for place in (*layout.labels, *layout.places):
        yield from _box(place)
    yield "</g>"
    yield from _stacked(foot, _MARGIN, below)
    yield "</svg>"


def _stacked(lines: Sequence[Line], x: float, top: float) -> Iterable[str]:
    y = top
    for line in lines:
        y += line.style.height
        yield _linked(_text(x, round(y - line.style.size * 0.33, 1), line), line.href)


def _box(place: Place) -> Iterable[str]:
    shown, look = place.box, LOOKS[place.box.look]
    outline = f'stroke="{look.stroke}" stroke-width="{look.thick:g}"' if look.stroke != "none" else ""
    dashes = f' stroke-dasharray="{look.dashes}"' if look.dashes else ""
    corner = 6 if look.stroke != "none" else 0
    size = f'x="{place.x:g}" y="{place.y:g}" width="{shown.width:g}" height="{shown.height:g}" rx="{corner}"'
    parts = [f"<title>{escape(shown.tip)}</title>"] if shown.tip else []
    parts.append(f'<rect {size} fill="{look.fill}" {outline}{dashes}/>')
    parts += [_linked(_text(x, y, line), line.href) for x, y, line in texts_of(place)]
    inner = any(line.href for line in shown.lines)
    yield _linked(f"<g>{''.join(parts)}</g>", None if inner else shown.href)


def _route(route: Route) -> str:
    look = LOOKS[route.wire.look]
    (x, y), *rest = route.points
    path = f"M{x:g} {y:g}"
    for one, two, end in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        path += f"C{one[0]:g} {one[1]:g} {two[0]:g} {two[1]:g} {end[0]:g} {end[1]:g}"
    dashes = f' stroke-dasharray="{look.dashes}"' if look.dashes else ""
    (tip_x, tip_y), side = route.points[-1], 1 if route.points[-1][0] >= route.points[-2][0] else -1
    head = f"M{tip_x:g} {tip_y:g}l{-9 * side} -4.5v9z"
    title = f"<title>{escape(route.wire.tip)}</title>" if route.wire.tip else ""
    return (
        f'<g>{title}<path d="{path}" fill="none" stroke="{look.stroke}" stroke-width="{look.thick:g}"{dashes}/>'
        f'<path d="{head}" fill="{look.stroke}"/></g>'
    )


def _text(x: float, y: float, line: Line) -> str:
    style = line.style
    weight = ' font-weight="bold"' if style.bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{style.size}"{weight} fill="{style.colour}">{escape(line.text)}</text>'
    )


def _linked(content: str, href: str | None) -> str:
    return f"<a href={quoteattr(href)}>{content}</a>" if href else content
