"""Lists of things: questions of the catalogue, terms that were found, paths between terms, risk groups."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from gistkg.case import Case
from gistkg.changes import Changes
from gistkg.errors import FormatError
from gistkg.export.targets import Target
from gistkg.graph import Graph
from gistkg.model import Claim
from gistkg.questions import Parameter, Question, catalogue
from gistkg.render import NOTICE, Table, plain, write_json, write_rich, write_rows
from gistkg.resolve import Hit, label_of
from gistkg.results import Iri
from gistkg.risk import SchemeRisk
from gistkg.terms import XSD
from gistkg.traverse import Path

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["show_changes", "show_hits", "show_paths", "show_question", "show_questions", "show_risks", "show_targets"]


def show_questions(format: str, stream: TextIO) -> None:  # noqa: A002 - the word of the other writers
    """Write the name, summary and tags of every question of the catalogue; for people, without the tags.

    >>> import sys
    >>> show_questions("markdown", sys.stdout)  # doctest: +ELLIPSIS
    | name | summary | tags |
    ...
    """
    questions = catalogue()
    if format != "table":
        rows = tuple((question.name, question.summary, ", ".join(question.tags)) for question in questions)
        write_rows(Table(("name", "summary", "tags"), rows), format, stream)
        return
    from rich.table import Table as Grid
    from rich.text import Text

    grid = Grid.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column()
    for question in questions:
        grid.add_row(question.name, Text(question.summary))
    write_rich(grid, stream)


def show_question(graph: Graph, question: Question, format: str, stream: TextIO) -> None:  # noqa: A002
    """Write what a question asks, its parameters, how to call it, and its SPARQL, as `table` or `json`.

    Raises `FormatError` for another format.
    """
    if format == "json":
        write_json({**plain(question), "example": _example(graph, question)}, stream)
    elif format == "table":
        write_rich(_question_page(graph, question), stream)
        # The SPARQL is written as it stands, so that it can be copied.
        lines = [line for line in question.sparql.splitlines() if not line.startswith("#+")]
        stream.write("\n" + "\n".join(lines).strip("\n") + "\n")
    else:
        raise FormatError(format, ("table", "json"))


def show_paths(paths: tuple[Path, ...], format: str, stream: TextIO) -> None:  # noqa: A002
    """Write paths, one step a line, each with the claims behind it, as `table` or `json`.

    Raises `FormatError` for another format.

    >>> import sys
    >>> from gistkg.graph import load_graph
    >>> from gistkg.traverse import shortest_path
    >>> path = shortest_path(load_graph(), "gistkg:Imatinib", "gistkg:KitExon9Mutation")
    >>> show_paths((path,), "table", sys.stdout)
    imatinib
      <--acts on drug-- reduced sensitivity of KIT exon 9 mutants to imatinib 400 mg daily
      <--brings about-- KIT exon 9 mutation
    """
    if format == "json":
        write_json(paths, stream)
    elif format == "table":
        stream.write("\n".join("".join(f"{line}\n" for line in _path_lines(path)) for path in paths))
    else:
        raise FormatError(format, ("table", "json"))


def show_hits(hits: tuple[Hit, ...], format: str, stream: TextIO) -> None:  # noqa: A002
    """Write what a search found, with the words it was found by; programs also get them in full, and the scores.

    >>> import sys
    >>> from gistkg.graph import load_graph
    >>> from gistkg.resolve import search
    >>> show_hits(search(load_graph(), "dose unit", limit=1), "markdown", sys.stdout)
    | label | kind | term | matched |
    | --- | --- | --- | --- |
    | dose unit | property | gistkg:doseUnit |  |
    """
    columns: tuple[str, ...] = ("label", "kind", "term", "matched")
    if format in ("table", "markdown"):
        short = ((hit, "" if hit.matched == hit.label else _shorten(hit.matched)) for hit in hits)
        table = Table(columns, tuple((hit.label, hit.kind, hit.term, matched) for hit, matched in short))
    else:
        rows = tuple((hit.label, hit.kind, hit.term, hit.matched, hit.score) for hit in hits)
        table = Table((*columns, "score"), rows)
    write_rows(table, format, stream)


def show_risks(case: Case, risks: tuple[SchemeRisk, ...], format: str, stream: TextIO) -> None:  # noqa: A002
    """Write the risk groups of a case, one scheme a line; for people also what the schemes leave out.

    JSON holds the records in full, and whether the schemes that assign a group call the risk differently.

    >>> import sys
    >>> import gistkg
    >>> from gistkg.case import case_from_words
    >>> kg = gistkg.load()
    >>> words = "small intestine, 12 cm"
    >>> case = case_from_words(kg.graph, kg.conditions, words)
    >>> show_risks(case, kg.risk(words)[:2], "markdown", sys.stdout)
    | scheme | status | risk | because | missing | source |
    | --- | --- | --- | --- | --- | --- |
    | NIH 2002 | assigned | high | tumour is larger than 10 cm |  | src:fletcher-2002 |
    | AFIP 2006 | notAssigned |  |  |  | src:isrn-2012-595968, src:miettinen-lasota-2006 |
    """
    assigned = [(risk.group.code, risk.scheme) for risk in risks if risk.group]
    differ = len({code for code, _ in assigned}) > 1
    if format == "json":
        facts = [{"words": fact.words, "term": fact.term} for fact in case.facts]
        write_json({"case": facts, "schemes": risks, "differ": differ, "notice": NOTICE}, stream)
        return
    columns = ("scheme", "status", "risk", "because", "missing", "source")
    rows = (
        (
            risk.scheme.label,
            risk.status,
            _risk_words(risk),
            "; ".join(reason.label for reason in risk.because),
            ", ".join(risk.missing),
            ", ".join(source.iri for source in risk.sources),
        )
        for risk in risks
    )
    if format != "table":
        write_rows(Table(columns, tuple(rows)), format, stream)
        return
    shown = tuple((row[0], *_shown_risk(risk), row[5]) for row, risk in zip(rows, risks, strict=True))
    _write_lines([f"Case  {'; '.join(fact.words for fact in case.facts)}"], stream)
    write_rows(Table(("Scheme", "Risk", "Because", "Missing", "Source"), shown), "table", stream)
    notes = [f"{risk.scheme}: {note}" for risk in risks if risk.status == "notAssigned" for note in risk.notes]
    if differ:
        notes.insert(0, f"The schemes differ: {', '.join(f'{code} by {scheme}' for code, scheme in assigned)}.")
    _write_lines([*notes, NOTICE], stream)


def _risk_words(risk: SchemeRisk) -> str:
    """The categories that a scheme gives, or may give."""
    if risk.group is not None:
        return str(risk.group.code)
    words = " or ".join(str(group.code) for group in risk.possible)
    return f"{words}, or in no row" if words and risk.may_be_unassigned else words


def _shown_risk(risk: SchemeRisk) -> tuple[str, str, str]:
    if risk.status == "notAssigned":
        return "not assigned by the printed rows in the graph", "", ""
    because = (
        f"{reason.label} ({', '.join(reason.facts)})" if reason.facts else reason.label for reason in risk.because
    )
    return _risk_words(risk), "\n".join(because), "\n".join(risk.missing)


def _write_lines(lines: list[str], stream: TextIO) -> None:
    from rich.text import Text

    write_rich(Text("\n".join(lines)), stream)


def _shorten(text: str, width: int = 60) -> str:
    return text if len(text) <= width else f"{text[: width - 3].rsplit(' ', 1)[0]} ..."


def _path_lines(path: Path) -> Iterator[str]:
    yield path.start.label
    for step in path.steps:
        yield f"  {step}"
    if path.claims:
        yield "  as claimed in"
    for claim in path.claims:
        hedges = f"  hedged: {', '.join(claim.hedges)}" if claim.hedges else ""
        yield f"    {claim.iri}  {claim.label}{hedges}"


def _question_page(graph: Graph, question: Question) -> RenderableType:
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table as Grid
    from rich.text import Text

    parts: list[RenderableType] = [Text(question.name, style="bold"), Text(question.summary)]
    if question.description:
        parts += [Text(""), Text(question.description)]
    if question.tags:
        parts += [Text(""), Text.assemble(("tags  ", "bold"), ", ".join(question.tags))]
    if question.parameters:
        grid = Grid.grid(padding=(0, 2))
        for parameter in question.parameters:
            default = f"default: {parameter.default}" if parameter.default is not None else ""
            said = (_kind(graph, parameter), parameter.description, default)
            grid.add_row(Text(parameter.name), Text("\n".join(line for line in said if line)))
        parts += [Text(""), Text("parameters", style="bold"), Padding(grid, (0, 0, 0, 2))]
    parts += [Text(""), Text("example", style="bold"), Text(f"  {_example(graph, question)}"), Text("")]
    parts += [Text("SPARQL", style="bold")]
    return Group(*parts)


def _kind(graph: Graph, parameter: Parameter) -> str:
    if parameter.type.full.startswith(XSD):
        return _SAMPLES[parameter.type.full.removeprefix(XSD)][0]
    return f"{label_of(graph, parameter.type)} ({parameter.type}), by label, synonym, prefixed name or IRI"


def _example(graph: Graph, question: Question) -> str:
    """How to call a question, with a value for each parameter that really is of its type."""
    given = "".join(f" -p {parameter.name}={_sample(graph, parameter)}" for parameter in question.parameters)
    return f"gistkg query {question.name}{given}"


def _sample(graph: Graph, parameter: Parameter) -> str:
    from shlex import quote

    if parameter.type.full.startswith(XSD):
        return quote(parameter.default or _SAMPLES[parameter.type.full.removeprefix(XSD)][1])
    if parameter.default is not None:
        return quote(parameter.default)
    members = [str(row["label"]) for row in graph.rows(_MEMBERS, kind=parameter.type)]
    return quote(members[0]) if members else quote(str(parameter.type))


_MEMBERS = "SELECT ?kind ?label { ?term a?/rdfs:subClassOf+ ?kind ; skos:prefLabel ?label } ORDER BY ?label LIMIT 1"
_SAMPLES = {
    "integer": ("a whole number", "3"),
    "decimal": ("a number", "2.5"),
    "boolean": ("true or false", "true"),
    "dateTime": ("a date, or a moment", "2014-02-25"),
    "string": ("text", "text"),
}


def show_targets(targets: Iterable[Target], format: str, stream: TextIO) -> None:  # noqa: A002
    """Write the targets of an export: for people, each with its summary and variants; else all that is known."""
    if format == "table":
        rows = tuple((one.name, one.summary, ", ".join(one.variants)) for one in targets)
        write_rows(Table(("target", "what it is", "--as"), rows), format, stream)
        return
    columns = ("target", "summary", "variants", "keeps", "loses", "reader")
    said = tuple((one.name, one.summary, ", ".join(one.variants), one.keeps, one.loses, one.reader) for one in targets)
    write_rows(Table(columns, said), format, stream)


def show_changes(
    changes: Changes,
    chosen: Container[Iri] | None,
    format: str,  # noqa: A002 - the word of rdflib and pyoxigraph
    stream: TextIO,
) -> int:
    """Write what changed between two dates; 1 if nothing did. With `chosen`, only those claims."""
    rows: list[tuple[str, Claim, Claim | None]] = [("gained", claim, None) for claim in changes.gained]
    rows += [("lost", claim, None) for claim in changes.lost]
    rows += [("revised", later, earlier) for earlier, later in changes.revised]
    listed = tuple(
        (change, claim.iri, claim.label, earlier.iri if earlier else None)
        for change, claim, earlier in rows
        if chosen is None or claim.iri in chosen
    )
    write_rows(Table(("change", "claim", "claimLabel", "earlier"), listed), format, stream)
    return 0 if listed else 1
