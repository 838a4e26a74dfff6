"""A column of texts read at once where every cell of it is clean: no repair, no refusal, nothing to tell.

The value of each cell is exactly what `parse_column` gives; where that cannot be said beforehand, it is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..values import parse_column
from .text_bytes import ODD, Texts, confirmed, mask

if TYPE_CHECKING:
    import pyarrow as pa

    from ..cells import Setting
    from ..tables import Column
    from ..values import Whole

ODD_TEXT = rf"{ODD}|^[# ]| $|^$"
_ID_BYTES = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_.-"
_MAYBE_NUMBER = r"\.[0-9]+[eE]"  # a number in scientific notation has it
_HASH = r"^[0-9a-f]{32}$"
_FEW = 4  # cells to each distinct one, from which on a column is read by these
_MOST = 50_000  # distinct cells whose values are remembered


@dataclass
class CleanColumn:
    """A column of a text file, of which some cells after others are read.

    Attributes
    ----------
    column, setting, whole
        As of `parse_column`.
    kind : pyarrow.DataType
        Of the values.
    known : dict
        Cell -> value, of cells that were read before.
    texts : Texts or None
        The texts that were read last.
    """

    column: Column
    setting: Setting
    whole: Whole
    kind: pa.DataType
    known: dict[str, object] = field(default_factory=dict)
    texts: Texts | None = None

    def values(self, cells: pa.Array) -> pa.Array | None:
        """Return the values of some cells; None where one is mended or refused, or nothing is gained."""
        if not self.setting.plain or self.whole.short or not len(cells):
            return None
        if _are_values(self.column, cells):
            return cells
        if self.column.type == "text" and not self.column.name:
            return self._texts(cells)
        return self._by_distinct(cells)

    def _texts(self, cells: pa.Array) -> pa.Array | None:
        """Texts as they are; the odd ones among them are read one by one."""
        import pyarrow as pa
        import pyarrow.compute as pc

        self.texts = own = Texts(cells)
        odd = confirmed(cells, ODD_TEXT, own.doubtful(), own.with_edges(b"# ", b" "))
        if not len(odd):
            return cells
        read = parse_column(self.column, cells.take(odd).to_pylist(), self.setting, self.whole)
        if read.problems or read.repairs:
            return None
        return pc.replace_with_mask(cells, mask(odd, len(cells)), pa.array(read.values, cells.type))

    def _by_distinct(self, cells: pa.Array) -> pa.Array | None:
        """Each distinct cell is read once, as it is there."""
        import pyarrow as pa

        coded = cells.dictionary_encode()
        if len(coded.dictionary) * _FEW > len(cells):
            return None
        distinct = coded.dictionary.to_pylist()
        new = [cell for cell in distinct if cell not in self.known]
        read = parse_column(self.column, new, self.setting, self.whole)
        if read.problems or read.repairs:
            return None
        self.known.update(zip(new, read.values, strict=True))
        values = pa.array([self.known[cell] for cell in distinct], self.kind)
        if len(self.known) > _MOST:
            self.known.clear()
        return values.take(coded.indices)


def _are_values(column: Column, cells: pa.Array) -> bool:
    """Whether cells of ids or hashes are their own values, all of them."""
    import pyarrow.compute as pc

    if column.type == "hash":
        return bool(pc.all(pc.match_substring_regex(cells, _HASH)).as_py())
    if column.type != "id":
        return False
    own = Texts(cells)
    if not own.without(_ID_BYTES) or len(own.with_edges()):
        return False
    return (
        own.without(_ID_BYTES.replace(b".", b""))
        or not pc.any(pc.match_substring_regex(cells, _MAYBE_NUMBER)).as_py()
    )
