"""What youths said: wishes and Youth Voice, evaluations of cadres; and who the youths are, by industry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..frame_rows import records
from ..measures.tallies import contacted_youths
from .complete import completed, of_cadres, pivoted, unit_names

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
    import pandas as pd

    from ..assessment import Assessment

UNLABELLED = ""
VALID, FEW, NO_FRAME, NO_RATINGS, NO_DATA = "valid", "low_participation", "no_frame", "no_ratings", "no_data"


def wishes(result: Assessment) -> pd.DataFrame:
    """Return wishes and Youth Voice up to the day, by unit and kind (二.(一).6).

    Returns
    -------
    DataFrame
        ``unit``, ``kind`` (youth_voice, wish), ``raised`` and how many of them stand in each state as exported:
        ``open``, ``answered``, ``claimed``, ``fulfilled``. Empty numbers where the table was not delivered.
    """
    columns = result.rulebook.tables["wishes"].by_id
    states, kinds = list(columns["state"].choices), list(columns["kind"].choices)
    rows = of_cadres(result, "wishes")
    counts = result.tallies.frame.engine.frame(rows.group_by("unit", "kind", "state").agg(n=rows.count()))
    wide = pivoted(counts, ["unit", "kind"], "state", states)
    wide["raised"] = wide[states].sum(axis=1)
    keys = {"unit": unit_names(result), "kind": kinds}
    return completed(wide, keys, ["raised", *states], known="wishes" in result.evidence.present)


def evaluations(result: Assessment) -> pd.DataFrame:
    """Return youths' evaluations of cadres up to the day, by unit (四.1: satisfaction).

    Returns
    -------
    DataFrame
        ``unit``; ``ratings``; ``unknown`` (of them do not know, left out of the index); ``contacted`` (youths of the
        rated cadres, the frame; empty where no youths were delivered); ``participation`` = ratings of contacted, at
        most what it seems because ratings bear no name; ``index`` (mean by reading rating_index, 0 to 100); and
        ``status``: ``valid`` (participation reaches the reading's share), ``low_participation``, ``no_frame`` (it
        cannot be told), ``no_ratings``, ``no_data`` (the table was not delivered). Only a valid index says something.
    """
    rules = result.rulebook.rules.indicators
    rows = of_cadres(result, "evaluations")
    sums = rows.group_by("unit").agg(
        ratings=rows.count(), valued=rated(rows, result).count(), total=rated(rows, result).sum()
    )
    engine = result.tallies.frame.engine
    frame = engine.frame(sums).merge(engine.frame(_frame_of(rows, result)), how="left", on="unit")
    known = "evaluations" in result.evidence.present
    names = ["ratings", "valued", "contacted"]
    whole = completed(frame, {"unit": unit_names(result)}, names, known=known)
    if "youths" not in result.evidence.present:
        whole["contacted"] = whole["contacted"].mask(whole["ratings"].notna())
    totals = whole["unit"].map(frame.set_index("unit")["total"])
    whole["unknown"] = whole["ratings"] - whole["valued"]
    whole["participation"] = _divided(whole["ratings"], whole["contacted"])
    whole["index"] = _divided(totals, whole["valued"])
    whole["status"] = [_status(row, rules.participation.value) for row in records(whole)]
    return whole[["unit", "ratings", "unknown", "contacted", "participation", "index", "status"]]


def rated(rows: ibis.Table, result: Assessment) -> ir.NumericColumn:
    """Return what each rating is worth, null for do not know (readings rating_index and rating_stars)."""
    import ibis

    worth = result.rulebook.rules.indicators.ratings
    return ibis.cases(*((rows.rating == code, ibis.literal(n.value, "float64")) for code, n in worth.items()))


def _frame_of(rows: ibis.Table, result: Assessment) -> ibis.Table:
    """Return the contacted youths of the cadres who were rated: ``unit, contacted``."""
    contacts = result.tallies.contacts
    mine = contacts.semi_join(rows, "cadre_id")
    return mine.group_by("unit").agg(contacted=mine.contacted.sum().cast("int64"))


def _divided(part: pd.Series[float], whole: pd.Series[int]) -> pd.Series[float]:
    """Return part of whole, empty where there is no whole."""
    return part.astype("Float64") / whole.astype("Float64").where(whole > 0)


def _status(row: dict[Any, Any], least: float) -> str:
    import pandas as pd

    if pd.isna(row["ratings"]):
        return NO_DATA
    if pd.isna(row["index"]):
        return NO_RATINGS
    if pd.isna(row["participation"]):
        return NO_FRAME
    return VALID if row["participation"] >= least else FEW


def industries(result: Assessment) -> pd.DataFrame:
    """Return contacted youths on the day by unit and industry (附件3.3): ``unit, industry, youths``.

    Youths without a label are ``""``. Counts are exact: what leaves the office goes through
    :func:`gy1100.report.small_cells.hidden`. Empty numbers where no youths were delivered.
    """
    frame = result.tallies.frame
    youths = contacted_youths(frame).join(frame.cadres.select("cadre_id", "unit"), "cadre_id")
    label = youths.industry.fill_null(UNLABELLED).strip()
    counts = frame.engine.frame(youths.group_by("unit", industry=label).agg(youths=youths.count()))
    labels = sorted(set(counts["industry"]), key=lambda name: (name == UNLABELLED, name))
    keys = {"unit": unit_names(result), "industry": labels or [UNLABELLED]}
    return completed(counts, keys, ["youths"], known="youths" in result.evidence.present)
