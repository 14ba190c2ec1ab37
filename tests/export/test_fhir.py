"""Recommendations as FHIR: what they say, that nothing is dropped in silence, and that other programs read them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gistkg.export.fhir import build
from gistkg.export.fhir_activities import Activities
from gistkg.export.fhir_resources import Resources
from gistkg.export.targets import TARGETS
from gistkg.records import claim
from gistkg.terms import GISTKG

BASE = "https://w3id.org/gistkg/fhir/"
EVIDENCE = GISTKG + "evidence/"
RECOMMENDATIONS = """
SELECT DISTINCT ?claim ?direction ?modality WHERE {
  { ?claim a/rdfs:subClassOf* gistkg:Recommendation } UNION { ?claim gistkg:recommendsProcedure ?procedure }
  ?claim gistkg:hasDirection/skos:notation ?direction ; gistkg:hasModality/skos:notation ?modality
}"""
NO_ADVICE = ("underStudy", "unsettled", "reported", "hypothesised", "speculated")
PROHIBITS = ("should", "standard", "indicated", "consensus")
FINDINGS = """
SELECT DISTINCT ?finding WHERE {
  { ?claim a/rdfs:subClassOf* gistkg:Recommendation } UNION { ?claim gistkg:recommendsProcedure ?procedure }
  ?claim gistkg:supportedBy|gistkg:disputedBy|gistkg:reportsResult ?stated .
  ?finding gistkg:supersedesResult* ?stated
}"""


@pytest.fixture(scope="module")
def r5(kg_graph):
    """The whole graph as R5."""
    return build(kg_graph, "r5")


@pytest.fixture(scope="module")
def r4(kg_graph):
    """The whole graph as R4."""
    return build(kg_graph, "r4")


@pytest.fixture(scope="module")
def resources(r5):
    """The resources of R5, by kind and id."""
    return by_name(r5)


def by_name(product):
    """The resources of an export, by kind and id."""
    entries = json.loads(product.content)["entry"]
    return {entry["fullUrl"].removeprefix(BASE): entry["resource"] for entry in entries}


def told(element, name):
    """What the extensions of a name hold."""
    found = [one for one in element.get("extension", ()) if one["url"] == BASE + name]
    return [value for one in found for key, value in one.items() if key != "url"]


def labels(element, name):
    """The texts of the concepts that the extensions of a name hold."""
    return [concept["text"] for concept in told(element, name)]


def dropped(product, what):
    """The things of one kind that an export says it drops."""
    return next(set(one.items) for one in product.losses if one.what == what)


# What is said


def test_a_dose_a_day_is_no_dose_twice_a_day(resources):
    """800 mg a day, of which nobody says how often: no frequency is made up; the hedge and the place are there."""
    plan = resources["PlanDefinition/pdq-2024-175"]
    (activity,) = plan["contained"]
    (dosage,) = activity["dosage"]
    assert told(dosage, "dose-per-day") == [
        {"value": 800, "unit": "mg/d", "system": "http://unitsofmeasure.org", "code": "mg/d"}
    ]
    assert dosage["text"] == "800 mg a day"
    assert "timing" not in dosage and "doseAndRate" not in dosage and "doNotPerform" not in activity
    coding = {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "282388"}
    assert coding in activity["productCodeableConcept"]["coding"]
    assert (labels(plan, "direction"), labels(plan, "modality"), told(plan, "hedge")) == (["for"], ["may"], ["may"])
    assert plan["effectivePeriod"] == {"start": "2024-12-13"} and plan["status"] == "active"
    source, cited = plan["relatedArtifact"][1:]
    assert told(source, "locator") == ["Treatment of Metastatic or Recurrent GISTs > Initial TKI therapy > Imatinib"]
    assert (cited["type"], told(cited, "pubmed-id")) == ("citation", ["16624552"])


def test_a_label_holds_in_its_jurisdiction(resources):
    """With its dose once daily, its place, and its level in its scheme, which a rule of ours derived."""
    plan = resources["PlanDefinition/fda-avapritinib-pdgfra-exon-18"]
    (dosage,) = plan["contained"][0]["dosage"]
    assert dosage["timing"] == {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
    amount = {"value": 300, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
    assert dosage["doseAndRate"] == [{"doseQuantity": amount}]
    assert {"system": "urn:iso:std:iso:3166", "code": "US", "display": "United States"} in plan["jurisdiction"][0][
        "coding"
    ]
    ((rating, by),) = told(plan, "evidence-level")
    assert by == {"url": "assignedBy", "valueCode": "derived"}
    assert rating["valueCodeableConcept"]["coding"] == [{"system": GISTKG + "PdqScheme", "code": "C3"}]


def test_a_schedule_with_pauses_is_in_words(resources):
    """Every day in `repeat` would be wrong for four weeks on and two off."""
    dosages = [
        dosage
        for name, plan in resources.items()
        if name.startswith("PlanDefinition/")
        for activity in plan.get("contained", ())
        for dosage in activity.get("dosage", ())
        if "4 weeks on, 2 weeks off" in dosage["text"]
    ]
    assert len(dosages) == 1
    assert {json.dumps(one["timing"]) for one in dosages} == {
        '{"code": {"text": "once daily, 4 weeks on, 2 weeks off"}}'
    }


def test_what_is_advised_against_is_not_to_be_performed(kg_graph, resources, r4):
    """Every activity of every plan that forbids something says so, in both releases, and no other does."""
    against = {
        str(row["claim"])
        for row in kg_graph.rows(RECOMMENDATIONS)
        if row["direction"] == "against" and row["modality"] in PROHIBITS
    }
    assert len(against) == 10
    for plans in (resources, by_name(r4)):
        marked = {
            plan["id"]
            for name, plan in plans.items()
            if name.startswith("PlanDefinition/")
            for activity in plan.get("contained", ())
            if activity.get("doNotPerform")
        }
        unmarked = {
            plan["id"]
            for name, plan in plans.items()
            if name.startswith("PlanDefinition/")
            for activity in plan.get("contained", ())
            if not activity.get("doNotPerform")
        }
        assert marked == {iri.removeprefix("ev:") for iri in against}
        assert not marked & unmarked


def test_an_edition_that_was_replaced_is_retired(resources):
    """PDQ of 2014 held until that of 2024."""
    plan = resources["PlanDefinition/pdq-2014-s26"]
    assert (plan["status"], plan["contained"][0]["status"]) == ("retired", "retired")
    assert plan["effectivePeriod"] == {"start": "2014-02-25", "end": "2024-12-13"}


def test_a_finding_keeps_its_figure_interval_and_p_value(resources):
    """ACOSOG Z9001: hazard ratio 0.35 (0.22 to 0.53), p < .0001, imatinib against placebo."""
    evidence = resources["Evidence/z9001-rfs-comparison"]
    (statistic,) = evidence["statistic"]
    interval, p_value = statistic["attributeEstimate"]
    assert statistic["quantity"]["value"] == 0.35
    assert (interval["level"], interval["range"]["low"]["value"], interval["range"]["high"]["value"]) == (
        0.95,
        0.22,
        0.53,
    )
    assert p_value["quantity"] == {"value": 0.0001, "comparator": "<"}
    roles = {one["variableRole"]["coding"][0]["code"]: one["description"] for one in evidence["variableDefinition"]}
    assert roles == {
        "population": "ACOSOG Z9001",
        "measuredVariable": "recurrence-free survival",
        "exposure": "ACOSOG Z9001: imatinib for 1 year",
        "referenceExposure": "ACOSOG Z9001: placebo for 1 year",
    }


def test_a_population_has_its_criteria_as_characteristics(kg_graph, resources):
    """Required ones, and excluded ones as such; what FHIRPath cannot say is a term."""
    variable = resources["EvidenceVariable/FirstLineMetastaticKitExon9Population"]
    found = {one["linkId"]: one for one in variable["characteristic"]}
    assert {name: one["exclude"] for name, one in found.items()} == {
        "HadNoTkiForAdvancedDisease": False,
        "HasKitExon9Mutation": False,
        "HasMetastaticOrRecurrentDisease": False,
        "IsGist": False,
        "DiseaseControlledOnTki": True,
    }
    assert "definitionExpression" in found["HasKitExon9Mutation"]
    assert "definitionExpression" in found["DiseaseControlledOnTki"]
    assert len(told(variable, "population-expression")) == 1
    margins = [
        (characteristic, told(variable, "population-expression"))
        for name, variable in resources.items()
        if name.startswith("EvidenceVariable/")
        for characteristic in variable.get("characteristic", ())
        if characteristic["linkId"] == "HasR1Margin"
    ]
    assert {one["definitionCodeableConcept"]["coding"][0]["code"] for one, _ in margins} == {"HasR1Margin"}
    assert all(whole == [] for _, whole in margins)
    assert len(told(resources["EvidenceVariable/ResectedKitExon9Population"], "population-expression")) == 1


# Nothing is dropped in silence, nothing is promoted


def test_every_recommendation_is_a_plan_or_said_not_to_be(kg_graph, r5, r4, resources):
    """And each of them is Evidence in R5."""
    every = {row["claim"].full for row in kg_graph.rows(RECOMMENDATIONS)}
    for product in (r5, r4):
        plans = {EVIDENCE + name.partition("/")[2] for name in by_name(product) if name.startswith("PlanDefinition/")}
        left = dropped(product, "plans of recommendations")
        assert plans | left == every and not plans & left
    claims = {
        EVIDENCE + one["id"]
        for name, one in resources.items()
        if name.startswith("Evidence/") and "statistic" not in one
    }
    assert claims == every


def test_what_is_under_study_unsettled_reported_or_no_difference_is_no_plan(kg_graph, r5):
    """A plan is there to be carried out."""
    left = {
        row["claim"].full
        for row in kg_graph.rows(RECOMMENDATIONS)
        if row["direction"] not in ("for", "against") or row["modality"] in NO_ADVICE
    }
    assert dropped(r5, "plans of recommendations") == left and len(left) > 20


def test_every_finding_is_carried_or_said_to_be_dropped(kg_graph, r4, resources):
    """Those for, against and of the recommendations, and the later ones that took their place."""
    findings = {row["finding"].full for row in kg_graph.rows(FINDINGS)}
    carried = {
        EVIDENCE + one["id"] for name, one in resources.items() if name.startswith("Evidence/") and "statistic" in one
    }
    assert carried == findings
    assert findings <= dropped(r4, "results")


def test_whatever_is_no_recommendation_is_said_to_be_dropped(kg_graph, r5, r4):
    """Claims, results and conflicts: carried and dropped are what the graph has, counted apart."""

    def having(pattern):
        return {row["one"].full for row in kg_graph.rows(f"SELECT DISTINCT ?one {{ {pattern} }}")}

    claims = having("?one a/rdfs:subClassOf* gistkg:Claim")
    results = having("?one a/rdfs:subClassOf* gistkg:Result")
    advice = having("?one a/rdfs:subClassOf* gistkg:Claim ; gistkg:recommends|gistkg:recommendsProcedure ?what")
    evidence = {entry["resource"]["id"] for entry in json.loads(r5.content)["entry"]}
    for product in (r5, r4):
        assert dropped(product, "claims that are no recommendations") == claims - advice
        assert dropped(product, "conflicts and flags") == having("?one a/rdfs:subClassOf* gistkg:Conflict") | having(
            "?one a/rdfs:subClassOf* gistkg:SourceFlag"
        )
    assert dropped(r4, "results") == results
    carried = {one for one in results if one.removeprefix(EVIDENCE) in evidence}
    assert carried and dropped(r5, "results") == results - carried


def test_every_reference_within_the_bundle_is_there(resources):
    """Evidence, populations and citations that resources point to, and what plans contain."""
    missing = set()

    def look(value):
        if isinstance(value, dict):
            if "reference" in value and value["reference"] not in resources:
                missing.add(value["reference"])
            for one in value.values():
                look(one)
        elif isinstance(value, list):
            for one in value:
                look(one)

    look(list(resources.values()))
    assert missing == set()
    for name, plan in resources.items():
        if name.startswith("PlanDefinition/") and "contained" in plan:
            (action,) = plan["action"]
            used = [one["definitionCanonical"] for one in action.get("action", [action])]
            assert used == [f"#{one['id']}" for one in plan["contained"]]


def test_the_same_graph_gives_the_same_bytes(r5):
    """Also in another process, with another order of sets."""
    program = (
        "import hashlib; from gistkg.graph import load_graph; from gistkg.export.fhir import build; "
        "print(hashlib.sha256(build(load_graph(), 'r5').content).hexdigest())"
    )
    import hashlib

    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "7"},
    )
    assert ran.stdout.strip() == hashlib.sha256(r5.content).hexdigest()


def activities(resources, claim):
    """What the plan of a claim would have done or left."""
    return resources[f"PlanDefinition/{claim}"]["contained"]


def own_code(activity):
    """Our code of what an activity gives or does."""
    concept = activity.get("productCodeableConcept") or activity["code"]
    return concept["coding"][0]["code"]


def test_advice_against_stopping_a_drug_is_no_advice_against_the_drug(resources):
    """BFR14: imatinib should not be interrupted; nothing says that imatinib is not to be given."""
    (activity,) = activities(resources, "conclusion-interruption-3-years")
    assert (activity["kind"], activity["doNotPerform"]) == ("ServiceRequest", True)
    assert (activity["title"], own_code(activity)) == ("not: interrupted imatinib", "InterruptImatinib")
    assert "productCodeableConcept" not in activity


def test_ending_a_drug_is_no_prescription_of_it(resources):
    """PDQ 2024: the inhibitor may be reduced, interrupted or ended, which is an act of its own."""
    (activity,) = activities(resources, "pdq-2024-179")
    assert (activity["kind"], activity["title"]) == (
        "ServiceRequest",
        "reduced, interrupted or ended tyrosine kinase inhibitor",
    )


def test_advice_against_a_dose_is_not_against_the_drug(kg_graph):
    """400 mg twice daily advised against, as PDQ 2014 does in weaker words: the code is that of the regimen."""
    (activity,) = Activities(Resources(kg_graph)).of(claim(kg_graph, "ev:pdq-2014-s27"))
    assert (activity["kind"], activity["doNotPerform"]) == ("MedicationRequest", True)
    assert activity["title"] == "not: imatinib 400 mg twice daily"
    codings = activity["productCodeableConcept"]["coding"]
    assert codings == [
        {
            "system": GISTKG,
            "code": own_code(activity),
            "display": "imatinib 400 mg twice daily",
        }
    ]
    assert activity["dosage"][0]["text"] == "400 mg twice daily"


def test_an_operation_with_a_drug_is_both(resources):
    """PDQ 2024: resection added to a tyrosine kinase inhibitor is two activities, of which all are meant."""
    (plan,) = [one for name, one in resources.items() if name == "PlanDefinition/pdq-2024-171"]
    assert [(one["kind"], one["title"]) for one in plan["contained"]] == [
        ("MedicationRequest", "tyrosine kinase inhibitor"),
        ("ServiceRequest", "resection"),
    ]
    (action,) = plan["action"]
    assert (len(action["action"]), action["selectionBehavior"]) == (2, "all")


def test_no_activity_against_something_is_wider_than_its_claim(kg_graph, resources):
    """Whatever is not to be done is just what the claim recommends against, by our own code."""
    wanted = {
        row["claim"].full.rpartition("/")[2]: str(row["what"]).rpartition(":")[2]
        for row in kg_graph.rows(
            "SELECT ?claim ?what { ?claim gistkg:hasDirection gistkg:Against ; "
            "gistkg:recommends|gistkg:recommendsProcedure ?what }"
        )
    }
    found = {
        one["id"]: [own_code(activity) for activity in one["contained"]]
        for one in resources.values()
        if any(activity.get("doNotPerform") for activity in one.get("contained", ()))
    }
    assert found == {name: [wanted[name]] for name in found} and len(found) == 10


def test_a_reported_result_is_no_plan(resources, r4):
    """ENESTg1 and Z9001 report what they saw; nobody says there what is to be done."""
    for name in ("conclusion-nilotinib-first-line", "conclusion-adjuvant-1-year"):
        assert f"PlanDefinition/{name}" not in resources
        assert f"Evidence/{name}" in resources
        assert EVIDENCE + name in dropped(r4, "plans of recommendations")


def test_evidence_that_does_not_hold_any_more_says_so(resources):
    """A claim keeps its dates and its place where there is no plan for them to stand in."""
    evidence = resources["Evidence/fda-entrectinib-ntrk-2019"]
    assert evidence["status"] == "retired"
    assert told(evidence, "valid") == [{"start": "2019-08-15", "end": "2023-10-20"}]
    assert labels(evidence, "jurisdiction") == ["United States"]
    assert told(evidence, "approval-kind") == ["accelerated"]
    assert resources["Evidence/pdq-2024-175"]["status"] == "active"


def test_every_property_of_a_claim_has_a_place(kg_graph, resources):
    """Whatever the graph says of a recommendation stands in its Evidence, by value or by the code of a term."""
    elsewhere = {"type", "prefLabel", "validFrom", "validUntil", "dateNote"}
    missing = set()
    for row in kg_graph.rows(
        "SELECT ?claim ?property ?value WHERE { { ?claim a/rdfs:subClassOf* gistkg:Recommendation } UNION "
        "{ ?claim gistkg:recommendsProcedure ?procedure } ?claim ?property ?value }"
    ):
        name = str(row["property"]).rpartition(":")[2]
        value = str(getattr(row["value"], "full", row["value"]))
        said = json.dumps(resources[f"Evidence/{row['claim'].full.rpartition('/')[2]}"], ensure_ascii=False)
        short = value.rpartition("/")[2] if value.startswith(GISTKG) else json.dumps(value, ensure_ascii=False)[1:-1]
        by_code = name in ("hasEvidenceLevel", "hasDerivedLevel")
        if name not in elsewhere and not by_code and f'{short}"' not in said:
            missing.add((name, str(row["claim"])))
    assert missing == set()


def condition(plan):
    """The expression of whom a plan is for."""
    (action,) = plan["action"]
    return action["condition"][0]["expression"]


def test_a_plan_that_no_bundle_makes_true_names_what_to_check_by_hand(kg_graph, r4, r5, resources):
    """NTRK fusions, stains and margins have no place in a bundle; what was not given has, so it is none of these."""
    for product in (r4, r5):
        plans = {
            one["id"]: told(condition(one), "check-by-hand")
            for name, one in by_name(product).items()
            if name.startswith("PlanDefinition/")
        }
        never = {name for name, criteria in plans.items() if criteria}
        assert (len(plans), len(never)) == (181, 59)
        lost = dropped(product, "conditions of plans that no bundle makes true")
        assert lost == {EVIDENCE + name for name in never}
    assert plans["fda-larotrectinib-ntrk-2025"] == [GISTKG + "HasNtrkFusion", GISTKG + "HasKnownTrkResistanceMutation"]
    assert plans["pdq-2024-099"] == [GISTKG + "HasR1Margin"]
    assert plans["fda-avapritinib-pdgfra-exon-18"] == plans["pdq-2024-173-against-d842v"] == []
    assert f"{len(never)} of {len(plans)} plans" in TARGETS["fhir"].loses


def test_what_is_evaluated_is_said(r4, resources):
    """Each expression names the whole Bundle as its resource; the export says once how completeness is told."""
    expressions = [condition(one) for name, one in resources.items() if name.startswith("PlanDefinition/")]
    expressions += [
        one["definitionExpression"]
        for name, variable in resources.items()
        if name.startswith("EvidenceVariable/")
        for one in variable.get("characteristic", ())
        if "definitionExpression" in one
    ]
    assert len(expressions) > 181
    assert {
        one["description"].endswith("%resource: the whole mCODE Bundle of one patient.") for one in expressions
    } == {True}
    (note,) = told(json.loads(r4.content)["meta"], "evaluation")
    assert "LOINC 10160-0" in note and "nilknown" in note and "check-by-hand" in note


# Other programs read it


@pytest.mark.interop
def test_fhir_resources_reads_every_resource(r5, resources):
    """Each by the class of its kind, and the bundle as a whole."""
    pytest.importorskip("fhir.resources", reason="fhir.resources reads FHIR R5")
    from fhir.resources import get_fhir_model_class

    for name, resource in resources.items():
        read = get_fhir_model_class(name.partition("/")[0]).model_validate(resource)
        assert read.id == resource["id"]
    read = get_fhir_model_class("Bundle").model_validate_json(r5.content)
    assert len(read.entry) == len(resources)


def test_fixed_codes_are_those_of_fhir(resources, r4):
    """The readers of R5 check no codes; these are the value sets that FHIR requires of what we write."""
    artifacts = {"derived-from", "citation", "justification"}
    later = {"amends", "amended-with", "replaces", "replaced-with"}
    roles = {"population", "measuredVariable", "exposure", "referenceExposure"}
    for name, one in [*resources.items(), *by_name(r4).items()]:
        assert one["status"] in ("active", "retired"), name
        added = later if one is resources.get(name) else {"depends-on", "documentation"}
        assert {artifact["type"] for artifact in one.get("relatedArtifact", ())} <= artifacts | added
        for variable in one.get("variableDefinition", ()):
            assert variable["variableRole"]["coding"][0]["code"] in roles
        for activity in one.get("contained", ()):
            assert activity["kind"] in ("MedicationRequest", "ServiceRequest") and activity["intent"] == "proposal"
        for action in one.get("action", ()):
            assert {condition["kind"] for condition in action["condition"]} == {"applicability"}
            assert {condition["expression"]["language"] for condition in action["condition"]} == {"text/fhirpath"}


NODE = """
const { Fhir } = require('fhir');
const bundle = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const fhir = new Fhir();
const bad = [];
for (const entry of bundle.entry) {
  const result = fhir.validate(entry.resource, { errorOnUnexpected: true });
  const errors = result.messages.filter((one) => ['error', 'fatal'].includes(one.severity));
  if (!result.valid) bad.push([entry.fullUrl, errors]);
}
console.log(JSON.stringify(bad));
"""


@pytest.mark.interop
def test_npm_fhir_validates_every_plan_as_r4(r4):
    """With the definitions of R4, its codes, and no element it does not know; a wrong status is found."""
    modules = os.environ.get("NODE_PATH")
    if shutil.which("node") is None or not modules or not (Path(modules) / "fhir").is_dir():
        pytest.skip("node with the npm package fhir, in the folder that NODE_PATH names, validates FHIR R4")
    env = os.environ | {"NODE_PATH": modules}

    def errors(bundle):
        ran = subprocess.run(
            ["node", "-e", NODE], input=json.dumps(bundle), capture_output=True, text=True, check=True, env=env
        )
        return json.loads(ran.stdout)

    bundle = json.loads(r4.content)
    assert errors(bundle) == []
    wrong = bundle["entry"][0]
    wrong["resource"]["status"] = "foo"
    assert [name for name, _ in errors({"entry": [wrong]})] == [wrong["fullUrl"]]
