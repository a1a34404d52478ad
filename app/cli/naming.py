"""Finding what a person names on the command line: terms, places, classes, grades. What is not plain is ``Refused``."""

from app.core.errors import Refused
from app.core.terms import parse_code
from app.school import queries as school
from app.school import roster
from app.school.rules import grade_word


def term(code: str) -> int:
    """Give the id of a term by its code, the current one for ""."""
    if not code:
        current = school.current_term()
        if current is None:
            raise Refused("还没有学期。请先用 init 建立账本。")
        return current.id
    wanted = parse_code(code)
    found = next((row.id for row in school.terms() if row.name == wanted), None)
    if found is None:
        raise Refused(f"账本里没有{wanted.title}。请先在“设置—学期”里建立它。")
    return found


def place(text: str) -> int:
    """Give the place a person names: exactly one of that name, else the sentence says which there are."""
    found = school.find_places(text)
    exact = [pick for pick in found if text in (pick.text, pick.text.rpartition(" ")[2])]
    if len(exact or found) == 1:
        return (exact or found)[0].id
    if not found:
        raise Refused(f"没有找到地点“{text}”。请写全称，例如 教学楼 3层 304室。")
    raise Refused(f"“{text}”可能是：{'、'.join(pick.text for pick in found[:6])}。请写全称。")


def class_of(text: str, code: str) -> int:
    """Give the class that a person names, of the school year of a term's code: 三年级2班, 三（2）班, 302."""
    year = parse_code(code).school_year if code else roster.current_year()
    wanted = _bare(text)
    known = [
        (
            size,
            {
                _bare(size.name),
                f"{size.grade}{size.number:02d}",
                _bare(f"{grade_word(size.grade)[:-2]}{size.number}班"),
            },
        )
        for size in roster.class_sizes(year)
    ]
    found = [size.class_id for size, names in known if wanted in names]
    if len(found) != 1:
        some = "、".join(size.name for size, _ in known[:6])
        raise Refused(f"没有找到班级“{text}”。请写全称，例如：{some or '（还没有班级）'}。")
    return found[0]


def _bare(text: str) -> str:
    """Give a class's name without brackets, spaces and 年级: 三（2）班 and 三年级2班 are the same."""
    return "".join(sign for sign in text.replace("年级", "") if sign not in "（）() 　·.")


def grade(text: str) -> int:
    """Give the grade that a person names: 3, 三, 三年级."""
    wanted = text.strip().removesuffix("年级").removesuffix("级")
    for each in range(1, 13):
        if wanted in (str(each), grade_word(each).removesuffix("年级")):
            return each
    raise Refused(f"“{text}”不是年级。请写 1 到 12，例如 --grade 3。")
