"""The 31 statements of the PDQ edition of 2014: every figure, hedge, level and citation number is found by SPARQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from dossier import DOSSIER, dossier, needs_dossier

from gistkg.graph import Graph, load_graph
from gistkg.resolve import resolve

_NUMBERS = range(1, 32)


def _seeds() -> dict[int, dict[str, Any]]:
    return {int(seed["id"].removeprefix("seed-s")): seed for seed in dossier("imatinib.yaml")["seed_statements"]}


def _references() -> dict[int, dict[str, Any]]:
    return {reference["n"]: reference for reference in dossier("imatinib.yaml")["seed_references"]}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load_graph()


def _values(graph: Graph, pattern: str) -> set[Any]:
    """What ?value stands for in a pattern."""
    return {row["value"] for row in graph.rows(f"SELECT DISTINCT ?value WHERE {{ {pattern} }}")}


def _of(graph: Graph, number: int, path: str) -> set[Any]:
    """What a property path leads to from one statement of the edition."""
    return _values(graph, f"ev:pdq-2014-s{number:02d} {path} ?value")


def _one(graph: Graph, number: int, path: str) -> Any:
    values = _of(graph, number, path)
    assert len(values) <= 1
    return next(iter(values), None)


# By hand, without the dossier


def test_the_edition_has_31_statements(graph: Graph):
    """They are numbered without a gap, and each has a modality, a population, a section, a date and one source."""
    rows = graph.rows("""
        SELECT ?claim ?from WHERE {
          ?claim a/rdfs:subClassOf* gistkg:Claim ; dcterms:source src:pdq-2014 ; gistkg:hasModality ?modality ;
            gistkg:appliesTo ?population ; gistkg:locator ?section ; gistkg:validFrom ?from .
        } ORDER BY ?claim""")
    found = [(row["claim"], str(row["from"])) for row in rows]
    assert found == [(f"ev:pdq-2014-s{number:02d}", "2014-02-25 00:00:00+00:00") for number in _NUMBERS]


_FIGURES = """
SELECT ?endpoint ?statistic ?relation ?value ?unit ?events ?of ?p ?side ?era ?arm WHERE {
  ?claim gistkg:reportsResult ?result FILTER(?claim = ev:pdq-2014-sNN)
  ?result gistkg:measuresEndpoint ?endpoint .
  OPTIONAL { ?result gistkg:hasStatistic ?statistic }
  OPTIONAL { ?result gistkg:hasRelation/skos:notation ?relation }
  OPTIONAL { ?result gistkg:value ?value }
  OPTIONAL { ?result gistkg:unit/gistkg:ucumCode ?unit }
  OPTIONAL { ?result gistkg:eventCount ?events }
  OPTIONAL { ?result gistkg:ofCount ?of }
  OPTIONAL { ?result gistkg:pValue ?p }
  OPTIONAL { ?result gistkg:resultDirection/skos:notation ?side }
  OPTIONAL { ?result gistkg:inEra ?era }
  OPTIONAL { ?result gistkg:inArm ?arm }
} ORDER BY ?result"""


def _figures(graph: Graph, number: int) -> list[dict[str, Any]]:
    """The results of a statement, without what they do not say."""
    rows = graph.rows(_FIGURES.replace("NN", f"{number:02d}"))
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


_CONTINUED, _INTERRUPTED = "ev:bfr14-1y-continue", "ev:bfr14-1y-interrupt"
_COUNT = {"statistic": "gistkg:Count", "relation": "=", "unit": "{participant}"}
_MONTHS = {"statistic": "gistkg:Median", "relation": "=", "unit": "mo"}


@pytest.mark.parametrize(
    ("number", "figures"),
    [
        (
            12,
            [
                {"endpoint": "gistkg:OverallSurvival", "statistic": "gistkg:Median", "relation": "<"}
                | {"value": Decimal(2), "unit": "a", "era": "before imatinib"},
                {"endpoint": "gistkg:OverallSurvival", "statistic": "gistkg:Median", "relation": ">"}
                | {"value": Decimal(5), "unit": "a", "era": "since imatinib"},
            ],
        ),
        (
            19,
            [
                {"endpoint": "gistkg:ProgressionFreeSurvival", "p": "< .0001", "side": "for", "arm": _CONTINUED},
                {"endpoint": "gistkg:ProgressionFreeSurvival", "value": Decimal(18), "arm": _CONTINUED} | _MONTHS,
                {"endpoint": "gistkg:ProgressionFreeSurvival", "value": Decimal("6.1"), "arm": _INTERRUPTED} | _MONTHS,
                {"endpoint": "gistkg:ProgressionEvent", "value": Decimal(8), "events": 8, "of": 26, "arm": _CONTINUED}
                | _COUNT,
                {"endpoint": "gistkg:ProgressionEvent", "value": Decimal(26), "events": 26, "of": 32}
                | {"arm": _INTERRUPTED}
                | _COUNT,
            ],
        ),
        (
            20,
            [
                {"endpoint": "gistkg:ResponseAfterReintroduction", "value": Decimal(24), "events": 24, "of": 26}
                | {"arm": _INTERRUPTED}
                | _COUNT
            ],
        ),
        (21, [{"endpoint": "gistkg:OverallSurvival", "side": "noDifference", "arm": _CONTINUED}]),
        (22, [{"endpoint": "gistkg:ResistanceDevelopment", "side": "noDifference", "arm": _CONTINUED}]),
        (23, [{"endpoint": "gistkg:QualityOfLife", "side": "noDifference", "arm": _CONTINUED}]),
        (
            30,
            [
                {"endpoint": "gistkg:PrimaryResistanceRate", "statistic": "gistkg:Proportion", "relation": "<"}
                | {"value": Decimal(20), "unit": "%"}
            ],
        ),
    ],
)
def test_results_are_those_of_the_statement(graph: Graph, number: int, figures: list[dict[str, Any]]):
    """Number, unit, relation, denominator, p value, side and arm: nothing is missing and nothing is added."""
    assert _figures(graph, number) == figures


def test_statements_without_a_figure_have_none(graph: Graph):
    """No other statement of the edition reports a result."""
    assert [number for number in _NUMBERS if _figures(graph, number)] == [12, 19, 20, 21, 22, 23, 30]


def test_trial_randomised_58_patients_26_to_continue_and_32_to_stop(graph: Graph):
    """The participants that statement 18 names, of the study and of its arms."""
    assert _of(graph, 18, "gistkg:describesStudy/gistkg:participantCount") == {58}
    rows = graph.rows("SELECT ?arm ?n WHERE { ev:bfr14-1y gistkg:hasArm ?arm . ?arm gistkg:participantCount ?n }")
    assert {row["arm"]: row["n"] for row in rows} == {_CONTINUED: 26, _INTERRUPTED: 32}
    assert all(_of(graph, number, "gistkg:describesStudy") == {"ev:bfr14-1y"} for number in range(18, 24))


@pytest.mark.parametrize(
    ("number", "codes"),
    [
        (18, {"1iiDiii"}),
        (19, {"1iiDiii"}),
        (20, {"1iiDiii"}),
        (21, {"1iiA"}),
        (22, {"1iiA", "1iiC"}),
        (23, {"1iiC"}),
    ],
)
def test_levels_are_those_of_the_statement(graph: Graph, number: int, codes: set[str]):
    """A code is kept whole, in the scheme that was in force in 2014."""
    assert _of(graph, number, "gistkg:hasEvidenceLevel/skos:notation") == codes
    assert _of(graph, number, "gistkg:hasEvidenceLevel/gistkg:inScheme") == {"gistkg:PdqLegacyScheme"}


def test_other_statements_have_no_level(graph: Graph):
    """A level that the source does not give is not made up."""
    assert [n for n in _NUMBERS if _of(graph, n, "gistkg:hasEvidenceLevel")] == [18, 19, 20, 21, 22, 23]


@pytest.mark.parametrize(
    ("number", "single", "times", "per_day", "direction", "modality", "hedge", "citations"),
    [
        (24, Decimal(400), 1, Decimal(400), "for", "may", "may", {4, 15, 16, 17}),
        (26, Decimal(400), 2, Decimal(800), "for", "may", "may be appropriate", {4, 15, 16, 17}),
        (27, Decimal(400), 2, Decimal(800), "against", "unlikely", "unlikely", {4, 15, 16, 17}),
        (28, None, None, Decimal(800), "for", "may", "may be appropriate", {18}),
    ],
)
def test_doses_are_those_of_the_statement(
    graph: Graph,
    number: int,
    single: Decimal | None,
    times: int | None,
    per_day: Decimal,
    direction: str,
    modality: str,
    hedge: str,
    citations: set[int],
):
    """Imatinib in milligrams: the single dose and its frequency only where the source states them."""
    assert _one(graph, number, "gistkg:recommends/gistkg:usesDrug") == "gistkg:Imatinib"
    assert _one(graph, number, "gistkg:recommends/gistkg:doseUnit/gistkg:ucumCode") == "mg"
    assert _one(graph, number, "gistkg:recommends/gistkg:doseValue") == single
    assert _one(graph, number, "gistkg:recommends/gistkg:doseFrequency/gistkg:timesPerDay") == times
    assert _one(graph, number, "gistkg:recommends/gistkg:dosePerDay") == per_day
    assert _one(graph, number, "gistkg:hasDirection/skos:notation") == direction
    assert _one(graph, number, "gistkg:hasModality/skos:notation") == modality
    assert _one(graph, number, "gistkg:hasHedge") == hedge
    assert _of(graph, number, "gistkg:cites/gistkg:referenceNumber") == citations


def test_escalation_is_unlikely_to_help_within_2_months_and_overrides_the_general_rule(graph: Graph):
    """The bound of 2 months stands in the population of statement 27, whose statement takes the place of 26 there."""
    assert _bounds(graph, 27) == {("gistkg:monthsToProgression", "at most", Decimal(2))}
    assert _bounds(graph, 26) == set()
    assert _one(graph, 27, "gistkg:overrides") == "ev:pdq-2014-s26"


def _bounds(graph: Graph, number: int) -> set[tuple[str, str, Decimal]]:
    """The numeric bounds in the criteria of the population of a statement."""
    rows = graph.rows(f"""
        SELECT DISTINCT ?property ?bound ?limit WHERE {{
          VALUES (?facet ?bound) {{ (xsd:maxInclusive "at most") (xsd:minInclusive "at least") }}
          ev:pdq-2014-s{number:02d} gistkg:appliesTo/gistkg:requires/owl:equivalentClass/(
            owl:someValuesFrom|owl:intersectionOf|rdf:rest|rdf:first)+ ?condition .
          ?condition owl:onProperty ?property ; owl:someValuesFrom/owl:withRestrictions/rdf:rest*/rdf:first ?one .
          ?one ?facet ?limit }}""")
    return {(str(row["property"]), str(row["bound"]), Decimal(str(row["limit"]))) for row in rows}


def test_trial_was_in_disease_controlled_for_a_year(graph: Graph):
    """The year of imatinib that statements 18, 19 and 21 to 23 require is 12 months or more."""
    for number in (18, 19, 21, 22, 23):
        assert _bounds(graph, number) == {("gistkg:monthsOnTreatment", "at least", Decimal(12))}


# Against the dossier, statement by statement

_each_number = pytest.mark.parametrize("number", _NUMBERS)


@needs_dossier
def test_dossier_and_graph_have_the_same_statements():
    """None is missing and none is added."""
    assert list(_seeds()) == list(_NUMBERS)


@needs_dossier
@_each_number
def test_citation_numbers_are_those_of_the_dossier(graph: Graph, number: int):
    """All of them, and no other; they come out sorted as printed."""
    rows = graph.rows(f"""
        SELECT ?n WHERE {{ ev:pdq-2014-s{number:02d} gistkg:cites ?reference .
          ?reference gistkg:referenceNumber ?n ; gistkg:ofSource src:pdq-2014 }} ORDER BY ?n""")
    assert [row["n"] for row in rows] == _seeds()[number]["citations"]


@needs_dossier
@_each_number
def test_levels_are_those_of_the_dossier(graph: Graph, number: int):
    """A pair of codes is two levels, a note of the dossier is a note in the graph."""
    seed = _seeds()[number]
    codes = set(seed["pdq_level"].split(" and ")) if seed["pdq_level"] else set()
    assert _of(graph, number, "gistkg:hasEvidenceLevel/skos:notation") == codes
    assert len(_of(graph, number, "gistkg:levelNote")) == ("pdq_level_note" in seed)
    assert len(_of(graph, number, "gistkg:citationNote")) == ("citation_note" in seed)


_HEDGES = {  # a word of the dossier, and the hedge it stands for
    r"\bmay be appropriate\b": "may be appropriate",
    r"\bmay\b(?! be appropriate)": "may",
    r"\bpartly\b": "in part",
    r"\boften\b": "often",
    r"\bessentially\b": "essentially",
    r"\bunder study\b": "being studied",
    r"\bunlikely\b": "unlikely",
    r"\bspeculated\b": "speculated",
}


@needs_dossier
@_each_number
def test_hedges_are_those_of_the_dossier(graph: Graph, number: int):
    """Each hedging word of the assertion is a hedge, and there is no other."""
    assertion = _seeds()[number]["assertion"]
    hedges = {hedge for word, hedge in _HEDGES.items() if re.search(word, assertion)}
    assert _of(graph, number, "gistkg:hasHedge") == hedges


@needs_dossier
@_each_number
def test_strength_and_direction_are_those_of_the_dossier(graph: Graph, number: int):
    """What the dossier says of strength, modality and recommendation, in the words of the graph."""
    seed = _seeds()[number]
    modality = _one(graph, number, "gistkg:hasModality/skos:notation")
    direction = _one(graph, number, "gistkg:hasDirection/skos:notation")
    if "strength" in seed:
        assert modality == seed["strength"]
    if "modality" in seed:
        assert modality == ("speculated" if seed["modality"] == "speculation" else "hypothesised")
    if "recommendation" in seed:
        assert direction == {"unlikely-to-help": "against"}.get(seed["recommendation"], seed["recommendation"])
    if seed.get("outcome", {}).get("value") == "no-difference":
        assert direction == "noDifference"
    if seed["kind"] in ("negative-efficacy", "consensus-against"):
        assert direction == "against"
    if seed["kind"] == "open-question":
        assert (direction, modality) == ("undecided", "underStudy")


_SECTIONS = {
    "surgery": "Surgery",
    "chemotherapy": "Chemotherapy",
    "tki": "Tyrosine kinase inhibitor therapy",
    "dose": "Drug dose and schedule",
}


@needs_dossier
@_each_number
def test_sections_are_those_of_the_dossier(graph: Graph, number: int):
    """The locator is the section."""
    assert _of(graph, number, "gistkg:locator") == {_SECTIONS[_seeds()[number]["section"]]}


_EXTENTS = {
    "marginally-resectable": "gistkg:MarginallyResectableDisease",
    "localised-unresectable": "gistkg:LocalisedUnresectableDisease",
    "unresectable": "gistkg:UnresectableDisease",
    "metastatic": "gistkg:MetastaticDisease",
    "recurrent": "gistkg:RecurrentDisease",
    "completely-resected": "gistkg:CompletelyResectedDisease",
}
_CRITERIA = "gistkg:appliesTo/gistkg:requires/(owl:equivalentClass|owl:intersectionOf|rdf:rest|rdf:first)+"


def _required(graph: Graph, number: int, restricted: str) -> set[str]:
    """The classes that the population of a statement requires of one property, a union as its members."""
    return _values(
        graph,
        f"""ev:pdq-2014-s{number:02d} {_CRITERIA} ?condition . ?condition owl:onProperty {restricted} ;
        owl:someValuesFrom/(owl:unionOf/rdf:rest*/rdf:first)? ?value FILTER(isIRI(?value))""",
    )


@needs_dossier
@_each_number
def test_population_has_the_extents_of_the_dossier(graph: Graph, number: int):
    """All extents that the dossier names and no other; any extent is none."""
    population = _seeds()[number].get("population")
    if population is None:
        return  # the dossier says nothing of it
    extents = {_EXTENTS[extent] for extent in population["disease_extent"] if extent != "any"}
    assert _required(graph, number, "gistkg:hasExtent") == extents


@needs_dossier
@_each_number
def test_only_the_statement_on_exon_9_restricts_the_genotype(graph: Graph, number: int):
    """Of the 31 statements one names a mutation."""
    genotype = (_seeds()[number].get("population") or {}).get("genotype")
    named = isinstance(genotype, dict)
    assert _required(graph, number, "gistkg:hasAlteration") == ({"gistkg:KitExon9Mutation"} if named else set())
    assert named == (number == 28)


@needs_dossier
@_each_number
def test_setting_is_that_of_the_dossier(graph: Graph, number: int):
    """The setting of the dossier by its name; statement 25 is about monitoring as well."""
    setting = (_seeds()[number].get("population") or {}).get("setting")
    if setting is None:
        return  # the dossier says nothing of it
    found = {value.replace(" ", "-") for value in _of(graph, number, "gistkg:inSetting/skos:prefLabel")}
    assert found == ({setting, "monitoring"} if number == 25 else {setting})


_DRUGS = {
    "imatinib": "gistkg:Imatinib",
    "cytotoxic-chemotherapy": "gistkg:CytotoxicChemotherapy",
    "tyrosine-kinase-inhibitor": "gistkg:TyrosineKinaseInhibitor",
}


@needs_dossier
@_each_number
def test_drug_is_that_of_the_dossier(graph: Graph, number: int):
    """The drug or the group, straight or as the drug of a regimen or strategy, also of the other arm."""
    seed = _seeds()[number]
    therapy = seed.get("therapy") or {}
    named = {therapy.get("drug") or therapy.get("class"), seed.get("mechanism", {}).get("drug_class")} - {None}
    found = _of(graph, number, "(gistkg:recommends|gistkg:concernsTherapy)/gistkg:usesDrug?") & set(_DRUGS.values())
    assert not named or found == {_DRUGS[name] for name in named}
    if isinstance(seed.get("comparator"), dict):
        assert _of(graph, number, "gistkg:comparesWith/gistkg:usesDrug") == {_DRUGS[seed["comparator"]["drug"]]}


_STRATEGIES = {
    "continue": "gistkg:ContinueImatinib",
    "stop": "gistkg:StopImatinib",
    "restart": "gistkg:RestartImatinib",
}


@needs_dossier
@_each_number
def test_action_is_that_of_the_dossier(graph: Graph, number: int):
    """To continue, to stop, to start again: a strategy of its own, on the side the dossier has it."""
    seed = _seeds()[number]
    action = (seed.get("therapy") or {}).get("action")
    if action:
        assert _of(graph, number, "gistkg:concernsTherapy") == {_STRATEGIES[action]}
    if isinstance(seed.get("comparator"), dict):
        assert _of(graph, number, "gistkg:comparesWith") == {"gistkg:InterruptImatinib"}


_ENDPOINTS = {
    "CR": "gistkg:CompleteResponse",
    "DCR": "gistkg:DiseaseControlRate",
    "OS": "gistkg:OverallSurvival",
    "PFS": "gistkg:ProgressionFreeSurvival",
    "QoL": "gistkg:QualityOfLife",
    "imatinib-resistance": "gistkg:ResistanceDevelopment",
    "response-after-reintroduction": "gistkg:ResponseAfterReintroduction",
}


@needs_dossier
@_each_number
def test_outcome_is_that_of_the_dossier(graph: Graph, number: int):
    """The endpoint, and the word where there is no number."""
    outcome = _seeds()[number].get("outcome")
    if outcome is None:
        return  # the dossier says nothing of it
    assert _of(graph, number, "gistkg:concernsEndpoint") == {_ENDPOINTS[outcome["endpoint"]]}
    word = outcome.get("value")
    words = set() if word in (None, "no-difference") else {word.replace("-", " ")}
    assert _of(graph, number, "gistkg:qualitativeValue") == words


@needs_dossier
@_each_number
def test_genes_of_the_mechanism_are_those_of_the_dossier(graph: Graph, number: int):
    """A gene leads to the mechanism of the statement over its protein, and its old names are names of the two."""
    mechanism = _seeds()[number].get("mechanism", {})
    genes = mechanism.get("gene", [])
    genes = {genes} if isinstance(genes, str) else set(genes)
    path = "gistkg:concernsMechanism/^gistkg:carriesOut/^gistkg:encodes/gistkg:geneSymbol"
    assert _of(graph, number, path) == genes
    names = _of(graph, number, "gistkg:concernsMechanism/^gistkg:carriesOut/(^gistkg:encodes)?/skos:altLabel")
    assert set(mechanism.get("aliases", ())) <= names
    if mechanism.get("type") == "primary-resistance":
        assert "gistkg:PrimaryImatinibResistance" in _of(graph, number, "gistkg:concernsMechanism")


@needs_dossier
def test_monitoring_is_that_of_the_dossier(graph: Graph):
    """Both procedures, by a name the dossier uses."""
    named = {resolve(graph, name, kind="gistkg:Procedure") for name in _seeds()[25]["monitoring"]}
    assert _of(graph, 25, "gistkg:recommendsProcedure") == named
    assert len(named) == 2


_RELATIONS = {"less-than": "<", "more-than": ">", "within": "at most", None: "="}
_UNITS = {"years": "a", "months": "mo", "percent": "%", "mg": "mg", None: "{participant}"}


def _figures_of_dossier(number: int) -> set[tuple[Any, ...]]:
    """The numbers of one statement of the dossier: relation, value, unit and whatever else is said of them."""
    found: set[tuple[Any, ...]] = set()
    for entry in _seeds()[number]["numbers"]:
        if "what" in entry:
            found.add(("participants", entry["value"]))
        elif "p" in entry:
            found.add(("p", entry["p"].replace(" ", "")))
        elif "progressed" in entry:
            found.add(("=", Decimal(entry["progressed"]), "{participant}", entry["of"]))
            found.add(("=", Decimal(str(entry["median_months"])), "mo"))
        elif entry.get("unit") == "mg":
            found.add(("dose", Decimal(entry["value"]), entry.get("per") or entry["frequency"]))
        else:
            relation, unit = _RELATIONS[entry.get("relation")], _UNITS[entry.get("unit")]
            found.add((relation, Decimal(str(entry["value"])), unit, *([entry["of"]] if "of" in entry else [])))
    return found


def _figures_of_graph(graph: Graph, number: int) -> Iterator[tuple[Any, ...]]:
    """The same of the graph: results, doses, bounds of the population, and participants in a study description."""
    for figure in _figures(graph, number):
        if "value" in figure:
            yield (figure["relation"], figure["value"], figure["unit"], *([figure["of"]] if "of" in figure else []))
        if "p" in figure:
            yield ("p", figure["p"].replace(" ", ""))
    if _of(graph, number, "a") & {"gistkg:StudyDescription"}:
        study = "gistkg:describesStudy"
        for count in _of(graph, number, f"{study}/gistkg:participantCount"):
            yield ("participants", count)
        for count in _of(graph, number, f"{study}/gistkg:hasArm/gistkg:participantCount"):
            yield ("participants", count)
    if number != 27:  # the doses of 27 stand in its therapy, not among its numbers
        times = _one(graph, number, "gistkg:recommends/gistkg:doseFrequency/gistkg:timesPerDay")
        dose = "doseValue" if times == 2 else "dosePerDay"
        for value in _of(graph, number, f"gistkg:recommends/gistkg:{dose}"):
            yield ("dose", value, "bid" if times == 2 else "day")
    for property_, bound, limit in _bounds(graph, number):
        if property_ == "gistkg:monthsToProgression":
            yield (bound, limit, "mo")


@needs_dossier
@_each_number
def test_figures_are_those_of_the_dossier(graph: Graph, number: int):
    """Every number with its relation and unit, and no other."""
    assert set(_figures_of_graph(graph, number)) == _figures_of_dossier(number)


@needs_dossier
@pytest.mark.parametrize("number", [24, 26, 27, 28])
def test_dose_of_the_therapy_is_that_of_the_dossier(graph: Graph, number: int):
    """Single dose, frequency and total, as far as the dossier has them."""
    therapy = _seeds()[number]["therapy"]
    per_day = therapy.get("total_daily", therapy["dose"])
    assert _one(graph, number, "gistkg:recommends/gistkg:dosePerDay") == Decimal(per_day)
    times = {"qd": 1, "bid": 2, None: None}[therapy.get("frequency")]
    assert _one(graph, number, "gistkg:recommends/gistkg:doseFrequency/gistkg:timesPerDay") == times
    if times is not None:
        assert _one(graph, number, "gistkg:recommends/gistkg:doseValue") == Decimal(therapy["dose"])


# References

_each_reference = pytest.mark.parametrize("number", [1, 4, 5, 6, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20])


def _of_reference(graph: Graph, number: int, path: str) -> set[Any]:
    return _values(
        graph,
        f"?reference gistkg:ofSource src:pdq-2014 ; gistkg:referenceNumber {number} ; {path} ?value",
    )


def test_references_that_are_cited_are_those_of_the_list(graph: Graph):
    """Each number that a statement cites is described, and no other is."""
    known = _values(graph, "?reference gistkg:ofSource src:pdq-2014 ; gistkg:referenceNumber ?value")
    cited = _values(graph, "?statement dcterms:source src:pdq-2014 ; gistkg:cites/gistkg:referenceNumber ?value")
    assert known == cited == {1, 4, 5, 6, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}


@needs_dossier
@_each_reference
def test_reference_is_resolved_as_far_as_the_dossier_does(graph: Graph, number: int):
    """To the PubMed identifier of a verified citation, or not at all; and never both resolved and a candidate."""
    reference = _references()[number]
    verified = reference["resolved"] and reference["citation"]["verified"]
    pmids = {reference["citation"]["pmid"]} if verified else set()
    assert _of_reference(graph, number, "gistkg:resolvesTo/gistkg:pubmedId") == pmids
    assert len(_of_reference(graph, number, "gistkg:resolvesTo")) == len(pmids)
    assert bool(pmids) != bool(_of_reference(graph, number, "gistkg:hasCandidate"))


@needs_dossier
@_each_reference
def test_confidence_is_that_of_the_dossier(graph: Graph, number: int):
    """By the name the dossier gives it."""
    name = {"very-high": "very high", "medium-high": "medium to high"}
    confidence = _references()[number]["confidence"]
    notation = _of_reference(graph, number, "gistkg:resolutionConfidence/skos:notation")
    assert notation == {name.get(confidence, confidence)}


def _sign(citation: dict[str, Any]) -> tuple[str, int]:
    """Author and year; that an author is a group is the remark of the dossier, not its name."""
    return re.sub(r" (\(group author\)|group)$", "", citation["first_author"]), citation["year"]


@needs_dossier
@_each_reference
def test_candidates_are_verified_publications(graph: Graph, number: int):
    """Those whose article was read, of both lists of the dossier; a remembered one does not enter."""
    listed = _references()[number].get("candidates", ())
    read = {_sign(one) for one in listed if one.get("article_verified", one.get("verified")) is True}
    entries = {entry["n"]: entry for entry in dossier("pdq-2024.yaml")["seed_references"]["entries"]}
    entry = entries[entries[number].get("see", number)]
    matches = {_sign(one) for one in (*entry.get("candidates", ()), *([entry["match"]] if "match" in entry else []))}
    rows = graph.rows(f"""
        SELECT ?author ?year WHERE {{
          ?reference gistkg:ofSource src:pdq-2014 ; gistkg:referenceNumber {number} ; gistkg:hasCandidate ?candidate .
          ?candidate gistkg:firstAuthor ?author ; gistkg:publicationYear ?year }}""")
    candidates = {(row["author"], row["year"]) for row in rows}
    if _references()[number]["resolved"]:
        assert candidates == set()
    else:
        assert read <= candidates <= read | matches


def _citations(node: object) -> Iterator[dict[str, Any]]:
    """Every citation with an identifier, anywhere in a file of the dossier."""
    if isinstance(node, dict):
        if "pmid" in node and "first_author" in node:
            yield node
        for value in node.values():
            yield from _citations(value)
    elif isinstance(node, list):
        for value in node:
            yield from _citations(value)


def test_authors_and_labels_hold_no_remark(graph: Graph):
    """The first author is a name alone, a person's or a group's, and what a label opens in brackets it closes."""
    rows = graph.rows("SELECT ?source ?author ?label { ?source gistkg:firstAuthor ?author ; skos:prefLabel ?label }")
    found = [(str(row["author"]), str(row["label"])) for row in rows]
    assert [author for author, _ in found if re.search(r"[()]|\bgroup\b", author)] == []
    assert [label for _, label in found if label.count("(") != label.count(")")] == []


@needs_dossier
def test_identifiers_of_publications_are_verified(graph: Graph):
    """A DOI is there if, and only if, the dossier has one that is not marked as remembered; author and year agree."""
    known: dict[str, list[dict[str, Any]]] = {}
    files = ("imatinib.yaml", "pdq-2024.yaml", "later-lines.yaml", "genotypes.yaml")
    for citation in (one for file in files for one in _citations(dossier(file))):
        known.setdefault(citation["pmid"], []).append(citation)
    rows = graph.rows("""
        SELECT ?pmid ?doi ?author ?year WHERE {
          ?source gistkg:pubmedId ?pmid ; gistkg:firstAuthor ?author ; gistkg:publicationYear ?year .
          OPTIONAL { ?source gistkg:doi ?doi } }""")
    seen = 0
    for row in rows:
        entries = known.get(row["pmid"], [])
        if not entries:  # named in a text of the dossier, not listed as a citation
            texts = [
                (DOSSIER / name).read_text(encoding="utf-8") for name in ("resistance.yaml", "evidence-levels.yaml")
            ]
            assert any(f"{row['pmid']}" in text for text in texts), row["pmid"]
            continue
        seen += 1
        verified = {one["doi"] for one in entries if one.get("doi") and one.get("doi_verified") is not False}
        if row["doi"] is None or verified:
            assert ({row["doi"]} if row["doi"] else set()) == verified, row["pmid"]
        else:
            texts = [(DOSSIER / name).read_text(encoding="utf-8") for name in ("genotypes.yaml", "later-lines.yaml")]
            assert any(row["doi"] in text for text in texts), row["pmid"]  # given there without the PMID
        signs = {_sign(one) for one in entries}
        assert (row["author"], row["year"]) in signs
        assert {(author.split()[0], year) for author, year in signs} == {(row["author"].split()[0], row["year"])}
    assert seen >= 16
