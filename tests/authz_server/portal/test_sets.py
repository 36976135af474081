"""Giving a set of services as a whole: what it holds, what comes to it later, and the same words on both sides."""

import pytest

from claims.register.actor import OPERATOR
from claims.register.world import import_world
from keys.storage import Statement
from tests.authz_server.portal.test_giving import at_home, give, states
from tests.support.pages import get
from tests.support.signing_in import World

TOWN = {"set:s-town": "yes"}
SAID = "een groep diensten: Bijzondere bijstand, en wat er later bij komt"
_BODIES = Statement("SELECT body FROM register_links WHERE kind = 'mandate' AND representative = 'bram'")


def in_town(people: World, *services: str) -> None:
    told = {"id": "s-town", "name": {"nl": "Gemeentezaken", "en": "Town matters"}, "services": list(services)}
    with people.context.database.writing() as db:
        import_world(db, people.context.vault, {"service_sets": [told]}, by=OPERATOR, now=people.clock())


@pytest.fixture
def town(people: World) -> World:
    """The town's matters: one service for people, and one for organisations alone."""
    in_town(people, "benefit", "vat-return")
    return people


def test_g11_a_set_is_chosen_by_its_name_and_both_sides_read_what_it_holds_and_that_it_grows(
    town: World,
) -> None:
    form = at_home(town, "anna").follow("give")
    assert "Gemeentezaken nu: Bijzondere bijstand" in form.element("sets").text
    assert "Komt er later een dienst bij de groep?" in form.element("sets-hint").text

    summary = give(at_home(town, "anna"), to="bram", **TOWN)
    assert SAID in summary.text
    summary.press("give-yes")
    bram = at_home(town, "bram")
    offer = bram.follow(next(id for id in bram.ids if id.startswith("offer-of-")))
    assert SAID in offer.text
    offer.press("accept")

    assert SAID in get(bram.browser, "/portal").element("received-list").text
    with town.context.database.reading() as db:
        assert any('"services":{"set":"s-town"}' in body for (body,) in db.all(_BODIES))


def test_changing_something_keeps_the_set_chosen_and_tasks_can_stand_beside_it(town: World) -> None:
    summary = give(at_home(town, "anna"), to="bram", **TOWN, **{"task:income-tax:all": "yes"})
    assert SAID in summary.text
    assert "Aangifte inkomstenbelasting" in summary.text

    form = summary.press("give-change")

    assert "checked" in form.element("set:s-town").attributes
    assert "checked" in form.element("task:income-tax:all").attributes


def test_g4_a_set_that_wants_a_surer_login_says_so_and_is_refused_below_it(town: World) -> None:
    in_town(town, "benefit", "record")
    home = at_home(town, "anna")
    assert "Log hiervoor eerst in op een veiligere manier." in home.follow("give").element("sets").text

    refused = give(home, to="bram", **TOWN)

    assert (422, "cannot_be_granted") == (refused.status, refused.code)
    assert "stronger" in refused.ids
    assert [] == states(town)


@pytest.mark.parametrize("filled", [{"set:": "yes"}, {"set:no-such": "yes"}, {"set:s-business": "yes"}])
def test_a_set_that_there_is_not_or_that_is_for_others_is_nothing_chosen(
    town: World, filled: dict[str, str]
) -> None:
    in_town(town, "vat-return")

    wrong = give(at_home(town, "anna"), **filled)

    assert (422, "not_filled_in") == (wrong.status, wrong.code)
    assert "tasks-error" in wrong.ids
    assert "sets" not in wrong.ids
