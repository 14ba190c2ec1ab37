"""The parts that the FHIR resources of an export share: concepts, extensions, quantities, periods, citations."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from gistkg.export.as_json import filled, number
from gistkg.export.facts import Facts
from gistkg.export.fhir_advice import title_of
from gistkg.export.fhir_codes import codings
from gistkg.export.fhir_narratives import narrative
from gistkg.export.pages import doi_page, pubmed_page
from gistkg.graph import Graph
from gistkg.model import Claim, Named, Source
from gistkg.records import source
from gistkg.resolve import label_of
from gistkg.results import Iri
from gistkg.terms import GISTKG

__all__ = ["BASE", "UCUM", "Resources", "extensions", "identify", "quantity"]

BASE = f"{GISTKG}fhir/"
UCUM = "http://unitsofmeasure.org"


def identify(iri: Iri) -> str:
    """The last part of an IRI as a FHIR id, which has up to 64 letters, digits, dashes and dots.

    >>> identify(Iri("https://w3id.org/gistkg/AdvancedGistPopulation"))
    'AdvancedGistPopulation'
    >>> len(identify(Iri("https://w3id.org/gistkg/" + 70 * "a"))), identify(Iri("https://w3id.org/gistkg/a_b"))[:4]
    (64, 'a-b-')
    """
    name = iri.full.rpartition("/")[2].rpartition("#")[2]
    if re.fullmatch(r"[A-Za-z0-9.-]{1,64}", name):
        return name
    return f"{re.sub(r'[^A-Za-z0-9.-]', '-', name)[:55]}-{hashlib.sha256(iri.full.encode()).hexdigest()[:8]}"


def extensions(found: Mapping[str, Iterable[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Extensions of ours by name, each with what it holds.

    >>> extensions({"hedge": [{"valueString": "may"}], "note": []})
    [{'url': 'https://w3id.org/gistkg/fhir/hedge', 'valueString': 'may'}]
    """
    return [{"url": f"{BASE}{name}", **value} for name, values in found.items() for value in values]


def quantity(value: Decimal, unit: str | None, comparator: str | None = None) -> dict[str, Any]:
    """A number with its UCUM unit; FHIR has comparators for less and more, and none for equal or about.

    >>> quantity(Decimal(400), "mg")
    {'value': 400, 'unit': 'mg', 'system': 'http://unitsofmeasure.org', 'code': 'mg'}
    """
    less_or_more = comparator if comparator in ("<", "<=", ">", ">=") else None
    coded = {"unit": unit, "system": UCUM, "code": unit} if unit else {}
    return filled(value=number(value), comparator=less_or_more, **coded)


class Resources:
    """Makes parts of resources from the terms of a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.facts = Facts(graph)
        self._schemes = {str(row["level"]): row["scheme"] for row in graph.rows(_SCHEMES)}
        self._about: dict[Iri, list[dict[str, Any]]] = {}

    @property
    def created(self) -> str:
        """The day the graph was made, as an instant."""
        return self.facts.values(GISTKG, "dcterms:created")[0]

    @property
    def licence(self) -> str | None:
        """The licence of the graph."""
        return self.facts.text(GISTKG, "dcterms:license")

    def terms(self, subject: str, name: str) -> list[Named]:
        """The terms that a property links a term to; the term as a whole IRI, the property such as "gistkg:cites"."""
        return [Named(Iri(one), label_of(self.graph, Iri(one))) for one in self.facts.values(subject, name)]

    def status(self, claim: Claim) -> str:
        """Retired, if it did not hold any more when the graph was made."""
        until = claim.valid_until
        return "retired" if until is not None and until.isoformat()[:10] <= self.created[:10] else "active"

    def concept(self, named: Named) -> dict[str, Any]:
        """A term as a CodeableConcept: our code, the codes that match it exactly, and its label."""
        return {"coding": codings(self.graph, named.iri), "text": named.label}

    def use_context(self) -> dict[str, Any]:
        """That all of this is about one tumour."""
        tumour = Iri(self.facts.disease())
        return {
            "code": {"system": "http://terminology.hl7.org/CodeSystem/usage-context-type", "code": "focus"},
            "valueCodeableConcept": self.concept(Named(tumour, label_of(self.graph, tumour))),
        }

    def place(self, named: Named) -> dict[str, Any]:
        """A jurisdiction; its code is that of ISO 3166, where EU is reserved."""
        found = self.concept(named)
        if named.code:
            found["coding"].append({"system": "urn:iso:std:iso:3166", "code": named.code, "display": named.label})
        return found

    def period(self, claim: Claim) -> dict[str, str] | None:
        """The days from which and until which a claim holds."""
        return (
            filled(
                start=claim.valid_from and claim.valid_from.isoformat()[:10],
                end=claim.valid_until and claim.valid_until.isoformat()[:10],
            )
            or None
        )

    def about_claim(self, claim: Claim) -> list[dict[str, Any]]:
        """What a recommendation says that FHIR has no element for, or only one that would say more."""
        if claim.iri not in self._about:
            one = {"direction": claim.direction, "modality": claim.modality, "basis": claim.basis}
            one |= {"agency": claim.agency}
            many = {"compared-with": claim.compared_with, "mechanism": claim.mechanisms, "endpoint": claim.endpoints}
            many |= {"setting": claim.settings, "concerns-therapy": claim.therapies, "study": claim.studies}
            linked = {name: self.terms(claim.iri.full, f"gistkg:{link}") for name, link in _LINKS.items()}
            earlier = {name: self.facts.values(claim.iri.full, f"gistkg:{link}") for name, link in _EARLIER.items()}
            texts = {"hedge": claim.hedges, "status-note": claim.status_notes, "note": claim.notes}
            self._about[claim.iri] = [
                *extensions({name: [self._coded(named)] if named else [] for name, named in one.items()}),
                *extensions({name: map(self._coded, terms) for name, terms in (linked | many).items()}),
                *extensions({name: [{"valueString": text} for text in found] for name, found in texts.items()}),
                *extensions({name: [{"valueUri": iri} for iri in found] for name, found in earlier.items()}),
                *extensions(
                    {
                        name: [{"valueCode": code} for code in self.facts.values(claim.iri.full, f"gistkg:{link}")]
                        for name, link in _CODES.items()
                    }
                ),
                *extensions({"evidence-level": self.levels(claim)}),
            ]
        return self._about[claim.iri]

    def where_and_when(self, claim: Claim) -> list[dict[str, Any]]:
        """Where and when a claim holds, for resources that have no element for it."""
        period = self.period(claim)
        return extensions(
            {
                "jurisdiction": [{"valueCodeableConcept": self.place(one)} for one in claim.jurisdictions],
                "valid": [{"valuePeriod": period}] if period else [],
            }
        )

    def _coded(self, named: Named) -> dict[str, Any]:
        return {"valueCodeableConcept": self.concept(named)}

    def levels(self, claim: Claim) -> Iterable[dict[str, Any]]:
        """The evidence levels as extensions, each with who assigned it."""
        for level, rating in zip(claim.levels, self.ratings(claim), strict=True):
            yield {
                "extension": [
                    {"url": "rating", "valueCodeableConcept": rating},
                    {"url": "assignedBy", "valueCode": level.assigned_by},
                ]
            }

    def ratings(self, claim: Claim) -> list[dict[str, Any]]:
        """The evidence levels, each in the code system of its scheme, which says which version it is."""
        found = []
        for level in claim.levels:
            scheme = self._schemes.get(str(level.iri))
            system = scheme.full if isinstance(scheme, Iri) else GISTKG
            found.append({"coding": [{"system": system, "code": level.code}], "text": str(level)})
        return found

    # Sources

    def cited(self, claim: Claim) -> list[tuple[Iri, Iri | None]]:
        """The references that a claim cites, each with the source it was resolved to, if it was."""
        found = []
        for iri in self.facts.values(claim.iri.full, "gistkg:cites"):
            resolved = self.facts.text(iri, "gistkg:resolvesTo")
            found.append((Iri(iri), Iri(resolved) if resolved else None))
        return found

    def artifacts(self, claim: Claim, *, r5: bool) -> list[dict[str, Any]]:
        """Where it is said, with the place there, and what is cited there for it."""
        found = []
        if r5:
            reference = {"reference": f"Evidence/{identify(claim.iri)}"}
            found.append({"type": "justification", "display": title_of(claim), "resourceReference": reference})
        if claim.source is not None:
            found.append(self.artifact(claim.source.iri, "derived-from", r5=r5, locator=claim.locator))
        return found + [self.reference(iri, resolved, r5=r5) for iri, resolved in self.cited(claim)]

    def reference(self, iri: Iri, resolved: Iri | None, *, r5: bool) -> dict[str, Any]:
        """A reference of a source: what it was resolved to, and how sure that is; or only that it is there."""
        label = label_of(self.graph, iri)
        sure = self.facts.values(iri.full, "gistkg:resolutionConfidence")
        told = extensions(
            {
                "reference": [{"valueUri": iri.full}],
                "resolution-confidence": [{"valueString": label_of(self.graph, Iri(one))} for one in sure],
            }
        )
        if resolved is None:
            return {"extension": told, "type": "citation", "display": f"{label} (not resolved)", "citation": label}
        found = self.artifact(resolved, "citation", r5=r5, locator=label)
        return found | {"extension": told + found["extension"]}

    def artifact(self, iri: Iri, type_: str, *, r5: bool, locator: str | None = None) -> dict[str, Any]:
        """One source: R5 links to its Citation, R4 to its page."""
        known = source(self.graph, iri)
        pubmed = pubmed_page(known.pubmed_id) if known.pubmed_id else None
        page = doi_page(known.doi) if known.doi else pubmed
        return filled(
            extension=extensions(
                {
                    "source": [{"valueUri": known.iri.full}],
                    "locator": [{"valueString": locator}] if locator else [],
                    "pubmed-id": [{"valueString": known.pubmed_id}] if known.pubmed_id else [],
                    "doi": [{"valueString": known.doi}] if known.doi else [],
                }
            ),
            type=type_,
            display=known.label,
            citation=known.citation or known.label,
            url=None if r5 else page,
            document={"url": page} if r5 and page else None,
            resourceReference={"reference": f"Citation/{identify(known.iri)}"} if r5 else None,
        )

    def citation(self, known: Source) -> dict[str, Any]:
        """A source as a Citation."""
        identifiers = [("https://pubmed.ncbi.nlm.nih.gov", known.pubmed_id), ("https://doi.org", known.doi)]
        published = {"publishedIn": None, "articleDate": str(known.year)} if known.year else None
        numbers = {"PubMed": known.pubmed_id, "DOI": known.doi}
        return filled(
            resourceType="Citation",
            id=identify(known.iri),
            language="en",
            text=narrative(
                known.label, [known.citation or "", *(f"{name} {number}" for name, number in numbers.items() if number)]
            ),
            url=f"{BASE}Citation/{identify(known.iri)}",
            identifier=[{"system": "urn:ietf:rfc:3986", "value": known.iri.full}],
            version=self.graph.version,
            title=known.label,
            status="active",
            date=self.created[:10],
            copyright=self.licence,
            summary=[{"text": known.citation}] if known.citation else None,
            citedArtifact=filled(
                identifier=[{"system": system, "value": value} for system, value in identifiers if value],
                title=[{"text": known.label}],
                publicationForm=[filled(**published)] if published else None,
                classification=[{"type": {"text": "kind of source"}, "classifier": [{"text": known.kind}]}],
            ),
        )


_LINKS = {"concerns-alteration": "concernsAlteration", "concerns-drug": "concernsDrug"}
_EARLIER = {name: name for name in ("overrides", "keeps", "revises", "supersedes")} | {"level-of": "levelOfParent"}
_CODES = {"approval-kind": "approvalKind", "date-precision": "datePrecision"}
_SCHEMES = "SELECT ?level ?scheme WHERE { ?level gistkg:inScheme ?scheme } ORDER BY ?level ?scheme"
