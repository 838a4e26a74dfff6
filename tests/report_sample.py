"""The assessment of the shipped sample, made once for all tests of reports."""

from __future__ import annotations

from functools import cache

from gy1100 import Assessment, Evidence, assess, load_rulebook, read_evidence


@cache
def sample_evidence() -> Evidence:
    """Return what the reader accepts of the sample."""
    return read_evidence("", load_rulebook())


@cache
def sample_result(as_of: str = "2018-03-02") -> Assessment:
    """Return the assessment of the sample."""
    return assess(sample_evidence(), load_rulebook(), as_of=as_of)
