"""The shape of ``rules.yaml``: every number carries its clause of the notice or the reading that chose it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

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


class Due(Cited):
    """When an item falls due: a day, or the end of the first cadre period of any type."""

    value: date | None = None
    first_period_of_cadres: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Due:
        if (self.value is None) != self.first_period_of_cadres:
            raise ValueError("wants a day or first_period_of_cadres")
        return self


class Quarter(Strict):
    """A quarter with the day by which its material is owed."""

    id: str
    start: date
    end: date
    deadline: date


class Quarters(Strict):
    """The quarters of the plan, in order."""

    clause: str
    deadline_clause: str
    list: tuple[Quarter, ...]


class CadreType(Strict):
    """Periods and contacts of one type of cadre."""

    months: Count
    starts: dict[str, date]
    contacts: Count
    contacts_in_organ: Count
    emphasised: bool


class CadreRules(Strict):
    """What is asked of a cadre."""

    types: dict[str, CadreType]
    activities: Count
    min_days: Count
    organ_emphasised: Flag
    qualified_fulfilment: Number
    qualified_contacts: Number


class Counting(Strict):
    """The kinds of log that count towards the Five-Ones."""

    clause: str
    kinds: tuple[str, ...]


class LogRules(Strict):
    """When a log is valid, and which kinds count."""

    min_text: Count
    counting: Counting


class AuthenticityRules(Strict):
    """How spot checks bear on item 4."""

    items: tuple[str, ...]
    min_checks: Count
    confidence_z: Number
    partly: Number
    clause: str


class Component(Strict):
    """A part of an item with points of its own; ``fed_by`` names the tables without which it has no evidence."""

    id: str
    points: Number
    fed_by: tuple[str, ...]


class OrganFiveOnes(Component):
    """Kinds of activity by the leading organs each quarter, of those required (二.(一).2)."""

    measure: Literal["organ_five_ones"]
    required: Count
    kinds: tuple[str, ...]
    on_time: Number
    late: Number
    missing: Number


class Elements(Component):
    """Elements that are there wholly, partly or not at all, judged where nothing says so."""

    measure: Literal["elements"]
    elements: tuple[str, ...]
    partial: Number


class Grade(Cited):
    """The value of an activity inside a window."""

    window: str
    value: float


class BestDated(Component):
    """The best-dated of several activities, by the window it falls into."""

    measure: Literal["best_dated"]
    date: str
    kind: str | None = None
    grades: tuple[Grade, ...]


class CadresWithLog(Component):
    """Cadres who have at least one valid log of a kind inside a window, of all who should."""

    measure: Literal["cadres_with_log"]
    window: str
    kind: str | None = None
    weighted: bool


class PlainMeasure(Component):
    """A measure that needs no numbers besides those of cadres and logs."""

    measure: Literal[
        "cadre_five_ones",
        "contacts",
        "volume",
        "participation",
        "work_points",
        "mobile_months",
        "mobile_youths",
    ]


class Guidance(Component):
    """Guidance of basic-level practice education, by kind, with its lesson (三.(二))."""

    measure: Literal["guidance"]
    window: str
    kinds: tuple[str, ...]
    lesson: str
    types: tuple[str, ...]
    clause: str


AnyComponent = Annotated[
    OrganFiveOnes | Elements | BestDated | CadresWithLog | PlainMeasure | Guidance,
    Field(discriminator="measure"),
]


class Item(Strict):
    """One of the scored items of annex 2."""

    id: str
    label: Words
    clause: str
    department: tuple[str, ...]
    points: Number
    due: Due
    formula: Words
    components: tuple[AnyComponent, ...]


class Heading(Strict):
    """A heading of annex 2 with its printed points."""

    id: str
    label: Words
    points: Number


class Notice(Strict):
    """The document that the rulebook implements."""

    issuer: Words
    number: str
    date: date


class AsOf(Strict):
    """The days that can be assessed and the default days."""

    first: Day
    last: Day
    year_end: Day
    mid_year: Day


class Rules(Strict):
    """The whole of ``rules.yaml``."""

    id: str
    label: Words
    notice: Notice
    fictitious: bool
    assessors: dict[str, str] = {}  # whose own unit is which: nobody judges that one
    as_of: AsOf
    windows: dict[str, Window]
    quarters: Quarters
    cadres: CadreRules
    logs: LogRules
    authenticity: AuthenticityRules
    readings: dict[str, Reading]
    excluded_combinations: tuple[dict[str, str], ...]
    headings: tuple[Heading, ...]
    items: tuple[Item, ...]
