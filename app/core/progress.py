"""How long work tells its progress and hears that it should stop."""

from typing import Protocol


class Cancelled(Exception):
    """Raised inside a job when the person pressed 取消; the job's transaction rolls back and nothing remains."""


class Progress(Protocol):
    """What a job calls now and then; an implementation may raise ``Cancelled``."""

    def __call__(self, done: int, total: int, text: str = "") -> None:
        """Tell that ``done`` of ``total`` units are finished (0: unknown), with a few words on what is under way."""


def silent(done: int, total: int, text: str = "") -> None:
    """Take progress and say nothing: the default where nobody watches."""
