"""Which category a job is of, guessed from its words by the school's own table. Pure.

A line of the table says a category and the words it is known by: 水＝水管 龙头 漏水.
"""

import re
from collections.abc import Mapping, Sequence

from app.core.pinyin import fold

OTHER = "其他"
SHIPPED = [
    "水＝水 水管 水龙头 龙头 漏水 水箱 水池 水槽 下水道 地漏 马桶 小便池 蹲坑 冲水 堵了 堵塞 阀门 水表 饮水机 净水 渗水",
    "电＝电 灯 灯管 日光灯 开关 插座 插头 跳闸 断电 停电 没电 电线 电闸 空开 配电箱 吊扇 电扇 风扇 排气扇 漏电 镇流器 电铃",
    "门窗＝门 窗 门锁 门把手 把手 合页 闭门器 玻璃 窗帘 纱窗 防盗门 卷帘门 锁 钥匙 锁芯 窗户",
    "桌椅＝桌 椅 课桌 课椅 凳 讲台 讲桌 办公桌 办公椅 柜 书柜 文件柜 抽屉 床 架子床 沙发",
    "电教设备＝电脑 白板 电子白板 一体机 希沃 投影 投影仪 音响 喇叭 话筒 麦克风 广播 展台 打印机 复印机 显示器 键盘 鼠标 监控 摄像头 电视",
    "网络＝网络 网线 上网 断网 没网 路由器 交换机 无线 wifi 网口",
    "空调＝空调 制冷 制热 不制冷 滤网 加氟 遥控器",
    "房屋＝墙 墙面 墙皮 瓷砖 地砖 地板 天花板 吊顶 屋顶 漏雨 渗漏 裂缝 楼梯 栏杆 扶手 台阶 地面 屋面 雨棚 围墙 粉刷",
    "消防＝消防 灭火器 消火栓 消防栓 应急灯 疏散 安全出口 烟感 喷淋",
    "木工＝木 木板 木门 木地板 黑板 黑板擦 宣传栏 展板 挂钩 踢脚线",
    "其他",
]
_EQUALS = re.compile(r"\s*[=＝]\s*")
_SPACES = re.compile(r"[\s、，,]+")


def read(lines: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Give the words of each category (folded), in the order of the lines."""
    found: dict[str, tuple[str, ...]] = {}
    for line in lines:
        name, _, words = _EQUALS.sub("＝", line.strip(), count=1).partition("＝")
        found.setdefault(name.strip(), tuple(fold(word) for word in _SPACES.split(words) if word))
    return found


def categories(lines: Sequence[str]) -> Sequence[str]:
    """Give the categories of the lines without their words."""
    return list(read(lines))


def category_of(what: str, lines: Sequence[str]) -> str:
    """Give the category that a job's words tell: that of the longest known word in them, of equally long ones the first.

    其他 where none is known, "" where the table has no 其他 either: nobody is told a category by chance.
    """
    text, known = fold(what), read(lines)
    best, length = "", 0
    for category, words in known.items():
        longest = max((len(word) for word in words if word in text), default=0)
        if longest > length:
            best, length = category, longest
    return best or (OTHER if OTHER in known else "")


def wrong(lines: Sequence[str]) -> str:
    """Say what is wrong with the table: a line without a category, one twice, one word for two."""
    names: set[str] = set()
    owners: dict[str, str] = {}
    for line in lines:
        name, _, words = _EQUALS.sub("＝", line.strip(), count=1).partition("＝")
        if not name.strip():
            return f"“{line}”没有写类别。请写成：水＝水管 龙头 漏水。"
        if name.strip() in names:
            return f"“{name.strip()}”写了两行，请合成一行。"
        names.add(name.strip())
        for word in filter(None, _SPACES.split(words)):
            other = owners.setdefault(fold(word), name.strip())
            if other != name.strip():
                return f"“{word}”写在“{other}”和“{name.strip()}”两类里，请只留一处。"
    return ""
