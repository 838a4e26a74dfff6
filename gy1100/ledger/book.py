"""A ledger as its users see it: open, read, append."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..decisions import LOCAL, Decisions
from ..errors import Refused, WrongUsage
from ..findings import Finding
from ..words import both
from .admission import Overtaken, Situation, overtaken_by, problems, tidied
from .chain import verify_chain
from .entries import NO_ENTRY, Draft, Entry, Head, Row, entry_of, row_of, sealed
from .place import absolute, up_to
from .standing import no_longer_allowed, standing
from .store import Store, opened
from .written import entered

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ..rulebook import Rulebook


def _now() -> datetime:
    return datetime.now(LOCAL)


@dataclass
class Ledger:
    """An open ledger; made by :func:`open_ledger`. Safe among processes, one object for one thread.

    Attributes
    ----------
    name : str
        How results name it.
    """

    store: Store
    clock: Callable[[], datetime] = _now
    _known: list[Entry] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Return how results name it."""
        return self.store.name

    def entries(self) -> tuple[Entry, ...]:
        """Return all entries, those that others wrote meanwhile too.

        Raises
        ------
        Refused
            If an entry is not as it was written.
        """
        self._read()
        return tuple(self._known)

    def rows(self) -> list[Row]:
        """Return all entries as they are stored, unchecked, for :func:`verify_chain`."""
        return self.store.rows()

    def head(self) -> Head:
        """Return number and hash of the last entry."""
        self._read()
        return self._last()

    def append(
        self, draft: Draft, rulebook: Rulebook, *, seen: int = 0, homes: Mapping[str, str] | None = None
    ) -> Entry:
        """Enter a draft; when this returns the entry is on the disk.

        Parameters
        ----------
        draft : Draft
            What to enter; ``assessor`` must come from the log-in.
        rulebook : Rulebook
            What it is judged by.
        seen : int
            Number of the last entry that the assessor saw, of the whole ledger or about this thing; a later one about
            it stops the draft.
        homes : mapping of str to str, optional
            Unit by assessor, from the users file.

        Raises
        ------
        Overtaken
            If there is an entry about the same unit and item (and element) after ``seen``; nothing is written.
        Refused
            If the draft breaks a rule; all of them are listed.
        Busy, CannotWrite
            If the store cannot be written now, or at all.
        """
        with self.store.writing() as connection:
            self._read(connection)
            entry = self._admitted(draft, Situation(self._known, rulebook, homes or {}), seen)
            found = verify_continuation(self._known, [row_of(entry)])
            if found:  # what could not be read back is not written
                raise Refused([replace(one, file=self.name) for one in found])
            self.store.add(entry, connection)
        self._known.append(entry)
        return entry

    def _admitted(self, draft: Draft, situation: Situation, seen: int) -> Entry:
        draft = tidied(draft, situation)
        overtaking = overtaken_by(draft, situation, seen)
        if overtaking is not None:
            raise Overtaken(overtaking)
        found = problems(draft, situation)
        if found:
            raise Refused(found)
        moment = self.clock()  # a clock that was put back does not put an entry before the one it follows
        if self._known:
            moment = max(moment, self._known[-1].moment)
        return sealed(entered(draft, situation), self._last(), moment)

    def _last(self) -> Head:
        return Head(self._known[-1].seq, self._known[-1].hash) if self._known else NO_ENTRY

    def _read(self, connection: Connection | None = None) -> None:
        """Read what is new, and see that it continues what was read before."""
        last = self._last()
        rows = self.store.rows(max(last.seq, 1), connection)
        if last.seq and (not rows or rows[0] != (last.seq, rows[0].entry, last.hash)):
            raise Refused([Finding("error", self.name, row=last.seq, code="chain_replaced")])
        fresh = rows[1:] if last.seq else rows
        found = verify_continuation(self._known, fresh)
        if found:
            raise Refused([replace(one, file=self.name) for one in found])
        self._known.extend(map(entry_of, fresh))


def verify_continuation(known: list[Entry], fresh: list[Row]) -> list[Finding]:
    """Return what is wrong with entries that follow those that were read and found whole before."""
    after = (known[-1].seq, known[-1].hash, known[-1].time) if known else None
    return verify_chain(fresh, after=after)


def open_ledger(
    where: str | Path,
    *,
    create: bool = False,
    read_only: bool = False,
    clock: Callable[[], datetime] = _now,
) -> Ledger:
    """Open a ledger.

    Parameters
    ----------
    where : str or path
        A file on a disk of this machine, or ``postgresql+psycopg://…``.
    create : bool
        Make it where there is none.
    read_only : bool
        Refuse every write (for kernels).
    clock : callable
        Gives the moment of an entry.

    Raises
    ------
    NothingToRead
        If there is none and ``create`` does not ask for one.
    WrongUsage
        If it cannot lie there (a network share, a folder of results), or is no ledger.
    Refused
        If the file is damaged.
    """
    return Ledger(opened(where, create=create, read_only=read_only), clock)


def pinned(where: str | Path) -> str:
    """Return a ledger as ``PLACE#SEQ``, up to its present last entry, so that several readers read the same."""
    place, until = up_to(where)
    if until is None:
        until = open_ledger(place, read_only=True).head().seq
    return f"{absolute(place)}#{until}"


def copy_ledger(where: str | Path, target: Path, until: int) -> Path:
    """Write the first entries of a ledger, each as it stands, into a new ledger file.

    Raises
    ------
    Refused
        If an entry is not as it was written.
    """
    entries = open_ledger(up_to(where)[0], read_only=True).entries()[:until]
    store = opened(target, create=True, read_only=False)
    with store.writing() as connection:
        for entry in entries:
            store.add(entry, connection)
    return target


def ledger_decisions(where: str | Path, rulebook: Rulebook, *, four_eyes: bool = False) -> Decisions:
    """Return the decisions that stand in a ledger, of the whole of it or up to an entry (``PLACE#SEQ``).

    Raises
    ------
    WrongUsage
        If the ledger does not reach up to that entry.
    Refused
        If its chain is broken, or an entry is none that this rulebook allows.
    """
    place, until = up_to(where)
    ledger = open_ledger(place, read_only=True)
    entries = ledger.entries()
    if until is not None and until > len(entries):
        raise WrongUsage(both("ledger.too_short", path=ledger.name, seq=until, entries=len(entries)))
    decisions = standing(entries[:until], four_eyes=four_eyes, rulebook=rulebook.id)
    found = [replace(f, file=ledger.name) for d in decisions.entries for f in no_longer_allowed(d, rulebook)]
    if found:
        raise Refused(found)
    return replace(decisions, name=ledger.name)
