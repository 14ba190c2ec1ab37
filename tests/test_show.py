"""A page shows what the graph states of a term, and where it stands."""

import io
import json

import pytest

from gistkg.errors import FormatError, UnknownTermError
from gistkg.resolve import resolve
from gistkg.show import show

CLAIM = """
gistkg:May a gistkg:Modality ; skos:prefLabel "may"@en ; skos:notation "may" .
src:tiny-ref-7 a gistkg:Reference ; skos:prefLabel "reference 7"@en ; gistkg:referenceNumber 7 ;
    gistkg:resolvesTo src:tiny ; gistkg:resolutionConfidence gistkg:Sure .
src:tiny-ref-12 a gistkg:Reference ; skos:prefLabel "reference 12"@en ; gistkg:referenceNumber 12 .
gistkg:Sure a gistkg:Confidence ; skos:prefLabel "high confidence"@en .
gistkg:Twice a gistkg:Frequency ; skos:prefLabel "twice daily"@en .
gistkg:Mg a gistkg:Unit ; skos:prefLabel "milligram"@en ; gistkg:ucumCode "mg" .
gistkg:Dosed a gistkg:Regimen ; skos:prefLabel "alphanib 200 mg twice daily"@en ;
    gistkg:usesDrug gistkg:Alphanib ; gistkg:doseValue 200.0 ; gistkg:doseUnit gistkg:Mg ;
    gistkg:doseFrequency gistkg:Twice .
ev:shown a gistkg:Recommendation ; skos:prefLabel "alphanib may help"@en ;
    dcterms:description "Alphanib twice daily may help."@en ;
    gistkg:appliesTo gistkg:UntreatedZigPopulation ; gistkg:recommends gistkg:Dosed ;
    gistkg:hasModality gistkg:May ; gistkg:hasHedge "may" ; gistkg:locator "Results" ;
    gistkg:validFrom "2001-02-03T00:00:00Z"^^xsd:dateTime ; gistkg:cites src:tiny-ref-12 , src:tiny-ref-7 ;
    gistkg:supportedBy ev:finding , ev:early ; gistkg:describesStudy ev:study ; dcterms:source src:tiny .
ev:finding a gistkg:Finding ; skos:prefLabel "it did"@en ; gistkg:supersedesResult ev:early .
ev:early a gistkg:Finding ; skos:prefLabel "it seemed to"@en .
ev:study a gistkg:Study ; skos:prefLabel "a study"@en .
"""


@pytest.fixture(scope="module")
def graph(tiny_with):
    return tiny_with(CLAIM)


@pytest.fixture
def page(graph, monkeypatch):
    def page(name, form="table", width="100"):
        monkeypatch.setenv("COLUMNS", width)
        stream = io.StringIO()
        show(graph, name, form, stream)
        return stream.getvalue()

    return page


@pytest.mark.parametrize(("code", "hint"), [
    ("SNOMED:414460008", "Did you mean SNOMEDCT:414460008?"),
    ("RXCUI:282388", "Did you mean RXNORM:282388?"),
    ("C62035", "Did you mean NCIT:C62035?"),
    ("SNOMED 414460008", "Did you mean SNOMEDCT:414460008?"),
    ("RxCUI 282388", "Did you mean RXNORM:282388?"),
    ("ICD-O-3 8936/3", "Did you mean ICDO:8936/3?"),
    ("mesh D000068877", "Did you mean imatinib?"),
    ("MESH:D000068877", "Did you mean imatinib?"),
    ("NCIT:nothing", "Try: gistkg search TEXT"),
])  # fmt: skip
def test_a_code_that_is_spelt_otherwise_is_recognised(run, code, hint):
    """By what stands behind the prefix; one that is only near a term names the term."""
    exit_code, _, told = run("show", code)
    assert exit_code == 2
    assert hint in told


@pytest.mark.parametrize(
    "code",
    [
        "NCIT C62035", "ncit c62035", "NCIT_C62035", "NCIT: C62035", "snomedct 414460008", "SNOMED CT 414460008",
        "SNOMED-CT:414460008", "rxnorm 282388", "chembl.compound CHEMBL941",
    ],
)  # fmt: skip
def test_a_code_is_found_however_its_prefix_is_parted(kg_graph, code):
    """By a space, an underscore or a colon, in any case; the prefix is that of the tables."""
    assert resolve(kg_graph, code) == "gistkg:Imatinib"


def test_a_short_number_after_a_space_is_no_code(kg_graph):
    """What is spelt nearly alike is offered, not what happens to have the number."""
    with pytest.raises(UnknownTermError) as caught:
        resolve(kg_graph, "KIT exon 99")
    assert caught.value.nearest[0] == "KIT exon 9"


def test_the_codes_of_a_term_stand_once_on_its_page(run):
    """Not among its links as well."""
    _, page, _ = run("show", "imatinib")
    assert "code for" not in page


def test_a_page_has_the_term_its_meaning_its_file_and_its_links_both_ways(page):
    """Everything that the block of the term states, and who points at it."""
    assert page("ALF-1") == (
        "alphanib\n"
        "single-substance drug class  gistkg:Alphanib\n"
        "\n"
        "Alphanib is a drug of this invented graph that blocks ZIG.\n"
        "\n"
        "also called  ALF-1\n"
        "IRI          https://w3id.org/gistkg/Alphanib\n"
        "file         tiny.ttl\n"
        "\n"
        "Links\n"
        "is a          single-substance drug class  gistkg:Substance\n"
        "is a kind of  drug                         gistkg:Drug\n"
        "\n"
        "Linked from\n"
        "← gave drug  had alphanib                 gistkg:HadAlphanib\n"
        "← uses drug  alphanib 400 mg once daily   gistkg:Alphanib400mgDaily\n"
        "             alphanib 200 mg twice daily  gistkg:Dosed\n"
    )


def test_a_page_of_a_claim_says_for_whom_what_how_sure_and_by_whom(page):
    """Population, therapy with its dose, hedges, level, source and place, citations, results."""
    assert page("ev:shown", width="120") == (
        "alphanib may help\n"
        "recommendation  ev:shown\n"
        "\n"
        "Alphanib twice daily may help.\n"
        "\n"
        "population      ZIG mutation, never had alphanib (gistkg:UntreatedZigPopulation)\n"
        "therapy         alphanib 200 mg twice daily (gistkg:Dosed)\n"
        "drug            alphanib (gistkg:Alphanib)\n"
        "dose            200 mg twice daily\n"
        "strength        may (gistkg:May)\n"
        'hedges          "may"\n'
        "evidence level  not graded by the source\n"
        "source          Nobody A. An invented paper. 2001 (src:tiny)\n"
        "place           Results\n"
        "citations       [7] Nobody A. An invented paper. 2001 (src:tiny, high confidence)\n"
        "                [12] not resolved to a publication (src:tiny-ref-12)\n"
        "valid from      2001-02-03\n"
        "IRI             https://w3id.org/gistkg/evidence/shown\n"
        "file            extra.ttl\n"
        "\n"
        "Results\n"
        "supports  it seemed to, superseded by it did (ev:finding)  ev:early\n"
        "          it did                                           ev:finding\n"
        "\n"
        "Links\n"
        "describes study  a study  ev:study\n"
    )


def test_plain_values_are_shown_under_the_names_of_their_properties(page):
    """A number of an exon is no link."""
    assert "\nexon number  9\n" in page("ZIG exon 9 mutation")


def test_where_columns_are_too_narrow_iris_stay_whole(page):
    """They are there to be copied."""
    text = page("gistkg:UntreatedZigPopulation", width="44")
    assert max(map(len, text.splitlines())) <= 44
    assert {"gistkg:Population", "gistkg:HadAlphanib", "gistkg:HasZigMutation", "ev:tiny-3"} <= set(text.split())


def test_markdown_is_the_same_page(page):
    """With headings and lists."""
    assert page("gistkg:Twice", "markdown") == (
        "# twice daily\n"
        "\n"
        "dose frequency value, `gistkg:Twice`\n"
        "\n"
        "- **IRI**: https://w3id.org/gistkg/Twice\n"
        "- **file**: extra.ttl\n"
        "\n"
        "## Links\n"
        "\n"
        "- is a: dose frequency value (`gistkg:Frequency`)\n"
        "\n"
        "## Linked from\n"
        "\n"
        "- ← dose frequency: alphanib 200 mg twice daily (`gistkg:Dosed`)\n"
    )


def test_json_has_the_records_whole(page):
    """Of a claim also its fields and results; IRIs in full."""
    found = json.loads(page("ev:shown", "json"))
    assert list(found) == [
        "iri", "label", "kind", "definition", "synonyms", "notes", "files", "claim", "results", "matches", "links",
    ]  # fmt: skip
    assert found["claim"]["dose"]["value"] == 200
    assert found["claim"]["citations"] == [7, 12]
    assert [result["stance"] for result in found["results"]] == ["supports", "supports"]
    assert [one["label"] for one in found["results"][0]["superseded_by"]] == ["it did"]
    assert {
        "direction": "out",
        "property": "describes study",
        "term": "https://w3id.org/gistkg/evidence/study",
        "label": "a study",
    } in found["links"]
    assert json.loads(page("alphanib", "json"))["claim"] is None


def test_turtle_is_what_the_graph_states_with_the_blank_nodes_below(page):
    """A class expression would be lost without them."""
    turtle = page("had alphanib", "turtle")
    assert "owl:someValuesFrom gistkg:Alphanib" in turtle
    assert 'skos:prefLabel "had alphanib"@en' in turtle
    assert "NeverHadAlphanib" not in turtle


def test_what_cannot_be_shown_is_an_error(page):
    """An unknown term, an unknown format."""
    with pytest.raises(UnknownTermError):
        page("qqqqqq")
    with pytest.raises(FormatError):
        page("alphanib", "csv")


MATCHED = """
gistkg:Alphanib skos:exactMatch <http://example.org/b/2> , <http://example.org/a/1> ;
    skos:narrowMatch <http://example.org/a/3> ; gistkg:isNotExactMatchOf <http://example.org/a/3> .
<http://example.org/a/1> dcterms:identifier "A:1" .
<http://example.org/b/2> dcterms:identifier "B:2" .
<http://example.org/a/3> dcterms:identifier "A:3" .
"""


def test_codes_of_other_vocabularies_are_shown_as_they_are_written(tiny_with, monkeypatch):
    """One line a kind of match, sorted, the exact ones first; they are no links, and a page has their IRIs in JSON."""
    graph = tiny_with(MATCHED)
    monkeypatch.setenv("COLUMNS", "100")
    stream = io.StringIO()
    show(graph, "B:2", "table", stream)
    assert (
        "also called      ALF-1\n"
        "the same as      A:1, B:2\n"
        "broader than     A:3\n"
        "not the same as  A:3\n"
        "IRI              https://w3id.org/gistkg/Alphanib\n"
    ) in stream.getvalue()
    assert "example.org" not in stream.getvalue()
    stream = io.StringIO()
    show(graph, "http://example.org/a/1", "json", stream)
    found = json.loads(stream.getvalue())
    assert found["iri"] == "https://w3id.org/gistkg/Alphanib"
    assert found["matches"][0] == {"match": "the same as", "code": "A:1", "iri": "http://example.org/a/1"}
    assert [one for one in found["links"] if "example" in one["term"]] == []
