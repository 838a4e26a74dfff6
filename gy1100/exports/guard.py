"""Which files a delivery holds and what each is by its content; nothing that could do harm is opened."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..findings import Finding, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

LITTER = frozenset((".ds_store", "thumbs.db", "desktop.ini"))
_MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR压缩"),
    (b"7z\xbc\xaf", "7z压缩"),
    (b"\x1f\x8b", "gzip压缩"),
    (b"PAR1", "Parquet"),
)
_MARKUP = (
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"<table", "HTML"),
    (b"mime-version:", "MHTML"),
    (b"<?xml", "XML"),
)


class Unreadable(Exception):
    """A whole file is refused.

    Parameters
    ----------
    code : str
        The finding.
    row : int, optional
        The line at which reading ended.
    **args : str or int
        Put into the finding's words.
    """

    def __init__(self, code: str, row: int | None = None, **args: str | int) -> None:
        super().__init__(code)
        self.code, self.row, self.words = code, row, args


@dataclass(frozen=True)
class File:
    """One regular file of a delivery: where it is and its name relative to the delivery, ``/``-separated."""

    path: Path
    name: str


def files_of(path: Path) -> tuple[list[File], list[Finding]]:
    """Return the regular files of a folder and all below it (or one file), in the order of their names.

    Links, pipes and lock files are named in findings and not opened.
    """
    if not path.is_dir():
        return [File(path, path.name)], []
    files, findings = [], []
    for entry, name in sorted(_walk(path, ""), key=lambda found: found[1]):
        refused = _refusal(entry)
        if refused is None:
            files.append(File(Path(entry.path), name))
        else:
            severity, code = refused
            findings.append(Finding("error" if severity else "note", file=shown(name), code=code))
    return files, findings


def _walk(folder: Path, prefix: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            name = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path), name + "/")
            else:
                yield entry, name


def _refusal(entry: os.DirEntry[str]) -> tuple[bool, str] | None:
    if entry.name.startswith("~$"):
        return False, "owner_file"
    if entry.name.casefold() in LITTER:
        return False, "litter"
    if entry.is_symlink():
        return True, "link"
    if not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
        return True, "not_regular"
    return None


def kind_of(data: bytes) -> str:
    """Return what a file is by its first bytes: ``zip``, ``ole``, ``text``, or the name of what cannot be read."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    start = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return next((kind for mark, kind in _MARKUP if start.startswith(mark)), "text")
