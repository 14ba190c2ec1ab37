"""The graph as it was when only the PDQ edition of 2014 had been read: small enough to know every row by heart."""

from functools import cache
from pathlib import Path

import pyoxigraph as ox

from gistkg.files import OntologyFile
from gistkg.graph import Graph, graph_name, load_graph
from gistkg.kg import KnowledgeGraph
from gistkg.terms import GISTKG

EVIDENCE = ("evidence/bfr14", "evidence/bibliography", "evidence/pdq-2014", "evidence/risk-schemes")
LATER = (
    "derived/evidence",
    "conditions/criteria-evidence",
    "conditions/criteria-genotype",
    "conditions/populations-evidence",
    "conditions/populations-genotype",
)
TERMS = frozenset((Path(__file__).parent / "data" / "terms-2014.txt").read_text(encoding="utf-8").split())
"""The names that the vocabulary had when the edition of 2014 was read, and those that these have come to depend on."""


def kg_2014(*extra: Path) -> KnowledgeGraph:
    """The same as users get it, with Turtle files beside it."""
    return KnowledgeGraph(edition_2014(*extra))


@cache
def edition_2014(*extra: Path) -> Graph:
    """What the graph of today says in the terms of 2014, and of the evidence the edition of 2014 with BFR14."""
    whole = load_graph()
    files = tuple(
        file
        for file in whole.files
        if (not file.name.startswith("evidence/") or file.name in EVIDENCE) and file.name not in LATER
    )
    store = ox.Store()
    for file in files:
        quads = whole.store.quads_for_pattern(None, None, None, graph_name(file))
        store.bulk_extend(quad for quad in quads if _in_terms(quad))
    own = tuple(OntologyFile(str(path), f"extra/{path.stem}") for path in extra)
    for file in own:
        store.bulk_load(file.content, format=ox.RdfFormat.TURTLE, to_graph=graph_name(file))
    return Graph(store, files + own)


def _in_terms(quad: ox.Quad) -> bool:
    """Whether all that a statement names was known; a list keeps its members, known or not."""
    return isinstance(quad.subject, ox.BlankNode) or all(map(_known, (quad.subject, quad.predicate, quad.object)))


def _known(term: object) -> bool:
    if not isinstance(term, ox.NamedNode) or not term.value.startswith(GISTKG):
        return True
    name = term.value.removeprefix(GISTKG)
    return "/" in name or not name or name in TERMS
