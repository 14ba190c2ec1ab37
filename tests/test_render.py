"""Answers are written the same way each time, for people and for programs."""

import csv
import io
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from gistkg.errors import FormatError
from gistkg.model import Named
from gistkg.render import Table, box_for, plain, shown, terminal_width, write_json, write_rows
from gistkg.results import Iri
from gistkg.terms import GISTKG

GENES = """
SELECT ?gene ?geneLabel ?protein ?codons WHERE {
  ?gene a gistkg:Gene ; skos:prefLabel ?geneLabel .
  OPTIONAL { ?gene gistkg:encodes ?protein }
  BIND(6.50 AS ?codons)
  FILTER(?gene != gistkg:PumpBGene)
} ORDER BY ?gene
"""


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)


def written(answer, form, stream=None):
    stream = stream or io.StringIO()
    write_rows(answer, form, stream)
    return stream.getvalue()


def test_a_table_is_drawn_with_compact_iris_and_labels_above_them(tiny):
    """A label column joins the IRI it belongs to, numbers stand right, and what is unbound is empty."""
    assert written(tiny.query(GENES), "table") == (
        "╭──────────────────┬──────────────┬────────╮\n"
        "│ gene             │ protein      │ codons │\n"
        "├──────────────────┼──────────────┼────────┤\n"
        "│ PUMPA gene       │ gistkg:PumpA │    6.5 │\n"
        "│ gistkg:PumpAGene │              │        │\n"
        "│ ZIG gene         │              │    6.5 │\n"
        "│ gistkg:Zig       │              │        │\n"
        "╰──────────────────┴──────────────┴────────╯\n"
    )


def test_a_long_cell_wraps_at_words_and_rows_are_told_apart(tiny):
    """No word breaks, no line is longer than the terminal, and a rule stands between rows."""
    text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    lines = written(Table(("key", "text"), (("a", text), ("b", text))), "table").splitlines()
    assert {len(line) for line in lines} == {80}
    assert lines[3] == f"│ a   │ {'one two three four five six seven eight nine ten eleven twelve':<70} │"
    assert lines[4] == f"│     │ {'thirteen fourteen fifteen sixteen':<70} │"
    assert lines[5] == f"├─────┼{'─' * 72}┤"


def test_rows_too_wide_for_a_table_become_blocks(monkeypatch):
    """Where words would have to break, each row is written down the page; empty cells are left out."""
    monkeypatch.setenv("COLUMNS", "40")
    table = Table(("first", "second"), (("x" * 22, "y" * 22), ("z" * 22, None)))
    assert written(table, "table") == (
        "1 ──────────────────────────────────────\n"
        "first   xxxxxxxxxxxxxxxxxxxxxx\n"
        "second  yyyyyyyyyyyyyyyyyyyyyy\n"
        "2 ──────────────────────────────────────\n"
        "first  zzzzzzzzzzzzzzzzzzzzzz\n"
    )


def test_a_table_without_rows_says_so():
    """An empty frame would look like a fault."""
    assert written(Table(("a",), ()), "table") == "no rows\n"


def test_square_brackets_are_text():
    """They are markup to the library that draws."""
    assert "│ [bold]x[/bold] [4] │" in written(Table(("a",), (("[bold]x[/bold] [4]",),)), "table")


def test_colour_is_for_terminals(tiny):
    """Control characters have no place in a file."""
    assert "\x1b[" not in written(tiny.query(GENES), "table")
    assert "\x1b[" in written(tiny.query(GENES), "table", Terminal())


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_colour_where_none_is_wanted(tiny, monkeypatch, name, value):
    """Not even bold."""
    monkeypatch.setenv(name, value)
    assert "\x1b[" not in written(tiny.query(GENES), "table", Terminal())


def test_without_a_terminal_a_table_is_as_wide_as_columns_says_or_120(monkeypatch):
    """Output in a file does not depend on the window it was made in."""
    assert terminal_width(io.StringIO()) == 80
    monkeypatch.delenv("COLUMNS")
    assert terminal_width(io.StringIO()) == 120
    monkeypatch.setenv("COLUMNS", "wide")
    assert terminal_width(io.StringIO()) == 120


def test_a_stream_that_cannot_write_lines_gets_ascii():
    """Old terminals exist."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    assert box_for(stream).top_left == "+"
    write_rows(Table(("a",), (("b",),)), "table", stream)
    stream.seek(0)
    assert stream.read() == "+---+\n| a |\n|---|\n| b |\n+---+\n"


def test_markdown_escapes_what_would_break_the_table():
    """Pipes, backslashes and line breaks."""
    assert written(Table(("a", "b"), (("x|y", "c\\d"), ("one\ntwo", None))), "markdown") == (
        "| a | b |\n| --- | --- |\n| x\\|y | c\\\\d |\n| one<br>two |  |\n"
    )


def test_json_rows_are_the_w3c_format(tiny):
    """The whole document, IRIs in full, types and languages kept, unbound variables left out."""
    assert json.loads(written(tiny.query(GENES), "json")) == {
        "head": {"vars": ["gene", "geneLabel", "protein", "codons"]},
        "results": {
            "bindings": [
                {
                    "gene": {"type": "uri", "value": GISTKG + "PumpAGene"},
                    "geneLabel": {"type": "literal", "value": "PUMPA gene", "xml:lang": "en"},
                    "protein": {"type": "uri", "value": GISTKG + "PumpA"},
                    "codons": {
                        "type": "literal",
                        "value": "6.5",
                        "datatype": "http://www.w3.org/2001/XMLSchema#decimal",
                    },
                },
                {
                    "gene": {"type": "uri", "value": GISTKG + "Zig"},
                    "geneLabel": {"type": "literal", "value": "ZIG gene", "xml:lang": "en"},
                    "codons": {
                        "type": "literal",
                        "value": "6.5",
                        "datatype": "http://www.w3.org/2001/XMLSchema#decimal",
                    },
                },
            ]
        },
    }


def test_csv_and_tsv_rows_are_the_w3c_formats(tiny):
    """Values in full in one, terms as SPARQL writes them in the other."""
    query = "SELECT ?gene ?label WHERE { ?gene gistkg:encodes gistkg:PumpA ; skos:prefLabel ?label }"
    assert written(tiny.query(query), "csv").splitlines() == ["gene,label", f"{GISTKG}PumpAGene,PUMPA gene"]
    assert written(tiny.query(query), "tsv") == f'?gene\t?label\n<{GISTKG}PumpAGene>\t"PUMPA gene"@en\n'


@pytest.mark.parametrize(
    ("form", "yes", "no"),
    [
        ("table", "yes\n", "no\n"),
        ("markdown", "yes\n", "no\n"),
        ("csv", "true\n", "false\n"),
        ("tsv", "true\n", "false\n"),
        ("json", '{"head":{},"boolean":true}\n', '{"head":{},"boolean":false}\n'),
    ],
)
def test_a_yes_or_no_is_one_word(form, yes, no):
    """Or the W3C document of it."""
    assert (written(True, form), written(False, form)) == (yes, no)


TRIPLES = """
CONSTRUCT { ?gene gistkg:geneSymbol ?symbol ; skos:note "a \\"b\\",\\tc"@en } WHERE {
  ?gene gistkg:geneSymbol ?symbol FILTER(?symbol = "ZIG")
}
"""


def test_triples_are_a_table_of_three_columns(tiny):
    """As rows are, in an order that never changes."""
    assert written(tiny.query(TRIPLES.replace(',\\tc"@en', '"')), "table") == (
        "╭────────────┬───────────────────┬────────╮\n"
        "│ subject    │ predicate         │ object │\n"
        "├────────────┼───────────────────┼────────┤\n"
        '│ gistkg:Zig │ skos:note         │ a "b"  │\n'
        "│ gistkg:Zig │ gistkg:geneSymbol │ ZIG    │\n"
        "╰────────────┴───────────────────┴────────╯\n"
    )


def test_triples_are_written_as_csv_and_tsv_like_rows(tiny):
    """A table of three columns, quoted as each format quotes."""
    found = list(csv.reader(io.StringIO(written(tiny.query(TRIPLES), "csv"))))
    assert found == [
        ["subject", "predicate", "object"],
        [GISTKG + "Zig", "http://www.w3.org/2004/02/skos/core#note", 'a "b",\tc'],
        [GISTKG + "Zig", GISTKG + "geneSymbol", "ZIG"],
    ]
    assert written(tiny.query(TRIPLES), "tsv").splitlines() == [
        "?subject\t?predicate\t?object",
        f'<{GISTKG}Zig>\t<http://www.w3.org/2004/02/skos/core#note>\t"a \\"b\\",\\tc"@en',
        f'<{GISTKG}Zig>\t<{GISTKG}geneSymbol>\t"ZIG"',
    ]


def test_triples_are_written_as_turtle_and_jsonld(tiny):
    """The first with our prefixes, the second for any JSON reader."""
    turtle = written(tiny.query(TRIPLES), "turtle")
    assert turtle.endswith('gistkg:Zig skos:note "a \\"b\\",\\tc"@en ;\n\tgistkg:geneSymbol "ZIG" .\n')
    (subject,) = json.loads(written(tiny.query(TRIPLES), "jsonld"))
    assert subject[GISTKG + "geneSymbol"] == [{"@value": "ZIG"}]


def test_the_json_of_triples_is_named(tiny):
    """SPARQL has no JSON for them."""
    with pytest.raises(FormatError, match=r"choose one of .*jsonld.* The JSON of triples is jsonld\."):
        written(tiny.query(TRIPLES), "json")


@pytest.mark.parametrize("form", ["turtle", "jsonld"])
@pytest.mark.parametrize("answer", [True, Table(("a",), ())])
def test_rows_cannot_be_triples(form, answer):
    """The error says how to get them."""
    with pytest.raises(FormatError, match="ask with CONSTRUCT"):
        written(answer, form)


def test_an_unknown_format_is_an_error_that_lists_the_known():
    """For each kind of answer its own."""
    with pytest.raises(FormatError) as caught:
        written(True, "xml")
    assert caught.value.possible == ("table", "json", "csv", "tsv", "markdown")


def test_rows_of_our_own_are_json_objects():
    """With IRIs in full and numbers as numbers."""
    table = Table(("term", "n", "x"), ((Iri(GISTKG + "Zig"), Decimal("6.10"), None),))
    assert json.loads(written(table, "json")) == [{"term": GISTKG + "Zig", "n": 6.1, "x": None}]
    assert written(table, "csv") == f"term,n,x\r\n{GISTKG}Zig,6.10,\r\n"
    assert written(Table(("a", "b"), (("x\ty\nz", True),)), "tsv") == "a\tb\nx y z\ttrue\n"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("400.0"), "400"),
        (Decimal("1E+3"), "1000"),
        (Decimal("6.10"), "6.1"),
        (1.5, "1.5"),
        (12, "12"),
        (False, "no"),
        (None, ""),
        (Iri(GISTKG + "Zig"), "gistkg:Zig"),
        (datetime(2014, 2, 25, tzinfo=UTC), "2014-02-25"),
        (datetime(2014, 2, 25, 12, 30, tzinfo=UTC), "2014-02-25T12:30:00Z"),
    ],
)
def test_values_are_shown_as_people_write_them(value, expected):
    """No zeros without meaning, no time of day at midnight."""
    assert shown(value) == expected


def test_records_become_objects():
    """All the way down."""
    record = Named(Iri(GISTKG + "For"), "for", "for")
    assert plain({"a": (record, True, datetime(2014, 2, 25, tzinfo=UTC))}) == {
        "a": [{"iri": GISTKG + "For", "label": "for", "code": "for"}, True, "2014-02-25T00:00:00Z"]
    }
    stream = io.StringIO()
    write_json([Decimal(18), "naïve"], stream)
    assert stream.getvalue() == '[\n  18,\n  "naïve"\n]\n'
