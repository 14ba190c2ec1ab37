"""Recommendations as FHIR: PlanDefinitions with computable conditions and, in R5, the evidence they rest on.

What says for or against a therapy becomes a plan; what is under study or unsettled, or finds no difference, is evidence
only, since a plan is there to be carried out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from gistkg.case_keys import case_keys
from gistkg.criteria import conditions
from gistkg.export.fhir_conditions import Paths
from gistkg.export.fhir_evidence import Evidence
from gistkg.export.fhir_resources import BASE, Resources, extensions, identify, quantity, without
from gistkg.export.product import Loss, Product, loss
from gistkg.graph import Graph
from gistkg.model import Claim, Dose, Named
from gistkg.records import claims, results
from gistkg.terms import GISTKG

__all__ = ["build", "is_plan"]


def build(graph: Graph, variant: str, about: str | None = None) -> Product:
    """Write every recommendation: with its evidence in `r5`, only the plans in `r4`.

    >>> from gistkg.graph import load_graph
    >>> product = build(load_graph(), "r4")
    >>> json.loads(product.content)["entry"][0]["resource"]["resourceType"]
    'PlanDefinition'
    """
    del about
    return _Export(graph, r5=variant == "r5").product()


def is_plan(claim: Claim) -> bool:
    """Whether a recommendation says that something should be done, or not be done."""
    direction = claim.direction.code if claim.direction else None
    modality = claim.modality.code if claim.modality else None
    return direction in ("for", "against") and modality not in ("underStudy", "unsettled")


class _Export:
    def __init__(self, graph: Graph, *, r5: bool) -> None:
        self.graph = graph
        self.r5 = r5
        self.resources = Resources(graph)
        self.paths = Paths(graph, conditions(graph))
        self.evidence = Evidence(self.resources, self.paths)
        self.frequencies = case_keys(graph).frequencies

    def product(self) -> Product:
        chosen = [one for one in claims(self.graph) if one.is_recommendation]
        plans = [one for one in chosen if is_plan(one)]
        made = [self.plan(one) for one in plans]
        if self.r5:
            made += self.evidence.of_claims(chosen)
        entries = [{"fullUrl": f"{BASE}{one['resourceType']}/{one['id']}", "resource": one} for one in made]
        stamp = self.resources.created
        bundle = without(
            resourceType="Bundle",
            id="gistkg",
            meta={"tag": [{"system": f"{BASE}graph-version", "code": self.graph.version}]},
            type="collection",
            timestamp=stamp,
            entry=entries,
        )
        carried: dict[str, int] = {}
        for one in made:
            carried[one["resourceType"]] = carried.get(one["resourceType"], 0) + 1
        content = json.dumps(bundle, ensure_ascii=False, indent=1) + "\n"
        return Product({f"gistkg{'' if self.r5 else '.r4'}.json": content.encode()}, carried, self.losses(chosen))

    def losses(self, chosen: list[Claim]) -> tuple[Loss, ...]:
        without_plan = [one.iri for one in chosen if not is_plan(one)]
        populations = {one.population.iri for one in chosen if one.population}
        members = [self.paths.conditions.populations[iri.full] for iri in populations]
        criteria = {iri for one in members for iri in (*one.requires, *one.excludes)}
        partial = [iri for iri in criteria if not self.paths.criterion(iri).says_all]
        why_no_plan = "what is under study, unsettled, or makes no difference is nothing to be carried out"
        found = loss(
            "plans of recommendations", f"{why_no_plan}; {'Evidence' if self.r5 else 'R5'} has it", without_plan
        )
        found += loss(
            "computable conditions of criteria",
            "an mCODE bundle has no place for all of what they ask; they are there in words, and unknown in FHIRPath",
            partial,
        )
        if not self.r5:
            rests = {one.iri for claim in chosen if is_plan(claim) for one in results(self.graph, claim.iri)}
            found += loss("findings", "the R4 variant holds plans only; R5 has them as Evidence", rests)
            found += loss("populations as resources of their own", "as above; R5 has EvidenceVariables", populations)
        return found

    # Plans

    def plan(self, claim: Claim) -> dict[str, Any]:
        """One recommendation: what to do or not to do, for whom, since when, and where it is said."""
        activities = list(self.activities(claim))
        name = identify(claim.iri)
        action: dict[str, Any] = without(
            title=claim.label,
            description=claim.text,
            condition=[self.condition(claim.population)] if claim.population else None,
        )
        links = [f"#{one['id']}" for one in activities]
        if len(links) == 1:
            action["definitionCanonical"] = links[0]
        else:
            action["action"] = [
                {"title": one["title"], "definitionCanonical": link}
                for one, link in zip(activities, links, strict=True)
            ]
        return without(
            resourceType="PlanDefinition",
            id=name,
            language="en",
            contained=activities,
            extension=self.resources.about_claim(claim),
            url=f"{BASE}PlanDefinition/{name}",
            identifier=[{"system": "urn:ietf:rfc:3986", "value": claim.iri.full}],
            version=self.graph.version,
            title=claim.label,
            type={"coding": [{"system": _PLAN_TYPE, "code": "eca-rule"}]},
            status=self.status(claim),
            date=self.resources.created[:10],
            description=claim.text,
            useContext=[self.resources.use_context()],
            jurisdiction=[self.resources.place(one) for one in claim.jurisdictions],
            usage="Informs; does not choose a patient's treatment.",
            copyright=self.resources.licence,
            effectivePeriod=self.resources.period(claim),
            relatedArtifact=self.resources.artifacts(claim, r5=self.r5),
            action=[action],
        )

    def status(self, claim: Claim) -> str:
        """Retired, if it did not hold any more when the graph was made."""
        until = claim.valid_until
        return "retired" if until is not None and until.isoformat()[:10] <= self.resources.created[:10] else "active"

    def condition(self, population: Named) -> dict[str, Any]:
        """Whom it is about; parts that FHIRPath cannot say are unknown in it, so that it is never true without them."""
        path = self.paths.population(population.iri.full)
        told = self.evidence.in_words(population)
        return {
            "kind": "applicability",
            "expression": without(
                extension=extensions(
                    {
                        "population": [{"valueUri": population.iri.full}],
                        "unsayable": [{"valueString": one} for one in path.unsayable],
                    }
                ),
                description=told,
                language="text/fhirpath",
                expression=path.expression,
            ),
        }

    def activities(self, claim: Claim) -> Iterable[dict[str, Any]]:
        """What is done or left: each drug with its dose, or each procedure."""
        drugs = claim.drugs
        done: Iterable[Named] = claim.procedures
        if not drugs and not claim.procedures:
            done = [one for one in claim.therapies if self.resources.is_a(one.iri, "Procedure")]
            drugs = tuple(one for one in claim.therapies if one not in done)
        for index, drug in enumerate(drugs if not claim.procedures else (), 1):
            activity = self.activity(claim, f"drug-{index}", drug, "MedicationRequest")
            activity["productCodeableConcept"] = self.resources.concept(drug)
            if claim.dose is not None and claim.therapy is not None:
                activity["dosage"] = [self.dosage(claim.dose, claim.therapy)]
            yield activity
        for index, one in enumerate(done, 1):
            activity = self.activity(claim, f"procedure-{index}", one, "ServiceRequest")
            activity["code"] = self.resources.concept(one)
            yield activity

    def activity(self, claim: Claim, name: str, what: Named, kind: str) -> dict[str, Any]:
        against = claim.direction is not None and claim.direction.code == "against"
        return without(
            resourceType="ActivityDefinition",
            id=name,
            title=f"{'not: ' if against else ''}{what.label}",
            status=self.status(claim),
            kind=kind,
            intent="proposal",
            doNotPerform=True if against else None,
        )

    def dosage(self, dose: Dose, regimen: Named) -> dict[str, Any]:
        """A dose: as much as is stated is structured; with a schedule, how often stands in words only."""
        terms = self.resources.objects(regimen.iri, GISTKG + "doseFrequency")
        times = self.frequencies.get(terms[0]) if terms else None
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
        return without(
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


_PLAN_TYPE = "http://terminology.hl7.org/CodeSystem/plan-definition-type"
