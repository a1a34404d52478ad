"""A small store: 粉笔 and A4纸 (1箱 = 8包), two storerooms, a department, two classes, a person, one place."""

from dataclasses import dataclass
from datetime import date

import pytest

from app.school.tables import Department, Person, Place, SchoolClass, Term
from app.stock import commands, items
from app.stock.rules import In, ItemDraft, Receiver
from app.stock.tables import StockStoreroom
from app.store import journal


@dataclass
class Store:
    """The ids of its goods and where they can go."""

    chalk: int
    paper: int
    office: Receiver
    class_one: Receiver
    class_two: Receiver

    def fill(self, day=date(2026, 9, 2)):
        """Take in 100 盒 of chalk for 250 元 and 40 包 of paper for 800 元."""
        return commands.receive(day, 1, [In(self.chalk, 100_000, 25_000), In(self.paper, 40_000, 80_000)], "为民文具店", "张伟")


@pytest.fixture
def store(ledger, stopped_clock):
    """Give an empty store; it is 21 November 2026."""
    with journal.operation("开库"):
        Department.insert(name="教导处").execute()
        Person.insert(name="王芳", department=1).execute()
        Place.insert(name="304室", level="室", path="教学楼 304室", rank="0001").execute()
        Term.insert(school_year=2026, half=1, starts_on="2026-09-01", ends_on="2027-01-20", is_current=1).execute()
        for number in (1, 2):
            SchoolClass.insert(school_year=2026, grade=3, number=number, name=f"三年级{number}班").execute()
        StockStoreroom.insert(name="分保管室").execute()
        chalk = items.found_or_made("粉笔", "白色", "盒")
        paper = items.write(ItemDraft("A4纸", "70克", "包", "箱", 8000, category="办公用品"))
    return Store(chalk, paper, Receiver(department=1, person=1, place=1), Receiver(school_class=1), Receiver(school_class=2))
