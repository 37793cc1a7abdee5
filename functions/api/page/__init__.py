"""The page that shows the API's description and sends requests; it fetches nothing else."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from string import Template
from typing import Final

from chalice.app import Response

from functions.api.endpoint import Resource
from functions.api.http import ApiRequest

resource: Final = Resource("Service")
HTML: Final = "text/html"
_FOLDER: Final = Path(__file__).parent


@resource.route("GET", "/docs", "Documentation", answers={200: HTML}, is_public=True)
def get_docs(request: ApiRequest) -> Response:
    """Show this API as a page, from which requests can be sent."""
    html, policy = _page()
    headers: dict[str, str | list[str]] = {
        "Content-Type": f"{HTML}; charset=utf-8",
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
    }
    return Response(html, headers, 200)


@cache
def _page() -> tuple[str, str]:
    """Return the page with its style and script in it, and the policy that admits only those."""
    style, script = _read("page.css"), _read("page.js")
    html = Template(_read("page.html")).substitute(style=style, script=script)
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return html, policy


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
