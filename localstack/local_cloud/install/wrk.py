"""Install wrk from Debian, the load generator of the benchmarks."""

from __future__ import annotations

import shutil

from local_cloud.install.apt import require_packages


def install_wrk() -> None:
    """Install wrk if it is missing.

    Raises
    ------
    LocalCloudError
        If it can't be installed. The remedy says what to do.
    """
    if shutil.which("wrk") is None:
        require_packages({"wrk": "wrk (the load generator of the benchmarks)"})
