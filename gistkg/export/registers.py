"""The tables that leave nothing out: every term, link between terms, mapping to other vocabularies, and statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gistkg.export.contents import Contents
from gistkg.export.table import NAMES_OF_TERMS, Cell, Column, Table, column_of
from gistkg.mappings import mappings
from gistkg.terms import OWL, RDF, SKOS, XSD

__all__ = ["LINKS", "MAPPINGS", "STATEMENTS", "TERMS", "links", "mapping_rows", "statements", "terms"]

TERMS, LINKS, MAPPINGS, STATEMENTS = "terms", "links", "mappings", "statements"
_TYPE = RDF + "type"
_TEXT = XSD + "string"


def terms(known: Contents) -> Table:
    """Every IRI that is a subject, property or object; what other tables point to.

    >>> from gistkg.export.contents import contents
    >>> from gistkg.graph import load_graph
    >>> row = next(row for row in terms(contents(load_graph())).rows if row[1] == "imatinib")
    >>> row[2], row[4]
    (('https://w3id.org/gistkg/Substance',), ('Gleevec', 'Glivec', 'imatinib mesylate'))
    """
    iris = set(known.kinds)
    for subject, _, value, datatype, _, _ in known.statements:
        iris.add(subject)
        if not datatype:
            iris.add(value)
    ordered = sorted(iri for iri in iris if not iri.startswith("_:"))
    said = [known.said.get(iri, {}) for iri in ordered]
    columns = [Column("id", "The IRI, the same in every release.", "iri")]
    cells: list[list[Cell]] = [list(ordered)]
    for property_ in NAMES_OF_TERMS:
        values = [one.get(property_, ()) for one in said]
        if property_ == _TYPE:
            values = [[kind for kind in kinds if not kind.startswith(OWL)] for kinds in values]
        many = any(len(one) > 1 for one in values)
        columns.append(column_of(property_, many, known))
        cells.append(_cells(values, many))
        if property_ == _TYPE:
            columns.append(Column("kind_label", "The name of kind.", "lang", many, language="en", label_of="kind"))
            cells.append(_cells([[known.labels.get(kind, kind) for kind in kinds] for kinds in values], many))
    rows = tuple(zip(*cells, strict=True))
    summary = "Every IRI of the graph, one a row, as subject, property or object; other tables point here."
    return Table(TERMS, summary, ("id",), tuple(columns), rows)


def _cells(values: Iterable[Sequence[str]], many: bool) -> list[Cell]:
    return [tuple(one) for one in values] if many else ["".join(one) for one in values]


def links(known: Contents) -> Table:
    """Every statement between two IRIs, once, whichever file says it."""
    rows = dict.fromkeys(
        (subject, predicate, value)
        for subject, predicate, value, datatype, _, _ in known.statements
        if not datatype and not subject.startswith("_:") and not value.startswith("_:")
    )
    columns = (
        Column("subject", "What the statement is about.", "iri"),
        Column("property", "The property.", "iri"),
        Column("object", "What it is related to.", "iri"),
    )
    key = tuple(column.name for column in columns)
    return Table(LINKS, "Every statement between two IRIs, one a row.", key, columns, tuple(rows))


def mapping_rows(known: Contents) -> Table:
    """What the terms of the graph are called elsewhere, with why it was thought so; also what they are not.

    Every mapping of a term that the graph knows is a row.
    """
    described = {
        "subject": ("The term of ours.", "iri"),
        "predicate": ("How near it is to the other: exactMatch, closeMatch, broadMatch, narrowMatch or more.", "iri"),
        "negated": ("Whether it is said that this does not hold.", XSD + "boolean"),
        "object": ("The term of the other vocabulary.", "iri"),
        "subject_label": ("The name of our term.", _TEXT),
        "object_curie": ("The code of the other term, with a prefix.", _TEXT),
        "object_label": ("The name of the other term, there.", _TEXT),
        "target": ("The other vocabulary.", _TEXT),
        "justification": ("Why: how the mapping was found.", _TEXT),
        "comment": ("What is to be said of it.", _TEXT),
    }
    rows = sorted(
        (
            one.subject.full,
            SKOS + one.predicate,
            "true" if one.negated else "false",
            one.object,
            one.subject_label,
            one.object_curie,
            one.object_label,
            one.target,
            one.justification,
            one.comment,
        )
        for one in mappings()
        if one.subject.full in known.labels
    )
    columns = tuple(Column(name, description, kind) for name, (description, kind) in described.items())
    summary = "Terms of other vocabularies for terms of ours, one pair a row, as far as they match."
    return Table(MAPPINGS, summary, ("subject", "predicate", "negated", "object"), columns, tuple(rows))


def statements(known: Contents) -> Table:
    """Every triple with the file that says it; the graph can be made again from this table alone."""
    columns = (
        Column("subject", 'An IRI, or a blank node, written as in "_:c14n0".', _TEXT),
        Column("predicate", "The IRI of the property.", "iri"),
        Column("object", 'The text of a literal, an IRI, or a blank node, written as in "_:c14n0".', _TEXT),
        Column("datatype", "The datatype of a literal; empty for an IRI or a blank node, and only for these.", "iri"),
        Column("language", "The language of a literal that has one.", _TEXT),
        Column("graph", "The named graph, which stands for one file of the ontology.", "iri"),
    )
    summary = "Every statement of the graph, one a row, class expressions included."
    return Table(
        STATEMENTS,
        summary,
        ("subject", "predicate", "object", "datatype", "language", "graph"),
        columns,
        known.statements,
    )
