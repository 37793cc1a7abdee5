"""The Chalice app: every route of the API, behind one edge.

Importing it makes no client and needs no environment, so that the CDK app can read its routes.
"""

from __future__ import annotations

import os

from functions.api import (
    accounts,
    api_keys,
    batch,
    controls,
    endpoint,
    health,
    holds,
    money,
    openapi,
    page,
    parked,
    reports,
    transactions,
    users,
    webhooks,
)

RESOURCES = [
    users.resource,
    api_keys.resource,
    accounts.resource,
    money.resource,
    holds.resource,
    transactions.resource,
    batch.resource,
    controls.resource,
    parked.resource,
    reports.resource,
    webhooks.resource,
    health.resource,
    openapi.resource,
    page.resource,
]

app = endpoint.Api(app_name="ledgerlane", configure_logs=False)
app.install(RESOURCES)
openapi.describe(RESOURCES)

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    from functions.wiring import warm_up

    warm_up()
