"""The desk: tabs over one dossier, as a page that a kernel keeps up to date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..report.markup import tag
from ..report.sample import is_sample
from .cadre_list import cadre_list, saved_list
from .contrast import contrast
from .controls import button
from .firmness import firmness
from .judgement import judgement
from .overview import overview
from .queue import queue
from .replies import replies
from .spot_list import saved_calls, spot_list
from .state import TABS, State, after

if TYPE_CHECKING:
    from markupsafe import Markup

    from .dossier import Dossier

VIEWS: dict[str, Callable[[State, Dossier], Markup]] = {
    "overview": overview, "contrast": contrast, "firmness": firmness, "judgement": judgement, "cadres": cadre_list,
    "checking": spot_list, "replies": replies,
}  # fmt: skip
SAVES: dict[str, Callable[[State, Dossier], dict[str, str] | None]] = {
    "save_cadres": saved_list, "save_list": saved_calls,
}  # fmt: skip


@dataclass
class Desk:
    """One assessor's desk.

    Attributes
    ----------
    dossier : Dossier
    state : State
    tabs : tuple of str
        Which tabs it has.
    notice : str
        What was just done.
    """

    dossier: Dossier
    state: State
    tabs: tuple[str, ...] = TABS
    notice: str = ""
    _first: str = ""

    def html(self) -> str:
        """Return the page as it now is."""
        if self.state.tab == "judgement" and not self.state.place:
            self._stay()
        mark = (
            tag("span", self.dossier.voice.say("sample"), class_="gy-mark")
            if is_sample(self.dossier.evidence)
            else ""
        )
        buttons = [button(self.dossier.say(f"tab.{t}"), "tab", t, on=t == self.state.tab) for t in self.tabs]
        head = tag("header", tag("nav", *buttons, mark, class_="gy-tabs")) if len(self.tabs) > 1 else ""
        told = tag("p", self.notice, class_="gy-told", role="status") if self.notice else ""
        shown = VIEWS[self.state.tab](self.state, self.dossier)
        return str(tag("div", head, told, tag("main", shown, id=f"tab-{self.state.tab}")))

    def do(self, name: str, value: Any) -> dict[str, Any] | None:
        """Take an event; what it asks to save is returned."""
        if name != "tick":
            self.notice = self.dossier.say("recorded", seq=value) if name == "recorded" else ""
        day, saved = self.state.as_of, self._taken(name, value)
        if (name == "recorded" or self.state.as_of != day) and self.state.place == self._first:
            self.state = replace(self.state, place="")  # on to what comes next, or to the other day's queue
        return saved

    def _taken(self, name: str, value: Any) -> dict[str, Any] | None:
        if name in ("tick", "recorded"):
            self.dossier.refresh()
        elif name == "timeline":
            self._assess_next()
        elif name == "screen":
            self.dossier.screen(self.state.as_of)
        elif name == "count_frame":
            self.dossier.frame_day = self.state.as_of
        elif name in SAVES:
            return SAVES[name](self.state, self.dossier)
        else:
            self.state = after(self.state, name, value, self.dossier.rulebook)
        return None

    def _stay(self) -> None:
        """Keep to the first place of the queue once it is shown: others decide meanwhile, and somebody writes here."""
        places = queue(self.dossier, self.state.as_of)
        self._first = places[0].key if places else ""
        self.state = replace(self.state, place=self._first)

    def _assess_next(self) -> None:
        """Assess days of the time line that are still missing."""
        while (day := self.dossier.next_day(self.state.as_of)) is not None:
            self.dossier.result(day)
