"""Boxes in columns from left to right, joined by wires: where each stands, the same for the same picture everywhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from gistkg.export.pictures.text import Line
from gistkg.record import Record

__all__ = ["LABEL_PADDING", "PADDING", "Box", "Layout", "Place", "Route", "Wire", "laid_out"]


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


PADDING = 9.0
"""Between the edge of a box and its text."""

LABEL_PADDING = 3.0
"""Beside the text of a label."""

_ACROSS = 20.0
_MORE_ACROSS, _SLOPE = 60.0, 0.12
_DOWN = 16.0
_DOWN_LABEL = 8.0
_SWEEPS, _STRAIGHTENING = 16, 48


class _Cell:
    """A box, a label, or a bend of a wire that passes a column; `column` counts those of labels as well."""

    def __init__(self, box: Box | None, column: int, name: str) -> None:
        self.box = box
        self.column = column
        self.name = name
        self.width = box.width if box else 0.0
        self.height = box.height if box else 2.0
        self.before: list[_Cell] = []
        self.after: list[_Cell] = []
        self.rank = 0
        self.y = 0.0

    @property
    def is_bend(self) -> bool:
        return self.box is None


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
    cells = {box.name: _Cell(box, 2 * ranks[box.name], box.name) for box in boxes}
    labelled = {_label_column(cells, wire, ends) for wire, ends in zip(wires, forward, strict=True) if wire.label}
    chains = [
        _chain(cells, wire, ends, number, labelled)
        for number, (wire, ends) in enumerate(zip(wires, forward, strict=True))
    ]
    layers: dict[int, list[_Cell]] = defaultdict(list)
    seen: set[int] = set()
    for cell in [*cells.values(), *(cell for chain in chains for cell in chain)]:
        if id(cell) not in seen:
            seen.add(id(cell))
            layers[cell.column].append(cell)
    ordered = [layers[column] for column in sorted(layers)]
    _order(ordered)
    _settle(ordered)
    return _placed(boxes, cells, ordered, wires, forward, chains)


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


def _label_column(cells: dict[str, _Cell], wire: Wire, ends: tuple[str, str]) -> int:
    """The column of the label of a wire: that before its goal."""
    first, last = cells[ends[0]], cells[ends[1]]
    return last.column - 1 if ends[0] == wire.source and first.column < last.column else first.column + 1


def _chain(cells: dict[str, _Cell], wire: Wire, ends: tuple[str, str], number: int, labelled: set[int]) -> list[_Cell]:
    """The cells a wire passes, from left to right: one in each column of boxes, or of labels, on its way."""
    first, last = cells[ends[0]], cells[ends[1]]
    chain = [first]
    turning = first.column == last.column
    for column in range(first.column + 1, first.column + 2 if turning else last.column):
        label = None
        if wire.label and column == _label_column(cells, wire, ends):
            label = Box(f"label {number}", wire.label, max(_label_widths(wire)), "label", wire.href, wire.tip)
        if label or column % 2 == 0 or column in labelled or turning:
            chain.append(_Cell(label, column, f"{number}"))
    chain.append(last)
    for one, other in pairwise(chain):
        left, right = (other, one) if turning and other is last else (one, other)  # both ends are left of a turn
        left.after.append(right)
        right.before.append(left)
    return chain


def _label_widths(wire: Wire) -> Iterable[float]:
    from gistkg.export.pictures.text import width_of

    return (round(width_of(line.text, line.style) + 2 * LABEL_PADDING, 1) for line in wire.label)


def _order(layers: list[list[_Cell]]) -> None:
    """Order each column so that few wires cross: by the mean place of neighbours, there and back, the best kept."""
    for layer in layers:
        _number(layer)
    best = [list(layer) for layer in layers]
    fewest = _crossings(layers)
    for sweep in range(_SWEEPS):
        rightward = sweep % 2 == 0
        for layer in layers[1:] if rightward else layers[-2::-1]:
            places = {
                id(cell): _mean([other.rank for other in (cell.before if rightward else cell.after)], cell.rank)
                for cell in layer
            }
            layer.sort(key=lambda cell: (places[id(cell)], cell.rank))
            _number(layer)
        for layer in layers:
            _swap(layer)
        crossings = _crossings(layers)
        if crossings < fewest:
            fewest, best = crossings, [list(layer) for layer in layers]
    for layer, kept in zip(layers, best, strict=True):
        layer[:] = kept
        _number(layer)


def _number(layer: list[_Cell]) -> None:
    for rank, cell in enumerate(layer):
        cell.rank = rank


def _swap(layer: list[_Cell]) -> None:
    """Exchange neighbours wherever fewer wires cross then."""
    for index in range(len(layer) - 1):
        upper, lower = layer[index], layer[index + 1]
        now = _between(upper, lower)
        if now > _between(lower, upper):
            layer[index], layer[index + 1] = lower, upper
            _number(layer)


def _between(upper: _Cell, lower: _Cell) -> int:
    return sum(
        one.rank > other.rank
        for side in ("before", "after")
        for one in getattr(upper, side)
        for other in getattr(lower, side)
    )


def _crossings(layers: list[list[_Cell]]) -> int:
    total = 0
    for layer in layers:
        ends = [other.rank for cell in layer for other in sorted(cell.after, key=lambda cell: cell.rank)]
        total += sum(one > other for index, one in enumerate(ends) for other in ends[index + 1 :])
    return total


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _settle(layers: list[list[_Cell]]) -> None:
    """Move the cells of each column up and down to where their neighbours are, keeping order and distance."""
    for layer in layers:
        _spread(layer, [0.0] * len(layer))
    for sweep in range(_SWEEPS + _STRAIGHTENING):
        both = sweep >= _SWEEPS or sweep % 3 == 2
        sides = ("before", "after") if both else ("before",) if sweep % 3 == 0 else ("after",)
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            _spread(layer, [_wanted(cell, sides) for cell in layer])


def _wanted(cell: _Cell, sides: Sequence[str]) -> float:
    """Where a cell would like to be: a bend level with the other bends and the label of its wire."""
    near = [other for side in sides for other in getattr(cell, side)]
    level = [other for other in near if other.is_bend or other.column % 2] if cell.is_bend else []
    return _mean([other.y for other in level or near], cell.y)


def _spread(layer: list[_Cell], wanted: Sequence[float]) -> None:
    """The places nearest to those wanted, by least squares, that keep the order and the distances."""
    offsets = [0.0]
    for upper, lower in pairwise(layer):
        small = upper.is_bend or lower.is_bend or upper.column % 2 == 1
        offsets.append(offsets[-1] + (upper.height + lower.height) / 2 + (_DOWN_LABEL if small else _DOWN))
    blocks: list[tuple[float, float, int]] = []  # the sum of what is wanted, the weight, the number of cells
    for cell, want, offset in zip(layer, wanted, offsets, strict=True):
        weight = 8.0 if cell.is_bend else 1.0
        blocks.append((weight * (want - offset), weight, 1))
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            last, before = blocks.pop(), blocks.pop()
            blocks.append((last[0] + before[0], last[1] + before[1], last[2] + before[2]))
    places = [total / weight for total, weight, count in blocks for _ in range(count)]
    for cell, place, offset in zip(layer, places, offsets, strict=True):
        cell.y = place + offset


def _placed(
    boxes: Sequence[Box],
    cells: dict[str, _Cell],
    layers: list[list[_Cell]],
    wires: Sequence[Wire],
    forward: Sequence[tuple[str, str]],
    chains: Sequence[list[_Cell]],
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

    def left(cell: _Cell) -> float:
        return lefts[cell.column] + (widths[cell.column] - cell.width) / 2 * (cell.column % 2)

    def place(cell: _Cell, box: Box) -> Place:
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


def _ports(cells: Iterable[_Cell], chains: Sequence[list[_Cell]]) -> dict[tuple[int, str], float]:
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


def _turns(chain: Sequence[_Cell]) -> bool:
    """Whether a wire leads back to the column it comes from."""
    return chain[0].column == chain[-1].column
