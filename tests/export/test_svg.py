"""Pictures: everything asked for is drawn, in words as well as in colour, and nothing lies on anything else."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest

from gistkg.criteria import conditions
from gistkg.errors import ExportError, UnknownTermError
from gistkg.export.pictures.box import Box
from gistkg.export.pictures.draw import LOOKS, Picture, svg, texts_of
from gistkg.export.pictures.layout import Layout, Wire, laid_out
from gistkg.export.pictures.mechanism import links_around
from gistkg.export.pictures.schema import Arrow, arrows
from gistkg.export.pictures.text import Line, Style, broken, width_of
from gistkg.export.svg import build, picture
from gistkg.terms import GISTKG
from gistkg.traverse import mechanism_paths

SVG = "{http://www.w3.org/2000/svg}"
BODY = Style(12, False, "#1b1f24")
TERMS = (
    None,
    "MDR1",
    "KIT V654A",
    "KIT",
    "gistkg:ImatinibFailure",
    "ev:pdq-2024-175",
    "ev:fda-avapritinib-pdgfra-exon-18",
    "ev:conclusion-sunitinib-d842v",
    "ev:pdq-2024-083",
    "gistkg:LaterLineKitOrPdgfraRipretinibPopulation",
    "gistkg:HighRiskByAfip",
)


@pytest.fixture(scope="module")
def pictures(kg_graph):
    """The pictures of these terms."""
    return {term: picture(kg_graph, term) for term in TERMS}


def lines_of(drawn, name):
    """The text of the box of an IRI."""
    place = next(place for place in drawn.layout.places if place.box.name == name)
    return [line.text for line in place.box.lines]


def labels_of(drawn):
    """The label of each wire, by the names of its ends."""
    return {
        (route.wire.source, route.wire.target): [line.text for line in route.wire.label]
        for route in drawn.layout.routes
    }


def middle(start, one, two, end):
    """Points on a curve between its ends."""
    for step in range(1, 20):
        t = step / 20
        parts = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        points = (start, one, two, end)
        yield tuple(sum(part * point[axis] for part, point in zip(parts, points, strict=True)) for axis in (0, 1))


@pytest.mark.parametrize("term", TERMS)
def test_every_text_stands_in_its_box(pictures, term):
    """And every box inside the picture."""
    layout = pictures[term].layout
    for place in (*layout.places, *layout.labels):
        assert place.x >= 0
        assert place.y >= 0
        assert place.x + place.box.width <= layout.width + 0.2
        assert place.y + place.box.height <= layout.height + 0.2
        for x, y, line in texts_of(place):
            assert x + width_of(line.text, line.style) <= place.x + place.box.width
            assert place.y + line.style.size * 0.7 <= y <= place.y + place.box.height - line.style.size * 0.2


@pytest.mark.parametrize("term", TERMS)
def test_no_box_lies_on_another(pictures, term):
    """Nor on a label, nor a label on a label."""
    layout = pictures[term].layout
    for one, other in combinations((*layout.places, *layout.labels), 2):
        apart_across = one.x + one.box.width <= other.x or other.x + other.box.width <= one.x
        apart_down = one.y + one.box.height <= other.y or other.y + other.box.height <= one.y
        assert apart_across or apart_down, (one.box.name, other.box.name)


@pytest.mark.parametrize("term", TERMS)
def test_no_wire_passes_through_a_box(pictures, term):
    """It begins and ends at the edges of its own, and stays between all others."""
    layout = pictures[term].layout
    places = {place.box.name: place for place in layout.places}
    for route in layout.routes:
        for end, name in ((route.points[0], route.wire.source), (route.points[-1], route.wire.target)):
            place = places[name]
            assert end[0] == pytest.approx(place.x, abs=0.2) or end[0] == pytest.approx(
                place.x + place.box.width, abs=0.2
            )
            assert place.y <= end[1] <= place.y + place.box.height
        for index in range(0, len(route.points) - 1, 3):
            for x, y in middle(*route.points[index : index + 4]):
                through = [
                    name
                    for name, place in places.items()
                    if place.x + 1 < x < place.x + place.box.width - 1
                    and place.y + 1 < y < place.y + place.box.height - 1
                ]
                assert through == [], (route.wire.source, route.wire.target)


@pytest.mark.parametrize("term", ["MDR1", "KIT V654A", "KIT"])
def test_every_way_of_a_mechanism_is_drawn(kg_graph, pictures, term):
    """Each term and link of `mechanism_paths`; whatever else is drawn leads to the term."""
    from gistkg.resolve import resolve

    iri = resolve(kg_graph, term)
    steps = {
        (step.subject.iri.full, step.object.iri.full): step.predicate.label
        for path in mechanism_paths(kg_graph, iri)
        for step in path.steps
    }
    drawn = labels_of(pictures[term])
    assert {ends: label[0] for ends, label in drawn.items() if ends in steps} == steps
    boxes = {place.box.name for place in pictures[term].layout.places}
    assert {end for ends in drawn for end in ends} == boxes
    for source, _ in drawn.keys() - steps.keys():
        assert mechanism_paths(kg_graph, source, iri), source


def test_all_that_leads_to_a_failure_is_drawn(kg_graph):
    """Two links lead to the failure of sunitinib, and its resistance has four causes."""
    ends = {
        link[0]
        for link in links_around(kg_graph, GISTKG + "SunitinibFailure")
        if link[2] == GISTKG + "SunitinibFailure"
    }
    assert ends == {GISTKG + "Sunitinib", GISTKG + "SunitinibResistance"}
    causes = {
        link[0]
        for link in links_around(kg_graph, GISTKG + "SunitinibFailure")
        if link[2] == GISTKG + "SunitinibResistance"
    }
    assert causes == {
        GISTKG + name
        for name in (
            *("PdgfraD842VInsensitivity", "SecondaryKitActivationLoopMutation"),
            "SecondaryKitActivationLoopMutationNotD816V",
        )
    }


def test_a_hedged_link_is_dashed_and_says_its_hedges(pictures):
    """Both claims on the pump and the low concentration say "may"; that the gene encodes the pump, nobody doubts."""
    drawn = pictures["MDR1"]
    looks = {(route.wire.source, route.wire.target): LOOKS[route.wire.look].dashes for route in drawn.layout.routes}
    hedged = GISTKG + "EffluxByPGlycoprotein", GISTKG + "LowDrugConcentrationInCell"
    sure = GISTKG + "Abcb1Gene", GISTKG + "PGlycoprotein"
    assert looks[hedged]
    assert labels_of(drawn)[hedged] == ["leads to", "“in part”,", "“may”", "[4, 5]"]
    assert not looks[sure]
    assert labels_of(drawn)[sure] == ["encodes"]
    notes = {line.text[:3]: line.text[4:] for line in drawn.notes}
    assert notes["[4]"] == (
        "ev:pdq-2014-s06: P-glycoprotein and MRP1 pump drugs out and may keep chemotherapy below therapeutic "
        "concentrations (hedged: “may”). hypothesised, PDQ, GIST treatment, edition of 25 February 2014 (src:pdq-2014)."
    )
    assert notes["[5]"] == (
        "ev:pdq-2024-083: efflux by P-glycoprotein and MRP1 may in part explain the resistance of GIST to "
        "chemotherapy (hedged: “in part”, “may”). hypothesised, PDQ, edition of 13 December 2024 (src:pdq-2024)."
    )


def test_a_recommendation_is_drawn_in_full(pictures):
    """Statement 175 of PDQ 2024, as its Turtle has it."""
    drawn = pictures["ev:pdq-2024-175"]
    iri = GISTKG + "evidence/pdq-2024-175"
    assert lines_of(drawn, iri) == [
        "recommendation",
        "Patients with a KIT exon 9 mutation",
        "may start imatinib at 800 mg a day.",
        "▲ FOR",
        "strength: may",
        "hedged: “may”",
        "level: not graded by the source",
        "guideline basis",
        "valid from 2024-12-13",
        "revises: KIT exon 9: imatinib 800 mg daily",
        "to begin with may be appropriate",
    ]
    assert lines_of(drawn, GISTKG + "Imatinib800mgPerDay") == [
        "imatinib 800 mg a day",
        "drug: imatinib",
        "dose: 800 mg a day",
    ]
    population = GISTKG + "FirstLineMetastaticKitExon9Population"
    assert labels_of(drawn) == {
        (iri, GISTKG + "Imatinib800mgPerDay"): ["▲ for", "may"],
        (iri, GISTKG + "source/pdq-2024"): ["source"],
        (population, iri): ["about"],
        (GISTKG + "HadNoTkiForAdvancedDisease", population): ["✓ requires"],
        (GISTKG + "HasKitExon9Mutation", population): ["✓ requires"],
        (GISTKG + "HasMetastaticOrRecurrentDisease", population): ["✓ requires"],
        (GISTKG + "IsGist", population): ["✓ requires"],
        (GISTKG + "DiseaseControlledOnTki", population): ["✕ excludes"],
    }
    assert "place: Treatment of Metastatic or Recurrent" in lines_of(drawn, GISTKG + "source/pdq-2024")
    cited = "Debiec-Rychter 2006, KIT mutations and dose of imatinib (src:debiec-rychter-2006, very high confidence)"
    assert drawn.notes[0].text == f"Cites [1] {cited}"


def test_against_is_said_in_words_and_in_red(pictures):
    """Whatever a reader sees of colours."""
    drawn = pictures["ev:conclusion-sunitinib-d842v"]
    iri = GISTKG + "evidence/conclusion-sunitinib-d842v"
    assert "▼ AGAINST" in lines_of(drawn, iri)
    assert "level: C1 (PDQ levels of evidence," in lines_of(drawn, iri)
    assert "single-code form; derived)" in lines_of(drawn, iri)
    assert labels_of(drawn)[iri, GISTKG + "Sunitinib"] == ["▼ against", "reported"]
    wire = next(route.wire for route in drawn.layout.routes if route.wire.target == GISTKG + "Sunitinib")
    assert wire.look == "against"


def test_a_finding_has_its_figure_interval_arm_and_source(pictures):
    """The response rate behind the approval of avapritinib."""
    name = GISTKG + "evidence/navigator-avapritinib-phase1-orr-exon-18"
    text = " ".join(lines_of(pictures["ev:fda-avapritinib-pdgfra-exon-18"], name))
    assert text == (
        "NAVIGATOR, PDGFRA exon 18: response 84% 84%, 95% CI 69 to 93, n 43 proportion, tumour response "
        "arm: NAVIGATOR: PDGFRA exon 18, 300 or 400 mg PDGFRA exon 18 study: NAVIGATOR "
        "source: ecancer on the FDA approval of avapritinib (src:ecancer-avapritinib-2020)"
    )


def test_a_claim_that_another_overrides_says_so(kg_graph):
    """And a conflict that curators recorded is told below the picture."""
    row = next(iter(kg_graph.rows("SELECT ?over ?under { ?over gistkg:overrides ?under } ORDER BY ?over ?under")))
    notes = [line.text for line in picture(kg_graph, str(row["under"])).notes]
    assert any(f"({row['over']}) overrides it." in note for note in notes)
    row = next(
        iter(kg_graph.rows("SELECT ?c ?claim { ?c gistkg:between ?claim . ?claim gistkg:locator ?l } ORDER BY ?c"))
    )
    assert any(f"({row['c']})" in line.text for line in picture(kg_graph, str(row["claim"])).notes)


def test_a_population_is_a_tree_of_its_conditions(kg_graph):
    """Metastatic or recurrent is a union; the conjunction around a criterion with one part is not drawn."""
    drawn = picture(kg_graph, "gistkg:FirstLineMetastaticKitExon9Population")
    criterion = GISTKG + "HasMetastaticOrRecurrentDisease"
    wires = labels_of(drawn)
    assert wires[GISTKG + "FirstLineMetastaticKitExon9Population", criterion] == ["✓ requires"]
    assert lines_of(drawn, f"{criterion}/") == ["has extent", "any of"]
    assert [lines_of(drawn, f"{criterion}/{number}/") for number in (0, 1)] == [
        ["metastatic disease"],
        ["recurrent disease"],
    ]
    never = GISTKG + "HadNoTkiForAdvancedDisease"
    assert wires[never, f"{never}/"] == ["✕ not"]
    assert lines_of(drawn, f"{never}/") == ["had treatment", "one with all of"]
    assert lines_of(drawn, f"{never}/1/") == ["any of"]
    assert len(drawn.layout.places) == 19


def test_numbers_and_counts_are_drawn(kg_graph):
    """A limit with its sign."""
    drawn = picture(kg_graph, "gistkg:IsAdult")
    assert lines_of(drawn, GISTKG + "IsAdult/")[1] == "≥ 18"
    drawn = picture(kg_graph, "gistkg:LaterLineKitOrPdgfraRipretinibPopulation")
    counted = [place.box for place in drawn.layout.places if any("at least 3" in line.text for line in place.box.lines)]
    assert [[line.text for line in one.lines] for one in counted] == [
        ["received drug", "at least 3 different,", "each"]
    ]


def test_every_declared_property_is_in_the_picture_of_the_schema(kg_graph, pictures):
    """As a wire with its label, or as a row of a box."""
    rows = kg_graph.rows(
        """SELECT ?label ?from ?to {
          ?property a owl:ObjectProperty ; skos:prefLabel ?label ;
            rdfs:domain/skos:prefLabel ?from ; rdfs:range/skos:prefLabel ?to .
        }"""
    )
    drawn = pictures[None]
    names = {place.box.name: place.box.lines[0].text for place in drawn.layout.places}
    texts = {
        lines[0]: " ".join(lines[1:])
        for lines in ([line.text for line in place.box.lines] for place in drawn.layout.places)
    }
    wired = {
        (names[route.wire.source], names[route.wire.target]): " ".join(line.text for line in route.wire.label)
        for route in drawn.layout.routes
        if route.wire.look == "plain"
    }
    missing = []
    for row in rows:
        source, target, label = str(row["from"]), str(row["to"]), str(row["label"])
        row_of = texts.get(source, "")
        if not (label in wired.get((source, target), "") or f"{label} → {target}" in row_of or f"↻ {label}" in row_of):
            missing.append((source, label, target))
    assert missing == []


def test_a_property_without_a_range_is_drawn_as_it_is_used(kg_graph):
    """Recommendations recommend therapies; what leads to mechanisms is told apart from what leads to failures."""
    found = arrows(kg_graph)
    name = GISTKG.__add__
    assert Arrow(name("Recommendation"), name("recommends"), name("Therapy"), "used") in found
    assert Arrow(name("Claim"), name("concernsAlteration"), name("Alteration"), "used") in found
    assert {one.target for one in found if one.property == name("leadsTo")} == {
        name("ResistanceMechanism"),
        name("DrugResistance"),
        name("TreatmentFailure"),
    }


@pytest.mark.parametrize("term", ["imatinip", "gistkg:NoSuchThing"])
def test_an_unknown_term_is_an_error(kg_graph, term):
    """With what was probably meant."""
    with pytest.raises(UnknownTermError) as caught:
        build(kg_graph, "svg", term)
    assert term != "imatinip" or "Did you mean imatinib" in str(caught.value)


@pytest.mark.parametrize("term", ["src:pdq-2024", "gistkg:Recommendation", "gistkg:Population", "gistkg:OnceDaily"])
def test_a_term_without_a_picture_is_an_error_that_says_what_has_one(kg_graph, term):
    """A source, a class of the schema, a value."""
    with pytest.raises(
        ExportError, match=r"There is no picture of .*: pictures are of claims and recommendations, pop"
    ):
        build(kg_graph, "svg", term)


@pytest.mark.parametrize("term", TERMS)
def test_the_file_is_well_formed_and_tells_what_it_is(pictures, term):
    """With a title, a description, links, the notice and no script."""
    drawn = pictures[term]
    root = ET.fromstring(svg(drawn))
    width, height = (float(root.get(name)) for name in ("width", "height"))
    assert root.get("viewBox") == f"0 0 {width:g} {height:g}"
    assert width >= drawn.layout.width + 40
    assert root.find(f"{SVG}title").text == drawn.title
    assert len(root.find(f"{SVG}desc").text) > 40
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert sum("Informs; does not choose a patient's treatment." in (text or "") for text in texts) == 1
    links = [element.get("href") for element in root.iter(f"{SVG}a")]
    assert links
    assert all(link.startswith("http") for link in links)
    assert not [one for one in root.iter(f"{SVG}a") for two in one.iter(f"{SVG}a") if two is not one]
    for line in (line for place in drawn.layout.places for line in place.box.lines):
        assert line.text in texts


def test_text_is_escaped():
    """In boxes, tips, links and titles."""
    one = Box("a", (Line('<b> & "c"', BODY, 'http://e.org/?a=1&b="2"'),), 100, "plain", None, "<tip>")
    drawn = Picture("<t>", "&", "<d>", laid_out([one], []), (), "<s>")
    root = ET.fromstring(svg(drawn))
    assert [element.text for element in root.iter(f"{SVG}text")][2] == '<b> & "c"'
    assert root.find(f".//{SVG}a").get("href") == 'http://e.org/?a=1&b="2"'


def luminance(colour):
    """The relative luminance of WCAG 2."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("term", TERMS)
def test_text_stands_out_from_its_ground(pictures, term):
    """By 4.5 to 1 at least, as WCAG 2 asks of small text."""
    layout = pictures[term].layout
    pairs = {
        (line.style.colour, LOOKS[place.box.look].fill)
        for place in (*layout.places, *layout.labels)
        for line in place.box.lines
    }
    for colour, ground in pairs:
        dark, light = sorted((luminance(colour), luminance(ground)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (colour, ground)


def test_a_circle_and_a_turn_are_drawn():
    """One wire of a circle leads back; one inside a column turns to the right of it."""
    boxes = [Box(name, (Line(name, BODY),), 60, "plain") for name in "abc"]
    layout = laid_out(boxes, [Wire("a", "b"), Wire("b", "a"), Wire("a", "a"), Wire("b", "c")], {"b": 1, "c": 1})
    assert [place.x for place in layout.places] == [0, layout.places[1].x, layout.places[1].x]
    assert [(route.wire.source, route.wire.target) for route in layout.routes] == [("a", "b"), ("b", "a"), ("b", "c")]
    back = layout.routes[1].points
    assert back[0][0] > back[-1][0] == 60
    turn = layout.routes[2].points
    assert turn[0][0] == turn[-1][0] == layout.places[1].x + 60
    assert laid_out([], []) == Layout((), (), (), 0.0, 0.0)


def test_long_words_are_broken_where_they_allow_it():
    """Behind a hyphen, a slash or a dot; elsewhere only if there is none."""
    assert broken("https://e.org/aaaaaa/bbbbbbbb", BODY, 110) == ["https://e.org/", "aaaaaa/", "bbbbbbbb"]
    assert "".join(broken("x" * 50, BODY, 60)) == "x" * 50
    assert all(width_of(line, BODY) <= 60 for line in broken("x" * 50, BODY, 60))
    assert broken("", BODY, 60) == []


def test_the_same_graph_gives_the_same_bytes_in_another_process(kg_graph):
    """Whatever the order of sets there."""
    terms = ("KIT", "ev:fda-avapritinib-pdgfra-exon-18", "gistkg:HighRiskByAfip", None)
    program = (
        "import hashlib\nfrom gistkg.graph import load_graph\nfrom gistkg.export.svg import build\n"
        f"for name in {terms}: print(hashlib.sha256(build(load_graph(), 'svg', name).content).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == [hashlib.sha256(build(kg_graph, "svg", term).content).hexdigest() for term in terms]


@pytest.mark.parametrize("kind", ["Claim", "Population", "Criterion"])
def test_every_claim_population_and_criterion_can_be_drawn(kg_graph, kind):
    """One in seven of them is, here."""
    if kind == "Claim":
        rows = kg_graph.rows(
            "SELECT DISTINCT ?claim { ?k rdfs:subClassOf* gistkg:Claim . ?claim a ?k } ORDER BY ?claim"
        )
        names = [str(row["claim"]) for row in rows]
    else:
        known = conditions(kg_graph)
        names = [f"<{iri}>" for iri in (known.populations if kind == "Population" else known.criteria)]
    assert len(names) > 100
    for name in names[::7]:
        ET.fromstring(build(kg_graph, "svg", name).content)


@pytest.mark.interop
@pytest.mark.parametrize("term", TERMS)
def test_rsvg_draws_it_at_its_size(pictures, term, tmp_path):
    """As PNG, with more than the ground in it."""
    program = shutil.which("rsvg-convert")
    if program is None:
        pytest.skip("rsvg-convert (librsvg2-bin) is needed to draw the picture")
    path = tmp_path / "picture.png"
    content = svg(pictures[term])
    subprocess.run([program, "-o", str(path)], input=content, check=True, capture_output=True)
    image = path.read_bytes()
    width, height = (int.from_bytes(image[start : start + 4], "big") for start in (16, 20))
    stated = re.search(rb'width="([\d.]+)" height="([\d.]+)"', content)
    assert (width, height) == tuple(pytest.approx(float(size), abs=1) for size in stated.groups())
    assert len(image) > 10_000
