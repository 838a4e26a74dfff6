"""Wall time, processor time and peak memory of steps, and fresh processes to take them in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[2]


class Steps:
    """The steps of one process: wall and processor seconds (all threads) by name."""

    def __init__(self) -> None:
        self.wall: dict[str, float] = {}
        self.cpu: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure what happens inside under a name."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall[name], self.cpu[name] = time.perf_counter() - wall, time.process_time() - cpu

    def report(self) -> str:
        """Return everything measured, with the peak of memory in MB, as one line."""
        return json.dumps({"wall": self.wall, "cpu": self.cpu, "peak": peak_memory()})


def peak_memory() -> float:
    """Return the peak resident memory of this process in MB (0 where the system does not say)."""
    status = Path("/proc/self/status")
    lines = status.read_text("ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def in_fresh_process(module: str, arguments: Sequence[str]) -> dict[str, Any]:
    """Run a module that prints a report of steps; add wall and processor time of the process as ``process``."""
    start, before = time.perf_counter(), os.times()
    command = [sys.executable, "-m", module, *arguments]
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    after, report = os.times(), json.loads(run.stdout.splitlines()[-1])
    report["wall"]["process"] = time.perf_counter() - start
    used = after.children_user - before.children_user + after.children_system - before.children_system
    report["cpu"]["process"] = used
    return report
