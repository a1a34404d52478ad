"""Colours, font and style sheet of the whole program. ``resources/style/app.qss`` names colours as ``@ink``."""

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from app.core.paths import shipped

RESOURCES = shipped("resources")
INK, SECOND, LINE, GROUND, PANEL = "#1f2933", "#6b7785", "#e2e6ea", "#f6f7f9", "#ffffff"
ACCENT, ACCENT_SOFT = "#1f5fa8", "#e8f0fa"
WARNING, WARNING_SOFT = "#b45309", "#fdf3e3"
DANGER, DANGER_SOFT = "#b42318", "#fdecea"
DONE, DONE_SOFT = "#1b7f4b", "#e8f5ee"
FAINT = "#a9b3bd"   # disabled words and icons
# What a status word may mean: its colour and the soft ground behind a chip.
TONES = {"accent": (ACCENT, ACCENT_SOFT), "warning": (WARNING, WARNING_SOFT), "danger": (DANGER, DANGER_SOFT),
         "done": (DONE, DONE_SOFT), "quiet": (SECOND, GROUND)}
BASE_PX, ROW_PX = 13, 28


def apply(app: QApplication) -> None:
    """Give the program its look: Fusion, palette, font, style sheet and Qt's own words in Chinese."""
    app.setStyle("Fusion")
    app.setPalette(_palette())
    app.setStyleSheet(_sheet())
    app.setFont(_font())  # last: a style or a sheet brings back the fonts that Windows has for lists, menus, messages
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    words = QTranslator(app)
    if words.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(words)


def _font() -> QFont:
    """Give Microsoft YaHei UI where Windows has it, else the bundled Noto Sans SC, at the base size."""
    family = "Microsoft YaHei UI"
    if family not in QFontDatabase.families():
        for file in sorted((RESOURCES / "fonts").glob("NotoSansSC_*.ttf")):
            number = QFontDatabase.addApplicationFont(str(file))
            family = next(iter(QFontDatabase.applicationFontFamilies(number)), family)
        family = "Noto Sans SC" if "Noto Sans SC" in QFontDatabase.families() else family
    font = QFont(family)
    font.setPixelSize(BASE_PX)
    return font


def _palette() -> QPalette:
    """Give the colours that Fusion itself paints with; disabled words are faint, a chosen row keeps its ink."""
    role, palette = QPalette.ColorRole, QPalette()
    for roles, colour in (
        ((role.Window, role.Button, role.AlternateBase), GROUND), ((role.Base, role.ToolTipBase), PANEL),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.HighlightedText), INK),
        ((role.Highlight,), "#d6e4f5"), ((role.PlaceholderText,), FAINT), ((role.Link, role.Accent), ACCENT),
    ):
        for each in roles:
            palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(FAINT))
    return palette


def _sheet() -> str:
    """Give the style sheet with colours and the folder of its pictures filled in, longest names first."""
    tokens = {name.lower(): value for name, value in globals().items() if name.isupper() and isinstance(value, str)}
    tokens["dir"] = (RESOURCES / "style").as_posix()
    text = (RESOURCES / "style" / "app.qss").read_text("utf-8")
    for name in sorted(tokens, key=len, reverse=True):
        text = text.replace("@" + name, tokens[name])
    return text
