"""The evidence against the dossier it was curated from: every verified figure is found, and no other is there."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from dossier import dossier, known, needs_dossier, numbers, spelled, texts

from gistkg.graph import Graph
from gistkg.terms import GRAPH, compact

pytestmark = needs_dossier

_EXCEPTIONS = Path(__file__).parent / "data" / "dossier-exceptions.csv"

# Which study of the graph an entry of the dossier became, where the name is not the same

_STUDY_FILES = ("imatinib.yaml", "later-lines.yaml")

_RENAMED = {
    "a6181004-sunitinib-phase3": "a6181004",
    "a6181004-sunitinib-phase3-longterm": "a6181004-longterm",
    "bfr14-5y": "bfr14-5y bfr14-3y bfr14-1y bfr14-2024",  # its outcomes are about all interruptions
    "cytoreductive-surgery-review-kikuchi": "cytoreductive-surgery-review-kikuchi cytoreductive-surgery-review-yonkus",
    "grid-regorafenib-phase3": "grid",
    "intrigue-ctdna-exploratory": "intrigue-ctdna",
    "intrigue-ripretinib-final-os": "intrigue",
    "intrigue-ripretinib-phase3": "intrigue",
    "invictus-ripretinib-phase3": "invictus",
    "peak-bezuclastinib-phase3": "peak",
    "peak-part1-lead-in": "peak-part-1",
    "raut-surgery-after-tki": "raut-2006",
    "right-imatinib-rechallenge": "right",
    "ripretinib-dose-escalation-invictus": "invictus-dose-escalation",
}

_MENTIONED = {  # studies without an entry of their own, and the words by which the other files name them
    "cassier-2012": ("cassier_2012",),
    "d816h-xenograft": ("d816h_xeno",),
    "liegl-metastases": ("liegl",),
    "pdgfra-series-26130666": ("PMC4843750",),
    "regorafenib-exon-17": ("PMID 28487491",),
    "responsive-lesions-2007": ("agaram07",),
    "secondary-mutations-12": ("second12",),
    "tdm-2016": ("tdm_2016",),
}


@cache
def _entries() -> dict[str, dict[str, Any]]:
    """The studies of the dossier that were read, without what is only remembered."""
    studies = [study for name in _STUDY_FILES for study in dossier(name)["studies"]]
    return {study["id"]: known(study) for study in studies if study["verified"] is not False}


def _terms(study: str) -> list[str]:
    return [f"ev:{name}" for name in _RENAMED.get(study, study).split()]


# The graph


@dataclass(frozen=True)
class Evidence:
    """What the graph says of each term, by predicate, and the file that says it."""

    about: dict[str, dict[str, list[Any]]]
    to: dict[str, dict[str, list[str]]]
    file: dict[str, str]

    def values(self, term: str, *predicates: str) -> list[Any]:
        described = self.about.get(term, {})
        return [value for predicate in predicates for value in described.get(predicate, ())]

    def of_kind(self, *kinds: str) -> set[str]:
        return {term for kind in kinds for term in self.to.get(kind, {}).get("rdf:type", ())}

    def literals(self, term: str) -> Iterator[Any]:
        for predicate, values in self.about.get(term, {}).items():
            if predicate not in ("gistkg:publicationYear", "gistkg:registryNumber", "gistkg:validFrom"):
                yield from (value for value in values if not isinstance(value, str) or not _is_term(value))


def _is_term(value: str) -> bool:
    return re.fullmatch(r"[a-z]+:[A-Za-z0-9_-]+", value) is not None


def _value(term: Any) -> Any:
    if isinstance(term, ox.NamedNode):
        return compact(term.value)
    if isinstance(term, ox.Literal):
        number = term.datatype.value.rpartition("#")[2] in ("decimal", "integer", "nonNegativeInteger")
        return Decimal(term.value) if number else term.value
    return None


@pytest.fixture(scope="module")
def evidence(kg_graph: Graph) -> Evidence:
    about: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    to: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    file: dict[str, str] = {}
    for quad in kg_graph.store:
        subject, value = _value(quad.subject), _value(quad.object)
        if subject is None or value is None:
            continue
        predicate = compact(quad.predicate.value)
        about[subject][predicate].append(value)
        file.setdefault(subject, quad.graph_name.value.removeprefix(GRAPH))
        if isinstance(quad.object, ox.NamedNode):
            to[value][predicate].append(subject)
    return Evidence(dict(about), dict(to), file)


_MEASURED = ("gistkg:value", "gistkg:eventCount", "gistkg:ofCount", "gistkg:rangeLow", "gistkg:rangeHigh")
_LIMITS = ("gistkg:lowerLimit", "gistkg:upperLimit")
_NAMED = (
    *("gistkg:inSubgroup", "gistkg:comparedWithSubgroup", "gistkg:enrolsPopulation", "gistkg:appliesTo"),
    *("gistkg:receives", "gistkg:recommends", "gistkg:concernsTherapy", "gistkg:concernsAlteration"),
)


_ARM_WORDS = {"lms": "leiomyosarcoma"}


def _numbers_of(literals: Iterable[Any]) -> set[Decimal]:
    found: set[Decimal] = set()
    for literal in literals:
        found.update((literal,) if isinstance(literal, Decimal) else (*numbers(literal), *spelled(literal)))
    return found


@dataclass
class Place:
    """The part of the graph in which the figures of one entry of the dossier are to be found."""

    evidence: Evidence
    studies: list[str]
    arms: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)

    @classmethod
    def of_studies(cls, evidence: Evidence, studies: Iterable[str]) -> Place:
        """Studies with their arms, their findings, and the claims, conflicts and flags about these."""
        place = cls(evidence, list(studies))
        for study in place.studies:
            place.arms += evidence.values(study, "gistkg:hasArm")
            place.findings += evidence.to.get(study, {}).get("gistkg:ofStudy", ())
            place.parents += evidence.values(study, "gistkg:partOfStudy")
        files = {evidence.file.get(study) for study in place.studies}
        place.findings += [one for one in sorted(evidence.of_kind("gistkg:Figure")) if evidence.file[one] in files]
        for term in (*place.studies, *place.findings):
            to = evidence.to.get(term, {})
            for predicate in ("between", "flags", "reportsResult", "supportedBy", "describesStudy", "basedOnStudy"):
                place.others += to.get(f"gistkg:{predicate}", ())
        return place

    @property
    def file(self) -> str:
        return ", ".join(sorted({self.evidence.file.get(term, "?") for term in self.studies or self.others}))

    def words(self) -> set[Decimal]:
        """Every number in this part of the graph, also inside texts and in the names of what it points to."""
        terms = {*self.studies, *self.arms, *self.findings, *self.others, *self.parents}
        terms |= {to for term in terms for to in self.evidence.values(term, *_NAMED)}
        sources = {to for term in terms for to in self.evidence.values(term, "dcterms:source")}
        names = (one for source in sources for one in self.evidence.values(source, "skos:prefLabel"))
        return _numbers_of([*(one for term in terms for one in self.evidence.literals(term)), *names])

    def arm(self, name: str, drug: str) -> set[str] | None:
        """The arms that fit a name and a drug of the dossier best; none if nothing fits."""
        words = set(re.findall(r"\w+", f"{name} {drug}".lower()))
        drugs = {label for label in self._drug_labels if label in f"{name} {drug}".lower()}
        if len(self.arms) == 1:
            return set(self.arms)
        words |= {_ARM_WORDS[word] for word in words & _ARM_WORDS.keys()}
        scores = {}
        for arm in self.arms:
            own = " ".join([arm.removeprefix(self.studies[0]), *self.evidence.values(arm, "skos:prefLabel")]).lower()
            scores[arm] = len(words & set(re.findall(r"\w+", own))) + 2 * (drugs != set() and self._drugs(arm) == drugs)
        best = max(scores.values(), default=0)
        return {arm for arm, score in scores.items() if score == best} if best else None

    @property
    def _drug_labels(self) -> set[str]:
        return {label for arm in self.arms for label in self._drugs(arm)}

    def _drugs(self, arm: str) -> set[str]:
        therapies = self.evidence.values(arm, "gistkg:receives")
        drugs = {drug for one in therapies for drug in self.evidence.values(one, "gistkg:usesDrug") or (one,)}
        return {label for drug in drugs for label in self.evidence.values(drug, "skos:prefLabel")}

    def in_arm(self, finding: str, arms: set[str] | None) -> bool:
        if arms is None:
            return True
        stated = set(self.evidence.values(finding, "gistkg:inArm"))
        return bool(stated & arms) or (not stated and set(self.arms) <= arms)


# The figures of the dossier, each with the answer whether it is found


@dataclass(frozen=True)
class Figure:
    """One figure of the dossier: the entry, where it stands there, and whether the graph has it."""

    entry: str
    figure: str
    found: bool


_ENDPOINTS = {  # how the dossier names an endpoint, and the endpoints that this may be in the graph
    r"(interim-)?PFS(?!-on-next|-and|-after|2|-event)": "ProgressionFreeSurvival ProgressionEvent Risk",
    r"(OS\b|overall.survival)": "OverallSurvival NumberOfDeaths",
    r"RFS": "RecurrenceFreeSurvival",
    r"DFS": "DiseaseFreeSurvival",
    r"IFFS|imatinib failure-free": "ImatinibFailureFreeSurvival",
    r"hepatic-PFS": "HepaticProgressionFreeSurvival",
    r"(ORR|confirmed-response-rate)$": "TumourResponse CompleteResponse PartialResponseRate",
    r"(TTP|time.to.(tumour.)?progression)$": "TimeToProgression",
    r"(PR|partial response)$": "PartialResponseRate TumourResponse",
    r"(CR|complete response)$": "CompleteResponse",
    r"(SD|stable disease)$": "StableDisease",
    r"(PD|progression)$": "ProgressiveDiseaseRate",
    r"R0.resection": "CompleteMacroscopicResection R0Resection",
    r"grade.\d": "AdverseEvent",
}
_UNITS = {"percent": "Percent", "months": "Month", "years": "Year", "weeks": "Week", "days": "Day", "HR": "Ratio"}
_TIME = re.compile(r"(month|year|week|day)s?\b")
_STATISTICS = {"median": "gistkg:Median", "mean": "gistkg:Mean"}


def _endpoints(name: str) -> set[str] | None:
    for pattern, terms in _ENDPOINTS.items():
        if re.match(pattern, name):
            return {f"gistkg:{term}" for term in terms.split()}
    return None


def _p_value(text: str) -> tuple[str, Decimal] | None:
    found = re.search(r"([<>=]?)\s*(\d*\.?\d+(?:e-\d+)?)", text)
    return (found[1].strip("="), Decimal(found[2])) if found else None


def _moments(outcome: dict[str, Any]) -> list[tuple[Decimal, str]]:
    """The times at which an outcome was read, with their unit."""
    if "timepoints_months" in outcome:
        return [(Decimal(month), "gistkg:Month") for month in outcome["timepoints_months"]]
    text = str(outcome.get("timepoint") or outcome.get("at") or "")
    if not text and (rate := re.search(r"rate-(\d+-\w+)", outcome["endpoint"])):
        text = rate[1].replace("-", " ")
    unit = _TIME.search(text)
    if unit is None or "follow-up" in text:
        return []
    return [(number, f"gistkg:{unit[1].capitalize()}") for number in numbers(text)]


def _all_numbers(content: Any) -> list[Decimal]:
    """The numbers in all texts of an entry, each once; the line of treatment is not counted among them."""
    said = [text for text in texts(content, without=frozenset({"line"})) if "remembered" not in text]
    return list(dict.fromkeys(number for text in said for number in numbers(text)))


class Comparison:
    """The figures of one outcome, looked up among the findings of one place."""

    def __init__(self, place: Place, entry: str, arms: dict[str, str], outcome: dict[str, Any]) -> None:
        self.place, self.entry, self.arms, self.outcome = place, entry, arms, outcome
        allowed = _endpoints(outcome["endpoint"])
        self.findings = [
            finding
            for finding in place.findings
            if allowed is None or allowed & set(place.evidence.values(finding, "gistkg:measuresEndpoint"))
        ]
        self.times = _moments(outcome)

    def figures(self) -> Iterator[Figure]:
        outcome = self.outcome
        for key in ("value", "values"):
            content = outcome.get(key)
            if isinstance(content, dict):
                for name, cell in content.items():
                    yield from self._cell(name, cell if isinstance(cell, dict) else {"value": cell})
            elif content is not None:
                yield from self._cell(outcome.get("arm"), outcome)
        for key, statistic in (("hr", "HazardRatio"), ("odds_ratio", "OddsRatio")):
            if key in outcome:
                limits = outcome.get("hr_ci") or outcome.get("hr_ci95") or (outcome.get("ci95") if key != "hr" else None)
                yield self._ratio(Decimal(str(outcome[key])), limits, f"gistkg:{statistic}")
        if "p" in outcome:
            printed = {_p_value(one) for finding in self.findings for one in self._of(finding, "gistkg:pValue")}
            yield self._figure(f"p {outcome['p']}", _p_value(outcome["p"]) in printed)
        if "events" in outcome and "value" not in outcome:
            yield self._figure(f"events {outcome['events']}", bool(self._with(Decimal(outcome["events"]))))
        yield from self._in_words()

    def _of(self, finding: str, *predicates: str) -> list[Any]:
        return self.place.evidence.values(finding, *predicates)

    def _figure(self, what: str, found: bool, arm: str | None = None) -> Figure:
        outcome = self.outcome
        named = (outcome["endpoint"], arm or outcome.get("arm"), outcome.get("subgroup"), outcome.get("test"))
        when = outcome.get("timepoint") or outcome.get("at") or outcome.get("analysis")
        return Figure(self.entry, f"{', '.join(str(one) for one in (*named, when) if one)}: {what}", found)

    def _with(self, number: Decimal, among: Iterable[str] | None = None) -> list[str]:
        among = self.findings if among is None else among
        return [finding for finding in among if number in self._of(finding, *_MEASURED, *_LIMITS)]

    def _cell(self, arm: str | None, cell: dict[str, Any]) -> Iterator[Figure]:
        arms = self.place.arm(arm, self.arms[arm]) if arm in self.arms else None
        among = [finding for finding in self.findings if self.place.in_arm(finding, arms)]
        for figure, number in self._split(cell.get("value")):
            yield from self._number(figure, number, among, cell.get("ci95"), arm)
        if cell is self.outcome:
            return
        among = [finding for finding in self.place.findings if self.place.in_arm(finding, arms)]
        words = _numbers_of(one for finding in among for one in self.place.evidence.literals(finding))
        for key, content in cell.items():
            if key not in ("value", "ci95"):
                for number in _all_numbers(content):
                    yield self._figure(f"{key} {number}", number in words, arm)

    def _split(self, value: object) -> Iterator[tuple[str, Any]]:
        """Numbers stay themselves, counts become pairs, and what else a text has is left to `_in_words`."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield str(value), Decimal(str(value))
        elif isinstance(value, list):
            for one in value:
                yield from self._split(one)
        elif isinstance(value, str) and re.fullmatch(r"not.reached", value):
            yield value, None
        elif isinstance(value, str):
            own = value.partition(" versus ")[0]
            for events, of in re.findall(r"(?<![\w.])(\d+)(?:/| of (?:the )?)(\d+)(?![\w.])", own):
                yield f"{events} of {of}", (Decimal(events), Decimal(of))
            for number in re.findall(r"^>?=? ?(\d+(?:\.\d+)?)$", own) or re.findall(r"\((\d+(?:\.\d+)?)%\)", own):
                yield number, Decimal(number)

    def _number(
        self, what: str, number: Any, among: list[str], ci: list[Any] | None, arm: str | None
    ) -> Iterator[Figure]:
        if number is None:
            reached = [one for one in among if "gistkg:NotReached" in self._of(one, "gistkg:hasRelation")]
            yield self._figure(what, bool(reached), arm)
            return
        if isinstance(number, tuple):
            counts = ("gistkg:eventCount", "gistkg:ofCount")
            pairs = [one for one in among if tuple(self._of(one, *counts)) == number]
            words = re.compile(rf"\b{number[0]} of (?:the )?{number[1]}\b")
            said = [one for one in among if any(words.search(text) for text in self._of(one, "gistkg:resultInWords"))]
            yield self._figure(what, bool(pairs or said), arm)
            return
        outcome = self.outcome
        among = self._with(number, among)
        yield self._figure(what, bool(among), arm)
        if not among:
            return
        unit, statistic = _UNITS.get(outcome.get("unit", "")), _STATISTICS.get(outcome.get("statistic", ""))
        valued = [one for one in among if number in self._of(one, "gistkg:value")]
        if unit and valued:
            valued = [one for one in valued if f"gistkg:{unit}" in self._of(one, "gistkg:unit")]
            yield self._figure(f"{what} in {unit}", bool(valued), arm)
        if statistic and valued:
            valued = [one for one in valued if statistic in self._of(one, "gistkg:hasStatistic")]
            yield self._figure(f"{what} as {outcome['statistic']}", bool(valued), arm)
        valued = valued or among
        if self.times:
            moments = {tuple(self._of(one, "gistkg:timepointValue", "gistkg:timepointUnit")) for one in valued}
            yield self._figure(f"{what} at this time", bool(moments & set(self.times)), arm)
        if ci:
            wanted = tuple(Decimal(str(one)) for one in ci if not isinstance(one, str))
            if len(wanted) == 2:
                found = any(tuple(self._of(one, *_LIMITS)) == wanted for one in valued)
            else:
                found = set(wanted) <= _numbers_of(text for one in valued for text in self.place.evidence.literals(one))
            yield self._figure(f"{what} with interval {ci[0]} to {ci[1]}", found, arm)

    def _ratio(self, ratio: Decimal, limits: list[Any] | None, statistic: str) -> Figure:
        """A hazard or odds ratio with exactly these limits, between these arms."""
        wanted = tuple(Decimal(str(one)) for one in limits or ())
        among = [one for one in self._with(ratio) if statistic in self._of(one, "gistkg:hasStatistic")]
        for name, predicate in ((self.outcome.get("arm"), "inArm"), (self.outcome.get("comparator"), "comparedWithArm")):
            arms = self.place.arm(name, self.arms[name]) if name in self.arms else None
            among = [one for one in among if arms is None or arms & set(self._of(one, f"gistkg:{predicate}"))]
        found = any(tuple(self._of(one, *_LIMITS)) == wanted for one in among)
        return self._figure(f"{statistic} {ratio} {limits or 'without interval'}", found)

    def _in_words(self) -> Iterator[Figure]:
        """The numbers in every other field, which may stand in words as well."""
        typed = {"ci95", "hr", "hr_ci", "hr_ci95", "odds_ratio", "p", "verified", "source_seen", "events"}
        words = self.place.words()
        for key, content in self.outcome.items():
            if key not in typed and not isinstance(content, int | float):
                for number in _all_numbers(content):
                    yield self._figure(f"{number} in its {key}", number in words)


_NOT_FIGURES = frozenset(
    "id names nct nct_note citations source_seen outcomes arms pdq_level verified verified_note phase n other_ids "
    "registry_id presentations".split()
)


def _study_figures(evidence: Evidence, entry: str) -> Iterator[Figure]:
    study = _entries()[entry]
    place = Place.of_studies(evidence, _terms(entry))
    if study.get("nct"):
        terms = (*place.studies, *place.parents)
        numbered = {number for term in terms for number in evidence.values(term, "gistkg:registryNumber")}
        yield Figure(entry, f"registry number {study['nct']}", study["nct"] in numbered)
    total = {count for term in place.studies for count in evidence.values(term, "gistkg:participantCount")}
    if study.get("n"):
        counts = total or {count for arm in place.arms for count in evidence.values(arm, "gistkg:participantCount")}
        yield Figure(entry, f"participants {study['n']}", Decimal(study["n"]) in counts)
    arms = {arm.get("name") or arm["id"]: str(arm.get("drug") or "") for arm in study["arms"]}
    words = place.words()
    for arm in study["arms"]:
        name = arm.get("name") or arm["id"]
        matched = place.arm(name, arms[name]) or set()
        for key, predicate in (("n", "participantCount"), ("crossover_n", "crossoverCount")):
            if arm.get(key) and not arm.get(f"{key}_derived") and study.get("n_verified") is not False:
                counts = {count for one in matched for count in evidence.values(one, f"gistkg:{predicate}")}
                counts |= total if len(arms) == 1 else set()
                yield Figure(entry, f"{key} {arm[key]} of arm {name}", Decimal(arm[key]) in counts)
        rest = {key: content for key, content in arm.items() if key not in ("n", "crossover_n", "id", "name")}
        yield from (Figure(entry, f"{number} of arm {name}", number in words) for number in _all_numbers(rest))
    for outcome in study["outcomes"]:
        if outcome.get("verified") is True:
            yield from Comparison(place, entry, arms, outcome).figures()
    for key, content in study.items():
        if key not in _NOT_FIGURES:
            yield from (Figure(entry, f"{number} in its {key}", number in words) for number in _all_numbers(content))


# Exceptions


@cache
def _exceptions() -> dict[tuple[str, str], str]:
    with _EXCEPTIONS.open(encoding="utf-8", newline="") as file:
        return {(row["study"], row["figure"]): row["reason"] for row in csv.DictReader(file)}


def _missing(figures: Iterable[Figure]) -> list[str]:
    """What is not found and not excepted, for a person to mend."""
    exceptions = _exceptions()
    return [one.figure for one in figures if not one.found and (one.entry, one.figure) not in exceptions]


# Tests

_STUDY_IDS = sorted(_entries()) if not needs_dossier.args[0] else []


def test_every_study_of_the_dossier_is_in_the_graph(evidence: Evidence):
    """Also those without results; and no other study is in the graph."""
    ours = {term for entry in _entries() for term in _terms(entry)} | {f"ev:{name}" for name in _MENTIONED}
    assert ours == {term for term in evidence.of_kind("gistkg:Study") if not term.startswith("ev:pdq-")}


@pytest.mark.parametrize("study", _STUDY_IDS)
def test_figures_of_the_study_are_found(evidence: Evidence, study: str):
    """Each verified figure: in its arm, of its endpoint, at its time, with its interval."""
    missing = _missing(_study_figures(evidence, study))
    assert missing == [], f"{Place.of_studies(evidence, _terms(study)).file} lacks {len(missing)} figures of {study}"


# The other direction: nothing is in the graph that the dossier does not say


def _elsewhere(node: Any, study: str) -> Iterator[Any]:
    """The entries in other parts of the dossier that name a study as what they are about."""
    if isinstance(node, dict):
        if study in (node.get("study"), node.get("about")):
            yield node
        for value in node.values():
            yield from _elsewhere(value, study)
    elif isinstance(node, list):
        for value in node:
            yield from _elsewhere(value, study)


def _mentions(node: Any, words: tuple[str, ...]) -> Iterator[Any]:
    """The smallest entries whose texts have one of these words."""
    if isinstance(node, dict | list):
        within = list(node.values() if isinstance(node, dict) else node)
        if any(isinstance(one, str) and word in one for one in within for word in words):
            yield node
        for value in within:
            if isinstance(value, dict | list):
                yield from _mentions(value, words)


@cache
def _said(term: str) -> frozenset[Decimal]:
    """Every number that the dossier has for a study of the graph."""
    entries: list[Any] = [study for name, study in _entries().items() if term in _terms(name)]
    for name in [name for name in _entries() if term in _terms(name)]:
        entries += (one for file in _STUDY_FILES for one in _elsewhere(known(dossier(file)), name))
    words = _MENTIONED.get(term.removeprefix("ev:"), ())
    entries += (one for file in ("genotypes.yaml", "resistance.yaml") for one in _mentions(known(dossier(file)), words))
    said = [text for entry in entries for text in texts(entry, without=frozenset({"source_seen", "citations"}))]
    return frozenset(number for text in said for number in (*numbers(text), *spelled(text)))


def _assertions() -> dict[str, dict[str, Any]]:
    return {one["id"].removeprefix("pdq2024-"): one for one in dossier("pdq-2024.yaml")["assertions"]}


def _unsaid(evidence: Evidence, study: str) -> Iterator[Figure]:
    """The figures of the findings of a study, each with the answer whether the dossier has it."""
    place = Place.of_studies(evidence, [study])
    for finding in (one for one in place.findings if study in evidence.values(one, "gistkg:ofStudy")):
        to = evidence.to.get(finding, {})
        reporting = [*to.get("gistkg:reportsResult", ()), *to.get("gistkg:supportedBy", ())]
        pdq = {match[1] for claim in reporting if (match := re.match(r"ev:pdq-2024-(\d{3})", claim))}
        said = set(_said(study)) | {n for one in pdq for text in texts(_assertions()[one]) for n in numbers(text)}
        for predicate in (*_MEASURED, *_LIMITS, "gistkg:timepointValue", "gistkg:pValue"):
            for value in evidence.values(finding, predicate):
                number = value if isinstance(value, Decimal) else _p_value(value)[1]
                yield Figure(study, f"{finding} {predicate} {value}", number in said)


@pytest.mark.parametrize("study", sorted({term for entry in _STUDY_IDS for term in _terms(entry)}))
def test_figures_of_the_graph_are_those_of_the_dossier(evidence: Evidence, study: str):
    """No value, count, limit, time or p value of a finding is added."""
    assert _missing(_unsaid(evidence, study)) == [], f"{evidence.file[study]} has figures that the dossier lacks"
