"""All benchmarks side by side: ``make bench`` prints them and writes output/bench.md."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from . import desk, ledger, many_reports, reading, robustness, scoring, screens, what_if, year_end

OUT = Path("output/bench.md")


def main() -> None:
    """Run the benchmarks one after another and write their tables."""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    head = f"# Benchmarks\n\n{machine}, load before {os.getloadavg()[0]:.1f}. Read ratios, not seconds.\n"
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(head, "utf-8")
    for report in (
        year_end.report,
        many_reports.report,
        scoring.report,
        what_if.report,
        screens.report,
        robustness.report,
        reading.report,
        ledger.report,
        desk.report,
    ):
        print(f"… {report.__module__}", flush=True)
        table = report()
        with OUT.open("a", encoding="utf-8") as file:  # what is measured stays, whatever ends the next one
            file.write(f"\n{table}\n")
        print(table, flush=True)
    print(f"{OUT}")


if __name__ == "__main__":
    main()
