"""An earlier result as its folder tells it, or a table of points that somebody else made, to compare with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .decisions import Decision, Decisions, problems_of
from .errors import Gy1100Error, NothingToRead, Refused
from .findings import Finding
from .intervals import CENT, published
from .words import both

if TYPE_CHECKING:
    import pandas as pd

    from .assessment import Assessment
    from .rulebook import Rulebook

Points = Mapping[tuple[str, str], Decimal]
# what a row of points lacks of a decision, so that it is checked like one
_NOBODY = {"element": None, "assessor": "—", "time": "2017-01-01", "valid_from": "", "reason": "—"}


@dataclass(frozen=True)
class Earlier:
    """What is known of an earlier result.

    Attributes
    ----------
    points : mapping
        Published points by (unit, item), exact.
    ranking : DataFrame
        ``score_100, rank`` by unit; empty where only points are known.
    as_of : date or None
    rulebook : Rulebook or None
        With its readings and points; None where nobody knows it, or it is not at hand as it was then.
    decisions : Decisions
        What was decided then.
    name : str
        Folder or file.
    """

    points: Points
    ranking: pd.DataFrame
    as_of: date | None
    rulebook: Rulebook | None
    decisions: Decisions
    name: str = ""

    @property
    def units(self) -> frozenset[str]:
        """Return the units it has points of."""
        return frozenset(unit for unit, _ in self.points)


def points_of(result: Assessment) -> dict[tuple[str, str], Decimal]:
    """Return the published points of an assessment by (unit, item), exact."""
    return _exact(result.scores)


def earlier_of(result: Assessment) -> Earlier:
    """Return an assessment as what is known of it later."""
    ranking = result.ranking.set_index("unit")[["score_100", "rank"]]
    return Earlier(points_of(result), ranking, result.as_of, result.rulebook, result.decisions)


def read_earlier(since: str | Path, rulebook: Rulebook) -> Earlier:
    """Return an earlier result of ours from its folder, or points from a table ``unit, item, points`` (csv, xlsx).

    Raises
    ------
    NothingToRead
        If it is neither.
    Refused
        If rows of the table name no unit or item of the rulebook or hold no points; all are listed.
    """
    path = Path(since)
    return _folder(path, rulebook) if path.is_dir() else _table(path, rulebook)


def _folder(path: Path, rulebook: Rulebook) -> Earlier:
    import pandas as pd

    from .manifest import read_manifest

    manifest = read_manifest(path) or {}
    try:
        scores, ranking = (pd.read_csv(path / f"{n}.csv", encoding="utf-8-sig", dtype={"item": str, "points": str})
                           for n in ("scores", "ranking"))  # fmt: skip
        points, ranks = _exact(scores), ranking.set_index("unit")[["score_100", "rank"]]
        day, known = date.fromisoformat(manifest["as_of"]), manifest["rulebook"]
        decisions = _decisions(manifest)
    except (OSError, KeyError, ValueError, ArithmeticError, TypeError):
        raise NothingToRead(f"没有可比较的结果：{path} · no earlier result there") from None
    return Earlier(points, ranks, day, _rulebook(known, rulebook), decisions, path.name)


def _exact(scores: pd.DataFrame) -> dict[tuple[str, str], Decimal]:
    rows = scores[["unit", "item", "points"]].itertuples(index=False)
    return {(unit, item): Decimal(str(points)).quantize(CENT) for unit, item, points in rows}


def _rulebook(known: Mapping[str, Any], rulebook: Rulebook) -> Rulebook | None:
    """Return the rulebook of a manifest, read and weighed as then, where it is still the same."""
    from .rulebook import load_rulebook

    found: Rulebook | None = rulebook
    if known["sha256"] != rulebook.sha256:
        try:
            found = load_rulebook(known["id"])
        except Gy1100Error:
            found = None
    if found is None or found.sha256 != known["sha256"]:
        return None
    return found.under(known.get("readings") or {}, known.get("weights") or {})


def _decisions(manifest: Mapping[str, Any]) -> Decisions:
    taken = (manifest.get("decisions") or {}).get("taken", ())
    return Decisions(tuple(map(_decision, taken)))


def _decision(told: Mapping[str, Any]) -> Decision:
    day = date.fromisoformat(told["valid_from"]) if told["valid_from"] else None
    return Decision(
        told["unit"], told["item"], told["element"], Decimal(told["value"]), "", datetime.fromisoformat(told["time"]),
        day, "", "",
    )  # fmt: skip


def _table(path: Path, rulebook: Rulebook) -> Earlier:
    import pandas as pd

    from .evidence import read_table

    table, findings = read_table(path, "points", rulebook)
    rows = table.to_pylist()
    for row in rows:
        as_decision = _NOBODY | {"unit": row["unit"], "item": row["item"], "value": row["points"]}
        findings += [
            Finding("error", path.name, "", row["row"], column, str(as_decision[column] or ""), code, args)
            for column, code, args in problems_of(as_decision, rulebook)
        ]
    if any(found.severity == "error" for found in findings):
        raise Refused(findings)
    if not rows:
        raise NothingToRead(both("earlier.empty", path=path))
    points: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        key = str(rulebook.units.match(row["unit"]).unit), row["item"]
        given = published(Decimal(row["points"]))
        if points.setdefault(key, given) != given:
            other = {"other": f"{points[key]:f}"}
            findings.append(
                Finding("error", path.name, "", row["row"], "points", row["points"], "points_twice", other)
            )
    if any(found.severity == "error" for found in findings):
        raise Refused(findings)
    return Earlier(points, pd.DataFrame(columns=["score_100", "rank"]), None, None, Decisions(), path.name)


__all__ = ["Earlier", "earlier_of", "points_of", "read_earlier"]
