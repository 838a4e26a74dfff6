"""The calls of the bulletin's notebook, and the document they are written to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import WrongUsage
from ..report import provenance
from ..report.markup import Fragment, joined, tag
from ..report.sections import listing, paragraphs, result_masthead, section
from ..report.sentences import absent_tables, opening, set_aside
from ..report.voice import Voice
from ..words import both
from .content import Matter, annexes, parts

if TYPE_CHECKING:
    from datetime import date

    from markupsafe import Markup

    from ..assessment import Assessment
    from ..evidence import Evidence
    from ..report.official import Part
    from ..rulebook import Rulebook
    from ..rules import Quarter


@dataclass(frozen=True)
class Bulletin:
    """One quarter's bulletin; made by :func:`bulletin`.

    Attributes
    ----------
    result : Assessment
        As of the bulletin's day.
    before : Assessment or None
        As of the end of the quarter before.
    quarter : Quarter
    lang : str
        ``zh`` or ``en``.
    """

    result: Assessment
    before: Assessment | None
    quarter: Quarter
    lang: str = "zh"

    @cached_property
    def voice(self) -> Voice:
        """Return the words of this bulletin."""
        return Voice(self.result.rulebook, self.lang)

    @cached_property
    def matter(self) -> Matter:
        """Return what it is made of."""
        return Matter(self.result, self.before, self.quarter, self.voice)

    @cached_property
    def parts(self) -> list[Part]:
        """Return its parts in order."""
        return parts(self.matter)

    @cached_property
    def annexes(self) -> list[Part]:
        """Return its annexes in order."""
        return annexes(self.matter)

    @property
    def title(self) -> str:
        """Return its title."""
        year, _, n = self.quarter.id.partition("Q")
        return self.voice.say("title.bulletin", quarter=self.voice.say("bulletin.quarter", year=year, n=n))

    @property
    def intro(self) -> str:
        """Return the first sentence: which clause asks for it, and of which day it is."""
        notice = self.result.rulebook.rules.notice.number
        return self.voice.say("bulletin.intro", notice=notice, day=self.voice.day(self.result.as_of))

    @property
    def cautions(self) -> list[str]:
        """Return what was not received and what was set aside, as sentences; none where all counts."""
        evidence = self.result.evidence
        return [*absent_tables(evidence, self.voice), *set_aside(evidence, self.voice)]

    def heading(self, n: int) -> str:
        """Return the heading of a part with its number."""
        levels = self.voice.say("bulletin.levels")
        words = self.voice.say(f"bulletin.head.{self.parts[n].key}")
        return self.voice.say("bulletin.level", n=levels[n], title=words)

    def masthead(self) -> Fragment:
        """Return the title, the day and what the reader must know first."""
        result, voice = self.result, self.voice
        return result_masthead(self.title, result, voice, *opening(result, voice))

    def body(self) -> Fragment:
        """Return the text with its tables."""
        shown = (self._part(self.heading(n), part) for n, part in enumerate(self.parts))
        return section(paragraphs(self.intro), joined(shown))

    def attached(self) -> Fragment:
        """Return the annexes."""
        heads = (self.voice.say(f"bulletin.head.{part.key}") for part in self.annexes)
        numbered = (f"{self.voice.say('bulletin.annex_n', n=n)}　{head}" for n, head in enumerate(heads, 1))
        return section(joined(map(self._part, numbered, self.annexes)))

    def _part(self, heading: str, part: Part) -> Markup:
        table = listing(part.grid, self.voice) if part.grid else ""
        return joined((tag("h2", heading), paragraphs(*part.lines), table))

    def provenance(self) -> Fragment:
        """Return what it was made from."""
        return section(provenance.assessment_facts(self.result, self.voice))

    def write(self, out: str | Path, template: str | Path = "") -> Path | None:
        """Write bulletin.docx, the tables and the manifest into a folder; an empty ``out``: nothing.

        Raises
        ------
        WrongUsage
            If ``template`` is no Word document.
        CannotWrite, Busy
            As :func:`gy1100.staging.publish`.
        """
        from ..publish import write_bulletin

        return write_bulletin(self, Path(out), template) if str(out) else None


def bulletin(
    evidence: Evidence,
    rulebook: Rulebook,
    quarter: str,
    *,
    as_of: str | date = "",
    lang: str = "zh",
    **options: Any,
) -> Bulletin:
    """Return the bulletin of a quarter.

    Parameters
    ----------
    evidence : Evidence
    rulebook : Rulebook
    quarter : str
        Its id in the rulebook, such as ``2017Q2``.
    as_of : str or date
        Empty: the quarter's end.
    lang : str
        ``zh`` or ``en``.
    **options
        ``decisions`` and ``four_eyes``, as for ``assess``.

    Raises
    ------
    WrongUsage
        If the rulebook has no such quarter; and as ``assess``.
    """
    from ..assessment import assess

    this = quarter_of(rulebook, quarter)
    result = assess(evidence, rulebook, as_of=as_of or this.end, **options)
    ended = [q.end for q in rulebook.quarters if q.end < this.start]
    before = assess(evidence, rulebook, as_of=ended[-1], **options) if ended else None
    return Bulletin(result, before, this, lang)


def quarter_of(rulebook: Rulebook, name: str) -> Quarter:
    """Return a quarter by its id.

    Raises
    ------
    WrongUsage
        If the rulebook has no such quarter.
    """
    known = {quarter.id: quarter for quarter in rulebook.quarters}
    if name not in known:
        raise WrongUsage(both("bulletin.quarter", name=name or "—", known="、".join(known)))
    return known[name]
