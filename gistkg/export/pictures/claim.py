"""The picture of a claim or recommendation: of whom, what, how sure, on which findings, and where it is said."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gistkg.criteria import conditions
from gistkg.export.pictures.box import Box
from gistkg.export.pictures.condition import required_and_excluded
from gistkg.export.pictures.draw import BODY, GREY, INK, LOOKS, NOTE, SMALL, TITLE, Picture, box
from gistkg.export.pictures.layout import Wire, laid_out
from gistkg.export.pictures.text import Line, Style
from gistkg.files import query_text
from gistkg.graph import Graph
from gistkg.model import Claim, Named, Recommendation, Result
from gistkg.records import claim, conflicts, results, source
from gistkg.resolve import is_kind, label_of
from gistkg.results import Iri
from gistkg.traverse import neighbours

__all__ = ["picture_of_claim", "result_rows"]

_LABEL = Style(11, False, INK)
_MARKS = {"for": "▲", "against": "▼", "no difference": "=", "undecided": "?"}
_COLOURS = {"for": LOOKS["for"].stroke, "against": LOOKS["against"].stroke}
_LEGEND = "▲ for, ▼ against, = no difference, ? undecided. Words in quotation marks are the hedges of the source."
_SHOWN_ELSEWHERE = {
    "rdf:type",
    "dcterms:source",
    *(
        f"gistkg:{name}"
        for name in (
            *("appliesTo", "inSetting", "recommends", "recommendsProcedure", "concernsTherapy", "comparesWith"),
            *("hasDirection", "hasModality", "hasBasis", "hasEvidenceLevel", "hasDerivedLevel", "cites"),
            *("supportedBy", "reportsResult", "disputedBy", "inJurisdiction", "byAgency"),
        )
    ),
}


def picture_of_claim(graph: Graph, iri: Iri, stamp: str) -> Picture:
    """Draw a claim: left whom it is about, right the therapy with its dose, the findings and the source.

    >>> from gistkg.graph import load_graph
    >>> drawn = picture_of_claim(load_graph(), Iri("https://w3id.org/gistkg/evidence/pdq-2024-175"), "")
    >>> [line.text for place in drawn.layout.labels for line in place.box.lines][:4]
    ['about', '▲ for', 'may', 'source']
    """
    said = claim(graph, iri)
    boxes = [box(iri.full, _claim_rows(graph, said), 270, "claim", href=iri.full, tip=str(iri))]
    wires: list[Wire] = []
    columns = {iri.full: 2}
    for one, wire in (*_whom(said), *_therapies(said), *_findings(graph, said), *_source(graph, said)):
        boxes.append(one)
        wires.append(wire)
        if wire.target == iri.full:
            columns[one.name] = 1
    if said.population is not None:
        criteria = list(required_and_excluded(graph, conditions(graph), said.population.iri.full))
        boxes += [one for one, _ in criteria]
        columns.update({one.name: 0 for one, _ in criteria})
        wires += [Wire(wire.target, wire.source, wire.label, wire.look) for _, wire in criteria]
    notes = [*_notes(graph, said)]
    spoken = ". ".join(" ".join(line.text for line in one.lines) for one in boxes)
    return Picture(
        said.label,
        f"{said.kind}, {iri}",
        f"A diagram from whom the claim is about, over what it says, to what it rests on. {spoken}",
        laid_out(boxes, wires, columns),
        tuple(notes),
        stamp,
    )


def _claim_rows(graph: Graph, said: Claim) -> Iterator[tuple[str, Style]]:
    yield said.kind, SMALL
    yield said.text or said.label, BODY
    if said.direction is not None:
        yield _direction(said.direction), Style(14, True, _COLOURS.get(said.direction.label, INK))
    if said.modality is not None:
        yield f"strength: {said.modality.label}", BODY
    if said.hedges:
        yield f"hedged: {', '.join(f'“{hedge}”' for hedge in said.hedges)}", BODY
    yield f"level: {'; '.join(map(str, said.levels)) or 'not graded by the source'}", BODY
    if said.basis is not None:
        yield said.basis.label, SMALL
    places = [one.label for one in (*said.jurisdictions, said.agency) if one is not None]
    if places:
        yield f"in {', '.join(places)}", SMALL
    if said.valid_from is not None:
        until = f", until {said.valid_until.date()}" if said.valid_until else ""
        yield f"valid from {said.valid_from.date()}{until}", SMALL
    for note in said.status_notes:
        yield note, SMALL
    for value in said.qualitative_values:
        yield value, SMALL
    for link in neighbours(graph, said.iri.full, direction="out"):
        if str(link.predicate.iri) not in _SHOWN_ELSEWHERE:
            yield f"{link.predicate.label}: {link.other.label}", SMALL


def _direction(direction: Named) -> str:
    return f"{_MARKS.get(direction.label, '')} {direction.label.upper()}".strip()


def _whom(said: Claim) -> Iterator[tuple[Box, Wire]]:
    if said.population is None:
        return
    rows = [(said.population.label, TITLE), ("population", SMALL)]
    rows += [(f"setting: {one.label}", SMALL) for one in said.settings]
    iri = said.population.iri
    shown = box(iri.full, rows, 190, "population", href=iri.full, tip=str(iri))
    yield shown, Wire(iri.full, said.iri.full, _plain("about"))


def _therapies(said: Claim) -> Iterator[tuple[Box, Wire]]:
    word = said.direction.label if said.direction is not None else ""
    style = Style(12, True, _COLOURS.get(word, INK))
    first = [Line(f"{_MARKS.get(word, '')} {word}".strip(), style)] if word else [Line("on", _LABEL)]
    label = (*first, *((Line(said.modality.label, SMALL),) if said.modality else ()))
    look = word if word in _COLOURS else "plain"
    for one in (*said.therapies, *said.procedures):
        rows = [(one.label, TITLE)]
        if isinstance(said, Recommendation) and said.therapy == one:
            drugs = [drug.label for drug in said.drugs if drug != one]
            rows += [(f"drug: {', '.join(drugs)}", SMALL)] if drugs else []
            rows += [(f"dose: {said.dose}", BODY)] if said.dose else []
        shown = box(one.iri.full, rows, 240, "drug", href=one.iri.full, tip=str(one.iri))
        yield shown, Wire(said.iri.full, one.iri.full, label, look)
    for one in said.compared_with:
        name = f"{one.iri.full} compared"
        shown = box(name, [(one.label, TITLE)], 240, "plain", href=one.iri.full, tip=str(one.iri))
        yield shown, Wire(said.iri.full, shown.name, _plain("compared with"))


def _findings(graph: Graph, said: Claim) -> Iterator[tuple[Box, Wire]]:
    words = {"supports": "supported by", "reports": "reports", "disputes": "disputed by"}
    for one in results(graph, said.iri):
        shown = box(one.iri.full, result_rows(graph, one), 330, "result", href=one.iri.full, tip=str(one.iri))
        look = "against" if one.stance == "disputes" else "plain"
        yield shown, Wire(said.iri.full, one.iri.full, _plain(words[one.stance]), look)


def _source(graph: Graph, said: Claim) -> Iterator[tuple[Box, Wire]]:
    if said.source is None:
        return
    found = source(graph, said.source.iri)
    rows = [(found.label, TITLE), (found.kind, SMALL)]
    if said.locator:
        rows.append((f"place: {said.locator}", BODY))
    if found.citation:
        rows.append((found.citation, SMALL))
    rows += [(f"PMID {found.pubmed_id}", SMALL)] if found.pubmed_id else []
    rows += [(f"doi {found.doi}", SMALL)] if found.doi else []
    shown = box(found.iri.full, rows, 330, "source", href=found.iri.full, tip=str(found.iri))
    yield shown, Wire(said.iri.full, found.iri.full, _plain("source"))


def _notes(graph: Graph, said: Claim) -> Iterator[Line]:
    for row in graph.rows(query_text("records", "references-of"), claim=said.iri):
        sure = f", {row['confidence']}" if row["confidence"] else ""
        known = f"{row['label']} ({row['publication']}{sure})"
        where = known if row["publication"] else f"not resolved to a publication ({row['reference']})"
        yield Line(f"Cites [{row['number']}] {where}", SMALL)
    for note in said.notes:
        yield Line(f"Note: {note}", SMALL)
    for link in neighbours(graph, said.iri.full, direction="in"):
        if is_kind(graph, link.subject.iri, "gistkg:Claim"):
            other = f"{link.subject.label} ({link.subject.iri})"
            yield Line(f"Of this claim another says: {other} {link.predicate.label} it.", NOTE, link.subject.iri.full)
    shown = {said.iri, *(one.iri for one in results(graph, said.iri))}
    for conflict in conflicts(graph):
        if any(side.iri in shown for side in conflict.between):
            text = f"{conflict.kind}: {conflict.text or conflict.label} ({conflict.iri})"
            yield Line(text[:1].upper() + text[1:], NOTE, conflict.iri.full)
    if said.hedges or said.direction is not None:
        yield Line(_LEGEND, NOTE)


def result_rows(graph: Graph, one: Result) -> list[tuple[str, Style]]:
    """What a result says: its figure with interval and p, of which endpoint, arm, study and source.

    >>> from gistkg.graph import load_graph
    >>> from gistkg.records import result
    >>> graph = load_graph()
    >>> [text for text, _ in result_rows(graph, result(graph, "ev:a6181004-ttp-comparison"))][1:3]
    ['0.33, 95% CI 0.23 to 0.47', 'p < 0.0001']
    """
    rows = [(one.label, TITLE)]
    figure = [_with_unit(graph, one)] if one.value is not None else []
    if one.value is None and one.relation is not None:
        figure.append(one.relation.label)
    if one.low is not None and one.high is not None:
        kind = f"{_plain_number(one.confidence)}% CI" if one.confidence is not None else "range"
        figure.append(f"{kind} {_plain_number(one.low)} to {_plain_number(one.high)}")
    if one.events is not None or one.of is not None:
        figure.append(f"{one.events} of {one.of}" if one.events is not None and one.of is not None else f"n {one.of}")
    rows += [(", ".join(figure), Style(14, True, INK))] if figure else []
    rows += [(f"p {one.p}" if one.p[0] in "<>=≤≥" else f"p = {one.p}", BODY)] if one.p else []
    if one.direction is not None:
        rows.append((_direction(one.direction), Style(12, True, _COLOURS.get(one.direction.label, INK))))
    rows += [(one.words, BODY)] if one.words else []
    what = [named.label for named in (one.statistic, one.endpoint) if named is not None]
    rows += [(", ".join(what), BODY)] if what else []
    if one.arm is not None:
        against = f", compared with: {one.compared_with.label}" if one.compared_with else ""
        rows.append((f"arm: {one.arm.label}{against}", BODY))
    more = (one.subgroup, one.timepoint and f"at {one.timepoint}", one.analysis, one.assessor, one.era)
    rows += [(text, SMALL) for text in more if text]
    rows += [(f"study: {one.study.label}", SMALL)] if one.study else []
    rows += [(f"source: {named.label} ({named.iri})", SMALL) for named in one.sources]
    return rows


def _with_unit(graph: Graph, one: Result) -> str:
    sign = one.relation.code if one.relation and one.relation.code not in (None, "=") else ""
    number = _plain_number(one.value)
    if one.unit in (None, "1"):
        unit = ""
    elif one.unit == "%":
        unit = "%"
    else:
        label = _units(graph).get(str(one.unit), str(one.unit))
        unit = f" {label}" if number == "1" or not label.isalpha() else f" {label}s"
    return f"{sign}{number}{unit}"


def _plain_number(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"


def _units(graph: Graph) -> dict[str, str]:
    """The labels of units by their UCUM codes."""
    rows = graph.rows("SELECT ?unit ?code { ?unit a gistkg:Unit ; gistkg:ucumCode ?code }")
    return {str(row["code"]): label_of(graph, row["unit"]) for row in rows if isinstance(row["unit"], Iri)}


def _plain(text: str) -> tuple[Line, ...]:
    return (Line(text, Style(11, False, GREY)),)
