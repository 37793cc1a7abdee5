"""What an API key may be used for."""

from __future__ import annotations

from typing import Final, Literal, get_args

Scope = Literal[
    "accounts:read",
    "accounts:write",
    "money:write",
    "controls:write",
    "holds:read",
    "transactions:read",
    "webhooks:read",
    "webhooks:write",
    "limits:write",
    "parked:read",
    "parked:write",
    "reports:read",
    "operator:act",
]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
#: Lets an operator's key be an operator on the routes that customers use too: without it, it sees
#: and does there what a customer would.
ACT: Final[Scope] = "operator:act"
#: What only an operator can make a key for.  But for `ACT` each is of routes for operators alone.
#: A key without any is a customer everywhere, whatever its maker has become.
OPERATORS: Final[frozenset[Scope]] = frozenset(
    ("limits:write", "parked:read", "parked:write", "reports:read", ACT)
)
CUSTOMERS: Final[tuple[Scope, ...]] = tuple(scope for scope in SCOPES if scope not in OPERATORS)
