"""Who may log in to the desk: names, roles, home units and hashed passwords in one file that only its owner reads.

Two names are the same where they differ in case or width alone (NFKC, case folded). A password is kept as its scrypt
hash (RFC 7914) with a salt of its own; the costs stand beside each hash, so that they can rise later.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Literal, get_args

from .errors import CannotWrite, NothingToRead, WrongUsage
from .lock import held
from .names import folded, has_hidden
from .texts import masked
from .words import both

Role = Literal["assessor", "viewer"]
ROLES: tuple[str, ...] = get_args(Role)
USERS_FILE = Path("data/review/users.json")
PASSWORD = "GY1100_PASSWORD"  # noqa: S105  the name of the variable
FIRST = "admin"
LEAST_PASSWORD, MOST_NAME = 8, 40
_COSTS = {"n": 2**15, "r": 8, "p": 3}
_SALT = b"nobody of this name"


@dataclass(frozen=True)
class User:
    """Somebody who may log in.

    Attributes
    ----------
    name : str
        As the ledger records it.
    role : str
        ``assessor`` judges; ``viewer`` looks, and contests for the home unit.
    home : str
        The own unit, which this user must not judge; empty where there is none.
    """

    name: str
    role: Role
    home: str = ""

    def may(self, action: str, unit: str = "") -> bool:
        """Return whether this user may enter such an action about a unit; the ledger checks the rest."""
        return self.role == "assessor" or (action == "contest" and bool(unit) and unit == self.home)


@dataclass(frozen=True)
class Users:
    """The users file as it was read; made by :func:`read_users`."""

    known: Mapping[str, tuple[User, Mapping[str, Any]]]

    def __iter__(self) -> Iterator[User]:
        """Yield users by name."""
        return (user for user, _ in sorted(self.known.values(), key=lambda entry: entry[0].name))

    def get(self, name: str) -> User | None:
        """Return a user by name, in any case; None where there is none."""
        return self.known[folded(name)][0] if folded(name) in self.known else None

    def homes(self) -> dict[str, str]:
        """Return the home unit of each user who has one, for :meth:`gy1100.ledger.Ledger.append`."""
        return {user.name: user.home for user in self if user.home}

    def authenticate(self, name: str, password: str) -> User | None:
        """Return who logs in, None where name or password is wrong; that takes the same time for unknown names."""
        nobody: tuple[None, dict[str, Any]] = (None, {"salt": _SALT.hex(), "hash": "", **_COSTS})
        user, kept = self.known.get(folded(name), nobody)
        costs = {key: int(kept[key]) for key in _COSTS}
        tried = _hashed(password, bytes.fromhex(kept["salt"]), costs)
        return user if hmac.compare_digest(tried, str(kept["hash"])) else None


def read_users(path: str | Path = USERS_FILE) -> Users:
    """Read the users file.

    Raises
    ------
    NothingToRead
        If there is none.
    WrongUsage
        If it is no users file.
    """
    path = Path(path)
    try:
        content = json.loads(path.read_text("utf-8"))
        users = [(User(name, e["role"], e["home"]), e["password"]) for name, e in content["users"].items()]
    except FileNotFoundError:
        raise NothingToRead(both("users.none", path=path)) from None
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        raise WrongUsage(both("users.unreadable", path=path)) from None
    return Users({folded(user.name): (user, kept) for user, kept in users})


def add_user(user: User, password: str, path: str | Path = USERS_FILE) -> User:
    """Add a user; the file is made where there is none.

    Raises
    ------
    WrongUsage
        If the name is taken or cannot be one, the role is unknown, or the password is too short; all is said at once.
    """
    user = User(_tidy(user.name), user.role, user.home)
    with _changing(Path(path)) as known:
        problems = [*_problems(user), *_password_problems(password)]
        if folded(user.name) in known:
            problems.append(both("users.taken", name=user.name))
        if problems:
            raise WrongUsage("\n".join(problems))
        known[folded(user.name)] = (user, _kept(password))
    return user


def remove_user(name: str, path: str | Path = USERS_FILE) -> User:
    """Remove a user; what they entered stays in the ledger.

    Raises
    ------
    WrongUsage
        If there is no such user.
    """
    with _changing(Path(path), must_exist=True) as known:
        if folded(name) not in known:
            raise WrongUsage(both("users.unknown", name=name))
        return known.pop(folded(name))[0]


def change_password(name: str, password: str, path: str | Path = USERS_FILE) -> User:
    """Give a user a new password.

    Raises
    ------
    WrongUsage
        If there is no such user, or the password is too short.
    """
    with _changing(Path(path), must_exist=True) as known:
        problems = list(_password_problems(password))
        if folded(name) not in known:
            problems.append(both("users.unknown", name=name))
        if problems:
            raise WrongUsage("\n".join(problems))
        user, _ = known[folded(name)]
        known[folded(name)] = (user, _kept(password))
    return user


def first_user(path: str | Path = USERS_FILE) -> tuple[User, str] | None:
    """Make the first assessor where there is no users file yet.

    Returns
    -------
    (User, str) or None
        The user and the password to print once, empty where it was taken from ``GY1100_PASSWORD``; None where users
        are known already.
    """
    if Path(path).exists():
        return None
    given = os.environ.get(PASSWORD, "")
    password = given or secrets.token_urlsafe(12)
    return add_user(User(FIRST, "assessor"), password, path), "" if given else password


@dataclass
class Throttle:
    """Slows down who guesses passwords: after a few failures each further try must wait, twice as long every time.

    Attributes
    ----------
    free : int
        Failures without a wait.
    longest : float
        Seconds that a wait never exceeds, so that nobody is locked out for good.
    clock : callable
        Seconds that only grow.
    """

    free: int = 5
    longest: float = 300.0
    clock: Callable[[], float] = monotonic
    _failures: dict[str, tuple[int, float]] = field(default_factory=dict)

    def wait(self, *keys: str) -> float:
        """Return how many seconds a log-in with these keys (the name, the address) must wait, 0 for none."""
        return max((self._left(folded(key)) for key in keys), default=0.0)

    def _left(self, key: str) -> float:
        failures, last = self._failures.get(key, (0, 0.0))
        if failures < self.free:
            return 0.0
        pause = min(self.longest, 2.0 ** min(failures - self.free, 16))
        return max(0.0, last + pause - self.clock())

    def failed(self, *keys: str) -> None:
        """Record a failure; what is long past is forgotten."""
        now = self.clock()
        self._failures = {k: v for k, v in self._failures.items() if now - v[1] < 4 * self.longest}
        for key in map(folded, keys):
            self._failures[key] = (self._failures.get(key, (0, now))[0] + 1, now)

    def succeeded(self, *keys: str) -> None:
        """Forget the failures of who logged in."""
        for key in keys:
            self._failures.pop(folded(key), None)


def _tidy(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()


def _problems(user: User) -> Iterator[str]:
    if not folded(user.name) or len(user.name) > MOST_NAME or has_hidden(user.name):
        yield both("users.name", most=MOST_NAME)
    if masked(user.name) != user.name:
        yield both("users.number")
    if user.role not in ROLES:
        yield both("users.role", role=user.role, roles=", ".join(ROLES))


def _password_problems(password: str) -> Iterator[str]:
    if len(password) < LEAST_PASSWORD:
        yield both("users.password", least=LEAST_PASSWORD)


def _kept(password: str) -> dict[str, Any]:
    salt = secrets.token_bytes(16)
    return {"salt": salt.hex(), "hash": _hashed(password, salt, _COSTS), **_COSTS}


def _hashed(password: str, salt: bytes, costs: Mapping[str, int]) -> str:
    secret = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    room = 256 * costs["n"] * costs["r"]
    return hashlib.scrypt(secret, salt=salt, n=costs["n"], r=costs["r"], p=costs["p"], maxmem=room).hex()


@contextmanager
def _changing(path: Path, *, must_exist: bool = False) -> Iterator[dict[str, tuple[User, Mapping[str, Any]]]]:
    """Give the users to change; they are written back, whole or not at all, when the block ends well."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with held(path.with_name(f"{path.name}.lock"), path):
            known = dict(read_users(path).known) if must_exist or path.exists() else {}
            yield known
            _write(path, known)
    except OSError as error:
        raise CannotWrite(both("cli.cannot_write", out=path, reason=error.strerror or error)) from error


def _write(path: Path, known: Mapping[str, tuple[User, Mapping[str, Any]]]) -> None:
    users = {user.name: {**asdict(user), "password": dict(kept)} for user, kept in known.values()}
    content = json.dumps({"version": 1, "users": users}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content.encode())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
