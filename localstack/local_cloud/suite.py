"""`make test` and `make test-localstack`: tests with an instance that nothing else uses.

The instance has its own state directory and ports, so it does not affect an instance of `make up`.
It is always removed afterwards.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from local_cloud.addresses import addresses
from local_cloud.config import ROOT, Instance, Ports, load_instance
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError
from local_cloud.install.browser import have_browser, install_browser
from local_cloud.interrupts import held_back
from local_cloud.ports import free_block
from local_cloud.services.emulator import VARIABLE as EMULATOR_VARIABLE
from local_cloud.services.emulator import LocalStack
from local_cloud.up import clean, up

STATE = ".cache/test-instance"
# Below the kernel's ephemeral range, so that outgoing connections don't use these ports.
FIRST_PORT, LAST_PORT = 28000, 31000
CHECKS: dict[str, list[str]] = {
    "Lint": ["ruff", "check", "--quiet", "."],
    "Format": ["ruff", "format", "--check", "--quiet", "."],
    "Types": ["mypy", "--no-error-summary"],
}
BROWSER_TEST = "tests/e2e/test_docs_page.py"
#: Tests that stop the instance's services, or need the machine's ports and processes to themselves.
ALONE = (
    "tests/fault",
    "tests/e2e/test_without_redis.py",
    "tests/integration/local_cloud",
)
#: Ends with the stack's removal, so it comes last, and only in the tests on LocalStack.
JOURNEY = "tests/localstack"
#: What uses the deployed stack. The benchmarks make instances of their own, on MiniStack.
ON_LOCALSTACK = (
    "tests/e2e",
    "--ignore=tests/e2e/test_bench.py",
    "--ignore=tests/e2e/test_crowd.py",
    "tests/fault/test_update_in_place.py",
    JOURNEY,
)
#: Traces go to a file, but only of the requests of the test that asks for one.
TRACES = {"TRACES": "1", "OTEL_TRACES_SAMPLER_ARG": "0", "TRACES_TRUST_CLIENTS": "true"}
#: How many workers run the other tests, which mostly wait. Those of the deployed stack are for one
#: worker, and those of the data plane too (tests/conftest.py).
AT_ONCE = 3


def run_checks(progress: Progress) -> bool:
    """Run lint, format and type checks; return whether all passed."""
    passed = True
    for title, arguments in CHECKS.items():
        with progress.step(title, "checking") as step:
            done = subprocess.run(
                [sys.executable, "-m", *arguments],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            step.text = "clean"
            if done.returncode != 0:
                step.fail("FAILED")
        if done.returncode != 0:
            passed = False
            print(done.stdout + done.stderr, flush=True)
    return passed


def run_tests(arguments: Sequence[str], progress: Progress) -> int:
    """Run the checks, then pytest against a new instance, and remove the instance.

    Parameters
    ----------
    arguments : sequence of str
        Passed to pytest; all tests by default.
    progress : Progress
        Shows the steps before the tests. pytest's summary is printed last.

    Returns
    -------
    int
        pytest's exit status; 1 if the tests passed but a check failed.
    """
    checked = run_checks(progress)
    status = _run_on_an_instance(_runs(_without_dashes(arguments)), progress)
    if not checked and status == 0:
        print("A check before the tests failed: see above.", file=sys.stderr)
    return status or int(not checked)


def run_localstack_tests(arguments: Sequence[str], progress: Progress) -> int:
    """Run the tests of the whole deployed stack on LocalStack, on an instance of its own.

    Parameters
    ----------
    arguments : sequence of str
        Passed to pytest; `ON_LOCALSTACK` by default.
    progress : Progress
        Where the steps before the tests are shown.

    Returns
    -------
    int
        pytest's exit status.
    """
    # Read by `up` here, and by every `make up` that a test runs.
    os.environ[EMULATOR_VARIABLE] = LocalStack.kind
    return _run_on_an_instance([_without_dashes(arguments) or [*ON_LOCALSTACK]], progress)


def _run_on_an_instance(runs: list[list[str]], progress: Progress) -> int:
    """Run pytest, once for each list of arguments; return the first status that is not 0."""
    if any(_opens_a_browser(words) for words in runs):
        _get_browser(progress)
    # Read by `up` here, and by every `make up` that a test runs.
    os.environ.update(TRACES)
    instance = _test_instance(progress)
    status = 0
    try:
        up(instance, progress)
        environment = {**_bare_environment(), **addresses(instance)}
        sys.stdout.flush()
        for words in runs:
            command = [sys.executable, "-m", "pytest", *words]
            ended = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
            status = status or ended
    finally:
        with held_back():
            clean(instance, Progress(quiet=True))
    return status


def _without_dashes(arguments: Sequence[str]) -> list[str]:
    return [word for word in arguments if word != "--"]


def _runs(arguments: list[str]) -> list[list[str]]:
    """Return the arguments of each pytest run: two for all tests, one for selected tests."""
    if arguments:
        return [arguments]
    others = [f"--ignore={path}" for path in (*ALONE, JOURNEY)]
    return [["-n", str(AT_ONCE), "--dist", "loadfile", *others], [*ALONE]]


def _opens_a_browser(arguments: Sequence[str]) -> bool:
    """Whether the selected tests include the one that needs a browser."""
    paths = [word.partition("::")[0].rstrip("/") for word in arguments if word.startswith("tests")]
    return not paths or any(f"{BROWSER_TEST}/".startswith(f"{path}/") for path in paths)


def _get_browser(progress: Progress) -> None:
    """Install the browser. If that fails, only its test is skipped."""
    with progress.step("Get Chromium", "installing what is missing") as step:
        if have_browser():
            step.hide()
            return
        try:
            install_browser()
            step.text = "installed"
        except LocalCloudError as error:
            step.skip(f"{error.problem}, so its tests are skipped; {error.remedy}")


def _test_instance(progress: Progress) -> Instance:
    """Return a new instance, after removing the leftovers of a killed run."""
    state = ROOT / STATE
    environment = _bare_environment()
    left = load_instance(environment, state=state)
    if left.exists:
        clean(left, Progress(quiet=True))
    first = free_block(len(Ports.names()), FIRST_PORT, LAST_PORT)
    # Tests wait for metrics and alerts, so Prometheus looks often.
    environment |= {"OBSERVE_EACH_S": "1"}
    return load_instance(environment, state=state, ports_from=first)


def _bare_environment() -> dict[str, str]:
    """Return our environment without the variables that select another instance."""
    pointing = {Ports.variable(name) for name in Ports.names()}
    return {
        name: value
        for name, value in os.environ.items()
        if name not in pointing and not (name.startswith("LEDGERLANE_") and name != _CACHE)
    }


_CACHE = "LEDGERLANE_CACHE"
