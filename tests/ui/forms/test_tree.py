"""A tree under a button is narrowed by names, numbers and 拼音."""

import pytest
from PySide6.QtWidgets import QPushButton

from ui.forms.tree import TreeNode, TreePopup

NODES = [TreeNode(1, None, "音乐楼", "音乐楼"), TreeNode(2, 1, "3层", "音乐楼 3层"), TreeNode(3, 2, "304室", "音乐楼 3层 304室 304"),
         TreeNode(4, None, "食堂", "食堂")]


@pytest.mark.parametrize(("typed", "found"), [
    ("yyl", {1, 2, 3}), ("yinyue 304", {1, 2, 3}), ("st", {4}), ("３０４", {1, 2, 3}), ("quanbu", set()), ("", {"", 1, 2, 3, 4}),
])
def test_a_branch_is_found_by_what_people_type(qtbot, typed, found):
    button = QPushButton()
    qtbot.addWidget(button)
    popup = TreePopup(button, "全部地点", NODES)
    popup.words.setText(typed)
    assert {key for key, item in popup.items.items() if not item.isHidden()} == found
