"""The answer to a case as a page for people: what applies, what would, what to watch, and where sources disagree.

What several claims say of one therapy stands in one row, with a line for each claim. What is undetermined is told by
the fact that it waits for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

from gistkg.applicability import Answer, Judgement
from gistkg.ask import dose_words, level_words, strength_words, therapy_words
from gistkg.expressions import And, Named, Some, flatten
from gistkg.render import NOTICE, box_for, write_rich
from gistkg.terms import GISTKG

if TYPE_CHECKING:
    from rich.text import Text

    from gistkg.missing import MissingFact
    from gistkg.model import Claim
    from gistkg.results import Iri

__all__ = ["write_page"]


def write_page(answer: Answer, stream: TextIO, *, everything: bool, place: str | None = None) -> None:
    """Write an answer as tables, one for each status that is shown; `place` is the label of its jurisdiction."""
    from rich.console import Group
    from rich.text import Text

    parts: list[Any] = [_heading(answer, place)]
    applies = answer.with_status("applies")
    watching = [one for one in applies if one.claim.procedures]
    under_study = [one for one in applies if _is_under_study(one)]
    advised = [one for one in applies if one not in watching and one not in under_study]
    if not advised:
        parts += [Text(""), Text("Nothing in the graph is known to apply.", style="bold")]
    sections: list[tuple[str, Iterable[Judgement]]] = [
        ("Applies", advised),
        ("Under study, and no recommendation", under_study),
        ("To follow it", watching),
        ("Overridden by a recommendation above", answer.with_status("overridden")),
    ]
    for title, judgements in sections:
        if judgements:
            parts += [Text(""), Text(title, style="bold"), _section(judgements, stream)]
    undetermined = answer.with_status("undetermined")
    if undetermined:
        parts += [Text(""), Text("Undetermined, for lack of a fact", style="bold")]
        parts += _waiting(undetermined, stream, everything=everything)
    if everything:
        for title, status in _REST:
            left = answer.with_status(status)
            if left:
                parts += [Text(""), Text(title, style="bold"), _section(left, stream)]
    parts += [line for missing in answer.missing_facts[:1] for line in _settling(answer, missing)]
    parts += _both_sides(answer)
    left_out = len(answer.with_status("doesNotApply", "notInForce"))
    if left_out and not everything:
        more = f"{left_out} more {'do' if left_out > 1 else 'does'} not apply, or not on this date; --all shows."
        parts += [Text(""), Text(more, style="dim")]
    last = f"'gistkg explain {_example(answer)}' with the same words tells why.  {NOTICE}"
    parts += [Text(""), *_footnotes(answer, everything=everything), *_by_mutation(answer), Text(last, style="dim")]
    write_rich(Group(*parts), stream)


def _by_mutation(answer: Answer) -> Iterator[Text]:
    """Where to read what each drug does to the alterations of the case, which is more than what is recommended."""
    from rich.text import Text

    for fact in answer.case.facts:
        stated = [part for part in flatten([fact.expression]) if isinstance(part, Some) and part.property in _CARRIED]
        if any(isinstance(part.filler, Named | And) for part in stated):
            asked = f"'gistkg query drug-by-mutation -p mutation={fact.term}'"
            yield Text(f"{asked} lists what each drug does to it, and who says so.", style="dim")


_CARRIED = (GISTKG + "hasAlteration", GISTKG + "hasAcquiredAlteration")
_REST = (("Does not apply", "doesNotApply"), ("Not in force on this date, or in this place", "notInForce"))


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
    telling = sorted((one for one in missing.outcomes if one.then), key=lambda one: -len(one.then))
    for outcome in telling[:_TELLING]:
        yield Text(f"  if {outcome.condition}: {', '.join(outcome.then)}")
    if len(missing.outcomes) > len(telling[:_TELLING]):
        others = len(missing.outcomes) - len(telling[:_TELLING])
        yield Text(f"  {others} other {'answers lead' if others > 1 else 'answer leads'} to less.", style="dim")


_TELLING = 4


def _both_sides(answer: Answer) -> Iterator[Any]:
    """What applies and takes opposite sides, drug by drug; then what curators found contradictory."""
    from rich.text import Text

    applies = {one.claim.iri: one for one in answer.with_status("applies")}
    sides: dict[str, dict[str, dict[str, None]]] = {}
    for conflict in answer.conflicts:
        if conflict.iri is not None or not applies.keys() >= set(conflict.between):
            continue
        claims = [applies[iri].claim for iri in conflict.between]
        shared = [drug.label for drug in claims[0].drugs if drug in claims[1].drugs]
        told = sides.setdefault(", ".join(shared), {})
        for claim in claims:
            told.setdefault(_side(claim), {})[str(claim.iri)] = None
        told.setdefault("they differ in", {}).update(dict.fromkeys(conflict.differ))
    recorded = [one for one in answer.conflicts if one.iri is not None and not applies.keys().isdisjoint(one.claims)]
    if sides or recorded:
        yield from (Text(""), Text("Both sides", style="bold"))
    for drug, told in sides.items():
        differ = told.pop("they differ in")
        lines = (f"{side} it {', '.join(iris)}" for side, iris in told.items())
        yield Text(f"• {drug}: {'; '.join(lines)}; they differ in {', '.join(differ) or 'nothing'}.")
    for conflict in recorded:
        differ_in = f" They differ in {', '.join(conflict.differ)}." if conflict.differ else ""
        taken = f" {conflict.resolution}" if conflict.resolution else ""
        yield Text.assemble(f"• {conflict.text}{differ_in}{taken} ", (str(conflict.iri), "dim"))


def _heading(answer: Answer, place: str | None) -> Any:
    from rich.text import Text

    said = "; ".join(
        fact.words if fact.words.casefold().endswith(fact.label.casefold()) else f"{fact.words} ({fact.label})"
        for fact in answer.case.facts
    )
    where = f", {place}" if place else ""
    heading = Text.assemble(("Case  ", "bold"), said, "\n", ("As of ", "bold"), f"{answer.as_of.date()}{where}")
    for warning in (warning for fact in answer.case.facts for warning in fact.warnings):
        heading.append(f"\nWarning: {warning}", "yellow")
    dates = [judgement.claim.valid_from for judgement in answer.judgements if judgement.claim.valid_from]
    if dates and (answer.as_of - max(dates)).days > _OLD:
        newest = max(dates).date()
        heading.append(f"\nNothing newer than {newest} is in the graph: what came since is missing here.", "bold")
    return heading


_OLD = 3 * 365


def _section(judgements: Iterable[Judgement], stream: TextIO) -> Any:
    """One row for each side and therapy: who says so, how strongly, and of whom."""
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid(box=box_for(stream), header_style="bold", border_style="dim", show_lines=True, expand=True)
    grid.add_column("", no_wrap=True)
    for name, ratio in (("Therapy", 4), ("Strength, level, claim", 6), ("Of whom", 6)):
        grid.add_column(name, ratio=ratio, overflow="fold")  # an identifier that is cut cannot be copied
    groups: dict[tuple[str, str], list[Judgement]] = {}
    for judgement in judgements:
        groups.setdefault((_side(judgement.claim), _therapy(judgement.claim)), []).append(judgement)
    against = {one.claim.iri for group in groups.values() for one in group if _code(one) == "against"}
    for (side, therapy), together in groups.items():
        grid.add_row(
            Text(side, style=_STYLES.get(_code(together[0]), "")),
            Text(therapy),
            Text("\n").join(_said(one) for one in together),
            Text("\n".join(_few(dict.fromkeys(line for one in together for line in _of_whom(one, against))))),
        )
    return grid


def _few(lines: Iterable[str]) -> Iterator[str]:
    """The first populations, the narrowest; remarks all."""
    populations = [line for line in lines if not line.startswith("!")]
    yield from populations[:_FEW]
    if len(populations) > _FEW:
        yield f"(and {len(populations) - _FEW} wider)"
    yield from (line for line in lines if line.startswith("!"))


_FEW = 2


def _waiting(judgements: Iterable[Judgement], stream: TextIO, *, everything: bool) -> Iterator[Any]:
    """What is undetermined, by the facts it waits for; first what more of the known facts speak for."""
    from rich.table import Table as Grid
    from rich.text import Text

    groups: dict[tuple[str, ...], dict[str, list[str]]] = {}
    met: dict[tuple[str, ...], int] = {}
    for judgement in judgements:
        claim = judgement.claim
        met[judgement.missing] = max(met.get(judgement.missing, 0), _met(judgement))
        study = " (under study)" if _is_under_study(judgement) else ""
        told = f"{_side(claim)} {_therapy(claim).replace(chr(10), ' ')}{study}"
        groups.setdefault(judgement.missing, {}).setdefault(told, []).append(str(claim.iri))
    grid = Grid(box=box_for(stream), header_style="bold", border_style="dim", show_lines=True, expand=True)
    grid.add_column("If", ratio=5)
    grid.add_column("then", ratio=7, overflow="fold")
    closest = sorted(groups.items(), key=lambda one: (-met[one[0]], len(one[0]), one[0]))
    shown = closest if everything else closest[:_CLOSE]
    for facts, then in shown:
        lines = [Text.assemble(told, "  ", (_some(iris), "dim")) for told, iris in then.items()]
        grid.add_row(Text("\n".join(facts)), Text("\n").join(lines))
    yield grid
    left_out = sum(len(iris) for _, then in closest[len(shown) :] for iris in then.values())
    if left_out:
        yield Text(f"{left_out} more wait for facts further off; --all shows them.", style="dim")


_CLOSE = 8


def _met(judgement: Judgement) -> int:
    """How many criteria the facts of the case are known to meet."""
    return sum(reason.value is True and bool(reason.facts) for reason in judgement.because)


def _some(iris: list[str]) -> str:
    return iris[0] if len(iris) == 1 else f"{iris[0]} and {len(iris) - 1} more"


def _code(judgement: Judgement) -> str:
    direction = judgement.claim.direction
    return (direction.code or "") if direction else ""


def _side(claim: Claim) -> str:
    return claim.direction.label if claim.direction else ""


def _therapy(claim: Claim) -> str:
    therapy, dose = therapy_words(claim), dose_words(claim)
    return therapy if not dose or therapy.endswith(dose) else f"{therapy}\n{dose}"


def _said(judgement: Judgement) -> Any:
    """The strength and level of a claim, and its name."""
    from rich.text import Text

    claim = judgement.claim
    level = f", {level_words(claim)}" if claim.levels else ""
    place = f" ({', '.join(one.label for one in claim.jurisdictions)})" if claim.jurisdictions else ""
    over = f", overridden by {judgement.overridden_by}" if judgement.overridden_by else ""
    return Text.assemble(f"{strength_words(claim)}{level}{place}{over}  ", (str(claim.iri), "dim"))


def _of_whom(judgement: Judgement, against: set[Iri]) -> Iterator[str]:
    """The population, and what speaks against it in the same answer."""
    claim = judgement.claim
    if judgement.status == "doesNotApply":
        yield from (f"fails: {reason.label}" for reason in judgement.because if reason.value is False)
    elif claim.population:
        yield claim.population.label
    yield from (f"! unless {iri} applies" for iri in judgement.may_be_overridden_by)
    if _code(judgement) == "for":
        yield from (f"! against it speaks {iri}" for iri in judgement.conflicts_with if iri in against)
    yield from (f"! {note}" for note in claim.status_notes)


_STYLES = {"for": "green", "against": "red"}


def _footnotes(answer: Answer, *, everything: bool) -> Iterator[Any]:
    """Each source of what is shown once: an answer is worth what its sources are."""
    from rich.text import Text

    shown = answer.judgements if everything else answer.with_status("applies", "overridden")
    sources = {judgement.source.iri: judgement.source for judgement in shown if judgement.source}
    for iri, source in sorted(sources.items()):
        yield Text(f"{iri}  {source.label}", style="dim")


def _example(answer: Answer) -> str:
    return str(answer.judgements[0].claim.iri) if answer.judgements else "ID"
