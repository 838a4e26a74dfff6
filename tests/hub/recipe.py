"""The recipe for many assessors: one log-in at JupyterHub is the name in the PostgreSQL ledger, and nothing else is."""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from gy1100.ledger import open_ledger
from gy1100.users import User, add_user, remove_user
from tests.desk_server import PASSWORD
from tests.nginx_server import SECRET, proxy
from tests.test_browser import browser, watched

from .stack import RECIPE, ROOT, Stack, missing, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser"]
pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())
LOCAL = ("127.0.0.1", 0)
TLS = {"ignore_https_errors": True}
FORGED = {"X-Remote-User": "admin", "X-Gy1100-Proxy": "0" * 64}
ENTRY = {"action": "contest", "unit": "青川县", "item": "2.1", "reason": "不经页面"}
POST = """async (entry) => {
  const word = document.cookie.match(/(?:^|; )_xsrf=([^;]*)/)?.[1] ?? "";
  const headers = {"Content-Type": "application/json", "X-XSRFToken": word, "X-Remote-User": "admin"};
  const answer = await fetch("/desk/entries", {method: "POST", headers, body: JSON.stringify(entry)});
  return answer.status;
}"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Run the recipe for three assessors and a viewer."""
    people = {"admin": "assessor", "李": "assessor", "Wang": "assessor", "县里": "viewer"}
    with running(tmp_path_factory.mktemp("hub"), people) as served:
        yield served


def entered(page: Page, stack: Stack, name: str, password: str = PASSWORD) -> None:
    """Come to the first page and log in at the hub."""
    page.goto(stack.address)
    assert page.url == f"{stack.address}hub/login?next=/"
    page.fill("[name=username]", name)
    page.fill("[name=password]", password)
    page.click("[type=submit]")


def at_desk(page: Page, stack: Stack, name: str) -> None:
    """Log in at the hub and open the desk from its first page."""
    entered(page, stack, name)
    page.locator(".gy-doors a").first.click()
    page.locator(".gy-me", has_text=name).wait_for(timeout=90_000)


def decided(stack: Stack) -> list[tuple[str, str]]:
    """Return who entered what reason."""
    entries: list[Any] = open_ledger(stack.ledger, read_only=True).entries()
    return [(entry.assessor, entry.reason) for entry in entries]


def test_the_name_at_the_hub_is_the_name_in_the_ledger(browser: Browser, stack: Stack) -> None:
    """Two assessors log in once each and decide, whatever name their browsers send."""
    for name in ("李", "Wang"):
        with watched(browser, extra_http_headers=FORGED, **TLS) as one:
            at_desk(one.page, stack, name)
            one.page.click(".gy-tabs [data-value=replies]")
            one.page.fill("#form-contest [name=reason]", f"{name}：现场有记录")
            one.page.click("#form-contest button")
            one.page.locator(".gy-history", has_text=f"{name}：现场有记录").wait_for()
    assert decided(stack) == [("李", "李：现场有记录"), ("Wang", "Wang：现场有记录")]


def test_a_viewer_records_nothing(browser: Browser, stack: Stack) -> None:
    """Neither by the page nor past it, and another's name in the request changes nothing."""
    before = decided(stack)
    with watched(browser, **TLS) as one:
        at_desk(one.page, stack, "县里")
        one.faults.clear()
        assert one.page.evaluate(POST, ENTRY) == 422
        one.faults.clear()  # the console's word on 422
    assert decided(stack) == before


def test_without_a_log_in_everything_leads_to_the_hub(browser: Browser, stack: Stack) -> None:
    """A name in a header, with a wrong proof or none, is nobody, through nginx and at the desk's own port."""
    context = browser.new_context(extra_http_headers=FORGED, **TLS)
    for path in ("", "desk", "desk/me", "voila/static/x", "api/kernels"):
        answer = context.request.get(stack.address + path, max_redirects=0)
        assert (answer.status, answer.headers["location"]) == (302, f"{stack.address}hub/login?next=/{path}")
    assert context.request.post(stack.address + "desk/entries", data=ENTRY).status == 401
    context.close()
    for more in (FORGED, {"X-Remote-User": "admin"}):
        desk = http.client.HTTPConnection("127.0.0.1", stack.own_port, timeout=20)
        desk.request("GET", "/desk/me", headers=more)
        assert desk.getresponse().status in (302, 403)


@pytest.mark.parametrize("path", ["who", "api/user", "home", "spawn", "token", "admin", "signup", ""])
def test_of_the_hub_only_its_log_in_is_open(browser: Browser, stack: Stack, path: str) -> None:
    """Nobody has a server or a token of their own, nor reaches the place where nginx asks."""
    context = browser.new_context(**TLS)
    assert context.request.get(f"{stack.address}hub/{path}").status == 404
    context.close()


def test_a_wrong_password(browser: Browser, stack: Stack) -> None:
    """It leads nowhere; one right for the desk's users is right for the hub."""
    with watched(browser, **TLS) as one:
        entered(one.page, stack, "李", "wrong password")
        one.page.locator(".login_error").wait_for()
        one.faults.clear()
        assert one.page.goto(stack.address).url.startswith(f"{stack.address}hub/login")


def test_log_out_and_removal_hold_at_once(browser: Browser, stack: Stack) -> None:
    """Who logged out, or is in the users file no more, records nothing with a page that is still open."""
    before = decided(stack)
    add_user(User("临时", "assessor"), PASSWORD, stack.users)
    with watched(browser, **TLS) as one:
        at_desk(one.page, stack, "临时")
        cookies = {cookie["name"]: cookie for cookie in one.page.context.cookies()}
        log_in = cookies["__Host-jupyterhub-hub-login"]
        assert log_in["httpOnly"] and log_in["secure"]
        remove_user("临时", stack.users)
        assert one.page.evaluate(POST, ENTRY) == 403
        one.page.context.request.get(f"{stack.address}hub/logout")
        assert one.page.evaluate(POST, ENTRY) == 401
        one.faults.clear()
    assert decided(stack) == before


class Told(BaseHTTPRequestHandler):
    """Stands where the desk is and answers with the headers that reached it."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(dict(self.headers)).encode("latin-1"))

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def test_the_desk_is_told_the_name_and_not_the_log_in(browser: Browser, stack: Stack, tmp_path: Path) -> None:
    """Of cookies it gets its own word against forgery, of the two headers the proxy's."""
    with watched(browser, extra_http_headers=FORGED, **TLS) as one, ThreadingHTTPServer(LOCAL, Told) as desk:
        at_desk(one.page, stack, "李")
        Thread(target=desk.serve_forever, daemon=True).start()
        ports = {8866: desk.server_port, 8081: stack.hub_port}
        with proxy(tmp_path, RECIPE / "nginx.conf", ports) as (port, _):
            told = one.page.context.request.get(f"https://localhost:{port}/desk/me").json()
        desk.shutdown()
    assert told["Cookie"].startswith("_xsrf=") and ";" not in told["Cookie"]
    assert told["X-Remote-User"].encode("latin-1").decode("utf-8") == "李"
    assert told["X-Gy1100-Proxy"] == SECRET


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here reads the services")
@pytest.mark.parametrize("name", ["gy1100-hub.service", "gy1100-nginx.service"])
def test_the_services_are_systemds(name: str, tmp_path: Path) -> None:
    """systemd finds nothing to object to, and what they start is there."""
    service = tmp_path / name
    service.write_text((RECIPE / name).read_text("utf-8").replace("/srv/gy1100", str(ROOT)), "utf-8")
    said = subprocess.run(["systemd-analyze", "verify", service], capture_output=True, text=True, check=False)
    assert (said.returncode, [line for line in said.stderr.splitlines() if "gy1100" in line]) == (0, [])
