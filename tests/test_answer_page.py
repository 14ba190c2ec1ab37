"""The page of an answer: its heading, and what a missing fact would lead to."""

import pytest

import gistkg
from gistkg.answer_page import _settling
from gistkg.missing import MissingFact, Outcome


@pytest.fixture(scope="module")
def kg():
    """The whole graph."""
    return gistkg.load()


@pytest.mark.parametrize(
    ("silent", "last"),
    [(0, "  if it is A: imatinib"), (1, "  1 other answer leads to less."), (2, "  2 other answers lead to less.")],
)
def test_answers_that_lead_to_less_are_counted_in_good_grammar(kg, silent, last):
    """One answer leads, two lead; of none nothing is said."""
    outcomes = (Outcome("it is A", ("imatinib",), ()), *[Outcome("it is B", (), ())] * silent)
    *_, line = _settling(kg.ask("metastatic"), MissingFact("something", 1, 1, outcomes))
    assert line.plain == last
