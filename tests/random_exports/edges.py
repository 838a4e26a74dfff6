"""Dates on the edges of windows, and texts that are nearly the same."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

DAY = timedelta(days=1)

WINDOWS = (
    [(date(2017, month, 1), date(2017, month + 1, 1) - DAY) for month in range(4, 12)]
    + [(date(2017, month, 1), date(2017, month + 2, 1) - DAY) for month in (4, 5, 7, 9)]
    + [
        (date(2017, 12, 1), date(2017, 12, 31)),
        (date(2017, 11, 1), date(2017, 12, 31)),
        (date(2017, 4, 1), date(2017, 6, 30)),
        (date(2017, 7, 1), date(2017, 9, 30)),
        (date(2017, 10, 1), date(2017, 12, 31)),
        (date(2017, 4, 27), date(2017, 5, 11)),
        (date(2017, 4, 1), date(2017, 9, 30)),
        (date(2017, 7, 1), date(2017, 12, 31)),
        (date(2017, 10, 18), date(2017, 12, 31)),
        (date(2017, 4, 1), date(2017, 12, 31)),
        (date(2018, 1, 1), date(2018, 3, 2)),
    ]
)
FIRST, LAST = date(2017, 3, 15), date(2018, 4, 10)

TEXTS = (
    "走访贫困青年家庭送去慰问金",
    "组织青年志愿者清理河道垃圾",
    "与返乡创业青年谈心谈话一次",
    "ABC青年创业沙龙第3期活动",
    "第½季度ﬃ文体活动①比赛",
    # a capital sigma at the end of a word, ß and signs of two letters: pairs that are and are not the same
    "ΛΟΓΟΣ青年读书会二期",
    "λογος青年读书会二期",
    "λογοσ青年读书会二期",
    "Straße青年合唱团",
    "Strasse青年合唱团",
    "㎏㎆流量助农青年数据",
    "kgmb流量助农青年数据",
    "İstanbul青年交流İ项目",
    "𠮷田村青年团课〇一七年",
    "김치 Nguyễn ёлка naïve",
    "1234567890",
    "第九个字符不够了吗",
    "九字文本ＡＢ１２",
    "电话13800138000联系青年",
    "电话13900139000联系青年",
    "",
    "……！！",
    "(́)̈",
)
MARKS = ("，", "。", " ", "　", "！", "-", "\n", "（）", "·", "…", "\u0301", "_", "+", "️")


def edge_date(rng: Random) -> date:
    """Return a day on the edge of a window, just beside one, or any day of the year."""
    if rng.random() < 0.35:
        return FIRST + rng.randrange((LAST - FIRST).days) * DAY
    return rng.choice(rng.choice(WINDOWS)) + rng.choice((-1, 0, 0, 0, 1)) * DAY


def date_from(rng: Random, first: date) -> date:
    """Return a day on or after `first`, often that very day."""
    return max(first, edge_date(rng)) if rng.random() < 0.7 else first + rng.randrange(40) * DAY


def post_dates(rng: Random) -> tuple[date | None, date | None]:
    """Return post_start and post_end; often exactly 14, 15 or 16 days of a window are in post."""
    choice = rng.random()
    first, last = rng.choice(WINDOWS)
    days = rng.choice((14, 15, 16))
    if choice < 0.35:
        return rng.choice((None, date(2015, 7, 1), date(2017, 4, 1))), None
    if choice < 0.55:
        return last - (days - 1) * DAY, None
    if choice < 0.75:
        return rng.choice((None, date(2016, 3, 1))), first + (days - 1) * DAY
    if choice < 0.85:
        start = first + rng.randrange(-3, 4) * DAY
        return start, start + (days - 1) * DAY
    start, end = sorted((edge_date(rng), edge_date(rng)))
    return start, end


def text_variant(rng: Random, text: str) -> str:
    """Return the text in another dress that its normalised form does not show."""
    dressed = [full_width(char) if rng.random() < 0.3 else char for char in text]
    dressed = [char.upper() if rng.random() < 0.3 and len(char.upper()) == 1 else char for char in dressed]
    for _ in range(rng.randrange(3)):
        dressed.insert(rng.randrange(len(dressed) + 1), rng.choice(MARKS))
    return "".join(dressed)


def full_width(char: str) -> str:
    """Return the full-width form of a printable ASCII character, others as they are."""
    return chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char


def log_text(rng: Random, number: int, favourites: tuple[str, ...]) -> str:
    """Return a log's text: mostly new ones, some that repeat one of the favourites, some too short."""
    if rng.random() < 0.55:
        return f"{rng.choice(TEXTS[:3])}第{number}回"
    text = rng.choice(favourites)
    return text_variant(rng, text) if rng.random() < 0.7 else text
