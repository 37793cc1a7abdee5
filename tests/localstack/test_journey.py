"""A day with the local cloud on LocalStack: shown, checked, restarted, removed.

The tests are in this order, and the last one removes what the others use.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from infra.cdk.emulator import Emulator
from local_cloud.config import Instance, load_instance
from local_cloud.deploy import PROGRAM, deployment_environment
from local_cloud.install.npm import install_cdk
from local_cloud.services.emulator import LocalStack, health
from tests.support.leftovers import leftovers
from tests.support.stack import ROOT, Stack

pytestmark = pytest.mark.e2e
LIMIT_S = 600


@pytest.fixture(scope="module")
def instance(stack: Stack) -> Instance:
    return load_instance(state=stack.state)


def run(arguments: list[str], environment: dict[str, str] | None = None) -> str:
    """Run one of the clone's programs; return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "localstack"), **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def demo(stack: Stack) -> str:
    return run(["-m", "local_cloud", "run", "load.demo", "--url", stack.api_url])


def test_the_emulator_is_the_one_that_was_asked_for(stack: Stack, instance: Instance) -> None:
    found = health(stack.emulator_url)

    assert instance.emulator == os.environ["EMULATOR"] == "localstack"
    assert found is not None
    assert found["version"] == LocalStack(instance).version()


def test_all_checks_of_the_demo_pass(stack: Stack) -> None:
    assert "all 23 checks passed" in demo(stack)


def test_the_books_are_right(stack: Stack) -> None:
    stack.await_drained()

    printed = run(["-m", "functions.audit"], {"PYTHONPATH": str(ROOT)})

    assert "The books are right." in printed


def test_after_a_restart_of_the_emulator_it_is_deployed_again_and_money_goes_on(
    stack: Stack,
) -> None:
    accounts = stack.rows("select count(*) from ledger.accounts")
    stack.restart("emulator")

    assert "deployed" in run(["-m", "local_cloud", "up"])

    stack.await_health()
    assert stack.rows("select count(*) from ledger.accounts") == accounts
    assert "all 23 checks passed" in demo(stack)


def test_what_is_up_already_is_left_alone(stack: Stack) -> None:
    assert "Nothing to do" in run(["-m", "local_cloud", "up"])


def test_a_destroyed_stack_leaves_nothing(stack: Stack, instance: Instance) -> None:
    emulator = Emulator(stack.emulator_url)
    assert leftovers(emulator), "there is something to remove"

    run(
        [str(PROGRAM), "destroy", "--endpoint", stack.emulator_url, "--state", str(stack.state)],
        deployment_environment(instance, install_cdk(instance.cache)),
    )

    assert leftovers(emulator) == []
