"""Molecular alterations as FHIRPath over an mCODE bundle: variants by their HGVS change, and genes that were tested."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gistkg.alterations import find_alteration
from gistkg.case_keys import case_keys
from gistkg.criteria import Conditions
from gistkg.export.fhir_codes import OBSERVATIONS, is_coded, quoted, recognition
from gistkg.export.fhir_formulas import Atom
from gistkg.expressions import And, Expression, Named, Not
from gistkg.graph import Graph
from gistkg.hgvs import ProteinChange
from gistkg.loci import Exon, Locus, loci
from gistkg.record import Record

__all__ = ["Variants", "number_pattern"]


class _Kind(Record):
    """A named variant of a gene, or those of an exon that have no name: where they lie, and what is known of each.

    In a gene without exons all of it is one place.
    """

    exon: Exon | None
    change: ProteinChange | None
    known: Expression


class Variants:
    """Says with which variants of a bundle there is an alteration of some kind, and with which there is none."""

    def __init__(self, graph: Graph, conditions: Conditions) -> None:
        self.graph = graph
        self.conditions = conditions
        self._kinds: dict[str, list[_Kind]] = {}

    def truth(self, filler: Expression) -> Atom:
        """The test that holds if a bundle tells that there is such an alteration, and fails if it tells there is none.

        All variants of a gene must agree: of several after treatment, nobody knows which were there first. None is
        there if its gene was tested, and whatever was found in it is of another kind. Empty for what is never told.
        """
        holds: list[str] = []
        fails: list[str] = []
        for gene in loci(self.graph).genes.values():
            truths = [(kind, self.conditions.evaluate([kind.known], filler)) for kind in self.kinds(gene)]
            such = [kind for kind, truth in truths if truth]
            other = [kind for kind, truth in truths if truth is False]
            if such:
                holds.append(self.all_are(gene, such))
            if self.tested_by(gene, filler):
                found = self.all_of(gene, other) if other else f"{self.found(gene)}.empty()"
                fails.append(f"({self.tested(gene)} and {found})")
        return Atom(_either(holds), _either(fails))

    def tested_by(self, gene: Locus, filler: Expression) -> bool:
        """Whether every such alteration is one that a test of the gene looks for."""
        regions = case_keys(self.graph).regions.get(gene.iri, ())
        return any(self.conditions.evaluate([filler], Named(region)) for region in regions)

    def kinds(self, gene: Locus) -> list[_Kind]:
        """The variants of a gene by what is known of them: each named one, and the others of each exon."""
        if gene.mutation is None:
            return []
        if gene.iri not in self._kinds:
            above = self.conditions.ancestors
            self._kinds[gene.iri] = [
                _Kind(
                    next((exon for exon in gene.exons if exon.iri in above.get(one.iri, ())), None),
                    one.change,
                    self.known(gene, one.change),
                )
                for one in gene.variants
            ]
            places: list[tuple[str, Exon | None]] = [(exon.iri, exon) for exon in gene.exons]
            self._kinds[gene.iri] += [self.others(gene, *place) for place in places or [(gene.mutation, None)]]
        return self._kinds[gene.iri]

    def known(self, gene: Locus, change: ProteinChange) -> Expression:
        """What is known of a change, as readers of cases have it."""
        found = find_alteration(self.graph, f"{gene.symbol} {change.hgvs}")
        return found.expression if found is not None else Named(gene.iri)

    def others(self, gene: Locus, place: str, exon: Exon | None) -> _Kind:
        """The variants of an exon, or of a gene without exons, that are none of the named ones there."""
        inside = [one for one in gene.variants if place in self.conditions.ancestors.get(one.iri, ())]
        known: Expression = Named(place)
        if inside:
            known = And((known, *(Not(Named(one.iri)) for one in inside)))
        return _Kind(exon, None, known)

    # Resources

    def all_are(self, gene: Locus, kinds: list[_Kind]) -> str:
        """That there is a variant of a gene, and every one is of some kinds; empty without variants."""
        there = f"value.ofType(CodeableConcept).{is_coded('LA9633-4')}"
        test = f"{there} and {self.changed(self.patterns(gene, kinds))}"
        return f"({self.found(gene)}.select(iif({test}, 1, 0)).distinct() = 1)"

    def all_of(self, gene: Locus, kinds: list[_Kind]) -> str:
        """That every variant of a gene, if there are any, is of some kinds."""
        return f"{self.found(gene)}.all({self.changed(self.patterns(gene, kinds))})"

    def patterns(self, gene: Locus, kinds: list[_Kind]) -> str:
        """The pattern of the changes of some kinds; exons that are whole, and next to each other, become one range."""
        every = self.kinds(gene)
        if len(kinds) == len(every):
            return _anywhere("[0-9]+")
        whole = [exon for exon in gene.exons if all(kind in kinds for kind in every if kind.exon == exon)]
        ranges: list[tuple[int, int]] = []
        for exon in whole:
            first, last = exon.codons
            if ranges and ranges[-1][1] + 1 == first:
                first = ranges.pop()[0]
            ranges.append((first, last))
        found = [_anywhere(number_pattern(*codons)) for codons in ranges]
        for kind in kinds:
            if kind.exon is None or kind.exon not in whole:
                apart = [one.change for one in every if one.exon == kind.exon and one.change and one not in kinds]
                found.append(_change(kind.change) if kind.change else _unnamed(kind.exon, apart))
        return "|".join(found)

    def changed(self, pattern: str) -> str:
        """That an Observation of a variant states a change of a pattern."""
        matching = quoted(f"^.*p[.][(]?({pattern})[)]?([^A-Za-z0-9_=].*)?$")
        return f"{_CHANGES}.exists($this.matches({matching}))"

    def found(self, gene: Locus) -> str:
        """The Observations of a variant of a gene, save those that say it is absent."""
        return f"{_VARIANTS}.where({_ABSENT}.not() and {self.of_gene(gene)})"

    def tested(self, gene: Locus) -> str:
        """That a gene was tested: it is of a panel, or nothing was found in it."""
        panel = f"{_is_coded('53041-0', 'genomic-region-studied')} and {_component('51959-5')}.empty()"
        absent = (
            f"{_is_coded('69548-6', 'genomic-variant')} and {_ABSENT} and "
            f"{_CHANGES}.exists($this.matches('^.*[pc][.].*$')).not()"
        )
        return f"{OBSERVATIONS}.exists((({panel}) or ({absent})) and {self.of_gene(gene)})"

    def of_gene(self, gene: Locus) -> str:
        """A criterion on an Observation that names a gene."""
        concept = recognition(self.graph, [gene.iri])
        return f"{_component('48018-6')}.value.ofType(CodeableConcept).exists({concept.test()})"


def number_pattern(low: int, high: int) -> str:
    """A regular expression for the whole numbers of a range.

    >>> number_pattern(450, 513)
    '(4[5-9][0-9]|50[0-9]|51[0-3])'
    >>> all(bool(re.fullmatch(number_pattern(98, 1041), str(n))) == (98 <= n <= 1041) for n in range(1, 2000))
    True
    """
    return f"({'|'.join(_ranges(low, high))})"


def _ranges(low: int, high: int) -> Iterable[str]:
    while low <= high:
        step = 1
        while low % (step * 10) == 0 and low + step * 10 - 1 <= high and len(str(low)) > len(str(step)):
            step *= 10
        last = low
        while last // step % 10 < 9 and last + 2 * step - 1 <= high and len(str(last + step)) == len(str(low)):
            last += step
        head, digit, end = str(low // step)[:-1], str(low // step)[-1], str(last // step)[-1]
        yield head + (digit if digit == end else f"[{digit}-{end}]") + "[0-9]" * (len(str(step)) - 1)
        low = last + step


def _anywhere(numbers: str) -> str:
    """A change of any kind whose residues have some numbers."""
    return f"[A-Z][a-z]{{0,2}}{numbers}(_[A-Z][a-z]{{0,2}}{numbers})?[^0-9_=?].*"


def _unnamed(exon: Exon | None, apart: list[ProteinChange]) -> str:
    """Changes of an exon that are certainly none of some: another length is none of those that keep the length."""
    numbers = "[0-9]+" if exon is None else number_pattern(*exon.codons)
    residue = f"[A-Z][a-z]{{0,2}}{numbers}"
    edits = f"{residue}([A-Z][a-z]{{0,2}}|[*])"
    if all(change.kind == "missense" for change in apart):
        edits = f"({edits}|{residue}(_{residue})?(del([^i].*)?|dup.*|ins.*)|{residue}fs.*)"
    named = "|".join(map(_change, apart))
    return f"(?!({named})([^A-Za-z0-9_]|$)){edits}" if named else edits


def _change(change: ProteinChange) -> str:
    """A protein change with one-letter and with three-letter codes."""
    short = change.hgvs.removeprefix("p.")
    long = re.sub(r"(?<![a-z])[A-Z]", lambda found: _THREE[found[0]], short)
    return f"{short}|{long}"


def _either(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' or '.join(parts)})" if parts else ""


def _component(code: str) -> str:
    return f"component.where(code.{is_coded(code)})"


def _is_coded(code: str, profile: str) -> str:
    return f"(code.{is_coded(code)} or meta.profile.exists($this.contains('-{profile}')))"


_ABSENT = f"value.ofType(CodeableConcept).{is_coded('LA9634-2')}"
_VARIANTS = f"{OBSERVATIONS}.where({_is_coded('69548-6', 'genomic-variant')})"
_CHANGES = (
    f"component.where(code.{is_coded('48018-6')}.not())"
    ".value.ofType(CodeableConcept).select(coding.code | coding.display | text)"
)
_THREE = {
    "A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu", "G": "Gly", "H": "His",
    "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe", "P": "Pro", "S": "Ser", "T": "Thr", "W": "Trp",
    "Y": "Tyr", "V": "Val",
}  # fmt: skip
