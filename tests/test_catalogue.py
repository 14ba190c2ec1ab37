"""The catalogue of questions: what its files look like, and the rows they give, here and in rdflib."""

from __future__ import annotations

import csv
import random
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

import pyoxigraph as ox
import pytest
from editions import edition_2014

from gistkg.files import query_files
from gistkg.graph import Graph, load_graph
from gistkg.interchange import to_rdflib
from gistkg.questions import Question, catalogue, question, run
from gistkg.resolve import resolve
from gistkg.results import Rows
from gistkg.terms import GISTKG, PREFIXES, RDF, XSD, compact

if TYPE_CHECKING:
    import rdflib

_TABLES = Path(__file__).parent / "questions"
_TABLES_2014 = Path(__file__).parent / "questions-2014"


class _Case(NamedTuple):
    """One table of expected rows: NAME.csv, or NAME@parameter=value.csv with values quoted as in a URL.

    Those in the folder `questions-2014` hold of the edition of 2014 alone, the others of the whole graph.
    """

    name: str
    edition: str
    values: dict[str, str]
    header: list[str]
    rows: list[list[str]]


def _case(path: Path) -> _Case:
    name, _, values = path.stem.partition("@")
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return _Case(name, path.parent.name, dict(parse_qsl(values, strict_parsing=True)) if values else {}, header, rows)


_PATHS = sorted(_TABLES.glob("*.csv")) + sorted(_TABLES_2014.glob("*.csv"))
_CASES = [_case(path) for path in _PATHS]
_QUESTIONS = catalogue()

_each_case = pytest.mark.parametrize("case", _CASES, ids=[f"{path.parent.name}/{path.stem}" for path in _PATHS])
_each_question = pytest.mark.parametrize("asked", _QUESTIONS, ids=[asked.name for asked in _QUESTIONS])


@cache
def _graph(edition: str) -> Graph:
    """The graph that the tables of a folder hold of."""
    return edition_2014() if edition == _TABLES_2014.name else load_graph()


@cache
def _shuffled(edition: str) -> Graph:
    """The same statements, read in another order."""
    quads = list(_graph(edition).store)
    random.Random(31).shuffle(quads)
    store = ox.Store()
    for quad in quads:
        store.add(quad)
    return Graph(store, _graph(edition).files)


@cache
def _dataset(edition: str) -> rdflib.Dataset:
    return to_rdflib(_graph(edition))


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The edition of 2014 alone: rdflib answers every question over it in seconds."""
    return edition_2014()


def _rows(graph: Graph, name: str, **values: str) -> Rows:
    answer = run(graph, name, **values)
    assert isinstance(answer, Rows)
    return answer


def _cell(term: object) -> str:
    if term is None:
        return ""
    return compact(term.value) if isinstance(term, ox.NamedNode) else term.value


def _cells(rows: Rows) -> list[list[str]]:
    names = rows.variables
    return [[_cell(row.term(name)) for name in names] for row in rows]


# The tables


def test_every_question_has_its_table_and_every_table_its_question():
    """A question without expected rows is not tested; a table without a question is left over."""
    assert {path.stem for path in query_files("questions")} == {case.name for case in _CASES}
    assert {case.name for case in _CASES} == {asked.name for asked in _QUESTIONS}


def test_names_are_kebab_case_and_unique_in_all_rooms():
    """The file name is the name of the question, on the command line and in a URL."""
    for path in query_files("questions"):
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", path.stem), path.name


@_each_case
def test_question_gives_the_rows_of_its_table_in_their_order(case: _Case):
    """Names, values and order are those that were worked out by hand."""
    rows = _rows(_graph(case.edition), case.name, **case.values)
    assert list(rows.variables) == case.header
    assert _cells(rows) == case.rows


@_each_case
def test_order_of_rows_does_not_depend_on_the_order_of_reading(case: _Case):
    """Statements read in another order give the same rows in the same order."""
    assert _cells(_rows(_shuffled(case.edition), case.name, **case.values)) == case.rows


@_each_case
def test_order_leaves_no_ties(case: _Case):
    """No two rows agree on all columns they are ordered by."""
    order = re.search(r"ORDER BY ([^{}]*)\Z", question(case.name).sparql)
    assert order is not None
    columns = [case.header.index(name) for name in re.findall(r"\?(\w+)", order[1])]
    keys = [tuple(row[column] for column in columns) for row in case.rows]
    assert len(set(keys)) == len(keys)


# The same rows in another engine


def _in_ours(rows: Rows) -> Counter[tuple[tuple[str, ...] | None, ...]]:
    def plain(term: object) -> tuple[str, ...] | None:
        if isinstance(term, ox.Literal):
            return (term.value, term.datatype.value, term.language or "")
        return None if term is None else (term.value,)

    return Counter(tuple(plain(row.term(name)) for name in rows.variables) for row in rows)


def _in_rdflib(result: rdflib.query.Result) -> Counter[tuple[tuple[str, ...] | None, ...]]:
    import rdflib

    def plain(term: object) -> tuple[str, ...] | None:
        if isinstance(term, rdflib.Literal):
            datatype = term.datatype or (RDF + "langString" if term.language else XSD + "string")
            return (str(term), str(datatype), term.language or "")
        return None if term is None else (str(term),)

    return Counter(tuple(plain(row[name]) for name in result.vars) for row in result)


def _rdflib_bindings(graph: Graph, asked: Question, values: dict[str, str]) -> dict[str, rdflib.term.Identifier]:
    """What a user of rdflib would pass as `initBindings`: a whole IRI, or a literal of the type in the header."""
    import rdflib

    bound = {}
    for parameter in asked.parameters:
        value = values.get(parameter.name, parameter.default)
        if value is None:
            continue
        if parameter.type.full == XSD + "string":
            bound[parameter.name] = rdflib.Literal(value)
        elif parameter.type.full == XSD + "dateTime":
            bound[parameter.name] = rdflib.Literal(f"{value}T00:00:00Z", datatype=rdflib.XSD.dateTime, normalize=False)
        elif parameter.type.full.startswith(XSD):
            bound[parameter.name] = rdflib.Literal(value, datatype=rdflib.URIRef(parameter.type.full))
        else:
            bound[parameter.name] = rdflib.URIRef(resolve(graph, value, kind=parameter.type).full)
    return bound


_rdflib_warns_of_itself = pytest.mark.filterwarnings(r"ignore:Dataset\.\w+ is deprecated:DeprecationWarning")


@_rdflib_warns_of_itself
@_each_case
def test_rdflib_gives_the_same_rows(case: _Case):
    """The file as it stands, with the parameters as initial bindings, gives the same terms, types and languages."""
    asked, graph = question(case.name), _graph(case.edition)
    result = _dataset(case.edition).query(asked.sparql, initBindings=_rdflib_bindings(graph, asked, case.values))
    assert [str(name) for name in result.vars] == case.header
    assert _in_rdflib(result) == _in_ours(_rows(graph, case.name, **case.values))


@_rdflib_warns_of_itself
@_each_question
def test_rdflib_gives_the_same_rows_without_a_value(graph: Graph, asked: Question):
    """A parameter that is left open is open in both."""
    answer = graph.query(asked.sparql)
    assert isinstance(answer, Rows)
    assert _in_rdflib(_dataset(_TABLES_2014.name).query(asked.sparql)) == _in_ours(answer)


# The files


@_each_question
def test_header_says_what_the_question_is(asked: Question):
    """The summary is one question, and tags group the questions."""
    assert re.fullmatch(r"[A-Z][^?]*\?", asked.summary)
    assert asked.tags
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", tag) for tag in asked.tags)


@_each_question
def test_parameters_are_described_and_selected(graph: Graph, asked: Question):
    """A value can be bound only to a variable that the query selects."""
    answer = graph.query(asked.sparql)
    assert isinstance(answer, Rows)
    for parameter in asked.parameters:
        assert parameter.description
        assert parameter.name in answer.variables


@_each_question
def test_default_is_described_as_one(asked: Question):
    """The description says what happens without a value, in gistkg and in another tool."""
    for parameter in asked.parameters:
        words = "left out, " if parameter.default is None else "in a query without a default, "
        assert words in parameter.description


@_each_question
def test_file_runs_as_it_stands(asked: Question):
    """Without our prefixes and without a value, the file is a query a store answers; only one hopes for no rows."""
    answer = _graph("questions").store.query(asked.sparql, use_default_graph_as_union=True)
    assert (len(list(answer)) > 0) is (asked.name != "unsourced")


@_each_question
def test_without_a_value_a_parameter_is_open(asked: Question):
    """What a question gives for some value is part of what it gives without one."""

    def others(rows: Rows) -> set[tuple[str, ...]]:
        names = [name for name in rows.variables if name not in {parameter.name for parameter in asked.parameters}]
        return {tuple(_cell(row.term(name)) for name in names) for row in rows}

    for edition in {case.edition for case in _CASES if case.name == asked.name}:
        answer = _graph(edition).query(asked.sparql)
        assert isinstance(answer, Rows)
        everything = others(answer)
        for case in _CASES:
            if (case.name, case.edition) == (asked.name, edition):
                assert others(_rows(_graph(edition), case.name, **case.values)) <= everything


def _code(sparql: str) -> str:
    """The query without its header, its comments, its strings and its whole IRIs."""
    return re.sub(r'"[^"\n]*"|<[^<>\s]*>|#[^\n]*', "", sparql)


@_each_question
def test_prefixes_are_declared_used_sorted_and_ours(asked: Question):
    """Each prefix that is used is declared, each one declared is used, and they mean what they mean elsewhere."""
    declared = re.findall(r"^PREFIX (\w+): <([^>]*)>$", asked.sparql, re.MULTILINE)
    names = [name for name, _ in declared]
    body = re.sub(r"^PREFIX .*$", "", _code(asked.sparql), flags=re.MULTILINE)
    assert sorted(set(re.findall(r"(?<![\w?])([a-z]+):", body))) == names
    assert all(PREFIXES[name] == namespace for name, namespace in declared)


@_each_question
def test_columns_are_named(asked: Question):
    """No query selects whatever there is."""
    assert not re.search(r"SELECT\s+(DISTINCT\s+|REDUCED\s+)?\*", asked.sparql)


@_each_question
def test_labels_are_selected_beside_terms(asked: Question):
    """A column of terms has a column of labels with it; levels and genes have their codes, and a file has no label."""
    rows = load_graph().query(asked.sparql)
    assert isinstance(rows, Rows)
    terms = {name for row in rows for name in rows.variables if isinstance(row.term(name), ox.NamedNode)}
    labelled = {name.removesuffix("Label") for name in rows.variables if name.endswith("Label")}
    if {"code", "symbol", "label"} & set(rows.variables):
        labelled |= {"assigned", "level", "gene", "term"}
    assert terms - labelled <= {"graph"}


_KEYWORDS = re.compile(
    r"as|asc|ask|bind|bound|by|coalesce|concat|construct|count|desc|distinct|exists|filter|graph|group|group_concat|if|in"
    r"|lang|lcase|limit|max|min|minus|not|offset|optional|order|prefix|regex|sample|select|separator|str|sum|ucase|undef"
    r"|union|values|where",
    re.IGNORECASE,
)


@_each_question
def test_style_is_that_of_the_house(asked: Question):
    """Keywords in upper case, indents of two spaces, lines that fit a screen, a newline at the end."""
    assert asked.sparql.endswith("}\n") or re.search(r"\n(GROUP|ORDER) BY [^\n]+\n\Z", asked.sparql)
    for line in asked.sparql.splitlines():
        assert len(line) <= 125, line
        assert line == line.rstrip()
        assert (len(line) - len(line.lstrip(" "))) % 2 == 0, line
    words = re.findall(r"[A-Za-z_]+", re.sub(r"[?$]\w+|\w*:\w+", "", _code(asked.sparql)))
    assert [word for word in words if _KEYWORDS.fullmatch(word) and not word.isupper()] == []


# What the hierarchy and the exclusions mean; the source of 2014 excludes nothing, so this is invented

_INVENTED = """
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ev: <https://w3id.org/gistkg/evidence/> .
@prefix gistkg: <https://w3id.org/gistkg/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

gistkg:InventedHasD842V
    a owl:Class , gistkg:Criterion ;
    skos:prefLabel "has D842V, invented"@en ;
    owl:equivalentClass [
        a owl:Restriction ; owl:onProperty gistkg:hasAlteration ; owl:someValuesFrom gistkg:PdgfraD842V
    ] .

gistkg:InventedHasNoKitMutation
    a owl:Class , gistkg:Criterion ;
    skos:prefLabel "has no KIT mutation, invented"@en ;
    owl:equivalentClass [
        a owl:Class ;
        owl:complementOf [
            a owl:Restriction ; owl:onProperty gistkg:hasAlteration ; owl:someValuesFrom gistkg:KitMutation
        ]
    ] .

gistkg:InventedHasMetastases
    a owl:Class , gistkg:Criterion ;
    skos:prefLabel "has metastases, invented"@en ;
    owl:equivalentClass [
        a owl:Restriction ; owl:onProperty gistkg:hasExtent ; owl:someValuesFrom gistkg:MetastaticDisease
    ] .

gistkg:InventedAnyButD842V
    a owl:Class , gistkg:Population ;
    skos:prefLabel "any GIST but D842V or metastatic, invented"@en ;
    gistkg:requires gistkg:IsGist ;
    gistkg:excludes gistkg:InventedHasD842V , gistkg:InventedHasMetastases .

gistkg:InventedWildType
    a owl:Class , gistkg:Population ;
    skos:prefLabel "no KIT mutation, invented"@en ;
    gistkg:requires gistkg:IsGist , gistkg:InventedHasNoKitMutation .

ev:invented-1
    a gistkg:Recommendation ;
    skos:prefLabel "invented: any but D842V"@en ;
    gistkg:appliesTo gistkg:InventedAnyButD842V ;
    gistkg:inSetting gistkg:FirstLineSetting ;
    gistkg:recommends gistkg:Imatinib400mgOnceDaily ;
    gistkg:hasDirection gistkg:For ;
    gistkg:hasModality gistkg:May ;
    dcterms:source <https://example.org/invented> .

ev:invented-2
    a gistkg:Recommendation ;
    skos:prefLabel "invented: no KIT mutation"@en ;
    gistkg:appliesTo gistkg:InventedWildType ;
    gistkg:inSetting gistkg:FirstLineSetting ;
    gistkg:recommends gistkg:Imatinib400mgOnceDaily ;
    gistkg:hasDirection gistkg:For ;
    gistkg:hasModality gistkg:May ;
    dcterms:source <https://example.org/invented> .
"""


@pytest.fixture(scope="module")
def widened(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    path = tmp_path_factory.mktemp("invented") / "invented.ttl"
    path.write_text(_INVENTED, encoding="utf-8")
    return load_graph([path])


def _invented(graph: Graph, name: str, **values: str) -> list[str]:
    return [str(row["statement"]) for row in _rows(graph, name, **values) if "invented" in str(row["statement"])]


@pytest.mark.parametrize("name", ["therapies-by-genotype", "dose-by-genotype"])
@pytest.mark.parametrize(
    ("mutation", "statements"),
    [
        ("KIT exon 9", ["ev:invented-1"]),
        ("PDGFRA exon 18", ["ev:invented-1"]),
        ("PDGFRA D842V", []),
    ],
)
def test_mutation_that_a_population_excludes_is_left_out(
    widened: Graph, name: str, mutation: str, statements: list[str]
):
    """An excluded variant has no row, its exon has; a population without a mutation has a row for none."""
    assert _invented(widened, name, mutation=mutation) == statements


@pytest.mark.parametrize(
    ("extent", "statements"),
    [
        ("metastatic", ["ev:invented-2"]),
        ("unresectable", ["ev:invented-1", "ev:invented-2"]),
    ],
)
def test_extent_that_a_population_excludes_is_left_out(widened: Graph, extent: str, statements: list[str]):
    """A population that names no extent holds for all but those it excludes."""
    assert _invented(widened, "therapies-by-extent", extent=extent) == statements


def test_rank_on_one_axis_does_not_make_a_level_higher(graph: Graph):
    """1iiDiii has the stronger design, 3iA the stronger endpoint: neither is at or above the other."""
    codes = {row["code"] for row in _rows(graph, "claims-at-or-above-level", level=GISTKG + "PdqLegacy3iA")}
    assert codes == {"1iiA"}
