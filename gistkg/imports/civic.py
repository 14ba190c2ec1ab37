"""Evidence items of CIViC on one tumour, matched with the terms of the graph and held against its own claims.

An item is loaded only if all of it was understood: its drugs, its alteration no wider than it says, its level, and a
sentence that does not contradict its columns. The others are told of with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gistkg.alterations import Finding, find_alteration
from gistkg.criteria import conditions
from gistkg.errors import VariantError
from gistkg.expressions import Named
from gistkg.graph import Graph
from gistkg.imports.civic_table import Row
from gistkg.imports.civic_text import disease_names, other_disease, other_variant
from gistkg.mappings import mappings
from gistkg.questions import run
from gistkg.record import Record
from gistkg.resolve import find, label_of
from gistkg.results import Iri, Rows
from gistkg.terms import EV, GISTKG

__all__ = ["TUMOUR", "Alteration", "Item", "Opposite", "judge_rows"]

TUMOUR = Iri(GISTKG + "GastrointestinalStromalTumour")
"""Whose items are taken: the tumour the graph is about."""

_SENSITIVITIES = {
    ("supports", "sensitivity/response"): "Sensitive",
    ("supports", "resistance"): "Resistant",
    ("supports", "reduced sensitivity"): "ReducedSensitivity",
}
"""What a predictive item calls a tumour, by its direction and significance; the others make no call."""

_SIDES = {"sensitive": 1, "active": 1, "reduced": -1, "resistant": -1}
"""On which side of the drug a call stands; a mixed call takes none."""


class Alteration(Record):
    """The alteration of an item: a class of the graph, or one of CIViC's own inside a class of the graph."""

    term: str
    label: str
    inside: Iri


class Opposite(Record):
    """A claim of the graph on the same drug, about the same alteration or a class that holds it."""

    claim: Iri
    label: str
    drug: Iri
    call: str
    origin: str | None
    kind: str
    source: Iri
    agrees: bool | None


class Item(Record):
    """One evidence item, what became of it, and why.

    `status` is "agrees", "contradicts", "differs" (on both sides, or on none), "new" (no claim of the graph to hold it
    against), "unmatched", "inconsistent" (its sentence contradicts its columns) or "not accepted".
    """

    row: Row
    status: str
    reason: str | None
    alteration: Alteration | None = None
    drugs: tuple[Iri, ...] = ()
    level: Iri | None = None
    call: str | None = None
    opposites: tuple[Opposite, ...] = ()

    @property
    def is_loaded(self) -> bool:
        """Whether the item becomes claims."""
        return self.status in ("agrees", "contradicts", "differs", "new")


def judge_rows(graph: Graph, rows: Sequence[Row]) -> tuple[Item, ...]:
    """What becomes of each row on the tumour of the graph, in the order of the table.

    Rows on other diseases are left aside, unless their sentence speaks of no disease but ours.
    """
    names = disease_names(row.disease for row in rows)
    code = {one.object_curie.partition(":")[2] for one in mappings("doid") if one.subject == TUMOUR and _exact(one)}
    levels = {str(row["code"]): row["level"] for row in graph.rows(_LEVELS)}
    return tuple(
        _judge(graph, row, names, code, levels)
        for row in rows
        if TUMOUR in find(graph, row.disease) or (row.doid and row.doid in code)
    )


def _exact(mapping: object) -> bool:
    return str(getattr(mapping, "predicate", "")).endswith("exactMatch") and not getattr(mapping, "negated", True)


def _judge(graph: Graph, row: Row, names: Sequence[str], code: set[str], levels: Mapping[str, object]) -> Item:
    if TUMOUR not in find(graph, row.disease) or (row.doid and code and row.doid not in code):
        return Item(row, "inconsistent", f"the disease is {row.disease!r}, its code DOID:{row.doid} is of another")
    other = other_disease(graph, TUMOUR, row.statement, names)
    if other is not None:
        return Item(row, "inconsistent", f"the disease is {row.disease!r}, but the sentence speaks of {other}")
    variant = other_variant(graph, row.alteration, row.statement)
    if variant is not None:
        return Item(row, "inconsistent", f"the row is about {row.alteration}, but the sentence says {variant}")
    if row.status.casefold() != "accepted":
        return Item(row, "not accepted", f"its status in CIViC is {row.status!r}")
    if row.reviewed is None:
        return Item(row, "unmatched", "the table gives no date of a review")
    level = levels.get(row.level)
    if not isinstance(level, Iri):
        return Item(row, "unmatched", f"{row.level!r} is no evidence level of CIViC")
    drugs = _drugs(graph, row)
    if isinstance(drugs, str):
        return Item(row, "unmatched", drugs)
    alteration = _alteration(graph, row)
    if isinstance(alteration, str):
        return Item(row, "unmatched", alteration)
    call = _SENSITIVITIES.get((row.direction.casefold(), row.significance.casefold()))
    if row.kind.casefold() != "predictive" or not drugs:
        call = None
    opposites = tuple(_opposites(graph, row, alteration, drugs)) if row.kind.casefold() == "predictive" else ()
    return Item(row, _status(opposites), None, alteration, drugs, level, call, opposites)


def _status(opposites: Sequence[Opposite]) -> str:
    sides = {one.agrees for one in opposites}
    if not sides:
        return "new"
    if sides == {True}:
        return "agrees"
    return "contradicts" if sides == {False} else "differs"


def _drugs(graph: Graph, row: Row) -> tuple[Iri, ...] | str:
    """The drugs of a row; of a combination the one term that is it. A sentence if one is not in the graph."""
    above = conditions(graph).ancestors
    found = []
    for name in row.drugs:
        terms = [term for term in find(graph, name) if GISTKG + "Drug" in above.get(term.full, ())]
        if len(terms) != 1:
            return f"{name!r} is no drug of the graph"
        found.append(terms[0])
    if len(found) > 1 and not row.interaction:
        return f"{', '.join(row.drugs)}: the table does not say whether they were given together"
    if len(found) > 1 and row.interaction.casefold() != "substitutes":
        together = {
            row["combination"]
            for row in graph.rows(_COMBINATIONS)
            if str(row["drugs"]).split(" ") == sorted(drug.full for drug in found)
        }
        if len(together) != 1 or row.interaction.casefold() != "combination":
            return f"{' with '.join(row.drugs)} ({row.interaction.lower()}) is no combination of the graph"
        (one,) = together
        return (one,) if isinstance(one, Iri) else ()
    return tuple(found)


def _alteration(graph: Graph, row: Row) -> Alteration | str:
    """The alteration of a row, never wider than the row says it; a sentence if the graph has no place for it."""
    try:
        found = find_alteration(graph, row.alteration)
    except VariantError as error:
        return f"{row.alteration!r}: {error.problem}"
    if found is None:
        return f"{row.alteration!r} names no alteration of the graph"
    if found.warnings:
        return f"{row.alteration!r}: {found.warnings[0]}"
    if _is_whole(found):
        return Alteration(found.term.full, found.label, found.term)
    if not row.profile_page.startswith("http"):
        return f"{row.alteration!r} is none of the named variants, and the table gives no address for it"
    return Alteration(row.profile_page, row.alteration, found.term)


def _is_whole(found: Finding) -> bool:
    """Whether the class of the graph says all that was found, and not only where it lies."""
    parts = getattr(found.expression, "parts", (found.expression,))
    return all(isinstance(part, Named) for part in parts)


def _opposites(graph: Graph, row: Row, alteration: Alteration, drugs: Sequence[Iri]) -> Iterator[Opposite]:
    """The claims on the same drug and alteration, but for items of CIViC that were loaded beside the graph."""
    sensitive = row.significance.casefold() == "sensitivity/response"
    side = 1 if sensitive else -1 if row.significance.casefold() in ("resistance", "reduced sensitivity") else 0
    side *= {"supports": 1, "does not support": -1}.get(row.direction.casefold(), 0)  # CIViC also has "N/A"
    for drug in drugs:
        rows = run(graph, "drug-by-mutation", mutation=str(alteration.inside), drug=str(drug))
        for one in rows if isinstance(rows, Rows) else ():
            claim, source, call = one["claim"], one["source"], str(one["call"])
            if isinstance(claim, Iri) and isinstance(source, Iri) and not claim.full.startswith(_ITEM):
                theirs = _SIDES.get(call, 0)
                origin = None if one["origin"] is None else str(one["origin"])
                agrees = None if 0 in (side, theirs) else side == theirs
                yield Opposite(claim, label_of(graph, claim), drug, call, origin, str(one["kind"]), source, agrees)


_ITEM = f"{EV}civic-eid"
"""How the IRIs of claims begin that were made of items of CIViC."""
_LEVELS = "SELECT ?code ?level { ?level gistkg:inScheme gistkg:CivicScheme ; skos:notation ?code } ORDER BY ?code"
_COMBINATIONS = """
SELECT ?combination (GROUP_CONCAT(STR(?drug) ; separator=" ") AS ?drugs) {
  SELECT ?combination ?drug { ?combination a gistkg:Combination ; gistkg:usesDrug ?drug }
  ORDER BY ?combination STR(?drug)
} GROUP BY ?combination ORDER BY ?combination
"""
