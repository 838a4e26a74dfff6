"""Random decisions on items and elements, and the file they come in."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from .edges import edge_date
from .registers import ELEMENTS
from .rows import UNITS

Row = dict[str, Any]

POINTS_MAX = {"1.1": 10, "1.2": 5, "1.3": 5, "2.1": 5, "2.2": 5, "2.3": 5, "2.4": 5, "3": 10}
POINTS_MAX |= {f"4.{n}": 10 for n in range(1, 6)}
HEADER = ("unit", "item", "element", "value", "assessor", "time", "valid_from", "reason", "evidence")


def random_decisions(seed: int, tables: dict[str, list[Row]]) -> list[Row]:
    """Return decisions, several on one thing, with equal and differing times.

    The tables only decide how many there are: more where there is more to judge.
    """
    rng = Random(seed * 7919 + len(tables.get("mechanisms", [])))
    things: list[tuple[str, str, str | None]] = []
    for _ in range(rng.choice((0, 4, 12, 30))):
        things.append(rng.choice(things) if things and rng.random() < 0.3 else random_thing(rng))
    return [decision(rng, *thing) for thing in things]


def random_thing(rng: Random) -> tuple[str, str, str | None]:
    """Return a unit and an item, or an element of it."""
    unit = rng.choice(UNITS)
    if rng.random() < 0.6:
        element = rng.choice(ELEMENTS)
        return unit, "1.3" if ELEMENTS.index(element) < 5 else "3", element
    return unit, rng.choice(list(POINTS_MAX)), None


def decision(rng: Random, unit: str, item: str, element: str | None) -> Row:
    """Return one decision on a thing."""
    some = f"{rng.randrange(POINTS_MAX[item] * 100) / 100:g}"
    points = rng.choice(
        ("0", str(POINTS_MAX[item]), some, some, "2.675", "0.285", "1.2349999999", "1.23499999949")
    )
    value = rng.choice(("1", "0.5", "0")) if element else points
    time = f"2017-{rng.randint(4, 12):02}-{rng.choice((1, 15)):02}T09:00:00"
    valid_from: date | None = edge_date(rng) if rng.random() < 0.6 else None
    return {
        "unit": unit,
        "item": item,
        "element": element,
        "value": value,
        "time": time,
        "valid_from": valid_from,
    }


def write_decisions(decisions: list[Row], path: Path) -> Path:
    """Write the decisions file of ``outputs.md``."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, HEADER, restval="")
        writer.writeheader()
        for row in decisions:
            full = {name: "" if value is None else value for name, value in row.items()}
            writer.writerow(full | {"assessor": "assessor1", "reason": "实地核查"})
    return path
