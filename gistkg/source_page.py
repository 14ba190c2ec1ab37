"""All that the graph takes from one source, as Markdown to be proof-read against the paper."""

from __future__ import annotations

from collections.abc import Iterator

from gistkg.files import query_text
from gistkg.graph import Graph
from gistkg.model import Claim, Named, Recommendation, Result
from gistkg.records import claims, conflicts, result, results, source, term
from gistkg.resolve import label_of
from gistkg.results import Iri

__all__ = ["source_page"]


def source_page(graph: Graph, iri: Iri) -> Iterator[str]:
    """The lines of the page of a source: its studies with arms and findings, its claims, what is disputed of them.

    >>> from gistkg.graph import load_graph
    >>> page = list(source_page(load_graph(), Iri("https://w3id.org/gistkg/source/le-cesne-2010")))
    >>> page[0]
    '# Le Cesne 2010, Lancet Oncol'
    >>> "## Findings" in page
    True

    Raises what `gistkg.records.source` raises.
    """
    found = source(graph, iri)
    yield f"# {found.label}"
    yield ""
    yield found.citation or "No citation."
    numbers = [f"PubMed {found.pubmed_id}" if found.pubmed_id else "", f"doi {found.doi}" if found.doi else ""]
    yield from ("", "; ".join([f"{found.kind} `{iri}`", *filter(None, numbers)]))
    for note in term(graph, iri).notes:
        yield from ("", f"> {note}")
    shown: set[Iri] = {iri}
    for section in (_studies, _findings, _claims):
        yield from section(graph, iri, shown)
    yield from _disputes(graph, shown)
    yield from ("", "Informs; does not choose a patient's treatment.")


def _studies(graph: Graph, iri: Iri, shown: set[Iri]) -> Iterator[str]:
    """Each study that the source reports or describes, with what is said of it and its arms."""
    arms: dict[Iri, list[dict[str, object]]] = {}
    for row in graph.rows(query_text("records", "arms-of-source"), source=iri):
        if isinstance(row["study"], Iri):
            arms.setdefault(row["study"], []).append(dict(row))
    for study, rows in arms.items():
        shown.add(study)
        yield from ("", f"## Study: {label_of(graph, study)}", "", f"`{study}`")
        for line in graph.rows(query_text("records", "facts-of-study"), study=study):
            yield f"- **{line['property']}**: {line['value']}"
        armed = [arm for arm in rows if arm["arm"] is not None]
        if armed:
            yield from ("", "| arm | participants | receives | |", "| --- | --- | --- | --- |")
            for arm in armed:
                yield _row(arm["armLabel"], arm["participants"], arm["receives"], arm["description"])


def _findings(graph: Graph, iri: Iri, shown: set[Iri]) -> Iterator[str]:
    """Every finding and figure that the source states."""
    found = [result(graph, row["result"]) for row in graph.rows(query_text("records", "results-of-source"), source=iri)]
    if not found:
        return
    yield from ("", "## Findings", "", "| what | figure | interval or range | p | where | id |")
    yield "| --- | --- | --- | --- | --- | --- |"
    for one in sorted(found, key=lambda one: (str(one.study), str(one.endpoint), str(one.iri))):
        shown.add(one.iri)
        yield _row(one.label + one.remark, _figure(one), _interval(one), one.p, _where(one), f"`{one.iri}`")


def _claims(graph: Graph, iri: Iri, shown: set[Iri]) -> Iterator[str]:
    """Every claim of the source, in the order of its numbers."""
    said = claims(graph, source=iri)
    if said:
        yield from ("", "## Claims")
    for claim in said:
        shown.add(claim.iri)
        yield from ("", f"### {claim.label}", "", claim.text or "", "")
        for name, value in _said(graph, claim):
            yield f"- **{name}**: {value}"


def _said(graph: Graph, claim: Claim) -> Iterator[tuple[str, str]]:
    yield "id", f"`{claim.iri}`, {claim.kind}"
    if claim.locator:
        numbers = f", references {', '.join(map(str, claim.citations))}" if claim.citations else ""
        yield "place", claim.locator + numbers
    for name, values in (
        ("of whom", (claim.population,)),
        ("setting", claim.settings),
        ("therapy", claim.therapies),
        ("procedure", claim.procedures),
        ("compared with", claim.compared_with),
        ("direction", (claim.direction,)),
        ("strength", (claim.modality,)),
        ("place it holds in", claim.jurisdictions),
        ("agency", (claim.agency,)),
    ):
        words = [one.label for one in values if isinstance(one, Named)]
        if words:
            yield name, "; ".join(words)
    if isinstance(claim, Recommendation) and claim.dose:
        yield "dose", str(claim.dose)
    if claim.hedges:
        yield "hedge", ", ".join(claim.hedges)
    if claim.levels:
        yield "level", "; ".join(map(str, claim.levels))
    if claim.valid_from:
        until = f" until {claim.valid_until.date()}" if claim.valid_until else ""
        yield "holds", f"from {claim.valid_from.date()}{until}"
    for one in results(graph, claim.iri):
        yield one.stance, f"{one.label} (`{one.iri}`){one.remark}"
    for note in (*claim.status_notes, *claim.notes):
        yield "note", note


def _disputes(graph: Graph, shown: set[Iri]) -> Iterator[str]:
    """The conflicts and flags about anything that stands on the page."""
    touching = [one for one in conflicts(graph) if any(side.iri in shown for side in one.between)]
    if touching:
        yield from ("", "## Conflicts and flags")
    for one in touching:
        yield from ("", f"- {one.text or one.label} (`{one.iri}`)")
        for side in one.between:
            yield f"  - {side.label} (`{side.iri}`)"
        if one.differ:
            yield f"  - differ in: {', '.join(one.differ)}"
        if one.resolution:
            yield f"  - resolution: {one.resolution}"


def _figure(one: Result) -> str:
    parts = []
    if one.value is not None:
        sign = one.relation.code if one.relation and one.relation.code not in (None, "=") else ""
        unit = "%" if one.unit == "%" else f" {_UNITS.get(one.unit or '', one.unit or '')}"
        parts.append(f"{sign or ''}{one.value.normalize():f}{unit}".strip())
    elif one.relation is not None and one.value is None:
        parts.append(one.relation.label)
    if one.events is not None:
        parts.append(f"{one.events} of {one.of}")
    elif one.of is not None:
        parts.append(f"n {one.of}")
    if one.direction:
        parts.append(one.direction.label)
    if one.words:
        parts.append(one.words)
    return "; ".join(parts)


def _interval(one: Result) -> str:
    if one.low is None or one.high is None:
        return ""
    level = f"{one.confidence.normalize():f}% CI " if one.confidence is not None else ""
    return f"{level}{one.low.normalize():f}-{one.high.normalize():f}"


def _where(one: Result) -> str:
    parts = (one.subgroup, one.timepoint and f"at {one.timepoint}", one.analysis, one.assessor, one.era)
    return "; ".join(part for part in parts if part)


_UNITS = {"mo": "months", "wk": "weeks", "a": "years", "d": "days", "1": "", "{participant}": "participants"}


def _row(*cells: object) -> str:
    shown = (str(cell).replace("|", "\\|").replace("\n", " ") if cell is not None else "" for cell in cells)
    return f"| {' | '.join(shown)} |"
