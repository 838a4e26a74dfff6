"""All screens of one assessment: which cadres stand out, by which rows, against which rate."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, compress
from typing import TYPE_CHECKING, Any

from ..texts import all_normalised
from .calibration import Calibration, calibrated
from .copies import Pair, near_pairs_across, near_pairs_within
from .counting import LOG_KINDS, by_cadre, considered, heaped, heaping, judged, marked
from .rates import benjamini_hochberg

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from ..assessment import Assessment

FACT = "participants"  # more than a cadre has contacted: no matter of chance
KINDS = ("copy_within", "copy_across", *LOG_KINDS, "heaping")
SIGNAL_COLUMNS = ["unit", "cadre_id", "kind", "k", "n", "rate", "base_rate", "p", "q", "flagged"]
ROW_COLUMNS = [
    "unit", "cadre_id", "kind", "log_id", "date", "file", "sheet", "row", "other_log_id", "other_cadre_id",
    "similarity",
]  # fmt: skip


@dataclass(frozen=True)
class Screens:
    """What the screens of an assessment found; a list for checking, never a deduction.

    Attributes
    ----------
    signals : DataFrame
        One row a cadre and kind with any hit: ``unit, cadre_id, kind``; ``k`` of ``n`` logs (of periods for heaping),
        ``rate``, the ``base_rate`` it is held against, the exact tail probability ``p``, ``q`` (Benjamini-Hochberg over
        all cadres), ``flagged`` (q within the rulebook's level; always for participants, which is a fact).
    rows : DataFrame
        The logs behind the signals: file, sheet and row as Excel shows it; for copies the other log and the similarity.
    calibration : Calibration
        The similarities used, and how many texts that cannot be copies would have been taken for some.
    """

    result: Assessment
    signals: pd.DataFrame
    rows: pd.DataFrame
    calibration: Calibration

    @cached_property
    def flagged(self) -> pd.DataFrame:
        """Return the signals that stand out, by unit and cadre."""
        return self.signals[self.signals["flagged"]].reset_index(drop=True)

    def risks(self) -> list[tuple[str, str]]:
        """Return the logs behind flagged signals for the risk-chosen part of a spot check: ``(log_id, kinds)``."""
        keys = self.flagged[["cadre_id", "kind"]]
        found = self.rows.merge(keys, on=["cadre_id", "kind"])
        reasons = found.groupby("log_id", sort=True)["kind"].agg(lambda kinds: ";".join(sorted(set(kinds))))
        return list(reasons.items())  # type: ignore[arg-type]


def screens(result: Assessment) -> Screens:
    """Return the clean-conduct signals of an assessment (四.3; scoring.md §5); scores are not touched.

    References
    ----------
    Broder, A. (1997), On the resemblance and containment of documents, for the candidates across cadres.
    """
    import pandas as pd

    rules = result.rulebook.rules.screens
    logs = considered(result)
    texts = all_normalised(logs.pop("text").fillna(""))
    least = result.rulebook.rules.logs.min_text.value
    seen = (logs.pop("text_length") >= least) & pd.Series(map(bool, texts), index=logs.index, dtype=bool)
    limits = calibrated(logs[seen].reset_index(drop=True), list(compress(texts, seen)), rules)
    pairs = {
        "copy_within": _within(logs[seen], texts, limits.similarity),
        "copy_across": _across(logs, texts, limits, seen.to_numpy()),
    }
    del texts  # of a province they take a tenth of all memory
    marks = marked(logs, result, rules)
    counts = {kind: by_cadre(logs["cadre_id"], marks[kind], marks[f"{kind}_seen"]) for kind in LOG_KINDS}
    counts |= {
        k: by_cadre(logs["cadre_id"], seen & seen.index.isin(found["log"]), seen)
        for k, found in pairs.items()
    }
    counts["heaping"] = heaping(result)
    bases = {"copy_within": limits.within, "copy_across": limits.across}
    signals = _signals(counts, bases, result)
    hits = [_pair_rows(kind, found, logs) for kind, found in pairs.items()]
    hits += [logs[marks[kind]].assign(kind=kind) for kind in LOG_KINDS]
    exact = signals.loc[signals["flagged"] & (signals["kind"] == "heaping"), "cadre_id"]
    hits.append(logs[logs["log_id"].isin(heaped(result, exact))].assign(kind="heaping"))
    return Screens(result, signals, _rows(pd.concat(hits, ignore_index=True), result), limits)


def _within(logs: pd.DataFrame, texts: list[str], least: float) -> pd.DataFrame:
    """Return near pairs of each cadre's logs, those that repeat a text word for word apart: scoring voids these."""
    fresh = logs.loc[logs["flag"] != "repeated", "cadre_id"]

    def near(index: list[int]) -> list[Pair]:
        pairs = near_pairs_within([texts[i] for i in index], least)
        return [(index[later], index[earlier], similar) for earlier, later, similar in pairs]

    groups = fresh.groupby(fresh, sort=True).groups.values()
    return _closest(chain.from_iterable(near(index.to_list()) for index in groups))


def _across(
    logs: pd.DataFrame, texts: list[str], limits: Calibration, seen: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    """Return near pairs of logs of different cadres of a unit, each from both sides where that one is seen."""

    def near(group: pd.DataFrame) -> list[Pair]:
        index, owners = group.index.to_list(), group["cadre_id"].to_list()
        own = [texts[i] for i in index]
        pairs = near_pairs_across(own, owners, limits.shared, limits.boilerplate, letters=limits.spelled)
        both = [pair for i, j, s in pairs for pair in ((index[i], index[j], s), (index[j], index[i], s))]
        return [pair for pair in both if seen[pair[0]]]

    with ThreadPoolExecutor(max_workers=2) as pool:  # most of the work is numpy's, outside of Python's lock
        groups = [group for _, group in logs[["unit", "cadre_id"]].groupby("unit", sort=True)]
        return _closest(chain.from_iterable(pool.map(near, groups)))


def _closest(found: Iterable[Pair]) -> pd.DataFrame:
    """Return for each log the other that it is most like: ``log, other, similarity``."""
    import pandas as pd

    frame = pd.DataFrame(found, columns=["log", "other", "similarity"])
    ordered = frame.sort_values(["log", "similarity", "other"], ascending=[True, False, True], kind="stable")
    return ordered.drop_duplicates("log").reset_index(drop=True)


def _signals(counts: dict[str, pd.DataFrame], bases: dict[str, float], result: Assessment) -> pd.DataFrame:
    import pandas as pd

    units = dict(zip(result.cadres["cadre_id"], result.cadres["unit"], strict=True))
    level = result.rulebook.rules.screens.level.value
    frames = []
    for kind in KINDS:
        found = judged(counts[kind], bases.get(kind))
        found["q"] = benjamini_hochberg(found["p"].tolist())
        found["flagged"] = (found["q"] <= level) | (kind == FACT)
        frames.append(found[found["k"] > 0].reset_index().assign(kind=kind))
    signals = pd.concat(frames, ignore_index=True)
    signals["unit"] = signals["cadre_id"].map(units)
    places = {unit.name: n for n, unit in enumerate(result.rulebook.units)}
    order = signals.assign(u=signals["unit"].map(places), k_=signals["kind"].map(KINDS.index))
    order = order.sort_values(["u", "cadre_id", "k_"], kind="stable")
    return order[SIGNAL_COLUMNS].reset_index(drop=True)


def _pair_rows(kind: str, found: pd.DataFrame, logs: pd.DataFrame) -> pd.DataFrame:
    mine, other = (
        logs.loc[found["log"]].reset_index(drop=True),
        logs.loc[found["other"]].reset_index(drop=True),
    )
    return mine.assign(
        kind=kind,
        other_log_id=other["log_id"],
        other_cadre_id=other["cadre_id"],
        similarity=found["similarity"],
    )


def _rows(hits: pd.DataFrame, result: Assessment) -> pd.DataFrame:
    sources: list[Any] = list(result.evidence.sources)
    hits["file"] = [sources[n].file for n in hits["source"]]
    hits["sheet"] = [sources[n].sheet or "" for n in hits["source"]]
    places = {unit.name: n for n, unit in enumerate(result.rulebook.units)}
    order = hits.assign(u=hits["unit"].map(places), k_=hits["kind"].map(KINDS.index))
    order = order.sort_values(["u", "cadre_id", "k_", "date", "log_id"], kind="stable")
    order["date"] = order["date"].dt.date
    return order.reindex(columns=ROW_COLUMNS).reset_index(drop=True)
