"""The tables that come in: their columns, headers, aliases, types and words, as data.

One place for the reader, the templates and ``evidence/``; the data stand in ``tables.yaml`` beside the rulebook, and an
office may add headers of its own in ``aliases.yaml`` (``{table: {column: [header, …]}}``).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .resources import rulebook_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

Kind = Literal["id", "text", "unit", "date", "whole", "number", "yes_no", "choice", "quarter", "hash"]
Scalar = bool | int | str | None

_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|〈[^〈〉]*〉")
_NOISE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff*:：]+")


@cache
def header_key(header: str) -> str:
    """Return what two headers must share to be the same: NFKC, no white space, no bracketed unit, lower case."""
    plain = word_key(header)
    inner, outer = plain, _BRACKETED.sub("", plain)
    while inner != outer:
        inner, outer = outer, _BRACKETED.sub("", outer)
    return outer or plain


@cache
def word_key(word: str) -> str:
    """Return what two words of a choice must share: as headers, but a remark in brackets is part of the word."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", word)).casefold()


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Strict):
    """One column of a table.

    Attributes
    ----------
    id, header, aliases
        The id, the canonical header and the other headers under which the column is known.
    type : str
        How cells are read (`gy1100.values`).
    required, key, refers
        Without it the table is refused; it is the table's id; it names a row of that other table.
    blank
        What an empty cell means (``unmarked``: no, where only yes is marked); None = no value.
    choices : dict
        Code -> words; the first word is the canonical one.
    name, masked, carried, activity, exact
        Holds people's names; phone and id numbers in it are replaced; written by ``evidence/`` and used where present;
        is the date of an activity; is compared with other data, so that no number in it is replaced.
    example : str
        As filled in, for the templates.
    """

    id: str
    header: str
    en: str
    type: Kind
    aliases: tuple[str, ...] = ()
    required: bool = False
    key: bool = False
    refers: str | None = None
    blank: Scalar = None
    choices: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    name: bool = False
    masked: bool = False
    carried: bool = False
    activity: bool = False
    exact: bool = False
    example: str = ""

    @property
    def label(self) -> dict[str, str]:
        """The column's header in Chinese and English."""
        return {"zh": self.header, "en": self.en}

    @cached_property
    def codes(self) -> dict[str, str]:
        """Every accepted word, as `word_key` makes it, -> code."""
        words = {word_key(word): code for code, texts in self.choices.items() for word in texts}
        return words | {word_key(code): code for code in self.choices}

    def words(self, code: str) -> str:
        """Return the canonical Chinese word of a choice's code."""
        return self.choices[code][0]


class Conflict(_Strict):
    """Rows that agree in `same` must agree in `differs`."""

    same: tuple[str, ...]
    differs: str


class Table(_Strict):
    """One table: its columns and what holds for its rows.

    Attributes
    ----------
    personal : tuple of str
        Headers of columns that never leave the reader.
    names : tuple of str
        Words in a file's or sheet's name that settle a tie between tables.
    repeats : bool
        Equal rows are different things (evaluations).
    prefilled, beside : tuple of str
        Of a list of ours to be filled in: the ids of the columns that are filled in already (a row that holds nothing
        else is open, `gy1100.exports.layout`), and the headers of columns that are there for the reader's eye alone.
    secret : bool
        No finding shows a value of it (youths).
    export : bool
        It comes in a folder of exports (False: a table passed by itself, as the decisions).
    """

    id: str
    label: dict[Literal["zh", "en"], str]
    columns: tuple[Column, ...]
    names: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    prefilled: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    repeats: bool = False
    secret: bool = False
    export: bool = True
    conflicts: Conflict | None = None

    @cached_property
    def by_id(self) -> dict[str, Column]:
        """The columns by their ids."""
        return {column.id: column for column in self.columns}

    @cached_property
    def key(self) -> str | None:
        """The id of the key column, if there is one."""
        return next((column.id for column in self.columns if column.key), None)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Ids of the columns without which the table is refused."""
        return tuple(column.id for column in self.columns if column.required)

    @cached_property
    def headers(self) -> dict[str, str | None]:
        """Every known header, as `header_key` makes it, -> column id; None for a personal column."""
        known: dict[str, str | None] = {header_key(header): None for header in self.personal}
        for column in self.columns:
            known |= dict.fromkeys(map(header_key, (column.header, *column.aliases, column.id)), column.id)
        return known


def schema(table: Table) -> pa.Schema:
    """Return the Arrow schema of a table as evidence holds it."""
    import pyarrow as pa

    types = {"date": pa.date32(), "whole": pa.int64(), "number": pa.float64(), "yes_no": pa.bool_()}
    fields = [(column.id, types.get(column.type, pa.string())) for column in table.columns]
    fields = [(name, pa.int32() if name == "text_length" else kind) for name, kind in fields]
    return pa.schema([*fields, ("source", pa.int32()), ("row", pa.int32())])


def load_tables(folder: Path | str) -> dict[str, Table]:
    """Return the tables described in a rulebook's folder, by id.

    Parameters
    ----------
    folder : path
        Holds ``tables.yaml``, perhaps ``aliases.yaml``.

    Raises
    ------
    ValueError
        If a description is not well formed, or two columns of a table answer to one header.
    """
    raw = _yaml(tables_file(Path(folder)))
    more = _yaml(Path(folder) / "aliases.yaml") if (Path(folder) / "aliases.yaml").is_file() else {}
    tables = {name: _table(name, entry, more.get(name, {})) for name, entry in raw.items()}
    problems = [problem for table in tables.values() for problem in _contradictions(table)]
    problems += [f"aliases.yaml: no table {name!r}" for name in more if name not in tables]
    if problems:
        raise ValueError("\n".join(problems))
    return tables


def tables_file(folder: Path) -> Path:
    """Return the file that describes a rulebook's tables: its own, or that of the rulebook that ``same_as`` names."""
    own = folder / "tables.yaml"
    other = _yaml(own).get("same_as") if own.is_file() else None
    return rulebook_folder(str(other)) / "tables.yaml" if other else own


def _yaml(path: Path) -> dict[str, Any]:
    import yaml

    return dict(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader) or {})


def _table(name: str, entry: Mapping[str, Any], more: Mapping[str, list[str]]) -> Table:
    columns = []
    for key, column in entry["columns"].items():
        aliases = (*column.get("aliases", ()), *more.get(key, ()))
        columns.append(Column(**{**column, "id": key, "aliases": aliases}))
    return Table(**{**entry, "id": name, "columns": tuple(columns)})


def _contradictions(table: Table) -> list[str]:
    seen: dict[str, str] = {}
    keys = [
        (header_key(h), column.id)
        for column in table.columns
        for h in (column.header, *column.aliases, column.id)
    ]
    return [
        f"{table.id}: header {key!r} names both {seen[key]} and {name}"
        for key, name in keys
        if seen.setdefault(key, name) != name
    ]
