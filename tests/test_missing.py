"""The fact that would settle most, and what each of its values would lead to."""

import pytest
from editions import kg_2014


@pytest.fixture(scope="module")
def kg():
    """The edition of 2014 alone."""
    return kg_2014()


def test_the_genotype_is_missing_and_would_lead_to_another_dose(kg):
    """Metastatic and untreated, without a genotype: only the dose for exon 9 is open."""
    (missing,) = kg.ask("metastatic, untreated").missing_facts
    assert (missing.fact, missing.settles, missing.concerns) == ("KIT genotype", 1, 1)
    assert [(one.condition, one.then, one.falls_away) for one in missing.outcomes] == [
        ("has a KIT exon 9 mutation", ("imatinib 800 mg a day",), ()),
        ("not so", (), ("imatinib 800 mg a day",)),
    ]


def test_the_fact_that_settles_most_comes_first(kg):
    """Metastatic alone: the history settles six, the genotype by itself none."""
    history, genotype = kg.ask("metastatic").missing_facts
    assert (history.fact, history.settles, history.concerns) == ("treatment history", 6, 7)
    assert (genotype.fact, genotype.settles, genotype.concerns) == ("KIT genotype", 0, 1)


def test_an_outcome_leaves_out_what_it_overrides(kg):
    """Early progression leads to the warning, not to the escalation it warns of."""
    missing = kg.ask("metastatic, progressed on imatinib").missing_facts[0]
    (early,) = [one for one in missing.outcomes if one.condition.startswith("progressed within 2 months")]
    assert early.then == ("imatinib 400 mg twice daily (against)",)


def test_nothing_is_missing_where_everything_is_settled(kg):
    """Every criterion is met or failed."""
    assert kg.ask("metastatic, KIT exon 9, untreated").missing_facts == ()
