"""The review desk: where assessors look, compare and decide; in Voila for all, and as a widget in a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..assessment import Assessment
    from ..evidence import Evidence
    from ..rulebook import Rulebook

__all__ = ["compare", "desk"]


def desk(
    evidence: Evidence,
    rulebook: Rulebook,
    *,
    as_of: str,
    ledger: str | Path = "",
    lang: str = "zh",
    **options: Any,
) -> Any:
    """Return the desk as a widget.

    Parameters
    ----------
    evidence : Evidence
        What was read.
    rulebook : Rulebook
    as_of : str
        The day that is shown first.
    ledger : path or URL
        Where decisions stand; it is only read. Empty: nothing is decided here.
    lang : str
        ``zh`` or ``en``.
    **options
        ``names``: whether cadres are named; ``four_eyes``: whether only confirmed decisions are in force.
    """
    from ..ledger import open_ledger
    from ..periods import checked_day
    from .dossier import Dossier
    from .live import live
    from .state import first_state
    from .tabs import Desk

    book = open_ledger(ledger, read_only=True) if str(ledger) else None
    dossier = Dossier(evidence, rulebook, book, lang, **options)
    return live(Desk(dossier, first_state(rulebook, checked_day(as_of, rulebook))))


def compare(result: Assessment, *, lang: str = "zh") -> Any:
    """Return the comparison of units with its what-if levers as a widget for a notebook; it writes no score."""
    from dataclasses import replace

    from .dossier import Dossier
    from .live import live
    from .state import first_state
    from .tabs import Desk

    dossier = Dossier(result.received, result.rulebook, None, lang)
    dossier.show(result)
    state = replace(first_state(result.rulebook, result.as_of), tab="contrast")
    return live(Desk(dossier, state, ("contrast",)))
