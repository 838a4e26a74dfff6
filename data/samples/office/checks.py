"""Spot checks: by telephone, on site or commissioned; most logs stand, some do not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from .dice import Dice
from .registers import shortly_after

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .people import Cadre

Row = dict[str, Any]
OUTCOMES = ("属实", "部分属实", "不属实", "未接通")
SATISFIED = {"属实": ("满意", "满意", "满意", "基本满意"), "部分属实": ("基本满意", "基本满意", "不满意"),
             "不属实": ("不满意", "不了解", "不了解"), "未接通": (None,)}  # fmt: skip


def spot_checks(unit: str, traits: Mapping[str, Any], cadres: list[Cadre], logs: list[Row]) -> Iterator[Row]:
    """Yield the unit's spot checks: of sampled logs, some by a second call, and of cadres without a log."""
    dice = Dice(f"{unit}/checks")
    results = [outcome for outcome, n in zip(OUTCOMES, traits["checks"], strict=True) for _ in range(n)]
    sample = dice.some([log for log in logs if log["date"] <= date(2018, 2, 20)], len(results))
    for outcome, log in zip(results, sample, strict=True):
        yield from _of_log(log, outcome, dice)
    for cadre in dice.some(cadres, 2):
        day = dice.day(date(2017, 9, 1), date(2018, 2, 9))
        yield _check(cadre.id, None, day, "属实", dice)


def _of_log(log: Row, outcome: str, dice: Dice) -> Iterator[Row]:
    day = shortly_after(log["date"], dice)
    if outcome != "未接通" and dice.chance(0.12):
        yield _check(log["cadre_id"], log["log_id"], day, "未接通", dice)
        day = min(day + timedelta(days=dice.whole(1, 9)), date(2018, 3, 2))
    yield _check(log["cadre_id"], log["log_id"], day, outcome, dice)


def _check(cadre_id: str, log_id: str | None, day: date, outcome: str, dice: Dice) -> Row:
    method = "电话抽查" if outcome == "未接通" or dice.chance(0.75) else dice.pick(("实地检查", "委托调查"))
    return {
        "cadre_id": cadre_id,
        "log_id": log_id,
        "method": method,
        "checked_on": day,
        "outcome": outcome,
        "satisfaction": dice.pick(SATISFIED[outcome]),
        "coerced": None if outcome == "未接通" else dice.chance(0.008 if outcome == "属实" else 0.05),
    }
