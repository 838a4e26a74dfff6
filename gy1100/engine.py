"""The engine: evidence as tables of an embedded database, expressions on it, results as Arrow or pandas.

Everything up to components is an Ibis expression, so that the same measures can run on another backend.
"""

from __future__ import annotations

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
        name = next(self._names)
        self.backend.con.register(name, data)
        return self.backend.table(name)

    def keep(self, expression: ibis.Table) -> ibis.Table:
        """Compute an expression once and return the result as a temporary table."""
        return self._named("TABLE", expression)

    def view(self, expression: ibis.Table) -> ibis.Table:
        """Return an expression under a name: translated once, computed each time it is asked for."""
        return self._named("VIEW", expression)

    def _named(self, kind: str, expression: ibis.Table) -> ibis.Table:
        from ibis.expr.operations import DatabaseTable

        name = next(self._names)
        self.backend.con.execute(f"CREATE TEMP {kind} {name} AS {self.backend.compile(expression)}")
        table: ibis.Table = DatabaseTable(name, schema=expression.schema(), source=self.backend).to_expr()
        return table  # its schema is known: asking the engine for it costs as much as a small query

    def arrow(self, expression: ibis.Table) -> pa.Table:
        """Compute an expression and return it as Arrow data."""
        return self.backend.to_pyarrow(expression)

    def frame(self, expression: ibis.Table) -> pd.DataFrame:
        """Compute an expression and return it as a pandas frame."""
        frame: pd.DataFrame = self.arrow(expression).to_pandas()
        return frame
