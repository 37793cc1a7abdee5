"""An Apache Kafka of the tests' own: formatted, started, awaited and stopped."""

from __future__ import annotations

import base64
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from tests.integration.dataplane.conftest import REPOSITORY, mortal, wait_for

START_S = 60.0


def kafka_command(*options: str) -> list[str]:
    """Return how Java runs Kafka's classes; skip where Java or Kafka's jars aren't there."""
    libs = REPOSITORY / ".cache" / "kafka" / "libs"
    java = shutil.which("java")
    if not java or not libs.is_dir():
        pytest.skip("needs Java and Apache Kafka (BROKER=kafka make up fetches it)")
    return [java, "-Xmx256m", *options, "-cp", f"{libs}/*"]


@contextmanager
def running_kafka(
    folder: Path, command: list[str], address: str, *format_options: str
) -> Iterator[Path]:
    """Run a broker, and yield its log.

    Parameters
    ----------
    folder
        Its directory, with its settings in ``server.properties``.
    command
        The result of `kafka_command`.
    address
        Where it listens in plain text, ``host:port``.
    format_options
        More options for the tool that formats its directory.
    """
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    # Not as two words, because a cluster's id may begin with a dash.
    tool = [*command, "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}"]
    run(folder, *tool, *format_options, "--config", "server.properties")
    output = folder / "kafka.log"
    with output.open("wb") as log:
        arguments = [*command, "kafka.Kafka", "server.properties"]
        process = subprocess.Popen(mortal(arguments), cwd=folder, stdout=log, stderr=log)

    def answers() -> bool:
        assert process.poll() is None, output.read_text()[-2000:]
        try:
            client = AdminClient({"bootstrap.servers": address, "log_level": 0})
            return bool(client.list_topics(timeout=1).brokers)
        except Exception:
            return False

    try:
        wait_for(answers, START_S, "Kafka answers")
        yield output
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def run(folder: Path, *command: str) -> None:
    """Run a command that must succeed."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
