"""Which files were imported: a file that comes a second time is known by its content, whatever it is called."""

TITLE = "导入过的文件"

SQL = (
    """CREATE TABLE "imported_file" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "digest" TEXT NOT NULL, """
    """"name" TEXT NOT NULL, "rows" INTEGER NOT NULL) STRICT""",
    """CREATE INDEX "imported_file_digest" ON "imported_file" ("digest")""",
)
