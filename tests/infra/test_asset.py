"""The real asset, with the real wheels, loads in a Python that has nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.cdk.build_asset import (
    BOTOCORE_SERVICES,
    CONSTRAINTS,
    REQUIREMENTS,
    Asset,
    build,
    target_named,
)
from tests.infra.synthesis import TOY

pytestmark = pytest.mark.integration
PROGRAM = """
import sys
sys.path[:0] = [sys.argv[1]]
import argon2, aws_lambda_powertools, boto3, chalice, confluent_kafka, hiredis, msgspec, psycopg
import redis
import app, functions.apply, functions.sweeper, functions.webhooks, functions.migrate
psycopg.pq.version()
confluent_kafka.Producer({})
for service in sys.argv[2:]:
    boto3.client(service, region_name="eu-central-1")
"""


@pytest.fixture(scope="module")
def asset() -> Asset:
    return build(target_named("local"), TOY)


def test_the_asset_needs_nothing_from_outside(asset: Asset, tmp_path: Path) -> None:
    zipfile.ZipFile(asset.path).extractall(tmp_path)
    result = subprocess.run(
        # Isolated, and without this environment's site packages.
        [sys.executable, "-I", "-S", "-c", PROGRAM, str(tmp_path), *sorted(BOTOCORE_SERVICES)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def test_the_asset_is_well_within_lambda_s_limit(asset: Asset) -> None:
    assert asset.unzipped_bytes < 100 * 2**20
    assert asset.zipped_bytes < 50 * 2**20, "Lambda's limit for a direct upload"


def test_every_installed_package_is_pinned(asset: Asset) -> None:
    names = zipfile.ZipFile(asset.path).namelist()
    installed = {name.split("/")[0] for name in names if ".dist-info/" in name}
    pins = re.findall(
        r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==(\S+)$",
        REQUIREMENTS.read_text() + CONSTRAINTS.read_text(),
        re.MULTILINE,
    )
    pinned = {f"{name.replace('-', '_').lower()}-{version}.dist-info" for name, version in pins}
    assert {name.lower() for name in installed} <= pinned


def test_the_asset_for_aws_holds_arm64_libraries_of_its_python() -> None:
    archive = zipfile.ZipFile(build(target_named("aws"), TOY).path)
    libraries = [name for name in archive.namelist() if re.search(r"\.so(\.|$)", name)]
    assert libraries
    for name in libraries:
        header = archive.read(name)[:20]
        # ELF's e_machine, 183 = AArch64 (System V ABI, Arm 64-bit supplement).
        assert (header[:4], int.from_bytes(header[18:20], "little")) == (b"\x7fELF", 183), name
        assert "cpython-3" not in name or "cpython-313" in name
