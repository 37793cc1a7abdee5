"""Find the load generator k6, or build it with Go."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from local_cloud.errors import LocalCloudError
from local_cloud.install.stamps import fingerprint, install_once, run_tool

VERSION: Final = "1.8.1"
MODULE: Final = f"go.k6.io/k6@v{VERSION}"
#: The scripts use features of the first major version; a later one may remove them.
MAJOR: Final = 1
#: Where Go's installer puts it, which may not be on PATH.
USUAL_GO: Final = Path("/usr/local/go/bin/go")


def find_go() -> str | None:
    """Return the path of `go`, None if it is not installed."""
    return shutil.which("go") or (str(USUAL_GO) if USUAL_GO.is_file() else None)


def version_of(program: str | Path) -> str:
    """Return the version that k6 prints, or the empty string."""
    try:
        printed = subprocess.run(
            [program, "version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    # "k6 v1.8.1 (go1.26.8, linux/amd64)"; before 0.58: "k6 v0.57.0 (commit/..., ...)".
    found = re.search(r"\bv(\d+\.\d+\.\d+)", printed)
    return found.group(1) if found else ""


def installed_k6() -> str | None:
    """Return the k6 on PATH, if its version can run the scripts."""
    found = shutil.which("k6")
    if found is None or not version_of(found).startswith(f"{MAJOR}."):
        return None
    return found


def can_have_k6(cache: Path) -> bool:
    """Whether k6 is installed, was built, or can be built."""
    return installed_k6() is not None or find_go() is not None or _program(cache).is_file()


def install_k6(cache: Path) -> str:
    """Return the path of k6. If it is missing, build it once, which takes some minutes.

    Raises
    ------
    LocalCloudError
        If both k6 and Go are missing, or the build fails.
    """
    found = installed_k6()
    if found is not None:
        return found
    go = find_go()
    program = _program(cache)
    if go is None and program.is_file():
        return str(program)
    if go is None:
        raise LocalCloudError(
            f"k6 {MAJOR}.x is missing, and so is Go, which could build it",
            f"install k6 {MAJOR}.x (grafana.com/docs/k6), or Go 1.25 or newer (go.dev/dl)",
        )

    def build(target: Path) -> None:
        # Separate caches of some hundred megabytes, writable so that they can be removed.
        work = target / "build"
        settings = [
            f"GOBIN={program.parent}",
            f"GOPATH={work / 'path'}",
            f"GOMODCACHE={work / 'modules'}",
            f"GOCACHE={work / 'objects'}",
            "CGO_ENABLED=0",
        ]
        flags = ["-modcacherw", "-trimpath", "-ldflags=-s -w"]
        command = ["env", *settings, str(go), "install", *flags, MODULE]
        try:
            run_tool(command, f"building k6 {VERSION} with Go")
        finally:
            shutil.rmtree(work, ignore_errors=True)

    install_once(cache / "k6", fingerprint(MODULE), build)
    return str(program)


def _program(cache: Path) -> Path:
    return cache / "k6" / "bin" / "k6"
