"""The text of a FHIR resource for people, generated from what the resource says."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from gistkg.export.fhir_advice import assertion_of, manner_of
from gistkg.model import Claim, Named
from gistkg.render import NOTICE

__all__ = ["claim_lines", "dates_of", "labels_of", "narrative"]


def narrative(title: str, told: Iterable[str]) -> dict[str, str]:
    """A title and paragraphs as XHTML; an empty one is left out.

    >>> narrative("p < .05", ["", "x & y"])["div"]
    '<div xmlns="http://www.w3.org/1999/xhtml" lang="en" xml:lang="en"><p><b>p &lt; .05</b></p><p>x &amp; y</p></div>'
    """
    lines = "".join(f"<p>{escape(one, quote=False)}</p>" for one in told if one)
    head = f"<p><b>{escape(title, quote=False)}</b></p>"
    div = f'<div xmlns="http://www.w3.org/1999/xhtml" lang="en" xml:lang="en">{head}{lines}</div>'
    return {"status": "generated", "div": div}


def claim_lines(claim: Claim, population: str, overrides: Iterable[str]) -> list[str]:
    """A claim in words: what, how strongly, for whom, where it is said, its levels, and when and where it holds."""
    source = ", ".join(filter(None, (claim.source.label if claim.source else None, claim.locator)))
    return [
        assertion_of(claim),
        manner_of(claim),
        *overrides,
        labels_of("About", (*claim.therapies, *claim.procedures)),
        labels_of("Compared with", claim.compared_with),
        f"Population: {population}" if population else "",
        f"Source: {source}" if source else "",
        f"Level of evidence: {'; '.join(map(str, claim.levels))}" if claim.levels else "",
        labels_of("Jurisdiction", claim.jurisdictions),
        dates_of(claim),
        NOTICE,
    ]


def labels_of(name: str, terms: Iterable[Named]) -> str:
    """Terms in a line, or nothing if there are none."""
    found = "; ".join(one.label for one in terms)
    return f"{name}: {found}" if found else ""


def dates_of(claim: Claim) -> str:
    """From when and until when a claim holds, or nothing if no date is known."""
    dates = {"from": claim.valid_from, "until": claim.valid_until}
    found = " ".join(f"{name} {moment.isoformat()[:10]}" for name, moment in dates.items() if moment)
    return f"Valid {found}" if found else ""
