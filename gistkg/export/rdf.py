"""The graph itself, in the serialisations of RDF and OWL: every statement, in an order that is always the same."""

from __future__ import annotations

from gistkg.export.canonical import Descriptions, quads, triples
from gistkg.export.json_ld import Json, JsonLd, context_of, document, reference
from gistkg.export.product import Loss, Product, loss
from gistkg.graph import Graph
from gistkg.terms import GISTKG, PREFIXES

__all__ = ["build"]


def build(graph: Graph, variant: str, about: str | None = None) -> Product:
    """Write every statement; named graphs are kept by TriG and N-Quads, and are one in what has no place for them.

    The variants of OWL add the definitions of the populations. Frames tell the claims and what they lead to.
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
    documents = framed(graph, found, terms, frame(graph, found, terms))
    first = [JsonLd(found, terms).node(header, found.of[header], named=True)] if header in found.of else []
    content = document(terms, [*first, *documents])
    return Product({_name("frames"): content}, {"claims": len(documents)}, _untold(found, documents))


def _untold(found: Descriptions, documents: list[dict[str, Json]]) -> tuple[Loss, ...]:
    """What no document mentions."""
    told: set[str] = set()
    waiting: list[Json] = list(documents)
    while waiting:
        match waiting.pop():
            case dict() as node:
                told.add(str(node.get("id")))
                waiting.extend(node.values())
            case list() as several:
                waiting.extend(several)
    left = [name[1:-1] for name in found.of if name.startswith(f"<{GISTKG}") and reference(name) not in told]
    return loss("terms that no claim leads to", "a document holds a claim and what it leads to", left)


def _name(variant: str) -> str:
    from gistkg.export.targets import target

    return f"gistkg{target('rdf').variants[variant]}"
