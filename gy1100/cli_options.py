"""The options that commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

Command = Callable[..., None]
ASSESSED = ("as_of", "rulebook", "decisions", "corrections", "out", "lang", "set_aside", "four_eyes")
ASSESSMENT = (
    "exports",
    *ASSESSED,
    "since",
    "keep_evidence",
    "bundle",
    "names",
    "reports",
    "workers",
    "engine",
)


def options(*names: str) -> Callable[[Command], Command]:
    """Return what gives a command these of the shared options, in this order."""

    def with_options(command: Command) -> Command:
        for name in reversed(names):
            command = OPTIONS[name](command)
        return command

    return with_options


def a_path(context: click.Context, parameter: click.Parameter, value: str | None) -> Path | None:
    """Return a path; an empty text is none."""
    if value == "":
        raise click.BadParameter("空 · empty", context, parameter)
    return Path(value) if value is not None else None


def a_place(context: click.Context, parameter: click.Parameter, value: str | None) -> Path | str | None:
    """Return a URL as it is, anything else as a path."""
    return value if value and "://" in value else a_path(context, parameter, value)


OPTIONS: dict[str, Callable[[Command], Command]] = {
    "exports": click.argument("exports", required=False, callback=a_path),
    "as_of": click.option("--as-of", metavar="DATE", default="", help="考核日期 · day of the assessment."),
    "rulebook": click.option(
        "--rulebook",
        metavar="NAME|FILE",
        default="guangyuan-2017",
        show_default=True,
        help="规则集 · rulebook.",
    ),
    "decisions": click.option(
        "--decisions",
        metavar="FILE|LEDGER",
        callback=a_place,
        help="定分表或决定台账 · decided points, a file or a ledger.",
    ),
    "four_eyes": click.option(
        "--four-eyes", is_flag=True, help="只计经第二人确认的决定 · only confirmed decisions."
    ),
    "corrections": click.option(
        "--corrections", metavar="FILE", callback=a_path, help="更正表 · corrections of what was received."
    ),
    "since": click.option(
        "--since", metavar="DIR", callback=a_path, help="上次的导出表或结果 · an earlier delivery or result."
    ),
    "out": click.option("--out", metavar="DIR", callback=a_path, help="结果文件夹 · output folder."),
    "lang": click.option(
        "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="语言 · language."
    ),
    "set_aside": click.option(
        "--set-aside", is_flag=True, help="搁置有错误的行 · leave rows with errors out."
    ),
    "keep_evidence": click.option(
        "--keep-evidence", is_flag=True, help="另存接受的各表 · write evidence/ too."
    ),
    "bundle": click.option(
        "--bundle",
        is_flag=True,
        help="另打包成一个可供他人核对的档案 · one archive that others can verify.",
    ),
    "names": click.option(
        "--no-names", "names", flag_value=False, default=True, help="不写团干部姓名 · no names."
    ),
    "workers": click.option(
        "--workers",
        type=click.IntRange(1, 64),
        help="同时生成几份报告（默认每核一份） · reports made at once (default one a core).",
    ),
    "engine": click.option(
        "--engine",
        metavar="spark://HOST:PORT",
        default="",
        help="计算引擎，默认本机 · a cluster that measures and makes the reports.",
    ),
    "reports": click.option(
        "--reports",
        type=click.Choice(["all", "none"]),
        default="all",
        show_default=True,
        help="各单位报告 · a report for each unit.",
    ),
}
