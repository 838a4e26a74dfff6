"""The calls of the start notebook: the year's work as steps, and when the items fall due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from ..calendar import due_date
from .grid import Grid
from .markup import Fragment, joined, tag
from .sections import listing, masthead, section
from .tables import columns
from .voice import Voice

if TYPE_CHECKING:
    from ..rulebook import Rulebook

STEPS = 6


@dataclass(frozen=True)
class Steps:
    """What to do in the course of a year.

    Attributes
    ----------
    rulebook : Rulebook
        The rules of the year.
    as_of : str
        The day for which duties are shown as due or not.
    lang : str
        ``zh`` or ``en``.
    """

    rulebook: Rulebook
    as_of: str
    lang: str = "zh"

    @cached_property
    def voice(self) -> Voice:
        """Return the words of this page."""
        return Voice(self.rulebook, self.lang)

    def masthead(self) -> Fragment:
        """Return the title of the page."""
        voice = self.voice
        subtitle = voice.say(
            "subtitle", day=voice.day(self.as_of), rulebook=voice.of(self.rulebook.rules.label)
        )
        return masthead(voice.say("title.start"), subtitle, lines=[voice.say("steps.lead")])

    def steps(self) -> Fragment:
        """Return the year's work as numbered steps."""
        return section(
            tag("ol", joined(tag("li", self.voice.say(f"steps.{n}")) for n in range(1, STEPS + 1)))
        )

    def calendar(self) -> Fragment:
        """Return the items with points and due days, and whether they are due on the day."""
        voice, day = self.voice, date.fromisoformat(self.as_of)
        days = [(item, due_date(self.rulebook, item)) for item in self.rulebook.items]
        rows = tuple(
            (voice.item(item.id), item.points.value, (voice.day(due), due.isoformat()),
             voice.say("steps.due" if due <= day else "steps.not_due"), voice.listing(item.department))
            for item, due in sorted(days, key=lambda pair: pair[1])
        )  # fmt: skip
        heads = columns(
            voice, ("item", "text", 28), ("points_max", "number", 8), ("due_on", "text", 16), ("status", "text", 10),
            ("department", "text", 30),
        )  # fmt: skip
        return section(listing(Grid(heads, rows), voice))
