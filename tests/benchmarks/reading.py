"""Reading workbooks side by side: the package's reader, its inspection included, and what others do of the job.

The package: `sheets_of` (inspection and cells) and `regions_of` (what each row is). The others give cells only:
python-calamine's own ``to_python``, pandas over calamine, openpyxl read-only. ``evidence`` is all of `read_evidence`.
Every variant is a fresh process in which everything needed is imported before the clock starts; the least of its runs
counts. ``engine`` is DuckDB's own csv reader, which writes the same rows as Parquet and checks nothing; ``stored`` is
``evidence`` that writes what it read into the store of Parquet, ``recalled`` a later run that finds it there.
``one by one`` is ``evidence`` that reads one file at a time, begins no process and no thread for it.
Run alone: ``python -m tests.benchmarks.reading [rows …]``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .measuring import Steps, in_fresh_process
from .workbooks import write_logs, write_roster, write_text_logs

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = (60_000, 1_000_000)
TEXT_ROWS = (60_000, 1_000_000, 15_000_000)
RUNS = {60_000: 5, 1_000_000: 2}
SMALL_ONLY = ("openpyxl",)
EVIDENCE, STORED, ALONE = "evidence", ("stored", "recalled"), "one by one"
BOOKS = 8
VARIANTS = ("gy1100", "calamine", "pandas", "openpyxl", EVIDENCE)
TARGETS = """\
| target | reach |
|---|---|
| gy1100 / calamine to_python, clean sheet, 60,000 and 1,000,000 rows | ≤ 1.3 |
| the same, sheet with rare markers | ≤ 4 |
| peak memory of all of read_evidence, 1,048,576-row sheet | ≤ 1,500 MB |
| evidence / the engine's own reader writing Parquet, csv of 15,000,000 rows | ≤ 3 |
| memory needed (peak without pages of files) of all of read_evidence, csv of 15,000,000 rows | ≤ 2,000 MB |
"""


def reader(variant: str) -> Callable[[Path], Any]:
    """Return what reads a workbook; everything that it needs is imported."""
    if variant == "calamine":
        import python_calamine

        return lambda path: python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    if variant == "pandas":
        import pandas as pd
        import python_calamine

        return lambda path: pd.read_excel(path, engine="calamine")
    if variant == "engine":
        import duckdb

        return lambda path: duckdb.sql(f"COPY (FROM read_csv('{path}')) TO '{path.parent}.parquet'")
    if variant == "openpyxl":
        import openpyxl

        return lambda path: list(openpyxl.load_workbook(path, read_only=True).worksheets[0].values)
    return _package(variant)


def _package(variant: str) -> Callable[[Path], Any]:
    import duckdb  # noqa: F401 - compares rows and hashes texts
    import numpy as np  # noqa: F401 - used by the inspection
    import pandas as pd  # noqa: F401 - imported by arrow
    import pyarrow.csv  # noqa: F401 - used for evidence
    import python_calamine  # noqa: F401 - used by the reader

    from gy1100 import load_rulebook, read_evidence
    from gy1100.exports import side_by_side
    from gy1100.exports.formats import sheets_of
    from gy1100.exports.guard import File
    from gy1100.exports.layout import regions_of

    rulebook = load_rulebook()
    tables = {name: table for name, table in rulebook.tables.items() if table.export}

    if variant == ALONE:
        side_by_side.MOST = 1

    def sheets(path: Path) -> list[Any]:
        return [
            regions_of(sheet, tables, rulebook.units)
            for sheet in sheets_of(File(path, path.name), path.read_bytes())
        ]

    def evidence(path: Path) -> Any:
        cache = path.parent.with_name(f"{path.parent.name}-store") if variant in STORED else None
        return read_evidence(path.parent, rulebook, keep_errors=True, cache=cache)

    return evidence if variant in (EVIDENCE, *STORED, ALONE) else sheets


def run(variant: str, path: Path, runs: int) -> str:
    """Read a workbook some times and return the steps."""
    read, steps = reader(variant), Steps()
    for number in range(runs):
        with steps.step(str(number)):
            found = read(path)
        del found
    return steps.report()


def report(scales: tuple[int, ...] = ROWS) -> str:
    """Measure every variant and return the tables."""
    parts = ["## Reading workbooks", "", TARGETS]
    with tempfile.TemporaryDirectory() as folder:
        for rows in scales:
            parts += _report(rows, Path(folder))
        parts += _books_report(scales[0], Path(folder))
    return "\n".join([*parts, *_text_report(TEXT_ROWS if scales == ROWS else scales)])


def _books_report(rows: int, folder: Path) -> list[str]:
    """Read several books, beside each other and one by one."""
    own = folder / "books"
    own.mkdir()
    for number in range(BOOKS):
        path = write_logs(own / f"{number}.xlsx", rows + number)
    write_roster(own / "cadres.csv")
    found = {name: _measure(name, path, 1) for name in (EVIDENCE, ALONE)}
    parts = [
        f"### {BOOKS} books of {rows:,} rows, all of read_evidence",
        "",
        "| variant | wall s | wall / one by one |",
    ]
    parts.append("|---|---|---|")
    parts += [
        f"| {name} | {wall:.2f} | {wall / found[ALONE][0]:.2f} |" for name, (wall, _, _) in found.items()
    ]
    return [*parts, ""]


def _text_report(scales: tuple[int, ...]) -> list[str]:
    """Read a csv of logs, with all checks."""
    parts = [
        "### csv, all of read_evidence",
        "",
        "| rows | MB | variant | wall s | cpu s | wall / engine | cpu / engine | peak MB | needed MB |",
    ]
    parts.append("|---|---|---|---|---|---|---|---|---|")
    for rows in scales:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "exports").mkdir()
            path = write_text_logs(Path(folder, "exports", "logs.csv"), rows)
            write_roster(path.with_name("cadres.csv"))
            size = path.stat().st_size / 1e6
            found = {
                variant: in_fresh_process("tests.benchmarks.reading", ["--run", variant, str(path), "1"])
                for variant in (EVIDENCE, *STORED, "engine")
            }
        base = [found["engine"][kind]["0"] for kind in ("wall", "cpu")]
        for variant, run in found.items():
            times = [run[kind]["0"] for kind in ("wall", "cpu")]
            ratios = " | ".join(f"{time / one:.1f}" for time, one in zip(times, base, strict=True))
            memory = f"{run['peak']:.0f} | {run['needed']:.0f}"
            told = f"{rows:,} | {size:,.0f} | {variant} | {times[0]:.1f} | {times[1]:.1f}"
            parts.append(f"| {told} | {ratios} | {memory} |")
    return [*parts, ""]


def _report(rows: int, folder: Path) -> list[str]:
    parts = [
        f"### {rows:,} rows × 8 columns",
        "",
        "| sheet | variant | wall s | cpu s | wall / calamine | cpu / calamine | peak MB |",
    ]
    parts.append("|---|---|---|---|---|---|---|")
    for marked in (False, True):
        kind = "marked" if marked else "clean"
        own = folder / f"{rows}-{kind}"
        own.mkdir()
        path = write_logs(own / "logs.xlsx", rows, marked=marked)
        write_roster(own / "cadres.csv")
        names = [
            v
            for v in VARIANTS
            if (rows <= ROWS[0] or v not in SMALL_ONLY) and not (marked and v in VARIANTS[2:])
        ]
        measured = {
            name: _measure(name, path, 1 if name == EVIDENCE else RUNS.get(rows, 1)) for name in names
        }
        base = measured["calamine"]
        for name, (wall, cpu, peak) in measured.items():
            ratios = f"{wall / base[0]:.2f} | {cpu / base[1]:.2f}"
            parts.append(f"| {kind} | {name} | {wall:.2f} | {cpu:.2f} | {ratios} | {peak:.0f} |")
    return [*parts, ""]


def _measure(variant: str, path: Path, runs: int) -> tuple[float, float, float]:
    found = in_fresh_process("tests.benchmarks.reading", ["--run", variant, str(path), str(runs)])
    least = [min(time for name, time in found[kind].items() if name != "process") for kind in ("wall", "cpu")]
    return least[0], least[1], found["peak"]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        print(run(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])))
    else:
        print(report(tuple(map(int, sys.argv[1:])) or ROWS))
