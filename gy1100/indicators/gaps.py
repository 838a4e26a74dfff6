"""What is shown beside the score: what is missing from whom, and the weekly activity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..components import FACTOR
from ..frame_rows import records
from ..part_frames import noted_parts

if TYPE_CHECKING:
    import pandas as pd

    from ..assessment import Assessment
    from ..validity import Frame


def missing(assessment: Assessment) -> pd.DataFrame:
    """Return what is missing from whom, one row a gap.

    Returns
    -------
    DataFrame
        ``unit`` (empty = all units), ``kind`` (absent_table, no_evidence, awaiting_judgement,
        missing_material, late, small_sample), ``item``, ``what`` (table, component, element or quarter),
        ``note`` (a code or empty).
    """
    import pandas as pd

    columns = ["unit", "kind", "item", "what", "note"]
    absent = [
        name
        for name, table in assessment.rulebook.tables.items()
        if table.export and name not in assessment.evidence.present
    ]
    rows = [("", "absent_table", "", table, "") for table in absent]
    components = assessment.components
    bare = components[components["status"] == "no_evidence"].to_dict("records")
    rows += [(r["unit"], "no_evidence", r["item"], r["component"], "") for r in bare]
    kinds = {
        "unchecked": "awaiting_judgement", "material_missing": "missing_material", "material_late": "late",
        "sample_too_small": "small_sample",
    }  # fmt: skip
    parts = noted_parts(assessment, kinds)
    gaps = parts[~((parts["component"] == FACTOR) & parts.duplicated(["unit", "component"]))]
    rows += [(r["unit"], kinds[r["note"]], r["item"], r["part"], r["note"]) for r in records(gaps)]
    return pd.DataFrame(rows, columns=columns)


def weekly(frame: Frame) -> pd.DataFrame:
    """Return considered logs by unit and week: ``unit, week`` (its Monday, a date), ``logs, valid``."""
    logs = frame.logs
    weeks = logs.group_by("unit", week=logs.date.truncate("W").cast("date")).agg(
        logs=logs.count(), valid=logs.flag.isnull().sum()
    )
    return frame.engine.frame(weeks.order_by("unit", "week"))
