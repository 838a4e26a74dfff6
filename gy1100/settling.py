"""Corrections that say which row of an id holds, and those that named nothing that was read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from .findings import Finding

if TYPE_CHECKING:
    from .corrections import Correction, Corrections
    from .drafts import Draft, Drafts

LISTED = 5


def settle(drafts: Drafts, corrections: Corrections) -> None:
    """Leave out the rows that others with the same id were said to hold against; report corrections without effect."""
    held: dict[tuple[str, object], Correction] = {}
    for entry in corrections.keeping():
        _keep(drafts, corrections, entry, held)
    drafts.findings.extend(corrections.findings)
    _report_unused(drafts, corrections)


def _keep(
    drafts: Drafts, corrections: Corrections, entry: Correction, held: dict[tuple[str, object], Correction]
) -> None:
    for name, draft in drafts.tables.items():
        mine, identity = _rows(drafts, draft, entry), _identity(draft)
        if mine and not identity:
            drafts.findings.append(
                corrections.error(entry, "correction_no_id", table=draft.table.label["zh"])
            )
            continue
        wanted = {tuple(draft.columns[c][i] for c in identity): i for i in mine}
        for key in wanted:
            other = held.setdefault((name, key), entry)
            if other is not entry:
                drafts.findings.append(corrections.error(entry, "correction_against", other=other.entry))
        if mine:
            _outvote(drafts, name, entry, wanted)


def _identity(draft: Draft) -> tuple[str, ...]:
    """The columns by which rows of a table are the same thing: its id, or what must not contradict."""
    if draft.table.key:
        return (draft.table.key,)
    return draft.table.conflicts.same if draft.table.conflicts else ()


def _rows(drafts: Drafts, draft: Draft, entry: Correction) -> list[int]:
    sources = {
        number for number, source in enumerate(drafts.sources) if entry.concerns(source.file, source.sheet)
    }
    if not sources:
        return []
    places = zip(draft.source, draft.row, strict=True)
    return [i for i, (source, row) in enumerate(places) if source in sources and entry.row in (None, row)]


def _outvote(drafts: Drafts, name: str, entry: Correction, wanted: dict[tuple[Any, ...], int]) -> None:
    draft, identity = drafts[name], _identity(drafts[name])
    keys = zip(*(draft.columns[column] for column in identity), strict=True)
    # Within the file that holds the last row of an id holds no more than the first: only other files' rows go then.
    own = set(_rows(drafts, draft, entry))
    others = [i for i, key in enumerate(keys) if key in wanted and i not in own and i not in draft.fates]
    draft.fates.update(dict.fromkeys(others, "counted_once"))
    index = min(wanted.values())
    source = drafts.sources[draft.source[index]]
    words = {"count": len(others), "others": _places(drafts, draft, others), **entry.words()}
    drafts.findings.append(
        Finding("repair", source.file, source.sheet, entry.row, code="correction_keep", args=words)
    )


def _places(drafts: Drafts, draft: Draft, indices: list[int]) -> str:
    """The first few rows that went, as file, sheet and row number."""
    sources = [(drafts.sources[draft.source[i]], draft.row[i]) for i in indices[:LISTED]]
    named = [f"{source.file} {source.sheet}".strip() + f":{row}" for source, row in sources]
    return "、".join(named) + ("…" if len(indices) > LISTED else "") if named else "—"


def _report_unused(drafts: Drafts, corrections: Corrections) -> None:
    """An entry that no finding speaks of named nothing; one that changed two cells named two."""
    own = [found for found in drafts.findings if found.code.startswith("correction_")]
    spoken = Counter(found.args.get("entry", found.row) for found in own)
    made = Counter(found.args.get("entry") for found in own if found.severity == "repair")
    for entry in corrections.entries:
        if not spoken[entry.entry]:
            drafts.findings.append(corrections.error(entry, "correction_nothing", "行号"))
        elif made[entry.entry] > 1 and entry.action == "set":
            drafts.findings.append(corrections.error(entry, "correction_ambiguous", "工作表"))
