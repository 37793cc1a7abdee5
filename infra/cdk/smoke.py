"""Check that a deployed stage serves this commit's API. It moves no money and signs nobody in.

    python infra/cdk/smoke.py --stage prod
    python infra/cdk/smoke.py --url http://127.0.0.1:8080/v1

It prints a line for each check. The exit status is 0, 1 if a check fails, or 2 if it is not known
where the stage is (its deployment writes that to ``.cache/aws/<stage>/outputs.json``).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from email.message import Message
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

# In a script, this directory is first on the path, where `app` would be the CDK's.
if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from infra.cdk.aws import folder_of
from infra.cdk.build_asset import ROOT
from infra.cdk.config import AwsStage, ConfigError
from infra.cdk.stages import aws_stage

#: How long a new release may take until it answers well, in seconds.
PATIENCE_S: Final = 60.0
PAUSE_S: Final = 2.0
ANSWER_S: Final = 30.0
DOCUMENT: Final = ROOT / "docs" / "openapi.yaml"
PROBLEM: Final = "application/problem+json"


class Answer(NamedTuple):
    """An answer of the API: its status, its media type and its JSON, None if it is not JSON."""

    status: int
    kind: str
    document: Any


def ask(url: str) -> Answer:
    """Send a GET request, and return the answer, whatever its status.

    Raises
    ------
    OSError
        If there is no answer.
    """
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_S) as response:
            return _answer(response.status, response.headers, response.read())
    except urllib.error.HTTPError as error:
        with error:
            return _answer(error.code, error.headers, error.read())


def _answer(status: int, headers: Message, body: bytes) -> Answer:
    kind = (headers.get("Content-Type") or "").partition(";")[0].strip()
    try:
        return Answer(status, kind, json.loads(body))
    except ValueError:
        return Answer(status, kind, None)


def _healthy(answer: Answer) -> bool:
    """The function answers, and so do the database, the log and the cache behind it."""
    return answer.status == 200 and answer.document.get("status") == "ok"


def _is_this_commit(answer: Answer) -> bool:
    """The routes are those of this commit, so the release has all of the traffic."""
    wanted = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))["paths"]
    return answer.status == 200 and answer.document["paths"].keys() == wanted.keys()


def _refuses_strangers(answer: Answer) -> bool:
    """Without a token, nobody sees an account."""
    return answer.status == 401 and answer.kind == PROBLEM


def _knows_its_routes(answer: Answer) -> bool:
    """API Gateway answers requests for unknown routes itself."""
    return answer.status == 404 and answer.kind == PROBLEM


CHECKS: Final[tuple[tuple[str, str, Callable[[Answer], bool]], ...]] = (
    ("healthy", "/health", _healthy),
    ("serves this commit's routes", "/openapi.json", _is_this_commit),
    ("refuses strangers", "/accounts", _refuses_strangers),
    ("refuses unknown routes", "/no-such-route", _knows_its_routes),
)


def check(url: str, patience_s: float = PATIENCE_S) -> bool:
    """Make every check until it succeeds or time is up; print them, and return whether all did.

    Parameters
    ----------
    url
        The API's base URL.
    patience_s
        The time for all checks together, in seconds.
    """
    deadline_s = time.monotonic() + patience_s
    fine = True
    for name, path, holds in CHECKS:
        seen = _seen(url.rstrip("/") + path, holds)
        while seen and time.monotonic() < deadline_s:
            time.sleep(min(PAUSE_S, patience_s / 10))
            seen = _seen(url.rstrip("/") + path, holds)
        print(f"{'FAILED' if seen else 'ok    '} {name}: GET {path}{seen and f': {seen}'}")
        fine = fine and not seen
    return fine


def _seen(url: str, holds: Callable[[Answer], bool]) -> str:
    """Return what was answered instead; empty if all is well."""
    try:
        answer = ask(url)
        is_fine = holds(answer)
    except OSError as error:
        return f"no answer ({error})"
    except (AttributeError, KeyError, TypeError):
        is_fine = False
    return "" if is_fine else f"{answer.status} {answer.kind} {str(answer.document)[:300]}"


def url_of(stage: AwsStage) -> str | None:
    """Return where a stage that was deployed from here is; None if that is not known."""
    try:
        outputs = json.loads((folder_of(stage) / "outputs.json").read_text())
        return str(outputs[stage.stack_name]["ApiUrl"])
    except (OSError, ValueError, KeyError):
        return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a stage; return the exit status."""
    parser = argparse.ArgumentParser(prog="smoke", description="Check a deployed stage.")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--stage")
    place.add_argument("--url", help="the API's base URL")
    options = parser.parse_args(arguments)
    try:
        url = options.url or url_of(aws_stage(options.stage))
    except ConfigError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if url is None:
        print(f"error: {options.stage} was not deployed from here; give --url", file=sys.stderr)
        return 2
    print(f"checking {url}")
    return 0 if check(url) else 1


if __name__ == "__main__":
    raise SystemExit(main())
