"""An emulator that somebody else runs: only our own stack in it is updated, and then removed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

import pytest

from local_cloud import outside_emulator, up
from local_cloud.config import STACK, Instance, load_instance
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError
from local_cloud.outside_emulator import check_stack, remove_stack
from local_cloud.status import show_status

_STACK = """<DescribeStacksResponse><DescribeStacksResult><Stacks><member>
<StackName>{name}</StackName><StackStatus>{status}</StackStatus>
<CreationTime>2026-01-01T00:00:00Z</CreationTime>
</member></Stacks></DescribeStacksResult></DescribeStacksResponse>"""
_NO_STACK = """<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code>
<Message>Stack with id {name} does not exist</Message></Error></ErrorResponse>"""


class Outside(HTTPServer):
    """Just enough of an emulator: its health, and one stack or none."""

    status: str | None = None
    is_ministack = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    server: Outside

    def do_GET(self) -> None:
        ours = self.path == "/_localstack/health" or self.server.is_ministack
        self._answer(200 if ours else 404, json.dumps({"services": {}}))

    def do_POST(self) -> None:
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        assert asked["Action"] == ["DescribeStacks"]
        if self.server.status is None:
            self._answer(400, _NO_STACK.format(name=STACK))
        else:
            self._answer(200, _STACK.format(name=STACK, status=self.server.status))

    def _answer(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def outside() -> Iterator[Outside]:
    with Outside() as server:
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(5)


@pytest.fixture
def instance(tmp_path: Path, outside: Outside) -> Instance:
    made = load_instance({}, state=tmp_path / "state")
    made.broker, made.emulator = "tansu", outside.url
    made.save()
    return made


@pytest.fixture
def removed(monkeypatch: pytest.MonkeyPatch) -> list[Instance]:
    found: list[Instance] = []
    monkeypatch.setattr(
        outside_emulator, "undeploy", lambda instance, progress: found.append(instance)
    )
    return found


def deployed(instance: Instance, *, failed: bool = False) -> None:
    (instance.state / "deploy.log").write_text("")
    if not failed:
        (instance.state / "deployment.json").write_text("{}")


@pytest.mark.parametrize("status", [None, "DELETE_COMPLETE"])
def test_an_emulator_without_our_stack_can_have_it(
    instance: Instance, outside: Outside, status: str | None
) -> None:
    outside.status = status

    check_stack(instance)


def test_the_stack_of_another_instance_is_left_alone(instance: Instance, outside: Outside) -> None:
    outside.status = "CREATE_COMPLETE"

    with pytest.raises(LocalCloudError, match="of another instance") as refused:
        check_stack(instance)

    assert f"--endpoint-url {outside.url} cloudformation delete-stack" in str(refused.value)


def test_our_own_stack_is_updated(instance: Instance, outside: Outside) -> None:
    outside.status = "UPDATE_COMPLETE"
    deployed(instance)

    check_stack(instance)


@pytest.mark.parametrize("is_ministack", [True, False])
def test_only_ministack_is_asked_to_update_a_stack_whose_update_failed(
    instance: Instance, outside: Outside, is_ministack: bool
) -> None:
    outside.status, outside.is_ministack = "UPDATE_COMPLETE", is_ministack
    deployed(instance, failed=True)

    if is_ministack:
        check_stack(instance)
    else:
        with pytest.raises(LocalCloudError, match="restart it, which empties it"):
            check_stack(instance)


def test_clean_removes_what_was_deployed_to_somebody_elses_emulator(
    instance: Instance, outside: Outside, removed: list[Instance]
) -> None:
    outside.status = "CREATE_COMPLETE"
    deployed(instance)

    up.clean(instance, Progress(quiet=True))

    assert removed == [instance]
    assert not instance.state.exists()


def test_what_this_instance_did_not_deploy_stays(
    instance: Instance, outside: Outside, removed: list[Instance]
) -> None:
    outside.status = "CREATE_COMPLETE"

    remove_stack(instance, Progress(quiet=True))

    assert removed == []


def test_what_can_not_be_removed_is_said_and_the_instance_goes(
    instance: Instance,
    outside: Outside,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> None:
        raise LocalCloudError("the deployment failed: a role is in use", "see its log")

    monkeypatch.setattr(outside_emulator, "undeploy", fail)
    outside.status = "UPDATE_COMPLETE"
    deployed(instance, failed=True)

    up.clean(instance, Progress())

    told = " ".join(capsys.readouterr().out.split())
    assert f"keeps parts of {STACK}: the deployment failed: a role is in use" in told
    assert not instance.state.exists()


def test_an_emulator_that_is_gone_does_not_keep_an_instance_from_being_removed(
    instance: Instance, removed: list[Instance]
) -> None:
    instance.emulator = "http://127.0.0.1:9"
    instance.save()
    deployed(instance)

    up.clean(instance, Progress(quiet=True))

    assert removed == []
    assert not instance.state.exists()


@pytest.mark.parametrize(("answers", "told"), [(True, "answers"), (False, "does not answer")])
def test_status_says_whether_somebody_elses_emulator_answers(
    instance: Instance, capsys: pytest.CaptureFixture[str], answers: bool, told: str
) -> None:
    if not answers:
        instance.emulator = "http://127.0.0.1:9"

    show_status(instance, Progress(), as_json=False)

    assert f"emulator at {instance.emulator_url} {told}" in " ".join(
        capsys.readouterr().out.split()
    )
