"""Nanopublications: one a claim, whole, well-formed, and with what the claim rests on."""

import os
import subprocess
import sys
from collections import Counter

import pyoxigraph as ox
import pytest

from gistkg.export.nanopub import address, build
from gistkg.terms import PREFIXES

NP = "http://www.nanopub.org/nschema#"
PROV = "http://www.w3.org/ns/prov#"
MORE = PREFIXES | {
    "bibo": "http://purl.org/ontology/bibo/",
    "npx": "http://purl.org/nanopub/x/",
    "pav": "http://purl.org/pav/",
    "prov": PROV,
}
CLAIMS = "SELECT DISTINCT ?c WHERE { ?c a/rdfs:subClassOf* gistkg:Claim }"


@pytest.fixture(scope="module")
def product(kg_graph):
    """The graph as nanopublications."""
    return build(kg_graph, "trig")


@pytest.fixture(scope="module")
def quads(product):
    """The file, read again."""
    return list(ox.parse(product.content, format=ox.RdfFormat.TRIG))


@pytest.fixture(scope="module")
def graphs(quads):
    """The triples of each named graph, by its IRI."""
    found = {}
    for quad in quads:
        found.setdefault(quad.graph_name.value, set()).add(quad.triple)
    return found


def part(graphs, key, name):
    """One graph of the nanopublication of a claim, as pairs of property and value of each subject."""
    own = address(PREFIXES["ev"] + key)
    found = {}
    for triple in graphs[f"{own}#{name}"]:
        subject, *pair = (short(term).replace(f"gistkg:np/{key}", "this") for term in triple)
        found.setdefault(subject, set()).add(tuple(pair))
    return found


def short(term):
    """A term as a person writes it."""
    if isinstance(term, ox.Literal):
        return term.value
    for prefix, namespace in sorted(MORE.items(), key=lambda item: -len(item[1])):
        if term.value.startswith(namespace):
            return f"{prefix}:{term.value[len(namespace) :]}"
    return term.value


def test_a_recommendation_is_asserted_as_it_stands(graphs):
    """The dose for KIT exon 9 in PDQ 2024: population, regimen, hedge and all."""
    assert part(graphs, "pdq-2024-175", "assertion") == {
        "ev:pdq-2024-175": {
            ("rdf:type", "owl:NamedIndividual"),
            ("rdf:type", "gistkg:Recommendation"),
            (
                "skos:prefLabel",
                "metastatic or recurrent GIST with KIT exon 9: imatinib may be started at 800 mg daily",
            ),
            ("dcterms:description", "Patients with a KIT exon 9 mutation may start imatinib at 800 mg a day."),
            ("gistkg:appliesTo", "gistkg:FirstLineMetastaticKitExon9Population"),
            ("gistkg:recommends", "gistkg:Imatinib800mgPerDay"),
            ("gistkg:hasDirection", "gistkg:For"),
            ("gistkg:hasModality", "gistkg:May"),
            ("gistkg:hasHedge", "may"),
            ("gistkg:hasBasis", "gistkg:GuidelineBasis"),
            ("gistkg:inSetting", "gistkg:FirstLineSetting"),
            ("gistkg:validFrom", "2024-12-13T00:00:00Z"),
            ("gistkg:revises", "ev:pdq-2014-s28"),
            ("dcterms:source", "src:pdq-2024"),
            ("gistkg:cites", "src:pdq-2024-ref-7-1"),
            ("gistkg:locator", "Treatment of Metastatic or Recurrent GISTs > Initial TKI therapy > Imatinib"),
        }
    }


def test_an_approval_keeps_agency_place_study_and_results(graphs):
    """As links; the figures stay in the graph."""
    said = part(graphs, "fda-avapritinib-pdgfra-exon-18", "assertion")["ev:fda-avapritinib-pdgfra-exon-18"]
    assert {
        ("gistkg:recommends", "gistkg:Avapritinib300mgOnceDaily"),
        ("gistkg:inJurisdiction", "gistkg:UnitedStates"),
        ("gistkg:byAgency", "gistkg:Fda"),
        ("gistkg:basedOnStudy", "ev:navigator-avapritinib-phase1"),
        ("gistkg:supportedBy", "ev:navigator-avapritinib-phase1-orr-exon-18"),
        ("gistkg:supportedBy", "ev:navigator-avapritinib-phase1-orr-d842v-fda"),
        ("gistkg:validFrom", "2020-01-09T00:00:00Z"),
        ("gistkg:datePrecision", "day"),
        (
            "skos:scopeNote",
            "Only 5 of the 43 patients behind the approval had a mutation of exon 18 other than D842V.",
        ),
    } <= said


def test_the_provenance_leads_from_the_claim_to_the_paper(graphs):
    """Source, place in it, number in its list, and the publication with where it can be read."""
    found = part(graphs, "pdq-2024-175", "provenance")
    assert found["this#assertion"] == {
        ("prov:wasDerivedFrom", "src:pdq-2024"),
        ("prov:qualifiedDerivation", "this#source"),
        ("dcterms:references", "src:pdq-2024-ref-7-1"),
    }
    assert found["this#source"] == {
        ("rdf:type", "prov:Derivation"),
        ("prov:entity", "src:pdq-2024"),
        ("bibo:locator", "Treatment of Metastatic or Recurrent GISTs > Initial TKI therapy > Imatinib"),
    }
    assert ("gistkg:resolvesTo", "src:debiec-rychter-2006") in found["src:pdq-2024-ref-7-1"]
    assert {
        ("gistkg:pubmedId", "16624552"),
        ("rdfs:seeAlso", "https://pubmed.ncbi.nlm.nih.gov/16624552/"),
    } <= found["src:debiec-rychter-2006"]


def test_a_claim_against_with_a_derived_level_says_both(graphs):
    """The level keeps its code and scheme, and is not laid into the mouth of the source."""
    said = part(graphs, "conclusion-interruption-5-years", "assertion")["ev:conclusion-interruption-5-years"]
    assert {("gistkg:hasDirection", "gistkg:Against"), ("gistkg:hasDerivedLevel", "gistkg:PdqB1")} <= said
    found = part(graphs, "conclusion-interruption-5-years", "provenance")
    assert ("prov:wasDerivedFrom", "gistkg:graph/derived/evidence") in found["this#assertion"]
    assert ("skos:notation", "B1") in found["gistkg:PdqB1"]
    assert ("gistkg:inScheme", "gistkg:PdqScheme") in found["gistkg:PdqB1"]
    assert {link for link, _ in found["gistkg:PdqScheme"]} == {"skos:prefLabel", "skos:notation"}


def test_a_reference_that_is_only_guessed_at_stays_a_guess(graphs):
    """Number 20 of PDQ 2014 has candidates, and is resolved to none of them."""
    links = [link for link, _ in part(graphs, "pdq-2014-s31", "provenance")["src:pdq-2014-ref-20"]]
    assert links.count("gistkg:hasCandidate") == 3
    assert "gistkg:resolvesTo" not in links


def test_the_publication_info_is_about_the_nanopublication(graphs, kg_graph):
    """Who, when, under which licence, of which version of the graph."""
    assert part(graphs, "pdq-2024-175", "pubinfo") == {
        "this": {
            ("dcterms:created", "2026-11-23T00:00:00Z"),
            ("dcterms:creator", "gistkg:developers"),
            ("dcterms:isPartOf", "gistkg:"),
            ("dcterms:license", "https://creativecommons.org/licenses/by/4.0/"),
            ("npx:hasNanopubType", "gistkg:Recommendation"),
            ("npx:introduces", "ev:pdq-2024-175"),
            ("pav:version", f"0.1.0+{kg_graph.version}"),
            ("rdfs:label", "metastatic or recurrent GIST with KIT exon 9: imatinib may be started at 800 mg daily"),
        },
        "gistkg:developers": {("http://xmlns.com/foaf/0.1/name", "The gistkg developers")},
    }


def test_every_claim_has_one_nanopublication_with_four_graphs(quads, graphs, kg_graph):
    """Each of them made the way the guidelines of nanopub.net want it."""
    claims = {row["c"].full for row in kg_graph.rows(CLAIMS)}
    heads = {name: triples for name, triples in graphs.items() if name.endswith("#Head")}
    assert len(heads) == len(claims)
    assert set(graphs) == {
        f"{address(claim)}#{name}" for claim in claims for name in ("Head", "assertion", "provenance", "pubinfo")
    }
    for name, triples in heads.items():
        here = ox.NamedNode(name.removesuffix("#Head"))
        parts = {"hasAssertion": "assertion", "hasProvenance": "provenance", "hasPublicationInfo": "pubinfo"}
        assert triples == {
            ox.Triple(here, ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(NP + "Nanopublication")),
            *(
                ox.Triple(here, ox.NamedNode(NP + link), ox.NamedNode(f"{here.value}#{part}"))
                for link, part in parts.items()
            ),
        }
        assert any(one.subject.value == f"{here.value}#assertion" for one in graphs[f"{here.value}#provenance"])
        assert any(one.subject == here for one in graphs[f"{here.value}#pubinfo"])
    assert not [
        quad for quad in quads if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)
    ]


def test_the_assertions_together_are_what_the_graph_says_of_its_claims(graphs, kg_graph):
    """Not a triple more, and not one less."""
    asserted = {triple for name, triples in graphs.items() if name.endswith("#assertion") for triple in triples}
    said = kg_graph.query(f"CONSTRUCT {{ ?c ?p ?o }} WHERE {{ ?c ?p ?o . {{ {CLAIMS} }} }}")
    assert asserted == set(said)


def test_everything_in_a_provenance_is_said_by_the_graph(graphs, kg_graph):
    """But for the links of the nanopublication itself, and the addresses of the papers."""
    added = Counter()
    known = {quad.triple for quad in kg_graph.store}
    for name, triples in graphs.items():
        if name.endswith("#provenance"):
            added.update(short(one.predicate) for one in triples - known)
    assert set(added) == {
        "prov:wasDerivedFrom",
        "prov:qualifiedDerivation",
        "prov:entity",
        "rdf:type",
        "bibo:locator",
        "dcterms:references",
        "rdfs:seeAlso",
    }
    assert added["prov:entity"] == added["rdf:type"] == added["bibo:locator"] == 755


def test_what_no_nanopublication_describes_is_told(product, quads, kg_graph):
    """Every subject of the graph is described in the file or listed as left out."""
    carried = {quad.subject.value for quad in quads}
    told = {item for one in product.losses for item in one.items}
    rows = kg_graph.rows(
        'SELECT DISTINCT ?s WHERE { ?s ?p ?o FILTER(STRSTARTS(STR(?s), "https://w3id.org/gistkg/")) } ORDER BY ?s'
    )
    ours = {row["s"].full for row in rows} - {PREFIXES["gistkg"]}
    assert ours <= carried | told
    assert told <= ours
    lost = {one.what: len(one.items) for one in product.losses}
    count = next(iter(kg_graph.rows("SELECT (COUNT(DISTINCT ?r) AS ?n) { ?r a/rdfs:subClassOf* gistkg:Result }")))["n"]
    assert lost["results"] == count


def test_two_runs_give_the_same_bytes(product):
    """In another process, with other hashes."""
    program = (
        "import sys; from gistkg.graph import load_graph; from gistkg.export.nanopub import build;"
        "sys.stdout.buffer.write(build(load_graph(), 'trig').content)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, env=os.environ | {"PYTHONHASHSEED": "7"}
    )
    assert done.stdout == product.content


@pytest.mark.interop
@pytest.mark.parametrize(
    "key", ["pdq-2024-175", "fda-avapritinib-pdgfra-exon-18", "conclusion-interruption-5-years", "pdq-2014-s31"]
)
def test_the_nanopub_library_finds_it_valid(quads, key):
    """Each by itself, as the library wants it."""
    pytest.importorskip("nanopub", reason="nanopub is not installed")
    import rdflib
    from nanopub import Nanopub

    own = address(PREFIXES["ev"] + key)
    chosen = [quad for quad in quads if quad.graph_name.value.rpartition("#")[0] == own]
    read = rdflib.ConjunctiveGraph()
    read.parse(data=ox.serialize(chosen, format=ox.RdfFormat.TRIG), format="trig")
    publication = Nanopub(rdf=read)
    assert publication.is_valid
    assert str(publication.metadata.np_uri) == own
    assert str(publication.metadata.assertion) == f"{own}#assertion"
    assert len(publication.assertion) == len([quad for quad in chosen if quad.graph_name.value == f"{own}#assertion"])


@pytest.mark.interop
def test_rdflib_reads_the_file(product, quads):
    """A second parser, with prefixes that change within the file."""
    import rdflib

    read = rdflib.Dataset()
    read.parse(data=product.content, format="trig")
    assert sum(1 for _ in read.quads()) == len(set(quads))
