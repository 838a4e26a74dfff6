"""Days and periods of the rules: cadre periods, months and due dates (scoring.md §1, Periods)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from .errors import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from .rulebook import Rulebook
    from .rules import Item, Quarter

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """A cadre period; ``start`` and ``end`` are clipped to the plan window, ``nominal_days`` are not."""

    cadre_type: str
    id: str
    start: date
    end: date
    nominal_days: int


def month_starts(first: date, step: int, until: date) -> Iterator[date]:
    """Yield the first day of every ``step``-th month from ``first`` until one lies after ``until``."""
    start = first
    while True:
        yield start
        if start > until:
            return
        months = start.month - 1 + step
        start = date(start.year + months // 12, months % 12 + 1, 1)


def cadre_periods(rulebook: Rulebook) -> list[Period]:
    """Return the cadre periods of every cadre type, clipped to the plan window (二.(二).1)."""
    choice = rulebook.readings.get("periods", "calendar")
    return [
        period
        for cadre_type, rule in rulebook.rules.cadres.types.items()
        for period in _periods(rulebook, cadre_type, rule.starts[choice], rule.months.value)
    ]


def _periods(rulebook: Rulebook, cadre_type: str, first: date, step: int) -> Iterator[Period]:
    plan_start, plan_end = rulebook.window("plan")
    quarters = {q.start: q.id for q in rulebook.quarters}
    for start, following in pairwise(month_starts(first, step, plan_end)):
        end = following - ONE_DAY
        name = quarters.get(start, start.isoformat()[:7]) if step == 3 else start.isoformat()[:7]
        if end >= plan_start and start <= plan_end:
            yield Period(
                cadre_type, name, max(start, plan_start), min(end, plan_end), (following - start).days
            )


def months(rulebook: Rulebook, as_of: date) -> list[tuple[str, date, date]]:
    """Return (month, first day, last day) of the plan window's months that ended on or before ``as_of``."""
    plan_start, plan_end = rulebook.window("plan")
    starts = month_starts(plan_start.replace(day=1), 1, plan_end)
    spans = ((max(a, plan_start), min(b - ONE_DAY, plan_end)) for a, b in pairwise(starts))
    return [(a.isoformat()[:7], a, b) for a, b in spans if b <= as_of]


def period_table(rulebook: Rulebook, as_of: date) -> pa.Table:
    """Return the cadre periods that ended by ``as_of``.

    ``cadre_type, period, first, start, end, nominal_days``; ``first`` is the month of its start, counted from year 0.
    """
    import pyarrow as pa

    due = [p for p in cadre_periods(rulebook) if p.end <= as_of]
    return pa.table({
        "cadre_type": pa.array([p.cadre_type for p in due], pa.string()),
        "period": pa.array([p.id for p in due], pa.string()),
        "first": pa.array([_month_number(p.start) for p in due], pa.int64()),
        "start": pa.array([p.start for p in due], pa.date32()),
        "end": pa.array([p.end for p in due], pa.date32()),
        "nominal_days": pa.array([p.nominal_days for p in due], pa.int64()),
    })  # fmt: skip


def period_month_table(rulebook: Rulebook) -> pa.Table:
    """Return the months that cadre periods are made of: ``cadre_type, period, first, month`` (:func:`period_table`)."""
    import pyarrow as pa

    rows = [
        {"cadre_type": p.cadre_type, "period": p.id, "first": _month_number(p.start), "month": month}
        for p in cadre_periods(rulebook)
        for month in range(_month_number(p.start), _month_number(p.end) + 1)
    ]
    return pa.Table.from_pylist(rows)


def month_table(rulebook: Rulebook, as_of: date) -> pa.Table:
    """Return the :func:`months` that ended by ``as_of``: ``period, start, end, month`` (counted from year 0)."""
    import pyarrow as pa

    spans = months(rulebook, as_of)
    return pa.table({
        "period": pa.array([name for name, _, _ in spans], pa.string()),
        "start": pa.array([start for _, start, _ in spans], pa.date32()),
        "end": pa.array([end for _, _, end in spans], pa.date32()),
        "month": pa.array([_month_number(start) for _, start, _ in spans], pa.int64()),
    })  # fmt: skip


def _month_number(day: date) -> int:
    return day.year * 12 + day.month


def due_date(rulebook: Rulebook, item: Item) -> date:
    """Return the day on which an item falls due (scoring.md §2)."""
    return item.due.value or min(period.end for period in cadre_periods(rulebook))


def due_quarters(rulebook: Rulebook, as_of: date) -> list[Quarter]:
    """Return the quarters that ended on or before ``as_of``."""
    return [q for q in rulebook.quarters if q.end <= as_of]


def checked_day(as_of: str | date, rulebook: Rulebook) -> date:
    """Return ``as_of`` as a day that the rulebook can assess.

    Raises
    ------
    WrongUsage
        If it is no date or outside the rulebook's range.
    """
    allowed = rulebook.rules.as_of
    first, last = allowed.first.value, allowed.last.value
    try:
        given = as_of.date() if isinstance(as_of, datetime) else as_of
        day = given if isinstance(given, date) else date.fromisoformat(str(given))
    except ValueError:
        raise WrongUsage(f"考核日期应写作 2017-12-31：{as_of} · as_of is no date") from None
    if not first <= day <= last:
        raise WrongUsage(f"考核日期应在 {first} 至 {last} 之间：{day} · as_of must lie between these days")
    return day
