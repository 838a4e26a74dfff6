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


class Window(Cited):
    """A range of days, both ends included; ``starts`` gives other starts by the choice of its reading."""

    start: date
    end: date
    starts: dict[str, date] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Window:
        if self.end < self.start or (self.starts and not self.reading):
            raise ValueError("must end on or after its start, and other starts need a reading")
        return self


class Reading(Strict):
    """A choice where the notice is silent, why, and the alternatives; ``choice`` is the one in force."""

    says: Words
    because: Words
    choice: str | None = None
    alternatives: dict[str, Words] = {}

    @model_validator(mode="after")
    def _choice_is_listed(self) -> Reading:
        if (self.choice is not None or self.alternatives) and self.choice not in self.alternatives:
            raise ValueError(f"choice {self.choice!r} is not among {list(self.alternatives)}")
        return self
