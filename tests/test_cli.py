"""The command line: exit codes, streams, and no traceback."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gistkg import cli
from gistkg.options import build_parser

COMMANDS = (
    "ask", "explain", "changes", "risk", "query", "queries", "show", "search", "path", "check", "coverage", "export",
    "import", "completion",
)  # fmt: skip
IRI = "https://w3id.org/gistkg/"


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")


def process(*args, text=None, **environment):
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "gistkg", *args],
        input=text, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
        env={**os.environ, "COLUMNS": "100", **environment},
    )  # fmt: skip


# As a process


def test_an_answer_goes_to_standard_output_and_nothing_to_standard_error():
    """A pipe gets the answer alone."""
    done = process("query", "SELECT ?x WHERE { VALUES ?x { 1 } }", "--format", "csv")
    assert (done.returncode, done.stdout, done.stderr) == (0, "x\n1\n", "")


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["query", "ASK { gistkg:x a gistkg:y }"], 1, ""),
        (["show", "qqqqqq"], 2, "gistkg: error: No term is called 'qqqqqq'. Try: gistkg search TEXT\n"),
        (
            ["query", "SELECT ?x { ?x a }"],
            3,
            (
                "gistkg: error: SPARQL syntax, line 1, column 19: expected one of FILTER, SELECT, VALUES, [_]\n"
                "  SELECT ?x { ?x a }\n                    ^\n"
            ),
        ),
        (
            ["qeury"],
            2,
            "gistkg: error: argument COMMAND: there is no 'qeury'; did you mean query?\nTry: gistkg --help\n",
        ),
        ([], 2, "gistkg: error: the following arguments are required: COMMAND\nTry: gistkg --help\n"),
    ],
)
def test_errors_go_to_standard_error_with_their_exit_code(args, code, message):
    """One sentence without a traceback; standard output stays clean."""
    done = process(*args)
    assert (done.returncode, done.stderr) == (code, message)
    assert done.stdout == ("no\n" if code == 1 else "")


@pytest.mark.parametrize("args", [["query", "-"], ["query"]])
def test_sparql_is_read_from_standard_input(args):
    """With a dash, or with nothing."""
    done = process(*args, "--format", "tsv", text='SELECT ?x WHERE { VALUES ?x { "naïve" } }')
    assert (done.returncode, done.stdout) == (0, '?x\n"naïve"\n')


def test_empty_standard_input_is_an_error():
    """Saying so beats the parser's words about line 1."""
    done = process("query", text=" \n")
    assert done.returncode == 2
    assert done.stderr == "gistkg: error: standard input: is empty; give the name of a question, a file or SPARQL\n"


def test_standard_input_that_is_not_text_is_an_error():
    """Bytes come from anywhere."""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-m", "gistkg", "query"], input=b"\xff", capture_output=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith(b"gistkg: error: standard input: is not UTF-8")


@pytest.mark.skipif(os.name != "posix", reason="arguments are bytes on POSIX alone")
def test_an_argument_that_is_not_text_is_an_error():
    """The library could not take it."""
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"gistkg", b"search", b"x\xff"], capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"gistkg: error: command line: 'x\\udcff' is not UTF-8\n"


def test_a_closed_pipe_ends_quietly():
    """`gistkg query ... | head -1` is no error."""
    command = [
        sys.executable,
        "-m",
        "gistkg",
        "query",
        "SELECT * WHERE { ?s ?p ?o . ?x ?y ?z } LIMIT 50000",
        "-f",
        "csv",
    ]
    # Unbuffered, Python itself overlooks that a pipe was closed.
    buffered = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=buffered) as done:
        first = done.stdout.readline()
        done.stdout.close()
        error = done.stderr.read()
        code = done.wait(timeout=60)
    assert (first.count(","), error, code) == (5, "", 0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_an_error_without_a_traceback():
    """The reason is that of the system."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "gistkg", "query", "ASK { }"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (2, "gistkg: error: No space left on device\n")


def test_an_interrupt_ends_quietly(monkeypatch, run):
    """With the code that shells use."""

    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setitem(cli._RUN, "search", interrupted)
    assert run("search", "x") == (130, "", "")


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals on this system")
@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colour_on_a_terminal_unless_it_is_not_wanted(environment, coloured):
    """NO_COLOR is honoured."""
    leader, follower = os.openpty()
    surroundings = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    output = bytearray()

    def read():
        while True:
            try:
                block = os.read(leader, 4096)
            except OSError:
                return
            if not block:
                return
            output.extend(block)

    reader = threading.Thread(target=read)
    reader.start()
    done = subprocess.run(
        [sys.executable, "-m", "gistkg", "search", "overall survival"],
        stdout=follower, check=True, env={**surroundings, "TERM": "xterm-256color", **environment},
    )  # fmt: skip
    os.close(follower)
    reader.join(timeout=20)
    os.close(leader)
    assert done.returncode == 0
    assert b"overall survival" in output
    assert (b"\x1b[" in output) is coloured


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals on this system")
def test_nothing_is_read_from_a_keyboard():
    """A command that seems to hang helps nobody."""
    leader, follower = os.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "gistkg", "query"],
        stdin=follower,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    os.close(follower)
    os.close(leader)
    assert done.returncode == 2
    assert (
        done.stderr
        == "gistkg: error: standard input: has nothing to read; give the name of a question, a file or SPARQL\n"
    )


def test_a_stream_that_cannot_write_a_character_gets_its_code():
    """An old locale is no reason for a traceback."""
    done = process("query", 'SELECT ?x WHERE { VALUES ?x { "ï" } }', "-f", "csv", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout, done.stderr) == (0, "x\n\\xef\n", "")


def test_a_query_for_json_imports_no_heavy_library():
    """The cold start pays for the store and nothing else."""
    program = (
        "import sys\nfrom gistkg.cli import main\n"
        'code = main(["query", "ASK { ?s ?p ?o }", "--format", "json"])\n'
        "print(*sys.modules, file=sys.stderr)\nsys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {module.split(".")[0] for module in done.stderr.split()}
    heavy = {"rdflib", "networkx", "owlready2", "rich", "yaml", "pyshacl", "numpy", "rapidfuzz", "argcomplete", "json"}
    assert loaded & heavy == set()
    assert "pyoxigraph" in loaded


# Help


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_examples(run, command):
    """In lines that fit a terminal."""
    code, out, err = run(command, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"usage: gistkg {command} ")
    assert f"examples:\n  {'eval' if command == 'completion' else f'gistkg {command}'}" in out
    assert max(map(len, out.splitlines())) <= 100


def test_the_help_names_the_commands_the_exit_status_and_what_gistkg_is_not(run):
    """Once, at the end."""
    code, out, _ = run("--help")
    assert code == 0
    assert [
        line.split()[0] for line in out.splitlines() if line.startswith("    ") and line.split()[0] in COMMANDS
    ] == [*COMMANDS]
    assert "  130  interrupted\n" in out
    assert out.endswith("gistkg informs; it does not choose a patient's treatment.\n")


def test_the_version_is_that_of_the_program_and_of_the_graph(run, kg_graph):
    """An answer can be traced to both."""
    assert run("--version") == (0, f"gistkg 0.1.0 (graph {kg_graph.version})\n", "")


def test_one_command_alone_is_parsed_as_with_all_of_them():
    """The short way to build the parser loses nothing."""
    args = ["query", "x", "-p", "a=b=c", "-f", "json"]
    one, every = build_parser("query").parse_args(args), build_parser().parse_args(args)
    assert one.parser.prog == every.parser.prog == "gistkg query"
    assert {**vars(one), "parser": None} == {**vars(every), "parser": None}
    assert one.parameter == [("a", "b=c")]
    with pytest.raises(SystemExit):
        build_parser("query").parse_args(["show", "x"])


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["search", "x", "-f", "jsno"], "argument -f/--format: there is no 'jsno'; did you mean json?"),
        (["path", "x", "-f", "turtle"], "argument -f/--format: there is no 'turtle'; choose one of table, json"),
        (["show", "x", "-f", "q"], "there is no 'q'; choose one of table, markdown, json, turtle, jsonld"),
        (["search", "x", "--limit", "0"], "argument --limit: '0' is not a number above 0"),
        (["query", "x", "-p", "x"], "argument -p/--parameter: 'x' is not NAME=VALUE"),
        (["query", "x", "-p", "a b=x"], "argument -p/--parameter: 'a b=x' is not NAME=VALUE"),
        (["path", "x"], "a second term is missing; only --mechanism goes without"),
        (["search", "x", "--lmit", "3"], "unrecognized arguments: --lmit 3"),
        (["show", "x", "--with", "a.ttl"], "--with FILE stands before the command: gistkg --with FILE show ..."),
        (["export", "fhir"], "unrecognized arguments: fhir"),
        (["completion", "bsah"], "argument bash|zsh|fish: there is no 'bsah'; did you mean bash?"),
    ],
)
def test_wrong_options_are_an_error_with_a_hint(run, args, message):
    """And where the help is."""
    code, out, err = run(*args)
    assert (code, out) == (2, "")
    assert err.startswith("gistkg: error: ")
    assert message in err
    assert err.endswith(f"Try: gistkg {args[0]} --help\n")


@pytest.mark.parametrize("command", [["ask", "metastatic"], ["export"], ["queries"]])
def test_a_file_to_load_that_is_missing_is_an_error(run, command):
    """Also for a command that needs no graph."""
    code, out, err = run("--with", "no/such.ttl", *command)
    assert (code, out) == (2, "")
    assert err == "gistkg: error: no/such.ttl: cannot be read: there is no such file\n"


# Queries


def test_a_question_of_the_catalogue_is_run_with_parameters(run):
    """A label is enough to name a term."""
    code, out, _ = run("query", "dose-by-genotype", "-p", "mutation=KIT exon 9", "-f", "json")
    rows = json.loads(out)["results"]["bindings"]
    assert code == 0
    assert {row["mutation"]["value"] for row in rows} == {IRI + "KitExon9Mutation"}


def test_a_file_with_a_header_has_typed_parameters(run, tmp_path):
    """As a question of the catalogue has."""
    path = tmp_path / "mine.rq"
    path.write_text(
        "#+ summary: What is it?\n#+ parameters:\n#+   drug: {type: gistkg:Drug}\n"
        "SELECT ?drug WHERE { ?drug a gistkg:Substance }",
        encoding="utf-8",
    )
    assert run("query", str(path), "-p", "drug=Gleevec", "-f", "csv") == (
        0,
        f"drug\r\n{IRI}Imatinib\r\n",
        "",
    )
    code, _, err = run("query", str(path), "-p", "drug=KIT gene")
    assert code == 2
    assert "Question 'mine', parameter 'drug': expected a term of the kind drug" in err


@pytest.mark.parametrize(
    ("value", "found"), [("gistkg:Imatinib", "yes\n"), (IRI + "Imatinib", "yes\n"), ("imatinib", "no\n")]
)
def test_sparql_without_a_header_takes_iris_and_text(run, tmp_path, value, found):
    """In a file and on the command line alike."""
    sparql = "ASK { ?drug a gistkg:Substance }"
    path = tmp_path / "plain.sparql"
    path.write_text(sparql, encoding="utf-8")
    assert run("query", str(path), "-p", f"drug={value}")[1] == found
    assert run("query", sparql, "-p", f"drug={value}")[1] == found


def test_a_parameter_given_twice_keeps_the_last(run):
    """As with other commands."""
    assert run("query", "ASK { ?d a gistkg:Substance }", "-p", "d=gistkg:x", "-p", "d=gistkg:Imatinib")[0] == 0


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["query", "missing.rq"], 2, "missing.rq: cannot be read"),
        (["query", "./missing"], 2, "missing: cannot be read"),
        (["query", "dose-by-genotyp"], 2, "Did you mean dose-by-genotype"),
        (["query", "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"], 3, "SERVICE is refused"),
        (["query", "INSERT DATA { <a:a> <a:a> <a:a> }"], 3, "INSERT is refused: gistkg only reads"),
        (["query", "SELECT ?s { ?s ?p ?o }", "-p", "q=1"], 3, "?q cannot be given a value"),
        (["query", "SELECT ?s { ?s ?p ?o }", "-f", "turtle"], 2, "ask with CONSTRUCT"),
        (["query", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "-f", "json"], 2, "The JSON of triples is jsonld."),
    ],
)
def test_a_query_that_cannot_be_answered_is_an_error(run, args, code, message):
    """With the code of its kind."""
    found, out, err = run(*args)
    assert (found, out) == (code, "")
    assert message in err


def test_an_empty_result_is_an_answer(run):
    """Nothing went wrong."""
    assert run("query", "SELECT ?x { ?x a gistkg:NoSuch }") == (0, "no rows\n", "")


def test_triples_are_written_as_turtle(run):
    """CONSTRUCT, and its format."""
    code, out, _ = run("query", "CONSTRUCT { ?d a ?t } WHERE { VALUES ?d { gistkg:Imatinib } ?d a ?t }", "-f", "turtle")
    assert code == 0
    assert out.endswith("gistkg:Imatinib a owl:Class , gistkg:Substance .\n")


def test_the_catalogue_is_listed_and_one_question_is_shown(run):
    """By name, with what a call looks like."""
    code, out, _ = run("queries", "-f", "csv")
    assert code == 0
    assert out.splitlines()[0] == "name,summary,tags"
    code, out, _ = run("queries", "dose-by-genotype", "-f", "json")
    assert code == 0
    assert json.loads(out)["name"] == "dose-by-genotype"


# Terms


def test_a_search_lists_what_it_finds(run):
    """The best first; for programs in full."""
    code, out, err = run("search", "gleevec", "-f", "json")
    assert (code, err) == (0, "")
    assert json.loads(out)[0] == {
        "label": "imatinib",
        "kind": "single-substance drug class",
        "term": IRI + "Imatinib",
        "matched": "Gleevec",
        "score": 100.0,
    }


def test_a_search_may_be_several_words_and_has_a_limit(run):
    """Quotes are optional."""
    code, out, _ = run("search", "overall", "survival", "--limit", "1", "-f", "tsv")
    assert code == 0
    assert [line.split("\t")[0] for line in out.splitlines()] == ["label", "overall survival"]


def test_a_search_without_a_hit_is_not_a_success(run):
    """People get a sentence, programs an empty list."""
    assert run("search", "qqqqqq") == (1, "", "gistkg: nothing in the graph is called 'qqqqqq', or nearly so\n")
    assert run("search", "qqqqqq", "-f", "json") == (1, "[]\n", "")


def test_a_term_is_shown_by_a_label_of_several_words(run):
    """Quotes are optional here too."""
    code, out, _ = run("show", "overall", "survival", "-f", "markdown")
    assert code == 0
    assert out.startswith("# overall survival\n")


def test_a_path_is_printed_step_by_step(run):
    """From a gene to what its product acts on."""
    code, out, err = run("path", "MDR1", "cytotoxic chemotherapy", "--mechanism")
    assert (code, err) == (0, "")
    assert out.startswith(
        "ABCB1 gene\n"
        "  --encodes--> P-glycoprotein\n"
        "  --carries out--> drug efflux by P-glycoprotein\n"
        "  --acts on drug--> cytotoxic chemotherapy\n"
        "  as claimed in\n"
    )


def test_the_shortest_path_needs_both_ends(run):
    """It begins with one and ends with the other."""
    code, out, _ = run("path", "GuidelineEdition", "gistkg:BookChapter", "-f", "json")
    (path,) = json.loads(out)
    assert code == 0
    assert path["start"] == {"iri": IRI + "GuidelineEdition", "label": "guideline edition"}
    last = path["steps"][-1]
    assert "book chapter" in (last["subject"]["label"], last["object"]["label"])


def test_no_path_is_not_a_success(run):
    """Nothing leads on along the links of a mechanism."""
    code, out, err = run("path", "--mechanism", "overall survival")
    assert (code, out) == (1, "")
    assert err == "gistkg: no links of a mechanism lead on from 'overall survival'\n"
    assert run("path", "--mechanism", "overall survival", "-f", "json")[:2] == (1, "[]\n")


# Checks


def test_a_sound_file_has_no_problems(run):
    """A file of the ontology, as it is."""
    from gistkg.files import folder

    assert run("check", str(folder("ontology") / "entities" / "units.ttl")) == (0, "no problems\n", "")


def test_a_file_with_a_mistake_is_reported_by_line(run, tmp_path):
    """In the form that editors understand, and as rows."""
    path = tmp_path / "new.ttl"
    path.write_text("@prefix gistkg: <https://w3id.org/gistkg/> .\n\ngistkg:New a gistkg:Drugg\n", encoding="utf-8")
    code, out, err = run("check", str(path))
    assert (code, err) == (1, "")
    assert all(line.startswith(f"{path}:") for line in out.splitlines())
    code, out, _ = run("check", str(path), "-f", "json")
    assert code == 1
    assert set(json.loads(out)[0]) == {"file", "line", "rule", "message"}


def test_a_file_that_is_not_there_is_bad_input(run):
    """Not a problem of the ontology."""
    code, _, err = run("check", "missing.ttl")
    assert code == 2
    assert "missing.ttl" in err


# Cases


def test_a_case_in_words_is_judged(run):
    """Several arguments are one case."""
    code, out, err = run("ask", "metastatic,", "untreated", "-f", "json")
    assert (code, err) == (0, "")
    assert json.loads(out)["recommendations"]


def test_an_unknown_word_in_a_case_is_an_error(run):
    """It is named, never ignored."""
    code, out, err = run("ask", "metastatic, qqqqqq")
    assert (code, out) == (2, "")
    assert err == "gistkg: error: Nothing in the graph is called 'qqqqqq'. Try: gistkg search TEXT\n"


# Completion


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_code_names_the_program(run, shell):
    """It is the code of argcomplete."""
    code, out, _ = run("completion", shell)
    assert code == 0
    assert "gistkg" in out
    assert "_ARGCOMPLETE" in out


def completions(line, tmp_path):
    """What the program offers a shell for a line."""
    found = tmp_path / "completions"
    done = subprocess.run(
        [sys.executable, "-m", "gistkg"],
        capture_output=True, check=False, timeout=60,
        env={
            **os.environ, "_ARGCOMPLETE": "1", "COMP_LINE": line, "COMP_POINT": str(len(line)), "COMP_TYPE": "9",
            "_ARGCOMPLETE_STDOUT_FILENAME": str(found), "_ARGCOMPLETE_IFS": "\n",
        },
    )  # fmt: skip
    assert done.returncode == 0
    return [name.strip() for name in Path(found).read_text(encoding="utf-8").split("\n")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("gistkg que", ["query", "queries"]),
        ("gistkg query dose-by-", ["dose-by-genotype"]),
        ("gistkg queries dose-by-", ["dose-by-genotype"]),
        ("gistkg show gistkg:KitExon9M", ["gistkg:KitExon9Mutation", "gistkg:KitExon9MutantGist"]),
        ("gistkg path 'hepatic progression-free sur", ["hepatic progression-free survival"]),
        ("gistkg search x --format mark", ["markdown"]),
        ("gistkg export --to va", ["va-spec"]),
        ("gistkg export --to fhir --as ", ["r4", "r5"]),
    ],
)
def test_the_shell_completes_commands_questions_and_terms(line, expected, tmp_path):
    """With the names there are."""
    assert sorted(completions(line, tmp_path)) == sorted(expected)
