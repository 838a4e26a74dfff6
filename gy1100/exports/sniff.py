"""What a file is, told from its content; its name counts for nothing."""

from __future__ import annotations

import re

from .guard import Unreadable
from .on_disk import Bytes, pieces_of
from .zipped import opened

READABLE = {  # kind -> its name in findings, the endings that fit it
    "xlsx": ("Excel工作簿（xlsx）", (".xlsx", ".xlsm", ".xltx", ".xltm")),
    "xls": ("Excel 97-2003工作簿（xls）", (".xls", ".xlt", ".et")),
    "ods": ("OpenDocument表格（ods）", (".ods", ".ots", ".fods")),
    "fods": ("OpenDocument表格（fods）", (".fods",)),
    "html": ("HTML网页表格", (".html", ".htm")),
    "mhtml": ("MHTML单个网页", (".mht", ".mhtml")),
    "xml2003": ("XML表格2003（SpreadsheetML）", (".xml",)),
    "text": ("文本（csv）", (".csv", ".tsv", ".tab", ".txt")),
    "archive": ("zip压缩包", (".zip",)),
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG图片"),
    (b"\xff\xd8\xff", "JPEG图片"),
    (b"GIF8", "GIF图片"),
    (b"BM", "BMP图片"),
    (b"II*\x00", "TIFF图片"),
    (b"MM\x00*", "TIFF图片"),
    (b"Rar!", "RAR压缩"),
    (b"7z\xbc\xaf\x27\x1c", "7z压缩"),
    (b"\x1f\x8b", "gzip压缩"),
    (b"BZh", "bzip2压缩"),
    (b"\xfd7zXZ\x00", "xz压缩"),
    (b"MSCF", "cab压缩"),
    (b"PAR1", "Parquet"),
    (b"SQLite format 3\x00", "SQLite数据库"),
    (b"\x00\x01\x00\x00Standard ", "Access数据库"),
    (b"{\\rtf", "RTF文档"),
    (b"MZ", "Windows程序"),
    (b"\x7fELF", "程序"),
)
_PARTS = (  # a part of a zip archive -> what the archive is
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "xlsb二进制工作簿"),
    ("word/document.xml", "Word文档"),
    ("ppt/presentation.xml", "PowerPoint演示文稿"),
    ("OFD.xml", "OFD文档"),
    ("Index/Document.iwa", "Apple iWork文档"),
)
_STREAMS = (  # a stream of an OLE file -> what the file is
    ("EncryptedPackage", "locked"),
    ("WordDocument", "Word文档"),
    ("PowerPoint Document", "PowerPoint演示文稿"),
    ("__properties_version1.0", "Outlook邮件"),
)
_ROOTS = (
    (re.compile(r"<(?:\w+:)?Workbook\b[^>]*urn:schemas-microsoft-com:office:spreadsheet"), "xml2003"),
    (re.compile(r"<(?:\w+:)?document\b[^>]*urn:oasis:names:tc:opendocument"), "fods"),
    (re.compile(r"<(?:!doctype\s+html|html|head|body|table|meta|style)\b", re.IGNORECASE), "html"),
)
_BARE_BIFF = re.compile(rb"\x09[\x00\x02\x04\x08][\x04\x06\x08\x10]\x00")
_START = 1 << 16  # bytes that tell a text from what is none
_TEXT_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x19\x1b-\x1f]")


def kind_of(data: Bytes) -> str:
    """Return a file's kind: a key of `READABLE`.

    Raises
    ------
    Unreadable
        If it is none of them; what it is instead is named where it can be told.
    """
    start = data[:64]
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(data[:])
    if start.startswith(_OLE):
        return _compound(data[:])
    if _BARE_BIFF.match(start):
        return "xls"
    for magic, kind in _MAGIC:
        if start.startswith(magic) and not _looks_like_text(start):
            raise Unreadable("kind_unknown", kind=kind)
    return _textual(data)


def is_text(data: Bytes) -> bool:
    """Whether a file begins like a text; why it cannot be read, if so, is said when it is read."""
    try:
        return kind_of(data[:_START]) == "text"
    except Unreadable:
        return False


def _looks_like_text(start: bytes) -> bool:
    """Whether the start is a line of text after all: ``BM`` and ``MZ`` may begin an id."""
    return start[:2] in (b"BM", b"MZ") and b"\x00" not in start and not _TEXT_CONTROLS.search(start)


def _zipped(data: bytes) -> str:
    with opened(data) as book:
        names = set(book.namelist())
        mimetype = book.read("mimetype")[:100] if "mimetype" in names and "content.xml" in names else b""
    kind = next((kind for part, kind in _PARTS if part in names), None)
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        kind = "ods"
    elif kind is None:
        kind = "OpenDocument文档" if mimetype.startswith(b"application/vnd.oasis") else _package(names)
    if kind not in READABLE:
        raise Unreadable("kind_unknown", kind=kind)
    return kind


def _package(names: set[str]) -> str:
    if "[Content_Types].xml" in names:
        raise Unreadable("damaged", reason="缺工作簿部件 xl/workbook.xml")
    return "ods" if "content.xml" in names and "META-INF/manifest.xml" in names else "archive"


def _compound(data: bytes) -> str:
    for stream, kind in _STREAMS:
        if stream.encode("utf-16-le") in data:
            if kind == "locked":
                raise Unreadable("locked")
            raise Unreadable("kind_unknown", kind=kind)
    return "xls"


def _textual(data: Bytes) -> str:
    if data[:3] == b"\x00\x00\x00" and not any(piece.strip(b"\x00") for piece in pieces_of(data)):
        raise Unreadable("damaged", reason="全是空字节 NUL")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    start = data[:8192].decode(encoding, "replace").removeprefix("ï»¿").lstrip("\ufeff \t\r\n\x00")
    if re.match(
        r"(?:MIME-Version|Content-Type|From|Subject|Date):[^\n]*\n", start, re.IGNORECASE
    ) and re.search(r"^Content-Type:\s*(?:multipart|text/html)", start, re.IGNORECASE | re.MULTILINE):
        return "mhtml"
    if not start.startswith("<"):
        return "text"
    for root, kind in _ROOTS:
        if root.search(start):
            return kind
    if start.startswith("<?xml"):
        raise Unreadable("kind_unknown", kind="XML")
    return "text"
