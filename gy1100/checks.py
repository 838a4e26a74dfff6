"""Checks of the data as a whole: ids, orphans, rosters, spot checks, conflicts (``tables.md``, last section)."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from .exports.records import label
from .privacy import numbers_behind
from .repeats import Row, equal_sheets, repeated, rows_at
from .texts import normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence, Set

    import pyarrow as pa

    from .drafts import Draft, Drafts

SAME_FROM = 5  # so many rows do not agree by chance


def check_all(drafts: Drafts) -> None:
    """Run every check that may refuse rows, in an order in which what goes takes what hangs on it along."""
    _check_posts(drafts)
    for name, draft in drafts.tables.items():
        if draft.table.key:
            _check_ids(drafts, name)
        elif draft.table.repeats:
            _count_copies(drafts, name)
        else:
            _count_once(drafts, name)
        if draft.table.conflicts:
            _check_conflicts(drafts, name)
    _check_cadres(drafts)
    _check_logs_of_checks(drafts)


def _check_posts(drafts: Drafts) -> None:
    import pyarrow.compute as pc

    cadres = drafts["cadres"]
    for index in cadres.where(pc.less(cadres.columns["post_end"], cadres.columns["post_start"])):
        drafts.refuse("cadres", index, "post_order", "post_end")


def _check_ids(drafts: Drafts, name: str) -> None:
    """An id that stands there twice: equal rows count once, different rows are all refused."""
    draft = drafts[name]
    groups = repeated([draft.columns[draft.table.key or ""]], draft.standing())
    rows = rows_at(list(draft.columns.values()), [index for group in groups for index in group])
    equal: list[int] = []
    alike: list[int] = []
    for group in groups:
        kind = _likeness(draft, set(islice(rows, len(group))))
        (equal if kind == "equal" else alike if kind == "alike" else []).extend(group[1:])
        if kind == "different":
            _refuse_group(drafts, name, group)
    _count(drafts, name, equal, "rows_repeated")
    _count(drafts, name, alike, "text_form")


def _count(drafts: Drafts, name: str, indices: Sequence[int], code: str) -> None:
    drafts[name].fates.update(dict.fromkeys(indices, "counted_once"))
    drafts.note_by_sheet(name, indices, code, table=label(drafts[name].table))


def _likeness(draft: Draft, rows: set[Row]) -> str:
    if len(rows) == 1:
        return "equal"
    return "alike" if len({_form(draft, row) for row in rows}) == 1 else "different"


def _form(draft: Draft, row: Row) -> Row:
    """A row with its texts in normalised form."""
    kinds = [draft.table.by_id[name].type for name in draft.columns]
    return tuple(normalised(v) if kind == "text" and v else v for kind, v in zip(kinds, row, strict=True))


def _refuse_group(drafts: Drafts, name: str, group: Sequence[int]) -> None:
    draft = drafts[name]
    units = sorted(set(draft.values("unit", group))) if name == "cadres" else []
    for index in group:
        if len(units) > 1:
            drafts.refuse(name, index, "two_rosters", draft.table.key or "", units="、".join(units))
            continue
        other = group[1] if index == group[0] else group[0]
        number, row = draft.place(other)
        source = drafts.sources[number]
        place: dict[str, str | int] = {"file": f"{source.file} {source.sheet}".strip(), "other": row}
        drafts.refuse(name, index, "id_repeated", draft.table.key or "", table=label(draft.table), **place)


def _count_once(drafts: Drafts, name: str) -> None:
    """Rows without an id that are equal in every column count once."""
    draft = drafts[name]
    groups = repeated(list(draft.columns.values()), draft.standing())
    _count(drafts, name, sorted(index for group in groups for index in group[1:]), "rows_repeated")


def _count_copies(drafts: Drafts, name: str) -> None:
    """Where equal rows are different things, a sheet with exactly the rows of another is the same export again."""
    draft = drafts[name]
    for first, sheet in equal_sheets(list(draft.columns.values()), draft.source, draft.standing()):
        if len(sheet) >= SAME_FROM:
            draft.fates.update(dict.fromkeys(sheet, "counted_once"))
            words: dict[str, str | int] = {"other": drafts.sources[first].file, "count": len(sheet)}
            drafts.add("note", name, sheet[0], "same_rows", table=label(draft.table), **words)


def _check_conflicts(drafts: Drafts, name: str) -> None:
    draft = drafts[name]
    rule = draft.table.conflicts
    if rule is None:
        return
    for group in repeated([draft.columns[column] for column in rule.same], draft.standing()):
        if len(set(draft.values(rule.differs, group))) > 1:
            for index in group:
                drafts.refuse(name, index, "state_conflict", rule.differs)


def _check_cadres(drafts: Drafts) -> None:
    """Refuse rows that name nobody on a roster; rows of a cadre whose roster row went go with it."""
    roster, gone = _known(drafts["cadres"])
    _name_again(drafts["spot_checks"], roster.keys() | gone)
    for name, draft in drafts.tables.items():
        for column in draft.table.columns:
            if column.refers == "cadres":
                _follow(drafts, name, column.id, (roster.keys(), gone), "orphan")


def _name_again(checks: Draft, roster: Set[str]) -> None:
    """A list of ours names cadres whose account is a phone number by their pseudonym; put the number back."""
    import pyarrow as pa

    cadres = checks.columns["cadre_id"]
    strange = {code for code in cadres.unique().to_pylist() if code} - roster
    numbers = numbers_behind("cadre_id", strange, roster) if strange else {}
    if numbers:
        known = [numbers.get(code or "", code) for code in cadres.to_pylist()]
        checks.columns["cadre_id"] = pa.chunked_array([pa.array(known, cadres.type)])


def _known(draft: Draft, among: pa.ChunkedArray | None = None) -> tuple[dict[str, int], set[str]]:
    """Ids of the rows that stand (with their positions), and of those that went; of some ids, or of all."""
    import numpy as np
    import pyarrow.compute as pc

    name, standing = draft.table.key or "", draft.standing()
    if among is not None:
        named = np.asarray(pc.is_in(draft.columns[name], value_set=among.unique()), np.bool_)
        standing = standing[named[standing]]
    roster = dict(zip(draft.values(name, standing), standing.tolist(), strict=True))
    went = [index for index, fate in draft.fates.items() if fate != "counted_once"]
    return roster, set(draft.values(name, went)) - {None} - roster.keys()


def _follow(drafts: Drafts, name: str, column: str, known: tuple[Set[str], Set[str]], code: str) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    draft, (roster, gone), followers = drafts[name], known, []
    values, bare = draft.columns[column], None
    standing_there = pa.array(list(roster), values.type)
    strange = draft.where(pc.and_(values.is_valid(), pc.invert(pc.is_in(values, value_set=standing_there))))
    for index, value in zip(strange, draft.values(column, strange), strict=True):
        if value in gone:
            followers.append(index)
            continue
        bare = _without_zeros(roster) if bare is None else bare
        like = bare.get(value) if code == "orphan" else None
        drafts.refuse(
            name, index, "orphan_zeros" if like else code, column, **({"like": like} if like else {})
        )
    draft.fates.update(dict.fromkeys(followers, "cascaded"))
    drafts.note_by_sheet(name, followers, "cascade", column, table=label(draft.table))


def _without_zeros(roster: Iterable[str]) -> dict[str, str]:
    """Ids of digits that begin with zeros, by what would be left if Excel took them for numbers."""
    return {one.lstrip("0"): one for one in roster if one.startswith("0") and one.isdigit()}


def _check_logs_of_checks(drafts: Drafts) -> None:
    """A check of a log must be of that log's cadre and not before its activity."""
    logs, checks = drafts["logs"], drafts["spot_checks"]
    roster, gone = _known(logs, checks.columns["log_id"])
    _follow(drafts, "spot_checks", "log_id", (roster.keys(), gone), "check_log_unknown")
    standing = checks.standing()
    own = [checks.columns[column] for column in ("log_id", "cadre_id", "checked_on")]
    for index, (log, cadre, day) in zip(standing.tolist(), rows_at(own, standing), strict=True):
        if log not in roster:
            continue
        if cadre != logs.value("cadre_id", roster[log]):
            drafts.refuse("spot_checks", index, "check_cadre", "cadre_id")
        elif day < logs.value("date", roster[log]):
            drafts.refuse("spot_checks", index, "check_early", "checked_on")


def left_out(drafts: Drafts) -> Mapping[tuple[str, str], int]:
    """Return how many rows are left out, by (unit, table); the unit is empty where it cannot be told."""
    units = units_of_cadres(drafts["cadres"])
    counts: Counter[tuple[str, str]] = Counter()
    for name, draft in drafts.tables.items():
        unit_of = unit_reader(draft, units)
        counts.update(
            (unit_of(index) or "", name) for index, fate in draft.fates.items() if fate != "counted_once"
        )
    return dict(sorted(counts.items()))


def units_of_cadres(cadres: Draft) -> Mapping[str | None, str | None]:
    """Return the unit of every cadre on a roster; none of one who stands on the rosters of two."""
    named: dict[str | None, set[str]] = {}
    own = zip(cadres.columns["cadre_id"].to_pylist(), cadres.columns["unit"].to_pylist(), strict=True)
    for cadre, unit in own:
        if cadre is not None:
            named.setdefault(cadre, set()).update([unit] if unit else [])
    return {cadre: min(units) if len(units) == 1 else None for cadre, units in named.items()}


def unit_reader(draft: Draft, units: Mapping[str | None, str | None]) -> Callable[[int], str | None]:
    """Return what gives the unit of a row by its position: its own, else its cadre's."""
    if "unit" in draft.columns:
        return lambda index: draft.value("unit", index)
    return lambda index: units.get(draft.value("cadre_id", index))
