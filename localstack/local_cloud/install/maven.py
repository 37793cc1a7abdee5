"""Fetch Apache Kafka's jars from Maven Central, to run with `java -cp`."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from local_cloud.config import ROOT
from local_cloud.errors import LocalCloudError
from local_cloud.install.apt import require_packages
from local_cloud.install.stamps import fingerprint, install_once, run_tool

POM = ROOT / "localstack" / "tools" / "kafka" / "pom.xml"
OLDEST_JAVA = 17


def java_major() -> int | None:
    """Return the major version of the `java` on PATH, None if Java is missing."""
    java = shutil.which("java")
    if java is None:
        return None
    printed = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', printed.stderr)
    return int(found.group(1)) if found else None


def have_java() -> bool:
    """Whether a Java version that can run Kafka 4 is installed."""
    return (java_major() or 0) >= OLDEST_JAVA


def have_maven() -> bool:
    """Whether Maven is installed."""
    return shutil.which("mvn") is not None


def kafka_jars_installed(cache: Path) -> bool:
    """Whether the jars are already fetched, so that Maven is not needed."""
    return (cache / "kafka" / ".installed-from").is_file()


def install_kafka(cache: Path) -> Path:
    """Fetch Kafka's jars, and install Java and Maven if needed; return the jars' directory.

    Raises
    ------
    LocalCloudError
        If something is missing and can't be installed.
    """
    if not have_java():
        require_packages({"openjdk-17-jre-headless": f"Java {OLDEST_JAVA} (for Apache Kafka)"})
    if not have_java():
        raise LocalCloudError(
            f"the `java` on PATH is older than {OLDEST_JAVA}",
            "put a newer version first on PATH, or set BROKER=tansu",
        )
    folder = cache / "kafka"
    wanted = fingerprint(POM.read_bytes())
    stamp = folder / ".installed-from"
    if not (stamp.is_file() and stamp.read_text() == wanted) and not have_maven():
        require_packages({"maven": "Maven (to fetch Apache Kafka)"})

    def build(target: Path) -> None:
        command = [
            "mvn",
            "--batch-mode",
            "--quiet",
            "--file",
            str(POM),
            "dependency:copy-dependencies",
        ]
        output = [f"-DoutputDirectory={target / 'libs'}", "-DincludeScope=runtime"]
        run_tool([*command, *output], "fetching Apache Kafka with Maven")

    install_once(folder, wanted, build)
    return folder / "libs"


def kafka_version(libs: Path) -> str:
    """Return the version of the fetched broker."""
    for jar in libs.glob("kafka-clients-*.jar"):
        return jar.stem.removeprefix("kafka-clients-")
    return "?"
