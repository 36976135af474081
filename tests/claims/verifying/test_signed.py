"""Taking the token out of a request."""

import pytest

from claims.verify import Refused, VerificationRefused, bearer


@pytest.mark.parametrize("header", ["Bearer a.b.c", "bearer a.b.c", "BEARER  a.b.c "])
def test_the_scheme_is_read_in_any_case(header: str) -> None:
    assert "a.b.c" == bearer(header)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic YTpi", "a.b.c", "Bearera.b.c"])
def test_without_a_bearer_token_there_is_nothing_to_verify(header: str | None) -> None:
    with pytest.raises(VerificationRefused) as refused:
        bearer(header)

    assert Refused.TOKEN_MISSING == refused.value.code
