"""Alterations as reports name them: the class that each belongs to, and the named variants it is known not to be."""

from __future__ import annotations

import re

from gistkg.criteria import conditions
from gistkg.errors import VariantError
from gistkg.expressions import And, Expression, Named, Not
from gistkg.graph import Graph
from gistkg.hgvs import ProteinChange, same_protein
from gistkg.loci import Loci, Locus, loci
from gistkg.mentions import Mention, find_mention, may_mention
from gistkg.positions import site_of
from gistkg.record import Record
from gistkg.resolve import label_of, lexicon, near
from gistkg.results import Iri
from gistkg.terms import GISTKG, expand
from gistkg.wording import mark_of, stray_sign

__all__ = ["Finding", "find_alteration"]


class Finding(Record):
    """An alteration that a text names.

    `term` is the most specific class it belongs to: a named variant, else an exon, else a gene. `expression` says all
    that is known of it, also that it is none of the named variants of its exon. `warnings` are sentences about what in
    the text does not fit together, or was settled by a rule.
    """

    text: str
    gene: Iri | None
    term: Iri
    label: str
    expression: Expression
    warnings: tuple[str, ...] = ()


def find_alteration(graph: Graph, text: str) -> Finding | None:
    """The alteration that a text names: by a name of the graph, an HGVS protein change, an exon, or as a fusion.

    A protein change that is none of the named variants belongs to the exon of its first codon, and is known not to be
    any of them; an exon alone leaves them open. `None` for a text that is not, or not only, about one alteration.
    Raises `VariantError` for one that cannot be read, that the gene it is said of cannot have, or that is marked with a
    question mark or a minus.

    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> find_alteration(graph, "KIT p.(Val654Ala)").label, find_alteration(graph, "PDGFRA D842_H845del").label
    ('KIT V654A', 'PDGFRA exon 18 mutation')
    >>> find_alteration(graph, "metastatic") is None
    True
    """
    mark = mark_of(text)
    if mark is not None and mark[1] in ("?", "-") and find_alteration(graph, mark[0]) is not None:
        raise VariantError(text, f"write {mark[0]!r} if it was found, and leave it out if it was not, or may not be.")
    found = _found(graph, text)
    if found is not None and stray_sign(text) is not None:
        raise VariantError(text, f"{stray_sign(text)!r} can mean that it was not found; leave it out if that is so.")
    return found


def _found(graph: Graph, text: str) -> Finding | None:
    named = _terms(graph, text)
    if named:
        above = conditions(graph).ancestors
        classes = [term for term in named if _ALTERATION in above.get(term, ()) and term != _ALTERATION]
        return _Placing(graph, text).as_class(classes[0]) if classes else None
    if not may_mention(text):
        return None
    try:
        mention = find_mention(loci(graph), text)
    except VariantError as error:
        raise VariantError(text, error.problem) from None
    return None if mention is None else _Placing(graph, text).place(mention)


def _terms(graph: Graph, text: str) -> list[str]:
    """The IRIs that a text is a name of."""
    iri = expand(text.strip())
    known = conditions(graph).ancestors
    if iri is not None:
        return [iri] if iri in known else []
    named = [term for _, term in lexicon(graph).terms(text)]
    return named or [term for term in (GISTKG + text,) if term in known]


class _Placing:
    """Finds the place of one alteration, and collects what there is to warn of on the way."""

    def __init__(self, graph: Graph, text: str) -> None:
        self.graph = graph
        self.text = text
        self.known: Loci = loci(graph)
        self.above = conditions(graph).ancestors
        self.warnings: list[str] = []

    def place(self, mention: Mention) -> Finding | None:
        self.warnings += [f"{words} is not read." for words in mention.unread]
        protein = mention.change or mention.residues or mention.coding or mention.exon
        other = mention.topics - {"mutation"}
        if mention.partners is not None or other:
            return None if protein or len(mention.topics) > 1 else self.as_other(mention)
        gene = mention.gene or self.gene_of(mention)
        if gene is None:
            return None
        owner = self.owner(mention.transcript)
        if owner not in (None, gene):
            raise self.refused(f"{mention.transcript} is a transcript of {owner.symbol}, not of {gene.symbol}.")
        if mention.change is not None:
            return self.as_change(gene, mention, mention.change)
        if mention.residues is not None or mention.coding is not None:
            return self.as_site(gene, mention)
        if mention.exon is not None:
            return self.as_exon(gene, mention.exon)
        return self.as_class(self.mutation_of(gene)) if mention.topics else None

    def as_class(self, term: str) -> Finding:
        """A class and no more; a named variant with the classes of deletions that its change puts it into."""
        gene = self.known.genes.get(self.known.classes.get(term, ""))
        parts: list[Expression] = [Named(term)]
        for variant in gene.variants if gene is not None else ():
            if variant.iri == term and gene is not None:
                kinds = _deletions(gene, variant.change)
                parts += [Named(kind) for kind, holds in kinds.items() if holds and kind not in self.above[term]]
        return self.finding(gene, term, parts)

    def as_change(self, gene: Locus, mention: Mention, change: ProteinChange) -> Finding:
        """The named variant that a change is, else its exon without the variants there that it is not."""
        place, certain = self.site(gene, mention)
        if change.kind == "synonymous":
            self.warnings.append(f"{change.hgvs} leaves the protein as it is.")
        kinds = {variant.iri: same_protein(change, variant.change, gene.residues) for variant in gene.variants}
        for variant, holds in kinds.items():
            if holds and certain:
                return self.as_class(variant)
        elsewhere = [other.symbol for other in self.known.genes.values() if other is not gene and _names(other, change)]
        if elsewhere:
            self.warnings.append(f"{change.hgvs} is a known mutation of {' and '.join(elsewhere)}; is the gene right?")
        kinds |= _deletions(gene, change)
        parts: list[Expression] = [Named(place)]
        for kind, holds in sorted(kinds.items()):
            if holds is not None and certain and place in self.above.get(kind, ()):
                parts.append(Named(kind) if holds else Not(Named(kind)))
        return self.finding(gene, place, parts)

    def as_site(self, gene: Locus, mention: Mention) -> Finding:
        """An exon, from a coding change or from residues of which it is not said what became of them."""
        place, _ = self.site(gene, mention)
        self.warnings.append(f"the protein change is not said; taken as any {label_of(self.graph, Iri(place))}.")
        return self.finding(gene, place, [Named(place)])

    def as_exon(self, gene: Locus, number: int) -> Finding:
        for exon in gene.exons:
            if exon.number == number:
                return self.as_class(exon.iri)
        if gene.exons:
            first, last = gene.exons[0].number, gene.exons[-1].number
            raise self.refused(f"{gene.symbol} has exons {first} to {last} in the graph; correct the number.")
        place = self.mutation_of(gene)
        label = label_of(self.graph, Iri(place))
        self.warnings.append(f"the graph has no exons of {gene.symbol}; taken as any {label}.")
        return self.as_class(place)

    def as_other(self, mention: Mention) -> Finding | None:
        """The fusion or the amplification of a gene."""
        gene = mention.gene
        if mention.partners is not None:
            return self.as_fusion(mention.partners) if gene is None and mention.topics <= {"fusion"} else None
        if gene is None:
            return None
        if "fusion" in mention.topics:
            return self.as_fusion((gene.symbol,))
        if gene.amplification is None:
            self.warnings.append(f"the graph has no class for amplifications of {gene.symbol}.")
        return self.finding(gene, gene.amplification or _AMPLIFICATION, [Named(gene.amplification or _AMPLIFICATION)])

    def as_fusion(self, partners: tuple[str, ...]) -> Finding:
        known = [gene for partner in partners if (gene := self.known.find(partner)) is not None]
        if not known:
            raise self.refused(f"neither {' nor '.join(partners)} is a gene of the graph{self.meant(*partners)}")
        fused = [gene for gene in known if gene.fusion is not None]
        if not fused:
            symbols = " or ".join(dict.fromkeys(gene.symbol for gene in known))
            self.warnings.append(f"the graph has no class for fusions of {symbols}.")
            return self.finding(known[0], _FUSION, [Named(_FUSION)])
        terms = list(dict.fromkeys(gene.fusion for gene in fused if gene.fusion is not None))
        return self.finding(fused[0], terms[0], [Named(term) for term in terms])

    def finding(self, gene: Locus | None, term: str, parts: list[Expression]) -> Finding:
        expression = parts[0] if len(parts) == 1 else And(tuple(parts))
        label = label_of(self.graph, Iri(term))
        return Finding(self.text, Iri(gene.iri) if gene else None, Iri(term), label, expression, tuple(self.warnings))

    def gene_of(self, mention: Mention) -> Locus | None:
        """The gene of a text that names none the graph knows, if only one can be meant."""
        if mention.stranger is not None:
            self.no_gene(mention.stranger)
            return None
        owner = self.owner(mention.transcript)
        if owner is not None:
            return owner
        change = mention.change
        if change is not None:
            having = [gene for gene in self.known.genes.values() if _names(gene, change)]
            if len(having) == 1:
                return having[0]
        if change is None and mention.coding is None and mention.exon is None:
            return None
        known = [gene.symbol for gene in self.known.genes.values() if gene.exons]
        raise self.refused(f"say the gene in front of it: {' or '.join(known)}, for instance.")

    def owner(self, transcript: str | None) -> Locus | None:
        """The gene that a transcript is one of, if the graph knows it."""
        for gene in self.known.genes.values() if transcript is not None else ():
            if transcript in (gene.transcript, *(isoform.transcript for isoform in gene.isoforms)):
                return gene
        return None

    def no_gene(self, word: str) -> None:
        """Raise `VariantError` if a word before a change is meant as a gene."""
        if lexicon(self.graph).terms(word):
            return
        meant = self.meant(word)
        if meant.endswith("?") or re.fullmatch(r"[A-Z][A-Z0-9-]+", word, re.ASCII):
            raise self.refused(f"{word} is no gene of the graph{meant}")

    def meant(self, *words: str) -> str:
        symbols = [gene.symbol for gene in self.known.genes.values()]
        nearest = [symbol for word in words for symbol in near(word, symbols)]
        return f"; did you mean {' or '.join(nearest)}?" if nearest else f", which has {', '.join(symbols)}."

    def site(self, gene: Locus, mention: Mention) -> tuple[str, bool]:
        """The class of the exon, or of the gene, that a mention lies in, and whether its numbering is certain."""
        place = self.mutation_of(gene)
        site = site_of(self.text, gene, mention)
        self.warnings += site.warnings
        return (place if site.exon is None else site.exon.iri), site.certain

    def mutation_of(self, gene: Locus) -> str:
        if gene.mutation is None:
            raise self.refused(f"the graph has no class for mutations of {gene.symbol}; leave it out.")
        return gene.mutation

    def refused(self, problem: str) -> VariantError:
        return VariantError(self.text, problem)


_ALTERATION = GISTKG + "Alteration"
_FUSION = GISTKG + "GeneFusion"
_AMPLIFICATION = GISTKG + "GeneAmplification"


def _names(gene: Locus, change: ProteinChange) -> bool:
    """Whether a change is a named variant of a gene."""
    return any(variant.change.hgvs == change.hgvs for variant in gene.variants)


def _deletions(gene: Locus, change: ProteinChange) -> dict[str, bool | None]:
    """Whether a change belongs to each of the classes of deletions of a gene; `None` where that is not settled.

    A deletion belongs if it touches their codons. Not settled are a delins that does, and what ends the protein before.
    """
    found: dict[str, bool | None] = {}
    for kind in gene.deletions:
        ends_protein = change.kind in ("frameshift", "nonsense")
        before = change.first.position <= kind.codons[1]
        touches = before and (ends_protein or change.last.position >= kind.codons[0])
        open_ = touches and (ends_protein or change.kind == "delins")
        found[kind.iri] = None if open_ else touches and change.kind == "deletion"
    return found
