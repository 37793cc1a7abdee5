"""Reports about the whole ledger, for operators."""

from __future__ import annotations

from typing import Final

from chalice.app import Response

from functions import wiring
from functions.api import query
from functions.api.endpoint import Resource
from functions.api.http import ApiRequest, json_response
from functions.api.rights import require_operator
from handlers.reading.reports import TrialBalanceView

resource: Final = Resource("Reports")


@resource.route(
    "GET",
    "/reports/trial-balance",
    "Get the trial balance",
    answers={200: TrialBalanceView},
    errors=("forbidden",),
    parameters=("currency",),
)
def get_trial_balance(request: ApiRequest) -> Response:
    """Return the sums of all balances by currency and kind of account. Requires the operator role.

    They cover exactly each partition's records before its `next_offset`. Where partitions are in
    several databases, each has one snapshot, and `at` is the time of the first.
    """
    require_operator(request.caller)
    currency = query.currency(request, "currency")
    return json_response(wiring.reports().trial_balance(currency))
