"""The pages on guards: their code runs as it stands there, and their tables say what is answered."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from claims import verify
from claims.limits import Limits
from claims.verify import Verifier
from tests.support.guarded import Answered, asked_by_asgi, asked_by_django, asked_by_wsgi, django_site
from tests.support.vectors import JWKS
from tests.vectors.tokens import ISSUER, NOW, RESOURCE, access, access_header, jws, represented

DOCS = Path(__file__).parents[2] / "docs"


def a_token(*said: Any, **changes: Any) -> str:
    return jws(access_header(), access(*said, **changes))


class OfTheVectors(Verifier):
    """The verifier that the pages make, with the keys and the clock of the test vectors: its issuer is nowhere."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, keys=JWKS, clock=lambda: NOW)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, Any]]:
    monkeypatch.setattr(verify, "Verifier", OfTheVectors)

    def run(page: str) -> dict[str, Any]:
        names: dict[str, Any] = {"__name__": "shown"}
        blocks = re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
        exec("\n".join(blocks), names)  # noqa: S102
        return names

    return run


FRAMEWORKS: dict[str, Callable[..., Answered]] = {
    "guard-flask.md": lambda names, path, headers: asked_by_wsgi(names["app"], path, headers),
    "guard-django.md": lambda names, path, headers: asked_by_django(
        django_site(*names["urlpatterns"]), path, headers
    ),
    "guard-fastapi.md": lambda names, path, headers: asked_by_asgi(names["app"], path, headers),
}


@pytest.mark.parametrize("page", FRAMEWORKS)
def test_the_code_of_the_page_guards_a_view(page: str, run: Callable[[str], dict[str, Any]]) -> None:
    if page == "guard-django.md":
        django_site()
    names = run(page)

    def ask(path: str, token: str | None) -> Answered:
        headers = [] if token is None else [("Authorization", f"Bearer {token}")]
        return FRAMEWORKS[page](names, path, headers)

    good = ask("/vat-returns", a_token())
    assert (200, {"filed_for": "90000456", "by": access()["sub"]}) == (good.status, good.json)
    assert (401, "Bearer") == (
        ask("/vat-returns", None).status,
        ask("/vat-returns", None).headers["www-authenticate"],
    )
    assert "login_too_old" == ask("/vat-returns", a_token(auth_time=NOW - 5000)).json["code"]

    limited = a_token(represented("bakery", "eva", limits=Limits(case="Z-1")))
    payments = "/cases/{}/payments/10" if page == "guard-flask.md" else "/cases/{}/payments"
    assert {"case": "Z-1"} == ask(payments.format("Z-1"), limited).json
    assert "outside_limits" == ask(payments.format("Z-2"), limited).json["code"]


def test_in_flask_the_amount_of_the_page_is_heeded(run: Callable[[str], dict[str, Any]]) -> None:
    app = run("guard-flask.md")["app"]
    limited = a_token(represented("bakery", "eva", limits=Limits(case="Z-1", amount=1000)))
    headers = [("Authorization", f"Bearer {limited}")]

    assert 200 == asked_by_wsgi(app, "/cases/Z-1/payments/10", headers).status
    assert "outside_limits" == asked_by_wsgi(app, "/cases/Z-1/payments/11", headers).json["code"]


def test_in_django_the_class_of_the_page_is_guarded(run: Callable[[str], dict[str, Any]]) -> None:
    django_site()
    site = django_site(*run("guard-django.md")["urlpatterns"])

    good = asked_by_django(site, "/drafts", [("Authorization", f"Bearer {a_token()}")])

    assert {"actions": ["prepare", "submit"]} == good.json
    assert 401 == asked_by_django(site, "/drafts", []).status


def test_the_code_for_another_framework_answers() -> None:
    [code] = re.findall(r"```python\n(.*?)```", (DOCS / "guards.md").read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {"verifier": OfTheVectors(issuer=ISSUER, audience=RESOURCE)}
    exec(code, names)  # noqa: S102

    assert (200, {}, access()["sub"]) == names["handle"]([f"Bearer {a_token()}"])
    status, headers, body = names["handle"](
        [f"Bearer {a_token(represented('bakery', 'eva', actions=('prepare',)))}"]
    )
    assert '{"title": "Forbidden", "status": 403, "code": "action_not_allowed"}' == body
    assert body in (DOCS / "guards.md").read_text(encoding="utf-8")
    assert 403 == status
    assert 'error="insufficient_scope"' in headers["WWW-Authenticate"]
