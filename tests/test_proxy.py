"""The desk behind the reverse proxy of ``data/serving``: TLS, its log-in, and nobody's word but the proxy's."""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gy1100.ledger import open_ledger

from .desk_server import Served, free_port, port_answers, serving
from .test_browser import browser, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["browser"]
NGINX, OPENSSL = (shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") for name in ("nginx", "openssl"))
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (NGINX and OPENSSL), reason="NO NGINX: install Debian's nginx-light to run these"),
]
RECIPE = Path(__file__).parents[1] / "data" / "serving"
SECRET, WORD = "0123456789abcdef" * 4, "only-for-this-test"


def prepared(folder: Path, desk: Served, port: int) -> None:
    """Follow the recipe's first step in a folder."""
    written = (RECIPE / "nginx.conf").read_text("utf-8")
    written = written.replace("listen 8443", f"listen 127.0.0.1:{port}").replace(":8866", f":{desk.port}")
    (folder / "nginx.conf").write_text(written, "utf-8")
    (folder / "proof.conf").write_text(f'proxy_set_header X-Gy1100-Proxy "{SECRET}";', "utf-8")
    subprocess.run(
        [str(OPENSSL), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-keyout", "key.pem", "-out", "certificate.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    hashed = subprocess.run(
        [str(OPENSSL), "passwd", "-apr1", WORD], check=True, capture_output=True, text=True
    ).stdout.strip()
    (folder / "passwords").write_text(f"李:{hashed}\nstranger:{hashed}\n", "utf-8")


@contextmanager
def proxied(folder: Path, desk: Served) -> Iterator[int]:
    """Run the recipe's proxy; yield its port."""
    port = free_port()
    prepared(folder, desk, port)
    as_root = "user root;" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
    command = [str(NGINX), "-p", str(folder), "-c", "nginx.conf", "-g", f"daemon off; {as_root}"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        port_answers(port)
        yield port
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, int]]:
    """Serve the desk behind the proxy; 李 is in its users file."""
    folder = tmp_path_factory.mktemp("proxied")
    options = ("--proxy-header=X-Remote-User", "--host=localhost")
    with (
        serving(folder, *options, users=("李",), GY1100_PROXY_SECRET=SECRET) as desk,
        proxied(tmp_path_factory.mktemp("proxy"), desk) as port,
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
