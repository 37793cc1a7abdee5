"""Reads that are gathered: each gets its own value, one read at a time, nobody is left waiting."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from handlers.platform.shared_reads import Gathering, _Asker
from tests.support.together import PATIENCE_S, Gate, ask_together, wait_for


class Store(Gate):
    """Answers each key with itself, when it is let; remembers what was read together."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[list[str]] = []
        self.failures: set[str] = set()

    def read(self, keys: Sequence[str]) -> list[str]:
        self.reads.append(list(keys))
        self.enter()
        if self.failures & set(keys):
            raise ConnectionError(keys[0])
        return [f"value of {key}" for key in keys]


@pytest.fixture
def store() -> Store:
    return Store()


def test_one_alone_reads_his_key_alone(store: Store) -> None:
    store.go_on.set()
    gathering = Gathering(store.read, "?")
    assert gathering.get("a") == "value of a"
    assert gathering.get("b") == "value of b"
    assert store.reads == [["a"], ["b"]]


def test_what_is_asked_for_meanwhile_is_read_together(store: Store) -> None:
    gathering = Gathering(store.read, "?")
    keys = ["first", *(f"key {n}" for n in range(5))]
    values = ask_together(gathering.get, gathering, store, keys)
    assert values == [f"value of {key}" for key in keys]
    assert [sorted(together) for together in store.reads] == [keys[:1], keys[1:]]
    assert gathering.get("later") == "value of later"


def test_a_read_that_fails_leaves_nobody_waiting(store: Store) -> None:
    gathering = Gathering(store.read, "?")
    store.failures = {"key 0", "key 1", "key 2"}
    keys = ["first", *sorted(store.failures)]
    first, *outcomes = ask_together(gathering.get, gathering, store, keys)
    assert first == "value of first"
    # The one who led is told; the others know nothing, which is what a cache may answer.
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "ConnectionError",
        "str",
        "str",
    ]
    assert outcomes.count("?") == 2
    assert gathering.get("later") == "value of later"


@pytest.mark.parametrize("is_chosen", [False, True])
def test_one_who_is_ended_while_waiting_leaves_the_lead_to_others(
    store: Store, is_chosen: bool
) -> None:
    class Ended(BaseException):
        pass

    class Turn:
        """Ends whoever waits: before, or after, it was chosen to lead."""

        def __init__(self) -> None:
            self.acquired = 0

        def acquire(self) -> None:
            self.acquired += 1
            if self.acquired > 1:
                if is_chosen:
                    store.go_on.set()
                    end_s = time.monotonic() + PATIENCE_S
                    while asker.followers is None and time.monotonic() < end_s:
                        time.sleep(0.001)
                raise Ended

        def release(self) -> None:
            pass

    gathering = Gathering(store.read, "?")
    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(gathering.get, "first")
        assert store.begun.acquire(timeout=PATIENCE_S)

        def ended() -> None:
            with pytest.raises(Ended):
                gathering._await_turn(asker)

        asker: _Asker[str] = _Asker("ended", "?")
        asker.turn = Turn()  # type: ignore[assignment]  # a double
        asker.turn.acquire()
        gathering._waiting.append(asker)
        other = threads.submit(gathering.get, "other")
        wait_for(gathering, 2)
        threads.submit(ended).result(PATIENCE_S)
        store.go_on.set()
        assert first.result(PATIENCE_S) == "value of first"
        assert other.result(PATIENCE_S) == "value of other"
    assert gathering.get("later") == "value of later"
    assert not any("ended" in keys for keys in store.reads)


def test_many_threads_each_get_their_own(store: Store) -> None:
    store.go_on.set()
    gathering = Gathering(store.read, "?")

    def ask(thread: int) -> None:
        for number in range(200):
            assert gathering.get(f"{thread}-{number}") == f"value of {thread}-{number}"

    with ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(ask, thread) for thread in range(8)]:
            done.result(PATIENCE_S * 3)
    assert sum(map(len, store.reads)) == 1600
