"""The graph as it was when only the PDQ edition of 2014 had been read: small enough to know every row by heart."""

from functools import cache

import pyoxigraph as ox

from gistkg.graph import Graph, graph_name, load_graph

EVIDENCE = ("evidence/bfr14", "evidence/bibliography", "evidence/pdq-2014", "evidence/risk-schemes")
LEFT_OUT = ("derived/evidence", "entities/levels-", "entities/endpoints")


@cache
def edition_2014() -> Graph:
    """The schema, the entities and the conditions of today, and of the evidence the edition of 2014 with BFR14."""
    whole = load_graph()
    files = tuple(
        file
        for file in whole.files
        if (not file.name.startswith("evidence/") or file.name in EVIDENCE) and not file.name.startswith(LEFT_OUT)
    )
    store = ox.Store()
    for file in files:
        name = graph_name(file)
        store.bulk_extend(whole.store.quads_for_pattern(None, None, None, name))
    return Graph(store, files)
