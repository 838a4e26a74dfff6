"""Texts of synthetic logs: each number has one of its own, written in slightly different ways, a few are too short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHORT = 38  # one text in so many is too short to count
OPENING = (
    "走访联系青年", "电话联系青年", "入户看望青年", "在QQ群联系青年",
    "组织座谈，听取青年", "陪同办事，青年", "邀请参加活动，青年", "上门慰问青年",
)  # fmt: skip
DONE = (
    "了解其就业与生活情况", "听取对工作的意见建议", "帮助解决子女入学问题", "介绍创业贷款政策",
    "宣讲十九大精神", "开展志愿服务活动", "指导填写求职简历", "协调技能培训名额",
)  # fmt: skip
FURTHER = (
    "记录困难3项", "约定下月再访", "赠送学习资料", "联系企业岗位", "转交相关部门", "当场答复", "", "登记需求",
)  # fmt: skip
MARKS = ("，", "；", "、", " ")
ENDS = ("。", "", "！", " ")
NAMES = tuple(chr(0x4E00 + 37 * n) for n in range(256))
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # spreads numbers over 64 bits (golden ratio)


def texts_of(numbers: NDArray[np.int64], rng: np.random.Generator) -> pa.StringArray:
    """Return a text for each number: the same number, the same text but for marks, blanks and the case of letters.

    Parameters
    ----------
    numbers : array of int
        From 0 to 2**27: they are told apart by three signs and the opening.
    rng : Generator
        Chooses how each is written.
    """
    spread = numbers.astype("uint64") * _SPREAD
    mark = _chosen(MARKS, rng.integers(0, len(MARKS), len(numbers)))
    name = [_chosen(NAMES, numbers >> bits & 255) for bits in (0, 8, 16)]
    phrases = [
        _chosen(words, spread >> bits & 7)
        for bits, words in zip(range(40, 56, 3), (DONE, FURTHER) * 3, strict=True)
    ]
    opening = _chosen(OPENING, numbers >> 24 & 7)
    marked = [column for phrase in phrases for column in (mark, phrase)]
    end = _chosen(ENDS, rng.integers(0, len(ENDS), len(numbers)))
    whole = pc.binary_join_element_wise(opening, *name, *marked, end, "")
    short = pc.binary_join_element_wise(*name, mark, _chosen(FURTHER, spread >> 40 & 7), "")
    lower = pc.if_else(pa.array(rng.random(len(numbers)) < 0.5), pc.utf8_lower(whole), whole)
    return pc.if_else(pa.array(numbers % SHORT == 0), short, lower)


def _chosen(words: tuple[str, ...], places: NDArray[Any]) -> pa.StringArray:
    chosen = pa.DictionaryArray.from_arrays(pa.array(places.astype("int16")), pa.array(words))
    return chosen.cast(pa.string())
