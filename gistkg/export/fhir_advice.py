"""How strongly a claim speaks: whether it is a plan, whether it forbids, and the words that say so at first."""

from __future__ import annotations

from gistkg.model import Claim, Named

__all__ = ["assertion_of", "is_plan", "is_weakly_against", "manner_of", "title_of"]


def is_plan(claim: Claim) -> bool:
    """Whether a recommendation says that something should be done, or not be done."""
    direction = claim.direction.code if claim.direction else None
    return claim.is_recommendation and direction in ("for", "against") and _modality(claim) not in _NOT_ADVICE


def is_weakly_against(claim: Claim) -> bool:
    """Whether a plan speaks against something in words that are no prohibition, such as "may" or "unlikely".

    >>> from gistkg.graph import load_graph
    >>> from gistkg.records import claim
    >>> [is_weakly_against(claim(load_graph(), f"ev:pdq-2024-{number}")) for number in ("094", "095", "102")]
    [True, False, False]
    """
    return _is_against(claim) and is_plan(claim) and _modality(claim) not in _FORBIDS


def title_of(claim: Claim) -> str:
    """The label of a claim after what it is, unless it speaks for something that is advised.

    What it is against is named, since "against: no imatinib" would be twice no.

    >>> from gistkg.graph import load_graph
    >>> from gistkg.records import claim
    >>> title_of(claim(load_graph(), "ev:pdq-2024-094"))
    'Weakly against radiation therapy: GIST: radiation therapy rarely has a role'
    >>> title_of(claim(load_graph(), "ev:pdq-2014-s14"))
    'Undecided (under study): completely resected GIST: adjuvant imatinib is being studied'
    """
    return f"{_first_words(claim)}{claim.label}"


def assertion_of(claim: Claim) -> str:
    """The text of a claim after what it is."""
    return f"{_first_words(claim)}{claim.text or claim.label}"


def manner_of(claim: Claim) -> str:
    """How a claim is said: its direction, its modality and its hedges; and what advice in weak words is not.

    >>> from gistkg.graph import load_graph
    >>> from gistkg.records import claim
    >>> manner_of(claim(load_graph(), "ev:pdq-2024-175"))
    'Direction: for; modality: may; hedges: may.'
    """
    said = {"direction": claim.direction, "modality": claim.modality, "hedges": ", ".join(claim.hedges)}
    told = "; ".join(f"{name}: {value}" for name, value in said.items() if value)
    sentence = f"{told[:1].upper()}{told[1:]}." if told else ""
    return f"{sentence} This is neither an order nor a prohibition." if is_weakly_against(claim) else sentence


def _first_words(claim: Claim) -> str:
    plan, direction, modality = is_plan(claim), claim.direction, claim.modality
    if direction is None or direction.code == "for":
        found = modality.label if modality and not plan else ""
    else:
        what = ", ".join(map(str, _against_what(claim))) if _is_against(claim) else ""
        how = f" ({modality})" if modality and not plan else ""
        found = f"{'weakly ' if is_weakly_against(claim) else ''}{direction}{f' {what}' if what else ''}{how}"
    return f"{found[:1].upper()}{found[1:]}: " if found else ""


def _against_what(claim: Claim) -> tuple[Named, ...]:
    return claim.procedures or ((claim.therapy,) if claim.therapy else claim.therapies)


def _is_against(claim: Claim) -> bool:
    return claim.direction is not None and claim.direction.code == "against"


def _modality(claim: Claim) -> str | None:
    return claim.modality.code if claim.modality else None


_NOT_ADVICE = ("underStudy", "unsettled", "reported", "hypothesised", "speculated")
"""Modalities that tell what was seen or thought, and not what to do."""

_FORBIDS = ("should", "standard", "indicated", "consensus")
"""Modalities in which advice against something is a prohibition; in any other, also in new ones, it is not."""
