"""Lists of questions, hits and paths."""

import io
import json

import pytest

from gistkg.errors import FormatError
from gistkg.listing import show_hits, show_paths, show_question, show_questions
from gistkg.questions import catalogue, read_question
from gistkg.resolve import search
from gistkg.traverse import mechanism_paths, shortest_path

QUESTION = """\
#+ summary: Which doses has this drug?
#+ description: In milligrams.
#+ tags: [dose, test]
#+ parameters:
#+   drug:
#+     type: gistkg:Drug
#+     description: left out, every drug
#+   least: {type: xsd:decimal, default: 100}
#+   on: {type: xsd:dateTime}

SELECT ?drug ?least ?on ?regimen
WHERE { ?regimen gistkg:usesDrug ?drug }
"""


@pytest.fixture(autouse=True)
def width(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def question(tmp_path):
    path = tmp_path / "doses.rq"
    path.write_text(QUESTION, encoding="utf-8")
    return read_question(path)


def written(write, *args):
    stream = io.StringIO()
    write(*args, stream)
    return stream.getvalue()


def test_a_question_is_shown_with_what_a_call_looks_like(tiny, question):
    """The values of the example are of the types of the parameters, and the SPARQL is there to be copied."""
    assert written(show_question, tiny, question, "table") == (
        "doses\n"
        "Which doses has this drug?\n"
        "\n"
        "In milligrams.\n"
        "\n"
        "tags  dose, test\n"
        "\n"
        "parameters\n"
        "  drug   drug (gistkg:Drug), by label, synonym, prefixed name or IRI\n"
        "         left out, every drug\n"
        "  least  a number\n"
        "         default: 100\n"
        "  on     a date, or a moment\n"
        "\n"
        "example\n"
        "  gistkg query doses -p drug=alphanib -p least=100 -p on=2014-02-25\n"
        "\n"
        "SPARQL\n"
        "\n"
        "SELECT ?drug ?least ?on ?regimen\n"
        "WHERE { ?regimen gistkg:usesDrug ?drug }\n"
    )


def test_a_question_as_json_has_its_parameters(tiny, question):
    """For a program that makes a form of them."""
    found = json.loads(written(show_question, tiny, question, "json"))
    assert found["parameters"][1] == {
        "name": "least",
        "type": "http://www.w3.org/2001/XMLSchema#decimal",
        "description": "",
        "default": "100",
    }
    assert found["sparql"] == QUESTION


def test_the_catalogue_lists_every_question(tmp_path):
    """Name and summary for people, with tags for programs."""
    names = [question.name for question in catalogue()]
    table = written(show_questions, "table")
    assert [line.split()[0] for line in table.splitlines() if not line.startswith(" ")] == names
    assert [row["name"] for row in json.loads(written(show_questions, "json"))] == names


def test_hits_show_the_words_they_were_found_by(tiny):
    """Not again where that is the label; a long definition is cut."""
    found = search(tiny, "alphanib", limit=1) + search(tiny, "kills every cell")
    assert written(show_hits, found, "markdown") == (
        "| label | kind | term | matched |\n"
        "| --- | --- | --- | --- |\n"
        "| alphanib | single-substance drug class | gistkg:Alphanib |  |\n"
        "| toxin | drug group | gistkg:Toxin | A toxin is a drug of this invented graph that kills ... |\n"
    )


def test_paths_show_their_steps_and_the_claims_behind_them(tiny):
    """Each path on its own, with the hedges of its claims."""
    paths = mechanism_paths(tiny, "gistkg:PumpA")
    text = written(show_paths, paths, "table")
    assert text.split("\n\n")[0] == (
        "pump A\n"
        "  --carries out--> efflux by pump A\n"
        "  --acts on drug--> toxin\n"
        "  --has failure--> failure of toxins\n"
        "  as claimed in\n"
        "    ev:tiny-1  pump A may throw toxins out of the cell  hedged: in part, may"
    )
    assert text.count("pump A\n") == 2 * len(paths)


def test_paths_as_json_have_iris(tiny):
    """The same path, to be drawn."""
    paths = (shortest_path(tiny, "gistkg:PumpA", "gistkg:PumpAEfflux"),)
    (found,) = json.loads(written(show_paths, paths, "json"))
    assert found["steps"][0]["object"]["iri"] == "https://w3id.org/gistkg/PumpAEfflux"
    assert found["steps"][0]["forward"] is True


def test_formats_that_fit_no_list_are_errors(tiny, question):
    """A path is no row."""
    with pytest.raises(FormatError):
        written(show_paths, (), "csv")
    with pytest.raises(FormatError):
        written(show_question, tiny, question, "csv")
