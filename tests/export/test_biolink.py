"""Nodes and edges of the Biolink model: what they say, what has none, and that the model accepts them."""

import csv
import io
import json
import os
import subprocess
import sys
from importlib.resources import files

import networkx
import pytest

from gistkg.errors import ExportError
from gistkg.export import biolink, targets

OURS = "https://w3id.org/gistkg/"
SLOTS = set(biolink._SLOTS)
LISTS = {
    "category",
    "publications",
    "qualifiers",
    "has_evidence",
    "synonym",
    "equivalent_identifiers",
    "xref",
    "has_gene",
    "hgvs_nomenclature",
    "has_drug",
    "has_procedure",
    "publication_type",
}


@pytest.fixture(scope="module")
def product(kg_graph):
    return biolink.build(kg_graph, "kgx")


@pytest.fixture(scope="module")
def lines(kg_graph):
    return biolink.build(kg_graph, "jsonl")


@pytest.fixture(scope="module")
def nodes(lines):
    return {one["id"]: one for one in map(json.loads, lines.files["nodes.jsonl"].splitlines())}


@pytest.fixture(scope="module")
def edges(lines):
    return {one["id"]: one for one in map(json.loads, lines.files["edges.jsonl"].splitlines())}


def table(product, name):
    return list(csv.DictReader(io.StringIO(product.files[name].decode()), delimiter="\t", quoting=csv.QUOTE_NONE))


def triple(edge):
    """Subject, predicate and object, with NOT before the predicate of a negated edge."""
    return edge["subject"], ("NOT " if edge.get("negated") else "") + edge["predicate"], edge["object"]


def of_claim(edges, name):
    return edges[f"GISTKG:evidence/{name}"]


def test_dose_by_genotype(edges):
    """PDQ 2024 allows 800 mg a day with KIT exon 9: the weak predicate, and the daily dose alone."""
    edge = of_claim(edges, "pdq-2024-175")
    assert triple(edge) == (
        "RXCUI:282388",
        "biolink:treats_or_applied_or_studied_to_treat",
        "GISTKG:FirstLineMetastaticKitExon9Population",
    )
    assert (edge["dose_per_day"], edge["dose_unit"], edge["modality"], edge["hedges"]) == (800, "mg", "may", ["may"])
    assert "dose_value" not in edge
    assert edge["publications"] == ["PMID:26389157", "PMID:16624552"]
    assert edge["disease_context_qualifier"] == "MONDO:0011719"


def test_label_treats(edges):
    """An approval is a treats edge with its agency, its place and the results it rests on."""
    edge = of_claim(edges, "fda-avapritinib-pdgfra-exon-18")
    assert triple(edge) == ("RXCUI:2272107", "biolink:treats", "GISTKG:AdvancedPdgfraExon18AvapritinibPopulation")
    assert edge["clinical_approval_status"] == "approved_for_condition"
    assert (edge["jurisdictions"], edge["agency"]) == (["United States"], "Food and Drug Administration")
    assert edge["evidence_levels"] == ["C3 / PDQ levels of evidence, single-code form / derived"]
    assert edge["has_evidence"] == [
        "GISTKG:evidence/navigator-avapritinib-phase1-orr-d842v-fda",
        "GISTKG:evidence/navigator-avapritinib-phase1-orr-exon-18",
    ]


def test_against_is_negated_and_keeps_its_population(edges):
    """Imatinib does not treat the population with D842V; nothing is said of the disease as a whole."""
    edge = of_claim(edges, "pdq-2024-173-against-d842v")
    assert triple(edge) == ("RXCUI:282388", "NOT biolink:treats", "GISTKG:FirstLineMetastaticPdgfraD842VPopulation")


@pytest.mark.parametrize(("claim", "subject", "modality", "hedge"), [
    ("pdq-2014-s27", "GISTKG:Imatinib400mgTwiceDaily", "unlikely", "unlikely"),
    ("pdq-2024-073", "GISTKG:WideExcision", "notNeeded", "not necessary"),
    ("pdq-2024-074", "GISTKG:Lymphadenectomy", "notNeeded", "typically not necessary"),
    ("pdq-2024-091", "RXCUI:282388", "notUsual", "not typically"),
    ("pdq-2024-094", "GISTKG:RadiationTherapy", "notUsual", "rarely"),
    ("pdq-2024-099", "GISTKG:ReExcision", "noEvidence", "no evidence"),
    ("pdq-2024-131-against-d842v", "RXCUI:282388", "unlikely", "unlikely"),
    ("pdq-2024-262", "RXCUI:282388", "unlikely", "no benefit"),
    ("pdq-2024-270", "GISTKG:CytoreductiveSurgery", "expertOpinion", "palliative only"),
    ("pdq-2024-284", "RXCUI:282388", "unlikely", "no benefit"),
])  # fmt: skip
def test_what_is_weakly_against_is_no_negated_treatment(edges, claim, subject, modality, hedge):
    """What is rarely done, not needed or unlikely to help was not found unable to treat; the edge says against."""
    edge = of_claim(edges, claim)
    assert (edge["subject"], edge["predicate"], edge["category"]) == (
        subject,
        "biolink:related_to",
        ["biolink:Association"],
    )
    assert (edge["claim_direction"], edge["modality"], edge["hedges"]) == ("against", modality, [hedge])
    assert "negated" not in edge


def test_negated_treatments_are_firmly_against(edges):
    """By their modality; imaging that may not be needed is no treatment, and has no edge."""
    assert {one["modality"] for one in edges.values() if one.get("negated")} == {"consensus", "reported", "should"}
    assert "GISTKG:evidence/pdq-2024-283" not in edges


def test_a_superseded_result_is_no_evidence_unsaid(edges):
    """Of the three trials that PDQ names, two have been reported again after longer follow-up."""
    edge = of_claim(edges, "pdq-2024-104")
    assert edge["has_evidence"] == ["GISTKG:evidence/z9001-rfs-comparison"]
    assert edge["superseded_results"] == [
        "supports / GISTKG:evidence/eortc-62024-rfs-comparison / GISTKG:evidence/eortc-62024-rfs-comparison-final",
        "supports / GISTKG:evidence/ssg-xviii-rfs-comparison / GISTKG:evidence/ssg-xviii-rfs-comparison-10-years",
    ]


def test_every_result_of_a_claim_is_in_one_list(kg_graph, edges):
    """The superseded ones in theirs, the others by what they are to the claim."""
    links = {"supportedBy": "has_evidence", "disputedBy": "disputed_by", "reportsResult": "reported_results"}
    rows = kg_graph.rows("SELECT ?earlier { ?later gistkg:supersedesResult ?earlier }")
    superseded = {f"GISTKG:{row['earlier'].full.removeprefix(OURS)}" for row in rows}
    for link, column in links.items():
        rows = kg_graph.rows(f"SELECT ?claim ?result {{ ?claim gistkg:{link} ?result }}")
        named = [(row["claim"].full, row["result"].full) for row in rows]
        stated = {tuple(f"GISTKG:{iri.removeprefix(OURS)}" for iri in pair) for pair in named}
        listed = {(iri, one) for iri, edge in edges.items() for one in edge.get(column, ())}
        assert listed == {pair for pair in stated if pair[0] in edges and pair[1] not in superseded}
    marked = {one.split(" / ")[1] for edge in edges.values() for one in edge.get("superseded_results", ())}
    assert marked <= superseded
    assert len(marked) == 5


def test_against_a_dose_is_about_the_regimen(edges, nodes):
    """A trial against ponatinib 45 mg is negated on the regimen, which names its drug."""
    edge = of_claim(edges, "conclusion-ponatinib-exon-9")
    assert edge["subject"] == "GISTKG:Ponatinib45mgOnceDaily"
    assert edge["negated"] is True
    regimen = nodes["GISTKG:Ponatinib45mgOnceDaily"]
    assert (regimen["category"], regimen["exposure_magnitude"]) == (
        ["biolink:Treatment"],
        "45 mg once daily",
    )
    (drug,) = regimen["has_drug"]
    assert nodes[drug]["name"] == "ponatinib"


def test_combination_tells_the_doses_of_its_parts(nodes):
    """Binimetinib with imatinib names both drugs and both regimens."""
    node = nodes["GISTKG:BinimetinibWithImatinib"]
    assert sorted(nodes[drug]["name"] for drug in node["has_drug"]) == ["binimetinib", "imatinib"]
    assert node["exposure_magnitude"] == "binimetinib 30 mg twice daily; imatinib 400 mg once daily"


def test_no_difference_is_a_trial(edges):
    """Ripretinib no better than sunitinib: a trial was done; whether it treats is not said."""
    edge = of_claim(edges, "conclusion-ripretinib-second-line-exon-11")
    assert triple(edge) == (
        "GISTKG:Ripretinib150mgOnceDaily",
        "biolink:in_clinical_trials_for",
        "GISTKG:AdvancedFailedImatinibKitExon11Population",
    )
    assert edge["claim_direction"] == "noDifference"


def test_worse_than_another_is_a_trial(edges):
    """ENESTg1 found nilotinib worse than imatinib; that nilotinib does nothing, it did not find."""
    edge = of_claim(edges, "conclusion-nilotinib-first-line")
    assert triple(edge) == (
        "GISTKG:Nilotinib400mgTwiceDaily",
        "biolink:in_clinical_trials_for",
        "GISTKG:FirstLineAdvancedPopulation",
    )
    assert (edge["claim_direction"], edge["comparator"]) == ("against", ["imatinib"])


def test_treats_is_for_what_is_established(kg_graph, edges):
    """No treats edge comes of a trial, of what is under study, or of a claim that is not for the therapy."""
    rows = kg_graph.rows(
        """SELECT ?claim { ?claim a gistkg:Recommendation ; gistkg:hasDirection gistkg:For ;
          gistkg:hasModality ?modality ; gistkg:hasBasis ?basis
        FILTER(?modality IN (gistkg:Standard, gistkg:Indicated, gistkg:Should, gistkg:Consensus))
        FILTER(?basis != gistkg:TrialBasis) }"""
    )
    established = {f"GISTKG:{row['claim'].full.removeprefix(OURS)}" for row in rows}
    treats = {iri for iri, one in edges.items() if one["predicate"] == "biolink:treats" and "negated" not in one}
    assert treats
    assert treats <= established
    against = [one for one in edges.values() if one.get("claim_direction") == "against"]
    worse = [
        one for one in against if one["basis"] == "trial" and one["modality"] == "reported" and "comparator" in one
    ]
    weak = [one for one in against if one["predicate"] == "biolink:related_to"]
    advice = [one for one in against if one["claim_kind"] == "recommendation"]
    assert all(one.get("negated") for one in advice if one not in (*worse, *weak))
    assert not any(one.get("negated") for one in (*worse, *weak))
    assert all(one["claim_direction"] == "against" for one in edges.values() if one.get("negated"))


def test_a_trial_alone_establishes_nothing(invented_graph):
    """Though a trial calls its drug standard, it makes no treats edge: a guideline or a label does."""
    made = biolink.build(invented_graph, "jsonl").files["edges.jsonl"].splitlines()
    edge = of_claim({one["id"]: one for one in map(json.loads, made)}, "invented-trial")
    assert triple(edge) == (
        "RXCUI:2272107",
        "biolink:treats_or_applied_or_studied_to_treat",
        "GISTKG:AdvancedPdgfraExon18AvapritinibPopulation",
    )


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (
            "sensitivity-debiec-rychter-2006-ex9",
            ("GISTKG:KitExon9Mutation", "biolink:associated_with_response_to", "RXCUI:282388", "reduced"),
        ),
        (
            "cancers-2022-pdgfra-d842v-imatinib",
            ("GISTKG:PdgfraD842V", "biolink:associated_with_resistance_to", "RXCUI:282388", "resistant"),
        ),
    ],
)
def test_sensitivity(edges, claim, expected):
    """A call of a source links the alteration to the drug, in its population."""
    edge = of_claim(edges, claim)
    assert (*triple(edge), edge["sensitivity"]) == expected
    assert edge["qualifiers"] == [edge["population"]]


def test_mutations_together_are_no_edge_each(edges, product):
    """Ripretinib fails where two mutations meet on one allele: no edge says so of one of them."""
    claim = "sensitivity-compound-kit-s01"
    assert f"GISTKG:evidence/{claim}" not in edges
    (one,) = [one for one in product.losses if one.what == "sensitivity claims about several alterations or none"]
    assert f"{OURS}evidence/{claim}" in one.items


def test_pump_to_chemotherapy(edges):
    """The path from ABCB1 over P-glycoprotein to chemotherapy is there, and its proposals are marked as such."""
    found = {triple(one): one["knowledge_level"] for one in edges.values()}
    assert found["UniProtKB:P08183", "biolink:gene_product_of", "NCBIGene:5243"] == "knowledge_assertion"
    path = [
        ("UniProtKB:P08183", "biolink:actively_involved_in", "GISTKG:EffluxByPGlycoprotein"),
        ("GISTKG:EffluxByPGlycoprotein", "biolink:contributes_to", "GISTKG:LowDrugConcentrationInCell"),
        ("GISTKG:EffluxByPGlycoprotein", "biolink:affects", "GISTKG:CytotoxicChemotherapy"),
        ("GISTKG:LowDrugConcentrationInCell", "biolink:contributes_to", "GISTKG:ChemotherapyResistance"),
    ]
    assert {found[one] for one in path} == {"not_provided"}


def test_a_link_of_a_mechanism_has_the_hedges_of_its_claims(edges):
    """That the pump lowers the concentration in the cell "may" be, says PDQ twice, once "in part"."""
    edge = edges["GISTKG:EffluxByPGlycoprotein/leadsTo/LowDrugConcentrationInCell"]
    assert edge["hedges"] == ["in part", "may"]
    assert edge["claims"] == ["GISTKG:evidence/pdq-2014-s06", "GISTKG:evidence/pdq-2024-083"]
    assert edge["publications"] == ["GISTKG:source/pdq-2014", "PMID:26389157"]


def test_every_setting_is_carried(kg_graph, edges):
    """A source can speak of two lines of therapy at once."""
    found = of_claim(edges, "pdq-2024-192")["setting"]
    rows = kg_graph.rows("SELECT ?label { ev:pdq-2024-192 gistkg:inSetting/skos:prefLabel ?label }")
    assert sorted(found) == sorted(str(row["label"]) for row in rows)
    assert len(found) == 2


def test_node_has_its_names_elsewhere(nodes):
    """Imatinib is its RxNorm number; ChEBI and our own name are equivalent, its mesylate is not."""
    node = nodes["RXCUI:282388"]
    assert (node["name"], node["category"]) == ("imatinib", ["biolink:Drug"])
    assert {"CHEBI:45783", "GISTKG:Imatinib"} <= set(node["equivalent_identifiers"])
    assert "CHEBI:31690" not in node["equivalent_identifiers"]
    assert (nodes["NCBIGene:3815"]["symbol"], nodes["NCBIGene:3815"]["category"]) == ("KIT", ["biolink:Gene"])


def test_every_end_is_a_node(nodes, edges):
    """No edge hangs in the air, and publications are nodes as well."""
    assert {end for one in edges.values() for end in (one["subject"], one["object"])} <= nodes.keys()
    assert {work for one in edges.values() for work in one.get("publications", ())} <= nodes.keys()


def test_every_claim_is_carried_or_dropped(kg_graph, product, edges):
    """Every claim of the graph is an edge or in exactly one loss."""
    rows = kg_graph.rows("SELECT DISTINCT ?claim { ?kind rdfs:subClassOf* gistkg:Claim . ?claim a ?kind }")
    known = sorted(row["claim"].full for row in rows)
    carried = [OURS + iri.removeprefix("GISTKG:") for iri, one in edges.items() if "claim_kind" in one]
    dropped = [iri for one in product.losses for iri in one.items if iri in set(known)]
    assert sorted(carried + dropped) == known


def test_every_link_is_carried_or_dropped(kg_graph, product, edges):
    """Every link of a mechanism is an edge, or dropped by name; a gene with its mutation is one edge."""
    links = "encodes inGene carriesOut bringsAbout leadsTo actsOnDrug resistantTo overcomeBy transports hasTarget "
    links += "hasFailure"
    values = " ".join(f"gistkg:{name}" for name in links.split())
    rows = kg_graph.rows(f"SELECT ?s ?p ?o {{ VALUES ?p {{ {values} }} ?s ?p ?o }}")
    known = {(row["s"].full, row["p"].full, row["o"].full) for row in rows}
    made = [one for one in edges.values() if one["original_predicate"].removeprefix("GISTKG:") in links.split()]
    dropped = [tuple(iri.split()) for one in product.losses for iri in one.items if " " in iri]
    assert len(made) + len(dropped) == len(known)
    assert set(dropped) <= known
    assert len(dropped) == 4


def test_results_are_listed_as_dropped(kg_graph, product):
    """Figures have no slot; every finding and figure is listed."""
    rows = kg_graph.rows("SELECT DISTINCT ?r { VALUES ?k { gistkg:Finding gistkg:Figure } ?r a ?k }")
    (one,) = [one for one in product.losses if one.what == "figures of results"]
    assert list(one.items) == sorted(row["r"].full for row in rows)


def test_tables_and_lines_say_the_same(product, nodes, edges):
    """The tables hold what the JSON lines hold, lists with '|' between, true as a word."""

    def cell(value):
        if isinstance(value, list):
            return "|".join(value)
        return "true" if value is True else str(value)

    for name, known in (("nodes", nodes), ("edges", edges)):
        read = [{key: value for key, value in row.items() if value} for row in table(product, f"{name}.tsv")]
        assert read == [{key: cell(value) for key, value in one.items()} for one in known.values()]
    assert product.carried == {"nodes": len(nodes), "edges": len(edges)}


def test_a_bar_is_no_part_of_a_value():
    """A value that KGX would read as two is refused, with the way out."""
    with pytest.raises(ExportError, match=r"GISTKG:x: .* choose the variant jsonl"):
        list(biolink._table([{"id": "GISTKG:x", "name": "a|b"}], ["id", "name"]))


def test_text_beside_it_tells_columns_and_purpose(product):
    """The folder explains itself: what it is not for, that its infores is not registered, every column of ours."""
    text = product.files["README.md"].decode()
    assert "does not\nchoose a patient's treatment" in text or "does not choose a patient's treatment" in text
    assert "`infores:gistkg` is not registered" in text
    header = product.files["edges.tsv"].decode().split("\n", 1)[0].split("\t")
    assert all(f"- `{name}`: " in text for name in header if name not in SLOTS)


def test_same_bytes_in_another_process(product):
    """Nothing depends on the order in which Python hashes."""
    program = "import sys; from gistkg.export import biolink; from gistkg.graph import load_graph; "
    program += "sys.stdout.buffer.write(b''.join(biolink.build(load_graph(), 'kgx').files.values()))"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    again = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
    assert again.stdout == b"".join(product.files.values())


def test_target_is_registered(kg_graph, product):
    """`gistkg export --to biolink` builds this, a folder."""
    assert targets.build(kg_graph, "biolink").files == product.files
    assert targets.target("biolink").is_folder


def test_networkx_walks_the_tables(product):
    """Read from the tables, the graph leads from the P-glycoprotein gene to the failure of chemotherapy."""
    graph = networkx.MultiDiGraph()
    for row in table(product, "nodes.tsv"):
        graph.add_node(row["id"], **row)
    for row in table(product, "edges.tsv"):
        graph.add_edge(row["subject"], row["object"], key=row["id"], **row)
    assert not [node for node, known in graph.nodes(data="category") if not known]
    assert graph.nodes["NCBIGene:5243"]["name"] == "ABCB1"
    assert list(graph.predecessors("NCBIGene:5243")) == ["UniProtKB:P08183"]
    assert "GISTKG:ChemotherapyResistance" in networkx.descendants(graph, "UniProtKB:P08183")
    treats = [data for _, _, data in graph.edges(data=True) if data["predicate"] == "biolink:treats"]
    assert {data["negated"] for data in treats} == {"", "true"}


@pytest.mark.interop
def test_classes_of_the_model_accept_every_node_and_edge(product):
    """Every row of the tables validates by the class that its category names; columns of ours are left out before."""
    model = pytest.importorskip("biolink_model.datamodel.pydanticmodel_v2", reason="biolink-model is not installed")
    for name in ("nodes.tsv", "edges.tsv"):
        for row in table(product, name):
            wanted = {key: value.split("|") if key in LISTS else value for key, value in row.items() if value}
            (category,) = wanted["category"]
            own = SLOTS if name == "edges.tsv" else wanted.keys()
            getattr(model, category.removeprefix("biolink:"))(**{key: wanted[key] for key in wanted if key in own})


@pytest.mark.interop
def test_classes_of_the_model_refuse_a_wrong_predicate(edges):
    """The reader can tell: a predicate that the model does not have between therapy and disease is refused."""
    model = pytest.importorskip("biolink_model.datamodel.pydanticmodel_v2", reason="biolink-model is not installed")
    edge = {key: value for key, value in of_claim(edges, "pdq-2024-175").items() if key in SLOTS}
    with pytest.raises(ValueError, match="predicate"):
        model.ChemicalOrDrugOrTreatmentToDiseaseOrPhenotypicFeatureAssociation(**edge | {"predicate": "biolink:cures"})


@pytest.mark.interop
def test_predicates_and_prefixes_are_those_of_the_model(edges):
    """Every predicate is a canonical one, and identifiers are preferred in the order of the model."""
    pytest.importorskip("biolink_model", reason="biolink-model is not installed")
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    text = (files("biolink_model") / "schema" / "biolink_model.yaml").read_text(encoding="utf-8")
    schema = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    for predicate in {one["predicate"].removeprefix("biolink:").replace("_", " ") for one in edges.values()}:
        assert schema["slots"][predicate].get("annotations", {}).get("canonical_predicate") is True, predicate
    spelt = {"sequence variant": "biolink:SequenceVariant", "chemical entity": "biolink:ChemicalEntity"}
    for name in ("drug", "chemical entity", "gene", "protein", "sequence variant", "disease", "publication"):
        order = schema["classes"][name]["id_prefixes"]
        ours = biolink.PREFIXES[spelt.get(name, f"biolink:{name.capitalize()}")]
        assert [prefix for prefix in order if prefix in ours] == list(ours), name
