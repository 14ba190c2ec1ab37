"""Codes of other vocabularies: how they are written, and the terms that they match."""

from __future__ import annotations

import re

from gistkg.graph import Graph
from gistkg.results import Iri

__all__ = ["codes_spelt", "terms_near", "terms_of", "written_code"]


def written_code(graph: Graph, iri: str) -> str:
    """An IRI of another vocabulary as its codes are written, with a prefix; one that no term matches stays whole.

    >>> from gistkg.graph import load_graph
    >>> written_code(load_graph(), "http://purl.obolibrary.org/obo/NCIT_C62035")
    'NCIT:C62035'
    """
    return _codes(graph).get(iri, iri)


def terms_of(graph: Graph, code: str) -> tuple[Iri, ...]:
    """The terms that a code is an exact match of, written with its prefix, in any case, or as an IRI.

    >>> from gistkg.graph import load_graph
    >>> terms_of(load_graph(), "ncit:c62035")
    ('gistkg:Imatinib',)
    """
    wanted, written = code.casefold(), _codes(graph)
    iris = [code] if code in written else [iri for iri, one in written.items() if one.casefold() == wanted]
    rows = (row for iri in iris for row in graph.rows(_EXACT_MATCHES, code=Iri(iri)))
    return tuple(term for row in rows if isinstance(term := row["term"], Iri))


def terms_near(graph: Graph, codes: set[str]) -> frozenset[Iri]:
    """The terms that codes match in any other way than exactly.

    >>> from gistkg.graph import load_graph
    >>> sorted(terms_near(load_graph(), {"MESH:D000068877"}))
    ['gistkg:Imatinib']
    """
    iris = [iri for iri, code in _codes(graph).items() if code in codes]
    rows = (row for iri in iris for row in graph.rows(_MATCHES, code=Iri(iri)))
    return frozenset(term for row in rows if isinstance(term := row["term"], Iri))


def codes_spelt(graph: Graph, text: str) -> dict[str, bool]:
    """The codes with the local part that a text ends in, each with whether the text has its prefix as well.

    A space or an underscore can stand for the colon, and of a prefix only letters and digits count.

    >>> from gistkg.graph import load_graph
    >>> codes_spelt(load_graph(), "ncit C62035"), codes_spelt(load_graph(), "SNOMED 414460008")
    ({'NCIT:C62035': True}, {'SNOMEDCT:414460008': False})
    """
    found = _SPELT.fullmatch(text.strip().casefold())
    if found is None:
        return {}
    prefix, local = _NO_LETTER.sub("", found["prefix"] or ""), found["local"]
    codes: dict[str, bool] = {}
    for code in _codes(graph).values():
        known, _, rest = code.casefold().rpartition(":")
        is_same = _NO_LETTER.sub("", known) == prefix
        if rest == local and (is_same or found["between"] != " " or len(local) >= _LONG):
            codes[code] = is_same
    return codes


_SPELT = re.compile(r"(?:(?P<prefix>.*[^\s:_])\s*(?P<between>[ :_])\s*)?(?P<local>[^\s:_]*\d[^\s:_]*)")
_NO_LETTER = re.compile(r"[\W_]+")
_LONG = 5
"""After a space and words that are no prefix, shorter codes are just numbers."""

_EXACT_MATCHES = "SELECT ?code ?term WHERE { ?term skos:exactMatch ?code } ORDER BY ?term"
_MATCHES = (
    "SELECT DISTINCT ?code ?term { ?term skos:closeMatch|skos:broadMatch|skos:narrowMatch|skos:relatedMatch ?code }"
)
_WRITTEN = "SELECT (STR(?code) AS ?iri) ?written WHERE { ?code dcterms:identifier ?written FILTER(isIRI(?code)) }"


def _codes(graph: Graph) -> dict[str, str]:
    """How each code of another vocabulary is written, by its IRI."""
    return graph.derived("codes", lambda read: {str(row["iri"]): str(row["written"]) for row in read.rows(_WRITTEN)})
