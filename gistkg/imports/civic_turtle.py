"""Evidence items of CIViC as Turtle that can be loaded beside the ontology, and that passes its checks."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from gistkg.criteria import conditions
from gistkg.expressions import Named, Or, Some
from gistkg.graph import Graph
from gistkg.imports.civic import TUMOUR, Alteration, Item
from gistkg.resolve import label_of
from gistkg.results import Iri
from gistkg.terms import GISTKG, PREFIXES

__all__ = ["turtle_of"]

_CIVIC = "https://w3id.org/gistkg/civic/"
_USED = ("dcterms", "ev", "gistkg", "owl", "rdfs", "skos", "src", "xsd")


def turtle_of(graph: Graph, items: Sequence[Item], path: Path, *, content: bytes | None = None) -> bytes:
    """The loaded items of a table as claims of that table, with levels, citations, alterations and populations.

    With `content`, the path only names the table. The same table and the same graph give the same bytes.
    """
    digest = hashlib.sha256(path.read_bytes() if content is None else content).hexdigest()
    writer = _Writer(graph, f"src:civic-{digest[:12]}", path.name, digest)
    return "\n".join(writer.blocks([item for item in items if item.is_loaded])).encode()


class _Writer:
    def __init__(self, graph: Graph, source: str, file: str, digest: str) -> None:
        self.graph = graph
        self.source = source
        self.file = file
        self.digest = digest
        publications = graph.rows("SELECT ?pmid ?source { ?source gistkg:pubmedId ?pmid } ORDER BY ?pmid ?source")
        self.publications = {str(row["pmid"]): str(row["source"]) for row in publications}
        self.made: dict[str, list[str]] = {}

    def blocks(self, items: Sequence[Item]) -> Iterator[str]:
        prefixes = {name: PREFIXES[name] for name in _USED} | {"civic": _CIVIC}
        yield from (f"@prefix {name}: <{iri}> ." for name, iri in sorted(prefixes.items()))
        yield f"\n## Evidence items of CIViC on {label_of(self.graph, TUMOUR)}, read by 'gistkg import civic'."
        yield "## They stand beside the ontology and are no part of it. What was not understood is not here.\n"
        yield from _block(self.source, self.table(items))
        for item in items:
            yield from self.item(item)
        for name in sorted(self.made):
            yield from _block(name, self.made[name])

    def table(self, items: Sequence[Item]) -> Iterator[str]:
        reviewed = [item.row.reviewed for item in items if item.row.reviewed]
        until = f", items reviewed until {max(reviewed):%Y-%m-%d}" if reviewed else ""
        yield "a gistkg:DatabaseRecord , owl:NamedIndividual"
        yield f"skos:prefLabel {_text(f'CIViC, evidence summaries{until}')}@en"
        citation = f"CIViC, clinical evidence summaries{until}. File {self.file}, SHA-256 {self.digest}."
        yield f"dcterms:bibliographicCitation {_text(citation)}"
        yield "dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/>"

    def item(self, item: Item) -> Iterator[str]:
        """The claims of an item: one for each drug, or one without any."""
        drugs: Sequence[Iri | None] = item.drugs or (None,)
        for drug in drugs:
            key = f"ev:civic-eid{item.row.item}"
            if drug is not None and len(drugs) > 1:
                key += f"-{drug.partition(':')[2].lower()}"
            yield from _block(key, self.claim(item, drug))

    def claim(self, item: Item, drug: Iri | None) -> Iterator[str]:
        row, alteration = item.row, item.alteration
        if alteration is None or row.reviewed is None or item.level is None:
            return
        said = f"{row.direction.lower()} {row.significance.lower()}" if row.significance else row.direction.lower()
        about = alteration.label + (f" and {label_of(self.graph, drug)}" if drug else "")
        yield f"a gistkg:{_kind(item)} , owl:NamedIndividual"
        yield f"skos:prefLabel {_text(f'{about}: {said}, CIViC EID{row.item}')}@en"
        yield "skos:scopeNote " + " , ".join(f"{_text(note)}@en" for note in _notes(item))
        described = f"The {row.kind.lower()} evidence item {row.item} of CIViC on {about} in GIST: {said}."
        yield f"dcterms:description {_text(described)}@en"
        yield f"gistkg:appliesTo {self.population(alteration)}"
        if drug is not None:
            yield f"gistkg:concernsTherapy {drug}"
        yield f"gistkg:concernsAlteration {self.alteration(alteration)}"
        if item.call is not None:
            yield f"gistkg:hasSensitivity gistkg:{item.call}"
            if item.call in _DIRECTIONS:  # as in the graph, a reduced sensitivity takes no side
                yield f"gistkg:hasDirection gistkg:{_DIRECTIONS[item.call]}"
            yield "gistkg:hasEvidenceKind gistkg:ReviewTableEvidence"
        elif _kind(item) == "OutcomeClaim":
            yield f"gistkg:qualitativeValue {_text(said)}"
        yield "gistkg:hasModality gistkg:Reported"
        yield "gistkg:hasBasis gistkg:ReviewBasis"
        yield f"gistkg:hasEvidenceLevel {item.level}"
        yield f'gistkg:validFrom "{row.reviewed:%Y-%m-%dT%H:%M:%SZ}"^^xsd:dateTime'
        yield 'gistkg:dateNote "The day on which CIViC last reviewed the item."'
        yield f'gistkg:locator "EID{row.item}"'
        if row.pubmed_id:
            yield f"gistkg:cites {self.reference(item)}"
        yield f"dcterms:source {self.source}"
        if row.page.startswith("http"):
            yield f"rdfs:seeAlso {_iri(row.page)}"

    def reference(self, item: Item) -> str:
        row = item.row
        name = f"{self.source}-eid{row.item}"
        self.made[name] = [
            "a gistkg:Reference , owl:NamedIndividual",
            f"skos:prefLabel {_text(f'CIViC EID{row.item}, publication')}@en",
            f"gistkg:ofSource {self.source}",
            f"gistkg:referenceNumber {row.item}",
            f"gistkg:resolvesTo {self.publication(item)}",
            "gistkg:resolutionConfidence gistkg:HighConfidence",
            'gistkg:resolutionBasis "CIViC gives the PubMed identifier."',
        ]
        return name

    def publication(self, item: Item) -> str:
        row = item.row
        if row.pubmed_id in self.publications:
            return self.publications[row.pubmed_id]
        name, words = f"src:pmid-{row.pubmed_id}", (row.citation or "Publication").rstrip(".")
        self.made[name] = [
            "a gistkg:JournalArticle , owl:NamedIndividual",
            f"skos:prefLabel {_text(f'{words}, PMID {row.pubmed_id}')}@en",
            f"dcterms:bibliographicCitation {_text(f'{words}. PMID {row.pubmed_id}.')}",
            f'gistkg:pubmedId "{row.pubmed_id}"',
        ]
        return name

    def alteration(self, alteration: Alteration) -> str:
        """The class of an alteration; one that only CIViC names is described as lying inside a class of the graph."""
        if alteration.term == alteration.inside.full:
            return str(alteration.inside)
        name = "civic:" + "".join(re.findall(r"[A-Za-z0-9]+", alteration.label.title()))
        self.made[name] = [
            "a owl:Class",
            f"rdfs:subClassOf {alteration.inside}",
            f"rdfs:seeAlso {_iri(alteration.term)}",
            f"skos:prefLabel {_text(alteration.label)}@en",
            f"skos:definition {_text(f'{alteration.label} is the alteration that CIViC calls so.')}@en",
        ]
        return name

    def population(self, alteration: Alteration) -> str:
        """GIST with the alteration, from the beginning or acquired: CIViC does not tell which."""
        wanted = _either(alteration.term)
        known = conditions(self.graph)
        for iri, population in sorted(known.populations.items()):
            if not population.excludes and [known.criteria.get(one) for one in population.requires] == [wanted]:
                return str(Iri(iri))
        term = self.alteration(alteration)
        name = term.partition(":")[2]
        either = " ".join(
            f"[ a owl:Restriction ; owl:onProperty gistkg:{property_} ; owl:someValuesFrom {term} ]"
            for property_ in ("hasAlteration", "hasAcquiredAlteration")
        )
        self.made[f"civic:Has{name}"] = [
            "a owl:Class , gistkg:Criterion",
            f"owl:equivalentClass [ a owl:Class ; owl:unionOf ( {either} ) ]",
            f"skos:prefLabel {_text(f'has {alteration.label}, primary or acquired')}@en",
            f"skos:definition {_text(f'Has {alteration.label} is the criterion that the tumour carries it.')}@en",
        ]
        self.made[f"civic:GistWith{name}"] = [
            "a owl:Class , gistkg:Population",
            f"skos:prefLabel {_text(f'GIST with {alteration.label}, primary or acquired')}@en",
            f"skos:definition {_text(f'GIST with {alteration.label} is the population of an item of CIViC.')}@en",
            f"gistkg:requires gistkg:IsGist , civic:Has{name}",
        ]
        return f"civic:GistWith{name}"


def _either(term: str) -> Or:
    return Or((Some(GISTKG + "hasAlteration", Named(term)), Some(GISTKG + "hasAcquiredAlteration", Named(term))))


_DIRECTIONS = {"Sensitive": "For", "Resistant": "Against"}
_KINDS = {"predictive": "OutcomeClaim", "prognostic": "OutcomeClaim", "diagnostic": "DiagnosticClaim"}


def _kind(item: Item) -> str:
    return "SensitivityClaim" if item.call is not None else _KINDS.get(item.row.kind.casefold(), "BiologyClaim")


def _notes(item: Item) -> Iterator[str]:
    row = item.row
    yield "CIViC does not say whether the alteration was there from the beginning or acquired."
    if row.rating:
        yield f"CIViC rates the evidence {row.rating} of 5."
    if row.flagged:
        yield "The item is flagged in CIViC: a curator doubts it."
    if len(item.drugs) > 1:
        yield f"The item names {len(row.drugs)} drugs, each for itself: {', '.join(row.drugs)}."


def _block(name: str, lines: Iterable[str]) -> Iterator[str]:
    said = list(lines)
    if said:
        yield name
        yield from (f"    {line} ;" for line in said)
        yield "    .\n"


def _text(text: str) -> str:
    """A Turtle string; the escapes of JSON are escapes of Turtle."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _iri(iri: str) -> str:
    """An IRI in angle brackets, with what may not stand in one percent-encoded."""
    from urllib.parse import quote

    return f"<{quote(iri, safe=':/?#[]@!$&()*+,;=%~')}>"
