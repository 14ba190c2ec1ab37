"""One recommendation walked from the case to the trial arm and the citation."""

import re
import subprocess
import sys

import pytest
from editions import kg_2014

import gistkg
from gistkg.ask import answer_json
from gistkg.errors import NotARecommendationError, UnknownRecommendationError, UnknownTermError
from gistkg.explain import explanation


@pytest.fixture(scope="module")
def kg():
    """The edition of 2014 alone."""
    return kg_2014()


@pytest.fixture(scope="module")
def today():
    """The whole graph."""
    return gistkg.load()


def test_an_explanation_names_each_criterion_with_its_fact_and_what_the_source_says(kg):
    """Met, open, hedge, level, place, citation."""
    text = explanation(kg, kg.ask("metastatic, untreated"), "ev:pdq-2014-s28").splitlines()
    assert text[1] == "is undetermined for this case."
    assert "  yes  disease is unresectable or metastatic: metastatic" in text
    assert "  ?    has a KIT exon 9 mutation" in text
    assert "Strength: may (hedged: may be appropriate)" in text
    assert "Level: the source gives none" in text
    assert "Place: Drug dose and schedule; valid from 2014-02-25" in text
    assert "Cites [18]: Debiec-Rychter 2006, KIT mutations and dose of imatinib (medium to high confidence)" in text
    assert text[-1] == "Informs; does not choose a patient's treatment."


def test_an_explanation_reaches_the_arm_through_the_citation(kg):
    """Statement 17 cites 14, which is BFR14."""
    text = explanation(kg, kg.ask("metastatic, stable on a TKI"), "ev:pdq-2014-s17")
    arm = "arm: BFR14 after 1 year: imatinib continued"
    assert f"BFR14 after 1 year: median progression-free survival 18 months with imatinib continued; {arm}" in text
    assert "Cites [1]: not known which publication" in text


def test_each_result_is_printed_once_with_its_arm(today):
    """Also if the claim names a result that the publication it cites reports as well."""
    text = explanation(today, today.ask("metastatic"), "ev:ema-avapritinib-pdgfra-d842v")
    result = "NAVIGATOR, authorisation in Europe and Hong Kong: response 95% with D842V"
    arm = "NAVIGATOR: PDGFRA exon 18, 300 or 400 mg"
    (line,) = [line for line in text.splitlines() if result in line]
    assert re.fullmatch(rf"Reports: {re.escape(result)} \(ev:[\w.-]+\); arm: {arm}", line)


def test_a_recommendation_to_monitor_is_explained(today):
    """The question for the evidence behind a recommendation of a therapy does not take it."""
    text = explanation(today, today.ask("metastatic"), "ev:pdq-2024-238-baseline").splitlines()
    assert text[0] == "ripretinib: echocardiogram or MUGA scan before it is started"


def test_an_overridden_recommendation_names_what_takes_its_place(kg):
    """And one that may be overridden names what would."""
    early = "metastatic, progressed on imatinib 400 mg within 2 months"
    assert "ev:pdq-2014-s27 takes its place: " in explanation(kg, kg.ask(early), "ev:pdq-2014-s26")
    late = "metastatic, progressed on imatinib 400 mg"
    assert "ev:pdq-2014-s27 would take its place, if it applied: " in explanation(kg, kg.ask(late), "ev:pdq-2014-s26")


def test_a_superseded_result_names_the_later_one(today):
    """PDQ rests on the first hazard ratio of SSG XVIII; the one after 10 years stands beside it, and in the JSON."""
    answer = today.ask("completely resected, high risk, KIT exon 11")
    later = "SSG XVIII: overall survival longer with 3 years of imatinib after 10 years, hazard ratio 0.55"
    assert (
        "Reports: SSG XVIII: overall survival longer with 3 years of imatinib, hazard ratio 0.45 "
        "(ev:ssg-xviii-os-comparison); arm: SSG XVIII: imatinib for 3 years, superseded by "
        f"{later} (ev:ssg-xviii-os-comparison-10-years)"
    ) in explanation(today, answer, "ev:pdq-2024-124")
    (told,) = [one for one in answer_json(answer)["recommendations"] if one["id"].endswith("/pdq-2024-124")]
    found = {one["id"].rpartition("/")[2]: one["supersededBy"] for one in told["findings"]}
    assert [one["label"] for one in found["ssg-xviii-os-comparison"]] == [later]


def test_what_became_of_a_statement_is_said(kg):
    """A restriction since is part of the explanation."""
    text = explanation(kg, kg.ask("metastatic, PDGFRA D842V, untreated"), "ev:pdq-2014-s09")
    assert "Since then: Restricted since: avapritinib has become the first line for PDGFRA D842V" in text


def test_a_claim_that_recommends_nothing_cannot_be_explained(kg):
    """Nor can one that nobody knows."""
    with pytest.raises(NotARecommendationError, match="ev:pdq-2014-s19 recommends nothing"):
        explanation(kg, kg.ask("metastatic"), "ev:pdq-2014-s19")
    with pytest.raises(UnknownTermError):
        explanation(kg, kg.ask("metastatic"), "ev:pdq-2014-s99")


@pytest.mark.parametrize("name", ["repotrectinib", "repotrectinip", "Augtyro"])
def test_a_drug_in_place_of_a_recommendation_gets_what_is_recommended_of_it(today, name):
    """Also if it is misspelt; repotrectinib is approved in the United States and the EU, and that is all."""
    with pytest.raises(UnknownRecommendationError) as caught:
        explanation(today, today.ask("metastatic, SDH-deficient"), name)
    assert str(caught.value) == (
        f"{name!r} is not the name of a recommendation, which is like ev:fda-repotrectinib-ntrk; 'gistkg ask' shows "
        "them. About repotrectinib: ev:fda-repotrectinib-ntrk, ev:ema-repotrectinib-ntrk."
    )


def test_what_is_about_a_drug_is_counted_past_five(today):
    """Today's graph has more of imatinib."""
    answer = today.ask("metastatic, untreated")
    claims = [one.claim for one in answer.judgements]
    about = [one.iri for one in claims if "gistkg:Imatinib" in {term.iri for term in (*one.drugs, *one.therapies)}]
    with pytest.raises(UnknownRecommendationError) as caught:
        explanation(today, answer, "imatinib")
    assert caught.value.nearest == tuple(map(str, about[:5]))
    assert str(caught.value).endswith(f" and {len(about) - 5} more.")


def test_a_misspelt_recommendation_gets_the_nearest_and_anything_else_an_example(kg):
    """The form is shown either way."""
    answer = kg.ask("metastatic")
    with pytest.raises(UnknownRecommendationError, match=r"is like ev:.* Did you mean .*ev:pdq-2014-s26"):
        explanation(kg, answer, "ev:pdq-2014-s226")
    with pytest.raises(UnknownRecommendationError) as caught:
        explanation(kg, answer, "qqqqqq")
    assert caught.value.nearest == ()
    assert f"which is like {answer.judgements[0].claim.iri}; 'gistkg ask' shows them." in str(caught.value)


def test_the_command_gives_the_exit_code_of_the_status():
    """0 if it applies or may, else 1."""
    run = [sys.executable, "-m", "gistkg", "explain", "ev:pdq-2024-175"]
    assert subprocess.run([*run, "metastatic, untreated"], capture_output=True, check=False).returncode == 0
    assert subprocess.run([*run, "localised"], capture_output=True, check=False).returncode in (0, 1)
    assert subprocess.run([*run, "metastatic, KIT wild type"], capture_output=True, check=False).returncode == 1
