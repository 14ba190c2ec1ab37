"""Alterations as reports name them: the class each belongs to, what it is known not to be, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gistkg.alterations import find_alteration
from gistkg.criteria import conditions
from gistkg.errors import GistkgError, VariantError
from gistkg.expressions import And, Named, Not, Some
from gistkg.graph import load_graph
from gistkg.hgvs import parse_protein_change
from gistkg.loci import loci
from gistkg.snapshot import _unpickled
from gistkg.terms import GISTKG

GRAPH = load_graph()
CONDITIONS = conditions(GRAPH)
DOSSIER = Path(__file__).resolve().parents[2] / "shared" / "dossier" / "genotypes.yaml"


def named(name):
    return Named(GISTKG + name)


def all_of(name, *others, no=()):
    """A class, others that hold as well, and those that do not."""
    return And((named(name), *map(named, others), *(Not(named(variant)) for variant in no)))


def term_of(text, graph=GRAPH):
    return str(find_alteration(graph, text).term).removeprefix("gistkg:")


def parts_of(finding):
    """What is said of a finding, whatever the order."""
    return set(finding.expression.parts if isinstance(finding.expression, And) else (finding.expression,))


def exon_of(finding):
    """The number of the exon class that a finding belongs to."""
    classes = CONDITIONS.ancestors[finding.term.full]
    (number,) = {exon.number for gene in loci(GRAPH).genes.values() for exon in gene.exons if exon.iri in classes}
    return number


# An invented gene of two exons of ten codons each, one intron apart; ZAP-S lacks two residues after codon 6.
ZAP = """
gistkg:ZapGene a gistkg:Gene ; skos:prefLabel "ZAP gene"@en ; skos:altLabel "ZAP"@en ; gistkg:geneSymbol "ZAP" ;
    gistkg:referenceTranscript "NM_1" ; gistkg:encodes gistkg:ZapProtein ; gistkg:hasIsoform gistkg:ZapShort .
gistkg:ZapProtein a gistkg:Protein ; skos:prefLabel "ZAP protein"@en ; gistkg:proteinLength 20 .
gistkg:ZapShort a gistkg:Isoform ; skos:prefLabel "ZAP-S"@en ; gistkg:isoformTranscript "NM_2" ;
    gistkg:addedToPosition 2 ; gistkg:differsFromCodon 7 .
gistkg:ZapMutation a gistkg:GeneMutation ; rdfs:subClassOf gistkg:Mutation ; gistkg:inGene gistkg:ZapGene ;
    skos:prefLabel "ZAP mutation"@en .
gistkg:ZapExon1 a gistkg:ExonMutation ; rdfs:subClassOf gistkg:ZapMutation ; gistkg:inGene gistkg:ZapGene ;
    skos:prefLabel "ZAP exon 1 mutation"@en ; gistkg:exonNumber 1 ; gistkg:firstCodon 1 ; gistkg:lastCodon 10 ;
    gistkg:firstCodingBase 1 ; gistkg:lastCodingBase 30 .
gistkg:ZapExon2 a gistkg:ExonMutation ; rdfs:subClassOf gistkg:ZapMutation ; gistkg:inGene gistkg:ZapGene ;
    skos:prefLabel "ZAP exon 2 mutation"@en ; gistkg:exonNumber 2 ; gistkg:firstCodon 11 ; gistkg:lastCodon 20 ;
    gistkg:firstCodingBase 31 ; gistkg:lastCodingBase 60 ; gistkg:takesDeletionsFromCodon 9 .
gistkg:ZapDeletion a owl:Class ; rdfs:subClassOf gistkg:ZapExon2 ; gistkg:inGene gistkg:ZapGene ;
    skos:prefLabel "ZAP deletion of codon 14 or 15"@en ; gistkg:firstDeletedCodon 14 ; gistkg:lastDeletedCodon 15 .
gistkg:ZapC5D a gistkg:NamedVariant ; rdfs:subClassOf gistkg:ZapExon1 ; gistkg:inGene gistkg:ZapGene ;
    skos:prefLabel "ZAP C5D"@en ; gistkg:hgvsProtein "p.C5D" .
gistkg:ZapW14del a gistkg:NamedVariant ; rdfs:subClassOf gistkg:ZapExon2 ; gistkg:inGene gistkg:ZapGene ;
    skos:prefLabel "ZAP W14del"@en ; gistkg:hgvsProtein "p.W14del" .
gistkg:ZapY18F a gistkg:NamedVariant ; rdfs:subClassOf gistkg:ZapExon2 ; gistkg:inGene gistkg:ZapGene ;
    skos:prefLabel "ZAP Y18F"@en ; gistkg:hgvsProtein "p.Y18F" .
"""


@pytest.fixture(scope="module")
def zap(tiny_with):
    return tiny_with(ZAP)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("KIT V654A", "KitV654A"),
        ("V654A", "KitV654A"),
        ("p.V654A", "KitV654A"),
        ("Val654Ala", "KitV654A"),
        ("kit p.v654a", "KitV654A"),
        ("KIT:p.(Val654Ala)", "KitV654A"),
        ("KIT(p.V654A)", "KitV654A"),
        ("c-KIT exon 13 p.Val654Ala mutation", "KitV654A"),
        ("NM_000222.3(KIT):c.1961T>C (p.Val654Ala)", "KitV654A"),
        ("NM_000222.3:p.V654A", "KitV654A"),
        ("gistkg:KitV654A", "KitV654A"),
        ("BRAF p.V600delinsE", "BrafV600E"),
        ("KIT p.S501_A502insAY", "KitA502Y503dup"),
        ("KIT p.Y503_F504insAY", "KitA502Y503dup"),
        ("KIT F506_F508 duplication", "KitF506F508dup"),
        ("KIT exon 9", "KitExon9Mutation"),
        ("KIT ex. 9 insertion", "KitExon9Mutation"),
        ("mutation of KIT exon-9", "KitExon9Mutation"),
        ("KIT p.K642R", "KitExon13Mutation"),
        ("KIT codon 560 substitution", "KitExon11Mutation"),
        ("KIT D816x", "KitExon17Mutation"),
        ("KIT c.1961T>C", "KitExon13Mutation"),
        ("KIT mutations", "KitMutation"),
        ("BRAF V600K", "BrafMutation"),
        ("ETV6::NTRK3", "Ntrk3Fusion"),
        ("ETV6-NTRK3 fusion", "Ntrk3Fusion"),
        ("NTRK3 rearranged", "Ntrk3Fusion"),
        ("FGFR1 :: TACC1", "Fgfr1Fusion"),
        ("NTRK fusion", "NtrkFusion"),
        ("ETV6::KIT", "GeneFusion"),
        ("SDHB loss", "SdhDeficiency"),
        ("SDHB deficiency", "SdhDeficiency"),
        ("KIT amplification", "KitAmplification"),
        ("amplification of the KIT gene", "KitAmplification"),
        ("PDGFRA amplified", "PdgfraAmplification"),
        ("BRAF amplification", "GeneAmplification"),
        ("KIT 557/558 deletion", "KitExon11Deletion557558"),
    ],
)
def test_an_alteration_is_found_by_every_way_of_saying_it(text, term):
    """Names, HGVS, exons, fusions and copy numbers, each with its most specific class."""
    finding = find_alteration(GRAPH, text)
    assert finding.term == f"gistkg:{term}"
    assert finding.text == text
    assert CONDITIONS.evaluate([finding.expression], named(term)) is True


def test_the_gene_of_a_finding_is_named_where_there_is_one():
    """A class of several genes has none."""
    assert find_alteration(GRAPH, "KIT p.K642R").gene == "gistkg:KitGene"
    assert find_alteration(GRAPH, "KIT exon 9").gene == "gistkg:KitGene"
    assert find_alteration(GRAPH, "ETV6::NTRK3").gene == "gistkg:Ntrk3Gene"
    assert find_alteration(GRAPH, "NTRK fusion").gene is None


@pytest.mark.parametrize(
    "text",
    [
        "metastatic", "untreated", "KIT", "KIT gene", "KIT stain positive", "imatinib 400 mg", "5-10", "5-10 cm", "R0",
        "T2A", "", " ", "KIT blorb", "molecular alteration", "metastatic KIT p.K642E", "KIT p.K642E metastatic",
        "metastatic V654A", "KIT exon 13/14", "KIT exon 11 and exon 17", "KIT exon 11 with V654A", "KIT V654A D816V",
        "no KIT V654A", "KIT V654A not detected", "KIT/PDGFRA mutation", "ETV6-NTRK3", "KIT p.V654A fusion",
        "ETV6::NTRK3 KIT p.V654A", "KIT S100 negative", "PDGFRA KIT D842V",
    ],
)  # fmt: skip
def test_what_is_not_only_about_one_alteration_is_none(text):
    """A word about something else, a negation, two alterations: the reader of the case goes on with less of it."""
    assert find_alteration(GRAPH, text) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("KIT p.K642Z", "is not read as a protein change"),
        ("KIT p.foo", "is not read as a protein change"),
        ("KIT K642Z", "is not read as a protein change"),
        ("KIT V654", "is not read as a protein change"),
        ("KIT p.[V654A;D816V]", "write each by itself"),
        ("KIT p.A0V", "codons are counted from 1"),
        ("KIT p.Y503_A502dup", "runs backwards"),
        ("KIT p.503_502", "no range of residues"),
        ("KIT p.V1200A", "the KIT protein has 976 residues, so none at 1200; correct"),
        ("KIT p.L970_V977del", "the KIT protein has 976 residues, so none at 977; correct"),
        ("KIT L654A", "residue 654 of the KIT protein is V, not L; correct"),
        ("KIT p.W557_L558del", "residue 558 of the KIT protein is K, not L; correct"),
        ("KIT W553R", "is Y, not W; the numbering looks like that of NM_001093772 (KIT isoform without GNNK)"),
        ("KIT W553R", "on NM_000222 this is KIT p.W557R."),
        ("KIT NM_001093772.1:p.V650A", "positions of NM_001093772 are not those of NM_000222; write KIT p.V654A."),
        ("PDGFRA NM_000222:p.D842V", "NM_000222 is a transcript of KIT, not of PDGFRA"),
        ("KITT p.V654A", "KITT is no gene of the graph; did you mean KIT?"),
        ("TP53 p.R175H", "TP53 is no gene of the graph, which has ABCB1"),
        ("EML4::KIF5B", "neither EML4 nor KIF5B is a gene of the graph"),
        ("p.V655A", "say the gene in front of it: KIT or PDGFRA"),
        ("K642Q", "say the gene in front of it: KIT or PDGFRA"),
        ("exon 11", "say the gene in front of it: KIT or PDGFRA"),
        ("c.1961T>C", "say the gene in front of it: KIT or PDGFRA"),
        ("KIT exon 22", "KIT has exons 1 to 21"),
        ("PDGFRA exon 1", "PDGFRA has exons 2 to 23"),
        ("KIT c.2932A>G", "c.2932A>G lies beyond the coding sequence of NM_000222"),
        ("KIT c.0A>G", "begins before base 1"),
        ("KIT c.-5A>G", "is not read as a coding change"),
        ("NTRK3 p.G623R", "no class for mutations of NTRK3"),
    ],
)
def test_an_alteration_that_cannot_be_is_refused_with_what_to_do(text, problem):
    """Never read as something else, never passed over."""
    with pytest.raises(VariantError) as caught:
        find_alteration(GRAPH, text)
    assert problem in str(caught.value)
    assert caught.value.text == text


def test_a_change_with_no_name_is_none_of_the_variants_of_its_exon(zap):
    """An exon leaves them open; a change that is another is known not to be them; variants elsewhere go unsaid."""
    assert find_alteration(zap, "ZAP exon 2").expression == named("ZapExon2")
    assert find_alteration(zap, "ZAP Y18W").expression == all_of("ZapExon2", no=["ZapDeletion", "ZapW14del", "ZapY18F"])
    assert find_alteration(zap, "ZAP C5E").expression == all_of("ZapExon1", no=["ZapC5D"])


def test_a_variant_that_a_change_may_be_stays_open(zap):
    """Without the residue that the text leaves out, a deletion of 13 may be one of two equal neighbours."""
    assert find_alteration(zap, "ZAP A13del").expression == all_of(
        "ZapExon2", no=["ZapDeletion", "ZapW14del", "ZapY18F"]
    )
    assert find_alteration(zap, "ZAP 13del").expression == all_of("ZapExon2", no=["ZapDeletion", "ZapY18F"])
    assert find_alteration(zap, "ZAP W13del").term == "gistkg:ZapW14del"


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("ZAP W14_K15del", all_of("ZapExon2", "ZapDeletion", no=["ZapW14del", "ZapY18F"])),
        ("ZAP 11_14del", all_of("ZapExon2", "ZapDeletion", no=["ZapW14del", "ZapY18F"])),
        ("ZAP W14del", And((named("ZapW14del"), named("ZapDeletion")))),
        ("ZAP p.Trp14del", And((named("ZapW14del"), named("ZapDeletion")))),
        ("ZAP K16del", all_of("ZapExon2", no=["ZapDeletion", "ZapW14del", "ZapY18F"])),
        ("ZAP W14_K15dup", all_of("ZapExon2", no=["ZapDeletion", "ZapW14del", "ZapY18F"])),
        ("ZAP W14_K15delinsR", all_of("ZapExon2", no=["ZapW14del", "ZapY18F"])),
        ("ZAP K16_L17delinsR", all_of("ZapExon2", no=["ZapDeletion", "ZapW14del", "ZapY18F"])),
        ("ZAP R12fs", all_of("ZapExon2", no=["ZapW14del", "ZapY18F"])),
        ("ZAP L17*", all_of("ZapExon2", no=["ZapDeletion", "ZapW14del", "ZapY18F"])),
    ],
)
def test_a_class_of_deletions_holds_what_touches_its_codons(zap, text, expression):
    """What is deleted and replaced there, or cut off before, is left open."""
    finding = find_alteration(zap, text)
    assert parts_of(finding) == set(expression.parts)
    assert finding.expression.parts[0] == named(finding.term.full.removeprefix(GISTKG))


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("ZAP R1K", "ZapExon1"),
        ("ZAP R10K", "ZapExon1"),
        ("ZAP R11K", "ZapExon2"),
        ("ZAP R20K", "ZapExon2"),
        ("ZAP c.1A>G", "ZapExon1"),
        ("ZAP c.30A>G", "ZapExon1"),
        ("ZAP c.31A>G", "ZapExon2"),
        ("ZAP c.60A>G", "ZapExon2"),
    ],
)
def test_an_exon_holds_its_first_and_its_last_codon_and_base(zap, text, term):
    """Codons 1 to 10 and bases 1 to 30; the others after them."""
    assert term_of(text, zap) == term


@pytest.mark.parametrize(
    ("text", "exon", "warning"),
    [
        ("ZAP R8_K12dup", 1, "begins in exon 1 and ends in exon 2; taken as ZAP exon 1 mutation, where it begins."),
        ("ZAP R8_K12del", 1, "taken as ZAP exon 1 mutation, where it begins."),
        ("ZAP R9_K12del", 2, "taken as ZAP exon 2 mutation, which takes deletions from codon 9 on."),
        ("ZAP R9_K12delinsG", 1, "taken as ZAP exon 1 mutation, where it begins."),
        ("ZAP c.25_33del", 2, "which takes deletions from codon 9 on."),
        ("ZAP c.24_33del", 1, "where it begins."),
        ("ZAP c.25_33delinsA", 1, "where it begins."),
        ("ZAP exon 2 R8_K12dup", 1, "the text says exon 2 of ZAP, but the position lies in exon 1, which is kept."),
        ("ZAP exon 2 C5D", 1, "the text says exon 2 of ZAP, but the position lies in exon 1, which is kept."),
        ("ZAP R12K c.10A>G", 1, "c.10A>G lies in codon 4, not 12; the coding change decides the exon."),
        ("ZAP codon 12", 2, "the protein change is not said; taken as any ZAP exon 2 mutation."),
        ("ZAP R12=", 2, "p.R12= leaves the protein as it is."),
        ("ZAP C5D g.55A>T", 1, "g.55A>T is not read."),
        ("ZAP NM_7.1:p.C5D", 1, "NM_7 is not known here; positions are taken as those of NM_1."),
    ],
)
def test_a_doubt_that_a_rule_settles_is_told(zap, text, exon, warning):
    """The exon of the first codon counts, but for deletions that another exon takes."""
    finding = find_alteration(zap, text)
    assert GISTKG + f"ZapExon{exon}" in conditions(zap).ancestors[finding.term.full]
    assert any(warning in said for said in finding.warnings)


@pytest.mark.parametrize(
    "text", ["ZAP R9_K10del", "ZAP K10_R11insG", "ZAP exon 1 C5D", "ZAP c.14G>A C5D", "ZAP c.31_33del R11del"]
)
def test_a_change_in_one_exon_needs_no_warning(zap, text):
    """An insertion lies where its left neighbour does; what begins in an intron, in the exon it reaches."""
    assert find_alteration(zap, text).warnings == ()


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("ZAP c.29_31-1del", "ZapExon1"),
        ("ZAP c.30+2_33del", "ZapExon2"),
        ("ZAP c.30+2_33dup", "ZapExon2"),
        ("ZAP c.31-2A>G", "ZapExon2"),
    ],
)
def test_an_intron_counts_with_the_exon_beside_it(zap, text, term):
    """What lies between two exons is not counted for either."""
    assert term_of(text, zap) == term


def test_positions_of_another_isoform_are_refused_or_doubted(zap):
    """W12 is W14, Y16 is Y18 there: wrong where the graph knows the residue, doubtful where it does not."""
    doubtful = find_alteration(zap, "ZAP Y16F")
    assert doubtful.expression == named("ZapExon2")
    assert doubtful.warnings == ("the numbering looks like that of NM_2 (ZAP-S): on NM_1 this is ZAP p.Y18F.",)
    with pytest.raises(VariantError, match=r"residue 14 of the ZAP protein is W, not Y; correct the residue"):
        find_alteration(zap, "ZAP Y14F")
    assert find_alteration(zap, "ZAP R16F").warnings == ()
    assert find_alteration(zap, "ZAP C3F").warnings == ()  # C5 would fit, but there the numberings are one


def test_a_doubtful_position_gives_no_exon_that_only_one_numbering_has():
    """PDGFRA D867 is D842 of the reference: exon 19 by its number, exon 18 if it is meant so."""
    finding = find_alteration(GRAPH, "PDGFRA p.D867V")
    assert finding.expression == named("PdgfraMutation")
    assert "on NM_006206 this is PDGFRA p.D842V" in finding.warnings[0]
    assert find_alteration(GRAPH, "KIT p.V650A").expression == named("KitExon13Mutation")


def test_a_variant_of_another_gene_is_pointed_out():
    """KIT has a residue 842 too, but D842V is a mutation of PDGFRA."""
    finding = find_alteration(GRAPH, "KIT D842V")
    assert finding.warnings == ("p.D842V is a known mutation of PDGFRA; is the gene right?",)


def test_another_change_of_a_codon_is_known_not_to_be_the_named_one():
    """With a complete list of PDGFRA mutations, D842_H845del settles that D842V is absent; the exon alone does not."""
    has, of_gene, d842v = GISTKG + "hasAlteration", named("PdgfraMutation"), named("PdgfraD842V")
    for text, known in [("PDGFRA p.D842_H845del", False), ("PDGFRA exon 18 mutation", None), ("PDGFRA D842V", True)]:
        found = find_alteration(GRAPH, text).expression
        facts = [Some(has, found), Not(Some(has, And((of_gene, Not(found)))))]
        assert CONDITIONS.evaluate(facts, Some(has, d842v)) is known, text


def test_a_deletion_of_557_or_558_is_one_however_it_is_told():
    """By its name, as a longer deletion, as one that begins before the exon; not by another deletion or a change."""
    deletion = named("KitExon11Deletion557558")
    for text in ("KIT W557_K558del", "KIT p.K550_K558del", "KIT p.549_557del", "KIT 557-558 deletion"):
        assert CONDITIONS.evaluate([find_alteration(GRAPH, text).expression], deletion) is True, text
    for text in ("KIT V559del", "KIT W557C", "KIT V560D"):
        facts = find_alteration(GRAPH, text).expression
        assert (
            Not(deletion) in parts_of(find_alteration(GRAPH, text)) or CONDITIONS.evaluate([facts], deletion) is False
        )


def test_the_places_of_genes_can_be_kept_for_the_next_process():
    """A snapshot gives back what was read."""
    import pickle

    assert _unpickled(pickle.dumps(loci(GRAPH))) == loci(GRAPH)


def test_a_broken_change_in_the_graph_is_an_error_that_names_its_class(tiny_with):
    """Not one of the text that is read."""
    broken = ZAP.replace('"p.Y18F"', '"p.Y18?"')
    with pytest.raises(GistkgError, match=r"gistkg:ZapY18F: its gistkg:hgvsProtein"):
        find_alteration(tiny_with(broken), "ZAP C5D")


@pytest.fixture(scope="module")
def exon_map() -> dict[str, Any]:
    if not DOSSIER.exists():
        pytest.skip("the evidence dossier does not lie beside the project")
    import yaml

    found: dict[str, Any] = yaml.safe_load(DOSSIER.read_text(encoding="utf-8"))["exon_map"]
    return found


def test_every_pair_of_variant_and_exon_of_the_dossier_is_found(exon_map):
    """As written there; the one that disagrees with its paper lies where the table puts it, with a warning."""
    pairs = exon_map["cross_checks"]["variant_exon_pairs"]
    found = {
        pair["variant"]: exon_of(find_alteration(GRAPH, pair["variant"].replace("(secondary)", ""))) for pair in pairs
    }
    expected = {pair["variant"]: 15 if "H687Y" in pair["variant"] else pair["exon"] for pair in pairs}
    assert len(pairs) == 44
    assert found == expected
    disputed = find_alteration(GRAPH, "PDGFRA exon 14 p.H687Y")
    assert exon_of(disputed) == 15
    assert disputed.warnings == ("the text says exon 14 of PDGFRA, but the position lies in exon 15, which is kept.",)


def test_every_parser_case_of_the_dossier_is_found(exon_map):
    """Exon, deletion of 557 or 558, and what a change is not."""
    cases = exon_map["cross_checks"]["hgvs_parser_cases"]
    assert len(cases) == 15
    for case in cases:
        finding = find_alteration(GRAPH, f"{case['gene']} {case['text']}")
        exon = 11 if isinstance(case["exon"], str) else case["exon"]
        assert exon_of(finding) == exon, case
        touching = CONDITIONS.evaluate([finding.expression], named("KitExon11Deletion557558")) is True
        assert touching is (case.get("flag") == "has557_558Deletion"), case
        if "not" in case:
            assert Not(named(f"{case['gene'].capitalize()}{case['not']}")) in parts_of(finding)


def test_every_named_variant_is_recognised_by_its_change():
    """Gene and HGVS, with either notation of residues."""
    for gene in loci(GRAPH).genes.values():
        for variant in gene.variants:
            hgvs = parse_protein_change(variant.change.hgvs).hgvs
            assert find_alteration(GRAPH, f"{gene.symbol}:{hgvs}").term.full == variant.iri
            exon = gene.exon_of_codon(variant.change.first.position)
            assert exon is None or exon.iri in CONDITIONS.ancestors[variant.iri]


WORDS = st.sampled_from([
    "KIT", "PDGFRA", "BRAF", "KITT", "exon", "exon11", "11", "13", "codon", "557-558", "p.V654A", "V654A", "D816x",
    "p.D842_H845del", "p.V654", "c.1961T>C", "c.1701", "fusion", "mutation", "NTRK3", "ETV6::NTRK3", "amplification",
    "deletion", "the", "of", "NM_000222.3", "NM_001093772", ":", "(", ")", "::", "-", "/", "p.", "p.(", "metastatic",
])  # fmt: skip


@settings(max_examples=1000, deadline=None)
@given(st.one_of(st.text(max_size=40), st.lists(WORDS, max_size=6).map(" ".join)))
def test_any_text_is_found_left_or_refused_with_one_of_our_errors(text):
    """Whatever comes, the answer is a finding of the graph, none, or an error that quotes the text."""
    try:
        finding = find_alteration(GRAPH, text)
    except VariantError as error:
        assert error.text == text
        assert re.search(r"[.?]$", str(error))
    else:
        assert finding is None or GISTKG + "Alteration" in CONDITIONS.ancestors[finding.term.full]


@pytest.mark.parametrize("text", ["KIT exon 9?", "KIT exon 9 (?)", "KIT exon 9-", "KIT exon 9 (-)", "KIT exon 9\u2212"])
def test_an_alteration_with_a_question_mark_or_a_minus_was_not_found(text):
    """Nor was it not found, as far as can be told."""
    with pytest.raises(VariantError) as caught:
        find_alteration(GRAPH, text)
    assert str(caught.value) == (
        f"{text!r}: write 'KIT exon 9' if it was found, and leave it out if it was not, or may not be."
    )


def test_the_question_mark_of_a_frameshift_of_unknown_length_is_hgvs():
    """It belongs to the change."""
    assert find_alteration(GRAPH, "KIT p.Trp557fsTer?").term == "gistkg:KitExon11Mutation"
