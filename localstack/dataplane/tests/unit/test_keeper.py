"""Invocations are kept on disk only on request, within bounds, and can be sent again."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from dataplane import keeper as module
from dataplane.cli import main
from dataplane.invokers import ConcurrentInvoker, KeepingInvoker
from dataplane.keeper import Keeper, find_kept, kept_invocations, parse_keep
from dataplane.model import Deployment, FunctionSpec
from dataplane.pool import StrictPool
from dataplane.state_folder import StateFolder
from dataplane.worker import Site, identity_of

CODE = """
def handler(event, context):
    print("handling")
    if event["amount"] > LIMIT:
        raise ValueError("over the limit")
    return {"paid": event["amount"]}
"""


@pytest.fixture
def layout(tmp_path: Path) -> StateFolder:
    made = StateFolder(tmp_path / "state")
    made.prepare()
    return made


@pytest.fixture
def notes() -> list[str]:
    return []


def keeper_of(layout: StateFolder, which: str | None, notes: list[str]) -> Keeper | None:
    settings = {"keep": which, "name": "gateway.0", "endpoint": "http://e:1", "region": "eu"}
    return Keeper.of_process(layout, settings, notes.append)


def asked(layout: StateFolder, which: str, notes: list[str]) -> Keeper:
    made = keeper_of(layout, which, notes)
    assert made is not None
    return made


def request_id(number: int) -> str:
    return f"{number:036x}"


def deployed(layout: StateFolder, limit: int) -> FunctionSpec:
    folder = layout.code / "one"
    folder.mkdir(exist_ok=True)
    (folder / "app.py").write_text(CODE.replace("LIMIT", str(limit)))
    spec = FunctionSpec("pay", "arn", "Pay", "app.handler", "python3.11", str(folder), "s", 5, 128)
    layout.deployment.write_text(Deployment({"pay": spec}, None, ()).to_json())
    return spec


@pytest.fixture
def failed(layout: StateFolder, notes: list[str]) -> str:
    """The id of an invocation that failed, and of which everything else is gone."""
    spec = deployed(layout, 10)
    site = Site(layout, "http://e:1", "eu")
    pool = StrictPool(spec, site, 1, asked(layout, "failed", notes))
    pool.invoke(b'{"amount": 1}', request_id=request_id(1))
    pool.invoke('{"amount": 50, "who": "Zoë"}'.encode(), request_id=request_id(2))
    pool.close()
    return request_id(2)


def test_nothing_is_kept_unless_it_is_asked_for(layout: StateFolder, notes: list[str]) -> None:
    assert keeper_of(layout, None, notes) is None
    assert not layout.kept.exists()
    assert parse_keep(None) is None
    with pytest.raises(ValueError, match="must be failed or all"):
        parse_keep("some")


def test_only_failed_invocations_are_kept_unless_all_are_asked_for(
    layout: StateFolder, notes: list[str]
) -> None:
    for which in ("failed", "all"):
        keeper = asked(layout, which, notes)
        keeper.keep("pay", request_id(1), b'{"n": 1}', None)
        keeper.keep("pay", request_id(2), b'{"n": 2}', '{"errorMessage": "no"}')

        ids = [one.request_id for one in kept_invocations(layout)]
        assert ids == ([request_id(2)] if which == "failed" else [request_id(1), request_id(2)])
        (layout.kept / "gateway.0" / f"{request_id(2)}.json").unlink()


def test_only_the_owner_can_read_what_is_kept(layout: StateFolder, notes: list[str]) -> None:
    asked(layout, "all", notes).keep("pay", request_id(1), b"{}", None)

    (file,) = layout.kept.glob("*/*")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(layout.root.stat().st_mode) == 0o700


@pytest.mark.parametrize(("count", "size"), [(3, 10**6), (10**6, 3 * 200)])
def test_what_is_kept_is_bounded_and_the_oldest_goes(
    layout: StateFolder,
    notes: list[str],
    monkeypatch: pytest.MonkeyPatch,
    count: int,
    size: int,
) -> None:
    monkeypatch.setattr(module, "MAXIMUM_COUNT", count)
    monkeypatch.setattr(module, "MAXIMUM_BYTES", size)
    monkeypatch.setattr(module, "_COUNT_BETWEEN_TRIMS", 1)
    keeper = asked(layout, "all", notes)

    for number in range(9):
        keeper.keep("pay", request_id(number), b'{"n": 1}', None)
        # A file system's clock is coarse.
        os.utime(layout.kept / "gateway.0" / f"{request_id(number)}.json", (number, number))

    assert [one.request_id for one in kept_invocations(layout)] == [
        request_id(number) for number in (6, 7, 8)
    ]


def test_a_full_disk_fails_no_invocation_and_is_noted_once(
    layout: StateFolder, notes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    keeper = asked(layout, "all", notes)
    monkeypatch.setattr(module, "write_atomically", full)

    for number in range(2):
        keeper.keep("pay", request_id(number), b"{}", None)

    assert notes == ["can't keep invocations: No space left on device"]


def test_a_function_in_the_gateways_process_has_its_event_kept_as_it_was_sent(
    layout: StateFolder, notes: list[str]
) -> None:
    def handler(event: dict[str, Any], context: Any) -> Any:
        event["changed"] = True
        raise ValueError("no")

    inner = ConcurrentInvoker(handler, identity_of(deployed(layout, 10)))
    invoker = KeepingInvoker(inner, "pay", asked(layout, "failed", notes))

    with pytest.raises(Exception, match="no"):
        invoker.invoke({"body": None, "n": 1}, request_id(1))

    assert find_kept(layout, request_id(1)).event == {"body": None, "n": 1}
    assert invoker.describe()["errors"] == 1


def test_a_kept_invocation_fails_again_until_the_code_is_mended(
    layout: StateFolder, failed: str, capfd: pytest.CaptureFixture[str]
) -> None:
    again = ["invoke", "--state", str(layout.root), "--again", failed]

    assert main(again) == 1
    assert json.loads(capfd.readouterr().out)["errorMessage"] == "over the limit"

    deployed(layout, 100)
    assert main(again) == 0
    told = capfd.readouterr()
    assert json.loads(told.out) == {"paid": 50}
    assert "handling" in told.err
    # Its event never gets into a log.
    logs = "".join(path.read_text() for path in layout.logs.glob("**/*.log"))
    assert "Zoë" not in logs


def test_what_is_kept_is_listed_with_its_error(
    layout: StateFolder, failed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["kept", "--state", str(layout.root)]) == 0

    (line,) = capsys.readouterr().out.splitlines()
    assert line.split()[1:] == [failed, "pay", "over", "the", "limit"]


@pytest.mark.parametrize("unknown", [request_id(9), "../deployment"])
def test_what_is_not_kept_can_not_be_sent_again(
    layout: StateFolder, unknown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["invoke", "--state", str(layout.root), "--again", unknown]) == 2
    assert "run with --keep-events" in capsys.readouterr().err
