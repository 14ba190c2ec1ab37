"""Recommendations as FHIR: PlanDefinitions with computable conditions and, in R5, the evidence they rest on.

What speaks for or against doing something becomes a plan; what is under study, unsettled or only reported, or finds no
difference, is evidence only, since a plan is there to be carried out. A bundle is a transaction that a server loads as
it stands, and in its order: no resource refers to a later one.
"""

from __future__ import annotations

from typing import Any

from gistkg.criteria import conditions
from gistkg.export.as_json import filled, json_bytes
from gistkg.export.fhir_activities import Activities
from gistkg.export.fhir_advice import assertion_of, is_plan, is_weakly_against, manner_of, title_of
from gistkg.export.fhir_codes import RESOURCE
from gistkg.export.fhir_conditions import Paths
from gistkg.export.fhir_evidence import Evidence
from gistkg.export.fhir_narratives import claim_lines, narrative
from gistkg.export.fhir_overrides import Overrides
from gistkg.export.fhir_resources import BASE, Resources, extensions, identify
from gistkg.export.product import Loss, Product, loss
from gistkg.graph import Graph
from gistkg.model import Claim, Named
from gistkg.records import claims
from gistkg.render import NOTICE
from gistkg.results import Iri

__all__ = ["build"]


def build(graph: Graph, variant: str, about: str | None = None) -> Product:
    """Write every recommendation: with its evidence in `r5`, only the plans in `r4`.

    >>> from gistkg.graph import load_graph
    >>> product = build(load_graph(), "r4")
    >>> import json
    >>> json.loads(product.content)["entry"][0]["resource"]["resourceType"]
    'PlanDefinition'
    """
    del about
    return _Export(graph, r5=variant == "r5").product()


class _Export:
    def __init__(self, graph: Graph, *, r5: bool) -> None:
        self.graph = graph
        self.r5 = r5
        self.resources = Resources(graph)
        self.paths = Paths(graph, conditions(graph))
        self.claims = claims(graph)
        self.overrides = Overrides(self.claims, r5=r5)
        self.evidence = Evidence(self.resources, self.paths, self.overrides)
        self.activities = Activities(self.resources)

    def product(self) -> Product:
        chosen = [one for one in self.claims if one.is_recommendation]
        made = self.evidence.of_claims(chosen) if self.r5 else []
        made += [self.plan(one) for one in chosen if is_plan(one)]
        names = [f"{one['resourceType']}/{one['id']}" for one in made]
        entries = [
            {"fullUrl": f"{BASE}{name}", "resource": one, "request": {"method": "PUT", "url": name}}
            for name, one in zip(names, made, strict=True)
        ]
        stamp = self.resources.created
        bundle = filled(
            resourceType="Bundle",
            id="gistkg",
            meta={
                "extension": extensions({"evaluation": [{"valueString": f"{RESOURCE} {_EVALUATION}"}]}),
                "tag": [{"system": f"{BASE}graph-version", "code": self.graph.version}],
            },
            type="transaction",
            timestamp=stamp,
            entry=entries,
        )
        carried: dict[str, int] = {}
        for one in made:
            carried[one["resourceType"]] = carried.get(one["resourceType"], 0) + 1
        name = f"gistkg{'' if self.r5 else '.r4'}.json"
        return Product({name: json_bytes(bundle)}, carried, self.losses(chosen))

    def losses(self, chosen: list[Claim]) -> tuple[Loss, ...]:
        without_plan = [one.iri for one in chosen if not is_plan(one)]
        populations = {one.population.iri for one in chosen if one.population}
        members = [self.paths.conditions.populations[iri.full] for iri in populations]
        criteria = {iri for one in members for iri in (*one.requires, *one.excludes)}
        partial = [iri for iri in criteria if not self.paths.criterion(iri).says_all]
        why_no_plan = "what is under study, unsettled, only reported, or no difference is nothing to be carried out"
        found = loss(
            "plans of recommendations", f"{why_no_plan}; {'Evidence' if self.r5 else 'R5'} has it", without_plan
        )
        found += loss(
            "computable conditions of criteria",
            "an mCODE bundle has no place for all of what they ask; they are there in words, and unknown in FHIRPath",
            partial,
        )
        found += loss(
            "activities of plans",
            "advice against in weak words is neither an order nor a prohibition; the action says it in words",
            [one.iri for one in chosen if is_weakly_against(one)],
        )
        plans = [(one.iri, one.population.iri.full) for one in chosen if is_plan(one) and one.population]
        found += loss(
            "conditions of plans that no bundle makes true",
            "an mCODE bundle cannot say that all their criteria are met; the extension check-by-hand names those",
            [iri for iri, population in plans if self.paths.never(population)],
        )
        others = [one.iri for one in self.claims if not one.is_recommendation]
        found += loss("claims that are no recommendations", "plans, and the evidence for them, are exported", others)
        rests = set(self.evidence.findings(chosen)) if self.r5 else set()
        why = "they belong to no recommendation" if self.r5 else "the R4 variant holds plans only; R5 has Evidence"
        found += loss("results", why, self._all(_RESULTS) - rests)
        found += loss("conflicts and flags", "no resource is made of what curators recorded", self._all(_DISPUTES))
        if not self.r5:
            found += loss("populations as resources of their own", "as above; R5 has EvidenceVariables", populations)
        return found

    def _all(self, query: str) -> set[Iri]:
        return {one for row in self.graph.rows(query) if isinstance(one := row["one"], Iri)}

    # Plans

    def plan(self, claim: Claim) -> dict[str, Any]:
        """One recommendation: what to do or not to do, for whom, since when, and where it is said.

        Advice against something in weak words is told and not coded: no program reads a prohibition or an order.
        """
        weak = is_weakly_against(claim)
        activities = [] if weak else self.activities.of(claim)
        name, title = identify(claim.iri), title_of(claim)
        words = self.overrides.words(claim)
        said = " ".join([assertion_of(claim), manner_of(claim), *words])
        action: dict[str, Any] = filled(
            title=title,
            description=said,
            textEquivalent=said if weak else None,
            condition=self.applicability(claim),
        )
        links = [f"#{one['id']}" for one in activities]
        if len(links) == 1:
            action["definitionCanonical"] = links[0]
        elif links:
            action["action"] = [
                {"title": one["title"], "definitionCanonical": link}
                for one, link in zip(activities, links, strict=True)
            ]
            if not claim.procedures:  # of several procedures no source says whether any or all are meant
                action["selectionBehavior"] = "all"
        return filled(
            resourceType="PlanDefinition",
            id=name,
            language="en",
            text=narrative(title, claim_lines(claim, self.evidence.in_words(claim.population), words)),
            contained=activities,
            extension=[*self.resources.about_claim(claim), *self.overrides.extensions(claim)],
            url=f"{BASE}PlanDefinition/{name}",
            identifier=[{"system": "urn:ietf:rfc:3986", "value": claim.iri.full}],
            version=self.graph.version,
            title=title,
            type={"coding": [{"system": _PLAN_TYPE, "code": "eca-rule"}]},
            status=self.resources.status(claim),
            date=self.resources.created[:10],
            description=said,
            useContext=[self.resources.use_context()],
            jurisdiction=[self.resources.place(one) for one in claim.jurisdictions],
            usage=NOTICE,
            copyright=self.resources.licence,
            effectivePeriod=self.resources.period(claim),
            relatedArtifact=[
                *self.resources.artifacts(claim, r5=self.r5),
                *self.overrides.artifacts(claim, "PlanDefinition"),
            ],
            action=[action],
        )

    def applicability(self, claim: Claim) -> list[dict[str, Any]]:
        """Whom it is about; and for each claim in force that overrides it, that this is not known to apply.

        All of them have to be true. What overrides a plan may not be known to apply; then the plan stands, as it does
        in an answer.
        """
        found = [self.condition(claim.population)] if claim.population else []
        for other in self.overrides.over(claim):
            if other.population is not None and other.valid_until is None:
                condition = self.condition(other.population)
                said = condition["expression"]
                said["description"] = f"unless: {said['description']}"
                said["expression"] = f"iif({said['expression']}, false, true)"
                found.append(condition)
        return found

    def condition(self, population: Named) -> dict[str, Any]:
        """Whom it is about; parts that FHIRPath cannot say are unknown in it, so that it is never true without them.

        What a bundle cannot say is met is to be checked by hand; the expression is then never true.
        """
        path = self.paths.population(population.iri.full)
        told = f"{self.evidence.in_words(population)}. {RESOURCE}"
        return {
            "kind": "applicability",
            "expression": filled(
                extension=extensions(
                    {
                        "population": [{"valueUri": population.iri.full}],
                        "unsayable": [{"valueString": one} for one in path.unsayable],
                        "check-by-hand": [{"valueUri": one} for one in self.paths.never(population.iri.full)],
                    }
                ),
                description=told,
                language="text/fhirpath",
                expression=path.expression,
            ),
        }


_EVALUATION = (
    "Each condition is true, false, or empty for unknown. That no other drug was given, a bundle says by a List of its "
    "medications (LOINC 10160-0, current, snapshot; or empty, with emptyReason nilknown); without one, what is not "
    "there is unknown. Criteria in check-by-hand no bundle can say are met: such a condition is never true, and of an "
    "exception (unless) it is never known that it holds. All conditions of an action have to be true."
)

_PLAN_TYPE = "http://terminology.hl7.org/CodeSystem/plan-definition-type"
_RESULTS = "SELECT DISTINCT ?one { ?one a ?kind VALUES ?kind { gistkg:Finding gistkg:Figure } }"
_DISPUTES = "SELECT DISTINCT ?one { ?one a ?kind VALUES ?kind { gistkg:Conflict gistkg:SourceFlag } }"
