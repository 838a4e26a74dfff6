"""Corrections that say which row of an id holds, and those that named nothing that was read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from .findings import Finding
from .repeats import rows_at

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
        own = rows_at([draft.columns[name] for name in identity], mine) if identity else ()
        wanted = dict(zip(own, mine, strict=False))
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
    import numpy as np

    sources = [
        number for number, source in enumerate(drafts.sources) if entry.concerns(source.file, source.sheet)
    ]
    named = np.isin(draft.source, sources)
    if entry.row is not None:
        named &= draft.row == entry.row
    rows: list[int] = np.flatnonzero(named).tolist()
    return rows


def _outvote(drafts: Drafts, name: str, entry: Correction, wanted: dict[tuple[Any, ...], int]) -> None:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    draft, identity = drafts[name], _identity(drafts[name])
    first = pa.array({key[0] for key in wanted}, draft.columns[identity[0]].type)
    alike = np.flatnonzero(pc.is_in(draft.columns[identity[0]], value_set=first)).tolist()
    keys = rows_at([draft.columns[column] for column in identity], alike)
    # Within the file that holds the last row of an id holds no more than the first: only other files' rows go then.
    own = set(_rows(drafts, draft, entry))
    named = (i for i, key in zip(alike, keys, strict=True) if key in wanted)
    others = [i for i in named if i not in own and i not in draft.fates]
    draft.fates.update(dict.fromkeys(others, "counted_once"))
    index = min(wanted.values())
    source = drafts.sources[draft.place(index)[0]]
    words = {"count": len(others), "others": _places(drafts, draft, others), **entry.words()}
    drafts.findings.append(
        Finding("repair", source.file, source.sheet, entry.row, code="correction_keep", args=words)
    )


def _places(drafts: Drafts, draft: Draft, indices: list[int]) -> str:
    """The first few rows that went, as file, sheet and row number."""
    places = [draft.place(i) for i in indices[:LISTED]]
    sources = [(drafts.sources[number], row) for number, row in places]
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
