"""Many notebooks through few kernels: each takes the next report as soon as it is free."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from .runner import Run

if TYPE_CHECKING:
    from .kernels import Kernel

Work = Callable[[Any], Run]


def main_and_many(
    main: Work,
    many: Iterable[Work],
    kernels: Sequence[Kernel],
    *,
    done: Callable[[], object],
    wait: Callable[[Future[Any]], Any],
) -> Run:
    """Run ``main`` in the first kernel while the others begin with ``many``; the first helps when it is through.

    Parameters
    ----------
    main : callable
        The notebook that decides: where it stops, everything stops with its error.
    many : iterable of callable
        The notebooks beside it.
    kernels : sequence of Kernel
        At least one.
    done : callable
        Called after each of ``many``, for a progress bar.
    wait : callable
        How to wait for work in another thread.
    """
    waiting: SimpleQueue[Work] = SimpleQueue()
    for work in many:
        waiting.put(work)
    first, *others = kernels
    with ThreadPoolExecutor(len(kernels)) as feeders:
        result = first.submit(main)
        feeding = [feeders.submit(_feed, kernel, waiting, done) for kernel in others]
        try:
            run: Run = wait(result)
            feeding.append(feeders.submit(_feed, first, waiting, done))
            for feeder in feeding:
                wait(feeder)
        except BaseException:
            for kernel in kernels:
                kernel.stop()
            raise
    return run


def _feed(kernel: Kernel, waiting: SimpleQueue[Work], done: Callable[[], object]) -> None:
    while True:
        try:
            work = waiting.get_nowait()
        except Empty:
            return
        kernel.submit(work).result()
        done()
