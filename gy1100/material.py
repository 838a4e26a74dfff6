"""What the reports of a run are made of, in one piece: for kernels on machines that have none of its files.

It holds the tables that a cluster measures, and what reports show besides: where each row stood, the findings, the
decisions, the points of an earlier result. No export, no column with youths' names or numbers and no place of a file
goes with it.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .privacy import without_numbers

if TYPE_CHECKING:
    from .assessment import Assessment
    from .decisions import Decisions
    from .earlier import Earlier
    from .evidence import Evidence
    from .rulebook import Rulebook


@dataclass(frozen=True)
class Material:
    """What the first cells of a county report read, whatever they are asked for."""

    rulebook: Rulebook
    evidence: Evidence
    decisions: Decisions
    earlier: Earlier | None

    def hand_over(self) -> None:
        """Let the package's functions that read give this (called inside a kernel)."""
        import gy1100

        from .assessment import assess
        from .report import sections

        def assessed(evidence: Evidence, rulebook: Rulebook, as_of: str, **_: Any) -> Assessment:
            return assess(evidence, rulebook, as_of, self.decisions)

        given: tuple[tuple[Any, str, Callable[..., Any]], ...] = (
            (gy1100, "load_rulebook", lambda *_, **__: self.rulebook),
            (gy1100, "read_evidence", lambda *_, **__: self.evidence),
            (gy1100, "assess", assessed),
            (sections, "read_earlier", lambda *_: self.earlier),
        )
        for module, name, function in given:
            setattr(module, name, function)


def material_of(values: Mapping[str, Any]) -> Material:
    """Read what a county report with these parameters reads; raises as the functions that it calls."""
    from .decisions import as_decisions
    from .earlier import read_earlier
    from .evidence import read_evidence
    from .rulebook import load_rulebook

    rules = load_rulebook(values["rulebook"])
    evidence = read_evidence(
        values["exports"], rules, set_aside=values["set_aside"], corrections=values["corrections"]
    )
    decisions = as_decisions(values["decisions"], rules, four_eyes=values.get("four_eyes", False))
    earlier = read_earlier(values["since"], rules) if values["since"] else None
    return Material(replace(rules, folder=Path(rules.folder.name)), _shown(evidence), decisions, earlier)


def _shown(evidence: Evidence) -> Evidence:
    """Return the evidence without what no report shows: cells of refused rows, values that corrections name."""
    refused = tuple(replace(row, cells=()) for row in evidence.refused)
    known = evidence.corrections
    if known is not None:
        known = replace(known, entries=tuple(replace(entry, old="", new="") for entry in known.entries))
    return replace(without_numbers(evidence), refused=refused, corrections=known)


def received(path: str | Path) -> Material:
    """Return material from a file of this run, which is not needed any more."""
    path = Path(path)
    with path.open("rb") as file:
        material: Material = pickle.load(file)  # noqa: S301 - written by the task that started this kernel
    path.unlink()
    return material
