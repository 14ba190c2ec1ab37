"""Genes as a change of one is placed in them: exons, named variants, known residues and other numberings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gistkg.errors import SourceError, VariantError
from gistkg.graph import Graph
from gistkg.hgvs import ProteinChange, parse_protein_change
from gistkg.record import Record
from gistkg.resolve import label_of, lexicon, normalise
from gistkg.results import Iri, Row
from gistkg.terms import compact

__all__ = ["DeletionClass", "Exon", "Isoform", "Loci", "Locus", "Variant", "loci"]


class Exon(Record):
    """The mutations of an exon: the class, and which codons and coding bases count as it."""

    iri: str
    label: str
    number: int
    codons: tuple[int, int]
    bases: tuple[int, int] | None
    takes_deletions_from: int | None


class Variant(Record):
    """A named variant: its class, and the protein change it stands for."""

    iri: str
    change: ProteinChange


class DeletionClass(Record):
    """A class of deletions: those that touch any of some codons."""

    iri: str
    codons: tuple[int, int]


class Isoform(Record):
    """A numbering of another transcript: what to add to have reference positions, known from one of those on."""

    label: str
    transcript: str
    added: int
    from_codon: int


class Locus(Record):
    """A gene with all that the graph says of where its changes lie; what the graph does not say is `None` or empty."""

    iri: str
    symbol: str
    transcript: str | None
    protein: str
    length: int | None
    mutation: str | None
    fusion: str | None
    amplification: str | None
    exons: tuple[Exon, ...]
    variants: tuple[Variant, ...]
    deletions: tuple[DeletionClass, ...]
    isoforms: tuple[Isoform, ...]
    residues: Mapping[int, str]

    def exon_of_codon(self, codon: int) -> Exon | None:
        """The exon that a codon counts as.

        >>> from gistkg.graph import load_graph
        >>> loci(load_graph()).find("PDGFRA").exon_of_codon(842).label
        'PDGFRA exon 18 mutation'
        """
        return next((exon for exon in self.exons if exon.codons[0] <= codon <= exon.codons[1]), None)

    def exon_of_base(self, base: int) -> Exon | None:
        """The exon that holds a base of the coding sequence.

        >>> from gistkg.graph import load_graph
        >>> loci(load_graph()).find("KIT").exon_of_base(1647).number
        10
        """
        return next((exon for exon in self.exons if exon.bases and exon.bases[0] <= base <= exon.bases[1]), None)


class Loci(Record):
    """The genes of a graph by IRI, and the IRI of a gene by each of its names and by each class of its alterations."""

    genes: dict[str, Locus]
    names: dict[str, str]
    classes: dict[str, str]

    def find(self, name: str) -> Locus | None:
        """The gene of this name, or `None`.

        >>> from gistkg.graph import load_graph
        >>> loci(load_graph()).find("c-Kit").symbol
        'KIT'
        """
        iri = self.names.get(normalise(name))
        return None if iri is None else self.genes[iri]


def loci(graph: Graph) -> Loci:
    """The genes of a graph; read on first use and kept as long as the graph.

    >>> from gistkg.graph import load_graph
    >>> loci(load_graph()).find("KIT").residues[816]
    'D'
    """
    return graph.derived("alterations", _read)


def _read(graph: Graph) -> Loci:
    exons, variants, deletions, isoforms = (
        _by_gene(graph, query) for query in (_EXONS, _VARIANTS, _DELETIONS, _ISOFORMS)
    )
    genes: dict[str, Locus] = {}
    names: dict[str, str] = {}
    for row in graph.rows(_GENES):
        gene, protein = _text(row, "gene"), row["protein"]
        known = tuple(Variant(_text(of, "class"), _change(of)) for of in variants.get(gene, ()))
        genes[gene] = Locus(
            iri=gene,
            symbol=_text(row, "symbol"),
            transcript=_text(row, "transcript") or None,
            protein=label_of(graph, protein) if isinstance(protein, Iri) else f"{row['symbol']} protein",
            length=_number(row, "length"),
            mutation=_text(row, "mutation") or None,
            fusion=_text(row, "fusion") or None,
            amplification=_text(row, "amplification") or None,
            exons=tuple(_exon(graph, of) for of in exons.get(gene, ())),
            variants=known,
            deletions=tuple(
                DeletionClass(_text(of, "class"), _range(of, "first", "last")) for of in deletions.get(gene, ())
            ),
            isoforms=tuple(
                Isoform(
                    label_of(graph, Iri(_text(of, "isoform"))), _text(of, "transcript"), *_range(of, "added", "codon")
                )
                for of in isoforms.get(gene, ())
            ),
            residues=_residues(variant.change for variant in known),
        )
        for term in (gene, protein.full) if isinstance(protein, Iri) else (gene,):
            for name in (label_of(graph, Iri(term)), *lexicon(graph).synonyms.get(term, ())):
                names.setdefault(normalise(name), gene)
    return Loci(genes, names, {_text(row, "class"): _text(row, "gene") for row in graph.rows(_CLASSES)})


def _by_gene(graph: Graph, query: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in graph.rows(query):
        found.setdefault(_text(row, "gene"), []).append(row)
    return found


def _exon(graph: Graph, row: Row) -> Exon:
    bases = None if row["firstBase"] is None or row["lastBase"] is None else _range(row, "firstBase", "lastBase")
    iri = _text(row, "class")
    number = _number(row, "number") or 0
    return Exon(iri, label_of(graph, Iri(iri)), number, _range(row, "first", "last"), bases, _number(row, "takes"))


def _change(row: Row) -> ProteinChange:
    try:
        return parse_protein_change(_text(row, "change"))
    except VariantError as error:
        raise SourceError(compact(_text(row, "class")), f"its gistkg:hgvsProtein: {error}") from None


def _residues(changes: Iterable[ProteinChange]) -> dict[int, str]:
    ends = (end for change in changes for end in (change.first, change.last))
    return {end.position: end.letter for end in ends if end.letter is not None}


def _text(row: Row, name: str) -> str:
    value = row[name]
    return value.full if isinstance(value, Iri) else "" if value is None else str(value)


def _number(row: Row, name: str) -> int | None:
    value = row[name]
    return value if isinstance(value, int) else None


def _range(row: Row, first: str, last: str) -> tuple[int, int]:
    return _number(row, first) or 0, _number(row, last) or 0


_GENES = """
SELECT ?gene ?symbol ?transcript ?protein ?length ?mutation ?fusion ?amplification WHERE {
  ?gene gistkg:geneSymbol ?symbol .
  OPTIONAL { ?gene gistkg:referenceTranscript ?transcript }
  OPTIONAL { ?gene gistkg:encodes ?protein OPTIONAL { ?protein gistkg:proteinLength ?length } }
  OPTIONAL { ?mutation a gistkg:GeneMutation ; gistkg:inGene ?gene }
  OPTIONAL { ?fusion gistkg:inGene ?gene ; rdfs:subClassOf+ gistkg:GeneFusion }
  OPTIONAL { ?amplification gistkg:inGene ?gene ; rdfs:subClassOf+ gistkg:GeneAmplification }
} ORDER BY ?gene ?protein ?mutation ?fusion ?amplification"""
_CLASSES = "SELECT ?class ?gene WHERE { ?class gistkg:inGene ?gene } ORDER BY ?class DESC(?gene)"
_EXONS = """
SELECT ?gene ?class ?number ?first ?last ?firstBase ?lastBase ?takes WHERE {
  ?class a gistkg:ExonMutation ; gistkg:inGene ?gene ;
    gistkg:exonNumber ?number ; gistkg:firstCodon ?first ; gistkg:lastCodon ?last .
  OPTIONAL { ?class gistkg:firstCodingBase ?firstBase ; gistkg:lastCodingBase ?lastBase }
  OPTIONAL { ?class gistkg:takesDeletionsFromCodon ?takes }
} ORDER BY ?gene ?first"""
_VARIANTS = """
SELECT ?gene ?class ?change WHERE {
  ?class a gistkg:NamedVariant ; gistkg:inGene ?gene ; gistkg:hgvsProtein ?change
} ORDER BY ?gene ?class"""
_DELETIONS = """
SELECT ?gene ?class ?first ?last WHERE {
  ?class gistkg:inGene ?gene ; gistkg:firstDeletedCodon ?first ; gistkg:lastDeletedCodon ?last
} ORDER BY ?gene ?class"""
_ISOFORMS = """
SELECT ?gene ?isoform ?transcript ?added ?codon WHERE {
  ?gene gistkg:hasIsoform ?isoform .
  ?isoform gistkg:isoformTranscript ?transcript ; gistkg:addedToPosition ?added ; gistkg:differsFromCodon ?codon
} ORDER BY ?gene ?transcript"""
