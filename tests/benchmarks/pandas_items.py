"""The thirteen items in pandas: a mean for each unit and component, what is unknown at 0 in low and 1 in high."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

QUARTERS = pd.DataFrame({
    "quarter": ["2017Q2", "2017Q3", "2017Q4"],
    "deadline": pd.to_datetime(["2017-06-20", "2017-09-20", "2017-12-20"]),
})  # fmt: skip
FIVE = ["open_day", "face_to_face", "volunteer_service", "experience_sharing", "self_designed"]
PRACTICE_KINDS = ["study", "life_meeting", "oath", "volunteer_service", "online_day"]
WORK_GROUP = [
    "led_by_main_leader", "deputies_from_leadership", "members_from_departments", "tasks_divided", "plan_issued",
]  # fmt: skip
SYSTEMS = ["notification_rule", "inspection_rule", "assessment_rule"]
PLAN = ("2017-04-01", "2017-12-31")
NO_EVIDENCE, AWAITING_JUDGEMENT = 1, 2


class Steps(NamedTuple):
    """The frames that all items share."""

    tables: dict[str, pd.DataFrame]
    cadres: pd.DataFrame
    logs: pd.DataFrame
    periods: pd.DataFrame
    months: pd.DataFrame
    units: list[str]


def days_in_post(cadres: pd.DataFrame, start: object, end: object) -> pd.Series:
    """Return the days of a range on which each cadre is in post; 0 or less = none."""
    last = cadres["post_end"].clip(upper=pd.to_datetime(end))
    first = cadres["post_start"].clip(lower=pd.to_datetime(start))
    return (last - first).dt.days + 1


def periods() -> pd.DataFrame:
    """Return the cadre periods by type: first month, clipped range, days of the unclipped one."""
    full = [
        (kind, first, step)
        for kind, step in (("full_time", 2), ("seconded", 2), ("part_time", 3))
        for first in range(3 if step == 2 else 4, 13, step)
    ]
    frame = pd.DataFrame(full, columns=["cadre_type", "period", "step"])
    start = pd.to_datetime({"year": 2017, "month": frame["period"], "day": 1})
    end = pd.to_datetime({"year": 2017, "month": frame["period"] + frame["step"] - 1, "day": 1})
    end += pd.offsets.MonthEnd()
    clipped = start.clip(lower=pd.Timestamp(PLAN[0]))
    return frame[["cadre_type", "period"]].assign(
        start=clipped, end=end, nominal_days=(end - start).dt.days + 1
    )


def component_means(steps: Steps) -> pd.DataFrame:
    """Return one row for each unit and component, as ``component_rows`` makes them."""
    tables, cadres, logs, periods, months, units = steps
    activities, exemplars = tables["organ_activities"], tables["exemplars"]
    fulfilment = periods.groupby(["unit", "cadre_id"])["share"].mean().groupby("unit").mean()
    means = [
        ("1.1", 10.0, organ_five_ones(activities, tables["submissions"], units)),
        ("1.2", 5.0, fulfilment),
        ("2.1", 5.0, open_day(activities, units)),
        ("2.2", 5.0, share_with_log(cadres, logs, "congress_talk", ("2017-10-18", "2017-12-31"))),
        ("2.3", 2.5, had_stories(activities[activities["kind"] == "story_sharing"], "date", units)),
        ("2.3", 2.5, had_stories(exemplars, "recognised_on", units)),
        ("2.4", 5.0, share_with_log(cadres, logs, "service_month", ("2018-01-01", "2018-03-02"))),
        *overall(cadres, logs, periods, months),
        ("4.5", 10.0, guidance(tables["practice_guidance"], cadres)),
    ]  # fmt: skip
    latest = tables["mechanisms"].sort_values("checked_on").drop_duplicates(["unit", "element"], keep="last")
    return component_rows(means, element_states(latest, units), units)


def component_rows(
    means: list[tuple[str, float, pd.Series]], states: pd.DataFrame, units: list[str]
) -> pd.DataFrame:
    """Return one row for each unit and component: item, points_max, low, high, unknown (0, 1 none, 2 unjudged)."""
    rows = [_rows(item, most, mean.reindex(units).to_frame(), NO_EVIDENCE) for item, most, mean in means]
    for item, most, elements in (("1.3", 5.0, WORK_GROUP), ("3", 10.0, SYSTEMS)):
        rows.append(_rows(item, most, states[elements], AWAITING_JUDGEMENT))
    return pd.concat(rows, ignore_index=True)


def _rows(item: str, most: float, values: pd.DataFrame, unknown: int) -> pd.DataFrame:
    """Return the mean of a component's columns by unit, where a missing value may turn out as 0 or as 1."""
    bounds = {"low": values.fillna(0).mean(axis=1), "high": values.fillna(1).mean(axis=1)}
    codes = np.where(values.isna().any(axis=1), unknown, 0)
    rows = pd.DataFrame({"item": item, "points_max": most, **bounds, "unknown": codes})
    return rows.reset_index(names="unit")


def weighted(values: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """Return the weighted mean of a value by unit."""
    weight = rows["weight"].groupby(rows["unit"])
    return (values * rows["weight"]).groupby(rows["unit"]).sum() / weight.sum()


def organ_five_ones(activities: pd.DataFrame, submissions: pd.DataFrame, units: list[str]) -> pd.Series:
    """Return item 1.1: kinds of five in each quarter, times the factor for the material."""
    held = activities[activities["kind"].isin(FIVE)]
    quarter = held["date"].dt.to_period("Q").astype(str).rename("quarter")
    kinds = held.groupby(["unit", quarter])["kind"].nunique().rename("kinds").reset_index()
    first = submissions.groupby(["unit", "quarter"])["submitted_on"].min().reset_index()
    rows = QUARTERS.merge(pd.DataFrame({"unit": units}), how="cross")
    rows = rows.merge(kinds, on=["unit", "quarter"], how="left").merge(
        first, on=["unit", "quarter"], how="left"
    )
    late = rows["submitted_on"] > rows["deadline"]
    factor = np.select([rows["submitted_on"].isna(), late], [0.8, 0.9], 1.0)
    return (rows["kinds"].fillna(0) / 5 * factor).groupby(rows["unit"]).mean()


def element_states(latest: pd.DataFrame, units: list[str]) -> pd.DataFrame:
    """Return the worth of each element by unit, as the latest checks found it; missing = not checked yet."""
    worth = latest.assign(worth=latest["state"].map({"full": 1.0, "partial": 0.5, "none": 0.0}))
    return worth.pivot(index="unit", columns="element", values="worth").reindex(
        units, columns=[*WORK_GROUP, *SYSTEMS]
    )


def open_day(activities: pd.DataFrame, units: list[str]) -> pd.Series:
    """Return item 2.1: 1 in the May Fourth window, 0.5 elsewhere in the second quarter."""
    days = activities[activities["kind"] == "open_day"]
    worth = np.select(
        [days["date"].between("2017-04-27", "2017-05-11"), days["date"].between("2017-04-01", "2017-06-30")],
        [1.0, 0.5], 0.0,
    )  # fmt: skip
    return pd.Series(worth, days.index).groupby(days["unit"]).max().reindex(units, fill_value=0.0)


def had_stories(rows: pd.DataFrame, date: str, units: list[str]) -> pd.Series:
    """Return half of item 2.3: whether a unit has a row in the window of stories."""
    inside = rows.loc[rows[date].between("2017-07-01", "2017-12-31"), "unit"]
    return pd.Series(np.isin(units, inside).astype(float), units)


def share_with_log(cadres: pd.DataFrame, logs: pd.DataFrame, kind: str, window: tuple[str, str]) -> pd.Series:
    """Return items 2.2 and 2.4: the share of cadres in post who have a valid log of the kind in the window."""
    people = cadres[days_in_post(cadres, *window) >= 15]
    done = logs.loc[(logs["flag"] == "") & (logs["kind"] == kind) & logs["date"].between(*window), "cadre_id"]
    return people["cadre_id"].isin(done.unique()).groupby(people["unit"]).mean()


def overall(
    cadres: pd.DataFrame, logs: pd.DataFrame, periods: pd.DataFrame, months: pd.DataFrame
) -> list[tuple[str, float, pd.Series]]:
    """Return items 4.1 to 4.4 over considered cadres."""
    rows = cadres[cadres["considered"]]
    valid = logs[(logs["flag"] == "") & logs["in_plan"]]
    took_part = rows["cadre_id"].map(valid.groupby("cadre_id")["participants"].sum()).fillna(0)
    owed = periods.groupby("cadre_id")[["counted", "required"]].sum()
    volume = rows.drop(columns="required").merge(owed, left_on="cadre_id", right_index=True)
    reached = rows["contacted"].where(rows["contacted"] > 0)
    filed = months.groupby("cadre_id")["mobile"].mean()
    mobile = rows.merge(filed, left_on="cadre_id", right_index=True)
    return [
        ("4.1", 10.0, weighted(rows["cadre_id"].isin(valid["cadre_id"].unique()).astype(float), rows)),
        ("4.2", 10.0, weighted((rows["contacted"] / rows["required"]).clip(upper=1), rows)),
        ("4.3", 4.0, weighted((volume["counted"] / volume["required"]).clip(upper=1), volume)),
        ("4.3", 3.0, weighted((took_part / reached).clip(upper=1).fillna(0), rows)),
        ("4.3", 3.0, weighted(work_points(rows), rows)),
        ("4.4", 5.0, weighted(mobile["mobile"], mobile)),
        ("4.4", 5.0, weighted((rows["logged_in"] / reached).fillna(0), rows)),
    ]


def work_points(rows: pd.DataFrame) -> pd.Series:
    """Return points of the median of the cadre's type, at most 1; unknown for all where nobody has a value."""
    if rows["points"].isna().all():
        return rows["points"]
    median = rows.groupby("cadre_type")["points"].transform("median")
    share = (rows["points"] / median.where(median > 0)).clip(upper=1)
    return share.mask(median == 0, 1.0).where(rows["points"].notna(), 0.0)


def guidance(register: pd.DataFrame, cadres: pd.DataFrame) -> pd.Series:
    """Return item 4.5: the mean of four aspects over the cadres who owe guidance."""
    owing = (cadres["cadre_type"] == "full_time") | cadres["in_organ"]
    rows = cadres[cadres["considered"] & owing & (days_in_post(cadres, "2017-04-01", "2017-09-30") >= 15)]
    given = register.merge(rows[["cadre_id", "post_start", "post_end"]], on="cadre_id")
    given = given[
        given["date"].between(given["post_start"], given["post_end"]) & (given["date"] <= "2018-03-02")
    ]
    branch = given["level"] == "branch"
    kinds = given[branch & given["activity"].isin(PRACTICE_KINDS)].groupby("cadre_id")["activity"].nunique()
    aspects = [
        rows["cadre_id"].isin(given.loc[given["level"] == "committee", "cadre_id"].unique()),
        rows["cadre_id"].isin(given.loc[branch, "cadre_id"].unique()),
        rows["cadre_id"].map(kinds).fillna(0) / 5,
        rows["cadre_id"].isin(given.loc[given["activity"] == "lesson", "cadre_id"].unique()),
    ]
    return weighted(sum(aspects) / 4, rows)
