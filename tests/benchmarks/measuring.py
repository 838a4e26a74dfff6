"""Wall time, processor time and peak memory of steps, and fresh processes to take them in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
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
        self._needed = _Needed()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure what happens inside under a name."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall[name], self.cpu[name] = time.perf_counter() - wall, time.process_time() - cpu

    def report(self) -> str:
        """Return everything measured, with the peaks of memory in MB, as one line.

        ``peak`` is all that was resident; ``needed`` leaves out pages of files, which the system may drop.
        """
        needed = self._needed.stopped()
        return json.dumps({"wall": self.wall, "cpu": self.cpu, "peak": peak_memory(), "needed": needed})


class _Needed(threading.Thread):
    """Looks at this process's memory without pages of files, ten times a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most, self.over = memory("RssAnon"), threading.Event()
        self.start()

    def run(self) -> None:
        while not self.over.wait(0.1):
            self.most = max(self.most, memory("RssAnon"))

    def stopped(self) -> float:
        """Stop looking and return the peak in MB."""
        self.over.set()
        return max(self.most, memory("RssAnon"))


def peak_memory() -> float:
    """Return the peak resident memory of this process in MB (0 where the system does not say)."""
    return memory("VmHWM")


def memory(kind: str, status: Path = Path("/proc/self/status")) -> float:
    """Return what the system says of this process's memory, or of its own, in MB (0 where it does not)."""
    lines = status.read_text("ascii").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(kind)), 0.0)


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
