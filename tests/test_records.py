"""Records hold what the graph states, and nothing else."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from gistkg.errors import UnknownTermError, WrongKindError
from gistkg.model import Claim, Dose, Level, Named, Recommendation, Source, Term
from gistkg.records import claim, claims, recommendations, result, results, source, term
from gistkg.results import Iri
from gistkg.terms import EV, GISTKG, SRC

MORE = """
src:paper
    a gistkg:JournalArticle ; skos:prefLabel "Somebody 1999"@en ;
    dcterms:bibliographicCitation "Somebody B. Old news. J Inv 1999;1:1." ;
    gistkg:publicationYear 1999 ; gistkg:pubmedId "0001" ; gistkg:doi "10.1/x" .
src:tiny-ref-9 a gistkg:Reference ; skos:prefLabel "reference 9"@en ; gistkg:ofSource src:tiny ;
    gistkg:referenceNumber 9 ; gistkg:resolvesTo src:paper .
src:tiny-ref-10 a gistkg:Reference ; skos:prefLabel "reference 10"@en ; gistkg:referenceNumber 10 .
gistkg:Scheme a gistkg:EvidenceScheme ; skos:prefLabel "scheme of 2001"@en ; skos:notation "s2001" .
gistkg:Level1x a gistkg:EvidenceLevel ; skos:prefLabel "level 1x of 2001"@en ; skos:notation "1x" ;
    gistkg:inScheme gistkg:Scheme .
gistkg:For a gistkg:Direction ; skos:prefLabel "for"@en ; skos:notation "for" .
gistkg:Mg a gistkg:Unit ; skos:prefLabel "milligram"@en ; gistkg:ucumCode "mg" .
gistkg:Mo a gistkg:Unit ; skos:prefLabel "month"@en ; gistkg:ucumCode "mo" .
gistkg:Bid a gistkg:Frequency ; skos:prefLabel "twice daily"@en ; gistkg:timesPerDay 2 .
gistkg:AlphanibBid
    a gistkg:Regimen ; skos:prefLabel "alphanib 200 mg twice daily"@en ; gistkg:usesDrug gistkg:Alphanib ;
    gistkg:doseValue 200.0 ; gistkg:dosePerDay 400.0 ; gistkg:doseUnit gistkg:Mg ; gistkg:doseFrequency gistkg:Bid ;
    gistkg:treatmentDuration "3 years" .
gistkg:Line1 a gistkg:Setting ; skos:prefLabel "first line"@en .
gistkg:Survival a gistkg:Endpoint ; skos:prefLabel "survival"@en .
ev:full
    a gistkg:Recommendation ;
    skos:prefLabel "alphanib twice daily may help"@en ;
    skos:scopeNote "A note."@en ;
    dcterms:description "Alphanib 200 mg twice daily may help."@en ;
    gistkg:appliesTo gistkg:UntreatedZigPopulation ; gistkg:inSetting gistkg:Line1 ;
    gistkg:recommends gistkg:AlphanibBid ; gistkg:comparesWith gistkg:Toxin ; gistkg:concernsEndpoint gistkg:Survival ;
    gistkg:hasDirection gistkg:For ; gistkg:hasHedge "may" , "help" ; gistkg:qualitativeValue "longer" ;
    gistkg:hasEvidenceLevel gistkg:Level1x ; gistkg:cites src:tiny-ref-10 , src:tiny-ref-9 ;
    gistkg:locator "Results" ; gistkg:overrides ev:tiny-3 ; gistkg:citationNote "Another note." ;
    gistkg:validFrom "2001-02-03T00:00:00Z"^^xsd:dateTime ; gistkg:validUntil "2005-06-07T00:00:00Z"^^xsd:dateTime ;
    gistkg:reportsResult ev:n , ev:m ; gistkg:supportedBy ev:s ; gistkg:disputedBy ev:d ;
    dcterms:source src:paper .
ev:study a gistkg:Study ; skos:prefLabel "study"@en .
ev:arm-a a gistkg:Arm ; skos:prefLabel "arm A"@en .
ev:arm-b a gistkg:Arm ; skos:prefLabel "arm B"@en .
ev:m a gistkg:Finding ; skos:prefLabel "median 6.1"@en ; gistkg:ofStudy ev:study ; gistkg:inArm ev:arm-a ;
    gistkg:comparedWithArm ev:arm-b ; gistkg:measuresEndpoint gistkg:Survival ; gistkg:value 6.1 ;
    gistkg:unit gistkg:Mo ; gistkg:pValue "< .0001" ; gistkg:resultDirection gistkg:For ;
    dcterms:source src:tiny , src:paper .
ev:n a gistkg:Figure ; skos:prefLabel "8 of 26"@en ; gistkg:eventCount 8 ; gistkg:ofCount 26 ; gistkg:inEra "then" .
ev:s a gistkg:Finding ; skos:prefLabel "speaks for it"@en .
ev:d a gistkg:Finding ; skos:prefLabel "speaks against it"@en .
ev:watch a gistkg:MonitoringRecommendation ; skos:prefLabel "watch"@en ; gistkg:recommendsProcedure gistkg:Scan .
gistkg:Scan a owl:Class ; skos:prefLabel "scan"@en .
"""


def named(iri, label, code=None):
    return Named(Iri(iri), label, code)


@pytest.fixture(scope="module")
def graph(tiny_with):
    return tiny_with(MORE)


def test_a_term_has_its_names_kind_and_meaning(tiny):
    """Synonyms are sorted, and what is not stated is empty."""
    assert term(tiny, "ALF-1") == Term(
        iri=Iri(GISTKG + "Alphanib"),
        label="alphanib",
        kind="single-substance drug class",
        definition="Alphanib is a drug of this invented graph that blocks ZIG.",
        synonyms=("ALF-1",),
        notes=(),
    )


def test_an_unknown_term_is_an_error(tiny):
    """A record is never made up."""
    with pytest.raises(UnknownTermError):
        term(tiny, "qqqqqq")


def test_a_source_has_its_identifiers(graph):
    """As text, for they are names and not numbers."""
    assert source(graph, "Somebody 1999") == Source(
        iri=Iri(SRC + "paper"),
        label="Somebody 1999",
        kind="journal article",
        citation="Somebody B. Old news. J Inv 1999;1:1.",
        pubmed_id="0001",
        doi="10.1/x",
        year=1999,
    )


def test_an_identifier_that_was_not_read_is_none(graph):
    """A source without a DOI is known by what it has."""
    found = source(graph, "src:tiny")
    assert (found.citation, found.pubmed_id, found.doi, found.year) == (None, None, None, 2001)


@pytest.mark.parametrize("read", [source, claim])
def test_a_term_of_another_kind_is_an_error(graph, read):
    """A drug is neither a source nor a claim."""
    with pytest.raises(WrongKindError):
        read(graph, "alphanib")


def test_a_recommendation_has_everything_its_block_states(graph):
    """Field by field, the citations as numbers in their order, and the level with its scheme."""
    dose = Dose(value=Decimal(200), per_day=Decimal(400), unit="mg", frequency="twice daily", duration="3 years")
    regimen = named(GISTKG + "AlphanibBid", "alphanib 200 mg twice daily")
    assert claim(graph, "ev:full") == Recommendation(
        iri=Iri(EV + "full"),
        label="alphanib twice daily may help",
        kind="recommendation",
        text="Alphanib 200 mg twice daily may help.",
        source=named(SRC + "paper", "Somebody 1999"),
        locator="Results",
        population=named(GISTKG + "UntreatedZigPopulation", "ZIG mutation, never had alphanib"),
        settings=(named(GISTKG + "Line1", "first line"),),
        therapies=(regimen,),
        procedures=(),
        compared_with=(named(GISTKG + "Toxin", "toxin"),),
        mechanisms=(),
        endpoints=(named(GISTKG + "Survival", "survival"),),
        qualitative_values=("longer",),
        direction=named(GISTKG + "For", "for", "for"),
        modality=None,
        basis=None,
        hedges=("help", "may"),
        levels=(Level(Iri(GISTKG + "Level1x"), "1x", "scheme of 2001"),),
        citations=(9, 10),
        valid_from=datetime(2001, 2, 3, tzinfo=UTC),
        valid_until=datetime(2005, 6, 7, tzinfo=UTC),
        overrides=(Iri(EV + "tiny-3"),),
        status_notes=(),
        jurisdictions=(),
        notes=("A note.", "Another note."),
        therapy=regimen,
        drugs=(named(GISTKG + "Alphanib", "alphanib"),),
        dose=dose,
        therapy_kind="regimen",
    )


def test_a_claim_that_recommends_nothing_is_no_recommendation(graph):
    """It has hedges and mechanisms, but no therapy field at all."""
    found = claim(graph, "ev:tiny-1")
    assert type(found) is Claim
    assert not found.is_recommendation
    assert found.hedges == ("in part", "may")
    assert found.mechanisms == (named(GISTKG + "PumpAEfflux", "efflux by pump A"),)
    assert (found.citations, found.levels, found.valid_from, found.population) == ((), (), None, None)


def test_a_claim_about_a_procedure_says_what_to_do_without_being_about_a_therapy(graph):
    """Monitoring is advice too."""
    found = claim(graph, "ev:watch")
    assert found.procedures == (named(GISTKG + "Scan", "scan"),)
    assert found.is_recommendation
    assert not isinstance(found, Recommendation)


def test_a_drug_recommended_as_such_is_its_own_drug_without_a_dose(tiny_with):
    """Nothing is said of how much."""
    graph = tiny_with(
        'ev:plain a gistkg:Recommendation ; skos:prefLabel "plain"@en ; gistkg:recommends gistkg:Alphanib .'
    )
    (found,) = (one for one in recommendations(graph) if one.iri == "ev:plain")
    assert (found.drugs, found.dose) == ((named(GISTKG + "Alphanib", "alphanib"),), None)


def test_claims_are_given_by_iri_and_by_source(graph):
    """All of them, or those of one source by any of its names."""
    assert [one.iri for one in claims(graph)] == ["ev:full", "ev:tiny-1", "ev:tiny-2", "ev:tiny-3", "ev:watch"]
    assert [one.iri for one in claims(graph, source="Somebody 1999")] == ["ev:full"]
    assert [one.iri for one in claims(graph, source="src:tiny")] == ["ev:tiny-1", "ev:tiny-2", "ev:tiny-3"]
    assert [one.iri for one in recommendations(graph)] == ["ev:full", "ev:tiny-3"]


def test_claims_of_what_is_no_source_are_an_error(graph):
    """An empty answer would hide the mistake."""
    with pytest.raises(WrongKindError):
        claims(graph, source="alphanib")


def test_results_say_what_they_are_to_the_claim(graph):
    """What supports it first, what disputes it last, each by IRI."""
    found = results(graph, "ev:full")
    assert [(str(one.iri), one.stance) for one in found] == [
        ("ev:s", "supports"),
        ("ev:m", "reports"),
        ("ev:n", "reports"),
        ("ev:d", "disputes"),
    ]


def test_a_finding_has_its_figure_down_to_the_arm(graph):
    """The number is exact, and its unit a UCUM code."""
    (found,) = (one for one in results(graph, "ev:full") if one.iri == "ev:m")
    assert (found.kind, found.value, found.unit, found.p) == ("finding", Decimal("6.1"), "mo", "< .0001")
    assert (str(found.study), str(found.arm), str(found.compared_with)) == ("study", "arm A", "arm B")
    assert (str(found.endpoint), found.direction.code, found.events) == ("survival", "for", None)
    assert [str(one.iri) for one in found.sources] == ["src:paper", "src:tiny"]


def test_a_figure_has_its_counts_and_no_study(graph):
    """8 of 26 is two numbers."""
    (found,) = (one for one in results(graph, "ev:full") if one.iri == "ev:n")
    assert (found.kind, found.events, found.of, found.era, found.study, found.value) == (
        "figure",
        8,
        26,
        "then",
        None,
        None,
    )


def test_a_result_names_those_that_supersede_it(tiny_with):
    """The later result says so; the earlier one is told with it, and the later one without."""
    graph = tiny_with(
        MORE + 'ev:late a gistkg:Finding ; skos:prefLabel "median 7"@en ; gistkg:supersedesResult ev:m , ev:n .'
    )
    found = {str(one.iri): one for one in results(graph, "ev:full")}
    late = named(EV + "late", "median 7")
    assert (found["ev:m"].superseded_by, found["ev:s"].superseded_by) == ((late,), ())
    assert (found["ev:n"].remark, found["ev:s"].remark) == (", superseded by median 7 (ev:late)", "")
    assert result(graph, "ev:late").superseded_by == ()


def test_a_claim_without_results_has_none(graph):
    """Which is no error."""
    assert results(graph, "ev:tiny-1") == ()


@pytest.mark.parametrize(
    ("dose", "expected"),
    [
        (Dose(Decimal("400.0"), Decimal(400), "mg", "once daily", None), "400 mg once daily"),
        (Dose(None, Decimal(800), "mg", None, None), "800 mg a day"),
        (Dose(None, Decimal("37.5"), "mg", None, "4 weeks of 6"), "37.5 mg a day, 4 weeks of 6"),
        (Dose(None, None, None, None, "until progression"), "until progression"),
        (Dose(Decimal(100), None, None, None, None), "100"),
    ],
)
def test_a_dose_reads_as_people_write_it(dose, expected):
    """Only what is stated."""
    assert str(dose) == expected


def test_records_cannot_be_changed(tiny):
    """What is handed out stays what the graph says."""
    with pytest.raises(AttributeError):
        term(tiny, "alphanib").label = "betanib"


def test_every_claim_of_the_graph_can_be_read_with_its_results_and_source(kg_graph):
    """The 31 statements of the seed document are all there, each from one source."""
    found = claims(kg_graph, source="src:pdq-2014")
    assert len(found) == 31
    assert {str(one.iri) for one in found} == {f"ev:pdq-2014-s{number:02}" for number in range(1, 32)}
    for one in claims(kg_graph):
        assert one.source is not None
        assert source(kg_graph, one.source.iri).iri == one.source.iri
        assert all(result.endpoint for result in results(kg_graph, one.iri))


def test_a_claim_has_all_its_settings(kg_graph):
    """PDQ 2024 speaks of the third and of later lines at once; neither is left out."""
    rows = list(kg_graph.rows("SELECT ?claim ?setting { ?claim gistkg:inSetting ?setting }"))
    assert {(one.iri, setting.iri) for one in claims(kg_graph) for setting in one.settings} == {
        (row["claim"], row["setting"]) for row in rows
    }
