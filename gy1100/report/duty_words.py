"""Duties in words: what, for which period, who owes it, who watches it, how it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .tables import element_words
from .voice import Voice, is_none

if TYPE_CHECKING:
    import pandas as pd

    from ..duty_rules import Duty, Watch
    from ..rulebook import Rulebook

WORST = ("late", "no_data", "open", "not_yet", "unrecorded", "done", "nobody")
STATES = ("done", "late", "open", "not_yet", "no_data", "nobody", "unrecorded")


def duty_label(duty: Duty, period: str, voice: Voice) -> str:
    """Return what a duty is, with its quarter or cadre period."""
    name = voice.of(duty.label)
    if not period:
        return name
    when = element_words(period, voice, period=duty.each == "cadre_period")
    return voice.say("duty.of_period", duty=name, period=when)


def owners(codes: Iterable[str], voice: Voice) -> str:
    """Return who owes a duty, each once."""
    return voice.listing(voice.code("owner", code) for code in dict.fromkeys(codes))


def departments(watch: Watch, voice: Voice) -> str:
    """Return the departments that watch a duty."""
    return voice.departments(watch.departments)


def state_words(row: Mapping[str, Any], voice: Voice) -> str:
    """Return the state of one unit's duty with its figures: done of owed, or the day."""
    state = voice.code("duty_state", row["state"])
    if not is_none(row["done"]) and row["owed"]:
        return voice.say("duty.of", state=state, done=row["done"], owed=row["owed"])
    if is_none(row["done_on"]):
        return voice.say("duty.overdue") if row["state"] == "late" else state
    if row["state"] == "late":
        return voice.say("duty.after_all", day=voice.day(row["done_on"]))
    return voice.say("duty.on", state=state, day=voice.day(row["done_on"]))


def labelled(frame: pd.DataFrame, rulebook: Rulebook, lang: str) -> pd.DataFrame:
    """Return duties with their ``label`` in words behind their id, for duties.csv."""
    voice = Voice(rulebook, lang)
    known = {duty.id: duty for duty in rulebook.rules.duties}
    labels = [duty_label(known[t], p, voice) for t, p in zip(frame["task"], frame["period"], strict=True)]
    place = list(frame.columns).index("duty") + 1
    copy = frame.copy()
    copy.insert(place, "label", labels)
    return copy
