"""The documentation page stands alone and admits no other script."""

from __future__ import annotations

import base64
import hashlib
import re

from tests.unit.api.conftest import Api


def test_the_page_is_public_and_is_html(api: Api) -> None:
    answer = api.nobody.get("/docs")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.text.startswith("<!doctype html>")


def test_the_page_fetches_nothing_from_elsewhere(api: Api) -> None:
    text = api.nobody.get("/docs").text
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", text)
    assert not re.findall(r"@import|\burl\(|innerHTML|\beval\(", text)


def test_the_policy_admits_the_page_s_own_script_and_style_only(api: Api) -> None:
    answer = api.nobody.get("/docs")
    policy = answer.headers["Content-Security-Policy"]
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        (inline,) = re.findall(rf"<{tag}>(.*?)</{tag}>", answer.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
