"""Cadre results: fulfilment, contacts, mobile months, and who may stand for outstanding cadre (四.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .engine import number
from .measures.tallies import contacted_youths

if TYPE_CHECKING:
    import ibis
    import pandas as pd

    from .assessment import Assessment
    from .measures import Tallies

TOLERANCE = 1e-12  # what binary fractions may take from a share
COLUMNS = [
    "cadre_id", "name", "unit", "cadre_type", "in_organ", "periods", "fulfilment", "contacted", "required",
    "mobile_months", "qualified", "reasons",
]  # fmt: skip


def cadre_results(assessment: Assessment) -> pd.DataFrame:
    """Return one row for each cadre on the roster, by unit then id (cadres.csv of outputs.md).

    ``fulfilment`` is the 1.2 value to four decimals, empty where no period is assessed yet or no logs were
    delivered; ``contacted`` is empty where no youths were delivered. ``qualified`` is yes, no or not_assessed,
    with the ids of the reasons where it is no.
    """
    shared = assessment.tallies.frame
    rows = figures(assessment.tallies).left_join(shared.units, "unit").order_by("unit_place", "cadre_id")
    frame = shared.engine.frame(rows)
    present = assessment.evidence.present
    frame["known"] = (frame["periods"] > 0) & ("logs" in present)
    frame["reasons"] = _reasons(frame, assessment)
    passed = "yes" if "youths" in present else "not_assessed"
    verdict = frame["reasons"].where(frame["reasons"] == "", "no").replace("", passed)
    frame["qualified"] = verdict.where(frame["known"], "not_assessed")
    frame["reasons"] = frame["reasons"].where(frame["qualified"] == "no", "")
    frame["fulfilment"] = _four_decimals(frame["fulfilment"]).where(frame["known"])
    if "youths" not in present:
        frame["contacted"] = None
    whole = {"periods": "Int64", "contacted": "Int64", "required": "Int64", "fulfilment": "float64"}
    return frame[COLUMNS].astype(whole)


def _reasons(frame: pd.DataFrame, assessment: Assessment) -> pd.Series[str]:
    """Return the ids of the reasons why a cadre is not qualified, joined by ``;``."""
    rules, present = assessment.rulebook.rules.cadres, assessment.evidence.present
    contacts = frame["contacted"] / frame["required"]
    failed = {
        "fulfilment": ~(frame["fulfilment"] >= rules.qualified_fulfilment.value - TOLERANCE),
        "contacts": (contacts < rules.qualified_contacts.value - TOLERANCE) & ("youths" in present),
        "refuted": frame["refuted"] > 0,
        "coerced": frame["coerced"] > 0,
    }
    listed: pd.Series[str] = frame["cadre_id"].str.slice(0, 0)
    for name, flags in failed.items():
        listed = listed + flags.map({True: f"{name};", False: ""})
    return listed.str.rstrip(";")


def _four_decimals(values: pd.Series[float]) -> pd.Series[float]:
    """Return shares rounded half up to nine decimals, then half up to four, in whole numbers."""
    nine = (values.fillna(0) * 10**9 + 0.5).astype("int64")
    return (nine + 50_000) // 100_000 / 10_000


def figures(tallies: Tallies) -> ibis.Table:
    """Return the roster with the figures that qualification looks at, unrounded, one row a cadre."""
    periods = tallies.by_period
    share = (periods.counted / periods.required).clip(upper=number(1))
    fulfilment = periods.group_by("cadre").agg(periods=periods.count(), fulfilment=share.mean())
    cadres = tallies.contacts
    if "name" not in cadres.columns:
        cadres = cadres.mutate(name="")
    cadres = cadres.select(
        "cadre", "cadre_id", "name", "unit", "cadre_type", "in_organ", "contacted", "required"
    )
    for counts in (fulfilment, mobile_months(tallies)):
        cadres = cadres.left_join(counts, "cadre").drop("cadre_right")
    for counts in (_refuted(tallies), _coerced(tallies)):
        cadres = cadres.left_join(counts, "cadre_id").drop("cadre_id_right")
    zeros = {
        name: cadres[name].fill_null(0) for name in ("periods", "months", "mobile", "refuted", "coerced")
    }
    cadres = cadres.mutate(**zeros)
    return cadres.mutate(mobile_months=cadres.mobile.cast("string") + "/" + cadres.months.cast("string"))


def mobile_months(tallies: Tallies) -> ibis.Table:
    """Return each cadre's assessed ``months`` and those with a valid mobile log, ``mobile``."""
    frame, months = tallies.frame, tallies.frame.months
    mobile = next((c.id for _, c in frame.rulebook.components() if c.measure == "mobile_months"), None)
    if mobile is None:
        return months.group_by("cadre").agg(months=months.count(), mobile=0)
    sums = tallies.by_month
    rows = months.left_join(sums.select("cadre", "month", n=sums[mobile]), ["cadre", "month"])
    return rows.group_by("cadre").agg(months=rows.count(), mobile=(rows.n > 0).sum().fill_null(0))


def _refuted(tallies: Tallies) -> ibis.Table:
    checked = tallies.frame.checked_logs
    return checked.filter(checked.outcome == "false").group_by("cadre_id").agg(refuted=lambda t: t.count())


def _coerced(tallies: Tallies) -> ibis.Table:
    import ibis

    checks = tallies.frame.tables["spot_checks"]
    reached = checks.filter(
        checks.checked_on <= ibis.literal(tallies.frame.as_of), checks.outcome != "unreached", checks.coerced
    )
    return reached.group_by("cadre_id").agg(coerced=lambda t: t.count())


@dataclass(frozen=True)
class CadreFile:
    """What stands behind one cadre's row.

    Attributes
    ----------
    periods : DataFrame
        Due, assessed periods: ``period, required, counted``.
    logs : DataFrame
        Considered logs by date: ``log_id, date, kind, participants, flag, file, sheet, row``; never their text.
    industries : DataFrame
        Contacted youths by industry, counts only: ``industry, youths``; empty text = not given.
    """

    periods: pd.DataFrame
    logs: pd.DataFrame
    industries: pd.DataFrame


def cadre_file(assessment: Assessment, cadre_id: str) -> CadreFile:
    """Return one cadre's periods, logs and youths; empty frames for somebody who is on no roster."""
    import ibis

    tallies, engine = assessment.tallies, assessment.tallies.frame.engine
    periods = tallies.frame.named(tallies.by_period)
    periods = periods.filter(periods.cadre_id == cadre_id)
    logs = tallies.frame.logs
    logs = logs.filter(logs.cadre_id == cadre_id).order_by("date", "log_id")
    youths = contacted_youths(tallies.frame)
    youths = youths.filter(youths.cadre_id == cadre_id).mutate(industry=youths.industry.fill_null(""))
    counts = youths.group_by("industry").agg(youths=youths.count()).order_by(ibis.desc("youths"), "industry")
    found = engine.frame(logs.select("log_id", "date", "kind", "participants", "flag", "source", "row"))
    sources = assessment.evidence.sources
    found["file"] = [sources[n].file for n in found["source"]]
    found["sheet"] = [sources[n].sheet or "" for n in found["source"]]
    spans = engine.frame(periods.select("period", "required", "counted").order_by("period"))
    return CadreFile(spans, found.drop(columns="source"), engine.frame(counts))
