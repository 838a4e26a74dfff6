"""Sheets of a workbook: grids with frozen headers, widths and print set-up; text is never a formula."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .grid import Grid
from .markup import shown
from .voice import Voice, is_none

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


FONT = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
NUMBERS = {"points": "0.00", "share": "0.0%", "count": "0", "rank": "0", "number": "0.####"}
TRIGGERS = tuple("=+-@\t\r＝＋－＠")
LONGEST = 32_000
MOST_ROWS = 100_000


@contextmanager
def workbook_at(path: Path, title: str, day: date) -> Iterator[Workbook]:
    """Give a new workbook in which no text becomes a formula, link or number; its only date is ``day``."""
    import xlsxwriter

    live = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    with xlsxwriter.Workbook(str(path), {"in_memory": True, **live}) as workbook:
        workbook.set_properties({"title": title, "created": datetime.combine(day, time())})
        yield workbook


@dataclass
class Book:
    """A workbook being written, with the formats that its sheets share."""

    workbook: Workbook
    voice: Voice
    heading: str
    mark: str = ""
    formats: dict[str, Format] = field(default_factory=dict)

    def format(self, name: str, **properties: Any) -> Format:
        """Return a format by name, made at its first use."""
        if name not in self.formats:
            self.formats[name] = self.workbook.add_format(FONT | properties)
        return self.formats[name]

    @property
    def header_format(self) -> Format:
        """Return the format of column headers."""
        return self.format("header", bold=True, text_wrap=True, bg_color="#E8EEF3", bottom=1, align="center")

    def sheet(self, name: str) -> Worksheet:
        """Return a new sheet set up for A4 landscape, with the report's name and the sample's mark at its head."""
        sheet = self.workbook.add_worksheet(name)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.6)
        right = f"&R{_plain(self.mark)}" if self.mark else ""
        sheet.set_header(f"&L{_plain(self.heading)}&C{_plain(name)}{right}")
        sheet.set_footer("&C&P / &N")
        return sheet

    def grid(self, name: str, grid: Grid, *, fixed: bool = False) -> Worksheet:
        """Write a grid on a sheet of its own: header frozen and repeated in print, widths, filter.

        ``fixed``: formulas elsewhere point to its rows, and no filter invites to sort them.
        """
        sheet = self.sheet(name)
        for at, column in enumerate(grid.columns):
            sheet.set_column(at, at, column.width)
            self.text(sheet, 0, at, column.title, self.header_format)
        for row, cells in enumerate(grid.rows, start=1):
            for at, (value, column) in enumerate(zip(cells, grid.columns, strict=True)):
                self.cell(sheet, row, at, value, column.kind)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        if grid.rows and not fixed:
            sheet.autofilter(0, 0, len(grid.rows), len(grid.columns) - 1)
        return sheet

    def cell(self, sheet: Worksheet, row: int, column: int, value: object, kind: str) -> None:
        """Write one value by its kind; nothing where there is none."""
        if is_none(value):
            return
        if isinstance(value, str) or kind not in NUMBERS:
            self.text(sheet, row, column, value, self.format("text", text_wrap=kind == "text"))
        else:
            number = float(value)  # type: ignore[arg-type]
            whole = kind == "number" and round(number, 4).is_integer()  # Excel would show "5."
            form = (
                self.format("whole", num_format="0") if whole else self.format(kind, num_format=NUMBERS[kind])
            )
            sheet.write_number(row, column, number, form)

    def text(self, sheet: Worksheet, row: int, column: int, value: object, form: Format) -> None:
        """Write text as text: what looks like a formula gets a quote prefix, what is too long is cut and says so."""
        words = shown(value)
        if len(words) > LONGEST:
            words = words[:LONGEST] + self.voice.say("sheet.long_text")
        if words.startswith(TRIGGERS):
            form = self.format("quoted", text_wrap=True, quote_prefix=True)
        sheet.write_string(row, column, words, form)


def cut(grid: Grid, file: str, voice: Voice) -> Grid:
    """Return at most as many rows as an office machine opens with ease, and say where the rest is."""
    if len(grid.rows) <= MOST_ROWS:
        return grid
    remark = (more_in(file, voice), *[None] * (len(grid.columns) - 1))
    return Grid(grid.columns, (*grid.rows[:MOST_ROWS], remark))


def more_in(file: str, voice: Voice) -> str:
    """Return what stands below the last of very many rows."""
    return voice.say("sheet.more", n=MOST_ROWS, file=file)


def allowed_name(text: str) -> str:
    """Return a text as Excel lets a sheet be called."""
    return "".join(c for c in text if c not in "[]:*?/\\'")[:31].strip()


def _plain(text: str) -> str:
    return text.replace("&", "&&")[:80]
