"""What the tables say on a date: who is considered, which logs are valid, which checks hold."""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from .days import PLAN, SERVICE, Period, Row, days_in_post, is_assessed, is_in_post, periods_of

UNITS = (
    "利州区",
    "昭化区",
    "朝天区",
    "旺苍县",
    "青川县",
    "剑阁县",
    "苍溪县",
    "广元经济技术开发区",
    "市天然气综合利用工业园区",
)
COUNTING = {
    "practical_help",
    "volunteer_service",
    "culture_sport",
    "heart_talk",
    "self_designed",
    "practice_guidance",
}


@dataclass(frozen=True)
class Readings:
    """The choices among the readings; the defaults are those of the specification."""

    periods: str = "calendar"
    required: str = "floor"
    cadre_weight: int = 2
    congress_start: date = date(2017, 10, 18)
    lateness: str = "graded"
    authenticity: str = "on"


def normalised(text: str | None) -> str:
    """Return the text in NFKC, then lower case, then letters and numbers only."""
    folded = unicodedata.normalize("NFKC", text or "").lower()
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LN")


def grouped(rows: list[Row], column: str) -> dict[Any, list[Row]]:
    """Return the rows by the value of a column."""
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def exact_number(value: Any) -> Fraction | None:
    """Return a number as it was written; a blank stays a blank."""
    return None if value is None else Fraction(str(value))


@dataclass(frozen=True)
class Facts:
    """The tables as they stand on `as_of`, every table by the key that the items ask for."""

    tables: dict[str, list[Row]]
    present: frozenset[str]
    as_of: date
    readings: Readings = field(default_factory=Readings)

    def __post_init__(self) -> None:
        """Group the rows once and judge every log."""
        logs = grouped(self.rows("logs"), "cadre_id")
        known = {
            "by_unit": grouped(self.rows("cadres"), "unit"),
            "youths": grouped([y for y in self.rows("youths") if self._is_known(y)], "cadre_id"),
            "guidance": grouped(self.rows("practice_guidance"), "cadre_id"),
            "holding": self._holding_checks(),
        }
        for name, value in known.items():
            object.__setattr__(self, name, value)
        judged = {c["cadre_id"]: self._judged(c, logs[c["cadre_id"]]) for c in self.rows("cadres")}
        object.__setattr__(self, "judged", judged)

    by_unit: dict[str, list[Row]] = field(init=False)
    youths: dict[str, list[Row]] = field(init=False)
    guidance: dict[str, list[Row]] = field(init=False)
    holding: dict[str, Row] = field(init=False)
    judged: dict[str, list[tuple[Row, str | None]]] = field(init=False)

    def rows(self, table: str) -> list[Row]:
        """Return the rows of a table; an absent table has none."""
        return self.tables.get(table, []) if table in self.present else []

    def seen(self, table: str, unit: str, column: str) -> list[Row]:
        """Return the unit's rows of a register that are dated on or before `as_of`."""
        return [r for r in self.rows(table) if r["unit"] == unit and r[column] <= self.as_of]

    def has(self, *tables: str) -> bool:
        """Say whether every one of the tables is present."""
        return all(table in self.present for table in tables)

    def _is_known(self, youth: Row) -> bool:
        return youth.get("registered_on") is None or youth["registered_on"] <= self.as_of

    def _holding_checks(self) -> dict[str, Row]:
        holding: dict[str, Row] = {}
        reached = [c for c in self.rows("spot_checks") if c["outcome"] != "unreached"]
        for check in sorted(reached, key=lambda c: (c["checked_on"], c["check_id"])):
            if check.get("log_id") and check["checked_on"] <= self.as_of:
                holding[check["log_id"]] = check
        return holding

    def _judged(self, cadre: Row, logs: list[Row]) -> list[tuple[Row, str | None]]:
        """Return the considered logs of a cadre, each with its first flag or None."""
        last = min(self.as_of, SERVICE[1])
        judged: list[tuple[Row, str | None]] = []
        texts: set[str] = set()
        for log in sorted(logs, key=lambda r: (r["date"], r["log_id"])):
            if PLAN[0] <= log["date"] <= last:
                judged.append((log, self._flag(cadre, log, texts)))
                if is_in_post(cadre, log["date"]):
                    texts.add(normalised(log["text"]))
        return judged

    def _flag(self, cadre: Row, log: Row, earlier: set[str]) -> str | None:
        text = normalised(log["text"])
        if not is_in_post(cadre, log["date"]):
            return "out_of_post"
        if text in earlier:
            return "repeated"
        if len(text) < 10:
            return "too_short"
        check = self.holding.get(log["log_id"])
        return "refuted" if check is not None and check["outcome"] == "false" else None

    def valid_logs(self, cadre: Row, window: tuple[date, date]) -> list[Row]:
        """Return the cadre's valid logs dated in the window."""
        return [
            log
            for log, flag in self.judged[cadre["cadre_id"]]
            if flag is None and window[0] <= log["date"] <= window[1]
        ]

    def due_periods(self, cadre: Row) -> list[Period]:
        """Return the cadre's due and assessed periods."""
        return [
            period
            for period in periods_of(cadre["cadre_type"], self.readings.periods)
            if period.last <= self.as_of and is_assessed(cadre, period.first, period.last)
        ]

    def required(self, cadre: Row, period: Period) -> Fraction:
        """Return how many activities a cadre owes in a period."""
        wanted = Fraction(5 * days_in_post(cadre, period.first, period.last), period.nominal_days)
        rounding = {"floor": math.floor, "ceil": math.ceil, "exact": Fraction}
        return max(Fraction(1), Fraction(rounding[self.readings.required](wanted)))

    def counted(self, cadre: Row, period: Period) -> int:
        """Count the cadre's valid logs of a counting kind in a period."""
        return sum(log["kind"] in COUNTING for log in self.valid_logs(cadre, (period.first, period.last)))

    def considered(self, unit: str | None = None) -> list[Row]:
        """Return the considered cadres of item 4, of a unit or of all."""
        cadres = self.rows("cadres") if unit is None else self.by_unit.get(unit, [])
        last = min(self.as_of, PLAN[1])
        return [cadre for cadre in cadres if is_assessed(cadre, PLAN[0], last)]

    def weight(self, cadre: Row) -> int:
        """Return the weight of a cadre in item 4."""
        emphasised = cadre["in_organ"] or cadre["cadre_type"] == "full_time"
        return self.readings.cadre_weight if emphasised else 1
