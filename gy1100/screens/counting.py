"""Counting screens: of each cadre's logs, how many were recorded in a burst, late, at the end of a period and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import periods
from .rates import binomial_tail, other_rates

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from ..assessment import Assessment
    from ..rules import ScreenRules

LOG_KINDS = ("burst", "crowding", "backfill", "participants")


def considered(result: Assessment) -> pd.DataFrame:
    """Return the considered logs with their texts for screening, by unit, cadre, date and id.

    Columns: ``unit, cadre_id, cadre_type, log_id, date, recorded_on, participants, counting, flag, contacted, source,
    row, text`` and the original's ``text_length``.
    """
    frame = result.tallies.frame
    logs, contacts = frame.logs, result.tallies.contacts
    told = frame.tables["logs"].select("log_id", "recorded_on", "text", "text_length")
    rows = logs.join(told, "log_id").join(contacts.select("cadre_id", "cadre_type", "contacted"), "cadre_id")
    names = [
        "unit", "cadre_id", "cadre_type", "log_id", "date", "recorded_on", "participants", "counting", "flag",
        "contacted", "source", "row", "text", "text_length",
    ]  # fmt: skip
    rows = rows.mutate(date=rows.date.cast("timestamp"), recorded_on=rows.recorded_on.cast("timestamp"))
    return frame.engine.frame(rows.select(*names).order_by("unit", "cadre_id", "date", "log_id"))


def marked(logs: pd.DataFrame, result: Assessment, rules: ScreenRules) -> pd.DataFrame:
    """Return for every log whether each screen looks at it and hits it: columns ``burst, burst_seen, …``."""
    import pandas as pd

    dates, recorded = logs["date"], logs["recorded_on"]
    same_day = logs.groupby(["cadre_id", "recorded_on"])["log_id"].transform("size").fillna(0)
    ends = _period_ends(logs, dates, result)
    youths = "youths" in result.evidence.present
    marks = {
        "burst": same_day >= rules.burst.value,
        "crowding": (ends - dates).dt.days < rules.last_days.value,
        "backfill": (recorded - dates).dt.days > rules.late_days.value,
        "participants": (logs["participants"] > logs["contacted"]) & youths,
    }
    seen = {
        "burst": recorded.notna(), "crowding": ends.notna() & logs["counting"], "backfill": recorded.notna(),
        "participants": logs["participants"].notna() & youths,
    }  # fmt: skip
    columns = {kind: marks[kind] & seen[kind] for kind in LOG_KINDS}
    return pd.DataFrame(columns | {f"{kind}_seen": seen[kind] for kind in LOG_KINDS})


def _period_ends(logs: pd.DataFrame, dates: pd.Series, result: Assessment) -> pd.Series:
    """Return the last day of the cadre period of each log, none outside of all periods."""
    import pandas as pd

    ends = pd.Series(pd.NaT, index=logs.index, dtype="datetime64[s]")
    for period in periods.cadre_periods(result.rulebook):
        inside = (logs["cadre_type"] == period.cadre_type) & (dates >= pd.Timestamp(period.start))
        ends = ends.mask(inside & (dates <= pd.Timestamp(period.end)), pd.Timestamp(period.end))
    return ends


def by_cadre(cadres: pd.Series, hits: pd.Series, seen: pd.Series) -> pd.DataFrame:
    """Return ``n`` logs seen and ``k`` hits of each cadre."""
    import pandas as pd

    counts = pd.DataFrame({"cadre_id": cadres, "k": hits.astype("int64"), "n": seen.astype("int64")})
    return counts.groupby("cadre_id", sort=True).sum()


def heaping(result: Assessment) -> pd.DataFrame:
    """Return ``n`` due periods with any activity and ``k`` of them with exactly the required number, by cadre."""
    engine, rows = result.tallies.frame.engine, _active_periods(result)
    k = rows.exact.cast("int64").sum()
    counts = result.tallies.frame.named(rows.group_by("cadre").agg(k=k, n=rows.count()))
    return engine.frame(counts.select("cadre_id", "k", "n").order_by("cadre_id")).set_index("cadre_id")


def heaped(result: Assessment, cadres: pd.Series) -> pd.Series:
    """Return the ids of the logs that fill the periods of some cadres with exactly the required number."""
    frame, rows = result.tallies.frame, _active_periods(result)
    exact = rows.filter(rows.exact).select("cadre", "period")
    months = frame.spans.join(exact, ["cadre", "period"]).select("cadre", "month")
    start, end = result.rulebook.window("plan")
    logs = frame.logs.filter(
        frame.logs.counting, frame.logs.flag.isnull(), frame.logs.date.between(start, end)
    )
    found = frame.engine.frame(logs.join(months, ["cadre", "month"]).select("log_id", "cadre_id"))
    return found.loc[found["cadre_id"].isin(cadres), "log_id"]


def _active_periods(result: Assessment) -> ibis.Table:
    """Return the due periods with any activity, and whether it is exactly what is required: ``exact``."""
    periods = result.tallies.by_period
    rows = periods.filter(periods.counted > 0)
    return rows.mutate(exact=rows.counted == rows.required.ceil())


def judged(counts: pd.DataFrame, base: float | None = None) -> pd.DataFrame:
    """Return counts with ``rate``, ``base_rate`` (all other cadres together, or ``base``) and the exact tail ``p``."""
    import numpy as np

    k, n = (counts[name].to_numpy("int64") for name in ("k", "n"))
    others = other_rates(k, n) if base is None else np.full(len(k), base)
    tails = [
        binomial_tail(int(a), int(b), round(float(r), 12)) if b else 1.0
        for a, b, r in zip(k, n, others, strict=True)
    ]
    return counts.assign(rate=k / np.maximum(n, 1), base_rate=others, p=tails)
