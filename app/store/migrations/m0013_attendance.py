"""Which months of meals were noted class by class, and who did not eat on which day."""

TITLE = "就餐登记"

SQL = (
    """CREATE TABLE "fee_attendance" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "plan_item_id" INTEGER NOT NULL,
        "school_class_id" INTEGER NOT NULL,
        "month" TEXT NOT NULL,
        FOREIGN KEY ("plan_item_id") REFERENCES "fee_plan_item" ("id"),
        FOREIGN KEY ("school_class_id") REFERENCES "school_class" ("id")) STRICT""",
    """CREATE INDEX "fee_attendance_school_class_id" ON "fee_attendance" ("school_class_id")""",
    """CREATE UNIQUE INDEX "fee_attendance_plan_item_id_school_class_id_month" ON "fee_attendance" """
    '("plan_item_id", "school_class_id", "month")',
    """CREATE TABLE "fee_absence" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "plan_item_id" INTEGER NOT NULL,
        "pupil_id" INTEGER NOT NULL,
        "day" TEXT NOT NULL,
        "mark" TEXT NOT NULL,
        FOREIGN KEY ("plan_item_id") REFERENCES "fee_plan_item" ("id"),
        FOREIGN KEY ("pupil_id") REFERENCES "pupil" ("id")) STRICT""",
    """CREATE INDEX "fee_absence_pupil_id" ON "fee_absence" ("pupil_id")""",
    """CREATE UNIQUE INDEX "fee_absence_plan_item_id_pupil_id_day" ON "fee_absence" ("plan_item_id", "pupil_id", "day")""",
)
