"""The graph in the identifiers of another vocabulary says the same, and leads back to the graph."""

import os
import subprocess
import sys

import pyoxigraph as ox
import pytest

from gistkg import mappings
from gistkg.export import vocabulary
from gistkg.export.canonical import triples
from gistkg.export.targets import target
from gistkg.results import Iri
from gistkg.terms import GISTKG, GRAPH, SKOS

NCIT = "http://purl.obolibrary.org/obo/NCIT_"


def statements(product):
    """The quads of an export, by the name of their graph; the default graph has none."""
    found = {}
    for quad in ox.parse(product.content, format=ox.RdfFormat.TRIG):
        found.setdefault(getattr(quad.graph_name, "value", ""), set()).add(quad.triple)
    return found


@pytest.fixture(scope="module")
def in_ncit(kg_graph):
    """The graph in the identifiers of the NCI Thesaurus."""
    return vocabulary.build(kg_graph, "ncit")


def test_variants_are_the_vocabularies_with_an_exact_match():
    """The registry is held to the tables."""
    exact = {row.target for row in mappings.mappings() if row.predicate == "exactMatch" and not row.negated}
    assert set(target("in-vocabulary").variants) == exact
    assert next(iter(target("in-vocabulary").variants)) == "ncit"
    assert set(target("in-vocabulary").variants.values()) == {f".{name}.trig" for name in exact}


@pytest.mark.parametrize("variant", ["ncit", "mesh", "snomedct", "uo", "civic"])
def test_there_and_back_is_the_graph(kg_graph, variant):
    """Inverted, the export has the canonical statements of the graph, no more and no fewer."""
    product = vocabulary.build(kg_graph, variant)
    assert vocabulary.invert(product.content, variant) == triples(kg_graph)


def test_recommendation_speaks_of_the_other_vocabulary(in_ncit):
    """The regimen uses the drug by its NCIt code; the claim, which has none, keeps its name."""
    renamed = statements(in_ncit)[""]
    imatinib = ox.NamedNode(NCIT + "C62035")
    regimen = ox.NamedNode(GISTKG + "Imatinib800mgPerDay")
    assert ox.Triple(regimen, ox.NamedNode(GISTKG + "usesDrug"), imatinib) in renamed
    assert ox.Triple(imatinib, ox.NamedNode(SKOS + "prefLabel"), ox.Literal("imatinib", language="en")) in renamed
    claim = ox.NamedNode(GISTKG + "evidence/pdq-2024-175")
    assert ox.Triple(claim, ox.NamedNode(GISTKG + "recommends"), regimen) in renamed


def test_no_renamed_term_is_left_among_the_renamed(in_ncit):
    """Outside the graph of what is left as stated, a term with an exact match is nowhere, in no position."""
    theirs, _ = vocabulary.exact_matches("ncit")
    nodes = {node for triple in statements(in_ncit)[""] for node in triple}
    assert {iri for iri in theirs if ox.NamedNode(iri) in nodes} == set()
    assert len(theirs) == in_ncit.carried["terms in the other vocabulary"] > 80


def test_matches_keep_their_meaning(in_ncit):
    """That ours matches theirs stands as it was, in a graph of its own; nothing is said to match itself."""
    found = statements(in_ncit)
    match = ox.NamedNode(SKOS + "exactMatch")
    ours, theirs = ox.NamedNode(GISTKG + "Imatinib"), ox.NamedNode(NCIT + "C62035")
    assert set(found) == {"", GRAPH + "as-stated"}
    assert ox.Triple(ours, match, theirs) in found[GRAPH + "as-stated"]
    assert not [triple for graph in found.values() for triple in graph if triple.subject == triple.object]


def test_predicates_are_renamed_as_well(tiny_with, monkeypatch):
    """A property with an exact match is replaced where it links two things, and leads back."""
    monkeypatch.setattr(mappings, "mappings", lambda target: (row("usesDrug", "X:uses"), row("A", "X:a")))
    monkeypatch.setattr(mappings, "namespaces", lambda: {"X": "http://x/"})
    graph = tiny_with("gistkg:A gistkg:usesDrug gistkg:B , [ gistkg:usesDrug gistkg:A ] .")
    product = vocabulary.build(graph, "ncit")
    assert "X:a\n    X:uses [ X:uses X:a ] , gistkg:B ;" in product.content.decode()
    assert vocabulary.invert(product.content, "ncit") == triples(graph)


def row(ours, curie, predicate="exactMatch", negated=False):
    """A row of an invented table."""
    return mappings.Mapping(
        subject=Iri(GISTKG + ours), subject_label="", predicate=predicate, negated=negated,
        object="http://x/" + curie.partition(":")[2], object_curie=curie, object_label="", justification="",
        comment="", target="x",
    )  # fmt: skip


def test_second_match_is_listed_and_not_used(monkeypatch):
    """Of two codes the first by name is used, of two terms the first; a close or denied match is none."""
    rows = (
        row("A", "X:2"), row("A", "X:1"), row("B", "X:1"), row("C", "X:3", negated=True), row("D", "X:4", "closeMatch"),
    )  # fmt: skip
    monkeypatch.setattr(mappings, "mappings", lambda target: rows)
    theirs, unused = vocabulary.exact_matches("x")
    assert theirs == {GISTKG + "A": "http://x/1"}
    assert unused[0].items == (f"{GISTKG}A http://x/2", f"{GISTKG}B http://x/1")


def test_terms_without_a_match_are_all_listed(in_ncit, kg_graph):
    """Renamed and listed terms together are what the graph describes in our namespace."""
    listed = {item for one in in_ncit.losses for item in one.items}
    theirs, unused = vocabulary.exact_matches("ncit")
    described = {
        quad.subject.value
        for quad in kg_graph.store
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(GISTKG)
    }
    own = {iri for iri in described if "/" not in iri.removeprefix(GISTKG)}
    assert unused == ()
    assert listed == own - theirs.keys()
    kinds = {one.what: len(one.items) for one in in_ncit.losses}
    (genes,) = kg_graph.rows("SELECT (COUNT(*) AS ?n) { ?gene a gistkg:Gene FILTER(isIRI(?gene)) }")
    matched = {iri for iri in theirs if kg_graph.query("ASK { ?gene a gistkg:Gene }", gene=Iri(iri))}
    assert kinds["terms without an exact match: gene"] == genes["n"] - len(matched)


def test_snomed_ct_has_codes_and_no_terms(kg_graph):
    """No label stands at a SNOMED CT code that is not our own."""
    product = vocabulary.build(kg_graph, "snomedct")
    labels = {quad.object.value for quad in kg_graph.store if quad.predicate.value.startswith(SKOS)}
    found = [
        triple
        for graph in statements(product).values()
        for triple in graph
        if str(triple.subject).startswith("<http://snomed.info/") and triple.predicate.value.startswith(SKOS)
    ]
    assert found
    assert {triple.object.value for triple in found} <= labels


def test_bytes_are_the_same_in_another_process(in_ncit):
    """Nothing hangs on the order of a set."""
    program = (
        "import sys; from gistkg.graph import load_graph; from gistkg.export.vocabulary import build\n"
        "sys.stdout.buffer.write(build(load_graph(), 'ncit').content)"
    )
    environment = os.environ | {"PYTHONHASHSEED": "12345"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
    assert done.stdout == in_ncit.content


@pytest.mark.interop
def test_rdflib_reads_the_export(in_ncit, monkeypatch):
    """As many statements in each graph."""
    rdflib = pytest.importorskip("rdflib", reason="needs rdflib")
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    dataset = rdflib.Dataset()
    dataset.parse(data=in_ncit.content, format="trig")
    sizes = {str(graph.identifier): len(graph) for graph in dataset.graphs() if len(graph)}
    expected = statements(in_ncit)
    assert sizes[GRAPH + "as-stated"] == len(expected[GRAPH + "as-stated"])
    assert sum(sizes.values()) == in_ncit.carried["statements"]
