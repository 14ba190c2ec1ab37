"""What follows by rule from the evidence: when an edition ended, and levels that no source assigns."""

import pytest

from gistkg.derive import derived_levels, derived_turtle
from gistkg.graph import Graph, load_graph
from gistkg.results import Iri
from gistkg.terms import EV, GISTKG

SILENT = {
    "069": "a recommendation to which the page names no result",
    "070": "a recommendation to which the page names no result",
    "080": "a recommendation to which the page names no result",
    "114": "imatinib failure-free survival: no level names this endpoint",
    "133": "the page puts the level on the sentence that describes the study, without a result",
    "137": "the page puts the level on the sentence that describes the study, without a result",
    "145": "the page puts the level on the sentence that describes the study, without a result",
    "150": "the page puts the level on the sentence that describes the study, without a result",
    "200": "the page puts the level on the sentence that describes the study, without a result",
    "222": "time to progression: no level names this endpoint; the page prints A1, which stands for mortality",
    "266": "several series are named together, without a result",
}
"""Claims of the PDQ edition of 2024 with a level of the page for which the rule derives none, and why."""


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load_graph()


def code(level: Iri) -> str:
    """A1 for gistkg:PdqA1."""
    return level.full.removeprefix(f"{GISTKG}Pdq")


def assigned(graph: Graph) -> dict[Iri, set[str]]:
    """The levels that PDQ itself assigns, by claim."""
    found: dict[Iri, set[str]] = {}
    query = "SELECT ?claim ?level { ?claim gistkg:hasEvidenceLevel ?level . ?level gistkg:inScheme gistkg:PdqScheme }"
    for row in graph.rows(query):
        found.setdefault(row["claim"], set()).add(code(row["level"]))
    return found


def test_the_file_in_the_repository_is_what_follows_from_its_evidence(graph: Graph):
    """Whoever changes the evidence derives anew: python -m gistkg.derive."""
    (file,) = [file for file in graph.files if file.name == "derived/evidence"]
    assert derived_turtle(graph) == file.content.decode()


def test_the_rule_agrees_with_every_level_that_pdq_assigned(graph: Graph):
    """Where it derives one, it is one of those the page prints; where it is silent, the reason is known."""
    derived = derived_levels(graph)
    theirs = assigned(graph)
    agree = {claim for claim, codes in theirs.items() if claim in derived and code(derived[claim]) in codes}
    silent = {claim for claim in theirs if claim not in derived}
    print(
        f"PDQ assigned levels to {len(theirs)} claims: the rule agrees in {len(agree)} and is silent in {len(silent)}"
    )
    for claim in sorted(silent):
        print(f"  {claim}: {SILENT[claim.full.rpartition('-')[2]]}")
    assert len(theirs) == 24
    assert set(theirs) == agree | silent
    assert {claim.full.rpartition("-")[2] for claim in silent} == set(SILENT)


def test_no_claim_has_both_a_level_of_its_source_and_a_derived_one(graph: Graph):
    """What a source says of its own claim is not second-guessed."""
    both = "ASK { ?claim gistkg:hasEvidenceLevel ?level ; gistkg:hasDerivedLevel ?other }"
    assert graph.query(both) is False


def test_the_edition_of_2014_ended_when_that_of_2024_was_out(graph: Graph):
    """All thirty-one statements, on the day; those of 2024 have no end."""
    rows = graph.rows(
        "SELECT ?until (COUNT(?claim) AS ?count) "
        "{ ?claim dcterms:source src:pdq-2014 ; gistkg:validUntil ?until } GROUP BY ?until"
    )
    assert [(f"{row['until']:%Y-%m-%d}", row["count"]) for row in rows] == [("2024-12-13", 31)]
    assert graph.query("ASK { ?claim dcterms:source src:pdq-2024 ; gistkg:validUntil ?until }") is False


INVENTED = """
ev:example-trial a gistkg:Study ; gistkg:ofDesign gistkg:{design} .
ev:example-result a gistkg:Finding ; gistkg:ofStudy ev:example-trial ; gistkg:measuresEndpoint gistkg:{endpoint} ;
    gistkg:resultDirection gistkg:For .
ev:example-claim a gistkg:OutcomeClaim ; gistkg:reportsResult ev:example-result .
"""


@pytest.mark.parametrize(
    ("design", "endpoint", "level"),
    [
        ("RandomisedTrialDesign", "OverallSurvival", "A1"),
        ("RandomisedTrialDesign", "ProgressionFreeSurvival", "B1"),
        ("RandomisedTrialDesign", "RecurrenceFreeSurvival", "B1"),
        ("RandomisedTrialDesign", "TumourResponse", "B3"),
        ("RandomisedTrialDesign", "QualityOfLife", "B3"),  # A3 as well, if it was carefully assessed: the weaker counts
        ("MetaAnalysisOfTrialsDesign", "OverallSurvival", "A2"),
        ("MetaAnalysisOfTrialsDesign", "ProgressionFreeSurvival", "B2"),
        ("CaseSeriesDesign", "OverallSurvival", "C1"),
        ("CaseSeriesDesign", "ProgressionFreeSurvival", "C2"),
        ("CaseSeriesDesign", "TumourResponse", "C3"),
        ("LaboratoryDesign", "OverallSurvival", None),
        ("RandomisedTrialDesign", "TimeToProgression", None),
    ],
)
def test_a_level_follows_from_design_and_endpoint(tmp_path, design: str, endpoint: str, level: str | None):
    """As the levels page of PDQ words it."""
    prefixes = f"@prefix ev: <{EV}> .\n@prefix gistkg: <{GISTKG}> .\n"
    path = tmp_path / "invented.ttl"
    path.write_text(prefixes + INVENTED.format(design=design, endpoint=endpoint), encoding="utf-8")
    levels = derived_levels(load_graph([path]))
    found = levels.get(Iri(f"{EV}example-claim"))
    assert (found and code(found)) == level


def test_a_trial_without_a_result_gives_no_level(tmp_path):
    """That it is registered is said in words, and is no evidence."""
    text = INVENTED.format(design="RandomisedTrialDesign", endpoint="OverallSurvival")
    text = text.replace("gistkg:resultDirection gistkg:For", 'gistkg:resultInWords "Registered; no result."')
    path = tmp_path / "invented.ttl"
    path.write_text(f"@prefix ev: <{EV}> .\n@prefix gistkg: <{GISTKG}> .\n{text}", encoding="utf-8")
    assert Iri(f"{EV}example-claim") not in derived_levels(load_graph([path]))


def test_of_several_results_the_best_counts(tmp_path):
    """A trial that reports survival and response is graded by survival."""
    more = "ev:example-claim gistkg:reportsResult ev:other . ev:other gistkg:ofStudy ev:example-trial ; "
    more += "gistkg:measuresEndpoint gistkg:TumourResponse ; a gistkg:Finding ; gistkg:resultDirection gistkg:For ."
    text = INVENTED.format(design="RandomisedTrialDesign", endpoint="OverallSurvival") + more
    path = tmp_path / "invented.ttl"
    path.write_text(f"@prefix ev: <{EV}> .\n@prefix gistkg: <{GISTKG}> .\n{text}", encoding="utf-8")
    assert code(derived_levels(load_graph([path]))[Iri(f"{EV}example-claim")]) == "A1"
