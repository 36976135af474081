"""A version that says something of the past is a correction; what changes from now on is none."""

from dataclasses import replace
from typing import Any

import pytest

from claims.assurance import Loa
from claims.catalogue import EVERYTHING
from claims.corrections import corrected
from claims.mandates import Mandate

NOW = 1000
BEFORE = Mandate("m", "a", "b", EVERYTHING, None, Loa.LOW, starts=100, until=2000)


@pytest.mark.parametrize(
    ("changes", "members"),
    [
        ({"revoked_at": NOW}, ()),
        ({"revoked_at": NOW - 1}, ("revoked_at",)),
        ({"revoked_at": NOW + 1}, ()),
        ({"until": NOW}, ()),
        ({"until": NOW - 1}, ("until",)),
        ({"until": 3000}, ()),
        ({"until": None}, ()),
        ({"starts": 101}, ("from",)),
        ({"starts": NOW + 1}, ("from",)),  # by what was known it was in force already
        ({"suspended": ((NOW, None),)}, ()),
        ({"suspended": ((NOW - 1, None),)}, ("suspended",)),
        ({"assurance": Loa.HIGH}, ()),
        ({"starts": 50, "until": 900, "revoked_at": 800}, ("from", "until", "revoked_at")),
    ],
)
def test_dates_that_lie_before_they_were_told_are_corrections(
    changes: dict[str, Any], members: tuple[str, ...]
) -> None:
    assert members == corrected(BEFORE, replace(BEFORE, **changes), NOW)


@pytest.mark.parametrize(
    ("before", "after", "members"),
    [
        ({"suspended": ((500, None),)}, {"suspended": ((500, NOW),)}, ()),  # resumed now
        ({"suspended": ((500, None),)}, {"suspended": ((500, 900),)}, ("suspended",)),
        ({"suspended": ((500, 600), (600, 700))}, {"suspended": ((500, 700),)}, ()),
        ({"revoked_at": 900}, {"revoked_at": None}, ("revoked_at",)),
        ({"until": 900}, {"until": 2000}, ("until",)),  # it had ended, and had not
        ({"starts": NOW + 5}, {"starts": NOW + 9}, ()),
    ],
)
def test_what_was_so_until_it_was_told_is_not_corrected(
    before: dict[str, Any], after: dict[str, Any], members: tuple[str, ...]
) -> None:
    assert members == corrected(replace(BEFORE, **before), replace(BEFORE, **after), NOW)


def test_a_mandate_that_is_told_after_it_began_says_something_of_the_past() -> None:
    assert ("from",) == corrected(None, BEFORE, NOW)
    assert () == corrected(None, BEFORE, BEFORE.starts)
