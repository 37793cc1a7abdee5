"""The API keys of a stage's usage plans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dataplane.discovery.emulator import pages
from dataplane.model import ApiKey


def api_keys(client: Any, api_id: str, stage: str) -> Iterator[ApiKey]:
    """Yield the enabled keys of the usage plans that include a stage.

    Parameters
    ----------
    client
        The emulator's API Gateway.
    """
    keys: dict[str, dict[str, Any]] = {}
    here = {"apiId": api_id, "stage": stage}
    for plan in pages(client.get_usage_plans, "items"):
        if not any(here.items() <= entry.items() for entry in plan.get("apiStages") or ()):
            continue
        keys = keys or {
            key["id"]: key for key in pages(client.get_api_keys, "items", includeValues=True)
        }
        for entry in pages(client.get_usage_plan_keys, "items", usagePlanId=plan["id"]):
            key = keys.get(entry["id"], {})
            if key.get("enabled") and key.get("value"):
                yield _api_key(key, plan)


def warnings(client: Any, api_id: str) -> Iterator[str]:
    """Yield a warning for each difference from AWS."""
    for plan in pages(client.get_usage_plans, "items"):
        stages = plan.get("apiStages") or ()
        if plan.get("quota") and any(entry.get("apiId") == api_id for entry in stages):
            yield f"usage plan {plan.get('name', plan['id'])}: its quota is ignored"


def _api_key(key: dict[str, Any], plan: dict[str, Any]) -> ApiKey:
    throttle = plan.get("throttle") or {}
    return ApiKey(key["id"], key["value"], throttle.get("rateLimit"), throttle.get("burstLimit"))
