"""A draw on record: which frame, which seed, which rounds; and what the list's sheet of notes says of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..csv_files import write_frame as write_csv
from ..errors import Unusable, WrongUsage
from ..frame_rows import records
from ..words import both, text
from .drawing import shared_out
from .estimates import bound_in_words, in_words
from .frames import FRAME, Frozen, write_json
from .strata import interval_of_strata

if TYPE_CHECKING:
    import pandas as pd

    from .worksheet import Pair

DRAW, SAMPLE, ESTIMATES = "draw.json", "draw.csv", "estimates.csv"


@dataclass(frozen=True)
class Drawn:
    """What was drawn from a frame so far.

    Attributes
    ----------
    seed : str
    seed_time : datetime
        When the seed became known.
    rounds : tuple of (int, str)
        Logs a unit and the time of each round, the last one last.
    frame, frame_record : str
        The hash of the frame's logs, and that of its record with the rule; the latter once the draw is written.
    """

    seed: str
    seed_time: datetime
    rounds: tuple[tuple[int, str], ...]
    frame: str
    frame_record: str = ""

    @property
    def per_unit(self) -> int:
        """Return the logs a unit of the last round."""
        return self.rounds[-1][0]

    def extended(self, seed: str, per_unit: int | None, now: datetime) -> Drawn:
        """Return the draw with a further round; the same number again is no round.

        Raises
        ------
        WrongUsage
            If the seed is another, or the number smaller: both would let somebody choose among samples.
        """
        n = per_unit or self.per_unit
        if seed != self.seed:
            raise WrongUsage(both("spot_checks.other_seed", seed=self.seed))
        if n < self.per_unit:
            raise WrongUsage(both("spot_checks.fewer", n=n, before=self.per_unit))
        more = () if n == self.per_unit else ((n, stamp(now)),)
        return replace(self, rounds=(*self.rounds, *more))


def stamp(moment: datetime) -> str:
    """Return a moment to the second, with its zone."""
    return moment.isoformat(timespec="seconds")


def read_draw(folder: Path) -> Drawn | None:
    """Return the draw that an output folder holds, if it holds one.

    Raises
    ------
    Unusable
        If the record is damaged.
    """
    path = folder / DRAW
    if not path.is_file():
        return None
    try:
        known = json.loads(path.read_text("utf-8"))
        rounds = tuple((int(one["per_unit"]), str(one["at"])) for one in known["rounds"])
        hashes = known["frame_sha256"], known["frame_record_sha256"]
        return Drawn(str(known["seed"]), datetime.fromisoformat(known["seed_time"]), rounds, *hashes)
    except (ValueError, KeyError, TypeError):
        raise Unusable(both("spot_checks.frame_unreadable", path=path)) from None


def write_draw(record: Drawn, frozen: Frozen, sample: pd.DataFrame, folder: Path) -> None:
    """Write ``draw.csv`` (each log with its ticket) and ``draw.json``; ``frame.json`` is there already."""
    write_csv(sample, folder / SAMPLE)
    content: dict[str, Any] = {
        "seed": record.seed,
        "seed_time": stamp(record.seed_time),
        "frame_sha256": record.frame,
        "frame_record_sha256": file_hash(folder / FRAME),
        "frame_first": not frozen.together,
        "rounds": [{"per_unit": n, "at": at} for n, at in record.rounds],
        "draw_sha256": file_hash(folder / SAMPLE),
    }
    write_json(folder / DRAW, content)


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def guarantee(frozen: Frozen, lang: str = "zh") -> str:
    """Return in one sentence what the order of frame and seed is worth."""
    return text(f"spot_checks.guarantee.{'together' if frozen.together else 'first'}", lang)


def notes(record: Drawn, frozen: Frozen, found: pd.DataFrame, announced: str, lang: str = "zh") -> list[Pair]:
    """Return the lines of the sheet of notes: how to fill the list in, how it was drawn, what it says so far.

    ``announced`` is the hash of ``frame.json``, which was made public before the seed.
    """

    def say(key: str, **words: object) -> str:
        return text(f"spot_checks.{key}", lang, **words)

    lines = [(say("how"), "")]
    lines += [(head.strip(), words.strip()) for head, _, words in map(_halves, say("how_lines").split("\n"))]
    lines += [
        (say("how_drawn"), ""),
        (say("frame"), say("frame_words", logs=len(frozen.logs), as_of=frozen.as_of, at=stamp(frozen.at))),
        (say("frame_hash"), record.frame),
        (say("frame_announced"), announced),
        (say("seed"), say("seed_words", seed=record.seed, at=stamp(record.seed_time))),
        (say("order"), guarantee(frozen, lang)),
        (say("rounds"), say("rounds_words", rounds="、".join(str(n) for n, _ in record.rounds))),
        (say("redraw"), say("redraw_by_type" if frozen.by_type else "redraw_words")),
        (say("so_far"), ""),
    ]
    return [*lines, *(_line(row, frozen, lang) for row in records(found))]


def _halves(line: str) -> tuple[str, str, str]:
    return line.partition("|")


def _line(row: Mapping[Any, Any], frozen: Frozen, lang: str) -> Pair:
    if row["n"] or row["unreached"]:
        return row["unit"], in_words(row, lang)
    sizes, drawn = {"": row["frame"]}, {"": row["drawn"]}
    if frozen.by_type:
        sizes = {kind: n for (unit, kind), n in frozen.strata.items() if unit == row["unit"]}
        drawn = shared_out(row["drawn"], sizes)
    least = interval_of_strata([(drawn[kind], drawn[kind], n) for kind, n in sizes.items()])[0]
    words = {"frame": row["frame"], "drawn": row["drawn"], "least": bound_in_words(least)}
    return row["unit"], text("spot_checks.ahead", lang, **words)
