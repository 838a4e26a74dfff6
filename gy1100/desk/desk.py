"""The desk: tabs over one dossier, as a page that a kernel keeps up to date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ..report.markup import tag
from .contrast import contrast
from .controls import button
from .dossier import Dossier
from .overview import overview
from .state import TABS, State, after

VIEWS: dict[str, Callable[[State, Dossier], Markup]] = {"overview": overview, "contrast": contrast}


@dataclass
class Desk:
    """One assessor's desk.

    Attributes
    ----------
    dossier : Dossier
    state : State
    tabs : tuple of str
        Which tabs it has.
    """

    dossier: Dossier
    state: State
    tabs: tuple[str, ...] = TABS

    def html(self) -> str:
        """Return the page as it now is."""
        tabs = tag(
            "nav",
            *(button(self.dossier.say(f"tab.{t}"), "tab", t, on=t == self.state.tab) for t in self.tabs),
            class_="gy-tabs",
        )
        shown = VIEWS[self.state.tab](self.state, self.dossier)
        return str(tag("header", tabs) + tag("main", shown, id=f"tab-{self.state.tab}"))

    def do(self, name: str, value: Any) -> dict[str, Any] | None:
        """Take an event."""
        self.state = after(self.state, name, value, self.dossier.rulebook)
        return None
