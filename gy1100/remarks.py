"""Notes on data that stand but deserve a look; none of them leaves a row out (``tables.md``, last section)."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from .exports.records import label
from .findings import Finding
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
    plan, service = getattr(rulebook, "plan_window", None), getattr(rulebook, "service_window", None)
    if plan is None or service is None:
        return
    span = {"first": plan.start.isoformat(), "last": service.end.isoformat()}
    for name, draft in drafts.tables.items():
        for column in (column for column in draft.table.columns if column.activity):
            dates = draft.columns[column.id]
            outside = [i for i in draft.standing() if not plan.start <= dates[i] <= service.end]
            drafts.note_by_sheet(name, outside, "outside_plan", column.id, table=label(draft.table), **span)


def _quarters(drafts: Drafts, rulebook: Any) -> None:
    known = getattr(rulebook, "quarters", None)
    if not known:
        return
    ids = {str(getattr(quarter, "id", quarter)) for quarter in known}
    submissions = drafts["submissions"]
    other = [i for i in submissions.standing() if submissions.columns["quarter"][i] not in ids]
    drafts.note_by_sheet("submissions", other, "other_quarter", "quarter")


def _participants(drafts: Drafts, present: frozenset[str]) -> None:
    for name in ("logs", "organ_activities"):
        counts = drafts[name].columns["participants"]
        many = [index for index in drafts[name].standing() if counts[index] > MANY_PARTICIPANTS]
        drafts.note_by_sheet(name, many, "participants_many", "participants")
    if "youths" not in present:
        return
    youths, logs = drafts["youths"], drafts["logs"]
    contacted = Counter(youths.columns["cadre_id"][index] for index in youths.standing())
    cadres, counts = logs.columns["cadre_id"], logs.columns["participants"]
    above = [index for index in logs.standing() if counts[index] > contacted[cadres[index]]]
    drafts.note_by_sheet("logs", above, "participants_above", "participants")


def _accounts(drafts: Drafts) -> None:
    cadres = drafts["cadres"]
    names, ids = cadres.columns["name"], cadres.columns["cadre_id"]
    tests = [i for i in cadres.standing() if _TEST.search(names[i] or "") or _TEST.search(ids[i])]
    drafts.note_by_sheet("cadres", tests, "test_account", "name")


def _numbers(drafts: Drafts) -> None:
    """Ids that are phone or resident numbers (`gy1100.privacy`)."""
    for name in ("cadres", "youths"):
        draft = drafts[name]
        ids = draft.columns[draft.table.key or ""]
        long = [i for i in draft.standing() if 11 <= len(ids[i]) <= 18 and ids[i][1:2].isdigit()]
        numbers = [index for index in long if is_personal(ids[index])]
        drafts.note_by_sheet(name, numbers, "personal_id", draft.table.key or "", table=label(draft.table))


def _organisations(drafts: Drafts, units: Units) -> None:
    """An organisation that carries another unit's short name and not its own unit's."""
    cadres, shorts = drafts["cadres"], {unit.name: unit.name[:2] for unit in units if unit.kind != "zone"}
    other: dict[str, list[int]] = {}
    for index in cadres.standing():
        organisation, unit = cadres.columns["organisation"][index] or "", cadres.columns["unit"][index]
        named = [name for name, short in shorts.items() if short in organisation]
        if len(named) == 1 and unit in shorts and unit not in named:
            other.setdefault(named[0], []).append(index)
    for name, indices in other.items():
        drafts.note_by_sheet("cadres", indices, "organisation_other", "organisation", other=name)


def _units(drafts: Drafts, units: Units) -> None:
    seen: dict[str, set[str]] = {}
    for name, draft in drafts.tables.items():
        if "unit" in draft.columns and draft.table.export:
            seen[name] = {draft.columns["unit"][index] for index in draft.standing()}
    anywhere = set().union(*seen.values())
    for unit in units.names:
        if unit not in anywhere:
            drafts.findings.append(Finding("note", code="unit_without_data", args={"unit": unit}))
        elif unit not in seen["cadres"]:
            drafts.findings.append(Finding("note", code="unit_without_cadres", args={"unit": unit}))
