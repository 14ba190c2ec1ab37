"""Figures of the dossier, looked up in the part of the graph where they belong."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pyoxigraph as ox
from dossier import numbers, spelled, texts

from gistkg.graph import Graph
from gistkg.terms import GRAPH, compact

__all__ = ["LIMITS", "MEASURED", "Comparison", "Evidence", "Figure", "Place", "numbers_in", "numbers_of", "p_value"]


@dataclass(frozen=True)
class Evidence:
    """What the graph says of each term, by predicate, and the file that says it."""

    about: dict[str, dict[str, list[Any]]]
    to: dict[str, dict[str, list[str]]]
    file: dict[str, str]

    @classmethod
    def of(cls, graph: Graph) -> Evidence:
        """Everything in the graph that has a name."""
        about: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        to: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        file: dict[str, str] = {}
        for quad in graph.store:
            subject, value = _value(quad.subject), _value(quad.object)
            if subject is None or value is None:
                continue
            predicate = compact(quad.predicate.value)
            about[subject][predicate].append(value)
            file.setdefault(subject, quad.graph_name.value.removeprefix(GRAPH))
            if isinstance(quad.object, ox.NamedNode):
                to[value][predicate].append(subject)
        return cls(dict(about), dict(to), file)

    def values(self, term: str, *predicates: str) -> list[Any]:
        described = self.about.get(term, {})
        return [value for predicate in predicates for value in described.get(predicate, ())]

    def of_kind(self, *kinds: str) -> set[str]:
        return {term for kind in kinds for term in self.to.get(kind, {}).get("rdf:type", ())}

    def of_all(self, terms: Iterable[str], *predicates: str) -> set[Any]:
        return {value for term in terms for value in self.values(term, *predicates)}

    def words(self, term: str, *predicates: str) -> set[str]:
        return _words(" ".join(self.values(term, *predicates)))

    def below(self, name: str) -> Iterator[str]:
        """The classes below a class."""
        for one in self.to.get(name, {}).get("rdfs:subClassOf", ()):
            yield one
            yield from self.below(one)

    def labels(self, terms: Iterable[str]) -> list[str]:
        return [label for term in terms for label in self.values(term, "skos:prefLabel")]

    def literals(self, term: str) -> Iterator[Any]:
        for predicate, values in self.about.get(term, {}).items():
            if predicate not in _NO_FIGURES:
                yield from (value for value in values if not isinstance(value, str) or not _is_term(value))


_NO_FIGURES = (
    *("gistkg:publicationYear", "gistkg:registryNumber", "gistkg:validFrom", "gistkg:pubmedId", "gistkg:doi"),
    *("dcterms:issued", "dcterms:bibliographicCitation", "gistkg:referenceNumber"),
)


def _is_term(value: str) -> bool:
    return re.fullmatch(r"[a-z]+:[A-Za-z0-9_-]+", value) is not None


def _value(term: Any) -> Any:
    if isinstance(term, ox.NamedNode):
        return compact(term.value)
    if isinstance(term, ox.Literal):
        number = term.datatype.value.rpartition("#")[2] in ("decimal", "integer", "nonNegativeInteger")
        return Decimal(term.value) if number else term.value
    return None


MEASURED = ("gistkg:value", "gistkg:eventCount", "gistkg:ofCount", "gistkg:rangeLow", "gistkg:rangeHigh")
LIMITS = ("gistkg:lowerLimit", "gistkg:upperLimit")
_NAMED = (
    *("gistkg:inSubgroup", "gistkg:comparedWithSubgroup", "gistkg:enrolsPopulation", "gistkg:appliesTo"),
    *("gistkg:receives", "gistkg:recommends", "gistkg:concernsTherapy", "gistkg:concernsAlteration"),
)


_ARM_WORDS = {"lm": "leiomyosarcoma"}  # LMS, without its last letter


def _words(text: str) -> set[str]:
    """The words of a text, in one form: "3y" is 3 years, ">5" more than 5, and a plural is the singular."""
    plain = re.sub(r"(\d)y\b", r"\1 year", text.lower().replace(">", "more than "))
    return {word.removesuffix("s") for word in re.findall(r"\w+", plain)}


def numbers_of(literals: Iterable[Any]) -> set[Decimal]:
    """Numbers themselves, and those in texts, in digits or spelled out."""
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

    @classmethod
    def of_claims(cls, evidence: Evidence, claims: list[str]) -> Place:
        """Claims with the results they report and the studies these are of."""
        place = cls(evidence, [], others=claims)
        reported = ("gistkg:reportsResult", "gistkg:supportedBy")
        place.findings = [*claims, *(one for claim in claims for one in evidence.values(claim, *reported))]
        of = ("gistkg:describesStudy", "gistkg:ofStudy", "gistkg:basedOnStudy")
        place.studies = sorted({study for one in place.findings for study in evidence.values(one, *of)})
        place.arms = sorted({arm for study in place.studies for arm in evidence.values(study, "gistkg:hasArm")})
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
        return numbers_of([*(one for term in terms for one in self.evidence.literals(term)), *names])

    def arm(self, name: str, drug: str) -> set[str] | None:
        """The arms that fit a name and a drug of the dossier best; none if nothing fits."""
        words = _words(f"{name} {drug}")
        drugs = {label for label in self._drug_labels if label in f"{name} {drug}".lower()}
        if len(self.arms) == 1:
            return set(self.arms)
        words |= {_ARM_WORDS[word] for word in words & _ARM_WORDS.keys()}
        scores = {}
        for arm in self.arms:
            prefix = next((study for study in self.studies if arm.startswith(study)), "")
            local, label = _words(arm.removeprefix(prefix)), _words(" ".join(self.evidence.labels([arm])))
            of_drug = drugs != set() and self._drugs(arm) == drugs
            strange = len(local - words) if local & words else 0
            scores[arm] = 20 * len(words & local) + 10 * len(words & label) + 20 * of_drug - strange
        best = max(scores.values(), default=0)
        return {arm for arm, score in scores.items() if score == best} if best > 0 else None

    @property
    def _drug_labels(self) -> set[str]:
        return {label for arm in self.arms for label in self._drugs(arm)}

    def _drugs(self, arm: str) -> set[str]:
        therapies = self.evidence.values(arm, "gistkg:receives")
        drugs = {drug for one in therapies for drug in self.evidence.values(one, "gistkg:usesDrug") or (one,)}
        return {label for drug in drugs for label in self.evidence.values(drug, "skos:prefLabel")}

    def in_arm(self, finding: str, arms: set[str] | None) -> bool:
        """Whether a finding is of one of these arms, or of the whole of a study that has no other."""
        if arms is None:
            return True
        stated = set(self.evidence.values(finding, "gistkg:inArm"))
        return bool(stated & arms) or (not stated and set(self.arms) <= arms)


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


def p_value(text: str) -> tuple[str, Decimal] | None:
    """Relation and number of a printed p value, so that ".02" is "0.02" and "<0.001" is "< .001"."""
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
    return [_moment(number, f"gistkg:{unit[1].capitalize()}") for number in numbers(text)]


def _moment(number: Decimal, unit: str) -> tuple[Decimal, str]:
    return (number * 12, "gistkg:Month") if unit == "gistkg:Year" else (number, unit)


def numbers_in(content: Any) -> list[Decimal]:
    """The numbers in all texts of an entry, each once; the line of treatment is not counted among them."""
    said = [text for text in texts(content, without=frozenset({"line"})) if "remembered" not in text]
    return list(dict.fromkeys(number for text in said for number in numbers(text)))


class Comparison:
    """The figures of one outcome, looked up among the findings of one place."""

    def __init__(self, place: Place, entry: str, arms: dict[str, str], outcome: dict[str, Any]) -> None:
        self.place, self.entry, self.arms, self.outcome = place, entry, arms, outcome
        allowed = _endpoints(outcome["endpoint"])
        self.all = [
            finding
            for finding in place.findings
            if allowed is None or allowed & set(place.evidence.values(finding, "gistkg:measuresEndpoint"))
        ]
        self.findings = self._of_subgroup(outcome.get("subgroup") or "")
        self.times = _moments(outcome)

    def _of_subgroup(self, subgroup: str) -> list[str]:
        """The findings whose subgroup, or arm, fits that of the outcome best; all, if none is named or none fits."""
        scores = {one: len(_words(subgroup) & self._group(one)) for one in self.all}
        best = max(scores.values(), default=0)
        return [one for one in self.all if scores[one] == best]

    def _group(self, finding: str) -> set[str]:
        named = self._of(finding, "gistkg:inSubgroup", "gistkg:comparedWithSubgroup", "gistkg:inArm")
        labels = self.place.evidence.labels(named)
        return _words(" ".join([*self._of(finding, "gistkg:subgroup", "gistkg:analysis"), *labels]))

    def figures(self) -> Iterator[Figure]:
        outcome = self.outcome
        for key in ("value", "values"):
            content = outcome.get(key)
            if isinstance(content, dict):
                for name, cell in content.items():
                    yield from self._cell(name, cell if isinstance(cell, dict) else {"value": cell})
            elif content is not None:
                yield from self._cell(outcome.get("arm"), outcome)
        if "hr" in outcome:
            yield self._ratio(outcome["hr"], outcome.get("hr_ci") or outcome.get("hr_ci95"), "gistkg:HazardRatio")
        if "odds_ratio" in outcome:
            yield self._ratio(outcome["odds_ratio"], outcome.get("ci95"), "gistkg:OddsRatio")
        if "p" in outcome:
            printed = {p_value(one) for finding in self.all for one in self._of(finding, "gistkg:pValue")}
            yield self._figure(f"p {outcome['p']}", p_value(outcome["p"]) in printed)
        if "events" in outcome and "value" not in outcome:
            yield self._figure(f"events {outcome['events']}", bool(self._with(Decimal(outcome["events"]))))
        yield from self._in_words()

    def _arms(self, name: str | None) -> set[str] | None:
        return self.place.arm(name, self.arms[name]) if name in self.arms else None

    def _of(self, finding: str, *predicates: str) -> list[Any]:
        return self.place.evidence.values(finding, *predicates)

    def _figure(self, what: str, found: bool, arm: str | None = None) -> Figure:
        outcome = self.outcome
        named = (outcome["endpoint"], arm or outcome.get("arm"), outcome.get("subgroup"), outcome.get("test"))
        when = outcome.get("timepoint") or outcome.get("at") or outcome.get("analysis")
        return Figure(self.entry, f"{', '.join(str(one) for one in (*named, when) if one)}: {what}", found)

    def _with(self, number: Decimal, among: Iterable[str] | None = None) -> list[str]:
        among = self.findings if among is None else among
        return [finding for finding in among if number in self._of(finding, *MEASURED, *LIMITS)]

    def _cell(self, arm: str | None, cell: dict[str, Any]) -> Iterator[Figure]:
        arms = self._arms(arm)
        among = self.findings if arms or cell is self.outcome else self._of_subgroup(str(arm))
        among = [finding for finding in among if self.place.in_arm(finding, arms)]
        split = list(self._split(cell.get("value")))
        for place, (figure, number) in enumerate(split):
            times = [self.times[place]] if len(split) == len(self.times) else self.times
            yield from self._number(figure, number, among, cell.get("ci95"), times, arm)
        if cell is self.outcome:
            return
        among = [finding for finding in self.place.findings if self.place.in_arm(finding, arms)]
        words = numbers_of(one for finding in among for one in self.place.evidence.literals(finding))
        for key, content in cell.items():
            if key not in ("value", "ci95"):
                everywhere = self.place.words() if isinstance(content, str) else words
                for number in numbers_in(content):
                    yield self._figure(f"{key} {number}", number in everywhere, arm)

    def _split(self, value: object) -> Iterator[tuple[str, Any]]:
        """Numbers stay themselves, counts become pairs, and what else a text has is left to `_in_words`."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield str(value), Decimal(str(value))
        elif isinstance(value, list):
            for one in value:
                yield from self._split(one)
        elif isinstance(value, str) and re.fullmatch(r"not.reached", value):
            yield value, None
        elif isinstance(value, str) and re.fullmatch(r"[\d., ]+", value):
            yield from self._split([float(one) for one in value.split(",")])
        elif isinstance(value, str):
            own = value.partition(" versus ")[0]
            for events, of in re.findall(r"(?<![\w.])(\d+)(?:/| of (?:the )?)(\d+)(?![\w.])", own):
                yield f"{events} of {of}", (Decimal(events), Decimal(of))
            for number in re.findall(r"^>?=? ?(\d+(?:\.\d+)?)$", own) or re.findall(r"\((\d+(?:\.\d+)?)%\)", own):
                yield number, Decimal(number)

    def _number(
        self,
        what: str,
        number: Any,
        among: list[str],
        ci: list[Any] | None,
        times: list[tuple[Decimal, str]],
        arm: str | None,
    ) -> Iterator[Figure]:
        """One number, with its unit, statistic, times and interval, as far as the outcome has them."""
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
        if times:
            stated = [self._of(one, "gistkg:timepointValue", "gistkg:timepointUnit") for one in valued]
            moments = {_moment(*one) for one in stated if one}
            yield self._figure(f"{what} at this time", moments.issuperset(times), arm)
        if ci:
            wanted = tuple(Decimal(str(one)) for one in ci if not isinstance(one, str))
            if len(wanted) == 2:
                found = any(tuple(self._of(one, *LIMITS)) == wanted for one in valued)
            else:
                found = set(wanted) <= numbers_of(text for one in valued for text in self.place.evidence.literals(one))
            yield self._figure(f"{what} with interval {ci[0]} to {ci[1]}", found, arm)

    def _ratio(self, ratio: float, limits: list[float] | None, statistic: str) -> Figure:
        """A hazard or odds ratio with exactly these limits, between these arms."""
        wanted = tuple(Decimal(str(one)) for one in limits or ())
        among = [one for one in self._with(Decimal(str(ratio))) if statistic in self._of(one, "gistkg:hasStatistic")]
        compared = list(self.arms) if len(self.arms) == 2 else [None, None]  # the first against the second, if not said
        if "arm" in self.outcome:
            compared = [self.outcome["arm"], self.outcome.get("comparator")]
        for arm, predicate in zip(compared, ("gistkg:inArm", "gistkg:comparedWithArm"), strict=True):
            arms = self._arms(arm)
            among = [one for one in among if arms is None or arms & set(self._of(one, predicate))]
        found = any(tuple(self._of(one, *LIMITS)) == wanted for one in among)
        return self._figure(f"{statistic} {ratio} {limits or 'without interval'}", found)

    def _in_words(self) -> Iterator[Figure]:
        """The numbers in every other field, which may stand in words as well."""
        typed = {"ci95", "hr", "hr_ci", "hr_ci95", "odds_ratio", "p", "verified", "source_seen", "events"}
        words = self.place.words()
        for key, content in self.outcome.items():
            if key not in typed and not isinstance(content, int | float):
                for number in numbers_in(content):
                    yield self._figure(f"{number} in its {key}", number in words)
