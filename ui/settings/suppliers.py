"""供应商: whom the school buys from; offered where one is typed, switched off, merged. Records keep their own words."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.errors import Problem, Refused
from app.core.progress import Progress, silent
from app.school import rules, supplier_commands, suppliers
from app.school.rules import SupplierDraft
from app.store.journal import Step
from ui.base import undoing
from ui.forms.form import Field
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.kit.record_form import edit_record
from ui.kit.workbooks import IMPORT, TEMPLATE, in_menu
from ui.settings.sections import ListSection, fill_in


@dataclass
class _Merging:
    """Into which of the chosen suppliers the others go, and whether records take his name."""

    kept: int = 0
    unify: bool = False


@dataclass(frozen=True)
class _Entries(Field):
    """Several entries: one a line in the form, between 、 in a cell."""

    def read(self, text: str) -> str:
        """Give the entries, one a line."""
        return "\n".join(filter(None, map(str.strip, re.split("[、，；,;\n]", text))))


_FIELDS = (
    Field("name", "供应商名称", width=2, required=True, hint="营业执照、发票上的全称"),
    Field("contact", "联系人"), Field("phone", "电话"),
    Field("tax_number", "税号", width=2, hint="统一社会信用代码，18 位"), Field("bank", "开户行和账号", width=2),
    _Entries("kinds", "供应类别", "lines", width=2, hint="一行写一类：办公用品、图书、食材……"),
    _Entries("others", "曾用名称", "lines", width=2, hint="一行写一个：改名以前的、记录上的其他写法，照样找得到"), Field("remark", "备注", width=2),
)


class SuppliersSection(ListSection):
    """The suppliers by 拼音."""

    title = "供应商"
    hint = "登记资产和票据时从这里提示；没有登记的照样可以写，也可以当场“存为供应商”。记录上写的名称不会自己改变，导入台账不会新增供应商。"
    columns = suppliers.SUPPLIERS
    acts = (
        Act("new", "新增供应商", "add", "add", primary=True),
        Act("edit", "修改", "edit", "edit", needs="one"),
        Act("merge", "合并…", "merge", "copy", needs="some"),
        Act("off", "停用", "switch_off", "dismiss", needs="some"),
        Act("on", "启用", "switch_on", "checkmark", needs="some", menu=True),
        Act("delete", "删除", "remove", "delete", needs="some", menu=True),
        *in_menu(IMPORT), TEMPLATE,
    )
    fields = {field.key: field for field in _FIELDS}
    adds = True
    tones = {"在用": "done", "停用": "quiet"}
    empty_text = "还没有登记供应商。登记票据、资产时写一个新名称，可以当场“存为供应商”。"
    empty_acts = ("new",)
    settings_key = "settings/suppliers"
    search_hint = "搜索名称、联系人、电话、税号，可用拼音首字母"
    record_word = "家"

    def rows(self) -> Sequence[Row]:
        """Give the suppliers."""
        return suppliers.suppliers_listing()

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Store typed cells and new suppliers as one step."""
        return supplier_commands.write_suppliers(changed, added)

    def add(self) -> None:
        """Add a supplier; one after another with 保存并继续."""
        edit_record(self, "新增供应商", SupplierDraft(), None, _check(0), lambda _: SupplierDraft())

    def edit(self) -> None:
        """Change the chosen supplier."""
        identity = self.selected_id()
        if identity is not None:
            draft = suppliers.supplier_draft(identity)
            edit_record(self, f"修改 {draft.name}", draft, identity, _check(identity))

    def merge(self) -> None:
        """Merge the chosen suppliers into one of them; records take his name only where the person says so."""
        chosen = self.selected_ids()
        if len(chosen) < 2:
            raise Refused("请先在列表里选中同一家的两条或更多记录（按住 Ctrl 逐条点），再合并。")
        names = {each: suppliers.supplier_name(each) for each in chosen}
        count = max(suppliers.merge_effect(each, [other for other in chosen if other != each]) for each in chosen)
        fields = (Field("kept", "合并到", "choice", width=2, choices=list(names.items())),
                  Field("unify", "记录里的名称", "choice", width=2, choices=[
                      (False, "保持原样，照样找得到"), (True, f"一起改成合并后的名称（最多 {count} 条记录，已结账的除外）")]))

        def save(filled: _Merging) -> object:
            step = supplier_commands.merge_suppliers(filled.kept, chosen, filled.unify)
            undoing.told(f"已合并到“{names[filled.kept]}”。", step)
            return step

        form = fill_in(self, f"合并 {len(chosen)} 家供应商", _Merging(chosen[0]), fields, save, save_text="合并")
        if form:
            self.choose(int(form.value("kept")))

    def switch_off(self) -> None:
        """Offer the chosen suppliers no more."""
        chosen = self.selected_ids()
        undoing.told(f"已停用 {len(chosen)} 家，登记时不再提示。", supplier_commands.switch_suppliers(chosen, on=False))

    def switch_on(self) -> None:
        """Offer the chosen suppliers again."""
        chosen = self.selected_ids()
        undoing.told(f"已启用 {len(chosen)} 家。", supplier_commands.switch_suppliers(chosen, on=True))

    def remove(self) -> None:
        """Delete the chosen suppliers; records keep their words."""
        chosen = self.selected_ids()
        undoing.told(f"已删除 {len(chosen)} 家供应商，记录上的名称不变。", supplier_commands.remove_suppliers(chosen))


def _check(identity: int) -> Callable[[SupplierDraft], list[Problem]]:
    return lambda draft: rules.check_supplier(draft, suppliers.names_beside(identity))
