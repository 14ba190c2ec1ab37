"""Walking the graph: what is linked to what, why, and how sure that is."""

import subprocess
import sys

import networkx as nx
import pytest

from gistkg.errors import NoPathError, ParameterError, UnknownTermError
from gistkg.results import Iri
from gistkg.terms import GISTKG
from gistkg.traverse import mechanism_paths, neighbours, networkx_view, shortest_path


def shown(links):
    return [str(link) for link in links]


def edges_of(view):
    return sorted((one, other, sorted(data.items())) for one, other, data in view.edges(data=True))


def test_links_leave_and_reach_a_term(tiny):
    """Links of the term come first, then links to it, each shown in the direction it is walked."""
    assert shown(neighbours(tiny, "gistkg:PumpAEfflux")) == [
        "--rdf:type--> resistance mechanism",
        "--acts on drug--> toxin",
        "--leads to--> resistance to toxins",
        "<--carries out-- pump A",
        "<--concerns mechanism-- pump A may throw toxins out of the cell",
    ]


@pytest.mark.parametrize(
    ("direction", "expected"),
    [
        ("out", ["--rdf:type--> protein", "--carries out--> efflux by pump B"]),
        ("in", ["<--encodes-- PUMPB gene"]),
    ],
)
def test_one_direction_shows_only_its_links(tiny, direction, expected):
    """`out` and `in` split what `both` shows."""
    assert shown(neighbours(tiny, "gistkg:PumpB", direction=direction)) == expected


def test_link_keeps_the_order_of_the_statement(tiny):
    """A link looked at from its object still has the subject that the graph states."""
    (link,) = neighbours(tiny, "gistkg:PumpB", direction="in")
    assert (link.subject.iri, link.predicate.iri, link.object.iri, link.forward, link.other.label) == (
        "gistkg:PumpBGene",
        "gistkg:encodes",
        "gistkg:PumpB",
        False,
        "PUMPB gene",
    )


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        ("gistkg:HasZigMutation", ["--rdfs:subClassOf--> case", "--has alteration--> ZIG mutation"]),
        ("gistkg:HadAlphanib", ["--rdfs:subClassOf--> case", "--gave drug--> alphanib"]),
        ("gistkg:NeverHadAlphanib", ["--rdfs:subClassOf--> case", "--owl:complementOf--> had alphanib"]),
    ],
)
def test_class_expression_is_walked_to_the_terms_in_it(tiny, criterion, expected):
    """A criterion is linked to what its class expression names, by the property that is restricted."""
    links = neighbours(tiny, criterion, direction="out")
    assert [text for text in shown(links) if "rdf:type" not in text] == expected


def test_term_inside_a_class_expression_leads_back_to_its_class(tiny):
    """From a mutation one reaches the criteria that ask for it."""
    assert shown(neighbours(tiny, "gistkg:ZigMutation", direction="in")) == [
        "<--rdfs:subClassOf-- ZIG exon 9 mutation",
        "<--has alteration-- has a ZIG mutation",
    ]


def test_terms_below_not_are_not_linked_by_the_property(tiny_with):
    """What was not given is not linked by "gave drug"."""
    graph = tiny_with(
        """gistkg:NoToxin a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:complementOf [
             a owl:Restriction ; owl:onProperty gistkg:gaveDrug ; owl:someValuesFrom gistkg:Toxin ] ] ."""
    )
    assert shown(neighbours(graph, "gistkg:NoToxin")) == ["--owl:complementOf--> toxin"]


def test_members_of_a_union_are_no_superclasses(tiny_with):
    """A class that is one of several others is linked to each by the union."""
    graph = tiny_with(
        """gistkg:Either a owl:Class ; owl:equivalentClass [ a owl:Class ;
             owl:unionOf ( gistkg:HadAlphanib gistkg:NeverHadAlphanib ) ] ."""
    )
    assert shown(neighbours(graph, "gistkg:Either")) == [
        "--owl:unionOf--> had alphanib",
        "--owl:unionOf--> never had alphanib",
    ]


def test_type_of_an_unnamed_thing_is_its_link(tiny_with):
    """A case with an unnamed mutation of a class is linked to that class."""
    graph = tiny_with("gistkg:Case1 gistkg:hasAlteration [ a gistkg:ZigA9V ] .")
    assert shown(neighbours(graph, "gistkg:Case1")) == ["--has alteration--> ZIG A9V"]


def test_link_of_a_term_to_itself_is_shown_once(tiny_with):
    """It leaves the term; that it also reaches it is the same link."""
    assert shown(neighbours(tiny_with("ev:self gistkg:overrides ev:self ."), "ev:self")) == ["--overrides--> ev:self"]


def test_declarations_are_no_links(tiny):
    """A property has a domain and a type, but nothing to walk to."""
    assert neighbours(tiny, "gistkg:encodes") == ()


@pytest.mark.parametrize("name", ["gistkg:PumpB", GISTKG + "PumpB", Iri(GISTKG + "PumpB")])
def test_term_is_named_by_any_form_of_its_iri(tiny, name):
    """Prefixed, in full, or as the graph hands it out."""
    assert shown(neighbours(tiny, name, direction="in")) == ["<--encodes-- PUMPB gene"]


@pytest.mark.parametrize("name", ["gistkg:NoSuchTerm", "not an IRI"])
def test_unknown_term_is_refused(tiny, name):
    """A term the graph does not hold is an error, not a term without links."""
    with pytest.raises(UnknownTermError, match=name):
        neighbours(tiny, name)


def test_unknown_direction_is_refused(tiny):
    """A misspelt direction is an error that lists the right ones."""
    with pytest.raises(ParameterError, match="both, out and in"):
        neighbours(tiny, "gistkg:PumpB", direction="outward")


def test_path_explains_rather_than_goes_through_the_common_source(tiny):
    """The gene and the drug cite one paper, yet the path goes through the pump."""
    assert str(shortest_path(tiny, "gistkg:PumpAGene", "gistkg:Toxin")) == (
        "PUMPA gene --encodes--> pump A --carries out--> efflux by pump A --acts on drug--> toxin"
    )


def test_path_walks_against_a_link_and_says_so(tiny):
    """A link walked from its object is shown with its arrow the other way."""
    path = shortest_path(tiny, "gistkg:Toxin", "gistkg:PumpBGene")
    assert str(path) == "toxin <--acts on drug-- efflux by pump B <--carries out-- pump B <--encodes-- PUMPB gene"
    assert [term.iri for term in path.terms] == [
        "gistkg:Toxin",
        "gistkg:PumpBEfflux",
        "gistkg:PumpB",
        "gistkg:PumpBGene",
    ]


def test_path_reaches_a_source_or_a_kind_that_is_asked_for(tiny):
    """Sources and kinds are no way through, but they are a goal."""
    assert str(shortest_path(tiny, "gistkg:Zig", "src:tiny")) == (
        "ZIG gene --dcterms:source--> Nobody A. An invented paper. 2001"
    )
    assert str(shortest_path(tiny, "gistkg:Gene", "gistkg:Zig")) == "gene <--rdf:type-- ZIG gene"


def test_common_value_is_no_shortcut(tiny_with):
    """Two doses of one drug are joined by the drug, not by the milligram, although each has two links."""
    graph = tiny_with(
        """gistkg:Milligram a gistkg:Unit . gistkg:Alphanib400mgDaily gistkg:doseUnit gistkg:Milligram .
           gistkg:Alphanib800mgDaily gistkg:usesDrug gistkg:Alphanib ; gistkg:doseUnit gistkg:Milligram ."""
    )
    path = shortest_path(graph, "gistkg:Alphanib400mgDaily", "gistkg:Alphanib800mgDaily")
    assert [term.iri for term in path.terms][1:-1] == ["gistkg:Alphanib"]


def test_annotation_is_no_shortcut(tiny_with):
    """A source that only two genes cite does not join them; their pumps act on one drug, which does."""
    graph = tiny_with(
        """gistkg:PumpAGene dcterms:source src:two . gistkg:PumpBGene dcterms:source src:two .
           src:two gistkg:leadsTo gistkg:Nowhere ."""
    )
    path = shortest_path(graph, "gistkg:PumpAGene", "gistkg:PumpBGene")
    names = ["PumpAGene", "PumpA", "PumpAEfflux", "Toxin", "PumpBEfflux", "PumpB", "PumpBGene"]
    assert [term.iri for term in path.terms] == [f"gistkg:{name}" for name in names]


def test_hub_is_no_shortcut(tiny_with):
    """A study that many claims describe does not explain what two of them have to do with each other."""
    claims = " ".join(f"ev:hub-{number} gistkg:describesStudy gistkg:Hub ." for number in range(30))
    chain = """gistkg:Hub gistkg:reportedIn src:tiny . ev:hub-1 gistkg:overrides ev:hub-a .
               ev:hub-a gistkg:overrides ev:hub-b . ev:hub-b gistkg:overrides ev:hub-2 ."""
    path = shortest_path(tiny_with(claims + chain), "ev:hub-1", "ev:hub-2")
    assert [term.iri for term in path.terms] == ["ev:hub-1", "ev:hub-a", "ev:hub-b", "ev:hub-2"]


def test_rarer_of_two_links_is_shown(tiny_with):
    """Where two links join the same terms, the path shows the one that says more."""
    graph = tiny_with("gistkg:PumpA gistkg:actsOnDrug gistkg:Toxin ; gistkg:thwarts gistkg:Toxin .")
    assert str(shortest_path(graph, "gistkg:PumpA", "gistkg:Toxin")) == "pump A --gistkg:thwarts--> toxin"


@pytest.mark.parametrize("ways", ["ev:a ev:b ev:c", "ev:c ev:b ev:a"])
def test_equal_paths_are_decided_the_same_way(tiny_with, ways):
    """Of equally good ways the same one is taken, whatever the order of the statements."""
    text = " ".join(f"ev:from gistkg:overrides {way} . {way} gistkg:overrides ev:to ." for way in ways.split())
    assert shortest_path(tiny_with(text), "ev:from", "ev:to").terms[1].iri == "ev:a"


def test_path_to_the_term_itself_has_no_steps(tiny):
    """Nothing has to be walked from a term to itself."""
    path = shortest_path(tiny, "gistkg:Toxin", "gistkg:Toxin")
    assert (str(path), path.steps) == ("toxin", ())


@pytest.mark.parametrize("links", ["", "gistkg:Lonely gistkg:leadsTo gistkg:Lonelier ."])
def test_no_path_names_both_ends(tiny_with, links):
    """Two terms that nothing connects are named by their labels."""
    graph = tiny_with(f'gistkg:Lonely a gistkg:Setting ; skos:prefLabel "lonely setting"@en . {links}')
    with pytest.raises(NoPathError, match="'lonely setting' with 'toxin'"):
        shortest_path(graph, "gistkg:Lonely", "gistkg:Toxin")


def test_mechanism_is_walked_to_every_end(tiny):
    """All three ways from the gene to the failure are shown, in the order of their properties."""
    begin = "PUMPA gene --encodes--> pump A --carries out--> efflux by pump A"
    assert [str(path) for path in mechanism_paths(tiny, "gistkg:PumpAGene")] == [
        f"{begin} --acts on drug--> toxin --has failure--> failure of toxins",
        f"{begin} --leads to--> resistance to toxins --leads to--> failure of toxins",
        f"{begin} --leads to--> resistance to toxins --resistant to--> toxin --has failure--> failure of toxins",
    ]


def test_mechanism_is_walked_to_a_given_end(tiny):
    """With an end, each path stops there."""
    assert [str(path) for path in mechanism_paths(tiny, "gistkg:PumpAEfflux", "gistkg:Toxin")] == [
        "efflux by pump A --acts on drug--> toxin",
        "efflux by pump A --leads to--> resistance to toxins --resistant to--> toxin",
    ]


def test_path_carries_the_claims_on_its_mechanisms_and_their_hedges(tiny):
    """A claim is put only on paths through what it concerns, with the words that limit it."""
    short, long = mechanism_paths(tiny, "gistkg:PumpAEfflux", "gistkg:Toxin")
    assert [(claim.iri, claim.hedges) for claim in short.claims] == [("ev:tiny-1", ("in part", "may"))]
    assert [(claim.iri, claim.label, claim.hedges) for claim in long.claims] == [
        ("ev:tiny-1", "pump A may throw toxins out of the cell", ("in part", "may")),
        ("ev:tiny-2", "resistance to toxins is common", ()),
    ]


def test_mechanism_links_are_those_the_ontology_names(tiny_with):
    """A new subproperty of the mechanism link is walked without a change of code."""
    graph = tiny_with(
        "gistkg:thwarts rdfs:subPropertyOf gistkg:mechanismLink . gistkg:Zig gistkg:thwarts gistkg:Alphanib ."
    )
    assert [str(path) for path in mechanism_paths(graph, "gistkg:Zig")] == ["ZIG gene --gistkg:thwarts--> alphanib"]


def test_circle_of_mechanisms_is_walked_once(tiny_with):
    """A failure that leads back to the efflux does not send the walk round again."""
    graph = tiny_with("gistkg:ToxinFailure gistkg:leadsTo gistkg:PumpBEfflux .")
    assert [str(path) for path in mechanism_paths(graph, "gistkg:PumpBEfflux")] == [
        "efflux by pump B --acts on drug--> toxin --has failure--> failure of toxins"
    ]


@pytest.mark.parametrize(
    ("start", "end"), [("gistkg:Zig", None), ("gistkg:Toxin", "gistkg:PumpA"), ("gistkg:Toxin", "gistkg:Toxin")]
)
def test_no_mechanism_is_an_empty_answer(tiny, start, end):
    """A gene without a mechanism, and a way that only exists backwards, have no paths."""
    assert mechanism_paths(tiny, start, end) == ()


def test_node_of_the_view_tells_what_the_term_is(tiny):
    """A node has the IRI, the label, the kind and the definition of its term."""
    view = networkx_view(tiny)
    assert view.nodes["gistkg:Alphanib"] == {
        "iri": "https://w3id.org/gistkg/Alphanib",
        "label": "alphanib",
        "kind": "gistkg:Substance",
        "definition": "Alphanib is a drug of this invented graph that blocks ZIG.",
    }
    assert {name: view.nodes[name]["kind"] for name in ("gistkg:Case", "ev:tiny-3", "gistkg:Statistic")} == {
        "gistkg:Case": "class",
        "ev:tiny-3": "gistkg:Recommendation",
        "gistkg:Statistic": "class",
    }


def test_kind_is_the_narrowest_type(tiny_with):
    """A thing said to be a claim and a recommendation is shown as a recommendation."""
    view = networkx_view(tiny_with("ev:both a gistkg:Claim , gistkg:Recommendation ; gistkg:overrides ev:tiny-3 ."))
    assert view.nodes["ev:both"]["kind"] == "gistkg:Recommendation"


def test_edge_of_the_view_tells_where_it_is_stated(tiny_with):
    """An edge has its property, its label, and every named graph it stands in."""
    view = networkx_view(tiny_with("gistkg:PumpA gistkg:carriesOut gistkg:PumpAEfflux ."))
    assert view["gistkg:PumpA"]["gistkg:PumpAEfflux"] == {
        "gistkg:carriesOut": {
            "predicate": "gistkg:carriesOut",
            "label": "carries out",
            "graph": "https://w3id.org/gistkg/graph/extra https://w3id.org/gistkg/graph/tiny",
            "id": "gistkg:PumpA gistkg:carriesOut gistkg:PumpAEfflux",
        }
    }


def test_view_holds_the_links_that_neighbours_shows(tiny):
    """The edges at a node are its neighbours, class expressions included."""
    view = networkx_view(tiny)
    for name in ("gistkg:HadAlphanib", "gistkg:Case", "gistkg:UntreatedZigPopulation", "src:tiny"):
        edges = {*view.out_edges(name, keys=True), *view.in_edges(name, keys=True)}
        assert edges == {(str(x.subject.iri), str(x.object.iri), str(x.predicate.iri)) for x in neighbours(tiny, name)}


def test_graphml_is_read_back_whole(tiny, tmp_path):
    """A GraphML file of the view has every node and edge with its values, and no edge id twice."""
    view = networkx_view(tiny)
    nx.write_graphml(view, tmp_path / "tiny.graphml", edge_id_from_attribute="id")
    back = nx.read_graphml(tmp_path / "tiny.graphml", force_multigraph=True)
    assert dict(back.nodes(data=True)) == dict(view.nodes(data=True))
    assert len({key for *_, key in back.edges(keys=True)}) == view.number_of_edges() > 50
    assert edges_of(back) == edges_of(view)


def test_real_gene_leads_to_chemotherapy(kg_graph):
    """In the graph that users get, ABCB1 and cytotoxic chemotherapy are joined by the pump."""
    assert [
        str(term.iri) for term in shortest_path(kg_graph, "gistkg:Abcb1Gene", "gistkg:CytotoxicChemotherapy").terms
    ] == [
        "gistkg:Abcb1Gene",
        "gistkg:PGlycoprotein",
        "gistkg:EffluxByPGlycoprotein",
        "gistkg:CytotoxicChemotherapy",
    ]


def test_neighbours_need_no_networkx():
    """Looking at a term's links loads no heavy library."""
    code = (
        "import sys; from gistkg.graph import load_graph; from gistkg.traverse import neighbours;"
        "neighbours(load_graph(), 'gistkg:Drug'); sys.exit('networkx' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
