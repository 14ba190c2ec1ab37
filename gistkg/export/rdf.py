"""The graph itself, in the serialisations of RDF."""

from __future__ import annotations

from gistkg.export.product import Product
from gistkg.graph import Graph
from gistkg.terms import PREFIXES

__all__ = ["build"]


def build(graph: Graph, variant: str, about: str | None = None) -> Product:
    """Write every triple."""
    del variant, about
    import pyoxigraph as ox

    triples = sorted({quad.triple for quad in graph.store}, key=str)
    content = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)
    return Product({"gistkg.ttl": bytes(content or b"")}, {"triples": len(triples)})
