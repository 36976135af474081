import pytest

from keys.lifecycle import Due, Life, Policy, State, due

POLICY = Policy(rotate_every=1000, jwks_max_age=50, longest_token=300)


def test_a_key_is_announced_for_twice_the_time_that_readers_may_keep_the_jwks() -> None:
    assert 100 == POLICY.announce_for


def test_a_key_verifies_for_the_longest_token_and_the_same_margin() -> None:
    assert 400 == POLICY.verify_for


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (0, State.ANNOUNCED),
        (99, State.ANNOUNCED),
        (100, State.SIGNING),
        (1099, State.SIGNING),
        (1100, State.VERIFYING),
        (1499, State.VERIFYING),
        (1500, State.GONE),
    ],
)
def test_a_life_goes_from_announced_to_gone(now: int, state: State) -> None:
    life = Life(0, 100).succeeded_at(1100, POLICY)

    assert state is life.state(now)
    assert (state is not State.GONE) == life.published(now)


def test_withdrawing_ends_it_at_once() -> None:
    life = Life(0, 100, withdrawn_at=500)

    assert State.WITHDRAWN is life.state(499)
    assert not life.published(500)
    assert life.next_change(0) is None


def test_a_life_tells_when_its_state_changes_next() -> None:
    life = Life(0, 100, 1100, 1500)

    assert [100, 1100, 1500, None] == [life.next_change(now) for now in (99, 100, 1100, 1500)]


@pytest.mark.parametrize(
    ("lives", "now", "needed"),
    [
        ([], 0, Due.FIRST),
        ([Life(0, 0)], 899, Due.NOTHING),
        ([Life(0, 0)], 900, Due.SUCCESSOR),
        ([Life(0, 0)], 9000, Due.SUCCESSOR),
        ([Life(0, 0, 1000, 1400), Life(900, 1000)], 950, Due.NOTHING),
        ([Life(0, 0, 1000, 1400), Life(900, 1000)], 1899, Due.NOTHING),
        ([Life(0, 0, 1000, 1400), Life(900, 1000)], 1900, Due.SUCCESSOR),
        ([Life(0, 0, withdrawn_at=5)], 6, Due.FIRST),
    ],
)
def test_what_is_due(lives: list[Life], now: int, needed: Due) -> None:
    assert needed is due(lives, now, POLICY)


def test_a_policy_in_which_a_key_signs_for_less_than_it_is_announced_cannot_be() -> None:
    with pytest.raises(ValueError, match="longer"):
        Policy(rotate_every=100, jwks_max_age=50, longest_token=1)
