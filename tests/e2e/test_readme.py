"""The README against the running API."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.readme import check_readme
from tests.support.stack import Stack

pytestmark = pytest.mark.e2e


def test_the_readmes_commands_do_what_it_says(stack: Stack, tmp_path: Path) -> None:
    check_readme(stack.api_url, tmp_path)
