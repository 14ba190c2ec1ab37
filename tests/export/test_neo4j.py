"""The files for Neo4j hold together, hold the graph but for what they tell of, and load into a graph database."""

import csv
import hashlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from itertools import chain

import pyoxigraph as ox
import pytest

from gistkg.errors import ExportError
from gistkg.export.neo4j import build
from gistkg.terms import EV, GISTKG, OWL, PREFIXES, RDF, SRC

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
    delimiter, *paths = arguments(files)
    nodes, relations = {}, []
    for path in chain(*paths):
        header, *lines = csv.reader(io.StringIO(files[path].decode(), newline=""), strict=True)
        assert len(set(header)) == len(header)
        for cells in lines:
            assert len(cells) == len(header), (path, cells)
            if path in paths[1]:
                assert header == [":START_ID", ":END_ID", ":TYPE"]
                relations.append(tuple(cells))
                continue
            assert cells[0] not in nodes, cells[0]
            nodes[cells[0]] = dict(
                filter(None, (value_of(one, cell, delimiter) for one, cell in zip(header, cells, strict=True)))
            )
    return nodes, relations


def arguments(files):
    """What `import.sh` tells the command: the delimiter of lists, the files of nodes, the files of relations."""
    words = shlex.split(files["import.sh"].decode().split("exec ", 1)[1].replace("\\\n", ""))
    assert words[:4] == ["neo4j-admin", "database", "import", "full"]
    options = [word.split("=", 1) for word in words[5:]]
    (delimiter,), nodes, relations = (
        [value for name, value in options if name == option]
        for option in ("--array-delimiter", "--nodes", "--relationships")
    )
    return delimiter, nodes, relations


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


def test_the_read_me_names_the_licence(product):
    """Whoever is handed the folder alone knows what may be done with it."""
    assert ", https://creativecommons.org/licenses/by/4.0/\n" in product.files["README.md"].decode()


def test_the_command_is_one_that_a_shell_reads(product, tmp_path):
    """With the database, or the options, that it is given, before the options that take several files.

    The command of Neo4j 5 would take a database that comes after the files for one more file of relations.
    """
    for name, content in product.files.items():
        (tmp_path / name).write_bytes(content)
    admin = tmp_path / "neo4j-admin"
    admin.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    admin.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = ["sh", str(tmp_path / "import.sh")]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said[:6] == ["database", "import", "full", "neo4j", "--id-type=string", "--array-delimiter=|"]
    files = [one.split("=")[1] for one in said if one.startswith(("--nodes=", "--relationships="))]
    assert sorted(files) == sorted(name for name in product.files if name.endswith(".csv"))
    command += ["--overwrite-destination", "gist"]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.splitlines()
    assert said[3:6] == ["--overwrite-destination", "gist", "--id-type=string"]
    assert said[-1].startswith("--relationships=")


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


def test_whole_numbers_among_others_are_numbers(tiny_with):
    """Where one value is 120 and another 0.5; beside a word a number is a string."""
    graph = tiny_with('gistkg:Alphanib gistkg:highestValue 120 , 0.5 ; gistkg:lowestValue 0 , "none" .')
    (row,) = csv.DictReader(io.StringIO(build(graph, "csv").files["nodes-Substance.csv"].decode()))
    assert (row["highest_value:double[]"], row["lowest_value:string[]"]) == ("0.5|120", "0|none")


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


def sparql(graph, query):
    """The rows of a SELECT, as values of Python."""
    rows = graph.store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    return [tuple(one and (plain(one) if isinstance(one, ox.Literal) else one.value) for one in row) for row in rows]


def plain(literal):
    """The value of a literal, of the type that its datatype has in Python."""
    kind = literal.datatype.value.rpartition("#")[2]
    read = {"boolean": READERS["boolean"], "integer": int, "decimal": float, "dateTime": datetime.fromisoformat}
    return read.get(kind, str)(literal.value)


@pytest.fixture(scope="module")
def database(product, tmp_path_factory):
    """Ladybug, which is not Neo4j, with every file that `import.sh` names; each file of nodes is a table.

    It refuses a cell that is not of the type that its header says, and a relation to what is no node.
    """
    ladybug = pytest.importorskip("ladybug", reason="ladybug is the graph database that loads the files here")
    folder = tmp_path_factory.mktemp("neo4j")
    for name, content in product.files.items():
        (folder / name).write_bytes(content)
    delimiter, nodes, relations = arguments(product.files)
    small = {"buffer_pool_size": 2**28, "max_db_size": 2**30}
    with ladybug.Database(":memory:", **small) as memory, ladybug.Connection(memory) as connection:
        labels = {}
        for name in nodes:
            labels |= copy_nodes(connection, folder / name, delimiter)
        for name in relations:
            copy_relations(connection, folder / name, labels)
        yield connection


def copy_nodes(connection, path, delimiter):
    """Copy a file of nodes, as it stands, into a table with the columns and types of its header; gives their label.

    Ladybug knows no delimiter of lists, so it is told to split their cells.
    """
    label = path.stem.removeprefix("nodes-")
    kinds = {"long": "INT64", "double": "DOUBLE", "boolean": "BOOLEAN", "datetime": "TIMESTAMP_TZ", "string": "STRING"}
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, strict=True)
    columns, cells, values = [], [], []
    for one in header:
        name, kind = {"iri:ID": ("iri", "string"), ":LABEL": ("labels", "string[]")}.get(one) or one.split(":")
        many, kind = kind.endswith("[]"), kinds[kind.removesuffix("[]")]
        columns.append(f"`{name}` {kind}{'[]' * many}")
        cells.append(f"`{name}` {'STRING' if many else kind}")
        values.append(f"CAST(string_split(`{name}`, '{delimiter}') AS {kind}[])" if many else f"`{name}`")
    connection.execute(f"CREATE NODE TABLE `{label}` ({', '.join(columns)}, PRIMARY KEY (iri))")
    as_written = "header=true, delim=',', quote='\"', escape='\"', parallel=false"
    load = f"LOAD WITH HEADERS ({', '.join(cells)}) FROM '{path}' ({as_written}) RETURN {', '.join(values)}"
    connection.execute(f"COPY `{label}` FROM ({load})")
    return {row[0]: label for row in rows}


def copy_relations(connection, path, labels):
    """Copy the lines of a file of relations, parted by the tables of their ends, into one table.

    Ladybug tells no capitals apart, so the table of a type that is called like a label has another name.
    """
    header, *lines = path.read_text("utf-8").splitlines(keepends=True)
    parts = {}
    for line, (start, end, _) in zip(lines, csv.reader(lines, strict=True), strict=True):
        parts.setdefault((labels.get(start, "Resource"), labels.get(end, "Resource")), [header]).append(line)
    type_ = path.stem.removeprefix("relations-")
    table = f"{type_}_" if type_.lower() in {one.lower() for one in labels.values()} else type_
    ends = ", ".join(f"FROM `{start}` TO `{end}`" for start, end in parts)
    connection.execute(f"CREATE REL TABLE `{table}` ({ends}, type STRING)")
    for (start, end), part in parts.items():
        some = path.with_name(f"{type_}-{start}-{end}.csv")
        some.write_text("".join(part), "utf-8")
        connection.execute(f"COPY `{table}` FROM '{some}' (from='{start}', to='{end}', header=true)")


def words_of(iri):
    """The words of a local name."""
    return [word.lower() for word in re.findall("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", re.split("[/#]", iri)[-1])]


@pytest.mark.interop
def test_a_graph_database_has_every_node(database, product, imported, kg_graph):
    """Each file's, and under each label the individuals of the class, of those below it too, that SPARQL counts."""
    found = dict(database.execute("MATCH (n) RETURN label(n), count(n)").get_all())
    assert found == Counter(node[":LABEL"][0] for node in imported[0].values())
    ((total,),) = sparql(
        kg_graph,
        "SELECT (COUNT(DISTINCT ?n) AS ?count) { { ?n ?p ?o } UNION { ?s ?p ?n "
        f"FILTER(isIRI(?s) && (?p != rdf:type || !STRSTARTS(STR(?n), '{OWL}'))) }} FILTER(isIRI(?n)) }}",
    )
    assert sum(found.values()) == total == product.carried["nodes"]
    labels = dict(database.execute("MATCH (n) UNWIND n.labels AS label RETURN label, count(*)").get_all())
    classes = sparql(
        kg_graph,
        "SELECT ?class (COUNT(DISTINCT ?n) AS ?count) "
        "{ ?n a/rdfs:subClassOf* ?class FILTER(isIRI(?n) && isIRI(?class)) } GROUP BY ?class",
    )
    assert labels == {re.split("[/#]", iri)[-1]: count for iri, count in classes} | {"Resource": total}


@pytest.mark.interop
def test_a_graph_database_has_every_relation(database, product, kg_graph):
    """Of each type the pairs of nodes, and as many, that SPARQL finds for the property."""
    found, expected = {}, {}
    for type_, start, end in database.execute("MATCH (a)-[r]->(b) RETURN r.type, a.iri, b.iri").get_all():
        found.setdefault(type_, []).append((start, end))
    links = f"?s ?p ?o FILTER(isIRI(?s) && isIRI(?o)) FILTER(?p != rdf:type || !STRSTARTS(STR(?o), '{OWL}'))"
    for start, predicate, end in sparql(kg_graph, f"SELECT DISTINCT ?s ?p ?o {{ {links} }}"):
        expected.setdefault("_".join(words_of(predicate)).upper(), []).append((start, end))
    assert {one: len(pairs) for one, pairs in found.items()} == {one: len(pairs) for one, pairs in expected.items()}
    assert [one for one in expected if set(found[one]) != set(expected[one])] == []
    ((total,),) = sparql(kg_graph, f"SELECT (COUNT(*) AS ?count) {{ SELECT DISTINCT ?s ?p ?o {{ {links} }} }}")
    (counted,) = database.execute("MATCH ()-[r]->() RETURN count(r)").get_next()
    assert counted == total == product.carried["relations"]


@pytest.mark.interop
def test_a_graph_database_has_every_value(database, product, kg_graph):
    """At its node, under the name of its property, and of the type of its literal."""
    columns, expected = {}, {}
    for (label,) in database.execute("MATCH (n) RETURN DISTINCT label(n)").get_all():
        for (node,) in database.execute(f"MATCH (n:`{label}`) RETURN n").get_all():
            for name, value in node.items():
                if name not in ("_ID", "_LABEL", "iri", "labels") and value is not None:
                    said = columns.setdefault(name, [])
                    said += [(node["iri"], one) for one in (value if isinstance(value, list) else [value])]
    literals = "SELECT DISTINCT ?s ?p ?o { ?s ?p ?o FILTER(isIRI(?s) && isLiteral(?o)) }"
    for iri, predicate, value in sparql(kg_graph, literals):
        words = words_of(predicate)
        name = RENAMED.get(" ".join(words)) or "_".join(words[words[0] == "has" :])
        expected.setdefault(name, []).append((iri, value))
    assert sum(map(len, columns.values())) == sum(map(len, expected.values())) == product.carried["properties"]
    assert sorted(columns) == sorted(expected)
    assert [name for name, said in columns.items() if exactly(said) != exactly(expected[name])] == []


RENAMED = {
    "alt label": "synonyms",
    "bibliographic citation": "citation",
    "editorial note": "editorial_notes",
    "notation": "code",
    "pref label": "label",
    "publication year": "year",
    "pubmed id": "pmid",
    "scope note": "notes",
}
"""The properties that have not their own name."""


def exactly(said):
    """Pairs of a node and a value, with its type; among other numbers a whole one is a number like these."""
    mixed = {type(value) for _, value in said} == {int, float}
    return frozenset((iri, repr(float(value) if mixed else value)) for iri, value in said)


QUESTIONS = {
    "what the population of a recommendation asks for": (
        f"""
        MATCH (r:Recommendation)-[:RECOMMENDS]->(t:Regimen), (r)-[:APPLIES_TO]->(p)-[:REQUIRES]->(c:Criterion)
        WHERE r.iri = "{EV}pdq-2024-175"
        RETURN r.hedge, r.valid_from, t.dose_per_day, c.label ORDER BY c.label""",
        [
            [["may"], datetime(2024, 12, 13, tzinfo=UTC), 800.0, criterion]
            for criterion in (
                "disease is metastatic or recurrent",
                "has a KIT exon 9 mutation",
                "has had no tyrosine kinase inhibitor for advanced disease",
                "is a gastrointestinal stromal tumour",
            )
        ],
    ),
    "by which mutations a tumour comes to resist sunitinib, and what is reported to work in spite of them": (
        """
        MATCH (g:Gene)-[:CARRIES_MUTATION]->(v)-[:BRINGS_ABOUT]->(m)-[:LEADS_TO]->()-[:RESISTANT_TO]->(d),
              (m)-[:OVERCOME_BY]->(o)
        WHERE d.label = "sunitinib"
        RETURN o.label, g.gene_symbol, v.label ORDER BY o.label, v.label""",
        [
            ["avapritinib", "PDGFRA", "PDGFRA D842V"],
            *(
                [drug, "KIT", f"KIT {change}"]
                for drug, changes in {
                    "regorafenib": "A829P D816F D816H D816Y D820A D820E D820G D820Y N822K Y823D",
                    "ripretinib": "A829P D816F D816H D816V D816Y D820A D820E D820G D820Y N822K Y823D",
                }.items()
                for change in changes.split()
            ),
        ],
    ),
    "which paper a claim and the one that it revises both cite, under which numbers, and how sure that is": (
        f"""
        MATCH (new)-[:REVISES]->(old)-[:SOURCE]->(edition), (new)-[:CITES]->(a)-[:RESOLVES_TO]->(paper),
              (old)-[:CITES]->(b)-[:RESOLVES_TO]->(paper),
              (a)-[:RESOLUTION_CONFIDENCE]->(sure), (b)-[:RESOLUTION_CONFIDENCE]->(less)
        WHERE new.iri = "{EV}pdq-2024-175"
        RETURN paper.iri, paper.pmid, paper.year, a.reference_number, sure.code, edition.iri, b.reference_number,
               less.code""",
        [[SRC + "debiec-rychter-2006", "16624552", 2006, 1, "very high", SRC + "pdq-2014", 18, "medium to high"]],
    ),
    "what the FDA approved for GIST as of the day on which one approval took the place of another": (
        f"""
        MATCH (r:Recommendation)-[:BY_AGENCY]->(a:Agency), (r)-[:RECOMMENDS]->(t)
        WHERE a.iri = "{GISTKG}Fda" AND r.valid_from <= timestamp("2012-01-31")
          AND (r.valid_until IS NULL OR r.valid_until > timestamp("2012-01-31"))
        RETURN r.iri, t.iri, r.approval_kind ORDER BY r.iri""",
        [
            [EV + "fda-imatinib-adjuvant-2012", GISTKG + "AdjuvantImatinibFor3Years", "regular"],
            [EV + "fda-imatinib-advanced-2008", GISTKG + "Imatinib", "regular"],
            [EV + "fda-sunitinib-gist", GISTKG + "Sunitinib", None],
        ],
    ),
    "which study has this number, and which mutation this name": (
        """
        MATCH (s:Study), (v:NamedVariant)
        WHERE "NCT02465060" IN s.registry_number AND any(name IN v.synonyms WHERE name = "T670I")
        RETURN s.iri, s.registry_number, v.iri, v.synonyms""",
        [
            [
                EV + "dabrafenib-trametinib-tissue-agnostic",
                ["NCT02034110", "NCT02465060"],
                GISTKG + "KitT670I",
                ["KIT p.T670I", "KIT p.Thr670Ile", "T670I"],
            ]
        ],
    ),
}


@pytest.mark.interop
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_graph_database_answers_what_the_turtle_says(database, question):
    """Rows worked out by reading the Turtle; of the words of the queries Neo4j has another only for `timestamp`."""
    query, rows = QUESTIONS[question]
    assert database.execute(query).get_all() == rows


@pytest.mark.interop
def test_a_graph_database_answers_the_query_of_the_read_me(database, product, kg_graph):
    """As it stands, the newest first; and without its limit, every therapy that SPARQL finds."""
    query = re.search(r"    (MATCH .*?);", product.files["README.md"].decode(), re.DOTALL)[1]
    few, every = (database.execute(one).get_all() for one in (query, query.partition("LIMIT")[0]))
    assert few == every[:5]
    dates = [row[5] for row in every]
    assert dates == sorted(dates, reverse=True)
    population = "completely resected CD117-positive GIST in adults"
    accelerated = "FDA, December 2008: adjuvant imatinib for resected CD117-positive GIST in adults (accelerated)"
    regular = "FDA, January 2012: adjuvant imatinib for 36 months for resected CD117-positive GIST in adults (regular)"
    from_, until = datetime(2008, 12, 19, tzinfo=UTC), datetime(2012, 1, 31, tzinfo=UTC)
    assert [row for row in every if row[3] == population and row[4].startswith("FDA")] == [
        ["for", "indicated", "adjuvant imatinib for 3 years", population, regular, until, None],
        ["for", "indicated", "imatinib", population, accelerated, from_, until],
    ]
    rows = sparql(
        kg_graph,
        "SELECT ?direction ?modality ?therapy ?population ?label ?from ?until { "
        "?r a gistkg:Recommendation ; skos:prefLabel ?label ; gistkg:hasDirection/skos:prefLabel ?direction ; "
        "gistkg:hasModality/skos:prefLabel ?modality ; gistkg:appliesTo/skos:prefLabel ?population ; "
        "gistkg:recommends/skos:prefLabel ?therapy ; gistkg:validFrom ?from "
        "OPTIONAL { ?r gistkg:validUntil ?until } }",
    )
    assert sorted(map(repr, every)) == sorted(repr(list(row)) for row in rows)


@pytest.mark.interop
def test_a_graph_database_finds_what_recommends_a_drug_through_a_regimen(database, product, kg_graph):
    """The second query of the text finds the approval of 300 mg once daily, and all that SPARQL finds."""
    (query,) = re.findall(r"    (MATCH [^;]*USES_DRUG[^;]*);", product.files["README.md"].decode())
    found = database.execute(query).get_all()
    approval = "FDA, January 2020: avapritinib for unresectable or metastatic GIST with a PDGFRA exon 18 mutation"
    assert [row[:2] for row in found if row[2].startswith(approval)] == [["for", "avapritinib 300 mg once daily"]]
    rows = sparql(
        kg_graph,
        "SELECT DISTINCT ?direction ?therapy ?label { ?r a gistkg:Recommendation ; skos:prefLabel ?label ; "
        "gistkg:hasDirection/skos:prefLabel ?direction ; gistkg:recommends ?given . "
        "?given skos:prefLabel ?therapy ; gistkg:usesDrug? gistkg:Avapritinib }",
    )
    assert sorted(map(repr, found)) == sorted(repr(list(row)) for row in rows)
    assert len({row[1] for row in found}) > 1


@pytest.mark.interop
def test_a_graph_database_knows_which_results_are_superseded(database):
    """By the relation that the text names: the results that PDQ 2024 rests on have later ones."""
    found = database.execute(
        "MATCH (c:Recommendation)-[:SUPPORTED_BY]->(f)<-[:SUPERSEDES_RESULT]-(later) "
        f'WHERE c.iri = "{EV}pdq-2024-124" RETURN f.value, later.value ORDER BY f.value'
    ).get_all()
    assert found == [[0.45, 0.55], [0.46, 0.66]]
