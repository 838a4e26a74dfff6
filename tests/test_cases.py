"""The rulebook's worked cases: each sentence that the office reads is computed and must come out."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gy1100 import load_rulebook
from gy1100.decisions import LOCAL, Decision
from gy1100.rulebook import read_yaml

from .small_exports import UNIT, assessment_of, score

CASES = read_yaml(load_rulebook().folder / "cases.yaml")


def decision(entry: dict[str, str]) -> Decision:
    return Decision(
        UNIT,
        entry["item"],
        entry.get("element"),
        Decimal(entry["value"]),
        "测试员",
        datetime(2017, 7, 1, tzinfo=LOCAL),
        None,
        entry["reason"],
        "",
    )


@pytest.mark.parametrize("case", CASES, ids=[case["says"][:24] for case in CASES])
def test_worked_case(case: dict[str, Any], tmp_path: Path) -> None:
    decisions = [decision(entry) for entry in case.get("decisions", ())]
    result = assessment_of(tmp_path / "exports", case["tables"], str(case["as_of"]), decisions)
    for item, points in case["expect"].items():
        row = score(result, item)
        assert f"{row['points']:.2f}" == f"{points:.2f}", (item, row)
        assert f"{points:.2f}" in case["says"], "the sentence must state the points"
    for item, status in case.get("status", {}).items():
        assert score(result, item)["status"] == status
    for item, high in case.get("high", {}).items():
        assert score(result, item)["high"] == high
