"""Short sentences that are true to the figures they stand beside."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ..frame_rows import records
from .ledger_lines import ledger_lines
from .tables import OPEN, confidence, interval, row_of
from .voice import Voice, is_none, number, percent

if TYPE_CHECKING:
    from ..assessment import Assessment
    from ..evidence import Evidence


NO_EVIDENCE = "no_evidence"
LEAST_LOST = 0.005  # points that are told
NAMED = 12  # units that a sentence names, the others together


def points_due(result: Assessment) -> float:
    """Return how many points are due for a unit on which no item decision bears."""
    due = {item.id for item in result.rulebook.items if item.id in result.due_items}
    return sum(result.rulebook.points(item) for item in result.rulebook.items if item.id in due)


def due_sentence(result: Assessment, voice: Voice) -> str:
    """Return how many points of 100 are due."""
    due = points_due(result)
    return voice.say("due.all") if due == 100 else voice.say("due.some", due=f"{due:g}")


def opening(result: Assessment, voice: Voice) -> list[str]:
    """Return what the reader must know first: points due, what is absent or open, the ledger's news."""
    lines = [
        *([voice.say("what_if")] if result.rulebook.is_what_if else []),
        due_sentence(result, voice),
        *absent_tables(result.evidence, voice),
        *set_aside(result.evidence, voice),
    ]
    counts = result.scores["status"].value_counts()
    keys = {"awaiting_judgement": "awaiting", "no_evidence": "no_evidence", "decided": "decided"}
    lines += [voice.say(key, n=counts[status]) for status, key in keys.items() if status in counts]
    return lines + ledger_lines(result, voice)


def absent_tables(evidence: Evidence, voice: Voice) -> list[str]:
    """Return the sentences that name the tables that were not received: what feeds items, and what feeds none."""
    exports = (name for name, table in voice.rulebook.tables.items() if table.export)
    absent = [name for name in exports if name not in evidence.present]
    feeding = {name for _, component in voice.rulebook.components() for name in component.fed_by}
    kinds = {
        "absent": [name for name in absent if name in feeding],
        "absent.beside": [name for name in absent if name not in feeding],
    }
    return [
        voice.say(key, tables=voice.listing(map(voice.table, names))) for key, names in kinds.items() if names
    ]


def set_aside(evidence: Evidence, voice: Voice) -> list[str]:
    """Return the sentence on rows that were set aside, those of each unit counted; none where nothing was."""
    by_unit = _aside_by_unit(evidence)
    if not by_unit.total():
        return []
    named = by_unit.most_common(NAMED)
    told = [
        voice.say("aside.of", rows=n, unit=voice.unit(unit) if unit else voice.say("aside.unknown_unit"))
        for unit, n in named
    ]
    if left := by_unit.total() - sum(n for _, n in named):
        told.append(voice.say("aside.others", rows=left))
    return [voice.say("aside", rows=by_unit.total(), units=voice.listing(told))]


def set_aside_of(name: str, evidence: Evidence, voice: Voice) -> list[str]:
    """Return the sentence on rows of one unit that were set aside, none where none was."""
    rows = _aside_by_unit(evidence)[name]
    return [voice.say("aside.unit", rows=rows)] if rows else []


def _aside_by_unit(evidence: Evidence) -> Counter[str | None]:
    by_unit = Counter[str | None]()
    for (unit, _), rows in evidence.aside.items():
        by_unit[unit] += rows
    return by_unit


def ranking_lines(result: Assessment, voice: Voice) -> list[str]:
    """Return who leads, where points are lost, and whose rank is still open."""
    ranked = [r for r in records(result.ranking) if not is_none(r["rank"])]
    if not ranked:
        return []
    first = [f"{voice.unit(r['unit'])}（{number(r['score_100'])}）" for r in ranked if r["rank"] <= 3]
    lines = [voice.say("lead.first", names=voice.listing(first)), *most_lost(result, voice)]
    if open_ := open_ranks(result):
        return [*lines, voice.say("lead.open", units=voice.listing(map(voice.unit, open_)))]
    settled = not result.scores["status"].isin(OPEN).any()
    return [*lines, voice.say("lead.closed")] if settled else lines


def open_ranks(result: Assessment) -> list[str]:
    """Return the units whose rank may still change with what is open."""
    ranked = (r for r in records(result.ranking) if not is_none(r["rank"]))
    return [r["unit"] for r in ranked if r["rank_low"] != r["rank_high"]]


def most_lost(result: Assessment, voice: Voice) -> list[str]:
    """Return the item on which most is lost, of the scores that do not lack evidence; none where nothing is lost."""
    known = result.scores[result.scores["status"] != NO_EVIDENCE]
    sums = known.groupby("item", sort=False)[["points", "points_due"]].sum()
    sums = sums[sums["points_due"] > 0]
    if sums.empty:
        return []
    lost = 1 - sums["points"] / sums["points_due"]
    item = str(lost.idxmax())
    return (
        [voice.say("lead.loss", item=voice.item(item), share=percent(lost[item]))] if lost[item] > 0 else []
    )


def rank_line(result: Assessment, unit: str, voice: Voice) -> str:
    """Return a unit's rank and score, with the bounds of its rank where they differ."""
    row = row_of(result.ranking, unit)
    if is_none(row["rank"]):
        return voice.code("status", "not_due")
    facts = {"unit": voice.unit(unit), "rank": int(row["rank"]), "score": number(row["score_100"])}
    low, high = int(row["rank_low"]), int(row["rank_high"])
    return (
        voice.say("lead.rank.fixed", **facts)
        if low == high
        else voice.say("lead.rank", low=low, high=high, **facts)
    )


def rank_words(result: Assessment, unit: str, voice: Voice) -> str:
    """Return a unit's score and rank in a few words, with the bounds of its rank where they differ."""
    row = row_of(result.ranking, unit)
    if is_none(row["rank"]):
        return voice.code("status", "not_due")
    words = voice.say("rank.short", score=number(row["score_100"]), rank=int(row["rank"]))
    low, high = int(row["rank_low"]), int(row["rank_high"])
    return words if low == high else words + voice.say("rank.range", low=low, high=high)


def lost_line(result: Assessment, unit: str, voice: Voice) -> str:
    """Return how many points a unit lost, how many for want of evidence, and on which three other items most."""
    scores = result.scores[result.scores["unit"] == unit].set_index("item")
    due, total = scores["points_due"].sum(), scores["points"].sum()
    facts = {"unit": voice.unit(unit), "due": number(due), "total": number(total)}
    lost = scores["points_due"] - scores["points"]
    lost = lost[lost > LEAST_LOST]
    if lost.empty:
        return voice.say("lead.lost.none", **facts)
    bare = scores.loc[lost.index, "status"] == NO_EVIDENCE
    most = lost[~bare].sort_values(ascending=False, kind="stable").head(3)
    named = [voice.say("lead.item_lost", item=voice.item(i), points=number(p)) for i, p in most.items()]
    clauses = [voice.say("lead.lost.bare", points=number(lost[bare].sum()))] if bare.any() else []
    clauses += [voice.say("lead.lost.most", items=voice.listing(named))] if named else []
    return voice.say("lead.lost", lost=number(due - total), clauses="".join(clauses), **facts)


def authenticity_lines(result: Assessment, voice: Voice) -> list[str]:
    """Return the remark on units whose sample is too small to be applied."""
    least = result.rulebook.rules.authenticity.min_checks.value
    small = [voice.unit(r["unit"]) for r in records(result.authenticity) if r["n"] < least]
    return [voice.say("lead.small", units=voice.listing(small), least=least)] if small else []


def genuine_line(result: Assessment, unit: str, voice: Voice) -> str:
    """Return a unit's spot-check results with the interval."""
    row = row_of(result.authenticity, unit)
    least = result.rulebook.rules.authenticity.min_checks.value
    if row["n"] < least:
        return voice.say("lead.small", units=voice.unit(unit), least=least)
    low, high = interval(row["low"], row["high"]).split("–")
    return voice.say(
        "lead.genuine", unit=voice.unit(unit), n=int(row["n"]), g=int(row["genuine"]), p=int(row["partly"]),
        f=int(row["false"]), a=percent(row["done"] / row["n"], 1), low=low, high=high,
        level=confidence(result.rulebook),
    )  # fmt: skip


def missing_line(result: Assessment, voice: Voice, unit: str | None = None) -> str:
    """Return how many things are missing."""
    n = int(result.missing["unit"].isin(["", unit]).sum()) if unit else len(result.missing)
    return voice.say("lead.missing", n=n) if n else voice.say("lead.missing.none")


def weekly_line(result: Assessment, voice: Voice, unit: str | None = None) -> str:
    """Return how many logs there are and which week had most."""
    weekly = result.weekly if unit is None else result.weekly[result.weekly["unit"] == unit]
    sums = weekly.groupby("week")[["logs", "valid"]].sum()
    if not sums["logs"].sum():
        return voice.say("lead.weekly.none")
    most = sums["logs"].idxmax()
    totals = {"logs": int(sums["logs"].sum()), "valid": int(sums["valid"].sum())}
    return voice.say("lead.weekly", week=voice.day(most), most=int(sums["logs"].max()), **totals)


def cadre_line(result: Assessment, voice: Voice, unit: str | None = None) -> str:
    """Return how many cadres qualify."""
    cadres = result.cadres if unit is None else result.cadres[result.cadres["unit"] == unit]
    counts = cadres["qualified"].value_counts()
    yes, no, open_ = (int(counts.get(k, 0)) for k in ("yes", "no", "not_assessed"))
    return voice.say("lead.cadres", n=len(cadres), yes=yes, no=no, open=open_)


def median_score(result: Assessment) -> float | None:
    """Return the median of the scores scaled to 100, none where nothing is due."""
    scores = result.ranking["score_100"].dropna()
    return None if scores.empty else float(scores.median())
