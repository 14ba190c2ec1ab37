"""The frozen records handed to users: what a term, a source, a claim, a recommendation and a result hold."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from gistkg.record import Record
from gistkg.results import Iri

__all__ = ["Claim", "Dose", "Level", "Named", "Recommendation", "RecordedConflict", "Result", "Source", "Term"]


class Named(Record):
    """A term as another record mentions it: its IRI, its label, which `str` gives, and its code if it has one."""

    iri: Iri
    label: str
    code: str | None = None

    def __str__(self) -> str:
        """Show the label."""
        return self.label


class Term(Record):
    """A term: what it is called, what it is and what it means."""

    iri: Iri
    label: str
    kind: str
    definition: str | None
    synonyms: tuple[str, ...]
    notes: tuple[str, ...]


class Source(Record):
    """A publication, guideline edition or label; an identifier that was not read is `None`."""

    iri: Iri
    label: str
    kind: str
    citation: str | None
    pubmed_id: str | None
    doi: str | None
    year: int | None


class Level(Record):
    """One code of one version of an evidence-level scheme, such as 1iiDiii; `scheme` is the label of the scheme.

    `assigned_by` is "source", or "derived" if no source assigns it but a rule of this project.
    """

    iri: Iri
    code: str
    scheme: str
    assigned_by: str = "source"

    def __str__(self) -> str:
        """Show the code with its scheme, without which it means nothing."""
        return f"{self.code} ({self.scheme}{'; derived' if self.assigned_by == 'derived' else ''})"


class Dose(Record):
    """How much and how often: one dose and the amount per day, both in `unit` (UCUM); `None` is not stated."""

    value: Decimal | None
    per_day: Decimal | None
    unit: str | None
    frequency: str | None
    duration: str | None
    schedule: str | None = None

    def __str__(self) -> str:
        """Show the dose in words.

        >>> str(Dose(Decimal("400.0"), Decimal("800.0"), "mg", "twice daily", None))
        '400 mg twice daily'
        >>> str(Dose(Decimal("50.0"), Decimal("50.0"), "mg", "once daily", None, "4 weeks on, 2 weeks off"))
        '50 mg once daily, 4 weeks on, 2 weeks off'
        """
        unit = f" {self.unit}" if self.unit else ""
        if self.value is not None:
            amount = f"{_plain(self.value)}{unit}{f' {self.frequency}' if self.frequency else ''}"
        else:
            amount = f"{_plain(self.per_day)}{unit} a day" if self.per_day is not None else ""
        return ", ".join(part for part in (amount, self.schedule, self.duration) if part)


class Claim(Record):
    """One thing a source says, with its place there, its hedges, its level and the dates it held.

    `text` is the statement in full and `label` in short; `citations` are numbers in the reference list of the source.
    """

    iri: Iri
    label: str
    kind: str
    text: str | None
    source: Named | None
    locator: str | None
    population: Named | None
    settings: tuple[Named, ...]
    therapies: tuple[Named, ...]
    procedures: tuple[Named, ...]
    compared_with: tuple[Named, ...]
    mechanisms: tuple[Named, ...]
    endpoints: tuple[Named, ...]
    qualitative_values: tuple[str, ...]
    direction: Named | None
    modality: Named | None
    basis: Named | None
    hedges: tuple[str, ...]
    levels: tuple[Level, ...]
    citations: tuple[int, ...]
    valid_from: datetime | None
    valid_until: datetime | None
    overrides: tuple[Iri, ...]
    status_notes: tuple[str, ...]
    jurisdictions: tuple[Named, ...]
    notes: tuple[str, ...]
    therapy: Named | None = None
    drugs: tuple[Named, ...] = ()
    dose: Dose | None = None
    therapy_kind: str | None = None
    agency: Named | None = None
    studies: tuple[Named, ...] = ()

    @property
    def is_recommendation(self) -> bool:
        """Whether this says what to do: a `Recommendation` of a therapy, or one of procedures."""
        return isinstance(self, Recommendation) or bool(self.procedures)


class Recommendation(Claim):
    """A claim for or against the use of a therapy: the therapy, its drugs, and the dose if it is a regimen.

    `therapy_kind` says what the therapy is: a "treatment strategy", such as stopping a drug, names the drug and does
    not give it.
    """

    therapy: Named | None
    drugs: tuple[Named, ...]
    dose: Dose | None


class Result(Record):
    """One thing reported of one endpoint in one group or between two; `unit` is the UCUM code of `value`.

    `stance` says what it is to the claim it was asked for: "reports", "supports" or "disputes", and "states" if it was
    asked for alone. `low` and `high` are the limits of the confidence interval, or the ends of the range if there is no
    `confidence` in percent. `superseded_by` are later results of the same study that replace this one, after longer
    follow-up: what a source saw, it still rests on.
    """

    iri: Iri
    label: str
    kind: str
    stance: str
    endpoint: Named | None
    statistic: Named | None
    relation: Named | None
    value: Decimal | None
    unit: str | None
    events: int | None
    of: int | None
    p: str | None
    direction: Named | None
    study: Named | None
    arm: Named | None
    compared_with: Named | None
    era: str | None
    sources: tuple[Named, ...]
    low: Decimal | None = None
    high: Decimal | None = None
    confidence: Decimal | None = None
    timepoint: str | None = None
    subgroup: str | None = None
    analysis: str | None = None
    assessor: str | None = None
    words: str | None = None
    superseded_by: tuple[Named, ...] = ()

    @property
    def remark(self) -> str:
        """What is to be told with it: ", superseded by" and the later results, or nothing."""
        later = " and ".join(f"{one.label} ({one.iri})" for one in self.superseded_by)
        return f", superseded by {later}" if later else ""


class RecordedConflict(Record):
    """A contradiction that curators have found, or, between one thing only, an oddity of a source to be weighed.

    `between` are claims, results or studies; `differ` are the aspects in which the sides differ; `resolution` is what
    the curators do about it.
    """

    iri: Iri
    label: str
    kind: str
    text: str | None
    between: tuple[Named, ...]
    differ: tuple[str, ...]
    resolution: str | None


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"
