"""A list in a file: looked at line by line, nothing done before the yes, everything or the good lines then, once."""

import base64
import io
import re

import pytest

from claims.offers import OfferKind
from claims.register import client_references, offers_kept
from keys.storage import Statement
from tests.authz_server.portal.test_giving import at_home, fetched_today
from tests.support.pages import Page, get, post
from tests.support.signing_in import World

GIVE, ASK = "/portal/for/bakery/list/give", "/portal/for/peeters/list/ask"
_COUNTS = tuple(
    Statement(f"SELECT count(*) FROM {table}")
    for table in ("register_offers", "register_list_lines", "register_journal", "register_placings")
)
GOOD = "personeelsnummer;dienst;taak;tot en met\n007;Btw-aangifte;;31-12-2027\n008;Btw-aangifte;;31-12-2027\n"
MIXED = GOOD + "999997221;Btw-aangifte;;31-12-2027\n009;Nergens;;ooit\n"


def counts(people: World) -> list[int]:
    with people.context.database.reading() as db:
        return [int(row[0]) for one in _COUNTS if (row := db.one(one))]


def upload(people: World, text: str | bytes, path: str = GIVE, person: str = "carla") -> Page:
    fetched_today(people)
    page = get(at_home(people, person).browser, path)
    content = text.encode() if isinstance(text, str) else text
    form = page.fields("list-form") | {"file": (io.BytesIO(content), "list.csv")}
    response = page.browser.post(path, data=form, content_type="multipart/form-data")
    return Page(page.browser, response, path)


def faults(page: Page) -> list[tuple[str, str]]:
    return [
        (one.attributes["data-code"], one.text)
        for one in page.elements
        if one.tag == "li" and "data-code" in one.attributes
    ]


def outcomes(page: Page) -> list[str]:
    return [one.attributes["data-outcome"] for one in page.elements if "data-outcome" in one.attributes]


def test_nothing_is_done_before_the_yes_and_then_each_line_with_its_code(people_on_both: World) -> None:
    people = people_on_both
    looked = upload(people, GOOD)
    before = counts(people)
    assert {"list-all"} <= looked.ids
    assert "Regels die goed zijn: 2 van 2." in looked.text

    done = looked.press("list-all")

    assert ["waits", "waits"] == outcomes(done)
    codes = re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]", done.text)
    assert 2 == len(set(codes))
    assert "no-store" in done.response.headers["Cache-Control"]
    assert "language-form" not in done.ids  # it leads to a page without them
    assert [before[0] + 2, before[1] + 2] == counts(people)[:2]


def test_looking_writes_nothing_at_all(people_on_both: World) -> None:
    people = people_on_both
    fetched_today(people)
    get(at_home(people, "carla").browser, GIVE)
    before = counts(people)

    upload(people, MIXED)

    after = counts(people)
    assert (before[0], before[1], before[3]) == (after[0], after[1], after[3])


def test_each_fault_is_named_by_line_and_column_and_no_value_is_repeated(people: World) -> None:
    looked = upload(people, MIXED)

    found = faults(looked)
    assert [
        ("holds_a_bsn", "Regel 4, kolom personeelsnummer"),
        ("unknown_service", "Regel 5, kolom dienst"),
        ("not_a_day", "Regel 5, kolom tot en met"),
    ] == [
        (code, words[: len(where)])
        for (code, words), where in zip(
            found,
            ("Regel 4, kolom personeelsnummer", "Regel 5, kolom dienst", "Regel 5, kolom tot en met"),
            strict=True,
        )
    ]
    assert "999997221" not in looked.text
    assert "list-all" not in looked.ids


def test_only_the_good_lines_are_done_where_that_is_said(people_on_both: World) -> None:
    people = people_on_both
    done = upload(people, MIXED).press("list-good")

    assert ["waits", "waits"] == outcomes(done)
    assert "2" in done.element("left").text


def test_all_or_nothing_where_all_was_said_and_a_line_is_not_good(people: World) -> None:
    looked = upload(people, MIXED)
    before = counts(people)

    forged = post(looked.browser, GIVE, looked.fields("list-yes-form") | {"answer": "all"})

    assert (409, "list_changed") == (forged.status, forged.code)
    assert before == counts(people)


def test_the_same_list_again_does_nothing(people_on_both: World) -> None:
    people = people_on_both
    upload(people, GOOD).press("list-all")
    before = counts(people)

    looked = upload(people, GOOD.replace(";", ","))
    assert "Dit is eerder gedaan" in looked.text
    again = looked.press("list-all")

    assert ["before", "before"] == outcomes(again)
    assert before[:2] == counts(people)[:2]


def test_the_yes_sent_twice_does_it_once(people_on_both: World) -> None:
    people = people_on_both
    looked = upload(people, GOOD)
    looked.press("list-all")
    before = counts(people)

    assert ["before", "before"] == outcomes(looked.press("list-all"))
    assert before[:2] == counts(people)[:2]


def test_what_is_wrong_can_be_downloaded(people: World) -> None:
    looked = upload(people, MIXED)
    response = looked.browser.post(GIVE, data=looked.fields("list-yes-form") | {"answer": "faults"})

    assert "text/csv" in response.headers["Content-Type"]
    assert "Regel 4, kolom personeelsnummer" in response.get_data().decode("utf-8-sig")


@pytest.mark.parametrize("path", [GIVE, ASK])
def test_the_example_reads_as_a_list_without_a_fault_but_what_is_to_be_filled_in(
    people: World, path: str
) -> None:
    person = "carla" if path == GIVE else "lotte"
    page = get(at_home(people, person).browser, path)
    example = page.browser.get(f"{path}/example.csv").get_data()

    looked = upload(people, example, path, person)

    assert {"missing"} == {code for code, _ in faults(looked)}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"x" * (64 * 1024 + 1), "too_large"),
        (b"\x00\x01\x02", "not_text"),
        (b"dienst;schoenmaat\nx;1", "unknown_column"),
        (b'dienst\n"', "not_csv"),
        (b"dienst\n" + b"a\n" * 501, "too_many_lines"),
    ],
)
def test_what_is_no_list_is_said(people: World, content: bytes, code: str) -> None:
    looked = upload(people, content)

    assert [code] == [one for one, _ in faults(looked)]
    assert not {"list-all", "list-good"} & looked.ids


def test_no_file_is_said(people: World) -> None:
    assert 422 == upload(people, b"").status


@pytest.mark.parametrize(
    "kept", ["", "x", "%%%", "A" * 100_000, base64.b64encode(b"a" * (64 * 1024 + 1)).decode()]
)
def test_a_form_that_no_page_of_ours_wrote_does_nothing(people: World, kept: str) -> None:
    page = upload(people, GOOD)
    before = counts(people)
    token = page.fields("list-yes-form")

    sent = post(page.browser, GIVE, token | {"list": kept, "answer": "all"})

    assert sent.status in {400, 409, 413}
    assert before == counts(people)


ASKS = "kvk-nummer;dienst;kenmerk;team\n{};Btw-aangifte;K-12;Team Noord\n"


def test_g7_an_intermediary_asks_by_a_list_and_the_client_decides(people_on_both: World) -> None:
    people = people_on_both
    with people.context.database.reading() as db:
        from claims.register import lookup

        number = lookup.identifiers(db, people.context.vault, "vof")["kvk"]
    looked = upload(people, ASKS.format(number), ASK, "lotte")
    done = looked.press("list-all")

    assert ["asked"] == outcomes(done)
    with people.context.database.reading() as db:
        (offer,) = offers_kept.open_offers(db, "vof", now=people.clock()).offers
        assert OfferKind.REQUEST is offer.kind
        assert {} == client_references.of_clients(db, people.context.vault, "peeters", ["vof"])


def test_who_is_asked_and_nobody_look_the_same(people: World) -> None:
    texts = []
    for number in ("00000000", "00000001"):
        looked = upload(people, ASKS.format(number), ASK, "lotte")
        texts.append(re.sub(number, "", looked.text + looked.press("list-all").text))

    assert texts[0] == texts[1]


def test_g2_joint_signatories_do_not_ask_alone(people: World) -> None:
    gea = at_home(people, "gea")

    assert 404 == get(gea.browser, "/portal/for/bos/list/ask").status
    assert 200 == get(gea.browser, "/portal/for/bos/list/give").status
    assert "office-list-ask" not in get(gea.browser, "/portal/for/bos").ids


@pytest.mark.parametrize("sort", ["", "give/", "take", "GIVE"])
def test_there_are_two_kinds_of_list(people: World, sort: str) -> None:
    assert 404 == get(at_home(people, "carla").browser, f"/portal/for/bakery/list/{sort}").status
