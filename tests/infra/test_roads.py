"""What the stacks set of the functions' environment, and what the functions read of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from handlers.platform.bounds import SETTINGS
from infra.cdk.build_asset import Asset
from infra.cdk.config import ArchiveConfig
from infra.cdk.routes import Route, read_routes
from infra.cdk.stages import DEV
from tests.infra.aws_synthesis import synthesize_stage
from tests.infra.synthesis import TOY, synthesize
from tests.infra.test_aws_variants import OUTSIDE

#: The stages' reviewed templates, which tests/infra/test_aws_stages.py compares with today's.
SNAPSHOTS: Final = sorted((Path(__file__).parent / "snapshots").glob("ledgerlane-*.yaml"))
#: What `functions.settings` refuses to do without, though no function may use it.
REQUIRED: Final = {name for name, setting in SETTINGS.items() if setting.default is None}

Variables = dict[str, Any]


def functions_of(template: dict[str, Any]) -> Iterator[tuple[str, Variables]]:
    """Return the environment of each function of ours, by the function's logical name."""
    for resource in template["Resources"].values():
        variables = resource.get("Properties", {}).get("Environment", {}).get("Variables", {})
        if resource["Type"] == "AWS::Lambda::Function" and "STAGE" in variables:
            yield variables["POWERTOOLS_SERVICE_NAME"].removeprefix("ledgerlane-"), variables


@pytest.fixture(scope="module")
def deployed(
    routes: tuple[Route, ...], asset: Asset, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[str, Variables]]:
    """Return each function of each stage, and of one that has all that is optional."""
    archive, database = ArchiveConfig(locked_days=0), replace(DEV.database, shards=2)
    config = replace(DEV, kafka=OUTSIDE, archive=archive, database=database, is_ephemeral=True)
    local = synthesize(routes, asset, {"ARCHIVE": "1"})
    outside = synthesize_stage(config, read_routes(TOY), asset, tmp_path_factory.mktemp("outside"))
    snapshots = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in SNAPSHOTS]
    found = [one for each in (local, outside.app, *snapshots) for one in functions_of(each)]
    assert {name for name, _ in found} >= {"api", "apply", "grow", "migrate", "topics", "bootstrap"}
    return found


def test_every_variable_that_a_stack_sets_is_a_setting_that_some_function_uses(
    deployed: list[tuple[str, Variables]],
) -> None:
    for name, variables in deployed:
        assert variables.keys() <= SETTINGS.keys(), f"{name} is told what nothing reads"


def test_every_setting_is_set_by_some_stack_for_each_function_that_uses_it(
    deployed: list[tuple[str, Variables]],
) -> None:
    told = {(name, variable) for name, variables in deployed for variable in variables}

    used = {(reader, row.name) for row in SETTINGS.values() for reader in row.readers}

    assert used <= told


def test_every_function_is_told_what_it_refuses_to_start_without(
    deployed: list[tuple[str, Variables]],
) -> None:
    for name, variables in deployed:
        # It is asked before there are any brokers, and reads nothing.
        if name != "bootstrap":
            assert variables.keys() >= REQUIRED, name
            assert variables.keys() & {"DATABASE_SECRET_ARN", "DATABASE_IAM_USER"}, name


def test_every_value_that_a_stack_sets_is_within_the_bounds_by_which_it_is_read(
    deployed: list[tuple[str, Variables]],
) -> None:
    for _, variables in deployed:
        for name, value in variables.items():
            # The others are made up of what CloudFormation knows.
            if isinstance(value, str) and "${" not in value and value != "":
                SETTINGS[name].parse(value)
            assert value or SETTINGS[name].default == "", f"{name} may not be empty"
