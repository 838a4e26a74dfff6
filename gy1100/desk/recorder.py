"""What the server enters into the ledger for the person who is logged in; rights are checked here, values there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import WrongUsage
from ..ledger import Draft, open_ledger
from ..users import read_users
from ..words import both

if TYPE_CHECKING:
    from ..ledger import Entry
    from ..rulebook import Rulebook
    from ..users import User

TEXTS = {f.name for f in fields(Draft)} - {"assessor", "valid_from", "refers_to"}
NUMBERS = ("refers_to", "seen")


@dataclass(frozen=True)
class Recorder:
    """Appends entries; one at a time by the ledger's own lock.

    Attributes
    ----------
    ledger : path or URL
    users : Path
        The users file, for the home units.
    rulebook : Rulebook
    """

    ledger: str | Path
    users: Path
    rulebook: Rulebook

    async def record(self, user: User, given: Mapping[str, Any]) -> Entry:
        """Enter what a page sent, in the name of the one who is logged in.

        Raises
        ------
        WrongUsage
            If this user may not, the page greets somebody else, or a field is none that an entry has.
        Overtaken, Refused
            As :meth:`gy1100.ledger.Ledger.append`.
        """
        if given.get("greeted") not in (None, "", user.name):  # logged in anew in another tab
            raise WrongUsage(both("desk.other_user", name=user.name))
        draft, seen = self._draft(user, given)
        if not user.may(draft.action, self._unit(draft.unit)):
            raise WrongUsage(both("desk.may_not", name=user.name))
        return await asyncio.to_thread(self._append, draft, seen)

    def _append(self, draft: Draft, seen: int) -> Entry:
        homes = read_users(self.users).homes()
        return open_ledger(self.ledger).append(draft, self.rulebook, seen=seen, homes=homes)

    def _unit(self, name: str) -> str:
        return self.rulebook.units.match(name).unit or name

    def _draft(self, user: User, given: Mapping[str, Any]) -> tuple[Draft, int]:
        known = {k: v for k, v in given.items() if k and k not in ("assessor", "greeted")}
        wrong = [k for k in known if k not in TEXTS and k not in (*NUMBERS, "valid_from")]
        wrong += [k for k in TEXTS & known.keys() if not isinstance(known[k], str)]
        wrong += [k for k in NUMBERS if type(known.get(k, 0)) is not int]
        if wrong or "action" not in known:
            raise WrongUsage(both("desk.fields", names="、".join(wrong) or "action"))
        values = {k: known[k] for k in TEXTS & known.keys()}
        if "element" in values:
            values["element"] = values["element"] or None
        draft = Draft(
            assessor=user.name,
            valid_from=self._day(known.get("valid_from")),
            refers_to=known.get("refers_to"),
            **values,
        )
        return draft, known.get("seen", 0)

    @staticmethod
    def _day(text: object) -> date | None:
        try:
            return date.fromisoformat(str(text)) if text else None
        except ValueError:
            raise WrongUsage(both("desk.fields", names="valid_from")) from None
