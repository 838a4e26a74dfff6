"""The bulletin as an official document in Word."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from ..errors import WrongUsage
from ..report.official import Official
from ..report.sample import is_sample
from ..words import both

if TYPE_CHECKING:
    from .bulletin import Bulletin


def write_document(bulletin: Bulletin, path: Path, template: str | Path = "") -> Path:
    """Write a bulletin as a Word document ready to be sent: the number is left for the office to fill in.

    Raises
    ------
    WrongUsage
        If ``template`` is no Word document.
    """
    official = _opened(template)
    voice, result = bulletin.voice, bulletin.result
    notice, day = result.rulebook.rules.notice, voice.day(result.as_of)
    issuer = voice.of(notice.issuer)
    number = voice.say("bulletin.number", year=result.as_of.year)
    sample = f"（{voice.say('sample')}）" if is_sample(result.evidence) else ""
    official.head(issuer, number, f"{bulletin.title}{sample}")
    official.paragraph(voice.say("bulletin.to"), "公文主送机关")
    for line in (bulletin.intro, *bulletin.cautions):
        official.paragraph(line)
    for n, part in enumerate(bulletin.parts):
        official.part(bulletin.heading(n), part)
    titles = [voice.say(f"bulletin.head.{part.key}") for part in bulletin.annexes]
    official.annex_note(voice.say("bulletin.annex"), titles)
    official.signature(issuer, day)
    for n, (title, part) in enumerate(zip(titles, bulletin.annexes, strict=True), 1):
        official.annex(voice.say("bulletin.annex_n", n=n), title, part)
    official.colophon(voice.say("bulletin.copies"), voice.say("bulletin.printed", issuer=issuer, day=day))
    return official.save(path)


def _opened(template: str | Path) -> Official:
    from docx.opc.exceptions import PackageNotFoundError

    try:
        return Official(template)
    except (PackageNotFoundError, BadZipFile, OSError, ValueError, KeyError):
        raise WrongUsage(both("bulletin.template", path=template)) from None
