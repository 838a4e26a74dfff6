"""A second reading of a ledger's chain, from its description alone; it shares no code with gy1100.ledger."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import unicodedata
from typing import Any

TEXTS = ("assessor", "rulebook", "unit", "item", "value", "computed_then", "valid_from", "evidence", "evidence_hash",
         "reason", "time", "prev")  # fmt: skip
ACTIONS = ("set_item", "set_element", "confirm", "withdraw", "contest", "answer", "sign_off", "reopen",
           "freeze_frame", "enter_seed")  # fmt: skip


def fault(number: int, row: tuple[Any, Any, Any], before: str, time: str) -> str:
    seq, text, digest = row
    try:
        raw = text.encode("utf-8", "surrogateescape")
        entry = json.loads(raw.decode("utf-8"))
        assert type(seq) is int and type(entry["seq"]) is int and seq == entry["seq"] == number, "number"
        assert hashlib.sha256(raw).hexdigest() == digest, "hash"
        assert entry["prev"] == before, "prev"
        assert len(entry) == 16 and all(type(entry[name]) is str for name in TEXTS), "texts"
        assert entry["action"] in ACTIONS, "action"
        assert entry["time"] >= time and entry["time"].endswith("+08:00"), "time"
        assert type(entry["element"]) in (str, type(None)) and type(entry["refers_to"]) in (
            int,
            type(None),
        ), "none"
        texts = [value for value in entry.values() if type(value) is str]
        assert all(unicodedata.normalize("NFC", value) == value for value in texts), "NFC"
        again = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert again == text, "form (a key twice, spaces, order, escapes)"
    except (AssertionError, ValueError, KeyError, TypeError, AttributeError) as error:
        return f"{number}: {error!r}"
    return ""


def first_fault(rows: list[tuple[Any, Any, Any]], head: str = "") -> str:
    before, time = hashlib.sha256(b"gy1100 ledger 1").hexdigest(), ""
    hashes = [before]
    for number, row in enumerate(rows, start=1):
        found = fault(number, row, before, time)
        if found:
            return found
        before, time = row[2], json.loads(row[1])["time"]
        hashes.append(before)
    seq, _, digits = head.partition(":")
    return "head" if head and (int(seq) >= len(hashes) or not hashes[int(seq)].startswith(digits)) else ""


if __name__ == "__main__":
    with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True) as ledger:
        stored = ledger.execute("SELECT seq, entry, hash FROM gy1100_ledger ORDER BY seq").fetchall()
    sys.exit(first_fault(stored, *sys.argv[2:3]))
