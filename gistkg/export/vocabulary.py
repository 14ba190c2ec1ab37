"""The graph said in the identifiers of another vocabulary, wherever a term of ours has an exact match there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import pyoxigraph as ox

from gistkg import mappings
from gistkg.export.canonical import triples
from gistkg.export.product import Loss, Product, loss
from gistkg.export.turtle_text import trig
from gistkg.files import query_text
from gistkg.graph import Graph
from gistkg.terms import GRAPH, PREFIXES

__all__ = ["build", "exact_matches", "invert"]

_AS_STATED = f"<{GRAPH}as-stated>"


def build(graph: Graph, variant: str, about: str | None = None) -> Product:
    """The union of our graphs, with every IRI of ours replaced that has an exact match: subject, predicate and object.

    What the graph says of the codes themselves, such as that they match a term of ours, would say nothing any more or
    something else, so those statements are left as they are, in a named graph. `invert` leads back.

    >>> from gistkg.graph import load_graph
    >>> b"NCIT:C62035" in build(load_graph(), "ncit").content
    True
    """
    del about
    theirs, unused = exact_matches(variant)
    codes = {f"<{iri}>" for iri in theirs.values()}
    renamed = {f"<{ours}>": f"<{iri}>" for ours, iri in theirs.items()}
    lines: list[str] = []
    for line in triples(graph):
        if any(name in codes for name in _names(line)):
            lines.append(f"{line[:-1]}{_AS_STATED} .")
        else:
            lines.append(_replaced(line, renamed))
    prefixes = dict(PREFIXES) | _prefixes(theirs.values())
    files = {f"gistkg.{variant}.trig": trig(sorted(lines), prefixes)}
    losses = (*_unmapped(graph, theirs), *unused)
    return Product(files, {"statements": len(lines), "terms in the other vocabulary": len(theirs)}, losses)


def invert(content: bytes, variant: str) -> list[str]:
    """An export in a vocabulary said in our identifiers again: sorted lines of N-Triples of the graph it was made of.

    The tables of matches must be those that it was made with.

    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> invert(build(graph, "ncit").content, "ncit") == triples(graph)
    True
    """
    theirs, _ = exact_matches(variant)
    ours = {ox.NamedNode(iri): ox.NamedNode(term) for term, iri in theirs.items()}
    stated = []
    for quad in ox.parse(content, format=ox.RdfFormat.TRIG):
        subject, predicate, object_ = quad.triple
        if str(quad.graph_name) != _AS_STATED:
            subject, predicate, object_ = (ours.get(node, node) for node in (subject, predicate, object_))
        stated.append(ox.Triple(subject, predicate, object_))
    return triples(Graph(ox.Store(), ()), stated)


def exact_matches(variant: str) -> tuple[dict[str, str], tuple[Loss, ...]]:
    """For each of our IRIs the one IRI of a vocabulary that stands for the same, and the matches that are not used.

    Of several codes for one term, or terms for one code, the first by name is taken, so that the way back is known.
    """
    theirs: dict[str, str] = {}
    taken: set[str] = set()
    unused: list[str] = []
    rows = (row for row in mappings.mappings(variant) if row.predicate == "exactMatch" and not row.negated)
    for row in sorted(rows, key=lambda row: (row.subject.full, row.object_curie)):
        if row.subject.full in theirs or row.object in taken:
            unused.append(f"{row.subject.full} {row.object}")
        else:
            theirs[row.subject.full] = row.object
            taken.add(row.object)
    return theirs, loss("exact matches", "another match of the same term or code is used", unused)


def _unmapped(graph: Graph, theirs: Mapping[str, str]) -> Iterator[Loss]:
    kinds: dict[str, list[str]] = {}
    for row in graph.rows(query_text("exports", "kinds-of-terms")):
        iri = str(getattr(row["term"], "full", row["term"]))
        if iri not in theirs:
            kinds.setdefault(str(row["kind"]), []).append(iri)
    for kind, terms in sorted(kinds.items()):
        yield from loss(f"terms without an exact match: {kind}", "they keep our identifiers", terms)


def _names(line: str) -> tuple[str, str, str]:
    subject, predicate, rest = line.split(" ", 2)
    return subject, predicate, rest[:-2]


def _replaced(line: str, renamed: Mapping[str, str]) -> str:
    return " ".join(renamed.get(name, name) for name in _names(line)) + " ."


def _prefixes(codes: Collection[str]) -> dict[str, str]:
    """The prefixes that codes are written with, of those that are mentioned."""
    known = mappings.namespaces()
    return {
        prefix: namespace for prefix, namespace in known.items() if any(code.startswith(namespace) for code in codes)
    }
