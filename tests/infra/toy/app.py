"""A toy with the application's interface: the deployment's tests need no ledger."""

import os

from chalice.app import Chalice

app = Chalice(app_name="toy")


@app.route("/health", methods=["GET"])
def health() -> dict[str, str | None]:
    from functions import VERSION

    return {"version": VERSION, "stage": os.environ.get("STAGE")}


@app.route("/accounts", methods=["POST", "GET"])
def accounts() -> dict[str, str]:
    return {"method": str(app.current_request.to_dict()["method"] if app.current_request else "")}


@app.route("/accounts/{account_id}/entries", methods=["GET"])
def entries(account_id: str) -> dict[str, str]:
    return {"account_id": account_id}
