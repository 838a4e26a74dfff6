"""Many county reports: a synthetic delivery of many units as csv, read, scored and reported by the command.

The first run makes the result alone, the second all units' reports too; both read and score anew, with a store of their
own. Run alone: ``python -m tests.benchmarks.many_reports [units …]``; a province has 183, which takes ten minutes.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from gy1100.evidence import write_evidence
from gy1100.resources import rulebook_folder

from .synthetic import Scale, evidence_of, rulebook_of, write
from .year_end import AS_OF, timed

UNITS = (20,)
CADRES, LOGS = 220, 6_500  # a unit
WORKERS = os.cpu_count() or 1


def make(units: int, folder: Path) -> tuple[Path, Path]:
    """Write the exports of so many units and a rulebook that knows them; return both folders."""
    scale = Scale("many", units, CADRES * units, LOGS * units)
    exports, rulebook = folder / "exports", folder / "rulebook"
    write_evidence(evidence_of(write(scale, folder / "parquet")), exports)
    shutil.rmtree(folder / "parquet")
    shutil.copytree(rulebook_folder("guangyuan-2017"), rulebook)
    known = set(rulebook_of(Scale("own", 9, 0, 0)).units.names)
    with (rulebook / "units.yaml").open("a", encoding="utf-8") as file:
        for unit in rulebook_of(scale).units:
            if unit.name not in known:
                words = (
                    f"name: {unit.name}, code: '{unit.code}', kind: {unit.kind}, label_en: {unit.label_en}"
                )
                file.write(f"- {{{words}, aliases: []}}\n")
    return exports, rulebook


def measure(units: int) -> dict[str, float]:
    """Return the seconds of the command without reports and with all of them, and the megabytes of the exports."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        exports, rulebook = make(units, folder)
        seconds = {}
        for reports in ("none", "all"):
            options = ("--rulebook", rulebook, "--as-of", AS_OF, "--workers", WORKERS, "--reports", reports)
            command = (
                "-m",
                "gy1100.cli",
                "year-end",
                exports,
                "--set-aside",
                "--out",
                folder / reports,
                *options,
            )
            seconds[reports] = timed(*map(str, command))
        made = len(list((folder / "all").rglob("*.docx")))
        if made < units:
            raise RuntimeError(f"{made} of {units} reports")
        size = sum(path.stat().st_size for path in exports.iterdir())
    return seconds | {"MB": size / 1e6}


def report(scales: tuple[int, ...] = UNITS) -> str:
    """Return the table as markdown."""
    lines = [f"## Reports of many units, {WORKERS} at a time", ""]
    lines += [
        "| units | exports MB | scores alone s | with all reports s | s for a report more |",
        "|---" * 5 + "|",
    ]
    for units in scales:
        found = measure(units)
        one = (found["all"] - found["none"]) / units
        lines.append(
            f"| {units} | {found['MB']:.0f} | {found['none']:.1f} | {found['all']:.1f} | {one:.2f} |"
        )
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    print(report(tuple(map(int, sys.argv[1:])) or UNITS))
