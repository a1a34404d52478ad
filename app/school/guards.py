"""What an undo or redo may not leave behind in the school's own records: the verbs' rules, asked of a replay (``app/store/guards.py``)."""

import json
from collections.abc import Iterator

from app.core.errors import errors_only
from app.core.terms import TermName
from app.school import queries, rules
from app.school.invoices import faults_of
from app.school.tree import Tree
from app.store.database import database, scalar
from app.store.guards import Guards, Replay


def places_fit(replay: Replay) -> Iterator[str]:
    """No place lies in itself, and every path says where its place lies."""
    tree = Tree()
    if tree.differs():
        yield "后来新增或移动的地点与它对不上（上级、名称）。请先处理后来的地点。"
    inside = [node for node in tree.nodes.values()
              if node.active and node.parent is not None and not node.parent.active]
    touched = {image.row for image in replay.images("place")}
    wrong = next((node for node in inside if {node.id, node.parent.id if node.parent else 0} & touched), None)
    if wrong is not None and wrong.parent is not None:
        yield f"“{wrong.parent.path}”已停用，下面的“{wrong.name}”却在用。请先重新启用或停用它们。"


def terms_fit(replay: Replay) -> Iterator[str]:
    """Terms do not overlap, and one of them at most is the current one."""
    for image in replay.images("term"):
        if image.after is None:
            continue
        draft = queries.term_draft(image.row)
        others = [(TermName(row.name.school_year, row.name.half), row.starts_on, row.ends_on) for row in queries.terms()
                  if row.id != image.row]
        yield from (problem.text for problem in errors_only(rules.check_term(draft, others)))
    if scalar("SELECT count(*) FROM term WHERE is_current = 1") > 1:
        yield "这样会有两个当前学期。"


def pupils_fit(replay: Replay) -> Iterator[str]:
    """No pupil is in two classes on one day, none leaves before he came, no 学号 belongs to two."""
    pupils = {each["pupil_id"] for image in replay.images("enrolment") for each in image.both}
    asked = json.dumps(sorted(pupils))
    for name, first, second in database.execute_sql(
        """SELECT p.name, c.name, d.name FROM enrolment e JOIN enrolment f ON f.pupil_id = e.pupil_id AND f.id > e.id
                 AND e.joined_on < coalesce(f.left_on, '9999') AND f.joined_on < coalesce(e.left_on, '9999')
               JOIN pupil p ON p.id = e.pupil_id JOIN school_class c ON c.id = e.school_class_id
               JOIN school_class d ON d.id = f.school_class_id
               WHERE e.pupil_id IN (SELECT value FROM json_each(?)) LIMIT 3""",
        (asked,),
    ).fetchall():
        yield f"{name}会在同一天里属于两个班（{first}、{second}）。请先处理后来的分班。"
    for (name,) in database.execute_sql(
        """SELECT p.name FROM enrolment e JOIN pupil p ON p.id = e.pupil_id
               WHERE e.left_on < e.joined_on AND p.id IN (SELECT value FROM json_each(?)) LIMIT 3""",
        (asked,),
    ).fetchall():
        yield f"{name}的离班日期会早于入班日期。"
    numbers = [image.after["number"] for image in replay.images("pupil") if image.after and image.turned("number")]
    for (number,) in database.execute_sql(
            """SELECT number FROM pupil WHERE number <> '' AND number IN (SELECT value FROM json_each(?))
               GROUP BY number HAVING count(*) > 1 LIMIT 3""", (json.dumps(numbers),)).fetchall():
        yield f"学号 {number} 后来给了别的学生。请先改掉那个学号。"


def invoices_fit(replay: Replay) -> Iterator[str]:
    """An invoice covers its shares and its red ones, and none that is voided is still used."""
    yield from faults_of({image.row for image in replay.images("invoice")})


GUARDS: Guards = {
    "place": (places_fit,),
    "term": (terms_fit,),
    "pupil": (pupils_fit,),
    "enrolment": (pupils_fit,),
    "invoice": (invoices_fit,),
}
