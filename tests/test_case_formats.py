"""Cases in files: the format is told by the content, foreign records are read without guessing."""

import copy
import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gistkg.case_formats import parse_document, read_case
from gistkg.criteria import conditions
from gistkg.errors import CaseError, CaseValueError, ContradictionError, GistkgError, SourceError
from gistkg.expressions import And, Has, Named, Not, Some, flatten
from gistkg.formats.mcode import document_from_mcode
from gistkg.formats.phenopacket import document_from_phenopacket
from gistkg.graph import load_graph
from gistkg.terms import GISTKG

GRAPH = load_graph()
CONDITIONS = conditions(GRAPH)
CASES = Path(__file__).parent / "data" / "cases"
PACKET = json.loads((CASES / "phenopacket.json").read_text(encoding="utf-8"))
BUNDLE = json.loads((CASES / "mcode.json").read_text(encoding="utf-8"))


def read(content, name="case"):
    """The case in a text."""
    return read_case(GRAPH, CONDITIONS, content, name=name)


def stated(content):
    """What a text states, with conjunctions taken apart."""
    return list(flatten(fact.expression for fact in read(content).facts))


def some(property_, name):
    """A link to something of a class of the graph."""
    return Some(GISTKG + property_, Named(GISTKG + name))


def has(property_, value):
    """A value."""
    return Has(GISTKG + property_, value if isinstance(value, bool) else Decimal(value))


def refused(content, kind=CaseError, name="case"):
    """The message of the error that a text gets."""
    with pytest.raises(kind) as caught:
        read(content, name)
    assert type(caught.value) is kind
    return str(caught.value)


# Which format it is


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("second-line.yaml", has("tumourSizeCm", "7.5")),
        ("untreated.json", some("hasSite", "Stomach")),
        ("phenopacket.json", some("hasSite", "Stomach")),
        ("mcode.json", some("hasSite", "SmallIntestine")),
        ("open-world.ttl", some("hasSite", "Stomach")),
    ],
)
def test_the_format_is_told_by_the_content(name, fact):
    """Not by the name of the file, which standard input has none of."""
    assert fact in stated((CASES / name).read_bytes())


def test_a_case_can_be_a_text_or_bytes_with_a_byte_order_mark():
    """As editors on other systems write it."""
    assert stated(b"\xef\xbb\xbfextent: metastatic") == stated("extent: metastatic")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfee\x00", "case: is not UTF-8 (invalid start byte at byte 0)"),
        ("", "case: is empty; write for instance extent: metastatic"),
        ("# nothing\n", "case: is empty; write for instance extent: metastatic"),
        ("extent: [metastatic", "case:1:20: is no YAML (while parsing a flow sequence, expected ',' or ']', but got"),
        ("a: 1\n---\nb: 2", "case:2:1: is no YAML (expected a single document in the stream, but found another"),
        ("extent: !!python/name:os.system x", "case:1:9: the tag tag:yaml.org,2002:python/name:os.system is not read;"),
        ("extent: &a [*a]", "case:1:9: holds itself"),
        ("extent: \x01", "case: is no YAML (unacceptable character #x0001"),
        ("[" * 5000, "case: is nested too deeply"),
        ('{"extent": "metastatic"', "case:1:24: is no YAML (while parsing a flow mapping"),
        ("@prefix gistkg: <https://w3id.org/gistkg/> .\n[] a gistkg:Case ; .x", "case:2:21: x is not a valid subject"),
    ],
)  # fmt: skip
def test_what_does_not_parse_is_an_error_with_its_place(content, message):
    """Line and column, and the words of the parser."""
    assert refused(content, SourceError).startswith(message)


def test_a_json_file_gets_the_words_of_the_json_parser():
    """Its name says what it should be."""
    assert refused('{"extent": metastatic}', SourceError, "case.json") == "case.json:1:12: Expecting value"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("metastatic", "A case is keys with values, such as extent: metastatic; case is 'metastatic'."),
        ("- metastatic", "A case is keys with values, such as extent: metastatic; case is a list."),
        ("null", "A case is keys with values, such as extent: metastatic; case is null."),
        ('{"size_cm": NaN}', "NaN is no number."),
    ],
)
def test_what_is_no_case_at_all_is_an_error(content, message):
    """With an example."""
    assert refused(content) == message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("extent: metastatic\nextent: localised", "extent: stands twice (lines 1 and 2); keep one of them."),
        ("genotype:\n  tested: []\n  tested: [KIT]", "tested: stands twice (lines 2 and 3); keep one of them."),
        ('{"extent": "metastatic", "extent": "localised"}', "extent: stands twice; keep one of them."),
    ],
)
def test_a_key_that_stands_twice_is_refused(content, message):
    """One of them would be lost."""
    assert refused(content, CaseValueError) == message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{no: no, on: on, yes: yes}", {"no": "no", "on": "on", "yes": "yes"}),
        ("{a: true, b: False, c: ~, d:, e: null}", {"a": True, "b": False, "c": None, "d": None, "e": None}),
        ("{a: 010, b: 1_000, c: 12:30, d: 0x1F, e: 1e2}",
         {"a": Decimal(10), "b": "1_000", "c": "12:30", "d": "0x1F", "e": Decimal(100)}),
        ("{a: 2014-02-30, b: .nan, c: '1', d: \"true\"}", {"a": "2014-02-30", "b": ".nan", "c": "1", "d": "true"}),
        ("a: &x [1]\nb: *x", {"a": [Decimal(1)], "b": [Decimal(1)]}),
        ('{"a": 1.50, "b": 10000000000000000000000000000001}',
         {"a": Decimal("1.50"), "b": Decimal("10000000000000000000000000000001")}),
    ],
)  # fmt: skip
def test_scalars_are_what_they_look_like(text, expected):
    """No word becomes a truth, no date is invented or breaks, no number is octal or loses a digit."""
    assert parse_document(text) == expected


@pytest.mark.parametrize("content", ['{"size_cm": %s}', "size_cm: %s"])
def test_a_number_of_thousands_of_digits_is_refused(content):
    """It takes no time, and breaks nothing."""
    assert "is no number that a case can have" in refused(content % ("1" * 20000), CaseValueError)


def test_no_word_for_false_is_a_margin_but_a_kind_error():
    """YAML 1.1 would have made it false."""
    assert refused("margin: no", CaseValueError).startswith("margin: 'no' names no resection margin")
    assert stated("ruptured: no") == [has("wasRuptured", False)]


def test_aliases_of_aliases_cost_no_more_than_their_text():
    """A few lines that stand for millions of values."""
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))]
    assert refused("\n".join(lines), CaseValueError).startswith("a0: there is no such key.")


# Phenopackets


def packet(*changes):
    """The example packet, changed."""
    changed = copy.deepcopy(PACKET)
    for change in changes:
        change(changed)
    return changed


def translated(document):
    """The case document of a packet, and the notes."""
    found = document_from_phenopacket(GRAPH, CONDITIONS, document)
    return found.document, list(found.notes)


def test_a_phenopacket_becomes_a_case_document():
    """Site and extent, size in centimetres, the protein change, and one treatment."""
    assert translated(PACKET) == (
        {
            "site": "stomach",
            "extent": "metastatic disease",
            "size_cm": Decimal("8.2"),
            "genotype": {"found": ["KIT p.Ala502_Tyr503dup"]},
            "treatments": [{
                "drug": "imatinib", "dose": "800 mg/day", "months": Decimal(14), "intent": "palliative intent",
                "best_response": "partial response category", "outcome": "progression under treatment",
            }],
        },
        [
            "diseases[0].diseaseStage[0]: Stage IV (NCIT:C27971) says nothing that the graph knows",
            "treatments: read as a list that may not be complete",
        ],
    )  # fmt: skip


def test_a_phenopacket_is_not_taken_for_the_whole_history():
    """Other drugs stay unknown, and none is the latest."""
    facts = read(json.dumps(PACKET)).facts
    assert not any(isinstance(part, Not) for part in flatten(fact.expression for fact in facts))
    had_other = Some(GISTKG + "hadTreatment", some("gaveDrug", "CytotoxicChemotherapy"))
    assert CONDITIONS.evaluate(read(json.dumps(PACKET)).expressions, had_other) is None


def test_a_phenopacket_can_have_underscores_in_its_names():
    """The other spelling that protobuf allows, in YAML."""
    text = (
        "id: x\nmeta_data: {}\ndiseases:\n- term: {id: MONDO:0011719}\n  primary_site: {id: 'UBERON:0001052'}\n"
        "  clinical_tnm_finding: [{id: x:1, label: pM1 Stage Finding}]\n"
    )
    assert stated(text) == [some("hasSite", "Rectum"), some("hasExtent", "MetastaticDisease")]


@pytest.mark.parametrize(
    "code",
    ["MONDO:0011719", "NCIT:C3868", "SNOMED:420120006", "ORPHA:44890", "ICD10CM:C49.A2", "ICD-O-3:8936/3",
     "http://purl.obolibrary.org/obo/MONDO_0011719", "MONDO_0011719"],
)  # fmt: skip
def test_codes_that_mean_a_gist_are_known_under_several_prefixes(code):
    """And a code of a gastric one says the site as well."""
    document = {"id": "1", "metaData": {}, "diseases": [{"term": {"id": code}}]}
    assert translated(document)[0] == ({"site": "stomach"} if code == "ICD10CM:C49.A2" else {})


OTHER = {"id": "NCIT:C39853", "label": "Infiltrating Urothelial Carcinoma"}


def test_a_phenopacket_of_another_disease_is_refused_by_name():
    """And by the codes that would have been right; its words alone are not trusted against its code."""
    for label in ("Infiltrating Urothelial Carcinoma", "Gastrointestinal Stromal Tumor"):
        document = {"id": "1", "metaData": {}, "diseases": [{"term": {"id": "NCIT:C39853", "label": label}}]}
        message = refused(json.dumps(document))
        assert message.startswith(
            f"This Phenopacket is about {label} (NCIT:C39853), and gistkg knows gastrointestinal stromal tumours only;"
        )
        assert "DOID:9253" in message


def excluded(document):
    """Let the disease be one that was looked for and not found."""
    document["diseases"][0]["excluded"] = True
    del document["interpretations"]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"id": "1", "metaData": {}}, "This Phenopacket names no disease; the tumour stands in diseases[0].term."),
        (packet(excluded), "This Phenopacket names no disease; the tumour stands in diseases[0].term."),
        ({"proband": {}, "metaData": {}},
         "This is a Phenopacket of several persons (proband); give the one of one patient."),
        ({"id": "1", "metaData": {"phenopacketSchemaVersion": "1.0"}},
         "This is a Phenopacket of version 1.0; convert it to version 2."),
        ({"id": "1", "metaData": {}, "diseases": [{"term": {"id": "MONDO:0011719"}}]},
         "case names the tumour and says nothing else that the graph knows."),
    ],
)  # fmt: skip
def test_a_phenopacket_that_says_nothing_of_one_gist_is_refused(document, message):
    """With what to give instead."""
    assert refused(json.dumps(document)) == message


def action(number, name, value):
    """A change of a medical action of the packet."""

    def change(document):
        document["medicalActions"][number][name] = value

    return change


def test_an_unknown_drug_is_an_error_that_names_it():
    """It cannot be judged what it did."""
    unknown = packet(action(0, "treatment", {"agent": {"id": "DrugCentral:1610", "label": "losartan"}}))
    assert refused(json.dumps(unknown), CaseValueError) == (
        "medicalActions[0].treatment.agent: the graph knows no drug 'losartan (DrugCentral:1610)', "
        "so what it did cannot be judged; if it was not given for the tumour, take it out."
    )


def test_what_was_given_for_another_disease_is_no_treatment_of_the_tumour():
    """It is said in a note."""
    document, notes = translated(packet(action(0, "treatmentTarget", {"id": "HP:0000822", "label": "Hypertension"})))
    assert "treatments" not in document
    assert "medicalActions[0]: not taken, as it was for Hypertension (HP:0000822)" in notes


@pytest.mark.parametrize(
    ("agent", "drug"),
    [
        ({"id": "RXNORM:282388"}, "imatinib"), ({"id": "CHEBI:45783"}, "imatinib"), ({"id": "ATC:L01EA01"}, "imatinib"),
        ({"id": "x:1", "label": "Imatinib Mesylate"}, "imatinib"),
        ({"id": "x:1", "label": "imatinib 100 MG Oral Tablet [Gleevec]"}, "imatinib"),
    ],
)  # fmt: skip
def test_a_drug_is_known_by_code_by_name_or_as_the_only_one_in_a_longer_text(agent, drug):
    """Products are written with their strength."""
    document, _ = translated(packet(action(0, "treatment", {"agent": agent})))
    assert document["treatments"][0]["drug"] == drug


def test_code_and_words_that_mean_different_things_are_an_error():
    """Nobody knows which is right."""
    site = {"id": "UBERON:0000945", "label": "rectum"}
    document = packet(lambda changed: changed["diseases"][0].update(primarySite=site))
    assert refused(json.dumps(document), CaseValueError) == (
        "diseases[0].primarySite: UBERON:0000945 means stomach, but 'rectum' means rectum; "
        "correct the one that is wrong."
    )


def descriptor(document):
    """The variant of the packet."""
    genomic = document["interpretations"][0]["diagnosis"]["genomicInterpretations"][0]
    return genomic["variantInterpretation"]["variationDescriptor"]


def test_a_variant_that_nobody_can_place_is_left_out_and_said():
    """The gene alone would be a guess."""

    def genomic_only(document):
        descriptor(document)["expressions"] = [{"syntax": "hgvs.g", "value": "NC_000004.12:g.54727416_54727421dup"}]

    document, notes = translated(packet(genomic_only))
    assert "genotype" not in document
    assert any(note.startswith("interpretations[0].diagnosis.genomicInterpretations[0]") for note in notes)


def test_a_gene_whose_code_and_symbol_disagree_is_an_error():
    """HGNC 6342 is KIT."""
    document = packet(lambda changed: descriptor(changed)["geneContext"].update(symbol="PDGFRA"))
    assert "HGNC:6342 means KIT gene, but 'PDGFRA' means PDGFRA gene" in refused(json.dumps(document), CaseValueError)


def test_a_gene_whose_symbol_is_strange_to_its_code_is_left_out():
    """An example of a public guide gives BAP1 the code of KIT."""
    document, notes = translated(packet(lambda changed: descriptor(changed)["geneContext"].update(symbol="BAP1")))
    assert "genotype" not in document
    assert any("BAP1 (HGNC:6342) says nothing that the graph knows" in note for note in notes)


def test_a_change_that_the_gene_cannot_have_is_an_error():
    """KIT ends at 976."""

    def beyond(document):
        descriptor(document)["expressions"] = [{"syntax": "hgvs.p", "value": "NP_000213.1:p.(Val9999Ala)"}]

    assert "976 residues" in refused(json.dumps(packet(beyond)), CaseValueError)


def second_variant(document):
    """Add KIT V654A, which may be secondary."""
    listed = document["interpretations"][0]["diagnosis"]["genomicInterpretations"]
    listed.append(copy.deepcopy(listed[0]))
    listed[1]["variantInterpretation"]["variationDescriptor"]["expressions"] = [
        {"syntax": "hgvs.p", "value": "p.Val654Ala"}
    ]


def test_of_two_mutations_of_one_gene_after_treatment_nobody_knows_which_was_acquired():
    """So neither is taken; before any treatment both are."""
    document, notes = translated(packet(second_variant))
    assert "genotype" not in document
    assert sum("may be acquired" in note for note in notes) == 2
    document, _ = translated(packet(second_variant, lambda changed: changed.pop("medicalActions")))
    assert document["genotype"]["found"] == ["KIT p.Ala502_Tyr503dup", "KIT p.Val654Ala"]


def test_a_rejected_variant_is_left_out():
    """With a note."""

    def reject(document):
        document["interpretations"][0]["diagnosis"]["genomicInterpretations"][0]["interpretationStatus"] = "REJECTED"

    document, notes = translated(packet(reject))
    assert "genotype" not in document
    assert any(note.endswith("not taken, as it was rejected") for note in notes)


def interval(start, end):
    """A change of the days of the treatment."""
    return lambda document: document["medicalActions"][0]["treatment"]["doseIntervals"][0].update(
        interval={"start": start, "end": end}
    )


@pytest.mark.parametrize(
    ("response", "best", "outcome"),
    [
        ("Partial response", "partial response category", None),
        ("Stable disease", "stable disease category", None),
        ("Progressive disease", "progressive disease category", "progression under treatment"),
    ],
)
def test_a_response_at_some_time_is_not_what_became_of_the_disease(response, best, outcome):
    """Only progression is both."""
    answered = action(0, "responseToTreatment", {"id": "x:1", "label": response})
    ended = action(0, "treatmentTerminationReason", None)
    (entry,) = translated(packet(answered, ended))[0]["treatments"]
    assert (entry["best_response"], entry.get("outcome")) == (best, outcome)


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (
            "2013-02-30T00:00:00Z",
            "2014-01-01",
            "interval.start: '2013-02-30T00:00:00Z' is no date; write it as in 2026-02-25.",
        ),
        ("2013-01-10", "soon", "interval.end: 'soon' is no date; write it as in 2026-02-25."),
        ("2014-01-10", "2013-01-10", "interval: it ends on 2013-01-10, before it begins on 2014-01-10."),
    ],
)
def test_a_date_that_is_none_is_an_error(start, end, message):
    """And so is an end before the beginning."""
    said = refused(json.dumps(packet(interval(start, end))), CaseValueError)
    assert said == f"medicalActions[0].treatment.doseIntervals[0].{message}"


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2013-01-10", "2013-03-10", "2"), ("2013-01-31", "2013-02-28", "0.92"), ("2012-02-29", "2013-02-28", "11.99"),
        ("2013-01-10", "2013-02-24", "1.46"), ("2013-12-10", "2014-01-10", "1"), ("2013-01-10", "2013-01-10", "0"),
    ],
)  # fmt: skip
def test_months_are_calendar_months_and_the_days_after_them(start, end, months):
    """From the 10th of January to the 10th of March are two."""
    document, _ = translated(packet(interval(start, end)))
    assert document["treatments"][0]["months"] == Decimal(months)


def test_a_date_to_the_month_says_nothing_of_months():
    """It could be a month more or less."""
    document, _ = translated(packet(interval("2013-01", "2014")))
    assert "months" not in document["treatments"][0]


def test_a_dose_that_is_not_in_milligrams_is_left_out_and_said():
    """The drug was given all the same."""

    def per_kilogram(document):
        document["medicalActions"][0]["treatment"]["doseIntervals"][0]["quantity"]["unit"] = {"label": "mg/kg"}

    document, notes = translated(packet(per_kilogram))
    assert "dose" not in document["treatments"][0]
    assert any(note.startswith("medicalActions[0].treatment: not taken: ") for note in notes)


def test_a_size_in_another_unit_is_an_error():
    """8.2 inches are no 8.2 cm."""

    def inches(document):
        document["measurements"][0]["value"]["quantity"]["unit"] = {"id": "x:1", "label": "inch"}

    assert refused(json.dumps(packet(inches)), CaseValueError) == (
        "measurements[0].assay: 82.0 inch is no tumour size in centimetres."
    )


def test_two_sizes_are_no_size():
    """Which tumour, and when, is not said."""

    def another(document):
        document["measurements"].append(copy.deepcopy(document["measurements"][0]))
        document["measurements"][1]["value"]["quantity"]["value"] = 20

    document, notes = translated(packet(another))
    assert "size_cm" not in document
    assert "size_cm: there are several values, 2 and 8.2; not taken" in notes


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"id": "1", "metaData": {}, "diseases": {}}, "diseases: a mapping is no list."),
        ({"id": "1", "metaData": {}, "diseases": ["GIST"]}, "diseases[0]: 'GIST' is no object."),
        ({"id": "1", "metaData": {}, "diseases": [{"term": "GIST"}]}, "diseases[0].term: 'GIST' is no object."),
        ({"id": "1", "metaData": {}, "diseases": [{"term": {"id": 5}}]}, "diseases[0].term.id: 5 is no text."),
        ({"id": "1", "metaData": {}, "diseases": [{"term": {"id": "x:1"}, "excluded": "no"}]},
         "diseases[0].excluded: 'no' is neither true nor false."),
    ],
)  # fmt: skip
def test_a_phenopacket_that_is_not_built_like_one_is_an_error_with_its_path(document, message):
    """Nothing is passed over because it has the wrong shape."""
    assert refused(json.dumps(document), CaseValueError) == message


# mCODE


def bundle(*changes):
    """The example bundle, changed; a change gets the resources by their id."""
    changed = copy.deepcopy(BUNDLE)
    by_id = {entry["resource"]["id"]: entry["resource"] for entry in changed["entry"]}
    for change in changes:
        change(by_id)
    return changed


def without(*names):
    """The example bundle without some resources."""
    changed = copy.deepcopy(BUNDLE)
    changed["entry"] = [entry for entry in changed["entry"] if entry["resource"]["id"] not in names]
    return changed


def of_bundle(document):
    """The case document of a bundle, and the notes."""
    found = document_from_mcode(GRAPH, CONDITIONS, document)
    return found.document, list(found.notes)


def test_an_mcode_bundle_becomes_a_case_document():
    """Sites by code and by text, metastases by profile, size, panel, variant, performance status, one treatment."""
    assert of_bundle(BUNDLE) == (
        {
            "site": ["small intestine", "jejunum"],
            "extent": "metastatic disease",
            "size_cm": Decimal("6.5"),
            "ecog": Decimal(1),
            "genotype": {"found": ["KIT p.Leu576Pro"], "tested": ["KIT gene", "PDGFRA gene"]},
            "treatments": [{
                "drug": "imatinib", "dose": "400 mg/day", "months": Decimal(6), "intent": "palliative intent",
                "outcome": "stop for intolerance",
            }],
        },
        [
            "entry[3].resource.code: hypertension (SNOMEDCT:59621000) says nothing that the graph knows",
            "entry[9].resource: that amlodipine was given for the tumour is not said; not taken",
            "treatments: read as a list that may not be complete",
        ],
    )  # fmt: skip


def test_the_genes_of_a_panel_are_tested_genes():
    """PDGFRA was studied, and nothing was found in it."""
    case = read(json.dumps(BUNDLE))
    assert CONDITIONS.evaluate(case.expressions, some("hasAlteration", "PdgfraMutation")) is False
    assert CONDITIONS.evaluate(case.expressions, some("hasAlteration", "KitExon11Mutation")) is True


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"resourceType": "Patient"},
         "This is a FHIR Patient; give a Bundle with the Condition, Observations and medications."),
        ({"resourceType": "Bundle", "entry": []},
         "This bundle holds no tumour: it has no Condition that is a primary cancer condition."),
        (without("tumour", "liver", "pressure"),
         "This bundle holds no tumour: it has no Condition that is a primary cancer condition."),
        (without("tumour"), "This bundle is about hypertension (SNOMEDCT:59621000), and gistkg knows gastrointestinal"),
    ],
)  # fmt: skip
def test_a_bundle_without_a_gist_is_refused(document, message):
    """With what it is about, or what it lacks."""
    assert refused(json.dumps(document)).startswith(message)


def test_a_bundle_of_another_cancer_is_refused_by_name():
    """Its other conditions are not mentioned."""

    def breast(by_id):
        by_id["tumour"]["code"] = {
            "coding": [{"system": "http://snomed.info/sct", "code": "254837009", "display": "Breast"}]
        }

    assert refused(json.dumps(bundle(breast))).startswith(
        "This bundle is about Breast (SNOMEDCT:254837009), and gistkg"
    )


def test_a_bundle_of_several_patients_is_refused():
    """A case is one."""
    two = copy.deepcopy(BUNDLE)
    two["entry"].append({"resource": {"resourceType": "Patient", "id": "patient-2"}})
    assert refused(json.dumps(two)) == "This bundle holds 2 patients; give the bundle of one."


def test_the_histology_can_say_that_it_is_a_gist():
    """Behind a code that says no more than malignant."""
    codes = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/icd-o-3", "code": "8936/3"}]}
    url = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histology-morphology-behavior"

    def by_histology(by_id):
        by_id["tumour"]["code"] = {"coding": [{"system": "http://snomed.info/sct", "code": "363346000"}]}
        by_id["tumour"]["extension"] = [{"url": url, "valueCodeableConcept": codes}]

    assert of_bundle(bundle(by_histology))[0]["site"] == "jejunum"


def status(name, value):
    """A change of the clinical or verification status of a condition."""
    return lambda by_id: by_id[name].update(value)


def test_metastases_that_are_gone_or_of_an_unknown_tumour_say_nothing():
    """Only what is there now says the extent."""
    gone = status("liver", {"clinicalStatus": {"coding": [{"code": "resolved"}]}})
    document, notes = of_bundle(bundle(gone))
    assert "extent" not in document
    assert "entry[2].resource: not taken: whether it is there now, and of which tumour, is not said" in notes


def test_with_two_cancers_nobody_knows_whose_metastases_they_are():
    """The breast carcinoma may have spread."""
    document = copy.deepcopy(BUNDLE)
    breast = {"coding": [{"system": "http://snomed.info/sct", "code": "254837009", "display": "Breast"}]}
    profile = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-primary-cancer-condition"
    document["entry"].append({
        "resource": {"resourceType": "Condition", "id": "other", "meta": {"profile": [profile]}, "code": breast}
    })  # fmt: skip
    found, notes = of_bundle(document)
    assert "extent" not in found
    assert "entry[2].resource: not taken: whether it is there now, and of which tumour, is not said" in notes


def test_a_refuted_condition_is_none():
    """Nor one that was entered in error."""
    refuted = status("tumour", {"verificationStatus": {"coding": [{"code": "refuted"}]}})
    assert refused(json.dumps(bundle(refuted))).startswith("This bundle is about hypertension")


def absent(by_id):
    """Let the variant be one that was looked for and not found, in genes as a whole."""
    by_id["variant"]["valueCodeableConcept"]["coding"][0]["code"] = "LA9634-2"


def test_genes_without_a_variant_are_tested_genes():
    """A variant resource can say that there is none."""
    document, _ = of_bundle(bundle(absent, lambda by_id: by_id["variant"]["component"].pop(1)))
    assert document["genotype"] == {"tested": ["KIT gene", "PDGFRA gene"]}


def test_one_absent_change_says_nothing_of_the_gene():
    """Leu576Pro is not there; KIT may be mutated."""
    changed = bundle(absent)
    changed["entry"] = [entry for entry in changed["entry"] if entry["resource"]["id"] != "region"]
    document, notes = of_bundle(changed)
    assert "genotype" not in document
    assert any("is absent, which says nothing of the rest of the gene" in note for note in notes)


def test_a_variant_in_a_gene_outside_the_panel_is_a_contradiction():
    """Named with both."""

    def only_pdgfra(by_id):
        by_id["region"]["component"][0]["valueCodeableConcept"]["coding"].pop(0)

    with pytest.raises(ContradictionError) as caught:
        read(json.dumps(bundle(only_pdgfra)))
    assert caught.value.other == "genotype.tested: PDGFRA gene"


@pytest.mark.parametrize(
    ("changes", "genotype"),
    [
        ([None], {"tested": ["PDGFRA gene"]}),
        (["p.(Leu576Pro)", "p.(Val654Ala)"], {"tested": ["PDGFRA gene"]}),
        (["p.(Leu576Pro)", None], {"found": ["KIT p.Leu576Pro"]}),
    ],
)
def test_a_variant_that_is_not_taken_leaves_its_gene_open(changes, genotype):
    """It was found in a tested gene: that gene is not free of mutations because the record does not say which."""
    document = copy.deepcopy(BUNDLE)
    variant = next(entry for entry in document["entry"] if entry["resource"]["id"] == "variant")
    document["entry"].remove(variant)
    for number, change in enumerate(changes):
        one = copy.deepcopy(variant["resource"]) | {"id": f"variant-{number}"}
        one["component"][1:] = one["component"][1:] if change else []
        if change:
            one["component"][1]["valueCodeableConcept"]["coding"][0]["code"] = f"NP_000213.1:{change}"
        document["entry"].append({"resource": one})
    assert of_bundle(document)[0]["genotype"] == genotype


def test_a_variant_that_may_be_there_leaves_its_gene_open():
    """A result that says neither present nor absent is none."""

    def unclear(by_id):
        by_id["variant"]["valueCodeableConcept"]["coding"][0]["code"] = "LA18198-4"

    assert of_bundle(bundle(unclear))[0]["genotype"] == {"tested": ["PDGFRA gene"]}


def test_ranges_of_genes_are_no_test_of_the_genes():
    """An exon may have been left out."""
    code = {"coding": [{"system": "http://loinc.org", "code": "51959-5"}]}
    document, _ = of_bundle(bundle(lambda by_id: by_id["region"]["component"].append({"code": code})))
    assert document["genotype"] == {"found": ["KIT p.Leu576Pro"]}


def request(**members):
    """A change of the request for imatinib."""
    return lambda by_id: by_id["imatinib"].update(members)


def test_an_unknown_drug_for_the_tumour_is_an_error_that_names_it():
    """What was given for something else is a note."""
    unknown = bundle(request(medicationCodeableConcept={"text": "qqqinib"}))
    assert refused(json.dumps(unknown), CaseValueError).startswith(
        "entry[8].resource.medicationCodeableConcept: the graph knows no drug 'qqqinib'"
    )


@pytest.mark.parametrize(
    "members",
    [{"status": "cancelled"}, {"status": "draft"}, {"intent": "proposal"}, {"doNotPerform": True}],
)
def test_what_was_never_given_is_no_treatment(members):
    """An order that was cancelled, a plan, a prohibition."""
    document, notes = of_bundle(bundle(request(**members)))
    assert "treatments" not in document
    assert any("was not given, or nobody knows" in note for note in notes)


def test_a_medication_may_stand_in_a_resource_of_its_own():
    """Contained, or beside it in the bundle."""
    code = {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "282388"}]}
    contained = bundle(
        request(
            contained=[{"resourceType": "Medication", "id": "m", "code": code}], medicationReference={"reference": "#m"}
        ),
        lambda by_id: by_id["imatinib"].pop("medicationCodeableConcept"),
    )
    beside = bundle(
        request(medicationReference={"reference": "Medication/m"}),
        lambda by_id: by_id["imatinib"].pop("medicationCodeableConcept"),
    )
    beside["entry"].append({"resource": {"resourceType": "Medication", "id": "m", "code": code}})
    for document in (contained, beside):
        assert of_bundle(document)[0]["treatments"][0]["drug"] == "imatinib"


def test_an_administration_of_a_request_in_the_bundle_is_the_same_treatment():
    """And one without a request is one of its own."""
    administration = {
        "resourceType": "MedicationAdministration", "id": "given", "status": "completed",
        "medicationCodeableConcept": {"text": "Glivec"}, "reasonReference": [{"reference": "Condition/tumour"}],
        "dosage": {"dose": {"value": 400, "unit": "mg"}},
    }  # fmt: skip
    document = copy.deepcopy(BUNDLE)
    document["entry"].append({"resource": {**administration, "request": {"reference": "MedicationRequest/imatinib"}}})
    assert len(of_bundle(document)[0]["treatments"]) == 1
    document["entry"][-1] = {"resource": administration}
    assert of_bundle(document)[0]["treatments"][1] == {"drug": "imatinib"}


def test_a_dose_twice_a_day_is_added_up():
    """By its timing, or by the code of its timing."""
    dose = {"doseQuantity": {"value": 400, "code": "mg"}}
    by_repeat = {"doseAndRate": [dose], "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}}
    by_code = {"doseAndRate": [dose], "timing": {"code": {"coding": [{"code": "BID"}]}}}
    for instruction in (by_repeat, by_code):
        document, _ = of_bundle(bundle(request(dosageInstruction=[instruction])))
        assert document["treatments"][0]["dose"] == "800 mg/day"


@pytest.mark.parametrize(
    ("value", "extent"),
    [
        ({"coding": [{"system": "http://snomed.info/sct", "code": "399409002"}]}, "metastatic disease"),
        ({"coding": [{"system": "http://cancerstaging.org", "code": "cM1"}]}, "metastatic disease"),
        ({"text": "American Joint Committee on Cancer cM1 (qualifier value)"}, "metastatic disease"),
        ({"text": "American Joint Committee on Cancer cM0 (qualifier value)"}, None),
        ({"text": "no distant metastases"}, None),
    ],
)  # fmt: skip
def test_the_extent_is_read_only_where_it_is_beyond_doubt(value, extent):
    """From a code, or from an M1 category in the words."""
    document = without("liver")
    m_category = {"resourceType": "Observation", "id": "m", "status": "final", "code": {"text": "cM category"}}
    document["entry"].append({"resource": {**m_category, "valueCodeableConcept": value}})
    assert of_bundle(document)[0].get("extent") == extent


# A List that has all drugs


def history(*references, **members):
    """A bundle with a List of medication use; without references, of none."""
    listed = {"resourceType": "List", "id": "drugs", "status": "current", "mode": "snapshot"}
    listed["code"] = {"coding": [{"system": "http://loinc.org", "code": "10160-0"}]}
    if references:
        listed["entry"] = [{"item": {"reference": one}} for one in references]
    else:
        system = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
        listed["emptyReason"] = {"coding": [{"system": system, "code": "nilknown"}]}
    document = without("amlodipine") if references else without("amlodipine", "imatinib")
    document["entry"].append({"resource": listed | members})
    return document


def truth_of(document, criterion):
    """Whether a criterion holds of a bundle."""
    return CONDITIONS.evaluate(read(json.dumps(document)).expressions, CONDITIONS.criteria[GISTKG + criterion])


def test_a_list_without_entries_says_that_there_was_no_drug():
    """A clinician judged that none is known; procedures stay open."""
    document, notes = of_bundle(history())
    assert document["treatments"] == []
    assert notes[-1] == "treatments: has all drugs; of procedures there may be others"
    assert truth_of(history(), "HadNoDrugTreatment") is True
    assert truth_of(history(), "FailedAvapritinib") is False
    assert truth_of(history(), "DiseaseControlledOnTki") is False
    assert truth_of(history(), "HadResection") is None
    assert read(json.dumps(history())).facts[-1].words == "treatments: no drugs"


@pytest.mark.parametrize(
    "reference", ["MedicationRequest/imatinib", "http://example.org/fhir/MedicationRequest/imatinib"]
)
def test_a_list_of_the_medications_says_that_there_was_no_other_drug(reference):
    """By either name of the resource; then the one there is is the latest."""
    document = history(reference)
    assert truth_of(document, "FailedSunitinib") is False
    assert truth_of(document, "HadNoTkiOtherThanImatinib") is True
    assert truth_of(document, "LatestTreatmentIsImatinib") is True
    assert truth_of(without("amlodipine"), "FailedSunitinib") is None
    assert truth_of(without("amlodipine"), "LatestTreatmentIsImatinib") is None


def test_of_several_drugs_each_may_be_the_latest():
    """What is so of both of them is so of the latest."""
    document = history("MedicationRequest/imatinib", "MedicationRequest/second")
    second = {"resourceType": "MedicationRequest", "id": "second", "status": "active", "intent": "order"}
    second |= {
        "medicationCodeableConcept": {"text": "sunitinib"},
        "reasonReference": [{"reference": "Condition/tumour"}],
    }
    document["entry"].append({"resource": second})
    assert truth_of(document, "LatestTreatmentIsTki") is True
    assert truth_of(document, "LatestTreatmentIsImatinib") is None
    assert truth_of(document, "LatestTreatmentIsRipretinib") is False


def and_amlodipine(document):
    """The bundle with the drug of which nobody says what it was for."""
    amlodipine = next(one for one in BUNDLE["entry"] if one["resource"]["id"] == "amlodipine")
    return document | {"entry": [*document["entry"], amlodipine]}


IMATINIB, AMLODIPINE = "MedicationRequest/imatinib", "MedicationStatement/amlodipine"


@pytest.mark.parametrize(
    ("document", "note"),
    [
        (history(IMATINIB, mode="working"), "its status and mode are not 'current' and 'snapshot'"),
        (history(IMATINIB, status="retired"), "its status and mode are not 'current' and 'snapshot'"),
        (history(emptyReason=None), "it is empty, and its emptyReason is not 'nilknown'"),
        (and_amlodipine(history(IMATINIB)), "entry[10].resource is not in it"),
        (and_amlodipine(history(IMATINIB, AMLODIPINE)),
         "of entry[10].resource it is not said that it was given for the tumour"),
        (history("MedicationRequest/elsewhere"), "it is no medication of the bundle that was given"),
        (history(IMATINIB, "Condition/tumour"), "it is no medication of the bundle that was given"),
    ],
)  # fmt: skip
def test_a_list_that_has_not_all_drugs_leaves_the_others_open(document, note):
    """And the note says why."""
    _, notes = of_bundle(document)
    assert [one for one in notes if "not taken as a list of all drugs; " in one and note in one]
    assert truth_of(document, "FailedSunitinib") is None


def test_another_list_says_nothing_of_drugs():
    """Problems, allergies."""
    document, notes = of_bundle(history(code={"coding": [{"system": "http://loinc.org", "code": "11450-4"}]}))
    assert "treatments" not in document
    assert not any("list of all drugs" in note for note in notes)


def test_a_list_of_no_drugs_in_a_bundle_with_one_is_an_error():
    """One of them is wrong."""
    document = history()
    document["entry"].append(next(one for one in BUNDLE["entry"] if one["resource"]["id"] == "imatinib"))
    assert refused(json.dumps(document), CaseValueError) == (
        "entry[8].resource.emptyReason: says that there was no drug, but entry[9].resource is one."
    )


def test_a_disease_status_is_no_outcome_of_a_drug():
    """Under which it worsened, it does not say; the note tells what to write."""
    status = {"resourceType": "Observation", "id": "status", "status": "final"}
    status["code"] = {"coding": [{"system": "http://loinc.org", "code": "97509-4"}]}
    status["valueCodeableConcept"] = {"coding": [{"system": "http://snomed.info/sct", "code": "271299001"}]}
    document = copy.deepcopy(BUNDLE)
    document["entry"].append({"resource": status})
    found, notes = of_bundle(document)
    assert found == of_bundle(BUNDLE)[0]
    (note,) = [one for one in notes if one.startswith("entry[10].resource")]
    assert note == (
        "entry[10].resource: not taken: it does not say under which drug; write the statusReason of the medication: "
        "its words, or a code, such as progression under treatment (NCIT:C17747, NCIT:C35571) or stop for intolerance "
        "(SNOMEDCT:407563006)"
    )


def test_a_reason_that_means_several_things_is_no_outcome():
    """No response to treatment may be stable disease; and of two outcomes neither is taken."""
    unclear = {"coding": [{"system": "http://snomed.info/sct", "code": "266721009"}]}
    document, notes = of_bundle(bundle(request(statusReason=unclear)))
    assert "outcome" not in document["treatments"][0]
    assert any("SNOMEDCT:266721009 says nothing that the graph knows; write the statusReason" in one for one in notes)
    two = [{"text": "progression"}, {"text": "stopped for toxicity"}]
    document, notes = of_bundle(bundle(request(statusReason=two)))
    assert "outcome" not in document["treatments"][0]
    assert "entry[8].resource: not one outcome but several; none was taken" in notes


def born(day):
    """The example bundle with a birth date."""
    return bundle(lambda by_id: by_id["patient-1"].update(birthDate=day))


def test_the_birth_date_tells_the_age():
    """In full years, today; a year alone does not, and a day to come is an error."""
    today = datetime.now().astimezone().date()
    yesterday, tomorrow = (today + timedelta(days=days) for days in (-1, 1))
    for day, age in ((today, 18), (yesterday, 18), (tomorrow, 17)):
        if (day.month, day.day) != (2, 29):
            assert of_bundle(born(day.replace(year=day.year - 18).isoformat()))[0]["age"] == age
    assert "age" not in of_bundle(born("1960"))[0]
    assert refused(json.dumps(born(tomorrow.isoformat())), CaseValueError) == (
        f"entry[0].resource.birthDate: {tomorrow} is still to come."
    )


# Turtle


PREFIXES = "@prefix gistkg: <https://w3id.org/gistkg/> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"


def test_a_turtle_case_says_what_it_says_and_no_more():
    """Extent of two kinds at once, values, a mutation, and a treatment with its drug."""
    said = stated((CASES / "open-world.ttl").read_bytes())
    episode = And((
        Named(GISTKG + "TreatmentEpisode"),
        some("gaveDrug", "Imatinib"),
        has("gaveMilligramsPerDay", 400),
        some("hadOutcome", "DiseaseProgression"),
        has("monthsToProgression", "1.5"),
    ))  # fmt: skip
    assert said == [
        Some(GISTKG + "hasExtent", And((Named(GISTKG + "MetastaticDisease"), Named(GISTKG + "RecurrentDisease")))),
        some("hasSite", "Stomach"),
        has("tumourSizeCm", "7.5"),
        has("wasRuptured", False),
        some("hasAlteration", "KitExon9Mutation"),
        Some(GISTKG + "hadLatestTreatment", episode),
        some("receivedDrug", "Imatinib"),
    ]
    case = read((CASES / "open-world.ttl").read_bytes())
    criteria = CONDITIONS.criteria
    assert CONDITIONS.evaluate(case.expressions, criteria[GISTKG + "ProgressedOnImatinib400mgWithinTwoMonths"]) is True
    assert CONDITIONS.evaluate(case.expressions, some("hasAlteration", "KitExon11Mutation")) is None


def test_turtle_closes_what_it_says_by_a_criterion_or_a_class_expression():
    """OWL has no other way, and needs none."""
    case = read((CASES / "untreated.ttl").read_bytes())
    untreated = CONDITIONS.criteria[GISTKG + "HadNoDrugTreatment"]
    assert CONDITIONS.evaluate(case.expressions, untreated) is True
    assert CONDITIONS.evaluate(case.expressions, some("hasAlteration", "KitExon9Mutation")) is False


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ("gistkg:x gistkg:hasExtent [ a gistkg:MetastaticDisease ] .", CaseError,
         "This file holds no case; it must say of one thing that it is a gistkg:Case."),
        ("gistkg:x a gistkg:Case . gistkg:y a gistkg:Case .", CaseError,
         "This file holds 2 cases; it must say of one thing that it is a gistkg:Case."),
        ("[] a gistkg:Case .", CaseError, "Nothing is said of the tumour; write for instance gistkg:hasExtent [ a "),
        ("[] a gistkg:Case ; gistkg:hasExtend [ a gistkg:MetastaticDisease ] .", CaseValueError,
         "gistkg:hasExtend: there is no such property. Did you mean gistkg:hasExtent?"),
        ("[] a gistkg:Case ; gistkg:hasExtent gistkg:MetastaticDisease .", CaseValueError,
         "gistkg:hasExtent: nothing is said of gistkg:MetastaticDisease; write [ a gistkg:MetastaticDisease ]."),
        ("[] a gistkg:Case ; gistkg:hasExtent 'metastatic' .", CaseValueError,
         "gistkg:hasExtent: 'metastatic' is no thing; write [ a CLASS ]."),
        ("[] a gistkg:Case ; gistkg:hasExtent [ a gistkg:Imatinib ] .", CaseValueError,
         "gistkg:hasExtent: gistkg:Imatinib is no disease extent that the graph knows."),
        ("[] a gistkg:Case ; gistkg:gaveDrug [ a gistkg:Imatinib ] .", CaseValueError,
         "gistkg:gaveDrug: is said of a treatment episode, not of this."),
        ("[] a gistkg:Case ; gistkg:tumourSizeCm -1.0 .", CaseValueError,
         "gistkg:tumourSizeCm: -1 cannot be; it is 0 or more."),
        ("[] a gistkg:Case ; gistkg:tumourSizeCm 'big' .", CaseValueError, "gistkg:tumourSizeCm: 'big' is no number."),
        ("[] a gistkg:Case ; gistkg:wasRuptured [] .", CaseValueError,
         "gistkg:wasRuptured: a node without a name is no value but a thing; write a number or true."),
        ("[] a gistkg:Case , gistkg:Imatinib .", CaseValueError,
         "a gistkg:Imatinib: is neither a criterion nor a kind of tumour in the graph."),
        ("[] a gistkg:Case , [ owl:onProperty gistkg:hasSite ; owl:allValuesFrom gistkg:Stomach ] .", CaseValueError,
         "a [ ... ]: its class expression is outside the fragment"),
        ("[] a gistkg:Case , [ owl:complementOf gistkg:Qqq ] .", CaseValueError,
         "a [ ... ]: the graph knows no gistkg:Qqq."),
        ("[] a gistkg:Case , [ owl:unionOf ( ) ] .", CaseValueError,
         "a [ ... ]: its class expression names no class."),
        ("_:a a gistkg:Case , [ owl:complementOf _:b ] . _:b owl:complementOf _:b .", CaseError,
         "The description of a node without a name leads back to itself, or is nested too deeply."),
        ("[] a gistkg:Case ; gistkg:hasExtent [ a gistkg:LocalisedDisease ] , [ a gistkg:MetastaticDisease ] .",
         ContradictionError, "The case says both 'gistkg:hasExtent: localised disease' and 'gistkg:"),
    ],
)  # fmt: skip
def test_turtle_that_cannot_be_taken_for_a_case_is_an_error(body, kind, message):
    """The property, and what to write."""
    assert refused(PREFIXES + body, kind).startswith(message)


def test_properties_of_other_vocabularies_are_noted():
    """A label says nothing of the tumour, and is not worth a note."""
    case = read(
        PREFIXES + "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
        "[] a gistkg:Case ; dcterms:title 'x' ; gistkg:hasSite [ a gistkg:Rectum ] ."
    )
    assert case.notes == ("dcterms:title: no property that says something of a case",)


# The command line


def test_ask_reads_a_case_from_a_file(run):
    """The same recommendations as in words."""
    code, out, err = run("ask", "--case", str(CASES / "second-line.yaml"), "--format", "json")
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert answer["case"]["facts"][0] == {"words": "extent: metastatic", "term": GISTKG + "MetastaticDisease"}
    assert any(one["status"] == "applies" for one in answer["recommendations"])


def test_what_was_not_understood_is_said_on_standard_error(run):
    """So that the answer on standard output stays clean, and a person sees it."""
    code, out, err = run("ask", "--case", str(CASES / "phenopacket.json"), "--format", "json")
    notes = json.loads(out)["case"]["notes"]
    assert code == 0
    assert err.splitlines() == [f"gistkg: note: {note}" for note in notes]
    assert len(notes) == 2


def test_ask_reads_a_case_from_standard_input(run, monkeypatch):
    """With a dash."""
    import io

    class Input:
        buffer = io.BytesIO(b"{extent: metastatic, treatments: []}")

        def isatty(self):
            return False

    monkeypatch.setattr("sys.stdin", Input())
    code, out, _ = run("ask", "--case", "-", "--format", "json")
    assert code == 0
    assert [fact["words"] for fact in json.loads(out)["case"]["facts"]] == ["extent: metastatic", "treatments: none"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ["ask", "--case", "no-such-file.yaml"],
            "gistkg: error: no-such-file.yaml: cannot be read (No such file or directory)",
        ),
        (
            ["ask", "metastatic", "--case", "case.yaml"],
            "gistkg: error: say what is known in words, or in a file with --case",
        ),
        (
            ["ask"],
            "gistkg: error: say what is known in words, or in a file with --case FILE; not both, and not neither",
        ),
    ],
)
def test_a_case_that_is_missing_or_there_twice_is_bad_input(run, args, message):
    """Exit code 2, one line."""
    code, out, err = run(*args)
    assert (code, out) == (2, "")
    assert err.startswith(message)


def test_a_mistake_in_a_file_is_bad_input(run, tmp_path):
    """Exit code 2, with the path of the key."""
    file = tmp_path / "case.yaml"
    file.write_text("extend: metastatic", encoding="utf-8")
    assert run("ask", "--case", str(file)) == (
        2,
        "",
        "gistkg: error: extend: there is no such key. Did you mean extent?\n",
    )


# Anything at all


VALUES = (
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(max_size=8)
    | st.sampled_from(["MONDO:0011719", "imatinib", "p.Val654Ala", "2014-02-30", "Condition", "LOINC:33728-7"])
)  # fmt: skip
INSIDE = st.recursive(
    VALUES,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["id", "label", "code", "coding", "text", "value", "unit", "x"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


def places(value, path=()):
    """The paths of all values in a structure."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


SPOTS = [(whole, path) for whole in (PACKET, BUNDLE) for path in places(whole) if path]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(SPOTS), INSIDE)
def test_a_record_with_any_value_in_any_place_is_read_or_refused(spot, value):
    """Foreign records come from anywhere."""
    whole, path = spot
    document = copy.deepcopy(whole)
    inside = document
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    reader = document_from_phenopacket if whole is PACKET else document_from_mcode
    try:
        assert isinstance(reader(GRAPH, CONDITIONS, document).document, dict)
        assert read(json.dumps(document, allow_nan=False)).facts
    except GistkgError as error:
        assert str(error)
    except ValueError as error:  # json.dumps, of a number that is none
        assert "JSON" in str(error)


TEXTS = st.text(max_size=60) | st.text(alphabet="{}[]:,-&*!|>'\"#@\n ametic0.<>?/", max_size=60)


@settings(max_examples=400, deadline=None)
@given(TEXTS | st.binary(max_size=60))
def test_any_text_and_any_bytes_are_read_or_refused(content):
    """No parser breaks on what is none of its language."""
    try:
        assert read(content).facts
    except GistkgError as error:
        assert str(error)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 900), st.text(alphabet="[]();.,<>\"'@ agistkg:_#0", max_size=4))
def test_a_turtle_case_with_any_slip_is_read_or_refused(place, slip):
    """Wherever it stands."""
    text = (CASES / "open-world.ttl").read_text(encoding="utf-8")
    try:
        assert read(text[:place] + slip + text[place + 1 :], "case.ttl").facts
    except GistkgError as error:
        assert str(error)
