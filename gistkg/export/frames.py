"""Claims as nested documents: what each says, of whom, on what evidence, from which source, without another look-up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from gistkg.export.canonical import Descriptions
from gistkg.export.json_ld import Json, JsonLd, in_order, reference
from gistkg.files import query_text
from gistkg.graph import Graph
from gistkg.terms import PREFIXES, RDF, SKOS

__all__ = ["frame", "framed"]

Followed: TypeAlias = "dict[str, Followed | None]"
"""Which properties are followed from a node to a node told in full; `None` tells its names and definition only."""

_THERAPY: Followed = {"usesDrug": {}, "usesProcedure": None, "hasComponent": {"usesDrug": {}}}
_SOURCE: Followed = {}
_RESULT: Followed = {
    "ofStudy": {},
    "inArm": {"receives": _THERAPY},
    "comparedWithArm": {"receives": _THERAPY},
    "measuresEndpoint": None,
    "inSubgroup": None,
    "comparedWithSubgroup": None,
    "source": _SOURCE,
}
_LEVEL: Followed = {"inScheme": None}
_CLAIM: Followed = {
    "appliesTo": {"requires": None, "excludes": None},
    "recommends": _THERAPY,
    "recommendsProcedure": None,
    "concernsTherapy": _THERAPY,
    "comparesWith": _THERAPY,
    "concernsAlteration": None,
    "concernsMechanism": None,
    "concernsEndpoint": None,
    "reportsResult": _RESULT,
    "supportedBy": _RESULT,
    "disputedBy": _RESULT,
    "basedOnStudy": {},
    "describesStudy": {"hasArm": {"receives": _THERAPY}},
    "hasEvidenceLevel": _LEVEL,
    "hasDerivedLevel": _LEVEL,
    "hasModality": None,
    "cites": {"resolvesTo": _SOURCE},
    "source": _SOURCE,
}
_ASIDE = {"drops", "isNotExactMatchOf", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"}
"""Never followed: what an edition drops, which is no evidence of its claims; and codes that are not quite the same."""

_NAMES = [f"<{SKOS}{name}>" for name in ("altLabel", "definition", "notation", "prefLabel", "scopeNote")]
_TYPE = f"<{RDF}type>"
_LABEL, _IDENTIFIER = f"<{SKOS}prefLabel>", f"<{PREFIXES['dcterms']}identifier>"
_FLAGS: dict[str, Any] = {"@embed": "@always", "@explicit": True, "@omitDefault": True}


def frame(graph: Graph, found: Descriptions, terms: Mapping[str, Json]) -> dict[str, Any]:
    """The frame, without its context: made of what is said of the claims, and of the properties followed from them."""
    rows = list(graph.rows(query_text("exports", "claims")))
    claims = {f"<{_full(row['claim'])}>" for row in rows}
    writer = JsonLd(found, terms)
    top = _frame_of(claims, _CLAIM, writer)
    return {"@type": sorted({reference(f"<{_full(row['kind'])}>") for row in rows})} | top


def _frame_of(nodes: Iterable[str], followed: Followed, writer: JsonLd) -> dict[str, Any]:
    objects: dict[str, set[str]] = {}
    for node in nodes:
        for predicate, values in writer.found.of.get(node, {}).items():
            objects.setdefault(predicate, set()).update(values)
    made: dict[str, Any] = {}
    for predicate, reached in objects.items():
        name, _ = writer.term(predicate)
        if predicate == _TYPE or name in _ASIDE or any(value[0] == "_" for value in reached):
            continue
        if all(value[0] == '"' for value in reached):
            made[name] = {"@omitDefault": True}
        elif name not in followed:
            made[name] = _brief([_LABEL, _IDENTIFIER], reached, writer)
        elif (deeper := followed[name]) is None:
            made[name] = _brief(_NAMES, reached, writer)
        else:
            made[name] = _frame_of(reached, deeper, writer)
    return _FLAGS | dict(sorted(made.items()))


def _brief(predicates: list[str], nodes: Iterable[str], writer: JsonLd) -> dict[str, Any]:
    """Some properties of nodes; if a node has none of them, which would not fit the frame, only their names."""
    if any(writer.found.of.get(node, {}).keys().isdisjoint(predicates) for node in nodes):
        return {"@embed": "@never"}
    return _FLAGS | {writer.term(predicate)[0]: {"@omitDefault": True} for predicate in predicates}


def framed(
    graph: Graph, found: Descriptions, terms: Mapping[str, Json], shape: Mapping[str, Any]
) -> tuple[list[dict[str, Json]], dict[str, set[str]]]:
    """Every claim as a document of its own, in the order of their IRIs: what a JSON-LD processor makes by the frame.

    Besides, which properties are told of which nodes.
    """
    maker = _Maker(JsonLd(found, terms))
    claims = sorted({f"<{_full(row['claim'])}>" for row in graph.rows(query_text("exports", "claims"))})
    return [maker.node(claim, shape, ()) for claim in claims], maker.told


class _Maker:
    def __init__(self, writer: JsonLd) -> None:
        self.writer = writer
        self.leaves: dict[tuple[str, int], dict[str, Json]] = {}
        self.told: dict[str, set[str]] = {}

    def node(self, node: str, shape: Mapping[str, Any], above: tuple[str, ...]) -> dict[str, Json]:
        """A node with the properties of its frame; one that stands above itself is only named."""
        if node in above or shape.get("@embed") == "@never":
            return {"id": reference(node)}
        key = (node, id(shape))
        if key in self.leaves:
            return self.leaves[key]
        made: dict[str, Json] = {"id": reference(node)}
        leaf = True
        said = self.writer.found.of.get(node, {})
        told = self.told.setdefault(node, set())
        for predicate in in_order(said):
            values = said[predicate]
            name, _ = self.writer.term(predicate)
            if predicate != _TYPE and name not in shape:
                continue
            told.add(predicate)
            if predicate == _TYPE or values[0][0] == '"':
                made |= self.writer.node(node, {predicate: values}, named=False)
            else:
                leaf = False
                inside: list[Json] = [self.node(value, shape[name], (*above, node)) for value in values]
                made[name] = inside[0] if len(inside) == 1 else inside
        if leaf:
            self.leaves[key] = made
        return made


def _full(value: object) -> str:
    return str(getattr(value, "full", value))
