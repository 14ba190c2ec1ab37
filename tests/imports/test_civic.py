"""A table of CIViC is read whole, held against the graph, and loaded only as far as it was understood."""

import csv
import gzip
import io
import sys
from pathlib import Path

import pytest

from gistkg.errors import SourceError
from gistkg.graph import load_graph
from gistkg.imports.civic import judge_rows
from gistkg.imports.civic_table import read_table
from gistkg.imports.civic_text import other_variant
from gistkg.imports.civic_turtle import turtle_of

COLUMNS = (
    "molecular_profile", "molecular_profile_id", "disease", "doid", "phenotypes", "therapies",
    "therapy_interaction_type", "evidence_type", "evidence_direction", "evidence_level", "significance",
    "evidence_statement", "citation_id", "source_type", "asco_abstract_id", "citation", "nct_ids", "rating",
    "evidence_status", "evidence_id", "variant_origin", "last_review_date", "evidence_civic_url",
    "molecular_profile_civic_url", "is_flagged",
)  # fmt: skip
GIST = "Gastrointestinal Stromal Tumor"
FIRST = {
    "molecular_profile": "KIT V654A", "molecular_profile_id": "7", "disease": GIST, "doid": "9253",
    "therapies": "Imatinib", "evidence_type": "Predictive", "evidence_direction": "Supports", "evidence_level": "D",
    "significance": "Resistance", "evidence_statement": "Invented: cells with KIT V654A resisted imatinib.",
    "citation_id": "16954519", "source_type": "PubMed", "citation": "Nobody et al., 2006", "rating": "3",
    "evidence_status": "accepted", "evidence_id": "1", "last_review_date": "2020-02-29 10:00:00 UTC",
    "evidence_civic_url": "https://civicdb.org/links/evidence_items/1",
    "molecular_profile_civic_url": "https://civicdb.org/links/molecular_profiles/7", "is_flagged": "false",
}  # fmt: skip


def text_of(*changes, columns=COLUMNS):
    """A table of invented rows, each the first one with some cells changed."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, delimiter="\t", restval="", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for number, change in enumerate(changes, 1):
        writer.writerow(FIRST | {"evidence_id": str(number)} | change)
    return stream.getvalue()


@pytest.fixture
def table(tmp_path):
    """Write a table and give its path."""

    def write(*changes, columns=COLUMNS):
        path = tmp_path / "table.tsv"
        path.write_text(text_of(*changes, columns=columns), encoding="utf-8")
        return path

    return write


@pytest.fixture
def item(kg_graph, table):
    """What becomes of one invented row."""

    def judge(**change):
        (found,) = judge_rows(kg_graph, read_table(table(change)))
        return found

    return judge


def test_an_item_that_says_what_the_graph_says_agrees(item):
    """V654A under imatinib is held against every claim on it and on the classes that hold it."""
    found = item(molecular_profile="KIT T670I", evidence_statement="Invented: T670I resisted imatinib.")
    assert (found.status, found.call, str(found.level)) == ("agrees", "Resistant", "gistkg:CivicD")
    assert found.alteration.term == "https://w3id.org/gistkg/KitT670I"
    claims = {str(one.claim) for one in found.opposites}
    assert "ev:lim-2017-kit-14-secondary-imatinib" in claims


def test_an_item_that_says_the_opposite_contradicts(item):
    """The graph calls T670I resistant to imatinib throughout."""
    found = item(
        molecular_profile="KIT T670I",
        evidence_statement="Invented: T670I responded.",
        significance="Sensitivity/Response",
    )
    assert found.status == "contradicts"
    assert {one.agrees for one in found.opposites} == {False}


def test_what_is_not_supported_stands_on_the_other_side(item):
    """An item that does not support resistance contradicts claims of resistance, and makes no call itself."""
    found = item(
        molecular_profile="KIT T670I",
        evidence_statement="Invented: T670I did not resist.",
        evidence_direction="Does Not Support",
    )
    assert (found.status, found.call) == ("contradicts", None)


def test_what_has_no_direction_takes_no_side(item):
    """CIViC writes N/A where an item neither supports a sentence nor does not."""
    found = item(molecular_profile="KIT T670I", evidence_statement="Invented: T670I.", evidence_direction="N/A")
    assert (found.status, found.call) == ("differs", None)
    assert {one.agrees for one in found.opposites} == {None}


def test_an_item_on_what_the_graph_says_nothing_of_is_new(item):
    """No claim of the graph is about crenolanib and D842V."""
    change = {"molecular_profile": "PDGFRA D842V", "therapies": "Crenolanib"}
    assert item(
        **change, evidence_statement="Invented: D842V responded.", significance="Sensitivity/Response"
    ).status == ("new")


@pytest.mark.parametrize(("change", "status", "reason"), [
    ({"therapies": "Nosuchinib"}, "unmatched", "'Nosuchinib' is no drug of the graph"),
    ({"therapies": "Imatinib,Nosuchinib"}, "unmatched", "'Nosuchinib' is no drug of the graph"),
    ({"therapies": "Imatinib,Sunitinib"}, "unmatched",
     "Imatinib, Sunitinib: the table does not say whether they were given together"),
    ({"therapies": "Imatinib,Sunitinib", "therapy_interaction_type": "Combination"}, "unmatched",
     "Imatinib with Sunitinib (combination) is no combination of the graph"),
    ({"molecular_profile": "KIT EXPRESSION", "evidence_statement": "Invented."}, "unmatched",
     "'KIT EXPRESSION' names no alteration of the graph"),
    ({"molecular_profile": "BRAF EXON 15 MUTATION", "evidence_statement": "Invented."}, "unmatched",
     "'BRAF EXON 15 MUTATION': the graph has no exons of BRAF; taken as any BRAF mutation."),
    ({"evidence_level": "Q"}, "unmatched", "'Q' is no evidence level of CIViC"),
    ({"last_review_date": ""}, "unmatched", "the table gives no date of a review"),
    ({"evidence_status": "submitted"}, "not accepted", "its status in CIViC is 'submitted'"),
    ({"doid": "4450"}, "inconsistent",
     "the disease is 'Gastrointestinal Stromal Tumor', its code DOID:4450 is of another"),
    ({"disease": "Renal Cell Carcinoma"}, "inconsistent",
     "the disease is 'Renal Cell Carcinoma', its code DOID:9253 is of another"),
    ({"evidence_statement": "Invented: cells with KIT V560D resisted imatinib."}, "inconsistent",
     "the row is about KIT V654A, but the sentence says V560D"),
    ({"molecular_profile": "KIT EXON 11 MUTATION", "evidence_statement": "Invented: exon 9 was longer."},
     "inconsistent", "the row is about KIT EXON 11 MUTATION, but the sentence says exon 9"),
    ({"evidence_statement": "Invented: in PDGFRA mutants the drug did nothing."}, "inconsistent",
     "the row is about KIT V654A, but the sentence says PDGFRA"),
])  # fmt: skip
def test_what_was_not_understood_is_told_and_not_loaded(item, change, status, reason):
    """Each with its reason."""
    found = item(**change)
    assert (found.status, found.reason) == (status, reason)
    assert not found.is_loaded


def test_a_sentence_about_another_disease_of_the_table_is_told(kg_graph, table):
    """A sentence that names ours as well is let pass, and rows on the other disease are left aside."""
    rows = read_table(table(
        {"disease": "Renal Cell Carcinoma", "doid": "4450"},
        {"evidence_statement": "Invented: V654A in renal cell carcinoma resisted."},
        {"evidence_statement": "Invented: V654A in GISTs, not in renal cell carcinoma, resisted."},
    ))  # fmt: skip
    second, third = judge_rows(kg_graph, rows)
    assert second.reason == (
        "the disease is 'Gastrointestinal Stromal Tumor', but the sentence speaks of Renal Cell Carcinoma"
    )
    assert third.is_loaded


@pytest.mark.parametrize(("alteration", "sentence", "said"), [
    ("KIT V654A", "Patient had p.Val654Ala.", None),
    ("KIT V654A", "HEK293T cells; 654 of them.", None),
    ("KIT W557_K558DELWK", "A line with W557_K558del.", None),
    ("KIT EXON 11 MUTATION", "It carried V560D.", None),
    ("KIT EXON 11 MUTATION", "It carried K642E.", "K642E"),
    ("PDGFRA D842V", "PDGFRA A842V was tested.", "A842V"),
    ("KIT V654A", "CD117 mutants and PDGFRA.", None),
])  # fmt: skip
def test_a_sentence_is_held_against_the_alteration(kg_graph, alteration, sentence, said):
    """Other spellings of the same change, and other names of the gene, are no contradiction."""
    assert other_variant(kg_graph, alteration, sentence) == said


def test_a_change_the_graph_has_no_name_for_stays_as_narrow_as_it_is(kg_graph, table, tmp_path):
    """It becomes a class of its own inside the exon, never the exon."""
    path = table({"molecular_profile": "KIT V560_L576DEL", "evidence_statement": "Invented."})
    items = judge_rows(kg_graph, read_table(path))
    assert (items[0].alteration.label, str(items[0].alteration.inside)) == (
        "KIT V560_L576DEL",
        "gistkg:KitExon11Mutation",
    )
    text = turtle_of(kg_graph, items, path).decode()
    assert "gistkg:concernsAlteration civic:KitV560L576Del ;" in text
    assert "civic:KitV560L576Del\n    a owl:Class ;\n    rdfs:subClassOf gistkg:KitExon11Mutation ;" in text


def test_the_old_layout_is_read_too(kg_graph, table):
    """Before there were profiles, gene and variant stood in columns of their own."""
    old = {"molecular_profile": "variant", "therapies": "drugs", "therapy_interaction_type": "drug_interaction_type",
           "significance": "clinical_significance", "molecular_profile_civic_url": "variant_civic_url"}  # fmt: skip
    columns = ("gene", *(old.get(name, name) for name in COLUMNS if name != "molecular_profile_id"))
    told = {old.get(name, name): value for name, value in FIRST.items()} | {"gene": "KIT", "variant": "V654A"}
    (row,) = read_table(table(told, columns=columns))
    assert (row.alteration, row.drugs, row.significance) == ("KIT V654A", ("Imatinib",), "Resistance")


@pytest.mark.parametrize(("damage", "line", "problem"), [
    (lambda text: text.replace("evidence_level", "levels"), 1, "there is no column evidence_level"),
    (lambda text: text[: text.rindex("\t")], 3, "has 24 of 25 cells; the row is cut off"),
    (lambda text: text.splitlines()[0], 2, "has a header and no rows"),
    (lambda text: text.replace("\t2\t", "\t1\t"), 3, "EID1 stands on line 2 already"),
    (lambda text: text.replace("2020-02-29", "29.2.2020"), 2, "is no date such as 2021-02-11"),
    (lambda text: text.replace("\t1\t", "\tone\t", 1), 2, "evidence_id 'one' is not a number"),
])  # fmt: skip
def test_a_damaged_table_is_an_error_with_its_line(table, damage, line, problem):
    """Nothing of it is used."""
    path = table({}, {})
    path.write_text(damage(path.read_text()))
    with pytest.raises(SourceError, match=problem) as caught:
        read_table(path)
    assert caught.value.line == line


@pytest.mark.parametrize(("content", "problem"), [
    (b"", "is empty"),
    (b"\n", "is empty"),
    (gzip.compress(b"gene", mtime=0), "is compressed with gzip; unpack it first"),
    (b"hello\n", "there is no column molecular_profile, therapies, therapy_interaction_type and 16 more"),
])  # fmt: skip
def test_what_is_no_table_is_told_in_a_sentence(tmp_path, content, problem):
    """Of every column that is missing, three are named."""
    (tmp_path / "table.tsv").write_bytes(content)
    with pytest.raises(SourceError, match=problem):
        read_table(tmp_path / "table.tsv")


def test_a_table_in_another_encoding_is_an_error(table):
    """With the line of the first wrong byte."""
    path = table({}, {"citation": "Nobödy"})
    path.write_bytes(path.read_text().encode("latin-1"))
    with pytest.raises(SourceError, match="is not UTF-8") as caught:
        read_table(path)
    assert caught.value.line == 3


def test_what_is_written_passes_the_checks_and_answers_questions(table, tmp_path, run):
    """With levels, citations and CIViC's own alterations; the ontology stays as it is."""
    path = table(
        {}, {"molecular_profile": "KIT V560_L576DEL", "therapies": "Imatinib,Sunitinib",
             "evidence_statement": "Invented.", "therapy_interaction_type": "Substitutes",
             "significance": "Reduced Sensitivity"},
        {"evidence_type": "Prognostic", "significance": "Poor Outcome", "therapies": "", "citation_id": "1"},
        {"therapies": "Nosuchinib"},
    )  # fmt: skip
    output = tmp_path / "civic.ttl"
    code, told, _ = run("import", "civic", str(path), "-o", str(output))
    assert code == 0
    assert "3 of 4 items on this tumour understood; 0 rows on other diseases left aside." in told
    assert run("check", str(output))[:2] == (0, "no problems\n")
    graph = load_graph([output])
    rows = graph.rows(
        "SELECT ?claim ?drug ?level ?pmid { ?claim dcterms:source/a gistkg:DatabaseRecord ;"
        " gistkg:hasEvidenceLevel ?level ;"
        " gistkg:cites/gistkg:resolvesTo/gistkg:pubmedId ?pmid . OPTIONAL { ?claim gistkg:concernsTherapy ?drug }"
        " FILTER(STRSTARTS(STR(?claim), 'https://w3id.org/gistkg/evidence/civic-')) } ORDER BY ?claim"
    )
    assert [tuple(map(str, row.values())) for row in rows] == [
        ("ev:civic-eid1", "gistkg:Imatinib", "gistkg:CivicD", "16954519"),
        ("ev:civic-eid2-imatinib", "gistkg:Imatinib", "gistkg:CivicD", "16954519"),
        ("ev:civic-eid2-sunitinib", "gistkg:Sunitinib", "gistkg:CivicD", "16954519"),
        ("ev:civic-eid3", "None", "gistkg:CivicD", "1"),
    ]
    code, told, _ = run(
        "--with", str(output), "query", "drug-by-mutation", "-p", "mutation=KIT V654A", "--format", "csv"
    )
    assert "https://w3id.org/gistkg/evidence/civic-eid1," in told
    assert run("show", "ev:civic-eid1")[0] == 2


@pytest.mark.parametrize(
    ("significance", "direction"),
    [
        ("Sensitivity/Response", "gistkg:For"),
        ("Resistance", "gistkg:Against"),
        ("Reduced Sensitivity", None),
    ],
)
def test_reduced_sensitivity_takes_no_side(kg_graph, table, significance, direction):
    """As with the claims of the graph: less sensitive speaks neither for a drug nor against it."""
    path = table({"significance": significance, "evidence_statement": "Invented."})
    written = turtle_of(kg_graph, judge_rows(kg_graph, read_table(path)), path).decode()
    assert [one.split()[1] for one in written.splitlines() if "hasDirection" in one] == (
        [direction] if direction else []
    )


def test_items_that_were_loaded_before_are_not_held_against_themselves(table, tmp_path, run):
    """With the Turtle of the same table, the same table says the same."""
    path = table({"molecular_profile": "PDGFRA D842V", "therapies": "Crenolanib", "evidence_statement": "Invented."})
    output = tmp_path / "civic.ttl"
    first = run("import", "civic", str(path), "-o", str(output), "--format", "csv")[1]
    assert run("--with", str(output), "import", "civic", str(path), "--format", "csv")[1] == first
    assert ",new," in first


def test_the_same_table_gives_the_same_bytes(kg_graph, table):
    """Twice."""
    path = table({}, {"molecular_profile": "PDGFRA I843DEL", "evidence_statement": "Invented."})
    items = judge_rows(kg_graph, read_table(path))
    assert turtle_of(kg_graph, items, path) == turtle_of(kg_graph, judge_rows(kg_graph, read_table(path)), path)


def test_a_table_that_is_no_table_writes_nothing(tmp_path, run):
    """The error comes before the file."""
    wrong = tmp_path / "wrong.tsv"
    wrong.write_text("a\tb\n1\t2\n")
    code, _, told = run("import", "civic", str(wrong), "-o", str(tmp_path / "out.ttl"))
    assert code == 2
    assert "is no evidence summary table of CIViC" in told
    assert [path.name for path in Path(tmp_path).iterdir()] == ["wrong.tsv"]


def test_the_turtle_does_not_go_where_the_report_goes(table, tmp_path, monkeypatch, run):
    """A dash is no name of a file."""
    monkeypatch.chdir(tmp_path)
    code, _, told = run("import", "civic", str(table({})), "-o", "-")
    assert code == 2
    assert "where the report goes; give --output the name of a file" in told
    assert [path.name for path in tmp_path.iterdir()] == ["table.tsv"]


@pytest.fixture
def send(monkeypatch):
    """Put bytes on standard input."""

    def send(content):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    return send


def test_a_dash_reads_the_table_from_standard_input(table, tmp_path, run, send):
    """The report is that of the file; the Turtle says where the table came from, and differs in nothing else."""
    path = table({}, {"molecular_profile": "PDGFRA I843DEL", "evidence_statement": "Invented."})
    files = [tmp_path / "file.ttl", tmp_path / "dash.ttl"]
    _, from_file, _ = run("import", "civic", str(path), "-o", str(files[0]))
    send(path.read_bytes())
    code, report, told = run("import", "civic", "-", "-o", str(files[1]))
    assert (code, report, told) == (
        0,
        from_file,
        f"gistkg: wrote {files[1]}; to use it: gistkg --with {files[1]} ...\n",
    )
    one, other = (file.read_text(encoding="utf-8") for file in files)
    assert one.replace("File table.tsv,", "File standard input,") == other
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dash.ttl", "file.ttl", "table.tsv"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "standard input: is empty"),
        (b"\xff", "standard input:1: is not UTF-8 (invalid start byte)"),
        (gzip.compress(b"gene", mtime=0), "standard input: is compressed with gzip; unpack it first"),
    ],
)
def test_a_table_on_standard_input_has_the_errors_of_a_file(tmp_path, run, send, content, told):
    """Named by where it came from; nothing is written."""
    send(content)
    code, _, error = run("import", "civic", "-", "-o", str(tmp_path / "out.ttl"))
    assert (code, error) == (2, f"gistkg: error: {told}\n")
    assert list(tmp_path.iterdir()) == []


def test_nothing_on_standard_input_is_an_error(run, monkeypatch):
    """Nobody waits for a person to type a table."""
    monkeypatch.setattr(sys, "stdin", None)
    code, _, told = run("import", "civic", "-")
    assert code == 2
    assert told == ("gistkg: error: standard input: has nothing to read; give the name of a table, or send it one\n")
