"""The first sheet of scores.xlsx: every figure a live formula over the item sheets, with its computed value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..frame_rows import records
from .sheets import NUMBERS, Book
from .tables import OPEN, score_bounds, unit_states
from .voice import is_none

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.worksheet import Worksheet

    from ..assessment import Assessment

FIGURES = ("points", "points_max", "points_due", "low", "high")
HEAD_ROW = 2


def write_summary(book: Book, sheet: Worksheet, result: Assessment, places: Mapping[str, str]) -> None:
    """Write the summary: units by rank, items as references, totals, score, rank and bounds as formulas."""
    _write_head(book, sheet, result)
    rows = records(result.ranking)
    units = {unit.name: n for n, unit in enumerate(result.rulebook.units)}
    last = HEAD_ROW + len(rows)
    for at, row in enumerate(rows, start=HEAD_ROW + 1):
        line = _Line(book, sheet, result, at, (HEAD_ROW + 1, last))
        line.write(row, {item: f"'{name}'!{{}}{units[row['unit']] + 2}" for item, name in places.items()})
    sheet.freeze_panes(HEAD_ROW + 1, 2)
    sheet.repeat_rows(HEAD_ROW)


def _write_head(book: Book, sheet: Worksheet, result: Assessment) -> None:
    voice = book.voice
    title = book.format("title", bold=True, font_size=16)
    book.text(sheet, 0, 0, f"{book.heading}　{book.mark}".strip("　"), title)
    sheet.set_row(0, 26)
    book.text(sheet, 1, 0, voice.say("about.summary"), book.format("soft", font_color="#5B6773"))
    items = [f"{voice.item(i.id)}（{result.rulebook.points(i):g}）" for i in result.rulebook.items]
    keys = ("total", "points_due", "score_100", "score_low", "score_high", "rank_low", "rank_high", "status")
    heads = [voice.say("col.rank"), voice.say("col.unit"), *items, *(voice.say(f"col.{key}") for key in keys)]
    widths = [6, 26, *[10] * len(items), 10, 10, 10, 10, 10, 9, 9, 34]
    for at, (head, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(at, at, width)
        book.text(sheet, HEAD_ROW, at, head, book.header_format)
    sheet.set_row(HEAD_ROW, 62)


class _Line:
    """One unit's line of the summary."""

    def __init__(
        self, book: Book, sheet: Worksheet, result: Assessment, row: int, span: tuple[int, int]
    ) -> None:
        self.book, self.sheet, self.result, self.row = book, sheet, result, row
        self.first, self.last = span[0] + 1, span[1] + 1
        self.end = 2 + len(result.rulebook.items)

    def write(self, row: Mapping[str, Any], places: Mapping[str, str]) -> None:
        """Write the unit, its items, sums, scores and ranks."""
        low, high = score_bounds(self.result).get(row["unit"], (None, None))
        self._items(row["unit"], places)
        sums = {letter: "+".join(place.format(letter) for place in places.values()) for letter in "DEF"}
        total, due, score, low_, high_ = (self._name(self.end + n) for n in range(5))
        first, last = self._name(2), self._name(self.end - 1)
        formulas = [
            (f"=ROUND(SUM({first}:{last}),2)", row["total"], "points"),
            (f"=ROUND({sums['D']},2)", row["points_due"], "points"),
            (_scaled(total, due), row["score_100"], "points"),
            (_scaled(f"({sums['E']})", due), low, "points"),
            (_scaled(f"({sums['F']})", due), high, "points"),
            (self._rank_low(high_), row["rank_low"], "rank"),
            (self._rank_high(low_, high_), row["rank_high"], "rank"),
        ]  # fmt: skip
        for at, (formula, value, kind) in enumerate(formulas, start=self.end):
            self._formula(at, formula, value, kind)
        column = self._column(self.end + 2)
        self._formula(0, f'=IF({score}="","",RANK({score},{column}))', row["rank"], "rank")
        self.book.cell(self.sheet, self.row, 1, self.book.voice.unit(row["unit"]), "text")
        self.book.cell(
            self.sheet, self.row, self.end + 7, unit_states(self.result, row["unit"], self.book.voice), "text"
        )

    def _items(self, unit: str, places: Mapping[str, str]) -> None:
        mine = self.result.scores[self.result.scores["unit"] == unit]
        for at, score in enumerate(records(mine), start=2):
            kind = (
                "open"
                if score["status"] in OPEN
                else score["status"]
                if score["status"] == "not_due"
                else "points"
            )
            self._formula(at, "=" + places[score["item"]].format("B"), score["points"], kind)

    def _formula(self, column: int, formula: str, value: object, kind: str) -> None:
        colours = {"open": {"bg_color": "#FBEFD5"}, "not_due": {"font_color": "#9AA5B1"}}
        form = self.book.format(kind, num_format=NUMBERS.get(kind, "0.00"), **colours.get(kind, {}))
        known = "" if is_none(value) else float(value)  # type: ignore[arg-type]
        self.sheet.write_formula(self.row, column, formula, form, known)

    def _rank_low(self, high: str) -> str:
        return f'=IF({high}="","",1+COUNTIF({self._column(self.end + 3)},">"&{high}))'

    def _rank_high(self, low: str, high: str) -> str:
        return f'=IF({low}="","",1+COUNTIF({self._column(self.end + 4)},">"&{low})-IF({high}>{low},1,0))'

    def _name(self, column: int) -> str:
        return f"{_letters(column)}{self.row + 1}"

    def _column(self, column: int) -> str:
        letters = _letters(column)
        return f"${letters}${self.first}:${letters}${self.last}"


def _scaled(total: str, due: str) -> str:
    return f'=IF({due}=0,"",ROUND({total}/{due}*100,2))'


def _letters(column: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(column))
