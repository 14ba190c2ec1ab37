"""The page of an answer: its heading, and what a missing fact would lead to."""

import io
import re

import pytest

import gistkg
from gistkg.answer_page import _settling
from gistkg.ask import write_answer
from gistkg.missing import MissingFact, Outcome


@pytest.fixture(scope="module")
def kg():
    """The whole graph."""
    return gistkg.load()


@pytest.mark.parametrize(("place", "shown"), [("US", ", United States"), ("EU", ", European Union"), (None, "")])
def test_the_heading_names_the_place_as_people_do(kg, place, shown):
    """By its label; without a place there is only the date."""
    page = io.StringIO()
    write_answer(kg, kg.ask("metastatic", as_of="2024-12-31", jurisdiction=place), "table", page)
    assert page.getvalue().splitlines()[1].rstrip() == f"As of 2024-12-31{shown}"


@pytest.mark.parametrize(
    ("silent", "last"),
    [(0, "  if it is A: imatinib"), (1, "  1 other answer leads to less."), (2, "  2 other answers lead to less.")],
)
def test_answers_that_lead_to_less_are_counted_in_good_grammar(kg, silent, last):
    """One answer leads, two lead; of none nothing is said."""
    outcomes = (Outcome("it is A", ("imatinib",), ()), *[Outcome("it is B", (), ())] * silent)
    *_, line = _settling(kg.ask("metastatic"), MissingFact("something", 1, 1, outcomes))
    assert line.plain == last


def test_each_mutation_of_a_case_is_followed_to_what_drugs_do_to_it(run):
    """A primary and an acquired one; what was not found is none. The command it names gives rows."""
    words = "metastatic, KIT exon 11, acquired KIT V654A, PDGFRA wild type, progressed on imatinib"
    _, page, _ = run("ask", words)
    asked = re.findall(r"'gistkg query drug-by-mutation -p mutation=(\S+)'", page)
    assert asked == ["gistkg:KitExon11Mutation", "gistkg:KitV654A"]
    for mutation in asked:
        code, rows, _ = run("query", "drug-by-mutation", "-p", f"mutation={mutation}", "--format", "csv")
        assert code == 0
        assert len(rows.splitlines()) > 5
