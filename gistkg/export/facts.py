"""What the graph says of a term and the codes it has elsewhere, for exports that need more than the records hold."""

from __future__ import annotations

import pyoxigraph as ox

from gistkg.graph import Graph
from gistkg.mappings import Mapping, mappings
from gistkg.resolve import full_iri, lexicon

__all__ = ["Facts"]


class Facts:
    """The values, labels, kinds and codes of terms; terms are whole IRIs, properties are names such as "gistkg:value".

    >>> from gistkg.graph import load_graph
    >>> facts = Facts(load_graph())
    >>> kit = facts.iri("gistkg:KitGene")
    >>> facts.text(kit, "gistkg:geneSymbol"), facts.label(kit)
    ('KIT', 'KIT gene')
    >>> [row.object_curie for row in facts.codes(kit) if row.target == "hgnc"]
    ['HGNC:6342']
    """

    def __init__(self, graph: Graph) -> None:
        self._store = graph.store
        self._labels = lexicon(graph).labels
        self._full: dict[str, str] = {}
        self._above: dict[str, frozenset[str]] = {}
        self._codes: dict[str, list[Mapping]] = {}
        for row in mappings():
            if not row.negated:
                self._codes.setdefault(row.subject.full, []).append(row)

    def iri(self, name: str) -> str:
        """The whole IRI of a prefixed name."""
        if name not in self._full:
            self._full[name] = full_iri(name).full
        return self._full[name]

    def values(self, term: str, name: str) -> tuple[str, ...]:
        """The values of a property, sorted: IRIs, and literals without their datatypes."""
        subject, predicate = ox.NamedNode(term), ox.NamedNode(self.iri(name))
        quads = self._store.quads_for_pattern(subject, predicate, None)
        return tuple(
            sorted({quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode | ox.Literal)})
        )

    def text(self, term: str, name: str) -> str | None:
        """The only value of a property, or the first of several."""
        return next(iter(self.values(term, name)), None)

    def subjects(self, name: str, value: str) -> tuple[str, ...]:
        """The terms that have this IRI as a value, sorted."""
        predicate, wanted = ox.NamedNode(self.iri(name)), ox.NamedNode(value)
        quads = self._store.quads_for_pattern(None, predicate, wanted)
        return tuple(sorted({quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}))

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        """Subject and object of every triple of this property between terms, sorted."""
        quads = self._store.quads_for_pattern(None, ox.NamedNode(self.iri(name)), None)
        found = {
            (quad.subject.value, quad.object.value)
            for quad in quads
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
        }
        return tuple(sorted(found))

    def label(self, term: str) -> str:
        """The label of a term, or its IRI."""
        return self._labels.get(term, term)

    def named(self, term: str) -> dict[str, str]:
        """A term as JSON mentions it: its IRI and its label."""
        return {"id": term, "name": self.label(term)}

    def is_a(self, term: str, kind: str) -> bool:
        """Whether a term is of a kind, or below it if it is a class."""
        wanted = self.iri(kind)
        return any(wanted in self.above(type_) for type_ in (term, *self.values(term, "rdf:type")))

    def gives_drugs(self, therapy: str) -> bool:
        """Whether drugs are given: a strategy does so if it says how long, or else it stops or changes them.

        >>> from gistkg.graph import load_graph
        >>> facts = Facts(load_graph())
        >>> [facts.gives_drugs(facts.iri(f"gistkg:{name}")) for name in ("Imatinib", "InterruptImatinib", "Resection")]
        [True, False, False]
        """
        if self.is_a(therapy, "gistkg:Strategy"):
            timed = self.text(therapy, "gistkg:treatmentDuration") is not None
            return timed and not self.values(therapy, "gistkg:usesProcedure")
        return not self.is_a(therapy, "gistkg:Procedure")

    def above(self, term: str) -> frozenset[str]:
        """A class with all classes above it."""
        if term not in self._above:
            found = {term}
            for parent in self.values(term, "rdfs:subClassOf"):
                found |= self.above(parent)
            self._above[term] = frozenset(found)
        return self._above[term]

    def below(self, term: str) -> tuple[str, ...]:
        """All classes below a class, sorted."""
        found: set[str] = set()
        waiting = [term]
        while waiting:
            for child in self.subjects("rdfs:subClassOf", waiting.pop()):
                if child not in found:
                    found.add(child)
                    waiting.append(child)
        return tuple(sorted(found))

    def codes(self, term: str) -> tuple[Mapping, ...]:
        """The rows of the mapping tables about a term, but for those that deny a match."""
        return tuple(self._codes.get(term, ()))

    def disease(self) -> str:
        """The kind of tumour that the graph is about."""
        (found,) = set(self.subjects("rdfs:subClassOf", self.iri("gistkg:Tumour"))) - {self.iri("gistkg:Case")}
        return found
