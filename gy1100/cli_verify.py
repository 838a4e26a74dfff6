"""``gy1100 verify``: whether a published result is what it says."""

from __future__ import annotations

from pathlib import Path

import click

from .words import text


class Difference(Exception):
    """Something of the result differs; the lines said what."""


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--exports",
    type=click.Path(path_type=Path),
    help="导出表所在，按内容查找 · where exports are, found by hash.",
)
@click.option("--decisions", metavar="FILE|LEDGER", help="定分表或决定台账 · a file or the ledger.")
@click.option("--head", metavar="SEQ:HASH", default="", help="印出的台账指纹 · a head that was printed.")
@click.option(
    "--rulebook", metavar="NAME|FILE", default="", help="规则集 · rulebook, by default the recorded one."
)
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="语言 · language."
)
def verify(lang: str, **given: Path | str | None) -> None:
    """核对一份结果：文件、规则集、台账，并按原表重算。 Check a published result and compute it once more."""
    from .verdict import Given
    from .verification import verify as checks_of

    place = given.pop("decisions")  # a URL stays text
    known = Path(place) if place and "://" not in str(place) else place
    checks = checks_of(Given(**given, decisions=known))  # type: ignore[arg-type]
    for check in checks:
        click.echo(check.line(lang))
    counts = {state: sum(c.state == state for c in checks) for state in ("holds", "differs", "unchecked")}
    click.echo(text("verify.sum", lang, **counts))
    if counts["differs"]:
        raise Difference
