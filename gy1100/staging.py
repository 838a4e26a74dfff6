"""Results appear whole or not at all: built in a folder beside the output, flushed, switched by one rename.

A crash at any moment leaves the old results or the new ones. What others put into the output folder stays.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import CannotWrite
from .lock import held
from .manifest import owned_files
from .words import both

STAGING = ".gy-"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def publish(out: str | Path) -> Iterator[Path]:
    """Give an empty folder to fill and make it the content of ``out`` when the block ends well.

    Files of an earlier run are replaced, files of others are kept. Inside another publication (an executed notebook
    that writes) the folder itself is given: the outer publication switches it.

    Raises
    ------
    CannotWrite
        If the disk is full or write-protected, ``out`` may not be replaced, or a file there is not ours.
    Busy
        If another run writes to ``out``.
    """
    out = Path(out).resolve()
    if any(part.startswith(STAGING) for part in out.parts):
        out.mkdir(parents=True, exist_ok=True)
        yield out
        return
    _refuse_to_replace(out)
    with _writing(out), _parent(out), held(_beside(out, ".lock"), out):
        _recover(out)
        with _staged(out) as stage:
            yield stage
            _seal(stage, out)
            _switch(stage, out)


@contextmanager
def _parent(out: Path) -> Iterator[None]:
    """Make the folder in which ``out`` lies; a failing run takes it away again."""
    made = [folder for folder in out.parents if not folder.exists()]
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        with suppress(OSError):  # not empty: somebody else uses it meanwhile
            for folder in made:
                folder.rmdir()
        raise


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise cannot_write(out, error) from error


def cannot_write(out: Path, error: OSError) -> CannotWrite:
    """Return what to tell somebody whose results could not be written because of ``error``."""
    if error.errno in _FULL:
        return CannotWrite(both("cli.disk_full", out=out))
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS} and os.name != "nt":
        return CannotWrite(both("cli.not_writable", out=out))
    return CannotWrite(both("cli.cannot_write", out=out, reason=error.strerror or error))


def _refuse_to_replace(out: Path) -> None:
    """Refuse folders whose replacement would pull the ground away from under somebody, and what is no folder."""
    here = Path.cwd()
    if out == here or out in here.parents or out == Path.home() or os.path.ismount(out):
        raise CannotWrite(both("cli.out_in_use", out=out))
    if out.exists() and not out.is_dir():
        raise CannotWrite(both("cli.out_is_file", out=out))


def _beside(out: Path, ending: str) -> Path:
    """Return the path of one of our own files beside ``out``; short, whatever the length of its name."""
    key = hashlib.sha256(os.fsencode(out.name)).hexdigest()[:8]
    return out.with_name(f"{STAGING}{key}{ending}")


def _recover(out: Path) -> None:
    """Put back what a crash between two renames left aside, and remove unfinished staging folders."""
    aside = _beside(out, ".old")
    if aside.exists() and not out.exists():
        os.rename(aside, out)
    for stale in out.parent.glob(_beside(out, "").name + "[-.]*"):
        if stale.is_dir():
            shutil.rmtree(stale, ignore_errors=True)


@contextmanager
def _staged(out: Path) -> Iterator[Path]:
    stage = Path(tempfile.mkdtemp(prefix=_beside(out, "-").name, dir=out.parent))
    try:
        stage.chmod(out.stat().st_mode & 0o7777 if out.exists() else 0o777 & ~_umask())
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _seal(stage: Path, out: Path) -> None:
    """Flush everything in ``stage`` to the disk and add what others keep in ``out``."""
    for path in sorted(stage.rglob("*")):
        if path.is_file():
            _flush(path)
    if out.is_dir():
        _carry_over(out, stage)
    for folder in [stage, *(p for p in stage.rglob("*") if p.is_dir() and not p.is_symlink())]:
        _flush(folder)


def _flush(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return
    fd = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)  # Windows flushes what it may write to
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _carry_over(out: Path, stage: Path) -> None:
    ours = owned_files(out)
    foreign = [p.relative_to(out) for p in _leaves(out) if p.relative_to(out).as_posix() not in ours]
    clashes = [path.as_posix() for path in foreign if os.path.lexists(stage / path)]
    if clashes:
        raise CannotWrite(both("cli.not_ours", out=out, files=", ".join(sorted(clashes))))
    for path in foreign:
        _link(out / path, stage / path)


def _leaves(folder: Path) -> Iterator[Path]:
    """Yield every file, link and empty folder below ``folder``."""
    for root, folders, files in os.walk(folder):
        here = Path(root)
        links = [name for name in folders if (here / name).is_symlink()]
        yield from (here / name for name in [*files, *links])
        if not folders and not files and here != folder:
            yield here


def _link(source: Path, target: Path) -> None:
    if source.is_dir() and not source.is_symlink():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):  # a file system without hard links
        shutil.copy2(source, target, follow_symlinks=False)


def _switch(stage: Path, out: Path) -> None:
    """Make ``stage`` the folder ``out`` and remove the old content."""
    old = stage  # after an exchange the old content is where the new one was
    if not out.exists():
        os.rename(stage, out)
    elif not exchange(stage, out):
        old = _beside(out, ".old")
        os.rename(out, old)
        try:
            os.rename(stage, out)
        except OSError:
            os.rename(old, out)
            raise
    with suppress(OSError):  # the results are in place; only their survival of a power cut is not certain
        _flush(out.parent)
    _keep_latecomers(old, out)
    shutil.rmtree(old, ignore_errors=True)


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step where the system can (Linux); return whether it did."""
    import ctypes

    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    here, swap = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return bool(renameat2(here, os.fsencode(one), here, os.fsencode(other), swap) == 0)


def _keep_latecomers(old: Path, out: Path) -> None:
    """Move over what others wrote into the old folder while it was being replaced."""
    ours = owned_files(old) if old.is_dir() else frozenset()
    for path in list(_leaves(old)):
        name = path.relative_to(old)
        if name.as_posix() not in ours and not os.path.lexists(out / name):
            with suppress(OSError):
                (out / name).parent.mkdir(parents=True, exist_ok=True)
                os.rename(path, out / name)
