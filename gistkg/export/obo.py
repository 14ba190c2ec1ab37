"""The classes and properties of the graph as OBO 1.4, and as OBO Graphs JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyoxigraph as ox

from gistkg.export.as_json import json_bytes
from gistkg.export.product import Loss, Product, loss
from gistkg.export.skeleton import Entity, Skeleton, Value, skeleton
from gistkg.graph import Graph
from gistkg.mappings import Mapping as Match
from gistkg.mappings import mappings, namespaces
from gistkg.resolve import label_of
from gistkg.terms import GISTKG, RDF, SKOS, XSD

__all__ = ["build"]


def build(graph: Graph, variant: str, about: str | None = None) -> Product:
    """Write the classes and properties as "obo" or as "obographs".

    Identifiers are IRIs in both: of ``gistkg:Imatinib`` the OWL API makes a name under purl.obolibrary.org, whatever
    the file says the prefix stands for.

    >>> from gistkg.graph import load_graph
    >>> build(load_graph(), "obo").content.startswith(b"format-version: 1.4")
    True
    """
    del about
    read = skeleton(graph)
    writer = _Writer(graph, read)
    entities = (*read.classes, *read.properties)
    carried = {
        "classes": len(read.classes),
        "properties": len(read.properties),
        "parents": sum(len(one.parents) for one in entities),
        "logical definitions": sum(bool(one.genera) for one in read.classes),
        "disjoint pairs": sum(len(one.disjoint) for one in read.classes) if variant == "obo" else 0,
        "matches": sum(len(writer.matches.get(one.iri, ())) for one in entities),
    }
    losses = (*read.losses, *writer.unmatched)
    if variant == "obo":
        return Product({"gistkg.obo": writer.obo().encode()}, carried, losses)
    return Product({"gistkg.json": json_bytes(writer.document())}, carried, (*losses, *_lost_in_json(entities)))


_NOT_MATCHED = GISTKG + "isNotExactMatchOf"
_OF_MATCHES = frozenset(
    (_NOT_MATCHED, *(f"{SKOS}{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")))
)
_REMARK = "Identifiers are the IRIs of the terms. Made of version {} of the graph."


class _Writer:
    def __init__(self, graph: Graph, read: Skeleton) -> None:
        self.read = read
        self.remark = _REMARK.format(graph.version)
        self.labels = {one.iri: one.label for one in (*read.classes, *read.properties)}
        kinds = sorted({kind for one in read.classes for kind in one.kinds})
        self.subsets = {kind: label_of(graph, kind) for kind in kinds}
        self.matches: dict[str, list[Match]] = {}
        for match in mappings():
            self.matches.setdefault(match.subject.full, []).append(match)
        self.unmatched = loss(
            "matches of individuals",
            "individuals have no place in OBO",
            (match.subject for match in mappings() if match.subject.full not in self.labels),
        )
        header = graph.store.quads_for_pattern(ox.NamedNode(GISTKG), None, None)
        said = [(quad.predicate.value, quad.object) for quad in header if quad.predicate.value != RDF + "type"]
        named = [(link, value.value, None) for link, value in said if isinstance(value, ox.NamedNode)]
        worded = [(link, value.value, _datatype(value)) for link, value in said if isinstance(value, ox.Literal)]
        self.header: list[Value] = sorted([*named, *worded], key=str)

    def values(self, one: Entity) -> list[Value]:
        """What else is said of a term, with its matches."""
        values = [value for value in one.values if value[0] not in _OF_MATCHES]
        for match in self.matches.get(one.iri, ()):
            values += [(_NOT_MATCHED if match.negated else SKOS + match.predicate, match.object, None)]
        return values

    def same(self, one: Entity) -> list[Match]:
        """The exact matches: a cross-reference does not say how near it is, so that it is read as being the same."""
        return [row for row in self.matches.get(one.iri, ()) if row.predicate == "exactMatch" and not row.negated]

    def obo(self) -> str:
        """The whole file."""
        lines = ["format-version: 1.4"]
        lines += [f'subsetdef: {kind} "{_quoted(label)}"' for kind, label in self.subsets.items()]
        lines += [f"idspace: {prefix} {namespace}" for prefix, namespace in namespaces().items()]
        lines += ["default-namespace: gistkg", f"remark: {self.remark}", f"ontology: {GISTKG}"]
        lines += [_property_value(*value) for value in self.header]
        for one in self.read.classes:
            lines += ["", "[Term]", *self._common(one), *self._links("is_a", one.parents)]
            if one.genera:
                lines += self._links("intersection_of", one.genera)
                lines += [self._related("intersection_of", *link) for link in one.differentiae]
            lines += self._links("equivalent_to", one.same_as)
            lines += self._links("disjoint_from", one.disjoint)
            lines += [self._related("relationship", *link) for link in one.links]
        for one in self.read.properties:
            lines += ["", "[Typedef]", *self._common(one)]
            lines += [*self._links("domain", one.domains), *self._links("range", one.ranges)]
            lines += [f"is_{trait}: true" for trait in one.traits]
            lines += self._links("is_a", one.parents)
            lines += ["is_metadata_tag: true"] if one.plain else []
        return "\n".join(lines) + "\n"

    def _common(self, one: Entity) -> Iterator[str]:
        yield f"id: {one.iri}"
        yield f"name: {_bare(one.label)}"
        if one.definition:
            yield f'def: "{_quoted(one.definition)}" [{", ".join(map(_reference, one.sources))}]'
        yield from (f"subset: {kind}" for kind in one.kinds)
        yield from (f'synonym: "{_quoted(synonym)}" EXACT []' for synonym in one.synonyms)
        for match in self.same(one):
            words = f' "{_quoted(match.object_label)}"' if match.object_label else ""
            yield f"xref: {match.object_curie}{words}"
        yield from (_property_value(*value) for value in self.values(one))

    def _links(self, tag: str, iris: Iterable[str]) -> Iterator[str]:
        return (f"{tag}: {iri} ! {_bare(self.labels.get(iri, ''))}" for iri in iris)

    def _related(self, tag: str, property_: str, class_: str) -> str:
        labels = f"{_bare(self.labels[property_])} {_bare(self.labels[class_])}"
        return f"{tag}: {property_} {class_} ! {labels}"

    def document(self) -> dict[str, Any]:
        """The whole document of OBO Graphs."""
        classes, properties = self.read.classes, self.read.properties
        version = next(value for link, value, _ in self.header if link.endswith("versionIRI"))
        meta = {
            "subsets": list(self.subsets),
            "comments": [self.remark],
            "basicPropertyValues": [{"pred": link, "val": value} for link, value, _ in self.header],
            "version": version,
        }
        edges = [_edge(one.iri, "is_a", above) for one in classes for above in one.parents]
        edges += [_edge(one.iri, *link) for one in classes for link in one.links]
        edges += [_edge(one.iri, "subPropertyOf", above) for one in properties for above in one.parents]
        graph = {
            "id": GISTKG,
            "meta": meta,
            "nodes": [self._node(one, type="CLASS") for one in classes]
            + [self._node(one, type="PROPERTY", propertyType=_KIND[one.plain]) for one in properties],
            "edges": edges,
            "equivalentNodesSets": [
                {"representativeNodeId": one.iri, "nodeIds": sorted((one.iri, *one.same_as))}
                for one in classes
                if one.same_as
            ],
            "logicalDefinitionAxioms": [
                {
                    "definedClassId": one.iri,
                    "genusIds": list(one.genera),
                    "restrictions": [{"propertyId": link, "fillerId": filler} for link, filler in one.differentiae],
                }
                for one in classes
                if one.genera
            ],
            "domainRangeAxioms": [
                {"predicateId": one.iri, "domainClassIds": list(one.domains), "rangeClassIds": list(one.ranges)}
                for one in properties
                if one.domains or one.ranges
            ],
        }
        return {"graphs": [graph]}

    def _node(self, one: Entity, **more: str) -> dict[str, Any]:
        meta: dict[str, Any] = {
            "subsets": list(one.kinds),
            "synonyms": [{"pred": "hasExactSynonym", "val": synonym} for synonym in one.synonyms],
            "xrefs": [{"val": match.object_curie} for match in self.same(one)],
            "basicPropertyValues": [{"pred": link, "val": value} for link, value, _ in self.values(one)],
        }
        if one.definition:
            meta["definition"] = {"val": one.definition} | ({"xrefs": list(one.sources)} if one.sources else {})
        said = {key: value for key, value in sorted(meta.items()) if value}
        return {"id": one.iri, "lbl": one.label, **more, "meta": said}


_KIND = {False: "OBJECT", True: "ANNOTATION"}


def _lost_in_json(entities: Sequence[Entity]) -> tuple[Loss, ...]:
    why = "OBO Graphs JSON has no field for it"
    pairs = {iri for one in entities if one.disjoint for iri in (one.iri, *one.disjoint)}
    typed = {one.iri for one in entities for value in one.values if value[2] not in (None, XSD + "string")}
    return (
        *loss("what excludes what", f"{why}; the variant obo has it", pairs),
        *loss("functional and transitive properties", why, (one.iri for one in entities if one.traits)),
        *loss("datatypes of values", "a value is text there", typed),
    )


def _edge(subject: str, predicate: str, object_: str) -> dict[str, str]:
    return {"sub": subject, "pred": predicate, "obj": object_}


def _datatype(value: ox.Literal) -> str:
    return XSD + "string" if value.language else value.datatype.value


def _property_value(property_: str, value: str, datatype: str | None) -> str:
    if datatype is None:
        return f"property_value: {property_} {value}"
    return f'property_value: {property_} "{_quoted(value)}" {datatype.replace(XSD, "xsd:")}'


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _bare(text: str) -> str:
    """Text outside quotation marks, where `!` begins a comment and `{` a qualifier."""
    return _quoted(text).replace("!", "\\!").replace("{", "\\{")


def _reference(iri: str) -> str:
    return iri.replace(",", "\\,").replace("]", "\\]").replace("[", "\\[")
