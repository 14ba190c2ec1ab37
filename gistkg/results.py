"""What a query gives back: rows of Python values, or triples, both writable in standard formats."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

import pyoxigraph as ox

from gistkg.errors import FormatError
from gistkg.terms import PREFIXES, XSD, compact

__all__ = ["GRAPH_FORMATS", "Iri", "Row", "Rows", "Triples", "Value", "value_of"]

GRAPH_FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "ntriples": ox.RdfFormat.N_TRIPLES,
}
"""Formats a set of triples can be written in."""

_ROW_FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}


class Iri(str):
    """An IRI, printed with its prefix; `full` is the whole of it.

    >>> Iri("https://w3id.org/gistkg/Imatinib"), Iri("https://w3id.org/gistkg/Imatinib").full
    ('gistkg:Imatinib', 'https://w3id.org/gistkg/Imatinib')
    """

    __slots__ = ("full",)
    full: str

    def __new__(cls, iri: str) -> Iri:
        """Make one from a whole IRI."""
        self = super().__new__(cls, compact(iri))
        self.full = iri
        return self


Value: TypeAlias = "Iri | str | int | float | Decimal | bool | datetime.datetime | None"
"""What a cell of a row can hold; `None` is an unbound variable."""

_READERS: dict[str, Callable[[str], Value]] = {
    XSD + "integer": int,
    XSD + "decimal": Decimal,
    XSD + "double": float,
    XSD + "boolean": lambda text: text in ("true", "1"),
    XSD + "dateTime": datetime.datetime.fromisoformat,
}


def value_of(term: object) -> Value:
    """The Python value of an RDF term; a literal of a datatype without one stays text.

    >>> value_of(ox.Literal("6.1", datatype=ox.NamedNode(XSD + "decimal")))
    Decimal('6.1')
    """
    match term:
        case None:
            return None
        case ox.NamedNode():
            return Iri(term.value)
        case ox.Literal():
            reader = _READERS.get(term.datatype.value)
            return term.value if reader is None else reader(term.value)
        case _:
            return str(term)


class Row(Mapping[str, Value]):
    """One solution: a read-only mapping from variable name to Python value, converted when read."""

    __slots__ = ("_solution", "_variables")

    def __init__(self, solution: ox.QuerySolution, variables: tuple[str, ...]) -> None:
        self._solution = solution
        self._variables = variables

    def __getitem__(self, name: str) -> Value:
        """The value of a variable; `None` where the solution leaves it unbound."""
        if name not in self._variables:
            raise KeyError(name)
        return value_of(self._solution[name])

    def __iter__(self) -> Iterator[str]:
        """The variable names, in the order of the query."""
        return iter(self._variables)

    def __len__(self) -> int:
        """How many variables the query selects."""
        return len(self._variables)

    def __repr__(self) -> str:
        """Show the row as a dictionary."""
        return repr(dict(self))

    def term(self, name: str) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None:
        """The RDF term itself, for code that needs language tags or datatypes."""
        term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None = self._solution[name]
        return term


class Rows:
    """The answer to a SELECT: iterate it once for `Row`s, or write it."""

    def __init__(self, solutions: ox.QuerySolutions) -> None:
        self._solutions = solutions
        self.variables: tuple[str, ...] = tuple(variable.value for variable in solutions.variables)

    def __iter__(self) -> Iterator[Row]:
        """The rows, in the order of the query."""
        variables = self.variables
        for solution in self._solutions:
            yield Row(solution, variables)

    def serialize(self, format: str = "json") -> bytes:  # noqa: A002 - the word of rdflib and pyoxigraph
        """Write W3C SPARQL Results as `json`, `csv` or `tsv`.  Raises `FormatError` for another format."""
        if format not in _ROW_FORMATS:
            raise FormatError(format, tuple(_ROW_FORMATS))
        return bytes(self._solutions.serialize(format=_ROW_FORMATS[format]) or b"")


class Triples:
    """The answer to a CONSTRUCT or DESCRIBE: iterate it once for triples, or write it."""

    def __init__(self, triples: Iterator[ox.Triple]) -> None:
        self._triples = triples

    def __iter__(self) -> Iterator[ox.Triple]:
        """The triples."""
        return iter(self._triples)

    def serialize(self, format: str = "turtle") -> bytes:  # noqa: A002 - the word of rdflib and pyoxigraph
        """Write them as `turtle`, `jsonld` or `ntriples`.  Raises `FormatError` for another format."""
        if format not in GRAPH_FORMATS:
            raise FormatError(format, tuple(GRAPH_FORMATS))
        return bytes(ox.serialize(self._triples, format=GRAPH_FORMATS[format], prefixes=PREFIXES) or b"")
