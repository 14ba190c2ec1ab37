"""`gistkg check`: each slip is told once, with its file, its line and its rule, and what is right is left alone."""

import re
import shutil
from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, SH, Graph, URIRef
from rdflib.plugins.sparql import prepareQuery

from gistkg import check, files
from gistkg.errors import SourceError
from gistkg.files import folder, query_files

SHAPES = Path(__file__).parent / "shapes"
VALID = sorted((SHAPES / "valid").glob("*.ttl"))
INVALID = sorted((SHAPES / "invalid").glob("*.ttl"))
PREFIXES = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ev: <https://w3id.org/gistkg/evidence/> .
@prefix gistkg: <https://w3id.org/gistkg/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix src: <https://w3id.org/gistkg/source/> .
"""


def rule_of(path):
    """The rule that an invalid file breaks: its name up to `--`."""
    return path.stem.partition("--")[0]


@pytest.fixture(scope="module")
def found():
    """The problems of all examples, checked together once, by file."""
    problems = defaultdict(list)
    for problem in check.run([*VALID, *INVALID]):
        problems[problem.file].append(problem)
    return problems


@pytest.fixture
def write(tmp_path):
    """Write a Turtle file, with those of the usual prefixes that it uses."""

    def write(name, body):
        used = [line for line in PREFIXES.splitlines() if re.search(rf"\b{line.split()[1]}", body)]
        path = tmp_path / name
        path.write_text("\n".join([*used, "", body]), encoding="utf-8")
        return path

    return write


def drug(name, label, parent="gistkg:ZigInhibitor", note=""):
    """A block for a drug, its subject on the first line and its parent on the third."""
    return (
        f"gistkg:{name}\n    a owl:Class , gistkg:Substance ;\n    rdfs:subClassOf {parent} ;\n"
        f'    skos:prefLabel "{label}"@en ;\n'
        f'    skos:definition "{name} is a drug of this example."@en ;\n{note}    .\n'
    )


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_each_slip_is_told_once_by_its_rule_at_its_line(found, path):
    """A file that is wrong in one way has one problem, where the comment in it says."""
    line = int(re.search(r"^## Wrong, line (\d+): ", path.read_text(encoding="utf-8"), re.MULTILINE)[1])
    assert [(problem.rule, problem.line) for problem in found[str(path)]] == [(rule_of(path), line)]


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_what_is_well_formed_is_left_alone(found, path):
    """The valid examples have no problem, even beside all the invalid ones."""
    assert found[str(path)] == []


def test_examples_are_all_that_is_reported(found):
    """No problem is told of a file that was not given."""
    assert {file for file, problems in found.items() if problems} == {str(path) for path in INVALID}


def test_the_ontology_has_no_problem():
    """What is committed passes its own checks."""
    assert [str(problem) for problem in check.run()] == []


@pytest.fixture
def flawed(tmp_path, monkeypatch):
    """A copy of the ontology, in the place of ours, with three slips; the folder it is in."""
    for name in ("ontology", "queries"):
        shutil.copytree(folder(name), tmp_path / name)
    monkeypatch.setattr(files, "_PACKAGE", tmp_path / "gistkg")
    monkeypatch.chdir(tmp_path)
    for name, slip in (
        ("conditions/criteria", "gistkg:Imatinib\n    skos:altLabel \"twice\"@en ;\n    .\n"),
        ("entities/units", 'gistkg:Ell\n    a gistkg:Unit , gistkg:Nonesuch ;\n    .\n'),
        ("shapes/conditions", "shape:loose\n    sh:path \n    .\n"),
    ):  # fmt: skip
        path = tmp_path / "ontology" / f"{name}.ttl"
        path.write_text(path.read_text(encoding="utf-8") + "\n" + slip, encoding="utf-8")
    return tmp_path / "ontology"


def test_whole_ontology_is_told_of_with_paths_from_here(flawed):
    """Every slip of every file, the shapes among them; the file is named as an editor would open it."""
    told = [(problem.file, problem.rule) for problem in check.run()]
    assert told == [
        ("ontology/entities/drugs.ttl", "described-twice"),
        ("ontology/entities/units.ttl", "undefined-term"),
        ("ontology/shapes/conditions.ttl", "syntax"),
    ]


def test_only_the_given_file_is_told_of(flawed, write):
    """Slips of other files are theirs; only a file that does not parse is always told."""
    new = write("new.ttl", drug("Gammanib", "gammanib", "gistkg:TyrosineKinaseInhibitor"))
    rules = {
        path: [problem.rule for problem in check.run([path]) if problem.rule != "syntax"]
        for path in (new, flawed / "entities/units.ttl", flawed / "conditions/criteria.ttl")
    }
    assert list(rules.values()) == [[], ["undefined-term"], ["described-twice"]]
    assert [problem.file for problem in check.run([new])] == ["ontology/shapes/conditions.ttl"]


def shapes():
    """All shapes as one rdflib graph."""
    graph = Graph()
    for path in sorted((folder("ontology") / "shapes").glob("*.ttl")):
        graph.parse(path, format="turtle")
    return graph


def test_every_rule_has_an_invalid_example():
    """A shape, a check or a rule of the code without an example of its breach is not known to work."""
    named = {str(shape).rpartition("/")[2] for shape in shapes().subjects() if isinstance(shape, URIRef)}
    coded = set(re.findall(r'"((?:[a-z]+-)+[a-z]+|tab|syntax)"', Path(check.__file__).read_text(encoding="utf-8")))
    checks = {path.stem for path in query_files("checks")}
    assert {"undefined-term", "prefix-order", "syntax"} <= coded
    assert named | checks | coded == {rule_of(path) for path in INVALID}


def test_readme_lists_every_rule_and_its_examples_pass(tmp_path):
    """Who follows the guide of the ontology word by word has nothing to mend."""
    readme = (folder("ontology") / "README.md").read_text(encoding="utf-8")
    table = readme.partition("| of | rules |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z-]+)`", table)) == {rule_of(path) for path in INVALID} | {
        "inconsistent",
        "unsatisfiable",
    }
    examples = re.findall(r"^```turtle\n(.+?)^```", readme, re.MULTILINE | re.DOTALL)
    paths = [tmp_path / f"example-{number}.ttl" for number in range(len(examples))]
    for path, example in zip(paths, examples, strict=True):
        path.write_text(example, encoding="utf-8")
    assert len(paths) == 2
    assert check.run(paths) == ()


def test_every_shape_is_a_rule_with_a_target_and_a_message():
    """A shape hidden inside another would have no name to be reported by, and one without a target does nothing."""
    graph = shapes()
    targets = (SH.targetClass, SH.targetSubjectsOf)
    for shape in {shape for shape in graph.subjects() if isinstance(shape, URIRef)}:
        assert graph.value(shape, RDF.type) in (SH.NodeShape, SH.PropertyShape), shape
        assert any(graph.value(shape, target) for target in targets), shape
        assert str(graph.value(shape, SH.message)).endswith((".", ";")), shape
        assert graph.value(shape, SH.property) is None, shape


@pytest.mark.parametrize("path", query_files("checks"), ids=lambda path: path.stem)
def test_every_check_says_its_rule_and_its_remedy_and_runs_in_any_engine(path):
    """The header has a sentence for each, the first column is the subject, and a second parser takes the query."""
    sparql = path.read_text(encoding="utf-8")
    header = re.match(r"#\+ summary: [A-Z].+\.\n#\+ fix: [A-Z].+[.;]\n", sparql)
    assert header is not None
    assert str(prepareQuery(sparql).algebra["PV"][0]) == "subject"


def test_shapes_and_checks_name_only_what_exists():
    """A rule about a misspelt property would never fire."""
    defined = {
        quad.subject
        for path in folder("ontology").rglob("*.ttl")
        for quad in ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)
    }
    for path in query_files("checks"):
        for name in re.findall(r"\bgistkg:(\w+)", path.read_text(encoding="utf-8")):
            assert ox.NamedNode(f"https://w3id.org/gistkg/{name}") in defined, f"{path.stem}: {name}"


def test_message_names_the_term_and_what_was_found_and_what_to_write(write):
    """A curator who reads one line knows what to do."""
    path = write("new.ttl", drug("Gammanib", "gammanib", note='    skos:altLabel "gamma" ;\n'))
    (problem,) = check.run([*VALID, path])
    assert str(problem) == (
        f"{path}:11: synonym-language: gistkg:Gammanib: A synonym says its language. "
        'Write skos:altLabel "..."@en ; (found: gamma)'
    )


def test_misspelt_name_gets_the_nearest_known_one(write):
    """The suggestion is a term that exists, with the prefix that was written."""
    path = write("new.ttl", drug("Gammanib", "gammanib", parent="gistkg:TyrosinKinaseInhibitor"))
    (problem,) = check.run([path])
    assert (problem.line, problem.rule) == (8, "undefined-term")
    assert problem.message.startswith(
        "gistkg:TyrosinKinaseInhibitor is not defined. Did you mean gistkg:TyrosineKinaseInhibitor?"
    )


def test_suggestion_fits_the_place_of_the_name(write):
    """A property is suggested for a predicate, though a class is spelt more like it; another prefix may be meant."""
    claim = "ev:new\n    a gistkg:Claim , owl:NamedIndividual ;\n"
    body = f"{claim}    gistkg:direction gistkg:For ;\n    dcterms:source src:zephyr-pfs-comparison ;\n    .\n"
    told = [problem.message for problem in check.run([*VALID, write("new.ttl", body)])]
    assert [re.search(r"Did you mean (\S+)\?", message)[1] for message in told] == [
        "gistkg:hasDirection",
        "ev:zephyr-pfs-comparison",
    ]


def test_name_that_is_wrong_twice_is_told_once(write):
    """Mending all of them is one thought; the first line is enough to find them."""
    blocks = [drug(name, name, "gistkg:Nonesuch") for name in ("Gammanib", "Deltanib")]
    assert [problem.line for problem in check.run([write("new.ttl", "\n".join(blocks))])] == [8]


def test_files_of_one_change_may_refer_to_each_other(write):
    """Two new files are checked together: the drug in one, its group in the other."""
    group = drug("GammaInhibitor", "gamma inhibitor", "gistkg:Drug").replace("Substance", "DrugGroup")
    both = [write("drug.ttl", drug("Gammanib", "gammanib", "gistkg:GammaInhibitor")), write("group.ttl", group)]
    assert check.run(both) == ()
    assert [problem.rule for problem in check.run(both[:1])] == ["undefined-term"]


def test_clash_with_a_term_elsewhere_is_told_of_the_given_file(write):
    """The file that takes a name is at fault, whichever of the two terms the rule names first."""
    parent = "gistkg:TyrosineKinaseInhibitor"
    for name in ("Aaanib", "Zzznib"):
        path = write(f"{name}.ttl", drug(name, "Imatinib", parent))
        assert [(problem.file, problem.line, problem.rule) for problem in check.run([path])] == [
            (str(path), 6, "name-clash")
        ]


def test_file_of_the_ontology_is_checked_in_its_place():
    """Giving it does not make every subject in it a double."""
    assert check.run([folder("ontology") / "entities" / "drugs.ttl"]) == ()


def test_file_that_does_not_parse_is_one_problem_and_the_others_are_checked(write):
    """A missing semicolon in one file neither hides the slip in the next nor makes the names of the first unknown."""
    broken = write("broken.ttl", drug("Gammanib", "gammanib", "gistkg:Drug").replace("@en ;", "@en", 1))
    other = write("other.ttl", drug("Deltanib", "deltanib", "gistkg:Gammanib").replace('"@en ;', '" ;', 1))
    assert [(problem.file, problem.line, problem.rule) for problem in check.run([broken, other])] == [
        (str(broken), 10, "syntax"),
        (str(other), 6, "term-label"),
    ]


def test_file_that_does_not_parse_is_not_looked_at_further(write):
    """Its tabs, its doubles and its unknown names wait until it parses."""
    twice = drug("Gammanib", "gammanib", "gistkg:Nonesuch")
    path = write("new.ttl", f"{twice}\n{twice}".replace("    a", "\ta").replace("@en ;", "@en", 1))
    assert [problem.rule for problem in check.run([path])] == ["syntax"]


def test_undeclared_prefix_of_the_project_comes_with_its_line(tmp_path):
    """The line to copy stands in the message."""
    path = tmp_path / "new.ttl"
    path.write_text("ev:new\n    a ev:Thing ;\n    .\n", encoding="utf-8")
    (problem,) = check.run([path])
    assert "Write at the top: @prefix ev: <https://w3id.org/gistkg/evidence/> ." in problem.message


def test_missing_file_is_an_error_not_a_problem(tmp_path):
    """What cannot be read was not checked."""
    with pytest.raises(SourceError, match="cannot be read"):
        check.run([tmp_path / "nowhere.ttl"])


def test_file_that_is_not_text_is_a_syntax_problem(tmp_path):
    """Bytes that are no UTF-8 do not end in a traceback."""
    path = tmp_path / "new.ttl"
    path.write_bytes(b'@prefix ev: <https://w3id.org/gistkg/evidence/> .\n\nev:a ev:b "\xff" .\n')
    assert [(problem.line, problem.rule) for problem in check.run([path])] == [(3, "syntax")]


def test_problems_come_in_the_order_of_files_and_lines(write):
    """A list that can be worked down, whichever layer found what."""
    synonym = drug("Gammanib", "gammanib", "gistkg:TyrosineKinaseInhibitor", '    skos:altLabel "gamma" ;\n')
    second = write("b.ttl", synonym + "\n" + drug("Deltanib", "deltanib", "gistkg:Nonesuch"))
    first = write("a.ttl", drug("Epsilonib", "epsilonib", "gistkg:Drug"))
    assert [(problem.file, problem.line, problem.rule) for problem in check.run([first, second])] == [
        (str(first), 8, "drug-group"),
        (str(second), 11, "synonym-language"),
        (str(second), 16, "undefined-term"),
    ]


def test_long_parts_say_what_they_do():
    """A progress line appears before each layer."""
    said = []
    check.run(VALID, progress=said.append)
    assert [words.split()[0] for words in said] == ["reading", "checking", "checking"]


def test_population_that_nobody_can_be_in_is_found_by_the_reasoner(write):
    """Untreated and progressed on a drug: only the definitions of both say that this cannot be."""
    path = write(
        "new.ttl",
        "gistkg:ImpossiblePopulation\n    a owl:Class , gistkg:Population ;\n"
        '    skos:prefLabel "untreated, yet progressed on imatinib"@en ;\n'
        '    skos:definition "Untreated, yet progressed on imatinib, is a population of nobody."@en ;\n'
        "    gistkg:requires gistkg:HadNoDrugTreatment , gistkg:ProgressedOnImatinib ;\n    .\n",
    )
    assert check.run([path]) == ()
    assert [(problem.line, problem.rule) for problem in check.run([path], reason=True)] == [(5, "unsatisfiable")]


def test_statements_that_contradict_each_other_are_found_by_the_reasoner(write):
    """Two daily doses where only one can be."""
    path = write(
        "new.ttl",
        "ev:episode\n    a gistkg:TreatmentEpisode , owl:NamedIndividual ;\n"
        '    skos:prefLabel "an episode with two doses"@en ;\n'
        '    skos:definition "An episode with two doses is a treatment episode that cannot be."@en ;\n'
        "    gistkg:gaveMilligramsPerDay 400.0 , 800.0 ;\n    .\n",
    )
    assert check.run([path]) == ()
    assert [(problem.file, problem.line, problem.rule) for problem in check.run([path], reason=True)] == [
        (str(path), None, "inconsistent")
    ]
