"""Offers over the API: read by party and by id, and taken back once."""

import pytest

from tests.support.offers import offered_in_the_small_world
from tests.support.register_client import RegisterClient

WHY = {"reason": "asked by telephone"}


@pytest.fixture
def offers(desk: RegisterClient) -> list[str]:
    """Three that p1 makes to whoever has the code."""
    ids = [f"of{number}" for number in range(3)]
    offered_in_the_small_world(desk.app.extensions["namens"], *ids)
    return ids


def test_offers_of_a_party_are_read_in_pages(desk: RegisterClient, offers: list[str]) -> None:
    first = desk.get("/api/v1/parties/p1/offers/made?limit=2").get_json()
    rest = desk.get(f"/api/v1/parties/p1/offers/made?limit=2&cursor={first['next']}").get_json()

    assert offers == [one["id"] for one in (*first["offers"], *rest["offers"])]
    assert None is rest["next"]
    assert {("offered", "code")} == {(one["state"], one["waits_for"]) for one in first["offers"]}
    assert [] == desk.get("/api/v1/parties/p1/offers/received").get_json()["offers"]
    assert "unknown_party" == desk.get("/api/v1/parties/nobody/offers/made").get_json()["code"]


def test_an_offer_is_taken_back_once_by_the_client_that_the_journal_names(
    desk: RegisterClient, offers: list[str]
) -> None:
    path = f"/api/v1/offers/{offers[0]}"
    done = desk.post(f"{path}/withdraw", WHY)
    again = desk.post(f"{path}/withdraw", WHY)

    assert "withdrawn" == done.get_json()["offer"]["state"]
    assert (409, "not_now") == (again.status_code, again.get_json()["code"])
    assert "withdrawn" == desk.get(path).get_json()["offer"]["state"]
    unknown = desk.post("/api/v1/offers/nothing/withdraw", WHY)
    assert (404, "unknown_offer") == (unknown.status_code, unknown.get_json()["code"])
    number = desk.post(f"/api/v1/offers/{offers[1]}/withdraw", {"reason": "999997221 called"})
    assert (422, "reason_holds_a_number") == (number.status_code, number.get_json()["code"])
