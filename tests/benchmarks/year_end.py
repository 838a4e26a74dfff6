"""The command `gy1100 year-end` on the sample, beside what cannot be saved: a bare kernel, the imports, the reading.

Every run is a fresh process; the variants alternate. Run alone: ``python -m tests.benchmarks.year_end [repeats]``.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from .measuring import ROOT, Steps, in_fresh_process

AS_OF = "2018-03-02"
REPEATS = 3
UNSAVEABLE = ("kernel", "imports", "reading")
ROWS = {
    "kernel": "bare kernel start",
    "imports": "imports",
    "reading": "reading the sample",
    "floor": "**these three**",
    "scoring": "scoring",
    "rendering": "rendering, writing and the command itself (the rest)",
    "command": "**the command, without county reports**",
    "reports": "the nine county reports after it",
    "all": "**the command with them**",
    "bulletin": "the quarterly bulletin",
    "papermill": "plain papermill on the year-end notebook",
    "ranking": "the morning's ranking, the first time",
    "again": "its notebook on unchanged inputs, after start-up",
}
TARGETS = (
    "Aims: the command at most twice the three that cannot be saved; nine reports, bulletin and year-end within three\n"
    "plain runs of papermill; the morning's ranking on unchanged inputs in 2 s after start-up.\n"
)


def pieces() -> str:
    """Return the steps that a year's assessment consists of, taken one after another in this process."""
    from gy1100.kernels import PRELOADED

    steps = Steps()
    with steps.step("kernel"):
        _start_and_stop_a_kernel()
    with steps.step("imports"):
        for name in PRELOADED:
            import_module(name)
    from gy1100 import assess, load_rulebook, read_evidence

    with steps.step("reading"):
        rulebook = load_rulebook()
        evidence = read_evidence("", rulebook)
    with steps.step("scoring"):
        result = assess(evidence, rulebook, AS_OF)
        _ = result.scores, result.ranking, result.cadres, result.components, result.parts
    return steps.report()


def _start_and_stop_a_kernel() -> None:
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3")
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def command(*options: str, name: str = "year-end") -> float:
    """Return the seconds that a command takes on the sample."""
    with tempfile.TemporaryDirectory() as folder:
        return timed("-m", "gy1100.cli", name, "--out", f"{folder}/out", *options)


def timed(*arguments: str) -> float:
    """Return the seconds that Python takes with some arguments."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - begin


def papermill() -> float:
    """Return the seconds of one plain run of papermill."""
    with tempfile.TemporaryDirectory() as folder:
        return timed(
            "-m", "papermill", "--no-progress-bar", "notebooks/year_end.ipynb", f"{folder}/out.ipynb"
        )


def ranking() -> dict[str, float]:
    """Return the seconds of the first morning's ranking, and those of its notebook's cells on the same inputs again."""
    with tempfile.TemporaryDirectory() as folder:
        options = ("ranking", "--as-of", AS_OF, "--cache", f"{folder}/cache", "--out", f"{folder}/out")
        first = timed("-m", "gy1100.cli", *options)
        timed("-m", "gy1100.cli", *options)
        run = json.loads(Path(folder, "out", "run.json").read_text("utf-8"))
        return {"ranking": first, "again": sum(run["cells"]["daily_ranking"])}


def measure(repeats: int = REPEATS) -> list[dict[str, float]]:
    """Return the seconds of each row for each repeat."""
    return [_once() for _ in range(repeats)]


def _once() -> dict[str, float]:
    wall: dict[str, Any] = in_fresh_process(__spec__.name, ["pieces"])["wall"]
    alone, with_reports = command("--reports", "none"), command("--reports", "all")
    floor = sum(wall[name] for name in UNSAVEABLE)
    figures = {"floor": floor, "rendering": max(0.0, alone - floor - wall["scoring"]), "command": alone}
    others = {"bulletin": command("--quarter", "2017Q3", name="bulletin"), "papermill": papermill()}
    return wall | figures | {"reports": with_reports - alone, "all": with_reports} | others | ranking()


def report(repeats: int = REPEATS) -> str:
    """Return the table as markdown: medians, their range, and each as a share of the whole command."""
    runs = measure(repeats)
    lines = [
        "## `gy1100 year-end` on the sample",
        "",
        "| | s, median (min–max) | share of the command |",
        "|---|---|---|",
    ]
    for key, name in ROWS.items():
        share = statistics.median(run[key] / run["command"] for run in runs)
        lines.append(f"| {name} | {_spread([run[key] for run in runs])} | {share:.0%} |")
    ratios = [run["command"] / run["floor"] for run in runs]
    lines.append(f"| the command / the three that cannot be saved | {_spread(ratios)} | |")
    ratios = [(run["all"] + run["bulletin"]) / run["papermill"] for run in runs]
    lines.append(f"| all reports and the bulletin / plain papermill | {_spread(ratios)} | |")
    return "\n".join([*lines, "", TARGETS])


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def main(arguments: list[str]) -> None:
    """Print the report, or the steps of one process (``pieces``)."""
    if arguments == ["pieces"]:
        print(pieces())
    else:
        print(report(*(int(a) for a in arguments)))


if __name__ == "__main__":
    main(sys.argv[1:])
