from __future__ import annotations

from pathlib import Path

import pytest

from dataplane import cli
from dataplane.config import Mode, Options
from dataplane.configfile import read_config


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Options]:
    """Return the configuration that ``run`` would use."""
    made: list[Options] = []

    def start(options: Options) -> int:
        made.append(options)
        return 0

    monkeypatch.setattr("dataplane.startup.start", start)
    return made


def write(folder: Path, text: str) -> str:
    path = folder / "dataplane.toml"
    path.write_text(text)
    return str(path)


def test_a_file_says_what_flags_would_and_flags_win(tmp_path: Path, started: list[Options]) -> None:
    path = write(
        tmp_path,
        'stack = "shop"\nstate = ".state"\nport = 1234\nrest-ms = 5\ncloudwatch-logs = true\n'
        'msk-brokers = "a:1,b:2"\nmode = { api = "concurrent", consume = "strict:4" }\n',
    )
    assert cli.main(["run", "--config", path, "--port", "4321"]) == 0
    (options,) = started
    assert (options.stacks, options.state) == (("shop",), tmp_path / ".state")
    assert (options.port, options.rest_s) == (4321, 0.005)
    assert (options.cloudwatch_logs, options.msk_brokers) == (True, ("a:1", "b:2"))
    assert options.modes == {"api": Mode("concurrent", 1), "consume": Mode("strict", 4)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("port = 'x'", "port must be int"),
        ("port = true", "port must be int"),
        ("prot = 1", "there is no option 'prot'; use one of"),
        ("port", "is not TOML"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(
    tmp_path: Path, text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", "--config", write(tmp_path, text), "--state", "s"]) == 2
    assert message in capsys.readouterr().err


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="No such file"):
        read_config(tmp_path / "none.toml")
