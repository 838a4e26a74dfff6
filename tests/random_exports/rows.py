"""Random tables: units, cadres, youths, logs and what was checked of them."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from .edges import DAY, TEXTS, date_from, edge_date, log_text, post_dates
from .registers import REGISTERS

Row = dict[str, Any]
Tables = dict[str, list[Row]]

UNITS = (
    "利州区",
    "昭化区",
    "朝天区",
    "旺苍县",
    "青川县",
    "剑阁县",
    "苍溪县",
    "广元经济技术开发区",
    "市天然气综合利用工业园区",
)
COUNTING = ("practical_help", "volunteer_service", "culture_sport", "heart_talk", "self_designed")
OTHER_KINDS = ("practice_guidance", "congress_talk", "provincial_congress_talk", "online_contact", "other")
ACTIVITIES = (
    "study",
    "life_meeting",
    "oath",
    "volunteer_service",
    "online_day",
    "rectification",
    "selection",
    "vanguard_post",
    "lesson",
    "advice",
)
YOUTHS = {10: (0, 0, 1, 5, 6, 7, 9, 10, 11, 15), 100: (0, 0, 1, 7, 20, 59, 60, 61, 99, 100, 101)}
OPTIONAL = (
    "youths",
    "logs",
    "practice_guidance",
    "wishes",
    "evaluations",
    "organ_activities",
    "submissions",
    "mechanisms",
    "spot_checks",
    "media",
    "exemplars",
)


def random_tables(seed: int, size: int = 5) -> tuple[Tables, set[str]]:
    """Return random tables by id and the set of those that are present.

    Parameters
    ----------
    seed : int
        The same seed gives the same tables.
    size : int
        The greatest number of cadres of a unit; some units have none.
    """
    rng = Random(seed)
    present = {"cadres"} | {table for table in OPTIONAL if rng.random() < (0.92 if seed % 4 else 1)}
    cadres = [c for number, unit in enumerate(UNITS) for c in unit_cadres(rng, number, unit, size=size)]
    if seed % 8 == 7:
        cadres = [c | {"points": None} for c in cadres]
    tables: Tables = {"cadres": cadres}
    tables["youths"] = [y for c in cadres for y in cadre_youths(rng, c)]
    tables["logs"] = [row for c in cadres for row in cadre_logs(rng, c)] if "logs" in present else []
    tables["practice_guidance"] = [r for c in cadres for r in cadre_guidance(rng, c)]
    tables["spot_checks"] = spot_checks(rng, tables)
    tables |= {table: make(rng, UNITS) for table, make in REGISTERS.items()}
    tables |= {"wishes": wishes(rng, cadres), "evaluations": evaluations(rng, cadres)}
    return {table: rows if table in present else [] for table, rows in tables.items()}, present


def unit_cadres(rng: Random, number: int, unit: str, *, size: int) -> list[Row]:
    """Return the cadres of a unit, sometimes none."""
    count = 0 if rng.random() < 0.1 else rng.randint(1, size)
    points = rng.choice((0.1, 0.5, 0.9)), rng.choice(((0,), (0, 1, 2.5, 100), (37.5, 120, 80.1, 99.9, 250)))
    return [cadre(rng, f"{number}{n}", unit, points=points) for n in range(count)]


def cadre(rng: Random, number: str, unit: str, *, points: tuple[float, tuple[float, ...]]) -> Row:
    """Return one cadre."""
    start, end = post_dates(rng)
    shape = rng.choice(("G{}", "5108{}", "g-{}", "干部{}", "{}甲"))
    return {
        "cadre_id": shape.format(number),
        "name": rng.choice("王李张刘陈杨赵")
        + rng.choice("伟芳娜敏静强磊洋")
        + rng.choice("军勇艳杰娟涛明超"),
        "unit": unit,
        "organisation": None,
        "cadre_type": rng.choice(
            ("full_time", "full_time", "seconded", "part_time", "part_time", "part_time")
        ),
        "in_organ": rng.random() < 0.4,
        "post_start": start,
        "post_end": end,
        "points": None if rng.random() < points[0] - 0.05 else rng.choice(points[1]),
    }


def cadre_youths(rng: Random, cadre: Row) -> list[Row]:
    """Return the youths of a cadre: on the edges of what is required."""
    required = 10 if cadre["cadre_type"] == "part_time" and not cadre["in_organ"] else 100
    login = rng.choice((0.0, 0.3, 0.9))
    return [
        {
            "youth_id": f"Q{cadre['cadre_id']}-{n}",
            "cadre_id": cadre["cadre_id"],
            "industry": rng.choice((None, "农业", "教育")),
            "registered_on": rng.choice((None, date(2016, 9, 1), edge_date(rng))),
            "mobile_login": rng.random() < login,
        }
        for n in range(rng.choice(YOUTHS[required]))
    ]


def cadre_logs(rng: Random, cadre: Row) -> list[Row]:
    """Return the logs of a cadre: idle, moderate or busy."""
    count = rng.choice((0, 3, 8, 15, 30))
    mobile = rng.choice((0.0, 0.3, 0.8))
    day = edge_date(rng)
    first = rng.randrange(len(TEXTS))
    favourites = rng.choice((TEXTS, TEXTS[first : first + 3]))
    rows = []
    for n in range(count):
        day = day if rng.random() < 0.2 else edge_date(rng)
        written = {"text": log_text(rng, n, favourites), "channel": channel(rng, mobile)}
        rows.append(random_log(rng, cadre, number=n, day=day) | written)
    return rows


def channel(rng: Random, mobile: float) -> str | None:
    """Return the channel by which a log was filed."""
    return "mobile" if rng.random() < mobile else rng.choice((None, "web"))


def random_log(rng: Random, cadre: Row, *, number: int, day: date) -> Row:
    """Return one log; late in the year often a talk, later still the service month."""
    kind = rng.choice(COUNTING * 3 + OTHER_KINDS)
    if day >= date(2017, 9, 1) and rng.random() < 0.3:
        kind = rng.choice(("congress_talk", "service_month"))
    shape = rng.choice(("L{}-{}", "{}日志{}", "9{}.{}"))
    return {
        "log_id": shape.format(cadre["cadre_id"], number),
        "cadre_id": cadre["cadre_id"],
        "date": day,
        "kind": kind,
        "participants": rng.choice((0, 0, 1, 3, 8, 25, 1200)),
        "recorded_on": rng.choice((None, day, day + 3 * DAY)),
    }


def cadre_guidance(rng: Random, cadre: Row) -> list[Row]:
    """Return rows of practice guidance, before, in and after the window, in post or not."""
    return [
        {
            "cadre_id": cadre["cadre_id"],
            "date": edge_date(rng),
            "level": rng.choice(("committee", "branch", "branch")),
            "organisation": rng.choice((None, "三堆镇团委")),
            "activity": rng.choice(ACTIVITIES),
        }
        for _ in range(rng.choice((0, 1, 2, 5, 9)))
    ]


def spot_checks(rng: Random, tables: Tables) -> list[Row]:
    """Return checks: of 9, 10, 11 or most logs of each unit, several of one log, and of cadres only."""
    rows: list[Row] = []
    for unit in UNITS:
        own = [c["cadre_id"] for c in tables["cadres"] if c["unit"] == unit]
        logs = [log for log in tables["logs"] if log["cadre_id"] in own]
        wanted = rng.choice((0, 3, 9, 10, 11, len(logs)))
        for log in rng.sample(logs, min(wanted, len(logs))):
            rows += log_checks(rng, log)
        rows += [check(rng, None, who, day=edge_date(rng)) for who in own if rng.random() < 0.15]
    for number, row in enumerate(rng.sample(rows, len(rows))):
        row["check_id"] = rng.choice(("K{}", "抽{}", "{}", "K0{}")).format(number)
    return rows


def log_checks(rng: Random, log: Row) -> list[Row]:
    """Return one to three checks of a log, often on the day of the log or all on one day."""
    day = date_from(rng, log["date"])
    count = rng.choice((1, 1, 1, 2, 3))
    days = [day if rng.random() < 0.6 else date_from(rng, log["date"]) for _ in range(count)]
    return [check(rng, log["log_id"], log["cadre_id"], day=checked) for checked in days]


def check(rng: Random, log_id: str | None, cadre_id: str, *, day: date) -> Row:
    """Return one check, its id still to be given."""
    return {
        "check_id": "",
        "log_id": log_id,
        "cadre_id": cadre_id,
        "method": rng.choice(("phone", "site", "commissioned")),
        "checked_on": day,
        "outcome": rng.choice(("genuine",) * 5 + ("partly", "false", "unreached")),
        "satisfaction": rng.choice((None, "satisfied", "fair", "dissatisfied", "unknown")),
        "coerced": rng.random() < 0.06,
    }


def wishes(rng: Random, cadres: list[Row]) -> list[Row]:
    """Return a few wishes; they are shown, not scored."""
    return [
        {
            "wish_id": f"W{n}",
            "cadre_id": who["cadre_id"],
            "date": edge_date(rng),
            "kind": rng.choice(("youth_voice", "wish")),
            "state": rng.choice(("open", "answered", "claimed", "fulfilled")),
        }
        for n, who in enumerate(cadres)
        if rng.random() < 0.3
    ]


def evaluations(rng: Random, cadres: list[Row]) -> list[Row]:
    """Return a few ratings; they are shown, not scored."""
    return [
        {"cadre_id": who["cadre_id"], "date": edge_date(rng), "rating": str(rng.randint(1, 5))}
        for who in cadres
        if rng.random() < 0.3
    ]
