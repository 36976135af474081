"""A notice says that something changed, never what, and leads nowhere."""

import re

import pytest

from authz_server.i18n import day
from authz_server.notices.words import (
    Letter,
    Message,
    by_mail_now_message,
    code_message,
    left_message,
    letter_message,
    notice_message,
)
from claims.parties import Party, PartyKind
from claims.register.outbox import Notice

ANNA = Party("anna", PartyKind.PERSON, "Anna de Vries")
BAKERY = Party("bakery", PartyKind.ORGANISATION, "Bakkerij De Korenbloem B.V.")
OPERATOR = "Namens Voorbeeldland"


def notice(change: str = "revoked", subject: str = "anna", mandate: str = "m0001") -> Notice:
    return Notice("n", 1, "anna", subject, mandate, change, 1, None, None)


def message(*notices: Notice, party: Party = ANNA, language: str | None = "nl") -> Message:
    return notice_message(notices or (notice(),), party, operator=OPERATOR, language=language)


@pytest.mark.parametrize("language", ["nl", "en", None])
def test_no_notice_says_what_changed_or_for_whom_or_has_a_link(language: str | None) -> None:
    changes = ("revoked", "renounced", "suspended", "resumed", "frozen", "first_use")
    said = {message(notice(one), language=language) for one in changes}

    assert 1 == len(said)
    (told,) = said
    for text in (
        told.subject,
        told.text,
        code_message("12345678", operator=OPERATOR, language=language).text,
    ):
        assert not re.search(r"https?:|www\.|\.nl\b|localhost|m0001|anna", text, re.IGNORECASE), text


def test_it_is_dutch_first_where_nobody_knows_what_somebody_reads() -> None:
    both = message(language=None)

    assert "Er is iets veranderd" in both.text
    assert both.text.index("Er is iets veranderd") < both.text.index("Something changed")
    assert f"{OPERATOR}: er is iets veranderd · something changed" == both.subject
    assert "Something" not in message(language="nl").text
    assert "iets" not in message(language="en").text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_that_somebody_waits_for_an_answer_is_said_and_not_who_or_for_what(language: str) -> None:
    waits = {"nl": "wacht op", "en": "waits for"}[language]
    own = message(notice("waits"), language=language)
    others = message(notice("waits", subject="sem"), language=language)
    partys = message(notice("waits", subject="bakery"), party=BAKERY, language=language)

    assert {"nl": f"{OPERATOR}: er wacht iets op u", "en": f"{OPERATOR}: something waits for you"}[
        language
    ] == own.subject
    assert all(waits in one.text for one in (own, others, partys))
    assert 3 == len({own.text, others.text, partys.text})
    assert BAKERY.name in partys.text
    both = message(notice("waits"), notice("revoked"), language=language)
    assert waits in both.text
    assert message(notice("revoked"), language=language).subject == both.subject
    for one in (own, others, partys):
        assert not re.search(r"https?:|www\.|m0001|anna|sem\b", one.text, re.IGNORECASE)


def test_an_organisation_is_named_and_another_person_is_not() -> None:
    assert BAKERY.name in message(notice(subject="bakery"), party=BAKERY).text
    told = message(notice(subject="sem"))
    assert "iemand voor wie u dit regelt" in told.text
    assert "sem" not in told.text.lower().split()


def test_all_that_somebody_is_told_stands_in_one_message() -> None:
    told = message(notice(), notice("suspended", "sem"), notice("ends_soon"))

    assert 1 == told.text.count("veranderd bij een toestemming die u gaf of kreeg.")
    assert "iemand voor wie u dit regelt" in told.text
    assert "verandert binnenkort" in told.text
    assert told.subject.endswith("er is iets veranderd")
    assert message(notice("ends_soon")).subject.endswith("er verandert binnenkort iets")


def test_the_operators_name_cannot_make_a_header() -> None:
    told = notice_message([notice()], ANNA, operator="Namens\r\nBcc: eve@example.nl", language="nl")

    assert "\n" not in told.subject


def test_a_code_stands_in_its_message_alone() -> None:
    assert "12345678" in code_message("12345678", operator=OPERATOR, language="nl").text
    assert not re.search(r"\d", left_message(operator=OPERATOR, language="nl").text)
    assert not re.search(r"\d", by_mail_now_message(operator=OPERATOR).text)


def a_letter(helper: str = "Ömer Yıldız", lines: tuple[str, ...] = ("Toeslagen: Alles regelen",)) -> Message:
    return letter_message(
        Letter(helper, "K7P4-9TRX-M", "of-abc", lambda: lines, lambda: day(1_764_028_800)), operator=OPERATOR
    )


def test_g6a_a_letter_says_who_asks_for_what_the_code_and_how_to_refuse_in_both_languages() -> None:
    told = a_letter()
    dutch, english = told.text.split("\n\n--\n\n")

    for text in (dutch, english):
        for part in ("Ömer Yıldız", "Toeslagen: Alles regelen", "K7P4-9TRX-M", "of-abc", OPERATOR):
            assert part in text
        assert "http" not in text
    assert "25 november 2025" in dutch
    assert "25 November 2025" in english
    assert "K7P4" not in told.subject
    assert "K7P4" not in repr(Letter("x", "K7P4-9TRX-M", "of-abc", list, str))


def test_no_name_makes_a_line_of_a_letter() -> None:
    hostile = "Eva\r\n\r\nWij vragen u om deze code\u202e"

    assert "\nWij vragen" not in a_letter(hostile, (hostile,)).text
    assert "\u202e" not in a_letter(hostile, (hostile,)).text
