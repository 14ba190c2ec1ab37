"""The descriptions of the data set: every number is what an independent query counts, every licence is the same."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml

from gistkg.export.metadata import build, file_name, service_description
from gistkg.export.targets import TARGETS
from gistkg.mappings import mappings, namespaces
from gistkg.terms import GISTKG, PREFIXES

ROOT = Path(__file__).resolve().parents[2]
TURTLE = ("void", "dcat", "sd")
VOCABULARIES = PREFIXES | {
    "data": GISTKG + "dataset#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
}


@pytest.fixture(scope="module")
def products(kg_graph):
    """The graph, described in four ways."""
    return {variant: build(kg_graph, variant) for variant in TARGETS["metadata"].variants}


@pytest.fixture(scope="module")
def ask(products):
    """Ask one of the descriptions; the first column of every row, as text."""
    stores = {}
    for variant in TURTLE:
        stores[variant] = ox.Store()
        stores[variant].bulk_load(products[variant].content, format=ox.RdfFormat.TURTLE)

    def ask(variant, pattern, select="?x"):
        rows = stores[variant].query(f"SELECT {select} WHERE {{ {pattern} }} ORDER BY ?x", prefixes=VOCABULARIES)
        return [row[0].value for row in rows]

    return ask


@pytest.fixture(scope="module")
def count(kg_graph):
    """Count in the graph itself."""

    def count(pattern, what="DISTINCT *"):
        return str(next(iter(kg_graph.rows(f"SELECT (COUNT({what}) AS ?n) WHERE {{ {pattern} }}")))["n"])

    return count


@pytest.mark.parametrize(
    ("link", "pattern", "what"),
    [
        ("triples", "?s ?p ?o", "DISTINCT *"),
        ("distinctSubjects", "?s ?p ?o", "DISTINCT ?s"),
        ("distinctObjects", "?s ?p ?o", "DISTINCT ?o"),
        ("properties", "?s ?p ?o", "DISTINCT ?p"),
        ("classes", "?s a ?c", "DISTINCT ?c"),
        ("entities", "?s ?p ?o FILTER(STRSTARTS(STR(?s), STR(gistkg:)))", "DISTINCT ?s"),
    ],
)
def test_the_whole_is_counted_rightly(ask, count, link, pattern, what):
    """Each number once."""
    assert ask("void", f"gistkg:dataset void:{link} ?x") == [count(pattern, what)]


@pytest.mark.parametrize("kind", ["gistkg:Recommendation", "gistkg:Finding", "gistkg:Gene", "owl:Class"])
def test_a_class_is_counted_rightly(ask, count, kind):
    """Its members, and how often they have a label."""
    part = f"gistkg:dataset void:classPartition ?part . ?part void:class {kind} ."
    assert ask("void", f"{part} ?part void:entities ?x") == [count(f"?s a {kind}", "DISTINCT ?s")]
    within = f"{part} ?part void:propertyPartition ?in . ?in void:property skos:prefLabel ; void:triples ?x"
    assert ask("void", within) == [count(f"?s a {kind} ; skos:prefLabel ?label")]


@pytest.mark.parametrize("link", ["gistkg:recommends", "dcterms:source", "rdf:type", "gistkg:doi"])
def test_a_property_is_counted_rightly(ask, count, link):
    """Uses, users and values."""
    part = f"gistkg:dataset void:propertyPartition ?part . ?part void:property {link} ; void:"
    assert ask("void", f"{part}triples ?x") == [count(f"?s {link} ?o")]
    assert ask("void", f"{part}distinctSubjects ?x") == [count(f"?s {link} ?o", "DISTINCT ?s")]
    assert ask("void", f"{part}distinctObjects ?x") == [count(f"?s {link} ?o", "DISTINCT ?o")]


def test_every_class_and_property_has_its_part(ask, kg_graph):
    """No two share a name."""
    for part, said, pattern in (
        ("classPartition", "class", "?s a ?x"),
        ("propertyPartition", "property", "?s ?x ?o"),
    ):
        parts = f"gistkg:dataset void:{part} ?part . ?part void:{said} ?x"
        known = [row["x"].full for row in kg_graph.rows(f"SELECT DISTINCT ?x WHERE {{ {pattern} }} ORDER BY STR(?x)")]
        assert ask("void", parts) == known
        assert len(ask("void", parts, select="DISTINCT ?part")) == len(known)


@pytest.mark.parametrize(
    ("variant", "pattern"),
    [
        ("void", "?x a void:Dataset ; void:triples ?n . FILTER(?x != gistkg:dataset)"),
        ("sd", "?set sd:namedGraph ?named . ?named a sd:NamedGraph ; sd:name ?x ; sd:graph ?g . ?g void:triples ?n"),
    ],
)
def test_every_named_graph_is_listed_with_its_size(ask, kg_graph, variant, pattern):
    """One a file of the ontology."""
    rows = kg_graph.rows("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY STR(?g)")
    sizes = {row["g"].full: str(row["n"]) for row in rows}
    assert len(sizes) == len(kg_graph.files)
    assert ask(variant, pattern) == list(sizes)
    assert [ask(variant, pattern.replace("?x", f"<{name}>"), "?n")[0] for name in list(sizes)[:5]] == list(
        sizes.values()
    )[:5]


def test_every_match_is_in_one_link_set(ask, kg_graph):
    """As many as the tables have rows, and as the graph has links to that vocabulary."""
    assert sum(map(int, ask("void", "?l a void:Linkset ; void:triples ?x"))) == len(mappings())
    for target, prefix in (("ncit", "NCIT"), ("rxnorm", "RXNORM")):
        linked = "?l void:objectsTarget ?t ; void:linkPredicate skos:exactMatch ; void:triples ?x . ?t void:uriSpace ?u"
        space = namespaces()[prefix]
        rows = kg_graph.rows(
            f'SELECT (COUNT(*) AS ?n) WHERE {{ ?s skos:exactMatch ?o FILTER(STRSTARTS(STR(?o), "{space}")) }}'
        )
        assert ask("void", f'{linked} FILTER(?u = "{space}")') == [str(next(iter(rows))["n"])], target


def test_the_service_is_described_without_an_address_until_it_has_one(kg_graph, ask):
    """Nothing is served by a file."""
    assert ask("sd", "?s a sd:Service ; sd:feature ?x") == [VOCABULARIES["sd"] + "UnionDefaultGraph"]
    assert ask("sd", "?s sd:endpoint ?x") == []
    assert b"sd:endpoint <https://example.org/sparql>" in service_description(kg_graph, "https://example.org/sparql")


def test_every_export_is_a_distribution_and_a_part(ask, products):
    """But for this one; each under a name of its own."""
    names = sorted(
        file_name(target, variant)
        for target in TARGETS.values()
        for variant in target.variants
        if target.name != "metadata" and not target.takes_about
    )
    assert len(set(names)) == len(names)
    assert ask("dcat", "gistkg:dataset dcat:distribution ?d . ?d dcterms:identifier ?x") == names
    crate = {one["@id"]: one for one in json.loads(products["ro-crate"].content)["@graph"]}
    assert sorted(part["@id"] for part in crate["./"]["hasPart"]) == names
    assert set(names) < set(crate)


def test_every_suffix_has_a_media_type(products):
    """A new format is given one."""
    crate = json.loads(products["ro-crate"].content)["@graph"]
    formats = {one["@id"]: one.get("encodingFormat") for one in crate if one["@type"] == "File"}
    assert formats["obo.obo"] == "text/obo"
    assert [name for name, form in formats.items() if form in (None, "application/octet-stream")] == []


def test_licence_version_and_date_are_the_same_everywhere(ask, products):
    """In the header, the descriptions, the package and the citation; the code has a licence of its own."""
    licence = ["https://creativecommons.org/licenses/by/4.0/"]
    assert ask("void", "gistkg:dataset dcterms:license ?x") == licence
    assert set(ask("dcat", "?any dcterms:license ?x")) == set(licence)
    root = next(one for one in json.loads(products["ro-crate"].content)["@graph"] if one["@id"] == "./")
    assert root["license"] == {"@id": licence[0]}

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert project["license"] == f"{citation['license']} AND CC-BY-4.0"
    assert "the ontology and its evidence under CC BY 4.0" in " ".join(citation["abstract"].split())
    version = {project["version"], str(citation["version"]), root["version"], *ask("dcat", "?d dcat:version ?x")}
    assert version == {"0.1.0"}
    issued = {citation["date-released"], root["datePublished"][:10], ask("dcat", "?d dcterms:issued ?x")[0][:10]}
    assert issued == {"2026-11-23"}
    assert citation["authors"] == project["authors"] == [{"name": ask("dcat", "?team foaf:name ?x")[0]}]


def test_it_says_what_it_is_not_for(ask, products):
    """In every description that has words."""
    sentence = "It informs; it does not choose a patient's treatment."
    for variant in ("void", "dcat"):
        assert ask(variant, "gistkg:dataset dcterms:description ?x")[0].endswith(sentence)
    assert sentence in products["ro-crate"].content.decode()


@pytest.mark.parametrize("variant", TARGETS["metadata"].variants)
def test_two_runs_give_the_same_bytes(products, variant):
    """In another process, with other hashes."""
    program = (
        "import sys; from gistkg.graph import load_graph; from gistkg.export.metadata import build;"
        f"sys.stdout.buffer.write(build(load_graph(), {variant!r}).content)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, env=os.environ | {"PYTHONHASHSEED": "7"}
    )
    assert done.stdout == products[variant].content


@pytest.mark.interop
@pytest.mark.parametrize("variant", TURTLE)
def test_rdflib_reads_the_turtle(products, variant):
    """Every triple."""
    import rdflib

    read = rdflib.Graph().parse(data=products[variant].content, format="turtle")
    ours = {str(triple) for triple in ox.parse(products[variant].content, format=ox.RdfFormat.TURTLE)}
    assert len(read) == len(ours)


@pytest.mark.interop
def test_rocrate_opens_the_folder(products, tmp_path):
    """With every part, the licence and the team."""
    rocrate = pytest.importorskip("rocrate.rocrate", reason="rocrate is not installed")
    content = products["ro-crate"].content
    (tmp_path / "ro-crate-metadata.json").write_bytes(content)
    parts = [one["@id"] for one in json.loads(content)["@graph"] if one["@type"] in ("File", "Dataset")]
    for part in parts:
        path = tmp_path / part
        path.mkdir(exist_ok=True) if part.endswith("/") else path.write_bytes(b"")
    crate = rocrate.ROCrate(tmp_path)
    assert {entity.id for entity in crate.data_entities} == set(parts) - {"./"}
    assert crate.root_dataset["license"].id == "https://creativecommons.org/licenses/by/4.0/"
    assert crate.root_dataset["creator"]["name"] == "The gistkg developers"
    assert crate.metadata["conformsTo"] == "https://w3id.org/ro/crate/1.1"
