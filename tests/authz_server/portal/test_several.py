"""Several offers accepted and several clients asked anew in one form, each judged by itself, with what was done and not."""

import pytest

from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY
from claims.granting import years_after
from claims.offers import Offer, OfferKind, OfferState, Part
from claims.register import declining, offering, offers_kept, overview, teams
from claims.register.actor import OPERATOR, Actor
from claims.register.world import import_world
from keys.storage import Statement
from tests.authz_server.portal.test_calendar import before_many_end
from tests.authz_server.portal.test_giving import at_home, fetched_today
from tests.support.pages import Page, get, post
from tests.support.signing_in import World

_PLACINGS = Statement("SELECT 1 FROM register_placings")
SEVERAL = "/portal/for/peeters/several"


def offered(people: World, number: int, client: str = "bakery", person: str = "carla") -> str:
    """An offer to the accountants."""
    now = people.clock()
    offer = Offer(
        id=f"of-{number}",
        kind=OfferKind.PARTY,
        state=OfferState.OFFERED,
        represented=client,
        representative="peeters",
        parts=(Part(f"mo-{number}", frozenset({"policy"}), None),),
        assurance=Loa.HIGH,
        starts=None,
        until=years_after(now, 1),
        made_at=now,
        lapses_at=now,
    )
    by = Actor(person, client, "self", Loa.SUBSTANTIAL, f"{person}-eid")
    with people.context.database.recording() as db:
        made = offering.make(
            db, people.context.vault, offer, login=Loa.SUBSTANTIAL, by=by, now=now, policy=DEFAULT_POLICY
        )
    assert isinstance(made, Offer), made
    return offer.id


def several(people: World, person: str = "lotte") -> Page:
    return get(at_home(people, person).browser, SEVERAL)


def listed(page: Page, id: str) -> list[str]:
    """The ids in a list of the page."""
    inside, found = False, []
    for one in page.elements:
        if one.tag == "ul":
            inside = one.attributes.get("id") == id
        if inside and "data-id" in one.attributes:
            found.append(one.attributes["data-id"])
    return found


def test_g7_those_that_were_chosen_are_accepted_and_the_others_wait(people_on_both: World) -> None:
    people = people_on_both
    fetched_today(people)
    ids = [offered(people, number) for number in range(3)]

    done = several(people).press("accept", **{f"offer:{ids[0]}": "yes", f"offer:{ids[1]}": "yes"})

    assert ids[:2] == listed(done, "done-list")
    with people.context.database.reading() as db:
        states = [found.state for id in ids if (found := offers_kept.find(db, id))]
        assert overview.mandate(db, "mo-0")
    assert [OfferState.GIVEN, OfferState.GIVEN, OfferState.OFFERED] == states


def test_each_is_judged_by_itself_and_says_why_not(people_on_both: World) -> None:
    people = people_on_both
    fetched_today(people)
    good, taken_back = offered(people, 1), offered(people, 2)
    page = several(people)
    by = Actor("carla", "bakery", "self", Loa.SUBSTANTIAL, "carla-eid")
    with people.context.database.recording() as db:
        declining.withdraw(db, people.context.vault, taken_back, by=by, now=people.clock())

    done = page.press("accept", **{f"offer:{one}": "yes" for one in (good, taken_back, "of-nobody")})

    assert [good] == listed(done, "done-list")
    assert sorted([taken_back, "of-nobody"]) == sorted(listed(done, "not-done-list"))
    assert "Dit staat niet meer open" in done.text or "open" in done.element("not-done-list").text
    again = page.press("accept", **{f"offer:{good}": "yes"})
    assert [good] == listed(again, "not-done-list")


def test_those_that_are_accepted_land_in_the_team_that_was_chosen(people_on_both: World) -> None:
    people = people_on_both
    fetched_today(people)
    id = offered(people, 1)

    several(people).press("accept", team="g-north", **{f"offer:{id}": "yes"})

    with people.context.database.reading() as db:
        assert "g-north" in [one.id for one in teams.teams_of(db, "peeters", ["bakery"])["bakery"]]


@pytest.mark.parametrize("together", [True, False])
def test_what_could_not_be_accepted_leaves_no_word_of_a_team_behind(
    people_on_both: World, together: bool
) -> None:
    people = people_on_both
    fetched_today(people)
    id = offered(people, 1)
    page = several(people)
    page = page if together else get(page.browser, f"/portal/offers/{id}")
    with people.context.database.writing() as db:  # meanwhile the client's director is one no more
        gone = {
            "id": "l-bakery-carla",
            "represented": "bakery",
            "representative": "carla",
            "basis": "sole_signatory",
            "services": "*",
            "actions": "*",
            "assurance": "high",
            "from": "2020-01-01T00:00:00Z",
            "until": "2021-01-01T00:00:00Z",
        }
        import_world(db, people.context.vault, {"legal_relations": [gone]}, by=OPERATOR, now=people.clock())

    chosen = {"team": "g-north"} | ({f"offer:{id}": "yes"} if together else {})
    page.press("accept", **chosen)

    with people.context.database.reading() as db:
        assert None is db.one(_PLACINGS)
        waits = offers_kept.find(db, id)
    assert waits is not None
    assert OfferState.OFFERED is waits.state


@pytest.mark.parametrize(("level", "team"), [("low", "g-north"), ("substantial", "g-nowhere")])
def test_g10_nothing_is_accepted_into_a_team_that_one_may_not_fill(
    people: World, level: str, team: str
) -> None:
    fetched_today(people)
    id = offered(people, 1)
    page = get(at_home(people, "lotte", level).browser, SEVERAL)

    done = page.press("accept", team=team, **{f"offer:{id}": "yes"})

    assert [id] == listed(done, "not-done-list")
    with people.context.database.reading() as db:
        found = offers_kept.find(db, id)
    assert found is not None
    assert OfferState.OFFERED is found.state


def test_one_offer_can_be_accepted_into_a_team_on_its_own_page(people_on_both: World) -> None:
    people = people_on_both
    fetched_today(people)
    page = get(several(people).browser, f"/portal/offers/{offered(people, 1)}")

    wrong = page.press("accept", team="g-nowhere")
    assert 422 == wrong.status
    given = page.press("accept", team="g-north")

    assert "given" == given.element("became").attributes["data-state"]
    with people.context.database.reading() as db:
        assert "g-north" in [one.id for one in teams.teams_of(db, "peeters", ["bakery"])["bakery"]]


def test_nobody_accepts_anothers_offers(people: World) -> None:
    fetched_today(people)
    id = offered(people, 1)
    carla = get(at_home(people, "carla").browser, "/portal/for/bakery/several")

    done = post(
        carla.browser,
        "/portal/for/bakery/several",
        carla.fields("language-form") | {"do": "accept", f"offer:{id}": "yes"},
    )

    assert [id] == listed(done, "not-done-list")
    with people.context.database.reading() as db:
        found = offers_kept.find(db, id)
    assert found is not None
    assert OfferState.OFFERED is found.state


def test_g7_clients_are_asked_for_a_year_more_once_and_nothing_holds_yet(people_on_both: World) -> None:
    people = people_on_both
    before_many_end(people)
    page = several(people)
    boxes = [
        one.attributes["name"]
        for one in page.elements
        if one.attributes.get("name", "").startswith("mandate:")
    ]
    assert len(boxes) > 2
    chosen = dict.fromkeys(boxes[:2], "yes")

    done = page.press("renew", **chosen)
    again = page.press("renew", **chosen)

    assert [name.removeprefix("mandate:") for name in sorted(chosen)] == sorted(listed(done, "done-list"))
    assert sorted(listed(done, "done-list")) == sorted(listed(again, "not-done-list"))
    assert "Dit is de klant al gevraagd" in again.text


def test_choosing_nothing_is_said(people: World) -> None:
    fetched_today(people)
    offered(people, 1)

    wrong = several(people).press("accept")

    assert (422, "nothing_chosen") == (wrong.status, wrong.code)


@pytest.mark.parametrize("do", ["", "accept ", "decline"])
def test_what_no_form_of_ours_does_is_not_done(people: World, do: str) -> None:
    page = several(people)

    assert 400 == post(page.browser, SEVERAL, page.fields("language-form") | {"do": do}).status
