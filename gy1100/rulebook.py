"""The rulebook: rules, readings, units and table headers of one notice, loaded from its folder and checked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from .duty_rules import unknown_in_duties
from .errors import BadRulebook, WrongUsage
from .resources import place_and_level, rulebook_folder
from .rules import AnyComponent, Item, Quarter, Rules
from .tables import Table, load_tables, tables_file
from .units import Unit, Units, load_units

if TYPE_CHECKING:
    from .cited import Reading, Window

TOTAL_POINTS = 100
TABLES = "tables.yaml"
FILES = ("rules.yaml", "units.yaml", TABLES, "clauses.yaml", "cases.yaml", "aliases.yaml")


@dataclass(frozen=True)
class Rulebook:
    """A notice as data, with one choice in force for each reading.

    Attributes
    ----------
    rules : Rules
        Items, windows, numbers and readings, each with clause or reading.
    units : Units
        The units that are assessed, in official order.
    tables : mapping of str to Table
        The tables that come in, with the headers they are known by.
    sha256 : str
        Hash of the rulebook's files, as the manifest records it.
    weights : mapping of str to float
        Item points that replace the rulebook's own, by item id ("what if").
    own : mapping of str to str
        The choices of its file, by reading.
    level : str
        The kind of units that are assessed where it is not the lowest one (`gy1100.units.Units.at`).
    """

    rules: Rules
    units: Units
    tables: Mapping[str, Table]
    folder: Path
    sha256: str
    weights: Mapping[str, float]
    own: Mapping[str, str] = field(default_factory=dict)
    level: str = ""

    @property
    def is_what_if(self) -> bool:
        """Whether points or readings are others than the rulebook's own."""
        other = any(points != self.item(name).points.value for name, points in self.weights.items())
        return other or bool(self.own and self.readings != self.own)

    @property
    def id(self) -> str:
        """Return the rulebook's name, with the level of its units where it is not the lowest one."""
        return f"{self.rules.id}@{self.level}" if self.level else self.rules.id

    @property
    def items(self) -> tuple[Item, ...]:
        """Return the scored items in the order of annex 2."""
        return self.rules.items

    @property
    def plan_window(self) -> Window:
        """Return the window in which the year's work counts (三)."""
        return self.rules.windows["plan"]

    @property
    def service_window(self) -> Window:
        """Return the window of the service month (三.(一), last line)."""
        return self.rules.windows["service"]

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """Return the quarters of the plan."""
        return self.rules.quarters.list

    @property
    def last_day(self) -> date:
        """Return the last day of any window of the rules."""
        return max(window.end for window in self.rules.windows.values())

    @cached_property
    def readings(self) -> dict[str, str]:
        """Return the choice in force for each reading that has alternatives."""
        return {name: r.choice for name, r in self.rules.readings.items() if r.choice is not None}

    def window(self, name: str) -> tuple[date, date]:
        """Return first and last day of a window under the choices in force."""
        window = self.rules.windows[name]
        start = window.starts[self.readings[str(window.reading)]] if window.starts else window.start
        return start, window.end

    def item(self, item_id: str) -> Item:
        """Return the item with this id.

        Raises
        ------
        WrongUsage
            If there is none; the message lists the ids.
        """
        for item in self.items:
            if item.id == item_id:
                return item
        raise WrongUsage(f"没有项目“{item_id}”；有 {'、'.join(i.id for i in self.items)} · no such item")

    def components(self) -> Iterator[tuple[Item, AnyComponent]]:
        """Yield every component with its item, in order."""
        return ((item, component) for item in self.items for component in item.components)

    def points(self, item: Item) -> float:
        """Return the points of an item, under other weights where they are set."""
        return self.weights.get(item.id, item.points.value)

    def under(
        self, readings: Mapping[str, str] | None = None, weights: Mapping[str, float] | None = None
    ) -> Rulebook:
        """Return the same rulebook with other choices and other item points; what is not named stays.

        Raises
        ------
        WrongUsage
            If a reading, choice or item is unknown, a weight is no number of points, or the combination is one that
            the rulebook excludes; all problems are listed.
        """
        asked, points = dict(readings or {}), dict(weights or {})
        problems = [*_wrong_choices(self.rules.readings, asked), *_wrong_points(self.items, points)]
        if problems:
            raise WrongUsage("\n".join(problems))
        chosen = dict(self.rules.readings)
        chosen |= {name: chosen[name].model_copy(update={"choice": str(c)}) for name, c in asked.items()}
        rules = self.rules.model_copy(update={"readings": chosen})
        changed = replace(
            self, rules=rules, weights={**self.weights, **{i: float(p) for i, p in points.items()}}
        )
        for excluded in self.rules.excluded_combinations:
            if all(changed.readings.get(name) == choice for name, choice in excluded.items()):
                raise WrongUsage(f"规则集不允许这一组合 · the rulebook excludes this combination: {excluded}")
        return changed


def _wrong_choices(readings: Mapping[str, Reading], asked: Mapping[str, str]) -> Iterator[str]:
    for name, choice in asked.items():
        reading = readings.get(name)
        if reading is None or str(choice) not in reading.alternatives:
            allowed = {n: list(r.alternatives) for n, r in readings.items() if r.alternatives}
            yield f"没有这种理解 · no such reading: {name}={choice}; {allowed}"


def _wrong_points(items: tuple[Item, ...], points: Mapping[str, Any]) -> Iterator[str]:
    known = [item.id for item in items]
    for name, value in points.items():
        if name not in known:
            yield f"没有项目“{name}”；有 {'、'.join(known)} · no such item"
        elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
            yield f"{name}：分值应为0或正数，读到 {value} · points must be nought or more, found {value}"


def load_rulebook(name: str | Path = "guangyuan-2017") -> Rulebook:
    """Load and check a rulebook by its name or folder; ``NAME@city`` assesses the cities that it describes.

    Raises
    ------
    WrongUsage
        If there is no such rulebook, or it describes no such level.
    BadRulebook
        If it is incomplete, cites nothing for a number or does not add up; every problem is listed.
    """
    import yaml

    place, level = place_and_level(str(name))
    folder = rulebook_folder(place)
    try:
        rules = Rules.model_validate(read_yaml(folder / "rules.yaml"))
        units, tables = load_units(folder), load_tables(folder)
    except ValidationError as error:
        raise BadRulebook([_problem(folder, e) for e in error.errors()]) from None
    except OSError as error:
        raise BadRulebook([f"{error.filename}: {error.strerror}"]) from None
    except (ValueError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise BadRulebook([f"{folder}: {line}" for line in str(error).splitlines()]) from None
    problems = [*_contradictions(rules, tables), *_unknown_homes(rules, units)]
    if problems:
        raise BadRulebook([f"{folder / 'rules.yaml'}: {p}" for p in problems])
    own = {name: r.choice for name, r in rules.readings.items() if r.choice is not None}
    chosen = units.at(level) if level else units
    return Rulebook(rules, chosen, tables, folder, _sha256(folder), {}, own, level)


def read_yaml(path: Path) -> Any:
    """Read one YAML file of a rulebook.

    Raises
    ------
    BadRulebook
        If the text is not YAML; the message gives the line.
    """
    import yaml

    try:
        return yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadRulebook([f"{path}: {error}"]) from None


def _problem(folder: Path, error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    return f"{folder.name}: {where}: {error['msg']} (found {error['input']!r:.60})"


def _sha256(folder: Path) -> str:
    digest = hashlib.sha256()
    files = {name: folder / name for name in FILES} | {TABLES: tables_file(folder)}
    for name, path in files.items():
        if path.is_file():
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _contradictions(rules: Rules, tables: Mapping[str, Table]) -> Iterator[str]:
    yield from _unknown_names(rules, tables)
    yield from unknown_in_duties(rules, tables)
    ids = [item.id for item in rules.items] + [c.id for item in rules.items for c in item.components]
    yield from (f"id {i!r} stands twice" for i in sorted({i for i in ids if ids.count(i) > 1}))
    for item in rules.items:
        yield from _sum_differs(
            f"item {item.id}", item.points.value, [c.points.value for c in item.components]
        )
    for heading in rules.headings:
        parts = [i.points.value for i in rules.items if i.id.split(".")[0] == heading.id]
        yield from _sum_differs(f"heading {heading.id}", heading.points.value, parts)
    yield from _sum_differs("the rulebook", TOTAL_POINTS, [h.points.value for h in rules.headings])


def _unknown_homes(rules: Rules, units: Units) -> Iterator[str]:
    known = {unit.name for unit in units}
    yield from (
        f"assessors: {name}: no unit {unit!r}" for name, unit in rules.assessors.items() if unit not in known
    )


def _sum_differs(name: str, whole: float, parts: list[float]) -> Iterator[str]:
    if abs(whole - sum(parts)) > 1e-9:
        yield f"points of {name} are {whole:g} but its parts add up to {sum(parts):g}"


def _unknown_names(rules: Rules, tables: Mapping[str, Table]) -> Iterator[str]:
    for value in _cited(rules.model_dump()):
        if value.get("reading") is not None and value["reading"] not in rules.readings:
            yield f"reading {value['reading']!r} is not explained under readings"
    for item in rules.items:
        for component in item.components:
            windows = [
                getattr(component, "window", None),
                *(g.window for g in getattr(component, "grades", ())),
            ]
            yield from (f"{component.id}: no window {w!r}" for w in windows if w and w not in rules.windows)
            yield from (f"{component.id}: no table {t!r}" for t in component.fed_by if t not in tables)
    for name in ("plan", "service"):
        if name not in rules.windows:
            yield f"window {name!r} is missing"
    yield from (
        f"authenticity: no item {i!r}"
        for i in rules.authenticity.items
        if i not in {x.id for x in rules.items}
    )


def _cited(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "reading" in value:
            yield value
        for child in value.values():
            yield from _cited(child)
    elif isinstance(value, (list, tuple)):
        for child in value:
            yield from _cited(child)


__all__ = ["Rulebook", "Unit", "load_rulebook", "read_yaml"]
