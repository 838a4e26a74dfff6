"""DuckDB inside this process: nothing is fetched or installed, and nothing is printed while a question takes long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def database(**settings: Any) -> DuckDBPyConnection:
    """Return an empty database in memory.

    Parameters
    ----------
    **settings
        As DuckDB names them; an empty ``temp_directory``: nothing of it goes to the disk.
    """
    import duckdb

    alone = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    connection = duckdb.connect(config=alone | settings)
    connection.execute(
        "SET enable_progress_bar = false"
    )  # in notebooks it is on, and no setting to begin with
    return connection
