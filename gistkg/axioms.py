"""Class axioms read from the store: expressions, hierarchies and what excludes what.

In Python, because an RDF list has no end in SPARQL 1.1.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import suppress
from decimal import Decimal
from typing import TypeAlias

import pyoxigraph as ox

from gistkg.errors import SourceError
from gistkg.expressions import And, AtLeast, Bound, Expression, Has, Named, Not, Or, Some
from gistkg.graph import Graph
from gistkg.results import value_of
from gistkg.terms import OWL, RDF, RDFS, XSD, compact

__all__ = ["Axioms", "Node", "text_of"]

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Axioms:
    """Reads the class axioms of one graph."""

    def __init__(self, graph: Graph) -> None:
        self.store = graph.store

    def subjects(self, predicate: str, object_: str) -> list[str]:
        """The IRIs of whatever has this value of a property, sorted."""
        quads = self.store.quads_for_pattern(None, ox.NamedNode(predicate), ox.NamedNode(object_))
        return sorted({quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)})

    def iris(self, subject: str, predicate: str) -> tuple[str, ...]:
        """The IRIs that a property leads to, sorted."""
        return tuple(sorted(text_of(node) for node in self.objects(ox.NamedNode(subject), predicate)))

    def objects(self, subject: Node, predicate: str) -> list[Node]:
        """What a property leads to."""
        if isinstance(subject, ox.Literal):
            return []
        return [quad.object for quad in self.store.quads_for_pattern(subject, ox.NamedNode(predicate), None)]

    def items(self, node: Node) -> Iterator[Node]:
        """The items of an RDF list."""
        while node != ox.NamedNode(RDF + "nil"):
            yield self.objects(node, RDF + "first")[0]
            node = self.objects(node, RDF + "rest")[0]

    def criterion(self, iri: str) -> Expression:
        """The class expression of a criterion.  Raises `SourceError` unless it has just one, inside the fragment."""
        definitions = self.objects(ox.NamedNode(iri), OWL + "equivalentClass")
        if len(definitions) != 1:
            raise SourceError(compact(iri), "a criterion needs exactly one owl:equivalentClass")
        return self.expression(definitions[0], iri)

    def expression(self, node: Node, criterion: str) -> Expression:
        """A class expression; an error names the criterion."""
        if isinstance(node, ox.NamedNode):
            return Named(text_of(node))
        for predicate, build in (("intersectionOf", And), ("unionOf", Or)):
            for members in self.objects(node, OWL + predicate):
                return build(tuple(self.expression(item, criterion) for item in self.items(members)))
        for part in self.objects(node, OWL + "complementOf"):
            return Not(self.expression(part, criterion))
        for property_ in self.objects(node, OWL + "onProperty"):
            for value in self.objects(node, OWL + "hasValue"):
                if isinstance(value, ox.Literal):
                    return Has(text_of(property_), _literal(value))
            for filler in self.objects(node, OWL + "someValuesFrom"):
                return self._some(text_of(property_), filler, criterion)
            for count in self.objects(node, OWL + "minQualifiedCardinality"):
                for filler in self.objects(node, OWL + "onClass"):
                    return AtLeast(int(text_of(count)), text_of(property_), self.expression(filler, criterion))
        raise SourceError(
            compact(criterion),
            "its class expression is outside the fragment (existential restriction, value, numeric bound, "
            "minimum count, union, intersection, complement)",
        )

    def definitions(self, criteria: Container[str]) -> dict[str, Expression]:
        """What named classes are defined as that are no criteria; a definition outside the fragment tells nothing."""
        found = {}
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(OWL + "equivalentClass"), None):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value not in criteria:
                with suppress(SourceError):
                    found[quad.subject.value] = self.expression(quad.object, quad.subject.value)
        return found

    def _some(self, property_: str, filler: Node, criterion: str) -> Expression:
        bounds = [
            Bound(property_, facet, Decimal(text_of(limit)))
            for restrictions in self.objects(filler, OWL + "withRestrictions")
            for restriction in self.items(restrictions)
            for facet in _FACETS
            for limit in self.objects(restriction, XSD + facet)
        ]
        if bounds:
            return bounds[0] if len(bounds) == 1 else And(tuple(bounds))
        return Some(property_, self.expression(filler, criterion))

    def ancestors(self, link: str) -> dict[str, frozenset[str]]:
        """For each term itself and all terms above it, by a property of RDFS."""
        parents: dict[str, list[str]] = {}
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(RDFS + link), None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                parents.setdefault(quad.subject.value, []).append(quad.object.value)
        closed: dict[str, frozenset[str]] = {}

        def close(iri: str) -> frozenset[str]:
            if iri not in closed:
                closed[iri] = frozenset((iri,))  # ends the walk in a cycle
                closed[iri] = frozenset((iri,)).union(*(close(parent) for parent in parents.get(iri, ())))
            return closed[iri]

        for iri in parents:
            close(iri)
        return closed

    def disjoint(self) -> frozenset[tuple[str, str]]:
        """Every pair of classes, both ways round, that share nothing."""
        pairs: set[tuple[str, str]] = set()
        axioms = ox.NamedNode(RDF + "type"), ox.NamedNode(OWL + "AllDisjointClasses")
        for quad in self.store.quads_for_pattern(None, *axioms):
            for members in self.objects(quad.subject, OWL + "members"):
                classes = [text_of(item) for item in self.items(members)]
                pairs.update((one, other) for one in classes for other in classes if one != other)
        return frozenset(pairs)


_FACETS = ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive")


def text_of(node: Node) -> str:
    """The IRI or the text of a node; a triple term has neither and stands for itself.

    >>> text_of(ox.NamedNode("https://w3id.org/gistkg/Imatinib"))
    'https://w3id.org/gistkg/Imatinib'
    """
    return str(node) if isinstance(node, ox.Triple) else node.value


def _literal(literal: ox.Literal) -> Decimal | bool | str:
    value = value_of(literal)
    if isinstance(value, bool | str):
        return value
    return Decimal(literal.value)
