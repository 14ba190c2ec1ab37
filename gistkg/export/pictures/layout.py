"""Boxes in columns from left to right, joined by wires: where each stands, the same for the same picture everywhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from gistkg.export.pictures.box import LABEL_PADDING, Box
from gistkg.export.pictures.columns import Cell, ordered, settled
from gistkg.export.pictures.text import Line, width_of
from gistkg.record import Record

__all__ = ["Layout", "Place", "Route", "Wire", "laid_out"]


class Wire(Record):
    """An arrow from one box to another, with a label that may have several lines."""

    source: str
    target: str
    label: tuple[Line, ...] = ()
    look: str = "plain"
    tip: str = ""
    href: str | None = None


class Place(Record):
    """A box, or the label of a wire, with its upper left corner."""

    box: Box
    x: float
    y: float


class Route(Record):
    """The way of a wire: a starting point, and then two handles and an end for each bend."""

    wire: Wire
    points: tuple[tuple[float, float], ...]


class Layout(Record):
    """Everything in its place; `labels` stand on their wires."""

    places: tuple[Place, ...]
    labels: tuple[Place, ...]
    routes: tuple[Route, ...]
    width: float
    height: float


_ACROSS = 20.0
_MORE_ACROSS, _SLOPE = 60.0, 0.12


def laid_out(boxes: Sequence[Box], wires: Sequence[Wire], columns: dict[str, int] | None = None) -> Layout:
    """Place boxes so that wires lead from left to right, cross little, and touch no box on their way.

    A wire that closes a circle leads back to the left; one from a box to itself is left out. `columns` fixes those of
    some boxes, counted from 0; a wire inside one column makes a turn to the right of it.

    >>> from gistkg.export.pictures.text import Style
    >>> style = Style(10, False, "#000")
    >>> one, two = (Box(name, (Line(name, style),), 50, "plain") for name in ("one", "two"))
    >>> [(place.box.name, place.x) for place in laid_out([one, two], [Wire("one", "two")]).places]
    [('one', 0.0), ('two', 90.0)]
    """
    wires = [wire for wire in wires if wire.source != wire.target]
    ranks = _ranks([box.name for box in boxes], _without_circles(boxes, wires), columns or {})
    forward = [
        (wire.source, wire.target) if ranks[wire.source] <= ranks[wire.target] else (wire.target, wire.source)
        for wire in wires
    ]
    cells = {box.name: Cell(box, 2 * ranks[box.name], box.name) for box in boxes}
    labelled = {_label_column(cells, wire, ends) for wire, ends in zip(wires, forward, strict=True) if wire.label}
    chains = [
        _chain(cells, wire, ends, number, labelled)
        for number, (wire, ends) in enumerate(zip(wires, forward, strict=True))
    ]
    layers: dict[int, list[Cell]] = defaultdict(list)
    seen: set[int] = set()
    for cell in [*cells.values(), *(cell for chain in chains for cell in chain)]:
        if id(cell) not in seen:
            seen.add(id(cell))
            layers[cell.column].append(cell)
    stacks = [layers[column] for column in sorted(layers)]
    ordered(stacks)
    settled(stacks)
    return _placed(boxes, cells, stacks, wires, forward, chains)


def _without_circles(boxes: Sequence[Box], wires: Sequence[Wire]) -> list[tuple[str, str]]:
    """The ends of each wire in the order of columns: those that close a circle are turned round."""
    onward: dict[str, list[str]] = defaultdict(list)
    for wire in wires:
        onward[wire.source].append(wire.target)
    state: dict[str, int] = {}
    back: set[tuple[str, str]] = set()
    arrived = {wire.target for wire in wires}
    for start in sorted((box.name for box in boxes), key=lambda name: name in arrived):
        if start in state:
            continue
        state[start] = 1
        stack = [(start, iter(onward[start]))]
        while stack:
            name, rest = stack[-1]
            for target in rest:
                if target not in state:
                    state[target] = 1
                    stack.append((target, iter(onward[target])))
                    break
                if state[target] == 1:
                    back.add((name, target))
            else:
                state[name] = 2
                stack.pop()
    return [
        (wire.target, wire.source) if (wire.source, wire.target) in back else (wire.source, wire.target)
        for wire in wires
    ]


def _ranks(names: Sequence[str], ends: Iterable[tuple[str, str]], fixed: dict[str, int]) -> dict[str, int]:
    """The column of each box: right of all that lead to it; what nothing leads to stands left of its first goal."""
    after: dict[str, list[str]] = defaultdict(list)
    before: dict[str, list[str]] = defaultdict(list)
    for source, target in ends:
        after[source].append(target)
        before[target].append(source)
    ranks = {name: fixed.get(name, 0) for name in names}
    waiting = {name: len(before[name]) for name in names}
    ready = [name for name in names if not waiting[name]]
    while ready:
        name = ready.pop()
        for target in after[name]:
            if target not in fixed:
                ranks[target] = max(ranks[target], ranks[name] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    for name in names:
        if not before[name] and after[name] and name not in fixed:
            ranks[name] = max(0, min(ranks[target] for target in after[name]) - 1)
    return ranks


def _label_column(cells: dict[str, Cell], wire: Wire, ends: tuple[str, str]) -> int:
    """The column of the label of a wire: that before its goal."""
    first, last = cells[ends[0]], cells[ends[1]]
    return last.column - 1 if ends[0] == wire.source and first.column < last.column else first.column + 1


def _chain(cells: dict[str, Cell], wire: Wire, ends: tuple[str, str], number: int, labelled: set[int]) -> list[Cell]:
    """The cells a wire passes, from left to right: one in each column of boxes, or of labels, on its way."""
    first, last = cells[ends[0]], cells[ends[1]]
    chain = [first]
    turning = first.column == last.column
    for column in range(first.column + 1, first.column + 2 if turning else last.column):
        label = None
        if wire.label and column == _label_column(cells, wire, ends):
            label = Box(f"label {number}", wire.label, max(_label_widths(wire)), "label", wire.href, wire.tip)
        if label or column % 2 == 0 or column in labelled or turning:
            chain.append(Cell(label, column, f"{number}"))
    chain.append(last)
    for one, other in pairwise(chain):
        left, right = (other, one) if turning and other is last else (one, other)  # both ends are left of a turn
        left.after.append(right)
        right.before.append(left)
    return chain


def _label_widths(wire: Wire) -> Iterable[float]:
    return (round(width_of(line.text, line.style) + 2 * LABEL_PADDING, 1) for line in wire.label)


def _placed(
    boxes: Sequence[Box],
    cells: dict[str, Cell],
    layers: list[list[Cell]],
    wires: Sequence[Wire],
    forward: Sequence[tuple[str, str]],
    chains: Sequence[list[Cell]],
) -> Layout:
    top = min((cell.y - cell.height / 2 for layer in layers for cell in layer), default=0.0)
    lefts: dict[int, float] = {}
    widths: dict[int, float] = {}
    columns = {layer[0].column for layer in layers}
    x = right = 0.0
    for layer in layers:
        column = layer[0].column
        widths[column] = max(cell.width for cell in layer)
        lefts[column] = x
        right = x + widths[column]
        steepest = max((abs(cell.y - other.y) for cell in layer for other in cell.after), default=0.0)
        apart = _ACROSS if column % 2 or column + 1 in columns else 2 * _ACROSS
        x = right + apart + min(_MORE_ACROSS, steepest * _SLOPE)
    for layer in layers:
        for cell in layer:
            cell.y -= top

    def left(cell: Cell) -> float:
        return lefts[cell.column] + (widths[cell.column] - cell.width) / 2 * (cell.column % 2)

    def place(cell: Cell, box: Box) -> Place:
        return Place(box, round(left(cell), 1), round(cell.y - cell.height / 2, 1))

    ports = _ports(cells.values(), chains)
    routes = []
    for number, (wire, ends, chain) in enumerate(zip(wires, forward, chains, strict=True)):
        points = [(left(chain[0]) + chain[0].width, ports[number, "out"])]
        turning = _turns(chain)
        for index, cell in enumerate(chain[1:], 1):
            y = ports[number, "in"] if index == len(chain) - 1 else cell.y
            if turning and index == 1:
                points += _bend(points[-1], (left(cell), y))
            elif turning:
                points += _bend(points[-1], (left(cell) + cell.width, y))
            elif index < len(chain) - 1:
                start, end = lefts[cell.column], lefts[cell.column] + widths[cell.column]
                points += _bend(points[-1], (start, y))
                points += _bend(points[-1], (end, y))
            else:
                points += _bend(points[-1], (left(cell), y))
        if ends[0] != wire.source:
            points.reverse()
        routes.append(Route(wire, tuple((round(x, 1), round(y, 1)) for x, y in points)))
    labels = [cell for chain in chains for cell in chain[1:-1] if cell.box is not None]
    return Layout(
        tuple(place(cells[box.name], box) for box in boxes),
        tuple(place(cell, cell.box) for cell in labels if cell.box is not None),
        tuple(routes),
        round(right, 1),
        round(max((cell.y + cell.height / 2 for layer in layers for cell in layer), default=0.0), 1),
    )


def _bend(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    half = (start[0] + end[0]) / 2
    return [(half, start[1]), (half, end[1]), end]


def _ports(cells: Iterable[Cell], chains: Sequence[list[Cell]]) -> dict[tuple[int, str], float]:
    """Where each wire leaves and reaches its boxes: side by side, in the order of where it goes or comes from."""
    found: dict[tuple[int, str], float] = {}
    for cell in cells:
        for side, near in (("out", 1), ("in", -2)):
            here = [
                (chain[near].y, number, side)
                for number, chain in enumerate(chains)
                if (chain[0] if side == "out" else chain[-1]) is cell and (side == "out" or not _turns(chain))
            ]
            if side == "out":
                here += [
                    (chain[-2].y, number, "in")
                    for number, chain in enumerate(chains)
                    if chain[-1] is cell and _turns(chain)
                ]
            apart = min(14.0, (cell.height - 14) / max(1, len(here) - 1)) if len(here) > 1 else 0.0
            for index, (_, number, end) in enumerate(sorted(here)):
                found[number, end] = cell.y + (index - (len(here) - 1) / 2) * apart
    return found


def _turns(chain: Sequence[Cell]) -> bool:
    """Whether a wire leads back to the column it comes from."""
    return chain[0].column == chain[-1].column
