"""Whether the sentence of an evidence item says what its columns say: the same disease, and the same alteration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gistkg.errors import VariantError
from gistkg.graph import Graph
from gistkg.hgvs import ProteinChange, parse_protein_change, same_protein
from gistkg.loci import Locus, loci
from gistkg.resolve import find, lexicon
from gistkg.results import Iri

__all__ = ["disease_names", "other_disease", "other_variant"]


def disease_names(diseases: Iterable[str]) -> tuple[str, ...]:
    """The diseases of a table that a sentence can be held against: those that are no part of another's name.

    >>> disease_names(["Sarcoma", "Ewing Sarcoma", "Melanoma"])
    ('Ewing Sarcoma', 'Melanoma')
    """
    names = sorted({name for name in diseases if name})
    return tuple(one for one in names if not any(other != one and _says(other, one) for other in names))


def other_disease(graph: Graph, tumour: Iri, statement: str, names: Iterable[str]) -> str | None:
    """The disease that a sentence names in place of a tumour; `None` if it names the tumour, or no disease."""
    texts = lexicon(graph)
    own = [texts.labels[tumour.full], *texts.synonyms.get(tumour.full, ())]
    if any(_says(statement, name, plural=True) for name in own):
        return None
    return next((name for name in names if tumour not in find(graph, name) and _says(statement, name)), None)


def other_variant(graph: Graph, alteration: str, statement: str) -> str | None:
    """What a sentence says of the gene in place of the alteration of its row, or `None`.

    A sentence that names changes or exons of the gene, none of which is the change of the row or lies in its exon, is
    about another alteration, and so is one that names other genes only.

    >>> from gistkg.graph import load_graph
    >>> other_variant(load_graph(), "PDGFRA D842V", "293T cells with PDGFRA A842V were treated with a drug.")
    'A842V'
    >>> other_variant(load_graph(), "KIT EXON 9 MUTATION", "A502_Y503dup lies in KIT exon 9.") is None
    True
    """
    symbol, _, rest = alteration.partition(" ")
    gene = loci(graph).find(symbol)
    if gene is None:
        return None
    own = _change(rest)
    exon = re.search(r"exon\s*(\d+)", rest, re.IGNORECASE)
    number = int(exon[1]) if exon else None
    if own is not None:
        at = gene.exon_of_codon(own.first.position)
        number = at.number if at else None
    changes = [change for change in _changes(statement) if _may_lie_in(gene, change)]
    exons = {int(found) for found in re.findall(r"\bexons?\s*(\d+)", statement, re.IGNORECASE)}
    if own is not None and changes and not any(_agree(own, change, gene) for change in changes):
        return ", ".join(change.text for change in changes)
    if own is None and number is not None and (exons or changes):
        inside = [change for change in changes if _exon(gene, change) == number]
        if number not in exons and not inside:
            return ", ".join([*(f"exon {one}" for one in sorted(exons)), *(change.text for change in changes)])
    genes = [other.symbol for other in loci(graph).genes.values() if _says(statement, other.symbol)]
    if genes and gene.symbol not in genes and not changes and not exons:
        names = [gene.symbol, *(name for name, iri in loci(graph).names.items() if iri == gene.iri)]
        return None if any(_says(statement, name) for name in names) else ", ".join(genes)
    return None


_TOKEN = re.compile(
    r"\b(?:p\.)?\(?([A-Z][a-z]{0,2}\d{2,4}(?:_[A-Z][a-z]{0,2}\d{2,4})?(?:delins|del|dup|ins)?[A-Za-z*]*)\)?"
)


def _changes(statement: str) -> Iterator[ProteinChange]:
    for found in _TOKEN.finditer(statement):
        change = _change(found[1])
        if change is not None:
            yield change


def _change(text: str) -> ProteinChange | None:
    try:
        return parse_protein_change(text)
    except VariantError:
        return None


def _may_lie_in(gene: Locus, change: ProteinChange) -> bool:
    """Whether a change can be one of a gene: some exon holds it; a cell line such as HEK293T is none."""
    return change.first.letter is not None and gene.exon_of_codon(change.first.position) is not None


def _exon(gene: Locus, change: ProteinChange) -> int | None:
    exon = gene.exon_of_codon(change.first.position)
    return exon.number if exon else None


def _agree(own: ProteinChange, said: ProteinChange, gene: Locus) -> bool:
    """Whether two changes are, or may be, one: the same protein, or the same residues said less exactly."""
    letters = {own.first.position: own.first.letter, own.last.position: own.last.letter}
    if any(letters.get(end.position, end.letter) != end.letter for end in (said.first, said.last)):
        return False  # another residue at the same place
    if said.first == own.first and said.last == own.last:
        return said.kind == own.kind or "delins" in (said.kind, own.kind)
    return same_protein(own, said, gene.residues) is not False


def _says(text: str, name: str, *, plural: bool = False) -> bool:
    ending = "s?" if plural else ""
    return re.search(rf"(?<!\w){re.escape(name)}{ending}(?!\w)", text, re.IGNORECASE) is not None
