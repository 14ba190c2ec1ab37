"""How much of what is in the graph, and what of it names no source."""

from __future__ import annotations

from typing import TextIO

from gistkg.graph import Graph
from gistkg.questions import question
from gistkg.render import Table, write_rows
from gistkg.results import Rows

__all__ = ["coverage", "write_coverage"]


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


def _rows(graph: Graph, name: str) -> Rows:
    return graph.rows(question(name).sparql)
