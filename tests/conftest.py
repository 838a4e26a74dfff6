"""Which tests count towards the coverage of what decides scores; in the others counting would double the time."""

from __future__ import annotations

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let coverage rest in every other module."""
    for item in items:
        if item.path.stem not in MEASURED:
            item.add_marker(pytest.mark.no_cover)
