"""Heading 2 of annex 2, collective campaigns, and item 4.1: dated activities of a unit, cadres who did something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..engine import number
from ..parts import parts
from .tallies import has_own_window

if TYPE_CHECKING:
    import ibis

    from ..rules import BestDated, CadresWithLog
    from .tallies import Tallies


def best_dated(tallies: Tallies, component: BestDated) -> ibis.Table:
    """Return the best-graded activity or recognition of each unit (2.1, 2.3; 二.(一).2, 二.(一).4)."""
    graded = graded_activities(tallies, component)
    best = graded.group_by("unit").agg(done=graded.amount.max())
    rows = tallies.frame.units.left_join(best, "unit")
    return parts(component, rows, done=rows.done.fill_null(0), due=1)


def graded_activities(tallies: Tallies, component: BestDated) -> ibis.Table:
    """Return the rows of a component's register that fall in one of its windows, each with the ``amount`` it is worth.

    The best row of a unit counts, the rest is surplus.
    """
    import ibis

    rows = tallies.frame.tables[component.fed_by[0]]
    day = rows[component.date]
    rows = rows.filter(day <= ibis.literal(tallies.frame.as_of))
    if component.kind:
        rows = rows.filter(rows.kind == component.kind)
    spans = [(tallies.frame.rulebook.window(grade.window), grade.value) for grade in component.grades]
    amount = ibis.cases(
        *((rows[component.date].between(ibis.literal(start), ibis.literal(end)), number(value))
          for (start, end), value in spans)
    )  # fmt: skip
    rows = rows.mutate(amount=amount, day=rows[component.date])
    rows = rows.filter(rows.amount.notnull())
    best = ibis.window(group_by="unit", order_by=[ibis.desc("amount"), "day", "source", "row"])
    return rows.mutate(flag=ibis.cases((ibis.row_number().over(best) > 0, "surplus")))


def cadres_with_log(tallies: Tallies, component: CadresWithLog) -> ibis.Table:
    """Return the cadres in post in a window, each with its valid logs there of one due (2.2, 2.4, 4.1)."""
    frame = tallies.frame
    start, end = frame.rulebook.window(component.window)
    cadres = frame.cadres
    population = cadres.filter(frame.in_post_for(cadres, start, min(end, frame.as_of)))
    sums = tallies.by_window if has_own_window(component) else tallies.by_cadre
    rows = population.left_join(sums.select("cadre", done=sums[component.id]), "cadre")
    emphasised = rows.emphasised if component.weighted else False
    return parts(
        component, rows, holder=rows.cadre_id, done=rows.done.fill_null(0), due=1, emphasised=emphasised
    )
