"""Install Chromium from Debian, for the test of the documentation page."""

from __future__ import annotations

import shutil

from local_cloud.install.apt import require_packages

#: Each program that the tests start, and its Debian package.
PROGRAMS = {"chromium": "chromium", "chromedriver": "chromium-driver"}


def have_browser() -> bool:
    """Whether the browser and its driver are on PATH."""
    return all(shutil.which(program) for program in PROGRAMS)


def install_browser() -> None:
    """Install the browser and its driver if one of them is missing.

    Raises
    ------
    LocalCloudError
        If they can't be installed. The remedy says what to do.
    """
    if not have_browser():
        require_packages(dict.fromkeys(PROGRAMS.values(), "Chromium (to test the /docs page)"))
