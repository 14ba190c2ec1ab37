"""The cells of a picture in columns: in which order, and how far down, so that wires cross little and run straight."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from gistkg.export.pictures.box import Box

__all__ = ["Cell", "ordered", "settled"]

_DOWN = 16.0
_DOWN_LABEL = 8.0
_SWEEPS, _STRAIGHTENING = 16, 48


class Cell:
    """A box, a label, or a bend of a wire that passes a column; `column` counts those of labels as well."""

    def __init__(self, box: Box | None, column: int, name: str) -> None:
        self.box = box
        self.column = column
        self.name = name
        self.width = box.width if box else 0.0
        self.height = box.height if box else 2.0
        self.before: list[Cell] = []
        self.after: list[Cell] = []
        self.rank = 0
        self.y = 0.0

    @property
    def is_bend(self) -> bool:
        """Whether only a wire passes here."""
        return self.box is None


def ordered(layers: list[list[Cell]]) -> None:
    """Order each column so that few wires cross: by the mean place of neighbours, there and back, the best kept.

    >>> one, two, three, four = (Cell(None, column, name) for column, name in ((0, "1"), (0, "2"), (1, "3"), (1, "4")))
    >>> for left, right in ((one, four), (two, three)):
    ...     left.after.append(right)
    ...     right.before.append(left)
    >>> columns = [[one, two], [three, four]]
    >>> ordered(columns)
    >>> [[cell.name for cell in column] for column in columns]
    [['1', '2'], ['4', '3']]
    """
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


def _number(layer: list[Cell]) -> None:
    for rank, cell in enumerate(layer):
        cell.rank = rank


def _swap(layer: list[Cell]) -> None:
    """Exchange neighbours wherever fewer wires cross then."""
    for index in range(len(layer) - 1):
        upper, lower = layer[index], layer[index + 1]
        now = _between(upper, lower)
        if now > _between(lower, upper):
            layer[index], layer[index + 1] = lower, upper
            _number(layer)


def _between(upper: Cell, lower: Cell) -> int:
    return sum(
        one.rank > other.rank
        for side in ("before", "after")
        for one in getattr(upper, side)
        for other in getattr(lower, side)
    )


def _crossings(layers: list[list[Cell]]) -> int:
    total = 0
    for layer in layers:
        ends = [other.rank for cell in layer for other in sorted(cell.after, key=lambda cell: cell.rank)]
        total += sum(one > other for index, one in enumerate(ends) for other in ends[index + 1 :])
    return total


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def settled(layers: list[list[Cell]]) -> None:
    """Move the cells of each column up and down to where their neighbours are, keeping order and distance.

    >>> one, two = Cell(None, 0, "1"), Cell(None, 0, "2")
    >>> settled([[one, two]])
    >>> two.y - one.y
    10.0
    """
    for layer in layers:
        _spread(layer, [0.0] * len(layer))
    for sweep in range(_SWEEPS + _STRAIGHTENING):
        both = sweep >= _SWEEPS or sweep % 3 == 2
        sides = ("before", "after") if both else ("before",) if sweep % 3 == 0 else ("after",)
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            _spread(layer, [_wanted(cell, sides) for cell in layer])


def _wanted(cell: Cell, sides: Sequence[str]) -> float:
    """Where a cell would like to be: a bend level with the other bends and the label of its wire."""
    near = [other for side in sides for other in getattr(cell, side)]
    level = [other for other in near if other.is_bend or other.column % 2] if cell.is_bend else []
    return _mean([other.y for other in level or near], cell.y)


def _spread(layer: list[Cell], wanted: Sequence[float]) -> None:
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
