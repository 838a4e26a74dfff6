"""What units did beside the scored items: media, provincial-congress talks, materials, points and contacts a head."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..engine import exact_sum
from ..measures.mechanisms import first_material
from .complete import completed, pivoted, unit_names

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from ..assessment import Assessment
    from ..rules import Quarter

ON_TIME, LATE, MISSING, NOT_DUE, NO_DATA = "on_time", "late", "missing", "not_due", "no_data"


def media(result: Assessment) -> pd.DataFrame:
    """Return media coverage up to the day by unit (附件2.二.4): ``unit``, a count for each level, ``total``.

    Empty numbers where the table was not delivered.
    """
    import ibis

    frame = result.tallies.frame
    levels = list(result.rulebook.tables["media"].by_id["level"].choices)
    rows = frame.tables["media"]
    rows = rows.filter(rows.date <= ibis.literal(result.as_of))
    counts = frame.engine.frame(rows.group_by("unit", "level").agg(n=rows.count()))
    wide = pivoted(counts, ["unit"], "level", levels)
    wide["total"] = wide[levels].sum(axis=1)
    known = "media" in result.evidence.present
    return completed(wide, {"unit": unit_names(result)}, [*levels, "total"], known=known)


def provincial_talks(result: Assessment) -> pd.DataFrame:
    """Return the talks on the provincial congress in their window, up to the day (二.(一).3, 三.(一)).

    Returns
    -------
    DataFrame
        ``unit``; ``activities`` of the leading organ; valid ``logs`` of that kind; ``cadres`` who have one, of those
        ``considered`` (in post for the least number of days of the window so far). What rests on a table that was not
        delivered is empty, and all is before the window begins.
    """
    import ibis

    frame, rules = result.tallies.frame, result.rulebook.rules.indicators
    start, end = result.rulebook.window(rules.talks_window)
    last = min(end, result.as_of)
    held = frame.tables["organ_activities"]
    inside = held.date.between(ibis.literal(start), ibis.literal(last))
    held = held.filter(inside, held.kind == rules.talks_kind)
    logs = frame.logs
    said = logs.date.between(ibis.literal(start), ibis.literal(last))
    logs = logs.filter(logs.flag.isnull(), logs.kind == rules.talks_kind, said)
    spoke = frame.engine.keep(logs.group_by("unit", "cadre_id").agg(n=logs.count()))
    cadres = frame.cadres.filter(frame.in_post_for(frame.cadres, start, last))
    counts = {
        "activities": (held.group_by("unit").agg(n=held.count()), "organ_activities"),
        "logs": (spoke.group_by("unit").agg(n=spoke.n.sum()), "logs"),
        "cadres": (cadres.semi_join(spoke, "cadre_id").group_by("unit").agg(n=lambda t: t.count()), "logs"),
        "considered": (cadres.group_by("unit").agg(n=cadres.count()), "cadres"),
    }
    whole = completed(_nothing(), {"unit": unit_names(result)}, [])
    for name, (sums, table) in counts.items():
        known = table in result.evidence.present and result.as_of >= start
        column = frame.engine.frame(sums).rename(columns={"n": name})
        whole[name] = completed(column, {"unit": unit_names(result)}, [name], known=known)[name]
    return whole


def _nothing() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({"unit": pd.Series(dtype="str")})


def materials(result: Assessment) -> pd.DataFrame:
    """Return by unit and quarter whether material came in time and which of its parts it had (四.1).

    Returns
    -------
    DataFrame
        ``unit``, ``quarter``, ``deadline``, ``first_on`` (empty = none), ``state`` (on_time, late, missing, not_due,
        no_data) and the parts that clause 四.1 asks for, true where any material for the quarter held it, empty
        where there is none.
    """
    import pandas as pd

    book = result.rulebook
    parts = [c.id for c in book.tables["submissions"].columns if c.type == "yes_no"]
    came = _material_parts(result, parts)
    known = "submissions" in result.evidence.present
    rows = []
    for unit in unit_names(result):
        for quarter in book.quarters:
            held = came.get((unit, quarter.id), {})
            first = held.get("first_on")
            state = _state(quarter, first, result.as_of) if known else NO_DATA
            times = {"quarter": quarter.id, "deadline": quarter.deadline, "first_on": first, "state": state}
            rows.append({"unit": unit} | times | {part: held.get(part) for part in parts})
    frame = pd.DataFrame(rows, columns=["unit", "quarter", "deadline", "first_on", "state", *parts])
    return frame.astype(dict.fromkeys(parts, "boolean"))


def _material_parts(result: Assessment, parts: list[str]) -> dict[tuple[str, str], dict[str, Any]]:
    import ibis

    engine, sent = result.tallies.frame.engine, result.tallies.frame.tables["submissions"]
    sent = sent.filter(sent.submitted_on <= ibis.literal(result.as_of))
    held = sent.group_by("unit", "quarter").agg(**{part: sent[part].fill_null(False).any() for part in parts})
    first = first_material(result.tallies).rename(quarter="period")
    rows = engine.arrow(held.join(first, ["unit", "quarter"])).to_pylist()
    return {(row["unit"], row["quarter"]): row for row in rows}


def _state(quarter: Quarter, first: date | None, as_of: date) -> str:
    if first is not None:
        return ON_TIME if first <= quarter.deadline else LATE
    return MISSING if as_of >= quarter.deadline else NOT_DUE


def per_head(result: Assessment) -> pd.DataFrame:
    """Return work points and contacted youths per considered cadre, by unit (附件2.二.1).

    Returns
    -------
    DataFrame
        ``unit``; ``cadres`` considered in item 4; ``valued`` (of them with exported points); ``points_per_head`` over
        the valued; ``contacted`` youths; ``contacts_per_head``. Points are as exported, whatever the day.
    """
    frame = result.tallies.frame
    rows = result.tallies.contacts
    rows = rows.filter(rows.considered)
    grouped = rows.group_by("unit").agg(
        cadres=rows.count(),
        valued=rows.points.count(),
        contacted=rows.contacted.sum().cast("int64"),
        points=exact_sum(rows.points),
    )
    sums = frame.engine.frame(grouped)
    whole = completed(sums, {"unit": unit_names(result)}, ["cadres", "valued", "contacted"])
    points = whole["unit"].map(sums.set_index("unit")["points"]).astype("Float64")
    if "youths" not in result.evidence.present:
        whole["contacted"] = whole["contacted"].mask(whole["cadres"].notna())
    whole["points_per_head"] = points / whole["valued"].where(whole["valued"] > 0)
    whole["contacts_per_head"] = whole["contacted"] / whole["cadres"].where(whole["cadres"] > 0)
    return whole[["unit", "cadres", "valued", "points_per_head", "contacted", "contacts_per_head"]]
