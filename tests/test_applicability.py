"""Which recommendations apply to a case; expected answers worked out by hand from the edition of 2014."""

from datetime import UTC, datetime

import pytest
from editions import kg_2014

from gistkg.ask import answer_json


@pytest.fixture(scope="module")
def kg():
    """The edition of 2014 alone."""
    return kg_2014()


def numbers(answer, status):
    """The statement numbers of the recommendations with a status."""
    return {int(str(judgement.claim.iri).rpartition("s")[2]) for judgement in answer.with_status(status)}


ALL = {1, 2, 7, 9, 13, 14, 17, 24, 25, 26, 27, 28}
"""The recommendations among the 31 statements, monitoring included."""

CASES = [
    # first line: imatinib, 400 mg, 800 mg for exon 9; no chemotherapy; monitoring
    ("metastatic, KIT exon 9, untreated", {7, 9, 24, 25, 28}, set(), set()),
    # without the genotype the dose for exon 9 is open, never excluded
    ("metastatic, untreated", {7, 9, 24, 25}, {28}, set()),
    # without the history everything first-line is open
    ("metastatic, KIT exon 9", {25}, {7, 9, 17, 24, 26, 27, 28}, set()),
    # wild type closes exon 9
    ("metastatic, KIT wild type, untreated", {7, 9, 24, 25}, set(), set()),
    ("metastatic, KIT exon 9, progressed on imatinib", {25}, {17, 26, 27}, set()),
    ("metastatic, progressed on imatinib 400 mg", {25, 26}, {27}, set()),
    # the warning for early progression takes the place of the escalation
    ("metastatic, progressed on imatinib 400 mg within 2 months", {25, 27}, set(), {26}),
    ("localised unresectable, untreated", {2, 7, 9, 24, 25}, {13, 28}, set()),
    # a localised tumour can be a recurrence, which nobody has ruled out
    ("marginally resectable, difficult to access, untreated", {1, 7}, {9, 13}, set()),
    ("marginally resectable, very large, unacceptable morbidity, untreated", {1, 7, 13}, {9}, set()),
    ("completely resected", {14}, {7}, set()),
    ("localised, completely resected", {14}, {7}, set()),
    ("resected, R1", set(), {7, 9, 14, 17, 24, 25, 26, 27, 28}, set()),
    # what is resected may not all be gone
    ("resected", set(), {7, 9, 14, 17, 24, 25, 26, 27, 28}, set()),
    ("resected, R2", set(), {7, 9, 14, 17, 24, 25, 26, 27, 28}, set()),
    ("recurrent, untreated", {7, 9}, {1, 2, 13, 24, 25, 28}, set()),
    # control says nothing of tolerance
    ("metastatic, stable on a TKI", {25}, {17}, set()),
    ("metastatic, stable on a TKI, tolerates the TKI", {17, 25}, set(), set()),
    # imatinib before an operation or after it does not use up the first line, but it may be going on
    ("metastatic, no TKI for advanced disease", {25}, {7, 9, 17, 24, 28}, set()),
    ("metastatic, no TKI", {9, 24, 25}, {7, 28}, set()),
    # a large tumour that progressed on imatinib is not shrunk with imatinib
    ("localised unresectable, very large, unacceptable morbidity, progressed on imatinib", {25}, {17, 26, 27}, set()),
]


@pytest.mark.parametrize(("words", "applies", "undetermined", "overridden"), CASES)
def test_recommendations_apply_stay_open_or_fall_away(kg, words, applies, undetermined, overridden):
    """Every recommendation has one status, and what is not said leaves open what depends on it."""
    answer = kg.ask(words)
    assert numbers(answer, "applies") == applies
    assert numbers(answer, "undetermined") == undetermined
    assert numbers(answer, "overridden") == overridden
    assert numbers(answer, "doesNotApply") == ALL - applies - undetermined - overridden


def test_what_applies_comes_first_and_the_most_specific_before_the_general(kg):
    """For before against, a population inside another before it."""
    answer = kg.ask("metastatic, KIT exon 9, untreated")
    order = [str(judgement.claim.iri) for judgement in answer.with_status("applies")]
    assert order[0] == "ev:pdq-2014-s28"
    assert order[1] == "ev:pdq-2014-s24"
    assert order[-1] == "ev:pdq-2014-s07"


def test_an_undetermined_recommendation_names_the_open_criteria(kg):
    """The missing facts, and only those."""
    answer = kg.ask("metastatic, untreated")
    (open_,) = answer.with_status("undetermined")
    assert open_.missing == ("has a KIT exon 9 mutation",)


def test_each_criterion_is_explained_by_the_words_that_decided_it(kg):
    """Met, failed or open, with the fact."""
    answer = kg.ask("metastatic, KIT exon 9, progressed on imatinib")
    (judged,) = [one for one in answer.judgements if one.claim.iri == "ev:pdq-2014-s28"]
    reasons = {reason.label: (reason.value, reason.facts) for reason in judged.because}
    assert reasons == {
        "is a gastrointestinal stromal tumour": (True, ()),
        "disease is unresectable or metastatic": (True, ("metastatic",)),
        "has a KIT exon 9 mutation": (True, ("KIT exon 9",)),
        "not: disease controlled under a tyrosine kinase inhibitor": (None, ()),
        "has had no tyrosine kinase inhibitor for advanced disease": (False, ("progressed on imatinib",)),
    }


def test_a_recommendation_is_not_in_force_before_its_edition(kg):
    """The edition holds from 25 February 2014."""
    before = kg.ask("metastatic, untreated", as_of=datetime(2014, 2, 24, tzinfo=UTC))
    since = kg.ask("metastatic, untreated", as_of=datetime(2014, 2, 25, tzinfo=UTC))
    assert numbers(before, "notInForce") == ALL
    assert numbers(since, "notInForce") == set()


def test_the_overridden_escalation_names_what_overrides_it(kg):
    """Progression within 2 months speaks against the dose that progression otherwise speaks for."""
    answer = kg.ask("metastatic, progressed on imatinib 400 mg within 2 months")
    (overridden,) = answer.with_status("overridden")
    assert (str(overridden.claim.iri), str(overridden.overridden_by)) == ("ev:pdq-2014-s26", "ev:pdq-2014-s27")


def test_adjuvant_imatinib_is_under_study_and_never_standard(kg):
    """Investigational is never standard, and takes no side."""
    (judged,) = answer_json(kg.ask("completely resected"))["recommendations"][:1]
    assert (judged["status"], judged["direction"], judged["modality"]) == ("applies", "undecided", "underStudy")


def test_the_json_of_a_recommendation_holds_dose_source_and_reasons(kg):
    """The keys and values that programs read."""
    data = answer_json(kg.ask("metastatic, KIT exon 9, untreated", as_of=datetime(2026, 11, 23, tzinfo=UTC)))
    assert set(data) >= {"asOf", "jurisdiction", "graphVersion", "case", "recommendations", "missingFacts", "conflicts"}
    assert data["asOf"] == "2026-11-23"
    first = data["recommendations"][0]
    assert first["id"] == "https://w3id.org/gistkg/evidence/pdq-2014-s28"
    assert (first["direction"], first["basis"], first["modality"]) == ("for", "guideline", "may")
    assert (first["therapy"]["kind"], first["therapy"]["drugs"]) == ("regimen", ["imatinib"])
    assert first["therapy"]["dose"] == {
        "value": None, "unit": "mg", "frequency": None, "perDay": 800, "schedule": None, "duration": None,
    }  # fmt: skip
    assert first["sources"][0]["id"] == "https://w3id.org/gistkg/source/pdq-2014"
    assert first["sources"][0]["locator"] == "Drug dose and schedule"
    assert first["sources"][0]["references"] == [18]
    assert {reason["value"] for reason in first["because"]} == {"true"}


def test_monitoring_names_both_procedures(kg):
    """Imaging by either of two procedures."""
    data = answer_json(kg.ask("metastatic"))
    (monitoring,) = [one for one in data["recommendations"] if one["id"].endswith("s25")]
    assert monitoring["therapy"]["kind"] == "procedure"
    assert monitoring["therapy"]["procedure"] == ["computed tomography", "18F-FDG PET"]
