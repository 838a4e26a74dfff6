"""The overview: who stands where, what is open, what is missing from whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..calendar import duties
from ..frame_rows import records
from ..report import sentences, tables
from ..report.duty_words import labelled
from ..report.markup import joined, tag
from ..report.sections import cards, listing, paragraphs
from ..report.voice import is_none, number
from . import bars
from .controls import button, day
from .signing import signing

NEXT = 5

if TYPE_CHECKING:
    from markupsafe import Markup

    from ..assessment import Assessment
    from .dossier import Dossier
    from .state import State


def overview(state: State, dossier: Dossier) -> Markup:
    """Return the tab."""
    result, voice = dossier.result(state.as_of), dossier.voice
    return joined(
        (
            _head(state, dossier),
            paragraphs(*sentences.ranking_lines(result, voice)),
            ranking(result, dossier),
            tag("h2", dossier.say("next")),
            due_next(state, dossier),
            _line(state, dossier),
            tag("h2", dossier.say("missing")),
            paragraphs(sentences.missing_line(result, voice)),
            listing(tables.missing_grid(result, voice), voice),
            signing(state, dossier),
        )
    )


def _head(state: State, dossier: Dossier) -> Markup:
    result, voice = dossier.result(state.as_of), dossier.voice
    allowed = dossier.rulebook.rules.as_of
    field = day(
        dossier.say("as_of"), "as_of", state.as_of.isoformat(), first=allowed.first.value.isoformat(),
        last=allowed.last.value.isoformat(),
    )  # fmt: skip
    counts = result.scores["status"].value_counts()
    figures = [(voice.say("card.due"), f"{sentences.points_due(result):g} / 100")]
    figures += [
        (voice.code("status", s), str(counts.get(s, 0)))
        for s in ("awaiting_judgement", "no_evidence", "decided")
    ]
    figures.append((dossier.say("card.replies"), str(len(dossier.contests()))))
    return tag("div", field, cards(*figures), class_="gy-row")


def ranking(result: Assessment, dossier: Dossier) -> Markup:
    """Return the ranking as bars with the lowest and highest possible score and chips for what is open."""
    bounds, voice = tables.score_bounds(result), dossier.voice
    rows = [
        tag(
            "tr",
            tag("td", "—" if is_none(r["rank"]) else str(r["rank"]), class_="r"),
            tag("th", voice.unit(r["unit"]), scope="row"),
            tag("td", bars.ranged(r["score_100"], *bounds.get(r["unit"], (None, None))), class_="gy-wide"),
            tag("td", number(r["score_100"]) or "—", class_="r"),
            tag(
                "td",
                "" if r["rank_low"] == r["rank_high"] else f"{r['rank_low']}–{r['rank_high']}",
                class_="r",
            ),
            tag("td", chips(result, r["unit"], dossier)),
        )
        for r in records(result.ranking)
    ]
    heads = ("col.rank", "col.unit", "col.score_100", "", "col.rank_range", "col.status")
    head = tag("tr", joined(tag("th", voice.say(h) if h else "", scope="col") for h in heads))
    return tag("table", tag("thead", head), tag("tbody", joined(rows)), class_="gy-ranks")


def chips(result: Assessment, unit: str, dossier: Dossier) -> Markup:
    """Return what of a unit is open or decided, each chip a step to its place."""
    mine = result.scores[result.scores["unit"] == unit]
    counts = mine["status"].value_counts()
    shown = [
        tag("span", f"{dossier.voice.code('status', s)} {counts[s]}", class_=f"gy-chip {s}")
        for s in ("awaiting_judgement", "no_evidence", "decided")
        if s in counts
    ]
    replies = sum(1 for contest in dossier.contests() if contest.unit == unit)
    shown += (
        [tag("span", f"{dossier.say('card.replies')} {replies}", class_="gy-chip reply")] if replies else []
    )
    return joined(shown)


def _line(state: State, dossier: Dossier) -> Markup:
    """Return the ranking day by day; days that are not assessed yet are so one after another, on demand."""
    title = tag("h2", dossier.say("timeline"))
    left = len([day for day in dossier.days(state.as_of) if day not in dossier.assessed])
    drawn = bars.lines(dossier.timeline(state.as_of), dossier.voice, title=dossier.say("timeline"))
    ask = tag("p", button(dossier.say("timeline.ask", n=left), "timeline", class_="gy-plain")) if left else ""
    return joined((title, drawn, ask))


def due_next(state: State, dossier: Dossier) -> Markup:
    """Return what falls due next by the year's calendar."""
    frame = labelled(duties(dossier.rulebook), dossier.rulebook, dossier.lang)
    coming = frame[frame["due"] >= state.as_of].sort_values("due", kind="stable")
    coming = coming.drop_duplicates(["due", "label"]).head(NEXT)  # a duty of several owners is one line
    if coming.empty:
        return tag("p", dossier.say("next.none"), class_="gy-soft")
    rows = [tag("li", f"{dossier.voice.day(r['due'])}　{r['label']}") for r in records(coming)]
    return tag("ul", joined(rows))
