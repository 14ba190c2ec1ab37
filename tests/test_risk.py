"""Risk groups: the printed rows and no others, and a missing fact counts only where it matters."""

import itertools
import json
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gistkg.case import case_from_words
from gistkg.cli import main
from gistkg.criteria import conditions
from gistkg.expressions import And, Bound, Not, Or
from gistkg.graph import load_graph
from gistkg.kg import load
from gistkg.proof import without_evidence
from gistkg.reason import classify
from gistkg.risk import risk_groups
from gistkg.terms import GISTKG, RDF, XSD
from gistkg.trial import Trial, deciding

GRAPH = load_graph()
CONDITIONS = conditions(GRAPH)
NIH, AFIP, MODIFIED = range(3)
SITES = ("gastric", "rectum", "small intestine", "ileum", "colon", "oesophagus", "nongastric")
GROUPS = {
    risk: [iri for iri in CONDITIONS.criteria if iri.endswith((f"Risk{ending}", f"Data{ending}"))]
    for risk, ending in ((NIH, "ByNih2002"), (AFIP, "ByAfip"), (MODIFIED, "ByModifiedNih"))
}


def words_of(size=None, count=None, site=None, ruptured=None):
    """A case in words; what is not given is not said."""
    facts = ["GIST", site]
    facts += [f"{size} cm" if size is not None else None, f"{count} mitoses" if count is not None else None]
    facts.append({None: None, True: "ruptured", False: "not ruptured"}[ruptured])
    return ", ".join(fact for fact in facts if fact)


def risks_of(words):
    """What the schemes say: NIH 2002, AFIP 2006, modified NIH 2008."""
    return risk_groups(GRAPH, CONDITIONS, case_from_words(GRAPH, CONDITIONS, words))


def told(risk):
    """The answer of a scheme: `low`, `low|high` if open, `low?` if it may be in no row, `-` if it is in none."""
    if risk.group:
        return risk.group.code
    return (
        "|".join(group.code for group in risk.possible) + ("?" if risk.may_be_unassigned else "")
        if risk.possible
        else "-"
    )


# The printed rows, each in its middle and at its ends


@pytest.mark.parametrize(
    ("size", "count", "expected"),
    [
        *[(size, count, "very low") for size, count in [(1, 2), ("1.9", 4), (1, 0)]],
        *[(size, count, "low") for size, count in [("3.5", 2), ("2.1", 4), ("4.9", 4)]],
        *[(size, count, "intermediate") for size, count in [(3, 8), (1, 6), ("4.9", 6), ("4.9", 10), (2, 8)]],
        *[(size, count, "intermediate") for size, count in [(7, 2), ("5.1", 4), ("9.9", 0)]],
        *[(size, count, "high") for size, count in [(7, 8), ("5.1", 6), ("9.9", 12), (10, 8)]],
        *[(size, count, "high") for size, count in [(12, 2), ("10.1", 0), (12, 5), (12, 50)]],
    ],
)
def test_nih_2002_rows(size, count, expected):
    """Size and mitotic count alone decide."""
    assert told(risks_of(words_of(size, count))[NIH]) == expected


@pytest.mark.parametrize(
    ("size", "count"),
    [(1, 5), (3, 5), (7, 5), (2, 3), (5, 3), (10, 3), (5, 8), (5, 12), (10, 5), (3, 11), (1, 30)],
)
def test_what_nih_2002_does_not_print_is_not_assigned(size, count):
    """Exactly 5 mitoses, exactly 2, 5 or 10 cm, and small tumours with many mitoses are in no row that was read."""
    risk = risks_of(words_of(size, count, "gastric", False))[NIH]
    assert (risk.status, risk.group, risk.possible, risk.missing) == ("notAssigned", None, (), ())
    assert any("does not assign" in note for note in risk.notes)


@pytest.mark.parametrize(
    ("site", "low_count", "high_count"),
    [
        ("gastric", ["none", "very low", "low", "moderate"], ["none", "moderate", "high", "high"]),
        (
            "rectum",
            ["none", "low", "insufficient data", "high"],
            ["high", "high", "insufficient data", "high"],
        ),
    ],
)
def test_afip_2006_rows(site, low_count, high_count):
    """Two counts by four sizes, for the two columns that are not disputed."""
    sizes = [(1, 2), ("2.1", "3.5", 5), ("5.1", 7, 10), ("10.1", 20)]
    for counts, column in (((0, 2, 5), low_count), ((6, 12), high_count)):
        for band, expected in zip(sizes, column, strict=True):
            for size, count in itertools.product(band, counts):
                assert told(risks_of(words_of(size, count, site))[AFIP]) == expected, (size, count)


@pytest.mark.parametrize("site", ["duodenum", "jejunum", "ileum", "small intestine", "colon", "oesophagus"])
@pytest.mark.parametrize(("size", "count"), [(1, 2), (3, 2), (7, 2), (12, 2), (1, 8), (12, 8), (None, None)])
def test_the_disputed_columns_of_afip_2006_assign_nothing(site, size, count):
    """What two prints have exchanged is in the graph for neither site, and sites without a column have none."""
    risk = risks_of(words_of(size, count, site, False))[AFIP]
    assert told(risk) == "-"
    assert "duodenum, jejunum and ileum are left out" in " ".join(risk.notes)


@pytest.mark.parametrize(
    ("size", "count", "site", "expected"),
    [
        *[(size, count, site, "very low") for size, count in [(1, 2), ("1.9", 5)] for site in SITES],
        *[(size, count, site, "low") for size, count in [(3, 2), ("2.1", 5), (5, 5)] for site in SITES],
        *[(size, count, "gastric", "intermediate") for size, count in [(3, 8), (1, 6), (5, 6), (5, 10), (2, 8)]],
        *[(size, count, "gastric", "intermediate") for size, count in [(7, 2), ("5.1", 5), (10, 5)]],
        *[(size, count, site, "high") for size, count in [(12, 2), ("10.1", 0)] for site in SITES],
        *[(size, count, site, "high") for size, count in [(3, 12), (1, 11)] for site in SITES],
        *[(size, count, site, "high") for size, count in [(7, 8), ("5.1", 6), (10, 10)] for site in SITES],
        *[(size, count, site, "high") for size, count in [(3, 8), (5, 6), (1, 10), (2, 8)] for site in SITES[1:]],
        *[(size, count, site, "high") for size, count in [(7, 2), ("5.1", 5), (10, 5)] for site in SITES[1:]],
    ],
)
def test_modified_nih_rows(size, count, site, expected):
    """Of a tumour that did not rupture; a tumour that did is high risk, in whatever row it would be."""
    assert told(risks_of(words_of(size, count, site, False))[MODIFIED]) == expected
    assert told(risks_of(words_of(size, count, site, True))[MODIFIED]) == "high"


@pytest.mark.parametrize(
    ("size", "count", "site"),
    [("2.0", 3, "gastric"), ("2.0", 5, "ileum"), ("2.05", 3, "gastric"), ("5.05", 3, "ileum"), (3, "5.5", "gastric")],
)
def test_what_modified_nih_does_not_print_is_not_assigned(size, count, site):
    """Exactly 2.0 cm, printed in neither <2.0 nor 2.1-5.0, and what lies between two printed figures."""
    assert told(risks_of(words_of(size, count, site, False))[MODIFIED]) == "-"


# Missing facts

ALL = "very low|low|intermediate|high?"
COLUMNS = "none|very low|low|moderate|high"
GASTRIC_7_8 = {
    # known: what each scheme tells, and what it misses (c count, s size, p place, r rupture)
    "scpr": [("high", ""), ("high", ""), ("high", "")],
    "scr": [("high", ""), ("high|insufficient data?", "p"), ("high", "")],
    "cpr": [("intermediate|high?", "s"), ("none|moderate|high", "s"), ("intermediate|high", "s")],
    "spr": [("intermediate|high?", "c"), ("low|high", "c"), ("intermediate|high", "c")],
    "scp": [("high", ""), ("high", ""), ("high", "")],
    "cr": [
        ("intermediate|high?", "s"),
        ("none|moderate|high|insufficient data?", "sp"),
        ("intermediate|high", "sp"),
    ],
    "sr": [("intermediate|high?", "c"), ("low|high|insufficient data?", "cp"), ("intermediate|high", "cp")],
    "sc": [("high", ""), ("high|insufficient data?", "p"), ("high", "")],
    "pr": [(ALL, "sc"), (COLUMNS, "sc"), (ALL, "sc")],
    "cp": [("intermediate|high?", "s"), ("none|moderate|high", "s"), ("intermediate|high", "sr")],
    "sp": [("intermediate|high?", "c"), ("low|high", "c"), ("intermediate|high", "cr")],
    "r": [(ALL, "sc"), (COLUMNS + "|insufficient data?", "scp"), (ALL, "scp")],
    "c": [
        ("intermediate|high?", "s"),
        ("none|moderate|high|insufficient data?", "sp"),
        ("intermediate|high", "spr"),
    ],
    "s": [("intermediate|high?", "c"), ("low|high|insufficient data?", "cp"), ("intermediate|high", "cpr")],
    "p": [(ALL, "sc"), (COLUMNS, "sc"), (ALL, "scr")],
    "": [(ALL, "sc"), (COLUMNS + "|insufficient data?", "scp"), (ALL, "scpr")],
}
INTESTINAL_4_3 = {
    "scpr": [("low", ""), ("-", ""), ("low", "")],
    "scr": [("low", ""), ("very low|low?", "p"), ("low", "")],
    "cpr": [(ALL, "s"), ("-", ""), ("very low|low|high?", "s")],
    "spr": [("low|intermediate?", "c"), ("-", ""), ("low|high", "c")],
    "scp": [("low", ""), ("-", ""), ("low|high", "r")],
    "cr": [(ALL, "s"), (COLUMNS + "|insufficient data?", "sp"), (ALL, "sp")],
    "sr": [("low|intermediate?", "c"), ("very low|low|moderate|high?", "cp"), ("low|intermediate|high", "cp")],
    "sc": [("low", ""), ("very low|low?", "p"), ("low|high", "r")],
    "pr": [(ALL, "sc"), ("-", ""), ("very low|low|high?", "sc")],
    "cp": [(ALL, "s"), ("-", ""), ("very low|low|high?", "sr")],
    "sp": [("low|intermediate?", "c"), ("-", ""), ("low|high", "cr")],
    "r": [(ALL, "sc"), (COLUMNS + "|insufficient data?", "scp"), (ALL, "scp")],
    "c": [(ALL, "s"), (COLUMNS + "|insufficient data?", "sp"), (ALL, "spr")],
    "s": [("low|intermediate?", "c"), ("very low|low|moderate|high?", "cp"), ("low|intermediate|high", "cpr")],
    "p": [(ALL, "sc"), ("-", ""), ("very low|low|high?", "scr")],
    "": [(ALL, "sc"), (COLUMNS + "|insufficient data?", "scp"), (ALL, "scpr")],
}
NAMES = {"s": "tumour size", "c": "mitotic count", "p": "site of the tumour", "r": "tumour rupture"}


@pytest.mark.parametrize(
    ("whole", "known", "expected"),
    [
        *[((7, 8, "gastric", False), known, expected) for known, expected in GASTRIC_7_8.items()],
        *[((4, 3, "small intestine", False), known, expected) for known, expected in INTESTINAL_4_3.items()],
    ],
)
def test_a_missing_fact_is_named_only_where_it_could_change_the_group(whole, known, expected):
    """Every set of known facts of two tumours, worked out by hand from the printed tables."""
    words = words_of(*(value if letter in known else None for letter, value in zip("scpr", whole, strict=True)))
    found = [(told(risk), set(risk.missing)) for risk in risks_of(words)]
    assert found == [(answer, {NAMES[letter] for letter in missing}) for answer, missing in expected]


def test_every_combination_of_missing_facts_is_worked_out():
    """None of the sixteen is forgotten."""
    every = {"".join(some) for count in range(5) for some in itertools.combinations("scpr", count)}
    assert set(GASTRIC_7_8) == set(INTESTINAL_4_3) == every


@pytest.mark.parametrize(
    ("words", "scheme", "expected"),
    [
        ("12 cm", NIH, "high"),
        ("12 cm", MODIFIED, "high"),
        ("ruptured", MODIFIED, "high"),
        ("14 mitoses", MODIFIED, "high"),
        ("small intestine, 7 cm", MODIFIED, "high"),
        ("small intestine, 7 mitoses", MODIFIED, "high"),
        ("nongastric, more than 5 mitoses", MODIFIED, "high"),
        ("gastric, 1.5 cm", AFIP, "none"),
        ("rectum, 12 cm", AFIP, "high"),
        ("rectum, 7 cm", AFIP, "insufficient data"),
        ("gastric, more than 5 cm, more than 5 mitoses", AFIP, "high"),
        ("modified NIH low risk", MODIFIED, "low"),
    ],
)
def test_a_fact_that_cannot_matter_may_be_missing(words, scheme, expected):
    """The group is the same with each value it could have."""
    risk = risks_of(words)[scheme]
    assert (risk.status, told(risk), risk.missing) == ("assigned", expected, ())


def test_one_group_left_is_not_assigned_where_some_value_is_in_no_row():
    """Of 1.5 cm outside the stomach AFIP 2006 has one row that could fit, and sites that have none."""
    risk = risks_of("nongastric, 1.5 cm, 3 mitoses")[AFIP]
    assert (risk.status, told(risk), risk.missing) == ("open", "none?", ("site of the tumour",))
    over = risks_of("nongastric, over 5 cm, not ruptured")[MODIFIED]  # 5.05 cm would be in no row
    assert (over.status, told(over)) == ("open", "high?")


# Side by side


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("small intestine, 4 cm, 7 mitoses, not ruptured", ["intermediate", "-", "high"]),
        ("gastric, 6 cm, 7 mitoses, not ruptured", ["high", "high", "high"]),
        ("gastric, 4 cm, 7 mitoses, not ruptured", ["intermediate", "moderate", "intermediate"]),
        ("gastric, 12 cm, 3 mitoses, not ruptured", ["high", "moderate", "high"]),
        ("rectum, 7 cm, 3 mitoses, not ruptured", ["intermediate", "insufficient data", "high"]),
        ("gastric, 1 cm, 7 mitoses, not ruptured", ["intermediate", "none", "intermediate"]),
        ("gastric, 3 cm, 3 mitoses, ruptured", ["low", "very low", "high"]),
    ],
)
def test_schemes_may_differ(words, expected):
    """The same tumour, three tables."""
    assert [told(risk) for risk in risks_of(words)] == expected


def test_the_row_that_decided_is_told_with_its_facts_and_source():
    """Each criterion with the words that met it."""
    risk = risks_of("small intestine, 4 cm, 7 mitoses")[MODIFIED]
    assert [(reason.label, reason.value, reason.facts) for reason in risk.because] == [
        ("tumour is at most 5 cm", True, ("4 cm",)),
        ("tumour has more than 5 mitoses", True, ("7 mitoses",)),
        ("tumour arose outside the stomach", True, ("small intestine",)),
    ]
    assert [str(source.iri) for source in risk.sources] == ["src:joensuu-2008"]
    assert risk.scheme.label == "modified NIH 2008"


def test_of_several_rows_the_first_is_told():
    """Either would be enough."""
    risk = risks_of("12 cm, gastric, ruptured")[MODIFIED]
    assert [reason.facts for reason in risk.because] == [("ruptured",)]


# What holds of every case

sizes = st.sampled_from([Decimal(number) / 20 for number in range(1, 300)])
counts = st.sampled_from([Decimal(number) / 2 for number in range(40)])
cases = st.tuples(sizes, counts, st.sampled_from(SITES), st.booleans())
known = st.lists(st.booleans(), min_size=4, max_size=4)


def part(whole, chosen):
    """The chosen facts of a case in words."""
    return words_of(*(value if keep else None for value, keep in zip(whole, chosen, strict=True)))


@given(cases, known)
@settings(max_examples=150, deadline=None)
def test_a_further_fact_never_moves_a_tumour_to_another_group(whole, chosen):
    """What is assigned stays, what is in no row stays there, and what is open ends in a group that was possible."""
    for before, after in zip(risks_of(part(whole, chosen)), risks_of(words_of(*whole)), strict=True):
        if before.status == "assigned":
            assert after.group == before.group
        elif before.status == "notAssigned":
            assert after.status == "notAssigned"
        elif after.status == "assigned":
            assert after.group in before.possible
        elif after.status == "open":  # "nongastric" leaves the site open
            assert set(after.possible) < set(before.possible) or after.possible == before.possible
        elif whole[0] % Decimal("0.1") == 0 and whole[1] % 1 == 0:
            assert before.may_be_unassigned


@given(cases, known)
@settings(max_examples=100, deadline=None)
def test_the_missing_facts_settle_the_question(whole, chosen):
    """Once they are told, nothing else is needed."""
    whole = (*whole[:2], "ileum" if whole[2] == "nongastric" else whole[2], whole[3])
    for scheme, risk in enumerate(risks_of(part(whole, chosen))):
        told_now = [keep or name in risk.missing for keep, name in zip(chosen, NAMES.values(), strict=True)]
        assert risks_of(part(whole, told_now))[scheme].status != "open"


@pytest.mark.parametrize("site", [None, "gastric", "rectum", "ileum"])
@pytest.mark.parametrize("ruptured", [None, True, False])
def test_a_risk_group_is_a_criterion_with_the_same_answer(site, ruptured):
    """A population that requires the group, judged by the evaluator, never says otherwise, whatever is missing."""
    for size, count in itertools.product((None, 1, 2, 3, 7, 12), (None, 3, 8, 12)):
        words = words_of(size, count, site, ruptured)
        facts = case_from_words(GRAPH, CONDITIONS, words).expressions
        for scheme, risk in enumerate(risks_of(words)):
            truths = {iri: CONDITIONS.evaluate(facts, CONDITIONS.criteria[iri]) for iri in GROUPS[scheme]}
            assert [iri for iri, truth in truths.items() if truth] == ([risk.group.iri.full] if risk.group else []), (
                words
            )


def test_groups_of_one_scheme_share_no_tumour():
    """Each value at, beside and between the printed lines."""
    lines = [
        Decimal(text) for text in ("0.5", "1.9", "2", "2.05", "2.1", "3", "4.9", "5", "5.05", "5.1", "7", "10", "12")
    ]
    for size, count, site, ruptured in itertools.product(lines, (0, 5, "5.5", 6, 10, 11), SITES[:3], (True, False)):
        facts = case_from_words(GRAPH, CONDITIONS, words_of(size, count, site, ruptured)).expressions
        for groups in GROUPS.values():
            assert sum(CONDITIONS.evaluate(facts, CONDITIONS.criteria[iri]) is True for iri in groups) <= 1


def test_the_reasoner_finds_the_same_groups():
    """HermiT, over individuals with the same facts, puts each into its groups and into no other."""
    tumours = [
        (7, 8, "Stomach", False), (7, None, "SmallIntestine", None), (None, 7, "Ileum", None), (12, None, None, None),
        (None, None, None, True), (4, 7, "SmallIntestine", None), (4, 7, "Stomach", False), (4, 7, "Stomach", None),
        (2, 3, "Stomach", False), (5, 5, "Rectum", False), (7, None, "Rectum", None), ("1.5", None, "Stomach", False),
        ("5.05", 3, "Colon", False), (3, 12, "Duodenum", False), (None, None, "Rectum", None),
    ]  # fmt: skip
    triples, expected = [], {}
    labels = {"SmallIntestine": "small intestine", "Stomach": "gastric"}
    for index, (size, count, site, ruptured) in enumerate(tumours):
        case = ox.NamedNode(f"https://example.org/case/{index}")
        organ = ox.NamedNode(f"https://example.org/organ/{index}")
        stated = [
            (case, RDF + "type", ox.NamedNode(GISTKG + "Case")),
            (case, RDF + "type", ox.NamedNode(GISTKG + "GastrointestinalStromalTumour")),
            (case, GISTKG + "tumourSizeCm", size and ox.Literal(str(size), datatype=ox.NamedNode(XSD + "decimal"))),
            (case, GISTKG + "mitosesPer5mm2", count and ox.Literal(str(count), datatype=ox.NamedNode(XSD + "decimal"))),
            (case, GISTKG + "wasRuptured", None if ruptured is None else ox.Literal(ruptured)),
            (case, GISTKG + "hasSite", site and organ),
            (organ, RDF + "type", site and ox.NamedNode(GISTKG + site)),
        ]
        triples += [ox.Triple(one, ox.NamedNode(property_), other) for one, property_, other in stated if other]
        words = words_of(size, count, site and labels.get(site, site.lower()), ruptured)
        expected[case.value] = {risk.group.iri.full for risk in risks_of(words) if risk.group}
    proof = classify(without_evidence(GRAPH), triples)
    assert proof.consistent
    assert proof.unsatisfiable == ()
    groups = {iri for members in GROUPS.values() for iri in members}
    assert {case: set(proof.types[case]) & groups for case in expected} == expected
    assert sum(map(len, expected.values())) > 15


def test_every_group_of_the_graph_is_tried():
    """Four of NIH 2002, six of AFIP 2006, four of modified NIH 2008."""
    assert [len(GROUPS[scheme]) for scheme in (NIH, AFIP, MODIFIED)] == [4, 6, 4]
    rows = GRAPH.rows("SELECT ?group { ?group a gistkg:RiskGroup }")
    assert {row["group"].full for row in rows} == {iri for groups in GROUPS.values() for iri in groups}


# Any scheme

INVENTED = """
gistkg:Tall a owl:Class , gistkg:Criterion ;
    owl:equivalentClass [ a owl:Restriction ; owl:onProperty gistkg:tumourSizeCm ; owl:someValuesFrom
        [ a rdfs:Datatype ; owl:onDatatype xsd:decimal ; owl:withRestrictions ( [ xsd:minExclusive 3.0 ] ) ] ] .
gistkg:Tail a owl:Class ; rdfs:subClassOf gistkg:AnatomicalSite ; skos:prefLabel "tail"@en .
gistkg:HighRiskByEye a owl:Class , gistkg:Criterion , gistkg:RiskGroup ;
    owl:equivalentClass [ a owl:Class ; owl:unionOf ( gistkg:Tall
        [ a owl:Restriction ; owl:onProperty gistkg:hasSite ; owl:someValuesFrom gistkg:Tail ] ) ] ;
    skos:prefLabel "high risk by eye"@en ;
    gistkg:inRiskScheme gistkg:Eye ; gistkg:riskCategory "high" ; gistkg:riskRank 1 .
gistkg:Eye a gistkg:RiskScheme ; skos:prefLabel "eye"@en ; skos:scopeNote "Small ones are overlooked."@en .
"""


@pytest.mark.parametrize(
    ("words", "status", "missing"),
    [
        ("4 cm", "assigned", ()),
        ("tail", "assigned", ()),
        ("3 cm", "open", ("site of the tumour",)),
        ("size > 2 cm", "open", ("tumour size", "site of the tumour")),
        ("size > 3 cm", "assigned", ()),
    ],
)
def test_a_scheme_is_what_the_graph_says(tiny_with, words, status, missing):
    """A scheme in a file of one's own is judged like those of the ontology; its facts are those of its conditions."""
    graph = tiny_with(INVENTED + 'gistkg:Centimetre skos:prefLabel "cm"@en .')
    own = conditions(graph)
    (risk,) = risk_groups(graph, own, case_from_words(graph, own, words))
    assert (risk.status, risk.missing, risk.notes) == (status, missing, ("Small ones are overlooked.",))


def test_the_highest_of_groups_that_overlap_is_told(tiny_with):
    """A scheme whose groups are not apart is flawed, and errs on the side of care."""
    lower = """gistkg:AnyRiskByEye a owl:Class , gistkg:Criterion , gistkg:RiskGroup ;
        owl:equivalentClass gistkg:Tall ; skos:prefLabel "any risk by eye"@en ;
        gistkg:inRiskScheme gistkg:Eye ; gistkg:riskCategory "any" ; gistkg:riskRank 0 ."""
    graph = tiny_with(INVENTED + lower + 'gistkg:Centimetre skos:prefLabel "cm"@en .')
    own = conditions(graph)
    (risk,) = risk_groups(graph, own, case_from_words(graph, own, "4 cm"))
    assert risk.group.code == "high"


def test_facts_that_hang_together_are_tried_together():
    """Told that it is large or has many mitoses, a tumour is not both small and without."""
    large = Bound(GISTKG + "tumourSizeCm", "minExclusive", Decimal(10))
    many = Bound(GISTKG + "mitosesPer5mm2", "minExclusive", Decimal(10))
    case = case_from_words(GRAPH, CONDITIONS, "gastric")
    facts = (*case.facts, type(case.facts[0])("said", case.facts[0].term, "said", Or((large, many))))
    risk = risk_groups(GRAPH, CONDITIONS, type(case)(facts))[MODIFIED]
    assert (risk.status, told(risk)) == ("assigned", "high")
    denied = type(case.facts[0])("denied", case.facts[0].term, "denied", Not(And((large, many))))
    assert all(
        trial.truth(And((large, many)), world.table) is not True
        for trial in [Trial(CONDITIONS, type(case)((denied,)), [And((large, many))])]
        for world in trial.worlds()
    )


def test_what_decides_together_is_named_together():
    """Neither of two facts that only occur as a pair could change alone."""
    assert deciding([((0, 0), "low"), ((1, 1), "high")]) == (0, 1)
    assert deciding([((0, 0), "a"), ((0, 1), "b"), ((1, 0), "b"), ((1, 1), "a")]) == (0, 1)
    assert deciding([((0, 0), "a"), ((0, 1), "a")]) == ()


# The doors


def test_the_facade_gives_the_same():
    """`kg.risk` and the function."""
    words = "gastric, 4 cm, 7 mitoses"
    assert load().risk(words) == risks_of(words)
    keys = {"site": "stomach", "size_cm": 4, "mitoses": 7}
    assert [told(risk) for risk in load().risk(keys)] == [told(risk) for risk in risks_of(words)]


def test_the_command_shows_the_schemes_side_by_side(capsys, monkeypatch):
    """Group, facts, what is missing, and why a scheme says nothing."""
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["risk", "small intestine,", "4 cm, 7 mitoses"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Case  small intestine; 4 cm; 7 mitoses"
    assert any("NIH 2002 " in line and " intermediate " in line for line in lines)
    assert any("AFIP 2006 " in line and "not assigned by the printed rows" in line for line in lines)
    assert "The schemes differ: intermediate by NIH 2002, high by modified NIH 2008." in lines
    assert any(line.startswith("AFIP 2006: The graph holds the rows for stomach and rectum alone") for line in lines)
    assert lines[-1] == "Informs; does not choose a patient's treatment."


def test_the_command_gives_programs_the_records(capsys):
    """JSON says all, and whether the schemes differ."""
    assert main(["risk", "gastric, 6 cm", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [scheme["status"] for scheme in data["schemes"]] == ["open", "open", "open"]
    assert data["schemes"][1]["possible"][0] == {
        "iri": GISTKG + "LowRiskByAfip", "label": "low risk by AFIP 2006", "code": "low",
    }  # fmt: skip
    assert data["schemes"][2]["missing"] == ["mitotic count", "tumour rupture"]
    assert data["differ"] is False


def test_the_command_reads_a_case_from_a_file(capsys, tmp_path):
    """The same keys as for recommendations; words beside it are refused."""
    file = tmp_path / "case.yaml"
    file.write_text("{site: ileum, size_cm: 4, mitoses: 7, ruptured: false}", encoding="utf-8")
    assert main(["risk", "--case", str(file), "--format", "csv"]) == 0
    rows = [line.split(",")[:3] for line in capsys.readouterr().out.splitlines()[1:]]
    assert rows == [
        ["NIH 2002", "assigned", "intermediate"],
        ["AFIP 2006", "notAssigned", ""],
        ["modified NIH 2008", "assigned", "high"],
    ]
    assert main(["risk", "gastric", "--case", str(file)]) == 2
    assert main(["risk"]) == 2


def test_the_command_tells_bad_words_and_empty_answers_apart(capsys):
    """Exit code 2 for a word nobody knows."""
    assert main(["risk", "gastric, 60 furlongs"]) == 2
    assert "60 furlongs" in capsys.readouterr().err
