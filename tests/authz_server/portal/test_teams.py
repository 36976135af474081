"""Teams on the pages of an intermediary: made, filled, served by its people, and where new clients come."""

import pytest

from claims.register import teams
from tests.authz_server.portal.test_giving import at_home, code_of
from tests.support.pages import Page, get, post
from tests.support.signing_in import World

TEAMS = "/portal/for/peeters/teams"


def at_teams(people: World, path: str = "", person: str = "lotte") -> Page:
    return get(at_home(people, person).browser, TEAMS + path)


def test_a_team_is_made_named_and_renamed(people_on_both: World) -> None:
    people = people_on_both
    form = at_teams(people)
    assert "Team Noord" in form.element("teams-list").text

    made = form.press("team-submit", name=" Team  Zuid ")
    again = form.press("team-submit", name="Twice")

    assert "Team Zuid" == made.heading == again.heading
    assert "Team Zee" == made.press("rename", name="Team Zee").heading
    assert 422 == made.press("rename", name=" ").status
    assert 422 == form.press("team-submit", name="").status
    with people.context.database.reading() as db:
        assert 3 == len(teams.of_organisation(db, "peeters"))


def test_new_clients_come_in_one_team(people_on_both: World) -> None:
    people = people_on_both
    north = at_teams(people, "/g-north").press("receive")
    assert "receive-no-more" in north.ids

    at_teams(people, "/g-payroll").press("receive")
    assert "receive" in at_teams(people, "/g-north").ids
    late = post(north.browser, f"{TEAMS}/g-north", north.fields("rename-form") | {"do": "receive-no-more"})
    assert "receive" in late.ids
    assert "receive-no-more" in at_teams(people, "/g-payroll").ids
    assert "nieuwe klanten komen hier" in at_teams(people).element("teams-list").text


def test_an_employee_of_another_team_goes_in_this_one_and_out(people_on_both: World) -> None:
    people = people_on_both
    page = at_teams(people, "/g-payroll")
    assert "Lars" not in page.element("people-list").text

    inside = page.press("serve", mandate="m0015")
    assert "Lars" in inside.element("people-list").text
    outside = inside.press("serve-no-more-m0015")

    assert "Lars" not in outside.element("people-list").text
    wrong = outside.press("serve", mandate="m0014")
    assert (422, True) == (wrong.status, "mandate-error" in wrong.ids)


def test_a_client_is_taken_out_of_a_team(people: World) -> None:
    page = at_teams(people, "/g-north")
    client = next(id for id in sorted(page.ids) if id.startswith("take-out-"))

    assert client not in page.press(client).ids


def test_g10_an_employee_gets_a_permission_for_the_clients_of_a_team(people_on_both: World) -> None:
    people = people_on_both
    form = at_teams(people, "/g-north").follow("give-team")
    assert "checked" in form.element("for_whom-team:g-north").attributes
    summary = form.press(
        "give-submit",
        **{"to": "employee", "reference": "007", "lasts": "year", "task:vat-return:all": "yes"},
    )
    shown = summary.press("give-yes")

    assert code_of(shown)
    with people.context.database.reading() as db:
        from claims.register import offers_kept

        (offer,) = offers_kept.open_offers(db, "peeters", now=people.clock()).offers
    assert (frozenset({"g-north"}), False) == (offer.clients.groups, offer.own_affairs)


@pytest.mark.parametrize("team", ["g-nowhere", "", "g-x\u200by"])
def test_a_permission_for_a_team_of_nobody_is_not_given(people: World, team: str) -> None:
    form = get(at_home(people, "lotte").browser, "/portal/for/peeters/give")
    wrong = form.press(
        "give-submit",
        **{
            "to": "employee",
            "reference": "007",
            "lasts": "year",
            "task:vat-return:all": "yes",
            "for_whom": f"team:{team}",
        },
    )

    assert 422 == wrong.status
    assert "for_whom-error" in wrong.ids


def test_another_organisations_team_is_not_there(people: World) -> None:
    carla = at_home(people, "carla")
    there, nowhere = (
        get(carla.browser, f"/portal/for/bakery/teams/{team}") for team in ("g-north", "g-nowhere")
    )

    assert (404, 404) == (there.status, nowhere.status)
    page = get(carla.browser, "/portal/for/bakery/teams")
    token = page.fields("team-form")
    for do in ("rename", "receive", "take-out", "serve", "serve-no-more", "receive-no-more"):
        refused = post(carla.browser, "/portal/for/bakery/teams/g-north", token | {"do": do, "name": "x"})
        assert 404 == refused.status
    # nor is one of hers made with the id of another's
    taken = post(carla.browser, "/portal/for/bakery/teams", token | {"team": "g-north", "name": "Mine"})
    assert 400 == taken.status
    with people.context.database.reading() as db:
        north = teams.find(db, "peeters", "g-north")
    assert north is not None
    assert "Team Noord" == north.name


@pytest.mark.parametrize("do", ["", "delete", "RENAME"])
def test_what_no_form_of_ours_does_is_not_done(people: World, do: str) -> None:
    page = at_teams(people, "/g-north")

    assert 400 == post(page.browser, page.address, page.fields("rename-form") | {"do": do}).status


def test_a_team_is_removed_after_it_was_said_what_ends(people_on_both: World) -> None:
    people = people_on_both
    asked = at_teams(people, "/g-north").follow("remove")
    assert "Lars" in asked.element("remove-goes-on").text
    assert "remove-clients" in asked.ids
    assert "Team Noord" in asked.press("remove-no").heading

    done = asked.press("remove-yes")

    assert "Team Noord" not in done.element("teams-list").text
    for path in ("/g-north", "/g-north/remove"):
        shown = get(done.browser, TEAMS + path)
        assert (404, "not_found") == (shown.status, shown.code)
    again = post(done.browser, f"{TEAMS}/g-north/remove", done.fields("team-form") | {"answer": "yes"})
    assert (404, "not_found") == (again.status, again.code)
    assert "Team Noord" not in get(done.browser, "/portal/for/peeters/clients").text


def test_an_empty_team_is_removed_at_once(people: World) -> None:
    asked = at_teams(people).press("team-submit", name="Zuid").follow("remove")
    assert "remove-nothing" in asked.ids

    assert "Zuid" not in asked.press("remove-yes").element("teams-list").text


@pytest.mark.parametrize("answer", ["no", "", "YES", "1"])
def test_any_answer_but_yes_removes_no_team(people: World, answer: str) -> None:
    page = at_teams(people)

    post(page.browser, f"{TEAMS}/g-north/remove", page.fields("language-form") | {"answer": answer})
    get(page.browser, f"{TEAMS}/g-north/remove?answer=yes")

    assert 200 == get(page.browser, f"{TEAMS}/g-north").status


@pytest.mark.parametrize("person", ["eva", "carla", "anna"])
def test_nobody_else_removes_a_team(people: World, person: str) -> None:
    home = at_home(people, person)
    token = home.fields("language-form") | {"answer": "yes"}

    assert 404 == get(home.browser, f"{TEAMS}/g-north/remove").status
    assert 404 == post(home.browser, f"{TEAMS}/g-north/remove", token).status
    with people.context.database.reading() as db:
        assert teams.find(db, "peeters", "g-north") is not None
