"""What spot checks found of the considered logs, and the factor that follows for item 4 (scoring.md §2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .intervals import wilson

if TYPE_CHECKING:
    import pandas as pd

    from .validity import Frame


def authenticity_of(frame: Frame) -> pd.DataFrame:
    """Return one row a unit: genuine, partly, false, n, done (g + p/2), value, low, high (Wilson), applied.

    ``value`` is 1 where fewer checks than the rulebook asks for reached somebody, or its reading is off.
    """
    import pandas as pd

    rules = frame.rulebook.rules.authenticity
    found = frame.steps.get("checks by unit", frame.choices, lambda: _counts(frame)).value
    switched_on = frame.rulebook.readings.get("authenticity", "on") == "on"
    rows = []
    for unit in frame.rulebook.units:
        genuine, partly, false = (
            found.get((unit.name, outcome), 0) for outcome in ("genuine", "partly", "false")
        )
        n, done = genuine + partly + false, genuine + rules.partly.value * partly
        applied = switched_on and n >= rules.min_checks.value
        low, high = wilson(done, n, rules.confidence_z.value) or (None, None)
        rows.append(
            (unit.name, genuine, partly, false, n, done, done / n if applied else 1.0, low, high, applied)
        )
    columns = ["unit", "genuine", "partly", "false", "n", "done", "value", "low", "high", "applied"]
    return pd.DataFrame(rows, columns=columns).astype(
        {"low": "float64", "high": "float64", "value": "float64"}
    )


def _counts(frame: Frame) -> dict[tuple[str, str], int]:
    counts = frame.checked_logs.group_by("unit", "outcome").agg(n=lambda t: t.count())
    return {(row["unit"], row["outcome"]): row["n"] for row in frame.engine.arrow(counts).to_pylist()}
