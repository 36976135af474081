"""What somebody ended is on the disk before it is answered: a machine that loses power does not undo it."""

from collections.abc import Callable

import pytest

from tests.support.pages import Page, get
from tests.support.relying_party import RelyingParty
from tests.support.signing_in import TAX, World, answer_to, by_practice, choose, start

FULL = "PRAGMA synchronous=FULL"


def a_token_given_back(desk: RelyingParty, page: Page) -> Callable[[], object]:
    token = desk.redeem(answer_to(page.press("confirm-yes"))["code"]).get_json()["access_token"]
    return lambda: desk.post("/revoke", {"token": token})


def a_log_out(_: RelyingParty, page: Page) -> Callable[[], object]:
    asked = get(page.browser, "/logout")
    return lambda: asked.press("logout-confirm")


@pytest.mark.parametrize("ending", [a_token_given_back, a_log_out])
def test_what_is_ended_waits_for_the_disk(
    people: World, ending: Callable[[RelyingParty, Page], Callable[[], object]]
) -> None:
    desk = people.client(TAX + "income-tax")
    end = ending(desk, choose(by_practice(start(desk), "bram"), "Anna de Vries"))
    said: list[str] = []
    writer = people.context.database.writer
    assert writer is not None
    writer.driver_connection.set_trace_callback(said.append)  # type: ignore[union-attr]

    end()

    assert FULL in said
    assert said.index(FULL) < said.index("BEGIN IMMEDIATE") < said.index("COMMIT")
