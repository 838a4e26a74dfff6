"""The quarterly bulletin: what the city tells its county committees (四.1), as a page and as an official document."""

from __future__ import annotations

from .bulletin import Bulletin, bulletin, quarter_of

__all__ = ["Bulletin", "bulletin", "quarter_of"]
