"""A column of texts read at once where every cell of it is clean: no repair, no refusal, nothing to tell.

The value of each cell is exactly what `parse_column` gives; where that cannot be said beforehand, it is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..values import parse_column

if TYPE_CHECKING:
    import pyarrow as pa

    from ..cells import Setting
    from ..tables import Column
    from ..values import Whole

# Texts of these characters alone are visible, printable, and known to every edition of Unicode: printed ASCII, the
# usual ideographs and the marks of Chinese sentences.
ODD = (
    r"[^ -~\x{4e00}-\x{9fa5}\x{3001}\x{3002}\x{ff0c}\x{ff1a}\x{ff1b}\x{ff01}\x{ff1f}\x{ff08}\x{ff09}"
    r"\x{300a}\x{300b}\x{3010}\x{3011}\x{2018}\x{2019}\x{201c}\x{201d}\x{2026}\x{2014}\x{b7}]"
)
ODD_TEXT = rf"{ODD}|^[# ]| $|^$"
_PLAIN_ID = r"^[0-9A-Za-z_.-]+$"
_MAYBE_NUMBER = r"\.[0-9]+[eE]"  # a number in scientific notation has it
_HASH = r"^[0-9a-f]{32}$"
_FEW = 4  # cells to each distinct one, from which on a column is read by these


def clean_values(
    column: Column, cells: pa.Array, setting: Setting, whole: Whole, kind: pa.DataType
) -> pa.Array | None:
    """Return the values of a column of a text file; None where a cell is mended or refused, or nothing is gained.

    Parameters
    ----------
    column, setting, whole
        As of `parse_column`.
    cells : pyarrow.StringArray
    kind : pyarrow.DataType
        Of the values.
    """
    import pyarrow.compute as pc

    if not setting.plain or whole.short or not len(cells):
        return None
    if _are_values(column, cells):
        return cells
    if column.type == "text" and not column.name:
        return _texts(column, cells, setting, whole, pc.match_substring_regex(cells, ODD_TEXT))
    return _by_distinct(column, cells, setting, whole, kind)


def _are_values(column: Column, cells: pa.Array) -> bool:
    """Whether cells of ids or hashes are their own values, all of them."""
    import pyarrow.compute as pc

    if column.type == "hash":
        return bool(pc.all(pc.match_substring_regex(cells, _HASH)).as_py())
    if column.type != "id" or not pc.all(pc.match_substring_regex(cells, _PLAIN_ID)).as_py():
        return False
    return not pc.any(pc.match_substring_regex(cells, _MAYBE_NUMBER)).as_py()


def _texts(column: Column, cells: pa.Array, setting: Setting, whole: Whole, odd: pa.Array) -> pa.Array | None:
    """Texts as they are; the odd ones among them are read one by one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    some = cells.filter(odd)
    if not len(some):
        return cells
    read = parse_column(column, some.to_pylist(), setting, whole)
    if read.problems or read.repairs:
        return None
    return pc.replace_with_mask(cells, odd, pa.array(read.values, cells.type))


def _by_distinct(
    column: Column, cells: pa.Array, setting: Setting, whole: Whole, kind: pa.DataType
) -> pa.Array | None:
    """Each distinct cell is read once, as it is there."""
    import pyarrow as pa

    coded = cells.dictionary_encode()
    if len(coded.dictionary) * _FEW > len(cells):
        return None
    read = parse_column(column, coded.dictionary.to_pylist(), setting, whole)
    if read.problems or read.repairs:
        return None
    return pa.array(read.values, kind).take(coded.indices)
