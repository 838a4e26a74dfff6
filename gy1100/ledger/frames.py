"""What forbids freezing a frame of spot checks, and entering the seed of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .admission import Problem, Situation
    from .entries import Draft


def frame_problems(draft: Draft, situation: Situation) -> Iterator[Problem]:
    """A frame has a number of logs a unit and a day that can be assessed, and is frozen once."""
    allowed, per_unit = situation.rulebook.rules.as_of, draft.value[:9]
    if not (per_unit.isascii() and per_unit.isdigit() and int(per_unit)):
        yield "value", "ledger_per_unit", {}
    if draft.valid_from is None or not allowed.first.value <= draft.valid_from <= allowed.last.value:
        yield "valid_from", "decision_day", {}
    frames = [e for e in situation.entries if (e.action, e.rulebook) == (draft.action, situation.rulebook.id)]
    known = [(e.evidence_hash, e.day, e.value) for e in frames[-1:]]
    if (draft.evidence_hash, draft.valid_from, draft.value) in known:
        yield "evidence_hash", "ledger_frozen", {}


def seed_problems(draft: Draft, situation: Situation) -> Iterator[Problem]:
    """A seed is entered once: whoever saw a sample cannot ask for another."""
    if not draft.value:
        yield "value", "ledger_seed", {}
    if any(e.action == "enter_seed" and e.refers_to == draft.refers_to for e in situation.entries):
        yield "value", "ledger_seeded", {}
