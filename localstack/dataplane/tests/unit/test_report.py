"""What `dataplane status` tells people."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from dataplane.report import show
from dataplane.state_folder import StateFolder


def test_status_says_what_is_served_and_what_is_refused_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    layout = StateFolder(tmp_path)
    layout.prepare()
    warning = "GET /signed answers 501: authorization by AWS_IAM is not supported"
    apis = [{"name": "shop", "stage": "v1", "url": "http://127.0.0.1:1/v1"}]
    about = {"url": apis[0]["url"], "pid": 1, "at": 0, "apis": apis, "warnings": [warning]}
    layout.ready.write_text(json.dumps(about))
    refused = {"Mapping": "Topics must hold exactly one topic, not 2"}
    layout.status_file("poller").write_text(json.dumps({"pid": 1, "refused": refused}))
    assert show(tmp_path, as_json=False, watch=False) == 0
    told = capsys.readouterr().out
    assert "shop: http://127.0.0.1:1/v1" in told
    assert warning in told
    assert "Mapping is not polled: Topics must hold exactly one topic" in told


def test_status_says_where_a_debugger_attaches(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layout = StateFolder(tmp_path)
    layout.prepare()
    invocations = {"shop-api": {"debug_port": 5678}, "shop-consume": {"debug_port": None}}
    status = {"pid": os.getpid(), "invocations": invocations}
    layout.status_file("gateway.0").write_text(json.dumps(status))

    show(tmp_path, as_json=False, watch=False)

    told = capsys.readouterr().out
    assert "shop-api: attach a debugger to 127.0.0.1:5678" in told
    assert "shop-consume" not in told
