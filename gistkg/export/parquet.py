"""Tables as Parquet files: typed columns, lists as lists, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
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

    types: dict[str, tuple[Any, Callable[[str], Any]]] = {
        XSD + "boolean": (pa.bool_(), lambda text: text in ("true", "1")),
        XSD + "dateTime": (pa.timestamp("us", tz="UTC"), datetime.fromisoformat),
        XSD + "decimal": (pa.float64(), float),
        XSD + "integer": (pa.int64(), int),
    }

    def array(column: Column, cells: tuple[Cell, ...]) -> Any:
        type_, read = types.get(column.kind, (pa.string(), str))
        values = cells if not column.many else [value for cell in cells for value in cell]
        if column.kind == XSD + "decimal" and any(_digits(str(value)) > 15 for value in values):
            type_, read = pa.string(), str
        if read is str:  # most columns; a value is text already
            return pa.array([cell or None for cell in cells], pa.list_(type_) if column.many else type_)
        if column.many:
            return pa.array([[read(value) for value in cell] or None for cell in cells], pa.list_(type_))
        return pa.array([read(str(cell)) if cell else None for cell in cells], type_)

    def write(table: Table, separator: str) -> bytes:
        del separator
        cells = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
        arrays = [array(column, values) for column, values in zip(table.columns, cells, strict=True)]
        fields = [
            pa.field(column.name, one.type, metadata={"description": column.description})
            for column, one in zip(table.columns, arrays, strict=True)
        ]
        schema = pa.schema(fields, metadata={"title": table.summary, "gistkg": version})
        written = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_arrays(arrays, schema=schema), written, compression="zstd")
        return bytes(written.getvalue())

    return write


def _digits(value: str) -> int:
    return sum(character.isdigit() for character in value.lstrip("+-0."))
