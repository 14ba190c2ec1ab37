"""The evaluator never contradicts an OWL reasoner: the same cases, judged by both."""

import itertools
import random

import pyoxigraph as ox
import pytest

from gistkg.case import case_from_words
from gistkg.criteria import conditions
from gistkg.errors import ContradictionError
from gistkg.expressions import And, Bound, Has, Named, Not, Or, Some
from gistkg.files import ontology_files
from gistkg.graph import Graph, graph_name
from gistkg.reason import classify
from gistkg.terms import GISTKG, OWL, RDF, RDFS, XSD

WORDS = (
    "metastatic", "recurrent", "localised unresectable", "marginally resectable", "completely resected", "advanced",
    "very large", "difficult to access", "unacceptable morbidity", "KIT exon 9", "KIT wild type", "KIT exon 11",
    "untreated", "no TKI", "progressed on imatinib", "progressed on imatinib 400 mg within 2 months",
    "stable on a TKI", "stable on imatinib for 1 year", "stopped imatinib", "progressed after stopping imatinib",
)  # fmt: skip

TYPE = ox.NamedNode(RDF + "type")
CASE = Named(GISTKG + "Case")
OUTSIDE = "https://example.org/outside/"
CASES = 24


def described(expression, triples):
    """The node of a class expression, its triples added to a list."""
    if isinstance(expression, Named):
        return ox.NamedNode(expression.iri)
    node = ox.BlankNode()

    def add(subject, property_, value):
        triples.append(ox.Triple(subject, ox.NamedNode(property_), value))

    def listed(items):
        head = ox.NamedNode(RDF + "nil")
        for item in reversed(items):
            cell = ox.BlankNode()
            add(cell, RDF + "first", item)
            add(cell, RDF + "rest", head)
            head = cell
        return head

    if isinstance(expression, Some | Has | Bound):
        add(node, TYPE.value, ox.NamedNode(OWL + "Restriction"))
        add(node, OWL + "onProperty", ox.NamedNode(expression.property))
    else:
        add(node, TYPE.value, ox.NamedNode(OWL + "Class"))
    match expression:
        case Some(_, filler):
            add(node, OWL + "someValuesFrom", described(filler, triples))
        case Has(_, value):
            kind = "boolean" if isinstance(value, bool) else "decimal"
            add(node, OWL + "hasValue", ox.Literal(str(value).lower(), datatype=ox.NamedNode(XSD + kind)))
        case Bound(_, facet, limit):
            datatype, restriction = ox.BlankNode(), ox.BlankNode()
            add(node, OWL + "someValuesFrom", datatype)
            add(datatype, TYPE.value, ox.NamedNode(RDFS + "Datatype"))
            add(datatype, OWL + "onDatatype", ox.NamedNode(XSD + "decimal"))
            add(restriction, XSD + facet, ox.Literal(str(limit), datatype=ox.NamedNode(XSD + "decimal")))
            add(datatype, OWL + "withRestrictions", listed([restriction]))
        case And(parts):
            add(node, OWL + "intersectionOf", listed([described(part, triples) for part in parts]))
        case Or(parts):
            add(node, OWL + "unionOf", listed([described(part, triples) for part in parts]))
        case Not(part):
            add(node, OWL + "complementOf", described(part, triples))
    return node


def without_evidence():
    """The graph without the statements, which have no part in the conditions and cost the reasoner time."""
    store = ox.Store()
    files = tuple(file for file in ontology_files() if not file.name.startswith("evidence/"))
    for file in files:
        store.load(file.content, format=ox.RdfFormat.TURTLE, to_graph=graph_name(file))
    return Graph(store, files)


@pytest.fixture(scope="module")
def judged():
    """Both judgements of every case and population: by the evaluator, and by HermiT."""
    graph = without_evidence()
    known = conditions(graph)
    cases = {}
    for pair in itertools.combinations(WORDS, 2):
        try:
            cases[", ".join(pair)] = case_from_words(graph, known, ", ".join(pair)).expressions
        except ContradictionError:
            continue
    chosen = dict(random.Random(14).sample(sorted(cases.items()), CASES))
    triples = []
    for population in known.populations:
        outside = ox.NamedNode(population.replace(GISTKG, OUTSIDE))
        triples.append(ox.Triple(outside, TYPE, ox.NamedNode(OWL + "Class")))
        equivalent = ox.NamedNode(OWL + "equivalentClass")
        triples.append(ox.Triple(outside, equivalent, described(And((CASE, Not(Named(population)))), triples)))
    for index, facts in enumerate(chosen.values()):
        case = ox.NamedNode(f"https://example.org/case/{index}")
        triples.append(ox.Triple(case, TYPE, described(And(tuple(facts)), triples)))
    proof = classify(graph, triples)
    assert proof.consistent
    rows = []
    for index, (words, facts) in enumerate(chosen.items()):
        types = proof.types[f"https://example.org/case/{index}"]
        for population in known.populations:
            outside = population.replace(GISTKG, OUTSIDE)
            proved = True if population in types else False if outside in types else None
            rows.append((words, population.removeprefix(GISTKG), known.holds(facts, population), proved))
    return rows


def test_the_evaluator_never_contradicts_the_reasoner(judged):
    """What it calls true or false is entailed."""
    assert len(judged) == CASES * 16
    assert [row for row in judged if row[2] is not None and row[2] is not row[3]] == []


def test_the_reasoner_knows_nothing_more_on_these_cases(judged):
    """How often the reasoner decides what the evaluator leaves open: never, on pairs of facts."""
    assert [row for row in judged if row[2] is None and row[3] is not None] == []


def test_the_cases_are_worth_judging(judged):
    """All three truths occur, so that neither test above passes on nothing."""
    assert {row[3] for row in judged} == {True, False, None}
