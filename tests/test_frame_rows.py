"""Rows of frames: what pandas' own to_dict gives, for every kind of column."""

from __future__ import annotations

import pandas as pd

from gy1100.frame_rows import records


def test_the_rows_are_those_of_pandas() -> None:
    """Values and their types are the same, in columns of any kind, with and without a missing value."""
    columns = {
        "text": pd.Series(["甲", None, "丙"], dtype="str"),
        "whole": pd.Series([1, None, 3], dtype="Int64"),
        "all_whole": pd.Series([1, 2, 3], dtype="Int64"),
        "truth": pd.Series([True, None, False], dtype="boolean"),
        "number": pd.Series([0.1, float("nan"), 2.0]),
        "plain": pd.Series([1, 2, 3]),
        "day": pd.to_datetime(pd.Series(["2017-04-01", None, "2018-03-02"])),
        "any": pd.Series([1, "a", None], dtype="object"),
    }
    frame = pd.DataFrame(columns)
    for part in (frame, frame.iloc[:0]):
        wanted = part.to_dict("records")
        found = records(part)
        assert [list(row) for row in found] == [list(row) for row in wanted]
        for own, other in zip(found, wanted, strict=True):
            assert [(type(v), repr(v)) for v in own.values()] == [(type(v), repr(v)) for v in other.values()]
