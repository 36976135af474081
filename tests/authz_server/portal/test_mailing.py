"""Where somebody is mailed: said by themselves, by a code that came there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from authz_server.notices.sending import Sender
from claims.register import addresses
from keys.storage import connect
from tests.authz_server.notices.test_sending import Mailed, Posted
from tests.support.clock import Clock
from tests.support.pages import Page, get, post
from tests.support.schema import create_schema
from tests.support.settings import settings_with
from tests.support.signing_in import World, by_practice
from tests.support.try_out import open_world

ANNA, OTHER = "anna@example.nl", "elders@example.nl"


@pytest.fixture
def mailed(tmp_path: Path, clock: Clock) -> Iterator[World]:
    """The world, with mail and post."""
    url = f"sqlite:///{tmp_path}/people.db"
    engine = connect(url)
    create_schema(engine)
    engine.dispose()
    ways = {
        "mail": {"folder": str(tmp_path / "mail"), "sender": "no-reply@example.nl"},
        "post": {"folder": str(tmp_path / "letters")},
    }
    world = open_world(settings_with(url, **ways), clock)
    yield world
    world.context.database.engine.dispose()


def at_home(people: World, person: str) -> Page:
    return by_practice(get(people.browser(), "/portal"), person)


def mail_of(people: World, party: str) -> str | None:
    with people.context.database.reading() as db:
        found = addresses.of(db, people.context.vault, party)
    return None if found is None else found.mail


def sent(people: World) -> Mailed:
    mail = Mailed()
    Sender(people.context, "worker", mail=mail, post=Posted()).send_due()
    return mail


def code_in(mail: Mailed) -> str:
    (code,) = re.findall(r"\b\d{8}\b", mail.texts[-1])
    return str(code)


def test_an_address_is_ones_own_once_its_code_was_typed(mailed: World) -> None:
    page = at_home(mailed, "anna").follow("mail")
    assert "mail-none" in page.ids
    page = page.press("mail-want", mail=f" {ANNA} ")
    assert "mail-confirm-form" in page.ids
    assert None is mail_of(mailed, "anna")

    mail = sent(mailed)
    assert [ANNA] == [to for to, _ in mail.taken]
    code = code_in(mail)
    page = page.press("mail-confirm", code=f"{code[:4]} {code[4:]}")

    assert ANNA == page.element("mail-address").text
    assert ANNA == mail_of(mailed, "anna")
    page = page.press("mail-remove")
    assert "mail-none" in page.ids
    assert [ANNA] == [to for to, _ in sent(mailed).taken]  # told that it is no more


def test_what_is_no_address_a_wrong_code_and_too_many_codes_are_told(mailed: World) -> None:
    page = at_home(mailed, "anna").follow("mail")

    refused = page.press("mail-want", mail="anna")
    assert (422, "not_a_mail_address") == (refused.status, refused.code)
    waits = page.press("mail-want", mail=ANNA)
    for typed in ("", "12345678", "x" * 5000, "٣٣٣٣٣٣٣٣"):
        refused = waits.press("mail-confirm", code=typed)
        assert (422, "wrong_code") == (refused.status, refused.code), typed
    for _ in range(4):
        waits.press("mail-want", mail=ANNA)
    refused = waits.press("mail-want", mail=ANNA)
    assert (429, "too_many_codes") == (refused.status, refused.code)


def test_the_code_of_one_person_is_nothing_to_another(mailed: World) -> None:
    anna, bram = (at_home(mailed, one).follow("mail") for one in ("anna", "bram"))
    anna.press("mail-want", mail=ANNA)
    code = code_in(sent(mailed))
    waits = bram.press("mail-want", mail=ANNA)

    assert "wrong_code" == waits.press("mail-confirm", code=code).code

    assert None is mail_of(mailed, "bram")


def test_a_code_that_was_used_is_used(mailed: World) -> None:
    waits = at_home(mailed, "anna").follow("mail").press("mail-want", mail=ANNA)
    code = code_in(sent(mailed))
    waits.press("mail-confirm", code=code)
    waits.press("mail-remove")

    assert "wrong_code" == waits.press("mail-confirm", code=code).code
    assert None is mail_of(mailed, "anna")


def test_who_arranges_everything_for_an_organisation_says_where_it_is_mailed(mailed: World) -> None:
    page = get(at_home(mailed, "carla").browser, "/portal/for/bakery").follow("mail")
    waits = page.press("mail-want", mail="bakkerij@example.nl")

    waits.press("mail-confirm", code=code_in(sent(mailed)))

    assert "bakkerij@example.nl" == mail_of(mailed, "bakery")
    assert None is mail_of(mailed, "carla")


@pytest.mark.parametrize(
    ("person", "party"),
    [
        ("petra", "jan"),  # his office arranges all for him, and cannot lead his notices elsewhere
        ("bram", "sem"),
        ("truus", "wil"),
        ("eva", "peeters"),
        ("eva", "anna"),
        ("anna", "anna"),
        ("anna", "no-such"),
    ],
)
def test_nobody_leads_the_notices_of_another_person_elsewhere(mailed: World, person: str, party: str) -> None:
    home = at_home(mailed, person)
    token = home.fields("language-form")

    page = get(home.browser, f"/portal/mail/{party}")
    assert (404, "not_found") == (page.status, page.code)
    for form in ({"do": "want", "mail": OTHER}, {"do": "confirm", "code": "1"}, {"do": "remove"}):
        assert 404 == post(home.browser, f"/portal/mail/{party}", token | form).status
    assert None is mail_of(mailed, party)
    assert "mail" not in get(home.browser, f"/portal/for/{party}").ids


def test_a_form_without_its_token_changes_nothing(mailed: World) -> None:
    home = at_home(mailed, "anna")

    refused = post(home.browser, "/portal/mail", {"do": "want", "mail": OTHER})

    assert (400, "form_expired") == (refused.status, refused.code)
    assert [] == sent(mailed).taken
    get(home.browser, f"/portal/mail?do=want&mail={OTHER}")
    assert [] == sent(mailed).taken


def test_where_nobody_is_mailed_nobody_is_asked_for_an_address(people: World) -> None:
    home = at_home(people, "anna")

    assert "mail" not in home.ids
    assert 404 == get(home.browser, "/portal/mail").status
