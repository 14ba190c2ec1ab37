"""What an export is made of: the content of its files, and an account of what it leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gistkg.export.as_json import json_bytes
from gistkg.record import Record

__all__ = ["Loss", "Product", "loss", "loss_report"]


class Loss(Record):
    """One kind of thing that a target has no place for: what, why, and which ones, as IRIs or words, all of them."""

    what: str
    why: str
    items: tuple[str, ...]


class Product(Record):
    """One export: files by name (one, unless the target is a folder), how much it carries, and what it drops.

    `carried` counts things by kind, such as ``{"statements": 207}``. An export without losses is complete.
    """

    files: Mapping[str, bytes]
    carried: Mapping[str, int]
    losses: tuple[Loss, ...] = ()

    @property
    def content(self) -> bytes:
        """The content of the only file.  Raises `ValueError` if there are several."""
        (content,) = self.files.values()
        return content


def loss(what: str, why: str, items: Iterable[object]) -> tuple[Loss, ...]:
    """A loss, or nothing if there are no items; whole IRIs, sorted, each once.

    >>> loss("claims without a drug", "the target needs a drug", [])
    ()
    >>> loss("claims without a drug", "the target needs a drug", ["ev:b", "ev:a"])[0].items
    ('ev:a', 'ev:b')
    """
    named = sorted({str(getattr(item, "full", item)) for item in items})
    return (Loss(what, why, tuple(named)),) if named else ()


def loss_report(target: str, variant: str, version: str, product: Product) -> bytes:
    """The account of a lossy export as JSON, to stand beside it.

    >>> import json
    >>> product = Product({"a.json": b"{}"}, {"statements": 1}, loss("doses", "there is no field for them", ["ev:a"]))
    >>> json.loads(loss_report("va-spec", "json", "0123", product))["dropped"]
    [{'what': 'doses', 'why': 'there is no field for them', 'count': 1, 'items': ['ev:a']}]
    """
    report: dict[str, Any] = {
        "target": target,
        "variant": variant,
        "graphVersion": version,
        "complete": not product.losses,
        "carried": dict(product.carried),
        "dropped": [
            {"what": one.what, "why": one.why, "count": len(one.items), "items": list(one.items)}
            for one in product.losses
        ],
    }
    return json_bytes(report)
