"""The demo school 青禾小学, built by code from ``data/demo`` and the same on every machine."""

from app import features
from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.school import queries as school


def build_demo(progress: Progress = silent) -> str:
    """Fill an empty ledger with the demo school and say what was made; a ledger in use is ``Refused``."""
    if school.started():
        raise Refused("这个账本里已经有学校了。示范学校只能建在空的数据文件夹里，请用 --data 换一个文件夹。")
    made = [words for feature in features.FEATURES if feature.demo for words in feature.demo(progress)]
    return f"已建立示范学校“{school.profile().name}”：{'，'.join(made)}。"
