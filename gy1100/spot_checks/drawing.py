"""Who is checked: the lowest tickets of each unit, and beside them, marked, what the screens point at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from ..errors import Unusable, WrongUsage
from ..words import both
from .frames import Frozen, Log, zoned
from .tickets import draw, ticket

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("unit", "cadre_type", "part", "place", "log_id", "ticket", "reason")
RANDOM, RISK = "random", "risk"


def drawn(frozen: Frozen, seed: str, per_unit: int | None = None, *, seed_time: datetime) -> pd.DataFrame:
    """Return the random sample of a frozen frame; a larger ``per_unit`` extends a smaller one.

    In each unit the logs with the lowest tickets are drawn. With `Frozen.by_type` the unit's number is shared out
    among its cadre types first (`shared_out`), and each type's lowest tickets are drawn.

    Parameters
    ----------
    frozen : Frozen
    seed : str
        The public seed, as announced.
    per_unit : int, optional
        Logs a unit, all of them where it has fewer; by default the rule frozen with the frame.
    seed_time : datetime
        When the seed became known; without a zone it is Beijing time.

    Returns
    -------
    DataFrame
        One row a log: unit, cadre_type, part (``random``), place (1 = lowest ticket of the unit), log_id, ticket,
        reason (empty).

    Raises
    ------
    WrongUsage
        If the seed is empty or no text, or the number is missing or below the frozen rule.
    Unusable
        If the seed is older than the frame.
    """
    n = _number(frozen, per_unit)
    _check_seed(seed)
    if zoned(seed_time) < frozen.at:
        times = {"seed_time": zoned(seed_time).isoformat(), "frozen_at": frozen.at.isoformat()}
        raise Unusable(both("spot_checks.seed_old", **times))
    by_id = {log.log_id: log for log in frozen.logs}
    rows = []
    for ids in _units(frozen).values():
        chosen = [i for group, take in _groups(ids, n, frozen) for i in draw(seed, group, take)]
        rows += [
            _row(by_id[log_id], RANDOM, place, seed)
            for place, log_id in enumerate(draw(seed, chosen, len(chosen)), 1)
        ]
    return _frame(rows)


def _check_seed(seed: str) -> None:
    if not seed.strip():
        raise WrongUsage(both("spot_checks.seed_empty"))
    try:
        seed.encode()
    except UnicodeEncodeError:
        raise WrongUsage(both("spot_checks.seed_no_text")) from None


def _number(frozen: Frozen, per_unit: int | None) -> int:
    n = frozen.per_unit if per_unit is None else per_unit
    if n is None or n < 1:
        raise WrongUsage(both("spot_checks.per_unit_missing"))
    if frozen.per_unit is not None and n < frozen.per_unit:
        raise WrongUsage(both("spot_checks.per_unit_small", n=n, rule=frozen.per_unit))
    return n


def _units(frozen: Frozen) -> Mapping[str, list[Log]]:
    units: dict[str, list[Log]] = {}
    for log in frozen.logs:
        units.setdefault(log.unit, []).append(log)
    return units


def _groups(logs: list[Log], n: int, frozen: Frozen) -> Iterable[tuple[list[str], int]]:
    """The strata of a unit and how many are drawn from each."""
    if not frozen.by_type:
        return [([log.log_id for log in logs], min(n, len(logs)))]
    types: dict[str, list[str]] = {}
    for log in logs:
        types.setdefault(log.cadre_type, []).append(log.log_id)
    shares = shared_out(min(n, len(logs)), {name: len(ids) for name, ids in types.items()})
    return [(ids, shares[name]) for name, ids in types.items()]


def shared_out(n: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """Return how many of ``n`` each group gets: one each, the largest first, then in proportion to their sizes.

    The proportion is Sainte-Laguë's (the next goes to the greatest size / (2 · got + 1)), never more than a group has.
    With largest remainders a group could lose a place when ``n`` grows, and a second round would drop what the first
    had drawn; here a larger ``n`` only adds.

    References
    ----------
    Balinski, M. L., Young, H. P. (1982), Fair representation: house monotonicity.
    """
    got = dict.fromkeys(sizes, 0)
    for _ in range(min(n, sum(sizes.values()))):
        free = (name for name in sizes if got[name] < sizes[name])
        first = min(free, key=lambda name: (got[name] > 0, -sizes[name] / (2 * got[name] + 1), name))
        got[first] += 1
    return got


def with_risk(
    sample: pd.DataFrame, frozen: Frozen, seed: str, chosen: Iterable[tuple[str, str]]
) -> pd.DataFrame:
    """Return a sample with logs added that were chosen for a reason; they are marked and enter no estimate.

    A log that was drawn at random anyway stays what it is.

    Parameters
    ----------
    sample : DataFrame
        Of `drawn`.
    chosen : iterable of (log_id, reason)
        From the screens, say; where an id comes again its reasons are joined.

    Raises
    ------
    Unusable
        If an id is not in the frame; all of them are listed.
    """
    import pandas as pd

    by_id, reasons = {log.log_id: log for log in frozen.logs}, dict[str, list[str]]()
    for log_id, reason in chosen:
        reasons.setdefault(log_id, []).append(reason)
    unknown = sorted(reasons.keys() - by_id.keys())
    if unknown:
        raise Unusable(both("spot_checks.risk_unknown", count=len(unknown), ids="、".join(unknown[:20])))
    rest = sorted(reasons.keys() - set(sample["log_id"]))
    rows = [
        (*_row(by_id[i], RISK, place, seed)[:-1], "；".join(dict.fromkeys(filter(None, reasons[i]))))
        for place, i in enumerate(rest, 1)
    ]
    return pd.concat([sample, _frame(rows)], ignore_index=True) if rows else sample


def _row(log: Log, part: str, place: int, seed: str) -> tuple[str | int, ...]:
    return log.unit, log.cadre_type, part, place, log.log_id, ticket(seed, log.log_id), ""


def _frame(rows: list[tuple[str | int, ...]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"place": "int64"})
