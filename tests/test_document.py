"""A case from keys and values: what each key says, what a list leaves out, and what is refused."""

import json
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
import yaml
from editions import kg_2014
from hypothesis import given, settings
from hypothesis import strategies as st

import gistkg
from gistkg.case import case_from_words
from gistkg.case_formats import parse_document
from gistkg.case_keys import case_keys
from gistkg.criteria import conditions
from gistkg.document import case_from_document
from gistkg.errors import CaseError, CaseValueError, ContradictionError, GistkgError
from gistkg.expressions import And, AtLeast, Has, Named, Not, Or, Some, flatten
from gistkg.graph import load_graph
from gistkg.terms import GISTKG

GRAPH = load_graph()
CONDITIONS = conditions(GRAPH)
CASES = Path(__file__).parent / "data" / "cases"
SCHEMA = json.loads((Path(gistkg.__file__).parent / "case.schema.json").read_text(encoding="utf-8"))


def read(document):
    """The case of a document."""
    return case_from_document(GRAPH, CONDITIONS, document)


def facts(**document):
    """The expressions that a document states, in its order."""
    return [fact.expression for fact in read(document).facts]


def stated(**document):
    """The expressions that a document states, with conjunctions taken apart."""
    return list(flatten(facts(**document)))


def named(name):
    """A class of the graph."""
    return Named(GISTKG + name)


def some(property_, filler):
    """A link to something of a class or of a description."""
    return Some(GISTKG + property_, named(filler) if isinstance(filler, str) else filler)


def has(property_, value):
    """A value; numbers as in a file."""
    return Has(GISTKG + property_, value if isinstance(value, bool) else Decimal(value))


def holds(document, criterion):
    """Whether a document meets a criterion of the graph."""
    return CONDITIONS.evaluate(read(document).expressions, CONDITIONS.criteria[GISTKG + criterion])


def asked(document, expression):
    """Whether an expression holds of a document's case."""
    return CONDITIONS.evaluate(read(document).expressions, expression)


# What a key says


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("extent", "metastatic", some("hasExtent", "MetastaticDisease")),
        ("extent", " Localised-Resectable ", some("hasExtent", "LocalisedResectableDisease")),
        ("site", "small bowel", some("hasSite", "SmallIntestine")),
        ("size_cm", 7.5, has("tumourSizeCm", "7.5")),
        ("size_cm", Decimal("7.50"), has("tumourSizeCm", "7.5")),
        ("mitoses", 8, has("mitosesPer5mm2", 8)),
        ("ruptured", False, has("wasRuptured", False)),
        ("ruptured", "no", has("wasRuptured", False)),
        ("symptomatic", "Yes", has("isSymptomatic", True)),
        ("margin", "R0", some("hasMargin", "MicroscopicallyCompleteMargin")),
        ("ecog", 1, has("ecogStatus", 1)),
        ("features", "very large", some("hasFeature", "VeryLargeTumourFeature")),
        ("comedication", "imatinib", some("takesDrug", "Imatinib")),
    ],
)
def test_a_key_states_the_value_of_its_property(key, value, expected):
    """Words by label and synonym, in any case; numbers and truths as they are."""
    assert facts(**{key: value}) == [expected]


def test_the_words_and_the_label_of_a_fact_say_where_it_stands_and_what_was_understood():
    """So that an answer can cite it."""
    (fact,) = read({"extent": "metastatic"}).facts
    assert (fact.words, fact.label, str(fact.term)) == (
        "extent: metastatic", "metastatic disease", "gistkg:MetastaticDisease",
    )  # fmt: skip


def test_a_criterion_about_the_same_thing_can_be_said_under_a_key():
    """Advanced disease is an extent of one kind or another."""
    assert facts(extent="advanced") == [
        Some(GISTKG + "hasExtent", Or((named("UnresectableDisease"), named("MetastaticDisease"))))
    ]


def test_several_words_for_the_extent_are_kinds_of_one_extent():
    """They close nothing: the disease may be unresectable as well."""
    assert facts(extent=["metastatic", "recurrent"]) == [
        some("hasExtent", "MetastaticDisease"), some("hasExtent", "RecurrentDisease"),
    ]  # fmt: skip


def test_the_result_of_a_stain_excludes_the_other_results_of_that_stain_only():
    """What another stain shows stays unknown."""
    document = {"immunohistochemistry": {"CD117": "positive", "dog1": None}}
    assert asked(document, some("hasImmunostain", "Cd117Positive")) is True
    assert asked(document, some("hasImmunostain", "Cd117Negative")) is False
    assert asked(document, some("hasImmunostain", "Dog1Positive")) is None


def test_a_new_property_with_a_case_key_is_a_key_at_once(tmp_path):
    """No Python knows the names of scalar keys."""
    new = tmp_path / "days.ttl"
    new.write_text(
        "@prefix gistkg: <https://w3id.org/gistkg/> .\n"
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "gistkg:daysToSurgery a owl:DatatypeProperty , owl:FunctionalProperty ; rdfs:domain gistkg:Tumour ;\n"
        '  rdfs:range xsd:integer ; gistkg:caseKey "days_to_surgery" ; gistkg:lowestValue 0 .\n',
        encoding="utf-8",
    )
    graph = load_graph([new])
    case = case_from_document(graph, conditions(graph), {"days_to_surgery": 14})
    assert case.facts[0].expression == has("daysToSurgery", 14)
    with pytest.raises(CaseValueError, match=r"^days_to_surgery: -1 cannot be; it is 0 or more\.$"):
        case_from_document(graph, conditions(graph), {"days_to_surgery": -1})


# What silence, null and lists say


@pytest.mark.parametrize("nothing", [{}, {"treatments": None, "genotype": None}])
def test_an_absent_key_and_null_leave_everything_unknown(nothing):
    """Unknown is not no."""
    document = {"extent": "metastatic", **nothing}
    for criterion in ("HadNoDrugTreatment", "HasKitExon9Mutation", "ProgressedOnImatinib"):
        assert holds(document, criterion) is None


def test_an_empty_list_of_treatments_says_that_there_was_none():
    """Untreated."""
    assert facts(treatments=[]) == [
        And((
            Not(some("hadTreatment", "TreatmentEpisode")),
            Not(some("receivedDrug", "Drug")),
            Not(some("hadTreatment", some("gaveDrug", "Drug"))),
            Not(some("hadTreatment", some("gaveProcedure", "Procedure"))),
            Not(some("hadTreatment", some("hadBestResponse", "TumourResponseCategory"))),
            Not(some("hadTreatment", some("hadIntent", "TreatmentIntent"))),
            Not(some("hadTreatment", some("hadOutcome", "TreatmentOutcome"))),
            Not(some("hadLatestTreatment", "TreatmentEpisode")),
        ))
    ]  # fmt: skip
    assert holds({"treatments": []}, "HadNoDrugTreatment") is True
    assert holds({"treatments": []}, "ProgressedOnImatinib") is False


def test_a_present_list_is_complete_and_a_single_word_is_not():
    """Of features and of drugs for another reason."""
    large, other = some("hasFeature", "LargeTumourFeature"), some("hasFeature", "DifficultToAccessSmallTumourFeature")
    assert [asked({"features": ["large"]}, one) for one in (large, other)] == [True, False]
    assert [asked({"features": "large"}, one) for one in (large, other)] == [True, None]
    assert asked({"features": []}, large) is False
    assert asked({"comedication": []}, some("takesDrug", "Imatinib")) is False


def test_without_complete_a_list_says_only_what_was_there():
    """A record written for another purpose promises nothing."""
    document = {
        "treatments": [{"drug": "imatinib"}],
        "comedication": [],
        "genotype": {"acquired": [], "tested": ["KIT"]},
    }
    case = case_from_document(GRAPH, CONDITIONS, document, complete=False)
    assert [fact.words for fact in case.facts] == ["genotype.tested[0]: KIT", "treatments[0]: imatinib"]
    assert case.facts[1].expression.parts[0].property == GISTKG + "hadTreatment"
    assert {part.property for part in case.facts[1].expression.parts} == {
        GISTKG + "hadTreatment", GISTKG + "receivedDrug",
    }  # fmt: skip


# Genotype


def test_a_tested_gene_without_a_finding_has_no_mutation():
    """The same fact as the words KIT wild type."""
    (wild_type,) = case_from_words(GRAPH, CONDITIONS, "KIT wild type").facts
    assert facts(genotype={"tested": ["KIT"]}) == [Not(some("hasAlteration", "KitMutation"))]
    assert facts(genotype={"tested": ["KIT"]}) == [wild_type.expression]


def test_a_tested_gene_holds_nothing_but_what_was_found_in_it():
    """One finding, then two; another gene is not closed by them."""
    kit, exon9, exon17 = named("KitMutation"), named("KitExon9Mutation"), named("KitExon17Mutation")
    assert facts(genotype={"tested": ["KIT"], "found": ["KIT exon 9"]}) == [
        some("hasAlteration", exon9),
        Not(some("hasAlteration", And((kit, Not(exon9))))),
    ]
    assert facts(genotype={"tested": ["KIT", "PDGFRA"], "found": ["KIT exon 9", "KIT exon 17", "KIT exon 9"]}) == [
        some("hasAlteration", exon9),
        some("hasAlteration", exon17),
        Not(some("hasAlteration", And((kit, Not(Or((exon9, exon17))))))),
        Not(some("hasAlteration", "PdgfraMutation")),
    ]


def test_an_exon_can_be_tested_alone():
    """What is in other exons stays unknown."""
    document = {"genotype": {"tested": ["KIT exon 9"]}}
    assert facts(**document) == [Not(some("hasAlteration", "KitExon9Mutation"))]
    assert holds(document, "HasKitExon9Mutation") is False
    assert asked(document, some("hasAlteration", "KitExon11Mutation")) is None


def test_a_finding_that_may_lie_in_what_was_tested_closes_nothing():
    """A KIT mutation of unknown place, and a test of exon 9."""
    assert facts(genotype={"tested": ["KIT exon 9"], "found": ["KIT mutation"]}) == [
        some("hasAlteration", "KitMutation")
    ]


def test_found_without_tested_says_nothing_of_other_genes():
    """Nor of the rest of the same gene."""
    document = {"genotype": {"found": ["KIT exon 9"]}}
    assert facts(**document) == [some("hasAlteration", "KitExon9Mutation")]
    assert asked(document, some("hasAlteration", "PdgfraMutation")) is None


def test_a_finding_without_a_gene_needs_no_tested_gene():
    """A lost protein is not found by sequencing KIT."""
    assert len(facts(genotype={"tested": ["KIT"], "found": ["SDH deficiency"]})) == 2


def test_a_protein_change_is_found_in_its_exon():
    """Named or not."""
    document = {"genotype": {"tested": ["KIT"], "found": ["KIT p.(Ala502_Tyr503dup)"]}}
    assert holds(document, "HasKitExon9Mutation") is True
    assert asked(document, some("hasAlteration", "KitExon11Mutation")) is False


def test_acquired_mutations_are_a_complete_list_of_their_own():
    """They say nothing of what was there from the beginning."""
    whole, v654a, exon17 = named("Alteration"), named("KitV654A"), named("KitExon17Mutation")
    assert facts(genotype={"acquired": []}) == [Not(some("hasAcquiredAlteration", whole))]
    assert facts(genotype={"acquired": ["KIT V654A"]}) == [
        some("hasAcquiredAlteration", v654a),
        Not(some("hasAcquiredAlteration", And((whole, Not(v654a))))),
    ]
    assert facts(genotype={"acquired": ["KIT V654A", "KIT exon 17"]})[-1] == Not(
        some("hasAcquiredAlteration", And((whole, Not(Or((v654a, exon17))))))
    )
    assert asked({"genotype": {"acquired": ["KIT V654A"]}}, some("hasAlteration", "KitV654A")) is None


@pytest.mark.parametrize(
    ("tested", "said"),
    [(["PDGFRA"], "PDGFRA"), (["KIT exon 11", "PDGFRA"], "KIT exon 11 and PDGFRA"), ([], "none")],
)
def test_a_finding_where_nobody_tested_is_a_contradiction(tested, said):
    """It names the finding and what was tested."""
    with pytest.raises(ContradictionError) as caught:
        read({"genotype": {"tested": tested, "found": ["KIT exon 9"]}})
    assert (caught.value.one, caught.value.other) == ("genotype.found[0]: KIT exon 9", f"genotype.tested: {said}")
    assert "add to tested what was tested beside it, or take KIT exon 9 out of found" in str(caught.value)


# Treatments


def episode(*parts, drug="Imatinib"):
    """An episode with one drug, as a document states it."""
    given = [
        named("TreatmentEpisode"),
        some("gaveDrug", drug),
        Not(some("gaveDrug", Not(named(drug)))),
        Not(some("gaveProcedure", "Procedure")),
    ]
    return And((*given, *parts))


FULL = {
    "drug": "Glivec", "dose": "400 mg/day", "intent": "palliative", "outcome": "progression", "months": 1.5,
    "best_response": "none", "tolerated": True,
}  # fmt: skip


def test_an_entry_states_one_episode_with_all_its_keys():
    """In the order of the entry; months to progression as well, since it ended so."""
    whole = episode(
        has("gaveMilligramsPerDay", 400),
        some("hadIntent", "PalliativeIntent"),
        some("hadOutcome", "DiseaseProgression"),
        has("monthsOnTreatment", "1.5"),
        some("hadBestResponse", "NoResponseCategory"),
        has("wasTolerated", True),
        has("monthsToProgression", "1.5"),
    )
    assert facts(treatments=[FULL])[0] == And((
        some("hadTreatment", whole), some("hadLatestTreatment", whole), some("receivedDrug", "Imatinib"),
    ))  # fmt: skip


def test_a_list_of_treatments_is_closed():
    """No other episode, no other drug, each drug once."""
    one = episode()
    assert facts(treatments=[{"drug": "imatinib"}])[1] == And((
        Not(some("hadTreatment", Not(one))),
        Not(some("receivedDrug", Not(named("Imatinib")))),
        Not(AtLeast(2, GISTKG + "receivedDrug", named("Drug"))),
        Not(AtLeast(2, GISTKG + "receivedDrug", named("Imatinib"))),
        Not(AtLeast(2, GISTKG + "receivedDrug", named("KinaseInhibitor"))),
        Not(AtLeast(2, GISTKG + "receivedDrug", named("TyrosineKinaseInhibitor"))),
    ))  # fmt: skip
    assert Not(some("hadTreatment", Not(Or((one, one))))) in stated(treatments=[{"drug": "imatinib"}] * 2)


def test_a_drug_given_twice_counts_once():
    """Imatinib at two doses is one kinase inhibitor."""
    document = {"treatments": [{"drug": "imatinib", "dose": "400 mg"}, {"drug": "imatinib", "dose": "800 mg"}]}
    at_least = [AtLeast(count, GISTKG + "receivedDrug", named("TyrosineKinaseInhibitor")) for count in (1, 2)]
    assert [asked(document, one) for one in at_least] == [True, False]


def test_of_a_group_of_drugs_nobody_knows_how_many_were_given():
    """The kinase inhibitor may have been imatinib, or another."""
    for drugs in (["TKI", "imatinib"], ["TKI", "TKI"]):
        document = {"treatments": [{"drug": drug} for drug in drugs]}
        assert asked(document, AtLeast(2, GISTKG + "receivedDrug", named("TyrosineKinaseInhibitor"))) is None


def test_the_last_entry_with_a_drug_is_the_latest_treatment():
    """A procedure after it is not."""
    document = {
        "treatments": [{"drug": "imatinib", "outcome": "stable"}, {"drug": "chemotherapy"}, {"procedure": "resection"}]
    }
    latest = [one for one in stated(**document) if isinstance(one, Some) and one.property.endswith("LatestTreatment")]
    assert latest == [some("hadLatestTreatment", episode(drug="CytotoxicChemotherapy"))]
    assert holds(document, "DiseaseControlledOnTki") is False


def test_an_operation_alone_leaves_the_tumour_untreated_with_drugs():
    """And says that it was operated on."""
    document = {"treatments": [{"procedure": "surgical resection"}]}
    assert holds(document, "HadNoDrugTreatment") is True
    assert asked(document, some("hadTreatment", some("gaveProcedure", "SurgicalProcedure"))) is True
    assert asked(document, some("hadTreatment", some("gaveProcedure", "FdgPet"))) is None


@pytest.mark.parametrize(
    ("dose", "milligrams"),
    [
        ("400 mg/day", 400), ("400 mg", 400), ("400mg", 400), ("400 mg daily", 400), ("400 mg once daily", 400),
        ("400 mg twice daily", 800), ("400 mg BID", 800), ("800 mg/d", 800), ("2 x 400 mg/day", 800),
        ("37.5 mg per day", "37.5"), ("400 milligram a day", 400),
    ],
)  # fmt: skip
def test_a_dose_in_words_is_milligrams_a_day(dose, milligrams):
    """An amount without a frequency is that of a day."""
    assert (
        has("gaveMilligramsPerDay", milligrams)
        in facts(treatments=[{"drug": "imatinib", "dose": dose}])[0].parts[0].filler.parts
    )


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("progression", "DiseaseProgression"), ("progressive disease", "DiseaseProgression"),
        ("response", "DiseaseControl"), ("stable", "DiseaseControl"), ("stable disease", "DiseaseControl"),
        ("disease control", "DiseaseControl"), ("ongoing", "DiseaseControl"), ("partial response", "DiseaseControl"),
        ("intolerance", "StoppedForIntolerance"), ("stopped for toxicity", "StoppedForIntolerance"),
        ("stopped", "ElectiveStop"), ("electively stopped", "ElectiveStop"),
        ("progression after stopping", "ProgressionAfterStop"),
    ],
)  # fmt: skip
def test_words_for_what_became_of_the_disease(word, outcome):
    """By the labels and synonyms of the graph."""
    said = facts(treatments=[{"drug": "imatinib", "outcome": word}])[0].parts[0].filler.parts
    assert some("hadOutcome", outcome) in said


@pytest.mark.parametrize(
    ("word", "category"),
    [
        ("none", "NoResponseCategory"), ("stable disease", "StableDiseaseCategory"),
        ("partial response", "PartialResponseCategory"), ("complete response", "CompleteResponseCategory"),
        ("progressive disease", "ProgressiveDiseaseCategory"),
    ],
)  # fmt: skip
def test_words_for_the_best_response(word, category):
    """No response is stable or progressive disease."""
    said = facts(treatments=[{"drug": "imatinib", "best_response": word}])[0].parts[0].filler.parts
    assert some("hadBestResponse", category) in said
    assert (GISTKG + "NoResponseCategory" in CONDITIONS.ancestors[GISTKG + category]) is (
        category in ("NoResponseCategory", "StableDiseaseCategory", "ProgressiveDiseaseCategory")
    )


def test_months_are_months_to_progression_only_if_it_progressed():
    """Else they are months on the treatment."""
    said = facts(treatments=[{"drug": "imatinib", "outcome": "stopped", "months": 14}])[0].parts[0].filler.parts
    assert has("monthsOnTreatment", 14) in said
    assert [part.property for part in said if isinstance(part, Has)] == [GISTKG + "monthsOnTreatment"]


# What is refused


BAD = [
    ({"extent": "metastatic?"}, "extent: 'metastatic?' is not certain. Leave the key out if it is not known."),
    (
        {"genotype": {"found": ["KIT exon 9?"]}},
        (
            "genotype.found[0]: 'KIT exon 9?': write 'KIT exon 9' if it was found, "
            "and leave it out if it was not, or may not be."
        ),
    ),
    ({"extent": "metastatik"}, "extent: 'metastatik' names no disease extent that the graph knows."),
    ({"extent": "imatinib"}, "extent: 'imatinib' (imatinib) is a kind of single-substance drug"),
    ({"extent": True}, "extent: true is no word; a word is wanted here that names a kind of"),
    ({"extent": []}, "extent: is an empty list. Leave the key out if it is not known."),
    ({"extent": {"metastatic": True}}, "extent: a mapping is no word;"),
    ({"extend": "metastatic"}, "extend: there is no such key. Did you mean extent?"),
    ({"size": 5}, "size: there is no such key. Did you mean size_cm?"),
    ({"qqq": 1}, "qqq: there is no such key. The keys are "),
    ({True: 1}, "true: there is no such key. "),
    ({"site": "moon"}, "site: 'moon' names no anatomical site that the graph knows. There"),
    ({"size_cm": -1}, "size_cm: -1 cannot be; it is 0 or more."),
    ({"size_cm": "7.5"}, "size_cm: '7.5' is no number; write 7.5 without quotation marks. Leave"),
    ({"size_cm": "7 cm"}, "size_cm: '7 cm' is no number. Leave"),
    ({"size_cm": True}, "size_cm: true is no number."),
    ({"size_cm": float("nan")}, "size_cm: nan is no number that a case can have."),
    ({"size_cm": Decimal("1e99999")}, "size_cm: 1E+99999 is no number that a case can have."),
    ({"ecog": 6}, "ecog: 6 cannot be; it is between 0 and 5."),
    ({"ecog": -1}, "ecog: -1 cannot be; it is between 0 and 5."),
    ({"ecog": 1.5}, "ecog: 1.5 is not a whole number."),
    ({"ruptured": 1}, "ruptured: 1 is neither true nor false."),
    ({"ruptured": "maybe"}, "ruptured: 'maybe' is neither true nor false. Leave the key out if it"),
    ({"margin": False}, "margin: false is no word; a word is wanted here that names a kind of"),
    ({"margin": "clear"}, "margin: 'clear' names no resection margin that the graph knows. There"),
    (
        {"immunohistochemistry": {"sdhb": "negative"}},
        "immunohistochemistry.sdhb: 'negative' is no result of it; there are",
    ),
    ({"immunohistochemistry": {"cd117": True}}, "immunohistochemistry.cd117: true is no result; write a word such as"),
    ({"immunohistochemistry": {"qqq": "positive"}}, "immunohistochemistry.qqq: 'qqq positive' names no immunostain"),
    ({"features": ["large", "huge"]}, "features[1]: 'huge' names no tumour feature that the graph knows."),
    ({"comedication": ["qqqinib"]}, "comedication[0]: 'qqqinib' names no drug that the graph knows."),
    ({"genotype": "KIT"}, "genotype: 'KIT' is not keys with values; write for instance tested:"),
    ({"genotype": {"testd": ["KIT"]}}, "genotype.testd: there is no such key. Did you mean tested?"),
    ({"genotype": {"tested": "KIT"}}, "genotype.tested: 'KIT' is no list; write [KIT]."),
    ({"genotype": {"tested": ["imatinib"]}}, "genotype.tested[0]: 'imatinib' names a single-substance drug class,"),
    ({"genotype": {"found": ["KIT"]}}, "genotype.found[0]: 'KIT' is a gene, not a mutation; say KIT mutation,"),
    (
        {"genotype": {"found": ["KIT wild type"]}},
        "genotype.found[0]: 'KIT wild type' is no mutation; put KIT in tested:",
    ),
    ({"genotype": {"found": ["qqq"]}}, "genotype.found[0]: 'qqq' names no molecular alteration that the graph"),
    ({"genotype": {"found": [None]}}, "genotype.found[0]: null is no word that names a gene or a mutation."),
    (
        {"genotype": {"acquired": ["KIT p.V9999A"]}},
        "genotype.acquired[0]: 'KIT p.V9999A': the KIT protein has 976 residues",
    ),
    ({"treatments": "untreated"}, "treatments: 'untreated' is no list; begin each treatment with a dash,"),
    ({"treatments": ["imatinib"]}, "treatments[0]: 'imatinib' is not keys with values; write for instance"),
    ({"treatments": [{"drug": "imatinib"}, {}]}, "treatments[1]: says of nothing that it was given; write drug or"),
    (
        {"treatments": [{"drug": "imatinib", "procedure": "resection"}]},
        "treatments[0]: has drug and procedure; write one entry",
    ),
    (
        {"treatments": [{"drug": "imatinib", "dorse": 4}]},
        "treatments[0].dorse: there is no such key. Did you mean dose?",
    ),
    ({"treatments": [{"drug": "imatinip"}]}, "treatments[0].drug: 'imatinip' names no drug that the graph knows."),
    ({"treatments": [{"drug": "resection"}]}, "treatments[0].drug: 'resection' (resection) is a kind of surgical"),
    (
        {"treatments": [{"drug": "imatinib", "dose": 400}]},
        "treatments[0].dose: 400 has no unit; write for instance 400 mg/day or",
    ),
    (
        {"treatments": [{"drug": "imatinib", "dose": "0.4 g"}]},
        "treatments[0].dose: '0.4 g' is not in milligrams a day;",
    ),
    (
        {"treatments": [{"drug": "imatinib", "dose": "400 mg/m2"}]},
        "treatments[0].dose: how often '/m2' is, the graph does not know;",
    ),
    (
        {"treatments": [{"drug": "imatinib", "dose": "2 x 400 mg bid"}]},
        "treatments[0].dose: how often 'bid' is, the graph does not",
    ),
    (
        {"treatments": [{"drug": "imatinib", "dose": "much"}]},
        "treatments[0].dose: 'much' is no dose; write for instance 400 mg/day",
    ),
    (
        {"treatments": [{"drug": "imatinib", "outcome": "cured"}]},
        "treatments[0].outcome: 'cured' names no treatment outcome",
    ),
    ({"treatments": [{"drug": "imatinib", "months": -1}]}, "treatments[0].months: -1 cannot be; it is 0 or more."),
    (
        {"treatments": [{"drug": "imatinib", "months": "2014-02-30"}]},
        "treatments[0].months: '2014-02-30' is no number.",
    ),
    (
        {"treatments": [{"drug": "imatinib", "tolerated": "badly"}]},
        "treatments[0].tolerated: 'badly' is neither true nor false.",
    ),
    (
        {"treatments": [{"drug": "imatinib", "intent": "cure"}]},
        "treatments[0].intent: 'cure' names no treatment intent that the graph",
    ),
]


@pytest.mark.parametrize(("document", "message"), BAD, ids=[message.partition(":")[0] for _, message in BAD])
def test_what_is_wrong_is_named_with_its_path_and_what_to_do(document, message):
    """One sentence for the person who wrote the file."""
    with pytest.raises(CaseValueError) as caught:
        read(document)
    assert str(caught.value).startswith(message)
    assert caught.value.path == message.partition(": ")[0]


@pytest.mark.parametrize(
    ("document", "one", "other"),
    [
        ({"extent": ["localised", "metastatic"]}, "extent[0]: localised", "extent[1]: metastatic"),
        ({"features": ["large"], "immunohistochemistry": {"cd117": "positive", "CD117": "negative"}},
         "immunohistochemistry.cd117: positive", "immunohistochemistry.CD117: negative"),
        ({"genotype": {"acquired": ["KIT V654A"]}, "treatments": []},
         "genotype.acquired[0]: KIT V654A", "treatments: none"),
    ],
)  # fmt: skip
def test_two_facts_that_cannot_both_hold_are_both_named(document, one, other):
    """With their paths."""
    with pytest.raises(ContradictionError) as caught:
        read(document)
    assert (caught.value.one, caught.value.other) == (one, other)


@pytest.mark.parametrize("document", [{}, {"extent": None}, {"genotype": {"tested": []}}])
def test_a_case_that_says_nothing_is_an_error(document):
    """It would leave everything open."""
    with pytest.raises(CaseError, match=r"^Nothing is said of the tumour; write for instance extent: metastatic$"):
        read(document)


# Words and documents


@pytest.mark.parametrize(
    ("words", "document"),
    [
        ("metastatic", {"extent": "metastatic"}),
        ("metastatic, recurrent", {"extent": ["metastatic", "recurrent"]}),
        ("metastatic, stomach", {"extent": "metastatic", "site": "stomach"}),
        ("metastatic, KIT exon 9", {"extent": "metastatic", "genotype": {"found": ["KIT exon 9"]}}),
        ("unresectable, KIT wild type", {"extent": "unresectable", "genotype": {"tested": ["KIT"]}}),
        ("completely resected, very large", {"extent": "completely resected", "features": "very large"}),
        ("advanced, KIT exon 11, acquired KIT V654A",
         {"extent": "advanced", "genotype": {"found": ["KIT exon 11"], "acquired": ["KIT V654A"]}}),
    ],
)  # fmt: skip
def test_words_and_the_document_that_says_the_same_get_the_same_judgements(words, document):
    """One case, two ways to say it; of the edition of 2014, for which it is all the same that a list is complete."""
    kg = kg_2014()
    spoken, written = kg.ask(words), kg.ask(document)
    assert [(one.claim.iri, one.status, one.missing) for one in written.judgements] == [
        (one.claim.iri, one.status, one.missing) for one in spoken.judgements
    ]


@pytest.mark.parametrize(
    ("words", "document"),
    [
        ("metastatic, untreated", {"extent": "metastatic", "treatments": []}),
        ("metastatic, progressed on imatinib 400 mg within 2 months",
         {"extent": "metastatic", "treatments": [
             {"drug": "imatinib", "dose": "400 mg", "intent": "palliative", "outcome": "progression", "months": 2}]}),
        ("metastatic, stable on imatinib for 1 year",
         {"extent": "metastatic", "treatments": [
             {"drug": "imatinib", "intent": "palliative", "outcome": "stable", "months": 12}]}),
    ],
)  # fmt: skip
def test_a_document_with_the_whole_history_decides_at_least_what_the_words_decide(words, document):
    """Words leave open what a complete list tells; where they tell, the document tells the same."""
    spoken, written = case_from_words(GRAPH, CONDITIONS, words).expressions, read(document).expressions
    decided = 0
    for population in CONDITIONS.populations:
        truth = CONDITIONS.holds(spoken, population)
        decided += truth is not None
        assert truth is None or CONDITIONS.holds(written, population) is truth, population
    assert decided > 3


# The schema


def test_the_schema_is_one():
    """By its own meta-schema, in its draft of 2020-12."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def schema_of(name):
    """The schema of one key, of a case or of an entry of its treatments."""
    entry = SCHEMA["properties"]["treatments"]["items"]["properties"]
    return SCHEMA["properties"].get(name) or entry[name]


def test_the_schema_has_the_keys_of_the_graph_and_no_others():
    """With the types of their properties and their bounds."""
    keys = case_keys(GRAPH)
    assert set(SCHEMA["properties"]) == {*keys.case, "genotype"}
    assert set(SCHEMA["properties"]["treatments"]["items"]["properties"]) == set(keys.episode)
    assert set(SCHEMA["properties"]["genotype"]["properties"]) == {"acquired", "found", "tested"}
    kinds = {"boolean": ["boolean", "null"], "decimal": ["number", "null"], "integer": ["integer", "null"]}
    for key in (*keys.case.values(), *keys.episode.values()):
        if not key.is_link and key.name != "dose":
            schema = schema_of(key.name)
            assert schema["type"] == kinds[key.range.rpartition("#")[2]], key.name
            assert (schema.get("minimum"), schema.get("maximum")) == (key.lowest, key.highest), key.name
    assert schema_of("dose")["type"] == ["string", "null"]


def examples():
    """Every example that the schema gives for a key, in a document of its own."""
    for name, schema in SCHEMA["properties"].items():
        for example in schema.get("examples", ()):
            yield {name: example}
    for name, schema in SCHEMA["properties"]["genotype"]["properties"].items():
        for example in schema["examples"]:
            yield {"extent": "metastatic", "genotype": {name: example}}
    for name, schema in SCHEMA["properties"]["treatments"]["items"]["properties"].items():
        for example in schema.get("examples", ()):
            what = {} if name in ("drug", "procedure") else {"drug": "imatinib"}
            yield {"treatments": [{**what, name: example}]}


@pytest.mark.parametrize("document", list(examples()), ids=json.dumps)
def test_the_examples_of_the_schema_are_valid_and_are_read(document):
    """What the schema shows works."""
    jsonschema.validate(document, SCHEMA, cls=jsonschema.Draft202012Validator)
    assert read(document).facts


@pytest.mark.parametrize("name", ["after-surgery.yaml", "second-line.yaml", "untreated.json"])
def test_the_example_files_are_valid_and_are_read(name):
    """As any YAML library reads them."""
    document = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    jsonschema.validate(document, SCHEMA, cls=jsonschema.Draft202012Validator)
    own = parse_document((CASES / name).read_text(encoding="utf-8"))
    assert [fact.expression for fact in read(own).facts] == [fact.expression for fact in read(document).facts]


@pytest.mark.parametrize(
    "document",
    [
        {"extend": "metastatic"}, {"ecog": 6}, {"size_cm": -1}, {"ruptured": 1}, {"genotype": {"tested": "KIT"}},
        {"treatments": [{}]}, {"treatments": [{"drug": "a", "procedure": "b"}]}, {"treatments": {}}, {},
    ],
)  # fmt: skip
def test_the_schema_refuses_what_the_reader_refuses(document):
    """So that an editor tells it first."""
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(document)
    with pytest.raises(CaseError):
        read(document)


# Anything at all


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=20)
    | st.sampled_from(["metastatic", "localised", "KIT", "KIT exon 9", "imatinib", "progression", "400 mg", "large"])
)  # fmt: skip
KEYS = st.sampled_from([
    *case_keys(GRAPH).case, *case_keys(GRAPH).episode, "genotype", "tested", "found", "acquired", "cd117",
]) | st.text(max_size=5)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(KEYS, ANYTHING, max_size=5) | ANYTHING)
def test_any_structure_is_read_or_refused_with_one_of_our_errors(document):
    """The reader never breaks."""
    try:
        assert read(document).facts
    except GistkgError as error:
        assert str(error)


WHOLE = yaml.safe_load((CASES / "second-line.yaml").read_text(encoding="utf-8"))


def places(value, path=()):
    """The paths of all values in a structure."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([path for path in places(WHOLE) if path]), ANYTHING)
def test_a_valid_document_with_any_value_in_any_place_is_read_or_refused(path, value):
    """Each value is looked at before it is used."""
    document = json.loads(json.dumps(WHOLE))
    inside = document
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    try:
        assert read(document).facts
    except GistkgError as error:
        assert str(error)


# The reasoner


HISTORIES = [
    WHOLE,
    {"extent": "metastatic", "treatments": []},
    {"extent": "metastatic", "features": ["large"], "treatments": [
        {"procedure": "resection"}, {"drug": "imatinib", "intent": "adjuvant", "outcome": "stopped", "months": 36}]},
    {"extent": "unresectable", "genotype": {"tested": ["KIT exon 9"]}, "treatments": [
        {"drug": "imatinib", "intent": "palliative", "outcome": "stable", "months": 24, "tolerated": True}]},
    {"extent": "metastatic", "treatments": [{"drug": "TKI"}, {"drug": "chemotherapy"}], "comedication": []},
]  # fmt: skip


def test_documents_mean_to_the_reasoner_what_they_mean_to_the_evaluator():
    """HermiT proves what is called true and false, and nothing that is left open."""
    from gistkg.proof import decide

    populations = sorted(CONDITIONS.populations)
    cases = [read(document).expressions for document in HISTORIES]
    ours = [CONDITIONS.holds(case, population) for case in cases for population in populations]
    assert decide(GRAPH, cases, populations) == ours
    assert {True, False, None} == set(ours)


@pytest.mark.parametrize(
    "document",
    [
        {"extent": "metastatic: -"},
        {"extent": "!metastatic"},
        {"extent": "metastatic", "treatments": [{"drug": "- imatinib"}]},
        {"genotype": {"tested": ["PDGFRA"], "found": ["D842V: -"]}},
    ],
)
def test_a_sign_that_may_deny_is_an_error_in_a_document_too(document):
    """As in words."""
    with pytest.raises(CaseError):
        case_from_document(GRAPH, CONDITIONS, document)
