"""The comparison: units side by side by item and week, and what other weights and readings would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..frame_rows import records
from ..report.markup import joined, tag
from ..report.tables import score_cell
from ..report.voice import arrow, is_none, number
from . import bars
from .controls import button, choice, slider

if TYPE_CHECKING:
    from markupsafe import Markup

    from ..assessment import Assessment
    from .dossier import Dossier
    from .state import State

Scores = dict[tuple[str, str], dict[str, Any]]


def contrast(state: State, dossier: Dossier) -> Markup:
    """Return the tab."""
    official = dossier.result(state.as_of)
    tried = dossier.tried(state)
    scores = {(row["unit"], row["item"]): row for row in records(tried.scores)}
    trend = dossier.kept(f"trend {state.units}", state.as_of, lambda: _trend(state, dossier, official))
    return joined(
        (
            _units(state, dossier),
            tag("div", _levers(state, dossier), _ranks(state, dossier, official, tried), class_="gy-two"),
            tag("h2", dossier.say("stacked")),
            _stacks(state, dossier, scores),
            tag("h2", dossier.say("heat")),
            _heat(state, dossier, scores),
            tag("h2", dossier.say("trend")),
            trend,
        )
    )


def _units(state: State, dossier: Dossier) -> Markup:
    names = [unit.name for unit in dossier.rulebook.units]
    picked = joined(button(dossier.voice.unit(n), "pick", n, on=n in state.units) for n in names)
    return tag("div", tag("span", dossier.say("pick"), class_="gy-soft"), picked, class_="gy-picks")


def _levers(state: State, dossier: Dossier) -> Markup:
    """Return the sliders of the weights within item 4 and the lists of readings."""
    book = dossier.rulebook
    group = [item for item in book.items if item.points.reading]  # whose points no clause gives
    whole = sum(i.points.value for i in group)
    sliders = [
        slider(
            dossier.voice.item(i.id),
            "weight",
            i.id,
            value=round(state.weights.get(i.id, i.points.value), 2),
            most=whole,
        )
        for i in group
    ]
    lists = [
        choice(
            dossier.voice.of(book.rules.readings[name].says), "reading",
            [(key, dossier.voice.of(words)) for key, words in book.rules.readings[name].alternatives.items()],
            state.readings.get(name, chosen), of=name,
        )
        for name, chosen in book.readings.items()
    ]  # fmt: skip
    head = tag("h3", dossier.say("what_if"), button(dossier.say("reset"), "reset", class_="gy-quiet"))
    note = tag("p", dossier.say("what_if.note"), class_="gy-soft")
    return tag("section", head, note, *sliders, tag("div", *lists, class_="gy-readings"), class_="gy-levers")


def _ranks(state: State, dossier: Dossier, official: Assessment, tried: Assessment) -> Markup:
    """Return the ranking under the levers with arrows against the official one."""
    before = {r["unit"]: r for r in records(official.ranking)}
    rows = [_rank(r, before[r["unit"]], dossier) for r in records(tried.ranking) if r["unit"] in state.units]
    heads = ("col.rank", "", "col.unit", "col.score_100", "")
    head = tag("tr", joined(tag("th", dossier.voice.say(h) if h else "", scope="col") for h in heads))
    changed = bool(state.weights or state.readings)
    title = tag(
        "h3", dossier.say("tried" if changed else "official"), tag("small", dossier.say("tried.note"))
    )
    table = tag("table", tag("thead", head), tag("tbody", joined(rows)), class_="gy-ranks")
    return tag("section", title, table, class_="gy-tried" if changed else None, aria_live="polite")


def _rank(row: dict[str, object], before: dict[str, object], dossier: Dossier) -> Markup:
    now, then = row["rank"], before["rank"]
    moved = arrow(then, now) or "·"
    kind = {"↑": "up", "↓": "down"}.get(moved[0], "same")
    score = tag("td", number(row["score_100"]) or "—", class_="r")
    then_score = before["score_100"]
    was = "" if is_none(then_score) or row["score_100"] == then_score else f" ({number(then_score)})"
    return tag(
        "tr",
        tag("td", "—" if is_none(now) else str(now), class_="r"),
        tag("td", moved, class_=f"gy-move {kind}"),
        tag("th", dossier.voice.unit(row["unit"]), scope="row"),
        score,
        tag("td", bars.ranged(row["score_100"], None, None), tag("small", was), class_="gy-wide"),
        id=f"rank-{row['unit']}",
    )


def _stacks(state: State, dossier: Dossier, scores: Scores) -> Markup:
    voice = dossier.voice
    items = [item.id for item in dossier.rulebook.items]
    rows = []
    for unit in state.units:
        found = [scores[unit, item] for item in items]
        pieces = [(voice.item(r["item"]), r["points"], r["points_due"]) for r in found]
        total = sum(r["points"] for r in found)
        cells = (tag("td", bars.stacked(pieces, 100), class_="gy-wide"), tag("td", number(total), class_="r"))
        rows.append(tag("tr", tag("th", voice.unit(unit), scope="row"), *cells))
    return tag("table", tag("tbody", joined(rows)), class_="gy-ranks gy-stacks") + tag(
        "figure", bars.legend(voice.item(i) for i in items)
    )


def _heat(state: State, dossier: Dossier, scores: Scores) -> Markup:
    voice = dossier.voice
    items = [item.id for item in dossier.rulebook.items]
    head = tag("tr", tag("th", ""), joined(tag("th", i, title=voice.item(i), scope="col") for i in items))
    rows = [
        tag(
            "tr",
            tag("th", voice.unit(unit), scope="row"),
            joined(_heat_cell(scores[unit, item], dossier) for item in items),
        )
        for unit in state.units
    ]
    return tag(
        "div",
        tag("table", tag("thead", head), tag("tbody", joined(rows)), class_="gy-heat"),
        class_="gy-scroll",
    )


def _heat_cell(row: dict[str, object], dossier: Dossier) -> Markup:
    due = float(row["points_due"])  # type: ignore[arg-type]
    share = float(row["points"]) / due if due else None  # type: ignore[arg-type]
    style = None if share is None else f"--s:{share:.3f}"
    return tag(
        "td", score_cell(row, dossier.voice, frozenset())[0], style=style, class_="gy-cell" if due else None
    )


def _trend(state: State, dossier: Dossier, official: Assessment) -> Markup:
    weekly = official.weekly
    weeks = sorted({str(w)[:10] for w in weekly["week"]})
    found = {(r["unit"], str(r["week"])[:10]): int(r["valid"]) for r in records(weekly)}
    series = {unit: [(w, float(found.get((unit, w), 0))) for w in weeks] for unit in state.units}
    return tag("p", dossier.say("trend.note"), class_="gy-soft") + bars.lines(
        series, dossier.voice, title=dossier.say("trend")
    )
