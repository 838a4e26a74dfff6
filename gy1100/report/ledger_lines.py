"""What the ledger of decisions says besides points: open replies, unconfirmed decisions, signatures, another look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import words
from ..frame_rows import records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..assessment import Assessment
    from ..decisions import Contest, Decision, SignOff
    from .voice import Voice


def ledger_lines(result: Assessment, voice: Voice, unit: str | None = None) -> list[str]:
    """Return what the reader of an assessment must know of its ledger, of all units or one."""
    record = result.decisions.record
    if record is None:
        return []
    groups: Iterable[tuple[str, Iterable[Contest | Decision]]] = (
        ("contested", record.contests),
        ("waiting", record.waiting),
        ("again", to_look_at_again(result)),
    )
    mine = ((key, [one for one in group if unit in (None, one.unit)]) for key, group in groups)
    lines = [
        words.text(f"ledger.report.{key}", voice.lang, n=len(found), things=things(found, voice))
        for key, found in mine
        if found
    ]
    return [*lines, *signature_lines(result, voice)]


def things(found: Iterable[Contest | Decision], voice: Voice) -> str:
    """Return what decisions or contests are about, each once, in their order."""
    return voice.listing(dict.fromkeys(f"{voice.unit(one.unit)} {one.item}" for one in found))


def contested(result: Assessment) -> frozenset[tuple[str, str]]:
    """Return the scores (unit, item) on which a reply is open."""
    record = result.decisions.record
    return frozenset((c.unit, c.item) for c in record.contests) if record else frozenset()


def to_look_at_again(result: Assessment) -> tuple[Decision, ...]:
    """Return the decisions in force that were taken when the computed points were others: new exports came since."""
    computed = {(r["unit"], r["item"]): r["computed"] for r in records(result.scores)}
    standing = result.standing
    in_force = [*standing.items.values(), *standing.elements.values()]
    return tuple(
        d
        for d in in_force
        if d.computed_then is not None and float(d.computed_then) != computed[d.unit, d.item]
    )


def signature_lines(result: Assessment, voice: Voice) -> Iterator[str]:
    """Yield whether the result of this day was signed, and whether this is that result."""
    record = result.decisions.record
    signed = [s for s in record.signed if s.as_of == result.as_of] if record else []
    if signed:
        last = signed[-1]
        facts = {"version": last.version, "by": last.assessor, "time": voice.day(last.time.date())}
        yield words.text(f"ledger.report.{_state(last, result)}", voice.lang, **facts)


def _state(signed: SignOff, result: Assessment) -> str:
    from ..ledger import facts_hash
    from ..manifest import facts_of

    if signed.reopened:
        return "reopened"
    facts = facts_of(result.evidence, result.rulebook, as_of=result.as_of, decisions=result.decisions)
    return "signed" if facts_hash(facts) == signed.facts_hash else "signed_other"
