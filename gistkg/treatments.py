"""What a case file says of treatment: a list of episodes, in order and complete."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from gistkg.case_keys import (
    Key,
    as_number,
    case_keys,
    check_keys,
    closed,
    data_fact,
    list_names,
    shown,
    value_expression,
)
from gistkg.criteria import Conditions
from gistkg.errors import CaseValueError
from gistkg.expressions import And, AtLeast, Expression, Has, Named, Not, Or, Some
from gistkg.graph import Graph
from gistkg.phrases import Fact
from gistkg.record import Record
from gistkg.resolve import find, label_of
from gistkg.results import Iri
from gistkg.terms import GISTKG

__all__ = ["milligrams_per_day", "treatment_facts"]

_EPISODE = GISTKG + "TreatmentEpisode"
_DRUG = GISTKG + "Drug"
_HAD, _LATEST, _RECEIVED = (GISTKG + name for name in ("hadTreatment", "hadLatestTreatment", "receivedDrug"))
_GAVE_DRUG, _GAVE_PROCEDURE = GISTKG + "gaveDrug", GISTKG + "gaveProcedure"
_DOSE, _MONTHS = GISTKG + "gaveMilligramsPerDay", GISTKG + "monthsOnTreatment"


class _Episode(Record):
    """One entry: its words, the drug or procedure with its label, and what it says."""

    words: str
    drug: str | None
    term: Iri
    expression: Expression


def treatment_facts(
    graph: Graph,
    conditions: Conditions,
    given: object,
    path: str = "treatments",
    *,
    complete: bool = True,
    all_drugs: bool = False,
) -> tuple[Fact, ...]:
    """Read a list of treatments; the last one with a drug is the latest, and an empty list says that there was none.

    An entry gives one drug or one procedure. `months` are months on the treatment, and months to progression as well
    if that was its outcome. Each drug counts once, however often it was given. Without `complete` there may have been
    other treatments, and none is known to be the latest. With `all_drugs` there was no other drug, though perhaps a
    procedure; the order means nothing, so that of several drugs each may be the latest.
    Raises `CaseValueError` with the path of what is wrong.

    >>> from gistkg.criteria import conditions
    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> entry = {"drug": "imatinib", "dose": "400 mg/day", "outcome": "progression", "months": 14}
    >>> [fact.words for fact in treatment_facts(graph, conditions(graph), [entry])]
    ['treatments[0]: imatinib, 400 mg/day, progression, 14 months', 'treatments: all']
    """
    if not isinstance(given, list | tuple):
        raise CaseValueError(
            path, f"{shown(given)} is no list; begin each treatment with a dash, and write [] if there was none."
        )
    reader = _Reader(graph, conditions)
    episodes = [reader.episode(f"{path}[{index}]", entry) for index, entry in enumerate(given)]
    latest = max((index for index, one in enumerate(episodes) if one.drug), default=None) if complete else None
    facts = [_fact(graph, one, is_latest=index == latest) for index, one in enumerate(episodes)]
    if complete:
        label = "no other treatment" if episodes else "no treatment"
        words = f"{path}: {'all' if episodes else 'none'}"
        facts.append(Fact(words, Iri(_HAD), label, And(tuple(reader.nothing_else(episodes)))))
    elif all_drugs:
        drugs = [one for one in episodes if one.drug]
        label = "no other drug" if drugs else "no drug"
        words = f"{path}: {'all drugs' if drugs else 'no drugs'}"
        facts.append(Fact(words, Iri(_HAD), label, And(tuple(reader.no_other_drug(drugs)))))
    return tuple(facts)


def milligrams_per_day(graph: Graph, path: str, dose: object, times: Mapping[str, int]) -> Decimal:
    """The daily amount of a dose in words: `400 mg/day`, `400 mg`, `400 mg twice daily`, `2 x 400 mg`.

    An amount without a frequency is that of a day; `times` says how often a day each frequency of the graph is.
    Raises `CaseValueError` for another unit or a frequency that the graph does not know.

    >>> from gistkg.case_keys import case_keys
    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> [milligrams_per_day(graph, "dose", dose, case_keys(graph).frequencies) for dose in ("400 mg bid", "800 mg/d")]
    [Decimal('800'), Decimal('800')]
    """
    example = "write for instance 400 mg/day or 400 mg twice daily"
    if isinstance(dose, int | float | Decimal) and not isinstance(dose, bool):
        raise CaseValueError(path, f"{dose} has no unit; {example}.")
    match = _DOSE_WORDS.fullmatch(dose.strip()) if isinstance(dose, str) else None
    if match is None:
        raise CaseValueError(path, f"{shown(dose)} is no dose; {example}.")
    if GISTKG + "Milligram" not in [unit.full for unit in find(graph, match["unit"])]:
        raise CaseValueError(path, f"{shown(dose)} is not in milligrams a day; {example}.")
    amount = Decimal(match["amount"]) * int(match["count"] or 1)
    often = match["often"].strip(" ,;")
    if not often or _A_DAY.fullmatch(often):
        return amount
    found = [times[term.full] for term in find(graph, often) if term.full in times]
    if not found or match["count"]:
        known = list_names(sorted(label_of(graph, Iri(iri)) for iri in times), "or")
        raise CaseValueError(path, f"how often {shown(often)} is, the graph does not know; say a day, {known}.")
    return amount * found[0]


_DOSE_WORDS = re.compile(
    r"(?:(?P<count>[1-9])\s*[x×*]\s*)?(?P<amount>[0-9]{1,6}(?:\.[0-9]{1,3})?)\s*(?P<unit>[^\W\d_]+)(?P<often>(?:[\s/,;].*)?)",
    re.DOTALL,
)
_A_DAY = re.compile(r"/\s*(?:d|day|24\s*h)|(?:per|a|each|every)\s+day|daily", re.IGNORECASE)


def _fact(graph: Graph, one: _Episode, *, is_latest: bool) -> Fact:
    said: list[Expression] = [Some(_HAD, one.expression)]
    if is_latest:
        said.append(Some(_LATEST, one.expression))
    if one.drug:
        said.append(Some(_RECEIVED, Named(one.drug)))
    label = f"{'latest treatment' if is_latest else 'treatment'} {label_of(graph, one.term)}"
    return Fact(one.words, one.term, label, And(tuple(said)) if len(said) > 1 else said[0])


class _Reader:
    def __init__(self, graph: Graph, conditions: Conditions) -> None:
        self.graph = graph
        self.conditions = conditions
        self.keys = case_keys(graph)

    def episode(self, path: str, entry: object) -> _Episode:
        keys = self.keys.episode
        read = check_keys(path, entry, keys, example="drug: NAME")
        given = {name: value for name, value in read.items() if value is not None}
        what = [name for name in given if keys[name].property in (_GAVE_DRUG, _GAVE_PROCEDURE)]
        names = sorted(name for name, key in keys.items() if key.property in (_GAVE_DRUG, _GAVE_PROCEDURE))
        if not what:
            raise CaseValueError(path, f"says of nothing that it was given; write {list_names(names, 'or')}.")
        if len(what) > 1:
            raise CaseValueError(
                path, f"has {list_names(what, 'and')}; write one entry for each, with what came of it."
            )
        parts: list[Expression] = [Named(_EPISODE)]
        words: list[str] = []
        term, expression = value_expression(
            self.graph, self.conditions, f"{path}.{what[0]}", given[what[0]], keys[what[0]]
        )
        parts += self.only(expression)
        words.append(shown(given.pop(what[0]), bare=True))
        for name, value in given.items():
            said, shown_as = self.attribute(f"{path}.{name}", value, keys[name])
            parts.append(said)
            words.append(shown_as)
        parts += self.to_progression(parts)
        is_drug = keys[what[0]].property == _GAVE_DRUG
        return _Episode(f"{path}: {', '.join(words)}", term.full if is_drug else None, term, And(tuple(parts)))

    def only(self, given: Some) -> list[Expression]:
        """That an episode gave a drug, no other and no procedure; or a procedure and no drug."""
        other, kind = (_GAVE_PROCEDURE, GISTKG + "Procedure") if given.property == _GAVE_DRUG else (_GAVE_DRUG, _DRUG)
        return [given, Not(Some(given.property, Not(given.filler))), Not(Some(other, Named(kind)))]

    def attribute(self, path: str, value: object, key: Key) -> tuple[Expression, str]:
        """What a key of an entry says, and how it is shown."""
        if key.property == _DOSE:
            amount = milligrams_per_day(self.graph, path, value, self.keys.frequencies)
            number = as_number(path, amount, key)
            return Has(key.property, number), f"{number} mg/day"
        if key.is_link:
            _, expression = value_expression(self.graph, self.conditions, path, value, key)
            shown_value = shown(value, bare=True)
            return expression, shown_value if key.name == "outcome" else f"{key.name} {shown_value}"
        fact = data_fact(path, value, key)
        said = fact.words.partition(": ")[2]
        return fact.expression, f"{key.name} {said}" if isinstance(value, bool | str) else f"{said} {key.name}"

    def to_progression(self, parts: list[Expression]) -> list[Expression]:
        """The months of an episode once more, as months to progression if it ended so."""
        progressed = Some(GISTKG + "hadOutcome", Named(GISTKG + "DiseaseProgression"))
        if not self.conditions.evaluate(parts, progressed):
            return []
        months = [part.value for part in parts if isinstance(part, Has) and part.property == _MONTHS]
        return [Has(GISTKG + "monthsToProgression", value) for value in months]

    def nothing_else(self, episodes: list[_Episode]) -> list[Expression]:
        """That there was no other episode, no other drug, and each drug once."""
        had = closed(_link(_HAD, _EPISODE), tuple(one.expression for one in episodes))
        drugs, *counts = self.received([one for one in episodes if one.drug])
        if episodes:
            return [had, drugs, *counts]
        links = sorted((key.property, key.range) for key in self.keys.episode.values() if key.is_link)
        none = [Not(Some(_HAD, Some(property_, Named(kind)))) for property_, kind in links]  # by their domains
        return [had, drugs, *none, *counts]

    def no_other_drug(self, episodes: list[_Episode]) -> list[Expression]:
        """That no episode but these gave a drug, that one of them is the latest, and that each drug counts once."""
        gave: Expression = Some(_GAVE_DRUG, Named(_DRUG))
        if not episodes:
            return [Not(Some(_HAD, gave)), *self.received([])]
        these = tuple(one.expression for one in episodes)
        said = Not(Some(_HAD, And((gave, *(Not(one) for one in these)))))
        latest = Some(_LATEST, these[0] if len(these) == 1 else Or(these))
        return [said, latest, *self.received(episodes)]

    def received(self, episodes: list[_Episode]) -> list[Expression]:
        """That there was no drug but that of these episodes, each of them once; without any, no latest."""
        drugs = list(dict.fromkeys(one.drug for one in episodes if one.drug))
        said = [closed(_link(_RECEIVED, _DRUG), tuple(Named(drug) for drug in drugs))]
        if not drugs:
            return [*said, Not(Some(_LATEST, Named(_EPISODE)))]
        ancestors = self.conditions.ancestors
        narrow = [drug for drug in drugs if not any(drug in above and drug != iri for iri, above in ancestors.items())]
        if len(narrow) < len(drugs):
            return said  # a group of drugs was given: how many different drugs, nobody knows
        groups: dict[str, int] = {}
        for drug in drugs:
            for group in ancestors[drug]:
                if _DRUG in ancestors.get(group, ()):
                    groups[group] = groups.get(group, 0) + 1
        return said + [Not(AtLeast(count + 1, _RECEIVED, Named(group))) for group, count in sorted(groups.items())]


def _link(property_: str, kind: str) -> Key:
    return Key("", property_, kind, is_link=True, functional=False, lowest=None, highest=None)
