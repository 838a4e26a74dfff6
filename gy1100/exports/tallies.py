"""What became of every row of a sheet: the law that none is lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..drafts import Draft, Source
    from .layout import Region
    from .sheets import Sheet


@dataclass(frozen=True)
class Tally:
    """The rows of one sheet (or text file), counted by what they are; all kinds add up to `rows`.

    Attributes
    ----------
    file, sheet : str
    rows : int
        Rows between the first and the last that hold something.
    headers, titles, blanks, open, footers, totals, repeated : int
        Header rows; title and note rows above one; blank rows; rows of a list of ours that nobody filled in yet;
        footers; totals; headers repeated in the data.
    unread : int
        Rows of a sheet on which no table was recognised, or whose table was refused.
    void : int
        Rows that a correction left out.
    duplicates, held, accepted : int
        Data rows: counted once elsewhere, refused, and those that stand.
    """

    file: str
    sheet: str
    rows: int
    headers: int = 0
    titles: int = 0
    blanks: int = 0
    open: int = 0
    footers: int = 0
    totals: int = 0
    repeated: int = 0
    unread: int = 0
    void: int = 0
    duplicates: int = 0
    held: int = 0
    accepted: int = 0

    def copied(self, file: str) -> Tally:
        """Return the tally of a file that is the same byte for byte: its data rows count once, in the other."""
        return replace(self, file=file, duplicates=self.data)

    @property
    def data(self) -> int:
        """Data rows, whatever became of them."""
        return self.rows - self.around

    @property
    def around(self) -> int:
        """Rows that are no data, or of a table that was not read."""
        known = (self.headers, self.titles, self.blanks, self.open, self.footers, self.totals)
        return sum(known) + self.repeated + self.unread

    @property
    def is_whole(self) -> bool:
        """Whether every row is accounted for."""
        return self.rows == self.around + self.void + self.duplicates + self.held + self.accepted


def tally_of(sheet: Sheet, regions: Sequence[Region]) -> Tally:
    """Return the tally of a sheet as laid out; what becomes of its data rows is told later (`settled`)."""
    if not regions:
        return Tally(sheet.file, sheet.name, len(sheet.rows), unread=len(sheet.rows))
    rows = [region.rows for region in regions]
    return Tally(
        sheet.file,
        sheet.name,
        len(sheet.rows),
        headers=sum(region.header.height for region in regions),
        titles=sum(len(one.titles) for one in rows),
        blanks=sum(len(one.blanks) for one in rows),
        open=sum(len(one.open) for one in rows),
        footers=sum(len(one.footers) for one in rows),
        totals=sum(len(one.totals) for one in rows),
        repeated=sum(len(one.headers) for one in rows),
    )


def settled(
    tallies: Iterable[Tally], sources: Sequence[Source], drafts: Mapping[str, Draft]
) -> tuple[Tally, ...]:
    """Return tallies with what became of the data rows of each sheet."""
    fates = _fates(sources, drafts)
    found = []
    for tally in tallies:
        if tally.duplicates:  # a copy
            found.append(tally)
            continue
        count = fates.get((tally.file, tally.sheet), Counter())
        held, twice = count["refused"] + count["cascaded"], count["counted_once"]
        found.append(replace(tally, held=held, duplicates=twice, accepted=count["stands"]))
        found[-1] = replace(found[-1], void=found[-1].data - count.total())
    return tuple(found)


def _fates(sources: Sequence[Source], drafts: Mapping[str, Draft]) -> dict[tuple[str, str], Counter[str]]:
    """(file, sheet) -> how many data rows met which fate."""
    import numpy as np

    found: dict[tuple[str, str], Counter[str]] = {}
    for draft in drafts.values():
        numbers, counts = np.unique(draft.source, return_counts=True)
        whole = dict(zip(numbers.tolist(), counts.tolist(), strict=True))
        lost: dict[int, Counter[str]] = {number: Counter() for number in whole}
        for index, fate in draft.fates.items():
            lost[draft.place(index)[0]][fate] += 1
        for number, count in whole.items():
            place = sources[number].file, sources[number].sheet
            lost[number]["stands"] = count - lost[number].total()
            found[place] = found.get(place, Counter()) + lost[number]
    return found
