"""Items 1.1 to 3, each as a list of components (``scoring.md`` §2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from .days import (
    CONGRESS_END,
    MAY_FOURTH,
    QUARTERS,
    SERVICE,
    STORIES,
    Row,
    is_assessed,
    within,
)

if TYPE_CHECKING:
    from .facts import Facts

ORGAN_KINDS = {"open_day", "face_to_face", "volunteer_service", "experience_sharing", "self_designed"}
WORK_GROUP = (
    "led_by_main_leader",
    "deputies_from_leadership",
    "members_from_departments",
    "tasks_divided",
    "plan_issued",
)
SYSTEMS = ("notification_rule", "inspection_rule", "assessment_rule")
STATES = {"full": Fraction(1), "partial": Fraction(1, 2), "none": Fraction(0)}
ONE = Fraction(1)


@dataclass(frozen=True)
class Component:
    """A share of an item's points and its value between 0 and 1; None = no evidence."""

    share: Fraction
    value: Fraction | None


def mean(values: list[Fraction]) -> Fraction | None:
    """Return the mean; of nothing there is none."""
    return sum(values, Fraction(0)) / len(values) if values else None


def ratio(done: Fraction | int, due: Fraction | int) -> Fraction:
    """Return done of due, at most 1."""
    return min(ONE, Fraction(done) / Fraction(due))


# 1.1, 2.1, 2.3: what the organ did


def lateness(facts: Facts, unit: str, quarter: str) -> Fraction:
    """Return the factor for the quarter's first material: in time, late, missing."""
    if facts.readings.lateness == "none":
        return ONE
    arrived = [
        row["submitted_on"]
        for row in facts.seen("submissions", unit, "submitted_on")
        if row["quarter"] == quarter
    ]
    if not arrived:
        return Fraction(8, 10)
    return ONE if min(arrived) <= QUARTERS[quarter][2] else Fraction(9, 10)


def organ_five_ones(facts: Facts, unit: str) -> list[Component]:
    """1.1: kinds of the five in each due quarter, by the lateness factor."""
    values = []
    for quarter, (first, last, _) in QUARTERS.items():
        if last <= facts.as_of:
            rows = facts.seen("organ_activities", unit, "date")
            kinds = {r["kind"] for r in rows if within(r["date"], (first, last))} & ORGAN_KINDS
            values.append(Fraction(len(kinds), 5) * lateness(facts, unit, quarter))
    return [Component(ONE, mean(values) if facts.has("organ_activities") else None)]


def open_day(facts: Facts, unit: str) -> list[Component]:
    """2.1: an open day around 4 May, or half for one in the quarter."""
    rows = facts.seen("organ_activities", unit, "date")
    days = [r["date"] for r in rows if r["kind"] == "open_day"]
    value = Fraction(0)
    if any(within(day, QUARTERS["2017Q2"][:2]) for day in days):
        value = Fraction(1, 2)
    if any(within(day, MAY_FOURTH) for day in days):
        value = ONE
    return [Component(ONE, value if facts.has("organ_activities") else None)]


def stories(facts: Facts, unit: str) -> list[Component]:
    """2.3: half for a story sharing, half for an exemplar, both in the window."""
    shared = any(
        r["kind"] == "story_sharing" and within(r["date"], STORIES)
        for r in facts.seen("organ_activities", unit, "date")
    )
    found = any(within(r["recognised_on"], STORIES) for r in facts.seen("exemplars", unit, "recognised_on"))
    return [
        Component(Fraction(1, 2), Fraction(shared) if facts.has("organ_activities") else None),
        Component(Fraction(1, 2), Fraction(found) if facts.has("exemplars") else None),
    ]


# 1.2, 2.2, 2.4: what all its cadres did


def fulfilment(facts: Facts, cadre: Row) -> Fraction | None:
    """Return the 1.2 value of a cadre; None where no period is due and assessed."""
    periods = facts.due_periods(cadre)
    return mean([ratio(facts.counted(cadre, p), facts.required(cadre, p)) for p in periods])


def cadre_five_ones(facts: Facts, unit: str) -> list[Component]:
    """1.2: the mean fulfilment of the cadres that have a due, assessed period."""
    values = [fulfilment(facts, cadre) for cadre in facts.by_unit.get(unit, [])]
    known = [value for value in values if value is not None]
    return [Component(ONE, mean(known) if facts.has("logs") else None)]


def campaign(facts: Facts, unit: str, window: tuple[date, date], kind: str) -> list[Component]:
    """2.2 and 2.4: the share of the cadres in post with a valid log of the kind in the window."""
    cadres = [c for c in facts.by_unit.get(unit, []) if is_assessed(c, *window)]
    took_part = [any(log["kind"] == kind for log in facts.valid_logs(c, window)) for c in cadres]
    return [Component(ONE, mean([Fraction(t) for t in took_part]) if facts.has("logs") else None)]


def congress_talks(facts: Facts, unit: str) -> list[Component]:
    """2.2: talks on the Congress."""
    return campaign(facts, unit, (facts.readings.congress_start, CONGRESS_END), "congress_talk")


def service_month(facts: Facts, unit: str) -> list[Component]:
    """2.4: the service month."""
    return campaign(facts, unit, SERVICE, "service_month")


# 1.3, 3: elements that an assessor checks


def element_values(facts: Facts, unit: str, elements: tuple[str, ...]) -> dict[str, Fraction]:
    """Return the value of each checked element; unchecked ones are left out."""
    rows = sorted(facts.seen("mechanisms", unit, "checked_on"), key=lambda r: r["checked_on"])
    return {r["element"]: STATES[r["state"]] for r in rows if r["element"] in elements}
