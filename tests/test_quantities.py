"""Numbers in words: a number is nothing without a name, and no name is known but those of the graph."""

from decimal import Decimal

import pytest

from gistkg.case import case_from_words
from gistkg.criteria import conditions
from gistkg.errors import CaseValueError, ContradictionError, UnknownWordError
from gistkg.expressions import Bound, Has
from gistkg.graph import load_graph
from gistkg.quantities import find_quantity
from gistkg.terms import GISTKG

GRAPH = load_graph()
CONDITIONS = conditions(GRAPH)


@pytest.mark.parametrize(
    ("text", "property_", "number"),
    [
        ("6.5 cm", "tumourSizeCm", "6.5"),
        ("6cm", "tumourSizeCm", "6"),
        ("size 6 cm", "tumourSizeCm", "6"),
        ("Size: 6 cm", "tumourSizeCm", "6"),
        ("size 6", "tumourSizeCm", "6"),
        ("tumor size = 6.0 centimeters", "tumourSizeCm", "6"),
        ("7 mitoses", "mitosesPer5mm2", "7"),
        ("mitotic count 7", "mitosesPer5mm2", "7"),
        ("8 mitoses per 5 mm2", "mitosesPer5mm2", "8"),
        ("8 mitoses/50 HPF", "mitosesPer5mm2", "8"),
        ("0 mitoses per 50 high-power fields", "mitosesPer5mm2", "0"),
        ("ECOG 1", "ecogStatus", "1"),
        ("62 years", "ageYears", "62"),
        ("aged 62 years", "ageYears", "62"),
        ("aged 62 years old", "ageYears", "62"),
    ],
)
def test_a_number_with_the_name_of_a_fact_or_of_its_unit_is_that_fact(text, property_, number):
    """Before it or after it, in any spelling the graph knows."""
    found = find_quantity(GRAPH, text)
    assert (found.property.full, found.expression) == (GISTKG + property_, Has(GISTKG + property_, Decimal(number)))


@pytest.mark.parametrize(
    ("text", "facet", "limit"),
    [
        (">5 mitoses", "minExclusive", "5"),
        ("mitoses >= 5", "minInclusive", "5"),
        ("≤ 2 cm", "maxInclusive", "2"),
        ("size <2.5 cm", "maxExclusive", "2.5"),
    ],
)
def test_a_sign_makes_the_number_a_bound(text, facet, limit):
    """As tables print it."""
    found = find_quantity(GRAPH, text)
    assert found.expression == Bound(found.property.full, facet, Decimal(limit))


@pytest.mark.parametrize(
    "text",
    [
        "6", "cm", "", "6 mg", "6 mm", "7 mitoses per 10 HPF", "size 6 mitoses", "mitoses 7 cm", "6 cm 7 mitoses",
        "-6 cm", "6 to 7 cm", "1e3 cm", "KIT exon 9", "imatinib 400 mg", "6 tumours", "½ cm", "nan cm", "6.5.1 cm",
        "months on treatment 12", "gave milligrams per day 400", "1234567890 cm", "6 cm cm",
    ],
)  # fmt: skip
def test_anything_else_is_no_quantity(text):
    """No unit is converted, no part is passed over."""
    assert find_quantity(GRAPH, text) is None


@pytest.mark.parametrize(("text", "problem"), [("ECOG 6", "5 or less"), ("ECOG 1.5", "whole number")])
def test_a_number_that_cannot_be_is_an_error(text, problem):
    """The bounds are those that the graph declares."""
    with pytest.raises(CaseValueError, match=problem) as caught:
        find_quantity(GRAPH, text)
    assert caught.value.path == text


def test_facts_of_a_case_may_stand_in_one_row():
    """The longest names first, as for words."""
    facts = case_from_words(GRAPH, CONDITIONS, "gastric 6 cm with 8 mitoses per 5 mm2 and ruptured").facts
    assert [fact.words for fact in facts] == ["gastric", "6 cm", "8 mitoses per 5 mm2", "ruptured"]
    assert facts[1].label == "tumour size in centimetres"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("6 cm", "7 cm"), ("6 cm", "> 7 cm"), ("<2 cm", ">2 cm"), ("ruptured", "not ruptured"), ("gastric", "ileum"),
        ("6 cm", "smaller than 5 cm"), ("gastric", "nongastric"),
    ],
)  # fmt: skip
def test_two_numbers_that_cannot_both_hold_are_an_error(one, other):
    """A tumour has one size and one site."""
    with pytest.raises(ContradictionError) as caught:
        case_from_words(GRAPH, CONDITIONS, f"{one}, {other}")
    assert (caught.value.one, caught.value.other) == (one, other)


def test_the_same_number_twice_is_no_contradiction():
    """6 and 6.0 are one size."""
    assert len(case_from_words(GRAPH, CONDITIONS, "6 cm, size 6.0 cm, larger than 5 cm, >5.5 cm").facts) == 4


def test_a_number_with_an_unknown_unit_is_an_error():
    """Never ignored, never converted."""
    with pytest.raises(UnknownWordError) as caught:
        case_from_words(GRAPH, CONDITIONS, "gastric, 60 mm")
    assert caught.value.words == "60 mm"


UNITS = """
gistkg:zigLevel a owl:DatatypeProperty ; skos:prefLabel "ZIG level"@en ;
    rdfs:domain gistkg:Tumour ; rdfs:range xsd:decimal ;
    gistkg:caseKey "zig" ; gistkg:measuredIn gistkg:Grain .
gistkg:zagLevel a owl:DatatypeProperty ; skos:prefLabel "ZAG level"@en ;
    rdfs:domain gistkg:Tumour ; rdfs:range xsd:decimal ;
    gistkg:caseKey "zag" ; gistkg:measuredIn gistkg:Grain , gistkg:Ell .
gistkg:Grain a gistkg:Unit ; skos:prefLabel "grain"@en .
gistkg:Ell a gistkg:Unit ; skos:prefLabel "ell"@en .
"""


@pytest.mark.parametrize(
    ("text", "property_"),
    [("ZIG level 3 grain", "zigLevel"), ("ZAG level 3 grain", "zagLevel"), ("3 ell", "zagLevel"), ("3 grain", None)],
)
def test_a_unit_of_several_facts_does_not_say_which(tiny_with, text, property_):
    """The names come from the graph, and what could be two things is none."""
    found = find_quantity(tiny_with(UNITS), text)
    assert (found and found.property.full) == (property_ and GISTKG + property_)
