"""Reading Turtle as text: names are found where they stand, and nowhere else."""

import pyoxigraph as ox
import pytest

from gistkg.files import ontology_files
from gistkg.turtle import read_turtle

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LIST = {RDF + "first", RDF + "rest", RDF + "nil"}


def places(text):
    """Subjects, predicates and objects as (local name, line), and the lines of the blocks."""
    document = read_turtle("@prefix e: <http://e/> .\n" + text)
    found = {"subject": [], "predicate": [], "object": []}
    for block in document.blocks:
        for mention in block.mentions:
            found[mention.place].append((mention.iri.removeprefix("http://e/"), mention.line))
    return found, [block.line for block in document.blocks]


@pytest.mark.parametrize("file", ontology_files(), ids=lambda file: file.name)
def test_names_are_those_that_a_parser_finds(file):
    """On every file of the ontology, subjects, predicates and objects are the same as those of the triples."""
    triples = list(ox.parse(file.content, format=ox.RdfFormat.TURTLE))
    expected = {
        "subject": {triple.subject.value for triple in triples if isinstance(triple.subject, ox.NamedNode)},
        "predicate": {triple.predicate.value for triple in triples} - LIST,
        "object": {triple.object.value for triple in triples if isinstance(triple.object, ox.NamedNode)} - LIST,
    }
    found = {"subject": set(), "predicate": set(), "object": set()}
    for block in read_turtle(file.content.decode()).blocks:
        for mention in block.mentions:
            found[mention.place].add(mention.iri)
    datatypes = {triple.object.datatype.value for triple in triples if isinstance(triple.object, ox.Literal)}
    assert found["subject"] == expected["subject"]
    assert found["predicate"] == expected["predicate"]
    assert expected["object"] <= found["object"] <= expected["object"] | datatypes


def test_names_in_strings_and_comments_do_not_count():
    """A note may speak of a name."""
    found, _ = places('e:a e:b "e:no # e:no \\" e:no" , """e:no\n"e:no" ""\n""" ; # e:no\n  e:c \'e:no\' .')
    assert found == {"subject": [("a", 2)], "predicate": [("b", 2), ("c", 5)], "object": []}


def test_lines_are_counted_through_long_strings():
    """What follows a string of three lines stands three lines further."""
    found, _ = places('e:a e:b """1\n2\n3""" .\ne:c e:d e:e .')
    assert found["object"] == [("e", 5)]


def test_names_inside_blank_nodes_and_collections_have_their_place():
    """A predicate after a bracket is one; members of a list are objects."""
    found, blocks = places("e:a e:b [ e:c e:d ; e:e ( e:f\n [ e:g e:h ] ) ] .\n[] e:i e:j .\n[ e:k e:l ] e:m e:n .")
    assert [name for name, _ in found["predicate"]] == ["b", "c", "e", "g", "i", "k", "m"]
    assert [name for name, _ in found["object"]] == ["d", "f", "h", "j", "l", "n"]
    assert found["subject"] == [("a", 2)]
    assert blocks == [2, 4, 5]


def test_full_stop_ends_a_name_or_belongs_to_it():
    """A dot inside a name stays, a dot after it ends the statement; so with numbers."""
    found, blocks = places("e:a.b e:c e:d.\ne:f e:g 1.5 , 2.\ne:h e:i e:j\\,k.")
    assert found["subject"] == [("a.b", 2), ("f", 3), ("h", 4)]
    assert found["object"] == [("d", 2), ("j,k", 4)]
    assert blocks == [2, 3, 4]


def test_prefixes_are_found_in_both_spellings():
    """`@prefix` ends with a full stop, `PREFIX` does not; `@base` is no prefix."""
    document = read_turtle("@base <http://b/> .\nPREFIX x: <http://x/>\n@prefix : <http://y/> .\nx:a :b 1 .\n")
    assert document.prefixes == (("x", "http://x/", 2), ("", "http://y/", 3))
    assert document.used == {"x", ""}
    assert document.blocks[0].subject == "http://x/a"


def test_block_knows_the_line_of_what_it_mentions():
    """The first of some names that is mentioned counts; without any, the first line of the block."""
    block = read_turtle("@prefix e: <http://e/> .\ne:a\n  e:b e:c ;\n  e:d e:c .\n").blocks[0]
    assert block.line_of("http://e/no", "http://e/d", "http://e/b") == 4
    assert block.line_of("http://e/c") == 3
    assert block.line_of("http://e/no") == 2


def test_file_that_does_not_parse_still_shows_its_subjects():
    """Names before and after an open quotation mark are found."""
    document = read_turtle('@prefix e: <http://e/> .\ne:a e:b "open .\n\ne:c e:d e:e .\n')
    assert "http://e/a" in {block.subject for block in document.blocks}
