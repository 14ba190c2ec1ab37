"""Frozen records behave like frozen dataclasses, as far as the package needs."""

import pickle

import pytest

from gistkg.record import Record


class Point(Record):
    """A point with a default."""

    x: int
    y: int = 0


class Spot(Point):
    """A point with a name after the inherited fields."""

    name: str | None = None


class Other(Record):
    """Another class with the fields of a point."""

    x: int
    y: int = 0


def test_fields_are_set_by_position_name_or_default():
    """Inherited fields come first."""
    assert (Point(1, 2).y, Point(1).y, Point(y=3, x=1).y) == (2, 0, 3)
    assert repr(Spot(1, 2, "here")) == "Spot(x=1, y=2, name='here')"


def test_equality_and_hash_go_by_class_and_value():
    """Two classes with the same values differ, and so does a tuple."""
    assert Point(1) == Point(1, 0)
    assert hash(Point(1)) == hash(Point(1, 0))
    assert Point(1) != Other(1)
    assert Point(1) != Spot(1)
    assert Point(1) != (1, 0)
    assert len({Point(1), Point(1), Other(1)}) == 2


@pytest.mark.parametrize(("values", "named"), [((), {}), ((1, 2, 3), {}), ((1,), {"x": 2}), ((1,), {"z": 2})])
def test_missing_surplus_repeated_and_unknown_fields_are_refused(values, named):
    """With the class and the field in the message."""
    with pytest.raises(TypeError, match="Point"):
        Point(*values, **named)


def test_a_record_cannot_be_changed():
    """Neither set nor deleted nor given more."""
    point = Point(1)
    for change in (lambda: setattr(point, "x", 2), lambda: setattr(point, "z", 2), lambda: delattr(point, "x")):
        with pytest.raises(AttributeError, match="Point is frozen"):
            change()
    assert point == Point(1)


def test_a_record_is_matched_by_position():
    """As `match` statements need."""
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)


def test_a_pickled_record_leaves_its_hash_behind():
    """Hashes of text differ from one process to the next."""
    point = Spot(1, 2, "here")
    hash(point)
    again = pickle.loads(pickle.dumps(point))
    assert again == point
    assert set(again.__dict__) == {"x", "y", "name"}
