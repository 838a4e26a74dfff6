"""Which tests count towards the coverage of what decides scores; in the others counting would double the time."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from coverage import Coverage

MEASURED = {
    "test_cases", "test_decisions", "test_explanation", "test_intervals", "test_ledger", "test_periods",
    "test_rulebook",
}  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """End what pytest-cov starts in a worker of xdist before the worker's own: nobody would ever stop it."""
    if hasattr(config, "workerinput") and (early := Coverage.current()):
        early.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let coverage rest in every other module."""
    counting = Coverage.current()
    if counting is None or item.path.stem in MEASURED:
        return (yield)
    counting.stop()
    try:
        return (yield)
    finally:
        counting.start()
