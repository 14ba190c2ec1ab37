"""Answers of today's graph, on several dates and in several places, as the sources demand them.

Each case names recommendations that must apply, and therapies that nothing may advise. What the labels say was worked
out from the dates of approval, what PDQ says from its edition of 2024.
"""

import pytest

import gistkg
from gistkg.ask import answer_json


@pytest.fixture(scope="module")
def kg():
    """The whole graph."""
    return gistkg.load()


def advised(answer):
    """The drugs and procedures that something that applies speaks for, and that are not merely under study."""
    found = set()
    for judgement in answer.with_status("applies"):
        claim = judgement.claim
        if claim.direction and claim.direction.code == "for" and not claim.procedures:
            found |= {drug.label for drug in claim.drugs} or {claim.therapy.label}
    return found


def status(answer, claim):
    """The status of one recommendation."""
    (judgement,) = [one for one in answer.judgements if str(one.claim.iri) == f"ev:{claim}"]
    return judgement.status


LATER = {"sunitinib", "regorafenib", "ripretinib", "avapritinib"}

CASES = [
    # PDGFRA D842V: avapritinib for, imatinib against
    (
        "metastatic, PDGFRA D842V, untreated, adult",
        ["pdq-2024-176", "pdq-2024-211", "pdq-2024-173-against-d842v", "fda-avapritinib-pdgfra-exon-18"],
        {"imatinib", "sunitinib", "regorafenib", "ripretinib"},
    ),
    # KIT exon 9: imatinib, 800 mg may be given
    ("metastatic, KIT exon 9, untreated", ["pdq-2024-173", "pdq-2024-175"], LATER),
    # KIT exon 11: imatinib 400 mg
    ("metastatic, KIT exon 11, untreated", ["pdq-2024-173", "pdq-2024-174"], LATER),
    # after imatinib: sunitinib, or imatinib 800 mg; nothing of the third line
    (
        "metastatic, KIT exon 11, progressed on imatinib 400 mg, only imatinib",
        ["pdq-2024-217-sunitinib", "pdq-2024-192", "fda-sunitinib-gist", "nccn-2025-sunitinib"],
        {"avapritinib", "ripretinib"},
    ),
    # after imatinib and sunitinib: regorafenib
    (
        "metastatic, progressed on imatinib, progressed on sunitinib, only imatinib and sunitinib",
        ["fda-regorafenib-gist", "nccn-2025-regorafenib"],
        {"avapritinib", "sunitinib", "ripretinib"},
    ),
    # SDH-deficient: no imatinib; sunitinib or regorafenib may have some activity, a trial should be sought
    (
        "metastatic, SDH-deficient, untreated",
        ["pdq-2024-262", "pdq-2024-263-sunitinib", "pdq-2024-263-regorafenib", "pdq-2024-264"],
        {"imatinib", "ripretinib", "avapritinib", "temozolomide", "rogaratinib", "olverembatinib"},
    ),
    # NTRK fusion: what is approved for every solid tumour with it
    (
        "metastatic, NTRK fusion, no satisfactory alternative, untreated, adult, no known TRK resistance mutation",
        ["fda-larotrectinib-ntrk-2025", "fda-entrectinib-ntrk-2023", "fda-repotrectinib-ntrk"],
        LATER,
    ),
    # resected: by risk
    ("completely resected, high risk, KIT exon 11", ["pdq-2024-104", "pdq-2024-124"], LATER),
    ("completely resected, stomach, 12 cm, 8 mitoses, KIT exon 11", ["pdq-2024-104", "pdq-2024-124"], LATER),
    ("completely resected, low risk, untreated", ["pdq-2024-036"], {"imatinib", *LATER}),
    # small and found by chance: to remove it is controversial
    ("localised resectable, stomach, 1.5 cm, incidental", ["pdq-2024-098"], {"imatinib", *LATER}),
    # before surgery
    ("marginally resectable, large, KIT exon 11, untreated", ["pdq-2024-077"], LATER),
]


@pytest.mark.parametrize(("words", "applying", "never"), CASES, ids=[words for words, _, _ in CASES])
def test_what_the_sources_demand_applies_and_nothing_else_is_advised(kg, words, applying, never):
    """Today."""
    answer = kg.ask(words)
    assert {claim: status(answer, claim) for claim in applying} == dict.fromkeys(applying, "applies")
    assert advised(answer) & never == set()


@pytest.mark.parametrize("words", [words for words, _, _ in CASES])
def test_what_is_under_study_is_never_a_standard(kg, words):
    """It takes no side, whatever its modality; and no claim of a trial alone is called standard or indicated."""
    for judgement in kg.ask(words).judgements:
        claim = judgement.claim
        if claim.modality.code == "underStudy":
            assert claim.direction.code == "undecided", claim.iri
        if claim.basis.code == "trial":
            assert claim.modality.code not in ("standard", "indicated"), claim.iri


D842V = "metastatic, PDGFRA D842V, untreated, adult"
EXON_18 = "metastatic, PDGFRA exon 18, untreated, adult"


@pytest.mark.parametrize(
    ("words", "date", "place", "approved"),
    [
        (D842V, "2020-01-08", "US", False),
        (D842V, "2020-01-09", "US", True),  # FDA, 9 January 2020
        (D842V, "2020-09-23", "EU", False),
        (D842V, "2020-09-24", "EU", True),  # European Commission, 24 September 2020, D842V only
        (EXON_18, "2020-12-31", "US", True),  # any mutation in exon 18
        (EXON_18, "2020-12-31", "EU", False),
        (D842V, "2021-03-30", "CN", False),
        (D842V, "2021-03-31", "CN", True),
        (D842V, "2021-03-31", "JP", False),  # never approved there, as far as was read
    ],
)
def test_avapritinib_is_approved_from_its_day_in_its_place(kg, words, date, place, approved):
    """By the label, not by a guideline."""
    answer = kg.ask(words, as_of=date, jurisdiction=place)
    labels = [one for one in answer.with_status("applies") if one.claim.basis.code == "label"]
    assert any("avapritinib" in map(str, one.claim.drugs) for one in labels) is approved


@pytest.mark.parametrize(
    ("date", "place", "approved"),
    [
        ("2006-01-25", "US", False),
        ("2006-01-26", "US", True),
        ("2006-07-18", "EU", False),
        ("2006-07-19", "EU", True),
    ],
)
def test_sunitinib_is_approved_after_imatinib_from_its_day(kg, date, place, approved):
    """FDA on 26 January 2006, EU-wide on 19 July 2006."""
    answer = kg.ask("metastatic, progressed on imatinib, only imatinib", as_of=date, jurisdiction=place)
    assert ("sunitinib" in advised(answer)) is approved


def test_on_the_day_of_the_first_edition_only_what_was_known_then_applies(kg):
    """Imatinib for everybody, D842V included; avapritinib was six years away."""
    answer = kg.ask(D842V, as_of="2014-02-25", jurisdiction="US")
    assert {status(answer, "pdq-2014-s09"), status(answer, "pdq-2014-s24")} == {"applies"}
    assert advised(answer) == {"imatinib"}
    assert status(answer, "pdq-2024-176") == "notInForce"


def test_between_the_editions_the_first_one_holds_beside_the_labels(kg):
    """At the end of 2019 the edition of 2014 is in force, and none of 2024; sunitinib stands on its label."""
    answer = kg.ask("metastatic, progressed on imatinib, only imatinib", as_of="2019-12-31")
    assert status(answer, "pdq-2024-217-sunitinib") == "notInForce"
    assert status(answer, "fda-sunitinib-gist") == "applies"
    first = kg.ask("metastatic, KIT exon 11, untreated", as_of="2019-12-31")
    assert (status(first, "pdq-2014-s24"), status(first, "pdq-2024-174")) == ("applies", "notInForce")
    today = kg.ask("metastatic, KIT exon 11, untreated")
    assert (status(today, "pdq-2014-s24"), status(today, "pdq-2024-174")) == ("notInForce", "applies")


def test_an_answer_shows_what_curators_found_contradictory(kg):
    """The kind and the date of the approval of avapritinib, and the three response rates, touch the answer on D842V."""
    data = answer_json(kg.ask(D842V))
    recorded = {one["id"].rpartition("/")[2] for one in data["conflicts"] if one["id"]}
    assert {"conflict-avapritinib-date", "conflict-d842v-orr", "flag-pdq-2024-173"} <= recorded
    (rate,) = [one for one in data["conflicts"] if one["id"] and one["id"].endswith("conflict-d842v-orr")]
    assert len(rate["between"]) == 3
    assert rate["differ"]


def test_every_recorded_conflict_comes_out_of_the_catalogue(kg):
    """None is left in a file."""
    rows = kg.run("conflicts")
    stated = kg.query("SELECT DISTINCT ?c { ?c a gistkg:Conflict }")
    assert {row["conflict"] for row in rows} == {row["c"] for row in stated}


def test_a_derived_level_says_that_it_is_derived(kg):
    """In the JSON, level by level."""
    levels = [
        level
        for one in answer_json(kg.ask("metastatic, KIT exon 11, untreated"))["recommendations"]
        for level in one["evidence"]
    ]
    assert {level["assignedBy"] for level in levels} == {"source", "derived"}


def test_stopping_a_drug_is_no_drug(kg):
    """What is said against interrupting imatinib names the drug, and says that the therapy is a strategy."""
    told = answer_json(kg.ask("metastatic, KIT exon 11, on imatinib"))["recommendations"]
    (advice,) = [one for one in told if one["id"].endswith("conclusion-interruption-3-years")]
    assert advice["direction"] == "against"
    assert (advice["therapy"]["kind"], advice["therapy"]["drugs"]) == ("treatment strategy", ["imatinib"])
