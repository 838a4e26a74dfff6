"""Which files a delivery holds; nothing that could do harm is opened."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ..findings import Finding, Severity, one_line, shown
from ..texts import masked_name

if TYPE_CHECKING:
    from collections.abc import Iterator

LITTER = frozenset((".ds_store", "thumbs.db", "desktop.ini"))
BOOKS = (".xlsx", ".xlsm", ".xls", ".csv", ".ods")  # a folder called so is no folder of exports


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

    def __post_init__(self) -> None:
        """A file is not told by a person's number in its name."""
        object.__setattr__(self, "name", masked_name(self.name))


def is_manifest(file: File, data: bytes) -> bool:
    """Whether a file is the list of what this package wrote beside it, as in a folder of our templates."""
    if PurePosixPath(file.name).name != "manifest.json":
        return False
    try:
        return bool(json.loads(data)["package"]["name"] == "gy1100")
    except (ValueError, KeyError, TypeError):
        return False


def files_of(path: Path) -> tuple[list[File], list[Finding]]:
    """Return the regular files of a folder and all below it (or one file), in the order of their names.

    Links, pipes, lock files and folders that are called like workbooks are named in findings and not opened.
    """
    if not path.is_dir():
        return _one(path)
    files: list[File] = []
    findings: list[Finding] = []
    for entry, name in sorted(_walk(path, "", findings), key=lambda found: found[1]):
        refused = _refusal(entry)
        if refused is None:
            files.append(File(Path(entry.path), one_line(name)))
        else:
            severity, code = refused
            findings.append(Finding(severity, file=shown(name), code=code))
    return files, findings


def _one(path: Path) -> tuple[list[File], list[Finding]]:
    if path.is_file():
        return [File(path, one_line(path.name))], []
    return [], [Finding("error", file=shown(path.name), code="not_regular")]


def _walk(folder: Path, prefix: str, findings: list[Finding]) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Yield what lies in a folder and below it; a folder that cannot be opened becomes a finding."""
    try:
        entries = list(os.scandir(folder))
    except OSError as problem:
        reason = {"reason": problem.strerror or type(problem).__name__}
        findings.append(
            Finding("error", file=shown(prefix or folder.name), code="unreadable_file", args=reason)
        )
        return
    for entry in entries:
        name = prefix + entry.name
        if entry.is_dir(follow_symlinks=False) and not entry.name.lower().endswith(BOOKS):
            yield from _walk(Path(entry.path), name + "/", findings)
        else:
            yield entry, name


def _refusal(entry: os.DirEntry[str]) -> tuple[Severity, str] | None:
    if entry.name.startswith("~$"):
        return "note", "owner_file"
    if entry.name.casefold() in LITTER:
        return "note", "litter"
    if entry.is_symlink():
        return "error", "link"
    if entry.is_dir(follow_symlinks=False):
        return "error", "folder_named"
    return None if stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode) else ("error", "not_regular")
