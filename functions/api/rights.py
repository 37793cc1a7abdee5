"""Who may do what to which object: each rule once, whatever the way a request comes.

A rule finds the object, sees that the caller may act on it, and returns on which account's
partition that is decided.  What a caller may not know of is answered with the same words as what
there is not.
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
    """What a command is about, as the caller may act upon it.

    Attributes
    ----------
    object_id
        The account, hold, transaction or parked record.
    account_id
        The account whose partition the command travels to.
    partition
        That partition, where it does not follow from the account.
    by_operator
        Whether an operator acts on it as such.
    """

    object_id: str
    account_id: str
    partition: int | None = None
    by_operator: bool = False


Rule = Callable[[Facts, Caller, str], Target]


def anybody(facts: Facts, caller: Caller, object_id: str) -> Target:
    """Let everybody make what is not there yet."""
    return Target(object_id, object_id)


def own_account(facts: Facts, caller: Caller, account_id: str) -> Target:
    """Let the owner of an account move its money, or say what it is for.

    Raises
    ------
    NotFound
        If there is none, or it is another user's.
    Forbidden
        If the caller is an operator, who may see it, but not this.
    """
    checked_id(account_id, ids.ACCOUNT, "account")
    _require_own(caller, facts.owner_of(account_id), NO_ACCOUNT)
    return Target(account_id, account_id)


def own_hold(facts: Facts, caller: Caller, hold_id: str) -> Target:
    """Let the owner of the account that a hold is on work it.

    Raises
    ------
    NotFound, Forbidden
        As for accounts.
    """
    checked_id(hold_id, ids.HOLD, "hold")
    account_id = facts.account_of(hold_id)
    if account_id is None:
        raise NotFound(NO_HOLD)
    _require_own(caller, facts.owner_of(account_id), NO_HOLD)
    return Target(hold_id, account_id)


def received_transaction(facts: Facts, caller: Caller, transaction_id: str) -> Target:
    """Let whoever received a transaction's money, or an operator, give it back.

    Raises
    ------
    NotFound
        If there is no such transaction for the caller.
    Forbidden
        If the money did not come to an account of the caller's.
    """
    checked_id(transaction_id, ids.TRANSACTION, "transaction")
    legs = facts.legs_of(transaction_id)
    if not any(may_see_leg(caller, owned) for owned in legs):
        raise NotFound(NO_TRANSACTION)
    account_id = left_at(legs)
    if account_id is None:
        raise NotFound("this transaction moved no money")
    last = legs[-1].leg
    # What went outside came to nobody here: giving it back is for an operator to decide.
    went_out = last.counterparty_id is None and last.kind not in CASH_IN
    is_receiver = facts.owner_of(account_id) == caller.user_id and not went_out
    if not is_receiver and not caller.is_operator:
        raise Forbidden("only the recipient or an operator can reverse this transaction")
    return Target(transaction_id, account_id)


def seen_account(facts: Facts, caller: Caller, account_id: str) -> Target:
    """Let the owner of an account, or an operator, control it.

    Raises
    ------
    NotFound
        If there is none, or it is another user's and the caller is no operator.
    """
    checked_id(account_id, ids.ACCOUNT, "account")
    if not may_see(caller, facts.owner_of(account_id)):
        raise NotFound(NO_ACCOUNT)
    return Target(account_id, account_id, by_operator=caller.is_operator)


def operators_account(facts: Facts, caller: Caller, account_id: str) -> Target:
    """Let operators set what holds for an account.

    Raises
    ------
    NotFound
        As for controls.
    Forbidden
        If the caller is its owner.
    """
    target = seen_account(facts, caller, account_id)
    require_operator(caller)
    return target


def parked_record(facts: Facts, caller: Caller, parked_id: str) -> Target:
    """Let operators work the parked records.

    Raises
    ------
    NotFound
        If there is no such record.
    Forbidden
        If the caller is no operator.
    """
    require_operator(caller)
    checked_id(parked_id, ids.PARKED, "parked command")
    queue = wiring.parked().queue_of(parked_id)
    return Target(parked_id, queue.account_id, queue.partition)


def require_operator(caller: Caller) -> None:
    """See that the caller is an operator.

    Raises
    ------
    Forbidden
        If not.
    """
    if not caller.is_operator:
        raise Forbidden("requires the operator role")


def require_scope(caller: Caller, *scopes: Scope) -> None:
    """See that the caller's key, if it is one that asks, is for this.

    Parameters
    ----------
    scopes
        Any of them is enough; where there is none, no key is.

    Raises
    ------
    Forbidden
        If not.
    """
    if caller.scopes is None or not caller.scopes.isdisjoint(scopes):
        return
    if not scopes:
        raise Forbidden("this can't be done with an API key: it requires a session's token")
    raise Forbidden("requires an API key with the scope " + " or ".join(scopes))


def _require_own(caller: Caller, owner: str | None, none_such: str) -> None:
    """See that something is the caller's own: nobody moves another's money."""
    if owner == caller.user_id:
        return
    if owner is not None and caller.is_operator:
        raise Forbidden("operators don't move other users' money")
    raise NotFound(none_such)
