"""Log texts: the normalised form that finds repeats, its hash, and the replacing of phone and id numbers."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from itertools import islice
from pathlib import PurePosixPath

# In Python ``\w`` is exactly the general categories L* and N* and the underscore (a test tries every code point).
_OTHER = re.compile(r"[\W_]+")
_MARKS = "，。；！？（）"  # not the colon: lower case looks through it for the end of a Greek word
_NOT_A_LINE = re.compile(r"(?:[^\w\n]|_)+")
_AT_ONCE = 50_000  # texts
_DIGITS = re.compile(r"\d{5}|\d[-.\s－—]{1,3}\d{4}")
_ID_NUMBER = re.compile(r"(?<!\d)(?:\d{17}[\dXxＸｘ]|\d{15})(?!\d)")
_UNSEEN = re.compile(
    r"(?<=\d)[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+(?=\d)"
)
_GAP = r"[-.\s－—]{0,3}"
_PHONE = re.compile(
    rf"(?<!\d)(?:[+＋]?[8８][6６]{_GAP})?[1１]\d{{2}}{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)"
    rf"|(?<!\d)[(（]?[0０]\d{{2,3}}[)）]?{_GAP}\d{{7,8}}(?!\d)"
    r"|\d{11,}[Xx]?"
)
_MOBILE = r"(?:\+?86-?)?1[3-9]\d{9}"
_RESIDENT = r"[1-9]\d{5}(?:19\d\d|200[0-5])(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
PERSONS_NUMBER = rf"(?:{_MOBILE}|{_RESIDENT})"  # of any regular expressions, Arrow's too
# More than the texts that phone and id numbers are looked for in: digits of any script, whatever stands between them.
MAY_HOLD_NUMBER = r"\p{Nd}{5}|\p{Nd}[^\p{L}\p{Nd}]{1,3}\p{Nd}"  # of Arrow's regular expressions
SHORTEST_NUMBER = 11  # bytes of the shortest of them
_PERSONAL = re.compile(rf"(?<!\d)(?:(?P<mobile>{_MOBILE})|{_RESIDENT})(?!\d)", re.ASCII)
ID_NUMBER, PHONE = "【证件号】", "【电话】"


def normalised(text: str) -> str:
    """Return NFKC, then full lower case, then only code points of the general categories L* and N*."""
    return _OTHER.sub("", unicodedata.normalize("NFKC", text).lower())


def all_normalised(texts: Iterable[str]) -> list[str]:
    """Return many texts normalised, as one by one but thousands at once: no rule of Unicode crosses a line end.

    The commonest full-width marks go first, since they alone keep most texts from being in NFKC already.
    """
    rest, done = iter(texts), []
    while some := list(islice(rest, _AT_ONCE)):
        done += _normalised_at_once(some)
    return done


def _normalised_at_once(texts: list[str]) -> list[str]:
    whole = "\n".join(text.replace("\n", " ") for text in texts)
    for mark in _MARKS:
        whole = whole.replace(mark, " ")
    lines = whole.split("\n")
    done = unicodedata.is_normalized
    whole = "\n".join(t if done("NFKC", t) else unicodedata.normalize("NFKC", t) for t in lines)
    return _NOT_A_LINE.sub("", whole.lower()).split("\n")


def text_hash(normal: str) -> str:
    """Return the md5 of a normalised text in UTF-8, as hexadecimal digits."""
    return hashlib.md5(normal.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def masked(text: str) -> str:
    """Return the text with phone and id numbers replaced by words that hold no digit."""
    if not text.isprintable():
        text = _UNSEEN.sub("", text)
    if not _DIGITS.search(text):
        return text
    return _PHONE.sub(PHONE, _ID_NUMBER.sub(ID_NUMBER, text))


def masked_name(name: str) -> str:
    """Return a file name, link or id without mobile and resident numbers; other long numbers (dates, serials) stay."""
    return _PERSONAL.sub(lambda found: PHONE if found["mobile"] else ID_NUMBER, name)


def told_apart(name: str, taken: set[str]) -> str:
    """Return the name of a file or sheet as no earlier one is called (``taken``): a masked one may come again."""
    ending = PurePosixPath(name).suffix
    found, n = name, 1
    while found in taken:
        n += 1
        found = f"{name.removesuffix(ending)}_{n}{ending}"
    taken.add(found)
    return found


def is_personal(text: str) -> bool:
    """Whether a text is nothing but a mobile or resident number."""
    return _PERSONAL.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None
