"""Logging in, choosing for whom, confirming."""

from tests.support.relying_party import claims_of
from tests.support.signing_in import TAX, World, answer_to, by_practice, choose, start


def test_a_person_logs_in_chooses_confirms_and_the_client_gets_a_code(people: World) -> None:
    desk = people.client(TAX + "income-tax")

    page = by_practice(start(desk), "bram")
    assert "choose-form" in page.ids
    page = choose(page, "Anna de Vries")
    assert "confirm-form" in page.ids
    answer = answer_to(page.press("confirm-yes"))

    tokens = desk.redeem(answer["code"]).get_json()
    claims = claims_of(tokens["id_token"])
    assert "represents" in claims
