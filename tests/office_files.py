"""Files as an office would send them, built inside the tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

CADRE_HEADER = [
    "团干部编号",
    "姓名",
    "所属县区",
    "干部类别",
    "是否领导机关",
    "任职日期",
    "离任日期",
    "工作积分",
]
CADRES = [
    ["G001", "张三", "利州区", "专职", "是", "", "", "120"],
    ["G002", "李四", "剑阁县", "挂职", "否", "2017-05-01", "", ""],
    ["G003", "王五", "苍溪县", "兼职", "否", "", "2017-11-30", "88.5"],
]
LOG_HEADER = ["日志编号", "团干部编号", "活动日期", "活动类别", "日志内容", "填报渠道", "参与青年数"]
LOGS = [
    ["L1", "G001", "2017-05-02", "办实事", "为贫困青年联系就业岗位，介绍三家企业。", "手机端", "3"],
    ["L2", "G002", "2017-06-11", "谈心谈话", "与返乡创业青年座谈，了解贷款需求。", "网站", ""],
]
YOUTH_HEADER = ["青年编号", "姓名", "手机号", "团干部编号", "登记日期", "是否登录手机端"]
YOUTHS = [
    ["Y1", "赵青年", "13900001111", "G001", "2017-04-03", "是"],
    ["Y2", "钱青年", "13900002222", "G002", "2017-04-04", ""],
]
CHECK_HEADER = ["抽查编号", "日志编号", "团干部编号", "方式", "抽查日期", "结果"]


def write_csv(path: Path, *rows: Sequence[object], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """Write rows as delimited text."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], **options: Any) -> Path:
    """Write sheets of cells; text stays text, dates are real date cells, None is empty."""
    import xlsxwriter

    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
    } | options
    with xlsxwriter.Workbook(str(path), options) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(number, place, cell)
    return path


def roster(folder: Path, *more: Sequence[object]) -> Path:
    """Write a small roster of three cadres, and more."""
    return write_csv(folder / "cadres.csv", CADRE_HEADER, *CADRES, *more)
