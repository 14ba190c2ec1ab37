"""Claims on therapy as statements of the GA4GH Variant Annotation Specification, for those that are about a variant.

Every proposition of VA-Spec 1.0 has a variant as its subject. A recommendation for a population that is told apart by
an alteration becomes the proposition that the alteration predicts sensitivity to the therapy: supported by a
recommendation for it, disputed by one against it, and left open (neutral) by "no difference", by what is under study or
unsettled, by advice to take another therapy instead, which need not be resistance, and by advice that a therapy may be
left out or is not usual. What a source expects to be of no benefit, without ruling it out, is disputed. What a source
calls resistant becomes the proposition that the alteration predicts resistance. A sensitivity that is reduced, mixed,
or reported without a comparison of genotypes is neither: the statement is neutral and carries the call. Claims without
a variant, or about something no tumour responds to, are listed as dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from gistkg.criteria import conditions
from gistkg.export.as_json import filled, json_bytes
from gistkg.export.facts import Facts
from gistkg.export.genotype import genotype_of
from gistkg.export.product import Loss, Product, loss
from gistkg.export.va_spec_parts import EXTENSIONS, NOTES, Json, Parts, extensions, mention
from gistkg.graph import Graph
from gistkg.model import Claim, Level, Named, Recommendation, Result
from gistkg.records import claims, result, results
from gistkg.render import NOTICE
from gistkg.terms import GISTKG

__all__ = ["build"]

_PREDICATES = {"resistant": "predictsResistanceTo"}
_DIRECTIONS = {"for": "supports", "against": "disputes"}
_OPEN = ("underStudy", "unsettled")
_ALLOWING = ("may", "often", "option", "considered", "notNeeded", "notUsual", "noEvidence")
_CALLS = {"sensitive": "supports", "resistant": "supports"}
_OPPOSITE = {"supports": "disputes", "disputes": "supports", "neutral": "neutral"}

_LOST = {
    "kind": (
        "claims that are neither recommendations nor sensitivity claims",
        "the graph does not state for them what a variant predicts",
    ),
    "no-variant": (
        "recommendations and sensitivity claims without a variant",
        "every proposition of VA-Spec 1.0 has a variant as its subject; their population is not told apart by one",
    ),
    "absence": (
        "claims about a genotype that a tumour can have without a variant",
        "wild type, or the absence of a mutation, is no variant that could be the subject",
    ),
    "no-sequence": (
        "claims about an alteration that is no variant",
        "the loss of a protein or a complex is not a variant of sequence, structure or copy number",
    ),
    "therapy": (
        "claims about a procedure, a drug with a procedure, or a strategy that stops or changes a drug",
        "a tumour does not respond to it as to a drug: it is an act of care, or a decision on a drug",
    ),
    "therapies": (
        "sensitivity claims about several therapies",
        "the graph does not say whether they were given together or in place of each other",
    ),
}


def build(graph: Graph, variant: str, about: str | None = None) -> Product:
    """Write a statement for every recommendation and sensitivity claim that is about a variant and a drug.

    The file is one JSON object: what it is, what its extensions mean, and "statements", each a VA-Spec Statement.

    >>> from gistkg.graph import load_graph
    >>> import json
    >>> exported = json.loads(build(load_graph(), "json").content)
    >>> exported["statements"][0]["type"]
    'Statement'
    """
    del variant, about
    maker = _Maker(graph)
    statements: list[Json] = []
    lost: dict[str, list[str]] = {reason: [] for reason in _LOST}
    for claim in claims(graph):
        made = maker.statement(claim)
        if isinstance(made, str):
            lost[made].append(claim.iri.full)
        else:
            statements.append(made)
    losses: list[Loss] = []
    for reason, (what, why) in _LOST.items():
        losses += loss(what, why, lost[reason])
    every = {one for kind in _RESULTS for one in maker.facts.subjects("rdf:type", maker.facts.iri(kind))}
    losses += loss(
        "results that belong to no exported claim",
        "results stand in the statements they belong to",
        every - maker.shown,
    )
    document = {**_header(maker.parts.facts), "extensions": dict(EXTENSIONS), "statements": statements}
    return Product({"gistkg.va-spec.json": json_bytes(document)}, {"statements": len(statements)}, tuple(losses))


def _header(facts: Facts) -> Json:
    return {
        "id": GISTKG,
        "title": facts.text(GISTKG, "dcterms:title"),
        "version": facts.text(GISTKG, "owl:versionInfo"),
        "created": (facts.text(GISTKG, "dcterms:created") or "")[:10],
        "license": facts.text(GISTKG, "dcterms:license"),
        "notice": NOTICE,
        "notes": dict(_NOTES),
        "conformsTo": "GA4GH Variant Annotation Specification 1.0, class Statement; GA4GH Categorical Variation 1.0",
    }


_NOTES = {
    "strength": "The strength of a statement may be a level that a rule of gistkg derived, and no source "
    'assigned. Then the extension assignedBy of strength says "derived", and so does the name of strength; '
    "specifiedBy is the scheme of the level, whoever assigned it. A statement without strength has no level, "
    "several, or takes no side; all levels of a claim stand in the extension evidenceLevels of the statement, "
    "each with its assignedBy.",
    "direction": "The side that a statement takes; how strongly it does so, the source says in the extensions "
    'modality and hedges. What a source calls unlikely to help, without ruling it out, is "disputes" with the '
    'modality "unlikely". Where it only says that a therapy may be left out, or is not usual, the direction is '
    '"neutral".',
    "hasEvidenceItems": "The results that a claim rests on. Some are superseded by later results of the same "
    "study: the extension supersededItems of the evidence line names them, and its results hold the later ones "
    "with their figures.",
}
"""What a reader of statements may take for something else."""


class _Maker:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.conditions = conditions(graph)
        self.parts = Parts(Facts(graph))
        self.facts = self.parts.facts
        self.disease = self.facts.disease()
        self.shown: set[str] = set()
        self._qualifiers: dict[str, Json] = {}

    def statement(self, claim: Claim) -> Json | str:
        """The statement of a claim, or the reason why there is none."""
        therapies = claim.therapies
        if not (isinstance(claim, Recommendation) or self.facts.is_a(claim.iri.full, "gistkg:SensitivityClaim")):
            return "kind"
        variant = self._variant(claim)
        if isinstance(variant, str):
            return variant
        if len(therapies) != 1:
            return "therapies"
        therapy = self.parts.therapy(therapies[0].iri.full)
        if therapy is None:
            return "therapy"
        call = self._code(claim, "gistkg:hasSensitivity")
        direction = self._direction(claim, call)
        return {
            "id": claim.iri.full,
            "type": "Statement",
            "name": claim.label,
            **({"description": claim.text} if claim.text else {}),
            "proposition": {
                "type": "VariantTherapeuticResponseProposition",
                "subjectVariant": variant,
                "predicate": _PREDICATES.get(call or "", "predictsSensitivityTo"),
                "objectTherapeutic": therapy,
                "conditionQualifier": self._condition(claim.population),
                **self._gene_context(variant),
            },
            "direction": direction,
            **self._strength(claim, direction),
            **({"reportedIn": [self.parts.document(claim.source.iri.full)]} if claim.source else {}),
            **self._evidence(claim, direction),
            **extensions(**self._told(claim, call)),
        }

    def _result(self, found: Result, *above: str) -> Json:
        """A result, and in it the later ones of the same study that supersede it."""
        self.shown.add(found.iri.full)
        earlier = (*above, found.iri.full)
        later = [result(self.graph, one.iri) for one in found.superseded_by if one.iri.full not in earlier]
        return {**self.parts.result(found), **filled(supersededBy=[self._result(one, *earlier) for one in later])}

    def _direction(self, claim: Claim, call: str | None) -> str:
        if call in _CALLS:
            return _CALLS[call]
        code = claim.direction.code if claim.direction else None
        direction = _DIRECTIONS.get(code or "", "neutral")
        if claim.modality is not None and claim.modality.code in _OPEN:
            return "neutral"
        # That a therapy may be left out, or is not usual, does not say that there is no response.
        if direction == "disputes" and claim.modality is not None and claim.modality.code in _ALLOWING:
            return "neutral"
        # Worse than another therapy does not say that there is no response.
        if direction == "disputes" and claim.compared_with:
            return "neutral"
        # Some activity without a comparison does not say that the variant predicts it.
        return "neutral" if call is not None and direction == "supports" else direction

    def _variant(self, claim: Claim) -> Json | str:
        """The variant a claim is about, or the reason why there is none.

        A sensitivity claim names its alteration; of a recommendation the population says more.
        """
        named = self.facts.values(claim.iri.full, "gistkg:concernsAlteration")
        if named and not isinstance(claim, Recommendation):
            return self._named_variant(claim, named)
        genotype = genotype_of(self.conditions, claim.population.iri.full) if claim.population else None
        if genotype is None or not (genotype.required or genotype.excluded):
            return self._named_variant(claim, named) if named else "no-variant"
        if genotype.choices is None or not genotype.required:
            return "absence"
        every = [choice for one in genotype.choices for choice in one]
        if not all(self.parts.is_variant(choice.alteration) for choice in every):
            return "no-sequence"
        if len(every) == 1 and not every[0].without and every[0].origin == "primary":
            return self.parts.variant(every[0].alteration)
        return self.parts.variant_of_several(
            f"{genotype.required[0] if len(genotype.required) == 1 else claim.iri.full}#variant",
            ", and ".join(self.facts.label(one) for one in genotype.required),
            [choice.alteration for choice in every],
            alterations=[
                {**self.facts.named(criterion), "anyOf": [self.parts.alteration(choice) for choice in one]}
                for criterion, one in zip(genotype.required, genotype.choices, strict=True)
            ],
        )

    def _named_variant(self, claim: Claim, named: Sequence[str]) -> Json | str:
        if not all(map(self.parts.is_variant, named)):
            return "no-sequence"
        if len(named) == 1:
            return self.parts.variant(named[0])
        mentions = [self.facts.named(one) for one in named]
        name = "; ".join(self.facts.label(one) for one in named)
        return self.parts.variant_of_several(f"{claim.iri.full}#variant", name, named, namedAlterations=mentions)

    def _gene_context(self, variant: Json) -> Json:
        constraints = variant.get("constraints", ())
        return {"geneContextQualifier": constraints[0]["featureContext"]} if constraints else {}

    def _condition(self, population: Named | None) -> Json:
        """The disease, with the population of the claim in an extension."""
        iri = population.iri.full if population else ""
        if iri not in self._qualifiers:
            whom: Json = {}
            context: Json = {}
            if population is not None:
                members = self.conditions.populations[iri]
                genotype = genotype_of(self.conditions, iri)
                whom = self.facts.named(iri) | self._criteria(members.requires, members.excludes)
                context = self._criteria(genotype.required, genotype.excluded)
            self._qualifiers[iri] = self.parts.concept(
                self.disease, "Disease", preferred="gistkg:Tumour", population=whom, geneticContext=context
            )
        return self._qualifiers[iri]

    def _criteria(self, required: Iterable[str], excluded: Iterable[str]) -> Json:
        found = {"requires": list(map(self.facts.named, required)), "excludes": list(map(self.facts.named, excluded))}
        return {key: value for key, value in found.items() if value}

    def _strength(self, claim: Claim, direction: str) -> Json:
        """The level as strength, if the claim takes a side and has one level of one kind of assigner."""
        assigned = [one for one in claim.levels if one.assigned_by == "source"]
        levels = assigned or list(claim.levels)
        if direction == "neutral" or len(levels) != 1:
            return {}
        return {"strength": self.parts.level(levels[0]), "specifiedBy": self.parts.method(levels[0])}

    def _evidence(self, claim: Claim, direction: str) -> Json:
        lines = []
        for stance, towards in (("supports", direction), ("disputes", _OPPOSITE[direction])):
            found = [one for one in results(self.graph, claim.iri) if one.stance == stance]
            if found:
                lines.append(
                    {
                        "type": "EvidenceLine",
                        "hasEvidenceItems": [one.iri.full for one in found],
                        "directionOfEvidenceProvided": towards,
                        **extensions(
                            stance=stance,
                            results=[self._result(one) for one in found],
                            supersededItems=[one.iri.full for one in found if one.superseded_by],
                        ),
                    }
                )
        return {"hasEvidenceLines": lines} if lines else {}

    def _told(self, claim: Claim, call: str | None) -> Mapping[str, object]:
        """Everything else the graph says of a claim, by the name of its extension."""
        iri = claim.iri.full
        reported = [one for one in results(self.graph, claim.iri) if one.stance == "reports"]
        earlier = {name: list(self.facts.values(iri, f"gistkg:{name}")) for name in _EARLIER}
        studies = {one for name in _STUDIES for one in self.facts.values(iri, name)}
        return {
            "claimKind": claim.kind,
            "claimDirection": claim.direction.code if claim.direction else None,
            "sensitivityCall": call,
            "modality": claim.modality.code if claim.modality else None,
            "hedges": claim.hedges,
            "basis": claim.basis.label if claim.basis else None,
            "evidenceKind": [self.facts.label(one) for one in self.facts.values(iri, "gistkg:hasEvidenceKind")],
            "evidenceLevels": [self._level(one) for one in claim.levels],
            "levelNote": self.facts.values(iri, "gistkg:levelNote"),
            "settings": [mention(one) for one in claim.settings],
            "comparator": [mention(one) for one in claim.compared_with],
            "mechanisms": [mention(one) for one in claim.mechanisms],
            "endpoints": [mention(one) for one in claim.endpoints],
            "jurisdictions": [mention(one) for one in claim.jurisdictions],
            "agency": mention(claim.agency),
            "approvalKind": self.facts.text(iri, "gistkg:approvalKind"),
            "validFrom": _date(claim.valid_from),
            "validUntil": _date(claim.valid_until),
            "datePrecision": self.facts.text(iri, "gistkg:datePrecision"),
            "dateNote": self.facts.values(iri, "gistkg:dateNote"),
            "statusNotes": claim.status_notes,
            "overrides": [one.full for one in claim.overrides],
            "supersedes": {name: iris for name, iris in earlier.items() if iris},
            "locator": claim.locator,
            "citations": [self._citation(one) for one in self.facts.values(iri, "gistkg:cites")],
            "citationNote": self.facts.values(iri, "gistkg:citationNote"),
            "studies": [self.parts.study(one) for one in sorted(studies)],
            "reportedResults": [self._result(one) for one in reported],
            "notes": [note for name in NOTES for note in self.facts.values(iri, name)],
            "alterationOrigin": [self.facts.label(one) for one in self.facts.values(iri, "gistkg:alterationOrigin")],
        }

    def _level(self, level: Level) -> Json:
        scheme = self.facts.text(level.iri.full, "gistkg:inScheme")
        named = {"id": scheme, "name": level.scheme}
        return {"id": level.iri.full, "code": level.code, "scheme": named, "assignedBy": level.assigned_by}

    def _citation(self, reference: str) -> Json:
        """A numbered reference, with the publication it stands for where that is known."""
        found = self.facts.text(reference, "gistkg:resolvesTo")
        sure = self.facts.text(reference, "gistkg:resolutionConfidence")
        return {
            **self.facts.named(reference),
            **({"document": self.parts.document(found)} if found else {}),
            **({"confidence": self.facts.label(sure)} if sure else {}),
        }

    def _code(self, claim: Claim, name: str) -> str | None:
        found = self.facts.text(claim.iri.full, name)
        return None if found is None else self.facts.text(found, "skos:notation")


_EARLIER = ("keeps", "revises", "supersedes")
_RESULTS = ("gistkg:Finding", "gistkg:Figure")
_STUDIES = ("gistkg:basedOnStudy", "gistkg:describesStudy")


def _date(moment: datetime | None) -> str | None:
    return None if moment is None else moment.date().isoformat()
