"""How many assessors one machine holds: the recipe of ``data/serving/hub`` with more and more of them in Chromium.

Run alone, after ``make test-hub``: ``python -m tests.benchmarks.hub [assessors …]``, or ``make bench-hub``.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks import desk
from tests.desk_server import children
from tests.hub.stack import Stack, missing, running

if TYPE_CHECKING:
    from collections.abc import Iterable


ASSESSORS = (8, 16, 24)
MACHINES, SYSTEM_MB = (8, 24), 1024
HEADS = ["assessors", "usable s (min / median / max)", "slider ms, one moves it", "slider ms, all at once",
         "MB a kernel (min / median / max)", "MB all kernels", "desk MB", "hub MB", "nginx MB",
         "PostgreSQL MB"]  # fmt: skip


def family(pid: int) -> float:
    """Return the memory of a process and of those that it started, in MB (PSS)."""
    return sum(desk.pss(one) for one in (pid, *children(pid)))


def postmaster(stack: Stack) -> int:
    """Return PostgreSQL's first process."""
    folder = Path(stack.ledger.partition("host=")[2])
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def measured(count: int) -> dict[str, Any]:
    """Return what so many assessors meet and take."""
    names = [f"考核员{n + 1}" for n in range(count)]
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), dict.fromkeys(names, "assessor")) as stack,
    ):
        found = asyncio.run(desk.measured(stack, names, field="username"))
        services = {
            "hub": desk.pss(stack.hub),
            "nginx": family(stack.nginx),
            "postgresql": family(postmaster(stack)),
        }
    return {"count": count, **found, **services}


def line(found: dict[str, Any]) -> str:
    """Return a line of the table."""
    digits = {"open": 1, "alone": 0, "moves": 0, "memory": 0}
    cells = [desk.three(found[name], n) for name, n in digits.items()]
    single = [f"{found[name]:.0f}" for name in ("server", "hub", "nginx", "postgresql")]
    total = f"{sum(found['memory']):.0f}"
    return f"| {' | '.join([str(found['count']), *cells, total, *single])} |"


def holds(found: dict[str, Any], gigabytes: int) -> int:
    """Return how many assessors' kernels a machine of so much memory holds beside the system and what serves them."""
    kernel = statistics.median(found["memory"])
    fixed = SYSTEM_MB + kernel + sum(found[name] for name in ("server", "hub", "nginx", "postgresql"))
    return int((gigabytes * 1024 - fixed) / kernel)


def report(counts: Iterable[int] = ASSESSORS) -> str:
    """Return the table as markdown, and what it says of other machines."""
    if missing():
        return missing()
    lines = ["## The desk behind JupyterHub", "", f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.1f}.", "",
             f"| {' | '.join(HEADS)} |", "|---" * len(HEADS) + "|"]  # fmt: skip
    for count in counts:
        found = measured(count)
        lines.append(line(found))
        print(lines[-1], file=sys.stderr, flush=True)
    rooms = [f"- {size} GB hold {holds(found, size)} open desks." for size in MACHINES]
    beside = (
        f"By memory, {SYSTEM_MB} MB left to the system, the spare desk counted and no browser on the machine:"
    )
    return "\n".join([*lines, "", beside, "", *rooms])


if __name__ == "__main__":
    print(report(tuple(map(int, sys.argv[1:])) or ASSESSORS))
