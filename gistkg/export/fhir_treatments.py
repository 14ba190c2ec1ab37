"""Treatments as FHIRPath over an mCODE bundle: what was given or done for the tumour, and what came of it.

A bundle tells what there was. That there was no other drug it says by a List (see `gistkg.formats.drug_list`), and only
then is something of drugs false; of procedures nothing ever is.
"""

from __future__ import annotations

from decimal import Decimal

from gistkg.criteria import Conditions
from gistkg.export.fhir_codes import BUNDLE, TEXTS, is_coded, quoted, recognition
from gistkg.export.fhir_formulas import CLOSED, NOWHERE, Atom
from gistkg.expressions import And, AtLeast, Bound, Expression, Named, Not, Or, Some
from gistkg.formats.drug_list import HISTORY_OF_MEDICATION_USE, LIST_EMPTY_REASON, NEVER_GIVEN, NIL_KNOWN, NOT_GIVEN
from gistkg.graph import Graph
from gistkg.record import Record
from gistkg.terms import GISTKG

__all__ = ["Treatments"]


class _Episode(Record):
    """Criteria on the resource of a treatment, and on what it gave: that it is certainly such a one, or can be one.

    A criterion that is empty is always met; `certain` is `None` if no bundle can say so.
    """

    certain: tuple[str, str] | None
    possible: tuple[str, str]


class Treatments:
    """Compiles what criteria say of treatments; `gist` and `tumour` are criteria on the tumour's code and Condition."""

    def __init__(self, graph: Graph, conditions: Conditions, *, gist: str, tumour: str) -> None:
        self.graph = graph
        self.conditions = conditions
        self._gist = gist
        self._tumour = tumour
        self._drugs = self.under(GISTKG + "Drug")
        self._apart = self.apart()

    def had(self, condition: Expression) -> Atom:
        """By what was given or done; false if all drugs are there, and none of them can be such a one."""
        if not isinstance(condition, Some):
            return NOWHERE
        episode = self.episode(condition.filler)
        return Atom(self.some(condition.filler, episode), self.none(condition.filler, episode))

    def had_latest(self, condition: Expression) -> Atom:
        """True if all drugs are there and each is such a one, as nothing says which is the latest."""
        if not isinstance(condition, Some):
            return NOWHERE
        episode = self.episode(condition.filler)
        fails = self.none(condition.filler, _Episode(None, episode.possible))
        if episode.certain is None:
            return Atom("", fails)
        drugs, (how, what) = _resources(NEVER_GIVEN), episode.certain
        each = [f"{drugs}.exists()"]
        each += [f"{drugs}.all({how})"] if how else []
        each += [f"{self.concepts(drugs)}.all({what})"] if what else []
        return Atom(f"{CLOSED} and {' and '.join(each)}", fails)

    def some(self, filler: Expression, episode: _Episode) -> str:
        """That there was such a treatment; empty if a bundle cannot say so."""
        if episode.certain is None:
            return ""
        how, what = episode.certain
        if self.gave_procedure(filler):
            return f"{self.treatments(procedures=True)}.where({_both(how, f'code.exists({what})')}).exists()"
        return self.found(self.treatments(), how, what)

    def none(self, filler: Expression, episode: _Episode) -> str:
        """That there was no such treatment; empty if a bundle cannot say so."""
        drug = Some(GISTKG + "gaveDrug", Named(GISTKG + "Drug"))
        if not self.conditions.evaluate([filler], drug):
            return ""
        if episode.possible == episode.certain:
            return CLOSED  # then whatever is possible is certain, and would have been found
        return f"{CLOSED} and {self.found(_resources(NEVER_GIVEN), *episode.possible)}.not()"

    def found(self, resources: str, how: str, what: str) -> str:
        """That among some resources there is one that was given so, and gave this; the shorter of two ways."""
        texts = [f"{_where(resources, _both(self.drug(what), how))}.exists()"]
        if what:
            texts.append(f"{self.concepts(_where(resources, how))}.exists({what})")
        return min(texts, key=len)

    def gave_procedure(self, filler: Expression) -> bool:
        """Whether a treatment is a procedure rather than a drug."""
        parts = filler.parts if isinstance(filler, And) else (filler,)
        return any(isinstance(part, Some) and part.property == GISTKG + "gaveProcedure" for part in parts)

    # Resources

    def treatments(self, *, procedures: bool = False) -> str:
        """The resources that say what was done for the tumour, rather than planned, or for something else."""
        if procedures:
            profile = "-cancer-related-surgical-procedure"
            return f"{BUNDLE}.ofType(Procedure).where(status = 'completed' and {self.for_tumour(profile)})"
        return f"{_resources(NOT_GIVEN)}.where({self.for_tumour(_PROFILE)})"

    def for_tumour(self, profile: str) -> str:
        """A criterion on a resource: it has a profile, or the tumour as its reason."""
        tumours = f"%resource.entry.where(resource.ofType(Condition).exists({self._tumour}))"
        named = f"{tumours}.select(fullUrl | 'Condition/' + resource.id)"
        reason = f"reasonCode.exists({self._gist}) or reasonReference.reference.intersect({named}).exists()"
        return f"iif(meta.profile.exists($this.contains('{profile}')), true, {reason})"

    def complete(self) -> str:
        """That one List has all drugs that there were: none, or the medications of the bundle and no others.

        Each of them must be for the tumour, and be a drug that the graph knows.
        """
        drugs = _resources(NEVER_GIVEN)
        entries = f"%resource.entry.where(resource.exists({_happened(NEVER_GIVEN)})"
        lists = (
            f"{BUNDLE}.ofType(List).where(status = 'current' and mode = 'snapshot' and "
            f"code.{is_coded(HISTORY_OF_MEDICATION_USE)})"
        )
        nil = f"emptyReason.coding.exists(system = {quoted(LIST_EMPTY_REASON)} and code = {quoted(NIL_KNOWN)})"
        kinds = "'MedicationStatement/'"
        for kind in ("MedicationAdministration", "MedicationRequest"):
            kinds = f"iif($this is {kind}, '{kind}/', {kinds})"
        listed = f"(fullUrl | resource.select({kinds} + id)).intersect({lists}.entry.item.reference).exists()"
        given = f"resource.exists((status = 'unknown').not() and {self.for_tumour(_PROFILE)} and ({_HAS_DRUG}))"
        known = recognition(self.graph, self._apart).test(within=True)
        full = [
            "emptyReason.empty() and entry.exists(deleted = true).not() and entry.item.reference.isDistinct()",
            f"entry.count() = {entries} and {listed} and {given}).count()",
            f"({drugs}.select({_STATED}) | {BUNDLE}.ofType(Medication).code).all({known})",
        ]
        one = f"entry.count() = {drugs}.count() and iif(entry.empty(), {nil}, {' and '.join(full)})"
        return f"{lists}.select({one}) = true"

    def concepts(self, resources: str) -> str:
        """The drugs of resources, as CodeableConcepts: stated there, contained, or elsewhere in the bundle."""
        named = f"('Medication/' + id) in {resources}.medication.ofType(Reference).reference"
        return f"({resources}.select({_STATED}) | {BUNDLE}.ofType(Medication).where({named}).code)"

    # One treatment

    def episode(self, filler: Expression) -> _Episode:
        """What makes one resource such a treatment."""
        match filler:
            case And(parts):
                return self.together([self.episode(part) for part in parts])
            case Or(parts):
                links = {part.property for part in parts if isinstance(part, Some)}
                if len(links) == 1 and all(isinstance(part, Some) for part in parts):
                    fillers = tuple(part.filler for part in parts if isinstance(part, Some))
                    return self.episode_link(links.pop(), Or(fillers))
                return self.either([self.episode(part) for part in parts])
            case Some(property_, kind):
                return self.episode_link(property_, kind)
            case Bound(property_, facet, limit) if property_ == GISTKG + "monthsOnTreatment":
                return self.months(facet, limit)
        return _ANY

    def together(self, parts: list[_Episode]) -> _Episode:
        """All of some criteria."""

        def joined(found: list[tuple[str, str]]) -> tuple[str, str]:
            return (_both(*(how for how, _ in found)), _both(*(what for _, what in found)))

        certain = [part.certain for part in parts if part.certain is not None]
        return _Episode(
            joined(certain) if len(certain) == len(parts) else None, joined([part.possible for part in parts])
        )

    def either(self, parts: list[_Episode]) -> _Episode:
        """One of some criteria, if they are all about how it was given, or all about what."""

        def joined(found: list[tuple[str, str]]) -> tuple[str, str] | None:
            hows, whats = ([one for one in texts if one] for texts in zip(*found, strict=True))
            if len(hows) + len(whats) > len(found) or (hows and whats):
                return None
            if len(hows) + len(whats) < len(found):
                return "", ""
            return (f"({' or '.join(hows)})", "") if hows else ("", f"({' or '.join(whats)})")

        certain = [part.certain for part in parts if part.certain is not None]
        return _Episode(
            joined(certain) if len(certain) == len(parts) else None,
            joined([part.possible for part in parts]) or ("", ""),
        )

    def episode_link(self, property_: str, kind: Expression) -> _Episode:
        """What one link of a treatment says of the resource."""
        name = property_.removeprefix(GISTKG)
        if name == "gaveDrug":
            return self.gave(property_, kind)
        if name == "gaveProcedure" and isinstance(kind, Named):
            return _Episode(("", recognition(self.graph, self.under(kind.iri)).test()), ("", ""))
        if name == "hadOutcome":
            return self.stated(property_, kind, "TreatmentOutcome", "statusReason")
        if name == "hadIntent":
            purpose = "extension.where(url.endsWith('procedure-intent')).value.ofType(CodeableConcept)"
            return self.stated(property_, kind, "TreatmentIntent", purpose)
        return _ANY

    def gave(self, property_: str, kind: Expression) -> _Episode:
        """By its drug; where all drugs are there, each is one of those that exclude each other."""
        truths = {one: self.conditions.evaluate(_gave(one), Some(property_, kind)) for one in self._drugs}
        certain = [one for one, truth in truths.items() if truth]
        possible = [one for one, truth in truths.items() if truth or (truth is None and one in self._apart)]
        test = "" if set(self._apart) <= set(possible) else recognition(self.graph, possible).test(within=True)
        found = ("", recognition(self.graph, certain).test(within=True)) if certain else None
        return _Episode(found, ("", test))

    def stated(self, property_: str, kind: Expression, of: str, place: str) -> _Episode:
        """By concepts of the resource: possible unless there are some, and each of them excludes such a thing."""
        terms = [one for one in self.under(GISTKG + of) if one != GISTKG + of]
        truths = {one: self.conditions.evaluate([Some(property_, Named(one))], Some(property_, kind)) for one in terms}

        def test(wanted: bool) -> str:
            return recognition(self.graph, [one for one, truth in truths.items() if truth is wanted]).test()

        if True not in truths.values():
            return _ANY
        possible = f"({place}.exists() and {place}.all({test(False)})).not()" if False in truths.values() else ""
        return _Episode((f"{place}.exists({test(True)})", ""), (possible, ""))

    def drug(self, test: str) -> str:
        """A criterion on a resource that gives a drug, in itself, contained in it, or elsewhere in the bundle."""
        if not test:
            return ""
        elsewhere = f"{BUNDLE}.ofType(Medication).where(code.exists({test})).select('Medication/' + id)"
        return f"(({_STATED}).exists({test}) or medication.ofType(Reference).reference.intersect({elsewhere}).exists())"

    def months(self, facet: str, limit: Decimal) -> _Episode:
        """How long it was given, from the first to the last day, if both are stated."""
        if limit != int(limit) or facet not in ("minInclusive", "maxExclusive"):
            return _ANY
        long = f"effective.ofType(Period).exists(start + {int(limit)} months <= end)"
        short = f"effective.ofType(Period).exists(start + {int(limit)} months > end)"
        certain, not_so = (long, short) if facet == "minInclusive" else (short, long)
        return _Episode((certain, ""), (f"{not_so}.not()", ""))

    def drugs_received(self, condition: Expression) -> Atom:
        """How many different drugs there were: at least so many, or if all are there, fewer."""
        if not isinstance(condition, AtLeast) or not isinstance(condition.filler, Named):
            return NOWHERE
        which = "{}"
        for number, one in reversed(list(enumerate(self.narrow(self.under(condition.filler.iri)), 1))):
            which = f"iif($this.matches({recognition(self.graph, [one]).matching(within=True)}), {number}, {which})"
        each = f"{TEXTS}.select($this.lower()).select({which}).first()"
        different = f"{self.concepts(self.treatments())}.select({each}).distinct().count()"
        return Atom(f"{different} >= {condition.count}", CLOSED)

    def apart(self) -> list[str]:
        """The drugs without kinds of their own that are known to be none of some others."""
        narrow = self.narrow(self._drugs)
        gave = GISTKG + "gaveDrug"
        return [
            one
            for one in narrow
            if any(self.conditions.evaluate(_gave(one), Some(gave, Named(other))) is False for other in narrow)
        ]

    def narrow(self, terms: list[str]) -> list[str]:
        """Those that no other lies below."""
        above = self.conditions.ancestors
        return [one for one in terms if not any(one != other and one in above[other] for other in terms)]

    def under(self, term: str) -> list[str]:
        """A class and all classes below it."""
        return sorted(iri for iri, above in self.conditions.ancestors.items() if term in above)


def _both(*tests: str) -> str:
    return " and ".join(dict.fromkeys(test for test in tests if test))


def _where(resources: str, test: str) -> str:
    return f"{resources}.where({test})" if test else resources


def _gave(drug: str) -> list[Expression]:
    """That a treatment gave a drug, and no other."""
    gave = GISTKG + "gaveDrug"
    return [Some(gave, Named(drug)), Not(Some(gave, Not(Named(drug))))]


def _happened(not_given: tuple[str, ...]) -> str:
    """A criterion on a resource: it is about a medication that was given, rather than planned or called off."""
    return (
        "($this is MedicationRequest or $this is MedicationStatement or $this is MedicationAdministration) and "
        f"(status & '|' & intent).matches('^(({'|'.join(not_given)})[|].*|.*[|](proposal|plan|option))$').not() and "
        "doNotPerform.exists($this = true).not()"
    )


def _resources(not_given: tuple[str, ...]) -> str:
    return f"{BUNDLE}.where({_happened(not_given)})"


_ANY = _Episode(None, ("", ""))
"""What no bundle says of a treatment, and none excludes."""
_PROFILE = "-cancer-related-medication"
_STATED = "medication.ofType(CodeableConcept) | contained.ofType(Medication).code"
_HAS_DRUG = (
    f"({_STATED}).exists() or medication.ofType(Reference).reference.intersect("
    f"{BUNDLE}.ofType(Medication).where(code.exists()).select('Medication/' + id)).exists()"
)
