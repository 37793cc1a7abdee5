"""The scopes that let an API key use a route.

A route needs a row here unless it is public.  An API key needs any one of the route's scopes. A
route with no scopes requires a session, and a session has every scope.
"""

from __future__ import annotations

from typing import Final

import msgspec

from functions.api import rights
from functions.api.operations import BY_ITEM, OPERATIONS
from handlers.domain.callers import Caller
from handlers.domain.scopes import ACT, OPERATORS, SCOPES, Scope

Scopes = tuple[Scope, ...]

_SESSIONS_ALONE: Final[Scopes] = ()

ROUTES: Final[dict[tuple[str, str], Scopes]] = {
    **{(each.method, each.path): (each.scope,) for each in OPERATIONS},
    # Each item's own scope is checked too (`functions.api.operations.decided`).
    ("POST", "/transactions/batch"): tuple(sorted({each.scope for each in BY_ITEM.values()})),
    ("GET", "/users/me"): SCOPES,
    ("DELETE", "/sessions/current"): _SESSIONS_ALONE,
    ("POST", "/api-keys"): _SESSIONS_ALONE,
    ("GET", "/api-keys"): _SESSIONS_ALONE,
    ("GET", "/api-keys/{key_id}"): _SESSIONS_ALONE,
    ("DELETE", "/api-keys/{key_id}"): _SESSIONS_ALONE,
    ("GET", "/accounts"): ("accounts:read",),
    ("GET", "/accounts/{account_id}"): ("accounts:read",),
    ("GET", "/accounts/{account_id}/balance"): ("accounts:read",),
    ("GET", "/accounts/{account_id}/limits"): ("accounts:read",),
    ("GET", "/accounts/{account_id}/entries"): ("accounts:read",),
    ("GET", "/accounts/{account_id}/statement"): ("accounts:read",),
    ("GET", "/holds"): ("holds:read",),
    ("GET", "/holds/{hold_id}"): ("holds:read",),
    ("GET", "/transactions"): ("transactions:read",),
    ("GET", "/transactions/{transaction_id}"): ("transactions:read",),
    ("GET", "/parked"): ("parked:read",),
    ("GET", "/reports/trial-balance"): ("reports:read",),
    ("POST", "/webhooks"): ("webhooks:write",),
    ("GET", "/webhooks"): ("webhooks:read",),
    ("GET", "/webhooks/{webhook_id}"): ("webhooks:read",),
    ("DELETE", "/webhooks/{webhook_id}"): ("webhooks:write",),
    ("GET", "/webhooks/{webhook_id}/deliveries"): ("webhooks:read",),
    ("POST", "/webhooks/{webhook_id}/deliveries/{delivery_id}/replay"): ("webhooks:write",),
}


def admitted(caller: Caller, scopes: Scopes) -> Caller:
    """Check that a caller may use a route, and return the caller with the role they have there.

    A session can use every route.  An operator's key has the operator role on operator-only routes,
    or if it has the scope `operator:act`; elsewhere it is a customer's.

    Raises
    ------
    Forbidden
        If the caller's API key does not have the scope.
    """
    if caller.scopes is None:
        return caller
    rights.require_scope(caller, *scopes)
    acts = ACT in caller.scopes or OPERATORS.issuperset(scopes)
    if caller.is_operator and not acts:
        return msgspec.structs.replace(caller, role="customer")
    return caller
