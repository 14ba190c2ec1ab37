"""The picture of a population or a criterion: its expression as a tree."""

from __future__ import annotations

from collections.abc import Iterator

from gistkg.criteria import Conditions, conditions
from gistkg.export.pictures.box import Box
from gistkg.export.pictures.draw import BODY, INK, LOOKS, NOTE, SMALL, TITLE, Picture, box
from gistkg.export.pictures.layout import Wire, laid_out
from gistkg.export.pictures.text import Line, Style
from gistkg.expressions import And, AtLeast, Bound, Expression, Has, Named, Not, Or, Some
from gistkg.graph import Graph
from gistkg.resolve import kind_of, label_of
from gistkg.results import Iri
from gistkg.terms import GISTKG

__all__ = ["picture_of_condition", "required_and_excluded"]

_WIDTH = 190.0
_LABEL = Style(11, False, INK)
_YES = Style(11, True, LOOKS["for"].stroke)
_NO = Style(11, True, LOOKS["against"].stroke)
_SIGNS = {"minInclusive": "≥", "minExclusive": ">", "maxInclusive": "≤", "maxExclusive": "<"}


def picture_of_condition(graph: Graph, iri: Iri, stamp: str) -> Picture:
    """Draw a population with the criteria it requires and excludes, or a criterion, down to named terms and numbers.

    >>> from gistkg.graph import load_graph
    >>> drawn = picture_of_condition(load_graph(), Iri("https://w3id.org/gistkg/HasKitExon9Mutation"), "")
    >>> [[line.text for line in place.box.lines] for place in drawn.layout.places][1]
    ['has alteration', 'KIT exon 9 mutation']
    """
    known = conditions(graph)
    label = label_of(graph, iri)
    boxes = [box(iri.full, [(label, TITLE), (kind_of(graph, iri), SMALL)], 210, "population", href=iri.full)]
    wires: list[Wire] = []
    tree = _Tree(graph, boxes, wires)
    if iri.full in known.populations:
        for criterion, wire in required_and_excluded(graph, known, iri.full):
            boxes.append(criterion)
            wires.append(wire)
            tree.add(criterion.name, known.criteria[wire.target], f"{criterion.name}/")
    else:
        tree.add(iri.full, known.criteria.get(iri.full) or known.definitions[iri.full], f"{iri.full}/")
    said = "; ".join(" ".join(line.text for line in one.lines) for one in boxes)
    notes = [
        Line("Whoever is in it meets every required criterion and no excluded one. Red: must not be so.", NOTE),
        Line("What is not recorded of a case is unknown: it neither meets a criterion nor fails it.", SMALL),
    ]
    return Picture(
        label,
        f"{kind_of(graph, iri)}, {iri}",
        f"A tree of conditions: {said}.",
        laid_out(boxes, wires),
        tuple(notes),
        stamp,
    )


def required_and_excluded(graph: Graph, known: Conditions, population: str) -> Iterator[tuple[Box, Wire]]:
    """A box for each criterion of a population, with the wire that tells whether it is required or excluded.

    >>> from gistkg.graph import load_graph
    >>> graph, name = load_graph(), "https://w3id.org/gistkg/FirstLineMetastaticKitExon9Population"
    >>> found = list(required_and_excluded(graph, conditions(graph), name))
    >>> [(criterion.lines[0].text, wire.label[0].text) for criterion, wire in found][1]
    ('has a KIT exon 9 mutation', '✓ requires')
    """
    members = known.populations[population]
    for look, word, style, wired, criteria in (
        ("required", "✓ requires", _YES, "for", members.requires),
        ("excluded", "✕ excludes", _NO, "against", members.excludes),
    ):
        for iri in criteria:
            shown = box(iri, [(label_of(graph, Iri(iri)), BODY)], _WIDTH, look, href=iri, tip=str(Iri(iri)))
            yield shown, Wire(population, iri, (Line(word, style),), wired)


class _Tree:
    """Adds the boxes and wires of expressions; each place in an expression has a box of its own."""

    def __init__(self, graph: Graph, boxes: list[Box], wires: list[Wire]) -> None:
        self.graph = graph
        self.boxes = boxes
        self.wires = wires

    def add(self, parent: str, expression: Expression, path: str) -> None:
        """Hang an expression below a box."""
        expression = _without_case(expression)
        if isinstance(expression, Not) and not isinstance(expression.part, Not):
            self._hang(parent, expression.part, path, (Line("✕ not", _NO),), "against")
        else:
            self._hang(parent, expression, path, (), "plain")

    def _hang(self, parent: str, expression: Expression, path: str, label: tuple[Line, ...], look: str) -> None:
        rows, below, href = self._shown(expression)
        self.boxes.append(box(path, rows, _WIDTH, "group" if below else "plain", href=href))
        self.wires.append(Wire(parent, path, label, look))
        for number, part in enumerate(below):
            self.add(path, part, f"{path}{number}/")

    def _shown(self, expression: Expression) -> tuple[list[tuple[str, Style]], tuple[Expression, ...], str | None]:
        """The rows of a box, what hangs below it, and its link."""
        match expression:
            case Named(iri):
                return [(self._label(iri), TITLE)], (), iri
            case And(parts):
                return [("all of", TITLE)], parts, None
            case Or(parts):
                return [("any of", TITLE)], parts, None
            case Not(part):
                return [("not", TITLE)], (part,), None
            case Some(property_, Named(iri)):
                return [(self._label(property_), SMALL), (self._label(iri), TITLE)], (), iri
            case Some(property_, And(parts)):
                return [(self._label(property_), SMALL), ("one with all of", TITLE)], parts, None
            case Some(property_, Or(parts)):
                return [(self._label(property_), SMALL), ("any of", TITLE)], parts, None
            case Some(property_, filler):
                return [(self._label(property_), SMALL), ("one that is", TITLE)], (filler,), None
            case AtLeast(count, property_, filler):
                return [(self._label(property_), SMALL), (f"at least {count} different, each", TITLE)], (filler,), None
            case Has(property_, value):
                word = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
                return [(self._label(property_), SMALL), (word, TITLE)], (), None
            case Bound(property_, facet, limit):
                return [(self._label(property_), SMALL), (f"{_SIGNS[facet]} {limit.normalize():f}", TITLE)], (), None

    def _label(self, iri: str) -> str:
        return label_of(self.graph, Iri(iri))


def _without_case(expression: Expression) -> Expression:
    """A conjunction without the class of everything that is judged at all, and without "all of" for one thing alone."""
    if isinstance(expression, And):
        parts = tuple(part for part in expression.parts if part != Named(GISTKG + "Case"))
        return parts[0] if len(parts) == 1 else And(parts)
    return expression
