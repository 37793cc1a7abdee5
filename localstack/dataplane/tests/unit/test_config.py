from __future__ import annotations

from pathlib import Path

import pytest

from dataplane.config import Mode, api_function, mode_of, parse_modes, parse_watched
from dataplane.model import (
    Deployment,
    FunctionSpec,
    KafkaMapping,
    MethodThrottle,
    MockResponse,
    RestApi,
    Route,
)


def spec(name: str, logical_id: str = "X") -> FunctionSpec:
    return FunctionSpec(name, "arn", logical_id, "a.b", "python3.11", "/code", "sha", 3, 128)


def test_modes_are_read() -> None:
    assert parse_modes("api=concurrent,apply=strict:4") == {
        "api": Mode("concurrent", 1),
        "apply": Mode("strict", 4),
    }
    assert parse_modes("") == {}


@pytest.mark.parametrize("text", ["api", "api=fast", "=strict", "a=strict:0", "a=strict:x"])
def test_a_wrong_mode_says_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="--mode"):
        parse_modes(text)


@pytest.mark.parametrize(
    ("name", "logical_id", "found"),
    [
        ("stack-local-api", "Fn1", True),
        ("stack-ApiFunction4F-9A", "ApiFunction4F", True),
        ("api", "Fn1", True),
        ("stack-apply", "ApplyFunction", False),
    ],
)
def test_a_function_is_known_by_the_end_of_its_name_or_its_logical_id(
    name: str, logical_id: str, found: bool
) -> None:
    modes = {"api": Mode("strict", 1)}
    assert (mode_of(spec(name, logical_id), modes) is not None) is found


def test_the_apis_function_is_the_one_most_routes_name() -> None:
    routes = tuple(Route("GET", f"/{n}", "r", "a" if n < 2 else "b") for n in range(5))
    functions = {"a": spec("a"), "b": spec("b")}
    assert api_function((RestApi("id", "n", "v1", routes),), functions) == "b"
    assert api_function((), functions) is None


def test_a_deployment_survives_being_written_and_read() -> None:
    routes = (
        Route("GET", "/a", "r", "f"),
        Route("OPTIONS", "/a", "r", None, MockResponse(204, {"X": "1"})),
    )
    throttles = (MethodThrottle("*/*", 10.0, 5.0),)
    deployment = Deployment(
        functions={"f": spec("f")},
        api=RestApi("id", "n", "v1", routes, {"a": "b"}, ("image/*",), throttles),
        mappings=(
            KafkaMapping("u", "M", "f", ("t",), ("h:1",), "g", source_access=(("TLS", "s"),)),
        ),
        warnings=("careful",),
        further_apis=(RestApi("id", "n", "v2", routes),),
    )
    assert Deployment.from_json(deployment.to_json()) == deployment


def test_a_watched_folder_is_there(tmp_path: Path) -> None:
    assert parse_watched([f"api={tmp_path}"]) == {"api": tmp_path}
    for wrong in ("api", f"={tmp_path}", f"api={tmp_path}/none"):
        with pytest.raises(ValueError, match="--watch"):
            parse_watched([wrong])
