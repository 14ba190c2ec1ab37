"""Speed as ratios, measured in turn in one run; prints the table of the README."""

from __future__ import annotations

import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
ONTOLOGY = HERE.parent / "ontology"
CASE = "metastatic, KIT exon 9, untreated"
RUNS = 15
SAID = (
    "metastatic", "recurrent", "localised unresectable", "marginally resectable", "completely resected", "advanced",
    "very large", "KIT exon 9", "KIT wild type", "KIT exon 11", "PDGFRA D842V", "untreated", "no TKI", "had imatinib",
    "progressed on imatinib 400 mg", "progressed on imatinib 400 mg within 2 months", "stable on a TKI",
    "tolerates a TKI", "electively stopped imatinib",
)  # fmt: skip
"""What the cases that are judged in process say, one to five of them at a time."""

PYTHON = sys.executable
GISTKG = str(Path(PYTHON).with_name("gistkg"))
ASK = [GISTKG, "ask", CASE, "--format", "json"]
ASK_CASE = [GISTKG, "ask", "--case", str(HERE / "case.yaml"), "--format", "json"]
CRITERIA = Path(tempfile.gettempdir()) / "gistkg-benchmark-criteria.json"
ASK_RDFLIB = [PYTHON, str(HERE / "ask_rdflib.py"), str(ONTOLOGY), str(CRITERIA)]
PATIENCE = 60.0
"""After how many seconds rdflib is stopped; it then counts as having taken so long."""


def process(command: list[str]) -> float:
    """The seconds a whole process takes."""
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def in_turn(*commands: list[str], runs: int = RUNS) -> list[float]:
    """The median seconds of each command, run in turn after one warm-up."""
    times: list[list[float]] = [[] for _ in commands]
    for run in range(runs + 1):
        for index, command in enumerate(commands):
            seconds = process(command)
            if run:
                times[index].append(seconds)
    return [statistics.median(taken) for taken in times]


def best(call: Callable[[], object], repeats: int) -> float:
    """The least seconds of a call."""
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return min(taken)


def same_recommendations() -> None:
    """Tell the plain script which criteria the case meets; refuse to compare two programs that answer differently."""
    import gistkg
    from gistkg.applicability import evaluator_of

    kg = gistkg.load()
    verdict = evaluator_of(kg.graph, kg.conditions).judge(kg.ask(CASE).case.expressions).criteria
    told = {
        name: [iri for iri, holds in verdict.items() if holds is wanted]
        for name, wanted in (("met", True), ("unmet", False))
    }
    CRITERIA.write_text(json.dumps(told))
    ours = json.loads(subprocess.run(ASK, check=True, capture_output=True).stdout)
    plain = json.loads(subprocess.run(ASK_RDFLIB, check=True, capture_output=True).stdout)
    applied = {one["id"] for one in ours["recommendations"] if one["status"] in ("applies", "overridden")}
    assert applied == {one["claim"] for one in plain}, applied ^ {one["claim"] for one in plain}


def patiently(work: Callable[[], object]) -> float:
    """The seconds that work takes in a process of its own, or `PATIENCE`."""
    import multiprocessing

    channel = multiprocessing.get_context("fork").SimpleQueue()

    def measure() -> None:
        channel.put(best(work, 1))

    child = multiprocessing.get_context("fork").Process(target=measure)
    child.start()
    child.join(PATIENCE)
    if child.is_alive():
        child.kill()
        return PATIENCE
    return channel.get()


def catalogue() -> tuple[int, float, float, int]:
    """The number of questions, both ratios as geometric means, and how often rdflib was stopped."""
    import gistkg
    from gistkg.questions import run
    from gistkg.terms import PREFIXES

    kg = gistkg.load()
    dataset = kg.rdflib()
    against_rdflib, against_raw, stopped = [], [], 0
    for question in kg.questions:
        bindings = _defaults(kg, question)
        ours = best(lambda q=question: list(run(kg.graph, q)), 10)
        raw = best(lambda q=question, b=bindings: list(kg.graph.store.query(
            q.sparql, prefixes=PREFIXES, use_default_graph_as_union=True, substitutions=b or None)), 10)  # fmt: skip
        plain = patiently(lambda q=question, b=bindings: list(dataset.query(q.sparql, initBindings=_for_rdflib(b))))
        stopped += plain == PATIENCE
        against_rdflib.append(plain / ours)
        against_raw.append(ours / raw)
        print(f"{question.name}: {1000 * ours:.1f} ms, rdflib {plain / ours:.0f} times", file=sys.stderr)
    return len(against_raw), _mean(against_rdflib), _mean(against_raw), stopped


def judged(cases: int = 300, by_query: int = 5) -> tuple[float, float]:
    """The median seconds to judge one case against all populations, and how much longer the query takes."""
    import random

    import pyoxigraph as ox

    import gistkg
    from gistkg.applicability import evaluator_of
    from gistkg.case import case_from_words
    from gistkg.case_rdf import CASE, case_triples
    from gistkg.criteria import conditions
    from gistkg.errors import ContradictionError
    from gistkg.questions import run

    graph = gistkg.load().graph
    known = conditions(graph)
    evaluator = evaluator_of(graph, known)
    chance = random.Random(20140225)
    drawn: list[tuple] = []
    while len(drawn) < cases:
        words = ", ".join(chance.sample(SAID, chance.randint(1, 5)))
        try:
            drawn.append(case_from_words(graph, known, words).expressions)
        except ContradictionError:
            continue
    for facts in drawn:
        evaluator.judge(facts)
    ours = statistics.median(best(lambda f=facts: evaluator.judge(f), 3) for facts in drawn)
    name, taken = ox.NamedNode(CASE), []
    for facts in drawn[:by_query]:
        graph.store.extend(ox.Quad(*triple, name) for triple in case_triples(known, facts))
        taken.append(best(lambda: list(run(graph, "applicability")), 1))
        graph.store.remove_graph(name)
    return ours, statistics.median(taken) / ours


def _defaults(kg, question):
    import pyoxigraph as ox

    from gistkg.questions import bindings_of

    return {ox.Variable(name): _term(value) for name, value in bindings_of(kg.graph, question).items()}


def _term(value):
    import pyoxigraph as ox

    from gistkg.results import Iri

    return (
        ox.NamedNode(value.full) if isinstance(value, Iri) else value if hasattr(value, "value") else ox.Literal(value)
    )


def _for_rdflib(bindings):
    import rdflib.util

    return {variable.value: rdflib.util.from_n3(str(term)) for variable, term in bindings.items()}


def _mean(ratios: list[float]) -> float:
    return math.exp(statistics.fmean(map(math.log, ratios)))


def main() -> None:
    """Measure everything and print the table."""
    same_recommendations()
    ask, rdflib_ask, ask_case = in_turn(ASK, ASK_RDFLIB, ASK_CASE)
    bare, imported = in_turn([PYTHON, "-c", "pass"], [PYTHON, "-c", "import gistkg"], runs=31)
    questions, faster, slower, stopped = catalogue()
    case, by_query = judged()
    rows = [
        ("cold `gistkg ask --format json`, whole process", f"{1000 * ask:.0f} ms", "below 80 ms"),
        ("the same question in a plain rdflib script, over gistkg", f"{rdflib_ask / ask:.1f} times", "at least 8"),
        (
            f"{questions} questions, rdflib over gistkg, geometric mean"
            + (f" ({stopped} stopped after {PATIENCE:.0f} s)" if stopped else ""),
            f"{faster:.0f} times",
            "at least 50",
        ),
        ("the same questions, gistkg over raw pyoxigraph", f"{slower:.2f} times", "at most 1.3"),
        ("one case against all populations, in process", f"{1e6 * case:.0f} µs", "at most 50 µs"),
        ("the same in SPARQL, over that", f"{by_query:.0f} times", "at least 50"),
        ("cold `gistkg ask --case FILE`, over cold `gistkg ask`", f"{ask_case / ask:.2f} times", "at most 1.3"),
        ("`import gistkg` over bare Python", f"{1000 * (imported - bare):.1f} ms", "below 30 ms"),
    ]
    print("| what | measured | goal |\n| --- | --- | --- |")
    for row in rows:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
