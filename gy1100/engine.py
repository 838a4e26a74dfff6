"""The engine: evidence as tables of an embedded database, expressions on it, results as Arrow or pandas.

Everything up to components is an Ibis expression, so that the same measures can run on another backend.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
    import pandas as pd
    import pyarrow as pa


def number(value: float) -> ir.FloatingValue:
    """Return a number as a double of any engine; a bare literal such as 0.9 would become a decimal there."""
    import ibis

    return ibis.literal(repr(float(value))).cast("float64")


def exact_sum(values: ir.NumericColumn) -> ir.FloatingScalar:
    """Return a sum that does not depend on the order in which threads finish, as adding doubles would."""
    return values.cast("decimal(38, 15)").sum().cast("float64")


@cache
def _dialect() -> Any:
    """Return the backend that writes the SQL of every engine; it holds no data and no connection."""
    from ibis.backends.duckdb import Backend

    return Backend()


@lru_cache(maxsize=2_000)
def _sql(question: Any) -> str:
    """Return an operation as SQL; engines number their tables alike, so that the same question is written once."""
    text: str = _dialect().compile(question.to_expr())
    return text


class Engine:
    """An embedded DuckDB behind Ibis; nothing is fetched from a network and no extension is installed.

    Parameters
    ----------
    memory_limit : str, optional
        As DuckDB writes it, e.g. ``"2GB"``; beyond it the engine spills to disk.
    """

    def __init__(self, memory_limit: str | None = None) -> None:
        from ibis.backends.duckdb import Backend

        self.backend = Backend()
        settings: dict[str, Any] = {"memory_limit": memory_limit} if memory_limit else {}
        self.backend.do_connect(
            autoinstall_known_extensions=False, autoload_known_extensions=False,
            preserve_insertion_order=False, **settings,
        )  # fmt: skip
        self._names = (f"step_{n}" for n in count())

    def table(self, data: pa.Table) -> ibis.Table:
        """Return Arrow data as a table of the engine."""
        from ibis import Schema

        name = next(self._names)
        self.backend.con.register(name, data)
        return _table(name, Schema.from_pyarrow(data.schema))

    def keep(self, expression: ibis.Table) -> ibis.Table:
        """Compute an expression once and return the result as a temporary table."""
        return self._named("TABLE", expression)

    def view(self, expression: ibis.Table) -> ibis.Table:
        """Return an expression under a name: translated once, computed each time it is asked for."""
        return self._named("VIEW", expression)

    def _named(self, kind: str, expression: ibis.Table) -> ibis.Table:
        name = next(self._names)
        self.backend.con.execute(f"CREATE TEMP {kind} {name} AS {_sql(expression.op())}")
        return _table(name, expression.schema())

    def arrow(self, expression: ibis.Table) -> pa.Table:
        """Compute an expression and return it as Arrow data."""
        from ibis.backends.duckdb.converter import DuckDBPyArrowData

        found = self.backend.con.sql(_sql(expression.op())).to_arrow_table()
        return expression.__pyarrow_result__(found, data_mapper=DuckDBPyArrowData)

    def frame(self, expression: ibis.Table) -> pd.DataFrame:
        """Compute an expression and return it as a pandas frame."""
        frame: pd.DataFrame = self.arrow(expression).to_pandas()
        return frame


def _table(name: str, schema: ibis.Schema) -> ibis.Table:
    """Return a table by its name; its schema is known: asking the engine for it costs as much as a small query."""
    from ibis.expr.operations import DatabaseTable

    table: ibis.Table = DatabaseTable(name, schema=schema, source=_dialect()).to_expr()
    return table
