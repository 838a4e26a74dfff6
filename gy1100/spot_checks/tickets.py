"""Rivest's consistent sampler: each id has a ticket, and the lowest tickets are drawn."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from ..errors import WrongNumber
from ..words import both
from .exact import Number, count


def ticket(seed: str, item: str) -> str:
    """Return the SHA-256 of the seed, a comma and the id as UTF-8 text, in hexadecimal digits."""
    return sha256(f"{seed},{item}".encode()).hexdigest()


def draw(seed: str, ids: Iterable[str], n: Number) -> list[str]:
    """Return the ``n`` ids with the lowest tickets, lowest first.

    Neither the order of the ids nor other ids matter to a ticket: a larger ``n`` extends a smaller one, and what was
    drawn stays drawn unless an id with a lower ticket joins.

    Parameters
    ----------
    seed : str
        Taken as it stands, to the last space.
    ids : iterable of str
        Each once.
    n : int
        How many; no more than there are ids.

    Raises
    ------
    WrongNumber
        If an id stands there twice, or there are fewer than ``n``.

    References
    ----------
    Rivest, R. L. (2011), Reference implementation code for pseudo-random sampler. The tickets are its hashes.
    """
    items, wanted = list(ids), count(n, "n")
    if len(set(items)) < len(items):
        raise WrongNumber(both("spot_checks.id_twice"))
    if wanted > len(items):
        raise WrongNumber(both("spot_checks.more_drawn", n=wanted, population=len(items)))
    return sorted(items, key=lambda item: ticket(seed, item))[:wanted]
