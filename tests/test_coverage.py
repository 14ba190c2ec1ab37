"""`gistkg coverage`: how much there is, and that nothing of it is without a source."""

import json

import pytest

from gistkg.coverage import Mapped, coverage, mapping_coverage
from gistkg.files import query_files
from gistkg.graph import load_graph
from gistkg.mappings import mappings

STRAY = """
@prefix ev: <https://w3id.org/gistkg/evidence/> .
@prefix gistkg: <https://w3id.org/gistkg/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

ev:example-stray a gistkg:OutcomeClaim ; skos:prefLabel "a claim that nobody makes"@en .
"""


def test_what_is_counted_is_what_a_store_counts():
    """Every file is read: each kind has as many members as lines of the Turtle say so."""
    graph = load_graph()
    text = "\n".join(file.content.decode() for file in graph.files)
    counts = coverage(graph)
    assert counts["studies"] == text.count("    a gistkg:Study , owl:NamedIndividual ;")
    assert counts["arms"] == text.count("    a gistkg:Arm , owl:NamedIndividual ;")
    assert counts["findings of studies"] == text.count("    a gistkg:Finding , owl:NamedIndividual ;")
    assert counts["conflicts"] == text.count("    a gistkg:Conflict , owl:NamedIndividual ;")
    assert counts["drugs"] == text.count("    a owl:Class , gistkg:Substance ;")
    assert counts["recommendations"] == text.count("    a gistkg:Recommendation , owl:NamedIndividual ;")


def test_nothing_is_without_a_source(run):
    """The last line of the table, and the exit code."""
    code, out, err = run("coverage", "--format", "json")
    assert (code, err) == (0, "")
    assert {"what": "without a source", "count": 0} in json.loads(out)


def test_what_has_no_source_is_counted_and_named(tmp_path, monkeypatch, capsys):
    """And the exit code is 1."""
    path = tmp_path / "stray.ttl"
    path.write_text(STRAY, encoding="utf-8")
    widened = load_graph([path])
    assert coverage(widened)["without a source"] == 1
    import sys

    from gistkg.coverage import write_coverage

    assert write_coverage(widened, "table", sys.stdout) == 1
    assert "a claim that nobody makes" in capsys.readouterr().out


@pytest.mark.parametrize("written", ["csv", "markdown"])
def test_it_is_written_in_every_format_of_rows(run, written):
    """With a header."""
    code, out, _ = run("coverage", "--format", written)
    assert code == 0
    assert "what" in out.splitlines()[0]


# Codes in other vocabularies


def test_terms_with_codes_are_counted_by_kind_and_vocabulary(kg_graph):
    """Counted by hand in the tables and in the Turtle: eight sites in Uberon, seven proteins of which two are in PR."""
    found = mapping_coverage(kg_graph)
    assert [one for one in found if one.kind == "site"] == [
        Mapped("site", 8, "any", 8, 8),
        Mapped("site", 8, "uberon", 8, 8),
    ]
    assert Mapped("protein", 7, "pr", 2, 2) in found
    assert Mapped("protein", 7, "mesh", 0, 4) in found  # one of them only broadly
    assert Mapped("gene", 54, "uniprot", 0, 23) in found  # a denial does not count


def test_every_term_with_a_match_is_of_some_kind(kg_graph):
    """None is left out of the count."""
    sparql = next(path for path in query_files("records") if path.stem == "mapped-kinds").read_text(encoding="utf-8")
    counted = {row["term"] for row in kg_graph.rows(sparql)}
    assert sorted({row.subject for row in mappings()} - counted) == []


@pytest.mark.parametrize("written", ["table", "json", "csv", "tsv", "markdown"])
def test_codes_are_counted_in_every_format(run, written, monkeypatch):
    """With the shares in percent; in a table each kind stands once."""
    monkeypatch.setenv("COLUMNS", "100")
    code, out, err = run("coverage", "--mappings", "--format", written)
    assert (code, err) == (0, "")
    lines = {
        "table": "│                      │       │ uberon     │     8 │     100 │       8 │       100 │",
        "json": '"matched %": 100',
        "csv": "site,8,uberon,8,100,8,100",
        "tsv": "uberon",
        "markdown": "| site | 8 | uberon | 8 | 100 | 8 | 100 |",
    }
    assert lines[written] in out
