"""A case and the recommendations: which apply, which do not, which cannot be told, and why.

A recommendation applies if the facts put the case into its population, does not apply if they keep it out, and is
undetermined if they do not tell; then the answer names the criteria that are open. No missing fact decides anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from gistkg.case import Case
from gistkg.criteria import Conditions
from gistkg.expressions import Expression, Not, Truth
from gistkg.graph import Graph
from gistkg.record import Record
from gistkg.records import Claim, Result, Source, claims, results, source
from gistkg.resolve import label_of
from gistkg.results import Iri
from gistkg.terms import GISTKG

__all__ = ["Answer", "Judgement", "Reason", "answer"]

STATUSES = ("applies", "undetermined", "overridden", "doesNotApply", "notInForce")
"""Every status a recommendation can have, in the order of an answer."""


class Reason(Record):
    """One criterion of a population, whether the case meets it, and the words that say so."""

    criterion: Iri
    label: str
    value: Truth
    facts: tuple[str, ...]


class Judgement(Record):
    """One recommendation, judged for one case."""

    claim: Claim
    status: str
    because: tuple[Reason, ...]
    overridden_by: Iri | None
    results: tuple[Result, ...]
    source: Source | None

    @property
    def missing(self) -> tuple[str, ...]:
        """The criteria that the facts leave open, by label; empty unless undetermined."""
        return tuple(reason.label for reason in self.because if reason.value is None) if self._open else ()

    @property
    def _open(self) -> bool:
        return self.status == "undetermined"


class Answer(Record):
    """Every recommendation of the graph, judged for one case; those that apply first.

    The order: status, direction (for, against, others), specificity of what may apply (the population that lies inside
    more others comes first), date (newest first), IRI.
    """

    case: Case
    as_of: datetime
    graph_version: str
    judgements: tuple[Judgement, ...]

    def with_status(self, *statuses: str) -> tuple[Judgement, ...]:
        """The judgements of these statuses, in the order of the answer."""
        return tuple(judgement for judgement in self.judgements if judgement.status in statuses)


def answer(graph: Graph, conditions: Conditions, case: Case, *, as_of: datetime | None = None) -> Answer:
    """Judge every recommendation of the graph for a case, as of a date (now, if none is given).

    >>> from gistkg.case import case_from_words
    >>> from gistkg.criteria import conditions
    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> known = conditions(graph)
    >>> found = answer(graph, known, case_from_words(graph, known, "metastatic, KIT exon 9, untreated"))
    >>> [str(judgement.claim.iri) for judgement in found.with_status("applies")][:2]
    ['ev:pdq-2014-s28', 'ev:pdq-2014-s24']
    """
    moment = as_of or datetime.now(UTC)
    evidence = graph.derived("evidence", _evidence)
    judged = [_judge(graph, conditions, case, rests, moment) for rests in evidence]
    overriding = {
        overridden: judgement.claim.iri
        for judgement in judged
        if judgement.status == "applies"
        for overridden in judgement.claim.overrides
    }
    final = [_override(judgement, overriding.get(judgement.claim.iri)) for judgement in judged]
    inside = {
        judgement.claim.population.iri.full
        for judgement in final
        if judgement.claim.population and judgement.status in ("applies", "undetermined", "overridden")
    }
    graph.keep("lexicon", "conditions", "evidence")
    depths = {population: len(conditions.broader(population)) for population in inside}
    return Answer(case, moment, graph.version, tuple(sorted(final, key=lambda one: _place(depths, one))))


class _Evidence(Record):
    """A claim to be judged, with what it rests on."""

    claim: Claim
    population: str
    results: tuple[Result, ...]
    source: Source | None


def _evidence(graph: Graph) -> tuple[_Evidence, ...]:
    return tuple(
        _Evidence(
            claim,
            claim.population.iri.full,
            results(graph, claim.iri),
            source(graph, claim.source.iri) if claim.source else None,
        )
        for claim in claims(graph)
        if claim.population is not None and claim.is_recommendation
    )


def _judge(graph: Graph, conditions: Conditions, case: Case, rests: _Evidence, moment: datetime) -> Judgement:
    claim, population = rests.claim, rests.population
    reasons = tuple(_reasons(graph, conditions, case, population))
    if (claim.valid_from and moment < claim.valid_from) or (claim.valid_until and moment >= claim.valid_until):
        status = "notInForce"
    else:
        truths = {reason.value for reason in reasons}
        status = "doesNotApply" if False in truths else "undetermined" if None in truths else "applies"
    return Judgement(claim, status, reasons, None, rests.results, rests.source)


def _reasons(graph: Graph, conditions: Conditions, case: Case, population: str) -> Iterable[Reason]:
    members = conditions.populations[population]
    for iri in members.requires:
        yield _reason(graph, conditions, case, iri, conditions.criteria[iri])
    for iri in members.excludes:
        yield _reason(graph, conditions, case, iri, Not(conditions.criteria[iri]))


def _reason(graph: Graph, conditions: Conditions, case: Case, iri: str, wanted: Expression) -> Reason:
    value = conditions.evaluate(case.expressions, wanted)
    words = tuple(
        fact.words
        for fact in case.facts
        if value is not None and conditions.evaluate([fact.expression], wanted) is value
    )
    label = label_of(graph, Iri(iri))
    return Reason(Iri(iri), f"not: {label}" if isinstance(wanted, Not) else label, value, words)


def _override(judgement: Judgement, overriding: Iri | None) -> Judgement:
    if overriding is None or judgement.status != "applies":
        return judgement
    return Judgement(judgement.claim, "overridden", judgement.because, overriding, judgement.results, judgement.source)


def _place(depths: Mapping[str, int], judgement: Judgement) -> tuple[int, int, int, float, str]:
    claim = judgement.claim
    direction = str(claim.direction.iri.full.removeprefix(GISTKG)) if claim.direction else ""
    depth = depths.get(claim.population.iri.full, 0) if claim.population else 0
    age = -claim.valid_from.timestamp() if claim.valid_from else 0.0
    order = _DIRECTIONS.index(direction) if direction in _DIRECTIONS else len(_DIRECTIONS)
    return STATUSES.index(judgement.status), order, -depth, age, str(claim.iri)


_DIRECTIONS = ("For", "Against")
