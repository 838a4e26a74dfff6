"""Writers that enter decisions into one ledger while they are killed at random: ``python -m tests.soak.ledger``.

Each writer notes what was acknowledged. When it is killed another takes its place and looks, as people would, whether
the last decision was entered; what was acknowledged must be there, once.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from gy1100 import load_rulebook
from gy1100.ledger import Draft, Ledger, open_ledger, verify_chain

if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess

    from gy1100.rulebook import Rulebook

WRITERS, SLOWER = 8, 1.01


def noted(acknowledged: Path) -> list[str]:
    """Return what a writer noted, without a line that its death cut."""
    text = acknowledged.read_text("ascii") if acknowledged.exists() else ""
    return [line for line in text.splitlines(keepends=True) if line.endswith("\n")]


def write(where: str, writer: int, count: int, acknowledged: Path, rulebook: Rulebook) -> None:
    """Enter decisions until this writer has ``count`` acknowledged ones."""
    ledger = open_ledger(where)
    done = len(noted(acknowledged))
    entered = {e.reason for e in ledger.entries()}
    with acknowledged.open("ab", buffering=0) as notes:
        for number in range(done, count):
            mark = f"decision {writer}-{number}"
            if mark not in entered:
                enter(ledger, mark, writer, number, rulebook)
            notes.write(f"{mark}\n".encode())


def enter(ledger: Ledger, mark: str, writer: int, number: int, rulebook: Rulebook) -> None:
    """Enter one decision of a writer, who has a unit of their own."""
    unit, item = [u.name for u in rulebook.units][writer], rulebook.items[number % len(rulebook.items)].id
    draft = Draft(f"考核{writer}", "set_item", unit, item, value=str(number % 5), valid_from=date(2018, 3, 2),
                  evidence="台账", reason=mark)  # fmt: skip
    ledger.append(draft, rulebook, seen=ledger.head().seq)


def run(where: str, decisions: int, pause: float, seed: int = 1) -> dict[str, float]:
    """Let eight writers enter ``decisions`` in all, one of them killed every ``pause`` seconds or so.

    Each kill makes the next wait a little longer: where a start takes longer than a pause, nobody would come to an end.

    Returns
    -------
    dict
        entries, acknowledged, kills, seconds.

    Raises
    ------
    AssertionError
        If an acknowledged decision is lost or doubled, or the chain is broken.
    """
    rulebook, chance = load_rulebook(), random.Random(seed)
    open_ledger(where, create=True)
    folder = Path(tempfile.mkdtemp(prefix="gy-soak-"))
    notes = [folder / str(writer) for writer in range(WRITERS)]
    fork = multiprocessing.get_context("fork")

    def started(writer: int) -> ForkProcess:
        own = (where, writer, decisions // WRITERS, notes[writer], rulebook)
        process = fork.Process(target=write, args=own)
        process.start()
        return process

    began, kills = time.monotonic(), 0
    running = {writer: started(writer) for writer in range(WRITERS)}
    while running:
        time.sleep(chance.uniform(0, 2 * pause))
        writer = chance.choice(sorted(running))
        process = running.pop(writer)
        if process.is_alive():
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
        process.join()
        kills += process.exitcode == -signal.SIGKILL
        assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
        if process.exitcode:
            running[writer] = started(writer)
            pause *= SLOWER
    seconds = time.monotonic() - began
    return checked(where, notes) | {"kills": kills, "seconds": round(seconds, 1)}


def checked(where: str, notes: list[Path]) -> dict[str, float]:
    """Return how many decisions there are, after making sure that none is lost or doubled."""
    ledger = open_ledger(where)
    assert verify_chain(ledger.rows(), ledger.head()) == []
    entries = Counter(e.reason for e in ledger.entries())
    acknowledged = Counter(line.strip() for path in notes for line in noted(path))
    assert max(entries.values()) == 1 and max(acknowledged.values()) == 1, "doubled"
    assert not set(acknowledged) - set(entries), "lost"
    assert set(entries) == set(acknowledged), "entered and never found again"
    return {"entries": len(entries), "acknowledged": len(acknowledged)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("decisions", type=int, nargs="?", default=4000)
    parser.add_argument("--pause", type=float, default=0.15, help="seconds between kills")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--where", default="", help="a file or URL; by default a new file")
    asked = parser.parse_args()
    place = asked.where or str(Path(tempfile.mkdtemp(prefix="gy-soak-")) / "ledger.sqlite")
    sys.stdout.write(json.dumps(run(place, asked.decisions, asked.pause, asked.seed)) + "\n")
