"""The indicators of one assessment, each computed when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from . import voices, work

if TYPE_CHECKING:
    import pandas as pd

    from ..assessment import Assessment

FEEDS = {
    "wishes": "wishes", "evaluations": "evaluations", "media": "media", "materials": "submissions",
    "industries": "youths",
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """What is shown beside the score of an assessment, up to its day; the functions say what the frames hold."""

    result: Assessment

    def is_delivered(self, name: str) -> bool:
        """Return whether the table that an indicator is made of was delivered."""
        table = FEEDS.get(name)
        return table is None or table in self.result.evidence.present

    @cached_property
    def wishes(self) -> pd.DataFrame:
        """Return wishes and Youth Voice by unit (:func:`gy1100.indicators.wishes`)."""
        return voices.wishes(self.result)

    @cached_property
    def evaluations(self) -> pd.DataFrame:
        """Return youths' evaluations by unit (:func:`gy1100.indicators.evaluations`)."""
        return voices.evaluations(self.result)

    @cached_property
    def industries(self) -> pd.DataFrame:
        """Return contacted youths by industry (:func:`gy1100.indicators.industries`)."""
        return voices.industries(self.result)

    @cached_property
    def media(self) -> pd.DataFrame:
        """Return media coverage by level (:func:`gy1100.indicators.media`)."""
        return work.media(self.result)

    @cached_property
    def provincial_talks(self) -> pd.DataFrame:
        """Return talks on the provincial congress (:func:`gy1100.indicators.provincial_talks`)."""
        return work.provincial_talks(self.result)

    @cached_property
    def materials(self) -> pd.DataFrame:
        """Return materials by quarter (:func:`gy1100.indicators.materials`)."""
        return work.materials(self.result)

    @cached_property
    def per_head(self) -> pd.DataFrame:
        """Return work points and contacts per head (:func:`gy1100.indicators.per_head`)."""
        return work.per_head(self.result)
