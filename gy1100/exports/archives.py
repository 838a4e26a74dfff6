"""The contents of a delivery's files; zip archives are opened and their members read like files of a folder."""

from __future__ import annotations

import os
import stat
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ..findings import Finding, one_line, shown
from .guard import LITTER, File, Unreadable, is_manifest
from .on_disk import LARGE, Bytes, OnDisk
from .package import check_members
from .sniff import is_text, kind_of
from .zipped import TROUBLES, opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_UTF8_NAME = 0x800  # flag bit of a member whose name is in UTF-8
_RENAMED = {"duplicate": "archive_twice", "path": "archive_path"}


@dataclass(frozen=True)
class Content:
    """A file to read, or what was found in its place.

    Attributes
    ----------
    file : File
        A member of an archive is named ``archive.zip!folder/member``.
    data : bytes, OnDisk or None
        None where there is nothing to read, for what `findings` say.
    findings : tuple of Finding
    """

    file: File
    data: Bytes | None
    findings: tuple[Finding, ...] = ()


def contents_of(files: Iterable[File]) -> Iterator[Content]:
    """Return the content of every file, and of every member of those that are zip archives, one after the other."""
    for file in files:
        try:
            data = content_of(file)
            if isinstance(data, bytes) and _is_archive(data):
                yield from _members(file, data)
            elif isinstance(data, bytes) and is_manifest(file, data):
                yield Content(file, None, (Finding("note", shown(file.name), code="own_manifest"),))
            else:
                yield Content(file, data)
        except Unreadable as problem:
            yield _refused(file, problem)


def content_of(file: File) -> Bytes:
    """Return a file's content; that of a large text file stays where it is.

    Raises
    ------
    Unreadable
        If it cannot be read, or is no regular file any more.
    """
    try:
        handle = os.open(file.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        data = OnDisk(handle)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Unreadable("not_regular")
        return data if len(data) > LARGE and is_text(data) else data[:]
    except OSError as problem:
        raise Unreadable("unreadable_file", reason=problem.strerror or type(problem).__name__) from None


def _refused(file: File, problem: Unreadable) -> Content:
    found = Finding("error", shown(file.name), row=problem.row, code=problem.code, args=problem.words)
    return Content(file, None, (found,))


def _is_archive(data: bytes) -> bool:
    try:
        return data.startswith(b"PK") and kind_of(data) == "archive"
    except Unreadable:  # said when it is read
        return False


def _members(file: File, data: bytes) -> Iterator[Content]:
    with opened(data) as archive:
        members = archive.infolist()
        _check(members)
        files = [member for member in members if not member.is_dir()]
        noted = Finding("note", shown(file.name), code="archive_opened", args={"count": len(files)})
        yield Content(file, None, (noted,))
        for member in sorted(files, key=_name):
            yield _member(archive, member, File(file.path, one_line(f"{file.name}!{_name(member)}")))


def _check(members: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive as workbooks are refused, but in words of its own; passwords are a matter of each member."""
    try:
        check_members([member for member in members if not member.flag_bits & 1])
        check_members([_unlocked(member) for member in members])
    except Unreadable as problem:
        reason = str(problem.words.get("reason", ""))
        code = next((code for word, code in _RENAMED.items() if word in reason.split()), None)
        raise Unreadable(code) if code else problem from None


def _unlocked(member: zipfile.ZipInfo) -> zipfile.ZipInfo:
    plain = zipfile.ZipInfo(member.filename)
    plain.file_size, plain.compress_size = member.file_size, member.compress_size
    plain.header_offset = member.header_offset
    return plain


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name; those of Chinese programs are in GBK and not marked."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        raw = member.orig_filename.split("\0")[0].encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return member.filename


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: File) -> Content:
    name = PurePosixPath(_name(member))
    if name.name.startswith("~$"):
        return Content(file, None, (Finding("note", shown(file.name), code="owner_file"),))
    if name.name.casefold() in LITTER or "__MACOSX" in name.parts:
        return Content(file, None, (Finding("note", shown(file.name), code="litter"),))
    try:
        data = _content(archive, member)
    except Unreadable as problem:
        return _refused(file, problem)
    return Content(file, data)


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.flag_bits & 1:
        raise Unreadable("locked")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Unreadable("link")
    try:
        return archive.read(member)
    except TROUBLES:
        raise Unreadable("damaged", reason="校验不符 checksum") from None
