"""The evidence dossier that lies beside the repository: reading it, and the numbers in its texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

__all__ = ["DOSSIER", "dossier", "known", "needs_dossier", "numbers", "spelled", "texts"]

DOSSIER = Path(__file__).resolve().parents[2] / "shared" / "dossier"

needs_dossier = pytest.mark.skipif(not DOSSIER.is_dir(), reason="the dossier is not part of the repository")


@cache
def dossier(name: str) -> dict[str, Any]:
    """One file of the dossier."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content: dict[str, Any] = yaml.load((DOSSIER / name).read_text(encoding="utf-8"), Loader=loader)
    return content


_TOGETHER = {"hr": {"hr_ci", "p"}, "dose": {"unit", "frequency", "schedule", "note"}}  # remembered with it


def known(node: Any) -> Any:
    """An entry without what is only remembered: `verified: false`, and each field with `<field>_verified: false`."""
    if isinstance(node, list):
        return [known(one) for one in node if not (isinstance(one, dict) and one.get("verified") is False)]
    if not isinstance(node, dict):
        return node
    remembered = {key.removesuffix("_verified") for key, value in node.items() if str(key).endswith("_verified")}
    remembered = {key for key in remembered if node[f"{key}_verified"] is False}
    for one in remembered & _TOGETHER.keys():
        remembered = remembered | _TOGETHER[one]
    return {
        key: known(value)
        for key, value in node.items()
        if key not in remembered and not (isinstance(value, dict) and value.get("verified") is False)
    }


_DATE = re.compile(r"\b(\d{4})-\d\d(?:-(\d\d))?\b(?!-)")
_NUMBER = re.compile(r"(?<![\w.])(?<![A-Z]-)(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|\.\d+)(?:e-\d+)?(?![A-Za-z_])(?!\.?\d)")
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_WORD = re.compile(rf"\b({'|'.join(_WORDS)})\b")


def numbers(text: object) -> list[Decimal]:
    """The numbers of a text, in digits; those that are part of a name, as in V654A or MRP-1, are left out.

    Of a date, the year and the day are numbers.

    >>> [str(number) for number in numbers("19 of 36 (53%) with V654A, at 1.5-fold, p<.001")]
    ['19', '36', '53', '1.5', '0.001']
    """
    plain = _DATE.sub(lambda date: f"{date[1]} {(date[2] or '').lstrip('0')}", str(text))
    return [Decimal(found.replace(",", "")) for found in _NUMBER.findall(plain)]


def spelled(text: object) -> list[Decimal]:
    """The numbers of a text that are spelled out, up to twelve."""
    return [Decimal(_WORDS.index(word)) for word in _WORD.findall(str(text).lower())]


def texts(node: Any, *, without: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every key and value of an entry, as text."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in without:
                yield str(key)
                yield from texts(value, without=without)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value, without=without)
    elif node is not None:
        yield str(node)
