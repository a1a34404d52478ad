"""The school's calendar is the school's, no longer the fees': its days off and make-up days keep their values."""

TITLE = "校历"

SQL = (
    """UPDATE setting SET key = 'school.days_off' WHERE key = 'fees.days_off'""",
    """UPDATE setting SET key = 'school.days_on' WHERE key = 'fees.days_on'""",
)
