"""What became of the items of a table: for people by what they are to the graph, for programs a row each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from gistkg.imports.civic import Item, Opposite
from gistkg.render import Table, write_rows

__all__ = ["STATUSES", "write_report"]

STATUSES = {
    "contradicts": "Contradicts claims of the graph",
    "differs": "Agrees with some claims of the graph and not with others, or takes no side",
    "agrees": "Agrees with claims of the graph",
    "new": "Nothing in the graph to hold it against",
    "unmatched": "Not matched, and not loaded",
    "inconsistent": "Contradicts itself, and not loaded",
    "not accepted": "Not accepted by CIViC, and not loaded",
}
"""Every status of an item with its heading, in the order of the report."""


def write_report(items: Sequence[Item], others: int, format: str, stream: TextIO) -> None:  # noqa: A002
    """Write what became of each item; `others` counts the rows of the table on other diseases."""
    if format != "table":
        write_rows(Table(_COLUMNS, tuple(_cells(item) for item in items)), format, stream)
        return
    for status, heading in STATUSES.items():
        chosen = [item for item in items if item.status == status]
        if not chosen:
            continue
        stream.write(f"{heading} ({len(chosen)})\n")
        if chosen[0].is_loaded:
            rows = tuple((f"EID{item.row.item}", _about(item), _said(item), _ours(item.opposites)) for item in chosen)
            write_rows(Table(("item", "about", "CIViC", "the graph"), rows), format, stream)
        else:
            told = tuple((f"EID{item.row.item}", item.row.line, _about(item), item.reason) for item in chosen)
            write_rows(Table(("item", "line", "about", "why"), told), format, stream)
        stream.write("\n")
    loaded = sum(item.is_loaded for item in items)
    stream.write(
        f"{loaded} of {len(items)} items on this tumour understood; {others} rows on other diseases left aside.\n"
    )


_COLUMNS = ("item", "line", "status", "alteration", "drugs", "kind", "direction", "significance", "level", "reason",
            "agreeing", "contradicting")  # fmt: skip


def _cells(item: Item) -> tuple[str | int | None, ...]:
    row = item.row
    agreeing, contradicting = (
        " ".join(dict.fromkeys(str(one.claim) for one in item.opposites if one.agrees is side))
        for side in (True, False)
    )
    return (
        f"EID{row.item}", row.line, item.status, row.alteration, ", ".join(row.drugs), row.kind, row.direction,
        row.significance, row.level, item.reason, agreeing, contradicting,
    )  # fmt: skip


def _about(item: Item) -> str:
    return ", ".join((item.row.alteration, *item.row.drugs))


def _said(item: Item) -> str:
    row = item.row
    return f"{row.direction} {row.significance} ({row.level})".replace("  ", " ")


def _ours(opposites: Sequence[Opposite]) -> str:
    """What the graph calls it, and in which claims: the first two of each call; all are in the other formats."""
    groups: dict[str, dict[str, None]] = {}
    for one in opposites:
        groups.setdefault(f"{one.call} ({one.origin})" if one.origin else one.call, {})[str(one.claim)] = None
    lines = []
    for call, claims in groups.items():
        shown = ", ".join(list(claims)[:_SHOWN])
        more = f" and {len(claims) - _SHOWN} more" if len(claims) > _SHOWN else ""
        lines.append(f"{call}: {shown}{more}")
    return "; ".join(lines)


_SHOWN = 2
