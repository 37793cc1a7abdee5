"""The API keys of a stage's usage plans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dataplane.discovery.emulator import pages
from dataplane.model import ApiKey, MethodThrottle, Quota


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
        stages = [e for e in plan.get("apiStages") or () if here.items() <= e.items()]
        if not stages:
            continue
        keys = keys or {
            key["id"]: key for key in pages(client.get_api_keys, "items", includeValues=True)
        }
        for entry in pages(client.get_usage_plan_keys, "items", usagePlanId=plan["id"]):
            key = keys.get(entry["id"], {})
            if key.get("enabled") and key.get("value"):
                yield _api_key(key, plan, stages[0].get("throttle") or {})


def _api_key(
    key: dict[str, Any], plan: dict[str, Any], by_method: dict[str, dict[str, Any]]
) -> ApiKey:
    throttle, quota = plan.get("throttle") or {}, plan.get("quota") or {}
    return ApiKey(
        key["id"],
        key["value"],
        throttle.get("rateLimit"),
        throttle.get("burstLimit"),
        plan_id=plan["id"],
        quota=_quota(quota) if quota else None,
        throttles=tuple(
            MethodThrottle(
                # Like those of a stage, "/pets/GET" or "~1pets/GET".
                method.replace("~1", "/").lstrip("/"),
                float(limit.get("rateLimit") or 0),
                float(limit.get("burstLimit") or 0),
            )
            for method, limit in sorted(by_method.items())
        ),
    )


def _quota(quota: dict[str, Any]) -> Quota:
    return Quota(int(quota.get("limit") or 0), quota["period"], int(quota.get("offset") or 0))
