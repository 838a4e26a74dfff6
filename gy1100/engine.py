"""The engine: evidence as its tables, expressions on them, results as Arrow or pandas.

Everything up to components is an Ibis expression, so that the same measures run in an embedded database (DuckDB, for
everybody) and on a cluster (:mod:`gy1100.spark`, for those who outgrow a machine).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from functools import cache, lru_cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

from .database import database

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import ibis
    import ibis.expr.types as ir
    import pandas as pd
    import pyarrow as pa

BATCH = 1 << 20  # rows of an answer that leave the engine at a time
_NUMBERS = count()  # of the embedded engines of this process


def number(value: float) -> ir.FloatingValue:
    """Return a number as a double of any engine; a bare literal such as 0.9 would become a decimal there."""
    import ibis

    return ibis.literal(repr(float(value))).cast("float64")


def exact_sum(values: ir.NumericColumn) -> ir.FloatingScalar:
    """Return a sum that does not depend on the order in which threads finish, as adding doubles would."""
    return values.cast("decimal(38, 15)").sum().cast("float64")


def place_of(rows: ibis.Table) -> ir.IntegerValue:
    """Return the file and row of evidence as one number, which engines compare faster than two."""
    return rows.source.cast("int64") * 2**32 + rows.row.cast("int64")


@lru_cache(maxsize=2_000)
def _sql(backend: Any, question: Any) -> str:
    """Return an operation as SQL; engines number their tables alike, so that the same question is written once.

    Ibis's own fusion of nested selects is left out: the engines plan both alike, and it takes a fifth of the writing.
    """
    import ibis

    ibis.options.sql.fuse_selects = False
    text: str = backend.compile(question.to_expr())
    return text


@cache
def _duckdb() -> Any:
    """Return the backend that writes the SQL of every embedded engine; it holds no data and no connection."""
    from ibis.backends.duckdb import Backend

    return Backend()


@cache
def _spill() -> TemporaryDirectory[str]:
    """Return the folder below which engines put what exceeds their memory; nobody else looks into it."""
    return TemporaryDirectory(prefix="gy1100-")


class Engine(ABC):
    """What evidence is measured in. Its tables and steps are named by number and live as long as it does.

    Parameters
    ----------
    dialect : ibis backend
        Writes its SQL; holds no connection.
    """

    def __init__(self, dialect: Any) -> None:
        self._dialect = dialect
        self._names = (f"step_{n}" for n in count())

    @abstractmethod
    def anew(self) -> Self:
        """Return an engine like this one, without its tables."""

    def table(self, data: pa.Table) -> ibis.Table:
        """Return Arrow data as a table of the engine."""
        from ibis import Schema

        name = next(self._names)
        self._take(name, data)
        return self._table(name, Schema.from_pyarrow(data.schema))

    def keep(self, expression: ibis.Table) -> ibis.Table:
        """Compute an expression once and return the result as a temporary table."""
        return self._named(expression, kept=True)

    def view(self, expression: ibis.Table) -> ibis.Table:
        """Return an expression under a name: translated once, computed each time it is asked for."""
        return self._named(expression, kept=False)

    def arrow(self, expression: ibis.Table, *, only: Mapping[str, pa.Table] | None = None) -> pa.Table:
        """Compute an expression and return it as Arrow data.

        Parameters
        ----------
        expression : ibis.Table
        only : mapping, optional
            By name of a table the rows of it that bear on the result. An engine may look at these alone where it asks
            the table itself; what it kept stays as it is.
        """
        from ibis.backends.duckdb.converter import DuckDBPyArrowData

        with self._looking_at(only or {}):
            found = self._answer(_sql(self._dialect, expression.op()))
        return expression.__pyarrow_result__(found, data_mapper=DuckDBPyArrowData)

    def frame(self, expression: ibis.Table, *, only: Mapping[str, pa.Table] | None = None) -> pd.DataFrame:
        """Compute an expression and return it as a pandas frame (`arrow`)."""
        frame: pd.DataFrame = self.arrow(expression, only=only).to_pandas()
        return frame

    @contextmanager
    def _looking_at(self, only: Mapping[str, pa.Table]) -> Iterator[None]:
        """Let tables hold some of their rows alone, where that is cheaper than all (here: never)."""
        del only
        yield

    def _named(self, expression: ibis.Table, *, kept: bool) -> ibis.Table:
        name = next(self._names)
        self._define(name, _sql(self._dialect, expression.op()), kept=kept)
        return self._table(name, expression.schema())

    def _table(self, name: str, schema: ibis.Schema) -> ibis.Table:
        """Return a table by its name; its schema is known: asking the engine for it costs as much as a small query."""
        from ibis.expr.operations import DatabaseTable

        table: ibis.Table = DatabaseTable(name, schema=schema, source=self._dialect).to_expr()
        return table

    @abstractmethod
    def _take(self, name: str, data: pa.Table) -> None:
        """Take Arrow data in under a name."""

    @abstractmethod
    def _define(self, name: str, sql: str, *, kept: bool) -> None:
        """Give a query a name, its rows kept or computed each time."""

    @abstractmethod
    def _answer(self, sql: str) -> pa.Table:
        """Return the rows of a query."""


class Embedded(Engine):
    """An embedded DuckDB behind Ibis; nothing is fetched from a network and no extension is installed.

    Parameters
    ----------
    memory_limit : str
        As DuckDB writes it; beyond it the engine goes to files that this process alone reads and that end with it.
    """

    def __init__(self, memory_limit: str = "2GB") -> None:
        super().__init__(_duckdb())
        self._memory_limit, self._given = memory_limit, dict[str, "pa.Table"]()
        self._connection = database(
            preserve_insertion_order=False, python_enable_replacements=False, memory_limit=memory_limit,
            temp_directory=str(Path(_spill().name, str(next(_NUMBERS)))),
        )  # fmt: skip

    def anew(self) -> Self:
        """Return an engine with the same memory limit, without tables."""
        return type(self)(self._memory_limit)

    def _take(self, name: str, data: pa.Table) -> None:
        self._given[name] = data
        self._connection.register(name, data)

    @contextmanager
    def _looking_at(self, only: Mapping[str, pa.Table]) -> Iterator[None]:
        try:
            for name, rows in only.items():
                self._connection.register(name, rows)
            yield
        finally:
            for name in only:
                self._connection.register(name, self._given[name])

    def _define(self, name: str, sql: str, *, kept: bool) -> None:
        self._connection.execute(f"CREATE TEMP {'TABLE' if kept else 'VIEW'} {name} AS {sql}")

    def _answer(self, sql: str) -> pa.Table:
        return self._connection.sql(sql).to_arrow_reader(BATCH).read_all()


def engine_at(place: str | Engine) -> Engine:
    """Return the engine at a place: empty the embedded one, ``spark://HOST:PORT`` a cluster; an engine is itself.

    Raises
    ------
    WrongUsage
        If it is no such place, what it needs is not installed, or nobody answers there.
    """
    if isinstance(place, Engine):
        return place
    if not place:
        return Embedded()
    from .spark import Cluster

    return Cluster(place)
