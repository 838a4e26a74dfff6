"""The command ``spot-checks``: freeze a frame, draw from it, hand out the list; what was drawn is never drawn anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import CannotWrite, Refused, Unusable, WrongUsage
from .frame_rows import records
from .spot_checks import frames, rounds
from .spot_checks.drawing import drawn, with_risk
from .spot_checks.estimates import estimates, in_words, lots, outcomes
from .spot_checks.worksheet import Listing, checked, to_check, write_list
from .words import both, text

if TYPE_CHECKING:
    import pandas as pd

    from .assessment import Assessment
    from .order import Order
    from .rulebook import Rulebook

LIST = {"zh": "抽查名单.xlsx", "en": "spot_checks.xlsx"}
LOTS, RISKS = "lots.csv", "risk_checks"


@dataclass(frozen=True)
class Drawing:
    """What is asked of a draw besides the order.

    Attributes
    ----------
    seed, seed_time : str
        The public seed; when it became known. Without a seed the frame is frozen.
    per_unit : int or None
    frame, risk : path or None
        A frame frozen elsewhere; a list of logs to check for a reason.
    by_type : bool or None
        Whether each cadre type of a unit is drawn by itself; None = as the frame has it, a new one does.
    lots : str
        Acceptable and unacceptable share of faults, ``0.05:0.2``.
    now : datetime
        The caller's clock.
    """

    now: datetime
    seed: str | None = None
    seed_time: str = ""
    per_unit: int | None = None
    frame: Path | None = None
    risk: Path | None = None
    by_type: bool | None = None
    lots: str = ""

    def published(self) -> dict[str, Any]:
        """Return the options as the manifest records them; seed and times stand in the records."""
        kept = {"per_unit": self.per_unit, "by_type": self.by_type, "lots": self.lots}
        return kept | {"risk": self.risk.name if self.risk else None}


Say = Callable[[object], None]


def spot_checks(order: Order, rulebook: Rulebook, drawing: Drawing, say: Say) -> list[str]:
    """Freeze a frame or draw from one, and publish the record; return the files to look at.

    Raises
    ------
    Unusable
        If the exports hold errors, the frame no longer fits, or the seed is older than it.
    WrongUsage
        If what is asked for contradicts what was drawn before.
    CannotWrite
        If the list in the output folder was filled in meanwhile.
    """
    known = _known_frame(order, drawing)
    _keep_filled_in(order)
    result = _assessed(order, rulebook, known)
    if drawing.seed is None:
        return _freeze(order, drawing, result, say)
    frozen = known or frames.freeze(
        result, drawing.now, drawing.per_unit, by_type=drawing.by_type is not False, together=True
    )
    frames.check_frame(frozen, result)
    if drawing.by_type not in (None, frozen.by_type):
        raise WrongUsage(both("spot_checks.other_types"))
    return _draw(order, drawing, result, frozen, say)


def _known_frame(order: Order, drawing: Drawing) -> frames.Frozen | None:
    """The frame that is drawn from: the one named, else the one in the output folder."""
    if drawing.frame is not None:
        return frames.read_frame(drawing.frame)
    path = order.folder / frames.FRAME
    return frames.read_frame(path) if path.is_file() and drawing.seed is not None else None


def _keep_filled_in(order: Order) -> None:
    """Refuse to replace a list that somebody has worked on."""
    known: dict[str, str] = {}
    with suppress(OSError, ValueError):
        known = json.loads((order.folder / "manifest.json").read_text("utf-8")).get("files", {})
    for name in LIST.values():
        path = order.folder / name
        if name in known and path.is_file() and rounds.file_hash(path) != known[name]:
            raise CannotWrite(both("spot_checks.filled_in", path=path))


def _assessed(order: Order, rulebook: Rulebook, known: frames.Frozen | None) -> Assessment:
    from .assessment import assess
    from .evidence import read_evidence

    day = order.as_of or (known.as_of if known else rulebook.rules.as_of.year_end.value)
    options = {"set_aside": order.set_aside, "corrections": order.corrections}
    try:
        evidence = read_evidence(order.exports or "", rulebook, **options)  # type: ignore[arg-type]
    except Refused as refusal:
        raise Unusable(f"{refusal}\n{both('spot_checks.refused')}") from None
    return assess(evidence, rulebook, as_of=day)


def _freeze(order: Order, drawing: Drawing, result: Assessment, say: Say) -> list[str]:
    from .staging import publish

    if drawing.frame or drawing.risk or drawing.seed_time or drawing.lots:
        raise WrongUsage(both("spot_checks.seed_missing"))
    if rounds.read_draw(order.folder):
        raise WrongUsage(both("spot_checks.drawn_already", out=order.folder))
    frozen = frames.freeze(result, drawing.now, drawing.per_unit, by_type=drawing.by_type is not False)
    with publish(order.folder) as stage:
        frames.write_frame(frozen, stage)
        announced = rounds.file_hash(stage / frames.FRAME)
        _seal(order, drawing, result, stage)
    words = {"logs": len(frozen.logs), "at": rounds.stamp(frozen.at), "sha256": frozen.sha256}
    say(text("spot_checks.frozen", order.lang, record=announced, **words))
    return [frames.FRAME, frames.LOGS]


def _draw(order: Order, drawing: Drawing, result: Assessment, frozen: frames.Frozen, say: Say) -> list[str]:
    from .staging import publish

    record = _record(order, drawing, frozen)
    sample = drawn(frozen, record.seed, record.per_unit, seed_time=record.seed_time)
    if drawing.risk:
        sample = with_risk(sample, frozen, record.seed, _risks(drawing.risk, result.rulebook))
    found = estimates(result, frozen, sample)
    with publish(order.folder) as stage:
        _write_frame(order, drawing, frozen, stage)
        rounds.write_draw(record, frozen, sample, stage)
        announced = rounds.file_hash(stage / frames.FRAME)
        names = _write_results(drawing, result, (frozen, sample, found), stage)
        listing = _listing(order, result, sample, rounds.notes(record, frozen, found, announced, order.lang))
        write_list(result, listing, stage / LIST[order.lang], lang=order.lang, names=order.names)
        _seal(order, drawing, result, stage)
    say(text("spot_checks.compare", order.lang, record=announced))
    _tell(order, frozen, listing, found, say)
    for line in _aside(result, order.lang):
        say(line)
    return [LIST[order.lang], rounds.SAMPLE, *names]


def _record(order: Order, drawing: Drawing, frozen: frames.Frozen) -> rounds.Drawn:
    """What is on record with this round added; the first round begins the record."""
    seed, before = drawing.seed or "", rounds.read_draw(order.folder)
    path = _record_path(order, drawing)
    hashes = frozen.sha256, rounds.file_hash(path) if path.is_file() else ""
    if before and (before.frame, before.frame_record) == hashes:
        return before.extended(seed, drawing.per_unit, drawing.now)
    if before:
        raise WrongUsage(both("spot_checks.drawn_already", out=order.folder))
    moment = _moment(drawing.seed_time) if drawing.seed_time else drawing.now
    n = drawing.per_unit or frozen.per_unit or 0
    return rounds.Drawn(seed, moment, ((n, rounds.stamp(drawing.now)),), frozen.sha256)


def _record_path(order: Order, drawing: Drawing) -> Path:
    """The record of the frame that is drawn from; no such file where it is frozen in one go with the draw."""
    path = drawing.frame or order.folder
    return path / frames.FRAME if path.is_dir() else path


def _moment(written: str) -> datetime:
    try:
        return frames.zoned(datetime.fromisoformat(written))
    except ValueError:
        raise WrongUsage(both("spot_checks.no_time", time=written)) from None


def _risks(path: Path, rulebook: Rulebook) -> list[tuple[str, str]]:
    """The logs of a list to check for a reason, from any file with the columns of the table."""
    from .evidence import read_table

    table, findings = read_table(path, RISKS, rulebook)
    errors = [str(found) for found in findings if found.severity == "error"]
    if errors:
        raise Unusable("\n".join(errors))
    return [(row["log_id"], row["reason"] or "") for row in table.to_pylist()]


def _write_frame(order: Order, drawing: Drawing, frozen: frames.Frozen, stage: Path) -> None:
    """Keep the frame's record byte for byte, as its hash was announced."""
    record = _record_path(order, drawing)
    if not record.is_file():
        frames.write_frame(frozen, stage)
        return
    (stage / frames.FRAME).write_bytes(record.read_bytes())
    (stage / frames.LOGS).write_bytes(frozen.content)


def _write_results(
    drawing: Drawing,
    result: Assessment,
    known: tuple[frames.Frozen, pd.DataFrame, pd.DataFrame],
    stage: Path,
) -> list[str]:
    """Write what the checks on record say so far, and the decisions on lots where they are asked for."""
    from .csv_files import write_frame

    frozen, sample, found = known
    write_frame(found, stage / rounds.ESTIMATES)
    if not drawing.lots:
        return [rounds.ESTIMATES]
    acceptable, _, unacceptable = drawing.lots.partition(":")
    try:
        shares = float(acceptable), float(unacceptable)
    except ValueError:
        raise WrongUsage(both("spot_checks.no_lots", lots=drawing.lots)) from None
    write_frame(lots(result, frozen, sample, *shares), stage / LOTS)
    return [rounds.ESTIMATES, LOTS]


def _listing(order: Order, result: Assessment, sample: pd.DataFrame, notes: list[tuple[str, str]]) -> Listing:
    from .report.sample import is_sample

    followed = outcomes(result, sample)
    title = text("spot_checks.title", order.lang, as_of=result.as_of)
    mark = text("report.sample", order.lang) if is_sample(result.evidence) else ""
    lines = [*notes, *((line, "") for line in _aside(result, order.lang))]
    return Listing(to_check(result, followed), checked(result, followed), lines, title, mark)


def _aside(result: Assessment, lang: str) -> list[str]:
    """Return how many rows were set aside, among them logs that cannot be drawn."""
    from .report.sentences import set_aside
    from .report.voice import Voice

    return set_aside(result.evidence, Voice(result.rulebook, lang))


def _seal(order: Order, drawing: Drawing, result: Assessment, stage: Path) -> None:
    from .manifest import facts_of, write_manifest

    facts = facts_of(result.evidence, result.rulebook, as_of=result.as_of)
    write_manifest(stage, facts, order.published() | drawing.published())


def _tell(order: Order, frozen: frames.Frozen, listing: Listing, found: pd.DataFrame, say: Say) -> None:
    if listing.mark:
        say(listing.mark)
    say(text("spot_checks.listed", order.lang, todo=len(listing.todo), done=len(listing.done)))
    say(rounds.guarantee(frozen, order.lang))
    for row in records(found):
        if row["n"] or row["unreached"]:
            say(f"  {row['unit']}：{in_words(row, order.lang)}")
