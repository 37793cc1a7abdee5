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
        (APP + "print('hello')\n", "prints something while it is imported"),
        (APP, "app.routes is empty"),
        (
            "def broken(:\n",
            r"app can't be imported: SyntaxError: invalid syntax \(app.py, line 1\)",
        ),
    ],
)
def test_an_app_without_usable_routes_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(RoutesError, match=reason):
        read_routes(app(tmp_path, text))


def test_a_function_that_does_not_load_is_named_before_anything_is_deployed(
    tmp_path: Path,
) -> None:
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "migrate.py").write_text("import nowhere_to_be_found\n")
    text = APP + "@app.route('/a')\ndef a(): ...\n"
    with pytest.raises(RoutesError, match=r"functions\.migrate can't be imported: ModuleNotFound"):
        read_routes(app(tmp_path, text), ("app", "functions.migrate"))
