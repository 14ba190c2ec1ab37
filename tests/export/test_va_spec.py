"""Claims as VA-Spec statements: what a statement says is what the claim says, and what cannot be said is listed."""

import json
import os
import subprocess
import sys

import pytest

from gistkg.export import targets, va_spec
from gistkg.export.va_spec_parts import EXTENSIONS, extensions

EV = "https://w3id.org/gistkg/evidence/"
OURS = "https://w3id.org/gistkg/"

CARRIED = """
    rdf:type skos:prefLabel dcterms:description dcterms:source gistkg:locator gistkg:appliesTo gistkg:inSetting
    gistkg:recommends gistkg:concernsTherapy gistkg:comparesWith gistkg:concernsMechanism gistkg:concernsEndpoint
    gistkg:concernsAlteration gistkg:alterationOrigin gistkg:hasSensitivity gistkg:hasEvidenceKind
    gistkg:hasDirection gistkg:hasModality gistkg:hasBasis gistkg:hasHedge gistkg:hasEvidenceLevel
    gistkg:hasDerivedLevel gistkg:levelNote gistkg:cites gistkg:citationNote gistkg:reportsResult gistkg:supportedBy
    gistkg:disputedBy gistkg:basedOnStudy gistkg:describesStudy gistkg:byAgency gistkg:inJurisdiction
    gistkg:approvalKind gistkg:validFrom gistkg:validUntil gistkg:datePrecision gistkg:dateNote gistkg:statusNote
    gistkg:overrides gistkg:keeps gistkg:revises gistkg:supersedes skos:scopeNote skos:editorialNote
""".split()  # noqa: SIM905
OF_RESULTS = """
    rdf:type skos:prefLabel dcterms:source gistkg:measuresEndpoint gistkg:ofStudy gistkg:inArm gistkg:comparedWithArm
    gistkg:subgroup gistkg:inSubgroup gistkg:comparedWithSubgroup gistkg:hasRelation gistkg:hasStatistic gistkg:unit
    gistkg:value gistkg:lowerLimit gistkg:upperLimit gistkg:confidenceLevel gistkg:rangeLow gistkg:rangeHigh
    gistkg:eventCount gistkg:ofCount gistkg:pValue gistkg:resultDirection gistkg:resultInWords gistkg:analysis
    gistkg:endpointRole gistkg:timepointValue gistkg:timepointUnit gistkg:followUp gistkg:dataCutoff gistkg:assessedBy
    gistkg:inEra skos:scopeNote skos:editorialNote
""".split()  # noqa: SIM905


@pytest.fixture(scope="module")
def product(kg_graph):
    return va_spec.build(kg_graph, "json")


@pytest.fixture(scope="module")
def exported(product):
    return json.loads(product.content)


@pytest.fixture(scope="module")
def statements(exported):
    return {one["id"].removeprefix(EV): one for one in exported["statements"]}


def told(thing):
    """The extensions of something, by name."""
    return {one["name"]: one["value"] for one in thing.get("extensions", [])}


def about(statement):
    """Variant, predicate, therapy and direction of a statement, as identifiers."""
    said = statement["proposition"]
    return (
        said["subjectVariant"]["id"].removeprefix(OURS),
        said["predicate"],
        said["objectTherapeutic"]["id"].removeprefix(OURS),
        statement["direction"],
    )


def test_dose_by_genotype(statements):
    """PDQ 2024 allows 800 mg of imatinib a day with KIT exon 9: no word on the division of the dose is added."""
    statement = statements["pdq-2024-175"]
    assert about(statement) == ("KitExon9Mutation", "predictsSensitivityTo", "Imatinib", "supports")
    drug = statement["proposition"]["objectTherapeutic"]
    assert drug["primaryCoding"]["id"] == "RXNORM:282388"
    assert told(drug)["dose"] == {"perDay": 800, "unit": "mg"}
    extra = told(statement)
    assert (extra["modality"], extra["hedges"], extra["settings"][0]["name"]) == ("may", ["may"], "first line")
    assert (extra["validFrom"], extra["supersedes"]) == ("2024-12-13", {"revises": [EV + "pdq-2014-s28"]})
    assert extra["citations"][0]["document"]["pmid"] == "16624552"
    assert [one["pmid"] for one in statement["reportedIn"]] == ["26389157"]
    assert "strength" not in statement


def test_variant_is_told_by_gene_and_exon(statements):
    """An exon mutation is constrained by its gene, with its HGNC code; the exon stands in an extension."""
    variant = statements["pdq-2024-175"]["proposition"]["subjectVariant"]
    (constraint,) = variant["constraints"]
    assert constraint["type"] == "FeatureContextConstraint"
    assert (constraint["featureContext"]["name"], constraint["featureContext"]["primaryCoding"]["id"]) == (
        "KIT",
        "HGNC:6342",
    )
    assert told(variant) == {"exon": 9}


def test_label_with_figures(statements):
    """The FDA approval of avapritinib carries its place, its date, and the response with its interval."""
    statement = statements["fda-avapritinib-pdgfra-exon-18"]
    assert about(statement) == ("PdgfraExon18Mutation", "predictsSensitivityTo", "Avapritinib", "supports")
    extra = told(statement)
    assert (extra["basis"], extra["validFrom"], extra["jurisdictions"][0]["name"]) == (
        "label basis",
        "2020-01-09",
        "United States",
    )
    (line,) = statement["hasEvidenceLines"]
    assert line["directionOfEvidenceProvided"] == "supports"
    response = next(
        one for one in told(line)["results"] if one["id"] == EV + "navigator-avapritinib-phase1-orr-exon-18"
    )
    assert (response["value"], response["unit"]) == (84, "%")
    assert (response["interval"], response["of"]) == ({"low": 69, "high": 93, "level": 95}, 43)
    assert response["arm"]["id"] == EV + "navigator-avapritinib-phase1-exon-18"
    assert line["hasEvidenceItems"] == [one["id"] for one in told(line)["results"]]


def test_level_keeps_its_scheme_and_who_assigned_it(statements):
    """A level that only a rule of ours gives says so, and its scheme is the method."""
    statement = statements["fda-avapritinib-pdgfra-exon-18"]
    coding = statement["strength"]["primaryCoding"]
    assert (coding["code"], coding["system"]) == ("C3", OURS + "PdqScheme")
    assert told(statement["strength"]) == {"assignedBy": "derived"}
    assert statement["specifiedBy"]["id"] == OURS + "PdqScheme"


def test_no_level_is_translated(exported):
    """PDQ and NCCN have no published crosswalk to the VICC codes, so no level has a code of another scheme."""
    strengths = [one["strength"] for one in exported["statements"] if "strength" in one]
    assert strengths
    assert not [one for one in strengths if "mappings" in one or "AMP/ASCO/CAP" in one["primaryCoding"]["system"]]


def test_against_disputes(statements):
    """What PDQ says against imatinib with D842V disputes the sensitivity; it supports nothing."""
    statement = statements["pdq-2024-173-against-d842v"]
    assert about(statement) == ("PdgfraD842V", "predictsSensitivityTo", "Imatinib", "disputes")


def test_no_difference_is_no_resistance(statements):
    """INTRIGUE found ripretinib no better than sunitinib with exon 11: the statement is neutral, its lines too."""
    statement = statements["conclusion-ripretinib-second-line-exon-11"]
    assert about(statement) == ("KitExon11Mutation", "predictsSensitivityTo", "Ripretinib", "neutral")
    assert told(statement)["claimDirection"] == "noDifference"
    lines = statement["hasEvidenceLines"]
    assert [(one["directionOfEvidenceProvided"], told(one)["stance"]) for one in lines] == [
        ("neutral", "supports"),
        ("neutral", "disputes"),
    ]
    assert "strength" not in statement
    assert [one["name"] for one in told(statement)["comparator"]] == [
        "sunitinib 50 mg once daily, 4 weeks on and 2 weeks off"
    ]


def test_worse_than_another_is_no_resistance(statements):
    """INTRIGUE: ripretinib is worse than sunitinib with exon 13 or 14; that it does nothing is not said."""
    statement = statements["conclusion-ripretinib-atp-pocket"]
    assert statement["direction"] == "neutral"
    assert told(statement)["claimDirection"] == "against"


def test_an_unsettled_question_is_neutral(kg_graph, statements):
    """No statement takes a side of what its source leaves open."""
    rows = kg_graph.rows(
        "SELECT ?claim { VALUES ?open { gistkg:Unsettled gistkg:UnderStudy } ?claim gistkg:hasModality ?open }"
    )
    names = {row["claim"].full.removeprefix(EV) for row in rows} & set(statements)
    assert len(names) > 4
    assert {statements[name]["direction"] for name in names} == {"neutral"}


def test_every_setting_is_carried(kg_graph, statements):
    """A source can speak of two lines of therapy at once."""
    rows = kg_graph.rows("SELECT ?claim ?setting { ?claim gistkg:inSetting ?setting }")
    stated = {(row["claim"].full.removeprefix(EV), row["setting"].full) for row in rows}
    carried = {(name, one["id"]) for name, of in statements.items() for one in told(of).get("settings", ())}
    assert carried == {pair for pair in stated if pair[0] in statements}


def test_evidence_against_a_claim_turns(statements):
    """What speaks against a recommendation for a dose disputes the proposition that the claim supports."""
    lines = statements["conclusion-imatinib-dose-exon-9"]["hasEvidenceLines"]
    assert [(told(one)["stance"], one["directionOfEvidenceProvided"]) for one in lines] == [
        ("supports", "supports"),
        ("disputes", "disputes"),
    ]


def test_evidence_for_a_claim_against_turns(invented_graph):
    """What supports advice against a drug disputes the proposition; what disputes the advice supports it."""
    made = json.loads(va_spec.build(invented_graph, "json").content)["statements"]
    statement = next(one for one in made if one["id"] == EV + "invented-against")
    assert about(statement)[-1] == "disputes"
    assert [
        (told(one)["stance"], one["directionOfEvidenceProvided"], one["hasEvidenceItems"])
        for one in statement["hasEvidenceLines"]
    ] == [
        ("supports", "disputes", [EV + "navigator-avapritinib-phase1-orr-exon-18"]),
        ("disputes", "supports", [EV + "navigator-avapritinib-phase1-orr-d842v-fda"]),
    ]


def test_a_superseded_result_stands_with_the_later_one(statements):
    """PDQ rests on the first hazard ratios of SSG XVIII, 0.45 and 0.46; after 10 years they were 0.55 and 0.66."""
    (line,) = statements["pdq-2024-124"]["hasEvidenceLines"]
    first = [EV + "ssg-xviii-os-comparison", EV + "ssg-xviii-rfs-comparison"]
    assert line["hasEvidenceItems"] == told(line)["supersededItems"] == first
    assert [
        (one["value"], [(later["id"], later["value"], later["analysis"]) for later in one["supersededBy"]])
        for one in told(line)["results"]
    ] == [
        (0.45, [(EV + "ssg-xviii-os-comparison-10-years", 0.55, "after 10 years")]),
        (0.46, [(EV + "ssg-xviii-rfs-comparison-10-years", 0.66, "after 10 years")]),
    ]


def test_every_superseded_result_is_marked(kg_graph, exported):
    """Wherever one stands, in a line or reported, the later one stands in it; and no other is marked."""
    stated = {
        (row["earlier"].full, row["later"].full)
        for row in kg_graph.rows("SELECT ?later ?earlier { ?later gistkg:supersedesResult ?earlier }")
    }
    parts = [part for part in every_part(exported["statements"]) if part.get("kind") in ("finding", "figure")]
    marked = {(one["id"], later["id"]) for one in parts for later in one.get("supersededBy", ())}
    shown = {one["id"] for one in parts}
    assert len(marked) == 3
    assert marked == {pair for pair in stated if pair[0] in shown}
    lines = [line for one in exported["statements"] for line in one.get("hasEvidenceLines", ())]
    assert all(
        told(line).get("supersededItems", []) == [one["id"] for one in told(line)["results"] if "supersededBy" in one]
        for line in lines
    )


@pytest.mark.parametrize("ending", ["", "-after-neoadjuvant", "-r1"])
def test_unlikely_to_help_is_disputed_and_says_so(statements, ending):
    """PDQ expects no benefit of adjuvant imatinib with D842V: that is a side, weaker than "does not respond"."""
    statement = statements["pdq-2024-131-against-d842v" + ending]
    assert about(statement) == ("PdgfraD842V", "predictsSensitivityTo", "Imatinib", "disputes")
    assert (told(statement)["modality"], told(statement)["hedges"]) == ("unlikely", ["unlikely"])


def test_what_may_be_left_out_is_not_disputed(invented_graph):
    """That a tumour may do without a drug does not say that it would not respond."""
    made = json.loads(va_spec.build(invented_graph, "json").content)["statements"]
    statement = next(one for one in made if one["id"] == EV + "invented-not-needed")
    assert (about(statement)[-1], told(statement)["claimDirection"]) == ("neutral", "against")


def test_what_is_disputed_is_firmly_against(kg_graph, statements):
    """By the modality of each claim: nothing is disputed that is only not needed, rarely done or not usual."""
    rows = kg_graph.rows("SELECT ?claim ?code { ?claim gistkg:hasModality/skos:notation ?code }")
    codes = {row["claim"].full.removeprefix(EV): row["code"] for row in rows}
    disputed = {name for name, one in statements.items() if one["direction"] == "disputes"}
    assert {codes[name] for name in disputed} == {"reported", "should", "unlikely"}
    weak = ("pdq-2024-073", "pdq-2024-074", "pdq-2024-091", "pdq-2024-094", "pdq-2024-099", "pdq-2024-283")
    assert not statements.keys() & set(weak)


def test_reduced_sensitivity_is_neither(statements):
    """Less sensitive is not resistant: the statement takes no side and carries the call of the source."""
    statement = statements["sensitivity-debiec-rychter-2006-ex9"]
    assert about(statement) == ("KitExon9Mutation", "predictsSensitivityTo", "Imatinib", "neutral")
    assert told(statement)["sensitivityCall"] == "reduced"
    assert {one["id"] for one in told(statement)["reportedResults"]} == {
        EV + "debiec-rychter-2006-pfs-dose-ex9",
        EV + "debiec-rychter-2006-risk-dose-ex9",
    }


def test_combination_is_a_group(statements):
    """Dabrafenib with trametinib are two drugs given together."""
    group = statements["fda-dabrafenib-trametinib-braf"]["proposition"]["objectTherapeutic"]
    assert group["membershipOperator"] == "AND"
    assert [one["name"] for one in group["therapies"]] == ["dabrafenib", "trametinib"]


def test_strategy_with_a_duration_gives_its_drug(statements):
    """Imatinib for at least three years after surgery is imatinib, with the duration; stopping it has no statement."""
    drug = statements["pdq-2024-124"]["proposition"]["objectTherapeutic"]
    assert drug["name"] == "imatinib"
    assert told(drug)["dose"] == {"duration": "at least 3 years"}
    assert told(drug)["regimen"]["id"] == OURS + "AdjuvantImatinibAtLeast3Years"


def test_population_says_more_than_the_alteration_named(statements):
    """With a primary and a secondary mutation asked for, the variant is both, not the primary one alone."""
    variant = statements["conclusion-ripretinib-atp-pocket"]["proposition"]["subjectVariant"]
    assert variant["name"] == "has a KIT exon 11 mutation, and has a secondary KIT mutation in exon 13 or 14"
    both = [
        [(one["id"].removeprefix(OURS), one["origin"]) for one in part["anyOf"]]
        for part in told(variant)["alterations"]
    ]
    assert both == [
        [("KitExon11Mutation", "primary")],
        [("KitExon13Mutation", "secondary"), ("KitExon14Mutation", "secondary")],
    ]


def test_several_genes_have_no_gene_constraint(statements):
    """A mutation of KIT or PDGFRA is not constrained to one gene, and what does not count is listed."""
    variant = statements["pdq-2024-174"]["proposition"]["subjectVariant"]
    assert "constraints" not in variant
    (part,) = told(variant)["alterations"]
    assert [(one["gene"], [without["name"] for without in one["without"]]) for one in part["anyOf"]] == [
        ("KIT", ["KIT exon 9 mutation"]),
        ("PDGFRA", ["PDGFRA D842V"]),
    ]


def test_every_claim_is_carried_or_dropped(kg_graph, product, exported):
    """Every claim of the graph is a statement or in exactly one loss, by its whole IRI."""
    rows = kg_graph.rows("SELECT DISTINCT ?claim { ?kind rdfs:subClassOf* gistkg:Claim . ?claim a ?kind }")
    known = sorted(row["claim"].full for row in rows)
    carried = [one["id"] for one in exported["statements"]]
    dropped = [iri for one in product.losses for iri in one.items]
    assert sorted(carried + [iri for iri in dropped if iri in set(known)]) == known
    assert product.carried == {"statements": len(carried)}


def test_dropped_claims_have_no_variant_or_no_drug(kg_graph, product):
    """No sensitivity claim with one variant and one drug is dropped."""
    rows = kg_graph.rows(
        """SELECT ?claim { ?claim a gistkg:SensitivityClaim ; gistkg:concernsTherapy ?drug ;
          gistkg:concernsAlteration ?alteration . ?drug rdfs:subClassOf* gistkg:Drug .
          ?alteration rdfs:subClassOf* gistkg:Mutation }
        GROUP BY ?claim HAVING (COUNT(DISTINCT ?drug) = 1)"""
    )
    plain = {row["claim"].full for row in rows}
    assert len(plain) > 50
    assert not plain & {iri for one in product.losses for iri in one.items}


def test_every_property_of_a_claim_has_a_place(kg_graph, exported):
    """A property that a claim or a result gains is either carried or must be added here knowingly."""
    ids = {one["id"] for one in exported["statements"]}
    rows = kg_graph.rows("SELECT ?claim ?property { ?claim a/rdfs:subClassOf* gistkg:Claim ; ?property ?value }")
    assert {str(row["property"]) for row in rows if row["claim"].full in ids} <= set(CARRIED)
    rows = kg_graph.rows(
        """SELECT ?claim ?property { ?claim gistkg:supportedBy|gistkg:disputedBy|gistkg:reportsResult ?result .
        ?result ?property ?value }"""
    )
    assert {str(row["property"]) for row in rows if row["claim"].full in ids} <= set(OF_RESULTS)


def test_results_are_those_of_the_graph(kg_graph, product, exported):
    """Every result of an exported claim is in a line or reported, once; every other result is listed."""
    rows = kg_graph.rows(
        "SELECT ?claim ?result { ?claim gistkg:supportedBy|gistkg:disputedBy|gistkg:reportsResult ?result }"
    )
    ids = {one["id"] for one in exported["statements"]}
    known = sorted((row["claim"].full, row["result"].full) for row in rows if row["claim"].full in ids)
    found, later = [], set()
    for one in exported["statements"]:
        lines = [result for line in one.get("hasEvidenceLines", []) for result in told(line)["results"]]
        lines += told(one).get("reportedResults", [])
        found += [(one["id"], result["id"]) for result in lines]
        later |= {newer["id"] for result in lines for newer in result.get("supersededBy", ())}
    assert sorted(found) == known
    rows = kg_graph.rows("SELECT DISTINCT ?r { VALUES ?k { gistkg:Finding gistkg:Figure } ?r a ?k }")
    every = {row["r"].full for row in rows}
    (lost,) = [one for one in product.losses if one.what == "results that belong to no exported claim"]
    assert every - set(lost.items) == {result for _, result in found} | later


def every_part(value):
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from every_part(one)
    elif isinstance(value, list):
        for one in value:
            yield from every_part(one)


def test_what_the_models_do_not_ask_for(exported):
    """Variants, therapies, conditions and documents have a name, and an evidence line has items and a stance."""
    for statement in exported["statements"]:
        said = statement["proposition"]
        assert said["subjectVariant"]["type"] == "CategoricalVariant"
        therapies = said["objectTherapeutic"].get("therapies", [said["objectTherapeutic"]])
        assert all(one["name"] for one in (*therapies, said["conditionQualifier"], *statement["reportedIn"]))
        assert all(line["hasEvidenceItems"] and told(line)["stance"] for line in statement.get("hasEvidenceLines", []))
        assert ("strength" in statement) == ("specifiedBy" in statement)


def test_extensions_are_documented_in_the_file(exported):
    """Whoever reads the file finds there what an extension means, and that it chooses no treatment."""
    used = {one["name"] for part in every_part(exported["statements"]) for one in part.get("extensions", ())}
    assert used <= exported["extensions"].keys()
    assert exported["extensions"] == EXTENSIONS
    assert "a level that a rule of gistkg derived, and no source assigned" in exported["notes"]["strength"]
    assert exported["notes"].keys() == {"strength", "direction", "hasEvidenceItems"}
    assert exported["notice"] == "Informs; does not choose a patient's treatment."
    assert exported["version"] == "0.1.0"


def test_undocumented_extension_is_refused():
    """An extension without a meaning cannot be written."""
    with pytest.raises(KeyError, match="colour is no documented extension"):
        extensions(colour="red")


def test_same_bytes_in_another_process(product):
    """Nothing depends on the order in which Python hashes."""
    program = "import sys; from gistkg.export import va_spec; from gistkg.graph import load_graph; "
    program += "sys.stdout.buffer.write(va_spec.build(load_graph(), 'json').content)"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    again = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
    assert again.stdout == product.content


def test_target_is_registered(kg_graph, product):
    """`gistkg export --to va-spec` builds this."""
    assert targets.build(kg_graph, "va-spec").content == product.content


@pytest.mark.interop
def test_models_of_ga4gh_read_every_statement(exported):
    """Every statement validates by GA4GH's own classes and comes back the same."""
    core = pytest.importorskip("ga4gh.va_spec.base.core", reason="ga4gh.va_spec is not installed")
    for statement in exported["statements"]:
        read = core.Statement(**statement)
        assert read.model_dump(exclude_none=True, mode="json") == statement


@pytest.mark.interop
def test_models_of_ga4gh_refuse_a_wrong_predicate(statements):
    """The reader can tell: a predicate of our own does not pass."""
    core = pytest.importorskip("ga4gh.va_spec.base.core", reason="ga4gh.va_spec is not installed")
    statement = json.loads(json.dumps(statements["pdq-2024-175"]))
    statement["proposition"]["predicate"] = "isRecommendedFor"
    with pytest.raises(ValueError, match="predictsSensitivityTo"):
        core.Statement(**statement)
