"""The engine of those who outgrow a machine: Apache Spark behind Ibis, the same expressions as in the embedded one.

An optional extra: PySpark and Java are asked for when a cluster is. How much of the cluster a run takes is what the
machine's own ``spark-defaults.conf`` says.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
import time
import weakref
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from .engine import Engine
from .errors import WrongUsage
from .words import both

if TYPE_CHECKING:
    import pyarrow as pa

WAIT_SECONDS, WORKER_SECONDS = 5.0, 60.0
TASKS_A_CORE = 2
_PLACE = re.compile(r"spark://[^\s/:,]+:\d{1,5}(?:,[^\s/:,]+:\d{1,5})*")
_SETTINGS = {
    # what the figures depend on
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    # no page of the driver's on the network, and few tasks where there are few rows
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
}


class Cluster(Engine):
    """A standalone Spark cluster behind Ibis.

    Parameters
    ----------
    place : str
        ``spark://HOST:PORT`` of its master; several masters as Spark writes them.

    Raises
    ------
    WrongUsage
        If it is no such place, PySpark or Java is not installed, or nobody answers there.
    """

    def __init__(self, place: str) -> None:
        self._place = place
        session = _session(checked_place(place)).newSession()  # tables of its own, the same application
        for name, value in _SETTINGS.items():
            if name.startswith("spark.sql."):
                session.conf.set(name, value)
        tasks = TASKS_A_CORE * session.sparkContext.defaultParallelism
        session.conf.set("spark.sql.shuffle.partitions", str(tasks))
        self._session = session
        super().__init__(_pyspark())
        self._kept: list[Any] = []
        weakref.finalize(self, _release, self._kept).atexit = False

    def anew(self) -> Self:
        """Return an engine on the same cluster, without tables."""
        return type(self)(self._place)

    def _take(self, name: str, data: pa.Table) -> None:
        self._name(name, self._session.createDataFrame(data), kept=True)

    def _define(self, name: str, sql: str, *, kept: bool) -> None:
        self._name(name, self._session.sql(sql), kept=kept)

    def _name(self, name: str, rows: Any, *, kept: bool) -> None:
        if kept:
            self._kept.append(rows.persist())
        rows.createOrReplaceTempView(name)

    def _answer(self, sql: str) -> pa.Table:
        return self._session.sql(sql).toArrow()


def context_at(place: str) -> Any:
    """Return this process's Spark context on a cluster, for tasks that are no queries; raises as :class:`Cluster`."""
    return _session(checked_place(place)).sparkContext


def checked_place(place: str) -> str:
    """Return the place of a cluster that can be asked from here.

    Raises
    ------
    WrongUsage
        If it is no such place, PySpark or Java is not installed, or nobody answers there.
    """
    if not _PLACE.fullmatch(place):
        raise WrongUsage(both("engine.no_such_place", place=place))
    if find_spec("pyspark") is None:
        raise WrongUsage(both("engine.no_pyspark"))
    if java() is None:
        raise WrongUsage(both("engine.no_java"))
    if not any(_answers(master) for master in place.removeprefix("spark://").split(",")):
        raise WrongUsage(both("engine.no_answer", place=place))
    return place


def java() -> str | None:
    """Return the Java that PySpark would start, None where there is none."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home, "bin"))) if home else shutil.which("java")


def _answers(master: str) -> bool:
    host, port = master.rsplit(":", 1)
    try:
        with socket.create_connection((host, int(port)), WAIT_SECONDS):
            return True
    except (OSError, OverflowError):
        return False


@cache
def _pyspark() -> Any:
    """Return the backend that writes the SQL of every cluster; it holds no data and no session."""
    from ibis.backends.pyspark import Backend

    backend = Backend()
    backend.register_options()
    return backend


def _session(place: str) -> Any:
    """Return this process's session on a cluster, begun when it is first asked for; a process has one cluster."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    os.environ.setdefault(
        "PYSPARK_PYTHON", sys.executable
    )  # what the workers start, where nobody says otherwise
    running = SparkSession.getActiveSession()
    if running is not None and running.sparkContext.master != place:
        running.stop()
    builder = SparkSession.builder.master(place).appName("gy1100")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, Py4JError) as error:
        raise WrongUsage(both("engine.not_started", place=place, reason=error)) from None
    session.sparkContext.setLogLevel("ERROR")
    _wait_for_workers(session.sparkContext, place)
    return session


def _wait_for_workers(context: Any, place: str) -> None:
    """Wait until a worker took the run up: where all are busy Spark itself would wait for ever, without a word."""
    if context.getConf().get("spark.dynamicAllocation.enabled", "false") == "true":  # begins without any
        return
    status = context._jsc.sc().getExecutorMemoryStatus  # noqa: SLF001 - PySpark itself has no word for it
    last = time.monotonic() + WORKER_SECONDS
    while status().size() < 2:  # this process is one of them
        if time.monotonic() > last:
            context.stop()
            raise WrongUsage(both("engine.no_worker", place=place, seconds=round(WORKER_SECONDS)))
        time.sleep(0.1)


def _release(kept: list[Any]) -> None:
    """Let a cluster forget the tables of an engine that nobody has any more."""
    from py4j.protocol import Py4JError

    for rows in kept:
        with suppress(Py4JError, OSError):  # the application has ended
            rows.unpersist()
