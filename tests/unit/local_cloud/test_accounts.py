"""Where the services keep their data that may not run as root."""

import os
import stat
from pathlib import Path

import pytest

from local_cloud.config import load_instance
from local_cloud.errors import LocalCloudError
from local_cloud.services import accounts
from local_cloud.services.accounts import Account, can_reach

STRANGER = Account(uid=54321, gid=54321)


def test_a_folder_below_a_closed_one_is_out_of_reach(tmp_path: Path) -> None:
    inner = tmp_path / "closed" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)

    assert not can_reach(inner, STRANGER)
    assert can_reach(inner, Account(os.getuid(), os.getgid()))


def test_only_the_existing_part_of_a_path_counts(tmp_path: Path) -> None:
    me = Account(os.getuid(), os.getgid())

    assert can_reach(tmp_path / "not" / "yet", me)


def test_the_fallback_is_chosen_and_remembered_where_state_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "service_account", lambda: STRANGER)
    monkeypatch.setattr(accounts, "OUTSIDE", tmp_path / "outside")
    tmp_path.chmod(0o700)
    instance = load_instance({}, state=tmp_path / "state")

    accounts.choose_data_folder(instance)

    assert instance.outside == tmp_path / "outside" / instance.identity
    assert load_instance({}, state=tmp_path / "state").outside == instance.outside


def test_clean_removes_the_fallback_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "OUTSIDE", tmp_path / "outside")
    instance = load_instance({}, state=tmp_path / "state")
    instance.outside = tmp_path / "outside" / instance.identity
    (instance.outside / "postgres").mkdir(parents=True)
    other = tmp_path / "outside" / "other"
    other.mkdir()

    accounts.remove_outside(instance)

    assert not instance.outside.exists()
    assert other.exists()


def test_clean_never_removes_a_folder_we_did_not_make(tmp_path: Path) -> None:
    instance = load_instance({}, state=tmp_path / "state")
    instance.outside = tmp_path / "precious"
    instance.outside.mkdir()

    with pytest.raises(LocalCloudError, match="did not create"):
        accounts.remove_outside(instance)

    assert instance.outside.exists()


def test_a_private_file_is_private_also_when_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "service_account", lambda: None)
    file = tmp_path / "users.txt"
    file.write_text("old")
    file.chmod(0o644)

    accounts.write_private(file, "new")

    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
