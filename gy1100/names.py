"""Names of people: mended where the one character meant is certain, refused where something was lost."""

from __future__ import annotations

import re
import unicodedata

from .cells import Outcome, bare, plain_form

SHOWN = 5
_LOST = re.compile(
    r"[\ufffd?？\ue000-\uf8ff\U000f0000-\U0010ffff]|null|#n/a|#ref!|#value!|#name\?|#div/0!|#num!",
    re.IGNORECASE,
)
_NO_NAME = frozenset(("none", "nan", "n/a", "undefined"))
_DOTS = str.maketrans(dict.fromkeys("•．‧∙・･●｡⋅", "·"))
_FULL_STOP = re.compile(r"(?<=[^\x00-\x7f])\.(?=[^\x00-\x7f])")
_INNER_SPACE = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")


def read_name(text: str) -> Outcome:
    """Return a name in its usual form: no spaces inside Chinese, one middle dot, no invisible characters."""
    if _LOST.search(text) or text.casefold() in _NO_NAME:
        return Outcome(None, "name_damaged", args={"marks": marks(text)})
    tidy = unicodedata.normalize("NFC", bare(plain_form(text.translate(_DOTS))))
    tidy = _INNER_SPACE.sub("", _FULL_STOP.sub("·", tidy))
    if tidy == text:
        return Outcome(tidy)
    return Outcome(tidy, repair="name_form", args={"marks": marks(text)})


def marks(text: str) -> str:
    """Return the code points of a name that are no plain letters, as ``U+200B``, the first few."""
    odd = dict.fromkeys(char for char in text if not _is_plain(char))
    named = [f"U+{ord(char):04X}" for char in odd][:SHOWN]
    return "、".join(named) or "—"


def _is_plain(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN" and plain_form(char) == char


def folded(name: str) -> str:
    """Return the form in which two names of assessors are the same person: NFKC, no case, no outer spaces."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()


def has_hidden(text: str) -> bool:
    """Return whether a text holds characters that nobody sees (controls, direction marks, halves of a character)."""
    return any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Cn", "Co") for char in text)
