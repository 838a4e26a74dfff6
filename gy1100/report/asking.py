"""What a reader asks next: how it stands against the others, and what can still be regained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from ..frame_rows import records
from ..peers import against_peers, peers_of
from ..regaining import regaining
from .grid import Column, Grid
from .markup import tag
from .tables import element_words
from .voice import Voice, percent

if TYPE_CHECKING:
    import pandas as pd

    from ..assessment import Assessment
    from .explained import Names

CLEAR = 0.05  # of an item's points: less is no strength and no weakness
NAMED = 3
SHOWN = 60


def peer_lines(result: Assessment, unit: str, voice: Voice) -> list[str]:
    """Return in sentences in which items a unit stands clearly above or below the median of its peers."""
    frame = against_peers(result, unit)
    above = frame[frame["difference"] >= CLEAR].nlargest(NAMED, "points", keep="all")
    below = frame[frame["difference"] <= -CLEAR].nsmallest(NAMED, "points", keep="all")
    alike = peers_of(result, unit)
    lines = [voice.say("peers.of", units=voice.listing(map(voice.unit, alike)), n=len(alike))]
    for key, rows in (("peers.above", above), ("peers.below", below)):
        named = [
            voice.say(
                "peers.one",
                item=voice.item(r["item"]),
                share=percent(r["share"]),
                median=percent(r["median"]),
            )
            for r in records(rows)
        ]
        lines.append(voice.say(key, items=voice.listing(named)) if named else voice.say(f"{key}.none"))
    return lines


def regaining_grid(frame: pd.DataFrame, voice: Voice, names: Names) -> Grid:
    """Return what could still be regained, and what is too late, as a table."""
    rows = tuple(
        (
            voice.say("regain.open" if r["open"] else "regain.closed"),
            voice.say(f"regain.{r['action']}"),
            _whose(r["holder"], voice, names),
            element_words(r["period"], voice, period=r["action"] == "activity"),
            voice.listing(voice.item(item) for item in r["items"].split(";")),
            r["gain"],
            r["needed"],
            r["total"],
        )
        for r in records(frame)
    )
    heads: tuple[tuple[str, str, int], ...] = (
        ("state", "name", 10), ("action", "text", 28), ("whose", "name", 20), ("when", "name", 16),
        ("items", "text", 28), ("gain", "number", 10), ("needed", "count", 9), ("total", "number", 10),
    )  # fmt: skip
    named = (Column(voice.say(f"regain.col.{key}"), kind, width) for key, kind, width in heads)
    return Grid(tuple(named), rows)


def _whose(holder: str, voice: Voice, names: Names) -> str:
    name = names.get(holder, "")
    return f"{holder} {name}" if name else element_words(holder, voice)


def regaining_line(frame: pd.DataFrame, voice: Voice) -> str:
    """Return how much could still be regained, and what gives most for one."""
    still = frame[frame["open"]]
    if still.empty:
        return voice.say("regain.none")
    first = records(still)[0]
    action = voice.say(f"regain.{first['action']}")
    return voice.say(
        "regain.lead",
        n=len(still),
        action=action,
        gain=f"{first['gain']:.2f}",
        closed=len(frame) - len(still),
    )


def regaining_section(result: Assessment, unit: str, voice: Voice, names: Names) -> Markup:
    """Return the sentence and the table for one unit; a long table ends with what it left out."""
    frame = regaining(result, unit)
    shown = frame.head(SHOWN)
    left = len(frame) - len(shown)
    note = tag("p", voice.say("regain.left", n=left), class_="gy-hint") if left else Markup("")
    rule = tag("p", voice.say("regain.rule"), class_="gy-soft")
    table = regaining_grid(shown, voice, names).html(filter_label=voice.say("filter"))
    return tag("p", regaining_line(frame, voice)) + rule + table + note
