"""Genes, exons and named variants: the numbers of the exon tables, and what hangs under what."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from gistkg.graph import Graph, load_graph

_DOSSIER = Path(__file__).resolve().parents[2] / "shared" / "dossier" / "genotypes.yaml"
_FILES = ("entities/genes", "entities/alterations")
_GENES = ("KIT", "PDGFRA")
_EXONS = """
SELECT ?class ?symbol ?exon ?firstBase ?lastBase ?firstCodon ?lastCodon ?region WHERE {
  ?class a gistkg:ExonMutation ;
    gistkg:inGene/gistkg:geneSymbol ?symbol ;
    gistkg:exonNumber ?exon ;
    gistkg:firstCodingBase ?firstBase ;
    gistkg:lastCodingBase ?lastBase ;
    gistkg:firstCodon ?firstCodon ;
    gistkg:lastCodon ?lastCodon .
  OPTIONAL { ?class gistkg:proteinRegion ?region }
}
ORDER BY ?symbol ?exon
"""
_VARIANTS = """
SELECT ?class ?label ?symbol ?change ?exon ?exonSymbol ?firstCodon ?lastCodon WHERE {
  ?class a gistkg:NamedVariant ;
    skos:prefLabel ?label ;
    gistkg:inGene/gistkg:geneSymbol ?symbol ;
    gistkg:hgvsProtein ?change .
  OPTIONAL {
    ?class rdfs:subClassOf ?parent .
    ?parent a gistkg:ExonMutation ;
      gistkg:inGene/gistkg:geneSymbol ?exonSymbol ;
      gistkg:exonNumber ?exon ;
      gistkg:firstCodon ?firstCodon ;
      gistkg:lastCodon ?lastCodon .
  }
}
ORDER BY ?label
"""


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load_graph()


@pytest.fixture(scope="module")
def exons(graph: Graph) -> dict[str, list[dict[str, Any]]]:
    """The exon classes of each gene, in the order of their numbers."""
    found = defaultdict(list)
    for row in graph.rows(_EXONS):
        found[row["symbol"]].append(dict(row))
    return found


@pytest.fixture(scope="module")
def variants(graph: Graph) -> dict[str, dict[str, Any]]:
    """The named variants by label."""
    rows = [dict(row) for row in graph.rows(_VARIANTS)]
    assert len({row["label"] for row in rows}) == len(rows), "a variant has two exons, or a label names two variants"
    return {row["label"]: row for row in rows}


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    """The exon map of the dossier."""
    if not _DOSSIER.exists():
        pytest.skip("the evidence dossier does not lie beside the project")
    import yaml

    exon_map: dict[str, Any] = yaml.safe_load(_DOSSIER.read_text(encoding="utf-8"))["exon_map"]
    return exon_map


def _codons(change: str) -> list[int]:
    return [int(number) for number in re.findall(r"[A-Z](\d+)", change)]


@pytest.mark.parametrize(("gene", "first", "last"), [("KIT", 1, 21), ("PDGFRA", 2, 23)])
def test_every_coding_exon_has_one_class(exons, gene, first, last):
    """KIT has classes for exons 1 to 21 and PDGFRA, whose exon 1 is not translated, for 2 to 23."""
    assert [row["exon"] for row in exons[gene]] == list(range(first, last + 1))


def test_only_two_genes_have_exon_classes(exons):
    """No third gene has an exon class: there is no table for it."""
    assert set(exons) == set(_GENES)


@pytest.mark.parametrize(("gene", "length"), [("KIT", 976), ("PDGFRA", 1089)])
def test_codon_ranges_cover_the_protein_and_its_stop_codon_once(exons, gene, length):
    """Every codon from 1 to the stop codon counts as exactly one exon."""
    codons = [c for row in exons[gene] for c in range(row["firstCodon"], row["lastCodon"] + 1)]
    assert codons == list(range(1, length + 2))


@pytest.mark.parametrize(("gene", "length"), [("KIT", 2931), ("PDGFRA", 3270)])
def test_base_ranges_cover_the_coding_sequence_once(exons, gene, length):
    """Every base of the coding sequence lies in exactly one exon."""
    bases = [b for row in exons[gene] for b in range(row["firstBase"], row["lastBase"] + 1)]
    assert bases == list(range(1, length + 1))


@pytest.mark.parametrize("gene", _GENES)
def test_a_codon_counts_with_the_exon_of_its_middle_base(exons, gene):
    """The exon with two of the three bases of a codon is the exon with its middle base, number 3 codon - 1."""
    for row in exons[gene]:
        inside = [c for c in range(1, 1200) if row["firstBase"] <= 3 * c - 1 <= row["lastBase"]]
        assert (row["firstCodon"], row["lastCodon"]) == (inside[0], inside[-1]), row["class"]


@pytest.mark.parametrize(("gene", "length"), [("KIT", 976), ("PDGFRA", 1089)])
def test_protein_length_stands_on_the_protein_of_the_gene(graph, gene, length):
    """The gene leads to its protein, and the protein to the length that positions are checked against."""
    rows = graph.rows(
        "SELECT ?symbol ?length { ?gene gistkg:geneSymbol ?symbol ; gistkg:encodes/gistkg:proteinLength ?length }",
        symbol=gene,
    )
    assert [row["length"] for row in rows] == [length]


@pytest.mark.parametrize(
    ("label", "name", "gene", "exon"),
    [
        ("KIT V654A", "gistkg:KitV654A", "KIT", 13),
        ("KIT A829P", "gistkg:KitA829P", "KIT", 18),
        ("KIT A502_Y503dup", "gistkg:KitA502Y503dup", "KIT", 9),
        ("KIT W557_K558del", "gistkg:KitW557K558del", "KIT", 11),
        ("KIT T670I", "gistkg:KitT670I", "KIT", 14),
        ("KIT D816V", "gistkg:KitD816V", "KIT", 17),
        ("PDGFRA D842V", "gistkg:PdgfraD842V", "PDGFRA", 18),
        ("PDGFRA M844_S847del", "gistkg:PdgfraM844S847del", "PDGFRA", 18),
    ],
)
def test_well_known_variants_lie_in_their_exon(variants, label, name, gene, exon):
    """Pairs of variant and exon that any review of GIST prints."""
    row = variants[label]
    assert (row["class"], row["symbol"], row["exonSymbol"], row["exon"]) == (name, gene, gene, exon)


def test_the_position_of_a_variant_lies_in_the_codon_range_of_its_exon(variants):
    """First and last residue of a variant of KIT or PDGFRA both count as the exon it hangs under."""
    for label, row in variants.items():
        if row["symbol"] in _GENES:
            assert all(row["firstCodon"] <= c <= row["lastCodon"] for c in _codons(row["change"])), label
            assert row["exonSymbol"] == row["symbol"], label


def test_label_and_change_of_a_variant_say_the_same(variants):
    """The label is the gene and the protein change without its "p."."""
    assert all(label == f"{row['symbol']} {row['change'].removeprefix('p.')}" for label, row in variants.items())


def test_a_disputed_variant_is_left_out(variants):
    """PDGFRA H687Y, exon 14 in its paper and exon 15 by the table, is not asserted in either."""
    assert "PDGFRA H687Y" not in variants


@pytest.mark.parametrize(
    ("one", "other", "exclude"),
    [
        ("KitExon9Mutation", "KitExon11Mutation", True),
        ("KitV654A", "KitK642E", True),
        ("KitV654A", "KitT670I", True),
        ("KitV654A", "PdgfraD842V", True),
        ("PdgfraExon18Mutation", "KitExon18Mutation", True),
        ("KitV654A", "KitExon13Mutation", False),
        ("SdhbMutation", "SdhDeficiency", False),
        ("Ntrk1Fusion", "NtrkFusion", False),
    ],
)
def test_alterations_that_exclude_each_other(graph, one, other, exclude):
    """One change of one gene is not another; SDH deficiency and a mutation of an SDH gene can be the same finding."""
    sparql = """
    ASK {
      ?one rdfs:subClassOf* ?a . ?other rdfs:subClassOf* ?b . FILTER(?a != ?b)
      ?axiom a owl:AllDisjointClasses ; owl:members ?list .
      ?list rdf:rest*/rdf:first ?a . ?list rdf:rest*/rdf:first ?b .
      FILTER(?one = gistkg:ONE && ?other = gistkg:OTHER)
    }"""
    assert graph.query(sparql.replace("ONE", one).replace("OTHER", other)) is exclude


@pytest.mark.parametrize("gene", _GENES)
def test_all_exons_of_a_gene_exclude_each_other(graph, exons, gene):
    """No exon class is forgotten in the disjointness axiom of its gene."""
    lists = graph.rows("""
    SELECT ?list ?member WHERE {
      ?axiom a owl:AllDisjointClasses ; owl:members ?list .
      ?list rdf:rest*/rdf:first ?member .
      ?member a gistkg:ExonMutation
    }""")
    members = defaultdict(set)
    for row in lists:
        members[row["list"]].add(row["member"])
    assert {row["class"] for row in exons[gene]} in members.values()


@pytest.mark.parametrize(
    ("gene", "mechanism"), [("ABCB1", "gistkg:EffluxByPGlycoprotein"), ("ABCC1", "gistkg:EffluxByMrp1")]
)
def test_a_transporter_gene_leads_to_its_mechanism(graph, gene, mechanism):
    """Gene, protein, mechanism: the beginning of the path to the failure of a drug."""
    rows = graph.rows(
        "SELECT ?symbol ?mechanism { ?gene gistkg:geneSymbol ?symbol ; gistkg:encodes/gistkg:carriesOut ?mechanism }",
        symbol=gene,
    )
    assert [row["mechanism"] for row in rows] == [mechanism]


def test_a_label_names_one_term(graph):
    """No label or synonym of these files, upper or lower case, names two terms."""
    names = defaultdict(set)
    for file in _FILES:
        rows = graph.rows(f"""
        SELECT ?term ?name WHERE {{
          GRAPH <https://w3id.org/gistkg/graph/{file}> {{ ?term skos:prefLabel|skos:altLabel ?name }}
        }}""")
        for row in rows:
            names[row["name"].casefold()].add(row["term"])
    assert names["p-gp"] == {"gistkg:PGlycoprotein"}
    assert {name: terms for name, terms in names.items() if len(terms) > 1} == {}


@pytest.mark.parametrize("gene", _GENES)
def test_exon_ranges_are_those_of_the_dossier(exons, table, gene):
    """Bases, codons and region of every exon equal the checked table."""
    expected = [(e["exon"], *e["cds"], *e["majority"], e.get("region")) for e in table[gene]["exons"]]
    keys = ("exon", "firstBase", "lastBase", "firstCodon", "lastCodon", "region")
    assert [tuple(row[key] for key in keys) for row in exons[gene]] == expected


def test_every_checked_pair_of_variant_and_exon_is_there(variants, table):
    """Each protein change that a source was seen to give with its exon hangs under that exon."""
    expected = {}
    for pair in table["cross_checks"]["variant_exon_pairs"]:
        name = re.match(r"(KIT|PDGFRA) (?:p\.)?([A-Z]\d+(?:_[A-Z]\d+)?)( duplication|dup|del|[A-Z])", pair["variant"])
        if name and pair["ok"] and pair.get("verified", True):
            expected[f"{name[1]} {name[2]}{name[3].replace(' duplication', 'dup')}"] = pair["exon"]
    assert len(expected) == 37
    assert {label: variants[label]["exon"] for label in expected} == expected
