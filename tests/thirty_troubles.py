"""One small year of an office twice: clean, and as offices really send it, with more than thirty troubles in it."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from office_files import write_csv, write_xlsx

Row = list[Any]
UNITS = ["利州区", "昭化区", "朝天区", "旺苍县", "青川县", "剑阁县", "苍溪县", "广元经济技术开发区"]
UNITS.append("市天然气综合利用工业园区")
TYPES = ["专职", "挂职", "兼职"]
KINDS = ["办实事", "志愿服务", "文体活动", "谈心谈话", "自主设计", "指导教育实践", "线上联系"]
PLACES = [
    "社区",
    "村委会",
    "学校",
    "企业",
    "合作社",
    "敬老院",
    "广场",
    "图书馆",
    "车站",
    "工地",
    "医院",
    "茶园",
]
CADRES = ["团干部编号", "姓名", "所属县区", "干部类别", "是否领导机关", "任职日期", "离任日期", "工作积分"]
YOUTHS = ["青年编号", "团干部编号", "行业", "登记日期", "是否登录手机端"]
LOGS = ["日志编号", "团干部编号", "活动日期", "活动类别", "日志内容", "填报渠道", "参与青年数", "填报日期"]
GUIDANCE = ["团干部编号", "活动日期", "指导层级", "所指导组织", "活动内容"]
CHECKS = ["抽查编号", "日志编号", "团干部编号", "方式", "抽查日期", "结果", "满意度", "是否强迫"]
ORGANS = ["活动编号", "所属县区", "活动日期", "活动类别", "活动名称", "参与青年数"]
SUBMISSIONS = ["所属县区", "季度", "报送日期", "完成情况统计"]
MECHANISMS = ["所属县区", "要素", "状态", "文号", "核查日期"]
MEDIA = ["所属县区", "刊发日期", "媒体", "级别", "标题"]
EXEMPLARS = ["所属县区", "姓名", "认定日期"]
EVALUATIONS = ["团干部编号", "日期", "评价星级"]
FIRST = dt.date(2017, 4, 3)


def clean_tables() -> dict[str, list[Row]]:
    """Return the rows of every table, each with its header first; all cells are text."""
    cadres = [_cadre(n) for n in range(18)]
    ids = [row[0] for row in cadres]
    tables = {
        "cadres": [CADRES, *cadres],
        "youths": [YOUTHS, *[_youth(n, ids[n % 18]) for n in range(90)]],
        "logs": [LOGS, *[_log(n, ids[n % 18]) for n in range(240)]],
        "guidance": [GUIDANCE, *[_guidance(n, ids[n % 18]) for n in range(30)]],
        "organs": [ORGANS, *[_organ(n) for n in range(36)]],
        "media": [
            MEDIA,
            *[[UNITS[n % 9], _day(7 * n), "广元日报", "省市县"[n % 3], f"报道{n}"] for n in range(20)],
        ],
        "exemplars": [EXEMPLARS, *[[UNITS[n], f"典型{PLACES[n][0]}", "2017-09-20"] for n in range(9)]],
    }
    quarters = ["2017Q2", "2017Q3", "2017Q4"]
    sent = [[unit, q, f"2017-{3 * n + 6:02}-20", "是"] for unit in UNITS for n, q in enumerate(quarters)]
    tables["submissions"] = [SUBMISSIONS, *sent]
    tables["mechanisms"] = [MECHANISMS, *_mechanisms()]
    tables["checks"] = [CHECKS, *[_check(n, tables["logs"][n * 4 + 1]) for n in range(40)]]
    tables["evaluations"] = [EVALUATIONS, *[[ids[n % 18], "2017-09-01", str(n % 5 + 1)] for n in range(30)]]
    return tables


def _day(days: int) -> str:
    return (FIRST + dt.timedelta(days=days)).isoformat()


def _cadre(n: int) -> Row:
    name = "赵钱孙李周吴郑王冯马褚卫蒋沈韩杨朱秦"[n] + "建华"
    end = "2017-10-31" if n == 17 else ""
    return [
        f"{510800 + n}",
        name,
        UNITS[n % 9],
        TYPES[n % 3],
        "是否"[n % 2],
        "2017-04-01",
        end,
        str(100 + 7 * n),
    ]


def _youth(n: int, cadre: str) -> Row:
    return [f"QN{n:04}", cadre, "返乡创业", _day(n), "是否"[n % 3 % 2]]


def _log(n: int, cadre: str) -> Row:
    text = f"到第{n}号{PLACES[n % 12]}走访联系青年，了解就业和生活情况，记下{n * 7 % 13}条意见。"
    channel = ["手机端", "网站", ""][n % 3]
    return [
        f"RZ{n:05}",
        cadre,
        _day(n * 26 // 20),
        KINDS[n % 7],
        text,
        channel,
        str(n % 6),
        _day(n * 26 // 20 + 1),
    ]


def _guidance(n: int, cadre: str) -> Row:
    activity = ["主题团课", "学习讲话", "工作指导"][n % 3]
    return [cadre, _day(n * 5), ["团支部", "基层团委"][n % 2], f"第{n}团支部", activity]


def _organ(n: int) -> Row:
    kinds = ["机关开放", "面对面", "集中志愿服务", "工作分享"]
    return [f"HD{n:03}", UNITS[n % 9], _day(8 * n), kinds[n // 9], f"活动{n}", str(20 + n)]


def _mechanisms() -> list[Row]:
    leaders = ["主要领导任组长", "班子成员任副组长", "部门负责人任成员"]
    elements = [*leaders, "任务分工", "实施方案", "通报制度", "检查制度", "考核制度"]
    return [
        [unit, element, ["有", "部分", "有", "无"][(n + m) % 4], "", "2017-06-15"]
        for n, unit in enumerate(UNITS)
        for m, element in enumerate(elements)
    ]


def _check(n: int, log: Row) -> Row:
    outcome = ["属实", "属实", "部分属实", "未接通", "不属实"][n % 5 if n % 2 else 0]
    return [f"CC{n:03}", log[0], log[1], "电话抽查", "2018-01-15", outcome, "满意", "否"]


def write_clean(folder: Path) -> None:
    """Write the clean twin: one csv a table."""
    folder.mkdir()
    for name, rows in clean_tables().items():
        write_csv(folder / f"{name}.csv", *rows)


def write_troubled(folder: Path) -> None:
    """Write the same year as an office sends it."""
    folder.mkdir()
    tables = clean_tables()
    _roster(folder, tables["cadres"])
    _youths(folder, tables["youths"])
    _logs(folder, tables["logs"])
    _registers(folder, tables)
    _archive(folder, tables)
    (folder / "~$名册.xlsx").write_bytes(b"x")
    (folder / ".DS_Store").write_bytes(b"x")


def _roster(folder: Path, rows: list[Row]) -> None:
    """Cover, title, serial numbers, merged units, names and units in other forms, a hidden row, a footer."""
    data = sorted(rows[1:], key=lambda row: UNITS.index(row[2]))
    names = [row[1] for row in data]
    names[:3] = [f"{names[0][0]}\u3000建华", f"⻢{names[1][1:]}", f"{names[2]}\u200b"]
    head = [
        "序号",
        "账号",
        "干部姓名",
        "所属县区",
        "团干部类型",
        "领导机关",
        "到任时间",
        "免职时间",
        "积分",
        "手机号",
    ]
    units = ["团利州区委", "元坝区", "朝天", "旺苍县", "广元市青川县", *UNITS[5:]]
    with xlsxwriter.Workbook(str(folder / "团干部名册.xlsx"), {"strings_to_formulas": False}) as book:
        book.add_worksheet("封面").write(0, 0, "共青团广元市委")
        sheet = book.add_worksheet("名册")
        sheet.write(0, 0, "2017年度团干部名册")
        sheet.write_row(2, 0, head)
        for n, row in enumerate(data):
            sheet.write_row(3 + n, 0, [n + 1, int(row[0]), names[n]])
            rest = [f"{row[3]}团干部", row[4], 42826, row[6].replace("-", "."), row[7], f"139{n:08}"]
            sheet.write_row(3 + n, 4, rest)
        for n, unit in enumerate(units):
            sheet.merge_range(3 + 2 * n, 3, 4 + 2 * n, 3, unit)
        sheet.write(4 + len(data), 0, "制表人：某某")
        sheet.set_row(6, None, None, {"hidden": True})


def _youths(folder: Path, rows: list[Row]) -> None:
    """GBK, semicolons, names and phones, dates in many forms."""
    header, *data = rows
    forms = ["{0:%Y-%m-%d}", "{0:%Y}年{0.month}月{0.day}号", "{0:%Y%m%d}", "{0.year}.{0.month}.{0.day}."]
    forms.append("{0:%Y/%m/%d} 10:30:00")
    lines = []
    for n, row in enumerate(data):
        day = forms[n % 5].format(dt.date.fromisoformat(row[3]))
        lines.append([row[0], f"青年{n}", f"138{n:08}", row[1], row[2], day, row[4]])
    head = [header[0], "姓名", "手机号", header[1], header[2], "登记日期", "手机端登录"]
    write_csv(folder / "联系青年.csv", head, *lines, encoding="gb18030", delimiter=";")


def _logs(folder: Path, rows: list[Row]) -> None:
    """UTF-16, overlapping rows, a copy, a repeated header, a total; and what only corrections can settle."""
    header, *data = [list(row) for row in rows]
    _first_logs(folder, header, data[:80])
    second = [[*row[:6], f"{row[6]}人" if row[6] != "0" else "０", row[7]] for row in data[70:160]]
    second[3][4] = second[3][4].replace("，", " , ")
    second[15][4] = second[15][4].replace("，", "，\x1b")
    total = ["合计", "", "", "", "", "", str(sum(int(row[6]) for row in data[70:160])), ""]
    write_csv(folder / "日志2.csv", header, *second[:40], header, *second[40:], total, encoding="utf-16")
    shutil.copy(folder / "日志2.csv", folder / "日志2（再报）.csv")
    third = [[f'="{row[0]}"', *row[1:]] for row in data[160:]]
    third[0][2], third[1][6], third[2][1] = "昨天", "约3", "510999"
    third.append(['="RZ99999"', "", "作废", "", "", "", "", ""])
    third.append([data[170][0], *data[170][1:6], "99", data[170][7]])
    write_csv(folder / "日志3.csv", header, *third)


def _first_logs(folder: Path, header: Row, data: list[Row]) -> None:
    """A 1904 workbook: bare serials, numbers as text, channel in other words, a column twice, an empty sheet."""
    lines: list[Row] = []
    for n, row in enumerate(data):
        day = dt.date.fromisoformat(row[2])
        serial = (day - dt.date(1904, 1, 1)).days
        channel = {"手机端": "手机客户端", "网站": "PC端"}.get(row[5])
        dates = [serial if n % 2 else day, day + dt.timedelta(1)]
        lines.append([row[0], int(row[1]), dates[0], *row[3:5], channel, row[6], dates[1], row[6]])
    titled = [["工作日志（二季度）"], [None], [*header, "参与人次"], *lines]
    write_xlsx(folder / "日志1.xls", {"日志": titled, "Sheet2": []}, date_1904=True)


def _registers(folder: Path, tables: dict[str, list[Row]]) -> None:
    """Three registers one below another on one sheet; a two-row header; formulas; an HTML table called xls."""
    below: list[Row] = []
    for name in ("submissions", "media", "exemplars"):
        below += [*tables[name], [None], [None]]
    for row in below:
        row[:] = [
            cell.replace("2017Q", "2017年第") + "季度" if str(cell).startswith("2017Q") else cell
            for cell in row
        ]
    write_xlsx(folder / "台账.xlsx", {"台账": below})
    with xlsxwriter.Workbook(str(folder / "机关活动.xlsx")) as book:
        sheet = book.add_worksheet("机关活动")
        sheet.merge_range(0, 0, 0, 3, "基本情况")
        sheet.merge_range(0, 4, 0, 6, "活动情况")
        sheet.write_row(1, 0, [*tables["organs"][0], "备注"])
        for n, row in enumerate(tables["organs"][1:]):
            sheet.write_row(2 + n, 0, row[:5])
            sheet.write_formula(2 + n, 5, f"={row[5]}+0", None, int(row[5]))
        sheet.set_column(4, 4, 10, None, {"hidden": True})
    cells = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in tables["mechanisms"]
    )
    (folder / "制度机制.xls").write_text(
        f"<html><meta charset='utf-8'><table>{cells}</table></html>", "utf-8"
    )


def _archive(folder: Path, tables: dict[str, list[Row]]) -> None:
    """A zip archive with guidance and evaluations, spot checks as a BIFF workbook."""
    inner = folder / "inner"
    inner.mkdir()
    write_csv(inner / "指导.txt", *tables["guidance"], delimiter="\t")
    write_csv(inner / "评价.csv", *tables["evaluations"])
    with zipfile.ZipFile(folder / "其他.zip", "w") as archive:
        for path in sorted(inner.iterdir()):
            archive.write(path, path.name)
    shutil.rmtree(inner)
    _biff(folder / "抽查.xls", tables["checks"])


def _biff(path: Path, rows: Sequence[Row]) -> None:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("抽查")
    sheet.col(6).hidden = True
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write(number, place, cell)
    book.save(str(path))


def write_corrections(path: Path) -> Path:
    """Write what the office settled: two cells, a cadre's id, a void row, a row that holds."""
    clean = clean_tables()["logs"]
    said = ["考核组", "核对纸质台账"]
    head = ["文件", "行号", "列", "处理", "原值", "新值", "更正人", "理由"]
    return write_csv(
        path,
        head,
        ["日志3.csv", "2", "活动日期", "更正", "昨天", clean[161][2], *said],
        ["日志3.csv", "3", "参与青年数", "更正", "约3", clean[162][6], *said],
        ["日志3.csv", "4", "团干部编号", "更正", "510999", clean[163][1], *said],
        ["日志3.csv", "82", "", "作废", "", "", *said],
        ["日志3.csv", "12", "", "为准", "", "", *said],
    )
