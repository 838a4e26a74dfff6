"""The county report as a Word document: what a unit got and lost, what it can regain, and the form for its reply."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..frame_rows import records
from ..regaining import regaining
from ..words import text
from . import findings_view, sentences, tables
from .asking import peer_lines, regaining_grid, regaining_line
from .explained import names_of
from .grid import Column, Grid
from .ledger_lines import ledger_lines
from .official import Official, Part
from .provenance import printed_head
from .sample import is_sample
from .settled import SettledWords

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .county import UnitReport

MOST_ACTIONS, MOST_FINDINGS = 12, 12
ROW_HEIGHT = 9.5  # mm of a row that is filled in by hand
ITEM_COLUMNS = (0, 1, 3, 4, 5, 6)  # item, points, points due, lost, range, status


def parts(report: UnitReport) -> Iterator[Part]:
    """Yield the parts of a unit's report in the order of the document."""
    result, unit, voice = report.result, report.name, report.voice
    settled = SettledWords(result, voice).of_unit(unit)
    first = (sentences.rank_line(result, unit, voice), sentences.lost_line(result, unit, voice))
    items = _kept(tables.item_grid(result, unit, voice), ITEM_COLUMNS)
    yield Part("overall", (*first, *settled), items)
    yield Part("peers", tuple(peer_lines(result, unit, voice)))
    yield _regain(report)
    missing = _kept(tables.missing_grid(result, voice, unit), range(1, 5))  # whose it is, is known
    line = sentences.missing_line(result, voice, unit)
    yield Part("missing", (line,), missing if missing.rows else None)
    yield Part("checks", (sentences.genuine_line(result, unit, voice),))
    yield Part("cadres", (sentences.cadre_line(result, voice, unit),))
    yield _findings(report)


def _kept(grid: Grid, places: Iterable[int]) -> Grid:
    """Return some columns of a grid."""
    kept = tuple(places)
    return Grid(tuple(grid.columns[n] for n in kept), tuple(tuple(row[n] for n in kept) for row in grid.rows))


def _regain(report: UnitReport) -> Part:
    result, unit, voice = report.result, report.name, report.voice
    frame = regaining(result, unit)
    still = frame[frame["open"]]
    names = names_of(result.explain(unit, result.rulebook.items[0].id)) if report.names else {}
    grid = regaining_grid(still.head(MOST_ACTIONS), voice, names)
    lines = [regaining_line(frame, voice), voice.say("regain.rule")]
    lines += [voice.say("county.more", n=len(still) - MOST_ACTIONS)] if len(still) > MOST_ACTIONS else []
    told = [
        n for n in range(1, len(grid.columns)) if any(row[n] for row in grid.rows)
    ]  # all of them are open
    return Part("regain", tuple(lines), _kept(grid, told) if grid.rows else None)


def _findings(report: UnitReport) -> Part:
    from ..privacy import as_shown

    voice = report.voice
    evidence = as_shown(report.result.evidence, report.result.rulebook, names=report.names)
    found = findings_view.findings_of(evidence.findings, report.name, report.result.evidence.owners)
    if not found:
        return Part("findings", (voice.say("lead.unit_findings.none"),))
    grid = findings_view.grouped_grid(found, voice)
    lines = [voice.say("lead.unit_findings", **findings_view.counts(found))]
    left = len(grid.rows) - MOST_FINDINGS
    lines += [voice.say("county.more", n=left)] if left > 0 else []
    return Part("findings", tuple(lines), Grid(grid.columns, grid.rows[:MOST_FINDINGS]))


def reply_grid(report: UnitReport) -> Grid:
    """Return the form for the unit's reply: each item with its points and status, and room for what it contests."""
    result, unit, voice = report.result, report.name, report.voice
    scores = records(result.scores[result.scores["unit"] == unit])
    rows = tuple(
        (voice.item(r["item"]), r["points"], voice.code("status", r["status"]), "", "", "") for r in scores
    )
    heads = [Column(voice.say("col.item"), "text", 26), Column(voice.say("col.points"), "points", 9),
             Column(voice.say("col.status"), "name", 11)]  # fmt: skip
    heads += [Column(voice.say(f"reply.{name}"), "text", width)
              for name, width in (("points", 12), ("statement", 44), ("evidence", 26))]  # fmt: skip
    return Grid(tuple(heads), rows)


def version_line(report: UnitReport) -> str:
    """Return which result a reply is about: its day, rulebook and head of the ledger."""
    result, voice = report.result, report.voice
    head = printed_head(result)
    known = f"　{text('ledger.report.head', voice.lang)} {head}" if head else ""
    return (
        voice.say(
            "reply.version",
            day=voice.day(result.as_of),
            rulebook=f"{result.rulebook.id} {result.rulebook.sha256[:12]}",
        )
        + known
    )


def write_county_document(report: UnitReport, path: Path) -> Path:
    """Write a unit's report as a Word document, its last page the form for the reply; always the same bytes."""
    result, voice, official = report.result, report.voice, Official()
    official.paragraph(voice.say("title.county", unit=voice.unit(report.name)), "公文标题")
    if is_sample(result.evidence):
        official.paragraph(f"（{voice.say('sample')}）", "公文发文字号")
    official.paragraph("")
    official.paragraph(voice.say("reply.to", unit=voice.unit(report.name)), "公文主送机关")
    lead = [voice.say("county.lead", day=voice.day(result.as_of), notice=result.rulebook.rules.notice.number)]
    lead += [sentences.due_sentence(result, voice), *sentences.absent_tables(result.evidence, voice)]
    lead += sentences.set_aside_of(report.name, result.evidence, voice)
    for line in (*lead, *ledger_lines(result, voice, report.name)):
        official.paragraph(line)
    levels = voice.say("bulletin.levels")
    for n, part in enumerate(parts(report)):
        heading = voice.say("bulletin.level", n=levels[n], title=voice.say(f"county.head.{part.key}"))
        official.part(heading, part)
    official.annex_note(voice.say("bulletin.annex"), [voice.say("reply.title")])
    official.signature(voice.of(result.rulebook.rules.notice.issuer), voice.day(result.as_of))
    _reply(official, report)
    return official.save(path)


def _reply(official: Official, report: UnitReport) -> None:
    voice = report.voice
    title = voice.say("reply.title")
    official.annex(
        voice.say("bulletin.annex"),
        f"{voice.unit(report.name)} {title}",
        Part("reply", (), reply_grid(report)),
        high=ROW_HEIGHT,
    )
    official.paragraph(version_line(report), "公文表格")
    official.paragraph(voice.say("reply.how"), "公文表格")
    official.paragraph("")
    official.paragraph(voice.say("reply.signed"), "公文主送机关")


__all__ = ["reply_grid", "version_line", "write_county_document"]
