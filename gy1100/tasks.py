"""Reports as tasks of a Spark cluster: each makes one in a warm kernel beside its executor and sends its files back.

The cluster's machines need the same Python, package and libraries as this one, which every task asks for first. What
they write lies below Spark's own folders, which end with the application.
"""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from .cache import key_of
from .errors import Gy1100Error
from .kernels import Kernel
from .material import material_of
from .runner import NotebookFault, Run, Work, shown
from .unfinished import ENDINGS
from .words import both

if TYPE_CHECKING:
    from pyspark import Broadcast

MOST = 64  # reports asked of a cluster at a time, unless told otherwise; it does as many as it has cores


class NotAlike(Gy1100Error):
    """The machines of a cluster would not make the same reports, or none at all."""


class Tasks:
    """A cluster as a maker of reports: for the pool what a kernel is, several at a time.

    Parameters
    ----------
    place : str
        ``spark://HOST:PORT`` of its master.
    stage : Path
        The folder that the reports are put into.
    values : mapping
        The parameters that all reports share.
    """

    def __init__(self, place: str, stage: Path, values: Mapping[str, Any]) -> None:
        self._stage, self._stopped = stage, False
        self._context: Any = None
        self._threads = ThreadPoolExecutor(MOST, thread_name_prefix="task")
        self.started: Future[None] = self._threads.submit(self._start, place, values)

    def submit(self, work: Work) -> Future[Run]:
        """Let the cluster make a report; the future ends when its files are here."""
        return self._threads.submit(self._do, work)

    def is_alive(self) -> bool:
        """Return whether it was not stopped; where the application has ended, each report says so."""
        return not self._stopped

    def stop(self) -> None:
        """End the application; what it does or still should do fails. Stopping twice is stopping once."""
        if self._stopped:
            return
        self._stopped = True
        with suppress(Exception):
            self.started.result()
        if self._context is not None:
            with suppress(Exception):  # the application has ended
                self._context.cancelAllJobs()
            self._context.stop()
        self._threads.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def _start(self, place: str, values: Mapping[str, Any]) -> None:
        from .spark import context_at

        material = pickle.dumps(material_of(values))
        self._context = context_at(place)
        self._given = self._context.broadcast((key_of(), material))
        try:
            self._on_cluster(_check_alike, None)
        except NotebookFault as error:
            raise NotAlike(str(error)) from None

    def _on_cluster(self, function: Any, argument: Any) -> Any:
        """Carry out a function on one of the cluster's machines; those that fail there are tried on others."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        rows = self._context.parallelize([argument], 1)
        try:
            return rows.map(partial(function, self._given)).collect()[0]
        except (PySparkException, Py4JError) as error:
            raise NotebookFault(_last_line(error)) from None

    def _do(self, work: Work) -> Run:
        self.started.result()
        if self._stopped:
            raise RuntimeError("the cluster's application was stopped")
        asked = replace(work, values=shown(work.values), target=work.target.relative_to(self._stage))
        made = self._on_cluster(_made, asked)
        if isinstance(made, str):
            raise NotebookFault(made)
        work.target.parent.mkdir(parents=True, exist_ok=True)
        paths = [work.target.with_name(work.target.name + ending) for ending in ENDINGS]
        for path, data in zip(paths, made, strict=True):
            path.write_bytes(data)
        return Run(paths[0], paths[1], ())


def _last_line(error: Exception) -> str:
    """Return what a task failed of, from Spark's traceback of it."""
    lines = [line.strip() for line in str(error).splitlines()]
    told = [line for line in lines if line and not line.startswith(("at ", "File ", "..."))]
    return told[-1] if told else type(error).__name__


def _check_alike(given: Broadcast[tuple[str, bytes]], _: None = None) -> None:
    """Refuse a machine with another package or other libraries than the driver's (runs on the cluster)."""
    if given.value[0] != key_of():
        raise NotAlike(both("engine.other_package"))


def _made(given: Broadcast[tuple[str, bytes]], work: Work) -> list[bytes] | str:
    """Return the files of a report, or why it could not be made (runs on the cluster).

    Where the kernel died the task fails, and Spark tries it again elsewhere.
    """
    folder, kernel = _warm(given)
    target = folder / work.target
    try:
        kernel.submit(replace(work, target=target)).result()
        return [target.with_name(target.name + ending).read_bytes() for ending in ENDINGS]
    except Exception as error:
        if not kernel.is_alive():
            raise
        return " ".join(str(error).split()) or type(error).__name__
    finally:
        shutil.rmtree(target.parent, ignore_errors=True)


@lru_cache(maxsize=1)
def _warm(given: Broadcast[tuple[str, bytes]]) -> tuple[Path, Kernel]:
    """Return the kernel of this process of Spark's, and its folder; both end with it."""
    _check_alike(given)
    spark = os.environ["SPARK_LOCAL_DIRS"].split(",")[0]
    own = os.environ["TMPDIR"] = tempfile.tempdir = tempfile.mkdtemp(prefix="gy1100-", dir=spark)
    folder, file = Path(own, "reports"), Path(own, "material")
    folder.mkdir()
    file.write_bytes(given.value[1])
    return folder, Kernel(folder, str(file))
