"""Debian's nginx over a recipe of ``data/serving``, in a folder of its own, with a certificate that signs itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .desk_server import free_port, port_answers

RECIPES = Path(__file__).parents[1] / "data" / "serving"
NGINX, OPENSSL = (shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") for name in ("nginx", "openssl"))
SECRET = "0123456789abcdef" * 4


def missing() -> str:
    """Return why there can be no proxy here, empty where there can be one."""
    return "" if NGINX and OPENSSL else "NO NGINX: install Debian's nginx-light to run these"


def prepared(folder: Path, recipe: Path, ports: Mapping[int, int]) -> None:
    """Follow a recipe's first step in a folder; ``ports`` = those of this test in the place of the recipe's."""
    written = recipe.read_text("utf-8")
    for named, port in ports.items():
        written = written.replace(f"listen {named}", f"listen 127.0.0.1:{named}")
        written = written.replace(f":{named}", f":{port}")
    (folder / "nginx.conf").write_text(written, "utf-8")
    (folder / "proof.conf").write_text(f'proxy_set_header X-Gy1100-Proxy "{SECRET}";', "utf-8")
    subprocess.run(
        [str(OPENSSL), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-keyout", "key.pem", "-out", "certificate.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip


def hashed(password: str) -> str:
    """Return a password as nginx keeps it."""
    command = [str(OPENSSL), "passwd", "-apr1", password]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def proxy(folder: Path, recipe: Path, ports: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """Run a recipe's proxy; yield its port and its process."""
    port = free_port()
    prepared(folder, recipe, {8443: port, **ports})
    as_root = "user root;" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
    command = [str(NGINX), "-p", str(folder), "-c", "nginx.conf", "-g", f"daemon off; {as_root}"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        port_answers(port)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(20)
