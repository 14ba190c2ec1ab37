"""A case in Turtle, with the properties and classes of the graph; what it does not say is unknown."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import InvalidOperation
from typing import TypeAlias

import pyoxigraph as ox

from gistkg.case import Case, Fact
from gistkg.case_keys import Key, case_keys, data_fact, list_names, shown
from gistkg.criteria import Conditions, conditions
from gistkg.document import check_contradictions
from gistkg.errors import CaseError, CaseValueError, SourceError
from gistkg.expressions import And, AtLeast, Bound, Expression, Has, Named, Not, Or, Some
from gistkg.graph import Graph
from gistkg.resolve import label_of, near
from gistkg.results import Iri, value_of
from gistkg.terms import GISTKG, OWL, RDF, RDFS, compact

__all__ = ["case_from_turtle"]

_Node: TypeAlias = ox.NamedNode | ox.BlankNode
_CASE = GISTKG + "Case"
_SILENT = (RDFS + "label", RDFS + "comment")


def case_from_turtle(graph: Graph, known: Conditions, content: bytes, *, name: str = "case.ttl") -> Case:
    """Read the one `gistkg:Case` of a Turtle file.

    A value is a node with its class, `gistkg:hasExtent [ a gistkg:MetastaticDisease ]`. The case may be of a criterion,
    `a gistkg:Case , gistkg:HadNoDrugTreatment`, or of a class expression such as an `owl:complementOf`; what is said in
    none of these ways is unknown.
    Raises `SourceError` for a file that does not parse, `CaseError` for one without a case or with several,
    `CaseValueError` for what the graph does not know, and `ContradictionError`.

    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> turtle = b"@prefix gistkg: <https://w3id.org/gistkg/> . [] a gistkg:Case ; gistkg:tumourSizeCm 7.5 ."
    >>> [fact.words for fact in case_from_turtle(graph, conditions(graph), turtle).facts]
    ['gistkg:tumourSizeCm: 7.5']
    """
    try:
        triples = [quad.triple for quad in ox.parse(content, format=ox.RdfFormat.TURTLE)]
    except SyntaxError as error:
        words = str(error).partition(": ")[2] or str(error)
        raise SourceError(name, words.split(" (")[0], error.lineno, error.offset) from None
    cases = [
        one.subject for one in triples if one.predicate.value == RDF + "type" and one.object == ox.NamedNode(_CASE)
    ]
    if len(set(cases)) != 1:
        found = f"{len(set(cases))} cases" if cases else "no case"
        raise CaseError(f"This file holds {found}; it must say of one thing that it is a gistkg:Case.")
    subject = cases[0]
    if isinstance(subject, ox.Triple):
        raise CaseError("A triple is no gistkg:Case.")
    reader = _Reader(graph, known, triples)
    reader.refuse_cycles(subject, ())
    facts = tuple(reader.facts(subject))
    if not facts:
        raise CaseError(
            "Nothing is said of the tumour; write for instance gistkg:hasExtent [ a gistkg:MetastaticDisease ]"
        )
    check_contradictions(known, facts)
    return Case(facts, tuple(dict.fromkeys(reader.notes)))


class _Reader:
    def __init__(self, graph: Graph, known: Conditions, triples: list[ox.Triple]) -> None:
        self.graph = graph
        self.conditions = known
        self.triples = triples
        self.of: dict[_Node, list[ox.Triple]] = {}
        for triple in triples:
            if not isinstance(triple.subject, ox.Triple):
                self.of.setdefault(triple.subject, []).append(triple)
        self.properties = graph.derived("case properties", _properties)
        self.notes: list[str] = []

    def refuse_cycles(self, node: _Node, above: tuple[_Node, ...]) -> None:
        """Raise `CaseError` if a description leads back to itself, or lies too deep."""
        if node in above or len(above) > _DEEPEST:
            raise CaseError(f"The description of {_shown(node)} leads back to itself, or is nested too deeply.")
        for triple in self.of.get(node, ()):
            if isinstance(triple.object, ox.NamedNode | ox.BlankNode):
                self.refuse_cycles(triple.object, (*above, node))

    def facts(self, case: _Node) -> Iterator[Fact]:
        for triple in self.of[case]:
            predicate, value = triple.predicate.value, triple.object
            if predicate == RDF + "type":
                yield from self.kind(value)
                continue
            key = self.property(predicate, of=GISTKG + "Tumour")
            if key is None:
                continue
            if not key.is_link:
                yield data_fact(compact(predicate), self.literal(predicate, value), key)
                continue
            filler = self.filler(key, value)
            label = list_names([label_of(self.graph, Iri(iri)) for iri in _names(filler)] or ["something"], "and")
            said: list[Expression] = [Some(predicate, filler)]
            said += [Some(GISTKG + "receivedDrug", Named(drug)) for drug in _drugs(filler) if _is_treatment(key)]
            expression = And(tuple(said)) if len(said) > 1 else said[0]
            yield Fact(f"{compact(predicate)}: {label}", Iri(predicate), label, expression)

    def kind(self, value: object) -> Iterator[Fact]:
        """What a class says of the case: a criterion, a kind of tumour, or a class expression."""
        if isinstance(value, ox.NamedNode):
            iri = value.value
            if iri in (_CASE, OWL + "NamedIndividual", GISTKG + "Tumour"):
                return
            criterion = self.conditions.criteria.get(iri)
            if criterion is None and GISTKG + "Tumour" not in self.conditions.ancestors.get(iri, ()):
                raise CaseValueError(f"a {compact(iri)}", "is neither a criterion nor a kind of tumour in the graph.")
            yield Fact(f"a {compact(iri)}", Iri(iri), label_of(self.graph, Iri(iri)), criterion or Named(iri))
        elif isinstance(value, ox.BlankNode):
            expression = self.expression(value)
            terms = list(_terms(expression))
            if not terms:
                raise CaseValueError("a [ ... ]", "its class expression names no class.")
            known = (self.conditions.ancestors, self.conditions.criteria, self.properties)
            for term in terms:
                if not any(term in names for names in known):
                    raise CaseValueError("a [ ... ]", f"the graph knows no {compact(term)}.")
            label = list_names([label_of(self.graph, Iri(term)) for term in dict.fromkeys(terms)], "and")
            yield Fact(f"a [ ... ] of {label}", Iri(terms[0]), f"class expression of {label}", expression)
        else:
            raise CaseValueError("a", f"{_shown(value)} is no class.")

    def expression(self, node: ox.BlankNode) -> Expression:
        """A class expression, read as that of a criterion is."""
        name = ox.NamedNode("urn:gistkg:said-of-the-case")
        store = ox.Store()
        store.extend(ox.Quad(one.subject, one.predicate, one.object) for one in self.triples)
        store.add(ox.Quad(name, ox.NamedNode(RDF + "type"), ox.NamedNode(GISTKG + "Criterion")))
        store.add(ox.Quad(name, ox.NamedNode(OWL + "equivalentClass"), node))
        try:
            return conditions(Graph(store, ())).criteria[name.value]
        except SourceError as error:
            raise CaseValueError("a [ ... ]", f"{error.problem}.") from None
        except (LookupError, ValueError, InvalidOperation):
            raise CaseValueError("a [ ... ]", "its class expression is not complete.") from None

    def property(self, iri: str, *, of: str) -> Key | None:
        """What a property is; `None` for one of another vocabulary, which is noted."""
        if iri in self.properties:
            key, domain = self.properties[iri]
            if of not in self.conditions.ancestors.get(domain, frozenset((domain,))) | {domain}:
                raise CaseValueError(compact(iri), f"is said of a {label_of(self.graph, Iri(domain))}, not of this.")
            return key
        if iri.startswith(GISTKG):
            close = near(compact(iri), [compact(one) for one in self.properties], limit=1)
            raise CaseValueError(
                compact(iri), f"there is no such property.{f' Did you mean {close[0]}?' if close else ''}"
            )
        if iri not in _SILENT:
            self.notes.append(f"{compact(iri)}: no property that says something of a case")
        return None

    def literal(self, predicate: str, value: object) -> object:
        if not isinstance(value, ox.Literal):
            raise CaseValueError(
                compact(predicate), f"{_shown(value)} is no value but a thing; write a number or true."
            )
        try:
            return value_of(value)
        except (ValueError, InvalidOperation):
            raise CaseValueError(compact(predicate), f"{shown(value.value)} is none of its datatype.") from None

    def filler(self, key: Key, value: object) -> Expression:
        """What is said of the thing that a property leads to."""
        path = compact(key.property)
        if not isinstance(value, ox.NamedNode | ox.BlankNode):
            raise CaseValueError(path, f"{_shown(value)} is no thing; write [ a CLASS ].")
        if value not in self.of:
            known = isinstance(value, ox.NamedNode) and value.value in self.conditions.ancestors
            hint = f"write [ a {_shown(value)} ]" if known else "say what it is: [ a CLASS ]"
            raise CaseValueError(path, f"nothing is said of {_shown(value)}; {hint}.")
        parts: list[Expression] = []
        for triple in self.of[value]:
            predicate, object_ = triple.predicate.value, triple.object
            if predicate == RDF + "type":
                iri = object_.value if isinstance(object_, ox.NamedNode) else ""
                if iri == OWL + "NamedIndividual":
                    continue
                if key.range not in self.conditions.ancestors.get(iri, frozenset((iri,))):
                    kind = label_of(self.graph, Iri(key.range))
                    raise CaseValueError(path, f"{_shown(object_)} is no {kind} that the graph knows.")
                parts.append(Named(iri))
                continue
            inner = self.property(predicate, of=key.range)
            if inner is not None and inner.is_link:
                parts.append(Some(predicate, self.filler(inner, object_)))
            elif inner is not None:
                fact = data_fact(compact(predicate), self.literal(predicate, object_), inner)
                parts.append(fact.expression)
        if Named(key.range) not in parts:
            parts.insert(0, Named(key.range))
        kept = [part for part in parts if part != Named(key.range)] or parts
        return kept[0] if len(kept) == 1 else And(tuple(parts if _is_treatment(key) else kept))


_DEEPEST = 40
_PROPERTIES = """
SELECT ?property ?range ?domain ?link ?functional WHERE {
  VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty }
  ?property a ?kind ; rdfs:range ?range ; rdfs:domain ?domain .
  FILTER(?domain IN (gistkg:Tumour, gistkg:TreatmentEpisode))
  BIND(EXISTS { ?property a owl:ObjectProperty } AS ?link)
  BIND(EXISTS { ?property a owl:FunctionalProperty } AS ?functional)
} ORDER BY ?property"""


def _properties(graph: Graph) -> dict[str, tuple[Key, str]]:
    """The properties of a tumour and of a treatment episode, each with what it is said of."""
    keys = case_keys(graph)
    bounds = {key.property: key for key in (*keys.case.values(), *keys.episode.values())}
    found = {}
    for row in graph.rows(_PROPERTIES):
        iri, range_, domain = (
            Iri(value.full) for value in (row["property"], row["range"], row["domain"]) if isinstance(value, Iri)
        )
        key = Key(str(iri), iri.full, range_.full, row["link"] is True, row["functional"] is True, None, None)
        found[iri.full] = (bounds.get(iri.full, key), domain.full)
    return found


def _is_treatment(key: Key) -> bool:
    return key.range == GISTKG + "TreatmentEpisode"


def _drugs(filler: Expression) -> list[str]:
    parts = filler.parts if isinstance(filler, And) else (filler,)
    fillers = [part.filler for part in parts if isinstance(part, Some) and part.property == GISTKG + "gaveDrug"]
    return [filler.iri for filler in fillers if isinstance(filler, Named)]


def _names(expression: Expression) -> list[str]:
    """The classes that an expression names, but for that of episodes; for showing."""
    return [
        term
        for term in dict.fromkeys(_terms(expression))
        if term[len(GISTKG) :][:1].isupper() and term != GISTKG + "TreatmentEpisode"
    ]


def _terms(expression: Expression) -> Iterator[str]:
    """Every class and property in an expression."""
    match expression:
        case Named(iri):
            yield iri
        case Some(property_, filler) | AtLeast(_, property_, filler):
            yield property_
            yield from _terms(filler)
        case Has(property_, _) | Bound(property_, _, _):
            yield property_
        case And(parts) | Or(parts):
            for part in parts:
                yield from _terms(part)
        case Not(part):
            yield from _terms(part)


def _shown(node: object) -> str:
    if isinstance(node, ox.NamedNode):
        return compact(node.value)
    return shown(node.value) if isinstance(node, ox.Literal) else "a node without a name"
