"""What changed since an earlier result and why: facts, rules and judgement, in points that add up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..frame_rows import records
from .grid import Column, Grid
from .markup import style_and_script, tag
from .voice import Voice

if TYPE_CHECKING:
    from markupsafe import Markup

    from ..comparison import Comparison

RANKS = (
    ("score_before", "points"),
    ("score_after", "points"),
    ("rank_before", "rank"),
    ("rank_after", "rank"),
)


def _causes(comparison: Comparison) -> list[tuple[str, str, str]]:
    """Return column, word and kind of what is told of each score; what cannot be told apart is one column."""
    joint = comparison.joint
    names = ("before", "facts", *(() if joint else ("rules",)), "judgement", "after")
    return [(name, "joint" if joint and name == "facts" else name, "points") for name in names]


def comparison_grids(comparison: Comparison, voice: Voice) -> tuple[Grid, Grid]:
    """Return what changed by unit and by item, in points: facts, rules and judgement add up to the change.

    Where the earlier rules are unknown each changed item has its clause and how its points come about now.
    """
    causes = _causes(comparison)
    ranks = [] if comparison.before.ranking.empty else list(RANKS)
    units = tuple(
        (voice.unit(r["unit"]), *(r[name] for name, *_ in (*causes, *ranks)))
        for r in records(comparison.units)
    )
    items = tuple(_item(r, comparison, voice) for r in records(comparison.changed))
    heads = [Column(voice.say(f"compare.{word}"), kind) for _, word, kind in causes]
    of_ranks = [Column(voice.say(f"compare.{name}"), kind) for name, kind in ranks]
    unit, item = Column(voice.say("col.unit"), "name"), Column(voice.say("col.item"), "text")
    why = (
        [Column(voice.say(f"explain.{key}"), "text") for key in ("clause", "numbers")]
        if comparison.joint
        else []
    )
    return Grid((unit, *heads, *of_ranks), units), Grid((unit, item, *heads, *why), items)


def _item(row: dict[str, Any], comparison: Comparison, voice: Voice) -> tuple[object, ...]:
    shown = (
        voice.unit(row["unit"]),
        voice.item(row["item"]),
        *(row[name] for name, *_ in _causes(comparison)),
    )
    if not comparison.joint:
        return shown
    found = comparison.after.explain(row["unit"], row["item"])
    return (*shown, found.clause, found.arithmetic)


def comparison_html(comparison: Comparison) -> str:
    """Return a comparison in Chinese, as a notebook shows it by itself."""
    voice = Voice(comparison.after.rulebook)
    return str(tag("section", style_and_script(), comparison_section(comparison, voice), class_="gy"))


def comparison_section(comparison: Comparison, voice: Voice) -> Markup:
    """Return the sentence that explains the causes, and both tables."""
    by_unit, by_item = comparison_grids(comparison, voice)
    before, after = comparison.before, comparison.after
    then = voice.say("compare.then", name=before.name) if before.as_of is None else voice.day(before.as_of)
    kind = "joint" if comparison.joint else "lead"
    lead = tag("p", voice.say(f"compare.lead.{kind}", before=then, after=voice.day(after.as_of)))
    if not by_item.rows:
        return lead + tag("p", voice.say("compare.same"))
    items = by_item.html(filter_label=voice.say("filter"))
    return lead + by_unit.html() + tag("h4", voice.say("compare.items")) + items
