"""What the quarterly bulletin says: sentences made of figures, each true to the table beside it (四.1).

Units are named where they are praised and in tables; a sentence on what went wrong counts and names nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..duties import Term, terms
from ..frame_rows import records
from ..indicators import materials
from ..report.duty_words import duty_label, owners
from ..report.grid import Column, Grid
from ..report.official import Part
from ..report.sentences import (
    authenticity_lines,
    median_score,
    most_lost,
    open_ranks,
    points_due,
    ranking_lines,
)
from ..report.settled import SettledWords
from ..report.tables import authenticity_grid
from ..report.voice import is_none, number, percent
from .beside import indicator_grid

if TYPE_CHECKING:
    import pandas as pd

    from ..assessment import Assessment
    from ..report.voice import Voice
    from ..rules import Quarter

FIVE_ONES = ("organ_five_ones", "cadre_five_ones")
GUIDANCE = ("practice_guidance",)
COLLECTIVE = ("open_day", "congress_talks", "organ_stories", "exemplars", "service_month")
SCORED = ("total", "points_due", "score_100")
WIDTHS = {"rank": 7, "name": 28, "points": 11}  # of columns by kind
AHEAD = timedelta(days=92)


@dataclass(frozen=True)
class Matter:
    """What a bulletin is made of: this quarter's assessment, the last quarter's where there is one, the words."""

    result: Assessment
    before: Assessment | None
    quarter: Quarter
    voice: Voice

    @cached_property
    def settled(self) -> SettledWords:
        """Return which ranks are settled, in words."""
        return SettledWords(self.result, self.voice)

    def say(self, key: str, **args: object) -> str:
        """Return the words of ``report.bulletin.<key>``."""
        return self.voice.say(f"bulletin.{key}", **args)


def parts(matter: Matter) -> list[Part]:
    """Return the parts in the order of the bulletin."""
    return [
        Part("overall", tuple(_overall(matter))),
        Part("results", (*_change(matter), *matter.settled.lines(names=False)), _results(matter)),
        Part(
            "five_ones",
            tuple(_organs(matter)) + tuple(_shares(FIVE_ONES, matter)),
            share_grid(FIVE_ONES, matter),
        ),
        Part("guidance", tuple(_shares(GUIDANCE, matter)), share_grid(GUIDANCE, matter)),
        Part("collective", tuple(_shares(COLLECTIVE, matter)), share_grid(COLLECTIVE, matter)),
        Part("materials", tuple(_material_lines(matter)), _material_grid(matter)),
        Part("checks", tuple(_check_lines(matter)), authenticity_grid(matter.result, matter.voice)),
        Part("problems", tuple(_problems(matter)) or (matter.say("problems.none"),)),
        Part("next", tuple(_next(matter))),
    ]


def annexes(matter: Matter) -> list[Part]:
    """Return ranking, item table, due dates and what is told beside the scores."""
    return [
        Part("annex.ranking", (), matter.settled.ranking()),
        Part("annex.items", (), _items(matter)),
        Part("annex.due", (), _due_grid(matter)),
        Part("annex.beside", (matter.say("beside"),), indicator_grid(matter.result, matter.voice)),
    ]


def _overall(matter: Matter) -> Iterator[str]:
    result, voice = matter.result, matter.voice
    scores = result.ranking["score_100"].dropna()
    facts: dict[str, object] = {"day": voice.day(result.as_of), "n": len(result.ranking)}
    if scores.empty:
        yield matter.say("overall.nothing", **facts)
        return
    facts |= {"due": f"{points_due(result):g}", "median": number(median_score(result))}
    yield matter.say("overall.due", best=number(scores.max()), least=number(scores.min()), **facts)
    logs, valid = logs_of(matter.quarter, result)
    yield matter.say("overall.logs", logs=logs, valid=valid)
    yield from ranking_lines(result, voice)[:1]
    open_ = int(result.scores["status"].isin(["awaiting_judgement", "no_evidence"]).sum())
    if open_:
        yield matter.say("overall.open.ranks" if open_ranks(result) else "overall.open", n=open_)


def logs_of(quarter: Quarter, result: Assessment) -> tuple[int, int]:
    """Return how many logs were dated in a quarter, up to the day of the assessment, and how many of them count."""
    import ibis

    frame = result.tallies.frame
    last = min(quarter.end, result.as_of)
    logs = frame.logs.filter(frame.logs.date.between(ibis.literal(quarter.start), ibis.literal(last)))
    row = frame.engine.arrow(logs.aggregate(logs=logs.count(), valid=logs.flag.isnull().sum())).to_pylist()[0]
    return int(row["logs"] or 0), int(row["valid"] or 0)


def _change(matter: Matter) -> Iterator[str]:
    if matter.before is None:
        yield matter.say("change.first")
        return
    moved = _moved(matter)
    counts = {"up": int((moved > 0).sum()), "down": int((moved < 0).sum()), "same": int((moved == 0).sum())}
    yield matter.say("change", day=matter.voice.day(matter.before.as_of), **counts)


def _moved(matter: Matter) -> pd.Series[float]:
    """Return by unit the change of the score scaled to 100, two decimals; only where both quarters have one."""
    assert matter.before is not None
    now, then = (r.ranking.set_index("unit")["score_100"] for r in (matter.result, matter.before))
    return (now - then).dropna().round(2)


def _results(matter: Matter) -> Grid:
    voice, before = matter.voice, matter.before
    then: dict[Any, dict[str, Any]] = {}
    if before is not None:
        then = {row["unit"]: row for row in records(before.ranking)}
    moved = {} if before is None else _moved(matter).to_dict()
    rows = []
    for r in records(matter.result.ranking):
        old = then.get(r["unit"], {})
        known = (old.get("score_100"), moved.get(r["unit"]), old.get("rank")) if then else ()
        points = (r[name] for name in SCORED)
        rows.append((matter.settled.signed(r["unit"]), voice.unit(r["unit"]), *points, *known))
    heads = [("rank", "rank"), ("unit", "name"), *((name, "points") for name in SCORED)]
    columns = [Column(voice.say(f"col.{key}"), kind, WIDTHS[kind]) for key, kind in heads]
    more = [("score_then", "points"), ("change", "points"), ("rank_then", "rank")] if then else []
    columns += [Column(voice.say(f"col.{key}"), kind, WIDTHS[kind]) for key, kind in more]
    return Grid(tuple(columns), tuple(rows))


def _organs(matter: Matter) -> Iterator[str]:
    """How many units held all kinds of the organs' Five-Ones in the quarter, once it is over."""
    found = matter.result.parts
    mine = found[(found["component"] == FIVE_ONES[0]) & (found["part"] == matter.quarter.id)]
    known = mine[mine["done"].notna()]
    if len(known):
        full = int((known["done"] >= known["due"]).sum())
        yield matter.say("organs", n=len(known), full=full, kinds=f"{known['due'].max():g}")


def _shares(components: tuple[str, ...], matter: Matter) -> Iterator[str]:
    """Yield for each component the mean share over the units and how many have all of it, or that it is not due."""
    table, parts_ = matter.result.components, matter.result.parts
    factored = set(parts_.loc[parts_["factor"] != 1, "component"])
    for name in components:
        mine = table[(table["component"] == name) & (table["role"] == "mean")]
        word = matter.voice.code("component", name)
        due = mine[mine["status"] != "not_due"]
        known = due[due["value"].notna()]
        if len(known):
            full = int((known["value"] >= 1).sum())
            mean = percent(known["value"].mean(), 1)
            key = "share.factor" if name in factored else "share"
            yield matter.say(key, component=word, mean=mean, n=len(known), full=full)
        if len(due) > len(known):
            yield matter.say("share.no_evidence", component=word, n=len(due) - len(known))
        elif len(mine) > len(due):
            yield matter.say("share.not_due", component=word)


def share_grid(components: tuple[str, ...], matter: Matter) -> Grid:
    """Return units by components as shares; a status that is not plainly scored in words beside it."""
    table, voice = matter.result.components, matter.voice
    names = [c for c in components if (table["component"] == c).any()]
    cells = {(r["unit"], r["component"]): r for r in records(table) if r["role"] == "mean"}
    heads = [Column(voice.code("component", name), "text") for name in names]
    units = (unit.name for unit in matter.result.rulebook.units)
    rows = tuple((voice.unit(u), *(_share(cells[u, name], voice) for name in names)) for u in units)
    return Grid((Column(voice.say("col.unit"), "name", WIDTHS["name"]), *heads), rows)


def _share(row: dict[str, Any], voice: Voice) -> str:
    state = "" if row["status"] == "scored" else voice.code("status", row["status"])
    figure = "" if is_none(row["value"]) else percent(row["value"], 1)
    return f"{figure} {state}".strip()


def _items(matter: Matter) -> Grid:
    """Return the points by item, statuses that are not plainly scored in words."""
    result, voice = matter.result, matter.voice
    cells = {(r["unit"], r["item"]): r for r in records(result.scores)}
    heads = [
        Column(voice.say("col.unit"), "name", 19),
        *(Column(item.id, "count", 10) for item in result.rulebook.items),
    ]
    rows = tuple(
        (voice.unit(u.name), *(_points(cells[u.name, item.id], voice) for item in result.rulebook.items))
        for u in result.rulebook.units
    )
    return Grid(tuple(heads), rows)


def _points(row: dict[str, Any], voice: Voice) -> str:
    if row["status"] == "not_due":
        return "—"
    state = "" if row["status"] == "scored" else voice.code("status", row["status"])
    return f"{number(row['points'])} {state}".strip()


def _of_quarter(matter: Matter) -> pd.DataFrame:
    found = materials(matter.result)
    return found[found["quarter"] == matter.quarter.id]


def _material_lines(matter: Matter) -> Iterator[str]:
    counts = _of_quarter(matter)["state"].value_counts()
    states = [f"{matter.voice.code('material', s)} {n}" for s, n in counts.items()]
    deadline = matter.voice.day(matter.quarter.deadline)
    yield matter.say("materials", deadline=deadline, states=matter.voice.listing(states))


def _material_grid(matter: Matter) -> Grid:
    voice = matter.voice
    rows = tuple(
        (voice.unit(r["unit"]), _day(r["first_on"], voice), voice.code("material", r["state"]))
        for r in records(_of_quarter(matter))
    )
    heads = ((voice.say("col.unit"), 28), (matter.say("col.received"), 20), (voice.say("col.status"), 14))
    return Grid(tuple(Column(head, "text", width) for head, width in heads), rows)


def _day(value: object, voice: Voice) -> str:
    return "" if is_none(value) else voice.day(value)


def _check_lines(matter: Matter) -> Iterator[str]:
    sums = matter.result.authenticity[["n", "genuine", "partly", "false"]].sum()
    figures = {str(name): int(value) for name, value in sums.items()}
    yield matter.say("checks", **figures) if figures["n"] else matter.say("checks.none")
    yield from authenticity_lines(matter.result, matter.voice)
    flagged = matter.result.signals.flagged
    yield matter.say("checks.signals", cadres=flagged["cadre_id"].nunique(), n=len(flagged))


def _problems(matter: Matter) -> Iterator[str]:
    """Yield what went wrong, counted."""
    result = matter.result
    yield from most_lost(result, matter.voice)
    states = _of_quarter(matter)["state"].value_counts()
    logs, valid = logs_of(matter.quarter, result)
    counts = {
        "late": int(states.get("late", 0)), "missing": int(states.get("missing", 0)), "void": logs - valid,
        "false": int(result.authenticity["false"].sum()),
        "no_evidence": int((result.scores["status"] == "no_evidence").sum()),
    }  # fmt: skip
    yield from (matter.say(f"problems.{name}", n=n) for name, n in counts.items() if n)


def coming(matter: Matter) -> list[Term]:
    """Return the duties that fall due within three months after the day."""
    day = matter.result.as_of
    return [term for term in terms(matter.result.rulebook) if day < term.due <= day + AHEAD]


def _next(matter: Matter) -> Iterator[str]:
    n = len(coming(matter))
    yield matter.say("next", n=n) if n else matter.say("next.none")
    yield matter.say("next.no_more")


def _due_grid(matter: Matter) -> Grid:
    voice = matter.voice
    rows = tuple(
        (voice.day(t.due), duty_label(t.duty, t.period, voice), owners(t.owners, voice), t.duty.clause)
        for t in coming(matter)
    )
    heads = (("due_on", 22), ("duty", 46), ("owners", 28), ("clause", 12))
    return Grid(tuple(Column(voice.say(f"col.{key}"), "text", width) for key, width in heads), rows)
