"""Frames of an assessment as tables for people: headers and codes in their language, every score with its status."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from math import erf, sqrt
from typing import TYPE_CHECKING, Any

from ..frame_rows import records
from ..ranking import totals
from ..words import text
from .grid import Column, Grid
from .ledger_lines import contested
from .markup import joined, tag
from .voice import Voice, is_none, number, percent

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from ..assessment import Assessment
    from ..evidence import Evidence
    from ..rulebook import Rulebook

Replies = frozenset[tuple[str, str]]  # scores, by unit and item, on which a reply is open
Row = Mapping[str, Any]
OPEN = ("awaiting_judgement", "no_evidence")
OF_PERIODS = ("cadre_five_ones", "volume")
_QUARTER = re.compile(r"(\d{4})Q(\d)")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


def columns(voice: Voice, *specs: tuple[str, str, int]) -> tuple[Column, ...]:
    """Return columns from ``(key of the header, kind, width)``."""
    return tuple(Column(voice.say(f"col.{key}"), kind, width) for key, kind, width in specs)


def row_of(frame: pd.DataFrame, unit: str) -> dict[str, Any]:
    """Return a unit's row of a frame that holds one row a unit."""
    return next(row for row in records(frame) if row["unit"] == unit)


def between(low: object, high: object, *, same: str = "") -> str:
    """Return ``low–high`` for two published numbers, ``same`` where they are equal."""
    if is_none(low) or is_none(high):
        return ""
    return same if low == high else f"{number(low)}–{number(high)}"


def ranking_grid(result: Assessment, voice: Voice) -> Grid:
    """Return the ranking: rank and its bounds, score and its bounds, total of how many points due."""
    bounds = score_bounds(result)
    rows = []
    for row in records(result.ranking):
        low, high = bounds.get(row["unit"], (None, None))
        rows.append(
            (row["rank"], voice.unit(row["unit"]), row["score_100"], row["total"], row["points_due"],
             between(low, high), rank_range(row), unit_states(result, row["unit"], voice))
        )  # fmt: skip
    heads = columns(
        voice, ("rank", "rank", 6), ("unit", "name", 26), ("score_100", "points", 9), ("total", "points", 9),
        ("points_due", "points", 9), ("score_range", "name", 14), ("rank_range", "name", 10), ("status", "name", 24),
    )  # fmt: skip
    return Grid(heads, tuple(rows), voice.say("hint.sort"))


def rank_range(row: Row) -> str:
    """Return the best and worst possible rank of a row of the ranking, nothing where they are one."""
    low, high = row["rank_low"], row["rank_high"]
    return "" if is_none(low) or low == high else f"{low}–{high}"


def score_bounds(result: Assessment) -> dict[str, tuple[float, float]]:
    """Return each unit's lowest and highest score scaled to 100, from the published bounds of its items."""
    rows = totals(result.scores, dict.fromkeys(result.scores["unit"]))
    bounds = {row["unit"]: row["bounds"] for row in rows if row["score_100"] is not None}
    return {unit: (float(low), float(high)) for unit, (low, high) in bounds.items()}


def unit_states(result: Assessment, unit: str, voice: Voice) -> str:
    """Return in words how many items of a unit have which status, leaving out a status that none has."""
    counts = result.scores.loc[result.scores["unit"] == unit, "status"].value_counts()
    order = ("scored", "decided", *OPEN, "not_due")
    states = [f"{voice.code('status', s)} {counts[s]}" for s in order if s in counts]
    replies = sum(owner == unit for owner, _ in contested(result))
    states += [f"{text('ledger.report.contested_short', voice.lang)} {replies}"] if replies else []
    return voice.listing(states)


def matrix_grid(result: Assessment, voice: Voice) -> Grid:
    """Return units × items; a cell is the score with its status in words where it is not plainly scored."""
    cells = {(r["unit"], r["item"]): r for r in records(result.scores)}
    items, replies = result.rulebook.items, contested(result)
    heads = [Column(voice.say("col.unit"), "name", 26)]
    heads += [Column(f"{item.id}（{result.rulebook.points(item):g}）", "points", 9) for item in items]
    rows = [
        (
            voice.unit(unit.name),
            *(score_cell(cells[unit.name, item.id], voice, replies) for item in items),
            _total(result, unit.name),
        )
        for unit in result.rulebook.units
    ]
    return Grid((*heads, Column(voice.say("col.total"), "points", 9)), tuple(rows), voice.say("legend.cells"))


def _total(result: Assessment, unit: str) -> float:
    return float(row_of(result.ranking, unit)["total"])


def score_cell(row: Row, voice: Voice, replies: Replies) -> tuple[Markup, float]:
    """Return a score with the word for its status and its bounds, and the score as sort key."""
    points, status, state = row["points"], row["status"], state_words(row, voice, replies)
    if status == "scored" and (row["unit"], row["item"]) not in replies:
        return tag("span", number(points), title=state), points
    open_ = status in OPEN
    span = tag("span", between(row["low"], row["high"])) if open_ else ""
    word = tag("span", state, span, class_="gy-state bad" if open_ else "gy-state")
    return joined(("—" if status == "not_due" else number(points), word)), points


def state_words(row: Row, voice: Voice, replies: Replies) -> str:
    """Return the status of a score in words, and that a reply is open on it."""
    state = voice.code("status", row["status"])
    open_ = (row["unit"], row["item"]) in replies
    return f"{state}・{text('ledger.report.contested_short', voice.lang)}" if open_ else state


def item_grid(result: Assessment, unit: str, voice: Voice) -> Grid:
    """Return the items of a unit: points of how many, lost, bounds, status."""
    rows = tuple(
        (voice.item(r["item"]), r["points"], r["points_max"], r["points_due"], r["points_due"] - r["points"] or None,
         between(r["low"], r["high"]), state_words(r, voice, contested(result)), r["computed"])
        for r in records(result.scores[result.scores["unit"] == unit])
    )  # fmt: skip
    heads = columns(
        voice, ("item", "text", 28), ("points", "points", 9), ("points_max", "points", 8), ("points_due", "points", 9),
        ("lost", "points", 8), ("score_range", "name", 14), ("status", "name", 10), ("computed", "points", 12),
    )  # fmt: skip
    return Grid(heads, rows, voice.say("hint.sort"))


def missing_grid(result: Assessment, voice: Voice, unit: str | None = None) -> Grid:
    """Return what is missing, from whom and where it bears on the score."""
    frame = result.missing if unit is None else result.missing[result.missing["unit"].isin(["", unit])]
    rows = tuple(
        (voice.unit(r["unit"]) if r["unit"] else voice.say("all_units"), voice.code("missing", r["kind"]),
         "" if is_none(r["item"]) else voice.item(r["item"]), element_words(r["what"], voice),
         note_words(r["note"], voice))
        for r in records(frame)
    )  # fmt: skip
    heads = columns(
        voice,
        ("unit", "name", 26),
        ("kind", "name", 12),
        ("item", "text", 28),
        ("what", "text", 28),
        ("note", "text", 34),
    )
    return Grid(heads, rows)


def element_words(value: object, voice: Voice, *, period: bool = False) -> str:
    """Return an element, quarter, month, table or component in words; ``period``: a month begins a cadre period."""
    if is_none(value):
        return ""
    if value in voice.rulebook.tables and not voice.knows(f"component.{value}"):
        return voice.table(value)
    for kind in ("element", "component", "aspect"):
        if voice.knows(f"{kind}.{value}"):
            return voice.code(kind, value)
    quarter, month = _QUARTER.fullmatch(str(value)), _MONTH.fullmatch(str(value))
    if quarter:
        return voice.say("quarter", year=quarter[1], n=quarter[2])
    if month:
        return voice.say("period" if period else "month", year=month[1], month=int(month[2]))
    return str(value)


def note_words(value: object, voice: Voice) -> str:
    """Return a note's code in words, or the note itself where it is none of the codes."""
    for kind in ("note", "status", "missing", "flag"):
        if not is_none(value) and voice.knows(f"{kind}.{value}"):
            return voice.code(kind, value)
    return "" if is_none(value) else str(value)


def authenticity_grid(result: Assessment, voice: Voice) -> Grid:
    """Return spot-check results by unit with the Wilson interval and whether they are applied."""
    rows = tuple(
        (voice.unit(r["unit"]), r["n"], r["genuine"], r["partly"], r["false"], r["done"] / r["n"] if r["n"] else None,
         interval(r["low"], r["high"]), voice.code("yes", "yes" if r["applied"] else "no"), r["value"])
        for r in records(result.authenticity)
    )  # fmt: skip
    heads = columns(
        voice, ("unit", "name", 26), ("n", "count", 10), ("genuine", "count", 8), ("partly", "count", 8),
        ("false", "count", 8), ("genuine_share", "share", 9),
    )  # fmt: skip
    sure = Column(voice.say("col.interval", level=confidence(result.rulebook)), "name", 16)
    return Grid((*heads, sure, *columns(voice, ("applied", "text", 9), ("a", "number", 9))), rows)


def confidence(rulebook: Rulebook) -> str:
    """Return how sure the intervals of the genuine shares are, from the rulebook's z."""
    return percent(erf(rulebook.rules.authenticity.confidence_z.value / sqrt(2)))


def interval(low: object, high: object) -> str:
    """Return an interval of shares as percentages; empty where there is none."""
    if is_none(low) or is_none(high):
        return ""
    return f"{percent(low, 1)}–{percent(high, 1)}"


def qualification_grid(result: Assessment, voice: Voice) -> Grid:
    """Return by unit how many cadres qualify for the selection of the outstanding (四.2), and why others do not."""
    rows = tuple(
        _qualification(voice.unit(u.name), result.cadres[result.cadres["unit"] == u.name], voice)
        for u in result.rulebook.units
    )
    heads = columns(
        voice, ("unit", "name", 26), ("cadres", "count", 9), ("yes", "count", 8), ("no", "count", 9),
        ("not_assessed", "count", 9), ("share_yes", "share", 9), ("reasons", "text", 40),
    )  # fmt: skip
    return Grid(heads, rows)


def _qualification(unit: str, cadres: pd.DataFrame, voice: Voice) -> tuple[object, ...]:
    counts = cadres["qualified"].value_counts()
    yes, no, open_ = (int(counts.get(k, 0)) for k in ("yes", "no", "not_assessed"))
    why = cadres.loc[cadres["qualified"] == "no", "reasons"].str.split(";").explode().value_counts()
    order = [r for r in ("fulfilment", "contacts", "refuted", "coerced") if r in why]
    reasons = voice.listing(f"{voice.code('reason', r)} {why[r]}" for r in order)
    return unit, len(cadres), yes, no, open_, yes / (yes + no) if yes + no else None, reasons


def cadre_grid(cadres: pd.DataFrame, voice: Voice, *, names: bool = True, units: bool = True) -> Grid:
    """Return one row for each cadre with qualification and reasons in words."""
    rows = tuple(tuple(_cadre(r, voice, names=names, units=units)) for r in records(cadres))
    specs = [
        ("cadre_id", "text", 13), ("name", "name", 10), ("unit", "name", 24), ("cadre_type", "name", 8),
        ("in_organ", "text", 10), ("periods", "count", 11), ("fulfilment", "share", 13),
        ("contacted", "count", 11), ("required", "count", 11), ("mobile_months", "text", 11),
        ("qualified", "name", 10), ("reasons", "text", 36),
    ]  # fmt: skip
    hidden = {key for key, keep in (("name", names), ("unit", units)) if not keep}
    return Grid(columns(voice, *(s for s in specs if s[0] not in hidden)), rows)


def _cadre(row: Row, voice: Voice, *, names: bool, units: bool) -> Iterable[object]:
    yield row["cadre_id"]
    if names:
        yield "" if is_none(row["name"]) else row["name"]
    if units:
        yield voice.unit(row["unit"])
    yield voice.code("cadre_type", row["cadre_type"])
    yield voice.code("yes", row["in_organ"])
    yield row["periods"]
    yield None if is_none(row["fulfilment"]) else float(row["fulfilment"])
    yield row["contacted"]
    yield row["required"]
    yield row["mobile_months"]
    yield voice.code("qualified", row["qualified"])
    yield (
        ""
        if is_none(row["reasons"])
        else voice.listing(voice.code("reason", r) for r in str(row["reasons"]).split(";"))
    )


def part_words(row: Row, voice: Voice, names: Mapping[str, str] | None = None) -> str:
    """Return a part (``2017Q2``, ``G0012/2017-05``, ``plan_issued``) in words, cadres with their names."""
    period = row["component"] in OF_PERIODS
    pieces = [p for p in str(row["part"]).split("/") if p != row["component"]]
    known = names or {}
    return " · ".join(
        f"{known[p]}（{p}）" if known.get(p) else element_words(p, voice, period=period) for p in pieces
    )


def bullets(lines: Iterable[object]) -> Markup:
    """Return lines as a list."""
    return tag("ul", joined(tag("li", line) for line in lines))


def aside_grid(evidence: Evidence, voice: Voice) -> Grid:
    """Return how many rows were set aside by unit and table."""
    rows = tuple(
        (voice.unit(unit) if unit else voice.say("aside.unknown_unit"), voice.table(table), n)
        for (unit, table), n in evidence.aside.items()
    )
    return Grid(columns(voice, ("unit", "name", 26), ("table", "text", 16), ("rows", "count", 8)), rows)
