"""Walk the graph: neighbours, explanation paths, mechanism chains, and the networkx view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import log2
from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from gistkg.errors import NoPathError, ParameterError, UnknownTermError
from gistkg.graph import Graph
from gistkg.resolve import full_iri, label_of
from gistkg.results import Iri, value_of
from gistkg.terms import GISTKG, OWL, RDF, RDFS, SKOS, XSD, compact

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["HedgedClaim", "Link", "Path", "Term", "mechanism_paths", "neighbours", "networkx_view", "shortest_path"]


@dataclass(frozen=True)
class Term:
    """An IRI and the name to show for it: its label, or the compact IRI of a term without one."""

    iri: Iri
    label: str


@dataclass(frozen=True)
class Link:
    """A link between two terms; `forward` if it is looked at from its subject, and so leads to its object."""

    subject: Term
    predicate: Term
    object: Term
    forward: bool

    @property
    def other(self) -> Term:
        """The end that the link leads to, looked at this way."""
        return self.object if self.forward else self.subject

    def __str__(self) -> str:
        """Show the link and the end it leads to."""
        arrow = f"--{self.predicate.label}-->" if self.forward else f"<--{self.predicate.label}--"
        return f"{arrow} {self.other.label}"


@dataclass(frozen=True)
class HedgedClaim:
    """A claim about a mechanism, with the words its source limits it with, such as "may"."""

    iri: Iri
    label: str
    hedges: tuple[str, ...]


@dataclass(frozen=True)
class Path:
    """A walk from one term to another; `str()` writes it on one line."""

    start: Term
    steps: tuple[Link, ...]
    claims: tuple[HedgedClaim, ...] = ()

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms on the path, from its start to its end."""
        return (self.start, *(step.other for step in self.steps))

    def __str__(self) -> str:
        """Show the terms and the links between them."""
        return " ".join([self.start.label, *map(str, self.steps)])


def neighbours(graph: Graph, term: str, *, direction: Literal["both", "out", "in"] = "both") -> tuple[Link, ...]:
    """Every link of a term to another: first those it is the subject of, by property, then those it is the object of.

    A link that stands inside a class expression is one step by the property it restricts: the criterion "has some
    alteration that is a KIT exon 9 mutation" is linked to that mutation by `gistkg:hasAlteration`, and whatever
    stands below "not" by `owl:complementOf`. Literals, matches in other vocabularies, and statements that only declare
    the vocabulary (a term is an `owl:Class`, a property has a domain), are left out.
    Raises `UnknownTermError` for an IRI that the graph does not hold, `ParameterError` for another direction.

    >>> from gistkg.graph import load_graph
    >>> for link in neighbours(load_graph(), "gistkg:HasCd117PositiveTumour", direction="out"):
    ...     print(link)
    --rdf:type--> criterion
    --has immunostain--> CD117 positive
    """
    if direction not in ("both", "out", "in"):
        raise ParameterError("neighbours", "direction", f"{direction!r} is none of both, out and in.")
    node = _known(graph, term)
    out = set() if direction == "in" else {(node.value, p, o) for p, o, _ in _steps_from(graph.store, node)}
    into = set() if direction == "out" else set(_steps_into(graph.store, node)) - out
    return tuple(_link(graph, triple, forward=True) for triple in sorted(out, key=_predicate_first)) + tuple(
        _link(graph, triple, forward=False) for triple in sorted(into, key=_predicate_first)
    )


def shortest_path(graph: Graph, start: str, end: str) -> Path:
    """The path between two terms that explains most, walking links both ways.

    A step costs 1, and more the more links of its property its two ends have, and three times as much at a mere
    value, a term that has no links of its own, such as a unit: that two terms have something in common with many
    others explains little, and is the answer only where there is no better one. A path of mechanism links alone comes
    with the claims behind it, as from `mechanism_paths`. Types and annotations, such as the
    source, are walked only to or from one that was asked for. Between equal paths the choice never changes.
    Raises `NoPathError`, and `UnknownTermError` for an IRI that the graph does not hold.

    >>> from gistkg.graph import load_graph
    >>> print(shortest_path(load_graph(), "gistkg:KitExon9Mutation", "gistkg:KitExon9MutantGist"))
    KIT exon 9 mutation <--has alteration-- KIT exon 9-mutant GIST
    """
    import networkx as nx

    first, last = _known(graph, start).value, _known(graph, end).value
    edges: nx.Graph[str] = nx.Graph()
    for cost, triple, explains in _costs(graph):
        subject, _, object_ = triple
        if (explains or object_ in (first, last)) and not edges.has_edge(subject, object_):
            edges.add_edge(subject, object_, cost=cost, triple=triple)
    try:
        walk = nx.dijkstra_path(edges, first, last, weight="cost") if first != last else [first]
    except (nx.NetworkXNoPath, nx.NodeNotFound):
        raise NoPathError(label_of(graph, Iri(first)), label_of(graph, Iri(last))) from None
    triples = [(one, edges.edges[one, other]["triple"]) for one, other in pairwise(walk)]
    mechanism = {str(row["link"]) for row in graph.rows(_MECHANISM_LINKS)}
    if triples and all(triple[0] == one and triple[1] in mechanism for one, triple in triples):
        return _mechanism_path(graph, ox.NamedNode(first), tuple(triple for _, triple in triples))
    return Path(_term(graph, first), tuple(_link(graph, triple, forward=triple[0] == one) for one, triple in triples))


def mechanism_paths(graph: Graph, start: str, end: str | None = None) -> tuple[Path, ...]:
    """Every way along the mechanism links from a term to where they end, or to `end`, with the claims behind it.

    The links walked, in their own direction and never twice through one term, are the subproperties of
    `gistkg:mechanismLink`. They state what sources propose: how sure a source is stands in the hedges of the claims
    about a mechanism on the path. The result is empty if no such link leads on from `start`, or no path to `end`.
    Raises `UnknownTermError` for an IRI that the graph does not hold.

    >>> from gistkg.graph import load_graph
    >>> paths = mechanism_paths(load_graph(), "gistkg:Abcb1Gene", "gistkg:CytotoxicChemotherapy")
    >>> [term.label for term in paths[0].terms]
    ['ABCB1 gene', 'P-glycoprotein', 'drug efflux by P-glycoprotein', 'cytotoxic chemotherapy']
    >>> [one.hedges for one in paths[0].claims if one.iri == "ev:pdq-2024-083"]
    [('in part', 'may')]
    """
    first, last = _known(graph, start), None if end is None else _known(graph, end)
    properties = [ox.NamedNode(str(row["link"])) for row in graph.rows(_MECHANISM_LINKS)]

    def walks(node: ox.NamedNode, walked: tuple[_Triple, ...]) -> Iterator[tuple[_Triple, ...]]:
        passed = {first.value, *(triple[2] for triple in walked)}
        onward = sorted(
            (node.value, quad.predicate.value, quad.object.value)
            for link in properties
            for quad in graph.store.quads_for_pattern(node, link, None)
            if isinstance(quad.object, ox.NamedNode) and quad.object.value not in passed
        )
        if walked and (node == last if last is not None else not onward):
            yield walked
        elif node != last:
            for triple in onward:
                yield from walks(ox.NamedNode(triple[2]), (*walked, triple))

    return tuple(_mechanism_path(graph, first, walked) for walked in walks(first, ()))


def networkx_view(graph: Graph) -> nx.MultiDiGraph[str]:
    """The links of the graph as a networkx graph; changing it does not change the graph.

    Nodes are compact IRIs with `iri`, `label`, `kind` (the compact IRI of the narrowest of our classes that the term
    is an instance of, else "class" or "other") and `definition`: of literals only these two, label and definition,
    are taken over. Edges are the links that `neighbours` shows, keyed by compact property, with `predicate`, `label`,
    `graph` (the named graphs it is stated in, separated by spaces) and `id`. All values are text, so that
    `networkx.write_graphml(view, path, edge_id_from_attribute="id")` writes a file that other programs read whole.

    >>> from gistkg.graph import load_graph
    >>> view = networkx_view(load_graph())
    >>> view.nodes["gistkg:Abcb1Gene"]["label"], view.nodes["gistkg:Abcb1Gene"]["kind"]
    ('ABCB1 gene', 'gistkg:Gene')
    """
    import networkx as nx

    view: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    stated = _stated_links(graph.store)
    classes = {str(row["iri"]) for row in graph.rows(_CLASSES)}
    definitions = {str(row["iri"]): str(row["definition"]) for row in graph.rows(_DEFINITIONS)}
    kinds = {str(row["iri"]): compact(str(row["kind"])) for row in graph.rows(_KINDS)}
    for iri in sorted(classes.union(*((subject, object_) for subject, _, object_ in stated))):
        view.add_node(
            compact(iri),
            iri=iri,
            label=label_of(graph, Iri(iri)),
            kind=kinds.get(iri, "class" if iri in classes else "other"),
            definition=definitions.get(iri, ""),
        )
    for triple, graphs in stated.items():
        subject, predicate, object_ = map(compact, triple)
        view.add_edge(
            subject,
            object_,
            key=predicate,
            predicate=predicate,
            label=label_of(graph, Iri(triple[1])),
            graph=" ".join(sorted(graphs)),
            id=f"{subject} {predicate} {object_}",
        )
    return view


_Triple = tuple[str, str, str]

_TYPE = RDF + "type"
_COMPLEMENT, _DISJOINT = OWL + "complementOf", OWL + "disjointWith"
_ON_PROPERTY = OWL + "onProperty"
_FILLERS = {OWL + name for name in ("someValuesFrom", "allValuesFrom", "hasValue", "onClass")}
_NARROWER = {OWL + "equivalentClass", RDFS + "subClassOf"}
_DECLARING = (RDF, RDFS, OWL, XSD, "http://www.w3.org/ns/shacl#")
# Of the properties of those vocabularies, the ones that link two things the graph speaks about.
_LINKING = _NARROWER | {_TYPE, _DISJOINT, OWL + "disjointUnionOf", OWL + "sameAs", RDFS + "seeAlso"}

_MATCHES = {SKOS + f"{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")}
_MATCHES |= {GISTKG + "isNotExactMatchOf", GISTKG + "codeFor"}

_MECHANISM_LINKS = "SELECT DISTINCT (STR(?iri) AS ?link) { ?iri rdfs:subPropertyOf+ gistkg:mechanismLink }"
_ANNOTATIONS = "SELECT (STR(?property) AS ?iri) { ?property a owl:AnnotationProperty }"
_CLASSES = "SELECT DISTINCT (STR(?class) AS ?iri) { ?class a owl:Class FILTER(isIRI(?class)) }"
_DEFINITIONS = "SELECT (STR(?term) AS ?iri) (MIN(?text) AS ?definition) { ?term skos:definition ?text } GROUP BY ?term"
_KINDS = f"""
SELECT (STR(?term) AS ?iri) (MIN(STR(?type)) AS ?kind) {{
  ?term a ?type FILTER(isIRI(?term) && STRSTARTS(STR(?type), "{GISTKG}"))
  FILTER NOT EXISTS {{ ?term a ?narrower . ?narrower rdfs:subClassOf+ ?type }}
}} GROUP BY ?term"""

_MERE_VALUE = 3
_COSTS: WeakKeyDictionary[Graph, tuple[tuple[float, _Triple, bool], ...]] = WeakKeyDictionary()


def _steps_from(store: ox.Store, start: ox.NamedNode) -> Iterator[_Triple]:
    """Property, object and named graph of each link of a subject, through its class expressions and unnamed parts."""
    seen: set[ox.BlankNode] = set()
    waiting: list[tuple[ox.NamedNode | ox.BlankNode, str | None]] = [(start, None)]
    while waiting:
        node, reached_by = waiting.pop()
        for quad in store.quads_for_pattern(node, None, None):
            predicate = _walked(store, node, quad.predicate.value, reached_by)
            if predicate is None:
                continue
            if isinstance(quad.object, ox.BlankNode) and quad.object not in seen:
                seen.add(quad.object)
                waiting.append((quad.object, predicate))
            elif isinstance(quad.object, ox.NamedNode) and not quad.object.value.startswith(_DECLARING):
                stated_in = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
                yield predicate, quad.object.value, stated_in


def _walked(store: ox.Store, node: ox.NamedNode | ox.BlankNode, predicate: str, reached_by: str | None) -> str | None:
    """The property that a statement of a node counts as, seen from the subject; `None` if it is no link."""
    if reached_by is None:
        declares = predicate.startswith(_DECLARING) and predicate not in _LINKING
        return None if declares or predicate in _MATCHES else predicate
    if predicate == _ON_PROPERTY:
        return None
    if reached_by in (_COMPLEMENT, _DISJOINT) or predicate == _COMPLEMENT:
        return reached_by if reached_by == _DISJOINT else _COMPLEMENT
    if predicate in _FILLERS:
        restricted = [quad.object for quad in store.quads_for_pattern(node, ox.NamedNode(_ON_PROPERTY), None)]
        return restricted[0].value if restricted and isinstance(restricted[0], ox.NamedNode) else reached_by
    if reached_by in _NARROWER and predicate == OWL + "intersectionOf":
        return RDFS + "subClassOf"
    if reached_by in _NARROWER and predicate == OWL + "unionOf":
        return predicate
    return reached_by if predicate.startswith(_DECLARING) else predicate


def _steps_into(store: ox.Store, end: ox.NamedNode) -> Iterator[_Triple]:
    """The links that end in a term; a blank node on the way is climbed to the terms that hold it."""
    subjects: set[ox.NamedNode] = set()
    seen: set[ox.BlankNode] = set()
    waiting: list[ox.NamedNode | ox.BlankNode] = [end]
    while waiting:
        for quad in store.quads_for_pattern(None, None, waiting.pop()):
            if isinstance(quad.subject, ox.NamedNode):
                subjects.add(quad.subject)
            elif isinstance(quad.subject, ox.BlankNode) and quad.subject not in seen:
                seen.add(quad.subject)
                waiting.append(quad.subject)
    for subject in subjects:
        for predicate, object_, _ in _steps_from(store, subject):
            if object_ == end.value:
                yield subject.value, predicate, object_


def _stated_links(store: ox.Store) -> dict[_Triple, set[str]]:
    """Every link of the graph, sorted, with the named graphs it is stated in."""
    found: dict[_Triple, set[str]] = {}
    subjects = {quad.subject for quad in store if isinstance(quad.subject, ox.NamedNode)}
    for subject in subjects:
        for predicate, object_, stated_in in _steps_from(store, subject):
            found.setdefault((subject.value, predicate, object_), set()).add(stated_in)
    return dict(sorted(found.items()))


def _costs(graph: Graph) -> tuple[tuple[float, _Triple, bool], ...]:
    """Every link with its cost and whether it can explain anything, the cheapest first; worked out once for a graph."""
    if graph not in _COSTS:
        aside = {_TYPE, *(str(row["iri"]) for row in graph.rows(_ANNOTATIONS))}
        links = [triple for triple in _stated_links(graph.store) if triple[0] != triple[2]]
        leaving = Counter((subject, predicate) for subject, predicate, _ in links)
        arriving = Counter((predicate, object_) for _, predicate, object_ in links)
        linked_on = {subject for subject, predicate, _ in links if predicate not in aside}
        costs = []
        for link in links:
            subject, predicate, object_ = link
            cost = 1 + log2(leaving[subject, predicate]) + log2(arriving[predicate, object_])
            costs.append((cost if object_ in linked_on else cost * _MERE_VALUE, link, predicate not in aside))
        _COSTS[graph] = tuple(sorted(costs))
    return _COSTS[graph]


def _mechanism_path(graph: Graph, start: ox.NamedNode, walked: tuple[_Triple, ...]) -> Path:
    store = graph.store
    passed = [start, *(ox.NamedNode(triple[2]) for triple in walked)]
    concerns, has_hedge = ox.NamedNode(GISTKG + "concernsMechanism"), ox.NamedNode(GISTKG + "hasHedge")
    concerned = [{quad.subject for quad in store.quads_for_pattern(None, concerns, term)} for term in passed]
    first = next((found for found in concerned if found), set())
    # The end of a path is shared with other mechanisms: a claim on one of those is no claim on this path.
    claims = first | {
        claim
        for claim in set().union(*concerned)
        if all(quad.object in passed for quad in store.quads_for_pattern(claim, concerns, None))
    }
    hedged = [
        HedgedClaim(
            Iri(claim.value),
            label_of(graph, Iri(claim.value)),
            tuple(sorted({str(value_of(quad.object)) for quad in store.quads_for_pattern(claim, has_hedge, None)})),
        )
        for claim in sorted((claim for claim in claims if isinstance(claim, ox.NamedNode)), key=lambda node: node.value)
    ]
    steps = tuple(_link(graph, triple, forward=True) for triple in walked)
    return Path(_term(graph, start.value), steps, tuple(hedged))


def _known(graph: Graph, term: str) -> ox.NamedNode:
    """The node of a term that some statement of the graph holds."""
    iri = full_iri(term)
    node = ox.NamedNode(iri.full)
    if next(graph.store.quads_for_pattern(node, None, None), None) or next(
        graph.store.quads_for_pattern(None, None, node), None
    ):
        return node
    raise UnknownTermError(str(iri), ())


def _term(graph: Graph, iri: str) -> Term:
    return Term(Iri(iri), label_of(graph, Iri(iri)))


def _link(graph: Graph, triple: _Triple, *, forward: bool) -> Link:
    subject, predicate, object_ = (_term(graph, iri) for iri in triple)
    return Link(subject, predicate, object_, forward)


def _predicate_first(triple: _Triple) -> _Triple:
    return triple[1], triple[0], triple[2]
