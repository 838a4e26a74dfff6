"""What the desk works on: the evidence, the rulebook and the ledger, and the assessments made of them so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from ..decisions import LOCAL
from ..ledger import open_contests, standing
from ..ledger.standing import taken_back
from ..report.voice import Voice
from ..words import text

if TYPE_CHECKING:
    from ..assessment import Assessment
    from ..decisions import Contest, Decision, Decisions
    from ..evidence import Evidence
    from ..ledger import Entry, Ledger
    from ..rulebook import Rulebook
    from ..screens import Screens
    from .state import State

T = TypeVar("T")
_KEPT = 40  # assessments at hand: a time line of a year by tens of days
_STEP = timedelta(days=10)
DECIDING = ("set_item", "set_element")


@dataclass
class Dossier:
    """The material of one desk; it reads the ledger and writes nothing.

    Attributes
    ----------
    evidence, rulebook
        What is assessed, by which rules.
    ledger : Ledger or None
        Where decisions stand.
    lang : str
        ``zh`` or ``en``.
    names : bool
        Whether cadres are named.
    four_eyes : bool
        Whether only confirmed decisions are in force.
    """

    evidence: Evidence
    rulebook: Rulebook
    ledger: Ledger | None = None
    lang: str = "zh"
    names: bool = True
    four_eyes: bool = False
    entries: tuple[Entry, ...] = ()
    _results: dict[date, Assessment] = field(default_factory=dict)
    _screens: dict[date, Screens] = field(default_factory=dict)
    _kept: dict[tuple[str, date, int], Any] = field(default_factory=dict)
    _logs: dict[date, dict[str, dict[str, Any]]] = field(default_factory=dict)
    frame_day: date | None = None  # for which day a frame was counted

    def __post_init__(self) -> None:
        self.refresh()

    @cached_property
    def voice(self) -> Voice:
        """Return the words of this desk."""
        return Voice(self.rulebook, self.lang)

    def say(self, key: str, **args: object) -> str:
        """Return the words of ``desk.<key>``."""
        return text(f"desk.{key}", self.lang, **args)

    def refresh(self) -> None:
        """Read what is new in the ledger; assessments at hand are decided anew, not measured anew."""
        found = self.ledger.entries() if self.ledger else ()
        if len(found) == len(self.entries):
            return
        self.entries = found
        decided = self.decisions
        self._results = {day: result.decided(decided) for day, result in self._results.items()}

    @property
    def decisions(self) -> Decisions:
        """Return the decisions that stand in the ledger."""
        return standing(self.entries, four_eyes=self.four_eyes, rulebook=self.rulebook.id)

    @property
    def head(self) -> int:
        """Return the number of the last entry that was read."""
        return self.entries[-1].seq if self.entries else 0

    @property
    def ours(self) -> tuple[Entry, ...]:
        """Return the entries under this rulebook; a ledger may hold those of other years."""
        return tuple(e for e in self.entries if e.rulebook == self.rulebook.id)

    def result(self, as_of: date) -> Assessment:
        """Return the assessment as of a day, with the decisions that stand in the ledger."""
        if as_of not in self._results:
            from ..assessment import assess

            while len(self._results) >= _KEPT:
                self._results.pop(next(iter(self._results)))
            self._results[as_of] = assess(self.evidence, self.rulebook, as_of=as_of, decisions=self.decisions)
        return self._results[as_of]

    def kept(self, key: str, as_of: date, make: Callable[[], T]) -> T:
        """Return something that is made once for a day and a state of the ledger."""
        place = (key, as_of, self.head)
        if place not in self._kept:
            self._kept = {k: v for k, v in self._kept.items() if k[2] == self.head}
            self._kept[place] = make()
        found: T = self._kept[place]
        return found

    def show(self, result: Assessment) -> None:
        """Take an assessment that was made elsewhere."""
        self._results[result.as_of] = result.decided(self.decisions) if self.ledger else result

    def tried(self, state: State) -> Assessment:
        """Return the assessment under the weights and readings that are tried; the official one where none are."""
        official = self.result(state.as_of)
        if not (state.weights or state.readings):
            return official
        return official.under(readings=state.readings, weights=state.weights)

    def screens(self, as_of: date) -> Screens | None:
        """Return the clean-conduct signals where they were asked for."""
        return self._screens.get(as_of)

    def screen(self, as_of: date) -> None:
        """Look for clean-conduct signals."""
        from ..screens import screens

        self._screens[as_of] = screens(self.result(as_of))

    def contests(self) -> tuple[Contest, ...]:
        """Return what units contest and nobody has answered yet."""
        return open_contests(self.ours)

    def waiting(self) -> tuple[Decision, ...]:
        """Return decisions that a second assessor has not confirmed."""
        record = standing(self.entries, four_eyes=True, rulebook=self.rulebook.id).record
        gone = () if self.four_eyes else taken_back(self.entries)  # there a withdrawal needs nobody else
        return tuple(one for one in record.waiting if one.seq not in gone) if record else ()

    def in_force(self, as_of: date) -> list[Decision]:
        """Return the decisions in force on a day."""
        held = self.decisions.standing(as_of)
        return [*held.items.values(), *held.elements.values()]

    def about(self, unit: str, item: str) -> list[Entry]:
        """Return all entries on an item and its elements, in order."""
        return [e for e in self.ours if (e.unit, e.item) == (unit, item)]

    def acts_on(self, entry: Entry) -> tuple[str, ...]:
        """Return what may still be done about an entry: confirm, withdraw, answer."""
        confirmed = {e.refers_to for e in self.entries if e.action == "confirm"}
        if entry.action in DECIDING and entry.seq not in taken_back(self.entries):
            return ("withdraw",) if entry.seq in confirmed else ("confirm", "withdraw")
        of_confirmed = entry.action == "withdraw" and entry.refers_to in confirmed
        if self.four_eyes and of_confirmed and entry.seq not in confirmed:
            return ("confirm",)
        is_open = entry.action == "contest" and entry.seq in {c.seq for c in self.contests()}
        return ("answer",) if is_open else ()

    def reasons(self, item: str) -> list[str]:
        """Return the reasons given for an item before, the latest first, each once."""
        given = [e.reason for e in reversed(self.ours) if e.item == item and e.action in DECIDING]
        return list(dict.fromkeys(given))[:12]

    def computed(self, as_of: date, unit: str, item: str) -> str:
        """Return an item's computed points as the ledger writes them."""
        score = self.result(as_of).explain(unit, item).score
        return f"{score['computed']:.2f}"

    @property
    def epoch(self) -> datetime:
        """Return a moment for frames that nobody has frozen yet."""
        return datetime.combine(self.rulebook.plan_window.start, time(), LOCAL)

    def log(self, as_of: date, log_id: str) -> dict[str, Any]:
        """Return a considered log and its cadre's name, never its text."""
        if as_of not in self._logs:
            self._logs = {as_of: self._all_logs(as_of)}
        return self._logs[as_of][log_id]

    def _all_logs(self, as_of: date) -> dict[str, dict[str, Any]]:
        result = self.result(as_of)
        rows = result.tallies.frame.logs.select("log_id", "cadre_id", "date", "kind")
        names = dict(zip(result.cadres["cadre_id"], result.cadres["name"], strict=True))
        found = result.tallies.frame.engine.arrow(rows).to_pylist()
        return {row["log_id"]: row | {"name": names[row["cadre_id"]]} for row in found}

    def flagged(self, as_of: date, flag: str) -> set[str]:
        """Return the cadres who have a log with a flag."""
        frame = self.result(as_of).tallies.frame
        rows = frame.logs.filter(frame.logs.flag == flag).select("cadre_id").distinct()
        return set(frame.engine.arrow(rows)["cadre_id"].to_pylist())

    def days(self, as_of: date) -> list[date]:
        """Return the days of the time line: every tenth one up to ``as_of``."""
        start = self.rulebook.plan_window.start + timedelta(days=29)
        count = max(0, (as_of - start) // _STEP)
        return [start + n * _STEP for n in range(count + 1)] + [as_of] if as_of > start else [as_of]

    @property
    def assessed(self) -> frozenset[date]:
        """Return the days that were assessed."""
        return frozenset(self._results)

    def next_day(self, as_of: date) -> date | None:
        """Return the first day of the time line that is not assessed yet."""
        return next((day for day in self.days(as_of) if day not in self._results), None)

    def timeline(self, as_of: date) -> dict[str, list[tuple[str, float]]]:
        """Return the scores of each unit on the days that were assessed."""
        series: dict[str, list[tuple[str, float]]] = {unit.name: [] for unit in self.rulebook.units}
        for day in (d for d in self.days(as_of) if d in self._results):
            ranking = self._results[day].ranking.dropna(subset=["score_100"])
            for unit, score in zip(ranking["unit"], ranking["score_100"], strict=True):
                series[unit].append((day.isoformat(), float(score)))
        return series


__all__ = ["DECIDING", "Dossier"]
