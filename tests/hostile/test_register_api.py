"""The register's API under hostile requests of a client that may do everything: a problem with a code, never a failure.

What is not asked for as it is declared is refused, and nothing changes but by an answer of 200.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from authz_server.api.operations import EVERY
from authz_server.app import create_app
from authz_server.context import Context
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from keys.storage import Statement, connect
from tests.hostile.answers import sane
from tests.hostile.attacks import Attack, Target, attacks
from tests.hostile.counts import over_requests
from tests.hostile.guard import Guard
from tests.hostile.migrated import migrated
from tests.hostile.values import JSON
from tests.hostile.wire import Seen, Wire, send
from tests.support.clock import Clock
from tests.support.offers import offered_in_the_small_world
from tests.support.register_client import RegisterClient, a_register_client, description
from tests.support.settings import settings_with
from tests.support.small_world import SMALL_WORLD, VAT_RETURN, lay

PROBLEM = Draft202012Validator(description()["components"]["schemas"]["Problem"])
EVALUATION = {
    "subject": {"type": "person", "id": "p3", "properties": {"login_assurance": "substantial"}},
    "action": {"name": "view"},
    "resource": {"type": "party", "id": "o1", "properties": {"service": VAT_RETURN}},
    "context": {},
}
QUESTION = {"acting": "p3", "service": "s2", "at": "2025-11-25T00:00:00Z", "login_assurance": "substantial"}
WORD = {
    "said_by": "p1",
    "evidence": {
        "kind": "document",
        "reference": "letter 7",
        "digest": "ab" * 32,
        "verifier": "desk 4",
        "at": "2025-11-24T00:00:00Z",
    },
}
CONTENT = {"services": [{"service": "s1"}], "until": "2026-01-01T00:00:00Z", "assurance": "low"}
BODIES = {
    "makeOffer": {**WORD, **CONTENT, "kind": "code"},
    "askForMandate": {**WORD, **CONTENT, "represented": "p2"},
    **{
        name: {**WORD, "said_by": "p3", "sort": "give", "list": "staff number;service\n007;s2\n"}
        for name in ("previewList", "carryOutList")
    },
    **{
        name: {
            **WORD,
            "kind": "party",
            "representative": "p3",
            "services": "*",
            "until": "2026-01-01T00:00:00Z",
        }
        for name in ("offerAppointment", "offerDeskAppointment")
    },
    "makeTeam": {**WORD, "name": "South"},
    "renameTeam": {**WORD, "name": "South"},
    "putInTeam": {**WORD, "clients": ["o1"]},
    "takeOutOfTeam": {**WORD, "clients": ["o1"]},
    "receiveNewClients": {**WORD, "receives_new": True},
    "serveTeam": {**WORD, "mandate": "m3"},
    "serveTeamNoMore": {**WORD, "mandate": "m3"},
    "noteReference": {**WORD, "reference": "2026-12"},
    "findClients": {"text": "korenbloem"},
    "findPeople": {"name": "eva"},
    "recordPaper": {
        **WORD,
        "represented": "p2",
        "representative": "p3",
        "services": [{"service": "s1"}],
        "until": "2026-01-01T00:00:00Z",
        "digest": "ab" * 32,
        "checked": "signature",
    },
    "askByLetter": {
        **WORD,
        "represented": "p2",
        "services": [{"service": "s1"}],
        "until": "2026-01-01T00:00:00Z",
    },
    "narrowAppointment": {"reason": "asked by telephone", "services": ["s2"]},
    "letMandateStand": {**WORD, "also": [WORD]},
    **dict.fromkeys(("removeTeam", "renewMandate", "confirmPaper", "refusePaper"), WORD),
    **{
        name: {"reason": "asked by telephone"}
        for name in (
            *("renounceMandate", "freezeMandates", "endVisit", "resignAppointment", "resignDeskAppointment"),
            *("revokeDeskAppointment", "suspendDeskAppointment", "resumeDeskAppointment"),
        )
    },
    "approveOffer": WORD,
    "acceptOffer": WORD,
    "confirmOffer": WORD,
    "drawCode": WORD,
    "declineOffer": {"reason": "asked by telephone"},
    "attachEvidence": {"evidence": WORD["evidence"]},
    "findParty": {"scheme": "kvk", "value": "90000456"},
    "revokeMandate": {"reason": "asked by telephone"},
    "suspendMandate": {"reason": "asked by telephone"},
    "resumeMandate": {"reason": "asked by telephone"},
    "withdrawOffer": {"reason": "asked by telephone"},
    **{
        name: {"reason": "asked by telephone"}
        for name in ("revokeAppointment", "suspendAppointment", "resumeAppointment", "leaveOrganisation")
    },
    **{
        name: {"person": "p3", "authenticator": "p3-eid", "reason": "asked by telephone"}
        for name in ("blockMeans", "liftBlock")
    },
    "resolve": QUESTION,
    "explain": QUESTION | {"represented": "o1"},
    "evaluate": EVALUATION,
    "evaluateSeveral": EVALUATION | {"evaluations": [{}, {"action": {"name": "submit"}}], "options": {}},
    "searchResources": EVALUATION | {"page": {"limit": 2}},
    "searchActions": EVALUATION | {"page": {}},
    "searchSubjects": EVALUATION | {"page": {"limit": 2}},
}
BETWEEN = (("from", "2025-01-01T00:00:00Z"), ("until", "2027-02-01T00:00:00Z"))
TEAM = {"id": "g1", "organisation": "o2", "name": "North", "clients": ["o1"]}
KNOWN = {one["id"] for some in SMALL_WORLD.values() for one in some} | {"g1", "d1"}
OF_ORGANISATIONS = {"people", "blocks", "appointments", "desk-appointments", "lists", "means", "visits"}
A1 = {
    "id": "a1",
    "organisation": "o1",
    "person": "p3",
    "services": "*",
    "assurance": "low",
    "from": "2025-01-01T00:00:00Z",
}
MEANS = Statement(
    "INSERT INTO register_means_used (organisation, person, authenticator, first_at, last_at)"
    " VALUES ('o1', 'p3', 'p3-eid', 1, 1) ON CONFLICT DO NOTHING"
)
UNBLOCK = Statement("DELETE FROM register_blocks")
HOMES = ("/login/", "/portal/", "http://localhost:8000/")  # where other paths lead
FREE = {"reason", "reference", "verifier", "list", "name", "text"}  # any text is one
SIGNS = [
    {
        "id": f"l-{organisation}",
        "represented": organisation,
        "representative": "p1",
        "basis": "sole_signatory",
        "services": "*",
        "actions": "*",
        "assurance": "low",
        "from": "2020-01-01T00:00:00Z",
    }
    for organisation in ("o1", "o2", "o9")
]
WORKS = {"id": "d1", "organisation": "o9", "person": "p1", "services": "*", "from": "2025-01-01T00:00:00Z"}
NOT_NOW = {
    **dict.fromkeys(("resumeMandate", "resumeAppointment", "resumeDeskAppointment"), 409),
    **dict.fromkeys(("approveOffer", "acceptOffer", "confirmOffer"), 409),  # nothing waits
    **dict.fromkeys(("showPaper", "confirmPaper", "refusePaper"), 404),  # the offer is of no paper
    **dict.fromkeys(("showVisit", "listVisitHistory", "endVisit"), 404),  # nobody came to the desk
    "letMandateStand": 409,  # nobody left
    "askByLetter": 404,  # no letters are posted
    "renewMandate": 422,  # a person has it
    "serveTeam": 409,  # it is for all clients
    "serveTeamNoMore": 404,
    "offerDeskAppointment": 422,  # a desk is for services of its own
}
LENIENT = {
    one.name for one in EVERY if one.path.startswith("/access/")
}  # what they do not know is passed over


class Prey:
    """The small world, and a client with every scope and a fresh key for each change."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.offers = 0
        self._appointed()
        self._offered()
        self.desk: RegisterClient = a_register_client(app)
        self.token = self.desk.token()
        self.keys = 0
        self.attacks = attacks({one.name: self.target(one.name) for one in EVERY})

    @staticmethod
    def party_for(path: str) -> str:
        if "papers" in path:
            return "o9"
        if {"teams", "clients"}.intersection(path.split("/")):
            return "o2"
        return "o1" if OF_ORGANISATIONS.intersection(path.split("/")) else "p1"

    def target(self, name: str) -> Target:
        [one] = [one for one in EVERY if one.name == name]
        self.keys += 1
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": f"k{self.keys}"}
        path = (
            one.path.replace("{party}", self.party_for(one.path))
            .replace("{team}", "g1")
            .replace("{person}", "p3")
            .replace("{appointment}", "d1" if "desk-appointments" in one.path else "a1")
            .replace("{client}", "o1")
            .replace("{visit}", "m1")
            .replace("{mandate}", "m1")
            .replace("{service}", "s1")
            .replace("{offer}", self.offer)
        )
        if one.method == "GET":
            pairs = (("limit", "5"),) if "limit" in one.query.model_fields else ()
            pairs += BETWEEN if "until" in one.query.model_fields else ()
            return Target("GET", path, pairs, headers=headers, optional=frozenset())
        return Target(
            "POST", path, place="json", headers=headers, document=BODIES[name], free=frozenset(FREE)
        )

    def mended(self) -> None:
        """What was stopped is given again."""
        context: Context = self.app.extensions["namens"]
        with context.database.writing() as db:
            [m1] = [one for one in SMALL_WORLD["mandates"] if one["id"] == "m1"]
            there = {"mandates": [m1], "client_groups": [TEAM], "desk_appointments": [WORKS]}
            import_world(db, context.vault, there, by=OPERATOR, now=context.clock())
        self._appointed()
        self._offered()

    def _appointed(self) -> None:
        """Eva arranges things for the bakery, and logged in for it; its VAT return can be given."""
        context: Context = self.app.extensions["namens"]
        given = [SMALL_WORLD["services"][1] | {"offers_mandates": True}]
        with context.database.writing() as db:
            import_world(
                db, context.vault, {"appointments": [A1], "services": given}, by=OPERATOR, now=context.clock()
            )
            db.run(MEANS)

    @property
    def offer(self) -> str:
        """The id of one that can be taken back."""
        return f"of{self.offers}"

    def _offered(self) -> None:
        self.offers += 1
        offered_in_the_small_world(self.app.extensions["namens"], self.offer)


@pytest.fixture(scope="module", params=["sqlite", "sqlite by Flask's views", "postgresql"])
def hunted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Prey, Guard]]:
    clock = Clock(1_764_028_800)
    with migrated(request.param.split()[0], Path(tmp_path_factory.mktemp("register"))) as url:
        settings = settings_with(url, limits={"per_network": 0, "per_client": 0})
        app = create_app(settings, clock=clock, shortcut=not request.param.endswith("views"))
        app.testing = True  # what nobody caught fails the test, with where it came from
        context: Context = app.extensions["namens"]
        context.keyring.tend()
        with context.database.writing() as db:
            lay(db, context.vault, now=clock.now)
            there = {"client_groups": [TEAM], "legal_relations": SIGNS, "desk_appointments": [WORKS]}
            import_world(db, context.vault, there, by=OPERATOR, now=clock.now)
        prey = Prey(app)
        observer = connect(url)
        guard = Guard(observer)
        yield prey, guard
        guard.close()
        observer.dispose()
        context.database.engine.dispose()


def sent(prey: Prey, guard: Guard, wire: Wire, *, on: str) -> Seen:
    guard.changed()
    seen = send(prey.app, wire)
    changed = set(guard.changed()) - {"api_answers"}
    if changed:
        prey.mended()
    may_change = {one.name for one in EVERY if one.changes}
    assert not changed or (seen.status == 200 and on in may_change), (changed, seen.status, seen.text[:300])
    sane(seen, homes=HOMES)
    kind = seen.header("Content-Type") or ""
    if seen.status >= 400 and kind == "application/problem+json" and seen.body:
        PROBLEM.validate(json.loads(seen.body))
    return seen


def test_every_good_request_is_good(hunted: tuple[Prey, Guard]) -> None:
    prey, guard = hunted
    with prey.app.extensions["namens"].database.writing() as db:
        db.run(UNBLOCK)  # what another test of this world blocked
    for one in EVERY:
        seen = sent(prey, guard, prey.target(one.name).wire(), on=one.name)
        wanted = NOT_NOW.get(one.name, 200)
        assert wanted == seen.status, (one.name, seen.status, seen.text)


@over_requests
@given(data=st.data())
def test_no_request_upsets_the_api_or_changes_what_it_should_not(
    hunted: tuple[Prey, Guard], data: st.DataObject
) -> None:
    prey, guard = hunted
    attack: Attack = data.draw(prey.attacks)
    target = prey.target(attack.on)

    seen = sent(prey, guard, attack.on_its_way(target), on=attack.on)

    if attack.what in {"wrong", "twice", "twice as it was", "many"} and attack.on not in LENIENT:
        assert seen.status >= 400 or attack.may_pass(target), (seen.status, attack)


_IDS: st.SearchStrategy[str] = st.sampled_from(
    [
        "%00",
        "%ff",
        "%ed%a0%80",
        "%252f",
        "%2525",
        "..",
        "%2e%2e",
        "a" * 5000,
        "%c2%85",
        "%e2%80%ae",
        "'",
        "%22",
    ]
) | st.text(min_size=1, max_size=12).map(lambda text: quote(text.encode("utf-8", "surrogatepass"), safe=""))


@over_requests
@given(name=st.sampled_from([one.name for one in EVERY if "{" in one.path]), id=_IDS)
def test_no_id_upsets_it(hunted: tuple[Prey, Guard], name: str, id: str) -> None:
    assume(id not in KNOWN)  # which hypothesis reads in our own code
    prey, guard = hunted
    target = prey.target(name)
    path = target.path
    for known in ("/p1", "/o1", "/o2", "/o9", "/p3", "/a1", "/d1", "/m1", "/s1", "/g1", f"/{prey.offer}"):
        path = path.replace(known, f"/{id}")

    seen = sent(prey, guard, replace(target.wire(), path=path), on=name)

    assert seen.status in {400, 404, 405, 414}, (seen.status, seen.text)


def _somewhere(document: object, value: object) -> Iterator[Callable[[], object]]:
    """The document with `value` in each of its places in turn."""
    if isinstance(document, dict):
        for member, inner in document.items():
            yield lambda member=member: {**document, member: value}  # type: ignore[misc]
            for made in _somewhere(inner, value):
                yield lambda member=member, made=made: {**document, member: made()}  # type: ignore[misc]


@over_requests
@given(name=st.sampled_from(sorted(BODIES)), value=JSON, place=st.integers(min_value=0, max_value=40))
def test_no_value_in_any_place_of_a_body_upsets_it(
    hunted: tuple[Prey, Guard], name: str, value: object, place: int
) -> None:
    prey, guard = hunted
    target = prey.target(name)
    places = list(_somewhere(BODIES[name], value))
    document = places[place % len(places)]()

    seen = sent(prey, guard, target.wire(document=document), on=name)

    assert seen.status in {200, 400, 404, 409, 413, 422}, (seen.status, seen.text)


@over_requests
@given(key=st.text(max_size=300) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
def test_no_key_upsets_it(hunted: tuple[Prey, Guard], key: str) -> None:
    prey, guard = hunted
    shown = key.encode("utf-8", "surrogatepass").decode("latin-1")
    wire = prey.target("suspendMandate").wire().with_headers({"Idempotency-Key": shown})

    seen = sent(prey, guard, wire, on="suspendMandate")

    assert seen.status in {200, 400, 409, 422, 431}, (seen.status, seen.text)
