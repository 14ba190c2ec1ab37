"""A GA4GH Phenopacket, version 2, as a case document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gistkg.criteria import Conditions
from gistkg.errors import CaseError
from gistkg.formats.concepts import Concept
from gistkg.formats.translator import Translator
from gistkg.formats.tree import Node, Translation
from gistkg.graph import Graph
from gistkg.resolve import label_of
from gistkg.results import Iri
from gistkg.terms import GISTKG

__all__ = ["document_from_phenopacket", "is_phenopacket"]


def is_phenopacket(document: Mapping[str, object]) -> bool:
    """Whether a document is a Phenopacket, or a family or a cohort of them.

    >>> is_phenopacket({"id": "1", "metaData": {}}), is_phenopacket({"extent": "metastatic"})
    (True, False)
    """
    packet = Node(document)
    return "metaData" in packet and any(
        name in packet for name in ("id", "subject", "interpretations", "diseases", "proband", "members")
    )


def document_from_phenopacket(graph: Graph, conditions: Conditions, packet: Mapping[str, object]) -> Translation:
    """Read the tumour, its site and extent, variants, measurements and treatments of a Phenopacket.

    Raises `CaseError` for a Phenopacket of another disease, of none, or of several persons, and `CaseValueError` with
    the path of an unknown drug, of a wrong date or unit, and of whatever is not what the schema says.

    >>> from gistkg.criteria import conditions
    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> packet = {"id": "1", "diseases": [{"term": {"id": "NCIT:C5806"}}], "metaData": {}}
    >>> document_from_phenopacket(graph, conditions(graph), packet).document
    {'site': 'stomach'}
    """
    return _Reader(graph, conditions).read(Node(packet))


class _Reader(Translator):
    def read(self, packet: Node) -> Translation:
        for name in ("proband", "members"):
            if name in packet:
                raise CaseError(f"This is a Phenopacket of several persons ({name}); give the one of one patient.")
        version = (packet.node("metaData") or packet).text("phenopacketSchemaVersion") or "2"
        if version.startswith("1"):
            raise CaseError(f"This is a Phenopacket of version {version}; convert it to version 2.")
        self.diseases(packet)
        self.biosamples(packet)
        for action in packet.nodes("medicalActions"):
            self.action(action)
        for interpretation in packet.nodes("interpretations"):
            self.interpretation(interpretation)
        for measurement in packet.nodes("measurements"):
            self.measurement(measurement)
        for feature in packet.nodes("phenotypicFeatures"):
            kind = _concept(feature, "type")
            if kind is not None:
                self.unknown(kind)
        return self.translation()

    def diseases(self, packet: Node) -> None:
        """Find the tumour among the diseases, and say what its codes and its stage say."""
        named: list[Concept] = []
        tumours: list[tuple[Concept, Node | None]] = []
        for disease in packet.nodes("diseases"):
            term = _concept(disease, "term")
            if term is None:
                continue
            if disease.truth("excluded"):
                self.note(disease.path, f"{term} was excluded")
            elif self.is_gist(term):
                tumours.append((term, disease))
            else:
                named.append(term)
        for interpretation in packet.nodes("interpretations"):
            diagnosis = interpretation.node("diagnosis")
            term = _concept(diagnosis, "disease") if diagnosis else None
            if term is not None:
                tumours += [(term, None)] if self.is_gist(term) else []
                named += [] if self.is_gist(term) else [term]
        if not tumours:
            if named:
                raise self.other_disease("Phenopacket", named)
            raise CaseError("This Phenopacket names no disease; the tumour stands in diseases[0].term.")
        for other in named:
            self.unknown(other)
        for term, node in tumours:
            self.say_all(self.concepts.said(term))
            if node is not None:
                self.site(_concept(node, "primarySite"))
                for stage in (*_concepts(node, "diseaseStage"), *_concepts(node, "clinicalTnmFinding")):
                    self.extent(stage)

    def site(self, concept: Concept | None) -> None:
        if concept is not None:
            term = self.concepts.find(concept, GISTKG + "AnatomicalSite")
            if term is None:
                self.unknown(concept)
            else:
                self.say_all([term])

    def extent(self, concept: Concept | None) -> None:
        """Say what a stage says of the extent, if it says it beyond doubt."""
        if concept is None:
            return
        term = self.concepts.find(concept, GISTKG + "DiseaseExtent")
        for text in concept.texts:
            term = term or self.spread(text)
        if term is None:
            self.unknown(concept)
        else:
            self.say_all([term])

    def biosamples(self, packet: Node) -> None:
        for sample in packet.nodes("biosamples"):
            self.extent(_concept(sample, "tumorProgression"))
            for finding in _concepts(sample, "pathologicalTnmFinding"):
                self.extent(finding)
            for measurement in sample.nodes("measurements"):
                self.measurement(measurement)

    def interpretation(self, interpretation: Node) -> None:
        diagnosis = interpretation.node("diagnosis")
        disease = _concept(diagnosis, "disease") if diagnosis else None
        if diagnosis is None or (disease is not None and not self.is_gist(disease)):
            return
        for genomic in diagnosis.nodes("genomicInterpretations"):
            variant = genomic.node("variantInterpretation")
            descriptor = variant.node("variationDescriptor") if variant else None
            if genomic.text("interpretationStatus") == "REJECTED":
                self.note(genomic.path, "not taken, as it was rejected")
            elif descriptor is not None:
                self.descriptor(descriptor)
            else:
                self.note(genomic.path, "names no variant")

    def descriptor(self, descriptor: Node) -> None:
        context = descriptor.node("geneContext")
        gene = None
        if context is not None:
            codes, symbol = context.text("valueId"), context.text("symbol")
            named = Concept(context.path, (codes,) if codes else (), (symbol,) if symbol else ())
            gene = self.concepts.gene(named)
            if gene is None:
                self.unknown(named)
                return
        written = [(one.text("syntax") or "", one.text("value")) for one in descriptor.nodes("expressions")]
        written.sort(key=lambda one: not one[0].casefold().endswith("hgvs.p"))  # the protein change comes first
        words = [value for _, value in written if value]
        label = descriptor.text("label")
        self.variant(descriptor.path, gene, words + ([label] if label else []))

    def measurement(self, measurement: Node) -> None:
        assay = _concept(measurement, "assay")
        value = measurement.node("value")
        quantity = value.node("quantity") if value else None
        number = quantity.number("value") if quantity else None
        unit = _concept(quantity, "unit") if quantity else None
        if assay is None:
            return
        words = unit.texts[0] if unit and unit.texts else None
        if number is None or not self.measure(assay, number, words):
            self.unknown(assay)

    def action(self, action: Node) -> None:
        """One medical action; what was given for another disease is no treatment of the tumour."""
        target = _concept(action, "treatmentTarget")
        treatment, procedure = action.node("treatment"), action.node("procedure")
        if target is not None and not self.is_gist(target):
            self.note(action.path, f"not taken, as it was for {target}")
            return
        entry: dict[str, object] = {}
        if treatment is not None:
            agent = _concept(treatment, "agent") or Concept(treatment.place("agent"))
            entry["drug"] = label_of(self.graph, self.concepts.require_drug(agent))
            self.doses(entry, treatment)
        elif procedure is not None:
            code = _concept(procedure, "code") or Concept(procedure.place("code"))
            done = self.concepts.find(code, GISTKG + "Procedure")
            if done is None:
                self.unknown(code)
                return
            entry["procedure"] = label_of(self.graph, done)
        else:
            self.note(action.path, "neither a treatment with a drug nor a procedure; not taken")
            return
        self.state(entry, _concept(action, "treatmentIntent"), "intent")
        self.state(entry, _concept(action, "responseToTreatment"), "best_response", "outcome")
        if entry.get("outcome") != label_of(self.graph, Iri(GISTKG + "DiseaseProgression")):
            entry.pop("outcome", None)  # a response at some time does not say what became of the disease
        self.state(entry, _concept(action, "treatmentTerminationReason"), "outcome")
        self.treatments.append(entry)

    def doses(self, entry: dict[str, object], treatment: Node) -> None:
        """The daily dose and the months of a treatment, if they are the same in all its intervals."""
        doses: set[str] = set()
        days = []
        for interval in treatment.nodes("doseIntervals"):
            quantity = interval.node("quantity")
            unit = _concept(quantity, "unit") if quantity else None
            often = _concept(interval, "scheduleFrequency")
            number = quantity.number("value") if quantity else None
            if number is not None and unit and unit.texts and often and often.texts:
                doses.add(f"{number.normalize():f} {unit.texts[0]} {often.texts[0]}")
            span = interval.node("interval")
            if span is not None:
                days.append((span.path, span.date("start"), span.date("end")))
        if len(doses) == 1:
            self.dose(entry, treatment.path, doses.pop())
        elif doses:
            self.note(treatment.path, "not one dose but several; none was taken")
        starts, ends = [start for _, start, _ in days], [end for _, _, end in days]
        if days and None not in starts and None not in ends:
            months = self.months(days[0][0], min(filter(None, starts)), max(filter(None, ends)))
            entry |= {"months": months} if months is not None else {}


def _concept(node: Node | None, name: str) -> Concept | None:
    """An ontology class with its identifier and its label, or `None`."""
    found = node.node(name) if node else None
    return _read(found) if found else None


def _concepts(node: Node, name: str) -> Iterator[Concept]:
    return (_read(found) for found in node.nodes(name))


def _read(found: Node) -> Concept:
    code, label = found.text("id"), found.text("label")
    return Concept(found.path, (code,) if code else (), (label,) if label else ())
