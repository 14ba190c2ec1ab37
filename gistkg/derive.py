"""What follows from the evidence by rule, written beside it and marked as derived.

Two rules, each a query of `queries/derived/`: the claims of an edition hold until the next edition of the same
guideline, and where no source assigns a level, the PDQ code follows from the design and the endpoint.
"""

from __future__ import annotations

from gistkg.files import query_text
from gistkg.graph import Graph
from gistkg.results import Iri

__all__ = ["derived_levels", "derived_turtle"]

_HEADER = """@prefix ev: <https://w3id.org/gistkg/evidence/> .
@prefix gistkg: <https://w3id.org/gistkg/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

## Derived from the evidence by the rules of queries/derived; written by `python -m gistkg.derive`, never by hand.
## Levels stand only where no source assigns one.
"""


def derived_levels(graph: Graph) -> dict[Iri, Iri]:
    """The PDQ level that the rule gives each claim with graded results, also where a source assigns one itself.

    >>> from gistkg.graph import load_graph
    >>> levels = derived_levels(load_graph())
    >>> codes = ("A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2", "C3", "D")
    >>> set(map(str, levels.values())) <= {f"gistkg:Pdq{code}" for code in codes}
    True
    """
    rows = graph.rows(query_text("derived", "levels"))
    return {
        row["claim"]: row["level"] for row in rows if isinstance(row["claim"], Iri) and isinstance(row["level"], Iri)
    }


def derived_turtle(graph: Graph) -> str:
    """The file `ontology/derived/evidence.ttl`: when claims of earlier editions ended, and derived levels."""
    lines: dict[str, list[str]] = {}
    for row in graph.rows(query_text("derived", "editions")):
        until = f'"{row["until"]:%Y-%m-%dT%H:%M:%SZ}"^^xsd:dateTime'
        lines.setdefault(str(row["claim"]), []).append(f"    gistkg:validUntil {until} ;")
    assigned = {row["claim"] for row in graph.rows("SELECT DISTINCT ?claim { ?claim gistkg:hasEvidenceLevel ?level }")}
    for claim, level in derived_levels(graph).items():
        if claim not in assigned:
            lines.setdefault(str(claim), []).append(f"    gistkg:hasDerivedLevel {level} ;")
    blocks = ["\n".join([claim, *said, "    .", ""]) for claim, said in sorted(lines.items())]
    return "\n".join([_HEADER, *blocks])


def _main() -> None:
    """Write what follows anew, in a checkout."""
    from gistkg.files import folder
    from gistkg.graph import load_graph

    path = folder("ontology") / "derived" / "evidence.ttl"
    path.write_text(derived_turtle(load_graph()), encoding="utf-8")


if __name__ == "__main__":
    _main()
