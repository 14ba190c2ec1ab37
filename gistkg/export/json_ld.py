"""The graph as compacted JSON-LD, with a context made of the graph; and claims as nested documents, by a frame.

The context and the frame are also files, `ontology/context.jsonld` and `ontology/frame.jsonld`, for whoever has a
JSON-LD processor. `python -m gistkg.export.json_ld` writes them, and nobody writes them by hand.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TypeAlias

from gistkg.export.as_json import json_bytes
from gistkg.export.canonical import Descriptions, triples
from gistkg.files import query_text
from gistkg.graph import Graph
from gistkg.terms import GISTKG, OWL, PREFIXES, RDF, SKOS, XSD

__all__ = ["Json", "JsonLd", "context", "context_of", "document", "dumped", "in_order", "reference"]

Json: TypeAlias = "str | float | bool | list[Json] | dict[str, Json]"

_TYPE, _NIL, _STRING = f"<{RDF}type>", f"<{RDF}nil>", XSD + "string"
_LABEL = f"<{SKOS}prefLabel>"


def context(graph: Graph) -> dict[str, Json]:
    """The context: our prefixes, and each property by its last part with the kind of its values.

    >>> from gistkg.graph import load_graph
    >>> terms = context(load_graph())
    >>> terms["prefLabel"], terms["appliesTo"], terms["dosePerDay"]["@type"]
    ({'@id': 'skos:prefLabel', '@language': 'en'}, {'@id': 'gistkg:appliesTo', '@type': '@id'}, 'xsd:decimal')
    """
    return context_of(graph, Descriptions(triples(graph)))


def context_of(graph: Graph, found: Descriptions) -> dict[str, Json]:
    """The context of a graph whose statements have been read already."""
    declared: dict[str, str] = {}
    for row in graph.rows(query_text("exports", "properties")):
        iri, kind, values_of = (getattr(row[name], "full", "") for name in ("property", "kind", "range"))
        declared[iri] = declared.get(iri) or ("@id" if kind == OWL + "ObjectProperty" else values_of)
    values: dict[str, Counter[str]] = {iri: Counter() for iri in declared}
    for said in found.of.values():
        for predicate, objects in said.items():
            if predicate != _TYPE and not predicate.startswith((f"<{RDF}first>", f"<{RDF}rest>")):
                counter = values.setdefault(predicate[1:-1], Counter())
                for node in objects:
                    counter[_kind(node, found)] += 1
    terms: dict[str, Json] = {"@version": 1.1, "id": "@id", "type": "@type", **dict(sorted(PREFIXES.items()))}
    taken = set(terms)
    for iri in sorted(values, key=lambda iri: (not iri.startswith(GISTKG), iri)):
        local = re.split(r"[/#]", iri)[-1]
        name = local if local and local not in taken else _compacted(iri)
        taken.add(name)
        terms[name] = {"@id": _compacted(iri), **_coercion(declared.get(iri, ""), values[iri])}
    return terms


def _kind(node: str, found: Descriptions) -> str:
    """What a value is: "list", "@id", "@en", or a datatype."""
    if node[0] == '"':
        tail = node[node.rindex('"') + 1 :]
        return tail[3:-1] if tail.startswith("^^") else tail or _STRING
    return "list" if node == _NIL or (node[0] == "_" and found.items(node) is not None) else "@id"


def _coercion(declared: str, values: Counter[str]) -> dict[str, Json]:
    if "list" in values and len(values) == 1:
        return {"@type": "@id", "@container": "@list"}
    usual = declared or min(values, key=lambda kind: (-values[kind], kind), default="")
    if usual == "@id" or "@id" in values or "list" in values:
        return {"@type": "@id"} if "list" not in values else {}
    if usual.startswith("@"):
        return {"@language": usual[1:]}
    return {"@type": _compacted(usual)} if usual not in ("", _STRING) else {}


class JsonLd:
    """Writes statements with the terms of a context."""

    def __init__(self, found: Descriptions, terms: Mapping[str, Json]) -> None:
        self.found = found
        self.terms: dict[str, tuple[str, Mapping[str, Json]]] = {}
        for name, meaning in terms.items():
            if isinstance(meaning, dict):
                self.terms[f"<{_expanded(str(meaning['@id']))}>"] = (name, meaning)

    def nodes(self) -> Iterator[dict[str, Json]]:
        """Everything that stands by itself, with what is nested in it; what has no name comes last, by its text."""
        nameless = []
        for subject, said in self.found.subjects():
            node = self.node(subject, said, named=subject[0] != "_" or self.found.is_mentioned(subject))
            if "id" in node:
                yield node
            else:
                nameless.append(node)
        yield from sorted(nameless, key=dumped)

    def node(self, subject: str, said: Mapping[str, Sequence[str]], *, named: bool) -> dict[str, Json]:
        """One node object; without its name if that has no meaning outside it."""
        node: dict[str, Json] = {"id": reference(subject)} if named else {}
        for predicate in in_order(said):
            objects = said[predicate]
            if predicate == _TYPE:
                node["type"] = _single([reference(one) for one in objects])
                continue
            name, meaning = self.term(predicate)
            fitting = [one for one in objects if self._fits(one, meaning)]
            if fitting:
                node[name] = self.values(fitting, meaning)
            if len(fitting) < len(objects):
                node[_compacted(predicate[1:-1])] = self.values([one for one in objects if one not in fitting], {})
        return node

    def _fits(self, node: str, meaning: Mapping[str, Json]) -> bool:
        """Whether a value is what the context says of its property; another is written with the property's IRI."""
        kind = _kind(node, self.found)
        if (kind == "list") != (meaning.get("@container") == "@list"):
            return "@container" not in meaning and "@type" not in meaning
        if "@language" in meaning:
            return kind == f"@{meaning['@language']}"
        return "@type" not in meaning or kind == "list" or meaning["@type"] == _compacted(kind)

    def term(self, predicate: str) -> tuple[str, Mapping[str, Json]]:
        """The name of a property, and what the context says of its values."""
        return self.terms.get(predicate) or (_compacted(predicate[1:-1]), {})

    def values(self, objects: Sequence[str], meaning: Mapping[str, Json]) -> Json:
        """The values of a property as the context lets them be written."""
        written = [self.value(one, meaning) for one in objects]
        if len(written) > 1 and any(one[0] == "_" for one in objects):
            written.sort(key=dumped)
        return _single(written)

    def value(self, node: str, meaning: Mapping[str, Json]) -> Json:
        """One value."""
        kind = meaning.get("@type")
        if node[0] == '"':
            return _literal(node, meaning.get("@language"), kind)
        items = () if node == _NIL else self.found.items(node)
        if items is not None:
            inside = {"@type": "@id"} if kind == "@id" else {}
            written: list[Json] = [self.value(item, inside) for item in items]
            return written if meaning.get("@container") == "@list" else {"@list": written}
        if node[0] == "_" and self.found.is_nested(node):
            return self.node(node, self.found.of[node], named=False)
        return reference(node) if kind == "@id" else {"id": reference(node)}


def in_order(said: Iterable[str]) -> list[str]:
    """Predicates as they are written: kind and label first.

    >>> in_order(["<http://e/p>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"])[1]
    '<http://e/p>'
    """
    return sorted(said, key=lambda predicate: (predicate != _TYPE, predicate != _LABEL, predicate))


def dumped(value: Json) -> str:
    """JSON on one line, as these exports write it.

    >>> dumped({"id": "gistkg:Imatinib"})
    '{"id": "gistkg:Imatinib"}'
    """
    return json.dumps(value, ensure_ascii=False)


def document(terms: Mapping[str, Json], nodes: Iterable[Json]) -> bytes:
    """A JSON-LD document with its context, one node a line.

    >>> print(document({"e": "http://e/"}, [{"@id": "e:s"}]).decode())
    {"@context": {
     "e": "http://e/"
    },
    "@graph": [
    {"@id": "e:s"}
    ]}
    <BLANKLINE>
    """
    said = ",\n".join(f" {dumped(name)}: {dumped(meaning)}" for name, meaning in terms.items())
    return (f'{{"@context": {{\n{said}\n}},\n"@graph": [\n' + ",\n".join(map(dumped, nodes)) + "\n]}\n").encode()


def _single(values: list[Json]) -> Json:
    return values[0] if len(values) == 1 else values


@cache
def reference(node: str) -> str:
    """An IRI with its prefix, or the label of a blank node.

    >>> reference("<https://w3id.org/gistkg/Imatinib>"), reference("_:b")
    ('gistkg:Imatinib', '_:b')
    """
    return node if node[0] == "_" else _compacted(node[1:-1])


_PREFIXES = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))


def _compacted(iri: str) -> str:
    for prefix, namespace in _PREFIXES:
        if iri.startswith(namespace) and re.fullmatch(r"[\w.-]+", iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def _expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local if prefix in PREFIXES else name


_LITERAL = re.compile(r'"(.*)"(?:@([\w-]+)|\^\^<([^>]*)>)?')
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def _literal(term: str, language: Json | None, kind: Json | None) -> Json:
    match = _LITERAL.fullmatch(term)
    if match is None:
        raise AssertionError(term)
    text = _ESCAPE.sub(_unescaped, match[1]) if "\\" in match[1] else match[1]
    if match[2]:
        return text if language == match[2] else {"@value": text, "@language": match[2]}
    if match[3] in (None, _STRING):
        return text if language is None and kind is None else {"@value": text}
    datatype = _compacted(match[3])
    value = _native(text, datatype)
    return value if kind == datatype else {"type": datatype, "@value": value}


def _native(text: str, datatype: str) -> Json:
    """Whole numbers and truth as JSON has them, if they are written the usual way; decimals would lose their type."""
    if datatype == "xsd:integer" and re.fullmatch(r"0|-?[1-9][0-9]{0,14}", text):
        return int(text)
    if datatype == "xsd:boolean" and text in ("true", "false"):
        return text == "true"
    return text


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])


def _main() -> None:
    """Write the context and the frame anew, in a checkout."""
    from gistkg.export.frames import frame
    from gistkg.files import folder
    from gistkg.graph import load_graph

    graph = load_graph()
    found = Descriptions(triples(graph))
    terms = context_of(graph, found)
    shape = {"@context": terms, **frame(graph, found, terms)}
    for name, content in (("context", {"@context": terms}), ("frame", shape)):
        (folder("ontology") / f"{name}.jsonld").write_bytes(json_bytes(content))


if __name__ == "__main__":
    _main()
