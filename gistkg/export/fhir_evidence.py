"""The evidence of an export as FHIR R5: Evidence of claims and findings, EvidenceVariables, and Citations."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from decimal import Decimal
from typing import Any

from gistkg.export.as_json import filled
from gistkg.export.fhir_advice import assertion_of, manner_of, title_of
from gistkg.export.fhir_codes import RESOURCE
from gistkg.export.fhir_conditions import Paths
from gistkg.export.fhir_narratives import claim_lines, labels_of, narrative
from gistkg.export.fhir_overrides import Overrides
from gistkg.export.fhir_resources import BASE, Resources, extensions, identify, quantity
from gistkg.model import Claim, Named, Result
from gistkg.records import result, results, source
from gistkg.render import NOTICE
from gistkg.resolve import label_of
from gistkg.results import Iri

__all__ = ["Evidence"]


class Evidence:
    """Makes the resources that R5 has for what a recommendation rests on."""

    def __init__(self, resources: Resources, paths: Paths, overrides: Overrides) -> None:
        self.resources = resources
        self.graph = resources.graph
        self.paths = paths
        self.overrides = overrides

    def of_claims(self, claims: list[Claim]) -> list[dict[str, Any]]:
        """The sources of all of it, the populations, the findings that claims rest on, and the claims."""
        findings = self.findings(claims)
        populations = {one.population.iri: one.population for one in claims if one.population}
        sources = {one.source.iri for one in claims if one.source}
        sources |= {iri for one in claims for _, iri in self.resources.cited(one) if iri}
        sources |= {named.iri for one in findings.values() for named in one.sources}
        return [
            *(self.resources.citation(source(self.graph, iri)) for iri in sorted(sources)),
            *(self.population(populations[iri]) for iri in sorted(populations)),
            *(self.finding(findings[iri], findings) for iri in sorted(findings)),
            *(self.claim(one, results(self.graph, one.iri)) for one in claims),
        ]

    def findings(self, claims: Iterable[Claim]) -> dict[Iri, Result]:
        """The results of claims, and the later ones that took the place of these."""
        waiting = [one for claim in claims for one in results(self.graph, claim.iri)]
        found: dict[Iri, Result] = {}
        while waiting:
            one = waiting.pop()
            if one.iri not in found:
                found[one.iri] = one
                waiting += [result(self.graph, iri) for iri in self.later(one.iri)]
        return found

    def later(self, iri: Iri) -> list[Iri]:
        """The results that took the place of a result."""
        return [Iri(one) for one in self.resources.facts.subjects("gistkg:supersedesResult", iri.full)]

    def earlier(self, iri: Iri) -> list[Iri]:
        """The results whose place a result took."""
        return [Iri(one) for one in self.resources.facts.values(iri.full, "gistkg:supersedesResult")]

    def head(self, kind: str, iri: Iri, title: str, told: Iterable[str]) -> dict[str, Any]:
        """What all of these resources begin with; `told` are the lines of the text for people."""
        return filled(
            resourceType=kind,
            id=identify(iri),
            language="en",
            text=narrative(title, told),
            url=f"{BASE}{kind}/{identify(iri)}",
            identifier=[{"system": "urn:ietf:rfc:3986", "value": iri.full}],
            version=self.graph.version,
            title=title,
            status="active",
            date=self.resources.created[:10],
        )

    def claim(self, claim: Claim, rests: Iterable[Result]) -> dict[str, Any]:
        """A recommendation as what a source asserts, with its levels, and the findings for it and against it."""
        roles = [("exposure", one) for one in (*claim.therapies, *claim.procedures)]
        roles += [("referenceExposure", one) for one in claim.compared_with]
        population = claim.population
        variables = [self.variable(role, named) for role, named in roles]
        if population is not None:
            link = {"reference": f"EvidenceVariable/{identify(population.iri)}", "display": population.label}
            variables.insert(0, self.variable("population", population) | {"intended": link})
        found = [
            {
                "extension": extensions({"stance": [{"valueCode": one.stance}]}),
                "type": "justification",
                "display": self.title(one),
                "resourceReference": {"reference": f"Evidence/{identify(one.iri)}"},
                "publicationStatus": self.status(one),
            }
            for one in rests
        ]
        where = [one for one in self.resources.artifacts(claim, r5=True) if one["type"] != "justification"]
        ratings = zip(claim.levels, self.resources.ratings(claim), strict=True)
        words = self.overrides.words(claim)
        lines = claim_lines(claim, self.in_words(population), words)
        return self.head("Evidence", claim.iri, title_of(claim), lines) | filled(
            status=self.resources.status(claim),
            extension=[
                *self.resources.about_claim(claim),
                *self.overrides.extensions(claim),
                *self.resources.where_and_when(claim),
            ],
            description=" ".join([manner_of(claim), *words]),
            copyright=self.resources.licence,
            useContext=[self.resources.use_context()],
            relatedArtifact=[*where, *found, *self.overrides.artifacts(claim, "Evidence")],
            assertion=assertion_of(claim),
            variableDefinition=variables,
            certainty=[{"rating": rating, "rater": f"assigned by: {level.assigned_by}"} for level, rating in ratings],
        )

    def variable(self, role: str, named: Named | None, description: str | None = None) -> dict[str, Any]:
        """Something that a claim or a finding is about, in its role."""
        return filled(
            extension=extensions({"term": [{"valueUri": named.iri.full}]}) if named else None,
            description=description or (named.label if named else None),
            variableRole={"coding": [{"system": _ROLES, "code": role}]},
        )

    def title(self, result: Result) -> str:
        """The label of a result; that of one whose place another took says so first."""
        return f"{'Superseded: ' if self.later(result.iri) else ''}{result.label}"

    def status(self, result: Result) -> str:
        """Retired, if another result took its place."""
        return "retired" if self.later(result.iri) else "active"

    def finding(self, result: Result, carried: Container[Iri]) -> dict[str, Any]:
        """One reported result: a statistic of an endpoint, in an arm or between two."""
        roles = [("measuredVariable", result.endpoint), ("exposure", result.arm)]
        roles += [("referenceExposure", result.compared_with)]
        variables = [self.variable(role, named) for role, named in roles if named]
        group = ", ".join(filter(None, (result.study.label if result.study else None, result.subgroup)))
        if group:
            variables.insert(0, self.variable("population", result.study, group))
        notes = {"analysis": result.analysis, "era": result.era, "timepoint": result.timepoint}
        notes |= {"assessed by": result.assessor}
        noted = [f"{name}: {text}" for name, text in notes.items() if text]
        later, earlier = self.later(result.iri), self.earlier(result.iri)
        words = [f"Superseded by: {label_of(self.graph, one)}." for one in later]
        words += [f"Supersedes: {label_of(self.graph, one)}." for one in earlier]
        told = [
            result.words or "",
            *words,
            f"Study: {group}" if group else "",
            *noted,
            labels_of("Source", result.sources),
            NOTICE,
        ]
        return self.head("Evidence", result.iri, self.title(result), told) | filled(
            status=self.status(result),
            extension=extensions(
                {
                    "result-direction": [{"valueCode": result.direction.code}] if result.direction else [],
                    "superseded-by": [{"valueUri": one.full} for one in later],
                    "supersedes-result": [{"valueUri": one.full} for one in earlier],
                }
            ),
            description=" ".join(words),
            useContext=[self.resources.use_context()],
            relatedArtifact=[
                *(self.resources.artifact(one.iri, "derived-from", r5=True) for one in result.sources),
                *(self.related("replaced-with", one, carried) for one in later),
                *(self.related("replaces", one, carried) for one in earlier),
            ],
            assertion=result.words,
            note=[{"text": text} for text in noted],
            variableDefinition=variables,
            statistic=[self.statistic(result)],
        )

    def related(self, type_: str, iri: Iri, carried: Container[Iri]) -> dict[str, Any]:
        """Another result, by its canonical if it is carried; a reference back and forth could not be loaded in turn."""
        resource = f"{BASE}Evidence/{identify(iri)}" if iri in carried else None
        return filled(type=type_, display=label_of(self.graph, iri), resource=resource)

    def statistic(self, result: Result) -> dict[str, Any]:
        """The figure of a finding, with its interval and p value."""
        relation = result.relation.code if result.relation else None
        amount = None if result.value is None else quantity(result.value, result.unit, relation)
        estimates = []
        if result.low is not None or result.high is not None:
            sides = {"low": result.low, "high": result.high}
            ends = {name: quantity(value, result.unit) for name, value in sides.items() if value is not None}
            kind = "confidence interval" if result.confidence else "range"
            level = float(result.confidence / 100) if result.confidence else None
            estimates.append(filled(type={"text": kind}, level=level, range=ends))
        if result.p:
            estimates.append({"description": f"p {result.p}", "type": {"text": "p value"}} | _p_value(result.p))
        return filled(
            extension=extensions({"relation": [{"valueCode": relation}] if relation not in (None, "=") else []}),
            description=result.label,
            statisticType=self.resources.concept(result.statistic) if result.statistic else None,
            quantity=amount,
            numberOfEvents=result.events,
            sampleSize={"numberOfParticipants": result.of} if result.of is not None else None,
            attributeEstimate=estimates,
        )

    def population(self, population: Named) -> dict[str, Any]:
        """Whom claims are about: each criterion is a characteristic, computable where a bundle has a place for it."""
        members = self.paths.conditions.populations[population.iri.full]
        wanted = [(iri, False) for iri in members.requires] + [(iri, True) for iri in members.excludes]
        path = self.paths.population(population.iri.full)
        expression = {"description": RESOURCE, "language": "text/fhirpath", "expression": path.expression}
        whole = {"valueExpression": expression}
        told = self.in_words(population)
        return self.head("EvidenceVariable", population.iri, population.label, [told]) | filled(
            extension=extensions({"population-expression": [whole] if path.says_all else []}),
            useContext=[self.resources.use_context()],
            description=told,
            actual=False,
            characteristic=[self.characteristic(Iri(iri), exclude=exclude) for iri, exclude in wanted],
        )

    def characteristic(self, criterion: Iri, *, exclude: bool) -> dict[str, Any]:
        """One criterion of a population: as FHIRPath where it can be put, else as a term."""
        label = label_of(self.graph, criterion)
        path = self.paths.criterion(criterion.full)
        found = filled(
            extension=extensions(
                {
                    "criterion": [{"valueUri": criterion.full}],
                    "unsayable": [{"valueString": one} for one in path.unsayable],
                }
            ),
            linkId=identify(criterion),
            description=label,
            exclude=exclude,
        )
        if path.says_something:
            expression = {
                "description": f"{label}. {RESOURCE}",
                "language": "text/fhirpath",
                "expression": path.expression,
            }
            return found | {"definitionExpression": expression}
        return found | {"definitionCodeableConcept": self.resources.concept(Named(criterion, label))}

    def in_words(self, population: Named | None) -> str:
        """A population with its criteria in words."""
        if population is None:
            return ""
        members = self.paths.conditions.populations[population.iri.full]
        required = ", ".join(label_of(self.graph, Iri(iri)) for iri in members.requires)
        excluded = ", ".join(label_of(self.graph, Iri(iri)) for iri in members.excludes)
        told = f"{population.label}: requires {required}" if required else population.label
        return f"{told}; excludes {excluded}" if excluded else told


def _p_value(text: str) -> dict[str, Any]:
    """A p value as a quantity, if it is a number, or less or more than one.

    >>> _p_value("< .0001"), _p_value("not significant")
    ({'quantity': {'value': 0.0001, 'comparator': '<'}}, {})
    """
    found = re.fullmatch(r"(<=|>=|<|>|=|)\s*(0?\.[0-9]+)", text.strip())
    return {"quantity": quantity(Decimal(found[2]), None, found[1])} if found else {}


_ROLES = "http://terminology.hl7.org/CodeSystem/variable-role"
