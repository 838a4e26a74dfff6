"""Spot checks: freeze the frame, enter the public seed, draw, enter outcomes, and see what they say of each unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ..frame_rows import records
from ..report.grid import Column, Grid
from ..report.markup import joined, tag
from ..report.sections import listing
from ..report.voice import is_none, number
from ..spot_checks.drawing import drawn
from ..spot_checks.estimates import OPEN, UNREACHED, estimates, in_words, outcomes
from ..spot_checks.frames import Frozen, freeze
from .cadre_list import csv_file
from .controls import button, choice, date_field, day, entry_form, text_field

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from ..ledger import Entry
    from .dossier import Dossier
    from .state import State

ROWS = 12
UNSETTLED = (OPEN, UNREACHED)  # logs that are still to be checked
METHODS = ("phone", "site", "commissioned")


def spot_list(state: State, dossier: Dossier) -> Markup:
    """Return the tab, as far as the draw has come."""
    frame_entry, seed_entry = _events(dossier)
    frozen = _frozen(frame_entry, state, dossier) if frame_entry else None
    steps = [_step(1, _freeze(state, dossier, frame_entry if frozen else None))]
    if frame_entry and frozen is None:
        steps.insert(0, tag("p", dossier.say("checking.changed"), class_="gy-answer", role="alert"))
    if frame_entry and frozen:
        steps.append(_step(2, _seed(dossier, frame_entry, seed_entry)))
    if frozen and seed_entry:
        sample = drawn(frozen, seed_entry.value, seed_time=seed_entry.moment)
        steps += _drawn(state, dossier, frozen, sample)
    return joined(steps)


def _events(dossier: Dossier) -> tuple[Entry | None, Entry | None]:
    """Return the last freezing of a frame and the seed that was entered for it."""
    frames = [e for e in dossier.ours if e.action == "freeze_frame"]
    last = frames[-1] if frames else None
    seeds = [e for e in dossier.ours if e.action == "enter_seed" and last and e.refers_to == last.seq]
    return last, seeds[0] if seeds else None


def _frozen(entry: Entry, state: State, dossier: Dossier) -> Frozen | None:
    """Return the frame as it was frozen, None where the evidence has changed since."""
    frozen_for, per_unit = entry.day or state.as_of, int(entry.value or 0) or None
    now = dossier.kept(
        "frame", frozen_for, lambda: freeze(dossier.result(frozen_for), entry.moment, per_unit)
    )
    return now if now.sha256 == entry.evidence_hash else None


def _step(n: int, inside: Markup) -> Markup:
    return tag("section", tag("span", str(n), class_="gy-step"), tag("div", inside), class_="gy-stepped")


def _freeze(state: State, dossier: Dossier, entry: Entry | None) -> Markup:
    title = tag("h3", dossier.say("checking.freeze"))
    if entry:
        told = dossier.say(
            "checking.frozen", time=entry.time[:16].replace("T", " "), who=entry.assessor, n=entry.value
        )
        return title + tag("p", told) + tag("p", entry.evidence_hash, class_="gy-mono")
    if dossier.frame_day != state.as_of:
        ask = button(dossier.say("checking.count"), "count_frame", class_="gy-plain")
        return title + tag("p", dossier.say("checking.freeze.note")) + ask
    frozen = dossier.kept(
        f"count {state.per_unit}", state.as_of,
        lambda: freeze(dossier.result(state.as_of), dossier.epoch, state.per_unit),
    )  # fmt: skip
    form = entry_form(
        {
            "action": "freeze_frame", "evidence_hash": frozen.sha256, "value": str(state.per_unit),
            "evidence": dossier.say("checking.frame", n=len(frozen.logs), day=state.as_of.isoformat()),
            "valid_from": state.as_of.isoformat(), "seen": dossier.head,
        },
        tag("button", dossier.say("checking.freeze.do"), type="submit", class_="gy-main"),
        id="form-freeze",
    )  # fmt: skip
    numbers = [(str(n), str(n)) for n in (10, 20, 30, 45, 60, 100)]
    lead = tag("p", dossier.say("checking.frame", n=len(frozen.logs), day=dossier.voice.day(state.as_of)))
    rule = choice(dossier.say("checking.per_unit"), "per_unit", numbers, str(state.per_unit))
    return joined((title, lead, rule, tag("p", frozen.sha256, class_="gy-mono"), form))


def _seed(dossier: Dossier, frame: Entry, seed: Entry | None) -> Markup:
    title = tag("h3", dossier.say("checking.seed"))
    if seed:
        told = dossier.say("checking.seeded", time=seed.time[:16].replace("T", " "), who=seed.assessor)
        return title + tag("p", told) + tag("p", seed.value, class_="gy-mono")
    form = entry_form(
        {"action": "enter_seed", "refers_to": frame.seq, "seen": dossier.head},
        text_field(dossier.say("checking.seed.field"), "value", required=True, maxlength=200),
        tag("button", dossier.say("checking.draw"), type="submit", class_="gy-main"),
        id="form-seed",
    )
    return title + tag("p", dossier.say("checking.seed.note")) + form


def _drawn(state: State, dossier: Dossier, frozen: Frozen, sample: pd.DataFrame) -> list[Markup]:
    result = dossier.result(state.as_of)
    found = outcomes(result, sample)
    told = dossier.kept("estimates", state.as_of, lambda: estimates(result, frozen, sample))
    left = found[found["outcome"].isin(UNSETTLED)]
    units = [
        ("", dossier.say("all")),
        *((u.name, dossier.voice.unit(u.name)) for u in dossier.rulebook.units),
    ]
    progress = tag("p", dossier.say("checking.progress", done=len(found) - len(left), n=len(found)))
    when = day(
        dossier.say("checking.day"), "checked_on", _when(state).isoformat(),
        first=dossier.rulebook.rules.as_of.first.value.isoformat(), last="2099-12-31",
    )  # fmt: skip
    pick = choice(dossier.voice.say("col.unit"), "unit", units, state.unit)
    take = button(dossier.say("checking.save"), "save_list", class_="gy-plain")
    head = tag("h3", dossier.say("checking.calls"))
    later = tag("p", dossier.say("checking.later"), class_="gy-soft")
    forms = _open(left, state, dossier, frozen) + _entered(records(found), state, dossier, frozen)
    results = tag("h3", dossier.say("checking.results")) + listing(
        _results(told, result, dossier), dossier.voice
    )
    return [
        _step(3, joined((head, progress, tag("p", pick, " ", when, " ", take), later, forms))),
        _step(4, results),
    ]


def _when(state: State) -> date:
    return state.checked_on or state.as_of


def _open(left: pd.DataFrame, state: State, dossier: Dossier, frozen: Frozen) -> Markup:
    """Return the forms of the next logs that are still to be checked."""
    mine = left if not state.unit else left[left["unit"] == state.unit]
    forms = (_call(row, _when(state), dossier, frozen) for row in records(mine.head(ROWS)))
    calls = tag("div", joined(forms), class_="gy-calls")
    if len(mine) > ROWS:
        calls += tag("p", dossier.say("checking.more", n=len(mine) - ROWS), class_="gy-soft")
    return calls


def _entered(rows: list[dict[str, Any]], state: State, dossier: Dossier, frozen: Frozen) -> Markup:
    """Return the checks that were entered here last, each with its form: of one day, what is entered later holds."""
    entries = {e.evidence: e for e in dossier.ours if e.action == "record_check"}
    done = [row for row in rows if row["log_id"] in entries and row["outcome"] not in UNSETTLED]
    mine = [row for row in done if state.unit in ("", row["unit"])]
    mine = sorted(mine, key=lambda row: -entries[row["log_id"]].seq)[:ROWS]
    given = ((row, entries[row["log_id"]]) for row in mine)
    forms = (_call(row, e.day or state.as_of, dossier, frozen, e.element or "") for row, e in given)
    words = tag("summary", dossier.say("checking.entered", n=len(mine)))
    return (
        tag("details", words, tag("div", joined(forms), class_="gy-calls"), id="entered")
        if mine
        else Markup("")
    )


def _call(row: dict[str, Any], when: date, dossier: Dossier, frozen: Frozen, method: str = "") -> Markup:
    """Return one log to check with a button for each outcome; its day is a field: what is seen is what is sent."""
    voice = dossier.voice
    log = dossier.log(frozen.as_of, row["log_id"])
    name = log["name"] if dossier.names and not is_none(log["name"]) else ""
    words = f"{row['log_id']} · {voice.unit(row['unit'])} · {log['cadre_id']} {name} · "
    words += f"{str(log['date'])[:10]} · {voice.code('kind', log['kind'])}"
    known = dossier.say(f"outcome.{row['outcome']}") + " · " if row["outcome"] not in UNSETTLED else ""
    tried = tag("span", known, dossier.say("checking.tried", n=row["tries"]), class_="gy-chip")
    methods = [(m, dossier.say(f"method.{m}")) for m in METHODS]
    choices = joined(
        tag("button", dossier.say(f"outcome.{o}"), type="submit", name="value", value=o, class_="gy-plain")
        for o in ("genuine", "partly", "false", UNREACHED)
    )
    entry = {
        "action": "record_check", "unit": row["unit"], "evidence": row["log_id"], "seen": dossier.head,
    }  # fmt: skip
    day_of = date_field(
        dossier.say("checking.day"), "valid_from", when.isoformat(), first=str(log["date"])[:10]
    )
    by = tag(
        "select",
        *(tag("option", w, value=v, selected=v == method) for v, w in methods),
        name="element",
        aria_label=dossier.say("method"),
    )
    told = tag("span", words, " ", tried if row["tries"] else "")
    return entry_form(entry, told, day_of, by, choices, id=f"call-{row['log_id']}")


def saved_calls(state: State, dossier: Dossier) -> dict[str, str] | None:
    """Return what is still to be checked as a csv file for Excel, nothing before the draw."""
    frame_entry, seed_entry = _events(dossier)
    frozen = _frozen(frame_entry, state, dossier) if frame_entry else None
    if frozen is None or seed_entry is None:
        return None
    found = outcomes(
        dossier.result(state.as_of), drawn(frozen, seed_entry.value, seed_time=seed_entry.moment)
    )
    left = records(found[found["outcome"].isin(UNSETTLED)])
    logs = [dossier.log(frozen.as_of, row["log_id"]) for row in left]
    keys = ("log_id", "cadre_id", "date", "kind")
    voice, columns = dossier.voice, dossier.rulebook.tables["logs"].by_id
    rows = [
        (
            voice.unit(row["unit"]),
            log["log_id"],
            log["cadre_id"],
            str(log["date"])[:10],
            voice.code("kind", log["kind"]),
        )
        for row, log in zip(left, logs, strict=True)
    ]
    heads = [columns[key].header if dossier.lang == "zh" else key for key in keys]
    return csv_file("spot-checks", state.as_of, [voice.say("col.unit"), *heads], rows)


def _results(told: pd.DataFrame, result: Any, dossier: Dossier) -> Grid:
    """Return by unit what was found so far, in words that never show a bare percentage, and the factor in force."""
    factors = dict(zip(result.authenticity["unit"], result.authenticity["value"], strict=True))
    counts = ("drawn", "genuine", "partly", "false", "unreached", "open")
    rows = tuple(
        (
            dossier.voice.unit(r["unit"]),
            *(r[c] for c in counts),
            in_words(r, dossier.lang),
            number(factors[r["unit"]], 4),
        )
        for r in records(told)
    )
    heads = [Column(dossier.voice.say("col.unit"), "name")]
    heads += [Column(dossier.say(f"checking.col.{c}"), "count") for c in counts]
    heads += [Column(dossier.say("checking.col.words"), "text"), Column(dossier.voice.say("col.a"), "number")]
    return Grid(tuple(heads), rows)
