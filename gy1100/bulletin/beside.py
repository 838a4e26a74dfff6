"""What a bulletin tells beside the scores: indicators that are never scored, and signals that are to be looked into."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..frame_rows import records
from ..report.grid import Column, Grid
from ..report.voice import is_none, number

if TYPE_CHECKING:
    from ..assessment import Assessment
    from ..report.voice import Voice

Cells = dict[str, object]


def indicator_grid(result: Assessment, voice: Voice) -> Grid:
    """Return by unit the main figure of each indicator that was delivered; what was not delivered has no column."""
    named = {name: make(result) for name, make in FIGURES.items() if result.indicators.is_delivered(name)}
    heads = [Column(voice.say("col.unit"), "name", 28)]
    heads += [Column(voice.say(f"bulletin.beside.{name}"), "text", 16) for name in named]
    rows = tuple(
        (voice.unit(unit.name), *(cells.get(unit.name, "") for cells in named.values()))
        for unit in result.rulebook.units
    )
    return Grid(tuple(heads), rows)


def _wishes(result: Assessment) -> Cells:
    """Wishes and requests that were met, of those that were raised."""
    sums: dict[str, list[int]] = {}
    for row in records(result.indicators.wishes):
        known = sums.setdefault(row["unit"], [0, 0])
        known[0] += sum(int(row[state]) for state in MET)
        known[1] += int(row["raised"])
    return {unit: f"{met} / {raised}" for unit, (met, raised) in sums.items()}


def _media(result: Assessment) -> Cells:
    return {row["unit"]: int(row["total"]) for row in records(result.indicators.media)}


def _talks(result: Assessment) -> Cells:
    return {row["unit"]: _whole(row["activities"]) for row in records(result.indicators.provincial_talks)}


def _per_head(result: Assessment) -> Cells:
    return {row["unit"]: number(row["points_per_head"], 1) for row in records(result.indicators.per_head)}


def _whole(value: Any) -> object:
    return "" if is_none(value) else int(value)


MET = ("answered", "fulfilled")  # states of a request of the Youth Voice, of a wish
FIGURES: dict[str, Callable[[Assessment], Cells]] = {
    "wishes": _wishes, "media": _media, "provincial_talks": _talks, "per_head": _per_head,
}  # fmt: skip
