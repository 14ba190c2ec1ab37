"""Conditions as FHIRPath over an mCODE bundle: true if they hold, false if they do not, and empty for unknown.

`%resource` is the bundle. FHIRPath's own and, or and not are three-valued over the empty collection, so an expression
is put together as the class expression is; only what a bundle states of one property is compiled here. What a bundle
can state is listed from the graph (codes, words, codon ranges), and our own evaluator says what follows from it: so a
FHIRPath expression may know less than the graph does, but never something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from gistkg.case_keys import case_keys
from gistkg.criteria import Conditions
from gistkg.export.fhir_codes import (
    BUNDLE,
    NOT_REFUTED,
    OBSERVATIONS,
    Recognition,
    is_coded,
    quoted,
    recognition,
    systems,
)
from gistkg.export.fhir_formulas import NOWHERE, Atom, Formula, all_of, any_of, can_be, not_of, rendered
from gistkg.export.fhir_treatments import Treatments
from gistkg.export.fhir_variants import Variants
from gistkg.expressions import And, AtLeast, Bound, Expression, Has, Named, Not, Or, Some
from gistkg.graph import Graph
from gistkg.record import Record
from gistkg.resolve import label_of
from gistkg.results import Iri
from gistkg.terms import GISTKG

__all__ = ["FhirPath", "Paths"]


class FhirPath(Record):
    """A FHIRPath expression, whether it ever becomes true or false, and in words what of it a bundle has no place for.

    What cannot be said is empty in the expression, so that it can become false, but true only without it.
    """

    expression: str
    unsayable: tuple[str, ...] = ()
    can_be_true: bool = True
    can_be_false: bool = True

    @property
    def says_all(self) -> bool:
        """Whether every part of the condition has an expression."""
        return not self.unsayable

    @property
    def says_something(self) -> bool:
        """Whether the expression can become true or false."""
        return self.can_be_true or self.can_be_false


class _Compiled(Record):
    formula: Formula
    unsayable: tuple[str, ...] = ()


class Paths:
    """Compiles the criteria and populations of a graph; what is compiled once is kept.

    >>> from gistkg.criteria import conditions
    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> paths = Paths(graph, conditions(graph))
    >>> paths.criterion(GISTKG + "IsAdult").expression
    'iif(%resource.entry.resource.ofType(Patient).birthDate <= today() - 18 years, true, \
iif(%resource.entry.resource.ofType(Patient).birthDate > today() - 18 years, false, {}))'
    >>> paths.criterion(GISTKG + "HasR1Margin")
    FhirPath(expression='{}', unsayable=('has margin R1 margin',), can_be_true=False, can_be_false=False)
    """

    def __init__(self, graph: Graph, conditions: Conditions) -> None:
        self.graph = graph
        self.conditions = conditions
        self._gist = recognition(graph, self.under(_GIST))
        self.variants = Variants(graph, conditions)
        self.treatments = Treatments(graph, conditions, gist=self.coded_as_gist(), tumour=self.is_tumour())
        self._compiled: dict[str, _Compiled] = {}
        self._complete = self.treatments.complete()
        self._handlers: dict[str, Callable[[Expression], Atom]] = {
            "hasExtent": self.extent,
            "hasSite": self.site,
            "hasAlteration": self.alteration,
            "hadTreatment": self.treatments.had,
            "hadLatestTreatment": self.treatments.had_latest,
            "receivedDrug": self.treatments.drugs_received,
            "ageYears": self.age,
        }

    def population(self, iri: str) -> FhirPath:
        """The whole condition of a population: what it requires, and nothing of what it excludes."""
        members = self.conditions.populations[iri]
        required = [self.compiled(one) for one in members.requires]
        excluded = [_negated(self.compiled(one)) for one in members.excludes]
        return self.written(_joined(all_of, [*required, *excluded]))

    def never(self, iri: str) -> tuple[str, ...]:
        """The criteria of a population that no bundle can say are met, or are not where they are excluded.

        Without any the expression of the population can become true; with one it never does.
        """
        members = self.conditions.populations[iri]
        unmet = [one for one in members.requires if not can_be(True, self.compiled(one).formula)]
        return (*unmet, *(one for one in members.excludes if not can_be(False, self.compiled(one).formula)))

    def criterion(self, iri: str) -> FhirPath:
        """The condition of one criterion."""
        return self.written(self.compiled(iri))

    def written(self, compiled: _Compiled) -> FhirPath:
        """What was compiled, as FHIRPath."""
        formula = compiled.formula
        return FhirPath(
            rendered(formula, self._complete), compiled.unsayable, can_be(True, formula), can_be(False, formula)
        )

    def compiled(self, iri: str) -> _Compiled:
        """A criterion, compiled once."""
        if iri not in self._compiled:
            self._compiled[iri] = self.compile(self.conditions.criteria[iri])
        return self._compiled[iri]

    def compile(self, condition: Expression) -> _Compiled:
        """A class expression; raises `RecursionError` for classes that are defined by each other."""
        match condition:
            case And(parts):
                return _joined(all_of, [self.compile(part) for part in parts if part != Named(_CASE)])
            case Or(parts):
                return _joined(any_of, [self.compile(part) for part in parts])
            case Not(part):
                return _negated(self.compile(part))
            case Named(iri):
                return self.named(iri)
            case Some(property_, Or(parts)) if property_ not in self.conditions.functional:
                return self.compile(Or(tuple(Some(property_, part) for part in parts)))
            case _:
                return self.property(condition)

    def named(self, iri: str) -> _Compiled:
        """A named class: a criterion, the tumour, or what a class is defined as."""
        if iri in self.conditions.criteria:
            return self.compiled(iri)
        if iri == _GIST:
            return _Compiled(Atom(self.is_gist()))
        defined = self.conditions.definitions.get(iri)
        return self.unsayable(Named(iri)) if defined is None else self.compile(defined)

    def property(self, condition: Some | Has | Bound | AtLeast) -> _Compiled:
        """What is said by one property, if a bundle has a place for it."""
        handler = self._handlers.get(condition.property.removeprefix(GISTKG), self.measure)
        test = handler(condition)
        return _Compiled(test) if test.holds else self.unsayable(condition, test)

    def unsayable(self, condition: Expression, test: Atom = NOWHERE) -> _Compiled:
        """A condition that no bundle can say is met, though perhaps that it is not."""
        return _Compiled(test, (self.words(condition),))

    def under(self, term: str, kind: str | None = None) -> list[str]:
        """A class and all classes below it; with `kind`, only those that are of that kind, and not the kind itself."""
        found = [iri for iri, above in self.conditions.ancestors.items() if term in above and iri != kind]
        return sorted(iri for iri in found if kind is None or kind in self.conditions.ancestors[iri])

    # The tumour

    def is_gist(self) -> str:
        """That some Condition is a GIST: by code or one, by words; or by its histology."""
        codes = " or ".join(self._gist.by_code())
        words = " or ".join(self._gist.by_word())
        histology = "extension.where(url.endsWith('histology-morphology-behavior')).value.ofType(CodeableConcept)"
        concept = f"(code | {histology}).exists({codes} or (coding.code.empty() and {words}))"
        return f"{BUNDLE}.ofType(Condition).exists({NOT_REFUTED} and {concept})"

    def coded_as_gist(self) -> str:
        """A criterion on a CodeableConcept that has a code for a GIST of a system that mCODE uses for tumours."""
        wanted = [systems()[prefix] for prefix in ("ICD10CM", "ICDO", "SNOMEDCT")]
        codes = [(system, code) for system in wanted for code in self._gist.codes.get(system, ())]
        return " or ".join(Recognition(codes, ()).by_code())

    def is_tumour(self) -> str:
        """A criterion on a Condition that is the tumour, given that the bundle is about a GIST."""
        primary = "meta.profile.exists($this.contains('-primary-cancer-condition'))"
        return f"{NOT_REFUTED} and ({primary} or code.exists({self.coded_as_gist()}))"

    def split(self, condition: Expression, kind: str, property_: str) -> tuple[list[str], list[str]]:
        """The classes of a kind that a link to settles a condition: those it then holds with, and fails with."""
        holds: list[str] = []
        fails: list[str] = []
        for term in self.under(kind, kind):
            truth = self.conditions.evaluate([Some(property_, Named(term))], condition)
            if truth is not None:
                (holds if truth else fails).append(term)
        return holds, fails

    def extent(self, condition: Expression) -> Atom:
        """By a Condition of metastases that is there now, by the code of the tumour, or by a finding."""
        kind = GISTKG + "DiseaseExtent"
        holds, fails = self.split(condition, kind, GISTKG + "hasExtent")
        return Atom(self.extent_stated(holds, kind), self.extent_stated(fails, kind))

    def extent_stated(self, terms: list[str], kind: str) -> str:
        """That a bundle states one of some extents."""
        known = recognition(self.graph, terms, kind=kind)
        if not known:
            return ""
        profiles = [
            name for row in self.graph.rows(_PROFILES) for name in [str(row["notation"])]
            if isinstance(row["term"], Iri) and row["term"].full in terms
        ]  # fmt: skip
        there = [f"meta.profile.exists($this.endsWith({quoted(name)}))" for name in profiles]
        there += [f"code.exists({test})" for test in known.by_code()]
        stated = []
        if there:
            now = "clinicalStatus.coding.code.exists(($this in ('active' | 'recurrence' | 'relapse')).not()).not()"
            stated.append(
                f"({BUNDLE}.ofType(Condition).exists({NOT_REFUTED} and {now} and ({' or '.join(there)}))"
                f" and {_ONE_CANCER})"
            )
        concept = f"value.ofType(CodeableConcept).exists({known.test(codes_are_words=True)})"
        stated.append(f"{OBSERVATIONS}.select($this.combine(component)).exists({concept})")
        return f"({' or '.join(stated)})"

    def site(self, condition: Expression) -> Atom:
        """By the code of the tumour, or by its body site."""
        kind = GISTKG + "AnatomicalSite"
        holds, fails = self.split(condition, kind, GISTKG + "hasSite")
        return Atom(self.site_stated(holds, kind), self.site_stated(fails, kind))

    def site_stated(self, terms: list[str], kind: str) -> str:
        """That a bundle states one of some sites."""
        known = recognition(self.graph, terms, kind=kind)
        if not known:
            return ""
        tests = [f"code.exists({test})" for test in known.by_code()]
        tests.append(f"({self.is_tumour()} and bodySite.exists({known.test()}))")
        return f"({BUNDLE}.ofType(Condition).exists({NOT_REFUTED} and ({' or '.join(tests)})) and {_ONE_CANCER})"

    # Findings

    def alteration(self, condition: Expression) -> Atom:
        """By the variants of a bundle, and the genes it says were tested."""
        return self.variants.truth(condition.filler) if isinstance(condition, Some) else NOWHERE

    def measure(self, condition: Expression) -> Atom:
        """A number of an Observation with the LOINC code of the property."""
        if not isinstance(condition, Bound | Has) or not isinstance(_limit(condition), Decimal):
            return NOWHERE
        loinc = systems()["LOINC"]
        codes = recognition(self.graph, [condition.property]).codes.get(loinc)
        if not codes:
            return NOWHERE
        key = next(key for key in case_keys(self.graph).case.values() if key.property == condition.property)
        quantity = "value.ofType(Quantity).select(iif(iif(code.exists(), code, unit) = 'mm', value / 10, value))"
        if not key.name.endswith("_cm"):
            quantity = "(value.ofType(integer) | value.ofType(Quantity).value)"
        coded = f"code.{is_coded(codes[0])}"
        values = f"{OBSERVATIONS}.select($this.combine(component)).where({coded}).{quantity}"
        if quantity.startswith("("):
            values = f"{OBSERVATIONS}.select($this.combine(component)).where({coded}).select({quantity[1:-1]})"
        inside = f"$this {_OPERATORS[_facet(condition)]} {_limit(condition)}"
        some = f"{values}.exists()"
        return Atom(f"({some} and {values}.all({inside}))", f"({some} and {values}.all(({inside}).not()))")

    def age(self, condition: Expression) -> Atom:
        """By the birth date, on the day it is asked."""
        if not isinstance(condition, Bound) or condition.limit != int(condition.limit):
            return NOWHERE
        if condition.facet != "minInclusive":
            return NOWHERE
        born, day = f"{BUNDLE}.ofType(Patient).birthDate", f"today() - {int(condition.limit)} years"
        return Atom(f"{born} <= {day}", f"{born} > {day}")

    # Words

    def words(self, condition: Expression) -> str:
        """A class expression in plain words."""
        match condition:
            case And(parts) | Or(parts):
                word = " and " if isinstance(condition, And) else " or "
                return f"({word.join(self.words(part) for part in parts if part != Named(_CASE))})"
            case Not(part):
                return f"not {self.words(part)}"
            case Named(iri):
                return label_of(self.graph, Iri(iri))
            case Some(property_, filler):
                return f"{label_of(self.graph, Iri(property_))} {self.words(filler)}"
            case AtLeast(count, property_, filler):
                return f"{label_of(self.graph, Iri(property_))} at least {count} {self.words(filler)}"
            case Has(property_, value):
                return f"{label_of(self.graph, Iri(property_))} {value}"
            case Bound(property_, facet, limit):
                return f"{label_of(self.graph, Iri(property_))} {_OPERATORS[facet]} {limit}"


def _joined(join: Callable[[Iterable[Formula]], Formula], parts: list[_Compiled]) -> _Compiled:
    unsayable = tuple(dict.fromkeys(one for part in parts for one in part.unsayable))
    return _Compiled(join(part.formula for part in parts), unsayable)


def _negated(part: _Compiled) -> _Compiled:
    return _Compiled(not_of(part.formula), part.unsayable)


def _limit(condition: Bound | Has) -> Decimal | bool | str:
    return condition.limit if isinstance(condition, Bound) else condition.value


def _facet(condition: Bound | Has) -> str:
    return condition.facet if isinstance(condition, Bound) else "equal"


_CASE, _GIST = GISTKG + "Case", GISTKG + "GastrointestinalStromalTumour"
_ONE_CANCER = (
    f"{BUNDLE}.ofType(Condition).where({NOT_REFUTED} and "
    "meta.profile.exists($this.matches('^.*-(primary-)?cancer-condition$') and "
    "$this.contains('-secondary-').not())).count() <= 1"
)
_OPERATORS = {"minInclusive": ">=", "minExclusive": ">", "maxInclusive": "<=", "maxExclusive": "<", "equal": "="}
_PROFILES = """
SELECT ?notation ?term WHERE { ?code gistkg:codeFor ?term ; skos:notation ?notation
  FILTER(CONTAINS(STR(?code), "/StructureDefinition/")) } ORDER BY ?notation ?term"""
