"""Windows, periods and days in post (``scoring.md`` §1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]

PLAN = (date(2017, 4, 1), date(2017, 12, 31))
SERVICE = (date(2018, 1, 1), date(2018, 3, 2))
MAY_FOURTH = (date(2017, 4, 27), date(2017, 5, 11))
STORIES = (date(2017, 7, 1), date(2017, 12, 31))
GUIDANCE = (date(2017, 4, 1), date(2017, 9, 30))
CONGRESS_END = date(2017, 12, 31)
LEAST_DAYS = 15

# name -> (first day, last day, the 20th of its last month)
QUARTERS = {
    "2017Q2": (date(2017, 4, 1), date(2017, 6, 30), date(2017, 6, 20)),
    "2017Q3": (date(2017, 7, 1), date(2017, 9, 30), date(2017, 9, 20)),
    "2017Q4": (date(2017, 10, 1), date(2017, 12, 31), date(2017, 12, 20)),
}
# the first months of the two-month periods of full_time and seconded cadres
FIRST_MONTHS = {"calendar": (3, 5, 7, 9, 11), "from_april": (4, 6, 8, 10, 12)}


@dataclass(frozen=True)
class Period:
    """A cadre period: the days inside the plan, and the length before it was clipped."""

    first: date
    last: date
    nominal_days: int


def month_start(year: int, month: int) -> date:
    """Return the first day of a month; month 13 is January of the next year."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def periods_of(cadre_type: str, alignment: str) -> list[Period]:
    """Return the periods of a kind of cadre, clipped to the plan window."""
    if cadre_type == "part_time":
        spans = [(first, last) for first, last, _ in QUARTERS.values()]
    else:
        spans = [
            (month_start(2017, month), month_start(2017, month + 2) - timedelta(days=1))
            for month in FIRST_MONTHS[alignment]
        ]
    return [Period(max(first, PLAN[0]), min(last, PLAN[1]), (last - first).days + 1) for first, last in spans]


def plan_months() -> list[tuple[date, date]]:
    """Return the nine calendar months of the plan window, April to December."""
    return [
        (month_start(2017, month), month_start(2017, month + 1) - timedelta(days=1)) for month in range(4, 13)
    ]


def is_in_post(cadre: Row, day: date) -> bool:
    """Say whether the cadre was in post that day, both ends included, blanks open."""
    start, end = cadre.get("post_start"), cadre.get("post_end")
    return (start is None or start <= day) and (end is None or day <= end)


def days_in_post(cadre: Row, first: date, last: date) -> int:
    """Count the days from `first` to `last` on which the cadre was in post."""
    first = max(first, cadre.get("post_start") or date.min)
    last = min(last, cadre.get("post_end") or date.max)
    return max(0, (last - first).days + 1)


def is_assessed(cadre: Row, first: date, last: date) -> bool:
    """Say whether the cadre was in post for at least 15 days of the window."""
    return days_in_post(cadre, first, last) >= LEAST_DAYS


def within(day: date, window: tuple[date, date]) -> bool:
    """Say whether the day lies in the window, both ends included."""
    return window[0] <= day <= window[1]
