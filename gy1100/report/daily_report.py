"""The calls of the daily-ranking notebook: a day's ranking, how it moved, what moved it, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ..calendar import Calendar
from ..daily import Daily, daily
from ..frame_rows import records
from . import charts, sentences, tables
from .calendar_page import CalendarReport
from .grid import Column, Grid
from .sections import Report, cards, listing, movement, paragraphs, result_masthead, section
from .voice import Voice, arrow, is_none, number

if TYPE_CHECKING:
    from ..assessment import Assessment
    from .charts import Spec
    from .markup import Fragment


@dataclass(frozen=True)
class DailyReport:
    """The sections of a day's ranking.

    Attributes
    ----------
    result : Assessment
        Of the day.
    lang : str
        ``zh`` or ``en``.
    cache : path
        Of :func:`gy1100.daily.daily`.
    """

    result: Assessment
    lang: str = "zh"
    cache: str | Path = ""

    @cached_property
    def voice(self) -> Voice:
        """Return the words of this report."""
        return Voice(self.result.rulebook, self.lang)

    @cached_property
    def found(self) -> Daily:
        """Return the day and the days before."""
        return daily(self.result, self.cache)

    def masthead(self) -> Fragment:
        """Return the title, the day and what the reader must know first."""
        voice, result = self.voice, self.found.result
        title = voice.say("title.daily", day=voice.day(result.as_of))
        return result_masthead(
            title, result, voice, *sentences.opening(result, voice), voice.say("daily.note")
        )

    def overview(self) -> Fragment:
        """Return what moved since the day before and since a week ago, in figures and words."""
        voice, found = self.voice, self.found
        figures = [("due", f"{sentences.points_due(self.result):g} / 100")]
        for name, day in (("day", found.yesterday), ("week", found.week_ago)):
            moved = "—" if day is None else str(len(_moved(found, day)))
            figures.append((f"moved.{name}", moved))
        shown = cards(*((voice.say(f"card.{key}"), value) for key, value in figures))
        lines = [self._moved_line(day) for day in _distinct(found.yesterday, found.week_ago)]
        return section(shown, paragraphs(*sentences.ranking_lines(self.result, voice), *lines))

    def _moved_line(self, day: date) -> str:
        voice, moved = self.voice, _moved(self.found, day)
        if not moved:
            return voice.say("daily.still", day=voice.day(day))
        named = (
            voice.say("daily.one", unit=voice.unit(unit), before=before, after=after)
            for unit, (before, after) in moved.items()
        )
        return voice.say("daily.moved", day=voice.day(day), units=voice.listing(named))

    def ranking(self) -> Fragment:
        """Return the ranking with its movement since the day before and since a week ago."""
        return section(listing(ranking_grid(self.found, self.voice), self.voice))

    def course(self) -> Fragment:
        """Return the ranks of the days as lines."""
        if len(self.found.days) < 2 or self.result.ranking["rank"].isna().all():
            return section(paragraphs(self.voice.say("daily.no_course")))
        spec = course_spec(self.found, self.voice)
        return section(
            charts.figure(spec, self.voice.say("chart.course"), self.voice.say("daily.course")).html
        )

    def moves(self) -> Fragment:
        """Return which items of which units moved the ranking since a week ago, and what is due now that was not."""
        day = self.found.week_ago
        if day is None:
            return section(paragraphs(self.voice.say("daily.no_course")))
        grid = moves_grid(self.found, day, self.voice)
        line = self.voice.say("daily.moves" if grid.rows else "daily.no_moves", day=self.voice.day(day))
        return section(paragraphs(line), listing(grid, self.voice) if grid.rows else Markup(""))

    def movement(self, since: str = "") -> Fragment:
        """Return what changed since an earlier result; nothing where none is named."""
        return movement(self.result, since, self.voice)

    def coming(self) -> Fragment:
        """Return the duties that are due after this day."""
        calendar = Calendar(self.result.rulebook, self.result.as_of)
        return CalendarReport(calendar, self.lang).months(after=self.result.as_of)

    def provenance(self) -> Fragment:
        """Return rulebook, day, options, version and files with their hashes."""
        return Report(self.result, self.lang).provenance()

    def write(self, out: str | Path) -> Path | None:
        """Write ranking.csv, scores.csv, days.csv and the manifest into a folder; an empty ``out``: nothing."""
        from ..publish import write_daily

        return write_daily(self, Path(out)) if str(out) else None


def _distinct(*days: date | None) -> list[date]:
    return list(dict.fromkeys(day for day in days if day is not None))


def _moved(found: Daily, since: date) -> dict[str, tuple[int, int]]:
    """Return the units whose rank is another than on a day: before and after."""
    then = found.ranks_on(since)["rank"]
    pairs = {r["unit"]: (then[r["unit"]], r["rank"]) for r in records(found.result.ranking)}
    return {
        u: (int(a), int(b)) for u, (a, b) in pairs.items() if not is_none(a) and not is_none(b) and a != b
    }


def ranking_grid(found: Daily, voice: Voice) -> Grid:
    """Return rank, unit, score and status, with the movement of rank and score since each of the two days."""
    days = [("day", found.yesterday), ("week", found.week_ago)]
    then = {name: found.ranks_on(day) for name, day in days if day is not None}
    rows = []
    for row in records(found.result.ranking):
        cells: list[object] = [row["rank"], voice.unit(row["unit"]), row["score_100"]]
        for frame in then.values():
            before = frame.loc[row["unit"]]
            cells += [arrow(before["rank"], row["rank"]), _change(before["score_100"], row["score_100"])]
        rows.append((*cells, tables.rank_range(row), tables.unit_states(found.result, row["unit"], voice)))
    heads = [*tables.columns(voice, ("rank", "rank", 6), ("unit", "name", 26), ("score_100", "points", 9))]
    for name in then:
        heads += [Column(voice.say(f"daily.col.{name}.{what}"), "name") for what in ("rank", "score")]
    heads += tables.columns(voice, ("rank_range", "name", 10), ("status", "name", 24))
    return Grid(tuple(heads), tuple(rows), voice.say("hint.sort"))


def _change(before: Any, after: Any) -> str:
    if is_none(before) or is_none(after):
        return ""
    change = round(float(after) - float(before), 2)
    return f"{change:+.2f}".replace("-", "−") if change else "·"


def moves_grid(found: Daily, since: date, voice: Voice) -> Grid:
    """Return the items that moved: points then and now, and why where the item only now is due."""
    rows = tuple(
        (voice.unit(r["unit"]), voice.item(r["item"]), r["before"], r["after"], _change(r["before"], r["after"]),
         voice.say("daily.due_now", points=number(r["due_after"])) if r["due_before"] != r["due_after"] else "")
        for r in records(found.moves(since))
    )  # fmt: skip
    heads = tables.columns(voice, ("unit", "name", 26), ("item", "text", 26))
    named = [Column(voice.say(f"compare.{n}"), "points") for n in ("before", "after")]
    return Grid((*heads, *named, *tables.columns(voice, ("change", "name", 9), ("note", "text", 20))), rows)


def course_spec(found: Daily, voice: Voice) -> Spec:
    """Return the rank of each unit on each day as lines from the first day to the last, named at their end."""
    rows: list[Spec] = [
        {"day": _short(r["day"]), "unit": voice.unit(r["unit"]), "rank": int(r["rank"])}
        for r in records(found.ranking) if not is_none(r["rank"])
    ]  # fmt: skip
    days, ranks = [_short(day) for day in found.days], len(found.result.ranking)
    x = charts.field("day", "O", sort=days, title=None, axis={"labelAngle": 0, "grid": False})
    scale, axis = {"domain": [1, ranks], "reverse": True}, {"tickMinStep": 1, "grid": False, "format": "d"}
    y = charts.field("rank", "Q", title=voice.say("col.rank"), scale=scale, axis=axis)
    color = charts.field("unit", "N", legend=None, scale={"scheme": "dark2"})
    line = {"mark": {"type": "line", "strokeWidth": 2, "point": True}, "encoding": {"color": color}}
    last = [row for row in rows if row["day"] == days[-1]]
    ends = {"data": {"values": last}, "mark": {"type": "text", "align": "left", "dx": 10, "fontSize": 13},
            "encoding": {"text": charts.field("unit", "N"), "color": color}}  # fmt: skip
    return charts.spec_of(rows, height=34 * ranks, encoding={"x": x, "y": y}, layer=[line, ends]) | {
        "width": 640
    }


def _short(day: date) -> str:
    return day.isoformat()[5:]


__all__ = ["DailyReport"]
