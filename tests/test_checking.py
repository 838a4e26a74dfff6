"""The command spot-checks and its workbook: frozen, drawn, filled in by a clerk, read back, extended."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from small_exports import days, write_tables

from gy1100 import read_evidence
from gy1100.cli import run
from gy1100.resources import sample_folder

SEED = "31415926535897932384"
LIST = "抽查名单.xlsx"
FILLED: dict[str, Any] = {
    "方式": "电话抽查",
    "抽查日期": datetime(2018, 3, 6),
    "结果": "属实",
    "是否强迫": "否",
}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder of its own."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """Return exports of two units with thirty logs each; one account is a phone number."""
    roster = [
        {"cadre_id": "G1", "name": "王小明"},
        {"cadre_id": "13812345678", "name": "李小红", "unit": "苍溪县", "cadre_type": "part_time"},
    ]
    logs = [
        {"log_id": f"L{n}{k:03d}", "cadre_id": who["cadre_id"], "date": day, "text": f"秘密走访青年第{k}家"}
        for n, who in enumerate(roster)
        for k, day in enumerate(days("2017-04-03", 30, 5))
    ]
    youths = [{"cadre_id": "G1", "industry": "农业", "姓名": "赵青年"}]
    return write_tables(tmp_path / "exports", {"cadres": roster, "logs": logs, "youths": youths})


def spot_checks(exports: Path, *options: object) -> int:
    """Run the command into the folder ``out``."""
    return run(["spot-checks", str(exports), "--out", "out", *map(str, options)])


def record(name: str, folder: str = "out") -> Any:
    """Return one of the records."""
    return json.loads((Path(folder) / name).read_text("utf-8"))


def rows(name: str, folder: str = "out") -> list[dict[str, str]]:
    """Return the rows of one of the csv files."""
    with (Path(folder) / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fill(path: Path, target: Path, *answers: Mapping[str, str]) -> list[str]:
    """Fill answers into the first rows, as a clerk would, and save elsewhere; return the log ids filled in."""
    book = openpyxl.load_workbook(path)
    sheet = book["抽查记录"]
    at = {cell.value: cell.column for cell in sheet[1]}
    for number, answer in enumerate(answers, 2):
        for header, value in (FILLED | dict(answer)).items():
            sheet.cell(number, at[header], value or None)
    book.save(target)
    return [sheet.cell(number, at["日志编号"]).value for number in range(2, len(answers) + 2)]


def listed(path: Path) -> list[dict[str, Any]]:
    """Return the rows of the list to check."""
    grid = openpyxl.load_workbook(path)["抽查记录"].iter_rows(values_only=True)
    header = next(grid)
    return [dict(zip(header, row, strict=True)) for row in grid if row[0]]


def test_frozen_first_then_drawn(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a seed the frame is frozen and its hash told; the draw keeps the record byte for byte and says so."""
    assert spot_checks(exports, "--per-unit", 4) == 0
    frozen = Path("out/frame.json").read_bytes()
    assert hashlib.sha256(frozen).hexdigest() in capsys.readouterr().out
    assert (
        record("frame.json")["frame"]["sha256"]
        == hashlib.sha256(Path("out/frame.csv").read_bytes()).hexdigest()
    )
    assert spot_checks(exports, "--seed", SEED) == 0
    assert Path("out/frame.json").read_bytes() == frozen
    assert record("draw.json")["frame_first"] is True
    assert "抽样框先冻结" in capsys.readouterr().out
    assert Counter(row["unit"] for row in rows("draw.csv")) == {"剑阁县": 4, "苍溪县": 4}


def test_in_one_go_says_so(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Seed and frame together: record, workbook and console say that nobody can tell which came first."""
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 3) == 0
    assert record("frame.json")["frozen_with_seed"] is True and record("draw.json")["frame_first"] is False
    notes = [str(cell) for row in openpyxl.load_workbook(f"out/{LIST}")["说明"].values for cell in row]
    assert any("无法判断孰先孰后" in cell for cell in notes)
    assert "无法判断孰先孰后" in capsys.readouterr().out


def test_the_draw_is_anybodys(exports: Path) -> None:
    """From frame.csv and the seed alone the standard library draws what draw.csv has."""
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 5) == 0
    for unit in ("剑阁县", "苍溪县"):
        ids = [row["log_id"] for row in rows("frame.csv") if row["unit"] == unit]
        lowest = sorted(ids, key=lambda i: hashlib.sha256(f"{SEED},{i}".encode()).digest())[:5]
        assert [row["log_id"] for row in rows("draw.csv") if row["unit"] == unit] == lowest


def test_two_draws_are_the_same_bytes(exports: Path) -> None:
    """The list and the sample depend on frame, seed and register alone."""
    assert spot_checks(exports, "--per-unit", 4) == 0
    shutil.copytree("out", "frozen")
    seed = ("--seed", SEED, "--seed-time", record("frame.json")["frozen_at"])
    assert spot_checks(exports, *seed) == 0
    options = (*seed, "--frame", "frozen/frame.json", "--out", "again")
    assert run(["spot-checks", str(exports), *options]) == 0
    for name in (LIST, "draw.csv", "frame.json", "frame.csv"):
        assert (Path("out") / name).read_bytes() == (Path("again") / name).read_bytes(), name


def test_an_untouched_list_reads_back_with_one_note(exports: Path) -> None:
    """Rows that nobody filled in are not checked yet: no error, one note, every row accounted for."""
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 4) == 0
    shutil.copy(f"out/{LIST}", exports / LIST)
    evidence = read_evidence(exports)
    (note,) = [found for found in evidence.findings if found.file == LIST]
    assert (note.severity, note.code, note.args["count"]) == ("note", "open_rows", 8)
    assert evidence.tables["spot_checks"].num_rows == 0
    (tally,) = [tally for tally in evidence.tallies if tally.file == LIST]
    assert tally.is_whole and tally.open == 8


def test_what_a_clerk_fills_in_is_read_without_a_finding(exports: Path) -> None:
    """A whole list, a phone-number account among it, is the register; no finding but those of the data as a whole."""
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 3) == 0
    ids = fill(Path("out") / LIST, exports / "电话抽查.xlsx", *[{}] * 6)
    evidence = read_evidence(exports)
    assert [found for found in evidence.findings if found.file == "电话抽查.xlsx"] == []
    table = evidence.tables["spot_checks"]
    assert sorted(table["log_id"].to_pylist()) == sorted(ids)
    assert set(table["outcome"].to_pylist()) == {"genuine"} and not any(table["coerced"].to_pylist())


@pytest.mark.parametrize("left", ["方式", "抽查日期", "结果"])
def test_a_half_filled_row_is_an_error(exports: Path, left: str) -> None:
    """A row with an answer but without one that is needed is told, not taken for open."""
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 2) == 0
    fill(Path("out") / LIST, exports / LIST, {left: ""})
    errors = [f for f in read_evidence(exports, keep_errors=True).findings if f.severity == "error"]
    assert [(f.code, f.column, f.row) for f in errors] == [("blank", left, 2)]


def test_open_rows_of_another_list_stay_errors(exports: Path) -> None:
    """Only a list of ours may have open rows: the same sheet without its hidden name is refused row by row."""
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 2) == 0
    book = openpyxl.load_workbook(f"out/{LIST}")
    for sheet in book.worksheets:
        sheet.defined_names.clear()
    del book["说明"]
    book.save(exports / "别的.xlsx")
    codes = Counter(
        f.code for f in read_evidence(exports, keep_errors=True).findings if f.severity == "error"
    )
    assert codes["blank"] == 4 * 3


def test_a_second_round_extends_the_first(exports: Path) -> None:
    """Ten a unit keep the first three; what was checked is shown as done, who was not reached is listed again."""
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 3) == 0
    first = listed(Path("out") / LIST)
    outcomes = [{}, {"结果": "未接通"}, {"结果": "不属实"}]
    fill(Path("out") / LIST, exports / "第一轮.xlsx", *outcomes)
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 10) == 0
    second = listed(Path("out") / LIST)
    again = {row["日志编号"]: row["抽查编号"] for row in second}
    assert len(second) == 20 - 2
    assert again[first[1]["日志编号"]] == f"{first[1]['抽查编号']}-2"
    assert {row["日志编号"] for row in first[3:]} <= set(again)
    done = [row[0] for row in openpyxl.load_workbook(f"out/{LIST}")["已抽查"].values][1:]
    assert sorted(done) == sorted([first[0]["日志编号"], first[2]["日志编号"]])
    assert [one["per_unit"] for one in record("draw.json")["rounds"]] == [3, 10]
    fill(Path("out") / LIST, exports / "第二轮.xlsx", *[{}] * 18)
    evidence = read_evidence(exports)
    assert [f for f in evidence.findings if f.file.endswith("轮.xlsx") and f.code != "open_rows"] == []
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 10) == 0

    found = [(row["n"], row["genuine"], row["open"]) for row in rows("estimates.csv")]
    assert found == [("10", "9", "0"), ("10", "10", "0")]


def test_what_is_on_record_is_not_drawn_anew(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another seed, fewer logs and a new frame are refused once a frame was drawn from."""
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 3) == 0
    before = Path("out/draw.json").read_bytes()
    for options in (("--seed", "1", "--per-unit", 3), ("--seed", SEED, "--per-unit", 2), ("--per-unit", 3)):
        assert spot_checks(exports, *options) == 2
    assert Path("out/draw.json").read_bytes() == before
    assert "another seed needs a new frame" in capsys.readouterr().err


def test_another_record_of_the_same_frame_is_not_drawn_from(
    exports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rule stands in the record, not among the logs: another record of them is refused, the announced one not."""
    assert spot_checks(exports, "--per-unit", 4) == 0
    assert run(["spot-checks", str(exports), "--out", "other", "--per-unit", "2", "--whole-units"]) == 0
    assert Path("out/frame.csv").read_bytes() == Path("other/frame.csv").read_bytes()
    shutil.copytree("out", "announced")
    assert spot_checks(exports, "--seed", SEED) == 0
    before = {path.name: path.read_bytes() for path in Path("out").iterdir()}
    assert spot_checks(exports, "--seed", SEED, "--frame", "other") == 2
    assert {path.name: path.read_bytes() for path in Path("out").iterdir()} == before
    assert "was drawn from and is not replaced" in capsys.readouterr().err
    assert spot_checks(exports, "--seed", SEED, "--frame", "announced", "--per-unit", 5) == 0
    shutil.copy("other/frame.json", "out/frame.json")
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 6) == 2
    Path("out/frame.json").unlink()
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 6) == 2


def test_a_list_that_was_filled_in_is_not_overwritten(
    exports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Work on the list in the output folder is never lost to a second run."""
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 3) == 0
    fill(Path("out") / LIST, Path("out") / LIST, {})
    filled = Path(f"out/{LIST}").read_bytes()
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 5) == 73
    assert Path(f"out/{LIST}").read_bytes() == filled and "filled in" in capsys.readouterr().err


def test_a_frame_that_changed_stops_the_draw(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A log that came after the freeze: exit 65, counted by unit, nothing drawn."""
    assert spot_checks(exports, "--per-unit", 3) == 0
    with (exports / "logs.csv").open("a", encoding="utf-8") as file:
        file.write("L999,G1,2017-11-01,heart_talk,后来补报的一篇走访日志,web\n")
    assert spot_checks(exports, "--seed", SEED) == 65
    assert "剑阁县: 1 new, 0 gone" in capsys.readouterr().err and not Path("out/draw.csv").exists()


def test_a_frame_of_another_day_stops_the_draw(exports: Path) -> None:
    """The day is the frame's own unless another is asked for, which is refused."""
    assert spot_checks(exports, "--per-unit", 3, "--as-of", "2017-06-30") == 0
    assert spot_checks(exports, "--seed", SEED, "--as-of", "2017-12-31") == 65
    assert spot_checks(exports, "--seed", SEED) == 0
    assert {row["活动日期"].date().isoformat() <= "2017-06-30" for row in listed(Path("out") / LIST)} == {
        True
    }


@pytest.mark.parametrize(
    ("options", "code"),
    [(("--seed", SEED), 2), (("--seed", "", "--per-unit", 3), 2), (("--seed", "\udcff12", "--per-unit", 3), 2),
     (("--seed", SEED, "--per-unit", 0), 2),
     (("--seed", SEED, "--per-unit", 3, "--seed-time", "2018-03-05T09:00"), 65),
     (("--seed", SEED, "--per-unit", 3, "--seed-time", "gestern"), 2),
     (("--seed", SEED, "--per-unit", 3, "--lots", "5"), 2), (("--lots", "0.05:0.2"), 2),
     (("--seed", SEED, "--per-unit", 3, "--frame", "nowhere.json"), 66)],
)  # fmt: skip
def test_wrong_use_is_told(exports: Path, options: tuple[object, ...], code: int) -> None:
    """Each way to ask for the wrong thing has its exit status, and leaves nothing behind."""
    assert spot_checks(exports, *options) == code
    assert not Path("out").exists()


def test_exports_with_errors_are_refused(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 65 with every error listed and what to do; with --set-aside the frame is what stands."""
    with (exports / "logs.csv").open("a", encoding="utf-8") as file:
        file.write(
            "L999,G1,2017-99-01,heart_talk,日期写错的一篇走访日志,web\nL998,G9,2017-05-01,heart_talk,无此人的日志,web\n"
        )
    assert spot_checks(exports, "--per-unit", 3) == 65
    told = capsys.readouterr().err
    assert "2017-99-01" in told and "G9" in told and "gy1100 check" in told
    assert spot_checks(exports, "--per-unit", 3, "--set-aside") == 0
    assert record("frame.json")["frame"]["logs"] == 60


def test_risk_chosen_logs_are_listed_and_marked(exports: Path, tmp_path: Path) -> None:
    """They stand below the unit's random part with their reason, and the estimate knows nothing of them."""
    (tmp_path / "risk.csv").write_text("日志编号,理由\nL0028,与 L0009 雷同\nL1003,\n", "gb18030")
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 3, "--risk", "risk.csv") == 0
    marked = {
        row["日志编号"]: row["抽取方式"] for row in listed(Path("out") / LIST) if row["抽取方式"] != "随机"
    }
    assert marked == {"L0028": "风险：与 L0009 雷同", "L1003": "风险"}
    assert [row["drawn"] for row in rows("estimates.csv")] == ["3", "3"]
    (tmp_path / "risk.csv").write_text("日志编号\nL404\n", "utf-8")
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 3, "--risk", "risk.csv") == 65


def test_lots_are_decided_where_asked_for(exports: Path) -> None:
    """Nothing checked: each lot is open, with its rule and the rule's risks."""
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 8, "--lots", "0.05:0.3") == 2
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 8, "--lots", "0.05:0.3", "--whole-units") == 0
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 9, "--by-type") == 2
    assert [(row["unit"], row["decision"]) for row in rows("lots.csv")] == [
        ("剑阁县", "open"),
        ("苍溪县", "open"),
    ]


def written(folder: Path) -> str:
    """Return all text of all files of a folder, workbooks unpacked."""
    texts = [path.read_text("utf-8") for path in folder.iterdir() if path.suffix != ".xlsx"]
    for path in folder.glob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        texts += [str(cell) for sheet in book.worksheets for row in sheet.values for cell in row]
    return "\n".join(texts)


def test_nothing_personal_is_written(exports: Path) -> None:
    """No log text, no youth, no phone number; cadres' names only where they are wanted."""
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 30) == 0
    told = written(Path("out"))
    assert not re.search("秘密|赵青年|农业|13812345678", told) and "王小明" in told and "李小红" in told
    options = ("--seed", SEED, "--per-unit", "30", "--no-names", "--out", "nameless")
    assert run(["spot-checks", str(exports), *options]) == 0
    assert not re.search("王小明|李小红", written(Path("nameless")))


def test_drop_downs_hold_what_the_register_takes(exports: Path) -> None:
    """Method, outcome, satisfaction and coercion are chosen from lists; a date lies between activity and last day."""
    assert spot_checks(exports, "--seed", SEED, "--per-unit", 2) == 0
    sheet = openpyxl.load_workbook(f"out/{LIST}")["抽查记录"]
    header = [cell.value for cell in sheet[1]]
    known = sheet.data_validations.dataValidation
    rules = {header[next(iter(rule.sqref.ranges)).min_col - 1]: rule for rule in known}
    assert rules["结果"].formula1 == '"属实,部分属实,不属实,未接通"'
    assert [rules[name].type for name in ("方式", "满意度", "是否强迫", "抽查日期")] == ["list"] * 3 + [
        "date"
    ]
    assert header[ord(rules["抽查日期"].formula1.strip("$2")) - ord("A")] == "活动日期"


def test_the_sample_from_start_to_end(capsys: pytest.CaptureFixture[str]) -> None:
    """Without exports the shipped sample is drawn from, marked as such, into its own folder."""
    assert run(["spot-checks", "--seed", SEED, "--per-unit", "10", "--lang", "en"]) == 0
    out = Path("output/sample/spot-checks")
    assert Counter(row["unit"] for row in rows("draw.csv", str(out))).total() == 90
    assert "示例数据" in openpyxl.load_workbook(out / "spot_checks.xlsx").properties.title or "sample" in (
        openpyxl.load_workbook(out / "spot_checks.xlsx").properties.title
    )
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert set(manifest["files"]) == {
        "frame.json", "frame.csv", "draw.json", "draw.csv", "estimates.csv", "spot_checks.xlsx",
    }  # fmt: skip
    shutil.copytree(sample_folder(), "exports")
    shutil.copy(out / "spot_checks.xlsx", "exports")
    assert [f.code for f in read_evidence("exports").findings if f.file == "spot_checks.xlsx"] == [
        "open_rows"
    ]
    assert "to check" in capsys.readouterr().out
