"""The whole graph in one pass: every statement as text, and what tables need to know of terms and properties."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TypeAlias

import pyoxigraph as ox

from gistkg.graph import Graph
from gistkg.record import Record
from gistkg.terms import PREFIXES, RDF, SKOS

__all__ = ["Contents", "Statement", "contents"]

_LABEL = SKOS + "prefLabel"
_DEFINITION = SKOS + "definition"
_LANG = RDF + "langString"
_BY_TABLE = (RDF + "type", PREFIXES["dcterms"] + "source")
"""Said of so many kinds of things that one with two values would make lists of all: each table decides for itself."""


Statement: TypeAlias = tuple[str, str, str, str, str, str]
"""Subject, predicate, object, datatype, language and named graph; a literal, and nothing else, has a datatype.

A blank node is written "_:c14n0", with the label that RDF Dataset Canonicalization gives it.
"""


class Contents(Record):
    """All statements in order, labels and definitions by IRI, and by property the kind of its values.

    A kind is a pair: "iri", "lang" for text in a language, "mixed", or a datatype; and the language or "". `many` are
    the properties with several values for one thing anywhere, but for those that each table decides for itself.
    """

    statements: tuple[Statement, ...]
    labels: Mapping[str, str]
    definitions: Mapping[str, str]
    kinds: Mapping[str, tuple[str, str]]
    many: frozenset[str]

    @cached_property
    def said(self) -> Mapping[str, Mapping[str, list[str]]]:
        """What is said of each IRI, by property, once whichever file says it; blank nodes have no part in it."""
        found: dict[str, dict[str, list[str]]] = {}
        about, properties = "", found.setdefault("", {})
        for subject, predicate, value, datatype, _, _ in self.statements:
            if subject != about:
                about, properties = subject, found.setdefault(subject, {})
            if datatype or not value.startswith("_:"):
                values = properties.get(predicate)
                if values is None:
                    properties[predicate] = [value]
                elif value != values[-1]:
                    values.append(value)
        return found


def contents(graph: Graph) -> Contents:
    """Read every statement once.

    >>> from gistkg.graph import load_graph
    >>> read = contents(load_graph())
    >>> read.labels["https://w3id.org/gistkg/Imatinib"], read.kinds["https://w3id.org/gistkg/hasDirection"]
    ('imatinib', ('iri', ''))
    """
    statements = _statements(graph)
    statements.sort()
    labels: dict[str, str] = {}
    definitions: dict[str, str] = {}
    kinds: dict[str, tuple[str, str]] = {}
    many: set[str] = set()
    about = of = said = ""
    for subject, predicate, value, datatype, language, _ in statements:
        if predicate == of and subject == about and value != said and subject[0] != "_":
            many.add(predicate)
        about, of, said = subject, predicate, value
        kind = ("lang" if language else datatype or "iri", language)
        if kinds.setdefault(predicate, kind) != kind:
            kinds[predicate] = ("mixed", "")
        if predicate == _LABEL:
            labels.setdefault(subject, value)
        elif predicate == _DEFINITION:
            definitions.setdefault(subject, value)
    return Contents(tuple(statements), labels, definitions, kinds, frozenset(many.difference(_BY_TABLE)))


def _statements(graph: Graph) -> list[Statement]:
    unnamed: list[ox.Quad] = []
    named: list[Statement] = []
    for name in (ox.DefaultGraph(), *graph.store.named_graphs()):
        said_in = _text(name)
        for quad in graph.store.quads_for_pattern(None, None, None, name):
            subject, predicate, value, _ = quad
            if not isinstance(subject, ox.NamedNode):
                unnamed.append(quad)
            elif isinstance(value, ox.NamedNode):
                named.append((subject.value, predicate.value, value.value, "", "", said_in))
            elif isinstance(value, ox.Literal):
                datatype = value.datatype.value
                language = value.language or "" if datatype == _LANG else ""
                named.append((subject.value, predicate.value, value.value, datatype, language, said_in))
            else:
                unnamed.append(quad)
    # The labels of blank nodes follow from the statements with blank nodes alone.
    dataset = ox.Dataset(unnamed)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    for subject, predicate, value, name in dataset:
        datatype = value.datatype.value if isinstance(value, ox.Literal) else ""
        language = value.language or "" if isinstance(value, ox.Literal) else ""
        named.append((_text(subject), predicate.value, _text(value), datatype, language, _text(name)))
    return named


def _text(term: object) -> str:
    match term:
        case ox.BlankNode():
            return f"_:{term.value}"
        case ox.DefaultGraph():
            return ""
        case ox.NamedNode() | ox.Literal():
            return term.value
        case _:
            raise TypeError(term)
