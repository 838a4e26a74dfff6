"""How a unit may still regain points: what one more activity, youth, document … would give, and what is too late.

Every gain is the difference in the same mean that made the score: the part's share after minus before, times its weight
and factor, authenticity included, over all components on which the thing bears. Credit stops at what is due (四.3):
nothing beyond a requirement is ever proposed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import ceil, isnan
from typing import TYPE_CHECKING, Any

from .frame_rows import records
from .periods import cadre_periods, months

if TYPE_CHECKING:
    import pandas as pd

    from .assessment import Assessment
    from .rulebook import Rulebook
    from .rules import AnyComponent

COLUMNS = ["unit", "action", "holder", "period", "items", "gain", "needed", "total", "open"]
NO_EVIDENCE = "no_evidence"
_LEAST = 1e-9  # points that are none


@dataclass(frozen=True)
class Step:
    """One more of something: how much it adds to done and to due of a part, or the factor that it brings."""

    component: str
    part: str
    done: float = 1
    due: float = 0
    factor: float | None = None


@dataclass(frozen=True)
class Action:
    """Something a unit could do ``needed`` times: what it is, for whom and when, and on which parts it bears."""

    kind: str
    holder: str
    period: str
    needed: int
    open: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Position:
    """Where one unit stands: its parts by component and name, and what each component is worth."""

    result: Assessment
    unit: str

    @cached_property
    def parts(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Return the unit's parts by component and part."""
        rows: list[Any] = records(self.result.parts_of(self.unit))
        return {(row["component"], row["part"]): row for row in rows}

    @cached_property
    def scale(self) -> dict[str, float]:
        """Return what a component gives for each unit of weight, authenticity included; items decided give nothing."""
        a = dict(zip(self.result.authenticity["unit"], self.result.authenticity["value"], strict=True))[
            self.unit
        ]
        book, affected = self.result.rulebook, self.result.rulebook.rules.authenticity.items
        weights: dict[str, float] = {}
        for (name, _), row in self.parts.items():
            weights[name] = weights.get(name, 0.0) + row["weight"]
        found = {}
        for item, component in book.components():
            if component.id in weights and (self.unit, item.id) not in self.result.standing.items:
                points = component.points.value * book.points(item) / item.points.value
                found[component.id] = points * (a if item.id in affected else 1) / weights[component.id]
        return found

    @cached_property
    def in_post(self) -> frozenset[str]:
        """Return the cadres who are in post on the day: nobody else can still do anything."""
        day = self.result.as_of
        columns = (
            self.result.evidence.tables["cadres"][c].to_pylist()
            for c in ("cadre_id", "post_start", "post_end")
        )
        rows = zip(*columns, strict=True)
        return frozenset(cadre for cadre, start, end in rows if (start or day) <= day <= (end or day))

    @cached_property
    def types(self) -> dict[str, str]:
        """Return each cadre's type."""
        cadres = self.result.evidence.tables["cadres"]
        return dict(zip(cadres["cadre_id"].to_pylist(), cadres["cadre_type"].to_pylist(), strict=True))

    def gain(self, action: Action, times: int) -> float:
        """Return the points that doing something so many times would give."""
        return sum(self._gain(step, times) for step in action.steps)

    def _gain(self, step: Step, times: int) -> float:
        row = self.parts.get((step.component, step.part))
        if row is None or row["note"] == NO_EVIDENCE or step.component not in self.scale:
            return 0.0
        due, done = row["due"] + times * step.due, 0.0 if isnan(row["done"]) else row["done"]
        share = min(1.0, (done + times * step.done) / due) if due > 0 else 0.0
        factor = row["factor"] if step.factor is None else step.factor
        value = (row["share"] if step.factor is not None else share) * factor
        return float(self.scale[step.component] * row["weight"] * (value - row["low"]))

    def of(self, component: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the parts of a component that lack something."""
        for (name, part), row in self.parts.items():
            if name == component and (row["low"] < 1 or row["factor"] < 1) and row["note"] != NO_EVIDENCE:
                yield part, row


def regaining(result: Assessment, unit: str) -> pd.DataFrame:
    """Return what a unit could still do, the most points for one first; what is too late stands last.

    Returns
    -------
    DataFrame
        ``unit``; ``action`` (a code); ``holder`` (cadre or element), ``period``; ``items`` on which it bears, joined by
        ``;``; ``gain`` in points for one more (unrounded); ``needed``, how many until the requirement is met; ``total``
        in points for all of them; ``open``, whether the notice still lets it.
    """
    import pandas as pd

    position = Position(result, unit)
    rows = []
    for _, component in result.rulebook.components():
        for action in ACTIONS[component.measure](position, component):
            gain, total = position.gain(action, 1), position.gain(action, action.needed)
            if total > _LEAST:
                rows.append(
                    (
                        unit,
                        action.kind,
                        action.holder,
                        action.period,
                        _items(action, result),
                        gain,
                        action.needed,
                        total,
                        action.open,
                    )
                )
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.sort_values(["open", "gain", "total"], ascending=False, kind="stable").reset_index(drop=True)


def _items(action: Action, result: Assessment) -> str:
    items = {component.id: item.id for item, component in result.rulebook.components()}
    return ";".join(dict.fromkeys(items[step.component] for step in action.steps))


def _organ(position: Position, component: Any) -> Iterator[Action]:
    ends = {q.id: q.end for q in position.result.rulebook.quarters}
    for quarter, row in position.of(component.id):
        missing = ceil(row["due"] - row["done"])
        if missing > 0:
            yield _plain(
                "organ_activity",
                "",
                quarter,
                missing,
                _ahead(ends[quarter], position),
                Step(component.id, quarter),
            )
        if row["note"] == "material_missing":
            late = Step(component.id, quarter, factor=component.late.value)
            yield _plain("material", "", quarter, 1, True, late)


def _plain(kind: str, holder: str, period: str, needed: int, is_open: bool, *steps: Step) -> Action:
    return Action(kind, holder, period, needed, is_open, steps)


def _ahead(end: date, position: Position) -> bool:
    """Whether a period still has a day, be it the day of the assessment itself."""
    return end >= position.result.as_of


def _elements(position: Position, component: Any) -> Iterator[Action]:
    for element, row in position.of(component.id):
        if row["note"] == "decided":  # no check would override the decision
            continue
        checked = row["done"] is not None and row["done"] == row["done"]
        step = Step(component.id, element, done=1 - (row["done"] if checked else 0))
        yield _plain("document" if checked else "check", element, "", 1, True, step)


def _best_dated(position: Position, component: Any) -> Iterator[Action]:
    book = position.result.rulebook
    for part, row in position.of(component.id):
        grades = [(g.value, book.window(g.window)[1]) for g in component.grades]
        still = [value for value, end in grades if _ahead(end, position) and value > row["done"]]
        best = max(still or [value for value, _ in grades])
        yield _plain(component.id, "", "", 1, bool(still), Step(component.id, part, done=best - row["done"]))


def _cadres_with_log(position: Position, component: Any) -> Iterator[Action]:
    """A talk inside the plan is a log like any other: where it is the first, it also shows that the system is used."""
    book = position.result.rulebook
    end, last = book.window(component.window)[1], book.window("plan")[1]
    others = [c for c in _any_logs(book) if c != component.id and end <= last]
    for cadre, _ in position.of(component.id):
        steps = (Step(component.id, cadre), *(Step(other, cadre) for other in others))
        is_open = _ahead(end, position) and cadre in position.in_post
        yield Action(component.id, cadre, "", 1, is_open, steps)


def _five_ones(position: Position, component: AnyComponent) -> Iterator[Action]:
    """An activity serves the cadre's period, the volume of item 4 and, where it is the first, the use of the system."""
    ends = {(p.cadre_type, p.id): p.end for p in cadre_periods(position.result.rulebook)}
    book = position.result.rulebook
    others = [*(c.id for _, c in book.components() if c.measure == "volume"), *_any_logs(book)]
    for part, row in position.of(component.id):
        cadre, _, period = part.rpartition("/")
        steps = (Step(component.id, part), *(Step(other, cadre) for other in others))
        is_open = _ahead(ends[position.types[cadre], period], position) and cadre in position.in_post
        yield Action("activity", cadre, period, ceil(row["due"] - row["done"]), is_open, steps)


def _any_logs(book: Rulebook) -> list[str]:
    """Return the components to which any log of the plan shows that the system is used."""
    return [
        c.id
        for _, c in book.components()
        if c.measure == "cadres_with_log" and c.kind is None and c.window == "plan"
    ]


def _contacts(position: Position, component: AnyComponent) -> Iterator[Action]:
    """A new youth also enters the number of whom participation and mobile login are shares."""
    shares = [
        c.id
        for _, c in position.result.rulebook.components()
        if c.measure in ("participation", "mobile_youths")
    ]
    for cadre, row in position.of(component.id):
        steps = (Step(component.id, cadre), *(Step(other, cadre, done=0, due=1) for other in shares))
        needed, is_open = ceil(row["due"] - row["done"]), cadre in position.in_post
        yield Action("youth", cadre, "", needed, is_open, steps)


def _participation(position: Position, component: AnyComponent) -> Iterator[Action]:
    end = position.result.rulebook.window("plan")[1]
    for cadre, row in position.of(component.id):
        needed = ceil(row["due"] - row["done"])
        is_open = _ahead(end, position) and cadre in position.in_post
        yield _plain("participant", cadre, "", needed, is_open, Step(component.id, cadre))


def _mobile_months(position: Position, component: AnyComponent) -> Iterator[Action]:
    """A log by mobile is a log like any other: where it is the first, it also shows that the system is used."""
    book = position.result.rulebook
    ends, others = {month: end for month, _, end in months(book, position.result.as_of)}, _any_logs(book)
    for part, _ in position.of(component.id):
        cadre, _, month = part.rpartition("/")
        is_open = _ahead(ends[month], position) and cadre in position.in_post
        steps = (Step(component.id, part), *(Step(other, cadre) for other in others))
        yield _plain("mobile_log", cadre, month, 1, is_open, *steps)


def _mobile_youths(position: Position, component: AnyComponent) -> Iterator[Action]:
    for cadre, row in position.of(component.id):
        needed, is_open = ceil(row["due"] - row["done"]), cadre in position.in_post
        yield _plain("mobile_login", cadre, "", needed, is_open, Step(component.id, cadre))


def _guidance(position: Position, component: AnyComponent) -> Iterator[Action]:
    for part, row in position.of(component.id):
        cadre, _, aspect = part.rpartition("/")
        needed, steps = ceil(row["due"] - row["done"]), [Step(component.id, part)]
        if aspect == "kinds":  # with a branch, where it may be the first
            steps.append(Step(component.id, f"{cadre}/branch"))
        yield Action(f"guidance_{aspect}", cadre, "", needed, cadre in position.in_post, tuple(steps))


def _none(_: Position, __: AnyComponent) -> Iterator[Action]:
    """Work points follow from the system's own rules, and volume from activities, which stand with their periods."""
    return iter(())


ACTIONS: Mapping[str, Callable[[Position, Any], Iterator[Action]]] = {
    "organ_five_ones": _organ, "cadre_five_ones": _five_ones, "elements": _elements, "best_dated": _best_dated,
    "cadres_with_log": _cadres_with_log, "contacts": _contacts, "volume": _none, "participation": _participation,
    "work_points": _none, "mobile_months": _mobile_months, "mobile_youths": _mobile_youths, "guidance": _guidance,
}  # fmt: skip

__all__ = ["regaining"]
