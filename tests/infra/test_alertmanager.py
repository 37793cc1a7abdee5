"""The example of an Alertmanager configuration."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from infra.signals.catalogue import SIGNALS
from infra.signals.signal import Severity

FILE = Path(__file__).parents[2] / "localstack" / "observing" / "alertmanager.example.yaml"
NAMES = {signal.name for signal in SIGNALS if signal.query}

needs_amtool = pytest.mark.skipif(
    shutil.which("amtool") is None, reason="prometheus-alertmanager is not installed"
)


@pytest.fixture(scope="module")
def example() -> dict[str, Any]:
    found = yaml.safe_load(FILE.read_text())
    assert isinstance(found, dict)
    return found


def amtool(*arguments: str) -> str:
    done = subprocess.run(["amtool", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@needs_amtool
def test_alertmanager_accepts_the_example() -> None:
    assert "SUCCESS" in amtool("check-config", str(FILE))


@needs_amtool
@pytest.mark.parametrize(("severity", "receiver"), [("page", "pager"), ("ticket", "tickets")])
def test_each_severity_has_a_receiver(severity: str, receiver: str) -> None:
    test = ["config", "routes", "test", f"--config.file={FILE}"]

    assert severity in get_args(Severity)
    assert amtool(*test, f"severity={severity}", "alertname=parked") == receiver


def test_only_alerts_of_the_list_are_named(example: dict[str, Any]) -> None:
    named = set()
    for rule in example["inhibit_rules"]:
        for matcher in (*rule["source_matchers"], *rule["target_matchers"]):
            (names,) = re.findall(r'^alertname =~? "([^"]+)"$', matcher)
            named |= set(names.split("|"))

    assert named <= NAMES


def test_no_alert_about_money_is_ever_silenced_by_another(example: dict[str, Any]) -> None:
    about_money = {signal.name for signal in SIGNALS if signal.promise in (5, 10)}
    about_money -= {"webhooks-errors"}

    for rule in example["inhibit_rules"]:
        for matcher in rule["target_matchers"]:
            assert not about_money & set(re.findall(r"[a-z0-9-]+", matcher))


def test_secrets_are_in_files_and_addresses_are_examples(example: dict[str, Any]) -> None:
    text = FILE.read_text()

    assert "smtp_auth_password_file" in example["global"]
    assert "smtp_auth_password" not in example["global"]
    assert set(re.findall(r"[\w.]+\.(?:com|org|net)\b", text)) <= {
        "smtp.example.com",
        "pager.example.com",
        "example.com",
    }
