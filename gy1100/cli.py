"""The command line: a thin face on the notebooks (outputs.md, Commands)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from . import __version__
from .cli_options import ASSESSED, ASSESSMENT, a_path, options
from .cli_users import users
from .cli_verify import Difference, verify
from .errors import Gy1100Error, Incomplete, Refused
from .words import text

INTERRUPTED, FAULT, WRONG_USAGE, DIFFERENCE = 130, 70, 2, 1
Command = Callable[..., None]


def main() -> None:
    """Run the command line and leave with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit status (outputs.md)."""
    try:
        face.main(list(arguments), prog_name="gy1100", standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        click.echo("\n已中断，原有结果未变 · interrupted, earlier results are unchanged", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return WRONG_USAGE
    except Difference:
        return DIFFERENCE
    except Gy1100Error as error:
        return _stopped(error)
    except Exception as error:  # noqa: BLE001  whatever else it is, it is a fault of ours
        return _fault(f"{type(error).__name__}: {error}")
    return 0


def _stopped(error: Gy1100Error) -> int:
    if error.exit_code == FAULT and not isinstance(error, Incomplete):
        return _fault(str(error), getattr(error, "traceback", ""))
    if str(error):
        click.echo(str(error), err=True)
    return error.exit_code


def _fault(message: str, traceback: str = "") -> int:
    if os.environ.get("GY1100_DEBUG"):
        import traceback as tracebacks

        click.echo(traceback or tracebacks.format_exc(), err=True)
    click.echo(
        f"程序出错，原有结果未变 · a fault of ours, earlier results are unchanged: {message}", err=True
    )
    click.echo("GY1100_DEBUG=1 gy1100 … 显示详情 · shows details", err=True)
    return FAULT


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="gy1100")
def face() -> None:
    """“1+100” 年度考核：导出表进，逐行可查的百分制考核出。 The assessment of the “1+100” programme."""


@face.command()
@options("exports", "rulebook", "corrections", "since", "out", "lang", "set_aside", "names")
def check(**given: Any) -> None:
    """检查导出表：读了什么，修正了什么，拒绝了什么。 The import report: read, repaired, refused."""
    _carry_out("check", given)


@face.command()
@options(*ASSESSMENT)
def year_end(**given: Any) -> None:
    """年终考核：百分制得分、排名、各单位报告。 The year-end assessment and a report for each unit."""
    _carry_out("year_end", given)


@face.command()
@options(*ASSESSMENT)
def mid_year(**given: Any) -> None:
    """年中评估：已到期项目的得分，折合百分制。 The mid-year evaluation: what is due by then, scaled to 100."""
    _carry_out("mid_year", given)


@face.command()
@options("exports")
@click.option("--quarter", metavar="2017Q2", required=True, help="哪个季度 · which quarter.")
@click.option(
    "--template", metavar="DOCX", callback=a_path, help="本单位的 Word 模板 · a Word template of your own."
)
@options(*ASSESSED)
def bulletin(**given: Any) -> None:
    """季度通报：网页和可直接印发的 Word 公文。 The quarterly bulletin, as a page and as an official document."""
    own = given.pop("quarter"), given.pop("template")
    _carry_out("bulletin", {**given, "out": given["out"] or _own_folder(given, "bulletin")}, *own)


@face.command()
@options("exports")
@click.option(
    "--cache", metavar="DIR", callback=a_path, help="存放已读数据的文件夹 · folder that keeps what was read."
)
@options(*ASSESSED, "since")
def ranking(**given: Any) -> None:
    """每日排名：某一天的排名和一周来的变化；没有变的文件不重读。 A day's ranking and how it moved in a week."""
    cache = given.pop("cache")
    _carry_out("ranking", {**given, "out": given["out"] or _own_folder(given, "ranking")}, cache)


@face.command()
@options("exports", "as_of", "rulebook", "decisions", "corrections", "out", "lang", "set_aside")
def calendar(**given: Any) -> None:
    """工作日历：任务、责任、督办部门、到期日和完成情况。 Duties and due dates, as a page and as .ics."""
    _carry_out("calendar", {**given, "out": given["out"] or Path("output/calendar")})


@face.command()
@options("rulebook", "out", "lang")
def rulebook(**given: Any) -> None:
    """规则集说明页。 The rulebook as a readable page."""
    _carry_out("rulebook", {**given, "out": given["out"] or Path("output/rulebook")})


@face.command()
@options("rulebook", "out", "lang")
def templates(**given: Any) -> None:
    """空白登记表：每张表一个工作簿，带下拉列表和填写说明。 Empty workbooks with drop-down lists."""
    _carry_out("templates", {**given, "out": given["out"] or Path("output/templates")})


@face.command()
@options("exports")
@click.option(
    "--seed",
    metavar="TEXT",
    help="公开的种子；不给则只冻结抽样框 · public seed; without it the frame is frozen.",
)
@click.option("--seed-time", metavar="TIME", default="", help="种子产生的时间 · when the seed was made.")
@click.option("--per-unit", metavar="N", type=click.IntRange(min=1), help="每单位抽几条 · logs a unit.")
@click.option(
    "--frame", metavar="FILE", callback=a_path, help="另处冻结的 frame.json · a frame frozen elsewhere."
)
@click.option(
    "--by-type/--whole-units",
    default=None,
    help="单位内按团干部类别分层（默认），或不分 · each cadre type of a unit by itself (default), or not.",
)
@click.option(
    "--risk", metavar="FILE", callback=a_path, help="风险名单：日志编号、理由 · logs to check for a reason."
)
@click.option("--lots", metavar="A:B", default="", help="批次判定，如 0.05:0.2 · decision on lots.")
@options("as_of", "rulebook", "corrections", "out", "lang", "set_aside", "names")
def spot_checks(**given: Any) -> None:
    """抽查名单：先冻结抽样框，再按公开种子抽取。 The list to check: freeze the frame, then draw by a public seed."""
    from datetime import datetime

    from .checking import Drawing

    names = ("seed", "seed_time", "per_unit", "frame", "by_type", "risk", "lots")
    own = {name: given.pop(name) for name in names}
    given["out"] = given["out"] or _own_folder(given, "spot-checks")
    _carry_out("spot_checks", given, Drawing(datetime.now().astimezone(), **own))


@face.command()
@options("exports")
@click.option(
    "--targets", metavar="FILE", callback=a_path, help="各单位自定的指标 · targets of the units' own."
)
@options("as_of", "rulebook", "corrections", "out", "lang", "set_aside", "names")
def screens(**given: Any) -> None:
    """作风线索：值得先核实的情况，不是结论，绝不扣分。 Clean-conduct signals, a list for checking."""
    targets = given.pop("targets")
    _carry_out("screens", {**given, "out": given["out"] or _own_folder(given, "screens")}, targets)


@face.command()
@options("exports")
@click.option(
    "--draws",
    type=click.IntRange(min=1),
    help="随机变动多少次（默认十万） · how often is drawn (default 100,000).",
)
@click.option("--seed", type=click.IntRange(min=0), help="随机数的种子 · seed of the random numbers.")
@options(*ASSESSED)
def robustness(**given: Any) -> None:
    """排名站得住吗：换理解、换权重、换抽查，名次变不变。 Does the ranking stand?"""
    own = {name: given.pop(name) for name in ("draws", "seed")}
    drawn = {name: number for name, number in own.items() if number is not None}
    _carry_out("robustness", {**given, "out": given["out"] or _own_folder(given, "robustness")}, drawn)


@face.command()
@options("exports")
@click.option("--ledger", metavar="FILE|URL", default="", help="决定台账 · ledger of decisions.")
@click.option("--users", metavar="FILE", callback=a_path, help="用户文件 · users file.")
@click.option("--port", type=click.IntRange(0, 65535), default=8866, show_default=True, help="端口 · port.")
@click.option(
    "--no-browser", "browser", flag_value=False, default=True, help="不打开浏览器 · open no browser."
)
@click.option(
    "--pool",
    type=click.IntRange(0, 8),
    default=1,
    show_default=True,
    help="预备的评审台数 · desks kept ready.",
)
@click.option(
    "--proxy-header", default="", help="由反向代理登录：姓名所在的请求头 · the proxy's header with the name."
)
@click.option("--host", "hosts", multiple=True, help="代理使用的主机名 · host names that the proxy uses.")
@options("as_of", "rulebook", "corrections", "lang", "set_aside", "names", "four_eyes")
def review(**given: Any) -> None:
    """评审台：在浏览器里查看、对比、判定。 The review desk in the browser."""
    from .desk.serving import Service
    from .ledger import LEDGER_FILE
    from .users import USERS_FILE

    own = {name: given.pop(name) for name in ("port", "browser", "pool", "proxy_header", "hosts")}
    ledger, users = given.pop("ledger") or LEDGER_FILE, given.pop("users") or USERS_FILE
    _carry_out("review", given, Service(ledger, users, **own))


face.add_command(users)
face.add_command(verify)


def _own_folder(given: dict[str, Any], name: str) -> Path:
    """Return a folder beside the year's result, which a command of its own must not replace."""
    return Path("output", *([] if given["exports"] else ["sample"]), name)


def _carry_out(command: str, given: dict[str, Any], *more: Any) -> None:
    from . import commands

    order = commands.Order(command.replace("_", "-"), **given)
    try:
        getattr(commands, command)(order, *more)
    except Refused as refusal:
        click.echo(commands.listed(refusal, order), err=True)
        key = "cli.refused" if order.reports_imports else "cli.refused_here"
        click.echo(text(key, order.lang, out=order.folder), err=True)
        raise Refused(()) from None


if __name__ == "__main__":
    main()
