"""Where entries are kept: one table in SQLite or PostgreSQL that only grows, one entry after the other.

SQLite (https://www.sqlite.org/lang_transaction.html): ``BEGIN IMMEDIATE`` takes the right to write before anything is
read, so that a writer waits and never fails half-way; the rollback journal with ``synchronous=EXTRA`` keeps what was
acknowledged through a power cut. PostgreSQL: an advisory lock does what ``BEGIN IMMEDIATE`` does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Busy, CannotWrite, Gy1100Error, NothingToRead, Refused, WrongUsage
from ..findings import Finding
from ..words import both
from . import schema
from .entries import Row, row_of
from .place import checked_file, checked_url, is_url, made_file, shown_place

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from .entries import Entry

WAIT_SECONDS = 10


@dataclass(frozen=True)
class Store:
    """A ledger's table; ``name`` is how results name it."""

    name: str
    engine: Engine

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection that alone may write; what was written is kept when the block ends well."""
        alone = self.engine.execution_options(alone=True)
        with _in_words(self.name), alone.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({schema.APPLICATION})")
            yield connection

    def rows(self, start: int = 1, connection: Connection | None = None) -> list[Row]:
        """Return the stored entries from a number on, unchecked, in order."""
        from sqlalchemy import text

        wanted = text("SELECT seq, entry, hash FROM gy1100_ledger WHERE seq >= :start ORDER BY seq")
        if connection is not None:
            return [Row(*found) for found in connection.execute(wanted, {"start": start})]
        with _in_words(self.name), self.engine.connect() as reader:
            return [Row(*found) for found in reader.execute(wanted, {"start": start})]

    @staticmethod
    def add(entry: Entry, connection: Connection) -> None:
        """Store one more entry."""
        from sqlalchemy import text

        into = text("INSERT INTO gy1100_ledger (seq, entry, hash) VALUES (:seq, :entry, :hash)")
        connection.execute(into, row_of(entry)._asdict())


def opened(where: str | Path, *, create: bool, read_only: bool) -> Store:
    """Open the table of a ledger, and make it where there is none and ``create`` says so.

    Raises
    ------
    NothingToRead
        If there is none.
    WrongUsage
        If it cannot lie there, or is something else.
    Refused
        If the file is damaged.
    """
    name = shown_place(where)
    if is_url(where):
        engine = _server(checked_url(str(where)), read_only)
    else:
        engine = _local(checked_file(where), create=create, read_only=read_only)
    store = Store(name, engine)
    if create:
        with store.writing() as connection:
            _make(connection)
    _check(store)
    return store


def _server(url: str, read_only: bool) -> Engine:
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    options = "-c default_transaction_read_only=on" if read_only else ""
    known = {"options": options, "connect_timeout": WAIT_SECONDS}
    return create_engine(url, poolclass=NullPool, connect_args=known)


def _local(path: Path, *, create: bool, read_only: bool) -> Engine:
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import NullPool

    if create and not path.exists():
        with _in_words(path.name):
            made_file(path)
    if not path.is_file():
        raise NothingToRead(both("ledger.none", path=path))
    engine = create_engine("sqlite://", creator=lambda: _connected(path, read_only), poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    return engine


def _connected(path: Path, read_only: bool) -> sqlite3.Connection:
    """Return a connection as facts on SQLite want it: the time to wait before anything else."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=WAIT_SECONDS)
    # bytes that are no UTF-8 are no reason to fail: their hash will not fit
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    for pragma in ("journal_mode=DELETE", "synchronous=EXTRA", "foreign_keys=ON", "trusted_schema=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
    return connection


def _begin(connection: Connection) -> None:
    alone = connection.get_execution_options().get("alone", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if alone else "BEGIN")


def _make(connection: Connection) -> None:
    """Make the table where the database has none of it yet; another database's file is not touched."""
    if connection.dialect.name == "postgresql":
        if _one(connection, "SELECT to_regclass('gy1100_ledger')") is None:
            for statement in schema.POSTGRESQL:
                connection.exec_driver_sql(statement)
    elif not _one(connection, "SELECT COUNT(*) FROM sqlite_schema"):
        for statement in schema.SQLITE:
            connection.exec_driver_sql(statement)


def _check(store: Store) -> None:
    with _in_words(store.name), store.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            if _one(connection, "SELECT to_regclass('gy1100_ledger')") is None:
                raise NothingToRead(both("ledger.none", path=store.name))
            version = int(_one(connection, "SELECT obj_description('gy1100_ledger'::regclass)") or 0)
        else:
            if _one(connection, "PRAGMA application_id") != schema.APPLICATION:
                raise WrongUsage(both("ledger.not_one", path=store.name))
            if _one(connection, "PRAGMA quick_check(1)") != "ok":
                raise damaged(store.name)
            version = _one(connection, "PRAGMA user_version")
        if version != schema.VERSION:
            raise WrongUsage(both("ledger.version", path=store.name, version=version))


def _one(connection: Connection, statement: str) -> Any:
    return connection.exec_driver_sql(statement).scalar()


def damaged(name: str) -> Refused:
    """Return what to tell somebody whose ledger file is no longer whole."""
    return Refused([Finding("error", name, code="ledger_damaged")])


@contextmanager
def _in_words(name: str) -> Iterator[None]:
    from sqlalchemy.exc import DatabaseError

    try:
        yield
    except (DatabaseError, OSError) as error:
        raise _told(name, str(getattr(error, "orig", error))) from error


def _told(name: str, said: str) -> Gy1100Error:
    if "locked" in said or "busy" in said:
        return Busy(both("ledger.busy", path=name))
    if "malformed" in said or "not a database" in said:
        return damaged(name)
    return CannotWrite(both("ledger.failed", path=name, reason=" ".join(said.split())[:200]))
