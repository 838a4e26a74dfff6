"""The calls of the calendar notebook: duties by month, where the units stand, duties by department."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..calendar import CADRES, CITY, LATE
from ..duties import terms
from ..frame_rows import records
from .duty_words import STATES, WORST, departments, duty_label, owners, state_words
from .grid import Column, Grid
from .markup import Fragment, joined, tag
from .provenance import assessment_facts, rulebook_facts
from .sample import is_sample
from .sections import listing, masthead, paragraphs, section
from .tables import columns
from .voice import Voice, is_none

if TYPE_CHECKING:
    from markupsafe import Markup

    from ..calendar import Calendar
    from ..duties import Term


@dataclass(frozen=True)
class Entry:
    """One line of the calendar: a duty due on a day, with all who owe it by then and how the units stand."""

    term: Term
    owners: tuple[str, ...]
    states: tuple[dict[str, Any], ...]

    def counts(self) -> dict[str, int]:
        """Return how many units stand where; where several of a unit owe it, the worst of their states holds."""
        by_unit: dict[str, list[str]] = {}
        for row in self.states:
            if row["owner"] != CITY:
                by_unit.setdefault(row["unit"], []).append(row["state"])
        worst = [min(states, key=WORST.index) for states in by_unit.values()]
        return {state: worst.count(state) for state in STATES if state in worst}

    def cadres(self) -> tuple[int, int]:
        """Return how many cadres of all units did it, of how many who owe it."""
        of_cadres = CADRES in self.term.duty.owners
        rows = [row for row in self.states if of_cadres and not is_none(row["done"])]
        return sum(int(row["done"]) for row in rows), sum(int(row["owed"]) for row in rows)


@dataclass(frozen=True)
class CalendarReport:
    """The sections of a calendar; each method returns a fragment that a notebook shows.

    Attributes
    ----------
    calendar : Calendar
        What :func:`gy1100.calendar.open_calendar` returned.
    lang : str
        ``zh`` or ``en``.
    """

    calendar: Calendar
    lang: str = "zh"

    @cached_property
    def voice(self) -> Voice:
        """Return the words of this page."""
        return Voice(self.calendar.rulebook, self.lang)

    @cached_property
    def entries(self) -> list[Entry]:
        """Return the lines of the calendar by due date; what several owe by the same day is one line."""
        merged: dict[tuple[str, str, date], list[Term]] = {}
        for term in terms(self.calendar.rulebook):
            merged.setdefault((term.duty.id, term.period, term.due), []).append(term)
        states: dict[tuple[str, str, date], list[dict[str, Any]]] = {}
        if self.calendar.states is not None:
            for row in records(self.calendar.states):
                states.setdefault((row["task"], row["period"], row["due"]), []).append(row)
        return [
            Entry(same[0], tuple(o for term in same for o in term.owners), tuple(states.get(key, ())))
            for key, same in merged.items()
        ]

    def masthead(self) -> Fragment:
        """Return the title, whose duties these are, and of which day the states are."""
        voice, result = self.voice, self.calendar.assessment
        rules = self.calendar.rulebook.rules
        facts = {
            "notice": rules.notice.number,
            "rulebook": voice.of(rules.label),
            "day": voice.day(self.calendar.as_of),
        }
        subtitle = voice.say("duty.subtitle.states" if result else "duty.subtitle", **facts)
        who = owners((o for duty in rules.duties for o in duty.owners), voice)
        lines = [voice.say("duty.lead", n=len(rules.duties), terms=len(self.entries), owners=who)]
        lines.append(voice.say("duty.legend" if result else "duty.dates_only"))
        mark = voice.say("sample") if result and is_sample(result.evidence) else ""
        return masthead(voice.say("title.calendar"), subtitle, lines=lines, mark=mark)

    def months(self, after: date | None = None) -> Fragment:
        """Return the duties by the month in which they are due, a line each; all, or those due after a day."""
        months: dict[tuple[int, int], list[Entry]] = {}
        for entry in (e for e in self.entries if after is None or e.term.due > after):
            months.setdefault((entry.term.due.year, entry.term.due.month), []).append(entry)
        shown = joined(self._month(*month, lines) for month, lines in months.items())
        return section(shown or paragraphs(self.voice.say("duty.all_due")))

    def _month(self, year: int, month: int, entries: list[Entry]) -> Markup:
        days: dict[date, list[Entry]] = {}
        for entry in entries:
            days.setdefault(entry.term.due, []).append(entry)
        heading = tag("h3", self.voice.say("duty.month", year=year, month=month))
        rows = (self._day(day, of_day) for day, of_day in days.items())
        return tag("div", heading, joined(rows), class_="gy-month")

    def _day(self, day: date, entries: list[Entry]) -> Markup:
        number = tag("div", self.voice.say("duty.day", day=day.day), class_="gy-day")
        return tag("div", number, tag("div", joined(map(self._line, entries))), class_="gy-due")

    def _line(self, entry: Entry) -> Markup:
        voice, duty = self.voice, entry.term.duty
        soft = " · ".join((
            duty.clause, owners(entry.owners, voice), departments(duty.watch, voice),
            voice.say("duty.from", start=voice.day(entry.term.start)),
        ))  # fmt: skip
        what = tag(
            "div", tag("b", duty_label(duty, entry.term.period, voice)), tag("span", soft, class_="gy-soft")
        )
        return tag("div", what, self._progress(entry), class_="gy-duty")

    def _progress(self, entry: Entry) -> Markup:
        """Return where the units stand as a bar with words; the city's own duty in words alone."""
        if not entry.counts():
            return tag("div", self.progress_words(entry), class_="gy-progress")
        bar = joined(
            tag("i", class_=f"gy-s {state}", style=f"flex:{n}", title=self._count(state, n))
            for state, n in entry.counts().items()
        )
        words = tag("span", self.progress_words(entry))
        return tag("div", tag("div", bar, class_="gy-bar", aria_hidden="true"), words, class_="gy-progress")

    def _count(self, state: str, n: int) -> str:
        return self.voice.say("duty.count", state=self.voice.code("duty_state", state), n=n)

    def progress_words(self, entry: Entry) -> str:
        """Return in words how many units stand where, and how many cadres did it; empty without states."""
        if entry.states and not entry.counts():
            return self.voice.code("duty_state", entry.states[0]["state"])
        words = self.voice.listing(self._count(*count) for count in entry.counts().items())
        done, owed = entry.cadres()
        return self.voice.say("duty.cadres", words=words, done=done, owed=owed) if owed else words

    def units(self, only: str = "") -> Fragment:
        """Return for each unit, or one, how many duties stand where, and those that are late, folded."""
        states = self.calendar.states
        if states is None:
            return section(paragraphs(self.voice.say("duty.dates_only")))
        rows = records(states[states["unit"] != ""])
        names = [unit.name for unit in self.calendar.rulebook.units if only in ("", unit.name)]
        by_unit = {name: [row for row in rows if row["unit"] == name] for name in names}
        shown = [state for state in STATES if any(row["state"] == state for row in rows)]
        heads = [Column(self.voice.say("col.unit"), "name")]
        heads += [Column(self.voice.code("duty_state", state), "count") for state in shown]
        grid = Grid(
            tuple(heads),
            tuple(
                (self.voice.unit(name), *(sum(row["state"] == state for row in mine) for state in shown))
                for name, mine in by_unit.items()
            ),
        )
        return section(
            listing(grid, self.voice), joined(self._late(name, mine) for name, mine in by_unit.items())
        )

    def _late(self, unit: str, rows: Iterable[dict[str, Any]]) -> Markup:
        voice = self.voice
        late = [row for row in rows if row["state"] == LATE]
        if not late:
            return paragraphs(voice.say("duty.none", unit=voice.unit(unit)))
        known = {duty.id: duty for duty in self.calendar.rulebook.rules.duties}
        lines = tuple(
            (duty_label(known[row["task"]], row["period"], voice), voice.code("owner", row["owner"]), row["clause"],
             (voice.day(row["due"]), row["due"].isoformat()), state_words(row, voice))
            for row in late
        )  # fmt: skip
        heads = columns(
            voice, ("duty", "text", 40), ("owners", "name", 14), ("clause", "name", 12), ("due_on", "name", 16),
            ("progress", "name", 22),
        )  # fmt: skip
        count = tag(
            "span",
            voice.say("duty.count", state=voice.code("duty_state", LATE), n=len(late)),
            class_="gy-figure",
        )
        inside = tag("div", listing(Grid(heads, lines), voice), class_="gy-inside")
        return tag("details", tag("summary", voice.unit(unit), count), inside)

    def departments(self) -> Fragment:
        """Return the duties that each department watches (annex 1), a table each."""
        names = dict.fromkeys(d for e in self.entries for d in e.term.duty.watch.departments)
        return section(joined(self._department(name) for name in names))

    def _department(self, name: str) -> Markup:
        voice = self.voice
        mine = [entry for entry in self.entries if name in entry.term.duty.watch.departments]
        with_states = self.calendar.states is not None
        specs = [("duty", "text", 40), ("owners", "text", 20), ("clause", "name", 12), ("from", "name", 16),
                 ("due_on", "name", 16), ("progress", "text", 24)]  # fmt: skip
        rows = tuple(self._department_row(entry)[: len(specs) if with_states else -1] for entry in mine)
        heads = columns(voice, *(specs if with_states else specs[:-1]))
        grid = Grid(heads, rows).html(tall=False)
        return tag("h3", voice.code("department", name)) + grid

    def _department_row(self, entry: Entry) -> tuple[object, ...]:
        voice, term = self.voice, entry.term
        days = ((voice.day(day), day.isoformat()) for day in (term.start, term.due))
        label, who = duty_label(term.duty, term.period, voice), owners(entry.owners, voice)
        return label, who, term.duty.clause, *days, self.progress_words(entry)

    def provenance(self) -> Fragment:
        """Return rulebook with hash, and of the assessment what it was made from."""
        result = self.calendar.assessment
        facts = (
            assessment_facts(result, self.voice)
            if result
            else rulebook_facts(self.calendar.rulebook, self.voice)
        )
        return section(facts)
