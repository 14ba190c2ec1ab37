"""The house: imports point down, heavy libraries stay at the edge, the package is light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "gistkg"

FLOORS = {
    0: {"errors", "files", "terms", "record", "expressions", "results", "snapshot", "wording"},
    1: {"graph"},
    2: {
        "codes",
        "resolve",
        "questions",
        "model",
        "records",
        "traverse",
        "interchange",
        "axioms",
        "criteria",
        "case",
        "phrases",
        "case_rdf",
        "quantities",
        "turtle",
        "hgvs",
        "loci",
        "mentions",
        "positions",
        "alterations",
        "case_keys",
        "genotype",
        "treatments",
        "document",
        "mappings",
        "formats",
        "case_formats",
    },
    3: {
        "applicability",
        "trial",
        "risk",
        "reason",
        "proof",
        "derive",
        "missing",
        "changes",
        "evaluator",
        "check",
    },
    4: {"kg", "render", "ask", "answer_page", "explain", "export", "imports"},
    5: {"show", "source_page", "coverage", "listing", "options", "completion", "cli"},
}
FLOOR_OF = {module: floor for floor, modules in FLOORS.items() for module in modules}

HOMES = {
    "rdflib": {"interchange", "check"},
    "networkx": {"traverse"},
    "owlready2": {"reason"},
    "pyshacl": {"check"},
    "rich": {"render", "answer_page", "show", "cli"},
    "yaml": {"questions", "check", "case_formats", "export"},
    "rapidfuzz": {"resolve"},
    "argcomplete": {"cli", "completion"},
    "pyhornedowl": {"export"},
}
"""Where a library may be imported, and only inside a function; pyoxigraph may be imported anywhere below floor 5."""


def modules():
    """Every module of the package with its syntax tree."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).with_suffix("").parts[0]
        yield name, path, ast.parse(path.read_text(encoding="utf-8"))


def imports(tree, *, top_only):
    """The dotted names a module imports, at run time."""
    nodes = tree.body if top_only else list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module == "gistkg":
                yield from (f"gistkg.{alias.name}" for alias in node.names)


def typing_only(tree):
    """The names imported for type checkers alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            yield from imports(ast.Module(node.body, []), top_only=True)


def test_every_module_has_a_floor():
    """A new room says where it stands."""
    assert {name for name, _, _ in modules()} - {"__init__", "__main__"} == set(FLOOR_OF)


@pytest.mark.parametrize(("name", "tree"), [(name, tree) for name, _, tree in modules() if name in FLOOR_OF])
def test_imports_point_down(name, tree):
    """A module imports only from its own floor and those below."""
    for imported in imports(tree, top_only=False):
        home = imported.removeprefix("gistkg.").split(".")[0] if imported.startswith("gistkg.") else None
        if home in FLOOR_OF:
            assert FLOOR_OF[home] <= FLOOR_OF[name], f"{name} imports {home}"


@pytest.mark.parametrize(("name", "tree"), [(name, tree) for name, _, tree in modules()])
def test_heavy_libraries_are_imported_by_their_own_modules_inside_functions(name, tree):
    """`import gistkg` pays for none of them."""
    top = {imported.split(".")[0] for imported in imports(tree, top_only=True)}
    anywhere = {imported.split(".")[0] for imported in imports(tree, top_only=False)}
    allowed = {imported.split(".")[0] for imported in typing_only(tree)}
    for library, homes in HOMES.items():
        if library in anywhere - allowed:
            assert name in homes, f"{name} imports {library}"
        assert library not in top, f"{name} imports {library} at its top"
    if FLOOR_OF.get(name) == 5:
        assert "pyoxigraph" not in top, f"{name} imports the store"


def loaded_by(program):
    """The modules in memory after a program ran in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys\nprint(*sys.modules, file=sys.stderr)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {module.split(".")[0] for module in done.stderr.split()}


def test_importing_the_package_imports_none_of_the_libraries():
    """Not even the store."""
    assert loaded_by("import gistkg") & {*HOMES, "pyoxigraph"} == set()


def test_asking_for_json_imports_only_the_store():
    """The cold path of the command line."""
    program = 'from gistkg.cli import main\nmain(["ask", "metastatic, KIT exon 9, untreated", "--format", "json"])'
    assert loaded_by(program) & {*HOMES, "pyoxigraph", "numpy", "SPARQLWrapper"} == {"pyoxigraph"}
