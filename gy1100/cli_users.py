"""``gy1100 users``: who may log in to the desk."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from .console import aligned
from .errors import WrongUsage
from .users import PASSWORD, ROLES, USERS_FILE, User, add_user, change_password, read_users, remove_user
from .words import both

_file = click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path),
    default=USERS_FILE,
    show_default=True,
    help="用户文件 · users file.",
)


@click.group()
def users() -> None:
    """谁可以登录评审台：添加、列出、换密码、删除。 Who may log in to the review desk."""


@users.command()
@click.argument("name")
@click.option(
    "--role", type=click.Choice(ROLES), required=True, help="评定人或查看人 · assessor judges, viewer looks."
)
@click.option("--unit", default="", help="本人所在单位，不得由其评定 · the own unit, never judged by them.")
@click.option(
    "--rulebook", metavar="NAME|FILE", default="guangyuan-2017", show_default=True, help="规则集 · rulebook."
)
@_file
def add(name: str, role: str, unit: str, rulebook: str, path: Path) -> None:
    """添加用户；密码在终端输入，或取自 GY1100_PASSWORD。 Add a user; the password is asked for."""
    home = _unit(unit, rulebook) if unit else ""
    user = add_user(User(name, role, home), _password(), path)  # type: ignore[arg-type]
    click.echo(both("users.added", name=user.name, role=user.role, path=path))


@users.command(name="list")
@_file
def list_(path: Path) -> None:
    """列出用户。 List the users."""
    rows = [(user.name, user.role, user.home or "—") for user in read_users(path)]
    click.echo(aligned([("姓名 name", "角色 role", "单位 unit"), *rows]))


@users.command()
@click.argument("name")
@_file
def passwd(name: str, path: Path) -> None:
    """换密码。 Change a password."""
    click.echo(both("users.changed", name=change_password(name, _password(), path).name))


@users.command()
@click.argument("name")
@_file
def remove(name: str, path: Path) -> None:
    """删除用户；其决定仍在台账中。 Remove a user; what they entered stays."""
    click.echo(both("users.removed", name=remove_user(name, path).name))


def _unit(given: str, rulebook: str) -> str:
    from .rulebook import load_rulebook

    units = load_rulebook(rulebook).units
    name = units.match(given).unit
    if name is None:
        raise WrongUsage(both("users.unit", unit=given, units="、".join(unit.name for unit in units)))
    return name


def _password() -> str:
    given = os.environ.get(PASSWORD, "")
    if given:
        return given
    if not in_terminal():
        raise WrongUsage(both("users.no_password", name=PASSWORD))
    return str(click.prompt(both("users.ask"), hide_input=True, confirmation_prompt=both("users.again")))


def in_terminal() -> bool:
    """Return whether somebody can be asked."""
    return sys.stdin.isatty()
