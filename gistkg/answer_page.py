"""The answer to a case as a page for people: a table for each status, what is missing, and what is in conflict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO

from gistkg.applicability import Answer, Judgement
from gistkg.ask import dose_words, level_words, strength_words, therapy_words
from gistkg.render import NOTICE, box_for, terminal_width, write_rich

if TYPE_CHECKING:
    from gistkg.missing import MissingFact
    from gistkg.model import Claim

__all__ = ["write_page"]


def write_page(answer: Answer, stream: TextIO, *, everything: bool) -> None:
    """Write an answer as tables, one for each status that is shown."""
    from rich.console import Group
    from rich.text import Text

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
    parts += _conflicts(answer)
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


def _conflicts(answer: Answer) -> Iterator[Any]:
    """Opposite sides that one case can be on, where one of them applies; then what curators found contradictory."""
    from rich.text import Text

    applies = {judgement.claim.iri for judgement in answer.with_status("applies")}
    opposed = [one for one in answer.conflicts if one.iri is None and not applies.isdisjoint(one.between)]
    recorded = [one for one in answer.conflicts if one.iri is not None and not applies.isdisjoint(one.claims)]
    if opposed or recorded:
        yield from (Text(""), Text("Both sides", style="bold"))
    for conflict in opposed:
        yield Text(f"• {' and '.join(map(str, conflict.between))} differ in {', '.join(conflict.differ) or 'nothing'}.")
    for conflict in recorded:
        differ = f" They differ in {', '.join(conflict.differ)}." if conflict.differ else ""
        taken = f" {conflict.resolution}" if conflict.resolution else ""
        yield Text.assemble(f"• {conflict.text}{differ}{taken} ", (str(conflict.iri), "dim"))


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
        fact.words if fact.words.casefold().endswith(fact.label.casefold()) else f"{fact.words} ({fact.label})"
        for fact in answer.case.facts
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
        Text(therapy_words(claim)),
        Text(dose_words(claim)),
        Text(strength_words(claim)),
        Text(level_words(claim)),
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
