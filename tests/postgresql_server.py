"""A PostgreSQL server of our own for the tests: Debian's, in a temporary folder, on a Unix socket, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

USER = "postgres"


def programs() -> Path | None:
    """Return the folder with initdb and postgres, None where Debian's package is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def missing() -> str:
    """Return why there can be no server here, empty where there can be one."""
    if find_spec("psycopg") is None:
        return "psycopg is not installed: .ci/postgresql.sh"
    return (
        ""
        if programs()
        else "PostgreSQL is not installed: apt install postgresql (make test does it as root)"
    )


def _as_user(*command: str | Path) -> list[str]:
    """Return a command as it is run by the server's own user; root is refused by PostgreSQL."""
    words = [str(word) for word in command]
    return ["runuser", "-u", USER, "--", *words] if os.getuid() == 0 else words


def _run(folder: Path, *command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)


@contextmanager
def server() -> Iterator[str]:
    """Give the URL of a running server, to which a database's name is to be added."""
    bin_ = programs()
    assert bin_ is not None
    folder = Path(tempfile.mkdtemp(prefix="gy-pg-", dir="/tmp"))
    if os.getuid() == 0:
        shutil.chown(folder, USER, USER)
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    control = [bin_ / "pg_ctl", "-D", folder / "data", "-w", "-s"]
    try:
        initdb = [
            bin_ / "initdb",
            "-D",
            folder / "data",
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        _run(folder, *_as_user(*initdb))
        start = [*control, "-l", folder / "log", "-o", options, "start"]
        _run(folder, *_as_user(*start))
        try:
            yield f"postgresql+psycopg://{USER}@/{{name}}?host={folder}"
        finally:
            _run(folder, *_as_user(*control, "-m", "immediate", "stop"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(url: str, name: str) -> str:
    """Make a database and return its URL."""
    import psycopg

    plain = url.replace("+psycopg", "")
    with psycopg.connect(plain.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" STRATEGY FILE_COPY TEMPLATE template0'.encode())
    return url.format(name=name)
