"""Spot checks (依据 3): how many, which, and what they say of all logs; exact, and drawn so that anybody can redraw.

Frame first, seed second: `freeze` the considered logs, announce the hash, make the seed in public, then `drawn`.
"""

from __future__ import annotations

from .bounds import interval
from .drawing import drawn, shared_out, with_risk
from .estimates import estimates, in_words, lots, outcomes
from .frames import Frozen, check_frame, considered_logs, frame_of, freeze, read_frame, write_frame
from .sizes import LotRule, lot_rule, sample_size
from .strata import interval_of_strata
from .tickets import draw, ticket
from .worksheet import Listing, checked, to_check, write_list

__all__ = [
    "Frozen",
    "Listing",
    "LotRule",
    "check_frame",
    "checked",
    "considered_logs",
    "draw",
    "drawn",
    "estimates",
    "frame_of",
    "freeze",
    "in_words",
    "interval",
    "interval_of_strata",
    "lot_rule",
    "lots",
    "outcomes",
    "read_frame",
    "sample_size",
    "shared_out",
    "ticket",
    "to_check",
    "with_risk",
    "write_frame",
    "write_list",
]
