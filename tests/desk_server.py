"""A desk that is served as the command serves it, over the sample, for tests and benchmarks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from gy1100.users import User, add_user

ROOT = Path(__file__).parents[1]
PASSWORD = "only for this test"


@dataclass(frozen=True)
class Served:
    """A desk that is being served."""

    port: int
    ledger: Path
    pid: int

    @property
    def address(self) -> str:
        """Return its first page."""
        return f"http://127.0.0.1:{self.port}/"


@contextmanager
def serving(folder: Path, *options: str, users: tuple[str, ...] = (), **more: str) -> Iterator[Served]:
    """Serve the desk from a folder; ``admin`` may log in, or the assessors that are named; more = its environment."""
    port, ledger, accounts = free_port(), folder / "ledger.sqlite", folder / "users.json"
    for name in users:
        add_user(User(name, "assessor"), PASSWORD, accounts)
    command = [
        sys.executable, "-m", "gy1100.cli", "review", "--no-browser", f"--port={port}", "--as-of=2018-03-02",
        f"--ledger={ledger}", f"--users={accounts}", *options,
    ]  # fmt: skip
    settings = os.environ | {"GY1100_PASSWORD": PASSWORD, "PYTHONPATH": str(ROOT)} | more
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, env=settings, stdout=log, stderr=log)
        try:
            port_answers(port)
            yield Served(port, ledger, server.pid)
        finally:
            server.terminate()
            server.wait(30)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(pid: int) -> list[int]:
    """Return the processes that a process started."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def port_answers(port: int) -> None:
    """Wait until somebody listens on a port of this machine."""
    for _ in range(600):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.1)
    raise TimeoutError(port)


def answers(address: str) -> None:
    """Wait until a server answers."""
    for _ in range(600):
        with suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.1)
    raise TimeoutError(address)
