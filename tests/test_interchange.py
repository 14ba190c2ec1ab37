"""The graph in rdflib is the graph."""

import subprocess
import sys

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from gistkg.interchange import to_rdflib
from gistkg.terms import GRAPH, PREFIXES

DATE_TIME = rdflib.XSD.dateTime


def test_triples_are_those_of_the_store(tiny, monkeypatch):
    """What rdflib reads from the written store is what it is handed, blank nodes and spelling included."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    name = GRAPH + "tiny"
    written = tiny.store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(name))
    expected = rdflib.Graph().parse(data=written, format="nt")
    assert len(expected) > 100
    assert isomorphic(to_rdflib(tiny).graph(rdflib.URIRef(name)), expected)


def test_each_file_stays_a_named_graph(tiny):
    """The named graphs have the names and the sizes they have in the store."""
    dataset = to_rdflib(tiny)
    sizes = {str(context.identifier): len(context) for context in dataset.graphs() if len(context)}
    stored = [quad.graph_name.value for quad in tiny.store]
    assert sizes == {name: stored.count(name) for name in set(stored)}
    assert len(sizes) == len(tiny.files)


def test_whole_graph_arrives(kg_graph):
    """Every quad of the full graph is handed over, and a query sees the union of them."""
    dataset = to_rdflib(kg_graph)
    assert sum(len(context) for context in dataset.graphs()) == len(kg_graph.store)
    (row,) = dataset.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert row.n.toPython() == len({quad.triple for quad in kg_graph.store})


def test_same_query_gives_the_same_rows(tiny):
    """A question over two named graphs is answered as the graph itself answers it."""
    query = "SELECT ?label { ?term a/skos:prefLabel 'gene'@en ; skos:prefLabel ?label } ORDER BY ?label"
    assert [str(row.label) for row in to_rdflib(tiny).query(query)] == ["PUMPA gene", "PUMPB gene", "ZIG gene"]
    assert [row["label"] for row in tiny.rows(query)] == ["PUMPA gene", "PUMPB gene", "ZIG gene"]


@pytest.mark.parametrize(
    ("turtle", "literal"),
    [
        ("7", rdflib.Literal(7)),
        (
            '"2001-02-03T00:00:00Z"^^xsd:dateTime',
            rdflib.Literal("2001-02-03T00:00:00Z", datatype=DATE_TIME, normalize=False),
        ),
        ('"word"', rdflib.Literal("word")),
        ('"mot"@fr', rdflib.Literal("mot", lang="fr")),
        ('"2001-02-03"^^xsd:date', rdflib.Literal("2001-02-03", datatype=rdflib.XSD.date)),
    ],
)
def test_literals_keep_spelling_language_and_datatype(tiny_with, turtle, literal):
    """No literal is rewritten on the way, so that a query with the spelling of the file finds it."""
    dataset = to_rdflib(tiny_with(f"gistkg:Thing gistkg:says {turtle} ."))
    (found,) = dataset.objects(rdflib.URIRef(PREFIXES["gistkg"] + "Thing"))
    assert (found.n3(), found) == (literal.n3(), literal)
    assert dataset.query(f"ASK {{ gistkg:Thing gistkg:says {turtle} }}").askAnswer


def test_string_is_a_plain_literal(tiny_with):
    """RDF 1.1 does not tell them apart, rdflib does; it gets the form that queries are written with."""
    dataset = to_rdflib(tiny_with('gistkg:Thing gistkg:says "word"^^xsd:string .'))
    assert dataset.query('ASK { gistkg:Thing gistkg:says "word" }').askAnswer


def test_prefixes_are_bound(tiny):
    """Names are written with the project's prefixes, and queries need not declare them."""
    bound = {prefix: str(namespace) for prefix, namespace in to_rdflib(tiny).namespaces()}
    assert {prefix: bound.get(prefix) for prefix in PREFIXES} == PREFIXES


def test_copy_is_independent(tiny):
    """Emptying the copy leaves the graph as it was."""
    before = len(tiny.store)
    dataset = to_rdflib(tiny)
    dataset.remove((None, None, None, None))
    assert (len(dataset), len(tiny.store)) == (0, before)


def test_rdflib_is_loaded_only_when_asked_for():
    """Importing the module is light."""
    code = "import sys, gistkg.interchange; sys.exit('rdflib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
