"""Log texts, of blocks for when, where, what was done and what came of it; hardly ever twice the same."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from .dice import Dice

LONG_OPENING = 5  # characters, from here on a comma follows


def normalised(text: str) -> str:
    """Return the text as the scoring compares it: NFKC, lower case, letters and digits alone."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(c for c in folded if unicodedata.category(c)[0] in "LN")


@dataclass
class Writer:
    """Writes the logs of one unit and remembers what it wrote, so as not to repeat itself by accident."""

    blocks: Mapping[str, Any]
    places: list[str]
    products: list[str]
    dice: Dice
    written: set[str] = field(default_factory=set)

    def fresh(self, kind: str, day: date, participants: int) -> str:
        """Return a new text for an activity of this kind on this day."""
        text = self._compose(kind, day, participants)
        while normalised(text) in self.written:
            text = self._compose(kind, day, participants)
        self.written.add(normalised(text))
        return text

    def short(self) -> str:
        """Return a text that says next to nothing."""
        return self.dice.pick(self.blocks["short"])

    def lazy(self) -> str:
        """Return one of the all-purpose texts that go from hand to hand."""
        return self.dice.pick(self.blocks["lazy"])

    def disguised(self, text: str) -> str:
        """Return the same text once more, at times with other punctuation, width or spacing."""
        forms = (text, text, text.replace("，", " "), text.rstrip("。") + "！！", text.replace("，", ","))
        return self.dice.pick(forms)

    def _compose(self, kind: str, day: date, participants: int) -> str:
        blocks, dice = self.blocks["kinds"][kind], self.dice
        what = dice.pick(blocks["what"]).replace("{product}", dice.pick(self.products))
        do = dice.pick([d for d in blocks["do"] if participants > 1 or "{n}" not in d] or blocks["do"])
        words = {"place": dice.pick(self.places), "group": dice.pick(self.blocks["groups"]), "what": what}
        done = do.format(nick=dice.pick(self.blocks["nobody"]), n=max(1, participants), **words)
        more = "，".join(dice.some(blocks["more"], 2 if dice.chance(0.2) else 1))
        opening = self._opening(kind, day)
        if dice.chance(self.blocks["telephone"]["share"]):
            more += "，" + self.blocks["telephone"]["words"].format(dice.whole(0, 9_999))
        opening += "，" if len(opening) >= LONG_OPENING else ""
        return f"{opening}{done}。{more}。" if dice.chance(0.85) else f"{opening}{done}。"

    def _opening(self, kind: str, day: date) -> str:
        today = day.isoformat()
        events = [word for e in self.blocks["events"] if e["from"] <= today <= e["to"] for word in e["words"]]
        if events and self.dice.chance(0.35):
            return self.dice.pick(events)
        return self.dice.pick(self.blocks["online_openings" if kind == "线上联系" else "openings"])
