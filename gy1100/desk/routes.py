"""What the desk's server answers besides Voila's pages: the landing page, who is there, and entries of the ledger."""

from __future__ import annotations

import json
from typing import Any

from jupyter_server.base.handlers import APIHandler, JupyterHandler
from tornado.web import HTTPError, authenticated

from ..errors import Gy1100Error, Refused
from ..ledger import Overtaken
from ..words import text
from .pages import landing_page

LARGEST = 64 * 1024  # bytes of an entry


def refused_words(refusal: Gy1100Error, lang: str) -> str:
    """Return why an entry was refused: field by field, each with what to do."""
    if not isinstance(refusal, Refused):
        return str(refusal)
    lines = []
    for found in refusal.findings:
        field = text(f"desk.field.{found.column}", lang) if found.column else found.place(lang)
        words = {"problem": found.problem(lang), "mend": found.mend(lang)}
        lines.append(text("desk.refused", lang, field=field, value=found.value, **words))
    return "\n".join(lines)


class Landing(JupyterHandler):
    """The first page after the log-in."""

    def initialize(self, tabs: Any, facts: Any, lang: str) -> None:
        """Take what the page is to say."""
        self.tabs, self.facts, self.lang = tabs, facts, lang

    @authenticated
    def get(self) -> None:
        """Show the page."""
        who, provider = self.current_user.username, self.identity_provider
        tabs = [(name, text(f"desk.tab.{name}.about", self.lang)) for name in self.tabs]
        self.finish(str(landing_page(who, tabs, self.facts(), out=provider.login_available, lang=self.lang)))


class Me(APIHandler):
    """Who is logged in, for the page to greet; it decides nothing."""

    def initialize(self, lang: str) -> None:
        """Take the language."""
        self.lang = lang

    @authenticated
    def get(self) -> None:
        """Answer with name and role, and with the cookie that entries must name (XSRF)."""
        assert self.xsrf_token  # making it sets the cookie; behind a proxy no log-in page did
        account = self.identity_provider.account_of(self)
        greeting = text("desk.greeting", self.lang, name=account.name)
        self.finish(
            {
                "name": account.name,
                "role": account.role,
                "greeting": greeting,
                "back": text("desk.back", self.lang),
            }
        )


class Entries(APIHandler):
    """Appends to the ledger what a person who is logged in sends; XSRF is checked before."""

    def initialize(self, recorder: Any, lang: str) -> None:
        """Take what records entries, and the language."""
        self.recorder, self.lang = recorder, lang

    @authenticated
    async def post(self) -> None:
        """Append one entry and answer with its number, or with why not."""
        fields = self._fields()
        account = self.identity_provider.account_of(self)
        try:
            entry = await self.recorder.record(account, fields)
        except Overtaken as other:
            self.set_status(409)
            self.finish({"message": str(other), "overtaken_by": other.entry.seq})
        except Gy1100Error as refusal:
            self.set_status(422)
            self.finish({"message": refused_words(refusal, self.lang)})
        else:
            told = text("desk.recorded", self.lang, seq=entry.seq)
            self.finish({"seq": entry.seq, "hash": entry.hash, "told": told})

    def _fields(self) -> dict[str, Any]:
        if len(self.request.body) > LARGEST:
            raise HTTPError(413)
        try:
            fields = json.loads(self.request.body)
        except ValueError:
            raise HTTPError(400, "JSON") from None
        if not isinstance(fields, dict):
            raise HTTPError(400, "JSON")
        return fields
