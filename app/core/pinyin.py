"""Words a record is found by: folded text, full 拼音 and 拼音首字母, with the other readings of 多音字.

Search is plain substring search in these words, done by SQLite. Both what is stored (``keys``) and what is typed
(``fold``) go through the same folding, so full-width letters, capitals and ㎡ never stand in the way.
"""

import unicodedata
from collections.abc import Iterable
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

    First the name's full pinyin (so that ordering by keys orders by 拼音), then its initials, then both in other
    readings of its 多音字 (at most ``MOST_READINGS``), then the name and the ``others`` themselves, folded.
    """
    rest = [word for word in map(fold, others) if word]
    return " ".join([readings(name), *rest]).strip()


@lru_cache(maxsize=16_384)
def readings(name: str) -> str:
    """Give the part of ``keys`` that stems from the name alone."""
    folded = fold(name)
    syllables = _syllables(folded)
    parts: dict[str, None] = {}
    for reading in [syllables, *islice(_other_readings(folded, syllables), MOST_READINGS)]:
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
