"""A deployment whose migrations did not run is noticed, whatever the emulator reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_cloud.config import ROOT
from local_cloud.errors import LocalCloudError
from local_cloud.schema import MIGRATIONS, check_schema
from tests.integration.ledger.pooling import scratch_database, url_of


def test_a_database_with_all_migrations_is_fine(database_url: str) -> None:
    check_schema(database_url, ROOT)


def test_code_that_is_behind_the_database_is_fine(database_url: str, tmp_path: Path) -> None:
    (tmp_path / MIGRATIONS).mkdir(parents=True)

    check_schema(database_url, tmp_path)


def test_a_database_that_is_behind_the_code_is_an_error_that_names_what_is_missing(
    database_url: str, tmp_path: Path
) -> None:
    (tmp_path / MIGRATIONS).mkdir(parents=True)
    (tmp_path / MIGRATIONS / "9998_next.sql").write_text("select 1;")

    with pytest.raises(LocalCloudError, match="missing in the database: 9998"):
        check_schema(database_url, tmp_path)


def test_an_empty_database_may_have_lost_its_data_so_the_error_says_how_it_comes_back(
    admin_url: str,
) -> None:
    with (
        scratch_database(admin_url) as name,
        pytest.raises(LocalCloudError, match=r"the database is empty.*`make restore`"),
    ):
        check_schema(url_of(admin_url, name), ROOT)


def test_a_database_that_does_not_answer_is_an_error() -> None:
    with pytest.raises(LocalCloudError, match="can't be read"):
        check_schema("postgresql://nobody@127.0.0.1:1/none", ROOT)
