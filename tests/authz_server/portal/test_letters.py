"""G6a on the pages: a helper asks for a letter, somebody reads it, and the helper fills in its code."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from authz_server.notices.letters import TRY_AGAIN, Looker
from authz_server.worker.working import Worker
from claims.register import declining
from claims.register.actor import OPERATOR
from claims.register.letters import MOST_ASKED
from claims.register.world import import_world
from keys.storage import Statement, connect
from tests.authz_server.portal.test_giving import at_home, give
from tests.support.clock import Clock
from tests.support.pages import Page, get, post
from tests.support.schema import create_schema
from tests.support.settings import settings_with
from tests.support.signing_in import World
from tests.support.try_out import open_world, world_document

JOKE = {"born": "14-8-1939", "number": "999998018"}
BENEFIT = {"task:benefit:all": "yes"}
_KEY = Statement("SELECT wrapped FROM register_party_keys WHERE party = 'joke'")
_SET_KEY = Statement("UPDATE register_party_keys SET wrapped = :wrapped WHERE party = 'joke'")
_CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]")


def a_world(folder: Path, clock: Clock, **more: object) -> World:
    url = f"sqlite:///{folder}/people.db"
    engine = connect(url)
    create_schema(engine)
    engine.dispose()
    return open_world(settings_with(url, post={"folder": str(folder / "letters")}, **more), clock)


@pytest.fixture
def people(tmp_path: Path, clock: Clock) -> Iterator[World]:
    """The world, with somewhere to put letters."""
    world = a_world(tmp_path, clock)
    yield world
    world.context.database.engine.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "letters"


def form(people: World, person: str = "omer") -> Page:
    return at_home(people, person, "low", "/portal/letter")


def ask(page: Page, **filled: str) -> Page:
    return page.press("letter-submit", **{"lasts": "year"} | JOKE | BENEFIT | filled)


def posted(people: World, folder: Path) -> list[str]:
    """The letters that lie there once the worker was there."""
    Worker(people.context).tell_all()
    return [file.read_text() for file in sorted(folder.glob("*.txt"))]


def told(page: Page) -> str:
    return re.sub(r'value="[^"]*"', "", page.html)


def test_g6a_the_helper_asks_the_citizen_reads_and_the_code_opens_it(people: World, folder: Path) -> None:
    asked = ask(form(people))
    assert "asked" in asked.ids
    (letter,) = posted(people, folder)

    assert letter.startswith("Joke van Vliet\nVoorbeeldstad\n(joke)\n")
    assert "Ömer Yıldız wil dit voor u regelen" in letter
    assert "weigert" in letter
    assert "999998018" not in letter
    codes = set(_CODE.findall(letter))
    assert 1 == len(codes)
    taken = at_home(people, "omer", "low", "/portal/code").press("code-submit", code=codes.pop(), **JOKE)
    assert "given" == taken.element("became").attributes["data-state"]
    assert "Joke van Vliet" in get(taken.browser, "/portal").element("received-list").text


def test_g11_the_letter_says_what_both_sides_read(people: World, folder: Path) -> None:
    ask(form(people))
    (letter,) = posted(people, folder)
    summary = give(at_home(people, "anna"), **BENEFIT)
    box = next(
        one.text for one in summary.elements if "namens-box--chosen" in one.attributes.get("class", "")
    )
    what = box.partition(" tot en met ")[0]

    assert what in letter
    assert f"tot en met {box.rpartition(' tot en met ')[2]}" in letter
    dutch, _, english = letter.partition("--")
    assert "wants to arrange this for you" in english
    assert "wants to" not in dutch
    assert _CODE.search(english) is not None


@pytest.mark.parametrize(
    "changed",
    [
        {"born": "15-8-1939"},
        {"number": "999998006"},
        {"number": "999959669", "born": "2-2-1990"},  # oneself
        {"number": "999950678", "born": "15-1-1940"},  # somebody who died
    ],
)
def test_g6a_the_answer_is_the_same_whoever_it_is_about(
    people: World, folder: Path, changed: dict[str, str]
) -> None:
    page = form(people)
    real, nobody = ask(page), ask(page, **changed)

    assert told(real) == told(nobody)
    assert (real.status, real.address) == (nobody.status, nobody.address)
    assert 1 == len(posted(people, folder))
    home = get(page.browser, "/portal")
    assert "to-party-list" not in home.ids
    assert "Joke" not in home.text


def test_the_helper_never_sees_whether_a_letter_went_or_was_refused(people: World, folder: Path) -> None:
    page = form(people)
    ask(page)
    posted(people, folder)
    with people.context.database.reading() as db:
        (id,) = db.one(Statement("SELECT id FROM register_offers")) or ("",)
    token = page.fields("language-form")

    def looks_like_nothing() -> None:
        for path in (f"/portal/offers/{id}", "/portal/offers/of-nothing"):
            assert (404, "not_found") == (get(page.browser, path).status, get(page.browser, path).code)
            for act in ("approve", "accept", "confirm", "decline", "withdraw", "code"):
                assert 404 == post(page.browser, f"{path}/{act}", token).status
        assert "Joke" not in get(page.browser, "/portal").text
        assert id not in get(page.browser, "/portal").html

    looks_like_nothing()
    with people.context.database.recording() as db:
        declining.decline(db, people.context.vault, id, by=OPERATOR, now=people.clock())
    looks_like_nothing()


def test_who_gets_a_letter_and_can_log_in_after_all_says_no_on_their_own_page(
    people: World, folder: Path
) -> None:
    ask(form(people), born="2-5-1948", number="999997221")
    (letter,) = posted(people, folder)
    anna = at_home(people, "anna")
    offer = next(id for id in anna.ids if id.startswith("offer-of-"))
    seen = anna.follow(offer)
    assert "brief" in seen.text
    assert _CODE.search(seen.html) is None
    assert not {"code", "approve", "accept", "confirm"} & seen.ids

    over = seen.press("decline")

    assert "declined" == over.element("became").attributes["data-state"]
    found = _CODE.findall(letter)[0]
    wrong = at_home(people, "omer", "low", "/portal/code").press(
        "code-submit", code=found, born="2-5-1948", number="999997221"
    )
    assert "wrong_code" == wrong.code


def test_a_letter_that_was_refused_before_it_was_posted_is_not_posted(people: World, folder: Path) -> None:
    ask(form(people), born="2-5-1948", number="999997221")
    assert 1 == Looker(people.context).look_at_all()
    anna = at_home(people, "anna")
    anna.follow(next(id for id in anna.ids if id.startswith("offer-of-"))).press("decline")

    assert [] == posted(people, folder)
    with people.context.database.reading() as db:
        assert [] == db.all(Statement("SELECT 1 FROM register_notices WHERE sealed IS NOT NULL"))


def test_one_letter_that_cannot_be_looked_at_keeps_nobody_waiting(
    people: World, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ask(form(people))
    people.clock.now += 1
    ask(form(people, "eva"), born="2-5-1948", number="999997221")
    with people.context.database.writing() as db:
        key = db.one(_KEY) or ("",)
        db.run(_SET_KEY, {"wrapped": "damaged"})
    worker = Worker(people.context)

    worker.tell_all()
    worker.tell_all()

    (letter,) = [file.read_text() for file in folder.glob("*.txt")]
    assert letter.startswith("Anna de Vries\n")
    told = [one for one in caplog.records if one.message == "letter_passed_by"]
    assert 1 == len(told)  # and not at every turn
    fields = vars(told[0])["fields"]
    assert {"letter", "failure", "where"} == set(fields)
    assert not re.search("joke|omer|999998018", str(fields))

    people.clock.now += TRY_AGAIN
    with people.context.database.writing() as db:
        db.run(_SET_KEY, {"wrapped": key[0]})
    worker.tell_all()
    assert 2 == len(list(folder.glob("*.txt")))


def test_the_code_is_wiped_from_the_outbox_once_the_letter_is_posted(people: World, folder: Path) -> None:
    ask(form(people))
    assert 1 == Looker(people.context).look_at_all()
    sealed = Statement("SELECT count(sealed) FROM register_notices")
    with people.context.database.reading() as db:
        assert (1,) == db.one(sealed)
    (letter,) = posted(people, folder)

    with people.context.database.reading() as db:
        assert (0,) == db.one(sealed)
    assert _CODE.search(letter)


@pytest.mark.parametrize(
    ("filled", "field"),
    [
        ({"born": ""}, "born"),
        ({"born": "31-02-1950"}, "born"),
        ({"number": ""}, "number"),
        ({"number": "12345678"}, "number"),
        ({"number": "9" * 3000}, "number"),
        ({"for": "peeters"}, "for"),
        ({"task:benefit:all": "yes", "lasts": "date", "until": "1-1-2020"}, "until"),
        ({"from": "1-1-2020"}, "from"),
    ],
)
def test_what_is_not_filled_in_right_is_told_at_its_field(
    people: World, folder: Path, filled: dict[str, str], field: str
) -> None:
    wrong = ask(form(people), **filled)

    assert (422, "not_filled_in") == (wrong.status, wrong.code)
    assert f"{field}-error" in wrong.ids
    assert "999998018" not in wrong.html
    assert [] == posted(people, folder)


def test_a_service_that_wants_more_than_a_letter_is_not_in_the_form_and_not_taken_from_it(
    people: World, folder: Path
) -> None:
    page = form(people)
    assert {"task:benefit:all", "task:energy-label:all"} <= page.ids
    assert not {
        one for one in page.ids if one.startswith(("task:income-tax", "task:vat-return", "task:record"))
    }

    wrong = page.press("letter-submit", lasts="year", **JOKE, **{"task:income-tax:all": "yes"})

    assert "tasks-error" in wrong.ids


def test_what_the_form_does_not_ask_is_not_asked(people: World, folder: Path) -> None:
    page = form(people)
    hostile = {
        "to": "code",
        "branch": "1",
        "further": "on",
        "for_whom": "both",
        "reference": "x",
        "clients": "all",
    }
    fields = page.fields("letter-form") | {"lasts": "year"} | JOKE | BENEFIT | hostile
    assert "asked" in post(page.browser, "/portal/letter", fields).ids
    posted(people, folder)

    with people.context.database.reading() as db:
        (body,) = db.one(Statement("SELECT body FROM register_offers")) or ("",)
    assert '"kind":"letter"' in body
    assert '"representative":"omer"' in body
    assert '"further_intermediaries":0' in body
    assert '"clients":"none"' in body
    assert "branch" not in body


def test_g6a_so_many_letters_and_then_the_way_to_the_desk(people: World, folder: Path) -> None:
    page = form(people)
    for _ in range(MOST_ASKED):
        assert "asked" in ask(page, born="1-1-1950").ids

    refused = ask(page)

    assert (429, "too_many_letters") == (refused.status, refused.code)
    assert [] == posted(people, folder)


def test_where_nothing_is_posted_there_is_no_such_page(tmp_path: Path, clock: Clock) -> None:
    url = f"sqlite:///{tmp_path}/people.db"
    engine = connect(url)
    create_schema(engine)
    engine.dispose()
    people = open_world(settings_with(url), clock)

    home = at_home(people, "omer", "low", "/portal/ask")

    assert "ask-letter" not in home.ids
    token = home.fields("language-form")
    for path in ("/portal/letter", "/portal/letter/asked"):
        assert 404 == get(home.browser, path).status
    assert 404 == post(home.browser, "/portal/letter", token | JOKE | BENEFIT).status
    people.context.database.engine.dispose()


def test_g6_where_no_law_is_named_the_letter_finds_people_by_address_and_asks_no_bsn(
    tmp_path: Path, clock: Clock
) -> None:
    people = a_world(tmp_path, clock, persons={})
    joke = next(one for one in world_document(clock())["parties"] if one["id"] == "joke")
    home = {"postcode": "1234AB", "house_number": "12"}
    with people.context.database.writing() as db:
        given = {"parties": [{**joke, "address": home}]}
        import_world(db, people.context.vault, given, by=OPERATOR, now=clock())
    page = form(people)
    assert "BSN" not in page.html
    wrong = ask(page, postcode="12", house_number="x")
    assert "postcode-error" in wrong.ids

    ask(page, postcode="1234 ab", house_number="13")
    assert [] == posted(people, tmp_path / "letters")
    ask(page, postcode="1234 ab", house_number="12")

    assert 1 == len(posted(people, tmp_path / "letters"))
    people.context.database.engine.dispose()
