"""Whether the ledger is whole, and holds the heads that a result records and a report prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .errors import WrongUsage
from .ledger import NO_ENTRY, Head, as_head, head_problems, is_ledger, open_ledger, up_to, verify_chain
from .verdict import Check, Given
from .words import both

SHOWN = 5  # problems that are listed


def head_of(head: str) -> Head:
    """Return a printed head.

    Raises
    ------
    WrongUsage
        If it is none.
    """
    try:
        return as_head(head)
    except ValueError:
        raise WrongUsage(both("verify.head_form", head=head)) from None


def ledger_checks(given: Given, manifest: Mapping[str, Any]) -> Iterator[Check]:
    """Yield whether the chain is whole and holds both heads; without the ledger, whether the two agree."""
    recorded = recorded_head(manifest)
    if given.decisions is None or not is_ledger(given.decisions):
        yield from _heads_alone(given, recorded)
        return
    ledger = open_ledger(up_to(given.decisions)[0], read_only=True)
    rows = ledger.rows()
    problems = verify_chain(rows)
    yield from (Check("differs", "chain", {"problem": str(found)}) for found in problems[:SHOWN])
    if not problems:
        last = Head(rows[-1].seq, rows[-1].hash) if rows else NO_ENTRY
        yield Check("holds", "chain_whole", {"n": len(rows), "head": last.short})
    for code, head in (("recorded", recorded), ("printed", head_of(given.head) if given.head else None)):
        if head is not None:
            fits = not list(head_problems(rows, head))
            args = {"head": head.short, "more": len(rows) - head.seq}
            yield Check("holds" if fits else "differs", f"head_{code}" if fits else f"head_{code}_lost", args)


def recorded_head(manifest: Mapping[str, Any]) -> Head | None:
    """Return the head that a result was made with, None without a ledger."""
    head = (manifest.get("decisions") or {}).get("head") or {}
    return Head(int(head["seq"]), str(head["hash"])) if head.get("seq") is not None else None


def _heads_alone(given: Given, recorded: Head | None) -> Iterator[Check]:
    """Without the ledger a printed head can only be compared with the recorded one."""
    printed = head_of(given.head) if given.head else None
    if printed is not None and recorded is not None and printed.seq == recorded.seq:
        fits = recorded.hash.startswith(printed.hash)
        yield Check(
            "holds" if fits else "differs", "heads_same" if fits else "heads_differ", {"head": recorded.short}
        )
    elif printed is not None:
        yield Check("unchecked", "head_alone", {"head": printed.short})
    if recorded is not None:
        yield Check("unchecked", "no_ledger", {"head": recorded.short})
