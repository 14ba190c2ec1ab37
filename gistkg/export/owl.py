"""The graph as OWL, with derived definitions of populations and rdfs:label: RDF/XML, functional syntax and OWL/XML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import pyoxigraph as ox

from gistkg.errors import ExportError, MissingProgramError
from gistkg.export.canonical import Descriptions, triples
from gistkg.graph import Graph
from gistkg.reason import labels, population_axioms
from gistkg.terms import GISTKG, OWL, PREFIXES, RDF, RDFS

__all__ = ["owl_lines", "rdf_xml", "with_horned_owl"]

_TYPE = f"<{RDF}type>"
_DISJOINT = f"<{OWL}AllDisjointClasses>"
_NOTE = (
    "Here the definitions of populations (owl:equivalentClass) are derived from what each requires and excludes, and "
    "rdfs:label repeats skos:prefLabel."
)


def owl_lines(graph: Graph) -> list[str]:
    """Canonical N-Triples of the graph, of the definition of each population, of labels, and of a note that says so."""
    note = ox.Triple(ox.NamedNode(GISTKG), ox.NamedNode(RDFS + "comment"), ox.Literal(_NOTE, language="en"))
    return triples(graph, (*population_axioms(graph), *labels(graph), note))


def rdf_xml(lines: Iterable[str]) -> bytes:
    """Canonical lines of N-Triples as RDF/XML.

    >>> rdf_xml(['<http://e/s> <http://e/p> "a" .']).decode().count("rdf:about")
    1
    """
    parsed = ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES)
    content = ox.serialize(parsed, format=ox.RdfFormat.RDF_XML, prefixes=PREFIXES)
    return bytes(content or b"")


def with_horned_owl(lines: list[str], syntax: Literal["ofn", "owx"]) -> bytes:
    """Canonical lines of N-Triples in a syntax that py-horned-owl writes.

    Raises `MissingProgramError` without it, and `ExportError` for an axiom that it would drop.
    """
    try:
        import pyhornedowl
        from pyhornedowl.model import DisjointClasses
    except ImportError:
        raise MissingProgramError("py-horned-owl", f"Writing .{syntax}", "pip install 'gistkg[owl]'") from None
    found = Descriptions(line for line in lines if "_:" in line)  # the rest mentions no node without a name
    disjoint = dict(_disjoint(found))
    unread = {*disjoint, *(cell for head, _ in disjoint.values() for cell in _cells(found, head))}
    kept = [line for line in lines if line[0] != "_" or line.split(" ", 1)[0] not in unread]
    ontology: Any = pyhornedowl.open_ontology_from_string(rdf_xml(kept).decode(), serialization="rdf")
    for _, classes in disjoint.values():
        ontology.add_axiom(DisjointClasses([ontology.class_(name[1:-1]) for name in classes]))
    for prefix, namespace in sorted(PREFIXES.items()) if syntax == "ofn" else ():  # in OWL/XML they would make no IRIs
        ontology.add_prefix_mapping(prefix, namespace)
    written: str = ontology.save_to_string(syntax)
    return written.encode()


def _disjoint(found: Descriptions) -> Iterator[tuple[str, tuple[str, tuple[str, ...]]]]:
    """The nodes that say of more than two classes that they share nothing, which py-horned-owl does not read."""
    for node, said in found.subjects():
        if node[0] != "_":
            continue
        members = said.get(f"<{OWL}members>", [])
        classes = found.items(members[0]) if len(members) == 1 else None
        if said.get(_TYPE) != [_DISJOINT] or classes is None or any(name[0] != "<" for name in classes):
            raise ExportError(f"{sorted(said)}: an axiom that py-horned-owl would drop; write RDF/XML (.owl) instead.")
        yield node, (members[0], classes)


def _cells(found: Descriptions, cell: str) -> Iterator[str]:
    while cell in found.of:
        yield cell
        cell = found.of[cell][f"<{RDF}rest>"][0]
