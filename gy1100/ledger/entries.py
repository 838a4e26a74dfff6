"""An entry of the ledger, and its one form as text, which is what is stored and hashed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Literal, NamedTuple, get_args

from ..decisions import LOCAL

Action = Literal[
    "set_item", "set_element", "confirm", "withdraw", "contest", "answer", "sign_off", "reopen",
    "freeze_frame", "enter_seed", "record_check",
]  # fmt: skip
ACTIONS: tuple[str, ...] = get_args(Action)
SETS = ("set_item", "set_element")
# What stands before the first entry: nothing, hashed under the ledger's own name so that no other chain begins alike.
GENESIS = hashlib.sha256(b"gy1100 ledger 1").hexdigest()


@dataclass(frozen=True)
class Draft:
    """What an assessor wants to enter; the ledger adds number, time, rulebook and chain.

    Attributes
    ----------
    assessor : str
        From the log-in alone.
    action : str
        ``set_item``, ``set_element``: points or value; ``confirm``, ``withdraw``: of a decision (``refers_to``);
        ``contest``, ``answer``: what a unit contests, and the answer (``refers_to`` the contest); ``sign_off``,
        ``reopen``: of a result (``refers_to`` the signature); ``freeze_frame``, ``enter_seed``: of spot checks;
        ``record_check``: what was found of a log (``evidence`` its id, ``value`` the outcome, ``element`` the method,
        ``valid_from`` the day).
    unit, item, element
        What it is about; taken from the entry it refers to where ``refers_to`` is given.
    value : str
        Decimal text; the seed for ``enter_seed``.
    computed_then : str
        The item's computed points when it was decided.
    valid_from : date or None
        From which ``as_of`` on a decision holds; the day of the result for ``sign_off``.
    evidence, evidence_hash : str
        Where the evidence is, and the SHA-256 of what was seen.
    reason : str
        Why; of a contest the statement, of an answer the answer.
    refers_to : int or None
        The entry it answers, corrects, confirms, withdraws or reopens.
    """

    assessor: str
    action: Action
    unit: str = ""
    item: str = ""
    element: str | None = None
    value: str = ""
    computed_then: str = ""
    valid_from: date | None = None
    evidence: str = ""
    evidence_hash: str = ""
    reason: str = ""
    refers_to: int | None = None


@dataclass(frozen=True)
class Entry:
    """One entry as it is stored; every text in NFC, an absent one empty (``element``: None)."""

    seq: int
    time: str
    assessor: str
    action: str
    rulebook: str
    unit: str
    item: str
    element: str | None
    value: str
    computed_then: str
    valid_from: str
    evidence: str
    evidence_hash: str
    reason: str
    refers_to: int | None
    prev: str
    hash: str

    @property
    def day(self) -> date | None:
        """Return ``valid_from`` as a day, None where there is none."""
        return date.fromisoformat(self.valid_from) if self.valid_from else None

    @property
    def moment(self) -> datetime:
        """Return ``time`` as a moment."""
        return datetime.fromisoformat(self.time)

    def concerns(self, unit: str, item: str, element: str | None) -> bool:
        """Return whether the entry is about this item of the unit, or this element (an item holds its elements)."""
        near = self.element is None or element is None or self.element == element
        return bool(unit) and (self.unit, self.item) == (unit, item) and near


class Row(NamedTuple):
    """An entry as a store gives it: number, text and hash, unchecked."""

    seq: int
    entry: str
    hash: str


class Head(NamedTuple):
    """Number and hash of a ledger's last entry; who holds it can tell whether anything before it was changed."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    @property
    def short(self) -> str:
        """Return the head as it is printed: the number and 16 hexadecimal digits."""
        return f"{self.seq}:{self.hash[:16]}"


NO_ENTRY = Head(0, GENESIS)
FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Entry))
STORED = tuple(sorted(name for name in FIELDS if name != "hash"))


def canonical(values: object) -> str:
    """Return JSON in its one form: sorted keys, no spaces, no escapes but those that JSON asks for."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8; bytes that were no UTF-8 are hashed as they are."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def row_of(entry: Entry) -> Row:
    """Return an entry as it is stored."""
    values = asdict(entry)
    del values["hash"]
    return Row(entry.seq, canonical(values), entry.hash)


def entry_of(row: Row) -> Entry:
    """Return a stored entry.

    Raises
    ------
    ValueError, TypeError
        If the text is no entry.
    """
    return Entry(**json.loads(row.entry), hash=row.hash)


def sealed(values: dict[str, object], last: Head, moment: datetime) -> Entry:
    """Return the entry that follows ``last``."""
    own: dict[str, object] = {"seq": last.seq + 1, "prev": last.hash, "time": written(moment)}
    content = values | own
    return Entry(**content, hash=sha256(canonical(content)))  # type: ignore[arg-type]


def written(moment: datetime) -> str:
    """Return a moment as entries have it: RFC 3339, whole seconds, +08:00."""
    return moment.astimezone(LOCAL).isoformat(timespec="seconds")
