"""One table of an export: columns that know what they mean, and rows, read from a query file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import repeat
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeAlias

import pyoxigraph as ox

from gistkg.errors import SourceError
from gistkg.export.contents import Contents
from gistkg.files import query_files
from gistkg.graph import Graph
from gistkg.record import Record
from gistkg.terms import GISTKG, OWL, PREFIXES, RDF, SKOS, XSD, compact

__all__ = [
    "NAMES_OF_TERMS",
    "NUMBERS",
    "Cell",
    "Column",
    "Table",
    "column_name",
    "column_of",
    "read_tables",
    "snake_case",
]

_LABEL = SKOS + "prefLabel"
_TYPE = RDF + "type"
_WIDE = ("id", "name", "via", "column", "value")


Term: TypeAlias = "ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple"

Cell: TypeAlias = str | tuple[str, ...]

NUMBERS = frozenset({XSD + "integer", XSD + "decimal"})
"""The datatypes of columns that hold numbers."""


class Column(Record):
    """A column: what its values are, and which statement of the graph each stands for.

    `property` is what the column says of the row, or, with `via`, of what the row's `via` is. Without a property the
    column is worked out by the query. `kind` is "iri", "lang" for text in `language`, "mixed", or the datatype;
    `many` tells whether a cell may hold several values, which is the same in every table for what a property says of
    its rows; `label_of` names the column that this one puts into words.
    """

    name: str
    description: str
    kind: str
    many: bool = False
    property: str | None = None
    via: str | None = None
    language: str = ""
    label_of: str | None = None


class Table(Record):
    """A table, with rows in the order of their keys.

    A cell is text, empty if the graph does not say; in a column of which `many` is true, it is a tuple of texts.
    """

    name: str
    summary: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def column(self, name: str) -> Column:
        """The column of this name."""
        return next(column for column in self.columns if column.name == name)

    def cells(self, name: str) -> Sequence[Cell]:
        """The cells of the column of this name."""
        place = [column.name for column in self.columns].index(name)
        return [row[place] for row in self.rows]


_NAMES = {
    RDF + "type": "kind",
    PREFIXES["rdfs"] + "subClassOf": "parents",
    SKOS + "prefLabel": "label",
    SKOS + "altLabel": "synonyms",
    SKOS + "scopeNote": "notes",
    SKOS + "editorialNote": "editorial_notes",
    SKOS + "notation": "code",
    PREFIXES["dcterms"] + "bibliographicCitation": "citation",
    GISTKG + "appliesTo": "population",
    GISTKG + "byAgency": "agency",
    GISTKG + "hasArm": "arms",
    GISTKG + "hasTarget": "targets",
    GISTKG + "inArm": "arm",
    GISTKG + "inGene": "gene",
    GISTKG + "inJurisdiction": "jurisdiction",
    GISTKG + "inScheme": "scheme",
    GISTKG + "inSetting": "setting",
    GISTKG + "measuresEndpoint": "endpoint",
    GISTKG + "ofDesign": "design",
    GISTKG + "ofStudy": "study",
    GISTKG + "publicationYear": "year",
    GISTKG + "pubmedId": "pmid",
    GISTKG + "recommends": "therapy",
    GISTKG + "recommendsProcedure": "procedure",
    GISTKG + "usesDrug": "drugs",
    GISTKG + "usesProcedure": "procedures",
}
"""Columns that are not called what the property is called."""

_MEANINGS = {
    RDF + "type": "The class of the ontology that this is one of; the types of OWL itself are in statements.",
    PREFIXES["rdfs"] + "subClassOf": "The classes right above this one.",
    PREFIXES["rdfs"] + "subPropertyOf": "The property that this one implies.",
    PREFIXES["rdfs"] + "domain": "The class of what the property can be said of.",
    PREFIXES["rdfs"] + "range": "The class or datatype of the values of the property.",
    OWL + "equivalentClass": "A named class that this one is equivalent to.",
    SKOS + "prefLabel": "The name, for people to read.",
    SKOS + "altLabel": "Other names.",
    SKOS + "definition": "What it is.",
    SKOS + "example": "An example.",
    SKOS + "scopeNote": "Notes on what is meant, and what is not.",
    SKOS + "editorialNote": "Notes of the curators on how it was recorded.",
    SKOS + "notation": "The code it has in its scheme.",
    PREFIXES["dcterms"] + "bibliographicCitation": "How to cite the source.",
    PREFIXES["dcterms"] + "description": "What is said, in the words of the curators.",
    PREFIXES["dcterms"] + "issued": "When the source was issued.",
    PREFIXES["dcterms"] + "publisher": "Who publishes the source.",
    PREFIXES["dcterms"] + "source": "The source that says so.",
    PREFIXES["dcterms"] + "title": "The title.",
}
"""What columns of other vocabularies hold; ours are defined in the graph."""


def column_name(property: str) -> str:  # noqa: A002 - the word of RDF
    """The name of the column for a property.

    >>> column_name("https://w3id.org/gistkg/hasDirection"), column_name("https://w3id.org/gistkg/validFrom")
    ('direction', 'valid_from')
    """
    return _NAMES.get(property) or snake_case(property).removeprefix("has_")


def snake_case(iri: str) -> str:
    """The local name of an IRI, its words parted by underscores.

    >>> snake_case("https://w3id.org/gistkg/hasEvidenceLevel")
    'has_evidence_level'
    """
    local = re.split(r"[/#]", iri)[-1]
    return re.sub(r"\W", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", local)).lower()


NAMES_OF_TERMS = (SKOS + "prefLabel", _TYPE, SKOS + "altLabel", SKOS + "definition", SKOS + "notation")
"""The properties that say what a term is called and is."""


def column_of(property_: str, many: bool, known: Contents) -> Column:
    """The column for what is said of a row by a property."""
    kind, language = known.kinds.get(property_, ("mixed", ""))
    return Column(column_name(property_), _meaning(property_, known), kind, many, property_, None, language)


def read_tables(graph: Graph, known: Contents) -> tuple[Table, ...]:
    """Every table that has a query file, in the order of their names.

    A wide table is a query for `?id ?name ?via ?column ?value`. A solution with an `?id` alone makes a row of it, and
    whatever the graph says of it becomes a column, so that nothing is left out when a property is added; the other
    solutions add a value each. Any other query is a table as it is.
    Raises `SourceError` for a header or a query that cannot be one.
    """
    return tuple(_read(graph, known, path) for path in query_files("exports") if path.name.startswith("table-"))


class _Header(Record):
    summary: str
    first: tuple[str, ...]
    key: tuple[str, ...]
    derived: Mapping[str, str]
    several: frozenset[str]
    """The derived columns that are lists in each of their tables, whatever their cells hold in one."""


@cache
def _header(path: Path) -> tuple[_Header, str]:
    import yaml

    sparql = path.read_text(encoding="utf-8")
    lines = [line[2:].removeprefix(" ") for line in sparql.splitlines() if line.startswith("#+")]
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C takes a tenth of the time
        said: dict[str, Any] = yaml.load("\n".join(lines), Loader=loader) or {}  # noqa: S506 - both are safe
        header = _Header(
            said["summary"],
            tuple(said.get("first", ())),
            tuple(said.get("key", ("id",))),
            said.get("derived", {}),
            frozenset(said.get("several", ())),
        )
    except (yaml.YAMLError, KeyError, AttributeError) as error:
        raise SourceError(str(path), f"the header cannot be read ({error}); see the other files beside it", 1) from None
    return header, sparql


_Place: TypeAlias = tuple[str | None, str | None, str | None]
"""The name that a query gives a column, what it is of, and the property that it holds."""


class _Growing:
    """A column while it is read: its values by row."""

    def __init__(self, name: str, property_: str | None, via: str | None) -> None:
        self.name = name
        self.property = property_
        self.via = via
        self.cells: dict[str, list[str]] = {}
        self.kinds: set[tuple[str, str]] = set()


def _read(graph: Graph, known: Contents, path: Path) -> Table:
    header, sparql = _header(path)
    found = graph.store.query(sparql, prefixes=PREFIXES, use_default_graph_as_union=True)
    if not isinstance(found, ox.QuerySolutions):
        raise SourceError(str(path), "a table is made by a SELECT")
    names = tuple(variable.value for variable in found.variables)
    growing = _widened(found, known, path) if names == _WIDE else _as_it_is(found, names)
    order = {name: place for place, name in enumerate(header.first or names)}
    columns: list[Column] = []
    cells: list[tuple[Mapping[str, Cell], Cell]] = []
    for grown in sorted(growing, key=lambda one: (order.get(one.name, len(order)), one.name)):
        column, values = _column(grown, header, known, path)
        columns.append(column)
        cells.append((values, () if column.many else ""))
        named = _labels(column, values, known) if column.kind == "iri" and column.name != "id" else None
        if named is not None:
            columns.append(_label_column(column))
            cells.append((named, () if column.many else ""))
    places = [[column.name for column in columns].index(name) for name in header.key]
    made = list(zip(*(map(cell.get, growing[0].cells, repeat(empty)) for cell, empty in cells), strict=True))
    made.sort(key=itemgetter(*places))
    return Table(path.stem.removeprefix("table-"), header.summary, header.key, tuple(columns), tuple(made))


def _widened(found: ox.QuerySolutions, known: Contents, path: Path) -> list[_Growing]:
    """Put each value into the column that its property, or the query, names."""
    ids = _Growing("id", None, None)
    ids.kinds.add(("iri", ""))
    columns: dict[_Place, _Growing] = {}
    valued: set[str] = set()

    def column_at(place: _Place) -> _Growing:
        name, via, said = place
        called = name or column_name(said or "")
        if called == "id" or any(other.name == called for other in columns.values()):
            raise SourceError(str(path), f"two columns are called {called!r}; give one a ?name of its own")
        columns[place] = _Growing(called, said, via)
        return columns[place]

    for subject, name, via, property_, value in found:
        key = subject.value
        if value is None:
            if key not in ids.cells:
                ids.cells[key] = [key]
                for one, values in known.said[key].items():
                    kept = [kind for kind in values if not kind.startswith(OWL)] if one == _TYPE else values
                    if kept:
                        (columns.get((None, None, one)) or column_at((None, None, one))).cells[key] = kept
            continue
        valued.add(key)
        said, text = property_.value if property_ is not None else None, value.value
        if said == _TYPE and text.startswith(OWL):
            continue
        place = (None if name is None else name.value, None if via is None else via.value, said)
        column = columns.get(place) or column_at(place)
        if said is None:
            column.kinds.add(_kind(value))
        cell = column.cells.get(key)
        if cell is None:
            column.cells[key] = [text]
        else:
            cell.append(text)
    if valued - ids.cells.keys():
        iri = min(valued - ids.cells.keys())
        raise SourceError(
            str(path), f"<{iri}> has values and no solution of its own without one, which would make a row"
        )
    return [ids, *columns.values()]


def _as_it_is(found: ox.QuerySolutions, names: Sequence[str]) -> list[_Growing]:
    growing = [_Growing(name, None, None) for name in names]
    for number, row in enumerate(found):
        for column, value in zip(growing, row, strict=True):
            if value is not None:
                column.kinds.add(_kind(value))
                column.cells[str(number)] = [value.value]
    return growing


def _column(grown: _Growing, header: _Header, known: Contents, path: Path) -> tuple[Column, Mapping[str, Cell]]:
    kinds = grown.kinds if grown.property is None else {known.kinds[grown.property]}
    kind, language = next(iter(kinds)) if len(kinds) == 1 else ("mixed", "")
    description = _description(grown, header, known, path)
    several = {row: _ordered(cell, kind in NUMBERS) for row, cell in grown.cells.items() if len(cell) > 1}
    many = grown.name in header.several or not known.many.isdisjoint((grown.property, grown.via))
    many = many or any(len(cell) > 1 for cell in several.values())
    cells: dict[str, Cell]
    if many:
        cells = {row: several.get(row) or tuple(cell) for row, cell in grown.cells.items()}
    else:
        cells = {row: cell[0] for row, cell in grown.cells.items()}
    return Column(grown.name, description, kind, many, grown.property, grown.via, language), cells


def _labels(column: Column, cells: Mapping[str, Cell], known: Contents) -> Mapping[str, Cell] | None:
    """What the values of a column are called, if any of them has a name."""
    labels = known.labels
    if column.many:
        if not any(value in labels for cell in cells.values() for value in cell):
            return None
        return {row: tuple(labels.get(value) or compact(value) for value in cell) for row, cell in cells.items()}
    single = {row: str(cell) for row, cell in cells.items()}
    if not any(value in labels for value in single.values()):
        return None
    return {row: labels.get(value) or compact(value) for row, value in single.items()}


def _ordered(cell: list[str], numbers: bool) -> tuple[str, ...]:
    values = set(cell)
    return tuple(sorted(values, key=lambda value: (Decimal(value), value)) if numbers else sorted(values))


def _kind(term: Term) -> tuple[str, str]:
    if not isinstance(term, ox.Literal):
        return "iri", ""
    return ("lang", term.language) if term.language else (term.datatype.value, "")


def _description(column: _Growing, header: _Header, known: Contents, path: Path) -> str:
    if column.name in header.derived:
        return str(header.derived[column.name])
    if column.name == "id":
        return "The IRI, the same in every release."
    if column.property is None:
        raise SourceError(str(path), f"the header does not say what {column.name!r} is, under 'derived'")
    own = _meaning(column.property, known)
    return own if column.via is None else f"Of the {column_name(column.via).replace('_', ' ')}: {own}"


def _meaning(property_: str, known: Contents) -> str:
    return known.definitions.get(property_) or _MEANINGS.get(property_) or f"What <{property_}> says."


def _label_column(column: Column) -> Column:
    said = f"The names of {column.name}, in the same order." if column.many else f"The name of {column.name}."
    return Column(f"{column.name}_label", said, "lang", column.many, _LABEL, None, "en", column.name)
