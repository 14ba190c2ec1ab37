"""Protein changes: every way of writing one is read alike, and what is none is refused with the reason."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gistkg.errors import VariantError
from gistkg.hgvs import Residue, find_residues, parse_protein_change, same_protein

CODES = {
    "A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu", "G": "Gly", "H": "His",
    "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe", "P": "Pro", "S": "Ser", "T": "Thr", "W": "Trp",
    "Y": "Tyr", "V": "Val",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind", "first", "last", "inserted", "hgvs"),
    [
        ("p.V654A", "missense", ("V", 654), ("V", 654), "A", "p.V654A"),
        ("p.A502_Y503dup", "duplication", ("A", 502), ("Y", 503), "", "p.A502_Y503dup"),
        ("p.W557_K558del", "deletion", ("W", 557), ("K", 558), "", "p.W557_K558del"),
        ("p.V559del", "deletion", ("V", 559), ("V", 559), "", "p.V559del"),
        ("p.549_557del", "deletion", (None, 549), (None, 557), "", "p.549_557del"),
        ("p.Y503_F504insAY", "insertion", ("Y", 503), ("F", 504), "AY", "p.Y503_F504insAY"),
        ("p.P577_D579delinsE", "delins", ("P", 577), ("D", 579), "E", "p.P577_D579delinsE"),
        ("p.K550fs", "frameshift", ("K", 550), ("K", 550), "", "p.K550fs"),
        ("p.W557*", "nonsense", ("W", 557), ("W", 557), "*", "p.W557*"),
        ("p.I798=", "synonymous", ("I", 798), ("I", 798), "", "p.I798="),
    ],
)
def test_each_kind_of_change_has_its_parts(text, kind, first, last, inserted, hgvs):
    """Kind, first and last residue, what is inserted, and the canonical form."""
    change = parse_protein_change(text)
    assert (change.kind, change.first, change.last, change.inserted) == (
        kind,
        Residue(*first),
        Residue(*last),
        inserted,
    )
    assert (change.hgvs, change.text) == (hgvs, text)


@pytest.mark.parametrize(
    ("hgvs", "spellings"),
    [
        (
            "p.V654A",
            ["V654A", "p.(V654A)", "p.Val654Ala", "p.(Val654Ala)", "Val654Ala", "VAL654ALA", "v654a", "p.V654>A"],
        ),
        ("p.A502_Y503dup", ["A502_Y503dupAY", "Ala502_Tyr503dup", "A502-Y503dup", "A502\u2013Y503 duplication"]),
        ("p.W557_K558del", ["W557_K558delWK", "Trp557_Lys558delTrpLys", "W557_K558 deletion", "P.W557_K558DEL"]),
        ("p.W557_K558delinsC", ["W557_K558delWKinsC", "W557_K558>C", "Trp557_Lys558delinsCys", "W557_K558DELINSC"]),
        ("p.Y503_F504insAY", ["Tyr503_Phe504insAlaTyr", "TYR503_PHE504INSALATYR", "Y503_F504insAlaTyr"]),
        ("p.K550fs", ["K550Rfs*5", "Lys550ArgfsTer5", "Lys550fs", "K550fsX12", "p.(Lys550Argfs*?)"]),
        ("p.W557*", ["Trp557Ter", "W557Ter", "Trp557*"]),
        ("p.I798=", ["I798I", "Ile798=", "p.(Ile798=)"]),
        ("p.V559del", ["V559_V559del", "559_V559del"]),
        ("p.V559A", ["V559delinsA", "V559>A"]),
        ("p.Y503_F504insALA", ["Y503_F504insALA"]),
    ],
)
def test_all_spellings_of_a_change_are_one(hgvs, spellings):
    """One- and three-letter, with what the notation lets one leave out or add."""
    assert {parse_protein_change(text).hgvs for text in [hgvs, *spellings]} == {hgvs}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("p.K642Z", "not read as a protein change; understood are forms such as p.A10V"),
        ("p.654A", "not read as a protein change"),
        ("p.574_575ins", "not read as a protein change"),
        ("577_579delins", "not read as a protein change"),
        ("577_579DELINS", "not read as a protein change"),
        ("p.M1?", "not read as a protein change"),
        ("p.(V654A", "not read as a protein change"),
        ("", "not read as a protein change"),
        ("p.V" + "9" * 5000 + "A", "not read as a protein change"),
        ("p.\u0661\u0662A", "not read as a protein change"),
        ("p.A0V", "codons are counted from 1"),
        ("p.Y503_A502dup", "runs backwards, from 503 to 502"),
        ("p.A502insAY", "between two neighbours"),
        ("p.A502_F504insAY", "between two neighbours"),
        ("p.W557X", "X stands for a stop in old reports"),
        ("p.D816x", "X stands for a stop in old reports"),
        ("p.[V654A;D816V]", "several changes; write each by itself"),
        ("p.V559_K559del", "two residues at position 559"),
        ("p.W557_K558delWR", "WR is not what W557 to K558 holds"),
        ("p.W557_K558dupWKV", "WKV is not what W557 to K558 holds"),
    ],
)
def test_what_is_no_change_is_refused_with_the_reason(text, problem):
    """The error names the text and says what is wrong."""
    with pytest.raises(VariantError) as caught:
        parse_protein_change(text)
    assert caught.value.text == text
    assert problem in str(caught.value)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("p.574_575", "574 575"),
        ("560", "560 560"),
        ("F506_F508", "F506 F508"),
        ("557/558", "557 558"),
        ("D816x", "D816 D816"),
        ("Lys642", "K642 K642"),
    ],
)
def test_residues_can_be_named_without_a_change(text, ends):
    """A report may say where and not what."""
    assert " ".join(map(str, find_residues(text))) == ends


@pytest.mark.parametrize("text", ["V654A", "D816X", "K550del", "", "p.", "A", "exon 9"])
def test_a_change_is_not_only_residues(text):
    """Nor is anything else."""
    assert find_residues(text) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("A502_Y503dup", "S501_A502insAY", True),  # S A Y | A Y F either way
        ("A502_Y503dup", "Y503_F504insAY", True),
        ("A502_Y503dup", "Y503_F504insAYAY", False),
        ("V600E", "V600delinsE", True),
        ("V600E", "V600_K601delinsEK", True),
        ("V600E", "V600_K601delinsEE", False),
        ("V600E", "V600K", False),
        ("V559A", "V559=", False),
        ("W557_K558del", "K558_V559del", False),  # leaves W where the other leaves V
        ("V559del", "V560del", True),  # one of two equal neighbours
        ("V559del", "V561del", None),  # unless 560 is V as well
        ("W557_K558del", "556_557del", None),
        ("W557_K558del", "W557_V559del", False),
        ("K550fs", "K550Rfs*5", True),
        ("K550fs", "K550del", False),
        ("W557*", "W557R", False),
        ("D842V", "D842_H845del", False),
        ("F506_F508dup", "F508_L509insFNF", None),  # unless 507 is N
        ("I10=", "L20=", True),
    ],
)
def test_two_changes_are_compared_by_the_protein_they_lead_to(one, other, same):
    """Worked out by hand; unknown residues leave it open, and the order of the two does not matter."""
    changes = parse_protein_change(one), parse_protein_change(other)
    assert same_protein(*changes, {}) is same
    assert same_protein(*reversed(changes), {}) is same


def test_known_residues_settle_what_two_changes_leave_open():
    """With residue 507 known, the duplication written as an insertion is recognised, or told apart."""
    changes = parse_protein_change("F506_F508dup"), parse_protein_change("F508_L509insFNF")
    assert same_protein(*changes, {507: "N"}) is True
    assert same_protein(*changes, {507: "D"}) is False


residues = st.sampled_from(sorted(CODES))
positions = st.integers(min_value=1, max_value=2000)


@st.composite
def changes(draw, positions=positions, residues=residues):
    """A protein change in one-letter and in three-letter notation."""
    first, last, begin = draw(residues), draw(residues), draw(positions)
    end = begin + draw(st.integers(min_value=1, max_value=30))
    new = draw(st.lists(residues, min_size=1, max_size=4))
    kind = draw(st.sampled_from(["missense", "*", "=", "fs", "del", "dup", "del1", "dup1", "ins", "delins"]))

    def written(code, short):
        one, other, several = code(first), code(last), "".join(map(code, new))
        stop = "*" if short else "Ter"
        return {
            "missense": f"p.{one}{begin}{code(new[0])}",
            "*": f"p.{one}{begin}{stop}",
            "=": f"p.{one}{begin}=",
            "fs": f"p.{one}{begin}{code(new[0])}fs{stop}7",
            "del": f"p.{one}{begin}_{other}{end}del",
            "dup": f"p.{one}{begin}_{other}{end}dup",
            "del1": f"p.{one}{begin}del",
            "dup1": f"p.{one}{begin}dup",
            "ins": f"p.{one}{begin}_{other}{begin + 1}ins{several}",
            "delins": f"p.{one}{begin}_{other}{end}delins{several}",
        }[kind]

    return written(str, True), written(CODES.get, False)


@settings(max_examples=500, deadline=None)
@given(changes())
def test_the_canonical_form_reads_back_as_the_same_change(pair):
    """Parse, write, parse: nothing is lost, and the two notations agree."""
    one, three = (parse_protein_change(text) for text in pair)
    again = parse_protein_change(one.hgvs)
    for other in (three, again):
        parts = other.kind, other.first, other.last, other.inserted
        assert parts == (one.kind, one.first, one.last, one.inserted)
    assert again.hgvs == one.hgvs == three.hgvs
    assert same_protein(one, again, {}) is True


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(max_size=30), st.from_regex(r"p\.[A-Za-z]{0,3}[0-9_-]{1,8}[A-Za-z*=>?]{0,12}", fullmatch=True))
)
def test_any_text_is_read_or_refused_with_one_of_our_errors(text):
    """The parser never breaks, and what it reads it can write."""
    try:
        change = parse_protein_change(text)
    except VariantError as error:
        assert error.text == text
    else:
        assert parse_protein_change(change.hgvs).hgvs == change.hgvs


@settings(max_examples=1000, deadline=None)
@given(st.data())
def test_sameness_of_changes_is_that_of_the_mutated_sequences(data):
    """On a protein of two kinds of residues, where changes often coincide; with gaps in what is known, or left open."""
    protein = data.draw(st.text("AC", min_size=50, max_size=50))
    pair = st.lists(changes(st.integers(min_value=1, max_value=8), st.sampled_from("AC")), min_size=2, max_size=2)
    one, other = (_on(parse_protein_change(short), protein) for short, _ in data.draw(pair))
    if {one.kind, other.kind} & {"frameshift", "nonsense"}:
        return
    truth = _mutated(one, protein) == _mutated(other, protein)
    known = dict(enumerate(protein, start=1))
    assert same_protein(one, other, known) is truth
    gaps = data.draw(st.sets(st.sampled_from(sorted(known))))
    assert same_protein(one, other, {at: known[at] for at in known if at not in gaps}) in (truth, None)


def _on(change, protein):
    """The change with the residues that this protein has there."""
    first, last = (f"{protein[end.position - 1]}{end.position}" for end in (change.first, change.last))
    where = first if first == last else f"{first}_{last}"
    return parse_protein_change(change.hgvs.replace(_where(change), where))


def _where(change):
    return str(change.first) if change.first == change.last else f"{change.first}_{change.last}"


def _mutated(change, protein):
    begin, end = change.first.position - 1, change.last.position
    stretch = protein[begin:end]
    return {
        "synonymous": lambda: protein,
        "duplication": lambda: protein[:end] + stretch + protein[end:],
        "deletion": lambda: protein[:begin] + protein[end:],
        "insertion": lambda: protein[: begin + 1] + change.inserted + protein[begin + 1 :],
    }.get(change.kind, lambda: protein[:begin] + change.inserted + protein[end:])()


def test_every_residue_has_two_notations():
    """All twenty, in every pair of before and after."""
    for (a, aaa), (b, bbb) in itertools.permutations(CODES.items(), 2):
        assert parse_protein_change(f"p.{aaa}10{bbb}").hgvs == f"p.{a}10{b}"
