"""Criteria and populations read from Turtle, and evaluated on facts."""

from decimal import Decimal

import pyoxigraph as ox
import pytest

from gistkg.criteria import Population, conditions
from gistkg.errors import SourceError
from gistkg.evaluator import Evaluator
from gistkg.expressions import And, Bound, Has, Named, Not, Or, Some
from gistkg.files import OntologyFile
from gistkg.graph import Graph, graph_name
from gistkg.terms import GISTKG

TURTLE = """
@prefix gistkg: <https://w3id.org/gistkg/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

gistkg:stage a owl:FunctionalProperty .
gistkg:months a owl:FunctionalProperty .
gistkg:Late rdfs:subClassOf gistkg:Stage .
gistkg:Latest rdfs:subClassOf gistkg:Late .
gistkg:Early rdfs:subClassOf gistkg:Stage .
gistkg:Aspirin rdfs:subClassOf gistkg:Analgesic .
[] a owl:AllDisjointClasses ; owl:members ( gistkg:Late gistkg:Early ) .

gistkg:IsLate a gistkg:Criterion ; owl:equivalentClass
    [ owl:onProperty gistkg:stage ; owl:someValuesFrom gistkg:Late ] .
gistkg:HadNoAnalgesic a gistkg:Criterion ; owl:equivalentClass
    [ owl:complementOf [ owl:onProperty gistkg:had ; owl:someValuesFrom
        [ owl:onProperty gistkg:gave ; owl:someValuesFrom gistkg:Analgesic ] ] ] .
gistkg:ShortAspirin a gistkg:Criterion ; owl:equivalentClass
    [ owl:onProperty gistkg:had ; owl:someValuesFrom [ owl:intersectionOf (
        [ owl:onProperty gistkg:gave ; owl:someValuesFrom gistkg:Aspirin ]
        [ owl:onProperty gistkg:tolerated ; owl:hasValue true ]
        [ owl:onProperty gistkg:months ; owl:someValuesFrom
            [ owl:onDatatype xsd:decimal ; owl:withRestrictions ( [ xsd:maxInclusive 2.0 ] ) ] ] ) ] ] .
gistkg:LateOrEarly a gistkg:Criterion ; owl:equivalentClass
    [ owl:unionOf ( gistkg:IsLate [ owl:onProperty gistkg:stage ; owl:someValuesFrom gistkg:Early ] ) ] .

gistkg:LateUntreated a gistkg:Population ; gistkg:requires gistkg:IsLate , gistkg:HadNoAnalgesic .
gistkg:LateNotShort a gistkg:Population ; gistkg:requires gistkg:IsLate ; gistkg:excludes gistkg:ShortAspirin .
gistkg:AnyLate a gistkg:Population ; gistkg:requires gistkg:IsLate .
"""


def graph_of(turtle: str) -> Graph:
    """A graph of one invented file."""
    file = OntologyFile("invented.ttl", "invented")
    store = ox.Store()
    store.load(turtle.encode(), format=ox.RdfFormat.TURTLE, to_graph=graph_name(file))
    return Graph(store, ())


@pytest.fixture(scope="module")
def known():
    """The conditions of the invented graph."""
    return conditions(graph_of(TURTLE))


def some(property_, name):
    """An existential restriction to a named class."""
    return Some(GISTKG + property_, Named(GISTKG + name))


def episode(*parts):
    """One episode of treatment."""
    return Some(GISTKG + "had", And(parts))


ASPIRIN = some("gave", "Aspirin")
TOLERATED = Has(GISTKG + "tolerated", True)


def months(number):
    """A number of months."""
    return Has(GISTKG + "months", Decimal(number))


def test_class_expressions_are_read_as_they_are_written(known):
    """Restriction, intersection, value and bound each become their own kind of expression."""
    bound = Bound(GISTKG + "months", "maxInclusive", Decimal("2.0"))
    assert known.criteria[GISTKG + "ShortAspirin"] == episode(ASPIRIN, TOLERATED, bound)
    assert known.criteria[GISTKG + "HadNoAnalgesic"] == Not(Some(GISTKG + "had", some("gave", "Analgesic")))
    assert known.criteria[GISTKG + "LateOrEarly"] == Or((Named(GISTKG + "IsLate"), some("stage", "Early")))
    assert known.populations[GISTKG + "LateNotShort"] == Population(
        GISTKG + "LateNotShort", (GISTKG + "IsLate",), (GISTKG + "ShortAspirin",)
    )


@pytest.mark.parametrize(
    ("facts", "criterion", "expected"),
    [
        ([], "IsLate", None),
        ([some("stage", "Late")], "IsLate", True),
        ([some("stage", "Latest")], "IsLate", True),
        ([some("stage", "Stage")], "IsLate", None),
        ([some("stage", "Early")], "IsLate", False),
        ([some("stage", "Early")], "LateOrEarly", True),
        ([Some(GISTKG + "stage", Or((Named(GISTKG + "Latest"), Named(GISTKG + "Late"))))], "IsLate", True),
        ([Some(GISTKG + "stage", Or((Named(GISTKG + "Early"), Named(GISTKG + "Late"))))], "IsLate", None),
        ([Some(GISTKG + "stage", Or((Named(GISTKG + "Early"), Named(GISTKG + "Late"))))], "LateOrEarly", True),
        ([], "HadNoAnalgesic", None),
        ([episode(ASPIRIN)], "HadNoAnalgesic", False),
        ([episode(some("gave", "Analgesic"))], "ShortAspirin", None),
        ([Not(Some(GISTKG + "had", some("gave", "Analgesic")))], "HadNoAnalgesic", True),
        ([Not(Some(GISTKG + "had", some("gave", "Analgesic")))], "ShortAspirin", False),
        ([Not(Some(GISTKG + "had", ASPIRIN))], "HadNoAnalgesic", None),
        ([episode(ASPIRIN, TOLERATED, months("1.5"))], "ShortAspirin", True),
        ([episode(ASPIRIN, TOLERATED, months("2"))], "ShortAspirin", True),
        ([episode(ASPIRIN, TOLERATED)], "ShortAspirin", None),
        # another episode could fit, so one that does not fit decides nothing
        ([episode(ASPIRIN, TOLERATED, months("3"))], "ShortAspirin", None),
        # two episodes do not make one
        ([episode(ASPIRIN), episode(TOLERATED, months("1"))], "ShortAspirin", None),
    ],
)
def test_facts_meet_fail_or_leave_open_a_criterion(known, facts, criterion, expected):
    """Only what follows from the facts is true or false; the rest is unknown."""
    assert known.evaluate(facts, known.criteria[GISTKG + criterion]) is expected


@pytest.mark.parametrize(
    ("facts", "population", "expected"),
    [
        ([some("stage", "Late")], "LateUntreated", None),
        ([some("stage", "Early")], "LateUntreated", False),
        ([some("stage", "Late"), Not(Some(GISTKG + "had", some("gave", "Analgesic")))], "LateUntreated", True),
        ([some("stage", "Late"), episode(ASPIRIN)], "LateUntreated", False),
        ([some("stage", "Late")], "LateNotShort", None),
        ([some("stage", "Late"), Not(Some(GISTKG + "had", ASPIRIN))], "LateNotShort", True),
        ([some("stage", "Late"), episode(ASPIRIN, TOLERATED, months("1"))], "LateNotShort", False),
    ],
)
def test_a_population_needs_every_required_and_no_excluded_criterion(known, facts, population, expected):
    """An excluded criterion keeps out only those who are known to meet it, and lets in only those known not to."""
    assert known.holds(facts, GISTKG + population) is expected


def test_a_population_with_more_conditions_lies_inside_one_with_fewer(known):
    """Specificity is subsumption."""
    broader = Evaluator(known).broader
    assert broader(GISTKG + "LateUntreated") == {GISTKG + "AnyLate", GISTKG + "LateNotShort"}
    assert broader(GISTKG + "LateNotShort") == {GISTKG + "AnyLate"}
    assert broader(GISTKG + "AnyLate") == frozenset()


@pytest.mark.parametrize(
    "expression",
    [
        "[ owl:onProperty gistkg:had ; owl:allValuesFrom gistkg:Late ]",
        "[ owl:onProperty gistkg:had ; owl:maxCardinality 1 ]",
        "[ owl:oneOf ( gistkg:a ) ]",
    ],
)
def test_an_expression_outside_the_fragment_is_refused_by_name(expression):
    """The curator reads which criterion to rewrite."""
    turtle = TURTLE + f"gistkg:Strange a gistkg:Criterion ; owl:equivalentClass {expression} ."
    with pytest.raises(SourceError, match="gistkg:Strange: its class expression is outside the fragment"):
        conditions(graph_of(turtle))


def test_a_criterion_without_a_definition_is_refused_by_name():
    """A criterion that says nothing cannot be met."""
    with pytest.raises(SourceError, match="gistkg:Empty: a criterion needs exactly one owl:equivalentClass"):
        conditions(graph_of(TURTLE + "gistkg:Empty a gistkg:Criterion ."))
