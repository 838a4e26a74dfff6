"""Reads mutated files one after the other and says what became of each.

``python -m tests.fuzz.worker FIRST COUNT SEED``

A process of its own, since a reader may die. Formats that the package reads in a process of their own are read in this
one, under the same limits, and only their death counts as a refusal.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random
from typing import Any

import gy1100
from gy1100.evidence import reading_setting, units_of
from gy1100.exports import books, formats, parcel, readers
from gy1100.exports.archives import contents_of
from gy1100.exports.guard import File
from gy1100.exports.reading import read_file
from gy1100.exports.stored import Store
from gy1100.findings import findings_frame

from .mutations import mutated
from .seeds import seeds

MEMORY = 1 << 30
SECONDS = 10  # of processor time, then the system ends the process


def main(first: int, count: int, seed: int) -> None:
    """Read the files from the first on; a line for each, and one before a reader that may die."""
    formats.sheets_outside = books.sheets_outside = _outside
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    rulebook = gy1100.load_rulebook()
    tables = {name: table for name, table in rulebook.tables.items() if table.export}
    setting, sound = reading_setting(rulebook, units_of(rulebook)), seeds()
    for number in range(first, first + count):
        name, data = spoiled(number, seed, sound)
        _say(file=number, phase="begun")
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        start = time.process_time()
        outcome = _read(name, data, tables, setting)
        usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        _say(file=number, name=name, outcome=outcome, seconds=time.process_time() - start, megabytes=usage)


def spoiled(number: int, seed: int, sound: dict[str, bytes]) -> tuple[str, bytes]:
    """Return the name and content of one mutated file."""
    random = Random(f"{seed}-{number}")
    name = random.choice(list(sound))
    return name, mutated(sound[name], list(sound.values()), random)


def _outside(kind: str, data: bytes) -> list[Any]:
    """Stands in for the process of its own; what it gives is packed and unpacked as there."""
    import io

    _say(phase="outside")
    stream = io.BytesIO()
    parcel.write_sheets(stream, readers.sheets_in(kind, data))
    return parcel.read_sheets(stream.getvalue())


def _read(name: str, data: bytes, tables: Any, setting: Any) -> str:
    """Return ``read``, ``refused: …`` or ``crash: …``."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        try:
            findings = []
            for content in contents_of([File(path, name)]):
                findings.extend(content.findings)
                if content.data is not None:
                    findings.extend(
                        _findings(read_file(content.file, content.data, tables, setting, Store()))
                    )
            findings_frame(findings)
        except Exception:  # noqa: BLE001 - that is what is looked for
            return "crash: " + traceback.format_exc()
    errors = [found.code for found in findings if found.severity == "error"]
    return f"refused: {errors[0]}" if errors else "read"


def _findings(read: Any) -> list[Any]:
    return [*read.findings, *(found for batch in read.batches for found in batch.findings)]


def _say(**line: Any) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
