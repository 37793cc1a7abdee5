"""The REST API's resources come from the Chalice app."""

from pathlib import Path

import pytest

from infra.cdk.routes import Route, RoutesError, read_routes

APP = "from chalice import Chalice\napp = Chalice(app_name='t')\n"


def app(folder: Path, text: str) -> Path:
    (folder / "app.py").write_text(text)
    return folder


def test_methods_of_one_path_are_gathered(tmp_path: Path) -> None:
    text = APP + (
        "@app.route('/b/{id}', methods=['GET'])\ndef one(id): ...\n"
        "@app.route('/b/{id}', methods=['PUT', 'DELETE'])\ndef two(id): ...\n"
        "@app.route('/a')\ndef three(): ...\n"
    )
    assert read_routes(app(tmp_path, text)) == (
        Route("/a", ("GET",)),
        Route("/b/{id}", ("DELETE", "GET", "PUT")),
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import nowhere_to_be_found\n", "nowhere_to_be_found"),
        (APP + "print('hello')\n", "prints while it is imported"),
        (APP, "app.routes is empty"),
    ],
)
def test_an_app_without_usable_routes_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(RoutesError, match=reason):
        read_routes(app(tmp_path, text))
