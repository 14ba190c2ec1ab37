"""OBO and OBO Graphs: classes and definitions as four readers understand them, and an account of the rest."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gistkg.export.obo import build

NS = "https://w3id.org/gistkg/"
JAVA = Path(__file__).parents[1] / "data" / "java" / "ClassAxioms.java"
JARS = sorted(Path("/usr/share/java").glob("*.jar"))


@pytest.fixture(scope="module")
def obo(kg_graph):
    """The graph as OBO."""
    return build(kg_graph, "obo")


@pytest.fixture(scope="module")
def graphs(kg_graph):
    """The graph as OBO Graphs."""
    return build(kg_graph, "obographs")


@pytest.fixture(scope="module")
def stanzas(obo):
    """The lines of each term or property, by the end of its IRI; without the labels that follow an exclamation mark."""
    found = {}
    for stanza in obo.content.decode().split("\n\n")[1:]:
        lines = [line.split(" ! ")[0].replace(NS, "") for line in stanza.strip().split("\n")]
        found[lines[1].removeprefix("id: ")] = [lines[0], *lines[2:]]
    return found


@pytest.fixture(scope="module")
def ours(graphs):
    """What we say of classes: what is below what, and definitions, as sets; of the JSON, without a reader."""
    (graph,) = json.loads(graphs.content)["graphs"]
    below = {(edge["sub"], edge["obj"]) for edge in graph["edges"] if edge["pred"] == "is_a"}
    defined = {
        one["definedClassId"]: frozenset(one["genusIds"])
        | {f"{part['propertyId']}>{part['fillerId']}" for part in one["restrictions"]}
        for one in graph["logicalDefinitionAxioms"]
    }
    return below, defined


@pytest.fixture
def file(obo, tmp_path):
    """The OBO file on disk."""
    path = tmp_path / "gistkg.obo"
    path.write_bytes(obo.content)
    return path


def logic(stanza):
    """The lines of a stanza that say what holds."""
    tags = ("is_a", "intersection_of", "relationship", "equivalent_to", "domain", "range", "is_functional")
    return [line for line in stanza if line.startswith(tags)]


@pytest.mark.parametrize(
    ("term", "lines"),
    [
        (
            "SdhDeficientGist",
            [
                "is_a: GastrointestinalStromalTumour",
                "intersection_of: GastrointestinalStromalTumour",
                "intersection_of: hasAlteration SdhDeficiency",
            ],
        ),
        # the property has the domain Tumour, so that whatever has an alteration is one
        (
            "HasKitExon9Mutation",
            ["is_a: Tumour", "intersection_of: Tumour", "intersection_of: hasAlteration KitExon9Mutation"],
        ),
        # excludes nothing, so that it is all that it requires
        (
            "GistPopulation",
            ["is_a: Case", "is_a: IsGist", "intersection_of: Case", "intersection_of: IsGist"],
        ),
        ("IsGist", ["equivalent_to: GastrointestinalStromalTumour"]),
        ("HasMoreThan10Mitoses", ["is_a: Tumour"]),
        # two restrictions inside one: nothing but the domain of the outer one follows by itself
        ("ProgressedOnImatinib", ["is_a: Tumour"]),
        ("KitExon9Mutation", ["is_a: KitMutation"]),
        ("hasExtent", ["domain: Tumour", "range: DiseaseExtent", "is_functional: true"]),
    ],
)
def test_a_definition_is_written_as_far_as_obo_goes(stanzas, term, lines):
    """And nothing is written that does not follow."""
    assert logic(stanzas[term]) == lines


def test_a_definition_with_an_exclusion_becomes_no_definition(stanzas, obo, kg_graph):
    """Without it, the population would be wider: only what it requires is written, and it is told as lost."""
    excluding = {
        str(row["population"])
        for row in kg_graph.rows("SELECT DISTINCT ?population { ?population gistkg:excludes ?c }")
    }
    assert "gistkg:AdvancedAfterThreeDrugsPopulation" in excluding
    for population in excluding:
        lines = logic(stanzas[population.removeprefix("gistkg:")])
        assert lines
        assert {line.split(":")[0] for line in lines} == {"is_a"}
    lost = next(one.items for one in obo.losses if one.what == "definitions with a complement")
    assert {NS + population.removeprefix("gistkg:") for population in excluding} <= set(lost)


def test_a_term_keeps_its_words_codes_and_kind(stanzas):
    """The drug that everything began with."""
    lines = stanzas["Imatinib"]
    assert lines[:7] == [
        "[Term]",
        "name: imatinib",
        'def: "Imatinib is a tyrosine kinase inhibitor with the international nonproprietary name imatinib." []',
        "subset: Substance",
        'synonym: "Gleevec" EXACT []',
        'synonym: "Glivec" EXACT []',
        'synonym: "imatinib mesylate" EXACT []',
    ]
    assert 'xref: RXNORM:282388 "imatinib"' in lines
    exact = "property_value: http://www.w3.org/2004/02/skos/core#exactMatch "
    assert exact + "http://purl.obolibrary.org/obo/CHEBI_45783" in lines


def test_the_source_of_a_definition_is_its_reference(stanzas):
    """As an IRI, whole."""
    lines = stanzas["PdgfraNonD842VMutation"]
    assert [line.rsplit(" [")[1] for line in lines if line.startswith("def")] == [
        "https://doi.org/10.4143/crt.2015.015]"
    ]


def test_only_the_same_is_a_cross_reference(obo, stanzas):
    """A salt, which is narrower and said to be something else, is none; SNOMED CT goes by codes alone."""
    chebi = [line for line in stanzas["Imatinib"] if line.startswith("xref: CHEBI")]
    assert chebi == ['xref: CHEBI:45783 "imatinib"']
    snomed = [line for line in obo.content.decode().splitlines() if line.startswith("xref: SNOMEDCT")]
    assert snomed
    assert not [line for line in snomed if '"' in line]


def test_every_row_of_the_match_tables_is_carried_or_told(obo, kg_graph):
    """By the kind of its subject."""
    from gistkg.mappings import mappings

    kinds = "?s a ?kind FILTER(?kind IN (owl:Class, owl:ObjectProperty, owl:DatatypeProperty, owl:AnnotationProperty))"
    terms = {row["s"].full for row in kg_graph.rows(f"SELECT DISTINCT ?s WHERE {{ {kinds} FILTER(isIRI(?s)) }}")}
    carried = [row for row in mappings() if row.subject.full in terms]
    assert obo.carried["matches"] == len(carried)
    told = next(one.items for one in obo.losses if one.what == "matches of individuals")
    assert set(told) == {row.subject.full for row in mappings()} - terms


def test_every_class_and_property_is_carried_and_every_individual_told(obo, graphs, kg_graph):
    """Counted by queries of their own."""
    ask = "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ {} FILTER(isIRI(?s)) }}"
    kinds = "?s a ?kind . FILTER(?kind IN (owl:ObjectProperty, owl:DatatypeProperty, owl:AnnotationProperty))"
    own = 'FILTER(STRSTARTS(STR(?s), "https://w3id.org/gistkg/"))'
    bare = "?s a owl:NamedIndividual . FILTER NOT EXISTS { ?s a owl:Class }"
    classes, properties, individuals = (
        next(iter(kg_graph.rows(ask.format(pattern))))["n"] for pattern in ("?s a owl:Class", f"{kinds} {own}", bare)
    )
    for product in (obo, graphs):
        assert (product.carried["classes"], product.carried["properties"]) == (classes, properties)
        told = {item for one in product.losses if one.what.startswith("individuals") for item in one.items}
        assert len(told) == individuals


def test_every_parent_and_every_disjoint_pair_of_the_graph_is_carried(obo, ours, kg_graph):
    """What else is written as a parent follows from a definition."""
    asserted = {
        (row["a"].full, row["b"].full)
        for row in kg_graph.rows("SELECT ?a ?b { ?a rdfs:subClassOf ?b FILTER(isIRI(?b)) }")
    }
    assert asserted <= ours[0]
    pairs = kg_graph.rows(
        "SELECT DISTINCT ?a ?b { ?x a owl:AllDisjointClasses ; owl:members/rdf:rest*/rdf:first ?a, ?b "
        "FILTER(STR(?a) < STR(?b)) }"
    )
    assert obo.carried["disjoint pairs"] == len(list(pairs))


def test_every_defined_class_has_its_definition_or_a_reason(obo, ours, stanzas, kg_graph):
    """Criteria, populations and defined subtypes alike."""
    rows = kg_graph.rows(
        "SELECT DISTINCT ?c { { ?c owl:equivalentClass ?d } UNION { ?c a gistkg:Population } FILTER(isIRI(?c)) }"
    )
    defined = {row["c"].full for row in rows}
    same = {NS + name for name, lines in stanzas.items() if any(line.startswith("equivalent_to") for line in lines)}
    told = {item for one in obo.losses if one.what.startswith("definitions") for item in one.items}
    assert defined == set(ours[1]) | same | told
    assert not (set(ours[1]) | same) & told


def test_a_population_is_below_all_that_it_requires_and_below_nothing_else(ours, kg_graph):
    """Every one of them is a case."""
    required = {}
    for row in kg_graph.rows("SELECT ?p ?c { ?p a gistkg:Population ; gistkg:requires ?c }"):
        required.setdefault(row["p"].full, {NS + "Case"}).add(row["c"].full)
    assert required
    assert {
        population: {above for below, above in ours[0] if below == population} for population in required
    } == required


@pytest.mark.parametrize("variant", ["obo", "obographs"])
def test_two_runs_give_the_same_bytes(variant, obo, graphs):
    """In another process, with other hashes."""
    program = (
        "import sys; from gistkg.graph import load_graph; from gistkg.export.obo import build;"
        f"sys.stdout.buffer.write(build(load_graph(), {variant!r}).content)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, env=os.environ | {"PYTHONHASHSEED": "7"}
    )
    assert done.stdout == {"obo": obo, "obographs": graphs}[variant].content


@pytest.mark.interop
def test_fastobo_reads_the_same(file, ours, tmp_path):
    """A strict parser."""
    fastobo = pytest.importorskip("fastobo", reason="fastobo is not installed")
    below, defined = set(), {}
    for frame in fastobo.load(str(file)):
        if not isinstance(frame, fastobo.term.TermFrame):
            continue
        parts = set()
        for clause in frame:
            if clause.raw_tag() == "is_a":
                below.add((str(frame.id), str(clause.term)))
            elif clause.raw_tag() == "intersection_of":
                link = clause.typedef
                parts.add(f"{link}>{clause.term}" if link is not None else str(clause.term))
        if parts:
            defined[str(frame.id)] = frozenset(parts)
    assert (below, defined) == ours


@pytest.mark.interop
def test_pronto_reads_the_same(file, ours):
    """And the words."""
    pronto = pytest.importorskip("pronto", reason="pronto is not installed")
    ontology = pronto.Ontology(str(file))
    below = {(term.id, above.id) for term in ontology.terms() for above in term.superclasses(1, with_self=False)}
    defined = {
        term.id: frozenset(
            f"{part[0].id}>{part[1].id}" if isinstance(part, tuple) else part.id for part in term.intersection_of
        )
        for term in ontology.terms()
        if term.intersection_of
    }
    assert (below, defined) == ours
    imatinib = ontology[NS + "Imatinib"]
    assert imatinib.name == "imatinib"
    assert {synonym.description for synonym in imatinib.synonyms} == {"Gleevec", "Glivec", "imatinib mesylate"}


@pytest.mark.interop
def test_obographs_reads_the_same(graphs, ours, tmp_path):
    """And every node is a class or a property with a label."""
    obographs = pytest.importorskip("obographs", reason="obographs is not installed")
    path = tmp_path / "gistkg.json"
    path.write_bytes(graphs.content)
    graph = obographs.read(path)
    below = {(edge.sub, edge.obj) for edge in graph.edges if edge.pred == "is_a"}
    defined = {
        one.definedClassId: frozenset(one.genusIds)
        | {f"{part.propertyId}>{part.fillerId}" for part in one.restrictions}
        for one in graph.logicalDefinitionAxioms
    }
    assert (below, defined) == ours
    assert {node.type for node in graph.nodes} == {"CLASS", "PROPERTY"}
    assert all(node.lbl for node in graph.nodes)


@pytest.mark.interop
@pytest.mark.skipif(shutil.which("java") is None, reason="there is no java")
@pytest.mark.skipif(not any("owlapi" in jar.name for jar in JARS), reason="libowlapi-java is not installed")
def test_the_owl_api_reads_the_same(file, ours, obo):
    """Under the names the terms have, whole."""
    done = subprocess.run(
        ["java", "-cp", os.pathsep.join(map(str, JARS)), str(JAVA), str(file)],
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    lines = [line.split(" ") for line in done.stdout.splitlines()]
    assert [line[1:] for line in lines if line[0] == "ontology"] == [[NS]]
    defined = {line[1]: frozenset(line[2:]) for line in lines if line[0] == "defined" and len(line) > 3}
    assert ({tuple(line[1:]) for line in lines if line[0] == "below" and ">" not in line[2]}, defined) == ours
    assert len([line for line in lines if line[0] == "apart"]) == obo.carried["disjoint pairs"]
