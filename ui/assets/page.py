"""资产台账: find any card by name, room, keeper or 拼音; see, edit, print it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from app.assets import cells, commands, meanings, queries, statuses
from app.assets.fields import OTHER, PANE, TITLE, AssetDraft
from app.assets.history import said_of
from app.core.columns import Kind, shown
from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.school import queries as school
from app.store import attachments, journal
from app.store.folder import DataFolder
from app.store.journal import Step
from ui.assets.card_form import cell_fields, edit_card
from ui.base import notify, undoing
from ui.base.changes import Changes
from ui.forms.tree import TreeNode
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.kit.detail import DetailPane, Facts
from ui.kit.files import FilesList
from ui.kit.filters import ChoiceFilter, Filter, TreeFilter
from ui.kit.table_page import TablePage
from ui.kit.views import View
from ui.kit.workbooks import save_workbook

TONES = {meanings.IDLE: "warning", meanings.BROKEN: "warning", meanings.OUTSIDE: "accent", meanings.SENT_AWAY: "accent",
         meanings.DISPOSAL: "danger", meanings.DANGEROUS: "danger", meanings.WRITE_OFF: "danger"}


def _places() -> Sequence[TreeNode]:
    nodes = [TreeNode(place.id, place.parent_id, place.name, f"{place.path} {place.code}")
             for place in school.places_tree()]
    return [*nodes, TreeNode(0, None, "未登记地点")]


def _classes() -> Sequence[TreeNode]:
    listed = queries.classes_in_use()
    groups = {code[:3]: code for code, _ in listed if code.endswith("000000") and code.startswith("A")}
    return [TreeNode(code, groups.get(code[:3]) if groups.get(code[:3]) != code else None, f"{code} {name}")
            for code, name in listed]


def _years() -> list[tuple[object, str]]:
    return [(year, f"没有{TITLE['acquired_on']}" if year == queries.NO_DAY else f"{year} 年")
            for year in queries.years()]


def _statuses() -> list[tuple[object, str]]:
    return [(word, word) for word in statuses.words()]


class AssetsPage(TablePage):
    """The ledger."""

    title = "资产台账"
    columns = queries.COLUMNS
    listing = queries.LISTING
    filters: Sequence[Filter] = (
        TreeFilter("place", "全部地点", _places),
        TreeFilter("class", "全部分类", _classes),
        ChoiceFilter("keeper", f"全部{TITLE['keeper']}", lambda: list(queries.keepers())),
        ChoiceFilter("status", "全部状况", _statuses),
        ChoiceFilter("year", "全部年份", _years),
    )
    acts = (
        Act("new", "登记资产", "register", "add", primary=True),
        Act("import", "导入台账", "import_ledger", "import"),
        Act("print", "打印", "print_papers", "print"),
        Act("export", "导出", "export", "export"),
        Act("template", "导入模板…", "save_template", "table", menu=True),
        Act("numbers", "按编号查找…", "find_numbers", "search", "Ctrl+Shift+F", menu=True),
        Act("edit", "编辑", "edit", "edit", needs="one", menu=True),
        Act("duplicate", "照此再登记一张", "duplicate", "copy", needs="one", menu=True),
        Act("alike", "照此登记多张…", "register_alike", "add", needs="one", menu=True),
        Act("bulk", "批量修改…", "edit_many", "edit", "Ctrl+B", needs="some", menu=True),
        Act("split", "拆分卡片…", "split", "columns", needs="one", menu=True),
        Act("merge", "合并相同卡片…", "merge", "box", needs="some", menu=True),
        Act("attach", "添加照片或文件", "attach", "attach", needs="one", menu=True),
        Act("card", "打印卡片", "print_cards", "document", needs="some", menu=True),
        Act("delete", "删除到回收站", "delete", "delete", needs="some", menu=True),
    )
    empty_text = "台账里还没有资产。可以导入学校原有的 Excel 台账，也可以一件一件登记。"
    empty_acts = ("import", "new")
    settings_key = "assets"
    search_hint = "搜索名称、编号、型号、序列号、地点或班级、保管人、备注，可用拼音首字母"
    record_word = "张卡片"
    sort = ("number", True)
    adds = True

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder,
                 parent: QWidget | None = None) -> None:
        self.tones = self.status_tones = statuses.by_word(TONES)
        self.data_folder, self.fields = data, cell_fields(self.columns)
        self.numbers: list[str] = []    # pasted, to see the cards that carry them
        self.filters = (*self.filters, ChoiceFilter("numbers", "不限编号", self._numbers))
        super().__init__(changes, settings, parent)

    def fill_list(self) -> None:
        """Ask for the rows anew; the filter of pasted numbers is there only while there are some."""
        self.status_tones.update(statuses.by_word(TONES))
        self.boxes["numbers"].setVisible(self.boxes["numbers"].value() is not None)
        super().fill_list()

    def show_view(self, view: View) -> None:
        """Show a view, with the list of numbers it was kept with."""
        self.numbers = list(view.get("filters", {}).get("numbers") or ())
        super().show_view(view)

    def _numbers(self) -> list[tuple[object, str]]:
        return [(self.numbers, f"粘贴的 {len(self.numbers):,} 个编号")] if self.numbers else []

    def find_numbers(self) -> None:
        """Show exactly the cards whose numbers are pasted."""
        from ui.assets.numbers_dialog import NumbersDialog

        dialog = NumbersDialog(self)
        if dialog.exec():
            self.narrow({"numbers": dialog.found.numbers})
            self.grid.setFocus()

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Store typed cells and new cards as one step."""
        return cells.write_cells(changed, added, progress)

    # --- the pane on the right

    def detail_widget(self) -> QWidget:
        """Give the pane with facts, history and files."""
        self.pane = DetailPane([self.actions_by_key[key] for key in ("edit", "duplicate", "card")])
        self.history = Facts(78)
        self.files = FilesList(self.data_folder, self._add_files, commands.remove_attachment)
        self.pane.add_tab("经历", self.history)
        self.pane.add_tab("照片和文件", self.files)
        return self.pane

    def show_detail(self, row: Row | None) -> None:
        """Show the card in the pane."""
        card = queries.card(row[0]) if row else None
        if card is None:
            self.pane.clear()
            return
        draft = card.draft
        self.pane.show_record(
            draft.name,
            draft.status,
            self.tones.get(draft.status, "done"),
            f"{draft.number} · {' '.join(filter(None, (draft.class_code, draft.class_name))) or '未分类'}",
            facts_of(card),
        )
        self.history.show_pairs([(event.business_date, said_of(event))
                                 for event in journal.history("asset", card.id)[:30]])
        self.pane.relate("asset", card.id)
        stored = attachments.of("asset", card.id)
        self.files.show_files(stored)
        self.pane.tabs.setTabText(1, f"照片和文件 {len(stored)}" if stored else "照片和文件")

    def show_record(self, _table: str, record: int) -> None:
        """Show a card, as a link asks for, whatever narrowed the list."""
        if self.number_of(record) is None:
            self.clear_narrowing()
        self.choose(record)
        self.grid.setFocus()

    # --- acts

    def go(self, way: str) -> None:
        """Do an act, as another page offers it."""
        self.actions_by_key[way].trigger()

    def register(self) -> None:
        """Register a new card; with a place chosen in the filter it starts there."""
        place = self.boxes["place"].value()
        self._edit(AssetDraft(place_id=place if isinstance(place, int) and place else None), None)

    def edit(self) -> None:
        """Edit the chosen card."""
        card = queries.card(self.selected_id() or 0)
        if card:
            self._edit(card.draft, card.id)

    def duplicate(self) -> None:
        """Start a new card like the chosen one; number, serial and voucher are its own."""
        card = queries.card(self.selected_id() or 0)
        if card:
            self._edit(commands.like(card.draft), None)

    def register_alike(self) -> None:
        """Register several cards like the chosen one at once, and show them."""
        from ui.assets.alike_dialog import AlikeDialog  # dialogs load when first opened, not at start

        card = queries.card(self.selected_id() or 0)
        if card is None:
            return
        dialog = AlikeDialog(self, card.draft)
        if dialog.exec():
            undoing.told(f"已登记 {len(dialog.saved.made)} 张卡片。", dialog.saved)
            self.choose(dialog.saved.made[0])

    def _edit(self, draft: AssetDraft, identity: int | None) -> None:
        saved = edit_card(self, draft, identity)
        if saved:
            self.choose(saved)

    def chosen_ids(self) -> list[int]:
        """Give the ids of all chosen cards, also where "select all" reaches beyond the rows that were fetched."""
        everything = self.chosen_count() == self.found.records
        return queries.matching_ids(self.wish()) if everything else self.selected_ids()

    def edit_many(self) -> None:
        """Change ticked fields of the chosen cards, or of all that match."""
        from ui.assets.bulk_dialog import BulkDialog

        BulkDialog(self, self.chosen_ids(), self.wish()).exec()

    def split(self) -> None:
        """Split a card of many pieces into several."""
        from ui.assets.split_dialog import SplitDialog

        card = queries.card(self.selected_id() or 0)
        if card is None:
            return
        if (card.draft.quantity or 0) < 2:
            raise Refused("这张卡片只有一件，不能再拆。")
        dialog = SplitDialog(self, card)
        if dialog.exec():
            undoing.told(f"已从 {card.draft.number} 拆出 {len(dialog.saved.made)} 张新卡片。", dialog.saved)

    def merge(self) -> None:
        """Make one card of several alike, and show it."""
        from app.assets import merging
        from ui.assets.merge_dialog import MergeDialog

        dialog = MergeDialog(self, merging.cards_of(self.chosen_ids()))
        if dialog.exec():
            undoing.told(f"已把 {len(dialog.cards)} 张卡片合并成一张。", dialog.saved)
            self.choose(dialog.filled().into)

    def delete(self) -> None:
        """Move the chosen cards to the recycle bin; the strip offers the way back."""
        done = commands.delete_assets(self.selected_ids())
        undoing.told(f"已删除 {done.count} 张卡片，可在“设置—回收站”里恢复。", done.step)

    def import_ledger(self) -> None:
        """Open the import wizard."""
        from ui.assets.import_wizard import run_import_wizard

        run_import_wizard(self, self.data_folder, [("打印盘点表", self.print_papers)])

    def save_template(self) -> None:
        """Write the empty workbook that imports without any question."""
        from ui.assets.import_steps import save_template

        save_template()

    def export(self) -> None:
        """Write the cards that match search and filters as a workbook."""
        from app.assets import sheets

        wish = self.wish()
        save_workbook(self, "资产台账", "资产台账", lambda path, progress: sheets.export_ledger(path, wish, progress),
                      lambda count, path: f"已导出 {count} 张卡片到 {path}。")

    def print_papers(self) -> None:
        """Choose a form and what it covers, then see it before it is printed."""
        place, wish = self.boxes["place"].value(), self.wish()
        by_place_only = set(wish.filters) <= {"place"} and not (wish.search or wish.cells)
        self._print(place=place if isinstance(place, int) and place else None,
                    listed=[] if by_place_only else queries.matching_ids(wish))

    def print_cards(self) -> None:
        """Print the cards of the chosen assets."""
        self._print(records=self.selected_ids())

    def _print(self, place: int | None = None, records: Sequence[int] = (), listed: Sequence[int] = ()) -> None:
        from ui.assets.printing import PrintDialog

        PrintDialog(self, self.data_folder, place, records, listed).exec()

    def attach(self) -> None:
        """Add a photo or a scan to the chosen card."""
        path = notify.open_file("添加照片或文件", "照片和文件 (*.jpg *.jpeg *.png *.webp *.bmp *.pdf *.docx *.xlsx *.doc *.xls)")
        if path:
            self._add_files([path])

    def _add_files(self, paths: Sequence[Path]) -> None:
        if not paths:
            return
        identity = self.selected_id()
        if identity is None:
            raise Refused("请先在列表里选中一张卡片，再添加照片或文件。")
        undoing.told(f"已添加 {len(paths)} 个文件。", commands.attach_files(self.data_folder, identity, paths))


def facts_of(card: queries.Card) -> list[tuple[str, str]]:
    """Give the facts of a card that the pane shows, label and words; those with nothing to say are left out there."""
    draft = card.draft
    users = school.class_in(draft.place_id) if draft.place_id else ""
    price = f"（{TITLE['unit_price']} {shown(Kind.MONEY, draft.unit_price)}）" if draft.quantity != 1 else ""
    years = f"{draft.life_months // 12} 年" if draft.life_months and draft.life_months % 12 == 0 else \
        f"{draft.life_months} 个月" if draft.life_months else ""
    said = {    # where it is more than the field's own value
        "place": f"{card.place}（{users}）" if users else card.place,
        "user": card.user if card.user != card.keeper else "",
        "model": " ".join(filter(None, (draft.brand, draft.model))),
        "quantity": f"{draft.quantity} {draft.unit}".strip(),
        "value": f"￥{shown(Kind.MONEY, draft.value)}{price}",
        "acquired_on": " · ".join(filter(None, (shown(Kind.DAY, draft.acquired_on), draft.acquired_by, draft.funding))),
        "booked_on": " · 凭证 ".join(filter(None, (shown(Kind.DAY, draft.booked_on), draft.voucher))),
        "life_months": years,
    }
    own = [(extra.title, draft.extras.get(extra.id, "")) for extra in queries.extra_fields(with_retired=True)]
    facts, last = ([(each.short or each.title, said.get(each.key, shown(each.kind, card.value(each))))
                    for each in PANE if (each.form[0] == OTHER) is at_the_end] for at_the_end in (False, True))
    return [*facts, *own, *last]
