"""Is this the shipped sample? Then every page and file says 示例数据."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from ..resources import sample_folder

if TYPE_CHECKING:
    from ..evidence import Evidence


@cache
def _hashes() -> frozenset[str]:
    files = (path for path in sample_folder().rglob("*") if path.is_file())
    return frozenset(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)


def is_sample(evidence: Evidence) -> bool:
    """Return whether all that was read are files of the shipped sample, wherever they lie."""
    hashes = {source.sha256 for source in evidence.sources if source.sha256}  # checks of a ledger have none
    return bool(hashes) and hashes <= _hashes()
