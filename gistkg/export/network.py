"""Terms and links for network tools, as GraphML, GEXF and Cytoscape JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from gistkg.export.mechanisms import claims_of_links
from gistkg.export.network_files import EDGE_COLUMNS, LISTS, NODE_COLUMNS, Edge, Network, Node, cyjs, gexf, graphml
from gistkg.export.product import Loss, Product, loss
from gistkg.graph import Graph
from gistkg.render import NOTICE
from gistkg.resolve import full_iri, label_of
from gistkg.results import Iri
from gistkg.terms import GISTKG, OWL, PREFIXES, RDF, RDFS, SKOS, compact
from gistkg.traverse import networkx_view

__all__ = ["build", "network"]

_LITERALS = {
    SKOS + "altLabel": "synonyms",
    SKOS + "hiddenLabel": "synonyms",
    GISTKG + "hasHedge": "hedges",
    PREFIXES["dcterms"] + "description": "text",
    GISTKG + "validFrom": "valid_from",
    GISTKG + "validUntil": "valid_until",
    GISTKG + "locator": "locator",
    PREFIXES["dcterms"] + "bibliographicCitation": "citation",
}
"""The properties whose values become columns of nodes, besides the label and the definition."""

_STANCE = {GISTKG + "hasDirection": "direction", GISTKG + "hasModality": "modality"}
_JUDGING = {GISTKG + name for name in ("recommends", "recommendsProcedure", "concernsTherapy")}
"""The links from a claim that mean little without its direction: a claim against a drug "recommends" it as well."""
_OF_CLAIMS = ("direction", "modality", "hedges", "valid_from", "valid_until")


def build(graph: Graph, variant: str, about: str | None = None) -> Product:
    """Write the network as `graphml`, `gexf` (1.3) or `cytoscape` (cyjs).

    >>> from gistkg.graph import load_graph
    >>> build(load_graph(), "gexf").content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    True
    """
    del about
    found = network(graph)
    name, write = _WRITERS[variant]
    carried = {"nodes": len(found.nodes), "links": len(found.edges)}
    return Product({name: write(found).encode()}, carried, _losses(graph, found))


def network(graph: Graph) -> Network:
    """The terms and links of a graph; a mechanism link with the claims behind it and their hedges.

    >>> from gistkg.graph import load_graph
    >>> found = network(load_graph())
    >>> link = "gistkg:EffluxByPGlycoprotein gistkg:leadsTo gistkg:LowDrugConcentrationInCell"
    >>> next(edge.data["claims"] for edge in found.edges if edge.id == link)
    ('ev:pdq-2014-s06', 'ev:pdq-2024-083')
    """
    view = networkx_view(graph)
    behind = claims_of_links(graph)
    more = _more(graph)
    nodes = [
        Node(name, _columns(NODE_COLUMNS, {**view.nodes[name], **more.get(view.nodes[name]["iri"], {})}))
        for name in sorted(view)
    ]
    edges = []
    for source, target, data in sorted(view.edges(data=True), key=lambda edge: str(edge[2]["id"])):
        subject, predicate = view.nodes[source]["iri"], full_iri(data["predicate"]).full
        claims = behind.of(subject, predicate, view.nodes[target]["iri"])
        columns: dict[str, Any] = {
            "iri": predicate,
            "claims": {str(claim.iri) for claim in claims},
            "hedges": {hedge for claim in claims for hedge in claim.hedges},
        }
        if predicate in _JUDGING:
            columns["claims"] = {source}
            columns.update({name: more[subject].get(name) for name in _OF_CLAIMS})
        columns["graph"] = data["graph"].split()
        edges.append(Edge(data["id"], source, target, _columns(EDGE_COLUMNS, {**data, **columns})))
    return Network(tuple(nodes), tuple(edges), _header(graph))


def _more(graph: Graph) -> dict[str, dict[str, Any]]:
    """The columns of each term that the networkx view does not have, by IRI in full."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for quad in graph.store:
        if not isinstance(quad.subject, ox.NamedNode) or not isinstance(quad.graph_name, ox.NamedNode):
            continue
        columns, predicate = found[quad.subject.value], quad.predicate.value
        columns.setdefault("graph", set()).add(quad.graph_name.value)
        if predicate in _LITERALS and isinstance(quad.object, ox.Literal):
            name, value = _LITERALS[predicate], quad.object.value
            if name in LISTS:
                columns.setdefault(name, set()).add(value)
            else:
                columns[name] = min(value, columns.get(name, value))
        elif predicate in _STANCE and isinstance(quad.object, ox.NamedNode):
            columns[_STANCE[predicate]] = label_of(graph, Iri(quad.object.value))
    return found


def _columns(names: Iterable[str], data: Mapping[str, Any]) -> dict[str, str | tuple[str, ...]]:
    """The columns that are not empty, as text or sorted texts."""
    return {name: tuple(sorted(data[name])) if name in LISTS else str(data[name]) for name in names if data.get(name)}


def _header(graph: Graph) -> dict[str, str]:
    """What the ontology says of itself, with the version of its files and the notice."""
    said = {
        compact(quad.predicate.value): quad.object.value
        for quad in graph.store.quads_for_pattern(ox.NamedNode(GISTKG), None, None)
        if isinstance(quad.object, ox.Literal | ox.NamedNode)
    }
    return {
        "title": said.get("dcterms:title", "gistkg"),
        "version": said.get("owl:versionInfo", ""),
        "content": graph.version,
        "created": said.get("dcterms:created", "")[:10],
        "license": said.get("dcterms:license", ""),
        "notice": NOTICE,
    }


def _losses(graph: Graph, found: Network) -> tuple[Loss, ...]:
    """Every statement that is no link, label, synonym, definition or hedge of the network, by kind."""
    linked = {edge.id for edge in found.edges}
    shown = {str(node.data["iri"]): _shown(node) for node in found.nodes}
    literals: dict[str, set[str]] = defaultdict(set)
    declared: dict[str, set[str]] = defaultdict(set)
    unnamed: set[str] = set()
    for quad in graph.store:
        subject, predicate, object_ = quad.subject, quad.predicate.value, quad.object
        if not isinstance(subject, ox.NamedNode):
            continue  # told of with the term that it is part of
        if isinstance(object_, ox.BlankNode):
            unnamed.add(subject.value)
        elif isinstance(object_, ox.NamedNode):
            if f"{compact(subject.value)} {compact(predicate)} {compact(object_.value)}" not in linked:
                declared[predicate].add(subject.value)
        elif object_.value not in shown.get(subject.value, {}).get(predicate, ()):
            literals[predicate].add(subject.value)
    return (
        *loss("structure of class expressions", _STRUCTURE, unnamed),
        *loss("general axioms without a name", _AXIOMS, _axioms(graph)),
        *(
            one
            for predicate, terms in sorted(literals.items())
            for one in loss(
                f"values of {compact(predicate)}",
                "the columns of a network tool hold names, texts, dates and places of claims only",
                terms,
            )
        ),
        *(
            one
            for predicate, terms in sorted(declared.items())
            for one in loss(f"declarations with {compact(predicate)}", "they are about the vocabulary itself", terms)
        ),
    )


def _shown(node: Node) -> dict[str, tuple[str, ...]]:
    """The columns of a node by the property they come from; one text in a tuple of its own."""
    columns = {**_LITERALS, SKOS + "prefLabel": "label", SKOS + "definition": "definition"}
    values = {predicate: node.data.get(name, ()) for predicate, name in columns.items()}
    return {predicate: (value,) if isinstance(value, str) else value for predicate, value in values.items()}


_STRUCTURE = "what stands inside one is a plain link by the property it restricts; and, or, numbers and limits are lost"
_AXIOMS = "nothing named is their subject; these are the classes they list"


def _axioms(graph: Graph) -> Iterator[str]:
    """The members of axioms that are blank nodes nobody points to, such as lists of disjoint classes."""
    store = graph.store
    kinds = {quad.subject for quad in store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), None)}
    for top in kinds:
        if isinstance(top, ox.BlankNode) and next(store.quads_for_pattern(None, None, top), None) is None:
            waiting: list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = [top]
            while waiting:
                node = waiting.pop()
                if isinstance(node, ox.BlankNode):
                    waiting += [quad.object for quad in store.quads_for_pattern(node, None, None)]
                elif isinstance(node, ox.NamedNode) and not node.value.startswith((RDF, RDFS, OWL)):
                    yield node.value


_WRITERS = {
    "graphml": ("gistkg.graphml", graphml),
    "gexf": ("gistkg.gexf", gexf),
    "cytoscape": ("gistkg.cyjs", cyjs),
}
