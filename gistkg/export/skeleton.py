"""The classes and properties of the graph, with as much of their definitions as OBO has words for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import pyoxigraph as ox

from gistkg.axioms import Axioms, Node, text_of
from gistkg.criteria import conditions
from gistkg.errors import SourceError
from gistkg.export.product import Loss, loss
from gistkg.expressions import And, AtLeast, Bound, Expression, Has, Named, Not, Or, Some
from gistkg.graph import Graph
from gistkg.record import Record
from gistkg.terms import GISTKG, OWL, RDF, RDFS, SKOS, XSD

__all__ = ["Entity", "Link", "Skeleton", "Value", "skeleton"]

Link: TypeAlias = tuple[str, str]
"""A property and a class, both as IRIs: something has at least one such link to one of those."""

Value: TypeAlias = tuple[str, str, str | None]
"""A property, a value, and the datatype of the value; `None` if the value is an IRI."""


class Entity(Record):
    """A class or a property, every IRI whole and everything sorted.

    `parents` are the asserted ones and those that follow from the definition; `genera` and `differentiae` together are
    the definition, if OBO can say it; `links` follow from one that it cannot say. `domains`, `ranges` and `traits` are
    of properties; one that is no object property is `plain`.
    """

    iri: str
    label: str
    definition: str
    sources: tuple[str, ...]
    synonyms: tuple[str, ...]
    kinds: tuple[str, ...]
    parents: tuple[str, ...]
    values: tuple[Value, ...]
    genera: tuple[str, ...] = ()
    differentiae: tuple[Link, ...] = ()
    links: tuple[Link, ...] = ()
    same_as: tuple[str, ...] = ()
    disjoint: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    plain: bool = False


class Skeleton(Record):
    """The classes, the properties, and what of the graph has no place among them."""

    classes: tuple[Entity, ...]
    properties: tuple[Entity, ...]
    losses: tuple[Loss, ...]


def skeleton(graph: Graph) -> Skeleton:
    """The classes and properties of the graph, by IRI.

    >>> from gistkg.graph import load_graph
    >>> [entity.genera for entity in skeleton(load_graph()).classes if entity.label == "SDH-deficient GIST"]
    [('https://w3id.org/gistkg/GastrointestinalStromalTumour',)]
    """
    reader = _Reader(graph)
    properties = tuple(reader.property(iri) for iri in reader.properties())
    classes = tuple(reader.class_(iri) for iri in reader.subjects(RDF + "type", OWL + "Class"))
    return Skeleton(classes, properties, reader.losses())


_TRAITS = {OWL + "FunctionalProperty": "functional", OWL + "TransitiveProperty": "transitive"}
_SAID = frozenset(
    [RDF + "type", OWL + "equivalentClass"]
    + [SKOS + name for name in ("prefLabel", "definition", "altLabel")]
    + [RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")]
)
_UNSAYABLE: Mapping[type[Expression], tuple[str, str]] = {
    Or: ("definitions with a union", "OBO unites named classes only; what follows for every part is written as is_a"),
    Not: ("definitions with a complement", "OBO has no negation; what else they require is written"),
    Bound: ("definitions with a numeric limit", "OBO has no numbers; what else they require is written"),
    Has: ("definitions with a value", "OBO has no values of data properties; what else they require is written"),
    AtLeast: ("definitions with a minimum count", "readers of OBO do not agree on counts; what follows is written"),
    Some: ("definitions with a link to something unnamed", "OBO links to named classes only; what follows is written"),
}
_SINGLE = "classes, properties and their definitions have a place in OBO, single things have none"


class _Reader(Axioms):
    def __init__(self, graph: Graph) -> None:
        super().__init__(graph)
        self.graph = graph
        self.conditions = conditions(graph)
        self.lost: dict[tuple[str, str], set[str]] = {}
        self.beside: dict[str, set[str]] = {}
        for one, other in self.disjoint():
            if one < other:
                self.beside.setdefault(one, set()).add(other)

    def properties(self) -> list[str]:
        """Object properties, and whatever other property of ours says something of a class or property."""
        kinds = ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
        found = {iri for kind in kinds for iri in self.subjects(RDF + "type", OWL + kind)}
        return sorted(iri for iri in found if iri.startswith(GISTKG))

    def class_(self, iri: str) -> Entity:
        """A class with its definition, or with what follows from it."""
        parents: set[str] = set()
        follow: set[str] = set()
        genera: set[str] = set()
        differentiae: set[Link] = set()
        links: set[Link] = set()
        same_as: set[str] = set()
        for parent in self._expressions(iri, RDFS + "subClassOf"):
            parents |= self._above(parent)
            links |= set(_links(parent))
            self._unsaid(iri, parent)
        for definition in self._definitions(iri):
            follow |= self._above(definition)
            named, linked = set(_genera(definition)), set(_links(definition))
            if self._unsaid(iri, definition):
                links |= linked
            elif len(named | linked) == 1 and named:
                same_as |= named
            elif genera or differentiae:
                self._lose("further definitions", "OBO takes one definition a class", iri)
                links |= linked
            elif named or (domains := {domain for link, _ in linked for domain in self._domains(link)}):
                genera, differentiae = named or domains, linked
            else:
                self._lose("definitions without a genus", "their property has no domain to take for one", iri)
                links |= linked
        ancestors = self.conditions.ancestors
        above = {far for near in parents | follow for far in ancestors.get(near, frozenset()) - {near}}
        return self._entity(
            iri,
            (parents | follow - above) - {iri} - same_as,
            genera=tuple(sorted(genera)),
            differentiae=tuple(sorted(differentiae)),
            links=tuple(sorted(links)),
            same_as=tuple(sorted(same_as)),
            disjoint=tuple(sorted(self.beside.get(iri, ()))),
        )

    def property(self, iri: str) -> Entity:
        """A property; one that is no object property has only words for it in OBO."""
        kinds = self.iris(iri, RDF + "type")
        domains, ranges = self._domains(iri), self.iris(iri, RDFS + "range")
        traits = tuple(sorted(_TRAITS[kind] for kind in kinds if kind in _TRAITS))
        plain = OWL + "ObjectProperty" not in kinds
        if plain and OWL + "DatatypeProperty" in kinds:
            why = "OBO has properties of things only; they are written as tags, by name and definition"
            self._lose("data properties: kind, domain, range", why, iri)
        return self._entity(
            iri,
            self.iris(iri, RDFS + "subPropertyOf"),
            domains=() if plain else domains,
            ranges=() if plain else ranges,
            traits=() if plain else traits,
            plain=plain,
        )

    def losses(self) -> tuple[Loss, ...]:
        """What could not be said, and every individual by kind."""
        lost = [one for (what, why), items in sorted(self.lost.items()) for one in loss(what, why, items)]
        kinds: dict[str, set[str]] = {}
        own = {OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "Ontology")}
        types: dict[str, set[str]] = {}
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), None):
            if isinstance(quad.subject, ox.NamedNode):
                types.setdefault(quad.subject.value, set()).add(text_of(quad.object))
        for iri, kinds_of in types.items():
            for kind in kinds_of - {OWL + "NamedIndividual"} if not kinds_of & own else ():
                kinds.setdefault(kind, set()).add(iri)
        for kind, items in sorted(kinds.items()):
            lost += loss(f"individuals: {self._text(kind, SKOS + 'prefLabel') or kind}", _SINGLE, items)
        return tuple(lost)

    def _entity(self, iri: str, parents: Iterable[str], **more: object) -> Entity:
        kinds = [kind for kind in self.iris(iri, RDF + "type") if not kind.startswith(OWL)]
        return Entity(
            iri=iri,
            label=self._text(iri, SKOS + "prefLabel"),
            definition=self._text(iri, SKOS + "definition"),
            sources=self.iris(iri, "http://purl.org/dc/terms/source"),
            synonyms=tuple(sorted(map(text_of, self.objects(ox.NamedNode(iri), SKOS + "altLabel")))),
            kinds=tuple(kinds),
            parents=tuple(sorted(parents)),
            values=tuple(sorted(self._values(iri), key=str)),
            **more,  # type: ignore[arg-type]
        )

    def _values(self, iri: str) -> Iterator[Value]:
        for quad in self.store.quads_for_pattern(ox.NamedNode(iri), None, None):
            predicate, value = quad.predicate.value, quad.object
            if predicate in _SAID:
                continue
            if isinstance(value, ox.NamedNode):
                yield predicate, value.value, None
            elif isinstance(value, ox.Literal):
                worded = value.language is not None
                yield predicate, value.value, XSD + "string" if worded else value.datatype.value
            else:
                self._lose("values without an IRI", "OBO has no place for a blank node", iri)

    def _text(self, iri: str, predicate: str) -> str:
        return next((text_of(value) for value in self.objects(ox.NamedNode(iri), predicate)), "")

    def _domains(self, property_: str) -> tuple[str, ...]:
        return self.iris(property_, RDFS + "domain")

    def _definitions(self, iri: str) -> Iterator[Expression]:
        yield from self._expressions(iri, OWL + "equivalentClass")
        members = self.conditions.populations.get(iri)
        if members is not None:
            parts: list[Expression] = [Named(GISTKG + "Case"), *map(Named, members.requires)]
            yield And((*parts, *(Not(Named(criterion)) for criterion in members.excludes)))

    def _expressions(self, iri: str, predicate: str) -> Iterator[Expression]:
        for node in sorted(self.objects(ox.NamedNode(iri), predicate), key=_readable):
            try:
                yield self.expression(node, iri)
            except SourceError:
                self._lose("definitions of another kind", "gistkg does not read them itself", iri)

    def _above(self, expression: Expression) -> set[str]:
        """The named classes that hold whatever an expression holds; what has a property is in its domain."""
        match expression:
            case Named(iri):
                return {iri}
            case And(parts):
                return set().union(*map(self._above, parts))
            case Or(parts):
                return set.intersection(*map(self._above, parts))
            case Some(property_, _) | Has(property_, _) | Bound(property_, _, _):
                return set(self._domains(property_))
            case AtLeast(count, property_, _) if count > 0:
                return set(self._domains(property_))
        return set()

    def _unsaid(self, iri: str, expression: Expression) -> bool:
        """Whether part of an expression cannot be said, which is noted."""
        kinds = set(_unsayable(expression))
        for kind in kinds:
            self._lose(*_UNSAYABLE[kind], iri)
        return bool(kinds)

    def _lose(self, what: str, why: str, iri: str) -> None:
        self.lost.setdefault((what, why), set()).add(iri)


def _genera(expression: Expression) -> Iterator[str]:
    if isinstance(expression, Named):
        yield expression.iri
    elif isinstance(expression, And):
        for part in expression.parts:
            yield from _genera(part)


def _links(expression: Expression) -> Iterator[Link]:
    if isinstance(expression, Some) and isinstance(expression.filler, Named):
        yield expression.property, expression.filler.iri
    elif isinstance(expression, And):
        for part in expression.parts:
            yield from _links(part)


def _unsayable(expression: Expression, *, inside: bool = False) -> Iterator[type[Expression]]:
    """The kinds of whatever is more than a conjunction of named classes and of links to named classes."""
    if isinstance(expression, And):
        if inside:
            yield Some
        for part in expression.parts:
            yield from _unsayable(part, inside=inside)
    elif isinstance(expression, Some):
        if inside:
            yield Some
        yield from _unsayable(expression.filler, inside=True)
    elif not isinstance(expression, Named):
        yield type(expression)
        for part in getattr(expression, "parts", ()):
            yield from _unsayable(part, inside=True)


def _readable(node: Node) -> tuple[bool, str]:
    """A key that puts blank nodes last; there is one of them at most, so that its label plays no part."""
    return isinstance(node, ox.BlankNode), node.value if isinstance(node, ox.NamedNode) else ""
