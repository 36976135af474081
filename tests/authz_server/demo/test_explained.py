"""What a website knows of its visitor is told whole: no member of a token is left out, in no story and in no language."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from authz_server.clock import machine_clock
from authz_server.commands.token_members import KINDS
from authz_server.demo import members
from authz_server.demo.explained import explained
from authz_server.demo.running import Demo
from authz_server.demo.stories import STORIES, Story
from claims.formats.walked import walked
from claims.testing import Party, Saying, StandInIssuer
from tests.support.clock import Clock
from tests.support.pages import Page, get
from tests.support.signing_in import by_practice

NEVER = {"represents.act", "act.represents"}  # no token of ours turns round halfway


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = Demo(Path(tmp_path_factory.mktemp("known")) / "demo", (0, 0, 0), clock=Clock(machine_clock()))
    yield running
    running.close()


def parts(token: str) -> list[Mapping[str, Any]]:
    return [json.loads(urlsafe_b64decode(part + "==")) for part in token.split(".")[:2]]


def paths(page: Page) -> list[str]:
    return [one.attributes["data-member"] for one in page.elements if "data-member" in one.attributes]


def written(page: Page) -> list[str]:
    """The members of the token that stands whole on the page."""
    text = next(one for one in page.elements if one.tag == "pre").words
    header, claims = "".join(text).split("\n}\n{", 1)
    read = [json.loads(header + "}"), json.loads("{" + claims)]
    return [f"header {name}" for name in read[0]] + [path for path, _ in walked(read[1])]


def test_there_are_words_for_every_member_that_we_write() -> None:
    assert KINDS - NEVER == set(members.MEANINGS)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.title)
def test_each_member_of_each_story_s_tokens_is_told_once_with_its_reason(story: Story, demo: Demo) -> None:
    browser = demo.desk.test_client()
    away = urlsplit(browser.post(f"/inloggen/{story.service}-{story.task}").headers["Location"])
    page = by_practice(
        get(demo.provider.test_client(), f"{away.path}?{away.query}"), story.person, story.level.word
    )
    offered = list(page.choices().values())
    if not offered:  # nobody lets them do this yet: there is no token to tell of
        assert not story.may
        return
    page = page.press("choose-submit", represented=offered[-1])
    back = urlsplit(
        (page.press("confirm-yes") if "confirm-yes" in page.ids else page).response.headers["Location"]
    )
    assert 303 == browser.get(f"{back.path}?{back.query}").status_code

    for address in ("/weten", "/weten/inlog"):
        for language in ("nl", "en"):
            page = get(browser, f"{address}?ui_locales={language}")

            assert sorted(written(page)) == sorted(paths(page))
            told = [one.text for one in page.elements if one.attributes.get("class") == "why"]
            assert len(paths(page)) == len(told)
            assert all(told)
            assert not {"Dit schrijven wij nooit. Geloof het niet."} & set(told)
            assert not {"Nobody of ours writes this. Do not believe it."} & set(told)


def test_a_chain_a_branch_and_the_other_orientation_are_told_too() -> None:
    issuer = StandInIssuer()
    path = tuple(Party(f"p{n}", f"Schakel {n} B.V.", kvk=f"0000000{n}") for n in range(3))
    for orientation in ("represents", "act"):
        saying = Saying(
            service="urn:x", actions=("view",), path=path, branch="998162685298", orientation=orientation
        )
        header, claims = parts(issuer.access_token("https://api.test", saying))

        groups = explained(header, claims, {})

        told = {one.path: one for _, found in groups for one in found}
        assert {*(f"header {name}" for name in header), *(path for path, _ in walked(claims))} == set(told)
        assert not [one.path for one in told.values() if one.why.startswith("Dit schrijven wij nooit")]
        assert "bekijken" == told["authorization_details[0].actions"].value


def test_what_is_not_ours_is_told_not_to_be_believed() -> None:
    [(_, [member])] = explained({}, {"sudo": ["<b>", 1, None, True]}, {})

    assert ("sudo", "Dit schrijven wij nooit. Geloof het niet.") == (member.path, member.why)


@pytest.mark.parametrize(
    ("claims", "value"),
    [
        ({"exp": 1796075587}, "30 november 2026, 22:53 uur"),
        ({"exp": 10**30}, str(10**30)),
        ({"exp": True}, "true"),
        ({"acr": "http://eidas.europa.eu/LoA/substantial"}, "zeker (substantieel)"),
        ({"acr": "x"}, "x"),
        ({"authorization_details": [{"represented": "self"}]}, "uzelf"),
        ({"authorization_details": [{"not_after": "x"}]}, "x"),
        ({"authorization_details": [{"not_after": None}]}, "er is geen einde bekend"),
        ({"authorization_details": [{"links": [{"recorded_at": "2026-99-99"}]}]}, "2026-99-99"),
        ({"authorization_details": [{"links": [{"basis": "legal"}]}]}, "volgens de wet"),
        ({"represents": {"sub_id_type": "urn:nl-eid-gdi:1.0:id:KvKnr"}}, "KVK-nummer"),
    ],
)
def test_a_value_is_told_as_people_read_it_or_as_it_stands(claims: dict[str, Any], value: str) -> None:
    told = [one for _, found in explained({}, claims, {}) for one in found if one.value is not None]

    assert [value] == [one.value for one in told]


def test_without_a_login_there_is_nothing_to_tell(demo: Demo) -> None:
    for address in ("/weten", "/weten/inlog"):
        answer = demo.desk.test_client().get(address)
        assert (303, "/") == (answer.status_code, answer.headers["Location"])
