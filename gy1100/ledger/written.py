"""The values of an entry that an admitted draft becomes."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..decisions import parsed_value
from .entries import SETS
from .standing import signatures

if TYPE_CHECKING:
    from decimal import Decimal

    from .admission import Situation
    from .entries import Draft


def entered(draft: Draft, situation: Situation) -> dict[str, Any]:
    """Return the values of the entry that an admitted draft becomes."""
    values = asdict(draft) | {"rulebook": situation.rulebook.id}
    values["valid_from"] = draft.valid_from.isoformat() if draft.valid_from else ""
    if draft.action in SETS:
        values["value"] = plain(parsed_value(draft.value))
    if draft.computed_then:
        values["computed_then"] = plain(parsed_value(draft.computed_then))
    if draft.action == "sign_off":
        versions = [
            s for s in signatures(situation.entries, situation.rulebook.id) if s.as_of == draft.valid_from
        ]
        values["value"] = str(len(versions) + 1)
    return values


def plain(value: Decimal | None) -> str:
    """Return a number as decimal text without exponent or needless zeros; empty where there is none."""
    return "" if value is None else f"{value.normalize():f}" if value else "0"
