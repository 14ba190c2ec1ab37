"""Turtle as text: which name stands on which line, for messages about a file; its meaning is left to a parser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from gistkg.terms import RDF

__all__ = ["Block", "Document", "Mention", "Prefix", "read_turtle"]


class Prefix(NamedTuple):
    """One prefix declaration."""

    name: str
    namespace: str
    line: int


class Mention(NamedTuple):
    """One name in a block, as an IRI in full, with its line and its place in the triple."""

    iri: str
    line: int
    place: Literal["subject", "predicate", "object"]


@dataclass(frozen=True)
class Block:
    """One subject with all that is said of it in one breath; the subject of a blank node is empty."""

    subject: str
    line: int
    mentions: tuple[Mention, ...]

    def line_of(self, *iris: str) -> int:
        """The line on which the first of some names is found that the block mentions; else where the block begins."""
        for iri in iris:
            for mention in self.mentions:
                if mention.iri == iri:
                    return mention.line
        return self.line


@dataclass(frozen=True)
class Document:
    """The prefixes and blocks of one Turtle file, in its order, and the names of the prefixes that are used."""

    prefixes: tuple[Prefix, ...]
    blocks: tuple[Block, ...]
    used: frozenset[str]


def read_turtle(text: str) -> Document:
    r"""Find the prefixes, blocks and names of a Turtle file; in one that does not parse, as many as can be found.

    >>> document = read_turtle('@prefix ex: <http://example.org/> .\n\nex:a\n    ex:says "b" , ex:c ;\n    .\n')
    >>> [(mention.iri, mention.line) for mention in document.blocks[0].mentions if mention.place == "object"]
    [('http://example.org/c', 4)]
    """
    return _Reader().read(text)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


_TOKEN = re.compile(
    r'(?P<string>"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\''
    r'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\')'
    r"|(?P<iri><[^<>\"{}|^`\\\s]*>)"
    r"|(?P<comment>#[^\n]*)"
    r"|(?P<directive>@prefix\b|@base\b|(?i:prefix|base)(?=\s))"
    r"|(?P<language>@[A-Za-z][\w-]*)"
    r"|(?P<blank>_:[\w.-]*\w)"
    r"|(?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:(?:[\w:%-]|\\.)(?:[\w:%-]|\\.|\.(?=[\w:%.\\-]))*)?)"
    r"|(?P<number>[+-]?(?:\d+\.\d*|\.?\d+)(?:[eE][+-]?\d+)?(?<!\.))"
    r"|(?P<word>[A-Za-z]+)"
    r"|(?P<mark>\^\^|[][().;,])",
    re.DOTALL,
)


def _tokens(text: str) -> Iterator[_Token]:
    line, seen = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", seen, match.start())
        seen = match.start()
        kind = match.lastgroup or ""
        if kind != "comment":
            yield _Token(kind, match[0], line)


class _Reader:
    """Follows the statements of a file; `next_place` is what the next name would be."""

    def __init__(self) -> None:
        self.prefixes: list[Prefix] = []
        self.blocks: list[Block] = []
        self.used: set[str] = set()
        self.mentions: list[Mention] = []
        self.subject: str | None = None
        self.begun = 0
        self.depth = 0
        self.next_place: Literal["subject", "predicate", "object"] = "subject"

    def read(self, text: str) -> Document:
        tokens = _tokens(text)
        for token in tokens:
            if self.depth == 0 and self.subject is None and token.kind == "directive":
                self.directive(token, tokens)
            elif token.kind == "mark" and token.text != "^^":
                self.mark(token)
            elif token.kind in ("iri", "name", "blank") or token.text == "a":
                self.name(token)
            else:
                self.next_place = "object"
        self.end()
        return Document(tuple(self.prefixes), tuple(self.blocks), frozenset(self.used))

    def directive(self, directive: _Token, tokens: Iterator[_Token]) -> None:
        name = next(tokens, None) if "prefix" in directive.text.lower() else None
        namespace = next(tokens, None)
        if name is not None and namespace is not None:
            self.prefixes.append(Prefix(name.text.removesuffix(":"), namespace.text.strip("<>"), directive.line))
        if directive.text.startswith("@"):
            next(tokens, None)

    def mark(self, token: _Token) -> None:
        if token.text in "[(":
            if self.subject is None:
                self.subject, self.begun = "", token.line
            self.depth += 1
            self.next_place = "predicate" if token.text == "[" else "object"
        elif token.text in "])":
            self.depth -= 1
            # A blank node at the beginning of a statement is its subject.
            self.next_place = "predicate" if self.depth == 0 and not self.subject else "object"
        elif token.text == ";":
            self.next_place = "predicate"
        elif token.text == "." and self.depth <= 0:
            self.end()

    def name(self, token: _Token) -> None:
        iri = self.expand(token)
        place = self.next_place
        if self.subject is None:
            self.subject, self.begun, place = iri, token.line, "subject"
        if iri:
            self.mentions.append(Mention(iri, token.line, place))
        self.next_place = "predicate" if place == "subject" else "object"

    def expand(self, token: _Token) -> str:
        if token.kind == "blank":
            return ""
        if token.kind == "iri":
            return token.text[1:-1]
        if token.text == "a":
            return RDF + "type"
        prefix, _, local = token.text.partition(":")
        self.used.add(prefix)
        namespace = next((known.namespace for known in reversed(self.prefixes) if known.name == prefix), None)
        return "" if namespace is None else namespace + re.sub(r"\\(.)", r"\1", local)

    def end(self) -> None:
        if self.subject is not None:
            self.blocks.append(Block(self.subject, self.begun, tuple(self.mentions)))
        self.mentions, self.subject, self.depth, self.next_place = [], None, 0, "subject"
