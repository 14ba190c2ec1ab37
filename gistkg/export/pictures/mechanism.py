"""The picture of a resistance mechanism: every way to and from a term along the mechanism links."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox

from gistkg.export.mechanisms import claims_of_links
from gistkg.export.pictures.box import Box
from gistkg.export.pictures.draw import INK, NOTE, SMALL, TITLE, Picture, box
from gistkg.export.pictures.layout import Wire, laid_out
from gistkg.export.pictures.text import Line, Style, broken
from gistkg.graph import Graph
from gistkg.records import claim
from gistkg.resolve import is_kind, kind_of, label_of
from gistkg.results import Iri
from gistkg.terms import GISTKG, SKOS
from gistkg.traverse import HedgedClaim

__all__ = ["links_around", "picture_of_mechanism"]

_WIDTH = 164.0
_LABEL = Style(11, False, INK)
_LOOKS = {
    "Gene": "gene",
    "Alteration": "gene",
    "Protein": "protein",
    "Therapy": "drug",
    "TreatmentFailure": "failure",
    "DrugResistance": "failure",
    "ResistanceMechanism": "mechanism",
}
"""By the class of the schema that a term is of."""

_NUMBERS = "The numbers are claims that name both ends of a link, or else the mechanism at one end:"

Triple = tuple[str, str, str]


def links_around(graph: Graph, iri: str) -> tuple[Triple, ...]:
    """The mechanism links on every way to a term and from it, as IRIs in full; none if no such link touches it.

    >>> from gistkg.graph import load_graph
    >>> len(links_around(load_graph(), "https://w3id.org/gistkg/Abcb1Gene"))
    8
    """
    onward: dict[str, list[Triple]] = defaultdict(list)
    backward: dict[str, list[Triple]] = defaultdict(list)
    for row in graph.rows(_LINKS):
        triple = str(row["subject"]), str(row["link"]), str(row["object"])
        onward[triple[0]].append(triple)
        backward[triple[2]].append(triple)
    found: dict[Triple, None] = {}
    for links, end in ((backward, 0), (onward, 2)):
        waiting, seen = [iri], {iri}
        while waiting:
            for triple in links[waiting.pop()]:
                found[triple] = None
                if triple[end] not in seen:
                    seen.add(triple[end])
                    waiting.append(triple[end])
    return tuple(sorted(found))


def picture_of_mechanism(graph: Graph, iri: Iri, links: tuple[Triple, ...], stamp: str) -> Picture:
    """Draw the links: dashed where a source hedges the claims behind one, with the numbers of these claims.

    >>> from gistkg.graph import load_graph
    >>> graph, term = load_graph(), Iri("https://w3id.org/gistkg/Abcb1Gene")
    >>> picture_of_mechanism(graph, term, links_around(graph, term.full), "").title
    'ABCB1 gene: mechanism of resistance'
    """
    behind = claims_of_links(graph)
    found = {triple: behind.of(*triple) for triple in links}
    cited = sorted({one.iri.full: one for claims in found.values() for one in claims}.items())
    numbers = {name: number for number, (name, _) in enumerate(cited, 1)}
    terms = dict.fromkeys(end for triple in links for end in (triple[0], triple[2]))
    boxes = [_box(graph, Iri(term), asked=term == iri.full) for term in terms]
    wires = [_wire(graph, triple, claims, numbers) for triple, claims in found.items()]
    label = label_of(graph, iri)
    notes = [Line("Dashed: a source hedges the claims behind the link, in the words in quotation marks.", NOTE)]
    if cited:
        notes.append(Line(_NUMBERS, NOTE))
    notes += [_note(graph, numbers[name], one) for name, one in cited]
    ends = ", ".join(sorted(label_of(graph, Iri(term)) for term in terms))
    return Picture(
        f"{label}: mechanism of resistance",
        f"{kind_of(graph, iri)}, {iri}; every way along the mechanism links to it and from it. "
        "They state what sources propose.",
        f"A diagram from left to right of {len(links)} links between: {ends}.",
        laid_out(boxes, wires),
        tuple(notes),
        stamp,
    )


def _box(graph: Graph, term: Iri, *, asked: bool) -> Box:
    look = next((look for kind, look in _LOOKS.items() if is_kind(graph, term, GISTKG + kind)), "plain")
    meaning = next(
        graph.store.quads_for_pattern(ox.NamedNode(term.full), ox.NamedNode(SKOS + "definition"), None), None
    )
    tip = meaning.object.value if meaning and isinstance(meaning.object, ox.Literal) else str(term)
    label = label_of(graph, term)
    rows = [(f"▸ {label}" if asked else label, TITLE), (kind_of(graph, term), SMALL)]
    return box(term.full, rows, _WIDTH, look, href=term.full, tip=tip)


def _wire(graph: Graph, triple: Triple, claims: tuple[HedgedClaim, ...], numbers: dict[str, int]) -> Wire:
    subject, predicate, object_ = triple
    hedges = sorted({hedge for one in claims for hedge in one.hedges})
    rows = [label_of(graph, Iri(predicate))]
    rows += broken(", ".join(f"“{hedge}”" for hedge in hedges), SMALL, 110)
    cited = [str(numbers[one.iri.full]) for one in claims]
    rows += [f"[{', '.join(cited[start : start + 4])}]" for start in range(0, len(cited), 4)]
    lines = tuple(Line(text, _LABEL if index == 0 else SMALL) for index, text in enumerate(rows))
    tip = f"{label_of(graph, Iri(subject))} {rows[0]} {label_of(graph, Iri(object_))}"
    return Wire(subject, object_, lines, "hedged" if hedges else "plain", tip, predicate)


def _note(graph: Graph, number: int, one: HedgedClaim) -> Line:
    said = claim(graph, one.iri)
    hedges = f" (hedged: {', '.join(f'“{hedge}”' for hedge in one.hedges)})" if one.hedges else ""
    strength = f"{said.modality.label}, " if said.modality else ""
    place = f"{said.source.label} ({said.source.iri})" if said.source else "no source"
    return Line(f"[{number}] {one.iri}: {one.label}{hedges}. {strength}{place}.", SMALL, one.iri.full)


_LINKS = """
SELECT DISTINCT (STR(?s) AS ?subject) (STR(?p) AS ?link) (STR(?o) AS ?object) {
  ?p rdfs:subPropertyOf+ gistkg:mechanismLink . ?s ?p ?o FILTER(isIRI(?o))
} ORDER BY ?subject ?link ?object"""
