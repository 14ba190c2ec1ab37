"""The answer to a case, written: as JSON for programs, as a table for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO

from gistkg.applicability import Answer, Conflict, Judgement
from gistkg.errors import FormatError
from gistkg.results import GRAPH_FORMATS, Triples

if TYPE_CHECKING:
    from gistkg.case import Case
    from gistkg.kg import KnowledgeGraph
    from gistkg.missing import MissingFact
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
) -> int:
    """Load the graph, judge a case in words and write the answer; 0 if something applies or may apply, else 1.

    In place of words, `case` names a file, or is `-` for standard input; what of it was not understood is said on
    standard error.
    """
    from gistkg.kg import load

    kg = load()
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
        _write_for_people(answer, stream, everything=everything)
    elif format in _FORMATS:
        from gistkg.render import write_rows

        write_rows(_table(_chosen(answer, everything=everything)), format, stream)
    else:
        raise FormatError(format, _FORMATS)


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer as plain data, the same from Python and from the command line.

    >>> import gistkg
    >>> data = answer_json(gistkg.load().ask("metastatic, KIT exon 9, untreated"))
    >>> data["recommendations"][0]["therapy"]["dose"]
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
            {"between": [iri.full for iri in one.between], "differ": list(one.differ)} for one in answer.conflicts
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
        "evidence": [{"scheme": level.scheme, "code": level.code, "assignedBy": "source"} for level in claim.levels],
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
    }


_TRUTHS = {True: "true", False: "false", None: "unknown"}


def _therapy(claim: Claim) -> dict[str, Any]:
    if claim.procedures:
        labels = [procedure.label for procedure in claim.procedures]
        ids = [procedure.iri.full for procedure in claim.procedures]
        return {"id": ids[0], "label": " or ".join(labels), "drugs": [], "procedure": labels, "dose": None}
    recommendation: Recommendation = claim  # type: ignore[assignment] # a judged claim without procedure is one
    therapy, dose = recommendation.therapy, recommendation.dose
    return {
        "id": therapy.iri.full if therapy else None,
        "label": therapy.label if therapy else None,
        "drugs": [drug.label for drug in recommendation.drugs],
        "procedure": None,
        "dose": dose
        and {
            "value": _number(dose.value),
            "unit": dose.unit,
            "frequency": dose.frequency,
            "perDay": _number(dose.per_day),
            "schedule": None,
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
    yield _therapy_words(claim)
    yield _dose_words(claim)
    yield _strength(claim)
    yield "; ".join(level.code for level in claim.levels) or "not graded"
    yield claim.population.label if claim.population else ""
    yield "; ".join(judgement.missing)
    yield _source_words(judgement)
    yield claim.iri


def _therapy_words(claim: Claim) -> str:
    """The drug where the next column holds its dose, else the therapy as the graph calls it."""
    therapy = _therapy(claim)
    if claim.procedures:
        return f"{therapy['label']}, to follow {', '.join(one.label for one in claim.therapies)}"
    dosed = therapy["dose"] is not None and therapy["dose"]["perDay"] is not None
    return str(therapy["drugs"][0] if dosed and len(therapy["drugs"]) == 1 else therapy["label"])


def _dose_words(claim: Claim) -> str:
    dose = getattr(claim, "dose", None)
    return "" if dose is None else str(dose)


def _strength(claim: Claim) -> str:
    """The modality with the hedge, unless one says the other."""
    words = claim.modality.label if claim.modality else ""
    hedges = [hedge for hedge in claim.hedges if hedge not in words]
    if any(words in hedge for hedge in hedges):
        return ", ".join(hedges)
    return f"{words} ({', '.join(hedges)})" if hedges else words


def _source_words(judgement: Judgement) -> str:
    claim = judgement.claim
    name = str(claim.source.iri) if claim.source else ""
    numbers = f", ref. {', '.join(map(str, claim.citations))}" if claim.citations else ""
    return f"{name}: {claim.locator}{numbers}" if claim.locator else name + numbers


def _write_for_people(answer: Answer, stream: TextIO, *, everything: bool) -> None:
    from rich.console import Group
    from rich.text import Text

    from gistkg.render import NOTICE, write_rich

    parts: list[Any] = [_heading(answer)]
    under_study = [one for one in answer.with_status("applies") if _is_under_study(one)]
    shown: list[tuple[str, tuple[Judgement, ...]]] = [
        (title, tuple(one for one in answer.with_status(status) if one not in under_study))
        for status, title in _SECTIONS
        if everything or status not in ("doesNotApply", "notInForce")
    ]
    shown.insert(1, ("Under study, and no recommendation", tuple(under_study)))
    if not shown[0][1]:
        parts += [Text(""), Text("Nothing in the graph is known to apply.", style="bold")]
    for title, judgements in shown:
        if judgements:
            parts += [Text(""), Text(title, style="bold"), _section(judgements, stream)]
    parts += [line for missing in answer.missing_facts[:1] for line in _settling(answer, missing)]
    parts += [line for conflict in answer.conflicts for line in _conflict(conflict)]
    left_out = len(answer.with_status("doesNotApply", "notInForce"))
    if left_out and not everything:
        more = f"{left_out} more {'do' if left_out > 1 else 'does'} not apply; --all shows."
        parts += [Text(""), Text(more, style="dim")]
    last = f"'gistkg show {_example(answer)}' tells more.  {NOTICE}"
    parts += [Text(""), *_footnotes(answer), Text(last, style="dim")]
    write_rich(Group(*parts), stream)


def _is_under_study(judgement: Judgement) -> bool:
    modality = judgement.claim.modality
    return modality is not None and modality.code == "underStudy"


def _settling(answer: Answer, missing: MissingFact) -> Iterator[Any]:
    """What the fact that would settle most would lead to."""
    from rich.text import Text

    of = len(answer.with_status("undetermined"))
    yield Text("")
    counted = f"settles {missing.settles} of {of}" if missing.settles else f"bears on {missing.concerns} of {of}"
    yield Text.assemble(("Missing most: ", "bold"), missing.fact, f" ({counted} undetermined)")
    for outcome in missing.outcomes:
        then = ", ".join(outcome.then) or "nothing more applies"
        yield Text(f"  if {outcome.condition}: {then}")


def _conflict(conflict: Conflict) -> Iterator[Any]:
    from rich.text import Text

    one, other = conflict.between
    differ = ", ".join(conflict.differ) or "nothing"
    yield Text("")
    yield Text.assemble(("Conflict: ", "bold"), f"{one} and {other} differ in {differ}.")


_SECTIONS = (
    ("applies", "Applies"),
    ("overridden", "Overridden by a recommendation above"),
    ("undetermined", "Undetermined, for lack of a fact"),
    ("doesNotApply", "Does not apply"),
    ("notInForce", "Not in force on this date"),
)


def _heading(answer: Answer) -> Any:
    from rich.text import Text

    said = "; ".join(
        f"{fact.words} ({fact.label})" if fact.label != fact.words else fact.words for fact in answer.case.facts
    )
    where = f" in {answer.jurisdiction}" if answer.jurisdiction else ""
    heading = Text.assemble(("Case  ", "bold"), said, "\n", ("As of ", "bold"), f"{answer.as_of.date()}{where}")
    for warning in (warning for fact in answer.case.facts for warning in fact.warnings):
        heading.append(f"\nWarning: {warning}", "yellow")
    dates = [judgement.claim.valid_from for judgement in answer.judgements if judgement.claim.valid_from]
    if dates and (answer.as_of - max(dates)).days > _OLD:
        newest = max(dates).date()
        heading.append(f"\nNothing newer than {newest} is in the graph: what came since is missing here.", "bold")
    return heading


def _section(judgements: tuple[Judgement, ...], stream: TextIO) -> Any:
    from rich.table import Table as Grid

    from gistkg.render import box_for, terminal_width

    last = _LAST_COLUMN.get(judgements[0].status, "Condition")
    grid = Grid(box=box_for(stream), header_style="bold", border_style="dim", show_lines=True, expand=True)
    grid.add_column("", no_wrap=True)
    if terminal_width(stream) < _WIDE:
        grid.add_column("Therapy", ratio=2)
        grid.add_column(f"{last}, source", ratio=3)
        for judgement in judgements:
            side, therapy, dose, strength, level, condition, source = _row(judgement)
            grid.add_row(side, _lines(therapy, dose, strength, level), _lines(condition, source))
        return grid
    for name, ratio in (("Therapy", 5), ("Dose", 4), ("Strength", 4), ("Level", 3), (last, 8), ("Source", 6)):
        grid.add_column(name, ratio=ratio)
    for judgement in judgements:
        grid.add_row(*_row(judgement))
    return grid


_WIDE = 110
_OLD = 3 * 365
_LAST_COLUMN = {"undetermined": "Open", "doesNotApply": "Failed"}


def _row(judgement: Judgement) -> tuple[Any, ...]:
    """The cells of one recommendation, as rich text: a bracket in a label is no markup."""
    from rich.text import Text

    claim = judgement.claim
    condition = claim.population.label if claim.population else ""
    if judgement.status == "undetermined":
        condition = "\n".join(f"? {label}" for label in judgement.missing)
    elif judgement.status == "doesNotApply":
        condition = "\n".join(reason.label for reason in judgement.because if reason.value is False)
    unless = (f"! unless {iri} applies" for iri in judgement.may_be_overridden_by)
    condition = "\n".join([condition, *unless, *(f"! {note}" for note in claim.status_notes)])
    direction = claim.direction
    return (
        Text(direction.label if direction else "", style=_STYLES.get((direction and direction.code) or "", "")),
        Text(_therapy_words(claim)),
        Text(_dose_words(claim)),
        Text(_strength(claim)),
        Text("; ".join(level.code for level in claim.levels) or "not graded"),
        Text(condition),
        Text(f"{claim.iri}\n{_place(claim)}"),
    )


def _lines(*texts: Any) -> Any:
    from rich.text import Text

    return Text("\n").join(text for text in texts if text)


_STYLES = {"for": "green", "against": "red"}


def _place(claim: Claim) -> str:
    numbers = f" [{', '.join(map(str, claim.citations))}]" if claim.citations else ""
    return f"{claim.locator or ''}{numbers}"


def _footnotes(answer: Answer) -> Iterator[Any]:
    """Each source once: an answer is worth what its sources are."""
    from rich.text import Text

    sources = {judgement.source.iri: judgement.source for judgement in answer.judgements if judgement.source}
    for iri, source in sorted(sources.items()):
        yield Text(f"{iri}  {source.label}. Numbers in brackets are its references.", style="dim")


def _example(answer: Answer) -> str:
    return str(answer.judgements[0].claim.iri) if answer.judgements else "TERM"
