"""What the columns of tables mean, for machines: a Data Package, and CSV on the Web, which makes triples of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from gistkg.export.as_json import json_bytes
from gistkg.export.contents import Contents
from gistkg.export.registers import LINKS, STATEMENTS, TERMS
from gistkg.export.table import Column, Table
from gistkg.record import Record
from gistkg.terms import GISTKG, OWL, PREFIXES, SKOS, XSD

__all__ = ["Package", "csvw", "data_package", "foreign_keys", "read_me"]

_LABEL = SKOS + "prefLabel"
_TYPES = {
    XSD + "boolean": "boolean",
    XSD + "dateTime": "datetime",
    XSD + "decimal": "number",
    XSD + "integer": "integer",
}
_DATATYPES = frozenset(f"{XSD}{name}" for name in ("boolean", "dateTime", "decimal", "integer", "string"))
_DCTERMS = PREFIXES["dcterms"]


class Package(Record):
    """Tables that are written together; `suffix` is that of their files."""

    tables: tuple[Table, ...]
    known: Contents
    separator: str
    version: str
    suffix: str

    @cached_property
    def about(self) -> Mapping[str, str]:
        """What the header of the ontology says, by property."""
        return {predicate: value for subject, predicate, value, *_ in self.known.statements if subject == GISTKG}

    @cached_property
    def keys(self) -> Mapping[tuple[str, str], str]:
        """The foreign keys of all tables."""
        return foreign_keys(self.tables)


def foreign_keys(tables: Sequence[Table]) -> dict[tuple[str, str], str]:
    """The table whose rows a column points to, by table and column.

    Of several, it is the one with the fewest rows. Only columns whose cells hold one value point anywhere.
    """
    keyed = [(table.name, {row[0] for row in table.rows}) for table in tables if table.key == ("id",)]
    keyed.sort(key=lambda one: len(one[1]))
    found = {}
    for table in tables:
        if table.name == STATEMENTS:
            continue
        for place, column in enumerate(table.columns):
            if column.kind != "iri" or column.many or (column.name,) == table.key == ("id",):
                continue
            values = {row[place] for row in table.rows if row[place]}
            target = next((name for name, keys in keyed if values <= keys), None)
            if target is not None:
                found[table.name, column.name] = target
    return found


def data_package(package: Package, files: Mapping[str, bytes]) -> bytes:
    """A Data Package descriptor (version 2) of the files, which are named after the tables."""
    about = package.about
    described: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "gistkg",
        "id": GISTKG,
        "title": about.get(_DCTERMS + "title", "gistkg"),
        "description": about.get(_DCTERMS + "description", ""),
        "homepage": GISTKG,
        "version": about.get(OWL + "versionInfo", package.version),
        "graphVersion": package.version,
    }
    if _DCTERMS + "created" in about:
        described["created"] = about[_DCTERMS + "created"]
    if _DCTERMS + "license" in about:
        described["licenses"] = [{"path": about[_DCTERMS + "license"]}]
    described["resources"] = [_resource(table, files, package) for table in package.tables]
    return json_bytes(described)


def _resource(table: Table, files: Mapping[str, bytes], package: Package) -> dict[str, Any]:
    path = f"{table.name}{package.suffix}"
    content = files[path]
    as_text = package.suffix == ".csv"
    schema: dict[str, Any] = {
        "fields": [_field(column, table, package.separator, as_text) for column in table.columns],
        "primaryKey": list(table.key),
        "foreignKeys": [
            {"fields": [column], "reference": {"resource": target, "fields": ["id"]}}
            for (name, column), target in package.keys.items()
            if name == table.name
        ],
    }
    if table.name == STATEMENTS:  # a key with empty parts is none
        del schema["primaryKey"]
    if not schema["foreignKeys"]:
        del schema["foreignKeys"]
    return {
        "name": table.name,
        "path": path,
        "title": table.name.replace("-", " ").capitalize(),
        "description": table.summary,
        "format": package.suffix[1:],
        "mediatype": "text/csv" if as_text else "application/vnd.apache.parquet",
        **({"encoding": "utf-8"} if as_text else {}),
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": schema,
    }


def _field(column: Column, table: Table, separator: str, as_text: bool) -> dict[str, Any]:
    kind = _TYPES.get(column.kind, "string")
    field: dict[str, Any] = {"name": column.name, "description": column.description}
    if column.many and as_text:
        field |= {"type": "list", "delimiter": separator, "itemType": kind}
    elif column.many:
        field |= {"type": "array"}
    else:
        field |= {"type": kind}
        if column.kind == "iri":
            field["format"] = "uri"
    if column.name in table.key and table.name != STATEMENTS:
        field["constraints"] = {"required": True}
    return field


def csvw(package: Package) -> bytes:
    """Metadata of CSV on the Web (W3C) by which a converter makes triples of the graph out of the files.

    Columns that the graph does not state as they stand are marked `suppressOutput`: those worked out, and lists of
    IRIs, of which the standard makes no links; these stand in the table of links. The table of statements is for
    programs that know it. A foreign key is one here only where no cell is empty, as the standard has it.
    """
    about = package.about
    described: dict[str, Any] = {"@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}]}
    for name, iri in (("dc:title", "title"), ("dc:description", "description")):
        if _DCTERMS + iri in about:
            described[name] = about[_DCTERMS + iri]
    if _DCTERMS + "license" in about:
        described["dc:license"] = {"@id": about[_DCTERMS + "license"]}
    described["tables"] = [_csvw_table(table, package) for table in package.tables]
    return json_bytes(described)


def _csvw_table(table: Table, package: Package) -> dict[str, Any]:
    wide = table.key == ("id",)
    schema: dict[str, Any] = {"columns": [_csvw_column(column, table, package.separator) for column in table.columns]}
    if wide:
        schema["aboutUrl"] = "{+id}"
    if table.name == LINKS:
        schema["aboutUrl"] = "{+subject}"
    if table.name != STATEMENTS:
        schema["primaryKey"] = table.key[0] if len(table.key) == 1 else list(table.key)
    references = [
        {"columnReference": column, "reference": {"resource": f"{target}.csv", "columnReference": "id"}}
        for (name, column), target in package.keys.items()
        if name == table.name and all(table.cells(column))
    ]
    if references:
        schema["foreignKeys"] = references
    described: dict[str, Any] = {"url": f"{table.name}.csv", "dc:description": table.summary}
    if not wide and table.name != LINKS:
        described["suppressOutput"] = True
    return described | {"tableSchema": schema}


def _csvw_column(column: Column, table: Table, separator: str) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column.name, "titles": column.name, "dc:description": column.description}
    # IRIs are "string" too: the csvw library takes an "anyURI" apart before it fills a template with it.
    described["datatype"] = column.kind.removeprefix(XSD) if column.kind in _DATATYPES else "string"
    if column.many:
        described["separator"] = separator
    if column.name in table.key and table.name != STATEMENTS:
        described["required"] = True
    if column.language:
        described["lang"] = column.language
    return described | _triple(column, table)


def _triple(column: Column, table: Table) -> dict[str, Any]:
    """Which statement of the graph a cell stands for."""
    if table.name == LINKS and column.name == "object":
        return {"propertyUrl": "{+property}", "valueUrl": "{+object}"}
    if column.label_of is not None:
        named = table.column(column.label_of)
        if not named.many and column.property is not None:
            return {"aboutUrl": f"{{+{named.name}}}", "propertyUrl": _LABEL}
        return {"suppressOutput": True}
    if column.property is None or column.kind == "mixed" or (column.kind == "iri" and column.many):
        return {"suppressOutput": True}
    made = {"propertyUrl": column.property}
    if column.kind == "iri":
        made["valueUrl"] = f"{{+{column.name}}}"
    if column.via is not None:
        through = [one for one in table.columns if (one.property, one.via) == (column.via, None) and not one.many]
        if not through:
            return {"suppressOutput": True}
        made["aboutUrl"] = f"{{+{through[0].name}}}"
    return made


def _of_findings(tables: Sequence[Table]) -> list[str]:
    """What is to be known before findings are counted, or grouped by line of therapy."""
    found = [table for table in tables if table.name == "findings"]
    names = {column.name for table in found for column in table.columns}
    lines: list[str] = []
    if "superseded_by_result" in names:
        lines += [
            "`findings` holds the earlier and the later results of a study: in an earlier one `superseded_by_result`",
            "names the later, so that the rows where it is empty are those that stand.",
        ]
    if "settings" in names:
        claims = zip(*(found[0].cells(name) for name in ("supports", "reported_by", "disputes")), strict=True)
        alone = sum(not any(cells) for cells in claims)
        lines += [
            "`settings` in `findings`, such as the line of therapy, are those of the claims that name the finding, not",
            f"of its study; {alone} of {len(found[0].rows)} findings are named by no claim, and have none.",
            "`eligibility` in `studies` says whom a study took in.",
        ]
    return [*lines, ""] if lines else []


def read_me(package: Package) -> bytes:
    """What the folder holds, for people."""
    about, suffix = package.about, package.suffix
    lists = (
        f'Several values in one cell are separated by "{package.separator}", which stands in no value.'
        if suffix == ".csv"
        else "Columns that hold several values in one cell are lists."
    )
    edition = f"Version {about.get(OWL + 'versionInfo', '')} (content {package.version})"
    lines = [
        f"# {about.get(_DCTERMS + 'title', 'gistkg')}",
        "",
        about.get(_DCTERMS + "description", ""),
        "",
        f"{edition}. Licence: <{about.get(_DCTERMS + 'license', '')}>.",
        "",
        "Identifiers are whole IRIs and stay the same. An empty cell means that the graph does not say.",
        lists,
        "A column `x_label` gives the names of what `x` identifies. `datapackage.json` says what each column means"
        + (", and" if suffix == ".csv" else "."),
        *(["`csv-metadata.json` how rows become triples."] if suffix == ".csv" else []),
        f"`{STATEMENTS}{suffix}` holds every triple of the graph; `{TERMS}{suffix}` every term.",
        "A property has a column of one type in every table, a list if anything has two values of it; `kind` and",
        "`source`, and what is told of these (`pmid`, labels), are lists only in tables where a row has two.",
        "",
        *_of_findings(package.tables),
        "| file | rows | what a row is |",
        "| --- | ---: | --- |",
        *(f"| {table.name}{suffix} | {len(table.rows)} | {table.summary} |" for table in package.tables),
        "",
    ]
    return "\n".join(lines).encode()
