"""The tables hold the whole graph, say what they hold, and open in other people's programs."""

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from decimal import Decimal
from itertools import product

import pyoxigraph as ox
import pytest

from gistkg.errors import ExportError, MissingProgramError, SourceError
from gistkg.export import table as table_module
from gistkg.export.contents import contents
from gistkg.export.delimited import csv_bytes
from gistkg.export.table import read_tables
from gistkg.export.tables import build
from gistkg.mappings import mappings
from gistkg.terms import EV, GISTKG, OWL, RDF, SKOS, SRC, XSD

TYPE = RDF + "type"


@pytest.fixture(scope="module")
def files(kg_graph):
    """The whole graph as CSV."""
    return build(kg_graph, "csv").files


@pytest.fixture(scope="module")
def parquet(kg_graph):
    """The whole graph as Parquet."""
    pytest.importorskip("pyarrow", reason="pyarrow writes and reads Parquet")
    return build(kg_graph, "parquet").files


@pytest.fixture(scope="module")
def tables(kg_graph):
    """The tables that have a query, before they are written."""
    return read_tables(kg_graph, contents(kg_graph))


def rows(files, name):
    """The rows of a table, as the standard library reads them."""
    return list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode(), newline="")))


def row(files, name, iri):
    """What the row of an identifier says, without its empty cells."""
    (found,) = [one for one in rows(files, name) if one["id"] == iri]
    return {column: cell for column, cell in found.items() if cell}


def several(*names):
    """Whole IRIs of our own, as a cell holds them."""
    return "|".join(GISTKG + name for name in names)


def test_a_recommendation_is_one_row(files):
    """Imatinib 800 mg a day for KIT exon 9: whom, what, how much, who says so, and how surely."""
    assert row(files, "recommendations", EV + "pdq-2024-175") == {
        "id": EV + "pdq-2024-175",
        "label": "metastatic or recurrent GIST with KIT exon 9: imatinib may be started at 800 mg daily",
        "kind": GISTKG + "Recommendation",
        "kind_label": "recommendation",
        "direction": GISTKG + "For",
        "direction_label": "for",
        "modality": GISTKG + "May",
        "modality_label": "may",
        "basis": GISTKG + "GuidelineBasis",
        "basis_label": "guideline basis",
        "hedge": "may",
        "population": GISTKG + "FirstLineMetastaticKitExon9Population",
        "population_label": (
            "metastatic or recurrent GIST with a KIT exon 9 mutation, "
            "no tyrosine kinase inhibitor for advanced disease so far"
        ),
        "population_requires": several(
            "HadNoTkiForAdvancedDisease", "HasKitExon9Mutation", "HasMetastaticOrRecurrentDisease", "IsGist"
        ),
        "population_requires_label": (
            "has had no tyrosine kinase inhibitor for advanced disease|has a KIT exon 9 mutation|"
            "disease is metastatic or recurrent|is a gastrointestinal stromal tumour"
        ),
        "population_excludes": GISTKG + "DiseaseControlledOnTki",
        "population_excludes_label": "disease controlled under a tyrosine kinase inhibitor",
        "therapy": GISTKG + "Imatinib800mgPerDay",
        "therapy_label": "imatinib 800 mg a day",
        "therapy_kind": GISTKG + "Regimen",
        "therapy_kind_label": "regimen",
        "drugs": GISTKG + "Imatinib",
        "drugs_label": "imatinib",
        "dose_unit": GISTKG + "Milligram",
        "dose_unit_label": "milligram",
        "dose_unit_ucum": "mg",
        "dose_per_day": "800",
        "setting": GISTKG + "FirstLineSetting",
        "setting_label": "first line",
        "valid_from": "2024-12-13T00:00:00Z",
        "source": SRC + "pdq-2024",
        "source_label": "PDQ, edition of 13 December 2024",
        "locator": "Treatment of Metastatic or Recurrent GISTs > Initial TKI therapy > Imatinib",
        "citation": (
            "PDQ Adult Treatment Editorial Board. Gastrointestinal Stromal Tumors Treatment (PDQ): Health Professional "
            "Version. National Cancer Institute, 2024-12-13. "
            "https://www.cancer.gov/types/soft-tissue-sarcoma/hp/gist-treatment-pdq"
        ),
        "pmid": "26389157",
        "year": "2024",
        "cites": SRC + "pdq-2024-ref-7-1",
        "cites_label": "PDQ, edition of 13 December 2024, section 7, reference 1",
        "cited_numbers": "1",
        "cited_publications": SRC + "debiec-rychter-2006",
        "cited_publications_label": "Debiec-Rychter 2006, KIT mutations and dose of imatinib",
        "cited_pmids": "16624552",
        "description": "Patients with a KIT exon 9 mutation may start imatinib at 800 mg a day.",
        "revises": EV + "pdq-2014-s28",
        "revises_label": "KIT exon 9: imatinib 800 mg daily to begin with may be appropriate",
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "fda-avapritinib-pdgfra-exon-18",
            {
                "direction_label": "for",
                "modality_label": "indicated",
                "basis_label": "label basis",
                "drugs_label": "avapritinib",
                "dose_value": "300",
                "dose_per_day": "300",
                "dose_unit_ucum": "mg",
                "dose_frequency_label": "once daily",
                "dose_schedule": "continuous",
                "jurisdiction": GISTKG + "UnitedStates",
                "agency": GISTKG + "Fda",
                "valid_from": "2020-01-09T00:00:00Z",
                "date_precision": "day",
                "derived_level": GISTKG + "PdqC3",
                "derived_level_code": "C3",
                "supported_by": (
                    f"{EV}navigator-avapritinib-phase1-orr-d842v-fda|{EV}navigator-avapritinib-phase1-orr-exon-18"
                ),
            },
        ),
        (
            "pdq-2024-073",
            {
                "direction": GISTKG + "Against",
                "direction_label": "against",
                "therapy": GISTKG + "WideExcision",
                "locator": "Treatment Option Overview for GISTs > Surgery",
            },
        ),
    ],
)
def test_recommendations_say_what_the_turtle_says(files, name, expected):
    """An approval with its dose, place and date; and one against, which has no drug."""
    found = row(files, "recommendations", EV + name)
    assert {column: found.get(column) for column in expected} == expected
    assert ("drugs" in found) == ("drugs_label" in expected)


def test_a_finding_has_its_figure_and_interval(files):
    """A hazard ratio that shows no difference, with arms, interval and p value."""
    found = row(files, "findings", EV + "voyager-avapritinib-phase3-pfs-comparison")
    expected = {
        "study": EV + "voyager-avapritinib-phase3",
        "arm": EV + "voyager-avapritinib-phase3-avapritinib",
        "compared_with_arm": EV + "voyager-avapritinib-phase3-regorafenib",
        "endpoint_label": "progression-free survival",
        "endpoint_role": "primary",
        "result_direction": GISTKG + "NoDifference",
        "statistic_label": "hazard ratio",
        "relation_label": "equal to",
        "value": "1.25",
        "unit": GISTKG + "Ratio",
        "lower_limit": "0.99",
        "upper_limit": "1.57",
        "confidence_level": "95",
        "p_value": "0.055",
        "source": SRC + "pdq-2024",
    }
    assert {column: found.get(column) for column in expected} == expected


def test_a_superseded_finding_names_the_later_one(files, kg_graph):
    """Two hazard ratios of EORTC 62005: 0.82 after 25 months, 0.91 after ten years; only the later one stands."""
    first, later = EV + "eortc-62005-pfs-hr", EV + "eortc-62005-pfs-10y-hr"
    assert (row(files, "findings", first)["value"], row(files, "findings", later)["value"]) == ("0.82", "0.91")
    assert row(files, "findings", first)["superseded_by_result"] == later
    assert "superseded_by_result" not in row(files, "findings", later)
    found = {(one["id"], one["superseded_by_result"]) for one in rows(files, "findings") if one["superseded_by_result"]}
    stated = kg_graph.rows("SELECT ?earlier ?later { ?later gistkg:supersedesResult ?earlier }")
    assert found == {(one["earlier"].full, one["later"].full) for one in stated}


def test_a_finding_has_the_settings_of_its_claims(files, kg_graph):
    """VOYAGER compared in the third or a later line, say its claims; a finding that no claim names has none."""
    names = ["FourthLineSetting", "LaterLineSetting", "ThirdLineSetting"]
    assert row(files, "findings", EV + "voyager-avapritinib-phase3-pfs-comparison")["settings"] == several(*names)
    found = rows(files, "findings")
    alone = [one for one in found if not any(one[name] for name in ("supports", "reported_by", "disputes"))]
    assert not any(one["settings"] for one in alone)
    said = kg_graph.rows(
        "SELECT DISTINCT ?x { ?x a gistkg:Finding . ?claim ?names ?x ; gistkg:inSetting ?setting "
        "FILTER(?names IN (gistkg:supportedBy, gistkg:reportsResult, gistkg:disputedBy)) }"
    )
    assert {one["id"] for one in found if one["settings"]} == {one["x"].full for one in said}
    text = " ".join(files["README.md"].decode().split())
    assert f"{len(alone)} of {len(found)} findings are named by no claim, and have none" in text
    assert "the rows where it is empty are those that stand" in text


def test_a_property_has_one_type_in_every_table(tables):
    """What is a list in one table is a list in all, so that they can be put together; but for kind and source."""
    found = {}
    for table in tables:
        for one in table.columns:
            if table.key == ("id",) and one.property and not one.label_of:
                found.setdefault((one.name, one.property, one.via), set()).add((one.many, one.kind))
    mixed = {name for (name, _, _), types in found.items() if len(types) > 1}
    assert mixed == {"kind", "source", "pmid"}
    lists = {one.name for table in tables if table.name == "recommendations" for one in table.columns if one.many}
    assert {"evidence_level", "evidence_level_code", "evidence_level_label", "keeps", "concerns_endpoint"} <= lists
    assert not {"kind", "source", "pmid", "population", "therapy"} & lists
    (settings,) = {one.many for table in tables for one in table.columns if one.name == "settings"}
    assert settings is True


def test_an_exon_and_a_variant_are_rows(files):
    """A variant is in the exon above it."""
    exon = row(files, "alterations", GISTKG + "KitExon9Mutation")
    assert {name: exon[name] for name in ("parents", "gene_symbol", "exon_number", "first_codon", "last_codon")} == {
        "parents": GISTKG + "KitMutation",
        "gene_symbol": "KIT",
        "exon_number": "9",
        "first_codon": "450",
        "last_codon": "513",
    }
    assert exon["synonyms"] == "KIT ex9|KIT exon 9|KIT exon 9 mutant|c-KIT exon 9|exon 9 mutation of KIT"
    variant = row(files, "alterations", GISTKG + "KitV654A")
    assert (variant["exon"], variant["hgvs_protein"]) == ("13", "p.V654A")


KINDS = {
    "alterations": "?x rdfs:subClassOf* gistkg:Alteration",
    "arms": "?study gistkg:hasArm ?x",
    "claims": "?x gistkg:locator ?place",
    "codes": "?x gistkg:codeFor ?term",
    "conflicts": "?x gistkg:between ?claim",
    "criteria": "{ ?x a gistkg:Criterion } UNION { ?x a gistkg:RiskGroup }",
    "drugs": "?x a gistkg:Substance",
    "drug-groups": "?x a gistkg:DrugGroup",
    "endpoints": "?x a gistkg:Endpoint",
    "figures": "?x a gistkg:Figure",
    "findings": "?x gistkg:ofStudy ?study",
    "flags": "?x gistkg:flags ?claim",
    "genes": "?x gistkg:geneSymbol ?symbol",
    "levels": "?x gistkg:inScheme ?scheme",
    "populations": "?x gistkg:requires ?criterion",
    "recommendations": "?x gistkg:recommends ?therapy",
    "references": "?x gistkg:referenceNumber ?number",
    "regimens": "?x gistkg:usesDrug ?drug",
    "sources": "?x dcterms:bibliographicCitation ?citation",
    "studies": "?x gistkg:dataGrade ?grade",
}


@pytest.mark.parametrize("name", KINDS)
def test_everything_of_a_kind_has_a_row(files, kg_graph, name):
    """And nothing else has, and nothing has two; told apart by a property that each has, where there is one."""
    found = [one["id"] for one in rows(files, name)]
    wanted = {str(one["x"].full) for one in kg_graph.rows(f"SELECT DISTINCT ?x {{ {KINDS[name]} }}")}
    assert sorted(found) == sorted(wanted)


def test_every_mapping_is_a_row(files):
    """With its predicate, and with what it denies."""
    read = {(one["subject"], one["predicate"], one["object"], one["negated"]): one for one in rows(files, "mappings")}
    assert {
        (one.subject.full, SKOS + one.predicate, one.object, str(one.negated).lower()) for one in mappings()
    } == set(read)
    rxnorm = "http://www.nlm.nih.gov/research/umls/rxnorm/282388"
    imatinib = read[GISTKG + "Imatinib", SKOS + "exactMatch", rxnorm, "false"]
    assert (imatinib["object_curie"], imatinib["target"]) == ("RXNORM:282388", "rxnorm")


def test_everything_with_a_name_is_in_a_table_of_its_kind(files, kg_graph):
    """Besides the table of all terms; but for the header of the ontology, which is in the metadata."""
    names = {name.removesuffix(".csv") for name in files if name.endswith(".csv")}
    tables = [rows(files, name) for name in names - {"terms", "links", "statements"}]
    found = {one["id"] for table in tables for one in table if "id" in one}
    named = {one["x"].full for one in kg_graph.rows("SELECT ?x { ?x skos:prefLabel ?name }")}
    assert named - found == set()


def test_the_statements_make_the_graph_again(files, kg_graph):
    """Every triple in its named graph, class expressions included."""
    made = ox.Dataset(map(quad, csv.reader(io.StringIO(files["statements.csv"].decode(), newline=""))))
    for one in (made, graph := ox.Dataset(kg_graph.store)):
        one.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    header = quad(["subject", "predicate", "object", "datatype", "language", "graph"])
    made.discard(header)
    assert made == graph
    assert len(made) == len(kg_graph.store)


def quad(cells):
    """The statement of one row of the table of statements."""
    subject, predicate, value, datatype, language, graph = cells
    if datatype:
        literal = ox.Literal(value, language=language) if language else ox.Literal(value, datatype=iri(datatype))
        return ox.Quad(node(subject), iri(predicate), literal, iri(graph))
    return ox.Quad(node(subject), iri(predicate), node(value), iri(graph))


def iri(text):
    return ox.NamedNode(text if ":" in text else f"header:{text}")


def node(text):
    return ox.BlankNode(text[2:]) if text.startswith("_:") else iri(text)


def test_no_cell_loses_a_value(files, tables, kg_graph):
    """What a table says of its rows is what the graph says: every property, every value of it, and no other."""
    said = {}
    for one in kg_graph.store:
        owl_type = one.predicate.value == TYPE and one.object.value.startswith(OWL)
        if not isinstance(one.object, ox.BlankNode) and not owl_type:
            said.setdefault(one.subject.value, set()).add((one.predicate.value, one.object.value))
    for table in tables:
        if table.key != ("id",):
            continue
        columns = {one.name: one.property for one in table.columns if one.property and not one.via and not one.label_of}
        for one in rows(files, table.name):
            found = {
                (property_, value)
                for name, property_ in columns.items()
                for value in filter(None, one[name].split("|"))
            }
            assert found == said.get(one["id"], set()), (table.name, one["id"])


def test_names_stand_in_the_order_of_what_they_name(files, tables, kg_graph):
    """As many names as identifiers, each the right one."""
    labels = kg_graph.store.quads_for_pattern(None, iri(SKOS + "prefLabel"), None)
    names = {one.subject.value: one.object.value for one in labels}
    checked = 0
    for table in tables:
        labelled = [one for one in table.columns if one.label_of]
        for one, column in product(rows(files, table.name), labelled):
            for identifier, name in zip(one[column.label_of].split("|"), one[column.name].split("|"), strict=True):
                if identifier in names:
                    assert names[identifier] == name
                    checked += 1
    assert checked > 10_000


def test_every_column_named_in_a_header_is_there(tables):
    """A column that a query puts first exists."""
    for path in table_module.query_files("exports"):
        if path.name.startswith("table-"):
            (table,) = [one for one in tables if f"table-{one.name}" == path.stem]
            assert {*table_module._header(path)[0].first} - {one.name for one in table.columns} == set(), table.name


def test_columns_mean_what_the_schema_says(files):
    """The definition of a property is the description of its column."""
    package = json.loads(files["datapackage.json"])
    (claims,) = [one for one in package["resources"] if one["name"] == "recommendations"]
    fields = {one["name"]: one for one in claims["schema"]["fields"]}
    assert fields["population"]["description"] == "Relates a claim to the population it is about."
    assert fields["dose_per_day"] == {
        "name": "dose_per_day",
        "description": "Of the therapy: The amount of drug that a regimen gives in a day.",
        "type": "number",
    }
    assert fields["valid_from"]["type"] == "datetime"
    assert fields["hedge"] == {**fields["hedge"], "type": "list", "delimiter": "|", "itemType": "string"}
    keys = {one["fields"][0]: one["reference"]["resource"] for one in claims["schema"]["foreignKeys"]}
    assert {name: keys[name] for name in ("population", "therapy", "source", "direction", "level_of_parent")} == {
        "population": "populations",
        "therapy": "terms",
        "source": "sources",
        "direction": "vocabulary",
        "level_of_parent": "claims",
    }


def test_the_package_says_what_it_is(files):
    """Version, licence, and that it informs."""
    package = json.loads(files["datapackage.json"])
    assert package["version"] == "0.1.0"
    assert package["created"] == "2026-11-23T00:00:00Z"
    assert package["licenses"] == [{"path": "https://creativecommons.org/licenses/by/4.0/"}]
    assert "it does not choose a patient's treatment" in package["description"]
    assert files["README.md"].decode().count("it does not choose a patient's treatment") == 1


@pytest.mark.parametrize("variant", ["csv", "parquet"])
def test_the_same_graph_gives_the_same_bytes(kg_graph, request, variant):
    """Also in another process, which hashes otherwise."""
    files = request.getfixturevalue("files" if variant == "csv" else "parquet")
    code = (
        "import hashlib; from gistkg.graph import load_graph; from gistkg.export.tables import build\n"
        f"for name, content in build(load_graph(), {variant!r}).files.items():\n"
        "    print(name, hashlib.sha256(content).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    mine = [f"{name} {hashlib.sha256(content).hexdigest()}" for name, content in files.items()]
    assert said.stdout.splitlines() == mine


def test_a_separator_that_stands_in_a_text_is_not_used(tiny_with):
    """The next one is, and the metadata say so."""
    graph = tiny_with('gistkg:Alphanib skos:altLabel "Z|B"@en .')
    files = build(graph, "csv").files
    assert row(files, "drugs", GISTKG + "Alphanib")["synonyms"] == "ALF-1¦Z|B"
    (drugs,) = [one for one in json.loads(files["datapackage.json"])["resources"] if one["name"] == "drugs"]
    assert [one["delimiter"] for one in drugs["schema"]["fields"] if one["type"] == "list"] == ["¦"]


def test_without_a_separator_there_is_no_export(tiny_with):
    """Rather than lists that cannot be told apart."""
    with pytest.raises(ExportError, match="lists cannot be told apart"):
        build(tiny_with('gistkg:Alphanib skos:altLabel "|¦‖\u241f"@en .'), "csv")


@pytest.mark.parametrize(
    ("sparql", "problem"),
    [
        ("#+ tags: [tables]\nSELECT ?id {}", "the header cannot be read"),
        ("#+ summary: x\nASK {}", "a table is made by a SELECT"),
        ('#+ summary: x\n#+ key: [a]\nSELECT ?a {VALUES ?a {"x"}}', "does not say what 'a' is"),
        (
            "#+ summary: x\nSELECT ?id ?name ?via ?column ?value {?id a ?k; ?column ?value BIND('y' AS ?name)}",
            "two columns are called 'y'",
        ),
    ],
)
def test_a_query_that_makes_no_table_is_told_of(tiny, tmp_path, monkeypatch, sparql, problem):
    """With its file and what is wrong."""
    path = tmp_path / "table-broken.rq"
    path.write_text(sparql)
    monkeypatch.setattr(table_module, "query_files", lambda _: (path,))
    with pytest.raises(SourceError, match=f"table-broken.rq.*{problem}"):
        read_tables(tiny, contents(tiny))


def test_cells_come_back_from_csv():
    """Commas, quotation marks, line ends and empty cells."""
    cells = [["a,b", 'say "x"', ""], ["", "", ""], ["one\ntwo", "\r", "ä"]]
    assert list(csv.reader(io.StringIO(csv_bytes(["a", "b", "c"], cells).decode(), newline=""))) == [
        ["a", "b", "c"],
        *cells,
    ]


@pytest.mark.interop
def test_frictionless_finds_no_error(files, tmp_path):
    """In any table, its types, keys and foreign keys; the two largest tables are left aside."""
    report = frictionless_report(files, tmp_path)
    assert report.flatten(["title", "fieldName", "note"]) == []
    assert report.stats["tasks"] == 34


@pytest.mark.interop
def test_frictionless_finds_a_key_that_points_nowhere(files, tmp_path):
    """So it does look."""
    wrong = files["arms.csv"].replace((EV + "bfr14-1y,").encode(), (EV + "bfr14-9y,").encode(), 1)
    assert wrong != files["arms.csv"]
    report = frictionless_report({**files, "arms.csv": wrong}, tmp_path, only=("arms", "studies", "terms"))
    assert ["foreign-key"] in report.flatten(["type"])


def frictionless_report(files, folder, only=()):
    """What frictionless says of the package, without what is large."""
    frictionless = pytest.importorskip("frictionless", reason="frictionless reads Data Packages")
    package = json.loads(files["datapackage.json"])
    left = [one for one in package["resources"] if one["name"] not in ("links", "statements")]
    package["resources"] = [one for one in left if not only or one["name"] in only]
    for one in package["resources"]:
        (folder / one["path"]).write_bytes(files[one["path"]])
        if only:
            del one["hash"], one["bytes"]
            keys = one["schema"].get("foreignKeys", [])
            one["schema"]["foreignKeys"] = [key for key in keys if key["reference"]["resource"] in only]
    (folder / "datapackage.json").write_text(json.dumps(package))
    return frictionless.validate(str(folder / "datapackage.json"))


CSVW_TABLES = ("alterations", "findings", "recommendations", "regimens", "sources")


@pytest.mark.interop
def test_csvw_makes_triples_of_the_graph(files, kg_graph, tmp_path, monkeypatch):
    """Every triple that the csvw library makes of five tables is one of the graph, and they are many."""
    made = csvw_triples(files, CSVW_TABLES, tmp_path, monkeypatch)
    known = {(one.subject.value, one.predicate.value, comparable(one.object.value)) for one in kg_graph.store}
    assert made - known == set()
    claim = EV + "pdq-2024-175"
    assert {
        (claim, GISTKG + "recommends", GISTKG + "Imatinib800mgPerDay"),
        (claim, GISTKG + "hasHedge", "may"),
        (claim, GISTKG + "validFrom", "2024-12-13T00:00:00Z"),
        (GISTKG + "Imatinib800mgPerDay", GISTKG + "dosePerDay", Decimal(800)),
        (SRC + "pdq-2024", GISTKG + "pubmedId", Decimal(26389157)),
        (GISTKG + "May", SKOS + "prefLabel", "may"),
    } <= made
    about = {EV + "pdq-2024-175", EV + "voyager-avapritinib-phase3-pfs-comparison", GISTKG + "KitV654A"}
    for subject in about:
        single = {(s, p) for s, p, _ in made if s == subject}
        missing = {p for s, p, _ in known if s == subject} - {p for _, p in single}
        assert missing <= {GISTKG + "cites", GISTKG + "inSetting", GISTKG + "revises", GISTKG + "bringsAbout"} | {
            "http://www.w3.org/2000/01/rdf-schema#subClassOf",
            "http://purl.org/dc/terms/source",
            SKOS + "exactMatch",
            SKOS + "relatedMatch",
        }, subject


@pytest.mark.interop
def test_csvw_finds_metadata_and_tables_in_order(files, tmp_path):
    """Names, types and keys; of some tables, because it takes its time."""
    csvw = pytest.importorskip("csvw", reason="csvw reads CSV on the Web")
    path = csvw_folder(files, ("arms", "populations", "recommendations", "sources", "studies"), tmp_path)
    keys = [len(one["tableSchema"]["foreignKeys"]) for one in json.loads(path.read_bytes())["tables"]]
    assert keys == [1, 0, 2, 0, 0]
    assert csvw.CSVW(str(path), validate=True).is_valid
    broken = tmp_path / "studies.csv"
    broken.write_bytes(broken.read_bytes().replace(b",58,", b",many,", 1))
    with pytest.raises(ValueError, match=r"participant_count: invalid lexical value for decimal: many"):
        csvw.CSVW(str(path), validate=True).is_valid  # noqa: B018


def csvw_folder(files, names, folder):
    """Some of the tables with their metadata, without keys to tables that are not among them."""
    metadata = json.loads(files["csv-metadata.json"])
    there = {f"{name}.csv" for name in names}
    metadata["tables"] = [one for one in metadata["tables"] if one["url"] in there]
    for one in metadata["tables"]:
        (folder / one["url"]).write_bytes(files[one["url"]])
        keys = one["tableSchema"].get("foreignKeys", [])
        one["tableSchema"]["foreignKeys"] = [key for key in keys if key["reference"]["resource"] in there]
    path = folder / "csv-metadata.json"
    path.write_text(json.dumps(metadata))
    return path


def csvw_triples(files, names, folder, monkeypatch):
    """The triples that the csvw library makes, taken before it nests them as JSON, which fails on numbers."""
    csvw = pytest.importorskip("csvw", reason="csvw reads CSV on the Web")
    from csvw import metadata
    from csvw.jsonld import Triple

    made = set()

    def collect(triples):
        row_id = next(one.value for one in triples if one.property == "@id")
        for one in triples:
            for value in one.value if isinstance(one.value, list) else [one.value]:
                if one.property != "@id":
                    made.add((str(one.about or row_id), whole(str(one.property)), comparable(str(value))))
        return []

    def whole(name):
        prefix, _, local = name.partition(":")
        return metadata.NAMESPACES[prefix] + local if prefix in metadata.NAMESPACES else name

    assert Triple.__name__ == "Triple"
    monkeypatch.setattr(metadata.jsonld, "group_triples", collect)
    csvw.CSVW(str(csvw_folder(files, names, folder))).to_json()
    return made


def comparable(text):
    """Numbers compare by value; a moment by its spelling in UTC."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return {"True": "true", "False": "false"}.get(text) or text.replace("+00:00", "Z")


@pytest.mark.interop
def test_parquet_has_types(parquet):
    """Numbers are numbers, moments moments, lists lists; nothing that is not known is a zero."""
    pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow reads Parquet")
    table = pq.read_table(io.BytesIO(parquet["recommendations.parquet"]))
    types = {one.name: str(one.type) for one in table.schema}
    assert {name: types[name] for name in ("id", "dose_per_day", "valid_from", "hedge", "cited_numbers", "year")} == {
        "id": "string",
        "dose_per_day": "double",
        "valid_from": "timestamp[us, tz=UTC]",
        "hedge": "list<element: string>",
        "cited_numbers": "list<element: int64>",
        "year": "int64",
    }
    (found,) = [one for one in table.to_pylist() if one["id"] == EV + "pdq-2024-175"]
    assert (found["dose_per_day"], found["dose_value"], found["hedge"]) == (800.0, None, ["may"])
    assert found["valid_from"].isoformat() == "2024-12-13T00:00:00+00:00"
    meaning = table.schema.field("population").metadata[b"description"]
    assert meaning == b"Relates a claim to the population it is about."


@pytest.mark.interop
def test_parquet_holds_what_csv_holds(files, parquet):
    """Every cell of every table."""
    pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow reads Parquet")
    names = [name.removesuffix(".csv") for name in files if name.endswith(".csv")]
    assert sorted(f"{name}.parquet" for name in names) == sorted(name for name in parquet if name.endswith(".parquet"))
    for name in set(names) - {"links", "statements", "terms"}:
        read = pq.read_table(io.BytesIO(parquet[f"{name}.parquet"])).to_pylist()
        assert [{key: text(value) for key, value in one.items()} for one in read] == [
            {key: text_of_csv(value) for key, value in one.items()} for one in rows(files, name)
        ]
    for name in ("links", "statements", "terms"):
        table, written = pq.read_table(io.BytesIO(parquet[f"{name}.parquet"])), rows(files, name)
        table.validate(full=True)
        for column in table.column_names:
            told = [text(value) for value in table[column].to_pylist()]
            assert told == [text_of_csv(one[column]) for one in written], (name, column)


def text(value):
    """A value of Parquet as CSV would have it."""
    if isinstance(value, list):
        return "|".join(map(text, value))
    if isinstance(value, float):
        return f"{Decimal(repr(value)).normalize():f}"
    if hasattr(value, "isoformat"):
        return value.isoformat().replace("+00:00", "Z")
    return "" if value is None else str(comparable(str(value)))


def text_of_csv(value):
    return "|".join(str(comparable(one)) for one in value.split("|"))


def test_parquet_without_its_library_says_what_to_install(tiny, monkeypatch):
    """It names the extra."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingProgramError, match=r"Parquet needs pyarrow.*pip install 'gistkg\[parquet\]'"):
        build(tiny, "parquet")


def test_a_decimal_that_no_double_holds_stays_text(tiny_with):
    """And keeps its digits."""
    pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow reads Parquet")
    graph = tiny_with("gistkg:Alphanib400mgDaily gistkg:doseValue 0.1234567890123456789 .")
    read = pq.read_table(io.BytesIO(build(graph, "parquet").files["regimens.parquet"]))
    assert read.column("dose_value").to_pylist() == [["0.1234567890123456789", "400"]]
    assert XSD + "decimal" in contents(graph).kinds[GISTKG + "doseValue"]
