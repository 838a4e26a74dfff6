"""The desk behind the reverse proxy of ``data/serving``: TLS, its log-in, and nobody's word but the proxy's."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gy1100.ledger import open_ledger

from . import nginx_server
from .desk_server import Served, children, serving
from .test_browser import browser, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["browser"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(nginx_server.missing()), reason=nginx_server.missing()),
]
RECIPE = nginx_server.RECIPES / "nginx.conf"
WORD = "only-for-this-test"


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, int]]:
    """Serve the desk behind the proxy; 李 is in its users file."""
    folder, proxy = (tmp_path_factory.mktemp(name) for name in ("proxied", "proxy"))
    hashed = nginx_server.hashed(WORD)
    (proxy / "passwords").write_text(f"李:{hashed}\nstranger:{hashed}\n", "utf-8")
    options = ("--proxy-header=X-Remote-User", "--host=localhost")
    with (
        serving(folder, *options, users=("李",), GY1100_PROXY_SECRET=nginx_server.SECRET) as desk,
        nginx_server.proxy(proxy, RECIPE, {8866: desk.port}) as (port, _),
    ):
        yield desk, port


def test_an_assessor_decides_through_the_proxy(browser: Browser, behind: tuple[Served, int]) -> None:
    """The proxy's log-in is the name in the ledger; the desk lives over TLS and its web socket."""
    desk, port = behind
    credentials = {"username": "李", "password": WORD}
    with watched(browser, http_credentials=credentials, ignore_https_errors=True) as one:
        page = one.page
        page.goto(f"https://localhost:{port}/")
        page.locator(".gy-doors a").first.click()
        page.locator(".gy-me", has_text="李").wait_for(timeout=90_000)
        page.click(".gy-tabs [data-value=replies]")
        page.fill("#form-contest [name=reason]", "现场有记录")
        page.click("#form-contest button")
        page.locator(".gy-history", has_text="现场有记录").wait_for()
    (entry,) = open_ledger(desk.ledger, read_only=True).entries()
    assert (entry.action, entry.assessor) == ("contest", "李")


def test_a_name_alone_is_nobody(behind: tuple[Served, int]) -> None:
    """Whoever reaches the desk's own port gets nothing by naming somebody, with a wrong proof neither."""
    for proof in ({}, {"X-Gy1100-Proxy": "0" * 64}):
        connection = http.client.HTTPConnection("127.0.0.1", behind[0].port, timeout=20)
        connection.request("GET", "/desk/me", headers={"X-Remote-User": "admin", **proof})
        response = connection.getresponse()
        assert response.status in (302, 403) and "admin" not in response.read().decode()


def test_the_proxy_lets_nobody_else_in(browser: Browser, behind: tuple[Served, int]) -> None:
    """A browser's own header is replaced, and a name that the users file does not know is refused."""
    for name, status in (("李", 200), ("stranger", 403)):
        context = browser.new_context(
            http_credentials={"username": name, "password": WORD},
            extra_http_headers={"X-Remote-User": "admin"},
            ignore_https_errors=True,
        )
        answer = context.request.get(f"https://localhost:{behind[1]}/")
        assert answer.status == status and name in answer.text() and "admin" not in answer.text()
        context.close()


def test_no_kernel_holds_the_proxys_secret(behind: tuple[Served, int]) -> None:
    """What proves the proxy is the server's alone: code in a kernel could claim any name with it."""
    environments = [Path(f"/proc/{pid}/environ").read_bytes() for pid in children(behind[0].pid)]
    assert any(b"JPY_PARENT_PID" in one for one in environments)
    assert [one for one in environments if nginx_server.SECRET.encode() in one] == []
