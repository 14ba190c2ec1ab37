"""Files in, one graph out; the only module that picks a store."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import pyoxigraph as ox

from gistkg import snapshot
from gistkg.errors import QueryRefusedError, QuerySyntaxError, SourceError
from gistkg.files import OntologyFile, content_version, ontology_files, stat_lines
from gistkg.results import Iri, Rows, Triples
from gistkg.terms import EV, GISTKG, GRAPH, PREFIXES, SRC, compact, expand

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")

__all__ = ["Binding", "Graph", "graph_name", "load_graph"]

Binding = ox.NamedNode | ox.Literal | Iri | str | int | float | bool
"""What a variable can be bound to; a `str` that is an IRI or a prefixed name is an IRI, any other a plain literal."""


class Graph:
    """An immutable RDF dataset: one named graph per file, queried as their union.

    Without a store, the files are parsed when the store is first needed.
    """

    def __init__(self, store: ox.Store | None, files: tuple[OntologyFile, ...]) -> None:
        self.files = files
        self._store = store
        self._derived: dict[str, Any] = {}
        self._kept: frozenset[str] = frozenset()

    @property
    def store(self) -> ox.Store:
        """The triples, as pyoxigraph holds them.  Raises `SourceError` if a file does not parse."""
        if self._store is None:
            self._store = _parsed(self.files)
        return self._store

    def derived(self, name: str, build: Callable[[Graph], T]) -> T:
        """What `build` makes of this graph, made once under this name; perhaps by an earlier process (see `keep`)."""
        if name not in self._derived:
            self._derived[name] = build(self)
        found: T = self._derived[name]
        return found

    def keep(self, *names: str) -> None:
        """Leave what was derived under these names so far to later processes, if there is anything new among it."""
        kept = {name: self._derived[name] for name in names if name in self._derived}
        new = self._store is not None and not self._kept.issuperset(kept)
        if new and snapshot.write(self.version, kept):
            self._kept = frozenset(kept)

    @cached_property
    def version(self) -> str:
        """Twelve digits that change with any byte of the files this graph was read from."""
        return content_version(self.files)

    def query(self, sparql: str, /, **bindings: Binding) -> Rows | Triples | bool:
        """Evaluate SPARQL 1.1 over the union of all named graphs; `bindings` fix variables by value.

        Only a variable that the query selects can be bound.
        SELECT gives `Rows`, CONSTRUCT and DESCRIBE give `Triples`, ASK gives a `bool`. The prefixes of
        `gistkg.terms.PREFIXES`, and those that codes of other vocabularies are written with, need no declaration.
        Updates do not parse, and SERVICE is refused, so a query neither changes the graph nor reaches the network.
        Raises `QuerySyntaxError` and `QueryRefusedError`.

        >>> graph = load_graph()
        >>> graph.query("ASK { gistkg:Imatinib rdfs:subClassOf+ gistkg:Drug }")
        True
        """
        sparql = sparql.removeprefix("\ufeff")
        chosen = _inspect(sparql)
        unknown = [name for name in chosen if ox.NamedNode(name) not in set(self.store.named_graphs())]
        if unknown:
            raise QueryRefusedError(
                f"FROM <{unknown[0]}> is refused: it is no graph of this ontology. Named graphs are "
                f"<{GRAPH}...>; SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} }} lists them."
            )
        values: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {
            ox.Variable(name): _term(value) for name, value in bindings.items()
        }

        def evaluate(prefixes: dict[str, str]) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
            return self.store.query(
                sparql, prefixes=prefixes, use_default_graph_as_union=not chosen, substitutions=values or None
            )

        try:
            try:
                answer = evaluate(PREFIXES)
            except SyntaxError as error:
                if _UNKNOWN_PREFIX not in str(error):
                    raise
                answer = evaluate(self._code_prefixes | PREFIXES)
        except SyntaxError as error:
            raise _syntax_error(sparql, str(error), self._code_prefixes) from None
        except RuntimeError as error:
            unselected = re.search(r"variable \?(\w+) in its SELECT", str(error))
            if unselected is None:
                raise
            raise QueryRefusedError(
                f"?{unselected[1]} cannot be given a value: the query does not select it."
            ) from None
        if isinstance(answer, ox.QuerySolutions):
            return Rows(answer)
        if isinstance(answer, ox.QueryBoolean):
            return bool(answer)
        return Triples(answer)

    @cached_property
    def _code_prefixes(self) -> dict[str, str]:
        """The prefixes that codes of other vocabularies are written with, as the graph writes its codes."""
        found: dict[str, str] = {}
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(_IDENTIFIER), None):
            iri, (prefix, colon, local) = _value(quad.subject), _value(quad.object).partition(":")
            if colon and local and iri.endswith(local):
                found[prefix] = iri.removesuffix(local)
        return dict(sorted(found.items()))

    def rows(self, sparql: str, /, **bindings: Binding) -> Rows:
        """Evaluate a SELECT.  Raises `QueryRefusedError` for another form, and what `query` raises."""
        answer = self.query(sparql, **bindings)
        if not isinstance(answer, Rows):
            raise QueryRefusedError("Only a SELECT query gives rows; use query() for ASK, CONSTRUCT and DESCRIBE.")
        return answer


def load_graph(extra: Iterable[Path] = ()) -> Graph:
    """Read `ontology/`, and `extra` files after it, into one graph.

    An extra file that is one of `ontology/` already is not read twice.
    Either everything is loaded or nothing: a file that does not parse raises `SourceError` with line and column. Files
    that an earlier process has parsed are parsed again only when their triples are needed. An extra
    file that names a term nobody describes, or describes evidence anew, raises `SourceError` as well.

    >>> len(load_graph().store) > 1000
    True
    """
    files = list(ontology_files())
    for path in extra:
        if all(path.resolve() != file.path.resolve() for file in files):
            files.append(OntologyFile(str(path), f"extra/{path.stem}"))
    graph = Graph(None, tuple(files))
    stats, changed = stat_lines(files)
    version = snapshot.version_of(stats, changed)
    if version is None:
        snapshot.remember(stats, changed, graph.version)
    else:
        graph.version = version
    kept = snapshot.read(graph.version)
    if kept is None:
        for file in files:
            if file.name.startswith("extra/"):
                _refuse_strays(graph.store, file)
        graph.store  # noqa: B018 - parses every file now, so that a broken one is told of here
    else:
        graph._derived.update(kept)
        graph._kept = frozenset(kept)
    return graph


def _refuse_strays(store: ox.Store, file: OntologyFile) -> None:
    """Raise `SourceError` if a file names a term that nothing describes, or describes evidence anew."""
    own = graph_name(file)
    for quad in store.quads_for_pattern(None, None, None, own):
        named = [term for term in (quad.subject, quad.predicate, quad.object) if isinstance(term, ox.NamedNode)]
        for term in named:
            ours = term.value.startswith(GISTKG) and term.value != GISTKG
            if ours and next(store.quads_for_pattern(term, None, None), None) is None:
                problem = f"{compact(term.value)} is not described anywhere; run: gistkg check {file.place}"
                raise SourceError(file.place, problem)
        subject = quad.subject
        if not isinstance(subject, ox.NamedNode) or not subject.value.startswith((EV, SRC)):
            continue
        if any(one.graph_name != own for one in store.quads_for_pattern(subject, None, None)):
            problem = f"{compact(subject.value)} is described already, elsewhere; give it a name of its own"
            raise SourceError(file.place, problem)


def _parsed(files: tuple[OntologyFile, ...]) -> ox.Store:
    store = ox.Store()
    for file in files:
        try:
            store.bulk_load(file.content, format=ox.RdfFormat.TURTLE, to_graph=graph_name(file))
        except SyntaxError as error:
            raise SourceError(file.place, _parser_words(str(error)), error.lineno, error.offset) from None
    return store


def graph_name(file: OntologyFile) -> ox.NamedNode:
    """The named graph a file becomes.

    >>> graph_name(OntologyFile("drugs.ttl", "entities/drugs")).value
    'https://w3id.org/gistkg/graph/entities/drugs'
    """
    return ox.NamedNode(GRAPH + file.name)


# Strings, IRIs, comments, variables and prefixed names are stepped over, so that only the keyword is found.
_STEPS = (
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|<[^<>\"{}|^`\\\s]*>"
    r"|#[^\n]*"
    r"|[?$]\w+"
    r"|(?:[\w.-]*:(?:[\w.:%-]|\\.)*)"
    r"|(?P<word>[A-Za-z]+)"
)


_WORTH_A_LOOK = re.compile(r"service|from|insert|delete|load|clear|drop|create|copy|move|add|with", re.IGNORECASE)
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "WITH"})
_PROLOGUE = frozenset({"PREFIX", "BASE"})


@lru_cache(maxsize=256)
def _inspect(sparql: str) -> tuple[str, ...]:
    """The graphs that FROM names.  Raises `QueryRefusedError` for an update, and for a call to another endpoint.

    >>> _inspect('SELECT ("SERVICE" AS ?from) FROM <http://e.org/g> WHERE { }  # SERVICE')
    ('http://e.org/g',)
    """
    if not _WORTH_A_LOOK.search(sparql):
        return ()
    graphs: list[str] = []
    previous = ""
    begun = False
    for match in re.finditer(_STEPS, sparql, re.DOTALL):
        word = (match["word"] or "").upper()
        if word == "SERVICE":
            raise QueryRefusedError(
                "SERVICE is refused: gistkg answers from its own graph and opens no connection; "
                "for a federated query, load the graph into a SPARQL server."
            )
        if word and not begun and word not in _PROLOGUE:
            begun = True
            if word in _UPDATES:
                raise QueryRefusedError(f"{word} is refused: gistkg only reads; change the Turtle files instead.")
        if match[0].startswith("<") and previous in ("FROM", "NAMED"):
            graphs.append(match[0][1:-1])
        if not match[0].startswith("#"):
            previous = word
    return tuple(graphs)


def _term(value: Binding) -> ox.NamedNode | ox.Literal:
    if isinstance(value, ox.NamedNode | ox.Literal):
        return value
    if isinstance(value, Iri):
        return ox.NamedNode(value.full)
    if isinstance(value, str) and (iri := expand(value)) is not None:
        return ox.NamedNode(iri)
    return ox.Literal(value)


_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


_UNKNOWN_PREFIX = "Prefix not found"
_IDENTIFIER = PREFIXES["dcterms"] + "identifier"


def _value(term: object) -> str:
    return str(getattr(term, "value", term))


def _syntax_error(sparql: str, message: str, codes: dict[str, str]) -> QuerySyntaxError:
    found = _PLACE.match(message)
    if found is None:
        return QuerySyntaxError(message, None, None, "")
    line, column = int(found[1]), int(found[2])
    lines = sparql.splitlines()
    excerpt = lines[line - 1] if line <= len(lines) else ""
    if _UNKNOWN_PREFIX in found[3]:
        used = {name.casefold() for name in re.findall(r"([A-Za-z][\w.-]*):", sparql)}
        meant = [f"{name}:" for name in codes if name.casefold() in used]
        hint = f"did you mean {' or '.join(meant)}?" if meant else f"known without PREFIX: {', '.join(PREFIXES)}"
        also = "" if meant or not codes else ", and those of codes, such as " + " and ".join(list(codes)[:2])
        return QuerySyntaxError(f"an undeclared prefix; {hint}{also}", line, column, excerpt)
    return QuerySyntaxError(_shorten(found[3]), line, column, excerpt)


def _shorten(expected: str) -> str:
    """Keep the words of the parser that a person can use: the first few things it would have accepted."""
    flat = " ".join(expected.split())
    return flat if len(flat) <= 160 else flat[:160].rsplit(",", 1)[0] + ", ..."


def _parser_words(message: str) -> str:
    return re.sub(r"^Parser error at line \d+(?: column \d+)?(?: and column \d+)?: ", "", message).split(" (")[0]
