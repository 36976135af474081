"""The guard for Express of `examples/express`, in Node, before an issuer that answers."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from claims.limits import Limits
from claims.testing import HOSTILE, Party, Saying, ServedIssuer, served_issuer
from claims.verify import Loa
from tests.support.guarded import Answered
from tests.support.node_packages import node, node_package

pytestmark = [pytest.mark.node, pytest.mark.xdist_group("node")]

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
API = "https://api.tax.example.nl"
VAT = "https://tax.example.nl/services/vat-return"
BAKERY = Party("bakery", "Bakkerij De Korenbloem B.V.", kvk="90000456")
OFFICE = Party("office", "Accountants Peeters B.V.", kvk="90000123")
GOOD = Saying(service=VAT, actions=("prepare", "submit"), person="eva", path=(BAKERY, OFFICE))
Ask = Callable[..., Answered]


@contextmanager
def guarded(issuer: str, **settings: Any) -> Iterator[Ask]:
    """A service in Node; asks it with these values of Authorization."""
    demand = {"action": "submit", "atLeast": "substantial", "maxAge": 3600}
    given = {
        "issuer": issuer,
        "audience": API,
        "secret": "s3cret/+",
        "service": VAT,
        "demand": demand,
        **settings,
    }
    with running(str(HERE / "guarded.mjs"), json.dumps(given)) as ask:
        yield ask


@contextmanager
def running(*words: str, environ: Mapping[str, str] | None = None) -> Iterator[Ask]:
    """This program of Node, which prints its port; asks it with these values of Authorization."""
    with subprocess.Popen(
        [node(), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | dict(environ or {}),
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())

        def ask(*values: str, path: str = "/vat-returns") -> Answered:
            connection = HTTPConnection("127.0.0.1", port, timeout=20)
            connection.putrequest("POST", path)
            for value in values:
                connection.putheader("Authorization", value)
            connection.endheaders()
            with connection.getresponse() as answer:
                headers = {name.lower(): value for name, value in answer.getheaders()}
                answered = Answered(answer.status, headers, answer.read())
            connection.close()
            return answered

        try:
            yield ask
        finally:
            process.communicate("", timeout=20)


@pytest.fixture(scope="module")
def issuer() -> Iterator[ServedIssuer]:
    with served_issuer() as issuer:
        yield issuer


@pytest.fixture(scope="module")
def ask(issuer: ServedIssuer) -> Iterator[Ask]:
    with guarded(issuer.url) as ask:
        yield ask


def test_the_view_is_handed_who_acts_for_whom(ask: Ask, issuer: ServedIssuer) -> None:
    for_another = ask(f"Bearer {issuer.access_token(API, GOOD)}")
    own = Saying(service=VAT, actions=("submit",), person="eva")
    for_oneself = ask(f"Bearer {issuer.access_token(API, own)}")

    assert 200 == for_another.status == for_oneself.status
    assert ("90000456", "Bakkerij De Korenbloem B.V.") == (
        for_another.json["represented"]["sub"],
        for_another.json["represented"]["name"],
    )
    assert ["90000123"] == [party["sub"] for party in for_another.json["intermediaries"]]
    assert issuer.sub(API, "eva") == for_another.json["person"]["sub"] == for_oneself.json["person"]["sub"]
    assert for_oneself.json["represented"] is None


def test_the_issuer_is_asked_as_the_api(ask: Ask, issuer: ServedIssuer) -> None:
    ask(f"Bearer {issuer.access_token(API, GOOD)}")

    from base64 import b64decode

    assert b"https%3A%2F%2Fapi.tax.example.nl:s3cret%2F%2B" == b64decode(
        issuer.server.credentials[-1].removeprefix("Basic ")
    )


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_hostile_token_reaches_the_view(ask: Ask, issuer: ServedIssuer, kind: str) -> None:
    answered = ask(f"Bearer {HOSTILE[kind].token(issuer, API, GOOD)}")

    assert answered.status in {401, 403}
    assert answered.json["code"] in {HOSTILE[kind].refused, "inactive"}


def test_a_token_that_was_ended_is_refused_at_once(ask: Ask, issuer: ServedIssuer) -> None:
    token = issuer.access_token(API, GOOD)
    assert 200 == ask(f"Bearer {token}").status

    issuer.end(token)

    assert (401, "inactive") == ((answered := ask(f"Bearer {token}")).status, answered.json["code"])


@pytest.mark.parametrize(
    ("changes", "status", "code", "challenge"),
    [
        ({"login": Loa.LOW}, 401, "login_too_weak", 'acr_values="http://eidas.europa.eu/LoA/substantial"'),
        ({"logged_in_ago": 4000}, 401, "login_too_old", 'max_age="3600"'),
        ({"links": Loa.LOW}, 403, "mandate_too_weak", 'error="insufficient_scope"'),
        ({"branch": "000012345678"}, 403, "restriction_not_understood", 'error="insufficient_scope"'),
        ({"limits": Limits(case="Z-1")}, 403, "restriction_not_understood", 'error="insufficient_scope"'),
        ({"path": (BAKERY,), "at_desk": True}, 403, "restriction_not_understood", "insufficient_scope"),
    ],
)
def test_what_does_not_suffice_is_answered_as_the_standards_say(
    ask: Ask, issuer: ServedIssuer, changes: dict[str, Any], status: int, code: str, challenge: str
) -> None:
    saying = Saying(**{"service": VAT, "actions": ("submit",), "path": (BAKERY, OFFICE), **changes})

    answered = ask(f"Bearer {issuer.access_token(API, saying)}")

    assert (status, code) == (answered.status, answered.json["code"])
    assert challenge in answered.headers["www-authenticate"]
    assert "application/problem+json" == answered.headers["content-type"]


def test_one_token_in_one_header_or_none(ask: Ask, issuer: ServedIssuer) -> None:
    good = f"Bearer {issuer.access_token(API, GOOD)}"

    assert (401, "Bearer") == ((none := ask()).status, none.headers["www-authenticate"])
    assert "token_missing" == ask("Basic YTpi").json["code"]
    for values in ((good, good), (good, "Basic YTpi"), (f"{good}, {good}",)):
        assert (400, "request_ambiguous") == ((two := ask(*values)).status, two.json["code"])


def test_what_a_service_heeds_it_is_handed(issuer: ServedIssuer) -> None:
    limited = Saying(service=VAT, actions=("submit",), path=(BAKERY,), limits=Limits(case="Z-1"))
    with guarded(issuer.url, understands=["case"]) as ask:
        answered = ask(f"Bearer {issuer.access_token(API, limited)}")

    assert {"case": "Z-1"} == answered.json["mandate"]["limits"]


def test_an_issuer_that_does_not_answer_lets_nobody_in_and_is_asked_again() -> None:
    with served_issuer() as issuer, guarded(issuer.url) as ask:
        issuer.server.status = 500
        down = ask(f"Bearer {issuer.access_token(API, GOOD)}")
        issuer.server.status = 200
        up = ask(f"Bearer {issuer.access_token(API, GOOD)}")

    assert (503, "10", "issuer_unavailable") == (down.status, down.headers["retry-after"], down.json["code"])
    assert 200 == up.status


def test_in_express_itself_the_code_of_the_page_guards_a_view(issuer: ServedIssuer, tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(node_package("express").parent)
    shutil.copy(ROOT / "examples" / "express" / "guard.mjs", tmp_path)
    page = (ROOT / "docs" / "guard-express.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```js\n(.*?)```", page, re.DOTALL)
    (tmp_path / "shown.mjs").write_text(code.replace("https://login.example.nl", issuer.url) + _LISTENING)

    with running(str(tmp_path / "shown.mjs"), environ={"API_SECRET": "s3cret/+"}) as ask:
        good = ask(f"Bearer {issuer.access_token(API, GOOD)}")
        assert (200, {"filed_for": "90000456", "by": issuer.sub(API, "eva")}) == (good.status, good.json)
        for kind, one in HOSTILE.items():
            assert ask(f"Bearer {one.token(issuer, API, GOOD)}").status in {401, 403}, kind
        assert (401, "Bearer") == (ask().status, ask().headers["www-authenticate"])


_LISTENING = """
app.listen(0, "127.0.0.1", function () {
  console.log(this.address().port);
});
process.stdin.on("end", () => process.exit(0)).resume();
"""
