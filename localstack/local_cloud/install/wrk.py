"""The load generator wrk from Debian, which the benchmarks send their requests with."""

from __future__ import annotations

import shutil

from local_cloud.install.apt import require_packages


def install_wrk() -> None:
    """Install wrk where it is missing.

    Raises
    ------
    LocalCloudError
        If it can't be installed; the remedy says what a person can do.
    """
    if shutil.which("wrk") is None:
        require_packages({"wrk": "wrk (the load generator of the benchmarks)"})
