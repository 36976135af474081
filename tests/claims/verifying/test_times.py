"""The seconds by which a service provider's clock may differ from ours, to the second."""

import pytest

from claims.verifying.refusal import Refused, VerificationRefused
from claims.verifying.standing import check_times

NOW, LEEWAY = 1_780_000_000, 10
FINE = {"exp": NOW + 300, "iat": NOW, "nbf": NOW}


@pytest.mark.parametrize(
    ("claim", "instant", "refused"),
    [
        ("exp", NOW - LEEWAY + 1, None),
        ("exp", NOW - LEEWAY, Refused.EXPIRED),
        ("exp", NOW - LEEWAY - 1, Refused.EXPIRED),
        ("iat", NOW + LEEWAY - 1, None),
        ("iat", NOW + LEEWAY, None),
        ("iat", NOW + LEEWAY + 1, Refused.NOT_YET_VALID),
        ("nbf", NOW + LEEWAY, None),
        ("nbf", NOW + LEEWAY + 1, Refused.NOT_YET_VALID),
    ],
)
def test_a_token_of_a_clock_that_differs_is_taken_within_the_leeway(
    claim: str, instant: int, refused: Refused | None
) -> None:
    claims = FINE | {claim: instant}

    if refused is None:
        check_times(claims, now=NOW, leeway=LEEWAY)
        return
    with pytest.raises(VerificationRefused) as told:
        check_times(claims, now=NOW, leeway=LEEWAY)
    assert refused is told.value.code


def test_without_leeway_a_token_ends_in_the_second_of_its_exp() -> None:
    check_times(FINE, now=FINE["exp"] - 1, leeway=0)
    with pytest.raises(VerificationRefused):
        check_times(FINE, now=FINE["exp"], leeway=0)
