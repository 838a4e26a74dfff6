"""Who qualifies for the selection of outstanding cadres (四.2), as a workbook: a summary, and a list for each unit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from . import sentences, tables
from .grid import Column, Grid
from .sample import is_sample
from .sheets import Book, allowed_name, workbook_at
from .voice import Voice, percent

if TYPE_CHECKING:
    from ..assessment import Assessment

REASONS = ("fulfilment", "contacts", "refuted", "coerced")


def write_eligibility(result: Assessment, path: Path, *, lang: str = "zh", names: bool = True) -> Path:
    """Write the workbook; the same assessment gives the same bytes."""
    voice = Voice(result.rulebook, lang)
    title = voice.say("title.eligibility")
    mark = voice.say("sample") if is_sample(result.evidence) else ""
    with workbook_at(path, f"{title} {mark}".strip(), result.as_of) as workbook:
        book = Book(workbook, voice, f"{title}　{voice.day(result.as_of)}", mark)
        names_of = _sheet_names(result, voice)
        book.grid(voice.say("sheet.summary"), tables.qualification_grid(result, voice))
        for unit in result.rulebook.units:
            mine = result.cadres[result.cadres["unit"] == unit.name]
            grid = tables.cadre_grid(mine, voice, names=names, units=False)
            book.grid(names_of[unit.name], grid)
        book.grid(voice.say("sheet.explain"), _about(result, voice))
    return path


def _sheet_names(result: Assessment, voice: Voice) -> dict[str, str]:
    """Return by unit what its sheet is called: its label, with its code where another one is called so."""
    names: dict[str, str] = {}
    taken = {voice.say(key).casefold() for key in ("sheet.summary", "sheet.explain")}
    for unit in result.rulebook.units:
        name = allowed_name(voice.unit(unit.name))
        if name.casefold() in taken:
            name = allowed_name(f"{unit.code} {name}")
        taken.add(name.casefold())
        names[unit.name] = name
    return names


def _about(result: Assessment, voice: Voice) -> Grid:
    """Return what decides on qualification, and of which day and rules the lists are."""
    rules = result.rulebook.rules
    shares = {"fulfilment": rules.cadres.qualified_fulfilment, "contacts": rules.cadres.qualified_contacts}
    least = {reason: percent(share.value) for reason, share in shares.items()}
    rows: list[tuple[object, ...]] = [
        (voice.code("reason", reason), voice.say(f"eligibility.{reason}", least=least.get(reason, "")))
        for reason in REASONS
    ]
    reading = rules.cadres.qualified_fulfilment.reading  # none where the notice itself says how much
    rows += [(voice.say("eligibility.reading"), voice.of(rules.readings[reading].says))] if reading else []
    rows += [
        (voice.code("qualified", "not_assessed"), voice.say("eligibility.not_assessed")),
        (voice.say("card.cadres"), sentences.cadre_line(result, voice)),
        (voice.say("prov.as_of"), voice.day(result.as_of)),
        (voice.say("prov.rulebook"), f"{result.rulebook.id} {result.rulebook.sha256}"),
    ]
    heads = (Column(voice.say("col.reasons"), "text", 22), Column(voice.say("col.note"), "text", 100))
    return Grid(heads, tuple(rows))


__all__ = ["write_eligibility"]
