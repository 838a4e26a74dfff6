"""The registers: activities, materials, mechanisms, media, exemplars, guidance, wishes, ratings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from .dice import Dice

if TYPE_CHECKING:
    from .people import Cadre

Row = dict[str, Any]
Traits = Mapping[str, Any]
QUARTERS = {"2017Q2": ("2017-04-10", "2017-06-25"), "2017Q3": ("2017-07-03", "2017-09-26"),
            "2017Q4": ("2017-10-09", "2017-12-22")}  # fmt: skip
ORGAN_KINDS = {"O": "机关开放", "F": "面对面", "V": "集中志愿服务", "S": "工作分享", "D": "自主设计"}
TITLES = {
    "机关开放": ("“走进团委”机关开放日", "青年走进团委机关", "机关开放：和书记喝杯茶"),
    "面对面": ("共青团与青年面对面：就业创业", "共青团与青年面对面：权益维护", "面对面座谈：返乡青年有话说"),
    "集中志愿服务": ("集中志愿服务：清洁家园", "集中志愿服务：关爱留守儿童", "集中志愿服务：文明劝导"),
    "工作分享": ("“1+100”工作分享会", "团干部交流分享会", "联系青年经验交流会"),
    "自主设计": ("青年创业沙龙", "青年篮球联赛", "乡村振兴青年行", "青年读书会"),
    "最美青春故事": ("“最美青春故事”分享会", "最美青春故事巡回分享"),
    "省党代会宣讲": ("省第十一次党代会精神宣讲", "学习省党代会精神青年分享会"),
    "十九大宣讲": ("党的十九大精神青年宣讲团首场宣讲", "十九大精神进校园", "十九大精神进企业"),
    "集中服务青年月": ("集中服务青年月启动仪式", "暖冬行动集中慰问"),
}
EXTRA = (("省党代会宣讲", "2017-06-01", "2017-09-20"), ("十九大宣讲", "2017-10-26", "2017-12-20"),
         ("集中服务青年月", "2018-01-05", "2018-02-12"))  # fmt: skip
ELEMENTS = ("主要领导任组长", "班子成员任副组长", "部门负责人任成员", "任务分工", "实施方案",
            "通报制度", "检查制度", "考核制度")  # fmt: skip
PARTS = ("statistics", "practice", "experience", "problems", "next_steps")
WITH_A_BRANCH = ("学习讲话", "组织生活会", "重温誓词", "志愿服务", "网络主题团日")
BESIDES = ("自查整顿", "评选典型", "先锋岗创建", "工作指导")
OUTLETS = {"中央": ("中国青年报", "中国青年网", "人民网"),
           "省": ("四川日报", "四川青年报", "四川在线"),
           "市": ("广元日报", "广元电视台", "广元新闻网"),
           "县": ("县区电视台", "县区政府网", "县区微信公众号")}  # fmt: skip


def organ_activities(unit: str, traits: Traits) -> Iterator[Row]:
    """Yield the unit's row of each organ activity of the year."""
    dice = Dice(f"{unit}/organ")
    for quarter, kinds in traits["kinds"].items():
        first, last = (date.fromisoformat(day) for day in QUARTERS[quarter])
        for kind in kinds:
            fixed = kind == "O" and quarter == "2017Q2"
            day = date.fromisoformat(traits["open_day"]) if fixed else dice.day(first, last)
            yield _activity(unit, ORGAN_KINDS[kind], day, dice)
    for _ in range(traits["stories"]):
        yield _activity(unit, "最美青春故事", dice.day(date(2017, 7, 12), date(2017, 12, 15)), dice)
    for kind, start, end in EXTRA:
        for _ in range(dice.whole(1, 2)):
            yield _activity(unit, kind, dice.day(date.fromisoformat(start), date.fromisoformat(end)), dice)


def _activity(unit: str, kind: str, day: date, dice: Dice) -> Row:
    title, participants = dice.pick(TITLES[kind]), dice.whole(18, 160)
    return {"unit": unit, "date": day, "kind": kind, "title": title, "participants": participants}


def submissions(unit: str, traits: Traits) -> Iterator[Row]:
    """Yield the materials that arrived, in time or late; some quarters never did."""
    dice = Dice(f"{unit}/submissions")
    for quarter, days in traits["materials"].items():
        for day in days:
            parts = {part: part == "statistics" or dice.chance(traits["parts"]) for part in PARTS}
            yield {"unit": unit, "quarter": quarter, "submitted_on": date.fromisoformat(day)} | parts


def mechanisms(unit: str, traits: Traits) -> Iterator[Row]:
    """Yield the checks of the mechanisms: in April, and again in December where something was wanting."""
    dice = Dice(f"{unit}/mechanisms")
    first = dice.day(date(2017, 4, 25), date(2017, 4, 28))
    prefix = traits["full"].removeprefix("四川省").removeprefix("广元市")[0]
    for number, (element, state) in enumerate(zip(ELEMENTS, traits["mechanisms"], strict=True), 1):
        if state is None:
            continue
        document = None if state == "无" else f"{prefix}青办〔2017〕{number + 2}号"
        row = {"unit": unit, "element": element, "document": document}
        wanting = number in (4, 7) and state == "有"
        yield row | {"state": "部分" if wanting else state, "checked_on": first}
        if wanting:
            yield row | {"state": state, "checked_on": dice.day(date(2017, 9, 4), date(2017, 12, 8))}


def media(unit: str, traits: Traits) -> Iterator[Row]:
    """Yield the unit's press cuttings; links lead nowhere (example.com)."""
    dice = Dice(f"{unit}/media")
    for number in range(traits["media"]):
        level = dice.pick(("中央", "省", "省", "市", "市", "市", "县", "县", "县"))
        what = dice.pick(TITLES[dice.pick(sorted(TITLES))])
        yield {
            "unit": unit,
            "date": dice.day(date(2017, 4, 26), date(2018, 2, 26)),
            "outlet": dice.pick(OUTLETS[level]),
            "level": level,
            "title": f"{unit}：{what}",
            "link": None
            if level == "县"
            else f"http://news.example.com/{traits['code'].lower()}/{number + 1}.html",
        }


def exemplars(unit: str, traits: Traits, cadres: list[Cadre]) -> Iterator[Row]:
    """Yield the recognised exemplars, taken from the unit's own cadres."""
    dice = Dice(f"{unit}/exemplars")
    for cadre in dice.some([c for c in cadres if c.zeal > 0.9] or cadres, traits["exemplars"]):
        day = dice.day(date(2017, 8, 7), date(2017, 12, 20))
        yield {"unit": unit, "name": cadre.name, "recognised_on": day}


def practice_guidance(cadre: Cadre, traits: Traits) -> Iterator[Row]:
    """Yield what the cadre did with a committee and a branch; only those whom the notice asks."""
    if cadre.cadre_type != "专职" and not cadre.in_organ:
        return
    dice = Dice(f"{cadre.id}/guidance")
    share = min(0.98, traits["guidance"] * min(1.15, cadre.zeal + 0.2))
    committee, branch = f"{dice.pick(traits['places'])}团委", f"{dice.pick(traits['places'])}团支部"
    todo = [("团支部", branch, activity) for activity in (*WITH_A_BRANCH, "主题团课", dice.pick(BESIDES))]
    todo += [(dice.pick(("基层团委", "基层团委", "团总支")), committee, dice.pick(BESIDES)) for _ in range(2)]
    for level, place, activity in todo:
        day = dice.day(date(2017, 4, 12), date(2017, 9, 29))
        if dice.chance(share) and cadre.first <= day <= cadre.last:
            yield {
                "cadre_id": cadre.id,
                "date": day,
                "level": level,
                "organisation": place,
                "activity": activity,
            }


def wishes(cadre: Cadre, traits: Traits) -> Iterator[Row]:
    """Yield what came to the cadre over Youth Voice and micro-wishes."""
    dice = Dice(f"{cadre.id}/wishes")
    for _ in range(dice.rounded(1.2 * traits["online"] * cadre.zeal * (4 if cadre.in_organ else 1.5))):
        kind = dice.pick(("青年之声", "微心愿"))
        done, middle = ("已回复", "已回复") if kind == "青年之声" else ("已实现", "已认领")
        state = done if dice.chance(0.7) else dice.pick((middle, "待办"))
        yield {"cadre_id": cadre.id, "date": dice.day(cadre.first, cadre.last), "kind": kind, "state": state}


def evaluations(cadre: Cadre, traits: Traits) -> Iterator[Row]:
    """Yield the youths' ratings of the cadre, one to five stars."""
    dice = Dice(f"{cadre.id}/evaluations")
    for _ in range(dice.rounded(cadre.youths * 0.06)):
        stars = min(5, max(1, round(dice.around(3.2 + traits["guidance"] * 1.3, 0.9))))
        yield {"cadre_id": cadre.id, "date": dice.day(cadre.first, cadre.last), "rating": stars}


def shortly_after(day: date, dice: Dice) -> date:
    """Return a day between two days and six weeks later, but before the last day of the service window."""
    return min(day + timedelta(days=dice.whole(2, 42)), date(2018, 3, 1))
