"""Choosing what is narrower than a service: one case, an amount, days, a set of services (R20 to R23)."""

from typing import Any

import pytest

from claims.instants import day_of
from claims.limits import WEEKDAYS
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from tests.support.relying_party import RelyingParty, claims_of
from tests.support.signing_in import World, answer_to, by_practice, choose, start
from tests.support.try_out import world_document

PERMIT = "https://town.example.nl/services/building-permit"
POLICY = "https://insurer.example.nl/services/policy"
HEEDS = ["case", "amount", "days"]


def details_of(party: RelyingParty, answer: dict[str, str]) -> dict[str, Any]:
    redeemed = party.redeem(answer["code"])
    assert redeemed.status_code == 200, redeemed.get_data(as_text=True)
    details: dict[str, Any] = claims_of(redeemed.get_json()["id_token"])["authorization_details"][0]
    return details


def put(people: World, mandate: str, **changed: Any) -> None:
    now = people.clock()
    [record] = [one for one in world_document(now)["mandates"] if one["id"] == mandate]
    with people.context.database.writing() as db:
        import_world(db, people.context.vault, {"mandates": [record | changed]}, by=OPERATOR, now=now)


def today(people: World, later: int = 0) -> str:
    return WEEKDAYS[(day_of(people.clock()).weekday() + later) % 7]


def test_r20_a_case_is_offered_in_words_and_stands_in_the_token(people: World) -> None:
    town = people.client(PERMIT, representation_restrictions=HEEDS)

    page = by_practice(start(town), "fenna")
    assert "alleen voor zaak Z-2026-0417" in next(iter(page.choices()))
    page = choose(page, "Loods")
    assert "alleen voor zaak Z-2026-0417" in page.text
    details = details_of(town, answer_to(page.press("confirm-yes")))

    assert {"case": "Z-2026-0417"} == details["limits"]


def test_r20_a_client_that_does_not_heed_an_amount_is_offered_nothing_and_the_page_says_why(
    people: World,
) -> None:
    page = by_practice(start(people.client(POLICY)), "joris")

    assert "nobody" in page.ids
    assert "Deze toestemming heeft een grens: ten hoogste € 10.000,00 per keer." in page.text
    assert "Vraag Loods Zuid B.V. om een toestemming zonder deze grens." in page.text


def test_r20_among_others_it_stands_under_not_listed(people: World) -> None:
    put(people, "m0019", represented="client007", representative="joris", further_intermediaries=0)
    page = by_practice(start(people.client(POLICY)), "joris")
    assert not [words for words in page.choices() if "Loods" in words]

    listed = page.follow("not-listed")

    assert "Deze toestemming heeft een grens" in listed.text


def test_r15_each_case_of_one_party_can_be_chosen(people: World) -> None:
    put(people, "m0023", id="m9001", limits={"case": "Z-2026-0500"})
    town = people.client(PERMIT, representation_restrictions=HEEDS)

    page = by_practice(start(town), "fenna")

    assert 2 == len(page.choices())
    other = next(value for words, value in page.choices().items() if "Z-2026-0500" in words)
    page = page.press("choose-submit", represented=other)
    assert "Z-2026-0500" in page.text
    assert {"case": "Z-2026-0500"} == details_of(town, answer_to(page.press("confirm-yes")))["limits"]


def test_r22_on_another_day_the_page_says_on_which_days_it_is(people: World) -> None:
    put(people, "m0023", limits={"days": [today(people, later=1)]})
    town = people.client(PERMIT, representation_restrictions=HEEDS)

    page = by_practice(start(town), "fenna")

    assert "nobody" in page.ids
    assert "U mag deze toestemming vandaag niet gebruiken: alleen op " in page.text


def test_r22_on_its_day_it_is_offered_until_midnight(people: World) -> None:
    put(people, "m0023", limits={"days": [today(people)]})
    town = people.client(PERMIT, representation_restrictions=HEEDS)

    page = choose(by_practice(start(town), "fenna"), "Loods")
    details = details_of(town, answer_to(page.press("confirm-yes")))

    assert {"days": [today(people)]} == details["limits"]
    assert details["not_after"].endswith(("T22:00:00Z", "T23:00:00Z"))


@pytest.mark.parametrize("service", [PERMIT, "https://tax.example.nl/services/vat-return"])
def test_r23_one_mandate_for_a_set_is_for_each_service_in_it(people: World, service: str) -> None:
    office = people.client(service)

    page = choose(by_practice(start(office), "tess"), "Loods")

    assert "limits" not in details_of(office, answer_to(page.press("confirm-yes")))


def test_r23_what_is_taken_out_of_a_set_is_covered_no_longer(people: World) -> None:
    sets = [{"id": "s-town", "name": {"nl": "Gemeentezaken", "en": "Town matters"}, "services": ["benefit"]}]
    with people.context.database.writing() as db:
        import_world(db, people.context.vault, {"service_sets": sets}, by=OPERATOR, now=people.clock())

    assert "nobody" in by_practice(start(people.client(PERMIT)), "tess").ids


def test_a_signatory_of_the_trade_register_acts_up_to_the_amount_that_it_names(people: World) -> None:
    insurer = people.client(POLICY, representation_restrictions=HEEDS)

    page = choose(by_practice(start(insurer), "nora"), "Loods")

    assert "ten hoogste € 25.000,00 per keer" in page.text
    details = details_of(insurer, answer_to(page.press("confirm-yes")))
    assert {"amount": {"currency": "EUR", "value": "25000.00"}} == details["limits"]


def test_the_consent_page_tells_the_limits(people: World) -> None:
    town = people.client(PERMIT, representation_restrictions=HEEDS)

    page = by_practice(start(town, prompt="consent"), "fenna")
    page = choose(page, "Loods").press("confirm-yes")

    assert "consent-form" in page.ids
    assert "De grenzen van uw toestemming: alleen voor zaak Z-2026-0417." in page.text
