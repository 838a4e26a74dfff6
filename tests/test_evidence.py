"""Evidence: whole-data checks, what is set aside, personal data, and evidence/ read back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office_files import (
    CADRE_HEADER,
    CADRES,
    CHECK_HEADER,
    LOG_HEADER,
    LOGS,
    YOUTH_HEADER,
    YOUTHS,
    roster,
    write_csv,
)

import gy1100
from gy1100.errors import Refused
from gy1100.evidence import Evidence, read_evidence, write_evidence
from gy1100.findings import COLUMNS, Finding, findings_frame, in_order, shown
from gy1100.tables import schema
from gy1100.texts import normalised, text_hash
from gy1100.words import catalogue

RULEBOOK = gy1100.load_rulebook()
TABLES = {name: table for name, table in RULEBOOK.tables.items() if table.export}


def read(folder: Path, **options: Any) -> Evidence:
    """Read a folder, errors kept."""
    return read_evidence(folder, RULEBOOK, **({"keep_errors": True} | options))


def errors(evidence: Evidence) -> list[tuple[str, int | None]]:
    """Return code and row of each error."""
    return [(f.code, f.row) for f in evidence.findings if f.severity == "error"]


def notes(evidence: Evidence) -> dict[str, Finding]:
    """Return one note of each code."""
    return {f.code: f for f in evidence.findings if f.severity == "note"}


def ids(evidence: Evidence, table: str) -> list[str]:
    """Return the ids that stand in a table."""
    return evidence.tables[table].column(TABLES[table].key).to_pylist()


def bare(evidence: Evidence) -> dict[str, pa.Table]:
    """Return the tables without the columns that say where rows came from."""
    return {name: table.drop_columns(["source", "row"]) for name, table in evidence.tables.items()}


class TestTypes:
    """Every table is there, typed."""

    def test_absent_tables(self, tmp_path: Path) -> None:
        """An absent table is empty, typed and noted; the roster alone is enough."""
        roster(tmp_path)
        evidence = read(tmp_path, keep_errors=False)
        assert set(evidence.tables) == set(TABLES)
        assert evidence.present == {"cadres"}
        assert all(evidence.tables[name].schema == schema(table) for name, table in TABLES.items())
        absent = [f for f in evidence.findings if f.code == "absent_table"]
        assert len(absent) == len(TABLES) - 1
        assert not evidence.has_errors

    def test_arrow_types(self) -> None:
        """Dates, whole numbers, numbers, yes and no, text."""
        cadres, logs = schema(TABLES["cadres"]), schema(TABLES["logs"])
        assert (cadres.field("post_start").type, cadres.field("points").type) == (pa.date32(), pa.float64())
        assert (cadres.field("in_organ").type, cadres.field("cadre_id").type) == (pa.bool_(), pa.string())
        assert (logs.field("participants").type, logs.field("text_length").type) == (pa.int64(), pa.int32())
        assert (logs.field("source").type, logs.field("row").type) == (pa.int32(), pa.int32())

    def test_blanks(self, tmp_path: Path) -> None:
        """What an empty cell, or a column that is not there, means."""
        roster(tmp_path)
        write_csv(tmp_path / "logs.csv", LOG_HEADER[:5], [*LOGS[0][:4], ""])
        write_csv(tmp_path / "youths.csv", [*YOUTH_HEADER[:1], "团干部编号"], ["Y1", "G001"])
        write_csv(tmp_path / "checks.csv", CHECK_HEADER, ["C1", "", "G001", "电话抽查", "2017-06-01", "属实"])
        evidence = read(tmp_path, keep_errors=False)
        log = evidence.tables["logs"].to_pylist()[0]
        assert (log["text"], log["text_length"], log["text_hash"]) == ("", 0, text_hash(""))
        assert (log["participants"], log["channel"], log["recorded_on"]) == (0, None, None)
        youth, check = evidence.tables["youths"].to_pylist()[0], evidence.tables["spot_checks"].to_pylist()[0]
        assert (youth["mobile_login"], youth["registered_on"]) == (False, None)
        assert (check["coerced"], check["log_id"], check["satisfaction"]) == (False, None, None)
        assert evidence.tables["cadres"].column("points").to_pylist() == [120.0, None, 88.5]

    def test_text_hash(self, tmp_path: Path) -> None:
        """Hash and length are those of the normalised text as it was."""
        text = "Ａ类活动：联系青年（13900001111），３人！"
        roster(tmp_path)
        write_csv(tmp_path / "logs.csv", LOG_HEADER[:5], [*LOGS[0][:4], text])
        log = read(tmp_path).tables["logs"].to_pylist()[0]
        assert (log["text_hash"], log["text_length"]) == (text_hash(normalised(text)), len(normalised(text)))
        assert "1390" not in log["text"]


class TestRows:
    """What is refused, row by row."""

    def test_blank_required(self, tmp_path: Path) -> None:
        """A blank in a required column, with the place."""
        roster(tmp_path)
        write_csv(tmp_path / "logs.csv", LOG_HEADER, [*LOGS[0][:2], "", *LOGS[0][3:]], LOGS[1])
        evidence = read(tmp_path)
        found = next(f for f in evidence.findings if f.severity == "error")
        assert (found.code, found.file, found.row, found.column) == ("blank", "logs.csv", 2, "活动日期")
        assert ids(evidence, "logs") == ["L2"]
        assert dict(evidence.aside) == {("利州区", "logs"): 1}

    def test_all_problems_at_once(self, tmp_path: Path) -> None:
        """Every refused cell is listed and the run stops; with set_aside it goes on without the rows."""
        bad = [
            ["L3", "G001", "4月1日", "闲聊", "内容内容内容内容内容", "传真", "-1"],
            ["", "G009", "2017-05-01", "办实事", "x"],
        ]
        roster(tmp_path)
        write_csv(tmp_path / "logs.csv", LOG_HEADER, *LOGS, bad[0], [*bad[1], "", ""])
        with pytest.raises(Refused) as refused:
            read(tmp_path, keep_errors=False)
        codes = ["choice_unknown", "choice_unknown", "date_no_year", "number_negative", "blank"]
        assert sorted(f.code for f in refused.value.findings if f.severity == "error") == sorted(codes)
        assert "第4行" in str(refused.value)
        evidence = read(tmp_path, keep_errors=False, set_aside=True)
        assert ids(evidence, "logs") == ["L1", "L2"]
        assert evidence.set_aside
        assert dict(evidence.aside) == {("", "logs"): 1, ("利州区", "logs"): 1}

    def test_post_order(self, tmp_path: Path) -> None:
        """An end before the start refuses the roster's row; the cadre's rows go with it, as a note."""
        roster(tmp_path, ["G004", "赵六", "青川县", "专职", "否", "2017-06-01", "2017-05-01", ""])
        write_csv(tmp_path / "logs.csv", LOG_HEADER, *LOGS, ["L3", "G004", *LOGS[0][2:]])
        write_csv(tmp_path / "youths.csv", YOUTH_HEADER, ["Y9", "孙", "13900003333", "G004", "", ""])
        evidence = read(tmp_path)
        assert errors(evidence) == [("post_order", 5)]
        assert ids(evidence, "logs") == ["L1", "L2"]
        assert notes(evidence)["cascade"].args["count"] == 1
        assert dict(evidence.aside) == {
            ("青川县", "cadres"): 1,
            ("青川县", "logs"): 1,
            ("青川县", "youths"): 1,
        }

    def test_orphans(self, tmp_path: Path) -> None:
        """Rows of nobody on a roster."""
        roster(tmp_path)
        write_csv(tmp_path / "logs.csv", LOG_HEADER, *LOGS, ["L3", "g001", *LOGS[0][2:]])
        evidence = read(tmp_path)
        assert errors(evidence) == [("orphan", 4)]
        assert ids(evidence, "logs") == ["L1", "L2"]

    def test_lost_zeros(self, tmp_path: Path) -> None:
        """An id that lacks the zeros of one on a roster names that one, and stays an error."""
        roster(tmp_path, ["0012", "赵六", "利州区", "专职", "否", "", "", ""])
        write_csv(tmp_path / "logs.csv", LOG_HEADER, *LOGS, ["L3", "12", *LOGS[0][2:]])
        (found,) = [found for found in read(tmp_path).findings if found.severity == "error"]
        assert (found.code, found.row, found.value, found.args["like"]) == ("orphan_zeros", 4, "12", "0012")


class TestRepeats:
    """Ids and rows that stand there twice."""

    def test_equal_rows_of_two_files(self, tmp_path: Path) -> None:
        """Overlapping exports count once, with a note, also where the forms differ."""
        roster(tmp_path)
        write_csv(tmp_path / "a.csv", LOG_HEADER, *LOGS)
        again = ["L1", "G001", "2017年5月2日", "practical_help", f" {LOGS[0][4]} ", "mobile", "3.0"]
        write_csv(tmp_path / "b.csv", LOG_HEADER, again)
        evidence = read(tmp_path, keep_errors=False)
        assert sorted(ids(evidence, "logs")) == ["L1", "L2"]
        assert (notes(evidence)["rows_repeated"].file, notes(evidence)["rows_repeated"].row) == ("b.csv", 2)
        assert evidence.aside == {}

    def test_only_the_form_of_the_text(self, tmp_path: Path) -> None:
        """Texts that differ only in form are the same text, with a note."""
        roster(tmp_path)
        again = [*LOGS[0][:4], LOGS[0][4].replace("，", " , "), *LOGS[0][5:]]
        write_csv(tmp_path / "a.csv", LOG_HEADER, *LOGS, again)
        evidence = read(tmp_path, keep_errors=False)
        assert len(ids(evidence, "logs")) == 2
        assert "text_form" in notes(evidence)

    def test_different_rows(self, tmp_path: Path) -> None:
        """The same id with different rows: all of them are refused, each naming another."""
        roster(tmp_path)
        write_csv(tmp_path / "a.csv", LOG_HEADER, *LOGS, [*LOGS[0][:6], "4"])
        evidence = read(tmp_path)
        assert errors(evidence) == [("id_repeated", 2), ("id_repeated", 4)]
        assert [f.args["other"] for f in evidence.findings[:2]] == [4, 2]
        assert ids(evidence, "logs") == ["L2"]

    def test_two_rosters(self, tmp_path: Path) -> None:
        """One cadre on two units' rosters: both rows go, and every row that names the cadre."""
        roster(tmp_path)
        write_csv(tmp_path / "zone.csv", CADRE_HEADER, [*CADRES[0][:2], "经开区", *CADRES[0][3:]])
        write_csv(tmp_path / "logs.csv", LOG_HEADER, *LOGS)
        write_csv(
            tmp_path / "checks.csv", CHECK_HEADER, ["C1", "L1", "G001", "电话抽查", "2017-06-01", "属实"]
        )
        evidence = read(tmp_path)
        assert errors(evidence) == [("two_rosters", 2), ("two_rosters", 2)]
        assert ids(evidence, "cadres") == ["G002", "G003"]
        assert (ids(evidence, "logs"), ids(evidence, "spot_checks")) == (["L2"], [])
        gone = {("利州区", "cadres"): 1, ("广元经济技术开发区", "cadres"): 1}
        assert evidence.aside == gone | {("", "logs"): 1, ("", "spot_checks"): 1}

    def test_the_same_file_twice(self, tmp_path: Path) -> None:
        """A byte-identical copy counts once, evaluations too; it stays among the sources."""
        roster(tmp_path)
        header, row = ["团干部编号", "日期", "评价星级"], ["G001", "2017-06-01", "5"]
        for name in ("a.csv", "b.csv"):
            write_csv(tmp_path / name, header, row, row)
        evidence = read(tmp_path)
        assert evidence.tables["evaluations"].num_rows == 2
        assert [(s.file, s.rows) for s in evidence.sources if s.table == "evaluations"] == [
            ("a.csv", 2),
            ("b.csv", 0),
        ]
        assert notes(evidence)["same_file"].file == "b.csv"

    def test_rows_without_id(self, tmp_path: Path) -> None:
        """Equal rows count once, with a note – except evaluations."""
        header = ["团干部编号", "活动日期", "指导层级", "活动内容"]
        row = ["G001", "2017-06-01", "团支部", "学习讲话"]
        roster(tmp_path)
        write_csv(tmp_path / "a.csv", header, row, row, [*row[:2], "基层团委", row[3]])
        evidence = read(tmp_path)
        assert evidence.tables["practice_guidance"].num_rows == 2
        assert notes(evidence)["rows_repeated"].args["count"] == 1

    def test_mechanisms(self, tmp_path: Path) -> None:
        """Two states of one unit, element and date are refused; other dates are later checks."""
        header = ["所属县区", "要素", "状态", "文号", "核查日期"]
        rows = [
            ["利州区", "任务分工", state, "", day]
            for state, day in (("有", "2017-05-01"), ("部分", "2017-05-01"))
        ]
        roster(tmp_path)
        write_csv(tmp_path / "a.csv", header, *rows, ["利州", "任务分工", "无", "", "2017-06-01"])
        evidence = read(tmp_path)
        assert errors(evidence) == [("state_conflict", 2), ("state_conflict", 3)]
        assert evidence.tables["mechanisms"].column("state").to_pylist() == ["none"]
        assert [f.value for f in evidence.findings if f.severity == "error"] == ["有", "部分"]


class TestSpotChecks:
    """A check of a log must fit the log."""

    @pytest.mark.parametrize(
        ("check", "code"),
        [
            (["C1", "L1", "G002", "电话抽查", "2017-06-01", "属实"], "check_cadre"),
            (["C1", "L9", "G001", "电话抽查", "2017-06-01", "属实"], "check_log_unknown"),
            (["C1", "L1", "G001", "电话抽查", "2017-05-01", "属实"], "check_early"),
            (["C1", "L1", "G009", "电话抽查", "2017-06-01", "属实"], "orphan"),
            (["C1", "L1", "G001", "电话抽查", "2017-05-02", "属实"], None),
            (["C1", "", "G001", "电话抽查", "2017-04-01", "属实"], None),
        ],
    )
    def test_check(self, tmp_path: Path, check: list[str], code: str | None) -> None:
        """Its cadre, its existence, its date; a check without a log is of the cadre."""
        roster(tmp_path)
        write_csv(tmp_path / "logs.csv", LOG_HEADER, *LOGS)
        write_csv(tmp_path / "checks.csv", CHECK_HEADER, check)
        evidence = read(tmp_path)
        assert errors(evidence) == ([(code, 2)] if code else [])
        assert ids(evidence, "spot_checks") == ([] if code else ["C1"])

    def test_log_that_went(self, tmp_path: Path) -> None:
        """The check of a refused log goes with it, as a note."""
        roster(tmp_path)
        write_csv(tmp_path / "logs.csv", LOG_HEADER, [*LOGS[0][:2], "2017-13-01", *LOGS[0][3:]])
        write_csv(
            tmp_path / "checks.csv", CHECK_HEADER, ["C1", "L1", "G001", "电话抽查", "2017-06-01", "属实"]
        )
        evidence = read(tmp_path)
        assert errors(evidence) == [("date_impossible", 2)]
        assert ids(evidence, "spot_checks") == []
        assert "cascade" in notes(evidence)


class TestRemarks:
    """Notes that leave nothing out."""

    def test_notes(self, tmp_path: Path) -> None:
        """Dates outside the plan, other quarters, many participants, test accounts, contradicting organisations."""
        header = [*CADRE_HEADER, "所在团组织"]
        test = ["G009", "测试", "旺苍县", "专职", "否", "", "", "", "共青团苍溪县委办公室"]
        write_csv(tmp_path / "cadres.csv", header, *[[*row, ""] for row in CADRES], test)
        write_csv(tmp_path / "logs.csv", LOG_HEADER, [*LOGS[0][:2], "2017-03-31", *LOGS[0][3:6], "6000"])
        write_csv(tmp_path / "youths.csv", YOUTH_HEADER, *YOUTHS)
        write_csv(tmp_path / "s.csv", ["所属县区", "季度", "报送日期"], ["青川县", "2018Q1", "2018-03-01"])
        found = notes(read(tmp_path, keep_errors=False))
        codes = {"outside_plan", "other_quarter", "participants_many", "participants_above", "test_account"}
        assert codes | {"organisation_other", "unit_without_data", "unit_without_cadres"} <= set(found)
        assert found["organisation_other"].args["other"] == "苍溪县"
        assert found["unit_without_cadres"].args["unit"] == "青川县"

    def test_quiet(self, tmp_path: Path) -> None:
        """Clean data cause none of them."""
        roster(tmp_path)
        write_csv(tmp_path / "logs.csv", LOG_HEADER, *LOGS)
        assert set(notes(read(tmp_path))) == {"absent_table", "unit_without_data"}


class TestPersonalData:
    """Names, phones and ids of youths never leave the reader."""

    def test_dropped_and_counted(self, tmp_path: Path) -> None:
        """Personal columns are dropped, counted, and said so."""
        roster(tmp_path)
        write_csv(tmp_path / "y.csv", YOUTH_HEADER, *YOUTHS)
        evidence = read(tmp_path)
        dropped = [(f.column, f.args["count"]) for f in evidence.findings if f.code == "personal_dropped"]
        assert dropped == [("姓名", 2), ("手机号", 2)]
        assert not re.search("青年|139", str(evidence.tables["youths"].to_pydict()))

    def test_no_value_in_findings(self, tmp_path: Path) -> None:
        """No finding on the youths' table shows a value, not even of a repaired or unknown cell."""
        rows = [
            ["Y1", "赵某", "13900001111", "G777", "秘密日期", "也许"],
            ["Y2", "钱某", "1390", "G001", "2017年4月1号", "是"],
        ]
        roster(tmp_path)
        write_csv(tmp_path / "y.csv", YOUTH_HEADER, *rows, ["Y2", "孙某", "1391", "G002", "", "否"])
        found = [f for f in read(tmp_path).findings if f.file == "y.csv"]
        assert len({f.code for f in found}) > 4
        assert not any(f.value for f in found)
        words = "".join(f.problem() + f.mend() + f.problem("en") for f in found)
        assert not re.search("赵某|1390|秘密|G777|Y2", words)

    def test_phones_in_findings(self, tmp_path: Path) -> None:
        """A phone number in a refused cell is replaced."""
        roster(tmp_path)
        write_csv(tmp_path / "logs.csv", LOG_HEADER, [*LOGS[0][:2], "13900001111", *LOGS[0][3:]])
        assert next(f for f in read(tmp_path).findings if f.severity == "error").value == "【电话】"


class TestFindings:
    """Findings as a table and as words."""

    def test_every_code_has_words(self) -> None:
        """Each code in the code has a problem and a mend, in both languages."""
        package = Path(gy1100.__file__).parent
        source = "".join(
            path.read_text("utf-8")
            for name in (
                "checks",
                "remarks",
                "values",
                "dates",
                "evidence",
                "cells",
                "corrections",
                "settling",
                "deliveries",
                "names",
                "identifiers",
                "exports/*",
            )
            for path in package.glob(f"{name}.py")
        )
        own = (package / "catalogues" / "findings.yaml").read_text("utf-8")
        for code in set(re.findall(r"^findings\.(\w+)\.", own, re.MULTILINE)):
            assert {f"findings.{code}.problem", f"findings.{code}.mend"} <= set(catalogue())
            assert f'"{code}"' in source, code

    def test_frame(self) -> None:
        """The columns of findings.csv; rows are whole numbers or empty."""
        found = [Finding("error", "a.csv", "", 3, "日期", "x", "blank"), Finding("note", code="litter")]
        for lang in ("zh", "en"):
            frame = findings_frame(found, lang)
            assert tuple(frame.columns) == COLUMNS
            assert str(frame["row"].tolist()) == "[3, <NA>]"
        assert findings_frame([]).empty

    def test_shown(self) -> None:
        """One line, at most eighty characters, nothing unseen, no phone."""
        assert shown("a\r\nb\x1b[0m\u202e") == "a↵b〈U+001B〉[0m〈U+202E〉"
        assert len(shown("字" * 500)) == 80
        assert shown("13900001111") == "【电话】"

    def test_order(self) -> None:
        """Errors first, then by place, whatever the order they were made in."""
        found = [
            Finding("note", "a"),
            Finding("error", "b", row=2),
            Finding("error", "b", row=1),
            Finding("repair", "a"),
        ]
        assert in_order(found) == in_order(found[::-1])
        assert [(f.severity, f.row) for f in in_order(found)][:2] == [("error", 1), ("error", 2)]
        assert "b" in str(Finding("error", "b", row=1, value="v", code="blank"))


word = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)
tricky = st.one_of(
    word, st.sampled_from(["=1+1", "'=x", "''-1", "+5", "@a", "＝1", '="0"', "a\nb", "a\rb", "-", "'", "NA"])
)
name_id = st.one_of(
    st.integers(0, 10**6).map(str), st.sampled_from(["001", "-7", "=A1", "𠮷1", "团01", "a b", "A", "a"])
)
day = st.dates(dt.date(2017, 3, 1), dt.date(2018, 4, 30)).map(dt.date.isoformat)


@st.composite
def exports(draw: st.DrawFn) -> dict[str, list[Sequence[str]]]:
    """Return the rows of a small, clean delivery."""
    cadres = draw(st.lists(name_id, min_size=1, max_size=4, unique=True))
    one = st.sampled_from(cadres)
    units, kinds = (
        st.sampled_from(["利州区", "剑阁", "团苍溪县委"]),
        st.sampled_from(["专职", "挂职", "part_time"]),
    )
    points = st.sampled_from(["", "0", "12.25", "1,000", "0.1"])
    rows = [
        [c, "某人", draw(units), draw(kinds), draw(st.sampled_from("是否")), "", "", draw(points)]
        for c in cadres
    ]
    log_ids = draw(st.lists(name_id, max_size=5, unique=True))
    kind, channel = st.sampled_from(["办实事", "其他"]), st.sampled_from(["手机端", "网站", ""])
    logs = [
        [i, draw(one), draw(day), draw(kind), draw(tricky), draw(channel), draw(points.filter(str.isdigit))]
        for i in log_ids
    ]
    guidance = draw(st.lists(st.tuples(one, day, st.just("团支部"), st.just("学习讲话")), max_size=4))
    return {
        "cadres": [CADRE_HEADER, *rows],
        "logs": [LOG_HEADER, *logs],
        "guidance": [["团干部编号", "日期", "指导层级", "活动内容"], *guidance],
    }


class TestRoundTrip:
    """evidence/ is itself a folder of exports."""

    @settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(tables=exports())
    def test_equal_tables(self, tmp_path_factory: pytest.TempPathFactory, tables: dict[str, Any]) -> None:
        """What was accepted reads back equal, without an error or a repair."""
        folder = tmp_path_factory.mktemp("exports")
        for name, rows in tables.items():
            write_csv(folder / f"{name}.csv", *[[_neutral(cell) for cell in row] for row in rows])
        first = read(folder, keep_errors=False)
        write_evidence(first, folder / "evidence")
        again = read(folder / "evidence", keep_errors=False)
        assert again.present == first.present
        assert bare(again) == bare(first)
        assert [f for f in again.findings if f.severity == "repair"] == []

    def test_sample(self, tmp_path: Path) -> None:
        """The sample's evidence reads back equal, with the hashes of the original texts."""
        from gy1100.resources import sample_folder

        first = read(sample_folder(), keep_errors=False)
        write_evidence(first, tmp_path)
        again = read(tmp_path, keep_errors=False)
        assert bare(again) == bare(first)
        assert {f.severity for f in again.findings} <= {"note"}

    def test_only_present_tables(self, tmp_path: Path) -> None:
        """A table that was absent stays absent; one without rows stays present."""
        roster(tmp_path)
        write_csv(tmp_path / "logs.csv", LOG_HEADER)
        write_evidence(read(tmp_path), tmp_path / "evidence")
        assert sorted(path.name for path in (tmp_path / "evidence").iterdir()) == ["cadres.csv", "logs.csv"]

    def test_the_files(self, tmp_path: Path) -> None:
        """Ids as headers, ISO dates, a byte-order mark, no cell that would run as a formula, no personal column."""
        roster(tmp_path)
        write_csv(tmp_path / "logs.csv", LOG_HEADER, [*LOGS[0][:4], "'=HYPERLINK(1)", *LOGS[0][5:]])
        write_csv(tmp_path / "y.csv", YOUTH_HEADER, *YOUTHS)
        write_evidence(read(tmp_path), tmp_path / "evidence")
        data = (tmp_path / "evidence" / "logs.csv").read_bytes()
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        assert data.startswith(b"\xef\xbb\xbf")
        assert (rows[0]["date"], rows[0]["text"], rows[0]["kind"]) == (
            "2017-05-02",
            "'=HYPERLINK(1)",
            "practical_help",
        )
        assert list(rows[0])[-2:] == ["text_hash", "text_length"]
        youths = (tmp_path / "evidence" / "youths.csv").read_text("utf-8-sig").splitlines()
        assert youths[:2] == [
            "youth_id,cadre_id,industry,registered_on,mobile_login",
            "Y1,G001,,2017-04-03,1",
        ]

    def test_carried_hash(self, tmp_path: Path) -> None:
        """Where text_hash and text_length are there they are used; a damaged one is an error."""
        digest = text_hash("x")
        roster(tmp_path)
        header = [*LOG_HEADER[:5], "text_hash", "text_length"]
        write_csv(tmp_path / "logs.csv", header, [*LOGS[0][:5], digest, "11"], [*LOGS[1][:5], "", ""])
        table = read(tmp_path, keep_errors=False).tables["logs"]
        assert table.column("text_hash").to_pylist() == [digest, text_hash(normalised(LOGS[1][4]))]
        assert table.column("text_length").to_pylist() == [11, len(normalised(LOGS[1][4]))]
        write_csv(tmp_path / "logs.csv", header, [*LOGS[0][:5], "xyz", "11"])
        assert errors(read(tmp_path)) == [("hash_unreadable", 2)]

    def test_set_aside_rows_do_not_come_back(self, tmp_path: Path) -> None:
        """evidence/ of a run with set_aside holds exactly the rows that stand, and reads without an error."""
        roster(tmp_path, ["G004", "赵六", "青川县", "专职", "否", "2017-06-01", "2017-05-01", ""])
        write_csv(
            tmp_path / "logs.csv",
            LOG_HEADER,
            *LOGS,
            ["L3", "G004", *LOGS[0][2:]],
            ["L4", "G001", "昨天", *LOGS[0][3:]],
        )
        checks = [
            ["C1", "L4", "G001", "电话抽查", "2017-06-01", "属实"],
            ["C2", "L3", "G004", "电话抽查", "2017-06-01", "属实"],
        ]
        write_csv(tmp_path / "c.csv", CHECK_HEADER, *checks)
        first = read(tmp_path, keep_errors=False, set_aside=True)
        write_evidence(first, tmp_path / "evidence")
        assert bare(read(tmp_path / "evidence", keep_errors=False)) == bare(first)


def _neutral(cell: str) -> str:
    """Return a cell as an office's csv would hold it."""
    return f"'{cell}" if re.match(r"'*[=+\-@\t\r＝＋－＠]", cell) else cell


def test_rows_without_a_cadre_are_nobodys(tmp_path: Path) -> None:
    """A roster row whose id is blank takes no rows of others whose cadre is blank too."""
    roster(tmp_path, ["", "无名", "利州区", "专职", "", "", "", ""])
    write_csv(tmp_path / "logs.csv", LOG_HEADER, LOGS[0], ["L9", "", *LOGS[1][2:]])
    found = read_evidence(tmp_path, keep_errors=True, set_aside=True)
    assert found.aside == {("", "logs"): 1, ("利州区", "cadres"): 1}
