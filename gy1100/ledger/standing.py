"""The fold: what the entries of a ledger come to (scoring.md §3, Decisions)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from ..decisions import Check, Contest, Decision, Decisions, Record, SignOff, problems_of
from ..findings import Finding
from .entries import NO_ENTRY, SETS, Entry, Head

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ..rulebook import Rulebook


def standing(
    entries: Sequence[Entry],
    as_of: date | None = None,
    four_eyes: bool = False,
    *,
    rulebook: str | None = None,
) -> Decisions:
    """Return the decisions that stand, with what the ledger says besides as ``record``.

    A decision stands unless it was withdrawn, as if it had never been taken: an earlier one on the same thing holds
    again. With four eyes it stands once a second assessor has confirmed it; the withdrawal of a confirmed decision
    wants a second one as well.

    Parameters
    ----------
    entries : sequence of Entry
        All entries of a ledger, in order.
    as_of : date, optional
        Leave out what holds only later (:meth:`Decisions.standing` does so as well).
    four_eyes : bool
        Whether only confirmed decisions stand; the others are listed as waiting.
    rulebook : str, optional
        Only entries under this rulebook.
    """
    mine = [e for e in entries if rulebook in (None, e.rulebook)]
    confirmed = {e.refers_to for e in mine if e.action == "confirm"}
    gone = taken_back(mine, four_eyes=four_eyes)
    taken = [e for e in mine if e.action in SETS and (as_of is None or e.day is None or e.day <= as_of)]
    left = [e for e in taken if e.seq not in gone]
    holding = [e for e in left if e.seq in confirmed or not four_eyes]
    waiting = _waiting(left, mine, confirmed) if four_eyes else ()
    head = Head(entries[-1].seq, entries[-1].hash) if entries else NO_ENTRY
    record = Record(str(head), four_eyes, waiting, open_contests(mine), signatures(mine), _checks(mine))
    return Decisions(tuple(map(decision_of, holding)), record=record)


def taken_back(entries: Sequence[Entry], *, four_eyes: bool = False) -> frozenset[int | None]:
    """Return the entries that were withdrawn; with four eyes a confirmed one only by a confirmed withdrawal."""
    confirmed = {e.refers_to for e in entries if e.action == "confirm"} if four_eyes else set()
    withdrawals = [e for e in entries if e.action == "withdraw"]
    return frozenset(e.refers_to for e in withdrawals if e.seq in confirmed or e.refers_to not in confirmed)


def decision_of(entry: Entry) -> Decision:
    """Return an entry that sets something as the decision that an assessment takes."""
    then = Decimal(entry.computed_then) if entry.computed_then else None
    return Decision(
        entry.unit, entry.item, entry.element, Decimal(entry.value), entry.assessor, entry.moment, entry.day,
        entry.reason, entry.evidence, entry.seq, then,
    )  # fmt: skip


def _waiting(left: list[Entry], entries: Sequence[Entry], confirmed: set[int | None]) -> tuple[Decision, ...]:
    """Return the last decision on each thing where nobody has confirmed it, or not its withdrawal."""
    unsure = {e.refers_to for e in entries if e.action == "withdraw" and e.seq not in confirmed}
    last = {(e.unit, e.item, e.element, e.valid_from): e for e in left}
    open_ = [e for e in last.values() if e.seq not in confirmed] + [e for e in left if e.seq in unsure]
    return tuple(map(decision_of, sorted(set(open_), key=lambda e: e.seq)))


def _checks(entries: Sequence[Entry]) -> tuple[Check, ...]:
    """Return the spot checks that were entered, in order."""
    found = ((e, e.day) for e in entries if e.action == "record_check")
    return tuple(Check(e.seq, e.evidence, e.element or "", e.value, day, e.unit) for e, day in found if day)


def open_contests(entries: Sequence[Entry]) -> tuple[Contest, ...]:
    """Return what units contest and nobody has answered."""
    answered = {e.refers_to for e in entries if e.action == "answer"}
    asked = (e for e in entries if e.action == "contest" and e.seq not in answered)
    return tuple(Contest(e.seq, e.unit, e.item, e.element, e.moment, e.reason) for e in asked)


def signatures(entries: Sequence[Entry], rulebook: str | None = None) -> tuple[SignOff, ...]:
    """Return every signature, in order, with whether it was re-opened."""
    reopened = {e.refers_to for e in entries if e.action == "reopen"}
    return tuple(
        SignOff(e.seq, e.day, int(e.value), e.assessor, e.moment, e.evidence_hash, e.seq in reopened)
        for e in entries
        if e.action == "sign_off" and e.day is not None and rulebook in (None, e.rulebook)
    )


def no_longer_allowed(decision: Decision, rulebook: Rulebook) -> list[Finding]:
    """Return what a rulebook that changed since says against a decision that was entered."""
    row = {
        "unit": decision.unit, "item": decision.item, "element": decision.element, "value": f"{decision.value:f}",
        "assessor": decision.assessor, "reason": decision.reason, "time": decision.time.isoformat(), "valid_from": "",
    }  # fmt: skip
    return [
        Finding("error", "", "", decision.seq, column, row[column] or "", code, args)
        for column, code, args in problems_of(row, rulebook)
    ]
