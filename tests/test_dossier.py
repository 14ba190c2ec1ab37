"""The evidence against the dossier it was curated from: every verified figure is found, and no other is there."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from dossier import DOSSIER, dossier, known, needs_dossier, numbers, spelled, texts

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

_TEXT_FILES = ("genotypes.yaml", "resistance.yaml")

_SOURCES = {  # by what words these name a source of the graph
    "agaram07": "clin-cancer-res-2007",
    "bouchet_pk": "bouchet-trough-abstract",
    "cancertherapyadvisor": "cancertherapyadvisor-gist",
    "same stored page as nilotinib": "cancertherapyadvisor-gist",
    "calgb_150105": "heinrich-2008",
    "cassier_2012": "cassier-2012",
    "debiec_rychter_2006": "debiec-rychter-2006",
    "demetri_pk": "demetri-2009-b",
    "INTRIGUE": "esmo-intrigue-ctdna",
    "intrigue_ctdna": "esmo-intrigue-ctdna",
    "liegl": "liegl-metastases",
    "lrg": "life-raft-group-resistant-gist",
    "mdedge": "mdedge-avapritinib",
    "pdq2025": "pdq-2024",
    "perez": "perez-gutierrez",
    "plaat": "plaat-2000",
    "PMC4843750": "pubmed-26130666",
    "PMID 24223922": "pubmed-24223922",
    "PMID 28487491": "pubmed-28487491",
    "PMID 38408285": "pubmed-38408285",
    "second12": "secondary-kinase-mutations-12",
    "seed": "pdq-2014",
    "t_2010": "gist-review-2010",
    "t_2015": "gist-review-2015",
    "t_2017": "lim-2017",
    "t_2021": "brcic-2021",
    "t_2022": "cancers-2022-table-2",
    "t_mct": "mct-genotype-table",
    "tdm_2016": "clin-sarcoma-res-2016",
}

_TRIALS = {  # and a study
    "EORTC": "debiec-rychter-2006",
    "FDA label set": "navigator-avapritinib-phase1",
    "INTRIGUE": "intrigue-ctdna",
    "komdeur_sts": "sts-mdr-141",
    "Liegl": "liegl-metastases",
    "martin_broto": "abcc1-sts-2014",
    "MetaGIST": "metagist",
    "NAVIGATOR": "navigator-avapritinib-phase1",
    "PEAK": "peak",
    "phase I/II study of 97": "sunitinib-genotype-heinrich-2008",
    "PMC7976710": "avapritinib-vs-other-tki-d842v-retrospective",
    "PMID 24223922": "kit-genotype-meta-2013",
    "modpathol_2013": "huss-2013",
    "response 46 v 26": "peak",
    "S101858": "kit-prognosis-meta-2016",
    "SWOG": "calgb-150105",
    "US-Finnish": "b2222",
}

_MENTIONED = {  # studies without an entry of their own, and the words by which the other files name them
    "cassier-2012": ("cassier_2012",),
    "d816h-xenograft": ("d816h_xeno",),
    "huss-2013": ("modpathol_2013",),
    "kit-prognosis-meta-2016": ("S101858",),
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


# Studies

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
        yield from (Figure(entry, f"{number} of arm {name}", number in words) for number in numbers_in(rest))
    for outcome in study["outcomes"]:
        if outcome.get("verified") is True:
            yield from Comparison(place, entry, arms, outcome).figures()
    for key, content in study.items():
        if key not in _NOT_FIGURES:
            yield from (Figure(entry, f"{number} in its {key}", number in words) for number in numbers_in(content))


# Exceptions


@cache
def _exceptions() -> dict[tuple[str, str], str]:
    with _EXCEPTIONS.open(encoding="utf-8", newline="") as file:
        return {(row["study"], row["figure"]): row["reason"] for row in csv.DictReader(file)}


def _missing(figures: Iterable[Figure]) -> list[str]:
    """What is not found and not excepted, for a person to mend."""
    exceptions = _exceptions()
    return [one.figure for one in figures if not one.found and (one.entry, one.figure) not in exceptions]


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


def _mentions(node: Any, words: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The entries that have one of these words in a field of their own."""
    if isinstance(node, dict):
        own = [one for value in node.values() for one in (value if isinstance(value, list) else [value])]
        if any(isinstance(one, str) and word in one for one in own for word in words):
            yield node
    for value in node.values() if isinstance(node, dict) else node:
        if isinstance(value, dict | list):
            yield from _mentions(value, words)


@cache
def _said(term: str) -> frozenset[Decimal]:
    """Every number that the dossier has for a study of the graph."""
    entries: list[Any] = [study for name, study in _entries().items() if term in _terms(name)]
    for name in [name for name in _entries() if term in _terms(name)]:
        entries += (one for file in _STUDY_FILES for one in _elsewhere(known(dossier(file)), name))
    words = _MENTIONED.get(term.removeprefix("ev:"), ())
    entries += (one for file in _TEXT_FILES for one in _mentions(known(dossier(file)), words))
    said = [text for entry in entries for text in texts(entry, without=frozenset({"source_seen", "citations"}))]
    return frozenset(number for text in said for number in (*numbers(text), *spelled(text)))


def _unsaid(evidence: Evidence, study: str) -> Iterator[Figure]:
    """The figures of the findings of a study, each with the answer whether the dossier has it."""
    place = Place.of_studies(evidence, [study])
    for finding in (one for one in place.findings if study in evidence.values(one, "gistkg:ofStudy")):
        to = evidence.to.get(finding, {})
        reporting = [*to.get("gistkg:reportsResult", ()), *to.get("gistkg:supportedBy", ())]
        pdq = {match[1] for claim in reporting if (match := re.match(r"ev:pdq-2024-(\d{3})", claim))}
        entries = [_assertions()[one] for one in sorted(pdq)]
        keys = [key for key, source in _SOURCES.items() if f"src:{source}" in evidence.values(finding, "dcterms:source")]
        entries += [one for file in _TEXT_FILES for one in _mentions(known(dossier(file)), keys)]
        said = {*_said(study), *(number for one in entries for text in texts(one) for number in numbers(text))}
        for predicate in (*MEASURED, *LIMITS, "gistkg:timepointValue", "gistkg:pValue"):
            for value in evidence.values(finding, predicate):
                number = value if isinstance(value, Decimal) else p_value(value)[1]
                yield Figure(study, f"{finding} {predicate} {value}", number in said)


# Genotypes and resistance: texts that name their source

_GENOTYPES = {  # an entry of the taxonomy, and the classes of alterations that its figures are about
    "braf-v600e": "BrafV600E BrafMutation",
    "kit-exon-8": "KitExon8Mutation",
    "kit-exon-9": "KitExon9Mutation",
    "kit-exon-11": "KitExon11Mutation",
    "kit-exon-13": "KitExon13Mutation",
    "kit-exon-14": "KitExon14Mutation",
    "kit-exon-17": "KitExon17Mutation",
    "kit-exon-18": "KitExon18Mutation",
    "nf1": "Nf1Mutation",
    "pdgfra-d842v": "PdgfraD842V",
    "pdgfra-exon-12": "PdgfraExon12Mutation",
    "pdgfra-exon-14": "PdgfraExon14Mutation",
    "pdgfra-exon-18-other": "PdgfraMutation",
    "ras": "HrasMutation KrasMutation NrasMutation",
    "sdh-deficient": "SdhDeficiency SdhMutation",
}
_NAMES = re.compile(r"\bexons? [\d/, ]+(and/or |and |or )?\d*|doi \S+|PM(C|ID ?)\d+|NCT\d+|codons? [\d/, -]+(and/or \d+)?")
_NO_TEXT = frozenset(
    "source sources id gene genes exon exons typical variants note oddity conflict cohort_oddity verified name type "
    "aliases modelling condition genotype context drug dose_note cites n".split()
)


def _text_entries() -> Iterator[tuple[str, str | None, dict[str, Any]]]:
    """The entries with texts: what they are called, the genotype of the taxonomy they belong to, and the entry."""
    genotypes, resistance = known(dossier("genotypes.yaml")), known(dossier("resistance.yaml"))
    for subtype in genotypes["taxonomy"]["subtypes"]:
        if subtype["verified"] is True:
            yield subtype["id"], subtype["id"], subtype
    for one in (*genotypes["taxonomy"]["headline_frequencies"], *genotypes["sensitivity_matrix"]["entries"]):
        yield str(one.get("what") or f"{one['drug']}, {one['genotype']}"), None, one
    for name, one in genotypes["taxonomy"]["primary_vs_secondary"].items():
        yield name, None, one
    for mechanism in resistance["mechanisms"]:
        for key, content in mechanism.items():
            for one in content if isinstance(content, list) else [content]:
                if isinstance(one, dict) and one.get("verified") is True:
                    yield f"{mechanism['id']}, {key}", None, one
    for name, definition in resistance["definitions"].items():
        for one in (*definition.get("cutoffs_in_use", ()), definition):
            yield name, None, {key: value for key, value in one.items() if key != "cutoffs_in_use"}


def _text_figures(evidence: Evidence) -> Iterator[Figure]:
    """Every number of these texts, looked up in what the graph has from the source the text names for it."""
    for entry, genotype, content in _text_entries():
        named = " ".join(texts([content.get("source"), content.get("sources")]))
        if content.get("verified", True) is not True:
            continue
        for key, value in content.items():
            if not isinstance(value, str) or key in _NO_TEXT or "remembered" in value:
                continue
            for segment in re.split(r"; |(?<=\)), ", value):
                keys = _named_in(segment) or _named_in(named)
                words = _from_sources(evidence, keys, genotype)
                trials = [f"ev:{study}" for word, study in _TRIALS.items() if word in segment or word in named]
                words |= Place.of_studies(evidence, trials).words() if trials else set()
                plain = _NAMES.sub(" ", segment)
                for number in dict.fromkeys(numbers(plain)):
                    rounded = {word.quantize(number, ROUND_HALF_UP) for word in words if number % 1}
                    where = f"from {', '.join(sorted({*keys, *trials}))}: {segment}"
                    yield Figure(entry, f"{number} in its {key}, {where}", number in words | rounded)


def _named_in(text: str) -> set[str]:
    return {word for word in _SOURCES if re.search(rf"\b{re.escape(word)}\b", text)}


def _from_sources(evidence: Evidence, keys: set[str], genotype: str | None) -> set[Decimal]:
    terms = {one for key in keys for one in evidence.to.get(f"src:{_SOURCES[key]}", {}).get("dcterms:source", ())}
    if genotype is not None:
        classes = {f"gistkg:{name}" for name in _GENOTYPES[genotype].split()}
        above = {one for name in classes for one in evidence.values(name, "rdfs:subClassOf")}  # "the group, as printed"
        classes |= above | {one for name in classes for one in _below(evidence, name)}
        about = ("gistkg:inSubgroup", "gistkg:concernsAlteration")
        terms = {one for one in terms if classes & set(evidence.values(one, *about))}
    return numbers_of(literal for one in terms for literal in evidence.literals(one))


def _below(evidence: Evidence, name: str) -> Iterator[str]:
    for one in evidence.to.get(name, {}).get("rdfs:subClassOf", ()):
        yield one
        yield from _below(evidence, one)


# Approvals: agency, drug and date

_AGENCIES = {"NMPA-CDE": "NMPA", "PMDA/MHLW": "PMDA"}
_MONTHS = "January February March April May June July August September October November December".split()


def _decisions() -> Iterator[tuple[str, str, str]]:
    """Agency, drug and date of each decision that was read."""
    for product in known(dossier("imatinib.yaml"))["regulatory"]:
        for event in product["events"]:
            yield product["agency"], product["drug"], event["date"]
    for drug in known(dossier("later-lines.yaml"))["drugs"]:
        for key in ("approvals", "designations", "refused_or_not_granted", "regulatory_status"):
            for event in drug.get(key) or ():
                for date in ("date", "regular_approval", "launched"):
                    if date in event:
                        yield event["agency"], drug["id"], event[date]


def _decision_figures(evidence: Evidence) -> Iterator[Figure]:
    for agency, drug, printed in _decisions():
        claims = _claims_on(evidence, _AGENCIES.get(agency, agency), set(drug.split("-")))
        sources = {source for claim in claims for source in evidence.values(claim, "dcterms:source")}
        where = ("dcterms:description", "skos:scopeNote", "gistkg:validFrom", "dcterms:bibliographicCitation")
        said = " ".join(text for term in (*claims, *sources) for text in evidence.values(term, *where))
        for date in re.findall(r"\d{4}(?:-\d\d)*", printed):
            year, month, day = (*date.split("-"), "", "")[:3]
            words = f"{day.lstrip('0')} {_MONTHS[int(month or 1) - 1] if month else ''} {year}".strip()
            yield Figure(f"{agency}, {drug}", date, date in said or words in said)


def _claims_on(evidence: Evidence, agency: str, drugs: set[str]) -> set[str]:
    """The claims about decisions of an agency that name a drug."""
    agencies = {one for one in evidence.of_kind("gistkg:Agency") if agency in evidence.values(one, *_LABELS)}
    claims = {claim for one in agencies for claim in evidence.to.get(one, {}).get("gistkg:byAgency", ())}
    return {claim for claim in claims if drugs <= set(re.findall(r"\w+", " ".join(_text_of(evidence, claim)).lower()))}


_LABELS = ("skos:prefLabel", "skos:altLabel")


def _text_of(evidence: Evidence, claim: str) -> list[str]:
    return evidence.values(claim, "skos:prefLabel", "dcterms:description")


# The PDQ edition of 2024, assertion by assertion


@cache
def _assertions() -> dict[str, dict[str, Any]]:
    """The assertions, by number."""
    return {one["id"].removeprefix("pdq2024-"): known(one) for one in dossier("pdq-2024.yaml")["assertions"]}


_PRINTED = ("results", "facts", "study")


def _assertion_figures(evidence: Evidence, number: str) -> Iterator[Figure]:
    """Figures of an assertion, looked up in its claims, the results they report and the studies these are of."""
    assertion = _assertions()[number]
    place = Place(evidence, [])
    place.others = [one for one in evidence.about if re.fullmatch(rf"ev:pdq-2024-{number}(-.*)?", one)]
    reported = ("gistkg:reportsResult", "gistkg:supportedBy")
    place.findings = [*place.others, *(one for claim in place.others for one in evidence.values(claim, *reported))]
    for one in place.findings:
        place.studies += evidence.values(one, "gistkg:describesStudy", "gistkg:ofStudy", "gistkg:basedOnStudy")
    place.arms = sorted({arm for study in place.studies for arm in evidence.values(study, "gistkg:hasArm")})
    words = place.words() | Place.of_studies(evidence, place.studies).words()
    for result in assertion.get("results", ()):
        arms = {result["arm"]: ""} if "arm" in result else {}
        yield from Comparison(place, number, arms, result).figures()
    for key in ("facts", "study"):
        without = frozenset({"name", "nct", "phase", "pmids", "locus", "genes", "targets_as_printed"})
        content = [text for text in texts(assertion.get(key), without=without)]
        for figure in dict.fromkeys(one for text in content for one in numbers(_NAMES.sub(" ", text))):
            yield Figure(number, f"{figure} in its {key}", figure in words)


# Tests

_HERE = DOSSIER.is_dir()
_STUDY_IDS = sorted(_entries()) if _HERE else []
_PRINTING = sorted(one for one in _assertions() if set(_PRINTED) & _assertions()[one].keys()) if _HERE else []


def test_every_study_of_the_dossier_is_in_the_graph(evidence: Evidence):
    """Also those without results; and no other study is in the graph."""
    ours = {term for entry in _entries() for term in _terms(entry)} | {f"ev:{name}" for name in _MENTIONED}
    assert ours == {term for term in evidence.of_kind("gistkg:Study") if not term.startswith("ev:pdq-")}


@pytest.mark.parametrize("study", _STUDY_IDS)
def test_figures_of_the_study_are_found(evidence: Evidence, study: str):
    """Each verified figure: in its arm, of its endpoint, at its time, with its interval."""
    missing = _missing(_study_figures(evidence, study))
    assert missing == [], f"{Place.of_studies(evidence, _terms(study)).file} lacks {len(missing)} figures of {study}"


@pytest.mark.parametrize("study", sorted({term for entry in _STUDY_IDS for term in _terms(entry)}))
def test_figures_of_the_graph_are_those_of_the_dossier(evidence: Evidence, study: str):
    """No value, count, limit, time or p value of a finding is added."""
    assert _missing(_unsaid(evidence, study)) == [], f"{evidence.file[study]} has figures that the dossier lacks"


def test_dates_of_decisions_are_found(evidence: Evidence):
    """Each date that was read, of a claim about this agency and this drug."""
    assert _missing(_decision_figures(evidence)) == []


def test_figures_on_genotypes_and_resistance_are_found(evidence: Evidence):
    """Each number of a text that was read, in what the graph has from the source that the text names."""
    assert _missing(_text_figures(evidence)) == []


@pytest.mark.parametrize("number", _PRINTING)
def test_figures_of_the_assertion_are_found(evidence: Evidence, number: str):
    """Facts, results and the study of each assertion of the PDQ edition of 2024 that prints a figure."""
    assert _missing(_assertion_figures(evidence, number)) == []
