"""The statements of a graph as sorted text, with blank nodes named by what is said of them and not by chance."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import TypeAlias

import pyoxigraph as ox

from gistkg.graph import Graph
from gistkg.terms import RDF

__all__ = ["Description", "Descriptions", "quads", "triples"]

Description: TypeAlias = dict[str, list[str]]
"""What is said of one subject: N-Triples terms by predicate."""

_BLANK_OBJECT = re.compile(r"\S+ \S+ _:")
_FIRST, _REST, _NIL = f"<{RDF}first>", f"<{RDF}rest>", f"<{RDF}nil>"


def triples(graph: Graph, extra: Iterable[ox.Triple] = ()) -> list[str]:
    """The union of the named graphs, and `extra`, as sorted lines of N-Triples, each once.

    >>> from gistkg.graph import load_graph
    >>> triples(load_graph())[-1].endswith(" .")
    True
    """
    found = set(_text(ox.serialize(extra, format=ox.RdfFormat.N_TRIPLES)))
    for name in (*graph.store.named_graphs(), ox.DefaultGraph()):
        found.update(_text(graph.store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name)))
    return _canonical(found, ox.RdfFormat.N_TRIPLES)


def quads(graph: Graph) -> list[str]:
    """The statements with the names of their graphs, as sorted lines of N-Quads."""
    return _canonical(_text(graph.store.dump(format=ox.RdfFormat.N_QUADS)), ox.RdfFormat.N_QUADS)


def _text(content: bytes | None) -> list[str]:
    return (content or b"").decode().split("\n")[:-1]  # not `splitlines`, which also splits at marks inside a text


def _canonical(lines: Iterable[str], format_: ox.RdfFormat) -> list[str]:
    """Give blank nodes the labels of RDFC-1.0, for which only the statements matter that mention some."""
    kept: list[str] = []
    blank: list[str] = []
    for line in lines:
        (blank if line.startswith("_:") or _BLANK_OBJECT.match(line) else kept).append(line)
    dataset = ox.Dataset(ox.parse("\n".join(blank), format=format_))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    named = dataset if format_ == ox.RdfFormat.N_QUADS else (quad.triple for quad in dataset)
    return sorted([*kept, *_text(ox.serialize(named, format=format_))])


class Descriptions:
    """Statements by subject. Blank nodes that stand in one place only can be written there: lists, and nested nodes.

    >>> found = Descriptions(["_:a <http://e/p> <http://e/o> .", "<http://e/s> <http://e/p> _:a ."])
    >>> [subject for subject, _ in found.subjects()], found.is_nested("_:a")
    (['<http://e/s>'], True)
    """

    def __init__(self, lines: Iterable[str], apart: Container[str] = ()) -> None:
        """Take lines of N-Triples; nodes `apart` are never written in the place where they are mentioned."""
        self.of: dict[str, Description] = {}
        objects: Counter[str] = Counter()
        for line in lines:
            subject, predicate, rest = line.split(" ", 2)
            object_ = rest[:-2]
            self.of.setdefault(subject, {}).setdefault(predicate, []).append(object_)
            if object_.startswith("_:"):
                objects[object_] += 1
        self._mentioned = {*objects, *(node for node in self.of if node in apart)}
        self._nested = {node for node, count in objects.items() if count == 1 and node in self.of and node not in apart}
        self._free_of_cycles()

    def _free_of_cycles(self) -> None:
        """Nodes that only a circle of nodes leads to keep their names, or they would be written nowhere."""
        waiting = [subject for subject in self.of if subject not in self._nested]
        reached: set[str] = set()
        while waiting:
            for objects in self.of[waiting.pop()].values():
                for node in objects:
                    if node in self._nested and node not in reached:
                        reached.add(node)
                        waiting.append(node)
        self._nested = reached

    def is_nested(self, node: str) -> bool:
        """Whether a node is written where it is mentioned."""
        return node in self._nested

    def is_mentioned(self, node: str) -> bool:
        """Whether a node without a name needs one, because it is mentioned elsewhere."""
        return node in self._mentioned

    def items(self, node: str) -> tuple[str, ...] | None:
        """The items of a list that can be written as one, or `None`."""
        found: list[str] = []
        while node != _NIL:
            said = self.of.get(node, {})
            whole = set(said) == {_FIRST, _REST} and len(said[_FIRST]) == len(said[_REST]) == 1
            if not whole or node not in self._nested:
                return None
            found.append(said[_FIRST][0])
            node = said[_REST][0]
        return tuple(found)

    def subjects(self) -> Iterator[tuple[str, Mapping[str, list[str]]]]:
        """What stands by itself: named things in the order of their IRIs, then nodes without a name."""
        own = (subject for subject in self.of if subject not in self._nested)
        return ((subject, self.of[subject]) for subject in sorted(own, key=lambda name: (name[0] == "_", name)))
