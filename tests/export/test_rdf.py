"""The graph in the serialisations of RDF and OWL is the graph, also for readers that are not ours."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from gistkg.errors import ExportError, MissingProgramError
from gistkg.export import owl, rdf
from gistkg.export.canonical import Descriptions, triples
from gistkg.export.json_ld import JsonLd, context_of
from gistkg.export.targets import target
from gistkg.files import folder
from gistkg.graph import Graph
from gistkg.reason import labels, population_axioms
from gistkg.terms import OWL, PREFIXES, RDF, RDFS, SKOS

FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
RDFLIB = {
    "turtle": "turtle",
    "ntriples": "nt",
    "rdfxml": "xml",
    "jsonld": "json-ld",
    "trig": "trig",
    "nquads": "nquads",
}
RAPPER = {"turtle": "turtle", "ntriples": "ntriples", "rdfxml": "rdfxml"}
JAVA = Path("/usr/share/java")
REPORT = Path(__file__).parents[1] / "data" / "java" / "OwlApiReport.java"


def canonical(content, format_):
    """The statements of a file as sorted lines, with the blank node labels of RDFC-1.0."""
    dataset = ox.Dataset(ox.parse(content, format=format_))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(ox.serialize(dataset, format=ox.RdfFormat.N_QUADS).decode().split("\n")[:-1])


@pytest.fixture(scope="module")
def exported(kg_graph):
    """Every variant, made once and only when it is asked for."""
    made = {}

    def export(variant):
        if variant not in made:
            made[variant] = rdf.build(kg_graph, variant)
        return made[variant]

    return export


@pytest.fixture(scope="module")
def stated(kg_graph):
    """The statements of the store, canonical by the library alone: as triples, and as quads."""
    union = ox.Dataset(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in kg_graph.store)
    named = ox.Dataset(kg_graph.store)
    found = []
    for dataset in (union, named):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        found.append(sorted(ox.serialize(dataset, format=ox.RdfFormat.N_QUADS).decode().split("\n")[:-1]))
    return found


@pytest.mark.parametrize("variant", FORMATS)
def test_every_statement_is_read_back_by_pyoxigraph(exported, stated, variant):
    """The file is isomorphic to the graph: the same canonical lines, with their named graphs where there are any."""
    expected = stated[variant in ("trig", "nquads")]
    assert canonical(exported(variant).content, FORMATS[variant]) == expected
    assert exported(variant).carried == {"statements": len(expected)}
    assert exported(variant).losses == ()


@pytest.mark.interop
@pytest.mark.parametrize("variant", RDFLIB)
def test_every_statement_is_read_back_by_rdflib(exported, stated, variant, monkeypatch):
    """What rdflib reads is isomorphic to the graph; a plain literal is an xsd:string, which rdflib tells apart."""
    import rdflib

    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    dataset = rdflib.Dataset()
    dataset.parse(data=exported(variant).content, format=RDFLIB[variant])
    lines = dataset.serialize(format="nquads").replace("<urn:x-rdflib:default>", "")
    assert canonical(lines, ox.RdfFormat.N_QUADS) == stated[variant in ("trig", "nquads")]


@pytest.mark.interop
@pytest.mark.parametrize("variant", RAPPER)
def test_every_statement_is_read_back_by_rapper(exported, stated, variant):
    """What rapper reads is isomorphic to the graph."""
    if shutil.which("rapper") is None:
        pytest.skip("needs rapper, of raptor2-utils")
    command = ["rapper", "-q", "-i", RAPPER[variant], "-o", "ntriples", "-", "http://example.org/"]
    done = subprocess.run(command, input=exported(variant).content, capture_output=True, check=True)
    assert canonical(done.stdout, ox.RdfFormat.N_TRIPLES) == stated[0]


def test_turtle_is_written_as_people_write_it(tiny_with):
    """One block a subject, kind and label first, lists and nested nodes in brackets, numbers as they are."""
    lines = triples(
        tiny_with("""
        gistkg:TestCriterion skos:prefLabel "say \\"a\\""@en ; a owl:Class ;
            owl:equivalentClass [ owl:onProperty gistkg:exonNumber ; a owl:Restriction ; owl:hasValue 9 ] ;
            gistkg:requires gistkg:A , gistkg:B .
        [] a owl:AllDisjointClasses ; owl:members ( gistkg:A gistkg:B ) .
        """)
    )
    from gistkg.export.turtle_text import turtle

    text = turtle(lines, PREFIXES).decode()
    assert (
        """
gistkg:TestCriterion
    a owl:Class ;
    owl:equivalentClass [ a owl:Restriction ; owl:onProperty gistkg:exonNumber ; owl:hasValue 9 ] ;
    skos:prefLabel "say \\"a\\""@en ;
    gistkg:requires gistkg:A , gistkg:B ;
    .
"""
        in text
    )
    assert "[\n    a owl:AllDisjointClasses ;\n    owl:members ( gistkg:A gistkg:B ) ;\n] .\n" in text


HARD = """
@prefix e: <http://e/> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
e:shared e:p _:s . e:other e:p _:s . _:s e:q "twice" .
_:one e:p _:two . _:two e:p _:one .
_:self e:p _:self .
e:open owl:unionOf [ rdf:first e:a ] .
e:double owl:unionOf _:l . _:l rdf:first e:a , e:b ; rdf:rest () .
e:said owl:unionOf _:m . _:m rdf:first e:a ; rdf:rest () ; e:p "more than a list" .
e:nested owl:unionOf ( ( e:a ) () ( [ e:p 1 ] ) ) .
e:bare e:p [] .
e:text e:p "a\\u2028b\\u0085c\\\\ \\t\\n\\"" , "x"@en , "x"@en-GB , "07"^^xsd:integer , 7 , 7.0 , "7."^^xsd:decimal ,
    1e0 , true , "1"^^xsd:boolean , "y"^^e:type , <http://e/a#b/c> , <https://w3id.org/gistkg/a.> ,
    <https://w3id.org/gistkg/> .
e:mixed e:q e:a , "b" , [ e:p "c" ] , ( e:d ) .
<https://w3id.org/gistkg/-a> <http://e/0> <https://w3id.org/gistkg/evidence/a/b> .
"""


@pytest.mark.parametrize("variant", FORMATS)
def test_what_is_hard_to_write_is_read_back(variant):
    """Shared, circular and bare nodes, lists that are none, marks inside a text, numbers spelt otherwise."""
    store = ox.Store()
    for name in ("a", "b"):
        store.load(HARD, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(f"http://e/graph/{name}"))
    store.load('_:n <http://e/p> "no graph" .', format=ox.RdfFormat.TURTLE)
    node = ox.BlankNode("everywhere")
    for graph in ("a", "b"):
        store.add(
            ox.Quad(
                node, ox.NamedNode("http://e/p"), ox.NamedNode("http://e/o"), ox.NamedNode(f"http://e/graph/{graph}")
            )
        )
    graph = Graph(store, ())
    named = variant in ("trig", "nquads")
    expected = ox.Dataset(quad if named else ox.Quad(quad.subject, quad.predicate, quad.object) for quad in store)
    if variant == "rdfxml":
        expected = ox.Dataset(quad for quad in expected if quad.predicate.value != "http://e/0")
        store.remove_graph(ox.NamedNode("http://e/none"))
        for quad in list(store):
            if quad.predicate.value == "http://e/0":
                store.remove(quad)
    expected.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(ox.serialize(expected, format=ox.RdfFormat.N_QUADS).decode().split("\n")[:-1])
    assert canonical(rdf.build(graph, variant).content, FORMATS[variant]) == lines


def test_bytes_are_the_same_in_another_process(exported):
    """Nothing hangs on the order of a set, or on a label made by chance."""
    program = (
        "import hashlib; from gistkg.graph import load_graph; from gistkg.export import rdf; g = load_graph()\n"
        f"for v in {[*target('rdf').variants]!r}: print(v, hashlib.sha256(rdf.build(g, v).content).hexdigest())"
    )
    pytest.importorskip("pyhornedowl", reason="needs py-horned-owl, which writes two of the variants")
    environment = os.environ | {"PYTHONHASHSEED": "12345"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    import hashlib

    here = {variant: hashlib.sha256(exported(variant).content).hexdigest() for variant in target("rdf").variants}
    assert dict(line.split() for line in done.stdout.splitlines()) == here


# JSON-LD


def test_json_ld_of_a_recommendation(exported):
    """Written out by hand from the Turtle of the claim."""
    nodes = json.loads(exported("jsonld").content)["@graph"]
    (node,) = (node for node in nodes if node.get("id") == "ev:pdq-2024-175")
    assert node == {
        "id": "ev:pdq-2024-175",
        "type": ["owl:NamedIndividual", "gistkg:Recommendation"],
        "prefLabel": "metastatic or recurrent GIST with KIT exon 9: imatinib may be started at 800 mg daily",
        "description": "Patients with a KIT exon 9 mutation may start imatinib at 800 mg a day.",
        "source": "src:pdq-2024",
        "appliesTo": "gistkg:FirstLineMetastaticKitExon9Population",
        "cites": "src:pdq-2024-ref-7-1",
        "hasBasis": "gistkg:GuidelineBasis",
        "hasDirection": "gistkg:For",
        "hasHedge": "may",
        "hasModality": "gistkg:May",
        "inSetting": "gistkg:FirstLineSetting",
        "locator": "Treatment of Metastatic or Recurrent GISTs > Initial TKI therapy > Imatinib",
        "recommends": "gistkg:Imatinib800mgPerDay",
        "revises": "ev:pdq-2014-s28",
        "validFrom": "2024-12-13T00:00:00Z",
    }


def test_json_ld_has_no_number_with_a_fraction(exported):
    """A processor writes such a number as a double ("5.3E0"), which is no decimal; decimals are text with a type."""
    fractions = []
    json.loads(exported("jsonld").content, parse_float=fractions.append)
    assert fractions == ["1.1"], "the version of JSON-LD, and no other"


def test_context_and_frame_in_the_repository_are_those_of_the_graph(kg_graph):
    """`python -m gistkg.export.json_ld` has been run since the graph changed."""
    from gistkg.export.frames import frame

    found = Descriptions(triples(kg_graph))
    terms = context_of(kg_graph, found)
    written = {
        name: json.loads((folder("ontology") / f"{name}.jsonld").read_text(encoding="utf-8"))
        for name in ("context", "frame")
    }
    assert written["context"] == {"@context": terms}
    assert written["frame"] == {"@context": terms, **frame(kg_graph, found, terms)}


def test_context_says_what_values_are(exported):
    """A link, a date, a number, a text in English, a plain text, a list; and no two terms for one property."""
    terms = json.loads(exported("jsonld").content)["@context"]
    assert terms["appliesTo"] == {"@id": "gistkg:appliesTo", "@type": "@id"}
    assert terms["validFrom"] == {"@id": "gistkg:validFrom", "@type": "xsd:dateTime"}
    assert terms["publicationYear"] == {"@id": "gistkg:publicationYear", "@type": "xsd:integer"}
    assert terms["prefLabel"] == {"@id": "skos:prefLabel", "@language": "en"}
    assert terms["locator"] == {"@id": "gistkg:locator"}
    assert terms["intersectionOf"] == {"@id": "owl:intersectionOf", "@type": "@id", "@container": "@list"}
    properties = [meaning["@id"] for meaning in terms.values() if isinstance(meaning, dict)]
    assert len(properties) == len(set(properties))


def part_of(graph, claims):
    """A graph of some claims, and what is reached from them in five steps."""
    store, waiting, seen = ox.Store(), [ox.NamedNode(claim) for claim in claims], set()
    for step in range(20):
        steps = [quad for node in waiting for quad in graph.store.quads_for_pattern(node, None, None)]
        seen.update(waiting)
        store.extend(steps)
        kinds = ox.NamedNode | ox.BlankNode if step < 7 else ox.BlankNode  # lists are followed to their end
        waiting = [quad.object for quad in steps if isinstance(quad.object, kinds) and quad.object not in seen]
    above = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
    parents = graph.store.quads_for_pattern(None, above, None)
    store.extend([quad for quad in parents if isinstance(quad.object, ox.NamedNode)])
    return Graph(store, graph.files)


CLAIMS = [
    "https://w3id.org/gistkg/evidence/pdq-2024-175",
    "https://w3id.org/gistkg/evidence/fda-avapritinib-pdgfra-exon-18",
    "https://w3id.org/gistkg/evidence/pdq-2014-s21",
]


@pytest.fixture(scope="module")
def part(kg_graph):
    """Three claims with what they lead to, with the context of the whole graph."""
    some = part_of(kg_graph, CLAIMS)
    found = Descriptions(triples(some))
    terms = context_of(kg_graph, Descriptions(triples(kg_graph)))
    return some, found, terms


def unordered(value):
    """JSON without the order of its keys and values; lists of our documents are sets, but for RDF lists."""
    if isinstance(value, dict):
        return {key: unordered(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted((unordered(inner) for inner in value), key=lambda one: json.dumps(one, sort_keys=True))
    return value


@pytest.mark.interop
def test_documents_are_those_that_pyld_makes_by_the_frame(part):
    """The frame of the repository, given to a JSON-LD processor, makes just our nested documents."""
    jsonld = pytest.importorskip("pyld.jsonld", reason="needs PyLD, a JSON-LD processor")
    from gistkg.export.frames import framed

    some, found, terms = part
    document = {"@context": terms, "@graph": list(JsonLd(found, terms).nodes())}
    shape = json.loads((folder("ontology") / "frame.jsonld").read_text(encoding="utf-8"))
    made = jsonld.frame(document, shape, {"omitGraph": False})
    ours, _ = framed(some, found, terms, shape)
    assert {one["id"] for one in ours} >= {f"ev:{iri.rsplit('/', 1)[1]}" for iri in CLAIMS}
    assert unordered(ours) == unordered(made["@graph"])


@pytest.mark.interop
def test_json_ld_is_compact_as_pyld_compacts_it(part):
    """Expanded and compacted again with the context, the document is the same."""
    jsonld = pytest.importorskip("pyld.jsonld", reason="needs PyLD, a JSON-LD processor")
    _, found, terms = part
    nodes = list(JsonLd(found, terms).nodes())
    document = {"@context": terms, "@graph": nodes}
    again = jsonld.compact(jsonld.expand(document), terms)
    assert unordered(again["@graph"]) == unordered(nodes)


def test_frames_tell_of_every_claim_and_only_what_is_stated(exported, stated, kg_graph):
    """One document a claim; as RDF the documents are a part of the graph; what they leave out is listed."""
    product = exported("frames")
    (row,) = kg_graph.rows(
        "SELECT (COUNT(DISTINCT ?claim) AS ?n) { ?claim a ?kind . ?kind rdfs:subClassOf* gistkg:Claim }"
    )
    header, *documents = json.loads(product.content)["@graph"]
    assert "does not choose a patient's treatment" in header["description"]
    assert product.carried == {"claims": row["n"]} == {"claims": len({one["id"] for one in documents})}
    lines = canonical(product.content, ox.RdfFormat.JSON_LD)
    assert set(lines) <= set(stated[0])
    names = {f"<{PREFIXES['ev']}{one['id'].removeprefix('ev:')}>" for one in documents}
    own = {line for line in stated[0] if line.split(" ")[0] in names}
    assert own - set(lines) == set()
    predicates, told = ({}, {})
    for found, source in ((predicates, stated[0]), (told, lines)):
        for line in source:
            if line.startswith("<"):
                found.setdefault(line.split(" ")[0][1:-1], set()).add(line.split(" ")[1])
    left, partly = product.losses
    assert set(left.items) == predicates.keys() - told.keys()
    assert set(partly.items) == {node for node, said in told.items() if said != predicates[node]}


def test_document_of_a_finding_has_figure_unit_and_interval(exported):
    """A response in 84% of 43 patients, 95% confidence interval 69 to 93, stands below the approval it supports."""
    documents = json.loads(exported("frames").content)["@graph"]
    (document,) = (one for one in documents if one["id"] == "ev:fda-avapritinib-pdgfra-exon-18")
    assert document["recommends"]["prefLabel"] == "avapritinib 300 mg once daily"
    assert document["recommends"]["doseUnit"]["prefLabel"] == "milligram"
    (result,) = (one for one in document["supportedBy"] if one["id"].endswith("-orr-exon-18"))
    told = {name: result[name] for name in ("value", "lowerLimit", "upperLimit", "confidenceLevel", "ofCount")}
    assert told == {
        "value": "84",
        "lowerLimit": "69",
        "upperLimit": "93",
        "confidenceLevel": "95",
        "ofCount": 43,
    }
    assert result["unit"]["prefLabel"] == "percent"
    assert result["source"]["bibliographicCitation"].startswith("ecancer")


# OWL


@pytest.fixture(scope="module")
def owl_api(exported, tmp_path_factory):
    """What the OWL API tells of each OWL file, by variant: counts of axioms by type, and violations."""
    pytest.importorskip("pyhornedowl", reason="needs py-horned-owl, which writes two of the variants")
    if shutil.which("java") is None or not (JAVA / "owlapi-distribution.jar").exists():
        pytest.skip("needs Java and the OWL API, of libowlapi-java")
    place = tmp_path_factory.mktemp("owl")
    paths = {variant: place / f"gistkg{target('rdf').variants[variant]}" for variant in ("rdfxml", "owl", "ofn", "owx")}
    for variant, path in paths.items():
        path.write_bytes(exported(variant).content)
    needed = "owlapi-distribution owlapi-api owlapi-apibinding owlapi-impl owlapi-parsers owlapi-rio owlapi-tools "
    needed += "owlapi-oboformat owlapi-compatibility rdf4j-model rdf4j-model-api rdf4j-model-vocabulary rdf4j-util "
    needed += "caffeine guava commons-io commons-codec commons-logging hppcrt slf4j-api slf4j-nop jsr305 xz "
    needed += (
        "atinject-jsr330-api jackson-core jackson-databind jackson-annotations httpclient httpcore commons-rdf-api"
    )
    jars = [*(JAVA / f"{name}.jar" for name in needed.split()), *sorted(JAVA.glob("rdf4j-rio-*[a-z].jar"))]
    command = ["java", "-cp", ":".join(map(str, jars)), str(REPORT), *map(str, paths.values())]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = {variant: {"violation": []} for variant in paths}
    variants = {str(path): variant for variant, path in paths.items()}
    for line in done.stdout.splitlines():
        path, key, value = line.split("\t")
        if key == "violation":
            told[variants[path]]["violation"].append(value)
        else:
            told[variants[path]][key] = int(value) if value.isdigit() else value
    return told


@pytest.mark.interop
def test_owl_api_finds_no_violation_of_owl_2_dl(owl_api):
    """Each file opens in the library of Protege, in its own syntax, and stays in the profile."""
    formats = {variant: told["format"].removesuffix("DocumentFormat") for variant, told in owl_api.items()}
    assert formats == {"rdfxml": "RDFXML", "owl": "RDFXML", "ofn": "FunctionalSyntax", "owx": "OWLXML"}
    assert {variant: told["violation"] for variant, told in owl_api.items()} == {variant: [] for variant in owl_api}


@pytest.mark.interop
def test_owl_api_reads_the_same_axioms_from_each_syntax(owl_api, kg_graph):
    """As many of each type; the RDF without derived definitions has just those and the labels fewer, and one note."""
    counts = {
        variant: {key: count for key, count in told.items() if isinstance(count, int)}
        for variant, told in owl_api.items()
    }
    assert counts["ofn"] == counts["owl"] == counts["owx"]
    assert counts["owl"]["DisjointClasses"] == sum(
        1 for _ in kg_graph.store.quads_for_pattern(None, None, ox.NamedNode(OWL + "AllDisjointClasses"))
    )
    derived = sum(1 for triple in population_axioms(kg_graph) if triple.predicate.value == OWL + "equivalentClass")
    assert derived > 200
    more = {
        key: count - counts["rdfxml"][key] for key, count in counts["owl"].items() if count != counts["rdfxml"][key]
    }
    named = {triple.subject for triple in labels(kg_graph)}
    assert more == {"EquivalentClasses": derived, "AnnotationAssertion": len(named), "annotations": 1}


def test_owl_holds_the_derived_definitions_and_says_so(kg_graph, stated):
    """Every triple of the graph, and besides them only the population axioms, the labels and the note."""
    lines = set(owl.owl_lines(kg_graph))
    assert {line for line in stated[0] if "_:" not in line} <= lines
    more = {line for line in lines if "_:" not in line} - set(stated[0])
    (note,) = (line for line in more if "#comment>" in line)
    assert "derived from what each requires and excludes" in note
    assert "rdfs:label repeats skos:prefLabel" in note
    labelled = {line for line in more if f" <{RDFS}label> " in line}
    assert {line.replace(f"<{RDFS}label>", f"<{SKOS}prefLabel>", 1) for line in labelled} == {
        line for line in lines if f" <{SKOS}prefLabel> " in line
    }
    assert {line.split(" ")[1] for line in more - {note} - labelled} <= {f"<{OWL}equivalentClass>"}
    assert len(lines) == len(stated[0]) + 1 + len(labelled) + sum(1 for _ in population_axioms(kg_graph))


def test_axiom_that_would_be_dropped_is_refused():
    """py-horned-owl reads no negative assertions; the error names what was found and the format to write instead."""
    pytest.importorskip("pyhornedowl", reason="needs py-horned-owl")
    lines = [
        "<http://e/o> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2002/07/owl#Ontology> .",
        f"_:a <{RDF}type> <{OWL}NegativePropertyAssertion> .",
    ]
    with pytest.raises(ExportError, match=r"would drop; write RDF/XML"):
        owl.with_horned_owl(lines, "ofn")


def test_without_py_horned_owl_the_error_says_what_to_install(tiny, monkeypatch):
    """The other variants need nothing."""
    monkeypatch.setitem(sys.modules, "pyhornedowl", None)
    with pytest.raises(MissingProgramError, match=r"pip install 'gistkg\[owl\]'"):
        rdf.build(tiny, "ofn")
    assert rdf.build(tiny, "owl").content.startswith(b"<?xml")
