"""How words deny, or leave open, what they name; nothing here knows a term of the graph."""

from __future__ import annotations

import re

__all__ = ["denials", "denying", "mark_of", "naive_to", "not_mutated", "says_unknown", "stray_sign"]


def denying(words: list[str]) -> int:
    """How many words, at the beginning, say that what follows was never given.

    >>> denying(["no", "prior", "TKI"]), denying(["never", "had", "a", "TKI"]), denying(["not", "on", "a", "TKI"])
    (2, 2, 0)
    """
    found = _NEVER_GIVEN.match(" ".join(words).casefold())
    return len(found[0].split()) if found else 0


def naive_to(phrase: str) -> str | None:
    """What a phrase such as `TKI-naive` says was never given; `None` if it is no such phrase.

    >>> naive_to("TKI-naïve"), naive_to("naive to a TKI"), naive_to("TKI")
    ('TKI', 'a TKI', None)
    """
    found = _NAIVE.fullmatch(phrase)
    return (found["before"] or found["after"]) if found else None


def denials(text: str) -> frozenset[str]:
    """The words of a text that turn it into its opposite.

    >>> sorted(denials("non-metastatic, no KIT mutation"))
    ['no', 'non']
    """
    return frozenset(re.findall(r"\w+", text.casefold())) & _DENIALS


def mark_of(phrase: str) -> tuple[str, str] | None:
    """What a sign at the end of a phrase, or a question mark before it, is put to, and the sign: `+`, `-` or `?`.

    A dash after a space parts two phrases; its sign is empty.

    >>> mark_of("CD117+"), mark_of("CD117 (-)"), mark_of("metastatic?"), mark_of("CD117 -"), mark_of("CD117")
    (('CD117', '+'), ('CD117', '-'), ('metastatic', '?'), ('CD117', ''), None)
    """
    found = _MARK.fullmatch(phrase.strip())
    if found is None:
        return None
    if found["apart"]:
        return found["base"], ""
    sign = found["first"] or found["last"] or found["bare"] or found["dash"]
    return (found["base"], sign[0] if sign[0] in "+?" else "-") if sign else None


def stray_sign(text: str, *, parted: bool = False) -> str | None:
    """The first sign of a text that may deny or doubt what it names: a dash that joins no words, `!`, or `?`.

    The question mark that ends the name of a frameshift, whose new end is not known, is none; nor, if a text may be
    `parted`, a dash between two words with a space on each side.

    >>> stray_sign("CD117: -"), stray_sign("(-) CD117"), stray_sign("!metastatic"), stray_sign("had imatinib [?]")
    ('-', '-', '!', '?')
    >>> stray_sign("non-metastatic"), stray_sign("KIT p.(Trp557_Lys558del)"), stray_sign("p.Ser840GlyfsTer?")
    (None, None, None)
    """
    found = _STRAY.search(_PARTING.sub(" ", text) if parted else text)
    return found[0] if found else None


def says_unknown(phrase: str) -> bool:
    """Whether a phrase says of something that it is not known.

    >>> says_unknown("KIT not tested"), says_unknown("ECOG unknown"), says_unknown("not resected")
    (True, True, False)
    """
    return _UNKNOWN.search(phrase.casefold()) is not None


def not_mutated(phrase: str) -> str | None:
    """What a phrase says is not mutated, by a word that leaves open whether that was tested; `None` if it is none.

    >>> not_mutated("no ZIG mutation"), not_mutated("ZIG not mutated"), not_mutated("ZIG mutated")
    ('ZIG', 'ZIG', None)
    """
    found = _NOT_MUTATED.fullmatch(phrase)
    return (found["named"] or found["before"]) if found else None


_MARK = re.compile(
    r"(?P<first>\?)?(?P<base>.*?[\w)])(?:\s*\((?P<last>[+?\u2010-\u2015\u2212-])\)|(?<!fster)(?<!fsx)\s*(?P<bare>\++|\?+)|"
    r"(?<=[\w)])(?P<dash>[\u2010-\u2015\u2212-])|(?P<apart>\s+[\u2010-\u2015\u2212-]+))?",
    re.IGNORECASE,
)
_STRAY = re.compile(
    r"!|(?<!fs)(?<!ter)(?<!fsx)(?<!fs\*)\?|(?<![\w)])[\u2010-\u2015\u2212-]|[\u2010-\u2015\u2212-](?![\w(])",
    re.IGNORECASE,
)
_PARTING = re.compile(r"(?<=[\w)])\s+[\u2010-\u2015\u2212-]+\s+(?=\w)")
_UNKNOWN = re.compile(r"\b(?:unknown|untested|(?:not|never) (?:yet )?(?:tested|known|done|determined|assessed))\b")
_NOT_MUTATED = re.compile(
    r"(?:no|without)(?: an?)? (?P<named>.+?)(?: mutations?)?|(?P<before>.+?)[ -](?:not |non-?|un)(?:mutated|mutant)",
    re.IGNORECASE,
)
_NEVER_GIVEN = re.compile(
    r"(?:(?:has |had |has had |received )?no|without|(?:has )?(?:never|not) (?:had|received|taken)|"
    r"(?:has )?(?:never|not) (?:been )?(?:given|treated with|exposed to))"
    r"(?: any)?(?: prior| previous)?(?: treatment with| exposure to)?(?= )"
)
_NAIVE = re.compile(r"(?P<before>.*\w)[-\u2010\u2011 ]na[iï]ve|na[iï]ve to (?P<after>.+)", re.IGNORECASE)
_DENIALS = frozenset({"never", "neither", "no", "non", "nor", "not", "without"})
