"""The three-valued logic, and what one numeric bound says of another."""

from decimal import Decimal

import pytest

from gistkg.expressions import And, Bound, Named, bound_implies, either, every, flatten, negate, within

TRUTHS = (True, False, None)


@pytest.mark.parametrize("one", TRUTHS)
@pytest.mark.parametrize("other", TRUTHS)
def test_conjunction_is_the_least_of_two_truths(one, other):
    """False < unknown < true, and a conjunction is the minimum."""
    order = {False: 0, None: 1, True: 2}
    assert every([one, other]) is min(one, other, key=order.__getitem__)
    assert either([one, other]) is max(one, other, key=order.__getitem__)


def test_an_empty_conjunction_is_true_and_an_empty_disjunction_false():
    """Nothing required is fulfilled; nothing offered is not."""
    assert every([]) is True
    assert either([]) is False


def test_unknown_is_its_own_negation():
    """Not knowing a thing is not knowing its opposite."""
    assert [negate(truth) for truth in TRUTHS] == [False, True, None]


@pytest.mark.parametrize(
    ("facet", "limit", "expected"),
    [
        ("minInclusive", 12, True),
        ("minExclusive", 12, False),
        ("maxInclusive", 12, True),
        ("maxExclusive", 12, False),
        ("minInclusive", 13, False),
        ("maxInclusive", 11, False),
    ],
)
def test_a_number_on_the_limit_counts_only_where_the_facet_includes_it(facet, limit, expected):
    """Twelve months is at least twelve, and not more than twelve."""
    assert within(Decimal(12), facet, Decimal(limit)) is expected


@pytest.mark.parametrize(
    ("known", "asked", "expected"),
    [
        (("maxInclusive", 2), ("maxInclusive", 3), True),
        (("maxInclusive", 2), ("maxInclusive", 2), True),
        (("maxInclusive", 2), ("maxExclusive", 2), None),
        (("maxExclusive", 2), ("maxInclusive", 2), True),
        (("maxInclusive", 3), ("maxInclusive", 2), None),
        (("maxInclusive", 2), ("minInclusive", 2), None),
        (("maxInclusive", 2), ("minExclusive", 2), False),
        (("maxExclusive", 2), ("minInclusive", 2), False),
        (("maxInclusive", 2), ("minInclusive", 12), False),
        (("minInclusive", 12), ("minInclusive", 1), True),
        (("minExclusive", 12), ("minInclusive", 12), True),
        (("minInclusive", 12), ("minExclusive", 12), None),
        (("minInclusive", 1), ("maxInclusive", 2), None),
        (("minInclusive", 12), ("maxInclusive", 2), False),
    ],
)
def test_a_bound_implies_excludes_or_leaves_open_another(known, asked, expected):
    """At most 2 months is at most 3 months, is not 12 months or more, and may be at most 1."""
    bound = Bound("months", known[0], Decimal(known[1]))
    assert bound_implies(bound, asked[0], Decimal(asked[1])) is expected


def test_conjunctions_are_taken_apart_at_every_depth():
    """Facts are compared one by one."""
    one, two, three = Named("1"), Named("2"), Named("3")
    assert list(flatten([And((one, And((two, three))))])) == [one, two, three]
