"""Recommendations, sensitivity claims and links of mechanisms as edges of the Biolink model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from gistkg.export.facts import Facts
from gistkg.export.mechanisms import claims_of_links
from gistkg.export.product import Loss, loss
from gistkg.export.va_spec_parts import Parts
from gistkg.files import query_text
from gistkg.graph import Graph
from gistkg.model import Claim, Named, Recommendation
from gistkg.records import claims, results
from gistkg.results import Iri

__all__ = ["COLUMNS", "Cell", "Edge", "Edges", "Ids"]

Cell = str | bool | int | float | list[str] | None
Edge = dict[str, Cell]

COLUMNS = {
    "claim_kind": "kind of claim in gistkg",
    "claim_direction": "side the source takes for the therapy: for, against, noDifference or undecided",
    "sensitivity": "call of the source: sensitive, reduced, resistant, mixed, or active (without a comparison)",
    "modality": "how strongly the source words the claim",
    "hedges": "words by which the source limits how sure it is",
    "basis": "authority the claim rests on: guideline, label, trial or review",
    "evidence_kind": "where the observation was made",
    "evidence_levels": "code, scheme, and who assigned it (source, or derived by a rule of gistkg), separated by ' / '",
    "population": "whom the claim is about, as a node",
    "setting": "line of therapy, or other place in the course of the disease",
    "regimen": "regimen or strategy the drug is given by",
    "dose_value": "amount of a single dose",
    "dose_per_day": "amount per day",
    "dose_unit": "unit of both (UCUM)",
    "dose_frequency": "how often a single dose is given",
    "dose_schedule": "on which days of a cycle",
    "treatment_duration": "for how long",
    "comparator": "therapy the other one is compared with",
    "mechanisms": "mechanisms the claim is about",
    "alteration_origin": "whether the alteration is primary or secondary",
    "jurisdictions": "only places the claim holds in",
    "agency": "authority that decided",
    "approval_kind": "accelerated, conditional or regular",
    "valid_from": "date from which the claim held",
    "valid_until": "date until which it held",
    "date_precision": "how exactly valid_from is known",
    "overrides": "claims this one takes the place of in its population",
    "supersedes": "earlier claims this one keeps, revises or replaces",
    "locator": "where in the source the claim stands",
    "studies": "studies the claim rests on or describes, with the number in the register",
    "claims": "claims behind a link of a mechanism",
    "disputed_by": "results that speak against the claim",
    "reported_results": "results the claim states itself",
    "superseded_results": "results that stand in none of has_evidence, disputed_by and reported_results, as a later "
    "one of the same study supersedes them: what each is to the claim, the result, the later one, parted by ' / '",
    "notes": "remarks of the curators and the status of the claim",
}
"""The columns of edges that are no slots of the Biolink model, and what they mean."""

_ESTABLISHED = ("standard", "indicated", "should", "consensus")
_FIRM = (*_ESTABLISHED, "reported")
_CALLS = {"sensitive": "associated_with_sensitivity_to", "resistant": "associated_with_resistance_to"}
_TREATS = "biolink:ChemicalOrDrugOrTreatmentToDiseaseOrPhenotypicFeatureAssociation"
_PLAIN = "biolink:Association"
_SOURCE = "infores:gistkg"

_LINKS = (
    # property, predicate, association, whether the object comes first
    ("gistkg:encodes", "gene_product_of", _PLAIN, True),
    ("gistkg:inGene", "is_sequence_variant_of", _PLAIN, False),
    (
        "gistkg:carriesOut",
        "actively_involved_in",
        "biolink:GeneOrGeneProductOrGeneFamilyToBiologicalProcessOrActivityAssociation",
        False,
    ),
    ("gistkg:bringsAbout", "contributes_to", _PLAIN, False),
    ("gistkg:leadsTo", "contributes_to", _PLAIN, False),
    ("gistkg:actsOnDrug", "affects", _PLAIN, False),
    ("gistkg:resistantTo", "associated_with_resistance_to", _PLAIN, False),
    ("gistkg:overcomeBy", "associated_with_sensitivity_to", _PLAIN, False),
    ("gistkg:transports", "has_substrate", "biolink:MacromolecularMachineHasSubstrateAssociation", False),
    ("gistkg:hasTarget", "affects", _PLAIN, False),
    ("gistkg:hasFailure", "related_to", _PLAIN, False),
    ("gistkg:carriesMutation", "related_to", _PLAIN, False),
)
_PROPOSED = frozenset(
    f"gistkg:{name}"
    for name in ("carriesOut", "bringsAbout", "leadsTo", "actsOnDrug", "overcomeBy", "carriesMutation", "hasFailure")
)

_LOST = {
    "kind": (
        "claims that are neither recommendations nor sensitivity claims",
        "no predicate says what they say; those on mechanisms are named by the links of the mechanisms",
    ),
    "therapy": (
        "recommendations of work-up, monitoring, observation, trials, or of stopping or changing a drug",
        "no predicate between a therapy and a disease says that something is not done in order to treat",
    ),
    "open": ("recommendations that leave a question open", "no predicate says that a question is open"),
    "alterations": (
        "sensitivity claims about several alterations or none",
        "an edge has one subject, and the graph does not say whether the alterations were there together",
    ),
    "drug": (
        "sensitivity claims about a combination or several drugs",
        "the object of a sensitivity is one drug",
    ),
}


class Ids:
    """The nodes that edges are drawn between: which there are, and by which identifier."""

    def __init__(self, facts: Facts, known: dict[str, str]) -> None:
        self.facts = facts
        self.known = known
        self.treatments: set[str] = set()

    def of(self, term: str) -> str:
        """The identifier of a node, or of a term that is none, with our prefix."""
        return self.known.get(term) or our_id(term)

    def treatment(self, therapy: str) -> str:
        """The identifier of a therapy that is no drug, which becomes a node of its own."""
        self.treatments.add(therapy)
        return self.of(therapy)


def our_id(term: str) -> str:
    """A term of ours as a CURIE.

    >>> our_id("https://w3id.org/gistkg/evidence/pdq-2024-175")
    'GISTKG:evidence/pdq-2024-175'
    """
    return f"GISTKG:{term.removeprefix('https://w3id.org/gistkg/')}"


class Edges:
    """Makes the edges, and keeps account of what has none."""

    def __init__(self, graph: Graph, ids: Ids) -> None:
        self.graph = graph
        self.ids = ids
        self.facts = ids.facts
        self.parts = Parts(ids.facts)
        self.disease = ids.of(ids.facts.disease())
        self.behind = claims_of_links(graph)
        rows = graph.rows(query_text("exports", "tumour-directed"))
        self.directed = {found.full for row in rows if isinstance(found := row["therapy"], Iri)}
        self.lost: dict[str, list[str]] = {reason: [] for reason in _LOST}
        self.links_lost: list[str] = []

    def of_claims(self) -> Iterator[Edge]:
        """An edge for every recommendation and sensitivity claim that has a predicate."""
        for claim in claims(self.graph):
            if isinstance(claim, Recommendation):
                made = self._recommendation(claim)
            elif self.facts.is_a(claim.iri.full, "gistkg:SensitivityClaim"):
                made = self._sensitivity(claim)
            else:
                made = "kind"
            if isinstance(made, str):
                self.lost[made].append(claim.iri.full)
            else:
                yield made

    def losses(self) -> tuple[Loss, ...]:
        """What has no edge, after all edges were made."""
        found: tuple[Loss, ...] = ()
        for reason, (what, why) in _LOST.items():
            found += loss(what, why, self.lost[reason])
        what = "links from a mechanism to a regimen, a combination or a strategy that overcomes it"
        return found + loss(what, "the object of a sensitivity is one drug", self.links_lost)

    def _recommendation(self, claim: Recommendation) -> Edge | str:
        therapy = claim.therapy.iri.full if claim.therapy else ""
        if therapy not in self.directed or claim.population is None:
            return "therapy"
        direction = claim.direction.code if claim.direction else None
        modality = claim.modality.code if claim.modality else None
        basis = claim.basis.code if claim.basis else None
        # A trial that found another therapy better did not find that this one does nothing.
        worse = basis == "trial" and modality == "reported" and bool(claim.compared_with)
        against = direction == "against" and not worse
        # What is not needed, not usual, or unlikely to help, was not found unable to treat.
        weak = against and modality not in _FIRM
        negated = against and not weak
        if direction == "undecided" and modality != "underStudy":
            return "open"
        if weak:
            predicate = "related_to"
        elif negated or (direction == "for" and modality in _ESTABLISHED and basis != "trial"):
            predicate = "treats"
        elif direction == "for" and modality != "reported":
            predicate = "treats_or_applied_or_studied_to_treat"
        else:
            predicate = "in_clinical_trials_for" if self._in_trial(claim) else "studied_to_treat"
        drug = self._drug_of(therapy) if direction == "for" else (therapy if self._is_drug(therapy) else None)
        label = basis == "label" and direction == "for" and claim.valid_until is None
        return {
            **self._claim(claim, therapy),
            "category": [_PLAIN if weak else _TREATS],
            "subject": self.ids.of(drug) if drug else self.ids.treatment(therapy),
            "predicate": f"biolink:{predicate}",
            "object": self.ids.of(claim.population.iri.full),
            "negated": negated or None,
            "disease_context_qualifier": None if weak else self.disease,
            "clinical_approval_status": "approved_for_condition" if label else None,
            "original_predicate": our_id(self.facts.iri("gistkg:recommends")),
        }

    def _sensitivity(self, claim: Claim) -> Edge | str:
        iri = claim.iri.full
        alterations = self.facts.values(iri, "gistkg:concernsAlteration")
        if len(alterations) != 1:
            return "alterations"
        drug = self._drug_of(claim.therapies[0].iri.full) if len(claim.therapies) == 1 else None
        if drug is None:
            return "drug"
        call = self.facts.text(iri, "gistkg:hasSensitivity")
        code = self.facts.text(call, "skos:notation") if call else None
        population = self.ids.of(claim.population.iri.full) if claim.population else None
        return {
            **self._claim(claim, claim.therapies[0].iri.full),
            "category": [_PLAIN],
            "subject": self.ids.of(alterations[0]),
            "predicate": f"biolink:{_CALLS.get(code or '', 'associated_with_response_to')}",
            "object": self.ids.of(drug),
            "qualifiers": [population] if population else None,
            "original_predicate": our_id(self.facts.iri("gistkg:hasSensitivity")),
            "sensitivity": code,
        }

    def _is_drug(self, therapy: str) -> bool:
        return self.facts.is_a(therapy, "gistkg:Drug")

    def _drug_of(self, therapy: str) -> str | None:
        """The one drug of a drug, a regimen, or a strategy that says for how long it is given."""
        if self._is_drug(therapy):
            return therapy
        single = self.facts.is_a(therapy, "gistkg:Regimen") or self.facts.is_a(therapy, "gistkg:Strategy")
        drugs = self.facts.values(therapy, "gistkg:usesDrug")
        return drugs[0] if single and therapy in self.directed and len(drugs) == 1 else None

    def _in_trial(self, claim: Claim) -> bool:
        """Whether a study of the claim is a clinical trial, by its phase or its number in the register."""
        marks = ("gistkg:trialPhase", "gistkg:registryNumber")
        return any(self.facts.text(study, mark) for study in self._studies(claim) for mark in marks)

    def _studies(self, claim: Claim) -> list[str]:
        links = ("gistkg:basedOnStudy", "gistkg:describesStudy")
        return sorted({study for link in links for study in self.facts.values(claim.iri.full, link)})

    def _claim(self, claim: Claim, therapy: str) -> Edge:
        """What every edge of a claim carries."""
        iri = claim.iri.full
        found = results(self.graph, claim.iri)
        by_stance = {
            stance: [our_id(one.iri.full) for one in found if one.stance == stance and not one.superseded_by]
            for stance in ("supports", "disputes", "reports")
        }
        superseded = [(one.stance, one.iri, later.iri) for one in found for later in one.superseded_by]
        cited = [self.facts.text(one, "gistkg:resolvesTo") for one in self.facts.values(iri, "gistkg:cites")]
        published = [claim.source.iri.full if claim.source else None, *cited]
        earlier = ("gistkg:keeps", "gistkg:revises", "gistkg:supersedes")
        dose = self.parts.dose(therapy)
        return {
            "id": our_id(iri),
            "name": claim.label,
            "description": claim.text,
            "knowledge_level": "knowledge_assertion",
            "agent_type": "manual_agent",
            "primary_knowledge_source": _SOURCE,
            "publications": list(dict.fromkeys(self.ids.of(one) for one in published if one)),
            "has_evidence": by_stance["supports"],
            "claim_kind": claim.kind,
            "claim_direction": claim.direction.code if claim.direction else None,
            "modality": claim.modality.code if claim.modality else None,
            "hedges": list(claim.hedges),
            "basis": claim.basis.code if claim.basis else None,
            "evidence_kind": self._labels(self.facts.values(iri, "gistkg:hasEvidenceKind")),
            "evidence_levels": [f"{one.code} / {one.scheme} / {one.assigned_by}" for one in claim.levels],
            "population": self.ids.of(claim.population.iri.full) if claim.population else None,
            "setting": _names(claim.settings),
            "regimen": self.facts.label(therapy) if dose else None,
            "dose_value": dose.get("value"),
            "dose_per_day": dose.get("perDay"),
            "dose_unit": dose.get("unit"),
            "dose_frequency": dose.get("frequency"),
            "dose_schedule": dose.get("schedule"),
            "treatment_duration": dose.get("duration"),
            "comparator": _names(claim.compared_with),
            "mechanisms": [self.ids.of(one.iri.full) for one in claim.mechanisms],
            "alteration_origin": self._labels(self.facts.values(iri, "gistkg:alterationOrigin")),
            "jurisdictions": _names(claim.jurisdictions),
            "agency": claim.agency.label if claim.agency else None,
            "approval_kind": self.facts.text(iri, "gistkg:approvalKind"),
            "valid_from": _date(claim.valid_from),
            "valid_until": _date(claim.valid_until),
            "date_precision": self.facts.text(iri, "gistkg:datePrecision"),
            "overrides": [our_id(one.full) for one in claim.overrides],
            "supersedes": sorted({our_id(one) for name in earlier for one in self.facts.values(iri, name)}),
            "locator": claim.locator,
            "studies": [self._study(one) for one in self._studies(claim)],
            "disputed_by": by_stance["disputes"],
            "reported_results": by_stance["reports"],
            "superseded_results": [f"{stance} / {our_id(a.full)} / {our_id(b.full)}" for stance, a, b in superseded],
            "notes": [*claim.notes, *claim.status_notes],
        }

    def _labels(self, terms: Iterable[str]) -> list[str]:
        return [self.facts.label(one) for one in terms]

    def _study(self, study: str) -> str:
        number = self.facts.text(study, "gistkg:registryNumber")
        return f"{self.facts.label(study)} ({number})" if number else self.facts.label(study)

    def of_links(self) -> Iterator[Edge]:
        """An edge for every link between genes, proteins, alterations, mechanisms and drugs."""
        stated: set[tuple[str, str]] = set()
        for link, predicate, association, turned in _LINKS:
            for left, right in self.facts.pairs(link):
                if link == "gistkg:carriesMutation" and (right, left) in stated:
                    continue
                if link == "gistkg:inGene":
                    stated.add((left, right))
                if link == "gistkg:overcomeBy" and not self._is_drug(right):
                    self.links_lost.append(f"{left} {self.facts.iri(link)} {right}")
                    continue
                subject, object_ = (right, left) if turned else (left, right)
                gene = link == "gistkg:hasTarget" and self.facts.is_a(right, "gistkg:Gene")
                kind = "biolink:ChemicalAffectsGeneAssociation" if gene else association
                level = "not_provided" if link in _PROPOSED else "knowledge_assertion"
                yield self._link(subject, predicate, object_, kind, level, link) | self._told(left, link, right)

    def _told(self, left: str, link: str, right: str) -> Edge:
        """The claims behind a link of a mechanism, their hedges, and where they stand."""
        behind = self.behind.of(left, self.facts.iri(link), right)
        sources = [source for one in behind for source in self.facts.values(one.iri.full, "dcterms:source")]
        return {
            "hedges": sorted({hedge for one in behind for hedge in one.hedges}),
            "publications": sorted(set(map(self.ids.of, sources))),
            "claims": [our_id(one.iri.full) for one in behind],
        }

    def of_classes(self, nodes: Iterable[str], populations: Iterable[str]) -> Iterator[Edge]:
        """An edge from every node that is a class to the nodes above it, and from populations to the disease."""
        known = set(nodes)
        for node in sorted(known):
            for parent in self.facts.values(node, "rdfs:subClassOf"):
                if parent in known:
                    yield self._link(node, "subclass_of", parent, _PLAIN, "knowledge_assertion", "rdfs:subClassOf")
        for population in sorted(populations):
            disease = self.facts.disease()
            yield self._link(population, "subclass_of", disease, _PLAIN, "logical_entailment", "gistkg:requires")

    def _link(self, subject: str, predicate: str, object_: str, association: str, level: str, link: str) -> Edge:
        left, right = self.ids.of(subject), self.ids.of(object_)
        return {
            "id": f"{our_id(subject)}/{link.partition(':')[2]}/{our_id(object_).removeprefix('GISTKG:')}",
            "category": [association],
            "subject": left,
            "predicate": f"biolink:{predicate}",
            "object": right,
            "knowledge_level": level,
            "agent_type": "manual_agent",
            "primary_knowledge_source": _SOURCE,
            "original_predicate": link if not link.startswith("gistkg:") else our_id(self.facts.iri(link)),
        }


def _names(named: Iterable[Named]) -> list[str]:
    return [one.label for one in named]


def _date(moment: datetime | None) -> str | None:
    return None if moment is None else moment.date().isoformat()
