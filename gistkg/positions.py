"""Whether the positions of a change fit its gene, and in which exon they lie."""

from __future__ import annotations

import re

from gistkg.errors import VariantError
from gistkg.hgvs import Residue
from gistkg.loci import Exon, Isoform, Locus
from gistkg.mentions import Mention
from gistkg.record import Record

__all__ = ["Site", "site_of"]


class Site(Record):
    """Where a change lies: the exon, if the graph has those of the gene, and what there is to warn of.

    `certain` is false where the positions look like those of another isoform; an exon is then given only if it is the
    same by both.
    """

    exon: Exon | None
    certain: bool
    warnings: tuple[str, ...]


def site_of(text: str, gene: Locus, mention: Mention) -> Site:
    """The site of what a text mentions: a protein change, a coding change, or residues.

    Where both are given, the coding change decides the exon. A change in two exons lies in the one it begins in, save
    for deletions that the graph says another one takes.
    Raises `VariantError` for positions that the protein does not have, residues that do not stand there as far as the
    graph knows, and positions of a transcript other than the reference.

    >>> from gistkg.graph import load_graph
    >>> from gistkg.loci import loci
    >>> from gistkg.mentions import find_mention
    >>> genes = loci(load_graph())
    >>> site_of("KIT", genes.find("KIT"), find_mention(genes, "KIT W557_K558del")).exon.label
    'KIT exon 11 mutation'
    """
    warnings: list[str] = []
    change = mention.change
    ends = (change.first, change.last) if change is not None else mention.residues
    isoform = None if ends is None else _other_numbering(text, gene, mention, ends, warnings)
    exon = None
    if mention.coding is not None:
        exon = _exon_of_bases(text, gene, mention.coding, ends, warnings)
    elif ends is not None:
        last = ends[0] if change is not None and change.kind == "insertion" else ends[1]
        deletes = change is not None and change.kind == "deletion"
        begin, end = (gene.exon_of_codon(residue.position) for residue in (ends[0], last))
        exon = _one_exon(gene, begin, end, ends[0].position if deletes else None, warnings)
    if isoform is not None and ends is not None and exon != gene.exon_of_codon(ends[0].position + isoform.added):
        exon = None
    if exon is not None and mention.exon not in (None, exon.number):
        warnings.append(
            f"the text says exon {mention.exon} of {gene.symbol}, but the position lies in exon {exon.number}, "
            "which is kept."
        )
    return Site(exon, isoform is None, tuple(warnings))


def _other_numbering(
    text: str, gene: Locus, mention: Mention, ends: tuple[Residue, Residue], warnings: list[str]
) -> Isoform | None:
    """The isoform that positions look like those of; raises `VariantError` if they cannot be of the reference."""
    first, last = ends
    if first.position < 1 or last.position < first.position:
        raise VariantError(text, f"{first} to {last} is no range of residues; they are counted upwards from 1.")
    stated = mention.transcript
    if stated is not None and stated != gene.transcript:
        own = next((isoform for isoform in gene.isoforms if isoform.transcript == stated), None)
        if own is not None:
            raise VariantError(
                text,
                f"positions of {stated} are not those of {gene.transcript}; write {_renumbered(gene, own, mention)}.",
            )
        warnings.append(f"{stated} is not known here; positions are taken as those of {gene.transcript}.")
    lettered = [end for end in dict.fromkeys(ends) if end.letter is not None]
    isoform = next((each for each in gene.isoforms if _reads_as(gene, each, lettered)), None)
    hint = "correct the residue or the position."
    if isoform is not None:
        hint = (
            f"the numbering looks like that of {isoform.transcript} ({isoform.label}): "
            f"on {gene.transcript} this is {_renumbered(gene, isoform, mention)}."
        )
    if gene.length is not None and last.position > gene.length:
        raise VariantError(text, f"the {gene.protein} has {gene.length} residues, so none at {last.position}; {hint}")
    for end in lettered:
        known = gene.residues.get(end.position, end.letter)
        if known != end.letter:
            raise VariantError(
                text, f"residue {end.position} of the {gene.protein} is {known}, not {end.letter}; {hint}"
            )
    if isoform is not None and not any(end.position in gene.residues for end in lettered):
        warnings.append(hint)
        return isoform
    return None


def _reads_as(gene: Locus, isoform: Isoform, lettered: list[Residue]) -> bool:
    """Whether all residues are those that the graph knows, if the positions are counted on an isoform."""
    shifted = [Residue(end.letter, end.position + isoform.added) for end in lettered]
    return bool(shifted) and all(
        end.position >= isoform.from_codon and gene.residues.get(end.position) == end.letter for end in shifted
    )


def _renumbered(gene: Locus, isoform: Isoform, mention: Mention) -> str:
    """What a text says, in the numbering of the reference protein, if it is known how to get there."""
    change = mention.change
    if change is None or change.first.position + isoform.added < isoform.from_codon:
        return f"the positions of {gene.transcript}"
    return f"{gene.symbol} {change.shifted(isoform.added).hgvs}"


def _one_exon(
    gene: Locus, begin: Exon | None, end: Exon | None, deletes_from: int | None, warnings: list[str]
) -> Exon | None:
    """The one exon that a change counts as."""
    if begin is None or end is None or begin == end:
        return begin
    chosen, rule = begin, "where it begins"
    for exon in gene.exons:
        taken = exon.takes_deletions_from
        reached = begin.codons[1] < exon.codons[0] <= end.codons[0]
        if deletes_from is not None and taken is not None and taken <= deletes_from and reached:
            chosen, rule = exon, f"which takes deletions from codon {taken} on"
    warnings.append(
        f"the change begins in exon {begin.number} and ends in exon {end.number}; taken as {chosen.label}, {rule}."
    )
    return chosen


def _exon_of_bases(
    text: str, gene: Locus, coding: str, ends: tuple[Residue, Residue] | None, warnings: list[str]
) -> Exon | None:
    """The exon of a coding change; an intron counts with the exon that the change begins or ends next to."""
    found = re.fullmatch(_CODING, coding, re.ASCII | re.IGNORECASE)
    if found is None:
        raise VariantError(text, f"{coding} is not read as a coding change, such as c.100A>G or c.100_105del.")
    first, last = int(found["m"]), int(found["n"] or found["m"])
    if found["n"]:  # what begins after an exon, or ends before one, lies in the other
        first += (found["after"] or "").startswith("+")
        last -= (found["before"] or "").startswith("-")
    codons = [(base + 2) // 3 for base in (first, last)]
    if last < first or first < 1:
        raise VariantError(text, f"{coding} runs backwards, or begins before base 1; correct its positions.")
    if ends is not None and not codons[0] - 1 <= ends[0].position <= codons[1] + 1:
        warnings.append(
            f"{coding} lies in codon {codons[0]}, not {ends[0].position}; the coding change decides the exon."
        )
    begin, end = gene.exon_of_base(first), gene.exon_of_base(last)
    if gene.exons and (begin is None or end is None):
        raise VariantError(
            text, f"{coding} lies beyond the coding sequence of {gene.transcript}; correct its positions."
        )
    deletes = re.fullmatch(r"(?!.*ins)del.*", found["edit"] or "", re.IGNORECASE) is not None
    return _one_exon(gene, begin, end, codons[0] if deletes else None, warnings)


_CODING = (
    r"c\.(?P<m>[0-9]{1,6})(?P<after>[+-][0-9]+)?(?:_(?P<n>[0-9]{1,6})(?P<before>[+-][0-9]+)?)?(?P<edit>[^0-9_+-].*)?"
)
