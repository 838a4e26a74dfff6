"""Small pictures drawn as elements of the page, so that they change without being drawn anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from ..report.markup import joined, tag
from ..report.voice import is_none

if TYPE_CHECKING:
    from ..report.voice import Voice

COLOURS = (
    "#1f5f8b", "#c0703b", "#4f8a5b", "#8b5a9e", "#b5483d", "#3c8f99", "#8a7a2f", "#6b6f9e", "#a0527a",
    "#5d7f3f", "#7a5c46", "#4a6fa5", "#94663f",
)  # fmt: skip
WIDE, HIGH, NAME = 880, 230, 48


def ranged(score: object, low: object, high: object) -> Markup:
    """Return a bar of a score of 100 with a line from the lowest to the highest possible one."""
    if is_none(score):
        return Markup("")
    line: object = ""
    if not is_none(low) and low != high:
        line = tag("i", style=f"left:{float(low):.2f}%;width:{float(high) - float(low):.2f}%")  # type: ignore[arg-type]
    return tag("span", tag("b", style=f"width:{float(score):.2f}%"), line, class_="gy-score")  # type: ignore[arg-type]


def stacked(pieces: Iterable[tuple[str, float, float]], whole: float) -> Markup:
    """Return a bar of pieces ``(label, got, of how much)``: what was got in full colour, what was lost pale."""
    shown = []
    for n, (label, got, most) in enumerate(pieces):
        if most <= 0:
            continue
        inside = tag("b", style=f"width:{100 * got / most:.2f}%")
        style = f"width:{100 * most / whole:.3f}%;--c:{COLOURS[n % len(COLOURS)]}"
        shown.append(tag("i", inside, style=style, title=f"{label} · {got:.2f} / {most:g}"))
    return tag("span", *shown, class_="gy-stack")


def lines(series: Mapping[str, Sequence[tuple[str, float]]], voice: Voice, *, title: str) -> Markup:
    """Return lines over time, one a unit: ``unit -> [(day, value)]``; values from 0 at the foot upwards."""
    days = sorted({d for points in series.values() for d, _ in points})
    most = max((v for points in series.values() for _, v in points), default=0) or 1
    if len(days) < 2:
        return Markup("")
    across = {d: 46 + (WIDE - 60) * n / (len(days) - 1) for n, d in enumerate(days)}

    def spot(day: str, value: float) -> str:
        return f"{across[day]:.1f},{HIGH - 26 - (HIGH - 44) * value / most:.1f}"

    drawn = [
        tag("polyline", points=" ".join(spot(d, v) for d, v in points), stroke=COLOURS[n % len(COLOURS)])
        for n, points in enumerate(series.values())
    ]
    steps = [0, most / 2, most]
    marks = [tag("text", f"{v:.0f}", x=40, y=HIGH - 22 - (HIGH - 44) * v / most, class_="r") for v in steps]
    every = max(1, len(days) // 10)
    named = [d for d in days[::every] if across[d] <= WIDE - NAME]
    marks += [tag("text", d[2:], x=f"{across[d]:.0f}", y=HIGH - 6) for d in named]
    picture = tag(
        "svg", *drawn, *marks, viewBox=f"0 0 {WIDE} {HIGH}", role="img", aria_label=title, class_="gy-lines"
    )
    return tag("figure", picture, legend([voice.unit(u) for u in series]))


def legend(words: Iterable[str]) -> Markup:
    """Return what each colour stands for."""
    return tag(
        "figcaption",
        joined(
            tag("span", w, style=f"--c:{COLOURS[n % len(COLOURS)]}", class_="gy-key")
            for n, w in enumerate(words)
        ),
    )
