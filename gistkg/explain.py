"""One recommendation, walked from the case over its criteria to the trial arm and the citation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from gistkg.applicability import Answer, Judgement
from gistkg.ask import recommendation_json
from gistkg.errors import (
    FormatError,
    NotARecommendationError,
    UnknownRecommendationError,
    UnknownTermError,
    WrongKindError,
)
from gistkg.records import result
from gistkg.resolve import find, is_kind, label_of, near, nearest, resolve
from gistkg.results import Iri, Rows
from gistkg.terms import GISTKG

if TYPE_CHECKING:
    from gistkg.kg import KnowledgeGraph

__all__ = ["explanation", "judgement_of", "write_explanation"]

_MARKS = {True: "yes", False: "no ", None: "?  "}
_WORDS = {
    "applies": "applies",
    "undetermined": "is undetermined",
    "overridden": "is overridden",
    "doesNotApply": "does not apply",
    "notInForce": "is not in force on this date, or in this place",
}


def judgement_of(kg: KnowledgeGraph, answer: Answer, name: str) -> Judgement:
    """The judgement of one recommendation of an answer.

    Raises `UnknownRecommendationError`, with what is recommended of the drug if a drug is named or nearly so, and
    `NotARecommendationError` for a claim that recommends nothing.
    """
    try:
        iri = resolve(kg.graph, name, kind=GISTKG + "Claim")
    except (UnknownTermError, WrongKindError):
        raise _unknown(kg, answer, name) from None
    for judgement in answer.judgements:
        if judgement.claim.iri == iri:
            return judgement
    raise NotARecommendationError(str(iri))


def _unknown(kg: KnowledgeGraph, answer: Answer, name: str) -> UnknownRecommendationError:
    example = str(answer.judgements[0].claim.iri) if answer.judgements else "ev:NAME"
    ids: dict[str, str] = {}
    for claim in (one.claim for one in answer.judgements):
        ids |= {str(claim.iri): str(claim.iri), claim.label: str(claim.iri)}
    for term in find(kg.graph, " ".join(nearest(kg.graph, name, kind=GISTKG + "Drug", limit=1))):
        about = [str(one.claim.iri) for one in answer.judgements if term in _concerned(one)]
        if about:
            return UnknownRecommendationError(
                name, about[:_ABOUT], about[0], label_of(kg.graph, term), len(about[_ABOUT:])
            )
    meant = dict.fromkeys(ids[one] for one in near(name, ids))
    return UnknownRecommendationError(name, list(meant), example)


_ABOUT = 5
"""So many recommendations about a drug are named, those that apply first."""


def _concerned(judgement: Judgement) -> list[Iri]:
    claim = judgement.claim
    return [one.iri for one in (*claim.therapies, *claim.drugs, *claim.procedures)]


def explanation(kg: KnowledgeGraph, answer: Answer, name: str) -> str:
    """Why a recommendation applies to a case or not, and what it rests on, line by line.

    >>> import gistkg
    >>> kg = gistkg.load()
    >>> print(explanation(kg, kg.ask("metastatic, untreated"), "ev:pdq-2024-175"))  # doctest: +ELLIPSIS
    metastatic or recurrent GIST with KIT exon 9: imatinib may be started at 800 mg daily
    is undetermined for this case.
    ...
      ?    has a KIT exon 9 mutation
    ...
    """
    return "\n".join(_lines(kg, judgement_of(kg, answer, name)))


def write_explanation(
    kg: KnowledgeGraph,
    answer: Answer,
    name: str,
    format: str,  # noqa: A002 - the word of rdflib and pyoxigraph
    stream: TextIO,
) -> None:
    """Write an explanation as text (`table`) or `json`.  Raises `FormatError` for another format."""
    if format == "json":
        import json

        data = recommendation_json(judgement_of(kg, answer, name))
        stream.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    elif format == "table":
        stream.write(explanation(kg, answer, name) + "\n")
    else:
        raise FormatError(format, ("table", "json"))


def _lines(kg: KnowledgeGraph, judgement: Judgement) -> Iterator[str]:
    claim = judgement.claim
    yield claim.label
    yield f"{_WORDS[judgement.status]} for this case."
    if judgement.overridden_by:
        yield f"{judgement.overridden_by} takes its place: {kg.claim(judgement.overridden_by).label}."
    for iri in judgement.may_be_overridden_by:
        yield f"{iri} would take its place, if it applied: {kg.claim(iri).label}."
    yield ""
    yield f"Population: {claim.population.label if claim.population else 'none stated'}"
    for reason in judgement.because:
        facts = f": {', '.join(reason.facts)}" if reason.facts else ""
        yield f"  {_MARKS[reason.value]}  {reason.label}{facts}"
    yield ""
    yield from _source(judgement)
    yield from _evidence(kg, judgement)
    for note in claim.status_notes:
        yield f"Since then: {note}"
    for note in claim.notes:
        yield f"Note: {note}"
    yield ""
    yield "Informs; does not choose a patient's treatment."


def _source(judgement: Judgement) -> Iterator[str]:
    claim, source = judgement.claim, judgement.source
    said = claim.text or claim.label
    yield f"Says: {said}"
    hedges = f" (hedged: {', '.join(claim.hedges)})" if claim.hedges else ""
    yield f"Strength: {claim.modality.label if claim.modality else 'not stated'}{hedges}"
    yield f"Level: {'; '.join(map(str, claim.levels)) or 'the source gives none'}"
    if source is not None:
        yield f"Source: {source.citation or source.label}"
    since = claim.valid_from.date() if claim.valid_from else "an unknown date"
    yield f"Place: {claim.locator or 'not stated'}; valid from {since}"


def _evidence(kg: KnowledgeGraph, judgement: Judgement) -> Iterator[str]:
    """What the claim reports itself, and what else the publications it cites report, down to the arm."""
    rows = []
    if is_kind(kg.graph, judgement.claim.iri, GISTKG + "Recommendation"):  # the question is not about monitoring
        answer = kg.run("evidence-behind-recommendation", statement=str(judgement.claim.iri))
        rows = [dict(row) for row in answer] if isinstance(answer, Rows) else []
    for one in judgement.results:
        arm = f"; arm: {one.arm.label}" if one.arm else ""
        yield f"Reports: {one.label} ({one.iri}){arm}{one.remark}"
    for number, reference in sorted(_references(kg, judgement.claim.iri).items()):
        yield f"Cites [{number}]: {reference}"
    seen = {one.label for one in judgement.results}
    for row in rows:
        finding = str(row.get("findingLabel") or "")
        if finding and finding not in seen:
            seen.add(finding)
            arm = f"; arm: {row['armLabel']}" if row.get("armLabel") else ""
            remark = result(kg.graph, row["finding"]).remark
            yield f"  {finding}{arm}{remark}"


def _references(kg: KnowledgeGraph, claim: Iri) -> dict[int, str]:
    """Each reference of a claim by number: the publication, or that it is not known which."""
    rows = kg.graph.rows(
        """SELECT ?claim ?number ?publication ?confidence {
          ?claim gistkg:cites ?reference . ?reference gistkg:referenceNumber ?number .
          OPTIONAL { ?reference gistkg:resolvesTo/skos:prefLabel ?publication }
          OPTIONAL { ?reference gistkg:resolutionConfidence/skos:notation ?confidence } } ORDER BY ?number""",
        claim=claim,
    )
    return {
        int(str(row["number"])): f"{row['publication']} ({row['confidence']} confidence)"
        if row["publication"]
        else "not known which publication"
        for row in rows
    }
