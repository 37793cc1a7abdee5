"""The one table of what clients may ask to be put into the log.

A single route, an item of a batch, the OpenAPI document and the tests all read it, and nothing gets
into the log but by `decided`: what has no row here can't be served, and what has one can't be
served without its owner's check, its operators' reason and its entry in the audit trail.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from functions.api import command_builders, rights
from functions.api import schemas as s
from functions.api.facts import DIRECT, Facts
from handlers.accepting.intake import Asker
from handlers.domain import commands as c
from handlers.domain.callers import Caller
from handlers.domain.scopes import Scope
from handlers.people.trail import Action
from handlers.platform.errors import InvalidInput

MUST_SAY_WHY: Final = "is required: an operator must say why"


class Audited(NamedTuple):
    """What becomes of an operation where an operator does it.

    Attributes
    ----------
    action
        What the audit trail calls it.
    reason
        The field of the body that must say why.
    is_operators_only
        Whether nobody else may, so that the document shows the field as required.
    """

    action: str
    reason: str = "reason"
    is_operators_only: bool = False


@dataclass(frozen=True, slots=True)
class CommandOperation:
    """A thing that clients may ask for, which puts one command into the log.

    Attributes
    ----------
    name, tag, summary, description
        What the OpenAPI document calls it and says of it.
    body
        The schema of the request's body.
    rule
        Who may do it, to which object.
    make
        Makes the command.
    scope
        What a key of the API must be allowed, to be used for it.
    names
        The field of the path or the body that names the object; empty where there is none yet.
    item
        The schema of an item of a batch, where it can be one.
    audited
        Its entry in the audit trail where an operator does it, who must then give a reason.
    errors
        The codes that it may fail with besides those that every route may.
    """

    name: str
    tag: str
    method: str
    path: str
    summary: str
    description: str
    body: type[s.Body]
    rule: rights.Rule
    make: Callable[[Asker, rights.Target, Any], c.AnyCommand]
    scope: Scope
    names: str = ""
    item: type[s.Body] | None = None
    audited: Audited | None = None
    errors: tuple[str, ...] = ("not_found", "forbidden", "unavailable")

    @property
    def is_named_by_path(self) -> bool:
        """Whether the path names the object, and not the body."""
        return f"{{{self.names}}}" in self.path


class Decided(NamedTuple):
    """A command that the caller may send.

    Attributes
    ----------
    partition
        Where to, where that does not follow from its account.
    action
        What the audit trail is to say of it.
    """

    command: c.AnyCommand
    partition: int | None
    action: Action | None


def decided(
    operation: CommandOperation,
    caller: Caller,
    asker: Asker,
    object_id: str,
    body: s.Body,
    facts: Facts = DIRECT,
) -> Decided:
    """See that a caller may do something, and make its command.

    Parameters
    ----------
    object_id
        What the path or the body names.
    facts
        What the ledger says of the objects.

    Raises
    ------
    InvalidInput
        If an operator gives no reason.
    NotFound, Forbidden
        If the caller may not.
    """
    rights.require_scope(caller, operation.scope)
    audited, action = operation.audited, None
    if audited is not None and caller.is_operator:
        action = Action(audited.action, object_id, _reason(body, audited.reason))
    target = operation.rule(facts, caller, object_id)
    command = operation.make(asker, target, body)
    return Decided(command, target.partition, action)


_visible: Final = re.compile(s.VISIBLE)


def _reason(body: s.Body, field: str) -> str:
    reason: str | None = getattr(body, field)
    if reason is None or _visible.search(reason) is None:
        raise InvalidInput.of(field, MUST_SAY_WHY)
    return reason


#: The id of what an opening opens, which follows from its command.
NOTHING_YET: Final = ""

#: The one whose answer is not a transaction; see `functions.api.accounts`.
OPENING: Final = CommandOperation(
    name="create_account",
    tag="Accounts",
    method="POST",
    path="/accounts",
    summary="Open an account",
    description="Open an account, and answer once it is open; 202 if that takes longer than usual.",
    body=s.NewAccount,
    rule=rights.anybody,
    make=command_builders.opening,
    scope="accounts:write",
    errors=("idempotency_conflict", "unavailable"),
)

OPERATIONS: Final = (
    OPENING,
    CommandOperation(
        name="update_account",
        tag="Accounts",
        method="PATCH",
        path="/accounts/{account_id}",
        summary="Change an account",
        description="Change the name, or keys of the metadata; what is absent stays as it is.",
        body=s.AccountChanges,
        names="account_id",
        rule=rights.own_account,
        make=command_builders.account_update,
        scope="accounts:write",
    ),
    CommandOperation(
        name="create_deposit",
        tag="Money",
        method="POST",
        path="/deposits",
        summary="Deposit",
        description="Bring money in from outside.",
        body=s.NewDeposit,
        item=s.DepositItem,
        names="account_id",
        rule=rights.own_account,
        make=command_builders.cash(c.Deposit),
        scope="money:write",
    ),
    CommandOperation(
        name="create_withdrawal",
        tag="Money",
        method="POST",
        path="/withdrawals",
        summary="Withdraw",
        description="Take money out; refused if it is more than is available.",
        body=s.NewWithdrawal,
        item=s.WithdrawalItem,
        names="account_id",
        rule=rights.own_account,
        make=command_builders.cash(c.Withdrawal),
        scope="money:write",
    ),
    CommandOperation(
        name="create_transfer",
        tag="Money",
        method="POST",
        path="/transfers",
        summary="Transfer",
        description="Move money from your account to any other.",
        body=s.NewTransfer,
        item=s.TransferItem,
        names="source_account_id",
        rule=rights.own_account,
        make=command_builders.transfer,
        scope="money:write",
    ),
    CommandOperation(
        name="create_hold",
        tag="Money",
        method="POST",
        path="/holds",
        summary="Place a hold",
        description="Set money aside, to be captured or voided; it counts against what is "
        "available.",
        body=s.NewHold,
        item=s.HoldItem,
        names="account_id",
        rule=rights.own_account,
        make=command_builders.hold,
        scope="money:write",
    ),
    CommandOperation(
        name="capture_hold",
        tag="Money",
        method="POST",
        path="/holds/{hold_id}/capture",
        summary="Capture a hold",
        description="Take what is held, or a part of it; the rest is released.",
        body=s.NewCapture,
        item=s.CaptureItem,
        names="hold_id",
        rule=rights.own_hold,
        make=command_builders.capture,
        scope="money:write",
    ),
    CommandOperation(
        name="void_hold",
        tag="Money",
        method="POST",
        path="/holds/{hold_id}/void",
        summary="Void a hold",
        description="Release a hold without taking anything.",
        body=s.NewVoid,
        item=s.VoidItem,
        names="hold_id",
        rule=rights.own_hold,
        make=command_builders.void,
        scope="money:write",
    ),
    CommandOperation(
        name="create_reversal",
        tag="Transactions",
        method="POST",
        path="/transactions/{transaction_id}/reversals",
        summary="Reverse a transaction",
        description="Give back all or part of a transaction; by whoever received its money, or an "
        "operator, who says why as its `description`.",
        body=s.NewReversal,
        item=s.ReversalItem,
        names="transaction_id",
        rule=rights.received_transaction,
        make=command_builders.reversal,
        scope="money:write",
        audited=Audited("reverse", "description"),
    ),
    CommandOperation(
        name="freeze_account",
        tag="Controls",
        method="POST",
        path="/accounts/{account_id}/freeze",
        summary="Freeze an account",
        description="Stop debits, credits or both; what an operator froze only an operator "
        "unfreezes.",
        body=s.NewFreeze,
        names="account_id",
        rule=rights.seen_account,
        make=command_builders.freeze,
        scope="controls:write",
        audited=Audited("freeze"),
        errors=("not_found", "unavailable"),
    ),
    CommandOperation(
        name="unfreeze_account",
        tag="Controls",
        method="POST",
        path="/accounts/{account_id}/unfreeze",
        summary="Unfreeze an account",
        description="Lift what froze the account.",
        body=s.NewControl,
        names="account_id",
        rule=rights.seen_account,
        make=command_builders.unfreeze,
        scope="controls:write",
        audited=Audited("unfreeze"),
        errors=("not_found", "unavailable"),
    ),
    CommandOperation(
        name="close_account",
        tag="Controls",
        method="POST",
        path="/accounts/{account_id}/close",
        summary="Close an account",
        description="Close the account for good; its balance must be 0, with nothing held or under "
        "way.",
        body=s.NewControl,
        names="account_id",
        rule=rights.seen_account,
        make=command_builders.closing,
        scope="controls:write",
        audited=Audited("close"),
        errors=("not_found", "unavailable"),
    ),
    CommandOperation(
        name="set_limits",
        tag="Controls",
        method="PUT",
        path="/accounts/{account_id}/limits",
        summary="Set an account's limits",
        description="Set the overdraft limit and the limits of a day; operators only.",
        body=s.NewLimits,
        names="account_id",
        rule=rights.operators_account,
        make=command_builders.limits,
        scope="limits:write",
        audited=Audited("limits", is_operators_only=True),
    ),
    CommandOperation(
        name="replay_parked",
        tag="Parked commands",
        method="POST",
        path="/parked/{parked_id}/replay",
        summary="Replay a parked command",
        description="Try a parked command again, then those behind it.",
        body=s.Replay,
        names="parked_id",
        rule=rights.parked_record,
        make=command_builders.replay,
        scope="parked:write",
        audited=Audited("replay", is_operators_only=True),
    ),
    CommandOperation(
        name="discard_parked",
        tag="Parked commands",
        method="POST",
        path="/parked/{parked_id}/discard",
        summary="Discard a parked command",
        description="Give a parked command up, for a reason; its transaction ends rejected.",
        body=s.Discard,
        names="parked_id",
        rule=rights.parked_record,
        make=command_builders.discard,
        scope="parked:write",
        audited=Audited("discard", is_operators_only=True),
    ),
)
#: What can be an item of a batch, by the item's schema.
BY_ITEM: Final[dict[type[s.Body], CommandOperation]] = {
    each.item: each for each in OPERATIONS if each.item is not None
}
