"""Scoring from city to nation: what grows, and what a limit of memory costs.

``make bench-scale`` or ``python -m tests.benchmarks.scale [scale …]``. Evidence is made in pieces of whole units and
lies in files that are mapped into memory, as the reader leaves what is large. What all is compared with is a plain scan
of the columns that scoring needs as they are delivered, from Parquet (``scoring``). Every run is a process of its own.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from .measuring import Steps, in_fresh_process
from .pieces import make, mapped
from .scoring import AS_OF, growth, run_glance, run_scan
from .synthetic import SCALES, rulebook_of

USUAL = ("city", "province", "nation")
VARIANTS = {
    "gy1100": ["score", "2GB"], "gy1100, limit 20 GB": ["score", "20GB"], "scan": ["scan"], "glance": ["glance"],
}  # fmt: skip
TARGETS = """\
| target (the nation, two free cores) | reach |
|---|---|
| score, wall / scan | ≤ 2.5 |
| peak memory without pages of files | ≤ 2.5 GB, and it ends under a limit of 2 GB |
| growth from the first scale to the last | ≤ 1: no faster than the evidence |
"""

Report = dict[str, Any]


def score(folder: Path, scale: str, limit: str) -> str:
    """Score a folder with the package, the engine's memory limited or not; return the steps."""
    steps = Steps()
    with steps.step("imports"):
        for name in ("pandas", "ibis", "ibis.backends.duckdb"):
            import_module(name)
        from gy1100 import assess
        from gy1100.engine import Embedded

        rulebook = rulebook_of(SCALES[scale])
    with steps.step("load"):
        evidence = mapped(folder)
    with steps.step("score"):
        result = assess(evidence, rulebook, AS_OF, engine=Embedded(limit))
        _ = result.scores, result.ranking
    with steps.step("cadres"):
        _ = result.cadres
    return steps.report()


def measure(scale: str, folder: Path, repeats: int) -> dict[str, list[Report]]:
    """Return the reports of all variants at one scale, taken in turns."""
    in_fresh_process(__spec__.name, ["make", scale, str(folder)])
    runs: dict[str, list[Report]] = {name: [] for name in VARIANTS}
    for _ in range(repeats):
        for name, (action, *limit) in VARIANTS.items():
            runs[name].append(in_fresh_process(__spec__.name, [action, scale, str(folder), *limit]))
    return runs


HEADS = {
    "score s": lambda run: run["wall"].get("score", run["wall"]["load"]),
    "score CPU s": lambda run: run["cpu"].get("score", run["cpu"]["load"]),
    "cadres s": lambda run: run["wall"].get("cadres", 0.0),
    "peak MB without pages of files": lambda run: run["needed"],
    "peak MB": lambda run: run["peak"],
}


def _lines(scale: str, runs: dict[str, list[Report]]) -> list[str]:
    size = SCALES[scale]
    head = f"{scale}: {size.units:,} units, {size.cadres:,} cadres, {size.logs:,} logs; median (min–max)"
    lines = [f"| {head} | {' | '.join(HEADS)} | score / scan, wall | CPU |", "|---" * (len(HEADS) + 3) + "|"]
    for name, reports in runs.items():
        cells = [_spread([figure(run) for run in reports]) for figure in HEADS.values()]
        against = [HEADS[key] for key in ("score s", "score CPU s")]
        ratios = [
            _spread([f(one) / f(bare) for one, bare in zip(reports, runs["scan"], strict=True)])
            for f in against
        ]
        lines.append(f"| {name} | {' | '.join(cells + ratios)} |")
    return lines


def _spread(values: list[float]) -> str:
    low, middle, high = min(values), statistics.median(values), max(values)
    return (
        f"{middle:,.2f} ({low:,.2f}–{high:,.2f})"
        if middle < 100
        else f"{middle:,.0f} ({low:,.0f}–{high:,.0f})"
    )


def report(scales: tuple[str, ...] = USUAL, repeats: int = 3) -> str:
    """Return the tables of all scales, the growth between them and the targets, as markdown."""
    lines, found = ["## Scoring from city to nation", ""], {}
    for scale in scales:
        with tempfile.TemporaryDirectory() as folder:
            found[scale] = measure(scale, Path(folder), repeats)
        lines += [*_lines(scale, found[scale]), ""]
    costs = {
        scale: statistics.median(HEADS["score CPU s"](run) for run in runs["gy1100"])
        for scale, runs in found.items()
    }
    return "\n".join([*lines, growth(costs), "", TARGETS])


def main(arguments: list[str]) -> None:
    """Print the report, or run one action in this process (``action scale folder [limit]``)."""
    actions = {"make": make, "scan": run_scan, "glance": run_glance, "score": score}
    if arguments and arguments[0] in actions:
        action, scale, folder, *more = arguments
        print(actions[action](Path(folder), scale, *more))
    else:
        print(report(tuple(arguments) or USUAL))


if __name__ == "__main__":
    main(sys.argv[1:])
