"""Changes to an account that move no money: opening, updates, freezes, limits and closing."""

from __future__ import annotations

import msgspec

from handlers.domain import commands as c
from handlers.domain import preconditions, reasons
from handlers.domain.postings import record_result
from handlers.domain.state import BOTH, CREDIT, DEBIT, Account, PartitionState, Record

_BITS = {"debit": DEBIT, "credit": CREDIT, "both": BOTH}


def open_account(state: PartitionState, record: Record, command: c.AccountOpening) -> None:
    """Open an account with a balance of zero."""
    reason = reasons.ALREADY_OPEN if command.account_id in state.accounts else None
    if reason is None:
        state.accounts[command.account_id] = Account(
            command.account_id,
            "customer",
            command.currency,
            state.clock_us,
            command.user_id,
            command.name,
            is_new=True,
            metadata=command.metadata or None,
        )
    record_result(
        state,
        record,
        command,
        "account_opening",
        command.account_id,
        reason=reason,
        currency=command.currency,
    )


def update_account(state: PartitionState, record: Record, command: c.AccountUpdate) -> None:
    """Change the name and merge the metadata."""
    account = state.accounts.get(command.account_id)
    reason = _gone(account)
    if reason is None and account is not None:
        metadata = _merged(account.metadata, command.metadata)
        if metadata and len(metadata) > c.MAX_METADATA_KEYS:
            reason = reasons.METADATA_TOO_LARGE
        else:
            account.metadata = metadata
            if command.name is not msgspec.UNSET:
                account.name = command.name
            account.is_changed = account.is_described = True
    record_result(state, record, command, "account_update", command.account_id, reason=reason)


def _merged(
    metadata: dict[str, str] | msgspec.UnsetType | None,
    changes: dict[str, str | None] | msgspec.UnsetType | None,
) -> dict[str, str] | None:
    """Merge changes into metadata; return None if no keys are left."""
    if metadata is msgspec.UNSET:
        raise AssertionError("the metadata to change was not loaded")
    if changes is msgspec.UNSET:
        return metadata
    if changes is None:
        return None
    merged = {**(metadata or {}), **changes}
    return {key: value for key, value in merged.items() if value is not None} or None


def freeze(state: PartitionState, record: Record, command: c.Freeze) -> None:
    """Stop debits, credits or both."""
    account = state.accounts.get(command.account_id)
    reason = _gone(account)
    if reason is None and account is not None:
        if command.by_operator:
            account.frozen_by_operator |= _BITS[command.direction]
        else:
            account.frozen_by_owner |= _BITS[command.direction]
        account.is_changed = account.is_restated = True
    record_result(state, record, command, "freeze", command.account_id, reason=reason)


def unfreeze(state: PartitionState, record: Record, command: c.Unfreeze) -> None:
    """Lift a freeze. An owner can lift only the owner's own freeze."""
    account = state.accounts.get(command.account_id)
    reason = _gone(account)
    if reason is None and account is not None:
        if account.frozen == 0:
            reason = reasons.NOT_FROZEN
        elif not command.by_operator and account.frozen_by_owner == 0:
            reason = reasons.OPERATOR_FREEZE
        else:
            account.frozen_by_owner = 0
            if command.by_operator:
                account.frozen_by_operator = 0
            account.is_changed = account.is_restated = True
    record_result(state, record, command, "unfreeze", command.account_id, reason=reason)


def close(state: PartitionState, record: Record, command: c.Closing) -> None:
    """Close an account with a balance of zero, no open holds and no money in transit."""
    account = state.accounts.get(command.account_id)
    reason = _gone(account)
    if reason is None and account is not None:
        if account.held:
            reason = reasons.HOLDS_OPEN
        elif account.pending_out:
            reason = reasons.TRANSFERS_PENDING
        elif account.balance:
            reason = reasons.BALANCE_NOT_ZERO
        elif account.frozen_by_operator and not command.by_operator:
            reason = reasons.OPERATOR_FREEZE
        else:
            account.is_closed = True
            account.is_changed = account.is_restated = True
    record_result(state, record, command, "close", command.account_id, reason=reason)


def set_limits(state: PartitionState, record: Record, command: c.Limits) -> None:
    """Set the overdraft limit and the daily limits."""
    account = state.accounts.get(command.account_id)
    reason = _gone(account)
    if reason is None and account is not None:
        overdraft = command.overdraft_limit
        if overdraft is not msgspec.UNSET and account.available < -(overdraft or 0):
            reason = reasons.OVERDRAFT_IN_USE
        else:
            _assign_limits(account, command)
    record_result(state, record, command, "limits", command.account_id, reason=reason)


def _assign_limits(account: Account, command: c.Limits) -> None:
    if command.overdraft_limit is not msgspec.UNSET:
        account.overdraft_limit = command.overdraft_limit or 0
    if command.daily_amount is not msgspec.UNSET:
        account.daily_amount = command.daily_amount
    if command.daily_count is not msgspec.UNSET:
        account.daily_count = command.daily_count
    account.is_changed = account.is_restated = True


def _gone(account: Account | None) -> str | None:
    return preconditions.usability(account, account.currency if account else "")
