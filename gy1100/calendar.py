"""The calendar: every duty of the notice, who owes and watches it, its due day, whether it was done (三; 附件1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .components import resolved
from .duties import COLUMNS, Term, duties, row_of, terms
from .measures import measure
from .measures.overall import guidance
from .parts import is_fed

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from .assessment import Assessment
    from .duty_rules import Duty, Record
    from .rulebook import Rulebook

STATE_COLUMNS = ["unit", *COLUMNS, "state", "done", "owed", "done_on"]
DONE, LATE, OPEN, NOT_YET = "done", "late", "open", "not_yet"
NO_DATA, UNRECORDED, NOBODY = "no_data", "unrecorded", "nobody"
CITY, CADRES = "city", "cadres"


@dataclass(frozen=True)
class Told:
    """What the evidence tells of one duty of one unit: ``done`` of ``owed``, first on a day; ``known`` or not.

    ``late``: done, as far as it is, only after its day.
    """

    known: bool
    done: int | None = None
    owed: int | None = None
    on: date | None = None
    late: bool = False


def duties_of(result: Assessment) -> pd.DataFrame:
    """Return every duty with its state as of the assessment's day, one row for each unit and duty.

    Returns
    -------
    DataFrame
        The columns of :func:`duties` with ``unit`` (empty for the city's own) and

        - ``state``: ``done``; ``late`` (the due day came and it was not done by then; ``done_on`` says when it was
          after all); ``open``; ``not_yet`` (its time has not begun); ``no_data`` (what would show it was not delivered
          or not checked); ``unrecorded`` (no table shows it); ``nobody`` (the unit has nobody who owes it);
        - ``done`` of ``owed``: cadres or elements, empty for activities; ``done_on``: day of the first activity.

        The due day counts as a whole: what is not there on it is late.
    """
    import pandas as pd

    evidence = _Evidence(result)
    units = [unit.name for unit in result.rulebook.units]
    rows = [
        row_of(term)
        | {"unit": unit, "owner": owner}
        | _state(term, result.as_of, evidence.told(term, owner, unit))
        for term in terms(result.rulebook)
        for owner in term.owners
        for unit in ([""] if owner == CITY else units)
    ]
    return pd.DataFrame(rows, columns=STATE_COLUMNS).astype({"done": "Int64", "owed": "Int64"})


def _state(term: Term, as_of: date, told: Told | None) -> dict[str, Any]:
    if as_of < term.start or told is None or not told.known:
        state = NOT_YET if as_of < term.start else UNRECORDED if told is None else NO_DATA
        return {"state": state, "done": None, "owed": None, "done_on": None}
    counted = {"done": told.done, "owed": told.owed}
    if as_of < term.due and not told.owed:  # nobody was counted yet
        counted = dict.fromkeys(counted)
    return {"state": _standing(term, as_of, told), **counted, "done_on": told.on}


def _standing(term: Term, as_of: date, told: Told) -> str:
    if (told.owed and told.done == told.owed and not told.late) or (told.on and told.on <= term.due):
        return DONE
    if as_of < term.due:
        return OPEN
    return NOBODY if told.owed == 0 else LATE


@dataclass(frozen=True)
class _Evidence:
    """What registers and parts of an assessment tell of its duties, each asked for once."""

    result: Assessment

    def told(self, term: Term, owner: str, unit: str) -> Told | None:
        """Return what the evidence tells of a unit's duty, None where nothing records it."""
        record = term.duty.record
        if record is None or owner == CITY:
            return None
        if record.table:
            return self._of_register(term, record, unit)
        known, counts = self.counts[term.duty.id]
        done, owed = counts.get((unit, owner, term.period), (0, 0))
        by_then = self.by_then.get(term.duty.id, {}).get((unit, owner, term.period), (done, owed))
        return Told(known and done is not None, done, owed, late=by_then != (done, owed))

    def _of_register(self, term: Term, record: Record, unit: str) -> Told:
        table = str(record.table)
        if table not in self.result.evidence.present:
            return Told(known=False)
        if "quarter" in self.result.rulebook.tables[table].by_id:
            days = self.registers[table, record.date].get((unit, record.kind, term.period), [])
        else:
            last = self._last_day(term, record)
            days = self.registers[table, record.date].get((unit, record.kind, None), [])
            days = [day for day in days if term.start <= day <= last]
        return Told(known=True, on=min(days, default=None))

    def _last_day(self, term: Term, record: Record) -> date:
        """Return the day up to which a row can still be a late fulfilment."""
        if term.duty.each:
            return term.due
        return self.result.rulebook.window(record.until)[1] if record.until else self.result.as_of

    @cached_property
    def registers(self) -> dict[tuple[str, str], dict[tuple[str, str | None, str | None], list[date]]]:
        """Return the days of each register's rows up to the assessment's, by unit, kind (and of all) and quarter."""
        records = [duty.record for duty in self.result.rulebook.rules.duties if duty.record]
        return {(r.table, r.date): self._days(r.table, r.date) for r in records if r.table}

    def _days(self, table: str, day: str) -> dict[tuple[str, str | None, str | None], list[date]]:
        days: dict[tuple[str, str | None, str | None], list[date]] = {}
        for row in self.result.evidence.tables[table].to_pylist():
            if row[day] is not None and row[day] <= self.result.as_of:
                for kind in {row.get("kind"), None}:
                    days.setdefault((row["unit"], kind, row.get("quarter")), []).append(row[day])
        return days

    @cached_property
    def counts(self) -> dict[str, tuple[bool, dict[tuple[str, str, str], tuple[int | None, int]]]]:
        """Return by task whether its component is fed, and ``(unit, owner, period) -> (done, owed)``."""
        result = self.result
        components = {component.id: component for _, component in result.rulebook.components()}
        found = {}
        for duty in result.rulebook.rules.duties:
            if duty.record and duty.record.component:
                component = components[duty.record.component]
                parts = resolved(measure(result.tallies, component))
                known = component.measure == "elements" or is_fed(result.tallies.frame, component)
                found[duty.id] = known, dict(self._fulfilled(duty, duty.record, parts))
        return found

    @cached_property
    def by_then(self) -> dict[str, dict[tuple[str, str, str], tuple[int | None, int]]]:
        """Return by task what ``counts`` said at the end of its window, where the score also takes what is later."""
        book = self.result.rulebook
        components = {c.id: c for _, c in book.components() if c.measure == "guidance"}
        found = {}
        for duty in book.rules.duties:
            component = components.get(duty.record.component or "") if duty.record else None
            if component and duty.record and duty.window:
                parts = guidance(self.result.tallies, component, book.window(duty.window)[1])
                found[duty.id] = dict(self._fulfilled(duty, duty.record, resolved(parts)))
        return found

    def _fulfilled(self, duty: Duty, record: Record, parts: ibis.Table) -> Iterator[tuple[Any, Any]]:
        frame, by_type = self.result.tallies.frame, duty.each == "cadre_period"
        for row in frame.engine.arrow(whole_parts(frame.cadres, parts, record, by_type=by_type)).to_pylist():
            owner = row["cadre_type"] if by_type else duty.owners[0]
            done = None if row["unknown"] else row["done"]
            yield (row["unit"], owner, row["period"] or ""), (done, row["owed"])


def whole_parts(cadres: ibis.Table, parts: ibis.Table, record: Record, *, by_type: bool) -> ibis.Table:
    """Return how many holders (cadres, elements) have their whole share.

    Columns: ``unit, cadre_type, period, done, owed, unknown``. With ``by_type`` by cadre type and period, else by unit
    alone: a holder counts when all its parts are whole.
    """
    import ibis

    if record.period:
        parts = parts.filter(parts.period == record.period)
    rows = parts.left_join(cadres.select("cadre_id", "cadre_type"), parts.holder == cadres.cadre_id)
    if not by_type:
        nothing = ibis.literal(None, "string")
        rows = rows.mutate(cadre_type=nothing, period=nothing)
    keys = ["unit", "cadre_type", "period"]
    holders = rows.group_by(*keys, "holder").agg(least=rows.share.min(), unknown=rows.unknown.max())
    return holders.group_by(*keys).agg(
        done=(holders.least >= 1).sum(), owed=holders.count(), unknown=holders.unknown.max()
    )


@dataclass(frozen=True)
class Calendar:
    """The calendar of a year, with what was done where an assessment is given.

    Attributes
    ----------
    rulebook : Rulebook
    as_of : date
        The day for which states are told.
    assessment : Assessment or None
        Gives the evidence; without one there are dates alone.
    """

    rulebook: Rulebook
    as_of: date
    assessment: Assessment | None = None

    @cached_property
    def duties(self) -> pd.DataFrame:
        """Return the duties (:func:`duties`)."""
        return duties(self.rulebook)

    @cached_property
    def states(self) -> pd.DataFrame | None:
        """Return the duties with their states (:func:`duties_of`), None without an assessment."""
        return None if self.assessment is None else self.assessment.duties

    def write(self, out: str | Path, *, lang: str = "zh") -> Path | None:
        """Write duties.csv, calendar.ics and the manifest into a folder; an empty ``out``: nothing."""
        from .publish import write_calendar

        return write_calendar(self, Path(out), lang=lang) if str(out) else None


def open_calendar(
    exports: str | Path, rulebook: Rulebook, as_of: str | date = "", **options: Any
) -> Calendar:
    """Return the calendar of a rulebook, with states where there are exports.

    Parameters
    ----------
    exports : path
        A folder of exports; empty: dates alone.
    rulebook : Rulebook
    as_of : date or str
        Empty: the rulebook's year-end day, never today.
    **options
        ``decisions``, ``corrections`` and ``set_aside``, as for ``assess`` and ``read_evidence``.

    Raises
    ------
    WrongUsage, NothingToRead, Refused
        As ``assess`` and ``read_evidence``.
    """
    from .assessment import assess
    from .evidence import read_evidence
    from .periods import checked_day

    day = checked_day(as_of or rulebook.rules.as_of.year_end.value, rulebook)
    if not str(exports):
        return Calendar(rulebook, day)
    decisions = options.pop("decisions", None)
    evidence = read_evidence(exports, rulebook, **options)
    return Calendar(rulebook, day, assess(evidence, rulebook, as_of=day, decisions=decisions))


__all__ = ["Calendar", "duties", "duties_of", "open_calendar", "terms"]
