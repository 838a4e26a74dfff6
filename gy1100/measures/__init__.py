"""The measures: evidence and one component of the rules in, parts (done of due) out, as expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..parts import is_fed, without_evidence
from . import campaigns, mechanisms, overall
from .tallies import Tallies

if TYPE_CHECKING:
    import ibis

    from ..rules import AnyComponent

MEASURES: dict[str, Callable[[Tallies, Any], ibis.Table]] = {
    "organ_five_ones": mechanisms.organ_five_ones,
    "cadre_five_ones": mechanisms.cadre_five_ones,
    "elements": mechanisms.elements,
    "best_dated": campaigns.best_dated,
    "cadres_with_log": campaigns.cadres_with_log,
    "contacts": overall.contacts,
    "volume": overall.volume,
    "participation": overall.participation,
    "work_points": overall.work_points,
    "mobile_months": overall.mobile_months,
    "mobile_youths": overall.mobile_youths,
    "guidance": overall.guidance,
}


def measure(tallies: Tallies, component: AnyComponent) -> ibis.Table:
    """Return the parts of one component; unknown where a table that feeds it was not delivered.

    Elements are the exception: without a check they await judgement (scoring.md §3), which is unknown all the same.
    """
    rows = MEASURES[component.measure](tallies, component)
    if component.measure == "elements" or is_fed(tallies.frame, component):
        return rows
    return without_evidence(rows)


__all__ = ["MEASURES", "Tallies", "measure"]
