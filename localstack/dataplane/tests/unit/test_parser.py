"""A worker parses events like `json.loads`, whatever the artefact's parser."""

from __future__ import annotations

import gc
import json
import sys

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataplane.runtime.parser import choose_parser

assert msgspec.json  # it has to be imported, as an artefact's functions do

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.text(st.characters(categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.fixture(params=["msgspec", None])
def artefact(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param is None:
        monkeypatch.delitem(sys.modules, "msgspec")


@given(VALUES)
def test_any_event_is_read_as_the_standard_library_reads_it(value: object) -> None:
    event = json.dumps(value).encode()
    # Compared as text, because NaN is not equal to itself.
    assert repr(choose_parser()(event)) == repr(json.loads(event))


@pytest.mark.parametrize("number", ["1e400", "-0", "-0.0", "18446744073709551616", "1E2", "NaN"])
@pytest.mark.usefixtures("artefact")
def test_a_number_is_read_as_the_standard_library_reads_it(number: str) -> None:
    read = choose_parser()(number.encode())
    assert repr(read) == repr(json.loads(number))


@pytest.mark.usefixtures("artefact")
def test_what_is_no_json_is_refused_as_the_standard_library_refuses_it() -> None:
    with pytest.raises(json.JSONDecodeError):
        choose_parser()(b"[1,]")


@pytest.mark.usefixtures("artefact")
def test_the_collector_is_left_as_the_function_has_it() -> None:
    parse = choose_parser()
    parse(b"{}")
    assert gc.isenabled()
    gc.disable()
    try:
        parse(b"{}")
        assert not gc.isenabled()
    finally:
        gc.enable()
