"""What held on a date, and what changed between two."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import pyoxigraph as ox

from gistkg.applicability import in_force
from gistkg.errors import DateError, UnknownTermError
from gistkg.graph import Graph
from gistkg.model import Claim
from gistkg.record import Record
from gistkg.records import claims
from gistkg.resolve import near, resolve
from gistkg.results import Iri
from gistkg.terms import GISTKG

__all__ = ["Changes", "at", "changes", "moment_of", "place_of"]


class Changes(Record):
    """The claims that began to hold between two dates, that ended, and that another revised, which stands beside."""

    start: datetime
    end: datetime
    gained: tuple[Claim, ...]
    lost: tuple[Claim, ...]
    revised: tuple[tuple[Claim, Claim], ...]


def changes(graph: Graph, start: datetime, end: datetime, *, jurisdiction: Iri | None = None) -> Changes:
    """What the graph held on `end` and not on `start`, and the other way round.

    A lost claim that a gained one supersedes is revised, and counts as neither.
    Raises `DateError` if the dates are in the wrong order.

    >>> from gistkg.graph import load_graph
    >>> found = changes(load_graph(), moment_of("2014-02-24"), moment_of("2014-02-25"))
    >>> len(found.gained), found.lost
    (31, ())
    """
    if end < start:
        raise DateError(f"{start.date()} to {end.date()}", "the second date is before the first")
    held = {claim.iri: claim for claim in claims(graph) if in_force(claim, start, jurisdiction)}
    holds = {claim.iri: claim for claim in claims(graph) if in_force(claim, end, jurisdiction)}
    gained = {iri: claim for iri, claim in holds.items() if iri not in held}
    lost = {iri: claim for iri, claim in held.items() if iri not in holds}
    revised = [
        (lost[earlier], claim) for claim in gained.values() for earlier in _superseded(graph, claim) if earlier in lost
    ]
    before, after = {one.iri for one, _ in revised}, {other.iri for _, other in revised}
    return Changes(
        start,
        end,
        tuple(claim for iri, claim in gained.items() if iri not in after),
        tuple(claim for iri, claim in lost.items() if iri not in before),
        tuple(revised),
    )


def at(graph: Graph, moment: datetime | None, jurisdiction: Iri | None = None) -> Graph:
    """The graph without the claims that did not hold on a date or in a place, and without what points to them.

    >>> from gistkg.graph import load_graph
    >>> at(load_graph(), moment_of("1999-12-31")).query("ASK { ?claim gistkg:hasModality ?modality }")
    False
    """
    when = moment or datetime.now(UTC)
    gone = {ox.NamedNode(one.iri.full) for one in claims(graph) if not in_force(one, when, jurisdiction)}
    store = ox.Store()
    store.bulk_extend(quad for quad in graph.store if quad.subject not in gone and quad.object not in gone)
    return Graph(store, graph.files)


def moment_of(text: str) -> datetime:
    """A date, or a date and time, as a point in time; without a zone in UTC.  Raises `DateError` for anything else.

    >>> moment_of("2014-02-25").isoformat()
    '2014-02-25T00:00:00+00:00'
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise DateError(text, f"is no date; write it as {date(2014, 2, 25).isoformat()}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def place_of(graph: Graph, text: str) -> Iri:
    """The jurisdiction of this name.  Raises `UnknownTermError` with those that the graph knows, the nearest first.

    >>> from gistkg.graph import load_graph
    >>> place_of(load_graph(), "EU")
    'gistkg:EuropeanUnion'
    """
    kind = GISTKG + "Jurisdiction"
    try:
        return resolve(graph, text, kind=kind)
    except UnknownTermError:
        shown = {str(row["name"]): f"{row['label']} ({row['code']})" for row in graph.rows(_PLACES)}
        closest = [shown[name] for name in near(text, shown, limit=len(shown))]
        raise UnknownTermError(text, list(dict.fromkeys((*closest, *shown.values())))) from None


_PLACES = """
SELECT ?name ?label ?code {
  ?place a gistkg:Jurisdiction ; skos:prefLabel ?label ; skos:notation ?code ; skos:prefLabel|skos:altLabel ?name
} ORDER BY ?label ?name"""


def _superseded(graph: Graph, claim: Claim) -> Iterable[Iri]:
    rows = graph.rows("SELECT ?claim ?earlier { ?claim gistkg:supersedes ?earlier }", claim=claim.iri)
    return [row["earlier"] for row in rows if isinstance(row["earlier"], Iri)]
