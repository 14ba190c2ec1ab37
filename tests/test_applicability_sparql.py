"""The query `applicability` says of a case, told as RDF, what the evaluator says of its facts.

The ordinary run asks about a few generated cases beside those worked out by hand; `GISTKG_LONG=1` about 300.
"""

import itertools
import os
import random

import pyoxigraph as ox
import pytest
from drawn_cases import drawn_cases

from gistkg.case import case_from_words
from gistkg.case_rdf import CASE, case_triples
from gistkg.criteria import conditions
from gistkg.document import case_from_document
from gistkg.errors import CaseError
from gistkg.evaluator import Evaluator
from gistkg.expressions import AtLeast, Named, Not, Or, Some
from gistkg.graph import load_graph
from gistkg.questions import question
from gistkg.terms import GISTKG, OWL

GENERATED = 300 if os.environ.get("GISTKG_LONG") else 12

BY_HAND = (
    "metastatic, KIT exon 9, untreated", "metastatic, untreated", "metastatic, KIT wild type, untreated",
    "metastatic, progressed on imatinib 400 mg within 2 months", "advanced, no TKI for advanced disease",
    "marginally resectable, very large, unacceptable morbidity, untreated", "completely resected", "resected, R1",
    "metastatic, stable on a TKI, tolerates the TKI", "electively stopped imatinib, metastatic",
    "metastatic, PDGFRA D842V, untreated", "advanced, KIT exon 11, acquired V654A, progressed on imatinib, adult",
    "metastatic, SDH-deficient, adult", "unresectable, NTRK fusion, progressed on imatinib, adult",
    "completely resected, high risk", "completely resected, 7 cm, 8 mitoses, nongastric, KIT exon 11",
    "high risk by any scheme, completely resected", "1.5 cm, gastric, incidental finding, localised",
    "is SDH-deficient or NF1-related, metastatic", "metastatic, KIT or PDGFRA mutation other than D842V, adult",
    "failed imatinib, failed sunitinib, metastatic", "metastatic, three kinase inhibitors including imatinib",
)  # fmt: skip

EXON_11 = {"tested": ["KIT", "PDGFRA"], "found": ["KIT exon 11"]}

DOCUMENTS = (
    {"extent": "metastatic", "treatments": []},
    {
        "extent": "metastatic",
        "genotype": EXON_11,
        "treatments": [{"drug": "imatinib", "dose": "400 mg/day", "outcome": "progression", "months": 1.5}],
    },
    {
        "extent": "localised",
        "genotype": {"tested": ["KIT"], "found": []},
        "treatments": [{"drug": "imatinib", "intent": "neoadjuvant", "months": 6}],
    },
    {
        "extent": "metastatic",
        "age": 54,
        "genotype": EXON_11 | {"acquired": ["KIT V654A"]},
        "treatments": [{"drug": "imatinib", "outcome": "progression", "months": 30}],
    },
    {
        "extent": "metastatic",
        "genotype": {"tested": ["KIT", "PDGFRA"], "found": ["PDGFRA D842V"]},
        "treatments": [{"drug": "imatinib", "outcome": "progression", "months": 3}],
    },
    {"extent": "unresectable", "genotype": {"tested": ["KIT", "PDGFRA"], "found": ["SDH deficiency"]}},
    {
        "extent": "metastatic",
        "age": 40,
        "genotype": {"tested": ["KIT", "PDGFRA"], "found": ["NTRK fusion"]},
        "features": ["no satisfactory alternative"],
        "treatments": [{"drug": "imatinib", "outcome": "progression"}],
    },
    {
        "extent": "metastatic",
        "age": 61,
        "treatments": [
            {"drug": "imatinib", "outcome": "progression", "months": 25},
            {"drug": "sunitinib", "outcome": "progression"},
            {"drug": "regorafenib", "outcome": "progression"},
        ],
    },
    {
        "extent": "metastatic",
        "age": 61,
        "genotype": EXON_11 | {"acquired": ["KIT V654A", "KIT D816H"]},
        "treatments": [
            {"drug": "imatinib", "dose": "400 mg/day", "outcome": "progression", "months": 25},
            {"drug": "sunitinib", "outcome": "progression"},
            {"drug": "regorafenib", "outcome": "progression"},
            {"drug": "ripretinib", "dose": "150 mg/day", "outcome": "progression"},
        ],
    },
    {
        "extent": "metastatic",
        "age": 48,
        "genotype": EXON_11,
        "treatments": [
            {"drug": "imatinib", "dose": "400 mg/day", "outcome": "progression", "months": 14},
            {"drug": "sunitinib", "outcome": "limited progression", "months": 8, "tolerated": True},
        ],
    },
    {
        "extent": "metastatic",
        "age": 17,
        "treatments": [{"drug": "imatinib", "outcome": "progression"}, {"drug": "sunitinib"}],
    },
    {
        "extent": ["metastatic", "recurrent"],
        "treatments": [{"drug": "imatinib"}, {"drug": "avapritinib"}, {"drug": "ripretinib"}, {"drug": "imatinib"}],
    },
    {
        "extent": "metastatic",
        "age": 63,
        "genotype": EXON_11,
        "comedication": ["rifampicin"],
        "treatments": [
            {"drug": "imatinib", "intent": "palliative", "outcome": "disease control", "months": 70, "tolerated": True}
        ],
    },
    {"extent": "metastatic", "age": 58, "genotype": {"tested": ["KIT", "PDGFRA"], "found": ["KIT exon 9"]}}
    | {"immunohistochemistry": {"cd117": "positive"}, "symptomatic": False, "treatments": []},
    {"extent": "completely resected", "age": 49, "site": "stomach", "size_cm": 12, "mitoses": 11, "ruptured": False}
    | {"genotype": EXON_11, "margin": "R0", "treatments": [{"procedure": "resection"}]},
    {"extent": "completely resected", "site": "small intestine", "size_cm": 4, "mitoses": 9, "treatments": []},
    {"site": "stomach", "size_cm": 1.5, "mitoses": 2, "ruptured": False, "features": ["incidental finding"]},
)

POPULATIONS = """
SELECT DISTINCT ?population
WHERE {
  VALUES ?kind { gistkg:Recommendation gistkg:MonitoringRecommendation }
  ?statement a ?kind ;
    gistkg:appliesTo ?population .
}
"""

STATUS = {True: "applies", False: "doesNotApply", None: "undetermined"}


@pytest.fixture(scope="module")
def judged():
    """Of each case and population: what is known, the status by the query, and the status by the evaluator."""
    graph = load_graph()
    known = conditions(graph)
    evaluator = Evaluator(known)
    chosen = drawn_cases(graph, known, random.Random(20140225), BY_HAND)
    drawn = itertools.islice(_consistent(known, chosen), GENERATED)
    cases = [(words, case_from_words(graph, known, words).expressions) for words in BY_HAND]
    cases += [(str(one), case_from_document(graph, known, one).expressions) for one in DOCUMENTS]
    rows = []
    for words, facts in [*cases, *drawn]:
        verdict = evaluator.judge(facts)
        rows += {  # a population counts once, however many recommendations are about it
            (words, str(row["population"]), row["status"], STATUS[verdict.populations[row["population"].full]])
            for row in _answer(graph, known, facts)
        }
    return rows


def _consistent(known, cases):
    """Those of the cases whose facts can all hold; of others, anything follows."""
    for words, facts in cases:
        others = [(*facts[:index], *facts[index + 1 :]) for index in range(len(facts))]
        if all(known.evaluate(rest, fact) is not False for rest, fact in zip(others, facts, strict=True)):
            yield words, facts


def _answer(graph, known, facts):
    """The rows of the question, with the case in a graph of its own."""
    name = ox.NamedNode(CASE)
    graph.store.extend(ox.Quad(one.subject, one.predicate, one.object, name) for one in case_triples(known, facts))
    try:
        return list(graph.rows(question("applicability").sparql))
    finally:
        graph.store.remove_graph(name)


def test_the_query_gives_the_statuses_of_the_evaluator(judged):
    """Not one status differs, of a population that a recommendation is about."""
    populations = load_graph().rows(POPULATIONS)
    assert len(judged) == len(list(populations)) * (len(BY_HAND) + len(DOCUMENTS) + GENERATED)
    assert [row for row in judged if row[2] != row[3]] == []


def test_the_cases_are_worth_judging(judged):
    """All three statuses occur often, so that the test above does not pass on nothing."""
    for status in STATUS.values():
        assert sum(row[2] == status for row in judged) > len(judged) / 20


def test_every_population_is_decided_for_some_case(judged):
    """Each population has a case in it or out of it, so that none is left out of the query."""
    populations = {row[1] for row in judged}
    assert {row[1] for row in judged if row[2] != "undetermined"} == populations


@pytest.mark.parametrize(
    ("case", "status"),
    [
        (["imatinib", "sunitinib", "regorafenib"], "applies"),
        (["imatinib", "sunitinib", "imatinib"], "doesNotApply"),
        ("three kinase inhibitors including imatinib", "undetermined"),
        ("had imatinib, had sunitinib", "undetermined"),
    ],
)
def test_drugs_are_counted(case, status):
    """Three drugs of a list are three; a complete list of two says that there are no three; else nobody knows."""
    graph = load_graph()
    known = conditions(graph)
    if isinstance(case, str):
        read = case_from_words(graph, known, f"metastatic, {case}")
    else:
        treatments = [{"drug": drug} for drug in case]
        read = case_from_document(graph, known, {"extent": "metastatic", "treatments": treatments})
    after_three = "gistkg:AdvancedAfterThreeKinaseInhibitorsPopulation"
    rows = _answer(graph, known, read.expressions)
    assert {row["status"] for row in rows if str(row["population"]) == after_three} == {status}


def test_alternatives_that_cannot_be_are_left_out():
    """What is localised, and unresectable or metastatic, is localised and unresectable."""
    graph = load_graph()
    known = conditions(graph)
    triples = case_triples(known, case_from_words(graph, known, "localised, advanced").expressions)
    assert sum(one.predicate.value == GISTKG + "mayBe" for one in triples) == 1
    assert GISTKG + "MetastaticDisease" not in {one.object.value for one in triples if hasattr(one.object, "value")}


def test_a_complete_list_of_drugs_says_how_many_there_are_at_most():
    """Two kinase inhibitors on a complete list are at most two, in the words of OWL."""
    graph = load_graph()
    known = conditions(graph)
    document = {"treatments": [{"drug": "imatinib"}, {"drug": "sunitinib"}]}
    triples = case_triples(known, case_from_document(graph, known, document).expressions)
    classes = {one.subject: one.object.value for one in triples if one.predicate.value == OWL + "onClass"}
    most = {one.subject: one.object.value for one in triples if one.predicate.value == OWL + "maxQualifiedCardinality"}
    assert {classes[kind].removeprefix(GISTKG): count for kind, count in most.items()}["KinaseInhibitor"] == "2"


def test_alternatives_become_descriptions():
    """Unresectable or metastatic is two descriptions of one case."""
    known = conditions(load_graph())
    either = Some(
        GISTKG + "hasExtent", Or((Named(GISTKG + "UnresectableDisease"), Named(GISTKG + "MetastaticDisease")))
    )
    triples = case_triples(known, [either])
    assert sum(one.predicate.value == GISTKG + "mayBe" for one in triples) == 2


def test_what_is_said_of_one_extent_is_said_of_one_node():
    """A functional property leads to one node, another property to as many as it is said of."""
    known = conditions(load_graph())
    for property_, nodes in (("hasExtent", 1), ("hasAlteration", 2)):
        facts = [Some(GISTKG + property_, Named(GISTKG + name)) for name in ("One", "Two")]
        links = [one for one in case_triples(known, facts) if one.predicate.value == GISTKG + property_]
        assert len(links) == nodes


def test_a_count_of_something_unnamed_is_refused_and_not_dropped():
    """What the form cannot say is an error."""
    known = conditions(load_graph())
    with pytest.raises(CaseError, match="named class"):
        case_triples(known, [AtLeast(2, GISTKG + "receivedDrug", Not(Named(GISTKG + "Imatinib")))])


def test_too_many_alternatives_are_refused():
    """Nine facts with two alternatives each are 512 descriptions."""
    known = conditions(load_graph())
    facts = [Or((Named(f"{GISTKG}A{index}"), Named(f"{GISTKG}B{index}"))) for index in range(9)]
    with pytest.raises(CaseError, match="512 alternatives"):
        case_triples(known, facts)
