"""Many notebooks through few makers: each takes the next report as soon as it is free.

A maker is a kernel here or a task of a cluster (:mod:`gy1100.tasks`). A report that fails is told and stops no other; a
kernel that died leaves its report to the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .runner import Run, Work

THREADS = 1_000  # more than makers; each is begun when it is needed


class Maker(Protocol):
    """What carries out the work of reports, one at a time."""

    def submit(self, work: Work) -> Future[Run]:
        """Carry a notebook out when what came before is done."""

    def is_alive(self) -> bool:
        """Return whether it can go on."""

    def stop(self) -> None:
        """End it; what it does or still should do fails."""


@dataclass
class Many:
    """Reports that wait for a maker.

    Attributes
    ----------
    work : iterable of (str, Work)
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

    def feed(self, maker: Maker) -> None:
        """Let a maker make one report after the other until none is left, or until it died."""
        while True:
            try:
                name, work = self._waiting.get_nowait()
            except Empty:
                return
            try:
                maker.submit(work).result()
            except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
                if self._left_to_others(name, work, maker):
                    return
                self.failed[name] = error
            else:
                self.failed.pop(name, None)
                self.done(name)

    def _left_to_others(self, name: str, work: Work, maker: Maker) -> bool:
        """Put a report back, once, that a kernel died of; return whether it did."""
        if maker.is_alive() or name in self.failed:
            return not maker.is_alive()
        self.failed[name] = RuntimeError("the kernel died")
        self._waiting.put((name, work))
        return True

    def give_up(self) -> None:
        """Name what still waits when no maker is left."""
        while not self._waiting.empty():
            name, _ = self._waiting.get_nowait()
            self.failed.setdefault(name, RuntimeError("no kernel was left to make it"))


def main_and_many(
    main: Work,
    many: Many,
    kernels: Sequence[Maker],
    *,
    wait: Callable[[Future[Any]], Any],
    after: Callable[[Maker], Sequence[Maker]] | None = None,
) -> Run:
    """Run ``main`` in the first kernel while the others begin with ``many``; the first helps when it is through.

    Parameters
    ----------
    main : Work
        The notebook that decides: where it stops, everything stops with its error.
    many : Many
        The reports beside it; those that fail are named in ``many.failed``.
    kernels : sequence of Maker
        At least one.
    wait : callable
        How to wait for work in another thread.
    after : callable, optional
        Called with the first kernel when it is through; returns who helps then in its place.
    """
    first, *others = kernels
    with ThreadPoolExecutor(THREADS) as feeders:
        result = first.submit(main)
        feeding = [feeders.submit(many.feed, kernel) for kernel in others]
        makers = list(kernels)
        try:
            run: Run = wait(result)
            makers += (helpers := after(first) if after else [first])
            feeding += [feeders.submit(many.feed, maker) for maker in helpers]
            for feeder in feeding:
                wait(feeder)
        except BaseException:
            for maker in makers:
                maker.stop()
            raise
    many.give_up()
    return run
