"""Bytes to text without losing or guessing a character: UTF-8, UTF-16 and GB18030, each strict."""

from __future__ import annotations

import codecs
import io
import re
from typing import NamedTuple

from .guard import Unreadable

_MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HAN = re.compile(r"[\u3400-\u9fff]")
_USUAL = re.compile(r"[\t\r\n\x20-\x7e\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_COMMON = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")  # the 3,755 characters that make up nearly all Chinese text
_LOST = "锟斤拷"
_DISGUISES = (("gb18030", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030"))
_MOVED = {  # GB18030-2022 gave these 18 + 6 private-use code points of earlier editions their characters
    **dict(zip(range(0xE78D, 0xE797), (0xFE10, 0xFE12, 0xFE11, *range(0xFE13, 0xFE1A)), strict=True)),
    **dict(
        zip(
            (0xE81E, 0xE826, 0xE82B, 0xE82C, 0xE832, 0xE843, 0xE854, 0xE864),
            range(0x9FB4, 0x9FBC),
            strict=True,
        )
    ),
    0xE816: 0x20087,
    0xE817: 0x20089,
    0xE818: 0x200CC,
    0xE831: 0x215D7,
    0xE83B: 0x2298F,
    0xE855: 0x241FE,
}
_MOVED_ANY = re.compile(f"[{''.join(map(chr, _MOVED))}]")


class Text(NamedTuple):
    """A text as decoded.

    Attributes
    ----------
    text : str
    encoding : str or None
        The encoding's name where it is not UTF-8.
    moved : int
        Characters that GB18030-2022 moved off private-use code points.
    cut : bool
        The last character is incomplete.
    """

    text: str
    encoding: str | None = None
    moved: int = 0
    cut: bool = False


def decoded(data: bytes) -> Text:
    """Return the text of a file.

    Raises
    ------
    Unreadable
        If it is in no known encoding, in more than one, or was spoiled by an earlier wrong reading.
    """
    found = _decoded(data)
    _refuse_spoiled(found.text)
    return found


def _decoded(data: bytes) -> Text:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _utf16(data[2:], encoding)
    if unmarked := _unmarked_utf16(data):
        return _utf16(data, unmarked)
    try:
        return Text(data.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        if problem.reason == "unexpected end of data" and _HAN.search(whole := _whole(data)):
            return Text(whole, cut=True)
    return _gb18030(data)


def _whole(data: bytes) -> str:
    return codecs.getincrementaldecoder("utf-8-sig")().decode(data)


def _utf16(data: bytes, encoding: str) -> Text:
    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(data)
        text.encode("utf-8")
    except UnicodeError:
        raise Unreadable("encoding_unknown", row=1) from None
    return Text(text, "UTF-16", cut=len(data) % 2 == 1)


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 that lacks its mark shows in its line ends and separators, and in nothing but usual characters."""
    start = data[: min(len(data), 4096) // 2 * 2]
    if b"\x00" not in start:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = start.decode(encoding)
        except UnicodeDecodeError:
            continue
        if re.search(r"[,\t;\n]", text) and len(_USUAL.findall(text)) > 0.95 * len(text):
            return encoding
    return None


def _gb18030(data: bytes) -> Text:
    odd = _odd_line(data)
    if odd is not None:
        raise Unreadable("encoding_unknown", row=odd)
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        raise Unreadable("encoding_unknown", row=1) from None
    moved = len(_MOVED_ANY.findall(text))
    return Text(text.translate(_MOVED) if moved else text, "GB18030", moved)


def gb18030(data: bytes) -> Text:
    """Return text that is declared as GB2312, GBK or GB18030, else by what it is."""
    try:
        return _gb18030(data)
    except Unreadable:
        return decoded(data)


def _odd_line(data: bytes) -> int | None:
    """The first line in neither UTF-8 nor GB18030, or in another of the two than the first that tells."""
    first = None
    for number, line in enumerate(io.BytesIO(data), 1):
        if line.isascii():
            continue
        encoding = _encoding_of(line)
        if encoding is None or (first and encoding and encoding != first):
            return number
        first = first or encoding
    return None


def _encoding_of(line: bytes) -> str | None:
    """Which of the two a line is in: empty where it is too short to tell, None where it is in neither."""
    try:
        return "utf-8" if len(_HAN.findall(line.decode("utf-8"))) > 3 else ""
    except UnicodeDecodeError:
        pass
    try:
        line.decode("gb18030")
    except UnicodeDecodeError:
        return None
    return "gb18030"


def _refuse_spoiled(text: str) -> None:
    """Refuse text that was read in a wrong encoding and saved again."""
    if _LOST in text:
        raise Unreadable("spoiled_text", row=text[: text.index(_LOST)].count("\n") + 1)
    for number, line in enumerate(text[:20_000].splitlines()[:20], 1):
        if not line.isascii() and any(_disguised(line, *names) for names in _DISGUISES):
            raise Unreadable("spoiled_text", row=number)


def _disguised(line: str, wrong: str, right: str) -> bool:
    """Whether a line makes better sense when its bytes are read in another encoding."""
    raw = line.encode(wrong, "ignore")
    inner = raw.decode(right, "replace")
    han, lost, before = len(_HAN.findall(inner)), inner.count("\ufffd"), len(_HAN.findall(line))
    if wrong == "gb18030":
        return han > 3 and han > 4 * lost
    if right == "gb18030" and 2 * len(_COMMON.findall(raw)) <= han:
        return False
    return han > 3 and not before and han > 4 * lost
