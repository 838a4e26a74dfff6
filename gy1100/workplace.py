"""Where a command works: a staging folder, kernels in it, a clock; published when all went well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from .interruption import Interrupts
from .kernels import Kernel
from .manifest import seal_manifest, write_run
from .staging import publish

if TYPE_CHECKING:
    from .order import Order
    from .runner import Run
    from .tasks import Tasks


@dataclass
class Clock:
    """Seconds by what they were spent on, for run.json."""

    started: str = field(default_factory=lambda: datetime.now().astimezone().isoformat(timespec="seconds"))
    seconds: dict[str, float] = field(default_factory=dict)
    _begin: float = field(default_factory=perf_counter)

    def lap(self, name: str) -> None:
        """Record the seconds since the start under a name."""
        self.seconds[name] = round(perf_counter() - self._begin, 3)

    def record(self, cells: Mapping[str, tuple[float, ...]]) -> dict[str, Any]:
        """Return what run.json says of times."""
        ended = datetime.now().astimezone().isoformat(timespec="seconds")
        return {"started": self.started, "ended": ended, "seconds": self.seconds, "cells": cells}


@dataclass(frozen=True)
class Workplace:
    """The means of one command; made by :func:`workplace`."""

    stage: Path
    clock: Clock
    interrupts: Interrupts
    _kernels: ExitStack

    def kernel(self) -> Kernel:
        """Start a kernel that ends with the command."""
        return self._kernels.enter_context(Kernel(self.stage))

    def tasks(self, order: Order, values: Mapping[str, Any]) -> Tasks:
        """Let the order's cluster make reports of what these parameters name; its application ends with the command."""
        from .tasks import Tasks

        return self._kernels.enter_context(Tasks(order.engine, self.stage, values))

    def finish(self, order: Order, *runs: Run) -> None:
        """Complete manifest.json and write run.json, the last of all files."""
        self.clock.lap("notebooks")
        seal_manifest(self.stage, order.published())
        times = self.clock.record({run.notebook.stem: run.cells for run in runs})
        write_run(self.stage, times | ({"engine": order.engine} if order.engine else {}))


@contextmanager
def workplace(folder: Path) -> Iterator[Workplace]:
    """Give a workplace whose staging folder becomes ``folder`` when the block ends well."""
    clock = Clock()
    with Interrupts() as interrupts, publish(folder) as stage, ExitStack() as kernels:
        yield Workplace(stage, clock, interrupts, kernels)
