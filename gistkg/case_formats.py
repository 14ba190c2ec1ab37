"""A case in a file: what format it is in, and the reader it is handed to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

from gistkg.case import Case
from gistkg.case_keys import shown
from gistkg.criteria import Conditions
from gistkg.document import case_from_document
from gistkg.errors import CaseError, CaseValueError, SourceError
from gistkg.graph import Graph

if TYPE_CHECKING:
    import yaml

__all__ = ["parse_document", "read_case"]


def read_case(graph: Graph, conditions: Conditions, content: bytes | str, *, name: str = "case") -> Case:
    """Read a case from YAML or JSON with our keys, a GA4GH Phenopacket (version 2), an mCODE bundle, or Turtle.

    The format is told by the content; `name` stands in messages. Records in foreign formats are taken for lists that
    may not be complete (save the drugs of a bundle with a List of them), and what of them was not understood stands in
    the notes of the case.
    Raises `SourceError` with line and column for what does not parse, and `CaseError` and its children.

    >>> from gistkg.criteria import conditions
    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> [fact.words for fact in read_case(graph, conditions(graph), "{extent: metastatic, size_cm: 7.5}").facts]
    ['extent: metastatic', 'size_cm: 7.5']
    """
    text = _text(content, name)
    if _is_turtle(text, name):
        from gistkg.formats.rdf import case_from_turtle

        return case_from_turtle(graph, conditions, text.encode(), name=name)
    document = parse_document(text, name=name)
    if not isinstance(document, Mapping):
        raise CaseError(f"A case is keys with values, such as extent: metastatic; {name} is {shown(document)}.")
    if "resourceType" in document:
        from gistkg.formats.mcode import document_from_mcode

        translation = document_from_mcode(graph, conditions, document)
    else:
        from gistkg.formats.phenopacket import document_from_phenopacket, is_phenopacket

        if not is_phenopacket(document):
            return case_from_document(graph, conditions, document)
        translation = document_from_phenopacket(graph, conditions, document)
    if not translation.document:
        raise CaseError(f"{name} names the tumour and says nothing else that the graph knows.")
    case = case_from_document(graph, conditions, translation.document, complete=False, all_drugs=translation.all_drugs)
    return Case(case.facts, (*translation.notes, *case.notes))


def parse_document(text: str, *, name: str = "case") -> object:
    """The plain values of a YAML or JSON text: mappings, lists, texts, numbers as decimals, true, false and null.

    YAML is read as its version 1.2 has it: only true and false are truths, and a date is a text.
    Raises `SourceError` for what does not parse, and `CaseValueError` for a key that stands twice.

    >>> parse_document("{margin: no, months: 1.50, since: 2014-02-30}")
    {'margin': 'no', 'months': Decimal('1.50'), 'since': '2014-02-30'}
    """
    if text.lstrip()[:1] in ("{", "["):
        import json

        try:
            return json.loads(
                text,
                object_pairs_hook=_members,
                parse_constant=_no_constant,
                parse_float=Decimal,
                parse_int=Decimal,
            )
        except json.JSONDecodeError as error:
            if name.endswith(".json"):
                raise SourceError(name, error.msg, error.lineno, error.colno) from None
        except RecursionError:
            raise SourceError(name, "is nested too deeply") from None
    return _yaml(text, name)


def _text(content: bytes | str, name: str) -> str:
    if isinstance(content, str):
        text = content
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise SourceError(name, f"is not UTF-8 ({error.reason} at byte {error.start})") from None
    if not text.strip():
        raise SourceError(name, "is empty; write for instance extent: metastatic")
    return text


def _is_turtle(text: str, name: str) -> bool:
    if name.endswith((".ttl", ".nt")):
        return True
    return (
        re.match(r"(?:\s|#[^\n]*\n)*(?:@prefix|@base|(?i:prefix|base)\s+[\w.-]*:?\s*<|<[^>\s]*>\s)", text) is not None
    )


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key, value in pairs:
        if key in members:
            raise CaseValueError(shown(key, bare=True), "stands twice; keep one of them.")
        members[key] = value
    return members


def _no_constant(constant: str) -> NoReturn:
    raise CaseError(f"{constant} is no number.")


# YAML is composed, not constructed: so a date stays a text, no number is octal, and each key has its line.


def _yaml(text: str, name: str) -> object:
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
        if root is None:
            raise SourceError(name, "is empty; write for instance extent: metastatic")
        return _Plain(name).value(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        problem = ", ".join(filter(None, (error.context, error.problem))) or "does not parse"
        raise SourceError(name, f"is no YAML ({problem})", line, column) from None
    except yaml.YAMLError as error:
        raise SourceError(name, f"is no YAML ({str(error).splitlines()[0]})") from None
    except RecursionError:
        raise SourceError(name, "is nested too deeply") from None


class _Plain:
    """Plain values from the nodes of a YAML text; a node that has an alias becomes one value."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.made: dict[int, object] = {}
        self.begun: set[int] = set()

    def value(self, node: yaml.Node) -> object:
        number = id(node)
        if number not in self.made:
            if number in self.begun:
                raise self.error(node, "holds itself")
            self.begun.add(number)
            self.made[number] = self.make(node)
        return self.made[number]

    def make(self, node: yaml.Node) -> object:
        import yaml

        if not node.tag.startswith("tag:yaml.org,2002:") or node.tag[18:] not in ("str", "seq", "map"):
            raise self.error(node, f"the tag {node.tag} is not read; take it out")
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node.value) if node.style is None else node.value
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item) for item in node.value]
        members: dict[object, object] = {}
        lines: dict[object, int] = {}
        for key_node, value_node in node.value:
            key = self.value(key_node)
            line = key_node.start_mark.line + 1
            if not isinstance(key, str | Decimal | bool | None):
                raise self.error(key_node, "a key must be a word")
            if key in members:
                raise CaseValueError(
                    shown(key, bare=True), f"stands twice (lines {lines[key]} and {line}); keep one of them."
                )
            members[key] = self.value(value_node)
            lines[key] = line
        return members

    def error(self, node: yaml.Node, problem: str) -> SourceError:
        return SourceError(self.name, problem, node.start_mark.line + 1, node.start_mark.column + 1)


_WORDS: dict[str, object] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


def _scalar(text: str) -> object:
    """What a scalar without quotation marks stands for in YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    if re.fullmatch(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,6})?", text, re.ASCII):
        return Decimal(text)
    return text
