import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
from flask import Flask

from authz_server import support_codes
from authz_server.events import AsJson
from tests.support.pages import Page, get
from tests.support.signing_in import TAX, World, by_practice, choose, start

CODE = re.compile(r"\b[2-9A-HJ-NP-Z]{3}-[2-9A-HJ-NP-Z]{4}\b")
VAT = TAX + "vat-return"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(AsJson())
    ours = logging.getLogger("namens")
    before = ours.level
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    yield stream
    ours.removeHandler(handler)
    ours.setLevel(before)


def line_of(log: io.StringIO, page: Page) -> dict[str, object]:
    """What the log tells under the code that the page shows."""
    (code,) = set(CODE.findall(page.text))
    (line,) = [line for line in map(json.loads, log.getvalue().splitlines()) if code == line.get("support")]
    assert page.response.headers["X-Request-Id"] == line["request_id"]
    return dict(line)


def test_each_code_is_another_and_none_reads_as_an_activation_code(app: Flask) -> None:
    with app.test_request_context():
        drawn = {support_codes.told("not_found") for _ in range(500)}

    assert 500 == len(drawn)
    assert all(CODE.fullmatch(code) for code in drawn)


def test_an_error_page_shows_a_code_that_the_log_knows(people: World, log: io.StringIO) -> None:
    page = get(people.browser(), "/nowhere/999990019")

    line = line_of(log, page)
    assert ("refused", "not_found", "info") == (line["event"], line["refused"], line["level"])
    assert {"time", "level", "logger", "event", "support", "request_id", "refused"} == set(line)


def test_who_can_choose_nobody_gets_a_code_and_the_log_the_reasons_without_a_name(
    people: World, log: io.StringIO
) -> None:
    page = by_practice(start(people.client(VAT)), "kees")

    assert "nobody" in page.ids
    line = line_of(log, page)
    shown = [one.attributes["data-reason"] for one in page.elements if "data-reason" in one.attributes]
    assert ("nobody", shown) == (line["refused"], line["reasons"])
    assert "kees" not in json.dumps(line).lower()


def test_who_must_log_in_once_more_gets_a_code_too_and_who_logs_in_first_none(
    people: World, log: io.StringIO
) -> None:
    door = start(people.client(TAX + "income-tax"))
    assert not CODE.search(door.text)

    page = choose(by_practice(door, "bram", level="low"), "Anna")
    page = page.press("confirm-yes") if "confirm-yes" in page.ids else page

    assert "stronger" == line_of(log, page)["refused"]
