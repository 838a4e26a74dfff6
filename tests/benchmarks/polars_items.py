"""The thirteen items as lazy polars expressions: a mean for each unit and component, from one row a cadre."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import polars as pl

from .pandas_items import FIVE, PRACTICE_KINDS

DEADLINES = {"2017Q2": date(2017, 6, 20), "2017Q3": date(2017, 9, 20), "2017Q4": date(2017, 12, 20)}
STORIES = (date(2017, 7, 1), date(2017, 12, 31))
MAY_FOURTH, SECOND_QUARTER = (date(2017, 4, 27), date(2017, 5, 11)), (date(2017, 4, 1), date(2017, 6, 30))


class Means(NamedTuple):
    """The means of one or more components by unit: columns in the order of item and most points."""

    frame: pl.LazyFrame
    parts: list[tuple[str, float]]


def days_in_post(start: pl.Expr | date, end: pl.Expr | date) -> pl.Expr:
    """Return the days of a range on which each cadre is in post; 0 or less = none."""
    first, last = (edge if isinstance(edge, pl.Expr) else pl.lit(edge) for edge in (start, end))
    in_post = pl.min_horizontal("post_end", last) - pl.max_horizontal("post_start", first)
    return in_post.dt.total_days() + 1


def weighted(share: pl.Expr) -> pl.Expr:
    """Return the weighted mean of a value in a group; null where no row has one."""
    weight = pl.col("weight").filter(share.is_not_null())
    return (share * pl.col("weight")).sum() / weight.sum()


def component_means(
    tables: dict[str, pl.LazyFrame], people: pl.LazyFrame, units: pl.LazyFrame
) -> list[Means]:
    """Return the means of all components but the elements of mechanisms."""
    activities = tables["organ_activities"]
    stories = activities.filter(pl.col("kind") == "story_sharing")
    fulfilment = people.group_by("unit").agg(pl.col("fulfilment").mean())
    return [
        Means(organ_five_ones(activities, tables["submissions"], units), [("1.1", 10.0)]),
        Means(fulfilment, [("1.2", 5.0)]),
        Means(open_day(activities, units), [("2.1", 5.0)]),
        Means(
            share_with_log(people, "congress_talk", date(2017, 10, 18), date(2017, 12, 31)), [("2.2", 5.0)]
        ),
        Means(had_stories(stories, "date", units), [("2.3", 2.5)]),
        Means(had_stories(tables["exemplars"], "recognised_on", units), [("2.3", 2.5)]),
        Means(share_with_log(people, "service_month", date(2018, 1, 1), date(2018, 3, 2)), [("2.4", 5.0)]),
        overall(people),
        Means(guidance(tables["practice_guidance"], people), [("4.5", 10.0)]),
    ]


def organ_five_ones(activities: pl.LazyFrame, submissions: pl.LazyFrame, units: pl.LazyFrame) -> pl.LazyFrame:
    """Return item 1.1: kinds of five in each quarter, times the factor for the material."""
    day = pl.col("date").dt
    quarter = pl.format("{}Q{}", day.year(), day.quarter()).alias("quarter")
    held = activities.filter(pl.col("kind").is_in(FIVE)).group_by("unit", quarter)
    sent = submissions.group_by("unit", "quarter").agg(pl.col("submitted_on").min())
    due = pl.LazyFrame({"quarter": list(DEADLINES), "deadline": list(DEADLINES.values())})
    late = pl.col("submitted_on") > pl.col("deadline")
    factor = pl.when(pl.col("submitted_on").is_null()).then(0.8).when(late).then(0.9).otherwise(1.0)
    return (
        units.join(due, how="cross")
        .join(held.agg(pl.col("kind").n_unique().alias("kinds")), on=["unit", "quarter"], how="left")
        .join(sent, on=["unit", "quarter"], how="left")
        .group_by("unit")
        .agg((pl.col("kinds").fill_null(0) / 5 * factor).mean())
    )


def open_day(activities: pl.LazyFrame, units: pl.LazyFrame) -> pl.LazyFrame:
    """Return item 2.1: 1 in the May Fourth window, 0.5 elsewhere in the second quarter."""
    day = pl.col("date")
    worth = pl.when(day.is_between(*MAY_FOURTH)).then(1.0).when(day.is_between(*SECOND_QUARTER)).then(0.5)
    days = activities.filter(pl.col("kind") == "open_day").group_by("unit")
    return units.join(days.agg(worth.max().alias("worth")), on="unit", how="left").fill_null(0.0)


def had_stories(rows: pl.LazyFrame, day: str, units: pl.LazyFrame) -> pl.LazyFrame:
    """Return half of item 2.3: whether a unit has a row in the window of stories."""
    inside = rows.filter(pl.col(day).is_between(*STORIES)).select("unit", had=1.0).unique()
    return units.join(inside, on="unit", how="left").fill_null(0.0)


def share_with_log(people: pl.LazyFrame, kind: str, start: date, end: date) -> pl.LazyFrame:
    """Return items 2.2 and 2.4: the share of cadres in post who have a valid log of the kind in the window."""
    return people.filter(days_in_post(start, end) >= 15).group_by("unit").agg(pl.col(kind).mean())


def overall(people: pl.LazyFrame) -> Means:
    """Return items 4.1 to 4.4 over considered cadres."""
    reached = pl.when(pl.col("contacted") > 0).then("contacted")
    parts = {
        ("4.1", 10.0): [pl.col("took_part").cast(pl.Float64)],
        ("4.2", 10.0): [at_most_one(pl.col("contacted") / pl.col("required"))],
        ("4.3", 4.0): [at_most_one(pl.col("counted") / pl.col("owed"))],
        ("4.3", 3.0): [at_most_one(pl.col("participants") / reached).fill_null(0.0), pl.col("work")],
        ("4.4", 5.0): [
            pl.col("mobile") / pl.when(pl.col("months") > 0).then("months"),
            (pl.col("logged_in") / reached).fill_null(0.0),
        ],
    }
    named = [(part, share) for part, shares in parts.items() for share in shares]
    means = [weighted(share).alias(str(n)) for n, (_, share) in enumerate(named)]
    rows = people.filter(pl.col("considered")).with_columns(work_points().alias("work"))
    return Means(rows.group_by("unit").agg(means), [part for part, _ in named])


def at_most_one(share: pl.Expr) -> pl.Expr:
    """Return a share, 1 where it is more."""
    return share.clip(upper_bound=1.0)


def work_points() -> pl.Expr:
    """Return points of the median of the cadre's type, at most 1; unknown for all where nobody has a value."""
    points, middle = pl.col("points"), pl.col("points").median().over("cadre_type")
    share = pl.when(middle == 0).then(1.0).otherwise(at_most_one(points / middle))
    return pl.when(points.is_not_null()).then(share).when(points.is_not_null().any()).then(0.0)


def guidance(register: pl.LazyFrame, people: pl.LazyFrame) -> pl.LazyFrame:
    """Return item 4.5: the mean of four aspects over the cadres who owe guidance."""
    owing = people.filter(
        pl.col("considered") & ((pl.col("cadre_type") == "full_time") | pl.col("in_organ")),
        days_in_post(date(2017, 4, 1), date(2017, 9, 30)) >= 15,
    )
    branch, activity = pl.col("level") == "branch", pl.col("activity")
    aspects = [
        (pl.col("level") == "committee").any().cast(pl.Float64),
        branch.any().cast(pl.Float64),
        activity.filter(branch & activity.is_in(PRACTICE_KINDS)).n_unique() / 5,
        (activity == "lesson").any().cast(pl.Float64),
    ]
    given = register.join(owing.select("cadre_id", "post_start", "post_end"), on="cadre_id").filter(
        pl.col("date").is_between("post_start", "post_end"), pl.col("date") <= date(2018, 3, 2)
    )
    shares = given.group_by("cadre_id").agg((pl.sum_horizontal(aspects) / 4).alias("share"))
    share = weighted(pl.col("share").fill_null(0.0))
    return owing.join(shares, on="cadre_id", how="left").group_by("unit").agg(share)
