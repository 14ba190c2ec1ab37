"""Tables as Parquet files: typed columns, lists as lists, the same bytes each time."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from importlib import import_module
from itertools import accumulate, chain
from typing import Any

from gistkg.errors import MissingProgramError
from gistkg.export.table import Cell, Column, Table
from gistkg.terms import XSD

__all__ = ["parquet_writer"]


def parquet_writer(version: str) -> Callable[[Table, str], bytes]:
    """What writes a table; the version of the graph goes into the files, the time of writing does not.

    Decimals become doubles, which name every number of up to 15 digits exactly; more digits stay text.
    Raises `MissingProgramError` without pyarrow.
    """
    try:
        pa, pq = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise MissingProgramError("pyarrow", "Parquet", "pip install 'gistkg[parquet]'") from None

    from_buffers = pa.Array.from_buffers
    types: dict[str, tuple[Any, Callable[[str], Any]]] = {
        XSD + "boolean": (pa.bool_(), lambda text: text in ("true", "1")),
        XSD + "dateTime": (pa.timestamp("us", tz="UTC"), datetime.fromisoformat),
        XSD + "decimal": (pa.float64(), float),
        XSD + "integer": (pa.int64(), int),
    }

    def texts(values: Sequence[str]) -> Any:
        """Text as Arrow has it: all of it in one piece, where each value ends, and which are missing.

        pyarrow would look at each value by itself, which takes several times as long.
        """
        joined = "".join(values)
        content = joined.encode()
        lengths = map(len, values) if len(content) == len(joined) else map(len, map(str.encode, values))
        return from_buffers(pa.string(), len(values), [bits(values), offsets(lengths), pa.py_buffer(content)])

    def lists(cells: Sequence[Cell], values: Any) -> Any:
        """Lists of values that stand one after another."""
        return from_buffers(
            pa.list_(values.type), len(cells), [bits(cells), offsets(map(len, cells))], children=[values]
        )

    def offsets(lengths: Iterable[int]) -> Any:
        return pa.py_buffer(array("i", list(accumulate(lengths, initial=0))))  # of a list, it is three times as fast

    def bits(cells: Sequence[Cell]) -> Any:
        """Which cells hold something, a bit each; an empty one is missing."""
        if all(cells):
            return None
        told = bytes(map(bool, reversed(cells))).translate(_DIGITS)
        return pa.py_buffer(int(told, 2).to_bytes((len(cells) + 7) // 8, "little"))

    def column_of(column: Column, cells: tuple[Cell, ...]) -> Any:
        type_, read = types.get(column.kind, (pa.string(), str))
        values: Sequence[Any] = list(chain.from_iterable(cells)) if column.many else cells
        if column.kind == XSD + "decimal" and any(_digits(value) > 15 for value in values):
            read = str
        as_read = read is str  # in most columns
        found = texts(values) if as_read else pa.array([read(value) if value else None for value in values], type_)
        return lists(cells, found) if column.many else found

    def write(table: Table, separator: str) -> bytes:
        del separator
        cells = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
        arrays = [column_of(column, values) for column, values in zip(table.columns, cells, strict=True)]
        fields = [
            pa.field(column.name, one.type, metadata={"description": column.description})
            for column, one in zip(table.columns, arrays, strict=True)
        ]
        schema = pa.schema(fields, metadata={"title": table.summary, "gistkg": version})
        written = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_arrays(arrays, schema=schema), written, compression="snappy")
        return bytes(written.getvalue())

    return write


_DIGITS = b"01".ljust(256)
"""What 0 and 1 are written with."""


def _digits(value: str) -> int:
    return sum(character.isdigit() for character in value.lstrip("+-0."))
