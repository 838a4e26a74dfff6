"""The whole scoring as a good pandas programmer would write it: one notice, its numbers in the code, whole columns.

It stands beside the package for comparison only: all tables delivered, no decisions, the readings as shipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from . import pandas_items as items
from .needed import NEEDED

if TYPE_CHECKING:
    from pathlib import Path

PLAN, LAST = (pd.Timestamp("2017-04-01"), pd.Timestamp("2017-12-31")), pd.Timestamp("2018-03-02")
COUNTING = [
    "practical_help", "volunteer_service", "culture_sport", "heart_talk", "self_designed", "practice_guidance",
]  # fmt: skip
CADRE_COLUMNS = [
    "cadre_id", "unit", "cadre_type", "in_organ", "periods", "fulfilment", "contacted", "required", "mobile_months",
    "qualified", "reasons",
]  # fmt: skip


class Result(NamedTuple):
    """What is compared with the package: its frames of the same names."""

    scores: pd.DataFrame
    ranking: pd.DataFrame
    cadres: pd.DataFrame


def load(folder: Path) -> dict[str, pd.DataFrame]:
    """Return the columns that scoring needs, dates as datetime64, texts normalised and told by number and length."""
    keys = text_keys(folder)  # texts alone first: with all else they would take twice the memory
    columns = NEEDED | {"logs": [name for name in NEEDED["logs"] if name != "text"]}
    tables = {name: _read(folder, name, own) for name, own in columns.items()}
    tables["logs"] = tables["logs"].join(keys)
    return tables


def _read(folder: Path, name: str, columns: list[str]) -> pd.DataFrame:
    path, kinds = folder / f"{name}.parquet", {"date_as_object": False}
    return pd.read_parquet(path, columns=columns, to_pandas_kwargs=kinds)


def text_keys(folder: Path) -> pd.DataFrame:
    """Return length and number of each log's normalised text: equal texts, equal numbers.

    Of these texts NFKC changes marks alone, which go anyway; it would take longer than all the rest.
    """
    texts = _read(folder, "logs", ["text"])["text"]
    normal = texts.str.lower().str.replace(r"[^\p{L}\p{N}]+", "", regex=True)
    return pd.DataFrame({"text_length": normal.str.len(), "text_key": normal.factorize()[0]})


def score(tables: dict[str, pd.DataFrame], units: list[str], as_of: str = "2018-03-02") -> Result:
    """Return scores, ranking and cadres of all units on a day on which everything is due."""
    day = pd.Timestamp(as_of)
    cadres = roster(tables["cadres"], tables["youths"], day)
    checks = holding_checks(tables["spot_checks"], day)
    logs = considered_logs(tables["logs"], cadres, checks)
    steps = items.Steps(tables, cadres, logs, cadre_periods(cadres, logs), cadre_months(cadres, logs), units)
    return result_of(items.component_means(steps), authenticity(logs), cadre_results(steps), units)


def result_of(means: pd.DataFrame, factor: pd.Series, cadres: pd.DataFrame, units: list[str]) -> Result:
    """Return the result that follows from the components, the units' factors and the cadres' own results."""
    scores = published_scores(means, factor.reindex(units, fill_value=1.0), units)
    return Result(scores, ranked(scores, units), cadres)


def roster(cadres: pd.DataFrame, youths: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return the roster with weight, contacts required and contacted, and who is considered in item 4."""
    heavy = cadres["in_organ"] | (cadres["cadre_type"] == "full_time")
    light = (cadres["cadre_type"] == "part_time") & ~cadres["in_organ"]
    cadres = cadres.assign(
        post_start=cadres["post_start"].fillna(pd.Timestamp("1900-01-01")),
        post_end=cadres["post_end"].fillna(pd.Timestamp("2200-01-01")),
        weight=np.where(heavy, 2.0, 1.0),
        required=np.where(light, 10, 100),
    )
    cadres["considered"] = items.days_in_post(cadres, *PLAN) >= 15
    contacted = youths[youths["registered_on"].isna() | (youths["registered_on"] <= day)]
    counts = contacted.groupby("cadre_id")["mobile_login"].agg(contacted="size", logged_in="sum")
    cadres = cadres.merge(counts, left_on="cadre_id", right_index=True, how="left")
    return cadres.fillna({"contacted": 0, "logged_in": 0})


def holding_checks(checks: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return the latest check of each log that reached somebody."""
    reached = checks[
        checks["log_id"].notna() & (checks["checked_on"] <= day) & (checks["outcome"] != "unreached")
    ]
    latest = reached.sort_values(["checked_on", "check_id"]).drop_duplicates("log_id", keep="last")
    return latest[["log_id", "outcome"]]


def considered_logs(logs: pd.DataFrame, cadres: pd.DataFrame, checks: pd.DataFrame) -> pd.DataFrame:
    """Return the considered logs with their flag, the first that fits; empty = valid."""
    logs = logs[logs["date"].between(PLAN[0], LAST)]
    logs = logs.merge(cadres[["cadre_id", "unit", "cadre_type", "post_start", "post_end"]], on="cadre_id")
    logs = logs.merge(checks, on="log_id", how="left").sort_values(["date", "log_id"])
    in_post = logs["date"].between(logs["post_start"], logs["post_end"])
    repeated = logs[in_post].duplicated(["cadre_id", "text_key"]).reindex(logs.index, fill_value=False)
    logs["flag"] = np.select(
        [~in_post, repeated, logs["text_length"] < 10, logs["outcome"] == "false"],
        ["out_of_post", "repeated", "too_short", "refuted"], "",
    )  # fmt: skip
    logs["counting"] = logs["kind"].isin(COUNTING)
    logs["in_plan"] = logs["date"] <= PLAN[1]
    logs["month"] = logs["date"].dt.month
    return logs


def cadre_periods(cadres: pd.DataFrame, logs: pd.DataFrame) -> pd.DataFrame:
    """Return each cadre's assessed periods (named by their first month): required and counted activities."""
    periods = cadres.merge(items.periods(), on="cadre_type")
    periods["days"] = items.days_in_post(periods, periods["start"], periods["end"])
    periods = periods[periods["days"] >= 15]
    scaled = 5 * periods["days"] // periods["nominal_days"]
    valid = logs[(logs["flag"] == "") & logs["counting"] & logs["in_plan"]]
    quarterly = valid["cadre_type"] == "part_time"
    first = valid["month"] - np.where(quarterly, (valid["month"] - 1) % 3, (valid["month"] + 1) % 2)
    counted = valid.groupby(["cadre_id", first.rename("period")]).size().rename("counted")
    periods = periods.assign(required=scaled.clip(lower=1)).join(counted, on=["cadre_id", "period"])
    periods["counted"] = periods["counted"].fillna(0)
    periods["share"] = (periods["counted"] / periods["required"]).clip(upper=1)
    return periods


def cadre_months(cadres: pd.DataFrame, logs: pd.DataFrame) -> pd.DataFrame:
    """Return each cadre's assessed months and whether it filed a valid log by mobile in them."""
    starts = pd.Series(pd.date_range(*PLAN, freq="MS"), name="start")
    months = cadres.merge(pd.DataFrame({"start": starts, "end": starts + pd.offsets.MonthEnd()}), how="cross")
    months = months[items.days_in_post(months, months["start"], months["end"]) >= 15]
    filed = logs[(logs["flag"] == "") & logs["in_plan"] & (logs["channel"] == "mobile")]
    filed = filed[["cadre_id", "month"]].drop_duplicates().assign(mobile=1)
    months = months.assign(month=months["start"].dt.month).merge(filed, on=["cadre_id", "month"], how="left")
    return months.fillna({"mobile": 0})


def authenticity(logs: pd.DataFrame) -> pd.Series:
    """Return the factor of each unit: the share that spot checks found genuine, 1 for a small sample."""
    worth = logs["outcome"].map({"genuine": 1.0, "partly": 0.5, "false": 0.0})
    found = worth.groupby(logs["unit"]).agg(["mean", "count"])
    return found["mean"].where(found["count"] >= 10, 1.0)


def published(values: pd.Series) -> pd.Series:
    """Return cents, rounded half up after nine decimals."""
    nine = np.floor(values * 1e9 + 0.5).astype("int64")
    return (nine + 5_000_000) // 10_000_000


def published_scores(means: pd.DataFrame, factor: pd.Series, units: list[str]) -> pd.DataFrame:
    """Return one row for each unit and item: published points with bounds and status."""
    raw = means.assign(
        low=means["points_max"] * means["low"], high=means["points_max"] * means["high"]
    ).groupby(["unit", "item"])[["points_max", "low", "high", "unknown"]]
    sums = raw.agg({"points_max": "sum", "low": "sum", "high": "sum", "unknown": "max"}).reset_index()
    a = sums["unit"].map(factor).where(sums["item"].str.startswith("4."), 1.0)
    low, high = published(sums["low"] * a) / 100, published(sums["high"] * a) / 100
    scores = sums[["unit", "item"]].assign(
        points=low, points_max=sums["points_max"], points_due=sums["points_max"], low=low, high=high,
        status=sums["unknown"].map({0: "scored", 1: "no_evidence", 2: "awaiting_judgement"}), computed=low,
    )  # fmt: skip
    order = scores["unit"].map({unit: n for n, unit in enumerate(units)})
    return (
        scores.assign(order=order).sort_values(["order", "item"]).drop(columns="order").reset_index(drop=True)
    )


def ranked(scores: pd.DataFrame, units: list[str]) -> pd.DataFrame:
    """Return totals scaled to 100, ranks with shared places, and the ranks that the bounds allow."""
    cents = (scores.set_index("unit")[["points", "points_due", "low", "high"]] * 100).round().astype("int64")
    cents = cents.groupby(level="unit").sum().reindex(units)
    due = cents["points_due"]
    score, low, high = ((cents[name] * 20_000 + due) // (2 * due) for name in ("points", "low", "high"))
    above = low.to_numpy()[None, :] > high.to_numpy()[:, None]
    beside = high.to_numpy()[None, :] > low.to_numpy()[:, None]
    np.fill_diagonal(beside, False)
    ranking = pd.DataFrame({
        "total": cents["points"] / 100, "points_due": due / 100, "score_100": score / 100,
        "rank": score.rank(method="min", ascending=False), "rank_low": 1 + above.sum(axis=1),
        "rank_high": 1 + beside.sum(axis=1),
    }).astype(dict.fromkeys(["rank", "rank_low", "rank_high"], "Int64"))  # fmt: skip
    return ranking.sort_values("rank", kind="stable").reset_index(names="unit")


def cadre_results(steps: items.Steps) -> pd.DataFrame:
    """Return one row a cadre: fulfilment, contacts, mobile months, and whether it may stand for selection."""
    cadres, logs, periods, months = steps.cadres, steps.logs, steps.periods, steps.months
    fulfilment = periods.groupby("cadre_id")["share"].agg(periods="size", fulfilment="mean")
    mobile = months.groupby("cadre_id")["mobile"].agg(months="size", mobile="sum")
    checks = steps.tables["spot_checks"]
    coerced = checks.loc[
        (checks["checked_on"] <= LAST) & (checks["outcome"] != "unreached") & checks["coerced"], "cadre_id"
    ]
    rows = cadres.set_index("cadre_id").join([fulfilment, mobile])
    rows[["periods", "months", "mobile"]] = rows[["periods", "months", "mobile"]].fillna(0).astype("int64")
    known = rows["periods"] > 0
    failed = {
        "fulfilment": ~(rows["fulfilment"] >= 0.6 - 1e-12),
        "contacts": ~(rows["contacted"] / rows["required"] >= 0.6 - 1e-12),
        "refuted": rows.index.isin(logs.loc[logs["outcome"] == "false", "cadre_id"].unique()),
        "coerced": rows.index.isin(coerced.unique()),
    }
    reasons = pd.Series("", rows.index)
    for name, flags in failed.items():
        reasons += np.where(flags, f"{name};", "")
    reasons = reasons.str.rstrip(";").where(known, "")
    rows["qualified"] = np.select([~known, reasons == ""], ["not_assessed", "yes"], "no")
    rows["reasons"] = reasons
    rows["fulfilment"] = np.floor(np.floor(rows["fulfilment"] * 1e9 + 0.5) / 1e5 + 0.5) / 1e4
    rows["mobile_months"] = rows["mobile"].astype(str) + "/" + rows["months"].astype(str)
    return rows.reset_index()[CADRE_COLUMNS]
