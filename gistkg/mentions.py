"""What the words of a report mention of an alteration: the gene, the exon, the change; no word is passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gistkg.errors import VariantError
from gistkg.hgvs import ProteinChange, Residue, find_residues, parse_protein_change
from gistkg.loci import Loci, Locus
from gistkg.record import Record

__all__ = ["Mention", "find_mention", "may_mention"]


class Mention(Record):
    """The parts of a text that is about one alteration; what it does not say is `None` or empty.

    `residues` are the first and the last of those whose change is not said, `partners` the two names of a fusion, and
    `topics` says which of mutation, fusion and amplification the text speaks of. `stranger` is a word that stands where
    a gene should, and `unread` holds what was recognised but says nothing of the protein.
    """

    gene: Locus | None
    stranger: str | None
    transcript: str | None
    exon: int | None
    change: ProteinChange | None
    residues: tuple[Residue, Residue] | None
    coding: str | None
    partners: tuple[str, str] | None
    topics: frozenset[str]
    unread: tuple[str, ...]


def may_mention(text: str) -> bool:
    """Whether a text is worth reading for an alteration: it holds a number, `p.`, or a word that alterations have.

    >>> may_mention("KIT p.K642E"), may_mention("metastatic")
    (True, False)
    """
    return re.search(rf"[0-9]|::|\b(?:[pc]\.\S|(?:{'|'.join(_TOPICS)})\b)", text, re.IGNORECASE) is not None


def find_mention(loci: Loci, text: str) -> Mention | None:
    """What a text says of one alteration; `None` if it says nothing of one, or speaks of something else as well.

    Raises `VariantError` for what is a change but cannot be read.

    >>> from gistkg.graph import load_graph
    >>> from gistkg.loci import loci
    >>> mention = find_mention(loci(load_graph()), "KIT exon 13 (p.Val654Ala)")
    >>> mention.gene.symbol, mention.exon, mention.change.hgvs
    ('KIT', 13, 'p.V654A')
    """
    tokens = list(_tokens(loci, text))
    said: dict[str, dict[str, None]] = {}
    for kind, value in tokens:
        said.setdefault(kind, {})[value] = None
    if any(len(values) > 1 for kind, values in said.items() if kind not in _MANY):
        return None
    one = {kind: next(iter(values)) for kind, values in said.items()}
    if "unknown" in one:
        before = next(index for index, (kind, _) in enumerate(tokens) if kind == "unknown")
        following = tokens[before + 1][0] if before + 1 < len(tokens) else None
        if "gene" in one or following not in ("change", "coding"):
            return None
    if "broken" in one:
        parse_protein_change(one["broken"])
    names = one["partners"].split() if "partners" in one else None
    if names and names[2] != "::" and "fusion" not in said.get("topic", ()):
        return None
    return Mention(
        gene=loci.genes[one["gene"]] if "gene" in one else None,
        stranger=one.get("unknown"),
        transcript=one.get("transcript"),
        exon=int(one["exon"]) if "exon" in one else None,
        change=parse_protein_change(one["change"]) if "change" in one else None,
        residues=find_residues(one["residues"]) if "residues" in one else None,
        coding=one.get("coding"),
        partners=(names[0], names[1]) if names else None,
        topics=frozenset(said.get("topic", ())),
        unread=tuple(said.get("genomic", ())),
    )


def _tokens(loci: Loci, text: str) -> Iterator[tuple[str, str]]:
    """The parts of a text from left to right: what kind each is, and what it says, one way for all its spellings."""
    plain = re.sub(r"\s*::\s*", "::", text.translate(_DASHES))
    plain = re.sub(r"(?<!:):(?!:)|[()\[\],]", " ", plain)
    plain = re.sub(r"\b([pcg])\.\s+", r"\1.", plain, flags=re.IGNORECASE)
    words = plain.split()
    index, after_gene = 0, False
    while index < len(words):
        used, token = _gene(loci, words[index:]) or _phrase(" ".join(words[index : index + 2])) or (1, None)
        token = token or _word(words[index], after_gene=after_gene)
        after_gene = after_gene or token[0] == "gene"
        index += used
        yield token


def _gene(loci: Loci, words: list[str]) -> tuple[int, tuple[str, str]] | None:
    for count in range(min(_LONGEST_GENE_NAME, len(words)), 0, -1):
        gene = loci.find(" ".join(words[:count]))
        if gene is not None:
            return count, ("gene", gene.iri)
    return None


def _phrase(ahead: str) -> tuple[int, tuple[str, str]] | None:
    """What two words, or the first of them, say together: an exon, codons, residues with what becomes of them."""
    exon = re.match(r"(?:exon|ex)[.-]?( ?)([0-9]{1,3})(?!\S)", ahead, re.ASCII | re.IGNORECASE)
    if exon is not None:
        return (2 if exon[1] else 1), ("exon", str(int(exon[2])))
    codons = re.fullmatch(r"(?:codons?|residues?|positions?) (\S+)", ahead, re.IGNORECASE)
    if codons is not None and find_residues(codons[1]) is not None:
        return 2, ("residues", codons[1])
    run = re.fullmatch(r"([A-Z]{2,}) ([0-9]{1,5})-([0-9]{1,5})", ahead, re.ASCII)
    if run is not None and len(run[1]) == int(run[3]) - int(run[2]) + 1:
        return 2, ("residues", f"{run[1][0]}{run[2]}_{run[1][-1]}{run[3]}")
    edited = re.fullmatch(r"((?:p\.)?[A-Z]\S*[0-9]) (del|dup)(?:etions?|lications?)?", ahead, re.IGNORECASE)
    if edited is not None and find_residues(edited[1]) is not None:
        return 2, ("change", parse_protein_change(edited[1] + edited[2]).hgvs)
    return None


def _word(word: str, *, after_gene: bool) -> tuple[str, str]:
    folded = word.casefold()
    if folded in _TOPICS:
        return "topic", _TOPICS[folded]
    if folded in _FILLERS:
        return "filler", folded
    if folded[:2] in ("c.", "g."):
        return ("coding" if folded[0] == "c" else "genomic"), word
    if re.fullmatch(r"(?:N[MPR]_|ENS[TP])[0-9]+(?:\.[0-9]+)?", word, re.ASCII):
        return "transcript", word.partition(".")[0]
    if re.fullmatch(_NAMES_RESIDUES, word, re.ASCII | re.IGNORECASE) and find_residues(word) is not None:
        return "residues", word
    if folded.startswith("p."):
        return "change", parse_protein_change(word).hgvs
    try:
        change = parse_protein_change(word)
    except VariantError:
        if after_gene and re.match(_RESIDUE_AND_POSITION, word, re.ASCII):
            return "broken", word
    else:
        if after_gene or change.kind != "missense" or change.first.position >= _SHORT:
            return "change", change.hgvs
    pair = re.fullmatch(r"([A-Z][A-Z0-9]+)(::|-|/)([A-Z][A-Z0-9]+)", word, re.ASCII | re.IGNORECASE)
    if pair is not None:
        return "partners", f"{pair[1]} {pair[3]} {pair[2]}"
    return "unknown", word


_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
_LONGEST_GENE_NAME = 8
_SHORT = 10
"""Without a gene and without `p.`, a letter, a number below this and a letter can be many things."""
_RESIDUE_AND_POSITION = r"(?:[ACDEFGHIKLMNPQRSTVWY]|[A-Z][a-z]{2})[0-9]{2,}"
_NAMES_RESIDUES = r"p\..*|[A-Z]+[0-9]{2,}(?:(?-i:x)|[_-].*)|[0-9]+[_/-][0-9]+"
_MANY = ("topic", "filler", "genomic")
_TOPICS = {
    "mutation": "mutation",
    "mutations": "mutation",
    "mutant": "mutation",
    "mutated": "mutation",
    "variant": "mutation",
    "fusion": "fusion",
    "rearrangement": "fusion",
    "rearranged": "fusion",
    "amplification": "amplification",
    "amplified": "amplification",
}
_FILLERS = frozenset(
    {
        *("a", "an", "the", "in", "of", "at", "on", "gene", "protein", "change", "alteration", "acid"),
        *("deletion", "deletions", "del", "duplication", "duplications", "dup", "insertion", "insertions", "ins"),
        *("indel", "delins", "substitution", "substitutions", "missense"),
    }
)
