"""The cadres: a list to filter and take along, and one cadre's periods, logs with flags, and youths by industry."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from ..cadres import cadre_file
from ..csv_files import harmless
from ..frame_rows import records
from ..report import tables
from ..report.grid import Column, Grid
from ..report.markup import joined, tag
from ..report.sections import cards, listing
from ..report.voice import is_none, percent
from .controls import button, choice, search

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    import pandas as pd
    from markupsafe import Markup

    from .dossier import Dossier
    from .state import State

ROWS = 50
FLAGS = ("out_of_post", "repeated", "too_short")


def cadre_list(state: State, dossier: Dossier) -> Markup:
    """Return the tab."""
    found = chosen(state, dossier)
    if state.cadre:
        mine = dossier.result(state.as_of).cadres
        mine = mine[mine["cadre_id"] == state.cadre]
        return _one(records(mine)[0], state, dossier) if len(mine) else _many(found, state, dossier)
    return _many(found, state, dossier)


def chosen(state: State, dossier: Dossier) -> pd.DataFrame:
    """Return the cadres that fit the filters."""
    cadres = dossier.result(state.as_of).cadres
    keep = cadres["cadre_id"].notna()
    if state.unit:
        keep &= cadres["unit"] == state.unit
    if state.cadre_type:
        keep &= cadres["cadre_type"] == state.cadre_type
    if state.flag in FLAGS:
        keep &= cadres["cadre_id"].isin(dossier.flagged(state.as_of, state.flag))
    elif state.flag:
        keep &= (cadres["qualified"] == state.flag) | cadres["reasons"].str.contains(state.flag, regex=False)
    if state.words:
        text = cadres["cadre_id"] + " " + (cadres["name"].fillna("") if dossier.names else "")
        keep &= text.str.contains(state.words, regex=False, case=False)
    return cadres[keep]


def _many(found: pd.DataFrame, state: State, dossier: Dossier) -> Markup:
    last = max(0, (len(found) - 1) // ROWS)
    page = min(state.page, last)
    shown = found.iloc[page * ROWS : (page + 1) * ROWS]
    grid = tables.cadre_grid(shown, dossier.voice, names=dossier.names)
    rows = tuple((button(row[0], "cadre", str(row[0]), class_="gy-quiet"), *row[1:]) for row in grid.rows)
    turn = joined(
        button(words, "page", str(page + step), class_="gy-plain")
        for words, step in (("‹", -1), ("›", 1))
        if 0 <= page + step <= last
    )
    count = tag(
        "span", dossier.say("cadres.count", n=len(found), page=page + 1, pages=last + 1), class_="gy-soft"
    )
    take = button(dossier.say("cadres.save"), "save_cadres", class_="gy-plain")
    return joined(
        (
            _filters(state, dossier),
            tag("p", count, " ", turn, " ", take),
            listing(Grid(grid.columns, rows), dossier.voice),
        )
    )


def _filters(state: State, dossier: Dossier) -> Markup:
    voice, anyone = dossier.voice, ("", dossier.say("all"))
    units = [anyone, *((u.name, voice.unit(u.name)) for u in dossier.rulebook.units)]
    types = [anyone, *((t, voice.code("cadre_type", t)) for t in dossier.rulebook.rules.cadres.types)]
    verdicts = [(q, voice.code("qualified", q)) for q in ("yes", "no", "not_assessed")]
    reasons = [(r, voice.code("reason", r)) for r in ("fulfilment", "contacts", "refuted", "coerced")]
    flags = [(f, dossier.say("cadres.flag", flag=voice.code("flag", f))) for f in FLAGS]
    return tag(
        "div",
        search(dossier.say("cadres.find"), "words", state.words),
        choice(voice.say("col.unit"), "unit", units, state.unit),
        choice(voice.say("col.cadre_type"), "cadre_type", types, state.cadre_type),
        choice(dossier.say("cadres.which"), "flag", [anyone, *verdicts, *reasons, *flags], state.flag),
        class_="gy-row",
    )


def _one(row: dict[str, Any], state: State, dossier: Dossier) -> Markup:
    file, voice = cadre_file(dossier.result(state.as_of), state.cadre), dossier.voice
    name = row["name"] if dossier.names and not is_none(row["name"]) else ""
    title = tag("h2", f"{row['cadre_id']} {name} · {voice.unit(row['unit'])}")
    back = button(dossier.say("cadres.back"), "cadre", "", class_="gy-plain", data_keys="Escape")
    figures = [
        (voice.say("col.fulfilment"), percent(row["fulfilment"], 2) or "—"),
        (
            voice.say("col.contacted"),
            f"{'—' if is_none(row['contacted']) else row['contacted']} / {row['required']}",
        ),
        (voice.say("col.mobile_months"), row["mobile_months"]),
        (voice.say("col.qualified"), voice.code("qualified", row["qualified"])),
        (
            voice.say("col.reasons"),
            voice.listing(voice.code("reason", r) for r in row["reasons"].split(";") if r) or "—",
        ),
    ]
    return joined(
        (
            tag("p", back), title, cards(*figures),
            tag("h3", dossier.say("cadres.periods")), listing(_periods(file.periods, dossier), voice),
            tag("h3", dossier.say("cadres.logs")), listing(_logs(file.logs, dossier), voice),
            tag("h3", dossier.say("cadres.industries")), listing(_industries(file.industries, dossier), voice),
        )
    )  # fmt: skip


def _periods(frame: pd.DataFrame, dossier: Dossier) -> Grid:
    voice = dossier.voice
    rows = tuple(
        (
            tables.element_words(r["period"], voice, period=True),
            r["counted"],
            r["required"],
            min(1.0, r["counted"] / r["required"]),
        )
        for r in records(frame)
    )
    return Grid(
        tables.columns(
            voice, ("part", "name", 20), ("done", "number", 8), ("due", "number", 8), ("share", "share", 8)
        ),
        rows,
    )


def _logs(frame: pd.DataFrame, dossier: Dossier) -> Grid:
    voice = dossier.voice
    rows = tuple(
        (
            str(r["date"])[:10],
            voice.code("kind", r["kind"]),
            r["participants"],
            voice.code("flag", "counted" if is_none(r["flag"]) else r["flag"]),
            r["log_id"],
            r["file"],
            r["sheet"],
            r["row"],
        )
        for r in records(frame)
    )
    heads = [
        Column(dossier.say(f"cadres.col.{key}"), kind)
        for key, kind in (
            ("date", "name"),
            ("kind", "name"),
            ("participants", "count"),
            ("flag", "name"),
            ("log_id", "name"),
            ("file", "name"),
            ("sheet", "name"),
            ("row", "count"),
        )
    ]
    return Grid(tuple(heads), rows)


def _industries(frame: pd.DataFrame, dossier: Dossier) -> Grid:
    rows = tuple((r["industry"] or dossier.say("cadres.no_industry"), r["youths"]) for r in records(frame))
    return Grid(
        (
            Column(dossier.say("cadres.col.industry"), "name"),
            Column(dossier.say("cadres.col.youths"), "count"),
        ),
        rows,
    )


def saved_list(state: State, dossier: Dossier) -> dict[str, str]:
    """Return the chosen cadres as a csv file for Excel."""
    grid = tables.cadre_grid(chosen(state, dossier), dossier.voice, names=dossier.names)
    return csv_file("cadres", state.as_of, [column.title for column in grid.columns], grid.rows)


def csv_file(
    name: str, as_of: date, heads: Sequence[str], rows: Iterable[Sequence[object]]
) -> dict[str, str]:
    """Return rows as a csv file to save; no text in it becomes a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([harmless("" if is_none(v) else str(v)) for v in row] for row in rows)
    return {"name": f"{name}-{as_of}.csv", "text": "\ufeff" + out.getvalue(), "type": "text/csv"}
