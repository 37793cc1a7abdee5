"""The checks of the API's edge, each as the text that has it and the text that does without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
_TABLE: Final = "functions/api/operations.py"


class Mutation(NamedTuple):
    """A check that is taken away.

    Attributes
    ----------
    nth
        Which of the places that have the text; they are counted from 0.
    """

    name: str
    file: str
    before: str
    after: str
    nth: int = 0

    def applied(self, root: Path) -> str:
        """Return the file's text without the check.

        Raises
        ------
        LookupError
            If the file does not have the text: the mutation is out of date.
        """
        text = (root / self.file).read_text()
        parts = text.split(self.before)
        if len(parts) <= self.nth + 1:
            raise LookupError(f"{self.file} does not have {self.before!r}")
        place = self.nth + 1
        return self.before.join(parts[:place]) + self.after + self.before.join(parts[place:])


def _rows() -> Iterator[Mutation]:
    """Take each row of the table its rule, and its entry in the audit trail."""
    text = (ROOT / _TABLE).read_text()
    names = re.findall(r' name="(\w+)"', text)
    for kind, after in ((r" rule=rights\.\w+,", " rule=rights.anybody,"), (r" audited=.+,", "")):
        seen: dict[str, int] = {}
        for found in re.finditer(kind, text):
            before = found.group()
            name = names[len(re.findall(r' name="(\w+)"', text[: found.start()])) - 1]
            if before != after:
                word = "owner" if after else "trail"
                yield Mutation(f"{word} of {name}", _TABLE, before, after, seen.get(before, 0))
            seen[before] = seen.get(before, 0) + 1


_RIGHTS: Final = "functions/api/rights.py"
_ACCEPTED: Final = "functions/api/command_routes.py"
_BATCH: Final = "functions/api/batch.py"
_ENDPOINT: Final = "functions/api/endpoint.py"
_LIMITS: Final = "functions/api/rate_limits.py"
_USERS: Final = "functions/api/users.py"
_ACCOUNTS: Final = "functions/api/accounts.py"
_API_KEYS: Final = "handlers/people/api_keys.py"
_READ_ACCOUNTS: Final = "handlers/reading/accounts.py"
_READ_TRANSACTIONS: Final = "handlers/reading/transactions.py"

_RULES: Final = (
    Mutation("own", _RIGHTS, "if owner == caller.user_id:\n        return", "return"),
    Mutation(
        "operators are told apart", _RIGHTS, "if owner is not None and caller.is_operator:", "if 0:"
    ),
    Mutation("seen account", _RIGHTS, "if not may_see(caller, facts", "if 0 and (caller, facts"),
    Mutation(
        "limits are operators'", _RIGHTS, "    require_operator(caller)\n    return", "    return"
    ),
    Mutation("seen transaction", _RIGHTS, "if not any(may_see_leg(", "if not legs or 0 and any(("),
    Mutation("receiver or operator", _RIGHTS, "if not is_receiver and", "if 0 and"),
    Mutation("receiver", _RIGHTS, "== caller.user_id and not went_out", "is not None"),
    Mutation("money that went outside", _RIGHTS, " and not went_out", ""),
    Mutation(
        "parked is operators'", _RIGHTS, "    require_operator(caller)\n    checked", "    checked"
    ),
    Mutation("operator", _RIGHTS, "if not caller.is_operator:", "if 0:"),
    Mutation(
        "parked list", "functions/api/parked.py", "    require_operator(request.caller)\n", ""
    ),
)
_REASONS: Final = (
    Mutation(
        "a reason",
        _TABLE,
        "if reason is None or _visible",
        'if reason is None:\n        return ""\n    if _visible',
    ),
    Mutation("a visible reason", _TABLE, " or _visible.search(reason) is None", ""),
    Mutation("a reason of operators alone", _TABLE, " and caller.is_operator", ""),
)
_TRAIL: Final = (
    Mutation("trail of a route", _ACCEPTED, "if action is not None:", "if 0:"),
    Mutation("trail of a batch", _ACCEPTED, "    if actions:", "    if 0:"),
)
_SCOPES: Final = (
    Mutation("scope of a route", _ENDPOINT, "admitted(request.caller, scopes)", "request.caller"),
    Mutation("scope of an item", _TABLE, "    rights.require_scope(caller, operation.scope)\n", ""),
    Mutation(
        "scopes of a key",
        _RIGHTS,
        "if caller.scopes is None or not caller.scopes.isdisjoint(scopes):",
        "if 1:",
    ),
    Mutation(
        "acting as an operator",
        "functions/api/scopes.py",
        "if caller.is_operator and not acts:",
        "if 0:",
    ),
    Mutation("scopes of a role", _API_KEYS, "SCOPES if maker.is_operator else CUSTOMERS", "SCOPES"),
    Mutation("a key is no session", _API_KEYS, 'CACHE_PREFIX = "key:"', 'CACHE_PREFIX = "ses:"'),
    Mutation(
        "owner of a deleted key",
        "handlers/platform/sql/people/delete_key.sql",
        " and user_id = %(user_id)s",
        "",
    ),
    Mutation(
        "owner of a listed key",
        "handlers/platform/sql/people/keys_of_user.sql",
        "user_id = %(user_id)s and ",
        "",
    ),
    Mutation(
        "keys made at once",
        _API_KEYS,
        '            connection.execute(sql("people/lock_user"), row)\n',
        "",
    ),
)
_COUNTS: Final = (
    Mutation("requests", _ENDPOINT, "rate_limits.count_request(request)", "pass"),
    Mutation("items", _BATCH, "    rate_limits.count_commands(request, len(items))\n", ""),
    Mutation("failures", _ENDPOINT, "partial(rate_limits.counted_failure, request)", "nullcontext"),
    Mutation(
        "failures before the read",
        "handlers/people/sessions.py",
        "with attempt():\n                        caller",
        "with nullcontext():\n                        caller",
    ),
    Mutation(
        "failures without a token",
        "functions/api/http.py",
        "with attempt():",
        "if 1:",
    ),
    Mutation(
        "success is no failure",
        _LIMITS,
        "        raise\n    wiring.rate_limits().give_back(key, limit)",
        "        raise",
    ),
    Mutation("signing out", _USERS, ", is_limited=False", ""),
    Mutation("sign-ups", _USERS, "    rate_limits.count_sign_up(request)\n", ""),
    Mutation(
        "sign-ins", _LIMITS, '    limits.take("sign-in:"', '    "" and limits.take("sign-in:"'
    ),
    Mutation(
        "guesses",
        _LIMITS,
        "    limits.take(_failures_of",
        "    0 and limits.take(_failures_of",
    ),
    Mutation("right passwords", _USERS, "    rate_limits.forget_failures(body.email)\n", ""),
)
_KEYS: Final = (
    Mutation("the batch's key", _BATCH, "asker.idempotency_key, place", "None"),
    Mutation(
        "the item's key", _BATCH, "asker.request_id, item.idempotency_key", "asker.request_id"
    ),
    Mutation("the place", "handlers/domain/ids.py", ", str(place))", ")"),
    Mutation(
        "keys of their own",
        "handlers/domain/ids.py",
        '"batch-item", user_id, idempotency_key, str(place)',
        '"idempotency-key", user_id, idempotency_key + str(place)',
    ),
    Mutation(
        "the key's form", "functions/api/http.py", "if key is not None and _KEY", "if 0 and _KEY"
    ),
)
_READS: Final = (
    Mutation(
        "hold",
        "functions/api/holds.py",
        "if hold is None or not may_see(request.caller, ",
        "if hold is None or not (1, ",
    ),
    Mutation(
        "holds of an account",
        "functions/api/holds.py",
        "        wiring.owners().require(request.caller, account_id)\n",
        "",
    ),
    Mutation("reports", "functions/api/reports.py", "    require_operator(request.caller)\n", ""),
    Mutation(
        "others' metadata",
        "functions/api/transactions.py",
        "metadata is not None and not",
        "0 and not",
    ),
    Mutation(
        "account",
        _READ_ACCOUNTS,
        "owner is not None and (owner == caller.user_id or caller.is_operator)",
        "owner is not None",
    ),
    Mutation(
        "account's parts", _READ_ACCOUNTS, "if not may_see(caller, self", "if 0 and (caller, self"
    ),
    Mutation(
        "account from the cache",
        _READ_ACCOUNTS,
        "                if not may_see(caller, owner):",
        "                if 0:",
    ),
    Mutation(
        "account from the database",
        _READ_ACCOUNTS,
        "if view is None or not may_see(caller, view.user_id):",
        "if view is None:",
    ),
    Mutation("others' accounts", _ACCOUNTS, "if user_id != request.caller.user_id and", "if 0 and"),
    Mutation("leg", _READ_TRANSACTIONS, "if may_see(caller, owned):", "if 1:"),
    Mutation(
        "command",
        _READ_TRANSACTIONS,
        "return caller.is_operator or command.user_id == caller.user_id",
        "return True",
    ),
    Mutation(
        "conflict",
        _READ_TRANSACTIONS,
        "if caller.is_operator or (user and USER + user == caller.user_id):",
        "if 1:",
    ),
    Mutation(
        "list of an account",
        "functions/api/transactions.py",
        "        wiring.owners().require(request.caller, wanted.account_id)\n",
        "",
    ),
    *(
        Mutation(
            f"part {nth} of an account",
            _ACCOUNTS,
            "    wiring.owners().require(request.caller, account_id)\n",
            "",
            nth,
        )
        for nth in range(4)
    ),
)


def mutations() -> list[Mutation]:
    """Return every check that is to be missed."""
    return [*_rows(), *_RULES, *_REASONS, *_TRAIL, *_SCOPES, *_COUNTS, *_KEYS, *_READS]
