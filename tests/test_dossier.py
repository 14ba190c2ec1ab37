"""The evidence against the dossier it was curated from: every verified figure is found, and no other is there."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from dossier import DOSSIER, dossier, known, needs_dossier, numbers, spelled, texts
from dossier_comparison import LIMITS, MEASURED, Comparison, Evidence, Figure, Place, numbers_in, numbers_of, p_value

from gistkg.graph import Graph

pytestmark = needs_dossier

_EXCEPTIONS = Path(__file__).parent / "data" / "dossier-exceptions.csv"
_STUDY_FILES = ("imatinib.yaml", "later-lines.yaml")
_TEXT_FILES = ("genotypes.yaml", "resistance.yaml")


@cache
def _known(name: str) -> dict[str, Any]:
    """One file of the dossier, without what is only remembered."""
    content: dict[str, Any] = known(dossier(name))
    return content


@pytest.fixture(scope="module")
def evidence(kg_graph: Graph) -> Evidence:
    return Evidence.of(kg_graph)


# What the dossier names, and what it is in the graph

_RENAMED = {  # a study, where the name is not the same
    "a6181004-sunitinib-phase3": "a6181004",
    "a6181004-sunitinib-phase3-longterm": "a6181004-longterm",
    "bfr14-20y": "bfr14-20y bfr14",
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

_MENTIONED = {  # a study without an entry of its own, and the words by which texts name it
    "boikos-2016": "PMID 27011036",
    "cassier-2012": "cassier_2012",
    "d816h-xenograft": "d816h_xeno",
    "gao-2016": "PMC5058677",
    "gold-2009": "PMC3175638",
    "huss-2013": "modpathol_2013",
    "kit-prognosis-meta-2016": "S101858",
    "liegl-metastases": "liegl",
    "pdgfra-exon-18-melting": "High-resolution melting",
    "pdgfra-series-26130666": "PMC4843750",
    "regorafenib-exon-17": "PMID 28487491",
    "responsive-lesions-2007": "agaram07",
    "secondary-mutations-12": "second12",
    "tdm-2016": "tdm_2016",
}

_SOURCES = {  # the words by which texts name a source
    "agaram07": "clin-cancer-res-2007",
    "bouchet_pk": "bouchet-trough-abstract",
    "calgb_150105": "heinrich-2008",
    "cancertherapyadvisor": "cancertherapyadvisor-gist",
    "cassier_2012": "cassier-2012",
    "curetoday": "cure-olverembatinib-2025",
    "debiec_rychter_2006": "debiec-rychter-2006",
    "demetri_pk": "demetri-2009-b",
    "esmo-ddi": "esmo-ddi-imatinib",
    "gleevec-label-copy": "gleevec-label",
    "glivec-smpc-copy": "glivec-smpc-posology",
    "glivec-smpc-copy2": "glivec-smpc-special",
    "glivec-smpc-copy3": "glivec-smpc-organs",
    "imatinib-ddi-label": "imachron-label",
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
    "same stored page as nilotinib": "cancertherapyadvisor-gist",
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

_TRIALS = {  # and a study, beside those mentioned above
    "EORTC": "debiec-rychter-2006",
    "FDA label set": "navigator-avapritinib-phase1",
    "INTRIGUE": "intrigue-ctdna",
    "komdeur_sts": "sts-mdr-141",
    "Liegl": "liegl-metastases",
    "martin_broto": "abcc1-sts-2014",
    "MetaGIST": "metagist",
    "NAVIGATOR": "navigator-avapritinib-phase1",
    "PEAK": "peak",
    "PMC7976710": "avapritinib-vs-other-tki-d842v-retrospective",
    "PMID 24223922": "kit-genotype-meta-2013",
    "response 46 v 26": "peak",
    "SWOG": "calgb-150105",
    "US-Finnish": "b2222",
} | {word: study for study, word in _MENTIONED.items()}

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
    "sdh-deficient": "SdhDeficiency",
}


# Studies: the figures of the dossier in the graph


@cache
def _studies() -> dict[str, dict[str, Any]]:
    """The studies of the dossier that were read, without what is only remembered."""
    studies = [study for name in _STUDY_FILES for study in dossier(name)["studies"]]
    return {study["id"]: known(study) for study in studies if study["verified"] is not False}


def _terms(study: str) -> list[str]:
    return [f"ev:{name}" for name in _RENAMED.get(study, study).split()]


_NO_FIGURES = {  # fields of a study that hold no figure, or are looked at one by one
    *("id", "names", "nct", "nct_note", "other_ids", "registry_id", "phase", "pdq_level", "verified", "verified_note"),
    *("citations", "source_seen", "presentations", "n", "arms", "outcomes"),
}


def _study_figures(evidence: Evidence, name: str) -> Iterator[Figure]:
    """Every figure of a study: registry number, participants, arms, outcomes, and the numbers in its texts."""
    study, place = _studies()[name], Place.of_studies(evidence, _terms(name))
    if study.get("nct"):
        numbered = evidence.of_all((*place.studies, *place.parents), "gistkg:registryNumber")
        yield Figure(name, f"registry number {study['nct']}", study["nct"] in numbered)
    total = evidence.of_all(place.studies, "gistkg:participantCount")
    if study.get("n"):
        counted = total or evidence.of_all(place.arms, "gistkg:participantCount")
        yield Figure(name, f"participants {study['n']}", study["n"] in counted)
    words = place.words()
    arms = {arm.get("name") or arm["id"]: arm for arm in study["arms"]}
    for arm, described in arms.items():
        of_arm = place.arm(arm, str(described.get("drug") or "")) or set()
        for key, predicate in (("n", "gistkg:participantCount"), ("crossover_n", "gistkg:crossoverCount")):
            # a number that the dossier works out itself, or that is remembered for the whole study, is no figure
            if described.get(key) and not described.get(f"{key}_derived") and study.get("n_verified", True):
                counted = evidence.of_all(of_arm, predicate) | (total if len(arms) == 1 else set())
                yield Figure(name, f"{key} {described[key]} of arm {arm}", described[key] in counted)
        rest = {key: content for key, content in described.items() if key not in ("n", "crossover_n", "id", "name")}
        yield from (Figure(name, f"{number} of arm {arm}", number in words) for number in numbers_in(rest))
    drugs = {arm: str(described.get("drug") or "") for arm, described in arms.items()}
    for outcome in study["outcomes"]:
        if outcome.get("verified") is True:
            yield from Comparison(place, name, drugs, outcome).figures()
    for key, content in study.items():
        if key not in _NO_FIGURES:
            yield from (Figure(name, f"{number} in its {key}", number in words) for number in numbers_in(content))


# Studies: the figures of the graph in the dossier


def _about(node: Any, study: str) -> Iterator[Any]:
    """The entries in other parts of the dossier that name a study as what they are about."""
    if isinstance(node, dict):
        if study in (node.get("study"), node.get("about")):
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from _about(one, study)


def _naming(node: Any, words: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The entries that have one of these words in a field of their own."""
    if isinstance(node, dict):
        own = [one for value in node.values() for one in (value if isinstance(value, list) else [value])]
        if any(isinstance(one, str) and word in one for one in own for word in words):
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from _naming(one, words)


@cache
def _said(term: str) -> frozenset[Decimal]:
    """Every number that the dossier has for a study of the graph."""
    names = [name for name in _studies() if term in _terms(name)]
    entries = [_studies()[name] for name in names]
    entries += [one for name in names for file in _STUDY_FILES for one in _about(_known(file), name)]
    if word := _MENTIONED.get(term.removeprefix("ev:")):
        entries += [one for file in _TEXT_FILES for one in _naming(_known(file), (word,))]
    said = [text for entry in entries for text in texts(entry, without=frozenset({"source_seen", "citations"}))]
    return frozenset(number for text in said for number in (*numbers(text), *spelled(text)))


def _unsaid(evidence: Evidence, study: str) -> Iterator[Figure]:
    """The figures of the findings of a study, each with the answer whether the dossier has it.

    The dossier has it in the entry of the study, in an assertion whose claim reports the finding, or in a text that
    names the source of the finding.
    """
    for finding in evidence.to.get(study, {}).get("gistkg:ofStudy", ()):
        to = evidence.to.get(finding, {})
        claims = (*to.get("gistkg:reportsResult", ()), *to.get("gistkg:supportedBy", ()))
        entries = [_assertions()[match[1]] for one in claims if (match := re.match(r"ev:pdq-2024-(\d{3})", one))]
        sources = evidence.values(finding, "dcterms:source")
        words = [word for word, source in _SOURCES.items() if f"src:{source}" in sources]
        entries += [one for file in _TEXT_FILES for one in _naming(_known(file), words)]
        said = {*_said(study), *(number for one in entries for text in texts(one) for number in numbers(text))}
        for predicate in (*MEASURED, *LIMITS, "gistkg:timepointValue", "gistkg:pValue"):
            for value in evidence.values(finding, predicate):
                number = p_value(value)[1] if isinstance(value, str) else value
                yield Figure(study, f"{finding} {predicate} {value}", number in said)


# Genotypes, resistance, labels and interactions: texts that name their source

_NAMES = re.compile(  # numbers in names
    r"\bexons? [\d/, ]+(and/or |and |or )?\d*|codons? [\d/, -]+(and/or \d+)?|doi \S+|PM(C|ID ?)\d+|NCT\d+|AUC\(\S+\)"
)
_NO_TEXT = {  # fields that hold names, sources, or what the curators of the dossier remark
    *("id", "name", "type", "aliases", "gene", "genes", "exon", "exons", "variants", "typical", "genotype", "context"),
    *("drug", "enzyme", "condition", "study", "pmid", "n", "source", "sources", "source_seen", "cites", "verified"),
    *("note", "dose_note", "oddity", "conflict", "cohort_oddity", "modelling"),
}


def _text_entries() -> Iterator[tuple[str, str | None, dict[str, Any]]]:
    """The entries with texts that were read: what to call them, the genotype they belong to if any, and the entry."""
    genotypes, resistance, imatinib = (_known(file) for file in (*_TEXT_FILES, "imatinib.yaml"))
    taxonomy = genotypes["taxonomy"]
    for subtype in taxonomy["subtypes"]:
        yield subtype["id"], subtype["id"], subtype
    for one in (*taxonomy["headline_frequencies"], *genotypes["sensitivity_matrix"]["entries"]):
        yield str(one.get("what") or f"{one['drug']}, {one['genotype']}"), None, one
    for name, one in taxonomy["primary_vs_secondary"].items():
        yield name, None, one
    for mechanism in resistance["mechanisms"]:
        for key, content in mechanism.items():
            for one in content if isinstance(content, list) else [content]:
                if isinstance(one, dict):
                    yield f"{mechanism['id']}, {key}", None, one
    for name, definition in resistance["definitions"].items():
        for one in (*definition.get("cutoffs_in_use", ()), definition):
            yield name, None, one
    for group in (*imatinib["safety"], *imatinib["interactions"]):
        for one in (*group.get("findings", ()), *group.get("rules", ())):
            yield group["id"], None, {"source_seen": group.get("source_seen"), **one}


def _text_figures(evidence: Evidence) -> Iterator[Figure]:
    """Every number of these texts, looked up in what the graph has from the source that the text names for it."""
    for entry, genotype, content in _text_entries():
        if content.get("verified", True) is not True:
            continue
        named = " ".join(texts([content.get(key) for key in ("source", "sources", "source_seen", "study")]))
        for key, value in content.items():
            if key in _NO_TEXT or isinstance(value, dict | list) or "remembered" in str(value):
                continue
            for segment in re.split(r"; |(?<=\)), ", str(value)):
                sources = _named_in(segment) or _named_in(named)
                studies = {study for word, study in _TRIALS.items() if word in segment or word in named}
                studies |= {content["study"]} if "study" in content else set()
                words = _words_of(evidence, sources, genotype)
                words |= Place.of_studies(evidence, (f"ev:{study}" for study in sorted(studies))).words()
                where = ", ".join(sorted(sources | studies))
                for number in dict.fromkeys(numbers(_NAMES.sub(" ", segment))):
                    rounded = {word.quantize(number, ROUND_HALF_UP) for word in words if number % 1}
                    yield Figure(entry, f"{number} from {where}: {segment}", number in words | rounded)


def _named_in(text: str) -> set[str]:
    return {source for word, source in _SOURCES.items() if re.search(rf"\b{re.escape(word)}(?![\w-])", text)}


def _words_of(evidence: Evidence, sources: set[str], genotype: str | None) -> set[Decimal]:
    """The numbers in all that the graph has from these sources, of one genotype if that is asked for."""
    terms = {one for source in sources for one in evidence.to.get(f"src:{source}", {}).get("dcterms:source", ())}
    if genotype is not None:
        classes = {f"gistkg:{name}" for name in _GENOTYPES[genotype].split()}
        groups = evidence.of_all(classes, "rdfs:subClassOf")  # a table may print a figure for the group
        classes |= groups | {one for name in classes for one in evidence.below(name)}
        about = ("gistkg:inSubgroup", "gistkg:concernsAlteration")
        terms = {one for one in terms if not classes.isdisjoint(evidence.values(one, *about))}
    return numbers_of(literal for one in terms for literal in evidence.literals(one))


# Decisions of agencies: agency, drug and date

_AGENCIES = {"NMPA-CDE": "NMPA", "PMDA/MHLW": "PMDA"}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _decisions() -> Iterator[tuple[str, str, str]]:
    """Agency, drug and date of each decision that was read."""
    for product in _known("imatinib.yaml")["regulatory"]:
        for event in product["events"]:
            yield product["agency"], product["drug"], event["date"]
    for drug in _known("later-lines.yaml")["drugs"]:
        for key in ("approvals", "designations", "refused_or_not_granted", "regulatory_status"):
            for event in drug.get(key) or ():
                for date in ("date", "regular_approval", "launched"):
                    if date in event:
                        yield event["agency"], drug["id"], event[date]


def _decision_figures(evidence: Evidence) -> Iterator[Figure]:
    """Each date, looked up in the claims about decisions of this agency on this drug, and in their sources."""
    where = ("dcterms:description", "skos:scopeNote", "gistkg:validFrom", "dcterms:bibliographicCitation")
    for agency, drug, printed in _decisions():
        claims = _claims_on(evidence, _AGENCIES.get(agency, agency), set(drug.split("-")))
        said = " ".join(evidence.of_all((*claims, *evidence.of_all(claims, "dcterms:source")), *where))
        for date in re.findall(r"\d{4}(?:-\d\d)*", printed):
            year, month, day = (*date.split("-"), "", "")[:3]
            words = " ".join([*([day.lstrip("0")] if day else []), *([_MONTHS[int(month) - 1]] if month else []), year])
            yield Figure(f"{agency}, {drug}", date, date in said or words in said)


def _claims_on(evidence: Evidence, agency: str, drugs: set[str]) -> set[str]:
    labels = ("skos:prefLabel", "skos:altLabel")
    agencies = {one for one in evidence.of_kind("gistkg:Agency") if agency in evidence.values(one, *labels)}
    claims = {claim for one in agencies for claim in evidence.to.get(one, {}).get("gistkg:byAgency", ())}
    return {claim for claim in claims if drugs <= evidence.words(claim, "skos:prefLabel", "dcterms:description")}


# The PDQ edition of 2024, assertion by assertion


@cache
def _assertions() -> dict[str, dict[str, Any]]:
    """The assertions, by number."""
    return {one["id"].removeprefix("pdq2024-"): known(one) for one in dossier("pdq-2024.yaml")["assertions"]}


_PRINTED = ("results", "facts", "study")


def _assertion_figures(evidence: Evidence, number: str) -> Iterator[Figure]:
    """Figures of an assertion, looked up in its claims, the results they report and the studies these are of."""
    assertion = _assertions()[number]
    place = Place.of_claims(evidence, [one for one in evidence.about if re.match(rf"ev:pdq-2024-{number}(-|$)", one)])
    for result in assertion.get("results", ()):
        yield from Comparison(place, number, {str(result.get("arm")): ""}, result).figures()
    words = place.words() | Place.of_studies(evidence, place.studies).words()
    names = frozenset({"name", "nct", "phase", "pmids", "locus", "genes", "targets_as_printed"})
    for key in ("facts", "study"):
        said = texts(assertion.get(key), without=names)
        for figure in dict.fromkeys(one for text in said for one in numbers(_NAMES.sub(" ", text))):
            yield Figure(number, f"{figure} in its {key}", figure in words)


# Exceptions


@cache
def _exceptions() -> dict[tuple[str, str], str]:
    with _EXCEPTIONS.open(encoding="utf-8", newline="") as file:
        return {(row["study"], row["figure"]): row["reason"] for row in csv.DictReader(file)}


def _check(figures: Iterable[Figure], file: str) -> None:
    """Fail with one line for each figure that is not found and not excepted, for a person to mend."""
    missing = [one for one in figures if not one.found and (one.entry, one.figure) not in _exceptions()]
    if missing:
        lines = [f"  {one.entry}: {one.figure}" for one in missing]
        pytest.fail("\n".join([f"{len(missing)} figures, to be mended in {file}:", *lines]), pytrace=False)


# Tests

_HERE = DOSSIER.is_dir()
_STUDIES = sorted(_studies()) if _HERE else []
_PRINTING = [name for name, one in sorted(_assertions().items()) if set(_PRINTED) & one.keys()] if _HERE else []
_TERMS = sorted({term for name in _STUDIES for term in _terms(name)} | {f"ev:{name}" for name in _MENTIONED})


def test_studies_are_those_of_the_dossier(evidence: Evidence):
    """Each study that was read is in the graph, also without results, and no other is."""
    assert evidence.of_kind("gistkg:Study") == set(_TERMS)


@pytest.mark.parametrize("study", _STUDIES)
def test_figures_of_the_study_are_found(evidence: Evidence, study: str):
    """Each verified figure, of its endpoint, in its arm and subgroup, at its time, with its interval."""
    _check(_study_figures(evidence, study), Place.of_studies(evidence, _terms(study)).file)


@pytest.mark.parametrize("study", _TERMS if _HERE else [])
def test_figures_of_findings_are_those_of_the_dossier(evidence: Evidence, study: str):
    """No value, count, limit, time or p value of a finding is added."""
    _check(_unsaid(evidence, study), evidence.file[study])


@pytest.mark.parametrize("number", _PRINTING)
def test_figures_of_the_assertion_are_found(evidence: Evidence, number: str):
    """Facts, results and study of each assertion of the PDQ edition of 2024 that prints a figure."""
    _check(_assertion_figures(evidence, number), "evidence/pdq-2024")


def test_figures_in_texts_are_found(evidence: Evidence):
    """Numbers on genotypes, resistance, safety and interactions, in what the graph has from the source they name."""
    _check(_text_figures(evidence), "the files of these sources")


def test_dates_of_decisions_are_found(evidence: Evidence):
    """Each date of an approval, a refusal or a designation that was read."""
    _check(_decision_figures(evidence), "evidence/approvals-*")


def test_exceptions_are_really_missing(evidence: Evidence):
    """None is stale: each is a figure of the dossier, or of the graph, that the other does not have."""
    figures = [
        *(one for study in _STUDIES for one in _study_figures(evidence, study)),
        *(one for study in _TERMS for one in _unsaid(evidence, study)),
        *(one for number in _PRINTING for one in _assertion_figures(evidence, number)),
        *(*_text_figures(evidence), *_decision_figures(evidence)),
    ]
    assert _exceptions().keys() - {(one.entry, one.figure) for one in figures if not one.found} == set()
    assert all(_exceptions().values()), "an exception without a reason"
