"""Credits: the evidence rows behind each part, what each gave, and for those that gave nothing the flag that says why.

The sum of the unflagged amounts of a part is its *done*: what is explained is what was computed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import campaigns, measure, mechanisms, overall
from .tallies import OF_PERIODS, OTHER_KIND, OUTSIDE, Tallies, contacted_youths, log_credit

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

    from ..rules import AnyComponent, BestDated, Elements, Guidance, OrganFiveOnes

NOT_ASSESSED, NO_LOGIN, FACTOR = "not_assessed", "no_login", "factor"


def credits_of(tallies: Tallies, component: AnyComponent) -> ibis.Table:
    """Return the evidence rows that a component looked at, one row for each part that a row bears on.

    Columns: ``unit, holder, period, table, source, row, date, kind, amount, flag`` (null = counted).
    """
    if log_credit(tallies.frame, component):
        return _of_holders(tallies, component, _log_credits(tallies, component))
    return CREDITS[component.measure](tallies, component)


def _of_holders(tallies: Tallies, component: AnyComponent, rows: ibis.Table) -> ibis.Table:
    """Return rows of cadres, those of nobody whom the component looks at flagged."""
    import ibis

    looked_at = rows.holder.isin(measure(tallies, component).holder)
    outside = looked_at.ifelse(ibis.literal(None, "string"), NOT_ASSESSED)
    return rows.mutate(flag=ibis.coalesce(rows.flag, outside))


def _shape(rows: ibis.Table, table: str, **columns: Any) -> ibis.Table:
    import ibis

    def column(name: str, kind: str) -> ir.Value:
        value = columns.get(name)
        return (value if isinstance(value, ibis.Expr) else ibis.literal(value, kind)).cast(kind)

    kinds = {
        "holder": "string",
        "period": "string",
        "date": "date",
        "kind": "string",
        "amount": "float64",
        "flag": "string",
    }
    shaped = {name: column(name, kind) for name, kind in kinds.items()}
    return rows.select("unit", "source", "row", table=ibis.literal(table), **shaped)


def _log_credits(tallies: Tallies, component: AnyComponent) -> ibis.Table:
    import ibis

    credit = log_credit(tallies.frame, component)
    assert credit is not None
    logs = _with_period(tallies, component)
    inside, fits = credit.days(logs), credit.fits(logs)
    wanted = inside | fits if getattr(component, "kind", None) else inside
    logs = logs.filter(wanted)
    inside, fits = credit.days(logs), credit.fits(logs)
    flag = ibis.cases(
        (logs.flag.notnull(), logs.flag),
        (~inside, OUTSIDE),
        (~fits, OTHER_KIND),
        (~logs.assessed, NOT_ASSESSED),
    )
    return _shape(
        logs,
        "logs",
        holder=logs.cadre_id,
        period=logs.period,
        date=logs.date,
        kind=logs.kind,
        amount=credit.amount(logs),
        flag=flag,
    )


def _with_period(tallies: Tallies, component: AnyComponent) -> ibis.Table:
    """Return the considered logs with the part they belong to: ``period`` (null = none) and ``assessed``."""
    import ibis

    frame, logs = tallies.frame, tallies.frame.logs
    if component.measure == "mobile_months":
        months = frame.months.select("cadre", "month", "period")
        joined = logs.left_join(months, ["cadre", "month"]).drop("cadre_right", "month_right")
        return joined.mutate(assessed=joined.period.notnull())
    if component.measure in OF_PERIODS:
        joined = logs.left_join(frame.spans, ["cadre", "month"]).drop("cadre_right", "month_right")
        joined = joined.mutate(assessed=joined.period.notnull())
        whole = ibis.literal(None, "string")
        return joined.mutate(period=whole) if component.measure == "volume" else joined
    return logs.mutate(period=ibis.literal(None, "string"), assessed=ibis.literal(True))


def _organ(tallies: Tallies, component: OrganFiveOnes) -> ibis.Table:
    import ibis

    rows = mechanisms.organ_kinds(tallies, component)
    held = _shape(
        rows, "organ_activities", period=rows.period, date=rows.date, kind=rows.kind, amount=1, flag=rows.flag
    )
    due = [q.id for q in tallies.frame.rulebook.quarters if q.end <= tallies.frame.as_of]
    sent = tallies.frame.tables["submissions"]
    sent = sent.filter(sent.submitted_on <= ibis.literal(tallies.frame.as_of), sent.quarter.isin(due))
    return held.union(
        _shape(
            sent,
            "submissions",
            period=sent.quarter,
            date=sent.submitted_on,
            kind="material",
            amount=0,
            flag=FACTOR,
        )
    )


def _elements(tallies: Tallies, component: Elements) -> ibis.Table:
    rows = mechanisms.element_checks(tallies, component)
    rows = rows.left_join(tallies.element_decisions, ["unit", "element"]).drop("unit_right", "element_right")
    rows = rows.mutate(flag=rows.decided.notnull().ifelse("superseded", rows.flag))
    return _shape(
        rows,
        "mechanisms",
        holder=rows.element,
        date=rows.checked_on,
        kind=rows.state,
        amount=rows.amount,
        flag=rows.flag,
    )


def _dated(tallies: Tallies, component: BestDated) -> ibis.Table:
    rows = campaigns.graded_activities(tallies, component)
    kind = rows.kind if component.kind else "exemplar"
    return _shape(rows, component.fed_by[0], date=rows.day, kind=kind, amount=rows.amount, flag=rows.flag)


def _youths(tallies: Tallies, component: AnyComponent) -> ibis.Table:
    import ibis

    youths = contacted_youths(tallies.frame).join(tallies.frame.cadres.select("cadre_id", "unit"), "cadre_id")
    of_mobile = component.measure == "mobile_youths"
    flag = ibis.cases((~youths.mobile_login, NO_LOGIN)) if of_mobile else None
    rows = _shape(
        youths, "youths", holder=youths.cadre_id, date=youths.registered_on, kind="youth", amount=1, flag=flag
    )
    return _of_holders(tallies, component, rows)


def _points(tallies: Tallies, _: AnyComponent) -> ibis.Table:
    cadres = tallies.frame.cadres.filter(tallies.frame.cadres.considered)
    return _shape(cadres, "cadres", holder=cadres.cadre_id, kind="points", amount=cadres.points.fill_null(0))


def _guidance(tallies: Tallies, component: Guidance) -> ibis.Table:
    rows = overall.guidance_credits(tallies, component)
    return _shape(
        rows,
        "practice_guidance",
        holder=rows.cadre_id,
        period=rows.aspect,
        date=rows.date,
        kind=rows.activity,
        amount=1,
        flag=rows.flag,
    )


CREDITS: dict[str, Callable[[Tallies, Any], ibis.Table]] = {
    "organ_five_ones": _organ,
    "elements": _elements,
    "best_dated": _dated,
    "contacts": _youths,
    "mobile_youths": _youths,
    "work_points": _points,
    "guidance": _guidance,
}
