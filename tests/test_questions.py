"""Questions are read from files, and parameters are bound by value."""

import os
import time
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from gistkg.errors import ParameterError, QueryRefusedError, SourceError, UnknownQuestionError
from gistkg.files import query_files
from gistkg.questions import Parameter, Question, catalogue, evaluate, question, read_question, run
from gistkg.results import Iri, Rows, Triples
from gistkg.terms import GISTKG, XSD

MUTATIONS = """\
#+ summary: Which mutations are of this class?
#+ description: >
#+   The class itself is one of them.
#+ tags: [genotype, test]
#+ parameters:
#+   mutation:
#+     type: gistkg:Alteration
#+     description: left out, every class is listed

SELECT ?mutation ?member
WHERE { ?mutation rdfs:subClassOf* gistkg:Mutation . ?member rdfs:subClassOf* ?mutation }
ORDER BY ?mutation ?member
"""


@pytest.fixture(autouse=True)
def clock():
    """Put the time zone back that a test changes."""
    yield
    if hasattr(time, "tzset"):
        time.tzset()


@pytest.fixture
def folder(tmp_path):
    """Write query files by name; gives the folder they are in."""

    def write(**files):
        for name, text in files.items():
            (tmp_path / f"{name.replace('_', '-')}.rq").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def typed(type_, *, default=None, sparql="SELECT ?x WHERE { }"):
    """A question with one parameter that answers with its value."""
    name = Iri(type_)
    return Question("echo", None, "Which value?", sparql, parameters=(Parameter("x", name, "", default),))


def test_a_header_is_read_whole(folder):
    """Summary, description, tags, and each parameter with its type."""
    found = question("mutations", folder(mutations=MUTATIONS))
    assert (found.name, found.summary) == ("mutations", "Which mutations are of this class?")
    assert (found.description, found.tags) == ("The class itself is one of them.", ("genotype", "test"))
    assert found.parameters == (
        Parameter("mutation", Iri(GISTKG + "Alteration"), "left out, every class is listed", None),
    )
    assert found.sparql == MUTATIONS


def test_short_parameters_may_stand_on_one_line(folder):
    """The flow style of YAML is YAML; a default is kept as it is written."""
    header = "#+ summary: Why?\n#+ parameters:\n#+   months: {type: xsd:decimal, default: 6.10, description: time}\n"
    found = question("x", folder(x=header + "SELECT ?months { }"))
    assert found.parameters == (Parameter("months", Iri(XSD + "decimal"), "time", "6.10"),)


def test_the_catalogue_is_in_the_order_of_the_names(folder):
    """Whatever order the files have."""
    text = "#+ summary: What?\nASK { }"
    assert [one.name for one in catalogue(folder(b=text, a_c=text, a=text))] == ["a", "a-c", "b"]


def test_an_unknown_question_comes_with_the_nearest_names(folder):
    """Those spelt like it."""
    with pytest.raises(UnknownQuestionError) as caught:
        question("mutation", folder(mutations=MUTATIONS, drugs="#+ summary: What?\nASK { }"))
    assert caught.value.nearest == ("mutations",)


def test_only_the_file_that_is_asked_for_is_read(folder):
    """A broken question does not break the others."""
    found = question("mutations", folder(mutations=MUTATIONS, broken="#+ nonsense"))
    assert found.name == "mutations"


def test_a_file_that_changes_is_read_again(folder):
    """What is remembered is what the file says."""
    path = folder(x="#+ summary: One?\nASK { }") / "x.rq"
    assert read_question(path).summary == "One?"
    path.write_text("#+ summary: Two, and longer?\nASK { }", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert read_question(path).summary == "Two, and longer?"


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("ASK { }", 1, "begins without a header; write a first line like '#+ summary: Which ...?'"),
        ("#+ tags: [a]\nASK { }", 1, "the header has no summary"),
        (
            "#+ summary: What?\n#+ sumary: What?\nASK { }",
            2,
            "'sumary' is no key here; known: summary, description, tags",
        ),
        ("#+ summary: What?\n#+ tags: a\nASK { }", 2, "this should be a list ('[a, b]')"),
        ("#+ summary: What?\n#+ summary: Why?\nASK { }", 2, "'summary' is said twice"),
        ("#+ summary: [What]\nASK { }", 1, "this should be plain text"),
        ("#+ summary: What?\n#+ tags: [a\nASK { }", 2, "the header is not YAML: expected ',' or ']'"),
        ("#+ just words\nASK { }", 1, "this should be keys with values ('key: value')"),
        ("#+ summary: What?\n#+ parameters:\n#+   x: {}\nASK { ?x ?y ?z }", 3, "parameter 'x' has no type"),
        (
            "#+ summary: What?\n#+ parameters:\n#+   x:\n#+     type: xsd:date\nASK { ?x ?y ?z }",
            4,
            "'xsd:date' is no parameter type; write a class, or one of xsd:integer, xsd:decimal",
        ),
        ("#+ summary: What?\n#+ parameters:\n#+   x: {type: drug}\nASK { ?x ?y ?z }", 3, "'drug' is no parameter type"),
        (
            "#+ summary: What?\n#+ parameters:\n#+   x: {type: gistkg:Drug}\nASK { ?y ?z ?xx }",
            3,
            "parameter 'x' is no variable of the query",
        ),
    ],
)
def test_a_wrong_header_is_an_error_with_file_and_line(folder, text, line, problem):
    """The first thing that is wrong, and what to write instead."""
    path = folder(wrong=text)
    with pytest.raises(SourceError) as caught:
        question("wrong", path)
    assert (caught.value.path, caught.value.line) == (str(path / "wrong.rq"), line)
    assert caught.value.problem.startswith(problem)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("FILTER(!bound( ?x ))", "bound( ?x )"),
        ("FILTER($x)", "FILTER($x)"),
        ("BIND(?x AS ?w)", "(?x AS"),
    ],
)
def test_a_parameter_that_no_value_would_reach_is_an_error(folder, written, shown):
    """The store leaves a variable that stands alone as it is; the answer would be wrong without a word."""
    header = "#+ summary: What?\n#+ parameters:\n#+   x: {type: xsd:boolean}\n"
    with pytest.raises(SourceError) as caught:
        question("alone", folder(alone=f"{header}ASK {{\n  ?x ?y ?z\n  {written}\n}}"))
    assert caught.value.line == 6
    assert f"as in '{shown}'" in caught.value.problem


def test_a_file_without_a_header_can_be_read(folder):
    """Any SPARQL file runs; only the catalogue wants a summary."""
    found = read_question(folder(plain="ASK { }") / "plain.rq")
    assert (found.summary, found.parameters, found.sparql) == ("", (), "ASK { }")


def test_a_file_that_is_not_text_is_an_error(tmp_path):
    """The file is named."""
    (tmp_path / "x.rq").write_bytes(b"\xff\xfe")
    with pytest.raises(SourceError, match=r"x\.rq: cannot be read"):
        read_question(tmp_path / "x.rq")


@pytest.mark.parametrize("value", ["ZIG exon 9 mutation", "zig-exon 9 Mutation", "gistkg:ZigExon9Mutation"])
def test_a_term_is_given_by_any_of_its_names(tiny, folder, value):
    """The query sees its IRI, and follows the hierarchy itself."""
    found = question("mutations", folder(mutations=MUTATIONS))
    rows = [(row["mutation"], row["member"]) for row in run(tiny, found, mutation=value)]
    assert rows == [
        ("gistkg:ZigExon9Mutation", "gistkg:ZigA9V"),
        ("gistkg:ZigExon9Mutation", "gistkg:ZigExon9Mutation"),
    ]


@pytest.mark.parametrize("parameters", [{}, {"mutation": None}])
def test_a_parameter_left_out_means_any(tiny, folder, parameters):
    """Three classes of one line have one, two and three members, the top one has four."""
    found = question("mutations", folder(mutations=MUTATIONS))
    rows = list(run(tiny, found, **parameters))
    assert len(rows) == 1 + 2 + 3 + 4


def test_a_default_stands_in_for_a_parameter_left_out(tiny, folder):
    """And gives way to a value."""
    text = MUTATIONS.replace("#+     description", "#+     default: ZIG A9V\n#+     description")
    found = question("mutations", folder(mutations=text))
    assert [row["member"] for row in run(tiny, found)] == ["gistkg:ZigA9V"]
    assert len(list(run(tiny, found, mutation="gistkg:ZigMutation"))) == 3


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        ("integer", "9", 9),
        ("integer", " -3 ", -3),
        ("integer", 9, 9),
        ("decimal", "6.1", Decimal("6.1")),
        ("decimal", ".5", Decimal("0.5")),
        ("decimal", 6, Decimal(6)),
        ("decimal", 0.1, Decimal("0.1")),
        ("decimal", Decimal("1E+2"), Decimal(100)),
        ("boolean", "TRUE", True),
        ("boolean", False, False),
        ("boolean", "0", False),
        ("dateTime", "2014-02-25", datetime(2014, 2, 25, tzinfo=UTC)),
        ("dateTime", "2014-02-25T12:30:00Z", datetime(2014, 2, 25, 12, 30, tzinfo=UTC)),
        ("dateTime", "2014-02-25T12:30:00", datetime(2014, 2, 25, 12, 30, tzinfo=UTC)),
        ("dateTime", "2014-02-25T14:30:00+02:00", datetime(2014, 2, 25, 12, 30, tzinfo=UTC)),
        ("dateTime", date(2014, 2, 25), datetime(2014, 2, 25, tzinfo=UTC)),
        ("dateTime", datetime(2014, 2, 25, tzinfo=UTC), datetime(2014, 2, 25, tzinfo=UTC)),
        ("string", "gistkg:Drug", "gistkg:Drug"),
        ("string", '" } # ?y', '" } # ?y'),
    ],
)
def test_a_value_becomes_a_literal_of_the_type(tiny, type_, value, expected, monkeypatch):
    """The query gets the value itself, with its datatype; a date is midnight UTC, wherever the computer stands."""
    monkeypatch.setenv("TZ", "America/New_York")
    if hasattr(time, "tzset"):
        time.tzset()
    (row,) = run(tiny, typed(XSD + type_), x=value)
    assert row["x"] == expected
    assert type(row["x"]) is type(expected)
    assert row.term("x").datatype.value == XSD + type_


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        ("integer", "6.1", "a whole number (xsd:integer)"),
        ("integer", True, "a whole number (xsd:integer)"),
        ("integer", "9" * 5000, "a whole number (xsd:integer)"),
        ("decimal", "six", "a number (xsd:decimal)"),
        ("decimal", float("nan"), "a number (xsd:decimal)"),
        ("decimal", True, "a number (xsd:decimal)"),
        ("boolean", "yes", "true or false (xsd:boolean)"),
        ("dateTime", "25.2.2014", "a date like 2014-02-25 or a moment like 2014-02-25T12:00:00Z (xsd:dateTime)"),
        ("dateTime", "2014-02-30", "a date like 2014-02-25 or a moment like 2014-02-25T12:00:00Z (xsd:dateTime)"),
        ("dateTime", 2014, "a date like 2014-02-25 or a moment like 2014-02-25T12:00:00Z (xsd:dateTime)"),
    ],
)
def test_a_value_of_another_type_is_an_error_that_says_what_is_expected(tiny, type_, value, expected):
    """Question, parameter, value and type."""
    with pytest.raises(ParameterError) as caught:
        run(tiny, typed(XSD + type_), x=value)
    assert (caught.value.question, caught.value.parameter) == ("echo", "x")
    assert caught.value.problem == f"{value!r} is not {expected}."


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("alphanip", "No term is called 'alphanip'. Did you mean alphanib or alphanib 400 mg once daily?"),
        (
            "PUMPA gene",
            "'PUMPA gene' names PUMPA gene (gistkg:PumpAGene), which is not a kind of therapy (gistkg:Therapy).",
        ),
        (9, "not 9."),
    ],
)
def test_a_value_that_names_no_term_of_the_kind_is_an_error(tiny, value, problem):
    """The kind is named, and the reason."""
    with pytest.raises(ParameterError) as caught:
        run(tiny, typed(GISTKG + "Therapy"), x=value)
    assert caught.value.problem.startswith("expected a term of the kind therapy (gistkg:Therapy)")
    assert caught.value.problem.endswith(problem)


def test_a_parameter_the_question_does_not_have_is_an_error_that_lists_those_it_has(tiny):
    """It is never ignored."""
    with pytest.raises(ParameterError, match=r"'z': there is no such parameter; known: x\."):
        run(tiny, typed(XSD + "string"), z="1")
    with pytest.raises(ParameterError, match=r"'z': there is no such parameter; it has none\."):
        run(tiny, Question("none", None, "What?", "ASK { }"), z="1")


def test_a_parameter_the_query_does_not_select_is_an_error(tiny):
    """The store could not bind it, and would say so in its own words."""
    with pytest.raises(QueryRefusedError, match=r"\?x cannot be given a value"):
        run(tiny, typed(XSD + "string", sparql="SELECT ?y WHERE { ?y ?z ?x }"), x="1")


def test_a_filter_on_a_parameter_left_out_keeps_all_rows(tiny):
    """The way the docstring of `Parameter` tells to write it works, with a value and without."""
    sparql = (
        "SELECT ?term ?x WHERE { ?term gistkg:geneSymbol ?symbol FILTER(COALESCE(?symbol = ?x, true)) } ORDER BY ?term"
    )
    asked = typed(XSD + "string", sparql=sparql)
    assert [row["term"] for row in run(tiny, asked, x="ZIG")] == ["gistkg:Zig"]
    assert [row["term"] for row in run(tiny, asked)] == ["gistkg:PumpAGene", "gistkg:PumpBGene", "gistkg:Zig"]


@pytest.mark.parametrize(
    ("sparql", "kind"),
    [
        ("ASK { ?x a gistkg:Gene }", bool),
        ("CONSTRUCT { ?x a gistkg:Gene } WHERE { ?x a gistkg:Gene }", Triples),
        ("SELECT ?x WHERE { ?x a gistkg:Gene }", Rows),
    ],
)
def test_every_form_of_query_can_be_a_question(tiny, sparql, kind):
    """A value is bound in each."""
    assert isinstance(run(tiny, typed(GISTKG + "Gene", sparql=sparql), x="ZIG gene"), kind)


@pytest.mark.parametrize(("value", "rows"), [("gistkg:Zig", 1), ("https://w3id.org/gistkg/Zig", 1), ("ZIG gene", 0)])
def test_sparql_without_a_header_takes_iris_as_terms_and_anything_else_as_text(tiny, value, rows):
    """There is no type to look a label up by."""
    assert len(list(evaluate(tiny, "SELECT ?gene WHERE { ?gene a gistkg:Gene }", gene=value))) == rows


def test_text_is_bound_and_never_pasted(tiny):
    """What closes a string in SPARQL is only a character."""
    hostile = '"} UNION { ?gene a gistkg:Gene . BIND("x" AS ?symbol)'
    query = "SELECT ?gene ?symbol WHERE { ?gene gistkg:geneSymbol ?symbol }"
    assert list(evaluate(tiny, query, symbol=hostile)) == []
    assert [row["gene"] for row in evaluate(tiny, query, symbol="ZIG")] == ["gistkg:Zig"]


@pytest.mark.parametrize("values", [{"gene": "http://a b"}, {"a b": "x"}])
def test_what_cannot_be_bound_is_an_error(tiny, values):
    """A malformed IRI or name is bad input, not a crash."""
    with pytest.raises(ParameterError):
        evaluate(tiny, "SELECT ?gene WHERE { ?gene a gistkg:Gene }", **values)


@pytest.mark.parametrize("path", query_files("questions"), ids=lambda path: path.stem)
def test_every_question_of_the_catalogue_runs_with_its_defaults(kg_graph, path):
    """Its header is right, each class it names exists, and its SPARQL is accepted."""
    found = question(path.stem)
    classes = [one.type for one in found.parameters if not one.type.full.startswith(XSD)]
    for kind in classes:
        assert kg_graph.query("ASK { ?kind a owl:Class }", kind=kind), kind
    answer = run(kg_graph, found)
    rows = () if isinstance(answer, bool) else list(answer)
    assert len(rows) == len({repr(row) for row in rows}), "a row stands twice"


def test_a_question_can_be_asked_by_its_name(kg_graph):
    """The name is looked up in the catalogue of the package."""
    for path in query_files("questions")[:1]:
        by_name, by_question = run(kg_graph, path.stem), run(kg_graph, read_question(path))
        assert list(map(dict, by_name)) == list(map(dict, by_question))
    with pytest.raises(UnknownQuestionError):
        run(kg_graph, "no-such-question")
