"""The compiled evaluator says what the plain one says, and what was proved beyond it."""

import itertools
import random
from decimal import Decimal

import pytest
from drawn_cases import drawn_cases

from gistkg.case import case_from_words
from gistkg.criteria import condition_version, conditions, proofs
from gistkg.evaluator import Evaluator
from gistkg.expressions import And, AtLeast, Has, Named, Not, Or, Some
from gistkg.graph import load_graph
from gistkg.proof import derived_turtle, satisfiable
from gistkg.terms import GISTKG

GRAPH = load_graph()
KNOWN = conditions(GRAPH)


def some(property_, name):
    """A link by a property to something of a class."""
    return Some(GISTKG + property_, Named(GISTKG + name))


def test_it_agrees_with_the_plain_evaluator_on_every_criterion_and_population():
    """Without proofs, on five hundred cases of words."""
    evaluator = Evaluator(KNOWN)
    for words, facts in itertools.islice(drawn_cases(GRAPH, KNOWN, random.Random(7)), 500):
        verdict = evaluator.judge(facts)
        plain = {iri: KNOWN.evaluate(facts, Named(iri)) for iri in KNOWN.criteria}
        assert verdict.criteria == plain, words
        assert verdict.populations == {iri: KNOWN.holds(facts, iri) for iri in KNOWN.populations}, words


def episode(months, milligrams):
    """One episode of imatinib under which the disease progressed."""
    return Some(
        GISTKG + "hadLatestTreatment",
        And((
            some("gaveDrug", "Imatinib"),
            some("hadOutcome", "DiseaseProgression"),
            Has(GISTKG + "monthsToProgression", Decimal(months)),
            Has(GISTKG + "gaveMilligramsPerDay", Decimal(milligrams)),
        )),
    )  # fmt: skip


@pytest.mark.parametrize("months", ["0", "1.5", "1.999", "2", "2.0", "2.001", "3", "12", "100"])
@pytest.mark.parametrize("milligrams", ["399.9", "400", "400.0", "400.1", "800"])
def test_a_number_counts_by_the_limits_it_lies_between(months, milligrams):
    """On a limit, beside it and far away the two evaluators agree, and the limit is where the source has it."""
    facts = (*case_from_words(GRAPH, KNOWN, "metastatic").expressions, episode(months, milligrams))
    verdict = Evaluator(KNOWN).judge(facts)
    early = GISTKG + "AdvancedProgressedWithinTwoMonthsPopulation"
    assert verdict.populations[early] is KNOWN.holds(facts, early)
    assert verdict.populations[early] is (Decimal(months) <= 2 and Decimal(milligrams) == 400)


def test_facts_that_bear_on_several_properties_are_judged_together():
    """One of two things is so, and each would do."""
    either = Or((some("hasExtent", "MetastaticDisease"), some("hasSite", "Stomach")))
    verdict = Evaluator(KNOWN).judge([either])
    for iri, expression in KNOWN.criteria.items():
        assert verdict.criteria[iri] is KNOWN.evaluate([either], expression)


def test_proofs_add_what_follows_and_what_is_ruled_out():
    """An implied criterion is true where the other is; a ruled-out one false; and both the other way round."""
    metastatic = GISTKG + "HasUnresectableOrMetastaticDisease"
    mutated, large = GISTKG + "HasKitExon9Mutation", GISTKG + "HasVeryLargeTumour"
    evaluator = Evaluator(KNOWN, implied=[(metastatic, mutated)], excluded=[(mutated, large), (large, mutated)])
    criteria = evaluator.judge([some("hasExtent", "MetastaticDisease")]).criteria
    assert (criteria[metastatic], criteria[mutated], criteria[large]) == (True, True, False)
    criteria = evaluator.judge([Not(some("hasAlteration", "KitExon9Mutation"))]).criteria
    assert (criteria[metastatic], criteria[mutated]) == (False, False)


def test_different_drugs_are_counted_once_each():
    """Three links to drugs that exclude each other are three; a closed list of two is not."""
    drugs = [some("receivedDrug", name) for name in ("Imatinib", "TyrosineKinaseInhibitor", "CytotoxicChemotherapy")]
    two = AtLeast(2, GISTKG + "receivedDrug", Named(GISTKG + "Drug"))
    assert KNOWN.evaluate(drugs[:1], two) is None
    assert KNOWN.evaluate(drugs[:2], two) is None, "imatinib is such an inhibitor"
    assert KNOWN.evaluate([drugs[0], drugs[2]], two) is True
    closed = Not(AtLeast(2, GISTKG + "receivedDrug", Named(GISTKG + "Drug")))
    assert KNOWN.evaluate([drugs[0], closed], two) is False
    three = AtLeast(3, GISTKG + "receivedDrug", Named(GISTKG + "TyrosineKinaseInhibitor"))
    assert KNOWN.evaluate([closed], three) is False, "who has not had two drugs has not had three of a kind"


def test_a_count_means_to_owl_what_it_means_here():
    """The reasoner finds two different drugs, and no third among two."""
    both = And((some("receivedDrug", "Imatinib"), some("receivedDrug", "CytotoxicChemotherapy")))
    two = AtLeast(2, GISTKG + "receivedDrug", Named(GISTKG + "Drug"))
    asked = {"so": And((both, Not(two))), "not": And((both, two))}
    assert satisfiable(GRAPH, asked) == {"so": False, "not": True}


def test_the_proofs_in_the_repository_are_those_of_its_conditions():
    """Whoever changes a condition proves it anew: python -m gistkg.proof."""
    (file,) = [file for file in GRAPH.files if file.name == "derived/criteria"]
    assert f'gistkg:provedFor "{condition_version(GRAPH)}"' in file.content.decode()
    assert proofs(GRAPH).implied
    assert derived_turtle(GRAPH, KNOWN) == file.content.decode()
