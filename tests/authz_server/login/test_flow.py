"""The one thing to do now, from what is known so far."""

from typing import Any

import pytest

from authz_server.login.flow import (
    LEVEL_NOT_REACHED,
    Authenticate,
    Choose,
    Chosen,
    Confirm,
    Consent,
    Finish,
    Nobody,
    Reason,
    Refuse,
    Situation,
    next_step,
)
from authz_server.outcome import Denied
from claims.assurance import Loa
from tests.support.asking import NOON, a_login, a_request, an_answer, an_ask


def a_situation(**members: Any) -> Situation:
    given: dict[str, Any] = {
        "request": a_request(),
        "began_at": NOON,
        "login": a_login(),
        "logged_in_here": False,
        "reachable": Loa.HIGH,
    }
    return Situation(**given | members)


def test_nobody_logged_in_is_asked_to_log_in() -> None:
    assert Authenticate(Reason.FIRST) == next_step(a_situation(login=None))


def test_a_login_is_enough_where_nothing_more_is_asked() -> None:
    assert Finish() == next_step(a_situation())


@pytest.mark.parametrize("prompt", ["login", "select_account"])
def test_a_prompt_asks_for_a_login_in_this_very_interaction(prompt: str) -> None:
    request = a_request(prompt=frozenset({prompt}))

    assert Authenticate(Reason.AGAIN) == next_step(a_situation(request=request))
    assert Finish() == next_step(a_situation(request=request, logged_in_here=True))


def test_max_age_counts_from_the_moment_of_asking() -> None:
    login = a_login(auth_time=NOON - 100)

    assert Authenticate(Reason.AGAIN) == next_step(a_situation(request=a_request(max_age=99), login=login))
    assert Finish() == next_step(a_situation(request=a_request(max_age=100), login=login))


def test_max_age_zero_is_met_by_a_login_here() -> None:
    request = a_request(max_age=0)
    login = a_login(auth_time=NOON - 1)

    assert Authenticate(Reason.AGAIN) == next_step(a_situation(request=request, login=login))
    assert Finish() == next_step(a_situation(request=request, login=login, logged_in_here=True))


def test_another_person_than_the_hint_names_is_asked_to_log_in_and_then_refused() -> None:
    request = a_request(hinted_person="anna")

    assert Authenticate(Reason.AGAIN) == next_step(a_situation(request=request))
    assert Refuse(Denied("login_required")) == next_step(a_situation(request=request, logged_in_here=True))


def test_a_required_level_asks_for_a_stronger_login() -> None:
    request = a_request(required_login=Loa.HIGH)

    assert Authenticate(Reason.STRONGER, Loa.HIGH) == next_step(a_situation(request=request))
    assert Authenticate(Reason.FIRST, Loa.HIGH) == next_step(a_situation(request=request, login=None))


def test_a_level_that_nobody_can_reach_here_is_refused() -> None:
    situation = a_situation(
        request=a_request(required_login=Loa.HIGH), reachable=Loa.BASIC, login=a_login(assurance=Loa.BASIC)
    )

    assert Refuse(LEVEL_NOT_REACHED) == next_step(situation)


def test_essential_acr_values_must_be_reached_and_the_lowest_of_them_will_do() -> None:
    request = a_request(acr_values=(Loa.HIGH.acr, Loa.SUBSTANTIAL.acr), acr_essential=True)

    assert Finish() == next_step(a_situation(request=request))
    low = a_login(assurance=Loa.LOW)
    assert Authenticate(Reason.STRONGER, Loa.SUBSTANTIAL) == next_step(
        a_situation(request=request, login=low)
    )
    assert Authenticate(Reason.STRONGER, Loa.SUBSTANTIAL) == next_step(
        a_situation(request=request, login=low, logged_in_here=True)
    )


def test_essential_acr_values_that_are_none_of_ours_cannot_be_met() -> None:
    request = a_request(acr_values=("urn:somebody:else",), acr_essential=True)

    assert Refuse(LEVEL_NOT_REACHED) == next_step(a_situation(request=request))


def test_voluntary_acr_values_are_asked_for_once() -> None:
    request = a_request(acr_values=("urn:somebody:else", Loa.HIGH.acr))

    assert Authenticate(Reason.STRONGER, Loa.HIGH) == next_step(a_situation(request=request))
    assert Finish() == next_step(a_situation(request=request, logged_in_here=True))
    assert Finish() == next_step(a_situation(request=request, reachable=Loa.SUBSTANTIAL))


def test_who_asks_for_representation_gets_a_choice_a_confirmation_and_then_an_answer() -> None:
    request = a_request(ask=an_ask())
    chosen = Chosen(an_answer())

    assert Choose() == next_step(a_situation(request=request))
    assert Confirm() == next_step(a_situation(request=request, chosen=chosen))
    assert Finish() == next_step(a_situation(request=request, chosen=chosen, confirmed=True))


def test_with_nobody_to_choose_the_page_says_so() -> None:
    assert Nobody() == next_step(a_situation(request=a_request(ask=an_ask()), anybody=False))


def test_r14_a_choice_that_the_login_holds_back_asks_for_a_stronger_login() -> None:
    chosen = Chosen(an_answer(step_up=Loa.HIGH))
    situation = a_situation(request=a_request(ask=an_ask()), chosen=chosen, confirmed=True)

    assert Authenticate(Reason.STRONGER, Loa.HIGH) == next_step(situation)


def test_r17_for_oneself_too_a_stronger_login_is_asked_for() -> None:
    chosen = Chosen(None, Loa.HIGH, ("view",))
    situation = a_situation(request=a_request(ask=an_ask(mode="optional")), chosen=chosen, confirmed=True)

    assert Authenticate(Reason.STRONGER, Loa.HIGH) == next_step(situation)


def test_r11_a_blocked_authenticator_asks_for_another_one() -> None:
    chosen = Chosen(an_answer(other_means=True))
    situation = a_situation(request=a_request(ask=an_ask()), chosen=chosen, confirmed=True)

    assert Authenticate(Reason.OTHER_MEANS) == next_step(situation)


def test_consent_comes_last() -> None:
    request = a_request(ask=an_ask())
    chosen = Chosen(an_answer())

    assert Confirm() == next_step(a_situation(request=request, chosen=chosen, consent_needed=True))
    assert Consent() == next_step(
        a_situation(request=request, chosen=chosen, confirmed=True, consent_needed=True)
    )
    assert Consent() == next_step(a_situation(consent_needed=True))
