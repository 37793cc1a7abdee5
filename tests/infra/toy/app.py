"""A toy with the application's interface: the deployment's tests need no ledger."""

import json
import os

from chalice import Chalice

app = Chalice(app_name="toy")


@app.route("/health", methods=["GET"])
def health():
    from functions import VERSION

    return {"version": VERSION, "stage": os.environ.get("STAGE")}


@app.route("/accounts", methods=["POST", "GET"])
def accounts():
    return {"body": json.loads(app.current_request.raw_body or b"{}")}


@app.route("/accounts/{account_id}/entries", methods=["GET"])
def entries(account_id):
    return {"account_id": account_id}
