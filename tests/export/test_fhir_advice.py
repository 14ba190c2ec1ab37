"""Recommendations as FHIR: how strongly they speak, what overrides or supersedes them, and that a server loads them."""

import json
import re
from xml.etree import ElementTree

import pytest

from gistkg.export import fhir_overrides
from gistkg.export.fhir import build
from gistkg.export.fhir_narratives import narrative
from gistkg.records import claims
from gistkg.terms import GISTKG

BASE = "https://w3id.org/gistkg/fhir/"
EVIDENCE = GISTKG + "evidence/"
XHTML = "{http://www.w3.org/1999/xhtml}"
WEAK = {
    *("pdq-2014-s27", "pdq-2024-073", "pdq-2024-074", "pdq-2024-091", "pdq-2024-094", "pdq-2024-099", "pdq-2024-158"),
    *(
        "pdq-2024-262",
        "pdq-2024-270",
        "pdq-2024-283",
        "pdq-2024-284",
        "pdq-2024-131-against-d842v",
        "pdq-2024-131-against-d842v-r1",
    ),
    *("pdq-2024-131-against-d842v-after-neoadjuvant", "pdq-2024-131-against-wild-type"),
    *("pdq-2024-131-against-wild-type-r1", "pdq-2024-131-against-wild-type-after-neoadjuvant"),
}
"""What the sources say in words such as "unlikely", "may not need", "rarely", "not used", "palliative only"."""


@pytest.fixture(scope="module")
def products(kg_graph):
    """The whole graph, by release."""
    return {name: build(kg_graph, name) for name in ("r5", "r4")}


@pytest.fixture(scope="module")
def bundles(products):
    """The bundles, by release."""
    return {name: json.loads(product.content) for name, product in products.items()}


@pytest.fixture(scope="module")
def resources(bundles):
    """The resources of each release, by kind and id."""
    return {
        release: {f"{one['resource']['resourceType']}/{one['resource']['id']}": one["resource"] for one in found}
        for release, found in ((name, bundle["entry"]) for name, bundle in bundles.items())
    }


def told(element, name):
    """What the extensions of a name hold."""
    found = [one for one in element.get("extension", ()) if one["url"] == BASE + name]
    return [value for one in found for key, value in one.items() if key != "url"]


def related(resource, *types):
    """Type, words and canonical of the related artifacts of these types."""
    return [
        (one["type"], one["display"], one.get("resource", "").removeprefix(BASE))
        for one in resource["relatedArtifact"]
        if one["type"] in types and (told(one, "overridden-by") or told(one, "overrides") or "replace" in one["type"])
    ]


def inside(value):
    """Every object within a JSON value."""
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from inside(one)
    elif isinstance(value, list):
        for one in value:
            yield from inside(one)


# How strongly


@pytest.mark.parametrize("release", ["r5", "r4"])
def test_advice_against_something_in_weak_words_is_told_and_not_coded(products, resources, release):
    """No activity, so no prohibition and no order; the action says what it is, how it is said, and for whom."""
    plans = {name[15:]: one for name, one in resources[release].items() if name.startswith("PlanDefinition/")}
    assert {name for name, one in plans.items() if "contained" not in one} == WEAK
    for name in WEAK:
        (action,) = plans[name]["action"]
        assert set(action) == {"title", "description", "textEquivalent", "condition"}
        assert action["title"].startswith("Weakly against ") and action["title"] == plans[name]["title"]
        assert not any("doNotPerform" in one or "coding" in one for one in inside(plans[name]["action"]))
        assert action["textEquivalent"] == action["description"] == plans[name]["description"]
    assert plans["pdq-2024-283"]["action"][0]["textEquivalent"] == (
        "Weakly against imaging of abdomen and pelvis every 3 to 6 months: Very low-risk lesions may do without "
        "imaging as often as every 3 to 6 months. Direction: against; modality: not needed; hedges: may not need. "
        "This is neither an order nor a prohibition."
    )
    (lost,) = [one for one in products[release].losses if one.what == "activities of plans"]
    assert set(lost.items) == {EVIDENCE + name for name in WEAK}


@pytest.mark.parametrize("release", ["r5", "r4"])
def test_every_resource_of_a_claim_against_something_says_so_in_its_title(kg_graph, resources, release):
    """Plan, action, activity, evidence and its assertion; what is not for or against is called what it is, too."""
    words = {"noDifference": "No difference (", "undecided": "Undecided ("}
    seen = 0
    for claim in claims(kg_graph):
        if not claim.is_recommendation:
            continue
        name, direction = claim.iri.full.removeprefix(EVIDENCE), claim.direction.code
        plan = resources[release].get(f"PlanDefinition/{name}", {})
        evidence = resources[release].get(f"Evidence/{name}", {})
        texts = [plan.get("title"), plan.get("description"), *(one["title"] for one in plan.get("action", ()))]
        texts += [evidence.get("title"), evidence.get("assertion")]
        texts += [one["display"] for one in plan.get("relatedArtifact", ()) if one["type"] == "justification"]
        for text in filter(None, texts):
            seen += direction != "for"
            if direction == "against":
                assert re.match(r"(Against|Weakly against) \w", text), text
            elif direction == "for":
                assert not re.match(r"(Against|Weakly|No difference|Undecided)", text), text
                assert plan or text.startswith(("Reported: ", "Unsettled: "))
            else:
                assert text.startswith(words[direction]), text
        assert all(one["title"].startswith("not: ") == (direction == "against") for one in plan.get("contained", ()))
    assert seen > 60


def test_a_title_names_what_it_is_against(resources):
    """For "against: no imatinib" would be twice no, and "the exception to imatinib" does not say which way."""
    assert resources["r4"]["PlanDefinition/pdq-2024-173-against-d842v"]["title"] == (
        "Against imatinib: metastatic or recurrent GIST with PDGFRA D842V: the exception to first-line imatinib"
    )
    assert resources["r5"]["Evidence/conclusion-interruption-3-years"]["assertion"].startswith(
        "Against interrupted imatinib: In advanced GIST controlled by imatinib for 3 years, stopping it"
    )


# What overrides, what supersedes


@pytest.mark.parametrize(
    ("release", "over", "under"), [("r5", "amended-with", "amends"), ("r4", "depends-on", "documentation")]
)
def test_a_plan_says_what_overrides_it(resources, release, over, under):
    """PDQ 2024: radiation rarely has a role, unless a metastasis is painful or bleeds; and the other way round."""
    wide, narrow = (resources[release][f"PlanDefinition/pdq-2024-09{number}"] for number in (4, 5))
    unless = "painful metastasis or unresectable bleeding GIST: radiation therapy may occasionally palliate"
    assert told(wide, "overridden-by") == [EVIDENCE + "pdq-2024-095"]
    assert told(narrow, "overrides") == [EVIDENCE + "pdq-2024-094"]
    assert related(wide, over) == [(over, f"unless: {unless}", "PlanDefinition/pdq-2024-095")]
    title = "Weakly against radiation therapy: GIST: radiation therapy rarely has a role"
    assert related(narrow, under) == [(under, f"takes the place of: {title}", "PlanDefinition/pdq-2024-094")]
    sentence = f"Unless: {unless}."
    assert sentence in wide["description"] and sentence in wide["action"][0]["description"]
    assert sentence in wide["text"]["div"]
    assert narrow["action"][0]["description"].endswith(f"In its own population it takes the place of: {title}.")


def test_every_claim_that_is_overridden_says_by_what(kg_graph, resources):
    """Each pair of the graph, on both sides, in every resource of the claim."""
    rows = kg_graph.rows("SELECT ?over ?under { ?over gistkg:overrides ?under }")
    pairs = {(row["over"].full.rpartition("/")[2], row["under"].full.rpartition("/")[2]) for row in rows}
    assert len(pairs) == 19
    for release, kinds in (("r5", ["PlanDefinition", "Evidence"]), ("r4", ["PlanDefinition"])):
        for kind in kinds:
            found = {
                (over.rpartition("/")[2], name.partition("/")[2])
                for name, one in resources[release].items()
                if name.startswith(f"{kind}/")
                for artifact in one["relatedArtifact"]
                for over in told(artifact, "overridden-by")
                if over in told(one, "overridden-by") and artifact["resource"].startswith(BASE + kind)
            }
            plans = {pair for pair in pairs if "conclusion-imatinib-dose" not in pair}
            assert found == (pairs if kind == "Evidence" else plans)
            back = {
                (name.partition("/")[2], under.rpartition("/")[2])
                for name, one in resources[release].items()
                if name.startswith(f"{kind}/")
                for artifact in one["relatedArtifact"]
                for under in told(artifact, "overrides")
            }
            assert back == found


def test_what_overrides_a_plan_and_is_none_is_named_all_the_same(kg_graph, monkeypatch):
    """By its words and its IRI; in R5 with its Evidence."""
    every = claims(kg_graph)
    (wide,) = [one for one in every if one.iri == "ev:pdq-2024-094"]
    monkeypatch.setattr(fhir_overrides, "is_plan", lambda claim: claim.iri != "ev:pdq-2024-095")
    for r5, resource in ((True, f"{BASE}Evidence/pdq-2024-095"), (False, None)):
        (found,) = fhir_overrides.Overrides(every, r5=r5).artifacts(wide, "PlanDefinition")
        assert found["display"].startswith("unless: painful metastasis")
        assert told(found, "overridden-by") == [EVIDENCE + "pdq-2024-095"]
        assert found.get("resource") == resource


def test_a_result_that_another_superseded_is_retired(kg_graph, resources):
    """Masitinib: a hazard ratio of 0.27 became 0.40; each points to the other, and no other result is retired."""
    pairs = {
        (row["new"].full.removeprefix(EVIDENCE), row["old"].full.removeprefix(EVIDENCE))
        for row in kg_graph.rows("SELECT ?new ?old { ?new gistkg:supersedesResult ?old }")
    }
    assert len(pairs) == 13
    results = {
        name.partition("/")[2]: one
        for name, one in resources["r5"].items()
        if name.startswith("Evidence/") and "statistic" in one
    }
    retired = {name for name, one in results.items() if one["status"] == "retired"}
    assert retired == {old for _, old in pairs if old in results}
    for new, old in pairs:
        if old in results:
            title = results[new]["title"]
            assert related(results[old], "replaced-with") == [("replaced-with", title, f"Evidence/{new}")]
            assert told(results[old], "superseded-by") == [EVIDENCE + new]
            assert results[old]["title"].startswith("Superseded: ")
        if new in results:
            assert told(results[new], "supersedes-result") == [EVIDENCE + old]
            assert (f"Evidence/{old}" in {one[2] for one in related(results[new], "replaces")}) == (old in results)
    old, new = (f"masitinib-second-line-phase2-os-{name}" for name in ("comparison", "26-months-comparison"))
    assert [results[name]["statistic"][0]["quantity"]["value"] for name in (old, new)] == [0.27, 0.4]
    claim = resources["r5"]["Evidence/conclusion-masitinib-second-line"]
    assert [
        (one["publicationStatus"], one["display"][:12])
        for one in claim["relatedArtifact"]
        if one.get("resourceReference") == {"reference": f"Evidence/{old}"}
    ] == [("retired", "Superseded: ")]


# A server loads it, people read it


@pytest.mark.parametrize("release", ["r5", "r4"])
def test_a_bundle_is_a_transaction_that_also_loads_one_by_one(bundles, release):
    """Each resource is put under its own id, and refers only to what stands before it, or within it."""
    bundle = bundles[release]
    assert bundle["type"] == "transaction"
    there = set()
    for entry in bundle["entry"]:
        name = f"{entry['resource']['resourceType']}/{entry['resource']['id']}"
        assert entry["request"] == {"method": "PUT", "url": name} and entry["fullUrl"] == BASE + name
        assert name not in there
        assert {one["reference"] for one in inside(entry["resource"]) if "reference" in one} <= there
        there.add(name)
    canonicals = {one["resource"] for one in inside(bundle) if isinstance(one.get("resource"), str)}
    assert canonicals and {one.removeprefix(BASE) for one in canonicals} <= there


@pytest.mark.parametrize("release", ["r5", "r4"])
def test_every_resource_has_a_text_for_people(resources, release):
    """Well-formed XHTML that begins with the title; what is contained has none."""
    for name, one in resources[release].items():
        assert one["text"]["status"] == "generated"
        div = ElementTree.fromstring(one["text"]["div"])
        lines = ["".join(line.itertext()) for line in div]
        assert (div.tag, {line.tag for line in div}) == (f"{XHTML}div", {f"{XHTML}p"})
        assert lines[0] == one["title"] and all(lines), name
        assert not any("text" in contained for contained in one.get("contained", ()))


def test_the_text_of_a_plan_says_what_where_how_sure_and_since_when(resources):
    """The label of avapritinib, in the order that a reader asks; the notice stands there once."""
    div = ElementTree.fromstring(resources["r5"]["PlanDefinition/fda-avapritinib-pdgfra-exon-18"]["text"]["div"])
    lines = ["".join(line.itertext()) for line in div]
    assert [line.partition(":")[0] for line in lines[2:-2]] == [
        "Direction",
        "About",
        "Population",
        "Source",
        "Level of evidence",
        "Jurisdiction",
    ]
    assert "Jurisdiction: United States" in lines and "About: avapritinib 300 mg once daily" in lines
    assert [line for line in lines if line.startswith("Level")] == [
        "Level of evidence: C3 (PDQ levels of evidence, single-code form; derived)"
    ]
    assert lines[-2:] == ["Valid from 2020-01-09", "Informs; does not choose a patient's treatment."]


def test_signs_of_markup_are_words_in_a_text():
    """A p value and the marks between sections are no elements."""
    assert "<p>p &lt; .0001 &amp; more</p>" in narrative("title", ["p < .0001 & more"])["div"]
