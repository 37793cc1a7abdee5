"""One synthesis for all assertions: importing aws-cdk-lib alone takes seconds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from infra.cdk.build_asset import ROOT, Asset
from infra.cdk.routes import Route, read_routes
from tests.infra.synthesis import synthesize

# One test checks the template against CloudFormation's rules; the others needn't wait for that.
os.environ["CDK_VALIDATION"] = "false"


@pytest.fixture(scope="session")
def routes() -> tuple[Route, ...]:
    """Return the application's own routes."""
    return read_routes(Path(os.environ.get("LEDGERLANE_SOURCE") or ROOT))


@pytest.fixture(scope="session")
def asset(tmp_path_factory: pytest.TempPathFactory) -> Asset:
    """Return a stand-in: what is in the zip makes no difference to the template."""
    path = tmp_path_factory.mktemp("asset") / "asset.zip"
    path.write_bytes(b"PK\x05\x06" + bytes(18))
    return Asset(path, "c0ffee" * 10, path.stat().st_size, 0)


@pytest.fixture(scope="session")
def template(routes: tuple[Route, ...], asset: Asset) -> dict[str, Any]:
    """Return the local stage's CloudFormation template."""
    return synthesize(routes, asset, {})
