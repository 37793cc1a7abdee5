"""Configure schemathesis for rules of the API that JSON Schema can't express.

Two of its checks are replaced by versions with an exception. Only the response that the exception
names is allowed.
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
from handlers.domain.scopes import CUSTOMERS
from handlers.reading.entries import BEFORE_OPENING
from handlers.reading.moments import IN_THE_FUTURE, NOT_IN_ORDER

#: The environment variable with the directory for `outcomes`.
OUTCOMES: Final = "FUZZ_OUTCOMES"
#: The environment variable with ids of existing objects by field name, as JSON.
OBJECTS: Final = "FUZZ_OBJECTS"
_ID: Final = re.compile("[a-z]{3}_[0-9a-f]{32}")
#: The built-in checks that the ones below replace.
REPLACED: Final = ("positive_data_acceptance", "negative_data_rejection")

#: Values that are well formed but invalid: the field and the message.
WRONG_BY_VALUE: Final = {
    # Cursors are opaque, so no schema can distinguish valid ones from invented ones.
    ("cursor", NOT_A_CURSOR),
    # A schema can't compare two parameters.
    ("from", NOT_IN_ORDER),
    ("min_amount", "must not be greater than 'max_amount'"),
    # A schema does not know the time.
    ("at", IN_THE_FUTURE),
    ("from", IN_THE_FUTURE),
    ("to", BEFORE_OPENING),
    # The source and the destination must differ.
    ("destination_account_id", "must differ from the source account"),
    # Operators must give a reason, but customers, who use the same schema, don't have to.
    ("reason", MUST_SAY_WHY),
    ("description", MUST_SAY_WHY),
    # A schema sees only the form of a URL.
    ("url", "the host's address is not public"),
}
#: A schema can limit the length of a header, but not the total of all headers.
HEAD_TOO_LARGE: Final = 431
#: In JSON Schema, 1.0 is an integer, but the API refuses it as an amount.
WHOLE_FLOAT: Final = re.compile("must be (null or )?a whole number.*, without a decimal point")
#: A schema does not know how many objects exist.
ENOUGH: Final = ("a user can have at most 20 webhooks", "a user can have at most 50 API keys")

#: Which scopes exist is in the schema, but not that a customer can't have those of operators.
FOR_CUSTOMERS: Final = "must be one of " + ", ".join(CUSTOMERS)


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
        or (error["field"].startswith("scopes[") and error["message"] == FOR_CUSTOMERS)
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
    # Batch items are independent, so an item's error is in its place in the response.
    if case.operation.path == "/transactions/batch" and response.status_code == 202:
        items = _problem(response)["items"]
        if any("code" in item for item in items):
            return None
    return negative_data_rejection(ctx, response, case)


@schemathesis.hook
def after_call(ctx: Any, case: Any, response: Any) -> None:
    """Record the statuses, to detect a run in which all requests were refused."""
    folder = os.environ.get(OUTCOMES)
    if folder:
        name = case.operation.definition.raw["operationId"]
        with Path(folder, name).open("a", encoding="ascii") as file:
            file.write(f"{response.status_code}\n")


def outcomes(folder: Path) -> dict[str, Counter[int]]:
    """Return the number of responses by operation and status."""
    return {
        file.name: Counter(int(line) for line in file.read_text(encoding="ascii").split())
        for file in folder.iterdir()
    }


@schemathesis.hook
def before_call(ctx: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Make some requests name existing objects, and keep webhooks from leaving the machine."""
    path_parameters, body = case.path_parameters, case.body
    known = _known_objects()
    for values in (path_parameters, body):
        if isinstance(values, dict):
            for name in values.keys() & known.keys():
                _name_a_known_one(values, name, known[name])
    # A name under .invalid never resolves.
    if case.operation.path == "/webhooks" and isinstance(body, dict):
        url = body.get("url")
        if isinstance(url, str):
            body["url"] = re.sub(r"^https://[A-Za-z0-9.-]+", "https://example.invalid", url)


def _name_a_known_one(values: dict[str, Any], name: str, objects: list[str]) -> None:
    """Replace a well-formed id with an existing one, three times out of four."""
    made_up = values[name]
    if isinstance(made_up, str) and _ID.fullmatch(made_up):
        number = int(made_up[-4:], 16)
        if number % 4:
            values[name] = objects[number % len(objects)]


@cache
def _known_objects() -> dict[str, list[str]]:
    """Return ids of existing objects, by the fields that can hold them."""
    known: dict[str, list[str]] = json.loads(os.environ.get(OBJECTS, "{}"))
    return known
