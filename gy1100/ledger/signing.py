"""What a signature signs: evidence, rulebook, day and ledger of a result, as one hash."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from .entries import Draft, canonical, sha256


def signed_facts(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what makes a result the result it is, from its manifest (or :func:`gy1100.manifest.facts_of`)."""
    corrections = manifest.get("corrections") or {}
    aside = [(entry["unit"], entry["table"], entry["rows"]) for entry in manifest.get("set_aside", ())]
    return {
        "as_of": manifest["as_of"],
        "rulebook": manifest["rulebook"]["sha256"],
        "readings": manifest["rulebook"].get("readings", {}),
        "evidence": sorted({entry["sha256"] for entry in manifest["inputs"]}),
        "four_eyes": bool((manifest.get("decisions") or {}).get("four_eyes")),
        "corrections": corrections.get("sha256", ""),
        "set_aside": sorted(map(list, aside)),
    }


def facts_hash(manifest: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what makes a result; the ledger's head is what the signature itself follows."""
    return sha256(canonical(signed_facts(manifest)))


def sign_off_draft(manifest: Mapping[str, Any], *, assessor: str, reason: str) -> Draft:
    """Return the draft that signs a result; append it with ``seen`` = the number of the head in the manifest."""
    day = str(manifest["as_of"])
    said = f"{manifest['rulebook']['id']} {day}: {len(manifest['inputs'])} files"
    return Draft(
        assessor, "sign_off", valid_from=date.fromisoformat(day), evidence=said, evidence_hash=facts_hash(manifest),
        reason=reason,
    )  # fmt: skip
