"""Where a ledger may lie: a file on a disk of this machine, or a PostgreSQL server by its URL."""

from __future__ import annotations

import os
import sys
from pathlib import Path, PurePosixPath

from ..errors import WrongUsage
from ..words import both

# File systems of other machines: SQLite's locks do not hold there, and a ledger written by two would be damaged.
SHARES = frozenset((
    "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "afs", "coda", "ceph", "glusterfs", "lustre", "gpfs",
    "beegfs", "davfs", "vboxsf", "fuse.sshfs", "fuse.davfs", "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.rclone",
    "fuse.gvfsd-fuse",
))  # fmt: skip
MOUNTS = Path("/proc/self/mounts")
SQLITE = b"SQLite format 3\0"
SCHEMES = ("postgresql", "postgresql+psycopg", "postgres")
_REMOTE = 4  # DRIVE_REMOTE of the Windows API
LEDGER_FILE = Path("data/review/ledger.sqlite")  # beside the users file, never below results


def is_url(where: str | Path) -> bool:
    """Return whether a place is a URL, not a file."""
    return isinstance(where, str) and "://" in where


def absolute(where: str | Path) -> str:
    """Return a place as it is known from any folder."""
    return str(where) if is_url(where) else str(Path(where).resolve())


def up_to(where: str | Path) -> tuple[str | Path, int | None]:
    """Return a place and the number of the last entry to read, from ``ledger.sqlite#12``; None for all of them."""
    place, mark, seq = str(where).rpartition("#")
    pinned = mark and seq.isascii() and seq.isdigit() and not Path(where).is_file()
    return (place, int(seq)) if pinned else (where, None)


def is_ledger(where: str | Path) -> bool:
    """Return whether a place is a URL or a file that SQLite made."""
    if is_url(where):
        return True
    path = Path(up_to(where)[0])
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(SQLITE)) == SQLITE


def shown_place(where: str | Path) -> str:
    """Return a place as results name it: a file's or database's name, never a password, user or folder."""
    if not is_url(where):
        return Path(where).name
    from urllib.parse import urlsplit

    return PurePosixPath(urlsplit(str(where)).path).name or "postgresql"


def checked_url(where: str) -> str:
    """Return the URL that SQLAlchemy takes for a server's ledger.

    Raises
    ------
    WrongUsage
        If it is no PostgreSQL URL, or the driver is not installed.
    """
    from importlib.util import find_spec

    scheme, _, rest = where.partition("://")
    if scheme not in SCHEMES:
        raise WrongUsage(both("ledger.url", scheme=scheme))
    if find_spec("psycopg") is None:
        raise WrongUsage(both("ledger.driver"))
    return f"postgresql+psycopg://{rest}"


def checked_file(where: str | Path) -> Path:
    r"""Return the file of a ledger as an absolute path.

    Raises
    ------
    WrongUsage
        If it lies on a share of another machine (``\\server``, a mapped drive, NFS, SMB …), or inside a folder of
        results, which a run replaces as a whole.
    """
    if str(where).startswith(("\\\\", "//")) or share_of(path := Path(where).absolute().resolve()):
        raise WrongUsage(both("ledger.share", path=where))
    from ..manifest import owned_files

    inside = next((folder for folder in path.parents if owned_files(folder)), None)
    if inside is not None:
        raise WrongUsage(both("ledger.in_results", path=path, out=inside))
    return path


def share_of(path: Path) -> str:
    """Return the kind of share a path lies on, empty for a disk of this machine or where it cannot be told."""
    if sys.platform == "win32":
        import ctypes

        return "remote" if ctypes.windll.kernel32.GetDriveTypeW(path.anchor) == _REMOTE else ""
    kind = _mounted(path)
    return kind if kind in SHARES else ""


def _mounted(path: Path) -> str:
    """Return the kind of file system of the mount point nearest above a path; of several there the last."""
    try:
        lines = MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return ""
    found: tuple[int, str] = (-1, "")
    for line in lines:
        _, point, kind, *_ = line.split(" ")
        at = Path(point.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\"))
        if (path == at or at in path.parents) and len(at.parts) >= found[0]:
            found = len(at.parts), kind
    return found[1]


def made_file(path: Path) -> None:
    """Make an empty file that only its owner may read, and its folder; one that is there stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
