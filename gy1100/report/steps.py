"""The calls of the start notebook: the year's work as steps, and when the items fall due."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ..periods import due_date
from .grid import Grid
from .markup import Fragment, joined, tag
from .sections import listing, result_masthead, section
from .tables import columns
from .voice import Voice

if TYPE_CHECKING:
    from ..assessment import Assessment

STEPS = 6


@dataclass(frozen=True)
class Steps:
    """What to do in the course of a year.

    Attributes
    ----------
    result : Assessment
        Gives the rules, and the day for which duties are shown as due or not.
    lang : str
        ``zh`` or ``en``.
    """

    result: Assessment
    lang: str = "zh"

    @cached_property
    def voice(self) -> Voice:
        """Return the words of this page."""
        return Voice(self.result.rulebook, self.lang)

    def masthead(self) -> Fragment:
        """Return the title of the page."""
        voice = self.voice
        return result_masthead(voice.say("title.start"), self.result, voice, voice.say("steps.lead"))

    def steps(self) -> Fragment:
        """Return the year's work as numbered steps."""
        return section(
            tag("ol", joined(tag("li", self.voice.say(f"steps.{n}")) for n in range(1, STEPS + 1)))
        )

    def calendar(self) -> Fragment:
        """Return the items with points and due days, and whether they are due on the day."""
        voice, day = self.voice, self.result.as_of
        days = [(item, due_date(self.result.rulebook, item)) for item in self.result.rulebook.items]
        rows = tuple(
            (voice.item(item.id), item.points.value, (voice.day(due), due.isoformat()),
             voice.say("steps.due" if due <= day else "steps.not_due"), voice.departments(item.department))
            for item, due in sorted(days, key=lambda pair: pair[1])
        )  # fmt: skip
        heads = columns(
            voice, ("item", "text", 28), ("points_max", "number", 8), ("due_on", "name", 16), ("status", "name", 10),
            ("department", "text", 30),
        )  # fmt: skip
        return section(listing(Grid(heads, rows), voice))
