"""The parts of VA-Spec statements: concepts, variants, therapies, documents, and what stands in extensions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from gistkg.export.as_json import filled, number
from gistkg.export.facts import Facts
from gistkg.export.genotype import Choice
from gistkg.export.pages import doi_page, pubmed_page
from gistkg.mappings import Mapping as Row
from gistkg.mappings import namespaces
from gistkg.model import Level, Named, Result

__all__ = ["EXTENSIONS", "NOTES", "Json", "Parts", "extensions", "mention"]

Json = dict[str, Any]

EXTENSIONS: Mapping[str, str] = {
    "claimKind": "kind of claim in gistkg, such as recommendation or sensitivity claim",
    "claimDirection": "side the source takes for the therapy: for, against, noDifference or undecided",
    "sensitivityCall": "call of the source on the response: sensitive, reduced, resistant, mixed, or active (some "
    "activity, without a comparison of genotypes)",
    "modality": "how strongly the source words the claim: a standard, an option, something allowed, under study ...",
    "hedges": "words by which the source limits how sure it is",
    "basis": "authority the claim rests on: a guideline, a label or a trial",
    "evidenceKind": "where the observation was made: in patients, animals or cells, or taken from a review",
    "evidenceLevels": "every evidence level of the claim with its scheme; assignedBy is source, or derived where a "
    "rule of gistkg gives it and no source does",
    "assignedBy": "who assigned the level: source, or derived by a rule of gistkg",
    "levelNote": "how the level was read from the source, where that is not plain",
    "population": "whom the claim is about: the criteria that all of them fulfil, and those that none of them fulfils",
    "settings": "line of therapy, or other place of the therapy in the course of the disease; several where the source "
    "names several",
    "comparator": "therapy the other one is compared with",
    "mechanisms": "resistance mechanisms the claim is about",
    "endpoints": "endpoints the claim speaks of",
    "jurisdictions": "only places the claim holds in; without it, it holds anywhere",
    "agency": "authority that decided",
    "approvalKind": "kind of the approval: accelerated, conditional or regular",
    "validFrom": "date from which the claim held",
    "validUntil": "date until which the claim held, where it no longer does",
    "datePrecision": "how exactly validFrom is known: day, month or year",
    "dateNote": "what validFrom is the date of, where it is not that of the decision",
    "statusNotes": "what has become of the claim",
    "overrides": "claims this one takes the place of in its own population",
    "supersedes": "earlier claims that this one keeps in substance, revises, or supersedes",
    "locator": "where in the source the claim stands",
    "citations": "publications the source cites for the claim",
    "citationNote": "how the citations were read from the source, where that is not plain",
    "studies": "studies the claim rests on or describes",
    "reportedResults": "results the claim states itself, without a judgement whether they speak for it",
    "results": "figures of the evidence items of this line; interval is a confidence interval, with its level in "
    "percent, range the ends of a printed range, and supersededBy the later results of the same study that replace one "
    "after longer follow-up, though the claim names them nowhere",
    "supersededItems": "evidence items of this line that a later result of the same study supersedes, which stands in "
    "results",
    "stance": "what the evidence items are to the claim of the source: supports or disputes; the direction of the line "
    "is what they are to the proposition",
    "notes": "remarks of the curators",
    "geneticContext": "criteria on alterations that the population requires or excludes",
    "alterations": "criteria that the variant fulfils, each with the alterations of which any one is enough; without "
    "lists those of its kind that do not count",
    "namedAlterations": "alterations the source names for one claim; whether together or any of them, the "
    "description says",
    "alterationOrigin": "primary (there from the beginning) or secondary (acquired under treatment)",
    "exon": "number of the exon that the variant lies in",
    "hgvsProtein": "change of the protein in the notation of HGVS, on the reference transcript of the gene",
    "regimen": "regimen, or strategy, the drug is given by",
    "dose": "single dose, amount per day, unit (UCUM), frequency, schedule and duration, as far as the source states "
    "them",
    "otherSources": "further documents the scheme is described in",
    "sourceNotes": "remarks of the curators on the source",
}
"""The extensions of the export by name, and what they mean; the exported file repeats this table."""

NOTES = ("skos:scopeNote", "skos:editorialNote")
"""The properties by which curators remark on a claim or a result."""

_PREFERRED = {"gistkg:Drug": ("rxnorm", "ncit"), "gistkg:Gene": ("hgnc",), "gistkg:Tumour": ("mondo", "ncit")}
_CARRIED = ("exactMatch", "closeMatch")
_URL = re.compile(r"https?://[^\s;,)>\]]+")
_DOI = re.compile(r"10\.\d+(?:\.\d+)*/[\w.-]+")


def extensions(**values: object) -> Json:
    """The key "extensions" with what is there of these values; empty if nothing is.

    >>> extensions(exon=9, hedges=())
    {'extensions': [{'name': 'exon', 'value': 9}]}
    """
    unknown = values.keys() - EXTENSIONS.keys()
    if unknown:
        raise KeyError(f"{sorted(unknown)[0]} is no documented extension; describe it in EXTENSIONS")
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    found = [{"name": name, "value": plain[name]} for name in EXTENSIONS if plain.get(name) not in (None, [], {}, "")]
    return {"extensions": found} if found else {}


class Parts:
    """Makes the parts out of what the graph says."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def concept(self, term: str, kind: str, *, preferred: str | None = None, **more: object) -> Json:
        """A concept with its codes; the primary one is an exact match in the vocabulary preferred for its kind."""
        rows = [row for row in self.facts.codes(term) if row.predicate in _CARRIED]
        order = _PREFERRED.get(preferred or "", ())
        exact = [row for target in order for row in rows if row.target == target and row.predicate == "exactMatch"]
        primary = exact[0] if exact else None
        return {
            "id": term,
            "conceptType": kind,
            "name": self.facts.label(term),
            **({"primaryCoding": _coding(primary)} if primary else {}),
            **self._mappings(row for row in rows if row is not primary),
            **extensions(**more),
        }

    def _mappings(self, rows: Iterable[Row]) -> Json:
        found = [{"coding": _coding(row), "relation": row.predicate} for row in rows]
        return {"mappings": found} if found else {}

    def gene(self, term: str) -> Json:
        """A gene by its symbol."""
        return {**self.concept(term, "Gene", preferred="gistkg:Gene"), "name": self.symbol(term)}

    def symbol(self, gene: str) -> str:
        """The symbol of a gene."""
        return self.facts.text(gene, "gistkg:geneSymbol") or self.facts.label(gene)

    def is_variant(self, alteration: str) -> bool:
        """Whether an alteration is one of sequence, structure or copy number, not the loss of a protein."""
        kinds = ("gistkg:Mutation", "gistkg:GeneFusion", "gistkg:GeneAmplification")
        return any(self.facts.is_a(alteration, kind) for kind in kinds)

    def genes_of(self, alterations: Iterable[str]) -> tuple[str, ...]:
        """The genes that alterations lie in, each once; none if one of them lies in no single gene."""
        found = [self.facts.values(one, "gistkg:inGene") for one in alterations]
        return tuple(sorted({gene for genes in found for gene in genes})) if all(found) else ()

    def exon_of(self, alteration: str) -> int | None:
        """The exon of an alteration, or of the exon mutation above it."""
        found = {self.facts.text(one, "gistkg:exonNumber") for one in self.facts.above(alteration)} - {None}
        return int(str(next(iter(found)))) if len(found) == 1 else None

    def variant(self, alteration: str) -> Json:
        """An alteration of the graph as a categorical variant."""
        rows = [row for row in self.facts.codes(alteration) if row.predicate in _CARRIED]
        return {
            "id": alteration,
            "type": "CategoricalVariant",
            "name": self.facts.label(alteration),
            **self._in_gene([alteration]),
            **self._mappings(rows),
            **extensions(exon=self.exon_of(alteration), hgvsProtein=self.facts.text(alteration, "gistkg:hgvsProtein")),
        }

    def variant_of_several(self, iri: str, name: str, of: Iterable[str], **more: object) -> Json:
        """A categorical variant of several alterations; the extensions say which, and how they belong together."""
        return {
            "id": iri,
            "type": "CategoricalVariant",
            "name": name,
            **self._in_gene(of),
            **extensions(**more),
        }

    def _in_gene(self, alterations: Iterable[str]) -> Json:
        genes = self.genes_of(alterations)
        if len(genes) != 1:
            return {}
        return {"constraints": [{"type": "FeatureContextConstraint", "featureContext": self.gene(genes[0])}]}

    def alteration(self, choice: Choice) -> Json:
        """One of several alterations that make a variant, as JSON."""
        genes = self.genes_of([choice.alteration])
        return {
            **self.facts.named(choice.alteration),
            **filled(
                gene=self.symbol(genes[0]) if len(genes) == 1 else None,
                exon=self.exon_of(choice.alteration),
                origin=choice.origin,
                without=[self.facts.named(one) for one in choice.without],
            ),
        }

    def therapy(self, therapy: str) -> Json | None:
        """A drug, a regimen or a combination as something a tumour can respond to; `None` for anything else."""
        if self.facts.is_a(therapy, "gistkg:Drug"):
            return self._drug(therapy)
        timed = self.facts.is_a(therapy, "gistkg:Strategy") and self.facts.gives_drugs(therapy)
        if timed or self.facts.is_a(therapy, "gistkg:Regimen"):
            drugs = self.facts.values(therapy, "gistkg:usesDrug")
            return self._drug(drugs[0], therapy) if len(drugs) == 1 else None
        if self.facts.is_a(therapy, "gistkg:Combination"):
            return self._combination(therapy)
        return None

    def _combination(self, therapy: str) -> Json | None:
        drugs = self.facts.values(therapy, "gistkg:usesDrug")
        given = {
            drug: part
            for part in self.facts.values(therapy, "gistkg:hasComponent")
            for drug in self.facts.values(part, "gistkg:usesDrug")
        }
        if len(drugs) < 2 or self.facts.values(therapy, "gistkg:usesProcedure"):
            return None
        return {
            "id": therapy,
            "therapies": [self._drug(drug, given.get(drug)) for drug in drugs],
            "membershipOperator": "AND",
        }

    def _drug(self, drug: str, regimen: str | None = None) -> Json:
        kind = "Therapy" if self.facts.is_a(drug, "gistkg:Substance") else "Therapy class"
        if regimen is None:
            return self.concept(drug, kind, preferred="gistkg:Drug")
        stated = self.facts.named(regimen)
        return self.concept(drug, kind, preferred="gistkg:Drug", regimen=stated, dose=self.dose(regimen))

    def dose(self, regimen: str) -> Json:
        """The dose of a regimen, as far as the source states it."""

        def amount(name: str) -> int | float | None:
            text = self.facts.text(regimen, name)
            return None if text is None else number(Decimal(text))

        unit = self.facts.text(regimen, "gistkg:doseUnit")
        often = self.facts.text(regimen, "gistkg:doseFrequency")
        return filled(
            value=amount("gistkg:doseValue"),
            perDay=amount("gistkg:dosePerDay"),
            unit=unit and self.facts.text(unit, "gistkg:ucumCode"),
            frequency=often and self.facts.label(often),
            route=self.facts.text(regimen, "gistkg:doseRoute"),
            schedule=self.facts.text(regimen, "gistkg:doseSchedule"),
            duration=self.facts.text(regimen, "gistkg:treatmentDuration"),
        )

    def document(self, source: str) -> Json:
        """A source, with the addresses it can be found at."""
        citation = self.facts.text(source, "dcterms:bibliographicCitation")
        pmid, doi = self.facts.text(source, "gistkg:pubmedId"), self.facts.text(source, "gistkg:doi")
        urls = [url.rstrip(".") for url in _URL.findall(citation or "")]
        urls += [pubmed_page(pmid)] if pmid else []
        urls += [doi_page(doi)] if doi else []
        kinds = [self.facts.label(kind) for kind in self.facts.values(source, "rdf:type") if "owl#" not in kind]
        return {
            "id": source,
            "type": "Document",
            "name": self.facts.label(source),
            **filled(
                description=citation,
                documentType=kinds[0] if kinds else None,
                urls=list(dict.fromkeys(urls)),
                doi=doi if doi and _DOI.match(doi) else None,
                pmid=pmid,
            ),
            **extensions(sourceNotes=self.facts.values(source, "skos:editorialNote")),
        }

    def level(self, level: Level) -> Json:
        """An evidence level as a strength: its own code in its own scheme, and what a crosswalk gives for it."""
        iri = level.iri.full
        derived = level.assigned_by != "source"
        name = f"{self.facts.label(iri)}{' (derived by gistkg, not assigned by a source)' if derived else ''}"
        scheme = self.facts.text(iri, "gistkg:inScheme") or level.scheme
        rows = [row for row in self.facts.codes(iri) if row.target == "vicc"]
        return {
            "id": iri,
            "conceptType": "evidence level",
            "name": name,
            "primaryCoding": {"name": self.facts.label(iri), "system": scheme, "code": level.code, "iris": [iri]},
            **self._mappings(rows),
            **extensions(assignedBy=level.assigned_by),
        }

    def method(self, level: Level) -> Json:
        """The scheme of a level as the method a strength is specified by."""
        scheme = self.facts.text(level.iri.full, "gistkg:inScheme") or ""
        sources = self.facts.values(scheme, "dcterms:source")
        return {
            "id": scheme,
            "type": "Method",
            "name": level.scheme,
            "methodType": "evidence level scheme",
            **({"reportedIn": self.document(sources[0])} if sources else {}),
            **extensions(otherSources=[self.facts.named(one) for one in sources[1:]]),
        }

    def result(self, found: Result) -> Json:
        """A finding or a figure, with its number, unit and interval."""
        iri = found.iri.full
        ends = filled(low=number(found.low), high=number(found.high))
        interval = bool(ends) and found.confidence is not None
        return {
            "id": iri,
            "name": found.label,
            **filled(
                kind=found.kind,
                endpoint=mention(found.endpoint),
                statistic=mention(found.statistic),
                relation=mention(found.relation),
                value=number(found.value),
                unit=found.unit,
                interval={**ends, "level": number(found.confidence)} if interval else None,
                range=None if interval else ends,
                events=found.events,
                of=found.of,
                p=found.p,
                direction=found.direction.code if found.direction else None,
                timepoint=found.timepoint,
                study=mention(found.study),
                arm=mention(found.arm),
                comparedWith=mention(found.compared_with),
                subgroup=found.subgroup,
                analysis=found.analysis,
                assessor=found.assessor,
                era=found.era,
                words=found.words,
                comparedWithSubgroup=self.facts.text(iri, "gistkg:comparedWithSubgroup"),
                inSubgroup=list(map(self.facts.named, self.facts.values(iri, "gistkg:inSubgroup"))),
                endpointRole=self.facts.text(iri, "gistkg:endpointRole"),
                followUp=self.facts.text(iri, "gistkg:followUp"),
                dataCutoff=self.facts.text(iri, "gistkg:dataCutoff"),
                notes=[note for name in NOTES for note in self.facts.values(iri, name)],
                sources=[mention(one) for one in found.sources],
            ),
        }

    def study(self, study: str) -> Json:
        """A study, with its number in the register."""
        registered = self.facts.text(study, "gistkg:registryNumber")
        phase = self.facts.text(study, "gistkg:trialPhase")
        return {**self.facts.named(study), **filled(registryNumber=registered, phase=phase)}


def mention(named: Named | None) -> Json | None:
    """A term as the records name it: its IRI and its label; `None` for none."""
    return None if named is None else {"id": named.iri.full, "name": named.label}


@cache
def _namespaces() -> dict[str, str]:
    return namespaces()


def _coding(row: Row) -> Json:
    prefix, _, code = row.object_curie.partition(":")
    return {
        "id": row.object_curie,
        **filled(name=row.object_label),
        "system": _namespaces()[prefix],
        "code": code,
        "iris": [row.object],
    }
