"""The form of a voucher: fields in the order of the paper, three different people, scans that are filed with it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from app.core import clock
from app.core.errors import Problem
from app.fees.money import evidence, rules, vouchers
from app.fees.money.facts import titles
from app.fees.money.rules import VoucherDraft
from app.school import queries as school
from app.school import settings as signing
from app.store import settings
from app.store.folder import DataFolder
from app.store.journal import Step
from ui.base import notify, undoing
from ui.base.parts import Elided, button, label, row
from ui.fees.money.voucher_fields import FILES, voucher_fields
from ui.forms.form import FormDialog, Section


class VoucherForm(FormDialog):
    """Registers a voucher, or edits the voucher ``identity``. ``saved`` is the step. After 保存并继续 the people stay."""

    def __init__(
        self, parent: QWidget | None, data: DataFolder, plan_id: int, draft: VoucherDraft, identity: int | None = None
    ) -> None:
        self.data_folder, self.plan_id, self.identity = data, plan_id, identity
        self.paths: list[Path] = []
        self.names = Elided()
        fields = voucher_fields(plan_id)
        sections = [
            Section(
                "票据",
                [
                    fields[key]
                    for key in ("item", "kind", "code", "number", "dated_on", "fen", "total", "red_of", "supplier")
                ],
            ),
            Section(
                "签字（三个不同的人）" if settings.value(signing.SIGNERS_APART) == signing.FORBID else "签字",
                [fields[key] for key in ("handler", "acceptor", "auditor", "remark")],
            ),
        ]
        super().__init__(
            parent,
            "登记票据" if identity is None else f"修改票据 {draft.number}",
            draft,
            sections,
            self._problems,
            self._save,
            self._again if identity is None else None,
        )
        self.lent: dict[str, Any] = {}      # what a known invoice filled in
        self.known = label("", "hint", wrap=True)
        self.below.addWidget(self.known)
        self.changed.connect(self._look_up)
        self._say_known(evidence.known(draft, identity))
        self.files = QWidget()
        line = row(button("添加扫描件", self.add_files, "attach"), self.names, None)
        line.setStretch(1, 100)
        self.files.setLayout(line)
        self.below.addWidget(self.files)
        self._say_files()

    def add_files(self) -> None:
        """Choose scans that are filed once the voucher is saved."""
        self.paths += notify.open_files("添加扫描件", FILES)
        self._say_files()

    def _say_files(self) -> None:
        self.names.say("、".join(path.name for path in self.paths) or "发票、合同、领取单的照片或扫描件，保存时一起存档")

    def _look_up(self, key: str) -> None:
        """Lend the day, payee and what is left of an invoice that is known already to fields that nobody filled."""
        if key not in ("kind", "code", "number"):
            return
        found = evidence.known(self.filled(), self.identity)
        self._say_known(found)
        blank = self.lent | {"kind": VoucherDraft().kind}
        lent = {"kind": found.row.kind, "dated_on": found.row.dated_on, "supplier": found.row.supplier,
                "fen": found.left or None} if found and self.identity is None else dict.fromkeys(self.lent)
        for field, value in lent.items():
            if self.value(field) in (None, "", blank.get(field)) and field != key:
                self.set_value(field, value if value is not None or field != "kind" else VoucherDraft().kind)
        self.lent = lent if found else {}

    def _say_known(self, found: evidence.Known | None) -> None:
        self.known.setText(found.words if found else "")
        self.known.setVisible(found is not None)

    def _problems(self, draft: VoucherDraft) -> list[Problem]:
        items = [each.id for each in titles(self.plan_id)]
        people = [each for each in (draft.handler, draft.acceptor, draft.auditor) if each and school.person_name(each)]
        return rules.check_voucher(draft, clock.today(), items, people, settings.value(signing.SIGNERS_APART))

    def _save(self, draft: VoucherDraft) -> Step | None:
        files = self.paths
        step = vouchers.save_voucher(self.data_folder, self.plan_id, draft, self.identity, files)
        self.paths = []
        self._say_files()
        word = "已登记" if self.identity is None else "已修改"
        undoing.told(f"{word}票据 {draft.number}" + (f"和 {len(files)} 个扫描件。" if files else "。"), step)
        return step

    def _again(self, draft: Any) -> VoucherDraft:
        """Give the next voucher: of the same item, signed by the same people."""
        return replace(
            VoucherDraft(),
            plan_item=draft.plan_item,
            kind=draft.kind,
            handler=draft.handler,
            acceptor=draft.acceptor,
            auditor=draft.auditor,
        )
