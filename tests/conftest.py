"""Which tests count towards the coverage of what decides scores; in the others counting would double the time."""

from __future__ import annotations

import pytest

MEASURED = frozenset(
    "calendar cases comparison decisions explanation indicators intervals ledger periods rulebook".split()
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let coverage rest in every other module."""
    for item in items:
        if item.path.stem.removeprefix("test_") not in MEASURED:
            item.add_marker(pytest.mark.no_cover)
