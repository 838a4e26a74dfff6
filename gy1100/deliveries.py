"""An older and a newer delivery: rows added, removed and changed, and unit totals that jump."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import NothingToRead
from .exports.records import label
from .findings import Finding, in_order, shown
from .owners import units_of
from .privacy import without_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from .evidence import Evidence
    from .rulebook import Rulebook
    from .tables import Table

SUMMARY = ("table", "before", "after", "added", "removed", "changed", "equal")
ROWS = (
    "table", "change", "unit", "id", "columns", "before", "after",
    "file", "sheet", "row", "old_file", "old_sheet", "old_row",
)  # fmt: skip
TOTALS = ("unit", "table", "measure", "before", "after", "jump")
WORDS = {"rows": "行数 rows", "participants": "参与青年数 participants", "points": "工作积分 points"}
MEASURES = {"logs": "participants", "organ_activities": "participants", "cadres": "points"}
GROWTH, GROWN_TO = 3, 20  # three times as many, and at least so many
DECLINE, LOST = 0.1, 3  # a tenth fewer, and at least so many

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Difference:
    """What changed from one delivery to the next.

    Attributes
    ----------
    tables : pandas.DataFrame
        A row for each table: rows before and after, added, removed, changed, equal.
    rows : pandas.DataFrame
        A row for each row that was added, removed or changed, with its places and what changed; no text and no name,
        and of the youths' table no value.
    totals : pandas.DataFrame
        Unit, table, measure (``rows``, ``participants``, ``points``), before, after and whether that is a jump.
    """

    tables: pd.DataFrame
    rows: pd.DataFrame
    totals: pd.DataFrame

    def findings(self, tables: Mapping[str, Table]) -> list[Finding]:
        """Return a note on each table that changed and on each total that jumped."""
        found = []
        for row in self.tables.itertuples():
            counts = {name: int(getattr(row, name)) for name in ("added", "removed", "changed")}
            if any(counts.values()):
                words: dict[str, str | int] = {"table": label(tables[str(row.table)]), **counts}
                found.append(Finding("note", code="delivery_changed", args=words))
        for row in self.totals[self.totals["jump"]].itertuples():
            words = {"unit": str(row.unit), "table": label(tables[str(row.table)])}
            words |= {
                "measure": WORDS[str(row.measure)],
                "before": f"{row.before:g}",
                "after": f"{row.after:g}",
            }
            found.append(Finding("note", code="unit_jump", args=words))
        return found


def earlier_folder(since: str | Path) -> Path:
    """Return the exports of an earlier delivery: the ``evidence`` of an earlier result, else the folder itself.

    Raises
    ------
    NothingToRead
        If there is no such folder, or it is a result that kept no evidence.
    """
    path = Path(since)
    if (path / "evidence").is_dir():
        return path / "evidence"
    if not path.exists() or (path / "manifest.json").is_file():
        raise NothingToRead(f"没有可比较的上次导出 · no earlier exports or evidence to compare with: {path}")
    return path


def compared(evidence: Evidence, since: str | Path, rulebook: Rulebook) -> Evidence:
    """Return the evidence with what changed since an earlier delivery, and notes on it.

    Parameters
    ----------
    evidence : Evidence
        What was received now.
    since : path
        The earlier exports, or an earlier result with its ``evidence``; empty = nothing to compare with.
    rulebook : Rulebook
    """
    from .evidence import read_evidence

    if not str(since):
        return evidence
    earlier = read_evidence(earlier_folder(since), rulebook, keep_errors=True)
    changed = difference(without_numbers(earlier), without_numbers(evidence), rulebook.tables)
    found = in_order((*evidence.findings, *changed.findings(rulebook.tables)))
    return replace(evidence, findings=found, difference=changed)


def difference(old: Evidence, new: Evidence, tables: Mapping[str, Table]) -> Difference:
    """Compare two deliveries, table by table; rows are the same thing when their ids are, else when they are equal.

    Parameters
    ----------
    old, new : Evidence
    tables : mapping
        The rulebook's tables.
    """
    import pandas as pd

    summary, rows = [], []
    for name in new.tables:
        if name in old.present | new.present:
            counts, changes = _compare(_Rows(old, tables[name]), _Rows(new, tables[name]))
            summary.append((name, *counts))
            rows.extend(changes)
    frame = pd.DataFrame(rows, columns=list(ROWS)).astype({"row": "Int64", "old_row": "Int64"})
    totals = pd.DataFrame(list(_totals(old, new)), columns=list(TOTALS)).astype({"jump": bool})
    return Difference(pd.DataFrame(summary, columns=list(SUMMARY)), frame, totals)


class _Rows:
    """The rows of one table of a delivery: what they say, by id, and where they stand."""

    def __init__(self, evidence: Evidence, table: Table) -> None:
        data = evidence.tables[table.id]
        self.evidence, self.table = evidence, table
        self.columns = [name for name in data.column_names if name not in ("source", "row", "text")]
        self.contents: list[Row] = list(zip(*(data[name].to_pylist() for name in self.columns), strict=True))
        self.places = list(zip(data["source"].to_pylist(), data["row"].to_pylist(), strict=True))
        self.owner = _owners(evidence)

    def by_id(self) -> dict[object, int]:
        """Rows by id; rows of a table without one by what they say and how often it was said before."""
        if self.table.key:
            at = self.columns.index(self.table.key)
            return {row[at]: index for index, row in enumerate(self.contents)}
        seen: Counter[Row] = Counter()
        keys: dict[object, int] = {}
        for index, row in enumerate(self.contents):
            keys[row, seen[row]] = index
            seen[row] += 1
        return keys

    def place(self, index: int | None) -> tuple[str | None, str | None, int | None]:
        """File, sheet and row number."""
        if index is None:
            return None, None, None
        source = self.evidence.sources[self.places[index][0]]
        return source.file, source.sheet, self.places[index][1]

    def unit(self, index: int) -> str:
        """The unit that a row belongs to."""
        row = dict(zip(self.columns, self.contents[index], strict=True))
        return str(row["unit"] if "unit" in row else self.owner.get(row["cadre_id"], ""))

    def id(self, index: int) -> str:
        """The row's id, as far as it may be shown: a phone number that serves as one is replaced."""
        shows = self.table.key and not self.table.secret
        return shown(self.contents[index][self.columns.index(self.table.key or "")]) if shows else ""


def _owners(evidence: Evidence) -> dict[str, str]:
    cadres = evidence.tables["cadres"]
    return dict(zip(cadres["cadre_id"].to_pylist(), cadres["unit"].to_pylist(), strict=True))


def _compare(old: _Rows, new: _Rows) -> tuple[tuple[int, ...], list[Row]]:
    before, after = old.by_id(), new.by_id()
    both = [key for key in after if key in before]
    changed = [key for key in both if old.contents[before[key]] != new.contents[after[key]]]
    added = [after[key] for key in after if key not in before]
    removed = [before[key] for key in before if key not in after]
    name = new.table.id
    rows: list[Row] = [
        (name, "added", new.unit(i), new.id(i), "", "", "", *new.place(i), *old.place(None)) for i in added
    ]
    rows += [
        (name, "removed", old.unit(i), old.id(i), "", "", "", *new.place(None), *old.place(i))
        for i in removed
    ]
    rows += [_changed(old, before[key], new, after[key]) for key in changed]
    counts = (len(before), len(after), len(added), len(removed), len(changed), len(both) - len(changed))
    return counts, rows


def _changed(old: _Rows, then: int, new: _Rows, now: int) -> Row:
    """A changed row: the columns that differ, and their values as far as they may be shown."""
    pairs = [
        (name, one, other)
        for name, one, other in zip(new.columns, old.contents[then], new.contents[now], strict=True)
        if one != other
    ]
    headers = [new.table.by_id["text" if name == "text_hash" else name].header for name, *_ in pairs]
    values = [_shown(new.table, name, one, other) for name, one, other in pairs]
    texts = (
        "；".join(dict.fromkeys(headers)),
        *("；".join(filter(None, side)) for side in zip(*values, strict=True)),
    )
    return new.table.id, "changed", new.unit(now), new.id(now), *texts, *new.place(now), *old.place(then)


def _shown(table: Table, name: str, *values: object) -> tuple[str, ...]:
    column = table.by_id[name]
    if table.secret or column.name or column.carried:
        return tuple("" for _ in values)
    return tuple("—" if value is None else shown(column.words(str(value)) if value in column.choices else value)
                 for value in values)  # fmt: skip


def _totals(old: Evidence, new: Evidence) -> Iterator[Row]:
    before, after = _sums(old), _sums(new)
    for key in sorted(before.keys() | after.keys()):
        unit, table, measure = key
        if unit and table in old.present:
            then, now = before.get(key, 0), after.get(key, 0)
            yield unit, table, measure, then, now, _jumps(then, now)


def _jumps(then: float, now: float) -> bool:
    grown = now >= GROWTH * then and now >= GROWN_TO
    return grown or (then - now >= LOST and then - now >= DECLINE * then)


def _sums(evidence: Evidence) -> dict[tuple[str, str, str], float]:
    """Rows of each unit and table, and what they add up to."""
    sums = defaultdict[tuple[str, str, str], float](float)
    for name, table in evidence.tables.items():
        units = units_of(table, evidence.tables["cadres"]).to_pylist()
        for unit, count in Counter(units).items():
            sums[unit, name, "rows"] = count
        if measure := MEASURES.get(name):
            for unit, amount in zip(units, table[measure].to_pylist(), strict=True):
                sums[unit, name, measure] += amount or 0
    return sums
