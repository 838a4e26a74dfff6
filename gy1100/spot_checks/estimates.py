"""What the random part of a draw says of each unit's logs, with what could not be reached kept apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from ..errors import WrongUsage
from ..words import both, text
from .drawing import RANDOM
from .exact import Number, exact
from .sizes import LotRule, lot_rule
from .strata import interval_of_strata

if TYPE_CHECKING:
    import pandas as pd

    from ..assessment import Assessment
    from .frames import Frozen

LEAST_FOR_SHARE = 30  # below it no percentage stands by itself
GENUINE, PARTLY, FALSE, UNREACHED, OPEN = "genuine", "partly", "false", "unreached", "open"
BOUNDS = ("low", "high", "worst", "best")
SHARES = ("share", *BOUNDS)
OUTCOMES = (GENUINE, PARTLY, FALSE, UNREACHED, OPEN)
COLUMNS = ("unit", "frame", "drawn", *OUTCOMES, "n", *SHARES)


def outcomes(result: Assessment, sample: pd.DataFrame) -> pd.DataFrame:
    """Return a draw with what became of each log: ``outcome``, ``checked_on``, ``check_id`` and ``tries``.

    The outcome is the latest that reached somebody (by date, then id), else ``unreached``, else ``open``. All checks
    of the register count, also those after the day of the assessment, which its points do not know.
    """
    checks = result.evidence.tables["spot_checks"].select(["log_id", "check_id", "checked_on", "outcome"])
    found = checks.to_pandas().sort_values(["checked_on", "check_id"])
    found = found[found["log_id"].isin(sample["log_id"])]
    tries = found["log_id"].value_counts()
    found = found.assign(reached=found["outcome"] != UNREACHED).sort_values("reached", kind="stable")
    latest = found.drop_duplicates("log_id", keep="last").drop(columns="reached")
    whole = sample.merge(latest, on="log_id", how="left")
    counted = whole["log_id"].map(tries).fillna(0).astype("int64")
    return whole.assign(outcome=whole["outcome"].fillna(OPEN), tries=counted)


def estimates(
    result: Assessment, frozen: Frozen, sample: pd.DataFrame, confidence: Number = 0.95
) -> pd.DataFrame:
    """Return what the random part of a draw says, one row a unit in official order.

    Only the random part enters: risk-chosen logs and checks of logs that were not drawn say nothing of the others.
    Partly genuine counts as not genuine here. While logs are open the row is no result yet.

    Parameters
    ----------
    result : Assessment
        Its register of spot checks is read.
    frozen : Frozen
        The frame; its sizes are the populations of the exact bounds.
    sample : DataFrame
        Of `drawn`.
    confidence : float, Decimal or Fraction

    Returns
    -------
    DataFrame
        unit, frame, drawn, genuine, partly, false, unreached, open; n = those reached, share (empty below 30, where
        only k of n is shown), low, high (`interval`; `interval_of_strata` where each cadre type was drawn by itself);
        worst and best: the bounds if all that is unreached or open were not genuine, and if all were.
    """
    import pandas as pd

    known = outcomes(result, sample[sample["part"] == RANDOM])
    counts = known.groupby(["unit", "cadre_type", "outcome"]).size().to_dict()
    rows = []
    for name in (unit.name for unit in result.rulebook.units if frozen.sizes[unit.name]):
        types = {kind: n for (unit, kind), n in frozen.strata.items() if unit == name}
        found = [Counter({o: int(counts.get((name, kind, o), 0)) for o in OUTCOMES}) for kind in types]
        rows.append({"unit": name} | _estimate(found, list(types.values()), frozen.by_type, confidence))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(SHARES, "float64"))


def _estimate(
    found: Sequence[Counter[str]], sizes: Sequence[int], by_type: bool, confidence: Number
) -> dict[str, Any]:
    """One unit: its outcomes and sizes by cadre type, which are one where they were not drawn by themselves."""
    whole = {outcome: sum(count[outcome] for count in found) for outcome in OUTCOMES}
    if not by_type:
        found, sizes = [Counter(whole)], [sum(sizes)]

    def bounds(good: tuple[str, ...], among: tuple[str, ...]) -> tuple[float, float]:
        strata = [
            (sum(count[o] for o in good), sum(count[o] for o in among), size)
            for count, size in zip(found, sizes, strict=True)
        ]
        return interval_of_strata(strata, confidence)

    k, n = whole[GENUINE], whole[GENUINE] + whole[PARTLY] + whole[FALSE]
    low, high = bounds((GENUINE,), (GENUINE, PARTLY, FALSE))
    return {
        "frame": sum(sizes), "drawn": sum(whole.values()), **whole, "n": n,
        "share": k / n if n >= LEAST_FOR_SHARE else None, "low": low, "high": high,
        "worst": bounds((GENUINE,), OUTCOMES)[0], "best": bounds((GENUINE, UNREACHED, OPEN), OUTCOMES)[1],
    }  # fmt: skip


def bound_in_words(bound: Number, *, upper: bool = False) -> str:
    """Return a bound as a percentage to a tenth, rounded outwards: a lower one down, an upper one up."""
    tenths = exact(bound) * 1000
    return f"{(ceil if upper else floor)(tenths) / 10:.1f}%"


def in_words(row: Mapping[Any, Any], lang: str = "zh") -> str:
    """Return an estimate as a sentence: k of n always, a percentage of its own only from 30 on."""
    numbers = {name: bound_in_words(row[name], upper=name in ("high", "best")) for name in BOUNDS}
    words = {**row, **numbers, "k": row[GENUINE], "percent": ""}
    if row["n"] >= LEAST_FOR_SHARE:
        words["percent"] = text("spot_checks.percent", lang, share=f"{100 * row[GENUINE] / row['n']:.1f}%")
    if not row["drawn"]:
        return text("spot_checks.none_drawn", lang, **words)
    key = "open" if row[OPEN] else "unreached" if row[UNREACHED] else "all"
    return text(f"spot_checks.estimate.{key}", lang, **words)


def lots(
    result: Assessment, frozen: Frozen, sample: pd.DataFrame, acceptable: Number, unacceptable: Number
) -> pd.DataFrame:
    """Return for each unit the decision of the smallest rule that tells the two shares of faults apart.

    The logs are taken in the order of their tickets; one not reached is left out and the next takes its place. Both
    risks are at most 1/10 (`lot_rule`). A lot whose draw is too short for the rule stays open.

    Returns
    -------
    DataFrame
        unit, n, c (the rule), examined, faults (false and partly), decision (accept, reject, open), producer_risk,
        consumer_risk.

    Raises
    ------
    WrongUsage
        If each cadre type was drawn by itself: the rule knows one lot a unit.
    """
    import pandas as pd

    if frozen.by_type:
        raise WrongUsage(both("spot_checks.lots_by_type"))
    known = outcomes(result, sample[sample["part"] == RANDOM]).sort_values("place")
    rows = []
    for name in (unit.name for unit in result.rulebook.units if frozen.sizes[unit.name]):
        rule = lot_rule(frozen.sizes[name], acceptable, unacceptable)
        rows.append({"unit": name, **_decided(rule, list(known.loc[known["unit"] == name, "outcome"]))})
    return pd.DataFrame(rows)


def _decided(rule: LotRule, found: list[str]) -> dict[str, Any]:
    """Examine outcomes in their order up to the first open one, which hides what comes behind it."""
    known = found[: found.index(OPEN)] if OPEN in found else found
    reached = [outcome for outcome in known if outcome != UNREACHED][: rule.n]
    faults = sum(outcome != GENUINE for outcome in reached)
    risks = {"producer_risk": float(rule.producer_risk), "consumer_risk": float(rule.consumer_risk)}
    decision = rule.decision(faults, len(reached))
    return {
        "n": rule.n,
        "c": rule.c,
        "examined": len(reached),
        "faults": faults,
        "decision": decision,
        **risks,
    }
