"""Conditions as FHIRPath: evaluated on bundles, they never contradict what the graph says of the same bundle."""

import json
from pathlib import Path

import pytest

from gistkg.applicability import evaluator_of
from gistkg.case_formats import read_case
from gistkg.criteria import conditions
from gistkg.errors import CaseError
from gistkg.export.fhir_conditions import Paths
from gistkg.expressions import every, negate
from gistkg.records import claims

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
    "planned": [drug("imatinib", intent="363676003", **{"intent": "plan"})]
    if False
    else [drug("imatinib") | {"intent": "plan"}],
    "not for the tumour": [drug("imatinib") | {"meta": {}}],
    "by reference": [
        drug("imatinib", "progression") | {"meta": {}, "reasonReference": [{"reference": "Condition/tumour"}]}
    ],
    "avapritinib": [drug("avapritinib", "progression"), drug("ripretinib", "disease control")],
}


def made():
    """Every genotype, state and treatment at least once, each with the next of the others."""
    longest = max(len(GENOTYPES), len(STATES), len(TREATMENTS))
    for number in range(longest + len(STATES)):
        parts = [
            list(kind.items())[number * step % len(kind)]
            for kind, step in ((GENOTYPES, 1), (STATES, 2), (TREATMENTS, 1))
        ]
        site = ("C49.A2", "C49.A3", "C49.A5", "C49.A9")[number % 4]
        born = ("1960-05-01", "2020-01-01", "1950")[number % 3]
        name = " / ".join(part[0] for part in parts)
        yield pytest.param(
            bundle(*(one for part in parts for one in part[1]), site=site, born=born), id=f"{number}: {name}"
        )


BUNDLES = [pytest.param(json.loads((CASES / "mcode.json").read_text()), id="mcode.json"), *made()]


@pytest.fixture(scope="module")
def compiled(kg_graph):
    """The criteria of populations of recommendations, as functions of a bundle; and the populations."""
    fhirpathpy = pytest.importorskip("fhirpathpy", reason="fhirpathpy evaluates FHIRPath")
    from fhirpathpy.models import models

    known = conditions(kg_graph)
    paths = Paths(kg_graph, known)
    wanted = {one.population.iri.full for one in claims(kg_graph) if one.is_recommendation and one.population}
    populations = {iri: known.populations[iri] for iri in sorted(wanted)}
    criteria = sorted({iri for one in populations.values() for iri in (*one.requires, *one.excludes)})
    functions = {}
    for iri in criteria:
        path = paths.criterion(iri)
        if path.says_something:
            functions[iri] = fhirpathpy.compile(path.expression, models["r4"])
    return known, paths, populations, functions


def value(function, document):
    """What an expression gives for a bundle: true, false, or `None` for empty."""
    found = function(document, {"resource": document})
    assert found in ([True], [False], [])
    return found[0] if found else None


TOLD = {"both": 0, "less": 0, "more": 0}


@pytest.mark.interop
@pytest.mark.parametrize("document", BUNDLES)
def test_fhirpath_never_contradicts_the_graph(kg_graph, compiled, document):
    """On the same bundle: what one calls true the other does not call false, criterion by criterion, and together."""
    known, paths, populations, functions = compiled
    try:
        case = read_case(kg_graph, known, json.dumps(document))
    except CaseError as error:
        assert "says nothing else" in str(error)
        case = None
    verdict = evaluator_of(kg_graph, known).judge(case.expressions if case else [])
    told = {iri: value(function, document) for iri, function in functions.items()}
    for iri, truth in told.items():
        ours = verdict.criteria[iri]
        assert truth is None or ours is None or truth is ours, (iri, truth, ours)
        kind = "both" if truth is ours else "less" if truth is None else "more"
        if (truth, ours) != (None, None):
            TOLD[kind] += 1
    for iri, members in populations.items():
        required = [told.get(one) for one in members.requires]
        truth = every(required + [negate(told.get(one)) for one in members.excludes])
        ours = verdict.populations[iri]
        assert truth is None or ours is None or truth is ours, (iri, truth, ours)
