"""Warm kernels: started while the command itself still loads, used for one notebook after another."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any, Self, TypeVar

T = TypeVar("T")

PRELOADED = (
    "yaml",
    "pandas",
    "pyarrow.compute",
    "pyarrow.parquet",
    "duckdb",
    "ibis.backends.duckdb",
    "gy1100.rulebook",
    "gy1100.assessment",
    "gy1100.evidence",
    "gy1100.report",
)
REMEMBERED = ("load_rulebook", "read_evidence", "assess")
_START = 'get_ipython().reset(new_session=True); __import__("gy1100.kernels").kernels.preload({!r})'
_RESET = "get_ipython().reset(new_session=True)"
_LONGEST_SOCKET_NAME = 80  # Unix sockets have at most 107 characters


class Kernel:
    """One IPython kernel and the thread that talks to it.

    Parameters
    ----------
    folder : Path
        The kernel's working folder.
    material : str
        A file with what its notebooks are given instead of reading it (:mod:`gy1100.material`).
    """

    def __init__(self, folder: Path, material: str = "") -> None:
        self._begin = _START.format(material)
        self._folder, self._home = folder, tempfile.TemporaryDirectory(prefix="gy1100-")
        self._stopped = False
        self._manager: Any = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kernel")
        self._started = self._thread.submit(self._start)

    def submit(self, work: Callable[[Any], T]) -> Future[T]:
        """Let the kernel's thread do ``work(kernel manager)`` when it has done what came before."""
        return self._thread.submit(self._do, work)

    def is_alive(self) -> bool:
        """Return whether its process still runs."""
        if self._stopped or self._manager is None:
            return False
        process = getattr(self._manager.provisioner, "process", None)
        return process is not None and process.poll() is None

    def stop(self) -> None:
        """End the kernel; what it does or still should do fails. Stopping twice is stopping once."""
        if self._stopped:
            return
        self._stopped = True
        with suppress(AttributeError, OSError):  # not started yet, or gone
            self._manager.provisioner.process.kill()
        self._thread.submit(self._clean).result()
        self._thread.shutdown()
        self._home.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def _start(self) -> tuple[Any, Any]:
        from jupyter_client.manager import AsyncKernelManager
        from jupyter_core.utils import run_sync

        file = str(Path(self._home.name, "kernel.json"))
        sockets = os.name != "nt" and len(file) < _LONGEST_SOCKET_NAME
        manager = self._manager = AsyncKernelManager(
            kernel_name="python3", connection_file=file, transport="ipc" if sockets else "tcp"
        )
        if self._stopped:
            raise RuntimeError("stopped before it started")
        run_sync(manager.start_kernel)(
            cwd=str(self._folder),
            env=self._environment(),
            extra_arguments=["--HistoryManager.enabled=False"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return manager, run_sync(self._unless_stopped)(_connected(manager, self._begin))

    async def _unless_stopped(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.ensure_future(work)
        while not task.done():
            if self._stopped:
                task.cancel()
                raise RuntimeError("stopped while it started")
            await asyncio.wait({task}, timeout=0.1)
        return task.result()

    def _environment(self) -> dict[str, str]:
        """Return the kernel's environment: this package first, nobody's start-up files, a folder that ends with it."""
        package = str(Path(__file__).parents[1])
        path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
        own = {"IPYTHONDIR": self._home.name, "TMPDIR": self._home.name}
        return {**os.environ, **own, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}

    def _do(self, work: Callable[[Any], T]) -> T:
        from jupyter_core.utils import run_sync

        manager, client = self._started.result()
        if self._stopped:
            raise RuntimeError("the kernel was stopped")
        try:
            return work(manager)
        finally:
            if run_sync(manager.is_alive)():
                run_sync(_silently)(client, _RESET)

    def _clean(self) -> None:
        from jupyter_core.utils import run_sync

        with suppress(Exception):
            self._started.result()[1].stop_channels()
        if self._manager is not None:
            run_sync(self._manager.shutdown_kernel)(now=True)


async def _connected(manager: Any, begin: str) -> Any:
    """Return a client of our own, named otherwise than papermill's: the kernel answers only one of a name."""
    from jupyter_client.session import Session

    client = manager.client(session=Session(key=manager.session.key))
    client.start_channels()
    await client.wait_for_ready(timeout=60)
    await _silently(client, begin)
    return client


async def _silently(client: Any, code: str) -> None:
    """Run ``code`` in the kernel without a trace; a kernel that died meanwhile is found out by the next notebook."""
    with suppress(TimeoutError, RuntimeError):
        await client.execute_interactive(code, silent=True, timeout=60, output_hook=lambda _: None)


def preload(material: str = "") -> None:
    """Import what the notebooks use and remember what is read and assessed (called inside a kernel).

    What draws charts takes about as long to start as all of scoring, and does so beside the imports.
    """
    import gy1100

    from .report.charts import warm

    Thread(target=warm, daemon=True).start()
    for name in PRELOADED:
        import_module(name)
    if material:
        from .material import received

        received(material).hand_over()
    for name in REMEMBERED:
        setattr(gy1100, name, remembering(getattr(gy1100, name)))


def remembering(function: Callable[..., T]) -> Callable[..., T]:
    """Return ``function`` with a memory for its results, by its arguments; unhashable ones count by identity."""
    results: dict[object, tuple[object, T]] = {}

    def remembered(*args: Any, **kwargs: Any) -> T:
        key = tuple(_key(value) for value in (*args, *kwargs, *kwargs.values()))
        if key not in results:
            results[key] = (args, kwargs), function(*args, **kwargs)  # arguments are kept, so ids stay theirs
        return results[key][1]

    return remembered


def _key(value: object) -> object:
    try:
        hash(value)
    except TypeError:
        return id(value)
    return type(value), value
