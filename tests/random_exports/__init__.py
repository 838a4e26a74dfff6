"""Random exports without an error, made to sit on every edge that ``scoring.md`` has."""

from __future__ import annotations

from .decisions import random_decisions, write_decisions
from .files import write_exports
from .rows import random_tables

__all__ = ["random_decisions", "random_tables", "write_decisions", "write_exports"]
