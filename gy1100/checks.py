"""Checks of the data as a whole: ids, orphans, rosters, spot checks, conflicts (``tables.md``, last section)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from .exports.records import label
from .privacy import numbers_behind
from .texts import normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence, Set

    from .drafts import Draft, Drafts

Row = tuple[Any, ...]
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
    cadres = drafts["cadres"]
    starts, ends = cadres.columns["post_start"], cadres.columns["post_end"]
    for index in cadres.standing():
        if starts[index] and ends[index] and ends[index] < starts[index]:
            drafts.refuse("cadres", index, "post_order", "post_end")


def _check_ids(drafts: Drafts, name: str) -> None:
    """An id that stands there twice: equal rows count once, different rows are all refused."""
    draft = drafts[name]
    ids = draft.columns[draft.table.key or ""]
    standing = draft.standing()
    if len({ids[index] for index in standing}) == len(standing):
        return
    again = {value for value, count in Counter(ids[index] for index in standing).items() if count > 1}
    groups: dict[str, list[int]] = {}
    for index in standing:
        if ids[index] in again:
            groups.setdefault(ids[index], []).append(index)
    equal: list[int] = []
    alike: list[int] = []
    for group in groups.values():
        kind = _likeness(draft, group)
        (equal if kind == "equal" else alike if kind == "alike" else []).extend(group[1:])
        if kind == "different":
            _refuse_group(drafts, name, group)
    _count(drafts, name, equal, "rows_repeated")
    _count(drafts, name, alike, "text_form")


def _count(drafts: Drafts, name: str, indices: Sequence[int], code: str) -> None:
    drafts[name].fates.update(dict.fromkeys(indices, "counted_once"))
    drafts.note_by_sheet(name, indices, code, table=label(drafts[name].table))


def _likeness(draft: Draft, group: Sequence[int]) -> str:
    rows = {_row(draft, index) for index in group}
    if len(rows) == 1:
        return "equal"
    return "alike" if len({_form(draft, row) for row in rows}) == 1 else "different"


def _row(draft: Draft, index: int) -> Row:
    return tuple(values[index] for values in draft.columns.values())


def _form(draft: Draft, row: Row) -> Row:
    """A row with its texts in normalised form."""
    kinds = [draft.table.by_id[name].type for name in draft.columns]
    return tuple(normalised(v) if kind == "text" and v else v for kind, v in zip(kinds, row, strict=True))


def _refuse_group(drafts: Drafts, name: str, group: Sequence[int]) -> None:
    draft = drafts[name]
    units = sorted({draft.columns["unit"][index] for index in group}) if name == "cadres" else []
    for index in group:
        if len(units) > 1:
            drafts.refuse(name, index, "two_rosters", draft.table.key or "", units="、".join(units))
            continue
        other = group[1] if index == group[0] else group[0]
        source = drafts.sources[draft.source[other]]
        place: dict[str, str | int] = {
            "file": f"{source.file} {source.sheet}".strip(),
            "other": draft.row[other],
        }
        drafts.refuse(name, index, "id_repeated", draft.table.key or "", table=label(draft.table), **place)


def _count_once(drafts: Drafts, name: str) -> None:
    """Rows without an id that are equal in every column count once."""
    draft, seen, again = drafts[name], set(), []
    for index in draft.standing():
        row = _row(draft, index)
        (again.append(index) if row in seen else seen.add(row))
    _count(drafts, name, again, "rows_repeated")


def _count_copies(drafts: Drafts, name: str) -> None:
    """Where equal rows are different things, a sheet with exactly the rows of another is the same export again."""
    draft = drafts[name]
    sheets: dict[int, list[int]] = {}
    for index in draft.standing():
        sheets.setdefault(draft.source[index], []).append(index)
    known: dict[frozenset[tuple[Row, int]], int] = {}
    for number, indices in sheets.items():
        rows = frozenset(Counter(_row(draft, index) for index in indices).items())
        first = known.setdefault(rows, number)
        if first != number and len(indices) >= SAME_FROM:
            draft.fates.update(dict.fromkeys(indices, "counted_once"))
            words: dict[str, str | int] = {"other": drafts.sources[first].file, "count": len(indices)}
            drafts.add("note", name, indices[0], "same_rows", table=label(draft.table), **words)


def _check_conflicts(drafts: Drafts, name: str) -> None:
    draft = drafts[name]
    rule = draft.table.conflicts
    if rule is None:
        return
    groups: dict[Row, list[int]] = {}
    for index in draft.standing():
        groups.setdefault(tuple(draft.columns[column][index] for column in rule.same), []).append(index)
    for group in groups.values():
        if len({draft.columns[rule.differs][index] for index in group}) > 1:
            for index in group:
                drafts.refuse(name, index, "state_conflict", rule.differs)


def _check_cadres(drafts: Drafts) -> None:
    """Refuse rows that name nobody on a roster; rows of a cadre whose roster row went go with it."""
    roster, gone = _known(drafts["cadres"])
    _name_again(drafts["spot_checks"].columns["cadre_id"], roster.keys() | gone)
    for name, draft in drafts.tables.items():
        for column in draft.table.columns:
            if column.refers == "cadres":
                _follow(drafts, name, column.id, (roster.keys(), gone), "orphan")


def _name_again(cadres: list[str | None], roster: Set[str]) -> None:
    """A list of ours names cadres whose account is a phone number by their pseudonym; put the number back."""
    strange = {code for code in cadres if code} - roster
    numbers = numbers_behind("cadre_id", strange, roster) if strange else {}
    if numbers:
        cadres[:] = [numbers.get(code or "", code) for code in cadres]


def _known(draft: Draft) -> tuple[dict[str, int], set[str]]:
    """Ids of the rows that stand (with their positions), and of those that went."""
    ids = draft.columns[draft.table.key or ""]
    roster = {ids[index]: index for index in draft.standing()}
    gone = {
        ids[index] for index, fate in draft.fates.items() if fate != "counted_once" and ids[index] is not None
    }
    return roster, gone - roster.keys()


def _follow(
    drafts: Drafts, name: str, column: str, known: tuple[Iterable[str], Iterable[str]], code: str
) -> None:
    draft, (roster, gone), followers = drafts[name], known, []
    values, bare = draft.columns[column], None
    for index in draft.standing():
        value = values[index]
        if value is None or value in roster:
            continue
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
    roster, gone = _known(logs)
    _follow(drafts, "spot_checks", "log_id", (roster.keys(), gone), "check_log_unknown")
    for index in checks.standing():
        log = roster.get(checks.columns["log_id"][index])
        if log is None:
            continue
        if checks.columns["cadre_id"][index] != logs.columns["cadre_id"][log]:
            drafts.refuse("spot_checks", index, "check_cadre", "cadre_id")
        elif checks.columns["checked_on"][index] < logs.columns["date"][log]:
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
    for cadre, unit in zip(cadres.columns["cadre_id"], cadres.columns["unit"], strict=True):
        named.setdefault(cadre, set()).update([unit] if unit else [])
    return {cadre: min(units) if len(units) == 1 else None for cadre, units in named.items()}


def unit_reader(draft: Draft, units: Mapping[str | None, str | None]) -> Callable[[int], str | None]:
    """Return what gives the unit of a row by its position: its own, else its cadre's."""
    if "unit" in draft.columns:
        return lambda index: draft.columns["unit"][index]
    return lambda index: units.get(draft.columns["cadre_id"][index])
