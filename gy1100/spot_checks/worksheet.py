"""The list to check as a workbook: who and what stand there, drop-downs for the rest; it comes back as register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..exports.inspection import NOTES
from ..frame_rows import records
from ..templates import Template, header_format, marked_sheet, number_format, validation, width
from ..words import text
from .estimates import OPEN, UNREACHED
from .frames import considered_logs

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter.worksheet import Worksheet

    from ..assessment import Assessment

TABLE = "spot_checks"
BESIDE = (
    "number",
    "part",
    "unit",
    "cadre",
    "cadre_type",
    "date",
    "kind",
)  # in the order of the table's `beside`
WIDTHS = (6, 12, 14, 14, 8, 13, 14)
Pair = tuple[str, str]


@dataclass(frozen=True)
class Listing:
    """What the workbook says.

    Attributes
    ----------
    todo, done : DataFrame
        Of `to_check` and `checked`.
    notes : sequence of (str, str)
        Lines of the sheet of notes.
    title, mark : str
        The workbook's title; what marks the shipped sample.
    """

    todo: pd.DataFrame
    done: pd.DataFrame
    notes: Sequence[Pair]
    title: str
    mark: str = ""


def to_check(result: Assessment, followed: pd.DataFrame) -> pd.DataFrame:
    """Return the logs of a draw (`estimates.outcomes`) that are still to be checked, with what a caller needs to know.

    A log that nobody could be reached about is listed again under a new id. Columns: those of the draw, cadre_id, name,
    date, kind, new_id. Units come in official order, in a unit the random part by its tickets, then the risk-chosen.
    """
    rows = _with_logs(result, followed[followed["outcome"].isin([OPEN, UNREACHED])])
    known = set(result.evidence.tables[TABLE]["check_id"].to_pylist())
    ids = [_new_id(code, tries, known) for code, tries in zip(rows["ticket"], rows["tries"], strict=True)]
    return rows.assign(new_id=ids)


def checked(result: Assessment, followed: pd.DataFrame) -> pd.DataFrame:
    """Return the logs of a draw that somebody was reached about."""
    return _with_logs(result, followed[~followed["outcome"].isin([OPEN, UNREACHED])])


def _with_logs(result: Assessment, rows: pd.DataFrame) -> pd.DataFrame:
    more = considered_logs(result)[["log_id", "cadre_id", "name", "date", "kind"]]
    order = {unit.name: n for n, unit in enumerate(result.rulebook.units)}
    whole = rows.merge(more, on="log_id", how="left").assign(order=rows["unit"].map(order).to_numpy())
    return whole.sort_values(["order", "part", "place"], ignore_index=True).drop(columns="order")


def _new_id(code: str, tries: int, known: set[Any]) -> str:
    """An id of its own for each try; that of the ticket, so that a list made again has the same ids."""
    first = f"CJ{code[:12].upper()}"
    while (name := first if not tries else f"{first}-{tries + 1}") in known:
        tries += 1
    return name


def write_list(
    result: Assessment, listing: Listing, path: Path, *, lang: str = "zh", names: bool = True
) -> Path:
    """Write the list to check; the same draw and register give the same bytes.

    Parameters
    ----------
    result : Assessment
        Gives rulebook, table and day.
    listing : Listing
    path : Path
    lang : str
        Of prompts and notes; headers and choices are the canonical Chinese ones, as the register has them.
    names : bool
        Whether cadres are named.
    """
    import xlsxwriter

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        template = Template(workbook, result.rulebook, result.rulebook.tables[TABLE], lang)
        created = datetime.combine(result.as_of, time())
        workbook.set_properties({"title": f"{listing.title} {listing.mark}".strip(), "created": created})
        _write_rows(template, listing, names=names)
        _write_pairs(template, template.say("notes_sheet"), listing.notes)
        if len(listing.done):
            _write_pairs(template, text("spot_checks.done_sheet", lang), _done(template, listing.done))
    return path


def _write_rows(template: Template, listing: Listing, *, names: bool) -> None:
    table = template.table
    sheet = marked_sheet(template, table.label["zh"], table.id)
    given = [table.by_id[name] for name in table.prefilled]
    rest = [column for column in template.columns if column not in given]
    _set_up(sheet, f"{listing.title} {listing.mark}".strip())
    plain = template.format(
        "beside_header", bold=True, text_wrap=True, align="center", border=1, bg_color="#F2F2F2"
    )
    for place, header in enumerate(table.beside):
        sheet.set_column(place, place, WIDTHS[place], template.format("text"))
        sheet.write_string(0, place, header, plain)
    last = max(len(listing.todo), 1)
    for place, column in enumerate([*given, *rest], len(table.beside)):
        sheet.set_column(place, place, width(column), template.format(column.type, **number_format(column)))
        sheet.write_string(
            0, place, column.header, plain if column in given else header_format(template, column)
        )
        if column in rest:
            sheet.data_validation(1, place, last, place, _rule(template, column))
    for number, row in enumerate(records(listing.todo), 1):
        _write_row(template, sheet, number, _cells(template, row, number, names=names))
    sheet.freeze_panes(1, len(table.beside) + len(given))
    sheet.autofilter(0, 0, last, len(table.beside) + len(template.columns) - 1)


def _set_up(sheet: Worksheet, title: str) -> None:
    sheet.set_row(0, 30)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header("&L" + title.replace("&", "&&"))
    sheet.set_footer("&C&P / &N")


def _rule(template: Template, column: Any) -> dict[str, Any]:
    """A check is not before its activity, whose day stands in the same row."""
    rule = validation(template, column)
    if column.id == "checked_on":
        last = rule["maximum"]
        rule["minimum"] = f"=${chr(ord('A') + BESIDE.index('date'))}2"
        rule["maximum"] = f"=DATE({last.year},{last.month},{last.day})"
    return rule


def _cells(template: Template, row: Mapping[Any, Any], number: int, *, names: bool) -> list[Any]:
    tables = template.rulebook.tables
    part = text(f"spot_checks.part.{row['part']}")
    return [
        number,
        f"{part}：{row['reason']}" if row["reason"] else part,
        row["unit"],
        row["name"] if names and isinstance(row["name"], str) else "",
        tables["cadres"].by_id["cadre_type"].words(row["cadre_type"]),
        row["date"],
        tables["logs"].by_id["kind"].words(row["kind"]),
        row["new_id"],
        row["log_id"],
        row["cadre_id"],
    ]


def _write_row(template: Template, sheet: Worksheet, number: int, cells: Sequence[Any]) -> None:
    date_format = template.format("date", num_format="yyyy-mm-dd")
    for place, value in enumerate(cells):
        if isinstance(value, int):
            sheet.write_number(number, place, value)
        elif isinstance(value, str):
            sheet.write_string(number, place, value, template.format("id", num_format="@"))
        else:
            sheet.write_datetime(number, place, datetime.combine(value, time()), date_format)


def _done(template: Template, done: pd.DataFrame) -> Iterable[Pair]:
    """One line a log: never more than two cells, so that nobody takes them for rows of the register."""
    words = template.table.by_id["outcome"].words
    yield text("spot_checks.done_log", template.lang), ""
    for row in records(done):
        what = (row["unit"], text(f"spot_checks.part.{row['part']}", template.lang), words(row["outcome"]))
        yield row["log_id"], "　".join((*what, row["checked_on"].isoformat(), row["check_id"]))


def _write_pairs(template: Template, name: str, pairs: Iterable[Pair]) -> None:
    sheet = marked_sheet(template, name, NOTES)
    sheet.set_column(0, 0, 26, template.format("text"))
    sheet.set_column(1, 1, 100, template.format("wrapped", text_wrap=True))
    _set_up(sheet, name)
    bold = template.format("bold", bold=True, bg_color="#E8EEF3")
    for row, (head, words) in enumerate(pairs):
        form = template.format("wrapped", text_wrap=True) if words else bold
        sheet.write_string(row, 0, head, template.format("text") if words else bold)
        sheet.write_string(row, 1, words, form)
