"""Terms, sources, claims, recommendations and results, read from the graph into the records of `gistkg.model`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from gistkg.files import query_files
from gistkg.graph import Graph
from gistkg.model import Claim, Dose, Level, Named, Recommendation, Result, Source, Term
from gistkg.resolve import full_iri, is_kind, kind_of, label_of, resolve
from gistkg.results import Iri, Row, Value
from gistkg.terms import GISTKG

__all__ = [
    "Claim",
    "Dose",
    "Level",
    "Named",
    "Recommendation",
    "Result",
    "Source",
    "Term",
    "claim",
    "claims",
    "recommendations",
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
        label=label_of(graph, facts.iri),
        kind=kind_of(graph, facts.iri),
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
    facts = _about(graph, resolve(graph, name, kind=GISTKG + "Source"))
    return Source(
        iri=facts.iri,
        label=label_of(graph, facts.iri),
        kind=kind_of(graph, facts.iri),
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
    return _claim(graph, _about(graph, resolve(graph, name, kind=GISTKG + "Claim")))


def claims(graph: Graph, *, source: str | None = None) -> tuple[Claim, ...]:
    """Every claim, by IRI; with `source`, the label or IRI of a source, only what that source says.

    >>> from gistkg.graph import load_graph
    >>> len(claims(load_graph(), source="PDQ 2014"))
    31

    Raises what `gistkg.records.source` raises.
    """
    wanted = None if source is None else resolve(graph, source, kind=GISTKG + "Source")
    found = (_claim(graph, facts) for facts in _about_all(graph, "gistkg:Claim"))
    return tuple(one for one in found if wanted is None or (one.source is not None and one.source.iri == wanted))


def recommendations(graph: Graph) -> tuple[Recommendation, ...]:
    """Every recommendation, for and against, whether or not it is in force; by IRI.

    >>> from gistkg.graph import load_graph
    >>> [str(one.dose) for one in recommendations(load_graph()) if one.iri == "ev:pdq-2014-s26"]
    ['400 mg twice daily']
    """
    found = (_claim(graph, facts) for facts in _about_all(graph, "gistkg:Recommendation"))
    return tuple(one for one in found if isinstance(one, Recommendation))


def results(graph: Graph, claim: str) -> tuple[Result, ...]:
    """The results of a claim: those that support it, that it reports, and that dispute it, in this order.

    >>> from gistkg.graph import load_graph
    >>> [(str(one.endpoint), one.p) for one in results(load_graph(), "ev:pdq-2014-s19") if one.p]
    [('progression-free survival', '< .0001')]

    Raises what `gistkg.records.claim` raises.
    """
    iri = resolve(graph, claim, kind=GISTKG + "Claim")
    return tuple(
        _result(graph, _about(graph, row["result"]), _STANCES[str(row["link"])])
        for row in graph.rows(_sparql("results-of-claim"), claim=iri)
        if isinstance(row["result"], Iri)
    )


_STANCES = {
    "gistkg:supportedBy": "supports",
    "gistkg:reportsResult": "reports",
    "gistkg:disputedBy": "disputes",
}


@dataclass(frozen=True)
class _Object:
    """What stands behind a property: a value and, if it is a term, its label, code and the label of its scheme."""

    value: Value
    label: str | None
    code: str | None
    scheme: str | None


class _Facts:
    """What the graph says of one subject, by property."""

    def __init__(self, iri: Iri) -> None:
        self.iri = iri
        self._objects: dict[str, list[_Object]] = {}

    def add(self, row: Row) -> None:
        columns = (None if row[name] is None else str(row[name]) for name in ("label", "code", "scheme"))
        self._objects.setdefault(str(row["property"]), []).append(_Object(row["value"], *columns))

    def objects(self, name: str) -> list[_Object]:
        return self._objects.get(name, [])

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(str(one.value) for one in self.objects(name))

    def text(self, name: str) -> str | None:
        return next(iter(self.texts(name)), None)

    def integer(self, name: str) -> int | None:
        return next((one.value for one in self.objects(name) if isinstance(one.value, int)), None)

    def decimal(self, name: str) -> Decimal | None:
        return next((one.value for one in self.objects(name) if isinstance(one.value, Decimal)), None)

    def moment(self, name: str) -> datetime | None:
        return next((one.value for one in self.objects(name) if isinstance(one.value, datetime)), None)

    def terms(self, name: str) -> tuple[Named, ...]:
        found = ((one.value, one.label) for one in self.objects(name))
        return tuple(Named(value, label or str(value)) for value, label in found if isinstance(value, Iri))

    def term(self, name: str) -> Named | None:
        return next(iter(self.terms(name)), None)

    def code(self, name: str) -> str | None:
        return next((one.code for one in self.objects(name) if one.code), None)


def _claim(graph: Graph, facts: _Facts) -> Claim:
    said: dict[str, Any] = {
        "iri": facts.iri,
        "label": label_of(graph, facts.iri),
        "kind": kind_of(graph, facts.iri),
        "text": facts.text("dcterms:description"),
        "source": facts.term("dcterms:source"),
        "locator": facts.text("gistkg:locator"),
        "population": facts.term("gistkg:appliesTo"),
        "setting": facts.term("gistkg:inSetting"),
        "therapies": facts.terms("gistkg:recommends") + facts.terms("gistkg:concernsTherapy"),
        "compared_with": facts.terms("gistkg:comparesWith"),
        "mechanisms": facts.terms("gistkg:concernsMechanism"),
        "endpoints": facts.terms("gistkg:concernsEndpoint"),
        "qualitative_values": facts.texts("gistkg:qualitativeValue"),
        "direction": facts.term("gistkg:hasDirection"),
        "modality": facts.term("gistkg:hasModality"),
        "basis": facts.term("gistkg:hasBasis"),
        "hedges": facts.texts("gistkg:hasHedge"),
        "levels": tuple(_levels(facts)),
        "citations": tuple(sorted(int(one.code) for one in facts.objects("gistkg:cites") if one.code)),
        "valid_from": facts.moment("gistkg:validFrom"),
        "valid_until": facts.moment("gistkg:validUntil"),
        "overrides": tuple(one.iri for one in facts.terms("gistkg:overrides")),
        "notes": facts.texts("skos:scopeNote")
        + facts.texts("skos:editorialNote")
        + facts.texts("gistkg:levelNote")
        + facts.texts("gistkg:citationNote"),
    }
    if not is_kind(graph, facts.iri, GISTKG + "Recommendation"):
        return Claim(**said)
    therapy = facts.term("gistkg:recommends")
    drugs, dose = ((), None) if therapy is None else _therapy(graph, therapy)
    return Recommendation(**said, therapy=therapy, drugs=drugs, dose=dose)


def _levels(facts: _Facts) -> Iterator[Level]:
    for one in facts.objects("gistkg:hasEvidenceLevel"):
        if isinstance(one.value, Iri):
            yield Level(one.value, one.code or one.label or str(one.value), one.scheme or "")


def _therapy(graph: Graph, therapy: Named) -> tuple[tuple[Named, ...], Dose | None]:
    facts = _about(graph, therapy.iri)
    drugs = facts.terms("gistkg:usesDrug")
    if not drugs and is_kind(graph, therapy.iri, GISTKG + "Drug"):
        drugs = (therapy,)
    frequency = facts.term("gistkg:doseFrequency")
    dose = Dose(
        value=facts.decimal("gistkg:doseValue"),
        per_day=facts.decimal("gistkg:dosePerDay"),
        unit=facts.code("gistkg:doseUnit"),
        frequency=None if frequency is None else frequency.label,
        duration=facts.text("gistkg:treatmentDuration"),
    )
    return drugs, None if dose == Dose(None, None, None, None, None) else dose


def _result(graph: Graph, facts: _Facts, stance: str) -> Result:
    return Result(
        iri=facts.iri,
        label=label_of(graph, facts.iri),
        kind=kind_of(graph, facts.iri),
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
    )


def _about(graph: Graph, iri: Iri) -> _Facts:
    facts = _Facts(iri)
    for row in graph.rows(_sparql("about"), subject=iri):
        facts.add(row)
    return facts


def _about_all(graph: Graph, name: str) -> list[_Facts]:
    found: dict[Iri, _Facts] = {}
    for row in graph.rows(_sparql("about-all"), **{"class": full_iri(name)}):
        if isinstance(subject := row["subject"], Iri):
            found.setdefault(subject, _Facts(subject)).add(row)
    return list(found.values())


@cache
def _sparql(name: str) -> str:
    return next(path for path in query_files("records") if path.stem == name).read_text(encoding="utf-8")
