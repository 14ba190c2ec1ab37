"""All of the graph as CSV or Parquet tables, with metadata that say what each column means."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import repeat
from operator import contains
from typing import cast

from gistkg.errors import ExportError
from gistkg.export.contents import Contents, contents
from gistkg.export.delimited import csv_bytes
from gistkg.export.product import Product
from gistkg.export.registers import STATEMENTS, links, mapping_rows, statements, terms
from gistkg.export.table import Table, read_tables
from gistkg.export.table_metadata import Package, csvw, data_package, read_me
from gistkg.graph import Graph

__all__ = ["build", "csv_of", "separator_for"]

_SEPARATORS = ("|", "¦", "‖", "\u241f")


def build(graph: Graph, variant: str, about: str | None = None) -> Product:
    """Every table as a file, a Data Package, and for CSV metadata of CSV on the Web; nothing is left out.

    >>> from gistkg.graph import load_graph
    >>> sorted(build(load_graph(), "csv").files)[:3]
    ['README.md', 'alterations.csv', 'arms.csv']

    Raises `MissingProgramError` for Parquet without pyarrow.
    """
    del about
    write, suffix = _writer(graph, variant)
    known = contents(graph)
    separator = separator_for(known)
    tables = (*read_tables(graph, known), mapping_rows(known), links(known), terms(known), statements(known))
    files = {f"{table.name}{suffix}": write(table, separator) for table in tables}
    package = Package(tables, known, separator, graph.version, suffix)
    described = {"datapackage.json": data_package(package, files), "README.md": read_me(package)}
    if suffix == ".csv":
        described["csv-metadata.json"] = csvw(package)
    carried = {"triples": len(known.statements)}
    carried |= {f"rows of {table.name}": len(table.rows) for table in tables if table.name != STATEMENTS}
    return Product(files | described, carried)


def _writer(graph: Graph, variant: str) -> tuple[Callable[[Table, str], bytes], str]:
    if variant == "csv":
        return csv_of, ".csv"
    from gistkg.export.parquet import parquet_writer

    return parquet_writer(graph.version), ".parquet"


def csv_of(table: Table, separator: str) -> bytes:
    r"""A table as CSV in UTF-8, with a header; several values in a cell are joined by the separator.

    >>> from gistkg.export.table import Column
    >>> columns = (Column("id", "", "iri"), Column("hedge", "", "lang", many=True))
    >>> csv_of(Table("claims", "", ("id",), columns, (("ev:a", ("in part", "may")), ("ev:b", ()))), "|")
    b'id,hedge\nev:a,in part|may\nev:b,\n'
    """
    header = [column.name for column in table.columns]
    rows = cast("Iterable[tuple[str, ...]]", table.rows)
    if any(column.many for column in table.columns):
        cells = zip(table.columns, zip(*table.rows, strict=True), strict=bool(table.rows))
        joined = (map(separator.join, values) if column.many else values for column, values in cells)
        rows = cast("Iterable[tuple[str, ...]]", zip(*joined, strict=True))
    return csv_bytes(header, rows)


def separator_for(known: Contents) -> str:
    """The first of a few separators that stands in no text of the graph, so that splitting a cell is always right.

    Raises `ExportError` if all of them do.
    """
    values = [value for _, _, value, *_ in known.statements]
    for separator in _SEPARATORS:
        if not any(map(contains, values, repeat(separator))):
            return separator
    tried = " ".join(_SEPARATORS)
    raise ExportError(f"Each of {tried} stands in some text, so that lists cannot be told apart; take one out.")
