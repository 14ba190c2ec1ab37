"""The links of resistance mechanisms, each with the claims that stand behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from gistkg.files import query_text
from gistkg.graph import Graph
from gistkg.results import Iri
from gistkg.traverse import HedgedClaim

__all__ = ["ClaimsOfLinks", "claims_of_links"]


class ClaimsOfLinks:
    """For each end of a link, the claims that name it; asked for one link at a time."""

    def __init__(self, graph: Graph) -> None:
        self._by_mechanism: dict[str, set[str]] = defaultdict(set)
        self._by_name: dict[str, set[str]] = defaultdict(set)
        self._alterations: dict[str, set[str]] = defaultdict(set)
        for row in graph.rows(query_text("exports", "mechanism-claims")):
            claim, named = _full(row["claim"]), _full(row["named"])
            self._by_name[named].add(claim)
            if row["how"] == "mechanism":
                self._by_mechanism[named].add(claim)
            elif row["how"] == "alteration":
                self._alterations[claim].add(named)
        self._links = {_full(row["link"]) for row in graph.rows(_LINKS)}
        self._hedges: dict[str, set[str]] = defaultdict(set)
        for row in graph.rows(_HEDGES):
            self._hedges[_full(row["claim"])].add(str(row["hedge"]))
        self._altered = {_full(row["term"]) for row in graph.rows(_ALTERATIONS)}
        self._labels = {_full(row["claim"]): str(row["label"]) for row in graph.rows(_LABELS)}

    def of(self, subject: str, predicate: str, object_: str) -> tuple[HedgedClaim, ...]:
        """The claims behind a link; none if it is no mechanism link.

        They are those that name both its ends, or, where there are none, those about a mechanism at either end: but no
        claim about certain alterations stands behind a link from another one.
        """
        if predicate not in self._links:
            return ()
        both = self._by_name[subject] & self._by_name[object_]
        found = both or self._fitting(subject, self._by_mechanism[subject] or self._by_mechanism[object_])
        return tuple(
            HedgedClaim(Iri(claim), self._labels.get(claim, Iri(claim)), tuple(sorted(self._hedges[claim])))
            for claim in sorted(found)
        )

    def _fitting(self, subject: str, claims: Iterable[str]) -> set[str]:
        if subject not in self._altered:
            return set(claims)
        return {claim for claim in claims if not self._alterations[claim] or subject in self._alterations[claim]}


def claims_of_links(graph: Graph) -> ClaimsOfLinks:
    """Read the claims behind the mechanism links.

    >>> from gistkg.graph import load_graph
    >>> name = "https://w3id.org/gistkg/{}".format
    >>> links = claims_of_links(load_graph())
    >>> ends = name("EffluxByPGlycoprotein"), name("LowDrugConcentrationInCell")
    >>> [(one.iri, one.hedges) for one in links.of(ends[0], name("leadsTo"), ends[1])]
    [('ev:pdq-2014-s06', ('may',)), ('ev:pdq-2024-083', ('in part', 'may'))]
    """
    return ClaimsOfLinks(graph)


_LINKS = "SELECT DISTINCT ?link { ?link rdfs:subPropertyOf+ gistkg:mechanismLink }"
_HEDGES = "SELECT ?claim ?hedge { ?claim gistkg:hasHedge ?hedge }"
_ALTERATIONS = "SELECT DISTINCT ?term { ?term rdfs:subClassOf* gistkg:Alteration }"
_LABELS = "SELECT DISTINCT ?claim ?label { ?claim gistkg:concernsMechanism [] ; skos:prefLabel ?label }"


def _full(value: object) -> str:
    return value.full if isinstance(value, Iri) else str(value)
