"""A result that was signed stays: what comes after it is another version, with the signed one kept beside."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import Gy1100Error
from .ledger import BEARING, LEDGER_FILE, facts_hash, is_ledger, open_ledger, signatures, up_to
from .manifest import owned_files, read_manifest

if TYPE_CHECKING:
    from .ledger import Entry

VERSIONS = "versions"


def keep_signed(folder: Path, stage: Path, decisions: Path | str | None) -> list[str]:
    """Copy into a new result what must stay of the one it replaces: its versions, and itself where it was signed.

    Parameters
    ----------
    folder, stage : Path
        The result that is replaced, and the folder that takes its place.
    decisions : path, str or None
        The ledger that knows what was signed; where it is none, the usual one.

    Returns
    -------
    list of str
        Folders of the versions that were added now, ``versions/<number of the signature>``.
    """
    before, now = read_manifest(folder), read_manifest(stage)
    if before is None or now is None:
        return []
    for path in (folder / VERSIONS).glob("*") if (folder / VERSIONS).is_dir() else ():
        _copy(path, stage / VERSIONS / path.name)
    entries = _entries(decisions)
    seq = signature_of(before, entries)
    if seq is None or seq == signature_of(now, entries):
        return []
    name = f"{VERSIONS}/{seq}"
    for file in sorted(owned_files(folder)):
        if not file.startswith(f"{VERSIONS}/") and (folder / file).is_file():
            _copy(folder / file, stage / name / file)
    return [name]


def _entries(decisions: Path | str | None) -> Sequence[Entry]:
    """Return the entries of the ledger that a run was given, else of the usual one as far as it can be read."""
    if decisions is not None and is_ledger(decisions):
        return open_ledger(up_to(decisions)[0], read_only=True).entries()
    try:
        return open_ledger(LEDGER_FILE, read_only=True).entries() if is_ledger(LEDGER_FILE) else ()
    except (Gy1100Error, OSError):  # whoever uses it is told
        return ()


def signature_of(manifest: Mapping[str, Any], entries: Sequence[Entry]) -> int | None:
    """Return the number of the entry that signed a result, None where none did.

    The result of a signature is what it was made from, with the decisions up to the signature, or up to its re-opening.
    """
    if not all(manifest.get(name) for name in ("as_of", "rulebook", "inputs")):  # a calendar has no exports
        return None
    head = ((manifest.get("decisions") or {}).get("head") or {}).get("seq") or 0
    opened = {entry.refers_to: entry.seq for entry in entries if entry.action == "reopen"}
    signed = [
        s.seq for s in signatures(entries, manifest["rulebook"]["id"])
        if s.facts_hash == facts_hash(manifest) and head < opened.get(s.seq, head + 1) and _fits(head, s.seq, entries)
    ]  # fmt: skip
    return signed[-1] if signed else None


def _fits(head: int, seq: int, entries: Sequence[Entry]) -> bool:
    """Whether nothing that bears on points was entered between a result's head and the signature."""
    return not any(head < e.seq < seq and e.action in BEARING for e in entries)


def _copy(source: Path, target: Path) -> None:
    """Copy a file or folder; a file is not written twice where the system can name it twice."""
    if source.is_dir():
        shutil.copytree(source, target, copy_function=_copy_file, dirs_exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    _copy_file(source, target)


def _copy_file(source: str | Path, target: str | Path) -> str:
    try:
        os.link(source, target)
    except (OSError, NotImplementedError):
        shutil.copy2(source, target)
    return str(target)


__all__ = ["keep_signed", "signature_of"]
