"""Spot checks entered at the desk become rows of the register of spot checks, as if the office had sent them in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .drafts import Source

if TYPE_CHECKING:
    from .decisions import Decisions
    from .evidence import Evidence

TABLE = "spot_checks"


def with_entered_checks(evidence: Evidence, decisions: Decisions) -> Evidence:
    """Return evidence whose register of spot checks holds those of the ledger too; each row is named by its entry.

    A check of a log that no export holds, from before the log's activity, or of another unit than its entry says, adds
    nothing: nobody judges the own unit under another's name. Of two checks on one day the later entry holds.
    """
    import pyarrow as pa

    entered = decisions.checks
    known = _logs(evidence, {check.log_id for check in entered}) if entered else {}
    cadres = evidence.tables["cadres"]
    units = (
        dict(zip(cadres["cadre_id"].to_pylist(), cadres["unit"].to_pylist(), strict=True)) if known else {}
    )
    rows = [
        {
            "check_id": f"L{check.seq:08d}", "log_id": check.log_id, "cadre_id": log["cadre_id"],
            "method": check.method, "checked_on": check.checked_on, "outcome": check.outcome,
            "source": len(evidence.sources), "row": check.seq,
        }
        for check in entered if (log := known.get(check.log_id)) and check.checked_on >= log["date"]
        and check.unit in ("", units.get(log["cadre_id"]))
    ]  # fmt: skip
    if not rows:
        return evidence
    data = evidence.tables[TABLE]
    complete = [{name: row.get(name) for name in data.column_names} for row in rows]
    added = pa.concat_tables([data, pa.Table.from_pylist(complete, schema=data.schema)])
    source = Source(decisions.name or "ledger", "", TABLE, len(rows), "")
    return replace(
        evidence, tables={**evidence.tables, TABLE: added}, sources=(*evidence.sources, source),
        present=evidence.present | {TABLE},
    )  # fmt: skip


def without_entered_checks(evidence: Evidence) -> Evidence:
    """Return the evidence as it was received."""
    import pyarrow.compute as pc

    last = len(evidence.sources) - 1
    if not evidence.sources or evidence.sources[last].sha256 or evidence.sources[last].table != TABLE:
        return evidence
    data = evidence.tables[TABLE]
    kept = data.filter(pc.not_equal(data["source"], last))
    return replace(evidence, tables={**evidence.tables, TABLE: kept}, sources=evidence.sources[:last])


def _logs(evidence: Evidence, logs: set[str]) -> dict[str, dict[str, Any]]:
    """Return whose logs these are and of which day, of those that the exports hold."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = evidence.tables["logs"]
    rows = table.filter(pc.is_in(table["log_id"], value_set=pa.array(sorted(logs), pa.string())))
    return {row["log_id"]: row for row in rows.select(["log_id", "cadre_id", "date"]).to_pylist()}
