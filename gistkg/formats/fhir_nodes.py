"""What members of FHIR resources hold: codeable concepts, profiles, extensions, quantities."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gistkg.formats.concepts import Concept, fhir_systems
from gistkg.formats.tree import Node

__all__ = [
    "bare_codes_of", "bounds_of", "codes_of", "concepts_of", "extensions_of", "has_profile", "is_list", "profile_of",
    "quantity_of",
]  # fmt: skip

_SYSTEMS = {uri.casefold(): prefix for prefix, uris in fhir_systems().items() for uri in uris}


def concepts_of(node: Node, name: str) -> Iterator[Concept]:
    """The codeable concepts of a member, which is one or a list."""
    found = list(node.nodes(name)) if is_list(node, name) else [node.node(name)]
    for one in found:
        if one is None:
            continue
        codes, texts, bare = [], [], []
        for coding in one.nodes("coding"):
            system, code, display = coding.text("system") or "", coding.text("code"), coding.text("display")
            prefix = _SYSTEMS.get(system.removesuffix("/").casefold(), system)
            if code is not None:
                codes.append(code if code.startswith(f"{prefix}:") or not prefix else f"{prefix}:{code}")
                bare.append(code)
            if display is not None:
                texts.append(display)
        if (text := one.text("text")) is not None:
            texts.append(text)
        yield Concept(one.path, tuple(codes), tuple(texts), tuple(bare))


def codes_of(node: Node) -> set[str]:
    """The codes of a resource or component, with our prefix for their system.

    >>> codes_of(Node({"code": {"coding": [{"system": "http://loinc.org", "code": "48018-6"}]}}))
    {'LOINC:48018-6'}
    """
    return {code for concept in concepts_of(node, "code") for code in concept.codes}


def bare_codes_of(node: Node, name: str) -> set[str]:
    """The bare codes of a status."""
    return {code for concept in concepts_of(node, name) for code in concept.bare}


def is_list(node: Node, name: str) -> bool:
    """Whether a member is a list."""
    return isinstance(node.get(name), list | tuple)


def extensions_of(node: Node, name: str) -> Iterator[Node]:
    """The extensions whose URL ends with a name."""
    return (one for one in node.nodes("extension") if (one.text("url") or "").endswith(name))


def _profiles(node: Node) -> list[str]:
    meta = node.node("meta")
    listed = meta.get("profile") if meta else None
    return [one.split("|")[0] for one in listed if isinstance(one, str)] if isinstance(listed, list | tuple) else []


def has_profile(node: Node, name: str) -> bool:
    """Whether a resource claims an mCODE profile, or one whose name begins so.

    >>> profile = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-cancer-related-medication-request|4.0.0"
    >>> has_profile(Node({"meta": {"profile": [profile]}}), "cancer-related-medication")
    True
    """
    return any(f"-{name}" in profile.rpartition("/")[2] or profile.endswith(f"/{name}") for profile in _profiles(node))


def profile_of(node: Node) -> Concept:
    """The profiles of a resource, as a concept with their URLs as codes."""
    return Concept(node.place("meta.profile"), tuple(_profiles(node)))


def quantity_of(node: Node) -> tuple[Decimal | None, str | None]:
    """The number that an Observation or a component has, and its unit."""
    quantity = node.node("valueQuantity")
    if quantity is not None:
        return quantity.number("value"), quantity.text("code") or quantity.text("unit")
    return node.number("valueInteger"), None


def bounds_of(dosage: Node) -> Node | None:
    """The period that a dosage instruction is for, or `None`."""
    timing = dosage.node("timing")
    repeat = timing.node("repeat") if timing else None
    return repeat.node("boundsPeriod") if repeat else None
