"""Ctrl-C takes effect where the command waits, never in the middle of an import or of publishing."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import Any, Self, TypeVar

T = TypeVar("T")
INTERRUPTED = 130
_GLANCE = 0.2  # seconds between two looks


def waited(future: Future[T], given_up: Callable[[], bool] = lambda: False) -> T:
    """Return the result of work in another thread; between two looks Ctrl-C takes effect on every system.

    Raises
    ------
    KeyboardInterrupt
        If it was given up meanwhile or before.
    """
    while not given_up():
        if wait([future], timeout=_GLANCE).done:
            return future.result()
    raise KeyboardInterrupt


class Interrupts:
    """While entered, Ctrl-C is remembered and raised by the next :meth:`wait`; a second one ends the process."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._before: Any = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *error: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def wait(self, future: Future[T]) -> T:
        """Return the result of work in another thread.

        Raises
        ------
        KeyboardInterrupt
            If Ctrl-C was pressed meanwhile or before.
        """
        return waited(future, self._asked.is_set)

    def _ask(self, number: int, frame: object) -> None:  # noqa: ARG002
        if self._asked.is_set():
            os._exit(INTERRUPTED)
        self._asked.set()
