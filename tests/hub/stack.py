"""The recipe of ``data/serving/hub`` as it stands: nginx with TLS, JupyterHub, the desk, a PostgreSQL ledger."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gy1100.resources import sample_folder
from gy1100.users import Role, User, add_user
from tests import nginx_server, postgresql_server
from tests.desk_server import PASSWORD, children, free_port, port_answers

ROOT = Path(__file__).parents[2]
RECIPE = nginx_server.RECIPES / "hub"
HUB = ROOT / ".venv-hub" / "bin" / "jupyterhub"


@dataclass(frozen=True)
class Stack:
    """A running recipe: ports, where ledger and users are, and processes; ``pid`` is the desk's, as in `Served`."""

    port: int
    own_port: int
    hub_port: int
    ledger: str
    users: Path
    pid: int
    hub: int
    nginx: int

    @property
    def address(self) -> str:
        """Return the first page, as people reach it."""
        return f"https://localhost:{self.port}/"


def missing() -> str:
    """Return why the recipe cannot be run here, empty where it can."""
    no_hub = "" if HUB.exists() else "JupyterHub is not installed: .ci/hub.sh (make test-hub does it)"
    return no_hub or nginx_server.missing() or postgresql_server.missing()


@contextmanager
def running(folder: Path, users: Mapping[str, Role]) -> Iterator[Stack]:
    """Run the recipe from a folder, with these people in the users file."""
    accounts, desk, hub = folder / "users.json", free_port(), free_port()
    for name, role in users.items():
        add_user(User(name, role), PASSWORD, accounts)
    with (
        postgresql_server.server() as url,
        nginx_server.proxy(folder, RECIPE / "nginx.conf", {8866: desk, 8081: hub}) as (port, nginx),
    ):
        ledger = postgresql_server.new_database(url, "gy1100")
        own = {
            "GY1100": str(Path(sys.executable).with_name("gy1100")), "EXPORTS": str(sample_folder()),
            "USERS": str(accounts), "LEDGER": ledger, "HOST": "localhost", "DESK, HUB": (desk, hub),
        }  # fmt: skip
        configured(folder, own)
        with started(folder) as pid:
            port_answers(hub)
            port_answers(desk)
            yield Stack(port, desk, hub, ledger, accounts, children(pid)[0], pid, nginx)


def configured(folder: Path, own: Mapping[str, object]) -> None:
    """Write the recipe's configuration into a folder; only its constants are this test's."""
    written = (RECIPE / "jupyterhub_config.py").read_text("utf-8")
    for name, value in own.items():
        written, found = re.subn(rf"(?m)^{name} = .*$", lambda _, n=name, v=value: f"{n} = {v!r}", written)
        assert found == 1, name
    (folder / "jupyterhub_config.py").write_text(written, "utf-8")


@contextmanager
def started(folder: Path) -> Iterator[int]:
    """Run the hub in a folder; yield its process."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "PATH") if name in os.environ}
    with (folder / "hub.log").open("wb") as log:
        server = subprocess.Popen([HUB], cwd=folder, env=kept, stdout=log, stderr=log)
        try:
            yield server.pid
        finally:
            server.terminate()
            server.wait(60)
