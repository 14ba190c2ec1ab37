"""How words deny, or leave open, what they name; nothing here knows a term of the graph."""

from __future__ import annotations

import re

__all__ = ["denials", "denying", "naive_to"]


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


_NEVER_GIVEN = re.compile(
    r"(?:(?:has |had |has had |received )?no|without|(?:has )?(?:never|not) (?:had|received|taken)|"
    r"(?:has )?(?:never|not) (?:been )?(?:given|treated with|exposed to))"
    r"(?: any)?(?: prior| previous)?(?= )"
)
_NAIVE = re.compile(r"(?P<before>.*\w)[-\u2010\u2011 ]na[iï]ve|na[iï]ve to (?P<after>.+)", re.IGNORECASE)
_DENIALS = frozenset({"never", "neither", "no", "non", "nor", "not", "without"})
