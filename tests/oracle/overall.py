"""Item 4, what the considered cadres did, and its factor of authenticity (``scoring.md`` §2)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from statistics import median

from .days import GUIDANCE, PLAN, Row, is_assessed, is_in_post, plan_months
from .facts import Facts, exact_number
from .items import ONE, Component, ratio

BRANCH_KINDS = {"study", "life_meeting", "oath", "volunteer_service", "online_day"}


def weighted_mean(facts: Facts, cadres: list[Row], value: Callable[[Row], Fraction]) -> Fraction | None:
    """Return the mean over the cadres by their weights; of nothing there is none."""
    total = sum(facts.weight(c) for c in cadres)
    return sum((facts.weight(c) * value(c) for c in cadres), Fraction(0)) / total if cadres else None


def users(facts: Facts, unit: str) -> list[Component]:
    """4.1: the share with at least one valid log in the plan window."""
    cadres = facts.considered(unit)
    value = weighted_mean(facts, cadres, lambda c: Fraction(bool(facts.valid_logs(c, PLAN))))
    return [Component(ONE, value if facts.has("logs") else None)]


def youths_required(cadre: Row) -> int:
    """Return how many youths a cadre should contact."""
    return 10 if cadre["cadre_type"] == "part_time" and not cadre["in_organ"] else 100


def contacted(facts: Facts, cadre: Row) -> int:
    """Count the cadre's youths registered by `as_of`."""
    return len(facts.youths.get(cadre["cadre_id"], []))


def youth_contacted(facts: Facts, unit: str) -> list[Component]:
    """4.2: youths contacted of those required."""
    value = weighted_mean(
        facts, facts.considered(unit), lambda c: ratio(contacted(facts, c), youths_required(c))
    )
    return [Component(ONE, value if facts.has("youths") else None)]


def volume(facts: Facts, cadre: Row) -> Fraction:
    """Return counting logs of required ones, summed over the due periods."""
    periods = facts.due_periods(cadre)
    done = sum(facts.counted(cadre, p) for p in periods)
    return ratio(done, sum((facts.required(cadre, p) for p in periods), Fraction(0)))


def participation(facts: Facts, cadre: Row) -> Fraction:
    """Return participants of valid logs in the plan window of youths contacted."""
    joined = sum(log.get("participants") or 0 for log in facts.valid_logs(cadre, PLAN))
    known = contacted(facts, cadre)
    return ratio(joined, known) if known else Fraction(0)


def work_points(facts: Facts, cadre: Row) -> Fraction:
    """Return the cadre's points of the median of its type over all units."""
    own = exact_number(cadre.get("points"))
    if own is None:
        return Fraction(0)
    peers = [
        exact_number(peer.get("points"))
        for peer in facts.considered()
        if peer["cadre_type"] == cadre["cadre_type"]
    ]
    middle = median([points for points in peers if points is not None])
    return ratio(own, middle) if middle else ONE


def activities(facts: Facts, unit: str) -> list[Component]:
    """4.3: volume 4, participation 3, work points 3."""
    cadres = facts.considered(unit)
    with_period = [c for c in cadres if facts.due_periods(c)]
    values = [weighted_mean(facts, with_period, lambda c: volume(facts, c)) if facts.has("logs") else None]
    joined = weighted_mean(facts, cadres, lambda c: participation(facts, c))
    values.append(joined if facts.has("logs", "youths") else None)
    any_points = any(c.get("points") is not None for c in facts.considered())
    values.append(weighted_mean(facts, cadres, lambda c: work_points(facts, c)) if any_points else None)
    shares = (Fraction(4, 10), Fraction(3, 10), Fraction(3, 10))
    return [Component(share, value) for share, value in zip(shares, values, strict=True)]


def mobile_months(facts: Facts, cadre: Row) -> tuple[int, int]:
    """Return (assessed months with a valid log filed by mobile, assessed months)."""
    months = [m for m in plan_months() if m[1] <= facts.as_of and is_assessed(cadre, *m)]
    used = [m for m in months if any(log.get("channel") == "mobile" for log in facts.valid_logs(cadre, m))]
    return len(used), len(months)


def mobile_youths(facts: Facts, cadre: Row) -> Fraction:
    """Return the share of the cadre's youths that have logged in by mobile."""
    youths = facts.youths.get(cadre["cadre_id"], [])
    return Fraction(sum(bool(y.get("mobile_login")) for y in youths), len(youths)) if youths else Fraction(0)


def mobile_use(facts: Facts, unit: str) -> list[Component]:
    """4.4: half for the cadres' months, half for the youths' logins."""
    cadres = facts.considered(unit)
    with_month = [c for c in cadres if mobile_months(facts, c)[1]]
    months = weighted_mean(facts, with_month, lambda c: Fraction(*mobile_months(facts, c)))
    logins = weighted_mean(facts, cadres, lambda c: mobile_youths(facts, c))
    return [
        Component(Fraction(1, 2), months if facts.has("logs") else None),
        Component(Fraction(1, 2), logins if facts.has("youths") else None),
    ]


def guidance_value(facts: Facts, cadre: Row) -> Fraction:
    """Return the mean of the four: a committee, a branch, kinds with a branch, a lesson."""
    rows = [
        r
        for r in facts.guidance.get(cadre["cadre_id"], [])
        if r["date"] <= facts.as_of and is_in_post(cadre, r["date"])
    ]
    with_branch = {r["activity"] for r in rows if r["level"] == "branch"}
    four = [
        Fraction(any(r["level"] == "committee" for r in rows)),
        Fraction(bool(with_branch)),
        Fraction(len(with_branch & BRANCH_KINDS), 5),
        Fraction(any(r["activity"] == "lesson" for r in rows)),
    ]
    return sum(four, Fraction(0)) / 4


def practice_guidance(facts: Facts, unit: str) -> list[Component]:
    """4.5: guidance by full-time cadres and those in an organ."""
    cadres = [
        c
        for c in facts.considered(unit)
        if (c["cadre_type"] == "full_time" or c["in_organ"]) and is_assessed(c, *GUIDANCE)
    ]
    value = weighted_mean(facts, cadres, lambda c: guidance_value(facts, c))
    return [Component(ONE, value if facts.has("practice_guidance") else None)]


def authenticity(facts: Facts, unit: str) -> Fraction:
    """Return the factor `a` of item 4, from the holding checks of the unit's considered logs."""
    found = [
        facts.holding[log["log_id"]]["outcome"]
        for cadre in facts.by_unit.get(unit, [])
        for log, _ in facts.judged[cadre["cadre_id"]]
        if log["log_id"] in facts.holding
    ]
    if facts.readings.authenticity == "off" or len(found) < 10:
        return ONE
    return 1 - (found.count("false") + Fraction(found.count("partly"), 2)) / len(found)
