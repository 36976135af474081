"""“To look at”: who may give for an organisation lets what somebody gave who left stand, or stops it."""

import pytest

from authz_server.reviews import mark_all
from claims.assurance import Loa
from claims.evidence import DEFAULT_POLICY
from claims.instants import written
from claims.offers import Offer
from claims.organisation import Appointment
from claims.register import accepting, appointing, journal, offering, overview, records, reviewing
from claims.register.actor import OPERATOR, Actor
from claims.register.journal import Event
from claims.register.world import import_world
from claims.relations import LegalRelation
from keys.storage import Statement
from tests.claims.register.test_resolving import demo_document
from tests.support.offers import an_offer
from tests.support.pages import Page, get, post
from tests.support.signing_in import World, by_practice

_RELATION = Statement("SELECT body FROM register_links WHERE id = 'l-bakery-carla'")
_TO_LOOK_AT = "/portal/for/bakery/review"


def at_home(people: World, person: str) -> Page:
    return by_practice(get(people.browser(), "/portal"), person)


@pytest.fixture
def left(people: World) -> list[str]:
    """What Carla gave for the bakery, who is its director no more."""
    context, now = people.context, people.clock()
    mandates = []
    for _ in range(3):
        offer = an_offer("bakery", "energy-label", representative="omer", until=now + 86400 * 200)
        by = Actor("carla", "bakery", "self", Loa.HIGH, "carla-eid")
        with context.database.recording() as db:
            made = offering.make(
                db, context.vault, offer, login=Loa.HIGH, by=by, now=now, policy=DEFAULT_POLICY
            )
            assert isinstance(made, Offer), made
            accepts = Actor("omer", None, "self", Loa.LOW, "omer-eid")
            done = accepting.accept(db, context.vault, offer.id, by=accepts, now=now, policy=DEFAULT_POLICY)
        assert isinstance(done, Offer), done
        mandates.append(offer.parts[0].mandate)
    ended = {
        "id": "l-bakery-carla",
        "represented": "bakery",
        "representative": "carla",
        "basis": "sole_signatory",
        "services": "*",
        "actions": "*",
        "assurance": "high",
        "from": "2020-01-01T00:00:00Z",
        "until": "2025-11-01T00:00:00Z",
    }
    with context.database.writing() as db:
        import_world(db, context.vault, {"legal_relations": [ended]}, by=OPERATOR, now=now)
    with context.database.reading() as db:
        row = db.one(_RELATION)
    assert row is not None
    relation = records.link(row[0])
    assert isinstance(relation, LegalRelation)
    people.clock.now += 60
    mark_all(context, relation, now=people.clock())
    return sorted(mandates)


def open_ones(people: World) -> list[str]:
    with people.context.database.reading() as db:
        return [one.mandate.id for one in reviewing.reviews(db, "bakery", now=people.clock()).reviews]


def last(people: World, mandate: str) -> tuple[Event, str | None]:
    with people.context.database.reading() as db:
        entry = journal.of_record(db, "mandate", mandate)[-1]
    return entry.event, entry.by.person


def chosen(page: Page, answer: str, *mandates: str) -> Page:
    sent = {name: value for name, value in page.fields("review-form").items() if not name.startswith("m:")}
    fields = sent | {"answer": answer}
    return post(page.browser, _TO_LOOK_AT, fields | {f"m:{id}": "yes" for id in mandates})


def test_several_are_let_stand_and_others_stopped_at_once(people: World, left: list[str]) -> None:
    home = get(at_home(people, "daan").browser, "/portal/for/bakery")
    assert "mag dat niet meer" in home.element("to-review").text
    page = home.follow("review")
    assert 3 == page.html.count('data-mandate="')

    people.clock.now += 1
    page = chosen(page, "keep", left[0], left[1])
    assert [left[2]] == open_ones(people)
    page = chosen(page, "stop", left[2])

    assert "Er is niets te controleren." in page.element("review-list").text
    assert (Event.REVIEWED, "daan") == last(people, left[0]) == last(people, left[1])
    assert (Event.REVOKED, "daan") == last(people, left[2])
    with people.context.database.reading() as db:
        mandate = overview.mandate(db, left[0])
    assert mandate is not None
    assert mandate.in_force(people.clock())
    assert "review" not in get(page.browser, "/portal/for/bakery").ids


@pytest.mark.parametrize("person", ["omer", "anna", "carla", "eva", "fred"])
def test_nobody_else_sees_or_decides_it(people: World, left: list[str], person: str) -> None:
    home = at_home(people, person)
    token = home.fields("language-form") | {"answer": "stop", f"m:{left[0]}": "yes"}

    for party in ("bakery", "no-such", "peeters" if person != "fred" else "bos", person):
        address = f"/portal/for/{party}/review"
        assert (404, "not_found") == (get(home.browser, address).status, get(home.browser, address).code)
        assert 404 == post(home.browser, address, token).status
    assert left == open_ones(people)


def test_what_is_not_to_be_looked_at_is_not_touched(people: World, left: list[str]) -> None:
    page = get(at_home(people, "daan").browser, _TO_LOOK_AT)

    for other in ("m0009", "m0010", "m0001", "no-such", "l-bakery-carla"):
        chosen(page, "stop", other)
        chosen(page, "keep", other)

    with people.context.database.reading() as db:
        for id in ("m0009", "m0010", "m0001"):
            assert [Event.ADDED] == [one.event for one in journal.of_record(db, "mandate", id)]
    assert left == open_ones(people)


@pytest.mark.parametrize("answer", ["", "yes", "KEEP"])
def test_any_other_answer_and_nothing_chosen_changes_nothing(
    people: World, left: list[str], answer: str
) -> None:
    page = get(at_home(people, "daan").browser, _TO_LOOK_AT)

    assert 422 == chosen(page, answer, left[0]).status
    nothing = chosen(page, "stop")
    assert (422, "nothing_chosen") == (nothing.status, nothing.code)
    assert left == open_ones(people)


def test_sent_twice_it_is_done_once(people: World, left: list[str]) -> None:
    page = get(at_home(people, "daan").browser, _TO_LOOK_AT)
    chosen(page, "keep", left[0])
    chosen(page, "keep", left[0])
    chosen(page, "stop", left[0])

    with people.context.database.reading() as db:
        events = [one.event for one in journal.of_record(db, "mandate", left[0])]
    assert [Event.GIVEN, Event.MARKED_FOR_REVIEW, Event.REVIEWED] == events


def test_the_other_side_is_not_told_who_left(people: World, left: list[str]) -> None:
    own = get(at_home(people, "daan").browser, f"/portal/history/{left[0]}").text
    other = get(at_home(people, "omer").browser, f"/portal/history/{left[0]}").text

    assert "Te controleren" in own
    assert "ontroleren" not in other


@pytest.fixture
def given_at_bos(people: World) -> str:
    """What Elly gave for Bos & Bos as its administrator, who is that no more; Gea and Henk sign there together."""
    context, now = people.context, people.clock()
    appointed = {
        "id": "a-bos-elly", "organisation": "bos", "person": "elly", "services": "*",
        "assurance": "high", "from": "2025-01-01T00:00:00Z",
    }  # fmt: skip
    with context.database.writing() as db:
        import_world(db, context.vault, {"appointments": [appointed]}, by=OPERATOR, now=now)
    offer = an_offer("bos", "energy-label", representative="omer", until=now + 86400 * 200)
    with context.database.recording() as db:
        by = Actor("elly", "bos", "self", Loa.HIGH, "elly-eid")
        made = offering.make(db, context.vault, offer, login=Loa.HIGH, by=by, now=now, policy=DEFAULT_POLICY)
        assert isinstance(made, Offer), made
        accepts = Actor("omer", None, "self", Loa.LOW, "omer-eid")
        assert isinstance(
            accepting.accept(db, context.vault, offer.id, by=accepts, now=now, policy=DEFAULT_POLICY), Offer
        )
        ended = appointing.end(db, context.vault, "a-bos-elly", by=OPERATOR, now=now + 30)
        assert isinstance(ended, Appointment)
    people.clock.now += 60
    mark_all(context, ended, now=people.clock())
    return offer.parts[0].mandate


def test_g2_who_signs_together_lets_it_stand_together_on_either_page(
    people: World, given_at_bos: str
) -> None:
    address = "/portal/for/bos/review"
    gea, henk = (get(at_home(people, one).browser, address) for one in ("gea", "henk"))
    assert "review-together" in gea.ids

    sent = {name: value for name, value in gea.fields("review-form").items() if not name.startswith("m:")}
    said = post(gea.browser, address, sent | {"answer": "keep", f"m:{given_at_bos}": "yes"})
    assert "Gea Bos" in said.element(f"said-{given_at_bos}").text
    assert "Henk Bos" in said.element(f"said-{given_at_bos}").text
    assert (Event.REVIEW_APPROVED, "gea") == last(people, given_at_bos)
    alone = get(gea.browser, f"/portal/keep/{given_at_bos}").press(
        "keep-yes"
    )  # the other page is no way round
    assert (Event.REVIEW_APPROVED, "gea") == last(people, given_at_bos)
    assert 200 == alone.status

    get(henk.browser, f"/portal/keep/{given_at_bos}").press("keep-yes")

    assert (Event.REVIEWED, "henk") == last(people, given_at_bos)
    assert "Er is niets te controleren." in get(gea.browser, address).element("review-list").text


def test_where_nobody_else_signs_any_more_the_page_says_so(people: World, given_at_bos: str) -> None:
    address = "/portal/for/bos/review"
    gea = get(at_home(people, "gea").browser, address)
    sent = {name: value for name, value in gea.fields("review-form").items() if not name.startswith("m:")}
    said = post(gea.browser, address, sent | {"answer": "keep", f"m:{given_at_bos}": "yes"})
    document = demo_document()
    [signs] = [
        one
        for one in document["legal_relations"]
        if (one["represented"], one["representative"]) == ("bos", "henk")
    ]
    gone = {**signs, "until": written(people.clock())}
    with people.context.database.writing() as db:
        import_world(db, people.context.vault, {"legal_relations": [gone]}, by=OPERATOR, now=people.clock())

    told = get(said.browser, address).element(f"said-{given_at_bos}").text

    assert "Gea Bos zei dat dit klopt. Er is nu niemand die samen met hen tekent." in told
