"""What is wrong with a Turtle file: its text, its names, and what shapes, checks and the reasoner say of it."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from gistkg.files import OntologyFile, folder, ontology_files, query_files
from gistkg.graph import Graph, graph_name
from gistkg.resolve import near
from gistkg.terms import EV, GISTKG, PREFIXES, SRC, compact
from gistkg.turtle import Block, Document, read_turtle

if TYPE_CHECKING:
    from rdflib.namespace import DefinedNamespace

__all__ = ["Problem", "run"]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, against which rule, and what to write instead."""

    file: str
    line: int | None
    rule: str
    message: str

    def __str__(self) -> str:
        """Show it the way compilers do, so that editors can jump there.

        >>> print(Problem("new.ttl", 12, "claim-source", "ev:new-1: A claim is what one source says."))
        new.ttl:12: claim-source: ev:new-1: A claim is what one source says.
        """
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.rule}: {self.message}"


def run(
    paths: Sequence[Path] = (), *, reason: bool = False, progress: Callable[[str], None] | None = None
) -> tuple[Problem, ...]:
    """The problems of the whole ontology or, if some are given, those of these files; none if all is well.

    A given file of `ontology/` is checked in its place, any other as if it were added there; what it breaks in other
    files, such as a name that was taken, is told of the given one. A file that does not parse is one problem, and the
    others are checked all the same. What only follows from another problem (a misspelt class breaks many rules) is
    left out until that one is mended. With `reason`, HermiT looks for contradictions as well, which takes seconds.
    Raises `SourceError` for a file that cannot be read, and what `gistkg.reason.classify` raises.

    >>> run([folder("ontology") / "entities" / "units.ttl"])
    ()
    """
    say = progress or (lambda _: None)
    sheets = _read(paths)
    say(f"reading {len(sheets)} files")
    graph = _load(sheets)
    ontology = _Ontology(sheets, graph)
    problems = [problem for sheet in sheets for problem in _text_of(sheet)]
    problems += ontology.names()
    say("checking rules")
    ruled = list(ontology.place(_rules(graph)))
    say("checking shapes")
    # A value of the wrong kind breaks shapes as well; it is told once.
    told = {(problem.file, problem.line) for problem in ruled if problem.rule.endswith("-kind")}
    shaped = ontology.place(_shapes(graph, sheets, ontology.focus(paths)))
    problems += [*ruled, *(problem for problem in shaped if (problem.file, problem.line) not in told)]
    if reason:
        say("reasoning")
        problems += ontology.place(_contradictions(graph), fallback=True)
    order = {sheet.shown: index for index, sheet in enumerate(sheets)}
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: (order.get(p.file, -1), p.line or 0, p.rule, p.message)))


@dataclass(frozen=True)
class _Sheet:
    """One file: its name in messages, whether its problems are asked for, and its text taken apart."""

    file: OntologyFile
    shown: str
    given: bool
    text: str
    document: Document
    quads: tuple[ox.Quad, ...]
    error: SyntaxError | None

    @property
    def is_shapes(self) -> bool:
        return self.file.name.startswith("shapes/")

    @property
    def is_misnamed(self) -> bool:
        """Whether a prefix of the project stands for something else here, so that no name can be judged."""
        return any(PREFIXES.get(prefix.name, prefix.namespace) != prefix.namespace for prefix in self.document.prefixes)


class _Finding(NamedTuple):
    """A broken rule before it has a place: the subject it is about, and other terms it has to do with."""

    rule: str
    message: str
    subject: str
    others: tuple[str, ...] = ()


def _read(paths: Sequence[Path]) -> list[_Sheet]:
    given = {path.resolve(): path for path in paths}
    shapes = sorted((folder("ontology") / "shapes").glob("*.ttl"))
    written = [file for file in ontology_files() if not file.name.startswith("derived/")]
    known = [*written, *(OntologyFile(str(path), f"shapes/{path.stem}") for path in shapes)]
    sheets = []
    for file in known:
        path = given.pop(file.path.resolve(), None)
        named = path is not None
        sheets.append(_sheet(OntologyFile(str(path or file.path), file.name), given=named or not paths, named=named))
    sheets += [_sheet(OntologyFile(str(path), f"extra/{path.stem}"), given=True, named=True) for path in given.values()]
    return sheets


def _sheet(file: OntologyFile, *, given: bool, named: bool) -> _Sheet:
    text = file.content.decode("utf-8", errors="replace")
    here = Path.cwd()
    shown = file.path.relative_to(here) if file.path.is_relative_to(here) and not named else file.path
    quads: tuple[ox.Quad, ...] = ()
    found: SyntaxError | None = None
    try:
        quads = tuple(ox.parse(file.content, format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        found = error
    return _Sheet(file, str(shown), given, text, read_turtle(text), quads, found)


def _load(sheets: Iterable[_Sheet]) -> Graph:
    """The files that parse as one graph, without the shapes."""
    store, files = ox.Store(), []
    for sheet in sheets:
        if sheet.error is None and not sheet.is_shapes:
            name = graph_name(sheet.file)
            store.extend(ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in sheet.quads)
            files.append(sheet.file)
    for file in ontology_files():
        if file.name.startswith("derived/"):  # what was proved has a part in the rules, but nobody writes it
            store.load(file.content, format=ox.RdfFormat.TURTLE, to_graph=graph_name(file))
    return Graph(store, tuple(files))


def _parser_words(message: str) -> str:
    words = re.sub(r"^Parser error (?:at|between) (?:line|columns?) [^:]*: ", "", message)
    undeclared = re.match(r"The prefix (\S*): has not been declared", words)
    if undeclared and undeclared[1] in PREFIXES:
        return f"{words}. Write at the top: @prefix {undeclared[1]}: <{PREFIXES[undeclared[1]]}> ."
    return f"{words}. Look here and at the end of the line before."


def _text_of(sheet: _Sheet) -> Iterator[Problem]:
    """What can be seen without knowing any other file: syntax, prefixes, tabs, spaces."""

    def problem(line: int | None, rule: str, message: str) -> Problem:
        return Problem(sheet.shown, line, rule, message)

    if sheet.error is not None:
        yield problem(sheet.error.lineno, "syntax", _parser_words(sheet.error.msg))
    if sheet.error is not None or not sheet.given:
        return
    prefixes = sheet.document.prefixes
    names_of = {namespace: name for name, namespace in PREFIXES.items()}
    body = min((block.line for block in sheet.document.blocks), default=0)
    for previous, prefix in zip((None, *prefixes), prefixes, strict=False):
        own = names_of.get(prefix.namespace, prefix.name)
        if prefix.name == "":
            message = f"A copied line should keep its meaning. Write @prefix {own or 'NAME'}: <{prefix.namespace}> ."
            yield problem(prefix.line, "prefix-default", message)
        elif PREFIXES.get(prefix.name, prefix.namespace) != prefix.namespace or own != prefix.name:
            written = f"@prefix {own}: <{PREFIXES.get(own, prefix.namespace)}> ."
            yield problem(prefix.line, "prefix-namespace", f"{prefix.name}: is not the name of this. Write {written}")
        elif prefix.name not in sheet.document.used:
            yield problem(prefix.line, "prefix-unused", f"No name begins with {prefix.name}: here. Leave it out.")
        if previous is not None and previous.name > prefix.name:
            message = f"Prefixes are alphabetical. Put {prefix.name}: before {previous.name}:"
            yield problem(prefix.line, "prefix-order", message)
        if body and prefix.line > body:
            yield problem(prefix.line, "prefix-late", f"Prefixes come first. Put {prefix.name}: at the top.")
    for rule, pattern, advice in _UNSEEN:
        lines = [number for number, line in enumerate(sheet.text.splitlines(), 1) if pattern.search(line)]
        if lines:
            yield problem(lines[0], rule, f"{advice} Lines in this file: {len(lines)}.")


class _Ontology:
    """All files at once: where each subject is described, and which blocks cannot be judged before a name is mended."""

    def __init__(self, sheets: Sequence[_Sheet], graph: Graph) -> None:
        self.sheets = sheets
        self.blocks: dict[str, list[tuple[_Sheet, Block]]] = defaultdict(list)
        self.suspects: set[str] = set()
        for sheet in sheets:
            for block in sheet.document.blocks:
                self.blocks[block.subject].append((sheet, block))
                if sheet.error is not None or sheet.is_misnamed:
                    self.suspects.add(block.subject)
        self.properties = {str(row["iri"]) for row in graph.rows(_PROPERTIES)} | self.suspects

    def focus(self, paths: Collection[Path]) -> tuple[str, ...] | None:
        """The subjects described in the given files; `None` if nothing was given, and so all is asked for."""
        if not paths:
            return None
        return tuple(iri for iri, places in self.blocks.items() if iri and any(sheet.given for sheet, _ in places))

    def names(self) -> Iterator[Problem]:
        """Subjects described twice, and names that nothing defines; their blocks become suspects."""
        for iri, places in self.blocks.items():
            first, *again = sorted(places, key=lambda place: place[0].given)
            for sheet, block in again if iri else ():
                if sheet.given and sheet.error is None:
                    elsewhere = f"{first[0].shown}:{first[1].line}"
                    message = (
                        f"{compact(iri)} is described at {elsewhere} too. Put all that is said of it in one block."
                    )
                    yield Problem(sheet.shown, block.line, "described-twice", message)
        for sheet in self.sheets:
            told: set[str] = set()
            mentions = [(block, mention) for block in sheet.document.blocks for mention in block.mentions]
            for block, mention in [] if sheet.error is not None or sheet.is_misnamed else mentions:
                wrong = self._wrong_name(mention.iri, is_predicate=mention.place == "predicate")
                if wrong is None:
                    continue
                self.suspects.add(block.subject)
                if sheet.given and mention.iri not in told:
                    told.add(mention.iri)
                    yield Problem(sheet.shown, mention.line, *wrong)

    def _wrong_name(self, iri: str, *, is_predicate: bool) -> tuple[str, str] | None:
        name = compact(iri)
        vocabulary = _vocabulary(iri)
        if vocabulary is not None:
            if iri in vocabulary:
                return None
            return "unknown-vocabulary", f"There is no {name}.{_did_you_mean(iri, map(str, dir(vocabulary)))}"
        ours = iri.startswith((EV, SRC, GISTKG)) and not iri.startswith(GISTKG + "version/")
        if ours and iri not in self.blocks:
            known = self.properties if is_predicate else self.blocks.keys() - self.properties
            advice = f"{_did_you_mean(iri, known)} If it is new, describe it; ontology/README.md says how."
            return "undefined-term", f"{name} is not defined.{advice}"
        if is_predicate and iri not in self.properties:
            advice = f"{_did_you_mean(iri, self.properties)} If it is meant, declare it in ontology/schema."
            return "undeclared-property", f"{name} is not declared as a property.{advice}"
        return None

    def place(self, findings: Iterable[_Finding], *, fallback: bool = False) -> Iterator[Problem]:
        """Give each finding its file and line: where its subject is described, else another term of it, in given files.

        Findings about suspects are dropped, and those without a place unless there is a `fallback` to the first file.
        """
        for finding in findings:
            terms = (finding.subject, *finding.others)
            if not self.suspects.isdisjoint(terms):
                continue
            places = [place for iri in terms for place in self.blocks.get(iri, ()) if place[0].given]
            if places:
                sheet, block = places[0]
                yield Problem(sheet.shown, block.line_of(*finding.others), finding.rule, finding.message)
            elif fallback:
                given = [sheet.shown for sheet in self.sheets if sheet.given]
                yield Problem(given[0] if len(given) == 1 else "ontology", None, finding.rule, finding.message)


@cache
def _vocabulary(iri: str) -> type[DefinedNamespace] | None:
    """The closed vocabulary that an IRI belongs to, if it belongs to one."""
    from rdflib.namespace import OWL, RDF, RDFS, SH, XSD

    return next((namespace for namespace in (OWL, RDF, RDFS, SH, XSD) if iri.startswith(str(namespace))), None)


def _did_you_mean(iri: str, known: Iterable[str]) -> str:
    """A sentence with the known name that is spelt most like this one, whatever its prefix; empty if none is near."""
    names = {name.partition(":")[2]: name for name in sorted(map(compact, known))}
    nearest = near(compact(iri).partition(":")[2], names, limit=1)
    return f" Did you mean {names[nearest[0]]}?" if nearest else ""


def _shapes(graph: Graph, sheets: Iterable[_Sheet], focus: tuple[str, ...] | None) -> Iterator[_Finding]:
    """What SHACL says; the local name of a shape is the name of its rule."""
    import pyshacl
    import rdflib
    from rdflib.namespace import RDF, SH

    from gistkg.interchange import to_rdflib

    if focus == ():
        return
    shapes, data = rdflib.Graph(), rdflib.Graph()
    for sheet in sheets:
        if sheet.is_shapes and sheet.error is None:
            shapes.parse(data=sheet.text, format="turtle")
    with _silent("rdflib.term"):  # it warns of each ill-formed literal, which the rules name with its line
        for subject, predicate, value, _ in to_rdflib(graph).quads():
            data.add((subject, predicate, value))
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, focus_nodes=list(focus or ()), inplace=True)
    for result in report.objects(report.value(None, RDF.type, SH.ValidationReport), SH.result):
        node, shape = str(report.value(result, SH.focusNode)), str(report.value(result, SH.sourceShape))
        value, path = report.value(result, SH.value), report.value(result, SH.resultPath)
        message = f"{compact(node)}: {shapes.value(rdflib.URIRef(shape), SH.message)}"
        if value is not None and str(value) != node:
            message += f" (found: {compact(str(value)) if isinstance(value, rdflib.URIRef) else value})"
        yield _Finding(shape.rpartition("/")[2], message, node, (str(value), str(path)))


@contextmanager
def _silent(name: str) -> Iterator[None]:
    logger = logging.getLogger(name)
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _rules(graph: Graph) -> Iterator[_Finding]:
    """What the queries of `queries/checks` find: a row is a problem, its first column the subject, the rest why."""
    for path in query_files("checks"):
        sparql = path.read_text(encoding="utf-8")
        header = dict(re.findall(r"^#\+ (\w+): (.+)$", sparql, re.MULTILINE))
        for row in graph.rows(sparql):
            subject, *others = [(name.replace("_", " "), row.term(name)) for name in row]
            if not isinstance(subject[1], ox.NamedNode):
                continue
            why = ", ".join(f"{name}: {_shown(term)}" for name, term in others if term is not None)
            broken = header["summary"].rstrip(".") + (f" ({why})." if why else ".")
            terms = tuple(term.value for _, term in others if isinstance(term, ox.NamedNode))
            yield _Finding(path.stem, f"{_shown(subject[1])}: {broken} {header['fix']}", subject[1].value, terms)


def _shown(term: object) -> str:
    return compact(term.value) if isinstance(term, ox.NamedNode) else getattr(term, "value", "")


def _contradictions(graph: Graph) -> Iterator[_Finding]:
    from gistkg.reason import classify

    proof = classify(graph, individuals=False)
    if not proof.consistent:
        message = "The statements contradict each other. Look for one thing of two kinds that exclude each other."
        yield _Finding("inconsistent", message, GISTKG)
    for iri in proof.unsatisfiable:
        message = "Nothing can be of this class. Look for parts of its definition that exclude each other."
        yield _Finding("unsatisfiable", f"{compact(iri)}: {message}", iri)


_UNSEEN = (
    ("tab", re.compile("\t"), "A tab. Indent with four spaces."),
    ("trailing-space", re.compile(r"[ \t]$"), "Spaces at the end of the line. Take them away."),
)
_PROPERTIES = """
SELECT DISTINCT (STR(?property) AS ?iri) {
  VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }
  ?property a ?kind
}"""
