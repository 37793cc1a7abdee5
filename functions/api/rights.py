"""Authorization: who may do what to which object. Every entry point uses the same rules.

A rule finds the object, checks that the caller may act on it, and returns the account whose
partition decides the command.  Objects that the caller may not see get the same answer as objects
that don't exist.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from functions import wiring
from functions.api.facts import Facts
from functions.api.http import checked_id
from handlers.domain import ids
from handlers.domain.callers import Caller
from handlers.domain.kinds import CASH_IN
from handlers.domain.scopes import Scope
from handlers.platform.errors import Forbidden, NotFound
from handlers.reading.accounts import NO_ACCOUNT, may_see
from handlers.reading.holds import NO_HOLD
from handlers.reading.transactions import NO_TRANSACTION, left_at
from handlers.reading.transactions import may_see as may_see_leg


class Target(NamedTuple):
    """The object of a command, after authorization.

    Attributes
    ----------
    object_id
        The account, hold, transaction or parked record.
    account_id
        The account whose partition receives the command.
    partition
        The partition, if it does not follow from the account.
    by_operator
        Whether the caller acts as an operator.
    """

    object_id: str
    account_id: str
    partition: int | None = None
    by_operator: bool = False


Rule = Callable[[Facts, Caller, str], Target]


def anybody(facts: Facts, caller: Caller, object_id: str) -> Target:
    """Let anyone create an object."""
    return Target(object_id, object_id)


def own_account(facts: Facts, caller: Caller, account_id: str) -> Target:
    """Let an account's owner move its money or change its name and metadata.

    Raises
    ------
    NotFound
        If the account does not exist or belongs to another user.
    Forbidden
        If the caller is an operator, who can see the account but not do this.
    """
    checked_id(account_id, ids.ACCOUNT, "account")
    _require_own(caller, facts.owner_of(account_id), NO_ACCOUNT)
    return Target(account_id, account_id)


def own_hold(facts: Facts, caller: Caller, hold_id: str) -> Target:
    """Let the owner of a hold's account capture or void it.

    Raises
    ------
    NotFound, Forbidden
        As for `own_account`.
    """
    checked_id(hold_id, ids.HOLD, "hold")
    account_id = facts.account_of(hold_id)
    if account_id is None:
        raise NotFound(NO_HOLD)
    _require_own(caller, facts.owner_of(account_id), NO_HOLD)
    return Target(hold_id, account_id)


def received_transaction(facts: Facts, caller: Caller, transaction_id: str) -> Target:
    """Let the recipient of a transaction's money, or an operator, reverse it.

    Raises
    ------
    NotFound
        If the transaction does not exist or the caller may not see it.
    Forbidden
        If the caller did not receive the money.
    """
    checked_id(transaction_id, ids.TRANSACTION, "transaction")
    legs = facts.legs_of(transaction_id)
    if not any(may_see_leg(caller, owned) for owned in legs):
        raise NotFound(NO_TRANSACTION)
    account_id = left_at(legs)
    if account_id is None:
        raise NotFound("this transaction moved no money")
    last = legs[-1].leg
    # Money that left the ledger has no recipient here, so only an operator can reverse it.
    went_out = last.counterparty_id is None and last.kind not in CASH_IN
    is_receiver = facts.owner_of(account_id) == caller.user_id and not went_out
    if not is_receiver and not caller.is_operator:
        raise Forbidden("only the recipient or an operator can reverse this transaction")
    return Target(transaction_id, account_id)


def seen_account(facts: Facts, caller: Caller, account_id: str) -> Target:
    """Let an account's owner, or an operator, control it.

    Raises
    ------
    NotFound
        If the account does not exist, or belongs to another user and the caller is not an operator.
    """
    checked_id(account_id, ids.ACCOUNT, "account")
    if not may_see(caller, facts.owner_of(account_id)):
        raise NotFound(NO_ACCOUNT)
    return Target(account_id, account_id, by_operator=caller.is_operator)


def operators_account(facts: Facts, caller: Caller, account_id: str) -> Target:
    """Let operators set an account's limits.

    Raises
    ------
    NotFound
        As for `seen_account`.
    Forbidden
        If the caller is its owner.
    """
    target = seen_account(facts, caller, account_id)
    require_operator(caller)
    return target


def parked_record(facts: Facts, caller: Caller, parked_id: str) -> Target:
    """Let operators resolve parked commands.

    Raises
    ------
    NotFound
        If there is no such parked command.
    Forbidden
        If the caller is not an operator.
    """
    require_operator(caller)
    checked_id(parked_id, ids.PARKED, "parked command")
    queue = wiring.parked().queue_of(parked_id)
    return Target(parked_id, queue.account_id, queue.partition)


def require_operator(caller: Caller) -> None:
    """Check that the caller is an operator.

    Raises
    ------
    Forbidden
        If the caller is not.
    """
    if not caller.is_operator:
        raise Forbidden("requires the operator role")


def require_scope(caller: Caller, *scopes: Scope) -> None:
    """Check that the caller's API key, if it uses one, has one of the scopes.

    Parameters
    ----------
    scopes
        Any of them is enough. If empty, API keys are not allowed.

    Raises
    ------
    Forbidden
        If the key has none of them.
    """
    if caller.scopes is None or not caller.scopes.isdisjoint(scopes):
        return
    if not scopes:
        raise Forbidden("requires a session token: API keys can't do this")
    raise Forbidden("requires an API key with the scope " + " or ".join(scopes))


def _require_own(caller: Caller, owner: str | None, none_such: str) -> None:
    """Check that the caller owns an object: nobody moves another user's money."""
    if owner == caller.user_id:
        return
    if owner is not None and caller.is_operator:
        raise Forbidden("operators can't move other users' money")
    raise NotFound(none_such)
