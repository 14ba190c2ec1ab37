"""Turtle and TriG as people write them: one block a subject, lists and nested nodes in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from gistkg.export.canonical import Descriptions
from gistkg.terms import GISTKG, OWL, RDF, RDFS, SKOS, XSD

__all__ = ["prefix_lines", "trig", "turtle"]

_WIDTH = 100
_TYPE = f"<{RDF}type>"
_FIRST_OF_ALL = (
    _TYPE,
    f"<{RDFS}subClassOf>",
    f"<{RDFS}subPropertyOf>",
    f"<{RDFS}domain>",
    f"<{RDFS}range>",
    f"<{OWL}equivalentClass>",
    f"<{OWL}onProperty>",
    f"<{SKOS}prefLabel>",
    f"<{SKOS}altLabel>",
    f"<{SKOS}notation>",
    f"<{SKOS}definition>",
)
_RANK = {name: rank for rank, name in enumerate(_FIRST_OF_ALL)}


def turtle(lines: Iterable[str], prefixes: Mapping[str, str]) -> bytes:
    """Canonical lines of N-Triples as Turtle.

    >>> print(turtle(['<http://e/s> <http://e/p> "a"@en .'], {"e": "http://e/"}).decode())
    @prefix e: <http://e/> .
    <BLANKLINE>
    e:s
        e:p "a"@en ;
        .
    <BLANKLINE>
    """
    writer = _Writer(prefixes)
    return ("\n".join([prefix_lines(prefixes), *writer.blocks(Descriptions(lines), "")])).encode()


def trig(lines: Iterable[str], prefixes: Mapping[str, str]) -> bytes:
    """Canonical lines of N-Quads as TriG; what is in no named graph comes first."""
    graphs: dict[str, list[str]] = {}
    for line in lines:
        triple, graph = _split_quad(line)
        graphs.setdefault(graph, []).append(triple)
    shared = _in_several(graphs)
    writer = _Writer(prefixes)
    parts = [prefix_lines(prefixes)]
    for name, stated in sorted(graphs.items()):
        blocks = writer.blocks(Descriptions(stated, shared), "    " if name else "")
        parts += [f"{writer.term(name)} {{\n", *blocks, "}\n"] if name else blocks
    return "\n".join(parts).encode()


def prefix_lines(prefixes: Mapping[str, str]) -> str:
    r"""The declarations of prefixes, sorted by name.

    >>> prefix_lines({"e": "http://e/"})
    '@prefix e: <http://e/> .\n'
    """
    return "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in sorted(prefixes.items()))


_QUAD = re.compile(r'(\S+ \S+ (?:<[^>]*>|_:\S+|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^<[^>]*>)?)) (?:(\S+) )?\.')


def _split_quad(line: str) -> tuple[str, str]:
    """A line of N-Quads as one of N-Triples and the name of its graph.

    >>> _split_quad('_:a <http://e/p> "b <c> ."@en <http://e/g> .')
    ('_:a <http://e/p> "b <c> ."@en .', '<http://e/g>')
    """
    match = _QUAD.fullmatch(line)
    if match is None:
        raise AssertionError(line)
    return f"{match[1]} .", match[2] or ""


def _in_several(graphs: Mapping[str, list[str]]) -> frozenset[str]:
    """The blank nodes that more than one graph speaks of, which need a name."""
    seen: dict[str, str] = {}
    found: set[str] = set()
    for graph, lines in graphs.items():
        for line in lines:
            if "_:" in line:
                found.update(node for node in _BLANK.findall(line) if seen.setdefault(node, graph) != graph)
    return frozenset(found)


_BLANK = re.compile(r"_:c14n\d+")
_LOCAL = re.compile(r"[A-Za-z_0-9](?:[\w-]*[A-Za-z_0-9-])?", re.ASCII)
_SHORT = {
    f"^^<{XSD}integer>": re.compile(r"[+-]?[0-9]+"),
    f"^^<{XSD}decimal>": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    f"^^<{XSD}boolean>": re.compile(r"true|false"),
}


class _Writer:
    def __init__(self, prefixes: Mapping[str, str]) -> None:
        longest_first = sorted(prefixes.items(), key=lambda item: -len(item[1]))

        @cache
        def named(term: str) -> str:
            """A term of N-Triples as Turtle has it."""
            if term[0] == '"':
                return literal(term)
            iri = term[1:-1]
            for prefix, namespace in longest_first:
                if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                    return f"{prefix}:{iri[len(namespace) :]}"
            return term

        def literal(term: str) -> str:
            end = term.rindex('"') + 1
            tail = term[end:]
            if not tail.startswith("^^"):
                return term
            if (short := _SHORT.get(tail)) is not None and short.fullmatch(term, 1, end - 1):
                return term[1 : end - 1]
            return f"{term[:end]}^^{named(tail[2:])}"

        self.named = named

    def term(self, term: str) -> str:
        return term if term[0] == "_" else self.named(term)

    def blocks(self, found: Descriptions, indent: str) -> Iterator[str]:
        """One block a subject; nodes without a name are in the order of their text."""
        nameless = []
        for subject, said in found.subjects():
            if subject[0] == "_" and not found.is_mentioned(subject):
                text = self._inside(said, found, indent + "    ")
                nameless.append(f"{indent}[\n" + "".join(f"{indent}    {one} ;\n" for one in text) + f"{indent}] .\n")
                continue
            lines = self._inside(said, found, indent + "    ")
            name = self.term(subject)
            yield f"{indent}{name}\n" + "".join(f"{indent}    {one} ;\n" for one in lines) + f"{indent}    .\n"
        yield from sorted(nameless)

    def _inside(self, said: Mapping[str, list[str]], found: Descriptions, indent: str) -> list[str]:
        lines = []
        for predicate in sorted(said, key=lambda name: (_RANK.get(name, 99), not name.startswith(f"<{GISTKG}"), name)):
            objects = said[predicate]
            texts = [self._object(one, found, indent) for one in objects]
            if len(texts) > 1 and any(one[0] == "_" for one in objects):
                texts.sort()
            name = "a" if predicate == _TYPE else self.named(predicate)
            lines.append(f"{name} {' , '.join(texts)}")
        return lines

    def _object(self, node: str, found: Descriptions, indent: str) -> str:
        if node[0] != "_":
            return "()" if node == f"<{RDF}nil>" else self.named(node)
        if not found.is_nested(node):
            return node
        items = found.items(node)
        if items is not None:
            parts = [self._object(item, found, indent + "    ") for item in items]
            return _bracketed("(", parts, " ", ")", indent)
        return _bracketed("[", self._inside(found.of[node], found, indent + "    "), " ; ", "]", indent)


def _bracketed(opening: str, parts: list[str], between: str, closing: str, indent: str) -> str:
    inline = f"{opening} {between.join(parts)} {closing}"
    if len(inline) <= _WIDTH and "\n" not in inline:
        return inline
    separator = f"{between.rstrip()}\n"
    inside = separator.join(f"{indent}    {part}" for part in parts)
    return f"{opening}\n{inside}\n{indent}{closing}"
