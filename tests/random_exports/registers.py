"""Random registers of the assessing office."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from .edges import DAY, edge_date

Row = dict[str, Any]

ORGAN_KINDS = (
    "open_day",
    "face_to_face",
    "volunteer_service",
    "experience_sharing",
    "self_designed",
    "story_sharing",
    "provincial_congress_talk",
    "congress_talk",
    "service_month",
)
ELEMENTS = (
    "led_by_main_leader",
    "deputies_from_leadership",
    "members_from_departments",
    "tasks_divided",
    "plan_issued",
    "notification_rule",
    "inspection_rule",
    "assessment_rule",
)
TWENTIETH = {
    "2017Q2": date(2017, 6, 20),
    "2017Q3": date(2017, 9, 20),
    "2017Q4": date(2017, 12, 20),
}
PARTS = ("statistics", "practice", "experience", "problems", "next_steps")


def organ_activities(rng: Random, units: Sequence[str]) -> list[Row]:
    """Return none to many activities of each unit."""
    return [
        {
            "activity_id": f"H{number}-{n}",
            "unit": unit,
            "date": edge_date(rng),
            "kind": rng.choice(ORGAN_KINDS[: rng.choice((1, 5, 9))]),
            "title": rng.choice((None, "五四开放日")),
            "participants": rng.choice((0, 12, 40)),
        }
        for number, unit in enumerate(units)
        for n in range(rng.choice((0, 2, 6, 15)))
    ]


def submissions(rng: Random, units: Sequence[str]) -> list[Row]:
    """Return materials around the 20th, some twice, some before the quarter, some missing."""
    return [
        {"unit": unit, "quarter": quarter, "submitted_on": day + offset}
        | {part: rng.choice((None, True, False)) for part in PARTS}
        for unit in units
        for quarter, day in TWENTIETH.items()
        for offset in rng.sample(
            [timedelta(days=n) for n in (-100, -1, 0, 1, 10, 11, 90)], rng.choice((0, 1, 1, 2))
        )
    ]


def mechanisms(rng: Random, units: Sequence[str]) -> list[Row]:
    """Return none to three checks of each element, on different days."""
    days = [date(2017, 3, 20), date(2017, 4, 1), date(2017, 4, 30), date(2017, 5, 1), date(2017, 12, 31)]
    days.append(edge_date(rng) + 300 * DAY)
    return [
        {
            "unit": unit,
            "element": element,
            "state": rng.choice(("full", "full", "partial", "none")),
            "document": rng.choice((None, "团发〔2017〕3号")),
            "checked_on": day,
        }
        for unit in units
        for element in ELEMENTS
        for day in rng.sample(days, rng.choice((0, 1, 1, 2, 3, 5)))
    ]


def media(rng: Random, units: Sequence[str]) -> list[Row]:
    """Return a few reports in the media; they are shown, not scored."""
    return [
        {
            "unit": unit,
            "date": edge_date(rng),
            "outlet": "广元日报",
            "level": rng.choice(("central", "province", "city", "county")),
            "title": rng.choice((None, "青年之友")),
            "link": None,
        }
        for unit in units
        if rng.random() < 0.4
    ]


def exemplars(rng: Random, units: Sequence[str]) -> list[Row]:
    """Return none to two exemplars of each unit."""
    return [
        {"unit": unit, "name": rng.choice((None, "王芳", "李强")), "recognised_on": edge_date(rng)}
        for unit in units
        for _ in range(rng.choice((0, 0, 1, 2)))
    ]


REGISTERS: dict[str, Callable[[Random, Sequence[str]], list[Row]]] = {
    "organ_activities": organ_activities,
    "submissions": submissions,
    "mechanisms": mechanisms,
    "media": media,
    "exemplars": exemplars,
}
