"""Charts of robustness: how likely each rank is, and bands beside the official ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..frame_rows import records
from .charts import BLUE, INK, LINE, RED, Spec, field, spec_of
from .voice import Voice, percent

if TYPE_CHECKING:
    from ..robustness import Robustness

GROUNDS = ["#ffffff", "#eef4f9"]
SHOWN_FROM = 0.005  # a smaller share stays without its number


def heat_spec(found: Robustness, voice: Voice) -> Spec:
    """Return units × ranks, coloured by the share of all draws in which the unit holds the rank."""
    units = [voice.unit(unit) for unit in found.units["unit"]]
    whole = found.acceptability[found.acceptability["source"] == "all"]
    rows = [
        {"unit": voice.unit(r["unit"]), "rank": str(r["rank"]), "share": r["share"],
         "text": percent(r["share"]) if r["share"] >= SHOWN_FROM else ""}
        for r in records(whole)
    ]  # fmt: skip
    ranks = [str(n) for n in range(1, len(units) + 1)]
    plain = {"domain": False, "ticks": False}
    x = field("rank", "N", sort=ranks, title=voice.say("robustness.col.rank"), scale={"domain": ranks},
              axis={"labelAngle": 0, "orient": "top"} | plain)  # fmt: skip
    y = field("unit", "N", sort=units, title=None, scale={"domain": units}, axis=plain)
    color = field(
        "share",
        "Q",
        scale={"domain": [0, 1], "range": ["#f6f9fb", "#5f9ec0"], "interpolate": "rgb"},
        legend=None,
    )
    cells = {"mark": {"type": "rect", "stroke": LINE}, "encoding": {"color": color}}
    label = {"mark": {"type": "text", "fontSize": 13, "color": INK}, "encoding": {"text": field("text", "N")}}
    return spec_of(rows, height={"step": 32}, encoding={"x": x, "y": y}, layer=[cells, label])


def band_spec(found: Robustness, voice: Voice) -> Spec:
    """Return for each unit the official rank and the range of ranks, units of a band on one ground."""
    rows = [
        {"unit": voice.unit(r["unit"]), "rank": r["rank"], "low": r["low"], "high": r["high"], "band": str(r["band"]),
         "median": r["median"], "shade": r["band"] % 2}
        for r in records(found.units)
    ]  # fmt: skip
    names = [row["unit"] for row in rows]
    y = field("unit", "N", sort=names, title=None, scale={"domain": names})
    scale, axis = {"domain": [0.5, len(rows) + 0.5], "nice": False}, {"tickMinStep": 1, "orient": "top"}
    x = {"scale": scale, "axis": axis, "title": voice.say("robustness.col.rank")}
    ground = {"mark": {"type": "bar", "height": 30},
              "encoding": {"x": {"datum": 0.5, "type": "quantitative"} | x, "x2": {"datum": len(rows) + 0.5},
                           "color": field("shade", "N", legend=None, scale={"range": GROUNDS})}}  # fmt: skip
    line = {"mark": {"type": "rule", "strokeWidth": 6, "color": BLUE, "opacity": 0.45, "strokeCap": "round"},
            "encoding": {"x": field("low", "Q") | x, "x2": {"field": "high"}}}  # fmt: skip
    middle = {"mark": {"type": "point", "filled": True, "size": 70, "color": BLUE, "opacity": 1},
              "encoding": {"x": field("median", "Q") | x}}  # fmt: skip
    official = {"mark": {"type": "tick", "color": RED, "thickness": 3, "size": 24},
                "encoding": {"x": field("rank", "Q") | x}}  # fmt: skip
    layers = [ground, line, middle, official]
    return spec_of(rows, height={"step": 34}, encoding={"y": y}, layer=layers)
