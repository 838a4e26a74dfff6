"""Whether two ways of scoring give the same frames; without this no time of theirs means anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .pandas_version import Result


def assert_same(ours: Any, theirs: Result, units: list[str]) -> None:
    """Raise unless scores, ranking and cadres of an assessment equal those of the pandas version."""
    from pandas.testing import assert_frame_equal

    places = {unit: n for n, unit in enumerate(units)}
    cadres = theirs.cadres.assign(place=theirs.cadres["unit"].map(places)).sort_values(["place", "cadre_id"])
    cadres = cadres.drop(columns="place").reset_index(drop=True)
    pairs = [
        (ours.scores, theirs.scores),
        (ours.ranking, theirs.ranking),
        (ours.cadres[cadres.columns], cadres),
    ]
    for one, other in pairs:
        assert_frame_equal(one, other, check_dtype=False, check_exact=False, rtol=0, atol=1e-9)
