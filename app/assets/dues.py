"""What wants doing in the ledger: rows that stayed outside, cards that wait for disposal, cards that say too little."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from app.assets import meanings, queries, rejected, statuses
from app.assets.fields import FIELD
from app.core.dues import WARNING, Due
from app.core.listing import Wish
from app.store.database import database
from app.store.folder import DataFolder

_LACKING: Mapping[str, Mapping[str, object]] = {
    "没有登记地点": {"place": 0},
    f"没有{FIELD['acquired_on'].title}": {"year": queries.NO_DAY},
}


def dues(day: date, data: DataFolder) -> Iterator[Due]:
    """Give what is due; of an empty ledger nothing but that it wants to be filled."""
    for workbook in rejected.lying(data):
        words = f"上次导入有 {workbook.rows:,} 行没有进台账，另存在“{Path(workbook.path).name}”里。改好后再导入那个文件。"
        yield Due("assets/rejected", words, "assets:import", "导入", WARNING, workbook.day, count=workbook.rows)
    if not queries.totals(Wish()).records:
        yield Due("assets/empty", "台账还是空的。把学校原有的 Excel 台账导入进来，先看结果再确定。", "assets:import", "导入台账")
        return
    yield from _waiting()
    for person, name, left_on, cards in _left_with_cards():
        left, hand_over = f"{left_on} 离岗" if left_on else "已离岗", f"请交接给新的{FIELD['keeper'].title}。"
        yield Due(
            "assets/left",
            f"{name}（{left}）名下还有 {cards:,} 张卡片，{hand_over}",
            "assets",
            "去交接",
            WARNING,
            table="person",
            id=person,
            count=cards,
            filters={"keeper": person},
            many=f"{{}} 名离岗人员名下还有卡片，{hand_over}",
        )
    rooms = len(queries.rooms_kept_by_cards())
    if rooms:
        yield Due("assets/keepers", f"有 {rooms:,} 处没有登记{FIELD['keeper'].title}，卡片上各写着一位，可以一次按卡片登记。",
                  "settings:places:keepers_by_cards", "按卡片登记", count=rooms)
    for title, filters in _LACKING.items():
        count = queries.totals(Wish(filters=filters)).records
        if count:
            yield Due(f"assets/{title}", f"有 {count:,} 张卡片{title}。", "assets", "去补登", count=count, filters=filters)


def _waiting() -> Iterator[Due]:
    """Give what waits for the bureau: by each word what is worn (报废) and, apart from it, what is lost (报损核销)."""
    for meaning, kind, what in ((meanings.DISPOSAL, "disposal", "处置"), (meanings.WRITE_OFF, "write-off", "核销")):
        for word in statuses.words(meaning):
            waiting = queries.totals(Wish(filters={"status": word}))
            if waiting.records:
                words = f"有 {waiting.records:,} 张卡片、{waiting.pieces:,} 件{word}，等着报批{what}；批复以前还在账上。"
                yield Due(f"assets/{kind}", words, "assets", "去看", filters={"status": word}, count=waiting.records)


def _left_with_cards() -> list[tuple[int, str, str, int]]:
    """Give id, name, the day of leaving ("" unknown) and the cards of everyone who left and still keeps some."""
    return [(person, name, day or "", cards) for person, name, day, cards in database.execute_sql(
        """SELECT p.id, p.name, p.left_on, count(*) FROM person p JOIN asset a ON a.keeper_id = p.id
           WHERE p.on_staff = 0 GROUP BY p.id ORDER BY count(*) DESC, p.keys""").fetchall()]
