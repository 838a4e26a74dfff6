"""``make fuzz [FILES=20000] [SEED=1]``: mutated files, and what became of them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .seeds import seeds
from .worker import spoiled

OUT = Path("output/fuzz")
SLOW = 10.0  # seconds of processor time
WORKERS = 2


def main(files: int, seed: int) -> int:
    """Read so many files on both cores; 1 where one did not end in a report or a refusal."""
    share = -(-files // WORKERS)
    with ThreadPoolExecutor(WORKERS) as pool:
        parts = pool.map(
            lambda part: _run(part * share, min(share, files - part * share), seed), range(WORKERS)
        )
        lines = [line for part in parts for line in part]
    bad = [line for line in lines if line["outcome"].startswith("crash") or line["seconds"] > SLOW]
    _report(lines, bad)
    _keep(bad, seed)
    return 1 if bad else 0


def _run(first: int, count: int, seed: int) -> list[dict]:
    """Run workers over some files; where one dies, its successor goes on behind the file it died of."""
    lines, last = [], first + count
    while first < last:
        command = [sys.executable, "-m", "tests.fuzz.worker", str(first), str(last - first), str(seed)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        said = [json.loads(line) for line in run.stdout.splitlines()]
        lines.extend(line for line in said if "outcome" in line)
        done = max((line["file"] for line in said if "file" in line), default=first)
        if said and "outcome" not in said[-1]:
            outside = said[-1].get("phase") == "outside"
            death = "reader_slow" if run.returncode == -signal.SIGPROF else "reader_died"
            outcome = f"refused: {death}" if outside else f"crash: {death} {run.stderr[-500:]}"
            lines.append({"file": done, "name": "", "outcome": outcome, "seconds": 0.0, "megabytes": 0})
        elif not said:
            raise RuntimeError(run.stderr)
        first = done + 1
    return lines


def _report(lines: list[dict], bad: list[dict]) -> None:
    outcomes = Counter(line["outcome"].split("\n")[0] for line in lines)
    kinds = Counter(line["name"] for line in lines)
    print(f"{len(lines)} files, {len(bad)} bad")
    print("  slowest", f"{max(line['seconds'] for line in lines):.2f} s of processor time;", end=" ")
    print("largest process", max(line["megabytes"] for line in lines), "MB")
    for line in lines:
        if "reader_" in line["outcome"]:
            print("  file", line["file"], line["outcome"])
    for outcome, count in outcomes.most_common():
        print(f"  {count:>7}  {outcome}")
    print("  of", ", ".join(f"{name} {count}" for name, count in sorted(kinds.items())))


def _keep(bad: list[dict], seed: int) -> None:
    """Write the files that were too much, with what happened."""
    for line in bad:
        OUT.mkdir(parents=True, exist_ok=True)
        name, data = spoiled(line["file"], seed, seeds())
        (OUT / f"{line['file']}-{name}").write_bytes(data)
        (OUT / f"{line['file']}.txt").write_text(json.dumps(line, indent=1), encoding="utf-8")
        print(line["file"], name, line["outcome"][-600:])


if __name__ == "__main__":
    sys.exit(
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    )
