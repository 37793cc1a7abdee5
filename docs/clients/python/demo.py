"""A demo with a generated client: `python demo.py`, with LEDGERLANE_API_URL set."""

from __future__ import annotations

import os
import secrets
from typing import Final, TypeVar

import httpx
from ledgerlane_api import AuthenticatedClient, Client
from ledgerlane_api.api.accounts import create_account, get_account, get_statement
from ledgerlane_api.api.api_keys import create_api_key
from ledgerlane_api.api.money import (
    capture_hold,
    create_deposit,
    create_hold,
    create_transfer,
    create_withdrawal,
)
from ledgerlane_api.api.people import create_session, create_user, get_me
from ledgerlane_api.api.transactions import create_batch, get_transaction
from ledgerlane_api.models import (
    AccountView,
    Batch,
    BatchAnswer,
    DepositItem,
    NewAccount,
    NewApiKey,
    NewApiKeyView,
    NewCapture,
    NewDeposit,
    NewDepositMetadataType0,
    NewHold,
    NewTransfer,
    NewWithdrawal,
    Problem,
    SessionView,
    SignIn,
    SignUp,
    StatementView,
    TransactionView,
    TransactionViewMetadataType0,
    UserView,
    WithdrawalItem,
)

Model = TypeVar("Model")

URL: Final = os.environ.get("LEDGERLANE_API_URL", "http://127.0.0.1:8080/v1")
TIMEOUT: Final = httpx.Timeout(30)
#: Wait up to 15 seconds for the result.
WAIT: Final = "wait=15"
COMPLETED: Final = ("completed", None)


class Expectations:
    """Counts passed checks."""

    met = 0

    def check(self, what: str, expected: object, seen: object) -> None:
        """Print a value, and exit if it is not the expected one."""
        if seen != expected:
            raise SystemExit(f"{what}: expected {expected!r}, saw {seen!r}")
        self.met += 1
        print(f"ok   {what}: {seen!r}")


def body_of(answer: object, model: type[Model]) -> Model:
    """Return a successful response as its model."""
    if not isinstance(answer, model):
        raise SystemExit(f"expected {model.__name__}, saw {answer!r}")
    return answer


def refusal_of(answer: object) -> tuple[int, str]:
    """Return the status and code of a refused request."""
    problem = body_of(answer, Problem)
    return problem.status, problem.code


def outcome_of(answer: object) -> tuple[str, str | None]:
    """Return a transaction's status and reason."""
    transaction = body_of(answer, TransactionView)
    return transaction.status, transaction.reason or None


def client_of(token: str) -> AuthenticatedClient:
    """Return a client with a session's token or an API key."""
    return AuthenticatedClient(base_url=URL, token=token, timeout=TIMEOUT)


def sign_up(name: str, expectations: Expectations) -> AuthenticatedClient:
    """Create a user, and return their client."""
    email = f"{name.lower()}-{secrets.token_hex(8)}@example.com"
    password = secrets.token_urlsafe(12)
    with Client(base_url=URL, timeout=TIMEOUT) as nobody:
        user = SignUp(email=email, password=password, name=name)
        body_of(create_user.sync(client=nobody, body=user), UserView)
        answer = create_session.sync(client=nobody, body=SignIn(email=email, password=password))
    client = client_of(body_of(answer, SessionView).token)
    expectations.check(
        f"{name} is signed in", email, body_of(get_me.sync(client=client), UserView).email
    )
    return client


def open_account(client: AuthenticatedClient) -> str:
    """Open an account, and return its id."""
    answer = create_account.sync(client=client, body=NewAccount(currency="EUR", name="current"))
    return body_of(answer, AccountView).account_id


def account_of(client: AuthenticatedClient, account_id: str) -> AccountView:
    """Read an account."""
    return body_of(get_account.sync(account_id, client=client), AccountView)


class Demo:
    """Ada and Grace, with an account each."""

    def __init__(self) -> None:
        self.expectations = Expectations()
        self.ada = sign_up("Ada", self.expectations)
        self.grace = sign_up("Grace", self.expectations)
        self.adas = open_account(self.ada)
        self.graces = open_account(self.grace)

    def run(self) -> None:
        """Run the whole scenario."""
        self.cash()
        self.retry()
        self.transfer()
        self.hold()
        self.batch()
        self.key()
        self.statement()
        print(f"all {self.expectations.met} checks passed")

    def cash(self) -> None:
        """Deposit money, and try to withdraw more."""
        check = self.expectations.check
        metadata = NewDepositMetadataType0.from_dict({"order": "4711"})
        body = NewDeposit(account_id=self.adas, amount=100_00, currency="EUR", metadata=metadata)
        answer = create_deposit.sync(client=self.ada, body=body, prefer=WAIT)
        check("a deposit of 100.00 completes", COMPLETED, outcome_of(answer))
        deposit = body_of(answer, TransactionView)
        check("the balance after it", 100_00, deposit.balance_after)
        shown = body_of(deposit.metadata, TransactionViewMetadataType0)
        check("its metadata", {"order": "4711"}, shown.to_dict())
        more = NewWithdrawal(account_id=self.adas, amount=100_01, currency="EUR")
        refused = create_withdrawal.sync(client=self.ada, body=more, prefer=WAIT)
        reason = ("rejected", "insufficient_funds")
        check("a withdrawal of 100.01 is rejected", reason, outcome_of(refused))

    def retry(self) -> None:
        """Send the same withdrawal twice."""
        key = secrets.token_hex(8)
        body = NewWithdrawal(account_id=self.adas, amount=5_00, currency="EUR")
        ids = {
            body_of(
                create_withdrawal.sync(
                    client=self.ada, body=body, prefer=WAIT, idempotency_key=key
                ),
                TransactionView,
            ).transaction_id
            for _ in range(2)
        }
        self.expectations.check("a retry is the same transaction", 1, len(ids))
        self.expectations.check("it is paid once", 95_00, account_of(self.ada, self.adas).balance)

    def transfer(self) -> None:
        """Transfer money from Ada to Grace."""
        check = self.expectations.check
        body = NewTransfer(
            source_account_id=self.adas,
            destination_account_id=self.graces,
            amount=25_00,
            currency="EUR",
            description="for the compiler",
        )
        answer = create_transfer.sync(client=self.ada, body=body, prefer=WAIT)
        check("a transfer of 25.00 completes", COMPLETED, outcome_of(answer))
        check("Ada has", 70_00, account_of(self.ada, self.adas).balance)
        check("Grace has", 25_00, account_of(self.grace, self.graces).balance)
        peek = get_account.sync(self.graces, client=self.ada)
        check("Ada can't read Grace's account", (404, "not_found"), refusal_of(peek))

    def hold(self) -> None:
        """Place a hold, and capture part of it."""
        check = self.expectations.check
        body = NewHold(
            account_id=self.adas,
            amount=20_00,
            currency="EUR",
            destination_account_id=self.graces,
        )
        answer = create_hold.sync(client=self.ada, body=body, prefer=WAIT)
        check("a hold of 20.00 completes", COMPLETED, outcome_of(answer))
        check("Ada can spend", 50_00, account_of(self.ada, self.adas).available)
        hold_id = body_of(body_of(answer, TransactionView).hold_id, str)
        part = NewCapture(amount=15_00)
        captured = capture_hold.sync(hold_id, client=self.ada, body=part, prefer=WAIT)
        check("a capture of 15.00 completes", COMPLETED, outcome_of(captured))
        account = account_of(self.ada, self.adas)
        check("Ada can spend, with the rest released", 55_00, account.available)
        check("Grace has", 40_00, account_of(self.grace, self.graces).balance)

    def batch(self) -> None:
        """Send two commands in one request."""
        check = self.expectations.check
        paid_in = DepositItem(kind="deposit", account_id=self.adas, amount=1_00, currency="EUR")
        paid_out = WithdrawalItem(
            kind="withdrawal", account_id=self.adas, amount=2_00, currency="EUR"
        )
        answer = create_batch.sync(client=self.ada, body=Batch(items=[paid_in, paid_out]))
        items = [body_of(item, TransactionView) for item in body_of(answer, BatchAnswer).items]
        check("a batch of two is two transactions", 2, len({one.transaction_id for one in items}))
        for item in items:
            final = get_transaction.sync(item.transaction_id, client=self.ada, prefer=WAIT)
            check(f"its {item.kind} completes", COMPLETED, outcome_of(final))

    def key(self) -> None:
        """Use an API key that can only read."""
        body = NewApiKey(name="reader", scopes=["accounts:read"])
        made = body_of(create_api_key.sync(client=self.ada, body=body), NewApiKeyView)
        reader = client_of(made.key)
        seen = account_of(reader, self.adas).balance
        self.expectations.check("a key with accounts:read reads", 54_00, seen)
        money = NewDeposit(account_id=self.adas, amount=1_00, currency="EUR")
        overreach = create_deposit.sync(client=reader, body=money)
        self.expectations.check("it can't deposit", (403, "forbidden"), refusal_of(overreach))

    def statement(self) -> None:
        """Sum a statement's entries."""
        statement = body_of(get_statement.sync(self.adas, client=self.ada), StatementView)
        total = statement.opening_balance + sum(entry.amount for entry in statement.entries)
        check = self.expectations.check
        check("opening balance plus entries", statement.closing_balance, total)
        check("the closing balance is the balance", 54_00, total)


if __name__ == "__main__":
    Demo().run()
