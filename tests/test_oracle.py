"""The oracle itself, on cases small enough to work out by hand; each docstring shows the sum."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from oracle import Readings, score

LIZHOU = "利州区"
ALL = {
    "cadres",
    "youths",
    "logs",
    "practice_guidance",
    "organ_activities",
    "submissions",
    "mechanisms",
    "spot_checks",
    "exemplars",
}
YEAR_END = date(2018, 3, 2)


def cadre(cadre_id: str = "A", **changes: Any) -> dict[str, Any]:
    """Return a full-time cadre of 利州区, in post throughout."""
    row = {"cadre_id": cadre_id, "name": cadre_id, "unit": LIZHOU, "cadre_type": "full_time"}
    row |= {"in_organ": False, "post_start": None, "post_end": None, "points": None}
    return row | changes


def log(log_id: str, day: date, **changes: Any) -> dict[str, Any]:
    """Return a valid log of cadre A that counts."""
    text = f"走访青年了解就业创业需求第{log_id}次"
    row = {"log_id": log_id, "cadre_id": "A", "date": day, "kind": "heart_talk", "text": text}
    return row | {"channel": None, "participants": 0} | changes


def check(check_id: str, log_id: str, outcome: str, **changes: Any) -> dict[str, Any]:
    """Return a spot check of a log of cadre A on 2017-06-01."""
    row = {"check_id": check_id, "log_id": log_id, "cadre_id": "A", "checked_on": date(2017, 6, 1)}
    return row | {"outcome": outcome, "coerced": False} | changes


def item_row(item: str, as_of: date, *, present: Any = ALL, **tables: Any) -> dict[str, Any]:
    """Return the row of an item of 利州区; decisions and readings may stand among the tables."""
    options = {name: tables.pop(name) for name in ("decisions", "readings", "weights") if name in tables}
    result = score(tables, present, as_of, **options)
    return next(r for r in result.scores if (r["unit"], r["item"]) == (LIZHOU, item))


def points(item: str, as_of: date, **tables: Any) -> str:
    """Return the published points of an item of 利州区."""
    return item_row(item, as_of, **tables)["points"]


def test_first_period_holds_april_alone() -> None:
    """30 of 61 days: floor(5 × 30 / 61) = 2 owed; 1 log in April gives 5 × 1/2."""
    tables = {"cadres": [cadre()], "logs": [log("1", date(2017, 4, 30))]}
    assert points("1.2", date(2017, 4, 30), **tables) == "2.50"
    assert points("1.2", date(2017, 4, 30), readings=Readings(required="ceil"), **tables) == "1.67"
    assert points("1.2", date(2017, 4, 30), readings=Readings(required="exact"), **tables) == "2.03"
    assert points("1.2", date(2017, 4, 30), readings=Readings(periods="from_april"), **tables) == "0.00"


@pytest.mark.parametrize(("end", "expected"), [(14, ("0.00", "no_evidence")), (15, ("5.00", "scored"))])
def test_fifteen_days_are_needed(end: int, expected: tuple[str, str]) -> None:
    """14 days in post are not assessed; 15 owe floor(5 × 15 / 61) = 1."""
    tables = {"cadres": [cadre(post_end=date(2017, 4, end))], "logs": [log("1", date(2017, 4, 10))]}
    row = item_row("1.2", date(2017, 5, 1), **tables)
    assert (row["points"], row["status"]) == expected


def test_part_time_periods_are_quarters() -> None:
    """At 06-29 no quarter is due; at 06-30 two of five give 5 × 2/5."""
    logs = [log("1", date(2017, 4, 1)), log("2", date(2017, 6, 30)), log("3", date(2017, 7, 1))]
    tables = {"cadres": [cadre(cadre_type="part_time")], "logs": logs}
    assert item_row("1.2", date(2017, 6, 29), **tables)["status"] == "no_evidence"
    assert points("1.2", date(2017, 6, 30), **tables) == "2.00"


def test_flags_come_in_order() -> None:
    """Of nine April logs only the second and the ninth are valid: 2 of 2 owed until one is refuted."""
    day = date(2017, 4, 10)
    logs = [
        log("01", date(2017, 4, 3), text="组织志愿服务活动进社区"),  # out of post
        log("02", day, text="组织志愿服务活动进社区"),  # valid: the earlier one was out of post
        log("03", day, text="组织 志愿服务，活动进社区！"),  # repeated
        log("04", day, text="ＡＢＣ—１２３４５６"),  # nine characters
        log("05", day, text="abc 123456"),  # repeated, not too short
        log("06", day, text=""),  # too short
        log("07", day, text="……"),  # repeated: two empty texts are the same
        log("08", day, text="①②③④⑤⑥⑦⑧⑨⑩", kind="other"),  # 12345678910, valid, does not count
        log("09", day, text="组织志愿服务活动进学校"),
    ]
    tables = {"cadres": [cadre(post_start=date(2017, 4, 4))], "logs": logs}
    assert points("1.2", date(2017, 4, 30), **tables) == "5.00"
    checks = [check("K1", "09", "false", checked_on=date(2017, 4, 30))]
    assert points("1.2", date(2017, 4, 30), spot_checks=checks, **tables) == "2.50"
    assert points("1.2", date(2017, 4, 30), spot_checks=[check("K1", "09", "false")], **tables) == "5.00"


def test_holding_check_is_the_latest_that_reached_somebody() -> None:
    """不属实 then 属实 on one day: the greater check_id holds; 未接通 never does."""
    tables = {"cadres": [cadre()], "logs": [log("1", date(2017, 4, 10))]}
    checks = [check("K9", "1", "genuine"), check("K10", "1", "false"), check("K99", "1", "unreached")]
    assert points("4.1", date(2017, 6, 30), spot_checks=checks[:2], **tables) == "10.00"
    assert points("4.1", date(2017, 6, 30), spot_checks=[checks[1], checks[2]], **tables) == "0.00"


def test_lateness() -> None:
    """Two kinds of five in time, one late, none missing: 10 × (0.4 + 0.2×0.9 + 0)/3 = 1.9333."""
    activity = {"unit": LIZHOU}
    organ = [
        activity | {"kind": "open_day", "date": date(2017, 4, 1)},
        activity | {"kind": "face_to_face", "date": date(2017, 6, 30)},
        activity | {"kind": "self_designed", "date": date(2017, 7, 1)},
        activity | {"kind": "story_sharing", "date": date(2017, 10, 1)},
    ]
    sent = [
        {"unit": LIZHOU, "quarter": "2017Q2", "submitted_on": date(2017, 6, 20)},
        {"unit": LIZHOU, "quarter": "2017Q2", "submitted_on": date(2017, 6, 25)},
        {"unit": LIZHOU, "quarter": "2017Q3", "submitted_on": date(2017, 9, 21)},
    ]
    tables = {"organ_activities": organ, "submissions": sent}
    assert points("1.1", YEAR_END, **tables) == "1.93"
    assert points("1.1", YEAR_END, readings=Readings(lateness="none"), **tables) == "2.00"
    assert points("1.1", date(2017, 6, 29), **tables) == "0.00"
    assert points("1.1", date(2017, 6, 30), organ_activities=organ, submissions=[]) == "3.20"


@pytest.mark.parametrize(
    ("day", "expected"), [("04-26", "2.50"), ("04-27", "5.00"), ("05-11", "5.00"), ("07-01", "0.00")]
)
def test_open_day(day: str, expected: str) -> None:
    """In the May Fourth window 5, in the quarter 2.5, else 0."""
    row = {"unit": LIZHOU, "kind": "open_day", "date": date.fromisoformat(f"2017-{day}")}
    assert points("2.1", YEAR_END, organ_activities=[row]) == expected


def test_congress_talks() -> None:
    """Of three cadres in post one speaks, the fourth came on 12-18 (14 days): 5 × 1/3."""
    cadres = [cadre("A"), cadre("B"), cadre("C"), cadre("D", post_start=date(2017, 12, 18))]
    logs = [log("1", date(2017, 10, 18), kind="congress_talk"), log("2", date(2017, 10, 17), cadre_id="B")]
    assert points("2.2", date(2017, 12, 31), cadres=cadres, logs=logs) == "1.67"


def test_stories_without_the_exemplars() -> None:
    """Half for the organ activity; the absent half gives 0 to low and 2.5 to high."""
    row = {"unit": LIZHOU, "kind": "story_sharing", "date": date(2017, 7, 1)}
    found = item_row("2.3", YEAR_END, present={"cadres", "organ_activities"}, organ_activities=[row])
    assert (found["points"], found["high"], found["status"]) == ("2.50", "5.00", "no_evidence")


def test_elements_and_decisions() -> None:
    """Three systems: full, partial, unchecked = 10 × 1.5/3; an element decision settles the third."""
    rows = [
        {"element": "notification_rule", "state": "none", "checked_on": date(2017, 4, 20)},
        {"element": "notification_rule", "state": "full", "checked_on": date(2017, 4, 30)},
        {"element": "inspection_rule", "state": "partial", "checked_on": date(2017, 4, 30)},
    ]
    tables = {"mechanisms": [{"unit": LIZHOU} | row for row in rows]}
    row = item_row("3", date(2017, 4, 30), **tables)
    assert [row[c] for c in ("points", "low", "high", "status")] == [
        "5.00",
        "5.00",
        "8.33",
        "awaiting_judgement",
    ]
    said = {"unit": LIZHOU, "item": "3", "element": "assessment_rule", "value": "0.5", "time": "1"}
    row = item_row("3", date(2017, 4, 30), decisions=[said], **tables)
    assert [row[c] for c in ("points", "high", "status", "computed")] == ["6.67", "6.67", "decided", "5.00"]
    row = item_row("3", date(2017, 4, 30), decisions=[said | {"valid_from": date(2017, 5, 1)}], **tables)
    assert row["status"] == "awaiting_judgement"


def test_item_decisions() -> None:
    """The latest by time, then by order holds, makes the item due and stands in low and high."""
    said = {"unit": LIZHOU, "item": "2.4", "element": None}
    decisions = [said | {"value": "2.675", "time": "2"}, said | {"value": "1", "time": "1"}]
    row = item_row("2.4", date(2017, 4, 1), decisions=decisions)
    assert [row[c] for c in ("points", "points_due", "low", "high", "status", "computed")] == [
        "2.68", "5.00", "2.68", "2.68", "decided", "0.00",
    ]  # fmt: skip
    row = item_row("2.4", date(2017, 4, 1), decisions=[*decisions, said | {"value": "3", "time": "2"}])
    assert row["points"] == "3.00"


def test_weights_and_contacts() -> None:
    """Full-time with 50 of 100 weighs 2, part-time with 10 of 10 weighs 1: 10 × (2×0.5 + 1)/3."""
    cadres = [cadre("A"), cadre("B", cadre_type="part_time")]
    youths = [{"cadre_id": "A", "registered_on": None, "mobile_login": i < 10} for i in range(50)]
    youths += [{"cadre_id": "A", "registered_on": date(2017, 5, 2), "mobile_login": True}]
    youths += [{"cadre_id": "B", "registered_on": date(2017, 5, 1), "mobile_login": False}] * 10
    tables = {"cadres": cadres, "youths": youths}
    assert points("4.2", date(2017, 5, 1), **tables) == "6.67"
    # 4.4: no log, so months 0; youths (2 × 10/50 + 0)/3 = 2/15, times 5
    assert points("4.4", date(2017, 5, 1), **tables) == "0.67"
    assert points("4.2", date(2017, 5, 1), weights={"4.2": 20}, **tables) == "13.33"
    assert points("4.2", date(2017, 5, 1), readings=Readings(cadre_weight=1), **tables) == "7.50"


def test_activities() -> None:
    """Volume 1/2, participation 3/4, points 8 of the median 10: 4×1/2 + 3×3/4 + 3×4/5 = 6.65."""
    cadres = [
        cadre("A", points=8.0),
        cadre("B", unit="昭化区", points=12.0),
        cadre("C", points=None, unit="朝天区"),
    ]
    logs = [log("1", date(2017, 4, 2), participants=2), log("2", date(2017, 5, 2), participants=1)]
    youths = [{"cadre_id": "A", "registered_on": None, "mobile_login": False}] * 4
    tables = {"cadres": cadres, "logs": logs, "youths": youths}
    assert points("4.3", date(2017, 5, 31), **tables) == "6.65"
    # two more logs in May are of a period that is not due; at 06-30 it is: 4 of 2 + 5
    more = [*logs, log("3", date(2017, 5, 3)), log("4", date(2017, 5, 4))]
    assert points("4.3", date(2017, 6, 30), **(tables | {"logs": more})) == "6.94"
    assert item_row("4.3", date(2017, 5, 31), **(tables | {"cadres": [cadre()]}))["status"] == "no_evidence"


def test_mobile_months() -> None:
    """April to June: mobile in two of three months, logins 1 of 1: 5 × 2/3 + 5."""
    logs = [
        log("1", date(2017, 4, 2), channel="mobile", kind="other"),
        log("2", date(2017, 5, 2), channel="web"),
        log("3", date(2017, 6, 30), channel="mobile"),
    ]
    youths = [{"cadre_id": "A", "registered_on": None, "mobile_login": True}]
    assert points("4.4", date(2017, 6, 30), cadres=[cadre()], logs=logs, youths=youths) == "8.33"


def test_practice_guidance() -> None:
    """Committee, branch, two kinds of five, no lesson: (1 + 1 + 0.4 + 0)/4 × 10 = 6."""
    level = [("committee", "study"), ("branch", "oath"), ("branch", "study"), ("branch", "advice")]
    rows = [{"cadre_id": "A", "date": date(2017, 5, 1), "level": lv, "activity": a} for lv, a in level]
    tables = {"cadres": [cadre(), cadre("B", cadre_type="seconded")], "practice_guidance": rows}
    assert points("4.5", date(2017, 9, 30), **tables) == "6.00"
    assert item_row("4.5", date(2017, 9, 29), **tables)["status"] == "not_due"


def test_authenticity() -> None:
    """Ten holding checks with 1 不属实 and 1 部分属实: a = 1 − 1.5/10; nine are too few."""
    logs = [log(f"{n:02}", date(2017, 4, n)) for n in range(1, 11)]
    outcomes = ["false", "partly"] + ["genuine"] * 8
    checks = [check(f"K{n}", f"{n + 1:02}", outcome) for n, outcome in enumerate(outcomes)]
    tables = {"cadres": [cadre()], "logs": logs}
    assert points("4.1", date(2017, 6, 30), spot_checks=checks, **tables) == "8.50"
    assert points("4.1", date(2017, 6, 30), spot_checks=checks[:9], **tables) == "10.00"
    off = Readings(authenticity="off")
    assert points("4.1", date(2017, 6, 30), spot_checks=checks, readings=off, **tables) == "10.00"


def test_ranking() -> None:
    """Decisions of 4, 3, 3 of 5: ranks 1, 2, 2; units with nothing due have none and count in nobody's."""
    said = [("利州区", "3"), ("昭化区", "4"), ("青川县", "3")]
    decisions = [{"unit": u, "item": "2.4", "element": None, "value": v, "time": "1"} for u, v in said]
    rows = score({"cadres": []}, {"cadres"}, date(2017, 4, 1), decisions=decisions).ranking
    assert [(r["unit"], r["score_100"], r["rank"]) for r in rows[:4]] == [
        ("昭化区", "80.00", "1"), ("利州区", "60.00", "2"), ("青川县", "60.00", "2"), ("朝天区", "", ""),
    ]  # fmt: skip
    assert [r["rank_high"] for r in rows[:4]] == ["1", "2", "2", ""]


def test_rank_bounds() -> None:
    """Seven items of 60 points are due and unknown (0 … 100), but 昭化区 has 20 … 60 and 朝天区 lost all.

    昭化区 (33.33 … 100): seven may pass it, 朝天区 (0) cannot. The seven others: the same seven.
    朝天区: 昭化区 is surely ahead, the eight others may be.
    """
    known = [("昭化区", "3", "10"), ("昭化区", "4.1", "10")]
    known += [("朝天区", item, "0") for item in ("1.2", "1.3", "3", "4.1", "4.2", "4.3", "4.4")]
    decisions = [{"unit": u, "item": i, "element": None, "value": v, "time": "1"} for u, i, v in known]
    rows = score({"cadres": []}, {"cadres"}, date(2017, 4, 30), decisions=decisions).ranking
    bounds = {r["unit"]: (r["rank_low"], r["rank_high"]) for r in rows}
    assert bounds == dict.fromkeys(bounds, ("1", "8")) | {"朝天区": ("2", "9")}
    assert [r["score_100"] for r in rows[:2]] == ["33.33", "0.00"]


def test_cadres() -> None:
    """Qualified from 0.6 on, by exact numbers: 3 of 5 logs and 6 of 10 youths are enough."""
    person = cadre(cadre_type="part_time")
    logs = [log(str(n), date(2017, 5, n)) for n in (1, 2, 3)]
    youths = [{"cadre_id": "A", "registered_on": None, "mobile_login": False}] * 6
    tables = {"cadres": [person], "logs": logs, "youths": youths}
    row = score(tables, ALL, date(2017, 6, 30)).cadres[0]
    assert [row[c] for c in ("periods", "fulfilment", "mobile_months", "qualified", "reasons")] == [
        "1", "0.6000", "0/3", "yes", "",
    ]  # fmt: skip
    checks = [check("1", "3", "false"), check("2", "", "unreached", coerced=True)]
    row = score(tables | {"spot_checks": checks, "youths": youths[1:]}, ALL, date(2017, 6, 30)).cadres[0]
    assert (row["qualified"], row["reasons"]) == ("no", "fulfilment;contacts;refuted")
    row = score(tables | {"spot_checks": checks}, ALL, date(2017, 6, 29)).cadres[0]
    assert (row["fulfilment"], row["qualified"], row["reasons"]) == ("", "not_assessed", "")
