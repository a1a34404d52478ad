"""Where the shipped, read-only files lie: beside the packages in a checkout, inside the bundle when frozen."""

import sys
from pathlib import Path


def shipped(*parts: str) -> Path:
    """Give the path of a shipped file or folder, such as ``shipped("data", "reference", "asset_classes_2022.csv")``."""
    base = getattr(sys, "_MEIPASS", None)
    root = Path(base) if base else Path(__file__).resolve().parents[2]
    return root.joinpath(*parts)


def program_folder() -> Path:
    """Give the folder the program itself lies in: that of the exe when frozen, else the checkout."""
    return Path(sys.executable).parent if getattr(sys, "frozen", False) else Path(__file__).resolve().parents[2]
