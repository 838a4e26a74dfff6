"""The desk in Chromium with eight assessors at once: how soon it is usable, how soon a slider is answered, its memory.

Run alone: ``python -m tests.benchmarks.desk [assessors …]``.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.desk_server import PASSWORD, Served, children, serving

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.async_api import Page

ASSESSORS = (1, 8)
MOVES = 15
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu"]
SLIDER = """(value) => new Promise((done) => {
  const slider = document.querySelector('#slider-4\\\\.4');
  const start = performance.now();
  const drawn = () => done(performance.now() - start);
  const seen = new MutationObserver(() => { seen.disconnect(); requestAnimationFrame(drawn) });
  seen.observe(document.querySelector('[aria-live=polite]'), {subtree: true, childList: true, characterData: true});
  slider.value = value;
  slider.dispatchEvent(new Event('input', {bubbles: true}));
})"""
TARGETS = """\
| target | reach |
|---|---|
| first page to usable overview, kernel ready | ≤ 2.5 s |
| slider to redrawn ranking, median | ≤ 100 ms |
| memory an assessor | ≤ 300 MB |

One desk with tabs rather than a page each: another tab is shown in the time of its column, another page would be a
kernel more for each and take the time of the column before; the selection stays because the kernel does.
One assessor's memory is what it adds: the pages that its kernel does not share with the others (PSS), kept by the
system once for all.
"""


async def logged_in(page: Page, served: Any, name: str, field: str) -> None:
    """Log in and stand on the first page; ``field`` takes the name."""
    await page.goto(served.address)
    await page.fill(f"[name={field}]", name)
    await page.fill("[name=password]", PASSWORD)
    await page.click("[type=submit]")
    await page.locator(".gy-doors a").first.wait_for()


async def opened(page: Page) -> float:
    """Open the desk from the first page; return seconds until the overview can be used."""
    start = time.perf_counter()
    await page.locator(".gy-doors a").first.click()
    await page.locator(".gy-ranks tbody tr").first.wait_for(timeout=300_000)
    return time.perf_counter() - start


async def turned(page: Page) -> list[float]:
    """Go from view to view; return seconds until each is shown. A page each would pay `opened` and a kernel instead."""
    took = []
    for tab in ("cadres", "judgement", "replies", "overview"):
        start = time.perf_counter()
        await page.click(f".gy-tabs [data-value={tab}]")
        await page.locator(f"#tab-{tab}").wait_for()
        took.append(time.perf_counter() - start)
    return took


async def moved(page: Page) -> list[float]:
    """Move a weight several times; return milliseconds until the ranking is drawn anew."""
    await page.click(".gy-tabs [data-value=contrast]")
    await page.locator("#slider-4\\.4").wait_for()
    return [await page.evaluate(SLIDER, str(5 + 2 * n)) for n in range(MOVES)]


async def measured(served: Any, names: list[str], field: str = "name") -> dict[str, Any]:
    """Let everybody open the desk, one after the other as kernels are ready; then one moves a slider, then all."""
    from playwright.async_api import async_playwright

    from tests.test_browser import CHROMIUM

    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        pages = [await (await chromium.new_context(ignore_https_errors=True)).new_page() for _ in names]
        open_ = []
        for n, (page, name) in enumerate(zip(pages, names, strict=True), 1):
            await logged_in(page, served, name, field)
            ready(served, n)
            open_.append(await opened(page))
        ready(served, len(names) + 1)
        turned_ = await turned(pages[0])
        alone = await moved(pages[0])
        together = await asyncio.gather(*map(moved, pages))
        memory = [pss(pid) for pid in children(served.pid)]
        server = pss(served.pid)
        await chromium.close()
    all_moves = [ms for one in together for ms in one]
    return {
        "open": open_,
        "turned": turned_,
        "alone": alone,
        "moves": all_moves,
        "memory": memory,
        "server": server,
    }


def ready(served: Served, n: int) -> None:
    """Wait until so many kernels have drawn their page and rest."""
    calm = 0
    while calm < 3:
        used = [cpu(pid) for pid in children(served.pid)]
        time.sleep(1)
        again = [cpu(pid) for pid in children(served.pid)]
        calm = calm + 1 if len(again) >= n and sum(again) - sum(used) < 10 * n else 0


def cpu(pid: int) -> int:
    """Return the processor time of a process in hundredths of a second, 0 if it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def pss(pid: int) -> float:
    """Return the proportional set size of a process in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


def report(counts: Iterable[int] = ASSESSORS) -> str:
    """Return the table as markdown."""
    heads = ["assessors", "usable s (min / median / max)", "another tab s", "slider ms (min / median / max)",
             "slider ms, all at once", "MB a kernel (min / median / max)", "server MB"]  # fmt: skip
    lines = ["## The desk in Chromium", "", f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for count in counts:
        names = [f"考核员{n + 1}" for n in range(count)]
        with (
            tempfile.TemporaryDirectory() as folder,
            serving(Path(folder), users=tuple(names)) as served,
        ):
            found = asyncio.run(measured(served, names))
        spread = (
            three(found[k], digits)
            for k, digits in (("open", 1), ("turned", 2), ("alone", 0), ("moves", 0), ("memory", 0))
        )
        lines.append(f"| {count} | {' | '.join(spread)} | {found['server']:.0f} |")
    return "\n".join(lines) + "\n\n" + TARGETS


def three(values: list[float], digits: int) -> str:
    """Return minimum, median and maximum."""
    return " / ".join(f"{v:.{digits}f}" for v in (min(values), statistics.median(values), max(values)))


if __name__ == "__main__":
    print(report(tuple(map(int, sys.argv[1:])) or ASSESSORS))
