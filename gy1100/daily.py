"""Any day's ranking and how it moved in the days before, from the same evidence (四.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from .cache import Cache, key_of

if TYPE_CHECKING:
    import pandas as pd

    from .assessment import Assessment

    Frames = tuple[pd.DataFrame, pd.DataFrame]

DAYS = 7  # days before that are looked at: movement since yesterday and since a week ago
_SCORES, _RANKING = "scores.parquet", "ranking.parquet"
_POINTS = ["unit", "item", "points", "points_due"]


@dataclass(frozen=True)
class Daily:
    """The assessment of a day and what the days before it were, as the evidence at hand tells it.

    Attributes
    ----------
    result : Assessment
        Of the day itself.
    scores : DataFrame
        ``day, unit, item, points, points_due``: one row a day, unit and item; the day itself is among them.
    ranking : DataFrame
        ``day, unit, total, points_due, score_100, rank, rank_low, rank_high``.
    """

    result: Assessment
    scores: pd.DataFrame
    ranking: pd.DataFrame

    @property
    def days(self) -> tuple[date, ...]:
        """Return the days in order."""
        return tuple(sorted(set(self.ranking["day"])))

    @property
    def yesterday(self) -> date | None:
        """Return the day before; None on the first day that the rulebook assesses."""
        return next((d for d in reversed(self.days) if d < self.result.as_of), None)

    @property
    def week_ago(self) -> date | None:
        """Return the first of the days, at most a week before; None where there is none."""
        return self.days[0] if len(self.days) > 1 else None

    def ranks_on(self, day: date) -> pd.DataFrame:
        """Return the ranking of one of the days, by unit."""
        return self.ranking[self.ranking["day"] == day].set_index("unit")

    def moves(self, since: date) -> pd.DataFrame:
        """Return what moved: ``unit, item, before, after, due_before, due_after``, only rows that differ."""
        keys = ["unit", "item"]
        then, now = (
            self.scores[self.scores["day"] == day].drop(columns="day").rename(
                columns={"points": name, "points_due": f"due_{name}"}
            )
            for day, name in ((since, "before"), (self.result.as_of, "after"))
        )  # fmt: skip
        both = now.merge(then, on=keys, how="left")
        differ = (both["before"] != both["after"]) | (both["due_before"] != both["due_after"])
        return both.loc[differ, [*keys, "before", "after", "due_before", "due_after"]].reset_index(drop=True)


def daily(result: Assessment, cache: str | Path = "") -> Daily:
    """Return a day's ranking with those of the week before it.

    Parameters
    ----------
    result : Assessment
        Of the day.
    cache : path, optional
        A folder that keeps what days came to, so that each is assessed once as long as its evidence, rules and
        decisions stay the same.
    """
    import pandas as pd

    kept = Cache(cache) if cache else None
    if kept:
        _remember(result, kept)
    scores, ranking = [], []
    first = result.rulebook.rules.as_of.first.value
    before = [result.as_of - timedelta(days=n) for n in range(DAYS, 0, -1)]
    found = [(day, _day(result, day, kept)) for day in before if day >= first]
    for day, (points, ranks) in [*found, (result.as_of, (result.scores, result.ranking))]:
        scores.append(_of_day(day, points[_POINTS]))
        ranking.append(_of_day(day, ranks))
    return Daily(result, pd.concat(scores), pd.concat(ranking))


def _of_day(day: date, frame: pd.DataFrame) -> pd.DataFrame:
    dated = frame.assign(day=day)
    return dated[["day", *frame.columns]]


def _remember(result: Assessment, kept: Cache) -> None:
    """Give an assessment the scores and the ranking that it came to before, or keep them; all else is worked out."""
    found = _recalled(result, result.as_of, kept)
    if found:
        scores, ranking = found
        vars(result).update(scores=scores, ranking=ranking)  # where its cached properties look first
    else:
        _keep(result, kept)


def _recalled(result: Assessment, day: date, kept: Cache) -> Frames | None:
    """Return scores and ranking of a day, None where they are not in the cache."""
    import pandas as pd

    key = _key(result, day)
    entry = kept.recall(key)
    if entry is None:
        return None
    try:
        return pd.read_parquet(entry / _SCORES), pd.read_parquet(entry / _RANKING)
    except (OSError, ValueError):
        kept.forget(key)
        return None


def _day(result: Assessment, day: date, kept: Cache | None) -> Frames:
    """Return scores and ranking of an earlier day, from the cache where they are there."""
    from .assessment import assess

    found = _recalled(result, day, kept) if kept else None
    if found:
        return found
    engine = result.tallies.frame.engine.anew()
    earlier = assess(result.received, result.rulebook, day, result.decisions, engine=engine)
    if kept:
        _keep(earlier, kept)
    return earlier.scores, earlier.ranking


def _keep(result: Assessment, kept: Cache) -> None:
    def write(folder: Path) -> None:
        result.scores.to_parquet(folder / _SCORES)
        result.ranking.to_parquet(folder / _RANKING)

    kept.keep(_key(result, result.as_of), write)


def _key(result: Assessment, day: date) -> str:
    """Return what a day's result depends on: files, rules, decisions, corrections, rows set aside, the day."""
    from .manifest import facts_of

    return key_of("day", facts_of(result.evidence, result.rulebook, as_of=day, decisions=result.decisions))


__all__ = ["Daily", "daily"]
