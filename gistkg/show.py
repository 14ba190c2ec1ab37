"""One term on a page: what it is, what is said of it, and what it is linked to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from gistkg.codes import written_code
from gistkg.errors import FormatError
from gistkg.files import query_text
from gistkg.graph import Graph
from gistkg.model import Claim, Named, Recommendation, Result, Term
from gistkg.record import Record
from gistkg.records import claim, results, term
from gistkg.render import plain, shown, terminal_width, write_json, write_rich, write_rows
from gistkg.resolve import is_kind, resolve
from gistkg.results import GRAPH_FORMATS, Iri
from gistkg.terms import GISTKG, GRAPH
from gistkg.traverse import Link, neighbours

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["FORMATS", "show"]

FORMATS = ("table", "markdown", "json", "turtle", "jsonld")
"""Every format a page can be written in."""


class _Match(Record):
    """A code of another vocabulary, with its prefix and as an IRI, and how it matches the term of the page."""

    match: str
    code: str
    iri: str


class _Page(Record):
    """A term with all a page shows of it; `facts` are names with lines, `links` names with terms."""

    term: Term
    files: tuple[str, ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    matches: tuple[_Match, ...]
    out: tuple[tuple[str, Named], ...]
    into: tuple[tuple[str, Named], ...]
    claim: Claim | None
    results: tuple[Result, ...]


def show(graph: Graph, name: str, format: str, stream: TextIO) -> None:  # noqa: A002 - the word of the other writers
    """Write the page of the term of this label, synonym, prefixed name or IRI, or with this code as an exact match.

    `turtle` and `jsonld` are what the graph states of it, with the blank nodes below. Of a source, `markdown` is all
    that the graph takes from it.
    Raises `UnknownTermError`, `AmbiguousTermError`, and `FormatError` for any other format than `FORMATS`.

    >>> import sys
    >>> from gistkg.graph import load_graph
    >>> show(load_graph(), "gistkg:OnceDaily", "markdown", sys.stdout)  # doctest: +ELLIPSIS
    # once daily
    <BLANKLINE>
    dose frequency value, `gistkg:OnceDaily`
    ...
    """
    if format not in FORMATS:
        raise FormatError(format, FORMATS)
    iri = resolve(graph, name)
    if format in GRAPH_FORMATS:
        write_rows(graph.query("DESCRIBE ?term WHERE { VALUES ?term { UNDEF } }", term=iri), format, stream)
        return
    if format == "markdown" and is_kind(graph, iri, GISTKG + "Source"):
        from gistkg.source_page import source_page

        stream.writelines(line + "\n" for line in source_page(graph, iri))
        return
    page = _page(graph, iri)
    if format == "json":
        _write_json(page, stream)
    elif format == "markdown":
        stream.writelines(line + "\n" for line in _markdown(page))
    else:
        _write_table(page, stream)


def _page(graph: Graph, iri: Iri) -> _Page:
    found = term(graph, iri)
    said = claim(graph, iri) if is_kind(graph, iri, GISTKG + "Claim") else None
    covered = _IN_CLAIM if said is not None else ()
    rows = graph.rows(query_text("records", "files-of"), term=iri)
    files = tuple(_full(row["file"]).removeprefix(GRAPH) + ".ttl" for row in rows)
    literals: dict[str, list[str]] = {}
    for row in graph.rows(query_text("records", "literals-of"), term=iri):
        if str(row["property"]) not in (*_ON_EVERY_PAGE, *covered):
            literals.setdefault(_word(str(row["property"]), row["label"]), []).append(shown(row["value"]))
    links = [link for link in neighbours(graph, iri) if str(link.predicate.iri) not in covered or not link.forward]
    facts = [*(_claim_facts(graph, said) if said else ()), *((name, tuple(lines)) for name, lines in literals.items())]
    return _Page(
        term=found,
        files=files,
        facts=tuple((name, lines) for name, lines in facts if lines),
        matches=tuple(_matches(graph, iri)),
        out=tuple(map(_named, (link for link in links if link.forward))),
        into=tuple(map(_named, (link for link in links if not link.forward))),
        claim=said,
        results=results(graph, iri) if said else (),
    )


def _claim_facts(graph: Graph, said: Claim) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "population", _labels(said.population)
    yield "setting", _labels(*said.settings)
    yield "therapy", _labels(*said.therapies)
    if isinstance(said, Recommendation):
        yield "drug", _labels(*(drug for drug in said.drugs if drug not in said.therapies))
        yield "dose", (str(said.dose),) if said.dose else ()
    yield "procedure", _labels(*said.procedures)
    yield "compared with", _labels(*said.compared_with)
    yield "mechanism", _labels(*said.mechanisms)
    yield "endpoint", _labels(*said.endpoints)
    yield "value", said.qualitative_values
    yield "direction", _labels(said.direction)
    yield "strength", _labels(said.modality)
    yield "hedges", (", ".join(f'"{hedge}"' for hedge in said.hedges),) if said.hedges else ()
    yield "basis", _labels(said.basis)
    yield "evidence level", tuple(map(str, said.levels)) or ("not graded by the source",)
    yield "source", tuple(f"{said.source} ({said.source.iri})" for _ in (1,) if said.source)
    yield "place", (said.locator,) if said.locator else ()
    yield "citations", tuple(_citations(graph, said))
    yield "valid from", (shown(said.valid_from),) if said.valid_from else ()
    yield "valid until", (shown(said.valid_until),) if said.valid_until else ()


def _citations(graph: Graph, said: Claim) -> Iterator[str]:
    for row in graph.rows(query_text("records", "references-of"), claim=said.iri):
        if row["publication"] is None:
            yield f"[{row['number']}] not resolved to a publication ({row['reference']})"
        else:
            sure = f", {row['confidence']}" if row["confidence"] else ""
            yield f"[{row['number']}] {row['label']} ({row['publication']}{sure})"


def _matches(graph: Graph, iri: Iri) -> Iterator[_Match]:
    for row in graph.rows(query_text("records", "matches-of"), term=iri):
        yield _Match(_word(str(row["property"]), None), written_code(graph, _full(row["code"])), _full(row["code"]))


def _labels(*named: Named | None) -> tuple[str, ...]:
    return tuple(f"{one.label} ({one.iri})" for one in named if one is not None)


def _named(link: Link) -> tuple[str, Named]:
    return _word(str(link.predicate.iri), link.predicate.label), Named(link.other.iri, link.other.label)


def _word(property_: str, label: object) -> str:
    """What a property is called on a page."""
    return _WORDS.get(property_) or (str(label) if label else property_)


_WORDS = {
    "rdf:type": "is a",
    "rdfs:subClassOf": "is a kind of",
    "rdfs:subPropertyOf": "is a kind of",
    "rdfs:domain": "from",
    "rdfs:range": "to",
    "owl:equivalentClass": "is the same as",
    "owl:disjointWith": "excludes",
    "owl:complementOf": "is not",
    "dcterms:source": "source",
    "dcterms:bibliographicCitation": "citation",
    "dcterms:issued": "issued",
    "dcterms:publisher": "publisher",
    "dcterms:title": "title",
    "gistkg:isNotExactMatchOf": "not the same as",
    "skos:broadMatch": "narrower than",
    "skos:closeMatch": "nearly the same as",
    "skos:exactMatch": "the same as",
    "skos:example": "example",
    "skos:narrowMatch": "broader than",
    "skos:notation": "code",
    "skos:relatedMatch": "related to",
}
_ON_EVERY_PAGE = (
    "skos:prefLabel",
    "skos:altLabel",
    "skos:hiddenLabel",
    "skos:definition",
    "skos:scopeNote",
    "skos:editorialNote",
    "dcterms:description",
)
_IN_CLAIM = (
    "dcterms:source",
    "gistkg:appliesTo",
    "gistkg:cites",
    "gistkg:comparesWith",
    "gistkg:concernsEndpoint",
    "gistkg:concernsMechanism",
    "gistkg:concernsTherapy",
    "gistkg:disputedBy",
    "gistkg:hasBasis",
    "gistkg:hasDirection",
    "gistkg:hasEvidenceLevel",
    "gistkg:hasHedge",
    "gistkg:hasModality",
    "gistkg:inSetting",
    "gistkg:locator",
    "gistkg:qualitativeValue",
    "gistkg:recommends",
    "gistkg:recommendsProcedure",
    "gistkg:reportsResult",
    "gistkg:supportedBy",
    "gistkg:validFrom",
    "gistkg:validUntil",
    "rdf:type",
)


def _write_json(page: _Page, stream: TextIO) -> None:
    links = [(direction, *link) for direction, found in (("out", page.out), ("in", page.into)) for link in found]
    write_json(
        {
            **plain(page.term),
            "files": page.files,
            "claim": page.claim,
            "results": page.results,
            "matches": page.matches,
            "links": [
                {"direction": direction, "property": name, "term": other.iri, "label": other.label}
                for direction, name, other in links
            ],
        },
        stream,
    )


def _markdown(page: _Page) -> Iterator[str]:
    yield f"# {page.term.label}"
    yield ""
    yield f"{page.term.kind}, `{page.term.iri}`"
    if page.term.definition:
        yield from ("", page.term.definition)
    yield ""
    for name, lines in _facts(page):
        yield f"- **{name}**: {'; '.join(lines)}"
    for title, found in _sections(page):
        yield from ("", f"## {title}", "")
        for name, other in found:
            yield f"- {name}: {other.label} (`{other.iri}`)"


def _facts(page: _Page) -> Iterator[tuple[str, tuple[str, ...]]]:
    if page.term.synonyms:
        yield "also called", (", ".join(page.term.synonyms),)
    yield from page.facts
    if page.term.notes:
        yield "note", page.term.notes
    matches: dict[str, list[str]] = {}
    for one in page.matches:
        matches.setdefault(one.match, []).append(one.code)
    yield from ((name, (", ".join(sorted(codes)),)) for name, codes in matches.items())
    yield "IRI", (page.term.iri.full,)
    yield "file", page.files


def _sections(page: _Page) -> Iterator[tuple[str, tuple[tuple[str, Named], ...]]]:
    if page.results:
        yield "Results", tuple((one.stance, Named(one.iri, one.label + one.remark)) for one in page.results)
    if page.out:
        yield "Links", page.out
    if page.into:
        yield "Linked from", tuple((f"← {name}", other) for name, other in page.into)


def _write_table(page: _Page, stream: TextIO) -> None:
    from rich.console import Group, RenderableType
    from rich.table import Table as Grid
    from rich.text import Text

    parts: list[RenderableType] = [
        Text(page.term.label, style="bold"),
        Text(f"{page.term.kind}  {page.term.iri}", style="dim"),
    ]
    if page.term.definition:
        parts += [Text(""), Text(page.term.definition)]
    facts = Grid.grid(padding=(0, 2))
    facts.add_column(style="bold", no_wrap=True)
    facts.add_column(overflow="fold")
    for name, lines in _facts(page):
        facts.add_row(name, Text("\n".join(lines)))
    parts += [Text(""), facts]
    for title, found in _sections(page):
        parts += [Text(""), Text(title, style="bold"), _grid(found, terminal_width(stream))]
    write_rich(Group(*parts), stream)


def _grid(found: tuple[tuple[str, Named], ...], width: int) -> Table:
    """Links as columns; where IRIs would be cut, each follows its label instead, to be copied whole."""
    from rich.table import Table
    from rich.text import Text

    roomy = max(len(name) for name, _ in found) + max(len(other.iri) for _, other in found) + _LABEL_ROOM <= width
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_column(no_wrap=True, style="dim")
    previous = ""
    for name, other in found:
        label, iri = Text(other.label), Text(str(other.iri), style="dim")
        cells = (label, iri) if roomy else (label + Text("  ") + iri, "")
        grid.add_row("" if name == previous else name, *cells)
        previous = name
    return grid


_LABEL_ROOM = 44


def _full(value: object) -> str:
    return value.full if isinstance(value, Iri) else str(value)
