"""Every target of an export: what it is called, what it keeps, what it loses, and the module that makes it."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from importlib import import_module
from pathlib import PurePath

from gistkg.errors import ExportError, UnknownTargetError
from gistkg.export.product import Product
from gistkg.graph import Graph
from gistkg.record import Record

__all__ = ["TARGETS", "Target", "build", "target", "variant_of"]


class Target(Record):
    """A format or vocabulary the graph can be written in.

    `variants` are its flavours with the suffix of their files, the usual one first; a target whose suffix is "/" is a
    folder. `takes_about` tells whether one term can be chosen. `reader` is what has opened it in the tests.
    """

    name: str
    summary: str
    module: str
    variants: Mapping[str, str]
    keeps: str
    loses: str
    reader: str
    takes_about: bool = False

    @property
    def is_folder(self) -> bool:
        """Whether the export is a folder of files."""
        return "/" in self.variants.values()


_VOCABULARIES = (
    "ncit",
    "atc",
    "chebi",
    "chembl",
    "civic",
    "doid",
    "drugbank",
    "efo",
    "ensembl",
    "fhir",
    "hgnc",
    "medgen",
    "mesh",
    "mondo",
    "ncbigene",
    "omim",
    "omop",
    "oncotree",
    "orphanet",
    "pr",
    "rxnorm",
    "sio",
    "snomedct",
    "uberon",
    "ucum",
    "umls",
    "unii",
    "uniprot",
    "uo",
)
"""The vocabularies with an exact match of a term of ours, which a test holds to the tables; the richest first."""

_ALL = (
    Target(
        "rdf",
        "the graph itself, in the serialisations of RDF and OWL",
        "rdf",
        {
            "turtle": ".ttl",
            "trig": ".trig",
            "nquads": ".nq",
            "ntriples": ".nt",
            "rdfxml": ".rdf",
            "jsonld": ".jsonld",
            "frames": ".frames.json",
            "owl": ".owl",
            "ofn": ".ofn",
            "owx": ".owx",
        },
        keeps="every statement; in TriG and N-Quads named graphs; in OWL also the derived definitions of "
        "populations, and labels as rdfs:label",
        loses="in frames, what no claim leads to; but in TriG and N-Quads, which file a statement stands in",
        reader="pyoxigraph, rdflib, rapper, PyLD, OWL API",
    ),
    Target(
        "in-vocabulary",
        "the graph said in the identifiers of another vocabulary",
        "vocabulary",
        {name: f".{name}.trig" for name in _VOCABULARIES},
        keeps="every statement; terms with an exact match have its identifier, and the way back is known",
        loses="terms without an exact match keep our identifiers, and are listed by kind",
        reader="pyoxigraph, rdflib",
    ),
    Target(
        "obo",
        "the classes with their logical definitions, as OBO or OBO Graphs",
        "obo",
        {"obo": ".obo", "obographs": ".json"},
        keeps="classes, properties, words, parents, disjoint classes, definitions by genus and links, matches",
        loses="individuals and so all evidence; definitions with a number, a union, a complement or a nested link",
        reader="fastobo, pronto, OWL API; obographs",
    ),
    Target(
        "va-spec",
        "claims on therapy as GA4GH VA-Spec statements",
        "va_spec",
        {"json": ".json"},
        keeps="recommendations and sensitivity claims that are about a variant and a drug, with level, dose, "
        "population, results, what supersedes these, and sources",
        loses="claims without a variant, or about a procedure or a strategy",
        reader="ga4gh.va_spec",
    ),
    Target(
        "fhir",
        "recommendations as FHIR resources with computable conditions, as a transaction: R5 as .json, R4 as .r4.json",
        "fhir",
        {"r5": ".json", "r4": ".r4.json"},
        keeps="every recommendation with dose, source, level, hedges and what overrides it; populations as FHIRPath "
        "over an mCODE bundle",
        loses="claims that recommend nothing, and conflicts; plans of what is under study, unsettled or only reported; "
        "activities of weak advice against something; conditions that mCODE has no place for, so that at least 59 of "
        "181 plans are never true and name what to check by hand; in R4 the evidence",
        reader="fhir.resources (R5), npm fhir (R4), fhirpathpy",
    ),
    Target(
        "biolink",
        "nodes and edges in the Biolink model, as KGX tables",
        "biolink",
        {"kgx": "/", "jsonl": "/"},
        keeps="drugs, genes, proteins, alterations, populations, mechanisms and publications; recommendations, "
        "sensitivity claims and mechanisms as edges with level, dose and sources",
        loses="figures of results, and claims without a predicate",
        reader="biolink-model, networkx",
    ),
    Target(
        "tables",
        "all of the graph as CSV with a Data Package and CSVW metadata",
        "tables",
        {"csv": "/", "parquet": "/"},
        keeps="every statement, and a wide table for each kind of thing, with identifiers, names, types and keys",
        loses="nothing",
        reader="frictionless, csvw, pyarrow",
    ),
    Target(
        "network",
        "terms and links for network tools",
        "network",
        {"graphml": ".graphml", "gexf": ".gexf", "cytoscape": ".cyjs"},
        keeps="every term and every link, with names, texts, directions, hedges, and the claims behind mechanism links",
        loses="figures and other values; and, or, numbers and limits inside conditions",
        reader="networkx, igraph, graphology, cytoscape.js",
    ),
    Target(
        "svg",
        "a picture of a mechanism, a recommendation, or the schema",
        "svg",
        {"svg": ".svg"},
        keeps="what is drawn: claims and hedges of links; direction in words, level with its scheme, dose, figures",
        loses="everything that is not about the term that is drawn",
        reader="rsvg-convert",
        takes_about=True,
    ),
    Target(
        "neo4j",
        "nodes and relations as CSV for Neo4j's bulk import",
        "neo4j",
        {"csv": "/"},
        keeps="every term as a node with its classes and typed properties, every link between terms as a relation",
        loses="class expressions, languages of texts, and which file says what",
        reader="Ladybug; once, by hand, the importer of Neo4j 3 (as ONgDB 1.0.5 has it)",
    ),
    Target(
        "nanopub",
        "one unsigned nanopublication a claim",
        "nanopub",
        {"trig": ".trig"},
        keeps="all that is said of each claim, where it stands, its levels and the papers it cites",
        loses="results, studies, conflicts and terms, which claims name by IRI; signatures",
        reader="nanopub, rdflib, Oxigraph",
    ),
    Target(
        "metadata",
        "what the data set is: VoID, DCAT, service description, RO-Crate",
        "metadata",
        {"void": ".ttl", "dcat": ".dcat.ttl", "sd": ".sd.ttl", "ro-crate": ".json"},
        keeps="counts by class and property, named graphs, link sets, forms, licence, date and version",
        loses="nothing it is about; it holds no statement of the graph",
        reader="rocrate, rdflib, Oxigraph",
    ),
)

TARGETS: Mapping[str, Target] = {one.name: one for one in _ALL}
"""The targets by name, in the order of the README."""


def target(name: str) -> Target:
    """The target of this name.  Raises `UnknownTargetError`, which lists them, and knows the names of variants.

    >>> target("rdf").variants["turtle"]
    '.ttl'
    """
    if name not in TARGETS:
        with_variant = [one.name for one in _ALL if name.casefold() in one.variants and name.casefold() not in TARGETS]
        raise UnknownTargetError(name, tuple(TARGETS), with_variant)
    return TARGETS[name]


def variant_of(chosen: Target, variant: str | None = None, path: str | None = None) -> str:
    """The variant asked for, or else the one a file name ends like, or else the usual one.

    Raises `ExportError` for a variant the target does not have, and for a file name that ends like none of them.

    >>> variant_of(target("rdf")), variant_of(target("rdf"), path="all.nq"), variant_of(target("rdf"), path="all")
    ('turtle', 'nquads', 'turtle')
    """
    if variant is not None:
        if variant not in chosen.variants:
            known = ", ".join(chosen.variants)
            raise ExportError(f"{chosen.name} is not written as {variant!r}; choose one of {known}.")
        return variant
    named = [name for name, suffix in chosen.variants.items() if path and path.lower().endswith(suffix)]
    ending = PurePath(path or "").suffix.lower()
    if chosen.is_folder:
        if ending in _OF_FILES and not str(path).endswith("/"):
            wanted = f" --as {ending[1:]}" if ending[1:] in chosen.variants else ""
            raise ExportError(
                f"{chosen.name} is a folder of files; {path} is named like a file. Name a folder: "
                f"--to {chosen.name}{wanted} --output {chosen.name}/"
            )
        return next(iter(chosen.variants))
    if ending and not named:
        forms = ", ".join(f"{suffix} ({name})" for name, suffix in list(chosen.variants.items())[:_SHOWN])
        more = ", ..." if len(chosen.variants) > _SHOWN else ""
        raise ExportError(f"{chosen.name} is written as {forms}{more}; {path} ends like none. Or say --as VARIANT.")
    longest = max(named, key=lambda name: len(chosen.variants[name]), default=None)
    return longest or next(iter(chosen.variants))


_SHOWN = 12
_OF_FILES = {".tsv", ".txt", ".xlsx", ".zip"}.union(
    PurePath(f"x{suffix}" if suffix != "/" else f"x.{name}").suffix
    for one in _ALL
    for name, suffix in one.variants.items()
)
"""How files are named, ours and those that others make of tables: no name for a folder."""


def build(graph: Graph, name: str, variant: str | None = None, about: str | None = None) -> Product:
    """Make an export in memory: the same bytes whenever the graph is the same.

    `about` chooses one term where the target is about one, such as a picture.
    Raises `UnknownTargetError`, `ExportError` for what a target cannot be, and `MissingProgramError` where a library
    is needed that is not installed.

    >>> from gistkg.graph import load_graph
    >>> build(load_graph(), "rdf").content.startswith(b"@prefix")
    True
    """
    chosen = target(name)
    if about is not None and not chosen.takes_about:
        able = ", ".join(one.name for one in TARGETS.values() if one.takes_about)
        raise ExportError(f"{name} is about the whole graph; one term can be chosen for: {able or 'none'}.")
    module = import_module(f"gistkg.export.{chosen.module}")
    collecting = gc.isenabled()
    gc.disable()  # an export makes much and throws little away; looking for cycles in it takes a tenth of the time
    try:
        product: Product = module.build(graph, variant_of(chosen, variant), about)
    finally:
        if collecting:
            gc.enable()
    return product
