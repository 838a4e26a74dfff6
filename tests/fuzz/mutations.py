"""Ways to spoil a file."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable
from random import Random

WORDS = (
    b"\x00", b"\xff\xff\xff\xff", b"<", b">", b"&", b"'", b'"', b"]]>", b"<!DOCTYPE x>", b"<!--", b"&a;", b"-1",
    b"99999999999999999999", b"1e308", b"NaN", b"XFD1048576", b'r="A0"', b't="e"', b"<f>", b"\xef\xbb\xbf", b"\r",
    b"\n", b",", b"\t", "锟斤拷".encode(), "𠮷".encode("gb18030"), b"\x1a", b"%", b"\xd8\x00", b"../",
    b"=cmd|' /C calc'!A0",
)  # fmt: skip


def mutated(data: bytes, others: list[bytes], random: Random) -> bytes:
    """Return a file spoiled in one to four ways; a zipped one often inside of its parts."""
    if data.startswith(b"PK") and random.random() < 0.6:
        return _inside(data, others, random)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        data = random.choice(WAYS)(data, others, random)
    return data


def _flip(data: bytes, others: list[bytes], random: Random) -> bytes:
    """Turn some bits."""
    spoiled = bytearray(data)
    for _ in range(random.choice((1, 1, 4, 32))):
        if spoiled:
            spoiled[random.randrange(len(spoiled))] ^= 1 << random.randrange(8)
    return bytes(spoiled)


def _cut(data: bytes, others: list[bytes], random: Random) -> bytes:
    """Break off."""
    return data[: random.randrange(len(data) + 1)]


def _drop(data: bytes, others: list[bytes], random: Random) -> bytes:
    """Leave a piece out."""
    start, end = sorted(random.randrange(len(data) + 1) for _ in range(2))
    return data[:start] + data[min(end, start + random.choice((1, 8, 512, 1 << 20))) :]


def _double(data: bytes, others: list[bytes], random: Random) -> bytes:
    """Repeat a piece."""
    start = random.randrange(len(data) + 1)
    piece = data[start : start + random.choice((1, 16, 512))]
    return data[:start] + piece * random.choice((1, 2, 50)) + data[start:]


def _insert(data: bytes, others: list[bytes], random: Random) -> bytes:
    """Put in something that is seldom harmless."""
    start = random.randrange(len(data) + 1)
    return data[:start] + random.choice(WORDS) * random.choice((1, 1, 1, 300)) + data[start:]


def _overwrite(data: bytes, others: list[bytes], random: Random) -> bytes:
    """Write that over what is there."""
    start, word = random.randrange(len(data) + 1), random.choice(WORDS)
    return data[:start] + word + data[start + len(word) :]


def _splice(data: bytes, others: list[bytes], random: Random) -> bytes:
    """Go on as another file."""
    other = random.choice(others)
    return data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]


def _number(data: bytes, others: list[bytes], random: Random) -> bytes:
    """Change a number in the text, or four bytes."""
    places = [at for at in range(len(data)) if 48 <= data[at] <= 57]
    at = random.choice(places) if places else 0
    return data[:at] + random.choice((b"0", b"-", b"999999999", b"1048577", b"4294967296")) + data[at + 1 :]


WAYS: tuple[Callable[[bytes, list[bytes], Random], bytes], ...] = (
    _flip,
    _cut,
    _drop,
    _double,
    _insert,
    _overwrite,
    _splice,
    _number,
)


def _inside(data: bytes, others: list[bytes], random: Random) -> bytes:
    """Spoil the parts of an archive and pack them again, or leave some out, double or rename them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    at = random.randrange(len(members))
    name, content = members[at]
    way = random.randrange(8)
    if way == 0:
        members.pop(at)
    elif way == 1:
        members.append((name, content))
    elif way == 2:
        members[at] = (random.choice(("../x", "/x", "xl/vbaProject.bin", "x\0y", name.upper())), content)
    else:
        members[at] = (name, random.choice((*WAYS, _number, _number))(content, others, random))
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()
