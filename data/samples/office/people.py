"""The invented cadres and the youths they keep contact with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from .dice import Dice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

YEAR_FIRST, YEAR_LAST = date(2017, 4, 1), date(2018, 3, 25)
INDUSTRIES = ("学校", "企业", "乡镇(村)", "机关事业单位", "城市街道(社区)", "社会组织和其他")
REGISTERED, REGISTERED_LATE = (date(2016, 6, 1), date(2017, 3, 31)), (date(2017, 4, 5), date(2017, 12, 20))
PERSONS = 10_000  # a person may be in contact with two cadres
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏母苟昝蒲"
_GIVEN = "晓明雨欣佳怡子涵浩然志强丽华秀英建国春梅雪莲海燕永红文博俊杰思源龙婷玉兰栋鹏飞静敏磊洋艳勇"
_BRANCHES = (
    "团委",
    "团总支",
    "村团支部",
    "社区团支部",
    "中心小学团支部",
    "初级中学团委",
    "卫生院团支部",
    "便民服务中心团支部",
)
_ORGAN_POSTS = {"专职": "机关", "挂职": "机关（挂职）", "兼职": "机关（兼职）"}


@dataclass(frozen=True)
class Cadre:
    """A row of the roster, and how this cadre works."""

    id: str
    name: str
    unit: str
    organisation: str
    cadre_type: str
    in_organ: bool
    post_start: date | None
    post_end: date | None
    zeal: float
    mobile: float
    youths: int

    @property
    def first(self) -> date:
        """The first day of the year in post."""
        return max(self.post_start or YEAR_FIRST, YEAR_FIRST)

    @property
    def last(self) -> date:
        """The last day of the year in post."""
        return min(self.post_end or YEAR_LAST, YEAR_LAST)


def person_name(key: str) -> str:
    """Return the made-up name of an invented person; the same key gives the same name."""
    dice = Dice(f"person/{key}")
    return dice.pick(_SURNAMES) + "".join(dice.some(_GIVEN, 2 if dice.chance(0.7) else 1))


def cadres_of(unit: str, traits: Mapping[str, Any]) -> list[Cadre]:
    """Return the cadres of a unit, those of the leading organ first."""
    dice = Dice(f"{unit}/cadres")
    sorts = [("专职", True), ("挂职", True), ("兼职", True), ("专职", False), ("兼职", False)]
    posts = [sort for sort, n in zip(sorts, traits["cadres"], strict=True) for _ in range(n)]
    return [_cadre(unit, traits, number=n, post=post, dice=dice) for n, post in enumerate(posts, 1)]


def _cadre(unit: str, traits: Mapping[str, Any], *, number: int, post: tuple[str, bool], dice: Dice) -> Cadre:
    cadre_type, in_organ = post
    start, end = _post(dice, traits["turnover"])
    idle = dice.chance(traits["idle"])
    required = 10 if post == ("兼职", False) else 100
    ratio = traits["contact"][required == 10] * dice.around(1, 0.22) * (0.35 if idle else 1)
    cadre_id = f"{traits['code']}{number:04d}"
    return Cadre(
        id=cadre_id,
        name=person_name(cadre_id),
        unit=unit,
        organisation=_organisation(traits, number, post=post, dice=dice),
        cadre_type=cadre_type,
        in_organ=in_organ,
        post_start=start,
        post_end=end,
        zeal=0.06 if idle else max(0.1, dice.around(1, traits["spread"])),
        mobile=min(1.0, max(0.0, dice.around(traits["mobile"], 0.25))),
        youths=max(1, dice.rounded(required * ratio)),
    )


def _organisation(traits: Mapping[str, Any], number: int, *, post: tuple[str, bool], dice: Dice) -> str:
    cadre_type, in_organ = post
    if in_organ:
        return f"{traits['full']}团委{_ORGAN_POSTS[cadre_type]}"
    place = traits["places"][number % len(traits["places"])]
    return place + ("团委" if cadre_type == "专职" else dice.pick(_BRANCHES))


def _post(dice: Dice, turnover: float) -> tuple[date | None, date | None]:
    """Return start and end of the post: most stay all year, some come or leave in the middle of it."""
    before = None if dice.chance(0.25) else dice.day(date(2012, 3, 1), date(2017, 3, 20))
    if not dice.chance(turnover):
        return before, None
    if dice.chance(0.5):
        return dice.day(date(2017, 5, 8), date(2017, 12, 10)), None
    if dice.chance(0.25):
        return dice.day(date(2017, 5, 8), date(2017, 7, 10)), dice.day(date(2017, 10, 9), date(2018, 1, 15))
    return before, dice.day(date(2017, 6, 5), date(2018, 1, 31))


def youths_of(cadres: list[Cadre], traits: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the youths' rows; names are made up, all numbers begin with 199 0000."""
    number = 0
    for cadre in cadres:
        dice = Dice(f"{cadre.id}/youths")
        login = min(1.0, max(0.05, dice.around(traits[cadre.unit]["login"], 0.15)))
        for _ in range(cadre.youths):
            number += 1
            yield _youth(number, cadre, login, dice)


def _youth(number: int, cadre: Cadre, login: float, dice: Dice) -> dict[str, Any]:
    person = number * 7_919 % PERSONS
    since, until = REGISTERED_LATE if dice.chance(0.12) else REGISTERED
    registered = min(max(dice.day(since, until), cadre.post_start or since), cadre.last)
    return {
        "youth_id": f"QN{number:06d}",
        "cadre_id": cadre.id,
        "name": person_name(str(person)),
        "phone": f"1990000{person:04d}",
        "industry": dice.pick(INDUSTRIES),
        "registered_on": None if dice.chance(0.01) else registered,
        "mobile_login": dice.chance(login),
    }
