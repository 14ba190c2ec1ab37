"""An mCODE bundle (FHIR R4, JSON) as a case document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from gistkg.case_keys import list_names
from gistkg.criteria import Conditions
from gistkg.errors import CaseError, CaseValueError
from gistkg.formats.concepts import Concept
from gistkg.formats.drug_list import NEVER_GIVEN, NOT_GIVEN, is_drug_list, why_open
from gistkg.formats.fhir_nodes import (
    bare_codes_of,
    bounds_of,
    codes_of,
    concepts_of,
    extensions_of,
    has_profile,
    is_list,
    profile_of,
    quantity_of,
)
from gistkg.formats.translator import Translator
from gistkg.formats.tree import Node, Translation
from gistkg.graph import Graph
from gistkg.resolve import label_of
from gistkg.results import Iri
from gistkg.terms import GISTKG

__all__ = ["document_from_mcode"]


def document_from_mcode(graph: Graph, conditions: Conditions, bundle: Mapping[str, object]) -> Translation:
    """Read the tumour, its site, extent and size, age, variants, treatments and the performance status from a bundle.

    Medications count as treatments of the tumour if they have the mCODE profile or name the tumour as their reason;
    that there were no others a List of them says (see `gistkg.formats.drug_list`). The age is that of today.
    Raises `CaseError` for a bundle without a tumour, with another one, or of several patients, and `CaseValueError`
    with the path of an unknown drug, of a wrong date or unit, and of whatever is not as FHIR has it.

    >>> from gistkg.criteria import conditions
    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> code = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C49.A3"}]}
    >>> bundle = {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Condition", "code": code}}]}
    >>> document_from_mcode(graph, conditions(graph), bundle).document
    {'site': 'small intestine'}
    """
    return _Reader(graph, conditions).read(Node(bundle))


class _Reader(Translator):
    def read(self, bundle: Node) -> Translation:
        kind = bundle.text("resourceType")
        if kind != "Bundle":
            raise CaseError(f"This is a FHIR {kind}; give a Bundle with the Condition, Observations and medications.")
        resources = [found for entry in bundle.nodes("entry") if (found := entry.node("resource")) is not None]
        self.by_reference = {
            f"{one.text('resourceType')}/{one.text('id')}": one for one in resources if one.text("id") is not None
        }
        for entry in bundle.nodes("entry"):
            url, found = entry.text("fullUrl"), entry.node("resource")
            if url is not None and found is not None:
                self.by_reference[url] = found
        patients = [one for one in resources if one.text("resourceType") == "Patient"]
        if len(patients) > 1:
            raise CaseError(f"This bundle holds {len(patients)} patients; give the bundle of one.")
        self.given: dict[str, Node] = {}
        self.untold: list[str] = []
        for patient in patients:
            self.age_of(patient)
        self.find_tumour([one for one in resources if one.text("resourceType") == "Condition"])
        readers: dict[str, Callable[[Node], None]] = {
            "MedicationRequest": self.medication,
            "MedicationStatement": self.medication,
            "MedicationAdministration": self.medication,
            "Procedure": self.procedure,
            "Observation": self.observation,
        }
        for kind, reader in readers.items():
            for one in resources:
                if one.text("resourceType") == kind:
                    reader(one)
        self.close_drugs([one for one in resources if one.text("resourceType") == "List" and is_drug_list(one)])
        return self.translation()

    def age_of(self, patient: Node) -> None:
        """The age today, if the birth date is given to the day."""
        born, today = patient.date("birthDate"), datetime.now().astimezone().date()
        if born is not None and born > today:
            raise CaseValueError(patient.place("birthDate"), f"{born} is still to come.")
        if born is not None:
            had_birthday = (today.month, today.day) >= (born.month, born.day)
            self.say_number(GISTKG + "ageYears", Decimal(today.year - born.year - (not had_birthday)))

    def find_tumour(self, conditions: list[Node]) -> None:
        """Sort conditions into the tumour, its metastases, and others."""
        tumours: list[Node] = []
        spread: list[tuple[Node, Concept]] = []
        others: list[Concept] = []
        cancers: list[Concept] = []
        for condition in conditions:
            if bare_codes_of(condition, "verificationStatus") & {"refuted", "entered-in-error"}:
                self.note(condition.path, "not taken, as it was refuted or entered in error")
                continue
            concepts = list(self.disease(condition))
            of_extent = [one for one in (*concepts, profile_of(condition)) if self.says_extent(one)]
            if any(self.is_gist(one) for one in concepts):
                tumours.append(condition)
            elif of_extent:
                spread.append((condition, of_extent[0]))
            else:
                others += concepts[:1]
                cancers += concepts[:1] if has_profile(condition, "cancer-condition") else []
        if not tumours:
            if cancers or others:
                raise self.other_disease("bundle", cancers or others)
            raise CaseError("This bundle holds no tumour: it has no Condition that is a primary cancer condition.")
        self.tumours = {condition.path for condition in tumours}
        for concept in others:
            self.unknown(concept)
        for condition in tumours:
            for concept in (*self.disease(condition), profile_of(condition)):
                self.say_all(self.concepts.said(concept))
            for site in concepts_of(condition, "bodySite") if not self.says_extent(profile_of(condition)) else ():
                self.place_of(site)
        for condition, concept in spread:
            if cancers or bare_codes_of(condition, "clinicalStatus") - {"active", "recurrence", "relapse"}:
                self.note(condition.path, "not taken: whether it is there now, and of which tumour, is not said")
            else:
                self.say_all(self.concepts.said(concept))

    def says_extent(self, concept: Concept) -> bool:
        """Whether a code stands for an extent, and for nothing but that."""
        return any(self.concepts.is_a(term, GISTKG + "DiseaseExtent") for term in self.concepts.said(concept))

    def disease(self, condition: Node) -> Iterator[Concept]:
        """What a condition is: its code, and its histology beside it."""
        yield from concepts_of(condition, "code")
        for extension in extensions_of(condition, "histology-morphology-behavior"):
            yield from concepts_of(extension, "valueCodeableConcept")

    def place_of(self, site: Concept) -> None:
        term = self.concepts.find(site, GISTKG + "AnatomicalSite")
        if term is None:
            self.unknown(site)
        else:
            self.say_all([term])

    # Observations

    def observation(self, observation: Node) -> None:
        if observation.text("status") in ("entered-in-error", "cancelled"):
            self.note(observation.path, f"not taken, as it is {observation.text('status')}")
            return
        codes = {code for concept in concepts_of(observation, "code") for code in concept.codes}
        if _VARIANT in codes or has_profile(observation, "genomic-variant"):
            self.genomic_variant(observation)
        elif _REGION in codes or has_profile(observation, "genomic-region-studied"):
            self.region(observation)
        else:
            self.finding(observation)

    def finding(self, observation: Node) -> None:
        """A number that a key holds, or a value that says what the extent is."""
        known = False
        for part in (observation, *observation.nodes("component")):
            number, unit = quantity_of(part)
            for code in concepts_of(part, "code"):
                if number is not None and self.measure(code, number, unit):
                    known = True
            for value in concepts_of(part, "valueCodeableConcept"):
                term = self.concepts.find(value, GISTKG + "DiseaseExtent")
                for text in (*value.texts, *value.bare):
                    term = term or self.spread(text)
                known = known or (term is not None and self.say_all([term]))
        for code in concepts_of(observation, "code") if not known else ():
            if _STATUS in code.codes or has_profile(observation, "cancer-disease-status"):
                self.note(observation.path, f"not taken: it does not say under which drug; {self.outcome_codes()}")
            else:
                self.unknown(code)

    def genomic_variant(self, observation: Node) -> None:
        """A variant that is there, or genes in which none is."""
        parts = [(codes_of(part), part) for part in observation.nodes("component")]
        genes = [one for codes, part in parts if _GENE in codes for one in concepts_of(part, "valueCodeableConcept")]
        values = [
            one for codes, part in parts if _GENE not in codes for one in concepts_of(part, "valueCodeableConcept")
        ]
        answers = {code for value in concepts_of(observation, "valueCodeableConcept") for code in value.codes}
        changes = [text for value in values for text in (*value.texts, *value.bare)]
        changes = list(dict.fromkeys(text for text in changes if "p." in text or "c." in text))
        if answers & _ABSENT:
            if changes:
                self.note(observation.path, f"{changes[0]} is absent, which says nothing of the rest of the gene")
            for gene in [] if changes else genes:
                self.test_of(gene)
        elif answers & _PRESENT:
            known = [self.concepts.gene(gene) for gene in genes]
            if len(known) == 1 and known[0] is not None:
                changes.sort(key=lambda text: "p." not in text)
                self.variant(observation.path, known[0], changes)
            else:
                named = ", ".join(map(str, genes)) or "no gene"
                self.untaken(*known)
                self.note(observation.path, f"a variant of {named} is none that the graph can place")
        else:
            self.untaken(*map(self.concepts.gene, genes))
            self.note(observation.path, "whether the variant is present or absent is not said")

    def region(self, observation: Node) -> None:
        """The genes of a panel; parts of a gene are no test of the gene."""
        for part in observation.nodes("component"):
            codes = codes_of(part)
            if _RANGES in codes:
                self.note(observation.path, "only ranges of the genes were tested; not taken as a test of the genes")
                return
        for part in observation.nodes("component"):
            for concept in concepts_of(part, "valueCodeableConcept") if _GENE in codes_of(part) else ():
                for number, code in enumerate(concept.codes):  # a panel may name several genes in one place
                    texts = concept.texts[number : number + 1] if len(concept.texts) == len(concept.codes) else ()
                    self.test_of(Concept(concept.path, (code,), texts))
                if not concept.codes:
                    self.test_of(concept)

    def test_of(self, concept: Concept) -> None:
        gene = self.concepts.gene(concept)
        if gene is not None:
            self.tested.append(label_of(self.graph, gene))

    # Treatments

    def medication(self, one: Node) -> None:
        """One medication, if it was given for the tumour and nothing else in the bundle stands for the same."""
        drug = self.drug_of(one)
        request = one.node("request")
        status = one.text("status")
        planned = one.text("intent") in ("proposal", "plan", "option") or one.truth("doNotPerform")
        if status not in NEVER_GIVEN and not planned:
            self.given[one.path] = one
        if request is not None and (request.text("reference") or "") in self.by_reference:
            return
        if status in NOT_GIVEN or planned:
            self.untold.append(one.path)
            self.note(one.path, f"{drug} was not given, or nobody knows ({status}); not taken")
            return
        if not (has_profile(one, "cancer-related-medication") or self.is_for_tumour(one)):
            self.untold.append(one.path)
            self.note(one.path, f"that {drug} was given for the tumour is not said; not taken")
            return
        entry: dict[str, object] = {"drug": label_of(self.graph, self.concepts.require_drug(drug))}
        dosages = [*one.nodes("dosageInstruction"), *(one.nodes("dosage") if is_list(one, "dosage") else ())]
        daily = {words for dosage in dosages if (words := self.daily(dosage))}
        if len(daily) == 1:
            self.dose(entry, one.path, daily.pop())
        elif daily:
            self.note(one.path, "not one dose but several; none was taken")
        spans = [found] if (found := one.node("effectivePeriod")) is not None else []
        spans += [span for dosage in dosages if (span := bounds_of(dosage)) is not None]
        if len(spans) == 1:
            months = self.months(spans[0].path, spans[0].date("start"), spans[0].date("end"))
            entry |= {"months": months} if months is not None else {}
        self.purpose(entry, one)
        self.treatments.append(entry)

    def close_drugs(self, lists: list[Node]) -> None:
        """Take the drugs for all there were, if a List says so and each of them was given for the tumour."""
        if not lists:
            return
        why = why_open(lists, self.given, self.by_reference)
        untold = [path for path in self.untold if path in self.given]
        if why is None and untold:
            why = f"{lists[0].path}: of {untold[0]} it is not said that it was given for the tumour"
        if why is None:
            self.all_drugs = True
        else:
            self.note(why.partition(": ")[0], f"not taken as a list of all drugs; {why.partition(': ')[2]}")

    def drug_of(self, one: Node) -> Concept:
        for concept in concepts_of(one, "medicationCodeableConcept"):
            return concept
        reference = one.node("medicationReference")
        target = reference.text("reference") if reference else None
        for contained in one.nodes("contained"):
            if target == f"#{contained.text('id')}":
                return next(concepts_of(contained, "code"), Concept(contained.path))
        found = self.by_reference.get(target or "")
        if found is not None:
            return next(concepts_of(found, "code"), Concept(found.path))
        return Concept(one.place("medication"))

    def is_for_tumour(self, one: Node) -> bool:
        for reason in concepts_of(one, "reasonCode"):
            if self.is_gist(reason):
                return True
        for reference in one.nodes("reasonReference"):
            found = self.by_reference.get(reference.text("reference") or "")
            if found is not None and found.path in self.tumours:
                return True
        return False

    def procedure(self, one: Node) -> None:
        surgical = has_profile(one, "cancer-related-surgical-procedure") or self.is_for_tumour(one)
        code = next(concepts_of(one, "code"), Concept(one.path))
        done = self.concepts.find(code, GISTKG + "Procedure")
        if one.text("status") != "completed" or not surgical or done is None:
            self.unknown(code)
            return
        entry: dict[str, object] = {"procedure": label_of(self.graph, done)}
        self.purpose(entry, one)
        self.treatments.append(entry)

    def purpose(self, entry: dict[str, object], one: Node) -> None:
        """What a treatment was given for, and why it ended."""
        for extension in extensions_of(one, "procedure-intent"):
            for intent in concepts_of(extension, "valueCodeableConcept"):
                self.state(entry, intent, "intent")
        reasons = list(concepts_of(one, "statusReason"))
        found = [self.concepts.find(reason, GISTKG + "TreatmentOutcome") for reason in reasons]
        if len(set(found) - {None}) > 1:
            self.note(one.path, "not one outcome but several; none was taken")
            return
        for reason, term in zip(reasons, found, strict=True):
            if term is None:
                self.note(reason.path, f"{reason} says nothing that the graph knows; {self.outcome_codes()}")
            else:
                self.state(entry, reason, "outcome")

    def outcome_codes(self) -> str:
        """What to write for the outcome of a drug."""
        known: dict[str, list[str]] = {}
        for row in self.graph.rows(_CODES):
            term = row["term"]
            if isinstance(term, Iri) and self.concepts.is_a(term, GISTKG + "TreatmentOutcome"):
                known.setdefault(label_of(self.graph, term), []).append(str(row["code"]))
        told = [f"{label} ({', '.join(codes)})" for label, codes in sorted(known.items())]
        return f"write the statusReason of the medication: its words, or a code, such as {list_names(told, 'or')}"

    def daily(self, dosage: Node) -> str | None:
        """The daily dose of one instruction, in words; `None` if it does not say the amount and how often."""
        amounts = [found for rate in dosage.nodes("doseAndRate") if (found := rate.node("doseQuantity")) is not None]
        timing = dosage.node("timing")
        if len(amounts) != 1 or timing is None:
            return None
        number = amounts[0].number("value")
        unit = amounts[0].text("code") or amounts[0].text("unit")
        repeat = timing.node("repeat")
        times, period = (repeat.number("frequency"), repeat.number("period")) if repeat else (None, None)
        if number is None or unit is None:
            return None
        if repeat and times and period and repeat.text("periodUnit") == "d":
            return f"{number * times / period:f} {unit} a day"
        for often in concepts_of(timing, "code"):
            for word in (*often.texts, *often.bare):
                return f"{number:f} {unit} {word}"
        return None


_CODES = "SELECT ?code ?term WHERE { ?iri gistkg:codeFor ?term ; skos:notation ?code } ORDER BY ?code"
_LOINC = "LOINC:"
_STATUS = _LOINC + "97509-4"
_VARIANT, _REGION = _LOINC + "69548-6", _LOINC + "53041-0"
_GENE, _RANGES = _LOINC + "48018-6", _LOINC + "51959-5"
_PRESENT, _ABSENT = {_LOINC + "LA9633-4"}, {_LOINC + "LA9634-2"}
