"""For whom: candidates, search, pages, confirmation, and everybody who cannot be chosen."""

import pytest

from authz_server.login import accounts, candidates
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from keys.storage import Statement
from tests.support.pages import Page, get, post
from tests.support.relying_party import RelyingParty, claims_of
from tests.support.signing_in import TAX, World, answer_to, by_password, by_practice, choose, start
from tests.support.try_out import document

ENERGY = "https://energy.example.nl/services/label"
RECORD = "https://care.example.nl/services/record"
BENEFIT = "https://town.example.nl/services/benefit"


def id_token_of(party: RelyingParty, answer: dict[str, str]) -> dict[str, object]:
    redeemed = party.redeem(answer["code"])
    assert redeemed.status_code == 200, redeemed.get_data(as_text=True)
    return claims_of(redeemed.get_json()["id_token"])


def test_a_person_logs_in_chooses_confirms_and_the_client_gets_a_token_for_that_party(people: World) -> None:
    desk = people.client(TAX + "vat-return")

    page = by_practice(start(desk), "eva")
    assert "Voor wie wilt u dit doen?" == page.heading
    page = choose(page, "Bakkerij De Korenbloem")
    assert "U doet dit voor Bakkerij De Korenbloem B.V. Klopt dat?" == page.heading
    claims = id_token_of(desk, answer_to(page.press("confirm-yes")))

    represents = claims["represents"]
    assert isinstance(represents, dict)
    assert "Accountants Peeters B.V." == represents["name"]
    assert "Bakkerij De Korenbloem B.V." == represents["represents"]["name"]


def test_nothing_is_picked_beforehand_and_choosing_nothing_is_said_to_be_wrong(people: World) -> None:
    page = by_practice(start(people.client(TAX + "income-tax")), "bram")

    assert not [one for one in page.elements if "checked" in one.attributes]
    page = page.press("choose-submit")
    assert (422, "nothing_chosen") == (page.status, page.code)


def test_a_candidate_reads_with_a_second_mark_what_may_be_done_and_until_when(people: World) -> None:
    page = by_practice(start(people.client(TAX + "income-tax")), "bram")

    words = next(words for words in page.choices() if words.startswith("Anna de Vries"))

    assert "geboren in 1948" in words
    assert "Voorbeeldstad" in words
    assert "mag: bekijken, invullen, versturen · tot en met" in words


def test_a_page_shows_no_personal_number(people: World) -> None:
    page = by_practice(start(people.client(TAX + "income-tax")), "bram")

    assert "999997221" not in page.html
    assert page.html.count("999") == 0


def test_a_sole_traders_number_is_personal_too(people: World) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "karin")

    assert "Postma Advies" in page.text
    assert "00327065" not in page.html


def test_the_list_comes_in_pages_and_every_client_is_on_one_of_them(people: World) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "eva")
    seen: list[str] = []

    while True:
        seen += list(page.choices())
        if "choose-next" not in page.ids:
            break
        page = page.follow("choose-next")

    assert len(seen) > 2 * candidates.PAGE
    assert len(seen) == len(set(seen))
    names = [words.split(" · ")[0] for words in seen]
    assert any(name.startswith("Bakkerij De Korenbloem") for name in names)


def test_search_finds_part_of_a_name_and_a_whole_number_and_says_when_nobody_is_found(people: World) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "eva")

    found = page.press("search-submit", search="KÓRENbl")
    assert ["Bakkerij De Korenbloem B.V."] == [words[:27] for words in found.choices()]
    by_number = found.press("search-submit", search="00436606")
    assert ["Bakkerij De Korenbloem B.V."] == [words[:27] for words in by_number.choices()]
    nobody = by_number.press("search-submit", search="<b>xyzzy</b>")
    assert "search-nothing" in nobody.ids
    assert not nobody.choices()
    assert "<b>xyzzy" not in nobody.html


def test_how_many_a_search_found_is_told_where_screen_readers_hear_it(people: World) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "eva")
    told = page.element("search-told")

    assert ("status", "") == (told.attributes["role"], told.text.strip())
    assert "1 gevonden." in page.press("search-submit", search="korenbloem").element("search-told").text
    many = page.press("search-submit", search="a")
    assert "Meer dan 25 gevonden." in many.element("search-told").text
    assert "" == many.follow("choose-next").element("search-told").text.strip()
    assert "Niemand gevonden" in page.press("search-submit", search="xyzzy").element("search-told").text


def test_only_a_list_in_which_one_searches_runs_the_script_that_does_so(people: World) -> None:
    many = by_practice(start(people.client(TAX + "vat-return")), "eva")
    few = by_practice(start(people.client(TAX + "income-tax")), "bram")
    policies = [page.response.headers["Content-Security-Policy"] for page in (many, few)]

    assert 1 == many.html.count('<script src="/static/search.js?v=')
    assert "script-src 'self'; connect-src 'self'" in policies[0]
    assert "<script" not in few.html
    assert "script-src" not in policies[1]


def test_a_script_gets_the_page_of_what_is_found_at_once_with_its_address(people: World) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "eva")

    token = page.fields("choose-form")["csrf_token"]
    found = post(page.browser, page.address, {"csrf_token": token, "do": "look", "search": "korenbl"})
    again = get(page.browser, found.element("choose-form").attributes["action"])

    assert page.address == found.address
    assert [words[:22] for words in found.choices()] == [words[:22] for words in again.choices()]
    assert ("korenbl", 1) == (again.element("search").attributes["value"], len(again.choices()))


def test_searching_writes_nothing(people: World, monkeypatch: pytest.MonkeyPatch) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "eva")
    monkeypatch.delattr(type(people.context.database), "writing")

    assert 1 == len(page.press("search-submit", search="korenbloem").choices())


def test_what_was_searched_for_stays_out_of_every_address(people: World) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "eva")

    found = page.press("search-submit", search="korenbloem")

    assert "korenbloem" not in found.address
    assert "confirm-form" in choose(found, "Bakkerij De Korenbloem").ids


def test_no_goes_back_to_choosing(people: World) -> None:
    page = choose(by_practice(start(people.client(TAX + "income-tax")), "bram"), "Anna de Vries")

    page = page.press("confirm-no")

    assert "choose-form" in page.ids


def test_cancelling_tells_the_client_no_more_than_that(people: World) -> None:
    page = by_practice(start(people.client(TAX + "income-tax")), "bram")

    answer = answer_to(page.press("choose-cancel"))

    assert ("access_denied", "cancelled") == (answer["error"], answer["error_description"])
    assert "af0ifjsldkj" == answer["state"]


def test_cancelling_the_login_tells_the_client_the_same(people: World) -> None:
    answer = answer_to(start(people.client(TAX + "income-tax")).press("login-cancel"))

    assert ("access_denied", "cancelled") == (answer["error"], answer["error_description"])


def test_with_nobody_to_represent_the_page_says_so_and_leads_back(people: World) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "anna")

    assert "nobody" in page.ids
    assert "U heeft nog geen toestemming om iemand te helpen." in page.text
    assert "Vraag het aan de persoon of het bedrijf waarvoor u dit wilt doen." in page.text
    assert "ask-form" in get(page.browser, page.element("ask").attributes["href"]).ids
    assert "code-form" in get(page.browser, page.element("enter-code").attributes["href"]).ids
    answer = answer_to(page.press("nobody-return"))
    assert ("access_denied", "no_representation") == (answer["error"], answer["error_description"])


@pytest.mark.parametrize(
    ("person", "service", "said"),
    [
        ("daan", TAX + "vat-return", "U regelt wie voor Bakkerij De Korenbloem B.V. mag werken."),
        ("daan", TAX + "vat-return", "U mag zelf nog niets voor Bakkerij De Korenbloem B.V. doen."),
        ("gea", TAX + "vat-return", "Bij Bos & Bos Transport B.V. tekent u samen met een ander."),
        ("gea", TAX + "vat-return", "Vraag samen toestemming aan."),
        ("kees", TAX + "vat-return", "Uw toestemming voor Accountants Peeters B.V. is gestopt op"),
        ("lars", TAX + "vat-return", "Vraag Accountants Peeters B.V. of u meer mag doen."),
    ],
)
def test_nobody_has_its_reason_in_words(people: World, person: str, service: str, said: str) -> None:
    page = by_practice(start(people.client(service)), person)

    assert "nobody" in page.ids
    assert said in page.text


WHY = ("faillissement", "failliet", "overleden", "curatele", "bewind", "rechter", "bankruptcy", "court")


@pytest.mark.parametrize(
    ("person", "service", "said", "next_step"),
    [
        (
            "jan",
            TAX + "income-tax",
            "U kunt dit nu niet voor uzelf doen. Iemand anders regelt dit voor u.",
            "Vraag het aan de persoon of het kantoor dat dit voor u regelt.",
        ),
        (
            "sem",
            BENEFIT,
            "U bent te jong om dit voor uzelf te doen.",
            "Vraag het aan uw ouder of voogd.",
        ),
    ],
)
def test_who_cannot_do_their_own_affairs_reads_who_looks_after_them(
    people: World, person: str, service: str, said: str, next_step: str
) -> None:
    an_account_for(people, "sem")

    page = by_practice(start(people.client(service, representation="optional")), person)

    assert "nobody" in page.ids
    assert said in page.text
    assert next_step in page.text
    assert "toestemming om iemand te helpen" not in page.text
    assert not [word for word in WHY if word in page.text.lower()]


def an_account_for(people: World, *names: str) -> None:
    """The try-out world has none of them."""
    with people.context.database.writing() as db:
        for name in names:
            if not accounts.exists(db, name):
                accounts.add(db, name, "no hash", now=people.clock(), demo=True)


@pytest.mark.parametrize("mode", ["required", "optional"])
def test_a_director_who_is_set_aside_reads_for_whom_and_never_why(people: World, mode: str) -> None:
    an_account_for(people, "ton")

    page = by_practice(start(people.client(TAX + "vat-return", representation=mode)), "ton")

    assert "nobody" in page.ids
    assert "U kunt dit nu niet doen voor Meubelfabriek Oost B.V. Vraag" in page.text
    assert "Vraag hulp aan de organisatie waar u vandaan komt." in page.text
    assert "toestemming om iemand te helpen" not in page.text
    assert not [word for word in WHY if word in page.text.lower()]


def test_the_director_of_a_company_that_is_no_more_reads_for_whom_and_never_why(people: World) -> None:
    bakery = next(one for one in document()["parties"] if one["id"] == "bakery")
    with people.context.database.writing() as db:
        gone = {"parties": [{**bakery, "ceased_at": "2025-06-01T00:00:00Z"}]}
        import_world(db, people.context.vault, gone, by=OPERATOR, now=people.clock())

    page = by_practice(start(people.client(TAX + "vat-return")), "carla")

    assert "U kunt dit nu niet doen voor Bakkerij De Korenbloem B.V. Vraag" in page.text


def test_no_sentence_ends_in_two_full_stops(people: World) -> None:
    for person in ("daan", "gea", "kees", "lars"):
        page = by_practice(
            start(people.client(TAX + "vat-return"), people.browser(), ui_locales="en"), person
        )
        assert "nobody" in page.ids
        assert ".." not in page.text


def test_a_weak_mandate_is_said_to_be_weak_and_a_stronger_login_does_not_help(people: World) -> None:
    page = by_practice(start(people.client(RECORD)), "bram", "high")

    assert all(not words.startswith("Anna") for words in page.choices())
    page = page.follow("not-listed")
    assert "Deze toestemming is niet sterk genoeg voor wat u hier wilt doen." in page.text
    assert "Vraag Anna de Vries om hem te versterken." in page.text


def test_not_listed_never_says_why_something_ended(people: World) -> None:
    people.clock.now -= 20 * 86400  # the bankruptcy of Meubelfabriek Oost is then less than 90 days old
    page = by_practice(start(people.client(TAX + "vat-return")), "eva").follow("not-listed")

    while "Meubelfabriek Oost" not in page.text and "not-listed-next" in page.ids:
        page = page.follow("not-listed-next")

    assert "Uw toestemming voor Meubelfabriek Oost B.V. is gestopt op" in page.text
    for word in ("faillissement", "failliet", "overleden", "curatele", "bewind", "bankruptcy"):
        assert word not in page.text.lower()


def test_what_ended_more_than_ninety_days_ago_is_not_told_of(people: World) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "eva").follow("not-listed")
    texts = [page.text]
    while "not-listed-next" in page.ids:
        page = page.follow("not-listed-next")
        texts.append(page.text)

    assert len(texts) > 1
    assert not any("Meubelfabriek Oost" in text for text in texts)


def test_who_can_be_chosen_is_not_among_those_who_cannot(people: World) -> None:
    page = by_practice(start(people.client(TAX + "income-tax")), "bram").follow("not-listed")

    names = [one.text for one in page.elements if one.tag == "strong"]
    assert "Noor de Vries" not in names
    born = [one.text for one in page.elements if "namens-note" in one.attributes.get("class", "")]
    assert not any("1948" in words for words in born)


def test_for_oneself_is_offered_where_request_and_service_allow(people: World) -> None:
    required, optional = (
        people.client(TAX + "income-tax"),
        people.client(TAX + "income-tax", representation="optional"),
    )

    assert "self" not in by_practice(start(required), "bram").choices().values()
    page = by_practice(start(optional), "bram")
    assert "self" == page.value_for("Voor mijzelf")
    page = page.press("choose-submit", represented="self")
    assert "U doet dit voor uzelf. Klopt dat?" == page.heading
    claims = id_token_of(optional, answer_to(page.press("confirm-yes")))

    assert "represents" not in claims
    assert "self" == claims["authorization_details"][0]["represented"]  # type: ignore[index]


def test_r17_who_may_not_act_for_themself_is_not_offered_it(people: World) -> None:
    page = by_practice(start(people.client(TAX + "income-tax", representation="optional")), "jan")

    assert "nobody" in page.ids


def test_with_nobody_else_the_person_is_told_and_may_go_on_for_themself(people: World) -> None:
    page = by_practice(start(people.client(TAX + "income-tax", representation="optional")), "carla")

    assert "only-oneself" in page.ids
    assert ["self"] == list(page.choices().values())


def test_r12_a_branch_is_offered_only_to_a_client_that_reads_it(people: World) -> None:
    blind = people.client(ENERGY)
    reading = people.client(ENERGY, representation_restrictions=["branch"])

    assert "nobody" in by_practice(start(blind), "omer").ids
    page = by_practice(start(reading), "omer")
    words = next(iter(page.choices()))
    assert "vestiging" in words
    claims = id_token_of(reading, answer_to(choose(page, "Bakkerij").press("confirm-yes")))
    assert "998162685298" == claims["authorization_details"][0]["branch"]  # type: ignore[index]


def test_a_party_whose_number_the_client_does_not_read_is_shown_and_cannot_be_chosen(people: World) -> None:
    lei = people.client(TAX + "vat-return", organisation_identifiers=["lei"])
    both = people.client(TAX + "vat-return")

    page = by_practice(start(lei), "carla")
    assert "Bakkerij De Korenbloem B.V." in page.text
    assert not page.choices()
    assert "Hiervoor kunt u nu niet kiezen" in page.text
    assert by_practice(start(both, people.browser()), "carla").choices()


def test_what_was_used_last_stands_on_top_of_a_long_list_once(people: World) -> None:
    desk = people.client(TAX + "vat-return")
    page = by_practice(start(desk), "eva").press("search-submit", search="korenbloem")
    answer_to(choose(page, "Bakkerij De Korenbloem").press("confirm-yes"))

    page = start(desk)

    assert "latest" in page.ids
    assert "Laatst gebruikt" in page.text
    assert next(iter(page.choices())).startswith("Bakkerij De Korenbloem")
    assert 1 == sum(words.startswith("Bakkerij De Korenbloem") for words in page.choices())


def test_a_mandate_that_ends_between_choosing_and_confirming_is_not_granted(people: World) -> None:
    page = choose(by_practice(start(people.client(TAX + "income-tax")), "bram"), "Anna de Vries")
    with people.context.database.writing() as db:
        from claims.register import ending
        from claims.register.actor import OPERATOR

        ending.revoke(db, people.context.vault, "m0001", by=OPERATOR, now=people.clock())
    people.clock.now += 1

    page = page.press("confirm-yes")

    assert "choose-form" in page.ids
    assert not any("1948" in words for words in page.choices())


def test_a_hundred_candidates_that_a_client_cannot_be_told_hide_none_behind_them(
    people: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "PAGE", 1)
    page = by_practice(start(people.client(TAX + "income-tax")), "bram")
    seen = list(page.choices())
    while "choose-next" in page.ids:
        page = page.follow("choose-next")
        seen += list(page.choices())

    assert ["Anna de V", "Noor de V", "Sem de Vr", "Tim de Vr"] == [words[:9] for words in seen]


def test_r11_a_blocked_password_is_told_by_whom_and_another_way_opens_the_choice(people: World) -> None:
    desk = people.client(TAX + "vat-return", representation_actions=["view", "prepare"])
    page = by_password(start(desk), "lars")
    assert any("niet op deze manier inloggen" in words for words in page.choices())

    page = choose(page, "Bakkerij De Korenbloem")
    # the level comes first: the password is too weak for this service as well
    assert "method-eid" in page.ids
    page = by_practice(page, "lars")
    page = choose(page, "Bakkerij De Korenbloem")

    assert "confirm-form" in page.ids


def test_a_place_in_the_list_from_elsewhere_begins_it_anew(people: World) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "eva")

    for made_up in ("made-up", "é", "", "x" * 3000, page.value_for("Accountants Peeters")):
        again = get(page.browser, page.address, query_string={"at": made_up})
        assert list(page.choices()) == list(again.choices())
        not_listed = get(page.browser, f"{page.address[:-6]}not-listed", query_string={"after": made_up})
        assert 200 == not_listed.status


def search_for(page: Page, words: str) -> str:
    """Search, and stop at the redirect: the address of what was found."""
    form = page.fields("choose-form") | {"search": words, "do": "search"}
    answer = page.browser.post(page.address, data=form)
    assert 303 == answer.status_code
    return answer.headers["Location"]


def test_a_search_is_a_page_of_its_own_that_can_be_gone_back_to(people: World) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "eva")

    address = search_for(page, "korenbloem")
    found = get(page.browser, address)
    assert "korenbloem" == found.element("search").attributes["value"]
    choose(found, "Bakkerij De Korenbloem")
    back = get(page.browser, address)

    assert "orenbloem" not in address
    assert list(found.choices()) == list(back.choices())
    assert 1 == len(back.choices())


def test_a_page_of_the_list_can_be_gone_back_to(people: World) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "eva")
    second = page.follow("choose-next")
    third = second.follow("choose-next")

    again = get(page.browser, page.element("choose-next").attributes["href"])

    assert list(again.choices()) == list(second.choices()) != list(third.choices())


def test_what_was_searched_for_is_for_one_login(people: World) -> None:
    desk = people.client(TAX + "vat-return")
    page = by_practice(start(desk), "eva")
    address = search_for(page, "korenbloem")
    other = by_practice(start(desk, people.browser()), "eva")

    query = address.partition("?")[2]
    elsewhere = get(other.browser, f"{other.address}?{query}")

    assert list(other.choices()) == list(elsewhere.choices())


def test_the_whole_list_is_shown_again_after_a_search(people: World) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "eva")
    found = get(page.browser, search_for(page, "korenbloem"))

    assert "Toon de hele lijst" == found.element("choose-first").text
    again = found.follow("choose-first")
    assert "" == again.element("search").attributes["value"]
    assert list(page.choices()) == list(again.choices())


def test_a_search_for_nothing_shows_the_whole_list(people: World) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "eva")

    assert search_for(page, "  ") == page.address


def test_the_way_back_to_the_first_page_stands_where_it_leads_elsewhere_alone(people: World) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "eva")

    assert "choose-first" not in page.ids
    assert "choose-first" not in by_practice(start(people.client(TAX + "income-tax")), "bram").ids
    second = page.follow("choose-next")
    assert "Terug naar de eerste bladzijde" == second.element("choose-first").text
    assert list(page.choices()) == list(second.follow("choose-first").choices())


def test_back_to_choosing_keeps_the_search(people: World) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "eva")
    found = get(page.browser, search_for(page, "korenbloem"))

    not_listed = found.follow("not-listed")
    while "not-listed-next" in not_listed.ids:
        not_listed = not_listed.follow("not-listed-next")
    back = not_listed.follow("not-listed-back")

    assert "korenbloem" == back.element("search").attributes["value"]
    assert list(found.choices()) == list(back.choices())


def test_choosing_nothing_and_speaking_another_language_keep_the_search(people: World) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "eva")
    found = get(page.browser, search_for(page, "korenbloem"))

    wrong = found.press("choose-submit")
    assert (422, "nothing_chosen") == (wrong.status, wrong.code)
    assert list(found.choices()) == list(wrong.choices())
    english = wrong.press("language-en")
    assert "For whom do you want to do this?" == english.heading
    assert "korenbloem" == english.element("search").attributes["value"]


def test_a_form_without_any_button_searches_where_something_was_typed(people: World) -> None:
    page = by_practice(start(people.client(TAX + "vat-return")), "eva")

    found = post(page.browser, page.address, page.fields("choose-form") | {"search": "korenbloem"})

    assert 1 == len(found.choices())


def test_a_choice_that_is_not_on_the_page_is_refused(people: World) -> None:
    page = by_practice(start(people.client(TAX + "income-tax")), "bram")

    for value in ("anna", "m0001", "bakery", "", "é", "x" * 3000, "self"):
        refused: Page = page.press("choose-submit", represented=value)
        assert refused.status in {409, 422}, value
        assert refused.code in {"choice_gone", "nothing_chosen"}

    assert "confirm-form" not in get(page.browser, page.address).ids
    with people.context.database.reading() as db:
        assert [(None,)] == db.all(Statement("SELECT choice FROM login_interactions"))
