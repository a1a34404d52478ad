"""Where the shipped, read-only files lie: beside the packages in a checkout, in ``app/shipped`` when installed from a wheel,
inside the bundle when frozen.
"""

import sys
from pathlib import Path


def shipped(*parts: str) -> Path:
    """Give the path of a shipped file or folder, such as ``shipped("data", "reference", "asset_classes_2022.csv")``."""
    return _root().joinpath(*parts)


def _root() -> Path:
    bundle = getattr(sys, "_MEIPASS", None)
    installed = Path(__file__).resolve().parents[1] / "shipped"
    return Path(bundle) if bundle else installed if installed.is_dir() else installed.parents[1]


def program_folder() -> Path:
    """Give the folder the program itself lies in: that of the exe when frozen, else the checkout or the environment's."""
    return Path(sys.executable).parent if getattr(sys, "frozen", False) else Path(__file__).resolve().parents[2]
