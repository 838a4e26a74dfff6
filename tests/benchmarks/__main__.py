"""All benchmarks side by side: ``make bench`` prints them and writes output/bench.md."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from . import desk, ledger, reading, robustness, scoring, screens, what_if, year_end

OUT = Path("output/bench.md")


def main() -> None:
    """Run the benchmarks one after another and write their tables."""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    parts = [
        "# Benchmarks",
        "",
        f"{machine}, load before {os.getloadavg()[0]:.1f}. Read ratios, not seconds.",
        "",
    ]
    for report in (
        year_end.report,
        scoring.report,
        what_if.report,
        screens.report,
        robustness.report,
        reading.report,
        ledger.report,
        desk.report,
    ):
        print(f"… {report.__module__}", flush=True)
        parts += [report(), ""]
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text("\n".join(parts), "utf-8")
    print("\n".join(parts))
    print(f"{OUT}")


if __name__ == "__main__":
    main()
