"""Notes on data that stand but deserve a look; none of them leaves a row out (``tables.md``, last section)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .exports.records import label
from .findings import Finding
from .repeats import rows_at
from .texts import is_personal

if TYPE_CHECKING:
    from .drafts import Drafts
    from .units import Units

MANY_PARTICIPANTS = 5000
_TEST = re.compile(r"测试|(?<![a-z])test(?![a-z])", re.IGNORECASE)


def remark_all(drafts: Drafts, rulebook: Any, units: Units, present: frozenset[str]) -> None:
    """Add every note that concerns the data as a whole."""
    for table in sorted(
        name for name, draft in drafts.tables.items() if draft.table.export and name not in present
    ):
        words = {"table": label(drafts[table].table)}
        drafts.findings.append(Finding("note", code="absent_table", args=words))
    _dates(drafts, rulebook)
    _quarters(drafts, rulebook)
    _participants(drafts, present)
    _accounts(drafts)
    _numbers(drafts)
    _organisations(drafts, units)
    _units(drafts, units)


def _dates(drafts: Drafts, rulebook: Any) -> None:
    import pyarrow.compute as pc

    plan, service = getattr(rulebook, "plan_window", None), getattr(rulebook, "service_window", None)
    if plan is None or service is None:
        return
    span = {"first": plan.start.isoformat(), "last": service.end.isoformat()}
    for name, draft in drafts.tables.items():
        for column in (column for column in draft.table.columns if column.activity):
            days = draft.columns[column.id]
            outside = draft.where(pc.or_(pc.less(days, plan.start), pc.greater(days, service.end)))
            drafts.note_by_sheet(name, outside, "outside_plan", column.id, table=label(draft.table), **span)


def _quarters(drafts: Drafts, rulebook: Any) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    known = getattr(rulebook, "quarters", None)
    if not known:
        return
    ids = {str(getattr(quarter, "id", quarter)) for quarter in known}
    submissions = drafts["submissions"]
    quarters = submissions.columns["quarter"]
    other = submissions.where(pc.invert(pc.is_in(quarters, value_set=pa.array(sorted(ids), pa.string()))))
    drafts.note_by_sheet("submissions", other, "other_quarter", "quarter")


def _participants(drafts: Drafts, present: frozenset[str]) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    for name in ("logs", "organ_activities"):
        many = drafts[name].where(pc.greater(drafts[name].columns["participants"], MANY_PARTICIPANTS))
        drafts.note_by_sheet(name, many, "participants_many", "participants")
    if "youths" not in present:
        return
    youths, logs = drafts["youths"], drafts["logs"]
    contacted = youths.columns["cadre_id"].filter(pa.array(youths.stands())).value_counts()
    values, counts = contacted.field("values"), contacted.field("counts")
    own = pc.take(counts, pc.index_in(logs.columns["cadre_id"], value_set=values))
    above = logs.where(pc.greater(logs.columns["participants"], pc.fill_null(own, 0)))
    drafts.note_by_sheet("logs", above, "participants_above", "participants")


def _accounts(drafts: Drafts) -> None:
    cadres = drafts["cadres"]
    standing = cadres.standing()
    named = rows_at([cadres.columns["name"], cadres.columns["cadre_id"]], standing)
    texts = zip(standing.tolist(), named, strict=True)
    tests = [i for i, (name, own) in texts if _TEST.search(name or "") or _TEST.search(own)]
    drafts.note_by_sheet("cadres", tests, "test_account", "name")


def _numbers(drafts: Drafts) -> None:
    """Ids that are phone or resident numbers (`gy1100.privacy`)."""
    import pyarrow.compute as pc

    for name in ("cadres", "youths"):
        draft = drafts[name]
        lengths = pc.utf8_length(draft.columns[draft.table.key or ""])
        long = draft.where(pc.and_(pc.greater_equal(lengths, 11), pc.less_equal(lengths, 18)))
        ids = draft.values(draft.table.key or "", long)
        numbers = [i for i, own in zip(long, ids, strict=True) if own[1:2].isdigit() and is_personal(own)]
        drafts.note_by_sheet(name, numbers, "personal_id", draft.table.key or "", table=label(draft.table))


def _organisations(drafts: Drafts, units: Units) -> None:
    """An organisation that carries another unit's short or other name and none of its own unit's."""
    cadres = drafts["cadres"]
    called = {unit.name: (unit.name[:2], *unit.aliases) for unit in units if unit.kind != "zone"}
    other: dict[str, list[int]] = {}
    standing = cadres.standing()
    rows = rows_at([cadres.columns["organisation"], cadres.columns["unit"]], standing)
    for index, (organisation, unit) in zip(standing.tolist(), rows, strict=True):
        named = [
            name for name, words in called.items() if any(word in (organisation or "") for word in words)
        ]
        if len(named) == 1 and unit in called and unit not in named:
            other.setdefault(named[0], []).append(index)
    for name, indices in other.items():
        drafts.note_by_sheet("cadres", indices, "organisation_other", "organisation", other=name)


def _units(drafts: Drafts, units: Units) -> None:
    import pyarrow as pa

    seen: dict[str, set[str]] = {}
    for name, draft in drafts.tables.items():
        if "unit" in draft.columns and draft.table.export:
            own = draft.columns["unit"].filter(pa.array(draft.stands()))
            seen[name] = set(own.unique().to_pylist())
    anywhere = set().union(*seen.values())
    for unit in units.names:
        if unit not in anywhere:
            drafts.findings.append(Finding("note", code="unit_without_data", args={"unit": unit}))
        elif unit not in seen["cadres"]:
            drafts.findings.append(Finding("note", code="unit_without_cadres", args={"unit": unit}))
