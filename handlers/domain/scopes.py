"""The scopes of API keys."""

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
#: Lets an operator's key act as an operator on the routes that customers use too. Without it, the
#: key sees and does there what a customer would.
ACT: Final[Scope] = "operator:act"
#: Scopes that only operators can give to a key.  Except for `ACT`, each is for operator-only
#: routes. A key with none of them acts as a customer everywhere, even if its owner becomes an
#: operator.
OPERATORS: Final[frozenset[Scope]] = frozenset(
    ("limits:write", "parked:read", "parked:write", "reports:read", ACT)
)
CUSTOMERS: Final[tuple[Scope, ...]] = tuple(scope for scope in SCOPES if scope not in OPERATORS)
