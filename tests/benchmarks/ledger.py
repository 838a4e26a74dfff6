"""The ledger beside its floors: verifying against bare hashing, an entry against a bare insert, eight writers."""

from __future__ import annotations

import hashlib
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from multiprocessing import get_context
from pathlib import Path

from gy1100 import load_rulebook
from gy1100.decisions import LOCAL
from gy1100.ledger import NO_ENTRY, Draft, Head, Row, open_ledger, verify_chain
from gy1100.ledger.entries import row_of, sealed
from tests.second_verifier import first_fault

ENTRIES, ALONE, WRITERS, EACH = 100_000, 300, 8, 100
RULES = load_rulebook()


def report(entries: int = ENTRIES, alone: int = ALONE, each: int = EACH) -> str:
    """Return the tables of the ledger."""
    lines = [
        "## Ledger",
        "",
        f"### {entries:,} entries verified",
        "",
        "| variant | cpu s | ratio |",
        "|---|---|---|",
    ]
    rows = list(chain(entries))
    variants: dict[str, Callable[[], object]] = {
        "hashing alone": lambda: [hashlib.sha256(row.entry.encode()).hexdigest() for row in rows],
        "gy1100": lambda: verify_chain(rows),
        "second verifier": lambda: first_fault(list(rows)),
    }
    floor = 0.0
    for name, variant in variants.items():
        before = time.process_time()
        found = variant()
        assert name == "hashing alone" or not found
        seconds = time.process_time() - before
        floor = floor or seconds
        lines.append(f"| {name} | {seconds:.2f} | {seconds / floor:.1f} |")
    return "\n".join([*lines, "", *_writing(alone, each)])


def chain(entries: int) -> Iterator[Row]:
    """Yield the rows of a ledger of so many entries."""
    last, moment = NO_ENTRY, datetime(2018, 3, 2, 9, tzinfo=LOCAL)
    values = asdict(draft("王评", 0, 0)) | {"rulebook": RULES.id, "valid_from": "2018-03-02"}
    for _ in range(entries):
        entry = sealed(values, last, moment)
        last = Head(entry.seq, entry.hash)
        yield row_of(entry)


def draft(assessor: str, unit: int, number: int) -> Draft:
    """Return a decision."""
    item = RULES.items[number % len(RULES.items)].id
    return Draft(
        assessor, "set_item", [u.name for u in RULES.units][unit], item, value="3", valid_from=date(2018, 3, 2),
        evidence="登记表第三页", reason="现场核实，材料齐全，活动按时开展",
    )  # fmt: skip


def _writing(alone: int, each: int) -> list[str]:
    lines = ["### Entries written", "", "| variant | p50 ms | p99 ms | p50 ratio |", "|---|---|---|---|"]
    with tempfile.TemporaryDirectory() as folder:
        bare = _bare(Path(folder) / "bare.sqlite", alone)
        one = _writer((f"{folder}/one.sqlite", 0, alone))
        open_ledger(f"{folder}/many.sqlite", create=True)
        with get_context("fork").Pool(WRITERS) as pool:
            shares = pool.map(_writer, [(f"{folder}/many.sqlite", n, each) for n in range(WRITERS)], 1)
    eight = [seconds for share in shares for seconds in share]
    floor = statistics.median(bare)
    for name, seconds in (("bare insert", bare), ("one writer", one), (f"{WRITERS} writers at once", eight)):
        half, most = statistics.median(seconds), sorted(seconds)[int(len(seconds) * 0.99)]
        lines.append(f"| {name} | {half * 1000:.1f} | {most * 1000:.1f} | {half / floor:.1f} |")
    return lines


def _bare(path: Path, count: int) -> list[float]:
    """Return the seconds of inserts of the same rows with the same settings, nothing read and nothing checked."""
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in (
        "PRAGMA synchronous=EXTRA",
        "CREATE TABLE t (seq INTEGER PRIMARY KEY, entry TEXT, hash TEXT)",
    ):
        connection.execute(statement)
    out = []
    for row in chain(count):
        began = time.perf_counter()
        connection.execute("INSERT INTO t VALUES (?, ?, ?)", row)
        out.append(time.perf_counter() - began)
    return out


def _writer(task: tuple[str, int, int]) -> list[float]:
    where, unit, count = task
    ledger, out = open_ledger(where, create=True), []
    for number in range(count):
        began = time.perf_counter()
        ledger.append(draft(f"评{unit}", unit, number), RULES, seen=10**9)
        out.append(time.perf_counter() - began)
    return out


if __name__ == "__main__":
    print(report())
