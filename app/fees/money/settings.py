"""What a school decides about charging and settling: part of a term, how long a month is, who bears odd 分."""

from app.core.settings import Setting

MONEY = "收费结算"

WHOLE, HALF, BY_MONTH = "收全额", "不足半学期减半", "按在校月数"
BY_PUPILS, BY_SCHOOL = "计入学生", "学校承担"
AT_STANDARD, AT_VOUCHERS = "按标准", "按已有票据"

PART_TERM = Setting("fees.part_term", "按学期收的项目，中途转入转出", HALF, choices=(WHOLE, HALF, BY_MONTH), group=MONEY,
                    help="“不足半学期减半”按上课天数算；“按在校月数”按在校的月数占本学期月数的比例收。")
LEAST_DAYS = Setting("fees.least_days", "在校几天算一个月", 10, least=1, most=31, group=MONEY,
                     help="按月收的项目：一个月里在校不足这些天的不收这个月。学期里整月不足这些天的月份，全校都不收。")
REMAINDER = Setting("fees.remainder", "均摊余下的分", BY_PUPILS, choices=(BY_PUPILS, BY_SCHOOL), group=MONEY,
                    help="票据总额分不尽的几分钱：“计入学生”按小数大小、再按班级和序号各摊一分；“学校承担”学生都舍到分。")
LEAVER = Setting("fees.leaver", "学生离校时的结算", AT_STANDARD, choices=(AT_STANDARD, AT_VOUCHERS), group=MONEY,
                 help="学期没有结束就离校的：“按标准”按公示标准乘以已享用的数量；“按已有票据”按到当天为止的票据均摊。")
FAR_OFF = Setting("fees.far_off", "票据与收费相差百分之几要提醒", 30, least=1, most=100, group=MONEY,
                  help="结算以前，支出票据的合计与收费的合计相差超过这么多的项目，会提醒核对票据是不是录齐了。")
