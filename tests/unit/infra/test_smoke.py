"""The smoke test after a deployment passes a stage that serves this commit, and no other."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.cdk import smoke
from infra.cdk.build_asset import ROOT
from infra.cdk.stages import PROD

PATHS = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text())["paths"]
JSON, PROBLEM = "application/json", "application/problem+json"
GOOD: dict[str, tuple[int, str, Any]] = {
    "/v1/health": (200, JSON, {"status": "ok"}),
    "/v1/openapi.json": (200, JSON, {"paths": PATHS}),
    "/v1/accounts": (401, f"{PROBLEM}; charset=utf-8", {"code": "unauthenticated"}),
    "/v1/no-such-route": (404, PROBLEM, {"code": "no_such_route"}),
}


class Stage(ThreadingHTTPServer):
    """A stage that answers what the test wants."""

    answers = GOOD
    failures = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Stage

    def do_GET(self) -> None:
        status, kind, document = self.server.answers[self.path]
        if self.server.failures:
            self.server.failures -= 1
            status = 502
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def test_a_stage_that_serves_this_commit_passes(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    assert smoke.main(["--url", stage.url]) == 0
    assert capsys.readouterr().out.count("ok ") == len(smoke.CHECKS)


def test_a_stage_that_is_still_starting_is_waited_for(stage: Stage) -> None:
    stage.failures = 2
    assert smoke.check(stage.url, patience_s=5)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("health", (503, JSON, {"status": "unavailable"})),
        ("health", (200, JSON, {"status": "degraded"})),
        ("health", (200, "text/html", b"<h1>parked domain</h1>")),
        ("openapi.json", (200, JSON, {"paths": dict(list(PATHS.items())[1:])})),
        ("openapi.json", (200, JSON, {"paths": {**PATHS, "/of-the-former-release": {}}})),
        ("openapi.json", (200, JSON, [])),
        ("accounts", (200, JSON, {"accounts": []})),
        ("accounts", (500, PROBLEM, {})),
        ("no-such-route", (403, JSON, {"message": "Missing Authentication Token"})),
    ],
)
def test_each_wrong_answer_fails_and_is_shown(
    stage: Stage, path: str, answer: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    stage.answers = {**GOOD, f"/v1/{path}": answer}

    assert not smoke.check(stage.url, patience_s=0.05)

    (line,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("FAILED"))
    assert f"GET /{path}: {answer[0]} " in line


def test_a_stage_that_does_not_answer_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert not smoke.check("http://127.0.0.1:9/v1", patience_s=0.05)
    assert "no answer" in capsys.readouterr().out


def test_where_a_stage_is_comes_from_its_deployment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smoke, "folder_of", lambda stage: tmp_path)
    assert smoke.main(["--stage", "prod"]) == 2
    assert smoke.main(["--stage", "moon"]) == 2

    outputs = {"ledgerlane-prod": {"ApiUrl": "https://api"}}
    (tmp_path / "outputs.json").write_text(json.dumps(outputs))
    assert smoke.url_of(PROD) == "https://api"
