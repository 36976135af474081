"""Managers of means on pages: the ways in which people logged in for the organisation, and those it does not want (G12)."""

import pytest

from claims.register import means
from claims.register.journal import Event
from keys.storage import Statement
from tests.authz_server.portal.test_appointing import appointed, at_home, organisation
from tests.authz_server.portal.test_staff import mandated
from tests.support.pages import Page, get, post
from tests.support.signing_in import TAX, World, answer_to, by_practice, choose, start

_EVENTS = Statement(
    "SELECT event, person, on_behalf_of FROM register_journal WHERE kind = 'block' ORDER BY seq"
)


def logged_in(people: World, person: str = "eva", party: str = "Bakkerij De Korenbloem") -> None:
    """Somebody acts for a party, at a service."""
    desk = people.client(TAX + "vat-return")
    confirm = choose(by_practice(start(desk), person), party)
    desk.redeem(answer_to(confirm.press("confirm-yes"))["code"])


def events(people: World) -> list[tuple[str, str, str]]:
    with people.context.database.reading() as db:
        return [tuple(row) for row in db.all(_EVENTS)][1:]  # the one of the world comes first


def ways(page: Page) -> list[str]:
    return [one.attributes["data-person"] for one in page.elements if "data-person" in one.attributes]


def test_g12_a_manager_sees_how_people_logged_in_for_it_and_blocks_that(people_on_both: World) -> None:
    people = people_on_both
    lotte = organisation(people, "lotte", "peeters").follow("people").follow("means")
    assert ["lars"] == ways(lotte)  # blocked since before anybody noted it
    logged_in(people)

    shown = get(lotte.browser, "/portal/for/peeters/means")
    assert ["lars", "eva"] == ways(shown)
    assert "Oefen-inlog" in shown.text or "oefen" in shown.text.lower()
    assert "eva-password" not in shown.html  # she has one, and did not use it for them
    blocked = shown.press("block-eva-eid")

    assert {"lift-eva-eid", "lift-lars-password"} <= blocked.ids
    assert [("blocked", "lotte", "peeters")] == events(people)
    # she logs in as before, and cannot go on for the accountants or their clients
    picked = by_practice(start(people.client(TAX + "vat-return")), "eva")
    told = choose(picked, "Bakkerij De Korenbloem")
    assert "confirm-yes" not in told.ids
    people.clock.now += 1
    blocked.press("lift-eva-eid")
    assert ["blocked", "lifted"] == [event for event, _, _ in events(people)]
    logged_in(people)


def test_g12_who_represents_the_bakery_through_another_is_not_the_bakerys_to_see(people: World) -> None:
    logged_in(people)
    logged_in(people, "carla")

    carla = organisation(people, "carla", "bakery").follow("people").follow("means")

    assert ["carla"] == ways(carla)


@pytest.mark.parametrize(
    ("person", "party", "sees", "lifts"),
    [
        ("carla", "bakery", True, True),  # binds alone
        ("daan", "bakery", True, True),  # an administrator who may
        ("elly", "bakery", False, False),  # one who may not
        ("gea", "bos", True, False),  # one of two who sign: blocks alone, and lifts not (G3)
        ("eva", "peeters", False, False),
        ("anna", "bakery", False, False),
    ],
)
def test_g12_blocks_are_written_by_who_may_and_lifted_by_who_needs_nobody_else(
    people: World, person: str, party: str, sees: bool, lifts: bool
) -> None:
    appointed(people, "elly")
    with people.context.database.writing() as db:
        for organisation_id in ("bakery", "bos", "peeters"):
            db.run(
                Statement(
                    "INSERT INTO register_means_used (organisation, person, authenticator, first_at, last_at)"
                    " VALUES (:organisation, 'omer', 'omer-eid', :now, :now)"
                ),
                {"organisation": organisation_id, "now": people.clock()},
            )
    home = at_home(people, person)
    token = home.fields("language-form") | {"person": "omer", "means": "omer-eid"}
    path = f"/portal/for/{party}/means"

    assert (200 if sees else 404) == get(home.browser, path).status
    assert (200 if sees else 404) == post(home.browser, f"{path}/block", token).status
    assert sees == bool(events(people))
    assert (200 if lifts else 404) == post(home.browser, f"{path}/lift", token).status
    assert lifts == ("lifted" in [event for event, _, _ in events(people)])


def test_g12_what_somebody_uses_in_private_is_neither_shown_nor_blocked(people: World) -> None:
    mandated(people, "omer")
    carla = organisation(people, "carla", "bakery")
    token = carla.fields("language-form")

    for person, which in (
        ("omer", "omer-eid"),
        ("omer", "omer-password"),
        ("anna", "anna-eid"),
        ("", ""),
        ("x\x00", "y"),
    ):
        refused = post(
            carla.browser, "/portal/for/bakery/means/block", token | {"person": person, "means": which}
        )
        assert refused.status in {400, 404}
    assert [] == events(people)
    assert 404 == get(carla.browser, "/portal/for/bakery/means/block").status or [] == events(people)


def test_blocking_twice_and_lifting_twice_is_no_fault(people: World) -> None:
    logged_in(people)
    shown = get(organisation(people, "lotte", "peeters").browser, "/portal/for/peeters/means")
    blocked = shown.press("block-eva-eid")
    shown.press("block-eva-eid")
    people.clock.now += 1
    blocked.press("lift-eva-eid")
    assert 200 == blocked.press("lift-eva-eid").status

    assert [Event.BLOCKED, Event.LIFTED] == [event for event, _, _ in events(people)]


def test_means_of_long_ago_are_not_shown(people: World) -> None:
    logged_in(people)
    with people.context.database.writing() as db:
        db.run(
            Statement("UPDATE register_means_used SET last_at = last_at - :years"), {"years": 3 * 366 * 86400}
        )
        assert means.is_used(db, "peeters", "eva", "eva-eid")

    assert ["lars"] == ways(
        get(organisation(people, "lotte", "peeters").browser, "/portal/for/peeters/means")
    )


def test_ones_own_data_tells_what_one_arranges_and_which_means_were_noted(people: World) -> None:
    logged_in(people)
    eva = at_home(people, "eva")
    told = eva.browser.get("/portal/my-data/file").get_json()
    assert [("Accountants Peeters B.V.", "oefen-inlog")] == [
        (one["organisation"], one["how"].lower()) for one in told["logged_in_for_organisations_by"]
    ]
    assert [] == told["arranges"]

    daan = at_home(people, "daan").browser.get("/portal/my-data/file").get_json()
    [one] = daan["arranges"]
    assert ("Bakkerij De Korenbloem B.V.", "a-bakery-daan") == (one["organisation"], one["id"])
    assert "alles" in one["what"]
    assert ["added"] == [entry["event"] for entry in one["history"]]
    assert "carla" not in str(daan).lower()  # who acts for the other side
