"""Revoking, suspending and resuming on request: once for each key, told in the journal, by whoever may."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from authz_server.api import repeating
from authz_server.worker.expiry import Round
from claims.register import overview
from claims.register.actor import OPERATOR
from claims.register.world import import_world
from keys.storage import Statement
from tests.support.register_client import RegisterClient, a_register_client

REVOKE, SUSPEND, RESUME = (f"/api/v1/mandates/m1/{act}" for act in ("revoke", "suspend", "resume"))
WHY = {"reason": "asked by telephone"}


def events(desk: RegisterClient) -> list[str]:
    answer = desk.get("/api/v1/mandates/m1/history")
    return [one["event"] for one in answer.get_json()["history"]][1:]


def test_a_mandate_is_stopped_for_a_while_and_for_good(desk: RegisterClient) -> None:
    assert "suspended" == desk.post(SUSPEND, WHY).get_json()["mandate"]["state"]
    desk.context.clock.now += 60  # type: ignore[attr-defined]
    assert "active" == desk.post(RESUME, WHY).get_json()["mandate"]["state"]
    assert "revoked" == desk.post(REVOKE, WHY).get_json()["mandate"]["state"]

    assert ["suspended", "resumed", "revoked"] == events(desk)


def test_the_journal_names_the_client_and_nobody_else(desk: RegisterClient) -> None:
    desk.post(REVOKE, WHY)
    *_, last = desk.get("/api/v1/mandates/m1/history").get_json()["history"]

    assert (f"client {desk.client_id}", None, None, None, None) == (
        last["authority"], last["person"], last["on_behalf_of"], last["login_assurance"], last["authenticator"]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "act", "status", "code"),
    [
        ([REVOKE], REVOKE, 409, "already_ended"),
        ([REVOKE], SUSPEND, 409, "already_ended"),
        ([SUSPEND], SUSPEND, 409, "already_suspended"),
        ([], RESUME, 409, "not_suspended"),
        ([], REVOKE.replace("m1", "m99"), 404, "unknown_mandate"),
        ([], REVOKE.replace("m1", "l1"), 409, "not_a_mandate"),
    ],
)
def test_what_cannot_be_changed_is_told_by_its_code(
    desk: RegisterClient, before: list[str], act: str, status: int, code: str
) -> None:
    context = desk.context
    relation = {
        "id": "l1", "represented": "o1", "representative": "p2", "basis": "sole_signatory", "services": "*",
        "actions": "*", "assurance": "high", "from": "2020-01-01T00:00:00Z",
    }  # fmt: skip
    with context.database.writing() as db:
        import_world(db, context.vault, {"legal_relations": [relation]}, by=OPERATOR, now=context.clock())
    for one in before:
        assert 200 == desk.post(one, WHY).status_code

    answer = desk.post(act, WHY)

    assert (status, code) == (answer.status_code, answer.get_json()["code"])


@pytest.mark.parametrize("number", ["999990019", "9999 90 019", "999.990.019", "999-990-019"])
def test_a_reason_holds_no_bsn(quiet: RegisterClient, number: str) -> None:
    answer = quiet.post(REVOKE, {"reason": f"asked by {number}, by letter"})

    assert (422, "reason_holds_a_number") == (answer.status_code, answer.get_json()["code"])
    assert number not in answer.text
    assert [] == events(quiet)


@pytest.mark.parametrize(
    "document",
    [
        {}, {"reason": None}, {"reason": ""}, {"reason": 1}, {"reason": "a" * 501}, {"reason": "a\u0000b"},
        {"reason": "a\nb"}, {"reason": ["x"]}, {"reason": "x", "by": "p1"}, [], None, "x", 1,
        {"reason": "x", "999990019": 1},
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_read_changes_nothing(quiet: RegisterClient, document: Any) -> None:
    answer = quiet.post(REVOKE, document)

    assert (400, "malformed") == (answer.status_code, answer.get_json()["code"])
    assert "999990019" not in answer.text
    assert [] == events(quiet)


@pytest.mark.parametrize(
    ("kind", "body", "status", "code"),
    [
        ("text/plain", b"{}", 415, "unsupported_media_type"),
        ("application/x-www-form-urlencoded", b"reason=x", 415, "unsupported_media_type"),
        ("application/json", b'{"reason":"' + b"a" * 200_000 + b'"}', 413, "request_too_large"),
        ("application/json", b"", 400, "not_json"),
        ("application/json", b"{", 400, "not_json"),
        ("application/json", b"\xff", 400, "not_json"),
        ("application/json", b'{"reason":"a","reason":"b"}', 400, "not_json"),
        ("application/json", b"[" * 5000, 400, "not_json"),
        ("application/json", b'{"reason":' + b"9" * 5000 + b"}", 400, "not_json"),
        ("application/json", b'{"reason":NaN}', 400, "not_json"),
        ("application/json", b'{"reason":"\\ud800"}', 400, "not_json"),
    ],
)
def test_a_body_is_json_of_one_meaning(
    quiet: RegisterClient, kind: str, body: bytes, status: int, code: str
) -> None:
    headers = {"Authorization": f"Bearer {quiet.token()}", "Content-Type": kind, "Idempotency-Key": "x"}
    answer = quiet.browser.post(REVOKE, data=body, headers=headers)

    assert (status, code) == (answer.status_code, answer.get_json()["code"])
    assert [] == events(quiet)


@pytest.mark.parametrize("key", [None, "", " ", "a b", "é", '"', '""', "a" * 256, "a\\b", '"a', "a\x7f"])
def test_a_change_needs_a_key(quiet: RegisterClient, key: str | None) -> None:
    headers = {"Authorization": f"Bearer {quiet.token()}"} | ({} if key is None else {"Idempotency-Key": key})
    answer = quiet.browser.post(REVOKE, json=WHY, headers=headers)

    assert (400, "idempotency_key_needed") == (answer.status_code, answer.get_json()["code"])
    assert [] == events(quiet)


def test_the_same_key_and_request_get_the_same_answer_and_are_done_once(desk: RegisterClient) -> None:
    first = desk.post(SUSPEND, WHY, key="once")
    desk.context.clock.now += 100  # type: ignore[attr-defined]
    desk.post(RESUME, WHY)
    again = desk.post(SUSPEND, WHY, key='"once"')  # in quotes it is the same one

    assert (200, first.data) == (again.status_code, again.data)
    assert ["suspended", "resumed"] == events(desk)


def test_a_refusal_is_an_answer_too(desk: RegisterClient) -> None:
    first = desk.post(RESUME, WHY, key="k")
    desk.post(SUSPEND, WHY)
    again = desk.post(RESUME, WHY, key="k")

    assert (409, first.data) == (again.status_code, again.data)
    assert ["suspended"] == events(desk)


@pytest.mark.parametrize(
    ("act", "document"),
    [(SUSPEND, {"reason": "another"}), (REVOKE, WHY), (SUSPEND.replace("m1", "m2"), WHY)],
)
def test_a_key_is_for_one_request(desk: RegisterClient, act: str, document: dict[str, str]) -> None:
    desk.post(SUSPEND, WHY, key="k")
    answer = desk.post(act, document, key="k")

    assert (422, "idempotency_key_reused") == (answer.status_code, answer.get_json()["code"])
    assert ["suspended"] == events(desk)


def test_another_client_s_key_is_another_key_and_tells_nothing(desk: RegisterClient) -> None:
    other = a_register_client(desk.app)
    mine = desk.post(SUSPEND, WHY, key="k")
    theirs = other.post(SUSPEND, WHY, key="k")

    assert (200, 409, "already_suspended") == (
        mine.status_code,
        theirs.status_code,
        theirs.get_json()["code"],
    )


def test_a_key_that_comes_again_shows_a_token_that_stands(desk: RegisterClient) -> None:
    token = desk.token()
    desk.post(SUSPEND, WHY, key="k", token=token)
    desk.context.clock.now += 300  # type: ignore[attr-defined]

    assert 401 == desk.post(SUSPEND, WHY, key="k", token=token).status_code
    reader = a_register_client(desk.app, "register:read")
    assert 403 == reader.post(SUSPEND, WHY, key="k").status_code


def test_many_at_once_with_one_key_do_it_once_and_hear_the_same(desk: RegisterClient) -> None:
    token, together = desk.token(), Barrier(8)

    def once(_: int) -> tuple[int, bytes]:
        together.wait()
        answer = desk.app.test_client().post(
            SUSPEND, json=WHY, headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}
        )
        return answer.status_code, answer.data

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(once, range(8)))

    assert [200] == [status for status, _ in answers]
    assert ["suspended"] == events(desk)


def test_of_many_that_use_one_key_for_different_requests_one_wins(desk: RegisterClient) -> None:
    token, together = desk.token(), Barrier(6)

    def one(number: int) -> int:
        together.wait()
        return (
            desk.app.test_client()
            .post(
                SUSPEND,
                json={"reason": f"request {number}"},
                headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "k"},
            )
            .status_code
        )

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(one, range(6)))

    assert [200, 422, 422, 422, 422, 422] == statuses
    assert ["suspended"] == events(desk)


def test_of_many_that_revoke_with_keys_of_their_own_one_does(desk: RegisterClient) -> None:
    token, together = desk.token(), Barrier(6)

    def one(number: int) -> int:
        together.wait()
        return (
            desk.app.test_client()
            .post(
                REVOKE,
                json=WHY,
                headers={"Authorization": f"Bearer {token}", "Idempotency-Key": f"k{number}"},
            )
            .status_code
        )

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(one, range(6)))

    assert [200, 409, 409, 409, 409, 409] == statuses
    assert ["revoked"] == events(desk)


def test_what_fails_half_way_leaves_neither_change_nor_answer(
    desk: RegisterClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = desk.token()
    with monkeypatch.context() as patched:
        patched.setattr(repeating, "_KEEP", Statement("UPDATE there_is_no_such_table SET x = 1"))
        answer = _unless_it_raises(desk, token)
    assert answer is None or answer >= 500
    assert [] == events(desk)

    assert 200 == desk.post(SUSPEND, WHY, key="k", token=token).status_code
    assert ["suspended"] == events(desk)


def _unless_it_raises(desk: RegisterClient, token: str) -> int | None:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}
    try:
        return desk.browser.post(SUSPEND, json=WHY, headers=headers).status_code
    except Exception:
        return None


def test_an_answer_is_kept_for_a_day_and_then_swept(desk: RegisterClient) -> None:
    context = desk.context
    began = context.clock()
    kept = Statement("SELECT count(*) FROM api_answers")
    desk.post(SUSPEND, WHY, key="k")

    def swept(at: int) -> int:
        with_round = Round(context.database, context.settings.lifetimes)
        while with_round.step(now=at):
            pass
        with context.database.reading() as db:
            return (db.one(kept) or (0,))[0]

    assert 1 == swept(began + repeating.KEPT)
    assert 0 == swept(began + repeating.KEPT + 60)


def test_neither_key_nor_reason_stands_in_the_table_of_answers(desk: RegisterClient) -> None:
    desk.post(SUSPEND, {"reason": "a reason that is mine"}, key="a-key-that-is-mine")
    with desk.context.database.reading() as db:
        rows = db.all(Statement("SELECT client_id, key, asked, status, body FROM api_answers"))

    assert "mine" not in str(rows)


def test_an_id_that_is_written_badly_leads_to_no_other_mandate(desk: RegisterClient) -> None:
    for badly in ("%2Fm1", "m1%2F", "/m1", "m1/", "%2F%2Fm1"):
        headers = {"Authorization": f"Bearer {desk.token()}", "Idempotency-Key": badly}
        answer = desk.browser.post(
            f"/api/v1/mandates/{badly}/revoke", json=WHY, headers=headers, follow_redirects=True
        )
        assert 404 == answer.status_code, badly
    assert [] == events(desk)


def test_a_revoked_mandate_gives_nobody_a_right_any_more(desk: RegisterClient) -> None:
    desk.post(REVOKE, WHY)
    with desk.context.database.reading() as db:
        mandate = overview.mandate(db, "m1")

    assert mandate is not None
    assert not mandate.in_force(desk.context.clock())
