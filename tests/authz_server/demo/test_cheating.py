"""Who tries to cheat a demo website is told what its verifier really says; their own token stays what it was."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from authz_server.clock import machine_clock
from authz_server.demo.altering import SIGNED, WAYS
from authz_server.demo.believing import believed, compared
from authz_server.demo.relying import NoTokens, RelyingParty
from authz_server.demo.running import Demo
from authz_server.demo.why_refused import WHY
from claims.testing import HOSTILE, StandInIssuer
from claims.verify import Loa, Refused, VerificationRefused, Verifier
from tests.authz_server.demo.test_service_provider import logged_in_for_the_bakery
from tests.authz_server.demo.test_website import at_work
from tests.support.clock import Clock
from tests.support.pages import Page, get, post

CODES = {
    "cut": Refused.SIGNATURE_WRONG,
    "alg_none": Refused.ALGORITHM_FORBIDDEN,
    "own_key": Refused.SIGNATURE_WRONG,
    "brought_key": Refused.HEADER_FORBIDDEN,
    "unknown_key": Refused.KEY_UNKNOWN,
    "public_as_secret": Refused.ALGORITHM_FORBIDDEN,
    "id_token": Refused.TYPE_WRONG,
    "too_late": Refused.EXPIRED,
    "nonsense": Refused.MALFORMED,
}
# kinds of hostile token that are tried with the visitor's own instead
WITH_THEIR_OWN = {
    "another key": "own_key",
    "a key that it brings": "brought_key",
    "an unknown key": "unknown_key",
    "alg none": "alg_none",
    "a public key as secret": "public_as_secret",
    "tampered: another person": "another_person",
    "tampered: more actions": "more",
    "no token at all": "nonsense",
}


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock(machine_clock())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Demo]:
    running = Demo(Path(tmp_path_factory.mktemp("cheat")) / "demo", (0, 0, 0), clock=clock)
    yield running
    running.close()


@pytest.fixture
def browser(demo: Demo) -> FlaskClient:
    browser = demo.desk.test_client()
    logged_in_for_the_bakery(demo, browser)
    return browser


def code(page: Page) -> str:
    assert 200 == page.status
    return page.element("verdict").attributes["data-code"]


def own(browser: FlaskClient) -> str:
    """What stands in one's own token, as the page tells it."""
    return "".join(next(one for one in get(browser, "/weten").elements if one.tag == "pre").words)


def claims_of(browser: FlaskClient) -> dict[str, object]:
    text = "".join(get(browser, "/proberen").element("claims-text").words)
    claims: dict[str, object] = json.loads(text)
    return claims


def wrote(browser: FlaskClient, claims: object, signed: str = "kept") -> Page:
    text = claims if isinstance(claims, str) else json.dumps(claims)
    return post(browser, "/proberen", {"claims": text, "signed": signed})


def changed(page: Page) -> set[str]:
    return {
        one.text.split("?")[0]
        for one in page.elements
        if one.tag == "tr" and one.attributes.get("class") == "changed"
    }


def fitting(group: str) -> list[str]:
    return [id for id, way in WAYS.items() if way.group == group]


@pytest.mark.parametrize("way", [way for way in fitting("changed") if way != "unlimited"])
def test_whatever_is_changed_the_signature_does_not_belong_to_it(way: str, browser: FlaskClient) -> None:
    page = get(browser, "/proberen").press(f"way-{way}")

    assert Refused.SIGNATURE_WRONG == code(page)
    assert str(WHY[Refused.SIGNATURE_WRONG]) in page.element("verdict").text
    assert changed(page), "whoever does not verify would believe something else"


@pytest.mark.parametrize("way", [*fitting("signature"), *fitting("elsewhere")])
def test_another_signature_or_another_token_is_refused_by_its_own_code(
    way: str, browser: FlaskClient
) -> None:
    assert CODES[way] == code(get(browser, "/proberen").press(f"way-{way}"))


@pytest.mark.parametrize("kind", SIGNED)
def test_what_is_well_signed_and_wrong_is_refused_as_for_every_service_provider(
    kind: str, browser: FlaskClient
) -> None:
    page = get(browser, "/proberen").press(f"way-signed_{kind.lower().replace(' ', '_')}")

    assert HOSTILE[kind].refused == code(page)
    assert "supposed" in page.ids


def test_every_kind_of_hostile_token_can_be_tried() -> None:
    assert set(HOSTILE) == set(SIGNED) | set(WITH_THEIR_OWN)
    assert set(WITH_THEIR_OWN.values()) <= set(WAYS)


def test_every_refusal_has_its_words() -> None:
    assert set(Refused) == set(WHY)


def test_what_a_website_that_does_not_verify_would_believe_stands_beside_it(browser: FlaskClient) -> None:
    page = get(browser, "/proberen").press("way-another_party")

    assert {"Voor wie"} == changed(page)
    assert "Ander Bedrijf B.V. (KVK-nummer 90000002)" in page.text
    assert "Bakkerij De Korenbloem B.V. (KVK-nummer 00436606)" in page.text


def test_nobody_reads_what_is_no_token(browser: FlaskClient) -> None:
    page = get(browser, "/proberen").press("way-nonsense")

    assert "no" == page.element("believed").attributes["data-read"]


def test_the_verifier_is_asked_and_no_answer_is_known_beforehand(
    demo: Demo, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def refuse(_: Verifier, token: str, **__: object) -> None:
        asked.append(token)
        raise VerificationRefused(Refused.KEY_AMBIGUOUS, "for the test")

    with monkeypatch.context() as patch:
        patch.setattr(Verifier, "verify_access_token", refuse)
        codes = [code(get(browser, "/proberen").press(f"way-{way}")) for way in ("surer", "cut", "id_token")]

    assert [Refused.KEY_AMBIGUOUS] * 3 == codes
    assert 3 == len(set(asked))


def test_a_limit_can_be_taken_away_where_there_is_one(demo: Demo) -> None:
    browser = demo.desk.test_client()
    at_work(demo, browser, "policy-all", "joris", "Loods Zuid")

    assert Refused.SIGNATURE_WRONG == code(get(browser, "/proberen").press("way-unlimited"))


def test_only_what_fits_ones_token_is_offered(demo: Demo, browser: FlaskClient) -> None:
    assert "way-unlimited" not in get(browser, "/proberen").ids
    himself = demo.desk.test_client()
    at_work(demo, himself, "income-tax-all", "bram", "Voor mijzelf")

    page = get(himself, "/proberen")

    assert not {"way-another_party", "way-shorter", "way-by_law", "way-for_oneself"} & page.ids
    for way in ("another_party", "shorter", "nothing", ""):
        assert 404 == post(himself, "/proberen", {"way": way}).status
    for way in sorted(one for one in page.ids if one.startswith("way-")):
        assert "accepted" != code(page.press(way)), way


def test_what_one_writes_oneself_is_verified_too(browser: FlaskClient) -> None:
    claims = claims_of(browser)

    assert "accepted" == code(wrote(browser, claims))
    assert Refused.SIGNATURE_WRONG == code(wrote(browser, claims | {"sub": "x"}))
    assert Refused.SIGNATURE_WRONG == code(wrote(browser, claims, "own"))
    assert Refused.ALGORITHM_FORBIDDEN == code(wrote(browser, claims, "none"))


def test_just_suppose_that_it_is_signed_and_it_still_has_to_fit(browser: FlaskClient) -> None:
    claims = claims_of(browser)

    assert "accepted" == code(wrote(browser, claims | {"sub": "x"}, "issuer"))
    for changes, refused in (
        ({"iss": "https://x.example"}, Refused.ISSUER_WRONG),
        ({"aud": "https://x.example"}, Refused.AUDIENCE_WRONG),
        ({"exp": 1}, Refused.EXPIRED),
        ({"represents": None}, Refused.REPRESENTATION_MALFORMED),
        ({"authorization_details": []}, Refused.REPRESENTATION_MALFORMED),
        ({"acr": "x"}, Refused.CLAIM_MALFORMED),
        ({"acr": Loa.BASIC.acr}, Refused.REPRESENTATION_INCONSISTENT),
    ):
        assert refused == code(wrote(browser, claims | changes, "issuer"))
    assert Refused.CLAIM_MISSING == code(wrote(browser, {}, "issuer"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "regel 1, teken 1"),
        ('{"a": 1,\n "b" 2}', "regel 2, teken 6"),
        ("[]", "Claims staan tussen { en }"),
        ("null", "Claims staan tussen { en }"),
        ('{"a": 1, "a": 2}', "een naam die er twee keer staat"),
        ('{"a": NaN}', "Deze JSON betekent meer"),
        ('{"a": 1e999}', "een getal zonder einde"),
        ('{"a": ' + "9" * 5000 + "}", "Deze JSON betekent meer"),
        ("[" * 5000, "Deze JSON betekent meer"),
        ('{"a": "\\ud800"}', "Deze JSON betekent meer"),
        ('{"a": "' + "x" * 16_000 + '"}', "ten hoogste 16000 tekens"),
    ],
)
def test_what_is_no_json_is_told_where_and_stays_to_be_put_right(
    text: str, told: str, browser: FlaskClient
) -> None:
    page = wrote(browser, text)

    assert (422, "verdict" in page.ids) == (page.status, False)
    assert told in page.element("faults").text
    assert "true" == page.element("claims-text").attributes["aria-invalid"]
    assert text[:16_000].strip() == "".join(page.element("claims-text").words).strip()


def test_what_is_written_is_shown_as_text(browser: FlaskClient) -> None:
    claims = claims_of(browser) | {"sub": "</textarea><script>alert(1)</script>"}

    for page in (wrote(browser, claims), wrote(browser, json.dumps(claims)[:-1])):
        assert "<script>" not in page.html


def test_a_way_to_sign_that_there_is_not_is_refused(browser: FlaskClient) -> None:
    assert 422 == wrote(browser, claims_of(browser), "x").status


def test_an_altered_token_never_becomes_the_visit_s(browser: FlaskClient) -> None:
    before = own(browser)

    for way in WAYS:
        post(browser, "/proberen", {"way": way})
    for signed in ("kept", "own", "none", "issuer"):
        wrote(browser, claims_of(browser) | {"sub": "x", "exp": 2**40}, signed)

    assert before == own(browser)
    assert "act-done" in get(browser, "/").press("act-submit").ids


def test_an_older_token_is_made_new_before_it_is_altered_and_an_ended_grant_is_told(
    demo: Demo, browser: FlaskClient, clock: Clock
) -> None:
    clock.now += 400
    assert Refused.SIGNATURE_WRONG == code(get(browser, "/proberen").press("way-surer"))

    clock.now += 9 * 3600

    page = get(browser, "/proberen").press("way-surer")
    assert (403, "inactive") == (page.status, page.element("failed").attributes["data-code"])


def test_while_the_provider_is_away_it_is_told_and_nothing_falls_over(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise NoTokens("provider_unavailable")

    with monkeypatch.context() as patch:
        patch.setattr(RelyingParty, "_fetched", away)
        page = get(browser, "/proberen").press("way-public_as_secret")

    assert (503, "issuer_unavailable") == (page.status, page.element("failed").attributes["data-code"])


def test_without_a_login_there_is_nothing_to_alter(demo: Demo) -> None:
    stranger = demo.desk.test_client()

    for answer in (stranger.get("/proberen"), stranger.post("/proberen", data={"way": "surer"})):
        assert (303, "/") == (answer.status_code, answer.headers["Location"])


def test_a_form_of_another_website_tries_nothing(browser: FlaskClient) -> None:
    answer = browser.post("/proberen", data={"way": "surer"}, headers={"Origin": "https://evil.example"})

    assert 403 == answer.status_code


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"represents": []},
        {"represents": {"represents": {"represents": 1}}},
        {"represents": {"name": 5, "sub": {}}, "authorization_details": [[]]},
        {"authorization_details": [{"actions": [1], "links": [1, None], "not_after": 5, "service": []}]},
        {"authorization_details": [{"links": {}, "not_after": "x" * 1000}], "exp": 10**40, "acr": ["x"]},
        {"sub": "x" * 5000, "exp": -1, "iss": None, "aud": {"a": "b"}},
    ],
)
def test_whoever_does_not_verify_believes_anything_and_our_page_tells_it(claims: dict[str, object]) -> None:
    token = StandInIssuer().sign(claims)

    told = believed(token, {})

    assert 11 == len(told)
    assert all(0 < len(answer) <= 500 for answer in told.values())
    assert 11 == len(compared(token, token, {}))
    assert not any(row.changed for row in compared(token, token, {}))


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.é.c", "..", "e30.bnVsbA.", "e30.W10.", "e30._w.x"])
def test_what_cannot_be_read_is_not_believed(text: str) -> None:
    assert {} == believed(text, {})
