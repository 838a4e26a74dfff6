"""The cadres' logs of a year: diligent or idle, spread out or crammed, with what people do for a quota."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from .dice import Dice
from .people import YEAR_LAST, Cadre

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .texts import Writer

Row = dict[str, Any]
TWO_MONTHS = (("2017-04-01", "2017-04-30", 2), ("2017-05-01", "2017-06-30", 5),
              ("2017-07-01", "2017-08-31", 5), ("2017-09-01", "2017-10-31", 5),
              ("2017-11-01", "2017-12-31", 5))  # fmt: skip
QUARTERS = (("2017-04-01", "2017-06-30", 5), ("2017-07-01", "2017-09-30", 5), ("2017-10-01", "2017-12-31", 5))
NEW_YEAR = ("2018-01-01", "2018-03-25", 3)  # after the plan: for the service month, and because work goes on
COUNTING = ("办实事", "志愿服务", "文体活动", "谈心谈话", "自主设计", "办实事", "志愿服务", "谈心谈话")
CROWDS = {"办实事": (0, 3), "志愿服务": (4, 22), "文体活动": (6, 30), "谈心谈话": (1, 1), "自主设计": (5, 22),
          "指导教育实践": (4, 20), "十九大宣讲": (8, 35), "省党代会宣讲": (8, 30), "集中服务青年月": (3, 25),
          "线上联系": (0, 15), "其他": (0, 3)}  # fmt: skip
TALKS = (("省党代会宣讲", "2017-05-31", "2017-09-28"), ("十九大宣讲", "2017-10-25", "2017-12-28"),
         ("集中服务青年月", "2018-01-03", "2018-03-02"))  # fmt: skip


def diary_of(cadre: Cadre, traits: Mapping[str, Any], writer: Writer) -> list[Row]:
    """Return the logs of a cadre, oldest first, without ids."""
    dice = Dice(f"{cadre.id}/diary")
    writer.dice = dice
    doings = sorted(_doings(cadre, traits, dice), key=lambda d: d[0])
    rows: list[Row] = []
    for day, kind in doings:
        rows.append(_log(cadre, traits, day=day, kind=kind, dice=dice))
        rows[-1]["text"] = _text(rows, traits, writer)
    return rows


def _doings(cadre: Cadre, traits: Mapping[str, Any], dice: Dice) -> Iterator[tuple[date, str]]:
    """Yield day and kind of each thing the cadre did, or says so."""
    periods = QUARTERS if cadre.cadre_type == "兼职" else TWO_MONTHS
    for first, last, asked in (*periods, NEW_YEAR):
        yield from _quota(cadre, traits, period=(first, last, asked), dice=dice)
    for kind, first, last in TALKS:
        share = traits["talks"][[t[0] for t in TALKS].index(kind)]
        for attempt in range(2):
            if dice.chance((share if attempt == 0 else share * 0.25) * min(1.0, cadre.zeal + 0.3)):
                yield from _on_a_day(cadre, kind, date.fromisoformat(first), date.fromisoformat(last), dice)
    for _ in range(dice.rounded(12 * traits["online"] * cadre.zeal * (1.6 if cadre.in_organ else 0.8))):
        yield from _on_a_day(cadre, "线上联系" if dice.chance(0.92) else "其他", cadre.first, YEAR_LAST, dice)


def _quota(
    cadre: Cadre, traits: Mapping[str, Any], *, period: tuple[str, str, int], dice: Dice
) -> Iterator[tuple[date, str]]:
    first, last = (date.fromisoformat(day) for day in period[:2])
    asked = period[2] * (1.15 if cadre.in_organ else 1.0)
    for _ in range(dice.rounded(asked * traits["diligence"] * cadre.zeal * dice.real(0.75, 1.25))):
        start = last - timedelta(days=2) if dice.chance(traits["cram"]) else first
        guided = cadre.cadre_type == "专职" or cadre.in_organ
        kind = "指导教育实践" if guided and dice.chance(0.16) else dice.pick(COUNTING)
        yield from _on_a_day(cadre, kind, start, last, dice)


def _on_a_day(cadre: Cadre, kind: str, first: date, last: date, dice: Dice) -> Iterator[tuple[date, str]]:
    """Yield a day of the range that is in post – or just after it, for people go on."""
    day = dice.day(first, last)
    if cadre.first <= day <= cadre.last or (cadre.post_end and 0 < (day - cadre.post_end).days < 20):
        yield day, kind


def _log(cadre: Cadre, traits: Mapping[str, Any], *, day: date, kind: str, dice: Dice) -> Row:
    few, many = CROWDS[kind]
    crowd = round(dice.whole(few, many) * traits["crowd"])
    bragging = dice.chance(0.004)
    participants = crowd + cadre.youths if bragging else min(crowd, cadre.youths)
    return {
        "cadre_id": cadre.id,
        "unit": cadre.unit,
        "date": day,
        "kind": kind,
        "channel": "手机端" if dice.chance(cadre.mobile) else "网站" if dice.chance(0.93) else None,
        "participants": participants if participants or dice.chance(0.5) else None,
        "recorded_on": _recorded(day, traits, dice),
    }


def _recorded(day: date, traits: Mapping[str, Any], dice: Dice) -> date:
    """Return the day of recording: soon after, with others on the last day of the month, or late."""
    if dice.chance(0.01 + traits["repeated"] / 2):
        return day + timedelta(days=dice.whole(31, 75))
    if dice.chance(traits["cram"] / 2):
        return max(day, (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1))
    return day + timedelta(days=dice.pick((0, 0, 0, 0, 1, 1, 2, 3, 6)))


def _text(rows: list[Row], traits: Mapping[str, Any], writer: Writer) -> str:
    """Return the text of the last row: mostly new, at times an old one, a colleague's or next to none."""
    row, dice = rows[-1], writer.dice
    old = [r["text"] for r in rows[:-1] if r["kind"] == row["kind"]]
    if old and dice.chance(traits["repeated"]):
        return writer.disguised(dice.pick(old))
    if dice.chance(traits["short"]):
        return writer.short()
    if dice.chance(traits["copied"]):
        return writer.lazy()
    return writer.fresh(row["kind"], row["date"], row["participants"] or 0)
