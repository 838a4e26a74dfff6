"""The chain: whether stored entries are the ones that were written, all of them, in their order."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from ..findings import Finding
from .entries import ACTIONS, GENESIS, STORED, Entry, Head, Row, canonical, row_of, sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00")
_HASH = re.compile(r"[0-9a-f]{64}")
_OTHERWISE: dict[str, Any] = {"seq": int, "refers_to": (int, type(None)), "element": (str, type(None))}
_TYPES = tuple((name, _OTHERWISE.get(name, str)) for name in STORED)


def verify_chain(
    entries: Iterable[Row | Entry],
    head: Head | str | None = None,
    *,
    after: tuple[int, str, str] | None = None,
) -> list[Finding]:
    """Return what is wrong with a ledger, one finding for each entry that is not as it was written.

    Parameters
    ----------
    entries : iterable of Row or Entry
        All entries as the store gives them, in the order of their numbers.
    head : Head or str, optional
        A head that was printed, ``SEQ:HASH`` (the hash may be cut to 16 digits): the ledger must still hold that
        entry. Without one a cut tail and an old copy put back cannot be told from a ledger that never had more.
    after : tuple, optional
        Number, hash and time of an entry that is known to be whole: the first given must follow it.
    """
    rows = [row_of(entry) if isinstance(entry, Entry) else Row(*entry) for entry in entries]
    findings = []
    last, before, moment = after or (0, GENESIS, "")
    for row in rows:
        found, moment = _wrong(row, last + 1, before, moment)
        findings += [_finding(row.seq, found)] if found else []
        last, before = row.seq if _is_number(row.seq) else last + 1, row.hash
    return findings + list(head_problems(rows, head))


def _finding(number: Any, code: str, **args: str | int) -> Finding:
    return Finding("error", row=number if _is_number(number) else None, code=f"chain_{code}", args=args)


def _wrong(row: Any, number: int, before: str, moment: str) -> tuple[str, str]:
    """Return what is wrong with a row, empty for nothing, and its time, before which the next one cannot be."""
    if not _is_number(row.seq) or row.seq != number:
        return "number", moment
    if not isinstance(row.entry, str) or row.hash != sha256(row.entry):
        return "changed", moment
    content = _content(row.entry)
    if content is None or not _is_written_by_us(content, row.entry):
        return "form", moment
    if content["seq"] != number or content["prev"] != before:
        return "link", moment
    return ("time" if content["time"] < moment else ""), content["time"]


def _is_number(seq: Any) -> bool:
    return isinstance(seq, int) and not isinstance(seq, bool)


def _content(text: str) -> dict[str, Any] | None:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _is_written_by_us(content: dict[str, Any], text: str) -> bool:
    """Whether it is the one form of an entry: no key twice, none missing, no number for a text, names in NFC."""
    if tuple(sorted(content)) != STORED:
        return False
    if any(isinstance(content[name], bool) for name in ("seq", "refers_to")):
        return False
    if not all(isinstance(content[name], kind) for name, kind in _TYPES):
        return False
    if content["action"] not in ACTIONS or not _TIME.fullmatch(content["time"]):
        return False
    # not the text as a whole: in JSON an accent may follow the escape of a line end
    texts = (value for value in content.values() if isinstance(value, str))
    return all(unicodedata.is_normalized("NFC", value) for value in texts) and canonical(content) == text


def head_problems(rows: list[Row], head: Head | str | None) -> Iterator[Finding]:
    """Yield what tells that a ledger no longer holds a head that was printed."""
    if head is None:
        return
    try:
        known = as_head(head)
    except ValueError:
        yield Finding("error", value=str(head), code="chain_head_form")
        return
    if known.seq > len(rows):
        yield _finding(known.seq, "cut", entries=len(rows), head=str(known))
    elif not (rows[known.seq - 1].hash if known.seq else GENESIS).startswith(known.hash):
        yield _finding(known.seq, "other", head=str(known))


def as_head(head: Head | str) -> Head:
    """Return a head from how it is printed, ``SEQ:HASH`` with 16 or 64 digits.

    Raises
    ------
    ValueError
        If it is no head.
    """
    if isinstance(head, Head):
        return head
    seq, _, digits = head.strip().lower().partition(":")
    if not (seq.isascii() and seq.isdigit() and len(digits) >= 16 and _HASH.fullmatch(digits.ljust(64, "0"))):
        raise ValueError(head)
    return Head(int(seq), digits)
