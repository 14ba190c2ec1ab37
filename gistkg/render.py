"""Answers as text: a table for people, and the standard formats for programs."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, TextIO

from gistkg.errors import FormatError
from gistkg.results import GRAPH_FORMATS, Iri, Rows, Triples, Value, value_of

if TYPE_CHECKING:
    from rich.box import Box
    from rich.console import RenderableType

__all__ = ["FORMATS", "NOTICE", "Table", "shown", "terminal_width", "write_rich", "write_rows"]

NOTICE = "Informs; does not choose a patient's treatment."
"""What every face of gistkg says once."""

FORMATS = ("table", "json", "csv", "tsv", "markdown", "turtle", "jsonld")
"""Every format; rows cannot be written in the last two, and triples not in `json`."""

_NARROWEST = 14
_ROW_FORMATS = FORMATS[:5]
_TRIPLE_FORMATS = ("table", "csv", "tsv", "markdown", *GRAPH_FORMATS)


@dataclass(frozen=True)
class Table:
    """Rows that no query made, to be written like those of one; in JSON, a list of objects."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def write_rows(
    rows: Rows | Triples | bool | Table,
    format: str,  # noqa: A002 - the word of rdflib and pyoxigraph
    stream: TextIO,
) -> None:
    r"""Write the answer to a query, or a `Table`, to a text stream.

    `table` is for people: IRIs are compact, long cells wrap, and there is colour only on a terminal and without
    `NO_COLOR`. `json`, `csv` and `tsv` are the W3C result formats, with IRIs in full. Triples become three columns,
    a yes or no one word.
    Raises `FormatError` where the answer does not fit the format.

    >>> import sys
    >>> write_rows(Table(("drug", "line"), (("imatinib", 1), ("a|b", None))), "markdown", sys.stdout)
    | drug | line |
    | --- | --- |
    | imatinib | 1 |
    | a\|b |  |
    """
    if isinstance(rows, Triples):
        _write_triples(rows, format, stream)
        return
    if format not in _ROW_FORMATS:
        made = "A yes or no" if isinstance(rows, bool) else "Rows"
        hint = f"{made} cannot be triples: ask with CONSTRUCT for them." if format in GRAPH_FORMATS else ""
        raise FormatError(format, _ROW_FORMATS, hint)
    if isinstance(rows, bool):
        stream.write(_yes_or_no(rows, format))
    elif isinstance(rows, Rows) and format in ("json", "csv", "tsv"):
        stream.write(_ended(rows.serialize(format).decode()))
    else:
        table = rows if isinstance(rows, Table) else _table(rows.variables, (row.values() for row in rows))
        _WRITERS[format](table, stream)


def write_rich(renderable: RenderableType, stream: TextIO) -> None:
    """Write something made with rich, as wide as the terminal; without a terminal, plain and `COLUMNS` or 120 wide."""
    from rich.console import Console

    colour = stream.isatty() and not os.environ.get("NO_COLOR")
    console = Console(
        file=StringIO(),
        width=terminal_width(stream),
        force_terminal=colour,
        color_system="auto" if colour else None,
        highlight=False,
        legacy_windows=False,
    )
    with console.capture() as text:
        console.print(renderable)
    for line in text.get().splitlines():
        stream.write(line.rstrip() + "\n")


def terminal_width(stream: TextIO) -> int:
    """How many columns a table may use: those of the terminal, else `COLUMNS`, else 120.

    >>> terminal_width(StringIO()) >= 20
    True
    """
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return max(int(columns), 20)
    try:
        return max(os.get_terminal_size(stream.fileno()).columns, 20)
    except (OSError, ValueError):
        return 120


def shown(value: Value) -> str:
    """A value as people read it: nothing for `None`, a plain date for midnight, no zeros after the decimal point.

    >>> shown(Decimal("400.0")), shown(datetime.datetime(2014, 2, 25, tzinfo=datetime.UTC)), shown(True), shown(None)
    ('400', '2014-02-25', 'yes', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat().replace("+00:00", "Z")
    return str(value)


def _table(columns: Sequence[str], rows: Iterable[Iterable[Value]]) -> Table:
    return Table(tuple(columns), tuple(tuple(row) for row in rows))


def _write_triples(triples: Triples, format: str, stream: TextIO) -> None:  # noqa: A002
    if format not in _TRIPLE_FORMATS:
        raise FormatError(format, _TRIPLE_FORMATS, "The JSON of triples is jsonld." if format == "json" else "")
    if format in GRAPH_FORMATS:
        stream.write(_ended(triples.serialize(format).decode()))
        return
    columns = ("subject", "predicate", "object")
    found = [(triple.subject, triple.predicate, triple.object) for triple in triples]
    if format == "tsv":
        stream.write("\t".join(f"?{column}" for column in columns) + "\n")
        stream.writelines("\t".join(str(term) for term in row) + "\n" for row in found)
        return
    table = _table(columns, (map(value_of, row) for row in found))
    _WRITERS[format](table, stream)


def _write_table(table: Table, stream: TextIO) -> None:
    if not table.rows:
        stream.write("no rows\n")
        return
    cells = [[shown(value) for value in row] for row in table.rows]
    widths = [
        max(len(line) for cell in column for line in cell.split("\n") or [""])
        for column in zip(table.columns, *cells, strict=True)
    ]
    room = terminal_width(stream)
    fits = sum(widths) + 3 * len(widths) + 1 <= room
    if not fits and room < _NARROWEST * len(widths):
        _write_blocks(table.columns, cells, stream)
        return
    from rich.table import Table as Grid
    from rich.text import Text

    drawn = Grid(box=_box(stream), header_style="bold", border_style="dim", show_lines=not fits)
    for index, column in enumerate(table.columns):
        numbers = all(isinstance(row[index], int | float | Decimal | None) for row in table.rows)
        drawn.add_column(Text(column), overflow="fold", justify="right" if numbers else "left")
    for row in cells:
        drawn.add_row(*map(Text, row))
    write_rich(drawn, stream)


def _write_blocks(columns: Sequence[str], cells: Sequence[Sequence[str]], stream: TextIO) -> None:
    """One block for each row, one line for each column: what fits where a table would squeeze its words to pieces."""
    from rich.console import Group
    from rich.rule import Rule
    from rich.table import Table as Grid
    from rich.text import Text

    parts: list[RenderableType] = []
    for number, row in enumerate(cells, 1):
        block = Grid.grid(padding=(0, 2))
        block.add_column(style="bold", no_wrap=True)
        block.add_column(overflow="fold")
        for column, cell in zip(columns, row, strict=True):
            if cell:
                block.add_row(Text(column), Text(cell))
        parts += [Rule(str(number), style="dim", align="left", characters=_box(stream).top), block]
    write_rich(Group(*parts), stream)


def _box(stream: TextIO) -> Box:
    from rich import box

    drawable = (getattr(stream, "encoding", None) or "utf-8").lower().startswith("utf")
    return box.ROUNDED if drawable else box.ASCII


def _write_markdown(table: Table, stream: TextIO) -> None:
    lines = [table.columns, ("---",) * len(table.columns), *(map(_markdown_cell, row) for row in table.rows)]
    stream.writelines(f"| {' | '.join(line)} |\n" for line in lines)


def _markdown_cell(value: Value) -> str:
    return shown(value).replace("\\", "\\\\").replace("|", "\\|").replace("\n", "<br>")


def _write_csv(table: Table, stream: TextIO) -> None:
    import csv

    writer = csv.writer(stream)
    writer.writerow(table.columns)
    writer.writerows(map(_raw, row) for row in table.rows)


def _write_tsv(table: Table, stream: TextIO) -> None:
    stream.write("\t".join(table.columns) + "\n")
    for row in table.rows:
        stream.write("\t".join(" ".join(_raw(value).split()) for value in row) + "\n")


def _write_objects(table: Table, stream: TextIO) -> None:
    import json

    objects = [dict(zip(table.columns, map(_plain, row), strict=True)) for row in table.rows]
    json.dump(objects, stream, ensure_ascii=False, indent=2)
    stream.write("\n")


_WRITERS = {
    "json": _write_objects,
    "table": _write_table,
    "markdown": _write_markdown,
    "csv": _write_csv,
    "tsv": _write_tsv,
}


def _plain(value: Value) -> str | int | float | bool | None:
    """A value as JSON has it."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return float(value) if isinstance(value, Decimal) else _raw(value)


def _raw(value: Value) -> str:
    """A value in full, as programs read it."""
    if isinstance(value, Iri):
        return value.full
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return value.isoformat().replace("+00:00", "Z")
    return "" if value is None else str(value)


def _yes_or_no(answer: bool, format: str) -> str:  # noqa: A002
    if format == "json":
        return f'{{"head":{{}},"boolean":{"true" if answer else "false"}}}\n'
    if format in ("csv", "tsv"):
        return "true\n" if answer else "false\n"
    return "yes\n" if answer else "no\n"


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"
