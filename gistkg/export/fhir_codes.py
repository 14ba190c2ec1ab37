"""What a term of ours is called in a FHIR record, by code or in words, and the smallest parts of FHIRPath."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from gistkg.files import folder
from gistkg.graph import Graph
from gistkg.resolve import label_of, lexicon
from gistkg.results import Iri

__all__ = [
    "BUNDLE",
    "NOT_REFUTED",
    "OBSERVATIONS",
    "UNKNOWN",
    "Recognition",
    "atom",
    "codings",
    "one_of",
    "pattern",
    "quoted",
    "recognition",
    "systems",
]

BUNDLE = "%resource.entry.resource"
OBSERVATIONS = f"{BUNDLE}.ofType(Observation).where((status in ('entered-in-error' | 'cancelled')).not())"
NOT_REFUTED = "verificationStatus.coding.code.exists($this in ('refuted' | 'entered-in-error')).not()"
UNKNOWN = "{}"
"""The empty collection, which is what FHIRPath has for unknown."""


class Recognition:
    """How records name some terms: codes by the URI of their system, and words in lower case.

    >>> from gistkg.graph import load_graph
    >>> from gistkg.terms import GISTKG
    >>> stomach = recognition(load_graph(), [GISTKG + "Stomach"])
    >>> stomach.codes["http://hl7.org/fhir/sid/icd-10-cm"], stomach.words
    (('C49.A2',), ('stomach', 'gastric'))
    """

    def __init__(self, codes: Iterable[tuple[str, str]], words: Iterable[str]) -> None:
        by_system: dict[str, tuple[str, ...]] = {}
        for system, code in sorted(set(codes)):
            by_system[system] = (*by_system.get(system, ()), code)
        self.codes = by_system
        self.words = tuple(dict.fromkeys(word.lower() for word in words))

    def by_code(self) -> Iterator[str]:
        """FHIRPath criteria on a CodeableConcept that are true if a code names one of the terms; none without codes."""
        for system, codes in self.codes.items():
            yield f"coding.exists(system = {quoted(system)} and {one_of('code', codes)})"

    def by_word(self) -> Iterator[str]:
        """FHIRPath criteria on a CodeableConcept that are true if its words are a name of one of the terms."""
        if self.words:
            yield f"(coding.display | text).exists({one_of('$this.lower()', self.words)})"

    def test(self, *, codes_are_words: bool = False) -> str:
        """The FHIRPath criterion on a CodeableConcept that is true if a code or words name one of the terms.

        With `codes_are_words` a code of any system that is a name counts as well, such as a TNM category.
        """
        tests = " or ".join((*self.by_code(), *self.by_word())) or "false"
        return (
            tests.replace("(coding.display | text)", "(coding.display | coding.code | text)")
            if codes_are_words
            else tests
        )


def recognition(graph: Graph, terms: Iterable[str], *, kind: str | None = None) -> Recognition:
    """How records name any of some terms; of a `kind`, the last word of whose own name can be left out."""
    last = f" {label_of(graph, Iri(kind)).rpartition(' ')[2]}" if kind else None
    known = _known_codes(graph)
    wanted = list(terms)
    words = [name for term in wanted for name in _names(graph).get(term, ())]
    words += [word.removesuffix(last) for word in words if last and word.endswith(last)]
    return Recognition((code for term in wanted for code in known.get(term, ())), words)


def codings(graph: Graph, term: Iri) -> list[dict[str, str]]:
    """A term as FHIR codings: ours first, then what matches it exactly in systems that have a FHIR URI.

    >>> from gistkg.graph import load_graph
    >>> codings(load_graph(), Iri("https://w3id.org/gistkg/Stomach"))[0]
    {'system': 'https://w3id.org/gistkg/', 'code': 'Stomach', 'display': 'stomach'}
    """
    space, _, local = term.full.rpartition("/")
    own = {"system": f"{space}/", "code": local, "display": label_of(graph, term)}
    exact = graph.derived("fhir exact codes", _exact_codes).get(term.full, ())
    return [own, *({"system": system, "code": code} for system, code in exact)]


def systems() -> Mapping[str, str]:
    """The FHIR URIs of code systems, by the prefix that our tables write their codes with.

    >>> systems()["RXNORM"]
    'http://www.nlm.nih.gov/research/umls/rxnorm'
    """
    return _systems()


def quoted(text: str) -> str:
    r"""A text as FHIRPath writes it.

    >>> quoted("don't")
    "'don\\'t'"
    """
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def atom(holds: str, fails: str = "") -> str:
    """An expression that is true where `holds` is true, false where only `fails` is, and empty elsewhere.

    >>> atom("a.exists()", "b.exists()"), atom("a.exists()"), atom("")
    ('iif(a.exists(), true, iif(b.exists(), false, {}))', 'iif(a.exists(), true, {})', '{}')
    """
    otherwise = f"iif({fails}, false, {UNKNOWN})" if fails else UNKNOWN
    return f"iif({holds}, true, {otherwise})" if holds else otherwise


def one_of(value: str, texts: Iterable[str]) -> str:
    """A criterion that a text is one of some; many are a pattern, which engines are faster with than with a union.

    >>> one_of("code", ["a"]), one_of("code", ["a", "b"]), one_of("code", ["C49.A", "a", "b", "c"])
    ("code = 'a'", "code in ('a' | 'b')", "code.matches('^(C49[.]A|a|b|c)$')")
    """
    listed = tuple(texts)
    if len(listed) == 1:
        return f"{value} = {quoted(listed[0])}"
    if len(listed) < _MANY:
        return f"{value} in ({' | '.join(map(quoted, listed))})"
    return f"{value}.matches({quoted(f'^({pattern(listed)})$')})"


def pattern(texts: Iterable[str]) -> str:
    """A regular expression that matches just these texts.

    >>> pattern(["C49.A", "p (1)"])
    'C49[.]A|p [(]1[)]'
    """
    return "|".join(re.sub(r"[.()+*?/$|{}\[\]]", lambda found: f"[{found[0]}]", text) for text in texts)


@cache
def _systems() -> dict[str, str]:
    path = folder("ontology") / "mappings" / "fhir" / "systems.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return {row[0]: row[1] for row in rows}


def _names(graph: Graph) -> dict[str, list[str]]:
    return graph.derived("names by term", _read_names)


def _read_names(graph: Graph) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for term, name in lexicon(graph).texts():
        names.setdefault(term, []).append(name)
    return {
        term: sorted(found, key=lambda name: (name != label_of(graph, Iri(term)), name))
        for term, found in names.items()
    }


def _known_codes(graph: Graph) -> dict[str, list[tuple[str, str]]]:
    """What records say by a code, and what matches a term exactly."""
    return graph.derived("fhir codes", _read_codes)


def _read_codes(graph: Graph) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for row in graph.rows(_CODES):
        coding, term = _coding(str(row["notation"])), row["term"]
        if coding and isinstance(term, Iri):
            found.setdefault(term.full, []).append(coding)
    for term_iri, exact in graph.derived("fhir exact codes", _exact_codes).items():
        found.setdefault(term_iri, []).extend(exact)
    return found


def _exact_codes(graph: Graph) -> dict[str, list[tuple[str, str]]]:
    from gistkg.mappings import mappings

    del graph
    found: dict[str, set[tuple[str, str]]] = {}
    for one in mappings():
        coding = _coding(one.object_curie)
        if coding and one.predicate == "exactMatch" and not one.negated:
            found.setdefault(one.subject.full, set()).add(coding)
    return {term: sorted(codes) for term, codes in sorted(found.items())}


def _coding(notation: str) -> tuple[str, str] | None:
    prefix, _, code = notation.partition(":")
    system = systems().get(prefix)
    if system is None:
        return None
    return system, notation if prefix in _WITH_PREFIX else code


_CODES = (
    "SELECT ?notation ?term WHERE { ?code gistkg:codeFor ?term ; skos:notation ?notation } ORDER BY ?notation ?term"
)
_MANY = 4
_WITH_PREFIX = ("HGNC",)
"""Systems whose codes begin with their own prefix."""
