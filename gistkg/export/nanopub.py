"""One unsigned nanopublication a claim, all of them in one TriG file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias
from urllib.parse import quote

import pyoxigraph as ox

from gistkg.axioms import text_of
from gistkg.export.pages import doi_page, pubmed_page
from gistkg.export.product import Loss, Product, loss
from gistkg.graph import Graph
from gistkg.terms import EV, GISTKG, GRAPH, OWL, PREFIXES, RDF, RDFS, SKOS

__all__ = ["NANOPUBS", "address", "build"]

NANOPUBS = GISTKG + "np/"

_Fact: TypeAlias = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


def build(graph: Graph, variant: str, about: str | None = None) -> Product:
    """Write every claim as a nanopublication: what it says, where that stands, and who published it.

    The assertion is what the graph says of the claim, without exception. Populations, therapies and results are named
    in it; what they are stands in the graph.

    >>> from gistkg.graph import load_graph
    >>> product = build(load_graph(), "trig")
    >>> product.carried["claims"] * 4 == product.carried["graphs"]
    True
    """
    del variant, about
    publisher = _Publisher(graph)
    claims = publisher.of_kind("Claim")
    blocks = [f"# {publisher.text(GISTKG, _DCT + 'title')}\n# {publisher.text(GISTKG, _DCT + 'description')}\n"]
    blocks += [f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in sorted(_PREFIXES.items())]
    triples = 0
    for claim in claims:
        quads = list(publisher.nanopub(claim))
        triples += len(quads)
        blocks.append(_trig(address(claim), quads))
    carried = {"claims": len(claims), "graphs": 4 * len(claims), "triples": triples}
    return Product({"gistkg.trig": "".join(blocks).encode()}, carried, publisher.losses())


def address(claim: str) -> str:
    """The IRI of the nanopublication of a claim; its four graphs are parts of it.

    >>> address("https://w3id.org/gistkg/evidence/pdq-2014-s26")
    'https://w3id.org/gistkg/np/pdq-2014-s26'
    """
    return NANOPUBS + quote(claim.removeprefix(EV), safe="")


_BIBO = "http://purl.org/ontology/bibo/"
_DCT = PREFIXES["dcterms"]
_FOAF = "http://xmlns.com/foaf/0.1/"
_NP = "http://www.nanopub.org/nschema#"
_NPX = "http://purl.org/nanopub/x/"
_PAV = "http://purl.org/pav/"
_PROV = "http://www.w3.org/ns/prov#"
_PREFIXES = PREFIXES | {"bibo": _BIBO, "foaf": _FOAF, "np": _NP, "npx": _NPX, "pav": _PAV, "prov": _PROV}
del _PREFIXES["sh"]
_DEVELOPERS = ox.NamedNode(GISTKG + "developers")
_LEVELS = (GISTKG + "hasEvidenceLevel", GISTKG + "hasDerivedLevel")
_PUBLICATIONS = (GISTKG + "resolvesTo", GISTKG + "hasCandidate")
_PAGES = {GISTKG + "pubmedId": pubmed_page, GISTKG + "doi": doi_page}


class _Publisher:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.store = graph.store
        self.created = next(self.objects(GISTKG, _DCT + "created"))
        self.licence = next(self.objects(GISTKG, _DCT + "license"))
        self.version = f"{self.text(GISTKG, OWL + 'versionInfo')}+{graph.version}"
        self.told: set[str] = set()
        self._about: dict[str, list[_Fact]] = {}

    def of_kind(self, kind: str) -> list[str]:
        """The individuals of a class of ours, and of those below it, by IRI."""
        rows = self.graph.rows(_OF_KIND, kind=ox.NamedNode(GISTKG + kind))
        return sorted(str(row["iri"]) for row in rows)

    def nanopub(self, claim: str) -> Iterator[ox.Quad]:
        """The quads of one nanopublication, graph by graph."""
        own = address(claim)
        parts = {
            "Head": self._head(own),
            "assertion": self.about(claim),
            "provenance": self._provenance(own, claim),
            "pubinfo": self._pubinfo(own, claim),
        }
        for part, facts in parts.items():
            where = ox.NamedNode(f"{own}#{part}")
            for fact in sorted(set(facts), key=_order):
                yield ox.Quad(*fact, where)

    def losses(self) -> tuple[Loss, ...]:
        """Whatever the graph describes and no nanopublication does."""
        named = {quad.subject.value for quad in self.store if isinstance(quad.subject, ox.NamedNode)}
        rest = {iri for iri in named if iri.startswith(GISTKG)} - self.told - {GISTKG}
        lost: list[Loss] = []
        for kinds, why in _NO_CLAIMS.items():
            there = {iri for kind in kinds.split(" and ") for iri in self.of_kind(_CLASSES[kind])} & rest
            lost += loss(kinds, why, there)
            rest -= there
        return (*lost, *loss("terms of the graph", "claims name them; what they are stands in the graph", rest))

    def about(self, iri: str) -> list[_Fact]:
        """All that the graph says of one term."""
        if iri not in self._about:
            subject = ox.NamedNode(iri)
            quads = self.store.quads_for_pattern(subject, None, None)
            self._about[iri] = [
                (subject, quad.predicate, quad.object)
                for quad in quads
                if isinstance(quad.object, ox.NamedNode | ox.Literal)
            ]
        self.told.add(iri)
        return self._about[iri]

    def objects(self, iri: str, predicate: str) -> Iterator[ox.NamedNode | ox.Literal]:
        """What a property of a term leads to, sorted."""
        quads = self.store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(predicate), None)
        values = (quad.object for quad in quads)
        return iter(sorted({one for one in values if isinstance(one, ox.NamedNode | ox.Literal)}, key=str))

    def text(self, iri: str, predicate: str) -> str:
        """The first value of a property as text."""
        return next(map(text_of, self.objects(iri, predicate)), "")

    def _head(self, own: str) -> Iterator[_Fact]:
        here = ox.NamedNode(own)
        yield here, _iri(RDF, "type"), _iri(_NP, "Nanopublication")
        for link, part in (("Assertion", "assertion"), ("Provenance", "provenance"), ("PublicationInfo", "pubinfo")):
            yield here, _iri(_NP, "has" + link), ox.NamedNode(f"{own}#{part}")

    def _provenance(self, own: str, claim: str) -> Iterator[_Fact]:
        assertion = ox.NamedNode(f"{own}#assertion")
        for number, source in enumerate(self.objects(claim, _DCT + "source"), 1):
            derivation = ox.NamedNode(f"{own}#source" if number == 1 else f"{own}#source-{number}")
            yield assertion, _iri(_PROV, "wasDerivedFrom"), source
            yield assertion, _iri(_PROV, "qualifiedDerivation"), derivation
            yield derivation, _iri(RDF, "type"), _iri(_PROV, "Derivation")
            yield derivation, _iri(_PROV, "entity"), source
            for place in self.objects(claim, GISTKG + "locator"):
                yield derivation, _iri(_BIBO, "locator"), place
            yield from self._publication(text_of(source))
        for graph in self._rules(claim):  # what follows by a rule of ours is not said by the source
            yield assertion, _iri(_PROV, "wasDerivedFrom"), graph
        for reference in self.objects(claim, GISTKG + "cites"):
            yield assertion, _iri(_DCT, "references"), reference
            yield from self.about(text_of(reference))
            for link in _PUBLICATIONS:
                for publication in self.objects(text_of(reference), link):
                    yield from self._publication(text_of(publication))
        for link in _LEVELS:
            for level in self.objects(claim, link):
                yield from self._some(text_of(level), SKOS + "prefLabel", SKOS + "notation", GISTKG + "inScheme")
                for scheme in self.objects(text_of(level), GISTKG + "inScheme"):
                    yield from self._some(text_of(scheme), SKOS + "prefLabel", SKOS + "notation")

    def _publication(self, iri: str) -> Iterator[_Fact]:
        """A source with where it can be read."""
        yield from self.about(iri)
        for link, page in _PAGES.items():
            for value in self.objects(iri, link):
                yield ox.NamedNode(iri), _iri(RDFS, "seeAlso"), ox.NamedNode(page(text_of(value)))

    def _rules(self, claim: str) -> Iterator[ox.NamedNode]:
        quads = self.store.quads_for_pattern(ox.NamedNode(claim), None, None)
        graphs = {quad.graph_name for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}
        return (graph for graph in sorted(graphs, key=str) if graph.value.startswith(GRAPH + "derived/"))

    def _pubinfo(self, own: str, claim: str) -> Iterator[_Fact]:
        here = ox.NamedNode(own)
        yield here, _iri(_DCT, "created"), self.created
        yield here, _iri(_DCT, "creator"), _DEVELOPERS
        yield _DEVELOPERS, _iri(_FOAF, "name"), ox.Literal("The gistkg developers")
        yield here, _iri(_DCT, "license"), self.licence
        yield here, _iri(_DCT, "isPartOf"), ox.NamedNode(GISTKG)
        yield here, _iri(_PAV, "version"), ox.Literal(self.version)
        yield here, _iri(_NPX, "introduces"), ox.NamedNode(claim)
        for label in self.objects(claim, SKOS + "prefLabel"):
            yield here, _iri(RDFS, "label"), label
        for kind in self.objects(claim, RDF + "type"):
            if not text_of(kind).startswith(OWL):
                yield here, _iri(_NPX, "hasNanopubType"), kind

    def _some(self, iri: str, *links: str) -> Iterator[_Fact]:
        for link in links:
            for value in self.objects(iri, link):
                yield ox.NamedNode(iri), ox.NamedNode(link), value


_OF_KIND = "SELECT DISTINCT (STR(?one) AS ?iri) ?kind WHERE { ?one a/rdfs:subClassOf* ?kind }"
_CLASSES = {
    "results": "Result",
    "studies": "Study",
    "arms": "Arm",
    "conflicts": "Conflict",
    "flags": "SourceFlag",
    "sources": "Source",
    "references": "Reference",
    "evidence levels": "EvidenceLevel",
}
_NO_CLAIMS = {
    "results": "a claim names what supports it; the figures, and which later ones supersede them, stand in the graph",
    "studies and arms": "a claim names them; what they are stands in the graph",
    "conflicts and flags": "curators have recorded them; no source says them, so that they are no claims",
    "sources and references": "no claim cites them",
    "evidence levels": "of those that claims have, code, name and scheme are written; the rest stands in the graph",
}


def _trig(own: str, quads: list[ox.Quad]) -> str:
    """A nanopublication with prefixes for itself and for its parts; the others stand at the top of the file."""
    prefixes = {"this": own, "sub": f"{own}#"}
    written = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=_PREFIXES | prefixes) or b""
    body = written.decode().split("\n", len(_PREFIXES) + len(prefixes))[-1].replace("\t", "    ")
    return f"\n@prefix this: <{own}> .\n@prefix sub: <{own}#> .\n\n{body}"


def _iri(namespace: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(namespace + name)


def _order(fact: Iterable[object]) -> tuple[str, ...]:
    return tuple(map(str, fact))
