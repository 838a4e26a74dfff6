"""scores.xlsx for the office: a summary of live formulas over the item sheets, cadres, parts, gaps, findings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..frame_rows import records
from ..privacy import as_shown
from ..words import text
from . import sentences, summary_sheet, tables
from .findings_view import finding_grid
from .grid import Column, Grid
from .ledger_lines import contested
from .provenance import printed_head
from .sample import is_sample
from .sheets import MOST_ROWS, Book, allowed_name, cut, workbook_at
from .tables import columns, part_words
from .voice import Voice, is_none

if TYPE_CHECKING:
    from ..assessment import Assessment
    from ..rules import Item


def write_workbook(assessment: Assessment, path: str | Path, lang: str = "zh", names: bool = True) -> None:
    """Write scores.xlsx; two runs on the same assessment write the same bytes.

    Parameters
    ----------
    assessment : Assessment
        The result to write.
    path : str or Path
        The file to write.
    lang : str
        ``zh`` or ``en``.
    names : bool
        Whether cadres are named.
    """
    voice = Voice(assessment.rulebook, lang)
    title = voice.say("title.workbook")
    mark = voice.say("sample") if is_sample(assessment.evidence) else ""
    with workbook_at(Path(path), f"{title} {mark}".strip(), assessment.as_of) as workbook:
        book = Book(workbook, voice, f"{title}　{voice.day(assessment.as_of)}", mark)
        _write_sheets(book, assessment, names=names)


def _write_sheets(book: Book, result: Assessment, *, names: bool) -> None:
    voice = book.voice
    places = {item.id: sheet_name(item, voice) for item in result.rulebook.items}
    summary = book.sheet(voice.say("sheet.summary"))
    for item in result.rulebook.items:
        book.grid(places[item.id], item_sheet(result, item, voice), fixed=True)
    summary_sheet.write_summary(book, summary, result, places)
    book.grid(voice.say("sheet.authenticity"), tables.authenticity_grid(result, voice))
    book.grid(
        voice.say("sheet.cadres"),
        cut(tables.cadre_grid(result.cadres, voice, names=names), "cadres.csv", voice),
    )
    book.grid(voice.say("sheet.parts"), cut(part_sheet(result, voice, names=names), "parts", voice))
    book.grid(voice.say("sheet.missing"), tables.missing_grid(result, voice))
    evidence = as_shown(result.evidence, result.rulebook, names=names)
    findings = finding_grid(evidence.findings, voice)
    book.grid(voice.say("sheet.findings"), cut(findings, "findings.csv", voice))
    book.grid(voice.say("sheet.explain"), about_sheet(result, voice))


def sheet_name(item: Item, voice: Voice) -> str:
    """Return the name of an item's sheet, within what Excel allows."""
    return allowed_name(voice.item(item.id))


def item_sheet(result: Assessment, item: Item, voice: Voice) -> Grid:
    """Return one item's scores by unit in official order, with the means of its components."""
    scores = {r["unit"]: r for r in records(result.scores[result.scores["item"] == item.id])}
    means = {
        (r["unit"], r["component"]): r
        for r in records(result.components[result.components["item"] == item.id])
    }
    ids, replies = list(dict.fromkeys(component for _, component in means)), contested(result)
    rows = tuple(
        (voice.unit(unit.name), *(scores[unit.name][k] for k in summary_sheet.FIGURES),
         tables.state_words(scores[unit.name], voice, replies), scores[unit.name]["computed"],
         *(means[unit.name, c]["value"] for c in ids))
        for unit in result.rulebook.units
    )  # fmt: skip
    heads = columns(voice, ("unit", "text", 26), *((k, "points", 10) for k in summary_sheet.FIGURES),
                    ("status", "text", 12), ("computed", "points", 16))  # fmt: skip
    return Grid((*heads, *(Column(voice.code("component", c), "number", 14) for c in ids)), rows)


def part_sheet(result: Assessment, voice: Voice, *, names: bool) -> Grid:
    """Return every part with its item and component in words."""
    known = {}
    if names:
        known = {
            i: n
            for i, n in zip(result.cadres["cadre_id"], result.cadres["name"], strict=True)
            if not is_none(n)
        }
    items = {item.id: voice.item(item.id) for item in result.rulebook.items}
    rows = tuple(
        (voice.unit(r["unit"]), items[r["item"]], voice.code("component", r["component"]),
         part_words(r, voice, known), *(r[k] for k in ("done", "due", "share", "weight", "factor", "low", "high")),
         tables.note_words(r["note"], voice))
        for r in records(result.parts.head(MOST_ROWS + 1))
    )  # fmt: skip
    numbers = ((k, "number", 9) for k in ("done", "due", "share", "weight", "factor", "low", "high"))
    heads = columns(voice, ("unit", "text", 26), ("item", "text", 26), ("component", "text", 18), ("part", "text", 30),
                    *numbers, ("note", "text", 20))  # fmt: skip
    return Grid(heads, rows)


def about_sheet(result: Assessment, voice: Voice) -> Grid:
    """Return what each status means, and where the figures come from."""
    rows: list[tuple[object, ...]] = [
        (voice.code("status", s), voice.say(f"meaning.{s}"))
        for s in ("scored", "decided", "awaiting_judgement", "no_evidence", "not_due")
    ]
    rows += [("", line) for line in sentences.opening(result, voice)]
    rows += [
        (voice.say("prov.as_of"), voice.day(result.as_of)),
        (voice.say("prov.rulebook"), result.rulebook.id),
        (voice.say("prov.hash"), result.rulebook.sha256),
        *([(text("ledger.report.head", voice.lang), head)] if (head := printed_head(result)) else []),
        (voice.say("col.rank_range"), voice.say("about.ranks")),
        (voice.say("col.formula"), voice.say("about.formulas")),
    ]
    return Grid(
        (Column(voice.say("col.status"), "text", 18), Column(voice.say("col.note"), "text", 110)), tuple(rows)
    )
