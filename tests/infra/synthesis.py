"""Synthesizing the stack inside a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from infra.cdk.app import FEATURE_FLAGS
from infra.cdk.build_asset import Asset
from infra.cdk.local_settings import local_stage
from infra.cdk.routes import Route

TOY = Path(__file__).with_name("toy")


def synthesize(
    routes: tuple[Route, ...], asset: Asset, environment: dict[str, str]
) -> dict[str, Any]:
    """Synthesize the local stage from `environment`."""
    # Imported here: it takes seconds and starts a Node.js process.
    from aws_cdk import App
    from aws_cdk.assertions import Template

    from infra.cdk.stack import LocalStageStack

    config = local_stage(environment, "3.11", "x86_64")
    stack = LocalStageStack(App(context=FEATURE_FLAGS), config, asset, routes, TOY)
    return dict(Template.from_stack(stack).to_json())
