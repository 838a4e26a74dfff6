"""The assessment: parts of all components become components, points, totals and ranks (scoring.md §3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import components as component_frames
from . import part_frames
from .authenticity import authenticity_of
from .decisions import Decision, Decisions, Standing, as_decisions
from .engine import Engine, engine_at
from .measures import Tallies
from .periods import checked_day, due_date
from .privacy import without_numbers
from .ranking import ranked
from .register import with_entered_checks, without_entered_checks
from .scores import published_scores
from .validity import framed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import ibis
    import pandas as pd

    from .apart import Apart
    from .evidence import Evidence
    from .explanation import Explanation
    from .indicators import Shown
    from .robustness import SettledRanks
    from .rulebook import Rulebook
    from .screens import Screens


@dataclass(frozen=True)
class Assessment:
    """The result of one assessment; every frame has the columns of its file in ``outputs.md``.

    Attributes
    ----------
    rulebook, evidence, as_of, decisions
        What it was made from.
    tallies : Tallies
        The engine's shared steps, from which parts, cadres and explanations are taken.
    """

    rulebook: Rulebook
    evidence: Evidence
    as_of: date
    decisions: Decisions
    tallies: Tallies

    @cached_property
    def standing(self) -> Standing:
        """Return the decisions that hold on ``as_of``."""
        return self.decisions.standing(self.as_of)

    @cached_property
    def due_items(self) -> frozenset[str]:
        """Return the ids of the items that are due on ``as_of``."""
        return frozenset(i.id for i in self.rulebook.items if due_date(self.rulebook, i) <= self.as_of)

    @cached_property
    def authenticity(self) -> pd.DataFrame:
        """Return spot checks by unit: genuine, partly, false, n, done, value, low, high (Wilson), applied."""
        frame = self.tallies.frame
        return frame.steps.get("authenticity", frame.choices, lambda: authenticity_of(frame)).value

    @cached_property
    def measured(self) -> ibis.Table:
        """Return the parts of all due items as a relation of the engine (:func:`gy1100.part_frames.relation`)."""
        return part_frames.relation(self)

    @cached_property
    def tallied_components(self) -> list[dict[str, Any]]:
        """Return the components of all items and units with their unrounded values, in order."""
        return component_frames.component_rows(self)

    @cached_property
    def components(self) -> pd.DataFrame:
        """Return one row for each unit, item and component: role, points_max, value, low, high, status."""
        return component_frames.published_components(self)

    @cached_property
    def parts(self) -> pd.DataFrame:
        """Return one row for each part: done of due, its share, weight and factor."""
        return part_frames.published_parts(self)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Return one row for each unit and item: published points with their bounds and status."""
        return published_scores(self)

    @cached_property
    def parts_of(self) -> Callable[[str], pd.DataFrame]:
        """Return what gives the parts of a unit by its name."""
        return part_frames.kept_by_unit(self)

    @cached_property
    def by_item(self) -> tuple[dict[Any, pd.DataFrame], ...]:
        """Return scores and components, each as its rows by (unit, item)."""
        frames = (self.scores, self.components)
        return tuple(dict(iter(frame.groupby(["unit", "item"], sort=False))) for frame in frames)

    @cached_property
    def credit_views(self) -> dict[str, ibis.Table]:
        """Return the evidence rows behind components, by id, as far as they were asked for."""
        return {}

    @cached_property
    def apart(self) -> Apart:
        """Return the evidence of each unit apart."""
        from .apart import Apart

        return Apart(self.tallies.frame)

    @cached_property
    def ranking(self) -> pd.DataFrame:
        """Return one row a unit by rank: total, points due, score scaled to 100, rank and its bounds."""
        return ranked(self.scores, [unit.name for unit in self.rulebook.units])

    @cached_property
    def cadres(self) -> pd.DataFrame:
        """Return one row for each cadre on the roster: fulfilment, contacts, qualification (scoring.md §4)."""
        from .cadres import cadre_results

        return cadre_results(self)

    @property
    def findings(self) -> pd.DataFrame:
        """Return what the reader found, mended and noted."""
        from .findings import findings_frame

        return findings_frame(self.evidence.findings)

    @cached_property
    def indicators(self) -> Shown:
        """Return what is shown beside the score and never scored, each frame when it is asked for."""
        from .indicators import Shown

        return Shown(self)

    @cached_property
    def missing(self) -> pd.DataFrame:
        """Return what is missing from whom: unit, kind, item, period or element, note."""
        from .indicators import missing

        return missing(self)

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """Return logs and valid logs by unit and week: unit, week (its Monday), logs, valid."""
        from .indicators import weekly

        return weekly(self.tallies.frame)

    @cached_property
    def duties(self) -> pd.DataFrame:
        """Return the duties of the notice with their states (:func:`gy1100.calendar.duties_of`)."""
        from .calendar import duties_of

        return duties_of(self)

    @cached_property
    def signals(self) -> Screens:
        """Return the clean-conduct signals, which bear on no score."""
        from .screens import screens

        return screens(self)

    @cached_property
    def settled_ranks(self) -> SettledRanks | None:
        """Return whose order in the ranking is settled whatever reading is taken, None where that cannot be tried."""
        from .robustness import settled_where_tried

        return settled_where_tried(self)

    def explain(self, unit: str, item: str) -> Explanation:
        """Return how the points of a unit's item came about, down to the rows of the files."""
        from .explanation import explain

        return explain(self, unit, item)

    def write(self, out: str | Path, *, lang: str = "zh", **options: Any) -> Path | None:
        """Write the files of ``outputs.md`` into a folder, whole or not at all; an empty ``out``: nothing."""
        from .publish import write_result

        return write_result(self, Path(out), lang=lang, **options) if str(out) else None

    def under(
        self, readings: Mapping[str, str] | None = None, weights: Mapping[str, float] | None = None
    ) -> Assessment:
        """Return the assessment of the same evidence under other readings and item points.

        Only what depends on a reading that changed is measured again; other weights are plain arithmetic.

        Parameters
        ----------
        readings : mapping of str to str, optional
            Choices by reading; those not named stay as they are.
        weights : mapping of str to float, optional
            Points by item; others stay. Where a heading's printed points (20/20/10/50) change, it is a what-if.

        Raises
        ------
        WrongUsage
            If a reading, choice or item is unknown, a weight is no number of points, or the rulebook excludes the
            combination; all are listed.
        """
        return _assessed(
            self.evidence, self.rulebook.under(readings, weights), self.as_of, self.decisions, self.tallies
        )

    def decided(self, decisions: Decisions | Iterable[Decision] | str | Path | None) -> Assessment:
        """Return the assessment of the same evidence and rules with other decisions."""
        given = as_decisions(decisions, self.rulebook)
        if given.checks != self.decisions.checks:
            engine = self.tallies.frame.engine.anew()
            return assess(self.received, self.rulebook, self.as_of, given, engine=engine)
        return _assessed(self.evidence, self.rulebook, self.as_of, given, self.tallies)

    @property
    def received(self) -> Evidence:
        """Return the evidence without the spot checks that the ledger added."""
        return without_entered_checks(self.evidence)


def assess(  # noqa: PLR0913 - options that people name one by one
    evidence: Evidence,
    rulebook: Rulebook,
    as_of: str | date,
    decisions: Decisions | Iterable[Decision] | str | Path | None = None,
    four_eyes: bool = False,
    *,
    engine: str | Engine = "",
) -> Assessment:
    """Assess all units of a rulebook as of a day.

    Parameters
    ----------
    evidence : Evidence
        What :func:`read_evidence` accepted.
    rulebook : Rulebook
        The rules, with the readings in force.
    as_of : date or str
        The day of the assessment; evidence dated later does not exist for it.
    decisions : optional
        A decisions file, a ledger by file or URL, or decisions; those that hold on ``as_of`` enter the points.
    four_eyes : bool
        Of a ledger, only decisions that a second assessor confirmed.
    engine : str or Engine
        What measures: empty is embedded, ``spark://HOST:PORT`` a cluster; the figures are the same.

    Raises
    ------
    WrongUsage
        If ``as_of`` is not a day that the rulebook can assess, a decisions file is asked for confirmed decisions, or
        the engine cannot be had.
    Refused
        If the decisions file holds errors, or the ledger's chain is broken.
    """
    day = checked_day(as_of, rulebook)
    given = as_decisions(decisions, rulebook, four_eyes=four_eyes)
    received = with_entered_checks(without_numbers(evidence), given)
    return _assessed(received, rulebook, day, given, engine_at(engine))


def _assessed(
    evidence: Evidence, rulebook: Rulebook, day: date, decisions: Decisions, known: Tallies | Engine
) -> Assessment:
    """Return an assessment; what was measured for another one of the same evidence and day is used again."""
    elements = {key: float(d.value) for key, d in decisions.standing(day).elements.items()}
    engine, steps = (known, None) if isinstance(known, Engine) else (known.frame.engine, known.frame.steps)
    frame = framed(engine, evidence, rulebook, day, steps)
    return Assessment(rulebook, evidence, day, decisions, Tallies(frame, elements))


__all__ = ["Assessment", "assess"]
