"""The list that is drawn from: the considered logs of a day, written down and hashed before anybody knows the seed."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..csv_files import harmless
from ..errors import NothingToRead, Unusable
from ..words import both

if TYPE_CHECKING:
    import pandas as pd

    from ..assessment import Assessment

FRAME, LOGS = "frame.json", "frame.csv"
BEIJING = timezone(timedelta(hours=8))


class Log(NamedTuple):
    """A considered log and where it is drawn."""

    log_id: str
    unit: str
    cadre_type: str


@dataclass(frozen=True)
class Frozen:
    """A sampling frame as it was written down.

    Attributes
    ----------
    logs : tuple of Log
        Sorted by id.
    as_of : date
        The assessment whose considered logs they are.
    rulebook : str
        Its id.
    at : datetime
        When the frame was frozen, with its time zone.
    per_unit : int or None
        The rule that was frozen with it: at least so many logs a unit.
    by_type : bool
        Whether each cadre type of a unit is drawn by itself.
    together : bool
        Frozen in one go with the seed, so that nobody outside can tell which came first.
    """

    logs: tuple[Log, ...]
    as_of: date
    rulebook: str
    at: datetime
    per_unit: int | None = None
    by_type: bool = True
    together: bool = False

    @cached_property
    def content(self) -> bytes:
        """Return the frame as ``frame.csv`` holds it."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(Log._fields)
        writer.writerows(map(harmless, log) for log in self.logs)
        return text.getvalue().encode("utf-8-sig")

    @cached_property
    def sha256(self) -> str:
        """Return the frame's hash, which is that of the file ``frame.csv``."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def sizes(self) -> Counter[str]:
        """Return the number of logs by unit."""
        return Counter(log.unit for log in self.logs)

    @cached_property
    def strata(self) -> Counter[tuple[str, str]]:
        """Return the number of logs by unit and cadre type."""
        return Counter((log.unit, log.cadre_type) for log in self.logs)


def considered_logs(result: Assessment) -> pd.DataFrame:
    """Return the considered logs of an assessment, valid or not, sorted by id.

    Columns: log_id, unit, cadre_type, cadre_id, name, date, kind. Never a text.
    """
    import ibis

    frame = result.tallies.frame
    start, end = frame.considered_days
    logs = frame.tables["logs"].select("log_id", "cadre_id", "date", "kind")
    logs = logs.filter(logs.date.between(ibis.literal(start), ibis.literal(end)))
    roster = frame.cadres.select("cadre_id", "unit", "cadre_type", "name")
    found = frame.engine.frame(logs.join(roster, "cadre_id"))
    columns = ["log_id", "unit", "cadre_type", "cadre_id", "name", "date", "kind"]
    return found[columns].sort_values("log_id", ignore_index=True)


def frame_of(result: Assessment) -> tuple[Log, ...]:
    """Return the frame of an assessment: its considered logs, sorted by id, code point by code point."""
    found = considered_logs(result)
    return tuple(sorted(map(Log._make, found[list(Log._fields)].itertuples(index=False, name=None))))


def freeze(
    result: Assessment,
    at: datetime,
    per_unit: int | None = None,
    *,
    by_type: bool = True,
    together: bool = False,
) -> Frozen:
    """Return the frame of an assessment as frozen at a moment.

    Parameters
    ----------
    result : Assessment
        Whose considered logs are drawn from.
    at : datetime
        Now, by the caller's clock; without a zone it is Beijing time.
    per_unit : int, optional
        How many logs a unit will be drawn at least.
    by_type, together : bool
        As in `Frozen`.
    """
    moment = zoned(at)
    return Frozen(frame_of(result), result.as_of, result.rulebook.id, moment, per_unit, by_type, together)


def zoned(moment: datetime) -> datetime:
    """Return a moment with its time zone, Beijing's where it names none."""
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


def check_frame(frozen: Frozen, result: Assessment) -> None:
    """Refuse a frame that is not that of the assessment.

    Raises
    ------
    Unusable
        Says how many logs came, went or moved in which unit.
    """
    if frozen.as_of != result.as_of or frozen.rulebook != result.rulebook.id:
        words = {"frozen": f"{frozen.rulebook} {frozen.as_of}", "now": f"{result.rulebook.id} {result.as_of}"}
        raise Unusable(both("spot_checks.other_frame", **words))
    lines = [
        both("spot_checks.frame_unit", unit=unit, **n) for unit, n in _differences(frozen, frame_of(result))
    ]
    if lines:
        raise Unusable("\n".join([both("spot_checks.frame_changed"), *lines, both("spot_checks.frame_mend")]))


def _differences(frozen: Frozen, now: tuple[Log, ...]) -> list[tuple[str, dict[str, int]]]:
    old, new = ({log.log_id: log for log in logs} for logs in (frozen.logs, now))
    counts: dict[str, dict[str, int]] = {}
    for log_id in sorted(old.keys() | new.keys()):
        before, after = old.get(log_id), new.get(log_id)
        if before != after:
            kind = "came" if before is None else "went" if after is None else "moved"
            unit = (after or before or Log("", "", "")).unit
            counts.setdefault(unit, dict.fromkeys(("came", "went", "moved"), 0))[kind] += 1
    return list(counts.items())


def write_frame(frozen: Frozen, folder: Path) -> None:
    """Write ``frame.csv`` (the logs) and ``frame.json`` (its hash, counts, rule and time)."""
    strata = [{"unit": u, "cadre_type": t, "logs": n} for (u, t), n in sorted(frozen.strata.items())]
    content = {
        "frame": {"file": LOGS, "sha256": frozen.sha256, "logs": len(frozen.logs), "strata": strata},
        "as_of": frozen.as_of.isoformat(),
        "rulebook": frozen.rulebook,
        "frozen_at": frozen.at.isoformat(timespec="seconds"),
        "frozen_with_seed": frozen.together,
        "rule": {"per_unit": frozen.per_unit, "by_type": frozen.by_type, "ticket": "SHA-256(seed + ',' + log_id)"},
    }  # fmt: skip
    (folder / LOGS).write_bytes(frozen.content)
    write_json(folder / FRAME, content)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a record, sorted, one entry a line."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", "utf-8", newline="\n")


def read_frame(path: str | Path) -> Frozen:
    """Read a frozen frame from its ``frame.json``, with ``frame.csv`` beside it.

    Raises
    ------
    NothingToRead
        If either file is not there.
    Unusable
        If they were changed or do not belong together.
    """
    path = Path(path)
    path = path / FRAME if path.is_dir() else path
    for file in (path, path.with_name(LOGS)):
        if not file.is_file():
            raise NothingToRead(both("cli.no_such_path", path=file))
    try:
        frozen, stated = _read_frame(path)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unusable(both("spot_checks.frame_unreadable", path=path)) from None
    if frozen.sha256 != stated:
        raise Unusable(
            both("spot_checks.frame_edited", path=path.with_name(LOGS), stated=stated, now=frozen.sha256)
        )
    return frozen


def _read_frame(path: Path) -> tuple[Frozen, str]:
    stated = json.loads(path.read_text("utf-8"))
    rows = list(csv.reader(io.StringIO(path.with_name(LOGS).read_text("utf-8-sig"), newline="")))
    if tuple(rows[0]) != Log._fields:
        raise ValueError(rows[0])
    logs = tuple(Log(*map(_plain, row)) for row in rows[1:])
    day, moment = date.fromisoformat(stated["as_of"]), datetime.fromisoformat(stated["frozen_at"])
    rule, together = stated["rule"], bool(stated["frozen_with_seed"])
    frozen = Frozen(
        logs, day, stated["rulebook"], moment, rule["per_unit"], bool(rule["by_type"]), together
    )  # fmt: skip
    return frozen, stated["frame"]["sha256"]


def _plain(value: str) -> str:
    """A text as it was before it was made harmless."""
    return value[1:] if value[:1] == "'" and harmless(value[1:]) == value else value
