"""Which claim takes the place of which in its own population, said on both sides of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gistkg.export.as_json import filled
from gistkg.export.fhir_advice import is_plan, title_of
from gistkg.export.fhir_resources import BASE, extensions, identify
from gistkg.model import Claim
from gistkg.results import Iri

__all__ = ["Overrides"]


class Overrides:
    """Says of a claim which others take its place, and whose place it takes.

    R4 has no type of relation for this: a plan depends on what overrides it, without which it would be carried out too
    widely; and what it overrides is documentation for it.
    """

    def __init__(self, claims: Iterable[Claim], *, r5: bool) -> None:
        self.r5 = r5
        self.claims = {one.iri: one for one in claims}
        self.by: dict[Iri, list[Claim]] = {}
        for one in self.claims.values():
            for overridden in one.overrides:
                self.by.setdefault(overridden, []).append(one)

    def over(self, claim: Claim) -> list[Claim]:
        """The claims that take the place of this one, each in its population."""
        return self.by.get(claim.iri, [])

    def under(self, claim: Claim) -> list[Claim]:
        """The claims whose place this one takes in its population."""
        return [self.claims[iri] for iri in claim.overrides]

    def words(self, claim: Claim) -> list[str]:
        """A sentence for each direction that there is."""
        told = {"Unless": self.over(claim), "In its own population it takes the place of": self.under(claim)}
        return [f"{name}: {'; or: '.join(map(_named, found))}." for name, found in told.items() if found]

    def extensions(self, claim: Claim) -> list[dict[str, Any]]:
        """What overrides a claim; what it overrides stands among what it says itself."""
        return extensions({"overridden-by": [{"valueUri": one.iri.full} for one in self.over(claim)]})

    def artifacts(self, claim: Claim, kind: str) -> list[dict[str, Any]]:
        """The relations in the own field of FHIR, for a resource of this kind of the claim."""
        over, under = ("amended-with", "amends") if self.r5 else ("depends-on", "documentation")
        return [
            *(self._artifact(one, kind, over, "overridden-by", "unless") for one in self.over(claim)),
            *(self._artifact(one, kind, under, "overrides", "takes the place of") for one in self.under(claim)),
        ]

    def _artifact(self, other: Claim, kind: str, type_: str, name: str, word: str) -> dict[str, Any]:
        if kind != "PlanDefinition" or not is_plan(other):
            kind = "Evidence" if self.r5 and other.is_recommendation else ""
        return filled(
            extension=extensions({name: [{"valueUri": other.iri.full}]}),
            type=type_,
            display=f"{word}: {_named(other)}",
            resource=f"{BASE}{kind}/{identify(other.iri)}" if kind else None,
        )


def _named(claim: Claim) -> str:
    until = f" (held until {claim.valid_until.isoformat()[:10]})" if claim.valid_until else ""
    return f"{title_of(claim)}{until}"
