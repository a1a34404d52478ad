"""Handing out to many: classes × items, a slip each, the surplus back; quotas that warn."""

from datetime import date

import pytest

from app.core.errors import Invalid, Refused
from app.stock import commands, plans, queries, quotas
from app.stock.rules import TO_PEOPLE, Out, PlanDraft
from app.store import journal


def plan(store, **more):
    cells = {(1, store.chalk): 30_000, (2, store.chalk): 20_000, (1, store.paper): 2000}
    return PlanDraft(**{"title": "2026年秋季办公用品", "storeroom": 1, "cells": cells, **more})


def test_a_plan_becomes_a_slip_a_class(store):
    store.fill()
    made = plans.save_plan(plan(store)).made[0]
    assert plans.plan_draft(made) == plan(store)
    step = plans.issue_plan(made, date(2026, 9, 3), "王芳")
    assert step.title == "发放 2026年秋季办公用品，2 张领用单"
    assert [(row.receiver, row.remark) for row in queries.slips(step.made)] == [
        ("三年级1班", "2026年秋季办公用品"), ("三年级2班", "2026年秋季办公用品")]
    lines = plans.plan_lines(made)
    assert [(line.receiver_name, line.quantity, line.fen) for line in lines] == [
        ("三年级1班", 30_000, 7500), ("三年级1班", 2000, 4000), ("三年级2班", 20_000, 5000)]
    with pytest.raises(Refused, match="已经发放了"):
        plans.save_plan(plan(store), made)
    back = plans.take_surplus(made, {lines[0].id: 3000, lines[2].id: 1000}, date(2026, 9, 4))
    assert back.title == "退回 2026年秋季办公用品 TC-2026-00001"
    assert [line.back for line in plans.plan_lines(made)] == [3000, 0, 1000]
    taken = {row.receiver: (row.quantity, row.fen) for row in queries.taken(date(2026, 9, 1), date(2026, 9, 30), "class") if row.item == store.chalk}
    assert taken == {"三年级1班": (30_000, 7500), "三年级2班": (20_000, 5000)}      # one slip for two classes names neither
    journal.undo(back.id)
    journal.undo(step.id)
    plans.remove_plan(made)
    assert plans.plans() == []


def test_a_plan_is_changed_cell_by_cell(store):
    made = plans.save_plan(plan(store)).made[0]
    assert plans.save_plan(plan(store), made) is None
    plans.save_plan(plan(store, cells={(2, store.chalk): 25_000, (2, store.paper): 1000}), made)
    assert plans.plan_draft(made).cells == {(2, store.chalk): 25_000, (2, store.paper): 1000}
    people = plans.save_plan(plan(store, kind=TO_PEOPLE, cells={(1, store.paper): 1000})).made[0]
    assert [line.receiver_name for line in plans.plan_lines(people)] == ["王芳"]
    with pytest.raises(Invalid) as wrong:
        plans.save_plan(PlanDraft("", "全校", 1, {(1, 1): 0}))
    assert [each.field for each in wrong.value.problems] == ["title", "kind", "cells"]


def test_what_is_short_is_told_for_all_at_once(store):
    store.fill()
    made = plans.save_plan(plan(store, cells={(1, store.chalk): 60_000, (2, store.chalk): 60_000, (1, store.paper): 41_000})).made[0]
    with pytest.raises(Invalid) as wrong:
        plans.issue_plan(made, date(2026, 9, 3))
    assert [each.text for each in wrong.value.problems] == ["“粉笔 白色”要发 120盒，库里只有 100盒。", "“A4纸 70克”要发 41包，库里只有 40包。"]
    with pytest.raises(Refused, match="还没有填数量"):
        plans.issue_plan(plans.save_plan(plan(store, cells={})).made[0], date(2026, 9, 3))


def test_a_quota_warns_and_forbids_nothing(store):
    store.fill()
    quotas.write_quotas(1, {(1, None): 2000, (None, 1): None})
    commands.issue(date(2026, 9, 3), 1, [Out(store.chalk, 8000)], store.office)
    assert quotas.warning(store.office, date(2026, 9, 3)) == ""
    commands.issue(date(2026, 9, 4), 1, [Out(store.chalk, 4000)], store.office)
    assert quotas.warning(store.office, date(2026, 9, 4)) == "教导处本学期已领用 30.00 元，超过额度 20.00 元。"
    assert quotas.warning(store.class_one, date(2026, 9, 4)) == ""
    rows = {row.name: (row.fen, row.taken, row.left) for row in quotas.quotas(1)}
    assert rows == {"教导处": (2000, 3000, -1000), "三年级1班": (None, 0, None), "三年级2班": (None, 0, None)}
    quotas.write_quotas(1, {(1, None): 3000})
    quotas.write_quotas(1, {(1, None): None})
    assert quotas.warning(store.office, date(2026, 9, 4)) == ""
    with pytest.raises(Invalid):
        quotas.write_quotas(1, {(1, None): -1})
