"""A letter of a term as one family gets it, to be looked at."""

from app.fees.letters import papers, queries
from app.fees.letters.queries import LetterRow
from ui.kit.letters.picture import picture_of


def family_picture(row: LetterRow, pupil: int = 0) -> tuple[bytes, str]:
    """Give a letter as one family gets it (0: the first) as a PDF, or b"" and why there is none."""
    wanted = pupil or next((each.id for each in queries.addressed(row)), 0)
    if not wanted:
        return b"", "学生名册里还没有本学年的学生。请先在“设置—学生名册”里录入或导入，再看样子。"
    return picture_of(lambda path: papers.preview(row, wanted, path))
