"""The answer to a case, written: as JSON for programs, as a table for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

from gistkg.applicability import Answer, Judgement
from gistkg.errors import FormatError
from gistkg.results import GRAPH_FORMATS, Triples

if TYPE_CHECKING:
    from gistkg.case import Case
    from gistkg.kg import KnowledgeGraph
    from gistkg.model import Claim, Recommendation, Result
    from gistkg.render import Table

__all__ = ["answer_json", "answer_triples", "case_from_file", "recommendation_json", "run_ask", "write_answer"]

_FORMATS = ("table", "json", "csv", "tsv", "markdown", "turtle", "jsonld")


def run_ask(
    words: str = "",
    *,
    format: str,  # noqa: A002 - the word of rdflib and pyoxigraph
    everything: bool,
    stream: TextIO,
    as_of: str | None = None,
    jurisdiction: str | None = None,
    case: str | None = None,
    extra: Iterable[str] = (),
) -> int:
    """Load the graph, judge a case in words and write the answer; 0 if something applies or may apply, else 1.

    In place of words, `case` names a file, or is `-` for standard input; what of it was not understood is said on
    standard error. `extra` are Turtle files to load as well.
    """
    from gistkg.kg import load

    kg = load(*extra)
    if case is None:
        answer = kg.ask(words, as_of=as_of, jurisdiction=jurisdiction)
    else:
        answer = kg.ask(case_from_file(kg, case), as_of=as_of, jurisdiction=jurisdiction)
    write_answer(kg, answer, format, stream, everything=everything)
    return 0 if answer.with_status("applies", "undetermined") else 1


def case_from_file(kg: KnowledgeGraph, name: str) -> Case:
    """The case in a file, or on standard input if that is `-`; what was not understood is said on standard error."""
    import sys

    from gistkg.case_formats import read_case
    from gistkg.errors import SourceError

    try:
        if name == "-":
            name = "standard input"
            if sys.stdin is None or sys.stdin.isatty():
                raise SourceError(name, "has nothing to read; give a file, or say in words what is known")
            content = sys.stdin.buffer.read()
        else:
            with open(name, "rb") as file:  # noqa: PTH123 - pathlib costs a cold start some milliseconds
                content = file.read()
    except OSError as error:
        raise SourceError(name, f"cannot be read ({error.strerror})") from None
    case = read_case(kg.graph, kg.conditions, content, name=name)
    for note in case.notes:
        sys.stderr.write(f"gistkg: note: {note}\n")
    return case


def write_answer(
    kg: KnowledgeGraph,
    answer: Answer,
    format: str,  # noqa: A002 - the word of rdflib and pyoxigraph
    stream: TextIO,
    *,
    everything: bool = False,
) -> None:
    """Write an answer; without `everything`, tables leave out what does not apply.

    JSON always holds every recommendation. Raises `FormatError` for an unknown format.
    """
    if format == "json":
        import json

        indent = 1 if stream.isatty() else None  # without, it is written ten times as fast
        stream.write(json.dumps(answer_json(answer), ensure_ascii=False, indent=indent) + "\n")
    elif format in GRAPH_FORMATS:
        stream.write(answer_triples(kg, answer).serialize(format).decode())
    elif format == "table":
        from gistkg.answer_page import write_page
        from gistkg.resolve import label_of

        place = label_of(kg.graph, answer.jurisdiction) if answer.jurisdiction else None
        write_page(answer, stream, everything=everything, place=place)
    elif format in _FORMATS:
        from gistkg.render import write_rows

        write_rows(_table(_chosen(answer, everything=everything)), format, stream)
    else:
        raise FormatError(format, _FORMATS)


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer as plain data, the same from Python and from the command line.

    >>> import gistkg
    >>> data = answer_json(gistkg.load().ask("metastatic, KIT exon 9, untreated"))
    >>> data["recommendations"][1]["therapy"]["dose"]
    {'value': None, 'unit': 'mg', 'frequency': None, 'perDay': 800, 'schedule': None, 'duration': None}
    """
    return {
        "asOf": answer.as_of.date().isoformat(),
        "jurisdiction": answer.jurisdiction.full if answer.jurisdiction else None,
        "graphVersion": answer.graph_version,
        "notice": "Informs; does not choose a patient's treatment.",
        "case": {
            "facts": [{"words": fact.words, "term": fact.term.full} for fact in answer.case.facts],
            "notes": list(answer.case.notes),
        },
        "recommendations": [recommendation_json(judgement) for judgement in answer.judgements],
        "missingFacts": [
            {
                "fact": missing.fact,
                "settles": missing.settles,
                "concerns": missing.concerns,
                "outcomes": [
                    {"if": one.condition, "then": list(one.then), "fallsAway": list(one.falls_away)}
                    for one in missing.outcomes
                ],
            }
            for missing in answer.missing_facts
        ],
        "conflicts": [
            {
                "between": [iri.full for iri in one.between],
                "differ": list(one.differ),
                "id": one.iri.full if one.iri else None,
                "text": one.text,
                "resolution": one.resolution,
            }
            for one in answer.conflicts
        ],
    }


def answer_triples(kg: KnowledgeGraph, answer: Answer) -> Triples:
    """What the graph states of the recommendations that apply or may apply, and of their therapies and populations."""
    import pyoxigraph as ox

    claims = [judgement.claim for judgement in answer.with_status("applies", "undetermined")]
    subjects = {claim.iri.full for claim in claims}
    subjects |= {therapy.iri.full for claim in claims for therapy in claim.therapies}
    subjects |= {claim.population.iri.full for claim in claims if claim.population}
    store = kg.graph.store
    quads = (quad for iri in sorted(subjects) for quad in store.quads_for_pattern(ox.NamedNode(iri), None, None))
    return Triples(quad.triple for quad in quads if not isinstance(quad.object, ox.BlankNode))


def recommendation_json(judgement: Judgement) -> dict[str, Any]:
    """One judged recommendation as plain data, as it stands in the JSON of an answer."""
    claim = judgement.claim
    return {
        "id": claim.iri.full,
        "label": claim.label,
        "status": judgement.status,
        "direction": claim.direction.code if claim.direction else None,
        "basis": claim.basis.code if claim.basis else None,
        "modality": claim.modality.code if claim.modality else None,
        "hedges": list(claim.hedges),
        "therapy": _therapy(claim),
        "population": {"id": claim.population.iri.full, "label": claim.population.label} if claim.population else None,
        "evidence": [
            {"scheme": level.scheme, "code": level.code, "assignedBy": level.assigned_by} for level in claim.levels
        ],
        "findings": [_finding(result) for result in judgement.results],
        "sources": _sources(judgement),
        "because": [
            {"criterion": reason.label, "value": _TRUTHS[reason.value], "fact": ", ".join(reason.facts) or None}
            for reason in judgement.because
        ],
        "missing": list(judgement.missing),
        "overriddenBy": judgement.overridden_by.full if judgement.overridden_by else None,
        "mayBeOverriddenBy": [iri.full for iri in judgement.may_be_overridden_by],
        "conflictsWith": [iri.full for iri in judgement.conflicts_with],
        "statusNotes": list(claim.status_notes),
        "validFrom": claim.valid_from.date().isoformat() if claim.valid_from else None,
        "jurisdictions": [place.label for place in claim.jurisdictions],
        "agency": claim.agency.label if claim.agency else None,
        "studies": [{"id": study.iri.full, "label": study.label} for study in claim.studies],
    }


_TRUTHS = {True: "true", False: "false", None: "unknown"}


def _therapy(claim: Claim) -> dict[str, Any]:
    if claim.procedures:
        labels = [procedure.label for procedure in claim.procedures]
        ids = [procedure.iri.full for procedure in claim.procedures]
        found: dict[str, Any] = {"id": ids[0], "label": " or ".join(labels), "kind": "procedure"}
        return found | {"drugs": [], "procedure": labels, "dose": None}
    recommendation: Recommendation = claim  # type: ignore[assignment] # a judged claim without procedure is one
    therapy, dose = recommendation.therapy, recommendation.dose
    return {
        "id": therapy.iri.full if therapy else None,
        "label": therapy.label if therapy else None,
        "kind": recommendation.therapy_kind,
        "drugs": [drug.label for drug in recommendation.drugs],
        "procedure": None,
        "dose": dose
        and {
            "value": _number(dose.value),
            "unit": dose.unit,
            "frequency": dose.frequency,
            "perDay": _number(dose.per_day),
            "schedule": dose.schedule,
            "duration": dose.duration,
        },
    }


def _finding(result: Result) -> dict[str, Any]:
    return {
        "id": result.iri.full,
        "endpoint": result.endpoint.label if result.endpoint else None,
        "value": _number(result.value),
        "unit": result.unit,
        "comparator": result.compared_with.label if result.compared_with else None,
        "p": result.p,
        "study": result.study.label if result.study else None,
        "label": result.label,
        "stance": result.stance,
        "statistic": result.statistic.label if result.statistic else None,
        "relation": result.relation.code if result.relation else None,
        "low": _number(result.low),
        "high": _number(result.high),
        "confidence": _number(result.confidence),
        "events": result.events,
        "of": result.of,
        "timepoint": result.timepoint,
        "arm": result.arm.label if result.arm else None,
        "subgroup": result.subgroup,
        "supersededBy": [{"id": one.iri.full, "label": one.label} for one in result.superseded_by],
    }


def _sources(judgement: Judgement) -> list[dict[str, Any]]:
    source, claim = judgement.source, judgement.claim
    if source is None:
        return []
    return [
        {
            "id": source.iri.full,
            "citation": source.citation,
            "locator": claim.locator,
            "references": list(claim.citations),
            "pmid": source.pubmed_id,
        }
    ]


def _number(value: Any) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _chosen(answer: Answer, *, everything: bool) -> tuple[Judgement, ...]:
    return answer.judgements if everything else answer.with_status("applies", "undetermined", "overridden")


_COLUMNS = ("status", "direction", "therapy", "dose", "strength", "level", "condition", "open", "source", "claim")


def _table(judgements: tuple[Judgement, ...]) -> Table:
    from gistkg.render import Table

    return Table(_COLUMNS, tuple(tuple(_cells(judgement)) for judgement in judgements))


def _cells(judgement: Judgement) -> Iterator[Any]:
    claim = judgement.claim
    yield judgement.status
    yield claim.direction.label if claim.direction else ""
    yield therapy_words(claim)
    yield dose_words(claim)
    yield strength_words(claim)
    yield level_words(claim)
    yield claim.population.label if claim.population else ""
    yield "; ".join(judgement.missing)
    yield _source_words(judgement)
    yield claim.iri


def therapy_words(claim: Claim) -> str:
    """The drug where the next column holds its dose, else the therapy as the graph calls it."""
    therapy = _therapy(claim)
    if claim.procedures:
        return f"{therapy['label']}, to follow {', '.join(one.label for one in claim.therapies)}"
    dosed = therapy["dose"] is not None and therapy["dose"]["perDay"] is not None
    return str(therapy["drugs"][0] if dosed and len(therapy["drugs"]) == 1 else therapy["label"])


def dose_words(claim: Claim) -> str:
    """The dose of a regimen, or nothing."""
    dose = getattr(claim, "dose", None)
    return "" if dose is None else str(dose)


def strength_words(claim: Claim) -> str:
    """The modality with the hedge, unless one says the other."""
    words = claim.modality.label if claim.modality else ""
    hedges = [hedge for hedge in claim.hedges if hedge not in words]
    if any(words in hedge for hedge in hedges):
        return ", ".join(hedges)
    return f"{words} ({', '.join(hedges)})" if hedges else words


def level_words(claim: Claim) -> str:
    """The codes of the levels; those that a rule derived, no source assigned, say so."""
    codes = (f"{one.code} (derived)" if one.assigned_by == "derived" else one.code for one in claim.levels)
    return "; ".join(codes) or "not graded"


def _source_words(judgement: Judgement) -> str:
    claim = judgement.claim
    name = str(claim.source.iri) if claim.source else ""
    numbers = f", ref. {', '.join(map(str, claim.citations))}" if claim.citations else ""
    return f"{name}: {claim.locator}{numbers}" if claim.locator else name + numbers
