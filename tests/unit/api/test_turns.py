"""Whose webhook has the next turn."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from handlers.webhooks.turns import (
    AT_ONCE,
    MAX_SLOW_READY,
    OF_EACH_USER,
    SLOW_AT_ONCE,
    SLOW_MS,
    SLOW_OF_EACH_USER,
    Ready,
    Turns,
    UnderWay,
)

NOW_S = 1000.0


def quick(user: str, number: int = 0) -> Ready:
    return Ready(f"{user}-{number}", user, 20)


def slow(user: str, number: int = 0) -> Ready:
    return Ready(f"{user}-{number}", user, 4500)


def under_way(*webhooks: Ready, since_s: float = 0.0) -> list[UnderWay]:
    return [UnderWay(one.user, one.answer_ms, NOW_S - since_s) for one in webhooks]


def turns_of(*webhooks: Ready, serves_slow: bool = True) -> Turns:
    turns = Turns(serves_slow=serves_slow)
    turns.add(webhooks)
    return turns


def users_of(chosen: Counter[str]) -> Counter[str]:
    users: Counter[str] = Counter()
    for webhook, count in chosen.items():
        users[webhook.partition("-")[0]] += count
    return users


def test_a_user_with_many_webhooks_has_no_larger_share_than_one_with_one() -> None:
    turns = turns_of(*(quick("many", n) for n in range(20)), quick("one"))
    assert users_of(turns.choose([], AT_ONCE, NOW_S)) == {"many": OF_EACH_USER, "one": OF_EACH_USER}


def test_what_a_user_has_under_way_counts_against_the_share() -> None:
    turns = turns_of(quick("ada"))
    held = under_way(*[quick("ada")] * (OF_EACH_USER - 1))
    assert turns.choose(held, AT_ONCE, NOW_S) == {"ada-0": 1}
    assert not turns.choose(under_way(*[quick("ada")] * OF_EACH_USER), AT_ONCE, NOW_S)


def test_a_slow_user_has_a_smaller_share_whichever_of_the_webhooks_is_slow() -> None:
    turns = turns_of(*(slow("ada", n) for n in range(20)))
    assert turns.choose([], AT_ONCE, NOW_S).total() == SLOW_OF_EACH_USER
    assert not turns_of(quick("ada")).choose(under_way(slow("ada", 1)), AT_ONCE, NOW_S)


def test_slow_receivers_together_leave_room_for_quick_ones() -> None:
    turns = turns_of(*(slow(f"s{n}") for n in range(100)), quick("ada"))
    chosen = turns.choose([], AT_ONCE, NOW_S)
    assert chosen.pop("ada-0") == OF_EACH_USER
    assert chosen.total() == SLOW_AT_ONCE


def test_a_receiver_that_keeps_us_waiting_is_slow_before_it_answers() -> None:
    held = under_way(quick("ada"), since_s=SLOW_MS / 1000)
    assert not turns_of(quick("ada", 1)).choose(held, AT_ONCE, NOW_S)
    held = under_way(*(quick(f"u{n}") for n in range(SLOW_AT_ONCE)), since_s=SLOW_MS / 1000)
    assert not turns_of(slow("ada")).choose(held, AT_ONCE, NOW_S)


def test_slow_receivers_have_no_turn_where_they_are_not_served() -> None:
    turns = turns_of(slow("ada"), quick("bob"), serves_slow=False)
    assert users_of(turns.choose([], AT_ONCE, NOW_S)) == {"bob": OF_EACH_USER}


def test_where_there_is_room_for_one_all_have_their_turn_one_after_another() -> None:
    names = [f"u{n}" for n in range(30)]
    turns = turns_of(*(quick(name, n) for name in names for n in range(3)))
    served = [next(iter(turns.choose([], 1, NOW_S))) for _ in range(90)]
    for start in (0, 30, 60):
        assert sorted(one.partition("-")[0] for one in served[start : start + 30]) == sorted(names)
    assert len(set(served)) == 90, "each of a user's webhooks has its turn too"


def test_a_webhook_that_is_dropped_or_known_has_no_second_place() -> None:
    turns = turns_of(quick("ada"), quick("ada"), quick("bob"))
    turns.drop("ada-0")
    turns.drop("ada-0")
    assert users_of(turns.choose([], AT_ONCE, NOW_S)) == {"bob": OF_EACH_USER}


def test_no_more_slow_webhooks_are_remembered_than_a_bound_and_quick_ones_still_are() -> None:
    turns = turns_of(*(slow(f"s{n}") for n in range(MAX_SLOW_READY + 1)), quick("ada"))
    assert users_of(turns.choose([], AT_ONCE, NOW_S))["ada"] == OF_EACH_USER
    assert not turns.choose(under_way(slow(f"s{MAX_SLOW_READY}")), 0, NOW_S)


readies = st.builds(
    lambda user, number, ms: Ready(f"{user}-{number}", user, ms),
    st.sampled_from([f"u{n}" for n in range(8)]),
    st.integers(0, 5),
    st.sampled_from([0, 999, 1000, 4500]),
)


@given(st.lists(readies, max_size=40), st.lists(readies, max_size=AT_ONCE), st.booleans())
def test_no_share_is_ever_exceeded_and_none_that_is_free_is_withheld(
    waiting: list[Ready], begun: list[Ready], late: bool
) -> None:
    turns = turns_of(*waiting)
    known = {one.webhook: one for one in reversed(waiting)}
    held = under_way(*begun, since_s=2.0 if late else 0.0)
    room = AT_ONCE - len(held)
    chosen = turns.choose(held, room, NOW_S)
    assert chosen.total() <= room
    assert set(chosen) <= set(known)
    slow_users = {one.user for one in held if one.is_slow(NOW_S)}
    slow_chosen = {known[one].user for one in chosen if known[one].is_slow}
    for user, count in Counter(known[one].user for one in chosen.elements()).items():
        before = sum(one.user == user for one in held)
        assert before + count <= OF_EACH_USER
        if user in slow_users:
            assert before + count <= SLOW_OF_EACH_USER
    of_slow = sum(count for one, count in chosen.items() if known[one].is_slow)
    assert of_slow + sum(one.is_slow(NOW_S) for one in held) <= max(
        SLOW_AT_ONCE, sum(one.is_slow(NOW_S) for one in held)
    )
    if chosen.total() < room:
        all_held = Counter([one.user for one in held])
        all_held.update(known[one].user for one in chosen.elements())
        for one in known.values():
            if not one.is_slow and one.user not in slow_users | slow_chosen:
                assert all_held[one.user] == OF_EACH_USER or all_held[one.user] > OF_EACH_USER
