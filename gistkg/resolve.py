"""Words to terms: labels, synonyms, prefixed names and IRIs, and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from gistkg.codes import codes_spelt, terms_near, terms_of
from gistkg.errors import AmbiguousTermError, UnknownTermError, WrongKindError
from gistkg.graph import Graph
from gistkg.record import Record
from gistkg.results import Iri
from gistkg.terms import EV, GISTKG, OWL, RDF, RDFS, SKOS, SRC, expand
from gistkg.wording import denials

__all__ = [
    "Hit",
    "Lexicon",
    "find",
    "full_iri",
    "is_kind",
    "kind_of",
    "label_of",
    "lexicon",
    "near",
    "nearest",
    "normalise",
    "resolve",
    "search",
]


class Hit(Record):
    """One term that `search` found: by which words, and how well they fit (100 is exactly)."""

    term: Iri
    label: str
    kind: str
    matched: str
    score: float


class Lexicon:
    """Every label and synonym of a graph, read once.

    >>> from gistkg.graph import load_graph
    >>> lexicon(load_graph()).labels["https://w3id.org/gistkg/Imatinib"]
    'imatinib'
    """

    def __init__(self, graph: Graph) -> None:
        self.labels: dict[str, str] = {}
        self.synonyms: dict[str, list[str]] = {}
        self._names: dict[str, list[tuple[int, str]]] = {}
        for row in graph.rows(_NAMES):
            preferred = row["preferred"] is True
            for line in str(row["names"]).split("\x1e") if row["names"] else ():
                term, name = line.split("\x1f")
                if preferred:
                    self.labels[term] = name
                else:
                    self.synonyms.setdefault(term, []).append(name)
                self._names.setdefault(normalise(name), []).append((0 if preferred else 1, term))

    def terms(self, text: str) -> list[tuple[int, str]]:
        """The IRIs that a text names: each with 0 if it is the term's label, 1 if it is a synonym; labels first."""
        best: dict[str, int] = {}
        for rank, term in sorted(self._names.get(normalise(text), ())):
            best.setdefault(term, rank)
        return [(rank, term) for term, rank in best.items()]

    def texts(self) -> Iterable[tuple[str, str]]:
        """Each IRI with each of its names, labels first."""
        yield from self.labels.items()
        for term, names in self.synonyms.items():
            for name in names:
                yield term, name


def lexicon(graph: Graph) -> Lexicon:
    """The names of a graph; built on first use and kept as long as the graph.

    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> lexicon(graph) is lexicon(graph)
    True
    """
    return graph.derived("lexicon", Lexicon)


def normalise(text: str) -> str:
    """What two spellings of one name have in common: case, dashes, spaces and outer punctuation do not count.

    British and American spelling are one; the result is for comparing, not for showing.

    >>> normalise("  Gastro-intestinal   stromal Tumour. "), normalise("gastro intestinal stromal tumor")
    ('gastro intestinal stromal tumor', 'gastro intestinal stromal tumor')
    """
    if not text.isascii():
        text = text.translate(_DASHES)
    folded = " ".join(text.casefold().replace("-", " ").replace("_", " ").split()).strip(_PUNCTUATION)
    for british, american in _SPELLINGS:
        if british in folded:
            folded = folded.replace(british, american)
    return folded


def find(graph: Graph, text: str) -> tuple[Iri, ...]:
    """The terms a text names, exactly but for spelling: none, one or several; those it is the label of come first.

    A prefixed name, an IRI, or the last part of one of our IRIs names a term that the graph says something about. A
    code of another vocabulary, with its prefix or as an IRI, names the term that it is an exact match of.

    >>> from gistkg.graph import load_graph
    >>> find(load_graph(), "Gleevec"), find(load_graph(), "gistkg:Imatinib"), find(load_graph(), "no such thing")
    (('gistkg:Imatinib',), ('gistkg:Imatinib',), ())
    """
    return tuple(iri for _, iri in _candidates(graph, text))


def resolve(graph: Graph, text: str, *, kind: str | None = None) -> Iri:
    """The one term that a text names; a label beats a synonym.

    With `kind`, the IRI of a class, only its instances and subclasses (and the class itself) count. Of a code, a space
    or an underscore can stand for the colon.
    Raises `UnknownTermError` with the nearest names, `WrongKindError`, or `AmbiguousTermError` with the candidates.

    >>> from gistkg.graph import load_graph
    >>> resolve(load_graph(), "GLIVEC", kind="gistkg:Drug")
    'gistkg:Imatinib'
    """
    candidates = _candidates(graph, text) or _with_spelt_code(graph, text)
    if not candidates:
        raise UnknownTermError(text, _nearest_codes(graph, text) or nearest(graph, text, kind=kind))
    if kind is not None:
        fitting = [(rank, iri) for rank, iri in candidates if is_kind(graph, iri, kind)]
        if not fitting:
            raise WrongKindError(text, _named(graph, full_iri(kind)), [_named(graph, iri) for _, iri in candidates])
        candidates = fitting
    best = [iri for rank, iri in candidates if rank == candidates[0][0]]
    if len(best) > 1:
        raise AmbiguousTermError(text, [_named(graph, iri) for iri in best])
    return best[0]


def is_kind(graph: Graph, term: str, kind: str) -> bool:
    """Whether a term is an instance or a subclass of a class, or the class itself.

    >>> from gistkg.graph import load_graph
    >>> is_kind(load_graph(), "gistkg:Imatinib", "gistkg:Therapy")
    True
    """
    return graph.query(_IS_KIND, term=full_iri(term), kind=full_iri(kind)) is True


def kind_of(graph: Graph, term: str) -> str:
    """What a term is, in a few words: the label of its most specific type, or of the class it is a kind of.

    >>> from gistkg.graph import load_graph
    >>> kind_of(load_graph(), "gistkg:usesDrug"), kind_of(load_graph(), "gistkg:Imatinib")
    ('property', 'single-substance drug class')
    >>> kind_of(load_graph(), "gistkg:Drug"), kind_of(load_graph(), "gistkg:Therapy")
    ('therapy', 'class')
    """
    iri = full_iri(term)
    types = [value.full for row in graph.rows(_TYPES, term=iri) if isinstance(value := row["type"], Iri)]
    ours = [Iri(value) for value in types if not value.startswith((OWL, RDF, RDFS))]
    ours += [value for row in graph.rows(_PARENTS, term=iri) if isinstance(value := row["parent"], Iri)]
    if ours:
        return label_of(graph, ours[0])
    return next((_BUILT_IN[value] for value in types if value in _BUILT_IN), "term")


def label_of(graph: Graph, term: str) -> str:
    """The preferred label of a term; a term without one shows its compact IRI.

    >>> from gistkg.graph import load_graph
    >>> label_of(load_graph(), "gistkg:Imatinib"), label_of(load_graph(), "http://example.org/x")
    ('imatinib', 'http://example.org/x')
    """
    iri = full_iri(term)
    return lexicon(graph).labels.get(iri.full, str(iri))


def search(graph: Graph, text: str, *, limit: int = 20) -> tuple[Hit, ...]:
    """The terms whose label, synonym or definition holds a text, the best first.

    Only where no label and no synonym holds it, names that are spelt nearly like it follow.

    >>> from gistkg.graph import load_graph
    >>> [(hit.label, hit.matched) for hit in search(load_graph(), "glivec")][0]
    ('imatinib', 'Glivec')
    """
    wanted = normalise(text)
    if not wanted:
        return ()
    best: dict[str, tuple[float, str]] = {}
    names = list(lexicon(graph).texts())
    for term, name in names:
        _keep(best, term, name, _containment(wanted, normalise(name), 100.0))
    if not best:
        for index, score in _similar(text, [name for _, name in names], limit=limit):
            _keep(best, names[index][0], names[index][1], score * 0.6)
    for row in graph.rows(_DEFINITIONS):
        definition = str(row["definition"])
        _keep(best, str(row["term"]), definition, _containment(wanted, normalise(definition), 50.0))
    labels = lexicon(graph).labels
    ranked = sorted(best.items(), key=lambda item: (-item[1][0], len(labels.get(item[0], item[0])), item[0]))
    return tuple(
        Hit(Iri(term), label_of(graph, Iri(term)), kind_of(graph, Iri(term)), matched, round(score, 1))
        for term, (score, matched) in ranked[:limit]
    )


def nearest(graph: Graph, text: str, *, kind: str | None = None, limit: int = 3) -> tuple[str, ...]:
    """The names in the graph spelt most like a text, one for each term; only those that are reasonably near.

    >>> from gistkg.graph import load_graph
    >>> nearest(load_graph(), "imatinip")[0], nearest(load_graph(), "zzzzzz")
    ('imatinib', ())
    """
    names = list(lexicon(graph).texts())
    if kind is not None:
        members = {str(row["term"]) for row in graph.rows(_MEMBERS, kind=full_iri(kind))}
        names = [(term, name) for term, name in names if term in members]
    chosen: dict[str, str] = {}
    for index, _ in _similar(text, [name for _, name in names], limit=limit * 4):
        chosen.setdefault(*names[index])
    return tuple(chosen.values())[:limit]


def near(text: str, names: Iterable[str], *, limit: int = 3) -> tuple[str, ...]:
    """Those of some names that are spelt most like a text.

    >>> near("therapy-for-mutation", ["therapies-for-mutation", "drugs"])
    ('therapies-for-mutation',)
    """
    known = list(names)
    return tuple(known[index] for index, _ in _similar(text, known, limit=limit))


def same_but_spelt(phrase: str, name: str) -> bool:
    """Whether a name can be what a phrase meant to say: one with another number or drug, or without a "no", cannot.

    >>> same_but_spelt("progressed on imatnib", "progressed on imatinib")
    True
    >>> same_but_spelt("imatinib 800 mg", "imatinib 400 mg"), same_but_spelt("had sunitinib", "had imatinib")
    (False, False)
    >>> same_but_spelt("no metastases", "metastases"), same_but_spelt("no ruptur", "no rupture")
    (False, True)
    """
    from rapidfuzz import fuzz

    if not set(_NUMBER.findall(phrase)) <= set(_NUMBER.findall(name)) or denials(phrase) != denials(name):
        return False
    joined = normalise(name).replace(" ", "")
    words = normalise(phrase).split()
    return all(fuzz.partial_ratio(word, joined) >= _SAME_WORD[len(word) > 3] for word in words if len(word) > 1)


_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SAME_WORD = (60, 81)
"""How like a part of a name a word must be spelt, of 100: one of two or three letters, and a longer one."""


def full_iri(name: str) -> Iri:
    """The IRI behind an `Iri`, a prefixed name or an IRI in full, whether or not the graph knows it.

    >>> full_iri("gistkg:Imatinib").full
    'https://w3id.org/gistkg/Imatinib'

    Raises `UnknownTermError` for anything else.
    """
    if isinstance(name, Iri):
        return name
    iri = expand(name)
    if iri is None:
        raise UnknownTermError(name, ())
    return Iri(iri)


# All names come in two strings: reading a row for each of some thousands would take five times as long.
_NAMES = f"""
SELECT ?preferred (GROUP_CONCAT(CONCAT(STR(?term), "\x1f", ?text); SEPARATOR = "\x1e") AS ?names) WHERE {{
  {{ ?term <{SKOS}prefLabel> ?text BIND(true AS ?preferred) }}
  UNION {{ ?term <{SKOS}altLabel>|<{SKOS}hiddenLabel> ?text BIND(false AS ?preferred) }}
  FILTER(isIRI(?term))
}} GROUP BY ?preferred"""
_DEFINITIONS = "SELECT (STR(?iri) AS ?term) ?definition WHERE { ?iri skos:definition ?definition FILTER(isIRI(?iri)) }"
_IS_KIND = "ASK { ?term a?/rdfs:subClassOf* ?kind }"
_MEMBERS = "SELECT DISTINCT (STR(?iri) AS ?term) ?kind WHERE { ?iri a?/rdfs:subClassOf* ?kind FILTER(isIRI(?iri)) }"
_TYPES = """
SELECT ?term ?type WHERE {
  ?term a ?type FILTER(isIRI(?type))
  FILTER NOT EXISTS { ?term a ?narrower . ?narrower rdfs:subClassOf+ ?type }
} ORDER BY ?type"""

_PARENTS = "SELECT ?term ?parent WHERE { ?term rdfs:subClassOf ?parent FILTER(isIRI(?parent)) } ORDER BY ?parent"

_SHOWN_CODES = 4

_BUILT_IN: Mapping[str, str] = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "property",
    OWL + "DatatypeProperty": "property",
    OWL + "AnnotationProperty": "property",
    OWL + "Ontology": "ontology",
}
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", " "))
_PUNCTUATION = " .,;:!?'\"()[]\u2018\u2019\u201c\u201d"
_SPELLINGS = (
    ("tumour", "tumor"),
    ("oesophag", "esophag"),
    ("haem", "hem"),
    ("isation", "ization"),
    ("ised", "ized"),
    ("ising", "izing"),
)
_CODE = re.compile(r"[A-Za-z][\w.-]*:\S+")
_LOCAL_NAME = re.compile(r"\w[\w.-]*")
_NEAR_ENOUGH = 75.0


def _candidates(graph: Graph, text: str) -> list[tuple[int, Iri]]:
    iri = text.full if isinstance(text, Iri) else expand(text.strip())
    if iri is not None and _exists(graph, iri):
        ours = iri.startswith(GISTKG)
        return ([] if ours else _with_code(graph, iri)) or [(0, Iri(iri))]
    named = [(rank, Iri(term)) for rank, term in lexicon(graph).terms(text)]
    if not named and _CODE.fullmatch(text.strip()):
        named = _with_code(graph, iri or text.strip())
    if not named and _LOCAL_NAME.fullmatch(text):
        named = [(0, Iri(namespace + text)) for namespace in (GISTKG, EV, SRC) if _exists(graph, namespace + text)]
    return named


def _with_code(graph: Graph, code: str) -> list[tuple[int, Iri]]:
    return [(0, term) for term in terms_of(graph, code)]


def _with_spelt_code(graph: Graph, text: str) -> list[tuple[int, Iri]]:
    """The terms of a code whose prefix is parted otherwise, as in `NCIT C62035`."""
    codes = [code for code, is_same in codes_spelt(graph, text).items() if is_same]
    return list(dict.fromkeys(found for code in codes for found in _with_code(graph, code)))


def _nearest_codes(graph: Graph, text: str) -> list[str]:
    """Codes with the same local part, whatever the prefix; of a code that is no exact match, the terms it is near."""
    spelt = codes_spelt(graph, text)
    terms = terms_near(graph, {code for code, is_same in spelt.items() if is_same})
    return sorted(label_of(graph, term) for term in terms) if terms else sorted(spelt)[:_SHOWN_CODES]


def _exists(graph: Graph, iri: str) -> bool:
    try:
        return graph.query("ASK { ?term ?property ?value }", term=Iri(iri)) is True
    except ValueError:  # not an IRI at all
        return False


def _named(graph: Graph, iri: Iri) -> str:
    label = label_of(graph, iri)
    return f"{label} ({iri})" if label != iri else str(iri)


def _containment(wanted: str, name: str, whole: float) -> float:
    """How well a name holds the wanted words: all of it, its beginning, a whole word, anywhere, in another order."""
    if wanted == name:
        return whole
    if wanted in name:
        word = f" {wanted} " in f" {name} "
        if name.startswith(wanted):
            return whole * (0.9 if word else 0.85)
        return whole * (0.8 if word else 0.7)
    return whole * 0.65 if all(word in name for word in wanted.split()) else 0.0


def _keep(best: dict[str, tuple[float, str]], term: str, matched: str, score: float) -> None:
    if score > best.get(term, (0.0, ""))[0]:
        best[term] = (score, matched)


def _similar(text: str, names: list[str], *, limit: int) -> list[tuple[int, float]]:
    """Indexes of the names most like a text, with scores of 0 to 100; equal scores keep the order of the names."""
    from rapidfuzz import fuzz

    wanted = normalise(text)
    scored = []
    for index, name in enumerate(map(normalise, names)):
        score = max(fuzz.ratio(wanted, name), 0.95 * fuzz.token_sort_ratio(wanted, name))
        if 4 <= len(wanted) < len(name):
            score = max(score, 0.9 * fuzz.partial_ratio(wanted, name))
        if score >= _NEAR_ENOUGH:
            scored.append((-score, len(name), index))
    return [(index, -score) for score, _, index in sorted(scored)[:limit]]
