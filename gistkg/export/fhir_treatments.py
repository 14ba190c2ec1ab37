"""Treatments as FHIRPath over an mCODE bundle: what was given or done for the tumour, and what came of it.

A bundle tells what there was, and never that there was nothing else: so nothing here is ever false.
"""

from __future__ import annotations

from decimal import Decimal

from gistkg.criteria import Conditions
from gistkg.export.fhir_codes import BUNDLE, UNKNOWN, Recognition, atom, one_of, pattern, quoted, recognition
from gistkg.expressions import And, AtLeast, Bound, Expression, Named, Or, Some
from gistkg.graph import Graph
from gistkg.terms import GISTKG

__all__ = ["Treatments"]


class Treatments:
    """Compiles what criteria say of treatments; `gist` and `tumour` are criteria on the tumour's code and Condition."""

    def __init__(self, graph: Graph, conditions: Conditions, *, gist: str, tumour: str) -> None:
        self.graph = graph
        self.conditions = conditions
        self._gist = gist
        self._tumour = tumour

    def had(self, condition: Expression) -> str:
        """By what was given or done; never false, as there may have been more."""
        if not isinstance(condition, Some):
            return UNKNOWN
        test = self.episode(condition.filler)
        if test is None:
            return UNKNOWN
        return atom(f"{self.treatments(self.gave_procedure(condition.filler))}.where({test}).exists()")

    def gave_procedure(self, filler: Expression) -> bool:
        """Whether a treatment is a procedure rather than a drug."""
        parts = filler.parts if isinstance(filler, And) else (filler,)
        return any(isinstance(part, Some) and part.property == GISTKG + "gaveProcedure" for part in parts)

    def treatments(self, procedures: bool) -> str:
        """The resources that say what was done for the tumour, rather than planned, or for something else."""
        tumours = f"%resource.entry.where(resource.ofType(Condition).exists({self._tumour}))"
        named = f"{tumours}.select(fullUrl | 'Condition/' + resource.id)"
        reason = f"reasonCode.exists({self._gist}) or reasonReference.reference.intersect({named}).exists()"
        if procedures:
            profile = "meta.profile.exists($this.contains('-cancer-related-surgical-procedure'))"
            return f"{BUNDLE}.ofType(Procedure).where(status = 'completed' and iif({profile}, true, {reason}))"
        kinds = " or ".join(f"$this is {kind}" for kind in _MEDICATIONS)
        profile = "meta.profile.exists($this.contains('-cancer-related-medication'))"
        return (
            f"{BUNDLE}.where({kinds}).where({one_of('status', _NOT_GIVEN)}.not() and "
            f"intent.exists($this in ('proposal' | 'plan' | 'option')).not() and "
            f"doNotPerform.exists($this = true).not()).where(iif({profile}, true, {reason}))"
        )

    def episode(self, filler: Expression) -> str | None:
        """A criterion on one such resource, or `None` if it cannot be put."""
        match filler:
            case And(parts) | Or(parts):
                tests = [self.episode(part) for part in parts]
                if any(test is None for test in tests):
                    return None
                word = " and " if isinstance(filler, And) else " or "
                return f"({word.join(test for test in tests if test is not None)})"
            case Some(property_, Or(parts)):
                return self.episode(Or(tuple(Some(property_, part) for part in parts)))
            case Some(property_, Named(iri)):
                return self.episode_link(property_.removeprefix(GISTKG), iri)
            case Bound(property_, facet, limit) if property_ == GISTKG + "monthsOnTreatment":
                return self.months(facet, limit)
        return None

    def episode_link(self, property_: str, iri: str) -> str | None:
        """What one link of a treatment says of the resource."""
        if property_ == "gaveDrug":
            return self.drug(recognition(self.graph, self.under(iri)))
        if property_ == "gaveProcedure":
            return f"code.where({recognition(self.graph, self.under(iri)).test()}).exists()"
        if property_ == "hadOutcome":
            known = recognition(self.graph, self.under(iri), kind=GISTKG + "TreatmentOutcome")
            return f"statusReason.where({known.test()}).exists()"
        if property_ == "hadIntent":
            known = recognition(self.graph, self.under(iri), kind=GISTKG + "TreatmentIntent")
            purpose = "extension.where(url.endsWith('procedure-intent')).value.ofType(CodeableConcept)"
            return f"{purpose}.where({known.test()}).exists()"
        return None

    def drug(self, known: Recognition) -> str:
        """A criterion on a resource that gives a drug, in itself, contained in it, or elsewhere in the bundle."""
        test = self.is_drug(known)
        elsewhere = f"{BUNDLE}.ofType(Medication).where(code.exists({test})).select('Medication/' + id)"
        return (
            f"((medication.ofType(CodeableConcept) | contained.ofType(Medication).code).exists({test}) or "
            f"medication.ofType(Reference).reference.intersect({elsewhere}).exists())"
        )

    def is_drug(self, known: Recognition) -> str:
        """A criterion on a CodeableConcept: a code, a name, or a name within a longer text, such as a package's."""
        words = pattern(known.words)
        within = f"$this.lower().matches({quoted(f'^(.*[^a-z0-9-])?({words})([^a-z0-9-].*)?$')})"
        return " or ".join([*known.by_code(), f"(coding.display | text).exists({within})"])

    def months(self, facet: str, limit: Decimal) -> str | None:
        """How long it was given, from the first to the last day, if both are stated."""
        if limit != int(limit) or facet not in ("minInclusive", "maxExclusive"):
            return None
        operator = "<=" if facet == "minInclusive" else ">"
        return f"effective.ofType(Period).exists(start + {int(limit)} months {operator} end)"

    def drugs_received(self, condition: Expression) -> str:
        """How many different drugs there were; how many more, nobody knows."""
        if not isinstance(condition, AtLeast) or not isinstance(condition.filler, Named):
            return UNKNOWN
        kinds = self.under(condition.filler.iri)
        above = self.conditions.ancestors
        narrow = [one for one in kinds if not any(one != other and one in above[other] for other in kinds)]
        given = self.treatments(False)
        elsewhere = "('Medication/' + id)"
        concepts = (
            f"({given}.select(medication.ofType(CodeableConcept) | contained.ofType(Medication).code) | "
            f"{BUNDLE}.ofType(Medication).where({elsewhere} in {given}.medication.ofType(Reference).reference).code)"
        )
        which = UNKNOWN
        for number, one in reversed(list(enumerate(narrow, 1))):
            which = f"iif({self.is_drug(recognition(self.graph, [one]))}, {number}, {which})"
        return atom(f"{concepts}.select({which}).distinct().count() >= {condition.count}")

    def under(self, term: str) -> list[str]:
        """A class and all classes below it."""
        return sorted(iri for iri, above in self.conditions.ancestors.items() if term in above)


_MEDICATIONS = ("MedicationRequest", "MedicationStatement", "MedicationAdministration")
_NOT_GIVEN = ("cancelled", "draft", "entered-in-error", "intended", "not-done", "not-taken", "unknown")
