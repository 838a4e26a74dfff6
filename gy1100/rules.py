"""The shape of ``rules.yaml``: every number carries its clause of the notice or the reading that chose it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from .cited import Cited, Count, Day, Flag, Number, Reading, Strict, Window, Words
from .duty_rules import Duty, Indicators


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


class ScreenRules(Strict):
    """When a clean-conduct signal is worth a look (四.3); never scored.

    ``similarity`` and ``shared`` are the least similarity of texts within a cadre and across cadres, raised until no
    more than ``false_alarms`` of texts that cannot be copies would be taken for some; ``boilerplate`` is the share of
    a unit's logs from which on a piece of text tells nothing; ``burst`` logs recorded on one day; ``last_days`` of a
    period; recorded more than ``late_days`` after the activity; ``level`` of the false discovery rate.
    """

    similarity: Number
    shared: Number
    false_alarms: Number
    boilerplate: Number
    burst: Count
    last_days: Count
    late_days: Count
    level: Number


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
    assessors: dict[str, str] = Field(default_factory=dict)  # whose own unit is which: nobody judges that one
    as_of: AsOf
    windows: dict[str, Window]
    quarters: Quarters
    cadres: CadreRules
    logs: LogRules
    authenticity: AuthenticityRules
    screens: ScreenRules
    readings: dict[str, Reading]
    excluded_combinations: tuple[dict[str, str], ...]
    headings: tuple[Heading, ...]
    items: tuple[Item, ...]
    duties: tuple[Duty, ...]
    reminder_days: Count
    indicators: Indicators
