"""What stands before any item: cadres in post, periods, holding checks and the validity of logs (scoring.md §1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from .engine import place_of
from .periods import month_table, period_month_table, period_table
from .repeats import repeating
from .steps import Steps, Watched, step

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
    import pyarrow as pa

    from .engine import Engine
    from .evidence import Evidence
    from .rulebook import Rulebook

EVER = (date(1, 1, 1), date(9999, 12, 31))
OUT_OF_POST, REPEATED, TOO_SHORT, REFUTED = "out_of_post", "repeated", "too_short", "refuted"


def framed(
    engine: Engine, evidence: Evidence, rulebook: Rulebook, as_of: date, steps: Steps | None = None
) -> Frame:
    """Return the frame of an assessment; ``steps`` of one of the same evidence and day are used again."""
    steps = steps or Steps()
    watched = replace(rulebook)
    watched.__dict__["readings"] = Watched(rulebook.readings, steps)  # where its cached property looks first
    return Frame(engine, evidence, watched, as_of, steps, rulebook.readings)


@dataclass(frozen=True)
class Frame:
    """The evidence of one assessment inside an engine, and the steps that its measures share.

    Each step is computed once for the readings that it looks at. ``as_of`` bounds all evidence: what is dated later
    does not exist for it. Made by :func:`framed`.
    """

    engine: Engine
    evidence: Evidence
    rulebook: Rulebook
    as_of: date
    steps: Steps = field(default_factory=Steps)
    choices: Mapping[str, Any] = field(default_factory=dict)

    @step
    def given(self) -> dict[str, pa.Table]:
        """Return the evidence's tables with what makes their rows fast to compare.

        Cadres have a number, ``cadre``; logs tell whether their cadre and text may occur ``again``.
        """
        import numpy as np
        import pyarrow as pa

        given = dict(self.evidence.tables)
        numbers = np.arange(given["cadres"].num_rows, dtype="int32")
        given["cadres"] = given["cadres"].append_column("cadre", pa.array(numbers))
        again = repeating([given["logs"][name] for name in ("cadre_id", "text_hash")])
        given["logs"] = given["logs"].append_column("again", pa.array(again))
        return given

    @step
    def tables(self) -> dict[str, ibis.Table]:
        """Return the tables ``given`` as tables of the engine."""
        return {name: self.engine.table(data) for name, data in self.given.items()}

    @step
    def units(self) -> ibis.Table:
        """Return one row a unit: ``unit`` and its ``unit_place`` in the rulebook."""
        import pyarrow as pa

        names = list(self.rulebook.units.names)
        return self.engine.table(pa.table({"unit": names, "unit_place": list(range(len(names)))}))

    @step
    def cadres(self) -> ibis.Table:
        """Return the roster, blank ends of post filled, with who is ``emphasised`` and ``considered`` in item 4."""
        import ibis

        rules, roster = self.rulebook.rules.cadres, self.tables["cadres"]
        emphasised = roster.cadre_type.isin([name for name, rule in rules.types.items() if rule.emphasised])
        if rules.organ_emphasised.value:
            emphasised = emphasised | roster.in_organ
        filled = roster.mutate(
            post_start=roster.post_start.coalesce(ibis.literal(EVER[0])),
            post_end=roster.post_end.coalesce(ibis.literal(EVER[1])),
            emphasised=emphasised,
        )
        plan_start, plan_end = self.rulebook.window("plan")
        return self.engine.keep(
            filled.mutate(considered=self.in_post_for(filled, plan_start, min(self.as_of, plan_end)))
        )

    def in_post_for(self, cadres: ibis.Table, start: date, end: date) -> ir.BooleanValue:
        """Return whether a cadre is in post for the least number of days of a window."""
        import ibis

        days = days_in_post(cadres, ibis.literal(start), ibis.literal(end))
        return days >= self.rulebook.rules.cadres.min_days.value

    @step
    def periods(self) -> ibis.Table:
        """Return each cadre's due, assessed periods: ``cadre, cadre_type, period, first, required, split``.

        ``required`` activities are scaled by the days in post (reading required_rounding); ``split`` is one over
        the cadre's number of such periods.
        """
        spans = self.engine.table(period_table(self.rulebook, self.as_of))
        joined = self.cadres.join(spans, "cadre_type")
        joined = joined.mutate(days=days_in_post(joined, joined.start, joined.end))
        assessed = joined.filter(joined.days >= self.rulebook.rules.cadres.min_days.value)
        required = _required(assessed, self.rulebook)
        assessed = assessed.select("cadre", "cadre_type", "period", "first", required=required)
        return self.engine.keep(_shared_out(assessed))

    def named(self, rows: ibis.Table) -> ibis.Table:
        """Return rows that tell a ``cadre`` with that one's ``cadre_id`` and ``unit``."""
        return rows.join(self.cadres.select("cadre", "cadre_id", "unit"), "cadre")

    @step
    def period_months(self) -> ibis.Table:
        """Return the months that a period is made of: ``cadre_type, period, first, month``."""
        return self.engine.table(period_month_table(self.rulebook))

    @property
    def spans(self) -> ibis.Table:
        """Return the months of each cadre's due, assessed periods: ``cadre, month, period``."""
        joined = self.periods.join(self.period_months, ["cadre_type", "first"])
        return joined.select("cadre", "month", "period")

    @step
    def months(self) -> ibis.Table:
        """Return each cadre's assessed months: ``cadre, period, month, split`` (one over their number)."""
        joined = self.cadres.cross_join(self.engine.table(month_table(self.rulebook, self.as_of)))
        days = days_in_post(joined, joined.start, joined.end)
        assessed = joined.filter(days >= self.rulebook.rules.cadres.min_days.value)
        return self.engine.keep(_shared_out(assessed.select("cadre", "period", "month")))

    @step
    def holding_checks(self) -> ibis.Table:
        """Return the holding check of each checked log: ``log_id, outcome``, latest that reached somebody."""
        import ibis

        checks = self.tables["spot_checks"]
        reached = checks.filter(
            checks.log_id.notnull() & (checks.log_id != ""),
            checks.checked_on <= ibis.literal(self.as_of),
            checks.outcome != "unreached",
        )
        latest = ibis.window(group_by="log_id", order_by=[ibis.desc("checked_on"), ibis.desc("check_id")])
        ranked = reached.mutate(place=ibis.row_number().over(latest))
        return self.engine.keep(ranked.filter(ranked.place == 0).select("log_id", "outcome"))

    @property
    def considered_days(self) -> tuple[date, date]:
        """Return the first and last day of considered logs."""
        return self.rulebook.window("plan")[0], min(self.as_of, self.rulebook.window("service")[1])

    @step
    def checked_logs(self) -> ibis.Table:
        """Return the considered logs, flagged or not, with a holding check: log_id, cadre_id, unit, place, outcome."""
        checked = self.tables["logs"].join(self.holding_checks, "log_id")
        few = self.engine.keep(checked.select("log_id", "cadre_id", "date", "outcome", "source", "row"))
        checked = self._considered(
            few
        )  # of both joins as one an engine may make that of all logs with the roster first
        return self.engine.keep(checked.select("log_id", "cadre_id", "unit", "outcome", "place"))

    @step
    def repeats(self) -> ibis.Table:
        """Return the considered logs in post whose text the same cadre had used in an earlier one: ``place``.

        Only logs whose cadre and text occur again are put in order; which these may be was told by hashes before.
        """
        import ibis

        logs = self.tables["logs"]
        again = self._considered(logs.filter(logs.again, logs.text_hash.notnull()))
        again = again.filter(again.in_post)
        same = ibis.window(group_by=["cadre", "text_hash"], order_by=["date", "log_id"])
        again = again.select("place", earlier=ibis.row_number().over(same))
        return self.engine.keep(again.filter(again.earlier > 0).select("place"))

    def _considered(self, logs: ibis.Table) -> ibis.Table:
        """Return the considered ones of some logs with cadre, unit and place, and whether they are ``in_post``."""
        import ibis

        start, end = self.considered_days
        roster = self.cadres.select("cadre", "cadre_id", "unit", "post_start", "post_end")
        logs = logs.filter(logs.date.between(ibis.literal(start), ibis.literal(end))).join(roster, "cadre_id")
        return logs.mutate(in_post=logs.date.between(logs.post_start, logs.post_end), place=place_of(logs))

    @step
    def logs(self) -> ibis.Table:
        """Return the considered logs with their ``flag`` (:meth:`flagged`)."""
        return self.flagged(self.considered_logs)

    @property
    def considered_logs(self) -> ibis.Table:
        """Return the considered logs with what the rules ask of them but the flag: ``counting, mobile, month``."""
        logs = self._considered(self.tables["logs"])
        return logs.mutate(
            counting=logs.kind.isin(self.rulebook.rules.logs.counting.kinds),
            mobile=(logs.channel == "mobile").fill_null(False),
            month=logs.date.year().cast("int64") * 12 + logs.date.month().cast("int64"),
        )

    def flagged(self, logs: ibis.Table) -> ibis.Table:
        """Return some of the considered logs with their ``flag`` (null = valid), the first that fits.

        Rows: one a log. Columns: log_id, cadre, cadre_id, unit, date, kind, participants, source, row, counting,
        mobile, month, flag.
        """
        import ibis

        flag = ibis.cases(*((fits, name) for name, fits in self._against(logs).items()))
        columns = ("log_id", "cadre", "cadre_id", "unit", "date", "kind", "participants", "source", "row")
        return logs.select(*columns, "counting", "mobile", "month", flag=flag)

    def valid(self, logs: ibis.Table) -> ibis.Table:
        """Return the valid ones of some of the considered logs; engines tell that faster than why others are not."""
        import ibis

        listed, against = self._listed, self._against(logs)
        told = (~fits.fill_null(False) for flag, fits in against.items() if flag not in listed)
        return logs.filter(*told).anti_join(ibis.union(*listed.values()), "place")

    def _against(self, logs: ibis.Table) -> dict[str, ir.BooleanValue]:
        """Return by flag which of some of the considered logs it fits."""
        places = {flag: logs.place.isin(listed.place) for flag, listed in self._listed.items()}
        return {
            OUT_OF_POST: ~logs.in_post,
            REPEATED: places[REPEATED],
            TOO_SHORT: logs.text_length < self.rulebook.rules.logs.min_text.value,
            REFUTED: places[REFUTED],
        }

    @property
    def _listed(self) -> dict[str, ibis.Table]:
        """Return by flag the ``place`` of each log that it fits, where a log alone does not tell."""
        false = self.checked_logs.filter(self.checked_logs.outcome == "false")
        return {REPEATED: self.repeats, REFUTED: false.select("place")}


def days_in_post(cadres: ibis.Table, start: ir.DateValue, end: ir.DateValue) -> ir.IntegerValue:
    """Return the number of days of a range, both ends included, on which a cadre is in post (0 or less = none)."""
    import ibis

    last, first = ibis.least(cadres.post_end, end), ibis.greatest(cadres.post_start, start)
    return last.delta(first, unit="day") + 1


def _shared_out(rows: ibis.Table) -> ibis.Table:
    """Return rows of cadres with their ``split``: one over the number of rows of the same cadre."""
    own = rows.group_by("cadre").agg(own=rows.count())
    rows = rows.join(own, "cadre")
    return rows.mutate(split=1 / rows.own).drop("own")


def _required(periods: ibis.Table, rulebook: Rulebook) -> ir.FloatingValue:
    """Return the activities required of a cadre-period (二.(二).1), never fewer than one."""
    import ibis

    asked = periods.days.cast("int64") * rulebook.rules.cadres.activities.value
    whole = asked // periods.nominal_days
    choice = rulebook.readings.get("required_rounding", "floor")
    if choice == "exact":
        scaled = asked.cast("float64") / periods.nominal_days.cast("float64")
    elif choice == "ceil":
        scaled = whole + (whole * periods.nominal_days < asked).cast("int64")
    else:
        scaled = whole
    return ibis.greatest(scaled.cast("float64"), ibis.literal(1, "float64"))
