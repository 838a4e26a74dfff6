"""Heading 1 and 3 of annex 2: organ Five-Ones, cadre Five-Ones, work group and systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..engine import number
from ..parts import parts
from ..periods import due_quarters

if TYPE_CHECKING:
    import ibis

    from ..rules import Elements, OrganFiveOnes, PlainMeasure
    from .tallies import Tallies


def organ_five_ones(tallies: Tallies, component: OrganFiveOnes) -> ibis.Table:
    """Return the kinds held of five, unit by due quarter, times the factor for the material (1.1; 二.(一).2, 四.1)."""
    frame = tallies.frame
    quarters = quarter_table(tallies)
    held = organ_kinds(tallies, component)
    held = held.filter(held.flag.isnull()).group_by("unit", "period").agg(done=lambda t: t.count())
    rows = frame.units.cross_join(quarters).left_join(held, ["unit", "period"])
    rows = rows.left_join(first_material(tallies), ["unit", "period"])
    late = rows.first_on > rows.deadline
    missing = rows.first_on.isnull()
    graded = frame.rulebook.readings.get("lateness", "graded") == "graded"
    grades = (component.on_time, component.late, component.missing)
    on_time, too_late, none = (number(grade.value if graded else 1) for grade in grades)
    factor = missing.ifelse(none, late.ifelse(too_late, on_time))
    note = missing.ifelse("material_missing", late.ifelse("material_late", "material_on_time"))
    return parts(
        component, rows, period=rows.period, done=rows.done.fill_null(0), due=component.required.value,
        factor=factor, note=note,
    )  # fmt: skip


def quarter_table(tallies: Tallies) -> ibis.Table:
    """Return the due quarters: ``period, start, end, deadline``."""
    import pyarrow as pa

    due = due_quarters(tallies.frame.rulebook, tallies.frame.as_of)
    days = {
        name: pa.array([getattr(q, name) for q in due], pa.date32()) for name in ("start", "end", "deadline")
    }
    return tallies.frame.engine.table(
        pa.table({"period": pa.array([q.id for q in due], pa.string()), **days})
    )


def organ_kinds(tallies: Tallies, component: OrganFiveOnes) -> ibis.Table:
    """Return organ activities of the due quarters; the first of each kind and quarter counts, the rest is surplus."""
    import ibis

    rows = tallies.frame.tables["organ_activities"]
    quarters = quarter_table(tallies)
    rows = rows.join(quarters, [rows.date >= quarters.start, rows.date <= quarters.end])
    first = ibis.window(group_by=["unit", "period", "kind"], order_by=["date", "activity_id"])
    fits = rows.kind.isin(component.kinds)
    place = ibis.row_number().over(first)
    return rows.mutate(flag=ibis.cases((~fits, "other_kind"), (place > 0, "surplus")))


def first_material(tallies: Tallies) -> ibis.Table:
    """Return the first material that came for each quarter by ``as_of``: ``unit, period, first_on``."""
    import ibis

    sent = tallies.frame.tables["submissions"]
    sent = sent.filter(sent.submitted_on <= ibis.literal(tallies.frame.as_of))
    return sent.group_by("unit", period=sent.quarter).agg(first_on=sent.submitted_on.min())


def cadre_five_ones(tallies: Tallies, component: PlainMeasure) -> ibis.Table:
    """Return counting valid logs of those required, by cadre and due period (1.2; 二.(二).1)."""
    rows = tallies.frame.named(tallies.by_period)
    return parts(
        component,
        rows,
        holder=rows.cadre_id,
        period=rows.period,
        done=rows.counted,
        due=rows.required,
        split=rows.split,
    )


def elements(tallies: Tallies, component: Elements) -> ibis.Table:
    """Return each element as its latest check found it (1.3 and 3; 二.(一).1); without a check it is unknown."""
    import ibis
    import pyarrow as pa

    frame = tallies.frame
    wanted = frame.engine.table(pa.table({"element": pa.array(component.elements, pa.string())}))
    checks = element_checks(tallies, component)
    standing = checks.filter(checks.flag.isnull()).select("unit", "element", done=checks.amount)
    decided = tallies.element_decisions
    rows = (
        frame.units.cross_join(wanted)
        .left_join(standing, ["unit", "element"])
        .drop("unit_right", "element_right")
    )
    rows = rows.left_join(decided, ["unit", "element"])
    note = rows.decided.notnull().ifelse(
        "decided", rows.done.isnull().ifelse("unchecked", ibis.literal(None, "string"))
    )
    return parts(component, rows, holder=rows.element, done=rows.done, due=1, note=note, decided=rows.decided)


def element_checks(tallies: Tallies, component: Elements) -> ibis.Table:
    """Return the checks of a component's elements by ``as_of`` with their ``amount``; earlier ones are superseded."""
    import ibis

    checks = tallies.frame.tables["mechanisms"]
    checks = checks.filter(
        checks.element.isin(component.elements), checks.checked_on <= ibis.literal(tallies.frame.as_of)
    )
    latest = ibis.window(group_by=["unit", "element"], order_by=[ibis.desc("checked_on"), "source", "row"])
    half = number(component.partial.value)
    amount = ibis.cases(
        (checks.state == "full", number(1)), (checks.state == "partial", half), else_=number(0)
    )
    superseded = ibis.row_number().over(latest) > 0
    return checks.mutate(amount=amount, flag=ibis.cases((superseded, "superseded")))
