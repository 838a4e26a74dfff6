"""The desk in Chromium and over bare HTTP: log-in, the main task of each tab, and what must stay shut."""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gy1100 import assess, load_rulebook
from gy1100.ledger import Draft, open_ledger, verify_chain

from .desk_server import PASSWORD, Served, serving
from .report_sample import sample_evidence, sample_result
from .test_browser import browser, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser"]
pytestmark = pytest.mark.browser
UPGRADE = {
    "Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
}  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the desk over the sample as the command does."""
    with serving(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


def at_desk(page: Page, served: Served) -> None:
    """Log in and open the desk from the first page."""
    page.goto(served.address)
    page.fill("[name=name]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.locator(".gy-doors a").first.click()
    page.locator(".gy-tabs").wait_for(timeout=90_000)


def tab(page: Page, name: str) -> None:
    """Open a tab."""
    page.click(f".gy-tabs [data-value={name}]")
    page.locator(f"#tab-{name}").wait_for()


def test_a_day_at_the_desk(browser: Browser, served: Served, tmp_path: Path) -> None:
    """From log-in over every tab's main task to the changed score in the next assessment, loopback alone."""
    with watched(browser, 1440, 900) as one:
        page = one.page
        at_desk(page, served)
        page.locator(".gy-me", has_text="admin").wait_for()

        tab(page, "contrast")
        page.locator("#slider-4\\.4").evaluate(
            "e => { e.value = 45; e.dispatchEvent(new Event('input', {bubbles: true})) }"
        )
        page.locator(".gy-move.up").first.wait_for()
        page.screenshot(path=tmp_path / "contrast.png")

        tab(page, "firmness")
        page.select_option("[data-do=spread]", "50")
        assert page.locator("#tab-firmness svg").count() == 2

        tab(page, "judgement")
        form = page.locator(".gy-form", has=page.locator("legend")).first
        form.locator("[name=reason]").fill("已核查文件")
        form.locator("[name=evidence]").fill("团发〔2018〕3号")
        form.locator("button[value='1']").click()
        page.locator(".gy-told", has_text="第1条").wait_for()

        tab(page, "cadres")
        page.fill("#search-words", "LZ0001")
        page.locator("button[data-value=LZ0001]").click()
        page.get_by_role("heading", name=re.compile("^LZ0001")).wait_for()
        assert page.locator(".gy-table").count() == 3

        tab(page, "replies")
        page.fill("#form-contest [name=reason]", "当天举办过 <script>window.evil = 1</script>")
        page.click("#form-contest button")
        page.locator(".gy-history", has_text="<script>").wait_for()
        assert page.evaluate("window.evil") is None

        tab(page, "checking")
        page.click("[data-do=count_frame]")
        page.click("#form-freeze button")
        page.fill("#form-seed [name=value]", "27182818284590452353")
        page.click("#form-seed button")
        call = page.locator(".gy-calls form").first
        call.locator("[name=element]").select_option("site", timeout=60_000)
        page.fill("[data-do=checked_on]", "2018-03-01")  # of the forms that nobody has begun
        page.locator(".gy-calls form").nth(1).locator("[value='2018-03-01']").wait_for(timeout=60_000)
        call.locator("[name=valid_from]").fill("2018-02-28")
        page.screenshot(path=tmp_path / "checking.png", full_page=True)
        call.locator("button[value=false]").click()
        page.locator(".gy-told", has_text="第5条").wait_for(timeout=60_000)

        tab(page, "overview")
        page.locator(".gy-chip.decided").first.wait_for()
        page.screenshot(path=tmp_path / "overview.png")
        page.fill("[id^=form-sign_off] [name=reason]", "会议同意")
        page.click("[id^=form-sign_off] button")
        page.fill("[id^=form-reopen] [name=reason]", "更正")
        page.click("[id^=form-reopen] button")
        page.locator("[id^=form-sign_off]").wait_for()

    entries = open_ledger(served.ledger, read_only=True).entries()
    assert [e.action for e in entries] == [
        "set_element",
        "contest",
        "freeze_frame",
        "enter_seed",
        "record_check",
        "sign_off",
        "reopen",
    ]
    assert (entries[4].element, entries[4].valid_from) == ("site", "2018-02-28")
    assert {e.assessor for e in entries} == {"admin"} and verify_chain(entries) == []
    result = assess(sample_evidence(), load_rulebook(), date(2018, 3, 2), decisions=served.ledger)
    unit, item = entries[0].unit, entries[0].item
    assert result.explain(unit, item).score["status"] == "decided"
    before = sample_result().authenticity.set_index("unit")["false"]
    assert result.authenticity.set_index("unit")["false"][entries[4].unit] == before[entries[4].unit] + 1


def test_levers_moved_while_the_desk_works(browser: Browser, served: Served) -> None:
    """Each list keeps its choice, however many are changed before the first is answered."""
    with watched(browser, 1440, 900) as one:
        page = one.page
        at_desk(page, served)
        tab(page, "contrast")
        chosen = page.evaluate(
            """() => [...document.querySelectorAll("select[data-do=reading]")].slice(0, 4).map((list) => {
                 list.value = [...list.options].find((option) => option.value !== list.value).value;
                 list.dispatchEvent(new Event("change", { bubbles: true }));
                 return [list.dataset.value, list.value];
               })"""
        )
        assert len(chosen) == 4
        for name, value in chosen:
            wanted = f"select[data-value='{name}'] option[value='{value}'][selected]"
            page.locator(wanted).wait_for(state="attached", timeout=60_000)


def test_two_at_once(browser: Browser, served: Served) -> None:
    """Who decides second on a page that is out of date is shown the first decision, and nothing is written."""
    with watched(browser, 1000, 900) as one, watched(browser, 1000, 900) as two:
        for page in (one.page, two.page):
            at_desk(page, served)
            tab(page, "judgement")
            page.select_option("select[data-do=place] >> nth=0", label="青川县")
            page.get_by_role("heading", name=re.compile("^青川县")).wait_for()
            page.select_option("select[data-do=place] >> nth=1", value="青川县|2.1|")
            page.get_by_role("heading", name=re.compile("^青川县 · 2.1")).wait_for()
        seen = two.page.locator("form[id$=set_item]").get_attribute("data-entry")
        assert seen
        for page, points in ((one.page, "2"), (two.page, "1")):
            form = page.locator("form[id$=set_item]")
            form.locator("[name=reason]").fill("复核")
            form.locator("[name=evidence]").fill("现场")
            form.locator("[name=value]").fill(points)
            if points == "1":  # what the second sees is from before the first decided
                form.evaluate("(e, seen) => e.setAttribute('data-entry', seen)", seen)
            form.locator("button[type=submit]").click()
            page.locator(".gy-told, .gy-answer").first.wait_for()
        told = two.page.locator(".gy-answer").first.inner_text()
        two.faults[:] = [fault for fault in two.faults if "409" not in fault]  # the browser's word for it
    assert "admin" in told and "取值 2" in told
    decided = [
        e.value for e in open_ledger(served.ledger, read_only=True).entries() if e.action == "set_item"
    ]
    assert decided == ["2"]


def test_what_is_being_written_stays(browser: Browser, served: Served) -> None:
    """A reason half written is still there after somebody else's entry has changed the page."""
    with watched(browser, 1200, 900) as one:
        page = one.page
        at_desk(page, served)
        tab(page, "replies")
        page.fill("#form-contest [name=reason]", "写到一半")
        ledger, rulebook = open_ledger(served.ledger), load_rulebook()
        ledger.append(
            Draft("王", "contest", "昭化区", "2.1", reason="别人写的"), rulebook, seen=ledger.head().seq
        )
        page.locator(".gy-history", has_text="别人写的").wait_for(timeout=20_000)
        assert page.input_value("#form-contest [name=reason]") == "写到一半"


def test_what_is_meant_is_what_is_entered(browser: Browser, served: Served) -> None:
    """Enter chooses no grade, what was begun is there when one comes back, and a form is of the day that is shown."""
    with watched(browser, 1440, 900) as one:
        page = one.page
        at_desk(page, served)
        tab(page, "judgement")
        page.select_option("select[data-do=place] >> nth=0", label="朝天区")
        page.select_option("select[data-do=place] >> nth=1", value="朝天区|3|")
        page.get_by_role("heading", name=re.compile("^朝天区 · 3")).wait_for()
        before = open_ledger(served.ledger, read_only=True).head().seq
        form = "form[id$=set_element] >> nth=0"
        page.locator(form).locator("[name=reason]").fill("没有文件")
        page.locator(form).locator("[name=evidence]").fill("现场")
        page.locator(form).locator("[name=evidence]").press("Enter")
        tab(page, "cadres")
        tab(page, "judgement")
        assert page.locator(form).locator("[name=reason]").input_value() == "没有文件"
        assert page.locator(form).locator("[name=evidence]").input_value() == "现场"

        tab(page, "overview")
        page.fill("[id^=form-sign_off] [name=reason]", "会议同意年末结果")
        page.fill("[data-do=as_of]", "2017-12-31")
        page.locator("#form-sign_off-2017-12-31").wait_for(timeout=60_000)
        assert page.input_value("#form-sign_off-2017-12-31 [name=reason]") == ""
        page.locator("[data-do=as_of]").click(position={"x": 12, "y": 12})
        page.keyboard.type("03012018")  # month, day and year, key by key
        page.locator("#form-sign_off-2018-03-01").wait_for(timeout=60_000)
        page.fill("[data-do=as_of]", "2019-01-01")
        page.locator("[data-do=as_of]").blur()
        assert page.input_value("[data-do=as_of]") == "2018-03-01"
    assert open_ledger(served.ledger, read_only=True).head().seq == before


def asked(served: Served, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, str]:
    """Return status and answer of a bare request."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
    response = connection.getresponse()
    return response.status, response.read().decode("utf-8", "replace")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/desk",
        "/desk/me",
        "/desk/entries",
        "/voila/query/00000000-0000-0000-0000-000000000000",
        "/api/kernels/00000000-0000-0000-0000-000000000000/channels",
    ],
)
def test_nothing_without_a_log_in(served: Served, path: str) -> None:
    """Every page asks for the log-in or refuses."""
    for more in ({}, UPGRADE):
        status, text = asked(served, "GET", path, **more)
        assert status in (302, 403, 404, 405) and "gy-tabs" not in text


@pytest.mark.parametrize("path", ["/", "/login", "/desk"])
def test_a_foreign_host_is_refused(served: Served, path: str) -> None:
    """A page of somebody else's name that points at this machine (DNS rebinding) gets nothing."""
    assert asked(served, "GET", path, Host="evil.example")[0] == 403


@pytest.mark.parametrize(
    "path", ["/voila/files/review.ipynb", "/voila/files/../ledger.sqlite", "/files/x", "/api/contents"]
)
def test_no_file_is_served(served: Served, path: str) -> None:
    """Neither notebooks nor the ledger can be fetched."""
    status, text = asked(served, "GET", path)
    assert status in (302, 403, 404) and "cells" not in text and "SQLite" not in text


def test_an_entry_needs_log_in_and_xsrf(served: Served) -> None:
    """Without the cookie nobody is anybody; with it, but without the page's own word, nothing is entered."""
    entry = json.dumps({"action": "contest", "unit": "青川县", "item": "2.1", "reason": "x"})
    before = len(open_ledger(served.ledger, read_only=True).entries())
    assert asked(served, "POST", "/desk/entries", entry)[0] == 403
    cookie = logged_in(served)
    assert asked(served, "POST", "/desk/entries", entry, Cookie=cookie)[0] == 403
    assert len(open_ledger(served.ledger, read_only=True).entries()) == before


def logged_in(served: Served) -> str:
    """Return the cookies of a log-in."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    connection.request("GET", "/login")
    response = connection.getresponse()
    xsrf = str(response.getheader("Set-Cookie")).split(";")[0]
    response.read()
    form = f"name=admin&password={PASSWORD.replace(' ', '+')}&_xsrf={xsrf.split('=', 1)[1]}"
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": xsrf}
    connection.request("POST", "/login", form, kind)
    response = connection.getresponse()
    assert response.status == 302
    return str(response.getheader("Set-Cookie")).split(";")[0]


def test_wrong_passwords_are_slowed_down(served: Served) -> None:
    """A wrong password is refused in words, and after several the right one waits too."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    connection.request("GET", "/login")
    response = connection.getresponse()
    xsrf = str(response.getheader("Set-Cookie")).split(";")[0]
    response.read()
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": xsrf}
    for _ in range(3):
        form = f"name=nobody&password=wrong&_xsrf={xsrf.split('=', 1)[1]}"
        connection.request("POST", "/login", form, kind)
        response = connection.getresponse()
        assert response.status == 401 and "不对" in response.read().decode()
        time.sleep(0.05)
    for _ in range(3):
        connection.request("POST", "/login", form, kind)
        response = connection.getresponse()
        told = response.read().decode()
    assert response.status == 429 and "请1秒后再试" in told and "不对" not in told
    time.sleep(1.1)  # the others of this module come from the same address


def test_headers(served: Served) -> None:
    """The page may load and be framed by nothing from elsewhere."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
    connection.request("GET", "/login")
    headers = connection.getresponse().headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
