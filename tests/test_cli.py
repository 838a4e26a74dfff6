"""The command line from outside: what it makes, what it prints, and the exit status of each way to stop."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest

from gy1100 import assess, cli, commands, load_rulebook, read_evidence
from gy1100.console import aligned, width
from gy1100.errors import BadRulebook, Busy, CannotWrite, Gy1100Error, NothingToRead, WrongUsage
from gy1100.executed import normalised
from gy1100.kernels import remembering
from gy1100.manifest import hashes
from gy1100.order import Order
from gy1100.parameters import checked_parameters
from gy1100.preparation import check_paths
from gy1100.resources import notebook_path, sample_folder
from gy1100.runner import NotebookFault, stop
from gy1100.staging import publish

ROOT = Path(__file__).parents[1]
ROSTER = "团干部编号,姓名,所属县区,干部类别,是否领导机关,任职日期\n"
GOOD, BAD_DAY = "A1,王一,剑阁县,专职,是,2016-01-01\n", "A2,李二,剑阁县,专职,是,2016-99-01\n"


@dataclass(frozen=True)
class Finished:
    """A command that ended."""

    code: int
    out: str
    err: str
    folder: Path


def gy1100(*arguments: object, folder: Path, env: dict[str, str] | None = None) -> Finished:
    """Run the command line in a process of its own inside ``folder``."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    run = subprocess.run(
        [sys.executable, "-m", "gy1100.cli", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", **(env or {})},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Finished(run.returncode, run.stdout, run.stderr, folder)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Run `gy1100 year-end` on the shipped sample."""
    return gy1100("year-end", "--keep-evidence", folder=tmp_path_factory.mktemp("year"))


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """Return a folder of exports with one good and one bad row."""
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "名册.csv").write_text(ROSTER + GOOD + BAD_DAY, "utf-8")
    return folder


def manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a result."""
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return content


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    """`gy1100 --help` answers at once: none of the heavy libraries is imported."""
    heavy = {
        "pandas",
        "numpy",
        "pyarrow",
        "duckdb",
        "ibis",
        "pydantic",
        "papermill",
        "nbformat",
        "xlsxwriter",
    }
    code = "import sys, gy1100.cli as c; c.run(['--help']); print(*sorted(sys.modules), file=sys.stderr)"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    seconds = []
    for _ in range(3):
        begin = time.perf_counter()
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
        )
        seconds.append(time.perf_counter() - begin)
    assert all(name in run.stdout for name in ("check", "year-end", "rulebook"))
    assert heavy & set(run.stderr.split()) == set()
    assert min(seconds) < 0.3 * (1 + os.getloadavg()[0])


def test_sample_goes_to_its_own_folder(year: Finished) -> None:
    """Without exports the sample is assessed into output/sample, and every page says so."""
    assert year.code == 0, year.err
    out = year.folder / "output" / "sample"
    assert sorted(path.name for path in year.folder.iterdir()) == ["output"]
    wanted = (
        "year_end.ipynb year_end.html scores.csv ranking.csv cadres.csv parts.csv components.csv findings.csv"
    )
    assert set(wanted.split()) | {
        "scores.xlsx",
        "eligibility.xlsx",
        "manifest.json",
        "run.json",
        "evidence",
        "reports",
    } == {path.name for path in out.iterdir()}
    units = {unit.name for unit in load_rulebook().units}
    assert {path.name for path in (out / "reports").iterdir()} == {
        u + e for u in units for e in (".html", ".ipynb", ".docx")
    }
    for page in out.rglob("*.html"):
        assert "示例数据" in re.findall(r"<title>(.*?)</title>", page.read_text("utf-8"))[0], page.name


def test_ranking_is_printed_and_where_to_look(year: Finished) -> None:
    """The command ends with the ranking as an aligned table and the files to open; progress goes to stderr."""
    lines = year.out.splitlines()
    with (year.folder / "output" / "sample" / "ranking.csv").open(encoding="utf-8-sig") as handle:
        rows = list(csv.DictReader(handle))
    assert [line.split()[1] for line in lines[1:10]] == [row["unit"] for row in rows]
    assert len({width(line) for line in lines[:10]}) == 1
    assert "year_end.html" in year.out and "reports" in year.out
    assert "9/9" in year.err and "%" in year.err


def test_manifest_tells_what_was_read_and_written(year: Finished) -> None:
    """Every file written has its hash, every file read its hash and rows; the rulebook, the day and the options."""
    out = year.folder / "output" / "sample"
    content = manifest(out)
    assert content["files"] == hashes(out)
    inputs = {entry["name"] for entry in content["inputs"]}
    assert inputs == {
        p.relative_to(sample_folder()).as_posix() for p in sample_folder().rglob("*.*") if p.is_file()
    }
    assert content["as_of"] == "2018-03-02" and content["rulebook"]["sha256"] == load_rulebook().sha256
    assert content["options"]["command"] == "year-end" and content["options"]["reports"] == "all"


def unpacked(path: Path) -> str:
    """Return the texts inside an Office file."""
    with zipfile.ZipFile(path) as book:
        return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


def test_no_clock_machine_or_folder_in_what_is_published(year: Finished) -> None:
    """No published file tells where it was made; the clock is in run.json alone."""
    out = year.folder / "output" / "sample"
    times = json.loads((out / "run.json").read_text("utf-8"))
    secrets = (str(year.folder), "/.gy-", times["started"][:16], str(Path.home()) + "/")
    for path in out.rglob("*"):
        if path.is_file() and path.name != "run.json":
            packed = path.suffix in (".xlsx", ".docx")
            text = unpacked(path) if packed else path.read_text("utf-8-sig")
            assert [s for s in secrets if s in text] == [], path.name


def test_two_runs_are_byte_identical(year: Finished, tmp_path: Path) -> None:
    """The same inputs at another time and in another zone give the same bytes in all but run.json."""
    env = {"TZ": "America/Los_Angeles", "PYTHONHASHSEED": "7"}
    again = gy1100("year-end", "--keep-evidence", "--reports", "none", "--out", "o", folder=tmp_path, env=env)
    assert again.code == 0, again.err
    first = hashes(year.folder / "output" / "sample")
    assert hashes(tmp_path / "o") == {k: v for k, v in first.items() if not k.startswith("reports/")}


@pytest.mark.long
def test_another_folder_gives_the_same_tables(year: Finished, tmp_path: Path) -> None:
    """The same files in another folder, in another order, give the same tables and workbook."""
    copy = tmp_path / "另一份"
    copy.mkdir()
    for path in sorted(sample_folder().iterdir(), reverse=True):
        if path.is_file():
            shutil.copyfile(path, copy / path.name)
    assess(read_evidence(copy), load_rulebook(), "2018-03-02").write(tmp_path / "p")
    first, other = hashes(year.folder / "output" / "sample"), hashes(tmp_path / "p")
    same = {name: digest for name, digest in other.items() if name.endswith((".csv", ".xlsx"))}
    assert same == {name: first[name] for name in same} and len(same) >= 7


def test_reports_equal_plain_papermill(year: Finished, tmp_path: Path) -> None:
    """A unit's report from a warm kernel is, output for output, the one that plain papermill makes."""
    values = {"unit": "剑阁县", "as_of": "2018-03-02"}
    plain = papermill.execute_notebook(
        str(notebook_path("county_report")), None, values, kernel_name="python3", language="python",
        progress_bar=False, cwd=str(tmp_path),
    )  # fmt: skip
    published = nbformat.read(year.folder / "output" / "sample" / "reports" / "剑阁县.ipynb", as_version=4)
    expected = [cell.get("outputs") for cell in normalised(plain, values).cells]
    assert len(expected) == len(published.cells)
    assert [cell.get("outputs") for cell in published.cells] == expected


def test_mid_year_compares_with_an_earlier_run(exports: Path, tmp_path: Path) -> None:
    """What is due by 30 June, what comes next, and what changed since the year-end run beside it."""
    (exports / "名册.csv").write_text(ROSTER + GOOD, "utf-8")
    assess(read_evidence(exports), load_rulebook(), "2018-03-02").write(tmp_path / "o")
    run = gy1100("mid-year", exports, "--out", "p", "--since", "o", "--reports", "none", folder=tmp_path)
    assert run.code == 0, run.err
    assert manifest(tmp_path / "p")["as_of"] == "2017-06-30"
    page = unescape((tmp_path / "p" / "mid_year.html").read_text("utf-8"))
    assert "年中评估" in page and "从2018年3月2日到2017年6月30日" in page and "接下来到期" in page


def test_errors_stop_the_run_before_any_score(exports: Path, tmp_path: Path) -> None:
    """Errors in the data: status 65, each one listed, findings.csv and the import report written, no score."""
    (exports / "bad.csv").write_text("no,such,table\n1,2,3\n", "utf-8")
    run = gy1100("year-end", exports, "--out", "o", folder=tmp_path)
    assert run.code == 65, run.err
    listed = [line for line in run.err.splitlines() if line.startswith(("名册.csv", "bad.csv"))]
    assert len(listed) >= 2 and any("#3" in line and "2016-99-01" in line for line in listed)
    names = {path.name for path in (tmp_path / "o").iterdir()}
    assert {"findings.csv", "evidence_check.html", "manifest.json"} <= names
    assert names & {"scores.csv", "ranking.csv", "scores.xlsx", "year_end.html", "reports"} == set()
    assert "Traceback" not in run.err


def test_set_aside_goes_on_and_says_so(exports: Path, tmp_path: Path) -> None:
    """With --set-aside the bad row is left out and counted in the manifest; decisions enter; names can be left out."""
    (tmp_path / "定分.csv").write_text(
        "unit,item,element,value,assessor,time,valid_from,reason,evidence\n"
        "剑阁县,1.1,,7.5,张三,2018-01-05 09:00,,实地核查,\n",
        "utf-8",
    )
    arguments = ("--set-aside", "--no-names", "--reports", "none", "--lang", "en", "--as-of", "2018-03-31")
    run = gy1100("year-end", exports, "--out", "o", "--decisions", "定分.csv", *arguments, folder=tmp_path)
    assert run.code == 0, run.err
    content = manifest(tmp_path / "o")
    assert sum(entry["rows"] for entry in content["set_aside"]) == 1
    assert content["decisions"]["rows"] == 1 and content["as_of"] == "2018-03-31"
    assert {name: content["options"][name] for name in ("names", "set_aside", "lang")} == {
        "names": False, "set_aside": True, "lang": "en"
    }  # fmt: skip
    scores = (tmp_path / "o" / "scores.csv").read_text("utf-8-sig")
    assert "剑阁县,1.1,7.50,10.00,10.00,7.50,7.50,decided," in scores
    assert not [p.name for p in (tmp_path / "o").rglob("*.[chi]*") if "王一" in p.read_text("utf-8-sig")]


def test_refused_decisions_are_listed_with_the_exports(exports: Path, tmp_path: Path) -> None:
    """What is wrong in the decisions file stands in findings.csv too."""
    (exports / "名册.csv").write_text(ROSTER + GOOD, "utf-8")
    (tmp_path / "d.csv").write_text(
        "unit,item,element,value,assessor,time,valid_from,reason,evidence\n剑阁县,9.9,,7,张三,2018-01-05,,x,\n"
    )
    run = gy1100(
        "year-end", exports, "--out", "o", "--decisions", "d.csv", "--reports", "none", folder=tmp_path
    )
    assert run.code == 65 and "9.9" in run.err
    assert "9.9" in (tmp_path / "o" / "findings.csv").read_text("utf-8-sig")


def test_check_reports_and_refuses(exports: Path, tmp_path: Path) -> None:
    """`check` writes the import report; status 65 while there are errors, 0 when they are gone."""
    assert gy1100("check", exports, "--out", "o", folder=tmp_path).code == 65
    (exports / "名册.csv").write_text(ROSTER + GOOD, "utf-8")
    run = gy1100("check", exports, "--out", "o", folder=tmp_path)
    assert run.code == 0, run.err
    assert (tmp_path / "o" / "evidence" / "cadres.csv").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("year-end", "--no-such-option"),
        ("no-such-command",),
        ("year-end", "--lang", "fr"),
        ("year-end", "a", "b"),
        ("year-end", "--out", ""),
        ("year-end", "--as-of", "2018-04-01"),
        ("year-end", "--as-of", "2017-03-31"),
        ("year-end", "--as-of", "yesterday"),
        ("year-end", "--rulebook", "no-such"),
        ("rulebook", "--rulebook", "no-such"),
        ("year-end", "exports", "--out", "exports/o"),
        ("year-end", "exports", "--out", "."),
    ],
)
def test_wrong_usage(
    arguments: tuple[str, ...],
    exports: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Wrong usage ends with status 2, says what is wrong and leaves nothing behind."""
    monkeypatch.chdir(exports.parent)
    assert cli.run(arguments) == 2
    assert capsys.readouterr().err.strip()
    assert [path.name for path in exports.parent.rglob("*")] == ["exports", "名册.csv"]


def test_nothing_to_read(tmp_path: Path) -> None:
    """A missing or empty folder of exports, or one without a roster, ends with status 66."""
    (tmp_path / "empty").mkdir()
    assert gy1100("year-end", "missing", folder=tmp_path).code == 66
    assert gy1100("year-end", "--decisions", "missing", folder=tmp_path).code == 66
    run = gy1100("year-end", "empty", "--out", "o", "--reports", "none", folder=tmp_path)
    assert run.code == 66 and "Traceback" not in run.err and not (tmp_path / "o").exists()


def test_busy_and_unwritable(
    exports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A held folder ends with status 75 and names the holder; one that cannot be written with status 73."""
    monkeypatch.chdir(tmp_path)
    with publish(tmp_path / "o"):
        assert cli.run(["check", str(exports), "--out", "o"]) == 75
    assert str(os.getpid()) in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert cli.run(["check", str(exports), "--out", "file"]) == 73
    assert cli.run(["check", str(exports), "--out", "file/below"]) == 73


def test_fault_of_ours(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever else happens ends with status 70 in a sentence; the traceback shows on demand."""

    def fail(order: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.delenv("GY1100_DEBUG", raising=False)
    monkeypatch.setattr(commands, "check", fail)
    assert cli.run(["check"]) == 70
    said = capsys.readouterr().err
    assert "oops" in said and "Traceback" not in said
    monkeypatch.setenv("GY1100_DEBUG", "1")
    assert cli.run(["check"]) == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
@pytest.mark.parametrize("moment", ["while kernels start", "while notebooks run"])
def test_interrupted(tmp_path: Path, moment: str) -> None:
    """Ctrl-C ends with status 130, leaves no file and no kernel behind."""
    (tmp_path / "t").mkdir()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "t")}
    command = [sys.executable, "-m", "gy1100.cli", "year-end", "--out", "o"]
    with (tmp_path / "said").open("wb") as said:
        run = subprocess.Popen(command, cwd=tmp_path, env=env, stderr=said, start_new_session=True)
        sign: Callable[[], bool] = {
            "while kernels start": lambda: any(tmp_path.glob(".gy-*-*")),
            "while notebooks run": lambda: "1/" in (tmp_path / "said").read_text("utf-8"),
        }[moment]
        while not sign() and run.poll() is None:
            time.sleep(0.02)
        run.send_signal(signal.SIGINT)
        run.wait(timeout=120)
    assert run.returncode == 130 and "Traceback" not in (tmp_path / "said").read_text("utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["said", "t"]
    assert list((tmp_path / "t").iterdir()) == []
    kernels = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(tmp_path) not in kernels


def test_rulebook_page(tmp_path: Path) -> None:
    """`gy1100 rulebook` writes the rulebook as a page beside, not over, other results."""
    run = gy1100("rulebook", "--lang", "zh", folder=tmp_path)
    assert run.code == 0, run.err
    assert "附件2" in (tmp_path / "output" / "rulebook" / "rulebook.html").read_text("utf-8")


def test_unknown_and_wrong_parameters_are_refused() -> None:
    """papermill only warns of an unknown parameter; here it is refused with the nearest name, and types are checked."""
    path = notebook_path("county_report")
    with pytest.raises(WrongUsage, match="unit"):
        checked_parameters(path, {"unti": "剑阁县"})
    with pytest.raises(WrongUsage, match="set_aside"):
        checked_parameters(path, {"set_aside": "yes"})
    assert checked_parameters(path, {"unit": "剑阁县"}) == {"unit": "剑阁县"}


@pytest.mark.parametrize(
    ("name", "message", "kind", "code"),
    [
        ("Busy", "m", Busy, 75),
        ("NothingToRead", "m", NothingToRead, 66),
        ("BadRulebook", "m", BadRulebook, 65),
        ("OSError", "[Errno 28] No space left on device: 'x'", CannotWrite, 73),
        ("PermissionError", "[Errno 13] Permission denied: '/a/.gy-1/scores.csv'", CannotWrite, 73),
        ("PermissionError", "[Errno 13] Permission denied: '/exports/a.csv'", NotebookFault, 70),
        ("KeyError", "'x'", NotebookFault, 70),
        ("annotations", "not an error class", NotebookFault, 70),
    ],
)
def test_errors_keep_their_kind_through_the_kernel(name: str, message: str, kind: type, code: int) -> None:
    """What a notebook stops with comes out as the same kind of error with the same words and status."""
    error = stop(name, message)
    assert type(error) is kind and isinstance(error, Gy1100Error) and error.exit_code == code


def test_chinese_parameters_stay_readable(year: Finished) -> None:
    """The injected cell shows 剑阁县, not escapes."""
    text = (year.folder / "output" / "sample" / "reports" / "剑阁县.ipynb").read_text("utf-8")
    assert "unit = '剑阁县'" in text and "\\\\u" not in text


def test_remembering_calls_once() -> None:
    """A remembered function computes once for the same arguments; what cannot be hashed counts by identity."""
    calls = []
    remembered = remembering(lambda *args, **kwargs: calls.append((args, kwargs)) or len(calls))
    evidence: list[int] = []
    assert [remembered(evidence, day=1), remembered(evidence, day=1), remembered(evidence, day=True)] == [
        1,
        1,
        2,
    ]
    assert remembered([], day=1) == 3 and len(calls) == 3


def test_aligned_with_chinese() -> None:
    """A Chinese character takes two columns."""
    assert aligned([["名", "1"], ["ab c", "10"]], numeric=[1]) == "名     1\nab c  10"


def test_a_refusal_names_what_was_refused_now(tmp_path: Path, exports: Path) -> None:
    """An import report that an earlier run left in the folder is not taken for this one's."""
    first = gy1100("check", exports, "--out", "o", folder=tmp_path)
    assert first.code == 65 and "2016-99-01" in first.err
    (exports / "名册.csv").write_text(ROSTER + GOOD + BAD_DAY.replace("99", "88"), "utf-8")
    second = gy1100("screens", exports, "--out", "o", folder=tmp_path)
    assert second.code == 65 and "2016-88-01" in second.err and "2016-99-01" not in second.err
    assert "gy1100 check" in second.err


def test_a_file_that_cannot_be_opened_is_nothing_to_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decisions or corrections without permission: 66 with the reason, before anything is written."""
    path = tmp_path / "decisions.csv"
    path.write_text("unit\n", "utf-8")

    def refused(self: Path, *_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(NothingToRead, match="Permission denied"):
        check_paths(Order("year-end", decisions=path))
