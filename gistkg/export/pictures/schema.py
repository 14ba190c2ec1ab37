"""The picture of the schema: the classes of the model, with the properties between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pyoxigraph as ox

from gistkg.export.pictures.box import Box
from gistkg.export.pictures.draw import BODY, INK, NOTE, SMALL, TITLE, Picture, box
from gistkg.export.pictures.layout import Wire, laid_out
from gistkg.export.pictures.text import Line, Style, broken
from gistkg.files import query_text
from gistkg.graph import Graph
from gistkg.record import Record
from gistkg.resolve import label_of
from gistkg.results import Iri
from gistkg.terms import GISTKG, OWL, SKOS

__all__ = ["Arrow", "arrows", "picture_of_schema"]

_LABEL = Style(11, False, INK)
_WIDTH = 210.0


class Arrow(Record):
    """A property between two classes, as IRIs in full.

    `how` is "declared" if it is by domain and range, "used" if one of them is read from use, and "annotation" for an
    annotation property, whose use is not part of any definition.
    """

    source: str
    property: str
    target: str
    how: str


def arrows(graph: Graph) -> tuple[Arrow, ...]:
    """Every property between classes: by its domain and range, or, where one is not declared, as it is used.

    >>> from gistkg.graph import load_graph
    >>> name = "https://w3id.org/gistkg/{}".format
    >>> found = arrows(load_graph())
    >>> Arrow(name("Study"), name("hasArm"), name("Arm"), "declared") in found
    True
    >>> [one.target for one in found if one.property == name("recommends")]
    ['https://w3id.org/gistkg/Procedure', 'https://w3id.org/gistkg/Therapy']
    """
    used: dict[str, set[tuple[str, str]]] = defaultdict(set)
    declared: dict[str, tuple[str, str]] = {}
    annotations: set[str] = set()
    for row in graph.rows(query_text("exports", "schema-links")):
        property_, domain, range_ = str(row["property"]), str(row["domain"] or ""), str(row["range"] or "")
        declared[property_] = domain, range_
        if row["type"] == OWL + "AnnotationProperty":
            annotations.add(property_)
    mains = {end for ends in declared.values() for end in ends if end} | {
        str(row["class"]) for row in graph.rows(_TOPS)
    }
    kinds = _Kinds(graph, mains)
    found = []
    for property_, (domain, range_) in sorted(declared.items()):
        if domain and range_:
            found.append(Arrow(domain, property_, range_, "declared"))
            continue
        for quad in graph.store.quads_for_pattern(None, ox.NamedNode(property_), None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                source, target = domain or kinds.of(quad.subject.value), range_ or kinds.of(quad.object.value)
                if source and target:
                    used[property_].add((source, target))
        sources = kinds.widest(source for source, _ in used[property_])
        targets = kinds.widest(target for _, target in used[property_])
        pairs = {(sources[source], targets[target]) for source, target in used[property_]}
        how = "annotation" if property_ in annotations else "used"
        found += [Arrow(source, property_, target, how) for source, target in sorted(pairs)]
    return tuple(found)


def picture_of_schema(graph: Graph, stamp: str) -> Picture:
    """Draw the classes; one that is only a value, with nothing leading on from it, is a row of those that use it.

    >>> from gistkg.graph import load_graph
    >>> drawn = picture_of_schema(load_graph(), "")
    >>> {"claim", "population", "criterion"} <= {place.box.lines[0].text for place in drawn.layout.places}
    True
    """
    found = arrows(graph)
    mentioned = {end for one in found if one.how != "annotation" for end in (one.source, one.target)}
    found = tuple(one for one in found if one.source in mentioned and one.target in mentioned)
    parents = {(str(row["child"]), str(row["parent"])) for row in graph.rows(query_text("exports", "schema-parents"))}
    parents = {(child, parent) for child, parent in parents if child in mentioned and parent in mentioned}
    joined = {one.source for one in found if one.how != "annotation"} | {end for pair in parents for end in pair}
    users: dict[str, set[str]] = defaultdict(set)
    for one in found:
        if one.how != "annotation":
            users[one.target].add(one.source)
    big = {name for name in mentioned if name in joined or len(users[name]) > _FEW}
    rows: dict[str, list[str]] = defaultdict(list)
    between: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for one in found:
        word = label_of(graph, Iri(one.property))
        if one.target not in big or one.how == "annotation":
            rows[one.source].append(f"{word} → {label_of(graph, Iri(one.target))}")
        elif one.source == one.target:
            rows[one.source].append(f"↻ {word}")
        else:
            between[one.source, one.target, one.how].append(word)
    boxes = [_box(graph, name, sorted(rows[name])) for name in sorted(big)]
    wires = [
        Wire(source, target, _label(words), "used" if how == "used" else "plain")
        for (source, target, how), words in sorted(between.items())
    ]
    wires += [Wire(child, parent, (Line("is a", SMALL),), "kind") for child, parent in sorted(parents)]
    words = [" ".join(label_of(graph, Iri(name)) for name in (one.source, one.property, one.target)) for one in found]
    notes = [
        Line(
            "Solid: domain and range are declared. Dashed: one of them is not, and is read from use. Dotted: is a.",
            NOTE,
        ),
        Line("Rows of a box: its properties that lead to mere values, and ↻ those that lead to its own kind.", NOTE),
    ]
    return Picture(
        "gistkg: the classes of the model",
        "with the properties between them, as the ontology declares and uses them",
        f"A diagram of classes. {'; '.join(words)}.",
        laid_out(boxes, wires, _columns(sorted(big), wires)),
        tuple(notes),
        stamp,
    )


_FEW = 2
"""How many classes can have a mere value as a row before it gets a box of its own."""


def _columns(names: list[str], wires: list[Wire]) -> dict[str, int]:
    """A column for each class: that with most wires somewhere in the middle, all others as near to it as can be."""
    ends: dict[str, list[tuple[str, int]]] = {name: [] for name in names}
    for wire in wires:
        ends[wire.source].append((wire.target, 1))
        ends[wire.target].append((wire.source, -1))
    found: dict[str, int] = {}
    for name in sorted(names, key=lambda name: (-len(ends[name]), name)):
        waiting = [] if name in found else [name]
        found.setdefault(name, 0)
        while waiting:
            here = waiting.pop(0)
            for other, step in ends[here]:
                if other not in found:
                    found[other] = found[here] + step
                    waiting.append(other)
    least = min(found.values(), default=0)
    return {name: column - least for name, column in found.items()}


class _Kinds:
    """Which class of the model a term is of, and which classes stand above others."""

    def __init__(self, graph: Graph, mains: set[str]) -> None:
        self.mains = mains
        self.above: dict[str, set[str]] = defaultdict(set)
        self.types: dict[str, set[str]] = defaultdict(set)
        for row in graph.rows(_ABOVE):
            self.above[str(row["child"])].add(str(row["parent"]))
        for row in graph.rows(_TYPES):
            self.types[str(row["term"])].add(str(row["type"]))

    def of(self, term: str) -> str | None:
        """The narrowest class of the model that a term is under, or else an instance of."""
        under = self._mains_above(term)
        typed = {main for type_ in self.types[term] for main in self._mains_above(type_) | ({type_} & self.mains)}
        found = under or typed
        narrow = [main for main in found if not any(main in self.above[other] for other in found if other != main)]
        return min(narrow, default=None)

    def widest(self, names: Iterable[str]) -> dict[str, str]:
        """For each class the one to show: where several have one class of the model above them, that one."""
        known = set(names)
        shown = {}
        for name in known:
            shared = [
                main
                for main in self._mains_above(name) | {name}
                if sum(main == other or main in self.above[other] for other in known) > 1 or main == name
            ]
            shown[name] = max(shared, key=lambda main: (sum(main in self.above[o] for o in known), main))
        return shown

    def _mains_above(self, term: str) -> set[str]:
        return (self.above[term] | {term}) & self.mains if term in self.above else {term} & self.mains


def _box(graph: Graph, name: str, rows: list[str]) -> Box:
    meaning = next(graph.store.quads_for_pattern(ox.NamedNode(name), ox.NamedNode(SKOS + "definition"), None), None)
    tip = meaning.object.value if meaning and isinstance(meaning.object, ox.Literal) else name.removeprefix(GISTKG)
    title = [(label_of(graph, Iri(name)), TITLE)]
    more = [(row, SMALL if row.startswith("↻") else BODY) for row in rows]
    return box(name, title + more, _WIDTH, "class", href=name, tip=tip)


def _label(words: list[str]) -> tuple[Line, ...]:
    return tuple(Line(line, _LABEL) for line in broken(", ".join(words), _LABEL, 130))


_TOPS = """
SELECT (STR(?top) AS ?class) {
  ?top a owl:Class FILTER(isIRI(?top))
  FILTER EXISTS { [] rdfs:subClassOf ?top }
  FILTER NOT EXISTS { ?top rdfs:subClassOf ?wider FILTER(isIRI(?wider)) }
  FILTER NOT EXISTS { ?top a ?kind FILTER(STRSTARTS(STR(?kind), "https://w3id.org/gistkg/")) }
}"""
_ABOVE = """
SELECT DISTINCT (STR(?c) AS ?child) (STR(?p) AS ?parent) {
  ?c rdfs:subClassOf+ ?p FILTER(isIRI(?c) && isIRI(?p))
}"""
_TYPES = (
    'SELECT (STR(?t) AS ?term) (STR(?k) AS ?type) { ?t a ?k FILTER(STRSTARTS(STR(?k), "https://w3id.org/gistkg/")) }'
)
