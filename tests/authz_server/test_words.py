"""Dutch and English are complete, and what is compiled is what stands in the catalogue."""

import string
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parents[2] / "authz_server"
DUTCH = FOLDER / "translations" / "nl" / "LC_MESSAGES"
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]


def written() -> set[str]:
    """Every text in code and templates, in English."""
    found = extract_from_dir(str(FOLDER), METHODS, {}, KEYWORDS, comment_tags=())
    return {text for _, _, text, _, _ in found if isinstance(text, str) and text}


def dutch() -> Catalog:
    with (DUTCH / "messages.po").open("rb") as file:
        return read_po(file, locale="nl")


def messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def test_every_text_has_its_dutch() -> None:
    translated = {str(message.id) for message in messages(dutch()) if message.string and not message.fuzzy}

    assert not written() - translated


def test_no_dutch_is_left_of_a_text_that_is_gone() -> None:
    assert not {str(message.id) for message in messages(dutch())} - written()


def test_what_is_filled_in_is_the_same_in_both_languages() -> None:
    def places(text: object) -> set[str]:
        return {part.split(")")[0] for part in str(text).split("%(")[1:]}

    differing = [message.id for message in messages(dutch()) if places(message.id) != places(message.string)]

    assert not differing


def test_the_compiled_words_are_those_of_the_catalogue() -> None:
    fresh = BytesIO()
    write_mo(fresh, dutch())

    with (DUTCH / "messages.mo").open("rb") as file:
        compiled = {message.id: message.string for message in messages(read_mo(file))}

    assert {
        message.id: message.string for message in messages(read_mo(BytesIO(fresh.getvalue())))
    } == compiled


@pytest.mark.parametrize(
    "word",
    [
        "mandaat",
        "gemachtigde",
        "vertegenwoordigde",
        "belanghebbende",
        "tekenbevoegde",
        "betrouwbaarheidsniveau",
        "intrekken",
        "schorsen",
        "opzeggen",
        "verlopen",
    ],
)
def test_words_that_people_do_not_use_stand_on_no_page(word: str) -> None:
    using = [message.string for message in messages(dutch()) if word in str(message.string).lower()]

    assert not using


def test_marks_stand_in_no_text_but_to_make_a_name_stand_out() -> None:
    for message in messages(dutch()):
        for text in (str(message.id), str(message.string)):
            rest = text.replace("<strong>%(name)s</strong>", "")
            assert not set(rest) & set("<>"), text
            assert set(text) <= set(string.printable) | set("éëïü“”…–·"), text
