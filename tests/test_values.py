"""Cells to values: every form of ``tables.md``, errors and never guesses."""

from __future__ import annotations

import datetime as dt
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gy1100.cells import Fault, Setting
from gy1100.resources import shipped
from gy1100.tables import Column, load_tables
from gy1100.texts import masked, normalised, text_hash
from gy1100.units import load_units
from gy1100.values import parse_column

FOLDER = Path(shipped("data", "rulebooks", "guangyuan-2017"))
TABLES, UNITS = load_tables(FOLDER), load_units(FOLDER)
BOOK, PLAIN = Setting(UNITS), Setting(UNITS, plain=True)
APRIL = dt.date(2017, 4, 21)


def column(kind: str, **more: object) -> Column:
    """Return a column of a type."""
    return Column(id="c", header="列", en="column", type=kind, **more)


def one(kind: str, cell: object, setting: Setting = PLAIN, **more: object) -> object:
    """Return the value of one cell, or the code of its problem."""
    read = parse_column(column(kind, **more), [cell], setting)
    return read.problems[0][1].problem if read.problems else read.values[0]


def repair(kind: str, cell: object, setting: Setting = PLAIN, **more: object) -> str | None:
    """Return the code of the repair note on one cell."""
    read = parse_column(column(kind, **more), [cell], setting)
    return next((found.repair for found, _, _ in read.repairs.values()), None)


class TestDates:
    """Every form of date."""

    @pytest.mark.parametrize(
        "written",
        [
            APRIL,
            dt.datetime(2017, 4, 21, 23, 59, 59),
            42846.0,
            42846.75,
            20170421.0,
            20170421103000.0,
            "42846",
            "42846.99999",
            "2017-04-21",
            "2017-4-21",
            "2017/4/21",
            "2017.4.21",
            "20170421",
            "2017年4月21日",
            "2017年04月21日",
            "2017-04-21 08:30",
            "2017-04-21T08:30:00",
            "2017-04-21 08:30:00.000",
            "2017/4/21 8:30:05",
            "2017.04.21 00:00:00",
            "20170421 08:30",
            "20170421083000",
            "2017年4月21日 8:30",
            "2017年4月21日8时30分",
            "2017年4月21日 下午3:20",
            " 2017-04-21 ",
        ],
    )
    def test_read(self, written: object) -> None:
        """Each is 21 April 2017."""
        assert one("date", written) == APRIL

    @pytest.mark.parametrize(
        ("written", "note"),
        [
            ("2017年4月21号", "date_form"),
            ("2017年4月21日 星期五", "date_form"),
            ("2017-04-21 周五", "date_form"),
            ("2017-04-21（星期五）", "date_form"),
            ("2017.4.21.", "date_form"),
            ("２０１７－０４－２１", "full_width"),
            ("2017年 4 月 21 日", "full_width"),
            ("'2017-04-21", "full_width"),
            ("42846", "date_serial"),
        ],
    )
    def test_mended(self, written: str, note: str) -> None:
        """What is mended with certainty is read and noted."""
        assert (one("date", written), repair("date", written)) == (APRIL, note)

    @pytest.mark.parametrize(
        ("written", "problem"),
        [
            ("17/4/21", "date_short_year"),
            ("17年4月21日", "date_short_year"),
            ("4月21日", "date_no_year"),
            ("04-21", "date_no_year"),
            ("2017年4月", "date_no_day"),
            ("2017-04", "date_no_day"),
            ("2017", "date_no_day"),
            ("201704", "date_no_day"),
            (2017.0, "date_no_day"),
            (201704.0, "date_no_day"),
            ("2017—04—21", "date_unreadable"),
            ("2017-04-21至2017-04-25", "date_range"),
            ("2017年4月21日-25日", "date_range"),
            ("2017.4.21-4.25", "date_range"),
            ("21/04/2017", "date_order"),
            ("04/05/2017", "date_order"),
            ("2017-04-21T08:30:00Z", "date_zone"),
            ("2017-04-21 08:30:00+08:00", "date_zone"),
            ("二〇一七年四月二十一日", "date_chinese"),
            ("2017年四月21日", "date_chinese"),
            ("2017-02-29", "date_impossible"),
            ("2017/4/31", "date_impossible"),
            ("20171301", "date_impossible"),
            ("2017-04/21", "date_unreadable"),
            ("2017-04-21 25:00", "date_unreadable"),
            ("2017-04-21 10:75", "date_unreadable"),
            ("约2017-04-21", "date_unreadable"),
            ("—", "date_unreadable"),
            ("TRUE", "date_unreadable"),
            ("٢٠١٧-٠٤-٢١", "date_unreadable"),
            (True, "date_unreadable"),
            (dt.time(8, 30), "date_unreadable"),
            (dt.timedelta(days=3), "date_unreadable"),
            (-5.0, "date_unreadable"),
            (60.0, "date_unreadable"),
            (1e9, "date_unreadable"),
            (float("inf"), "date_unreadable"),
            ("1999-12-31", "date_outside"),
            ("1917-04-21", "date_outside"),
            ("2027-04-01", "date_outside"),
            ("2019-03-03", "date_outside"),
            (36525.0, "date_outside"),
            (Fault("error_cell", "#N/A"), "error_cell"),
        ],
    )
    def test_refused(self, written: object, problem: str) -> None:
        """An error, never a guess."""
        assert one("date", written) == problem

    @pytest.mark.parametrize("written", ["2000-01-01", "2019-03-02", 36526.0])
    def test_bounds(self, written: object) -> None:
        """The bounds themselves are accepted."""
        assert isinstance(one("date", written), dt.date)

    def test_1904(self) -> None:
        """The workbook's own date system decides what a serial number means."""
        setting = Setting(UNITS, date1904=True)
        assert one("date", 41384.0, setting) == APRIL
        assert repair("date", 41384.0, setting) == "date_serial_1904"

    def test_text_date_in_a_workbook_is_noted(self) -> None:
        """In a workbook a date as text is mended; in csv it is the only form there is."""
        assert repair("date", "2017-04-21", BOOK) == "date_text"
        assert repair("date", "2017-04-21", PLAIN) is None

    @given(st.dates(dt.date(2000, 1, 1), dt.date(2019, 3, 2)), st.times(), st.integers(0, 6))
    def test_every_day_in_every_form(self, day: dt.date, time: dt.time, form: int) -> None:
        """Whatever the form, the same day comes back, whatever the time of day."""
        serial = (day - dt.date(1899, 12, 30)).days + (time.hour * 60 + time.minute) / 1440
        forms = [f"{day:%Y-%m-%d}", f"{day.year}/{day.month}/{day.day}", f"{day:%Y%m%d}", f"{day:%Y.%m.%d}"]
        forms += [f"{day.year}年{day.month}月{day.day}日", dt.datetime.combine(day, time), serial]
        assert one("date", forms[form]) == day
        if form < 5:
            assert one("date", f"{forms[form]} {time.hour}:{time:%M:%S}") == day


class TestNumbers:
    """Numbers, whole and other."""

    @pytest.mark.parametrize(
        ("written", "value"),
        [
            (12.0, 12),
            ("12", 12),
            (" 1 ", 1),
            ("３０", 30),
            ("3人", 3),
            ("3 ", 3),
            ("30人次", 30),
            ("5个", 5),
            ("'45", 45),
            ("40.0", 40),
            ("+15", 15),
            ("2名", 2),
            ("20\u00a0", 20),
            ("1,200", 1200),
            ("1，200", 1200),
            ("0", 0),
        ],
    )
    def test_whole(self, written: object, value: int) -> None:
        """Full-width digits, thousands separators and units are mended."""
        assert one("whole", written) == value

    @pytest.mark.parametrize(
        ("written", "problem"),
        [
            ("约12", "number_unreadable"),
            ("12+", "number_unreadable"),
            ("10-15", "number_unreadable"),
            ("85%", "number_percent"),
            ("—", "number_unreadable"),
            ("-", "number_unreadable"),
            ("TRUE", "number_unreadable"),
            (True, "number_unreadable"),
            ("一", "number_unreadable"),
            ("1,20", "number_unreadable"),
            ("1 200", "number_unreadable"),
            ("1e3", "number_unreadable"),
            ("inf", "number_unreadable"),
            ("nan", "number_unreadable"),
            ("٣", "number_unreadable"),
            ("12.5", "number_not_whole"),
            (12.5, "number_not_whole"),
            ("-3", "number_negative"),
            (-3.0, "number_negative"),
            (float("inf"), "number_large"),
            (1e308, "number_large"),
            (dt.date(2017, 4, 1), "number_unreadable"),
        ],
    )
    def test_refused(self, written: object, problem: str) -> None:
        """Anything else is an error."""
        assert one("whole", written) == problem

    def test_points(self) -> None:
        """Points may have decimals, and may be missing."""
        assert one("number", "88.5分") == 88.5
        assert one("number", 3.4999999999999996) == 3.4999999999999996
        assert one("number", "") is None

    def test_noise_of_a_formula(self) -> None:
        """A whole number that a formula gave is what Excel shows; half a person is not."""
        assert one("whole", 2.9999999999999996) == 3
        assert one("whole", 2.9999) == "number_not_whole"

    def test_space_before_the_unit(self) -> None:
        """12 人 is 12人."""
        assert one("whole", "12 人") == 12
        assert one("whole", "12　人次") == 12

    def test_blank_participants(self) -> None:
        """Blank participants are 0."""
        assert one("whole", "", blank=0) == 0
        assert one("whole", "\u3000", blank=0) == 0

    @given(st.integers(0, 10**9))
    def test_any_whole_number(self, number: int) -> None:
        """Digits, with or without separators, or as a number cell."""
        assert (
            one("whole", str(number)) == number == one("whole", f"{number:,}") == one("whole", float(number))
        )


class TestIds:
    """Ids are text."""

    @pytest.mark.parametrize(
        ("written", "value"),
        [
            (1001.0, "1001"),
            ("001704", "001704"),
            ("G001", "G001"),
            (" G001 ", "G001"),
            ("Ｇ００１", "G001"),
            ("G\u200b001", "G001"),
            (13900001111.0, "13900001111"),
            (999999999999999.0, "999999999999999"),
            ("201704180000000042", "201704180000000042"),
            ("团-7", "团-7"),
            ("'G001", "G001"),
            ("1001.0", "1001.0"),
            (12.0, "12"),
            (True, "TRUE"),
            ("1E5", "1E5"),
        ],
    )
    def test_read(self, written: object, value: str) -> None:
        """As text, with leading zeros, code point by code point."""
        assert one("id", written) == value

    @pytest.mark.parametrize(
        ("written", "problem"),
        [
            ("1.38E+10", "id_scientific"),
            ("1.38E10", "id_scientific"),
            ("2.01704e+17", "id_scientific"),
            (2.0170418e17, "id_rounded"),
            (1e15, "id_rounded"),
            (dt.date(2017, 4, 1), "id_date"),
        ],
    )
    def test_lost_digits(self, written: object, problem: str) -> None:
        """Digits that Excel has rounded cannot be had back."""
        assert one("id", written) == problem

    def test_blank(self) -> None:
        """A blank id is an error where the column is required."""
        assert one("id", None, required=True) == "blank"
        assert one("id", "\u3000 ") is None


class TestWords:
    """Yes and no, choices, quarters, names."""

    @pytest.mark.parametrize("written", ["是", "1", 1.0, "Y", "y", "√", "TRUE", True, "yes"])
    def test_yes(self, written: object) -> None:
        """Marks of yes."""
        assert one("yes_no", written) is True

    @pytest.mark.parametrize("written", ["否", "0", 0.0, "N", "FALSE", False, "×"])
    def test_no(self, written: object) -> None:
        """Marks of no."""
        assert one("yes_no", written) is False

    def test_neither(self) -> None:
        """Anything else is an error."""
        assert one("yes_no", "大概") == "yes_no_unknown"
        assert one("yes_no", "是（已离任）") == "yes_no_unknown"

    def test_blank_is_no_where_only_yes_is_marked(self) -> None:
        """A blank is no where no cell of the column says no, else an error."""
        in_organ = TABLES["cadres"].by_id["in_organ"]
        assert parse_column(in_organ, ["√", "", None], PLAIN).values == [True, False, False]
        mixed = parse_column(in_organ, ["是", "", "否"], PLAIN)
        assert [(index, found.problem) for index, found in mixed.problems] == [(1, "blank_mark")]

    @pytest.mark.parametrize(
        ("written", "code"),
        [
            ("专职", "full_time"),
            ("专职团干部", "full_time"),
            (" 挂 职 ", "seconded"),
            ("part_time", "part_time"),
        ],
    )
    def test_choice(self, written: str, code: str) -> None:
        """Words, their variants and the codes."""
        assert parse_column(TABLES["cadres"].by_id["cadre_type"], [written], PLAIN).values == [code]

    @pytest.mark.parametrize(
        ("table", "name", "written"),
        [("spot_checks", "outcome", "属实（部分）"), ("mechanisms", "state", "有（待完善）")],
    )
    def test_remark_in_brackets(self, table: str, name: str, written: str) -> None:
        """A remark may turn a word into another: it is not taken off, as it is from headers."""
        found = parse_column(TABLES[table].by_id[name], [written], PLAIN)
        assert [one.problem for _, one in found.problems] == ["choice_unknown"]

    def test_unknown_choice(self) -> None:
        """An unknown word lists what is allowed."""
        found = parse_column(TABLES["cadres"].by_id["cadre_type"], ["志愿者"], PLAIN).problems[0][1]
        assert (found.problem, found.args["allowed"]) == ("choice_unknown", "专职、挂职、兼职")

    @pytest.mark.parametrize(
        "written",
        [
            "2017Q2",
            "2017q2",
            "2017年第二季度",
            "2017年二季度",
            "2017年2季度",
            "2017年第2季度",
            "2017 年 第二季度",
        ],
    )
    def test_quarter(self, written: str) -> None:
        """Forms of a quarter."""
        assert one("quarter", written) == "2017Q2"

    @pytest.mark.parametrize("written", ["二季度", "2017Q5", "2017", "17Q2", "2017年五季度"])
    def test_no_quarter(self, written: str) -> None:
        """No year, or no such quarter."""
        assert one("quarter", written) == "quarter_unreadable"

    @pytest.mark.parametrize("written", ["李?", "李？", "李\ufffd", "李\ue816", "NULL", "#N/A"])
    def test_damaged_name(self, written: str) -> None:
        """A name that lost a character is an error."""
        assert one("text", written, name=True) == "name_damaged"

    @pytest.mark.parametrize(
        ("written", "name"),
        [
            ("赵\u3000六", "赵六"),
            ("张\u200b三丰", "张三丰"),
            ("⼀凡", "一凡"),
            ("阿依•古丽", "阿依·古丽"),
            ("𠮷田", "𠮷田"),
        ],
    )
    def test_mended_name(self, written: str, name: str) -> None:
        """Spaces, invisible and compatibility characters, middle dots; rare characters stay."""
        assert one("text", written, name=True) == name

    def test_plain_text_stays(self) -> None:
        """Text is not interpreted."""
        assert one("text", "NA") == "NA"
        assert one("text", "=1+1") == "=1+1"
        assert one("text", 1.1) == "1.1"
        assert one("text", 3.0) == "3"


class TestTexts:
    """The normalised text and what is replaced in texts."""

    def test_every_code_point(self) -> None:
        """Exactly NFKC, then lower case, then the categories L* and N*, for every code point there is."""
        for code in range(0x110000):
            char = chr(code)
            lower = unicodedata.normalize("NFKC", char).lower()
            assert normalised(char) == "".join(c for c in lower if unicodedata.category(c)[0] in "LN"), hex(
                code
            )

    @given(st.text())
    def test_any_text(self, text: str) -> None:
        """The same for whole texts, where characters compose and the final sigma has its own form."""
        lower = unicodedata.normalize("NFKC", text).lower()
        assert normalised(text) == "".join(c for c in lower if unicodedata.category(c)[0] in "LN")

    def test_hash(self) -> None:
        """md5 of UTF-8."""
        assert text_hash(normalised("办 实 事！")) == text_hash("办实事")
        assert text_hash("") == "d41d8cd98f00b204e9800998ecf8427e"

    @pytest.mark.parametrize(
        "number",
        [
            "13900001111",
            "139-0000-1111",
            "139 0000 1111",
            "+86 13900001111",
            "１３９００００１１１１",
            "0839-3268446",
            "08393268446",
            "(0839)3268446",
            "510802199001011234",
            "51080219900101123X",
            "510802900101123",
            "8613900001111",
            "139.0000.1111",
            "139 - 0000 - 1111",
            "1\u200b390000\u200b1111",
            "139\x000000\x001111",
        ],
    )
    def test_numbers_are_replaced(self, number: str) -> None:
        """No digit of a phone or id number is left."""
        assert not any(char.isdigit() for char in masked(f"电话{number}，请联系"))
        assert masked(f"电话{number}，请联系").endswith("，请联系")

    @pytest.mark.parametrize(
        "text", ["2017年4月21日到3个村", "20170421", "第12345号文件", "2017-04-21 10:30"]
    )
    def test_other_numbers_stay(self, text: str) -> None:
        """Dates and counts are no phone numbers."""
        assert masked(text) == text

    @given(st.text(alphabet="01398-XxＸ０１ 年电(）)+"))
    def test_replacing_twice_changes_nothing(self, text: str) -> None:
        """What was replaced stays as it is."""
        assert masked(masked(text)) == masked(text)


class TestColumns:
    """A column at a time."""

    @given(st.lists(st.sampled_from(["12", "", "x", "12.5", True, 1.0, 0.0, False, "1", None, "３"])))
    def test_as_cell_by_cell(self, cells: list[object]) -> None:
        """The whole column gives what each cell gives alone."""
        whole = parse_column(column("whole", blank=0), cells, PLAIN)
        alone = [parse_column(column("whole", blank=0), [cell], PLAIN) for cell in cells]
        assert whole.values == [one.values[0] for one in alone]
        assert [index for index, _ in whole.problems] == [i for i, one in enumerate(alone) if one.problems]
        assert sum(count for *_, count in whole.repairs.values()) == sum(len(one.repairs) for one in alone)
