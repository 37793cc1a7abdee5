"""Run a command and report errors."""

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
        Without the program's name. By default, those of the process.

    Returns
    -------
    int
        The exit status, a value of `Exit`.
    """
    parsed = parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Characters that the terminal can't show must not make a successful command fail.
        sys.stdout.reconfigure(errors="backslashreplace")
    status = Exit.DONE
    try:
        status = parsed.run(parsed, Output(parsed.json))
        sys.stdout.flush()
    except ApiError as error:
        return _refused(error)
    except OutcomeUnknownError as error:
        return _failed(f"{error}: run `ledgerlane move resume` to retry", Exit.OUTCOME_UNKNOWN)
    except CommandError as error:
        return _failed(str(error), error.status)
    except NoAnswerError as error:
        return _failed(f"no response: {error}", Exit.NO_ANSWER)
    except BrokenPipeError:
        # The reader closed the pipe. Without this, Python would also warn when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, sqlite3.Error, ValueError) as error:
        return _failed(str(error), Exit.USAGE)
    except KeyboardInterrupt:
        return _failed(
            "interrupted: run `ledgerlane move resume` to retry what was sent", Exit.INTERRUPTED
        )
    return status


def _refused(error: ApiError) -> Exit:
    """Print a problem's detail and its field errors (RFC 9457)."""
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
