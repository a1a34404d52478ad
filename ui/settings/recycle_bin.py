"""回收站: asset cards that were deleted, and bringing them back."""

from collections.abc import Sequence

from app.assets import commands
from app.core.columns import Column, Kind
from app.school import queries as school
from app.store import journal
from ui.base import undoing
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.settings.sections import ListSection

MOST = 20_000


class RecycleBinSection(ListSection):
    """Deleted cards, latest first; they come back with their old numbers."""

    title = "回收站"
    hint = "删除的资产卡片都在这里，可以随时恢复；恢复后编号、照片和经历都和原来一样。"
    columns = (
        Column("number", "资产编号", Kind.CODE), Column("name", "资产名称"), Column("quantity", "数量", Kind.WHOLE, total=True),
        Column("value", "价值", Kind.MONEY, total=True), Column("place", "地点"), Column("who", "删除人", Kind.CODE),
        Column("at", "删除时间", Kind.CODE), Column("step", "删除时的操作"),
    )
    acts = (Act("restore", "恢复", "restore", "restore", needs="some", primary=True),)
    empty_text = "回收站是空的。"
    settings_key = "settings/recycle_bin"
    search_hint = "搜索编号、名称、地点、删除人，可用拼音首字母"
    record_word = "张卡片"

    def rows(self) -> Sequence[Row]:
        """Give the deleted cards."""
        self.deleted = {each.row: each for each in journal.deleted("asset", MOST)}
        places = {place.id: place.path for place in school.places_tree(retired=True)}
        return [(each.row, each.image["number"], each.image["name"], each.image["quantity"], each.image["value"],
                 places.get(each.image["place_id"], ""), each.who, each.entered_at[:16], each.title)
                for each in self.deleted.values()]

    def restore(self) -> None:
        """Bring the chosen cards back as one step."""
        chosen = [self.deleted[identity] for identity in self.selected_ids()]
        undoing.told(f"已恢复 {len(chosen)} 张卡片。", commands.restore_assets(chosen))
