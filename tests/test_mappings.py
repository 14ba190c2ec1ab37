"""The tables of `ontology/mappings`: whole, honest about the dossier, and read without dropping anything."""

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest
from dossier import DOSSIER, needs_dossier

from gistkg.codes import written_code
from gistkg.errors import QuerySyntaxError, SourceError, UnknownTermError
from gistkg.files import folder, ontology_files
from gistkg.mappings import bridge_turtle, mapping_turtle, mappings, namespaces, read_table, targets
from gistkg.resolve import resolve, search
from gistkg.terms import GISTKG, SKOS

DATA = Path(__file__).parent / "data"
TABLES = sorted((folder("ontology") / "mappings").glob("*.tsv"))
CODES = {
    "ATC": r"[A-Z]\d\d[A-Z]{2}\d\d",
    "BFO": r"\d{7}",
    "CAID": r"CA\d+",
    "CHEBI": r"\d+",
    "CHEMBL.COMPOUND": r"CHEMBL\d+",
    "DOID": r"\d+",
    "DRUGBANK": r"DB\d{5}",
    "ECO": r"\d{7}",
    "EFO": r"\d{7}",
    "ENSEMBL": r"ENSG\d{11}",
    "GO": r"\d{7}",
    "HGNC": r"\d+",
    "IAO": r"\d{7}",
    "ICD10CM": r"C49\.A\d?",
    "ICD11": r"\d+",
    "ICDO": r"\d{4}/\d",
    "LOINC": r"\d{1,7}-\d",
    "MEDGEN": r"\d+",
    "MESH": r"[CD]\d{6}(\d{3})?",
    "MONDO": r"\d{7}",
    "MedDRA": r"\d{8}",
    "NCBIGene": r"\d+",
    "NCIT": r"C\d+",
    "OBI": r"\d{7}",
    "OGMS": r"\d{7}",
    "OMIM": r"\d{6}",
    "OMOP": r"\d+",
    "ONCOTREE": r"[A-Z]+",
    "Orphanet": r"\d+",
    "PR": r"\d{9}|[OPQ]\d[A-Z0-9]{3}\d",
    "RO": r"\d{7}",
    "RXNORM": r"\d+",
    "SEPIO": r"\d{7}",
    "SIO": r"\d{6}",
    "SNOMEDCT": r"\d{6,18}",
    "SO": r"\d{7}",
    "UBERON": r"\d{7}",
    "UCUM": r"[a-zA-Z0-9/]+|%25",
    "UMLS": r"C\d{7}",
    "UNII": r"[A-Z0-9]{10}",
    "UO": r"\d{7}",
    "UniProtKB": r"[OPQ]\d[A-Z0-9]{3}\d",
    "biolink": r"[A-Z][A-Za-z]+|[a-z_]+",
    "civic.evidence_level": r"[A-E]",
    "civic.gid": r"\d+",
    "civic.tid": r"\d+",
    "civic.vid": r"\d+",
    "clinvar.variation": r"\d+",
    "dbsnp": r"rs\d+",
    "fhir.evidence-quality": r"[a-z-]+",
    "fhir.study-type": r"[A-Za-z-]+",
    "fhir.synthesis-type": r"[A-Za-z-]+",
    "vicc": r"e0000\d\d",
    "wikidata": r"Q\d+",
}
"""What a code of each prefix looks like."""


def rows(name):
    """The rows of a CSV file of the tests."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def dossier_rows():
    """What the dossier has verified."""
    with (DOSSIER / "identifiers.tsv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if row["verified"] == "true"]


def curie(row):
    """An identifier of the dossier as the tables write it."""
    code_system = re.fullmatch(r"http://terminology\.hl7\.org/CodeSystem/([\w-]+)#(.+)", row["identifier"])
    if code_system:
        return f"fhir.{code_system[1]}:{code_system[2]}"
    if row["vocabulary"] == "UCUM":
        return "UCUM:" + row["identifier"].replace("%", "%25")
    return row["identifier"].replace("WIKIDATA:", "wikidata:")


# The dossier


@needs_dossier
def test_every_key_of_the_dossier_has_its_terms_or_its_reason():
    """None is forgotten, and the reasons are the three that the README counts."""
    keys = rows("mapping-keys.csv")
    assert Counter(key["entity"] for key in keys) == Counter({row["entity"] for row in dossier_rows()})
    assert {key["reason"] for key in keys if not key["terms"]} == {"no stable IRI", "not a term of ours"}
    assert all(not key["reason"] for key in keys if key["terms"])


def kept():
    """The exceptions, as (vocabulary, key, identifier)."""
    return {(row["vocabulary"], row["entity"], row["identifier"]) for row in rows("mapping-exceptions.csv")}


@needs_dossier
def test_every_verified_row_of_a_key_of_ours_is_in_a_table_or_an_exception():
    """With a match of one of the terms of its key."""
    terms = {key["entity"]: {GISTKG + term for term in key["terms"].split()} for key in rows("mapping-keys.csv")}
    found = {(row.subject.full, row.object_curie) for row in mappings()}
    exceptions, missing = kept(), []
    for row in dossier_rows():
        excepted = {(row["vocabulary"], "*", "*"), (row["vocabulary"], row["entity"], row["identifier"])} & exceptions
        matched = any((term, curie(row)) in found for term in terms[row["entity"]])
        if terms[row["entity"]] and not excepted and not matched:
            missing.append((row["entity"], row["identifier"]))
    assert missing == []


@needs_dossier
def test_no_exception_is_left_over():
    """Each names a row that is there and says why, and a row that is in no table under its key's terms."""
    present = {(row["vocabulary"], row["entity"], row["identifier"]) for row in dossier_rows()}
    vocabularies = {vocabulary for vocabulary, _, _ in present}
    for vocabulary, key, identifier in kept():
        assert (vocabulary, key, identifier) in present or (key == "*" and vocabulary in vocabularies)
    assert all(row["reason"] for row in rows("mapping-exceptions.csv"))


@needs_dossier
def test_every_match_was_seen_in_the_dossier_and_verified():
    """No code is in a table that neither the dossier nor the list of codes read elsewhere holds, with the place."""
    places = defaultdict(set)
    for row in dossier_rows():
        places[curie(row)].add(row["source_seen"])
    for row in rows("mapping-elsewhere.csv"):
        places[row["identifier"]].add(row["source"])
    for row in mappings():
        assert any(f"seen in {place}" in row.comment for place in places[row.object_curie]), row


@needs_dossier
@pytest.mark.parametrize("vocabulary", ["ClinGenAR", "ClinVar", "dbSNP"])
def test_codes_of_dna_are_only_related(vocabulary):
    """An allele is one of several that make the same protein change."""
    codes = {curie(row) for row in dossier_rows() if row["vocabulary"] == vocabulary}
    assert {row.predicate for row in mappings() if row.object_curie in codes} == {"relatedMatch"}


def test_reasons_are_counted_in_the_readme():
    """The table of what was left out holds the numbers of today."""
    text = (folder("ontology") / "mappings" / "README.md").read_text(encoding="utf-8")
    keys = rows("mapping-keys.csv")
    counts = Counter(key["reason"] for key in keys if not key["terms"])
    for reason, count in counts.items():
        assert f"| {reason} | {count} |" in text
    assert f"{len(keys)} keys" in text
    for row in rows("mapping-exceptions.csv"):
        assert row["entity"] != "*" or f"| {row['vocabulary']} |" in text


# The tables


def test_codes_are_what_codes_of_their_vocabulary_look_like():
    """And no vocabulary is without a pattern."""
    assert set(namespaces()) == set(CODES)
    for row in mappings():
        prefix, _, code = row.object_curie.partition(":")
        assert re.fullmatch(CODES[prefix], code), row.object_curie


_TURN = "0123456789 1234067895 2340178956 3401289567 4012395678 5987604321 6598710432 7659821043 8765932104 9876543210"
_SHIFT = "0123456789 1576283094 5803796142 8916043527 9453126870 4286573901 2793806415 7046913258"


def is_snomed(code):
    """Whether the last digit is the one that Verhoeff's scheme asks for."""
    turned, shifted = _TURN.split(), _SHIFT.split()
    check = 0
    for place, digit in enumerate(reversed(code)):
        check = int(turned[check][int(shifted[place % 8][int(digit)])])
    return check == 0


def is_loinc(code):
    """Whether the digit after the dash is the one that Luhn's scheme asks for."""
    digits = [int(digit) for digit in reversed(code.replace("-", ""))]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def test_check_digits_hold(kg_graph):
    """Of the codes in the tables and of those that records of cases use; one digit more, less or other is found."""
    assert is_snomed("373847000")
    assert not is_snomed("73847000")
    assert is_loinc("48018-6")
    assert not is_loinc("48013-6")
    used = {
        str(row["code"]) for row in kg_graph.rows("SELECT ?code { ?iri gistkg:codeFor ?term ; skos:notation ?code }")
    }
    codes = [code.partition(":") for code in used | {row.object_curie for row in mappings()}]
    snomed = [code for prefix, _, code in codes if prefix == "SNOMEDCT"]
    loinc = [code for prefix, _, code in codes if prefix == "LOINC"]
    assert len(snomed) > 30
    assert len(loinc) > 4
    assert [code for code in snomed if not is_snomed(code)] == []
    assert [code for code in loinc if re.fullmatch(r"\d+-\d", code) and not is_loinc(code)] == []


def test_every_subject_is_a_term_with_that_label(kg_graph):
    """A label that is changed is changed here too."""
    labels = {str(row["iri"]): row["label"] for row in kg_graph.rows(_LABELS)}
    assert [row for row in mappings() if labels.get(row.subject.full) != row.subject_label] == []


_LABELS = "SELECT (STR(?term) AS ?iri) ?label { ?term skos:prefLabel ?label FILTER(isIRI(?term)) }"


def test_a_pair_has_one_match():
    """Apart from a denial, a term and a code are matched in one way."""
    pairs = Counter((row.subject, row.object) for row in mappings() if not row.negated)
    assert [pair for pair, count in pairs.items() if count > 1] == []


def test_a_term_is_the_same_as_one_code_of_a_vocabulary():
    """Two would be the same as each other."""
    exact = Counter(
        (row.subject, row.object_curie.partition(":")[0])
        for row in mappings()
        if row.predicate == "exactMatch" and not row.negated
    )
    assert [pair for pair, count in exact.items() if count > 1] == []


@pytest.mark.parametrize("target", ["snomedct", "meddra"])
def test_licensed_vocabularies_have_codes_without_labels(target):
    """Their terms are not ours to give away."""
    assert {row.object_label for row in mappings(target)} == {""}


def test_what_the_dossier_warns_of_is_not_claimed():
    """The two codes of SNOMED CT, OMIM's inherited form, the salt, the protein of a gene, a recurring mistake."""
    said = {
        (str(row.subject), row.object_curie): "not" if row.negated else row.predicate
        for row in sorted(mappings(), key=lambda row: row.negated)
    }
    gist = "gistkg:GastrointestinalStromalTumour"
    assert said[gist, "SNOMEDCT:420120006"] == said[gist, "SNOMEDCT:1187383001"] == "closeMatch"
    assert said[gist, "OMIM:606764"] == "closeMatch"
    assert said[gist, "ICD11:819644414"] == "closeMatch"
    assert said[gist, "NCIT:C3868"] == "exactMatch"
    assert said[gist, "NCIT:C53999"] == "not"
    assert said[gist, "EFO:0010279"] == "not"
    assert said["gistkg:Imatinib", "MESH:D000068877"] == "not"
    assert said["gistkg:Imatinib", "CHEMBL.COMPOUND:CHEMBL1642"] == "not"
    assert said["gistkg:DiseaseFreeSurvival", "MESH:D018572"] == "broadMatch"
    assert said["gistkg:EventFreeSurvival", "EFO:0000482"] == "closeMatch"
    assert said["gistkg:KitGene", "UniProtKB:P10721"] == "not"
    assert said["gistkg:KitProtein", "UniProtKB:P10721"] == "exactMatch"
    assert said["gistkg:SdhDeficientGist", "MONDO:0011719"] == "broadMatch"
    assert said["gistkg:KitA502Y503dup", "civic.vid:1558"] == "closeMatch"


def test_places_name_no_host_of_a_registry():
    """They are repositories and packages."""
    assert not [row for row in mappings() if re.search(r"pypi|npmjs|localhost|/opt/|/root/", row.comment)]


# The files that are written


def test_the_files_in_the_repository_follow_from_the_tables(kg_graph):
    """Whoever changes a table writes anew: python -m gistkg.mappings."""
    root = folder("ontology")
    assert (root / "derived" / "mappings.ttl").read_text(encoding="utf-8") == mapping_turtle()
    assert (root / "mappings" / "bridge.ttl").read_text(encoding="utf-8") == bridge_turtle(kg_graph)


def test_the_graph_has_the_matches_and_not_the_bridge(kg_graph):
    """The bridge would make classes of others ours."""
    names = {file.name for file in ontology_files()}
    assert "derived/mappings" in names
    assert not [name for name in names if name.startswith("mappings/")]
    stated = {
        (quad.subject.value, quad.object.value)
        for quad in kg_graph.store.quads_for_pattern(None, ox.NamedNode(SKOS + "exactMatch"), None)
    }
    assert stated == {
        (row.subject.full, row.object) for row in mappings() if row.predicate == "exactMatch" and not row.negated
    }


def test_the_bridge_says_nothing_but_what_matches_say():
    """Exact makes equivalent, broad makes a subclass; nothing denied, close, narrow or of a thesaurus is an axiom."""
    triples = {
        (triple.subject.value, triple.predicate.value.rpartition("#")[2], triple.object.value)
        for triple in ox.parse(
            (folder("ontology") / "mappings" / "bridge.ttl").read_bytes(), format=ox.RdfFormat.TURTLE
        )
        if isinstance(triple.object, ox.NamedNode)
    }
    said = {(row.subject.full, row.object): row.predicate for row in mappings() if not row.negated}
    axioms = {triple for triple in triples if (triple[0], triple[2]) in said}
    assert {(said[one[0], one[2]], one[1]) for one in axioms} == {
        ("exactMatch", "equivalentClass"),
        ("broadMatch", "subClassOf"),
        ("broadMatch", "subPropertyOf"),
    }
    assert (GISTKG + "Imatinib", "equivalentClass", "http://purl.obolibrary.org/obo/CHEBI_45783") in axioms
    assert (GISTKG + "BiopsyProcedure", "subClassOf", "http://purl.obolibrary.org/obo/NCIT_C15189") in axioms
    assert not [one for one in axioms if "snomed" in one[2] or "KitGene" in one[0]]
    rest = triples - axioms
    assert {one[1] for one in rest} == {"type", "imports", "http://purl.org/dc/terms/license"}


# Words and codes


@pytest.mark.parametrize(
    "code", ["NCIT:C62035", "rxnorm:282388", "http://purl.obolibrary.org/obo/CHEBI_45783", " UNII:BKJ8M8G5HI "]
)
def test_a_code_that_is_an_exact_match_names_the_term(kg_graph, code):
    """With its prefix in any case, or as an IRI."""
    assert resolve(kg_graph, code) == "gistkg:Imatinib"


@pytest.mark.parametrize("code", ["MESH:D000068877", "NCIT:C1", "NOSUCH:1", "NCIT:"])
def test_another_code_names_nothing(kg_graph, code):
    """A salt is not the drug, and what is not known is not guessed."""
    with pytest.raises(UnknownTermError):
        resolve(kg_graph, code)


def test_codes_are_no_words(kg_graph):
    """A search finds terms by their names alone."""
    assert search(kg_graph, "C62035") == ()
    assert written_code(kg_graph, "http://example.org/x") == "http://example.org/x"


# The reader

HEAD = """# curie_map:
#   EX: "http://example.org/"
#   gistkg: "https://w3id.org/gistkg/"
#   semapv: "https://w3id.org/semapv/vocab/"
#   skos: "http://www.w3.org/2004/02/skos/core#"
# mapping_set_id: "https://w3id.org/gistkg/mappings/ex.sssom.tsv"
# mapping_set_title: gistkg and an example
# mapping_set_version: "1"
# mapping_date: "2026-11-23"
# license: "https://creativecommons.org/licenses/by/4.0/"
# subject_source: "gistkg:x"
# object_source: "EX:y"
"""
COLUMNS = (
    "subject_id subject_label predicate_id predicate_modifier object_id object_label mapping_justification comment"
).replace(" ", "\t") + "\n"
ROW = "gistkg:Alphanib\talphanib\tskos:exactMatch\t\tEX:a\tAlphanib\tsemapv:LexicalMatching\tseen in a book\n"
NOT = "gistkg:Alphanib\talphanib\tskos:exactMatch\tNot\tEX:b\t\tsemapv:BackgroundKnowledgeBasedMatching\tno\n"


@pytest.fixture
def read(tmp_path):
    """Read a table of this text."""

    def read(text):
        path = tmp_path / "ex.sssom.tsv"
        path.write_bytes(text.encode())
        return read_table(path)

    return read


def test_a_row_is_read_whole(read):
    """Every cell has its field; the code is expanded."""
    one, other = read(HEAD + COLUMNS + ROW + NOT)
    assert (one.subject, one.subject_label, one.predicate, one.negated) == (
        "gistkg:Alphanib",
        "alphanib",
        "exactMatch",
        False,
    )
    assert (one.object, one.object_curie, one.object_label) == ("http://example.org/a", "EX:a", "Alphanib")
    assert (one.justification, one.comment, one.target) == ("semapv:LexicalMatching", "seen in a book", "ex")
    assert (other.negated, other.object_label) == (True, "")


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (HEAD + COLUMNS + ROW[:-1], None, "end every line"),
        (HEAD + COLUMNS + ROW.replace("\n", "\r\n"), None, "end every line"),
        (HEAD, 13, "the columns are subject_id, subject_label"),
        (HEAD + COLUMNS.replace("\tcomment", "") + ROW, 13, "the columns are"),
        (HEAD.replace("# license", "# licence") + COLUMNS, 10, "'licence' is no key here; write one of curie_map"),
        (HEAD.replace('# mapping_date: "2026-11-23"\n', "") + COLUMNS, 12, "the header has no mapping_date"),
        (HEAD.replace("# mapping_set_version", "#   mapping_set_version") + COLUMNS, 8, "only prefixes are indented"),
        (HEAD.replace("ex.sssom", "other.sssom") + COLUMNS, 1, "the mapping_set_id of this file is"),
        (HEAD.replace('/gistkg/"\n#   sem', '/gist/"\n#   sem') + COLUMNS, 1, "curie_map has to say that gistkg is"),
        (HEAD + "# curie_map:\n" + COLUMNS, 13, "'curie_map' is said twice"),
        (HEAD + "# comment:\n" + COLUMNS, 13, "'comment' needs a value"),
        (HEAD.replace("# curie_map:", "# curie_map: x") + COLUMNS, 1, "'curie_map' takes no value"),
        (HEAD + "#nonsense\n" + COLUMNS, 13, "a line of the header is"),
        (HEAD + COLUMNS + "\n", 14, "a row has 8 cells, here are 1"),
        (HEAD + COLUMNS + ROW.replace("alphanib\t", "alphanib\t\t"), 14, "a row has 8 cells, here are 9"),
        (HEAD + COLUMNS + ROW.replace("\talphanib\t", "\t\t"), 14, "subject_label is empty"),
        (HEAD + COLUMNS + ROW.replace("\tAlphanib\t", "\t Alphanib\t"), 14, "object_label begins or ends with a space"),
        (HEAD + COLUMNS + ROW.replace("gistkg:Alphanib", "EX:Alphanib"), 14, "'EX:Alphanib' is no name of ours"),
        (HEAD + COLUMNS + ROW.replace("EX:a", "NOPE:a"), 14, "'NOPE:a' is no PREFIX:CODE"),
        (HEAD + COLUMNS + ROW.replace("EX:a", "EX:a b"), 14, "'EX:a b' is no PREFIX:CODE"),
        (HEAD + COLUMNS + ROW.replace("EX:a", "skos:a"), 14, "'skos:a' is no PREFIX:CODE"),
        (HEAD + COLUMNS + ROW.replace("skos:exactMatch", "exactMatch"), 14, "'exactMatch' is no match"),
        (HEAD + COLUMNS + ROW.replace("skos:exactMatch", "skos:related"), 14, "'skos:related' is no match"),
        (HEAD + COLUMNS + ROW.replace("semapv:Lexical", "semapv:Lexicalish"), 14, "'semapv:LexicalishMatching': write"),
        (HEAD + COLUMNS + NOT.replace("Not", "not"), 14, "'not' cannot stand here"),
        (HEAD + COLUMNS + NOT.replace("exactMatch", "closeMatch"), 14, "'Not' cannot stand here"),
        (HEAD + COLUMNS + NOT + ROW, 15, "rows are sorted"),
        (HEAD + COLUMNS + ROW + ROW, 15, "gistkg:Alphanib EX:a is said in the row above"),
    ],
)
def test_a_table_that_is_wrong_is_an_error_with_its_line(read, text, line, problem):
    """And with what to write; no row is dropped."""
    with pytest.raises(SourceError) as caught:
        read(text)
    assert caught.value.line == line
    assert caught.value.problem.startswith(problem)


def test_a_table_that_is_missing_is_an_error(tmp_path):
    """By its path, or by the name of its vocabulary."""
    with pytest.raises(SourceError, match="cannot be read"):
        read_table(tmp_path / "nothing.sssom.tsv")
    with pytest.raises(SourceError, match="there is none; write one of atc, "):
        mappings("atlas")
    assert len(targets()) == len(TABLES) == 48


# Other readers


@pytest.mark.interop
@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name.partition(".")[0])
def test_sssom_pydantic_reads_every_row(path):
    """It drops wrong rows unless it is asked for its errors, so that the rows are counted as well."""
    sssom_pydantic = pytest.importorskip("sssom_pydantic", reason="sssom-pydantic of the interop group is not there")
    rows, _, _, errors = sssom_pydantic.read(path, return_errors=True)
    assert errors == []
    ours = read_table(path)
    assert sorted((one.subject.curie, one.predicate.curie, one.object.curie) for one in rows) == sorted(
        (str(one.subject), f"skos:{one.predicate}", one.object_curie) for one in ours
    )


@pytest.mark.interop
@pytest.mark.filterwarnings("ignore")  # of pandas, which sssom-py uses as it was
@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name.partition(".")[0])
def test_sssom_py_finds_nothing_wrong(path, caplog):
    """The reference implementation raises where a row is wrong, and only warns of a value of the header it drops."""
    pytest.importorskip("sssom", reason="sssom-py of the interop group is not installed")
    from sssom.constants import DEFAULT_VALIDATION_TYPES
    from sssom.parsers import parse_sssom_table
    from sssom.validators import validate

    table = parse_sssom_table(path)
    assert len(table.df) == len(read_table(path))
    validate(table, DEFAULT_VALIDATION_TYPES)
    assert [record.getMessage() for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


@pytest.mark.parametrize(
    "code", ["NCIT:C62035", "RXNORM:282388", "SNOMEDCT:414460008", "CHEMBL.COMPOUND:CHEMBL941", "UNII:BKJ8M8G5HI"]
)
def test_a_query_may_use_the_prefixes_of_codes(kg_graph, code):
    """Undeclared, also where the code begins with a digit."""
    rows = kg_graph.rows(f"SELECT ?term {{ ?term skos:exactMatch {code} }} ORDER BY ?term")
    assert [row["term"] for row in rows] == ["gistkg:Imatinib"]


def test_the_prefixes_of_codes_in_queries_are_those_of_the_tables(kg_graph):
    """Each with the same namespace; a query takes them from the graph, which is read already."""
    assert kg_graph._code_prefixes == namespaces()


def test_a_query_that_declares_the_prefix_of_a_code_means_its_own(kg_graph):
    """Nothing is put in its place."""
    declared = "PREFIX NCIT: <http://example.org/>"
    assert kg_graph.query(f"{declared} ASK {{ ?term skos:exactMatch NCIT:C62035 }}") is False
    assert kg_graph.query(f"{declared} ASK {{ ?term skos:exactMatch NCIT:C62035 . ?x ?y RXNORM:282388 }}") is False


def test_a_query_without_codes_never_looks_for_their_prefixes(tiny_with):
    """That would cost every query."""
    graph = tiny_with("")
    graph.query("ASK { gistkg:Alphanib a owl:Class }")
    assert "_code_prefixes" not in vars(graph)


@pytest.mark.parametrize(
    ("prefix", "said"),
    [
        ("ncit", "did you mean NCIT:?"),
        (
            "nowhere",
            "known without PREFIX: dcterms, ev, gistkg, owl, rdf, rdfs, sh, skos, src, xsd, and those of codes",
        ),
    ],
)
def test_a_prefix_that_nobody_knows_is_an_error_with_the_known_ones(kg_graph, prefix, said):
    """In another case, it is said how it is written."""
    with pytest.raises(QuerySyntaxError) as caught:
        kg_graph.query(f"ASK {{ ?term skos:exactMatch {prefix}:C62035 }}")
    assert f"an undeclared prefix; {said}" in str(caught.value)
