"""A picture of a term, or of the schema, as SVG; made without any program or font of the machine it is made on."""

from __future__ import annotations

import pyoxigraph as ox

from gistkg.errors import ExportError
from gistkg.export.pictures.draw import Picture, svg
from gistkg.export.product import Product
from gistkg.graph import Graph
from gistkg.resolve import is_kind, kind_of, label_of, resolve
from gistkg.terms import GISTKG, OWL

__all__ = ["build", "picture"]


def build(graph: Graph, variant: str, about: str | None = None) -> Product:
    """Draw what `about` names, or the schema.

    Raises `UnknownTermError`, `AmbiguousTermError`, and `ExportError` for a term that there is no picture of.

    >>> from gistkg.graph import load_graph
    >>> build(load_graph(), "svg", "MDR1").carried
    {'boxes': 7, 'links': 8}
    """
    del variant
    drawn = picture(graph, about)
    carried = {"boxes": len(drawn.layout.places), "links": len(drawn.layout.routes)}
    return Product({"gistkg.svg": svg(drawn)}, carried)


def picture(graph: Graph, about: str | None = None) -> Picture:
    """What is drawn of a term, or of the schema, with everything in its place.  Raises what `build` raises.

    >>> from gistkg.graph import load_graph
    >>> picture(load_graph(), "MDR1").title
    'ABCB1 gene: mechanism of resistance'
    """
    from gistkg.export.pictures.claim import picture_of_claim
    from gistkg.export.pictures.condition import picture_of_condition
    from gistkg.export.pictures.mechanism import links_around, picture_of_mechanism
    from gistkg.export.pictures.schema import picture_of_schema

    stamp = _stamp(graph)
    if about is None:
        return picture_of_schema(graph, stamp)
    iri = resolve(graph, about)
    if is_kind(graph, iri, GISTKG + "Claim") and _is_instance(graph, iri.full):
        return picture_of_claim(graph, iri, stamp)
    if any(is_kind(graph, iri, GISTKG + kind) and iri.full != GISTKG + kind for kind in ("Population", "Criterion")):
        return picture_of_condition(graph, iri, stamp)
    links = links_around(graph, iri.full)
    if links:
        return picture_of_mechanism(graph, iri, links, stamp)
    raise ExportError(
        f"There is no picture of {label_of(graph, iri)} ({iri}), {kind_of(graph, iri)}: pictures are of claims and "
        "recommendations, populations, criteria, and whatever a resistance mechanism leads to or from (genes, "
        "alterations, proteins, mechanisms, drugs, failures); without a term, of the schema."
    )


def _is_instance(graph: Graph, iri: str) -> bool:
    types = graph.store.quads_for_pattern(ox.NamedNode(iri), None, ox.NamedNode(OWL + "Class"))
    return next(types, None) is None


def _stamp(graph: Graph) -> str:
    version = next(
        graph.store.quads_for_pattern(ox.NamedNode(GISTKG), ox.NamedNode(OWL + "versionInfo"), None),
        None,
    )
    said = f" {version.object.value}" if version and isinstance(version.object, ox.Literal) else ""
    return f"gistkg{said}, content {graph.version}."
