"""The school's own words: its name, its office, and the titles under which people sign. All are editable."""

from app.core.settings import Setting
from app.school.calendar import read_days


def no_days(lines: list[str]) -> str:
    """Say which lines are no days."""
    try:
        read_days(lines)
    except ValueError as trouble:
        return f"“{trouble}”不是日子，请写成 2026-10-01 或 2026-10-01~2026-10-07 的样子。"
    return ""


SCHOOL, SIGNERS, PAPER, CALENDAR = "学校", "签字栏", "打印", "校历"

NAME = Setting("school.name", "学校名称", "", group=SCHOOL, help="单据抬头用的全称。")
SHORT_NAME = Setting("school.short_name", "学校简称", "", group=SCHOOL, help="标签和窗口标题用，不填就用全称。")
CODE = Setting("school.code", "学校代码", "", group=SCHOOL, help="上报表格上的单位代码，没有可以不填。")
BUREAU = Setting("school.bureau", "主管部门", "", group=SCHOOL, help="例如：××县教育局。")
PHONE = Setting("school.phone", "联系电话", "", group=SCHOOL)
OFFICE = Setting("school.office", "总务部门名称", "总务处", group=SCHOOL, required=True,
                 help="本校怎么叫就怎么写：总务处、后勤处、后勤服务中心……")
OPERATOR = Setting("school.operator", "操作人", "总务主任", group=SCHOOL, required=True,
                   help="正在使用本程序的人，会记在每一步操作里。")

STOCKTAKER = Setting("signer.stocktaker", "盘点人", "盘点人", group=SIGNERS, help="单据上签字栏的名称；哪一栏不需要就留空。")
OBSERVER = Setting("signer.observer", "监盘人", "监盘人", group=SIGNERS, help="一般是财务或纪检人员。")
KEEPER = Setting("signer.keeper", "保管人", "保管人/班主任", group=SIGNERS)
PUPIL = Setting("signer.pupil", "学生代表", "学生代表", group=SIGNERS, help="只印在教室的盘点表上；不需要就留空。")
DIRECTOR = Setting("signer.director", "总务主任", "总务主任", group=SIGNERS)
VICE_PRINCIPAL = Setting("signer.vice_principal", "分管校长", "分管校长", group=SIGNERS)
PRINCIPAL = Setting("signer.principal", "校长", "校长", group=SIGNERS)
HEAD = Setting("signer.head", "单位负责人", "单位负责人", group=SIGNERS, help="交主管部门的汇总表、明细表、报告上签字的人，一般就是校长。")

FORBID, REMIND, IGNORE = "禁止", "提醒", "不查"
SIGNERS_APART = Setting("signer.apart", "经手、验收、审核由同一人签字", FORBID, group=SIGNERS, choices=(FORBID, REMIND, IGNORE),
                        help="票据上的经手人、验收人、审核人：买的人不验收，验收的人不审核。人手不够的学校可以改为“提醒”。")

COPIES = Setting("paper.copies", "盘点表份数说明", "一式三份：总务处、保管人、财务室各存一份", group=PAPER,
                 help="印在盘点表下方；不需要就留空。")
FAMILIES = {"思源宋体": "noto", "仿宋": "fangsong", "宋体": "simsun", "楷体": "kaiti"}  # as people read it: key of the typeface
FONT = Setting("paper.font", "打印字体", "思源宋体", group=PAPER, choices=tuple(FAMILIES),
               help="仿宋、宋体、楷体要电脑里装有才能用，没有时用自带的思源宋体。")
DUPLEX = Setting("paper.duplex", "双面打印：每室、每班、每封信从正面开始", False, group=PAPER,
                 help="打印机双面打印时勾上：单独存档的一份是奇数页时，背面空一页，两家的单据不会印在同一张纸上。")
WAIVERS = Setting("pupils.waivers", "减免类别", ["低保", "脱贫户", "监测户", "特困供养", "孤儿", "事实无人抚养", "残疾", "烈士子女"],
                  group="学生", help="一行写一类。学生属于哪一类是内部资料，不会印在公开的纸上。")

DAYS_OFF: Setting[list[str]] = Setting(
    "school.days_off", "周一至周五中不上课的日子", [], group=CALENDAR,
    help="一行写一天或一段：2026-10-01 或 2026-10-01~2026-10-07。没有填就餐天数的学生，按上课天数算。", wrong=no_days)
DAYS_ON: Setting[list[str]] = Setting(
    "school.days_on", "周末补课的日子", [], group=CALENDAR, help="一行写一天或一段，调休上课的周六、周日。", wrong=no_days)


def family_of(font: str) -> str:
    """Give the key that ``app.paper`` knows a typeface of ``FONT`` by."""
    return FAMILIES.get(font, "noto")
