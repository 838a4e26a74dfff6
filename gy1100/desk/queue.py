"""The queue of what needs a person: one place after another, each with the reason why it is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ..frame_rows import records

if TYPE_CHECKING:
    from .dossier import Dossier

KINDS = (
    "awaiting_judgement", "reply", "computed_changed", "unconfirmed", "missing_material", "late", "small_sample",
    "signal",
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
    first: dict[str, Place] = {}
    for place in found:
        first.setdefault(place.key, place)
    return tuple(first.values())


def _places(dossier: Dossier, as_of: date) -> Iterator[Place]:
    for row in records(dossier.result(as_of).missing):
        if row["unit"] and row["kind"] in KINDS:
            of_element = row["kind"] == "awaiting_judgement"
            yield Place(row["kind"], row["unit"], row["item"], row["what"] if of_element else "", row["what"])
    for contest in dossier.contests():
        yield Place("reply", contest.unit, contest.item, contest.element or "")
    for decision in dossier.waiting():
        yield Place("unconfirmed", decision.unit, decision.item, decision.element or "")
    yield from _changed(dossier, as_of)
    yield from _signals(dossier, as_of)


def _changed(dossier: Dossier, as_of: date) -> Iterator[Place]:
    """Yield decided items whose computed points are others than when they were decided."""
    scores = {(r["unit"], r["item"]): r["computed"] for r in records(dossier.result(as_of).scores)}
    for decision in dossier.in_force(as_of):
        now, then = scores.get((decision.unit, decision.item)), decision.computed_then
        if then is not None and now is not None and float(then) != now:
            note = f"{then:.2f} → {now:.2f}"
            yield Place("computed_changed", decision.unit, decision.item, decision.element or "", note)


def _signals(dossier: Dossier, as_of: date) -> Iterator[Place]:
    """Yield the units in which clean-conduct signals stand out, where these were looked for; they bear on no score."""
    found = dossier.screens(as_of)
    if found:
        item = next(i.id for i in dossier.rulebook.items if any(c.measure == "volume" for c in i.components))
        for unit, count in found.flagged["unit"].value_counts().items():
            yield Place("signal", str(unit), item, "", str(count))


def place_of(key: str, dossier: Dossier) -> Place | None:
    """Return the place that a key names, none where the rulebook has no such unit, item or element."""
    unit, item, element = [*key.split("|"), "", "", ""][:3]
    known = {i.id: i for i in dossier.rulebook.items}
    if unit not in {u.name for u in dossier.rulebook.units} or item not in known:
        return None
    return Place("", unit, item, element) if not element or element in elements_of(known[item]) else None


def elements_of(item: object) -> tuple[str, ...]:
    """Return the elements that an item is judged by, none for items that are counted."""
    return tuple(e for c in item.components for e in getattr(c, "elements", ()))  # type: ignore[attr-defined]
