"""Version 23: lines frozen earlier take the category of their cards; those of cards that are gone have none."""

from app.assets import commands as cards
from app.assets.fields import LOW_VALUE
from app.stocktake import queries
from app.store import triggers
from app.store.database import database, scalar
from app.store.migrations import m0023_frozen_category


def test_frozen_lines_take_the_category_of_their_cards(begun):
    broom = begun.card("扫帚", 3, category=LOW_VALUE)
    later = begun.begin()
    cards.delete_assets([begun.piano])
    triggers.drop()
    database.execute_sql("ALTER TABLE stocktake_line DROP COLUMN category")
    for sql in m0023_frozen_category.SQL:
        database.execute_sql(sql)
    triggers.install()
    found = {line.asset_id: line.category for line in queries.lines(later)}
    assert (found[begun.desk], found[broom], found[begun.piano]) == ("固定资产", "低值易耗品", "")
    assert scalar("SELECT count(*) FROM stocktake_line WHERE category = ''") == 2     # the piano's, in both stocktakes
