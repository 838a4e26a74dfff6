"""Empty workbooks for every table: canonical headers, drop-down lists, checks with prompts, and a notes sheet.

Everything comes from the rulebook's tables; each sheet carries its table's id in a hidden defined name, which the
reader believes before any header.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .evidence import reading_setting, units_of
from .exports.inspection import NOTES, TABLE_NAME
from .words import text

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from .rulebook import Rulebook
    from .tables import Column, Table

LAST_ROW = 1_048_575  # counted from 0
LONGEST_LIST = 255  # characters of a list inside a validation
LARGEST = 1_000_000_000
FONT = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
FORMATS = {"id": "@", "date": "yyyy-mm-dd", "whole": "0"}
WIDTHS = {"id": 16, "unit": 26, "date": 13, "text": 22, "choice": 18, "quarter": 12}
LONG_TEXT = 60


@dataclass
class Template:
    """One workbook being written.

    Attributes
    ----------
    rulebook : Rulebook
        Units, quarters, bounds of dates.
    table : Table
        What the workbook is for.
    lang : str
        Language of prompts and notes; headers and choices are the canonical Chinese ones.
    """

    workbook: Workbook
    rulebook: Rulebook
    table: Table
    lang: str
    formats: dict[str, Format] = field(default_factory=dict)

    def say(self, key: str, **args: object) -> str:
        """Return words of the templates."""
        return text(f"templates.{key}", self.lang, **args)

    def format(self, name: str, **properties: Any) -> Format:
        """Return a cell format by name, made at its first use."""
        if name not in self.formats:
            self.formats[name] = self.workbook.add_format(FONT | properties)
        return self.formats[name]

    @property
    def columns(self) -> list[Column]:
        """The columns that people fill in."""
        return [column for column in self.table.columns if not column.carried]


def write_templates(rulebook: Rulebook, folder: str | Path, *, lang: str = "zh") -> list[Path]:
    """Write one workbook for each export and register; the same rulebook gives the same bytes.

    Parameters
    ----------
    rulebook : Rulebook
        Its tables, units and quarters.
    folder : path
        Where to write; files are named by the tables.
    lang : str
        ``zh`` or ``en``: file names, prompts and notes.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for table in rulebook.tables.values():
        if table.export:
            name = table.label["zh"] if lang == "zh" else table.id
            paths.append(write_template(rulebook, table, folder / f"{name}.xlsx", lang=lang))
    return paths


def write_template(rulebook: Rulebook, table: Table, path: Path, *, lang: str = "zh") -> Path:
    """Write the workbook of one table."""
    import xlsxwriter

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        template = Template(workbook, rulebook, table, lang)
        created = datetime.combine(rulebook.plan_window.start, time())
        workbook.set_properties({"title": table.label[_lang(lang)], "created": created})
        _write_rows_sheet(template)
        _write_notes(template)
    return path


def _lang(lang: str) -> Any:
    return "zh" if lang == "zh" else "en"


def _write_rows_sheet(template: Template) -> None:
    sheet = marked_sheet(template, template.table.label["zh"], template.table.id)
    sheet.freeze_panes(1, 1 if template.table.key else 0)
    sheet.set_row(0, 30)
    for place, column in enumerate(template.columns):
        sheet.set_column(place, place, width(column), template.format(column.type, **number_format(column)))
        sheet.write_string(0, place, column.header, header_format(template, column))
        sheet.data_validation(1, place, LAST_ROW, place, validation(template, column))
        if column.key:
            sheet.conditional_format(1, place, LAST_ROW, place, _twice(template))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def marked_sheet(template: Template, name: str, marked: str) -> Worksheet:
    """Return a new sheet with the table's id in a hidden defined name of its own."""
    sheet = template.workbook.add_worksheet(name)
    template.workbook.define_name(f"'{name}'!{TABLE_NAME}", f'="{marked}"')
    template.workbook.defined_names[-1][3] = True
    return sheet


def number_format(column: Column) -> Mapping[str, str]:
    """Return how a column's cells show numbers and dates; ids are text."""
    return {"num_format": FORMATS[column.type]} if column.type in FORMATS else {}


def header_format(template: Template, column: Column) -> Format:
    """Return the format of a header: red where the column must be filled in."""
    look = {"bold": True, "text_wrap": True, "align": "center", "border": 1}
    if column.required:
        return template.format("required", **look, bg_color="#C8102E", font_color="#FFFFFF")
    return template.format("optional", **look, bg_color="#E8EEF3")


def width(column: Column) -> float:
    """Return a column's width."""
    if column.masked:
        return LONG_TEXT
    return max(WIDTHS.get(column.type, 10), 2.2 * len(column.header) + 2)


def _twice(template: Template) -> dict[str, Any]:
    return {"type": "duplicate", "format": template.format("twice", bg_color="#FFC7CE")}


def validation(template: Template, column: Column) -> dict[str, Any]:
    """Return what Excel lets people fill in, with a prompt beside the cell."""
    return _rule(template, column) | {
        "input_title": column.header[:32],
        "input_message": prompt(template, column)[:LONGEST_LIST],
        "error_title": template.say("error_title"),
        "error_message": template.say(f"error.{_kind(column)}")[:LONGEST_LIST],
        "ignore_blank": True,
    }


def _rule(template: Template, column: Column) -> dict[str, Any]:
    words = choices(template.rulebook, column)
    if words:
        return _list_rule(template, column, words)
    if column.type == "date":
        setting = reading_setting(template.rulebook, units_of(template.rulebook))
        bounds = {"minimum": setting.first_day, "maximum": setting.last_day}
        return {"validate": "date", "criteria": "between", **bounds}
    if column.type in ("whole", "number"):
        kind = "integer" if column.type == "whole" else "decimal"
        return {"validate": kind, "criteria": "between", "minimum": 0, "maximum": LARGEST}
    return {"validate": "any"}


def _list_rule(template: Template, column: Column, words: list[str]) -> dict[str, Any]:
    """A list inside the validation, or, where it is too long for Excel, on a hidden sheet of its own."""
    if len(",".join(words)) <= LONGEST_LIST and not any("," in word for word in words):
        return {"validate": "list", "source": words}
    name = template.say("list_sheet", header=column.header)[:31]
    sheet = template.workbook.get_worksheet_by_name(name) or marked_sheet(template, name, NOTES)
    sheet.write_column(0, 0, words)
    sheet.hide()
    return {"validate": "list", "source": f"='{name}'!$A$1:$A${len(words)}"}


def choices(rulebook: Rulebook, column: Column) -> list[str]:
    """Return the words of a column's drop-down list; none where it takes anything else."""
    if column.type == "choice":
        return [words[0] for words in column.choices.values()]
    if column.type == "yes_no":
        return ["是", "否"]
    if column.type == "unit":
        return list(units_of(rulebook).names)
    return [quarter.id for quarter in rulebook.quarters] if column.type == "quarter" else []


def _kind(column: Column) -> str:
    return "list" if column.type in ("choice", "yes_no", "unit", "quarter") else column.type


def prompt(template: Template, column: Column) -> str:
    """Return what is said beside a cell: how to fill it in, whether it must be, an example."""
    kind = "reference" if column.refers else _kind(column)
    pieces = [template.say(f"prompt.{kind}"), template.say("required" if column.required else "optional")]
    if column.refers:
        other = template.rulebook.tables[column.refers].label[_lang(template.lang)]
        pieces.append(template.say("refers", table=other))
    if column.example:
        pieces.append(template.say("example", example=column.example))
    return "".join(pieces)


def _write_notes(template: Template) -> None:
    """Write the notes; never more than two cells a row, so that nobody takes them for a table."""
    sheet = marked_sheet(template, template.say("notes_sheet"), NOTES)
    sheet.set_column(0, 0, 24, template.format("text"))
    sheet.set_column(1, 1, 90, template.format("wrapped", text_wrap=True))
    title = template.format("title", bold=True, font_size=14)
    sheet.write_string(0, 0, template.say("title", table=template.table.label[_lang(template.lang)]), title)
    row = _write_lines(sheet, template, 1)
    row = _write_pairs(
        sheet, template, row + 1, {c.header: c.example for c in template.columns}, "example_row"
    )
    _write_pairs(sheet, template, row + 1, {c.header: prompt(template, c) for c in template.columns}, "how")
    sheet.protect()


def _write_lines(sheet: Worksheet, template: Template, row: int) -> int:
    for line in template.say("lines").split("\n"):
        sheet.write_string(row, 0, line.strip())
        row += 1
    return row


def _write_pairs(sheet: Worksheet, template: Template, row: int, pairs: Mapping[str, str], key: str) -> int:
    bold = template.format("bold", bold=True, bg_color="#E8EEF3")
    sheet.write_string(row, 0, template.say("column"), bold)
    sheet.write_string(row, 1, template.say(key), bold)
    for offset, (header, words) in enumerate(pairs.items(), 1):
        sheet.write_string(row + offset, 0, header)
        sheet.write_string(row + offset, 1, words)
    return row + len(pairs) + 1
