"""Terms, sources, claims, recommendations and results, read from the graph into the records of `gistkg.model`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeGuard
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from gistkg.files import query_text
from gistkg.graph import Graph
from gistkg.model import Claim, Dose, Level, Named, Recommendation, RecordedConflict, Result, Source, Term
from gistkg.resolve import full_iri, is_kind, kind_of, label_of, lexicon, resolve
from gistkg.results import Iri, value_of
from gistkg.terms import OWL, compact

__all__ = [
    "Claim",
    "Dose",
    "Level",
    "Named",
    "Recommendation",
    "RecordedConflict",
    "Result",
    "Source",
    "Term",
    "claim",
    "claims",
    "conflicts",
    "dose_of",
    "recommendations",
    "result",
    "results",
    "source",
    "term",
]


def term(graph: Graph, name: str) -> Term:
    """The term of this label, synonym, prefixed name or IRI.

    >>> from gistkg.graph import load_graph
    >>> term(load_graph(), "Gleevec").label
    'imatinib'

    Raises `UnknownTermError` with the nearest names, or `AmbiguousTermError`.
    """
    facts = _about(graph, resolve(graph, name))
    return Term(
        iri=facts.iri,
        label=facts.label,
        kind=facts.kind(),
        definition=facts.text("skos:definition") or facts.text("dcterms:description"),
        synonyms=facts.texts("skos:altLabel"),
        notes=facts.texts("skos:scopeNote") + facts.texts("skos:editorialNote"),
    )


def source(graph: Graph, name: str) -> Source:
    """The source of this label, synonym, prefixed name or IRI.

    >>> from gistkg.graph import load_graph
    >>> source(load_graph(), "src:blay-2007").pubmed_id
    '17369574'

    Raises `UnknownTermError`, `AmbiguousTermError`, or `WrongKindError` for a term that is no source.
    """
    facts = _one(graph, name, "gistkg:Source")
    return Source(
        iri=facts.iri,
        label=facts.label,
        kind=facts.kind(),
        citation=facts.text("dcterms:bibliographicCitation"),
        pubmed_id=facts.text("gistkg:pubmedId"),
        doi=facts.text("gistkg:doi"),
        year=facts.integer("gistkg:publicationYear"),
    )


def claim(graph: Graph, name: str) -> Claim:
    """The claim of this label, prefixed name or IRI; a `Recommendation` if it is one.

    >>> from gistkg.graph import load_graph
    >>> found = claim(load_graph(), "ev:pdq-2014-s04")
    >>> found.hedges, found.citations, str(found.population)
    (('in part', 'may'), (1, 12), 'gastrointestinal stromal tumour, any')

    Raises `UnknownTermError`, `AmbiguousTermError`, or `WrongKindError` for a term that is no claim.
    """
    return _claim(graph, _one(graph, name, "gistkg:Claim"))


def claims(graph: Graph, *, source: str | None = None) -> tuple[Claim, ...]:
    """Every claim, by IRI; with `source`, the label or IRI of a source, only what that source says.

    >>> from gistkg.graph import load_graph
    >>> len(claims(load_graph(), source="PDQ 2014"))
    31

    Raises what `gistkg.records.source` raises.
    """
    wanted = None if source is None else _one(graph, source, "gistkg:Source").iri
    found = (_claim(graph, facts) for facts in _all(graph, "gistkg:Claim").values())
    return tuple(one for one in found if wanted is None or (one.source is not None and one.source.iri == wanted))


def recommendations(graph: Graph) -> tuple[Recommendation, ...]:
    """Every recommendation, for and against, whether or not it is in force; by IRI.

    >>> from gistkg.graph import load_graph
    >>> [str(one.dose) for one in recommendations(load_graph()) if one.iri == "ev:pdq-2014-s26"]
    ['400 mg twice daily']
    """
    return tuple(one for one in claims(graph) if isinstance(one, Recommendation))


def conflicts(graph: Graph) -> tuple[RecordedConflict, ...]:
    """Every conflict and every flag that curators have recorded, by IRI.

    >>> from gistkg.graph import load_graph
    >>> [one.differ for one in conflicts(load_graph()) if one.iri == "ev:conflict-imadgist-hazard-ratio"]
    [('printed figure',)]
    """
    found = {**_all(graph, "gistkg:Conflict"), **_all(graph, "gistkg:SourceFlag")}
    return tuple(
        RecordedConflict(
            iri=facts.iri,
            label=facts.label,
            kind=facts.kind(),
            text=facts.text("dcterms:description"),
            between=facts.terms("gistkg:between") + facts.terms("gistkg:flags"),
            differ=tuple(aspect.label for aspect in facts.terms("gistkg:differsIn")),
            resolution=facts.text("gistkg:resolution"),
        )
        for _, facts in sorted(found.items())
    )


def result(graph: Graph, name: object) -> Result:
    """The finding or figure of this label, prefixed name or IRI; its stance is "states".

    >>> from gistkg.graph import load_graph
    >>> result(load_graph(), "ev:bfr14-1y-pfs-continue").value
    Decimal('18')

    Raises `UnknownTermError`, `AmbiguousTermError`, or `WrongKindError` for a term that is no result.
    """
    return _result(_one(graph, name if isinstance(name, Iri) else str(name), "gistkg:Result"), "states")


def results(graph: Graph, claim: str) -> tuple[Result, ...]:
    """The results of a claim: those that support it, that it reports, and that dispute it, in this order.

    >>> from gistkg.graph import load_graph
    >>> [(str(one.endpoint), one.p) for one in results(load_graph(), "ev:pdq-2014-s19") if one.p]
    [('progression-free survival', '< .0001')]

    Raises what `gistkg.records.claim` raises.
    """
    facts = _one(graph, claim, "gistkg:Claim")
    return tuple(
        _result(_all(graph, "gistkg:Result")[named.iri.full], stance)
        for link, stance in _STANCES.items()
        for named in facts.terms(link)
    )


_STANCES = {
    "gistkg:supportedBy": "supports",
    "gistkg:reportsResult": "reports",
    "gistkg:disputedBy": "disputes",
}


_ASSIGNED = {"gistkg:hasEvidenceLevel": "source", "gistkg:hasDerivedLevel": "derived"}


class _Facts:
    """What the graph says of one subject, by property; a value is turned into Python when it is asked for."""

    def __init__(self, graph: Graph, iri: str) -> None:
        self.graph = graph
        self.iri = Iri(iri)
        self.memory = _memory(graph)
        self.label = self.memory.name(iri).label
        self._objects: dict[str, list[ox.NamedNode | ox.Literal]] = {}

    def add(self, name: str, value: ox.NamedNode | ox.Literal) -> None:
        self._objects.setdefault(name, []).append(value)

    def kind(self) -> str:
        types = [named.iri for named in self.terms("rdf:type") if not named.iri.full.startswith(OWL)]
        return label_of(self.graph, types[0]) if len(types) == 1 else kind_of(self.graph, self.iri)

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(sorted(one.value for one in self._objects.get(_full(name), ())))

    def text(self, name: str) -> str | None:
        return next(iter(self.texts(name)), None)

    def integer(self, name: str) -> int | None:
        return next((value for value in self._values(name) if isinstance(value, int)), None)

    def decimal(self, name: str) -> Decimal | None:
        return next((value for value in self._values(name) if isinstance(value, Decimal)), None)

    def moment(self, name: str) -> datetime | None:
        return next((value for value in self._values(name) if isinstance(value, datetime)), None)

    def terms(self, name: str) -> tuple[Named, ...]:
        found = self._objects.get(_full(name), ())
        iris = sorted(one.value for one in found if isinstance(one, ox.NamedNode))
        return tuple(map(self.memory.name, iris))

    def term(self, name: str) -> Named | None:
        return next(iter(self.terms(name)), None)

    def code(self, name: str) -> str | None:
        return next((named.code for named in self.terms(name)), None)

    def levels(self) -> tuple[Level, ...]:
        return tuple(
            Level(named.iri, named.code or named.label, self.memory.schemes.get(named.iri.full, ""), assigned_by)
            for link, assigned_by in _ASSIGNED.items()
            for named in self.terms(link)
        )

    def _values(self, name: str) -> list[object]:
        return [value_of(one) for one in self._objects.get(_full(name), ())]


def _claim(graph: Graph, facts: _Facts) -> Claim:
    said: dict[str, Any] = {
        "iri": facts.iri,
        "label": facts.label,
        "kind": facts.kind(),
        "text": facts.text("dcterms:description"),
        "source": facts.term("dcterms:source"),
        "locator": facts.text("gistkg:locator"),
        "population": facts.term("gistkg:appliesTo"),
        "settings": facts.terms("gistkg:inSetting"),
        "therapies": facts.terms("gistkg:recommends") + facts.terms("gistkg:concernsTherapy"),
        "procedures": facts.terms("gistkg:recommendsProcedure"),
        "compared_with": facts.terms("gistkg:comparesWith"),
        "mechanisms": facts.terms("gistkg:concernsMechanism"),
        "endpoints": facts.terms("gistkg:concernsEndpoint"),
        "qualitative_values": facts.texts("gistkg:qualitativeValue"),
        "direction": facts.term("gistkg:hasDirection"),
        "modality": facts.term("gistkg:hasModality"),
        "basis": facts.term("gistkg:hasBasis"),
        "hedges": facts.texts("gistkg:hasHedge"),
        "levels": facts.levels(),
        "citations": tuple(sorted(int(one.code) for one in facts.terms("gistkg:cites") if one.code)),
        "valid_from": facts.moment("gistkg:validFrom"),
        "valid_until": facts.moment("gistkg:validUntil"),
        "overrides": tuple(one.iri for one in facts.terms("gistkg:overrides")),
        "jurisdictions": facts.terms("gistkg:inJurisdiction"),
        "status_notes": facts.texts("gistkg:statusNote"),
        "notes": facts.texts("skos:scopeNote")
        + facts.texts("skos:editorialNote")
        + facts.texts("gistkg:levelNote")
        + facts.texts("gistkg:citationNote")
        + facts.texts("gistkg:dateNote"),
        "agency": facts.term("gistkg:byAgency"),
        "studies": facts.terms("gistkg:basedOnStudy"),
    }
    types = facts.terms("rdf:type")
    if not any(_is_kind(graph, named.iri, "gistkg:Recommendation") for named in types):
        return Claim(**said)
    therapy = facts.term("gistkg:recommends")
    about_therapy = {} if therapy is None else _therapy(graph, therapy)
    return Recommendation(**said, therapy=therapy, **about_therapy)


def _therapy(graph: Graph, therapy: Named) -> dict[str, Any]:
    facts = _about(graph, therapy.iri)
    broad = [kind for kind in ("gistkg:Drug", "gistkg:Procedure") if _is_kind(graph, therapy.iri, kind)]
    drugs = facts.terms("gistkg:usesDrug") or ((therapy,) if "gistkg:Drug" in broad else ())
    kind = label_of(graph, Iri(_full(broad[0]))) if broad else facts.kind()
    return {"drugs": drugs, "dose": dose_of(graph, therapy.iri), "therapy_kind": kind}


def dose_of(graph: Graph, therapy: Iri) -> Dose | None:
    """The dose that a therapy states itself, or `None`.

    >>> from gistkg.graph import load_graph
    >>> str(dose_of(load_graph(), Iri("https://w3id.org/gistkg/Imatinib400mgOnceDaily")))
    '400 mg once daily'
    """
    facts = _about(graph, therapy)
    frequency = facts.term("gistkg:doseFrequency")
    dose = Dose(
        value=facts.decimal("gistkg:doseValue"),
        per_day=facts.decimal("gistkg:dosePerDay"),
        unit=facts.code("gistkg:doseUnit"),
        frequency=None if frequency is None else frequency.label,
        duration=facts.text("gistkg:treatmentDuration"),
        schedule=facts.text("gistkg:doseSchedule"),
    )
    return None if dose == Dose(None, None, None, None, None) else dose


def _result(facts: _Facts, stance: str) -> Result:
    after, unit = facts.decimal("gistkg:timepointValue"), facts.term("gistkg:timepointUnit")
    assessor = facts.term("gistkg:assessedBy")
    return Result(
        iri=facts.iri,
        label=facts.label,
        kind=facts.kind(),
        stance=stance,
        endpoint=facts.term("gistkg:measuresEndpoint"),
        statistic=facts.term("gistkg:hasStatistic"),
        relation=facts.term("gistkg:hasRelation"),
        value=facts.decimal("gistkg:value"),
        unit=facts.code("gistkg:unit"),
        events=facts.integer("gistkg:eventCount"),
        of=facts.integer("gistkg:ofCount"),
        p=facts.text("gistkg:pValue"),
        direction=facts.term("gistkg:resultDirection"),
        study=facts.term("gistkg:ofStudy"),
        arm=facts.term("gistkg:inArm"),
        compared_with=facts.term("gistkg:comparedWithArm"),
        era=facts.text("gistkg:inEra"),
        sources=facts.terms("dcterms:source"),
        low=facts.decimal("gistkg:lowerLimit") or facts.decimal("gistkg:rangeLow"),
        high=facts.decimal("gistkg:upperLimit") or facts.decimal("gistkg:rangeHigh"),
        confidence=facts.decimal("gistkg:confidenceLevel"),
        timepoint=None if after is None or unit is None else f"{after.normalize():f} {unit.label}s",
        subgroup=facts.text("gistkg:subgroup"),
        analysis=facts.text("gistkg:analysis"),
        assessor=None if assessor is None else assessor.label,
        words=facts.text("gistkg:resultInWords"),
        superseded_by=tuple(map(facts.memory.name, _superseding(facts))),
    )


def _superseding(facts: _Facts) -> list[str]:
    """The results that supersede one: the link leads from them."""
    link = ox.NamedNode(_full("gistkg:supersedesResult"))
    quads = facts.graph.store.quads_for_pattern(None, link, ox.NamedNode(facts.iri.full))
    return sorted({quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)})


class _Memory:
    """What was read of one graph, which never changes."""

    def __init__(self, graph: Graph) -> None:
        self.labels = lexicon(graph).labels
        self.facts: dict[str, dict[str, _Facts]] = {}
        self.about: dict[str, _Facts] = {}
        self.kinds: dict[tuple[str, str], bool] = {}
        self.named: dict[str, Named] = {}
        self.codes: dict[str, str] = {}
        self.schemes: dict[str, str] = {}
        for row in graph.rows(query_text("records", "codes")):
            term = str(row["term"])
            self.codes[term] = str(row["code"])
            if row["scheme"] is not None:
                self.schemes[term] = str(row["scheme"])

    def name(self, iri: str) -> Named:
        found = self.named.get(iri)
        if found is None:
            found = self.named[iri] = Named(Iri(iri), self.labels.get(iri) or compact(iri), self.codes.get(iri))
        return found


_MEMORIES: WeakKeyDictionary[Graph, _Memory] = WeakKeyDictionary()


def _memory(graph: Graph) -> _Memory:
    found = _MEMORIES.get(graph)
    if found is None:
        found = _MEMORIES[graph] = _Memory(graph)
    return found


def _is_kind(graph: Graph, iri: Iri, kind: str) -> bool:
    kinds = _memory(graph).kinds
    if (iri.full, kind) not in kinds:
        kinds[iri.full, kind] = is_kind(graph, iri, kind)
    return kinds[iri.full, kind]


def _one(graph: Graph, name: str, kind: str) -> _Facts:
    known = _all(graph, kind)
    if isinstance(name, Iri) and name.full in known:
        return known[name.full]
    return known[resolve(graph, name, kind=kind).full]


def _all(graph: Graph, kind: str) -> dict[str, _Facts]:
    """The facts about every instance of a class, by IRI in full."""
    memory = _memory(graph)
    if kind not in memory.facts:
        found: dict[str, _Facts] = {}
        for row in graph.rows(query_text("records", "kinds-of"), **{"class": full_iri(kind)}):
            # One query for each class is ten times as fast as one with a path over all of them.
            found = _each(graph, Iri(_full(str(row["kind"])))) | found
        memory.facts[kind] = dict(sorted(found.items()))
    return memory.facts[kind]


def _each(graph: Graph, type_: Iri) -> dict[str, _Facts]:
    found: dict[str, _Facts] = {}
    for row in graph.rows(query_text("records", "about-each"), type=type_):
        subject, name, value = row.term("subject"), row.term("property"), row.term("value")
        if isinstance(subject, ox.NamedNode) and isinstance(name, ox.NamedNode) and _is_plain(value):
            iri = subject.value
            if iri not in found:
                found[iri] = _Facts(graph, iri)
            found[iri].add(name.value, value)
    return found


def _about(graph: Graph, iri: Iri) -> _Facts:
    about = _memory(graph).about
    if iri.full not in about:
        about[iri.full] = _Facts(graph, iri.full)
        for row in graph.rows(query_text("records", "about"), subject=iri):
            name, value = row.term("property"), row.term("value")
            if isinstance(name, ox.NamedNode) and _is_plain(value):
                about[iri.full].add(name.value, value)
    return about[iri.full]


def _is_plain(value: object) -> TypeGuard[ox.NamedNode | ox.Literal]:
    return isinstance(value, ox.NamedNode | ox.Literal)


@cache
def _full(name: str) -> str:
    return full_iri(name).full
