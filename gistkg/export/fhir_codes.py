"""What a term of ours is called in a FHIR record, by code or in words, and the smallest parts of FHIRPath."""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterable, Iterator, Mapping

from gistkg.formats.concepts import fhir_systems
from gistkg.graph import Graph
from gistkg.resolve import label_of, lexicon
from gistkg.results import Iri

__all__ = [
    "BUNDLE",
    "NOT_REFUTED",
    "OBSERVATIONS",
    "RESOURCE",
    "TEXTS",
    "Recognition",
    "codings",
    "is_coded",
    "one_of",
    "pattern",
    "quoted",
    "recognition",
    "systems",
]

RESOURCE = "%resource: the whole mCODE Bundle of one patient."
"""What whoever evaluates an expression has to know."""
BUNDLE = "%resource.entry.resource"
OBSERVATIONS = f"{BUNDLE}.ofType(Observation).where((status in ('entered-in-error' | 'cancelled')).not())"
NOT_REFUTED = "verificationStatus.coding.code.exists($this in ('refuted' | 'entered-in-error')).not()"

_CODE = "system & '|' & code"
TEXTS = f"(coding.select({_CODE}) | coding.display | text)"
"""What a CodeableConcept says: its codes, each with its system, and its words."""


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
        """The FHIRPath criterion on a CodeableConcept that is true if a code names one of the terms; none without."""
        if self.codes:
            yield f"coding.exists(({_CODE}).lower().matches({quoted(f'^({self.coded()})$')}))"

    def by_word(self) -> Iterator[str]:
        """The FHIRPath criterion on a CodeableConcept that is true if its words name one of the terms."""
        if self.words:
            yield f"(coding.display | text).exists({one_of('$this.lower()', self.words)})"

    def test(self, *, codes_are_words: bool = False, within: bool = False) -> str:
        """The FHIRPath criterion on a CodeableConcept that is true if a code or words name one of the terms.

        With `codes_are_words` a code of any system that is a name counts as well, such as a TNM category. With `within`
        the name may stand in a longer text, such as that of a package.
        """
        texts = TEXTS.replace("coding.display", "coding.display | coding.code") if codes_are_words else TEXTS
        matching = self.matching(within=within)
        return f"{texts}.exists($this.lower().matches({matching}))" if matching else "false"

    def matching(self, *, within: bool = False) -> str:
        """The pattern, as FHIRPath writes it, that codes with their system and words match, in lower case."""
        words = pattern(_shortest(self.words) if within else self.words)
        if within and words:
            words = f"(?!http|urn:)(.*[^a-z0-9-])?({words})([^a-z0-9-].*)?"
        either = "|".join(text for text in (self.coded(), words) if text)
        return quoted(f"^({either})$") if either else ""

    def coded(self) -> str:
        """The pattern of the codes, each with its system before it, in lower case."""
        found = []
        for prefix, uris in fhir_systems().items():
            codes = self.codes.get(uris[0], ())
            short = [code.removeprefix(f"{prefix}:").lower() for code in codes]
            if short:
                found.append(f"({pattern(uri.lower() for uri in uris)})/?[|]({prefix.lower()}:)?({pattern(short)})")
        return "|".join(found)


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
    """The FHIR URIs of code systems that we write, by the prefix that our tables write their codes with.

    >>> systems()["RXNORM"]
    'http://www.nlm.nih.gov/research/umls/rxnorm'
    """
    return {prefix: uris[0] for prefix, uris in fhir_systems().items()}


def is_coded(*codes: str) -> str:
    """The FHIRPath criterion on a CodeableConcept that it has one of some LOINC codes.

    >>> is_coded("48018-6")
    "coding.exists((system & '|' & code) = 'http://loinc.org|48018-6')"
    """
    loinc = systems()["LOINC"]
    return f"coding.exists({one_of(f'({_CODE})', [f'{loinc}|{code}' for code in codes])})"


def quoted(text: str) -> str:
    r"""A text as FHIRPath writes it.

    >>> quoted("don't")
    "'don\\'t'"
    """
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


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

    >>> pattern(["C49.A", "p (1)"]), pattern(["C49.A1", "C49.A2", "C49.A3"])
    ('C49[.]A|p [(]1[)]', 'C49[.]A(1|2|3)')
    """
    listed = list(dict.fromkeys(texts))
    same = os.path.commonprefix(listed)  # noqa: RUF071 - these are no paths
    if len(same) * (len(listed) - 1) > len("()"):
        return f"{_escaped(same)}({'|'.join(_escaped(text.removeprefix(same)) for text in listed)})"
    return "|".join(map(_escaped, listed))


def _escaped(text: str) -> str:
    return re.sub(r"[.()+*?$|{}\[\]]", lambda found: f"[{found[0]}]", text)


def _shortest(words: Iterable[str]) -> list[str]:
    """The words that have none of the others in them, so that whatever has one of the others in it has one of them."""
    listed = list(words)
    apart = [f" {re.sub('[^a-z0-9-]', ' ', word)} " for word in listed]
    plain = [word for word, padded in zip(listed, apart, strict=True) if padded.strip() == word]
    return [
        word
        for word, padded in zip(listed, apart, strict=True)
        if not any(other != word and f" {other} " in padded for other in plain)
    ]


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
