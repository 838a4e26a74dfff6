"""The ledger of decisions: what assessors decided, kept so that any later change, loss or swap of an entry shows.

Each entry holds the hash of the one before it; the last one's hash, the *head*, is printed on every result.
"""

from __future__ import annotations

from .admission import BEARING, Overtaken
from .book import Ledger, copy_ledger, ledger_decisions, open_ledger, pinned
from .chain import as_head, head_problems, verify_chain
from .entries import GENESIS, NO_ENTRY, Draft, Entry, Head, Row
from .place import LEDGER_FILE, absolute, is_ledger, shown_place, up_to
from .signing import facts_hash, sign_off_draft
from .standing import open_contests, signatures, standing

__all__ = [
    "BEARING",
    "GENESIS",
    "LEDGER_FILE",
    "NO_ENTRY",
    "Draft",
    "Entry",
    "Head",
    "Ledger",
    "Overtaken",
    "Row",
    "absolute",
    "as_head",
    "copy_ledger",
    "facts_hash",
    "head_problems",
    "is_ledger",
    "ledger_decisions",
    "open_contests",
    "open_ledger",
    "pinned",
    "shown_place",
    "sign_off_draft",
    "signatures",
    "standing",
    "up_to",
    "verify_chain",
]
