"""What `make test` does before the tests run."""

import pytest

from local_cloud import suite
from local_cloud.console import Progress
from local_cloud.errors import LocalCloudError
from local_cloud.install import browser


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--", "-k", "name"],
        ["-q", "tests"],
        ["tests/e2e/"],
        ["tests/unit", "tests/e2e/test_docs_page.py::test_a_refusal_is_shown_as_what_it_is"],
    ],
)
def test_the_browser_is_wanted_where_its_test_may_run(arguments: list[str]) -> None:
    assert suite._opens_a_browser(arguments)


@pytest.mark.parametrize("arguments", [["tests/unit"], ["-q", "tests/e2e/test_money.py"]])
def test_no_browser_is_fetched_for_other_tests(arguments: list[str]) -> None:
    assert not suite._opens_a_browser(arguments)


@pytest.mark.parametrize("missing", ["chromium", "chromedriver"])
def test_both_packages_are_asked_for_where_one_program_is_missing(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(
        "local_cloud.install.browser.shutil.which", lambda name: None if name == missing else name
    )
    monkeypatch.setattr(browser, "require_packages", lambda packages: asked.append([*packages]))

    browser.install_browser()

    assert asked == [["chromium", "chromium-driver"]]


def test_without_apt_the_tests_go_on_and_it_is_said_what_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> None:
        raise LocalCloudError("Chromium is missing", "run: sudo apt-get install chromium")

    monkeypatch.setattr(suite, "have_browser", lambda: False)
    monkeypatch.setattr(suite, "install_browser", refuse)

    suite._get_browser(Progress())

    printed = capsys.readouterr().out
    assert "Chromium is missing, so its tests are skipped" in printed
    assert "sudo apt-get install chromium" in printed
