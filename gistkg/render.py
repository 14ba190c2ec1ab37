"""Answers as text: a table for people, and the standard formats for programs."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, Any, TextIO

from gistkg.errors import FormatError
from gistkg.record import Record
from gistkg.results import GRAPH_FORMATS, Iri, Rows, Triples, Value, value_of

if TYPE_CHECKING:
    from rich.box import Box
    from rich.console import RenderableType

__all__ = [
    "FORMATS",
    "NOTICE",
    "Table",
    "box_for",
    "plain",
    "shown",
    "terminal_width",
    "write_json",
    "write_rich",
    "write_rows",
]

NOTICE = "Informs; does not choose a patient's treatment."
"""What every face of gistkg says once."""

FORMATS = ("table", "json", "csv", "tsv", "markdown", "turtle", "jsonld")
"""Every format; rows cannot be written in the last two, and triples not in `json`."""

_NARROWEST = 11
_ROW_FORMATS = FORMATS[:5]
_TRIPLE_FORMATS = ("table", "csv", "tsv", "markdown", *GRAPH_FORMATS)


class Table(Record):
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


def plain(value: object) -> Any:
    """A value, a record or a tuple of them as JSON has it: IRIs and times in full, a record as an object.

    >>> plain((Decimal("400.0"), Iri("https://w3id.org/gistkg/Imatinib"), None))
    [400, 'https://w3id.org/gistkg/Imatinib', None]
    """
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    fields = getattr(type(value), "__match_args__", ())  # what records and dataclasses have in common
    if fields:
        return {name: plain(getattr(value, name)) for name in fields}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    return _raw(value)


def write_json(value: object, stream: TextIO) -> None:
    """Write a value, a record or a tuple of them as JSON, in the form `plain` gives them.

    >>> import sys
    >>> write_json((), sys.stdout)
    []
    """
    import json

    json.dump(plain(value), stream, ensure_ascii=False, indent=2)
    stream.write("\n")


def box_for(stream: TextIO) -> Box:
    """The lines of a table: rounded, or plain ASCII where the stream can write nothing else.

    >>> box_for(StringIO()).top_left
    '╭'
    """
    from rich import box

    drawable = (getattr(stream, "encoding", None) or "utf-8").lower().startswith("utf")
    return box.ROUNDED if drawable else box.ASCII


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
    # The store promises no order; sorted, what is said of one subject stands together, and each time the same.
    ordered = sorted(set(triples), key=lambda one: (str(one.subject), str(one.predicate), str(one.object)))
    if format in GRAPH_FORMATS:
        stream.write(_ended(Triples(iter(ordered)).serialize(format).decode()))
        return
    columns = ("subject", "predicate", "object")
    found = [(triple.subject, triple.predicate, triple.object) for triple in ordered]
    if format == "tsv":
        stream.write("\t".join(f"?{column}" for column in columns) + "\n")
        stream.writelines("\t".join(str(term) for term in row) + "\n" for row in found)
        return
    table = _table(columns, (map(value_of, row) for row in found))
    _WRITERS[format](table, stream)


def _write_table(table: Table, stream: TextIO) -> None:
    """Draw a grid if the columns can be so wide that no word breaks, else one block for each row."""
    if not table.rows:
        stream.write("no rows\n")
        return
    from rich.table import Table as Grid
    from rich.text import Text

    merged = _labelled(table)
    cells = [[shown(value) for value in row] for row in merged.rows]
    columns = list(zip(merged.columns, *cells, strict=True))
    widest = [max(len(line) for cell in column for line in cell.split("\n")) for column in columns]
    words = [max(len(word) for cell in column for word in (cell.split() or [""])) for column in columns]
    room = terminal_width(stream) - 3 * len(columns) - 1
    fits = sum(widest) <= room
    if not fits and (sum(words) > room or room < _NARROWEST * len(columns)):
        _write_blocks(merged.columns, cells, stream)
        return
    drawn = Grid(box=box_for(stream), header_style="bold", border_style="dim", show_lines=not fits)
    for index, (name, width) in enumerate(zip(merged.columns, _widths(words, widest, room), strict=True)):
        numbers = all(isinstance(row[index], int | float | Decimal | None) for row in merged.rows)
        drawn.add_column(Text(name), overflow="fold", justify="right" if numbers else "left", width=width)
    for row in cells:
        drawn.add_row(*map(Text, row))
    write_rich(drawn, stream)


def _widths(words: list[int], widest: list[int], room: int) -> list[int]:
    """How wide each column is: wide enough for its longest word, and what is left goes to the narrow ones first.

    >>> _widths([5, 5, 10], [5, 40, 60], 50)
    [5, 22, 22]
    """
    cap = max(widest, default=0)
    while cap > 1 and sum(map(_clamp(cap), words, widest)) > room:
        cap -= 1
    return list(map(_clamp(cap), words, widest))


def _clamp(cap: int) -> Callable[[int, int], int]:
    return lambda word, whole: min(whole, max(word, cap))


def _labelled(table: Table) -> Table:
    """Put a label before the IRI it belongs to: `?drug` and `?drugLabel` become one column."""
    pairs = {name: f"{name}Label" for name in table.columns if f"{name}Label" in table.columns}
    kept = [name for name in table.columns if name not in pairs.values()]

    def cell(row: dict[str, Value], name: str) -> Value:
        label = row.get(pairs.get(name, ""))
        return row[name] if label is None else f"{label}\n{shown(row[name])}".strip()

    rows = (dict(zip(table.columns, row, strict=True)) for row in table.rows)
    return _table(kept, ([cell(row, name) for name in kept] for row in rows))


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
        parts += [Rule(str(number), style="dim", align="left", characters=box_for(stream).top), block]
    write_rich(Group(*parts), stream)


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

    objects = [dict(zip(table.columns, map(plain, row), strict=True)) for row in table.rows]
    json.dump(objects, stream, ensure_ascii=False, indent=2)
    stream.write("\n")


_WRITERS = {
    "json": _write_objects,
    "table": _write_table,
    "markdown": _write_markdown,
    "csv": _write_csv,
    "tsv": _write_tsv,
}


def _raw(value: object) -> str:
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
