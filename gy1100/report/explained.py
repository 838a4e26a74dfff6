"""An explanation as a piece of a page: clause, formula with numbers, components, points lost, the rows behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ..frame_rows import records
from .grid import Grid
from .markup import Fragment, joined, style_and_script, tag
from .tables import between, columns, note_words, part_words
from .voice import Voice, is_none, number, short

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from ..explanation import Explanation

LOST_SHOWN = 6
Names = Mapping[str, str]
EvidenceRow = tuple[str, str, str, str, str, int]  # component, part, flag, file, sheet, row


def explanation_html(explanation: Explanation) -> str:
    """Return the whole explanation in Chinese, as a notebook shows it by itself."""
    voice = Voice(explanation.assessment.rulebook)
    heading = tag(
        "h3",
        voice.say("title.explain", unit=voice.unit(explanation.unit), item=voice.item(explanation.item.id)),
    )
    body = style_and_script() + heading + explained(explanation, voice, names_of(explanation), rows=True)
    return str(tag("section", body, class_="gy"))


def names_of(explanation: Explanation) -> Names:
    """Return the names of the unit's cadres by id."""
    cadres = explanation.assessment.cadres
    mine = cadres[cadres["unit"] == explanation.unit]
    return {i: "" if is_none(n) else n for i, n in zip(mine["cadre_id"], mine["name"], strict=True)}


def collapsed(explanation: Explanation, voice: Voice, names: Names, *, rows: bool) -> Markup:
    """Return the explanation behind one line with item, points and status."""
    score = explanation.score
    state = voice.code("status", score["status"])
    figure = f"{number(score['points'])} / {number(score['points_max'])} · {state}"
    summary = tag("summary", voice.item(explanation.item.id), tag("span", figure, class_="gy-figure"))
    return tag(
        "details", summary, tag("div", explained(explanation, voice, names, rows=rows), class_="gy-inside")
    )


def explained(explanation: Explanation, voice: Voice, names: Names, *, rows: bool) -> Markup:
    """Return the explanation itself; ``rows`` adds each part with the rows it counted and those it did not."""
    facts = [
        (voice.say("explain.clause"), explanation.clause),
        (voice.say("explain.formula"), voice.of(explanation.formula)),
        (voice.say("explain.numbers"), explanation.arithmetic),
        (voice.say("col.status"), _status(explanation.score, voice)),
    ]
    if explanation.decision is not None:
        facts.append((voice.code("status", "decided"), _decision(explanation.decision)))
    pieces = [fact_list(facts)]
    if explanation.score["status"] != "not_due":
        pieces += [component_grid(explanation.components, voice).html(), lost_list(explanation, voice, names)]
    if rows:
        pieces.append(part_grid(explanation, voice, names).html(filter_label=voice.say("filter")))
    return joined(pieces)


def fact_list(facts: Iterable[tuple[object, object]]) -> Markup:
    """Return pairs of name and value as a two-column list."""
    return tag("dl", joined(tag("dt", name) + tag("dd", value) for name, value in facts), class_="gy-facts")


def _status(score: Mapping[str, Any], voice: Voice) -> str:
    state = voice.code("status", score["status"])
    span = between(score["low"], score["high"])
    return f"{state}（{span}）" if span else state


def _decision(decision: Any) -> str:
    return " · ".join(
        str(v) for v in (decision.value, decision.assessor, decision.time.date(), decision.reason) if v
    )


def component_grid(components: pd.DataFrame, voice: Voice) -> Grid:
    """Return the components of an item with their means."""
    rows = tuple(
        (voice.code("component", r["component"]), voice.code("role", r["role"]),
         None if r["role"] == "factor" else short(r["points_max"]), r["value"],
         "" if r["low"] == r["high"] else f"{short(r['low'])}–{short(r['high'])}", voice.code("status", r["status"]))
        for r in records(components)
    )  # fmt: skip
    heads = columns(
        voice, ("component", "name", 18), ("role", "text", 10), ("points_max", "number", 8), ("value", "number", 8),
        ("score_range", "name", 12), ("status", "name", 10),
    )  # fmt: skip
    return Grid(heads, rows)


def lost_list(explanation: Explanation, voice: Voice, names: Names) -> Markup:
    """Return the parts that lost most points, and what the others lost together."""
    lost = records(explanation.lost)
    title = tag("h4", voice.say("explain.lost"))
    if not lost:
        return title + tag("p", voice.say("explain.lost.none"))
    lines = [_lost_line(row, voice, names) for row in lost[:LOST_SHOWN]]
    rest = lost[LOST_SHOWN:]
    if rest:
        lines.append(voice.say("explain.lost.more", n=len(rest), points=number(sum(r["lost"] for r in rest))))
    return title + tag("ul", joined(tag("li", line) for line in lines))


def _lost_line(row: Mapping[str, Any], voice: Voice, names: Names) -> str:
    component = voice.code("component", row["component"])
    part = part_words(row, voice, names)
    return f"{component}{' · ' if part else ''}{part}  −{number(row['lost'], 3)}"


def part_grid(explanation: Explanation, voice: Voice, names: Names) -> Grid:
    """Return every part, done of due, with the rows of the files that it counted and those that it did not."""
    evidence = _rows_by_part(explanation.rows(), voice)
    weights = explanation.parts.groupby("component")["weight"].nunique()
    several, weighed = len(weights) > 1, (weights > 1).any()
    rows = []
    for r in records(explanation.parts):
        component, label = voice.code("component", r["component"]), part_words(r, voice, names)
        first = (component, label or "—") if several else (label or component,)
        weight = (r["weight"],) if weighed else ()
        figures = (r["done"], r["due"], r["share"], *weight, r["factor"], note_words(r["note"], voice))
        rows.append((*first, *figures, *evidence.get((r["component"], r["part"]), ("", ""))))
    numbers = [("done", "number", 8), ("due", "number", 8), ("share", "share", 8)]
    numbers += [("weight", "number", 8)] if weighed else []
    numbers += [("factor", "number", 8)]
    words = [("note", "text", 14), ("counted", "text", 40), ("uncounted", "text", 40)]
    lead = [("component", "name", 14), ("part", "name", 24)] if several else [("part", "name", 24)]
    return Grid(columns(voice, *lead, *numbers, *words), tuple(rows))


def _rows_by_part(rows: pd.DataFrame, voice: Voice) -> dict[tuple[str, str], tuple[str, str]]:
    """Return for each component and part the places of the rows counted, and of those not counted by flag."""
    flagged = rows.assign(flag=rows["flag"].fillna(""))
    names = ("component", "part", "flag", "file", "sheet", "row")
    found = sorted(zip(*(flagged[name].tolist() for name in names), strict=True))
    return {key: _row_words(group, voice) for key, group in groupby(found, key=itemgetter(0, 1))}


def _row_words(rows: Iterable[EvidenceRow], voice: Voice) -> tuple[str, str]:
    places = {flag: _places(group, voice) for flag, group in groupby(rows, key=itemgetter(2))}
    counted = places.pop("", "")
    return counted, "；".join(f"{voice.code('flag', flag)}：{words}" for flag, words in places.items())


def _places(rows: Iterable[EvidenceRow], voice: Voice) -> str:
    sheets = groupby(rows, key=lambda row: (row[3], row[4]))
    return "；".join(
        _place(file, sheet, sorted({r[5] for r in group}), voice) for (file, sheet), group in sheets
    )


def _place(file: str, sheet: str, numbers: list[int], voice: Voice) -> str:
    written = voice.listing(_runs(numbers))
    return (
        voice.say("explain.row_ref", file=file, sheet=sheet, rows=written)
        if sheet
        else voice.say("explain.file_ref", file=file, rows=written)
    )


def _runs(numbers: list[int]) -> Iterator[str]:
    """Yield row numbers with neighbours drawn together: ``12–15``, ``18``."""
    start = last = numbers[0]
    for n in [*numbers[1:], -1]:
        if n == last + 1:
            last = n
            continue
        yield str(start) if start == last else f"{start}–{last}"
        start = last = n


def explanation_page(explanation: Explanation, lang: str = "zh") -> Fragment:
    """Return an explanation with every row behind it as a fragment for a page of its own."""
    voice = Voice(explanation.assessment.rulebook, lang)
    title = voice.say(
        "title.explain", unit=voice.unit(explanation.unit), item=voice.item(explanation.item.id)
    )
    return Fragment(tag("h1", title) + explained(explanation, voice, names_of(explanation), rows=True), title)
