"""What held on a date and in a place, and what changed between two dates."""

from pathlib import Path

import pytest
from editions import kg_2014

from gistkg.changes import at, changes, moment_of, place_of
from gistkg.errors import DateError, UnknownTermError
from gistkg.graph import load_graph

SECOND_EDITION = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ev: <https://w3id.org/gistkg/evidence/> .
@prefix gistkg: <https://w3id.org/gistkg/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix src: <https://w3id.org/gistkg/source/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

ev:first a gistkg:Recommendation , owl:NamedIndividual ; skos:prefLabel "first"@en ;
    gistkg:appliesTo gistkg:GistPopulation ; gistkg:recommends gistkg:Imatinib ; gistkg:hasDirection gistkg:For ;
    gistkg:hasModality gistkg:Standard ; dcterms:source src:pdq-2014 ; gistkg:inJurisdiction gistkg:UnitedStates ;
    gistkg:validFrom "2015-01-01T00:00:00Z"^^xsd:dateTime ; gistkg:validUntil "2016-01-01T00:00:00Z"^^xsd:dateTime .
ev:second a gistkg:Recommendation , owl:NamedIndividual ; skos:prefLabel "second"@en ;
    gistkg:appliesTo gistkg:GistPopulation ; gistkg:recommends gistkg:Imatinib ; gistkg:hasDirection gistkg:Against ;
    gistkg:hasModality gistkg:Standard ; dcterms:source src:pdq-2014 ; gistkg:supersedes ev:first ;
    gistkg:validFrom "2016-01-01T00:00:00Z"^^xsd:dateTime .
"""


@pytest.fixture(scope="module")
def kg(tmp_path_factory):
    """The edition of 2014 with two invented recommendations, the second superseding the first."""
    file: Path = tmp_path_factory.mktemp("own") / "editions.ttl"
    file.write_text(SECOND_EDITION, encoding="utf-8")
    return kg_2014(file)


def status(kg, claim, **when):
    """The status of a claim in the answer to an empty case."""
    (judged,) = [one for one in kg.ask("GIST", **when).judgements if one.claim.iri == claim]
    return judged.status


@pytest.mark.parametrize(
    ("date", "first", "second"),
    [
        ("2014-12-31", "notInForce", "notInForce"),
        ("2015-01-01", "applies", "notInForce"),
        ("2015-12-31", "applies", "notInForce"),
        ("2016-01-01", "notInForce", "applies"),
        ("2026-11-23", "notInForce", "applies"),
    ],
)
def test_a_claim_holds_from_its_first_day_to_the_day_before_its_last(kg, date, first, second):
    """The day it ends is the first day without it."""
    assert status(kg, "ev:first", as_of=date) == first
    assert status(kg, "ev:second", as_of=date) == second


def test_a_claim_of_one_place_does_not_hold_in_another(kg):
    """One without a place holds anywhere."""
    assert status(kg, "ev:first", as_of="2015-06-01", jurisdiction="US") == "applies"
    assert status(kg, "ev:first", as_of="2015-06-01", jurisdiction="EU") == "notInForce"
    assert status(kg, "ev:second", jurisdiction="EU") == "applies"


def test_the_edition_of_2014_was_gained_on_its_day(kg):
    """Thirty-one statements, and not one before."""
    assert changes(kg.graph, moment_of("2013-01-01"), moment_of("2014-02-24")).gained == ()
    assert len(changes(kg.graph, moment_of("2014-02-24"), moment_of("2014-02-25")).gained) == 31


def test_a_superseded_claim_is_revised_and_neither_gained_nor_lost(kg):
    """Between two dates that lie on either side."""
    found = changes(kg.graph, moment_of("2015-06-01"), moment_of("2016-06-01"))
    assert (found.gained, found.lost) == ((), ())
    assert [(str(earlier.iri), str(later.iri)) for earlier, later in found.revised] == [("ev:first", "ev:second")]


def test_a_claim_that_ended_is_lost(kg):
    """Backwards in time there is nothing: the dates are in the wrong order."""
    found = changes(kg.graph, moment_of("2015-06-01"), moment_of("2016-06-01"), jurisdiction=place_of(kg.graph, "EU"))
    assert [str(claim.iri) for claim in found.gained] == ["ev:second"]
    with pytest.raises(DateError, match="the second date is before the first"):
        changes(kg.graph, moment_of("2016-01-01"), moment_of("2015-01-01"))


def test_the_graph_of_a_date_holds_no_trace_of_what_came_later(kg):
    """SPARQL over it answers as of that date."""
    earlier = at(kg.graph, moment_of("2015-06-01"))
    ask = "ASK { { ev:second ?p ?o } UNION { ?s ?p ev:second } }"
    assert (earlier.query(ask), kg.graph.query(ask)) == (False, True)
    assert len(earlier.store) < len(kg.graph.store)
    assert kg.at("2014-02-24").claims() == ()


@pytest.mark.parametrize("text", ["yesterday", "2014-13-01", "25.2.2014", ""])
def test_a_date_that_is_none_is_an_error_that_shows_one(text):
    """Nothing is guessed."""
    with pytest.raises(DateError, match="is no date; write it as 2014-02-25"):
        moment_of(text)


def test_an_unknown_place_gets_those_that_are_known():
    """By their names, with their codes."""
    with pytest.raises(UnknownTermError) as caught:
        place_of(load_graph(), "Narnia")
    assert str(caught.value) == (
        "No term is called 'Narnia'. Did you mean Australia (AU), Canada (CA), China (CN), European Union (EU), "
        "Hong Kong (HK), Japan (JP), Taiwan (TW) or United States (US)?"
    )


@pytest.mark.parametrize(
    ("text", "first"),
    [("Unted States", "United States (US)"), ("Taiwann", "Taiwan (TW)"), ("mainland Chna", "China (CN)")],
)
def test_the_place_that_was_probably_meant_comes_first(text, first):
    """By its label or a synonym; all others follow."""
    with pytest.raises(UnknownTermError) as caught:
        place_of(load_graph(), text)
    assert caught.value.nearest[0] == first
    assert len(caught.value.nearest) == 8


def test_opposite_sides_that_one_case_can_meet_are_a_conflict(kg):
    """With what differs; the populations are the same here, and so is the source."""
    answer = kg.ask("GIST, untreated, metastatic")
    (conflict,) = [one for one in answer.conflicts if set(one.between) == {"ev:second", "ev:pdq-2014-s09"}]
    assert conflict.differ == ("population", "line", "date")
    (judged,) = [one for one in answer.judgements if one.claim.iri == "ev:second"]
    assert "ev:pdq-2014-s09" in judged.conflicts_with


def test_first_line_and_escalation_are_no_conflict():
    """Nobody can be in both populations."""
    assert kg_2014().ask("metastatic").conflicts == ()
