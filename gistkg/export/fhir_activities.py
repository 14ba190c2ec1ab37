"""What a FHIR plan would have done or left: drugs with their doses, procedures, or a change of treatment as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gistkg.case_keys import case_keys
from gistkg.export.as_json import filled
from gistkg.export.fhir_resources import Resources, extensions, quantity
from gistkg.model import Claim, Dose, Named
from gistkg.records import dose_of

__all__ = ["Activities"]


class Activities:
    """Makes the activities of claims.

    What is advised against is written as it stands, under our own code alone: "not this dose" or "not both together"
    is not "not this drug", and advice against stopping a drug is advice for it.
    """

    def __init__(self, resources: Resources) -> None:
        self.resources = resources
        self.facts = resources.facts
        self.frequencies = case_keys(resources.graph).frequencies

    def of(self, claim: Claim) -> list[dict[str, Any]]:
        """The activities of a claim: if there are several of one therapy, all of them together are meant."""
        against = claim.direction is not None and claim.direction.code == "against"
        kinds: dict[str, int] = {}
        made = []
        for what, given_by in self._done(claim, against=against):
            drug = self.facts.gives_drugs(what.iri.full) and not self._all(what, "usesProcedure")
            kind = "drug" if drug else "procedure"
            kinds[kind] = kinds.get(kind, 0) + 1
            activity = filled(
                resourceType="ActivityDefinition",
                id=f"{kind}-{kinds[kind]}",
                title=f"{'not: ' if against else ''}{what.label}",
                status=self.resources.status(claim),
                kind="MedicationRequest" if drug else "ServiceRequest",
                intent="proposal",
                doNotPerform=True if against else None,
            )
            activity["productCodeableConcept" if drug else "code"] = self.resources.concept(what)
            dose = dose_of(self.resources.graph, given_by.iri)
            if drug and dose is not None:
                activity["dosage"] = [self.dosage(dose, given_by)]
            made.append(activity)
        return made

    def _done(self, claim: Claim, *, against: bool) -> Iterator[tuple[Named, Named]]:
        """Each drug or act, with the therapy that says how it is given."""
        therapy = claim.therapy
        if claim.procedures or therapy is None:
            yield from ((one, one) for one in claim.procedures)
        elif against or not self.facts.gives_drugs(therapy.iri.full):
            yield therapy, therapy
        else:
            by = {drug: part for part in self._all(therapy, "hasComponent") for drug in self._all(part, "usesDrug")}
            yield from ((drug, by.get(drug, therapy)) for drug in claim.drugs)
            yield from ((one, one) for one in self._all(therapy, "usesProcedure"))

    def _all(self, what: Named, link: str) -> list[Named]:
        return self.resources.terms(what.iri.full, f"gistkg:{link}")

    def dosage(self, dose: Dose, regimen: Named) -> dict[str, Any]:
        """A dose: as much as is stated is structured; with a schedule, how often stands in words only."""
        often = self.facts.text(regimen.iri.full, "gistkg:doseFrequency")
        times = self.frequencies.get(often) if often else None
        timing: dict[str, Any] | None = None
        words = ", ".join(part for part in (dose.frequency, dose.schedule) if part)
        if dose.frequency and times is not None and dose.schedule in (None, "continuous"):
            timing = {"repeat": {"frequency": times, "period": 1, "periodUnit": "d"}}
        elif words:
            timing = {"code": {"text": words}}
        per_day = None
        if dose.per_day is not None and dose.unit:
            per_day = [{"valueQuantity": quantity(dose.per_day, f"{dose.unit}/d")}]
        amount = None
        if dose.value is not None and dose.unit:
            amount = [{"doseQuantity": quantity(dose.value, dose.unit)}]
        return filled(
            extension=extensions(
                {
                    "dose-per-day": per_day or [],
                    "dose-schedule": [{"valueString": dose.schedule}] if dose.schedule else [],
                    "treatment-duration": [{"valueString": dose.duration}] if dose.duration else [],
                }
            ),
            text=str(dose),
            timing=timing,
            doseAndRate=amount,
        )
