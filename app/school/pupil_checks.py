"""What ``check`` asks of the roster: nobody in two classes on one day, no time that ends before it begins, search words right."""

from app.core.pinyin import fold
from app.store.database import database


def roster_sound() -> list[str]:
    """Give a sentence for each thing in the roster that cannot be; none where it is sound. Changes nothing."""
    found = [f"学生 {name} 在同一天里属于两个班（{first}、{second}），请在“学生名册”里核对。" for name, first, second in database.execute_sql(
        """SELECT p.name, c.name, d.name FROM enrolment e JOIN enrolment f ON f.pupil_id = e.pupil_id AND f.id > e.id
             AND e.joined_on < coalesce(f.left_on, '9999') AND f.joined_on < coalesce(e.left_on, '9999')
           JOIN pupil p ON p.id = e.pupil_id JOIN school_class c ON c.id = e.school_class_id
           JOIN school_class d ON d.id = f.school_class_id ORDER BY p.id""").fetchall()]
    found += [
        f"学生 {name} 的离班日期早于入班日期，请在“学生名册”里核对。"
        for (name,) in database.execute_sql(
            "SELECT p.name FROM enrolment e JOIN pupil p ON p.id = e.pupil_id WHERE e.left_on < e.joined_on ORDER BY p.id"
        ).fetchall()
    ]
    rows = database.execute_sql("SELECT name, number, guardian, phone, keys FROM pupil").fetchall()
    # The words themselves end the search words; before them stand their readings, of which we may know more today.
    stale = sum(not f" {keys}".endswith(f" {' '.join(filter(None, map(fold, words)))}") for *words, keys in rows)
    return found + ([f"有 {stale} 名学生的检索词与内容不符，搜索可能找不到。请打开再保存一次。"] if stale else [])
