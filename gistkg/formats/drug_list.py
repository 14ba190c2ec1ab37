"""The List of an mCODE bundle that says which drugs there were, and that there were no others.

FHIR has a resource for it: a List of the history of medication use. It closes what it lists if it is the one current
snapshot of that kind, and its entries are the medications of the bundle, each of them and nothing else; or if it has no
entry and a clinician judged that none is known. Any other List leaves open whether there was more.
"""

from __future__ import annotations

from collections.abc import Mapping

from gistkg.case_keys import list_names
from gistkg.errors import CaseValueError
from gistkg.formats.fhir_nodes import codes_of
from gistkg.formats.tree import Node

__all__ = [
    "HISTORY_OF_MEDICATION_USE", "LIST_EMPTY_REASON", "NEVER_GIVEN", "NIL_KNOWN", "NOT_GIVEN", "is_drug_list",
    "why_open",
]  # fmt: skip

HISTORY_OF_MEDICATION_USE = "10160-0"
"""The LOINC code of such a list, which International Patient Summaries have on theirs."""
LIST_EMPTY_REASON, NIL_KNOWN = "http://terminology.hl7.org/CodeSystem/list-empty-reason", "nilknown"
NEVER_GIVEN = ("cancelled", "draft", "entered-in-error", "intended", "not-done", "not-taken")
"""The status of medications that were not given."""
NOT_GIVEN = (*NEVER_GIVEN, "unknown")
"""The same, and of those of which nobody knows."""


def is_drug_list(found: Node) -> bool:
    """Whether a List is coded as a history of medication use."""
    return f"LOINC:{HISTORY_OF_MEDICATION_USE}" in codes_of(found)


def why_open(lists: list[Node], medications: Mapping[str, Node], by_reference: Mapping[str, Node]) -> str | None:
    """Why Lists do not close the drugs of a bundle, in words; `None` if one does.

    `medications` are those that were given, or may have been, by their path.
    Raises `CaseValueError` for a List that says that there is none, in a bundle that has one.

    >>> nil = {"coding": [{"system": LIST_EMPTY_REASON, "code": "nilknown"}]}
    >>> why_open([Node({"status": "current", "mode": "snapshot", "emptyReason": nil})], {}, {})
    >>> why_open([Node({"status": "current", "mode": "working", "emptyReason": nil}, "entry[3].resource")], {}, {})
    "entry[3].resource: its status and mode are not 'current' and 'snapshot'"
    """
    if len(lists) != 1:
        return f"{list_names([one.path for one in lists], 'and')}: there are several, and one is right at most"
    (found,) = lists
    if (found.text("status"), found.text("mode")) != ("current", "snapshot"):
        return f"{found.path}: its status and mode are not 'current' and 'snapshot'"
    entries = list(found.nodes("entry"))
    reason = found.node("emptyReason")
    if not entries:
        codings = reason.nodes("coding") if reason is not None else ()
        codes = {(one.text("system"), one.text("code")) for one in codings}
        if (LIST_EMPTY_REASON, NIL_KNOWN) not in codes:
            return f"{found.path}: it is empty, and its emptyReason is not 'nilknown'"
        if medications:
            place = next(iter(medications))
            raise CaseValueError(found.place("emptyReason"), f"says that there was no drug, but {place} is one.")
        return None
    if reason is not None or any(one.truth("deleted") for one in entries):
        return f"{found.path}: it has entries, and says that it is empty or that some are deleted"
    listed: set[str] = set()
    for one in entries:
        item = one.node("item")
        target = by_reference.get((item.text("reference") if item is not None else None) or "")
        if target is None or target.path not in medications:
            return f"{one.path}: it is no medication of the bundle that was given"
        listed.add(target.path)
    missing = [path for path in medications if path not in listed]
    return f"{found.path}: {missing[0]} is not in it" if missing else None
