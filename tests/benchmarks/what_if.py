"""What-if beside a full assessment: the sample's nine units and a city, equality asserted before anything is timed.

Run alone: ``python -m tests.benchmarks.what_if``.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gy1100 import Assessment

AS_OF = "2018-03-02"
REPEATS = 7
TARGETS = """\
| target | reach |
|---|---|
| weights only, nine units, ranking included | ≤ 20 ms |
| any reading, city, ranking included | ≤ 0.5 s |
"""


def cases(result: Assessment) -> Iterator[tuple[str, dict[str, str], dict[str, float]]]:
    """Yield what is tried: other weights, then every alternative of every reading."""
    yield "weights", {}, {"4.1": 20.0, "4.2": 15.0, "4.3": 5.0, "4.4": 5.0, "4.5": 5.0}
    for name, reading in result.rulebook.rules.readings.items():
        for choice in reading.alternatives:
            if choice != reading.choice:
                yield f"{name}={choice}", {name: choice}, {}


def seconds(make: Callable[[], Assessment]) -> tuple[float, Assessment]:
    """Return how long an assessment takes, its ranking included."""
    start = time.perf_counter()
    result = make()
    _ = result.ranking
    return time.perf_counter() - start, result


def rows(name: str, fresh: Callable[[], Assessment]) -> Iterator[str]:
    """Yield one line a case: the first time, the median of later times, a full assessment, and the ratio."""
    from gy1100 import assess

    seconds(fresh)
    full, result = seconds(fresh)
    for words, readings, weights in cases(result):
        first, tried = seconds(lambda r=readings, w=weights: result.under(r, w))  # type: ignore[misc]
        again = [seconds(lambda r=readings, w=weights: result.under(r, w))[0] for _ in range(REPEATS)]  # type: ignore[misc]
        other = assess(result.evidence, result.rulebook.under(readings, weights), AS_OF)
        assert tried.scores.equals(other.scores) and tried.ranking.equals(other.ranking)
        later = statistics.median(again)
        yield f"| {name} | {words} | {1000 * first:.0f} | {1000 * later:.0f} | {1000 * full:.0f} | {first / full:.2f} |"


def report() -> str:
    """Return the table as markdown."""
    from gy1100 import assess, load_rulebook, read_evidence

    from .synthetic import SCALES, evidence_of, rulebook_of, write

    lines = ["## What-if: other weights and readings beside a full assessment", ""]
    lines += [
        "| data | tried | first, ms | again (median), ms | full run, ms | first / full |",
        "|---|---|---|---|---|---|",
    ]
    evidence = read_evidence("")
    lines += rows("sample", lambda: assess(evidence, load_rulebook(), AS_OF))
    with tempfile.TemporaryDirectory() as folder:
        write(SCALES["city"], Path(folder))
        city = evidence_of(Path(folder))
        lines += rows("city", lambda: assess(city, rulebook_of(SCALES["city"]), AS_OF))
    return "\n".join(lines) + "\n\n" + TARGETS


if __name__ == "__main__":
    print(report())
