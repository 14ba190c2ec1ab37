"""The graph as it was when only the PDQ edition of 2014 had been read: small enough to know every row by heart."""

from functools import cache
from pathlib import Path

import pyoxigraph as ox

from gistkg.graph import Graph, graph_name, load_graph
from gistkg.terms import GISTKG

EVIDENCE = ("evidence/bfr14", "evidence/bibliography", "evidence/pdq-2014", "evidence/risk-schemes")
TERMS = frozenset((Path(__file__).parent / "data" / "terms-2014.txt").read_text(encoding="utf-8").split())
"""The names that the vocabulary had when the edition of 2014 was read, and those that these have come to depend on."""


@cache
def edition_2014() -> Graph:
    """What the graph of today says in the terms of 2014, and of the evidence the edition of 2014 with BFR14."""
    whole = load_graph()
    files = tuple(
        file
        for file in whole.files
        if (not file.name.startswith("evidence/") or file.name in EVIDENCE) and file.name != "derived/evidence"
    )
    store = ox.Store()
    for file in files:
        quads = whole.store.quads_for_pattern(None, None, None, graph_name(file))
        store.bulk_extend(quad for quad in quads if all(map(_known, (quad.subject, quad.predicate, quad.object))))
    return Graph(store, files)


def _known(term: object) -> bool:
    if not isinstance(term, ox.NamedNode) or not term.value.startswith(GISTKG):
        return True
    name = term.value.removeprefix(GISTKG)
    return "/" in name or not name or name in TERMS
