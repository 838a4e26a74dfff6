"""Many notebooks through few kernels: each takes the next report as soon as it is free.

A report that fails is told and stops no other; a kernel that died leaves its report to the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from .runner import Run

if TYPE_CHECKING:
    from .kernels import Kernel

Work = Callable[[Any], Run]


@dataclass
class Many:
    """Reports that wait for a kernel.

    Attributes
    ----------
    work : iterable of (str, callable)
        Each report's name and the notebook that makes it.
    done : callable
        Called with the name of each report that came to its end.
    failed : dict of str to Exception
        Why a report was not made.
    """

    work: Iterable[tuple[str, Work]]
    done: Callable[[str], object]
    failed: dict[str, Exception] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._waiting: SimpleQueue[tuple[str, Work]] = SimpleQueue()
        for one in self.work:
            self._waiting.put(one)

    def feed(self, kernel: Kernel) -> None:
        """Let a kernel make one report after the other until none is left, or until it died."""
        while True:
            try:
                name, work = self._waiting.get_nowait()
            except Empty:
                return
            try:
                kernel.submit(work).result()
            except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
                if self._left_to_others(name, work, kernel):
                    return
                self.failed[name] = error
            else:
                self.failed.pop(name, None)
                self.done(name)

    def _left_to_others(self, name: str, work: Work, kernel: Kernel) -> bool:
        """Put a report back, once, that a kernel died of; return whether it did."""
        if kernel.is_alive() or name in self.failed:
            return not kernel.is_alive()
        self.failed[name] = RuntimeError("the kernel died")
        self._waiting.put((name, work))
        return True


def main_and_many(
    main: Work, many: Many, kernels: Sequence[Kernel], *, wait: Callable[[Future[Any]], Any]
) -> Run:
    """Run ``main`` in the first kernel while the others begin with ``many``; the first helps when it is through.

    Parameters
    ----------
    main : callable
        The notebook that decides: where it stops, everything stops with its error.
    many : Many
        The reports beside it; those that fail are named in ``many.failed``.
    kernels : sequence of Kernel
        At least one.
    wait : callable
        How to wait for work in another thread.
    """
    first, *others = kernels
    with ThreadPoolExecutor(len(kernels)) as feeders:
        result = first.submit(main)
        feeding = [feeders.submit(many.feed, kernel) for kernel in others]
        try:
            run: Run = wait(result)
            feeding.append(feeders.submit(many.feed, first))
            for feeder in feeding:
                wait(feeder)
        except BaseException:
            for kernel in kernels:
                kernel.stop()
            raise
    return run
