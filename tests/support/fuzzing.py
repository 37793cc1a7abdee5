"""What schemathesis is told of this API: where JSON Schema can't say what the contract says.

Two of its checks are replaced by themselves with an exception each, and no answer but the one
that the exception names gets past them.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, Final

import schemathesis
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
)

from functions.api.operations import MUST_SAY_WHY
from functions.api.pages import NOT_A_CURSOR
from handlers.reading.entries import BEFORE_OPENING
from handlers.reading.moments import IN_THE_FUTURE, NOT_IN_ORDER

#: The environment variable that names a folder for `outcomes`.
OUTCOMES: Final = "FUZZ_OUTCOMES"
#: The environment variable that has ids of objects by the names of fields, as JSON.
OBJECTS: Final = "FUZZ_OBJECTS"
_ID: Final = re.compile("[a-z]{3}_[0-9a-f]{32}")
#: The built-in checks that stand down for those below.
REPLACED: Final = ("positive_data_acceptance", "negative_data_rejection")

#: What is wrong by its value and not by its form: of which field, in which words.
WRONG_BY_VALUE: Final = {
    # Opaque: no schema can tell a cursor that an answer gave from one that was made up.
    ("cursor", NOT_A_CURSOR),
    # A schema can't compare two parameters.
    ("from", NOT_IN_ORDER),
    ("min_amount", "must not be greater than 'max_amount'"),
    # Nor does it know what time it is.
    ("at", IN_THE_FUTURE),
    ("from", IN_THE_FUTURE),
    ("to", BEFORE_OPENING),
    # The account that money comes from can't be where it goes.
    ("destination_account_id", "must differ from the source account"),
    # What operators must say, customers needn't, and the schema is theirs too.
    ("reason", MUST_SAY_WHY),
    ("description", MUST_SAY_WHY),
    # Form is all that a schema sees of an address.
    ("url", "the host's address is not a public one"),
}
#: Of a header a schema can say the length, but not of all of them together.
HEAD_TOO_LARGE: Final = 431
#: JSON Schema counts 1.0 among the integers; money is not written so here.
WHOLE_FLOAT: Final = re.compile("must be a whole number.*, without a decimal point")
#: Nor does it know how many of something there are already.
ENOUGH: Final = ("a user has at most 20 webhooks", "a user can have at most 50 API keys")


def _problem(response: Any) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _is_wrong_by_value(response: Any) -> bool:
    problem = _problem(response)
    errors = problem.get("errors") or []
    return bool(errors) and all(
        (error["field"], error["message"]) in WRONG_BY_VALUE
        or WHOLE_FLOAT.fullmatch(error["message"])
        or error["message"] in ENOUGH
        for error in errors
    )


@schemathesis.check
def valid_data_is_accepted(ctx: Any, response: Any, case: Any) -> bool | None:
    if response.status_code == HEAD_TOO_LARGE:
        return None
    if response.status_code == 422 and _is_wrong_by_value(response):
        return None
    return positive_data_acceptance(ctx, response, case)


@schemathesis.check
def invalid_data_is_refused(ctx: Any, response: Any, case: Any) -> bool | None:
    if response.status_code == HEAD_TOO_LARGE:
        return None
    # Each item of a batch stands alone: what is wrong with one is told in its place.
    if case.operation.path == "/transactions/batch" and response.status_code == 202:
        items = _problem(response)["items"]
        if any("code" in item for item in items):
            return None
    return negative_data_rejection(ctx, response, case)


@schemathesis.hook
def after_call(ctx: Any, case: Any, response: Any) -> None:
    """Write down what was answered, so that a run that only met closed doors is noticed."""
    folder = os.environ.get(OUTCOMES)
    if folder:
        name = case.operation.definition.raw["operationId"]
        with Path(folder, name).open("a", encoding="ascii") as file:
            file.write(f"{response.status_code}\n")


def outcomes(folder: Path) -> dict[str, Counter[int]]:
    """Return how often each operation gave each status."""
    return {
        file.name: Counter(int(line) for line in file.read_text(encoding="ascii").split())
        for file in folder.iterdir()
    }


@schemathesis.hook
def before_call(ctx: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Have some requests name objects that are there, and keep all events in the house."""
    path_parameters, body = case.path_parameters, case.body
    known = _known_objects()
    for values in (path_parameters, body):
        if isinstance(values, dict):
            for name in values.keys() & known.keys():
                _name_a_known_one(values, name, known[name])
    # A name under .invalid has no address.
    if case.operation.path == "/webhooks" and isinstance(body, dict):
        url = body.get("url")
        if isinstance(url, str):
            body["url"] = re.sub(r"^https://[A-Za-z0-9.-]+", "https://example.invalid", url)


def _name_a_known_one(values: dict[str, Any], name: str, objects: list[str]) -> None:
    """Put a known id in the place of one that is well formed, three times out of four."""
    made_up = values[name]
    if isinstance(made_up, str) and _ID.fullmatch(made_up):
        number = int(made_up[-4:], 16)
        if number % 4:
            values[name] = objects[number % len(objects)]


@cache
def _known_objects() -> dict[str, list[str]]:
    """Return ids of objects that are there, by the names of the fields that may name them."""
    known: dict[str, list[str]] = json.loads(os.environ.get(OBJECTS, "{}"))
    return known
