"""Conditions: the class expressions of criteria and populations, read from the graph, and what follows from what.

What `evaluate` calls true or false is entailed by the facts under OWL semantics; it may call unknown what a reasoner
knows, where criteria interact.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import pyoxigraph as ox

from gistkg.axioms import Axioms, text_of
from gistkg.expressions import (
    And,
    AtLeast,
    Bound,
    Expression,
    Has,
    Named,
    Not,
    Or,
    Some,
    Truth,
    bound_implies,
    either,
    every,
    flatten,
    negate,
    within,
)
from gistkg.files import content_version
from gistkg.graph import Graph
from gistkg.record import Record
from gistkg.terms import GISTKG, OWL, RDF

__all__ = ["Conditions", "Population", "Proofs", "condition_version", "conditions", "proofs"]


class Population(Record):
    """A named class of cases: the criteria it requires and those it excludes, by IRI, sorted."""

    iri: str
    requires: tuple[str, ...]
    excludes: tuple[str, ...]


class Proofs(Record):
    """What a reasoner has proved of the criteria, by IRI: ordered pairs, and the populations nobody can be in."""

    implied: frozenset[tuple[str, str]]
    excluded: frozenset[tuple[str, str]]
    empty: tuple[str, ...] = ()


class Conditions(Record):
    """Every criterion and population of a graph, with the hierarchy they are judged by.

    `ancestors` holds for each class itself and all classes above it; `disjoint` holds pairs of classes that share
    nothing; `definitions` holds what other classes are defined as; `functional` holds the properties that have at most
    one value; `broader_properties` holds for each property itself and all properties above it.
    """

    criteria: dict[str, Expression]
    populations: dict[str, Population]
    ancestors: dict[str, frozenset[str]]
    disjoint: frozenset[tuple[str, str]]
    functional: frozenset[str]
    broader_properties: dict[str, frozenset[str]]
    definitions: dict[str, Expression]

    def evaluate(self, facts: Iterable[Expression], condition: Expression) -> Truth:
        """Whether the condition holds of whatever all `facts` hold of; `None` where they do not tell.

        >>> from gistkg.graph import load_graph
        >>> metastatic = Some(GISTKG + "hasExtent", Named(GISTKG + "MetastaticDisease"))
        >>> known = conditions(load_graph())
        >>> [known.evaluate([metastatic], known.criteria[GISTKG + name]) for name in
        ...  ("HasUnresectableOrMetastaticDisease", "HasCompletelyResectedDisease", "HasKitExon9Mutation")]
        [True, False, None]
        """
        return self._evaluate(tuple(flatten(facts)), condition)

    def holds(self, facts: Iterable[Expression], population: str) -> Truth:
        """Whether the facts put a case into a population: every required criterion, and no excluded one."""
        known = tuple(flatten(facts))
        members = self.populations[population]
        required = [self._evaluate(known, Named(iri)) for iri in members.requires]
        return every(required + [negate(self._evaluate(known, Named(iri))) for iri in members.excludes])

    def parts_of(self, population: str) -> tuple[Expression, ...]:
        """The criteria of a population as expressions, excluded ones as `Not`."""
        members = self.populations[population]
        required = tuple(self.criteria[iri] for iri in members.requires)
        return required + tuple(Not(self.criteria[iri]) for iri in members.excludes)

    def criterion_of(self, population: str) -> Expression:
        """The condition a population puts, as one class expression."""
        return And((Named(GISTKG + "Case"), *self.parts_of(population)))

    def _evaluate(self, known: tuple[Expression, ...], condition: Expression) -> Truth:
        truth = self._match(known, condition)
        if truth is None:
            for index, fact in enumerate(known):
                if isinstance(fact, Or):  # what follows from each alternative that can be follows from them all
                    rest = known[:index] + known[index + 1 :]
                    possible = [part for part in fact.parts if self._evaluate(rest, part) is not False]
                    outcomes = {self._evaluate((*rest, *flatten([part])), condition) for part in possible}
                    return outcomes.pop() if len(outcomes) == 1 else None
        return truth

    def _match(self, known: tuple[Expression, ...], condition: Expression) -> Truth:
        match condition:
            case And(parts):
                return every(self._evaluate(known, part) for part in parts)
            case Or(parts):
                return either(self._evaluate(known, part) for part in parts)
            case Not(part):
                return negate(self._evaluate(known, part))
            case Named(iri):
                return self._named(known, iri)
            case Some(property_, filler):
                return self._some(known, property_, filler)
            case Has(property_, value):
                return self._has(known, property_, value)
            case Bound(property_, facet, limit):
                return self._bound(known, property_, facet, limit)
            case AtLeast(count, property_, filler):
                return self._at_least(known, count, property_, filler)

    def _named(self, known: tuple[Expression, ...], iri: str) -> Truth:
        kinds = [fact.iri for fact in known if isinstance(fact, Named)]
        if any(iri in self.ancestors.get(kind, frozenset((kind,))) for kind in kinds):
            return True
        if any(self._excludes(kind, iri) for kind in kinds):
            return False
        above = self.ancestors.get(iri, frozenset((iri,)))
        if any(isinstance(fact, Not) and isinstance(fact.part, Named) and fact.part.iri in above for fact in known):
            return False
        defined = self.criteria.get(iri) or self.definitions.get(iri)
        return None if defined is None else self._evaluate(known, defined)

    def _excludes(self, one: str, other: str) -> bool:
        return any(
            (above, beside) in self.disjoint
            for above in self.ancestors.get(one, frozenset((one,)))
            for beside in self.ancestors.get(other, frozenset((other,)))
        )

    def _some(self, known: tuple[Expression, ...], property_: str, filler: Expression) -> Truth:
        members = [fact.filler for fact in known if isinstance(fact, Some) and self._under(fact.property, property_)]
        if property_ in self.functional and members:
            truth = self._evaluate(tuple(flatten(members)), filler)  # all of them are one and the same thing
            if truth is not None:
                return truth
        elif any(self._evaluate(tuple(flatten([member])), filler) for member in members):
            return True
        absent = [
            fact.part.filler
            for fact in known
            if isinstance(fact, Not) and isinstance(fact.part, Some) and self._under(property_, fact.part.property)
        ]
        wanted = tuple(flatten([filler]))
        return False if any(self._evaluate(wanted, missing) for missing in absent) else None

    def _under(self, narrow: str, broad: str) -> bool:
        return narrow == broad or broad in self.broader_properties.get(narrow, ())

    def _has(self, known: tuple[Expression, ...], property_: str, value: Decimal | bool | str) -> Truth:
        values = [fact.value for fact in known if isinstance(fact, Has) and fact.property == property_]
        if value in values:
            return True
        if property_ not in self.functional:
            return None
        bounds = [fact for fact in known if isinstance(fact, Bound) and fact.property == property_]
        number = value if isinstance(value, Decimal) else None
        outside = number is not None and any(not within(number, bound.facet, bound.limit) for bound in bounds)
        return False if values or outside else None

    def _at_least(self, known: tuple[Expression, ...], count: int, property_: str, filler: Expression) -> Truth:
        """Members that exclude each other are different; what may be one and the same is counted once.

        False only where a fact says so: the properties that are counted have a fact of their own for each limit.
        """
        if count <= 1:
            return self._some(known, property_, filler) if count == 1 else True
        members = [fact.filler for fact in known if isinstance(fact, Some) and fact.property == property_]
        fitting = [member for member in members if self._evaluate(tuple(flatten([member])), filler)]
        different: list[Expression] = []
        for member in fitting:
            facts = tuple(flatten([member]))
            if all(self._evaluate(facts, other) is False for other in different):
                different.append(member)
        if len(different) >= count:
            return True
        if self._some(known, property_, filler) is False:
            return False
        return False if any(self._limits(fact, count, property_, filler) for fact in known) else None

    def _limits(self, fact: Expression, count: int, property_: str, filler: Expression) -> Truth:
        """Whether a fact says that there are fewer than so many."""
        if not (isinstance(fact, Not) and isinstance(fact.part, AtLeast) and fact.part.property == property_):
            return False
        return fact.part.count <= count and self._evaluate(tuple(flatten([filler])), fact.part.filler)

    def _bound(self, known: tuple[Expression, ...], property_: str, facet: str, limit: Decimal) -> Truth:
        for fact in known:
            if isinstance(fact, Has) and fact.property == property_ and isinstance(fact.value, Decimal):
                if within(fact.value, facet, limit):
                    return True
                if property_ in self.functional:
                    return False
            if isinstance(fact, Bound) and fact.property == property_:
                implied = bound_implies(fact, facet, limit)
                if implied or (implied is False and property_ in self.functional):
                    return implied
        return None


def conditions(graph: Graph) -> Conditions:
    """Read every criterion and population of the graph.

    Raises `SourceError` for a criterion whose class expression is missing or outside the fragment.

    >>> from gistkg.graph import load_graph
    >>> len(conditions(load_graph()).populations) > 10
    True
    """
    return graph.derived("conditions", _read)


def proofs(graph: Graph) -> Proofs:
    """What was proved of the criteria of this graph; nothing, if it was proved of another version of them.

    >>> from gistkg.graph import load_graph
    >>> len(proofs(load_graph()).implied) > 10
    True
    """
    return graph.derived("proofs", _read_proofs)


def condition_version(graph: Graph) -> str:
    """Changes with any file of the ontology that the conditions depend on: all but evidence and proofs."""
    leave_out = ("evidence/", "derived/", "extra/")
    return content_version(file for file in graph.files if not file.name.startswith(leave_out))


def _read_proofs(graph: Graph) -> Proofs:
    versions = graph.store.quads_for_pattern(None, ox.NamedNode(GISTKG + "provedFor"), None)
    if condition_version(graph) not in {text_of(quad.object) for quad in versions}:
        return Proofs(frozenset(), frozenset())

    def pairs(link: str) -> frozenset[tuple[str, str]]:
        quads = graph.store.quads_for_pattern(None, ox.NamedNode(GISTKG + link), None)
        return frozenset((text_of(quad.subject), text_of(quad.object)) for quad in quads)

    return Proofs(pairs("impliesCriterion"), pairs("rulesOutCriterion"))


def _read(graph: Graph) -> Conditions:
    reader = Axioms(graph)
    criteria = {iri: reader.criterion(iri) for iri in reader.subjects(RDF + "type", GISTKG + "Criterion")}
    populations = {
        iri: Population(iri, reader.iris(iri, GISTKG + "requires"), reader.iris(iri, GISTKG + "excludes"))
        for iri in reader.subjects(RDF + "type", GISTKG + "Population")
    }
    functional = frozenset(reader.subjects(RDF + "type", OWL + "FunctionalProperty"))
    return Conditions(
        criteria,
        populations,
        reader.ancestors("subClassOf"),
        reader.disjoint(),
        functional,
        reader.ancestors("subPropertyOf"),
        reader.definitions(criteria),
    )
