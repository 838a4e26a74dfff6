"""The whole scoring as a good polars programmer would write it: lazy frames over the files of the folder.

It stands beside the package for comparison only, as the pandas version does, with which it shares what comes after
the means of the units: points, places.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from . import pandas_items, polars_items
from .needed import NEEDED
from .pandas_version import CADRE_COLUMNS, COUNTING, Result, result_of
from .polars_items import days_in_post

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

PLAN, LAST = (date(2017, 4, 1), date(2017, 12, 31)), date(2018, 3, 2)
WORTH = {"genuine": 1.0, "partly": 0.5, "false": 0.0}


def load(folder: Path) -> dict[str, pl.LazyFrame]:
    """Return a lazy frame of each file's needed columns; nothing is read yet."""
    return {
        name: pl.scan_parquet(folder / f"{name}.parquet").select(columns) for name, columns in NEEDED.items()
    }


def score(tables: dict[str, pl.LazyFrame], units: list[str], as_of: str = "2018-03-02") -> Result:
    """Return scores, ranking and cadres of all units on a day on which everything is due."""
    day = date.fromisoformat(as_of)
    cadres = kept(roster(tables["cadres"], tables["youths"], day))
    found = kept(findings(tables["logs"], tables["spot_checks"], cadres, day))
    filed = kept(valid_logs(tables["logs"], cadres, found))
    people = kept(assessed(cadres, filed))
    parts = polars_items.component_means(tables, people, pl.LazyFrame({"unit": units}))
    frames = pl.collect_all([part.frame for part in parts])
    means = [
        mean
        for part, frame in zip(parts, frames, strict=True)
        for mean in _means(frame.to_pandas(), part.parts)
    ]
    checks = (
        tables["mechanisms"].group_by("unit", "element").agg(pl.col("state").sort_by("checked_on").last())
    )
    states = pandas_items.element_states(checks.collect().to_pandas(), units)
    factor = authenticity(found).collect().to_pandas().set_index("unit")["factor"]
    rows = cadre_results(people, found, tables["spot_checks"]).collect().to_pandas()
    return result_of(pandas_items.component_rows(means, states, units), factor, rows, units)


def kept(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Return a frame worked out, for those that several others start from."""
    return frame.collect().lazy()


def _means(rows: pd.DataFrame, parts: list[tuple[str, float]]) -> list[tuple[str, float, pd.Series]]:
    """Return item, most points and means by unit of each column of a frame."""
    rows = rows.set_index("unit")
    return [(item, most, rows.iloc[:, n].astype(float)) for n, (item, most) in enumerate(parts)]


def roster(cadres: pl.LazyFrame, youths: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """Return the roster with weight, contacts required and contacted, and who is considered in item 4."""
    reached = youths.filter(pl.col("registered_on").is_null() | (pl.col("registered_on") <= day))
    counts = reached.group_by("cadre_id").agg(contacted=pl.len(), logged_in=pl.col("mobile_login").sum())
    kind, organ = pl.col("cadre_type"), pl.col("in_organ")
    return (
        cadres.with_columns(
            pl.col("post_start").fill_null(date(1900, 1, 1)),
            pl.col("post_end").fill_null(date(2200, 1, 1)),
            weight=pl.when(organ | (kind == "full_time")).then(2.0).otherwise(1.0),
            required=pl.when((kind == "part_time") & ~organ).then(10).otherwise(100),
        )
        .with_columns(considered=days_in_post(*PLAN) >= 15)
        .join(counts, on="cadre_id", how="left")
        .with_columns(pl.col("contacted", "logged_in").fill_null(0))
    )


def findings(logs: pl.LazyFrame, checks: pl.LazyFrame, cadres: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """Return the considered logs that were checked, with the latest outcome that reached somebody."""
    reached = checks.filter(
        pl.col("log_id").is_not_null(), pl.col("checked_on") <= day, pl.col("outcome") != "unreached"
    )
    latest = pl.col("outcome").sort_by("checked_on", "check_id").last()
    return (
        logs.filter(pl.col("date").is_between(PLAN[0], LAST))
        .select("log_id", "cadre_id")
        .join(reached.group_by("log_id").agg(latest), on="log_id")
        .join(cadres.select("cadre_id", "unit"), on="cadre_id")
    )


def valid_logs(logs: pl.LazyFrame, cadres: pl.LazyFrame, found: pl.LazyFrame) -> pl.LazyFrame:
    """Return what each cadre filed in each month in valid logs: in post, the first of a text, not short or refuted.

    Of these texts NFKC changes marks alone, which go anyway.
    """
    columns = ["date", "log_id", "kind", "channel", "participants", "text_length"]
    text = pl.col("text").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")
    first = (
        logs.filter(pl.col("date").is_between(PLAN[0], LAST))
        .with_columns(text=text)
        .with_columns(text_hash=pl.col("text").hash(), text_length=pl.col("text").str.len_chars())
        .drop("text")
        .join(cadres.select("cadre_id", "post_start", "post_end"), on="cadre_id")
        .filter(pl.col("date").is_between("post_start", "post_end"))
        .group_by("cadre_id", "text_hash")
        .agg(pl.col(columns).sort_by("date", "log_id").first())
    )
    valid = first.filter(pl.col("text_length") >= 10).join(
        found.filter(pl.col("outcome") == "false"), on="log_id", how="anti"
    )
    day, kind = pl.col("date"), pl.col("kind")
    return valid.group_by("cadre_id", day.dt.truncate("1mo").alias("month")).agg(
        counted=kind.is_in(COUNTING).sum(),
        participants=pl.col("participants").sum(),
        mobile=(pl.col("channel") == "mobile").any(),
        congress_talk=((kind == "congress_talk") & day.is_between(date(2017, 10, 18), PLAN[1])).any(),
        service_month=((kind == "service_month") & day.is_between(date(2018, 1, 1), LAST)).any(),
    )


def assessed(cadres: pl.LazyFrame, filed: pl.LazyFrame) -> pl.LazyFrame:
    """Return the roster with what each cadre did in periods and months; nothing in post long enough = null or 0."""
    in_plan = pl.col("month") <= PLAN[1]
    by_log = filed.group_by("cadre_id").agg(
        pl.col("congress_talk", "service_month").any(),
        took_part=in_plan.any(),
        participants=pl.col("participants").filter(in_plan).sum(),
    )
    frames = (by_period(cadres, filed), by_month(cadres, filed), by_log)
    for frame in frames:
        cadres = cadres.join(frame, on="cadre_id", how="left")
    return cadres.with_columns(
        pl.col("periods", "months", "mobile", "participants").fill_null(0),
        pl.col("took_part", "congress_talk", "service_month").fill_null(value=False),
    )


def by_period(cadres: pl.LazyFrame, filed: pl.LazyFrame) -> pl.LazyFrame:
    """Return each cadre's assessed periods: how many, activities owed and counted, mean fulfilment."""
    spans = pl.from_pandas(pandas_items.periods()).lazy().with_columns(pl.col("start", "end").cast(pl.Date))
    months = pl.LazyFrame({"month": [date(2017, n, 1) for n in range(4, 13)]})
    parts = spans.join_where(months, pl.col("month") >= pl.col("start"), pl.col("month") <= pl.col("end"))
    days = days_in_post(pl.col("start"), pl.col("end"))
    people = cadres.select("cadre_id", "cadre_type", "post_start", "post_end")
    acts = (
        people.join(parts, on="cadre_type")
        .filter(days >= 15)
        .with_columns(owed=(5 * days // pl.col("nominal_days")).clip(lower_bound=1))
        .join(filed.select("cadre_id", "month", "counted"), on=["cadre_id", "month"], how="left")
        .group_by("cadre_id", "period")
        .agg(pl.col("owed").first(), pl.col("counted").sum())
    )
    share = polars_items.at_most_one(pl.col("counted") / pl.col("owed"))
    return acts.group_by("cadre_id").agg(
        pl.col("owed", "counted").sum(), periods=pl.len(), fulfilment=share.mean()
    )


def by_month(cadres: pl.LazyFrame, filed: pl.LazyFrame) -> pl.LazyFrame:
    """Return each cadre's assessed months and in how many of them a valid log came by mobile."""
    months = pl.LazyFrame({"month": [date(2017, n, 1) for n in range(4, 13)]})
    return (
        cadres.select("cadre_id", "post_start", "post_end")
        .join(months, how="cross")
        .filter(days_in_post(pl.col("month"), pl.col("month").dt.month_end()) >= 15)
        .join(filed.select("cadre_id", "month", "mobile"), on=["cadre_id", "month"], how="left")
        .group_by("cadre_id")
        .agg(pl.col("mobile").sum(), months=pl.len())
    )


def authenticity(found: pl.LazyFrame) -> pl.LazyFrame:
    """Return the factor of each unit: the share that spot checks found genuine; none for a small sample."""
    worth = pl.col("outcome").replace_strict(WORTH, return_dtype=pl.Float64)
    return found.group_by("unit").agg(factor=worth.mean(), n=pl.len()).filter(pl.col("n") >= 10)


def cadre_results(people: pl.LazyFrame, found: pl.LazyFrame, checks: pl.LazyFrame) -> pl.LazyFrame:
    """Return one row a cadre: fulfilment, contacts, mobile months, and whether it may stand for selection."""
    refuted = found.filter(pl.col("outcome") == "false").select("cadre_id", refuted=True).unique()
    coerced = (
        checks.filter(pl.col("checked_on") <= LAST, pl.col("outcome") != "unreached", pl.col("coerced"))
        .select("cadre_id", "coerced")
        .unique()
    )
    failed = {
        "fulfilment": ~(pl.col("fulfilment") >= 0.6 - 1e-12),
        "contacts": ~(pl.col("contacted") / pl.col("required") >= 0.6 - 1e-12),
        "refuted": pl.col("refuted"),
        "coerced": pl.col("coerced"),
    }
    told = [pl.when(flags).then(pl.lit(name)) for name, flags in failed.items()]
    known, reasons = pl.col("periods") > 0, pl.concat_str(told, separator=";", ignore_nulls=True)
    nine = (pl.col("fulfilment") * 1e9 + 0.5).floor()
    rows = people.join(refuted, on="cadre_id", how="left").join(coerced, on="cadre_id", how="left")
    return rows.with_columns(
        fulfilment=(nine / 1e5 + 0.5).floor() / 1e4,
        mobile_months=pl.format("{}/{}", "mobile", "months"),
        qualified=pl.when(~known)
        .then(pl.lit("not_assessed"))
        .when(reasons == "")
        .then(pl.lit("yes"))
        .otherwise(pl.lit("no")),
        reasons=pl.when(known).then(reasons).otherwise(pl.lit("")),
    ).select(CADRE_COLUMNS)
