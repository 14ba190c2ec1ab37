"""HGVS protein changes, in the forms that reports write them in, read into one canonical form.

The parsers on offer want a reference before the change and leave out what reports write (no `p.`, residues unnamed,
lower case): mavehgvs reads no one-letter residues, hgvs needs sequence databases, mutalyzer-hgvs-parser adds a tenth of
a second to a cold start, and ferro-hgvs gives out a protein change only as JSON; so the grammar here is our own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gistkg.errors import VariantError
from gistkg.record import Record

__all__ = ["ProteinChange", "Residue", "find_residues", "parse_protein_change", "same_protein"]


class Residue(Record):
    """A residue of the reference protein: its position, from 1, and its one-letter code, or `None` if it is not said.

    >>> str(Residue("V", 654)), str(Residue(None, 549))
    ('V654', '549')
    """

    letter: str | None
    position: int

    def __str__(self) -> str:
        """Show it as HGVS does."""
        return f"{self.letter or ''}{self.position}"


class ProteinChange(Record):
    """A change of a protein: what kind, from which residue to which, and what stands there afterwards.

    `kind` is missense, deletion, duplication, insertion, delins, frameshift, nonsense or synonymous. `inserted` holds
    one-letter codes: the new residue or residues, `*` for a stop, nothing for the other kinds. `text` is what was read.
    """

    kind: str
    first: Residue
    last: Residue
    inserted: str
    text: str

    @property
    def hgvs(self) -> str:
        """The change in HGVS with one-letter codes; of a frameshift the short form.

        >>> parse_protein_change("Ala502_Tyr503dupAlaTyr").hgvs
        'p.A502_Y503dup'
        """
        where = str(self.first) if self.first == self.last else f"{self.first}_{self.last}"
        return f"p.{where}{_ENDINGS[self.kind]}{self.inserted}"

    def shifted(self, by: int) -> ProteinChange:
        """The same change in a numbering that is higher by so many.

        >>> parse_protein_change("p.V650A").shifted(4).hgvs
        'p.V654A'
        """
        first, last = (Residue(end.letter, end.position + by) for end in (self.first, self.last))
        return ProteinChange(self.kind, first, last, self.inserted, self.text)


def parse_protein_change(text: str) -> ProteinChange:
    """Read a protein change: one- or three-letter, with or without `p.` and parentheses, in upper or lower case.

    What is the same by its form becomes one kind: `p.V654V` is synonymous, and a delins of one residue by one is
    missense. Whether the residues are those of the protein is not looked at.
    Raises `VariantError` for anything else, codon 0, a range that runs backwards, and an insertion that does not stand
    between two neighbours.

    >>> parse_protein_change("p.(Val654Ala)").hgvs, parse_protein_change("W557-K558 deletion").hgvs
    ('p.V654A', 'p.W557_K558del')
    """
    compact = re.sub(r"\s+", "", text.translate(_DASHES))
    found = re.fullmatch(_CHANGE, compact, re.ASCII | re.IGNORECASE | re.VERBOSE)
    if found is None:
        raise VariantError(text, _why_not(compact))
    first = Residue(_letter(found["a"]), int(found["m"]))
    last = first if found["n"] is None else Residue(_letter(found["b"]), int(found["n"]))
    if first.position < 1:
        raise VariantError(text, "codons are counted from 1; correct the position.")
    if last.position < first.position:
        raise VariantError(
            text, f"the range runs backwards, from {first.position} to {last.position}; write the lower one first."
        )
    if first.position == last.position:
        first = last = _merged(text, first, last)
    kind, inserted = _edit(text, found, first, last)
    return ProteinChange(kind, first, last, inserted, text)


def find_residues(text: str) -> tuple[Residue, Residue] | None:
    """The first and last residue that a text names without saying what becomes of them, or `None`.

    >>> [str(end) for end in find_residues("p.574_575")], str(find_residues("D816x")[0]), find_residues("D816V")
    (['574', '575'], 'D816', None)
    """
    found = re.fullmatch(_RANGE, text.translate(_DASHES), re.ASCII | re.IGNORECASE)
    if found is None:
        return None
    first = Residue(_letter(found["a"]), int(found["m"]))
    return first, (first if found["n"] is None else Residue(_letter(found["b"]), int(found["n"])))


def same_protein(one: ProteinChange, other: ProteinChange, residues: Mapping[int, str]) -> bool | None:
    """Whether two changes of a protein lead to the same protein; `None` where unknown residues decide it.

    `residues` gives the letters that are known of the protein; those the changes name are added to it.

    >>> duplication, insertion = parse_protein_change("p.A502_Y503dup"), parse_protein_change("p.S501_A502insAY")
    >>> same_protein(duplication, insertion, {}), same_protein(duplication, parse_protein_change("p.Y503del"), {})
    (True, False)
    """
    if {one.kind, other.kind} & {"frameshift", "nonsense"}:
        return one.hgvs == other.hgvs
    ends = (one.first, one.last, other.first, other.last)
    letters = dict(residues) | {end.position: end.letter for end in ends if end.letter is not None}
    low, high = min(end.position for end in ends), max(end.position for end in ends)
    reference = [letters.get(position, position) for position in range(low, high + 1)]
    before, after = (_product(change, reference, low) for change in (one, other))
    return _equal(before, after) if len(before) == len(after) else False


_CODES = {
    "ala": "A", "arg": "R", "asn": "N", "asp": "D", "cys": "C", "gln": "Q", "glu": "E", "gly": "G", "his": "H",
    "ile": "I", "leu": "L", "lys": "K", "met": "M", "phe": "F", "pro": "P", "ser": "S", "thr": "T", "trp": "W",
    "tyr": "Y", "val": "V", "ter": "*",
}  # fmt: skip
_THREE = "|".join(code for code in _CODES if code != "ter")
_ONE = "[acdefghiklmnpqrstvwy]"
_RESIDUE = f"(?:{_THREE}|{_ONE})"
_RESIDUES = f"(?:(?:{_THREE})+|{_ONE}+)"
_CAPITALS = f"(?-i:(?:{_THREE.title()})+|{_ONE.upper()}+)"  # so that "ins" is no three residues
_CHANGE = rf"""
    (?:p\.)? (?P<open>\()?
    (?P<a>{_RESIDUE})? (?P<m>[0-9]{{1,5}}) (?: [_-] (?P<b>{_RESIDUE})? (?P<n>[0-9]{{1,5}}) )?
    (?:
        (?: (?:del(?:etion)?(?P<replaced>{_CAPITALS})?)? ins(?:ertion)? | indel | > ) (?P<inserted>{_RESIDUES})
      | (?P<kind>del|dup) (?:etion|lication)? (?!ins) (?P<listed>{_CAPITALS})?
      | (?P<fs>{_RESIDUE}?fs(?:(?:\*|ter|x)(?:[0-9]{{1,5}}|\?)?)?)
      | (?P<to>{_RESIDUE}|\*|ter|=)
    )
    (?(open)\))
"""
_RANGE = rf"(?:p\.)?(?P<a>{_RESIDUE})?(?P<m>[0-9]{{1,5}})(?:[_/-](?P<b>{_RESIDUE})?(?P<n>[0-9]{{1,5}})|(?-i:x))?"
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
_ENDINGS = {
    "missense": "",
    "nonsense": "",
    "synonymous": "=",
    "deletion": "del",
    "duplication": "dup",
    "insertion": "ins",
    "delins": "delins",
    "frameshift": "fs",
}
_FORMS = (
    "it is not read as a protein change; understood are forms such as p.A10V (or p.Ala10Val), p.A10_C12del, "
    "p.A10_C12dup, p.A10_C11insGG, p.A10_C12delinsW, p.A10fs, p.A10* and p.A10=."
)


def _why_not(compact: str) -> str:
    if ";" in compact or "[" in compact:
        return "these look like several changes; write each by itself."
    if re.fullmatch(rf"(?:p\.)?\(?{_RESIDUE}[0-9]+X\)?", compact, re.IGNORECASE):
        return "X stands for a stop in old reports and for any residue in others; write * for a stop, or the residue."
    return _FORMS


def _letter(code: str | None) -> str | None:
    return None if code is None else _CODES.get(code.casefold(), code.upper())


def _letters(codes: str, *, three: bool = False) -> str:
    """One-letter codes of a run of residues, which reads as three-letter codes if it is spelt so.

    >>> _letters("AlaTyr"), _letters("AY"), _letters("ALA"), _letters("ALA", three=True)
    ('AY', 'AY', 'ALA', 'A')
    """
    parts = re.findall("...?", codes.casefold()) if len(codes) % 3 == 0 else []
    if parts and all(part in _CODES for part in parts) and (three or codes != codes.upper()):
        return "".join(_CODES[part] for part in parts)
    return codes.upper()


def _merged(text: str, one: Residue, other: Residue) -> Residue:
    if one.letter is not None and other.letter is not None and one.letter != other.letter:
        raise VariantError(text, f"it names two residues at position {one.position}; correct one of them.")
    return Residue(one.letter or other.letter, one.position)


def _edit(text: str, found: re.Match[str], first: Residue, last: Residue) -> tuple[str, str]:
    """The kind of a change and what it inserts, in the plainest form."""
    three = len(found["a"] or "") == 3
    listed = found["listed"] or found["replaced"]
    if listed is not None:
        _check_listed(text, _letters(listed, three=three), first, last)
    if found["kind"] is not None:
        return ("deletion" if found["kind"].casefold() == "del" else "duplication"), ""
    if found["inserted"] is not None:
        inserted = _letters(found["inserted"], three=three)
        if re.search(r"[0-9]ins", found[0], re.IGNORECASE):
            if last.position != first.position + 1:
                raise VariantError(text, "an insertion stands between two neighbours, as in p.A10_C11insGG.")
            return "insertion", inserted
        if first == last and len(inserted) == 1 and first.letter is not None:
            return _substitution(first.letter, inserted)
        return "delins", inserted
    if first.letter is None or found["n"] is not None:
        raise VariantError(text, _FORMS)
    if found["fs"] is not None:
        return "frameshift", ""
    return _substitution(first.letter, _letter(found["to"]) or "")


def _substitution(before: str, after: str) -> tuple[str, str]:
    if after == "*":
        return "nonsense", "*"
    return ("synonymous", "") if after in ("=", before) else ("missense", after)


def _check_listed(text: str, listed: str, first: Residue, last: Residue) -> None:
    """Raise `VariantError` if the residues listed after `del` or `dup` are not as many, or not those, of the range."""
    count = last.position - first.position + 1
    fits = len(listed) == count and first.letter in (None, listed[0]) and last.letter in (None, listed[-1])
    if not fits:
        raise VariantError(text, f"{listed} is not what {first} to {last} holds; leave the residues after it out.")


def _equal(one: list[str | int], other: list[str | int]) -> bool | None:
    """Whether two stretches are equal: `None` if they are for some residues at the unknown positions, not for all."""
    stands_for: dict[str | int, str | int] = {}
    for a, b in zip(one, other, strict=True):
        while a in stands_for:
            a = stands_for[a]
        while b in stands_for:
            b = stands_for[b]
        if a == b:
            continue
        if isinstance(a, str) and isinstance(b, str):
            return False
        if isinstance(a, str):
            a, b = b, a
        stands_for[a] = b
    return None if stands_for else True


def _product(change: ProteinChange, reference: list[str | int], low: int) -> list[str | int]:
    """What becomes of a stretch of the protein; a number stands for the unknown residue of that position."""
    begin, end = change.first.position - low, change.last.position - low + 1
    match change.kind:
        case "synonymous":
            return reference
        case "duplication":
            return reference[:end] + reference[begin:]
        case "insertion":
            return [*reference[: begin + 1], *change.inserted, *reference[begin + 1 :]]
        case _:
            return [*reference[:begin], *change.inserted, *reference[end:]]
