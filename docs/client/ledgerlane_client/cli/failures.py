"""What ends a command, and the exit status that says so."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit statuses; `USAGE` is also argparse's, `INTERRUPTED` what shells expect of Ctrl-C."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    OUTCOME_UNKNOWN = 3
    SIGN_IN = 4
    NO_ANSWER = 5
    INTERRUPTED = 130


class CommandError(Exception):
    """A command can't go on; the message is for the person who gave it."""

    def __init__(self, message: str, status: Exit = Exit.USAGE) -> None:
        self.status = status
        super().__init__(message)
