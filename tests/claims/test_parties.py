"""Names: how they are put in order, searched and cleaned (R18)."""

from datetime import date

import pytest

from claims.identifiers import Identifier, Scheme
from claims.parties import Branch, Party, PartyKind, cleaned, folded, searchable


@pytest.mark.parametrize(
    ("name", "as_folded"),
    [
        ("Anna de Vries", "anna de vries"),
        ("Zoë", "zoe"),
        ("ÉMILE", "emile"),
        ("Straße", "strasse"),
        ("Ǆemal", "dzemal"),
        ("ﬁne", "fine"),  # a ligature decomposes (NFKD)
        ("İpek", "ipek"),
        ("Yıldız", "yıldız"),
        ("Ørsted", "ørsted"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("１２", "12"),
        ("", ""),
    ],
)
def test_r18_a_name_is_folded_by_nfkd_without_marks_and_without_case(name, as_folded):
    assert as_folded == folded(name)


@pytest.mark.parametrize(
    ("name", "as_searched"),
    [
        ("Yıldız", "yildiz"),
        ("Ørsted", "orsted"),
        ("Łódź", "lodz"),
        ("Đorđe", "dorde"),
        ("Æbel Œuvre", "aebel oeuvre"),
        ("Ðóra Þór", "dora thor"),
        ("Straße", "strasse"),
    ],
)
def test_r18_a_search_reads_letters_that_do_not_decompose_as_their_nearest(name, as_searched):
    assert as_searched == searchable(name)


@pytest.mark.parametrize(
    "unseen",
    [
        "\x00",
        "\n",
        "\t",
        "\x7f",
        "\x9f",
        "\u200b",
        "\u200d",
        "\ufeff",
        "\u202e",
        "\u2066",
        "\u061c",
        "\u2028",
        "\u034f",
        "\u3164",
    ],
)
def test_a_name_is_rid_of_signs_that_are_not_seen(unseen):
    assert "Annade Vries" == cleaned(f"{unseen}Anna{unseen}de Vries{unseen}")


@pytest.mark.parametrize("name", ["Ömer Yıldız", "Anna-Lot d’Écluse", "李 明", "Zoë\u0308"])
def test_a_name_keeps_what_is_seen(name):
    assert name == cleaned(name)


def test_a_party_shows_neither_its_numbers_nor_its_birth():
    anna = Party(
        "p1",
        PartyKind.PERSON,
        "Anna",
        identifiers=(Identifier(Scheme.BSN, "999990019"),),
        born=date(1948, 5, 2),
    )

    assert "999990019" not in repr(anna)
    assert "1948" not in repr(anna)


def test_a_party_knows_its_branches():
    bakery = Party("o1", PartyKind.ORGANISATION, "Bakkerij", branches=(Branch("000012345678", "Winkel"),))

    assert bakery.has_branch("000012345678")
    assert not bakery.has_branch("000012345679")
