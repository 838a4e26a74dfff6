"""What keeps people's numbers and names out of everything that is written.

Columns of personal data never leave the reader. Ids that are themselves phone or resident numbers (an account is often
a phone) are replaced by a keyed hash as soon as a result is made of them: an unkeyed one is undone in a minute.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import CannotWrite
from .tables import header_key
from .texts import MAY_HOLD_NUMBER, PERSONS_NUMBER, SHORTEST_NUMBER, is_personal, masked, masked_name
from .words import both

if TYPE_CHECKING:
    import pyarrow as pa

    from .evidence import Evidence
    from .findings import Finding
    from .rulebook import Rulebook

KEY = "GY1100_KEY"
KEY_FILE = Path("gy1100") / "key"
PEOPLE = ("cadre_id", "youth_id")
_PSEUDONYM = re.compile(r"P[A-Z2-7]{12}")


def pseudonym(column: str, number: str, key: bytes) -> str:
    """Return the keyed hash that stands for a person's number; those of cadres and of youths never meet."""
    digest = hmac.new(key, f"{column}|{number}".encode(), hashlib.sha256).digest()
    return "P" + base64.b32encode(digest)[:12].decode()


def numbers_behind(column: str, codes: Iterable[str], numbers: Iterable[str]) -> dict[str, str]:
    """Return pseudonym -> number for those of the codes that stand for one of the numbers, under this machine's key."""
    wanted = {code for code in codes if _PSEUDONYM.fullmatch(code)}
    personal = [number for number in numbers if is_personal(number)] if wanted else []
    if not personal:
        return {}
    key = secret_key()
    known = {pseudonym(column, number, key): number for number in personal}
    return {code: known[code] for code in wanted & known.keys()}


def secret_key() -> bytes:
    """Return the key: of the environment, else of the user's own file, made at its first need.

    Raises
    ------
    CannotWrite
        If there is none and none can be made.
    """
    if os.environ.get(KEY):
        return os.environ[KEY].encode()
    path = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / KEY_FILE
    try:
        return path.read_bytes() if path.is_file() else _new_key(path)
    except OSError:
        raise CannotWrite(both("privacy.no_key", path=path, name=KEY)) from None


def _new_key(path: Path) -> bytes:
    """Make the key file; where another run was faster, its key holds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(secrets.token_hex(32).encode())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_bytes()


def without_numbers(evidence: Evidence) -> Evidence:
    """Return the evidence with the ids of people that are phone or resident numbers replaced; scores stay the same."""
    told = {name for name, table in evidence.tables.items() if any(map(_holds_numbers, _ids(table).values()))}
    if not told:
        return evidence
    key = secret_key()
    tables = {
        name: _replaced(table, key) if name in told else table for name, table in evidence.tables.items()
    }
    return replace(evidence, tables=tables)


def _ids(table: pa.Table) -> dict[str, Any]:
    return {name: table[name] for name in PEOPLE if name in table.column_names}


def _holds_numbers(ids: Any) -> bool:
    import pyarrow.compute as pc

    if (pc.max(pc.binary_length(ids)).as_py() or 0) < SHORTEST_NUMBER:
        return False
    if not pc.any(pc.less(ids, ":")).as_py():  # what begins with a digit or a plus sign comes before
        return False
    return bool(pc.any(pc.match_substring_regex(ids, f"^{PERSONS_NUMBER}$")).as_py())


def _replaced(table: pa.Table, key: bytes) -> pa.Table:
    import pyarrow as pa

    def coded(column: str, ids: pa.Array) -> pa.Array:
        told = ids.dictionary_encode()
        own = [
            pseudonym(column, number, key) if is_personal(number) else number
            for number in told.dictionary.to_pylist()
        ]
        return pa.DictionaryArray.from_arrays(told.indices, pa.array(own, pa.string())).cast(pa.string())

    for column, ids in _ids(table).items():
        # a piece at a time: there may be tens of millions
        done = pa.chunked_array([coded(column, chunk) for chunk in ids.chunks], pa.string())
        table = table.set_column(table.column_names.index(column), column, done)
    return table


def masked_texts(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return texts with phone and id numbers replaced; of links only what is surely one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pc.any(pc.match_substring_regex(texts, MAY_HOLD_NUMBER)).as_py():
        return texts
    chunks = (chunk.to_pylist() for chunk in texts.chunks)
    done = ([t and (masked_name(t) if "://" in t else masked(t)) for t in chunk] for chunk in chunks)
    return pa.chunked_array([pa.array(chunk, texts.type) for chunk in done], texts.type)


def as_shown(evidence: Evidence, rulebook: Rulebook, *, names: bool) -> Evidence:
    """Return the evidence as results show it: with or without the names of cadres."""
    return evidence if names else without_names(evidence, rulebook)


def without_names(evidence: Evidence, rulebook: Rulebook) -> Evidence:
    """Return the evidence for results that name nobody: no name in a table, in findings or in refused rows."""
    named = {name: [c for c in table.columns if c.name] for name, table in rulebook.tables.items()}
    columns = [column for own in named.values() for column in own]
    keys = {header_key(header) for c in columns for header in (c.header, *c.aliases, c.id)}
    findings = tuple(_unsaid(f) if header_key(f.column) in keys else f for f in evidence.findings)
    refused = tuple(
        replace(row, cells=tuple((h, "" if header_key(h) in keys else cell) for h, cell in row.cells))
        for row in evidence.refused
    )
    tables = {
        name: _without(table, [c.id for c in named.get(name, ())]) for name, table in evidence.tables.items()
    }
    return replace(evidence, tables=tables, findings=findings, refused=refused)


def _unsaid(found: Finding) -> Finding:
    """Return a finding without the names that it shows: the cell's, and those of a correction."""
    args = {name: "…" if name in ("old", "new") else value for name, value in found.args.items()}
    return replace(found, value="", args=args)


def _without(table: pa.Table, columns: Iterable[str]) -> pa.Table:
    """Return a table in which some columns, as far as it has them, hold nothing."""
    import pyarrow as pa

    for name in set(columns) & set(table.column_names):
        nobody = pa.nulls(table.num_rows, pa.string())
        table = table.set_column(table.column_names.index(name), name, nobody)
    return table
