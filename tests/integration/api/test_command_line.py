"""The client's command line, installed by pip, against the API over a real log and database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.api.harness import Stack
from tests.support.readme import check_readme
from tests.support.served_app import serve

pytestmark = pytest.mark.integration


@pytest.fixture
def url(stack: Stack) -> Iterator[str]:
    with serve() as address:
        yield address


def test_the_readmes_commands_do_what_it_says(url: str, tmp_path: Path) -> None:
    check_readme(url, tmp_path)
