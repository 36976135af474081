"""What people can do and see on the pages, a client can do and read over the API, or it is said why not.

The pages are those of the application's own map: one that is added stands in no row, and fails here. So does a row of the
documentation that is not so.
"""

import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import pytest
from flask import Flask

from authz_server.api.operations import EVERY
from authz_server.app import create_app
from tests.support.settings import settings_with

# Endpoints of programs, and files: nobody does anything on these.
NO_PAGES = {"api", "oidc", "well_known", "health", "theme", "static"}
PAGE = Path(__file__).parents[3] / "docs/register-api.md"


class Reason(Enum):
    """Why there is no operation for it, in the words of the documentation."""

    LOGIN = "a login, its choices and its end: what a login proves, no client brings"
    SURER = "a login that is surer: over the API a new offer with better evidence makes a surer mandate"
    CODE = "who has the code types it, logged in: else it proves nothing"
    VISIT = "who works at a desk acts there with their own login, so that they open a visit logged in"
    OWN = "where somebody is mailed, and all that is kept of them, is for themselves, logged in"
    LANGUAGE = "no act of the register"
    FORM = "a form, or the words after one: what it shows is read by the operations of this list"


DOES: dict[str, tuple[str, ...] | Reason] = {
    "/language": Reason.LANGUAGE,
    "/login/{interaction_id}": Reason.LOGIN,
    "/login/{interaction_id}/cancel": Reason.LOGIN,
    "/login/{interaction_id}/choose": Reason.LOGIN,
    "/login/{interaction_id}/confirm": Reason.LOGIN,
    "/login/{interaction_id}/consent": Reason.LOGIN,
    "/login/{interaction_id}/more-time": Reason.LOGIN,
    "/login/{interaction_id}/nobody": Reason.LOGIN,
    "/login/{interaction_id}/practice": Reason.LOGIN,
    "/logout": Reason.LOGIN,
    "/logout/done": Reason.LOGIN,
    "/portal/stronger": Reason.LOGIN,
    "/portal/strengthen/{mandate_id}": Reason.SURER,
    "/portal/stop/{mandate_id}": ("revokeMandate",),
    "/portal/pause/{mandate_id}": ("suspendMandate",),
    "/portal/resume/{mandate_id}": ("resumeMandate",),
    "/portal/keep/{mandate_id}": ("letMandateStand",),
    "/portal/renounce/{mandate_id}": ("renounceMandate",),
    "/portal/freeze/{mandate_id}": ("freezeMandates",),
    "/portal/give": ("makeOffer", "drawCode"),
    "/portal/for/{party_id}/give": ("makeOffer", "drawCode"),
    "/portal/ask": ("askForMandate",),
    "/portal/code": Reason.CODE,
    "/portal/letter": ("askByLetter",),
    "/portal/offers/{offer_id}/approve": ("approveOffer",),
    "/portal/offers/{offer_id}/accept": ("acceptOffer",),
    "/portal/offers/{offer_id}/confirm": ("confirmOffer",),
    "/portal/offers/{offer_id}/decline": ("declineOffer",),
    "/portal/offers/{offer_id}/withdraw": ("withdrawOffer",),
    "/portal/offers/{offer_id}/code": ("drawCode",),
    "/portal/for/{party_id}/list/give": ("previewList", "carryOutList"),
    "/portal/for/{party_id}/list/ask": ("previewList", "carryOutList"),
    "/portal/for/{party_id}/several": ("acceptOffer", "renewMandate"),
    "/portal/for/{party_id}/review": ("letMandateStand", "revokeMandate"),
    "/portal/for/{party_id}/clients": ("findClients",),
    "/portal/for/{party_id}/clients/{client_id}": ("putInTeam", "takeOutOfTeam", "noteReference"),
    "/portal/for/{party_id}/teams": ("makeTeam",),
    "/portal/for/{party_id}/teams/{team_id}": (
        "renameTeam", "receiveNewClients", "takeOutOfTeam", "serveTeam", "serveTeamNoMore",
    ),
    "/portal/for/{party_id}/teams/{team_id}/remove": ("removeTeam",),
    "/portal/for/{party_id}/people": ("findPeople",),
    "/portal/for/{party_id}/people/{person_id}/leave": ("leaveOrganisation",),
    "/portal/for/{party_id}/means/block": ("blockMeans",),
    "/portal/for/{party_id}/means/lift": ("liftBlock",),
    "/portal/for/{party_id}/why": ("explain",),
    "/portal/for/{party_id}/appoint": ("offerAppointment", "drawCode"),
    "/portal/for/{party_id}/appoint-at-desk": ("offerDeskAppointment", "drawCode"),
    "/portal/appointments/{appointment_id}/stop": ("revokeAppointment", "revokeDeskAppointment"),
    "/portal/appointments/{appointment_id}/pause": ("suspendAppointment", "suspendDeskAppointment"),
    "/portal/appointments/{appointment_id}/resume": ("resumeAppointment", "resumeDeskAppointment"),
    "/portal/appointments/{appointment_id}/resign": ("resignAppointment", "resignDeskAppointment"),
    "/portal/appointments/{appointment_id}/narrow": ("narrowAppointment",),
    "/portal/desk/{desk_id}/paper": ("recordPaper",),
    "/portal/desk/papers/{offer_id}/confirm": ("confirmPaper",),
    "/portal/desk/papers/{offer_id}/refuse": ("refusePaper",),
    "/portal/desk/{desk_id}/visit": Reason.VISIT,
    "/portal/desk/visits/{visit_id}/end": ("endVisit",),
    "/portal/support": ("findParty", "listMandatesGiven", "listMandatesReceived"),
    "/portal/support/{mandate_id}": ("revokeMandate", "suspendMandate", "resumeMandate", "renounceMandate"),
    "/portal/mail": Reason.OWN,
    "/portal/mail/{party_id}": Reason.OWN,
}  # fmt: skip

SHOWS: dict[str, tuple[str, ...] | Reason] = {
    "/": ("listMandatesGiven", "listMandatesReceived"),
    "/login/{interaction_id}": Reason.LOGIN,
    "/login/{interaction_id}/choose": ("resolve",),
    "/login/{interaction_id}/confirm": Reason.LOGIN,
    "/login/{interaction_id}/consent": Reason.LOGIN,
    "/login/{interaction_id}/nobody": Reason.LOGIN,
    "/login/{interaction_id}/not-listed": ("explain",),
    "/login/{interaction_id}/practice": Reason.LOGIN,
    "/login/finished": Reason.LOGIN,
    "/logout": Reason.LOGIN,
    "/permissions": ("listServices", "showService"),
    "/portal": (
        "listMandatesGiven", "listMandatesReceived", "listOffersMade", "listOffersToParty", "listUses",
        "listRelationsOver", "listRelationsHeld", "listAppointments",
    ),
    "/portal/": ("listMandatesGiven", "listMandatesReceived"),
    "/portal/for/{party_id}": (
        "showParty", "listMandatesGiven", "listMandatesReceived", "listOffersMade", "listOffersToParty", "listUses",
        "listRestrictions", "listMandatesToReview",
    ),
    "/portal/ended": ("listMandatesGiven", "listMandatesReceived"),
    "/portal/for/{party_id}/ended": ("listMandatesGiven", "listMandatesReceived"),
    "/portal/day": ("listMandatesGiven", "listMandatesReceived"),
    "/portal/for/{party_id}/day": ("listMandatesGiven", "listMandatesReceived"),
    "/portal/history/{mandate_id}": ("showMandate", "listMandateHistory", "listUses"),
    "/portal/stop/{mandate_id}": ("showMandate",),
    "/portal/pause/{mandate_id}": ("showMandate",),
    "/portal/resume/{mandate_id}": ("showMandate",),
    "/portal/keep/{mandate_id}": ("showMandate", "listMandatesToReview"),
    "/portal/renounce/{mandate_id}": ("showMandate",),
    "/portal/wrong/{mandate_id}": ("showMandate",),
    "/portal/freeze/{mandate_id}": ("previewFreeze",),
    "/portal/strengthen/{mandate_id}": Reason.SURER,
    "/portal/give": ("listServices",),
    "/portal/for/{party_id}/give": ("listServices", "listTeams"),
    "/portal/ask": ("listServices",),
    "/portal/asked": Reason.FORM,
    "/portal/code": Reason.CODE,
    "/portal/letter": ("listServices",),
    "/portal/letter/asked": Reason.FORM,
    "/portal/offers/{offer_id}": ("showOffer",),
    "/portal/for/{party_id}/list/give": Reason.FORM,
    "/portal/for/{party_id}/list/ask": Reason.FORM,
    "/portal/for/{party_id}/list/give/example.csv": Reason.FORM,
    "/portal/for/{party_id}/list/ask/example.csv": Reason.FORM,
    "/portal/for/{party_id}/several": ("listOffersToParty", "listEndings"),
    "/portal/for/{party_id}/calendar": ("listEndings",),
    "/portal/for/{party_id}/review": ("listMandatesToReview",),
    "/portal/for/{party_id}/clients": ("listClients",),
    "/portal/for/{party_id}/clients.csv": ("listClients", "showParty"),
    "/portal/for/{party_id}/clients/{client_id}": ("listClients", "showParty", "listMandatesGiven"),
    "/portal/for/{party_id}/teams": ("listTeams",),
    "/portal/for/{party_id}/teams/{team_id}": ("listTeamClients", "listTeamMandates"),
    "/portal/for/{party_id}/teams/{team_id}/remove": ("previewTeamRemoval",),
    "/portal/for/{party_id}/people": ("findPeople", "listAppointments", "listDeskAppointments"),
    "/portal/for/{party_id}/people/{person_id}/leave": ("previewLeaving",),
    "/portal/for/{party_id}/means": ("listMeans", "listBlocks"),
    "/portal/for/{party_id}/why": Reason.FORM,
    "/portal/for/{party_id}/appoint": ("listServices",),
    "/portal/for/{party_id}/appoint-at-desk": ("listServices",),
    "/portal/appointments/{appointment_id}": (
        "showAppointment", "listAppointmentHistory", "showDeskAppointment", "listDeskAppointmentHistory",
    ),
    "/portal/appointments/{appointment_id}/stop": ("showAppointment", "showDeskAppointment"),
    "/portal/appointments/{appointment_id}/pause": ("showAppointment", "showDeskAppointment"),
    "/portal/appointments/{appointment_id}/resume": ("showAppointment", "showDeskAppointment"),
    "/portal/appointments/{appointment_id}/resign": ("showAppointment", "showDeskAppointment"),
    "/portal/appointments/{appointment_id}/narrow": ("showAppointment",),
    "/portal/desk": ("listPapers", "listVisits"),
    "/portal/desk/{desk_id}/paper": ("listServices",),
    "/portal/desk/papers/{offer_id}": ("showPaper", "showOffer"),
    "/portal/desk/{desk_id}/visit": Reason.VISIT,
    "/portal/support": Reason.FORM,
    "/portal/support/{mandate_id}": ("showMandate",),
    "/portal/mail": Reason.OWN,
    "/portal/mail/{party_id}": Reason.OWN,
    "/portal/my-data": Reason.OWN,
    "/portal/my-data/file": Reason.OWN,
}  # fmt: skip


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The pages of the application by method; of its database nothing is asked."""
    url = f"sqlite:///{tmp_path_factory.mktemp('none')}/none.db"
    app = create_app(settings_with(url))
    return {method: set(pages_of(app, method)) for method in ("GET", "POST")}


def pages_of(app: Flask, method: str) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and rule.endpoint.partition(".")[0] not in NO_PAGES:
            yield from each(rule.rule)


def each(rule: str) -> Iterator[str]:
    """One path for each word that an address has a choice of."""
    if (choice := re.search(r"<any\(([^)]*)\):\w+>", rule)) is None:
        yield re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule)
        return
    for word in choice[1].split(","):
        yield from each(rule.replace(choice[0], word.strip()))


def test_whatever_changes_something_on_a_page_has_its_operation_or_the_reason_why_not(
    there: dict[str, set[str]],
) -> None:
    assert there["POST"] == set(DOES)


def test_whatever_a_page_shows_is_read_over_the_api_or_it_is_said_why_not(there: dict[str, set[str]]) -> None:
    assert there["GET"] == set(SHOWS)


def test_what_a_page_changes_is_changed_by_an_operation_and_what_it_shows_is_only_read() -> None:
    known = {one.name: one for one in EVERY}
    changing = {name for told in DOES.values() if isinstance(told, tuple) for name in told}
    reading = {name for told in SHOWS.values() if isinstance(told, tuple) for name in told}

    assert changing | reading <= known.keys()
    assert {name for name in reading if known[name].changes} == set()
    # searches, and questions, are sent by a form too
    searches = {"findClients", "findPeople", "findParty", "listMandatesGiven", "listMandatesReceived"}
    assert searches | {"explain", "previewList"} == {name for name in changing if not known[name].changes}


def test_whatever_an_operation_changes_a_page_does_too() -> None:
    """But what comes with a client alone: evidence that lies elsewhere."""
    done = {name for told in DOES.values() if isinstance(told, tuple) for name in told}

    assert {"attachEvidence"} == {one.name for one in EVERY if one.changes} - done


def test_the_documentation_tells_it_so() -> None:
    page = PAGE.read_text(encoding="utf-8").partition("## The pages, and what does the same\n")[2]
    told: dict[str, dict[str, str]] = {"GET": {}, "POST": {}}
    for row in re.finditer(r"^\| `(GET|POST) (/\S*)` \| (.+) \|$", page, re.MULTILINE):
        told[row[1]][row[2]] = row[3]

    assert {path: words(one) for path, one in DOES.items()} == told["POST"]
    assert {path: words(one) for path, one in SHOWS.items()} == told["GET"]


def words(one: tuple[str, ...] | Reason) -> str:
    return one.value if isinstance(one, Reason) else ", ".join(f"`{name}`" for name in one)
