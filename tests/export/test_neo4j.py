"""The files for Neo4j hold together, hold the graph but for what they tell of, and load into a graph database."""

import csv
import hashlib
import io
import os
import re
import shlex
import subprocess
import sys
from datetime import datetime

import pyoxigraph as ox
import pytest

from gistkg.errors import ExportError
from gistkg.export.neo4j import build
from gistkg.terms import EV, GISTKG, OWL, RDF, SRC

READERS = {
    "string": str,
    "long": int,
    "double": float,
    "boolean": {"true": True, "false": False}.__getitem__,
    "datetime": datetime.fromisoformat,
}


@pytest.fixture(scope="module")
def product(kg_graph):
    """The whole graph."""
    return build(kg_graph, "csv")


@pytest.fixture(scope="module")
def imported(product):
    """Nodes and relations, read as the manual of Neo4j describes the files, by the command of `import.sh`."""
    return read(product.files)


def read(files):
    """A strict reader of its own: any cell that is not what its header says stops it."""
    words = shlex.split(files["import.sh"].decode().split("exec ", 1)[1].replace("\\\n", ""))
    assert words[:4] == ["neo4j-admin", "database", "import", "full"]
    options = [word.split("=", 1) for word in words[4:-1]]
    (delimiter,) = [value for name, value in options if name == "--array-delimiter"]
    nodes, relations = {}, []
    for name, path in options:
        if name not in ("--nodes", "--relationships"):
            continue
        header, *lines = csv.reader(io.StringIO(files[path].decode(), newline=""), strict=True)
        assert len(set(header)) == len(header)
        for cells in lines:
            assert len(cells) == len(header), (path, cells)
            if name == "--relationships":
                assert header == [":START_ID", ":END_ID", ":TYPE"]
                relations.append(tuple(cells))
                continue
            assert cells[0] not in nodes, cells[0]
            nodes[cells[0]] = dict(
                filter(None, (value_of(one, cell, delimiter) for one, cell in zip(header, cells, strict=True)))
            )
    return nodes, relations


def value_of(header, cell, delimiter):
    """The property of one cell, or nothing for an empty one."""
    if header in ("iri:ID", ":LABEL"):
        return header, tuple(cell.split(delimiter)) if header == ":LABEL" else cell
    name, kind = re.fullmatch(r"([a-z]\w*):(\w+(?:\[\])?)", header).groups()
    if not cell:
        return None
    if kind.endswith("[]"):
        return name, [READERS[kind[:-2]](one) for one in cell.split(delimiter)]
    return name, READERS[kind](cell)


def test_a_recommendation_is_a_node_with_its_relations(imported):
    """Imatinib 800 mg a day for KIT exon 9."""
    nodes, relations = imported
    claim = EV + "pdq-2024-175"
    assert nodes[claim] == {
        "iri:ID": claim,
        ":LABEL": ("Recommendation", "Claim", "NamedIndividual", "Resource"),
        "label": "metastatic or recurrent GIST with KIT exon 9: imatinib may be started at 800 mg daily",
        "description": "Patients with a KIT exon 9 mutation may start imatinib at 800 mg a day.",
        "hedge": ["may"],
        "locator": "Treatment of Metastatic or Recurrent GISTs > Initial TKI therapy > Imatinib",
        "valid_from": datetime.fromisoformat("2024-12-13T00:00:00+00:00"),
    }
    assert sorted((type_, end) for start, end, type_ in relations if start == claim) == [
        ("APPLIES_TO", GISTKG + "FirstLineMetastaticKitExon9Population"),
        ("CITES", SRC + "pdq-2024-ref-7-1"),
        ("HAS_BASIS", GISTKG + "GuidelineBasis"),
        ("HAS_DIRECTION", GISTKG + "For"),
        ("HAS_MODALITY", GISTKG + "May"),
        ("IN_SETTING", GISTKG + "FirstLineSetting"),
        ("RECOMMENDS", GISTKG + "Imatinib800mgPerDay"),
        ("REVISES", EV + "pdq-2014-s28"),
        ("SOURCE", SRC + "pdq-2024"),
        ("TYPE", GISTKG + "Recommendation"),
    ]
    assert nodes[GISTKG + "Imatinib800mgPerDay"]["dose_per_day"] == 800.0


def test_numbers_are_numbers_and_lists_are_lists(imported):
    """A hazard ratio with its interval, and the names of an exon."""
    nodes, relations = imported
    finding = nodes[EV + "voyager-avapritinib-phase3-pfs-comparison"]
    assert (finding["value"], finding["lower_limit"], finding["upper_limit"], finding["confidence_level"]) == (
        1.25,
        0.99,
        1.57,
        95.0,
    )
    assert finding["p_value"] == "0.055"
    assert (finding["iri:ID"], GISTKG + "NoDifference", "RESULT_DIRECTION") in relations
    exon = nodes[GISTKG + "KitExon9Mutation"]
    assert (exon["exon_number"], exon["first_codon"]) == (9, 450)
    assert exon["synonyms"] == ["KIT ex9", "KIT exon 9", "KIT exon 9 mutant", "c-KIT exon 9", "exon 9 mutation of KIT"]


def test_every_end_of_a_relation_is_a_node(imported):
    """And no relation stands twice."""
    nodes, relations = imported
    assert {end for one in relations for end in one[:2]} - set(nodes) == set()
    assert len(set(relations)) == len(relations)


def test_what_is_carried_and_what_is_dropped_is_the_graph(product, imported, kg_graph):
    """Each triple without a blank node is a relation, a label or a property; the others are named as losses."""
    nodes, relations = imported
    triples = {quad.triple for quad in kg_graph.store}
    unnamed = {one for one in triples if ox.BlankNode in (type(one.subject), type(one.object))}
    plain = triples - unnamed
    literals = {one for one in plain if isinstance(one.object, ox.Literal)}
    types = {one for one in plain - literals if one.predicate.value == RDF + "type"}
    owl_types = {one for one in types if one.object.value.startswith(OWL)}
    assert len(relations) == len(plain - literals - owl_types)
    values = [one for node in nodes.values() for name, one in node.items() if name not in ("iri:ID", ":LABEL")]
    assert sum(len(one) if isinstance(one, list) else 1 for one in values) == len(literals)
    for one in owl_types:
        assert one.object.value.removeprefix(OWL) in nodes[one.subject.value][":LABEL"]
    assert product.carried == {"nodes": len(nodes), "relations": len(relations), "properties": len(literals)}
    dropped = {one.what: set(one.items) for one in product.losses}
    assert dropped["class expressions"] == {
        one.subject.value for one in unnamed if not isinstance(one.subject, ox.BlankNode)
    }
    members = "owl:members/rdf:rest*/rdf:first"
    disjoint = kg_graph.rows(f"SELECT DISTINCT ?c {{ ?all a owl:AllDisjointClasses ; {members} ?c }}")
    assert dropped["that classes are disjoint"] == {one["c"].full for one in disjoint}
    tagged = {re.split("[/#]", one.predicate.value)[-1] for one in literals if one.object.language}
    assert {one.split(":")[-1] for one in dropped["languages of texts"]} == tagged
    assert len(dropped["which file says what"]) == len(list(kg_graph.store.named_graphs()))


@pytest.mark.parametrize("kind", ["Claim", "Recommendation", "Finding", "Source", "Population", "EvidenceLevel"])
def test_nodes_have_the_labels_of_their_classes(imported, kg_graph, kind):
    """And of the classes above these."""
    nodes, _ = imported
    found = {iri for iri, node in nodes.items() if kind in node[":LABEL"]}
    rows = kg_graph.rows(f"SELECT DISTINCT ?x {{ ?x a/rdfs:subClassOf* gistkg:{kind} }}")
    assert found == {one["x"].full for one in rows}


def test_the_query_of_the_read_me_tells_directions(product):
    """Whoever copies it sees what is against a therapy; each relation and property in it is there."""
    query = re.search(r"    MATCH (.*?)LIMIT", product.files["README.md"].decode(), re.DOTALL)[1]
    relations = set(re.findall(r"\[:(\w+)\]", query))
    assert {"HAS_DIRECTION", "HAS_MODALITY"} <= relations
    assert {f"relations-{one}.csv" for one in relations} <= set(product.files)
    header = product.files["nodes-Recommendation.csv"].decode().splitlines()[0]
    assert {one.partition(":")[0] for one in header.split(",")} >= set(re.findall(r"\br\.(\w+)", query))


def test_the_command_is_one_that_a_shell_reads(product, tmp_path):
    """With the database, or the options, that it is given."""
    for name, content in product.files.items():
        (tmp_path / name).write_bytes(content)
    admin = tmp_path / "neo4j-admin"
    admin.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    admin.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = ["sh", str(tmp_path / "import.sh")]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.splitlines()
    assert (said[:5], said[-1]) == (
        ["database", "import", "full", "--id-type=string", "--array-delimiter=|"],
        "neo4j",
    )
    files = [one.split("=")[1] for one in said if one.startswith(("--nodes=", "--relationships="))]
    assert sorted(files) == sorted(name for name in product.files if name.endswith(".csv"))
    command += ["--overwrite-destination", "gist"]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said[-2:] == ["--overwrite-destination", "gist"]


def test_texts_keep_their_quotation_marks_and_lines(tiny_with):
    """And the command is told of both the lines and another delimiter."""
    text = 'a "quoted", | text\nof two lines'
    graph = tiny_with(f"gistkg:Alphanib skos:scopeNote {ox.Literal(text)} .")
    files = build(graph, "csv").files
    assert "--multiline-fields=true" in files["import.sh"].decode()
    assert '--array-delimiter="U+00A6"' in files["import.sh"].decode()
    (note,) = csv.DictReader(io.StringIO(files["nodes-Substance.csv"].decode(), newline=""))
    assert note["notes:string"] == text
    assert note[":LABEL"] == "Substance¦Class¦Resource"


def test_two_properties_of_one_name_keep_apart(tiny_with):
    """Their prefixes tell them apart."""
    graph = tiny_with('gistkg:Alphanib gistkg:definition "mine" ; gistkg:source src:tiny ; dcterms:source src:tiny .')
    files = build(graph, "csv").files
    header = files["nodes-Substance.csv"].decode().splitlines()[0]
    assert "gistkg_definition:string" in header
    assert "skos_definition:string" in header
    assert {"relations-GISTKG_SOURCE.csv", "relations-DCTERMS_SOURCE.csv"} <= set(files)


def test_without_a_delimiter_there_is_no_export(tiny_with):
    """Rather than lists that cannot be told apart."""
    with pytest.raises(ExportError, match="lists cannot be told apart"):
        build(tiny_with('gistkg:Alphanib skos:altLabel "|¦‖\u241f"@en .'), "csv")


def test_the_same_graph_gives_the_same_bytes(product):
    """Also in another process, which hashes otherwise."""
    code = (
        "import hashlib; from gistkg.graph import load_graph; from gistkg.export.neo4j import build\n"
        "for name, content in build(load_graph(), 'csv').files.items():\n"
        "    print(name, hashlib.sha256(content).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    mine = [f"{name} {hashlib.sha256(content).hexdigest()}" for name, content in product.files.items()]
    assert said.stdout.splitlines() == mine


@pytest.mark.interop
def test_a_graph_database_loads_the_files(product, imported, tmp_path):
    """Kuzu, which is not Neo4j, copies nodes and relations as they are, and answers what the graph says."""
    kuzu = pytest.importorskip("kuzu", reason="kuzu is the graph database that loads the files here")
    files, (_, relations) = product.files, imported
    connection = kuzu.Connection(kuzu.Database(str(tmp_path / "db")))
    labels = ("Recommendation", "Population", "Regimen", "Criterion", "RiskGroup")
    for label in labels:
        copy_nodes(connection, files, label, tmp_path)
    ends = {"APPLIES_TO": [("Recommendation", "Population")], "RECOMMENDS": [("Recommendation", "Regimen")]}
    ends["REQUIRES"] = [("Population", "Criterion"), ("Population", "RiskGroup")]
    of = {node: label for label in labels for node in ids(files, label)}
    for type_, pairs in ends.items():
        for start, end in pairs:
            rows = [one for one in relations if one[2] == type_ and (of.get(one[0]), of.get(one[1])) == (start, end)]
            table = f"{type_}_{start}_{end}"
            path = tmp_path / f"{table}.csv"
            path.write_text("".join(f"{one[0]},{one[1]},{one[2]}\n" for one in rows))
            connection.execute(f"CREATE REL TABLE {table} (FROM {start} TO {end}, type STRING)")
            connection.execute(f'COPY {table} FROM "{path}" (HEADER=false)')
            assert connection.execute(f"MATCH ()-[r:{table}]->() RETURN count(r)").get_next() == [len(rows)]
    answer = connection.execute(
        "MATCH (r:Recommendation)-[:RECOMMENDS_Recommendation_Regimen]->(t:Regimen), "
        "(r)-[:APPLIES_TO_Recommendation_Population]->(p)-[:REQUIRES_Population_Criterion]->(c:Criterion) "
        f'WHERE r.iri = "{EV}pdq-2024-175" RETURN r.hedge, r.valid_from, t.dose_per_day, c.label ORDER BY c.label'
    )
    start = datetime.fromisoformat("2024-12-13T00:00:00")
    assert answer.get_all() == [
        [["may"], start, 800.0, "disease is metastatic or recurrent"],
        [["may"], start, 800.0, "has a KIT exon 9 mutation"],
        [["may"], start, 800.0, "has had no tyrosine kinase inhibitor for advanced disease"],
        [["may"], start, 800.0, "is a gastrointestinal stromal tumour"],
    ]


def ids(files, label):
    """The identifiers of one file of nodes."""
    return [cells[0] for cells in csv.reader(io.StringIO(files[f"nodes-{label}.csv"].decode(), newline=""))][1:]


def copy_nodes(connection, files, label, folder):
    """Make a table of the header of a file, and copy the file into it.

    Kuzu writes a list in brackets, so the cells of lists are put into these; all else is read as it stands.
    """
    kinds = {"long": "INT64", "double": "DOUBLE", "boolean": "BOOLEAN", "datetime": "TIMESTAMP", "string": "STRING"}
    header, *lines = csv.reader(io.StringIO(files[f"nodes-{label}.csv"].decode(), newline=""))
    columns = []
    for one in header:
        name, kind = {"iri:ID": ("iri", "string"), ":LABEL": ("labels", "string[]")}.get(one) or one.split(":")
        columns.append((name, kinds[kind.removesuffix("[]")] + ("[]" if kind.endswith("[]") else "")))
    typed = ", ".join(f"{name} {kind}" for name, kind in columns)
    connection.execute(f"CREATE NODE TABLE {label} ({typed}, PRIMARY KEY (iri))")
    path = folder / f"{label}.csv"
    with path.open("w", newline="") as file:
        for cells in lines:
            bracketed = [
                f"[{','.join(cell.split('|'))}]" if kind.endswith("[]") and cell else cell
                for (_, kind), cell in zip(columns, cells, strict=True)
            ]
            csv.writer(file).writerow(bracketed)
    connection.execute(f'COPY {label} FROM "{path}" (HEADER=false)')
    assert connection.execute(f"MATCH (n:{label}) RETURN count(n)").get_next() == [len(lines)]
