"""gy1100: the assessment workbook for the “1+100” programme.

Exports in, an explained 100-point assessment out::

    from gy1100 import assess, load_rulebook, read_evidence
    result = assess(read_evidence("data/samples/2017"), load_rulebook("guangyuan-2017"), as_of="2017-12-31")
    result.ranking
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .assessment import Assessment, assess
    from .comparison import compare
    from .evidence import Evidence, read_evidence
    from .rulebook import Rulebook, load_rulebook

_HOMES = {
    "Assessment": "assessment", "assess": "assessment", "compare": "comparison", "Evidence": "evidence",
    "read_evidence": "evidence", "Rulebook": "rulebook", "load_rulebook": "rulebook",
}  # fmt: skip

__all__ = ["Assessment", "Evidence", "Rulebook", "assess", "compare", "load_rulebook", "read_evidence"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load the public names on first use, so that ``import gy1100`` costs nothing."""
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
