"""The CDK app, which ``cdk synth`` and ``cdk deploy`` run.

``-c stage=...`` or the variable STAGE selects the stage. Other settings are environment variables;
see `infra.cdk.config`. LEDGERLANE_SOURCE is the directory whose ``app.py``, ``functions/`` and
``handlers/`` are deployed. It is the repository, except in tests.
"""

from __future__ import annotations

import os
import platform
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

# jsii prints long warnings about untested Node.js releases. Debian's is old but works. The variable
# lists the major versions without a warning.
os.environ.setdefault(
    "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", ",".join(str(n) for n in range(16, 24))
)
os.environ.setdefault("JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION", "1")
# In a script, this directory is first on the path, where `app` would be this file.
if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from infra.cdk.build_asset import ROOT, AssetError, build, target_named
from infra.cdk.config import ConfigError, LocalStage
from infra.cdk.routes import Route, RoutesError, read_routes
from infra.cdk.specs import EVERYWHERE
from infra.cdk.stages import REPOSITORY, load_stage

if TYPE_CHECKING:
    from aws_cdk import App

FEATURE_FLAGS = {
    # The synthesis fails if a template breaks CloudFormation's rules. Loading the rules takes 8 s
    # of CPU, so deploy.py skips them with CDK_VALIDATION=false.
    "@aws-cdk/core:validateAgainstDefaultRules": True,
    "@aws-cdk/aws-iam:minimizePolicies": True,
    "@aws-cdk/core:checkSecretUsage": True,
    "@aws-cdk/core:target-partitions": ["aws"],
    "@aws-cdk/aws-apigateway:disableCloudWatchRole": True,
    "@aws-cdk/aws-lambda:recognizeVersionProps": True,
}


def main() -> None:
    """Synthesize the stage's stacks into CDK_OUTDIR (the CLI sets it) or ``cdk.out``."""
    source_root = Path(os.environ.get("LEDGERLANE_SOURCE") or ROOT)
    with ThreadPoolExecutor() as pool:
        # Importing the application and aws-cdk-lib takes seconds each, so do both in parallel.
        routes = pool.submit(read_routes, source_root, [spec.module for spec in EVERYWHERE])
        from aws_cdk import App

        app = App(context=FEATURE_FLAGS)
        stage = app.node.try_get_context("stage") or os.environ.get("STAGE") or "local"
        _add_stage(app, stage, routes, source_root)
    app.synth()


def _add_stage(app: App, stage: str, routes: Future[tuple[Route, ...]], source_root: Path) -> None:
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    config = load_stage(stage, os.environ, python, platform.machine())
    asset = build(target_named(config.asset_target), source_root)
    # Import only what the stage needs, because the local stage is deployed many times a day.
    if isinstance(config, LocalStage):
        from infra.cdk.stack import LocalStageStack

        LocalStageStack(app, config, asset, routes.result(), source_root)
    else:
        from infra.cdk.app_stack import add_stage
        from infra.cdk.github import GithubStack

        add_stage(app, config, asset, routes.result(), source_root)
        if config.copies is not None:
            from infra.cdk.copies_stack import CopiesStack

            CopiesStack(app, config)
        if not config.is_ephemeral:
            # Its account has the identity provider already.
            GithubStack(app, config, REPOSITORY)


if __name__ == "__main__":
    try:
        main()
    except (AssetError, ConfigError, RoutesError) as error:
        sys.exit(f"error: {error}")
