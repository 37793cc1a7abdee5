"""A client for Ledgerlane's API, without dependencies.

The client writes each request that moves money to a journal, with its idempotency key, before it
sends the request. After a timeout, a crash or a power cut, it can send the request again under the
same key, and the money moves once:

    client = Ledgerlane("http://127.0.0.1:8080/v1", journal="payments.db")
    client.sign_in("ada@example.com", "correct horse battery")
    client.resume()                                  # retry what an earlier run left unfinished
    account = client.open_account("EUR", key="main-account")
    paid = client.deposit(account["account_id"], 1250, "EUR", key="order-4711")
    assert paid.is_completed, paid.reason
"""

from ledgerlane_client.client import Ledgerlane, Transaction
from ledgerlane_client.errors import ApiError, NoAnswerError, OutcomeUnknownError
from ledgerlane_client.journal import Journal, Request

__all__ = [
    "ApiError",
    "Journal",
    "Ledgerlane",
    "NoAnswerError",
    "OutcomeUnknownError",
    "Request",
    "Transaction",
]
