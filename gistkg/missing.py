"""Which fact is missing, and what it would settle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from gistkg.criteria import Conditions
from gistkg.evaluator import Evaluator, Verdict
from gistkg.expressions import And, AtLeast, Bound, Expression, Has, Named, Not, Or, Some, Truth
from gistkg.graph import Graph
from gistkg.model import Claim, Recommendation
from gistkg.record import Record
from gistkg.resolve import label_of
from gistkg.results import Iri
from gistkg.terms import GISTKG

__all__ = ["MissingFact", "Outcome", "missing_facts"]


class Outcome(Record):
    """If the missing fact is this, then these apply that were undetermined, and these fall away."""

    condition: str
    then: tuple[str, ...]
    falls_away: tuple[str, ...]


class MissingFact(Record):
    """A fact that is not known, and that undetermined recommendations turn on.

    `settles` counts the recommendations that this fact alone would settle, `concerns` all that turn on it.
    """

    fact: str
    settles: int
    concerns: int
    outcomes: tuple[Outcome, ...]


def missing_facts(
    graph: Graph,
    conditions: Conditions,
    evaluator: Evaluator,
    facts: Sequence[Expression],
    undetermined: Sequence[Claim],
) -> tuple[MissingFact, ...]:
    """The facts that undetermined recommendations lack; the one that would settle most comes first."""
    names = graph.derived("fact-names", _fact_names)
    if not undetermined:
        return ()
    before = evaluator.judge(facts)
    open_of = {claim.iri: _open(conditions, before, claim) for claim in undetermined}
    groups: dict[str, set[str]] = {}
    for criteria in open_of.values():
        for criterion in criteria:
            groups.setdefault(_name(names, conditions, criterion), set()).add(criterion)
    found = []
    for fact, criteria in groups.items():
        concerned = [claim for claim in undetermined if open_of[claim.iri] & criteria]
        settles = sum(open_of[claim.iri] <= criteria for claim in concerned)
        outcomes = _outcomes(graph, evaluator, facts, sorted(criteria), concerned)
        found.append(MissingFact(fact, settles, len(concerned), tuple(outcomes)))
    return tuple(sorted(found, key=lambda one: (-one.settles, -one.concerns, one.fact)))


def _open(conditions: Conditions, verdict: Verdict, claim: Claim) -> set[str]:
    if claim.population is None:
        return set()
    population = conditions.populations[claim.population.iri.full]
    return {iri for iri in (*population.requires, *population.excludes) if verdict.criteria[iri] is None}


def _outcomes(
    graph: Graph,
    evaluator: Evaluator,
    facts: Sequence[Expression],
    criteria: Sequence[str],
    concerned: Sequence[Claim],
) -> Iterable[Outcome]:
    """What each open criterion would lead to if it were met, and what if none were."""
    about = {claim.population.iri.full for claim in concerned if claim.population}
    for iri in criteria:
        yield _outcome(label_of(graph, Iri(iri)), evaluator.suppose(facts, about, met=[iri]), concerned)
    none = evaluator.suppose(facts, about, unmet=criteria)
    yield _outcome("none of these" if len(criteria) > 1 else "not so", none, concerned)


def _outcome(condition: str, populations: Mapping[str, Truth], concerned: Sequence[Claim]) -> Outcome:
    truths = [(claim, populations[claim.population.iri.full]) for claim in concerned if claim.population]
    applying = [claim for claim, truth in truths if truth]
    overridden = {iri for claim in applying for iri in claim.overrides}
    then = (_what(claim) for claim in applying if claim.iri not in overridden)
    away = (_what(claim) for claim, truth in truths if truth is False or claim.iri in overridden)
    return Outcome(condition, tuple(dict.fromkeys(then)), tuple(dict.fromkeys(away)))


def _what(claim: Claim) -> str:
    """The therapy of a recommendation with its direction, as an outcome names it."""
    if isinstance(claim, Recommendation) and claim.therapy is not None:
        what = claim.therapy.label
    else:
        what = " or ".join(procedure.label for procedure in claim.procedures)
    code = claim.direction.code if claim.direction else None
    return what if code == "for" else f"{what} ({claim.direction.label})" if claim.direction else what


class _FactNames(Record):
    """What facts are called, by property, and the symbols of genes, by class of alterations."""

    properties: Mapping[str, str]
    genes: Mapping[str, str]


def _fact_names(graph: Graph) -> _FactNames:
    labels = graph.store.quads_for_pattern(None, ox.NamedNode(GISTKG + "factLabel"), None)
    symbols = graph.rows("SELECT ?class ?symbol { ?class gistkg:inGene/gistkg:geneSymbol ?symbol } ORDER BY ?class")
    return _FactNames(
        {_text(quad.subject): _text(quad.object) for quad in labels},
        {row["class"].full: str(row["symbol"]) for row in symbols if isinstance(row["class"], Iri)},
    )


def _text(term: object) -> str:
    return str(getattr(term, "value", term))


def _name(names: _FactNames, conditions: Conditions, criterion: str) -> str:
    """What the fact is called that a criterion turns on; of an alteration, with the gene."""
    called: dict[str, set[str]] = {}
    for property_, fillers in _turns_on(conditions, conditions.criteria[criterion]):
        broader = conditions.broader_properties.get(property_, frozenset((property_,)))
        label = next((names.properties[one] for one in (property_, *sorted(broader)) if one in names.properties), None)
        if label is not None:
            called.setdefault(label, set()).update(names.genes[iri] for iri in fillers if iri in names.genes)
    words = (" ".join([*sorted(genes), label]) for label, genes in called.items())
    return " and ".join(words) or "the kind of tumour"


def _turns_on(conditions: Conditions, expression: Expression) -> Iterable[tuple[str, tuple[str, ...]]]:
    match expression:
        case Some(property_, filler) | AtLeast(_, property_, filler):
            yield property_, tuple(_classes(filler))
        case Has(property_, _) | Bound(property_, _, _):
            yield property_, ()
        case And(parts) | Or(parts):
            for part in parts:
                yield from _turns_on(conditions, part)
        case Not(part):
            yield from _turns_on(conditions, part)
        case Named(iri) if iri in conditions.criteria:
            yield from _turns_on(conditions, conditions.criteria[iri])


def _classes(expression: Expression) -> Iterable[str]:
    match expression:
        case Named(iri):
            yield iri
        case And(parts) | Or(parts):
            for part in parts:
                yield from _classes(part)
        case Not(part):
            yield from _classes(part)
