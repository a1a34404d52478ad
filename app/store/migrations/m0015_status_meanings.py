"""What the words for 使用状况 mean stands beside them: the school's own words and those on cards get a meaning.

The shipped words need nothing: they are the setting's default. A word nobody knows is one of a thing that stands there, as
it was before; 送修 and 待核销 are added, because 待修理 says no longer that a thing is away, nor 待报废 that it is lost.
"""

TITLE = "使用状况的含义"
SEEDS = ("setting",)

_OLD = "'在用','闲置','出借','出租','待修理','待报废','毁坏不能用','危房不能用'"
_DEFAULT = '["在用","闲置","出借","出租","送修","待修理","待报废","待核销","毁坏不能用","危房不能用"]'
_MEANING = """CASE
    WHEN word IN ('在用','闲置','待修理','危险','在外','送修','待处置','待核销') THEN ''
    WHEN word IN ('出借','出租') THEN '＝在外' WHEN word IN ('待报废','毁坏不能用') THEN '＝待处置'
    WHEN word = '危房不能用' THEN '＝危险' WHEN word LIKE '%修%' THEN '＝待修理' WHEN word LIKE '%闲%' THEN '＝闲置'
    WHEN word LIKE '%危%' THEN '＝危险' ELSE '＝在用' END"""

SQL = (
    "CREATE TEMP TABLE status_words (word TEXT PRIMARY KEY, at INTEGER)",
    f"""INSERT OR IGNORE INTO status_words SELECT value, key FROM json_each(coalesce(
        (SELECT value FROM setting WHERE key = 'assets.statuses'), '{_DEFAULT}'))""",
    """INSERT OR IGNORE INTO status_words
        SELECT value, 1000 + key FROM json_each('["在用","送修","待报废","待核销"]')""",
    """INSERT OR IGNORE INTO status_words
        SELECT trim(status), 2000 FROM asset WHERE trim(status) <> '' ORDER BY 1""",
    f"""INSERT INTO setting (key, value)
        SELECT 'assets.statuses', lines FROM (SELECT json_group_array(line) AS lines
            FROM (SELECT word || {_MEANING} AS line FROM status_words ORDER BY at, word))
        WHERE EXISTS (SELECT 1 FROM setting WHERE key = 'assets.statuses')
           OR EXISTS (SELECT 1 FROM asset WHERE trim(status) NOT IN ({_OLD}, ''))
        ON CONFLICT (key) DO UPDATE SET value = excluded.value""",
    "DROP TABLE status_words",
)
