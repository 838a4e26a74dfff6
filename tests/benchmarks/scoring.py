"""Scoring side by side: the package, pandas, polars, SQL in DuckDB, and plain scans of the columns that it needs.

The package scores what it read: evidence whose texts were hashed at reading, mapped into memory. The others start from
what is delivered, as Parquet, and normalise the texts themselves. ``texts`` is what that costs the package once: hashed
batch after batch into a store. ``scan`` hands out every value of the needed columns as they are delivered, in batches;
``glance`` adds lengths and numbers up inside the engine, from the stored columns, and hands nothing out.

Polars and SQL read as they score, so that they have one time for both. Every run is a fresh process; the variants
alternate. No time is asserted, equality of the results is.
Run alone: ``python -m tests.benchmarks.scoring [scale …]``. The nation takes 20 minutes.
"""

from __future__ import annotations

import math
import statistics
import sys
import tempfile
from functools import partial
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .measuring import Steps, in_fresh_process, memory
from .pieces import make, mapped

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

AS_OF = "2018-03-02"
OTHERS, LAZY = ("pandas", "polars", "duckdb"), ("polars", "duckdb")
VARIANTS = ("gy1100", *OTHERS, "scan", "glance", "texts")
RATIOS = (*(("gy1100", name) for name in VARIANTS[1:-1]), ("texts", "scan"))
BATCH = 1 << 16  # rows that are handed out at once
REPEATS = 3
SCALES = ("city", "province", "nation")
ROOM = {"nation": 16}  # GB of memory that the others take; where they are not free the scale is left out
CHEAP_READS = {"string": "strlen({})", "bool": "CAST({} AS INT)", "date32[day]": "{} - DATE '2017-01-01'"}
TARGETS = """\
| target (the nation, two free cores) | reach |
|---|---|
| gy1100 / scan, load + score, wall | ≤ 2.5 |
| gy1100 / pandas, load + score CPU | ≤ 0.2 |
| gy1100 / pandas, peak without pages of files | ≤ 0.2 |
| texts / scan, CPU | ≤ 3, in ≤ 500 MB |
| city, score cold in process, wall | ≤ 0.9 s |
| agreement with pandas, polars and SQL | 1e-9: asserted before anything is timed |
"""

Report = dict[str, Any]


def run_gy1100(folder: Path, scale: str) -> str:
    """Score a folder with the package and return the steps."""
    steps = Steps()
    with steps.step("imports"):
        for name in ("pandas", "ibis", "ibis.backends.duckdb"):
            import_module(name)
        from gy1100 import assess

        from .synthetic import SCALES as ALL
        from .synthetic import rulebook_of

        rulebook = rulebook_of(ALL[scale])
    with steps.step("load"):
        evidence = mapped(folder)
    with steps.step("score"):
        result = assess(evidence, rulebook, AS_OF)
        _ = result.scores, result.ranking, result.cadres
    return steps.report()


def run_other(name: str, folder: Path, scale: str) -> str:
    """Score a folder with another implementation and return the steps: load and score, or both in one."""
    steps = Steps()
    with steps.step("imports"):
        version = other(name)
        from .synthetic import SCALES as ALL
        from .synthetic import rulebook_of

        units = list(rulebook_of(ALL[scale]).units.names)
    if name in LAZY:
        with steps.step("both"):
            version.score(version.load(folder), units, AS_OF)
        return steps.report()
    with steps.step("load"):
        tables = version.load(folder)
    with steps.step("score"):
        version.score(tables, units, AS_OF)
    return steps.report()


def other(name: str) -> ModuleType:
    """Return the module of another implementation, one of ``OTHERS``."""
    return import_module(f".{name}_version", __package__)


def run_scan(folder: Path, scale: str) -> str:
    """Hand out every value of the needed columns, as they are delivered, with DuckDB; return the steps."""
    from .needed import NEEDED

    return _scanned(lambda name: f"SELECT {', '.join(NEEDED[name])} FROM {_file(folder, name)}")


def run_glance(folder: Path, scale: str) -> str:
    """Add up lengths and numbers of the needed columns, as they are stored, with DuckDB; return the steps."""
    from .needed import STORED

    return _scanned(lambda name: _glance(folder, name, STORED[name]))


def _scanned(query: Callable[[str], str]) -> str:
    steps = Steps()
    with steps.step("imports"):
        import duckdb
        import pyarrow.parquet  # noqa: F401

        from .needed import NEEDED

        database = duckdb.connect()
    with steps.step("load"):
        for name in NEEDED:
            for batch in database.sql(query(name)).to_arrow_reader(BATCH):
                del batch
    return steps.report()


def _file(folder: Path, name: str) -> str:
    return f"read_parquet('{folder / name}.parquet')"


def _glance(folder: Path, name: str, columns: list[str]) -> str:
    import pyarrow.parquet as pq

    fields = {field.name: str(field.type) for field in pq.read_schema(folder / f"{name}.parquet")}
    reads = ", ".join(f"sum({CHEAP_READS.get(fields[c], '{}').format(c)})" for c in columns)
    return f"SELECT {reads} FROM {_file(folder, name)}"


def run_texts(folder: Path, scale: str) -> str:
    """Hash the texts of delivered logs and write them with all that scoring needs into a store; return the steps."""
    steps = Steps()
    with steps.step("imports"):
        import pandas as pd  # noqa: F401 - imported by arrow
        import pyarrow as pa
        import pyarrow.parquet as pq

        from gy1100 import load_rulebook
        from gy1100.exports.cached import opened_for
        from gy1100.exports.clean_texts import all_hashed

        from .needed import NEEDED, STORED

        table = load_rulebook().tables["logs"]
    with steps.step("load"), tempfile.TemporaryDirectory(dir=folder) as place:
        logs, writer = pq.ParquetFile(folder / "logs.parquet", pre_buffer=False), None
        for batch in logs.iter_batches(BATCH, columns=NEEDED["logs"]):
            found = all_hashed(batch["text"])
            columns = [*batch.columns[:-1], found.hashes, found.lengths]
            stored = pa.RecordBatch.from_arrays(columns, names=STORED["logs"])
            writer = writer or opened_for(Path(place, "logs.parquet"), table, stored.schema)
            writer.write_batch(stored)
        if writer:
            writer.close()
    return steps.report()


def check(folder: Path, scale: str) -> str:
    """Assert that the package and all others give the same scores, ranking and cadres."""
    from gy1100 import assess

    from .equality import assert_same
    from .synthetic import SCALES as ALL
    from .synthetic import rulebook_of

    rulebook = rulebook_of(ALL[scale])
    units = list(rulebook.units.names)
    ours = assess(mapped(folder), rulebook, AS_OF)
    for version in map(other, OTHERS):
        assert_same(ours, version.score(version.load(folder), units, AS_OF), units)
    return Steps().report()


ACTIONS = {
    "gy1100": run_gy1100, **{name: partial(run_other, name) for name in OTHERS}, "scan": run_scan,
    "glance": run_glance, "texts": run_texts, "check": check, "make": make,
}  # fmt: skip


def measure(scale: str, folder: Path, repeats: int = REPEATS) -> dict[str, list[Report]]:
    """Return the reports of all variants at one scale, taken in turns after their results were compared."""
    runs: dict[str, list[Report]] = {name: [] for name in VARIANTS}
    for action in ("make", "check"):
        in_fresh_process(__spec__.name, [action, scale, str(folder)])
    for turn in range(repeats):
        for name in VARIANTS if turn % 2 == 0 else VARIANTS[::-1]:
            runs[name].append(in_fresh_process(__spec__.name, [name, scale, str(folder)]))
    return runs


def _figures(run: Report) -> dict[str, float]:
    """Return what the table shows of one run."""
    wall, cpu = run["wall"], run["cpu"]
    return {
        "imports": wall["imports"], "load": wall.get("load", 0.0), "score": wall.get("score", 0.0),
        "score_cpu": cpu.get("score", 0.0), "both": _both(wall), "both_cpu": _both(cpu),
        "process": wall["process"], "process_cpu": cpu["process"], "peak": run["peak"],
        "needed": run["needed"],
    }  # fmt: skip


def _both(times: dict[str, float]) -> float:
    return sum(times.get(step, 0.0) for step in ("load", "score", "both"))


HEADS = {
    "imports": "imports s", "load": "load s", "score": "score s", "score_cpu": "score CPU s", "both": "load + score s",
    "both_cpu": "load + score CPU s", "process": "process s", "process_cpu": "process CPU s", "peak": "peak MB",
    "needed": "peak MB without pages of files",
}  # fmt: skip


def _table(scale: str, runs: dict[str, list[Report]]) -> list[str]:
    lines = [f"| {scale}: median (min–max) | {' | '.join(HEADS.values())} |", "|---" * (len(HEADS) + 1) + "|"]
    for name, reports in runs.items():
        figures = [_figures(report) for report in reports]
        cells = [
            _spread([f[key] for f in figures], "{:.0f}" if key in ("peak", "needed") else "{:.2f}")
            for key in HEADS
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    for one, other in RATIOS:
        cells = [_ratio(runs[one], runs[other], key) for key in HEADS]
        lines.append(f"| {one} / {other} | {' | '.join(cells)} |")
    return lines


def _spread(values: list[float], shape: str) -> str:
    if not any(values):
        return "–"
    low, middle, high = (shape.format(v) for v in (min(values), statistics.median(values), max(values)))
    return f"{middle} ({low}–{high})"


def _ratio(ours: list[Report], theirs: list[Report], key: str) -> str:
    pairs = [(_figures(a)[key], _figures(b)[key]) for a, b in zip(ours, theirs, strict=True)]
    return _spread([a / b for a, b in pairs], "{:.2f}") if all(b for _, b in pairs) else "–"


def exponent(small: tuple[float, float], large: tuple[float, float]) -> float:
    """Return how a cost grows with a size, from two pairs of both: 1 is in step, 2 with the square."""
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])


def growth(costs: dict[str, float]) -> str:
    """Return how processor seconds of scoring grow from scale to scale, and what follows for the nation, as a text."""
    from .synthetic import SCALES as ALL

    points = [(ALL[scale].logs, cost) for scale, cost in costs.items()]
    names = list(costs)
    slopes = [exponent(*pair) for pair in pairwise(points)]
    told = [f"{one} → {two} {slope:.2f}" for (one, two), slope in zip(pairwise(names), slopes, strict=True)]
    if not told:
        return "Growth of score CPU with logs: one scale alone."
    logs, cost = points[-1]
    whole = cost * (ALL["nation"].logs / logs) ** max(slopes[-1], 1)
    shares = ", ".join(f"{whole / cores:,.0f} s on {cores} cores" for cores in (2, 8, 32))
    return (
        f"Growth of score CPU with logs, exponent: {'; '.join(told)}. On paper, from the last slope (1 where it is "
        f"less), the nation's {ALL['nation'].logs:,} logs take {whole:,.0f} s of processor time ({shares} at best) in "
        "no more memory than the engine is given (2 GB)."
    )


def report(scales: tuple[str, ...] = SCALES, repeats: int = REPEATS) -> str:
    """Return the tables of all scales and the targets, as markdown."""
    lines, costs = ["## Scoring: evidence read → scores, ranking, cadres", ""], dict[str, float]()
    with tempfile.TemporaryDirectory() as folder:
        for scale in scales:
            free = memory("MemAvailable", Path("/proc/meminfo")) / 1024
            if free < ROOM.get(scale, 0):
                lines += [f"{scale}: left out, {free:.0f} GB of memory are free of {ROOM[scale]} needed.", ""]
                continue
            runs = measure(scale, Path(folder) / scale, repeats)
            costs[scale] = statistics.median(_figures(run)["score_cpu"] for run in runs["gy1100"])
            lines += [*_table(scale, runs), ""]
    return "\n".join([*lines, growth(costs), "", TARGETS])


def main(arguments: list[str]) -> None:
    """Print the report, or run one action in this process (``action scale folder``)."""
    if arguments and arguments[0] in ACTIONS:
        action, scale, folder = arguments
        print(ACTIONS[action](Path(folder), scale))
    else:
        print(report(tuple(arguments) or SCALES))


if __name__ == "__main__":
    main(sys.argv[1:])
