"""Many commands in one request: each is independent, and one wait covers all acknowledgements."""

from __future__ import annotations

import functools
import operator
from typing import Any, Final

import msgspec
from chalice.app import Response

from functions import wiring
from functions.api import rate_limits
from functions.api import schemas as s
from functions.api.command_routes import take_all
from functions.api.endpoint import Resource
from functions.api.errors import problem_of
from functions.api.facts import Facts, Gathered
from functions.api.http import ApiRequest, decode, json_response
from functions.api.operations import BY_ITEM, Decided, decided
from handlers.accepting.intake import Asker
from handlers.domain import commands as c
from handlers.platform.errors import InvalidInput, LedgerlaneError
from handlers.platform.kafka import Position
from handlers.reading.views import TransactionView, command_view

resource: Final = Resource("Transactions")
_body: Final = msgspec.json.Decoder(s.Batch)
#: A union of the items' schemas, which only the table of operations knows.
ITEM: Final[Any] = functools.reduce(operator.or_, BY_ITEM)
_item: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(ITEM)


class _Kind(msgspec.Struct):
    kind: str


_kind: Final = msgspec.json.Decoder(_Kind)
_of_kind: Final = {str(item.__struct_config__.tag): msgspec.json.Decoder(item) for item in BY_ITEM}

Outcome = TransactionView | s.Problem


@resource.route(
    "POST",
    "/transactions/batch",
    "Send a batch of commands",
    body=s.Batch,
    answers={202: s.BatchAnswer},
    errors=("unavailable",),
    parameters=("Idempotency-Key", "Prefer"),
)
def create_batch(request: ApiRequest) -> Response:
    """Accept 1 to 1,000 commands. The response has a transaction or a problem for each, in order.

    With an `Idempotency-Key` header, each item without its own key gets one derived from the header
    and the item's index, so that you can retry the whole request.
    """
    items = request.decode(_body).items
    rate_limits.count_commands(request, len(items))
    wanted = _wanted(request, items)
    places = iter(take_all(request, [one for one in wanted if isinstance(one, Decided)]))
    outcomes: list[Outcome] = []
    waiting: list[tuple[int, c.AnyCommand, Position]] = []
    for n, one in enumerate(wanted):
        place = next(places) if isinstance(one, Decided) else one
        if isinstance(one, LedgerlaneError) or isinstance(place, LedgerlaneError):
            assert isinstance(place, LedgerlaneError)
            outcomes.append(problem_of(place, request.request_id))
            continue
        outcomes.append(command_view(one.command, place))
        waiting.append((n, one.command, place))
    request.log = {"items": len(items), "accepted": len(waiting)}
    headers = _wait(request, outcomes, waiting)
    return json_response(s.BatchAnswer(outcomes), 202, headers)


def _wanted(request: ApiRequest, items: list[msgspec.Raw]) -> list[Decided | LedgerlaneError]:
    """Decode the items and authorize each, or return the error for it."""
    asker = request.asker()
    read = [_read(item) for item in items]
    facts = Gathered(_named(item) for item in read if not isinstance(item, LedgerlaneError))
    return [
        item if isinstance(item, LedgerlaneError) else _decided(request, asker, n, item, facts)
        for n, item in enumerate(read)
    ]


def _read(item: msgspec.Raw) -> Any:
    try:
        return decode(_item, bytes(item))
    except InvalidInput as error:
        return _explained(bytes(item)) or error
    except LedgerlaneError as error:
        return error


def _explained(item: bytes) -> LedgerlaneError | None:
    """Return the error that the item's own route would give, if its kind is known."""
    try:
        decode(_of_kind[_kind.decode(item).kind], item)
    except LedgerlaneError as error:
        return error
    except (KeyError, msgspec.ValidationError):
        pass
    return None


def _named(item: Any) -> str:
    """Return the id of the object that an item acts on."""
    object_id: str = getattr(item, BY_ITEM[type(item)].names)
    return object_id


def _decided(
    request: ApiRequest, asker: Asker, place: int, item: Any, facts: Facts
) -> Decided | LedgerlaneError:
    if item.idempotency_key is None:
        asker = Asker(asker.user_id, asker.request_id, asker.idempotency_key, place)
    else:
        asker = Asker(asker.user_id, asker.request_id, item.idempotency_key)
    operation = BY_ITEM[type(item)]
    try:
        return decided(operation, request.caller, asker, _named(item), item, facts)
    except LedgerlaneError as error:
        return error


def _wait(
    request: ApiRequest,
    outcomes: list[Outcome],
    waiting: list[tuple[int, c.AnyCommand, Position]],
) -> dict[str, str]:
    wait_s = request.wait_s()
    if wait_s is None:
        return {}
    if wait_s and waiting:
        results = wiring.waiter().wait([(command, at) for _n, command, at in waiting], wait_s)
        for (n, _command, _at), result in zip(waiting, results, strict=True):
            if result is not None:
                outcomes[n] = result
    return {"Preference-Applied": f"wait={wait_s}"}
