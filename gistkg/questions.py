"""The catalogue of questions: read a query file with its header, and run it with parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gistkg.errors import (
    AmbiguousTermError,
    ParameterError,
    SourceError,
    UnknownQuestionError,
    UnknownTermError,
    WrongKindError,
)
from gistkg.files import query_files
from gistkg.graph import Binding, Graph
from gistkg.record import Record
from gistkg.resolve import label_of, near, resolve
from gistkg.results import Iri, Rows, Triples
from gistkg.terms import XSD, expand

if TYPE_CHECKING:
    import yaml

__all__ = ["Parameter", "Question", "bindings_of", "catalogue", "evaluate", "question", "read_question", "run"]


class Parameter(Record):
    """A variable of a question that can be given a value.

    Its type is a class, and then its value is a term of that kind, or one of the XML Schema types.
    A query selects its parameters (an ASK or CONSTRUCT has them in a pattern, if need be `VALUES ?x { UNDEF }`), or
    no value can be bound to them. The store puts the value into patterns and into the operands of expressions, but
    not where the variable stands alone; `BOUND(?x)`, `FILTER(?x)` and `BIND(?x AS ?y)` are therefore refused. A filter
    on a parameter that may be left out reads `FILTER(COALESCE(?a = ?x, true))`.
    """

    name: str
    type: Iri
    description: str = ""
    default: str | None = None


class Question(Record):
    """A query file and what its header says; without a header, the summary is empty."""

    name: str
    path: Path
    summary: str
    sparql: str
    description: str = ""
    tags: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()


def catalogue(folder: Path | None = None) -> tuple[Question, ...]:
    """All questions, by name; those of another folder if one is given.

    >>> names = [question.name for question in catalogue()]
    >>> names == sorted(set(names))
    True

    Raises `SourceError` if one of the files has no header, or a wrong one.
    """
    return tuple(_with_header(path) for path in _paths(folder).values())


def question(name: str, folder: Path | None = None) -> Question:
    """The question of this name; no other file is read.

    >>> question("no-such-thing")
    Traceback (most recent call last):
    gistkg.errors.UnknownQuestionError: No question is called 'no-such-thing'. Try: gistkg queries

    Raises `UnknownQuestionError` with the nearest names, and `SourceError` for a wrong header.
    """
    paths = _paths(folder)
    if name not in paths:
        raise UnknownQuestionError(name, near(name, paths))
    return _with_header(paths[name])


def read_question(path: Path) -> Question:
    """One query file, with its header if it has one.

    >>> read_question(Path("missing.rq"))
    Traceback (most recent call last):
    gistkg.errors.SourceError: missing.rq: cannot be read (No such file or directory)

    Raises `SourceError` with the line of a header that does not parse, or says something no header can say.
    """
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise SourceError(str(path), f"cannot be read ({error.strerror})") from error
    return _read(path, changed)


def run(graph: Graph, asked: Question | str, /, **parameters: object) -> Rows | Triples | bool:
    """Answer a question of the catalogue, by its name, or one that was read from elsewhere.

    A parameter left out, or given as `None`, takes its default; without one it stays open. A term is given by label,
    synonym, prefixed name or IRI; a date without a time is midnight UTC.

    >>> from gistkg.graph import load_graph
    >>> parameter = Parameter("group", Iri("https://w3id.org/gistkg/Drug"))
    >>> sparql = "SELECT ?group ?drug { ?drug rdfs:subClassOf ?group FILTER(?drug = gistkg:Imatinib) }"
    >>> members = Question("members", Path("members.rq"), "What is in this group?", sparql, parameters=(parameter,))
    >>> list(run(load_graph(), members, group="TKI"))
    [{'group': 'gistkg:TyrosineKinaseInhibitor', 'drug': 'gistkg:Imatinib'}]

    Raises `UnknownQuestionError`, and `ParameterError` for a parameter the question does not have or a value that is
    not of its type.
    """
    found = question(asked) if isinstance(asked, str) else asked
    return _evaluate(graph, found.sparql, bindings_of(graph, found, **parameters), found.name)


def bindings_of(graph: Graph, found: Question, /, **parameters: object) -> dict[str, Binding]:
    """The values that the variables of a question are bound to, defaults included; for another SPARQL engine, say.

    >>> from gistkg.graph import load_graph
    >>> group = Parameter("group", Iri("https://w3id.org/gistkg/Drug"))
    >>> members = Question("members", Path("members.rq"), "What is in this group?", "", parameters=(group,))
    >>> bindings_of(load_graph(), members, group="TKI")
    {'group': 'gistkg:TyrosineKinaseInhibitor'}

    Raises `ParameterError`.
    """
    known = {parameter.name: parameter for parameter in found.parameters}
    for name in parameters:
        if name not in known:
            others = f"known: {', '.join(known)}" if known else "it has none"
            raise ParameterError(found.name, name, f"there is no such parameter; {others}.")
    values: dict[str, Binding] = {}
    for name, parameter in known.items():
        value = parameters.get(name)
        value = parameter.default if value is None else value
        if value is not None:
            values[name] = _value(graph, found.name, parameter, value)
    return values


def evaluate(graph: Graph, sparql: str, /, **values: str) -> Rows | Triples | bool:
    """Evaluate SPARQL that comes without a header: a prefixed name or an IRI is a term, anything else plain text.

    >>> from gistkg.graph import load_graph
    >>> evaluate(load_graph(), "ASK { ?drug rdfs:subClassOf+ gistkg:Drug }", drug="gistkg:Imatinib")
    True
    """
    bindings: dict[str, Binding] = {}
    for name, value in values.items():
        iri = expand(value)
        bindings[name] = Iri(iri) if iri is not None else value
    return _evaluate(graph, sparql, bindings, "SPARQL")


def _paths(folder: Path | None) -> dict[str, Path]:
    paths = query_files("questions") if folder is None else sorted(folder.rglob("*.rq"))
    return {path.stem: path for path in sorted(paths, key=lambda path: path.stem)}


def _with_header(path: Path) -> Question:
    found = read_question(path)
    if not found.summary:
        raise SourceError(str(path), "begins without a header; write a first line like '#+ summary: Which ...?'", 1)
    return found


_HEADER_KEYS = ("summary", "description", "tags", "parameters")
_PARAMETER_KEYS = ("type", "description", "default")


@lru_cache(maxsize=512)
def _read(path: Path, changed: int) -> Question:  # noqa: ARG001 - part of the key: a changed file is read again
    try:
        sparql = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(str(path), f"cannot be read ({error})") from error
    header = []
    for line in sparql.splitlines():
        if not line.startswith("#+"):
            break
        header.append(line[2:].removeprefix(" "))
    if not header:
        return Question(path.stem, path, "", sparql)
    return _Header(path, sparql).question("\n".join(header))


class _Header:
    """Reads the YAML of one header; every complaint names the line it is about."""

    def __init__(self, path: Path, sparql: str) -> None:
        self.path = path
        self.sparql = sparql

    def question(self, text: str) -> Question:
        import yaml

        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", None) or str(error)
            raise SourceError(
                str(self.path), f"the header is not YAML: {problem}", mark.line + 1 if mark else 1
            ) from None
        keys = self.mapping(root, _HEADER_KEYS)
        if "summary" not in keys:
            raise SourceError(str(self.path), "the header has no summary", 1)
        return Question(
            name=self.path.stem,
            path=self.path,
            summary=self.text(keys["summary"]),
            sparql=self.sparql,
            description=self.text(keys["description"]) if "description" in keys else "",
            tags=tuple(self.text(item) for item in self.items(keys["tags"])) if "tags" in keys else (),
            parameters=tuple(
                self.parameter(name, node) for name, node in self.mapping(keys.get("parameters"), None).items()
            ),
        )

    def parameter(self, name: str, node: yaml.Node) -> Parameter:
        keys = self.mapping(node, _PARAMETER_KEYS)
        if "type" not in keys:
            raise self.wrong(node, f"parameter {name!r} has no type")
        written = self.text(keys["type"])
        iri = expand(written)
        if iri is None or (iri.startswith(XSD) and iri not in _LITERALS):
            known = ", ".join(str(Iri(known)) for known in _LITERALS)
            raise self.wrong(keys["type"], f"{written!r} is no parameter type; write a class, or one of {known}")
        if not name.isidentifier() or not re.search(rf"[?$]{name}\b", self.sparql):
            raise self.wrong(node, f"parameter {name!r} is no variable of the query")
        alone = rf"\b(?:BOUND|FILTER)\s*\(\s*[?$]{name}\s*\)|\(\s*[?$]{name}\s+AS\b"
        found = re.search(alone, self.sparql, re.IGNORECASE)
        if found:
            line = self.sparql.count("\n", 0, found.start()) + 1
            problem = (
                f"no value reaches a parameter that stands alone, as in '{found[0]}'; see gistkg.questions.Parameter"
            )
            raise SourceError(str(self.path), problem, line)
        return Parameter(
            name=name,
            type=Iri(iri),
            description=self.text(keys["description"]) if "description" in keys else "",
            default=self.text(keys["default"]) if "default" in keys else None,
        )

    def mapping(self, node: yaml.Node | None, known: tuple[str, ...] | None) -> dict[str, yaml.Node]:
        import yaml

        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, "this should be keys with values ('key: value')")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = self.text(key)
            if known is not None and name not in known:
                raise self.wrong(key, f"{name!r} is no key here; known: {', '.join(known)}")
            if name in found:
                raise self.wrong(key, f"{name!r} is said twice")
            found[name] = value
        return found

    def items(self, node: yaml.Node) -> list[yaml.Node]:
        import yaml

        if not isinstance(node, yaml.SequenceNode):
            raise self.wrong(node, "this should be a list ('[a, b]')")
        return list(node.value)

    def text(self, node: yaml.Node) -> str:
        import yaml

        if not isinstance(node, yaml.ScalarNode):
            raise self.wrong(node, "this should be plain text")
        return str(node.value).strip()

    def wrong(self, node: yaml.Node, problem: str) -> SourceError:
        return SourceError(str(self.path), problem, node.start_mark.line + 1)


def _evaluate(graph: Graph, sparql: str, values: Mapping[str, Binding], name: str) -> Rows | Triples | bool:
    try:
        return graph.query(sparql, **values)
    except ValueError as error:
        raise ParameterError(name, ", ".join(values), f"{error}.") from None


def _value(graph: Graph, name: str, parameter: Parameter, value: object) -> Binding:
    if parameter.type.full in _LITERALS:
        expected, lexical = _LITERALS[parameter.type.full]
        try:
            return ox.Literal(lexical(value), datatype=ox.NamedNode(parameter.type.full))
        except (ValueError, InvalidOperation):
            raise ParameterError(name, parameter.name, f"{value!r} is not {expected}.") from None
    expected = f"expected a term of the kind {label_of(graph, parameter.type)} ({parameter.type})"
    if isinstance(value, ox.NamedNode):
        value = Iri(value.value)
    if not isinstance(value, str):
        raise ParameterError(name, parameter.name, f"{expected}, not {value!r}.")
    try:
        return resolve(graph, value, kind=parameter.type)
    except (UnknownTermError, AmbiguousTermError, WrongKindError) as error:
        raise ParameterError(name, parameter.name, f"{expected}. {error}") from None


def _integer(value: object) -> str:
    if not re.fullmatch(r"[+-]?\d+", str(value).strip()):
        raise ValueError
    return str(int(str(value)))


def _decimal(value: object) -> str:
    number = Decimal(str(value).strip())
    if not number.is_finite():
        raise ValueError
    return format(number, "f")


def _boolean(value: object) -> str:
    text = str(value).strip().lower()
    if text not in ("true", "false", "1", "0"):
        raise ValueError
    return "true" if text in ("true", "1") else "false"


def _moment(value: object) -> str:
    if isinstance(value, str):
        value = datetime.fromisoformat(value.strip())
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        raise ValueError
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.isoformat().replace("+00:00", "Z")


_LITERALS: Mapping[str, tuple[str, Callable[[object], str]]] = {
    XSD + "integer": ("a whole number (xsd:integer)", _integer),
    XSD + "decimal": ("a number (xsd:decimal)", _decimal),
    XSD + "boolean": ("true or false (xsd:boolean)", _boolean),
    XSD + "dateTime": ("a date like 2014-02-25 or a moment like 2014-02-25T12:00:00Z (xsd:dateTime)", _moment),
    XSD + "string": ("text (xsd:string)", str),
}
