"""How much of what is in the graph, what of it names no source, and what of it has codes elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from gistkg.files import query_text
from gistkg.graph import Graph
from gistkg.mappings import mappings
from gistkg.questions import question
from gistkg.record import Record
from gistkg.render import Table, write_rows
from gistkg.results import Iri, Rows

__all__ = ["Mapped", "coverage", "mapping_coverage", "write_coverage", "write_mapping_coverage"]


class Mapped(Record):
    """How many terms of a kind have an exact match in a vocabulary, and how many any match; "any" is all of them."""

    kind: str
    terms: int
    vocabulary: str
    exact: int
    matched: int


def coverage(graph: Graph) -> dict[str, int]:
    """How many there are of each kind of thing, and under "without a source" how many claims and results cite nothing.

    >>> from gistkg.graph import load_graph
    >>> counts = coverage(load_graph())
    >>> counts["claims"] > counts["recommendations"] > counts["approvals"] > counts["without a source"] == 0
    True
    """
    counts = {str(row["what"]): int(str(row["count"])) for row in _rows(graph, "coverage")}
    return {**counts, "without a source": len(list(_rows(graph, "unsourced")))}


def write_coverage(graph: Graph, format: str, stream: TextIO) -> int:  # noqa: A002 - the word of the other writers
    """Write the counts, and after them in a table what names no source; 1 if there is any, else 0."""
    counts = coverage(graph)
    write_rows(Table(("what", "count"), tuple(counts.items())), format, stream)
    strays = _rows(graph, "unsourced")
    if counts["without a source"] and format == "table":
        stream.write("\nWithout a source:\n")
        write_rows(strays, format, stream)
    return 1 if counts["without a source"] else 0


def mapping_coverage(graph: Graph) -> tuple[Mapped, ...]:
    """For each kind of our terms with any match: how many have one at all, then how many in each vocabulary.

    What is only denied counts as no match. A term that is of two kinds counts in both.

    >>> from gistkg.graph import load_graph
    >>> found = mapping_coverage(load_graph())
    >>> [one.exact for one in found if (one.kind, one.vocabulary) == ("site", "uberon")]
    [8]
    """
    exact: dict[str, set[Iri]] = {}
    matched: dict[str, set[Iri]] = {}
    for row in mappings():
        for vocabulary in () if row.negated else (_ANY, row.target):
            matched.setdefault(vocabulary, set()).add(row.subject)
            if row.predicate == "exactMatch":
                exact.setdefault(vocabulary, set()).add(row.subject)
    kinds: dict[str, set[Iri]] = {}
    sparql = query_text("records", "mapped-kinds")
    for found in graph.rows(sparql):
        if isinstance(found["term"], Iri):
            kinds.setdefault(str(found["kind"]), set()).add(found["term"])
    return tuple(
        Mapped(kind, len(terms), vocabulary, len(terms & exact.get(vocabulary, set())), len(terms & subjects))
        for kind, terms in kinds.items()
        for vocabulary, subjects in sorted(matched.items(), key=lambda item: (item[0] != _ANY, item[0]))
        if terms & subjects
    )


def write_mapping_coverage(graph: Graph, format: str, stream: TextIO) -> int:  # noqa: A002
    """Write what `mapping_coverage` finds, with shares in percent; for people, each kind is named once. Always 0."""
    rows = tuple(_shares(mapping_coverage(graph), repeat=format != "table"))
    columns = ("kind", "terms", "vocabulary", "exact", "exact %", "matched", "matched %")
    write_rows(Table(columns, rows), format, stream)
    return 0


def _shares(found: tuple[Mapped, ...], *, repeat: bool) -> Iterator[tuple[str | int | None, ...]]:
    previous = None
    for one in found:
        head = (one.kind, one.terms) if repeat or one.kind != previous else (None, None)
        exact, matched = (round(100 * count / one.terms) for count in (one.exact, one.matched))
        yield (*head, one.vocabulary, one.exact, exact, one.matched, matched)
        previous = one.kind


_ANY = "any"


def _rows(graph: Graph, name: str) -> Rows:
    return graph.rows(question(name).sparql)
