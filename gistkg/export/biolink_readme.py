"""The text that stands beside the nodes and edges of the Biolink export."""

from __future__ import annotations

from gistkg.export.biolink_edges import COLUMNS
from gistkg.export.facts import Facts
from gistkg.terms import GISTKG

__all__ = ["explanation"]


def explanation(facts: Facts) -> str:
    """The text beside the nodes and edges: what they are, and how predicates were chosen."""
    columns = "\n".join(f"- `{name}`: {meaning}" for name, meaning in COLUMNS.items())
    return _TEXT.format(
        title=facts.text(GISTKG, "dcterms:title"),
        version=facts.text(GISTKG, "owl:versionInfo"),
        license=facts.text(GISTKG, "dcterms:license"),
        columns=columns,
    )


_TEXT = """# {title}

Version {version}, {license}. Nodes and edges of the Biolink model 4.4.6, in the exchange format of KGX.
Informs; does not choose a patient's treatment.

## How to read it

- A node has the identifier that the model prefers, if a mapping of gistkg says it is exactly the same; all others are
  in `equivalent_identifiers`. `GISTKG:` stands for <https://w3id.org/gistkg/>.
- A population is a disease that is told apart by criteria: a subclass of gastrointestinal stromal tumour. It is the
  object of what is recommended for it, so that an edge never says more than its source.
- `infores:gistkg` is not registered in the catalogue of information resources.
- An edge of a claim has the identifier of the claim. Edges without `claim_kind` are links between terms; those of
  resistance mechanisms are proposals (`knowledge_level` is `not_provided`), with the `hedges` of the `claims` behind
  them.
- A claim holds from `valid_from` until `valid_until`, and in its `jurisdictions` alone where it has any.

## How predicates were chosen

- Recommended as a standard, as indicated, by "should" or by consensus, in a guideline or on a label: `treats`.
- Recommended more weakly (may, option, to be considered, often done, opinion of experts, unsettled):
  `treats_or_applied_or_studied_to_treat`.
- Favoured, found no different or found worse than another by a trial, or under study: `in_clinical_trials_for`, or
  `studied_to_treat` where no trial is named.
- Recommended against, or found not to work: `treats` with `negated`. It is not `contraindicated_in`, which would say
  that an authority found it harmful.
- Called unlikely to help, not needed, rarely done or not usual, or left to other aims by the opinion of experts:
  `related_to`, with `claim_direction` "against". A negated `treats` would rule out what the source does not.
- Sensitive: `associated_with_sensitivity_to`. Resistant: `associated_with_resistance_to`. Reduced or mixed
  sensitivity, or some activity without a comparison: `associated_with_response_to`, told apart by `sensitivity`.

The subject of an edge that speaks for a regimen is its drug, with the dose in columns. The subject of any other edge
about a regimen is the regimen, so that "not this dose" is never read as "not this drug".

## Columns that are no slots of the model

{columns}
"""
