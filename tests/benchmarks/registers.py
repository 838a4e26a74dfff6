"""Synthetic registers of the assessing office: what units did and delivered, a row for each unit and thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PLAN = np.datetime64("2017-04-01")
ORGAN_KINDS = np.array([
    "open_day", "face_to_face", "volunteer_service", "experience_sharing", "self_designed", "story_sharing",
    "provincial_congress_talk", "congress_talk", "service_month",
])  # fmt: skip
ELEMENTS = np.array([
    "led_by_main_leader", "deputies_from_leadership", "members_from_departments", "tasks_divided", "plan_issued",
    "notification_rule", "inspection_rule", "assessment_rule",
])  # fmt: skip
QUARTERS = np.array(["2017Q2", "2017Q3", "2017Q4"])
DEADLINES = np.array(["2017-06-20", "2017-09-20", "2017-12-20"], "datetime64[D]")


def registers(units: NDArray[np.str_], rng: np.random.Generator) -> dict[str, dict[str, Any]]:
    """Return the registers of organ activities, materials, mechanisms and exemplars."""
    return {
        "organ_activities": _activities(units, rng),
        "submissions": _submissions(units, rng),
        "mechanisms": _mechanisms(units, rng),
        "exemplars": _exemplars(units, rng),
    }


def _activities(units: NDArray[np.str_], rng: np.random.Generator) -> dict[str, Any]:
    held = np.repeat(units, 14)
    n = len(held)
    return {
        "activity_id": np.char.add("A", np.char.zfill(np.arange(n).astype(str), 6)),
        "unit": held,
        "date": PLAN + rng.integers(0, 330, n),
        "kind": ORGAN_KINDS[rng.integers(0, len(ORGAN_KINDS), n)],
        "participants": rng.poisson(40, n),
    }


def _submissions(units: NDArray[np.str_], rng: np.random.Generator) -> dict[str, Any]:
    sent = np.flatnonzero(rng.random(len(units) * len(QUARTERS)) < 0.85)
    quarter = sent % len(QUARTERS)
    return {
        "unit": units[sent // len(QUARTERS)],
        "quarter": QUARTERS[quarter],
        "submitted_on": DEADLINES[quarter] + rng.integers(-10, 8, len(sent)),
    }


def _mechanisms(units: NDArray[np.str_], rng: np.random.Generator) -> dict[str, Any]:
    checked = np.flatnonzero(rng.random(len(units) * len(ELEMENTS)) < 0.95)
    again = checked[::7]
    first = np.arange(len(checked) + len(again)) < len(checked)
    checked = np.concatenate([checked, again])
    n = len(checked)
    return {
        "unit": units[checked // len(ELEMENTS)],
        "element": ELEMENTS[checked % len(ELEMENTS)],
        "state": np.array(["full", "partial", "none"])[rng.choice(3, n, p=[0.7, 0.2, 0.1])],
        "checked_on": np.where(first, PLAN + rng.integers(0, 100, n), PLAN + rng.integers(101, 300, n)),
    }


def _exemplars(units: NDArray[np.str_], rng: np.random.Generator) -> dict[str, Any]:
    found = units[rng.random(len(units)) < 0.7]
    return {"unit": found, "recognised_on": PLAN + rng.integers(0, 280, len(found))}
