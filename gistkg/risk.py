"""Risk groups: where each published scheme puts a tumour, and which missing facts could still move it.

What is missing is tried out, with every value that it could have: a missing fact counts only where one of them changes
the group, and a group is given only where none of them leads elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from gistkg.applicability import Reason
from gistkg.case import Case
from gistkg.criteria import Conditions
from gistkg.expressions import And, Expression, Or
from gistkg.expressions import Named as NamedClass
from gistkg.files import query_text
from gistkg.graph import Graph
from gistkg.model import Named
from gistkg.record import Record
from gistkg.resolve import label_of
from gistkg.results import Iri
from gistkg.trial import Trial, deciding

__all__ = ["SchemeRisk", "risk_groups"]


class SchemeRisk(Record):
    """What one scheme says of a case; the `code` of a group is its category, such as "low".

    `status` is "assigned" (to `group`), "open" (to one of `possible`, or to none if `may_be_unassigned`; the facts in
    `missing` decide), or "notAssigned": no row of the scheme that the graph holds is about such a tumour, and `notes`
    say what the table, or the graph, leaves out. `because` holds the criteria of the row that decided.
    """

    scheme: Named
    status: str
    group: Named | None
    possible: tuple[Named, ...]
    may_be_unassigned: bool
    because: tuple[Reason, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    sources: tuple[Named, ...]


def risk_groups(graph: Graph, conditions: Conditions, case: Case) -> tuple[SchemeRisk, ...]:
    """What every risk scheme of the graph says of a case, the oldest scheme first.

    A group is assigned if the case is in it whatever the missing facts are; a tumour is taken to have some size, some
    mitotic count and some site, and to have ruptured or not. Where one group is left but some values lie in no row, the
    scheme stays open: a table need not be complete.

    >>> from gistkg.case import case_from_words
    >>> from gistkg.criteria import conditions
    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> known = conditions(graph)
    >>> for risk in risk_groups(graph, known, case_from_words(graph, known, "gastric, 12 cm")):
    ...     print(risk.scheme, risk.group, *map(str, risk.possible), *risk.missing, sep="; ")
    NIH 2002; high risk by NIH 2002
    AFIP 2006; None; moderate risk by AFIP 2006; high risk by AFIP 2006; mitotic count
    modified NIH 2008; high risk by modified NIH
    """
    return tuple(_judge(graph, conditions, case, scheme) for scheme in graph.derived("risk-schemes", _read))


class _Scheme(Record):
    """A scheme with its groups, from the lowest risk up."""

    named: Named
    groups: tuple[Named, ...]
    notes: tuple[str, ...]
    sources: tuple[Named, ...]


def _judge(graph: Graph, conditions: Conditions, case: Case, scheme: _Scheme) -> SchemeRisk:
    expressions = {group: conditions.criteria[group.iri.full] for group in scheme.groups}
    trial = Trial(conditions, case, tuple(expressions.values()))
    worlds = [
        (world, tuple(group for group, rows in expressions.items() if trial.truth(rows, world.table)))
        for world in trial.worlds()
    ]
    possible = tuple(group for group in scheme.groups if any(group in groups for _, groups in worlds))
    certain = tuple(group for group in possible if all(group in groups for _, groups in worlds))

    def risk(status: str, **found: object) -> SchemeRisk:
        nothing = {"group": None, "possible": (), "may_be_unassigned": False, "because": (), "missing": ()}
        said = {"scheme": scheme.named, "notes": scheme.notes, "sources": scheme.sources}
        return SchemeRisk(status=status, **(nothing | said | found))  # type: ignore[arg-type]

    if certain:
        group = certain[-1]  # groups of one scheme share no tumour; should they, the highest risk is told
        because = tuple(_because(graph, conditions, case, expressions[group]))
        return risk("assigned", group=group, because=because or (_reason(graph, conditions, case, group.iri),))
    if not possible:
        return risk("notAssigned", may_be_unassigned=True)
    # That a value between two printed ones is in no row is worth saying only where nothing else keeps the scheme open.
    printed = [groups for world, groups in worlds if not world.between]
    decide = deciding([(world.values, groups) for world, groups in worlds])
    return risk(
        "open",
        possible=possible,
        may_be_unassigned=len(possible) == 1 or () in printed,
        missing=tuple(_fact_name(graph, trial.properties[place]) for place in decide),
    )


def _because(graph: Graph, conditions: Conditions, case: Case, expression: Expression) -> Iterator[Reason]:
    """The criteria of the first row that the case is in; of rows that only together hold it, those that it meets."""
    match expression:
        case And(parts):
            for part in parts:
                yield from _because(graph, conditions, case, part)
        case Or(parts):
            truths = [(part, conditions.evaluate(case.expressions, part)) for part in parts]
            rows = [part for part, truth in truths if truth][:1] or [part for part, truth in truths if truth is None]
            yield from dict.fromkeys(reason for row in rows for reason in _because(graph, conditions, case, row))
        case NamedClass(iri) if iri in conditions.criteria:
            if conditions.evaluate(case.expressions, expression):
                yield _reason(graph, conditions, case, Iri(iri))


def _reason(graph: Graph, conditions: Conditions, case: Case, criterion: Iri) -> Reason:
    """A criterion that holds, with each of the words that suffice for it."""
    expression = conditions.criteria[criterion.full]
    kinds = [known for known in case.expressions if isinstance(known, NamedClass)]
    facts = tuple(fact.words for fact in case.facts if conditions.evaluate([*kinds, fact.expression], expression))
    return Reason(criterion, label_of(graph, criterion), True, facts)


def _fact_name(graph: Graph, property_: str) -> str:
    names = [str(row["value"]) for row in graph.rows(_FACT_LABEL, term=Iri(property_))]
    return names[0] if names else label_of(graph, Iri(property_))


def _read(graph: Graph) -> tuple[_Scheme, ...]:
    sparql = query_text("records", "risk-groups")
    groups: dict[Iri, list[Named]] = {}
    for row in graph.rows(sparql):
        if isinstance(scheme := row["scheme"], Iri) and isinstance(group := row["group"], Iri):
            groups.setdefault(scheme, []).append(Named(group, label_of(graph, group), str(row["category"])))
    return tuple(
        _Scheme(
            Named(scheme, label_of(graph, scheme)),
            tuple(members),
            tuple(str(row["value"]) for row in graph.rows(_NOTES, term=scheme)),
            tuple(
                Named(value, label_of(graph, value))
                for row in graph.rows(_SOURCES, term=scheme)
                if isinstance(value := row["value"], Iri)
            ),
        )
        for scheme, members in groups.items()
    )


_NOTES = "SELECT ?term ?value { ?term skos:scopeNote ?value } ORDER BY ?value"
_SOURCES = "SELECT ?term ?value { ?term dcterms:source ?value } ORDER BY ?value"
_FACT_LABEL = "SELECT ?term ?value { ?term gistkg:factLabel ?value } ORDER BY ?value"
