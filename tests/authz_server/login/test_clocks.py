"""A clock that jumps while somebody is logging in."""

import pytest

from tests.support.signing_in import World, answer_to, by_password, by_practice, start

HOUR = 3600


@pytest.mark.parametrize("jump", [-HOUR, 1])
def test_a_clock_that_is_turned_back_during_a_login_stops_nobody(people: World, jump: int) -> None:
    desk = people.client()
    page = start(desk)

    people.clock.now += jump
    answer = answer_to(by_practice(page, "bram"))
    people.clock.now += jump if jump < 0 else 0

    assert 200 == desk.redeem(answer["code"]).status_code


def test_a_clock_that_jumps_forward_during_a_login_says_so_and_the_next_one_works(people: World) -> None:
    desk = people.client()
    page = start(desk)

    people.clock.now += HOUR

    late = by_password(page, "bram")
    assert (410, "interaction_expired") == (late.status, late.code)
    assert 200 == desk.redeem(answer_to(by_practice(start(desk), "bram"))["code"]).status_code


def test_a_request_lapses_in_the_second_in_which_it_lapses(people: World) -> None:
    page = start(people.client())
    lapses = people.clock.now + people.context.settings.lifetimes.interaction

    for second, status in ((-1, 200), (0, 410), (1, 410)):
        people.clock.now = lapses + second
        assert status == page.follow("method-eid").status


def test_a_session_is_known_again_after_the_clock_was_turned_back(people: World) -> None:
    desk = people.client()
    answer_to(by_practice(start(desk), "bram"))

    people.clock.now -= HOUR

    assert "code" in answer_to(start(desk))
