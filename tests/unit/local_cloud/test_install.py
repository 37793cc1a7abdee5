"""Getting what is missing, once, and saying what to do where we may not."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from local_cloud.errors import LocalCloudError
from local_cloud.install import apt
from local_cloud.install.stamps import fingerprint, install_once, run_tool


class Recorder:
    """Stands for subprocess.run; fails the commands that hold one of `failing`."""

    def __init__(self, failing: tuple[str, ...] = ()) -> None:
        self.commands: list[str] = []
        self.failing = failing

    def __call__(self, command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        text = " ".join(command)
        self.commands.append(text)
        failed = any(word in text for word in self.failing)
        return subprocess.CompletedProcess(command, int(failed), "", "")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Recorder:
    recorder = Recorder()
    monkeypatch.setattr("local_cloud.install.apt.subprocess.run", recorder)
    monkeypatch.setattr(apt, "POLICY", tmp_path / "policy-rc.d")
    monkeypatch.setattr("local_cloud.install.apt.shutil.which", lambda name: f"/usr/bin/{name}")
    return recorder


def test_without_root_and_sudo_the_exact_command_is_said(
    monkeypatch: pytest.MonkeyPatch, machine: Recorder
) -> None:
    monkeypatch.setattr("local_cloud.install.apt.os.geteuid", lambda: 1000)
    machine.failing = ("sudo -n true",)

    with pytest.raises(LocalCloudError) as refusal:
        apt.require_packages({"redis-server": "Redis"})

    assert refusal.value.problem == "Redis is missing"
    expected = "run: sudo apt-get install -y --no-install-recommends redis-server"
    assert refusal.value.remedy == expected
    assert not any("install -y" in command for command in machine.commands)


def test_as_root_it_is_installed_while_nothing_may_start(
    monkeypatch: pytest.MonkeyPatch, machine: Recorder
) -> None:
    monkeypatch.setattr("local_cloud.install.apt.os.geteuid", lambda: 0)

    apt.require_packages({"redis-server": "Redis"})

    places = [
        next(place for place, command in enumerate(machine.commands) if word in command)
        for word in ("/dev/stdin", "apt-get install", "rm -f")
    ]
    assert places == sorted(places)


def test_the_policy_is_removed_though_apt_fails(
    monkeypatch: pytest.MonkeyPatch, machine: Recorder
) -> None:
    monkeypatch.setattr("local_cloud.install.apt.os.geteuid", lambda: 0)
    machine.failing = ("apt-get install",)

    with pytest.raises(LocalCloudError, match="apt could not install"):
        apt.require_packages({"redis-server": "Redis"})

    assert sum("apt-get install" in command for command in machine.commands) == 2
    assert any("apt-get update" in command for command in machine.commands)
    assert any("rm -f" in command for command in machine.commands)


def test_someone_elses_policy_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, machine: Recorder
) -> None:
    monkeypatch.setattr("local_cloud.install.apt.os.geteuid", lambda: 0)
    apt.POLICY.write_text("theirs")

    apt.require_packages({"redis-server": "Redis"})

    assert apt.POLICY.read_text() == "theirs"
    assert not any("rm -f" in command for command in machine.commands)


def test_with_sudo_the_commands_go_through_it(
    monkeypatch: pytest.MonkeyPatch, machine: Recorder
) -> None:
    monkeypatch.setattr("local_cloud.install.apt.os.geteuid", lambda: 1000)

    apt.require_packages({"pgbouncer": "PgBouncer"})

    assert any("apt-get install" in command for command in machine.commands)
    assert all(command.startswith("sudo -n ") for command in machine.commands)


def test_an_installation_is_done_once_for_the_same_wish(tmp_path: Path) -> None:
    built: list[Path] = []

    assert install_once(tmp_path / "tool", "one", built.append)
    assert not install_once(tmp_path / "tool", "one", built.append)
    assert install_once(tmp_path / "tool", "two", built.append)
    assert len(built) == 2


def test_an_installation_that_was_cut_short_is_done_again(tmp_path: Path) -> None:
    def cut_short(folder: Path) -> None:
        (folder / "half").write_text("")
        raise LocalCloudError("no network")

    with pytest.raises(LocalCloudError):
        install_once(tmp_path / "tool", "one", cut_short)

    def build(folder: Path) -> None:
        assert not (folder / "half").exists()

    assert install_once(tmp_path / "tool", "one", build)


def test_a_failing_tool_is_said_with_the_end_of_what_it_printed() -> None:
    with pytest.raises(LocalCloudError, match="fetching it failed") as failure:
        run_tool(["sh", "-c", "seq 100; exit 3"], "fetching it")

    assert failure.value.detail.splitlines()[-1] == "100"
    assert len(failure.value.detail.splitlines()) == 15


def test_a_fingerprint_knows_where_one_part_ends() -> None:
    assert fingerprint("ab", "c") != fingerprint("a", "bc")
