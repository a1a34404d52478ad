"""What a school decides about its letters: how they are set, which days a slip has, whether a class gets a cover sheet."""

from app.core.settings import Setting

LETTERS = "告家长书"
FITTING, OFFICIAL, SMALL, COMPACT = "按内容自动选择", "公文格式（三号）", "小四号", "紧凑（五号）"

MANNER = Setting("letters.manner", "告家长书的版式", FITTING, choices=(FITTING, OFFICIAL, SMALL, COMPACT), group=LETTERS,
                 help="“公文格式”按 GB/T 9704 的边距和字号；“自动”在一页放得下的里面选最大的。")
COVERS = Setting("letters.covers", "每班附封面（份数、签收、回执登记）", True, group=LETTERS)
SIGNER = Setting("letters.signer", "告家长书落款", "", group=LETTERS, help="不填就用学校名称。")
REPLY_DAYS = Setting("letters.reply_days", "回执在几天内交回", 3, least=0, most=60, group=LETTERS,
                     help="没有填回执截止日期的信，按落款日期加这些天计算。")
