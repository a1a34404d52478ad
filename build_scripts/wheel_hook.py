"""Puts what lies beside the packages into the wheel, below ``app/shipped``, where ``app/core/paths.py`` finds it.

Hatchling calls this (``pyproject.toml``). Not for an editable install: that one reads the checkout's own files.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SHIPPED = ("resources", "data", "LICENSE", "THIRD_PARTY.md", "CHANGELOG.md")


class ShippedFiles(BuildHookInterface[Any]):
    """Adds the shipped files to a wheel that is to be installed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files before the wheel of a version (``standard`` or ``editable``) is written."""
        if version == "standard":
            build_data["force_include"] |= {str(Path(self.root, name)): f"app/shipped/{name}" for name in SHIPPED}
