"""Run a command, and say plainly how it ended."""

from __future__ import annotations

import io
import os
import sqlite3
import sys
from collections.abc import Sequence

from ledgerlane_client.cli.failures import CommandError, Exit
from ledgerlane_client.cli.output import Output, note
from ledgerlane_client.cli.parser import parser
from ledgerlane_client.errors import ApiError, NoAnswerError, OutcomeUnknownError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        Without the program's name; those of the process by default.

    Returns
    -------
    int
        The exit status, of `Exit`.
    """
    parsed = parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What a terminal has no letters for must not turn what is done into a failure.
        sys.stdout.reconfigure(errors="backslashreplace")
    status = Exit.DONE
    try:
        status = parsed.run(parsed, Output(parsed.json))
        sys.stdout.flush()
    except ApiError as error:
        return _refused(error)
    except OutcomeUnknownError as error:
        return _failed(f"{error}: `ledgerlane move resume` asks again", Exit.OUTCOME_UNKNOWN)
    except CommandError as error:
        return _failed(str(error), error.status)
    except NoAnswerError as error:
        return _failed(f"no answer: {error}", Exit.NO_ANSWER)
    except BrokenPipeError:
        # Whoever reads has enough; Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, sqlite3.Error, ValueError) as error:
        return _failed(str(error), Exit.USAGE)
    except KeyboardInterrupt:
        return _failed(
            "interrupted: `ledgerlane move resume` asks again for what was sent", Exit.INTERRUPTED
        )
    return status


def _refused(error: ApiError) -> Exit:
    """Say a problem's detail and what is wrong with which field (RFC 9457)."""
    problem = error.problem
    detail = str(problem.get("detail") or problem.get("title") or f"status {error.status}")
    note(f"{detail} ({error.code})" if error.code else detail)
    for wrong in problem.get("errors") or []:
        note(f"{wrong.get('field')}: {wrong.get('message')}")
    if error.status == 401 and error.code != "bad_credentials":
        note("sign in again: `ledgerlane sign-in EMAIL`")
        return Exit.SIGN_IN
    return Exit.REFUSED


def _failed(text: str, status: Exit) -> Exit:
    note(text)
    return status
