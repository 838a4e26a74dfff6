"""What is shown beside the score as tables, each with its clause; what was not delivered is said and never nought."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ..frame_rows import records
from .grid import Column, Grid
from .markup import Fragment, joined, tag
from .small_cells import hidden
from .tables import columns
from .voice import Voice, is_none, number, percent

if TYPE_CHECKING:
    import pandas as pd

    from ..assessment import Assessment
    from ..indicators import Shown

Rows = list[dict[str, Any]]


def shown_html(result: Assessment, voice: Voice, unit: str | None = None) -> Fragment:
    """Return the indicators of all units, or one, each as a table under its name and clause (not scored)."""
    lead = tag("div", voice.say("shown.lead"), class_="gy-note")
    parts = (_part(result, voice, name, unit) for name in GRIDS)
    return Fragment(tag("section", lead, joined(parts), class_="gy"))


def _part(result: Assessment, voice: Voice, name: str, unit: str | None) -> Markup:
    clause = result.rulebook.rules.indicators.clauses[name]
    cited = tag("span", voice.say("shown.clause", clause=clause), class_="gy-soft")
    head = tag("h3", voice.say(f"shown.{name}"), " ", cited)
    if not result.indicators.is_delivered(name):
        return head + tag("p", voice.say("shown.no_data"))
    grid = GRIDS[name](_rows(result.indicators, name, unit), voice)
    if unit:
        grid = Grid(grid.columns[1:], tuple(row[1:] for row in grid.rows), grid.caption)
    return head + grid.html(tall=False)


def _rows(shown: Shown, name: str, unit: str | None) -> Rows:
    frame: pd.DataFrame = getattr(shown, name)
    return records(frame if unit is None else frame[frame["unit"] == unit])


def wish_grid(rows: Rows, voice: Voice) -> Grid:
    """Return wishes and Youth Voice by unit and kind with their states."""
    table = voice.rulebook.tables["wishes"].by_id
    states = list(table["state"].choices)
    heads = [*columns(voice, ("unit", "name", 26), ("kind", "name", 12), ("raised", "count", 8))]
    heads += [Column(voice.code("wish_state", state), "count") for state in states]
    cells = tuple(
        (voice.unit(r["unit"]), voice.code("wish_kind", r["kind"]), r["raised"], *(r[s] for s in states))
        for r in rows
    )
    return Grid(tuple(heads), cells, voice.say("shown.note.wishes"))


def evaluation_grid(rows: Rows, voice: Voice) -> Grid:
    """Return evaluations by unit; an index that is not valid is marked so, and none is shown of few ratings."""
    small = voice.rulebook.rules.indicators.small_cell.value
    cells = tuple((voice.unit(r["unit"]), *_evaluation(r, small, voice)) for r in rows)
    heads = columns(
        voice, ("unit", "name", 26), ("ratings", "count", 8), ("unknown", "count", 8), ("frame", "count", 10),
        ("participation", "name", 9), ("index", "name", 18),
    )  # fmt: skip
    rules = voice.rulebook.rules
    reading = rules.indicators.participation.reading  # none where the notice itself says how much
    says = voice.of(rules.readings[reading].says) if reading else ""
    return Grid(heads, cells, voice.say("shown.note.evaluations", reading=says))


def _evaluation(row: dict[str, Any], small: int, voice: Voice) -> tuple[object, ...]:
    few = f"<{small}"
    state = tag("span", voice.code("evaluation", row["status"]), class_="gy-state")
    if 0 < row["ratings"] < small:
        return few, "", row["contacted"], "", state
    if 0 < row["ratings"] - row["unknown"] < small:  # who rated at all would be known by the index
        return row["ratings"], "", row["contacted"], percent(row["participation"], 1), state
    unknown = few if 0 < row["unknown"] < small else row["unknown"]
    index = number(row["index"], 1)
    marked = index if row["status"] == "valid" else Markup("{}{}").format(index, state)
    return row["ratings"], unknown, row["contacted"], percent(row["participation"], 1), marked


def media_grid(rows: Rows, voice: Voice) -> Grid:
    """Return media coverage by unit and level."""
    levels = list(voice.rulebook.tables["media"].by_id["level"].choices)
    heads = [
        *columns(voice, ("unit", "name", 26)),
        *(Column(voice.code("level", name), "count") for name in levels),
    ]
    cells = tuple((voice.unit(r["unit"]), *(r[name] for name in levels), r["total"]) for r in rows)
    return Grid((*heads, Column(voice.say("col.n_total"), "count")), cells)


def talk_grid(rows: Rows, voice: Voice) -> Grid:
    """Return talks on the provincial congress; what rests on a table not delivered is said."""
    start, end = voice.rulebook.window(voice.rulebook.rules.indicators.talks_window)
    none, counts = voice.say("shown.none"), ("activities", "logs", "cadres", "considered")
    cells = tuple(
        (voice.unit(r["unit"]), *(none if is_none(r[k]) else r[k] for k in counts),
         _share(r["cadres"], r["considered"]))
        for r in rows
    )  # fmt: skip
    heads = columns(
        voice, ("unit", "name", 26), ("activities", "count", 10), ("valid_logs", "count", 10),
        ("cadres_spoke", "count", 12), ("in_post", "count", 10), ("share_spoke", "share", 9),
    )  # fmt: skip
    return Grid(
        heads, cells, voice.say("shown.note.provincial_talks", start=voice.day(start), end=voice.day(end))
    )


def _share(part: object, whole: object) -> float | None:
    return None if is_none(part) or is_none(whole) or not whole else part / whole  # type: ignore[operator]


def material_grid(rows: Rows, voice: Voice) -> Grid:
    """Return materials by unit and quarter: in time or not, and which of the parts they lack."""
    parts = [c for c in voice.rulebook.tables["submissions"].columns if c.type == "yes_no"]
    cells = tuple(
        (voice.unit(r["unit"]), voice.say("quarter", year=r["quarter"][:4], n=r["quarter"][-1]),
         voice.day(r["deadline"]), voice.day(r["first_on"]), voice.code("material", r["state"]),
         *_held(r, parts, voice))
        for r in rows
    )  # fmt: skip
    heads = columns(
        voice, ("unit", "name", 26), ("quarter", "name", 14), ("deadline", "name", 16), ("came_on", "name", 16),
        ("status", "name", 10), ("parts_held", "name", 8), ("parts_lacking", "text", 30),
    )  # fmt: skip
    return Grid(heads, cells)


def _held(row: dict[str, Any], parts: list[Any], voice: Voice) -> tuple[str, str]:
    if is_none(row["first_on"]):
        return "", ""
    lacking = [part for part in parts if not row[part.id]]
    return f"{len(parts) - len(lacking)}/{len(parts)}", voice.listing(
        voice.of(part.label) for part in lacking
    )


def industry_grid(rows: Rows, voice: Voice) -> Grid:
    """Return contacted youths by unit and industry, small counts hidden."""
    small = voice.rulebook.rules.indicators.small_cell.value
    by_unit: dict[str, dict[str, int]] = {}
    for r in rows:
        by_unit.setdefault(r["unit"], {})[r["industry"]] = r["youths"]
    labels = list(dict.fromkeys(r["industry"] for r in rows))
    heads = [*columns(voice, ("unit", "name", 26))]
    heads += [Column(name or voice.say("shown.unlabelled"), "count") for name in labels]
    cells = tuple(
        (voice.unit(name), *hidden([counts[label] for label in labels], small))
        for name, counts in by_unit.items()
    )
    return Grid(tuple(heads), cells, voice.say("shown.note.industries", small=small, most=small - 1))


def per_head_grid(rows: Rows, voice: Voice) -> Grid:
    """Return work points and contacted youths per considered cadre."""
    none = voice.say("shown.none")
    cells = tuple(
        (voice.unit(r["unit"]), r["cadres"], r["valued"], number(r["points_per_head"], 1),
         none if is_none(r["contacted"]) else r["contacted"], number(r["contacts_per_head"], 1))
        for r in rows
    )  # fmt: skip
    heads = columns(
        voice, ("unit", "name", 26), ("in_post", "count", 10), ("valued", "count", 10), ("points_head", "number", 10),
        ("contacted", "count", 10), ("contacts_head", "number", 10),
    )  # fmt: skip
    return Grid(heads, cells, voice.say("shown.note.per_head"))


GRIDS: dict[str, Callable[[Rows, Voice], Grid]] = {
    "wishes": wish_grid,
    "evaluations": evaluation_grid,
    "media": media_grid,
    "provincial_talks": talk_grid,
    "materials": material_grid,
    "per_head": per_head_grid,
    "industries": industry_grid,
}
