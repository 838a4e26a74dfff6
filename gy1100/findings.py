"""What was found while reading: errors, repairs and notes, each with its place and its mend."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from .texts import masked, masked_name
from .words import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

Severity = Literal["error", "repair", "note"]
COLUMNS = ("severity", "file", "sheet", "row", "column", "value", "problem", "mend")
SHOWN = 80  # characters of a value

_RANK = {"error": 0, "repair": 1, "note": 2}
_LINE_END = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Attributes
    ----------
    severity : {"error", "repair", "note"}
    file, sheet : str
        Path relative to the exports, ``/``-separated; the sheet's name, empty for text files.
    row : int or None
        As Excel shows it.
    column : str
        The column's header, else its letter.
    value : str
        What was read, shortened, with phone and id numbers replaced.
    code : str
        ``findings.<code>.problem`` and ``.mend`` are its words.
    args : mapping
        What is put into the words.
    """

    severity: Severity
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    code: str = ""
    args: Mapping[str, str | int] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """No finding tells a person's phone or id number, wherever it stood."""
        safe = {"file": masked_name(self.file), "sheet": masked_name(self.sheet)}
        safe |= {"column": masked(self.column), "value": masked(self.value)}
        args = {key: masked_name(arg) if isinstance(arg, str) else arg for key, arg in self.args.items()}
        for name, value in (safe | {"args": args}).items():
            object.__setattr__(self, name, value)

    def problem(self, lang: str = "zh") -> str:
        """Return what is wrong, in words."""
        return text(f"findings.{self.code}.problem", lang, **self.args)

    def mend(self, lang: str = "zh") -> str:
        """Return what to do about it, in words."""
        return text(f"findings.{self.code}.mend", lang, **self.args)

    def place(self, lang: str = "zh") -> str:
        """Return where it is: file, sheet, row and column."""
        row = text("findings.row", lang, row=self.row) if self.row is not None else ""
        return " ".join(part for part in (self.file, self.sheet, row, self.column) if part)

    def __str__(self) -> str:
        value = f"“{self.value}”" if self.value else ""
        return f"{self.place()}{value}：{self.problem()}{self.mend()}"


def one_line(text: str) -> str:
    """Return a text on one line: a line end as ↵, what else cannot be seen as its code point in brackets."""
    return _UNSEEN.sub(
        lambda found: f"〈U+{ord(found[0]):04X}〉", _LINE_END.sub("↵", text).replace("\t", " ")
    )


def shown(value: object) -> str:
    """Return a value as findings show it: one line, at most 80 characters, no phone or id number."""
    line = one_line(masked(str(value)))
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings errors first, then by file, sheet, row and column, whatever order they were made in."""

    def key(found: Finding) -> tuple[object, ...]:
        at = found.row if found.row is not None else 0
        return (_RANK[found.severity], found.file, found.sheet, at, found.column, found.code, found.value)

    return tuple(sorted(findings, key=key))


def findings_frame(findings: Iterable[Finding], lang: str = "zh") -> pd.DataFrame:
    """Return findings as the table that findings.csv holds, one row each."""
    import pandas as pd

    rows = [
        (f.severity, f.file, f.sheet, f.row, f.column, f.value, f.problem(lang), f.mend(lang))
        for f in findings
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"row": "Int64"})
