"""How long every export of the whole graph takes and how much memory, as ratios in one run; prints a table.

Run it where nothing but gistkg and its extras is installed: pyarrow loads numpy and pandas where it finds them, which
is 0.2 to 0.3 s of the time of Parquet.
"""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import json, resource, sys, time
import gistkg
from gistkg.export.targets import build
kg = gistkg.load()
graph = kg.graph
graph.store, kg.conditions
import pyoxigraph as ox
began = time.perf_counter()
ox.serialize(graph.store, format=ox.RdfFormat.N_QUADS)
plain = time.perf_counter() - began
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.perf_counter()
product = build(graph, sys.argv[1], sys.argv[2])
taken = time.perf_counter() - began
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
size = sum(map(len, product.files.values()))
json.dump([taken, plain, before, after, size], sys.stdout)
"""
"""In a process of its own, so that one export does not pay, or save, for another."""

RUNS = 3
GOALS = {"rdf": 1.0, "tables": 1.0}
"""The seconds a target may take; five for the others."""


def measured(target: str, variant: str) -> list[float]:
    """The run of least time: seconds, seconds of a plain dump, memory before and after in kB, bytes written."""
    runs = []
    for _ in range(RUNS):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, target, variant], capture_output=True, text=True, check=True
        )
        runs.append(json.loads(done.stdout))
    return min(runs)


def main() -> None:
    """Measure every variant of every target but the many vocabularies, of which one stands for all."""
    from gistkg.export.targets import TARGETS

    print("| target | build | over a plain dump | memory, of the loaded graph | size | goal |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, target in TARGETS.items():
        for variant in list(target.variants)[: 1 if name == "in-vocabulary" else None]:
            taken, plain, before, after, size = measured(name, variant)
            goal = GOALS.get(name, 5.0)
            print(
                f"| `{name}` {variant} | {taken:.2f} s | {taken / plain:.0f} times | {after / before:.1f} times "
                f"| {size / 1e6:.1f} MB | {goal:.0f} s{'' if taken <= goal else ': not met'} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
