"""What the data set is, for catalogues, query editors and archives: VoID, DCAT, service description, RO-Crate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, TypeAlias

import pyoxigraph as ox

from gistkg.export.as_json import json_bytes
from gistkg.export.product import Product
from gistkg.export.targets import TARGETS, Target
from gistkg.files import query_text
from gistkg.graph import Graph
from gistkg.mappings import mappings, namespaces
from gistkg.results import Triples
from gistkg.terms import GISTKG, GRAPH, OWL, PREFIXES, RDF, SKOS

__all__ = ["DATASET", "build", "file_name", "service_description"]

DATASET = GISTKG + "dataset"

_Object: TypeAlias = "ox.NamedNode | ox.Literal"


def build(graph: Graph, variant: str, about: str | None = None) -> Product:
    """Describe the data set as "void", "dcat", "sd" (a service description) or "ro-crate".

    >>> from gistkg.graph import load_graph
    >>> build(load_graph(), "sd").carried["named graphs"] == len(load_graph().files)
    True
    """
    del about
    if variant == "ro-crate":
        return _crate(graph)
    if variant == "sd":
        content = service_description(graph)
        return Product({"gistkg.sd.ttl": content}, {"named graphs": len(_graphs(graph))})
    facts = _void(graph) if variant == "void" else _dcat(graph)
    links = Counter(fact.predicate.value for fact in facts)
    carried = {words: links[link] for link, words in _COUNTED.items() if links[link]}
    return Product({f"gistkg.{variant}.ttl": _turtle(facts)}, carried)


def service_description(graph: Graph, endpoint: str | None = None) -> bytes:
    """The SPARQL service that holds this graph, as Turtle; without an address unless one is given.

    >>> from gistkg.graph import load_graph
    >>> b"sd:endpoint" in service_description(load_graph())
    False
    """
    service, dataset, default = f"{DATASET}#service", f"{DATASET}#default-dataset", f"{DATASET}#default-graph"
    graphs = _graphs(graph)
    triples = len({quad.triple for quad in graph.store})
    facts = [
        _fact(service, RDF + "type", _iri(_SD + "Service")),
        _fact(service, _SD + "supportedLanguage", _iri(_SD + "SPARQL11Query")),
        _fact(service, _SD + "feature", _iri(_SD + "UnionDefaultGraph")),
        _fact(service, _SD + "defaultEntailmentRegime", _iri("http://www.w3.org/ns/entailment/Simple")),
        _fact(service, _SD + "defaultDataset", _iri(dataset)),
        _fact(dataset, RDF + "type", _iri(_SD + "Dataset")),
        _fact(dataset, _DCT + "isVersionOf", _iri(DATASET)),
        _fact(dataset, _SD + "defaultGraph", _iri(default)),
        _fact(default, RDF + "type", _iri(_SD + "Graph")),
        _fact(default, _VOID + "triples", ox.Literal(triples)),
    ]
    if endpoint is not None:
        facts.append(_fact(service, _SD + "endpoint", _iri(endpoint)))
    for name, count in graphs.items():
        key = name.removeprefix(GRAPH).replace("/", "-")
        named, inside = f"{DATASET}#named-{key}", f"{DATASET}#graph-{key}"
        facts += [
            _fact(dataset, _SD + "namedGraph", _iri(named)),
            _fact(named, RDF + "type", _iri(_SD + "NamedGraph")),
            _fact(named, _SD + "name", _iri(name)),
            _fact(named, _SD + "graph", _iri(inside)),
            _fact(inside, RDF + "type", _iri(_SD + "Graph")),
            _fact(inside, _VOID + "triples", ox.Literal(count)),
        ]
    return _turtle(facts)


def file_name(target: Target, variant: str) -> str:
    """What the RO-Crate calls an export in its folder; a name that ends in "/" is that of a folder.

    >>> file_name(TARGETS["obo"], "obographs"), file_name(TARGETS["tables"], "csv")
    ('obo.json', 'tables-csv/')
    """
    suffix = target.variants[variant]
    alone = list(target.variants.values()).count(suffix) == 1
    return f"{target.name}{suffix}" if alone else f"{target.name}-{variant}{suffix}"


_DCAT = "http://www.w3.org/ns/dcat#"
_DCT = PREFIXES["dcterms"]
_FOAF = "http://xmlns.com/foaf/0.1/"
_MEDIA = "https://www.iana.org/assignments/media-types/"
_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_PREFIXES = {prefix: PREFIXES[prefix] for prefix in ("dcterms", "gistkg", "owl", "rdf", "rdfs", "skos", "xsd")} | {
    "dcat": _DCAT,
    "foaf": _FOAF,
    "sd": _SD,
    "void": _VOID,
}
_DEVELOPERS = GISTKG + "developers"
_TEAM = "The gistkg developers"
_NOT_MATCHED = GISTKG + "isNotExactMatchOf"
_CRATE = "https://w3id.org/ro/crate/1.1"
_COUNTED = {
    _VOID + "classPartition": "counts by class",
    _VOID + "propertyPartition": "counts by property",
    _VOID + "linkPredicate": "link sets",
    _DCAT + "distribution": "distributions",
}
_MEDIA_TYPES = {
    "csv": "text/csv",
    "cyjs": "application/json",
    "gexf": "application/gexf+xml",
    "graphml": "application/graphml+xml",
    "html": "text/html",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "jsonld": "application/ld+json",
    "nq": "application/n-quads",
    "nt": "application/n-triples",
    "obo": "text/obo",
    "ofn": "text/owl-functional",
    "owl": "application/rdf+xml",
    "owx": "application/owl+xml",
    "parquet": "application/vnd.apache.parquet",
    "rdf": "application/rdf+xml",
    "svg": "image/svg+xml",
    "trig": "application/trig",
    "tsv": "text/tab-separated-values",
    "ttl": "text/turtle",
    "xml": "application/xml",
}


def _void(graph: Graph) -> list[ox.Triple]:
    counted = graph.query(query_text("exports", "void"))
    if not isinstance(counted, Triples):
        raise TypeError("queries/exports/void.rq is no CONSTRUCT")
    facts = [*counted, *_described(graph)]
    facts += [_fact(DATASET, _VOID + "documents", ox.Literal(len(graph.files)))]
    for name, count in _graphs(graph).items():
        facts += [
            _fact(DATASET, _VOID + "subset", _iri(name)),
            _fact(name, RDF + "type", _iri(_VOID + "Dataset")),
            _fact(name, _DCT + "title", ox.Literal(name.removeprefix(GRAPH))),
            _fact(name, _VOID + "triples", ox.Literal(count)),
        ]
    for vocabulary in sorted({_namespace(one.predicate.value) for one in graph.store}):
        facts.append(_fact(DATASET, _VOID + "vocabulary", _iri(vocabulary)))
    return [*facts, *_linksets()]


def _linksets() -> Iterator[ox.Triple]:
    """One set of links for each vocabulary and each kind of match."""
    spaces = namespaces()
    for target, rows in groupby(mappings(), key=lambda row: row.target):
        there = f"{DATASET}#target-{target}"
        kinds: Counter[str] = Counter()
        prefixes: set[str] = set()
        for row in rows:
            kinds[_NOT_MATCHED if row.negated else SKOS + row.predicate] += 1
            prefixes.add(row.object_curie.partition(":")[0])
        yield _fact(there, RDF + "type", _iri(_VOID + "Dataset"))
        for prefix in prefixes:
            yield _fact(there, _VOID + "uriSpace", ox.Literal(spaces[prefix]))
        for link, count in kinds.items():
            links = f"{DATASET}#links-{target}-{link.rpartition('#')[2].rpartition('/')[2]}"
            yield _fact(DATASET, _VOID + "subset", _iri(links))
            yield _fact(links, RDF + "type", _iri(_VOID + "Linkset"))
            yield _fact(links, _VOID + "subjectsTarget", _iri(DATASET))
            yield _fact(links, _VOID + "objectsTarget", _iri(there))
            yield _fact(links, _VOID + "linkPredicate", _iri(link))
            yield _fact(links, _VOID + "triples", ox.Literal(count))


def _described(graph: Graph) -> Iterator[ox.Triple]:
    """Title, description, licence, date and version of the header, said of the data set."""
    for name in ("title", "description", "license"):
        for value in _said(graph, _DCT + name):
            yield _fact(DATASET, _DCT + name, value)
    for value in _said(graph, _DCT + "created"):
        yield _fact(DATASET, _DCT + "issued", value)
    for value in _said(graph, OWL + "versionInfo"):
        yield _fact(DATASET, OWL + "versionInfo", value)
    yield _fact(DATASET, _DCT + "identifier", ox.Literal(graph.version))
    yield _fact(DATASET, _DCT + "publisher", _iri(_DEVELOPERS))
    yield _fact(_DEVELOPERS, RDF + "type", _iri(_FOAF + "Organization"))
    yield _fact(_DEVELOPERS, _FOAF + "name", ox.Literal(_TEAM))


def _dcat(graph: Graph) -> list[ox.Triple]:
    catalogue, record = GISTKG + "catalogue", f"{GISTKG}catalogue#record"
    facts = [
        *_described(graph),
        _fact(catalogue, RDF + "type", _iri(_DCAT + "Catalog")),
        _fact(catalogue, _DCT + "title", ox.Literal("What gistkg publishes", language="en")),
        _fact(catalogue, _DCT + "publisher", _iri(_DEVELOPERS)),
        _fact(catalogue, _DCAT + "dataset", _iri(DATASET)),
        _fact(catalogue, _DCAT + "record", _iri(record)),
        _fact(record, RDF + "type", _iri(_DCAT + "CatalogRecord")),
        _fact(record, _FOAF + "primaryTopic", _iri(DATASET)),
        *(_fact(record, _DCT + "modified", value) for value in _said(graph, _DCT + "created")),
        _fact(DATASET, RDF + "type", _iri(_DCAT + "Dataset")),
        _fact(DATASET, _DCT + "language", _iri("http://id.loc.gov/vocabulary/iso639-1/en")),
        *(_fact(DATASET, _DCAT + "version", value) for value in _said(graph, OWL + "versionInfo")),
    ]
    for target, variant in _exports():
        form = f"{DATASET}#distribution-{target.name}-{variant}"
        facts += [
            _fact(DATASET, _DCAT + "distribution", _iri(form)),
            _fact(form, RDF + "type", _iri(_DCAT + "Distribution")),
            _fact(form, _DCT + "title", ox.Literal(f"{target.name}, {variant}", language="en")),
            _fact(form, _DCT + "description", ox.Literal(_words(target), language="en")),
            _fact(form, _DCT + "identifier", ox.Literal(file_name(target, variant))),
            *(_fact(form, _DCT + "license", value) for value in _said(graph, _DCT + "license")),
        ]
        if not target.is_folder:
            facts.append(_fact(form, _DCAT + "mediaType", _iri(_MEDIA + _media_type(target.variants[variant]))))
    return facts


def _crate(graph: Graph) -> Product:
    """The file `ro-crate-metadata.json` of a folder that holds every export under the name of `file_name`."""
    (title,), (description,), (licence,), (created,), (version,) = (
        [value.value for value in _said(graph, link)]
        for link in (_DCT + "title", _DCT + "description", _DCT + "license", _DCT + "created", OWL + "versionInfo")
    )
    parts: list[dict[str, Any]] = []
    for target, variant in _exports():
        name = file_name(target, variant)
        part = {"@id": name, "@type": "File", "name": f"{target.name}, {variant}", "description": _words(target)}
        if name.endswith("/"):
            part["@type"] = "Dataset"
        else:
            part["encodingFormat"] = _media_type(name)
        parts.append(part)
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": title,
        "description": description,
        "datePublished": created,
        "license": {"@id": licence},
        "creator": {"@id": _DEVELOPERS},
        "publisher": {"@id": _DEVELOPERS},
        "version": version,
        "identifier": graph.version,
        "isBasedOn": {"@id": GISTKG},
        "hasPart": [{"@id": part["@id"]} for part in parts],
    }
    document = {
        "@context": f"{_CRATE}/context",
        "@graph": [
            {
                "@id": "ro-crate-metadata.json",
                "@type": "CreativeWork",
                "conformsTo": {"@id": _CRATE},
                "about": {"@id": "./"},
            },
            root,
            *parts,
            {"@id": _DEVELOPERS, "@type": "Organization", "name": _TEAM},
            {"@id": licence, "@type": "CreativeWork", "name": "CC BY 4.0", "identifier": licence},
            {"@id": GISTKG, "@type": "CreativeWork", "name": title, "version": version},
        ],
    }
    return Product({"ro-crate-metadata.json": json_bytes(document)}, {"parts": len(parts)})


def _exports() -> Iterator[tuple[Target, str]]:
    """Every export of the whole graph but this one, which describes them."""
    for target in TARGETS.values():
        if target.module != "metadata" and not target.takes_about:
            for variant in target.variants:
                yield target, variant


def _words(target: Target) -> str:
    loses = f" Left out: {target.loses}." if target.loses else ""
    return f"{target.summary[0].upper()}{target.summary[1:]}.{loses}"


def _media_type(name: str) -> str:
    return _MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream")


def _graphs(graph: Graph) -> Mapping[str, int]:
    """The named graphs, and how many triples are in each."""
    counts = Counter(quad.graph_name.value for quad in graph.store if isinstance(quad.graph_name, ox.NamedNode))
    return dict(sorted(counts.items()))


def _said(graph: Graph, link: str) -> Iterable[_Object]:
    quads = graph.store.quads_for_pattern(ox.NamedNode(GISTKG), ox.NamedNode(link), None)
    return [quad.object for quad in quads if isinstance(quad.object, ox.NamedNode | ox.Literal)]


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _iri(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _fact(subject: str, link: str, value: _Object) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(link), value)


def _turtle(facts: Iterable[ox.Triple]) -> bytes:
    ordered = sorted(set(facts), key=str)
    return bytes(ox.serialize(ordered, format=ox.RdfFormat.TURTLE, prefixes=_PREFIXES) or b"")
