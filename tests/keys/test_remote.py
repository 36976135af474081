import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from keys.fetching import Bounds, Fetched, NotFetched, NotFetchedReason
from keys.material import Material
from keys.remote import KeysUnavailable, RemoteKeys
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


def keys_of(issuer: Issuer, clock: Clock) -> RemoteKeys:
    return RemoteKeys(
        "https://login.example.nl/jwks", clock=clock, fetcher=issuer, longest=300, cool_down=10, stale=600
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
