"""The errors of commands, and their exit statuses."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit statuses. `USAGE` is argparse's, and `INTERRUPTED` is what shells use for Ctrl-C."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    OUTCOME_UNKNOWN = 3
    SIGN_IN = 4
    NO_ANSWER = 5
    INTERRUPTED = 130


class CommandError(Exception):
    """A command can't continue. The message is for the user."""

    def __init__(self, message: str, status: Exit = Exit.USAGE) -> None:
        self.status = status
        super().__init__(message)
