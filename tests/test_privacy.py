"""Phone and id numbers planted everywhere are nowhere in what is written; names can be left out."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import papermill
import pyarrow as pa
import pytest

from gy1100 import assess, load_rulebook, read_evidence
from gy1100.cli import run
from gy1100.errors import CannotWrite
from gy1100.evidence import Evidence, write_evidence
from gy1100.exports.clean_texts import MANY, all_hashed, hashed
from gy1100.findings import Finding
from gy1100.privacy import masked_texts, pseudonym, secret_key, without_names, without_numbers
from gy1100.resources import notebook_path
from gy1100.texts import PERSONS_NUMBER, SHORTEST_NUMBER, is_personal, masked_name

from .office_files import CADRE_HEADER, CADRES, CHECK_HEADER, LOG_HEADER, LOGS, roster, write_csv, write_xlsx

PHONES = iter(f"139{n:04d}{7777 - n}" for n in range(1, 100))
IDS = iter(f"51080219{80 + n % 20}0{1 + n % 9}1{n % 10}{1000 + 37 * n}"[:17] + "X" for n in range(1, 100))
PLANTED: dict[str, str] = {}
YOUTH_NAMES = ("欧阳甲乙", "司马丙丁")


def phone(place: str) -> str:
    """Return the phone number that is planted in one place."""
    return PLANTED.setdefault(f"{place} phone", next(PHONES) if f"{place} phone" not in PLANTED else "")


def id_number(place: str) -> str:
    """Return the id number that is planted in one place."""
    return PLANTED.setdefault(f"{place} id", next(IDS) if f"{place} id" not in PLANTED else "")


@pytest.fixture(autouse=True)
def own_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep keys of tests in folders of their own."""
    monkeypatch.delenv("GY1100_KEY", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def exports(folder: Path, *, broken: bool) -> Path:
    """Return a delivery with numbers of people in every place where one may stand."""
    folder.mkdir()
    header = [*CADRE_HEADER, "手机号", "身份证号", "备注", "所在团组织"]
    extra = [
        phone("cadre column"),
        id_number("cadre column"),
        phone("unknown column"),
        f"共青团{phone('organisation')}",
    ]
    account = [phone("account"), "赵六", "剑阁县", "专职", "是", "", "", "", *extra]
    title = [f"团干部名册 联系人{phone('title')}"] + [""] * (len(header) - 1)
    write_csv(folder / "cadres.csv", title, header, *([*row, *[""] * 4] for row in CADRES), account)
    youths = [
        ["青年编号", "姓名", "手机号", "身份证号", "团干部编号", "行业", "登记日期", f"紧急联系{phone('header')}"],
        [phone("youth id"), YOUTH_NAMES[0], phone("youth"), id_number("youth"), "G001", f"网店{phone('industry')}",
         "2017-04-03", phone("youth unknown")],
        ["Y2", YOUTH_NAMES[1], phone("youth two"), "", PLANTED["account phone"], "", "2017-04-04", ""],
    ]  # fmt: skip
    if broken:
        youths.append(["Y3", YOUTH_NAMES[0], "", "", "G001", "", phone("youth broken"), ""])
    write_xlsx(folder / "youths.xlsx", {f"青年{phone('sheet')}": youths})
    write_csv(folder / f"日志{phone('file name')}.csv", LOG_HEADER, *_logs(broken=broken))
    remarks = f"电话{phone('remarks')}"
    check = [
        "C1",
        "L1",
        "G001",
        "电话抽查",
        "2017-06-01",
        "属实",
        remarks,
        phone("satisfaction") if broken else "满意",
    ]
    write_csv(folder / "checks.csv", [*CHECK_HEADER, "备注", "满意度"], check)
    media = ["利州区", "2017-05-01", f"晚报{phone('outlet')}", "市", f"题{phone('media title')}",
             f"http://example.org/{phone('link')}/20170501123456.html"]  # fmt: skip
    write_csv(folder / "media.csv", ["所属县区", "刊发日期", "媒体", "级别", "标题", "链接"], media)
    return folder


def _logs(*, broken: bool) -> list[list[str]]:
    account = PLANTED["account phone"]
    good = [
        [
            "L1",
            "G001",
            "2017-05-02",
            "办实事",
            f"帮青年联系就业，电话{phone('log')}，身份证{id_number('log')}。",
            "手机端",
            "1",
        ],
        [
            "L2",
            account,
            "2017-05-03",
            "谈心谈话",
            "与返乡创业青年座谈，了解贷款需求和用工困难。",
            "网站",
            "1",
        ],
    ]
    bad = [
        ["L3", "G001", phone("broken date"), "办实事", f"打{phone('broken log')}。", "手机端", "1"],
        ["L4", phone("orphan"), "2017-05-02", "办实事", "走访。", "手机端", "1"],
        [
            "L5",
            "G001",
            "2017-05-02",
            phone("broken choice"),
            "走访。",
            f"{id_number('broken channel')}",
            phone("count"),
        ],
    ]
    return [*good, *bad] if broken else good


def every_text(folder: Path) -> dict[str, str]:
    """Return every file below a folder as text, zipped ones unzipped, and the names themselves."""
    found = {"(names)": " ".join(str(path.relative_to(folder)) for path in folder.rglob("*"))}
    for path in (path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        if data.startswith(b"PK"):
            with zipfile.ZipFile(BytesIO(data)) as book:
                data = b"\n".join(book.read(name) for name in book.namelist())
        found[str(path.relative_to(folder))] = data.decode("utf-8", "replace")
    return found


def leaks(texts: dict[str, str]) -> list[tuple[str, str]]:
    """Return where which planted number, or name of a youth, stands."""
    wanted = PLANTED | {name: name for name in YOUTH_NAMES}
    return [
        (file, place) for file, text in texts.items() for place, secret in wanted.items() if secret in text
    ]


def test_everything_is_planted(tmp_path: Path) -> None:
    """Each number stands in the exports once at least, so that the other tests look for what is there."""
    planted = leaks(every_text(exports(tmp_path / "in", broken=True)))
    assert {place for _, place in planted} == {*PLANTED, *YOUTH_NAMES}


@pytest.mark.parametrize("options", [[], ["--set-aside"]])
def test_check_writes_no_number(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], options: list[str]
) -> None:
    """The import report of broken exports: page, notebook, findings, lists, evidence, manifest, console."""
    folder, out = exports(tmp_path / "in", broken=True), tmp_path / "out"
    run(["check", str(folder), "--out", str(out), *options])
    console = capfd.readouterr()
    assert (out / "findings.csv").is_file()
    assert (out / "units").is_dir()
    assert leaks(every_text(out) | {"stdout": console.out, "stderr": console.err}) == []


@pytest.mark.parametrize("broken", [False, True], ids=["clean", "refused"])
def test_year_end_writes_no_number(tmp_path: Path, capfd: pytest.CaptureFixture[str], broken: bool) -> None:
    """The assessment with evidence and reports; of broken exports without their wrong rows and without names."""
    folder, out = exports(tmp_path / "in", broken=broken), tmp_path / "out"
    more = ["--set-aside", "--no-names"] if broken else []
    code = run(["year-end", str(folder), "--out", str(out), "--keep-evidence", "--reports", "none", *more])
    console = capfd.readouterr()
    assert code == 0
    if not broken:
        unit_report(folder, out)
    assert (out / "evidence" / "cadres.csv").is_file()
    written = every_text(out)
    assert leaks(written | {"stdout": console.out, "stderr": console.err}) == []
    assert not broken or named_in(written) == []


def unit_report(folder: Path, out: Path) -> None:
    """Write one unit's report as notebook and document."""
    values = {"unit": "剑阁县", "exports": str(folder), "document": str(out / "剑阁县.docx")}
    written = out / "剑阁县.ipynb"
    papermill.execute_notebook(
        str(notebook_path("county_report")), str(written), values, kernel_name="python3", language="python",
        progress_bar=False,
    )  # fmt: skip
    assert (out / "剑阁县.docx").is_file()


def named_in(texts: dict[str, str]) -> list[tuple[str, str]]:
    """Return where which cadre is named."""
    names = [row[1] for row in CADRES] + ["赵六"]
    return [(file, name) for file, text in texts.items() for name in names if name in text]


def test_no_names_leaves_cadres_out(tmp_path: Path) -> None:
    """With --no-names no cadre is named in any file of the import report (the assessment is tried above)."""
    folder, out = exports(tmp_path / "in", broken=False), tmp_path / "out"
    assert run(["check", str(folder), "--out", str(out), "--no-names"]) == 0
    assert named_in(every_text(out)) == []


def test_accounts_that_are_phones_score_like_others(tmp_path: Path) -> None:
    """A coded account keeps its logs and youths: evidence/ read again gives the same scores."""
    evidence = read_evidence(exports(tmp_path / "in", broken=False))
    write_evidence(evidence, tmp_path / "evidence")
    book = load_rulebook()
    first, again = (assess(e, book, "2018-03-02") for e in (evidence, read_evidence(tmp_path / "evidence")))
    assert first.scores.equals(again.scores)
    assert first.cadres.equals(again.cadres)
    coded = [cadre for cadre in first.cadres["cadre_id"] if cadre.startswith("P")]
    assert len(coded) == 1
    assert coded[0] in first.evidence.tables["logs"]["cadre_id"].to_pylist()


def test_the_reader_says_which_ids_are_numbers_of_people(tmp_path: Path) -> None:
    """A note counts the accounts and youths' ids that are phones, without showing them."""
    evidence = read_evidence(exports(tmp_path / "in", broken=False))
    noted = [found for found in evidence.findings if found.code == "personal_id"]
    assert sorted((found.args["count"], found.value) for found in noted) == [(1, ""), (1, "【电话】")]


def test_evidence_without_such_ids_stays_as_it_is(tmp_path: Path) -> None:
    """Ordinary ids, eighteen digits too, are nobody's number; no key is made for them."""
    rows = [
        [name, *CADRES[0][1:]] for name in ("G1", "201704010000000017", "510802201704010001", "20170401001")
    ]
    write_csv(tmp_path / "cadres.csv", CADRE_HEADER, *rows)
    evidence = read_evidence(tmp_path)
    assert without_numbers(evidence) is evidence
    assert not (tmp_path / "config").exists()


@pytest.mark.parametrize("others", [["G1"], [""], [None], ["+"], ["12"], ["手机"]])
@pytest.mark.parametrize("number", ["13900001111", "+8613900001111", "8613900001111", "51080219800101123X"])
def test_numbers_among_other_ids_are_replaced(number: str, others: list[str | None]) -> None:
    """Whatever stands beside it, before or after it in order, an id that is a person's number never stays."""
    table = pa.table({"cadre_id": pa.array([*others, number, *others], pa.string())})
    evidence = Evidence({"logs": table}, frozenset({"logs"}), (), (), False, {})
    left = without_numbers(evidence).tables["logs"]["cadre_id"].to_pylist()
    assert [*left[:1], *left[2:]] == [*others, *others] and re.fullmatch(r"P[A-Z2-7]{12}", left[1])


def test_the_key_is_made_once_and_kept_to_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key file is made at the first need, readable by its owner only; the environment wins."""
    key = secret_key()
    path = tmp_path / "config" / "gy1100" / "key"
    assert secret_key() == key == path.read_bytes()
    assert len(key) == 64
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    monkeypatch.setenv("GY1100_KEY", "office")
    assert secret_key() == b"office"


def test_without_a_place_for_the_key_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no key can be made the run stops and says how to give one."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    with pytest.raises(CannotWrite, match="GY1100_KEY"):
        secret_key()


def test_pseudonyms_depend_on_key_and_kind() -> None:
    """The same number under another key, or as a youth's id, has another code; none looks like a number."""
    codes = {pseudonym(kind, "13900001111", key) for kind in ("cadre_id", "youth_id") for key in (b"a", b"b")}
    assert len(codes) == 4
    assert all(re.fullmatch(r"P[A-Z2-7]{12}", code) for code in codes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13900001111", True), ("+8613900001111", True), ("１３９００００１１１１", True), ("510802199003071234", True),
        ("51080219900307123X", True), ("12900001111", False), ("139000011112", False), ("201704010000000017", False),
        ("510802201704010001", False), ("G13900001111", False),
    ],
)  # fmt: skip
def test_what_is_a_persons_number(text: str, expected: bool) -> None:
    """Mobile and resident numbers, nothing that is merely long."""
    assert is_personal(text) is expected


def test_no_persons_number_is_shorter_than_the_shortest() -> None:
    """Columns of shorter ids need not be searched for one."""
    assert re._parser.parse(PERSONS_NUMBER).getwidth()[0] == SHORTEST_NUMBER


def test_names_of_files_keep_dates_and_serials() -> None:
    """Of a file's name only the phone is replaced; the time of an export stays."""
    assert masked_name("张三13900001111_20170630153012.xlsx") == "张三【电话】_20170630153012.xlsx"


def test_texts_and_links_are_masked_with_care() -> None:
    """In texts every long number goes, in links only what is surely a person's."""
    link = "http://example.org/20170501123456789.html"
    texts = pa.chunked_array([["号码13900001111"], [None, link]], pa.string())
    assert masked_texts(texts).to_pylist() == ["号码【电话】", None, link]


def test_a_finding_is_safe_by_construction() -> None:
    """Whatever a check passes, a finding tells no number."""
    number = "13900001111"
    found = Finding(
        "error", f"a{number}.csv", f"s{number}", 1, f"c{number}", number, "id_repeated", {"file": number}
    )
    assert number not in repr(found)


def test_without_names_keeps_the_rest(tmp_path: Path) -> None:
    """Leaving names out changes neither rows nor findings."""
    evidence = read_evidence(exports(tmp_path / "in", broken=True), keep_errors=True)
    shown = without_names(evidence, load_rulebook())
    assert shown.tables["cadres"].drop_columns("name").equals(evidence.tables["cadres"].drop_columns("name"))
    assert len(shown.findings) == len(evidence.findings)
    assert shown.tables["cadres"]["name"].null_count == 4


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_finding_shows_a_log_text(tmp_path: Path, form: str) -> None:
    """Mended, corrected or wrongly corrected: place and kind of trouble, never the words."""
    exports = tmp_path / "exports"
    exports.mkdir()
    roster(exports)
    rows = [[f"L{n}", *LOGS[0][1:4], f"甲乙丙\x0b丁戊己{n}", "", ""] for n in range(3)]
    if form == "csv":
        write_csv(exports / "logs.csv", LOG_HEADER, *rows)
    else:
        write_xlsx(exports / "logs.xlsx", {"日志": [LOG_HEADER, *rows]})
    header = ["文件", "行号", "列", "原值", "新值", "更正人", "理由"]
    entries = [
        [f"logs.{form}", row, "日志内容", old, "庚辛壬癸", "甲", "乙"]
        for row, old in ((2, "甲乙丙丁戊己0"), (3, "子"))
    ]
    corrections = write_csv(tmp_path / "更正.csv", header, *entries)
    evidence = read_evidence(exports, corrections=corrections, keep_errors=True)
    said = "".join(f"{found} {found.value} {found.args}" for found in evidence.findings)
    assert {"text_control", "correction_made", "correction_mismatch"} <= {f.code for f in evidence.findings}
    assert not [word for word in ("甲乙丙", "丁戊己", "庚辛") if word in said]


@pytest.mark.parametrize(
    "number",
    [
        "138.1234.5678",
        "138 - 1234 - 5678",
        "１３８１２３４５６７８",
        "138\u30001234\u30005678",
        "138\u200b12345678",
    ],
)
def test_a_number_is_found_however_it_is_written(number: str) -> None:
    """Also where nothing else in the column looks like one."""
    done = masked_texts(pa.chunked_array([[f"联系人{number}", None, "敬老院"]])).to_pylist()
    assert done == ["联系人【电话】", None, "敬老院"]


def test_without_names_nobody_is_named(tmp_path: Path) -> None:
    """A header with a space in it, a correction of a name, and the recognised cadres too."""
    header = [CADRE_HEADER[0], "姓 名", *CADRE_HEADER[2:]]
    write_csv(
        tmp_path / "cadres.csv", header, *CADRES, ["G9", "王建\ufffd", "剑阁县", "专职", "", "", "", ""]
    )
    write_csv(
        tmp_path / "exemplars.csv", ["所属县区", "姓名", "认定日期"], ["利州区", "张三丰", "2017-06-01"]
    )
    corrected = Finding(
        "repair", "cadres.csv", "", 2, "姓 名", "", "correction_set", {"old": "张四", "new": "张三"}
    )
    evidence = read_evidence(tmp_path, keep_errors=True)
    evidence = replace(evidence, findings=(*evidence.findings, corrected))
    bare = without_names(evidence, load_rulebook())
    told = str(bare.findings) + str(bare.refused) + str([table.to_pylist() for table in bare.tables.values()])
    assert "王建" in str(evidence.findings) and not [
        name for name in ("王建", "张三", "张四", "李四") if name in told
    ]


@pytest.mark.parametrize("gap", ["", "-", ".", " ", "—", "－", "\u3000", "\t", " - "])
def test_many_texts_hide_what_one_hides(gap: str) -> None:
    """Numbers are replaced alike in a few texts and in thousands at once, whatever stands between their digits."""
    shapes = (
        "电话138{0}1234{0}5678",
        "请拨0839{0}3261234联系",
        "+86{0}138{0}1234{0}5678",
        "0839）{0}3261234",
    )
    texts = [shape.format(gap) for shape in shapes] + [f"第{n}次走访联系青年" for n in range(MANY)]
    many, few = all_hashed(pa.array(texts)), hashed(texts)
    assert many.texts.to_pylist() == few.texts
    assert not re.search(r"\d{4}", "".join(few.texts[:3]).replace(gap, ""))
