"""Files that are broken, forged or meant to do harm: refused with the reason, in bounded time and memory."""

from __future__ import annotations

import ctypes
import io
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from format_files import (
    changed,
    html_text,
    ods_bytes,
    ods_rows,
    ods_table,
    ods_text,
    put,
    text_bytes,
    xls_bytes,
    xlsx_bytes,
    xml2003_rows,
    xml2003_text,
    zip_bytes,
)
from office_files import CADRE_HEADER, CADRES, LOG_HEADER, LOGS, roster

import gy1100
from gy1100.errors import Refused
from gy1100.evidence import Evidence, read_evidence
from gy1100.exports import isolated, limits
from gy1100.exports.formats import sheets_of
from gy1100.exports.guard import File, Unreadable

RULEBOOK = gy1100.load_rulebook()
TABLE = [LOG_HEADER, *LOGS]
BOOK = xlsx_bytes({"日志": TABLE})
OLD = xls_bytes({"日志": TABLE})
ROOT = Path(__file__).parents[1]

LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
)
QUADRATIC = b'<!DOCTYPE x [<!ENTITY a "' + b"h" * 60_000 + b'">]>'
EXTERNAL = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def refused(name: str, data: bytes) -> Unreadable:
    """Return what a file is refused with."""
    with pytest.raises(Unreadable) as found:
        sheets_of(File(Path(name), name), data)
    return found.value


def after_declaration(text: bytes) -> Callable[[bytes], bytes]:
    """Return a change that puts something between the XML declaration and the root."""
    return lambda part: part.replace(b"?>", b"?>" + text, 1)


def read(folder: Path) -> Evidence:
    """Read a folder, errors kept."""
    return read_evidence(folder, RULEBOOK, keep_errors=True)


def words(evidence: Evidence) -> str:
    """Return all findings as people read them."""
    return "\n".join(map(str, evidence.findings))


def far(*rows: str) -> bytes:
    """Return the workbook with more rows behind its own."""
    more = "".join(rows).encode() + b"</sheetData>"
    return changed(BOOK, sheet1_xml=lambda part: part.replace(b"</sheetData>", more))


def with_members(extra: list[tuple[str, bytes]]) -> bytes:
    """Return the workbook with members added, even of names that it has."""
    import warnings

    stream = io.BytesIO(BOOK)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(stream, "a") as book:
            for name, content in extra:
                book.writestr(name, content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def without(part: str) -> bytes:
    """Return the workbook without one of its parts."""
    with zipfile.ZipFile(io.BytesIO(BOOK)) as book:
        return zip_bytes({name: book.read(name) for name in book.namelist() if name != part})


def flipped() -> bytes:
    """Return the workbook with a bit of the sheet's packed bytes turned."""
    with zipfile.ZipFile(io.BytesIO(BOOK)) as book:
        info = book.getinfo("xl/worksheets/sheet1.xml")
    at = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    return BOOK[:at] + bytes([BOOK[at] ^ 0x10]) + BOOK[at + 1 :]


def with_password(old: bytes) -> bytes:
    """Return an old workbook whose stream says that it is encrypted (FILEPASS)."""
    at = old.index(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    after = at + 4 + int.from_bytes(old[at + 2 : at + 4], "little")
    record = b"\x2f\x00\x36\x00" + b"\x01\x00\x01\x00\x01\x00" + b"\x07" * 48
    return old[:after] + record + old[after + len(record) :]


def compound(stream: str) -> bytes:
    """Return the start of an OLE file that names a stream."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + stream.encode("utf-16-le") + b"\x00" * 512


REPEATED = (
    '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float" '
    'office:value="1" table:number-columns-repeated="{width}"/></table:table-row>'
)
REFUSED: dict[str, tuple[str, bytes, str, str]] = {
    "zero bytes": ("a.xlsx", b"", "empty_file", "空文件"),
    "a mark and a line end": ("a.csv", b"\xef\xbb\xbf\r\n", "empty_file", "没有数据"),
    "PDF": ("a.xlsx", b"%PDF-1.7\n%\xe2\xe3", "kind_unknown", "PDF"),
    "RAR": ("a.xlsx", b"Rar!\x1a\x07\x00", "kind_unknown", "RAR"),
    "7z": ("a.zip", b"7z\xbc\xaf\x27\x1c\x00\x04", "kind_unknown", "压缩"),
    "gzip": ("a.csv", b"\x1f\x8b\x08\x00", "kind_unknown", "压缩"),
    "PNG": ("a.xls", b"\x89PNG\r\n\x1a\n", "kind_unknown", "PNG"),
    "Word": ("a.xlsx", zip_bytes({"word/document.xml": b"<x/>"}), "kind_unknown", "Word"),
    "old Word": ("a.xls", compound("WordDocument"), "kind_unknown", "Word"),
    "xlsb": ("a.xlsx", zip_bytes({"xl/workbook.bin": b"x"}), "kind_unknown", "xlsb"),
    "text document": (
        "a.ods",
        zip_bytes({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}),
        "kind_unknown",
        "OpenDocument",
    ),
    "other XML": ("a.xml", b"<?xml version='1.0'?><rss/>", "kind_unknown", "XML"),
    "SQLite": ("a.csv", b"SQLite format 3\x00\x10", "kind_unknown", "SQLite"),
    "a password": ("a.xlsx", compound("EncryptedPackage"), "locked", "密码"),
    "an old password": ("a.xls", with_password(OLD), "locked", "加密"),
    "cut at 60 %": ("a.xlsx", BOOK[: len(BOOK) * 6 // 10], "damaged", "不完整"),
    "an old book cut in half": ("a.xls", OLD[: len(OLD) // 2], "damaged", "不完整"),
    "a flipped bit": ("a.xlsx", flipped(), "damaged", "校验"),
    "a missing sheet": ("a.xlsx", without("xl/worksheets/sheet1.xml"), "damaged", "工作表"),
    "no index": ("a.xlsx", without("xl/workbook.xml"), "damaged", "损坏"),
    "a part twice": ("a.xlsx", with_members([("xl/worksheets/sheet1.xml", b"<x/>")]), "bomb", "重复"),
    "a path outside": ("a.xlsx", with_members([("../../gy1100_evil", b"x")]), "bomb", "路径"),
    "an absolute path": ("a.xlsx", with_members([("/tmp/gy1100_evil", b"x")]), "bomb", "路径"),
    "a bomb": ("a.xlsx", with_members([("xl/media/x.xml", b" " * 60_000_000)]), "bomb", "解压"),
    "laughs in shared strings": (
        "a.xlsx",
        changed(BOOK, sharedStrings_xml=after_declaration(LAUGHS)),
        "dtd",
        "实体",
    ),
    "quadratic": ("a.xlsx", changed(BOOK, sharedStrings_xml=after_declaration(QUADRATIC)), "dtd", "DTD"),
    "external": ("a.xlsx", changed(BOOK, sharedStrings_xml=after_declaration(EXTERNAL)), "dtd", "DTD"),
    "laughs in a sheet": ("a.xlsx", changed(BOOK, sheet1_xml=after_declaration(LAUGHS)), "dtd", "实体"),
    "laughs in the index": ("a.xlsx", changed(BOOK, workbook_xml=after_declaration(LAUGHS)), "dtd", "实体"),
    "laughs in styles": ("a.xlsx", changed(BOOK, styles_xml=after_declaration(LAUGHS)), "dtd", "实体"),
    "behind a long comment": (
        "a.xlsx",
        changed(BOOK, sharedStrings_xml=after_declaration(b"<!--" + b"x" * 5000 + b"-->" + LAUGHS)),
        "dtd",
        "实体",
    ),
    "in UTF-16": (
        "a.xlsx",
        changed(BOOK, sharedStrings_xml=lambda part: (LAUGHS + part).decode().encode("utf-16")),
        "damaged",
        "编码",
    ),
    "laughs in SpreadsheetML": (
        "a.xls",
        after_declaration(LAUGHS)(xml2003_text(xml2003_rows(TABLE)).encode()),
        "dtd",
        "实体",
    ),
    "laughs in OpenDocument": (
        "a.fods",
        after_declaration(LAUGHS)(ods_text(ods_table(ods_rows(TABLE)), root="document").encode()),
        "dtd",
        "实体",
    ),
    "a stray point": (
        "a.xlsx",
        far('<row r="1048576"><c r="XFD1048576" t="str"><v>.</v></c></row>'),
        "far_cell",
        "XFD1048576",
    ),
    "a far row": (
        "a.xlsx",
        far('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
        "far_cell",
        "A1048576",
    ),
    "a far row before others": (
        "a.xlsx",
        far('<row r="9"><c r="ZZ1048576"><v>1</v></c></row><row r="10"><c r="A10"><v>1</v></c></row>'),
        "far_cell",
        "ZZ1048576",
    ),
    "beyond the last row": (
        "a.xlsx",
        far('<row r="9"><c r="A9999999"><v>1</v></c></row>'),
        "far_cell",
        "范围",
    ),
    "a far index": (
        "a.xls",
        xml2003_text(
            xml2003_rows(TABLE) + '<Row ss:Index="900000000"><Cell><Data>.</Data></Cell></Row>'
        ).encode(),
        "far_cell",
        "范围",
    ),
    "filled cells repeated": (
        "a.ods",
        ods_bytes(ods_table(REPEATED.format(width=16384))),
        "far_cell",
        "范围",
    ),
    "many filled rows repeated": (
        "a.ods",
        ods_bytes(ods_table(REPEATED.format(width=30))),
        "too_large",
        "内存",
    ),
    "an OpenDocument bomb": (
        "a.ods",
        ods_bytes("x", members={"Pictures/x.xml": b" " * 60_000_000}),
        "bomb",
        "解压",
    ),
    "nested too deep": ("a.xml", xml2003_text("<a>" * 200_000).encode(), "damaged", "损坏"),
    "OpenDocument cut": ("a.ods", ods_bytes(ods_table(ods_rows(TABLE)))[:700], "damaged", "损坏"),
    "SpreadsheetML cut": ("a.xls", xml2003_text(xml2003_rows(TABLE)).encode()[:900], "damaged", "损坏"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(tmp_path: Path, case: str) -> None:
    """Each file is refused as a whole, in words that name the reason; the run stops even with set_aside."""
    name, content, code, said = REFUSED[case]
    roster(tmp_path)
    put(tmp_path, name, content)
    evidence = read(tmp_path)
    errors = [f for f in evidence.findings if f.severity == "error"]
    assert [(f.file, f.code) for f in errors] == [(name, code)]
    assert said in str(errors[0])
    assert "root:x:0:0" not in words(evidence)
    assert not list(tmp_path.parent.rglob("gy1100_evil*"))
    with pytest.raises(Refused):
        read_evidence(tmp_path, RULEBOOK, set_aside=True)


MEASURE = """
import json, resource, sys, time
from pathlib import Path
from gy1100.exports.formats import sheets_of
from gy1100.exports.guard import File, Unreadable
start, path = time.perf_counter(), Path(sys.argv[1])
try:
    sheets_of(File(path, path.name), path.read_bytes())
    code = ""
except Unreadable as problem:
    code = problem.code
lines = Path("/proc/self/status").read_text().splitlines()
own = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))  # rusage counts what forked it too
reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([code, own // 1024, reader // 1024, time.perf_counter() - start]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measures by /proc")
@pytest.mark.long
def test_time_and_memory(tmp_path: Path) -> None:
    """No refusal takes more than 512 MB, in this process and the reader's together, or ten seconds of work."""
    measured = {}
    for case, (name, content, code, _) in REFUSED.items():
        path = put(tmp_path, name, content)
        started = os.times()
        run = subprocess.run(
            [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, cwd=ROOT, check=True
        )
        ended = os.times()
        found, own, reader, _ = json.loads(run.stdout)
        busy = sum(ended[2:4]) - sum(started[2:4])
        measured[case] = (found == code, (own, reader), busy)
    bad = {
        case: found
        for case, found in measured.items()
        if not found[0] or sum(found[1]) > 512 or found[2] > 10
    }
    assert bad == {}


class TestCutAnywhere:
    """A copy may break off at any place."""

    @pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
    def test_refused_or_whole(self, kind: str) -> None:
        """Whatever is left is refused, or gives the whole table; never a part of it in silence."""
        from gy1100.exports.readers import sheets_in

        data = {"xlsx": BOOK, "xls": OLD, "ods": ods_bytes(ods_table(ods_rows(TABLE)))}[kind]
        whole = self._cells(kind, data)
        for at in range(8, len(data), max(len(data) // 60, 1)):
            try:
                found = self._cells(kind, data[:at])
            except Unreadable:
                continue
            assert found == whole, at
        assert sheets_in is not None

    @staticmethod
    def _cells(kind: str, data: bytes) -> list[list[Any]]:
        from gy1100.exports.books import read_book
        from gy1100.exports.readers import sheets_in
        from gy1100.exports.sniff import kind_of

        kind_of(data)
        sheets = read_book(data) if kind == "xlsx" else sheets_in(kind, data)
        return [list(map(list, sheet.rows)) for sheet in sheets]


HOOKED = """
import sys
from gy1100.exports import child
sys.addaudithook(child._refuse)
try:
    {lines}
except PermissionError:
    print("refused")
"""


class TestChild:
    """The reader's own process."""

    def test_death(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A reader that breaks down is a finding, never a dead kernel."""
        monkeypatch.setattr(isolated, "limits_for", lambda *_: (1, 8))
        assert refused("a.xls", OLD).code == "reader_died"

    def test_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A reader that takes too long is stopped."""
        monkeypatch.setattr(isolated, "limits_for", lambda *_: (420, -3))
        start = time.perf_counter()
        page = html_text([["x"] * 50] * 40_000)
        assert refused("a.xls", page.encode()).code == "reader_slow"
        assert time.perf_counter() - start < 120  # the reader alone would take for ever

    @pytest.mark.skipif(sys.platform == "win32", reason="no such limits there")
    def test_processor_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """… by the system itself, where it counts the time."""
        monkeypatch.setattr(isolated, "limits_for", lambda *_: (420, 1))
        page = html_text([["x"] * 50] * 60_000)
        assert refused("a.xls", page.encode()).code == "reader_slow"

    def test_too_much_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """No more is taken from a reader than its share of memory."""
        monkeypatch.setattr(isolated, "_run", lambda *_: (b"", "too_large"))
        assert refused("a.xls", OLD).code == "too_large"

    @pytest.mark.skipif(sys.platform == "win32", reason="measures by resource")
    def test_no_network_no_files_no_programs(self, tmp_path: Path) -> None:
        """What no reader needs is forbidden to it."""
        tries = [
            "import socket; socket.create_connection(('127.0.0.1', 9))",
            "import socket; socket.socket().connect(('127.0.0.1', 9))",
            "import subprocess; subprocess.run(['true'])",
            "import os; os.system('true')",
            f"open({str(tmp_path / 'x')!r}, 'w')",
            f"import os; os.open({str(tmp_path / 'x')!r}, os.O_CREAT | os.O_WRONLY)",
            f"import os; os.remove({str(ROOT / 'README.md')!r})",
        ]
        for line in tries:
            code = HOOKED.format(lines=line.replace(";", "\n   "))
            run = subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
            )
            assert run.stdout == "refused\n", (line, run.stderr)
        assert (ROOT / "README.md").exists()
        assert not (tmp_path / "x").exists()

    def test_limits(self) -> None:
        """The limits hold in the process that sets them."""
        code = (
            "from gy1100.exports.limits import limit\nlimit(200 << 20, 5)\n"
            "try: x = bytearray(300 << 20)\nexcept MemoryError: print('refused')"
        )
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
        )
        assert run.stdout == "refused\n"

    def test_limits_of_a_job(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where there are no resource limits, as on Windows, a job object holds them; the structure is the system's."""
        kernel = Mock()
        kernel.CreateJobObjectW.return_value, kernel.GetCurrentProcess.return_value = 4, -1
        monkeypatch.setitem(sys.modules, "resource", None)
        monkeypatch.setattr(ctypes, "WinDLL", lambda name: {"kernel32": kernel}[name], raising=False)
        assert limits.limit(200 << 20, 5)
        (job, kind, reference, size), _ = kernel.SetInformationJobObject.call_args
        (assigned, _), _ = kernel.AssignProcessToJobObject.call_args
        held = reference._obj
        assert (job.value, assigned.value, kind) == (4, 4, 9)
        assert size == (144 if ctypes.sizeof(ctypes.c_void_p) == 8 else size)
        assert (held.process_memory, held.basic.process_time, held.basic.processes) == (
            200 << 20,
            50_000_000,
            1,
        )
        assert held.basic.flags == 0x50A

    def test_without_any_limits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A system without either reads all the same; the clock of the process that started it holds."""
        monkeypatch.setitem(sys.modules, "resource", None)
        monkeypatch.delattr(ctypes, "WinDLL", raising=False)
        assert not limits.limit(1, 1)

    def test_nothing_of_one_system_alone_at_import(self) -> None:
        """The whole package can be imported where the modules of POSIX are not."""
        code = (
            "import sys, pkgutil, importlib, gy1100.exports\n"
            "sys.modules |= dict.fromkeys(['resource', 'fcntl', 'pwd', 'grp', 'termios', 'posix_ipc'])\n"
            "for found in pkgutil.walk_packages(gy1100.exports.__path__, 'gy1100.exports.'):\n"
            "    importlib.import_module(found.name)\n"
            "from gy1100 import checks, evidence, corrections, deliveries, templates\nprint('whole')"
        )
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
        )
        assert run.stdout == "whole\n", run.stderr

    def test_folder_without_the_package(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The reader is found whatever the working folder is, and nothing in that folder is run."""
        put(tmp_path, "xlrd.py", b"raise SystemExit('taken over')")
        monkeypatch.chdir(tmp_path)
        assert len(sheets_of(File(Path("a.xls"), "a.xls"), OLD)) == 1


class TestNames:
    """Names of files, and what is no file."""

    @pytest.mark.parametrize(
        "name",
        [
            "团干部 名册（2017）.csv",
            "-rf.csv",
            "$(touch gy1100_evil); `x` | y.csv",
            "e\u0301.csv",
            "𠮷\U0001f600.csv",
            "a\nb.csv",
        ],
    )
    def test_names(self, tmp_path: Path, name: str) -> None:
        """Any name is read, and stays one line in findings."""
        try:
            put(tmp_path, name, text_bytes([CADRE_HEADER, *CADRES], encoding="gb18030"))
        except OSError:
            pytest.skip("this system has no such names")
        evidence = read(tmp_path)
        assert evidence.tables["cadres"].num_rows == 3
        assert all("\n" not in f.place() for f in evidence.findings)
        assert not list(tmp_path.glob("gy1100_evil*"))

    def test_folder_called_like_a_book(self, tmp_path: Path) -> None:
        """A folder named .xlsx is refused; nothing in it is read."""
        roster(tmp_path)
        (tmp_path / "名册.xlsx").mkdir()
        put(tmp_path / "名册.xlsx", "a.csv", text_bytes(TABLE))
        evidence = read(tmp_path)
        assert [f.code for f in evidence.findings if f.severity == "error"] == ["folder_named"]
        assert "文件夹" in words(evidence)
        assert evidence.tables["logs"].num_rows == 0

    @pytest.mark.skipif(sys.platform == "win32", reason="links and pipes")
    def test_links_and_pipes(self, tmp_path: Path) -> None:
        """Links and pipes are refused without being opened, links to themselves too."""
        roster(tmp_path)
        (tmp_path / "a.xlsx").symlink_to("/etc/passwd")
        (tmp_path / "b.xlsx").symlink_to(tmp_path / "b.xlsx")
        (tmp_path / "folder").symlink_to("/etc")
        os.mkfifo(tmp_path / "c.csv")
        start = time.perf_counter()
        evidence = read(tmp_path)
        assert time.perf_counter() - start < 3
        found = {f.file: f.code for f in evidence.findings if f.severity == "error"}
        assert found == {"a.xlsx": "link", "b.xlsx": "link", "folder": "link", "c.csv": "not_regular"}
        assert "root:x:0:0" not in words(evidence)

    @pytest.mark.skipif(sys.platform == "win32", reason="pipes")
    def test_a_pipe_alone(self, tmp_path: Path) -> None:
        """Even when it is given by name."""
        os.mkfifo(tmp_path / "c.csv")
        evidence = read(tmp_path / "c.csv")
        assert [f.code for f in evidence.findings if f.severity == "error"] == ["not_regular"]

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
    def test_no_permission(self, tmp_path: Path) -> None:
        """A file that may not be read is an error, not a traceback."""
        roster(tmp_path)
        put(tmp_path, "a.csv", b"x").chmod(0)
        assert "unreadable_file" in [f.code for f in read(tmp_path).findings]

    def test_vanished(self, tmp_path: Path) -> None:
        """A file that is gone when its turn comes is an error."""
        from gy1100.exports.archives import contents_of

        (content,) = contents_of([File(tmp_path / "a.csv", "a.csv")])
        assert (content.data, content.findings[0].code) == (None, "unreadable_file")
