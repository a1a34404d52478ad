"""Words a record is found by, and the place of words in a list: folded text, 拼音, the readings of 多音字 and of surnames.

Search is plain substring search in ``keys``, done by SQLite. Both what is stored (``keys``) and what is typed
(``fold``) go through the same folding, so full-width letters, capitals and ㎡ never stand in the way. ``order`` and
``name_order`` give the text by which words and people's names are sorted, in the database and in memory alike.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import combinations, islice, product

MOST_READINGS = 6      # alternative readings kept of one name
NAME_IN_DOUBT = 60     # characters of a name in which other readings are looked for: more is a remark, not a name

# Characters that schools' things, rooms and people are read wrongly by: every toneless reading, the usual one first.
_READINGS: dict[str, tuple[str, ...]] = {
    line[0]: tuple(line[1:].split())
    for line in """
重 zhong chong;乐 le yue;长 chang zhang;调 diao tiao;行 xing hang;藏 cang zang;厦 sha xia;校 xiao jiao;朝 chao zhao
都 du dou;传 chuan zhuan;弹 dan tan;角 jiao jue;盛 sheng cheng;单 dan shan;解 jie xie;曾 zeng ceng;区 qu ou
查 cha zha;尉 wei yu;盖 gai ge;朴 pu piao;翟 zhai di;柏 bai bo;薄 bao bo;便 bian pian;参 can shen;差 cha chai
称 cheng chen;会 hui kuai;降 jiang xiang;卡 ka qia;壳 ke qiao;模 mo mu;塞 sai se;宿 su xiu;率 lv shuai;绿 lv lu
提 ti di;尾 wei yi;纤 xian qian;削 xiao xue;血 xue xie;仔 zi zai;轧 zha ya;粘 zhan nian;种 zhong chong;匙 chi shi
柜 gui ju;核 he hu;给 gei ji;还 huan hai;炮 pao bao;屏 ping bing;曝 bao pu;茄 qie jia;覃 qin tan;缪 miao mou
员 yuan yun;召 zhao shao;隗 kui wei;色 se shai;熟 shu shou;露 lu lou;剥 bao bo;秘 mi bi;阿 a e;车 che ju;大 da dai
咖 ka ga;囤 dun tun;夹 jia ga;圈 quan juan;谷 gu yu;系 xi ji;强 qiang jiang;堡 bao pu bu;埔 pu bu;六 liu lu
莞 guan wan;番 fan pan;奇 qi ji;荨 xun qian;晟 sheng cheng;筠 yun jun;贾 jia gu;折 zhe she;铅 qian yan;钥 yao yue
扎 zha za;拓 tuo ta;洗 xi xian;杉 shan sha;椎 zhui chui;石 shi dan;仇 chou qiu;任 ren;洞 dong tong;蚌 bang beng
耶 ye;磅 bang pang;冯 feng ping;臭 chou xiu;巷 xiang hang;畜 chu xu;剿 jiao chao;逮 dai;瞿 qu ju;祭 ji zhai;繁 fan po
""".replace("\n", ";").split(";")
    if line.strip()
}

# How a character is read as a surname where that differs from its usual reading, or where a phrase would mislead:
# 现代汉语词典 (第7版) under “姓”, 普通话异读词审音表 (1985). Every other surname is read as the character alone. ü is v.
_SURNAMES = {line[0]: line[1:] for line in """
曾zeng;翟zhai;单shan;仇qiu;解xie;区ou;查zha;任ren;华hua;盖ge;缪miao;朴piao;覃qin;乐yue;纪ji;冼xian;宓mi;逄pang;尉wei;种chong
员yun;黑he;能nai;佴nai;乜nie;句gou;折she;厍she;召shao;祭zhai;繁po;秘bi;费fei;贾jia;谷gu;车che;藏zang;瞿qu;盛sheng;石shi;卜bu
撒sa;仉zhang;过guo;朝chao;柏bai;薄bo;六lu;角jue;葛ge;哈ha;炔gui;炅gui;贲ben;俞yu;於yu;相xiang;行xing;宿su;洗xian;燕yan;占zhan
郇xun;郗xi;那na;宁ning;应ying;曲qu;强qiang;都du;莘shen;幺yao;么yao;要yao;郄qie;郤xi;呙guo;干gan;冯feng;沈shen;牟mou;谌chen
隗wei;訾zi;笪da;昝zan;和he;呼hu;夏xia;南nan;洪hong;肖xiao;尧yao
""".replace("\n", ";").split(";") if line}
# Surnames of two characters, each with its reading; after 百家姓 and those of peoples that keep theirs.
_PAIRS = {line.split(maxsplit=1)[0]: tuple(line.split()[1:]) for line in """
尉迟 yu chi;万俟 mo qi;单于 chan yu;澹台 tan tai;长孙 zhang sun;子车 zi ju;宰父 zai fu;亓官 qi guan;令狐 ling hu;拓跋 tuo ba;拓拔 tuo ba
濮阳 pu yang;呼延 hu yan;皇甫 huang fu;鲜于 xian yu;淳于 chun yu;夏侯 xia hou;乐正 yue zheng;公冶 gong ye;闾丘 lv qiu;颛孙 zhuan sun
漆雕 qi diao;壤驷 rang si;谷梁 gu liang;榖梁 gu liang;仲长 zhong chang;第五 di wu;叶赫 ye he;那拉 na la;纳兰 na lan;赫连 he lian
诸葛 zhu ge;欧阳 ou yang;司马 si ma;上官 shang guan;闻人 wen ren;东方 dong fang;公羊 gong yang;宗政 zong zheng;太叔 tai shu;申屠 shen tu
公孙 gong sun;仲孙 zhong sun;轩辕 xuan yuan;钟离 zhong li;宇文 yu wen;慕容 mu rong;司徒 si tu;司空 si kong;独孤 du gu;南宫 nan gong
端木 duan mu;巫马 wu ma;公西 gong xi;百里 bai li;东郭 dong guo;南门 nan men;羊舌 yang she;微生 wei sheng;梁丘 liang qiu;左丘 zuo qiu
东门 dong men;西门 xi men;即墨 ji mo;达奚 da xi;完颜 wan yan;夹谷 jia gu;公良 gong liang;段干 duan gan;呼衍 hu yan;钮祜 niu hu
""".replace("\n", ";").split(";") if line}


def fold(text: str) -> str:
    """Give text as search compares it: half width, small letters, single spaces, none at the ends."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.lower().split())


def words(text: str) -> list[str]:
    """Give the folded words of what a person typed; a record is found when it holds every one of them."""
    return fold(text).split()


def keys(name: str, *others: str) -> str:
    """Give the search words of a record, separated by single spaces.

    First the name's full pinyin, then its initials, then both in other readings of its 多音字 (at most
    ``MOST_READINGS``), then the name and the ``others`` themselves, folded.
    """
    rest = [word for word in map(fold, others) if word]
    return " ".join([readings(name), *rest]).strip()


def name_keys(name: str, *others: str) -> str:
    """Give the search words of a person: as ``keys``, and the surname also as surnames are read (黑 he, 万俟 moqi)."""
    rest = [word for word in map(fold, others) if word]
    return " ".join([readings(name, True), *rest]).strip()


@lru_cache(maxsize=16_384)
def readings(name: str, person: bool = False) -> str:
    """Give the part of ``keys`` (of ``name_keys`` for a person) that stems from the name alone."""
    folded = fold(name)
    syllables = _syllables(folded)
    named = [_as_name(folded, syllables)] if person else []
    parts: dict[str, None] = {}
    for reading in [syllables, *islice(_other_readings(folded, syllables), MOST_READINGS), *named]:
        initials = (part[:1] if _is_chinese(sign) else part for part, sign in zip(reading, folded, strict=True))
        parts.update({"".join(reading): None, "".join(initials): None})
    parts[folded] = None
    return " ".join(part for part in parts if part)


def _is_chinese(sign: str) -> bool:
    return sign >= "㐀" or sign == "〇"


def _syllables(folded: str) -> list[str]:
    """Give one entry a character: its usual reading in this phrase, itself if Latin or a digit, "" for punctuation."""
    syllables: list[str] = []
    stretch: list[str] = []
    for sign in folded:
        if _is_chinese(sign):
            stretch.append(sign)
            continue
        syllables += _read("".join(stretch))
        stretch.clear()
        syllables.append(sign if sign.isalnum() else "")
    return syllables + _read("".join(stretch))


def _read(phrase: str) -> list[str]:
    """Read a phrase of Chinese characters; ü is v, and what has no reading stands for itself."""
    if not phrase:
        return []
    from pypinyin import Style, lazy_pinyin  # 0.15 s and 20 MB: start-up must not pay for it

    read = lazy_pinyin(phrase, style=Style.NORMAL)
    if len(read) != len(phrase):  # a run of unknown characters comes as one: read them singly, or initials go astray
        read = [syllable for sign in phrase for syllable in lazy_pinyin(sign, style=Style.NORMAL)[:1]]
    return [part.replace("ê", "e") if part.isalpha() else "" for part in read]


def _other_readings(folded: str, syllables: list[str]) -> Iterable[list[str]]:
    """Give the other readings, those that differ from the usual one in the fewest characters first."""
    doubtful = [place for place, sign in enumerate(folded[:NAME_IN_DOUBT]) if sign in _READINGS]
    for count in range(1, len(doubtful) + 1):
        for places in combinations(doubtful, count):
            others = [[one for one in _READINGS[folded[place]] if one != syllables[place]] for place in places]
            for choice in product(*others):
                changed = list(syllables)
                for place, syllable in zip(places, choice, strict=True):
                    changed[place] = syllable
                yield changed


def _as_name(folded: str, usual: list[str]) -> list[str]:
    """Give the syllables of a person's name: the surname as surnames are read, the rest as usual."""
    if len(folded) > 2 and folded[:2] in _PAIRS:
        return [*_PAIRS[folded[:2]], *usual[2:]]
    if not folded or not _is_chinese(folded[0]):
        return usual
    return [_SURNAMES.get(folded[0]) or _syllables(folded[0])[0], *usual[1:]]


# --- order -------------------------------------------------------------------------------------------------------

# Marks before signs, numbers, letters and Chinese characters in the text of an order: they sort in this sequence.
_SIGN, _NUMBER, _LETTER, _CHINESE = "\x01", "\x02", "\x03", "\x04"
_UNREAD = "~"       # the syllable of a character that has none: behind all others
_STRETCH = re.compile(r"[0-9]+|[^0-9]")
_DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_WRITTEN = "[〇零一二三四五六七八九十]+"
# Numbers written in characters, where the word beside them says that they count: 第二学期, 三年级, 初一, 二楼.
_COUNTED = re.compile(rf"(?<=第){_WRITTEN}|(?<=[初高]){_WRITTEN}|{_WRITTEN}(?=年级|年制|班|层|楼|单元|组|季度|学期|月|号|期|批)")
MOST_REMEMBERED = 200_000       # texts of one sort: more than the largest ledger has numbers


class _Remembered(dict[str, str]):
    """What was worked out of texts, once each: SQLite asks for it a hundred thousand times for one list."""

    def __init__(self, work_out: Callable[[str], str]) -> None:
        super().__init__()
        self.work_out = work_out

    def __missing__(self, text: str | int | None) -> str:
        if not isinstance(text, str):       # NULL or a number, as SQLite gives it
            return "" if text is None else self[str(text)]
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[text] = made = self.work_out(text)
        return made


order = _Remembered(lambda text: _order(text, person=False)).__getitem__
"""Give the text that words are sorted by: signs, numbers, letters, then Chinese characters by 拼音.

Syllable by syllable, what is one character stands together (all 戚, then all 漆, both before 秦); a number inside counts
by its value: K2 before K10, 三年级2班 before 三年级10班. No Python frame stands between SQLite and what is remembered."""
name_order = _Remembered(lambda text: _order(text, person=True)).__getitem__
"""Give the text that people's names are sorted by: as ``order``, the surname as surnames are read (曾 under Z)."""
folded = _Remembered(fold).__getitem__
"""``fold``, remembered."""


def _order(text: str, person: bool) -> str:
    read = fold(text) if person else _COUNTED.sub(lambda found: str(_value(found[0])), fold(text))
    syllables = list(read) if read.isascii() else _syllables(read)
    if person:
        syllables = _as_name(read, syllables)
    made: list[str] = []
    for found in _STRETCH.finditer(read):
        sign = found[0]
        if sign[0] in "0123456789":
            digits = sign.lstrip("0")
            made.append(f"{_NUMBER}{min(len(digits), 999):03d}{digits}")
        elif _is_chinese(sign):
            made.append(f"{_CHINESE}{syllables[found.start()] or _UNREAD} {sign}")
        else:
            made.append(f"{_LETTER if sign.isalnum() else _SIGN}{sign}")
    return "".join(made)


def _value(written: str) -> int:
    """Give the number that characters write: 十二 is 12, 二十 20, 二〇 20."""
    if "十" not in written:
        return int("".join(str(_DIGITS[sign]) for sign in written))
    tens, _, ones = written.partition("十")
    return 10 * (_value(tens) if tens else 1) + (_value(ones.replace("十", "")) if ones.replace("十", "") else 0)
