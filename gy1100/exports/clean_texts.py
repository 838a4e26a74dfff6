"""Texts of logs many at once: what is kept of them, and hash and length of their normalised form."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ..cells import without_controls
from ..database import database
from ..texts import all_normalised, masked, text_hash
from .text_bytes import ODD, Texts, confirmed, mask

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

MANY = 5_000  # texts from which on looking at them at once is worth its start
_NUMBER = r"[0-9](?:[-. )\x{2014}\x{ff09}]{0,4}[0-9]){9}"  # in them, each phone or id number has it


class Hashed(NamedTuple):
    """Texts without phone and id numbers, and hashes and lengths of their originals, normalised."""

    texts: Any
    hashes: Any
    lengths: Any


def hashed(texts: Sequence[str | None]) -> Hashed:
    """Return what is kept of texts, each distinct one looked at once."""
    distinct = list({text or "" for text in texts})
    known = {
        text: (masked(without_controls(text)), text_hash(normal), len(normal))
        for text, normal in zip(distinct, all_normalised(distinct), strict=True)
    }
    own = [known[text or ""] for text in texts]
    return Hashed(*map(list, zip(*own, strict=True))) if own else Hashed([], [], [])


def all_hashed(texts: pa.Array, known: Texts | None = None) -> Hashed:
    """Return the same of an array of texts, many as arrays: odd ones, and those that may hold a number, one by one.

    Parameters
    ----------
    texts : pyarrow.StringArray
    known : Texts, optional
        What is known of texts that were looked at before; it is used if they are these.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(texts) < MANY or texts.null_count:
        return hashed(texts.to_pylist())
    own = known if known is not None and known.array is texts else Texts(texts)
    normal, numbers = own.normal()
    found = Hashed(texts, _md5(normal), pc.utf8_length(normal))
    apart = confirmed(texts, f"{ODD}|{_NUMBER}", own.doubtful(), numbers)
    if not len(apart):
        return found
    pairs = zip(found, hashed(texts.take(pa.array(apart)).to_pylist()), strict=True)
    some = mask(apart, len(texts))
    return Hashed(*(pc.replace_with_mask(all_, some, pa.array(own, all_.type)) for all_, own in pairs))


def _md5(texts: pa.Array) -> pa.Array:
    import pyarrow as pa

    rows = pa.table({"text": texts})
    with _database().cursor() as engine:
        engine.register("rows", rows)
        found: pa.Table = engine.sql("SELECT md5(text) AS hash FROM rows").to_arrow_table()
    return found["hash"].combine_chunks().cast(pa.string())


@cache
def _database() -> Any:
    return database(temp_directory="", threads=1)
