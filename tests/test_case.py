"""Words in, facts out: nothing guessed, nothing passed over."""

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gistkg.case import case_from_words
from gistkg.criteria import conditions
from gistkg.errors import CaseError, CaseValueError, ContradictionError, GistkgError, UnknownWordError
from gistkg.expressions import And, Has, Named, Not, Some
from gistkg.graph import load_graph
from gistkg.terms import GISTKG

GRAPH = load_graph()
CONDITIONS = conditions(GRAPH)


def terms_of(words):
    """The local names of the terms that words are taken for."""
    return [fact.term.full.removeprefix(GISTKG) for fact in case_from_words(GRAPH, CONDITIONS, words).facts]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("metastatic, KIT exon 9, untreated", ["MetastaticDisease", "KitExon9Mutation", "HadNoDrugTreatment"]),
        ("METASTATIC; kit EXON 9;untreated", ["MetastaticDisease", "KitExon9Mutation", "HadNoDrugTreatment"]),
        ("metastatic GIST with a KIT exon 9 mutation", [
            "MetastaticDisease", "GastrointestinalStromalTumour", "KitExon9Mutation",
        ]),
        ("unresectable or metastatic", ["HasUnresectableOrMetastaticDisease"]),
        ("localised unresectable", ["LocalisedUnresectableDisease"]),
        ("progressed on imatinib 400 mg within 2 months", ["ProgressedOnImatinib400mgWithinTwoMonths"]),
        ("KIT V654A", ["KitV654A"]),
        ("small bowel", ["SmallIntestine"]),
        ("gistkg:RecurrentDisease", ["RecurrentDisease"]),
    ],
)  # fmt: skip
def test_words_are_taken_for_the_longest_names_they_hold(words, expected):
    """Labels and synonyms, in any case, parted by commas or not."""
    assert terms_of(words) == expected


def test_an_acquired_mutation_is_another_fact_than_a_primary_one():
    """Primary and secondary mutations are stated by two properties."""
    (primary,) = case_from_words(GRAPH, CONDITIONS, "KIT V654A").facts
    (acquired,) = case_from_words(GRAPH, CONDITIONS, "acquired KIT V654A").facts
    assert primary.expression == Some(GISTKG + "hasAlteration", Named(GISTKG + "KitV654A"))
    assert acquired.expression == Some(GISTKG + "hasAcquiredAlteration", Named(GISTKG + "KitV654A"))


def test_wild_type_says_that_no_mutation_of_the_gene_is_there():
    """Only words make a gene wild type; silence does not."""
    (fact,) = case_from_words(GRAPH, CONDITIONS, "KIT wild type").facts
    assert fact.expression == Not(Some(GISTKG + "hasAlteration", Named(GISTKG + "KitMutation")))


@pytest.mark.parametrize(
    ("words", "unknown"),
    [("metastatik", "metastatik"), ("metastatic, exon ninety", "exon ninety"), ("metastatic blorb", "blorb")],
)
def test_a_word_nobody_knows_is_an_error_that_names_it(words, unknown):
    """Never ignored."""
    with pytest.raises(UnknownWordError) as caught:
        case_from_words(GRAPH, CONDITIONS, words)
    assert caught.value.words == unknown


@pytest.mark.parametrize("words", ["imatinib 800 mg", "progressed on imatinib 800 mg", "progressed on aspirin"])
def test_another_dose_or_drug_is_no_misspelling(words):
    """Offering 400 mg for 800 mg, or imatinib for a drug that is not there, would put words into a mouth."""
    with pytest.raises(UnknownWordError) as error:
        case_from_words(GRAPH, CONDITIONS, words)
    assert error.value.nearest == ()


def test_a_misspelt_word_gets_the_nearest_sayable_names():
    """Did you mean."""
    with pytest.raises(UnknownWordError, match=r"'metastatik'\. Did you mean metastatic, "):
        case_from_words(GRAPH, CONDITIONS, "metastatik")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("localised", "metastatic"),
        ("resectable", "unresectable"),
        ("completely resected", "metastatic"),
        ("progressed on imatinib 400 mg", "stable on a TKI"),
        ("KIT exon 9", "KIT wild type"),
        ("untreated", "progressed on imatinib"),
        ("no TKI", "progressed on imatinib 400 mg"),
    ],
)
def test_a_contradiction_names_both_facts(one, other):
    """In either order."""
    for words in (f"{one}, {other}", f"{other}, {one}"):
        with pytest.raises(ContradictionError) as caught:
            case_from_words(GRAPH, CONDITIONS, words)
        assert {caught.value.one, caught.value.other} == {one, other}


@pytest.mark.parametrize(
    "words",
    [
        "metastatic, recurrent",
        "metastatic, unresectable",
        "metastatic, resectable",
        "localised, completely resected",
        "KIT exon 11, acquired KIT V654A",
    ],
)
def test_facts_that_can_both_hold_are_no_contradiction(words):
    """A tumour can be metastatic, unresectable and recurrent at once."""
    assert len(case_from_words(GRAPH, CONDITIONS, words).facts) == 2


def test_a_drug_alone_is_no_fact_and_the_error_says_what_can_be_said():
    """Whether it was given, and what came of it, is the fact."""
    with pytest.raises(
        CaseError, match=r"'imatinib' .* is no fact about a tumour by itself; say for instance '.*imatinib"
    ):
        case_from_words(GRAPH, CONDITIONS, "metastatic, imatinib")


@pytest.mark.parametrize(
    ("drug", "first"),
    [
        ("imatinib", "progressed on imatinib"),
        ("sunitinib", "progressed on sunitinib"),
        ("Sutent", "progressed on sunitinib"),
        ("nilotinib", "progressed on nilotinib"),
        ("TKI", "progressed on a TKI"),
    ],
)
def test_what_the_error_for_a_drug_alone_suggests_can_be_said(drug, first):
    """Each quoted form is read as one fact about that drug, progression first."""
    with pytest.raises(CaseError) as caught:
        terms_of(f"metastatic, {drug}")
    suggested = re.findall(r"'([^']+)'", str(caught.value).partition("say for instance")[2])
    assert suggested[0] == first
    assert [len(terms_of(words)) for words in suggested] == [1] * len(suggested)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("progressed on imatinib and sunitinib", ["ProgressedOnImatinib", "ProgressedOnSunitinib"]),
        ("progressed on imatinib, sunitinib", ["ProgressedOnImatinib", "ProgressedOnSunitinib"]),
        ("progressed on imatinib, then sunitinib, KIT exon 9", [
            "ProgressedOnImatinib", "ProgressedOnSunitinib", "KitExon9Mutation",
        ]),
        ("had imatinib, sunitinib and regorafenib", ["HadImatinib", "HadSunitinib", "HadRegorafenib"]),
        ("failed imatinib and then Sutent", ["FailedImatinib", "FailedSunitinib"]),
        ("progressed on imatinib and a TKI", ["ProgressedOnImatinib", "ProgressedOnTki"]),
        ("stable on imatinib and sunitinib", ["DiseaseControlledByImatinib", "DiseaseControlledBySunitinib"]),
        ("only imatinib and sunitinib", ["HadNoTkiOtherThanImatinibAndSunitinib"]),
        ("had imatinib and sunitinib failed", ["HadImatinib", "FailedSunitinib"]),
    ],
)  # fmt: skip
def test_what_is_said_of_a_drug_goes_on_to_the_drug_after_it(words, expected):
    """Over a comma, "and" and "then", where the next words are only a drug; a longer name comes first."""
    assert terms_of(words) == expected


@pytest.mark.parametrize("words", ["no TKI and imatinib", "no TKI or imatinib", "only imatinib, regorafenib"])
def test_a_denial_does_not_go_on_to_the_next_drug(words):
    """Neither of both, or not both: the reader does not choose."""
    with pytest.raises(CaseError, match="can be read in more than one way; say of each drug, in full, what is known"):
        terms_of(words)


def test_either_of_two_drugs_is_refused():
    """That leaves open which."""
    with pytest.raises(CaseError) as caught:
        terms_of("progressed on imatinib or sunitinib")
    assert str(caught.value) == (
        "'progressed on imatinib or sunitinib' can be read in more than one way; say of each drug, in full, what is "
        "known."
    )


@pytest.mark.parametrize("words", ["no imatinib and sunitinib", "no imatinib or sunitinib"])
def test_two_drugs_that_were_not_given_are_never_read_as_given(words):
    """Neither of them or not both: the error says how to say the first."""
    with pytest.raises(CaseError) as caught:
        terms_of(f"metastatic, {words}")
    assert str(caught.value) == (
        f"{words!r} can be read in more than one way; say of each drug, in full, what is known, "
        "such as 'no imatinib, no sunitinib'."
    )
    assert terms_of("no imatinib, no sunitinib") == ["Imatinib", "Sunitinib"]


@pytest.mark.parametrize(
    "words",
    [
        "no imatinib", "no prior imatinib", "no previous Glivec", "without imatinib", "never had imatinib",
        "has never received imatinib", "not treated with imatinib", "imatinib-naive", "imatinib-naïve",
        "Imatinib naive", "imatinib\u2010naïve", "naive to imatinib",
    ],
)  # fmt: skip
def test_a_drug_that_was_never_given_is_a_fact(words):
    """No episode gave it, nor was it received in any; what was given instead stays unknown."""
    (fact,) = case_from_words(GRAPH, CONDITIONS, words).facts
    imatinib = Named(GISTKG + "Imatinib")
    assert (fact.words, fact.label) == (words, "has had no imatinib")
    assert fact.expression == And((
        Not(Some(GISTKG + "hadTreatment", Some(GISTKG + "gaveDrug", imatinib))),
        Not(Some(GISTKG + "receivedDrug", imatinib)),
    ))  # fmt: skip
    criteria = ("HadImatinib", "FailedImatinib", "LatestTreatmentIsImatinib", "ProgressedOnTki", "HadNoDrugTreatment")
    judged = [CONDITIONS.evaluate([fact.expression], CONDITIONS.criteria[GISTKG + name]) for name in criteria]
    assert judged == [False, False, False, None, None]


@pytest.mark.parametrize("words", ["TKI-naïve", "never had a TKI", "no prior TKI"])
def test_a_kind_of_drugs_that_was_never_given_is_a_fact(words):
    """Whether or not the graph has a criterion of that name."""
    facts = case_from_words(GRAPH, CONDITIONS, words).expressions
    assert CONDITIONS.evaluate(facts, CONDITIONS.criteria[GISTKG + "HadNoTyrosineKinaseInhibitor"]) is True


def test_a_drug_that_was_never_given_stands_beside_others_that_were():
    """Each said in full."""
    assert terms_of("progressed on sunitinib, imatinib-naive") == ["ProgressedOnSunitinib", "Imatinib"]
    assert terms_of("had imatinib and no sunitinib") == ["HadImatinib", "Sunitinib"]
    with pytest.raises(ContradictionError):
        terms_of("no imatinib, on imatinib")


@pytest.mark.parametrize("words", ["not imatinib", "never imatinib"])
def test_a_denial_that_does_not_say_of_what_is_refused_with_words_that_parse(words):
    """Not given, or not now."""
    with pytest.raises(CaseError) as caught:
        terms_of(words)
    assert str(caught.value) == (
        f"{words!r} is not understood; say 'no imatinib' if it was never given, else what was given."
    )


@pytest.mark.parametrize(
    "words", ["no imatinib resistance", "no imatinib for 3 years", "no imatinib 400 mg", "no imatinib but sunitinib"]
)
def test_a_denial_of_more_than_the_drug_is_not_read_as_one_of_the_drug(words):
    """Nothing that follows is passed over."""
    with pytest.raises(CaseError):
        terms_of(words)


@pytest.mark.parametrize("words", ["not metastatic", "non-metastatic", "no metastases", "not on imatinib"])
def test_what_is_denied_is_not_offered_as_what_was_meant(words):
    """Its opposite is spelt nearly alike."""
    with pytest.raises(UnknownWordError) as caught:
        terms_of(words)
    assert caught.value.nearest == ()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("progressed on imatinib and on sunitinib", ["ProgressedOnImatinib", "ProgressedOnSunitinib"]),
        ("Progressed on imatinib, and on a TKI, KIT exon 9", [
            "ProgressedOnImatinib", "ProgressedOnTki", "KitExon9Mutation",
        ]),
        ("progressed on imatinib and on sunitinib and on nilotinib", [
            "ProgressedOnImatinib", "ProgressedOnSunitinib", "ProgressedOnNilotinib",
        ]),
        ("intolerant to imatinib and to sunitinib", ["IntolerantOfImatinib", "IntolerantOfSunitinib"]),
        ("intolerant to imatinib, then to sunitinib", ["IntolerantOfImatinib", "IntolerantOfSunitinib"]),
        ("intolerant of imatinib and of sunitinib", ["IntolerantOfImatinib", "IntolerantOfSunitinib"]),
        ("after imatinib and after sunitinib", ["HadImatinib", "HadSunitinib"]),
        ("after imatinib and sunitinib", ["HadImatinib", "HadSunitinib"]),
        ("stable on imatinib and on sunitinib", ["DiseaseControlledByImatinib", "DiseaseControlledBySunitinib"]),
        ("on imatinib and on sunitinib", ["LatestTreatmentIsImatinib", "LatestTreatmentIsSunitinib"]),
    ],
)  # fmt: skip
def test_a_word_before_the_drug_may_be_said_again(words, expected):
    """It means the same as without."""
    assert terms_of(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        "failed imatinib, then on sunitinib", "failed imatinib and on sunitinib", "failed imatinib, on sunitinib",
        "failed imatinib, now on sunitinib", "failed imatinib and currently on sunitinib",
    ],
)  # fmt: skip
def test_on_a_drug_is_the_latest_treatment_where_the_words_before_have_no_on(words):
    """There is nothing that could go on."""
    assert terms_of(words) == ["FailedImatinib", "LatestTreatmentIsSunitinib"]


@pytest.mark.parametrize("words", ["progressed on imatinib, on sunitinib", "progressed on imatinib, now on sunitinib"])
def test_on_a_drug_is_a_fact_of_its_own_after_a_comma(words):
    """Commas part the facts."""
    assert terms_of(words) == ["ProgressedOnImatinib", "LatestTreatmentIsSunitinib"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("progressed on imatinib, then on sunitinib", "progressed on imatinib, then on sunitinib"),
        ("progressed on imatinib and then on sunitinib", "progressed on imatinib and then on sunitinib"),
        ("progressed on imatinib 400 mg and on sunitinib", "progressed on imatinib 400 mg and on sunitinib"),
        ("progressed on imatinib, on ripretinib and on sunitinib", "on ripretinib and on sunitinib"),
    ],
)
def test_on_a_drug_that_can_be_read_in_two_ways_is_refused_with_both(words, named):
    """Progressed on it, or on it now; both forms can be said."""
    with pytest.raises(CaseError) as caught:
        terms_of(words)
    assert str(caught.value) == (
        f"{named!r} can be read in more than one way; say 'progressed on sunitinib' or 'now on sunitinib', as is meant."
    )
    assert terms_of("progressed on sunitinib, now on sunitinib") == [
        "ProgressedOnSunitinib",
        "LatestTreatmentIsSunitinib",
    ]


@pytest.mark.parametrize("words", ["progressed on imatinib, then on nilotinib", "progressed on imatinib, on nilotinib"])
def test_what_the_graph_has_no_words_for_is_not_taken_for_what_it_has(words):
    """That nilotinib is given now is no fact of the graph; that the disease progressed on it was not said."""
    with pytest.raises(CaseError) as caught:
        terms_of(words)
    assert str(caught.value) == (
        f"{words!r} can be read in more than one way; say 'progressed on nilotinib', as is meant."
    )


@pytest.mark.parametrize("words", ["on imatinib, on sunitinib", "on imatinib then on sunitinib"])
def test_two_latest_treatments_are_refused_also_if_each_is_said_in_full(words):
    """Unless one is a kind of the other."""
    with pytest.raises(CaseError, match="'on imatinib' is said of the latest treatment, and so is 'on sunitinib'"):
        terms_of(words)
    assert terms_of("on imatinib, on a TKI") == ["LatestTreatmentIsImatinib", "LatestTreatmentIsTki"]


@pytest.mark.parametrize("words", ["on imatinib then sunitinib", "stable on imatinib, sunitinib"])
def test_the_latest_treatment_is_of_two_drugs_only_if_and_says_so(words):
    """Of two treatments one after the other, one is the latest."""
    with pytest.raises(CaseError, match="is said of the latest treatment, and so is"):
        terms_of(words)


@pytest.mark.parametrize(
    "words",
    [
        "progressed on imatinib sunitinib",
        "progressed on imatinib; sunitinib",
        "progressed on imatinib but sunitinib",
        "progressed on imatinib, metastatic, sunitinib",
        "progressed on imatinib 400 mg within 2 months and sunitinib",
    ],
)
def test_nothing_goes_on_where_the_words_do_not_join_the_drugs(words):
    """Then the drug stands alone."""
    with pytest.raises(CaseError, match=r"'sunitinib' .* is no fact about a tumour by itself"):
        terms_of(words)


@pytest.mark.parametrize("words", ["", "  ", ",;,", "the"])
def test_saying_nothing_is_an_error_that_shows_an_example(words):
    """An empty case would leave everything open."""
    with pytest.raises(CaseError, match="Nothing is said of the tumour; try: gistkg ask"):
        case_from_words(GRAPH, CONDITIONS, words)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_one_of_our_errors(words):
    """The reader never breaks."""
    try:
        assert case_from_words(GRAPH, CONDITIONS, words).facts
    except GistkgError as error:
        assert str(error)


def test_facts_that_only_together_cannot_hold_are_a_contradiction():
    """Localised and advanced is unresectable, and that is not resected."""
    with pytest.raises(ContradictionError) as caught:
        case_from_words(GRAPH, CONDITIONS, "localised, advanced, resected")
    assert (caught.value.one, caught.value.other) == ("localised, advanced", "resected")


@pytest.mark.parametrize(
    "words",
    [
        "age 19", "aged 19", "Age: 19 years", "19 years", "19 years old", "19 year old", "19-year-old",
        "19\u2011year\u2011old",
        "19 years of age", "19 yo", "19yo", "19 y/o", "19 y.o.", "19y", "19 yrs",
    ],
)  # fmt: skip
def test_an_age_can_be_said_in_many_ways(words):
    """Beside other facts too; all say the same number."""
    facts = case_from_words(GRAPH, CONDITIONS, f"KIT exon 9, {words}, untreated").facts
    assert facts[1].expression == Has(GISTKG + "ageYears", Decimal(19))


def test_an_age_stands_where_it_likes_if_it_says_that_it_is_one():
    """Only years alone need a comma on each side."""
    assert terms_of("a 19-year-old with metastatic GIST") == [
        "ageYears", "MetastaticDisease", "GastrointestinalStromalTumour",
    ]  # fmt: skip
    assert terms_of("had imatinib, 62 years old") == ["HadImatinib", "ageYears"]


@pytest.mark.parametrize("words", [">65 years", "> 65 years", "≥ 65 years"])
def test_a_bound_of_an_age_can_be_said_in_years(words):
    """Alone between commas."""
    assert terms_of(f"metastatic, {words}") == ["MetastaticDisease", "ageYears"]


@pytest.mark.parametrize("words", ["121 years", "aged 121", "121-year-old", "121 yo", "121y"])
def test_an_age_that_cannot_be_is_an_error_however_it_is_said(words):
    """The bound is that of the graph."""
    with pytest.raises(CaseValueError) as caught:
        terms_of(words)
    assert str(caught.value) == f"{words}: 121 cannot be; it is 120 or less."


@pytest.mark.parametrize(
    "words",
    [
        "had imatinib 3 years",
        "had imatinib, 3 years",
        "had imatinib; 3 years",
        "metastatic 3 years",
        "resected, 3 years",
        "3 years resected",
    ],
)
def test_years_that_may_be_how_long_something_lasted_are_no_age(words):
    """Beside other words, or after a drug; the error says what an age is said with."""
    with pytest.raises(CaseError) as caught:
        terms_of(words)
    assert str(caught.value) == (
        "'3 years' can be the age in years, or how long something lasted; say 'age 3' if it is the first."
    )
    assert terms_of("age 3") == ["ageYears"]


@pytest.mark.parametrize("words", ["adjuvant imatinib for 3 years", "had imatinib for 3 years", "for 3 years"])
def test_how_long_a_treatment_was_given_is_never_an_age(words):
    """As in the name of a regimen, which is no fact of a tumour."""
    with pytest.raises(CaseError):
        terms_of(words)


def test_a_duration_within_the_name_of_a_criterion_stays_there():
    """No age comes of it."""
    assert terms_of("stable on imatinib for 3 years") == ["DiseaseControlledByImatinibForThreeYears"]
    assert terms_of("3 years of adjuvant imatinib") == ["HadAdjuvantImatinibFor3Years"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("KIT ex11, PD on imatinib 400 mg", ["KitExon11Mutation", "ProgressedOnImatinib400mgDaily"]),
        ("metastatic GIST, KIT ex11, PD on imatinib", [
            "MetastaticDisease", "GastrointestinalStromalTumour", "KitExon11Mutation", "ProgressedOnImatinib",
        ]),
        ("metastatic D842V", ["MetastaticDisease", "PdgfraD842V"]),
        ("gastric GIST 6 cm 3 mitoses/50 HPF R0", [
            "HasGastricTumour", "tumourSizeCm", "mitosesPer5mm2", "MicroscopicallyCompleteMargin",
        ]),
        ("6 cm, 3/50 HPF", ["tumourSizeCm", "mitosesPer5mm2"]),
        ("6 cm, mitotic count 3 per 50 HPF", ["tumourSizeCm", "mitosesPer5mm2"]),
        ("SDHB mutant", ["SdhbMutation"]),
        ("NF1-associated", ["IsNf1Related"]),
        ("wild-type KIT/PDGFRA", ["LacksKitAndPdgfraMutations"]),
        ("KIT/PDGFRA wild type", ["LacksKitAndPdgfraMutations"]),
        ("secondary KIT ATP-pocket mutation", ["HasSecondaryKitAtpPocketMutation"]),
        ("KIT exon 11 del 557-558", ["KitExon11Deletion557558"]),
        ("PDGFRA D842V+", ["PdgfraD842V"]),
        ("KIT exon 9 (+)", ["KitExon9Mutation"]),
        ("CD117+, DOG1 (+)", ["Cd117Positive", "Dog1Positive"]),
        ("symptomatic, tumour rupture", ["isSymptomatic", "wasRuptured"]),
        ("ECOG PS 1, never treated", ["ecogStatus", "HadNoDrugTreatment"]),
    ],
)  # fmt: skip
def test_what_clinicians_write_is_read(words, expected):
    """As long as it can be read in one way."""
    assert terms_of(words) == expected


@pytest.mark.parametrize("words", ["wild-type KIT", "WT KIT", "KIT mutation negative"])
def test_wild_type_may_stand_first_and_a_test_be_negative(words):
    """It says what "KIT wild type" says."""
    (fact,) = case_from_words(GRAPH, CONDITIONS, words).facts
    assert fact.expression == Not(Some(GISTKG + "hasAlteration", Named(GISTKG + "KitMutation")))


@pytest.mark.parametrize(
    "words", ["KIT negative", "KIT+", "mutation negative", "wild-type GIST", "NTRK fusion negative"]
)
def test_what_may_be_a_stain_or_an_untested_gene_is_refused(words):
    """An untested gene is no wild type."""
    with pytest.raises(UnknownWordError):
        terms_of(words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("D842V-", (
            "'D842V-' can be read in more than one way; say 'D842V negative' if it was not found, 'D842V' if it was."
        )),
        ("KIT exon 9 (\u2212)", (
            "'KIT exon 9 (\u2212)' can be read in more than one way; "
            "say 'KIT exon 9 negative' if it was not found, 'KIT exon 9' if it was."
        )),
        ("CD117-", "'CD117-' can be read in more than one way; say 'CD117 negative' if it was not found."),
        ("metastatic-", "'metastatic-' can be read in more than one way; say 'metastatic' without a dash if it is so."),
        ("KIT exon 9 -", "A dash can mean that what stands before it is not so; leave it out, or say so in words."),
        ("KIT exon 9?", "'KIT exon 9?' is not certain; leave out what is not known, else the question mark."),
        ("?metastatic", "'?metastatic' is not certain; leave out what is not known, else the question mark."),
        ("KIT not tested", "'KIT not tested': what is not known is left out."),
        ("no KIT mutation", (
            "'no KIT mutation' does not say whether that was tested; say 'KIT wild type' if it was, else leave it out."
        )),
        ("KIT not mutated", (
            "'KIT not mutated' does not say whether that was tested; say 'KIT wild type' if it was, else leave it out."
        )),
        ("size 6,6 cm", "'6,6': write a point in a number, and a space after a comma that parts two facts."),
        ("2nd line", (
            "'2nd line' (second line) is no fact about a tumour by itself: Second line is the treatment setting after "
            "progression on, or intolerance of, imatinib; say which drugs were given, and what came of them."
        )),
        ("adjuvant imatinib for 3 years", (
            "'adjuvant imatinib for 3 years' (adjuvant imatinib for 3 years) is no fact about a tumour by itself; "
            "say for instance 'has had adjuvant imatinib for at least 3 years'."
        )),
    ],
)  # fmt: skip
def test_what_is_open_is_refused_with_words_that_are_not(words, said):
    """A minus, a question mark, a denial of what may be untested, a decimal comma, a line of treatment."""
    with pytest.raises(CaseError) as caught:
        terms_of(f"untreated, {words}")
    assert str(caught.value) == said


@pytest.mark.parametrize("words", ["D842V negative", "KIT exon 9 negative", "CD117 negative", "KIT wild type"])
def test_the_words_offered_for_a_minus_parse(words):
    """Each is one fact."""
    assert len(terms_of(words)) == 1


def test_a_dash_after_a_space_parts_two_facts():
    """As in a report."""
    facts = case_from_words(GRAPH, CONDITIONS, "KIT exon 9 - untreated").facts
    assert [fact.term for fact in facts] == ["gistkg:KitExon9Mutation", "gistkg:HadNoDrugTreatment"]


def test_a_number_without_a_unit_gets_the_names_that_it_and_the_words_before_begin():
    """Another dose is never offered."""
    with pytest.raises(UnknownWordError) as caught:
        terms_of("PD on imatinib 400")
    assert caught.value.nearest[0] == "PD on imatinib 400 mg"
    with pytest.raises(UnknownWordError) as caught:
        terms_of("progressed on imatinib 800")
    assert caught.value.nearest == ()


@pytest.mark.parametrize(
    "words",
    [
        "KIT exon 9: -", "(-) KIT exon 9", "KIT exon 9 [-]", "-KIT exon 9", "KIT exon 11: \u2013", "metastatic: -",
        "!metastatic", "KIT exon 9 [?]", "(?) KIT exon 9", "KIT exon 9?!", '"KIT exon 9"?', "had imatinib [?]",
        "progressed on imatinib: -", "CD117- KIT exon 9", "CD117 (-) KIT exon 11",
    ],
)  # fmt: skip
def test_a_sign_that_may_deny_is_never_passed_over(words):
    """Wherever it stands, and whatever stands between: a report that writes it says that something was not found."""
    with pytest.raises(CaseError):
        terms_of(words)


def test_dashes_that_join_and_frameshifts_of_open_end_are_no_signs():
    """And so is a plus."""
    assert terms_of("CD117-positive, KIT exon-11, 62-year-old") == ["Cd117Positive", "KitExon11Mutation", "ageYears"]
    assert terms_of("KIT p.(Ser840GlyfsTer?)") == ["KitExon18Mutation"]
