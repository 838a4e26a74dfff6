"""Charts as SVG: Vega-Lite drawn by vl-convert in process, so that a page needs neither JavaScript nor a network.

The specifications are plain Vega-Lite: importing altair to write the same four would cost more than all of scoring;
a test has altair check them against its schema.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ..frame_rows import records
from .markup import Fragment, safe, tag
from .tables import score_bounds
from .voice import Voice, is_none

if TYPE_CHECKING:
    from ..assessment import Assessment

Spec = dict[str, Any]
FONT = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, WenQuanYi Micro Hei, SimSun, sans-serif"
INK, SOFT, LINE, BLUE, RED = "#1f2933", "#5b6773", "#e2e6ea", "#3b7ea8", "#b5483d"
WIDTH = 820
_NOT_SEEN = re.compile(r'\s(xmlns:xlink|aria-hidden|aria-roledescription|pointer-events)="[^"]*"')


def _config() -> Spec:
    words = {"labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal", "titleColor": SOFT}
    lines = {"labelColor": INK, "gridColor": LINE, "domainColor": LINE, "tickColor": LINE, "labelLimit": 240}
    return {
        "font": FONT,
        "view": {"stroke": None},
        "axis": words | lines,
        "legend": words,
        "background": "white",
    }


def spec_of(rows: list[Spec], **parts: Any) -> Spec:
    """Return a chart of rows in the style of the reports."""
    schema = "https://vega.github.io/schema/vega-lite/v6.json"
    return {"$schema": schema, "config": _config(), "data": {"values": rows}, "width": WIDTH} | parts


def field(name: str, kind: str, **more: Any) -> Spec:
    """Return an encoding of a field; ``kind`` is ``Q``, ``N``, ``O`` or ``T``."""
    kinds = {"Q": "quantitative", "N": "nominal", "O": "ordinal", "T": "temporal"}
    return {"field": name, "type": kinds[kind]} | more


def ranking_spec(result: Assessment, voice: Voice) -> Spec:
    """Return bars of the scores in order of rank, with a line from lowest to highest possible score."""
    bounds = score_bounds(result)
    rows = [
        {"unit": voice.unit(r["unit"]), "score": r["score_100"], "text": f"{r['score_100']:.2f}",
         "low": bounds[r["unit"]][0], "high": bounds[r["unit"]][1]}
        for r in records(result.ranking) if not is_none(r["score_100"])
    ]  # fmt: skip
    y = field("unit", "N", sort=None, title=None)
    scale, axis = {"domain": [0, 100]}, {"tickCount": 10}
    bar = {"mark": {"type": "bar", "height": 20, "color": BLUE},
           "encoding": {"x": field("score", "Q", title=voice.say("chart.score"), scale=scale, axis=axis)}}  # fmt: skip
    open_ = [row for row in rows if row["low"] != row["high"]]
    rule = {"data": {"values": open_}, "mark": {"type": "rule", "strokeWidth": 2, "color": INK},
            "encoding": {"x": field("low", "Q", scale=scale), "x2": {"field": "high"}}}  # fmt: skip
    ends = [
        {"data": {"values": open_}, "mark": {"type": "tick", "color": INK, "thickness": 2, "size": 12},
         "encoding": {"x": field(end, "Q", scale=scale)}} for end in ("low", "high")
    ]  # fmt: skip
    label = {"mark": {"type": "text", "align": "left", "dx": 6, "color": "white", "fontSize": 13},
             "encoding": {"text": field("text", "N"), "x": {"datum": 0, "type": "quantitative"}}}  # fmt: skip
    return spec_of(rows, height={"step": 32}, encoding={"y": y}, layer=[bar, rule, *ends, label])


def heat_spec(result: Assessment, voice: Voice) -> Spec:
    """Return units × items coloured by the share of the item's points, items not due left white."""
    items = [str(item.id) for item in result.rulebook.items]
    rows = [
        {"unit": voice.unit(r["unit"]), "item": r["item"], "share": r["points"] / r["points_due"],
         "text": f"{100 * r['points'] / r['points_due']:.0f}"}
        for r in records(result.scores) if r["points_due"] > 0
    ]  # fmt: skip
    units = [voice.unit(unit.name) for unit in result.rulebook.units]
    x = field("item", "N", sort=items, title=None, scale={"domain": items},
              axis={"labelAngle": 0, "orient": "top", "domain": False, "ticks": False})  # fmt: skip
    y = field(
        "unit", "N", sort=units, title=None, scale={"domain": units}, axis={"domain": False, "ticks": False}
    )
    color = field("share", "Q", title="%", scale={"domain": [0, 0.5, 1], "range": ["#d98880", "#f6efe0", "#5f9ec0"]},
                  legend=None)  # fmt: skip
    cells = {"mark": {"type": "rect", "stroke": "white", "strokeWidth": 2}, "encoding": {"color": color}}
    label = {"mark": {"type": "text", "fontSize": 13, "color": INK}, "encoding": {"text": field("text", "N")}}
    return spec_of(rows, height={"step": 32}, encoding={"x": x, "y": y}, layer=[cells, label])


def waterfall_rows(result: Assessment, unit: str, voice: Voice) -> list[Spec]:
    """Return the steps from the points due down to the score: one for each item that lost points."""
    scores = records(result.scores[result.scores["unit"] == unit])
    at = due = round(sum(r["points_due"] for r in scores), 2)
    rows = [{"step": voice.say("chart.due"), "from": 0.0, "to": due, "kind": "end", "text": f"{due:.2f}"}]
    for r in scores:
        lost = round(r["points_due"] - r["points"], 2)
        if lost:
            rows.append(
                {
                    "step": voice.item(r["item"]),
                    "from": round(at - lost, 2),
                    "to": at,
                    "kind": "lost",
                    "text": f"−{lost:.2f}",
                }
            )
            at = round(at - lost, 2)
    return [
        *rows,
        {"step": voice.say("chart.total"), "from": 0.0, "to": at, "kind": "end", "text": f"{at:.2f}"},
    ]


def waterfall_start(rows: list[Spec]) -> float:
    """Return where the axis begins: a round number a little below the score, so that small losses are seen."""
    score: float = rows[-1]["to"]
    return max(0.0, 10.0 * ((score - 4) // 10))


def waterfall_spec(result: Assessment, unit: str, voice: Voice) -> Spec:
    """Return where a unit lost its points, from the points due down to its score."""
    rows = waterfall_rows(result, unit, voice)
    y = field("step", "N", sort=None, title=None)
    start = waterfall_start(rows)
    scale = {"domain": [start, rows[0]["to"]], "nice": False}
    x = field("from", "Q", title=voice.say("chart.points"), scale=scale, axis={"tickCount": 10})
    rows = [row | {"from": max(start, row["from"])} for row in rows]
    color = field("kind", "N", legend=None, scale={"domain": ["end", "lost"], "range": [BLUE, RED]})
    bar = {"mark": {"type": "bar", "height": 18}, "encoding": {"x": x, "x2": {"field": "to"}, "color": color}}
    label = {"mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 13, "color": INK},
             "encoding": {"x": field("to", "Q"), "text": field("text", "N")}}  # fmt: skip
    return spec_of(rows, height={"step": 28}, encoding={"y": y}, layer=[bar, label])


def weekly_spec(result: Assessment, voice: Voice, unit: str | None = None) -> Spec:
    """Return logs by week, valid and not, of all units or one."""
    weekly = result.weekly if unit is None else result.weekly[result.weekly["unit"] == unit]
    sums = weekly.groupby("week", as_index=False)[["logs", "valid"]].sum()
    words = {"valid": voice.say("chart.valid"), "invalid": voice.say("chart.invalid")}
    rows = [
        {"week": str(r["week"])[:10], "kind": words[kind], "n": int(n), "order": order}
        for r in records(sums)
        for order, (kind, n) in enumerate((("valid", r["valid"]), ("invalid", r["logs"] - r["valid"])))
    ]
    ticks = {"format": "%Y-%m", "labelAngle": 0, "tickCount": {"interval": "month", "step": 1}, "grid": False}
    x = field("week", "T", title=None, axis=ticks, scale={"type": "utc"})
    color = field(
        "kind",
        "N",
        title=None,
        scale={"domain": list(words.values()), "range": [BLUE, RED]},
        legend={"orient": "top"},
    )
    encoding = {
        "x": x,
        "y": field("n", "Q", title=None, stack="zero"),
        "color": color,
        "order": field("order", "Q"),
    }
    return spec_of(rows, height=220, mark={"type": "bar", "width": 11}, encoding=encoding)


def svg(spec: Spec) -> Markup:
    """Return a chart as inline SVG."""
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(spec)
    return Markup(_NOT_SEEN.sub("", drawn))  # noqa: S704 - vl-convert escapes what it draws


def warm() -> None:
    """Start what draws charts, so that the first one does not wait for it."""
    svg(spec_of([{"text": "字"}], mark="text", encoding={"text": field("text", "N")}))


def figure(spec: Spec, title: str, caption: str = "") -> Fragment:
    """Return a chart with its title for screen readers and a caption of one sentence."""
    drawn = svg(spec).replace("<svg ", Markup('<svg role="img" aria-label="{}" ').format(title), 1)
    note = tag("figcaption", caption) if caption else safe("")
    return Fragment(tag("figure", tag("h3", title), drawn, note), title)
