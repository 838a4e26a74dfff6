"""The shape of the duties and indicators in ``rules.yaml``: what the notice asks for beside the scored items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from pydantic import model_validator

from .cited import Cited, Count, Number, Strict, Words

if TYPE_CHECKING:
    from .rules import Rules
    from .tables import Table

Owner = Literal["city", "unit", "organ", "cadres"]


class Watch(Cited):
    """The departments of the city's office that watch a duty (annex 1)."""

    departments: tuple[str, ...]


class Record(Strict):
    """Where it shows whether a duty was done: rows of a register, or the parts of a component.

    Attributes
    ----------
    table, kind, date : str
        A register by unit, the kind of its rows, and the column with their day.
    until : str
        A window after whose end a row belongs to something else and is no late fulfilment.
    component, period : str
        A component of an item, perhaps one period of it alone; done is what has its whole share.
    reading : str
        Why this shows it, where the notice does not say so.
    """

    table: str | None = None
    kind: str | None = None
    date: str = "date"
    until: str | None = None
    component: str | None = None
    period: str | None = None
    reading: str | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Record:
        if (self.table is None) == (self.component is None):
            raise ValueError("wants exactly one of table and component")
        return self


class Duty(Strict):
    """One duty of the notice.

    Attributes
    ----------
    window, each, day
        When: a window of the rules; each ``quarter``, ``deadline`` (a quarter's day for material) or ``cadre_period``;
        or a default day of assessments (``mid_year``, ``year_end``). Exactly one of the three.
    record : Record, optional
        Where it shows; without one no table tells.
    """

    id: str
    label: Words
    clause: str
    owners: tuple[Owner, ...]
    watch: Watch
    window: str | None = None
    each: Literal["quarter", "deadline", "cadre_period"] | None = None
    day: Literal["mid_year", "year_end"] | None = None
    record: Record | None = None

    @model_validator(mode="after")
    def _one_time(self) -> Duty:
        if sum(given is not None for given in (self.window, self.each, self.day)) != 1:
            raise ValueError("wants exactly one of window, each and day")
        return self


class Indicators(Strict):
    """What is shown beside the score: the worth of a rating, from which participation on it says something."""

    ratings: dict[str, Number]
    participation: Number
    small_cell: Count
    talks_window: str
    talks_kind: str
    clauses: dict[str, str]


def unknown_in_duties(rules: Rules, tables: Mapping[str, Table]) -> Iterator[str]:
    """Yield what duties and indicators name but the rules and tables do not know."""
    components = {component.id for item in rules.items for component in item.components}
    for duty in rules.duties:
        if duty.window and duty.window not in rules.windows:
            yield f"duty {duty.id}: no window {duty.window!r}"
        record = duty.record or Record(table="")
        if record.until and record.until not in rules.windows:
            yield f"duty {duty.id}: no window {record.until!r}"
        if record.component and record.component not in components:
            yield f"duty {duty.id}: no component {record.component!r}"
        if record.table:
            yield from _unknown_column(duty, record, tables)
    if rules.indicators.talks_window not in rules.windows:
        yield f"indicators: no window {rules.indicators.talks_window!r}"
    ids = [duty.id for duty in rules.duties]
    yield from (f"duty {i!r} stands twice" for i in sorted({i for i in ids if ids.count(i) > 1}))


def _unknown_column(duty: Duty, record: Record, tables: Mapping[str, Table]) -> Iterator[str]:
    table = tables.get(str(record.table))
    if table is None:
        yield f"duty {duty.id}: no table {record.table!r}"
    elif record.date not in table.by_id or "unit" not in table.by_id:
        yield f"duty {duty.id}: table {table.id} has no column {record.date!r} by unit"
    elif record.kind and record.kind not in table.by_id["kind"].choices:
        yield f"duty {duty.id}: no kind {record.kind!r} in {table.id}"
