"""Does the ranking stand: bands, likely ranks, readings that move a unit, a paragraph for each; made when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import WrongUsage
from ..report import RobustnessReport
from ..report.markup import joined, tag
from ..report.sections import paragraphs
from .controls import choice
from .state import SPREADS

if TYPE_CHECKING:
    from markupsafe import Markup

    from .dossier import Dossier
    from .state import State

DRAWS = 20_000  # enough for shares to about half a point, and done while somebody waits
CHARTS, TABLES = ("bands", "acceptability"), ("readings", "units")  # charts bring their own headings


def firmness(state: State, dossier: Dossier) -> Markup:
    """Return the tab."""
    options = [(spread, dossier.say(f"spread.{spread}")) for spread in SPREADS]
    lever = tag("p", choice(dossier.say("spread"), "spread", options, state.spread))
    key = f"firmness {state.spread}"
    return lever + dossier.kept(key, state.as_of, lambda: _analysis(state, dossier))


def _analysis(state: State, dossier: Dossier) -> Markup:
    """Return the sections of the robustness report, or why there is nothing to analyse."""
    result = dossier.result(state.as_of)
    show = RobustnessReport(result, dossier.lang, DRAWS, concentration=float(state.spread))
    try:
        low, high = show.varied
    except WrongUsage as refusal:
        return paragraphs(str(refusal))
    note = dossier.say("firmness.note", draws=DRAWS, low=f"{low:g}", high=f"{high:g}")
    first = (tag("p", note, class_="gy-soft"), show.overview().html)
    charts = (getattr(show, part)().html for part in CHARTS)
    tables = (tag("h2", dossier.say(f"firmness.{part}")) + getattr(show, part)().html for part in TABLES)
    return joined((*first, *charts, *tables))
