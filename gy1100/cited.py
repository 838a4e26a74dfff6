"""Numbers, dates and flags that carry their source: a clause of the notice, or the reading that chose them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

Words = dict[Literal["zh", "en"], str]


class Strict(BaseModel):
    """A value that accepts no unknown key and never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Cited(Strict):
    """Something the notice says (``clause``) or that we chose (``reading``): exactly one of the two."""

    clause: str | None = None
    reading: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Cited:
        if (self.clause is None) == (self.reading is None):
            raise ValueError("wants exactly one of clause (the notice says it) and reading (we chose it)")
        return self


class Number(Cited):
    """A number of the rules with its source."""

    value: float


class Count(Cited):
    """A whole number of the rules with its source."""

    value: int


class Flag(Cited):
    """A yes or no of the rules with its source."""

    value: bool


class Day(Cited):
    """A date of the rules with its source."""

    value: date
