"""The whole invented year: every table as rows of plain values, before any office lays hand on them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from . import registers
from .checks import spot_checks
from .diary import diary_of
from .dice import Dice
from .people import Cadre, cadres_of, youths_of
from .texts import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Row = dict[str, Any]
Year = dict[str, list[Row]]
FOLDER = Path(__file__).parent


def settings(name: str) -> Any:
    """Return one of the yaml files beside this module."""
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def make_year() -> Year:
    """Return all tables, keyed as in the rulebook's ``tables.yaml``."""
    traits = settings("units")
    cadres = {unit: cadres_of(unit, traits[unit]) for unit in traits}
    everybody = [cadre for unit in traits for cadre in cadres[unit]]
    logs = _logs(traits, cadres)
    year: Year = {
        "cadres": [_roster_row(cadre, n) for cadre, n in _with_counts(everybody, logs)],
        "youths": list(youths_of(everybody, traits)),
        "logs": logs,
        "spot_checks": _numbered("CC", _checks(traits, cadres, logs), by="checked_on"),
        "organ_activities": _numbered("HD", _of_units(registers.organ_activities, traits), by="date"),
        "exemplars": [r for u in traits for r in registers.exemplars(u, traits[u], cadres[u])],
    }
    for table in (registers.submissions, registers.mechanisms, registers.media):
        year[table.__name__] = _of_units(table, traits)
    for table in (registers.practice_guidance, registers.wishes, registers.evaluations):
        year[table.__name__] = [row for cadre in everybody for row in table(cadre, traits[cadre.unit])]
    year["wishes"] = _numbered("XY", year["wishes"], by="date")
    return year


def _of_units(table: Callable[[str, Any], Iterable[Row]], traits: Mapping[str, Any]) -> list[Row]:
    return [row for unit in traits for row in table(unit, traits[unit])]


def _logs(traits: Mapping[str, Any], cadres: Mapping[str, list[Cadre]]) -> list[Row]:
    blocks = settings("texts")
    rows = []
    for unit, members in cadres.items():
        writer = Writer(blocks, traits[unit]["places"], traits[unit]["products"], Dice(unit))
        rows += [row for cadre in members for row in diary_of(cadre, traits[unit], writer)]
    return _numbered("RZ", rows, by="date", column="log_id")


def _checks(traits: Mapping[str, Any], cadres: Mapping[str, list[Cadre]], logs: list[Row]) -> list[Row]:
    rows = []
    for unit in traits:
        own = [log for log in logs if log["unit"] == unit]
        rows += [row | {"unit": unit} for row in spot_checks(unit, traits[unit], cadres[unit], own)]
    return rows


def _numbered(prefix: str, rows: list[Row], *, by: str, column: str = "id") -> list[Row]:
    """Return the rows in the order of their dates, with an id each."""
    ordered = sorted(rows, key=lambda row: row[by])
    return [{column: f"{prefix}{number:06d}"} | row for number, row in enumerate(ordered, 1)]


def _with_counts(cadres: list[Cadre], logs: list[Row]) -> list[tuple[Cadre, int]]:
    counts = Counter(log["cadre_id"] for log in logs)
    return [(cadre, counts[cadre.id]) for cadre in cadres]


def _roster_row(cadre: Cadre, n_logs: int) -> Row:
    """Return the cadre as the roster shows it; the system's points follow logs and youths."""
    dice = Dice(f"{cadre.id}/points")
    points = round(n_logs * 12 * dice.real(0.85, 1.15) + cadre.youths * 1.5 + dice.whole(0, 40), 1)
    return {
        "cadre_id": cadre.id,
        "name": cadre.name,
        "unit": cadre.unit,
        "organisation": cadre.organisation,
        "cadre_type": cadre.cadre_type,
        "in_organ": cadre.in_organ,
        "post_start": cadre.post_start,
        "post_end": cadre.post_end,
        "points": None if dice.chance(0.01) else points,
    }
