"""The alterations a population asks for, where it asks for alterations and not for their absence."""

from __future__ import annotations

from gistkg.criteria import Conditions
from gistkg.expressions import And, AtLeast, Expression, Named, Not, Or, Some
from gistkg.record import Record
from gistkg.terms import GISTKG

__all__ = ["Choice", "Genotype", "genotype_of"]

_ORIGINS = {GISTKG + "hasAlteration": "primary", GISTKG + "hasAcquiredAlteration": "secondary"}


class Choice(Record):
    """One alteration that fulfils a criterion: which, primary or secondary, and which of its kind do not count."""

    alteration: str
    origin: str
    without: tuple[str, ...] = ()


class Genotype(Record):
    """What a population says of alterations: the criteria it requires and excludes, and what fulfils each required one.

    `choices` is `None` where a required criterion can be fulfilled without any alteration, as wild type is.
    """

    required: tuple[str, ...]
    excluded: tuple[str, ...]
    choices: tuple[tuple[Choice, ...], ...] | None


def genotype_of(conditions: Conditions, population: str) -> Genotype:
    """The genotype of a population.

    >>> from gistkg.criteria import conditions
    >>> from gistkg.graph import load_graph
    >>> found = genotype_of(conditions(load_graph()), GISTKG + "FirstLineMetastaticKitExon9Population")
    >>> [[choice.alteration.removeprefix(GISTKG) for choice in one] for one in found.choices]
    [['KitExon9Mutation']]
    """
    members = conditions.populations[population]
    required = tuple(iri for iri in members.requires if _mentions(conditions, Named(iri)))
    excluded = tuple(iri for iri in members.excludes if _mentions(conditions, Named(iri)))
    found = [_choices(conditions, Named(iri)) for iri in required]
    choices = [one for one in found if one is not None]
    return Genotype(required, excluded, tuple(choices) if len(choices) == len(found) else None)


def _mentions(conditions: Conditions, expression: Expression) -> bool:
    match expression:
        case Named(iri) if iri in conditions.criteria:
            return _mentions(conditions, conditions.criteria[iri])
        case And(parts) | Or(parts):
            return any(_mentions(conditions, part) for part in parts)
        case Not(part):
            return _mentions(conditions, part)
        case Some(property_, _) | AtLeast(_, property_, _):
            return property_ in _ORIGINS
        case _:
            return False


def _choices(conditions: Conditions, expression: Expression) -> tuple[Choice, ...] | None:
    """The alterations of which one is enough; `None` for anything else."""
    match expression:
        case Named(iri) if iri in conditions.criteria:
            return _choices(conditions, conditions.criteria[iri])
        case Some(property_, filler) if property_ in _ORIGINS:
            return _fillers(filler, _ORIGINS[property_])
        case Or(parts):
            found = [_choices(conditions, part) for part in parts]
            return None if None in found else tuple(choice for one in found for choice in one or ())
        case _:
            return None


def _fillers(filler: Expression, origin: str) -> tuple[Choice, ...] | None:
    match filler:
        case Named(iri):
            return (Choice(iri, origin),)
        case Or(parts):
            found = [_fillers(part, origin) for part in parts]
            return None if None in found else tuple(choice for one in found for choice in one or ())
        case And(parts):
            named = [part.iri for part in parts if isinstance(part, Named)]
            without = [part.part.iri for part in parts if isinstance(part, Not) and isinstance(part.part, Named)]
            if len(named) == 1 and len(named) + len(without) == len(parts):
                return (Choice(named[0], origin, tuple(sorted(without))),)
            return None
        case _:
            return None
