"""The keys of a case file, as the graph declares them, and the values that each of them takes."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from gistkg.criteria import Conditions
from gistkg.errors import CaseValueError
from gistkg.expressions import Expression, Has, Named, Not, Or, Some
from gistkg.graph import Graph
from gistkg.phrases import Fact
from gistkg.record import Record
from gistkg.resolve import find, kind_of, label_of, lexicon, near, nearest, normalise
from gistkg.results import Iri
from gistkg.terms import GISTKG, XSD
from gistkg.wording import mark_of, stray_sign

__all__ = [
    "CaseKeys",
    "Key",
    "as_number",
    "as_truth",
    "case_keys",
    "check_keys",
    "closed",
    "data_fact",
    "known_as",
    "list_names",
    "shown",
    "term_of_kind",
    "value_expression",
]


class Key(Record):
    """One key: the property that it states a value of, and what that value is."""

    name: str
    property: str
    range: str
    is_link: bool
    functional: bool
    lowest: Decimal | None
    highest: Decimal | None


class CaseKeys(Record):
    """The keys of a case and of an entry of its treatments, and what values of some of them are looked up in.

    `regions` holds for each gene what a test of it looks for: its mutations or, of a gene that the graph knows no
    mutations of, its other alterations. `frequencies` holds how many times a day each dose frequency is.
    """

    case: dict[str, Key]
    episode: dict[str, Key]
    regions: dict[str, tuple[str, ...]]
    frequencies: dict[str, int]


def case_keys(graph: Graph) -> CaseKeys:
    """The keys of a graph: every property with a `gistkg:caseKey`; built on first use and kept with the graph.

    >>> from gistkg.graph import load_graph
    >>> case_keys(load_graph()).case["size_cm"].property
    'https://w3id.org/gistkg/tumourSizeCm'
    """
    return graph.derived("case keys", _read)


def check_keys(path: str, value: object, known: Iterable[str], *, example: str) -> Mapping[str, object]:
    """The mapping that stands under a path.  Raises `CaseValueError` if it is none, or has a key nobody knows.

    >>> check_keys("treatments[0]", {"dorse": "400 mg"}, ["drug", "dose"], example="drug: ...")
    Traceback (most recent call last):
    gistkg.errors.CaseValueError: treatments[0].dorse: there is no such key. Did you mean dose?
    """
    names = sorted(known)
    if not isinstance(value, Mapping):
        where = path or "the case"
        raise CaseValueError(where, f"{shown(value)} is not keys with values; write for instance {example}")
    for key in value:
        if key not in names:
            place = f"{path}.{shown(key, bare=True)}" if path else shown(key, bare=True)
            close = near(key, names, limit=1) if isinstance(key, str) else ()
            hint = f"Did you mean {close[0]}?" if close else f"The keys are {list_names(names, 'and')}."
            raise CaseValueError(place, f"there is no such key. {hint}")
    return value


def term_of_kind(graph: Graph, conditions: Conditions, word: str, kind: str) -> Iri | None:
    """The term of a kind that a word names, or `None`; the last word of the kind's own name can be left out.

    >>> from gistkg.criteria import conditions
    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> str(term_of_kind(graph, conditions(graph), "adjuvant", "https://w3id.org/gistkg/TreatmentIntent"))
    'gistkg:AdjuvantIntent'
    """
    last = label_of(graph, Iri(kind)).rpartition(" ")[2]
    for text in (word, f"{word} {last}"):
        for term in find(graph, text):
            if term.full != kind and kind in conditions.ancestors.get(term.full, ()):
                return term
    return None


def value_expression(graph: Graph, conditions: Conditions, path: str, value: object, key: Key) -> tuple[Iri, Some]:
    """The term that a word under a key names, and what it says of whatever the key is about.

    A criterion counts that says nothing else than what the key asks for, such as "advanced" of the extent.
    Raises `CaseValueError` for a word that names nothing of that kind, with those that do.
    """
    word = _word(graph, path, value, key.range)
    term = term_of_kind(graph, conditions, word, key.range)
    if term is not None:
        return term, Some(key.property, Named(term.full))
    for other in find(graph, word):
        criterion = conditions.criteria.get(other.full)
        if isinstance(criterion, Some) and criterion.property == key.property:
            return other, criterion
    raise CaseValueError(path, _unknown(graph, conditions, word, key.range))


def known_as(graph: Graph, conditions: Conditions, kind: str) -> list[str]:
    """The labels of the classes of a kind, without the last word of the kind's own name, by alphabet."""
    last = " " + label_of(graph, Iri(kind)).rpartition(" ")[2]
    labels = lexicon(graph).labels
    terms = (term for term, above in conditions.ancestors.items() if kind in above and term != kind)
    return sorted(labels[term].removesuffix(last) for term in terms if term in labels)


def as_number(path: str, value: object, key: Key) -> Decimal:
    """A number within the bounds of a key.  Raises `CaseValueError`.

    >>> as_number("size_cm", 7.5, Key("size_cm", "", "", False, True, Decimal(0), None))
    Decimal('7.5')
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise CaseValueError(path, f"{shown(value)} is no number{_as_bare_number(value)}. {_LEAVE_OUT}")
    number = Decimal(str(value))
    if not number.is_finite() or number.adjusted() > _DIGITS:
        raise CaseValueError(path, f"{shown(value)} is no number that a case can have. {_LEAVE_OUT}")
    number = Decimal(format(round(number, _DIGITS).normalize() + 0, "f"))  # never 4E+2, which is no xsd:decimal
    if key.range == XSD + "integer" and number != number.to_integral_value():
        raise CaseValueError(path, f"{number} is not a whole number.")
    low, high = key.lowest, key.highest
    if (low is not None and number < low) or (high is not None and number > high):
        bounds = f"between {low} and {high}" if low is not None and high is not None else f"{low} or more"
        raise CaseValueError(path, f"{number} cannot be; it is {bounds}.")
    return number


def as_truth(path: str, value: object) -> bool:
    """True or false, also as the words `yes` and `no`.  Raises `CaseValueError`.

    >>> as_truth("ruptured", "no")
    False
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().casefold() in _TRUTHS:
        return _TRUTHS[value.strip().casefold()]
    raise CaseValueError(path, f"{shown(value)} is neither true nor false. {_LEAVE_OUT}")


def data_fact(path: str, value: object, key: Key) -> Fact:
    """A number, or true or false, as a fact."""
    if key.range == XSD + "boolean":
        truth = as_truth(path, value)
        expression, words = Has(key.property, truth), shown(truth)
    elif key.range in (XSD + "decimal", XSD + "integer"):
        number = as_number(path, value, key)
        expression, words = Has(key.property, number), str(number)
    else:
        if not isinstance(value, str):
            raise CaseValueError(path, f"{shown(value)} is no text; put it in quotation marks.")
        expression, words = Has(key.property, value), value
    said = f"{path}: {words}"
    return Fact(said, Iri(key.property), said, expression)


def closed(key: Key, fillers: tuple[Expression, ...]) -> Expression:
    """That there is nothing else under a key than these."""
    if not fillers:
        return Not(Some(key.property, Named(key.range)))
    return Not(Some(key.property, Not(fillers[0] if len(fillers) == 1 else Or(fillers))))


def shown(value: object, *, bare: bool = False) -> str:
    """A value of a file as a message shows it: short, and in the words of YAML.

    >>> shown(True), shown(None), shown("x"), shown("x", bare=True), shown([1, 2])
    ('true', 'null', "'x'", 'x', 'a list')
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, str):
        short = value if len(value) <= _LONGEST else value[:_LONGEST] + "..."
        return short if bare else repr(short)
    return str(value)[:_LONGEST] if isinstance(value, int | float | Decimal) else reprlib.repr(value)


def list_names(names: Iterable[str], word: str) -> str:
    """Names in a row.

    >>> list_names(["a", "b", "c"], "or")
    'a, b or c'
    """
    every = list(names)
    return every[0] if len(every) == 1 else f"{', '.join(every[:-1])} {word} {every[-1]}"


_DIGITS = 9
_LONGEST = 60
_FEW = 12
_LEAVE_OUT = "Leave the key out if it is not known."
_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}

_KEYS = """
SELECT ?key ?property ?range ?domain ?link ?functional ?lowest ?highest WHERE {
  ?property gistkg:caseKey ?key ; rdfs:range ?range ; rdfs:domain ?domain .
  BIND(EXISTS { ?property a owl:ObjectProperty } AS ?link)
  BIND(EXISTS { ?property a owl:FunctionalProperty } AS ?functional)
  OPTIONAL { ?property gistkg:lowestValue ?lowest }
  OPTIONAL { ?property gistkg:highestValue ?highest }
} ORDER BY ?key"""
_REGIONS = """
SELECT ?gene ?class ?changes WHERE {
  ?class gistkg:inGene ?gene ; rdfs:subClassOf+ gistkg:Alteration .
  FILTER NOT EXISTS { ?class rdfs:subClassOf+ ?wider . ?wider gistkg:inGene ?gene }
  BIND(EXISTS { ?class rdfs:subClassOf+ gistkg:Mutation } AS ?changes)
} ORDER BY ?gene ?class"""
_FREQUENCIES = "SELECT ?frequency ?times WHERE { ?frequency gistkg:timesPerDay ?times }"


def _read(graph: Graph) -> CaseKeys:
    keys: dict[bool, dict[str, Key]] = {True: {}, False: {}}
    for row in graph.rows(_KEYS):
        low, high = (None if row[name] is None else Decimal(str(row[name])) for name in ("lowest", "highest"))
        name, property_, range_ = str(row["key"]), _iri(row["property"]), _iri(row["range"])
        key = Key(name, property_, range_, row["link"] is True, row["functional"] is True, low, high)
        keys[_iri(row["domain"]) == GISTKG + "TreatmentEpisode"][name] = key
    regions: dict[str, tuple[str, ...]] = {}
    rows = list(graph.rows(_REGIONS))
    sequenced = {_iri(row["gene"]) for row in rows if row["changes"] is True}
    for row in rows:
        gene = _iri(row["gene"])
        if row["changes"] is True or gene not in sequenced:
            regions[gene] = (*regions.get(gene, ()), _iri(row["class"]))
    frequencies = {_iri(row["frequency"]): int(str(row["times"])) for row in graph.rows(_FREQUENCIES)}
    return CaseKeys(keys[False], keys[True], regions, frequencies)


def _iri(value: object) -> str:
    return value.full if isinstance(value, Iri) else str(value)


def _word(graph: Graph, path: str, value: object, kind: str) -> str:
    if isinstance(value, str) and value.strip():
        mark = mark_of(value)
        if mark is not None and mark[1] == "?":
            raise CaseValueError(path, f"{shown(value)} is not certain. {_LEAVE_OUT}")
        sign = stray_sign(value)
        if sign is not None:
            raise CaseValueError(
                path, f"{shown(value)}: {sign!r} can mean that it is not so, or not sure. {_LEAVE_OUT}"
            )
        return value.strip()
    wanted = f"a word is wanted here that names a kind of {label_of(graph, Iri(kind))}"
    if isinstance(value, bool):
        wanted += "; YAML takes yes, no, on and off for true and false unless they stand in quotation marks"
    raise CaseValueError(path, f"{shown(value)} is no word; {wanted}. {_LEAVE_OUT}")


def _unknown(graph: Graph, conditions: Conditions, word: str, kind: str) -> str:
    """What is wrong with a word that names nothing of a kind, and which words do."""
    kind_name = label_of(graph, Iri(kind))
    others = find(graph, word)
    named = f" ({label_of(graph, others[0])}) is a kind of {kind_of(graph, others[0])}, and" if others else ""
    close = nearest(graph, word, kind=Iri(kind))
    known = known_as(graph, conditions, kind)
    if close:
        hint = f"Did you mean {list_names(close, 'or')}?"
    elif 0 < len(known) <= _FEW:
        hint = f"There are: {', '.join(known)}."
    else:
        hint = f"Try: gistkg search {normalise(shown(word, bare=True))!r}"
    return f"{shown(word)}{named} names no {kind_name} that the graph knows. {hint}"


def _as_bare_number(value: object) -> str:
    try:
        number = Decimal(value.strip()) if isinstance(value, str) else None
    except InvalidOperation:
        number = None
    return f"; write {number} without quotation marks" if number is not None and number.is_finite() else ""
