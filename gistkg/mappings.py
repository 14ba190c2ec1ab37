"""Our terms in other vocabularies: the tables of `ontology/mappings/`, and the RDF that is written of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from gistkg.errors import SourceError
from gistkg.files import folder
from gistkg.graph import Graph
from gistkg.record import Record
from gistkg.results import Iri
from gistkg.terms import GISTKG, OWL, SKOS

__all__ = ["Mapping", "bridge_turtle", "mapping_turtle", "mappings", "namespaces", "read_table", "targets"]

_SUFFIX = ".sssom.tsv"
_SEMAPV = "https://w3id.org/semapv/vocab/"
_COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "predicate_modifier",
    "object_id",
    "object_label",
    "mapping_justification",
    "comment",
)
_REQUIRED = (
    "mapping_set_id",
    "mapping_set_title",
    "mapping_set_version",
    "mapping_date",
    "license",
    "subject_source",
    "object_source",
)
_KEYS = ("curie_map", *_REQUIRED, "comment")
_MATCHES = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_JUSTIFICATIONS = ("LexicalMatching", "MappingChaining", "BackgroundKnowledgeBasedMatching", "ManualMappingCuration")
_FIXED = {"gistkg": GISTKG, "semapv": _SEMAPV, "skos": SKOS}
_OF_OWL = frozenset(
    "biolink chebi doid eco efo go iao mondo ncit obi ogms pr ro sepio sio so uberon uo".split()  # noqa: SIM905
)
"""The targets whose terms are OWL classes and properties, so that an axiom can name them."""


class Mapping(Record):
    """One row of a table: `subject` is ours, `object` an IRI in full; `predicate` is one such as "exactMatch"."""

    subject: Iri
    subject_label: str
    predicate: str
    negated: bool
    object: str
    object_curie: str
    object_label: str
    justification: str
    comment: str
    target: str


class _Table(Record):
    rows: tuple[Mapping, ...]
    namespaces: tuple[tuple[str, str], ...]


def targets() -> tuple[str, ...]:
    """The vocabularies that have a table, by name.

    >>> {"ncit", "rxnorm", "snomedct"} <= set(targets())
    True
    """
    return tuple(_name(path) for path in _paths())


def mappings(target: str | None = None) -> tuple[Mapping, ...]:
    """Every row of every table, or of that of one target; no row is left out.

    Raises `SourceError` for a table that is not as it should be, and for a target without one.

    >>> [row.object_curie for row in mappings("rxnorm") if row.subject == "gistkg:Imatinib"]
    ['RXNORM:282388']
    """
    if target is not None and target not in targets():
        raise SourceError(str(_folder() / f"{target}{_SUFFIX}"), f"there is none; write one of {', '.join(targets())}")
    return tuple(row for path in _paths() if target in (None, _name(path)) for row in _read(path).rows)


def namespaces() -> dict[str, str]:
    """The prefixes that codes of other vocabularies are written with, and the IRIs they stand for.

    >>> namespaces()["NCIT"]
    'http://purl.obolibrary.org/obo/NCIT_'
    """
    found: dict[str, str] = {}
    for path in _paths():
        for prefix, namespace in _read(path).namespaces:
            if found.setdefault(prefix, namespace) != namespace:
                raise SourceError(str(path), f"{prefix}: stands for <{found[prefix]}> elsewhere; write that")
    return dict(sorted(found.items()))


def read_table(path: Path) -> tuple[Mapping, ...]:
    """The rows of one table, which need not be one of ours.

    Raises `SourceError` with the line and with what to write: nothing is guessed, and no row is dropped.

    >>> len(read_table(folder("ontology") / "mappings" / "pr.sssom.tsv"))
    2
    """
    return _read(path).rows


def mapping_turtle() -> str:
    """The file `ontology/derived/mappings.ttl`: the matches as SKOS has them, and how the codes are written."""
    lines: dict[str, dict[str, list[str]]] = {}
    for row in mappings():
        predicate = "gistkg:isNotExactMatchOf" if row.negated else f"skos:{row.predicate}"
        lines.setdefault(str(row.subject), {}).setdefault(predicate, []).append(f"<{row.object}>")
    blocks = [_HEADER]
    for subject, said in sorted(lines.items()):
        blocks.append(subject)
        blocks += [f"    {predicate} {' , '.join(sorted(said[predicate]))} ;" for predicate in sorted(said)]
        blocks.append("    .\n")
    codes = sorted({(row.object, row.object_curie) for row in mappings()})
    blocks += [f'<{iri}> dcterms:identifier "{code}" .\n' for iri, code in codes]
    return "\n".join(blocks)


def bridge_turtle(graph: Graph) -> str:
    """The file `ontology/mappings/bridge.ttl`: matches as OWL axioms, for whoever loads those vocabularies as well.

    Exact matches of classes make them equivalent, broad matches make ours a subclass; so with properties. No other
    match, no negation, and no individual of ours has a part in it.
    """
    ours = {kind: {str(row["iri"]) for row in graph.rows(_DECLARED, kind=Iri(OWL + kind))} for kind in _AXIOMS}
    axioms: dict[str, list[str]] = {}
    declared: dict[str, str] = {}
    for row in mappings():
        if row.target not in _OF_OWL or row.negated:
            continue
        for kind, axiom_of in _AXIOMS.items():
            axiom = axiom_of.get(row.predicate)
            if axiom and row.subject.full in ours[kind]:
                axioms.setdefault(str(row.subject), []).append(f"    {axiom} <{row.object}> ;")
                declared[row.object] = kind
    blocks = [_BRIDGE_HEADER]
    blocks += [f"<{iri}> a owl:{kind} .\n" for iri, kind in sorted(declared.items())]
    blocks += ["\n".join([subject, *sorted(said), "    .", ""]) for subject, said in sorted(axioms.items())]
    return "\n".join(blocks)


_HEADER = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix gistkg: <https://w3id.org/gistkg/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

## Written of the tables of ontology/mappings by `python -m gistkg.mappings`, never by hand.
"""

_BRIDGE_HEADER = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix gistkg: <https://w3id.org/gistkg/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

## Written of the tables of ontology/mappings by `python -m gistkg.mappings`, never by hand. It is no part of the graph:
## whoever loads it takes over what the other vocabularies say of their classes.

<https://w3id.org/gistkg/mappings/bridge>
    a owl:Ontology ;
    owl:imports <https://w3id.org/gistkg/> ;
    dcterms:title "gistkg: classes and properties of other vocabularies as OWL axioms"@en ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    .
"""

_DECLARED = "SELECT DISTINCT (STR(?term) AS ?iri) ?kind { ?term a ?kind FILTER(isIRI(?term)) }"
_AXIOMS = {
    "Class": {"exactMatch": "owl:equivalentClass", "broadMatch": "rdfs:subClassOf"},
    "ObjectProperty": {"exactMatch": "owl:equivalentProperty", "broadMatch": "rdfs:subPropertyOf"},
}


def _folder() -> Path:
    return folder("ontology") / "mappings"


def _paths() -> list[Path]:
    return sorted(_folder().glob(f"*{_SUFFIX}"))


def _name(path: Path) -> str:
    return path.name.removesuffix(_SUFFIX)


def _read(path: Path) -> _Table:
    try:
        stat = path.stat()
    except OSError as error:
        raise SourceError(str(path), f"cannot be read ({error.strerror})") from error
    return _read_once(path, stat.st_mtime_ns, stat.st_size)


@cache
def _read_once(path: Path, *_: int) -> _Table:
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise SourceError(str(path), f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise SourceError(str(path), f"is not UTF-8 ({error})") from None
    if not text.endswith("\n") or "\r" in text:
        raise SourceError(str(path), "end every line, also the last, with a line feed alone")
    lines = text.split("\n")[:-1]
    above = next((index for index, line in enumerate(lines) if not line.startswith("#")), len(lines))
    reader = _Reader(path)
    prefixes = reader.header(lines[:above])
    if above == len(lines) or tuple(lines[above].split("\t")) != _COLUMNS:
        raise reader.wrong(above + 1, f"the columns are {', '.join(_COLUMNS)}, separated by tabs; write them here")
    rows = tuple(reader.row(number, line, prefixes) for number, line in enumerate(lines[above + 1 :], above + 2))
    reader.in_order(rows, above + 2)
    used = {row.object_curie.partition(":")[0] for row in rows}
    return _Table(rows, tuple((prefix, prefixes[prefix]) for prefix in sorted(used)))


class _Reader:
    """Takes one table apart; every complaint names the file and the line."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def wrong(self, line: int, problem: str) -> SourceError:
        return SourceError(str(self.path), problem, line)

    def header(self, lines: Sequence[str]) -> dict[str, str]:
        """The prefixes of the `#` lines, whose other keys are only looked at for being there."""
        found: dict[str, str] = {}
        prefixes: dict[str, str] = {}
        for number, line in enumerate(lines, 1):
            match = _HEADER_LINE.fullmatch(line)
            if match is None:
                raise self.wrong(number, "a line of the header is '# key: value', or '#   PREFIX: value' in curie_map")
            indent, key, value = match["indent"], match["key"], _unquoted(match["value"])
            into = prefixes if indent else found
            if indent and list(found)[-1:] != ["curie_map"]:
                raise self.wrong(number, "only prefixes are indented, below '# curie_map:'; write '# key: value'")
            if key in into:
                raise self.wrong(number, f"{key!r} is said twice; leave one of them out")
            if not indent and key not in _KEYS:
                raise self.wrong(number, f"{key!r} is no key here; write one of {', '.join(_KEYS)}")
            if bool(value) == (key == "curie_map" and not indent):
                raise self.wrong(number, f"{key!r} {'takes no' if value else 'needs a'} value; mend this line")
            into[key] = value
        for key in ("curie_map", *_REQUIRED):
            if key not in found:
                raise self.wrong(len(lines) + 1, f"the header has no {key}; write '# {key}: ...' above this line")
        for prefix, namespace in _FIXED.items():
            if prefixes.get(prefix) != namespace:
                raise self.wrong(1, f"curie_map has to say that {prefix} is <{namespace}>; write '#   {prefix}: ...'")
        if found["mapping_set_id"] != f"{GISTKG}mappings/{self.path.name}":
            raise self.wrong(1, f"the mapping_set_id of this file is {GISTKG}mappings/{self.path.name}; write that")
        return prefixes

    def row(self, number: int, line: str, prefixes: dict[str, str]) -> Mapping:
        """One row, of which nothing may be missing but the modifier and the label of the object."""
        cells = line.split("\t")
        if len(cells) != len(_COLUMNS):
            raise self.wrong(number, f"a row has {len(_COLUMNS)} cells, here are {len(cells)}; mend the tabs")
        for column, cell in zip(_COLUMNS, cells, strict=True):
            if cell != cell.strip() or '"' in cell:
                raise self.wrong(number, f"{column} begins or ends with a space, or has a quotation mark; leave it out")
            if not cell and column not in ("predicate_modifier", "object_label"):
                raise self.wrong(number, f"{column} is empty; fill it in")
        subject, label, predicate, modifier, object_, object_label, justification, comment = cells
        prefix, _, code = object_.partition(":")
        if prefix not in prefixes or prefix in _FIXED or not _CODE.fullmatch(code):
            raise self.wrong(number, f"{object_!r} is no PREFIX:CODE of a prefix of the curie_map; write one that is")
        if not _SUBJECT.fullmatch(subject):
            raise self.wrong(number, f"{subject!r} is no name of ours; write one such as gistkg:Imatinib")
        if predicate.removeprefix("skos:") not in _MATCHES or not predicate.startswith("skos:"):
            raise self.wrong(number, f"{predicate!r} is no match; write skos: and one of {', '.join(_MATCHES)}")
        if modifier not in ("", "Not") or (modifier and predicate != "skos:exactMatch"):
            raise self.wrong(number, f"{modifier!r} cannot stand here; write Not, and only with skos:exactMatch")
        if justification.removeprefix("semapv:") not in _JUSTIFICATIONS or not justification.startswith("semapv:"):
            raise self.wrong(number, f"{justification!r}: write semapv: and one of {', '.join(_JUSTIFICATIONS)}")
        return Mapping(
            subject=Iri(prefixes["gistkg"] + subject.partition(":")[2]),
            subject_label=label,
            predicate=predicate.removeprefix("skos:"),
            negated=modifier == "Not",
            object=prefixes[prefix] + code,
            object_curie=object_,
            object_label=object_label,
            justification=justification,
            comment=comment,
            target=_name(self.path),
        )

    def in_order(self, rows: Iterable[Mapping], first: int) -> None:
        """Rows are sorted and said once: a table that is edited by hand shows what was added."""
        before: tuple[str, ...] = ()
        for number, row in enumerate(rows, first):
            key = (str(row.subject), row.predicate, "Not" if row.negated else "", row.object_curie)
            if key == before:
                raise self.wrong(number, f"{row.subject} {row.object_curie} is said in the row above; leave it out")
            if key < before:
                raise self.wrong(number, "rows are sorted by subject, predicate, modifier and object; move it up")
            before = key


_HEADER_LINE = re.compile(r"#(?: (?P<indent>  )?|\t)(?P<key>[A-Za-z][\w.]*(?:-[\w.]+)*):(?: (?P<value>.*))?")
_SUBJECT = re.compile(r"gistkg:\w+")
_CODE = re.compile(r"[^\s<>\"{}|\\^`]+")


def _unquoted(value: str | None) -> str:
    found = re.fullmatch(r"\"([^\"]*)\"|'([^']*)'", value or "")
    return (value or "").strip() if found is None else found[1] or found[2] or ""


def _main() -> None:
    """Write both files anew, in a checkout."""
    from gistkg.graph import load_graph

    root = folder("ontology")
    (root / "derived" / "mappings.ttl").write_text(mapping_turtle(), encoding="utf-8")
    (root / "mappings" / "bridge.ttl").write_text(bridge_turtle(load_graph()), encoding="utf-8")


if __name__ == "__main__":
    _main()
