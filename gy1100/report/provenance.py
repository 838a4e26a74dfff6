"""Where a report's figures come from: rulebook, day, options, version, files with hash and rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..ledger import as_head
from ..words import text
from .explained import fact_list
from .grid import Grid
from .markup import tag
from .sentences import set_aside
from .tables import bullets, columns

if TYPE_CHECKING:
    from markupsafe import Markup

    from ..assessment import Assessment
    from ..evidence import Evidence
    from ..rulebook import Rulebook
    from .voice import Voice


def assessment_facts(result: Assessment, voice: Voice) -> Markup:
    """Return day, rulebook with hash, readings in force, decisions, ledger head, rows set aside and version."""
    decisions = len(result.decisions.entries)
    facts = [
        (voice.say("prov.as_of"), voice.day(result.as_of)),
        *_rulebook_facts(result.rulebook, voice),
        (voice.say("prov.options"), _readings(result.rulebook, voice)),
        (
            voice.say("prov.decisions"),
            voice.say("prov.decisions.some", n=decisions) if decisions else voice.say("prov.decisions.none"),
        ),
        *_ledger_facts(result, voice),
        *_reading_facts(result.evidence, voice),
    ]
    return fact_list(facts)


def _ledger_facts(result: Assessment, voice: Voice) -> Iterable[tuple[str, Any]]:
    head = printed_head(result)
    if head:
        yield text("ledger.report.head", voice.lang), tag("span", head, class_="gy-mono")


def printed_head(result: Assessment) -> str:
    """Return the head of the ledger as it is printed, empty where there is no ledger."""
    record = result.decisions.record
    return as_head(record.head).short if record else ""


def _readings(rulebook: Rulebook, voice: Voice) -> Markup:
    """Return what was chosen where the notice is silent, each with its question."""
    known, between = rulebook.rules.readings, "：" if voice.lang == "zh" else ": "
    chosen = ((n, voice.of(known[n].alternatives[choice])) for n, choice in rulebook.readings.items())
    return bullets(f"{voice.code('robustness.assumption', name)}{between}{words}" for name, words in chosen)


def evidence_facts(evidence: Evidence, rulebook: Rulebook, voice: Voice) -> Markup:
    """Return rulebook with hash, rows set aside and version."""
    return fact_list([*_rulebook_facts(rulebook, voice), *_reading_facts(evidence, voice)])


def rulebook_facts(rulebook: Rulebook, voice: Voice) -> Markup:
    """Return rulebook with hash and version, where no exports were read."""
    return fact_list([*_rulebook_facts(rulebook, voice), (voice.say("prov.version"), version())])


def _rulebook_facts(rulebook: Rulebook, voice: Voice) -> Iterable[tuple[str, Any]]:
    yield voice.say("prov.rulebook"), rulebook.id
    yield voice.say("prov.hash"), tag("span", rulebook.sha256, class_="gy-mono")


def _reading_facts(evidence: Evidence, voice: Voice) -> Iterable[tuple[str, Any]]:
    files = {source.file for source in evidence.sources}
    rows = sum(source.rows for source in evidence.sources)
    yield voice.say("prov.aside"), "".join(set_aside(evidence, voice)) or voice.say("aside.none")
    yield voice.say("prov.version"), version()
    yield voice.say("prov.files"), voice.say("prov.read", n=len(files), rows=rows)


def version() -> str:
    """Return the package's version, empty where it is not installed."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return f"gy1100 {installed('gy1100')}"
    except PackageNotFoundError:
        return "gy1100"


def source_grid(evidence: Evidence, voice: Voice) -> Grid:
    """Return every file and sheet that was read, as which table, with rows and hash."""
    rows = tuple(
        (s.file, s.sheet or "", voice.table(s.table) if s.table else "", s.rows,
         tag("span", s.sha256, class_="gy-mono"))
        for s in sorted(evidence.sources, key=lambda s: (s.file, s.sheet or ""))
    )  # fmt: skip
    heads = columns(
        voice,
        ("file", "text", 30),
        ("sheet", "text", 18),
        ("table", "text", 16),
        ("rows", "count", 8),
        ("sha256", "text", 40),
    )
    return Grid(heads, rows)
