"""One synthesis for all assertions: importing aws-cdk-lib alone takes seconds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.cdk.build_asset import ROOT, Asset
from infra.cdk.emulator import Emulator
from infra.cdk.routes import Route, read_routes
from infra.cdk.stages import AWS_STAGES
from tests.infra.aws_synthesis import Synthesized, synthesize_stage
from tests.infra.emulated import ministack
from tests.infra.synthesis import TOY, synthesize

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


@pytest.fixture(scope="session")
def toy_routes() -> tuple[Route, ...]:
    """Return a few routes, so that a new route of the app changes no snapshot."""
    return read_routes(TOY)


@pytest.fixture(scope="session", params=sorted(AWS_STAGES))
def stage(
    request: pytest.FixtureRequest,
    toy_routes: tuple[Route, ...],
    asset: Asset,
    tmp_path_factory: pytest.TempPathFactory,
) -> Synthesized:
    """Synthesize a stage on AWS, once for all assertions."""
    folder = tmp_path_factory.mktemp(request.param)
    return synthesize_stage(AWS_STAGES[request.param], toy_routes, asset, folder)


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """Run an emulator of the module's own."""
    with ministack(tmp_path_factory.mktemp("emulator")) as made:
        yield made
