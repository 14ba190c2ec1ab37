"""Conditions as FHIRPath: evaluated on bundles, they never contradict what the graph says of the same bundle."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from gistkg.applicability import answer, evaluator_of
from gistkg.case_formats import read_case
from gistkg.criteria import conditions
from gistkg.errors import CaseError
from gistkg.export.fhir import build
from gistkg.export.fhir_conditions import Paths
from gistkg.expressions import Named, every, negate
from gistkg.records import claims
from gistkg.terms import GISTKG

EVERY = 1 if os.environ.get("GISTKG_LONG") else 8
CASES = Path(__file__).parents[1] / "data" / "cases"
PROFILE = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-"
ICD, LOINC, SNOMED = "http://hl7.org/fhir/sid/icd-10-cm", "http://loinc.org", "http://snomed.info/sct"
HGNC = {"KIT": "HGNC:6342", "PDGFRA": "HGNC:8803", "NF1": "HGNC:7765", "BRAF": "HGNC:1097", "SDHB": "HGNC:10681"}


def coded(system, code):
    """A concept of one code."""
    return {"coding": [{"system": system, "code": code}]}


def observation(code, value=None, **components):
    """An Observation with a LOINC code; the components by theirs, without the letter in front."""
    made = {"resourceType": "Observation", "status": "final", "code": coded(LOINC, code)}
    if value:
        made["valueCodeableConcept"] = coded(LOINC, value)
    made["component"] = [
        {"code": coded(LOINC, name[1:].replace("_", "-")), "valueCodeableConcept": concept}
        for name, concept in components.items()
    ]
    return made


def variant(gene, change=None, answer="LA9633-4"):
    """A variant of a gene that is there, or with `answer` is not."""
    parts = {"c48018_6": coded("http://www.genenames.org", HGNC[gene])}
    if change:
        parts["c48005_3"] = coded("http://varnomen.hgvs.org", change)
    return observation("69548-6", answer, **parts)


def panel(*genes):
    """A panel of genes."""
    codings = [{"system": "http://www.genenames.org", "code": HGNC[gene], "display": gene} for gene in genes]
    return observation("53041-0", c48018_6={"coding": codings})


def drug(name, outcome=None, intent=None, kind="MedicationRequest", **more):
    """A drug that was given for the tumour."""
    made = {"resourceType": kind, "status": "stopped", "intent": "order", "medicationCodeableConcept": {"text": name}}
    made["meta"] = {"profile": [PROFILE + "cancer-related-medication-request"]}
    if outcome:
        made["statusReason"] = {"text": outcome} if kind == "MedicationRequest" else [{"text": outcome}]
    if intent:
        made["extension"] = [{"url": PROFILE + "procedure-intent", "valueCodeableConcept": coded(SNOMED, intent)}]
    return made | more


def history(*drugs, left_out=0, **more):
    """Drugs with the List that says that there were no others; with `left_out`, so many of them are not in it."""
    named = [one | {"id": f"drug-{number}"} for number, one in enumerate(drugs)]
    made = {"resourceType": "List", "id": "drugs", "status": "current", "mode": "snapshot"}
    made["code"] = coded(LOINC, "10160-0")
    entries = [{"item": {"reference": f"{one['resourceType']}/{one['id']}"}} for one in named[left_out:]]
    if entries:
        made["entry"] = entries
    else:
        made["emptyReason"] = coded("http://terminology.hl7.org/CodeSystem/list-empty-reason", "nilknown")
    return [*named, made | more]


def size(value, unit):
    """The size of the tumour."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": coded(LOINC, "33728-7"),
        "valueQuantity": {"value": value, "unit": unit, "code": unit},
    }


def spread(status="active"):
    """Metastases."""
    return {
        "resourceType": "Condition",
        "meta": {"profile": [PROFILE + "secondary-cancer-condition"]},
        "clinicalStatus": {"coding": [{"code": status}]},
        "code": coded(ICD, "C78.7"),
    }


def extent(words):
    """An extent in words, as the value of an Observation."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "extent of disease"},
        "valueCodeableConcept": {"text": words},
    }


def bundle(*resources, site="C49.A2", born="1960-05-01", body_site=None):
    """A bundle about a GIST."""
    tumour = {
        "resourceType": "Condition",
        "id": "tumour",
        "meta": {"profile": [PROFILE + "primary-cancer-condition"]},
        "code": coded(ICD, site),
    }
    if body_site:
        tumour["bodySite"] = [{"text": body_site}]
    patient = {"resourceType": "Patient", "id": "one", "birthDate": born}
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": one} for one in (patient, tumour, *resources)],
    }


INDEL = "NP_000213.1:p.Ala502_Tyr503dup"
GENOTYPES = {
    "nothing known": [],
    "exon 9": [panel("KIT", "PDGFRA"), variant("KIT", INDEL)],
    "exon 9, other": [variant("KIT", "p.(Ser476Ile)")],
    "exon 11": [panel("KIT"), variant("KIT", "NP_000213.1:p.(Val559Asp)")],
    "exon 11 deletion": [panel("KIT", "PDGFRA"), variant("KIT", "p.Trp557_Lys558del")],
    "exon 11, one letter": [variant("KIT", "p.V560D")],
    "across exons 10 and 11": [panel("KIT"), variant("KIT", "p.Pro546_Gln556del")],
    "exon 13": [panel("KIT"), variant("KIT", "p.Lys642Glu")],
    "exon 17 frameshift": [panel("KIT"), variant("KIT", "p.Asn822fs")],
    "no change named": [panel("KIT", "PDGFRA"), variant("KIT")],
    "one change absent": [variant("KIT", INDEL, "LA9634-2")],
    "KIT negative": [variant("KIT", None, "LA9634-2")],
    "both negative": [panel("KIT", "PDGFRA", "NF1", "BRAF")],
    "D842V": [panel("KIT", "PDGFRA"), variant("PDGFRA", "NP_006197.1:p.(Asp842Val)")],
    "D842Y": [panel("KIT", "PDGFRA"), variant("PDGFRA", "p.Asp842Tyr")],
    "D842 deletion": [panel("PDGFRA"), variant("PDGFRA", "p.Asp842_His845del")],
    "V561D": [panel("PDGFRA"), variant("PDGFRA", "p.Val561Asp")],
    "PDGFRA unclear": [panel("PDGFRA"), variant("PDGFRA", "p.Asp842Val", "LA18198-4")],
    "NF1": [panel("KIT", "NF1"), variant("NF1", "p.Arg1534*")],
    "BRAF": [panel("BRAF"), variant("BRAF", "p.Val600Glu")],
    "two in KIT": [panel("KIT"), variant("KIT", INDEL), variant("KIT", "p.Val654Ala")],
}
STATES = {
    "untold": [],
    "metastases": [spread()],
    "metastases gone": [spread("resolved")],
    "metastatic, by TNM": [extent("cM1")],
    "unresectable": [extent("unresectable")],
    "resected": [extent("completely resected"), size(65, "mm")],
    "localised, small": [extent("localised resectable"), size(1.5, "cm")],
    "recurrent": [extent("recurrent")],
    "marginal": [extent("marginally resectable"), size(2, "cm")],
}
TREATMENTS = {
    "untold": [],
    "progressed on imatinib": [drug("imatinib 400 MG Oral Tablet", "progression", "363676003")],
    "did not tolerate sunitinib": [drug("imatinib", "progression"), drug("sunitinib", "stopped for toxicity")],
    "three drugs": [
        drug("Gleevec", "progression"),
        drug("sunitinib", kind="MedicationStatement", outcome="progression"),
        drug("regorafenib"),
    ],
    "adjuvant": [drug("imatinib", "stopped", "373846009")],
    "planned": [drug("imatinib") | {"intent": "plan"}],
    "not for the tumour": [drug("imatinib") | {"meta": {}}],
    "by reference": [
        drug("imatinib", "progression") | {"meta": {}, "reasonReference": [{"reference": "Condition/tumour"}]}
    ],
    "avapritinib": [drug("avapritinib", "progression"), drug("ripretinib", "disease control")],
    "none at all": history(),
    "imatinib and sunitinib, no other": history(drug("imatinib", "progression"), drug("sunitinib", "progression")),
    "imatinib and another": history(drug("imatinib", "progression"), drug("sunitinib", "progression"), left_out=1),
    "only adjuvant imatinib": history(drug("imatinib", "stopped", "373846009")),
    "controlled by imatinib": history(drug("imatinib", "disease control", "363676003")),
    "three drugs, no other": history(
        drug("Gleevec", "progression"),
        drug("sunitinib", "stopped for toxicity", kind="MedicationStatement"),
        drug("regorafenib"),
    ),
    "working list": history(drug("imatinib", "progression"), mode="working"),
    "not all for the tumour": history(drug("imatinib", "progression"), drug("sunitinib") | {"meta": {}}),
}


def made():
    """Every genotype, state and treatment at least once, each with the next of the others."""
    for number in range(30):
        parts = [
            list(kind.items())[number * step % len(kind)]
            for kind, step in ((GENOTYPES, 1), (STATES, 2), (TREATMENTS, 1))
        ]
        site = ("C49.A2", "C49.A3", "C49.A5", "C49.A9")[number % 4]
        born = ("1960-05-01", "2020-01-01", "1950")[number % 3]
        name = " / ".join(part[0] for part in parts)
        yield name, bundle(*(one for part in parts for one in part[1]), site=site, born=born)


TOLD = {
    "D842V, untreated": bundle(*GENOTYPES["D842V"], *STATES["metastases"], *TREATMENTS["none at all"]),
    "exon 11 after imatinib and sunitinib": bundle(
        *GENOTYPES["exon 11 deletion"], *STATES["metastases"], *TREATMENTS["imatinib and sunitinib, no other"]
    ),
    "exon 11, resected": bundle(*GENOTYPES["exon 11"], *STATES["resected"], *TREATMENTS["only adjuvant imatinib"]),
    "exon 11, resected, untreated": bundle(*GENOTYPES["exon 11"], *STATES["resected"], *TREATMENTS["none at all"]),
    "exon 9, list not complete": bundle(
        *GENOTYPES["exon 9"], *STATES["metastases"], *TREATMENTS["imatinib and another"]
    ),
    "exon 11, controlled": bundle(*GENOTYPES["exon 11"], *STATES["metastases"], *TREATMENTS["controlled by imatinib"]),
    "exon 11, three drugs": bundle(*GENOTYPES["exon 11"], *STATES["metastases"], *TREATMENTS["three drugs, no other"]),
}
BUNDLES = [("mcode.json", json.loads((CASES / "mcode.json").read_text(encoding="utf-8"))), *made(), *TOLD.items()]


@pytest.fixture(scope="module")
def evaluate(kg_graph):
    """Evaluate a criterion, by its name, on a bundle: true, false, or `None` for empty."""
    fhirpathpy = pytest.importorskip("fhirpathpy", reason="fhirpathpy evaluates FHIRPath")
    from fhirpathpy.models import models

    paths, functions = Paths(kg_graph, conditions(kg_graph)), {}

    def evaluate(iri, document):
        if iri not in functions:
            functions[iri] = fhirpathpy.compile(paths.criterion(iri).expression, models["r4"])
        found = functions[iri](document, {"resource": document})
        assert found in ([True], [False], [])
        return found[0] if found else None

    return evaluate


@pytest.fixture(scope="module")
def compared(kg_graph, evaluate):
    """What FHIRPath and the graph say of each bundle: criteria first, then populations.

    Criteria of several populations are evaluated on every bundle, the others on every eighth, for the time it takes;
    `GISTKG_LONG=1` evaluates all on every bundle.
    """
    known = conditions(kg_graph)
    paths = Paths(kg_graph, known)
    wanted = {one.population.iri.full for one in claims(kg_graph) if one.is_recommendation and one.population}
    populations = {iri: known.populations[iri] for iri in sorted(wanted)}
    used = Counter(iri for one in populations.values() for iri in (*one.requires, *one.excludes))
    sayable = [iri for iri in sorted(used) if paths.criterion(iri).says_something]
    often = {iri for iri in sayable if used[iri] > 4}
    criteria, wholes = [], []
    for number, (name, document) in enumerate(BUNDLES):
        case = facts(kg_graph, document)
        verdict = evaluator_of(kg_graph, known).judge(case)
        chosen = [iri for index, iri in enumerate(sayable) if iri in often or index % EVERY == number % EVERY]
        told = {iri: evaluate(iri, document) for iri in chosen}
        criteria += [(name, iri, truth, verdict.criteria[iri]) for iri, truth in told.items()]
        for iri, members in populations.items():
            truths = [told.get(one) for one in members.requires]
            truths += [negate(told.get(one)) for one in members.excludes]
            wholes.append((name, iri, every(truths), verdict.populations[iri]))
    return criteria, wholes


def facts(graph, document):
    """What the graph reads in a bundle; of one that says nothing but the tumour, that it is a GIST."""
    try:
        return read_case(graph, conditions(graph), json.dumps(document)).expressions
    except CaseError as error:
        assert "says nothing else" in str(error)
        return (Named(GISTKG + "Case"), Named(GISTKG + "GastrointestinalStromalTumour"))


@pytest.mark.interop
def test_fhirpath_never_contradicts_the_graph(compared):
    """On the same bundle: what one calls true the other does not call false, criterion by criterion and together."""
    criteria, wholes = compared
    assert len(BUNDLES) > 30
    assert {truth for _, _, truth, _ in criteria} == {True, False, None}
    assert {truth for _, _, truth, _ in wholes} == {True, False, None}
    assert [one for one in (*criteria, *wholes) if None not in one[2:] and one[2] is not one[3]] == []


@pytest.mark.interop
def test_fhirpath_seldom_says_less_than_the_graph(kg_graph, compared):
    """What the graph decides and FHIRPath leaves open: a change across two exons, which the graph has a rule for.

    Of criteria that FHIRPath can say all of.
    """
    paths = Paths(kg_graph, conditions(kg_graph))
    decided = [one for one in compared[0] if one[3] is not None and paths.criterion(one[1]).says_all]
    less = [one for one in decided if one[2] is None]
    assert len(less) / len(decided) < 0.01
    assert {name.partition(" / ")[0] for name, *_ in less} <= {"across exons 10 and 11"}


@pytest.mark.interop
def test_what_is_never_true_is_never_true(kg_graph, compared):
    """Analysed so, a criterion or a population is true of no bundle, and a criterion that is never false of none."""
    paths = Paths(kg_graph, conditions(kg_graph))
    criteria, wholes = compared
    for iri in {iri for _, iri, *_ in criteria}:
        path = paths.criterion(iri)
        truths = {truth for _, one, truth, _ in criteria if one == iri}
        assert (path.can_be_true or True not in truths) and (path.can_be_false or False not in truths)
    marked = {iri for _, iri, *_ in wholes if paths.never(iri)}
    assert {truth for _, iri, truth, _ in wholes if iri in marked} == {False, None}
    assert {truth for _, iri, truth, _ in wholes if iri not in marked} == {True, False, None}
    assert all(paths.population(iri).can_be_true == (iri not in marked) for _, iri, *_ in wholes)


@pytest.mark.interop
@pytest.mark.parametrize(
    ("criterion", "genotype", "truth"),
    [
        ("HasKitExon9Mutation", "exon 9", True),
        ("HasKitExon9Mutation", "exon 9, other", True),
        ("HasKitExon9Mutation", "exon 11", False),
        ("HasKitExon9Mutation", "exon 11, one letter", None),
        ("HasKitExon9Mutation", "KIT negative", False),
        ("HasKitExon9Mutation", "both negative", False),
        ("HasKitExon9Mutation", "no change named", None),
        ("HasKitExon9Mutation", "one change absent", None),
        ("HasKitExon9Mutation", "nothing known", None),
        ("HasKitExon11Mutation", "exon 11 deletion", True),
        ("HasPdgfraD842V", "D842V", True),
        ("HasPdgfraD842V", "D842Y", False),
        ("HasPdgfraD842V", "D842 deletion", False),
        ("HasPdgfraD842V", "PDGFRA unclear", None),
        ("HasPdgfraExon18Mutation", "D842 deletion", True),
        ("HasKitOrPdgfraMutationOtherThanD842V", "D842V", False),
        ("HasKitOrPdgfraMutationOtherThanD842V", "V561D", True),
        ("IsNf1Related", "NF1", True),
        ("HasBrafV600E", "BRAF", True),
    ],
)
def test_a_variant_is_found_by_its_change(evaluate, criterion, genotype, truth):
    """True in its exon, false only if the gene was tested and whatever was found lies elsewhere, else unknown."""
    assert evaluate(GISTKG + criterion, bundle(*GENOTYPES[genotype])) is truth


@pytest.mark.interop
@pytest.mark.parametrize(
    ("criterion", "document", "truth"),
    [
        ("IsGist", bundle(), True),
        ("IsGist", bundle(site="C50.9"), None),
        ("IsAdult", bundle(born="1960-05-01"), True),
        ("IsAdult", bundle(born="2020-01-01"), False),
        ("HasMetastaticDisease", bundle(spread()), True),
        ("HasMetastaticDisease", bundle(spread("resolved")), None),
        ("HasMetastaticDisease", bundle(extent("localised resectable")), False),
        ("HasGastricTumour", bundle(), True),
        ("HasGastricTumour", bundle(site="C49.A9", body_site="Jejunum"), False),
        ("HasSizeUnder2cm", bundle(size(15, "mm")), True),
        ("HasSizeUnder2cm", bundle(size(2, "cm")), False),
        ("HasSizeUnder2cm", bundle(), None),
        ("HasSizeOver5cm", BUNDLES[0][1], True),
        ("FailedSunitinib", bundle(*TREATMENTS["did not tolerate sunitinib"]), True),
        ("ProgressedOnSunitinib", bundle(*TREATMENTS["did not tolerate sunitinib"]), None),
        ("ProgressedOnImatinib", bundle(*TREATMENTS["by reference"]), True),
        ("HadNoTyrosineKinaseInhibitor", bundle(*TREATMENTS["progressed on imatinib"]), False),
        ("HadNoTyrosineKinaseInhibitor", bundle(), None),
        ("HadNoTyrosineKinaseInhibitor", bundle(*TREATMENTS["planned"]), None),
        ("HadNoTyrosineKinaseInhibitor", bundle(*TREATMENTS["not for the tumour"]), None),
        ("HadNoTyrosineKinaseInhibitor", TOLD["D842V, untreated"], True),
        ("FailedAvapritinib", TOLD["D842V, untreated"], False),
        ("DiseaseControlledOnTki", TOLD["D842V, untreated"], False),
        ("FailedSunitinib", TOLD["exon 11 after imatinib and sunitinib"], True),
        ("FailedRegorafenib", TOLD["exon 11 after imatinib and sunitinib"], False),
        ("HadThreeKinaseInhibitorsWithImatinib", TOLD["exon 11 after imatinib and sunitinib"], False),
        ("FailedLatestTki", TOLD["exon 11 after imatinib and sunitinib"], True),
        ("LatestTreatmentIsTki", TOLD["exon 11 after imatinib and sunitinib"], True),
        ("LatestTreatmentIsSunitinib", TOLD["exon 11 after imatinib and sunitinib"], None),
        ("LatestTreatmentIsRipretinib", TOLD["exon 11 after imatinib and sunitinib"], False),
        ("DiseaseControlledOnTki", TOLD["exon 11, controlled"], True),
        ("ProgressedOnImatinib", TOLD["exon 11, controlled"], False),
        ("HadNoTkiForAdvancedDisease", TOLD["exon 11, resected"], True),
        ("HadNoTkiForAdvancedDisease", TOLD["exon 11, controlled"], False),
        ("ProgressedOnSunitinib", TOLD["exon 11, three drugs"], False),
        ("ProgressedOnRegorafenib", TOLD["exon 11, three drugs"], None),
        ("FailedRegorafenib", TOLD["exon 9, list not complete"], None),
        ("FailedRegorafenib", bundle(*TREATMENTS["working list"]), None),
        ("FailedRegorafenib", bundle(*TREATMENTS["not all for the tumour"]), None),
        ("FailedRegorafenib", bundle(*history(drug("imatinib"), drug("qqqinib"))), None),
        ("FailedRegorafenib", bundle(*history(drug("imatinib"), drug("sunitinib", status="unknown"))), None),
        ("FailedRegorafenib", bundle(*history(drug("imatinib"), drug("sunitinib", status="draft"), left_out=0)), None),
        ("FailedRegorafenib", bundle(*history(), *history()), None),
        ("FailedRegorafenib", bundle(*history(), drug("imatinib")), None),
        ("FailedRegorafenib", bundle(*history(), drug("imatinib", status="not-taken")), False),
        ("HadThreeKinaseInhibitorsWithImatinib", bundle(*TREATMENTS["three drugs"]), True),
        ("HadThreeKinaseInhibitorsWithImatinib", bundle(*TREATMENTS["avapritinib"]), None),
    ],
)
def test_a_criterion_is_true_false_or_unknown(evaluate, criterion, document, truth):
    """What a bundle does not say is empty; that there were no other drugs only a List says, and one that has all."""
    assert evaluate(GISTKG + criterion, document) is truth


def test_what_a_bundle_has_no_place_for_is_said(kg_graph):
    """It is unknown in FHIRPath, and named in words; the rest of the condition still counts."""
    paths = Paths(kg_graph, conditions(kg_graph))
    assert paths.criterion(GISTKG + "HasR1Margin").unsayable == ("has margin R1 margin",)
    partly = paths.criterion(GISTKG + "HasMetastaticDiseaseOrMorbidSurgery")
    assert partly.unsayable == ("has feature risk of unacceptable surgical morbidity",)
    assert partly.expression.startswith("(iif(") and partly.expression.endswith(" or {})")
    assert (partly.can_be_true, partly.can_be_false) == (True, False)


def test_what_can_be_true_and_false_is_worked_out(kg_graph):
    """A dose has no place in an expression, though that there was no such drug has; a GIST is never none."""
    paths = Paths(kg_graph, conditions(kg_graph))
    found = {
        name: (path.can_be_true, path.can_be_false)
        for name in ("IsGist", "HasR1Margin", "ProgressedOnImatinib400mgDaily", "FailedImatinib", "HadResection")
        for path in [paths.criterion(GISTKG + name)]
    }
    assert found == {
        "IsGist": (True, False),
        "HasR1Margin": (False, False),
        "ProgressedOnImatinib400mgDaily": (False, True),
        "FailedImatinib": (True, True),
        "HadResection": (True, False),
    }
    assert paths.never(GISTKG + "ResectedKitExon9Population") == ()


@pytest.mark.interop
def test_a_population_is_its_criteria_together(kg_graph, evaluate):
    """The expression of a whole population gives what its criteria give together."""
    import fhirpathpy
    from fhirpathpy.models import models

    known = conditions(kg_graph)
    paths = Paths(kg_graph, known)
    population = GISTKG + "ResectedKitExon9Population"
    function = fhirpathpy.compile(paths.population(population).expression, models["r4"])
    for genotype, truth in (("exon 9", [True]), ("D842V", [False]), ("nothing known", [])):
        document = bundle(extent("completely resected"), *GENOTYPES[genotype])
        assert function(document, {"resource": document}) == truth


REGORAFENIB = ("fda-regorafenib-gist", "ema-regorafenib-gist", "pmda-regorafenib-gist", "nccn-2025-regorafenib")
AVAPRITINIB = ("fda-avapritinib-pdgfra-exon-18", "ema-avapritinib-pdgfra-d842v", "pdq-2024-176")


@pytest.mark.interop
@pytest.mark.parametrize(
    ("name", "plans", "truth"),
    [
        ("D842V, untreated", (*AVAPRITINIB, "pdq-2024-173-against-d842v"), True),
        ("D842V, untreated", REGORAFENIB, False),
        ("exon 11 after imatinib and sunitinib", REGORAFENIB, True),
        ("exon 11 after imatinib and sunitinib", AVAPRITINIB, False),
        ("exon 9, list not complete", REGORAFENIB, None),
    ],
)
def test_a_plan_is_true_where_ask_says_that_it_applies(kg_graph, name, plans, truth):
    """Avapritinib and the ban on imatinib in untreated D842V; regorafenib after imatinib and sunitinib."""
    fhirpathpy = pytest.importorskip("fhirpathpy", reason="fhirpathpy evaluates FHIRPath")
    from fhirpathpy.models import models

    known = conditions(kg_graph)
    paths, document = Paths(kg_graph, known), TOLD[name]
    case = read_case(kg_graph, known, json.dumps(document))
    status = {str(one.claim.iri).removeprefix("ev:"): one.status for one in answer(kg_graph, known, case).judgements}
    populations = {
        one.iri.full.rpartition("/")[2]: one.population.iri.full for one in claims(kg_graph) if one.population
    }
    found = {}
    for plan in plans:
        expression = paths.population(populations[plan]).expression
        found[plan] = fhirpathpy.compile(expression, models["r4"])(document, {"resource": document})
    assert found == {plan: [] if truth is None else [truth] for plan in plans}
    words = {True: "applies", False: "doesNotApply", None: "undetermined"}[truth]
    assert {plan: status[plan] for plan in plans} == dict.fromkeys(plans, words)


@pytest.mark.interop
@pytest.mark.parametrize("system", ["http://www.genenames.org", "http://www.genenames.org/geneId"])
def test_a_gene_is_known_by_its_number_alone(kg_graph, evaluate, system):
    """In each system that records have for HGNC, for the reader and in FHIRPath."""
    found = variant("KIT", INDEL)
    found["component"][0]["valueCodeableConcept"] = coded(system, "HGNC:6342")
    document = bundle(found)
    assert evaluate(GISTKG + "HasKitExon9Mutation", document) is True
    verdict = evaluator_of(kg_graph, conditions(kg_graph)).judge(facts(kg_graph, document))
    assert verdict.criteria[GISTKG + "HasKitExon9Mutation"] is True


@pytest.mark.interop
@pytest.mark.parametrize(
    ("document", "told", "status"),
    [
        (TOLD["D842V, untreated"], [[True], [False]], "overridden"),
        (bundle(*GENOTYPES["exon 9"], *STATES["metastases"], *TREATMENTS["none at all"]), [[True], [True]], "applies"),
        (bundle(*STATES["metastases"]), [[True], [True]], "applies"),
    ],
)
def test_a_plan_falls_away_where_another_takes_its_place(invented_graph, document, told, status):
    """Where it is not known whether the other applies, the plan stands, in FHIRPath as in an answer."""
    fhirpathpy = pytest.importorskip("fhirpathpy", reason="fhirpathpy evaluates FHIRPath")
    from fhirpathpy.models import models

    known = conditions(invented_graph)
    case = read_case(invented_graph, known, json.dumps(document))
    (judged,) = [
        one for one in answer(invented_graph, known, case).judgements if str(one.claim.iri) == "ev:pdq-2024-170"
    ]
    assert judged.status == status
    for variant_, model in (("r4", "r4"), ("r5", "r5")):
        made = json.loads(build(invented_graph, variant_).content)["entry"]
        plan = next(one["resource"] for one in made if one["fullUrl"].endswith("PlanDefinition/pdq-2024-170"))
        found = [
            fhirpathpy.compile(one["expression"]["expression"], models[model])(document, {"resource": document})
            for one in plan["action"][0]["condition"]
        ]
        assert found == told
