"""What is shown beside the score: what is missing from whom, and the weekly activity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..components import FACTOR
from ..frame_rows import records
from ..part_frames import noted_parts
from ..periods import due_quarters
from .work import materials

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    components, decided = assessment.components, assessment.standing.items
    bare = components[components["status"] == "no_evidence"].to_dict("records")
    rows += [(r["unit"], "no_evidence", r["item"], r["component"], "") for r in bare
             if (r["unit"], r["item"]) not in decided]  # fmt: skip
    kinds = {
        "unchecked": "awaiting_judgement", "material_missing": "missing_material", "material_late": "late",
        "sample_too_small": "small_sample",
    }  # fmt: skip
    parts = noted_parts(assessment, kinds)
    gaps = parts[~((parts["component"] == FACTOR) & parts.duplicated(["unit", "component"]))]
    rows += [(r["unit"], kinds[r["note"]], r["item"], r["part"], r["note"]) for r in records(gaps)
             if r["note"] != "unchecked" or (r["unit"], r["item"]) not in decided]  # fmt: skip
    rows += _material(assessment, kinds)
    return pd.DataFrame(rows, columns=columns)


def _material(assessment: Assessment, kinds: Mapping[str, str]) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield what material is late or missing where the activities it goes with were not delivered: no part tells."""
    book = assessment.rulebook
    item = next((i.id for i, c in book.components() if c.measure == "organ_five_ones"), None)
    if item is None or "organ_activities" in assessment.evidence.present:
        return
    due = {quarter.id for quarter in due_quarters(book, assessment.as_of)}
    for row in records(materials(assessment)):
        note = f"material_{row['state']}"
        if row["quarter"] in due and note in kinds:
            yield row["unit"], kinds[note], item, row["quarter"], note


def weekly(frame: Frame) -> pd.DataFrame:
    """Return considered logs by unit and week: ``unit, week`` (its Monday, a date), ``logs, valid``."""
    logs = frame.logs
    weeks = logs.group_by("unit", week=logs.date.truncate("W").cast("date")).agg(
        logs=logs.count(), valid=logs.flag.isnull().sum()
    )
    return frame.engine.frame(weeks.order_by("unit", "week"))
