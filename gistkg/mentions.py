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
    """Whether a text is worth reading for an alteration: it holds a number, or a word that only alterations have.

    >>> may_mention("KIT p.K642E"), may_mention("metastatic")
    (True, False)
    """
    return re.search(rf"[0-9]|::|\b(?:{'|'.join(_TOPICS)})\b", text, re.IGNORECASE) is not None


def find_mention(loci: Loci, text: str) -> Mention | None:
    """What a text says of one alteration, or `None` if any word of it is about something else.

    Raises `VariantError` for what is a change but cannot be read.

    >>> from gistkg.graph import load_graph
    >>> from gistkg.loci import loci
    >>> mention = find_mention(loci(load_graph()), "KIT exon 13 (p.Val654Ala)")
    >>> mention.gene.symbol, mention.exon, mention.change.hgvs
    ('KIT', 13, 'p.V654A')
    """
    tokens = list(_tokens(loci, text))
    said: dict[str, list[str]] = {}
    for kind, words in tokens:
        said.setdefault(kind, []).append(words)
    stranger = None
    if "unknown" in said:
        following = [kind for (kind, _), (before, _) in zip(tokens[1:], tokens, strict=False) if before == "unknown"]
        if "gene" in said or len(said["unknown"]) > 1 or following not in (["change"], ["coding"]):
            return None
        stranger = said["unknown"][0]
    genes = [gene for name in said.get("gene", ()) if (gene := loci.find(name)) is not None]
    changes = {change.hgvs: change for change in map(parse_protein_change, said.get("change", ()))}
    exons = {int(re.sub("[^0-9]", "", words)) for words in said.get("exon", ())}
    many = (changes, exons, {gene.iri for gene in genes}, *map(set, map(said.get, _ONCE, [()] * len(_ONCE))))
    if any(len(values) > 1 for values in many):
        return None
    residues = said.get("residues")
    return Mention(
        gene=genes[0] if genes else None,
        stranger=stranger,
        transcript=_first(said, "transcript"),
        exon=next(iter(exons), None),
        change=next(iter(changes.values()), None),
        residues=find_residues(_without_word(residues[0])) if residues else None,
        coding=_first(said, "coding"),
        partners=_partners(said),
        topics=frozenset(_TOPICS[word.casefold()] for word in said.get("topic", ())),
        unread=tuple(said.get("genomic", ())),
    )
