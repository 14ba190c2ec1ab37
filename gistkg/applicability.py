"""A case and the recommendations: which apply, which do not, which cannot be told, and why.

A recommendation applies if the facts put the case into its population, does not apply if they keep it out, and is
undetermined if they do not tell; then the answer names the criteria that are open. No missing fact decides anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from gistkg.case import Case
from gistkg.criteria import Conditions, proofs
from gistkg.evaluator import Evaluator, Verdict
from gistkg.expressions import Expression, Not, Truth
from gistkg.graph import Graph
from gistkg.missing import MissingFact, missing_facts
from gistkg.model import Claim, Named, Recommendation, Result, Source
from gistkg.record import Record
from gistkg.records import claims, conflicts, results, source
from gistkg.resolve import label_of
from gistkg.results import Iri

__all__ = ["STATUSES", "Answer", "Conflict", "Judgement", "Reason", "answer", "evaluator_of", "in_force"]

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
    may_be_overridden_by: tuple[Iri, ...]
    conflicts_with: tuple[Iri, ...]
    results: tuple[Result, ...]
    source: Source | None

    @property
    def missing(self) -> tuple[str, ...]:
        """The criteria that the facts leave open, by label; empty unless undetermined."""
        return tuple(reason.label for reason in self.because if reason.value is None and self.status == "undetermined")


class Conflict(Record):
    """Two recommendations of one answer that take opposite sides on a drug, and what differs between them.

    A conflict that curators have recorded has an IRI, a text and perhaps a resolution; it may be between results, and
    touches an answer if it is about a recommendation that applies or may apply, or about a result of one.
    """

    between: tuple[Iri, ...]
    differ: tuple[str, ...]
    iri: Iri | None = None
    text: str | None = None
    resolution: str | None = None
    claims: tuple[Iri, ...] = ()


class Answer(Record):
    """Every recommendation of the graph, judged for one case; those that apply first.

    The order: status, direction (for, against, others), specificity of what may apply (the population that lies inside
    more others comes first), evidence level (graded before not graded), date (newest first), IRI.
    """

    case: Case
    as_of: datetime
    jurisdiction: Iri | None
    graph_version: str
    judgements: tuple[Judgement, ...]
    missing_facts: tuple[MissingFact, ...]
    conflicts: tuple[Conflict, ...]

    def with_status(self, *statuses: str) -> tuple[Judgement, ...]:
        """The judgements of these statuses, in the order of the answer.  Raises `ValueError` for an unknown status."""
        if unknown := set(statuses) - set(STATUSES):
            raise ValueError(f"no status is called {', '.join(sorted(unknown))}; there are {', '.join(STATUSES)}")
        return tuple(judgement for judgement in self.judgements if judgement.status in statuses)


def answer(
    graph: Graph,
    conditions: Conditions,
    case: Case,
    *,
    as_of: datetime | None = None,
    jurisdiction: Iri | None = None,
) -> Answer:
    """Judge every recommendation of the graph for a case, as of a date (now, if none is given), in one place or any.

    >>> from gistkg.case import case_from_words
    >>> from gistkg.criteria import conditions
    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> known = conditions(graph)
    >>> found = answer(graph, known, case_from_words(graph, known, "metastatic, KIT exon 9, untreated"))
    >>> [str(judgement.claim.iri) for judgement in found.with_status("applies")][:2]
    ['ev:conclusion-imatinib-dose-exon-9', 'ev:pdq-2024-175']
    """
    moment = as_of or datetime.now(UTC)
    evidence = graph.derived("evidence", _evidence)
    evaluator = evaluator_of(graph, conditions)
    verdict = evaluator.judge(case.expressions)
    known_reasons: dict[tuple[str, bool], Reason] = {}
    places = graph.derived("populations", lambda graph: _places(graph, evaluator))
    judged = [
        _judge(graph, conditions, case, verdict, rests, in_force(rests.claim, moment, jurisdiction), known_reasons)
        for rests in evidence
    ]
    overriding = {
        overridden: judgement.claim.iri
        for judgement in judged
        if judgement.status == "applies"
        for overridden in judgement.claim.overrides
    }
    possible = {
        overridden: judgement.claim.iri
        for judgement in judged
        if judgement.status == "undetermined"
        for overridden in judgement.claim.overrides
    }
    judged = [_overridden(judgement, overriding, possible) for judgement in judged]
    disputes = (*_conflicts(judged, places), *_recorded(graph, judged))
    judged = [_conflicting(judgement, disputes) for judgement in judged]
    open_ = [one.claim for one in judged if one.status == "undetermined"]
    missing = missing_facts(graph, conditions, evaluator, case.expressions, open_)
    graph.keep(*_KEPT)
    may_apply = {
        judgement.claim.population.iri.full
        for judgement in judged
        if judgement.claim.population and judgement.status in ("applies", "undetermined", "overridden")
    }
    depths = {population: places[population].depth for population in may_apply}
    ordered = tuple(sorted(judged, key=lambda one: _rank(depths, one)))
    return Answer(case, moment, jurisdiction, graph.version, ordered, missing, disputes)


def evaluator_of(graph: Graph, conditions: Conditions) -> Evaluator:
    """The compiled conditions of a graph, with what was proved of them; made once for each graph."""

    def build(graph: Graph) -> Evaluator:
        known = proofs(graph)
        return Evaluator(conditions, known.implied, known.excluded)

    return graph.derived("evaluator", build).with_conditions(conditions)


def in_force(claim: Claim, moment: datetime, jurisdiction: Iri | None = None) -> bool:
    """Whether a claim holds on a date, in a place; a claim that names no place holds anywhere."""
    begun = claim.valid_from is None or claim.valid_from <= moment
    ended = claim.valid_until is not None and claim.valid_until <= moment
    elsewhere = bool(jurisdiction and claim.jurisdictions) and jurisdiction not in [
        place.iri for place in claim.jurisdictions
    ]
    return begun and not ended and not elsewhere


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


def _judge(
    graph: Graph,
    conditions: Conditions,
    case: Case,
    verdict: Verdict,
    rests: _Evidence,
    holds: bool,
    known: dict[tuple[str, bool], Reason],
) -> Judgement:
    reasons = tuple(_reasons(graph, conditions, case, verdict, rests.population, known))
    truth = verdict.populations[rests.population]
    status = {True: "applies", False: "doesNotApply", None: "undetermined"}[truth] if holds else "notInForce"
    return Judgement(rests.claim, status, reasons, None, (), (), rests.results, rests.source)


def _reasons(
    graph: Graph,
    conditions: Conditions,
    case: Case,
    verdict: Verdict,
    population: str,
    known: dict[tuple[str, bool], Reason],
) -> Iterable[Reason]:
    """Why a case is in a population, or not; what decides a criterion is worked out once for all populations."""
    members = conditions.populations[population]
    for iri, wanted in (*((iri, True) for iri in members.requires), *((iri, False) for iri in members.excludes)):
        if (iri, wanted) not in known:
            met = verdict.criteria[iri]
            value = None if met is None else met is wanted
            criterion = conditions.criteria[iri]
            facts = _deciding(conditions, case, criterion if wanted else Not(criterion), value)
            label = label_of(graph, Iri(iri))
            known[iri, wanted] = Reason(Iri(iri), label if wanted else f"not: {label}", value, facts)
        yield known[iri, wanted]


def _deciding(conditions: Conditions, case: Case, wanted: Expression, value: Truth) -> tuple[str, ...]:
    """The words of the facts that decide a condition alone; of all facts about it, where only together they do."""
    if value is None:
        return ()
    kinds = case.expressions[:2]
    alone = [fact.words for fact in case.facts if conditions.evaluate([*kinds, fact.expression], wanted) is value]
    if len(alone) == len(case.facts) and conditions.evaluate(kinds, wanted) is value:
        return ()  # that it is a case of GIST is enough
    return tuple(alone)


def _overridden(judgement: Judgement, overriding: Mapping[Iri, Iri], possible: Mapping[Iri, Iri]) -> Judgement:
    iri = judgement.claim.iri
    if judgement.status in ("applies", "undetermined") and iri in overriding:
        return _with(judgement, status="overridden", overridden_by=overriding[iri])
    if judgement.status in ("applies", "undetermined") and iri in possible:
        return _with(judgement, may_be_overridden_by=(possible[iri],))
    return judgement


def _conflicting(judgement: Judgement, conflicts: Iterable[Conflict]) -> Judgement:
    iri = judgement.claim.iri
    about = (one for one in conflicts if iri in one.between or iri in one.claims)
    others = tuple(dict.fromkeys(other for one in about for other in one.between if other != iri))
    return _with(judgement, conflicts_with=others) if others else judgement


def _with(judgement: Judgement, **changed: object) -> Judgement:
    fields: dict[str, Any] = {name: getattr(judgement, name) for name in Judgement.__match_args__}
    return Judgement(**fields | changed)


def _conflicts(judged: list[Judgement], places: Mapping[str, _Place]) -> Iterable[Conflict]:
    """Opposite sides on one drug, in populations that one case can be in at once, among what applies or may apply.

    What one overrides is no conflict any more.
    """
    sides = [one for one in judged if one.status in ("applies", "undetermined") and _code(one.claim) in _SIDES]
    for one, other in combinations(sides, 2):
        drugs = {drug.iri for drug in _drugs(one.claim)} & {drug.iri for drug in _drugs(other.claim)}
        linked = one.claim.iri in other.claim.overrides or other.claim.iri in one.claim.overrides
        if not drugs or linked or _code(one.claim) == _code(other.claim):
            continue
        if one.claim.population is None or other.claim.population is None:
            continue
        first, second = one.claim.population.iri.full, other.claim.population.iri.full
        if second not in places[first].apart and first not in places[second].apart:
            yield Conflict((one.claim.iri, other.claim.iri), tuple(_differences(one.claim, other.claim)))


class _Place(Record):
    """Where a population lies among those that recommendations are about."""

    depth: int
    apart: frozenset[str]


def _places(graph: Graph, evaluator: Evaluator) -> dict[str, _Place]:
    """For each population of a recommendation, in how many others it lies, and which it shares no case with."""
    wanted = {rests.population for rests in graph.derived("evidence", _evidence)}
    found = {}
    for population in sorted(wanted):
        truths = evaluator.inside(population).populations
        apart = frozenset(other for other in wanted if truths[other] is False)
        found[population] = _Place(len(evaluator.broader(population)), apart)
    return found


def _recorded(graph: Graph, judged: Iterable[Judgement]) -> Iterable[Conflict]:
    """The conflicts that curators have recorded of what applies or may apply, or of its results."""
    chosen = (one for one in judged if one.status in ("applies", "undetermined", "overridden"))
    open_ = [(one.claim.iri, _concerns(one)) for one in chosen]
    for known in graph.derived("recorded-conflicts", conflicts):
        sides = tuple(one.iri for one in known.between)
        touched = tuple(claim for claim, concerns in open_ if not concerns.isdisjoint(sides))
        if touched:
            yield Conflict(sides, known.differ, known.iri, known.text, known.resolution, touched)


def _concerns(judgement: Judgement) -> set[Iri]:
    return {judgement.claim.iri, *(result.iri for result in judgement.results)}


def _differences(one: Claim, other: Claim) -> Iterable[str]:
    for name, first, second in (
        ("dose", _dose(one), _dose(other)),
        ("population", one.population, other.population),
        ("line", one.settings, other.settings),
        ("jurisdiction", one.jurisdictions, other.jurisdictions),
        ("date", one.valid_from, other.valid_from),
        ("source", one.source, other.source),
    ):
        if first != second:
            yield name


def _code(claim: Claim) -> str:
    return (claim.direction.code or "") if claim.direction else ""


def _drugs(claim: Claim) -> tuple[Named, ...]:
    return claim.drugs if isinstance(claim, Recommendation) else ()


def _dose(claim: Claim) -> object:
    return claim.dose if isinstance(claim, Recommendation) else None


def _rank(depths: Mapping[str, int], judgement: Judgement) -> tuple[int, int, int, bool, float, str]:
    claim = judgement.claim
    depth = depths.get(claim.population.iri.full, 0) if claim.population else 0
    age = -claim.valid_from.timestamp() if claim.valid_from else 0.0
    code = _code(claim)
    order = _SIDES.index(code) if code in _SIDES else len(_SIDES)
    return STATUSES.index(judgement.status), order, -depth, not claim.levels, age, str(claim.iri)


_SIDES = ("for", "against")
_KEPT = (
    "lexicon",
    "conditions",
    "evaluator",
    "evidence",
    "recorded-conflicts",
    "populations",
    "fact-names",
    "measured-facts",
    "alterations",
    "case keys",
)
"""What an answer derives from the graph, by the names it is kept under; some only if the case asks for it."""
