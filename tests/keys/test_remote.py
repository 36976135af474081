import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from keys.fetching import Bounds, Fetched, NotFetched, NotFetchedReason
from keys.material import Material
from keys.remote import KeysUnavailable, NoRoom, RemoteKeys, Room
from tests.support.answering import answering, ok
from tests.support.clock import Clock

FIRST, SECOND = Material.new("ES256"), Material.new("ES256")


class Issuer:
    """Somebody who publishes keys, changes them, and sometimes does not answer."""

    def __init__(self, *published: Material, cache: str = "max-age=60") -> None:
        self.published = published
        self.cache = cache
        self.answers: Callable[[], bytes] | None = None
        self.asked = 0

    def __call__(self, url: str, bounds: Bounds) -> Fetched:
        self.asked += 1
        body = json.dumps({"keys": [dict(one.public) for one in self.published]}).encode()
        return Fetched(200, self.answers() if self.answers else body, {"cache-control": self.cache})

    def is_down(self) -> None:
        def down() -> bytes:
            raise NotFetched(NotFetchedReason.UNREACHABLE, "down")

        self.answers = down


class SlowIssuer(Issuer):
    """One who answers each time only when told to."""

    def __init__(self, *published: Material) -> None:
        super().__init__(*published)
        self.is_asked = Event()
        self.may_answer = Event()
        self.at_once = 0
        self.most_at_once = 0

    def __call__(self, url: str, bounds: Bounds) -> Fetched:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.is_asked.set()
        assert self.may_answer.wait(10)
        self.at_once -= 1
        return super().__call__(url, bounds)


def keys_of(issuer: Issuer, clock: Clock, room: Room | None = None) -> RemoteKeys:
    return RemoteKeys(
        "https://login.example.nl/jwks",
        clock=clock,
        fetcher=issuer,
        longest=300,
        cool_down=10,
        stale=600,
        room=room,
    )


@pytest.fixture
def clock() -> Clock:
    return Clock(1000)


def test_keys_are_fetched_once_and_kept_as_long_as_the_answer_says(clock: Clock) -> None:
    issuer = Issuer(FIRST)
    keys = keys_of(issuer, clock)

    for clock.now in (1000, 1030, 1059):
        assert 1 == len(keys.matching(FIRST.kid, "ES256"))
    assert 1 == issuer.asked
    clock.now = 1060
    keys.matching(FIRST.kid, "ES256")
    assert 2 == issuer.asked


@pytest.mark.parametrize("cache", ["", "max-age=999999999", "no-store", "max-age=x", "s-maxage=5"])
def test_nothing_is_kept_longer_than_we_allow(clock: Clock, cache: str) -> None:
    issuer = Issuer(FIRST, cache=cache)
    keys = keys_of(issuer, clock)
    keys.matching(FIRST.kid, "ES256")

    clock.now = 1299
    keys.matching(FIRST.kid, "ES256")
    assert 1 == issuer.asked
    clock.now = 1300
    keys.matching(FIRST.kid, "ES256")

    assert 2 == issuer.asked


def test_a_key_that_was_withdrawn_is_not_found_after_the_cache_s_life(clock: Clock) -> None:
    issuer = Issuer(FIRST)
    keys = keys_of(issuer, clock)
    keys.matching(FIRST.kid, "ES256")
    issuer.published = (SECOND,)

    clock.now = 1060

    assert [] == keys.matching(FIRST.kid, "ES256")


def test_an_unknown_key_id_makes_us_look_again_but_not_hammer(clock: Clock) -> None:
    issuer = Issuer(FIRST)
    keys = keys_of(issuer, clock)
    keys.matching(FIRST.kid, "ES256")
    issuer.published = (FIRST, SECOND)

    clock.now = 1009
    assert [] == keys.matching(SECOND.kid, "ES256")
    assert 1 == issuer.asked
    clock.now = 1010
    assert 1 == len(keys.matching(SECOND.kid, "ES256"))
    for number in range(50):
        assert [] == keys.matching(f"invented-{number}", "ES256")
    assert 2 == issuer.asked


def test_a_short_outage_of_theirs_is_no_outage_of_ours(clock: Clock) -> None:
    issuer = Issuer(FIRST)
    keys = keys_of(issuer, clock)
    keys.matching(FIRST.kid, "ES256")
    issuer.is_down()

    clock.now = 1000 + 60 + 599
    assert 1 == len(keys.matching(FIRST.kid, "ES256"))
    clock.now = 1000 + 60 + 600
    with pytest.raises(KeysUnavailable, match="unreachable: down"):
        keys.matching(FIRST.kid, "ES256")


def test_who_never_answered_is_not_asked_all_the_time(clock: Clock) -> None:
    issuer = Issuer()
    issuer.is_down()
    keys = keys_of(issuer, clock)

    for _ in range(5):
        with pytest.raises(KeysUnavailable):
            keys.matching(FIRST.kid, "ES256")

    assert 1 == issuer.asked


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[]", b'{"keys": 1}', b"\xff", b"[" * 200_000])
def test_an_answer_that_is_no_key_set_is_none(clock: Clock, body: bytes) -> None:
    issuer = Issuer()
    issuer.answers = lambda: body

    with pytest.raises(KeysUnavailable):
        keys_of(issuer, clock).matching(None, "ES256")


def test_many_threads_at_once_ask_once(clock: Clock) -> None:
    issuer = Issuer(FIRST)
    keys = keys_of(issuer, clock)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: len(keys.matching(FIRST.kid, "ES256")), range(32)))

    assert [1] * 32 == found
    assert 1 == issuer.asked


def test_invented_key_ids_in_all_threads_make_one_fetch_a_period(clock: Clock) -> None:
    issuer = Issuer(FIRST)
    keys = keys_of(issuer, clock)
    keys.matching(FIRST.kid, "ES256")

    with ThreadPoolExecutor(8) as pool:
        for period in range(1, 4):
            clock.now = 1000 + 10 * period
            found = list(pool.map(lambda number: keys.matching(f"invented-{number}", "ES256"), range(200)))
            assert [[]] * 200 == found
            assert 1 + period == issuer.asked


def test_a_token_whose_key_is_here_does_not_wait_while_somebody_asks(clock: Clock) -> None:
    issuer = SlowIssuer(FIRST)
    issuer.may_answer.set()
    keys = keys_of(issuer, clock)
    keys.matching(FIRST.kid, "ES256")
    issuer.may_answer.clear()
    issuer.is_asked.clear()

    with ThreadPoolExecutor(1) as pool:
        clock.now = 1059
        invented = pool.submit(keys.matching, "invented", "ES256")
        assert issuer.is_asked.wait(5)
        while_fresh = len(keys.matching(FIRST.kid, "ES256"))
        clock.now = 1060
        while_stale = len(keys.matching(FIRST.kid, "ES256"))
        issuer.may_answer.set()
        assert [] == invented.result(5)

    assert (1, 1) == (while_fresh, while_stale)
    assert (2, 1) == (issuer.asked, issuer.most_at_once)


def test_who_asks_and_who_waits_are_counted_and_the_others_sent_away(clock: Clock) -> None:
    issuer = SlowIssuer(FIRST)
    room = Room(2)
    keys, others = keys_of(issuer, clock, room), keys_of(issuer, clock, room)

    def found(_: int) -> int:
        try:
            return len(keys.matching(FIRST.kid, "ES256"))
        except NoRoom:
            return 0

    with ThreadPoolExecutor(9) as pool:
        results = pool.map(found, range(8))
        assert issuer.is_asked.wait(5)
        another_set = pool.submit(others.matching, FIRST.kid, "ES256")
        for _ in range(100):
            if pool._work_queue.empty() and issuer.most_at_once == 2:
                break
            Event().wait(0.02)
        with pytest.raises(NoRoom):
            keys_of(issuer, clock, room).matching(FIRST.kid, "ES256")
        issuer.may_answer.set()

        assert [0] * 5 + [1] * 3 == sorted(results)
        assert 1 == len(another_set.result(5))
    assert 2 == issuer.most_at_once


def test_where_there_is_no_room_to_ask_what_is_here_goes_on(clock: Clock) -> None:
    room = Room(1)
    issuer = Issuer(FIRST)
    keys = keys_of(issuer, clock, room)
    keys.matching(FIRST.kid, "ES256")
    clock.now = 1060

    with room.to_ask():
        assert 1 == len(keys.matching(FIRST.kid, "ES256"))
        with pytest.raises(NoRoom):
            keys.matching(SECOND.kid, "ES256")

    assert 1 == issuer.asked


def test_a_slow_one_is_left_alone_for_as_long_as_a_quick_one(clock: Clock) -> None:
    issuer = Issuer()

    def slow() -> bytes:
        clock.now += 5
        raise NotFetched(NotFetchedReason.TIMEOUT, "slow")

    issuer.answers = slow
    keys = keys_of(issuer, clock)
    for clock.now in (1000, 1006, 1014, 1015):
        with pytest.raises(KeysUnavailable):
            keys.matching(None, "ES256")

    assert 2 == issuer.asked


GOOD = dict(FIRST.public)
HOSTILE = {
    "a page": b"<!doctype html><title>Log in</title>",
    "packed": gzip.compress(json.dumps({"keys": [GOOD]}).encode()),
    "packed a thousand times": gzip.compress(b" " * 10_000_000),
    "a thousand keys": json.dumps({"keys": [GOOD] * 1000}).encode(),
    "more than fits": json.dumps({"keys": [GOOD | {"x5c": "x" * 300_000}]}).encode(),
    "a private key": json.dumps({"keys": [GOOD, GOOD | {"d": "AA"}]}).encode(),
    "a shared secret": json.dumps({"keys": [GOOD, {"kty": "oct", "k": "c2VjcmV0"}]}).encode(),
    "a number too long": b'{"keys": [' + b"9" * 5000 + b"]}",
    "half of it": json.dumps({"keys": [GOOD]}).encode()[:-2],
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_a_server_may_send_instead_of_keys_is_none_and_is_asked_for_once(what: str) -> None:
    with answering(ok(HOSTILE[what], "Content-Type: application/jwk-set+json")) as server:
        keys = RemoteKeys(server.url, bounds=Bounds(private=True))
        for _ in range(3):
            with pytest.raises(KeysUnavailable):
                keys.matching(FIRST.kid, "ES256")

        assert 1 == len(server.requests)


def test_what_the_content_is_called_does_not_count(clock: Clock) -> None:
    with answering(ok(json.dumps({"keys": [GOOD]}).encode(), "Content-Type: text/html")) as server:
        assert 1 == len(RemoteKeys(server.url, bounds=Bounds(private=True)).matching(FIRST.kid, "ES256"))


def test_the_keys_of_one_id_are_all_tried_and_no_others(clock: Clock) -> None:
    issuer = Issuer(FIRST, SECOND)
    twice = [dict(one.public) | {"kid": "same"} for one in (FIRST, SECOND)]
    issuer.answers = lambda: json.dumps({"keys": [*twice, GOOD]}).encode()

    assert 2 == len(keys_of(issuer, clock).matching("same", "ES256"))


def test_keys_come_over_a_real_connection() -> None:
    body = json.dumps({"keys": [dict(FIRST.public)]}).encode()
    with answering(ok(body, "Cache-Control: public, max-age=60")) as server:
        keys = RemoteKeys(server.url, bounds=Bounds(private=True))

        assert 1 == len(keys.matching(FIRST.kid, "ES256"))


def test_who_only_verifies_loads_neither_database_nor_web() -> None:
    program = (
        "import sys, keys, keys.remote, keys.algorithms, keys.published;"
        "print([m for m in ('sqlalchemy', 'flask', 'authlib', 'pydantic', 'requests') if m in sys.modules])"
    )

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "[]" == ran.stdout.strip()
