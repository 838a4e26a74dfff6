"""What the desk works on: the evidence, the rulebook and the ledger, and the assessments made of them so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..report.voice import Voice
from ..words import text

if TYPE_CHECKING:
    from ..assessment import Assessment
    from ..decisions import Decisions
    from ..evidence import Evidence
    from ..rulebook import Rulebook
    from .state import State

_KEPT = 8  # assessments at hand


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
    """

    evidence: Evidence
    rulebook: Rulebook
    ledger: Any = None
    lang: str = "zh"
    names: bool = True
    _results: dict[date, Assessment] = field(default_factory=dict)
    _tried: dict[object, Assessment] = field(default_factory=dict)

    @cached_property
    def voice(self) -> Voice:
        """Return the words of this desk."""
        return Voice(self.rulebook, self.lang)

    def say(self, key: str, **args: object) -> str:
        """Return the words of ``desk.<key>``."""
        return text(f"desk.{key}", self.lang, **args)

    def result(self, as_of: date) -> Assessment:
        """Return the assessment as of a day, with the decisions that stand in the ledger."""
        if as_of not in self._results:
            from ..assessment import assess

            while len(self._results) >= _KEPT:
                self._results.pop(next(iter(self._results)))
            self._results[as_of] = assess(self.evidence, self.rulebook, as_of=as_of, decisions=None)
        return self._results[as_of]

    def tried(self, state: State) -> Assessment:
        """Return the assessment under the weights and readings that are tried; the official one where none are."""
        official = self.result(state.as_of)
        if not (state.weights or state.readings):
            return official
        return official.under(readings=state.readings, weights=state.weights)

    def open_replies(self) -> list[Any]:
        """Return what units contest and nobody has answered."""
        return []

    def timeline(self, as_of: date) -> dict[str, list[tuple[str, float]]] | None:
        return None


__all__ = ["Dossier"]
_ = (timedelta,)
