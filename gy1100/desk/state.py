"""Where an assessor stands at the desk, and how each event moves that: pure values, checked as any input is.

Events come over a socket from whoever may open the page, so nothing in them is trusted: what names no unit, item, date
or choice of the rulebook changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ..errors import WrongUsage

if TYPE_CHECKING:
    from ..rulebook import Rulebook

TABS = ("overview", "contrast", "firmness", "judgement", "cadres", "checking", "replies")
SPREADS = ("50", "20", "5")  # how close drawn weights stay to the rulebook's, the closest first
FEWEST, MOST_UNITS = 2, 9


@dataclass(frozen=True)
class State:
    """What is looked at.

    Attributes
    ----------
    tab : str
        One of `TABS`.
    as_of : date
    units : tuple of str
        The units that are compared.
    weights, readings : mapping
        "What if": item points and choices other than the rulebook's.
    spread : str
        One of `SPREADS`.
    place : str
        The open place of the judgement queue, ``unit|item|element``.
    unit, cadre_type, flag, words : str
        Filters of the cadres; empty = all.
    cadre : str
        The cadre that is open.
    page : int
        Which page of a long list.
    per_unit : int
        How many logs of each unit a draw asks for.
    checked_on : date or None
        The day of the checks that are entered; None = ``as_of``.
    """

    tab: str
    as_of: date
    units: tuple[str, ...]
    weights: Mapping[str, float] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)
    spread: str = SPREADS[1]
    place: str = ""
    unit: str = ""
    cadre_type: str = ""
    flag: str = ""
    words: str = ""
    cadre: str = ""
    page: int = 0
    per_unit: int = 30
    checked_on: date | None = None


def first_state(rulebook: Rulebook, as_of: date) -> State:
    """Return where everybody begins."""
    return State(TABS[0], as_of, tuple(unit.name for unit in rulebook.units)[:MOST_UNITS])


def after(state: State, name: str, value: Any, rulebook: Rulebook) -> State:
    """Return the state after an event; unknown events and values change nothing."""
    event = EVENTS.get(name)
    try:
        return event(state, value, rulebook) if event else state
    except (ValueError, TypeError, KeyError, AttributeError, WrongUsage):
        return state


def _tab(state: State, value: Any, _: Rulebook) -> State:
    return replace(state, tab=value, page=0) if value in TABS else state


def _as_of(state: State, value: Any, rulebook: Rulebook) -> State:
    day, allowed = date.fromisoformat(value), rulebook.rules.as_of
    return replace(state, as_of=day) if allowed.first.value <= day <= allowed.last.value else state


def _checked_on(state: State, value: Any, rulebook: Rulebook) -> State:
    day = date.fromisoformat(value)
    return replace(state, checked_on=day) if day >= rulebook.rules.as_of.first.value else state


def _pick(state: State, value: Any, rulebook: Rulebook) -> State:
    """Take a unit into the comparison or out of it, two at least and nine at most."""
    names = [unit.name for unit in rulebook.units]
    chosen = [n for n in names if (n in state.units) != (n == value)]
    return replace(state, units=tuple(chosen)) if FEWEST <= len(chosen) <= MOST_UNITS else state


def _weight(state: State, value: Any, rulebook: Rulebook) -> State:
    """Give an item other points; the other items of its heading share the rest in their old proportions."""
    moved, wanted = str(value["of"]), float(value["is"])
    group = heading_items(rulebook, moved)
    now = {i: state.weights.get(i, rulebook.item(i).points.value) for i in group}
    whole = sum(rulebook.item(i).points.value for i in group)
    if moved not in now or not 0 <= wanted <= whole:
        return state
    others = {i: w for i, w in now.items() if i != moved}
    rest, before = whole - wanted, sum(others.values())
    shared = {i: rest * (w / before if before else 1 / len(others)) for i, w in others.items()}
    return replace(state, weights={**state.weights, **shared, moved: wanted})


def heading_items(rulebook: Rulebook, item: str) -> list[str]:
    """Return the items under the same heading of annex 2 as an item."""
    return [i.id for i in rulebook.items if i.id.split(".")[0] == item.split(".", maxsplit=1)[0]]


def _reading(state: State, value: Any, rulebook: Rulebook) -> State:
    name, chosen = str(value["of"]), str(value["is"])
    if chosen not in rulebook.rules.readings[name].alternatives:
        return state
    readings = {**state.readings, name: chosen}
    rulebook.under(readings)  # one that the rulebook excludes changes nothing
    return replace(state, readings={n: c for n, c in readings.items() if c != rulebook.readings[n]})


def _spread(state: State, value: Any, _: Rulebook) -> State:
    return replace(state, spread=value) if value in SPREADS else state


def _reset(state: State, _: Any, __: Rulebook) -> State:
    return replace(state, weights={}, readings={})


def _text(name: str) -> Callable[[State, Any, Rulebook], State]:
    """Return the event that sets a filter; a text that fits nothing finds nothing."""
    return lambda state, value, _: replace(state, **{name: str(value)[:100], "page": 0})  # type: ignore[arg-type]


def _number(name: str, least: int, most: int) -> Callable[[State, Any, Rulebook], State]:
    return lambda state, value, _: replace(state, **{name: min(max(int(value), least), most)})  # type: ignore[arg-type]


EVENTS: dict[str, Callable[[State, Any, Rulebook], State]] = {
    "tab": _tab, "as_of": _as_of, "checked_on": _checked_on, "pick": _pick, "weight": _weight, "reading": _reading,
    "reset": _reset, "spread": _spread, "place": _text("place"), "unit": _text("unit"),
    "cadre_type": _text("cadre_type"), "flag": _text("flag"), "words": _text("words"), "cadre": _text("cadre"),
    "page": _number("page", 0, 9_999), "per_unit": _number("per_unit", 1, 9_999),
}  # fmt: skip
