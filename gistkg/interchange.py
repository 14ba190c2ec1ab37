"""Hand the graph to rdflib."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gistkg.graph import Graph
from gistkg.terms import PREFIXES, XSD

if TYPE_CHECKING:
    import rdflib

__all__ = ["to_rdflib"]


def to_rdflib(graph: Graph) -> rdflib.Dataset:
    """A copy of the graph as an rdflib dataset: the same named graphs, queried as their union, prefixes bound.

    Literals keep the spelling of the store, which rdflib would change (a `Z` to `+00:00`) if it read a file itself.
    Changing the copy does not change the graph.

    Give it your own queries, never a stranger's: rdflib lets a query read files of this machine (`FROM <file:...>`)
    and open connections (`SERVICE`, `FROM <http:...>`, even of a named graph it already holds; write `GRAPH` instead).
    `Graph.query` does neither. The switch `rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False` stops `FROM` alone; it
    is left as it is, because it belongs to the whole program and would not make a stranger's query safe.

    >>> from gistkg.graph import load_graph
    >>> dataset = to_rdflib(load_graph())
    >>> bool(dataset.query("ASK { gistkg:Imatinib rdfs:subClassOf+ gistkg:Drug }"))
    True
    """
    import rdflib
    from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

    # Terms are made once each and added directly: three times as fast as writing N-Quads and parsing them.
    @cache
    def term(node: ox.NamedNode | ox.BlankNode | ox.Literal) -> rdflib.term.Identifier:
        if isinstance(node, ox.NamedNode):
            return rdflib.URIRef(node.value)
        if isinstance(node, ox.BlankNode):
            return rdflib.BNode(node.value)
        # rdflib tells a plain literal from an xsd:string, RDF 1.1 does not.
        datatype = (
            None if node.language or node.datatype.value == XSD + "string" else rdflib.URIRef(node.datatype.value)
        )
        return rdflib.Literal(node.value, lang=node.language, datatype=datatype, normalize=False)

    dataset = rdflib.Dataset(default_union=True)
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace)
    for name in (*graph.store.named_graphs(), ox.DefaultGraph()):
        quads = graph.store.quads_for_pattern(None, None, None, name)
        context = dataset.graph(term(name) if isinstance(name, ox.NamedNode) else DATASET_DEFAULT_GRAPH_ID)
        context.addN((term(quad.subject), term(quad.predicate), term(quad.object), context) for quad in quads)
    return dataset
