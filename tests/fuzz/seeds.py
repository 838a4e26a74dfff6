"""Sound files of every format, to be mutated."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from format_files import (
    html_text,
    mhtml_bytes,
    ods_bytes,
    ods_rows,
    ods_table,
    ods_text,
    text_bytes,
    xls_bytes,
    xlsx_bytes,
    xml2003_rows,
    xml2003_text,
    zip_bytes,
)
from office_files import CADRE_HEADER, CADRES, LOG_HEADER, LOGS, YOUTH_HEADER, YOUTHS

ROSTER, TABLE, YOUNG = [CADRE_HEADER, *CADRES], [LOG_HEADER, *LOGS], [YOUTH_HEADER, *YOUTHS]
DATED = [LOG_HEADER, ["L1", "G001", dt.date(2017, 5, 2), "办实事", "走访联系青年并记录情况", "手机端", 3]]
TITLED = [["2017年工作日志"], [], *TABLE, ["合计", "", "", "", "", "", 3], ["制表人：某"]]


def seeds() -> dict[str, bytes]:
    """Return file names and contents."""
    books = {"名册": ROSTER, "日志": TITLED, "青年": YOUNG}
    return {
        "a.csv": text_bytes(ROSTER),
        "b.csv": text_bytes(TABLE, encoding="gb18030"),
        "c.txt": text_bytes(TABLE, delimiter="\t", encoding="utf-16"),
        "d.csv": b"sep=;\r\n" + text_bytes(TITLED, delimiter=";"),
        "a.xlsx": xlsx_bytes(books),
        "b.xlsx": xlsx_bytes({"日志": DATED}, date_1904=True),
        "a.xls": xls_bytes(books),
        "b.xls": html_text(TABLE, before="<table><tr><td colspan=7>标题</table>").encode("gb18030"),
        "c.xls": xml2003_text(xml2003_rows(TITLED)).encode(),
        "d.xls": mhtml_bytes(html_text(TABLE)),
        "a.ods": ods_bytes(ods_table(ods_rows(ROSTER), "名册") + ods_table(ods_rows(TITLED), "日志")),
        "a.fods": ods_text(ods_table(ods_rows(TABLE)), root="document").encode(),
        "a.zip": zip_bytes({"日志.csv": text_bytes(TABLE), "名册.xlsx": xlsx_bytes({"名册": ROSTER})}),
    }
