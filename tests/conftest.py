"""Graphs that many tests share."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from gistkg.cli import main
from gistkg.files import OntologyFile, ontology_files
from gistkg.graph import Graph, graph_name, load_graph
from gistkg.terms import GRAPH, PREFIXES

os.environ["GISTKG_CACHE"] = tempfile.mkdtemp(prefix="gistkg-tests-")  # the user's own stays as it is

TINY = Path(__file__).parent / "data" / "tiny.ttl"


def _tiny_graph(extra: str = "") -> Graph:
    schema = [file for file in ontology_files() if file.name.startswith("schema/")]
    files = (*schema, OntologyFile(str(TINY), "tiny"))
    store = ox.Store()
    for file in files:
        store.bulk_load(file.content, format=ox.RdfFormat.TURTLE, to_graph=graph_name(file))
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    store.bulk_load((prefixes + extra).encode(), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(GRAPH + "extra"))
    return Graph(store, files)


@pytest.fixture(scope="session")
def tiny() -> Graph:
    """The schema and the invented statements of `data/tiny.ttl`, without the rest of the ontology."""
    return _tiny_graph()


@pytest.fixture(scope="session")
def tiny_with() -> Callable[[str], Graph]:
    """Make the tiny graph with more Turtle in it; the prefixes of `gistkg.terms` need no declaration."""
    return _tiny_graph


@pytest.fixture(scope="session")
def kg_graph() -> Graph:
    """The whole graph, as users get it."""
    return load_graph()


@pytest.fixture(scope="session")
def invented_graph() -> Graph:
    """The whole graph and the claims of `data/invented-claims.ttl`, for rules that no claim reaches today."""
    return load_graph([Path(__file__).parent / "data" / "invented-claims.ttl"])


@pytest.fixture
def run(capsys):
    """Run a command in this process; gives exit code, standard output and standard error."""

    def run(*args):
        code = main(args)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run
