"""Terms and claims as nodes and edges of the Biolink model, in the tables or the JSON lines that KGX reads."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gistkg.errors import ExportError
from gistkg.export.biolink_edges import COLUMNS, Cell, Edges, Ids, our_id
from gistkg.export.biolink_readme import explanation
from gistkg.export.facts import Facts
from gistkg.export.product import Product, loss
from gistkg.export.va_spec_parts import Parts
from gistkg.graph import Graph
from gistkg.resolve import Lexicon, lexicon
from gistkg.terms import GISTKG

__all__ = ["PREFIXES", "build"]

Node = dict[str, Cell]

PREFIXES: Mapping[str, tuple[str, ...]] = {
    "biolink:Drug": ("RXCUI", "UMLS", "CHEBI", "UNII", "CHEMBL.COMPOUND", "DRUGBANK", "MESH"),
    "biolink:ChemicalEntity": ("CHEBI", "UNII", "CHEMBL.COMPOUND", "DRUGBANK", "MESH"),
    "biolink:Gene": ("NCBIGene", "ENSEMBL", "HGNC"),
    "biolink:Protein": ("UniProtKB", "PR"),
    "biolink:SequenceVariant": ("CAID", "CLINVAR", "WIKIDATA", "DBSNP"),
    "biolink:Disease": ("MONDO", "DOID"),
    "biolink:Publication": ("PMID", "doi"),
}
"""The identifiers that the Biolink model prefers, in its order, by the category of the node."""

_SPELT = {
    "RXNORM": "RXCUI",
    "clinvar.variation": "CLINVAR",
    "dbsnp": "DBSNP",
    "wikidata": "WIKIDATA",
    "MedDRA": "MEDDRA",
    "MEDGEN": "medgen",
    "Orphanet": "ORDO",
}
"""Prefixes of the mapping tables that the Biolink model spells in another way."""

_NODE_COLUMNS = """
    id category name description synonym equivalent_identifiers xref iri symbol has_gene hgvs_nomenclature has_drug
    has_procedure exposure_magnitude exposure_duration publication_type
""".split()  # noqa: SIM905
_SLOTS = """
    id subject predicate object category negated knowledge_level agent_type primary_knowledge_source publications
    disease_context_qualifier qualifiers clinical_approval_status has_evidence original_predicate name description
""".split()  # noqa: SIM905


def build(graph: Graph, variant: str, about: str | None = None) -> Product:
    """Write nodes and edges, as tables for "kgx" and as JSON lines for "jsonl", with a text that explains them.

    >>> from gistkg.graph import load_graph
    >>> sorted(build(load_graph(), "kgx").files)
    ['README.md', 'edges.tsv', 'nodes.tsv']
    """
    del about
    facts = Facts(graph)
    categories = _categories(facts)
    ids = Ids(facts, _identifiers(facts, categories))
    maker = Edges(graph, ids)
    edges = [*maker.of_claims(), *maker.of_links()]
    classes = [term for term, category in categories.items() if category != "biolink:Publication"]
    populations = facts.subjects("rdf:type", facts.iri("gistkg:Population"))
    edges += maker.of_classes(classes, populations)
    categories |= dict.fromkeys(sorted(ids.treatments), "biolink:Treatment")
    names = lexicon(graph)
    nodes = [_node(facts, ids, names, term, category) for term, category in categories.items()]
    losses = maker.losses() + loss(
        "figures of results",
        "edges name results by identifier, in has_evidence, disputed_by, reported_results and superseded_results; "
        "no slot holds a figure",
        (one for kind in ("gistkg:Finding", "gistkg:Figure") for one in facts.subjects("rdf:type", facts.iri(kind))),
    )
    files: dict[str, bytes] = {"README.md": explanation(facts).encode()}
    for name, rows, columns in (("nodes", nodes, _NODE_COLUMNS), ("edges", edges, [*_SLOTS, *COLUMNS])):
        rows.sort(key=lambda row: str(row["id"]))
        if variant == "jsonl":
            files[f"{name}.jsonl"] = "".join(map(_line, rows)).encode()
        else:
            files[f"{name}.tsv"] = "".join(_table(rows, columns)).encode()
    return Product(files, {"nodes": len(nodes), "edges": len(edges)}, losses)


def _categories(facts: Facts) -> dict[str, str]:
    """The terms that become nodes, with their category; classes of the schema itself are none."""
    found: dict[str, str] = {}
    for root, category in _ROOTS.items():
        found |= dict.fromkeys(facts.below(facts.iri(root)), category)
    for root in _ROOTS:
        found.pop(facts.iri(root), None)
    for term in facts.below(facts.iri("gistkg:Drug")):
        one = facts.is_a(term, "gistkg:Substance")
        found[term] = "biolink:Drug" if one else "biolink:ChemicalEntity"
    disease = facts.disease()
    found |= dict.fromkeys((disease, *facts.below(disease)), "biolink:Disease")
    for kind, category in _KINDS.items():
        found |= dict.fromkeys(facts.subjects("rdf:type", facts.iri(kind)), category)
    for kind in (facts.iri("gistkg:Source"), *facts.below(facts.iri("gistkg:Source"))):
        found |= dict.fromkeys(facts.subjects("rdf:type", kind), "biolink:Publication")
    return found


_ROOTS = {
    "gistkg:Alteration": "biolink:NamedThing",
    "gistkg:Mutation": "biolink:SequenceVariant",
    "gistkg:GeneFusion": "biolink:SequenceVariant",
    "gistkg:GeneAmplification": "biolink:SequenceVariant",
    "gistkg:ResistanceMechanism": "biolink:PathologicalProcess",
    "gistkg:DrugResistance": "biolink:PhenotypicFeature",
    "gistkg:TreatmentFailure": "biolink:PhenotypicFeature",
}
_KINDS = {
    "gistkg:Gene": "biolink:Gene",
    "gistkg:Protein": "biolink:Protein",
    "gistkg:Population": "biolink:Disease",
}


def _identifiers(facts: Facts, categories: Mapping[str, str]) -> dict[str, str]:
    """The identifier of each node: an exact match in the order the model prefers, unless two nodes would share it."""
    best: dict[str, str] = {}
    for term, category in categories.items():
        exact = _exact(facts, term)
        order = PREFIXES.get(category, ())
        found = [code for prefix in order for code in exact if code.partition(":")[0] == prefix]
        best[term] = found[0] if found else our_id(term)
    often = Counter(best.values())
    return {term: code if often[code] == 1 else our_id(term) for term, code in best.items()}


def _exact(facts: Facts, term: str) -> list[str]:
    rows = [row for row in facts.codes(term) if row.predicate == "exactMatch"]
    pmid, doi = facts.text(term, "gistkg:pubmedId"), facts.text(term, "gistkg:doi")
    return [
        *(_spelt(row.object_curie) for row in rows),
        *([f"PMID:{pmid}"] if pmid else []),
        *([f"doi:{doi}"] if doi else []),
    ]


def _spelt(curie: str) -> str:
    prefix, _, code = curie.partition(":")
    return f"{_SPELT.get(prefix, prefix)}:{code}"


def _node(facts: Facts, ids: Ids, names: Lexicon, term: str, category: str) -> Node:
    own = ids.of(term)
    exact = list(dict.fromkeys([*_exact(facts, term), our_id(term)]))
    close = [_spelt(row.object_curie) for row in facts.codes(term) if row.predicate == "closeMatch"]
    source, treatment = category == "biolink:Publication", category == "biolink:Treatment"
    texts = ("dcterms:bibliographicCitation",) if source else ("skos:definition",)
    dose = Parts(facts).dose(term) if treatment else {}
    amount = [str(dose[key]) for key in ("value", "unit", "frequency", "schedule") if key in dose and "value" in dose]
    day = [f"{dose['perDay']} {dose['unit']} a day"] if "perDay" in dose and not amount else []
    parts = [facts.label(one) for one in facts.values(term, "gistkg:hasComponent")] if treatment else []
    change = facts.text(term, "gistkg:hgvsProtein")
    symbol = facts.text(term, "gistkg:geneSymbol")
    kinds = [facts.label(kind) for kind in facts.values(term, "rdf:type") if kind.startswith(GISTKG)]
    return {
        "id": own,
        "category": [category],
        "name": symbol if category == "biolink:Gene" else facts.label(term),
        "description": next((text for name in texts if (text := facts.text(term, name))), None),
        "synonym": sorted({*names.synonyms.get(term, ())}),
        "equivalent_identifiers": [code for code in exact if code != own],
        "xref": list(dict.fromkeys(close)),
        "iri": term,
        "symbol": symbol if category == "biolink:Gene" else None,
        "has_gene": [ids.of(one) for one in facts.values(term, "gistkg:inGene")],
        "hgvs_nomenclature": [change] if change else [],
        "has_drug": [ids.of(one) for one in facts.values(term, "gistkg:usesDrug")] if treatment else [],
        "has_procedure": [our_id(one) for one in facts.values(term, "gistkg:usesProcedure")] if treatment else [],
        "exposure_magnitude": " ".join(amount + day) or "; ".join(parts) or None,
        "exposure_duration": dose.get("duration"),
        "publication_type": kinds if source else [],
    }


def _given(row: Mapping[str, Cell]) -> dict[str, Cell]:
    return {name: value for name, value in row.items() if value not in (None, [], "")}


def _line(row: Mapping[str, Cell]) -> str:
    return json.dumps(_given(row), ensure_ascii=False) + "\n"


def _table(rows: Iterable[Mapping[str, Cell]], columns: Sequence[str]) -> Iterator[str]:
    yield "\t".join(columns) + "\n"
    for row in rows:
        given = _given(row)
        if not given.keys() <= set(columns):
            raise KeyError(f"{row['id']} has a value for {sorted(given.keys() - set(columns))[0]}, which is no column")
        yield "\t".join(_cell(row, given.get(name)) for name in columns) + "\n"


def _cell(row: Mapping[str, Cell], value: Cell) -> str:
    """A value as KGX writes it.  Raises `ExportError` for one that would not be read back as it is."""
    parts = [str(one) for one in value] if isinstance(value, list) else [_word(value)]
    if any(mark in part for part in parts for mark in ("|", "\t", "\n", "\r")):
        raise ExportError(
            f"{row['id']}: a value has '|', a tab or a line break, which the tables of KGX cannot hold; "
            "choose the variant jsonl, or change the text."
        )
    return "|".join(parts)


def _word(value: Cell) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
