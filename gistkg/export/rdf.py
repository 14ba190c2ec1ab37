"""The graph itself, in the serialisations of RDF and OWL: every statement, in an order that is always the same."""

from __future__ import annotations

from collections.abc import Mapping, Set

from gistkg.export.canonical import Descriptions, quads, triples
from gistkg.export.json_ld import JsonLd, context_of, document
from gistkg.export.product import Loss, Product, loss
from gistkg.graph import Graph
from gistkg.terms import GISTKG, PREFIXES

__all__ = ["build"]


def build(graph: Graph, variant: str, about: str | None = None) -> Product:
    """Write every statement; named graphs are kept by TriG and N-Quads, and are one in what has no place for them.

    The variants of OWL add the definitions of the populations, and every label as an rdfs:label. Frames tell the claims
    and what they lead to.
    Raises `MissingProgramError` where a library is needed that is not installed.

    >>> from gistkg.graph import load_graph
    >>> build(load_graph(), "ntriples").carried["statements"] > 50000
    True
    """
    del about
    if variant == "frames":
        return _frames(graph)
    content, statements = _written(graph, variant)
    return Product({_name(variant): content}, {"statements": statements})


def _written(graph: Graph, variant: str) -> tuple[bytes, int]:
    from gistkg.export import owl, turtle_text

    if variant in ("trig", "nquads"):
        lines = quads(graph)
        return turtle_text.trig(lines, PREFIXES) if variant == "trig" else _joined(lines), len(lines)
    lines = owl.owl_lines(graph) if variant in ("owl", "ofn", "owx") else triples(graph)
    match variant:
        case "turtle":
            return turtle_text.turtle(lines, PREFIXES), len(lines)
        case "rdfxml" | "owl":
            return owl.rdf_xml(lines), len(lines)
        case "ofn" | "owx" as syntax:
            return owl.with_horned_owl(lines, syntax), len(lines)
        case "jsonld":
            return _json_ld(graph, lines), len(lines)
        case _:
            return _joined(lines), len(lines)


def _joined(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _json_ld(graph: Graph, lines: list[str]) -> bytes:
    found = Descriptions(lines)
    terms = context_of(graph, found)
    return document(terms, JsonLd(found, terms).nodes())


def _frames(graph: Graph) -> Product:
    """The header of the ontology, then one nested document a claim."""
    from gistkg.export.frames import frame, framed

    found = Descriptions(triples(graph))
    terms = context_of(graph, found)
    header = f"<{GISTKG}>"
    documents, told = framed(graph, found, terms, frame(graph, found, terms))
    first = [JsonLd(found, terms).node(header, found.of[header], named=True)] if header in found.of else []
    content = document(terms, [*first, *documents])
    return Product({_name("frames"): content}, {"claims": len(documents)}, _untold(found, told))


def _untold(found: Descriptions, told: Mapping[str, Set[str]]) -> tuple[Loss, ...]:
    """What no document tells of, and what the documents do not tell all of; the header is told in full."""
    others = {node: said for node, said in found.of.items() if node[0] == "<" and node != f"<{GISTKG}>"}
    left = [node[1:-1] for node in others if not told.get(node)]
    named = [node[1:-1] for node, said in others.items() if told.get(node) and said.keys() - told[node]]
    return (
        *loss("terms that no document tells of", "a document holds a claim and what it leads to", left),
        *loss("terms told in part", "at the edge of a document terms have their kinds, names and definitions", named),
    )


def _name(variant: str) -> str:
    from gistkg.export.targets import target

    return f"gistkg{target('rdf').variants[variant]}"
