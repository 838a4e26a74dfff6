"""The queue of what needs a person: one place after another, each with the reason why it is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ..report.tables import records

if TYPE_CHECKING:
    from .dossier import Dossier

KINDS = (
    "awaiting_judgement", "reply", "unconfirmed", "computed_changed", "missing_material", "late", "small_sample", "signal",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One thing to look at: an element, or an item of a unit."""

    kind: str
    unit: str
    item: str
    element: str = ""
    note: str = ""

    @property
    def key(self) -> str:
        """Return what names the place in an event."""
        return f"{self.unit}|{self.item}|{self.element}"


def queue(dossier: Dossier, as_of: date) -> tuple[Place, ...]:
    """Return the places in the order of `KINDS`, then of units and items; each place once, by its first kind."""
    found = sorted(_places(dossier, as_of), key=lambda p: KINDS.index(p.kind))
    return tuple({place.key: place for place in reversed(found)}.values())[::-1]


def _places(dossier: Dossier, as_of: date) -> Iterator[Place]:
    for row in records(dossier.result(as_of).missing):
        if row["unit"] and row["kind"] in KINDS:
            of_element = row["kind"] == "awaiting_judgement"
            yield Place(row["kind"], row["unit"], row["item"], row["what"] if of_element else "", row["what"])
    for entry in dossier.open_replies():
        yield Place("reply", entry.unit, entry.item, entry.element or "")
    for entry in dossier.unconfirmed():
        yield Place("unconfirmed", entry.unit, entry.item, entry.element or "")
    yield from _changed(dossier, as_of)


def _changed(dossier: Dossier, as_of: date) -> Iterator[Place]:
    """Yield decided items whose computed points are others than when they were decided."""
    scores = {(r["unit"], r["item"]): r["computed"] for r in records(dossier.result(as_of).scores)}
    for entry in dossier.standing_entries(as_of):
        now = scores.get((entry.unit, entry.item))
        if entry.computed_then and now is not None and float(entry.computed_then) != now:
            yield Place(
                "computed_changed",
                entry.unit,
                entry.item,
                entry.element or "",
                f"{entry.computed_then} → {now}",
            )


def place_of(key: str, dossier: Dossier) -> Place | None:
    """Return the place that a key names, none where the rulebook has no such unit, item or element."""
    unit, item, element = (key.split("|") + ["", "", ""])[:3]
    known = {i.id: i for i in dossier.rulebook.items}
    if unit not in {u.name for u in dossier.rulebook.units} or item not in known:
        return None
    return Place("", unit, item, element) if not element or element in elements_of(known[item]) else None


def elements_of(item: object) -> tuple[str, ...]:
    """Return the elements that an item is judged by, none for items that are counted."""
    return tuple(e for c in item.components for e in getattr(c, "elements", ()))  # type: ignore[attr-defined]
