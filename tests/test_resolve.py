"""Words become terms, or an error that says which words would."""

import gc
import weakref

import pyoxigraph as ox
import pytest

from gistkg.errors import AmbiguousTermError, UnknownTermError, WrongKindError
from gistkg.graph import Graph
from gistkg.resolve import (
    find,
    full_iri,
    is_kind,
    kind_of,
    label_of,
    lexicon,
    near,
    nearest,
    normalise,
    resolve,
    search,
)
from gistkg.results import Iri

NAMES = """
gistkg:SpleenTumour a owl:Class ; rdfs:subClassOf gistkg:Tumour ; skos:prefLabel "spleen tumour"@en ;
    skos:altLabel "gamma"@en , "shared"@en ; skos:hiddenLabel "splen tumour"@en .
gistkg:Gamma a owl:Class , gistkg:Substance ; rdfs:subClassOf gistkg:Drug ; skos:prefLabel "gamma"@en ;
    skos:altLabel "shared"@en .
[] skos:prefLabel "nameless"@en .
"""


@pytest.fixture(scope="module")
def named(tiny_with):
    return tiny_with(NAMES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ZIG", "zig"),
        ("ZIG exon 9", "  ZIG\texon \n 9 "),
        ("end-of-life", "end of life"),
        ("end\u2013of\u2011life", "end_of_life"),
        ("tumour", "TUMOR."),
        ("localised", "localized"),
        ("oesophagus", "esophagus"),
        ("\u2018Alphanib\u2019", "alphanib"),
        ("Stra\u00dfe", "STRASSE"),
    ],
)
def test_spellings_of_one_name_are_equal(one, other):
    """Case, dashes, spaces, outer punctuation and the side of the Atlantic do not count."""
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(("one", "other"), [("p.A9V", "p.A9W"), ("400 mg/day", "400 mg day"), ("KIT+", "KIT")])
def test_names_that_differ_in_meaning_stay_different(one, other):
    """Inner punctuation and digits are part of a name."""
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize(
    "text",
    [
        "alphanib",
        "ALPHANIB,",
        "alf 1",
        "gistkg:Alphanib",
        " gistkg:Alphanib ",
        "https://w3id.org/gistkg/Alphanib",
        "<https://w3id.org/gistkg/Alphanib>",
        "Alphanib",
        Iri("https://w3id.org/gistkg/Alphanib"),
    ],
)
def test_a_term_is_found_by_any_of_its_names(tiny, text):
    """Label, synonym, prefixed name and IRI all name it."""
    assert find(tiny, text) == ("gistkg:Alphanib",)


def test_a_term_without_a_label_of_that_name_is_found_by_the_end_of_its_iri(tiny):
    """Claims and populations are often quoted by their key."""
    assert find(tiny, "tiny-3") == ("ev:tiny-3",)


@pytest.mark.parametrize("text", ["", "no such", "gistkg:NoSuch", "https://example.org/x", "http://a b", "nameless"])
def test_what_the_graph_does_not_say_anything_about_is_not_found(named, text):
    """An IRI is no term by being well formed, and a blank node has no name to find it by."""
    assert find(named, text) == ()


def test_all_terms_of_a_name_are_found_with_its_label_bearer_first(named):
    """What a text is the label of comes before what it is a synonym of."""
    assert find(named, "Gamma") == ("gistkg:Gamma", "gistkg:SpleenTumour")


def test_a_label_beats_a_synonym(named):
    """A text that is the label of one term means that one."""
    assert resolve(named, "gamma") == "gistkg:Gamma"


def test_the_kind_decides_before_the_label_does(named):
    """The synonym of a tumour is meant where only a tumour will do."""
    assert resolve(named, "gamma", kind="gistkg:Tumour") == "gistkg:SpleenTumour"


def test_a_synonym_of_two_terms_is_an_error_that_names_both(named):
    """Nothing is chosen by chance."""
    with pytest.raises(AmbiguousTermError) as caught:
        resolve(named, "shared")
    assert caught.value.candidates == ("gamma (gistkg:Gamma)", "spleen tumour (gistkg:SpleenTumour)")
    assert resolve(named, "shared", kind="gistkg:Drug") == "gistkg:Gamma"


def test_a_hidden_label_finds_its_term(named):
    """Misspellings that a curator foresaw are names too."""
    assert resolve(named, "splen tumor") == "gistkg:SpleenTumour"


def test_a_term_of_another_kind_is_an_error_that_says_what_it_is(tiny):
    """The sentence names the text, the term and the kind."""
    with pytest.raises(WrongKindError) as caught:
        resolve(tiny, "ALF-1", kind="gistkg:Alteration")
    assert str(caught.value) == (
        "'ALF-1' names alphanib (gistkg:Alphanib), which is not a kind of molecular alteration (gistkg:Alteration)."
    )


def test_an_unknown_name_comes_with_what_is_spelt_like_it(tiny):
    """At most three names, one for each term, the nearest first."""
    with pytest.raises(UnknownTermError) as caught:
        resolve(tiny, "alphanip")
    assert caught.value.nearest == ("alphanib", "alphanib 400 mg once daily", "had alphanib")


def test_only_names_of_the_kind_are_offered(tiny):
    """A drug is no answer to a misspelt mutation."""
    with pytest.raises(UnknownTermError) as caught:
        resolve(tiny, "ZIG exon 9 mutatoin", kind="gistkg:Alteration")
    assert caught.value.nearest == ("ZIG exon 9 mutation",)
    assert nearest(tiny, "alphanip", kind="gistkg:Mutation") == ()


def test_nothing_is_offered_where_nothing_is_near(tiny):
    """A far guess misleads; the search is named instead."""
    with pytest.raises(UnknownTermError) as caught:
        resolve(tiny, "qqqqqq")
    assert caught.value.nearest == ()
    assert str(caught.value) == "No term is called 'qqqqqq'. Try: gistkg search TEXT"


def test_names_of_one_term_are_offered_once(named):
    """Three suggestions are three terms."""
    assert nearest(named, "splen tumours") == ("splen tumour",)


def test_plain_names_are_compared_the_same_way():
    """Questions have names too."""
    assert near("doses", ["dose", "drugs", "unrelated"]) == ("dose",)


@pytest.mark.parametrize(
    ("term", "kind", "expected"),
    [
        ("gistkg:PumpA", "gistkg:Protein", True),
        ("gistkg:ZigA9V", "gistkg:Mutation", True),
        ("gistkg:ZigA9V", "gistkg:NamedVariant", True),
        ("gistkg:Drug", "gistkg:Drug", True),
        ("ev:tiny-3", "gistkg:Claim", True),
        ("gistkg:ZigMutation", "gistkg:ZigA9V", False),
        ("gistkg:PumpA", "gistkg:Gene", False),
    ],
)
def test_a_kind_holds_instances_and_subclasses_and_itself(tiny, term, kind, expected):
    """Down the hierarchy, never up."""
    assert is_kind(tiny, term, kind) is expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("gistkg:Alphanib", "single-substance drug class"),
        ("ev:tiny-1", "mechanism claim"),
        ("gistkg:Drug", "therapy"),
        ("gistkg:Therapy", "class"),
        ("gistkg:usesDrug", "property"),
        ("gistkg:NoSuch", "term"),
    ],
)
def test_what_a_term_is_stands_in_words(tiny, term, expected):
    """Its own kind, else the class above, else what OWL calls it."""
    assert kind_of(tiny, term) == expected


def test_the_most_specific_type_is_the_kind(tiny_with):
    """A type that is a superclass of another type says nothing more."""
    graph = tiny_with('ev:x a gistkg:Claim , gistkg:Recommendation ; skos:prefLabel "x"@en .')
    assert kind_of(graph, "ev:x") == "recommendation"


def test_a_term_without_a_label_shows_its_iri(tiny):
    """Something can always be shown."""
    assert label_of(tiny, "ev:none") == "ev:none"
    assert label_of(tiny, "ev:tiny-2") == "resistance to toxins is common"


def test_a_name_that_is_no_iri_has_none():
    """A prefix nobody knows is not guessed at."""
    with pytest.raises(UnknownTermError):
        full_iri("unknown:Thing")


def hits(graph, text, **options):
    return [(hit.label, hit.matched, hit.score) for hit in search(graph, text, **options)]


def test_a_search_ranks_the_whole_name_then_its_beginning_then_a_word_then_a_definition(tiny_with):
    """The better a name fits the words, the earlier it stands."""
    graph = tiny_with("""
        gistkg:A a gistkg:Gene ; skos:prefLabel "quux"@en .
        gistkg:B a gistkg:Gene ; skos:prefLabel "quux factor"@en .
        gistkg:F a gistkg:Gene ; skos:prefLabel "quuxed"@en .
        gistkg:C a gistkg:Gene ; skos:prefLabel "the quux"@en .
        gistkg:D a gistkg:Gene ; skos:prefLabel "prequuxed"@en .
        gistkg:E a gistkg:Gene ; skos:prefLabel "other"@en ; skos:definition "Not a quux."@en .
    """)
    assert hits(graph, "QUUX") == [
        ("quux", "quux", 100.0),
        ("quux factor", "quux factor", 90.0),
        ("quuxed", "quuxed", 85.0),
        ("the quux", "the quux", 80.0),
        ("prequuxed", "prequuxed", 70.0),
        ("other", "Not a quux.", 40.0),
    ]


def test_a_search_finds_words_in_any_order(tiny):
    """All the words have to be there."""
    found = ("ZIG exon 9 mutation", "ZIG exon 9 mutation", 65.0)
    assert hits(tiny, "mutation 9 ZIG", limit=1) == [found]
    assert found not in hits(tiny, "mutation 8 ZIG")


def test_a_search_takes_near_spellings_only_where_no_name_holds_the_words(tiny):
    """A name with the word in it leaves no need to guess."""
    assert near("pump A", ["pump B"]) == ("pump B",)
    assert "pump B" not in [label for label, _, _ in hits(tiny, "pump A")]
    assert hits(tiny, "ZIG exon 8 mut")[0] == ("ZIG exon 9 mutation", "ZIG exon 9 mutation", 50.1)


def test_a_search_gives_no_more_than_its_limit(tiny):
    """The best are kept."""
    assert [label for label, _, _ in hits(tiny, "toxin", limit=1)] == ["toxin"]


@pytest.mark.parametrize("text", ["", "  ", ".", "qqqqqq"])
def test_a_search_for_nothing_finds_nothing(tiny, text):
    """An empty text is in every name, and still no question."""
    assert search(tiny, text) == ()


def test_the_names_are_read_once_for_each_graph(tiny, named):
    """Another graph has other names."""
    assert lexicon(tiny) is lexicon(tiny)
    assert find(tiny, "spleen tumour") == ()
    assert find(named, "spleen tumour") == ("gistkg:SpleenTumour",)


def test_the_names_are_forgotten_with_their_graph(tiny):
    """A server that reloads does not fill up."""
    graph = Graph(tiny.store, tiny.files)
    names = weakref.ref(lexicon(graph))
    del graph
    gc.collect()
    assert names() is None


def test_a_graph_without_names_is_no_error():
    """The store may hold anything."""
    assert find(Graph(ox.Store(), ()), "anything") == ()
