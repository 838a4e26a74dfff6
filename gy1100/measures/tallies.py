"""Logs and youths counted once for all measures, from one statement of what each log is worth to each component."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from ..steps import Steps, step
from ..validity import EVER

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

    from ..rules import AnyComponent, CadresWithLog
    from ..validity import Frame

OTHER_KIND, OUTSIDE = "other_kind", "outside"
OF_PERIODS, COUNTED = ("cadre_five_ones", "volume"), "counted"


@dataclass(frozen=True)
class LogCredit:
    """What a valid log is worth to a component: in ``days`` and where it ``fits`` it gives its ``amount``."""

    days: Callable[[ibis.Table], ir.BooleanValue]
    fits: Callable[[ibis.Table], ir.BooleanValue]
    amount: Callable[[ibis.Table], ir.NumericValue]

    def counts(self, logs: ibis.Table) -> ir.BooleanValue:
        """Return whether logs, if valid, give their amount."""
        return self.days(logs) & self.fits(logs)

    def total(self, valid: ibis.Table, *, of_days: bool) -> ir.FloatingScalar:
        """Return what valid logs, all of its days or not, give together.

        Whole numbers as doubles add up to the same in any order.
        """
        fits = None if self.fits is _always else self.fits(valid)
        counts = fits if of_days else self.counts(valid)
        if self.amount is _one:  # counting is cheaper than adding ones
            return valid.count(where=counts).cast("float64")
        return self.amount(valid).cast("float64").sum(where=counts)


def log_credit(frame: Frame, component: AnyComponent) -> LogCredit | None:
    """Return what logs are worth to a component, None where it does not look at logs."""
    in_plan = _in_window(frame, "plan")
    if component.measure in OF_PERIODS:
        return LogCredit(in_plan, lambda logs: logs.counting, _one)
    if component.measure == "cadres_with_log":
        return LogCredit(_in_window(frame, component.window), _of_kind(component), _one)
    if component.measure == "participation":
        return LogCredit(in_plan, _always, lambda logs: logs.participants)
    if component.measure == "mobile_months":
        return LogCredit(in_plan, lambda logs: logs.mobile, _one)
    return None


def has_own_window(component: AnyComponent) -> bool:
    """Whether a component looks at logs of a window that is not the plan's, in which all others look at them."""
    return component.measure == "cadres_with_log" and component.window != "plan"


def _in_window(frame: Frame, window: str) -> Callable[[ibis.Table], ir.BooleanValue]:
    import ibis

    start, end = frame.rulebook.window(window)
    return lambda logs: logs.date.between(ibis.literal(start), ibis.literal(end))


def _of_kind(component: CadresWithLog) -> Callable[[ibis.Table], ir.BooleanValue]:
    return (lambda logs: logs.kind == component.kind) if component.kind else _always


def _always(_: ibis.Table) -> ir.BooleanValue:
    import ibis

    return ibis.literal(True)


def _one(_: ibis.Table) -> ir.NumericValue:
    import ibis

    return ibis.literal(1, "int64")


@dataclass(frozen=True)
class Tallies:
    """The shared sums of one assessment: logs by cadre and month, youths by cadre.

    ``elements`` are the decisions on elements that stand: ``(unit, element) -> value``.
    """

    frame: Frame
    elements: Mapping[tuple[str, str], float] = field(default_factory=dict)

    @property
    def steps(self) -> Steps:
        """Return the steps that assessments of the same evidence and day share."""
        return self.frame.steps

    @property
    def choices(self) -> dict[str, Any]:
        """Return what the steps may depend on: the readings in force, and the elements that were decided."""
        return {**self.frame.choices, "elements": self.elements}

    @step
    def element_decisions(self) -> ibis.Table:
        """Return the decisions on elements that stand: ``unit, element, decided``."""
        import pyarrow as pa

        self.steps.note({"elements": self.elements})
        columns = {
            "unit": pa.array([unit for unit, _ in self.elements], pa.string()),
            "element": pa.array([element for _, element in self.elements], pa.string()),
            "decided": pa.array(self.elements.values(), pa.float64()),
        }
        return self.frame.engine.table(pa.table(columns))

    def log_components(self, *, windows: bool) -> Iterator[tuple[AnyComponent, LogCredit]]:
        """Yield the components that look at logs, of windows of their own or not, with what a log is worth to each."""
        for _, component in self.frame.rulebook.components():
            credit = log_credit(self.frame, component) if has_own_window(component) == windows else None
            if credit:
                yield component, credit

    @step
    def by_month(self) -> ibis.Table:
        """Return valid logs summed by cadre and month, a column for each component that looks at logs of the plan.

        Those ``OF_PERIODS`` share one, ``counted``.
        """
        logs = self.frame.considered_logs
        valid = self.frame.valid(logs.filter(_in_window(self.frame, "plan")(logs)))
        worth = {
            COUNTED if component.measure in OF_PERIODS else component.id: credit
            for component, credit in self.log_components(windows=False)
        }
        sums = {name: credit.total(valid, of_days=True) for name, credit in worth.items()}
        return self.frame.engine.keep(valid.group_by("cadre", "month").agg(**sums))

    @step
    def by_window(self) -> ibis.Table:
        """Return valid logs summed by cadre, a column for each component that looks at logs of a window of its own.

        They stand apart from the others, as they are few and a reading may move a window.
        """
        logs, worth = self.frame.considered_logs, dict(self.log_components(windows=True))
        valid = self.frame.valid(logs.filter(reduce(or_, (credit.counts(logs) for credit in worth.values()))))
        sums = {c.id: credit.total(valid, of_days=False) for c, credit in worth.items()}
        return self.frame.engine.keep(valid.group_by("cadre").agg(**sums))

    @step
    def by_cadre(self) -> ibis.Table:
        """Return the sums of ``by_month`` over all months, one row a cadre with logs; but for ``counted``."""
        months = self.by_month
        sums = {
            name: months[name].sum() for name in months.columns if name not in ("cadre", "month", COUNTED)
        }
        return self.frame.engine.keep(months.group_by("cadre").agg(**sums))

    @step
    def by_period(self) -> ibis.Table:
        """Return counting valid logs by due, assessed cadre-period: ``cadre, period, required, split, counted``."""
        frame, months = self.frame, self.by_month
        logs = months.select("cadre", "month", amount=months[COUNTED])
        logs = logs.join(frame.cadres.select("cadre", "cadre_type"), "cadre")
        logs = logs.join(frame.period_months, ["cadre_type", "month"])
        sums = logs.group_by("cadre", "first").agg(amount=logs.amount.sum())
        rows = frame.periods.left_join(sums, ["cadre", "first"])
        columns = ("cadre", "period", "required", "split")
        return frame.engine.keep(rows.select(*columns, counted=rows.amount.fill_null(0)))

    @step
    def youths(self) -> ibis.Table:
        """Return contacted youths by cadre: ``cadre_id, contacted, mobile`` (registered by ``as_of`` or undated)."""
        youths = contacted_youths(self.frame)
        return self.frame.engine.keep(
            youths.group_by("cadre_id").agg(
                contacted=youths.count().cast("float64"),
                mobile=youths.count(where=youths.mobile_login).cast("float64"),
            )
        )

    @step
    def contacts(self) -> ibis.Table:
        """Return every cadre with youths to contact and contacted: the roster, ``required, contacted, mobile``."""
        import ibis

        cadres, rules = self.frame.cadres, self.frame.rulebook.rules.cadres.types
        required = ibis.cases(
            *((cadres.cadre_type == name, cadres.in_organ.ifelse(rule.contacts_in_organ.value, rule.contacts.value))
              for name, rule in rules.items())
        )  # fmt: skip
        joined = cadres.mutate(required=required.cast("float64")).left_join(self.youths, "cadre_id")
        counted = {"contacted": joined.contacted.fill_null(0), "mobile": joined.mobile.fill_null(0)}
        return self.frame.engine.keep(joined.mutate(**counted).drop("cadre_id_right"))


def contacted_youths(frame: Frame) -> ibis.Table:
    """Return the youths that count as contacted on ``as_of``: registered by then, or without a date."""
    import ibis
    import pyarrow.compute as pc

    youths, latest = frame.tables["youths"], pc.max(frame.given["youths"]["registered_on"]).as_py()
    if latest is None or latest <= frame.as_of:
        return youths  # asking each of tens of millions costs a quarter of counting them
    return youths.filter(youths.registered_on.coalesce(ibis.literal(EVER[0])) <= ibis.literal(frame.as_of))
