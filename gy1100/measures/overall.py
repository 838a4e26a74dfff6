"""Heading 4 of annex 2: youths contacted, activities, mobile use, practice guidance, each over considered cadres."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..engine import exact_sum, number
from ..parts import parts, share_of

if TYPE_CHECKING:
    from datetime import date

    import ibis

    from ..rules import Guidance, PlainMeasure
    from .tallies import Tallies


def contacts(tallies: Tallies, component: PlainMeasure) -> ibis.Table:
    """Return youths contacted of those required, by considered cadre (4.2)."""
    rows = tallies.contacts.filter(tallies.contacts.considered)
    return parts(
        component,
        rows,
        holder=rows.cadre_id,
        done=rows.contacted,
        due=rows.required,
        emphasised=rows.emphasised,
    )


def volume(tallies: Tallies, component: PlainMeasure) -> ibis.Table:
    """Return counting valid logs of those required, over all due periods of a considered cadre (4.3)."""
    periods, cadres = tallies.by_period, tallies.frame.cadres
    sums = periods.group_by("cadre").agg(done=periods.counted.sum(), due=exact_sum(periods.required))
    rows = cadres.filter(cadres.considered).join(sums, "cadre")
    return parts(
        component, rows, holder=rows.cadre_id, done=rows.done, due=rows.due, emphasised=rows.emphasised
    )


def participation(tallies: Tallies, component: PlainMeasure) -> ibis.Table:
    """Return participants of valid logs of the youths contacted, by considered cadre (4.3)."""
    sums = tallies.by_cadre
    rows = tallies.contacts.filter(tallies.contacts.considered)
    rows = rows.left_join(sums.select("cadre", done=sums[component.id]), "cadre")
    return parts(
        component,
        rows,
        holder=rows.cadre_id,
        done=rows.done.fill_null(0),
        due=rows.contacted,
        emphasised=rows.emphasised,
    )


def peers(tallies: Tallies) -> ibis.Table:
    """Return the median of the work points of considered cadres of all units: ``cadre_type, median``.

    The one measure that looks beyond a unit; a cadre type without any value has no row.
    """
    cadres = tallies.frame.cadres
    valued = cadres.filter(cadres.considered, cadres.points.notnull())
    return tallies.frame.engine.keep(
        valued.group_by("cadre_type").agg(median=valued.points.median().cast("float64"))
    )


def work_points(tallies: Tallies, component: PlainMeasure) -> ibis.Table:
    """Return work points of the median of their cadre type, by considered cadre (4.3)."""
    import ibis

    medians = peers(tallies)
    known = medians.count().name("n_types").as_table()
    cadres = tallies.frame.cadres.filter(tallies.frame.cadres.considered)
    rows = cadres.left_join(medians, "cadre_type").cross_join(known)
    valued = rows.points.notnull()
    share = valued.ifelse(share_of(rows.points, rows.median, nothing_due=1), number(0))
    done = (rows.n_types > 0).ifelse(rows.points.fill_null(0), ibis.literal(None, "float64"))
    note = valued.ifelse(ibis.literal(None, "string"), "no_value")
    return parts(
        component, rows, holder=rows.cadre_id, done=done, due=rows.median.fill_null(0), share=share,
        emphasised=rows.emphasised, note=note,
    )  # fmt: skip


def mobile_months(tallies: Tallies, component: PlainMeasure) -> ibis.Table:
    """Return the assessed months of each considered cadre, each with its valid mobile logs of one due (4.4)."""
    months, sums, cadres = tallies.frame.months, tallies.by_month, tallies.frame.cadres
    rows = cadres.filter(cadres.considered).select("cadre", "cadre_id", "unit", "emphasised")
    rows = rows.join(months, "cadre")
    rows = rows.left_join(sums.select("cadre", "month", done=sums[component.id]), ["cadre", "month"])
    return parts(
        component, rows, holder=rows.cadre_id, period=rows.period, done=rows.done.fill_null(0), due=1,
        split=rows.split, emphasised=rows.emphasised,
    )  # fmt: skip


def mobile_youths(tallies: Tallies, component: PlainMeasure) -> ibis.Table:
    """Return youths with mobile login of the youths contacted, by considered cadre (4.4)."""
    rows = tallies.contacts.filter(tallies.contacts.considered)
    return parts(
        component,
        rows,
        holder=rows.cadre_id,
        done=rows.mobile,
        due=rows.contacted,
        emphasised=rows.emphasised,
    )


def guidance(tallies: Tallies, component: Guidance, by: date | None = None) -> ibis.Table:
    """Return the four aspects of practice guidance of each cadre who owes it, done ``by`` a day (4.5; 二.(二).2)."""
    import ibis
    import pyarrow as pa

    frame = tallies.frame
    due = {"committee": 1, "branch": 1, "kinds": len(component.kinds), "lesson": 1}
    aspects = frame.engine.table(pa.table({"aspect": list(due), "due": pa.array(due.values(), pa.float64())}))
    given = guidance_credits(tallies, component)
    given = given if by is None else given.filter(given.date <= ibis.literal(by))
    done = given.filter(given.flag.isnull()).group_by("cadre", "aspect").agg(done=lambda t: t.count())
    rows = guiding_cadres(tallies, component).cross_join(aspects).left_join(done, ["cadre", "aspect"])
    return parts(
        component, rows, holder=rows.cadre_id, period=rows.aspect, done=rows.done.fill_null(0), due=rows.due,
        split=number(1 / len(due)), emphasised=rows.emphasised,
    )  # fmt: skip


def guiding_cadres(tallies: Tallies, component: Guidance) -> ibis.Table:
    """Return the considered cadres who owe guidance, by type or leading organ, in post in the window."""
    frame = tallies.frame
    start, end = frame.rulebook.window(component.window)
    cadres = frame.cadres
    owing = cadres.cadre_type.isin(component.types) | cadres.in_organ
    return cadres.filter(cadres.considered, owing, frame.in_post_for(cadres, start, end))


def guidance_credits(tallies: Tallies, component: Guidance) -> ibis.Table:
    """Return the register's rows once for each aspect they serve: cadre, cadre_id, aspect, flag; the first counts."""
    import ibis

    rows, cadres = tallies.frame.tables["practice_guidance"], guiding_cadres(tallies, component)
    rows = rows.filter(rows.date <= ibis.literal(tallies.frame.as_of))
    rows = rows.join(cadres.select("cadre", "cadre_id", "unit", "post_start", "post_end"), "cadre_id")
    branch = rows.level == "branch"
    serves = {
        "committee": rows.level == "committee",
        "branch": branch,
        "kinds": branch & rows.activity.isin(component.kinds),
        "lesson": rows.activity == component.lesson,
    }
    each = ibis.union(*(rows.filter(fits).mutate(aspect=ibis.literal(name)) for name, fits in serves.items()))
    each = each.mutate(
        out=~each.date.between(each.post_start, each.post_end),
        once=(each.aspect == "kinds").ifelse(each.activity, each.aspect),
    )
    first = ibis.window(group_by=["cadre", "aspect", "once", "out"], order_by=["date", "source", "row"])
    place = ibis.row_number().over(first)
    return each.mutate(flag=ibis.cases((each.out, "out_of_post"), (place > 0, "surplus")))
