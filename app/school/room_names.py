"""Whether words that stand over a list (a sheet's name, a title line) name a room: 三（1）班, 301, 音乐室, 图书馆."""

import re

from app.school.rules import tidy

LONGEST = 24        # characters of a room's name
LONGEST_TITLE = 80  # a longer one is a text, and is not looked into
_DOCUMENT = re.compile(
    r"(?:(?:学校|班级|教室|室内|固定)*(?:财产|资产|校产|公物|物品|设备|设施|财物)*(?:登记|明细|盘点|清查|清点|统计|一览|台账|交接|管理)*"
    r"(?:表|册|卡|台账|清单|明细|账|登记))$")
_NO_ROOM = re.compile(
    r"sheet\s*\d*$|工作表|汇总|总表|总账|合计|说明|模板|样表|示例|目录|封面|台账|明细|清单|登记|统计|设备|家具|资产|财产|器材|年度|学年|学期|"
    r"^(?:19|20)\d\d(?:年|$|[.\-])", re.IGNORECASE)
_SURELY = ("室", "馆", "库", "间")  # 体育器材室 is a room, 体育器材 is none
_NUMBERED = re.compile(r"(?:[A-Za-z]?\d{3,4}[A-Za-z]?|.{0,12}\d{2,4}(?:室|房|教室|房间|办公室))")
_IN_BUILDING = re.compile(r".{1,12}楼.{0,4}\d{2,4}")
_CLASS = re.compile(r".{0,10}[一二三四五六七八九十\d][)）]?班")
_YEAR = re.compile(
    r"^(?:19|20)\d\d(?:[-—–~～至/](?:\d\d){1,2})?(?:学年度?|年度|年)"
    r"\s*(?:第?[一二上下12]学?期)?(?:\d{1,2}月)?(?:期初|期中|期末|开学)?")
_PARTS = re.compile(
    r"(.*?班[)）]?)\s*[-—–_/、]?\s*([A-Za-z]?\d{3,4})室?|"
    r"([A-Za-z]?\d{3,4})室?\s*[-—–_/、]?\s*[（(【]?(.+?班)[)）】]?|"
    r"(.+?班)\s*[（(【]([A-Za-z]?\d{3,4})室?[)）】]")
_KIND = re.compile(
    r".{0,16}(?:室|馆|房|库|间|堂|厅|楼|操场|球场|体育场|运动场|广场|花园|校园|园地|厨|厕|卫生间|洗手间|宿舍|公寓|门卫|传达室|走廊|大厅|机房|仓库|中心)")


def bare_title(title: str, school: str = "") -> str:
    """Give a title without school, year and term, and what the list is called: 2026年三（1）班财产登记表 → 三（1）班."""
    words = tidy(title)
    if school:
        words = words.removeprefix(school).strip()
    return tidy(_DOCUMENT.sub("", _YEAR.sub("", words)).strip(" -—_:："))


def ways_of_naming(words: str) -> list[str]:
    """Give what a bare title may call a room, the whole first: 三2 is 三2班; 301 三（2）班 is 301, or else 三（2）班."""
    ways = [words, f"{words}班", f"{words}室"] if words else []
    found = _PARTS.fullmatch(words)
    return ways + (sorted(filter(None, found.groups()), key=lambda part: not part[-1].isdigit()) if found else [])


def names_a_room(text: str) -> bool:
    """Whether words look like a room's name, whatever rooms there are yet: numbers, classes, 音乐室; never 2026年 or 汇总."""
    words = tidy(text)
    if not words or len(words) > LONGEST or (_NO_ROOM.search(words) and not words.endswith(_SURELY)):
        return False
    return any(pattern.fullmatch(words) for pattern in (_NUMBERED, _IN_BUILDING, _CLASS, _KIND))
