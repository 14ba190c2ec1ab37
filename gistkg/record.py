"""Frozen records that cost next to nothing to define.

The standard dataclasses import `inspect` and compile several functions for each class: a third of the time of a cold
answer. A record does what this package needs of them: fields by position or name, defaults, equality by class and
value, a hash, a readable `repr`, pattern matching, and no change after it is made.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn, dataclass_transform

__all__ = ["Record"]


@dataclass_transform(frozen_default=True)
class Record:
    """Base of frozen records: the annotated names of a subclass are its fields, in order.

    >>> class Point(Record):
    ...     x: int
    ...     y: int = 0
    >>> Point(1), Point(1) == Point(x=1, y=0), Point(1) == (1, 0)
    (Point(x=1, y=0), True, False)
    """

    __match_args__: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        """Collect the fields, those of a base first; annotations that name `ClassVar` are none."""
        annotated = cls.__dict__.get("__annotations__", {})  # noqa: RUF063 - the other way imports `inspect`
        own = [name for name, kind in annotated.items() if "ClassVar" not in str(kind)]
        cls.__match_args__ = tuple(dict.fromkeys((*cls.__match_args__, *own)))  # type: ignore[misc]

    def __init__(self, *values: Any, **named: Any) -> None:
        """Set every field, by position, by name, or to its default."""
        fields = self.__match_args__
        if len(values) > len(fields):
            raise TypeError(f"{type(self).__name__} has {len(fields)} fields, {len(values)} values were given")
        given = dict(zip(fields, values, strict=False))
        for name, value in named.items():
            if name in given or name not in fields:
                raise TypeError(f"{type(self).__name__} has no other field {name!r}; it has {', '.join(fields)}")
            given[name] = value
        for name in fields:
            if name not in given and not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} needs a value for {name!r}")
        self.__dict__.update(given)

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__match_args__)

    def __eq__(self, other: object) -> bool:
        return self is other or (type(other) is type(self) and self._values() == other._values())

    def __hash__(self) -> int:
        kept: int | None = self.__dict__.get("_hash")
        if kept is None:
            kept = self.__dict__["_hash"] = hash((type(self).__name__, self._values()))
        return kept

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: not the hash, which holds for one process."""
        return {name: value for name, value in self.__dict__.items() if name != "_hash"}

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__name__}({shown})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen: {name!r} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen: {name!r} cannot be deleted")
