"""What the hostile requests of this folder found, each as a test of its own."""

import pytest

from tests.hostile.test_pages import cookies
from tests.hostile.wire import FORM, Wire, send
from tests.support.pages import Page, get
from tests.support.signing_in import TAX, World, by_password, by_practice, choose, start

READING = ["/", "/portal/", "/logout", "/login/x", "/authorize", "/userinfo", "/jwks", "/health/live"]


@pytest.mark.parametrize("path", READING)
@pytest.mark.parametrize("raw", ["x=\xff", "\xff", "state=\xc3\xa9"])
def test_an_address_with_bytes_beyond_ascii_is_refused_and_no_error_of_ours(
    people: World, path: str, raw: str
) -> None:
    """A URI is ASCII (RFC 3986 2). What reads the query for pages fell over the first such byte that was no UTF-8."""
    assert 400 == send(people.app, Wire("GET", path, raw)).status


def sent(people: World, page: Page, path: str, form: str) -> int:
    headers = {"Content-Type": FORM, **cookies(page)}
    return send(people.app, Wire("POST", path, headers=headers, body=form.encode("latin-1"))).status


@pytest.mark.parametrize("answers", ["answer=yes&answer=no", "answer=no&answer=yes", "answer=yes&answer=yes"])
def test_a_form_that_says_something_twice_says_nothing(people: World, answers: str) -> None:
    page = choose(by_practice(start(people.client(TAX + "income-tax")), "bram"), "Anna de Vries")
    fields = page.fields("confirm-form")
    token = f"csrf_token={fields['csrf_token']}&choice={fields['choice']}"

    assert 400 == sent(people, page, page.address, f"{token}&{answers}")
    # and the form as it was still does what it offers
    assert 302 == sent(people, page, page.address, f"{token}&answer=yes")


@pytest.mark.parametrize("sign", ["%00", "%0a", "%1f", "%7f", "%c2%85"])
def test_a_name_with_a_sign_that_nobody_types_is_nobody(people: World, sign: str) -> None:
    page = start(people.client(TAX + "income-tax")).follow("method-eid")
    token = next(
        one.attributes["value"] for one in page.elements if one.attributes.get("name") == "csrf_token"
    )

    assert 400 == sent(people, page, page.address, f"csrf_token={token}&person=bram{sign}&level=high")


def test_a_password_may_hold_any_sign(people: World) -> None:
    page = by_password(start(people.client(TAX + "income-tax")), "bram", "a\tb\x7f")

    assert (401, "wrong_credentials") == (page.status, page.code)


def test_a_form_with_more_fields_than_any_page_has_is_refused(people: World) -> None:
    page = by_practice(get(people.browser(), "/portal/"), "anna")
    token = next(
        one.attributes["value"] for one in page.elements if one.attributes.get("name") == "csrf_token"
    )
    many = "&".join(f"p{number}=x" for number in range(60))

    assert 400 == sent(people, page, "/language", f"csrf_token={token}&language=en&{many}")
    assert 303 == sent(people, page, "/language", f"csrf_token={token}&language=en")


@pytest.mark.parametrize("answer", ["", "&answer=", "&answer=YES", "&answer=no", "&answer=%c3%a9"])
def test_only_a_yes_logs_out(people: World, answer: str) -> None:
    browser = people.browser()
    by_practice(get(browser, "/portal/"), "anna")
    page = get(browser, "/logout")
    token = next(
        one.attributes["value"] for one in page.elements if one.attributes.get("name") == "csrf_token"
    )

    assert 200 == sent(people, page, "/logout/done", f"csrf_token={token}{answer}")
    assert "/portal/" == get(browser, "/portal/").address
