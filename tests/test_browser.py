"""Pages and JupyterLab in a real Chromium that reaches nothing but this machine.

Every request off loopback, every console error and every page error fails the test.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gy1100.report import Report, UnitReport, charts, rulebook_page
from gy1100.report.markup import Fragment
from gy1100.report.page import fragment_page
from gy1100.report.voice import Voice

from .desk_server import answers, free_port
from .report_sample import sample_result

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
ATTACK = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
ROOT = Path(__file__).parents[1]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="NO CHROMIUM: install Debian's chromium and fonts-noto-cjk to run these"
    ),
]


@dataclass
class Watched:
    """A page, and what it did that it must not do."""

    page: Page
    faults: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium, headless."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@contextmanager
def watched(browser: Browser, width: int = 1440, height: int = 1000, **more: Any) -> Iterator[Watched]:
    """Open a page; on leaving, fail if it asked anything outside or reported an error."""
    page = browser.new_page(viewport={"width": width, "height": height}, **more)
    one = Watched(page)
    page.on("request", lambda r: None if is_local(r.url) else one.faults.append(f"asked {r.url}"))
    page.on("console", lambda m: one.faults.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: one.faults.append(str(e)))
    yield one
    page.close()
    assert one.faults == []


def is_local(url: str) -> bool:
    """Return whether an address stays on this machine."""
    local = ("file:", "data:", "blob:", "about:", "http://127.0.0.1:", "ws://127.0.0.1:", "http://localhost:",
             "https://localhost:", "wss://localhost:")  # fmt: skip
    return url.startswith(local)


def year_page(result: Any) -> str:
    """Return all sections of the year-end report as one page."""
    show = Report(result)
    names = (
        "masthead",
        "overview",
        "ranking",
        "items",
        "missing",
        "weekly",
        "authenticity",
        "cadres",
        "reading",
    )
    whole = sum((getattr(show, name)() for name in names), Fragment(charts.Markup("")))
    return fragment_page(whole, "年底考核")


def opened(one: Watched, folder: Path, html: str) -> Page:
    """Open HTML from a file, as a reader does."""
    path = folder / "page.html"
    path.write_text(html, "utf-8")
    one.page.goto(path.as_uri())
    return one.page


@pytest.mark.parametrize("width", [1440, 900])
def test_year_page_opens_offline_without_an_error(browser: Browser, tmp_path: Path, width: int) -> None:
    """Charts are drawn with Chinese text, nothing runs out of the page sideways, no request leaves."""
    with watched(browser, width) as one:
        page = opened(one, tmp_path, year_page(sample_result()))
        assert page.locator("svg").count() == 3
        for box in page.locator("svg").all():
            size = box.bounding_box()
            assert size is not None
            assert size["width"] > 400
            assert size["height"] > 150
        assert page.locator("svg text", has_text="剑阁县").count() >= 2
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert "示例数据" in page.locator("h1").inner_text()
        page.screenshot(path=tmp_path / "year.png")


def colours(page: Page, selector: str) -> int:
    """Return how many colours a drawn element has on the screen."""
    script = """async (selector) => {
        const svg = document.querySelector(selector), image = new Image();
        const text = new XMLSerializer().serializeToString(svg);
        image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(text);
        await image.decode();
        const canvas = document.createElement('canvas');
        canvas.width = 300; canvas.height = 150;
        const context = canvas.getContext('2d');
        context.drawImage(image, 0, 0, 300, 150);
        return new Set(new Uint32Array(context.getImageData(0, 0, 300, 150).data.buffer)).size;
    }"""
    return int(page.evaluate(script, selector))


def test_charts_are_not_blank(browser: Browser, tmp_path: Path) -> None:
    """Each chart, drawn by the browser, has many colours; an empty one would have one."""
    result = sample_result()
    voice = Voice(result.rulebook)
    specs = (charts.ranking_spec(result, voice), charts.heat_spec(result, voice),
             charts.waterfall_spec(result, "朝天区", voice), charts.weekly_spec(result, voice))  # fmt: skip
    for spec in specs:
        with watched(browser) as one:
            html = fragment_page(charts.figure(spec, "图"), "图")
            page = opened(one, tmp_path, html)
            assert colours(page, "svg") > 20


def test_tables_sort_by_their_headers(browser: Browser, tmp_path: Path) -> None:
    """A click sorts upwards, the next one downwards; numbers as numbers, by keyboard too."""
    with watched(browser) as one:
        page = opened(
            one,
            tmp_path,
            fragment_page(Report(sample_result()).masthead() + Report(sample_result()).ranking(), "x"),
        )
        header = page.locator("th", has_text="百分制").first
        column = "[...document.querySelector('.gy-table').tBodies[0].rows].map(r => parseFloat(r.cells[2].textContent))"
        header.click()
        up = page.evaluate(column)
        assert header.get_attribute("aria-sort") == "ascending"
        assert up == sorted(up)
        header.locator("button").focus()
        page.keyboard.press("Enter")
        assert page.evaluate(column) == sorted(up, reverse=True)


def test_long_tables_filter(browser: Browser, tmp_path: Path) -> None:
    """What is typed into the field leaves only rows that hold it."""
    show = UnitReport(sample_result(), "利州区")
    with watched(browser) as one:
        page = opened(one, tmp_path, fragment_page(show.masthead() + show.cadres(), "x"))
        page.locator(".gy-filter").fill("挂职")
        rows = page.locator("tbody tr:visible")
        assert 0 < rows.count() < page.locator("tbody tr").count()
        assert all("挂职" in row.inner_text() for row in rows.all())


def test_text_from_the_files_never_runs(browser: Browser, tmp_path: Path) -> None:
    """Markup in names, notes, files and findings is shown as text, and no script of it runs."""
    result = sample_result()
    cadres = result.cadres.assign(name=ATTACK, cadre_id=ATTACK)
    missing = result.missing.assign(what=ATTACK, note=ATTACK)
    findings = tuple(
        replace(f, file=ATTACK, value=ATTACK, column=ATTACK) for f in result.evidence.findings[:5]
    )
    sources = tuple(replace(s, file=ATTACK, sheet=ATTACK) for s in result.evidence.sources)
    poisoned = replace(result, evidence=replace(result.evidence, findings=findings, sources=sources))
    poisoned.__dict__.update(
        cadres=cadres,
        missing=missing,
        **{k: getattr(result, k) for k in ("scores", "ranking", "weekly", "parts")},
    )
    unit = UnitReport(poisoned, "剑阁县")
    whole = Report(poisoned).missing() + Report(poisoned).reading() + Report(poisoned).provenance()
    whole += unit.cadres() + unit.explanations()
    with watched(browser) as one:
        page = opened(one, tmp_path, fragment_page(whole, ATTACK))
        assert page.evaluate("window.hacked") is None
        assert page.locator("img").count() == 0
        assert page.title() == ATTACK
        assert page.get_by_text(ATTACK).count() > 10


def test_policy_lets_nothing_in_from_outside(browser: Browser, tmp_path: Path) -> None:
    """Even a link that slipped into a page is stopped by the page's own policy, and shows as an error."""
    slipped = charts.Markup(
        '<img src="https://example.org/x.png"><script src="https://example.org/x.js"></script>'
    )
    page = browser.new_page()
    errors: list[str] = []
    answered: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("response", lambda r: answered.append(r.url) if r.url.startswith("http") else None)
    path = tmp_path / "page.html"
    path.write_text(fragment_page(Fragment(slipped), "x"), "utf-8")
    page.goto(path.as_uri())
    page.close()
    assert len([e for e in errors if "Content Security Policy" in e]) == 2
    assert answered == []


def test_rulebook_page_opens_offline(browser: Browser, tmp_path: Path) -> None:
    """The rulebook's page shows all items."""
    with watched(browser, 900) as one:
        page = opened(one, tmp_path, rulebook_page(sample_result().rulebook))
        assert page.locator("h2").count() == 8
        assert page.get_by_text("4.5 指导参与").count() >= 1


@contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """Run JupyterLab on loopback over a copy of the notebooks and return its address."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    port, token = free_port(), "only-for-this-test"
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
        f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}", "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    places = {name: str(folder / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
    settings = os.environ | places | {"PYTHONPATH": str(ROOT)}
    with (folder / "lab.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, env=settings, stdout=log, stderr=log)
        try:
            answers(f"http://127.0.0.1:{port}/api?token={token}")
            yield f"http://127.0.0.1:{port}/lab/tree/notebooks/{{}}?token={token}"
        finally:
            server.terminate()
            server.wait(30)


@pytest.mark.long
def test_run_all_in_jupyterlab(browser: Browser, tmp_path: Path) -> None:
    """Opening year_end and choosing 运行所有单元格 (Run All Cells) shows every section, down to the provenance."""
    from playwright.sync_api import TimeoutError as NotInTime

    with jupyterlab(tmp_path) as address, watched(browser, 1440, 1000) as one:
        page = one.page
        page.goto(address.format("year_end.ipynb"))
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
        idle = page.get_by_text("Python 3 (ipykernel) | 空闲")
        try:
            idle.wait_for(timeout=90_000)
        except NotInTime:  # a busy machine: JupyterLab gave up on the kernel's first connection
            page.reload()
            idle.wait_for(timeout=120_000)
        page.locator(".lm-MenuBar-itemLabel", has_text="运行").click()
        page.locator(".lm-Menu-itemLabel", has_text="运行所有单元格").first.click()
        shown = page.locator(".jp-OutputArea-output .gy")
        end = "document.querySelector('.jp-Notebook').textContent.includes('SHA-256')"
        page.wait_for_function(
            f"{end} || document.querySelector('.jp-mod-error')", polling=500, timeout=300_000
        )
        page.locator(".jp-OutputArea-output svg").first.wait_for()
        assert shown.count() >= 10
        assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
        page.screenshot(path=tmp_path / "lab.png")
