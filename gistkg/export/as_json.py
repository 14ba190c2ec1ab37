"""What exports write as JSON, made the same way by all of them."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, overload

__all__ = ["filled", "json_bytes", "number"]


def json_bytes(document: object) -> bytes:
    r"""A document as JSON text in UTF-8, with a line end.

    >>> json_bytes({"dose": "\u2265 400"}).decode()
    '{\n "dose": "\u2265 400"\n}\n'
    """
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


@overload
def number(value: Decimal) -> int | float: ...


@overload
def number(value: Decimal | None) -> int | float | None: ...


def number(value: Decimal | None) -> int | float | None:
    """A decimal as JSON has numbers: whole ones without a fraction.

    >>> number(Decimal("400.0")), number(Decimal("0.35"))
    (400, 0.35)
    """
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def filled(**members: Any) -> dict[str, Any]:
    """The members of an object that hold something: no nulls, no empty text, list or object.

    >>> filled(status="active", title=None, note=[], doNotPerform=False)
    {'status': 'active', 'doNotPerform': False}
    """
    return {name: value for name, value in members.items() if value is not None and value not in ("", [], (), {})}
