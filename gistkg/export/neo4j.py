"""Nodes and relations as CSV files for the bulk import of Neo4j 5, with the command that reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from gistkg.errors import ExportError
from gistkg.export.contents import Contents, contents
from gistkg.export.delimited import csv_bytes
from gistkg.export.product import Loss, Product, loss
from gistkg.export.table import column_name, snake_case
from gistkg.graph import Graph
from gistkg.terms import GISTKG, OWL, PREFIXES, RDF, RDFS, XSD, compact

__all__ = ["build"]

_TYPE = RDF + "type"
_TYPES = {
    XSD + "boolean": "boolean",
    XSD + "dateTime": "datetime",
    XSD + "decimal": "double",
    XSD + "integer": "long",
}
_DELIMITERS = {"|": "|", "¦": "U+00A6", "‖": "U+2016", "\u241f": "U+241F"}
"""What can stand between the values of a list, and how the command is told."""

_EVERY_NODE = "Resource"


def build(graph: Graph, variant: str, about: str | None = None) -> Product:
    """A file of nodes for each kind of thing, a file of relations for each property, and the command that imports them.

    A node is an IRI that the graph says something of or points to; its labels are its classes, those above them, and
    "Resource". A statement between two nodes is a relation, one with a literal a property. Class expressions, which
    are made of blank nodes, have no place here; the losses name the classes that have one.

    >>> from gistkg.graph import load_graph
    >>> files = build(load_graph(), "csv").files
    >>> files["relations-RECOMMENDS.csv"].decode().splitlines()[0]
    ':START_ID,:END_ID,:TYPE'
    """
    del variant, about
    known = contents(graph)
    found = _PropertyGraph(known)
    delimiter = _delimiter(found)
    files: dict[str, bytes] = {}
    for kind, iris in sorted(found.kinds().items()):
        files[f"nodes-{kind}.csv"] = _nodes(found, iris, delimiter)
    for predicate, type_ in _names(found.relations, lambda iri: snake_case(iri).upper()).items():
        rows = [(subject, value, type_) for subject, value in found.relations[predicate]]
        files[f"relations-{type_}.csv"] = csv_bytes((":START_ID", ":END_ID", ":TYPE"), rows)
    command = _command(found, sorted(files), delimiter)
    files["import.sh"] = command.encode()
    files["README.md"] = _read_me(found, delimiter, graph.version).encode()
    carried = {
        "nodes": len(found.labels),
        "relations": sum(map(len, found.relations.values())),
        "properties": sum(len(values) for said in found.said.values() for values in said.values()),
    }
    return Product(files, carried, _losses(known))


class _PropertyGraph:
    """The graph as Neo4j has it: labels and properties by node, pairs of nodes by property."""

    def __init__(self, known: Contents) -> None:
        self.known = known
        self.said: dict[str, dict[str, list[str]]] = {}
        self.relations: dict[str, dict[tuple[str, str], None]] = {}
        self.datatypes: dict[str, set[str]] = {}
        types: dict[str, set[str]] = {}
        above: dict[str, set[str]] = {}
        for subject, predicate, value, datatype, _, _ in known.statements:
            if subject.startswith("_:") or (not datatype and value.startswith("_:")):
                continue
            about = self.said.setdefault(subject, {})
            if datatype:
                self.datatypes.setdefault(predicate, set()).add(datatype)
                values = about.setdefault(predicate, [])
                if value not in values:
                    values.append(value)
                continue
            if predicate == _TYPE:
                types.setdefault(subject, set()).add(value)
                if value.startswith(OWL):
                    continue
            elif predicate == RDFS + "subClassOf":
                above.setdefault(subject, set()).add(value)
            self.said.setdefault(value, {})
            self.relations.setdefault(predicate, {})[subject, value] = None
        ancestors = {kind: _ancestors(kind, above) for kinds in types.values() for kind in kinds}
        self.labels = {iri: _labels(types.get(iri, set()), ancestors) for iri in self.said}
        self.columns = self._columns()

    def kinds(self) -> dict[str, list[str]]:
        """The nodes by their first label, which is that of the narrowest class."""
        found: dict[str, list[str]] = {}
        for iri, labels in sorted(self.labels.items()):
            found.setdefault(labels[0], []).append(iri)
        return found

    def _columns(self) -> dict[str, tuple[str, str]]:
        """The name and the type of the column for each property, the same in every file."""
        many = {predicate for said in self.said.values() for predicate, values in said.items() if len(values) > 1}
        names = _names(self.datatypes, column_name)
        types = {predicate: _type(datatypes) for predicate, datatypes in self.datatypes.items()}
        return {one: (names[one], types[one] + ("[]" if one in many else "")) for one in names}


def _type(datatypes: set[str]) -> str:
    """Of whole numbers and others together double; of all else that differs string."""
    types = {_TYPES.get(one, "string") for one in datatypes}
    if types == {"double", "long"}:
        return "double"
    return types.pop() if len(types) == 1 else "string"


def _ancestors(kind: str, above: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [kind]
    while waiting:
        for one in above.get(waiting.pop(), ()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found


def _labels(types: set[str], ancestors: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Classes, narrow before broad; then what OWL calls it; then the label that every node has."""
    ours = {one for one in types if not one.startswith(OWL)}
    every = ours.union(*(ancestors[one] for one in ours))
    narrow_first = sorted(every, key=lambda one: (-len(ancestors.get(one) or ()), one))
    narrow_first.sort(key=lambda one: one not in ours)
    theirs = sorted(types - ours)
    return (*(_local(one) for one in (*narrow_first, *theirs)), _EVERY_NODE)


def _local(iri: str) -> str:
    return iri.replace("#", "/").rsplit("/", 1)[-1]


def _names(iris: Iterable[str], name: Callable[[str], str]) -> dict[str, str]:
    """A name for each IRI; where two would be called the same, their prefixes go before."""
    called: dict[str, list[str]] = {}
    for iri in sorted(iris):
        called.setdefault(name(iri), []).append(iri)
    found = {}
    for one, named in called.items():
        for iri in named:
            prefix = "" if len(named) == 1 else compact(iri).partition(":")[0] + "_"
            found[iri] = (prefix.upper() if one.isupper() else prefix) + one
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _nodes(found: _PropertyGraph, iris: list[str], delimiter: str) -> bytes:
    used = {predicate for iri in iris for predicate in found.said[iri]}
    columns = [(predicate, *column) for predicate, column in found.columns.items() if predicate in used]
    columns.sort(key=lambda column: (column[1] != "label", column[1]))
    header = ["iri:ID", *(f"{name}:{type_}" for _, name, type_ in columns), ":LABEL"]
    rows = [
        [
            iri,
            *(delimiter.join(found.said[iri].get(predicate, ())) for predicate, _, _ in columns),
            delimiter.join(found.labels[iri]),
        ]
        for iri in iris
    ]
    return csv_bytes(header, rows)


def _delimiter(found: _PropertyGraph) -> str:
    """What stands between the values of a list: the first of a few that is in no value."""
    values = [value for said in found.said.values() for one in said.values() for value in one]
    for delimiter in _DELIMITERS:
        if not any(delimiter in value for value in values):
            return delimiter
    raise ExportError(f"Each of {' '.join(_DELIMITERS)} stands in some text, so that lists cannot be told apart.")


def _command(found: _PropertyGraph, names: list[str], delimiter: str) -> str:
    lines = any("\n" in value for said in found.said.values() for one in said.values() for value in one)
    options = [
        '"${@:-neo4j}"',  # first, since an option that takes several files would take it for one more
        "--id-type=string",
        f'--array-delimiter="{_DELIMITERS[delimiter]}"',
        *(["--multiline-fields=true"] if lines else []),
        *(f"--nodes={name}" for name in names if name.startswith("nodes-")),
        *(f"--relationships={name}" for name in names if name.startswith("relations-")),
    ]
    return "\n".join(
        [
            "#!/bin/sh",
            "# Imports this folder into a Neo4j 5 that is stopped: sh import.sh [--overwrite-destination] [DATABASE]",
            "set -eu",
            'cd "$(dirname "$0")"',
            " \\\n  ".join(["exec neo4j-admin database import full", *options]),
            "",
        ]
    )


def _read_me(found: _PropertyGraph, delimiter: str, version: str) -> str:
    about = {predicate: values[0] for predicate, values in found.said.get(GISTKG, {}).items()}
    licences = [
        value for subject, value in found.relations.get(PREFIXES["dcterms"] + "license", ()) if subject == GISTKG
    ]
    return f"""# {about.get(PREFIXES["dcterms"] + "title", "gistkg")}

{about.get(PREFIXES["dcterms"] + "description", "")}

Version {about.get(OWL + "versionInfo", "")} (content {version}), {" ".join(licences)}

These are CSV files for the bulk import of Neo4j 5. Stop the server, then run
`sh import.sh --overwrite-destination neo4j`, start it, and make the identifiers quick to find:

    CREATE CONSTRAINT FOR (n:Resource) REQUIRE n.iri IS UNIQUE;

    MATCH (r:Recommendation)-[:HAS_DIRECTION]->(d), (r)-[:HAS_MODALITY]->(m), (r)-[:APPLIES_TO]->(p),
          (r)-[:RECOMMENDS]->(t)
    RETURN d.label, m.label, t.label, p.label, r.label, r.valid_from, r.valid_until
    ORDER BY r.valid_from DESC, r.label, t.label, p.label LIMIT 5;

`RECOMMENDS` leads to the therapy that a claim is about, also where the claim is against it, finds no difference, or is
of something under study: `HAS_DIRECTION` and `HAS_MODALITY` tell which. With a `valid_until` it held until then, and
where it is the end of `OVERRIDES`, another claim takes its place. A result that is the end of `SUPERSEDES_RESULT` has
been replaced by a later one of the same study; claims can still rest on the earlier one.

That therapy is a drug, or a regimen, a strategy or a combination that uses it: whoever asks for a drug wants both.
A claim about a group of drugs leads to the group, to which `SUB_CLASS_OF` leads from the drug.

    MATCH (r:Recommendation)-[:RECOMMENDS]->(t)-[:USES_DRUG*0..1]->(g:Substance), (r)-[:HAS_DIRECTION]->(d)
    WHERE g.label = "avapritinib"
    RETURN d.label, t.label, r.label ORDER BY r.label, t.label;

`nodes-X.csv` holds the nodes whose narrowest class is X, `relations-X.csv` the relations of type X. What is of no
class, such as a code of another vocabulary, stands in `nodes-Resource.csv`. Files are UTF-8, commas stand between
cells, a cell with a comma or a quotation mark is quoted, and a quotation mark in it is doubled. Values of a list, and
labels, are separated by "{delimiter}", which stands in no value. An empty cell is no property.
`losses.json` names what a property graph has no place for.
"""


def _losses(known: Contents) -> tuple[Loss, ...]:
    """What is left out: class expressions and disjointness, languages, and which file says what."""
    expressions: set[str] = set()
    disjoint: set[str] = set()
    firsts: dict[str, str] = {}
    rests: dict[str, str] = {}
    lists: list[str] = []
    languages: set[str] = set()
    for subject, predicate, value, datatype, language, _ in known.statements:
        if language:
            languages.add(f"@{language} of {compact(predicate)}")
        if not subject.startswith("_:"):
            if not datatype and value.startswith("_:"):
                expressions.add(subject)
        elif predicate == RDF + "first":
            firsts[subject] = value
        elif predicate == RDF + "rest":
            rests[subject] = value
        elif predicate == OWL + "members":
            lists.append(value)
    for start in lists:
        cell = start
        while cell in firsts:
            disjoint.add(firsts[cell])
            cell = rests[cell]
    elsewhere = "the exports rdf and tables hold them"
    return (
        *loss("class expressions", f"they are made of blank nodes; {elsewhere}", expressions),
        *loss("that classes are disjoint", f"it is said by blank nodes; {elsewhere}", disjoint),
        *loss("languages of texts", f"a property has none; {elsewhere}", languages),
        *loss(
            "which file says what",
            f"a relation is in no graph of its own; {elsewhere}",
            {one[5] for one in known.statements},
        ),
    )
