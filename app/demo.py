"""The demo school 青禾小学, built by code from ``data/demo`` and the same on every machine."""

from app.assets.demo import build_cards
from app.core import clock
from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.fees.demo import build_fees
from app.school import queries as school
from app.school import roster
from app.school.demo import build_school
from app.stocktake.demo import build_stocktakes


def build_demo(progress: Progress = silent) -> str:
    """Fill an empty ledger with the demo school and say what was made; a ledger in use is ``Refused``."""
    if school.started():
        raise Refused("这个账本里已经有学校了。示范学校只能建在空的数据文件夹里，请用 --data 换一个文件夹。")
    build_school()
    cards = build_cards(progress)
    fees = build_fees(progress)
    stocktakes = build_stocktakes(progress)
    return (f"已建立示范学校“{school.profile().name}”：{len(school.rooms())} 处房间，{cards} 张资产卡片，"
            f"{len(roster.pupils_in(None, clock.today()))} 名学生，{stocktakes} 次盘点，{fees} 个学期的收费。")
